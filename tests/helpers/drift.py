"""Usual rules of the drift, and a store in two halves."""

from one_click.new_month import drift
from one_click.new_month.tallies import Reference
from one_click.settings.new_month import Drift

RULES = Drift(
    shifted=0.05, far=0.25, alpha=0.01, absent_shifted=0.02, absent_far=0.2, least_rows=250
)


def halves(customers):
    return customers[::2].reset_index(drop=True), customers[1::2].reset_index(drop=True)


def compared(known, new, unknown, rules):
    """New customers, in one chunk, against known ones."""
    reference = Reference.of(known)
    return drift.compared(reference, reference.tally(new, unknown), rules)
