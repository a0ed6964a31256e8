import shutil
import subprocess

import pytest

from nervion_cases.local import install


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine on which nothing is found and nothing can be run."""
    ran = []
    monkeypatch.setattr(install, "has_library", lambda name: False)
    monkeypatch.setattr(install, "has_program", lambda name: name == "apt-get")
    monkeypatch.setattr(install, "has_fonts", lambda: False)
    monkeypatch.setattr(install, "run_quietly", lambda command, **_: ran.append(command))
    return ran


def test_an_ordinary_user_is_told_in_one_line_what_to_install(bare_machine, monkeypatch):
    monkeypatch.setattr(install, "IS_ROOT", False)

    with pytest.raises(install.CannotGoOn) as no:
        install.install_packages("run")

    assert str(no.value) == (
        "Faltan paquetes del sistema; instálelos y repita `make run`:  "
        "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
    )
    assert bare_machine == []


def test_the_tests_need_a_browser_and_a_maker_of_heic_besides(bare_machine, monkeypatch):
    monkeypatch.setattr(install, "IS_ROOT", False)

    with pytest.raises(install.CannotGoOn, match=r"fonts-dejavu-core chromium libheif-examples$"):
        install.install_packages("test")


def test_root_installs_only_what_is_missing(bare_machine, monkeypatch):
    monkeypatch.setattr(install, "IS_ROOT", True)
    found = set(install.LIBRARIES.values()) - {"libpango-1.0.so.0"}
    monkeypatch.setattr(install, "has_fonts", lambda: True)
    monkeypatch.setattr(install, "has_library", lambda name: name in found)

    def installs(command, **_):
        bare_machine.append(command)
        if "install" in command:
            found.add("libpango-1.0.so.0")

    monkeypatch.setattr(install, "run_quietly", installs)
    install.install_packages("run")

    assert [command[5:] for command in bare_machine] == [
        ["update"],
        ["install", "--no-install-recommends", "libpango-1.0-0"],
    ]


def test_nothing_is_run_when_nothing_is_missing(bare_machine, monkeypatch):
    monkeypatch.setattr(install, "has_library", lambda name: True)
    monkeypatch.setattr(install, "has_program", lambda name: True)
    monkeypatch.setattr(install, "has_fonts", lambda: True)

    install.install_packages("test")

    assert bare_machine == []


@pytest.fixture
def checkout(monkeypatch, tmp_path):
    """A checkout with requirement files of its own."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("Django\n")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    return tmp_path


def test_libraries_are_installed_once_until_a_requirement_changes(checkout, monkeypatch):
    ran = []
    monkeypatch.setattr(install, "run_quietly", lambda command, **_: ran.append(command))

    install.install_libraries("run")
    install.install_libraries("run")
    assert len(ran) == 1

    (checkout / "requirements.txt").write_text("Django\ncelery\n")
    install.install_libraries("run")
    assert len(ran) == 2


def test_an_installation_that_failed_is_tried_again(checkout, monkeypatch):
    def fails(command, **_):
        raise install.CannotGoOn("sin red")

    monkeypatch.setattr(install, "run_quietly", fails)
    for _ in range(2):
        with pytest.raises(install.CannotGoOn, match="sin red"):
            install.install_libraries("test")


def test_what_went_wrong_is_shown(monkeypatch, tmp_path):
    monkeypatch.setattr(install, "LOGS", tmp_path)
    (tmp_path / "pip.log").write_text("de ayer\n")

    with pytest.raises(install.CannotGoOn) as no:
        install.run_quietly(["sh", "-c", "echo no hay red; exit 3"], log="pip.log", env={}, failure="No se pudo")

    assert str(no.value) == f"No se pudo (el registro completo está en {tmp_path}/pip.log):\n    no hay red"


def test_a_broken_environment_is_made_again(checkout, monkeypatch):
    (checkout / ".venv/bin").mkdir()
    (checkout / ".venv/bin/python").symlink_to("/nowhere/python3")
    monkeypatch.setattr(install, "PYTHON", checkout / ".venv/bin/python")
    made = []
    monkeypatch.setattr(install, "run_quietly", lambda command, **_: made.append(command[1:3]))

    install.make_venv()

    assert made == [["-m", "venv"]]
    assert not (checkout / ".venv").exists()


def test_a_folder_of_somebody_else_is_explained(monkeypatch, tmp_path):
    monkeypatch.setattr(install.os, "access", lambda *_: False)

    with pytest.raises(install.CannotGoOn, match="No se puede escribir en"):
        install.make_folder(tmp_path / "x")


def test_the_installer_runs_with_the_standard_library_alone():
    """It is run by a Python that has nothing installed yet."""
    python = shutil.which("python3")

    done = subprocess.run(
        [python, "-S", "-E", "-c", f"import runpy; runpy.run_path({install.__file__!r}, run_name='x')"],
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
