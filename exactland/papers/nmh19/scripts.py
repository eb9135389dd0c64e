"""The proofs of NMH19 as scripts: the network class, Assumption 1, and Lemma 2 as repaired."""

from __future__ import annotations

from collections.abc import Generator
from itertools import chain
from typing import Any

from flint import fmpq

from exactland.conditions.claims import Assumption, FullRank, MatrixName
from exactland.errors import UsageError
from exactland.model.problem import Problem
from exactland.papers.nmh19 import claims
from exactland.papers.nmh19 import constructions as construct
from exactland.papers.nmh19 import rules as ours
from exactland.proof import rules as by
from exactland.proof.cited import ANALYTIC_ZEROS, cited
from exactland.proof.claims import AlmostEverywhere, At, Together
from exactland.proof.script import Definition, Fact, Script, Step, StepFailed, Steps, Walkthrough

Part = Generator[Definition | Step, Any, Any]

_INCREASING = ("strictly increasing and analytic", "functions.facts.nmh19_assumption_1_1")
_BOUNDED = ("bounded with limit 0 at -infinity", "functions.facts.nmh19_assumption_1_2")
_SOFTPLUS = ("softplus", "softplus")
_PATCHES = Assumption("NMH19:Asm1.3", True)
ZERO_SETS = cited(ANALYTIC_ZEROS, "NH17, Lemma 4.2")


def network_class(walk: Walkthrough) -> Steps:
    """The definition of the networks, and Psi unit by unit."""
    where = "Our proposed deep neural nets"
    first = yield Step(claims.WellFormed(), ours.well_formed, (), where, "NMH19:E3")
    second = yield Step(_as_defined(walk), ours.units_as_defined, (first,), where)
    together = Together((first.claim, second.claim))
    return (yield Step(together, by.conjunction, (first, second), where))


def _as_defined(walk: Walkthrough) -> claims.UnitsAsDefined:
    return claims.UnitsAsDefined(len(walk.problem.skip.units), walk.problem.data.samples)


def assumptions(walk: Walkthrough) -> Steps:
    """Assumptions 1, as printed, part by part."""
    first = yield from _increasing(walk)
    chosen, kind = as_printed(walk.problem)
    second = yield from _skip_units(walk, chosen, kind, paths=True)
    third = yield Step(_PATCHES, by.assumption, (), "Assumption 1(3)")
    facts = (*first, *second, third)
    together = Together(tuple(fact.claim for fact in facts))
    return (yield Step(together, by.conjunction, facts, "Assumptions 1"))


def as_printed(problem: Problem) -> tuple[tuple[str, ...], str]:
    """N skip units that satisfy part 2, and which of its cases; else the units of the larger one.

    Bounded units are taken if there are N; softplus units where a backward path exists. Units of
    the other case follow where there are too few, so that the script fails at the first of them.
    """
    samples = problem.data.samples
    bounded, softplus = construct.families(problem)
    with_path = tuple(id for id in softplus if construct.backward_path(problem, id) is not None)
    others = problem.skip.skips
    if len(bounded) >= samples or len(bounded) >= len(softplus):
        return _first(samples, bounded, others), "bounded"
    # Units without a path follow, so that the script fails at the path that is missing.
    return _first(samples, with_path, softplus, others), "softplus"


def _first(count: int, *ids: tuple[str, ...]) -> tuple[str, ...]:
    """The first ``count`` different ones."""
    return tuple(dict.fromkeys(chain.from_iterable(ids)))[:count]


def _increasing(walk: Walkthrough) -> Part:
    """Part 1, for every unit."""
    facts = []
    for unit in walk.problem.skip.units:
        claim = claims.UnitActivation(unit.id, *_INCREASING)
        facts.append((yield Step(claim, ours.unit_activation, (), "Assumption 1(1)")))
    return tuple(facts)


def _skip_units(walk: Walkthrough, chosen: tuple[str, ...], kind: str, *, paths: bool) -> Part:
    """Part 2: N skip units, their activations and, for softplus, their paths."""
    where = "Assumption 1(2)"
    facts: list[Fact] = [(yield Step(claims.SkipUnits(chosen), ours.skip_units, (), where))]
    for id in chosen:
        claim: Any
        if kind == "bounded":
            claim = claims.UnitActivation(id, *_BOUNDED)
            facts.append((yield Step(claim, ours.unit_activation, (), where)))
            continue
        claim = claims.UnitActivation(id, *_SOFTPLUS)
        facts.append((yield Step(claim, ours.softplus, (), where)))
        if paths:
            path = construct.backward_path(walk.problem, id)
            if path is None:
                yield Step(claims.PathExists(id), ours.path_exists, (), where)
                continue
            claim = claims.BackwardPath(path)
            facts.append((yield Step(claim, ours.backward_path, (), where)))
    return tuple(facts)


