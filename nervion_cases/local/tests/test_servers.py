import os
import shutil
import signal
import socket
import stat

import psycopg2
import pytest
import redis

from nervion_cases.local import install, servers


@pytest.fixture
def home():
    """A home for servers that is nobody else's, with the lock that says so."""
    install.prepare_folders()
    install.install_servers()
    slot, lock = servers.throw_away_slot()
    yield install.make_folder(slot, 0o711) / "probe"
    shutil.rmtree(slot / "probe", ignore_errors=True)
    lock.__exit__(None, None, None)


@pytest.fixture
def postgres(home, tmp_path):
    server = servers.Postgres(home, log=tmp_path / "postgres.log", durable=False)
    yield server
    server.stop()


def ask(url, question):
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]
    finally:
        connection.close()


def test_a_private_postgresql_speaks_utc_and_utf8_and_our_role_is_no_superuser(postgres):
    postgres.start()

    assert ask(postgres.url, "SHOW timezone") == "UTC"
    assert ask(postgres.url, "SHOW server_encoding") == "UTF8"
    assert ask(postgres.url, "SHOW data_checksums") == "on"
    assert ask(postgres.url, "SELECT lower('ÁÑ')") == "áñ"
    assert ask(postgres.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_nobody_enters_without_the_password(postgres):
    postgres.start()

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(f"postgres://nervion:otra@127.0.0.1:{postgres.port}/nervion")
    with pytest.raises(psycopg2.OperationalError, match="no pg_hba"):
        psycopg2.connect(f"postgres://postgres@127.0.0.1:{postgres.port}/postgres")


def test_its_data_can_be_read_by_its_own_user_only(postgres):
    postgres.start()

    for path in (postgres.data, postgres.data.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(postgres.secret.stat().st_mode) == 0o600


def test_it_comes_back_with_its_data_after_a_kill_9(postgres):
    postgres.start()
    connection = psycopg2.connect(postgres.url, options="-c synchronous_commit=on")
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    connection.close()
    os.kill(postgres.process.pid, signal.SIGKILL)
    postgres.process.wait()
    assert (postgres.data / "postmaster.pid").exists()

    postgres.start()

    assert ask(postgres.url, "SELECT answer FROM kept") == 42


def test_a_pid_file_whose_number_is_now_somebody_elses_is_forgotten(postgres):
    postgres.start()
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")

    postgres.start()

    assert ask(postgres.url, "SELECT 1") == 1


def test_the_role_that_copies_the_server_reads_no_table_and_comes_to_older_clusters_too(postgres):
    postgres.initialise()
    assert "backup_password" not in postgres.known()

    postgres.start()

    question = "SELECT rolreplication AND NOT rolsuper FROM pg_roles WHERE rolname = 'nervion_backup'"
    assert ask(postgres.url, question) is True
    with pytest.raises(psycopg2.OperationalError, match="no pg_hba"):
        psycopg2.connect(postgres.backup_url + "nervion")
    password = postgres.known()["backup_password"]
    postgres.stop()
    postgres.start()
    assert postgres.known()["backup_password"] == password


def test_backups_of_a_database_that_is_gone_are_put_aside(postgres):
    postgres.store.folder.mkdir(parents=True)

    postgres.start()

    assert not postgres.store.folder.exists()
    assert len(list(postgres.home.glob("backup-apartado-*"))) == 1


def test_an_orphan_in_our_folder_is_ended_first(postgres, tmp_path, monkeypatch):
    monkeypatch.setattr(servers, "SECONDS_TO_LEAVE", 1)
    postgres.start()
    orphan = postgres.process

    other = servers.Postgres(postgres.home, log=tmp_path / "other.log", durable=False)
    other.start()

    assert orphan.poll() is not None
    assert ask(other.url, "SELECT 1") == 1
    other.stop()


def test_a_new_clone_in_an_old_place_does_not_inherit_its_data(postgres, monkeypatch):
    monkeypatch.setattr(servers, "checkout_mark", lambda: "the old clone")
    postgres.initialise()
    postgres.durable = True

    postgres.put_foreign_data_aside()
    assert postgres.data.exists()

    monkeypatch.setattr(servers, "checkout_mark", lambda: "the new clone")
    postgres.put_foreign_data_aside()
    assert not postgres.data.exists()
    assert len(list(postgres.data.parent.glob("data-apartada-*"))) == 1


def test_two_runs_of_the_tests_never_share_a_home(home):
    other, lock = servers.throw_away_slot()

    assert other != home.parent
    lock.__exit__(None, None, None)


def test_a_private_redis_wants_its_password_and_listens_on_loopback_only(home, tmp_path):
    server = servers.Redis(home, log=tmp_path / "redis.log").start()
    try:
        client = redis.Redis.from_url(server.url)
        assert client.ping()
        with socket.create_connection(("127.0.0.1", server.port)) as stranger:
            stranger.sendall(b"PING\r\n")
            assert stranger.recv(100).startswith(b"-NOAUTH")
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        client.close()
        assert server.password not in " ".join(str(part) for part in server.process.args)
    finally:
        server.stop()


def test_a_server_moves_on_when_its_port_was_taken_meanwhile(postgres, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1], servers.free_port()])
        monkeypatch.setattr(servers, "free_port", lambda: next(ports))

        postgres.start()

    assert ask(postgres.url, "SELECT 1") == 1
