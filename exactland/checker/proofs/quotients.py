"""Piecewise rational functions on a half-line (section 11): one quotient p/q of polynomials there.

The half-line is [start, infinity); ``start`` None means "for all large r". Roots are counted by
Sturm's theorem. A polynomial is the tuple of its coefficients, constant first, last one not 0.

>>> has_root((Fraction(-2), Fraction(0), Fraction(1)), Fraction(1), closed=False)
True
>>> has_root((Fraction(-2), Fraction(0), Fraction(1)), Fraction(3, 2), closed=False)
False
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, zip_longest
from math import gcd, lcm

Polynomial = tuple[Fraction, ...]
Start = Fraction | None
ZERO, ONE = Fraction(0), Fraction(1)
#: Polynomials of a larger degree, or with longer coefficients, are not taken up.
DEGREE, BITS = 64, 1 << 14


@dataclass(frozen=True)
class Quotient:
    """p/q, in lowest terms; q has no root on the half-line that it was made for."""

    p: Polynomial
    q: Polynomial

    @property
    def leading_sign(self) -> int:
        """The sign for all large r."""
        if not self.p:
            return 0
        return 1 if (self.p[-1] > 0) == (self.q[-1] > 0) else -1


def quotient(p: Polynomial, q: Polynomial) -> Quotient | None:
    """p/q in lowest terms, None if it is too large; q != 0."""
    common = _gcd(p, q)
    if len(common) > 1:
        p, q = _divided(p, common)[0], _divided(q, common)[0]
    largest = max(max(abs(c.numerator), c.denominator).bit_length() for c in (*p, *q))
    return None if max(len(p), len(q)) > DEGREE + 1 or largest > BITS else Quotient(p, q)


def number(value: Fraction) -> Quotient:
    return Quotient(_trimmed([value]), (ONE,))


def plus(a: Quotient, b: Quotient) -> Quotient | None:
    return quotient(_sum(_product(a.p, b.q), _product(b.p, a.q)), _product(a.q, b.q))


def negative(a: Quotient) -> Quotient:
    return Quotient(tuple(-c for c in a.p), a.q)


def times(a: Quotient, b: Quotient) -> Quotient | None:
    return quotient(_product(a.p, b.p), _product(a.q, b.q))


def inverse(a: Quotient, start: Start) -> Quotient | None:
    """1/a, if a has no root on the half-line."""
    if not a.p or has_root(a.p, start, closed=True):
        return None
    return Quotient(a.q, a.p)


def power(a: Quotient, exponent: int, start: Start) -> Quotient | None:
    base = inverse(a, start) if exponent < 0 else a
    result: Quotient | None = number(ONE)
    for _ in range(abs(exponent)):
        result = None if result is None or base is None else times(result, base)
        if result is None:
            return None
    return result


def larger(a: Quotient, b: Quotient, start: Start) -> Quotient | None:
    """max(a, b), if a - b keeps its sign."""
    difference = plus(a, negative(b))
    if difference is None or has_root(difference.p, start, closed=False):
        return None
    return a if difference.leading_sign >= 0 else b


def signs(a: Quotient, start: Start) -> frozenset[int]:
    """A set that holds the sign at every point of the half-line."""
    if not has_root(a.p, start, closed=True):
        return frozenset((a.leading_sign,))
    if not has_root(a.p, start, closed=False):
        return frozenset((0, a.leading_sign))
    return frozenset((-1, 0, 1))


def direction(a: Quotient, start: Start) -> int | None:
    """1 or -1 if it increases or decreases strictly, 0 if it is constant, None if not shown.

    The derivative has the sign of p'q - pq'.
    """
    down = tuple(-c for c in _product(a.p, _derivative(a.q)))
    slope = _sum(_product(_derivative(a.p), a.q), down)
    if has_root(slope, start, closed=False):
        return None
    return 0 if not slope else 1 if slope[-1] > 0 else -1


@lru_cache(maxsize=1024)
def has_root(p: Polynomial, start: Start, *, closed: bool) -> bool:
    """Whether p, unless it is 0 or a constant, has a root beyond ``start``, or (closed) at it."""
    if len(p) <= 1 or start is None:
        return False
    if closed and _value(p, start) == 0:
        return True
    chain = _sturm(p)
    here = [_value(member, start) for member in chain]
    return _changes(here) != _changes([member[-1] for member in chain])


def _sturm(p: Polynomial) -> list[Polynomial]:
    """The chain of p without its repeated roots: the theorem then holds at roots as well."""
    simple = _divided(p, _gcd(p, _derivative(p)))[0]
    chain = [_primitive(simple), _primitive(_derivative(simple))]
    while len(chain[-1]) > 1:
        rest = _divided(chain[-2], chain[-1])[1]
        chain.append(_primitive(tuple(-c for c in rest)))
    return chain


def _changes(values: Sequence[Fraction]) -> int:
    """Changes of sign, zeros left out."""
    kept = [value > 0 for value in values if value]
    return sum(a != b for a, b in pairwise(kept))


def _trimmed(coefficients: Sequence[Fraction]) -> Polynomial:
    size = len(coefficients)
    while size and not coefficients[size - 1]:
        size -= 1
    return tuple(coefficients[:size])


def _sum(a: Polynomial, b: Polynomial) -> Polynomial:
    return _trimmed([x + y for x, y in zip_longest(a, b, fillvalue=ZERO)])


def _product(a: Polynomial, b: Polynomial) -> Polynomial:
    if not a or not b:
        return ()
    result = [ZERO] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] += x * y
    return tuple(result)


def _derivative(a: Polynomial) -> Polynomial:
    return tuple(n * c for n, c in enumerate(a))[1:]


def _value(a: Polynomial, t: Fraction) -> Fraction:
    total = ZERO
    for c in reversed(a):
        total = total * t + c
    return total


def _divided(a: Polynomial, b: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder; b != 0."""
    rest, result = list(a), [ZERO] * max(len(a) - len(b) + 1, 0)
    for shift in reversed(range(len(result))):
        factor = rest[shift + len(b) - 1] / b[-1]
        result[shift] = factor
        for i, c in enumerate(b):
            rest[shift + i] -= factor * c
    return _trimmed(result), _trimmed(rest[: len(b) - 1])


def _gcd(a: Polynomial, b: Polynomial) -> Polynomial:
    while b:
        a, b = b, _primitive(_divided(a, b)[1])
    return a


def _primitive(a: Polynomial) -> Polynomial:
    """A positive multiple with integers that have no common factor."""
    if not a:
        return a
    scale = lcm(*(c.denominator for c in a))
    integers = [c.numerator * (scale // c.denominator) for c in a]
    common = gcd(*integers)
    return tuple(Fraction(c // common) for c in integers)
