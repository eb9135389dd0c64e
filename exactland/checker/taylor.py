"""Taylor coefficients of a function at a number of any arithmetic, and of what is put into it.

>>> from .expression import parse
>>> from .rationals import Rationals
>>> taylor(parse("t*abs(t)"), Fraction(0), 1, Rationals())
[Fraction(0, 1), Fraction(0, 1)]
>>> composed(parse("1/t"), [Fraction(1), Fraction(1), Fraction(0)], Rationals())
[Fraction(1, 1), Fraction(-1, 1), Fraction(1, 1)]
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any

from .enclosing import narrowed
from .expression import Node, evaluate
from .intervals import Interval, Intervals
from .jets import Jet, Jets, variable
from .kinks import two_sided
from .outcome import Reject


def taylor(function: Node, t: Any, order: int, over: Any) -> Jet:
    """[function(t), function'(t), ..., function^(order)(t) / order!].

    Reject where a derivative is not shown to exist; a kink may be none.
    """
    point = _exact(t, over) if order else None
    if point is None:
        return _jet(function, t, order, over)
    try:
        evaluate(function, variable(t, order, over), Jets(over, order))
    except Reject:  # perhaps a kink, which more bits do not tell from none
        with suppress(Reject):
            return two_sided(function, point, order, over)
    try:
        return _jet(function, t, order, over)
    except Reject:
        return two_sided(function, point, order, over)


def composed(function: Node, inner: Jet, over: Any) -> Jet:
    """The jet of function(inner): its Taylor polynomial at inner(0), at inner - inner(0)."""
    order = len(inner) - 1
    jets = Jets(over, order)
    zero = over.number(Fraction(0))
    small = [zero, *inner[1:]]
    coefficients = taylor(function, inner[0], order, over)
    result = [coefficients[order]] + [zero] * order
    for coefficient in reversed(coefficients[:-1]):
        result = jets.multiply(result, small)
        result[0] = over.add(result[0], coefficient)
    return result


def _jet(function: Node, t: Any, order: int, over: Any) -> Jet:
    if not isinstance(over, Intervals):
        return list(evaluate(function, variable(t, order, over), Jets(over, order)))

    def jet(finer: Intervals) -> list[Interval]:
        shift = finer.bits - over.bits
        point = variable((t[0] << shift, t[1] << shift), order, finer)
        return list(evaluate(function, point, Jets(finer, order)))

    found: Jet = narrowed(jet, over.bits)
    return found


def _exact(t: Any, over: Any) -> Fraction | None:
    """The number t if it is exact: a rational, or an interval of one point."""
    if isinstance(over, Intervals):
        return Fraction(t[0], 1 << over.bits) if t[0] == t[1] else None
    return t if isinstance(t, Fraction) else None
