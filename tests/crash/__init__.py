"""Runs that are killed, machines that fail."""
