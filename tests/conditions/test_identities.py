"""Identities without biases (LDS18, E1): what vanishes, what does not, and the table of nullities.

Every answer is compared with a numeric rank at 60 digits.
"""

from __future__ import annotations

import random
from typing import Any

import plain
import pytest

import exactland
from exactland.conditions import identities
from exactland.errors import UsageError

SPECS: dict[str, Any] = {
    **{name: name for name in plain.SIGMAS},
    "sin+cos": {"expr": "sin(t)+cos(t)"},
    "softplus": {"name": "softplus", "alpha": 1},
}


def one_layer(
    sigma: str, xs: Any, width: int, bias: str = "none", parameters: Any = None
) -> exactland.Problem:
    layer = {"kind": "dense", "width": width, "bias": bias, "activation": SPECS[sigma]}
    more = {} if parameters is None else {"parameters": [parameters]}
    return plain.problem([[x] for x in xs], [layer], **more)


def weights(count: int, seed: int) -> list[str]:
    """Different rationals, none of them 0."""
    draw = random.Random(seed)
    numbers = draw.sample([n for n in range(-40, 41) if n], count)
    return [f"{n}/{draw.choice((7, 9, 11))}" for n in numbers]


#: Data without repetition, and how many pairs +-x it has; Z is whether 0 is among them.
DATA: list[tuple[tuple[Any, ...], int]] = [
    ((-1, 0, 1), 1),
    ((-2, -1, 1, 2), 2),
    ((-2, -1, 0, 1, 2), 2),
    ((1, 2, 3), 0),
    ((0, 1, 2), 0),
    ((-1, 1), 1),
    ((0,), 0),
    ((3,), 0),
    (("-1/2", "1/2", 3, "-7/3"), 1),
    ((-3, -2, -1, 1, 2, 3), 3),
    ((0, 5, -5, "1/3"), 1),
    ((-1, 2, -3), 0),
]


def nullity(sigma: str, pairs: int, zero: int) -> int:
    """The table at the end of the audit of LDS18."""
    if sigma == "sigmoid":
        return max(0, pairs + zero - 1)
    if sigma == "softplus":
        return max(0, pairs - 1)
    if sigma in ("tanh", "sin", "arctan", "erf"):
        return pairs + zero
    if sigma in ("silu", "gelu"):
        return max(0, pairs - 1) + zero
    if sigma in ("cos", "gaussian"):
        return pairs
    if sigma in ("exp", "sin+cos"):
        return 0
    raise KeyError(sigma)


@pytest.mark.parametrize("sigma", SPECS)
@pytest.mark.parametrize(("xs", "pairs"), DATA, ids=lambda value: str(value))
def test_the_table_of_nullities(sigma: str, xs: Any, pairs: int) -> None:
    expected = nullity(sigma, pairs, int(0 in xs))
    finding = exactland.vanishing_identity(one_layer(sigma, xs, 1))
    numeric = plain.numeric_rank(plain.features(sigma, xs, weights(len(xs) + 3, len(xs))))
    assert numeric == len(xs) - expected
    if expected == 0:
        assert finding.verdict == "refuted"
        assert finding.rank == len(xs)
        return
    assert finding.verdict == "proved"
    assert finding.established.at_most == len(xs) - expected
    assert_relations(sigma, xs, finding.evidence.upper.vectors)


def assert_relations(sigma: str, xs: Any, vectors: Any) -> None:
    """The relations are independent and hold at 60 digits for weights of several sizes."""
    rows = [[plain.fraction(c) for c in vector] for vector in vectors]
    assert plain.rank(rows) == len(rows)
    values = plain.features(sigma, xs, [*weights(6, 1), "1/1000", 3])
    for row in rows:
        for column in zip(*values, strict=True):
            with plain.mp.workdps(plain.DIGITS):
                total = sum(plain.number(c) * v for c, v in zip(row, column, strict=True))
                assert abs(total) < plain.mp.mpf("1e-45")


@pytest.mark.parametrize("width", range(1, 7))
def test_sigmoid_without_bias_at_every_width(width: int) -> None:
    """s(-w) + s(w) = 2 s(0): rank at most 2 of (-1, 0, 1)."""
    W = weights(width, width)
    problem = one_layer("sigmoid", (-1, 0, 1), width, parameters={"W": [W]})
    finding = exactland.rank(problem, 1)
    assert finding.rank == min(width, 2)
    assert finding.verdict == ("proved" if width < 3 else "refuted")
    assert finding.rank == plain.numeric_rank(plain.features("sigmoid", (-1, 0, 1), W))
    generic = exactland.generic_rank_of(problem, 1)
    assert generic.verdict == finding.verdict
    identity = exactland.vanishing_identity(problem)
    assert identity.verdict == "proved"
    assert identity.established.at_most == 2
    (relation,) = identity.evidence.upper.vectors
    assert [str(c / relation[0]) for c in relation] == ["1", "-2", "1"]


