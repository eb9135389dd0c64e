"""RATIONALS: exact arithmetic over Q. What has no rational value is refused, never approximated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpq_mat

from exactland.arithmetic.base import FUNCTIONS, Arithmetic
from exactland.errors import InputError, NotExactError, UsageError

#: The points where the value is rational (a theorem: elsewhere on Q these functions are
#: irrational).
_AT_ZERO = {
    "exp": fmpq(1),
    "sin": fmpq(0),
    "cos": fmpq(1),
    "sinh": fmpq(0),
    "cosh": fmpq(1),
    "tanh": fmpq(0),
    "atan": fmpq(0),
    "erf": fmpq(0),
    "sigmoid": fmpq(1, 2),
}


class Rationals(Arithmetic):
    """Numbers are ``fmpq``; a division by zero raises ZeroDivisionError, as it does in flint.

    >>> RATIONALS.call("sqrt", fmpq(9, 4)), RATIONALS.call("max", fmpq(-1), fmpq(0))
    (3/2, 0)
    >>> RATIONALS.call("exp", fmpq(1))
    Traceback (most recent call last):
        ...
    exactland.errors.NotExactError: exp(1): the value is not rational; use balls or formal values
    """

    name = "rational"

    def number(self, value: fmpq) -> fmpq:
        return value

    def pi(self) -> fmpq:
        raise NotExactError("pi", "the value is not rational", "use balls or formal values")

    def call(self, function: str, *arguments: Any) -> fmpq:
        return rational_value(function, *arguments)

    def matrix(self, rows: Sequence[Sequence[fmpq]]) -> list[list[fmpq]]:
        return [list(row) for row in rows]

    def multiply(self, left: Any, right: Any) -> list[list[fmpq]]:
        """The product by ``fmpq_mat``, which clears denominators and multiplies over Z."""
        if not left or not left[0] or not right[0]:
            return super().multiply(left, right) if left and right else []
        product: list[list[fmpq]] = (fmpq_mat(left) * fmpq_mat(right)).tolist()
        return product


def rational_value(function: str, *arguments: fmpq) -> fmpq:
    """The value of an elementary function where it is rational.

    Raises NotExactError where it is not, InputError where the function is not defined and
    UsageError for a function or a number of arguments that does not exist.
    """
    check_call(function, arguments)
    x = arguments[0]
    if function == "abs":
        return abs(x)
    if function == "sign":
        return fmpq((x > 0) - (x < 0))
    if function == "min":
        return min(arguments)
    if function == "max":
        return max(arguments)
    if function == "log":
        if x <= 0:
            raise outside("log", x)
        if x == 1:
            return fmpq(0)
    elif function == "sqrt":
        if x < 0:
            raise outside("sqrt", x)
        if x.p.is_square() and x.q.is_square():
            return fmpq(x.p.isqrt(), x.q.isqrt())
    elif x == 0:
        return _AT_ZERO[function]
    raise NotExactError(
        f"{function}({x})", "the value is not rational", "use balls or formal values"
    )


def check_call(function: str, arguments: Sequence[Any]) -> None:
    """UsageError unless ``function`` is an elementary function and takes this many arguments."""
    if function not in FUNCTIONS:
        raise UsageError(function, "no such function", "use one of " + ", ".join(FUNCTIONS))
    expected = 2 if function in ("min", "max") else 1
    if len(arguments) != expected:
        raise UsageError(function, f"{len(arguments)} arguments", f"give {expected}")


def outside(function: str, x: object) -> InputError:
    """The error for an argument outside the domain of a logarithm or a root."""
    domain = "a positive" if function == "log" else "a nonnegative"
    return InputError(f"{function}({x})", "not defined there", f"use {domain} argument")


RATIONALS = Rationals()
