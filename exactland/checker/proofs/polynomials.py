"""Whether a polynomial over Q increases on R: its derivative is nonnegative, by Sturm's theorem.

A polynomial is the list of its coefficients from the constant one on, without leading zeros.

>>> from ..expression import parse
>>> [increases(parse(text)) for text in ("t**3-t**2+t", "t**3", "t**3-t", "t-t")]
[True, True, False, False]
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from ..expression import Node, evaluate
from ..outcome import Decline, Reject
from ..properties import is_polynomial

Polynomial = list[Fraction]
DEGREE = 64


def increases(node: Node) -> bool:
    """Whether the expression is written as a polynomial that increases strictly on R."""
    if not is_polynomial(node):
        return False
    slope = _derivative(evaluate(node, [Fraction(0), Fraction(1)], _Polynomials()))
    # A derivative that is not 0 vanishes at finitely many points.
    return bool(slope) and is_nonnegative(slope)


def is_nonnegative(p: Polynomial) -> bool:
    """Whether p >= 0 on R: p > 0 far out, and no real root of p has odd multiplicity."""
    if not p or p[-1] < 0 or len(p) % 2 == 0:
        return not p
    # Yun's decomposition: p is a constant times the product of the part_i to the power i.
    common = _gcd(p, _derivative(p))
    rest, other = _quotient(p, common), _quotient(_derivative(p), common)
    multiplicity = 0
    while len(rest) > 1:
        other = _difference(other, _derivative(rest))
        part = _gcd(rest, other)
        multiplicity += 1
        if multiplicity % 2 and _has_real_root(part):
            return False
        rest, other = _quotient(rest, part), _quotient(other, part)
    return True


def _has_real_root(p: Polynomial) -> bool:
    """Sturm's theorem for p without multiple roots: sign changes at -infinity and infinity."""
    chain = [p, _derivative(p)]
    while chain[-1]:
        chain.append([-c for c in _remainder(chain[-2], chain[-1])])
    leading = [(q[-1], len(q) - 1) for q in chain if q]
    right = [c > 0 for c, _ in leading]
    left = [(c > 0) is (degree % 2 == 0) for c, degree in leading]
    return _changes(left) != _changes(right)


def _changes(signs: list[bool]) -> int:
    return sum(a is not b for a, b in pairwise(signs))


def _trimmed(p: Polynomial) -> Polynomial:
    while p and p[-1] == 0:
        p = p[:-1]
    return p


def _derivative(p: Polynomial) -> Polynomial:
    return [n * c for n, c in enumerate(p)][1:]


def _difference(p: Polynomial, q: Polynomial) -> Polynomial:
    return _sum(p, [-c for c in q])


def _sum(p: Polynomial, q: Polynomial) -> Polynomial:
    size = max(len(p), len(q))
    padded = ([*r, *[Fraction(0)] * (size - len(r))] for r in (p, q))
    return _trimmed([a + b for a, b in zip(*padded, strict=True)])


def _divided(p: Polynomial, q: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder; q is not 0."""
    quotient: Polynomial = []
    rest = list(p)
    while len(rest) >= len(q):
        factor = rest[-1] / q[-1]
        quotient.append(factor)
        shift = len(rest) - len(q)
        rest = [c - factor * q[n - shift] if n >= shift else c for n, c in enumerate(rest)][:-1]
    return quotient[::-1], _trimmed(rest)


def _quotient(p: Polynomial, q: Polynomial) -> Polynomial:
    return _trimmed(_divided(p, q)[0])


def _remainder(p: Polynomial, q: Polynomial) -> Polynomial:
    return _divided(p, q)[1]


def _gcd(p: Polynomial, q: Polynomial) -> Polynomial:
    """The greatest common divisor with leading coefficient 1; p is not 0."""
    while q:
        p, q = q, _remainder(p, q)
    return [c / p[-1] for c in p]


class _Polynomials:
    """Polynomials as an arithmetic of expressions; a divisor is a number."""

    def number(self, value: Fraction) -> Polynomial:
        return [value] if value else []

    def pi(self) -> Polynomial:
        raise Reject("", "pi is no rational number")

    def add(self, x: Polynomial, y: Polynomial) -> Polynomial:
        return _sum(x, y)

    def negative(self, x: Polynomial) -> Polynomial:
        return [-c for c in x]

    def multiply(self, x: Polynomial, y: Polynomial) -> Polynomial:
        if len(x) + len(y) > DEGREE + 2:
            raise Decline(f"a polynomial of a degree above {DEGREE}")
        result = [Fraction(0)] * (len(x) + len(y))
        for i, a in enumerate(x):
            for j, b in enumerate(y):
                result[i + j] += a * b
        return _trimmed(result)

    def divide(self, x: Polynomial, y: Polynomial) -> Polynomial:
        if len(y) != 1:
            raise Reject("", "a divisor is no number other than 0")
        return [c / y[0] for c in x]

    def power(self, x: Polynomial, exponent: int) -> Polynomial:
        if exponent < 0:
            return self.divide([Fraction(1)], self.power(x, -exponent))
        result = [Fraction(1)]
        for _ in range(exponent):
            result = self.multiply(result, x)
        return result

    def call(self, function: str, arguments: list[Polynomial]) -> Polynomial:
        raise Reject("", f"{function} is no polynomial")
