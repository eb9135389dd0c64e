"""Features against the definitions, entry by entry; enclosures against exact values."""

from __future__ import annotations

from typing import Any

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from networks_for_tests import RATIONAL_ACTIVATIONS, naive_features, problems

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import less_or_equal, lower, upper
from exactland.arithmetic.enclosures import ENCLOSURES
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.symbols import SYMBOLS
from exactland.errors import InputError, LimitError, NotExactError, UsageError
from exactland.model.chosen_parameters import random_parameters
from exactland.model.forward import feature_matrix, pre_activation_matrix, skip_feature_matrix
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import SkipNumbers, SkipParameters
from exactland.model.patches import conv2d
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork, Unit


@given(problems())
def test_features_are_those_of_the_definitions(problem: Problem) -> None:
    for k, (pre, features) in enumerate(naive_features(problem), start=1):
        assert feature_matrix(problem, k) == features
        if not isinstance(problem.sequential.layer(k), MaxPooling):
            assert pre_activation_matrix(problem, k) == pre


@given(problems(), st.data())
def test_some_columns(problem: Problem, data: st.DataObject) -> None:
    """Chosen columns, in any order and repeated, are those of the whole matrix."""
    k = data.draw(st.integers(0, problem.sequential.depth))
    columns = data.draw(st.lists(st.integers(0, problem.widths[k] - 1), min_size=1, max_size=4))
    whole = feature_matrix(problem, k)
    expected = [[row[h] for h in columns] for row in whole]
    assert feature_matrix(problem, k, columns=columns) == expected


@pytest.mark.parametrize("arithmetic", [Balls(60), ENCLOSURES], ids=lambda a: a.name)
@given(problem=problems())
def test_enclosures_contain_the_exact_features(arithmetic: Arithmetic, problem: Problem) -> None:
    k = problem.sequential.depth
    exact = feature_matrix(problem, k)
    enclosed = arithmetic.rows(feature_matrix(problem, k, arithmetic))
    for exact_row, enclosed_row in zip(exact, enclosed, strict=True):
        for value, ball in zip(exact_row, enclosed_row, strict=True):
            low, high = lower(ball), upper(ball)
            assert low is not None
            assert high is not None
            assert low <= value <= high
            assert high - low < fmpq(1, 2**20) * (1 + abs(value))


def test_enclosures_of_a_maximum() -> None:
    """Where entries of a patch overlap, the maximum is still enclosed."""
    layers = [Dense(2, "none", "sigmoid"), MaxPooling([[0, 1]])]
    problem = Problem(SequentialNetwork(layers), [[1], [-1]], [{"W": [[1, 1]]}, None])
    for arithmetic in (Balls(50), ENCLOSURES):
        rows = arithmetic.rows(feature_matrix(problem, 2, arithmetic))
        for row, x in zip(rows, (1, -1), strict=True):
            sigmoid = 1 / (1 + (arb(-x)).exp())
            assert less_or_equal(lower(row[0]), sigmoid) is True
            assert less_or_equal(sigmoid, upper(row[0])) is True


def test_symbols_and_formal_values() -> None:
    layers = [Dense(2, "none", "relu"), Dense(1, "none")]
    parameters = [{"W": [[1, -1]]}, {"W": [[1], [1]]}]
    problem = Problem(SequentialNetwork(layers), [[1], [-2]], parameters)
    assert str(SYMBOLS.rows(feature_matrix(problem, 2, SYMBOLS))) == "[[1], [2]]"
    formal = FORMAL.rows(feature_matrix(problem, 2, FORMAL))
    assert [row[0].as_rational() for row in formal] == [1, 2]


def test_images_and_the_cost_of_one_column() -> None:
    """One column of a large layer is computed from one patch: the limit would stop any more."""
    layer = Convolution(conv2d(28, 28, size=(5, 5)), 10, activation="sigmoid")
    problem = Problem(SequentialNetwork([layer, Dense(1)]), [[1] * 784, [0] * 784])
    problem = problem.with_parameters(random_parameters(problem, 5))
    column = feature_matrix(problem, 1, Balls(64), columns=[5759], limit=784 * 2)
    assert Balls(64).shape(column) == (2, 1)
    with pytest.raises(LimitError, match="F_1: a matrix of 2 x 5760"):
        feature_matrix(problem, 1, Balls(64), limit=784 * 2)


