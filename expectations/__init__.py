"""What must be true: one contract per table, the bridge to Great Expectations, the gate."""
