"""Formal values: polynomials over Q in symbols, whose zero is a proof.

A symbol stands for a parameter, for pi, for the square root of a squarefree integer, for the
logarithm of a prime, or for a function of formal values. The only relation between symbols is
sqrt(m) sqrt(n) = g sqrt(mn/g^2) with g = gcd(m, n). So a formal value that is the polynomial 0 is 0
wherever it is defined; one that is not may still be 0, and nothing is claimed of it.

The values of section 8 of docs/certificate-v1.md; ``formal.py`` has the functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import gcd
from typing import Any

from flint import fmpq, fmpz

from exactland.errors import InputError, LimitError, UsageError

#: The largest number of terms of a value, and of products of terms in one multiplication: what
#: the checker accepts too.
MOST_TERMS = 100_000
MOST_PRODUCTS = 100_000
#: The largest exponent of ``**``.
LARGEST_EXPONENT = 1_000


@dataclass(frozen=True, order=True)
class Symbol:
    """A generator of the polynomial ring.

    ``kind`` is "parameter" (with ``name``), "pi", "root" or "log" (with ``number``: squarefree and
    at least 2, or a prime), "constant" (with ``name``, which determines the number), or "function"
    (with ``name`` and ``arguments``).
    """

    kind: str
    name: str = ""
    number: int = 0
    arguments: tuple[Formal, ...] = ()

    def __str__(self) -> str:
        if self.kind == "root":
            return f"sqrt({self.number})"
        if self.kind == "log":
            return f"log({self.number})"
        if self.kind == "function":
            return f"{self.name}({', '.join(map(str, self.arguments))})"
        return self.name or self.kind


#: A product of powers: symbols in increasing order, each with its exponent >= 1; () is 1.
Monomial = tuple[tuple[Symbol, int], ...]


class Formal:
    """A polynomial over Q in symbols: immutable, hashable, equal if it is the same polynomial.

    It supports ``+ - *``, ``/`` and ``** int`` with formal values, ``fmpq`` and ``int``. A division
    by a value that is not rational multiplies by an opaque symbol for its inverse.

    >>> w = Formal.of(Symbol("parameter", "w"))
    >>> str((w + 1) * (w - 1) - w * w), ((w + 1) * (w - 1) - w**2 + 1).is_zero()
    ('-1', True)
    """

    __slots__ = ("_hash", "_ordered", "_terms")

    def __init__(self, terms: Mapping[Monomial, fmpq]) -> None:
        """The polynomial with these coefficients; those that are 0 are left out."""
        self._terms = {monomial: c for monomial, c in terms.items() if c != 0}
        self._ordered: tuple[tuple[Monomial, fmpq], ...] | None = None
        self._hash: int | None = None
        if len(self._terms) > MOST_TERMS:
            raise LimitError(
                "formal value", f"more than {MOST_TERMS} terms", "use a smaller network"
            )

    @staticmethod
    def rational(value: fmpq | fmpz | int) -> Formal:
        """The constant polynomial."""
        return Formal({(): fmpq(value)})

    @staticmethod
    def of(symbol: Symbol) -> Formal:
        """The polynomial that is this symbol."""
        return Formal({((symbol, 1),): fmpq(1)})

    @property
    def terms(self) -> tuple[tuple[Monomial, fmpq], ...]:
        """The monomials in canonical order, each with its nonzero coefficient."""
        if self._ordered is None:
            self._ordered = tuple(sorted(self._terms.items(), key=lambda term: term[0]))
        return self._ordered

    def is_zero(self) -> bool:
        """Is this the polynomial 0? False does not claim that the number is not 0."""
        return not self._terms

    def as_rational(self) -> fmpq | None:
        """The value if the polynomial is constant, otherwise None."""
        if not self._terms:
            return fmpq(0)
        return self._terms.get(()) if len(self._terms) == 1 else None

    def leading_coefficient(self) -> fmpq:
        """The coefficient of the first monomial in canonical order; 0 for the polynomial 0."""
        return self._terms[min(self._terms)] if self._terms else fmpq(0)

    def __eq__(self, other: object) -> bool:
        return self._terms == other._terms if isinstance(other, Formal) else NotImplemented

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._terms.items()))
        return self._hash

    def __lt__(self, other: Formal) -> bool:
        """An order of polynomials, to make monomials canonical; it is no order of their values."""
        return self.terms < other.terms

    def __bool__(self) -> bool:
        raise UsageError("formal value", "it has no truth value", "say is_zero()")

    def __add__(self, other: Formal | fmpq | int) -> Formal:
        terms = dict(self._terms)
        for monomial, c in _formal(other)._terms.items():
            terms[monomial] = terms[monomial] + c if monomial in terms else c
        return Formal(terms)

    __radd__ = __add__

    def __neg__(self) -> Formal:
        return Formal({monomial: -c for monomial, c in self._terms.items()})

    def __sub__(self, other: Formal | fmpq | int) -> Formal:
        return self + -_formal(other)

    def __rsub__(self, other: fmpq | int) -> Formal:
        return _formal(other) - self

    def __mul__(self, other: Formal | fmpq | int) -> Formal:
        a, b = self._terms, _formal(other)._terms
        if len(a) * len(b) > MOST_PRODUCTS:
            raise LimitError(
                "formal value",
                f"a product of {len(a)} by {len(b)} terms",
                "use a smaller network",
            )
        terms: dict[Monomial, fmpq] = {}
        for m, c in a.items():
            for n, d in b.items():
                factor, monomial = _monomial_product(m, n)
                coefficient = c * d * factor
                terms[monomial] = terms.get(monomial, _ZERO) + coefficient
        return Formal(terms)

    __rmul__ = __mul__

    def __truediv__(self, other: Formal | fmpq | int) -> Formal:
        return self * inverse(_formal(other))

    def __rtruediv__(self, other: fmpq | int) -> Formal:
        return _formal(other) / self

    def __pow__(self, exponent: int) -> Formal:
        if abs(exponent) > LARGEST_EXPONENT:
            raise LimitError(
                "formal value", f"the exponent {exponent}", f"use at most {LARGEST_EXPONENT}"
            )
        base = self if exponent >= 0 else inverse(self)
        power = Formal.rational(1)
        for bit in bin(abs(exponent))[2:]:
            power = power * power
            if bit == "1":
                power = power * base
        return power

    def __str__(self) -> str:
        return " + ".join(_term_text(*term) for term in self.terms).replace("+ -", "- ") or "0"

    def __repr__(self) -> str:
        return f"Formal({self})"


_ZERO = fmpq(0)


def inverse(value: Formal) -> Formal:
    """1/value: exact for a rational and for q sqrt(n), otherwise an opaque symbol.

    1/(q z) = (1/q) (1/z), so z is taken with leading coefficient 1. Raises InputError for the
    polynomial 0; that another value is not 0 at the parameters in question is for the caller to
    see.

    >>> root = Formal.of(Symbol("root", number=2))
    >>> print(inverse(root), inverse(-2 * root - 4))
    1/2*sqrt(2) -1/4*inverse(1 + 1/2*sqrt(2))
    """
    q = value.leading_coefficient()
    if q == 0:
        raise InputError("division", "the divisor is 0", "divide by a value other than 0")
    if value.as_rational() is not None:
        return Formal.rational(1 / q)
    unit = value * (1 / q)
    ((monomial, _), *more) = unit.terms
    if not more and len(monomial) == 1 and monomial[0][0].kind == "root":
        return unit * (1 / (q * monomial[0][0].number))
    return Formal.of(Symbol("function", "inverse", arguments=(unit,))) * (1 / q)


def _formal(value: Formal | fmpq | fmpz | int) -> Formal:
    if isinstance(value, Formal):
        return value
    if isinstance(value, (fmpq, fmpz)) or type(value) is int:
        return Formal.rational(value)
    raise UsageError(
        "formal value",
        f"it cannot be combined with a value of type {type(value).__name__}",
        "use formal values and rationals",
    )


def _monomial_product(m: Monomial, n: Monomial) -> tuple[int, Monomial]:
    """The product as an integer factor and a monomial, in which at most one root is left."""
    if not m or not n:
        return 1, m or n
    powers = dict(m)
    for symbol, exponent in n:
        powers[symbol] = powers.get(symbol, 0) + exponent
    roots = [symbol for symbol in powers if symbol.kind == "root"]
    factor = 1
    if roots and (len(roots) > 1 or powers[roots[0]] > 1):
        factor, radicand = _root_product(
            symbol.number for symbol in roots for _ in range(powers.pop(symbol))
        )
        if radicand > 1:
            powers[Symbol("root", number=radicand)] = 1
    return factor, tuple(sorted(powers.items()))


def _root_product(radicands: Iterable[int]) -> tuple[int, int]:
    """(f, n) with the product of the square roots equal to f sqrt(n), n squarefree as they are."""
    factor, radicand = 1, 1
    for number in radicands:
        common = gcd(radicand, number)
        factor *= common
        radicand = (radicand // common) * (number // common)
    return factor, radicand


def _term_text(monomial: Monomial, coefficient: Any) -> str:
    powers = [str(s) if e == 1 else f"{s}**{e}" for s, e in monomial]
    if not powers:
        return str(coefficient)
    sign = "-" if coefficient == -1 else "" if coefficient == 1 else f"{coefficient}*"
    return sign + "*".join(powers)
