"""Names in a row, as Spanish joins them."""

import pytest

from casework.text import listed


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Calidad"], "Calidad"),
        (["Calidad", "Compras"], "Calidad y Compras"),
        (["Calidad", "Ingeniería"], "Calidad e Ingeniería"),
        (["Compras", "Calidad", "Índigo"], "Compras, Calidad e Índigo"),
        (["Pintura", "Hierro"], "Pintura y Hierro"),
        (["Pintura", "Higiene"], "Pintura e Higiene"),
    ],
)
def test_the_last_name_is_joined_as_it_is_spoken(names, words):
    assert listed(names) == words
    assert listed(dict.fromkeys(names)) == words
