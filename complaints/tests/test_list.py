"""The list of complaints: what it costs, what it shows to whom, and what it does with a hostile address."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.actions import acknowledge, reopen
from complaints.models import Kind, Reason
from complaints.stages import Stage
from nervion_cases.testing.situations import closed, complaint_at, registered

LIST = "complaints:list"


def folios(response):
    return {complaint.folio for complaint in response.context["page"].object_list}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("who", ["ana", "beto", "carla", "gil"])
def test_the_list_costs_the_same_for_one_row_and_for_three(cast, signed_in, django_assert_max_num_queries, rows, who):
    for _ in range(rows):
        complaint_at(Stage.CHANNELLED, cast=cast)
    browser = signed_in(getattr(cast, who))
    browser.get(reverse(LIST))

    with django_assert_max_num_queries(8):
        response = browser.get(reverse(LIST), {"cola": "mias"} if who == "ana" else {})

    assert response.context["page"].paginator.count == rows


def test_filters_live_in_the_address_and_each_has_a_chip_without_it(cast, signed_in):
    wanted = registered(cast, reason=Reason.PACKAGING, kind=Kind.CLAIM)
    registered(cast, reason=Reason.QUALITY)

    response = signed_in(cast.ana).get(reverse(LIST), {"motivo": "packaging", "tipo": "claim", "page": "1"})

    assert folios(response) == {wanted.folio}
    chips = {chip["label"]: chip["url"] for chip in response.context["chips"]}
    assert chips == {"Tipo: Reclamación": "?motivo=packaging", "Motivo: Empaque": "?tipo=claim"}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"q": "decoloracion"}, True),
        ({"q": "l24-0117a"}, True),
        ({"q": "flete"}, False),
        ({"etapa": "registered"}, True),
        ({"etapa": "closed"}, False),
        ({"desde": "01/01/2020"}, True),
        ({"hasta": "01/01/2020"}, False),
        ({"asunto": "technical"}, False),
        ({"cola": "clasificar"}, True),
        ({"cola": "cliente"}, False),
        ({"cola": "vencidas"}, False),
    ],
)
def test_each_filter_finds_what_it_says(cast, signed_in, address, found):
    complaint = registered(cast)

    response = signed_in(cast.ana).get(reverse(LIST), address)

    assert folios(response) == ({complaint.folio} if found else set())


def test_people_and_departments_are_filters_too(cast, signed_in):
    complaint = registered(cast)
    responsible, department = complaint.case_file.responsible_id, complaint.case_file.department_id

    browser = signed_in(cast.ana)

    assert folios(browser.get(reverse(LIST), {"responsable": responsible})) == {complaint.folio}
    assert folios(browser.get(reverse(LIST), {"responsable": cast.diego.pk})) == set()
    assert folios(browser.get(reverse(LIST), {"departamento": department})) == {complaint.folio}
    assert folios(browser.get(reverse(LIST), {"departamento": cast.diego.department_id})) == set()


def test_the_queues_count_what_they_hold(cast, signed_in):
    now = timezone.now()
    overdue = registered(cast, at=now - timedelta(days=20))
    registered(cast, by=cast.beto)
    answered = complaint_at(Stage.ANSWERED, cast=cast)
    closed(cast)
    browser = signed_in(cast.ana)

    response = browser.get(reverse(LIST))

    counts = {queue["url"].partition("cola=")[2]: queue.get("count") for queue in response.context["queues"]}
    for key, count in counts.items():
        page = browser.get(reverse(LIST), {"cola": key} if key else {}).context["page"]
        assert count is None or count == page.paginator.count, key
    assert folios(browser.get(reverse(LIST), {"cola": "vencidas"})) == {overdue.folio}
    assert folios(browser.get(reverse(LIST), {"cola": "cliente"})) == {answered.folio}
    assert counts["mias"] == 2


def test_a_promise_that_hurries_is_in_por_vencer(cast, signed_in):
    hurried = registered(cast, at=timezone.now() - timedelta(days=12))
    acknowledge(
        hurried, channel="phone", text="Recibimos.", happened_at=hurried.received_at, by=cast.ana, at=timezone.now()
    )
    registered(cast)

    response = signed_in(cast.ana).get(reverse(LIST), {"cola": "por-vencer"})

    assert folios(response) == {hurried.folio}


@pytest.mark.parametrize(
    "address",
    [
        {"orden": "asignado_a__password"},
        {"orden": "case_file__responsible__password"},
        {"campo__regex": ".*"},
        {"filtro": '{"a":1}'},
        {"q": "' OR 1=1--"},
        {"q": "%"},
        {"q": "_"},
        {"q": "\\"},
        {"q": "a" * 5000},
        {"q": "ñ" * 200},
        {"q": "(((((" * 30},
        {"etapa": "borrada"},
        {"responsable": "9" * 50},
        {"responsable": "NaN"},
        {"departamento": "-1"},
        {"cola": "todas' OR"},
        {"desde": "9999-12-31"},
        {"desde": "0001-01-01"},
        {"hasta": "30/02/2026"},
        {"hasta": "2026-01-01T00:00:00+25:00"},
        {"page": "-1"},
        {"page": "0"},
        {"page": "1000000000"},
        {"page": "NaN"},
        {"page": "9" * 50},
        {"page": "9" * 5000},
        {"page": "1e9"},
    ],
    ids=lambda address: next(f"{key}={value[:20]}" for key, value in address.items()),
)
def test_a_hostile_address_is_ignored_and_never_breaks(cast, signed_in, address):
    registered(cast)

    response = signed_in(cast.ana).get(reverse(LIST), address)

    assert response.status_code == 200
    assert response.context["page"].paginator.count in (0, 1)
    if "q" not in address:
        assert response.context["page"].paginator.count == 1


def test_nul_in_the_address_is_a_bad_request(cast, signed_in):
    assert signed_in(cast.ana).get("/quejas/?q=%00").status_code == 400


def test_a_day_that_does_not_exist_is_said_and_filters_nothing(cast, signed_in):
    registered(cast)

    response = signed_in(cast.ana).get(reverse(LIST), {"hasta": "30/02/2026"})

    assert response.context["page"].paginator.count == 1
    assert "Escriba la fecha como 21/11/2026." in response.content.decode()


@pytest.mark.parametrize("ordering", ["due", "-due", "received", "-received", "folio", "-folio"])
def test_the_list_is_ordered_on_the_server(cast, signed_in, ordering):
    now = timezone.now()
    for days in (3, 1, 2):
        registered(cast, at=now - timedelta(days=days))

    response = signed_in(cast.ana).get(reverse(LIST), {"orden": ordering})

    rows = list(response.context["page"].object_list)
    shown = {
        "due": lambda row: row.deadline.due_at,
        "received": lambda row: row.received_at,
        "folio": lambda row: row.folio,
    }[ordering.removeprefix("-")]
    keys = [shown(row) for row in rows]
    assert keys == sorted(keys, reverse=ordering.startswith("-"))


def test_direccion_reads_the_customer_masked(cast, signed_in):
    registered(cast)

    shown = signed_in(cast.ana).get(reverse(LIST)).content.decode()
    masked = signed_in(cast.gil).get(reverse(LIST)).content.decode()

    assert "Ferretería La Ñandú" in shown
    assert "Ferretería La Ñandú" not in masked
    assert "•••" in masked


def test_an_area_sees_only_what_was_channelled_to_it(cast, signed_in):
    theirs = complaint_at(Stage.CHANNELLED, cast=cast, areas=("almacen-pt",), matter="logistic")
    registered(cast)

    assert folios(signed_in(cast.diego).get(reverse(LIST))) == {theirs.folio}
    assert folios(signed_in(cast.fermin).get(reverse(LIST))) == set()


@pytest.mark.parametrize("who", ["irma", "hugo"])
def test_whoever_reads_no_complaints_is_refused(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get(reverse(LIST)).status_code == 403


def test_the_executive_sees_open_cases_of_others_and_closed_ones_of_his_own(cast, signed_in):
    open_one = registered(cast, by=cast.beto)
    own = closed(cast)
    cast.fermin.groups.set(cast.ana.groups.all())

    assert folios(signed_in(cast.ana).get(reverse(LIST))) == {open_one.folio, own.folio}
    assert folios(signed_in(cast.fermin).get(reverse(LIST))) == {open_one.folio}


def test_a_reopened_case_says_so(cast, signed_in):
    again, other = closed(cast), closed(cast)
    reopen(again, reason="Volvió a fallar.", by=cast.beto, at=timezone.now())

    rows = signed_in(cast.beto).get(reverse(LIST)).context["page"].object_list

    assert {row.folio: row.reopened for row in rows} == {again.folio: True, other.folio: False}


def test_counting_stops_and_says_so_and_every_page_can_still_be_reached(cast, signed_in, monkeypatch):
    monkeypatch.setattr("complaints.queues.COUNTED", 2)
    monkeypatch.setattr("complaints.views.complaints.COUNTED", 2)
    monkeypatch.setattr("casework.web.paging.COUNTED", 2)
    monkeypatch.setattr("complaints.views.complaints.PAGE", 1)
    made = [registered(cast) for _ in range(5)]
    browser = signed_in(cast.ana)

    first = browser.get(reverse(LIST), {"cola": "mias"})

    assert next(queue["count"] for queue in first.context["queues"] if queue["current"]) == "2+"
    assert "1–1 de 2+ casos" in first.content.decode()
    pages = [browser.get(reverse(LIST), {"cola": "mias", "page": number}) for number in range(1, 6)]
    assert [folios(page) for page in pages] == [{complaint.folio} for complaint in made]
    assert "5–5 de 5 casos" in pages[-1].content.decode()
