"""Points of an open polyhedron: of strict linear inequalities, by eliminating the unknowns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq

from exactland.errors import LimitError

#: a_1 x_1 + ... + a_n x_n + c > 0, as [a_1, ..., a_n, c].
Row = Sequence[Any]
#: The most inequalities that eliminations may lead to.
MOST = 2000


def point_inside(
    rows: Sequence[Row], unknowns: int, wanted: Callable[[int], Any]
) -> list[Any] | None:
    """A point where all of a . x + c > 0, or None if there is none.

    Each coordinate is ``wanted(i)`` where that is between its bounds, otherwise a number between
    them.

    Raises LimitError where too many inequalities arise.

    >>> point_inside([[1, -1, 0], [0, 1, -3]], 2, lambda i: fmpq(0))  # x > y > 3
    [4, 7/2]
    >>> point_inside([[1, 0], [-1, 0]], 1, lambda i: fmpq(0)) is None
    True
    """
    if unknowns == 0:
        return [] if all(row[-1] > 0 for row in rows) else None
    i = unknowns - 1
    above = [row for row in rows if row[i] > 0]
    below = [row for row in rows if row[i] < 0]
    rest = [[*row[:i], row[-1]] for row in rows if row[i] == 0]
    if len(above) * len(below) + len(rest) > MOST:
        raise LimitError("symbols", f"more than {MOST} inequalities arise", "use fewer conditions")
    for low in above:
        for high in below:
            pairs = zip(low, high, strict=True)
            mixed = [fmpq(b) * low[i] - fmpq(a) * high[i] for a, b in pairs]
            rest.append([*mixed[:i], mixed[-1]])
    point = point_inside(rest, i, wanted)
    if point is None:
        return None
    lows = [-_at(row, point) / row[i] for row in above]
    highs = [-_at(row, point) / row[i] for row in below]
    return [*point, _between(max(lows, default=None), min(highs, default=None), wanted(i))]


def _at(row: Row, point: Sequence[Any]) -> Any:
    """The left side without the unknown that comes next."""
    return fmpq(row[-1]) + sum((a * x for a, x in zip(row, point, strict=False)), fmpq(0))


def _between(low: Any, high: Any, wanted: Any) -> Any:
    """A number between the bounds, which may be missing: the wanted one, or one nearby."""
    if (low is None or low < wanted) and (high is None or wanted < high):
        return wanted
    if low is None:
        return fmpq(high.ceil() - 1)
    if high is None or low.floor() + 1 < high:
        return fmpq(low.floor() + 1)
    return (low + high) / 2
