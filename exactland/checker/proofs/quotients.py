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
from itertools import pairwise, zip_longest
from math import gcd, lcm

from ..work import VALUE, common_factor, longest, once, operations, product, size, spend

Polynomial = tuple[Fraction, ...]
Start = Fraction | None
ZERO, ONE = Fraction(0), Fraction(1)
#: Polynomials of a larger degree, or with longer coefficients, are not taken up.
DEGREE, BITS = 64, 1 << 10


@dataclass(frozen=True)
class Quotient:
    """p/q; q has no root on the half-line that it was made for."""

    p: Polynomial
    q: Polynomial

    @property
    def leading_sign(self) -> int:
        """The sign for all large r."""
        if not self.p:
            return 0
        return 1 if (self.p[-1] > 0) == (self.q[-1] > 0) else -1


def quotient(p: Polynomial, q: Polynomial) -> Quotient | None:
    """p/q, None if it is too large; q != 0."""
    largest = max(max(abs(c.numerator), c.denominator).bit_length() for c in (*p, *q))
    return None if max(len(p), len(q)) > DEGREE + 1 or largest > BITS else Quotient(p, q)


def number(value: Fraction) -> Quotient:
    return Quotient(_trimmed([value]), (ONE,))


def plus(a: Quotient, b: Quotient) -> Quotient | None:
    return quotient(_sum(multiplied(a.p, b.q), multiplied(b.p, a.q)), multiplied(a.q, b.q))


def negative(a: Quotient) -> Quotient:
    return Quotient(tuple(-c for c in a.p), a.q)


def times(a: Quotient, b: Quotient) -> Quotient | None:
    return quotient(multiplied(a.p, b.p), multiplied(a.q, b.q))


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


def signs_on_line(p: Polynomial) -> frozenset[int]:
    """The signs of p on R, up to 0 where it has roots of even multiplicity only, or any.

    >>> [sorted(signs_on_line(tuple(map(Fraction, p)))) for p in ((1, 0, 1), (1, -2, 1), (0, 1))]
    [[1], [0, 1], [-1, 0, 1]]
    """
    if not p:
        return frozenset((0,))
    side = 1 if p[-1] > 0 else -1
    if not _has_real_root(p):
        return frozenset((side,))
    return frozenset((-1, 0, 1) if _has_real_root(odd_part(p)) else (0, side))


def _has_real_root(p: Polynomial) -> bool:
    mirrored = tuple(-c if n % 2 else c for n, c in enumerate(p))
    return any(has_root(half, ZERO, closed=True) for half in (p, mirrored))


def direction(a: Quotient, start: Start) -> int | None:
    """1 or -1 if it increases or decreases strictly, 0 if it is constant, None if not shown.

    The derivative has the sign of p'q - pq', which may touch 0 and go on with the same sign.
    """
    sign = slope(a)
    if has_root(sign, start, closed=False) and has_root(odd_part(sign), start, closed=False):
        return None
    return 0 if not sign else 1 if sign[-1] > 0 else -1


def slope(a: Quotient) -> Polynomial:
    """p'q - pq', which has the sign of the derivative."""
    down = tuple(-c for c in multiplied(a.p, _derivative(a.q)))
    return _sum(multiplied(_derivative(a.p), a.q), down)


def has_root_between(p: Polynomial, low: Start, high: Start) -> bool:
    """Whether p, without multiple roots and not 0, has one in an open interval; None: no end.

    >>> p = (Fraction(-2), Fraction(0), Fraction(1))
    >>> has_root_between(p, Fraction(1), Fraction(2)), has_root_between(p, Fraction(2), None)
    (True, False)
    """
    for end in (low, high):
        if end is not None and value(p, end) == 0:
            p = _without_root(p, end)
    if len(p) <= 1:
        return False
    chain = sturm(p)
    below = [m[-1] * (-1) ** (len(m) - 1) if low is None else value(m, low) for m in chain]
    above = [m[-1] if high is None else value(m, high) for m in chain]
    return _changes(below) != _changes(above)


def has_root_within(p: Polynomial, low: Start, high: Start) -> bool:
    """Whether p, which is not 0, has a root in a closed interval; None: no end.

    >>> p = (Fraction(4), Fraction(0), Fraction(-4), Fraction(0), Fraction(1))
    >>> has_root_within(p, Fraction(1), None), has_root_within(p, Fraction(-1), Fraction(1))
    (True, False)
    """
    if any(end is not None and value(p, end) == 0 for end in (low, high)):
        return True
    # The last member of the chain divides p, so it is not 0 at an end: Sturm's theorem holds.
    chain = sturm(p)
    below = [m[-1] * (-1) ** (len(m) - 1) if low is None else value(m, low) for m in chain]
    above = [m[-1] if high is None else value(m, high) for m in chain]
    return _changes(below) != _changes(above)


