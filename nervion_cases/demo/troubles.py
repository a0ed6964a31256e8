"""What a kind of trouble is: the words of those who suffer it, and what is found."""

from dataclasses import dataclass

from complaints.models import Matter, Reason


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong. A complaint takes one of `words` and one of `details`.

    They may speak of the product ({el}, {El}, {del_}, {Al}), of {n} {units} or {the_n}, and of the {place} where it was
    used. `findings` are causes with their plan when we were at fault; `refusals`, causes with plan and answer when we
    were not. `lines` of product: all if empty; `not_for` products with these words in the name.
    """

    reason: Reason
    words: tuple
    details: tuple
    findings: tuple
    answers: tuple
    refusals: tuple = ()
    matter: Matter = Matter.TECHNICAL
    lines: tuple = ()
    not_for: tuple = ()
    areas: tuple = ()
    weight: float = 1
    in_the_rains: float = 1


PAINTS = ("Vinílicas", "Esmaltes", "Industriales", "Automotivos")

PLACES = {
    "Vinílicas": (
        "la fachada",
        "el pasillo del segundo piso",
        "la casa muestra",
        "las recámaras",
        "la barda",
        "la recepción",
    ),
    "Selladores": ("los muros de la planta baja", "la fachada", "el cubo de la escalera", "los muros nuevos"),
    "Esmaltes": ("la herrería", "el portón", "los barandales", "las puertas de lámina", "la escalera de emergencia"),
    "Impermeabilizantes": ("la azotea", "la losa del edificio B", "el techo de la bodega", "las azoteas de dos casas"),
    "Industriales": ("la nave 2", "el piso del almacén", "el patio de maniobras", "el andén de carga"),
    "Barnices": ("unas puertas", "las mesas de un pedido", "la duela", "la terraza de la alberca", "unas sillas"),
    "Automotivos": ("dos cofres", "una caja seca", "la cabina de un camión"),
    "Solventes": ("el taller", "la cabina de pintura"),
}

BUYS = {  # the lines that each kind of customer takes
    "tienda": ("Vinílicas", "Esmaltes", "Impermeabilizantes", "Barnices", "Solventes", "Selladores"),
    "distribuidora": tuple(PLACES),
    "obra": ("Vinílicas", "Impermeabilizantes", "Selladores", "Industriales", "Esmaltes"),
    "hotel": ("Vinílicas", "Impermeabilizantes", "Esmaltes", "Barnices"),
    "taller": ("Esmaltes", "Solventes", "Automotivos"),
    "muebles": ("Barnices", "Solventes", "Selladores"),
    "industria": ("Industriales", "Solventes", "Esmaltes"),
}
