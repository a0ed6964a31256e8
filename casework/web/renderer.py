"""The controls of forms, drawn by functions: Django's templates for them draw each attribute of each option apart."""

from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from casework.web.drawing import draw, draw_each


class Renderer(TemplatesSetting):
    """As Django's, with the commonest controls drawn here; the markup is theirs."""

    def render(self, template_name, context, request=None):
        """A control, or anything else that has a template."""
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def _attributes(attrs):
    return SafeString(
        "".join(
            draw(" {}", name) if value is True else draw(' {}="{}"', name, str(value))
            for name, value in attrs.items()
            if value is not False
        )
    )


def _input(widget):
    value = "" if widget["value"] is None else draw(' value="{}"', str(widget["value"]))
    return draw('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"]))


def _textarea(widget):
    attrs = _attributes(widget["attrs"])
    return draw('<textarea name="{}"{}>\n{}</textarea>', widget["name"], attrs, widget["value"] or "")


def _select(widget):
    groups = SafeString("".join(_group(name, options) for name, options, _ in widget["optgroups"]))
    return draw('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), groups)


def _group(name, options):
    rows = ((str(option["value"]), _attributes(option["attrs"]), option["label"]) for option in options)
    drawn = draw_each('<option value="{}"{}>{}</option>', rows)
    return draw('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn


FOLDER = "django/forms/widgets"
INPUTS = ("input", "text", "hidden", "number", "email", "password", "date", "time", "datetime", "checkbox")
DRAWN = {
    f"{FOLDER}/select.html": _select,
    f"{FOLDER}/textarea.html": _textarea,
    **{f"{FOLDER}/{kind}.html": _input for kind in INPUTS},
}
