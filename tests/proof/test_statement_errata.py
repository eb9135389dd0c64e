"""Counterexamples of the errata, computed exactly on the numbers that the errata print."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactland
from exactland.arithmetic.balls import Balls
from exactland.arithmetic.rationals import RATIONALS

CUBE_OF_TANH = {"expr": "tanh(t)**3"}
X4 = [[0, -1], [0, 1], [1, -1], [1, 1]]


def dense(data: dict[str, Any], layers: list[Any], parameters: list[Any], loss: str) -> Any:
    """A problem of dense layers; ``layers`` lists (width, activation)."""
    return exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": data,
            "network": {
                "kind": "sequential",
                "layers": [
                    {"kind": "dense", "width": width, "activation": sigma}
                    for width, sigma in layers
                ],
            },
            "parameters": parameters,
            "loss": loss,
        }
    )


def nonzero_entries(problem: Any) -> list[Any]:
    """The gradient's entries that are not 0 (exactly, over Q)."""
    found = exactland.gradients(problem, RATIONALS)
    entries = [
        value
        for gradient in found
        for value in (
            *(entry for row in RATIONALS.rows(gradient.d_weights) for entry in row),
            *_flat(gradient.d_bias),
        )
    ]
    assert entries
    return [value for value in entries if value != 0]


def _flat(bias: Any) -> list[Any]:
    rows = RATIONALS.rows(bias) if hasattr(bias, "tolist") else bias
    return [v for row in rows for v in (row if isinstance(row, (list, tuple)) else [row])]


def test_nh17_e1_theorem_3_4() -> None:
    problem = dense(
        {"inputs": [[0], [1]], "targets": [["1/8"], ["-1/8"]]},
        [(1, CUBE_OF_TANH), (1, CUBE_OF_TANH)],
        [{"W": [[0]], "b": [0]}, {"W": [[1]], "b": [0]}],
        "squared",
    )
    assert nonzero_entries(problem) == []
    assert exactland.loss_value(problem) == exactland.exact("1/32")


def test_nh17_e1_lemma_3_5() -> None:
    problem = dense(
        {"inputs": [[0], [1]], "targets": [["1/8"], ["-1/8"]]},
        [(1, CUBE_OF_TANH), (1, CUBE_OF_TANH)],
        [{"W": [[1]], "b": [0]}, {"W": [[0]], "b": [0]}],
        "squared",
    )
    balls = Balls(128)
    upper = exactland.gradients(problem, balls)[1]
    assert all(value.is_zero() for row in balls.rows(upper.d_weights) for value in row)
    (first,), (second,) = balls.rows(exactland.feature_matrix(problem, 1, balls))
    assert first.is_zero()
    assert not second.contains(0)


#: NH17:E11 and E12: the network of one or two hidden layers, and where the loss is smaller.
QUARTERS = ["-1/4", "1/2", "-1/4"]
LOW_RANK = [
    {"W": [[0, 0]], "b": ["-3/4", "-3/4"]},
    {"W": [[1, 1], [1, 1]], "b": ["9/20", "9/20"]},
    {"W": [[1, 1], [1, 1]], "b": ["6/5", "6/5"]},
]
BELOW_LOW_RANK = [
    {"W": [["-45/16", 1]], "b": ["-23/8", "-9/16"]},
    {"W": [["-20/16", "30/16"], ["37/16", "27/16"]], "b": ["66/16", "51/16"]},
    {"W": [["29/16", "29/16"], ["-35/16", "-35/16"]], "b": ["-1/16", "-1/16"]},
]
WIDTH_TWO = [{"W": [[0, 0]], "b": ["-3/4", "-3/4"]}, {"W": [[1], [1]], "b": ["6/5"]}]
BELOW_WIDTH_TWO = [{"W": [[3, 3]], "b": ["1/2", "-1/2"]}, {"W": [[1], [-1]], "b": ["-1/2"]}]


@pytest.mark.parametrize(
    ("at", "outputs", "loss", "below", "less"),
    [(WIDTH_TWO, 1, "3/8", BELOW_WIDTH_TWO, "2/25"), (LOW_RANK, 2, "3/4", BELOW_LOW_RANK, "1/500")],
)
def test_nh17_e11_and_e12_critical_and_not_global(
    at: list[Any], outputs: int, loss: str, below: list[Any], less: str
) -> None:
    sigma = {"expr": "t/sqrt(1+t**2)"}
    layers = [(len(entry["b"]), sigma) for entry in at]
    data = {"inputs": [[-1], [0], [1]], "targets": [[y] * outputs for y in QUARTERS]}
    problem, elsewhere = (dense(data, layers, point, "squared") for point in (at, below))
    assert nonzero_entries(problem) == []
    assert exactland.loss_value(problem) == exactland.exact(loss)
    assert exactland.loss_value(elsewhere, Balls(128)) < exactland.exact(less)


