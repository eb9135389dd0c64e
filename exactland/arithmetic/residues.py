"""Residues: whole arrays of rational numbers modulo a prime, each with an enclosure for its sign.

Reduction commutes with ``+ - *`` and with division by numbers without the prime in their numerator;
``abs``, ``max`` and ``min`` choose by the signs that the enclosures tell. So a network of rational
activations is evaluated modulo p without a common denominator, however long its exact values are.
Where a sign is not told, or a divisor has residue 0, an entry is unknown: it is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.enclosure_values import Enclosure, absolute_value
from exactland.arithmetic.enclosures import ENCLOSURES
from exactland.arithmetic.rationals import check_call
from exactland.arithmetic.rounding import Floats, check_floating_point
from exactland.errors import LimitError, NotExactError, UsageError

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
#: Residues are short, so that elimination in plain Python, by packed rows, is fast. A product of
#: two is an int64, one of a half with a residue has 39 bits.
HALF_BITS = 13
RESIDUE_BITS = 2 * HALF_BITS
#: Terms of a sum of such products that is exact in doubles.
EXACT_TERMS = 1 << (53 - HALF_BITS - RESIDUE_BITS)
#: Doubles that are integers over 2^e for one of these e count as dyadic.
DYADIC_SHIFTS = range(0, 49, 8)


@dataclass(frozen=True, eq=False)
class Residue:
    """Rational numbers x: ``values`` is x modulo ``prime`` where ``known``, ``bounds`` hold x.

    Arrays of one shape, () for a number. Unknown entries have arbitrary values.
    """

    values: Integers
    bounds: Enclosure
    known: Booleans
    prime: int

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    def _of(self, other: Any) -> Residue:
        return other if isinstance(other, Residue) else Residues(self.prime).number(fmpq(other))

    def _with(self, values: Any, bounds: Enclosure, known: Any) -> Residue:
        return Residue(np.asarray(values) % self.prime, bounds, np.asarray(known), self.prime)

    def __neg__(self) -> Residue:
        return self._with(-self.values, -self.bounds, self.known)

    def __add__(self, other: Any) -> Residue:
        other = self._of(other)
        bounds = _exact_sum(self.bounds, other.bounds)
        return self._with(self.values + other.values, bounds, self.known & other.known)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Residue:
        return self + -self._of(other)

    def __rsub__(self, other: Any) -> Residue:
        return self._of(other) + -self

    def __mul__(self, other: Any) -> Residue:
        other = self._of(other)
        bounds, known = self.bounds * other.bounds, self.known & other.known
        return self._with(self.values * other.values, bounds, known)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Residue:
        """LimitError or InputError where the enclosure of a divisor has 0 inside."""
        other = self._of(other)
        bounds = self.bounds / other.bounds
        known = self.known & other.known & (other.values != 0)
        inverse = _power(other.values, self.prime - 2, self.prime)
        return self._with(self.values * inverse, bounds, known)

    def __rtruediv__(self, other: Any) -> Residue:
        return self._of(other) / self

    def __pow__(self, exponent: int) -> Residue:
        if exponent < 0:
            return (1 / self) ** -exponent
        values = _power(self.values, exponent, self.prime)
        return self._with(values, self.bounds**exponent, self.known)


class Residues(Arithmetic):
    """Numbers are residues of shape (), matrices residues of shape (rows, columns).

    ``map`` passes the whole matrix to the function. ``prime`` is below 2^30.

    >>> seven = Residues(7)
    >>> half = seven.number(fmpq(1, 2))
    >>> softsign = -half / (1 + seven.call("abs", -half))
    >>> int(softsign.values), bool(softsign.known)  # -1/3
    (2, True)
    """

    name = "residue"
    arrays = True

    def __init__(self, prime: int) -> None:
        if not 2 < prime < 1 << RESIDUE_BITS:
            reason = f"{prime} is not an odd prime below 2^{RESIDUE_BITS}"
            raise UsageError("prime", reason, f"use random_prime(seed, {RESIDUE_BITS})")
        self.prime = prime
        self._inverses: dict[int, int] = {}

    def residue(self, value: fmpq) -> int:
        """x modulo the prime; LimitError where the prime divides the denominator."""
        q = int(value.q)
        if q not in self._inverses:
            if q % self.prime == 0:
                raise LimitError("residue", f"{self.prime} divides a denominator", "use another")
            self._inverses[q] = pow(q, -1, self.prime)
        return int(value.p) * self._inverses[q] % self.prime

    def number(self, value: fmpq) -> Residue:
        values = np.asarray(self.residue(value), dtype=np.int64)
        return Residue(values, ENCLOSURES.number(value), np.asarray(True), self.prime)

    def pi(self) -> Residue:
        raise NotExactError("pi", "the value is not rational", "use balls or enclosures")

    def call(self, function: str, *arguments: Any) -> Residue:
        check_call(function, arguments)
        if function not in _FUNCTIONS:
            reason = "it has no residue in general"
            raise NotExactError(function, reason, "use rationals, balls or enclosures")
        return _FUNCTIONS[function](*arguments)

    def matrix(self, rows: Sequence[Sequence[fmpq]]) -> Residue:
        values = [[self.residue(value) for value in row] for row in rows]
        bounds = ENCLOSURES.matrix(rows)
        array = np.array(values, dtype=np.int64).reshape(bounds.shape)
        return Residue(array, bounds, np.ones(bounds.shape, dtype=bool), self.prime)

    def rows(self, matrix: Any) -> list[list[Residue]]:
        bounds = ENCLOSURES.rows(matrix.bounds)
        return [
            [
                Residue(np.asarray(value), bound, np.asarray(known), self.prime)
                for value, bound, known in zip(*row, strict=True)
            ]
            for row in zip(matrix.values, bounds, matrix.known, strict=True)
        ]

    def from_rows(self, rows: Sequence[Sequence[Any]]) -> Residue:
        values = np.array([[x.values.item() for x in row] for row in rows], dtype=np.int64)
        known = np.array([[x.known.item() for x in row] for row in rows], dtype=bool)
        bounds = ENCLOSURES.from_rows([[x.bounds for x in row] for row in rows])
        return Residue(values, bounds, known, self.prime)

    def shape(self, matrix: Any) -> tuple[int, int]:
        rows, columns = matrix.shape
        return rows, columns

    def transpose(self, matrix: Any) -> Residue:
        return self._each(matrix, np.transpose)

    def multiply(self, left: Any, right: Any) -> Residue:
        values = _product(left.values, right.values, self.prime)
        known = left.known.all(axis=1)[:, None] & right.known.all(axis=0)
        return Residue(values, _exact_product(left.bounds, right.bounds), known, self.prime)

    def add(self, left: Any, right: Any) -> Residue:
        return self._shaped(left + right, left.shape)

    def hadamard(self, left: Any, right: Any) -> Residue:
        return self._shaped(left * right, left.shape)

    def reshape(self, matrix: Any, rows: int, columns: int) -> Residue:
        return self._each(matrix, lambda part: part.reshape(rows, columns))

    def take_columns(self, matrix: Any, columns: Sequence[int | None]) -> Residue:
        absent = np.array([c is None for c in columns], dtype=bool)
        indices = np.array([0 if c is None else c for c in columns], dtype=np.intp)
        known = matrix.known[:, indices] | absent
        values = np.where(absent, 0, matrix.values[:, indices])
        return Residue(values, ENCLOSURES.take_columns(matrix.bounds, columns), known, self.prime)

    def map(self, matrix: Any, function: Callable[[Any], Any]) -> Residue:
        return self._shaped(function(matrix), matrix.shape)

    def _each(self, matrix: Residue, change: Callable[[Any], Any]) -> Residue:
        bounds = Enclosure(change(matrix.bounds.lo), change(matrix.bounds.hi))
        return Residue(change(matrix.values), bounds, change(matrix.known), self.prime)

    def _shaped(self, value: Residue, shape: tuple[int, ...]) -> Residue:
        """The value in this shape: a function may be constant, or add a single row."""
        if value.shape == shape:
            return value
        return self._each(value, lambda part: np.broadcast_to(part, shape))


def _absolute(x: Residue) -> Residue:
    up, down = x.bounds.lo >= 0, x.bounds.hi <= 0
    return x._with(
        np.where(up, x.values, -x.values), absolute_value(x.bounds), x.known & (up | down)
    )


def _maximum(x: Residue, y: Residue) -> Residue:
    first, second = x.bounds.lo >= y.bounds.hi, y.bounds.lo >= x.bounds.hi
    known = np.where(first, x.known, y.known & second)
    bounds = ENCLOSURES.call("max", x.bounds, y.bounds)
    return x._with(np.where(first, x.values, y.values), bounds, known)


def _minimum(x: Residue, y: Residue) -> Residue:
    return -_maximum(-x, -y)


_FUNCTIONS: dict[str, Callable[..., Residue]] = {
    "abs": _absolute,
    "max": _maximum,
    "min": _minimum,
}


def _power(base: Integers, exponent: int, p: int) -> Integers:
    """Entrywise, by repeated squaring; the exponent is not negative."""
    result = np.ones_like(base)
    for bit in bin(exponent)[2:]:
        result = result * result % p
        if bit == "1":
            result = result * base % p
    return result % p


def _product(left: Integers, right: Integers, p: int) -> Integers:
    """The matrix product modulo p, by products of doubles in which every sum is exact."""
    high, low = (left >> HALF_BITS).astype(float), (left & (1 << HALF_BITS) - 1).astype(float)
    columns = right.astype(float)
    total = np.zeros((left.shape[0], right.shape[1]), dtype=np.int64)
    for start in range(0, left.shape[1], EXACT_TERMS):
        part = slice(start, start + EXACT_TERMS)
        upper = (high[:, part] @ columns[part]).astype(np.int64) % p
        lower = (low[:, part] @ columns[part]).astype(np.int64)
        total = (total + (upper << HALF_BITS) + lower) % p
    return total


def _exact_sum(x: Enclosure, y: Enclosure) -> Enclosure:
    """x + y; single numbers whose sum is a double stay single numbers."""
    total = x + y
    a, b = x.lo, y.lo
    with np.errstate(all="ignore"):
        s = np.asarray(a + b)
        back = s - a
        error = (a - (s - back)) + (b - back)  # of the rounding, exactly (Knuth)
    exact = (a == x.hi) & (b == y.hi) & (error == 0) & np.isfinite(s)
    return Enclosure(np.where(exact, s, total.lo), np.where(exact, s, total.hi))


def _exact_product(x: Enclosure, y: Enclosure) -> Enclosure:
    """The matrix product; of short dyadic numbers, such as data, exactly: zeros are told."""
    check_floating_point()
    e, f = _dyadic(x), _dyadic(y)
    if e is not None and f is not None:
        a, b = np.ldexp(x.lo, e), np.ldexp(y.lo, f)
        if float((np.abs(a) @ np.abs(b)).max(initial=0.0)) < 2.0**52:
            # Integers below 2^53: no sum of products is rounded, in whatever order.
            exact = np.ldexp(a @ b, -e - f)
            return Enclosure(exact, exact)
    return ENCLOSURES.multiply(x, y)


def _dyadic(x: Enclosure) -> int | None:
    """e such that x is an array of single numbers, integers over 2^e; None if there is none."""
    lo: Floats = x.lo
    if not (
        np.array_equal(lo, x.hi) and np.isfinite(lo).all() and np.abs(lo).max(initial=0) < 2**52
    ):
        return None
    for e in DYADIC_SHIFTS:
        scaled = np.ldexp(lo, e)
        if np.array_equal(scaled, np.rint(scaled)):
            return e
    return None
