"""Derivatives at a kink of abs, min or max that is none (section 10.3): t abs(t), abs(t)^3.

Beside the point every abs, min and max is one of its arguments or its negative, so the function is
analytic to the right of the point up to it, and to the left. If the two jets are equal, the
function has the derivatives that they say.

>>> from .expression import parse
>>> two_sided(parse("t/(1+abs(t))"), Fraction(0), 1, Rationals())
[Fraction(0, 1), Fraction(1, 1)]
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .expression import Node, evaluate
from .formal import Formal, Value
from .intervals import Intervals
from .jets import Jet, Jets, variable
from .outcome import Reject
from .rationals import Rationals


class Constants(Formal):
    """Formal values that are real numbers: signs by intervals, and no division by what may be 0."""

    def __init__(self, bits: int) -> None:
        super().__init__()
        self.bits = bits

    def sign(self, x: Value) -> int | None:
        known = super().sign(x)
        return Intervals(self.bits).sign(self.enclosure(x, self.bits)) if known is None else known

    def divide(self, x: Value, y: Value) -> Value:
        if self.sign(y) not in (1, -1):
            raise Reject("", "division by a number that may be 0")
        return super().divide(x, y)


def two_sided(function: Node, point: Fraction, order: int, over: Rationals | Intervals) -> Jet:
    """The jet at a point if it is the same from both sides, in numbers of ``over``."""
    if isinstance(over, Rationals):
        left, right = (
            evaluate(function, variable(point, order, over), Jets(over, order, side))
            for side in (-1, 1)
        )
        _require_equal(left, right)
        return list(right)
    # A formal value says nothing where the function is not defined.
    evaluate(function, over.number(point), over)
    formal = Constants(over.bits)
    start: Any = variable(formal.number(point), order, formal)
    left, right = (evaluate(function, start, Jets(formal, order, side)) for side in (-1, 1))
    _require_equal(left, right)
    return [formal.enclosure(c, over.bits) for c in right]


def _require_equal(left: Jet, right: Jet) -> None:
    """Fractions and formal values are equal only if they are the same number."""
    for k, (a, b) in enumerate(zip(left, right, strict=True)):
        if a != b:
            reason = f"derivative {k} is not shown to be the same from the left and from the right"
            if isinstance(a, Fraction):
                reason = f"Taylor coefficient {k} is {a} from the left and {b} from the right"
            raise Reject("", reason)
