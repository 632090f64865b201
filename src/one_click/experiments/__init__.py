"""Commits, branches and jobs of a sweep enter; copies to run in, tables and comparisons leave."""
