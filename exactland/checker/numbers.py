"""The arithmetics of claims, with comparisons that know what they do not know.

>>> x, y = Enclosed(8).over.number(Fraction(1, 3)), Enclosed(8).over.number(Fraction(1, 2))
>>> Exact().less(Fraction(1, 3), Fraction(1, 2)), Enclosed(8).less(x, y), Enclosed(8).equal(x, x)
(True, True, None)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .formal import Formal
from .intervals import Intervals
from .rationals import Rationals
from .work import TURN, VALUE, common_factor, operation, spend


class Unknown(Exception):  # noqa: N818
    """A value is not found by this arithmetic; another one, or other evidence, may show more."""


class Exact:
    """Numbers over Q. A comparison is True or False where that is certain, None otherwise."""

    def __init__(self) -> None:
        self.over: Any = Rationals()

    def less(self, x: Any, y: Any) -> bool | None:
        """Whether x < y."""
        spend(operation(x, y))
        return bool(x < y)

    def equal(self, x: Any, y: Any) -> bool | None:
        """Whether x = y."""
        spend(5 * TURN)
        return bool(x == y)

    def exactly(self, x: Any) -> Fraction | None:
        """The rational number, where it is known."""
        return Fraction(x)

    def between(self, low: int, high: int) -> Any:
        """A number that is known to lie between two integers, which over Q are equal."""
        return Fraction(low)

    def size(self, x: Any) -> Any:
        """A number that is larger for better pivots; None for an entry that may be 0."""
        return 1 if x else None


class Enclosed(Exact):
    """Intervals with ``bits`` fractional bits."""

    def __init__(self, bits: int) -> None:
        self.bits, self.over = bits, Intervals(bits)

    def less(self, x: Any, y: Any) -> bool | None:
        spend(5 * TURN)
        return True if x[1] < y[0] else False if x[0] >= y[1] else None

    def equal(self, x: Any, y: Any) -> bool | None:
        spend(5 * TURN)
        if x[1] < y[0] or y[1] < x[0]:
            return False
        return True if x[0] == x[1] == y[0] == y[1] else None

    def exactly(self, x: Any) -> Fraction | None:
        spend(VALUE + common_factor(x[0].bit_length(), self.bits))
        return Fraction(x[0], 1 << self.bits) if x[0] == x[1] else None

    def between(self, low: int, high: int) -> Any:
        return low << self.bits, high << self.bits

    def size(self, x: Any) -> Any:
        return x[0] if x[0] > 0 else -x[1] if x[1] < 0 else None


class Formally(Exact):
    """Formal values: what is formally equal is equal, whatever the symbols are."""

    def __init__(self) -> None:
        self.over = Formal()

    def less(self, x: Any, y: Any) -> bool | None:
        difference = self._difference(x, y)
        return None if difference is None else difference < 0

    def equal(self, x: Any, y: Any) -> bool | None:
        difference = self._difference(x, y)
        return None if difference is None else difference == 0

    def _difference(self, x: Any, y: Any) -> Fraction | None:
        difference = self.over.add(x, self.over.negative(y))
        found: Fraction | None = self.over.rational(difference)
        if found is None and not self.over.cleared(difference):
            return Fraction(0)
        return found

    def exactly(self, x: Any) -> Fraction | None:
        found: Fraction | None = self.over.rational(x)
        return found

    def between(self, low: int, high: int) -> Any:
        if low != high:
            raise Unknown("a number that is not known formally")
        return self.over.number(Fraction(low))

    def size(self, x: Any) -> Any:
        return 1 if self.exactly(x) else None
