"""Runs, as their users start them."""
