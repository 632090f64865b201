"""Figures and frames enter; matplotlib's figures, in the reader's words, leave."""
