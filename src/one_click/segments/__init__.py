"""Risks and profits enter; exactly one segment a customer, and the segments' profiles, leave."""
