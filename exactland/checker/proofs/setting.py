"""What the steps of a proof (section 10) are checked against, and what has been shown so far."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..activations import Activation, table_entry
from ..canonical import fields, natural
from ..outcome import Reject
from ..problem import Layer, Problem
from ..work import TURN, VALUE, spend

Claim = dict[str, Any]
#: A stage of the parameters by its index, GIVEN for those of the problem, or None.
Stage = int | str | None
GIVEN = "given"


@dataclass(frozen=True)
class Shown:
    """A claim that has been checked, at a stage of the parameters or at none."""

    claim: Claim
    at: Stage
    #: The names of the cited theorems on which it rests.
    rests: frozenset[str] = frozenset()

    @cached_property
    def text(self) -> str:
        return as_text(self.claim)

    def says(self, claim: Any, at: Stage) -> bool:
        """Whether this is the claim at the stage: compared as text, since True == 1 in Python."""
        spend(TURN)
        kind = claim.get("kind") if isinstance(claim, dict) else None
        return self.at == at and self.claim["kind"] == kind and self.text == as_text(claim)


def as_text(claim: Any) -> str:
    """A claim as text: so claims are compared, since True == 1 in Python."""
    text = json.dumps(claim, sort_keys=True)
    spend(VALUE + TURN // 2 * len(text))
    return text


@dataclass(frozen=True)
class Setting:
    """What the steps are checked against; ``stages`` are lists of parameters, ``k`` the layer."""

    problem: Problem
    k: int
    stages: list[Any]

    def layer(self, value: Any, place: str) -> tuple[int, Layer]:
        number = natural(value, place + ".layer", 1, len(self.problem.layers))
        return number, self.problem.layers[number - 1]

    def stage(self, value: Any, place: str) -> Stage:
        """``at`` of a step."""
        if value is None:
            return None
        if value == GIVEN:
            if self.problem.parameters is None:
                raise Reject(place + ".at", "the problem has no parameters")
            return GIVEN
        return natural(value, place + ".at", 0, len(self.stages) - 1)

    def parameters(self, stage: Stage) -> Any:
        """The parameters of the stage; None without one."""
        if stage is None:
            return None
        return self.stages[stage] if isinstance(stage, int) else self.problem.parameters

    def at(self, stage: Stage, place: str) -> Problem:
        """The problem with the parameters of the stage."""
        if stage is None:
            raise Reject(place, "this claim is about a stage of the parameters")
        return replace(self.problem, parameters=self.parameters(stage))

    def constructed(self, stage: Stage, place: str) -> Problem:
        """The same at constructed parameters: the claim is not about those of the problem."""
        if stage == GIVEN:
            raise Reject(place + ".at", "the index of a stage is expected")
        return self.at(stage, place)

    def activation_document(self, number: int) -> Any:
        """The activation of a layer as its entry in the table, if it is shown to be one."""
        return table_entry(self.problem.document["network"]["layers"][number - 1]["activation"])


def without_stage(at: Any, place: str) -> None:
    if at is not None:
        raise Reject(place + ".at", "this claim depends on no parameters: null is expected")


def activated(layer: Layer, place: str) -> Activation:
    """The activation of a layer that has one."""
    if layer.activation is None:
        raise Reject(place, "max-pooling has no activation")
    return layer.activation


def no_evidence(evidence: Any, place: str) -> None:
    """The claim is recomputed: its evidence is the empty object."""
    fields(evidence, place + ".evidence", "")
