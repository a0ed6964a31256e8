import gzip
import hashlib
import os
import socket
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import load_command_class

from nervion_cases.duty.parts import NIGHTLY
from nervion_cases.local import backup, restore
from nervion_cases.local.backup_store import STAMP, Store, archive_command, mirror, restore_command
from nervion_cases.local.backup_verify import verify
from nervion_cases.local.install import ROOT, CannotGoOn

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    """A folder of backups, with a name that a shell would not like."""
    store = Store(tmp_path / "los respaldos de 'hoy' 100%")
    store.prepare(lambda folder: folder.mkdir())
    return store


def base(store, finished, *, segment=1, timeline=1, end=None):
    """A copy as far as the store looks into it."""
    folder = store.base / finished.strftime(STAMP)
    (folder / "pg_wal").mkdir(parents=True)
    (folder / "pg_wal" / f"{timeline:08X}{segment:016X}").touch()
    ranges = f'{{"WAL-Ranges": [{{"Timeline": {timeline}, "End-LSN": "{end or f"0/{segment:X}000100"}"}}]}}'
    (folder / "backup_manifest").write_text(ranges)
    return folder.name


def shell(command, path, name, folder):
    """As PostgreSQL does: in its own folder, %p and %f and %% replaced."""
    said = command.replace("%%", "\0").replace("%p", path).replace("%f", name).replace("\0", "%")
    return subprocess.run(said, shell=True, cwd=folder).returncode


# --- Archiving --------------------------------------------------------------------------------------------------------
def test_wal_is_archived_whole_once_and_never_written_over(store, tmp_path):
    (tmp_path / "segment").write_bytes(b"first" * 1000)
    command = archive_command(store.wal)

    assert shell(command, "segment", "0001", tmp_path) == 0
    assert shell(command, "segment", "0001", tmp_path) == 0  # again, after a crash
    (tmp_path / "segment").write_bytes(b"other" * 1000)
    assert shell(command, "segment", "0001", tmp_path) != 0
    assert [path.name for path in store.wal.iterdir()] == ["0001.gz"]
    assert shell(restore_command(store.wal), "back", "0001", tmp_path) == 0
    assert (tmp_path / "back").read_bytes() == b"first" * 1000


def test_nothing_is_archived_before_the_first_backup(store, tmp_path):
    store.wal.rmdir()

    assert shell(archive_command(store.wal), "segment", "0001", tmp_path) == 0
    assert not store.wal.exists()


def test_missing_wal_ends_the_archive_and_damaged_wal_ends_the_recovery(store, tmp_path):
    (store.wal / "0002.gz").write_bytes(b"no gzip")

    assert shell(restore_command(store.wal), "back", "0001", tmp_path) == 1
    assert shell(restore_command(store.wal), "back", "0002", tmp_path) > 125  # by PostgreSQL's rule: give up


def test_production_is_told_to_archive_as_the_demo_does():
    settings = (ROOT / "deploy/backup/postgresql-archive.conf").read_text()
    command = archive_command("/var/backups/nervion/wal").replace("'", "''")

    assert f"archive_command = '{command}'" in settings.splitlines()


def test_holes_in_the_archive_are_told(store):
    for number in (0x01, 0x02, 0x04, 0xFF, 0x100):
        name = f"00000001{number // 256:08X}{number % 256:08X}"
        (store.wal / f"{name}.gz").touch()

    missing = store.gaps("0" * 24)

    assert [gap[-2:] for gap in missing] == ["04", "FF"]  # 2–4 and 4–FF; FF is followed by 1-00
    assert store.gaps(f"00000001{0:08X}{0x05:08X}") == []


# --- Choosing and forgetting ------------------------------------------------------------------------------------------
def test_the_newest_copy_before_the_instant_is_chosen(store):
    first = base(store, NOW - timedelta(days=2), segment=1)
    second = base(store, NOW - timedelta(days=1), segment=5)

    assert store.choose().folder.name == second
    assert store.choose(NOW - timedelta(hours=30)).folder.name == first
    with pytest.raises(CannotGoOn, match="No hay un respaldo"):
        store.choose(NOW - timedelta(days=3))


def test_a_copy_of_a_future_that_was_abandoned_is_not_chosen(store):
    lived = base(store, NOW - timedelta(days=2), segment=1)
    base(store, NOW - timedelta(days=1), segment=5)
    (store.wal / "00000002.history.gz").write_bytes(gzip.compress(b"1\t0/3000148\tbefore 2026-11-19\n\n"))

    assert store.choose().folder.name == lived
    after = base(store, NOW, segment=6, timeline=2)
    assert store.choose().folder.name == after


