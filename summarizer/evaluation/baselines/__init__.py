"""Annotators that a prompt must beat, trained on the gold set itself; the other baseline is `annotate.extractive`."""
