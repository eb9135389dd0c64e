"""Problem files with symbols and constants: canonical documents, choices, and half-spaces."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from flint import fmpq

from exactland.errors import InputError
from exactland.model.family import Family, any_from, family_from, load_any
from exactland.model.half_spaces import point_inside
from exactland.model.problem import Problem
from exactland.model.problem_file import problem_document, problem_from

Json = Any
EXAMPLES = Path(__file__).parents[2] / "examples"
CONVOLUTION: Json = {
    "format": "exactland-problem/2",
    "data": {"inputs": [[[[1, 2], [3, "x1"]]]]},
    "network": {
        "kind": "sequential",
        "layers": [
            {"kind": "convolution", "patches": {"conv2d": {"size": [1, 2]}}, "filters": 2,
             "bias": "neuron", "activation": "sigmoid"},
            {"kind": "flatten"},
            {"kind": "dense", "width": 1},
        ],
    },
    "parameters": [{"W": [[1, 2], [3, "y1"]], "b": [1, 2, "x1*y1", 4]}, None,
                   {"W": [["x1"], ["y1"], [7], [8]], "b": [0]}],
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_canonical_documents_are_read_as_they_are(path: Path) -> None:
    family = load_any(path)
    assert isinstance(family, Family)
    again = any_from(family.document)
    assert isinstance(again, Family)
    assert again.document == family.document
    with pytest.raises(InputError):
        problem_from(family.document)


def with_numbers(value: Json, numbers: dict[str, int]) -> Json:
    if isinstance(value, dict):
        return {key: with_numbers(entry, numbers) for key, entry in value.items()}
    if isinstance(value, list):
        return [with_numbers(entry, numbers) for entry in value]
    return numbers.get(value, value) if isinstance(value, str) else value


def test_expressions_stand_where_numbers_would() -> None:
    """Neurons of a convolution are numbered anew; the values of the symbols may come before."""
    numbers = {"x1": 11, "y1": 13, "x1*y1": 143}
    plain = problem_document(problem_from(with_numbers(CONVOLUTION, numbers)))
    family = family_from({**CONVOLUTION, "symbols": {"x1": "", "y1": ""}})
    found = family.at([fmpq(11), fmpq(13)])
    assert isinstance(found, Problem)
    assert problem_document(found) == plain
    document = {k: v for k, v in family.document.items() if k != "symbols"}
    assert with_numbers({**document, "format": plain["format"]}, numbers) == plain


def test_a_number_with_symbols_is_not_folded() -> None:
    document = {**CONVOLUTION, "symbols": {"x1": "", "y1": ""}}
    norm = {"mean": [0, 0], "variance": [1, 1], "eps": 3, "gamma": [1, 1], "beta": [0, 0]}
    first = {**CONVOLUTION["parameters"][0], "batch-norm": norm}
    with pytest.raises(InputError, match="batch-norm"):
        family_from({**document, "parameters": [first, *CONVOLUTION["parameters"][1:]]})


@pytest.mark.parametrize("seed", range(40))
def test_points_of_polyhedra(seed: int) -> None:
    """A polyhedron around a known point has a point; with the opposite of a row it has none."""
    random = Random(seed)
    n = random.randint(1, 4)
    inside = [fmpq(random.randint(-9, 9), random.randint(1, 3)) for _ in range(n)]
    rows = []
    for _ in range(random.randint(0, 6)):
        slopes = [fmpq(random.randint(-3, 3)) for _ in range(n)]
        gap = fmpq(random.randint(1, 5), 7)
        rows.append([*slopes, gap - sum((a * x for a, x in zip(slopes, inside, strict=True)), gap)])
    rows = [row for row in rows if at(row, inside) > 0]
    found = point_inside(rows, n, lambda i: fmpq(random.randint(-3, 3)))
    assert found is not None
    assert all(at(row, found) > 0 for row in rows)
    for row in rows:
        assert point_inside([*rows, [-a for a in row]], n, lambda i: fmpq(0)) is None


def at(row: list[Any], point: list[Any]) -> Any:
    return row[-1] + sum((a * x for a, x in zip(row, point, strict=False)), fmpq(0))


def test_chosen_values_satisfy_the_conditions() -> None:
    family = family_from({
        "format": "exactland-problem/3",
        "symbols": {"x1": "0 < x1 < x2", "x2": "2*x2 < 1/3 + q", "q": "q < 1"},
        "data": {"inputs": [["x1", "x2", "q"]]},
        "network": {"kind": "sequential", "layers": [{"kind": "dense", "width": 1}]},
    })  # fmt: skip
    for seed in range(20):
        x1, x2, q = family.values(seed)
        assert 0 < x1 < x2
        assert 2 * x2 < fmpq(1, 3) + q
        assert q < 1
    assert len({tuple(family.values(seed)) for seed in range(20)}) > 3
