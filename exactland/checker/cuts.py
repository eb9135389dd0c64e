"""Where an expression changes its sign (section 6.3): rational numbers, or narrow bounds of others.

>>> from .expression import parse
>>> [(float(cut.low), cut.is_rational) for cut in profile(parse("t*(t**2-2)")).cuts]
[(-1.4142135623730951, False), (0.0, True), (1.4142135623730951, False)]
>>> profile(parse("exp(t/2)-1")).cuts[0].low, profile(parse("1-exp(t)")).first
(Fraction(0, 1), 1)
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from .expression import Call, Node, Number, Power, Product, Sum, evaluate
from .intervals import Interval, Intervals
from .outcome import Decline, Reject
from .proofs import quotients
from .proofs.quotients import Polynomial
from .properties import SAME_SIGN, Signs, polynomial, signs
from .work import TURN, longest, spend

#: Cuts that are not rational are known to 2^-WIDTH.
WIDTH = 80
#: Fractional bits for coefficients that are not rational.
BITS = 160
#: The largest degree, and the largest product of degree and bits.
DEGREE, SIZE = 32, 1024
ONE = Fraction(1)


@dataclass(frozen=True)
class Cut:
    """The number between low and high that ``key`` stands for."""

    low: Fraction
    high: Fraction
    key: Hashable

    @property
    def is_rational(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Profile:
    """The sign of an expression is ``first`` up to the first cut; every cut changes it.

    1 also stands for 0, where the expression is 0 on an interval.
    """

    cuts: tuple[Cut, ...]
    first: int


def compare(a: Cut, b: Cut) -> int:
    """-1, 0 or 1 as a < b, a = b, a > b; Reject where that is not seen."""
    if a.key == b.key:
        return 0
    if a.high < b.low or b.high < a.low:
        return -1 if a.high < b.low else 1
    raise Reject("", "the order of two kinks is not seen")


def profile(node: Node) -> Profile:
    """Where the expression, if it is defined there, changes its sign; Reject if not read off."""
    found = _equivalent(node)
    if found is not None:
        if not found:
            return Profile((), 1)
        return Profile(_roots(quotients.odd_part(found)), _sign(found[-1]) * (-1) ** _degree(found))
    known = signs(node)
    if known <= {0, 1} or known <= {-1, 0}:
        return Profile((), 1 if known <= {0, 1} else -1)
    return _of_a_line(node)


def _sign(c: Fraction) -> int:
    return (c > 0) - (c < 0)


def _degree(p: Polynomial) -> int:
    return len(p) - 1


def _equivalent(node: Node) -> Polynomial | None:
    """A polynomial with the sign of the expression at every t where this is defined."""
    known = polynomial(node)
    if known is not None:
        return known
    fixed: Signs = signs(node)
    if len(fixed) == 1 and 0 not in fixed:
        return (Fraction(min(fixed)),)
    match node:
        case Product(factors):
            result: Polynomial = (ONE,)
            for _, factor in factors:  # 1/v has the sign of v
                part = _equivalent(factor)
                if part is None or _degree(part) + _degree(result) > DEGREE:
                    return None
                result = quotients.multiplied(result, part)
            return result
        case Power(base, exponent) if exponent:
            part = _equivalent(base)
            if part is None or exponent % 2:
                return part
            return quotients.multiplied(part, part)
        case Call(name, (argument,)) if name in SAME_SIGN:
            return _equivalent(argument)
        case Sum() if len(node.terms) == 2:
            for (s, exponential), (c, constant) in (node.terms, node.terms[::-1]):
                # exp(u) - 1 has the sign of u.
                if (
                    isinstance(exponential, Call)
                    and exponential.function == "exp"
                    and isinstance(constant, Number)
                    and c * constant.value == -s
                ):
                    part = _equivalent(exponential.arguments[0])
                    return None if part is None else tuple(s * x for x in part)
    return None


def _roots(p: Polynomial) -> tuple[Cut, ...]:
    """The real roots of a polynomial without multiple ones, in increasing order."""
    if len(p) <= 1:
        return ()
    if _degree(p) > DEGREE or _degree(p) * longest(p) > SIZE:
        raise Decline("the roots of a polynomial that is too large")
    chain = quotients.sturm(p)
    bound = 1 << ceil(1 + max(abs(c / p[-1]) for c in p)).bit_length()
    open_, found = [(Fraction(-bound), Fraction(bound))], list[Cut]()
    while open_:
        low, high = open_.pop()
        spend(100 * TURN * len(p) ** 2)
        count = quotients.changes_at(chain, low) - quotients.changes_at(chain, high)
        if count == 1 and (high - low) * 2**WIDTH <= 1:
            found.append(_cut(p, low, high))
        elif count and (high - low) * 2 ** (2 * WIDTH) <= 1:
            raise Decline("roots of a polynomial that are too close")
        elif count:
            middle = (low + high) / 2
            open_ += [(middle, high), (low, middle)]
    return tuple(found)


def _cut(p: Polynomial, low: Fraction, high: Fraction) -> Cut:
    """The root in (low, high], as a rational number if it is the simplest one there."""
    q = _simplest(low, high)
    if quotients.value(p, q) == 0:
        return Cut(q, q, q)
    return Cut(low, high, (p, low))


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The rational number with the least denominator in [low, high]."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -_simplest(-high, -low)
    whole = floor(low)
    if ceil(low) <= high:
        return Fraction(ceil(low))
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


class _Lines(Intervals):
    """a + b t with enclosures of a and b, as an arithmetic of expressions."""

    def number(self, value: Fraction) -> Any:
        return super().number(value), (0, 0)

    def pi(self) -> Any:
        return super().pi(), (0, 0)

    def add(self, x: Any, y: Any) -> Any:
        return super().add(x[0], y[0]), super().add(x[1], y[1])

    def negative(self, x: Any) -> Any:
        return super().negative(x[0]), super().negative(x[1])

    def multiply(self, x: Any, y: Any) -> Any:
        if x[1] != (0, 0):
            x, y = y, x
        c = self._constant(x)
        return super().multiply(c, y[0]), super().multiply(c, y[1])

    def divide(self, x: Any, y: Any) -> Any:
        c = self._constant(y)
        return super().divide(x[0], c), super().divide(x[1], c)

    def power(self, x: Any, exponent: int) -> Any:
        return x if exponent == 1 else (super().power(self._constant(x), exponent), (0, 0))

    def call(self, function: str, arguments: list[Any]) -> Any:
        return super().call(function, [self._constant(x) for x in arguments]), (0, 0)

    def _constant(self, x: Any) -> Interval:
        if x[1] != (0, 0):
            raise Reject("", "a kink whose place is not read off")
        found: Interval = x[0]
        return found


def _of_a_line(node: Node) -> Profile:
    over = _Lines(BITS)
    constant, slope = evaluate(node, ((0, 0), Intervals(BITS).number(ONE)), over)
    numbers = Intervals(BITS)
    side = numbers.sign(slope)
    if side == 0 and numbers.sign(constant) is not None:
        return Profile((), numbers.sign(constant) or 1)
    if side in (0, None):
        raise Reject("", "a kink whose place is not read off")
    low, high = numbers.negative(numbers.divide(constant, slope))
    scale = BITS - WIDTH
    bounds = Fraction(low >> scale, 1 << WIDTH), Fraction(-(-high >> scale), 1 << WIDTH)
    return Profile((Cut(*bounds, ("line", node)),), -1 if side == 1 else 1)