def test_refusals() -> None:
    problem = Problem(SequentialNetwork([Dense(2), MaxPooling([[0], [1]])]), [[1], [2]])
    with pytest.raises(InputError, match=r"layer 1 has no parameters.*--random SEED"):
        feature_matrix(problem, 2)
    with pytest.raises(UsageError, match="max-pooling has no pre-activations"):
        pre_activation_matrix(problem, 2)
    with pytest.raises(UsageError, match="the layers are 1 to 2"):
        pre_activation_matrix(problem, 0)
    with pytest.raises(UsageError, match="there is no neuron 2; they are 0 to 1"):
        feature_matrix(problem, 2, columns=[0, 2])
    with pytest.raises(UsageError, match="no column is asked for"):
        feature_matrix(problem, 2, columns=[])
    with pytest.raises(InputError, match="not a list with one entry a layer"):
        feature_matrix(problem, 1, parameters=[])
    with pytest.raises(UsageError, match="this is no skip network"):
        skip_feature_matrix(problem)
    sigmoid = Problem(SequentialNetwork([Dense(1, "none", "sigmoid")]), [[1]], [{"W": [[1]]}])
    with pytest.raises(NotExactError):
        feature_matrix(sigmoid, 1)


@st.composite
def skip_problems(draw: st.DrawFn) -> Problem:
    units: list[Unit] = []
    for j in range(draw(st.integers(1, 6))):
        sources = draw(
            st.lists(
                st.sampled_from([0, 1, *(u.id for u in units)]), min_size=1, max_size=3, unique=True
            )
        )
        depth = {u.id: u.layer for u in units}
        layer = 1 + max(depth.get(s, 0) for s in sources)
        twins = [u.group for u in units if (u.layer, len(u.sources)) == (layer, len(sources))]
        group = draw(st.sampled_from([f"g{j}", *twins]))
        bias = draw(st.sampled_from([None, "b0", f"b{j}"]))
        activation = draw(st.sampled_from(RATIONAL_ACTIVATIONS))
        units.append(Unit(f"h{j}", layer, sources, group, bias, activation))
    skips = draw(st.lists(st.sampled_from([u.id for u in units]), min_size=1, unique=True))
    problem = Problem(SkipNetwork(units, skips), [[1, -2], ["1/2", 0], [3, 1]])
    return problem.with_parameters(random_parameters(problem, draw(st.integers(0, 99)), 3, 2))


@given(skip_problems(), st.data())
def test_psi(problem: Problem, data: st.DataObject) -> None:
    network, parameters = problem.skip, problem.parameters
    assert isinstance(parameters, SkipParameters)
    expected = []
    for x in problem.data.inputs:
        values: dict[Any, Any] = dict(enumerate(x))
        for unit in network.units:
            total = parameters.biases[unit.bias] if unit.bias else fmpq(0)
            for u, source in zip(parameters.groups[unit.group], unit.sources, strict=True):
                total += u * values[source]
            values[unit.id] = unit.activation.value(total, RATIONALS)
        expected.append([values[id] for id in network.skips])
    assert skip_feature_matrix(problem) == expected
    columns = data.draw(st.lists(st.integers(0, len(network.skips) - 1), min_size=1))
    chosen = [[row[j] for j in columns] for row in expected]
    assert skip_feature_matrix(problem, columns=columns) == chosen
    enclosed = ENCLOSURES.rows(skip_feature_matrix(problem, ENCLOSURES))
    for row, exact_row in zip(enclosed, expected, strict=True):
        for ball, value in zip(row, exact_row, strict=True):
            assert lower(ball) <= value <= upper(ball)  # type: ignore[operator]


def test_skip_parameters_in_other_numbers() -> None:
    network = SkipNetwork([Unit("h", 1, [0], "u", "b", "relu")], ["h"])
    problem = Problem(network, [[2]])
    numbers = SkipNumbers({"u": [arb(3)]}, {"b": fmpq(1)})
    value = skip_feature_matrix(problem, Balls(53), numbers)[0][0]
    assert lower(value) == upper(value) == 7
    with pytest.raises(InputError, match=r"no parameters.*--random SEED"):
        skip_feature_matrix(problem)
    with pytest.raises(UsageError, match="a skip network has no layers"):
        feature_matrix(problem, 1)
