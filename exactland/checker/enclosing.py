"""Enclosures as narrow as they are asked for: the working precision grows inside, within a ceiling.

In fixed point log(exp(-t)) at t = 500 needs 722 bits before exp(-t) is seen to be positive, however
few are asked of the result. So whoever wants a function of one variable enclosed asks here.

>>> from .expression import parse
>>> enclosed(parse("log(exp(-t))"), Fraction(500), Fraction(500), 8)
(-128001, -127999)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from .expression import Node, evaluate
from .intervals import Interval, Intervals, enclose, rescale
from .limits import WORKING_BITS
from .outcome import Coarse

#: A result may be this many binary orders wider than a unit of the last bit asked for, or, of few
#: bits, half of them.
_SLACK = 16


def narrowed(values: Callable[[Intervals], Sequence[Interval]], bits: int) -> list[Interval]:
    """``values`` of growing precision, in intervals with ``bits`` fractional bits.

    The precision grows while something is not shown to be defined (Coarse), and while a width is
    too large and still shrinks; what cannot be shown within the ceiling stays Coarse.
    """
    best: list[Interval] = []
    width, working, slack = 0, bits, min(_SLACK, bits // 2)
    while True:
        larger = 2 * working + 64
        try:
            found = [rescale(value, working, bits) for value in values(Intervals(working))]
        except Coarse:
            if larger > WORKING_BITS:
                raise
        else:
            before, width = width, max((hi - lo for lo, hi in found), default=0)
            stalls = bool(best) and 2 * width > before
            best = found
            if width >> slack == 0 or stalls or larger > WORKING_BITS:
                return best
        working = larger


def enclosed(node: Node, low: Fraction, high: Fraction, bits: int) -> Interval:
    """The values of the expression on [low, high]."""

    def value(over: Intervals) -> list[Interval]:
        ends = enclose(low, over.bits)[0], enclose(high, over.bits)[1]
        return [evaluate(node, ends, over)]

    return narrowed(value, bits)[0]