def test_an_instant_that_a_restore_abandoned_is_still_what_was_lived_then(store):
    first = base(store, NOW - timedelta(days=2), segment=1)
    abandoned = base(store, NOW - timedelta(days=1), segment=5)
    restored = NOW - timedelta(hours=5)
    left = gzip.compress(b"1\t0/3000148\tbefore 2026-11-19\n\n", mtime=restored.timestamp())
    (store.wal / "00000002.history.gz").write_bytes(left)

    assert (store.choose(NOW - timedelta(hours=6)).folder.name, store.history(NOW - timedelta(hours=6))[0]) == (
        abandoned,
        1,
    )
    assert (store.choose(NOW).folder.name, store.history(NOW)[0]) == (first, 2)


def test_a_folder_of_backups_may_begin_after_a_restore(store):
    only = base(store, NOW - timedelta(days=1), segment=9, timeline=3)
    (store.base / only / "pg_wal" / "00000003.history").write_text("1\t0/3000148\tx\n\n2\t0/5000148\tx\n")

    assert store.choose().folder.name == only
    assert store.history() == (3, {1: 0x3000148, 2: 0x5000148})
    assert store.history(NOW - timedelta(days=2)) == (1, {})


def test_old_copies_go_but_one_a_month_and_their_wal_with_them(store):
    ages = {400: 1, 100: 2, 95: 3, 50: 4, 40: 5, 6: 6, 1: 7}
    names = {days: base(store, NOW - timedelta(days=days), segment=n) for days, n in ages.items()}
    for segment in range(1, 9):
        (store.wal / f"00000001{segment:016X}.gz").touch()
    (store.wal / "00000002.history.gz").touch()

    forgotten = store.prune(keep_days=35, now=NOW)

    kept = {path.name for path in store.base.iterdir()}
    assert kept == {
        names[days] for days in (100, 50, 6, 1)
    }  # the first of August, October and November, and all of late
    assert forgotten == 3
    assert sorted(path.name[20:24] for path in store.wal.glob("*0*.gz") if len(path.name) == 27) == [
        "0006",
        "0007",
        "0008",
    ]
    assert (store.wal / "00000002.history.gz").exists()


def test_the_last_copy_is_never_forgotten(store):
    only = base(store, NOW - timedelta(days=900))

    assert store.prune(keep_days=35, now=NOW) == 0
    assert store.choose().folder.name == only


# --- Evidence ---------------------------------------------------------------------------------------------------------
def lay(media, content, name=None):
    name = name or hashlib.sha256(content).hexdigest()
    path = media / "evidence" / name[:2] / name[2:4] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path.relative_to(media)


def test_evidence_is_copied_once_and_checked_against_its_name(store, tmp_path):
    media = tmp_path / "media"
    good, bad = lay(media, b"a photograph"), lay(media, b"changed", "ab" * 32)
    (media / "evidence" / "tmp").mkdir()
    (media / "evidence" / "tmp" / "draft").write_bytes(b"half")
    (media / good).with_name(f".{(media / good).name}.77").write_bytes(b"half")  # of a copy that was cut off

    assert mirror(media, store.media) == (1, [media / bad])
    assert (store.media / good).read_bytes() == b"a photograph"
    assert not (store.media / bad).exists()
    assert oct((store.media / good).stat().st_mode)[-3:] == "600"
    assert mirror(media, store.media)[0] == 0

    (store.media / good).write_bytes(b"cut")  # by a full disk, say
    assert mirror(media, store.media)[0] == 1


def test_what_was_uploaded_before_the_copy_began_is_known_to_be_here(store, tmp_path):
    assert store.evidence_as_of is None

    before = datetime.now(UTC)
    store.bring(tmp_path / "media")

    assert before - timedelta(seconds=1) <= store.evidence_as_of <= datetime.now(UTC)


# --- Words ------------------------------------------------------------------------------------------------------------
def test_the_password_is_no_argument():
    assert backup.without_password("postgres://nervion_backup:s%40lt@db:5432/") == (
        "postgres://nervion_backup@db:5432/",
        "s@lt",
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [("ayer", "no es un momento"), ("2999-01-01", "todavía no llega"), ("2026-13-01", "no es un momento")],
)
def test_a_wrong_instant_is_refused_in_words(typed, said):
    with pytest.raises(CannotGoOn, match=said):
        restore.instant(typed)


