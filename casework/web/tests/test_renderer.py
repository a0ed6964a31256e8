"""The controls that we draw ourselves say what Django's templates say."""

import re

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from casework.web.renderer import DRAWN, Renderer

NASTY = "<b>«a» & \"b\" 'c'</b>"
GROUPED = [("", "—"), ("x", NASTY), ("Grupo", [("1", "uno"), (NASTY, "dos")])]
WIDGETS = {
    "text": (forms.TextInput(attrs={"autofocus": True, "disabled": False, "data-x": NASTY}), NASTY),
    "empty text": (forms.TextInput(), None),
    "hidden": (forms.HiddenInput(), 7),
    "number": (forms.NumberInput(attrs={"min": 0}), 1.5),
    "date": (forms.DateInput(), "21/11/2026"),
    "moment": (forms.DateTimeInput(), "21/11/2026 16:05"),
    "hour": (forms.TimeInput(), "09:00"),
    "mail": (forms.EmailInput(), "a@b.mx"),
    "password": (forms.PasswordInput(), "secret"),
    "ticked": (forms.CheckboxInput(), True),
    "not ticked": (forms.CheckboxInput(), False),
    "text of many lines": (forms.Textarea(attrs={"rows": 5}), f"\nuno\n{NASTY}"),
    "empty text of many lines": (forms.Textarea(), None),
    "select": (forms.Select(choices=GROUPED, attrs={"class": "form-select"}), "x"),
    "select in a group": (forms.Select(choices=GROUPED), NASTY),
    "select of many": (forms.SelectMultiple(choices=GROUPED), ["1", "x"]),
    "radio": (forms.RadioSelect(choices=GROUPED), "1"),
    "file": (forms.FileInput(), None),
}


def without_layout(html):
    return re.sub(r"\s*\n\s*(?=<)", "", html)


@pytest.mark.parametrize("case", WIDGETS)
def test_a_control_is_drawn_as_django_draws_it(case):
    widget, value = WIDGETS[case]

    ours = widget.render("campo", value, {"id": "id_campo"}, Renderer())

    theirs = widget.render("campo", value, {"id": "id_campo"}, TemplatesSetting())
    assert without_layout(ours) == without_layout(theirs)


def test_what_is_drawn_here_are_templates_of_django():
    for template_name in DRAWN:
        TemplatesSetting().get_template(template_name)
