"""Inequalities on a half-line, by the sign of a derivative (section 10).

With D = right - left and t = from + s: D(from) >= 0, and D' is a rational function of s whose
numerator and denominator have no negative coefficient. So D' >= 0 for s >= 0, and D >= D(from).

>>> require_inequality("log(1+t)", "t", Fraction(0), "here")
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..canonical import fields, rational, text
from ..expression import Sum, evaluate, parse
from ..intervals import Intervals
from ..outcome import Coarse, Decline, NotRational, Reject, placed
from ..rationals import Rationals
from ..work import longest, operations, spend
from .setting import Claim, Setting, no_evidence, without_stage

#: A polynomial in s: its coefficients from the constant one on, the last not 0; [] is 0.
Polynomial = list[Fraction]
DEGREE = 64
#: Fractional bits of the intervals for the value at the end of the half-line.
BITS = 128


def check_inequality(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """left <= right for every t >= from, where both are defined."""
    fields(claim, place + ".claim", "kind left right from")
    no_evidence(evidence, place)
    without_stage(at, place)
    left, right = (text(claim[key], f"{place}.claim.{key}") for key in ("left", "right"))
    require_inequality(left, right, rational(claim["from"], place + ".claim.from"), place)


def require_inequality(left: str, right: str, start: Fraction, place: str) -> None:
    """Reject unless left <= right is shown for every t >= start."""
    with placed(place):
        difference = Sum(((1, parse(right, place)), (-1, parse(left, place))))
        over = Differentiated()
        slope = evaluate(difference, over.line(start), over).slope
        _require_nonnegative(slope.top)  # what is below has passed when it was divided by
        try:
            first = evaluate(difference, start, Rationals())
        except NotRational:
            bits = Intervals(BITS)
            first = evaluate(difference, bits.number(start), bits)[0]
        if first < 0:
            raise Coarse(place, "the inequality is not shown where t begins")


def _require_nonnegative(polynomial: Polynomial) -> None:
    if any(coefficient < 0 for coefficient in polynomial):
        raise Reject("", "a negative coefficient: no sign is shown")


def _plus(x: Polynomial, y: Polynomial) -> Polynomial:
    size = max(len(x), len(y))
    spend(operations(size, longest(x), longest(y)))
    padded = [[*part, *[Fraction(0)] * (size - len(part))] for part in (x, y)]
    return _trimmed([a + b for a, b in zip(*padded, strict=True)])


def _times(x: Polynomial, y: Polynomial) -> Polynomial:
    if len(x) + len(y) > DEGREE + 2:
        raise Decline(f"a polynomial of degree more than {DEGREE}")
    bits = longest(x) + longest(y)
    spend(operations(2 * len(x) * len(y), bits, bits))
    product = [Fraction(0)] * max(len(x) + len(y) - 1, 0)
    for i, a in enumerate(x):
        for j, b in enumerate(y):
            product[i + j] += a * b
    return _trimmed(product)


def _trimmed(polynomial: Polynomial) -> Polynomial:
    while polynomial and polynomial[-1] == 0:
        polynomial = polynomial[:-1]
    return polynomial


def _derivative(polynomial: Polynomial) -> Polynomial:
    return _trimmed([n * c for n, c in enumerate(polynomial)][1:])


@dataclass(frozen=True)
class Ratio:
    """top/below, where below is positive for every s >= 0 by its coefficients."""

    top: Polynomial
    below: Polynomial

    def plus(self, other: Ratio) -> Ratio:
        if self.below == other.below:
            return Ratio(_plus(self.top, other.top), self.below)
        top = _plus(_times(self.top, other.below), _times(other.top, self.below))
        return Ratio(top, _times(self.below, other.below))

    def times(self, other: Ratio) -> Ratio:
        return Ratio(_times(self.top, other.top), _times(self.below, other.below))

    def negated(self) -> Ratio:
        return Ratio([-c for c in self.top], self.below)

    def inverse(self) -> Ratio:
        """1 over it, where it is positive for every s >= 0."""
        _require_nonnegative(self.top)
        if not self.top or self.top[0] == 0:
            raise Reject("", "a denominator or an argument is not shown to be positive")
        return Ratio(self.below, self.top)

    def slope(self) -> Ratio:
        top = _plus(
            _times(_derivative(self.top), self.below),
            [-c for c in _times(self.top, _derivative(self.below))],
        )
        return Ratio(top, _times(self.below, self.below))


@dataclass(frozen=True)
class Function:
    """A function of s: itself where it is rational (None for others), and its derivative."""

    value: Ratio | None
    slope: Ratio


class Differentiated:
    """Functions of s >= 0 with rational derivatives, as an arithmetic of expressions."""

    def line(self, start: Fraction) -> Function:
        return self._rational(Ratio(_trimmed([start, Fraction(1)]), [Fraction(1)]))

    def number(self, value: Fraction) -> Function:
        return self._rational(Ratio(_trimmed([value]), [Fraction(1)]))

    def _rational(self, value: Ratio) -> Function:
        return Function(value, value.slope())

    def pi(self) -> Function:
        raise Reject("", "pi is not rational")

    def add(self, x: Function, y: Function) -> Function:
        if x.value is not None and y.value is not None:
            return self._rational(x.value.plus(y.value))
        return Function(None, x.slope.plus(y.slope))

    def negative(self, x: Function) -> Function:
        value = None if x.value is None else x.value.negated()
        return Function(value, x.slope.negated())

    def multiply(self, x: Function, y: Function) -> Function:
        if x.value is not None and y.value is not None:
            return self._rational(x.value.times(y.value))
        for factor, other in ((x, y), (y, x)):
            if factor.value is not None and not factor.slope.top:  # a number
                return Function(None, other.slope.times(factor.value))
        raise Reject("", "a product with a function that is not rational")

    def divide(self, x: Function, y: Function) -> Function:
        if y.value is None:
            raise Reject("", "a division by a function that is not rational")
        return self.multiply(x, self._rational(y.value.inverse()))

    def power(self, x: Function, exponent: int) -> Function:
        if exponent < 0:
            return self.divide(self.number(Fraction(1)), self.power(x, -exponent))
        if exponent > DEGREE:
            raise Decline(f"an exponent above {DEGREE}")
        result = self.number(Fraction(1))
        for _ in range(exponent):
            result = self.multiply(result, x)
        return result

    def call(self, function: str, arguments: list[Function]) -> Function:
        if function != "log" or arguments[0].value is None:
            raise Reject("", "only logarithms of rational functions have rational derivatives here")
        inside = arguments[0].value
        return Function(None, inside.slope().times(inside.inverse()))
