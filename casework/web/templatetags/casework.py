"""The furniture of screens: filters for dates and money, and the components that need more than an include."""

import re
from functools import cache, lru_cache
from zlib import crc32

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.forms import CheckboxInput, Select
from django.template.defaulttags import CsrfTokenNode
from django.utils import timezone
from django.utils.safestring import mark_safe

from casework.web import faces
from casework.web.drawing import draw, draw_each

register = template.Library()

ICON_FOLDER = "vendor/bootstrap-icons-1.13.1"
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


# --- Dates, amounts ---------------------------------------------------------------------------------------------------
def _date_filter(name, words):
    @register.filter(name)
    def show(value):
        return words(value) if value else ""

    return show


fecha = _date_filter("fecha", faces.short_date)
fecha_hora = _date_filter("fecha_hora", faces.date_and_time)
fecha_larga = _date_filter("fecha_larga", faces.long_date)
hora = _date_filter("hora", lambda value: f"{faces.local(value):%H:%M}")


@register.filter
def relativo(value):
    """«hace 5 minutos». Show the absolute date beside it: the `cuando` tag does both."""
    return faces.relative(value, at=timezone.now()) if value else ""


@register.filter
def limite(value):
    """«28/11 24:00»: a limit at midnight belongs to the day that ends."""
    return faces.limit(value, today=faces.today_in_plant(timezone.now())) if value else ""


@register.filter
def pesos(value):
    return "" if value in (None, "") else faces.pesos(value)


@register.filter
def numero(value):
    return "" if value in (None, "") else faces.number(value)


@register.filter
def porcentaje(value):
    """«93.5 %»; nothing to divide by is «Sin datos», never 0 %."""
    return "Sin datos" if value in (None, "") else f"{faces.number(round(float(value), 1))} %"


@register.filter
def tamano(size):
    """«2.4 MB»"""
    size = float(size or 0)
    return f"{faces.number(round(size / 1_000_000, 1))} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


@register.simple_tag
def cuando(value):
    """A moment in relative words with the absolute one beside it."""
    if not value:
        return ""
    return draw(
        '<time datetime="{}" title="{}">{} · {}</time>',
        value.isoformat(),
        faces.long_date(value),
        faces.relative(value, at=timezone.now()),
        faces.date_and_time(value) if hasattr(value, "hour") else faces.short_date(value),
    )


# --- Icons and small marks --------------------------------------------------------------------------------------------
@cache
def _drawing(name):
    path = finders.find(f"{ICON_FOLDER}/{name}.svg")
    if not path:
        if settings.DEBUG:
            raise ImproperlyConfigured(f"No icon «{name}» in static/{ICON_FOLDER}.")
        return _drawing("circle")  # a page with one wrong mark is better than no page; a test finds it
    with open(path, encoding="utf-8") as file:
        return DRAWING.search(file.read()).group(1).strip()


@register.simple_tag
def icon(name, **attributes):
    """A Bootstrap icon, inline. `class` adds classes; `title` gives it a name (else it is decoration beside words)."""
    return _icon(name, attributes.get("class", ""), attributes.get("title", ""))


@lru_cache(maxsize=512)
def _icon(name, extra="", title=""):
    named = draw('role="img" aria-label="{}"', title) if title else mark_safe('aria-hidden="true"')
    return draw(
        '<svg class="icon{}" viewBox="0 0 16 16" focusable="false" {}>{}</svg>',
        f" {extra}" if extra else "",
        named,
        mark_safe(_drawing(name)),  # our own file, never what a person typed
    )


# English stage codes of both procedures, by what they ask of the eye
PILL_KINDS = {
    "to_confirm": "active",
    "registered": "active",
    "asked": "active",
    "channelled": "active",
    "assigned": "active",
    "ruled": "active",
    "answered": "active",
    "closed": "done",
    "accepted": "done",
    "cancelled": "void",
    "duplicate": "void",
    "withdrawn": "void",
    "reopened": "again",
    "urgent": "urgent",
}


@register.simple_tag
def pill(label, kind=""):
    """A tag in words. `kind`: active, done, void, again, urgent, nothing; or the code of a stage."""
    kind = PILL_KINDS.get(str(kind), str(kind))
    return draw('<span class="pill{}">{}</span>', f" pill--{kind}" if kind else "", label)


@register.simple_tag
def stage(thing):
    """The pill of something with a `stage` (a TextChoices field)."""
    return pill(thing.get_stage_display(), thing.stage)


