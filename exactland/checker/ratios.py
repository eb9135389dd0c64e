"""Quotients of polynomials over Q in generators (section 8.1), for the normal forms of expressions.

A generator is a number in a table that says which function of t it is. The positive ones, that is
exponentials, roots of primes and pi, may have any rational exponent.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import Any

from .outcome import Decline
from .proofs.quotients import Polynomial
from .work import TURN, VALUE, longest, operations, spend

#: Generators with nonzero exponents, sorted.
Powers = tuple[tuple[int, Fraction], ...]
Terms = dict[Powers, Fraction]
#: above and below, which is not 0.
Ratio = tuple[Terms, Terms]
PRODUCTS = 20_000
LARGEST_DEGREE = 2000
#: Squares of roots in one product.
ROOT_POWER = 4096
ZERO, ONE = Fraction(0), Fraction(1)
POSITIVE = ("exp", "root", "pi")


class Generators:
    """The table of generators, and arithmetic with quotients in them."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}
        self.keys: list[tuple[Hashable, ...]] = []
        self.t = self.number_of("t")

    def number_of(self, *key: Hashable) -> int:
        """The generator with this key: always the same one for the same key."""
        if key not in self.numbers:
            self.numbers[key] = len(self.keys)
            self.keys.append(key)
        return self.numbers[key]

    def is_positive(self, generator: int) -> bool:
        return self.keys[generator][0] in POSITIVE

    def constant(self, value: Fraction) -> Ratio:
        return ({(): value} if value else {}), {(): ONE}

    def raised(self, generator: int, exponent: Fraction) -> Ratio:
        return self.reduced(self._term({generator: exponent}, ONE), {(): ONE})

    def _term(self, exponents: dict[int, Fraction], coefficient: Fraction) -> Terms:
        """One term, with root(p)^2 = p."""
        kept = []
        for g, e in sorted(exponents.items()):
            key = self.keys[g]
            if key[0] == "root":
                prime, whole = key[1], e.numerator // 2
                if not isinstance(prime, int) or e.denominator != 1 or abs(whole) > ROOT_POWER:
                    raise Decline("a power of a root")
                coefficient *= Fraction(prime) ** whole
                e -= 2 * whole
            if e:
                kept.append((g, e))
        return {tuple(kept): coefficient}

    def product(self, x: Terms, y: Terms) -> Terms:
        if len(x) * len(y) > PRODUCTS:
            raise Decline(f"a product of more than {PRODUCTS} terms")
        letters = max((len(m) for terms in (x, y) for m in terms), default=0)
        spend(len(x) * len(y) * (letters + 1) * 4 * VALUE)
        spend(operations(2 * len(x) * len(y), longest([*x.values()]), longest([*y.values()])))
        result: Terms = {}
        for m, a in x.items():
            for n, b in y.items():
                exponents = dict(m)
                for g, e in n:
                    exponents[g] = exponents.get(g, ZERO) + e
                for key, c in self._term(exponents, a * b).items():
                    result[key] = result.get(key, ZERO) + c
        return {m: c for m, c in result.items() if c}

    def over(self, terms: Terms, m: Powers, c: Fraction) -> Terms:
        """The terms divided by c times a product of powers."""
        return self.product(terms, self._term({g: -e for g, e in m}, 1 / c))

    def common(self, terms: Terms) -> tuple[Powers, Fraction]:
        """The powers that divide all terms, and the coefficient of what is first after that."""
        all_powers = [dict(m) for m in terms]
        least = {
            g: min(powers.get(g, ZERO) for powers in all_powers)
            for powers in all_powers
            for g in powers
        }
        m = tuple(sorted((g, e) for g, e in least.items() if e))
        rest = self.over(terms, m, ONE)
        return m, rest[min(rest)]

    def reduced(self, above: Terms, below: Terms) -> Ratio:
        """The quotient with a denominator without a monomial factor, and first coefficient 1."""
        if not above:
            return {}, {(): ONE}
        m, c = self.common(below)
        above, below = self.over(above, m, c), self.over(below, m, c)
        n, d = self.common(above)
        if self.over(above, n, d) == below:
            return self._term(dict(n), d), {(): ONE}
        return above, below

    def add(self, x: Ratio, y: Ratio) -> Ratio:
        if x[1] == y[1]:
            return self.reduced(total(x[0], y[0]), x[1])
        above = total(self.product(x[0], y[1]), self.product(y[0], x[1]))
        return self.reduced(above, self.product(x[1], y[1]))

    def multiply(self, x: Ratio, y: Ratio) -> Ratio:
        return self.reduced(self.product(x[0], y[0]), self.product(x[1], y[1]))

    def scale(self, q: Fraction, x: Ratio) -> Ratio:
        return self.multiply(self.constant(q), x)

    def inverse(self, x: Ratio) -> Ratio:
        if not x[0]:
            raise Decline("a division by 0")
        return self.reduced(x[1], x[0])

    def power(self, x: Ratio, exponent: int) -> Ratio:
        if exponent < 0:
            return self.power(self.inverse(x), -exponent)
        result, square = self.constant(ONE), x
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            square = self.multiply(square, square) if exponent else square
        return result

    def equal(self, x: Ratio, y: Ratio) -> bool:
        return self.product(x[0], y[1]) == self.product(y[0], x[1])

    def by_t(self, terms: Terms) -> dict[Powers, Polynomial] | None:
        """The coefficients, polynomials in t, of the products of the other generators."""
        spend(4 * TURN * len(terms))
        result: dict[Powers, dict[int, Fraction]] = {}
        for m, c in terms.items():
            degree = dict(m).get(self.t, ZERO)
            if degree < 0 or degree.denominator != 1:
                return None
            if degree > LARGEST_DEGREE:
                raise Decline(f"a power of t above {LARGEST_DEGREE}")
            others = tuple(pair for pair in m if pair[0] != self.t)
            result.setdefault(others, {})[degree.numerator] = c
        spend(TURN * sum(max(found) for found in result.values()))
        return {
            m: tuple(found.get(j, ZERO) for j in range(max(found) + 1))
            for m, found in result.items()
        }

    def by_degree(self, x: Ratio) -> dict[int, Ratio] | None:
        """The coefficients, without t and not 0, of the polynomial in t that the quotient is."""
        rational = self.polynomial(x)
        if rational is not None:
            return {n: self.constant(c) for n, c in enumerate(rational) if c}
        if not self.is_constant((x[1], {(): ONE})):
            return None
        found: dict[int, Terms] = {}
        for m, c in x[0].items():
            degree = dict(m).get(self.t, ZERO)
            others = tuple(pair for pair in m if pair[0] != self.t)
            without_t = self.is_constant(({others: ONE}, {(): ONE}))
            if degree < 0 or degree.denominator != 1 or not without_t:
                return None
            if degree > LARGEST_DEGREE:
                raise Decline(f"a power of t above {LARGEST_DEGREE}")
            found.setdefault(degree.numerator, {})[others] = c
        return {n: self.reduced(terms, x[1]) for n, terms in found.items()}

    def is_constant(self, x: Ratio) -> bool:
        """Whether t is in no generator."""
        used = {g for terms in x for m in terms for g, _ in m}
        spend(4 * TURN * (len(x[0]) + len(x[1])))
        return all(
            g != self.t and (self.keys[g][0] in ("pi", "root") or self.is_constant(self.inside(g)))
            for g in used
        )

    def inside(self, generator: int) -> Ratio:
        """The argument of the function that the generator is."""
        return thawed(self.keys[generator][1])

    def positive_factor(self, terms: Terms) -> Ratio:
        """The powers of positive generators that divide all terms."""
        m = self.common(terms)[0] if terms else ()
        return {tuple(pair for pair in m if self.is_positive(pair[0])): ONE}, {(): ONE}

    def univariate(self, terms: Terms) -> Polynomial | None:
        """The polynomial in t, where no other generator occurs; () for 0."""
        found = self.by_t(terms)
        if found is None or any(m for m in found):
            return None
        return found.get((), ())

    def polynomial(self, x: Ratio) -> Polynomial | None:
        """The polynomial in t over Q that the quotient is seen to be."""
        above, below = self.by_t(x[0]), self.by_t(x[1])
        if not x[0] or above is None or below is None:
            return None if x[0] else ()
        first = min(below)
        quotient = _exactly(above.get(first, ()), below[first])
        if quotient is None:
            return None
        as_terms: Terms = {
            (((self.t, Fraction(j)),) if j else ()): c for j, c in enumerate(quotient) if c
        }
        return quotient if self.product(as_terms, x[1]) == x[0] else None


def frozen(x: Ratio) -> tuple[Hashable, Hashable]:
    """The quotient as part of a key."""
    spend(4 * TURN * (len(x[0]) + len(x[1])))
    return tuple(sorted(x[0].items())), tuple(sorted(x[1].items()))


def thawed(key: Any) -> Ratio:
    """The quotient that was frozen."""
    return dict(key[0]), dict(key[1])


def total(x: Terms, y: Terms) -> Terms:
    result = dict(x)
    for m, c in y.items():
        result[m] = result.get(m, ZERO) + c
    return {m: c for m, c in result.items() if c}


def _exactly(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """a/b where b divides a."""
    spend(operations(2 * len(a) * len(b), longest(a), longest(b)))
    rest, result = list(a), [ZERO] * max(len(a) - len(b) + 1, 1)
    for shift in range(len(a) - len(b), -1, -1):
        factor = rest[shift + len(b) - 1] / b[-1]
        result[shift] = factor
        for i, c in enumerate(b):
            rest[shift + i] -= factor * c
    return None if any(rest) else tuple(result)
