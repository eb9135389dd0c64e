"""Derivatives at a kink of abs, min or max that may be none: t abs(t), abs(t)^3, ELU with alpha 1.

Beside the point, to the left and to the right, every abs, min and max is one of its arguments or
its negative: which one, the first coefficient of the difference that is not 0 tells. The function
is analytic on [t, t + e) and on (t - e, t], and it has as many continuous derivatives as the two
Taylor series agree. They agree if their coefficients are equal exactly or formally.

>>> from exactland.arithmetic.rationals import RATIONALS
>>> from exactland.functions.expression import parse
>>> through_kink(parse("max(t,0)+exp(min(t,0))-1"), fmpq(0), 2, RATIONALS)
[0, 1]
>>> through_kink(parse("t*abs(t)"), fmpq(0), 3, RATIONALS)
Traceback (most recent call last):
    ...
exactland.errors.NotDifferentiableError: t*abs(t) at 0: its derivatives of order 2 are -2 and 2, ...
"""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import excludes_zero, is_finite, lower, sign, upper
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.formal_values import Formal
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotDifferentiableError
from exactland.functions.expression import Call, Expression, steps
from exactland.functions.series_rules import Series, SeriesRules


def through_kink(expression: Expression, t: Any, order: int, arithmetic: Arithmetic) -> Series:
    """The Taylor coefficients c_0, ..., c_{order-1} at t if they are the same from both sides.

    ``t`` is exact: a rational, a ball that is one number, or a formal rational.

    Errors: NotDifferentiableError where the sides differ or are not shown to agree, or t is not
    exact; NotExactError over RATIONALS for an irrational coefficient; otherwise as ``evaluate``.
    """
    point = _exact(t)
    if point is None:
        raise NotDifferentiableError(
            f"{expression} at {t}",
            "it is not shown to be off a kink",
            "choose another point, or raise the precision",
        )
    left, right = (_Beside(point, order, side, arithmetic) for side in (-1, 1))
    below, above = left.of(expression), right.of(expression)
    for k in range(order):
        gap = below[k] - above[k]
        if not (gap.is_zero() if isinstance(gap, Formal) else gap == 0):
            sides = (_plain(below[k], left.numbers[k]), _plain(above[k], right.numbers[k]))
            raise _differing(f"{expression} at {point}", k, *sides)
    return right.numbers if isinstance(arithmetic, Balls) else above


def _exact(t: Any) -> fmpq | None:
    if isinstance(t, Formal):
        return t.as_rational()
    if isinstance(t, arb):
        low = lower(t)
        return low if low == upper(t) else None
    return t if isinstance(t, fmpq) else None


def _plain(exact: Any, ball: arb) -> Any:
    """The rational number if it is one, otherwise the ball around it."""
    q = exact.as_rational() if isinstance(exact, Formal) else exact
    return ball if q is None else q


def _differing(place: str, k: int, below: Any, above: Any) -> NotDifferentiableError:
    factorial = fmpq(1)
    for j in range(2, k + 1):
        factorial *= j
    below, above = (c * factorial for c in (below, above))
    what = "slopes" if k == 1 else f"derivatives of order {k}"
    how = "are" if excludes_zero(below - above) is True else "are not shown to be equal:"
    reason = f"its {what} {how} {below} and {above}, from the left and from the right"
    return NotDifferentiableError(place, reason, "choose another point")


class _Beside:
    """The series just to one side of a point: exact or formal, and ``numbers`` that enclose it."""

    def __init__(self, point: fmpq, order: int, side: int, arithmetic: Arithmetic) -> None:
        exact: Arithmetic = RATIONALS if arithmetic is RATIONALS else FORMAL
        balls = arithmetic if isinstance(arithmetic, Balls) else Balls(256)
        self.side = side
        self.balls = balls
        self.exact = SeriesRules(exact.number(point), order, exact)
        self.near = SeriesRules(balls.number(point), order, balls)
        self.numbers: Series = []

    def of(self, expression: Expression) -> Series:
        with self.balls.working():
            exact: list[Series] = []
            near: list[Series] = []
            for node, children in steps(expression):
                pair = self.node(node, [exact[i] for i in children], [near[i] for i in children])
                # A formal value says nothing where the function is not defined.
                if not all(is_finite(c) for c in pair[1]):
                    raise NotDifferentiableError(
                        f"{node}", "it is not shown to be smooth there", "choose another point"
                    )
                exact.append(pair[0])
                near.append(pair[1])
            self.numbers = near[-1]
            return exact[-1]

    def node(
        self, node: Expression, exact: list[Series], near: list[Series]
    ) -> tuple[Series, Series]:
        if not (isinstance(node, Call) and node.name in ("abs", "min", "max")):
            return self.exact.node(node, exact), self.near.node(node, near)
        side = self.sign(self.exact.gap(node.name, exact), self.near.gap(node.name, near))
        if side is None:
            raise NotDifferentiableError(
                f"{node}", "it is not shown which branch holds beside it", "choose another point"
            )
        return self.exact.branch(node.name, exact, side), self.near.branch(node.name, near, side)

    def sign(self, exact: Series, near: Series) -> int | None:
        """The sign beside the point; 1 for a series of zeros, where both branches are the same."""
        for k, (c, ball) in enumerate(zip(exact, near, strict=True)):
            if c.is_zero() if isinstance(c, Formal) else c == 0:
                continue
            known = sign(ball) if isinstance(c, Formal) else sign(c)
            return known * self.side**k if known else None
        return 1
