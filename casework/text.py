"""One way to compare what people type: names without accents, codes without punctuation."""

import re
import unicodedata

_NOT_CODE = re.compile(r"[^0-9A-ZÑ]")
_SOUNDS_I = re.compile(r"(i|hi(?![aeou]))")


def plain(text):
    """The text folded for comparison: NFKC, lower case, no accents; ñ stays ñ."""
    folded = unicodedata.normalize("NFKC", text or "").casefold().replace("ñ", "\0")
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return " ".join(bare.replace("\0", "ñ").split())


def code(text):
    """A lote, invoice or folio folded for comparison: capital letters and digits only («l24 0117-a» → L240117A)."""
    return _NOT_CODE.sub("", plain(text).upper())


def listed(names):
    """«Almacén PT, Calidad e Ingeniería»: the last is joined by «e» where it begins with the sound of an i."""
    *others, last = names
    joint = "e" if _SOUNDS_I.match(plain(last)) else "y"
    return f"{', '.join(others)} {joint} {last}" if others else last
