"""Pictures of a proof, if matplotlib is there: det A(alpha), A(alpha) and the pattern of U_k.

Every number in them is exact or the midpoint of a ball; a picture proves nothing, and says so.

>>> import exactland
>>> session = exactland.step("NH18:Thm3.4")
>>> [type(axes).__name__ for axes in pattern(session, 1).axes]
['Axes']
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactland.arithmetic.comparison import is_zero, lower, upper
from exactland.errors import UsageError
from exactland.interface import plot_numbers as numbers
from exactland.interface.plot_parts import (
    BLUE,
    NOTHING,
    ORANGE,
    RED,
    count_from_one,
    ink_on,
    new_figure,
    picture_output,
    save,
    write_caption,
)
from exactland.interface.plot_pattern import pattern
from exactland.model.messages import shown
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.commands import insisted
from exactland.proof.separation import BITS
from exactland.proof.stepper import Session
from exactland.proof.writing import number_text

#: A(alpha) is drawn at these multiples of alpha_0.
MULTIPLES = (fmpq(1, 4), fmpq(1, 2), fmpq(1), fmpq(2), fmpq(4))


def plot(session: Session, rest: str) -> Answer:
    """The verb: ``plot det FILE``, ``plot A FILE``, ``plot U_1 FILE``. Value: the Figure.

    Errors: UsageError for another picture, another ending, or without matplotlib;
    InputError where the file cannot be written.
    """
    what, path, force = drawing(rest)
    layer = re.fullmatch(r"U_?(\d{1,6})", what)
    if layer is None and what not in ("det", "A"):
        raise UsageError(
            "plot", f"there is no picture of {shown(what)}", "`plot det|A|U_1 FILE.png`"
        )
    output = picture_output(path, "plot", force, session.inputs)
    if layer is not None:
        figure = pattern(session, int(layer[1]))
    else:
        figure = determinant(session) if what == "det" else triangular(session)
    return answer([Line(f"drawn: {save(figure, output)}  ({NOTHING})")], figure)


def drawing(rest: str) -> tuple[str, str, bool]:
    """What ``plot`` is to draw, into which file, and whether that may be replaced.

    >>> drawing("--force U_1 my picture.png")
    ('U_1', 'my picture.png', True)
    """
    force, rest = insisted(rest)
    what, _, path = rest.partition(" ")
    again, path = insisted(path)
    return what, path.strip(), force or again


def determinant(session: Session, count: int = 200) -> Any:
    """det A(alpha) against alpha, with its Leibniz bounds, the proved alpha_0, and its limit.

    A matplotlib Figure with one axes; ``count`` is the number of values of alpha. Raises UsageError
    before A(alpha) is known or without matplotlib, LimitError for more than 60 samples.
    """
    found = numbers.separating_family(session)
    numbers.require_size(found, numbers.LARGEST_DETERMINANT)
    figure = new_figure(8.0, 5.8)
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
    axes.plot(
        alphas, middles, color=BLUE, linewidth=1.6, label=r"$\det A(\alpha)$", gid="det", zorder=3
    )
    if limit is not None:
        label = f"limit {limit.name} = {number_text(limit.value)}"
        level = numbers.drawn(limit.value)
        axes.axhline(
            level, color="black", linestyle="--", linewidth=1, label=label, gid="limit", zorder=4
        )
    _mark_thresholds(axes, proved, last)
    axes.set_xlim(0, alphas[-1])
    _choose_heights(axes, middles, None if limit is None else numbers.drawn(limit.value))
    seen = _draw_bounds(axes, points, alphas)
    axes.set_xlabel(r"$\alpha$")
    log = axes.get_yscale() == "symlog"
    axes.set_ylabel(r"$\det A(\alpha)$" + (" (logarithmic beyond the limit)" if log else ""))
    axes.set_title(_title(found), fontsize=11)
    axes.legend(fontsize=9, frameon=False, ncol=2, loc="upper center", bbox_to_anchor=(0.48, -0.12))
    proof = "" if proved else " No alpha_0 is proved at this step."
    if not seen:
        proof += " The Leibniz bounds are beyond the picture."
    text = f"{len(points)} values of alpha, joined by lines: {_widths(points)}. {NOTHING}{proof}"
    write_caption(figure, text, 118)
    return figure


def triangular(session: Session) -> Any:
    """|A_ij| at multiples of alpha_0, as it becomes triangular (or nears its limit).

    A matplotlib Figure with a heat map for each of MULTIPLES, and a colour bar. Without a proved
    alpha_0 they are multiples of 1. Raises UsageError before A(alpha) is known or without
    matplotlib, LimitError for more than 200 samples.
    """
    found = numbers.separating_family(session)
    numbers.require_size(found, numbers.LARGEST_MATRIX)
    figure = new_figure(13.0, 3.6)
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
        count_from_one(axes, size, size)
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
    write_caption(figure, text + NOTHING + note, 190)
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
    axes.plot(alphas, low, color=ORANGE, linewidth=0.9, gid="low", zorder=1.5)
    axes.plot(alphas, high, color=ORANGE, linewidth=0.9, gid="high", zorder=1.5)
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


def _size(value: Any) -> float:
    """|value| to be drawn by its logarithm: NaN for 0, and what is below all floats by 1e-300."""
    return math.nan if is_zero(value) else max(abs(numbers.drawn(value)), 1e-300)


def _write_sizes(axes: Any, rows: Sequence[Sequence[float]], drawn: Any) -> None:
    """|A_ij| in every entry of a small matrix, to two digits."""
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            text = "0" if math.isnan(value) else f"{value:.2g}"
            ink = "black" if math.isnan(value) else ink_on(drawn, value)
            axes.text(j, i, text, ha="center", va="center", color=ink, fontsize=8)
