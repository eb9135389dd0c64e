"""Ranks of features at given and at almost all parameters, against a rank at 60 digits."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath as mp
import plain
import pytest

import exactland
from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.verify import check_bytes
from exactland.conditions.evidence import EveryPattern
from exactland.errors import InputError, UsageError
from exactland.linalg.evidence import ModularMinor, NullVectors

sys.path.insert(0, str(Path(__file__).parent.parent / "linalg"))
import naive

SMOOTH = ["sigmoid", "tanh", "sin", "arctan", "erf", "gelu", "cos", "gaussian", "exp", "silu"]


def deep(seed: int) -> tuple[exactland.Problem, list[list[Any]], int]:
    """A random dense network, its features at 60 digits by plain loops, and its depth.

    Samples, units and signs repeat often enough that many matrices are deficient.
    """
    draw = random.Random(seed)
    samples, widths = draw.randint(1, 5), [draw.randint(1, 4) for _ in range(draw.randint(1, 3))]
    dimension = draw.randint(1, 2)
    inputs = [[draw.randint(-2, 2) for _ in range(dimension)] for _ in range(samples)]
    layers, parameters, names = [], [], []
    below = dimension
    for width in widths:
        sigma = draw.choice(SMOOTH)
        biased = draw.random() < 0.4
        columns = [[draw.choice((-2, -1, "1/2", 1, 3)) for _ in range(below)] for _ in range(width)]
        if width > 1 and draw.random() < 0.3:
            columns[1] = columns[0]
        W = [[columns[j][i] for j in range(width)] for i in range(below)]
        b = [draw.choice((0, 0, 1, "-1/3")) for _ in range(width)]
        bias = "neuron" if biased else "none"
        layers.append({"kind": "dense", "width": width, "bias": bias, "activation": sigma})
        parameters.append({"W": W, "b": b} if biased else {"W": W})
        names.append((sigma, W, b if biased else [0] * width))
        below = width
    values = [[plain.number(x) for x in row] for row in inputs]
    with mp.workdps(plain.DIGITS):
        for sigma, W, b in names:
            values = [
                [
                    plain.SIGMAS[sigma](
                        sum((x * plain.number(W[i][j]) for i, x in enumerate(row)), mp.mpf(0))
                        + plain.number(b[j])
                    )
                    for j in range(len(b))
                ]
                for row in values
            ]
    problem = plain.problem(inputs, layers, parameters=parameters)
    return problem, values, len(widths)


@pytest.mark.parametrize("seed", range(60))
def test_random_networks_against_sixty_digits(seed: int) -> None:
    problem, values, depth = deep(seed)
    numeric = plain.numeric_rank(values, "1e-35")
    full = min(len(values), len(values[0]))
    finding = exactland.rank(problem, depth, ceiling=512)
    if finding.verdict == "proved":
        assert numeric == full
    elif finding.verdict == "refuted":
        assert numeric < full
        assert finding.established.at_least <= numeric <= finding.established.at_most
    else:  # a coincidence of numbers that no identity explains; never a matrix of full rank
        assert numeric < full


def test_most_random_networks_are_decided() -> None:
    decided = [exactland.rank(deep(seed)[0], deep(seed)[2], ceiling=512) for seed in range(30)]
    verdicts = [finding.verdict for finding in decided]
    assert verdicts.count("proved") >= 5
    assert verdicts.count("refuted") >= 5
    assert verdicts.count("undecided") <= 6


def close(bits: int) -> exactland.Problem:
    """Two sigmoid units whose weights differ by 2^-bits."""
    layer = {"kind": "dense", "width": 2, "bias": "none", "activation": "sigmoid"}
    W = [[1, f"{2**bits + 1}/{2**bits}"]]
    return plain.problem([[-1], [2]], [layer], parameters=[{"W": W}])


@pytest.mark.parametrize("bits", [10, 100, 1000, 3000])
def test_a_nearly_singular_matrix_is_full(bits: int) -> None:
    assert exactland.rank(close(bits), 1).verdict == "proved"


def test_the_ceiling_is_kept_and_named() -> None:
    finding = exactland.rank(close(3000), 1, ceiling=256)
    assert finding.verdict == "undecided"
    assert "256 bits" in finding.reason
    assert finding.established is None
    assert finding.tried


def test_equal_units_have_right_null_vectors() -> None:
    layer = {"kind": "dense", "width": 3, "bias": "none", "activation": "exp"}
    problem = plain.problem([[1], [2], [3]], [layer], parameters=[{"W": [[1, 2, 1]]}])
    finding = exactland.rank(problem, 1)
    assert (finding.verdict, finding.rank) == ("refuted", 2)
    upper = finding.evidence.upper
    assert isinstance(upper, NullVectors)
    assert upper.side == "right"
    (vector,) = [[plain.fraction(c) for c in v] for v in upper.vectors]
    assert vector[1] == 0
    assert vector[0] == -vector[2] != 0


@pytest.mark.parametrize(
    ("W", "rank"), [([[0, 0]], 0), ([[1, 0]], 1), ([[1, 2]], 1)], ids=["zero", "one", "parallel"]
)
def test_rational_features_have_an_exact_rank(W: Any, rank: int) -> None:
    layer = {"kind": "dense", "width": 2, "bias": "none", "activation": "identity"}
    finding = exactland.rank(plain.problem([[1], [2]], [layer], parameters=[{"W": W}]), 1)
    assert (finding.verdict, finding.rank) == ("refuted", rank)


def test_pooling_of_the_same_formal_values_and_of_rational_ones() -> None:
    convolution = {
        "kind": "convolution", "patches": [[0], [1]], "filters": 1, "bias": "none",
        "activation": "sigmoid",
    }  # fmt: skip
    pooling = {"kind": "max-pooling", "patches": [[0, 1]]}
    problem = plain.problem(
        [[1, 1], [0, 0]], [convolution, pooling], parameters=[{"W": [[2]]}, None]
    )
    assert exactland.rank(problem, 2).verdict == "proved"
    first = plain.problem([[1, 3], [2, 6], [0, 0]], [pooling])
    finding = exactland.rank(first, 1)
    assert finding.verdict == "proved"
    assert finding.rank == 1


# --- For almost all parameters -------------------------------------------------------------------


@pytest.mark.parametrize("sigma", SMOOTH)
def test_analytic_activations_with_bias_are_generically_full(sigma: str) -> None:
    layers = [
        {"kind": "dense", "width": 4, "bias": "neuron", "activation": sigma},
        {"kind": "dense", "width": 3, "bias": "filter", "activation": "tanh"},
    ]
    problem = plain.problem([[1, 2], [2, 1], [0, 0]], layers)
    for layer in (1, 2):
        finding = exactland.generic_rank_of(problem, layer)
        assert finding.verdict == "proved"
        assert finding.reading == "for almost all parameters"


def test_the_given_parameters_play_no_part_in_a_generic_claim() -> None:
    layer = {"kind": "dense", "width": 2, "bias": "neuron", "activation": "tanh"}
    zero = plain.problem([[1], [2]], [layer], parameters=[{"W": [[0, 0]], "b": [0, 0]}])
    assert exactland.rank(zero, 1).verdict == "refuted"
    assert exactland.generic_rank_of(zero, 1).verdict == "proved"
    assert exactland.generic_rank_of(zero, 1).problem.parameters is not None


def test_without_analyticity_a_witness_proves_nothing_generic() -> None:
    layer = {"kind": "dense", "width": 4, "bias": "neuron", "activation": "dyadic-softplus"}
    finding = exactland.generic_rank_of(plain.problem([[1], [2]], [layer]), 1)
    assert finding.verdict == "undecided"
    assert any("analytic" in line for line in finding.tried)


def test_pooling_below_is_shown_case_by_case() -> None:
    layers = [
        {"kind": "max-pooling", "patches": [[0, 1], [1, 2]]},
        {"kind": "dense", "width": 3, "activation": "tanh"},
    ]
    finding = exactland.generic_rank_of(plain.problem([[1, 2, 3], [3, 1, 1]], layers), 2)
    assert finding.verdict == "proved"
    assert isinstance(finding.evidence, EveryPattern)
    tied = exactland.generic_rank_of(plain.problem([[1, 2, 3], [2, 2, 3]], layers), 2)
    assert tied.verdict == "refuted"


def test_repeated_samples_are_refuted_for_all_parameters() -> None:
    layer = {"kind": "dense", "width": 4, "bias": "neuron", "activation": "relu"}
    finding = exactland.generic_rank_of(plain.problem([[1], [1], [2]], [layer]), 1)
    assert finding.verdict == "refuted"
    assert finding.established.at_most == 2
    assert finding.reading == "for all parameters"


def test_a_narrow_layer_is_full_with_fewer_columns_than_samples() -> None:
    layer = {"kind": "dense", "width": 2, "bias": "none", "activation": "sigmoid"}
    finding = exactland.generic_rank_of(plain.problem([[-1], [0], [1]], [layer]), 1)
    assert finding.verdict == "proved"
    assert finding.rank == 2


# --- Skip networks -------------------------------------------------------------------------------


def skip(activation: str, inputs: Any, biases: Any = None, **more: Any) -> exactland.Problem:
    def unit(name: str, layer: int, sources: Any, group: str) -> dict[str, Any]:
        bias = None if biases is None else f"b{name[1]}"
        return {
            "id": name, "layer": layer, "in": sources, "group": group, "bias": bias,
            "activation": activation,
        }  # fmt: skip

    units = [unit("h1", 1, [0], "g1"), unit("h2", 1, [1], "g1"), unit("h3", 2, ["h1", 1], "g2")]
    return exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": inputs},
            "network": {"kind": "skip", "units": units, "skips": ["h2", "h3"]},
            **more,
        }
    )


def test_skip_features() -> None:
    inputs = [[-1, 0], [0, 2], [1, -1]]
    problem = skip("sigmoid", inputs, biases=True)
    assert exactland.generic_rank_of(problem).verdict == "proved"
    odd = skip("tanh", [[1, 2], [-1, -2]])
    finding = exactland.generic_rank_of(odd)
    assert finding.verdict == "refuted"
    assert finding.rank == 1
    given = skip("tanh", [[1, 2], [-1, -2]], parameters={"groups": {"g1": [1], "g2": [1, 2]},
                                                         "biases": {}})  # fmt: skip
    assert exactland.rank(given).rank == 1


# --- Questions that cannot be asked --------------------------------------------------------------


def test_questions_about_no_matrix() -> None:
    layers = [
        {"kind": "max-pooling", "patches": [[0, 1]]},
        {"kind": "dense", "width": 1, "activation": "tanh"},
    ]
    problem = plain.problem([[1, 2]], layers)
    for layer in (None, 0, -1, 3):
        with pytest.raises(UsageError, match="layer from 1 to 2"):
            exactland.rank(problem, layer)
    with pytest.raises(UsageError, match="max-pooling has no weights"):
        exactland.rank(problem, 1, "weights")
    with pytest.raises(UsageError, match="Psi"):
        exactland.rank(problem, 1, "skip-features")
    with pytest.raises(InputError, match="parameters"):
        exactland.rank(problem, 2)
    with pytest.raises(UsageError, match="Psi"):
        exactland.rank(skip("tanh", [[1, 2]]), 1)


def test_a_finding_has_no_truth_value() -> None:
    finding = exactland.rank(close(10), 1)
    with pytest.raises(TypeError, match="truth value"):
        bool(finding)
    assert "proved on this instance" in repr(finding)


@pytest.mark.parametrize("seed", range(40))
def test_rational_features_against_fractions(seed: int) -> None:
    """Residues first, exact values where they do not show full rank: the same rank."""
    draw = random.Random(seed)
    layers: list[Any] = []
    for _ in range(draw.randint(1, 3)):
        sigma = draw.choice(["r1", "softsign", "relu", "lorentz", {"expr": "t/(1+t*t)"}])
        layers.append(exactland.Dense(draw.randint(1, 5), activation=sigma))
    inputs = [[draw.randint(-3, 3), draw.randint(-3, 3)] for _ in range(draw.randint(1, 5))]
    problem = exactland.Problem(exactland.SequentialNetwork(layers), inputs)
    problem = problem.with_parameters(exactland.random_parameters(problem, seed, 3, 2))
    rows = exactland.feature_matrix(problem, len(layers))
    fractions = [[Fraction(int(x.p), int(x.q)) for x in row] for row in rows]
    assert exactland.rank(problem, len(layers), seed=seed).rank == naive.rank(fractions)


def test_deep_rational_features_without_their_exact_values() -> None:
    """Eight layers of width 24: an exact value would have billions of digits."""
    layers = [exactland.Dense(24, activation="r1") for _ in range(8)]
    draw = random.Random(0)
    inputs = [[draw.randint(-99, 99) for _ in range(3)] for _ in range(12)]
    problem = exactland.Problem(exactland.SequentialNetwork(layers), inputs)
    problem = problem.with_parameters(exactland.random_parameters(problem, 0, 10**4, 10))
    finding = exactland.rank(problem, 8)
    assert (finding.verdict, finding.rank) == ("proved", 12)
    assert isinstance(finding.evidence.lower, ModularMinor)
    assert check_bytes(canonical_bytes(certificate_document(finding))).verdict == "accept"
