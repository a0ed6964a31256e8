"""«Qué garantizamos» of the README promises nothing that no test or fault proves."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

from nervion_cases.testing.faults.__main__ import ROOMS
from nervion_cases.testing.faults.ledger import FAULTS

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text()
PAGE = README.partition("## Qué garantizamos")[2].partition("\n## ")[0]
PROMISES = {row.split()[1]: row for row in PAGE.splitlines() if row.startswith("| I")}
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


@pytest.fixture(scope="module")
def faults():
    for room in ROOMS:
        import_module(f"nervion_cases.testing.faults.{room}")
    return FAULTS


def names_in(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_invariant_is_promised():
    assert set(PROMISES) == {f"I{number}" for number in range(1, 15)} - {"I8"}  # I8 joins with the chain of hashes


@pytest.mark.parametrize("number", PROMISES)
def test_a_promise_names_what_proves_it(number, faults):
    row = PROMISES[number]
    tests, codes = TEST.findall(row), set(re.findall(r"\bF\d+\b", row))
    assert tests
    for path, name in tests:
        assert name in names_in(ROOT / path), f"{path} has no {name}"
    assert codes <= set(faults)
    for code in codes:
        assert number in faults[code].proves, f"{code} does not say that it proves {number}"


def test_every_invariant_that_a_fault_proves_is_promised(faults):
    assert {number for fault in faults.values() for number in fault.proves} <= set(PROMISES)
