"""Kinks and maxima: refuted by an open set, proved case by case, never both."""

from __future__ import annotations

import random
from typing import Any

import plain
import pytest

import exactland
from exactland.certificate.questions import decide
from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.verify import check_bytes
from exactland.conditions.claims import OpenDeficient
from exactland.conditions.evidence import EveryPattern
from exactland.interface.evidence_words import evidence_lines
from exactland.linalg.evidence import OpenSet
from exactland.model.chosen_parameters import random_parameters

LEAKY = {"name": "leaky-relu", "slope": "1/3"}
PLANE = [[1, 2], [2, 1], [3, 5], [4, 4]]


def dense(width: int, sigma: Any, bias: str = "neuron") -> dict[str, Any]:
    return {"kind": "dense", "width": width, "bias": bias, "activation": sigma}


def conv(patches: Any, filters: int, sigma: Any, bias: str = "neuron") -> dict[str, Any]:
    layer = {"kind": "convolution", "patches": patches, "filters": filters}
    return {**layer, "bias": bias, "activation": sigma}


def pool(patches: Any) -> dict[str, Any]:
    return {"kind": "max-pooling", "patches": patches}


def ask(inputs: Any, layers: list[Any]) -> Any:
    """The finding, whose certificate the checker accepts if there is one."""
    finding = exactland.generic_rank_of(plain.problem(inputs, layers), len(layers))
    if finding.established is not None:
        result = check_bytes(canonical_bytes(certificate_document(finding)))
        assert result.verdict == "accept", result.reason
        assert result.words == finding.established.words()
        assert evidence_lines(finding)
    return finding


LINE = [[1], [2], [3]]
CASES: list[tuple[Any, list[Any], str]] = [
    (PLANE, [dense(6, "relu")], "refuted"),
    (PLANE, [dense(6, "relu", "none")], "refuted"),
    (PLANE, [dense(4, LEAKY)], "refuted"),
    (PLANE[:3], [dense(4, LEAKY)], "proved"),
    (LINE, [dense(3, "hard-sigmoid")], "refuted"),
    (LINE, [dense(3, "relu6")], "refuted"),
    (LINE, [dense(3, "softsign")], "proved"),
    (LINE, [dense(3, "r1")], "proved"),
    (LINE, [dense(2, {"expr": "abs(t)"})], "proved"),
    (LINE, [dense(3, {"expr": "abs(t)"})], "refuted"),
    (LINE, [dense(3, {"expr": "abs(t)+t**3"})], "proved"),
    (LINE, [dense(3, {"expr": "exp(-abs(t))"})], "proved"),
    (LINE, [dense(3, {"name": "elu", "alpha": 1})], "refuted"),
    (LINE, [dense(4, "sigmoid"), pool([[0, 1], [2, 3]])], "proved"),
    (LINE[:2], [dense(4, "relu"), pool([[0, 1], [2, 3]])], "refuted"),
    (LINE[:2], [dense(4, "sigmoid"), pool([[0, 1], [2, 3]]), dense(3, "tanh")], "proved"),
    (LINE[:2], [dense(4, "relu"), pool([[0, 1], [2, 3]]), dense(3, "tanh")], "refuted"),
    ([[1, 2, 3], [2, 5, 1]], [conv([[0, 1], [1, 2]], 2, LEAKY), dense(2, "sigmoid")], "proved"),
    ([[1, 2, 3], [2, 5, 1]], [conv([[0, 1], [1, 2]], 1, "softsign")], "proved"),
    ([[1, 2, 3], [2, 5, 1]], [conv([[0, 1], [1, 2]], 1, "relu")], "refuted"),
    ([[1, 2, 3], [2, 5, 1]], [pool([[0, 1], [1, 2]])], "proved"),
    (LINE[:2], [dense(2, "softsign"), dense(2, "softsign")], "proved"),
    (LINE[:2], [dense(2, "softsign"), dense(2, "sigmoid")], "proved"),
    (LINE, [dense(3, {"expr": "log(abs(t))"})], "undecided"),
    # Ties everywhere, dead units below, constant pieces, samples on both sides.
    ([[1, 1], [2, 2]], [conv([[0], [1]], 1, "tanh", "filter"), pool([[0, 1]])], "proved"),
    ([[1, 1], [2, 2]], [pool([[0, 1], [1, 0]]), dense(2, "sigmoid")], "proved"),
    (LINE, [dense(4, "relu"), dense(3, "sigmoid")], "refuted"),
    (LINE, [dense(1, "hard-sigmoid")], "refuted"),
    ([[-1], [1]], [dense(1, "relu", "none")], "proved"),
    ([[-1], [1]], [dense(2, "relu", "none")], "refuted"),
    ([[-1], [0], [1]], [dense(2, {"expr": "abs(t)"}, "none")], "refuted"),
    (LINE, [dense(4, LEAKY), dense(3, LEAKY), dense(3, "sigmoid")], "proved"),
    (LINE, [dense(6, "tanh"), pool([[0, 1], [2, 3], [4, 5]])], "proved"),
    (LINE, [dense(4, LEAKY), pool([[0, 1], [2, 3]]), dense(3, "tanh")], "proved"),
    (LINE[:2], [dense(2, LEAKY), dense(2, {"expr": "exp(-abs(t))"})], "proved"),
    (LINE, [dense(3, "dyadic-softplus")], "undecided"),
]  # fmt: skip


@pytest.mark.parametrize(("inputs", "layers", "verdict"), CASES, ids=str)
def test_cases(inputs: Any, layers: list[Any], verdict: str) -> None:
    finding = ask(inputs, layers)
    assert finding.verdict == verdict
    if verdict == "refuted":
        on_an_open_set = finding.reading == "on an open set of parameters"
        assert on_an_open_set == isinstance(finding.evidence.upper, OpenSet)
    elif verdict == "proved":
        assert isinstance(finding.evidence, EveryPattern)
        assert finding.rank == min(finding.established.rows, finding.established.columns)


@pytest.mark.parametrize("seed", range(20))
def test_proved_means_full_at_random_parameters(seed: int) -> None:
    """At drawn parameters, moved far out now and then, the rank is as the finding says."""
    draw = random.Random(seed)
    samples, dimension = draw.randint(1, 4), draw.randint(1, 3)
    inputs = [[draw.randint(-3, 3) for _ in range(dimension)] for _ in range(samples)]
    sigma = draw.choice(["relu", LEAKY, "softsign", "relu6", {"expr": "abs(t)-t/3"}, "r1"])
    bias = draw.choice(["neuron", "none"])
    layers = [dense(draw.randint(1, 4), sigma, bias)]
    finding = ask(inputs, layers)
    if finding.verdict != "proved":
        return
    problem = plain.problem(inputs, layers)
    full = finding.rank
    for attempt in range(20):
        drawn: Any = random_parameters(problem, attempt, 1009, 499)
        there = problem.with_parameters(drawn)
        assert exactland.rank(there, 1).rank == full


def test_an_open_set_is_no_statement_about_all_parameters() -> None:
    problem = plain.problem(PLANE, [dense(6, "relu")])
    for_all = decide(problem, "generic-deficient", layer=1)
    assert for_all.verdict == "undecided"
    assert for_all.established is None
    assert "on a nonempty open set" in for_all.reason
    somewhere = decide(problem, "open-deficient", layer=1)
    assert somewhere.verdict == "proved"
    assert isinstance(somewhere.established, OpenDeficient)
    smooth = plain.problem(PLANE, [dense(6, "sigmoid")])
    assert decide(smooth, "open-deficient", layer=1).verdict == "refuted"
