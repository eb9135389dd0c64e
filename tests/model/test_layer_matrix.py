"""U_k and M_k against Definition 2.1, entry by entry."""

from __future__ import annotations

from typing import Any

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from networks_for_tests import patches, problems, rationals

from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.symbols import SYMBOLS
from exactland.errors import InputError, LimitError, UsageError
from exactland.model.forward import feature_matrix, pre_activation_matrix
from exactland.model.layer_matrix import layer_map, layer_matrix
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import LayerParameters
from exactland.model.patches import conv1d
from exactland.model.problem import Problem


def naive_layer_matrix(all_patches: Any, weights: Any, below: int, filters: int) -> list[list[Any]]:
    """U[i, pT + t] = the sum of W[r, t] over the r with patches[p][r] = i."""
    return [
        [
            sum((weights[r][t] for r, j in enumerate(patch) if j == i), fmpq(0))
            for patch in all_patches
            for t in range(filters)
        ]
        for i in range(below)
    ]


@given(st.data())
def test_convolution(data: st.DataObject) -> None:
    below, filters = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 3))
    layer = Convolution(data.draw(patches(below)), filters, "none")
    length = layer.filter_length(below)
    rows = st.lists(st.lists(rationals, min_size=filters, max_size=filters),
                    min_size=length, max_size=length)  # fmt: skip
    V, W = data.draw(rows), data.draw(rows)
    problem = Problem(SequentialNetwork([layer]), [[0] * below])

    def M(weights: Any) -> Any:
        return layer_matrix(problem, 1, parameters=[LayerParameters(weights)])

    assert M(W) == naive_layer_matrix(layer.patches, W, below, filters)
    # linearity of M_k
    a, b = data.draw(rationals), data.draw(rationals)
    combined = [
        [a * v + b * w for v, w in zip(*both, strict=True)] for both in zip(V, W, strict=True)
    ]
    assert M(combined) == [
        [a * v + b * w for v, w in zip(*both, strict=True)] for both in zip(M(V), M(W), strict=True)
    ]
    structure = layer_map(layer, below)
    assert (structure.rows, structure.columns) == (below, layer.width(below))
    assert structure.variables == length * filters
    assert structure.at([w for row in W for w in row], fmpq(0)) == M(W)


@given(problems(pooling=False))
def test_pre_activations_by_the_layer_matrix(problem: Problem) -> None:
    """G_k = F_{k-1} U_k + 1 b_k^T is what the gathered patches give."""
    for k, layer in enumerate(problem.sequential.layers, start=1):
        product = RATIONALS.multiply(feature_matrix(problem, k - 1), layer_matrix(problem, k))
        b = problem.parameters[k - 1].b or [fmpq(0)]  # type: ignore[index, union-attr]
        width = problem.widths[k]
        tied = layer.bias == "filter"  # type: ignore[attr-defined]
        row = [b[h % layer.filter_count() if tied else h % len(b)] for h in range(width)]
        assert pre_activation_matrix(problem, k) == RATIONALS.add(product, [row])


def test_the_papers_example_in_symbols() -> None:
    network = SequentialNetwork([Convolution(conv1d(5, 3), filters=2)])
    U = layer_matrix(Problem(network, [[0] * 5]), 1, SYMBOLS)
    lines = [" ".join(str(entry) for entry in row) for row in SYMBOLS.rows(SYMBOLS.transpose(U))]
    assert lines == [
        "w_0_0 w_1_0 w_2_0 0 0",
        "w_0_1 w_1_1 w_2_1 0 0",
        "0 w_0_0 w_1_0 w_2_0 0",
        "0 w_0_1 w_1_1 w_2_1 0",
        "0 0 w_0_0 w_1_0 w_2_0",
        "0 0 w_0_1 w_1_1 w_2_1",
    ]


def test_symbols_of_two_layers_differ() -> None:
    problem = Problem(SequentialNetwork([Dense(1), Dense(1)]), [[1]])
    first, second = (SYMBOLS.rows(layer_matrix(problem, k, SYMBOLS))[0][0] for k in (1, 2))
    assert first != second


def test_refusals() -> None:
    network = SequentialNetwork([Dense(4), MaxPooling([[0, 1], [2, 3]])])
    problem = Problem(network, [[1, 2]])
    with pytest.raises(InputError, match=r"layer 1 has no parameters.*--random SEED"):
        layer_matrix(problem, 1)
    with pytest.raises(UsageError, match="max-pooling has no layer matrix"):
        layer_matrix(problem, 2)
    with pytest.raises(UsageError, match="the layers are 1 to 2"):
        layer_matrix(problem, 3)
    with pytest.raises(LimitError, match="2 x 4 has more than 7"):
        layer_matrix(problem, 1, limit=7)
    with pytest.raises(InputError, match="W is 1 x 4 with 4 biases, but the layer needs 2 x 4"):
        layer_matrix(problem, 1, parameters=[LayerParameters([[1] * 4], [0] * 4), None])
    with pytest.raises(UsageError, match="max-pooling has no layer matrix"):
        layer_map(network.layer(2), 4)
