"""A wave that was kept and its outcome enter; what it brought, and what to assume next, leave."""
