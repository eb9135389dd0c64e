"""The normal form of an expression (section 8.1): a quotient on each of finitely many intervals.

>>> from .expression import evaluate, parse
>>> forms = NormalForms()
>>> one, other = (evaluate(parse(text), forms.variable(), forms) for text in
...               ("1/(1+exp(-t))", "(1+tanh(t/2))/2"))
>>> forms.equal(one, other)
True
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from .outcome import Decline
from .primes import factors
from .proofs.quotients import Polynomial, has_root
from .ratios import ONE, ZERO, Generators, Ratio, Terms, frozen, thawed
from .work import TURN, longest, operations, size, spend

PIECES = 24
DEGREE = 64
BITS = 512
_ODD = ("sin", "atan", "erf")


@dataclass(frozen=True)
class Pieces:
    """``parts[i]`` between ``cuts[i-1]`` and ``cuts[i]``."""

    cuts: tuple[Fraction, ...]
    parts: tuple[Ratio, ...]

    def at(self, t: Fraction) -> Ratio:
        """The part that holds at t, which is no cut."""
        return self.parts[sum(cut < t for cut in self.cuts)]


def inner_points(cuts: tuple[Fraction, ...]) -> list[Fraction]:
    """A point of every interval between the cuts."""
    if not cuts:
        return [ZERO]
    between = [(a + b) / 2 for a, b in pairwise(cuts)]
    return [cuts[0] - 1, *between, cuts[-1] + 1]


class NormalForms:
    """Normal forms as an arithmetic of expressions; Decline where there is none."""

    def __init__(self) -> None:
        self.generators = Generators()

    def variable(self, sign: int = 1) -> Pieces:
        """The function t, or -t."""
        generators = self.generators
        t = generators.raised(generators.t, ONE)
        return Pieces((), (generators.scale(Fraction(sign), t),))

    def number(self, value: Fraction) -> Pieces:
        return Pieces((), (self.generators.constant(value),))

    def pi(self) -> Pieces:
        return Pieces((), (self._generator("pi"),))

    def add(self, x: Pieces, y: Pieces) -> Pieces:
        return self.join(self.generators.add, x, y)

    def negative(self, x: Pieces) -> Pieces:
        return self.join(lambda a: self.generators.scale(-ONE, a), x)

    def multiply(self, x: Pieces, y: Pieces) -> Pieces:
        return self.join(self.generators.multiply, x, y)

    def divide(self, x: Pieces, y: Pieces) -> Pieces:
        return self.multiply(x, self.join(self.generators.inverse, y))

    def power(self, x: Pieces, exponent: int) -> Pieces:
        return self.join(lambda a: self.generators.power(a, exponent), x)

    def join(self, rule: Callable[..., Ratio], *values: Pieces) -> Pieces:
        """A function piece by piece; neighbours that are equal become one."""
        cuts = tuple(sorted({cut for value in values for cut in value.cuts}))
        spend(20 * TURN * (len(cuts) + 1))
        parts = [rule(*(value.at(t) for value in values)) for t in inner_points(cuts)]
        return self._merged(cuts, parts)

    def _merged(self, cuts: tuple[Fraction, ...], parts: list[Ratio]) -> Pieces:
        if len(parts) > PIECES:
            raise Decline(f"more than {PIECES} pieces")
        kept_cuts, kept = [], parts[:1]
        for cut, part in zip(cuts, parts[1:], strict=True):
            if not self.generators.equal(kept[-1], part):
                kept_cuts.append(cut)
                kept.append(part)
        return Pieces(tuple(kept_cuts), tuple(kept))

    def equal(self, x: Pieces, y: Pieces) -> bool:
        """Whether both have the same normal form: then they are one function up to the cuts."""
        return x.cuts == y.cuts and all(
            self.generators.equal(a, b) for a, b in zip(x.parts, y.parts, strict=True)
        )

    def call(self, function: str, arguments: list[Pieces]) -> Pieces:
        u = arguments[0]
        if function == "abs":
            return self._absolute(u)
        if function in ("min", "max"):
            v = arguments[1]
            gap = self._absolute(self.add(u, self.negative(v)))
            gap = gap if function == "max" else self.negative(gap)
            half = self.number(Fraction(1, 2))
            return self.multiply(half, self.add(self.add(u, v), gap))
        if function == "dyadic_softplus":
            raise Decline("dyadic-softplus has no normal form")
        rules: dict[str, Callable[[Ratio], Ratio]] = {
            "exp": self._exp, "log": self._log, "sqrt": self._sqrt, "sigmoid": self._sigmoid,
            "tanh": self._tanh, "sinh": lambda a: self._mean(a, -1),
            "cosh": lambda a: self._mean(a, 1), "softplus": self._softplus,
        }  # fmt: skip
        return self.join(rules.get(function) or (lambda a: self._opaque(function, a)), u)

    def _generator(self, *key: Any) -> Ratio:
        return self.generators.raised(self.generators.number_of(*key), ONE)

    def _plus(self, x: Ratio, value: int) -> Ratio:
        return self.generators.add(x, self.generators.constant(Fraction(value)))

    # Exponentials and logarithms.

    def _exp(self, u: Ratio) -> Ratio:
        """The product of exp(m)^c over the terms c m, where exp(n log v) = v^n for integers n."""
        g = self.generators
        if u[1] != {(): ONE}:
            c = u[0][min(u[0])]
            return g.raised(g.number_of("exp", frozen(g.scale(1 / c, u))), c)
        result = g.constant(ONE)
        for m, c in u[0].items():
            key = g.keys[m[0][0]] if len(m) == 1 and m[0][1] == 1 else ("", "")
            if key[0] == "log" and c.denominator == 1 and abs(c) <= DEGREE:
                factor = g.power(thawed(key[1]), c.numerator)
            else:
                factor = g.raised(g.number_of("exp", frozen(({m: ONE}, {(): ONE}))), c)
            result = g.multiply(result, factor)
        return result

    def _sigmoid(self, u: Ratio) -> Ratio:
        y = self._exp(u)
        return self.generators.multiply(y, self.generators.inverse(self._plus(y, 1)))

    def _tanh(self, u: Ratio) -> Ratio:
        y = self._exp(self.generators.scale(Fraction(2), u))
        return self.generators.multiply(
            self._plus(y, -1), self.generators.inverse(self._plus(y, 1))
        )

    def _mean(self, u: Ratio, sign: int) -> Ratio:
        """(exp(u) + sign exp(-u))/2"""
        g, y = self.generators, self._exp(u)
        other = g.scale(Fraction(sign), g.inverse(y))
        return g.scale(Fraction(1, 2), g.add(y, other))

    def _softplus(self, u: Ratio) -> Ratio:
        return self._log(self._plus(self._exp(u), 1))

    def _log(self, u: Ratio) -> Ratio:
        """log of positive factors apart: numbers, exponentials and roots; then of what is left."""
        g = self.generators
        if not u[0]:
            raise Decline("the logarithm of 0")
        m, c = g.common(u[0])
        result = self._log_of_number(abs(c))
        rest = g.over(u[0], m, abs(c))
        for generator, e in m:
            key = g.keys[generator]
            power: Terms = {((generator, e),): ONE}
            if key[0] == "exp":
                result = g.add(result, g.scale(e, thawed(key[1])))
            elif key[0] == "root" and isinstance(key[1], int):
                result = g.add(result, g.scale(e / 2, self._log_of_number(Fraction(key[1]))))
            else:
                rest = g.product(rest, power)
        if u[1] != {(): ONE} and self._positive(rest) and self._positive(u[1]):
            below = g.scale(-ONE, self._log_of(({**u[1]}, {(): ONE})))
            return g.add(g.add(result, self._log_of((rest, {(): ONE}))), below)
        return g.add(result, self._log_of((rest, u[1])))

    def _log_of(self, u: Ratio) -> Ratio:
        if u == ({(): ONE}, {(): ONE}):
            return self.generators.constant(ZERO)
        return self._generator("log", frozen(u))

    def _log_of_number(self, q: Fraction) -> Ratio:
        g, result = self.generators, self.generators.constant(ZERO)
        for n, sign in ((q.numerator, 1), (q.denominator, -1)):
            for prime, e in factors(n):
                logarithm = self._generator("log", frozen(g.constant(Fraction(prime))))
                result = g.add(result, g.scale(Fraction(sign * e), logarithm))
        return result

    def _positive(self, terms: Terms) -> bool:
        """Whether every term is seen to be positive."""
        return all(
            c > 0 and all(self.generators.is_positive(g) for g, _ in m) for m, c in terms.items()
        )

    def _sqrt(self, u: Ratio) -> Ratio:
        """Of a positive rational number by its primes; otherwise a generator."""
        g, q = self.generators, self.generators.polynomial(u)
        if q is None or len(q) != 1 or q[0] <= 0:
            return self._generator("sqrt", frozen(u))
        result = g.constant(Fraction(1, q[0].denominator))
        for prime, e in factors(q[0].numerator * q[0].denominator):
            result = g.multiply(result, g.raised(g.number_of("root", prime), Fraction(e)))
        return result

    def _opaque(self, function: str, u: Ratio) -> Ratio:
        """A generator, odd or even in its argument."""
        g = self.generators
        if function not in (*_ODD, "cos"):
            raise Decline(f"{function} has no normal form")
        if not u[0]:
            return g.constant(ZERO if function in _ODD else ONE)
        flip = u[0][min(u[0])] < 0
        result = self._generator(function, frozen(g.scale(-ONE, u) if flip else u))
        return g.scale(-ONE, result) if flip and function in _ODD else result

    # abs.

    def _absolute(self, u: Pieces) -> Pieces:
        """u or -u between its zeros and poles if these are rational, by its terms, or a symbol."""
        g = self.generators
        factors = Pieces(u.cuts, tuple(g.positive_factor(part[0]) for part in u.parts))
        u = Pieces(
            u.cuts,
            tuple(
                g.multiply(part, g.inverse(factor))
                for part, factor in zip(u.parts, factors.parts, strict=True)
            ),
        )
        changes = [self._changes(part) for part in u.parts]
        inside = {
            root
            for i, found in enumerate(changes)
            for root in found or ()
            if root not in u.cuts and sum(cut < root for cut in u.cuts) == i
        }
        cuts = tuple(sorted({*u.cuts, *inside}))
        parts = []
        for t in inner_points(cuts):
            known = changes[sum(cut < t for cut in u.cuts)] is not None
            side = self._absolute_part(u.at(t), t if known else None)
            parts.append(g.multiply(factors.at(t), side))
        return self._merged(cuts, parts)

    def _absolute_part(self, u: Ratio, t: Fraction | None) -> Ratio:
        g = self.generators
        if t is not None:
            above, below = g.univariate(u[0]), g.univariate(u[1])
            if above is None or below is None:
                raise Decline("a quotient in t alone is expected")
            return u if _value(above, t) * _value(below, t) >= 0 else g.scale(-ONE, u)
        for sign in (ONE, -ONE):
            side = g.scale(sign, u)
            if self._positive(side[0]) and self._positive(side[1]):
                return side
        c = u[0][min(u[0])]
        return g.scale(abs(c), self._generator("abs", frozen(g.scale(1 / c, u))))

    def _changes(self, u: Ratio) -> list[Fraction] | None:
        """Zeros and poles of a quotient in t alone, if they are all rational."""
        above, below = (self.generators.univariate(terms) for terms in u)
        if above is None or below is None or len(above) + len(below) > DEGREE + 2:
            return None
        roots: list[Fraction] = []
        for p in (above, below):
            found = rational_roots(p)
            if found is None:
                return None
            roots += found
        return roots


def rational_roots(p: Polynomial) -> list[Fraction] | None:
    """All real roots of p if they are rational, None otherwise; [] for p = 0.

    With s = a t, a the leading coefficient of an integral multiple, they are integers.
    """
    if len(p) <= 1:
        return []
    scale = lcm(*(c.denominator for c in p))
    integers = [int(c * scale) for c in p]
    a, degree = integers[-1], len(integers) - 1
    if degree * max(abs(c) for c in integers).bit_length() >= BITS:
        return None
    monic = tuple(
        Fraction(c * a ** (degree - 1 - j)) if j < degree else ONE for j, c in enumerate(integers)
    )
    bound = int(max(abs(c) for c in monic)) + 1  # all roots are smaller in absolute value
    roots: list[Fraction] = []
    while has_root(monic, Fraction(-bound), closed=True):
        low, high = -bound, bound  # a root is beyond low, or at it, and none is beyond high
        while high - low > 1:
            middle = (low + high) // 2
            if has_root(monic, Fraction(middle), closed=False):
                low = middle
            else:
                high = middle
        if _value(monic, Fraction(high)):
            return None
        roots.append(Fraction(high, a))
        while len(monic) > 1 and not _value(monic, Fraction(high)):
            monic = _deflated(monic, Fraction(high))
    return roots


def _deflated(p: Polynomial, root: Fraction) -> Polynomial:
    """p divided by t - root."""
    spend(operations(2 * len(p), BITS * len(p), BITS))
    result, carried = [], ZERO
    for c in reversed(p):
        carried = carried * root + c
        result.append(carried)
    return tuple(reversed(result[:-1]))


def _value(p: Polynomial, t: Fraction) -> Fraction:
    spend(operations(2 * len(p), longest(p) + size(t) * len(p), size(t)))
    result = ZERO
    for c in reversed(p):
        result = result * t + c
    return result