def full_rank_almost_everywhere(walk: Walkthrough) -> Steps:
    """Lemma 2 as repaired: the N skip units have biases of their own; no path is needed."""
    where, problem = "Lemma 2, step 1 of the sketch", walk.problem
    increasing = yield from _increasing(walk)
    chosen, kind = as_repaired(problem)
    yield from _skip_units(walk, chosen, kind, paths=False)
    yield Step(_PATCHES, by.assumption, (), "Assumption 1(3)")
    own = yield Step(claims.OwnBiases(chosen), ours.own_biases, (), "repair", "NMH19:E1")
    chosen = construct.in_layer_order(problem, chosen)
    parameters = _start(problem, chosen)
    yield Definition("U", parameters, "weights that keep the samples apart", where)
    rows: tuple[int, ...] = ()
    biases: list[tuple[str, fmpq]] = []
    for m, id in enumerate(chosen):
        apart = yield Step(
            At(parameters, claims.SamplesApart(id)), ours.samples_apart, (own,), where
        )
        bias, rows = construct.chosen_bias(problem, parameters, chosen[:m], rows, id)
        biases.append((problem.skip.unit(id).bias or "", bias))
        parameters = construct.with_bias(problem, parameters, id, bias)
        yield Definition("b", claims.Biases(tuple(biases)), f"the bias of unit {id}", where)
        claim = claims.IndependentColumns(chosen[: m + 1], rows)
        yield Step(At(parameters, claim), ours.independent_columns, (apart,), "greedy in layers")
    almost = _goal_of_lemma_2(walk)
    rank = FullRank(almost.matrix, almost.rows, almost.columns)
    point = yield Step(At(parameters, rank), by.full_rank, (), "det Psi != 0")
    zeros = yield Step(ZERO_SETS, by.citation, (), where)
    return (yield Step(almost, ours.witness, (point, *increasing, zeros), "Lemma 2"))


def as_repaired(problem: Problem) -> tuple[tuple[str, ...], str]:
    """N skip units of one family with biases of their own; else those that come nearest to it."""
    samples = problem.data.samples
    for family, kind in zip(construct.families(problem), ("bounded", "softplus"), strict=True):
        private = construct.with_own_bias(problem, family)
        if len(private) >= samples:
            return private[:samples], kind
    return as_printed(problem)


def _start(problem: Problem, chosen: tuple[str, ...]) -> Any:
    """Weights at which every chosen unit keeps the samples apart."""
    for parameters in construct.weights(problem):
        if all(construct.collision(problem, parameters, id) is None for id in chosen):
            return parameters
    sought = "weights at which every chosen unit keeps the samples apart"
    first = next(construct.weights(problem))
    failed = [(id, construct.collision(problem, first, id)) for id in chosen]
    shown = [f"unit {id}: {found}" for id, found in failed if found is not None]
    raise StepFailed(f"{sought}: {shown[0]}" if shown else sought)


def _goal_of_lemma_2(walk: Walkthrough) -> AlmostEverywhere:
    samples, units = walk.problem.data.samples, len(walk.problem.skip.skips)
    return AlmostEverywhere(MatrixName("skip-features"), samples, units)


def _is_lemma_2(walk: Walkthrough, claim: Any) -> bool:
    """Rank N almost everywhere, which asks for M >= N."""
    wanted = _goal_of_lemma_2(walk)
    return bool(claim == wanted and wanted.columns >= wanted.rows)


def _are_assumptions(walk: Walkthrough, claim: Any) -> bool:
    """All three parts: every unit; N skip units of one case, each with its activation; patches."""
    if not isinstance(claim, Together):
        return False
    chosen, kind = as_printed(walk.problem)
    wanted: list[Any] = [
        claims.UnitActivation(unit.id, *_INCREASING) for unit in walk.problem.skip.units
    ]
    wanted += [claims.SkipUnits(chosen), _PATCHES]
    family = _BOUNDED if kind == "bounded" else _SOFTPLUS
    wanted += [claims.UnitActivation(id, *family) for id in chosen]
    if kind == "softplus":
        starts = {c.path[0] for c in claim.claims if isinstance(c, claims.BackwardPath)}
        if not set(chosen) <= starts:
            return False
    return all(part in claim.claims for part in wanted)


#: The scripts of NMH19 by the ids of their statements.
SCRIPTS = {
    script.id: script
    for script in (
        Script(
            "NMH19:DefNet",
            network_class,
            lambda walk, claim: claim == Together((claims.WellFormed(), _as_defined(walk))),
        ),
        Script("NMH19:Asm1", assumptions, _are_assumptions),
        Script("NMH19:Lem2", full_rank_almost_everywhere, _is_lemma_2),
    )
}


def script(id: str) -> Script:
    """The script of a statement; UsageError for a statement without one."""
    if id not in SCRIPTS:
        raise UsageError(id, "it has no proof script", "those with one: " + ", ".join(SCRIPTS))
    return SCRIPTS[id]
