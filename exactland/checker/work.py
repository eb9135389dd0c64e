"""What a document may cost: work that is counted, not timed, so that answers are alike everywhere.

A unit is about a nanosecond. What is kept costs at least as much as its bytes times ``BYTE``, so
that the same budget bounds memory. There is one meter for each document: ``verify`` sets it up by
:func:`metered`, and what loops, or calculates with long numbers, calls :func:`spend` beforehand.
Functions that are called without a document are not metered.

>>> with metered(0):
...     spend(WORK + 1)
Traceback (most recent call last):
exactland.checker.outcome.Decline: the check would take more work than its limit
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from .limits import WORK, WORK_OF_A_BYTE
from .outcome import Decline

#: A turn of a loop; a number that is made and kept; a byte that is kept.
TURN, VALUE, BYTE = 100, 2000, 15
_DIGIT = 30  # bits of a digit of Python's integers
_KARATSUBA = 70  # digits from which on products are not schoolbook ones

P = ParamSpec("P")
R = TypeVar("R")


class Meter:
    """The units that are left, and what has been computed once for this document."""

    def __init__(self, units: int) -> None:
        self.left = units
        self.found: dict[Any, Any] = {}


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered(size: int) -> Iterator[None]:
    """The budget of a document of ``size`` bytes; once it is spent, nothing but Decline is left."""
    meter = Meter(WORK + WORK_OF_A_BYTE * size)
    token = _METER.set(meter)
    try:
        yield
    except Exception:
        _require(meter)
        raise
    finally:
        _METER.reset(token)
    _require(meter)


def _require(meter: Meter) -> None:
    if meter.left < 0:
        raise Decline("the check would take more work than its limit") from None


def spend(units: int) -> None:
    """Take units from the budget of the document; Decline if they are not there."""
    meter = _METER.get()
    if meter is not None:
        meter.left -= units
        _require(meter)


def once(function: Callable[P, R]) -> Callable[P, R]:
    """A pure function with a memory that lasts for the document: so the work does not depend on
    what was checked before."""

    @wraps(function)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        meter = _METER.get()
        if meter is None:
            return function(*args, **kwargs)
        key = (function, args, *kwargs.items())
        if key not in meter.found:
            meter.found[key] = function(*args, **kwargs)
        result: R = meter.found[key]
        return result

    return remembered


def product(bits: int, other: int) -> int:
    """Units for a product of integers with so many bits: Karatsuba's method for long ones."""
    small, large = bits // _DIGIT + 1, other // _DIGIT + 1
    if small > large:
        small, large = large, small
    if small <= _KARATSUBA:
        return small * large + 20
    turns = -(-large // small)
    while small > _KARATSUBA:
        turns, small = 3 * turns, (small + 1) // 2
    return turns * small * small


def quotient(bits: int, other: int) -> int:
    """Units for a division of an integer of ``bits`` bits by one of ``other`` bits: schoolbook."""
    return (abs(bits - other) // _DIGIT + 2) * (min(bits, other) // _DIGIT + 1) * 2 + 50


def common_factor(bits: int, other: int) -> int:
    """Units for the greatest common divisor of integers with so many bits."""
    return (bits // _DIGIT + 1) * (other // _DIGIT + 1) * 2 + 50


def size(value: Fraction) -> int:
    """The size of numerator and denominator in bits."""
    return value.numerator.bit_length() + value.denominator.bit_length()


def longest(values: Sequence[Fraction]) -> int:
    """The size of the longest of these numbers."""
    return max(map(size, values), default=0)


def operation(x: Fraction, y: Fraction) -> int:
    """Units for an operation on rational numbers, whose result is reduced."""
    n, m = size(x), size(y)
    return VALUE + (0 if n + m < 256 else common_factor(n, m) + 2 * (n + m))


def operations(count: int, bits: int, other: int) -> int:
    """The same for ``count`` operations on numbers of these sizes."""
    return count * (VALUE + (0 if bits + other < 256 else common_factor(bits, other)))