@given(st.fractions(-2, 2, max_denominator=64))
def test_nh17_e11_the_terms_are_convex_and_balance(z: Fraction) -> None:
    """The terms (sigma(z) - y)^2 have slopes 1/2, -1, 1/2 at 0 and are convex for |z| <= 1/4."""
    slopes = [-2 * Fraction(y) for y in QUARTERS]
    assert sum(slopes) == 0
    assert slopes == [Fraction(1, 2), -1, Fraction(1, 2)]
    t = float(z) / 8
    for y in map(float, map(Fraction, QUARTERS)):
        curvature = (1 + t * t) ** -3 - 3 * t * (t / (1 + t * t) ** 0.5 - y) * (1 + t * t) ** -2.5
        assert 2 * curvature > 0.7


def test_nh17_e10_the_first_counterexample_to_theorem_5_3() -> None:
    cubic = {"expr": "t+t**3"}
    layers = [(2, cubic), (2, cubic), (1, cubic)]
    data = {"inputs": X4, "targets": [[-1], [1], [-1], [1]]}
    stuck = [
        {"W": [[1, -1], [0, 0]], "b": [0, 1]},
        {"W": [["8/50", "-17/50"], ["-17/50", "8/50"]], "b": ["17/25", "17/25"]},
        {"W": [[1], [1]], "b": [-2]},
    ]
    problem = dense(data, layers, stuck, "squared-hinge")
    assert nonzero_entries(problem) == []
    assert exactland.loss_value(problem) == 4
    best = [
        {"W": [[0, 0], [1, 1]], "b": [0, 0]},
        {"W": [[1, 0], [0, 1]], "b": [0, 0]},
        {"W": [[1], [1]], "b": [0]},
    ]
    assert exactland.loss_value(dense(data, layers, best, "squared-hinge")) == 0


def test_nh17_e10_the_third_counterexample_to_theorem_5_3() -> None:
    sigma = {"expr": "(t**3+t-1)/3"}
    classes = [0, 1, 1, 0, 0, 1]
    problem = dense(
        {
            "inputs": [[0, -2], [0, 1], [0, 3], [1, -3], [1, -1], [1, 2]],
            "targets": [[1 if c == 0 else -1, 1 if c == 1 else -1] for c in classes],
        },
        [(2, sigma), (2, sigma)],
        [
            {"W": [[1, -1], [0, 0]], "b": [0, 1]},
            {"W": [["-8/6", "-17/6"], ["-17/6", "-8/6"]], "b": ["1/2", "1/2"]},
        ],
        "squared-hinge",
    )
    assert nonzero_entries(problem) == []
    assert exactland.loss_value(problem) == exactland.exact("32/3")


@pytest.mark.parametrize(
    ("inputs", "patches", "filters"),
    [
        (4, [[0, 1], [2, 1], [2, 3], [0, 3]], 1),
        (9, [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]], 2),
    ],
)
def test_nh18_e1_patches_that_fail_assumption_2_4(
    inputs: int, patches: list[list[int]], filters: int
) -> None:
    layer = exactland.Convolution(patches, filters)
    network = exactland.SequentialNetwork([layer])
    finding = exactland.assumption(exactland.Problem(network, [[0] * inputs]), "NH18:Asm2.4")
    assert finding.verdict == "refuted"


def test_nh18_e2_tied_biases() -> None:
    layers = [
        exactland.Convolution([[0], [1]], 1, bias, "sigmoid") for bias in ("filter", "neuron")
    ]
    tied, own = (
        exactland.Problem(exactland.SequentialNetwork([layer]), [[1, 1], [2, 2]])
        for layer in layers
    )
    assert exactland.assumption(tied, "NH18:Asm3.1").verdict == "proved"
    assert exactland.generic_rank_of(own, layer=1).verdict == "proved"
    for seed in range(5):
        at_random = tied.with_parameters(exactland.random_parameters(tied, seed))
        assert exactland.rank(at_random, layer=1).rank == 1


def cantor(t: Fraction) -> Fraction:
    """The Cantor function, 0 to the left and 1 to the right, at a rational: exact."""
    value, weight, seen = Fraction(0), Fraction(1), {}
    while True:
        if t <= 0:
            return value
        if t >= 1:
            return value + weight
        if Fraction(1, 3) <= t <= Fraction(2, 3):
            return value + weight / 2
        if t in seen:  # the ternary digits repeat: sum the geometric series
            start, first = seen[t]
            return start + (value - start) / (1 - weight / first)
        seen[t] = (value, weight)
        weight /= 2
        value, t = (value, 3 * t) if t < Fraction(1, 3) else (value + weight, 3 * t - 2)


def test_the_cantor_function_is_right() -> None:
    assert [cantor(Fraction(n, 4)) for n in range(5)] == [
        0, Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), 1,
    ]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(
    st.fractions(-1, 1, max_denominator=40),
    st.fractions(-2, 2, max_denominator=40),
)
def test_nh18_e3_the_cantor_function_on_nine_points(w: Fraction, b: Fraction) -> None:
    assert len({cantor(w * x + b) for x in range(9)}) < 9


