"""The administrator's screens: who may open them, placing people, closing accounts, heads and substitutes."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from casework.people import actions
from casework.people.models import Department, Substitute, User
from casework.people.roles import Role
from casework.records.models import CaseFile
from casework.rules import Refused

pytestmark = pytest.mark.django_db

EVERYONE_ELSE = ("ana", "beto", "carla", "diego", "luz", "elena", "gil", "hugo", "julia")


def addresses(cast):
    pk, code = cast.luz.pk, "calidad"
    gets = [
        reverse("people:list"),
        reverse("people:invite"),
        reverse("people:detail", args=[pk]),
        reverse("people:departments"),
        reverse("people:set_head", args=[code]),
        reverse("people:name_substitute", args=[code]),
    ]
    posts = [
        reverse("people:reinvite", args=[pk]),
        reverse("people:deactivate", args=[pk]),
        reverse("people:reactivate", args=[pk]),
        reverse("people:end_substitute", args=[1]),
    ]
    return gets, posts


@pytest.mark.parametrize("who", EVERYONE_ELSE)
def test_only_the_administrator_manages_people(cast, signed_in, who):
    gets, posts = addresses(cast)
    admin, other = signed_in(cast.irma), signed_in(getattr(cast, who))

    for url in gets:
        assert admin.get(url).status_code == 200, url
        assert (other.get(url).status_code, other.post(url, {}).status_code) == (403, 403), url
    for url in posts:
        assert other.post(url).status_code == 403, url
    assert User.objects.get(pk=cast.luz.pk).is_active


def test_nothing_changes_by_get(cast, signed_in):
    _, posts = addresses(cast)

    for url in posts:
        assert signed_in(cast.irma).get(url).status_code == 405, url


def people_called(prefix, many):
    for number in range(many):
        person = User(username=f"{prefix}{number}", first_name=prefix, email=f"{prefix}{number}@x.example")
        person.save()
        person.groups.set(Group.objects.filter(name__in=["area", "jefe"]))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(cast, signed_in, rows, django_assert_num_queries):
    people_called("zoe", rows)
    browser = signed_in(cast.irma)
    browser.get("/mi-cuenta/")

    with django_assert_num_queries(6):  # session, person, departments of the filter, count, page, frame
        response = browser.get("/personas/?q=zoe")

    assert response.context["page_obj"].paginator.count == rows
    assert response.context["page_obj"][0].role_labels == ["Jefe de Departamento", "Personal de un área"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lopez", ["ana"]),
        ("q=LÓPEZ+an", ["ana"]),
        ("q=irma@", ["irma"]),
        ("role=comercial", ["elena"]),
        ("q=nadie", []),
        ("q=%25", []),
        ("q=_n_", []),
        ("q=.*", []),
        ("q=(", []),
        ("q='+OR+1=1--", []),
    ],
)
def test_people_are_found(cast, signed_in, query, found):
    response = signed_in(cast.irma).get(f"/personas/?{query}")

    assert [person.username for person in response.context["page_obj"]] == found


def test_closed_accounts_are_shown_when_asked(cast, signed_in):
    User.objects.filter(pk=cast.luz.pk).update(is_active=False)
    browser = signed_in(cast.irma)

    def shown(query):
        return {person.username for person in browser.get(f"/personas/?{query}").context["page_obj"]}

    assert "luz" not in shown("")
    assert shown("active=no") == {"luz"}
    assert {"luz", "ana"} <= shown("active=all")


@pytest.mark.parametrize("page", ["-1", "0", "1000000000", "NaN", "9" * 50])
def test_pages_that_are_not_there_answer_404(cast, signed_in, page):
    assert signed_in(cast.irma).get(f"/personas/?page={page}").status_code == 404


def test_a_person_is_placed_elsewhere(cast, signed_in):
    sales = Department.objects.get(code="ventas")

    response = signed_in(cast.irma).post(
        f"/personas/{cast.luz.pk}/",
        {
            "first_name": "Luz María",
            "last_name": "Mora",
            "email": "Luz.Mora@nervion.example",
            "department": sales.pk,
            "roles": ["ejecutivo"],
            "reads_until": "",
        },
        follow=True,
    )

    luz = User.objects.get(pk=cast.luz.pk)
    assert "Los datos de Luz María Mora quedaron guardados." in response.content.decode()
    assert (luz.department, luz.roles, luz.email, luz.email_key) == (
        sales,
        {"ejecutivo"},
        "luz.mora@nervion.example",
        "luz.mora@nervion.example",
    )


def place(person, cast, **changes):
    values = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "department": person.department,
        "roles": sorted(person.roles),
    }
    return actions.place(person, **(values | changes), by=cast.irma, at=timezone.now())


def test_whoever_heads_a_department_keeps_it_until_another_is_named(cast):
    assert place(cast.diego, cast).department.code == "almacen-pt"

    with pytest.raises(Refused, match=r"Diego Paz encabeza Almacén PT\. Nombre antes a otra persona"):
        place(cast.diego, cast, department=Department.objects.get(code="ventas"))
    with pytest.raises(Refused, match="Diego Paz encabeza"):
        place(cast.diego, cast, roles=[Role.MEMBER])


def test_the_last_administrator_stays(cast):
    with pytest.raises(Refused, match="Es el único administrador activo"):
        place(cast.irma, cast, roles=[Role.EXECUTIVE])

    cast.hugo.groups.add(Group.objects.get(name=Role.ADMINISTRATOR))
    assert place(cast.irma, cast, roles=[Role.EXECUTIVE]).pk == cast.irma.pk


# --- Closing accounts -------------------------------------------------------------------------------------------------
def test_an_account_is_closed_and_opened_again(cast, signed_in):
    admin, luz = signed_in(cast.irma), signed_in(cast.luz)
    assert luz.get("/mi-cuenta/").status_code == 200

    closed = admin.post(f"/personas/{cast.luz.pk}/baja/", follow=True)

    assert "Luz Mora ya no puede entrar." in closed.content.decode()
    assert luz.get("/mi-cuenta/").status_code == 302
    admin.post(f"/personas/{cast.luz.pk}/alta/")
    assert User.objects.get(pk=cast.luz.pk).is_active


def open_case(cast, responsible):
    return CaseFile.objects.create(
        folio="Q-2026-90001",
        kind="complaint",
        title="Color fuera de tono",
        department=cast.ana.department,
        responsible=responsible,
        opened_at=timezone.now(),
        last_movement_at=timezone.now(),
    )


def test_nobody_leaves_with_something_in_hand(cast, signed_in):
    admin, today = signed_in(cast.irma), timezone.localdate()
    open_case(cast, cast.ana)
    Substitute.objects.create(
        department=cast.ana.department,
        person=cast.luz,
        since=today,
        until=today + timedelta(days=3),
        named_by=cast.irma,
        named_at=timezone.now(),
    )

    for person, words in (
        (cast.diego, "Diego Paz encabeza Almacén PT. Nombre antes a otra persona al frente del departamento."),
        (cast.ana, "Ana López es responsable de un caso abierto. El coordinador debe reasignarlos antes."),
        (cast.luz, "Luz Mora es suplente en Servicio al Cliente hasta el"),
        (cast.irma, "Usted no puede desactivar su propia cuenta."),
    ):
        response = admin.post(f"/personas/{person.pk}/baja/", follow=True)
        assert words in response.content.decode()
        assert User.objects.get(pk=person.pk).is_active
        assert words in admin.get(f"/personas/{person.pk}/").content.decode()


def test_a_finished_case_does_not_hold_anybody(cast):
    case = open_case(cast, cast.ana)
    CaseFile.objects.filter(pk=case.pk).update(closed_at=timezone.now() + timedelta(hours=1), closed_by=cast.beto)

    assert actions.deactivate(cast.ana, by=cast.irma, at=timezone.now()).is_active is False


# --- Heads and substitutes --------------------------------------------------------------------------------------------
def test_a_department_gets_a_head(cast, signed_in):
    response = signed_in(cast.irma).post(
        "/personas/departamentos/transporte/jefe/", {"person": cast.fermin.pk}, follow=True
    )

    assert "Fermín Rey encabeza Transporte." in response.content.decode()
    assert Department.objects.get(code="transporte").head == cast.fermin


def test_only_who_can_open_its_cases_answers_for_an_area(cast, signed_in):
    response = signed_in(cast.irma).post("/personas/departamentos/transporte/jefe/", {"person": cast.luz.pk})
    assert response.status_code == 422
    assert Department.objects.get(code="transporte").head is None

    with pytest.raises(Refused, match="Luz Mora necesita el puesto de Jefe de Departamento"):
        actions.set_head(Department.objects.get(code="transporte"), person=cast.luz, by=cast.irma, at=timezone.now())


def test_a_substitute_answers_between_two_dates(cast, signed_in):
    admin, storehouse = signed_in(cast.irma), Department.objects.get(code="almacen-pt")
    today = timezone.localdate()

    admin.post(
        "/personas/departamentos/almacen-pt/suplencia/",
        {
            "person": cast.fermin.pk,
            "since": f"{today:%d/%m/%Y}",
            "until": f"{today + timedelta(days=2):%d/%m/%Y}",
        },
    )

    assert storehouse.answerable_on(today) == cast.fermin
    assert storehouse.answerable_on(today + timedelta(days=3)) == cast.diego
    assert "vigente" in admin.get("/personas/departamentos/").content.decode()


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (2, 1, "La suplencia termina antes de empezar."),
        (-5, -1, "La suplencia ya habría terminado."),
    ],
)
def test_dates_that_make_no_substitution_are_refused_and_kept(cast, signed_in, since, until, words):
    today = timezone.localdate()
    typed = {
        "person": cast.fermin.pk,
        "since": f"{today + timedelta(days=since):%d/%m/%Y}",
        "until": f"{today + timedelta(days=until):%d/%m/%Y}",
    }

    response = signed_in(cast.irma).post("/personas/departamentos/almacen-pt/suplencia/", typed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert f'value="{typed["until"]}"' in response.content.decode()


def test_the_head_is_nobodys_substitute_at_home(cast):
    with pytest.raises(Refused, match="Diego Paz ya encabeza Almacén PT"):
        actions.name_substitute(
            Department.objects.get(code="almacen-pt"),
            person=cast.diego,
            since=date(2030, 1, 1),
            until=date(2030, 1, 2),
            by=cast.irma,
            at=timezone.now(),
        )


def test_a_substitution_ends_before_its_date(cast, signed_in):
    admin, today = signed_in(cast.irma), timezone.localdate()
    running, coming = (
        Substitute.objects.create(
            department=cast.diego.department,
            person=cast.fermin,
            since=today + timedelta(days=since),
            until=today + timedelta(days=9),
            named_by=cast.irma,
            named_at=timezone.now(),
        )
        for since in (-2, 4)
    )

    for substitute in (running, coming):
        admin.post(f"/personas/suplencias/{substitute.pk}/termino/")

    assert [row.until for row in Substitute.objects.all()] == [today - timedelta(days=1)]
    assert cast.diego.department.answerable_on(today) == cast.diego


@pytest.mark.parametrize("rows", [1, 3])
def test_the_departments_cost_the_same_for_one_and_for_three_substitutes(
    cast, signed_in, rows, django_assert_num_queries
):
    for number in range(rows):
        Substitute.objects.create(
            department=Department.objects.order_by("pk")[number],
            person=cast.fermin,
            since=timezone.localdate(),
            until=timezone.localdate(),
            named_by=cast.irma,
            named_at=timezone.now(),
        )
    browser = signed_in(cast.irma)
    browser.get("/mi-cuenta/")

    with django_assert_num_queries(5):  # session, person, departments with heads, substitutes, frame
        browser.get("/personas/departamentos/")


def test_the_roles_and_the_departments_come_with_the_system():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
    assert Department.objects.count() == 13