def initials(name):
    words = [word for word in str(name).split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "–"


def name_of(person):
    full = getattr(person, "get_full_name", None)
    return (full() if full else "") or str(person)


@register.simple_tag
def person_mark(person):
    return draw(
        '<span class="person__mark" aria-hidden="true">{}</span>',
        initials(name_of(person)),
    )


@register.simple_tag
def person(someone, detail=""):
    """A person: mark, name, and a line of detail under it (department, post)."""
    if not someone:
        return mark_safe('<span class="soft">Sin responsable</span>')
    small = draw("<small>{}</small>", detail) if detail else ""
    return draw(
        '<span class="person">{}<span class="person__words">{}{}</span></span>',
        person_mark(someone),
        name_of(someone),
        small,
    )


# --- Deadlines and steps ----------------------------------------------------------------------------------------------
# Written here and not as templates: a list has one of them in each row.
WHY = "¿Por qué vence entonces?"


@register.simple_tag
def deadline_badge(deadline, name="", done="Cumplida", why_url="", why=None, compact=False, at=None):
    """A deadline in words: icon, «Vence en 8 días», «28/11 24:00», and why. Colour never speaks alone.

    `deadline` has due_at, and if present starts_at, soon_at, breaks_at, met_at, ended_at, breached_at, why_url. `name`:
    what is due; `done`: the word when met («Cerrada»); `compact`: in lists and bars, the badge itself opens the
    derivation. `why_url`: its address («-» for none), loaded on opening and a link without JS; `why`: its sentences.
    """
    why_url = why_url or getattr(deadline, "why_url", "")
    due = _due(faces.deadline_face(deadline, at=at or timezone.now(), done=done), name)
    if not why and why_url in ("", "-"):
        return draw('<div class="due-cell">{}</div>', due)
    if why:
        asking = ""
        answer = draw("<ol>{}</ol>", draw_each("<li>{}</li>", ((line,) for line in why)))
    else:
        asking = draw(' hx-get="{}" hx-trigger="toggle once" hx-target="find .why__lines"', why_url)
        answer = draw('<a href="{}">Ver el cálculo, renglón por renglón</a>', why_url)
    if compact:
        return draw(
            '<details class="why why--compact"{}><summary>{}{}<span class="visually-hidden"> {}</span></summary>'
            '<div class="why__lines">{}</div></details>',
            asking,
            due,
            _icon("question-circle"),
            WHY,
            answer,
        )
    return draw(
        '<div class="due-cell">{} <details class="why"{}><summary>{}{}</summary><div class="why__lines">{}</div></details></div>',
        due,
        asking,
        _icon("chevron-right"),
        WHY,
        answer,
    )


def _due(face, name):
    was = "vencía " if face.state in ("met", "missed") else ""
    return draw(
        '<span class="due due--{}"{}>{}<span>{}<span class="due__words">{}</span>{}</span></span>',
        face.state,
        draw(' title="{}"', face.full) if face.full else "",
        _icon(face.icon),
        draw('<span class="due__what">{}</span>', name) if name else "",
        face.words,
        draw(' <span class="due__date">· {}{}</span>', was, face.date) if face.date else "",
    )


@register.simple_tag(takes_context=True)
def step_button(context, step, kind="", post=False, icon_name="", key=""):
    """A `Step` as a button; refused, it stays in sight, can be reached by keyboard and says why.

    `post=True` makes it a form of its own; `key` is its shortcut («r»).
    """
    kind = kind or ("primary" if getattr(step, "primary", False) else "secondary")
    if step.why_not:
        return draw(
            '<span class="step"><button type="button" class="btn btn-{}" aria-disabled="true" aria-describedby="{id}">{}{}'
            '</button><span class="step__why" id="{id}" role="tooltip">{}</span></span>',
            kind,
            _icon("lock"),
            step.label,
            step.why_not,
            id=f"por-que-{crc32(repr(step).encode()):08x}",
        )
    shortcut = draw(' data-shortcut="{}"', key) if key else ""
    words = draw("{}{}", _icon(icon_name) if icon_name else "", step.label)
    if not post:
        return draw('<a class="btn btn-{}" href="{}"{}>{}</a>', kind, step.url, shortcut, words)
    return draw(
        '<form method="post" action="{}" class="step-form">{}<button class="btn btn-{}"{}>{}</button></form>',
        step.url,
        CsrfTokenNode().render(context),
        kind,
        shortcut,
        words,
    )


# --- Forms ------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/_error_summary.html")
def error_summary(*forms):
    """«Hay un problema»: every error of these forms or formsets, with a link to its field."""
    problems = []
    for form in forms:
        for one in getattr(form, "forms", None) or [form]:
            problems += _problems_of(one)
        if hasattr(form, "non_form_errors"):
            problems += [("", error) for error in form.non_form_errors()]
    return {"problems": problems}


def _problems_of(form):
    if not getattr(form, "errors", None):
        return []
    problems = [("", error) for error in form.non_field_errors()]
    for bound in form:
        in_group = f"{bound.auto_id}_0" if bound.field.widget.use_fieldset else bound.auto_id
        target = "" if bound.is_hidden else bound.id_for_label or in_group
        problems += [(target, _sentence(bound, error)) for error in bound.errors.as_data()]
    return problems


def _sentence(bound, error):
    """Our own sentences stand alone; one of Django's general ones needs the name of the field before it."""
    kinds = (getattr(kind, "default_error_messages", {}) for kind in type(bound.field).__mro__)
    general = {str(words) for kind in kinds for words in kind.values()}
    words = " ".join(error.messages)
    return f"{bound.label}: {words[:1].lower()}{words[1:]}" if words in general else words


@register.simple_tag
def field(bound):
    """A field as `bootstrap5/field.html` draws it, without the way through templates; groups of choices take that way."""
    widget, wrong = bound.field.widget, bound.errors
    if bound.is_hidden:
        return bound.as_widget()
    if widget.use_fieldset or isinstance(widget, CheckboxInput) or getattr(widget, "drawn_apart", False):
        return as_crispy_field(bound)
    classes = (
        widget.attrs.get("class"),
        type(widget).__name__.lower(),
        "form-select" if isinstance(widget, Select) else "form-control",
        "is-invalid" if wrong else "",
    )
    optional = "" if bound.field.required else mark_safe(' <span class="optional">(opcional)</span>')
    help_text = mark_safe(bound.help_text)  # written by us
    return draw(
        '<div id="div_{id}" class="field{}">{}{}{}{}</div>',
        " field--wrong" if wrong else "",
        draw('<label for="{}" class="form-label">{}{}</label>', bound.id_for_label, bound.label, optional),
        draw('<div id="{}_helptext" class="form-text">{}</div>', bound.auto_id, help_text) if help_text else "",
        _wrong(bound, wrong) if wrong else "",
        bound.as_widget(attrs={"class": " ".join(filter(None, classes))}),
        id=bound.auto_id,
    )


def _wrong(bound, errors):
    return draw(
        '<div id="{}_error" class="invalid-feedback">{}<div><span class="visually-hidden">Error: </span>{}</div></div>',
        bound.auto_id,
        _icon("exclamation-triangle-fill"),
        draw_each("<p>{}</p>", ((error,) for error in errors)),
    )


@register.filter
def with_class(bound, extra):
    """A form control with Bootstrap's class, for fields drawn by hand."""
    classes = f"{bound.field.widget.attrs.get('class', '')} {extra}".strip()
    return bound.as_widget(attrs={"class": classes})


# --- Messages, lists --------------------------------------------------------------------------------------------------
@register.simple_tag
def messages_kind(messages):
    """The gravest of the messages decides how the one banner looks."""
    levels = {message.level_tag for message in list(messages)}
    return next((kind for kind in ("error", "warning") if kind in levels), "success")


@register.inclusion_tag("components/_pages.html", takes_context=True)
def pages(context, page, what="casos", one=""):
    """Pagination of a `Page`, keeping the filters of the address. `one` is the singular, where it is not plain."""
    single = one or (what[:-2] if what.endswith(("des", "nes", "res")) else what.removesuffix("s"))
    return {
        "page": page,
        "what": single if page.paginator.count == 1 else what,
        "count": getattr(page.paginator, "count_shown", None) or faces.number(page.paginator.count),
        "numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "request": context.get("request"),
    }


@register.inclusion_tag("components/_sort_header.html", takes_context=True)
def sort_header(context, field, label, current="", css=""):
    """A header that orders the list; `current` is the ordering in force (`due` or `-due`)."""
    request = context.get("request")
    current = current or (request.GET.get("orden", "") if request else "")
    return {
        "label": label,
        "direction": {field: "ascending", f"-{field}": "descending"}.get(current, ""),
        "next": f"-{field}" if current == field else field,
        "css": css,
        "request": request,
    }


@register.simple_tag
def lines(items):
    """A list of sentences, escaped."""
    return draw(
        "<ul>{}</ul>",
        draw_each("<li>{}</li>", ((item,) for item in items)),
    )
