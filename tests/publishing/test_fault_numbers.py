"""Every numbered fault that concerns publishing and its schedule has tests which name it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
# 45 is the store's, 47 to 53 are billing's.
PUBLISHING = {*range(1, 45), 46, 54, 55}
_NAMES = re.compile(r"test_faults?_(\d\d)(?:_(to|and)_(\d\d))?_")
_TELLS = re.compile(r"^Faults? (\d+(?:, \d+)*)")


def numbers_of(function: ast.FunctionDef) -> set[int]:
    """The faults that a test names: ``test_fault_07_…``, ``test_faults_11_to_16_…``, or ``Faults 4, 31: …``."""
    found: set[int] = set()
    if name := _NAMES.match(function.name):
        first, last = int(name[1]), int(name[3] or name[1])
        found |= set(range(first, last + 1)) if name[2] == "to" else {first, last}
    if told := _TELLS.match(ast.get_docstring(function) or ""):
        found |= {int(number) for number in told[1].split(", ")}
    return found


def test_every_fault_has_tests_by_its_number() -> None:
    named: set[int] = set()
    for file in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                named |= numbers_of(node)
    assert named >= PUBLISHING, f"without a test: {sorted(PUBLISHING - named)}"
