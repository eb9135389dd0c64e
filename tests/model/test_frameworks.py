"""Layers mean what they mean in PyTorch: its outputs, exactly; ``make_frameworks.py`` has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from exactland.arithmetic.exact import exact
from exactland.model.forward import feature_matrix
from exactland.model.grids import Grid
from exactland.model.problem import Problem
from exactland.model.problem_file import problem_document, problem_from

CASES = json.loads(Path(__file__).with_name("frameworks.json").read_text())


def outputs(problem: Problem) -> list[list[fmpq]]:
    """F_L, a row a sample, by channel, row, column."""
    network = problem.sequential
    grid = network.layers[-1].grid or Grid.channels_first(1, (problem.widths[-1],))
    return [[row[h] for h in grid.numbers] for row in feature_matrix(problem, network.depth)]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_the_outputs_are_those_of_pytorch(case: Any) -> None:
    problem = problem_from(case["problem"])
    expected = [[exact(value) for value in row] for row in case["outputs"]]
    assert outputs(problem) == expected
    # The canonical document says the same in the papers' order, and needs no grid.
    document = problem_document(problem)
    again = problem_from(document)
    assert again == problem
    assert problem_document(again) == document
    depth = problem.sequential.depth
    assert feature_matrix(again, depth) == feature_matrix(problem, depth)


def test_every_kind_of_layer_is_in_a_case() -> None:
    text = json.dumps(CASES)
    for word in (
        *("conv1d", "conv2d", "pool1d", "pool2d", "max-pooling", "average-pooling", "flatten"),
        *(
            "depthwise",
            '"groups": 2',
            '"same"',
            "circular",
            '"ceil_mode": true',
            "divisor_override",
        ),
        *('"count_include_pad": true', '"count_include_pad": false', "batch-norm", '"dilation": 2'),
    ):
        assert word in text
