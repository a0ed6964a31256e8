"""The shelf of files: every content once, under `aa/bb/<sha256>`, written whole or not at all, never written over.

A file is on the shelf before its row exists. Whoever lays it there and makes the row holds a shared lock until the
transaction ends; the sweeper takes the same lock for itself, so that it never removes what is being shared.
"""

import hashlib
import os
import uuid
from datetime import timedelta
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import connection

LOCK = 7_205_114_009  # any number that nobody else uses
IN_THE_MAKING = "tmp"
ORPHAN_AFTER = timedelta(hours=1)


def shelf():
    """The storage of evidence: a private folder, or whatever the setting names."""
    return storages["evidence"]


def path_of(digest):
    """Where the content with this SHA-256 is kept."""
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def digest_of(file):
    """The SHA-256 of an uploaded file, read in pieces."""
    digest = hashlib.sha256()
    file.seek(0)
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def hold():
    """Keep the sweeper out until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def keep(file, digest):
    """Lay an uploaded file on the shelf; the same content twice is kept once. Its path."""
    storage, path = shelf(), path_of(digest)
    try:
        home = Path(storage.path(path))
    except NotImplementedError:  # an object store: one put is whole or nothing
        if not storage.exists(path):
            file.seek(0)
            storage.save(path, File(file))
        return path
    if home.exists():
        os.utime(home)  # young again: the sweeper lets it be
        return path
    draft = Path(storage.path(f"{IN_THE_MAKING}/{uuid.uuid4().hex}"))
    for folder in (draft.parent, home.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        _write(draft, file)
        try:
            os.link(draft, home)
        except FileExistsError:  # somebody laid the same content there meanwhile
            os.utime(home)
        _settle(home.parent)
    finally:
        draft.unlink(missing_ok=True)
    return path


def keep_bytes(content):
    """Lay a copy of our own on the shelf. Its path and its SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    return keep(ContentFile(content), digest), digest


def open_file(path):
    """A kept file, for reading."""
    return shelf().open(path, "rb")


def all_files(*, before):
    """Paths of the files last touched before a moment, the unfinished ones included."""
    return [path for path in _walk(shelf(), "") if older_than(path, before)]


def older_than(path, before):
    """Whether a file was last touched before a moment; what is gone was not."""
    try:
        return shelf().get_modified_time(path) < before
    except FileNotFoundError:
        return False


def remove(path):
    """Take a file off the shelf; gone already is as good."""
    shelf().delete(path)


def alone():
    """Take the lock for this transaction alone, if nobody is laying files down just now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def _walk(storage, folder):
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}" if folder else name
    for name in folders:
        yield from _walk(storage, f"{folder}/{name}" if folder else name)


def _write(draft, file):
    file.seek(0)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for piece in file.chunks():
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _settle(folder):
    """A name in a folder survives a loss of power only after the folder itself is written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
