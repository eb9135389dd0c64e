"""Balls: midpoint and radius at a stated precision, by Arb through python-flint.

python-flint has one precision for the whole process, ``flint.ctx.prec``, and even ``-x`` rounds to
it. So every operation here runs inside :meth:`Balls.working`, which sets it and puts the old one
back, also after an exception. Who combines balls with operators does so inside ``with
balls.working():``; elsewhere the result is still an enclosure, only wider. Powers are taken with
:meth:`Balls.power`, since ``**`` fails around zero.

A ball whose midpoint is NaN says "nothing is known": a root or logarithm whose argument is not
shown to be admissible, a division by a ball around zero. Comparisons answer None for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import less, less_or_equal, sign
from exactland.arithmetic.rationals import check_call, outside
from exactland.errors import UsageError


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Run the block with this working precision of flint, and restore the one before.

    >>> before = ctx.prec
    >>> with precision(200):
    ...     ctx.prec
    200
    >>> ctx.prec == before
    True
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


@dataclass(frozen=True)
class Balls(Arithmetic):
    """Ball arithmetic with ``bits`` bits of working precision (at least 2); numbers are ``arb``.

    >>> Balls(64).call("exp", arb(1)).overlaps(arb(1).exp())
    True
    >>> Balls(20).number(fmpq(1, 3)) * 3 == 1   # an overlap: compare in comparison.py only
    False
    """

    bits: int
    name = "ball"

    def __post_init__(self) -> None:
        if type(self.bits) is not int or not 2 <= self.bits <= 10**7:
            raise UsageError("bits", f"{self.bits!r} is no precision", "give 2 to 10000000 bits")

    @contextmanager
    def working(self) -> Iterator[None]:
        """Within the block flint computes with this arithmetic's precision."""
        with precision(self.bits):
            yield

    def number(self, value: fmpq) -> arb:
        with self.working():
            return arb(value)

    def pi(self) -> arb:
        with self.working():
            return arb.pi()

    def call(self, function: str, *arguments: Any) -> arb:
        check_call(function, arguments)
        with self.working():
            return _call(function, *arguments)

    def power(self, base: Any, exponent: int) -> arb:
        """The integer power; python-flint's ``**`` is NaN for a ball around zero.

        >>> Balls(64).power(arb(0, 2), 3)
        [+/- 8.01]
        """
        with self.working():
            if not base.is_finite():
                return arb("nan")
            if exponent < 0:
                return 1 / self.power(base, -exponent)
            value = arb(1)
            for bit in bin(exponent)[2:]:
                value = value * value
                if bit == "1":
                    value = value * base
            return value.nonnegative_part() if exponent % 2 == 0 else value

    def matrix(self, rows: Sequence[Sequence[fmpq]]) -> list[list[arb]]:
        with self.working():
            return [[arb(value) for value in row] for row in rows]

    def multiply(self, left: Any, right: Any) -> list[list[arb]]:
        if not left or not left[0] or not right[0]:
            return super().multiply(left, right) if left and right else []
        with self.working():
            product: list[list[arb]] = (arb_mat(left) * arb_mat(right)).tolist()
            return product

    def add(self, left: Any, right: Any) -> list[list[arb]]:
        with self.working():
            return super().add(left, right)  # type: ignore[no-any-return]

    def hadamard(self, left: Any, right: Any) -> list[list[arb]]:
        with self.working():
            return super().hadamard(left, right)  # type: ignore[no-any-return]

    def map(self, matrix: Any, function: Callable[[Any], Any]) -> list[list[arb]]:
        with self.working():
            return super().map(matrix, function)  # type: ignore[no-any-return]


def _call(function: str, *arguments: arb) -> arb:
    """An elementary function at the precision that is set."""
    x = arguments[0]
    if not all(value.is_finite() for value in arguments):
        return arb("nan")  # nothing known in, nothing known out: tanh must not make [-1, 1] of it
    if function in ("sigmoid", "tanh"):
        return _increasing(_sigmoid if function == "sigmoid" else arb.tanh, x)
    if function == "abs":
        return abs(x)
    if function == "sign":
        return x.sgn()
    if function == "min":
        return x.min(arguments[1])
    if function == "max":
        return x.max(arguments[1])
    if (function == "log" and less_or_equal(x, fmpq(0))) or (function == "sqrt" and sign(x) == -1):
        raise outside(function, x)
    value: arb = getattr(x, function)()
    return value


def _increasing(function: Callable[[arb], arb], x: arb) -> arb:
    """An increasing function; from the ends of a wide ball, whose exponential reaches below 0."""
    value = function(x)
    if value.is_finite() and less(x.rad(), fmpq(1)):
        return value
    return function(x.lower()).union(function(x.upper()))


def _sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp())
