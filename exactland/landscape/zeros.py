"""Zeros of a function of one variable in closed form: numerical candidates, to be proved elsewhere.

Nothing here decides anything: a candidate is a guess whose exactness an identity has to show.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.exact import exact_float
from exactland.errors import ExactlandError
from exactland.functions.expression import differentiate, evaluate
from exactland.functions.expression_tree import Expression

#: Where zeros are looked for, and how densely.
REACH = 10
STEPS_PER_UNIT = 16
#: How far a candidate may be from the numerical zero.
TOLERANCE = 1e-7


def closed_form_zeros(sigma: Expression) -> list[str]:
    """Constants of the grammar near which sigma has a zero, smallest first; extrema of value 0
    before changes of sign.

    Rationals with small denominators, rational multiples of pi, logarithms, square roots and half
    logarithms of rationals are recognised.

    >>> from exactland.functions.expression import parse
    >>> closed_form_zeros(parse("sin(t)+cos(t)-sqrt(2)"))[0]
    'pi/4'
    >>> closed_form_zeros(parse("-(exp(t)-3)**2"))[0]
    'log(3)'
    """
    value = _numerical(sigma)
    found: list[str] = []
    extrema = sorted(_sign_changes(_numerical(differentiate(sigma))), key=abs)
    for t in [*extrema, *sorted(_sign_changes(value), key=abs)]:
        size = value(t)
        if size is None or abs(size) > TOLERANCE:
            continue
        for name, number in _recognised(t):
            close = abs(number - t) < TOLERANCE
            if close and name not in found:
                found.append(name)
    return found


def _numerical(expression: Expression) -> Callable[[float], float | None]:
    balls = Balls(80)

    def value(t: float) -> float | None:
        try:
            with balls.working():
                result = float(evaluate(expression, balls.number(exact_float(t)), balls).mid())
        except (ExactlandError, OverflowError):
            return None
        return result if math.isfinite(result) else None

    return value


def _sign_changes(slope: Callable[[float], float | None]) -> Iterator[float]:
    """Points where the function changes sign, and grid points where it is 0 or undefined."""
    grid = [k / STEPS_PER_UNIT for k in range(-REACH * STEPS_PER_UNIT, REACH * STEPS_PER_UNIT + 1)]
    values = [slope(t) for t in grid]
    for t, here in zip(grid, values, strict=True):
        if here is None or here == 0:
            yield t
    for a, b, left, right in zip(grid, grid[1:], values, values[1:], strict=False):
        if left is not None and right is not None and left * right < 0:
            yield _bisected(slope, a, b, left)


def _bisected(slope: Callable[[float], float | None], a: float, b: float, left: float) -> float:
    for _ in range(60):
        middle = (a + b) / 2
        here = slope(middle)
        if here is None or here == 0:
            return middle
        if left * here < 0:
            b = middle
        else:
            a, left = middle, here
    return (a + b) / 2


def _recognised(t: float) -> Iterator[tuple[str, float]]:
    """Closed forms near t, simplest first."""
    rational = Fraction(t).limit_denominator(64)
    if rational != 0:
        yield str(rational), float(rational)
    turn = Fraction(t / math.pi).limit_denominator(12)
    if turn != 0:
        yield _times("pi", turn), float(turn) * math.pi
    for factor in (1, 2):
        exponential = Fraction(math.exp(factor * t)).limit_denominator(64)
        if exponential not in (0, 1):
            halved = "" if factor == 1 else "/2"
            yield f"log({exponential}){halved}", math.log(exponential) / factor
    square = Fraction(t * t).limit_denominator(64)
    if square > 0 and float(rational) ** 2 != float(square):
        sign = "-" if t < 0 else ""
        yield f"{sign}sqrt({square})", math.copysign(math.sqrt(square), t)


def _times(name: str, factor: Fraction) -> str:
    p, q = factor.numerator, factor.denominator
    head = {1: name, -1: f"-{name}"}.get(p, f"{p}*{name}")
    return head if q == 1 else f"{head}/{q}"
