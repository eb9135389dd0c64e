"""Features and layer matrices against a forward pass in floats, written from the definitions."""

from __future__ import annotations

import math
import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from forge import SKIP_PARAMETERS, convolution, dense, number, problem, skip_problem

from exactland.checker.forward import Enclosed, Exact, features, skip_features, weight_minor
from exactland.checker.outcome import NotRational
from exactland.checker.problem import read_parameters, read_problem

SIGMA = {
    "relu": lambda t: max(t, 0.0),
    "sigmoid": lambda t: 1 / (1 + math.exp(-t)),
    "tanh": math.tanh,
    "r1": lambda t: 0.5 + t / (2 * (1 + abs(t))),
    "identity": lambda t: t,
    "gelu": lambda t: t * (1 + math.erf(t / math.sqrt(2))) / 2,
    "mish": lambda t: t * math.tanh(math.log(1 + math.exp(t))),
    "log-sigmoid": lambda t: -math.log(1 + math.exp(-t)),
    "softsign": lambda t: t / (1 + abs(t)),
    "gaussian": lambda t: math.exp(-t * t),
    "silu": lambda t: t / (1 + math.exp(-t)),
    "relu6": lambda t: min(max(t, 0.0), 6.0),
    "hard-sigmoid": lambda t: max(0.0, min(1.0, t / 6 + 0.5)),
}


def small(draw: random.Random) -> Any:
    return number(Fraction(draw.randint(-9, 9), draw.randint(1, 5)))


def network(draw: random.Random) -> dict[str, Any]:
    """A random network with a padded convolution, max-pooling and dense layers, and parameters."""
    d, T = draw.randint(3, 6), draw.randint(1, 3)
    patches: list[list[int | None]] = [[i, i + 1] for i in range(d - 1)] + [[d - 1, None]]
    draw.shuffle(patches)
    bias = draw.choice(["neuron", "filter", "none"])
    width = len(patches) * T
    order = draw.sample(range(width), width)
    pools = [order[: width // 2 + 1], order[width - width // 2 - 1 :]]
    m = draw.randint(1, 4)
    layers = [
        convolution(patches, T, draw.choice(sorted(SIGMA)), bias),
        {"kind": "max-pooling", "patches": pools},
        dense(m, draw.choice(sorted(SIGMA)), "neuron"),
    ]
    first = {"W": [[small(draw) for _ in range(T)] for _ in range(2)]}
    if bias != "none":
        first["b"] = [small(draw) for _ in range(T if bias == "filter" else width)]
    last = {
        "W": [[small(draw) for _ in range(m)] for _ in pools],
        "b": [small(draw) for _ in range(m)],
    }
    inputs = [
        [Fraction(draw.randint(-9, 9), draw.randint(1, 5)) for _ in range(d)] for _ in range(3)
    ]
    return problem(inputs, layers, parameters=[first, None, last])


def value(x: Any) -> float:
    return float(Fraction(x))


def naive_layer_matrix(layer: dict[str, Any], W: Any, below: int) -> list[list[float]]:
    """U[i, pT+t] = sum of W[r, t] over the r with patches[p][r] = i."""
    if layer["kind"] == "dense":
        return [[value(x) for x in row] for row in W]
    T, U = layer["filters"], []
    for i in range(below):
        row = [0.0] * (len(layer["patches"]) * T)
        for p, patch in enumerate(layer["patches"]):
            for t in range(T):
                row[p * T + t] = sum(value(W[r][t]) for r, j in enumerate(patch) if j == i)
        U.append(row)
    return U


def naive_features(document: dict[str, Any], k: int) -> list[list[float]]:
    """F_k = sigma(F_(k-1) U_k + 1 b^T)."""
    F = [[value(x) for x in row] for row in document["data"]["inputs"]]
    for layer, parameters in list(
        zip(document["network"]["layers"], document["parameters"], strict=True)
    )[:k]:
        if layer["kind"] == "max-pooling":
            F = [[max(row[i] for i in patch) for patch in layer["patches"]] for row in F]
            continue
        U = naive_layer_matrix(layer, parameters["W"], len(F[0]))
        width = len(U[0])
        b = [value(x) for x in parameters.get("b", [0] * width)]
        if layer["bias"] == "filter":
            b = [b[h % layer["filters"]] for h in range(width)]
        F = [
            [
                SIGMA[layer["activation"]](
                    sum(x * u[h] for x, u in zip(row, U, strict=True)) + b[h]
                )
                for h in range(width)
            ]
            for row in F
        ]
    return F


@pytest.mark.parametrize("seed", range(40))
def test_features(seed: int) -> None:
    draw = random.Random(seed)
    document = network(draw)
    read, bits = read_problem(document), 90
    for k, layer in enumerate(read.layers, 1):
        expected = naive_features(document, k)
        chosen = draw.sample(range(3), 2), draw.sample(range(layer.width), min(2, layer.width))
        found = features(read, k, *chosen, read.parameters, Enclosed(bits))
        for i, row in zip(chosen[0], found, strict=True):
            for h, (lo, hi) in zip(chosen[1], row, strict=True):
                assert hi - lo < 1 << (bits - 50)
                assert lo / 2**bits == pytest.approx(expected[i][h], abs=1e-9, rel=1e-9)
        try:
            exact = features(read, k, *chosen, read.parameters, Exact())
        except NotRational:
            continue
        for row, other in zip(exact, found, strict=True):
            for q, (lo, hi) in zip(row, other, strict=True):
                assert lo <= q * 2**bits <= hi


@pytest.mark.parametrize("seed", range(20))
def test_layer_matrices(seed: int) -> None:
    document = network(random.Random(seed))
    read = read_problem(document)
    for k in (0, 2):
        layer, W = read.layers[k], read.parameters[k].W
        everything = list(range(layer.below)), list(range(layer.width))
        expected = naive_layer_matrix(
            document["network"]["layers"][k], document["parameters"][k]["W"], layer.below
        )
        found = weight_minor(layer, W, *everything)
        assert [[float(x) for x in row] for row in found] == expected


def test_skip_features() -> None:
    read = read_problem(skip_problem("r1"))
    parameters = read_parameters(read, SKIP_PARAMETERS, "")
    r1 = SIGMA["r1"]
    exact = skip_features(read, range(3), [1, 0], parameters, Exact())
    balls = skip_features(read, range(3), [1, 0], parameters, Enclosed(60))
    for (a, b), row, ball in zip([(-1, 0), (0, 2), (1, -1)], exact, balls, strict=True):
        assert [float(q) for q in row] == pytest.approx([r1(4 * r1(2 * a) - 2 * b - 1), r1(2 * b)])
        assert all(lo <= q * 2**60 <= hi for q, (lo, hi) in zip(row, ball, strict=True))


def test_ties_in_a_maximum_and_signs() -> None:
    layers = [{"kind": "max-pooling", "patches": [[0, 1], [1, 2]]}]
    read = read_problem(problem([["-1/2", "-1/3", "-1/3"]], layers))
    assert features(read, 1, [0], [0, 1], [None], Exact()) == [[Fraction(-1, 3)] * 2]
