"""The rules: what checks a claim. A rule recomputes; it returns the grounds or raises StepFailed.

A script names a rule with each step (``by.comparison``); the driver calls it. Rules are few: a new
kind of claim should rather be expressed by the claims there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from exactland.conditions import claims as known
from exactland.conditions.assumptions import assumption as decide_assumption
from exactland.conditions.evidence import EveryPattern, RankProof
from exactland.conditions.finding import Finding
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.functions.properties import Fact as Known
from exactland.linalg.evidence import ApproximateInverse, Dominance
from exactland.model.layers import Convolution, Dense
from exactland.proof import claims
from exactland.proof.cited import ANALYTIC_ZEROS, THEOREMS, cited, require_cited
from exactland.proof.projections import Rows, colliding, decided, features, gaps, projections
from exactland.proof.script import Fact, Grounds, StepFailed, StepRefuted, Walkthrough
from exactland.proof.tails import growth, is_dominated, summary


def assumption(walk: Walkthrough, claim: known.Assumption, uses: tuple[Fact, ...]) -> Grounds:
    """An assumption on the data or the layers, decided exactly (conditions.assumptions)."""
    finding = decide_assumption(walk.problem, claim.id)
    return _agreed(finding, claim)


def hypothesis(walk: Walkthrough, claim: claims.HypothesisHolds, uses: tuple[Fact, ...]) -> Grounds:
    """A condition on widths, layers or activations, by the check that the statement names.

    A check of ``functions.facts`` is asked about the activation of the claim's layer, a check of
    ``proof.instance`` about the problem (and that layer); without one, layer k is meant.
    """
    module, _, name = claim.check.rpartition(".")
    check = getattr(import_module(f"exactland.{module}"), name)
    number = walk.k if claim.layer is None else claim.layer
    if module == "functions.facts":
        layer = walk.problem.sequential.layer(number)
        if not isinstance(layer, Convolution | Dense):
            raise StepRefuted(f"{claim.words()} fails: layer {number} is max-pooling")
        fact = check(layer.activation)
        about = f"{layer.activation.name}: "
    else:
        takes_layer = "k" in check.__code__.co_varnames[: check.__code__.co_argcount]
        fact = check(walk.problem, number) if takes_layer else check(walk.problem)
        about = ""
    return grounds_of(claim.words(), fact, about)


def grounds_of(words: str, fact: Known, about: str) -> Grounds:
    """The grounds of a fact that holds; StepRefuted if it is shown not to, else StepFailed."""
    if fact.holds is False:
        raise StepRefuted(f"{words} fails: {about}{fact.reason}")
    if fact.holds is None:
        raise StepFailed(f"{words} is not shown: {about}{fact.reason}")
    return Grounds("exact", f"{about}{fact.reason}")


def comparison(walk: Walkthrough, claim: Any, uses: tuple[Fact, ...], *, at: Any = None) -> Grounds:
    """Strict inequalities between numbers of the network, exactly or in balls."""
    parameters = at
    match claim:
        case claims.At(parameters=given, claim=inner):
            return comparison(walk, inner, uses, at=given)
        case claims.DistinctEntries(k=k):
            return decided(
                lambda arithmetic: features(walk.problem, parameters, k, arithmetic),
                lambda rows: colliding(_named(rows, f"f_{k}(x_{{}})_{{}}")),
                refutes=True,
            )
        case claims.DistinctProjections(k=k, directions=directions, across=across):
            return decided(
                lambda arithmetic: projections(walk.problem, parameters, k, directions, arithmetic),
                lambda rows: _distinct_projections(rows, across),
                refutes=True,
            )
        case claims.Sorts(k=k, directions=directions, gamma=gamma):
            if sorted(gamma) != list(range(walk.problem.data.samples)):
                raise StepFailed("gamma is a permutation of the samples")
            return decided(
                lambda arithmetic: projections(walk.problem, parameters, k, directions, arithmetic),
                lambda rows: _sorted_by(rows, gamma),
                refutes=True,
            )
        case claims.NonZeroValue(k=k, beta=beta):
            layer: Any = walk.problem.sequential.layer(k)
            return decided(
                lambda arithmetic: [[layer.activation.value(arithmetic.number(beta), arithmetic)]],
                lambda rows: _nonzero(rows[0][0], claim.words()),
                refutes=True,
            )
    raise StepFailed(f"{type(claim).__name__} is no comparison")


def domination(walk: Walkthrough, claim: claims.At, uses: tuple[Fact, ...]) -> Grounds:
    """The tail of A(alpha) is dominated by its diagonal (proof.tails)."""
    tail = claim.claim
    if not isinstance(tail, claims.TailDominated):
        raise StepFailed(f"{type(tail).__name__} is no domination")
    layer: Any = walk.problem.sequential.layer(tail.k)
    constants = growth(layer.activation)
    if constants is None:
        raise StepFailed(
            f"{layer.activation.name} has exponential decay on the left and linear growth on the "
            "right (Assumption 3.2, clause 2)"
        )
    if tail.alpha_0 <= 0:
        raise StepFailed(f"alpha_0 > 0: it is {tail.alpha_0}")

    def holds(rows: Rows) -> str | None:
        found = summary(gaps(rows, tail.gamma))
        if found is None:
            return "d_ij < 0 for i > j"
        return is_dominated(layer.activation, constants, tail.beta, found, tail.alpha_0)

    grounds = decided(
        lambda arithmetic: projections(
            walk.problem, claim.parameters, tail.k, tail.directions, arithmetic
        ),
        holds,
    )
    return Grounds("ball", f"constants of clause 2, {grounds.detail} for the gaps", grounds)


def full_rank(walk: Walkthrough, claim: Any, uses: tuple[Fact, ...]) -> Grounds:
    """Full rank of F_k or U_k at given or constructed parameters (conditions.ranks)."""
    problem, inner = walk.problem, claim
    if isinstance(claim, claims.At):
        problem, inner = problem.with_parameters(claim.parameters), claim.claim
    if not isinstance(inner, known.FullRank):
        raise StepFailed(f"{type(inner).__name__} is no claim of full rank")
    matrix = inner.matrix
    return _agreed(rank(problem, matrix.layer, matrix.what), inner)


def witness(walk: Walkthrough, claim: claims.AlmostEverywhere, uses: tuple[Fact, ...]) -> Grounds:
    """One point of full rank, and analytic entries: full rank for almost all parameters.

    Uses the fact of full rank at constructed parameters and the facts that the activations of
    layers 1 to k are analytic, and the theorem about the zeros of analytic functions.
    """
    require_cited(uses, ANALYTIC_ZEROS)
    points = [
        fact
        for fact in uses
        if isinstance(fact.claim, claims.At)
        and fact.claim.claim == known.FullRank(claim.matrix, claim.rows, claim.columns)
    ]
    if not points:
        raise StepFailed("one set of parameters with full rank is among the facts used")
    analytic = {
        fact.claim.layer
        for fact in uses
        if isinstance(fact.claim, claims.HypothesisHolds)
        and fact.claim.check == "functions.facts.analytic"
    }
    missing = set(range(1, claim.matrix.k + 1)) - analytic
    if missing:
        raise StepFailed(f"the activation of layer {min(missing)} is shown to be analytic")
    return Grounds("logic", "a nonzero minor of analytic functions is nonzero almost everywhere")


def generic_full_rank(
    walk: Walkthrough, claim: known.GenericFullRank, uses: tuple[Fact, ...]
) -> Grounds:
    """Full rank for almost all parameters, with a witness of its own (conditions.ranks)."""
    found = generic_rank_of(walk.problem, claim.matrix.layer, claim.matrix.what)
    if isinstance(found.evidence, EveryPattern):  # the theorem cited is about analytic functions
        raise StepFailed(f"the entries of {claim.matrix} are analytic in the parameters")
    grounds = _agreed(found, claim)
    require_cited(uses, ANALYTIC_ZEROS)
    return grounds


def unchanged(walk: Walkthrough, claim: claims.At, uses: tuple[Fact, ...]) -> Grounds:
    """A claim about the first layers still holds when only higher layers have been chosen since."""
    (before,) = (fact.claim for fact in uses)
    if not isinstance(before, claims.At) or before.claim != claim.claim:
        raise StepFailed("the fact used says the same at other parameters")
    last = _last_layer(claim.claim)
    for layer in range(last):
        if before.parameters[layer] != claim.parameters[layer]:
            raise StepFailed(f"the parameters of layer {layer + 1} are the same")
    return Grounds("logic", f"it depends on layers 1 to {last} only, which are unchanged")


def _last_layer(claim: Any) -> int:
    """The layer up to which a claim depends on the parameters."""
    match claim:
        case known.FullRank(matrix=matrix):
            return matrix.k
        case claims.DistinctEntries(k=k):
            return k
    raise StepFailed(f"it is known on which layers {type(claim).__name__} depends")


def existence(walk: Walkthrough, claim: claims.Attained, uses: tuple[Fact, ...]) -> Grounds:
    """There are parameters with all of these, since the facts used say so of these parameters."""
    shown = [fact.claim for fact in uses]
    _require_parts(claim.claims)
    for part in claim.claims:
        if claims.At(claim.parameters, part) not in shown:
            raise StepFailed(f"{part.words()} is among the facts used, at the same parameters")
    return Grounds("logic", "the constructed parameters attain it")


def conjunction(walk: Walkthrough, claim: claims.Together, uses: tuple[Fact, ...]) -> Grounds:
    """All of the claims are facts that the step uses."""
    shown = [fact.claim for fact in uses]
    _require_parts(claim.claims)
    for part in claim.claims:
        if part not in shown:
            raise StepFailed(f"{part.words()} is among the facts used")
    return Grounds("logic", "each was shown")


def _require_parts(parts: Sequence[Any]) -> None:
    """Nothing is not a conclusion: layers 1 to k may all be max-pooling, for instance."""
    if not parts:
        raise StepFailed("at least one claim: the statement says nothing of this instance")


def citation(walk: Walkthrough, claim: claims.Cited, uses: tuple[Fact, ...]) -> Grounds:
    """A result that is used without a proof here; one of the table as it stands there."""
    if claim.theorem and (
        claim.theorem not in THEOREMS or claim != cited(claim.theorem, claim.source)
    ):
        raise StepFailed(f"{claim.words()} That is not the theorem {claim.theorem}")
    return Grounds("cited", claim.source)


def _agreed(finding: Finding, claim: Any) -> Grounds:
    """The grounds of a finding that establishes exactly the claim."""
    if finding.verdict != "proved" or finding.established != claim:
        said = finding.established.words() if finding.established is not None else finding.reason
        detail = "" if finding.reason in ("", said) else f" ({finding.reason})"
        failed = StepRefuted if finding.verdict == "refuted" else StepFailed
        raise failed(f"{said}{detail}", finding)
    return _grounds_of(finding)


def _grounds_of(finding: Finding) -> Grounds:
    evidence = finding.evidence
    if isinstance(evidence, RankProof) and evidence.lower is not None:
        lower = evidence.lower
        if isinstance(lower, ApproximateInverse | Dominance):
            return Grounds("ball", f"intervals of {lower.bits} bits", finding)
        return Grounds("modular", f"a minor modulo {lower.prime}", finding)
    return Grounds("exact", finding.reason, finding)


def _named(rows: Rows, pattern: str) -> list[tuple[Any, int, str]]:
    return [
        (value, i, pattern.format(i + 1, h + 1))
        for i, row in enumerate(rows)
        for h, value in enumerate(row)
    ]


def _distinct_projections(rows: Rows, across: bool) -> str | None:
    pattern = "the projection of x_{} at neuron {}"
    if across:
        return colliding(_named(rows, pattern))
    for j in range(len(rows[0])):
        column: Sequence[tuple[Any, int, str]] = [
            (row[j], i, pattern.format(i + 1, j + 1)) for i, row in enumerate(rows)
        ]
        failed = colliding(column)
        if failed is not None:
            return failed
    return None


def _sorted_by(rows: Rows, gamma: Sequence[int]) -> str | None:
    found = summary(gaps(rows, gamma))
    if found is None:
        return "<a^t, f^p(x_gamma(j))> < <a^t, f^p(x_gamma(i))> for all i > j"
    return None


def _nonzero(value: Any, words: str) -> str | None:
    from exactland.arithmetic.comparison import excludes_zero

    return None if excludes_zero(value) is True else words
