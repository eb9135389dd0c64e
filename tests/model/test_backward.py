"""Gradients against derivatives that are found in another way."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from networks_for_tests import SMOOTH_ACTIVATIONS, fraction, problems

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less, less_or_equal, lower, upper
from exactland.arithmetic.enclosures import ENCLOSURES
from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.symbols import SYMBOLS
from exactland.errors import InputError, NotDifferentiableError
from exactland.model.backward import gradients, loss_value
from exactland.model.chosen_parameters import random_parameters
from exactland.model.forward import feature_matrix
from exactland.model.layer_matrix import layer_matrix
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import LayerNumbers
from exactland.model.patches import conv1d
from exactland.model.problem import Data, Problem


def replaced(problem: Problem, k: int, which: str, index: tuple[int, ...], value: Any) -> Any:
    """The parameters with one entry of layer k changed; as numbers, so that it may be a symbol."""
    result: list[Any] = list(problem.parameters)  # type: ignore[arg-type]
    W = [list(row) for row in result[k - 1].W]
    b = None if result[k - 1].b is None else list(result[k - 1].b)
    if which == "W":
        W[index[0]][index[1]] = value
    else:
        assert b is not None
        b[index[0]] = value
    result[k - 1] = LayerNumbers(W, b)
    return tuple(result)


@st.composite
def places(draw: st.DrawFn, problem: Problem) -> tuple[int, str, tuple[int, ...]]:
    """An entry of some W_k or b_k."""
    layers = [k for k, entry in enumerate(problem.parameters, start=1) if entry is not None]
    k = draw(st.sampled_from(layers))
    entry = problem.parameters[k - 1]  # type: ignore[index]
    if entry.b is not None and draw(st.booleans()):  # type: ignore[union-attr]
        return k, "b", (draw(st.integers(0, len(entry.b) - 1)),)  # type: ignore[union-attr]
    rows, columns = len(entry.W), len(entry.W[0])  # type: ignore[union-attr]
    return k, "W", (draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1)))


def gradient_at(all_gradients: Any, k: int, which: str, index: tuple[int, ...]) -> Any:
    gradient = all_gradients[k - 1]
    return gradient.d_weights[index[0]][index[1]] if which == "W" else gradient.d_bias[0][index[0]]


@settings(max_examples=40, deadline=None)
@given(problems(SMOOTH_ACTIVATIONS, pooling=False, depth=2), st.data())
def test_against_sympy(problem: Problem, data: st.DataObject) -> None:
    """One entry becomes a symbol; SymPy differentiates 1/2 sum (F - Y)^2 and substitutes."""
    k, which, index = data.draw(places(problem))
    symbol = sympy.Symbol("z")
    parameters = replaced(problem, k, which, index, symbol)
    outputs = SYMBOLS.rows(feature_matrix(problem, problem.sequential.depth, SYMBOLS, parameters))
    targets = problem.data.targets
    assert targets is not None
    phi = sum(
        (f - sympy.Rational(str(y))) ** 2 / 2
        for row, target in zip(outputs, targets, strict=True)
        for f, y in zip(row, target, strict=True)
    )
    entry = problem.parameters[k - 1]  # type: ignore[index]
    at = entry.W[index[0]][index[1]] if which == "W" else entry.b[index[0]]  # type: ignore
    expected = sympy.diff(phi, symbol).subs(symbol, sympy.Rational(str(at)))
    found = gradient_at(gradients(problem), k, which, index)
    assert sympy.Rational(str(found)) == expected


@settings(max_examples=60, deadline=None)
@given(problems(("identity",), pooling=True), st.data())
def test_through_maxima(problem: Problem, data: st.DataObject) -> None:
    """Without activations Phi is quadratic in one entry near a point of unique maxima."""
    if all(isinstance(layer, MaxPooling) for layer in problem.sequential.layers):
        return
    k, which, index = data.draw(places(problem))
    try:
        found = gradient_at(gradients(problem), k, which, index)
    except NotDifferentiableError:
        return
    entry = problem.parameters[k - 1]  # type: ignore[index]
    at = entry.W[index[0]][index[1]] if which == "W" else entry.b[index[0]]  # type: ignore
    h = fmpq(1, 10**40)
    up, down = (
        loss_value(problem, RATIONALS, replaced(problem, k, which, index, at + step))
        for step in (h, -h)
    )
    assert found == (up - down) / (2 * h)


@given(problems(SMOOTH_ACTIVATIONS, pooling=False))
def test_the_lemmas(problem: Problem) -> None:
    """Delta_k and the gradients by the papers' formulas, with the whole U_k."""
    depth = problem.sequential.depth
    delta: Any = None
    for k in range(depth, 0, -1):
        layer: Any = problem.sequential.layer(k)
        features, below = feature_matrix(problem, k), feature_matrix(problem, k - 1)
        pre = RATIONALS.multiply(below, layer_matrix(problem, k))
        targets = problem.data.targets
        assert targets is not None
        if k == depth:
            upward = [
                [f - y for f, y in zip(*both, strict=True)]
                for both in zip(features, targets, strict=True)
            ]
        else:
            upward = RATIONALS.multiply(delta, RATIONALS.transpose(layer_matrix(problem, k + 1)))
        bias = problem.parameters[k - 1].b or [fmpq(0)]  # type: ignore[index, union-attr]
        step = layer.filter_count() if layer.bias == "filter" else len(bias)
        pre = [[g + bias[h % step] for h, g in enumerate(row)] for row in pre]
        slope = [[layer.activation.derivative(g, RATIONALS) for g in row] for row in pre]
        delta = RATIONALS.hadamard(upward, slope)
        d_layer_matrix = RATIONALS.multiply(RATIONALS.transpose(below), delta)
        gradient = gradients(problem)[k - 1]
        assert gradient.delta == delta
        assert gradient.d_layer_matrix == d_layer_matrix
        filters = layer.filter_count()
        patches = layer.patches if isinstance(layer, Convolution) else [range(len(d_layer_matrix))]
        assert gradient.d_weights == [
            [
                sum(
                    (
                        d_layer_matrix[patch[r]][p * filters + t]
                        for p, patch in enumerate(patches)
                        if patch[r] is not None
                    ),
                    fmpq(0),
                )
                for t in range(filters)
            ]
            for r in range(layer.filter_length(len(below[0])))
        ]
        sums = [sum(column, fmpq(0)) for column in zip(*delta, strict=True)]
        if layer.bias == "neuron":
            assert gradient.d_bias == [sums]
        elif layer.bias == "filter":
            assert gradient.d_bias == [[sum(sums[t::filters], fmpq(0)) for t in range(filters)]]
        else:
            assert gradient.d_bias is None


