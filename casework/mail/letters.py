"""The letters that exist: their templates, and what a delivery means to whoever owes them.

Outcomes are dotted paths of functions `(mail, *, at)`, called in the transaction that marks the mail. A letter may be
accepted after it was given up, when a person sent it again; `still_applies(mail) -> bool` is asked before every attempt.
A `personal` letter carries a link that is only its reader's: its text is kept while it may still be sent, and no longer.
"""

from dataclasses import dataclass

from django.template import Context
from django.template.loader import get_template
from django.utils.module_loading import import_string

WITHDRAWN = "El texto se retiró porque llevaba un enlace personal y ya no puede enviarse."


@dataclass(frozen=True)
class Letter:
    """A registered letter."""

    name: str
    folder: str
    on_accepted: str | None
    on_dead: str | None
    on_bounced: str | None
    still_applies: str | None
    priority: int
    to_customer: bool
    personal: bool


_letters = {}


def register(
    letter,
    *,
    on_accepted=None,
    on_dead=None,
    on_bounced=None,
    still_applies=None,
    priority=5,
    to_customer=False,
    personal=False,
    folder=None,
):
    """Make a letter known. Called in `AppConfig.ready()`; templates are in `templates/emails/<letter>/`."""
    _letters[letter] = Letter(
        letter, folder or letter, on_accepted, on_dead, on_bounced, still_applies, priority, to_customer, personal
    )


def find(letter):
    """The letter of a name. Raises `KeyError`."""
    try:
        return _letters[letter]
    except KeyError:
        raise KeyError(f"no letter {letter!r} was registered") from None


def known():
    """The names of all letters."""
    return sorted(_letters)


def without_text(name):
    """What a mail of this letter is told when it cannot be sent any more: its text, if that was personal, is withdrawn."""
    letter = _letters.get(name)
    return {"body": WITHDRAWN, "html": ""} if letter and letter.personal else {}


def still_applies(mail):
    """Whether the row should still be sent. Whatever nobody asked about still applies."""
    letter = _letters.get(mail.letter)
    if letter is None or letter.still_applies is None:
        return True
    return import_string(letter.still_applies)(mail)


def tell_outcome(mail, outcome, *, at):
    """Call what was registered for `on_accepted`, `on_dead` or `on_bounced`, if anything."""
    letter = _letters.get(mail.letter)
    path = letter and getattr(letter, outcome)
    if path:
        import_string(path)(mail, at=at)


def render(letter, context):
    """Subject, text and HTML of a letter. In plain text nothing is escaped; in HTML everything is."""
    folder = f"emails/{find(letter).folder}"

    def plain(name):
        return get_template(f"{folder}/{name}").template.render(Context(context, autoescape=False))

    return (
        plain("subject.txt").strip(),
        plain("body.txt").strip() + "\n",
        get_template(f"{folder}/body.html").render(context),
    )
