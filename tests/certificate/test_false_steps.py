"""A false claim of each kind is rejected, whatever its place in a proof that is otherwise right."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify

from .proof_instances import made

#: Statement, which instance, kind of the step, and what is changed in its claim to make it false.
FALSE: list[tuple[str, str, str, dict[str, Any]]] = [
    ("NH18:Thm3.4", "built-in", "triangular-tail", {"from": "1/1024"}),
    ("NH18:Thm3.4", "built-in", "triangular-tail", {"point": -1}),
    ("NH18:Thm3.4", "built-in", "triangular-tail", {"gamma": [0, 0, 1]}),
    ("NH18:Thm3.4", "built-in", "tail-determinant", {"alpha": 0}),
    ("NH18:Thm3.4", "built-in", "tail-determinant", {"mirrored": 1}),
    ("NH18:Cor3.6", "built-in", "condition", {"name": "no-biases"}),
    ("NH18:Cor3.6", "built-in", "condition", {"name": "wide-layer", "layer": 2}),
    ("NH18:Cor3.6", "built-in", "condition", {"name": "wide-layer", "layer": 3}),
    ("NH18:Cor3.6", "built-in", "condition", {"name": "own-biases", "layer": 1}),
    ("NH18:Cor3.6", "built-in", "condition", {"name": "parameters"}),
    ("NH18:Cor3.6", "built-in", "fitted", {"targets": [0, 0, 0]}),
    ("NH18:Cor3.6", "other", "fitted-by-rank", {"targets": [0, 0, 0]}),
    (
        "NH18:LemA.1",
        "other",
        "analytic-minor",
        {"matrix": {"what": "features", "layer": 1}, "rows": [0, 1]},
    ),
    ("NH18:LemA.1", "other", "nonzero-minor", {"rows": [1, 0]}),
]


@pytest.mark.parametrize(("id", "which", "kind", "change"), FALSE)
def test_rejected(id: str, which: str, kind: str, change: dict[str, Any]) -> None:
    document = json.loads(made(id, which))
    steps = document["evidence"]["steps"]
    # The last of its kind that the change changes: so the test says something.
    found = [step for step in steps if step["claim"]["kind"] == kind]
    changed = [step for step in found if {**step["claim"], **change} != step["claim"]]
    assert changed
    changed[-1]["claim"].update(copy.deepcopy(change))
    result = verify.check_bytes(canonical_bytes(document))
    assert result.verdict == "reject"
    # It is this step that is to blame, and no later one that no longer finds its claim.
    assert result.reason.startswith(f"evidence.steps[{steps.index(changed[-1])}]"), result.reason


def test_a_minor_that_is_0_at_the_stage_is_rejected() -> None:
    for id, which in (("NH18:LemA.1", "other"),):
        document = json.loads(made(id, which))
        for stage in document["evidence"]["parameters"]:
            for layer in filter(None, stage):
                layer["W"] = [[0] * len(row) for row in layer["W"]]
        assert verify.check_bytes(canonical_bytes(document)).verdict == "reject"
