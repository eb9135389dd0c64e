"""Pictures of a proof, if matplotlib is there: det A(alpha), A(alpha) and the pattern of U_k.

Every number in them is exact or the midpoint of a ball; a picture proves nothing, and says so.

>>> import exactland
>>> session = exactland.step("NH18:Thm3.4")
>>> [type(axes).__name__ for axes in pattern(session, 1).axes]
['Axes']
"""

from __future__ import annotations

import io
import math
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flint import fmpq

from exactland.arithmetic.comparison import is_zero, lower, upper
from exactland.certificate.writing import write_whole
from exactland.errors import LimitError, UsageError
from exactland.interface import plot_numbers as numbers
from exactland.model.layer_matrix import layer_map
from exactland.model.messages import shown
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.separation import BITS
from exactland.proof.stepper import Session
from exactland.proof.writing import number_text

ENDINGS = (".png", ".svg", ".pdf")
#: A(alpha) is drawn at these multiples of alpha_0.
MULTIPLES = (fmpq(1, 4), fmpq(1, 2), fmpq(1), fmpq(2), fmpq(4))
#: Patterns have at most this many rows and columns.
LARGEST_PATTERN = 1000
#: Colours that readers with any colour vision tell apart (Okabe and Ito).
BLUE, ORANGE, RED = "#0072B2", "#E69F00", "#D55E00"
_VARIABLES = (BLUE, ORANGE, "#009E73", "#CC79A7", "#56B4E9", RED, "#F0E442", "#8C8C8C")
_NOTHING = "A picture proves nothing; the steps of the proof do."


def plot(session: Session, rest: str) -> Answer:
    """The verb: ``plot det FILE``, ``plot A FILE``, ``plot U_1 FILE``. Value: the Figure.

    Errors: UsageError for another picture, another ending than ENDINGS, or without matplotlib;
    InputError where the file cannot be written.
    """
    what, _, path = rest.partition(" ")
    path = path.strip()
    layer = re.fullmatch(r"U_?(\d{1,6})", what)
    if layer is None and what not in ("det", "A"):
        raise UsageError(
            "plot", f"there is no picture of {shown(what)}", "`plot det|A|U_1 FILE.png`"
        )
    if Path(path).suffix.lower() not in ENDINGS:
        reason = f"{shown(path)} ends in none of {', '.join(ENDINGS)}"
        raise UsageError("plot", reason, f"`plot {what} FILE.png`")
    if layer is not None:
        figure = pattern(session, int(layer[1]))
    else:
        figure = determinant(session) if what == "det" else triangular(session)
    return answer([Line(f"drawn: {save(figure, path)}  ({_NOTHING})")], figure)


def save(figure: Any, path: str) -> Path:
    """Write a figure as its name's ending says, whole or not at all; the path."""
    content = io.BytesIO()
    ending = Path(path).suffix.lower().removeprefix(".")
    # Files of the same picture are the same: no date is written.
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(ending)
    figure.savefig(content, format=ending, metadata=metadata)
    return write_whole(path, content.getvalue())