def test_nh18_e5_a_convolution_above_the_wide_layer() -> None:
    problem = exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": [[0], [1]], "targets": [[0], [1]]},
            "network": {
                "kind": "sequential",
                "layers": [
                    {"kind": "dense", "width": 2, "activation": "r1"},
                    {
                        "kind": "convolution",
                        "patches": [[0], [1]],
                        "filters": 1,
                        "activation": "r1",
                    },
                    {"kind": "dense", "width": 1},
                ],
            },
            "parameters": [
                {"W": [[1, 1]], "b": [-1, 0]},
                {"W": [[0]], "b": [0, 0]},
                {"W": [[1], [-1]], "b": ["1/2"]},
            ],
            "loss": "half-squared",
        }
    )
    assert nonzero_entries(problem) == []
    assert exactland.loss_value(problem) == exactland.exact("1/4")
    layer_gradient = exactland.gradients(problem, RATIONALS)[1].d_layer_matrix
    sixteenth = exactland.exact("1/16")
    assert RATIONALS.rows(layer_gradient) == [[-sixteenth, sixteenth]] * 2
    assert exactland.rank(problem, layer=1).rank == 2


def test_nh18_tables_and_figure() -> None:
    assert 147**2 * 64 == 1_382_976 > 1_200_000
    assert 676 * 88 < 60_000 <= 676 * 89
    assert 100 * 26 * 26 == 67_600


def test_nmh19_e1_a_shared_bias() -> None:
    def verdict(bias: str) -> str:
        unit = {"layer": 1, "in": [0], "group": "u", "activation": "sigmoid"}
        problem = exactland.problem_from(
            {
                "format": "exactland-problem/1",
                "data": {"inputs": [[0], [1]]},
                "network": {
                    "kind": "skip",
                    "units": [{"id": "a", "bias": "b", **unit}, {"id": "c", "bias": bias, **unit}],
                    "skips": ["a", "c"],
                },
            }
        )
        from exactland.proof.instance import private_biases

        assert exactland.assumption(problem, "NMH19:Asm1.3").verdict == "proved"
        assert private_biases(problem).holds is (bias != "b")
        at_random = problem.with_parameters(exactland.random_parameters(problem, 0))
        return exactland.rank(at_random).verdict

    assert (verdict("b"), verdict("own")) == ("refuted", "proved")


def test_nmh19_e8_the_printed_differences() -> None:
    sgd = ["72.51", "80.57", "70.24", "81.94", "70.61", "81.91", "81.47", "86.76"]
    rand = ["62.81", "64.49", "61.50", "61.42", "61.57", "61.46", "52.07", "55.39"]
    points = [str(Decimal(a) - Decimal(b)) for a, b in zip(sgd, rand, strict=True)]
    assert points == ["9.70", "16.08", "8.74", "20.52", "9.04", "20.45", "29.40", "31.37"]


@pytest.mark.parametrize(
    ("sigma", "inputs", "at_most"),
    [("sigmoid", [-1, 0, 1], 2), ("softplus", [-2, -1, 1, 2], 3), ("tanh", [-1, 1], 1)],
)
def test_lds18_e1_rank_without_biases(sigma: str, inputs: list[int], at_most: int) -> None:
    layer = exactland.Dense(len(inputs), "none", sigma)
    problem = exactland.Problem(exactland.SequentialNetwork([layer]), [[x] for x in inputs])
    finding = exactland.vanishing_identity(problem, 1)
    assert finding.verdict == "proved"
    assert getattr(finding.established, "at_most", None) == at_most


def test_lds18_e4_two_samples() -> None:
    def sigma(t: Fraction) -> Fraction:
        return -((t - 1) ** 2) * (t - 3) ** 2

    for w in (Fraction(n, 2) for n in range(-3, 6)):  # polynomials of degree 4 agree
        assert 9 * sigma(w) - sigma(3 * w) == 72 * (w - 1) ** 3 * (w + 1)


def test_lds18_e7_a_bad_valley() -> None:
    def loss(w: int, g: Fraction) -> Fraction:
        first, second = (max(w * x, 0) for x in (1, -1))
        return (g * first - 1) ** 2 + (g * second - 2) ** 2

    weights = [Fraction(n, 8) for n in range(-40, 41)]
    assert min(loss(1, g) for g in weights) == 4
    assert min(loss(-1, g) for g in weights) == 1
    assert {loss(0, g) for g in weights} == {5}


def test_lds18_e18_low_rank_without_equal_entries() -> None:
    layers = [exactland.Dense(2, "none", "exp"), exactland.Dense(1, "none", "identity")]
    network = exactland.SequentialNetwork(layers)
    parameters = [{"W": [[1, 1]]}, {"W": [[1], [1]]}]
    problem = exactland.Problem(network, [[0], [1]], parameters=parameters)
    one, e = Balls(128).rows(exactland.feature_matrix(problem, 1, Balls(128)))
    assert all(value == 1 for value in one)
    assert not any(value.contains(1) for value in e)
    assert e[0].overlaps(e[1])
