"""Exact evaluation over Q: a rational number, NotRational, or a rejection where undefined.

>>> from .expression import evaluate, parse
>>> evaluate(parse("1/2+t/(2*(1+abs(t)))"), Fraction(-1), Rationals())
Fraction(1, 4)
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from .intervals import dyadic_softplus
from .limits import NUMBER_BITS
from .outcome import Decline, NotRational, Reject

#: Values at 0.
_AT_ZERO = {
    "exp": Fraction(1), "cos": Fraction(1), "cosh": Fraction(1), "sigmoid": Fraction(1, 2),
    "sin": Fraction(0), "sinh": Fraction(0), "tanh": Fraction(0), "atan": Fraction(0),
    "erf": Fraction(0),
}  # fmt: skip


def bit_size(value: Fraction) -> int:
    """The size of numerator and denominator in bits."""
    return value.numerator.bit_length() + value.denominator.bit_length()


class Rationals:
    """The rational numbers as an arithmetic of expressions."""

    def number(self, value: Fraction) -> Fraction:
        return value

    def pi(self) -> Fraction:
        raise NotRational("pi")

    def add(self, x: Fraction, y: Fraction) -> Fraction:
        return x + y

    def negative(self, x: Fraction) -> Fraction:
        return -x

    def multiply(self, x: Fraction, y: Fraction) -> Fraction:
        return x * y

    def divide(self, x: Fraction, y: Fraction) -> Fraction:
        if y == 0:
            raise Reject("", "division by zero")
        return x / y

    def power(self, x: Fraction, exponent: int) -> Fraction:
        if exponent < 0 and x == 0:
            raise Reject("", "division by zero")
        if bit_size(x) * abs(exponent) > NUMBER_BITS and abs(x) != 1:
            raise Decline(f"a number of more than {NUMBER_BITS} bits")
        return Fraction(x**exponent)

    def sign(self, x: Fraction) -> int:
        return (x > 0) - (x < 0)

    def call(self, function: str, arguments: list[Fraction]) -> Fraction:
        x = arguments[0]
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
            p, q = isqrt(x.numerator), isqrt(x.denominator)
            if p * p == x.numerator and q * q == x.denominator:
                return Fraction(p, q)
        if x == 0 and function in _AT_ZERO:
            return _AT_ZERO[function]
        raise NotRational(function)
