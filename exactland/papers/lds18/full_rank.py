"""The proofs of Propositions 3 and 4 and Lemma 3 of LDS18 as scripts: T_H of full rank."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from exactland.conditions.claims import Assumption, FullRank, MatrixName
from exactland.papers.lds18 import activation_rules as activations
from exactland.papers.lds18 import claims
from exactland.papers.lds18 import rules as ours
from exactland.papers.lds18.constructions import (
    Weights,
    coordinate_layer,
    distinct_coordinate,
    next_weight,
    separating_scale,
    with_layer,
)
from exactland.papers.lds18.moments import enough_powers
from exactland.papers.lds18.rules import DENSE, WITHOUT_BIASES
from exactland.proof import rules as by
from exactland.proof.cited import ANALYTIC_ZEROS, cited
from exactland.proof.claims import AlmostEverywhere, At, HypothesisHolds
from exactland.proof.script import Definition, Fact, Step, StepFailed, Steps, Walkthrough

Part = Generator[Definition | Step, Any, Any]

ZERO_SETS = cited(ANALYTIC_ZEROS, "Lemma 5")


def one_input(walk: Walkthrough) -> Steps:
    """Proposition 3: det sigma(w x^T) for one input and N hidden neurons."""
    setting = yield Step(claims.OneInput(), ours.one_input, (), "Proposition 3")
    start, coordinate = yield from _distinct_inputs(walk)
    samples = walk.problem.data.samples
    analytic = yield from analytic_layers(1)
    special = yield from _special(1, samples)
    zeros = yield Step(ZERO_SETS, by.citation, (), "Lemma 5")
    bare = _bare(walk)
    weights, last = yield from _induction(walk, bare, 1, coordinate, samples, (start, special))
    yield Definition("w", weights, "weights with det sigma(w x^T) != 0", "Proposition 3")
    claim = claims.DeterminantAlmostEverywhere(samples)
    return (
        yield Step(
            claim,
            ours.determinant_null,
            (setting, *analytic, zeros, last),
            "Proposition 3, the conclusion",
            "LDS18:E10b",
        )
    )


def one_hidden_layer(walk: Walkthrough) -> Steps:
    """Proposition 4: sigma(W X) has rank min(d, N) for almost all W."""
    yield from _setting()
    start, coordinate = yield from _distinct_inputs(walk)
    size = min(walk.problem.data.samples, walk.problem.widths[1])
    analytic = yield from analytic_layers(1)
    special = yield from _special(1, size)
    zeros = yield Step(ZERO_SETS, by.citation, (), "Lemma 5")
    generic = (*analytic, zeros)
    return (yield from _last_layer(walk, _bare(walk), 1, coordinate, (start, special), generic))


def last_hidden_layer(walk: Walkthrough) -> Steps:
    """Lemma 3: T_H has rank min(d_H, N) for almost all weights; A3, d_H >= N, is not needed."""
    yield from _setting()
    start, coordinate = yield from _distinct_inputs(walk)
    depth = hidden_layers(walk)
    if depth < 1:
        raise StepFailed("there is a layer H, a hidden one: there is no hidden layer")
    analytic = yield from analytic_layers(depth)
    special = yield from _special(depth, min(walk.problem.data.samples, walk.problem.widths[depth]))
    zeros = yield Step(ZERO_SETS, by.citation, (), "Lemma 5")
    parameters = _bare(walk)
    for layer in range(1, depth):
        parameters, start = yield from _keep_apart(walk, parameters, layer, coordinate, start)
        coordinate = 0
    uses, generic = (start, special), (*analytic, zeros)
    return (yield from _last_layer(walk, parameters, depth, coordinate, uses, generic))


def moments(walk: Walkthrough) -> Steps:
    """The sharp criterion: moments of rank N at degrees in the Taylor support of sigma."""
    setting = yield from _setting()
    analytic = yield from analytic_layers(1)
    powers = enough_powers(walk.problem)
    yield Definition("k", powers, "degrees in the Taylor support of sigma", "Cauchy-Binet")
    claim: Any = claims.SupportDerivatives(1, powers)
    support = yield Step(claim, activations.support, (), "Taylor series of sigma at 0")
    claim = claims.MomentRank(powers, walk.problem.data.samples)
    rank = yield Step(claim, ours.moment_rank, (support,), "moments of the samples")
    zeros = yield Step(ZERO_SETS, by.citation, (), "Lemma 5")
    uses = (*setting, *analytic, support, rank, zeros)
    return (
        yield Step(almost_everywhere(walk, 1), ours.independence, uses, "sharp form", "LDS18:E1")
    )


def almost_everywhere(walk: Walkthrough, k: int) -> AlmostEverywhere:
    """The conclusion: F_k, which is T_k transposed, has full rank for almost all weights."""
    problem = walk.problem
    return AlmostEverywhere(MatrixName("features", k), problem.data.samples, problem.widths[k])


def hidden_layers(walk: Walkthrough) -> int:
    """H: all layers but the last."""
    return walk.problem.sequential.depth - 1


def _setting() -> Part:
    dense = yield Step(DENSE, by.hypothesis, (), "Section 2")
    bare = yield Step(WITHOUT_BIASES, by.hypothesis, (), "Section 2, from equation (4) on")
    return dense, bare


def _bare(walk: Walkthrough) -> Any:
    return tuple([None] * walk.problem.sequential.depth)


def _distinct_inputs(walk: Walkthrough) -> Part:
    """A1, and the coordinate of X that tells the samples apart."""
    found = yield Step(Assumption("LDS18:Asm1.A1", True), by.assumption, (), "Assumption 1, A1")
    coordinate = distinct_coordinate(walk)
    claim = At(_bare(walk), claims.DistinctCoordinate(1, coordinate))
    start = yield Step(claim, ours.distinct_coordinate, (found,), "Assumption 1, A1")
    return start, coordinate


def analytic_layers(last: int) -> Part:
    """sigma_1, ..., sigma_last are analytic (Assumption 2)."""
    facts = []
    for layer in range(1, last + 1):
        claim = HypothesisHolds("the activation is analytic.", "functions.facts.analytic", layer)
        facts.append((yield Step(claim, by.hypothesis, (), "Assumption 2")))
    return tuple(facts)


def _special(k: int, order: int) -> Part:
    """Assumption 2 with n as large as it is needed; the paper leaves n open."""
    claim = claims.DerivativesNonzero(k, order)
    rule = activations.assumption_2_or_identity
    return (yield Step(claim, rule, (), "Assumption 2, with n >= N", "LDS18:E1"))


def _keep_apart(
    walk: Walkthrough, parameters: Any, layer: int, coordinate: int, start: Fact
) -> Part:
    """W_layer with which the first neuron tells the samples apart (Lemma 6, equation 35)."""
    claim: Any = claims.DerivativesNonzero(layer, 2)
    slope = yield Step(claim, activations.assumption_2, (), "Lemma 6, sigma'(0) != 0", "LDS18:E16")
    scale = separating_scale(walk, parameters, layer, coordinate)
    yield Definition("lambda", scale, f"weight of the first neuron of layer {layer}", "Lemma 6")
    mine = coordinate_layer(walk, layer, coordinate, (scale,))
    parameters = with_layer(parameters, layer, mine)
    claim = At(parameters, claims.DistinctCoordinate(layer + 1, 0))
    passage = "equation (35): W outside of the set of coincidences"
    apart = yield Step(claim, ours.distinct_coordinate, (start, slope), passage)
    return parameters, apart


def _induction(
    walk: Walkthrough, parameters: Any, k: int, coordinate: int, size: int, uses: tuple[Fact, ...]
) -> Part:
    """Proposition 3: w_1, ..., w_size one after the other; (weights, the last fact)."""
    claim: Any = At(parameters, claims.WeightedVandermonde(k, coordinate, size))
    regular = yield Step(claim, ours.vandermonde, uses, "Lemma 4", "LDS18:E10a")
    weights: Weights = ()
    shown: tuple[Fact, ...] = ()
    for m in range(1, size + 1):
        claim = At(parameters, claims.ExpansionNonzero(k, coordinate, weights))
        possible = yield Step(claim, ours.expansion, (regular, *shown), "Proposition 3, induction")
        weights = (*weights, next_weight(walk, parameters, k, coordinate, weights))
        claim = At(parameters, claims.MinorNonzero(k, coordinate, weights))
        passage = f"Proposition 3, N = {m}"
        shown = ((yield Step(claim, ours.minor, (possible,), passage)),)
    return weights, shown[0]


def _last_layer(
    walk: Walkthrough,
    parameters: Any,
    k: int,
    coordinate: int,
    uses: tuple[Fact, ...],
    generic: tuple[Fact, ...],
) -> Part:
    """W_k from the induction along one coordinate, full rank there, and so almost everywhere."""
    goal = almost_everywhere(walk, k)
    size = min(goal.rows, goal.columns)
    weights, last = yield from _induction(walk, parameters, k, coordinate, size, uses)
    mine = coordinate_layer(walk, k, coordinate, weights)
    parameters = with_layer(parameters, k, mine)
    yield Definition(f"W_{k}", mine.W, "a column a neuron, along one coordinate", "Proposition 4")
    rank = At(parameters, FullRank(goal.matrix, goal.rows, goal.columns))
    point = yield Step(rank, by.full_rank, (last,), "one W with full rank")
    return (yield Step(goal, by.witness, (point, *generic), "almost every W, by Lemma 5"))
