"""The proofs of NH17 as scripts, checked line by line, by the ids of their statements."""

from __future__ import annotations

from typing import Any

from flint import fmpq, fmpq_mat

from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import ExactlandError, UsageError
from exactland.linalg.rational import rational_rank
from exactland.model.backward import gradients
from exactland.papers.nh17 import claims
from exactland.papers.nh17 import derivative_rules as derivatives
from exactland.papers.nh17.backpropagation import forward_gradient
from exactland.papers.nh17.wide_layer import (
    DENSE,
    analytic_outputs,
    deficient_features_are_null,
    independent_features,
    independent_features_are_dense,
)
from exactland.papers.zero_sets import NH17_LEMMA_4_2
from exactland.proof import rules as by
from exactland.proof.claims import Attained, HypothesisHolds, Together
from exactland.proof.script import Claim, Definition, Script, Step, Steps, Walkthrough


def backpropagation(walk: Walkthrough) -> Steps:
    """Lemma 2.1: the formulas, as identities of this architecture, and the numbers of it."""
    problem = walk.problem
    depth = problem.sequential.depth
    setting = yield Step(DENSE, by.hypothesis, (), "Section 2")
    loss = yield Step(claims.ResidualLoss(), derivatives.residual_loss, (), "equation (1)")
    yield Step(_given(depth), by.hypothesis, (), "on this instance")
    for k in range(1, depth + 1):
        claim: Any = claims.Differentiable(k)
        yield Step(claim, derivatives.differentiable, (), "sigma in C^1")
    shown = []
    for k in range(depth, 0, -1):
        formula = _formula(walk, k)
        passage = "Lemma 2.1, k = L" if k == depth else "Lemma 2.1, the chain rule"
        shown.append((yield Step(formula, derivatives.backpropagation, (setting, loss), passage)))
        claim = claims.GradientsAgree(k, fmpq(0) if _is_rational(walk) else derivatives.TOLERANCE)
        shown.append((yield Step(claim, derivatives.gradients_agree, (), "on this instance")))
    claim = Together(tuple(fact.claim for fact in shown))
    return (yield Step(claim, by.conjunction, tuple(shown), "Lemma 2.1"))


def _given(k: int) -> HypothesisHolds:
    """The problem has parameters of layers 1 to k."""
    text = "the problem has parameters of every layer up to it."
    return HypothesisHolds(text, "papers.nh17.derivative_rules.has_parameters", k)


def _formula(walk: Walkthrough, k: int) -> claims.Backpropagation:
    layer: Any = walk.problem.sequential.layer(k)
    return claims.Backpropagation(k, k == walk.problem.sequential.depth, layer.bias != "none")


def _is_rational(walk: Walkthrough) -> bool:
    """Whether everything is rational that the two ways to the gradients compute."""
    try:
        gradients(walk.problem, layer_matrices=False)
        forward_gradient(walk.problem, 1, RATIONALS)
    except ExactlandError:
        return False
    return True


def _is_backpropagation(walk: Walkthrough, claim: Claim) -> bool:
    """The formulas at every layer, and agreement of the numbers at every layer."""
    if not isinstance(claim, Together):
        return False
    layers = range(1, walk.problem.sequential.depth + 1)
    close = {
        part.k
        for part in claim.claims
        if isinstance(part, claims.GradientsAgree) and 0 <= part.tolerance <= derivatives.TOLERANCE
    }
    return close == set(layers) and all(_formula(walk, k) in claim.claims for k in layers)


def activation_bounds(walk: Walkthrough) -> Steps:
    """Lemma 3.3: the activation of layer k, with the constants of the paper for softplus."""
    claim: Any = claims.NamedActivation(walk.k)
    yield Step(claim, derivatives.named_activation, (), "Lemma 3.3")
    shown = []
    for part in _smooth(walk):
        shown.append((yield Step(part, by.hypothesis, (), "Lemma 3.3")))
    wanted = _growth(walk)
    if isinstance(wanted, HypothesisHolds):
        shown.append((yield Step(wanted, by.hypothesis, (), "Assumption 3.2(2a)")))
    else:
        yield Definition("rho", wanted.rho, "rho_1, ..., rho_4", "Lemma 3.3")
        left = yield Step(claims.LogarithmBound(), derivatives.logarithm_bound, (), "log(1+x) <= x")
        right = yield Step(claims.DoubleBound(), derivatives.double_bound, (), "t >= 0")
        shown.append(
            (yield Step(wanted, derivatives.softplus_growth, (left, right), "Assumption 3.2(2b)"))
        )
    claim = Together(tuple(fact.claim for fact in shown))
    return (yield Step(claim, by.conjunction, tuple(shown), "Lemma 3.3"))


def _smooth(walk: Walkthrough) -> tuple[HypothesisHolds, HypothesisHolds]:
    return (
        HypothesisHolds("the activation is analytic.", "functions.facts.analytic", walk.k),
        HypothesisHolds(
            "the activation is strictly increasing.", "functions.facts.strictly_increasing", walk.k
        ),
    )


def _growth(walk: Walkthrough) -> HypothesisHolds | claims.SoftplusGrowth:
    layer: Any = walk.problem.sequential.layer(walk.k)
    if layer.activation.known_as.name != "softplus":
        return HypothesisHolds("the activation is bounded.", "functions.facts.bounded", walk.k)
    rho = derivatives.softplus_constants(layer.activation.known_as.parameters[0])
    return claims.SoftplusGrowth(walk.k, rho)


