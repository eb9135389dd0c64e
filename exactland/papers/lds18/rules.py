"""The rules of LDS18's appendix D, Lemmas 3 to 6: each recomputes, or raises StepFailed."""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import excludes_zero
from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.claims import MatrixName
from exactland.errors import ExactlandError
from exactland.functions.derivatives_at_zero import assumption_2 as derivatives_of
from exactland.linalg.rational import rational_rank
from exactland.papers.lds18 import claims
from exactland.papers.lds18.activation_rules import activation_of, require, vanishing
from exactland.papers.lds18.moments import degrees_of, moment_matrix
from exactland.proof.cited import ANALYTIC_ZEROS, require_cited
from exactland.proof.claims import AlmostEverywhere, At, HypothesisHolds
from exactland.proof.projections import Rows, colliding, decided, features
from exactland.proof.script import Fact, Grounds, StepFailed, StepRefuted, Walkthrough


def distinct_coordinate(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The entries of a coordinate of T_{k-1} differ pairwise."""
    inner = _inner(claim, claims.DistinctCoordinate)
    return decided(
        lambda arithmetic: [values_of(walk, claim.parameters, inner, arithmetic)],
        lambda rows: colliding([(z, i, f"z_{i + 1}") for i, z in enumerate(rows[0])]),
    )


def vandermonde(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """Lemma 4: the derivatives are nonzero and the z_j differ; over Q both sides are compared."""
    inner = _inner(claim, claims.WeightedVandermonde)
    require(uses, claims.DerivativesNonzero(inner.k, inner.order))
    require(uses, At(claim.parameters, claims.DistinctCoordinate(inner.k, inner.coordinate)))
    if inner.order > walk.problem.data.samples:
        raise StepFailed(f"there are {inner.order} samples")
    try:
        values = values_of(walk, claim.parameters, inner, RATIONALS)[: inner.order]
    except ExactlandError:
        return Grounds("logic", "Vandermonde's determinant of different z_j, with nonzero factors")
    derivatives = derivatives_of(activation_of(walk, inner.k), inner.order).derivatives
    exact = [d.exact for d in derivatives if d.exact is not None]
    # Irrational derivatives are factors of whole rows: Vandermonde's matrix is compared then.
    rational = len(exact) == inner.order
    scales = exact if rational else [fmpq(1)] * inner.order
    powers = fmpq_mat([[s * z**i for z in values] for i, s in enumerate(scales)])
    product = fmpq(1)
    for j, z in enumerate(values):
        for y in values[:j]:
            product *= z - y
    for scale in scales:
        product *= scale
    determinant = powers.det()
    if determinant != product or determinant == 0:
        raise StepFailed(f"{claim.words()} They are {determinant} and {product}")
    times = "" if rational else " times the derivatives"
    return Grounds("exact", f"det = {_short(determinant)}{times}", determinant)


def expansion(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The step of the induction of Proposition 3.

    In w_m the determinant of size m is sum_j c_j sigma(w_m z_j) with cofactors c_j, and c_m is the
    determinant of size m - 1, not 0. If it were 0 for all w_m, all its derivatives at 0 would be:
    sum_j c_j z_j^i sigma^(i)(0) = 0 for i < m, against Lemma 4.
    """
    inner = _inner(claim, claims.ExpansionNonzero)
    size = len(inner.weights) + 1
    if size > 1:
        before = claims.MinorNonzero(inner.k, inner.coordinate, inner.weights)
        require(uses, At(claim.parameters, before))
    regular = [
        fact.claim.claim
        for fact in uses
        if isinstance(fact.claim, At)
        and fact.claim.parameters == claim.parameters
        and isinstance(fact.claim.claim, claims.WeightedVandermonde)
    ]
    # What Lemma 4 rests on, nonzero derivatives and different z_j, holds for the first m samples
    # and m derivatives, too.
    if not any(
        v.k == inner.k and v.coordinate == inner.coordinate and v.order >= size for v in regular
    ):
        raise StepFailed(f"Lemma 4 at the order {size} is among the facts used")
    return Grounds("logic", "Lemma 4: its derivatives at w = 0 of order < m do not all vanish")


def minor(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The determinant of sigma_k(w_i z_j), i, j <= m, exactly or in balls."""
    inner = _inner(claim, claims.MinorNonzero)
    size = len(inner.weights)
    if not 0 < size <= walk.problem.data.samples:
        raise StepFailed(f"between 1 and {walk.problem.data.samples} weights")
    activation = activation_of(walk, inner.k)

    def rows_over(arithmetic: Arithmetic) -> Rows:
        values = values_of(walk, claim.parameters, inner, arithmetic)[:size]
        return [
            [activation.value(arithmetic.number(w) * z, arithmetic) for z in values]
            for w in inner.weights
        ]

    def holds(rows: Rows) -> str | None:
        return None if excludes_zero(determinant_of(rows)) is True else claim.words()

    return decided(rows_over, holds)


def determinant_of(rows: Rows) -> Any:
    """The determinant over Q or of balls, at the precision that is set."""
    if isinstance(rows[0][0], arb):
        return arb_mat(rows).det()
    return fmpq_mat(rows).det()


def values_of(walk: Walkthrough, parameters: Any, claim: Any, arithmetic: Arithmetic) -> list[Any]:
    """z_1, ..., z_N: the coordinate of T_{k-1} that a claim names."""
    width = walk.problem.widths[claim.k - 1]
    if not 0 <= claim.coordinate < width:
        raise StepFailed(f"a coordinate of the {width} of layer {claim.k - 1}")
    rows = features(walk.problem, parameters, claim.k - 1, arithmetic)
    return [row[claim.coordinate] for row in rows]


def one_input(walk: Walkthrough, claim: claims.OneInput, uses: tuple[Fact, ...]) -> Grounds:
    """n_0 = 1."""
    if walk.problem.data.dimension != 1:
        raise StepRefuted(f"{claim.words()} There are {walk.problem.data.dimension}")
    return Grounds("exact", "d_0 = 1")


def determinant_null(
    walk: Walkthrough, claim: claims.DeterminantAlmostEverywhere, uses: tuple[Fact, ...]
) -> Grounds:
    """One w with a nonzero determinant of all samples, and an analytic sigma (Lemma 5)."""
    if claim.samples != walk.problem.data.samples:
        raise StepFailed(f"N = {walk.problem.data.samples}")
    require(uses, claims.OneInput())
    _require_analytic(uses, 1)
    if not any(
        isinstance(fact.claim, At)
        and isinstance(fact.claim.claim, claims.MinorNonzero)
        and (fact.claim.claim.k, len(fact.claim.claim.weights)) == (1, claim.samples)
        for fact in uses
    ):
        raise StepFailed("a w with det sigma_1(w x^T) != 0 is among the facts used")
    require_cited(uses, ANALYTIC_ZEROS)
    return Grounds("logic", "the determinant is analytic in w and not identically 0 (Lemma 5)")


def products(walk: Walkthrough, claim: claims.DistinctProducts, uses: tuple[Fact, ...]) -> Grounds:
    """The products with w differ, over Q."""
    values = _products(walk, claim.weight)
    failed = colliding([(v, i, f"<w, x_{i + 1}>") for i, v in enumerate(values)])
    if failed is not None:
        raise StepFailed(f"{claim.words()} {failed}")
    return Grounds("exact", "rational arithmetic")


def separating(
    walk: Walkthrough, claim: claims.SeparatingWeight, uses: tuple[Fact, ...]
) -> Grounds:
    """The values of sigma_1 at the products differ, exactly or in balls."""
    activation = activation_of(walk, 1)
    values = _products(walk, claim.weight)
    return decided(
        lambda arithmetic: [[activation.value(arithmetic.number(v), arithmetic) for v in values]],
        lambda rows: colliding(
            [(value, i, f"sigma_1(<w, x_{i + 1}>)") for i, value in enumerate(rows[0])]
        ),
    )


def coincidences(
    walk: Walkthrough, claim: claims.CoincidencesNull, uses: tuple[Fact, ...]
) -> Grounds:
    """Each difference is analytic in w and not 0 at one w (Lemma 5)."""
    if claim.samples != walk.problem.data.samples:
        raise StepFailed(f"N = {walk.problem.data.samples}")
    if not any(isinstance(fact.claim, claims.SeparatingWeight) for fact in uses):
        raise StepFailed("a w that separates the values is among the facts used")
    _require_analytic(uses, 1)
    require_cited(uses, ANALYTIC_ZEROS)
    return Grounds("logic", "each difference is analytic in w and not identically 0 (Lemma 5)")


def moment_rank(walk: Walkthrough, claim: claims.MomentRank, uses: tuple[Fact, ...]) -> Grounds:
    """The rank of the moments over Q; where it is too small, the relation that remains."""
    if claim.samples != walk.problem.data.samples:
        raise StepFailed(f"N = {walk.problem.data.samples}")
    if degrees_of(walk.problem, claim.powers) == 0:
        raise StepFailed(f"{claim.words()} There is no degree")
    found = rational_rank(fmpq_mat(moment_matrix(walk.problem, claim.powers)))
    if found.at_least != claim.samples:
        identity = vanishing(walk, 1)
        more = "" if identity is None else f"; {identity.reason}"
        evidence = found if identity is None else identity
        raise StepFailed(f"{claim.words()} It is {found.at_least}{more}", evidence)
    return Grounds("modular", "a minor of the moments modulo a prime", found)


def independence(walk: Walkthrough, claim: AlmostEverywhere, uses: tuple[Fact, ...]) -> Grounds:
    """The functions w -> sigma_1(<w, x_j>) are linearly independent, so minors are not 0.

    A relation sum_j v_j sigma_1(<w, x_j>) = 0 has the Taylor coefficients sum_j v_j x_j^kappa times
    sigma_1^(|kappa|)(0)/kappa!; with moments of rank N all v_j are 0. Independent functions of N
    samples have points w_1, ..., w_d where min(d, N) of them are independent.
    """
    problem = walk.problem
    wanted = AlmostEverywhere(MatrixName("features", 1), problem.data.samples, problem.widths[1])
    if claim != wanted:
        raise StepFailed(wanted.words())
    shown = [fact.claim for fact in uses]
    moments = [c for c in shown if isinstance(c, claims.MomentRank)]
    if not any(claims.SupportDerivatives(1, c.powers) in shown for c in moments):
        raise StepFailed("moments of rank N at degrees in the Taylor support are shown")
    _require_analytic(uses, 1)
    require_cited(uses, ANALYTIC_ZEROS)
    require(uses, WITHOUT_BIASES)
    require(uses, DENSE)
    return Grounds("logic", "independent analytic functions; a nonzero minor is so almost surely")


WITHOUT_BIASES = HypothesisHolds("no layer has a bias.", "proof.instance.without_biases")
DENSE = HypothesisHolds("every layer is dense.", "proof.instance.fully_connected")


def _products(walk: Walkthrough, weight: tuple[fmpq, ...]) -> list[fmpq]:
    if len(weight) != walk.problem.data.dimension:
        raise StepFailed(f"a weight of dimension {walk.problem.data.dimension}")
    return [
        sum((w * x for w, x in zip(weight, row, strict=True)), fmpq(0))
        for row in walk.problem.data.inputs
    ]


def _require_analytic(uses: tuple[Fact, ...], k: int) -> None:
    if not any(
        isinstance(fact.claim, HypothesisHolds)
        and (fact.claim.check, fact.claim.layer) == ("functions.facts.analytic", k)
        for fact in uses
    ):
        raise StepFailed(f"sigma_{k} is analytic, among the facts used")


def _inner(claim: Any, kind: type) -> Any:
    if not isinstance(claim, At) or not isinstance(claim.claim, kind):
        raise StepFailed(f"{type(claim).__name__} is no claim {kind.__name__} at parameters")
    return claim.claim


def _short(value: fmpq) -> str:
    text = str(value)
    return text if len(text) < 40 else f"{arb(value).str(6, radius=False)} (exactly known)"
