"""Exact evaluation over Q: a rational number, NotRational, or a rejection where undefined.

>>> from .expression import evaluate, parse
>>> evaluate(parse("1/2+t/(2*(1+abs(t)))"), Fraction(-1), Rationals())
Fraction(1, 4)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt, lcm
from operator import mul

from .intervals import dyadic_softplus
from .limits import NUMBER_BITS
from .outcome import Decline, NotRational, Reject
from .work import TURN, VALUE, common_factor, operation, product, quotient, size, spend

#: Values at 0.
_AT_ZERO = {
    "exp": Fraction(1), "cos": Fraction(1), "cosh": Fraction(1), "sigmoid": Fraction(1, 2),
    "sin": Fraction(0), "sinh": Fraction(0), "tanh": Fraction(0), "atan": Fraction(0),
    "erf": Fraction(0),
}  # fmt: skip


def integers(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """Numerators over the least common denominator, and that denominator."""
    denominator = 1
    for d in {value.denominator for value in values}:
        spend(VALUE + common_factor(denominator.bit_length(), d.bit_length()))
        denominator = lcm(denominator, d)
    bits = denominator.bit_length()
    if bits > 64:
        spend(len(values) * 2 * (bits + quotient(bits, bits // 2)))
    spend(len(values) * 5 * TURN + 2 * sum(value.numerator.bit_length() for value in values))
    return [v.numerator * (denominator // v.denominator) for v in values], denominator


def dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    """The sum of the products, over common denominators."""
    (x, d), (y, e) = integers(left), integers(right)
    bits = [max((number.bit_length() for number in numbers), default=0) for numbers in (x, y)]
    below = d.bit_length() + e.bit_length()
    spend(VALUE + len(x) * (TURN + product(*bits)) + common_factor(sum(bits) + 64, below))
    return Fraction(sum(map(mul, x, y)), d * e)


class Rationals:
    """The rational numbers as an arithmetic of expressions."""

    def number(self, value: Fraction) -> Fraction:
        return value

    def pi(self) -> Fraction:
        raise NotRational("pi")

    def add(self, x: Fraction, y: Fraction) -> Fraction:
        spend(operation(x, y))
        return x + y

    def negative(self, x: Fraction) -> Fraction:
        return -x

    def multiply(self, x: Fraction, y: Fraction) -> Fraction:
        spend(operation(x, y))
        return x * y

    def divide(self, x: Fraction, y: Fraction) -> Fraction:
        if y == 0:
            raise Reject("", "division by zero")
        spend(operation(x, y))
        return x / y

    def power(self, x: Fraction, exponent: int) -> Fraction:
        if exponent < 0 and x == 0:
            raise Reject("", "division by zero")
        bits = size(x) * abs(exponent)
        if bits > NUMBER_BITS and abs(x) != 1:
            raise Decline(f"a number of more than {NUMBER_BITS} bits")
        spend(operation(x, x) + product(bits, bits))
        return Fraction(x**exponent)

    def sign(self, x: Fraction) -> int:
        return (x > 0) - (x < 0)

    def call(self, function: str, arguments: list[Fraction]) -> Fraction:
        x = arguments[0]
        spend(operation(x, arguments[-1]))
        if function in ("abs", "min", "max"):
            return abs(x) if function == "abs" else (min if function == "min" else max)(arguments)
        if function == "dyadic_softplus":
            return dyadic_softplus(x)
        if function == "log":
            if x <= 0:
                raise Reject("", "the logarithm of a number that is not positive")
            if x == 1:
                return Fraction(0)
        if function == "sqrt":
            if x < 0:
                raise Reject("", "the root of a negative number")
            spend(2 * quotient(2 * size(x), size(x)))
            p, q = isqrt(x.numerator), isqrt(x.denominator)
            if p * p == x.numerator and q * q == x.denominator:
                return Fraction(p, q)
        if x == 0 and function in _AT_ZERO:
            return _AT_ZERO[function]
        raise NotRational(function)