@pytest.mark.parametrize("width", [3, 4, 6])
def test_sigmoid_with_bias_is_full(width: int) -> None:
    problem = one_layer("sigmoid", (-1, 0, 1), width, "neuron")
    assert exactland.generic_rank_of(problem, 1).verdict == "proved"
    refuted = exactland.vanishing_identity(problem)
    assert refuted.verdict == "refuted"
    W, b = weights(width, 1), weights(width, 2)
    given = one_layer("sigmoid", (-1, 0, 1), width, "neuron", {"W": [W], "b": b})
    assert exactland.rank(given, 1).verdict == "proved"
    assert plain.numeric_rank(plain.features("sigmoid", (-1, 0, 1), W, b)) == 3


@pytest.mark.parametrize("width", range(1, 7))
def test_softplus_without_bias_at_every_width(width: int) -> None:
    xs = (-2, -1, 1, 2)
    W = weights(width, width)
    finding = exactland.rank(one_layer("softplus", xs, width, parameters={"W": [W]}), 1)
    assert finding.rank == min(width, 3)
    assert finding.rank == plain.numeric_rank(plain.features("softplus", xs, W))
    identity = exactland.vanishing_identity(one_layer("softplus", xs, width))
    assert identity.established.at_most == 3
    (relation,) = identity.evidence.upper.vectors
    assert [str(c / relation[0]) for c in relation] == ["1", "-2", "2", "-1"]


@pytest.mark.parametrize("sigma", ["sigmoid", "softplus", "tanh", "gelu", "erf", "silu", "sin"])
def test_with_bias_everything_is_full(sigma: str) -> None:
    problem = one_layer(sigma, (-2, -1, 0, 1, 2), 5, "neuron")
    assert exactland.generic_rank_of(problem, 1).verdict == "proved"


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("sigma", ["tanh", "sin", "arctan", "erf"])
def test_odd_networks_fail_at_every_depth(sigma: str, depth: int) -> None:
    layers = [{"kind": "dense", "width": 2, "bias": "none", "activation": sigma}] * depth
    problem = plain.problem([[1, 2], [-1, -2]], layers)
    finding = exactland.vanishing_identity(problem, depth)
    assert finding.verdict == "proved"
    assert finding.established.at_most == 1


@pytest.mark.parametrize(
    ("sigma", "xs", "verdict"),
    [
        ("relu", (1, 2), "proved"),
        ("relu", (-1, 1), "refuted"),
        ({"name": "leaky-relu", "slope": "1/10"}, (-1, 1, 2), "proved"),
        ({"name": "power", "exponent": 2}, (1, 2), "proved"),
        ({"name": "polynomial", "coefficients": [1, 1]}, (1, 2, 3), "proved"),
        ({"name": "polynomial", "coefficients": [1, 1]}, (1, 2), "refuted"),
        ("softsign", (-1, 1), "proved"),
        ("softsign", (1, 2), "refuted"),
        ({"name": "elu", "alpha": 1}, (-1, 1), "refuted"),
        ("mish", (-1, 1), "refuted"),
    ],
)
def test_other_activations(sigma: Any, xs: Any, verdict: str) -> None:
    layer = {"kind": "dense", "width": 1, "bias": "none", "activation": sigma}
    finding = exactland.vanishing_identity(plain.problem([[x] for x in xs], [layer]))
    assert finding.verdict == verdict


def test_a_numerically_tiny_difference_is_no_identity() -> None:
    """s(-w) + s(w) - 2 s(0) = 0, but at 10^-30 from 0 it is not."""
    xs = (-1, f"1/{10**30}", 1)
    finding = exactland.vanishing_identity(one_layer("sigmoid", xs, 1))
    assert finding.verdict == "refuted"
    assert finding.rank == 3


def test_beyond_the_limits_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "LARGEST_FORMAL_MATRIX", 2)
    finding = exactland.vanishing_identity(one_layer("sigmoid", (-1, 0, 1), 3), ceiling=128)
    assert finding.verdict == "undecided"
    assert any("too many" in line for line in finding.tried)
    assert finding.established is None


def test_max_pooling_has_no_units_of_its_own() -> None:
    problem = plain.problem([[1, 2]], [{"kind": "max-pooling", "patches": [[0, 1]]}])
    with pytest.raises(UsageError, match="max-pooling"):
        exactland.vanishing_identity(problem)
