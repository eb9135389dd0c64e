"""ENCLOSURES: whole arrays of intervals of doubles, outward rounded.

An :class:`Enclosure` is an array of closed intervals [lo, hi] of real numbers; an infinite end says
that no bound is known on that side. Operations contain all results of the exact operation on
members of the intervals, under the assumptions of ``rounding.py``. So an enclosure of a matrix
holds for the exact matrix, at the speed of NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flint import fmpq

from exactland.arithmetic import float_functions as functions
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.enclosure_values import Enclosure, absolute_value, rational_ends
from exactland.arithmetic.rationals import check_call, outside
from exactland.arithmetic.rounding import (
    Floats,
    check_floating_point,
    down,
    matrix_product,
    midpoint_radius,
    sum_above,
    sum_below,
    up,
)
from exactland.errors import LimitError

__all__ = ["ENCLOSURES", "Enclosure", "Enclosures"]


class Enclosures(Arithmetic):
    """Numbers are enclosures of shape (), matrices enclosures of shape (rows, columns).

    ``map`` passes the whole matrix to the function as one number.

    >>> m = ENCLOSURES.matrix([[fmpq(1), fmpq(-1)], [fmpq(0), fmpq(2)]])
    >>> e = ENCLOSURES.map(m, lambda t: ENCLOSURES.call("exp", t))
    >>> bool(np.all((e.lo < np.exp(1.0)) == [[True, True], [True, False]]))
    True
    """

    name = "enclosure"
    arrays = True

    def number(self, value: fmpq) -> Enclosure:
        check_floating_point()
        return Enclosure.of(value)

    def pi(self) -> Enclosure:
        # The double nearest to pi is below it.
        return Enclosure(np.asarray(np.pi), up(np.asarray(np.pi)))

    def call(self, function: str, *arguments: Any) -> Enclosure:
        """Raises LimitError where an argument is not shown to be admissible (log, sqrt)."""
        check_call(function, arguments)
        check_floating_point()
        x = arguments[0]
        if function in ("min", "max"):
            extremum = np.minimum if function == "min" else np.maximum
            y = arguments[1]
            return Enclosure(np.asarray(extremum(x.lo, y.lo)), np.asarray(extremum(x.hi, y.hi)))
        return _FUNCTIONS[function](x)

    def matrix(self, rows: Sequence[Sequence[fmpq]]) -> Enclosure:
        check_floating_point()
        ends = [[rational_ends(value) for value in row] for row in rows]
        pairs = np.array(ends, dtype=np.float64).reshape(len(ends), -1, 2)
        return Enclosure(pairs[:, :, 0].copy(), pairs[:, :, 1].copy())

    def rows(self, matrix: Any) -> list[list[Enclosure]]:
        return [
            [Enclosure(np.asarray(lo), np.asarray(hi)) for lo, hi in zip(lower, upper, strict=True)]
            for lower, upper in zip(matrix.lo, matrix.hi, strict=True)
        ]

    def from_rows(self, rows: Sequence[Sequence[Any]]) -> Enclosure:
        lo = np.array([[value.lo.item() for value in row] for row in rows], dtype=np.float64)
        hi = np.array([[value.hi.item() for value in row] for row in rows], dtype=np.float64)
        return Enclosure(lo, hi)

    def shape(self, matrix: Any) -> tuple[int, int]:
        rows, columns = matrix.shape
        return rows, columns

    def transpose(self, matrix: Any) -> Enclosure:
        return Enclosure(matrix.lo.T, matrix.hi.T)

    def multiply(self, left: Any, right: Any) -> Enclosure:
        return Enclosure(*matrix_product(left.lo, left.hi, right.lo, right.hi))

    def add(self, left: Any, right: Any) -> Enclosure:
        return _broadcast(left + right, left.shape)

    def hadamard(self, left: Any, right: Any) -> Enclosure:
        return _broadcast(left * right, left.shape)

    def reshape(self, matrix: Any, rows: int, columns: int) -> Enclosure:
        return Enclosure(matrix.lo.reshape(rows, columns), matrix.hi.reshape(rows, columns))

    def take_columns(self, matrix: Any, columns: Sequence[int | None]) -> Enclosure:
        absent = np.array([c is None for c in columns], dtype=bool)
        indices = np.array([0 if c is None else c for c in columns], dtype=np.intp)
        return Enclosure(
            np.where(absent, 0.0, matrix.lo[:, indices]),
            np.where(absent, 0.0, matrix.hi[:, indices]),
        )

    def map(self, matrix: Any, function: Callable[[Any], Any]) -> Enclosure:
        return _broadcast(function(matrix), matrix.shape)


def _broadcast(value: Enclosure, shape: tuple[int, ...]) -> Enclosure:
    """The value in this shape: a function may be constant, or add a single row."""
    if value.shape == shape:
        return value
    return Enclosure(np.broadcast_to(value.lo, shape), np.broadcast_to(value.hi, shape))


def _increasing(bounds: Callable[[Floats], functions.Bounds]) -> Callable[[Enclosure], Enclosure]:
    """An increasing function: the lower bound at the lower end, the upper one at the upper end."""

    def enclose(x: Enclosure) -> Enclosure:
        if np.array_equal(x.lo, x.hi):
            return Enclosure(*bounds(x.lo))
        return Enclosure(bounds(x.lo)[0], bounds(x.hi)[1])

    return enclose


def _log(x: Enclosure) -> Enclosure:
    if np.any(x.hi <= 0):
        raise outside("log", float(np.min(x.hi)))
    if np.any(x.lo <= 0):
        raise LimitError("log", "an argument is not shown to be positive", "use balls")
    return _increasing(functions.log_bounds)(x)


def _sqrt(x: Enclosure) -> Enclosure:
    if np.any(x.hi < 0):
        raise outside("sqrt", float(np.min(x.hi)))
    if np.any(x.lo < 0):
        raise LimitError("sqrt", "an argument is not shown to be nonnegative", "use balls")
    low = np.maximum(down(np.sqrt(x.lo)), 0.0)
    return Enclosure(low, np.where(x.hi == 0, 0.0, up(np.sqrt(x.hi))))


def _cosh(x: Enclosure) -> Enclosure:
    return _increasing(functions.cosh_bounds)(absolute_value(x))


def _sign(x: Enclosure) -> Enclosure:
    return Enclosure(np.sign(x.lo), np.sign(x.hi))


def _circular(which: int) -> Callable[[Enclosure], Enclosure]:
    """sin (0) or cos (1) of [m - r, m + r]: the value at m moves by at most
    min(r, |derivative at m| r + r^2/2)."""

    def enclose(x: Enclosure) -> Enclosure:
        bounded = np.isfinite(x.lo) & np.isfinite(x.hi)
        m, r = midpoint_radius(np.where(bounded, x.lo, 0.0), np.where(bounded, x.hi, 0.0))
        pair = functions.sin_cos(m)
        (value, error), (slope, slope_error) = pair[which], pair[1 - which]
        with np.errstate(all="ignore"):
            first = up(up(np.abs(slope) + slope_error) * r)
            moved = np.minimum(r, up(first + up(0.5 * up(r * r))))
            error = sum_above(error, np.where(r == 0, 0.0, moved))
            low, high = sum_below(value, -error), sum_above(value, error)
        return Enclosure(
            np.where(bounded, np.maximum(low, -1.0), -1.0),
            np.where(bounded, np.minimum(high, 1.0), 1.0),
        )

    return enclose


_FUNCTIONS: dict[str, Callable[[Enclosure], Enclosure]] = {
    "exp": _increasing(functions.exp_bounds),
    "log": _log,
    "sqrt": _sqrt,
    "sin": _circular(0),
    "cos": _circular(1),
    "sinh": _increasing(functions.sinh_bounds),
    "cosh": _cosh,
    "tanh": _increasing(functions.tanh_bounds),
    "atan": _increasing(functions.atan_bounds),
    "erf": _increasing(functions.erf_bounds),
    "sigmoid": _increasing(functions.sigmoid_bounds),
    "abs": absolute_value,
    "sign": _sign,
}

ENCLOSURES = Enclosures()
