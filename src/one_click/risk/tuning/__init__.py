"""A pipeline and the space of its parameters enter; the best parameters leave."""
