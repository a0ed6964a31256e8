"""What a mail server says goes to the log: it names nobody there (trust §7)."""

import pytest

from casework.mail.sender import Permanent, Temporary, _judge


@pytest.mark.parametrize(
    ("code", "kind", "words", "said"),
    [
        (550, Permanent, "5.1.1 <rosa@nandu.example>: no such user", "550 5.1.1 <…>: no such user"),
        (550, Permanent, "rosa.ibarra+q@nandu.example unknown", "550 <…> unknown"),
        (451, Temporary, "4.7.1 greylisted, try later", "451 4.7.1 greylisted, try later"),
    ],
)
def test_the_words_of_the_server_name_no_address(code, kind, words, said):
    with pytest.raises(kind) as no:
        _judge(code, words.encode(), 250)

    assert str(no.value) == said
