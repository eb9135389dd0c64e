"""Real roots of polynomials over Q: how many, and the rational ones if there are no others."""

from __future__ import annotations

from itertools import pairwise

from flint import fmpq, fmpq_poly

#: Polynomials whose degree times the bits of their coefficients is larger are not taken apart.
MOST_BITS = 512
#: The sign of a polynomial of a larger degree, or with longer coefficients, is not decided.
LARGEST_DEGREE, LONGEST = 64, 512


def real_roots(p: fmpq_poly) -> int:
    """The number of distinct real roots of p != 0, by Sturm's theorem.

    >>> real_roots(fmpq_poly([0, -1, 0, 1])), real_roots(fmpq_poly([1, 0, 1]))
    (3, 0)
    """
    return roots_between(p, None, None)


def roots_between(p: fmpq_poly, low: fmpq | None, high: fmpq | None) -> int:
    """The number of distinct roots in an open interval; None is an end at infinity.

    At a finite end p has no multiple root.

    >>> p = fmpq_poly([-2, 0, 1])
    >>> roots_between(p, fmpq(1), None), roots_between(p, fmpq(-1), fmpq(1))
    (1, 0)
    """
    for end in (low, high):
        if end is not None and p(end) == 0:
            p //= fmpq_poly([-end, 1])
    chain = [p, p.derivative()]
    while chain[-1].degree() >= 0:
        chain.append(-(chain[-2] % chain[-1]))
    chain.pop()
    return _changes_at(chain, low, -1) - _changes_at(chain, high, 1)


def _changes_at(chain: list[fmpq_poly], end: fmpq | None, side: int) -> int:
    """Changes of sign, zeros left out, at the end or at side times infinity."""
    values = [q[q.degree()] * side ** q.degree() if end is None else q(end) for q in chain]
    return _changes([1 if value > 0 else -1 for value in values if value != 0])


def _changes(signs: list[int]) -> int:
    return sum(a != b for a, b in pairwise(signs))


def rational_roots(p: fmpq_poly) -> tuple[fmpq, ...] | None:
    """All real roots of p != 0 in increasing order if they are rational; None otherwise.

    >>> rational_roots(fmpq_poly([-1, 0, 1])), rational_roots(fmpq_poly([-2, 0, 1]))
    ((-1, 1), None)
    """
    height = max(abs(c) for c in p.numer().coeffs())
    if p.degree() * height.bit_length() >= MOST_BITS:
        return None
    factors = [fmpq_poly(factor) for factor, _ in p.factor()[1]]
    if any(factor.degree() > 1 and real_roots(factor) for factor in factors):
        return None
    return tuple(sorted(-f[0] / f[1] for f in factors if f.degree() == 1))


def odd_part(p: fmpq_poly) -> fmpq_poly:
    """The product of the squarefree factors that occur an odd number of times."""
    product = fmpq_poly([1])
    for factor, multiplicity in p.factor()[1]:
        if multiplicity % 2:
            product *= fmpq_poly(factor)
    return product


def is_small(p: fmpq_poly) -> bool:
    """Whether signs of p are decided."""
    return p.degree() <= LARGEST_DEGREE and all(c.height_bits() <= LONGEST for c in p.coeffs())


def sign_on_line(p: fmpq_poly) -> tuple[int | None, bool | None]:
    """(1 or -1, whether strictly) if p >= 0 or p <= 0 on R; (None, None) if p changes its sign.

    >>> [sign_on_line(fmpq_poly(c)) for c in ([1, 0, 1], [-1, 2, -1], [0, 1], [])]
    [(1, True), (-1, False), (None, None), (1, False)]
    """
    if not p.coeffs():
        return 1, False
    side = 1 if p[p.degree()] > 0 else -1
    if not real_roots(p):
        return side, True
    return (None, None) if real_roots(odd_part(p)) else (side, False)
