"""Figures, codes and keys enter; the reader's words, in Russian or English, leave."""
