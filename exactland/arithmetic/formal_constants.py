"""Constants with an exact formal value: roots, logarithms, exponentials of logarithms, angles.

Each function answers None where it has no exact form, and the caller makes an opaque atom of it.
Section 8 of docs/certificate-v1.md.
"""

from __future__ import annotations

from flint import fmpq, fmpz

from exactland.arithmetic.formal_values import Formal, Symbol

#: Logarithms are split into those of primes below this bound.
LARGEST_PRIME = 10**6
#: Integers with more bits are not factored.
FACTORED_BITS = 128
#: The largest exponent n of exp(n log p) = p^n that is written out.
LARGEST_POWER = 4096

PI = Formal.of(Symbol("pi"))


def square_root(q: fmpq) -> Formal | None:
    """The root of a positive rational: (f/d) sqrt(n) with n squarefree, by sqrt(p/d) = sqrt(pd)/d.

    >>> print(square_root(fmpq(9, 8)), square_root(fmpq(4)))
    3/4*sqrt(2) 2
    """
    factors = _factors(q.p * q.q)
    if factors is None:
        return None
    outside, radicand = fmpz(1), fmpz(1)
    for prime, exponent in factors:
        outside *= prime ** (exponent // 2)
        radicand *= prime ** (exponent % 2)
    return _root(int(radicand)) * fmpq(outside, q.q)


def logarithm(q: fmpq) -> Formal | None:
    """The logarithm of a positive rational as a sum over its primes, if all are below 10^6.

    >>> print(logarithm(fmpq(12, 5)))
    2*log(2) + log(3) - log(5)
    """
    above, below = _factors(q.p), _factors(q.q)
    if above is None or below is None:
        return None
    terms = [*above, *((prime, -exponent) for prime, exponent in below)]
    if any(prime >= LARGEST_PRIME for prime, _ in terms):
        return None
    return Formal({((Symbol("log", number=int(p)), 1),): fmpq(e) for p, e in terms})


def exponential(x: Formal) -> Formal | None:
    """exp of a sum of c log(p), p prime and 2c an integer: the product of the p^c.

    >>> print(exponential(Formal.of(Symbol("log", number=2)) * fmpq(3, 2)))
    2*sqrt(2)
    """
    product = Formal.rational(1)
    for monomial, c in x.terms:
        if len(monomial) != 1:
            return None
        ((symbol, power),) = monomial
        twice = 2 * c
        if symbol.kind != "log" or power != 1 or twice.q != 1 or abs(twice.p) > LARGEST_POWER:
            return None
        whole, half = divmod(int(twice.p), 2)
        product = product * fmpq(symbol.number) ** whole
        if half:
            product = product * _root(symbol.number)
    return product


def sine(x: Formal, quarter_turns: int) -> Formal | None:
    """sin(x + quarter_turns pi/2) where x is a multiple of pi/6 or pi/4.

    >>> print(sine(PI / 3, 0), sine(PI * fmpq(3, 4), 1))
    1/2*sqrt(3) -1/2*sqrt(2)
    """
    twelfths = fmpq(0)
    if not x.is_zero():
        ((monomial, c), *more) = x.terms
        if more or monomial != PI.terms[0][0]:
            return None
        twelfths = 12 * c
    if twelfths.q != 1 or (int(twelfths.p) % 2 and int(twelfths.p) % 3):
        return None
    position = (int(twelfths.p) + 6 * quarter_turns) % 24
    sign = 1 if position <= 12 else -1
    quarter = min(position % 12, 12 - position % 12)
    one = Formal.rational(1)
    values = {0: one - 1, 2: one / 2, 3: _root(2) / 2, 4: _root(3) / 2, 6: one}
    return values[quarter] * sign


def _root(radicand: int) -> Formal:
    """sqrt(radicand) for a squarefree integer >= 1."""
    return Formal.rational(1) if radicand == 1 else Formal.of(Symbol("root", number=radicand))


def _factors(n: fmpz) -> list[tuple[fmpz, int]] | None:
    """The prime factors of n >= 1; None if n is too large for that."""
    return n.factor() if n.bit_length() <= FACTORED_BITS else None
