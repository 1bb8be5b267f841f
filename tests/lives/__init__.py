"""Homes to which everything happens: what they hold in the end is what a fresh one would."""
