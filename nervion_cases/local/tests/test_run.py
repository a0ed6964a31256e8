import json
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from nervion_cases.local import install, run, servers, supervisor


def close(sockets):
    for one in sockets:
        one.close()


def neighbours(monkeypatch):
    """Two ports in a row that are free, as the range to choose from."""
    for first in range(20_000, 30_000, 2):
        try:
            for port in (first, first + 1):
                close(run.bind(port))
        except OSError:
            continue
        monkeypatch.setattr(run, "FIRST_PORT", first)
        monkeypatch.setattr(run, "LAST_PORT", first + 1)
        return first
    raise AssertionError("no two free ports in a row")


def test_the_first_port_is_taken_when_it_is_free(monkeypatch):
    first = neighbours(monkeypatch)

    port, sockets = run.choose_port("")

    assert port == first
    close(sockets)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_is_passed_over(monkeypatch, address):
    first = neighbours(monkeypatch)
    with socket.create_server((address, first)):
        port, sockets = run.choose_port("")

    assert port == first + 1
    close(sockets)


def test_all_ports_taken_is_said(monkeypatch):
    first = neighbours(monkeypatch)

    with socket.create_server(("127.0.0.1", first)), socket.create_server(("127.0.0.1", first + 1)):
        with pytest.raises(install.CannotGoOn, match=f"No hay un puerto libre entre {first} y {first + 1}"):
            run.choose_port("")


def test_a_port_that_was_asked_for_is_that_or_none():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        asked = str(taken.getsockname()[1])

        with pytest.raises(install.CannotGoOn) as no:
            run.choose_port(asked)

    assert str(no.value) == f"El puerto {asked} (PORT) está ocupado. Indique otro o quite PORT."


@pytest.mark.parametrize("nonsense", ["abc", "0", "70000", "-1", "80 81"])
def test_a_port_that_is_no_port_is_explained(nonsense):
    with pytest.raises(install.CannotGoOn, match="PORT debe ser un número de puerto"):
        run.choose_port(nonsense)


@pytest.fixture
def run_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "RUN", tmp_path)
    return tmp_path


def test_the_env_file_is_private_complete_and_keeps_the_secret(run_folder, monkeypatch):
    for name in ("SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "DEMO_PASSWORD", "DEBUG", "MEDIA_ROOT"):
        monkeypatch.delenv(name, raising=False)
    asked = {"port": 8003, "database_url": "postgres://x", "redis_url": "redis://y", "mail_port": 2525}

    run.write_env_file(run.demo_values(**asked))
    again = run.demo_values(**asked)

    file = run_folder / "env"
    written = dict(line.split("=", 1) for line in file.read_text().splitlines())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert written == again
    assert written["SITE_URL"] == "http://localhost:8003"
    assert written["EMAIL_URL"] == "smtp://127.0.0.1:2525"
    assert written["DEMO"] == "True"
    assert len(written["SECRET_KEY"]) >= 50


def test_a_demo_never_writes_to_a_mail_server_of_the_environment(run_folder, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example:25")

    values = run.demo_values(port=1, database_url="d", redis_url="r", mail_port=2525)

    assert values["EMAIL_URL"] == "smtp://127.0.0.1:2525"


def test_a_second_start_says_where_the_first_one_is(run_folder):
    (run_folder / "run.lock").write_text(json.dumps({"pid": 42, "address": "http://localhost:8001"}))

    assert "http://localhost:8001" in run.already_running()


def test_a_start_that_is_not_up_yet_is_said_too(run_folder):
    (run_folder / "run.lock").write_text("")

    assert run.already_running() == "Ya hay un `make run` arrancando o deteniéndose en esta carpeta."


def wait_for(question, seconds=12):
    until = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < until:
        time.sleep(0.05)
    return answer


def gone(pid):
    """Ended, reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_no_process_survives_a_supervisor_that_is_killed(tmp_path):
    """Not even a grandchild, nor a child that ignores being asked."""
    stubborn = "trap '' TERM INT HUP; sleep 300 & echo $! > {0}/grandchild; echo $$ > {0}/child; wait; wait"
    program = f"""
        import signal, time
        from pathlib import Path
        from nervion_cases.local.processes import Watchman, spawn
        watchman = Watchman()
        child = spawn(["sh", "-c", {stubborn.format(tmp_path)!r}], log="{tmp_path}/log", env={{"PATH": "/usr/bin:/bin"}}, cwd="/")
        watchman.watch(child, signal.SIGTERM)
        Path("{tmp_path}/watched").write_text("yes")
        time.sleep(300)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], cwd=install.ROOT)
    files = [tmp_path / "grandchild", tmp_path / "child"]
    assert wait_for((tmp_path / "watched").exists)
    assert wait_for(lambda: all(file.exists() and file.read_text().strip() for file in files))
    family = [int(file.read_text()) for file in files]
    assert not any(gone(pid) for pid in family)

    parent.kill()
    parent.wait()

    assert wait_for(lambda: all(gone(pid) for pid in family))


def test_make_that_was_interrupted_is_noticed(tmp_path):
    """make waits for us at SIGINT without handing it on."""
    (tmp_path / "Makefile").write_text("x:\n\t@sleep 60\n")
    make = subprocess.Popen(["make", "x"], cwd=tmp_path, start_new_session=True)
    try:
        assert wait_for(lambda: Path(f"/proc/{make.pid}/task/{make.pid}/children").read_text().strip())
        assert not supervisor.make_was_told_to_stop(make.pid)

        os.kill(make.pid, signal.SIGINT)

        assert wait_for(lambda: supervisor.make_was_told_to_stop(make.pid))
    finally:
        os.killpg(make.pid, signal.SIGKILL)
        make.wait()


def test_private_files_are_replaced_whole(tmp_path):
    servers.write_private(tmp_path / "env", "A=1\n")
    servers.write_private(tmp_path / "env", "A=2\n")

    assert (tmp_path / "env").read_text() == "A=2\n"
    assert [path.name for path in tmp_path.iterdir()] == ["env"]
