"""Signs of an expression by the rules of section 4, and the polynomial that it is written as.

>>> from exactland.functions.expression import parse
>>> sign_rules(parse("exp(t)+t*t")).positive, sign_rules(parse("t*t-1")).positive
(True, False)
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_poly

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import sign
from exactland.errors import ExactlandError
from exactland.functions.expression import (
    Call,
    Expression,
    Negation,
    Number,
    Pi,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    evaluate,
    fold,
    is_constant,
)
from exactland.functions.real_roots import is_small, sign_on_line

#: Expanding polynomials stops here; an expression of larger degree is not treated as a polynomial.
MAXIMAL_DEGREE = 4096
MAXIMAL_BITS = 10**6


@dataclass(frozen=True)
class Sign:
    """What the rules show of the sign wherever the expression is defined."""

    positive: bool = False
    nonnegative: bool = False
    negative: bool = False


_POSITIVE = Sign(positive=True, nonnegative=True)


def _sign_rule(node: Expression, parts: tuple[Sign, ...]) -> Sign:
    all_positive = all(part.positive for part in parts)
    all_nonnegative = all(part.nonnegative for part in parts)
    match node:
        case Number(value):
            return _POSITIVE if value > 0 else Sign()
        case Pi() | Call("exp" | "cosh" | "sigmoid", _):
            return _POSITIVE
        case Sum():
            some_positive = any(part.positive for part in parts)
            return Sign(all_nonnegative and some_positive, all_nonnegative)
        case Product():
            return Sign(all_positive, all_nonnegative)
        case Quotient():
            return Sign(all_positive, parts[0].nonnegative and parts[1].positive)
        case Power(_, exponent):
            even = exponent >= 0 and exponent % 2 == 0
            return Sign(all_positive, all_positive or even)
        case Negation():
            return Sign(negative=parts[0].positive)
        case Call("sqrt", _):
            return Sign(all_positive, True)
        case Call("abs", _):
            return Sign(nonnegative=True)
    return Sign()


def sign_rules(expression: Expression) -> Sign:
    """The sign rules of section 4, from the leaves up; of constants by their enclosures, of
    polynomials by Sturm's theorem.

    >>> from exactland.functions.expression import parse
    >>> sign_rules(parse("log(2)+t**2")).positive, sign_rules(parse("sqrt(2)-2")).negative
    (True, True)
    >>> sign_rules(parse("t*t-t+1")).positive, sign_rules(parse("t*t+exp(1)-27/10")).positive
    (True, True)
    """
    return fold(expression, _sign)[0]


def _sign(
    node: Expression, parts: tuple[tuple[Sign, fmpq_poly | None], ...]
) -> tuple[Sign, fmpq_poly | None]:
    """What is known of the sign, and the polynomial over Q if it is one that is not too large."""
    expanded = _expand(node, tuple(part for _, part in parts))
    if expanded is not None and not is_small(expanded):
        expanded = None
    signs = tuple(sign for sign, _ in parts)
    known = _sign_rule(node, signs)
    if known.positive or known.negative:
        return known, expanded
    if expanded is not None:
        side = sign_on_line(expanded)
        if side != (None, None):
            known = Sign(side == (1, True), side[0] == 1, side == (-1, True))
    elif is_constant(node):
        known = _sign_of_value(node) or known
    elif isinstance(node, Sum):
        known = _sign_of_sum(node, signs)
    return known, expanded


def _sign_of_sum(node: Sum, signs: tuple[Sign, ...]) -> Sign:
    """The terms without t are one constant."""
    constants = [term for term in node.terms if is_constant(term)]
    if len(constants) < 2:
        return _sign_rule(node, signs)
    others = [s for s, term in zip(signs, node.terms, strict=True) if not is_constant(term)]
    return _sign_rule(node, (_sign_of_value(Sum(tuple(constants))) or Sign(), *others))


def _sign_of_value(constant: Expression) -> Sign | None:
    with Balls(128).working():
        try:
            side = sign(evaluate(constant, Balls(128).number(fmpq(0)), Balls(128)))
        except ExactlandError:
            return None
    return _POSITIVE if side == 1 else Sign(negative=True) if side == -1 else None


def polynomial(expression: Expression) -> tuple[fmpq, ...] | None:
    """The coefficients c_0, c_1, ... without trailing zeros; () for the zero polynomial.

    None unless the expression has only + - *, powers with exponents >= 0 and divisions by nonzero
    numbers.

    >>> from exactland.functions.expression import parse
    >>> polynomial(parse("(t-1)**2/2"))
    (1/2, -1, 1/2)
    """
    expanded = fold(expression, _expand)
    return None if expanded is None else tuple(expanded.coeffs())


def _expand(node: Expression, parts: tuple[fmpq_poly | None, ...]) -> fmpq_poly | None:
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    match node:
        case Number(value):
            return fmpq_poly([value])
        case Variable():
            return fmpq_poly([0, 1])
        case Sum():
            total = known[0]
            for part in known[1:]:
                total = total + part
            return total
        case Negation():
            return -known[0]
        case Product():
            if sum(max(part.degree(), 0) for part in known) > MAXIMAL_DEGREE:
                return None
            product = known[0]
            for part in known[1:]:
                product = product * part
            return product
        case Quotient() if known[1].degree() == 0:
            return known[0] / known[1][0]
        case Power(_, exponent) if exponent >= 0:
            return _expanded_power(known[0], exponent)
    return None


def _expanded_power(base: fmpq_poly, exponent: int) -> fmpq_poly | None:
    """The power, unless its degree or its coefficients (nested powers of numbers) get too large."""
    bits = sum(c.height_bits() for c in base.coeffs())
    if max(base.degree(), 0) * exponent > MAXIMAL_DEGREE or bits * exponent > MAXIMAL_BITS:
        return None
    return base**exponent
