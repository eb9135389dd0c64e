"""Quotients of polynomials over Q in generators, for normal forms (docs/certificate-v1.md, 8.1).

A generator is a function of t by its canonical text: ``t``, ``pi``, ``sqrt(2)``, ``exp(t)``,
``erf(1/2*sqrt(2)*t)``. Those that are exponentials, roots or pi are positive and may have any
rational exponent, so that exp(-t) and exp(t/2) are powers of exp(t). Two quotients are equal as
functions if they are equal after multiplication with both denominators; the converse is not
claimed.

>>> y = generator("exp(t)")
>>> print(divide(times(y, y), add(y, number(fmpq(1)))))
(exp(t)^2)/(1+exp(t))
>>> equal(divide(y, add(y, number(fmpq(1)))), inverse(add(inverse(y), number(fmpq(1)))))
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flint import fmpq, fmpq_poly

from exactland.errors import LimitError

#: Generators with their nonzero exponents, in the order of their texts.
Monomial = tuple[tuple[str, fmpq], ...]
Terms = dict[Monomial, fmpq]
#: More terms than this are not multiplied out.
MOST_PRODUCTS = 20_000
#: A polynomial of a larger degree in t is not taken for one.
MOST_DEGREE = 2000

ONE: Terms = {(): fmpq(1)}
#: t in the text of a generator.
_T = re.compile(r"\bt\b")


@dataclass(frozen=True, eq=False)
class Ratio:
    """above / below; below is not 0, its first coefficient is 1, and no monomial divides it."""

    above: Terms
    below: Terms

    def __str__(self) -> str:
        if self.below == ONE:
            return _text(self.above)
        return f"({_text(self.above)})/({_text(self.below)})"


def is_positive_generator(name: str) -> bool:
    return name.startswith(("exp(", "sqrt(")) or name == "pi"


def number(value: fmpq) -> Ratio:
    return Ratio({(): value} if value else {}, ONE)


def generator(name: str, exponent: fmpq | int = 1) -> Ratio:
    """A power of a generator; ``name`` determines the function."""
    return made(_from_monomial(((name, fmpq(exponent)),)), ONE)


def add(x: Ratio, y: Ratio) -> Ratio:
    if x.below == y.below:
        return made(_sum(x.above, y.above), x.below)
    above = _sum(_product(x.above, y.below), _product(y.above, x.below))
    return made(above, _product(x.below, y.below))


def negative(x: Ratio) -> Ratio:
    return Ratio({m: -c for m, c in x.above.items()}, x.below)


def times(x: Ratio, y: Ratio) -> Ratio:
    return made(_product(x.above, y.above), _product(x.below, y.below))


def scaled(x: Ratio, q: fmpq) -> Ratio:
    return times(number(q), x)


def inverse(x: Ratio) -> Ratio:
    """1/x; ZeroDivisionError for the quotient 0."""
    if not x.above:
        raise ZeroDivisionError
    return made(x.below, x.above)


def divide(x: Ratio, y: Ratio) -> Ratio:
    return times(x, inverse(y))


def power(x: Ratio, exponent: int) -> Ratio:
    base, result = x if exponent >= 0 else inverse(x), number(fmpq(1))
    for bit in bin(abs(exponent))[2:]:
        result = times(result, result)
        if bit == "1":
            result = times(result, base)
    return result


def equal(x: Ratio, y: Ratio) -> bool:
    """Whether they are one quotient: then they are one function where both are defined."""
    return _product(x.above, y.below) == _product(y.above, x.below)


def made(above: Terms, below: Terms) -> Ratio:
    """The quotient in its canonical form, as far as monomials and equal polynomials cancel."""
    if not above:
        return Ratio({}, ONE)
    factor, rest = content(below)
    if rest == ONE:
        return Ratio(_product(above, _inverse_term(factor)), ONE)
    other, same = content(above)
    if same == rest:
        return Ratio(_product(other, _inverse_term(factor)), ONE)
    return Ratio(_product(above, _inverse_term(factor)), rest)


def content(terms: Terms) -> tuple[Terms, Terms]:
    """(one term, the rest): the rest has the first coefficient 1 and no monomial divides it."""
    least: dict[str, fmpq] = {}
    monomials = [dict(m) for m in terms]
    for name in {name for m in monomials for name in m}:
        least[name] = min(m.get(name, fmpq(0)) for m in monomials)
    monomial = tuple(sorted((name, e) for name, e in least.items() if e))
    shifted = _product(terms, _inverse_term({monomial: fmpq(1)}))
    leading = shifted[min(shifted, key=_order)]
    return {monomial: leading}, {m: c / leading for m, c in shifted.items()}


def polynomial(x: Ratio) -> fmpq_poly | None:
    """The polynomial in t over Q that this is; None if it is not seen to be one."""
    if not x.above:
        return fmpq_poly([])
    above, below = _by_powers_of_t(x.above), _by_powers_of_t(x.below)
    if above is None or below is None or set(above) - set(below):
        return None
    first = next(iter(below))
    if first not in above:
        return None
    quotient, rest = divmod(above[first], below[first])
    agree = all(above.get(m, fmpq_poly([])) == quotient * p for m, p in below.items())
    return quotient if agree and not rest.coeffs() else None


def by_degree(x: Ratio) -> dict[int, Ratio] | None:
    """The coefficients, without t and not 0, of the polynomial in t that this is; None if not seen.

    >>> t, root = generator("t"), generator("sqrt(2)")
    >>> {n: str(c) for n, c in (by_degree(add(times(root, t), root)) or {}).items()}
    {0: 'sqrt(2)', 1: 'sqrt(2)'}
    """
    rational = polynomial(x)
    if rational is not None:
        return {n: number(c) for n, c in enumerate(rational.coeffs()) if c}
    found: dict[int, Terms] = {}
    if any(_T.search(name) for m in x.below for name, _ in m):
        return None
    for m, c in x.above.items():
        degree = dict(m).get("t", fmpq(0))
        others = tuple(pair for pair in m if pair[0] != "t")
        if degree < 0 or degree.q != 1 or any(_T.search(name) for name, _ in others):
            return None
        found.setdefault(int(degree.p), {})[others] = c
    return {n: made(terms, x.below) for n, terms in sorted(found.items())}


def positive_factor(x: Ratio) -> Ratio:
    """The powers of exponentials, roots and pi that divide all terms above."""
    if not x.above:
        return number(fmpq(1))
    (monomial,) = content(x.above)[0]
    kept = tuple(pair for pair in monomial if is_positive_generator(pair[0]))
    return Ratio({kept: fmpq(1)}, ONE)


def in_t_only(terms: Terms) -> fmpq_poly | None:
    """The polynomial in t if there is no other generator."""
    found = _by_powers_of_t(terms)
    return None if found is None or set(found) - {()} else found.get((), fmpq_poly([]))


def value_at(x: Ratio, t: fmpq) -> fmpq:
    """The value at t of a quotient in t alone, whose denominator is not 0 there."""
    above, below = in_t_only(x.above), in_t_only(x.below)
    if above is None or below is None:
        raise LimitError("normal form", "it is no quotient in t alone", "simplify it")
    return fmpq(above(t) / below(t))


def _by_powers_of_t(terms: Terms) -> dict[Monomial, fmpq_poly] | None:
    """Coefficients in Q[t] of the monomials in the other generators."""
    result: dict[Monomial, fmpq_poly] = {}
    for m, c in terms.items():
        degree = dict(m).get("t", fmpq(0))
        if degree < 0 or degree.q != 1 or degree > MOST_DEGREE:
            return None
        others = tuple(pair for pair in m if pair[0] != "t")
        part = fmpq_poly([0] * int(degree.p) + [c])
        result[others] = result.get(others, fmpq_poly([])) + part
    return result


def _from_monomial(monomial: Monomial) -> Terms:
    """The term with coefficient 1, roots reduced: sqrt(n)^2 = n."""
    coefficient, kept = fmpq(1), []
    for name, e in monomial:
        if name.startswith("sqrt("):
            twice, e = int(e.p) // 2, fmpq(int(e.p) % 2)
            coefficient *= fmpq(int(name[5:-1])) ** twice
        if e:
            kept.append((name, e))
    return {tuple(kept): coefficient}


def _inverse_term(term: Terms) -> Terms:
    ((m, c),) = term.items()
    return {n: d / c for n, d in _from_monomial(tuple((name, -e) for name, e in m)).items()}


def _sum(x: Terms, y: Terms) -> Terms:
    result = dict(x)
    for m, c in y.items():
        result[m] = result.get(m, fmpq(0)) + c
    return {m: c for m, c in result.items() if c}


def _product(x: Terms, y: Terms) -> Terms:
    if len(x) * len(y) > MOST_PRODUCTS:
        raise LimitError("normal form", f"a product of {len(x)} by {len(y)} terms", "simplify it")
    result: Terms = {}
    for m, c in x.items():
        for n, d in y.items():
            exponents = dict(m)
            for name, e in n:
                exponents[name] = exponents.get(name, fmpq(0)) + e
            ((monomial, factor),) = _from_monomial(tuple(sorted(exponents.items()))).items()
            result[monomial] = result.get(monomial, fmpq(0)) + c * d * factor
    return {m: c for m, c in result.items() if c}


def _order(monomial: Monomial) -> str:
    return _monomial_text(monomial)


def _monomial_text(monomial: Monomial) -> str:
    return "*".join(name if e == 1 else f"{name}^{e}" for name, e in monomial)


def _text(terms: Terms) -> str:
    parts = []
    for m in sorted(terms, key=_order):
        c, name = terms[m], _monomial_text(m)
        parts.append(str(c) if not name else name if c == 1 else f"{c}*{name}")
    return "+".join(parts).replace("+-", "-") or "0"


def leading_coefficient(x: Ratio) -> fmpq:
    """The coefficient of the first monomial above; 0 for 0."""
    return x.above[min(x.above, key=_order)] if x.above else fmpq(0)
