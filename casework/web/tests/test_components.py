"""What the furniture shows: dates, amounts, deadlines in words, steps that explain themselves."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as Sample

import pytest
from django import forms
from django.conf import settings as project
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import get_template

from casework.moment import PLANT
from casework.rules import Step, says_yes
from casework.web import faces
from casework.web.gallery import check_may_see_gallery
from casework.web.templatetags import casework as tags

TEMPLATES = Path(project.BASE_DIR) / "templates"
STYLES = Path(project.BASE_DIR) / "static" / "css"
ICONS = Path(project.BASE_DIR) / "static" / tags.ICON_FOLDER
NOW = datetime(2026, 11, 21, 16, 5, tzinfo=PLANT)


def at(words):
    return datetime.fromisoformat(words).replace(tzinfo=PLANT)


def drawn(source, **context):
    return Template("{% load casework %}" + source).render(Context(context))


# --- Dates and amounts ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fecha", "21/11/2026"),
        ("fecha_hora", "21/11/2026 16:05"),
        ("fecha_larga", "sábado 21 de noviembre de 2026"),
        ("hora", "16:05"),
    ],
)
def test_moments_are_shown_in_plant_time(name, words):
    in_utc = datetime.fromisoformat("2026-11-21T22:05:00+00:00")

    assert drawn("{{ moment|" + name + " }}", moment=in_utc) == words


@pytest.mark.parametrize(
    "name", ["fecha", "fecha_hora", "fecha_larga", "hora", "relativo", "limite", "pesos", "numero"]
)
def test_nothing_is_shown_for_nothing(name):
    assert drawn("{{ moment|" + name + " }}", moment=None) == ""


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("2026-11-29 00:00", "28/11 24:00"),
        ("2026-12-01 00:00", "30/11 24:00"),
        ("2026-11-24 13:00", "24/11 13:00"),
        ("2027-01-01 00:00", "31/12 24:00"),
        ("2027-01-08 09:30", "08/01/2027 09:30"),
    ],
)
def test_a_limit_at_midnight_belongs_to_the_day_that_ends(limit, words):
    assert faces.limit(at(limit), today=NOW.date()) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-21 16:05", "ahora"),
        ("2026-11-21 16:04", "hace 1 minuto"),
        ("2026-11-21 15:35", "hace 30 minutos"),
        ("2026-11-21 09:05", "hace 7 horas"),
        ("2026-11-20 23:50", "ayer"),
        ("2026-11-18 10:00", "hace 3 días"),
        ("2026-11-21 18:05", "en 2 horas"),
        ("2026-11-22 15:00", "mañana"),
        ("2026-11-29 00:00", "en 8 días"),
    ],
)
def test_relative_words(moment, words):
    assert faces.relative(at(moment), at=NOW) == words


@pytest.mark.parametrize(
    ("amount", "words"), [(1250, "$1,250.00 MXN"), ("18250.5", "$18,250.50 MXN"), (-3, "-$3.00 MXN"), ("nada", "")]
)
def test_pesos(amount, words):
    assert drawn("{{ amount|pesos }}", amount=amount) == words


@pytest.mark.parametrize(("value", "words"), [(1234.5, "1,234.5"), (1000, "1,000"), ("0.50", "0.5"), (100, "100")])
def test_numbers(value, words):
    assert drawn("{{ value|numero }}", value=value) == words


def test_a_percentage_without_data_is_never_zero():
    assert drawn("{{ value|porcentaje }}", value=None) == "Sin datos"
    assert drawn("{{ value|porcentaje }}", value=93.48) == "93.5 %"
    assert drawn("{{ value|porcentaje }}", value=0) == "0 %"


def test_sizes_of_files():
    assert tags.tamano(2_412_000) == "2.4 MB"
    assert tags.tamano(300) == "1 kB"


# --- Deadlines ----------------------------------------------------------------------------------------------------------
def promise(starts="2026-11-10 10:00", due="2026-11-29 00:00", **more):
    return Sample(starts_at=at(starts), due_at=at(due), **more)


@pytest.mark.parametrize(
    ("deadline", "state", "words", "limit"),
    [
        (promise(), "ok", "Vence en 7 días", "28/11 24:00"),
        (promise(due="2026-11-25 00:00"), "soon", "Vence en 3 días", "24/11 24:00"),
        (promise(starts="2026-11-20 09:00", due="2026-11-21 18:00"), "soon", "Vence hoy a las 18:00", "21/11 18:00"),
        (promise(starts="2026-11-21 15:00", due="2026-11-22 13:00"), "ok", "Vence mañana a las 13:00", "22/11 13:00"),
        (promise(due="2026-11-22 00:00"), "soon", "Vence hoy a las 24:00", "21/11 24:00"),
        (promise(due="2026-11-21 13:00"), "late", "Vencida hoy a las 13:00", "21/11 13:00"),
        (promise(due="2026-11-21 00:00"), "late", "Vencida hace 1 día", "20/11 24:00"),
        (promise(due="2026-11-19 13:00"), "late", "Vencida hace 2 días", "19/11 13:00"),
        (promise(met_at=at("2026-11-19 13:00")), "met", "Cerrada en plazo (día 9)", "28/11 24:00"),
        (promise(met_at=at("2026-11-29 00:00")), "missed", "Cerrada fuera de plazo (día 19)", "28/11 24:00"),
        (promise(ended_at=at("2026-11-19 13:00")), "none", "Sin efecto", "28/11 24:00"),
        (Sample(due_at=None), "none", "Sin plazo", ""),
    ],
)
def test_a_deadline_in_words(deadline, state, words, limit):
    face = faces.deadline_face(deadline, at=NOW, done="Cerrada")

    assert (face.state, face.words, face.date) == (state, words, limit)


def test_a_missed_deadline_stays_missed_though_it_was_met_later():
    """MPC-SER-002 §6: what was missed stays missed."""
    deadline = promise(due="2026-11-20 00:00", breached_at=at("2026-11-20 00:00"), met_at=at("2026-11-21 10:00"))

    assert faces.deadline_face(deadline, at=NOW).state == "missed"


def test_a_deadline_is_late_only_once_it_breaks():
    friday_close = promise(starts="2026-11-20 09:00", due="2026-11-20 18:00", breaks_at=at("2026-11-23 09:00"))

    assert faces.deadline_face(friday_close, at=NOW).state == "soon"
    assert faces.deadline_face(friday_close, at=at("2026-11-23 09:00")).state == "late"


def test_the_deadline_itself_may_say_when_it_hurries():
    deadline = promise(soon_at=NOW - timedelta(minutes=1))

    assert faces.deadline_face(deadline, at=NOW).state == "soon"


def test_every_deadline_offers_its_derivation():
    html = drawn("{% deadline_badge deadline at=now %}", deadline=promise(why_url="/plazos/7/"), now=NOW)

    assert "¿Por qué vence entonces?" in html
    assert 'href="/plazos/7/"' in html
    assert 'hx-get="/plazos/7/"' in html
    assert drawn("{% deadline_badge deadline at=now why_url='-' %}", deadline=promise(), now=NOW).count("¿Por qué") == 0


# --- Steps, tags, people ------------------------------------------------------------------------------------------------
def test_a_refused_step_says_why_where_it_can_be_read():
    html = drawn("{% step_button step %}", step=Step("Cerrar", "/x/", why_not="Falta registrar la conformidad."))

    described = re.search(r'aria-describedby="([^"]+)"', html).group(1)
    assert 'aria-disabled="true"' in html
    assert f'id="{described}"' in html
    assert "Falta registrar la conformidad." in html
    assert "href" not in html


def test_an_open_step_is_a_link_or_a_form_of_its_own():
    step = Step("Responder", "/x/", primary=True)

    assert '<a class="btn btn-primary" href="/x/">' in drawn("{% step_button step %}", step=step)
    assert '<form method="post" action="/x/"' in drawn("{% step_button step post=True %}", step=step)


def test_what_people_typed_is_never_markup():
    nasty = "<script>alert(1)</script>"

    for source in ("{% pill text %}", "{% person text text %}", "{% lines items %}"):
        assert "<script>" not in drawn(source, text=nasty, items=[nasty])


@pytest.mark.parametrize(
    ("name", "letters"), [("Ana López", "AL"), ("Beto", "B"), ("José María Ñúñez", "JÑ"), ("", "–")]
)
def test_initials(name, letters):
    assert tags.initials(name) == letters


@pytest.mark.parametrize(
    ("rows", "what", "words"),
    [(1, "solicitudes", "1 solicitud"), (1, "clientes", "1 cliente"), (1200, "quejas", "1–20 de 1,200 quejas")],
)
def test_pages_count_in_words(rf, rows, what, words):
    page = Paginator(range(rows), 20).page(1)

    html = drawn("{% pages page what=what %}", page=page, what=what, request=rf.get("/"))

    assert f"<span>{words}</span>" in html


def test_pages_keep_the_filters_of_the_address(rf):
    page = Paginator(range(60), 20).page(2)

    html = drawn("{% pages page %}", page=page, request=rf.get("/quejas/?motivo=empaque&page=2"))

    assert "motivo=empaque&amp;page=3" in html


# --- Forms --------------------------------------------------------------------------------------------------------------
class ProbeForm(forms.Form):
    customer = forms.CharField(label="Cliente", error_messages={"required": "Escriba el nombre del cliente"})
    channel = forms.ChoiceField(label="Canal", choices=[("a", "A")], widget=forms.RadioSelect)
    note = forms.CharField(label="Nota", required=False, help_text="Para el área.")


def test_the_error_summary_repeats_the_words_and_leads_to_the_fields():
    form = ProbeForm({})
    form.add_error(None, "La queja ya se había registrado.")

    html = drawn("{% error_summary form %}", form=form)

    assert "Hay un problema" in html
    assert "<li>La queja ya se había registrado.</li>" in html
    assert '<a href="#id_customer">Escriba el nombre del cliente</a>' in html
    assert '<a href="#id_channel_0">Canal: este campo es obligatorio.</a>' in html


def test_there_is_no_summary_where_nothing_is_wrong():
    assert drawn("{% error_summary form %}", form=ProbeForm()).strip() == ""


def test_a_field_ties_hint_and_error_to_its_control():
    form = ProbeForm({})

    html = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": form}))

    assert 'id="id_customer_error"' in html
    assert re.search(r'<input[^>]+name="customer"[^>]+aria-describedby="id_customer_error"', html)
    assert re.search(r'<input[^>]+name="note"[^>]+aria-describedby="id_note_helptext"', html)
    assert "(opcional)" in html
    assert html.index("id_note_helptext") < html.index('name="note"')


# --- The house ----------------------------------------------------------------------------------------------------------
def test_the_gallery_is_for_the_administrator_and_in_the_demo_for_anyone(settings):
    administrator, somebody = (
        Sample(has_role=lambda *roles: "administrador" in roles),
        Sample(has_role=lambda *_: False),
    )

    settings.DEMO = False
    assert says_yes(check_may_see_gallery, administrator)
    assert not says_yes(check_may_see_gallery, somebody)
    settings.DEMO = True
    assert says_yes(check_may_see_gallery, somebody)


def test_every_component_can_be_loaded():
    for path in sorted((TEMPLATES / "components").glob("*.html")):
        assert path.name.startswith("_"), path.name
        get_template(f"components/{path.name}")


def test_every_icon_named_in_a_template_is_there():
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text("utf-8"))
    }
    named |= set(faces.ICONS.values())

    assert named - {path.stem for path in ICONS.glob("*.svg")} == set()


def test_no_template_carries_style_or_script_of_its_own():
    """The CSP has no inline: a style attribute would simply not work."""
    wrong = re.compile(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*(src=|type="application/json"))', re.IGNORECASE)
    pages = [path for path in TEMPLATES.rglob("*.html") if not {"emails", "pdf"} & set(path.parts)]

    assert [path.name for path in pages if wrong.search(path.read_text("utf-8"))] == []


def test_colours_and_pixels_live_in_the_tokens_alone():
    values = re.compile(r"#[0-9a-f]{3,8}\b|\b\d+(\.\d+)?px\b|\brgba?\(|\bhsl", re.IGNORECASE)
    sheets = [path for path in STYLES.glob("*.css") if path.name != "tokens.css"]

    found = {path.name: match.group() for path in sheets if (match := values.search(path.read_text("utf-8")))}

    assert found == {}


def test_a_plain_date_is_a_whole_day():
    assert faces.limit_parts(date(2026, 11, 28)) == (date(2026, 11, 28), "24:00")
