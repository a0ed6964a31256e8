"""Addresses of pages, remembered: a list draws fifty of them, and Django composes each anew."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=10_000)
def address(name, *args):
    """`reverse`. Addresses do not change while a process lives."""
    return reverse(name, args=args)
