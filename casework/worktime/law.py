"""The compulsory days of rest of the Ley Federal del Trabajo, art. 74, by its own rules. Seeds an edited table."""

from datetime import date, timedelta

MONDAY = 0


def _nth_monday(year, month, n):
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (n - 1))


def article_74(year):
    """The days off of a year, ``[(date, name)]`` in order. Election days (fraction IX) are decreed, not computed.

    The federal executive changes every sixth year: on 1 December until 2018, on 1 October from 2024.
    """
    days = [
        (date(year, 1, 1), "Año Nuevo"),
        (_nth_monday(year, 2, 1), "Constitución"),
        (_nth_monday(year, 3, 3), "Natalicio de Benito Juárez"),
        (date(year, 5, 1), "Día del Trabajo"),
        (date(year, 9, 16), "Independencia"),
        (_nth_monday(year, 11, 3), "Revolución"),
        (date(year, 12, 25), "Navidad"),
    ]
    if year % 6 == 2:  # 2012, 2018, 2024, 2030, 2036
        days.append(
            (
                date(year, 10, 1) if year >= 2024 else date(year, 12, 1),
                "Transmisión del Poder Ejecutivo",
            )
        )
    return sorted(days)
