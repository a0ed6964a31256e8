"""What people typed is never markup, whoever draws it."""

import pytest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from casework.web.drawing import draw, draw_each

VALUES = ["<b>«a» & \"b\" 'c'</b>", mark_safe("<b>ya</b>"), 7, None, 1.5, gettext_lazy("Yes"), "{0}", "á ñ 🎨"]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_it_escapes_what_format_html_escapes(value):
    assert draw("<p {n}>{}</p>", value, n=value) == format_html("<p {n}>{}</p>", value, n=value)
    assert hasattr(draw("<p>{}</p>", value), "__html__")


def test_rows_are_drawn_one_after_another():
    rows = [(value, value) for value in VALUES]

    assert draw_each("<li>{}{}</li>", rows) == format_html_join("", "<li>{}{}</li>", rows)
