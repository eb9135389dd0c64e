"""Functions of doubles by tables of Taylor polynomials, with a proven error.

The points c = j * spacing each have the Taylor polynomial of f at c, its coefficients rounded to
doubles. At x it is evaluated by Horner's rule in d = x - c, which is exact. Three errors add up,
and Arb bounds them once for every cell: the remainder (Lagrange: the next coefficient of the
Taylor series over the ball c +- radius encloses that at every point of it), the rounding of the
coefficients, and that of Horner's rule (Higham, 5.1: the k-th term has a relative error of at most
g(2k + 1), g(m) = m u / (1 - m u)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf, nextafter
from typing import Any

import numpy as np
from flint import arb, arb_series, ctx, fmpq

from exactland.arithmetic.balls import precision
from exactland.arithmetic.comparison import lower, magnitude_upper, upper
from exactland.arithmetic.rounding import Floats, up
from exactland.errors import LimitError

#: The precision at which the tables are made, in bits.
BITS = 200
#: Parts into which the ball of a cell is split for the remainder, against overestimation.
PARTS = 8
_UNIT = fmpq(1, 1 << 53)
#: More than all underflows within one polynomial add up to.
_UNDERFLOW = fmpq(1, 1 << 1000)


@dataclass(frozen=True, eq=False)
class TaylorTable:
    """f on the cells [c - radius, c + radius], c = j * spacing for first <= j < first + cells.

    ``coefficients`` has shape (degree + 1, cells). In a cell with ``root``, f(c) = 0 and the error
    is ``error`` times |x - c|; elsewhere it is ``error``.
    """

    spacing: float
    first: int
    radius: float
    coefficients: Floats
    error: Floats
    root: Any

    def __call__(self, x: Floats) -> tuple[Floats, Floats]:
        """(value, error): |value - f(x)| <= error, entry by entry.

        The difference x - c is exact by Sterbenz' lemma (or c = 0). Raises LimitError for a point
        outside the cells, which the functions that use the table do not let happen.
        """
        cell = np.clip(np.rint(x / self.spacing), self.first, self.first + self.error.shape[0] - 1)
        d = x - cell * self.spacing
        if not np.all(np.abs(d) <= self.radius):
            raise LimitError("Taylor table", "a point outside the table", "use balls")
        if self.error.shape[0] == 1:
            value, error, root = self._horner_in_one_cell(d)
        else:
            value, error, root = self._horner(d, cell.astype(np.intp) - self.first)
        if np.any(root):
            # Rounding the product and the last step of Horner's rule, which may underflow, cost
            # less than one unit in the last place of the error; at the root itself f is exactly 0.
            scaled = np.where(d == 0, 0.0, up(error * np.abs(d)))
            error = np.where(root, scaled, error)
        return value, np.broadcast_to(error, value.shape)

    def _horner(self, d: Floats, cell: Any) -> tuple[Floats, Floats, Any]:
        value = self.coefficients[-1].take(cell)
        for row in self.coefficients[-2::-1]:
            value *= d
            value += row.take(cell)
        return value, self.error.take(cell), self.root.take(cell)

    def _horner_in_one_cell(self, d: Floats) -> tuple[Floats, Floats, Any]:
        value = np.full(d.shape, self.coefficients[-1, 0])
        for row in self.coefficients[-2::-1]:
            value *= d
            value += row[0]
        return value, self.error[0], self.root[0]


def taylor_table(
    series: Callable[[Any], Any],
    spacing: float,
    first: int,
    last: int,
    radius: float,
    degree: int,
    root: int | None = None,
) -> TaylorTable:
    """The table of the function that ``series`` computes on Arb's power series.

    ``spacing`` is a power of two, ``radius`` <= 1; if several cells are given it is spacing/2.
    ``root`` is the j with f(j * spacing) = 0, if there is one: the caller knows that it is exact.
    """
    columns, errors = [], []
    with _series_of(degree + 2):
        for j in range(first, last + 1):
            coefficients, error = _cell(series, arb(j) * arb(spacing), radius, degree, j == root)
            columns.append(coefficients)
            errors.append(error)
    return TaylorTable(
        spacing,
        first,
        radius,
        np.array(columns).T.copy(),
        np.array(errors),
        np.arange(first, last + 1) == (first - 1 if root is None else root),
    )


def nearest_float(q: fmpq) -> float:
    """The double nearest to a rational that is not too large."""
    return int(q.p) / int(q.q)  # Python rounds a quotient of integers correctly


def float_above(q: fmpq) -> float:
    """A double that is at least q."""
    return nextafter(nearest_float(q), inf)


@contextmanager
def _series_of(length: int) -> Iterator[None]:
    """Let flint compute power series of this length, at the precision of the tables."""
    before = ctx.cap
    ctx.cap = length
    try:
        with precision(BITS):
            yield
    finally:
        ctx.cap = before


def _cell(
    series: Callable[[Any], Any], c: arb, radius: float, degree: int, root: bool
) -> tuple[list[float], float]:
    """The coefficients of one cell as doubles, and the bound of the error."""
    length = degree + 2
    exact = [series(arb_series([c, 1], length))[k] for k in range(degree + 1)]
    parts = [
        c + arb(radius) * arb(fmpq(2 * i + 1 - PARTS, PARTS), arb(1) / PARTS) for i in range(PARTS)
    ]
    remainder = max(_magnitude(series(arb_series([part, 1], length))[degree + 1]) for part in parts)
    rounded = [nearest_float(_middle(a)) for a in exact]
    if root:
        rounded[0] = 0.0
    return rounded, _error_bound(exact, rounded, remainder, fmpq(*radius.as_integer_ratio()), root)


def _error_bound(
    exact: Sequence[arb], rounded: Sequence[float], remainder: fmpq, h: fmpq, root: bool
) -> float:
    """The error of Horner's rule for f, or for f(c + d)/d at a root, as a double above it.

    At a root the factor d comes last: one more rounding of a value of at most ``size`` + bound.
    """
    skip = 1 if root else 0
    bound = remainder * h ** (len(exact) - skip) + _UNDERFLOW
    size = fmpq(0)
    for k, (a, b) in enumerate(zip(exact[skip:], rounded[skip:], strict=True)):
        term = fmpq(*b.as_integer_ratio())
        m = 2 * k + 1
        bound += (_magnitude(a - arb(term)) + abs(term) * m * _UNIT / (1 - m * _UNIT)) * h**k
        size += abs(term) * h**k
    if root:
        bound += (size + bound) * _UNIT
    return float_above(bound)


def _magnitude(a: arb) -> fmpq:
    bound = magnitude_upper(a)
    if bound is None:
        raise LimitError("Taylor table", "a coefficient is not bounded", "use balls")
    return bound


def _middle(a: arb) -> fmpq:
    low, high = lower(a), upper(a)
    if low is None or high is None:
        raise LimitError("Taylor table", "a coefficient is not bounded", "use balls")
    return (low + high) / 2
