"""Whether a function is monotone, as far as composition of monotone functions shows it.

>>> from exactland.functions.expression import parse
>>> direction(parse("log(1+exp(t))"))
Direction(sign=1, strict=True)
"""

from __future__ import annotations

from dataclasses import dataclass

from exactland.functions.expression import (
    Call,
    Expression,
    Negation,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    fold,
)
from exactland.functions.properties import Fact, constant_sign, total
from exactland.functions.signs import sign_rules


@dataclass(frozen=True)
class Direction:
    """+1 increasing, -1 decreasing, 0 constant; ``strict`` has no meaning for 0."""

    sign: int
    strict: bool = False

    def flipped(self) -> Direction:
        return Direction(-self.sign, self.strict)


def direction(expression: Expression) -> Direction | None:
    """Whether the function is monotone on every interval on which it is defined; None: not seen.

    >>> from exactland.functions.expression import parse
    >>> direction(parse("t/2+max(t,0)"))
    Direction(sign=1, strict=True)
    """
    return fold(expression, _direction_rule)


_INCREASING = ("exp", "log", "sqrt", "sinh", "tanh", "atan", "erf", "sigmoid")


def _direction_rule(node: Expression, parts: tuple[Direction | None, ...]) -> Direction | None:
    if isinstance(node, Variable):
        return Direction(1, strict=True)
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    if all(part.sign == 0 for part in known):
        return Direction(0)
    match node:
        case Sum():
            return _together(known, strict=any(part.strict for part in known))
        case Negation():
            return known[0].flipped()
        case Product(factors):
            return _direction_of_product(list(zip(factors, known, strict=True)))
        case Quotient(numerator, denominator):
            rule = sign_rules(denominator)
            if known[1].sign == 0:
                return _scaled(known[0], constant_sign(denominator))
            if rule.positive or rule.negative:
                # 1/v is monotone the other way and keeps the sign of v.
                inverse = Power(denominator, -1)
                return _direction_of_product([(numerator, known[0]), (inverse, known[1].flipped())])
        case Power(base, exponent):
            return _direction_of_power(base, exponent, known[0])
        case Call("min" | "max", _):
            return _together(known, strict=all(part.strict for part in known))
        case Call("abs", (argument,)) if sign_rules(argument).nonnegative:
            return known[0]
        case Call(name, _) if name in _INCREASING:
            return known[0]
    return None


def _together(parts: list[Direction], strict: bool) -> Direction | None:
    signs = {part.sign for part in parts} - {0}
    return Direction(signs.pop(), strict) if len(signs) == 1 else None


def _scaled(part: Direction, factor: int | None) -> Direction | None:
    if factor is None:
        return None
    return Direction(0) if factor == 0 else Direction(part.sign * factor, part.strict)


def _direction_of_product(factors: list[tuple[Expression, Direction]]) -> Direction | None:
    """Constants of known sign times one function, or times positive ones of the same direction."""
    sign_of_constants = 1
    rest: list[tuple[Expression, Direction]] = []
    for factor, part in factors:
        if part.sign != 0:
            rest.append((factor, part))
            continue
        decided = constant_sign(factor)
        if decided is None:
            return None
        sign_of_constants *= decided
    if len(rest) > 1 and not all(sign_rules(factor).positive for factor, _ in rest):
        return None
    whole = _together([part for _, part in rest], strict=any(part.strict for _, part in rest))
    return None if whole is None else _scaled(whole, sign_of_constants)


def _direction_of_power(base: Expression, exponent: int, part: Direction) -> Direction | None:
    if exponent == 0:
        return Direction(0)
    rule = sign_rules(base)
    if exponent > 0 and (exponent % 2 == 1 or rule.nonnegative):
        return part
    return part.flipped() if exponent < 0 and rule.positive else None


def monotone(expression: Expression) -> Fact:
    """Monotone on R, in one direction or the other: True, or None.

    >>> from exactland.functions.expression import parse
    >>> print(monotone(parse("atan(t)")).reason)
    it is strictly increasing, composed of monotone functions
    """
    defined, found = total(expression), direction(expression)
    if defined.holds is not True or found is None:
        return Fact(None, "not shown by composition of monotone functions")
    if found.sign == 0:
        return Fact(True, "it is constant")
    word = "increasing" if found.sign > 0 else "decreasing"
    word = f"strictly {word}" if found.strict else word
    return Fact(True, f"it is {word}, composed of monotone functions")
