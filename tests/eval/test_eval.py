"""`extract` against the beginning of a document, LexRank and TextRank, at the same length."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from eval.comparison import DOCUMENTS, compare, documents, table
from eval.metrics import Measured, names
from eval.rivals import RIVALS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
DEFECTS = ("dangling", "gates", "invented")


@pytest.fixture(scope="module")
def compared() -> dict[str, Measured]:
    return compare(documents())


@pytest.mark.parametrize("rival", RIVALS)
def test_extract_says_more_of_what_is_meant_at_the_same_length_and_has_fewer_defects(
    compared: dict[str, Measured], rival: str
) -> None:
    extract, other = compared["extract"], compared[rival]
    assert extract.meaning > other.meaning + 0.01
    # LexRank weighs sentences by their words and nothing else: there `extract` keeps level with it, and no more.
    assert extract.terms > other.terms - 0.01
    assert extract.dangling + extract.gates < other.dangling + other.gates
    assert extract.invented <= other.invented
    assert extract.compression == pytest.approx(other.compression, rel=0.03)


def test_extract_has_no_defect_at_all(compared: dict[str, Measured]) -> None:
    assert [getattr(compared["extract"], name) for name in DEFECTS] == [0, 0, 0]


def test_the_table_in_the_readme_is_what_comes_out(compared: dict[str, Measured]) -> None:
    found = re.search(r"<!-- eval -->\n(.*?)\n<!-- /eval -->", README, re.DOTALL)
    assert found is not None
    told = [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].strip().splitlines()]
    now = [[cell.strip() for cell in line.strip("|").split("|")] for line in table(compared).splitlines()]
    assert told[0] == now[0] == ["writer", *names()]
    for row in now[2:]:
        shown = next(line for line in told if line[0] == row[0])
        # Embeddings differ in their last digits from one processor to the next.
        assert [float(cell) for cell in shown[1:]] == pytest.approx([float(cell) for cell in row[1:]], abs=0.005)


def test_every_document_says_where_it_comes_from() -> None:
    sources = (DOCUMENTS / "SOURCES.md").read_text(encoding="utf-8")
    for path in documents():
        assert path.name in sources
