"""Markup drawn by functions."""

from html import escape

from django.utils.safestring import SafeString


def draw(shape, *values, **named):
    """`format_html` at a third of its price: what is not markup already is escaped, whatever it is."""
    return SafeString(shape.format(*map(escaped, values), **{name: escaped(value) for name, value in named.items()}))


def draw_each(shape, rows):
    """The shape for each of the rows, one after another."""
    return SafeString("".join([shape.format(*map(escaped, row)) for row in rows]))


def escaped(value):
    """A text as it stands between tags and in attributes; markup stays."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))
