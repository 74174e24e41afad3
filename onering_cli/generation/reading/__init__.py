"""Reads a decoded source as prose: its title and its sentences, each tied to the place it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onering_cli.generation.model import Material, MaterialKind, Reading

if TYPE_CHECKING:
    from onering_cli.generation.reading.strand import Manuscript


def read(material: Material, index: int) -> Reading:
    """Read material number `index` of a brief as a good editor would.

    Code, tables, badges, navigation, notices and link syntax are left out; what remains are sentences whose spans
    point into `material.text`. Any text can be read; one without prose gives no sentences.
    """
    from onering_cli.generation.reading.prose import edit

    return edit(_manuscript(material), material, index)


def _manuscript(material: Material) -> Manuscript:
    match material.kind:
        case MaterialKind.HTML:
            return _read_page(material.text)
        case MaterialKind.MARKDOWN:
            return _read_markdown(material.text)
        case MaterialKind.PLAIN:
            return _read_untold(material)


def _read_untold(material: Material) -> Manuscript:
    """Read text whose name does not tell what it is written in, or tells what `MaterialKind` has no word for."""
    from onering_cli.generation.reading.dialect import is_markdown, is_page, is_rst
    from onering_cli.generation.reading.plain import read_plain
    from onering_cli.generation.reading.rst import read_rst

    text = material.text
    if is_page(text):
        return _read_page(text)
    if material.name.lower().endswith((".rst", ".rest")) or is_rst(text):
        return read_rst(text)
    return _read_markdown(text) if is_markdown(text) else read_plain(text)


def _read_page(text: str) -> Manuscript:
    from onering_cli.generation.reading.html import read_html

    return read_html(text)


def _read_markdown(text: str) -> Manuscript:
    from onering_cli.generation.reading.markdown import read_markdown

    return read_markdown(text)
