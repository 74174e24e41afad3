"""Charts as SVG, and as a page that needs nothing beside itself."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from onering_cli.render.charts.scene import Box, Line
from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onering_cli.render.charts.scene import Scene, Shape

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
svg {{ width: 100%; height: auto }}
table {{ border-collapse: collapse; margin: 1rem 0 2rem }}
caption {{ text-align: left; font-weight: 600; padding: .3rem 0 }}
td, th {{ text-align: left; padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid #ddd; font-weight: normal }}
th {{ color: #666 }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""  # noqa: E501 -- one rule of the style sheet a line


def svg(scene: Scene) -> str:
    """A chart as an SVG element."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {scene.width} {scene.height}" role="img" '
        f'aria-label="{_safe(scene.title)}" font-family="system-ui, sans-serif">'
    )
    return "\n".join([head, *map(_element, scene.shapes), "</svg>"])


def page(
    scene: Scene, paragraphs: Sequence[str], tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]
) -> str:
    """A chart as an HTML page with words below it, and its numbers as tables of a caption, headings and rows."""
    parts = [svg(scene), *(f"<p>{_safe(words)}</p>" for words in paragraphs)]
    for caption, headings, rows in tables:
        parts += _table(caption, headings, rows)
    return _PAGE.format(title=_safe(scene.title), body="\n".join(parts))


def _table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"<table><caption>{_safe(caption)}</caption>"
    yield "<tr>" + "".join(f"<th>{_safe(heading)}</th>" for heading in headings) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>"
    yield "</table>"


def _element(shape: Shape) -> str:
    if isinstance(shape, Box):
        about = f"<title>{_safe(shape.about)}</title>" if shape.about else ""
        return (
            f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}" '
            f'fill="{_safe(shape.fill)}">{about}</rect>'
        )
    if isinstance(shape, Line):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
        return (
            f'<polyline points="{points}" fill="none" stroke="{_safe(shape.stroke)}" stroke-width="{shape.width:g}"/>'
        )
    return (
        f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:g}" text-anchor="{_safe(shape.anchor)}" '
        f'fill="{_safe(shape.fill)}">{_safe(shape.text)}</text>'
    )


def _safe(text: str) -> str:
    """Text without controls or direction marks, escaped for elements and attributes."""
    return escape(printable(text, newlines=False), quote=True)
