"""The papers' assumptions on random data, against plain comparisons of all with all."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations
from typing import Any

import plain
import pytest

import exactland
from exactland.errors import InputError, UsageError

PATCHES = [[0, 1], [1, 2], [None, 0]]


def rows(draw: random.Random, samples: int, dimension: int, top: int) -> list[list[int]]:
    return [[draw.randint(0, top) for _ in range(dimension)] for _ in range(samples)]


def fractions(row: Any) -> list[Fraction]:
    return [plain.fraction(x) for x in row]


@pytest.mark.parametrize("seed", range(40))
def test_distinct_patches(seed: int) -> None:
    """NH18, Assumption 3.1."""
    draw = random.Random(seed)
    inputs = rows(draw, draw.randint(1, 4), 3, draw.choice((2, 9)))
    kind = draw.choice(["convolution", "dense", "max-pooling"])
    patches = {"dense": [[0, 1, 2]], "convolution": PATCHES, "max-pooling": PATCHES[:2]}[kind]
    layer: dict[str, Any] = {"kind": kind}
    if kind == "dense":
        layer |= {"width": 2, "activation": "relu"}
    else:
        layer["patches"] = patches
    if kind == "convolution":
        layer |= {"filters": 1, "activation": "relu"}
    finding = exactland.assumption(plain.problem(inputs, [layer]), "NH18:Asm3.1")

    def patch(i: int, p: int) -> list[int]:
        return [0 if j is None else inputs[i][j] for j in patches[p]]

    collisions = {
        (i, j, p, q)
        for i, j in combinations(range(len(inputs)), 2)
        for p in range(len(patches))
        for q in range(len(patches))
        if patch(i, p) == patch(j, q)
    }
    assert finding.verdict == ("refuted" if collisions else "proved")
    if collisions:
        (i, j), (p, q) = finding.evidence.samples, finding.evidence.patches
        assert (i, j, p, q) in collisions or (j, i, q, p) in collisions


@pytest.mark.parametrize("seed", range(30))
def test_distinct_in_one_coordinate(seed: int) -> None:
    """LDS18, Assumption 1."""
    draw = random.Random(seed)
    inputs = rows(draw, draw.randint(1, 4), draw.randint(1, 3), 4)
    layer = {"kind": "dense", "width": 1, "activation": "tanh"}
    finding = exactland.assumption(plain.problem(inputs, [layer]), "LDS18:Asm1.A1")
    columns = list(zip(*inputs, strict=True))
    distinct = [k for k, column in enumerate(columns) if len(set(column)) == len(column)]
    assert finding.verdict == ("proved" if distinct else "refuted")
    if distinct:
        assert finding.evidence.coordinate in distinct
    else:
        for k, (i, j) in enumerate(finding.evidence.pairs):
            assert i != j
            assert inputs[i][k] == inputs[j][k]


@pytest.mark.parametrize("seed", range(30))
def test_distinct_unit_patches(seed: int) -> None:
    """NMH19, Assumption 1.3, speaks of the units that read inputs only."""
    draw = random.Random(seed)
    inputs = rows(draw, draw.randint(1, 4), 3, 2)
    reads: dict[str, list[Any]] = {"a": [0], "b": [2, 1], "c": ["a", 0]}
    units = [
        {"id": name, "layer": 2 if name == "c" else 1, "in": sources, "group": f"g{name}",
         "bias": None, "activation": "tanh"}
        for name, sources in reads.items()
    ]  # fmt: skip
    problem = exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": inputs},
            "network": {"kind": "skip", "units": units, "skips": ["b", "c"]},
        }
    )
    finding = exactland.assumption(problem, "NMH19:Asm1.3")
    collisions = {
        (name, i, j)
        for name in ("a", "b")
        for i, j in combinations(range(len(inputs)), 2)
        if [inputs[i][k] for k in reads[name]] == [inputs[j][k] for k in reads[name]]
    }
    assert finding.verdict == ("refuted" if collisions else "proved")
    if collisions:
        assert (finding.evidence.unit, *finding.evidence.samples) in collisions


@pytest.mark.parametrize("seed", range(20))
def test_convolutional_structure(seed: int) -> None:
    """NH18, Assumption 2.4, against elimination at random large filters."""
    draw = random.Random(seed)
    below, layers, full = 4, [], True
    for _ in range(draw.randint(1, 2)):
        cycle = [[i, (i + 1) % below] for i in range(below)]
        patches = [draw.sample(patch, 2) for patch in cycle]
        filters = draw.randint(1, 2)
        layers.append(
            {"kind": "convolution", "patches": patches, "filters": filters, "activation": "relu"}
        )
        W = [[draw.randint(-(10**6), 10**6) for _ in range(filters)] for _ in range(2)]
        rank = plain.rank(plain.layer_matrix(below, patches, W))
        full = full and rank == min(below, len(patches) * filters)
        below = len(patches) * filters
    layers.append({"kind": "dense", "width": 2, "activation": "relu"})
    finding = exactland.assumption(plain.problem([[1, 2, 3, 4]], layers), "NH18:Asm2.4")
    assert finding.verdict == ("proved" if full else "refuted")
    if full:
        assert [w.layer for w in finding.evidence.layers] == list(range(1, len(layers)))


def test_values_are_compared_exactly() -> None:
    layer = {"kind": "dense", "width": 1, "activation": "tanh"}
    apart = plain.problem([[f"1/{10**40}"], [0]], [layer])
    assert exactland.assumption(apart, "LDS18:Asm1.A1").verdict == "proved"
    same = plain.problem([["0.5"], ["2/4"]], [layer])
    assert exactland.assumption(same, "LDS18:Asm1.A1").verdict == "refuted"


def test_an_assumption_of_another_network_or_an_unknown_one() -> None:
    dense = plain.problem([[1]], [{"kind": "dense", "width": 1, "activation": "tanh"}])
    with pytest.raises(InputError, match="skip"):
        exactland.assumption(dense, "NMH19:Asm1.3")
    with pytest.raises(UsageError, match="no check is known"):
        exactland.assumption(dense, "NH18:Asm9")
