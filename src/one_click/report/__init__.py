"""Figures, the plan and pictures enter; one page that needs no network leaves."""
