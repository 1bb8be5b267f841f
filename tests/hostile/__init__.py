"""Input and pages that mean harm."""