def multiplicity(p: Polynomial, root: Fraction) -> int:
    """How often t - root divides p, which is not 0."""
    n = 0
    while value(p, root) == 0:
        p, n = _without_root(p, root), n + 1
    return n


@once
def has_root(p: Polynomial, start: Start, *, closed: bool) -> bool:
    """Whether p, unless it is 0 or a constant, has a root beyond ``start``, or (closed) at it."""
    if len(p) <= 1 or start is None:
        return False
    while value(p, start) == 0:
        if closed:
            return True
        p = _without_root(p, start)
    # p(start) != 0, so the last member of the chain, the common factor of p and p', is not 0 there:
    # the changes of sign are those of the chain without it, where Sturm's theorem holds.
    chain = sturm(p)
    here = [value(member, start) for member in chain]
    return _changes(here) != _changes([member[-1] for member in chain])


def odd_part(p: Polynomial) -> Polynomial:
    """The factors of p of odd multiplicity, each once: p changes its sign at their roots only.

    Up to a constant; p != 0. The factors of multiplicity i or more are p/gcd(p, p') for i = 1, and
    so on with the gcd in the place of p.
    """
    at_least = []
    while len(p) > 1:
        common = sturm(p)[-1]
        at_least.append(_divided(p, common))
        p = common
    result: Polynomial = (ONE,)
    for more, next_ in zip(at_least[::2], [*at_least[1::2], (ONE,)], strict=False):
        result = multiplied(result, _divided(more, next_))
    return result


def changes_at(chain: Sequence[Polynomial], at: Fraction) -> int:
    """Changes of sign of Sturm's chain: from a to b it loses one for each root in (a, b]."""
    return _changes([value(member, at) for member in chain])


def sturm(p: Polynomial) -> list[Polynomial]:
    """p, p' and the remainders with the other sign, each times a positive number."""
    chain = [_primitive(p), _primitive(_derivative(p))]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        if not rest:
            break
        chain.append(_primitive(tuple(-c for c in rest)))
    return [member for member in chain if member]


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
    spend(operations(max(len(a), len(b)), longest(a), longest(b)))
    return _trimmed([x + y for x, y in zip_longest(a, b, fillvalue=ZERO)])


def multiplied(a: Polynomial, b: Polynomial) -> Polynomial:
    if not a or not b:
        return ()
    bits = longest(a) + longest(b)
    spend(operations(2 * len(a) * len(b), bits, bits))
    result = [ZERO] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] += x * y
    return tuple(result)


def _derivative(a: Polynomial) -> Polynomial:
    return tuple(n * c for n, c in enumerate(a))[1:]


def value(a: Polynomial, t: Fraction) -> Fraction:
    total = ZERO
    for c in reversed(a):
        spend(operations(2, size(total) + size(c), size(t)))
        total = total * t + c
    return total


def _without_root(a: Polynomial, root: Fraction) -> Polynomial:
    """a divided by t - root, which divides it."""
    result, total = [], ZERO
    for c in reversed(a):
        spend(operations(2, size(total) + size(c), size(root)))
        total = total * root + c
        result.append(total)
    return tuple(reversed(result[:-1]))


def _divided(a: Polynomial, b: Polynomial) -> Polynomial:
    """a/b, where b divides a."""
    rest, result = list(a), []
    while len(rest) >= len(b):
        bits = longest(rest) + longest(b)
        spend(operations(2 * len(b), bits, bits))
        factor, shift = rest[-1] / b[-1], len(rest) - len(b)
        result.append(factor)
        for i, c in enumerate(b):
            rest[shift + i] -= factor * c
        rest.pop()
    return tuple(reversed(result))


def _remainder(a: Polynomial, b: Polynomial) -> Polynomial:
    """A positive multiple of the remainder of a by b; both have integers, so this has."""
    rest, divisor = [c.numerator for c in a], [c.numerator for c in b]
    own = max(c.bit_length() for c in divisor)
    lead, sign = abs(divisor[-1]), 1 if divisor[-1] > 0 else -1
    while len(rest) >= len(divisor):
        longer = max(c.bit_length() for c in rest)
        spend(3 * len(rest) * (VALUE // 4 + product(longer, own)))
        factor, shift = rest[-1] * sign, len(rest) - len(divisor)
        rest = [lead * c for c in rest]
        for i, c in enumerate(divisor):
            rest[shift + i] -= factor * c
        while rest and not rest[-1]:
            rest.pop()
    return tuple(Fraction(c) for c in rest)


def _primitive(a: Polynomial) -> Polynomial:
    """A positive multiple with integers that have no common factor."""
    if not a:
        return a
    bits = sum(c.denominator.bit_length() for c in a)
    own = longest(a)
    spend(len(a) * (VALUE + 2 * common_factor(own + bits, own + bits)))
    scale = lcm(*(c.denominator for c in a))
    integers = [c.numerator * (scale // c.denominator) for c in a]
    common = gcd(*integers)
    return tuple(Fraction(c // common) for c in integers)
