"""Who may open what: every URL × role × {own, other's}, against the matrix of trust §6 written out here.

The columns of a row are ECQJAMDFNU: Ejecutivo, Coordinador, caLidad (Q), Jefe, Área, coMercial, Dirección, Facilitador,
admiNistrador, aUditor. `v` may, `x` is denied (403, or 404 when the object is hidden), `4` must not know that it exists.
"""

from types import SimpleNamespace

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from casework.alerts.models import Alert
from casework.correspondence.models import Channel as By
from casework.people.models import Substitute
from casework.people.roles import Role
from casework.records import evidence as evidence_room
from complaints import actions
from complaints.models import Matter, Severity
from coordination import actions as coordination
from coordination.models import CoordinationRequest
from nervion_cases.demo.photos import wall
from nervion_cases.testing.cast import Part, make_person
from nervion_cases.testing.situations import area, registered, ruled

COLUMNS = ("ana", "beto", "carla", "diego", "luz", "elena", "gil", "hugo", "irma", "julia")
SEEN, SEEN_OTHER = "vvvvvvv44v", "vv444vv44v"
COORDINATES = "xvxxxvxxxx"
EVERYBODY = "vvvvvvvvvv"
ADMINISTERS = "xxxxxxxxvx"
PROPOSES = "xvxxxxxxvx"
REGISTERS = "vvvxxvxxxx"
ADDS_CUSTOMERS = "vvxxxvxxvx"
READS_SETTINGS = "xvxxxvvxvv"

