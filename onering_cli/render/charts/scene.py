"""What a chart is made of, whatever it is written as: boxes, lines and words on a page, in pixels from the top left."""

from __future__ import annotations

from onering_cli.record import record


@record
class Box:
    """A filled rectangle; `about` is told to whoever points at it, where that can be done."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    about: str = ""


@record
class Line:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    stroke: str
    width: float = 1.0


@record
class Words:
    """Text on a baseline; `anchor` is ``start``, ``middle`` or ``end``."""

    x: float
    y: float
    text: str
    size: float = 12.0
    anchor: str = "start"
    fill: str = "#333333"


Shape = Box | Line | Words


@record
class Scene:
    """A chart."""

    title: str
    width: int
    height: int
    shapes: tuple[Shape, ...]
