"""`manage.py first_administrator USER MAIL`: the account that invites all the others. Once."""

import getpass
import sys

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from casework.people.models import Department, User
from casework.people.roles import Role


class Command(BaseCommand):
    help = "Crea la primera cuenta de administrador; las demás se invitan desde la aplicación."

    def add_arguments(self, parser):
        """Who it is. The password is asked for, or read from standard input."""
        parser.add_argument("usuario")
        parser.add_argument("correo")

    def handle(self, *args, usuario, correo, **options):
        """Refused when an administrator exists already."""
        if User.objects.in_role(Role.ADMINISTRATOR).exists():
            raise CommandError("Ya hay un administrador; pídale que lo invite.")
        password = getpass.getpass("Contraseña: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        person = User(
            username=usuario, email=correo, department=Department.objects.get(code="direccion"), is_active=True
        )
        try:
            validate_email(correo)
            person.full_clean(exclude=["password", "first_name", "last_name"])
            validate_password(password, person)
        except ValidationError as no:
            raise CommandError(" ".join(no.messages)) from None
        person.set_password(password)
        with transaction.atomic():
            person.save()
            person.groups.set([Group.objects.get(name=Role.ADMINISTRATOR)])
        self.stdout.write(f"{usuario} ya puede entrar e invitar a los demás.")
