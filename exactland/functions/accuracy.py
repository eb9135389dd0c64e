"""Values in balls with relative accuracy: the working precision grows where digits cancel.

1 - tanh(t) at t = 50 is about 10^-43: of 64 bits none is left. So a function of one variable is
evaluated with more and more bits until half of those asked for are certain, within a ceiling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less

#: The working precision grows to the larger of LEAST bits and FACTOR times those asked for, and at
#: most to MOST bits.
LEAST, FACTOR, MOST = 4096, 16, 1 << 15


def accurate(function: Callable[[Any, Balls], Any], t: Any, bits: int) -> Any:
    """A ball around ``function`` of t and an arithmetic, to ``bits`` bits where that can be done.

    It stops where half of the bits are certain, where more bits change nothing since t is not known
    better, and at the ceiling: 0 is never seen by digits.

    >>> ball = accurate(lambda t, A: 1 - A.call("tanh", t), arb(50), 64)
    >>> ball.rel_accuracy_bits() > 32, Balls(64).call("tanh", arb(50)) - 1
    (True, [+/- 1.09e-19])
    """
    ceiling = max(bits, min(MOST, max(LEAST, FACTOR * bits)))
    # A radius far below this is not due to that of t: it is cut off somewhere, and may shrink.
    least = t.rad() * arb(2) ** -bits if isinstance(t, arb) else arb(0)
    best, working = None, bits
    while True:
        arithmetic = Balls(working)
        with arithmetic.working():
            value = function(t, arithmetic)
        if not isinstance(value, arb):
            return value  # a rational
        stalls = (
            best is not None
            and best.is_finite()
            and not less(value.rad(), best.rad() / 2)
            and not least.is_zero()
            and not less(value.rad(), least)
        )
        best, working = value, 2 * working + 64
        if stalls or working > ceiling or _is_accurate(value, bits):
            break
    with Balls(bits).working():
        return +best


def _is_accurate(value: arb, bits: int) -> bool:
    return bool(value.is_finite() and (value.is_exact() or 2 * value.rel_accuracy_bits() >= bits))
