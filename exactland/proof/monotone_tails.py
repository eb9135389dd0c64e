"""How an activation approaches its limits: bounds that only shrink as t goes to infinity.

Where sigma is monotone on [T, infinity) with the finite limit mu, |sigma(t) - mu| decreases there,
so |sigma(T) - mu| bounds it for all t >= T; likewise to the left. That sigma is monotone on a tail
is seen from its composition, from an interval on which it is injective (a continuous injective
function is monotone), from its parity, or from the roots of its derivative (rational functions).

>>> from exactland.functions.activations import activation
>>> left, right = tails_of(activation("gaussian"))
>>> left.reason, right.since, str(right.limit)
('it is even; continuous and injective on (0, infinity)', 0, '0')
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import lower, magnitude_upper, upper
from exactland.functions.activations import Activation
from exactland.functions.expression import Expression, evaluate, number
from exactland.functions.expression_tree import negate
from exactland.functions.facts import continuous, injective_interval, limits
from exactland.functions.monotonicity import direction
from exactland.functions.properties import constant_sign, parity, total
from exactland.proof.rational_tails import rational_tail

#: Bounds are rounded up to this many binary digits, and to 2^-SMALLEST where they are smaller.
DIGITS, SMALLEST = 96, 1 << 14


@dataclass(frozen=True)
class Tail:
    """sigma(side * t) for t >= ``since`` (None: for all t) is monotone and tends to ``limit``.

    ``limit`` is an expression without t. Where ``zero_from`` is a number, sigma(side * t) = 0 for
    all t >= ``zero_from``.
    """

    side: int
    since: fmpq | None
    limit: Expression
    reason: str
    zero_from: fmpq | None = None

    @property
    def tends_to_zero(self) -> bool:
        """Whether the limit is shown to be 0."""
        return constant_sign(self.limit) == 0

    def covers(self, t: Any) -> bool:
        """Whether a number (or the whole of a ball) lies on the tail."""
        end = self._inner_end(t)
        return end is not None and (self.since is None or end >= self.since)

    def vanishes_at(self, t: Any) -> bool:
        """Whether sigma is 0 from t (or from any point of a ball) on outwards."""
        end = self._inner_end(t)
        return end is not None and self.zero_from is not None and end >= self.zero_from

    def _inner_end(self, t: Any) -> fmpq | None:
        """side * t, at the end of the ball that is farther from infinity."""
        end = lower(t) if self.side > 0 else upper(t)
        return None if end is None else self.side * end

    def limit_in(self, balls: Balls) -> Any:
        """The limit as a ball."""
        return evaluate(self.limit, balls.number(fmpq(0)), balls)


def deviation(sigma: Activation, tail: Tail, t: Any, balls: Balls) -> fmpq | None:
    """A bound of |sigma(s) - mu| for all s from t on outwards; None if t is not on the tail."""
    if tail.vanishes_at(t):
        return fmpq(0)
    if not tail.covers(t):
        return None
    with balls.working():
        return short_bound(magnitude_upper(sigma.value(t, balls) - tail.limit_in(balls)))


def magnitude(sigma: Activation, tail: Tail, t: Any, balls: Balls) -> fmpq | None:
    """A bound of |sigma(s)| for all s from t on outwards; None if t is not on the tail.

    Between t and infinity a monotone function lies between its value at t and its limit.
    """
    if tail.vanishes_at(t):
        return fmpq(0)
    if not tail.covers(t):
        return None
    with balls.working():
        here, there = sigma.value(t, balls), tail.limit_in(balls)
        bounds = magnitude_upper(here), magnitude_upper(there)
    if bounds[0] is None or bounds[1] is None:
        return None
    return short_bound(max(bounds[0], bounds[1]))


def short_bound(value: fmpq | None) -> fmpq | None:
    """A bound that is at least ``value`` >= 0 and can be computed with: few digits, not too small.

    >>> short_bound(fmpq(1, 2**100000)) == fmpq(1, 2**SMALLEST), short_bound(fmpq(3, 4))
    (True, 3/4)
    """
    if value is None or value == 0:
        return value
    magnitude = int(value.p.bit_length()) - int(value.q.bit_length())
    if magnitude < -SMALLEST:
        return fmpq(1, 1 << SMALLEST)
    scale = fmpq(2) ** (DIGITS - magnitude)
    return fmpq((value * scale).ceil()) / scale


@lru_cache(maxsize=128)
def tails_of(sigma: Activation) -> tuple[Tail | None, Tail | None]:
    """The tails at -infinity and +infinity; None where none is known or the limit is infinite."""
    left, right = _own_tail(sigma, -1), _own_tail(sigma, 1)
    if sigma.definition is not None and total(sigma.definition).holds is True:
        how = parity(sigma.definition)
        left = left or _mirrored(right, how)
        right = right or _mirrored(left, how)
    return left, right


def _own_tail(sigma: Activation, side: int) -> Tail | None:
    """The tail on one side, by the first of the reasons that applies; without parity."""
    definition = sigma.definition
    if definition is not None and total(definition).holds is True:
        rational = rational_tail(definition, side)
        end = _limit_of(sigma, side) if rational is None else _number(rational.limit)
        if end is None:
            return None
        zero = rational.since if rational is not None and rational.vanishes else None
        if direction(definition) is not None:
            return Tail(side, None, end, "composed of monotone functions", zero)
        if rational is not None:
            shape = f"({rational.numerator})/({rational.denominator})"
            name = "x = t" if side > 0 else "x = -t"
            return Tail(side, rational.since, end, f"it is {shape} there, {name}", zero)
    return _injective_tail(sigma, side)


def _injective_tail(sigma: Activation, side: int) -> Tail | None:
    """A continuous function that is injective on an interval up to infinity is monotone there."""
    end, interval = _limit_of(sigma, side), injective_interval(sigma)
    if end is None or interval is None or continuous(sigma).holds is not True:
        return None
    near, far = interval.lower, interval.upper
    if side < 0:
        near, far = far, near
    if far is not None:
        return None
    reason = f"continuous and injective on {interval}"
    if near is None:
        return Tail(side, None, end, reason)
    since = _rational_end(near, side)
    return None if since is None else Tail(side, since, end, reason)


def _limit_of(sigma: Activation, side: int) -> Expression | None:
    """The limit as an expression, None unless it is known and finite."""
    found = limits(sigma)[0 if side < 0 else 1]
    return found.value if found is not None and found.is_finite else None


def _number(value: fmpq | None) -> Expression | None:
    return None if value is None else number(value)


def _rational_end(end: Expression, side: int) -> fmpq | None:
    """side * end, rounded outwards."""
    balls = Balls(64)
    with balls.working():
        return upper(side * evaluate(end, balls.number(fmpq(0)), balls))


def _mirrored(tail: Tail | None, how: str | None) -> Tail | None:
    """The tail on the other side of an odd or even function."""
    if tail is None or how is None:
        return None
    limit = tail.limit if how == "even" else negate(tail.limit)
    return Tail(-tail.side, tail.since, limit, f"it is {how}; {tail.reason}", tail.zero_from)