def test_a_folder_that_is_not_there_is_told_in_words(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://x:y@127.0.0.1:9/nervion")

    with pytest.raises(CannotGoOn, match="No hay respaldos"):
        restore.main(["--rehearse", "--from", str(tmp_path / "elsewhere")])


def test_an_instant_is_the_plants_unless_it_says_otherwise():
    assert restore.instant("2025-11-20 06:00") == restore.instant("2025-11-20T12:00+00:00")
    assert restore.instant(None) is None


def test_a_wrong_option_names_the_right_ones():
    with pytest.raises(CannotGoOn, match="--evidence-only"):
        backup.arguments().parse_args(["--everything"])


@pytest.mark.parametrize("missing", ["DATABASE_BACKUP_URL", "BACKUP_DIR", "MEDIA_ROOT"])
def test_a_server_of_ones_own_needs_all_its_variables(monkeypatch, tmp_path, missing):
    values = {"DATABASE_BACKUP_URL": "postgres://x:y@db/", "BACKUP_DIR": str(tmp_path), "MEDIA_ROOT": str(tmp_path)}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)

    with pytest.raises(CannotGoOn, match=missing):
        backup.of_the_server_named(backup.arguments().parse_args([]))


# --- Verifying --------------------------------------------------------------------------------------------------------
@pytest.fixture
def copy(tmp_path):
    """A copy whose manifest is as PostgreSQL writes it."""
    folder = tmp_path / "copy"
    (folder / "pg_wal").mkdir(parents=True)
    (folder / "table").write_bytes(b"rows")
    digest = hashlib.sha256(b"rows").hexdigest()
    body = (
        '{ "PostgreSQL-Backup-Manifest-Version": 2,\n"Files": [\n'
        f'{{ "Path": "table", "Size": 4, "Checksum-Algorithm": "SHA256", "Checksum": "{digest}" }}\n'
        '],\n"WAL-Ranges": [\n],\n'
    )
    own = hashlib.sha256(body.encode()).hexdigest()
    (folder / "backup_manifest").write_text(f'{body}"Manifest-Checksum": "{own}"}}\n')
    return folder


def check(folder):
    verify(folder, user=None, programs=None, log=os.devnull)


def test_a_sound_copy_is_sound(copy):
    check(copy)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda copy: (copy / "table").write_bytes(b"raws"), "no tiene el contenido"),
        (lambda copy: (copy / "table").unlink(), "table: No such file"),
        (lambda copy: (copy / "stranger").touch(), "stranger está de más"),
        (lambda copy: (copy / "backup_manifest").write_text('{"Files": [], "Manifest-Checksum": "0"}'), "dañado"),
    ],
    ids=["changed", "gone", "strange", "manifest"],
)
def test_harm_to_a_copy_is_found(copy, harm, said):
    harm(copy)

    with pytest.raises(CannotGoOn, match=said):
        check(copy)


def test_production_is_not_restored_beside_a_server_that_lives(store, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as living:
        environment = {"DATABASE_URL": f"postgres://x:y@127.0.0.1:{living.getsockname()[1]}/nervion"}
        with pytest.raises(CannotGoOn, match="sigue en marcha"):
            restore.into_a_folder(
                store, None, into=tmp_path / "new", unarchived=None, environment=environment, user=None, log=None
            )


def test_production_is_not_restored_over_something(store, tmp_path):
    (tmp_path / "something").touch()

    with pytest.raises(CannotGoOn, match="no está vacía"):
        restore.into_a_folder(store, None, into=tmp_path, unarchived=None, environment={}, user=None, log=None)


def test_the_units_of_the_backup_run_what_exists():
    units = sorted((ROOT / "deploy/backup").glob("*.service"))

    assert len(units) == 3
    for unit in units:
        tool, *options = unit.read_text().partition("-m nervion_cases.local.")[2].splitlines()[0].split()
        module = {"backup": backup, "restore": restore}[tool]
        module.arguments().parse_args(options)
        assert unit.with_suffix(".timer").exists()


def test_the_nightly_copy_tells_the_page_of_whoever_is_on_duty_that_it_went_well():
    unit = (ROOT / "deploy/backup/nervion-backup.service").read_text()
    after = [line.partition("=")[2].split() for line in unit.splitlines() if line.startswith("ExecStartPost=")]

    (_, manage, command, *names) = after[0]
    assert (manage, command) == ("manage.py", "heartbeat")
    load_command_class("casework.mail", command).create_parser(manage, command).parse_args(names)
    assert set(names) <= {beat for beat, *_ in NIGHTLY}
