"""One way to compare what people type: names without accents, codes without punctuation."""

import re
import unicodedata

_NOT_CODE = re.compile(r"[^0-9A-ZÑ]")


def plain(text):
    """The text folded for comparison: NFKC, lower case, no accents; ñ stays ñ."""
    folded = unicodedata.normalize("NFKC", text or "").casefold().replace("ñ", "\0")
    bare = "".join(
        c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c)
    )
    return " ".join(bare.replace("\0", "ñ").split())


def code(text):
    """A lote, invoice or folio folded for comparison: capital letters and digits only («l24 0117-a» → L240117A)."""
    return _NOT_CODE.sub("", plain(text).upper())