# name: (object, own, other's); object names what `World` gives for the address, "" when there is none
MATRIX = {
    "my_day": ("", EVERYBODY, ""),
    "search": ("", EVERYBODY, ""),
    "case_file": ("complaint", SEEN, SEEN_OTHER),
    "duty": ("", PROPOSES, ""),
    "gallery": ("", ADMINISTERS, ""),
    "alerts:list": ("", EVERYBODY, ""),
    "alerts:see_all": ("", EVERYBODY, ""),
    "alerts:open": ("alert", "v444444444", "44v4444444"),
    "catalogue:customers": ("", ADMINISTERS, ""),
    "catalogue:add_customer": ("", ADDS_CUSTOMERS, ""),
    "catalogue:customer_options": ("", REGISTERS, ""),
    "catalogue:customer": ("customer", ADMINISTERS, ADMINISTERS),
    "catalogue:add_contact": ("customer", ADMINISTERS, ADMINISTERS),
    "catalogue:contact": ("contact", ADMINISTERS, ADMINISTERS),
    "catalogue:products": ("", ADMINISTERS, ""),
    "catalogue:add_product": ("", ADMINISTERS, ""),
    "catalogue:product_options": ("", REGISTERS, ""),
    "catalogue:product": ("product", ADMINISTERS, ADMINISTERS),
    "catalogue:add_lote": ("product", ADMINISTERS, ADMINISTERS),
    "catalogue:lote": ("lote", ADMINISTERS, ADMINISTERS),
    "catalogue:lote_options": ("", REGISTERS, ""),
    "deadlines:explain": ("deadline", SEEN, SEEN_OTHER),
    "deadlines:settings": ("", READS_SETTINGS, ""),
    "desk:save": ("form", EVERYBODY, ""),
    "desk:discard": ("form", EVERYBODY, ""),
    "desk:restore": ("form", EVERYBODY, ""),
    "mail:incidents": ("", "xvxxxxxxxx", ""),
    "people:list": ("", ADMINISTERS, ""),
    "people:invite": ("", ADMINISTERS, ""),
    "people:detail": ("person", ADMINISTERS, ADMINISTERS),
    "people:reinvite": ("person", ADMINISTERS, ADMINISTERS),
    "people:deactivate": ("person", ADMINISTERS, ADMINISTERS),
    "people:reactivate": ("person", ADMINISTERS, ADMINISTERS),
    "people:departments": ("", ADMINISTERS, ""),
    "people:set_head": ("department", ADMINISTERS, ADMINISTERS),
    "people:name_substitute": ("department", ADMINISTERS, ADMINISTERS),
    "people:end_substitute": ("substitute", ADMINISTERS, ADMINISTERS),
    "people:me": ("", EVERYBODY, ""),
    "people:shortcuts": ("", EVERYBODY, ""),
    "people:other_sessions": ("", EVERYBODY, ""),
    "records:upload": ("", "vvvvvvxxxx", ""),
    "records:evidence": ("evidence", SEEN, SEEN_OTHER),
    "records:thumb": ("evidence", SEEN, SEEN_OTHER),
    "records:original": ("evidence", "xvvxxxxxxv", "xvxxxxxxxv"),
    "worktime:calendars": ("", READS_SETTINGS, ""),
    "coordination:list": ("", "vvvvvvvxxv", ""),
    "coordination:detail": ("request", "vv4vvvv44v", SEEN_OTHER),
    "coordination:seen": ("request", "xxxvvvxxxx", "xxxxxvxxxx"),
    "coordination:answer": ("request", "xxxvvvxxxx", "xxxxxvxxxx"),
    "coordination:ask_more": ("request", "xxxvvvxxxx", "xxxxxvxxxx"),
    "coordination:reply": ("question", "vvxxxvxxxx", "vvxxxvxxxx"),
    "coordination:reroute": ("request", "xxxvvvxxxx", "xxxxxvxxxx"),
    "coordination:hand_over": ("request", "xvxvxvxxxx", COORDINATES),
    "coordination:assign": ("request", COORDINATES, COORDINATES),
    "coordination:verify": ("request", COORDINATES, COORDINATES),
    "complaints:list": ("", "vvvvvvvxxv", ""),
    "complaints:register": ("", REGISTERS, ""),
    "complaints:similar": ("", REGISTERS, ""),
    "complaints:contacts": ("", REGISTERS, ""),
    "complaints:triage": ("", COORDINATES, ""),
    "complaints:detail": ("complaint", SEEN, SEEN_OTHER),
    "complaints:registered": ("complaint", SEEN, SEEN_OTHER),
    "complaints:acknowledge": ("complaint", "vvxxxxxxxx", "vvxxxxxxxx"),
    "complaints:channel": ("complaint", COORDINATES, COORDINATES),
    "complaints:triage_again": ("complaint", COORDINATES, COORDINATES),
    "complaints:investigate_again": ("complaint", COORDINATES, COORDINATES),
    "complaints:assign": ("complaint", COORDINATES, COORDINATES),
    "complaints:add_evidence": ("complaint", "vvvvvxxxxx", "vvxxxxxxxx"),
    "complaints:rule": ("complaint", "xxvxxxxxxx", "xxxxxxxxxx"),
    "complaints:answer": ("ruled", "vvvvvvxxxx", "vvxxxvxxxx"),
    "complaints:approve_answer": ("ruled", COORDINATES, COORDINATES),
    "complaints:return_answer": ("ruled", COORDINATES, COORDINATES),
    "complaints:deliver_answer": ("ruled", "vvxxxvxxxx", "vvxxxvxxxx"),
    "complaints:conformity": ("complaint", "vvxxxvxxxx", "vvxxxvxxxx"),
    "complaints:close": ("complaint", "vvxxxvxxxx", COORDINATES),
    "complaints:reopen": ("complaint", COORDINATES, COORDINATES),
    "complaints:cancel": ("complaint", COORDINATES, COORDINATES),
    "complaints:duplicate": ("complaint", COORDINATES, COORDINATES),
    "complaints:correct": ("complaint", "vvxxxxxxxx", "xvxxxxxxxx"),
    "complaints:confirm": ("complaint", "vvxxxxxxxx", "vvxxxxxxxx"),
}

