"""The dependency graph as a picture, if matplotlib is there."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from exactland.errors import UsageError
from exactland.interface.statement_graph import BOX_HEIGHT, BOX_WIDTH, Layout, Point, lay_out
from exactland.interface.statement_pages import COLOURS
from exactland.proof.statements import Statement

_LINE = "#8a8a86"


def draw(statements: Sequence[Statement]) -> Any:
    """The picture as a Figure; UsageError where matplotlib is missing."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as missing:
        raise UsageError(
            "--format picture",
            "matplotlib is not installed",
            "install it (pip install matplotlib), or use --format dot with Graphviz",
        ) from missing
    layout = lay_out(statements)
    figure = Figure(figsize=(layout.width, layout.height), dpi=110)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, layout.width)
    axes.set_ylim(0, layout.height)
    axes.axis("off")
    _draw_curves(axes, layout)
    for shown in statements:
        _draw_box(axes, shown, layout.boxes[shown.id])
    for paper, height in layout.bands.items():
        axes.text(0.3, height, paper, fontsize=15, fontweight="bold", va="center")
    _draw_legend(axes, statements)
    return figure


def _draw_curves(axes: Any, layout: Layout) -> None:
    """Each arrow as a chain of smooth pieces that are level at the points it passes."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Outline

    for points in layout.curves.values():
        corners: list[Point] = [points[0]]
        codes = [Outline.MOVETO]
        for (x0, y0), (x1, y1) in pairwise(points):
            bend = (x1 - x0) / 2
            corners += [(x0 + bend, y0), (x1 - bend, y1), (x1, y1)]
            codes += [Outline.CURVE4] * 3
        axes.add_patch(
            FancyArrowPatch(
                path=Outline(corners, codes),
                arrowstyle="-|>",
                mutation_scale=8,
                color=_LINE,
                linewidth=0.9,
                zorder=1,
            )
        )


def _draw_box(axes: Any, shown: Statement, centre: Point) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = centre
    axes.add_patch(
        FancyBboxPatch(
            (x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2),
            BOX_WIDTH,
            BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=COLOURS[shown.status][1],
            edgecolor="#555555",
            linewidth=0.7,
            zorder=2,
        )
    )
    axes.text(
        x, y + 0.1, shown.id, fontsize=8.5, fontweight="bold", ha="center", va="center", zorder=3
    )
    title = textwrap.shorten(shown.title, 44, placeholder=" ...")
    axes.text(x, y - 0.1, title, fontsize=6.8, ha="center", va="center", zorder=3)


def _draw_legend(axes: Any, statements: Sequence[Statement]) -> None:
    """What the colours say, along the lower edge."""
    present = {shown.status for shown in statements}
    x = 0.3
    for status, (_, colour) in COLOURS.items():
        if status in present:
            box = {"boxstyle": "round,pad=0.3", "facecolor": colour, "edgecolor": "#555555"}
            axes.text(x, 0.3, status, fontsize=8, va="center", bbox=box, zorder=3)
            x += 0.32 + 0.066 * len(status)
    axes.text(
        x,
        0.3,
        "as stated; an arrow points to what needs it; implied arrows are left out",
        fontsize=8,
        va="center",
    )
