"""The demo's people: one account per role, and a head for every department."""

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from casework.people.models import Department, User
from casework.people.roles import Role

# account (= role), name, department, heads it
ACCOUNTS = (
    (Role.EXECUTIVE, "Mariana", "Solís", "servicio", False),
    (Role.COORDINATOR, "Roberto", "Aguirre", "servicio", True),
    (Role.QUALITY, "Patricia", "Núñez", "calidad", True),
    (Role.HEAD, "Ernesto", "Villalobos", "ingenieria", True),
    (Role.MEMBER, "Daniela", "Pacheco", "ingenieria", False),
    (Role.COMMERCIAL, "Adriana", "Cervantes", "comercial", True),
    (Role.DIRECTION, "Guillermo", "Nervión", "direccion", True),
    (Role.FACILITATOR, "Lucía", "Bautista", "servicio", False),
    (Role.ADMINISTRATOR, "Óscar", "Treviño", "direccion", False),
    (Role.AUDITOR, "Beatriz", "Landa", "direccion", False),
)

# people without a demo password: (username, name, department)
HEADS = (
    ("jorge.ventas", "Jorge", "Alcántara", "ventas"),
    ("silvia.produccion", "Silvia", "Manríquez", "produccion"),
    ("hector.compras", "Héctor", "Ibáñez", "compras"),
    ("norma.logistica", "Norma", "Galindo", "logistica"),
    ("raul.almacen", "Raúl", "Peña", "almacen-pt"),
    ("teresa.transporte", "Teresa", "Quiroz", "transporte"),
    ("luis.credito", "Luis", "Zamora", "credito"),
    ("carmen.facturacion", "Carmen", "Orozco", "facturacion"),
)
MEMBERS = (("ulises.almacen", "Ulises", "Cano", "almacen-pt"), ("fabiola.credito", "Fabiola", "Rentería", "credito"))
EXECUTIVES = (("ivonne.servicio", "Ivonne", "Ceballos", "servicio"), ("saul.servicio", "Saúl", "Miranda", "servicio"))


def make_people():
    """All of them. The password is hashed once: the demo has one for everybody."""
    password = make_password(settings.DEMO_PASSWORD)
    for role, first, last, code, heads in ACCOUNTS:
        _person(role.value, first, last, code, role, heads=heads, password=password)
    for username, first, last, code in HEADS:
        _person(username, first, last, code, Role.HEAD, heads=True, password=make_password(None))
    for username, first, last, code in MEMBERS:
        _person(username, first, last, code, Role.MEMBER, heads=False, password=make_password(None))
    for username, first, last, code in EXECUTIVES:
        _person(username, first, last, code, Role.EXECUTIVE, heads=False, password=make_password(None))


def _person(username, first, last, code, role, *, heads, password):
    department = Department.objects.get(code=code)
    person = User(
        username=username,
        first_name=first,
        last_name=last,
        email=f"{username}@nervion.example",
        department=department,
        password=password,
    )
    person.save()
    person.groups.set([Group.objects.get(name=role.value)])
    if heads:
        department.head = person
        department.save(update_fields=["head"])
    return person