def linear_ranks(walk: Walkthrough) -> Steps:
    """The remark before Lemma 4.3, sharpened: rank F_k <= min rank W_l + 1 for linear networks."""
    k = walk.k
    walk.problem.sequential.layer(k)
    yield Step(DENSE, by.hypothesis, (), "Section 2")
    for layer in range(1, k + 1):
        claim: Any = claims.LinearLayer(layer)
        yield Step(claim, derivatives.linear_layer, (), "a linear network")
    yield Step(_given(k), by.hypothesis, (), "on this instance")
    shown = []
    for layer in range(1, k + 1):
        claim = claims.WeightRank(layer, _weight_rank(walk, layer))
        shown.append((yield Step(claim, derivatives.weight_rank, (), f"rank W_{layer}")))
        claim = claims.AffineInFeatures(k, layer)
        shown.append((yield Step(claim, derivatives.affine, (), "F_k = F_{k-1} W_k + 1 b_k^T")))
    sharp, printed = _linear_bounds(walk)
    if printed > sharp:
        claim = claims.FeatureRankAtMost(k, printed)
        passage = "rank W_l + k - l + 1, as printed"
        yield Step(claim, derivatives.linear_bound, tuple(shown), passage)
    claim = claims.FeatureRankAtMost(k, sharp)
    bound = yield Step(claim, derivatives.linear_bound, tuple(shown), "min over l of rank W_l + 1")
    rank = rational_rank(fmpq_mat(derivatives.features_of(walk, k))).at_least
    claim = claims.FeatureRank(k, rank)
    exact = yield Step(claim, derivatives.feature_rank, (), "on this instance")
    claim = Together((bound.claim, exact.claim))
    return (yield Step(claim, by.conjunction, (bound, exact), "the remark, sharpened"))


def _weight_rank(walk: Walkthrough, layer: int) -> int:
    return rational_rank(fmpq_mat(derivatives.weights_of(walk, layer))).at_least


def _linear_bounds(walk: Walkthrough) -> tuple[int, int]:
    """min over l of rank W_l + 1, and of rank W_l + k - l + 1."""
    ranks = [_weight_rank(walk, layer) for layer in range(1, walk.k + 1)]
    return min(ranks) + 1, min(r + walk.k - layer for layer, r in enumerate(ranks))


def _is_linear_bound(walk: Walkthrough, claim: Claim) -> bool:
    if not isinstance(claim, Together) or len(claim.claims) != 2:
        return False
    bound, exact = claim.claims
    wanted = claims.FeatureRankAtMost(walk.k, _linear_bounds(walk)[0])
    return bound == wanted and isinstance(exact, claims.FeatureRank) and exact.k == walk.k


def _shape(walk: Walkthrough) -> tuple[int, int, int]:
    return walk.k, walk.problem.data.samples, walk.problem.widths[walk.k] + 1


def _attains(walk: Walkthrough, claim: Claim) -> bool:
    """The goal of Lemma 4.3: rank [F_k, 1] = N, and det E(alpha) != 0 for all larger alpha."""
    if not isinstance(claim, Attained) or len(claim.claims) != 2:
        return False
    rank, tail = claim.claims
    wanted = claims.AugmentedFullRank(*_shape(walk))
    return rank == wanted and isinstance(tail, claims.DeterminantTail) and tail.family.k == walk.k


#: The scripts of NH17 by the ids of their statements.
SCRIPTS = {
    script.id: script
    for script in (
        Script("NH17:Lem2.1", backpropagation, _is_backpropagation),
        Script(
            "NH17:Lem3.3",
            activation_bounds,
            lambda walk, claim: claim == Together((*_smooth(walk), _growth(walk))),
        ),
        Script(
            "NH17:Lem4.1",
            analytic_outputs,
            lambda walk, claim: claim == claims.AnalyticOutputs(walk.k),
        ),
        NH17_LEMMA_4_2,
        Script("NH17:Lem4.3", independent_features, _attains),
        Script(
            "NH17:Lem4.4",
            deficient_features_are_null,
            lambda walk, claim: claim == claims.AugmentedAlmostEverywhere(*_shape(walk)),
        ),
        Script(
            "NH17:Cor4.5",
            independent_features_are_dense,
            lambda walk, claim: claim == claims.AugmentedDense(*_shape(walk)),
        ),
    )
}
#: A remark without a number: the ranks of linear networks, in the text before Lemma 4.3.
REMARKS = {"NH17:LinearRanks": Script("NH17:LinearRanks", linear_ranks, _is_linear_bound)}


def script(id: str) -> Script:
    """The script of a statement or a remark; UsageError for one without.

    >>> from exactland.papers.nh17.examples import example
    >>> from exactland.proof.script import Driver
    >>> driver = Driver(script("NH17:Lem4.3"), example("NH17:Lem4.3")).run()
    >>> driver.finished, driver.entries[-1].claim.claims[0].words()
    (True, '[F_1, 1] (4 x 4) has rank 4 at the given parameters.')
    """
    found = SCRIPTS.get(id) or REMARKS.get(id)
    if found is None:
        known = ", ".join([*SCRIPTS, *REMARKS])
        raise UsageError(id, "it has no proof script", f"those with one: {known}")
    return found
