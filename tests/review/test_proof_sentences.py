"""Certificates of proofs whose words said more than was shown: a step smuggled into the last one.

Some conclusions are a ``together`` with further claims, whose sentences are printed.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.sentences import words
from exactland.checker.verify import check_bytes
from exactland.papers.nh18.scripts import SCRIPTS
from exactland.proof.script import Driver, Walkthrough

from .test_proofs import dense, problem

Document = dict[str, Any]
F = {"what": "features", "layer": 2}


def genuine() -> Document:
    """Theorem 3.4 on an instance with targets and without parameters."""
    layers = [dense(4, "sigmoid"), dense(1)]
    instance = problem([[1, 2], [3, 5], [0, 7]], layers, targets=[[1], [0], [2]])
    return proof_certificate(Driver(SCRIPTS["NH18:Thm3.4"], Walkthrough(instance, 1)).run())


def checked(document: Document) -> Any:
    """The outcome, with the words that the last step has."""
    document["claim"]["words"] = words(document["claim"], document["evidence"])
    return check_bytes(canonical_bytes(document))


def with_step(document: Document, claim: Document, at: Any, evidence: Any) -> Document:
    """The document with one more step, whose claim the last step takes up."""
    steps = document["evidence"]["steps"]
    last = steps.pop()
    uses = evidence.pop("uses", [])
    steps.append({"claim": claim, "at": at, "uses": uses, "evidence": evidence})
    last["uses"].append(len(steps) - 1)
    last["claim"]["claims"].append(claim)
    steps.append(last)
    return document


def bare(statement: str, layers: Any, parameters: Any, steps: Any) -> Document:
    """Steps about a dense network on two samples with targets 2 and 6."""
    return {
        "format": "exactland-certificate/1",
        "claim": {"kind": "proof", "statement": statement, "layer": 1, "words": ""},
        "problem": {
            "format": "exactland-problem/1",
            "data": {"inputs": [[1, 2], [3, 5]], "targets": [[2], [6]]},
            "network": {"kind": "sequential", "layers": layers},
            "parameters": parameters,
        },
        "evidence": {"parameters": [], "steps": steps},
    }


def test_the_targets_are_those_of_the_problem() -> None:
    layers = [dense(1, "identity", "none"), dense(1, "identity", "none")]
    parameters = [{"W": [[1], [0]]}, {"W": [[1]]}]
    claim: Document = {"kind": "fitted", "layer": 1, "targets": [2, 6], "weights": [2]}
    step = {"claim": claim, "at": "given", "uses": [], "evidence": {"bits": 64}}
    document = bare("NH18:Cor3.6", layers, parameters, [step])
    assert checked(document).verdict == "accept"
    claim.update(targets=[1, 3], weights=[1])
    assert checked(document).reason.startswith("evidence.steps[0].claim.targets")


NOTHING = {"method": "modular-minor", "rows": [], "columns": [], "prime": 101}


@pytest.mark.parametrize("lower", [None, NOTHING])
def test_there_is_no_rank_of_a_matrix_that_is_not_there(lower: Any) -> None:
    """The problem has no parameters: nothing is true of F_2 at the given ones."""
    claim = {"kind": "rank", "matrix": F, "rows": 3, "columns": 1, "at_least": 0, "at_most": 1}
    document = genuine()
    step = {"claim": claim, "at": "given", "uses": [], "evidence": {"lower": lower, "upper": None}}
    document["evidence"]["steps"].insert(0, step)
    for other in document["evidence"]["steps"][1:]:
        other["uses"] = [use + 1 for use in other["uses"]]
    outcome = checked(document)
    assert outcome.reason == "evidence.steps[0].at: the problem has no parameters"


def test_false_is_no_number_where_a_rule_bounds_a_rank() -> None:
    matrix = {"what": "weights", "layer": 1}
    sized = {"rows": 2, "columns": 2, "at_least": 0}
    upper = {"method": "null-vectors", "side": "right", "vectors": [[-2, 1]], "prime": 101}
    weights = {"kind": "rank", "matrix": matrix, **sized, "at_most": 1}
    bound = {"kind": "rank", "matrix": {"what": "features", "layer": 1}, **sized, "at_most": 2}
    affine = {"kind": "affine", "layer": 1, "from": 1}
    at: Any = {"at": "given", "uses": []}
    steps = [
        {"claim": weights, **at, "evidence": {"lower": None, "upper": upper}},
        {"claim": affine, **at, "evidence": {}},
        {"claim": bound, **at, "uses": [0, 1], "evidence": {"rule": "affine"}},
    ]
    layers, parameters = [dense(2, "identity", "none")], [{"W": [[1, 2], [2, 4]]}]
    document = bare("NH17:LinearRanks", layers, parameters, steps)
    assert "not the conclusion" in checked(document).reason  # all steps are accepted
    bound["at_least"] = False
    assert checked(document).reason.startswith("evidence.steps[2].claim.at_least")


@pytest.mark.parametrize("id", ["NH17:Lem4.1", "NH17:Lem4.4", "NH17:Cor4.5"])
def test_nh17_is_about_dense_layers(id: str) -> None:
    """The steps are true of a convolution too; but it is another theorem."""
    patches = {"kind": "convolution", "patches": [[0, 1], [1, 2]], "filters": 2}
    steps = _steps_of_nh17(id)
    for first, verdict in ((dense(4, "sigmoid"), "accept"), (patches, "reject")):
        layers = [{"activation": "sigmoid", "bias": "neuron", **first}, dense(1)]
        document = bare(id, layers, None, copy.deepcopy(steps))
        document["problem"]["data"] = {"inputs": [[0, 1, 3], [1, -1, 2]]}
        del document["problem"]["parameters"]
        if first is patches:
            for step in document["evidence"]["steps"]:
                if "parameters" in step["evidence"]:
                    step["evidence"]["parameters"][0]["W"] = [[1, 0], [0, 1]]
        outcome = checked(document)
        assert (outcome.verdict, "not the conclusion" in outcome.reason) == (
            verdict,
            verdict == "reject",
        )


def _steps_of_nh17(id: str) -> list[Document]:
    step: Document = {"at": None, "uses": [], "evidence": {}}
    if id == "NH17:Lem4.1":
        return [{**step, "claim": {"kind": "analytic-outputs", "layer": 1}}]
    sized = {"matrix": {"what": "augmented", "layer": 1}, "rows": 2, "columns": 5}
    first = {"W": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], "b": [0, 0, 0, 0]}
    lower = {"method": "approximate-inverse", "bits": 64, "scale": 0, "rows": [0, 1]}
    lower |= {"columns": [0, 4], "inverse": [[-4, 4], [3, -2]]}
    evidence = {"parameters": [first, None], "lower": lower}
    zeros = {**step, "claim": {"kind": "cited", "theorem": "analytic-zeros"}}
    claim = {"kind": "generic-full-rank", **sized}
    generic = {**step, "claim": claim, "uses": [0], "evidence": evidence}
    if id == "NH17:Lem4.4":
        return [zeros, generic]
    rule = {"uses": [1], "evidence": {"rule": "null-set"}}
    return [zeros, generic, {**step, "claim": {"kind": "dense", **sized}, **rule}]


# --- Small documents that would keep the checker busy for ever: it declines ----------------------


def _dense(width: int) -> Document:
    return {"kind": "dense", "width": width, "bias": "none", "activation": "identity"}


def _steps(inputs: Any, layers: Any, claim: Document, evidence: Document) -> Document:
    return {
        "format": "exactland-certificate/1",
        "claim": {"kind": "proof", "statement": "NH17:Lem4.1", "layer": 1, "words": ""},
        "problem": {
            "format": "exactland-problem/1",
            "data": {"inputs": inputs},
            "network": {"kind": "sequential", "layers": layers},
        },
        "evidence": {
            "parameters": [],
            "steps": [{"claim": claim, "at": None, "uses": [], "evidence": evidence}],
        },
    }


BOMBS: dict[str, tuple[Any, Any, Document, Document]] = {
    "backpropagation in huge layers": (
        [[3]], [_dense(10**6), _dense(10**6)], {"kind": "backpropagation", "layer": 1}, {},
    ),
    "backpropagation through many layers": (
        [[3]], [_dense(9) for _ in range(9)], {"kind": "backpropagation", "layer": 1}, {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_declined(name: str) -> None:
    assert check_bytes(canonical_bytes(_steps(*BOMBS[name]))).verdict == "decline"


def test_a_monomial_of_huge_degree_is_declined() -> None:
    unit = {
        "id": "a", "layer": 1, "in": [0], "group": "a", "bias": None,
        "activation": {"expr": "((t**1000)**1000)**1000"},
    }  # fmt: skip
    claim = ["zero", ["-", ["F", ["unit", "a"]], ["F", ["unit", "a"]]]]
    given = {"claim": claim, "range": "parameters"}
    whole = ["forall", "parameters", claim]
    document = {
        "format": "exactland-certificate/2",
        "problem": {
            "format": "exactland-problem/1",
            "data": {"inputs": [[2]]},
            "network": {"kind": "skip", "units": [unit], "skips": ["a"]},
        },
        "claim": whole,
        "definitions": [],
        "steps": [{"claim": whole, "rule": "identity", "uses": [], "with": given}],
    }
    assert check_bytes(canonical_bytes(document)).verdict == "decline"
