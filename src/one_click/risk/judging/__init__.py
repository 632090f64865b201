"""Scores and outcomes enter; measures with intervals, a calibrated risk and a choice leave."""
