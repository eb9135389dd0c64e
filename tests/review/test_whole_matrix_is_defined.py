"""A minor says that F_k has full rank only if F_k is a matrix: all its entries are defined."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exactland.checker.verify import check_bytes


def checked(document: dict[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
    return check_bytes(text.encode()).verdict


def certificate(
    expression: str, inputs: list[Any], weights: list[Any] | None, lower: Any, what: str
) -> dict[str, Any]:
    """Full rank of F_1 or [F_1, 1] of one dense layer of three units without biases."""
    columns = 3 if what == "features" else 4
    name = "F_1" if what == "features" else "[F_1, 1]"
    rank = min(len(inputs), columns)
    words = f"{name} ({len(inputs)} x {columns}) has full rank {rank} at the given parameters."
    layer = {
        "kind": "dense",
        "width": 3,
        "bias": "none",
        "activation": {"expr": expression},
    }
    problem: dict[str, Any] = {
        "format": "exactland-problem/1",
        "data": {"inputs": inputs},
        "network": {"kind": "sequential", "layers": [layer]},
    }
    if weights is not None:
        problem["parameters"] = [{"W": [weights]}]
    claim = {
        "kind": "full-rank",
        "matrix": {"what": what, "layer": 1},
        "rows": len(inputs),
        "columns": columns,
        "words": words,
    }
    return {
        "format": "exactland-certificate/1",
        "claim": claim,
        "problem": problem,
        "evidence": {"lower": lower},
    }


def modular(rows: list[int], columns: list[int]) -> dict[str, Any]:
    return {"method": "modular-minor", "rows": rows, "columns": columns, "prime": 1009}


def dominant(rows: list[int], columns: list[int]) -> dict[str, Any]:
    return {
        "method": "dominance",
        "rows": rows,
        "columns": columns,
        "bits": 64,
        "weights": [1] * len(rows),
    }


def inverse_of_one(row: int, column: int, value: int) -> dict[str, Any]:
    return {
        "method": "approximate-inverse",
        "rows": [row],
        "columns": [column],
        "bits": 64,
        "scale": 8,
        "inverse": [[value]],
    }


@pytest.mark.parametrize(("last", "verdict"), [(3, "accept"), (0, "reject")])
def test_a_neuron_outside_the_minor_is_defined(last: int, verdict: str) -> None:
    # 1/t + t at the weights 1, 2 and 0: the third neuron divides by 0.
    document = certificate("1/t+t", [[1], [3]], [1, 2, last], modular([0, 1], [0, 1]), "features")
    assert checked(document) == verdict


@pytest.mark.parametrize(("first", "verdict"), [(5, "accept"), (0, "reject")])
def test_a_sample_outside_the_minor_is_defined(first: int, verdict: str) -> None:
    inputs = [[first], [1], [2], [3]]
    lower = modular([1, 2, 3], [0, 1, 2])
    assert checked(certificate("1/t+t+t**3", inputs, [1, 2, 3], lower, "features")) == verdict


@pytest.mark.parametrize(("last", "verdict"), [(3, "accept"), (0, "reject")])
def test_intervals_see_the_whole_matrix_too(last: int, verdict: str) -> None:
    # log(7**2) is about 3.9, and 66/256 about its inverse.
    for lower in (dominant([0], [0]), inverse_of_one(0, 0, 66)):
        document = certificate("log(t**2)", [[1]], [7, 2, last], lower, "features")
        assert checked(document) == verdict


@pytest.mark.parametrize(("weights", "verdict"), [([1, 2, 3], "accept"), (None, "reject")])
def test_a_column_of_ones_alone_needs_parameters_too(
    weights: list[int] | None, verdict: str
) -> None:
    document = certificate("t", [[1]], weights, modular([0], [3]), "augmented")
    assert checked(document) == verdict
    undefined = certificate("1/t", [[0]], [1, 2, 3], modular([0], [3]), "augmented")
    assert checked(undefined) == "reject"
