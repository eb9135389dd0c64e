"""What is passed on: the checker as one file."""
