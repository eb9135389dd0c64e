"""Limits of an expression at -infinity and +infinity, as far as its form shows them.

>>> from exactland.functions.expression import parse
>>> print(limit(parse("sigmoid(t)"), -1), limit(parse("2*atan(t)"), 1), limit(parse("sin(t)"), 1))
0 2*(pi/2) None
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flint import fmpq

from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import ExactlandError
from exactland.functions.expression import (
    PI,
    Call,
    Expression,
    Negation,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    evaluate,
    fold,
    is_constant,
    number,
)
from exactland.functions.expression_tree import add, divide, multiply, negate, power
from exactland.functions.properties import constant_sign
from exactland.functions.signs import sign_rules


@dataclass(frozen=True)
class Limit:
    """A limit: ``finite`` with its value (an expression without t), an infinity, or ``none``: shown
    not to exist."""

    kind: Literal["finite", "+infinity", "-infinity", "none"]
    value: Expression | None = None

    @property
    def is_finite(self) -> bool:
        return self.kind == "finite"

    @property
    def is_infinite(self) -> bool:
        return self.kind in ("+infinity", "-infinity")

    @property
    def sign(self) -> int | None:
        """-1, 0 or 1 of the limit, infinities included; None if it is not decided."""
        if self.is_infinite:
            return 1 if self.kind == "+infinity" else -1
        return None if self.value is None else constant_sign(self.value)

    def __str__(self) -> str:
        return str(self.value) if self.is_finite else self.kind


PLUS, MINUS, NONE = Limit("+infinity"), Limit("-infinity"), Limit("none")


def finite(value: Expression | fmpq | int) -> Limit:
    """The finite limit ``value``, an expression without t or a rational."""
    return Limit("finite", value if isinstance(value, Expression) else number(value))


def limit(expression: Expression, side: Literal[-1, 1]) -> Limit | None:
    """The limit at ``side`` times infinity, or None if the rules do not give it.

    The rules are those for limits of sums, products, quotients and compositions with continuous
    functions; t*exp(-t) and other forms 0*infinity are not decided.
    """
    return fold(expression, lambda node, parts: _rule(node, parts, side))


def _rule(node: Expression, parts: tuple[Limit | None, ...], side: int) -> Limit | None:
    if is_constant(node):
        return _simplified(node)
    if isinstance(node, Variable):
        return PLUS if side > 0 else MINUS
    known = [part for part in parts if part is not None and part.kind != "none"]
    if len(known) != len(parts):
        return None
    match node:
        case Sum():
            return _sum(known)
        case Negation():
            return _flipped(known[0])
        case Product():
            return _product(known)
        case Quotient(_, denominator):
            inverse = _reciprocal(known[1], denominator)
            return None if inverse is None else _product([known[0], inverse])
        case Power(base, exponent):
            return _power(known[0], base, exponent)
        case Call(name, _):
            return _call(name, known, node)
    return None


def _simplified(value: Expression) -> Limit | None:
    """A constant, as a rational where it is seen to be one; None where it is not defined."""
    try:
        return finite(evaluate(value, fmpq(0), RATIONALS))
    except ExactlandError:
        return finite(value) if constant_sign(value) is not None else None


def _flipped(part: Limit) -> Limit | None:
    if part.value is not None:
        return _simplified(negate(part.value))
    return MINUS if part == PLUS else PLUS


def _sum(parts: list[Limit]) -> Limit | None:
    infinite = {part.kind for part in parts if part.is_infinite}
    if len(infinite) > 1:
        return None
    if infinite:
        return PLUS if "+infinity" in infinite else MINUS
    return _simplified(add(*(part.value for part in parts if part.value is not None)))


def _product(parts: list[Limit]) -> Limit | None:
    signs = [part.sign for part in parts]
    if not any(part.is_infinite for part in parts):
        return _simplified(multiply(*(part.value for part in parts if part.value is not None)))
    total = 1
    for decided in signs:
        if decided is None or decided == 0:
            return None
        total *= decided
    return PLUS if total > 0 else MINUS


def _reciprocal(part: Limit, expression: Expression) -> Limit | None:
    """1/v: where v tends to 0 its sign near infinity has to be known."""
    if part.is_infinite:
        return finite(0)
    if part.sign == 0:
        rule = sign_rules(expression)
        return PLUS if rule.positive else MINUS if rule.negative else None
    if part.value is None or part.sign is None:
        return None
    return _simplified(divide(number(1), part.value))


def _power(part: Limit, base: Expression, exponent: int) -> Limit | None:
    if exponent == 0:
        return finite(1)
    if exponent < 0:
        positive = _power(part, base, -exponent)
        return None if positive is None else _reciprocal(positive, power(base, -exponent))
    if part.value is not None:
        return _simplified(power(part.value, exponent))
    return PLUS if exponent % 2 == 0 or part == PLUS else MINUS


_AT_PLUS = {"tanh": 1, "erf": 1, "sigmoid": 1}
_AT_MINUS = {"tanh": -1, "erf": -1, "sigmoid": 0, "exp": 0}


def _call(name: str, parts: list[Limit], node: Call) -> Limit | None:
    if name in ("min", "max"):
        return _extremum(name, parts)
    part = parts[0]
    if part.value is not None:
        if name in ("log", "sqrt") and part.sign != 1:
            if name == "log" and part.sign == 0 and sign_rules(node.arguments[0]).positive:
                return MINUS
            return None
        return _simplified(Call(name, (part.value,)))
    plus = part == PLUS
    if name == "atan":
        half = divide(PI, number(2))
        return finite(half if plus else negate(half))
    values = _AT_PLUS if plus else _AT_MINUS
    if name in values:
        return finite(values[name])
    if name in ("abs", "cosh") or (plus and name in ("exp", "log", "sqrt", "sinh")):
        return PLUS
    return MINUS if name == "sinh" else None


def _extremum(name: str, parts: list[Limit]) -> Limit | None:
    """min and max are continuous, also at the infinities."""
    dominant, other = (PLUS, MINUS) if name == "max" else (MINUS, PLUS)
    if dominant in parts:
        return dominant
    rest = [part for part in parts if part != other]
    if not rest:
        return other
    values = [part.value for part in rest if part.value is not None]
    return _simplified(values[0] if len(values) == 1 else Call(name, (values[0], values[1])))
