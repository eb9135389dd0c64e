"""The proofs of Lemmas 4.1, 4.3, 4.4 and Corollary 4.5 of NH17 as scripts, in that order."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from flint import fmpq

from exactland.functions import facts
from exactland.papers.nh17 import claims
from exactland.papers.nh17 import rules as ours
from exactland.papers.nh17.constructions import (
    approximate_along,
    between,
    family_layer,
    increasing_order,
    nonzero_point,
    separating_direction,
    separating_layer,
    share_within,
)
from exactland.papers.nh17.leibniz_sum import LARGEST, bound_of, leibniz_sum
from exactland.papers.nh17.matrices import (
    approximate_family,
    decimal_bounds,
    determinant_at,
    row_differences,
)
from exactland.papers.nh17.tails import first_alpha, gaps_of
from exactland.proof import rules as by
from exactland.proof.cited import ANALYTIC_ZEROS, cited
from exactland.proof.claims import At, Attained, HypothesisHolds
from exactland.proof.script import Definition, Fact, Step, StepFailed, Steps, Walkthrough

Part = Generator[Definition | Step, Any, Any]

DENSE = HypothesisHolds("every layer is dense.", "proof.instance.fully_connected")
BIASES = HypothesisHolds("every neuron has its own bias.", "proof.instance.biases_of_their_own")
DISTINCT = HypothesisHolds("x_i != x_j for i != j.", "proof.instance.distinct_samples")
WIDE = HypothesisHolds("n_k >= N - 1.", "proof.instance.almost_wide_layer")
ZERO_SETS = cited(ANALYTIC_ZEROS, "Lemma 4.2")
#: The ball of Corollary 4.5 in which parameters are exhibited, around those of the problem.
EPSILON = fmpq(1, 1000)


def analytic_outputs(walk: Walkthrough) -> Steps:
    """Lemma 4.1."""
    setting = yield Step(DENSE, by.hypothesis, (), "Section 2")
    shown = []
    claim: Any
    for layer in range(1, walk.k + 1):
        claim = HypothesisHolds("the activation is analytic.", "functions.facts.analytic", layer)
        shown.append((yield Step(claim, by.hypothesis, (), "Assumption 3.2(2)")))
    claim = claims.AnalyticOutputs(walk.k)
    return (yield Step(claim, ours.composition, (setting, *shown), "Lemma 4.1"))


def independent_features(walk: Walkthrough) -> Steps:
    """Lemma 4.3: parameters with rank [F_k, 1] = N, and every larger alpha does it as well."""
    yield from _hypotheses(walk)
    rank, nonzero = yield from _construction(walk)
    claim = Attained(rank.claim.parameters, (rank.claim.claim, nonzero.claim.claim))
    return (yield Step(claim, by.existence, (rank, nonzero), "Lemma 4.3, the conclusion"))


def deficient_features_are_null(walk: Walkthrough) -> Steps:
    """Lemma 4.4."""
    return (yield from _null_set(walk))[0]


def independent_features_are_dense(walk: Walkthrough) -> Steps:
    """Corollary 4.5; where the problem has parameters, with a point near them."""
    null, rank = yield from _null_set(walk)
    if _has_parameters(walk):
        yield from _nearby(walk, rank)
    claim = claims.AugmentedDense(*_shape(walk))
    return (yield Step(claim, ours.dense, (null,), "Corollary 4.5"))


def _shape(walk: Walkthrough) -> tuple[int, int, int]:
    return walk.k, walk.problem.data.samples, walk.problem.widths[walk.k] + 1


def _hypotheses(walk: Walkthrough) -> Part:
    """The setting and Assumptions 3.2(1) and (2); the proofs here do not use (3), on the loss."""
    setting = yield Step(DENSE, by.hypothesis, (), "Section 2")
    yield Step(BIASES, by.hypothesis, (), "Section 2")
    yield Step(DISTINCT, by.hypothesis, (), "Assumption 3.2(1)")
    shown = []
    for layer in range(1, walk.k + 1):
        claim = HypothesisHolds(
            "the activation satisfies Assumption 3.2(2).",
            "functions.facts.nh17_assumption_3_2",
            layer,
        )
        shown.append((yield Step(claim, by.hypothesis, (), "Assumption 3.2(2)")))
    yield Step(WIDE, by.hypothesis, (), "Lemma 4.3")
    return (setting, *shown)


def _construction(walk: Walkthrough) -> Part:
    """The proof of Lemma 4.3: [F_k, 1] has rank N at its parameters, and det E != 0 beyond them."""
    parameters = yield from _distinct_rows_below(walk)
    problem, k = walk.problem, walk.k
    layer: Any = problem.sequential.layer(k)
    direction = separating_direction(problem, parameters, k)
    yield Definition("a", direction, f"a direction for the rows z_i of F_{k - 1}", "Lemma 4.3")
    projections = approximate_along(problem, parameters, k, direction)
    order = increasing_order(projections)
    yield Definition("order", tuple(i + 1 for i in order), "the samples by <a, z_i>", "Lemma 4.3")
    bounded = facts.bounded(layer.activation).holds is True
    beta = fmpq(0) if bounded else nonzero_point(layer.activation)
    yield Definition("beta", beta, "any number" if bounded else "sigma(beta) != 0", "Lemma 4.3")
    family = claims.Family(k, direction, order, beta, bounded)
    claim: Any = At(parameters, claims.Ordered(family))
    sorted_ = yield Step(claim, ours.ordered, (), "Lemma 4.3, the reordering")
    claim = claims.NonZeroDiagonal(family)
    diagonal = yield Step(claim, ours.diagonal, (), "sigma(beta) > mu" if bounded else "")
    passage = "equation (3): row subtraction" if bounded else "Leibniz formula"
    claim = At(parameters, claims.LimitDeterminant(family))
    yield Step(claim, ours.limit, (sorted_, diagonal), passage)
    gaps = gaps_of(projections, order)
    alpha = None if gaps is None else first_alpha(layer.activation, beta, gaps, bounded)
    if alpha is None:
        raise StepFailed("an alpha_0 from which on det E(alpha) != 0")
    yield Definition("alpha_0", alpha, "det E(alpha) != 0 from here on", "Lemma 4.3")
    yield from _at_alpha_0(walk, parameters, family, alpha)
    mine = family_layer(problem, k, direction, projections, order, alpha, beta)
    parameters = _with_layer(walk, parameters, mine)
    claim = At(parameters, claims.DeterminantTail(family, alpha))
    nonzero = yield Step(claim, ours.tail, (sorted_, diagonal), "alpha_0, made explicit")
    yield Definition(f"W_{k}", mine.W, "columns w_j = -alpha a, alpha = alpha_0", "Lemma 4.3")
    yield Definition(f"b_{k}", mine.b, "v_j = alpha <z_j, a> + beta for j < N", "Lemma 4.3")
    claim = At(parameters, claims.AugmentedFullRank(*_shape(walk)))
    rank = yield Step(claim, ours.augmented_rank, (nonzero,), "rank [F_k, 1] = N")
    return rank, nonzero


def _at_alpha_0(walk: Walkthrough, parameters: Any, family: claims.Family, alpha: fmpq) -> Part:
    """E(alpha_0), E^(alpha_0) in the bounded case, and bounds of the determinant."""
    rows, value = approximate_family(walk.problem, parameters, family, alpha)
    name = "[1, A(alpha_0)]" if family.bounded else "[A(alpha_0), 1]"
    yield Definition("E(alpha_0)", rows, name, "Lemma 4.3")
    if family.bounded:
        words = "row i of E(alpha_0) minus row i - 1"
        yield Definition("E^(alpha_0)", row_differences(rows), words, "equation (3)")
    bounds = decimal_bounds(value)
    if bounds is None:
        raise StepFailed("det E(alpha_0) != 0 in balls")
    claim: Any = At(parameters, claims.DeterminantAt(family, alpha, *bounds))
    yield Step(claim, determinant_at, (), "det E(alpha) at alpha_0")
    rest = None if family.bounded or len(rows) > LARGEST else bound_of(rows)
    if rest is not None:
        claim = At(parameters, claims.LeibnizSum(family, alpha, rest))
        yield Step(claim, leibniz_sum, (), "the Leibniz formula at alpha_0")


def _distinct_rows_below(walk: Walkthrough) -> Part:
    """The induction at the start of the proof: F_1, ..., F_{k-1} with different rows."""
    problem = walk.problem
    parameters: Any = tuple([None] * problem.sequential.depth)
    reached: tuple[Fact, ...] = ()
    for layer in range(1, walk.k):
        direction = separating_direction(problem, parameters, layer)
        yield Definition("a", direction, f"the columns of W_{layer}, up to scale", "equation (2)")
        claim: Any = At(parameters, claims.Separates(layer, direction))
        apart = yield Step(claim, ours.separation, reached, "equation (2)")
        projections = approximate_along(problem, parameters, layer, direction)
        mine = separating_layer(problem, layer, direction, projections)
        parameters = _with_layer(Walkthrough(problem, layer), parameters, mine)
        claim = At(parameters, claims.DistinctRows(layer))
        passage = "sigma is strictly increasing, so injective"
        distinct = yield Step(claim, ours.distinct_rows, (apart,), passage, "NH17:E7")
        reached = (distinct,)
    return parameters


def _null_set(walk: Walkthrough) -> Part:
    """Lemma 4.4, and the fact of rank N at the parameters of Lemma 4.3."""
    setting = yield from _hypotheses(walk)
    claim: Any = claims.AnalyticOutputs(walk.k)
    analytic = yield Step(claim, ours.composition, setting, "Lemma 4.1")
    zeros = yield Step(ZERO_SETS, by.citation, (), "Lemma 4.2")
    rank, _ = yield from _construction(walk)
    claim = claims.AugmentedAlmostEverywhere(*_shape(walk))
    null = yield Step(claim, ours.null_set, (analytic, zeros, rank), "Lemma 4.4")
    return null, rank


def _nearby(walk: Walkthrough, rank: Fact) -> Part:
    """A point with rank N within EPSILON: on the line towards the one of Lemma 4.3.

    A minor is analytic along the line and not 0 at its end, so it vanishes at finitely many points
    of it; a few of them are tried.
    """
    problem: Any = walk.problem
    claim: Any = rank.claim
    found = claim.parameters
    share = share_within(problem.parameters, found, EPSILON)
    yield Definition("epsilon", EPSILON, "the radius of a ball", "Corollary 4.5")
    point = between(problem.parameters, found, share)
    near = At(point, claims.Near(walk.k, EPSILON))
    yield Step(near, ours.near, (), "Corollary 4.5")
    full = At(point, claims.AugmentedFullRank(*_shape(walk)))
    yield Step(full, ours.augmented_rank, (), "Corollary 4.5, at a point of the ball")


def _has_parameters(walk: Walkthrough) -> bool:
    given: Any = walk.problem.parameters
    return given is not None and all(given[layer] is not None for layer in range(walk.k))


def _with_layer(walk: Walkthrough, parameters: Any, layer: Any) -> tuple[Any, ...]:
    """The parameters with layer k replaced."""
    return (*parameters[: walk.k - 1], layer, *parameters[walk.k :])
