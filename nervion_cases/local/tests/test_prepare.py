"""What is made ready before the parts start."""

from django.core import management

from nervion_cases.local import prepare


def test_the_whole_past_is_lived_unless_less_is_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(prepare, "prepare", asked.append)

    assert prepare.main([]) == 0
    assert prepare.main(["--months", "0"]) == 0

    assert asked == [None, 0]


def test_the_demo_decides_how_much_past_there_is(monkeypatch):
    called = []
    monkeypatch.setattr(management, "call_command", lambda *names, **options: called.append((*names, options)))

    prepare.seed()
    prepare.seed(0)

    assert called == [("seed_demo", {}), ("seed_demo", {"months": 0})]
