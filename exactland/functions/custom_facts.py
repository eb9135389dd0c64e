"""The facts of an activation given by an expression, as far as its form and its values show them.

A *yes* comes from composition (monotone functions, limits, signs); a *no* from values at rational
points, enclosed in balls. The rest is None.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less_or_equal, sign
from exactland.errors import ExactlandError
from exactland.functions.expression import (
    Call,
    Expression,
    Negation,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    differentiate,
    evaluate,
    fold,
    is_constant,
    number,
)
from exactland.functions.fact_table import NO_DECAY, Interval
from exactland.functions.limits import Limit, limit
from exactland.functions.monotonicity import direction
from exactland.functions.properties import Fact, constant_sign, total
from exactland.functions.signs import polynomial, sign_rules

#: The points at which values are compared: halves from -8 to 8.
POINTS = tuple(fmpq(j, 2) for j in range(-16, 17))
BALLS = Balls(128)


def is_strictly_increasing(sigma: Expression) -> Fact:
    """Strictly increasing on R."""
    found = direction(sigma)
    if found is not None and total(sigma).holds is True:
        if found.sign > 0 and found.strict:
            return Fact(True, "it is composed of strictly increasing functions")
        if found.sign <= 0:
            return Fact(False, "it is constant or decreasing, being composed of such functions")
    previous: tuple[fmpq, arb] | None = None
    for t, value in values(sigma):
        if previous is not None and less_or_equal(value, previous[1]) is True:
            return Fact(False, f"its value at {t} is at most that at {previous[0]}")
        previous = (t, value)
    return Fact(None, "not shown by composition, and not refuted at the points tried")


def is_not_constant(sigma: Expression) -> Fact:
    """Two different values."""
    if is_constant(sigma):
        return Fact(False, "t does not occur")
    first: tuple[fmpq, arb] | None = None
    for t, value in values(sigma):
        if first is None:
            first = (t, value)
        elif sign(value - first[1]) in (-1, 1):
            return Fact(True, f"its values at {first[0]} and {t} differ")
    return Fact(None, "no two values at the points tried are shown to differ")


def is_bounded(sigma: Expression) -> Fact:
    """Bounded on R."""
    for side in (-1, 1):
        end = limit(sigma, side)
        if end is not None and end.is_infinite:
            return Fact(False, f"it tends to {end} at {'+' if side > 0 else '-'}infinity")
    if total(sigma).holds is not True:
        return Fact(None, "it is not shown to be defined everywhere")
    if all(end is not None and end.is_finite for end in (limit(sigma, -1), limit(sigma, 1))):
        return Fact(True, "it is continuous with finite limits at both ends")
    if fold(sigma, _bounded_rule):
        return Fact(True, "it is composed of bounded functions")
    return Fact(None, "not shown by its limits or by composition of bounded functions")


def _bounded_rule(node: Expression, parts: tuple[bool, ...]) -> bool:
    if is_constant(node):
        return True
    match node:
        case Call("sin" | "cos" | "tanh" | "atan" | "erf" | "sigmoid", _):
            return True
        case Call("log", _):
            return False  # unbounded near 0
        case Quotient(_, denominator):
            return parts[0] and constant_sign(denominator) in (-1, 1)
        case Power(_, exponent):
            return parts[0] and exponent >= 0
        case Sum() | Product() | Negation() | Call():
            return all(parts)
    return False


def clause_2(sigma: Expression, left: Limit | None) -> Fact:
    """Exponential decay at -infinity and linear growth: refuted by the limit, otherwise open."""
    if left is not None and left.sign in (-1, 1):
        return Fact(False, f"{NO_DECAY}it tends to {left}")
    return Fact(None, "constants rho_1, ..., rho_4 are not derived from an expression")


def slope_is_nonzero(sigma: Expression) -> Fact:
    """Differentiable with a derivative that is never 0."""
    try:
        slope = differentiate(sigma)
    except ExactlandError as error:
        return Fact(None, str(error))
    rule = sign_rules(slope)
    if total(slope).holds is True and total(sigma).holds is True:
        if rule.positive or rule.negative:
            return Fact(
                True, f"the derivative {slope} is {'posi' if rule.positive else 'nega'}tive"
            )
        refuted = _sign_change(slope)
        if refuted is not None:
            return refuted
    return Fact(None, "the derivative is not shown to be positive or negative everywhere")


def _sign_change(slope: Expression) -> Fact | None:
    """A zero of the continuous derivative, or two values of opposite sign."""
    seen: dict[int, fmpq] = {}
    for t, value in values(slope):
        decided = sign(value)
        if decided == 0:
            return Fact(False, f"the derivative at {t} is 0")
        if decided is not None:
            seen.setdefault(decided, t)
        if len(seen) == 2:
            low, high = sorted(seen.values())
            return Fact(False, f"the continuous derivative changes sign between {low} and {high}")
    return None


def injectivity(sigma: Expression) -> Interval | None:
    """An interval on which sigma is strictly monotone: R, or one with a derivative of one sign."""
    found = direction(sigma)
    if found is not None and found.strict and found.sign and total(sigma).holds is True:
        return Interval(None, None, "it is strictly monotone, composed of such functions")
    try:
        slope = differentiate(sigma)
    except ExactlandError:
        return None
    for radius in (fmpq(1), fmpq(1, 4), fmpq(1, 64)):
        with BALLS.working():
            around = arb(0, 1) * arb(radius)
        for t in sorted(POINTS, key=abs):
            value, defined = _at(slope, t, around), _at(sigma, t, around)
            if value is not None and defined is not None and sign(value) in (-1, 1):
                reason = "its derivative does not vanish there, by enclosure"
                return Interval(number(t - radius), number(t + radius), reason)
    return None


def is_exponential_polynomial(sigma: Expression) -> Fact:
    """A solution of a linear differential equation with constant coefficients."""
    if fold(sigma, _exponential_rule):
        reason = "it is built from polynomials, exp, sin, cos, sinh and cosh of affine functions"
        return Fact(True, f"{reason} by sums and products")
    return Fact(None, "it is not visibly one, and that it is none is not shown")


def _exponential_rule(node: Expression, parts: tuple[bool, ...]) -> bool:
    if is_constant(node):
        return constant_sign(node) is not None  # defined
    match node:
        case Quotient(_, denominator):
            return parts[0] and constant_sign(denominator) in (-1, 1)
        case Power(_, exponent):
            return parts[0] and exponent >= 0
        case Call("exp" | "sin" | "cos" | "sinh" | "cosh", (argument,)):
            coefficients = polynomial(argument)
            return coefficients is not None and len(coefficients) <= 2
        case Call():
            return False
        case Sum() | Product() | Negation():
            return all(parts)
    return isinstance(node, Variable)


def values(expression: Expression) -> Iterator[tuple[fmpq, arb]]:
    """The values at POINTS that are defined there, in increasing order of the point."""
    for t in POINTS:
        value = _at(expression, t, None)
        if value is not None:
            yield t, value


def _at(expression: Expression, t: fmpq, around: arb | None) -> Any:
    """The enclosure at t or on t + around; None where the expression may be undefined."""
    with BALLS.working():
        try:
            point = BALLS.number(t) if around is None else BALLS.number(t) + around
            value = evaluate(expression, point, BALLS)
        except ExactlandError:
            return None
    return value if value.is_finite() else None