# Open to anyone, each with its own tests; and what django-allauth answers about one's own account.
PUBLIC = {
    "health",
    "metrics",
    "csp_report",
    "people:accept",
    "people:invitation",
    "complaints:survey",
    "complaints:survey_form",
    "complaints:survey_thanks",
}
# Proposals of calendars and promises, incidents of the mail and one's own uploads are walked by their rooms' tests.
WALKED_THERE = {
    "records:discard",
    "deadlines:propose_rule",
    "deadlines:switch_calendar",
    "deadlines:approve_rule",
    "deadlines:withdraw_rule",
    "deadlines:recalculate",
    "worktime:propose_day_off",
    "worktime:propose_version",
    "worktime:approve",
    "worktime:withdraw",
    "mail:attend",
    "mail:send_again",
    "mail:arrived",
}


def names_of(patterns, space=""):
    """Every URL name of the project, allauth's own left out."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            if not str(entry.pattern).startswith("cuenta/"):
                yield from names_of(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{space}{entry.name}"


def test_every_address_is_in_the_matrix():
    found = set(names_of(get_resolver().url_patterns))

    assert found - set(MATRIX) - PUBLIC - WALKED_THERE == set()
    assert set(MATRIX) | PUBLIC | WALKED_THERE == found


def make_world(cast):
    """Two of everything: one in which the people of the columns take part, one of Nora and of Compras."""
    at = timezone.now()
    nora = make_person(Part("nora", "Nora", "Paz", "servicio", (Role.EXECUTIVE,)))
    own = complaint_of(cast, cast.ana, Matter.TECHNICAL, ("calidad", "almacen-pt"), at)
    other = complaint_of(cast, nora, Matter.LOGISTIC, ("compras",), at)
    return SimpleNamespace(
        own=objects_of(own, cast, cast.ana, cast.luz, cast.ana, at),
        other=objects_of(other, cast, nora, None, cast.carla, at),
    )


def complaint_of(cast, executive, matter, areas, at):
    photo = evidence_room.receive(wall("Ocre", executive.pk), by=executive, at=at)
    complaint = registered(cast, by=executive, at=at, evidence=[photo.pk])
    actions.channel(
        complaint,
        matter=matter,
        severity=Severity.MEDIUM,
        responsible=executive,
        departments=[area(code) for code in areas],
        question="¿Qué pasó?",
        override_reason="Así lo pide la prueba.",
        by=cast.beto,
        at=at,
    )
    return complaint


def objects_of(complaint, cast, executive, handed_to, alerted, at):
    request = CoordinationRequest.objects.filter(about=complaint.case_file).order_by("-pk")[0]
    head = request.department.head
    asked = coordination.ask_for_information(request, question="¿Cuántas?", by=head, at=at)
    if handed_to:
        coordination.hand_over(request, person=handed_to, by=head, at=at)
    answered = ruled_with_answer(complaint, cast, executive, at)
    alert = Alert.objects.create(person=alerted, reason="request.answered", occasion=f"x{complaint.pk}", at=at)
    substitute = Substitute.objects.create(
        department=area("transporte"),
        person=cast.fermin,
        since=timezone.localdate(),
        until=timezone.localdate(),
        named_by=cast.irma,
        named_at=at,
    )
    return {
        "": {},
        "form": {"form": "queja"},
        "complaint": {"folio": complaint.folio},
        "ruled": {"folio": answered.folio},
        "request": {"folio": request.folio},
        "question": {"folio": request.folio, "pk": asked.pk},
        "deadline": {"pk": complaint.case_file.deadlines.first().pk},
        "evidence": {"pk": complaint.case_file.evidence.first().pk},
        "alert": {"pk": alert.pk},
        "customer": {"pk": cast.customer.pk},
        "contact": {"pk": cast.customer.pk, "contact": cast.quiet.pk},
        "product": {"pk": cast.product.pk},
        "lote": {"pk": cast.product.pk, "lote": cast.lote.pk},
        "person": {"pk": cast.fermin.pk},
        "department": {"code": "transporte"},
        "substitute": {"pk": substitute.pk},
    }


def ruled_with_answer(complaint, cast, executive, at):
    """A case of the same people, ruled, whose answer Ana drafted and waits for approval."""
    if executive == cast.ana:
        answered = ruled(cast, at=at, areas=("calidad", "almacen-pt"))
        request = CoordinationRequest.objects.filter(about=answered.case_file).order_by("-pk")[0]
        coordination.hand_over(request, person=cast.luz, by=cast.diego, at=at)
    else:
        answered = ruled_by_compras(cast, executive, at)
    actions.draft_answer(
        answered,
        channel=By.PHONE,
        contact=answered.contact,
        subject="Respuesta",
        body="Repondremos.",
        submit=True,
        by=executive,
        at=at,
    )
    return answered


def ruled_by_compras(cast, executive, at):
    complaint = complaint_of(cast, executive, Matter.LOGISTIC, ("compras",), at)
    actions.issue_dictamen(complaint, upheld=True, root_cause="Proveedor", plan="Cambiarlo", by=cast.fermin, at=at)
    complaint.refresh_from_db()
    return complaint


def let_go(response):
    """Close what a response holds open, and not the connection of the test with it."""
    request_finished.disconnect(close_old_connections)
    response.close()


def browsers_of(cast):
    """Each of the columns signed in once: what a request does is undone, the session is not."""
    browsers = {}
    for column in COLUMNS:
        browsers[column] = Client()
        browsers[column].force_login(getattr(cast, column))
    return browsers


def outcome(browser, method, url):
    """`v`, `3` or `4`; whatever the view did is undone."""
    with transaction.atomic():
        response = getattr(browser, method)(url)
        let_go(response)
        status = response.status_code
        transaction.set_rollback(True)
    assert status < 500
    return {403: "3", 404: "4"}.get(status, "v")


def methods_of(url):
    """What the view answers to at all."""
    view = resolve(url).func.view_class
    return [method for method in ("get", "post") if hasattr(view, method)]


def mismatches(name, browsers, world, whose):
    what, own, other = MATRIX[name]
    expected = own if whose == "own" else other
    if not expected:
        return
    url = reverse(name, kwargs=getattr(world, whose)[what])
    for column, wanted in zip(COLUMNS, expected, strict=True):
        for method in methods_of(url):
            got = outcome(browsers[column], method, url)
            good = got in "34" if wanted == "x" else got == wanted
            if not good:
                yield f"{method} {name} ({whose}) as {column}: wanted {wanted}, got {got}"


@pytest.mark.django_db
def test_the_matrix_holds(cast):
    """One test for the whole table: its world takes longer to live than its requests to make."""
    world = make_world(cast)

    browsers = browsers_of(cast)

    wrong = [line for name in MATRIX for whose in ("own", "other") for line in mismatches(name, browsers, world, whose)]

    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.django_db
def test_nobody_opens_anything_without_signing_in(cast, client):
    world = make_world(cast)

    for name, (what, *_rest) in MATRIX.items():
        url = reverse(name, kwargs=world.own[what])
        for method in ("get", "post"):
            response = getattr(client, method)(url)
            assert response.status_code in (302, 401, 403), f"{method} {name}"
            if response.status_code == 302:
                assert response.url.startswith(reverse("account_login")), f"{method} {name}"


@pytest.mark.django_db
def test_a_get_of_any_page_changes_nothing(cast):
    """The guard raises on any write by GET, HEAD or OPTIONS; each page is asked so by somebody who may open it."""
    world, browsers = make_world(cast), browsers_of(cast)

    for name, (what, own, _other) in MATRIX.items():
        url = reverse(name, kwargs=world.own[what])
        browser = browsers[COLUMNS[own.index("v")]]
        for method in ("get", "head", "options"):
            response = getattr(browser, method)(url)
            let_go(response)
            assert response.status_code < 500, f"{method} {name}"