def determinant(session: Session, count: int = 200) -> Any:
    """det A(alpha) against alpha, with its Leibniz bounds, the proved alpha_0, and its limit.

    A matplotlib Figure with one axes; ``count`` is the number of values of alpha. Raises UsageError
    before A(alpha) is known or without matplotlib, LimitError for more than 60 samples.
    """
    found = numbers.separating_family(session)
    numbers.require_size(found, numbers.LARGEST_DETERMINANT)
    figure = _figure(8.0, 5.8)
    proved = numbers.proved_thresholds(session, found)
    last = _range(proved)
    count = max(24, min(count, 4000 // len(found.gaps)))
    points = numbers.points(found, [last * n / count for n in range(count + 1)])
    alphas = [numbers.drawn(point.alpha) for point in points]
    axes = figure.add_axes((0.11, 0.29, 0.86, 0.65))
    limit = numbers.limit_of_determinant(found)
    axes.axhline(0, color="#777777", linewidth=0.8)
    low, high = zip(*(numbers.ends(point.determinant) for point in points), strict=True)
    axes.fill_between(alphas, low, high, color=BLUE, alpha=0.35, linewidth=0)
    middles = [numbers.drawn(point.determinant) for point in points]
    axes.plot(alphas, middles, color=BLUE, linewidth=1.6, label=r"$\det A(\alpha)$", gid="det")
    if limit is not None:
        label = f"limit {limit.name} = {number_text(limit.value)}"
        level = numbers.drawn(limit.value)
        axes.axhline(level, color="black", linestyle="--", linewidth=1, label=label, gid="limit")
    _mark_thresholds(axes, proved, last)
    axes.set_xlim(0, alphas[-1])
    _choose_heights(axes, middles, None if limit is None else numbers.drawn(limit.value))
    seen = _draw_bounds(axes, points, alphas)
    axes.set_xlabel(r"$\alpha$")
    axes.set_ylabel(r"$\det A(\alpha)$")
    axes.set_title(_title(found), fontsize=11)
    axes.legend(fontsize=9, frameon=False, ncol=2, loc="upper center", bbox_to_anchor=(0.48, -0.12))
    proof = "" if proved else " No alpha_0 is proved at this step."
    if not seen:
        proof += " The Leibniz bounds are beyond the picture."
    text = f"{len(points)} values of alpha, joined by lines: {_widths(points)}. {_NOTHING}{proof}"
    _caption(figure, text, 118)
    return figure


def triangular(session: Session) -> Any:
    """|A_ij| at multiples of alpha_0, as it becomes triangular (or nears its limit).

    A matplotlib Figure with a heat map for each of MULTIPLES, and a colour bar. Without a proved
    alpha_0 they are multiples of 1. Raises UsageError before A(alpha) is known or without
    matplotlib, LimitError for more than 200 samples.
    """
    found = numbers.separating_family(session)
    numbers.require_size(found, numbers.LARGEST_MATRIX)
    figure = _figure(13.0, 3.6)
    import numpy as np
    from matplotlib.colors import LogNorm

    proved = numbers.proved_thresholds(session, found)
    known = bool(proved) and proved[0] > 0
    unit = proved[0] if known else fmpq(1)
    images = []
    for multiple in MULTIPLES:
        values = found.at(str(multiple * unit))[1]
        rows = [[_size(value) for value in row] for row in values]
        images.append(np.ma.masked_invalid(np.array(rows)))
    largest = max((float(image.max()) for image in images if image.count()), default=1.0)
    # Entries below the diagonal go to 0: four decades below the diagonal all look alike.
    level = float(abs(images[0][0, 0])) if images[0].count() else largest
    smallest = min((float(image.min()) for image in images if image.count()), default=1.0)
    least = min(max(level * 1e-4, smallest), largest / 10)
    scale = LogNorm(least, largest)
    width, size = 0.166, len(found.gaps)
    for n, (multiple, image) in enumerate(zip(MULTIPLES, images, strict=True)):
        axes = figure.add_axes((0.03 + n * (width + 0.014), 0.16, width, 0.64))
        drawn = axes.imshow(image, cmap="cividis", norm=scale, interpolation="nearest")
        axes.set_title(rf"$\alpha$ = {_multiple(multiple, unit, known)}", fontsize=10)
        _count_from_one(axes, size, size)
        if size <= 5:
            _write_sizes(axes, image.filled(math.nan).tolist(), drawn)
        if n:
            axes.set_yticklabels([])
    bar = figure.colorbar(
        drawn,
        cax=figure.add_axes((0.929, 0.18, 0.011, 0.6)),
        extend="min" if smallest < least else "neither",
    )
    bar.set_label(r"$|A_{ij}|$")
    figure.suptitle(_title(found), fontsize=11, y=0.96)
    note = "" if known else " No alpha_0 > 0 is proved at this step."
    text = f"Midpoints of balls of {BITS} bits, or exact values; blank entries are exactly 0. "
    _caption(figure, text + _NOTHING + note, 190)
    return figure


def pattern(session: Session, k: int) -> Any:
    """The pattern of U_k: every entry coloured by its variable w[r,t] = W_k[r, t], zeros blank.

    A matplotlib Figure; with more than eight variables it has a colour bar. The pattern is that
    of M_k and needs no parameters. Raises UsageError for a layer that does not exist or is
    max-pooling, or without matplotlib, LimitError for more than 1000 rows or columns.
    """
    problem = session.state.instance.problem
    layer: Any = problem.sequential.layer(k)
    structure = layer_map(layer, problem.widths[k - 1])
    rows, columns = structure.rows, structure.columns
    if max(rows, columns) > LARGEST_PATTERN:
        raise LimitError(f"U_{k}", f"it is {rows} x {columns}", f"at most {LARGEST_PATTERN}")
    longest = max(rows, columns)
    # As wide and high as the matrix asks for, within a page, with room for title and caption.
    side = min(6.2, 0.75 * longest)
    wide, high = max(4.2, side * columns / longest), max(0.5, side * rows / longest)
    figure = _figure(wide + 1.9, high + 1.9)
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
    _count_from_one(axes, rows, columns)
    names = [
        f"w[{v // structure.filters + 1},{v % structure.filters + 1}]"
        for v in range(structure.variables)
    ]
    if rows * columns <= 120 and columns <= 12:
        _write_names(axes, image, names, drawn)
    if structure.variables > len(_VARIABLES):
        _bar(figure, drawn, names)
    elif rows * columns > 120 or columns > 12:
        _legend(axes, drawn, names)
    axes.set_title(
        rf"$U_{{{k}}}$, {rows} x {columns}: {structure.variables} variables", fontsize=11
    )
    text = f"Colours are entries of W_{k}, blank entries are 0; exact, at every W_{k}. {_NOTHING}"
    _caption(figure, text, int(13.5 * (wide + 1.5)))
    return figure


def _figure(width: float, height: float) -> Any:
    """An empty figure, in inches; UsageError without matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as missing:
        reason = "matplotlib is not installed"
        raise UsageError("plot", reason, "pip install exactland[plots]") from missing
    figure = Figure(figsize=(width, height), dpi=120, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _widths(points: Sequence[numbers.Point]) -> str:
    """What the values of a curve are: exact, or balls of some width."""
    values = [point.determinant for point in points]
    if all(isinstance(value, fmpq) for value in values):
        return "exact rational numbers"
    bounds = [(lower(value), upper(value)) for value in values]
    known = [high - low for low, high in bounds if low is not None and high is not None]
    if len(known) < len(bounds):
        return f"balls of {BITS} bits, some of them without an end (not drawn)"
    widest = numbers.drawn(max(known))
    return f"midpoints of balls of {BITS} bits, at most {widest:.1e} wide"


def _range(proved: Sequence[fmpq]) -> fmpq:
    """Up to which alpha to draw: three times the smallest alpha_0, the others if they are near."""
    if not proved or proved[0] <= 0:
        return max([fmpq(4), *proved])
    near = [alpha for alpha in proved if alpha <= 8 * proved[0]]
    return max(3 * proved[0], near[-1] * fmpq(9, 8))


def _draw_bounds(axes: Any, points: Sequence[numbers.Point], alphas: Sequence[float]) -> bool:
    """sigma(beta)^N plus and minus the bound of all other terms; False if they are not in sight."""
    low, high = [], []
    for point in points:
        low.append(numbers.ends(point.identity - point.others)[0])
        high.append(numbers.ends(point.identity + point.others)[1])
    bottom, top = axes.get_ylim()
    if not any(bottom < end < top for end in (*low, *high)):
        return False
    label = r"Leibniz bounds: $\sigma(\beta)^N \pm$ all other terms"
    axes.fill_between(alphas, low, high, color=ORANGE, alpha=0.22, linewidth=0, label=label)
    axes.set_ylim(bottom, top)
    axes.plot(alphas, low, color=ORANGE, linewidth=0.9, gid="low")
    axes.plot(alphas, high, color=ORANGE, linewidth=0.9, gid="high")
    return True


def _mark_thresholds(axes: Any, proved: Sequence[fmpq], last: fmpq) -> None:
    """The proved alpha_0: the smallest drawn through, the others dotted."""
    for n, alpha in enumerate(alpha for alpha in proved if alpha <= last):
        words = r"$\alpha_0$" if n == 0 else r"a closed form"
        text = rf"{words} = {number_text(alpha)}: $\det A \neq 0$ from here on, proved"
        style, width = ("-", 1.6) if n == 0 else (":", 1.3)
        line = {"color": RED, "linestyle": style, "linewidth": width, "label": text}
        axes.axvline(numbers.drawn(alpha), gid=f"alpha_{n}", **line)


def _choose_heights(axes: Any, middles: Sequence[float], limit: float | None) -> None:
    """Heights for det A and its limit; the bounds may leave the picture. Symlog if det is large."""
    finite = [value for value in (*middles, 0.0, limit) if value is not None]
    finite = [value for value in finite if math.isfinite(value)]
    low, high = min(finite), max(finite)
    if limit and math.isfinite(limit) and max(-low, high) > 30 * abs(limit):
        axes.set_yscale("symlog", linthresh=abs(limit))
        limit = abs(limit)
        axes.set_ylim(5 * min(low, -limit), 5 * max(high, limit))
        return
    room = 0.35 * (high - low) or 1.0
    axes.set_ylim(low - room, high + room)


def _multiple(multiple: fmpq, unit: fmpq, known: bool) -> str:
    if not known:
        return number_text(multiple)
    factor = "" if multiple == 1 else f"{multiple} "
    return rf"{factor}$\alpha_0$ = {number_text(multiple * unit)}"


def _title(found: Any) -> str:
    size, name = len(found.gaps), found.activation.name
    minus = "-" if found.mirror < 0 else ""
    entry = rf"$A(\alpha)_{{ij}} = \sigma_{{{found.k}}}({minus}\alpha\, d_{{ij}} + \beta)$"
    activation = "" if name == "expr" else rf", $\sigma_{{{found.k}}}$: {name}"
    return rf"{entry}{activation}, $\beta$ = {number_text(found.beta)}, N = {size}"


def _count_from_one(axes: Any, rows: int, columns: int) -> None:
    """At most twelve ticks a side, counted from 1."""
    for count, axis in ((rows, axes.yaxis), (columns, axes.xaxis)):
        step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200) if count <= 12 or count / s <= 8)
        ticks = [0, *range(step - 1, count, step)] if step > 1 else list(range(count))
        axis.set_ticks(ticks, [str(tick + 1) for tick in ticks])


def _colours(variables: int) -> Any:
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    if variables <= len(_VARIABLES):
        return ListedColormap(_VARIABLES[:variables])
    return colormaps["viridis"]


def _write_names(axes: Any, image: Any, names: Sequence[str], drawn: Any) -> None:
    """The variable in every entry of a small matrix."""
    for (i, h), value in _entries(image):
        ink = _ink(drawn, value)
        axes.text(h, i, names[value], ha="center", va="center", color=ink, fontsize=8)


def _size(value: Any) -> float:
    """|value| to be drawn by its logarithm: NaN for 0, and what is below all floats by 1e-300."""
    return math.nan if is_zero(value) else max(abs(numbers.drawn(value)), 1e-300)


def _write_sizes(axes: Any, rows: Sequence[Sequence[float]], drawn: Any) -> None:
    """|A_ij| in every entry of a small matrix, to two digits."""
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            text = "0" if math.isnan(value) else f"{value:.2g}"
            ink = "black" if math.isnan(value) else _ink(drawn, value)
            axes.text(j, i, text, ha="center", va="center", color=ink, fontsize=8)


def _ink(drawn: Any, value: float) -> str:
    """Black or white, whichever is read on the colour of a value."""
    red, green, blue, _ = drawn.cmap(drawn.norm(value))
    return "black" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.45 else "white"


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
    chosen = sorted({round(n * (len(names) - 1) / 5) for n in range(6)})
    bar.set_ticks(chosen, labels=[names[v] for v in chosen])


def _legend(axes: Any, drawn: Any, names: Sequence[str]) -> None:
    from matplotlib.patches import Patch

    patches = [Patch(color=drawn.cmap(v), label=name) for v, name in enumerate(names)]
    axes.legend(handles=patches, loc="upper left", bbox_to_anchor=(1.01, 1), fontsize=8)


def _caption(figure: Any, text: str, width: int) -> None:
    """The caption along the lower edge."""
    lines = textwrap.fill(text, width)
    figure.text(0.02, 0.02, lines, fontsize=8.5, color="#333333", va="bottom")
