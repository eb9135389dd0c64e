"""Arrays of intervals of doubles with ``+ - * /`` and powers, outward rounded.

``enclosures.py`` has the elementary functions and the matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nextafter
from typing import Any

import numpy as np
from flint import fmpq, fmpz

from exactland.arithmetic.rounding import (
    LARGEST,
    Floats,
    down,
    midpoint_radius,
    sum_above,
    sum_below,
    up,
)
from exactland.errors import InputError, LimitError, UsageError


@dataclass(frozen=True, eq=False)
class Enclosure:
    """Intervals [lo, hi] of real numbers, arrays of doubles of one shape; a number has shape ().

    An infinite end says that no bound is known on that side. Every operation contains all results
    of the exact operation on members of the intervals.

    ``+ - * /`` and ``** int`` take enclosures (of shapes that NumPy combines) and integers.
    Division raises LimitError if a divisor may be zero, InputError if one is.

    >>> third = Enclosure.of(fmpq(1, 3))
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

    @staticmethod
    def of(value: fmpq) -> Enclosure:
        """The single number ``value``: exact if it is a double, else between two neighbours."""
        lo, hi = rational_ends(value)
        return Enclosure(np.asarray(lo), np.asarray(hi))

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
            return (1 / self) ** -exponent  # in this order an underflow does no harm
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


def absolute_value(x: Enclosure) -> Enclosure:
    """The absolute values; 0 is the lower end of an interval around 0."""
    return Enclosure(
        np.maximum(0.0, np.maximum(x.lo, -x.hi)), np.maximum(np.abs(x.lo), np.abs(x.hi))
    )


def _enclosure(value: Any) -> Enclosure:
    if isinstance(value, Enclosure):
        return value
    if type(value) is int or isinstance(value, (fmpq, fmpz)):
        return Enclosure.of(fmpq(value))
    raise UsageError(
        "enclosure",
        f"it cannot be combined with a value of type {type(value).__name__}",
        "use enclosures and exact numbers",
    )


def rational_ends(value: fmpq) -> tuple[float, float]:
    """The doubles around a rational; itself twice if it is a double."""
    p, q = int(value.p), int(value.q)
    try:
        nearest = p / q  # Python rounds a quotient of integers correctly
    except OverflowError:
        return (LARGEST, np.inf) if p > 0 else (-np.inf, -LARGEST)
    if nearest.as_integer_ratio() == (p, q):
        return nearest, nearest
    return nextafter(nearest, -inf), nextafter(nearest, inf)


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
