import signal
import time

import pytest

from nervion_cases.local import supervisor
from nervion_cases.local.install import CannotGoOn, clean_environment


@pytest.fixture
def boss(monkeypatch, tmp_path):
    """A supervisor whose signals are given back to pytest."""
    monkeypatch.setattr(supervisor, "LOGS", tmp_path)
    before = {number: signal.getsignal(number) for number in supervisor.STOPPING_SIGNALS}
    boss = supervisor.Supervisor()
    yield boss
    boss.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def part(program):
    return supervisor.Part("part", "la parte", ["-c", program], env=clean_environment())


def test_a_part_that_died_is_started_again_and_it_is_said(boss, monkeypatch, capsys):
    one = part("import time; time.sleep(60)")
    boss.start(one)
    first = one.process
    naps = iter([lambda: first.kill() or first.wait(), lambda: None])

    def nap(seconds=0.2):
        try:
            next(naps)()
        except StopIteration:
            raise supervisor.Stopped from None

    monkeypatch.setattr(boss, "nap", nap)
    with pytest.raises(supervisor.Stopped):
        boss.keep_alive()

    assert one.process.pid != first.pid
    assert one.process.poll() is None
    assert capsys.readouterr().out == (
        f"⚠ Se detuvo la parte (señal 9). Registro: {one.log}\n  Se volvió a arrancar la parte.\n"
    )


def test_a_part_that_keeps_dying_ends_everything_with_its_last_words(boss):
    boss.start(part("import sys; sys.exit('no encuentro mi archivo')"))

    with pytest.raises(CannotGoOn, match="No se mantiene en pie la parte") as no:
        boss.keep_alive()

    assert "no encuentro mi archivo" in str(no.value)


@pytest.mark.parametrize("number", sorted(supervisor.STOPPING_SIGNALS))
def test_one_signal_ends_all_of_it(boss, number):
    boss.start(part("import time; time.sleep(60)"))

    signal.raise_signal(number)
    with pytest.raises(supervisor.Stopped):
        boss.keep_alive()
    boss.stop()

    assert boss.dead() == boss.parts


def test_who_does_not_want_to_leave_is_gone_within_ten_seconds(boss):
    stubborn = part("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)")
    boss.start(stubborn)
    time.sleep(0.5)
    start = time.monotonic()

    boss.stop()

    assert boss.dead() == boss.parts
    assert time.monotonic() - start < 10


def test_nothing_is_started_once_the_end_was_asked_for(boss):
    signal.raise_signal(signal.SIGTERM)

    with pytest.raises(supervisor.Stopped):
        boss.start(part("pass"))

    assert boss.parts == []


def test_a_preparation_that_fails_says_what_it_said(boss, tmp_path):
    command = [supervisor.PYTHON, "-c", "import sys; sys.exit('la tabla no existe')"]

    with pytest.raises(CannotGoOn, match="la tabla no existe"):
        boss.run_to_the_end(command, env=clean_environment(), log=tmp_path / "prepare.log")
