"""Features modulo a prime against their exact values, reduced afterwards."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from forge import SKIP_PARAMETERS, dense, problem, skip_problem
from test_forward import network

from exactland.checker import bounds
from exactland.checker.bounds import entries, read_target, residues
from exactland.checker.forward import Exact
from exactland.checker.outcome import NotRational, Reject
from exactland.checker.problem import read_parameters, read_problem
from exactland.checker.rank import residue
from exactland.checker.residues import Modulo

SIGMAS = [
    "relu", "softsign", "r1", "relu6", "hard-sigmoid", "lorentz", "identity",
    {"expr": "max(t**3,min(2,1-t))/(1+abs(t-1/3))**2"}, {"expr": "(1+t*t)**-3"},
]  # fmt: skip


def rational_network(draw: random.Random) -> dict[str, Any]:
    document = network(draw)
    pooling = document["network"]["layers"][1]
    if draw.random() < 0.3:
        pooling["kind"] = "average-pooling"
        pooling["divisors"] = [draw.randint(1, 4) for _ in pooling["patches"]]
        document["format"] = "exactland-problem/2"
    for layer in document["network"]["layers"]:
        if "activation" in layer:
            layer["activation"] = draw.choice(SIGMAS)
    return document


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("p", [2, 6, 101, (1 << 61) - 1])
def test_features(seed: int, p: int) -> None:
    """Every residue that is found is right; what is not found is found exactly or rejected."""
    document = rational_network(random.Random(seed))
    read = read_problem(document)
    for k, layer in enumerate(read.layers, 1):
        for what in ("features", "augmented"):
            target = read_target(read, {"what": what, "layer": k}, "here")
            chosen = [2, 0], list(range(layer.width - 1, -1, -1))
            exact = entries(read, target, read.parameters, *chosen, Exact())
            found = entries(read, target, read.parameters, *chosen, Modulo(p))
            for row, others in zip(exact, found, strict=True):
                for value, other in zip(row, others, strict=True):
                    assert other is None or other == residue(value, p)
            try:
                wanted = [[residue(value, p) for value in row] for row in exact]
            except Reject:
                with pytest.raises(Reject, match="denominator"):
                    residues(read, target, read.parameters, *chosen, p)
            else:
                assert residues(read, target, read.parameters, *chosen, p) == wanted


def test_nearly_all_residues_are_found_without_exact_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Deep networks, whose exact values would be long."""
    p, exactly = (1 << 61) - 1, 0

    class Counted(Exact):
        def start(self, values: Any) -> Any:
            nonlocal exactly
            exactly += 1
            return super().start(values)

    monkeypatch.setattr(bounds, "Exact", Counted)
    for seed in range(40):
        read = read_problem(rational_network(random.Random(seed)))
        target = read_target(read, {"what": "features", "layer": 3}, "here")
        columns = list(range(read.layers[2].width))
        residues(read, target, read.parameters, [0, 1, 2], columns, p)
    assert exactly < 12


def test_skip_features() -> None:
    """They are evaluated exactly."""
    read = read_problem(skip_problem())
    parameters = read_parameters(read, SKIP_PARAMETERS, "here")
    target = read_target(read, {"what": "skip-features"}, "here")
    rows, columns = list(range(read.samples)), list(range(target.columns))
    try:
        exact = entries(read, target, parameters, rows, columns, Exact())
    except NotRational:
        with pytest.raises(NotRational):
            residues(read, target, parameters, rows, columns, 101)
    else:
        wanted = [[residue(value, 101) for value in row] for row in exact]
        assert residues(read, target, parameters, rows, columns, 101) == wanted


@pytest.mark.parametrize("expression", ["1/t", "t**-2", "1/(t*t)", "1/abs(t)"])
def test_division_by_zero_is_rejected(expression: str) -> None:
    """Modulo 5 the inputs 0 and 5 look alike: one has no value, the other no residue."""
    layer = dense(1, {"expr": expression}, "none")
    for value, reason in ((0, "division by zero"), (5, "denominator")):
        document = problem([[Fraction(value)]], [layer], parameters=[{"W": [[1]]}])
        read = read_problem(document)
        target = read_target(read, {"what": "features", "layer": 1}, "here")
        with pytest.raises(Reject, match=reason):
            residues(read, target, read.parameters, [0], [0], 5)
        if value:
            assert residues(read, target, read.parameters, [0], [0], 7) != [[0]]


def test_an_entry_that_is_not_rational() -> None:
    document = problem([[Fraction(1)]], [dense(1, "sigmoid", "none")], parameters=[{"W": [[1]]}])
    read = read_problem(document)
    target = read_target(read, {"what": "features", "layer": 1}, "here")
    with pytest.raises(NotRational):
        residues(read, target, read.parameters, [0], [0], 7)
