"""Elementary functions of arrays of doubles with rigorous bounds, from basic operations only.

NumPy's own functions are not correctly rounded and prove nothing; only ``+ - * /``, ``sqrt``,
``ldexp`` and ``frexp`` are used, with tables of Taylor polynomials whose errors Arb has bounded. A
function here takes doubles x (never NaN) and answers arrays (lower, upper) around the exact values.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np
from flint import arb, fmpq

from exactland.arithmetic.balls import precision
from exactland.arithmetic.comparison import lower
from exactland.arithmetic.rounding import (
    LARGEST,
    NORMAL,
    UNIT,
    Floats,
    down,
    sum_above,
    sum_below,
    up,
)
from exactland.arithmetic.taylor_tables import TaylorTable, nearest_float, taylor_table
from exactland.errors import LimitError

Bounds: TypeAlias = tuple[Floats, Floats]

#: Beyond this sine and cosine are only known to be in [-1, 1]: the quarter turns k < 2^20 must
#: leave 33 bits for exact products with the parts of pi/2.
LARGEST_ANGLE = 2.0**20


def exp_bounds(x: Floats) -> Bounds:
    """exp(x) = 2^k exp(r), r = x - k log 2, with log 2 in two parts.

    k has at most 11 bits and the first part 42, so their product is exact. The two subtractions,
    the second product and the rest of log 2 move r by less than 2^-53, and exp(r) by less than
    1.5 2^-53.
    Outside [-746, 710] the values at these ends still bound: exp underflows or overflows there.
    """
    x = np.clip(x, -746.0, 710.0)
    first, second = _parts("log2", 42)
    k = np.rint(x * (1.0 / (first + second)))
    value, error = _exp_table()((x - k * first) - k * second)
    error = up(error + 1.5 * UNIT)
    exponent = k.astype(np.int32)
    with np.errstate(all="ignore"):
        low = np.ldexp(down(value - error), exponent)
        high = np.ldexp(up(value + error), exponent)
    # ldexp is exact, except that it rounds to subnormal numbers and overflows to inf.
    low = np.clip(np.where(low < NORMAL, down(low), low), 0.0, LARGEST)
    return low, np.where(high < NORMAL, up(high), high)


def log_bounds(x: Floats) -> Bounds:
    """log(x) for x > 0: e log 2 + log(m) with x = m 2^e, m between 0.7 and 1.42.

    e has at most 11 bits, so e times the first part of log 2 is exact; the other operations are
    rounded, each result by at most UNIT of its size.
    """
    infinite = np.isinf(x)  # only an upper end is; 709 is below the logarithm of the largest double
    m, exponent = np.frexp(np.where(infinite, 1.0, x))
    small = m < 0.7071
    m = np.where(small, 2.0 * m, m)
    e = (exponent - small).astype(np.float64)
    value, error = _log_table()(m)
    first, second = _parts("log2", 42)
    tail = value + e * second
    total = tail + e * first
    # The roundings of e * second, tail and total; the rest of log 2 is below UNIT * second.
    rounding = UNIT * (np.abs(total) + np.abs(tail) + 2.5 * np.abs(e * second))
    error = np.where(e == 0, error, up(error + 1.01 * rounding))
    low, high = sum_below(total, -error), sum_above(total, error)
    return np.where(infinite, 709.0, low), np.where(infinite, np.inf, high)


def sigmoid_bounds(x: Floats) -> Bounds:
    """1/(1 + exp(-x)): 1/(1 + E) for x >= 0 and E/(1 + E) for x < 0, with E = exp(-|x|)."""
    low, high = exp_bounds(-np.abs(x))
    positive_low, positive_high = down(1.0 / up(1.0 + high)), up(1.0 / down(1.0 + low))
    negative_low = np.maximum(down(low / up(1.0 + low)), 0.0)
    negative_high = up(high / down(1.0 + high))
    return (
        np.where(x >= 0, positive_low, negative_low),
        np.minimum(np.where(x >= 0, positive_high, negative_high), 1.0),
    )


def tanh_bounds(x: Floats) -> Bounds:
    """tanh: a table up to 1/2, 1 - 2/(exp(2x) + 1) beyond."""

    def beyond(a: Floats) -> Bounds:
        with np.errstate(all="ignore"):
            low, high = exp_bounds(2.0 * a)
            low, high = down(low + 1.0), up(high + 1.0)
            return down(1.0 - up(2.0 / low)), np.minimum(up(1.0 - down(2.0 / high)), 1.0)

    return _odd(x, 0.5, _tanh_table(), beyond)


def sinh_bounds(x: Floats) -> Bounds:
    """sinh: a table up to 1, (E - 1/E)/2 with E = exp(x) beyond."""

    def beyond(a: Floats) -> Bounds:
        with np.errstate(all="ignore"):
            low, high = exp_bounds(a)
            return down(0.5 * down(low - up(1.0 / low))), up(0.5 * up(high - down(1.0 / high)))

    return _odd(x, 1.0, _sinh_table(), beyond)


def cosh_bounds(x: Floats) -> Bounds:
    """cosh(x) = (E + 1/E)/2 with E = exp(|x|) >= 1, where this increases with E."""
    with np.errstate(all="ignore"):
        low, high = exp_bounds(np.abs(x))
        low = np.maximum(low, 1.0)
        low, high = down(low + down(1.0 / low)), up(high + up(1.0 / high))
        return np.clip(0.5 * low, 1.0, LARGEST), 0.5 * high


def atan_bounds(x: Floats) -> Bounds:
    """atan: a table up to 1, pi/2 - atan(1/x) beyond."""

    def beyond(a: Floats) -> Bounds:
        quarter = sum(_parts("half_pi", 33))
        table = _atan_table()
        low = np.clip(down(1.0 / a), 0.0, 1.0)
        high = np.clip(up(1.0 / a), 0.0, 1.0)
        (least, below), (most, above) = table(low), table(high)
        return (
            down(down(np.full(a.shape, quarter)) - up(most + above)),
            up(up(np.full(a.shape, quarter)) - down(least - below)),
        )

    return _odd(x, 1.0, _atan_table(), beyond)


def erf_bounds(x: Floats) -> Bounds:
    """erf: a table up to 6, between erf(6) and 1 beyond."""

    def beyond(a: Floats) -> Bounds:
        value, error = _erf_table()(np.full(a.shape, 6.0))
        return down(value - error), np.ones(a.shape)

    low, high = _odd(x, 6.0, _erf_table(), beyond)
    return np.maximum(low, -1.0), np.minimum(high, 1.0)


def sin_cos(x: Floats) -> tuple[Bounds, Bounds]:
    """((sin, error), (cos, error)) at finite x: values with absolute errors, not bounds.

    x = k pi/2 + r with pi/2 in three parts; k < 2^20 and 33 bits make the products with the first
    two exact. The three subtractions and the third product move r by less than 3 UNIT, and by
    nothing if k = 0.
    """
    far = np.abs(x) > LARGEST_ANGLE
    x = np.where(far, 0.0, x)
    first, second, third = _parts("half_pi", 33, 33)
    k = np.rint(x * (1.0 / (first + second)))
    r = ((x - k * first) - k * second) - k * third
    moved = np.where(far, 2.0, np.where(k == 0, 0.0, 3.0 * UNIT))
    (sin, sin_error), (cos, cos_error) = _sin_table()(r), _cos_table()(r)
    quadrant = k.astype(np.int64) & 3
    swap = (quadrant & 1) == 1
    sign = np.where(quadrant >= 2, -1.0, 1.0)
    moved_sin, moved_cos = sum_above(sin_error, moved), sum_above(cos_error, moved)
    return (
        (sign * np.where(swap, cos, sin), np.where(swap, moved_cos, moved_sin)),
        (sign * np.where(swap, -sin, cos), np.where(swap, moved_sin, moved_cos)),
    )


def _odd(x: Floats, end: float, table: TaylorTable, beyond: Callable[[Floats], Bounds]) -> Bounds:
    """An odd increasing function: the table up to end, ``beyond`` (given |x|) elsewhere."""
    a = np.abs(x)
    inside = a <= end
    value, error = table(np.minimum(a, end))
    low, high = np.maximum(sum_below(value, -error), 0.0), sum_above(value, error)
    if not inside.all():
        far_low, far_high = beyond(np.maximum(a, end))
        low, high = np.where(inside, low, far_low), np.where(inside, high, far_high)
    return np.where(x < 0, -high, low), np.where(x < 0, -low, high)


@cache
def _parts(constant: str, *bits: int) -> tuple[float, ...]:
    """log 2 or pi/2 as a sum of doubles: parts cut to so many bits, and the rest rounded.

    The first part is between 1/2 and 2; a later one continues where the one before stops.
    """
    with precision(300):
        value = arb(2).log() if constant == "log2" else arb.pi() / 2
    rest, parts, position = lower(value), [], 0
    if rest is None:
        raise LimitError("constant", f"{constant} is not bounded", "use balls")
    for count in bits:
        # One bit fewer after the point for pi/2, whose first bit is before it.
        position += count if position or constant == "log2" else count - 1
        scaled = rest * (1 << position)
        part = fmpq(scaled.p // scaled.q, 1 << position)
        parts.append(nearest_float(part))
        rest = rest - part
    return (*parts, nearest_float(rest))


@cache
def _exp_table() -> TaylorTable:
    return taylor_table(lambda s: s.exp(), 1.0, 0, 0, 0.35, 13)


@cache
def _log_table() -> TaylorTable:
    return taylor_table(lambda s: s.log(), 2.0**-4, 11, 23, 2.0**-5, 11, root=16)


@cache
def _sin_table() -> TaylorTable:
    return taylor_table(lambda s: s.sin(), 1.0, 0, 0, 0.79, 17, root=0)


@cache
def _cos_table() -> TaylorTable:
    return taylor_table(lambda s: s.cos(), 1.0, 0, 0, 0.79, 18)


@cache
def _tanh_table() -> TaylorTable:
    return taylor_table(lambda s: 1 - 2 / ((s + s).exp() + 1), 2.0**-3, 0, 4, 2.0**-4, 15, root=0)


@cache
def _sinh_table() -> TaylorTable:
    return taylor_table(lambda s: (s.exp() - (-s).exp()) / 2, 2.0**-3, 0, 8, 2.0**-4, 10, root=0)


@cache
def _atan_table() -> TaylorTable:
    return taylor_table(lambda s: s.atan(), 2.0**-3, 0, 8, 2.0**-4, 14, root=0)


@cache
def _erf_table() -> TaylorTable:
    return taylor_table(lambda s: s.erf(), 2.0**-3, 0, 48, 2.0**-4, 13, root=0)