def sigmoid_cnn(loss: str) -> Problem:
    layers = [
        Convolution(conv1d(5, 2), 2, "filter", "sigmoid"),
        MaxPooling([[0, 2], [1, 3], [4, 6], [5, 7]]),
        Dense(2, "neuron", "tanh"),
        Dense(2),
    ]
    data = Data([[1, 0, 2, -1, "1/2"], [0, 3, 1, -2, 1]], [[1, -1], [-1, 1]], [0, 1])
    problem = Problem(SequentialNetwork(layers), data, loss=loss)
    return problem.with_parameters(random_parameters(problem, 3))


@pytest.mark.parametrize(
    "loss",
    [
        "squared",
        "half-squared",
        "pseudo-huber(delta=1/2)",
        "blake-zisserman(delta=1/10)",
        "corrupted-gaussian(alpha=1/3,w=2)",
        "cauchy(delta=2)",
        "squared-hinge",
        "cross-entropy",
    ],
)
def test_difference_quotients(loss: str) -> None:
    """A sigmoid network with max-pooling: central differences with h = 2^-100 at 400 bits."""
    problem, arithmetic = sigmoid_cnn(loss), Balls(400)
    found = gradients(problem, arithmetic)
    h = fmpq(1, 2**100)
    tolerance = arb(fmpq(1, 2**150))
    for k, entry in enumerate(problem.parameters, start=1):  # type: ignore[arg-type]
        if entry is None:
            assert found[k - 1].d_weights is None
            continue
        where: list[tuple[str, tuple[int, ...], Any]] = [
            ("W", (r, t), w) for r, row in enumerate(entry.W) for t, w in enumerate(row)
        ]
        where += [("b", (j,), b) for j, b in enumerate(entry.b or ())]
        for which, index, at in where:
            up, down = (
                loss_value(problem, arithmetic, replaced(problem, k, which, index, at + step))
                for step in (h, -h)
            )
            with arithmetic.working():
                error = (up - down) / (2 * arb(h)) - gradient_at(found, k, which, index)
                assert less(abs(error), tolerance) is True, (k, which, index)


def test_floating_point_enclosures() -> None:
    """Gradients over ENCLOSURES contain those over balls."""
    problem = sigmoid_cnn("half-squared")
    sharp = gradients(problem, Balls(200))
    for rough_one, sharp_one in zip(gradients(problem, ENCLOSURES), sharp, strict=True):
        for name in ("delta", "d_weights", "d_layer_matrix", "d_bias"):
            rough, exact = getattr(rough_one, name), getattr(sharp_one, name)
            assert (rough is None) == (exact is None)
            if rough is None:
                continue
            for rough_row, row in zip(ENCLOSURES.rows(rough), exact, strict=True):
                for interval, ball in zip(rough_row, row, strict=True):
                    assert less_or_equal(lower(interval), upper(ball)) is True
                    assert less_or_equal(lower(ball), upper(interval)) is True


