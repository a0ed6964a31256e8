"""Screens of a request, by noun."""
