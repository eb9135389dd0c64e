"""The rules about Taylor series at 0: no premise can be missing, and nothing else is concluded."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.rules_series import SERIES_RULES
from exactland.checker.verify import check_bytes
from exactland.papers.lds18.examples import example
from exactland.papers.lds18.scripts import script
from exactland.proof.script import Driver

Json = Any
IDS = ("LDS18:Prop3", "LDS18:Lem3", "LDS18:Moments", "LDS18:Lem1")


@cache
def _text(id: str) -> bytes:
    return canonical_bytes(proof_certificate(Driver(script(id), example(id)).run()))


def document(id: str) -> Json:
    return json.loads(_text(id))


def check(found: Json) -> Any:
    return check_bytes(canonical_bytes(found))


def steps_by(rule: str, found: Json) -> list[Json]:
    return [step for step in found["steps"] if step["rule"] == rule]


def without_a_premise() -> Iterator[Json]:
    """The documents, each without one fact that a rule of these uses."""
    for id in IDS:
        for n, step in enumerate(document(id)["steps"]):
            for use in step["uses"] if step["rule"] in SERIES_RULES else ():
                found = document(id)
                found["steps"][n]["uses"].remove(use)
                yield found


def test_no_premise_can_be_missing() -> None:
    found = [check(forged) for forged in without_a_premise()]
    assert len(found) > 20
    assert all(result.verdict == "reject" for result in found)


#: A document, the rule of the step that is changed (the last one), and what is changed in it.
FORGED: list[tuple[str, str, Json]] = [
    ("LDS18:Prop3", "expansion", {"size": 2}),
    ("LDS18:Prop3", "expansion", {"size": 0}),
    ("LDS18:Prop3", "expansion", {"layer": 2}),
    ("LDS18:Prop3", "expansion", {"weights": None}),
    ("LDS18:Prop3", "expansion", {"weights": "H"}),
    ("LDS18:Prop3", "expansion", {"values": ["X"]}),
    ("LDS18:Prop3", "expansion", {"values": "H"}),
    ("LDS18:Prop3", "expansion", {"under": ["forall", "parameters"]}),
    ("LDS18:Lem3", "expansion", {"under": ["at", "given"]}),
    ("LDS18:Lem3", "expansion", {"under": []}),
    ("LDS18:Lem3", "expansion", {"layer": 1}),
    ("LDS18:Moments", "moments", {"monomials": [[0], [1], [2]]}),
    ("LDS18:Moments", "moments", {"monomials": [[0], [1]]}),
    ("LDS18:Moments", "moments", {"monomials": [[0, 0], [1, 0], [3, 0]]}),
    ("LDS18:Moments", "moments", {"monomials": []}),
    ("LDS18:Moments", "moments", {"monomials": [[0], [1], [10**9]]}),
    ("LDS18:Prop3", "expansion", {"size": 10**9}),
    ("LDS18:Moments", "moments", {"monomials": [[0], [1], [-3]]}),
    ("LDS18:Moments", "moments", {"moments": "B"}),
    ("LDS18:Lem1", "dense-class", {"order": 0}),
    ("LDS18:Lem1", "dense-class", {"order": ["+", ["N"], 1]}),
    ("LDS18:Lem1", "dense-class", {"layer": 2}),
    ("LDS18:Lem1", "dense-class", {"from": "bounded"}),
    ("LDS18:Lem1", "dense-class", {"more": 1}),
]


@pytest.mark.parametrize(("id", "rule", "change"), FORGED)
def test_a_rule_that_is_given_something_else_concludes_something_else(
    id: str, rule: str, change: Json
) -> None:
    found = document(id)
    step = steps_by(rule, found)[-1]
    before = copy.deepcopy(step["with"])
    step["with"].update(change)
    assert step["with"] != before
    result = check(found)
    assert result.verdict == "reject"
    assert "broke off" not in result.reason


@pytest.mark.parametrize("change", [{"bias": "neuron"}, {"bias": "filter"}, {"activation": "relu"}])
def test_moments_of_other_layers_show_nothing(change: Json) -> None:
    found = document("LDS18:Moments")
    found["problem"]["network"]["layers"][0].update(change)
    assert check(found).verdict == "reject"


def test_related_samples_have_no_moments_of_full_rank() -> None:
    """Erratum LDS18:E1: sigmoids without biases are deficient on -1, 0, 1."""
    found = document("LDS18:Moments")
    found["problem"]["data"]["inputs"] = [[-1], [0], [1]]
    assert check(found).verdict == "reject"


def test_an_activation_above_a_layer_need_not_be_analytic() -> None:
    """F_1 does not depend on layer 2; F_2 does."""
    found = document("LDS18:Prop3")
    found["problem"]["network"]["layers"][1]["activation"] = "relu"
    assert check(found).verdict == "accept"
    found = document("LDS18:Lem3")
    found["problem"]["network"]["layers"][0]["activation"] = "relu"
    assert check(found).verdict == "reject"
