"""What a file is: by its bytes, and not against what its name and its sender say (trust §5 rows 8, 10, 16)."""

import re

import filetype

from casework.records.filenames import extension_of
from casework.records.images import DAMAGED
from casework.rules import Refused

NOT_ALLOWED = "El archivo debe ser JPG, PNG, HEIC o PDF."
LOCKED = "El archivo está protegido con contraseña."

PDF = "application/pdf"
PHOTOGRAPHS = ("image/jpeg", "image/png", "image/heic")
EXTENSIONS = {
    "jpg": "photo",
    "jpeg": "photo",
    "jpe": "photo",
    "jfif": "photo",
    "png": "photo",
    "heic": "photo",
    "heif": "photo",
    "pdf": "document",
    "": "",  # what a camera or the clipboard hands over may have none
}
# What senders say who mean one of ours; whoever does not know says nothing or octet-stream.
DECLARED = {
    "image/jpeg": "photo",
    "image/jpg": "photo",
    "image/pjpeg": "photo",
    "image/png": "photo",
    "image/x-png": "photo",
    "image/heic": "photo",
    "image/heif": "photo",
    "application/pdf": "document",
    "application/x-pdf": "document",
    "application/octet-stream": "",
    "": "",
}
# Brands of HEIC that the library of types does not list: ten bits, and the generic ones with HEVC inside.
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
GENERIC_BRANDS = {b"mif1", b"msf1"}
LOCK = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


def recognise(file, *, name, declared):
    """The media type of an uploaded file. Raises `Refused` when it is none of ours, or not what it says it is."""
    file.seek(0)
    head = file.read(8192)
    media_type = _by_bytes(head)
    family = "document" if media_type == PDF else "photo"
    said = [EXTENSIONS.get(extension_of(name)), DECLARED.get((declared or "").split(";")[0].strip().lower())]
    if media_type is None or any(word is None or word not in ("", family) for word in said):
        raise Refused(NOT_ALLOWED)
    if media_type == PDF:
        check_document(file)
    return media_type


def check_document(file):
    """A PDF that is whole and that everybody can open."""
    file.seek(0)
    content = file.read()
    if b"%%EOF" not in content[-2048:]:
        raise Refused(DAMAGED)
    if LOCK.search(content):
        raise Refused(LOCKED)


def _by_bytes(head):
    if head[4:8] == b"ftyp":
        brands = {head[8:12]} | {head[at : at + 4] for at in range(16, min(int.from_bytes(head[:4]), 256), 4)}
        ours = head[8:12] in HEIC_BRANDS or (head[8:12] in GENERIC_BRANDS and brands & HEIC_BRANDS)
        return "image/heic" if ours else None
    kind = filetype.guess(head)
    found = kind.mime if kind else None
    if found == "image/apng":
        found = "image/png"  # still a PNG; its frames are counted when it is opened
    return found if found in (*PHOTOGRAPHS, PDF) else None
