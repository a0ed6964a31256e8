"""Faults of this room."""
