"""The words and customers of the copies: a few common ones, thousands of rare ones, always the same."""

import random
from itertools import product

from casework.catalogue.models import Contact, Customer
from casework.text import plain

# What customers complain of; the first in a quarter of all cases.
COMMON = (
    "decoloración",
    "ampollas",
    "grumos",
    "desprendimiento",
    "escurrimiento",
    "olor fuerte",
    "manchas",
    "natas",
    "sedimento duro",
    "brillo desigual",
    "tono distinto al pedido",
    "secado lento",
    "cubetas golpeadas",
    "tapas rotas",
    "faltante de piezas",
    "entrega tardía",
    "craqueo",
    "oxidación",
    "burbujas",
    "poca cobertura",
)
SHARES = (25, 10, 8, 7, 6, 5, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1)
COMMON_WORD = COMMON[0]
SYLLABLES = ("ba", "cor", "del", "fin", "gua", "lar", "men", "nos", "pil", "que", "ro", "sal", "tur", "ve", "xi", "zam")
RARE = ["".join(parts) for parts in product(SYLLABLES, repeat=4)]  # 65,536 words that nothing else says
FIRST = ("Ferretería", "Tlapalería", "Constructora", "Comercializadora", "Decoraciones", "Inmobiliaria", "Muebles")
SECOND = ("Ibarra", "Peñasco", "Quiñones", "Treviño", "Olinalá", "Cerro Gordo", "Ñandú", "Itzel", "del Bajío", "La Paz")
CITIES = ("Puebla", "León", "Mérida", "Monterrey", "Saltillo", "Cancún", "Querétaro", "Chilpancingo", "Morelia")
PEOPLE = ("Rosa", "Tomás", "Laura", "Pablo", "Verónica", "Sofía", "Abel", "Teodoro", "Claudia", "Íñigo")
CUSTOMERS = 2_000


def make_customers():
    """Two contacts each: one with an address and one without."""
    chance = random.Random(7)  # noqa: S311
    customers = []
    for number in range(CUSTOMERS):
        customer = Customer(
            key=f"B-{number:04d}",
            name=f"{chance.choice(FIRST)} {chance.choice(SECOND)} {number}",
            city=chance.choice(CITIES),
        )
        customer.search_name = plain(customer.names())[:300]  # as its save() would
        customers.append(customer)
    Customer.objects.bulk_create(customers)
    contacts = []
    for number, customer in enumerate(customers):
        spoken = f"{chance.choice(PEOPLE)} {chance.choice(SECOND)}"
        contacts.append(
            Contact(customer=customer, name=spoken, email=f"cliente{number}@clientes.example", phone=f"55 {number:08d}")
        )
        contacts.append(Contact(customer=customer, name=f"{chance.choice(PEOPLE)} Rivas", phone=f"33 {number:08d}"))
    Contact.objects.bulk_create(contacts)
