"""ENCLOSURES: whole arrays of intervals of doubles, outward rounded.

An :class:`Enclosure` is an array of closed intervals [lo, hi] of real numbers; an infinite end says
that no bound is known on that side. Operations contain all results of the exact operation on
members of the intervals, under the assumptions of ``rounding.py``. So an enclosure of a matrix
holds for the exact matrix, at the speed of NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq, fmpz

from exactland.arithmetic import float_functions as functions
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.rationals import check_call, outside
from exactland.arithmetic.rounding import (
    LARGEST,
    Floats,
    check_floating_point,
    down,
    matrix_product,
    midpoint_radius,
    sum_above,
    sum_below,
    up,
)
from exactland.errors import InputError, LimitError, UsageError


@dataclass(frozen=True, eq=False)
class Enclosure:
    """Intervals [lo, hi], arrays of doubles of one shape; a single number has shape ().

    ``+ - * /`` and ``** int`` take enclosures (of shapes that NumPy combines) and integers.
    Division raises LimitError if a divisor may be zero, InputError if one is.

    >>> third = ENCLOSURES.number(fmpq(1, 3))
    >>> one = third + third + third
    >>> bool(one.lo < 1 < one.hi), bool(one.hi - one.lo < 1e-15)
    (True, True)
    """

    lo: Floats
    hi: Floats
    __array_ufunc__ = None  # NumPy must not take an enclosure apart

    def __post_init__(self) -> None:
        # NaN fails every comparison, so it is refused here, whatever made it.
        if self.lo.shape != self.hi.shape or not np.all(
            (self.lo <= self.hi) & (self.lo < np.inf) & (self.hi > -np.inf)
        ):
            raise UsageError("enclosure", "its ends are no intervals", "give lo <= hi")

    @property
    def shape(self) -> tuple[int, ...]:
        return self.lo.shape

    def midpoint_radius(self) -> tuple[Floats, Floats]:
        """(m, r), doubles, with every interval inside [m - r, m + r]. Ends must be finite."""
        if not (np.isfinite(self.lo).all() and np.isfinite(self.hi).all()):
            raise LimitError("enclosure", "an entry is not bounded", "use balls")
        return midpoint_radius(self.lo, self.hi)

    def __neg__(self) -> Enclosure:
        return Enclosure(-self.hi, -self.lo)

    def __add__(self, other: Any) -> Enclosure:
        other = _enclosure(other)
        with np.errstate(all="ignore"):
            return Enclosure(sum_below(self.lo, other.lo), sum_above(self.hi, other.hi))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Enclosure:
        return self + -_enclosure(other)

    def __rsub__(self, other: Any) -> Enclosure:
        return _enclosure(other) - self

    def __mul__(self, other: Any) -> Enclosure:
        other = _enclosure(other)
        a, b, c, d = self.lo, self.hi, other.lo, other.hi
        with np.errstate(all="ignore"):
            low, high = _hull(a * c, a * d, b * c, b * d)
        negative = ((a < 0) & (d > 0)) | ((b > 0) & (c < 0))
        positive = ((a < 0) & (c < 0)) | ((b > 0) & (d > 0))
        return _with_signs(low, high, negative, positive)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Enclosure:
        other = _enclosure(other)
        a, b, c, d = self.lo, self.hi, other.lo, other.hi
        if np.any((c <= 0) & (d >= 0)):
            if np.any((c == 0) & (d == 0)):
                raise InputError("division", "a divisor is 0", "divide by other values only")
            raise LimitError("division", "a divisor may be 0 in double precision", "use balls")
        with np.errstate(all="ignore"):
            low, high = _hull(a / c, a / d, b / c, b / d)
        negative = np.where(c > 0, a < 0, b > 0)
        positive = np.where(c > 0, b > 0, a < 0)
        return _with_signs(low, high, negative, positive)

    def __rtruediv__(self, other: Any) -> Enclosure:
        return _enclosure(other) / self

    def __pow__(self, exponent: int) -> Enclosure:
        if exponent < 0:
            return 1 / self**-exponent
        if exponent == 1:
            return self
        if exponent == 0:
            return Enclosure(np.ones(self.shape), np.ones(self.shape))
        if exponent % 2 == 0:
            size = absolute_value(self)
            return Enclosure(_power(size.lo, exponent)[0], _power(size.hi, exponent)[1])
        (below, above), (least, most) = (
            _power(np.abs(self.lo), exponent),
            _power(np.abs(self.hi), exponent),
        )
        return Enclosure(np.where(self.lo < 0, -above, below), np.where(self.hi < 0, -least, most))


class Enclosures(Arithmetic):
    """Numbers are enclosures of shape (), matrices enclosures of shape (rows, columns).

    ``map`` passes the whole matrix to the function as one number.

    >>> m = ENCLOSURES.matrix([[fmpq(1), fmpq(-1)], [fmpq(0), fmpq(2)]])
    >>> e = ENCLOSURES.map(m, lambda t: ENCLOSURES.call("exp", t))
    >>> bool(np.all((e.lo < np.exp(1.0)) == [[True, True], [True, False]]))
    True
    """

    name = "enclosure"

    def number(self, value: fmpq) -> Enclosure:
        check_floating_point()
        lo, hi = _ends(value)
        return Enclosure(np.asarray(lo), np.asarray(hi))

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
        ends = [[_ends(value) for value in row] for row in rows]
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


def absolute_value(x: Enclosure) -> Enclosure:
    """The absolute values; 0 is the lower end of an interval around 0."""
    return Enclosure(
        np.maximum(0.0, np.maximum(x.lo, -x.hi)), np.maximum(np.abs(x.lo), np.abs(x.hi))
    )


def _enclosure(value: Any) -> Enclosure:
    if isinstance(value, Enclosure):
        return value
    if type(value) is int or isinstance(value, (fmpq, fmpz)):
        return ENCLOSURES.number(fmpq(value))
    raise UsageError(
        "enclosure",
        f"it cannot be combined with a value of type {type(value).__name__}",
        "use enclosures and exact numbers",
    )


def _ends(value: fmpq) -> tuple[float, float]:
    """The doubles around a rational; itself twice if it is a double."""
    p, q = int(value.p), int(value.q)
    try:
        nearest = p / q  # Python rounds a quotient of integers correctly
    except OverflowError:
        return (LARGEST, np.inf) if p > 0 else (-np.inf, -LARGEST)
    if nearest.as_integer_ratio() == (p, q):
        return nearest, nearest
    return float(np.nextafter(nearest, -np.inf)), float(np.nextafter(nearest, np.inf))


def _broadcast(value: Enclosure, shape: tuple[int, ...]) -> Enclosure:
    """The value in this shape: a function may be constant, or add a single row."""
    if value.shape == shape:
        return value
    return Enclosure(np.broadcast_to(value.lo, shape), np.broadcast_to(value.hi, shape))


def _hull(*candidates: Floats) -> tuple[Floats, Floats]:
    """The least and the greatest of the values at the ends, before rounding.

    0 * inf and inf / inf are NaN. As the members of an interval are finite, a product with 0 is 0,
    and what quotients with infinite ends approach lies between the other candidates; so NaN counts
    as 0 if there is nothing else and is passed over otherwise.
    """
    a, b, c, d = (np.asarray(candidate) for candidate in candidates)
    low = np.fmin(np.fmin(a, b), np.fmin(c, d))
    high = np.fmax(np.fmax(a, b), np.fmax(c, d))
    return np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), 0.0, high)


def _with_signs(low: Floats, high: Floats, negative: Any, positive: Any) -> Enclosure:
    """The interval rounded outward, cut at 0 where the exact values have one sign only.

    ``negative`` and ``positive`` say where exact values of that sign exist, so that 0 stays exactly
    0 and a nonnegative product does not reach below 0.
    """
    low, high = down(low), up(high)
    return Enclosure(
        np.where(negative, low, np.maximum(low, 0.0)),
        np.where(positive, high, np.minimum(high, 0.0)),
    )


def _power(a: Floats, exponent: int) -> tuple[Floats, Floats]:
    """Bounds of a^exponent for a >= 0, by repeated squaring with both roundings."""
    with np.errstate(all="ignore"):
        low, high = np.ones(a.shape), np.ones(a.shape)
        for bit in bin(exponent)[2:]:
            low, high = np.maximum(down(low * low), 0.0), up(high * high)
            if bit == "1":
                low, high = np.maximum(down(low * a), 0.0), up(high * a)
    return np.minimum(low, LARGEST), np.where(a == 0, 0.0, np.where(a == np.inf, np.inf, high))


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
