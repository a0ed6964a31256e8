"""What is typed about deadlines."""
