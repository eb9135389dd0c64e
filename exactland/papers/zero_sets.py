"""NH18's Lemma A.1, the zero set of an analytic function, on an instance.

The theorem itself is cited, here as in the paper. The script applies it to the function for which
the paper needs it: a minor of F_k (Theorem 3.5) or of U_k (Lemma 2.5), as a function of the
parameters.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from exactland.conditions.claims import MatrixName
from exactland.conditions.generic_features import not_analytic
from exactland.model.layers import MaxPooling
from exactland.proof import minors
from exactland.proof import rules as by
from exactland.proof.cited import ANALYTIC_ZEROS, cited
from exactland.proof.claims import At, HypothesisHolds
from exactland.proof.instance import wide_layer
from exactland.proof.script import Claim, Definition, Script, Step, StepFailed, Steps, Walkthrough

Part = Generator[Definition | Step, Any, Any]

DISTINCT = HypothesisHolds("x_i != x_j for i != j.", "proof.instance.distinct_samples")


def zeros_of_minor(walk: Walkthrough) -> Steps:
    """NH18, Lemma A.1, for a minor of F_k, or of U_k where F_k is too narrow or not analytic."""
    obstacle = _obstacle(walk)
    if obstacle is None:
        return (yield from _zeros(walk, "features", "Lemma A.1", "for Theorem 3.5"))
    if isinstance(walk.problem.sequential.layer(walk.k), MaxPooling):
        raise StepFailed(f"layer {walk.k} has weights: it is max-pooling")
    where = f"for Lemma 2.5; of F_{walk.k} there is none: {obstacle}"
    return (yield from _zeros(walk, "weights", "Lemma A.1", where))


def _zeros(walk: Walkthrough, what: minors.What, lemma: str, where: str) -> Part:
    """A minor that is analytic and somewhere not 0, and its zeros."""
    analytic = []
    if what != "weights":
        yield Step(DISTINCT, by.hypothesis, (), "else two rows are equal, and every minor is 0")
        for layer in range(1, walk.k + 1):
            text, check = "the activation is analytic.", "functions.facts.analytic"
            claim: Any = HypothesisHolds(text, check, layer)
            analytic.append((yield Step(claim, by.hypothesis, (), f"{lemma}, f analytic")))
    try:
        parameters, minor = minors.find_witness(walk.problem, what, walk.k)
    except StepFailed:
        some = minors.SomewhereNonzero(what, walk.k)
        return (yield Step(some, minors.witnessed, (), f"{lemma}, f not identically 0"))
    yield Definition("f", minor, f"a function of {minor.variables}", where)
    claim = minors.AnalyticMinor(minor)
    smooth = yield Step(claim, minors.analytic, tuple(analytic), f"{lemma}, f analytic")
    claim = At(parameters, minors.NonzeroMinor(minor))
    point = yield Step(claim, minors.nonzero, (), f"{lemma}, f not identically 0")
    zeros = yield Step(cited(ANALYTIC_ZEROS, lemma), by.citation, (), lemma)
    claim = minors.MinorNull(minor)
    return (yield Step(claim, minors.null_set, (smooth, point, zeros), f"{lemma}, for this f"))


def _obstacle(walk: Walkthrough) -> str | None:
    """Why there is no analytic N x N minor of F_k, if there is none."""
    problem, k = walk.problem, walk.k
    wide = wide_layer(problem, k)
    return not_analytic(problem, MatrixName("features", k)) if wide.holds is True else wide.reason


def _is_zero_set(*matrices: minors.What) -> Any:
    """The zeros of a minor of one of these matrices of layer k; with all samples for features."""

    def is_goal(walk: Walkthrough, claim: Claim) -> bool:
        if not isinstance(claim, minors.MinorNull):
            return False
        minor = claim.minor
        whole = minor.what == "weights" or len(minor.rows) == walk.problem.data.samples
        return whole and minor.k == walk.k and minor.what in matrices

    return is_goal


NH18_LEMMA_A_1 = Script("NH18:LemA.1", zeros_of_minor, _is_zero_set("features", "weights"))
