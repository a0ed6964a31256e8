"""What is typed about mail."""
