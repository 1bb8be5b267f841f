"""What must be true of rows, and what is made of those of which it is not."""
