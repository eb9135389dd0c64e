"""Where an expression changes its sign (section 6.3): rational numbers, or narrow bounds of others.

>>> from exactland.functions.expression import parse
>>> [str(cut.low) for cut in profile(parse("t**3-4*t")).cuts]
['-2', '0', '2']
>>> profile(parse("exp(t/2)-1")).cuts[0].low, profile(parse("1-exp(t)")).first
(0, 1)
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from flint import arb, fmpq, fmpq_poly

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import sign as sign_of
from exactland.errors import LimitError, NotExactError
from exactland.functions.expression import evaluate, fold, is_constant
from exactland.functions.expression_tree import (
    Call,
    Expression,
    Negation,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    literal,
)
from exactland.functions.real_roots import odd_part, roots_between
from exactland.functions.signs import polynomial, sign_rules

#: Cuts that are not rational are known to 2^-WIDTH.
WIDTH = 80
BITS = 160
#: The largest degree, and the largest product of degree and bits.
DEGREE, SIZE = 32, 1024
_SAME_SIGN = ("sinh", "tanh", "atan", "erf")


@dataclass(frozen=True)
class Cut:
    """The number between low and high that ``key`` stands for."""

    low: fmpq
    high: fmpq
    key: Hashable


@dataclass(frozen=True)
class Profile:
    """The sign of an expression is ``first`` up to the first cut; every cut changes it.

    1 also stands for 0, where the expression is 0 on an interval.
    """

    cuts: tuple[Cut, ...]
    first: int


def compare(a: Cut, b: Cut) -> int:
    """-1, 0 or 1 as a < b, a = b, a > b; NotExactError where that is not seen."""
    if a.key == b.key:
        return 0
    if a.high < b.low or b.high < a.low:
        return -1 if a.high < b.low else 1
    raise NotExactError("a kink", "the order of two kinks is not seen", "")


def increasing(cuts: Sequence[Cut]) -> list[Cut]:
    """The cuts in increasing order, each once."""
    found: list[Cut] = []
    for cut in sorted(cuts, key=cmp_to_key(compare)):
        if not found or compare(found[-1], cut):
            found.append(cut)
    return found


def profile(expression: Expression) -> Profile:
    """Where it changes its sign, if it is defined there; NotExactError if not read off."""
    found = _equivalent(expression)
    if found is not None:
        if not found.coeffs():
            return Profile((), 1)
        side = 1 if found[found.degree()] > 0 else -1
        return Profile(_roots(odd_part(found)), side * (-1) ** found.degree())
    rule = sign_rules(expression)
    if rule.nonnegative or rule.positive:
        return Profile((), 1)
    if rule.negative:
        return Profile((), -1)
    return _of_a_line(expression)


def _equivalent(node: Expression) -> fmpq_poly | None:
    """A polynomial with the sign of the expression at every t where this is defined."""
    known = polynomial(node)
    if known is not None:
        return fmpq_poly(list(known))
    rule = sign_rules(node)
    if rule.positive or rule.negative:
        return fmpq_poly([1 if rule.positive else -1])
    match node:
        case Negation(inner):
            part = _equivalent(inner)
            return None if part is None else -part
        case Product(factors):
            return _product(factors)
        case Quotient(above, below):
            return _product((above, below))
        case Power(base, exponent) if exponent:
            part = _equivalent(base)
            return part if part is None or exponent % 2 else part * part
        case Call(name, (argument,)) if name in _SAME_SIGN:
            return _equivalent(argument)
        case Sum((first, second)):
            return _exponential_minus_1(first, second) or _exponential_minus_1(second, first)
    return None


def _product(factors: Sequence[Expression]) -> fmpq_poly | None:
    result = fmpq_poly([1])
    for factor in factors:
        part = _equivalent(factor)
        if part is None or part.degree() + result.degree() > DEGREE:
            return None
        result *= part
    return result


def _exponential_minus_1(first: Expression, second: Expression) -> fmpq_poly | None:
    """exp(u) - 1 has the sign of u."""
    side = -1 if isinstance(first, Negation) else 1
    inside = first.operand if isinstance(first, Negation) else first
    if isinstance(inside, Call) and inside.name == "exp" and literal(second) == -side:
        part = _equivalent(inside.arguments[0])
        return None if part is None else part * side
    return None


def _roots(p: fmpq_poly) -> tuple[Cut, ...]:
    """The real roots of a polynomial without multiple ones, in increasing order."""
    if p.degree() <= 0:
        return ()
    longest = max(c.height_bits() for c in p.coeffs())
    if p.degree() > DEGREE or p.degree() * longest > SIZE:
        raise LimitError("a kink", "a polynomial is too large", "use a smaller one")
    leading = p[p.degree()]
    size = 1 + max(abs(c / leading) for c in p.coeffs())
    bound = fmpq(1 << int(size.ceil()).bit_length())
    open_, found = [(-bound, bound)], []
    while open_:
        low, high = open_.pop()
        count = roots_between(p, low, high) + (p(high) == 0)
        if count == 1 and (high - low) * 2**WIDTH <= 1:
            found.append(_cut(p, low, high))
        elif count and (high - low) * 2 ** (2 * WIDTH) <= 1:
            raise LimitError("a kink", "two roots are too close", "use other numbers")
        elif count:
            middle = (low + high) / 2
            open_ += [(middle, high), (low, middle)]
    return tuple(found)


def _cut(p: fmpq_poly, low: fmpq, high: fmpq) -> Cut:
    """The root in (low, high], as a rational number if it is the simplest one there."""
    q = _simplest(low, high)
    if p(q) == 0:
        return Cut(q, q, q)
    return Cut(low, high, (tuple(p.coeffs()), low))


def _simplest(low: fmpq, high: fmpq) -> fmpq:
    """The rational number with the least denominator in [low, high]."""
    if low <= 0 <= high:
        return fmpq(0)
    if high < 0:
        return -_simplest(-high, -low)
    whole = fmpq(low.floor())
    if low.ceil() <= high:
        return fmpq(low.ceil())
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


def _of_a_line(expression: Expression) -> Profile:
    """a + b t with constants that need not be rational."""
    unknown = NotExactError(
        "a kink", f"where {expression} changes its sign is not read off", "use another form"
    )
    balls = Balls(BITS)
    with balls.working():
        found = fold(expression, lambda node, parts: _line(node, parts, balls))
        if found is None:
            raise unknown
        constant, slope = found
        side = sign_of(slope)
        if side == 0 and sign_of(constant) is not None:
            return Profile((), sign_of(constant) or 1)
        if side not in (1, -1):
            raise unknown
        root = -constant / slope * 2**WIDTH
        low, high = root.lower().floor().unique_fmpz(), root.upper().ceil().unique_fmpz()
    if low is None or high is None:
        raise unknown
    cut = Cut(fmpq(low, 2**WIDTH), fmpq(high, 2**WIDTH), ("line", str(expression)))
    return Profile((cut,), -side)


def _line(node: Expression, parts: tuple[Any, ...], balls: Balls) -> tuple[Any, Any] | None:
    zero = arb(0)
    if isinstance(node, Variable):
        return zero, arb(1)
    if is_constant(node):
        return evaluate(node, balls.number(fmpq(0)), balls), zero
    if None in parts:
        return None
    match node:
        case Negation():
            return -parts[0][0], -parts[0][1]
        case Sum():
            return sum((a for a, _ in parts), zero), sum((b for _, b in parts), zero)
        case Product():
            constants = [a for a, b in parts if b.is_zero()]
            lines = [part for part in parts if not part[1].is_zero()]
            if len(lines) > 1:
                return None
            scale = arb(1)
            for a in constants:
                scale *= a
            a, b = lines[0] if lines else (arb(1), zero)
            return a * scale, b * scale
        case Quotient():
            (a, b), (c, d) = parts
            return (a / c, b / c) if d.is_zero() else None
        case Power(_, 1):
            return parts[0]  # type: ignore[no-any-return]
    return None
