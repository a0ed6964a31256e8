"""Coming in: every account of the demo, what was asked for is remembered, and the door that stays closed."""

import pytest

from casework.people.roles import Role

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("role", Role.values)
def test_every_account_of_the_demo_signs_in(visitor, role):
    person = visitor(role)

    person.go("/")

    assert person.reads("Mi día")


def test_signing_in_remembers_where_one_wanted_to_go(visitor):
    person = visitor()

    person.go("/solicitudes/?estado=open")
    person.fill_sign_in("jefe", "nervion-demo")
    person.page.wait_for_url("**/solicitudes/?estado=open")

    assert person.reads("Solicitudes entre áreas")


def test_a_wrong_password_is_said_in_spanish_and_keeps_the_name(visitor):
    person = visitor()
    person.go("/cuenta/entrar/")

    person.fill_sign_in("jefe", "no-es-esta")

    assert person.reads("Hay un problema")
    assert person.page.get_by_label("Usuario").input_value() == "jefe"
