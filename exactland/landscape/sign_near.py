"""Why sigma <= 0 near a point t where it vanishes: its first nonzero derivative, or intervals.

The derivatives at t vanish by identities of formal values; signs are those of enclosures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import is_finite, sign, upper
from exactland.arithmetic.enclosures import ENCLOSURES, Enclosure
from exactland.arithmetic.formal import FORMAL
from exactland.errors import ExactlandError, NotDifferentiableError
from exactland.functions.expression import differentiate, evaluate, parse_constant
from exactland.functions.expression_tree import VARIABLE, Call, Expression, steps

#: Bits of the balls in which signs are decided, and of the checker's intervals.
BITS = 256
#: How many derivatives may vanish at t before sigma is examined by enclosure instead.
LAST_TAYLOR_ORDER = 16


class DeclinedError(Exception):
    """A hypothesis of Proposition 1 fails or cannot be shown; the text says which."""


@dataclass(frozen=True)
class Sign:
    """sigma <= 0 on [t - radius, t + radius]; ``order`` is that of the negative derivative."""

    method: Literal["taylor", "enclosure"]
    order: int | None
    radius: fmpq


def vanishes_at(expression: Expression, constant: Expression) -> bool:
    """Whether the expression vanishes at the constant by an identity."""
    try:
        t = evaluate(constant, FORMAL.number(fmpq(0)), FORMAL)
        return bool(evaluate(expression, t, FORMAL).is_zero())
    except ExactlandError:
        return False


def nonpositive_near(sigma: Expression, t: str) -> Sign:
    """Show that sigma <= 0 around t, a zero of sigma in closed form; DeclinedError if not.

    >>> from exactland.functions.expression import parse
    >>> nonpositive_near(parse("sin(t)+cos(t)-sqrt(2)"), "pi/4")
    Sign(method='taylor', order=2, radius=1/4)
    """
    constant = parse_constant(t)
    if vanishes_at(VARIABLE, constant):
        raise DeclinedError(f"t = {t} is 0: Proposition 1 asks for t != 0")
    if _has_kinks(sigma):
        # Derivatives are of use away from the kinks only, which formulas may hide.
        try:
            return _by_enclosure(sigma, constant, t)
        except DeclinedError:
            pass
    derivative = sigma
    for order in range(LAST_TAYLOR_ORDER + 1):
        try:
            if not vanishes_at(derivative, constant):
                return _by_taylor(sigma, derivative, constant, order, t)
            derivative = differentiate(derivative)
        except NotDifferentiableError:
            break
    return _by_enclosure(sigma, constant, t)


def _has_kinks(sigma: Expression) -> bool:
    """Whether abs, min or max occurs."""
    return any(
        isinstance(node, Call) and node.name in ("abs", "min", "max") for node, _ in steps(sigma)
    )


def _by_taylor(
    sigma: Expression, derivative: Expression, constant: Expression, order: int, t: str
) -> Sign:
    """The first derivative that does not vanish at t decides the sign of sigma near t."""
    here = _sign_on(derivative, constant, fmpq(0))
    if order == 0:
        raise DeclinedError(f"sigma({t}) is not shown to be 0")
    if here is None:
        return _by_enclosure(sigma, constant, t)
    if order % 2 == 1:
        raise DeclinedError(
            f"sigma changes sign at t = {t}: derivative {order} is the first that is not 0 there"
        )
    if here > 0:
        raise DeclinedError(
            f"sigma >= 0 near t = {t}; the proposition asks for <= 0 (consider -sigma)"
        )
    # 0*log(t-2) has the derivative 0 everywhere, so sigma itself has to be looked at, too.
    radius = _largest_radius(
        lambda r: _is_defined_on(sigma, constant, r) and _sign_on(derivative, constant, r) == -1
    )
    if radius is None:
        raise DeclinedError(
            f"no radius is found on which sigma is defined and derivative {order} stays negative "
            f"at t = {t}"
        )
    return Sign("taylor", order, radius)


def _by_enclosure(sigma: Expression, constant: Expression, t: str) -> Sign:
    def nonpositive(radius: fmpq) -> bool:
        # Intervals with endpoints: a ball around abs(0) would reach a little below 0.
        try:
            zero = ENCLOSURES.number(fmpq(0))
            centre = evaluate(constant, zero, ENCLOSURES)
            step = ENCLOSURES.number(radius)
            around = Enclosure((centre - step).lo, (centre + step).hi)
            end = upper(evaluate(sigma, around, ENCLOSURES))
        except ExactlandError:
            return False
        return end is not None and end <= 0

    radius = _largest_radius(nonpositive)
    if radius is None:
        raise DeclinedError(f"sigma <= 0 near t = {t} is not shown")
    return Sign("enclosure", None, radius)


def _largest_radius(works: Callable[[fmpq], bool]) -> fmpq | None:
    """The largest of 1, 1/2, 1/4, ... with a margin: the same holds on twice the interval."""
    for k in range(40):
        radius = fmpq(1, 2**k)
        if works(2 * radius):
            return radius
    return None


def on_interval(expression: Expression, constant: Expression, radius: fmpq) -> Any:
    """An enclosure of the expression on [t - radius, t + radius], or None where there is none."""
    balls = Balls(BITS)
    try:
        with balls.working():
            centre = evaluate(constant, balls.number(fmpq(0)), balls)
            around = centre + arb(0, arb(radius))
            return evaluate(expression, around, balls)
    except ExactlandError:
        return None


def _sign_on(expression: Expression, constant: Expression, radius: fmpq) -> int | None:
    enclosed = on_interval(expression, constant, radius)
    return None if enclosed is None else sign(enclosed)


def _is_defined_on(expression: Expression, constant: Expression, radius: fmpq) -> bool:
    enclosed = on_interval(expression, constant, radius)
    return enclosed is not None and is_finite(enclosed)
