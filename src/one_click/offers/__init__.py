"""Risks, segments, reasons and a campaign enter; at most one offer a customer leaves."""
