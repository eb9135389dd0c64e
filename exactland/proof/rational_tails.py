"""A piecewise rational function far to one side: one quotient of polynomials, and from where on.

``abs``, ``min`` and ``max`` of rational functions choose one branch for good once t is beyond all
real roots. So 1/2 - t/(2(1+abs(t))) is 1/(2(1+t)) for t >= 0, decreasing to its limit 0.

>>> from exactland.functions.expression import parse
>>> tail = rational_tail(parse("1/2-t/(2*(1+abs(t)))"), 1)
>>> tail.since, tail.limit, tail.vanishes
(0, 0, False)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_poly

from exactland.arithmetic.comparison import excludes_zero, upper
from exactland.errors import LimitError
from exactland.functions.expression import (
    Call,
    Expression,
    Negation,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    fold,
)

#: Polynomials of a larger degree are not taken up.
LARGEST_DEGREE = 64


@dataclass(frozen=True)
class RationalTail:
    """f(side * t) = numerator(t)/denominator(t) for all t >= since.

    ``since`` is in the mirrored variable for side -1: the tail is t <= -since there. From ``since``
    on the function has no pole and is monotone.
    """

    side: int
    numerator: fmpq_poly
    denominator: fmpq_poly
    since: fmpq

    @property
    def limit(self) -> fmpq | None:
        """The finite limit, None if there is none."""
        p, q = self.numerator, self.denominator
        if p.degree() > q.degree():
            return None
        return p[p.degree()] / q[q.degree()] if p.degree() == q.degree() else fmpq(0)

    @property
    def vanishes(self) -> bool:
        """Whether the function is 0 on the whole tail."""
        return bool(self.numerator.degree() < 0)


@dataclass(frozen=True)
class _Part:
    """p/q for t >= since, where q has no root; ``since`` None: for all t."""

    p: fmpq_poly
    q: fmpq_poly
    since: fmpq | None


def rational_tail(expression: Expression, side: int) -> RationalTail | None:
    """The tail of the function at ``side`` (1 or -1) times infinity.

    None unless the expression has only numbers, t, + - * / **, abs, min and max.

    Raises LimitError where the real roots of a polynomial are not enclosed.
    """
    found = fold(expression, lambda node, parts: _rule(node, parts, side))
    if found is None:
        return None
    slope = found.p.derivative() * found.q - found.p * found.q.derivative()
    since = _later(found.since, _largest_root(slope))
    # A constant function is monotone everywhere; otherwise the slope keeps its sign.
    return RationalTail(side, found.p, found.q, fmpq(0) if since is None else since)


def _rule(node: Expression, parts: tuple[_Part | None, ...], side: int) -> _Part | None:
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    one = fmpq_poly([1])
    result: _Part | None = None
    match node:
        case Number(value):
            result = _Part(fmpq_poly([value]), one, None)
        case Variable():
            result = _Part(fmpq_poly([0, side]), one, None)
        case Sum():
            result = known[0]
            for part in known[1:]:
                result = _plus(result, part)
        case Negation():
            result = _Part(-known[0].p, known[0].q, known[0].since)
        case Product():
            result = known[0]
            for part in known[1:]:
                result = _times(result, part)
        case Quotient():
            inverse = _inverse(known[1])
            result = None if inverse is None else _times(known[0], inverse)
        case Power(_, exponent):
            result = _to_the(known[0], exponent)
        case Call("abs", _):
            result = _larger(known[0], _negative(known[0]))
        case Call("max", _):
            result = _larger(known[0], known[1])
        case Call("min", _):
            result = _negative(_larger(_negative(known[0]), _negative(known[1])))
    if result is None or max(result.p.degree(), result.q.degree()) > LARGEST_DEGREE:
        return None
    return _reduced(result)


def _plus(a: _Part, b: _Part) -> _Part:
    return _Part(a.p * b.q + b.p * a.q, a.q * b.q, _later(a.since, b.since))


def _times(a: _Part, b: _Part) -> _Part:
    return _Part(a.p * b.p, a.q * b.q, _later(a.since, b.since))


def _negative(a: _Part) -> _Part:
    return _Part(-a.p, a.q, a.since)


def _inverse(a: _Part) -> _Part | None:
    """1/a beyond the roots of a; None for a = 0."""
    if a.p.degree() < 0:
        return None
    return _Part(a.q, a.p, _later(a.since, _beyond(_largest_root(a.p))))


def _to_the(a: _Part, exponent: int) -> _Part | None:
    base = _inverse(a) if exponent < 0 else a
    size = abs(exponent)
    if base is None or size * max(base.p.degree(), base.q.degree(), 1) > LARGEST_DEGREE:
        return None
    return _Part(base.p**size, base.q**size, base.since)


def _larger(a: _Part, b: _Part) -> _Part:
    """max(a, b): beyond the roots of a - b the one that is larger for good."""
    difference = _plus(a, _negative(b))
    top = difference.p.degree()
    if top < 0:
        return _Part(a.p, a.q, difference.since)
    since = _later(difference.since, _largest_root(difference.p))
    # Beyond all roots a polynomial has the sign of its leading coefficient; at the last root
    # itself both are equal.
    positive = (difference.p[top] > 0) == (difference.q[difference.q.degree()] > 0)
    chosen = a if positive else b
    return _Part(chosen.p, chosen.q, since)


def _reduced(a: _Part) -> _Part:
    """Common factors cancelled; q had no root from ``since`` on, so its factors have none."""
    common = a.p.gcd(a.q)
    return a if common.degree() <= 0 else _Part(a.p // common, a.q // common, a.since)


def _later(a: fmpq | None, b: fmpq | None) -> fmpq | None:
    return b if a is None else a if b is None else max(a, b)


def _beyond(root: fmpq | None) -> fmpq | None:
    """A point at which, and beyond which, there is no pole."""
    return None if root is None else root + fmpq(1, 1024)


def _largest_root(polynomial: fmpq_poly) -> fmpq | None:
    """A rational at least as large as every real root; None if there is none (or it is constant).

    >>> _largest_root(fmpq_poly([0, 0, 1])), _largest_root(fmpq_poly([1, 0, 1])) is None
    (0, True)
    """
    if polynomial.degree() <= 0:
        return None
    largest: fmpq | None = None
    roots: Any = polynomial.complex_roots()
    for root, _ in roots:
        if excludes_zero(root.imag) is True:
            continue
        high = upper(root.real)
        if high is None:
            raise LimitError("roots", f"those of {polynomial} are not enclosed", "use another form")
        largest = _later(largest, _short(high))
    return largest


def _short(value: fmpq) -> fmpq:
    """The value itself or, where it is long, a little more."""
    scale = 1 << 20
    return value if value.q <= scale else fmpq(int((value * scale).ceil()), scale)