def test_an_entry_of_e5() -> None:
    """NH18, E5: dPhi/dW_2 = 0 although dPhi/dU_2 is not."""
    layers = [
        Dense(2, activation="r1"),
        Convolution([[0], [1]], 1, activation="r1"),
        Dense(1),
    ]
    parameters = [
        {"W": [[1, 1]], "b": [-1, 0]},
        {"W": [[0]], "b": [0, 0]},
        {"W": [[1], [-1]], "b": ["1/2"]},
    ]
    problem = Problem(
        SequentialNetwork(layers), Data([[0], [1]], [[0], [1]]), parameters, "half-squared"
    )
    found = gradients(problem)
    assert [[fraction(x) for x in row] for row in found[1].d_layer_matrix] == [
        [-fraction(fmpq(1, 16)), fraction(fmpq(1, 16))]
    ] * 2
    for gradient in found:
        assert all(value == 0 for row in gradient.d_weights for value in row)
        assert all(value == 0 for row in gradient.d_bias for value in row)
    assert loss_value(problem) == fmpq(1, 4)


def test_e4() -> None:
    """NH18, E4: abs(t)^3 and r1 at 0; all gradients vanish at a loss of 1/4."""
    cubic = {"expr": "1/2+t**3/(2*(1+abs(t)**3))"}
    layers = [Dense(2, activation="r1"), Dense(1, activation=cubic), Dense(1)]
    parameters = [
        {"W": [[1, 1]], "b": [-1, 0]},
        {"W": [[0], [0]], "b": [0]},
        {"W": [[1]], "b": [0]},
    ]
    problem = Problem(
        SequentialNetwork(layers), Data([[0], [1]], [[0], [1]]), parameters, "half-squared"
    )
    for gradient in gradients(problem):
        assert all(value == 0 for row in gradient.d_weights for value in row)
        assert all(value == 0 for row in gradient.d_bias for value in row)
    assert loss_value(problem) == fmpq(1, 4)


def pooled(weights: Any, activation: Any = "relu", *patches: Any) -> Problem:
    """One sample, dense without bias, max-pooling by ``patches``, a last layer of ones."""
    pools = [MaxPooling(patch) for patch in patches or ([[0, 1]],)]
    last = Dense(1, "none")
    return Problem(
        SequentialNetwork([Dense(len(weights), "none", activation), *pools, last]),
        Data([[1]], [[1]]),
        [{"W": [weights]}, *[None] * len(pools), {"W": [[1]] * pools[-1].width(len(weights))}],
        "half-squared",
    )


@pytest.mark.parametrize("arithmetic", [RATIONALS, Balls(64), ENCLOSURES])
def test_a_tie_of_dead_relus_is_flat(arithmetic: Any) -> None:
    for problem in (pooled([-1, -2]), pooled([3, 5], {"expr": "min(t,2)**2"})):
        for row in arithmetic.rows(gradients(problem, arithmetic)[0].d_weights):
            for value in row:
                ends = lower(value), upper(value)
                assert None not in ends
                assert ends[0] <= 0 <= ends[1] < fmpq(1, 2**60)


def test_a_neuron_that_comes_up_twice_is_no_tie() -> None:
    """Patches that overlap: the largest neuron wins in both, and then ties with itself."""
    problem = pooled([1, 3, 2], "relu", [[0, 1], [1, 2]], [[0, 1]])
    assert gradients(problem)[0].d_weights == [[0, 2, 0]]
    assert gradients(pooled([-1, -3, -2], "relu", [[0, 1], [1, 2]], [[0, 1]]))[0].d_weights == [
        [0, 0, 0]
    ]


@pytest.mark.parametrize(
    ("weights", "activation"),
    [([0, -1], "relu"), ([-1, 0], "relu"), ([0, 0], "relu"), ([1, 1], "tanh"), ([1, -1], "cos")],
)
def test_other_ties_are_refused(weights: Any, activation: Any) -> None:
    """A dead ReLU beside one at its kink; two different neurons of nonzero slope."""
    with pytest.raises(NotDifferentiableError):
        gradients(pooled(weights, activation), Balls(64))
    tied_above = pooled([1, 2, 2], "relu", [[0, 1], [0, 2]], [[0, 1]])
    with pytest.raises(NotDifferentiableError, match="layer 3"):
        gradients(tied_above)


def test_layer_matrices_may_be_left_out() -> None:
    assert all(g.d_layer_matrix is None for g in gradients(
        sigmoid_cnn("half-squared"), Balls(64), layer_matrices=False))  # fmt: skip


def test_refusals() -> None:
    tie = Problem(
        SequentialNetwork([Dense(2, "none"), MaxPooling([[0, 1]])]),
        Data([[1]], [[0]]),
        [{"W": [[1, 1]]}, None],
        "squared",
    )
    with pytest.raises(NotDifferentiableError, match="layer 2, sample 0, patch 0"):
        gradients(tie)
    kink = Problem(
        SequentialNetwork([Dense(1, "none", "relu")]), Data([[0]], [[0]]), [{"W": [[1]]}], "squared"
    )
    with pytest.raises(NotDifferentiableError):
        gradients(kink)
    with pytest.raises(InputError, match="the problem has no loss"):
        gradients(Problem(kink.network, kink.data, kink.parameters))
    with pytest.raises(InputError, match="layer 1 has no parameters"):
        gradients(kink.with_parameters(None))
