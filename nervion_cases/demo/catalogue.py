"""The demo's customers, paints and lotes."""

from datetime import timedelta

from casework.catalogue.models import Contact, Customer, Lote, Product

# key, name, city, contact, e-mail (or none), telephone
CUSTOMERS = (
    ("C-0107", "Ferretería El Tornillo Feliz", "Puebla", "Rosa Ibarra", "rosa@tornillofeliz.example", "222 555 0107"),
    ("C-0112", "Comercializadora Peñasco", "Monterrey", "Tomás Garza", "compras@penasco.example", "81 5555 0112"),
    (
        "C-0118",
        "Pinturas y Acabados del Bajío",
        "León",
        "Laura Rentería",
        "laura@acabadosbajio.example",
        "477 555 0118",
    ),
    ("C-0125", "Constructora Itzel", "Mérida", "Ing. Pablo Canul", "pcanul@itzel.example", "999 555 0125"),
    ("C-0131", "Tlapalería La Ñandú", "Ciudad de México", "Don Chucho Rivas", "", "55 5555 0131"),
    (
        "C-0136",
        "Grupo Hotelero Costa Azul",
        "Cancún",
        "Verónica Sáenz",
        "mantenimiento@costaazul.example",
        "998 555 0136",
    ),
    ("C-0142", "Decoraciones Quiñones", "Guadalajara", "Sofía Quiñones", "sofia@quinones.example", "33 5555 0142"),
    ("C-0149", "Carrocerías del Norte", "Saltillo", "Abel Treviño", "abel@carrocerias.example", "844 555 0149"),
    ("C-0155", "Muebles Olinalá", "Chilpancingo", "Teodoro Nava", "", "747 555 0155"),
    ("C-0160", "Inmobiliaria Cerro Gordo", "Querétaro", "Claudia Ávila", "obra@cerrogordo.example", "442 555 0160"),
)

# key, name, line
PRODUCTS = (
    ("VIN-BL-19", "Vinílica Mate Blanco 19 L", "Vinílicas"),
    ("VIN-OC-04", "Vinílica Satinada Ocre 4 L", "Vinílicas"),
    ("ESM-NG-01", "Esmalte Alquidálico Negro 1 L", "Esmaltes"),
    ("ESM-AZ-04", "Esmalte Acrílico Azul Talavera 4 L", "Esmaltes"),
    ("IMP-RJ-19", "Impermeabilizante Terracota 19 L", "Impermeabilizantes"),
    ("EPX-GR-04", "Epóxico para Pisos Gris 4 L", "Industriales"),
    ("BAR-CH-01", "Barniz Marino Chocolate 1 L", "Barnices"),
    ("THN-ST-20", "Thinner Estándar 20 L", "Solventes"),
)

LOTES_OF_EACH = 4


def make_catalogue(today):
    """Customers with a contact, products with lotes made about every three weeks until `today` (a date)."""
    for key, name, city, contact, email, phone in CUSTOMERS:
        customer = Customer.objects.create(key=key, name=name, city=city)
        Contact.objects.create(customer=customer, name=contact, email=email, phone=phone)
    for position, (key, name, line) in enumerate(PRODUCTS):
        product = Product.objects.create(key=key, name=name, line=line)
        for turn in range(LOTES_OF_EACH):
            made_on = today - timedelta(days=20 + 21 * turn + position)
            number = f"L{made_on:%y} {made_on:%j}{position + 1}-{'ABCD'[turn]}"
            Lote.objects.create(product=product, number=number, made_on=made_on)
