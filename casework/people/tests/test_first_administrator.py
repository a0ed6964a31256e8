"""The account that invites all the others."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from casework.people.models import User
from casework.people.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def typing(monkeypatch):
    def type_password(password):
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))

    return type_password


def test_the_first_administrator_can_be_made_once(typing):
    typing("caballete-azul-42")
    call_command("first_administrator", "otilia", "otilia@example.com")

    person = User.objects.get(username="otilia")
    assert person.roles == {Role.ADMINISTRATOR}
    assert person.check_password("caballete-azul-42")

    typing("caballete-azul-42")
    with pytest.raises(CommandError, match="Ya hay un administrador"):
        call_command("first_administrator", "otro", "otro@example.com")


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [("otilia@example.com", "corta", "12"), ("no es correo", "caballete-azul-42", "correo")],
)
def test_what_is_wrong_is_said_and_nobody_is_made(typing, email, password, words):
    typing(password)

    with pytest.raises(CommandError, match=words):
        call_command("first_administrator", "otilia", email)

    assert not User.objects.exists()
