"""What the campaigns once found, in its smallest form."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import pytest

from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.elementary import exp
from exactland.checker.outcome import Decline
from exactland.checker.verify import check_bytes
from exactland.conditions.finding import Finding
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.conditions.vanishing import vanishing_identity
from exactland.model.problem_file import problem_from


def sequential(inputs: Any, *layers: Any, parameters: Any = None) -> Any:
    document = {
        "format": "exactland-problem/1",
        "data": {"inputs": inputs},
        "network": {"kind": "sequential", "layers": list(layers)},
    }
    if parameters is not None:
        document["parameters"] = parameters
    return problem_from(document)


def dense(width: int, activation: Any, bias: str = "none") -> dict[str, Any]:
    return {"kind": "dense", "width": width, "bias": bias, "activation": activation}


POOL = {"kind": "max-pooling", "patches": [[2, 0, 1]]}


def accepted(finding: Finding) -> bool:
    return check_bytes(canonical_bytes(certificate_document(finding))).verdict == "accept"


@pytest.mark.parametrize(
    ("inputs", "activation", "at_most"),
    [([[1], [1], [-1]], "tanh", 2), ([[1], [2], [-1], [-3]], "relu", 2)],
)
def test_relations_through_max_pooling(inputs: Any, activation: Any, at_most: int) -> None:
    """Equal samples, and rays under a homogeneous network, stay dependent through a maximum."""
    problem = sequential(inputs, dense(3, activation), POOL, dense(2, activation))
    finding = vanishing_identity(problem, 3)
    assert finding.verdict == "proved"
    assert finding.evidence.upper is not None
    assert len(inputs) - len(finding.evidence.upper.vectors) == at_most
    assert accepted(finding)


def test_a_maximum_is_not_odd() -> None:
    problem = sequential([[1], [-1]], dense(3, "tanh"), POOL, dense(2, "tanh"))
    finding = vanishing_identity(problem, 3)
    assert finding.verdict == "refuted"
    pair = sequential([[1], [-1]], dense(2, "tanh"))
    document = certificate_document(vanishing_identity(pair, 1))
    assert check_bytes(canonical_bytes(document)).verdict == "accept"
    pooled = certificate_document(finding)["problem"]
    document["problem"] = {**pooled}
    document["claim"]["layer"] = 3
    document["claim"]["words"] = document["claim"]["words"].replace("layer 1", "layer 3")
    document["claim"]["words"] = document["claim"]["words"].replace("F_1", "F_3")
    outcome = check_bytes(canonical_bytes(document))
    assert outcome.verdict == "reject"
    assert "not formally zero" in outcome.reason


def test_units_that_no_skip_unit_needs() -> None:
    """h1 has the value sigmoid(0) = 1/2; that tanh leaves Q does not matter."""
    unit: dict[str, Any] = {"layer": 1, "in": [0], "bias": None}
    units = [
        {**unit, "id": "h0", "group": "u0", "activation": "tanh"},
        {**unit, "id": "h1", "group": "u1", "activation": "sigmoid"},
    ]
    problem = problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": [[1], [2]]},
            "network": {"kind": "skip", "units": units, "skips": ["h1"]},
            "parameters": {"groups": {"u0": [1], "u1": [0]}, "biases": {}},
        }
    )
    finding = rank(problem)
    assert finding.verdict == "proved"
    assert accepted(finding)


def test_a_value_too_long_for_q_is_left_to_balls() -> None:
    """dyadic-softplus at -10^20 is a rational of 10^20 bits."""
    problem = sequential(
        [[-1], [1]],
        dense(2, "dyadic-softplus", "neuron"),
        parameters=[{"W": [[10**20, 1]], "b": [0, 0]}],
    )
    finding = rank(problem, 1)
    assert finding.verdict in ("proved", "undecided")


def test_no_formal_expansion_where_the_samples_are_independent_somewhere() -> None:
    """A polynomial of degree 27 in dozens of parameters would take minutes to expand."""
    cubic = {"expr": "(t+1)**2*(t-1)"}
    inputs = [[i * j % 7 - 3 for j in range(6)] for i in range(1, 7)]
    problem = sequential(
        inputs, dense(6, cubic, "neuron"), dense(6, cubic, "neuron"), dense(6, "relu", "neuron")
    )
    assert vanishing_identity(problem, 3).verdict == "refuted"
    assert generic_rank_of(problem, 3).verdict == "undecided"


def test_an_undefined_entry_outside_the_minor() -> None:
    """F_1 has the entry 1/0 in the third sample: no claim about it is true."""
    inverse = {"expr": "1/t"}
    parameters = [{"W": [[1, 0], [0, 1]]}]
    finding = rank(sequential([[1, 2], [3, 1]], dense(2, inverse), parameters=parameters), 1)
    document = certificate_document(finding)
    assert check_bytes(canonical_bytes(document)).verdict == "accept"
    document["problem"]["data"]["inputs"].append([0, 1])
    document["claim"]["rows"] = 3
    document["claim"]["words"] = document["claim"]["words"].replace("2 x 2", "3 x 2")
    outcome = check_bytes(canonical_bytes(document))
    assert outcome.verdict == "reject"
    assert "division by zero" in outcome.reason


def test_exp_of_a_large_number_ends() -> None:
    """e^631402 once kept the checker busy for hours; now it declines beyond 2^16, and is quick."""
    lo, hi = exp(40_000 << 64, 64)
    with mp.workprec(60_000):
        assert lo <= mp.exp(40_000) * 2**64 <= hi
    with pytest.raises(Decline):
        exp(631_402 << 64, 64)


def test_undefined_units_that_no_skip_unit_needs() -> None:
    """1/t at 0 is of no account where Psi does not depend on it."""
    unit: dict[str, Any] = {"layer": 1, "in": [0], "bias": None, "group": "u"}
    units = [
        {**unit, "id": "h0", "activation": {"expr": "1/t"}},
        {**unit, "id": "h1", "activation": "cos"},
    ]
    document: dict[str, Any] = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[0], [2]]},
        "network": {"kind": "skip", "units": units, "skips": ["h1"]},
        "parameters": {"groups": {"u": [1]}, "biases": {}},
    }
    finding = rank(problem_from(document))
    assert finding.verdict == "proved"
    assert accepted(finding)
    document["network"]["skips"] = ["h1", "h0"]
    claimed = certificate_document(finding)
    claimed["problem"] = document
    claimed["claim"]["columns"] = 2
    claimed["claim"]["words"] = claimed["claim"]["words"].replace("2 x 1", "2 x 2")
    outcome = check_bytes(canonical_bytes(claimed))
    assert outcome.verdict == "reject"
