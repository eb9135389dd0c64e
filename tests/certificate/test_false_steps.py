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
    ("NH17:Lem4.3", "built-in", "family-determinant", {"from": "1/1024"}),
    ("NH17:Lem4.3", "built-in", "family-determinant", {"from": 0}),
    ("NH17:Lem4.3", "built-in", "family-determinant", {"bounded": False, "from": "1/8"}),
    ("NH17:Lem4.3", "other", "family-determinant", {"bounded": True}),
    ("NH17:Lem4.3", "other", "limit-determinant", {"bounded": True}),
    ("NH17:Lem4.3", "built-in", "increasing", {"direction": [0, 0]}),
    ("NH17:Lem4.3", "built-in", "increasing", {"gamma": [0, 0, 1, 2]}),
    ("NH17:Lem4.3", "built-in", "increasing", {"gamma": [0, 1]}),
    ("NH17:Lem3.3", "built-in", "growth", {"rho": ["1", "1", "1", "log(2)/2"]}),
    ("NH17:Lem3.3", "built-in", "growth", {"rho": ["1", "2", "1", "log(2)"]}),
    ("NH17:Lem3.3", "built-in", "activation", {"property": "bounded"}),
    ("NH17:Lem3.3", "built-in", "activation", {"property": "identity"}),
    ("NH17:Lem3.3", "built-in", "activation", {"layer": 3}),
    ("NH17:Cor4.5", "built-in", "near", {"radius": "1/1099511627776"}),
    ("NH17:Cor4.5", "built-in", "near", {"radius": 0}),
    ("NH17:Cor4.5", "built-in", "dense", {"columns": 5}),
    ("NH17:LinearRanks", "built-in", "rank", {"at_least": 2, "at_most": 2}),
    ("NH17:LinearRanks", "built-in", "rank", {"at_least": 0, "at_most": 0}),
    ("NH17:LinearRanks", "built-in", "affine", {"from": 4}),
    ("NH17:LinearRanks", "built-in", "activation", {"property": "nh17-3.2"}),
    ("NH17:Lem2.1", "built-in", "gradients", {"tolerance": -1}),
    ("NH17:Lem2.1", "other", "gradients", {"tolerance": 0}),
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
    ("NH17:Lem3.3", "built-in", "inequality", {"from": "-1/2"}),
    ("NH17:Lem3.3", "built-in", "inequality", {"from": 0}),
    ("NH17:Lem3.3", "built-in", "inequality", {"left": "1+2*t"}),
    ("NH17:Lem2.1", "built-in", "residual-loss", {"loss": "half-squared"}),
    ("NH17:Lem2.1", "built-in", "residual-loss", {"loss": "squared-hinge"}),
    ("NH17:Lem2.1", "built-in", "residual-loss", {"loss": "cross-entropy"}),
    ("NH17:Lem2.1", "built-in", "differentiable", {"layer": 4}),
    ("NH17:Lem2.1", "built-in", "gradients", {"loss": "squared-hinge"}),
    ("NH17:Lem2.1", "built-in", "gradients", {"loss": "cauchy"}),
    ("NH17:Lem4.3", "built-in", "determinant-at", {"low": "-584871/5000000"}),
    ("NH17:Lem4.3", "built-in", "determinant-at", {"high": "-1169743/10000000"}),
    ("NH17:Lem4.3", "built-in", "determinant-at", {"high": 1}),
    (
        "NH17:Lem4.3",
        "built-in",
        "determinant-at",
        {"low": "-584871/5000000", "high": "-1169743/10000000"},
    ),
    ("NH17:Lem4.3", "built-in", "determinant-at", {"bounded": False}),
    ("NH17:Lem4.3", "built-in", "determinant-at", {"bounded": None}),
    ("NH17:Lem4.3", "built-in", "determinant-at", {"alpha": 7}),
    ("NH17:Lem4.3", "built-in", "determinant-at", {"gamma": [0, 0, 1, 2]}),
    ("NH17:Lem4.3", "other", "permutation-terms", {"bound": 0}),
    ("NH17:Lem4.3", "other", "permutation-terms", {"alpha": 0}),
    ("NH17:Lem4.3", "other", "permutation-terms", {"gamma": [0, 1]}),
    ("NH18:Cor3.6", "built-in", "fitted", {"targets": [0, 0, 0]}),
    ("NH18:Cor3.6", "other", "fitted-by-rank", {"targets": [0, 0, 0]}),
    ("NH17:Lem4.2", "built-in", "analytic-minor", {"rows": [0, 1, 2]}),
    ("NH17:Lem4.2", "built-in", "analytic-minor", {"rows": [0, 1, 2, 2]}),
    ("NH17:Lem4.2", "built-in", "analytic-minor", {"rows": [1, 0, 2, 3]}),
    ("NH17:Lem4.2", "built-in", "analytic-minor", {"columns": [0, 1, 2, 4]}),
    ("NH17:Lem4.2", "built-in", "analytic-minor", {"matrix": {"what": "skip-features"}}),
    ("NH17:Lem4.2", "built-in", "analytic-minor", {"matrix": {"what": "augmented", "layer": 3}}),
    ("NH17:Lem4.2", "other", "nonzero-minor", {"columns": [2, 3, 4]}),
    ("NH17:Lem4.2", "other", "minor-null", {"columns": [2, 3, 4]}),
    ("NH17:Lem4.2", "other", "minor-null", {"matrix": {"what": "augmented", "layer": 1}}),
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


@pytest.mark.parametrize(
    ("id", "which", "kind", "change"),
    [
        ("NH17:Lem2.1", "built-in", "gradients", {"loss": "half-squared"}),
        ("NH17:Lem2.1", "other", "gradients", {"loss": "cauchy(delta=1)"}),
    ],
)
def test_true_steps_about_something_else_conclude_nothing(
    id: str, which: str, kind: str, change: dict[str, Any]
) -> None:
    """Another loss: consistently changed, but not that of the problem."""
    document = json.loads(made(id, which))
    for step in document["evidence"]["steps"]:
        for claim in [step["claim"], *step["claim"].get("claims", [])]:
            if claim["kind"] == kind:
                claim.update(change)
    result = verify.check_bytes(canonical_bytes(document))
    assert (result.verdict, "not the conclusion" in result.reason) == ("reject", True)


def test_a_minor_that_is_0_at_the_stage_is_rejected() -> None:
    for id, which in (("NH17:Lem4.2", "other"), ("NH18:LemA.1", "other")):
        document = json.loads(made(id, which))
        for stage in document["evidence"]["parameters"]:
            for layer in filter(None, stage):
                layer["W"] = [[0] * len(row) for row in layer["W"]]
        assert verify.check_bytes(canonical_bytes(document)).verdict == "reject"


def test_a_minor_of_a_network_that_is_not_analytic_is_rejected() -> None:
    document = json.loads(made("NH17:Lem4.2", "built-in"))
    document["problem"]["network"]["layers"][0]["activation"] = "relu"
    result = verify.check_bytes(canonical_bytes(document))
    assert (result.verdict, "analytic" in result.reason) == ("reject", True)
