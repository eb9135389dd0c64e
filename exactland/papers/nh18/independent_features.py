"""The proofs of NH18, sections 2 and 3, up to Theorem 3.5, checked line by line."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from flint import fmpq

from exactland.conditions.claims import Assumption, FullRank, MatrixName
from exactland.model.parameters import LayerParameters
from exactland.papers.nh18.constructions import (
    NoFullRank,
    approximate_projections,
    directions,
    is_pooling,
    permutation,
    separating_layer,
    transporting_layer,
    with_layer,
)
from exactland.papers.nh18.hypothesis_steps import (
    activations_or_limits,
    continuous_and_not_constant,
    hypotheses_of_d1,
    injective_somewhere,
)
from exactland.papers.nh18.tail_steps import tail
from exactland.proof import rules as by
from exactland.proof.cited import ANALYTIC_ZEROS, cited
from exactland.proof.claims import (
    AlmostEverywhere,
    At,
    Attained,
    DistinctEntries,
    DistinctProjections,
    HypothesisHolds,
    Sorts,
)
from exactland.proof.projections import gaps
from exactland.proof.script import (
    Claim,
    Definition,
    Fact,
    Script,
    Step,
    StepFailed,
    Steps,
    Walkthrough,
)

_STRUCTURE = Assumption("NH18:Asm2.4", True)
#: Parts of a script that hand a value on to the script that runs them.
Part = Generator[Definition | Step, Any, Any]

ZERO_SETS = cited(ANALYTIC_ZEROS, "NH18, Lemma A.1")


def distinct_features(walk: Walkthrough) -> Steps:
    """Lemma D.1 on this instance: parameters of layers 1 to k that keep all samples apart."""
    start = yield from hypotheses_of_d1(walk, first_only=True)
    yield from continuous_and_not_constant(walk)
    parameters, facts = yield from _transport(walk, walk.k, start)
    parts = tuple(fact.claim.claim for fact in facts)
    return (
        yield Step(Attained(parameters, parts), by.existence, facts, "Lemma D.1, the conclusion")
    )


def linearly_independent_features(walk: Walkthrough, layer: int | None = None) -> Steps:
    """Theorem 3.4 on this instance: parameters of layers 1 to k with F_k of rank N.

    ``layer`` is k where another script, itself about another layer, runs this one.
    """
    start = yield from hypotheses_of_d1(walk, layer)
    wide = HypothesisHolds("n_k >= N.", "proof.instance.wide_layer", layer)
    yield Step(wide, by.hypothesis, (), "Theorem 3.4")
    yield from activations_or_limits(walk)
    parameters, lower = yield from _transport(walk, walk.k - 1, start)
    parameters, upper = yield from _separate(walk, parameters)
    ranks = tuple(fact for fact in lower if isinstance(fact.claim.claim, FullRank))
    facts = (*(yield from _carried(parameters, ranks)), *upper)
    parts = tuple(fact.claim.claim for fact in facts)
    conclusion = Attained(parameters, parts)
    return (yield Step(conclusion, by.existence, facts, "Theorem 3.4, the conclusion"))


def almost_all_parameters(walk: Walkthrough) -> Steps:
    """Theorem 3.5 on this instance: F_k has rank N for almost all parameters."""
    problem, k = walk.problem, walk.k
    text = "layers 1 to k are convolutional or dense."
    weights = HypothesisHolds(text, "proof.instance.no_pooling")
    yield Step(weights, by.hypothesis, (), "Theorem 3.5, hypothesis 1")
    analytic = []
    for layer in range(1, k + 1):
        smooth = HypothesisHolds("the activation is analytic.", "functions.facts.analytic", layer)
        analytic.append((yield Step(smooth, by.hypothesis, (), "Theorem 3.5, hypothesis 3")))
    attained = yield from linearly_independent_features(walk)
    matrix = MatrixName("features", k)
    rank = FullRank(matrix, problem.data.samples, problem.widths[k])
    point = yield Step(
        At(attained.claim.parameters, rank), by.full_rank, (), "Theorem 3.4 at this point"
    )
    zeros = yield Step(ZERO_SETS, by.citation, (), "Lemma A.1")
    claim = AlmostEverywhere(matrix, rank.rows, rank.columns)
    uses = (point, *analytic, zeros)
    return (yield Step(claim, by.witness, uses, "Theorem 3.5, by Lemma A.1"))


def _transport(walk: Walkthrough, last: int, start: Fact) -> Part:
    """Lemma D.1: choose layer after layer so that equation (8) holds; (parameters, facts)."""
    problem = walk.problem
    parameters: Any = None
    shown: tuple[Fact, ...] = ()
    reached = start
    for layer in range(1, last + 1):
        if is_pooling(problem, layer):
            claim = At(parameters, DistinctEntries(layer))
            reached = yield Step(claim, by.comparison, (reached,), "Lemma D.1, case 2")
            continue
        chosen = yield from _directions(walk, parameters, layer, across=True)
        yield Definition("Q", chosen, f"directions a^t of layer {layer}, columns", "Lemma D.1")
        claim = At(parameters, DistinctProjections(layer, chosen, True))
        apart = yield Step(claim, by.comparison, (reached,), "Lemma D.1, Q outside of S")
        yield from injective_somewhere(problem, layer)
        mine, alpha, beta = transporting_layer(problem, parameters, layer, chosen)
        yield Definition("alpha", alpha, f"scale of layer {layer}", "Lemma D.1")
        yield Definition("beta", beta, f"all biases of layer {layer}", "Lemma D.1")
        parameters = with_layer(problem, parameters, layer, mine)
        matrix = MatrixName("weights", layer)
        size = problem.widths[layer - 1], problem.widths[layer]
        full = yield Step(At(parameters, FullRank(matrix, *size)), by.full_rank, (), "Lemma D.1")
        claim = At(parameters, DistinctEntries(layer))
        # An interval on which sigma is injective is known, not taken from "not constant".
        reached = yield Step(
            claim, by.comparison, (apart,), "Lemma D.1, equation (7)", erratum="NH18:E3"
        )
        shown = (*shown, full)
    facts = yield from _carried(parameters, (*shown, reached))
    return parameters, facts


def _directions(walk: Walkthrough, parameters: Any, layer: int, *, across: bool) -> Part:
    """Q; where no M(Q) of full rank is found, Assumption 2.4 is asked, which says that there is.

    Elsewhere Q itself is the evidence for it at this layer.
    """
    try:
        return directions(walk.problem, parameters, layer, across=across)
    except NoFullRank:
        yield Step(_STRUCTURE, by.assumption, (), "Assumption 2.4", "NH18:E1")
        raise


def _carried(parameters: Any, facts: tuple[Fact, ...]) -> Part:
    """The same facts at parameters in which higher layers have been chosen since."""
    carried = []
    for fact in facts:
        claim = fact.claim
        if isinstance(claim, At) and claim.parameters != parameters:
            same = At(parameters, claim.claim)
            fact = yield Step(same, by.unchanged, (fact,), "the lower layers stay as they are")
        if isinstance(fact.claim, At):
            carried.append(fact)
    return tuple(carried)


def _separate(walk: Walkthrough, parameters: Any) -> Part:
    """The last layer of Theorem 3.4: Q, gamma, beta, alpha_0, and rank N; (parameters, facts)."""
    problem, k = walk.problem, walk.k
    chosen = yield from _directions(walk, parameters, k, across=False)
    yield Definition("Q", chosen, f"directions a^t of layer {k}, columns", "proof of Theorem 3.4")
    claim: Any = DistinctProjections(k, chosen, False)
    apart = yield Step(At(parameters, claim), by.comparison, (), "proof of 3.4, a^t outside of S")
    rows = approximate_projections(problem, parameters, k, chosen)
    gamma = permutation(rows)
    yield Definition(
        "gamma", tuple(i + 1 for i in gamma), "order of the samples, from 1", "definition of gamma"
    )
    claim = At(parameters, Sorts(k, chosen, gamma))
    sorted_ = yield Step(claim, by.comparison, (apart,), "equation (10)")
    alpha, beta, uses = yield from tail(
        walk, parameters, k, gaps(rows, gamma), chosen, gamma, sorted_
    )
    mine = separating_layer(problem, rows, k, chosen, gamma, alpha, beta)
    parameters = with_layer(problem, parameters, k, mine)
    rank = FullRank(MatrixName("features", k), problem.data.samples, problem.widths[k])
    parameters = yield from _with_full_rank(
        walk, parameters, rows, chosen, gamma, alpha, beta, rank
    )
    # The paper leaves the biases of the neurons beyond N undefined.
    beyond = "NH18:E8b" if rank.columns > rank.rows else ""
    full = yield Step(At(parameters, rank), by.full_rank, uses, "rank(A) = N", beyond)
    matrix = FullRank(MatrixName("weights", k), problem.widths[k - 1], problem.widths[k])
    weights = yield Step(At(parameters, matrix), by.full_rank, (), "U_k of full rank")
    return parameters, (weights, full)


def _with_full_rank(
    walk: Walkthrough,
    parameters: Any,
    rows: Any,
    chosen: Any,
    gamma: Any,
    alpha: fmpq,
    beta: fmpq,
    rank: FullRank,
) -> Part:
    """Without an alpha_0, alpha is doubled until the rank is certified (the limit argument)."""
    from exactland.conditions.ranks import rank as decide

    for _ in range(24):
        found = decide(walk.problem.with_parameters(parameters), walk.k)
        if found.verdict == "proved":
            words = f"W_{walk.k} = -alpha Q" if alpha > 0 else f"W_{walk.k} = alpha Q"
            yield Definition("alpha", abs(alpha), words, "proof of Theorem 3.4")
            return parameters
        alpha *= 2
        mine: LayerParameters = separating_layer(
            walk.problem, rows, walk.k, chosen, gamma, alpha, beta
        )
        parameters = with_layer(walk.problem, parameters, walk.k, mine)
    known = "" if found.rank is None else f" (there it is {found.rank})"
    raise StepFailed(f"alpha up to {alpha} with rank F_{walk.k} = {rank.rows}{known}")


def _attains_features(walk: Walkthrough, claim: Claim) -> bool:
    """The goal of Theorem 3.4: F_k of rank N and every U_l of full rank, l <= k."""
    if not isinstance(claim, Attained):
        return False
    samples, width = walk.problem.data.samples, walk.problem.widths[walk.k]
    rank = FullRank(MatrixName("features", walk.k), samples, width)
    wanted = (*_full_weights(walk), rank)
    return width >= samples and all(part in claim.claims for part in wanted)


def _attains_distinct(walk: Walkthrough, claim: Claim) -> bool:
    """The goal of Lemma D.1: all entries of different samples differ, every U_l of full rank."""
    if not isinstance(claim, Attained):
        return False
    wanted = (*_full_weights(walk), DistinctEntries(walk.k))
    return all(part in claim.claims for part in wanted)


def _full_weights(walk: Walkthrough) -> tuple[Claim, ...]:
    """U_l of full rank for every l <= k that is not max-pooling."""
    problem = walk.problem
    return tuple(
        FullRank(MatrixName("weights", layer), problem.widths[layer - 1], problem.widths[layer])
        for layer in range(1, walk.k + 1)
        if not is_pooling(problem, layer)
    )


def _is_almost_everywhere(walk: Walkthrough, claim: Claim) -> bool:
    """The goal of Theorem 3.5: F_k of rank N, which asks for n_k >= N, almost everywhere."""
    samples, width = walk.problem.data.samples, walk.problem.widths[walk.k]
    wanted = AlmostEverywhere(MatrixName("features", walk.k), samples, width)
    return claim == wanted and width >= samples


SCRIPTS = (
    Script("NH18:LemD.1", distinct_features, _attains_distinct),
    Script("NH18:Thm3.4", linearly_independent_features, _attains_features),
    Script("NH18:Thm3.5", almost_all_parameters, _is_almost_everywhere),
)
