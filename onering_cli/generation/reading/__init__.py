"""Reads a decoded source as prose: its title and its sentences, each tied to the place it came from."""

from onering_cli.generation.model import Material, MaterialKind, Reading


def read(material: Material, index: int) -> Reading:
    """Read material number `index` of a brief as a good editor would.

    Code, tables, badges, navigation, notices and link syntax are left out; what remains are sentences whose spans
    point into `material.text`. Any text can be read; one without prose gives no sentences.
    """
    from onering_cli.generation.reading.prose import edit

    if material.kind is MaterialKind.MARKDOWN:
        from onering_cli.generation.reading.markdown import read_markdown

        manuscript = read_markdown(material.text)
    elif material.kind is MaterialKind.HTML:
        from onering_cli.generation.reading.html import read_html

        manuscript = read_html(material.text)
    else:
        from onering_cli.generation.reading.plain import read_plain

        manuscript = read_plain(material.text)
    return edit(manuscript, material, index)
