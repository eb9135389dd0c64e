"""NH18, Lemma 3.3: the three named activations, with the constants printed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exactland.papers.nh17 import claims as growth_claims
from exactland.papers.nh17 import derivative_rules as growth_rules
from exactland.papers.nh18.tail_claims import ClauseOne
from exactland.papers.nh18.tail_rules import clause_one
from exactland.proof import rules as by
from exactland.proof.claims import HypothesisHolds, Together
from exactland.proof.monotone_tails import tails_of
from exactland.proof.rational_tails import RationalTail, rational_tail
from exactland.proof.script import (
    Definition,
    Fact,
    Grounds,
    Script,
    Step,
    StepFailed,
    Steps,
    Walkthrough,
)


@dataclass(frozen=True)
class NamedInLemma:
    """The activation of layer k is ReLU, the sigmoid or softplus."""

    k: int

    def words(self) -> str:
        return f"The activation of layer {self.k} is ReLU, the sigmoid or softplus."


@dataclass(frozen=True)
class ReluBounds:
    """rho = (1, 1, 1, 1): |sigma(t)| <= exp(t) for t < 0, |sigma(t)| <= t + 1 for t >= 0."""

    k: int

    def words(self) -> str:
        return (
            f"|sigma_{self.k}(t)| <= 1 exp(1 t) for t < 0 and |sigma_{self.k}(t)| <= 1 t + 1 "
            "for t >= 0 (rho = (1, 1, 1, 1))."
        )


@dataclass(frozen=True)
class SigmoidLimits:
    """The limits of sigma_k are mu_- = 0 and mu_+ = 1."""

    k: int

    def words(self) -> str:
        return f"sigma_{self.k} tends to mu_- = 0 at -infinity and to mu_+ = 1 at +infinity."


def named_in_lemma(walk: Walkthrough, claim: NamedInLemma, uses: tuple[Fact, ...]) -> Grounds:
    name = _activation(walk, claim.k).name
    if name not in ("relu", "sigmoid", "softplus"):
        raise StepFailed(f"{claim.words()} It is {name}")
    return Grounds("exact", f"it is {name}")


def relu_bounds(walk: Walkthrough, claim: ReluBounds, uses: tuple[Fact, ...]) -> Grounds:
    """sigma = 0 on t <= 0, and t + 1 - sigma(t) has no negative coefficient on t >= 0."""
    left, right = _rational_tails(walk, claim)
    if not left.vanishes or left.since > 0:
        raise StepFailed(f"{claim.words()} sigma is not 0 for all t < 0")
    # exp(t) > 0 bounds 0.
    slack = _line() * right.denominator - right.numerator
    pieces = (slack, right.numerator, right.denominator)
    if right.since > 0 or any(c < 0 for piece in pieces for c in piece.coeffs()):
        raise StepFailed(f"{claim.words()} t + 1 - sigma(t) >= 0 is not seen for t >= 0")
    return Grounds("exact", f"0 for t < 0; for t >= 0, t + 1 - sigma(t) = {slack} in x = t")


def sigmoid_limits(walk: Walkthrough, claim: SigmoidLimits, uses: tuple[Fact, ...]) -> Grounds:
    left, right = tails_of(_activation(walk, claim.k))
    if left is None or right is None or (str(left.limit), str(right.limit)) != ("0", "1"):
        raise StepFailed(claim.words())
    return Grounds("exact", f"{left.reason}, limits {left.limit} and {right.limit}")


def three_activations(walk: Walkthrough) -> Steps:
    """Lemma 3.3 for the activation of layer k."""
    where, k = "Lemma 3.3, Appendix C", walk.k
    yield Step(NamedInLemma(k), named_in_lemma, (), where)
    facts = []
    for part in _regularity(walk):
        facts.append((yield Step(part, by.hypothesis, (), where)))
    growth = _growth(walk)
    if isinstance(growth, growth_claims.SoftplusGrowth):
        yield Definition("rho", growth.rho, "rho_1, ..., rho_4", where)
        log: Any = growth_claims.LogarithmBound()
        left = yield Step(log, growth_rules.logarithm_bound, (), "log(1+x) <= x")
        double: Any = growth_claims.DoubleBound()
        right = yield Step(double, growth_rules.double_bound, (), "1 + x <= 2x for x >= 1")
        facts.append((yield Step(growth, growth_rules.softplus_growth, (left, right), where)))
    elif isinstance(growth, ReluBounds):
        facts.append((yield Step(growth, relu_bounds, (), where)))
    else:
        yield Step(ClauseOne(k), clause_one, (), "Assumption 3.2, clause 1")
        facts.append((yield Step(growth, sigmoid_limits, (), where)))
    together = Together(tuple(fact.claim for fact in facts))
    return (yield Step(together, by.conjunction, tuple(facts), where))


def _regularity(walk: Walkthrough) -> tuple[HypothesisHolds, HypothesisHolds]:
    return (
        HypothesisHolds("the activation is continuous.", "functions.facts.continuous", walk.k),
        HypothesisHolds("the activation is not constant.", "functions.facts.non_constant", walk.k),
    )


def _growth(walk: Walkthrough) -> Any:
    """The bounds or limits that the lemma states of this activation."""
    activation = _activation(walk, walk.k)
    if activation.name == "softplus":
        rho = growth_rules.softplus_constants(activation.parameters[0])
        return growth_claims.SoftplusGrowth(walk.k, rho)
    return ReluBounds(walk.k) if activation.name == "relu" else SigmoidLimits(walk.k)


def _rational_tails(walk: Walkthrough, claim: Any) -> tuple[RationalTail, RationalTail]:
    definition = _activation(walk, claim.k).definition
    left = None if definition is None else rational_tail(definition, -1)
    right = None if definition is None else rational_tail(definition, 1)
    if left is None or right is None:
        raise StepFailed(f"{claim.words()} sigma is not piecewise rational")
    return left, right


def _line() -> Any:
    from flint import fmpq_poly

    return fmpq_poly([1, 1])


def _activation(walk: Walkthrough, k: int) -> Any:
    layer: Any = walk.problem.sequential.layer(k)
    if not layer.has_parameters():
        raise StepFailed(f"layer {k} has an activation")
    return layer.activation.known_as


SCRIPTS = (
    Script(
        "NH18:Lem3.3",
        three_activations,
        lambda walk, claim: claim == Together((*_regularity(walk), _growth(walk))),
    ),
)
