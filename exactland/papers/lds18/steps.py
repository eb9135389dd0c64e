"""Steps that several proofs of LDS18 have: their hypotheses, and the rule of Assumption 2."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from exactland.conditions.assumption_2 import decide_assumption_2
from exactland.conditions.claims import MatrixName
from exactland.conditions.identities import sample_relations
from exactland.conditions.vanishing import vanishing_identity
from exactland.errors import ExactlandError
from exactland.papers.lds18.constructions import activation_of, distinct_coordinate
from exactland.proof.formula import Notebook, Said, derived
from exactland.proof.script import (
    Definition,
    Fact,
    Grounds,
    Rule,
    Step,
    StepFailed,
    StepRefuted,
    Walkthrough,
)

Part = Generator[Definition | Step, Any, Any]

ANALYTIC = "functions.facts.analytic"
ASSUMPTION_2 = "conditions.assumption_2.decide_assumption_2"


def setting(note: Notebook) -> Part:
    """The networks of the paper: dense, without biases."""
    dense = yield note.say(
        "for all i in 1..L: layer i is dense",
        check="proof.instance.fully_connected",
        passage="Section 2",
    )
    bare = yield note.say(
        "for all i in 1..L: layer i has no biases",
        check="proof.instance.without_biases",
        passage="Section 2, from equation (4) on",
    )
    return dense, bare


def distinct_inputs(note: Notebook, passage: str = "Assumption 1, A1") -> Part:
    """A1, and the coordinate of X that tells the samples apart, counted from 0."""
    found = yield note.say(
        "for some i in 1..n_0: X[:, (i,)] has distinct rows",
        check="LDS18:Asm1.A1",
        passage=passage,
    )
    coordinate = distinct_coordinate(note.walk)
    apart = f"X[:, ({coordinate + 1},)] has distinct rows"
    return (yield note.say(apart, found, passage=passage)), coordinate


def analytic_layers(note: Notebook, last: int) -> Part:
    """sigma_1, ..., sigma_last are analytic (Assumption 2)."""
    facts = []
    for layer in range(1, last + 1):
        activation_of(note.walk, layer)
        said = f"sigma_{layer} is real analytic"
        facts.append((yield note.say(said, check=ANALYTIC, passage="Assumption 2")))
    return tuple(facts)


def special(note: Notebook, k: int, order: int, passage: str, erratum: str) -> Part:
    """The derivatives of sigma_k at 0 of orders below n are not 0: the paper leaves n open."""
    said = f"for all i in 0..{order - 1}: sigma_{k}^(i)(0) != 0"
    rule = nonzero_derivatives(k, order)
    return (yield note.say(said, by=rule, check=ASSUMPTION_2, passage=passage, erratum=erratum))


def nonzero_derivatives(k: int, order: int) -> Rule:
    """By evaluation; where it fails, the derivative that is 0, and what the samples make of it.

    If a combination of the samples vanishes identically, this refutes the conclusion as printed,
    which leaves n free (erratum E1).
    """

    def rule(walk: Walkthrough, claim: Said, uses: tuple[Fact, ...]) -> Grounds:
        try:
            return derived(walk, claim, uses)
        except StepFailed as failed:
            verdict = decide_assumption_2(activation_of(walk, k), order)[0]
            refuted = verdict.verdict == "refuted"
            said = f"{claim.words()}. {verdict.words()}" if refuted else f"{failed.relation}."
            found = vanishing(walk, k)
            said += f" {found.reason}" if found is not None else ""
            raise (StepRefuted if refuted else type(failed))(said, found) from None

    return rule


def or_identity(k: int) -> Rule:
    """By evaluation; where it fails, the combination of samples that vanishes, if there is one."""

    def rule(walk: Walkthrough, claim: Said, uses: tuple[Fact, ...]) -> Grounds:
        try:
            return derived(walk, claim, uses)
        except StepFailed as failed:
            found = vanishing(walk, k)
            if found is None:
                raise
            raise type(failed)(f"{failed.relation}; {found.reason}", found) from None

    return rule


def vanishing(walk: Walkthrough, k: int) -> Any:
    """The finding that F_k is deficient for all parameters, if a relation shows it."""
    try:
        if sample_relations(walk.problem, MatrixName("features", k)) is None:
            return None
        found = vanishing_identity(walk.problem, k)
    except ExactlandError:
        return None
    return found if found.verdict == "proved" else None
