"""The pages of the roof: what they cost, what the search finds, and what it does with hostile strings (trust §5 row 35)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from casework.deadlines.sweep import sweep
from casework.web.waiting import SHOWN
from complaints import actions
from complaints.models import Matter
from coordination import actions as coordination
from nervion_cases.testing.situations import answered, channelled, registered, request_of, ruled

pytestmark = pytest.mark.django_db

MOST_QUERIES = 8


def a_bit_of_everything(cast):
    """Something for everybody: to classify, to answer, to verify, to rule, to approve, to ask the customer."""
    registered(cast)
    channelled(cast)
    warehouse = channelled(cast, matter=Matter.LOGISTIC, areas=("almacen-pt",))
    coordination.ask_for_information(request_of(warehouse), question="¿?", by=cast.diego, at=timezone.now())
    done = request_of(channelled(cast, matter=Matter.LOGISTIC, areas=("almacen-pt",)))
    coordination.answer(done, action="Hecho.", by=cast.diego, at=timezone.now())
    actions.draft_answer(
        ruled(cast),
        channel="phone",
        contact=cast.quiet,
        subject="Respuesta",
        body="Repondremos.",
        submit=True,
        by=cast.ana,
        at=timezone.now(),
    )
    answered(cast)


@pytest.mark.parametrize("times", [1, 3])
def test_my_day_costs_the_same_for_one_row_and_for_three(cast, signed_in, django_assert_max_num_queries, times):
    for _ in range(times):
        a_bit_of_everything(cast)

    for who in ("ana", "beto", "carla", "diego", "elena", "gil", "luz", "irma", "julia"):
        browser = signed_in(getattr(cast, who))
        browser.get(reverse("my_day"))
        with django_assert_max_num_queries(MOST_QUERIES):
            page = browser.get(reverse("my_day"))
        if who in ("ana", "beto", "carla", "diego", "elena"):
            assert page.context["total"] >= times, who


def test_of_many_the_most_urgent_are_drawn_and_all_are_counted(cast, signed_in, monkeypatch):
    monkeypatch.setattr("complaints.my_day.AT_MOST", 26)
    for _ in range(SHOWN + 3):  # two promises each, and the acuse
        registered(cast, contact=cast.quiet)

    page = signed_in(cast.beto).get(reverse("my_day"))

    groups = {group.key: group for group in page.context["groups"]}
    assert (groups["clasificar"].count, len(groups["clasificar"].shown), groups["clasificar"].words) == (
        13,
        SHOWN,
        "13",
    )
    assert page.content.decode().count("Se muestran los 10 más urgentes de 13.") == 2  # to classify, and acuses to give

    registered(cast)
    assert "más urgentes de 13+." in signed_in(cast.beto).get(reverse("my_day")).content.decode()


def test_what_is_late_hides_no_other_group(cast, signed_in, monkeypatch):
    monkeypatch.setattr("complaints.my_day.AT_MOST", 3)
    now = timezone.now()
    late = [ruled(cast, at=now - timedelta(days=60)) for _ in range(3)]
    sweep(at=now)
    new = registered(cast)

    groups = {group.key: group for group in signed_in(cast.beto).get(reverse("my_day")).context["groups"]}

    assert {row.folio for row in groups["vencidas"].rows} <= {complaint.folio for complaint in late}
    assert groups["vencidas"].more
    assert [row.folio for row in groups["clasificar"].rows] == [new.folio]
    assert groups["clasificar"].words == "1"


# --- Search -----------------------------------------------------------------------------------------------------------
def found(browser, typed):
    return {case.folio for case in browser.get(reverse("search"), {"q": typed}).context["cases"]}


@pytest.mark.parametrize(
    "typed",
    [
        "decoloracion",
        "DECOLORACIÓN",
        "Decoloración aplicar",
        "decoloraciones",
        "l24",
        "L24 0117",
        "l240117a",
        "F-487",
        "f487",
        "  f 48728 ",
    ],
)
def test_it_finds_words_without_accents_and_codes_by_their_beginning(cast, signed_in, typed):
    complaint = registered(cast, invoice="F-48728")
    registered(cast, invoice="A-1", lote="X99", description="El envase llegó roto")

    assert found(signed_in(cast.ana), typed) == {complaint.folio}


def test_it_finds_any_folio_by_its_beginning(cast, signed_in):
    complaint = channelled(cast)
    request = request_of(complaint)
    browser = signed_in(cast.beto)

    for typed in (complaint.folio, complaint.folio.lower(), complaint.folio.replace("-", ""), complaint.folio[:-2]):
        assert complaint.folio in found(browser, typed)
    assert found(browser, request.folio) == {request.folio}
    assert found(browser, request.folio[:7]) == {request.folio}


def test_only_what_one_may_see_is_found(cast, signed_in):
    complaint = registered(cast)

    assert found(signed_in(cast.beto), "decoloracion") == {complaint.folio}
    for who in ("carla", "diego", "fermin", "luz", "hugo", "irma"):
        assert found(signed_in(getattr(cast, who)), "decoloracion") == set()


@pytest.mark.parametrize("place", ["search", "complaints:list"])
def test_whoever_reads_customers_masked_cannot_try_their_names_out(cast, signed_in, place):
    complaint = registered(cast, description="Los envases que recibió Ñandú gotean")

    def finds(who, typed):
        page = signed_in(who).get(reverse(place), {"q": typed})
        return complaint.folio in page.content.decode()

    for typed in ("Ñandú", "ferreteria ñandu", "gotean"):
        assert finds(cast.beto, typed), typed
        assert not finds(cast.gil, typed), typed
    for typed in (complaint.folio, complaint.get_reason_display()):
        assert finds(cast.gil, typed), typed


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_for_one_row_and_for_three(cast, signed_in, django_assert_max_num_queries, rows):
    for _ in range(rows):
        channelled(cast)
    for who in ("ana", "beto", "carla"):
        browser = signed_in(getattr(cast, who))
        browser.get(reverse("search"))
        with django_assert_max_num_queries(MOST_QUERIES):
            page = browser.get(reverse("search"), {"q": "decoloracion"})
        assert len(page.context["cases"]) >= rows


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1--",
        "%",
        "_",
        "%%%%",
        "\\",
        "\\'",
        "a & b | !c <-> :* (",
        "':*'",
        "-" * 300,
        "(" * 5000,
        "a " * 20000,
        "\u202egnirts",
        "Z͑ͫ̓ͪ̂ͫ̽a͎̜",
        "🎨",
        "ﷺ" * 200,
        "<script>alert(1)</script>",
        "{{7*7}}{% debug %}",
        "\n\t\r",
    ],
    ids=range(18),
)
def test_whatever_is_typed_is_taken_literally(cast, signed_in, typed):
    registered(cast)

    page = signed_in(cast.ana).get(reverse("search"), {"q": typed})

    assert page.status_code == 200
    assert page.context["cases"] == []
    text = page.content.decode()
    assert "<script>alert" not in text
    assert escape(typed.strip()[:200]) in text


def test_nul_is_a_bad_request_and_broken_bytes_are_no_error(cast, signed_in):
    browser = signed_in(cast.ana)
    assert browser.get("/buscar/?q=a%00b").status_code == 400
    assert browser.get("/buscar/?q=%ED%A0%80%FF%FE").status_code == 200
    assert browser.get("/expedientes/%ED%A0%80/").status_code == 404
    assert browser.get("/expedientes/a%00b/").status_code == 400
