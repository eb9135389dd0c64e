"""The pattern of U_k as a picture: which entries are which entry of W_k."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from exactland.errors import LimitError
from exactland.interface.plot_parts import (
    COLOURS,
    NOTHING,
    count_from_one,
    ink_on,
    new_figure,
    write_caption,
)
from exactland.model.layer_matrix import layer_map
from exactland.proof.stepper import Session

#: Patterns have at most this many rows and columns.
LARGEST_PATTERN = 1000


def pattern(session: Session, k: int) -> Any:
    """The pattern of U_k: every entry coloured by its variable w[r,t] = W_k[r, t], zeros blank.

    A matplotlib Figure; with more than eight variables it has a colour bar. The pattern is that
    of M_k and needs no parameters. Raises UsageError for a layer that does not exist or is
    max-pooling, or without matplotlib, LimitError for more than 1000 rows or columns.
    """
    problem = session.state.instance.problem
    layer: Any = problem.sequential.layer(k)
    rows, columns = problem.widths[k - 1], problem.widths[k]
    if max(rows, columns) > LARGEST_PATTERN:
        raise LimitError(f"U_{k}", f"it is {rows} x {columns}", f"at most {LARGEST_PATTERN}")
    structure = layer_map(layer, rows)
    longest = max(rows, columns)
    # As wide and high as the matrix asks for, within a page, with room for title and caption.
    side = min(6.2, 0.75 * longest)
    wide, high = max(4.2, side * columns / longest), max(0.5, side * rows / longest)
    figure = new_figure(wide + 1.9, high + 1.9)
    import numpy as np

    image = np.full((rows, columns), math.nan)
    for (i, h), variable in structure.entries.items():
        image[i, h] = variable
    height = high + 1.9
    axes = figure.add_axes((0.75 / (wide + 1.9), 1.0 / height, wide / (wide + 1.9), high / height))
    colours = _colours(structure.variables)
    masked = np.ma.masked_invalid(image)
    limits = {"vmin": -0.5, "vmax": structure.variables - 0.5}
    drawn = axes.imshow(masked, cmap=colours, interpolation="nearest", **limits)
    count_from_one(axes, rows, columns)
    names = [
        f"w[{v // structure.filters + 1},{v % structure.filters + 1}]"
        for v in range(structure.variables)
    ]
    if rows * columns <= 120 and columns <= 12:
        _write_names(axes, image, names, drawn)
    if structure.variables > len(COLOURS):
        _bar(figure, drawn, names)
    elif rows * columns > 120 or columns > 12:
        _legend(axes, drawn, names)
    axes.set_title(
        rf"$U_{{{k}}}$, {rows} x {columns}: {structure.variables} variables", fontsize=11
    )
    text = f"Colours are entries of W_{k}, blank entries are 0; exact, at every W_{k}. {NOTHING}"
    write_caption(figure, text, int(13.5 * (wide + 1.5)))
    return figure


def _colours(variables: int) -> Any:
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    if variables <= len(COLOURS):
        return ListedColormap(COLOURS[:variables])
    return colormaps["viridis"]


def _write_names(axes: Any, image: Any, names: Sequence[str], drawn: Any) -> None:
    """The variable in every entry of a small matrix."""
    for (i, h), value in _entries(image):
        ink = ink_on(drawn, value)
        axes.text(h, i, names[value], ha="center", va="center", color=ink, fontsize=8)


def _entries(image: Any) -> list[tuple[tuple[int, int], int]]:
    return [
        ((i, h), int(value))
        for i, row in enumerate(image.tolist())
        for h, value in enumerate(row)
        if not math.isnan(value)
    ]


def _bar(figure: Any, drawn: Any, names: Sequence[str]) -> None:
    """A colour bar with the names of a few variables."""
    box = drawn.axes.get_position()
    bar = figure.colorbar(drawn, cax=figure.add_axes((box.x1 + 0.02, box.y0, 0.02, box.height)))
    # A name needs a quarter of an inch; the first and the last are always there.
    steps = max(1, min(5, int(4 * box.height * figure.get_figheight()) - 1))
    chosen = sorted({round(n * (len(names) - 1) / steps) for n in range(steps + 1)})
    bar.set_ticks(chosen, labels=[names[v] for v in chosen])


def _legend(axes: Any, drawn: Any, names: Sequence[str]) -> None:
    from matplotlib.patches import Patch

    patches = [Patch(color=drawn.cmap(v), label=name) for v, name in enumerate(names)]
    axes.legend(handles=patches, loc="upper left", bbox_to_anchor=(1.01, 1), fontsize=8)
