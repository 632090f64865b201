"""Thin mains for people, reached by `one-click <command>`."""
