"""The hypotheses of NH18, Lemma D.1 and Theorem 3.4, as steps of the scripts."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from exactland.conditions.claims import Assumption
from exactland.functions.facts import (
    continuous,
    injective_interval,
    nh18_assumption_3_2,
    non_constant,
)
from exactland.model.problem import Problem
from exactland.papers.nh18.constructions import is_pooling
from exactland.papers.nh18.tail_steps import finite_limits
from exactland.proof import rules as by
from exactland.proof.claims import HypothesisHolds
from exactland.proof.monotone_tails import tails_of
from exactland.proof.script import Definition, Fact, Grounds, Step, StepFailed, Walkthrough

Part = Generator[Definition | Step, Any, Any]


@dataclass(frozen=True)
class InjectiveSomewhere:
    """sigma_k is injective on a known interval: what "not constant" does not give (NH18:E3)."""

    k: int

    def words(self) -> str:
        return f"Layer {self.k}: an interval is known on which the activation is injective."


def an_interval(walk: Walkthrough, claim: InjectiveSomewhere, uses: tuple[Fact, ...]) -> Grounds:
    """The interval that is known of the activation."""
    layer: Any = walk.problem.sequential.layer(claim.k)
    interval = injective_interval(layer.activation)
    if interval is None:
        raise StepFailed(f"{claim.words()} None is known of {layer.activation.name}")
    return Grounds("exact", f"{interval}: {interval.reason}")


def hypotheses_of_d1(
    walk: Walkthrough, layer: int | None = None, *, first_only: bool = False
) -> Part:
    """Assumption 3.1, no pooling where the proof needs weights, a bias for every neuron.

    ``first_only``: Lemma D.1 asks for weights in layer 1, not in layer k.
    """
    distinct = yield Step(Assumption("NH18:Asm3.1", True), by.assumption, (), "Assumption 3.1")
    weights = HypothesisHolds(
        "layers 1 and k are convolutional or dense.",
        "proof.instance.first_and_kth_not_pooling",
        layer,
    )
    if first_only:
        check = "papers.nh18.constructions.first_layer_not_pooling"
        weights = HypothesisHolds("layer 1 is convolutional or dense.", check)
    yield Step(weights, by.hypothesis, (), "Theorem 3.4, hypothesis 1")
    yield Step(
        HypothesisHolds("every neuron has its own bias.", "proof.instance.biases_of_their_own"),
        by.hypothesis,
        (),
        "Definition 2.1",
        erratum="NH18:E2",
    )
    return distinct


def continuous_and_not_constant(walk: Walkthrough) -> Part:
    """What Lemma D.1 asks of the activations of layers 1 to k."""
    for layer in range(1, walk.k + 1):
        if is_pooling(walk.problem, layer):
            continue
        for text, check in (("continuous", "continuous"), ("not constant", "non_constant")):
            claim = HypothesisHolds(f"the activation is {text}.", f"functions.facts.{check}", layer)
            yield Step(claim, by.hypothesis, (), f"Lemma D.1, {text}")


def activations(walk: Walkthrough, last: int) -> Part:
    """Assumption 3.2 for each layer that has an activation."""
    facts = []
    for claim in activation_claims(walk, last):
        facts.append((yield Step(claim, by.hypothesis, (), "Assumption 3.2, Lemma 3.3")))
    return tuple(facts)


def activations_or_limits(walk: Walkthrough) -> Part:
    """Assumption 3.2 for layers 1 to k, or the finite limits of the repaired theorem."""
    for claim in activation_claims(walk, walk.k):
        layer: Any = walk.problem.sequential.layer(claim.layer or walk.k)
        sigma = layer.activation
        printed = nh18_assumption_3_2(sigma).holds is True
        regular = continuous(sigma).holds is True and non_constant(sigma).holds is True
        if printed or not regular or None in tails_of(sigma):
            yield Step(claim, by.hypothesis, (), "Assumption 3.2, Lemma 3.3")
        else:
            yield finite_limits(walk, claim.layer or walk.k)


def activation_claims(walk: Walkthrough, last: int) -> tuple[HypothesisHolds, ...]:
    text, check = "the activation satisfies Assumption 3.2.", "functions.facts.nh18_assumption_3_2"
    layers = [k for k in range(1, last + 1) if not is_pooling(walk.problem, k)]
    return tuple(HypothesisHolds(text, check, layer) for layer in layers)


def injective_somewhere(problem: Problem, layer: int) -> Part:
    """A step that fails where no interval is known on which sigma is injective."""
    found: Any = problem.sequential.layer(layer)
    if injective_interval(found.activation) is None:
        claim = InjectiveSomewhere(layer)
        yield Step(claim, an_interval, (), "Lemma D.1", "NH18:E3")
