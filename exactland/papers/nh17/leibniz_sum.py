"""The Leibniz sum of E(alpha) in the second case of Lemma 4.3 of NH17, term by term."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import excludes_zero, magnitude_upper
from exactland.papers.nh17.claims import LeibnizSum
from exactland.papers.nh17.matrices import Rows, family_matrix
from exactland.proof.claims import At
from exactland.proof.leibniz import Expansion, expand
from exactland.proof.projections import decided
from exactland.proof.script import Fact, Grounds, StepFailed, Walkthrough

#: Up to this N all N! terms are formed.
LARGEST = 6


def rest_of(expansion: Expansion) -> fmpq | None:
    """A bound of the sum of |term| over all permutations but the identity.

    >>> rest_of(expand([[fmpq(2), fmpq(5)], [fmpq(1, 8), fmpq(3)]]))
    5/8
    """
    total = fmpq(0)
    for term in expansion.terms:
        if term.first is None:
            continue
        size = magnitude_upper(term.product)
        if size is None:
            return None
        total += size
    return total


def rounded_up(value: fmpq) -> fmpq:
    """A short dyadic rational at least ``value`` >= 0, larger by less than a thousandth of it."""
    if value == 0:
        return value
    unit = fmpq(1)
    while unit > value:
        unit /= 2
    while 2 * unit <= value:
        unit *= 2
    scaled = value / unit * 1024
    return fmpq(-(-int(scaled.p) // int(scaled.q))) * unit / 1024


def leibniz_sum(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """All terms, formed again: the identity's is not 0, and the others stay within the bound."""
    inner = claim.claim
    if not isinstance(inner, LeibnizSum) or inner.family.bounded:
        raise StepFailed(f"{type(inner).__name__} is no Leibniz sum of E(alpha) = [A(alpha), 1]")
    size = len(inner.family.order)
    if sorted(inner.family.order) != list(range(walk.problem.data.samples)) or size > LARGEST:
        raise StepFailed(f"the order is a permutation of at most {LARGEST} samples")

    def rows_over(arithmetic: Arithmetic) -> Rows:
        return family_matrix(walk.problem, claim.parameters, inner.family, inner.alpha, arithmetic)

    def holds(rows: Rows) -> str | None:
        found = expand(rows, _bits(rows))
        rest = rest_of(found)
        if not found.agrees or excludes_zero(found.identity) is not True:
            return claim.words()
        return None if rest is not None and rest <= inner.bound else claim.words()

    return decided(rows_over, holds)


def _bits(rows: Rows) -> int:
    """Enough for the entries as they come: their radii decide, not the sum."""
    return 256 + 16 * len(rows)


def bound_of(rows: Any) -> fmpq | None:
    """The bound for ``LeibnizSum``, from a matrix that was computed before."""
    rest = rest_of(expand(rows, _bits(rows)))
    return None if rest is None else rounded_up(rest)
