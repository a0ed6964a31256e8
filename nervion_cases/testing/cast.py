"""The cast: the same people in every test, so that each reads like a story.

Ana is the executive, Beto the coordinator, Carla of Calidad, Diego heads Almacén PT, Iván heads Ingeniería, Elena is
Dirección Comercial, and Fermín heads an area that has nothing to do with it and must be kept out.
"""

from dataclasses import dataclass
from types import SimpleNamespace

from django.contrib.auth.models import Group

from casework.catalogue.models import Contact, Customer, Lote, Product
from casework.people.models import Department, User
from casework.people.roles import Role

PASSWORD = "caballete-azul-42"


@dataclass(frozen=True)
class Part:
    """One of the cast: who, in which department, with which roles, and whether heading it."""

    username: str
    first_name: str
    last_name: str
    department: str
    roles: tuple
    heads: bool = False


PARTS = (
    Part("ana", "Ana", "López", "servicio", (Role.EXECUTIVE,)),
    Part("beto", "Beto", "Ríos", "servicio", (Role.COORDINATOR,), heads=True),
    Part("carla", "Carla", "Núñez", "calidad", (Role.QUALITY,), heads=True),
    Part("diego", "Diego", "Paz", "almacen-pt", (Role.HEAD,), heads=True),
    Part("ivan", "Iván", "Soto", "ingenieria", (Role.HEAD,), heads=True),
    Part("luz", "Luz", "Mora", "almacen-pt", (Role.MEMBER,)),
    Part("elena", "Elena", "Vera", "comercial", (Role.COMMERCIAL,), heads=True),
    Part("gil", "Gil", "Ochoa", "direccion", (Role.DIRECTION,), heads=True),
    Part("fermin", "Fermín", "Rey", "compras", (Role.HEAD,), heads=True),
    Part("hugo", "Hugo", "Cano", "servicio", (Role.FACILITATOR,)),
    Part("irma", "Irma", "Gil", "servicio", (Role.ADMINISTRATOR,)),
    Part("julia", "Julia", "Sanz", "direccion", (Role.AUDITOR,)),
)


def make_person(part):
    """One person with department and roles. Argon2 is left out: tests sign in by `force_login`."""
    department, _ = Department.objects.get_or_create(
        code=part.department, defaults={"name": part.department.replace("-", " ").capitalize()}
    )
    person = User(
        username=part.username,
        first_name=part.first_name,
        last_name=part.last_name,
        email=f"{part.username}@nervion.example",
        department=department,
    )
    person.set_unusable_password()
    person.save()
    person.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in part.roles])
    if part.heads:
        department.head = person
        department.save(update_fields=["head"])
    return person


def make_cast():
    """Everybody, as `cast.ana`…, with a customer, a contact, a product and a lote to complain about."""
    people = {part.username: make_person(part) for part in PARTS}
    customer = Customer.objects.create(key="C-0101", name="Ferretería La Ñandú", city="Puebla")
    contact = Contact.objects.create(
        customer=customer, name="Rosa Ibarra", email="rosa@nandu.example", phone="222 555 0101"
    )
    quiet = Contact.objects.create(customer=customer, name="Tomás Ruiz", phone="222 555 0102")
    product = Product.objects.create(key="VIN-BL-19", name="Vinílica Mate Blanco 19 L", line="Vinílicas")
    lote = Lote.objects.create(product=product, number="L24 0117-A")
    return SimpleNamespace(**people, customer=customer, contact=contact, quiet=quiet, product=product, lote=lote)
