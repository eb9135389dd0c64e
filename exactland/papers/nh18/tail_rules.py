"""The rules for the claims about det A(alpha): the gaps are recomputed and the tests run again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from exactland.functions.facts import continuous, non_constant
from exactland.papers.nh18 import tail_claims as claims
from exactland.proof.claims import At
from exactland.proof.leibniz import expand
from exactland.proof.monotone_tails import Tail, tails_of
from exactland.proof.projections import Rows, decided, gaps, projections
from exactland.proof.script import Fact, Grounds, StepFailed, Walkthrough
from exactland.proof.tail_matrices import (
    Family,
    Shown,
    has_dominant_diagonal,
    is_near_its_limit,
    vanishes,
)
from exactland.proof.tails import growth, is_dominated_bounded, summary


def clause_one(walk: Walkthrough, claim: claims.ClauseOne, uses: tuple[Fact, ...]) -> Grounds:
    """Assumption 3.2, clause 1, by the tails of the activation."""
    left, right, reason = _finite_limits(walk, claim)
    if not (left.tends_to_zero or right.tends_to_zero):
        raise StepFailed(f"mu_- mu_+ = 0: the limits are {left.limit} and {right.limit}")
    return Grounds("exact", reason)


def finite_limits(walk: Walkthrough, claim: claims.FiniteLimits, uses: tuple[Fact, ...]) -> Grounds:
    """The hypothesis of the repaired theorem, (A)."""
    return Grounds("exact", _finite_limits(walk, claim)[2])


def _finite_limits(walk: Walkthrough, claim: Any) -> tuple[Tail, Tail, str]:
    sigma = _activation(walk, claim.k)
    for fact in (continuous(sigma), non_constant(sigma)):
        if fact.holds is not True:
            raise StepFailed(f"{claim.words()} It is not shown for {sigma.name}: {fact.reason}")
    left, right = tails_of(sigma)
    if left is None or right is None:
        where = "-infinity" if left is None else "+infinity"
        raise StepFailed(f"{claim.words()} No finite limit of {sigma.name} is known at {where}")
    reason = f"{sigma.name}: the limits are {left.limit} and {right.limit}"
    return left, right, f"{reason} (left: {left.reason}; right: {right.reason})"


def triangular(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """sigma_k is 0 at all entries below the diagonal, from alpha_0 on."""
    tail = _inner(claim, claims.TailTriangular)
    sigma = _activation(walk, tail.k)
    left = tails_of(sigma)[0]
    return _for_the_gaps(
        walk,
        claim.parameters,
        tail,
        lambda rows: vanishes(Family(sigma, rows, tail.beta), left, tail.alpha_0),
        "the activation is 0 there",
    )


def nonsingular(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """A dominant diagonal (an M-matrix), the distance to the limit of A(alpha), or delta alone."""
    tail = _inner(claim, claims.TailNonsingular)
    if tail.mirror not in (1, -1):
        raise StepFailed(f"m is 1 or -1, not {tail.mirror}")
    sigma = _activation(walk, tail.k)
    tails, constants = tails_of(sigma), growth(sigma)

    def test(rows: Rows) -> Shown:
        family = Family(sigma, rows, tail.beta, tail.mirror)
        first = has_dominant_diagonal(family, tails, constants, tail.alpha_0)
        if first.relation is None:
            return first
        second = is_near_its_limit(family, tails, tail.alpha_0)
        if second.relation is None:
            return second
        found = summary(rows)
        if tail.mirror == 1 and found is not None:
            # From delta alone: it needs no weights, which may be out of reach for large N.
            uniform = is_dominated_bounded(sigma, tail.beta, found, tail.alpha_0)
            if uniform is None:
                return Shown(None)
        return first

    return _for_the_gaps(walk, claim.parameters, tail, test, "bounds of all tails")


def leibniz(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """All terms, their sum, and the determinant by elimination."""
    term = _inner(claim, claims.LeibnizSum)
    sigma = _activation(walk, term.k)
    found: list[Any] = []

    def rows_over(arithmetic: Any) -> Rows:
        rows = projections(walk.problem, claim.parameters, term.k, term.directions, arithmetic)
        scale = arithmetic.number(term.mirror * term.alpha)
        beta = arithmetic.number(term.beta)
        return [
            [sigma.value(scale * d + beta, arithmetic) for d in row]
            for row in gaps(rows, term.gamma)
        ]

    def holds(matrix: Rows) -> str | None:
        expansion = expand(matrix)
        found[:] = [expansion]
        return None if expansion.is_nonzero else claim.words()

    _require_permutation(walk, term.gamma)
    grounds = decided(rows_over, holds)
    count = len(found[0].terms)
    detail = f"{count} terms, {grounds.detail}; the determinant by elimination agrees"
    return Grounds(grounds.kind, detail, found[0])


def _for_the_gaps(
    walk: Walkthrough,
    parameters: Any,
    tail: Any,
    test: Callable[[Rows], Shown],
    how: str,
) -> Grounds:
    """The test on the gaps, recomputed from the projections."""
    _require_permutation(walk, tail.gamma)
    if tail.alpha_0 < 0:
        # For alpha < 0 the arguments move inwards.
        raise StepFailed(f"alpha_0 >= 0: it is {tail.alpha_0}")
    last: list[Shown] = []

    def holds(rows: Rows) -> str | None:
        last[:] = [test(gaps(rows, tail.gamma))]
        return last[0].relation

    grounds = decided(
        lambda arithmetic: projections(
            walk.problem, parameters, tail.k, tail.directions, arithmetic
        ),
        holds,
    )
    bits = grounds.evidence if type(grounds.evidence) is int else 0
    found = replace(last[0], bits=bits)
    return Grounds("ball", f"{how}; {grounds.detail} for the gaps", found)


def _require_permutation(walk: Walkthrough, gamma: tuple[int, ...]) -> None:
    if sorted(gamma) != list(range(walk.problem.data.samples)):
        raise StepFailed("gamma is a permutation of the samples")


def _activation(walk: Walkthrough, k: int) -> Any:
    layer: Any = walk.problem.sequential.layer(k)
    if not layer.has_parameters():
        raise StepFailed(f"layer {k} has an activation")
    return layer.activation


def _inner(claim: At, kind: type) -> Any:
    if not isinstance(claim, At) or not isinstance(claim.claim, kind):
        raise StepFailed(f"a claim of the kind {kind.__name__} at parameters")
    return claim.claim
