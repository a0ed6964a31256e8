"""What a file may be called on a screen and in a header. The name never decides where the file is kept."""

import re
import unicodedata

LONGEST = 120
ZERO_WIDTH_JOINER = "\u200d"  # holds emoji together
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, bidirectional marks, half characters
RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$", re.IGNORECASE)  # devices of Windows
AWKWARD = re.compile(r'[<>:"|?*]')


def clean_name(name):
    """The display name: last part of a path, nothing invisible, no device of Windows, at most 120 characters."""
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if c == ZERO_WIDTH_JOINER or unicodedata.category(c) not in INVISIBLE)
    name = " ".join(AWKWARD.sub("-", name).split()).rstrip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem = stem.strip(" ." + ZERO_WIDTH_JOINER) or "archivo"
    if RESERVED.match(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    extension = extension[:10]
    stem = stem[: LONGEST - len(extension) - len(dot)].rstrip(" .")
    return f"{stem}{dot}{extension}"


def extension_of(name):
    """The extension as Windows and browsers understand it: lower case, after dots and blanks at the end are gone."""
    name = str(name or "").replace("\\", "/").rsplit("/", 1)[-1].split("\0")[0]
    name = "".join(c for c in name if unicodedata.category(c) not in INVISIBLE).rstrip(" .")
    return name.rpartition(".")[2].lower() if "." in name else ""


def with_extension(name, extension):
    """The name of a copy in another format: «golpe.heic» → «golpe.jpg»."""
    return f"{name.rpartition('.')[0] or name}.{extension}"
