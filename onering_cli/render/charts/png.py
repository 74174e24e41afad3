"""Charts as PNG, drawn by Pillow, which brings a typeface of its own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from onering_cli.errors import UsageError
from onering_cli.render.charts.scene import Box, Line
from onering_cli.text.sanitize import printable

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

    from onering_cli.render.charts.scene import Scene, Words

_SCALE = 2
"""Pixels of the picture per pixel of the chart, for screens of today."""
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def png(scene: Scene) -> bytes:
    """A chart as a PNG file.

    Raises:
        UsageError: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError as exc:
        raise UsageError(
            "pictures need Pillow, which is not installed", hint="python -m pip install 'onering-cli[plots]', or --html"
        ) from exc
    image = Image.new("RGB", (scene.width * _SCALE, scene.height * _SCALE), "#ffffff")
    draw = ImageDraw.Draw(image)
    for shape in scene.shapes:
        if isinstance(shape, Box):
            corner = (shape.x + max(shape.width, 0), shape.y + max(shape.height, 0))
            draw.rectangle([_at(shape.x, shape.y), _at(*corner)], fill=shape.fill)
        elif isinstance(shape, Line):
            draw.line(
                [_at(x, y) for x, y in shape.points], fill=shape.stroke, width=max(round(shape.width * _SCALE), 1)
            )
        else:
            _write(draw, shape)
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True)
    return file.getvalue()


def _at(x: float, y: float) -> tuple[float, float]:
    return x * _SCALE, y * _SCALE


def _write(draw: ImageDraw, words: Words) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(words.size * _SCALE)
    text = printable(words.text, newlines=False)
    draw.text(_at(words.x, words.y), text, font=font, fill=words.fill, anchor=_ANCHORS[words.anchor])
