"""Interval arithmetic in fixed point: ``(lo, hi)`` is the set of x with lo <= x * 2^bits <= hi.

The precision ``bits`` is an argument everywhere. Every result contains all values of the operation
at points of its arguments; an operation that is not defined on the whole argument rejects.

>>> x = enclose(Fraction(1, 3), 8)
>>> x, multiply(x, x, 8)
((85, 86), (28, 29))
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt
from typing import NoReturn

from . import elementary
from .elementary import Pair
from .limits import NUMBER_BITS
from .outcome import Coarse, Decline, Reject
from .work import TURN, VALUE, product, quotient, spend

Interval = Pair


def enclose(value: Fraction, bits: int) -> Interval:
    """The smallest interval around a rational number."""
    top = value.numerator << bits
    if value.denominator == 1:
        spend(5 * TURN + 2 * bits)
        return top, top
    spend(10 * TURN + 2 * quotient(top.bit_length(), value.denominator.bit_length()))
    return top // value.denominator, -(-top // value.denominator)


def ratio(lo: int, hi: int, denominator: int, bits: int) -> Interval:
    """[lo / denominator, hi / denominator] for integers, rounded outwards; denominator > 0."""
    n, m = max(lo.bit_length(), hi.bit_length()) + bits, denominator.bit_length()
    spend(VALUE + 2 * quotient(n, m))
    return (lo << bits) // denominator, -((-hi << bits) // denominator)


def rescale(x: Interval, bits: int, to: int) -> Interval:
    """The same numbers with ``to`` <= ``bits`` fractional bits, rounded outwards."""
    return x[0] >> (bits - to), -(-x[1] >> (bits - to))


def negative(x: Interval) -> Interval:
    return -x[1], -x[0]


def add(x: Interval, y: Interval) -> Interval:
    return x[0] + y[0], x[1] + y[1]


def multiply(x: Interval, y: Interval, bits: int) -> Interval:
    """All products."""
    corners = (x[0] * y[0], x[0] * y[1], x[1] * y[0], x[1] * y[1])
    return min(corners) >> bits, -(-max(corners) >> bits)


def divide(x: Interval, y: Interval, bits: int) -> Interval:
    """All quotients; y must not contain 0."""
    if y[0] <= 0 <= y[1]:
        _undefined("a divisor is not shown to be nonzero", y == (0, 0))
    if y[1] < 0:
        x, y = negative(x), negative(y)
    return elementary.quotient(x, y, bits)


def power(x: Interval, n: int, bits: int) -> Interval:
    """All n-th powers, n any integer; the 0-th power is 1 everywhere."""
    if n == 0:
        return 1 << bits, 1 << bits
    if n < 0:
        return divide((1 << bits, 1 << bits), power(x, -n, bits), bits)
    if n % 2 == 0:  # x^n = |x|^n, increasing in |x|
        x = absolute(x)
    _limit(n * max(abs(x[0]), abs(x[1])).bit_length())
    shift = bits * (n - 1)
    spend(4 * product(*(n * max(abs(x[0]), abs(x[1])).bit_length(),) * 2))
    return x[0] ** n >> shift, -(-(x[1] ** n) >> shift)


def absolute(x: Interval) -> Interval:
    if x[0] >= 0:
        return x
    return (0 if x[1] >= 0 else -x[1]), max(-x[0], x[1])


def square_root(x: Interval, bits: int) -> Interval:
    if x[0] < 0:
        _undefined("the root of a number that is not shown to be nonnegative", x[1] < 0)
    n = x[1].bit_length() + bits
    spend(2 * quotient(2 * n, n))
    low, high = isqrt(x[0] << bits), isqrt(x[1] << bits)
    return low, high + (high * high < x[1] << bits)


def exponential(x: Interval, bits: int) -> Interval:
    low, high = elementary.exp(x[0], bits)
    width = x[1] - x[0]
    if width >> max(bits - 8, 0):
        return low, elementary.exp(x[1], bits)[1]
    # e^w <= 1 + 2w for 0 <= w <= 1
    return low, high + -(-2 * high * width >> bits)


def logarithm(x: Interval, bits: int) -> Interval:
    if x[0] <= 0:
        _undefined("the logarithm of a number that is not shown to be positive", x[1] <= 0)
    low = elementary.log(x[0], bits)
    return low[0], low[1] if x[0] == x[1] else elementary.log(x[1], bits)[1]


def increasing(x: Interval, bits: int, function: Callable[[int, int], Pair]) -> Interval:
    """The values of an increasing function with a slope of at most 2."""
    low, high = function(x[0], bits)
    width = x[1] - x[0]
    if width >> max(bits - 8, 0):
        return low, function(x[1], bits)[1]
    return low, high + 2 * width


def cosine(x: Interval, bits: int) -> Interval:
    """cos on an interval: its values at the ends, and 1 and -1 where multiples of pi may lie."""
    ends = elementary.cos_sin(x[0], bits)[0], elementary.cos_sin(x[1], bits)[0]
    lo, hi = min(ends[0][0], ends[1][0]), max(ends[0][1], ends[1][1])
    turns = divide(x, elementary.pi_constant(bits), bits)
    first, last = -(-turns[0] >> bits), turns[1] >> bits  # the integers in x / pi
    one = 1 << bits
    if first <= last:
        if first < last or first % 2 == 0:
            hi = one
        if first < last or first % 2 == 1:
            lo = -one
    return lo, hi


def sine(x: Interval, bits: int) -> Interval:
    """sin x = cos(x - pi/2) on an interval wide enough to matter; at a point from the series."""
    if x[0] == x[1]:
        return elementary.cos_sin(x[0], bits)[1]
    p = elementary.pi_constant(bits)
    return cosine((x[0] + (-p[1] >> 1), x[1] - (p[0] >> 1)), bits)


def hyperbolic(x: Interval, bits: int) -> tuple[Interval, Interval]:
    """cosh and sinh on an interval."""
    size = absolute(x)
    ends = [(elementary.exp(end, bits), elementary.exp(-end, bits)) for end in (*size, x[0], x[1])]
    even = [(up[0] + down[0] >> 1, -(-(up[1] + down[1]) >> 1)) for up, down in ends]
    odd = [(up[0] - down[1] >> 1, -(-(up[1] - down[0]) >> 1)) for up, down in ends]
    return (even[0][0], even[1][1]), (odd[2][0], odd[3][1])


def dyadic_softplus(x: Fraction) -> Fraction:
    """2^n (1 + 2u/3 + u^2/3) at x = n + u < 0, 0 <= u < 1; 1 + 2x/3 for x >= 0. Increasing."""
    if x >= 0:
        return 1 + 2 * x / 3
    n = x.numerator // x.denominator
    _limit(-n)
    spend(VALUE - 8 * n)
    u = x - n
    return (1 + 2 * u / 3 + u * u / 3) / (1 << -n)


def _dyadic_point(a: int, bits: int) -> Pair:
    if a < -(bits + 2) << bits:
        return 0, 1  # below 2^(n+1) with n < -bits - 2
    return enclose(dyadic_softplus(Fraction(a, 1 << bits)), bits)


def _limit(size: int) -> None:
    if size > NUMBER_BITS:
        raise Decline(f"a number of more than {NUMBER_BITS} bits")


def _undefined(reason: str, everywhere: bool) -> NoReturn:
    """Nothing is defined there; or not everywhere, and a narrower argument may do."""
    raise (Reject if everywhere else Coarse)("", reason)


#: Increasing functions whose slope is at most 2 (erf: 2/sqrt(pi); dyadic-softplus: 4/3).
INCREASING: dict[str, Callable[[int, int], Pair]] = {
    "tanh": elementary.tanh,
    "sigmoid": elementary.sigmoid,
    "atan": elementary.atan,
    "erf": elementary.erf,
    "softplus": elementary.softplus,
    "dyadic_softplus": _dyadic_point,
}


class Intervals:
    """Interval arithmetic with ``bits`` fractional bits, as an arithmetic of expressions."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def number(self, value: Fraction) -> Interval:
        return enclose(value, self.bits)

    def pi(self) -> Interval:
        return elementary.pi_constant(self.bits)

    def add(self, x: Interval, y: Interval) -> Interval:
        spend(4 * TURN + 4 * x[1].bit_length())
        return add(x, y)

    def negative(self, x: Interval) -> Interval:
        return negative(x)

    def multiply(self, x: Interval, y: Interval) -> Interval:
        n = max(x[0].bit_length(), x[1].bit_length())
        m = max(y[0].bit_length(), y[1].bit_length())
        _limit(max(n, m))
        spend(13 * TURN + 4 * product(n, m))
        return multiply(x, y, self.bits)

    def divide(self, x: Interval, y: Interval) -> Interval:
        return divide(x, y, self.bits)

    def power(self, x: Interval, exponent: int) -> Interval:
        return power(x, exponent, self.bits)

    def is_zero(self, x: Interval) -> bool:
        return x == (0, 0)

    def sign(self, x: Interval) -> int | None:
        """The sign of every number in x, None if they differ."""
        return 1 if x[0] > 0 else -1 if x[1] < 0 else 0 if x == (0, 0) else None

    def call(self, function: str, arguments: list[Interval]) -> Interval:
        x, bits = arguments[0], self.bits
        spend(VALUE)
        if function in INCREASING:
            return increasing(x, bits, INCREASING[function])
        if function == "exp":
            return exponential(x, bits)
        if function == "log":
            return logarithm(x, bits)
        if function == "sqrt":
            return square_root(x, bits)
        if function == "cos":
            return cosine(x, bits)
        if function == "sin":
            return sine(x, bits)
        if function in ("cosh", "sinh"):
            return hyperbolic(x, bits)[0 if function == "cosh" else 1]
        if function == "abs":
            return absolute(x)
        if function == "max":
            return max(x[0], arguments[1][0]), max(x[1], arguments[1][1])
        if function == "min":
            return min(x[0], arguments[1][0]), min(x[1], arguments[1][1])
        raise Reject("", f"there are no intervals of {function}")
