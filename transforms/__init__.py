"""How a newspaper page becomes facts: pure functions, text in, records out."""
