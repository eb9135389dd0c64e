"""``tail-nonsingular``, by hand: what is true is accepted, and no evidence shows what is false.

Two samples (0, 0) and (delta, D) with the two coordinates as directions: d_21 = -delta, d_12 = D.
det A(alpha) = s^2 - sigma(alpha D + beta) sigma(beta - alpha delta) vanishes at an alpha that can
be computed, so claims on either side of it are known to be true or false.
"""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from exactland.checker.outcome import Decline, Reject
from exactland.checker.problem import read_problem
from exactland.checker.proofs.outward import check_nonsingular
from exactland.checker.proofs.setting import Setting
from exactland.checker.proofs.tails import check_triangular

from .forge import number

FALLING_R1 = {"expr": "1/2-t/(2*(1+abs(t)))"}


def setting(activation: Any, inputs: Any = ((0, 0), (1, 3))) -> Setting:
    layer = {"kind": "dense", "width": len(inputs), "bias": "neuron", "activation": activation}
    document = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[number(Fraction(x)) for x in row] for row in inputs]},
        "network": {"kind": "sequential", "layers": [layer]},
    }
    return Setting(read_problem(document), 1, [])


def claim(start: Any, beta: Any = 0, mirrored: bool = False, **more: Any) -> dict[str, Any]:
    own = {"directions": [[1, 0], [0, 1]], "gamma": [0, 1], "mirrored": mirrored}
    ends = {"point": number(Fraction(beta)), "from": number(Fraction(start))}
    return {"kind": "tail-nonsingular", "layer": 1, **own, **ends, **more}


def dominance(*weights: Any, peak: Any = None) -> dict[str, Any]:
    shown = [number(Fraction(weight)) for weight in weights]
    return {"method": "dominance", "bits": 256, "weights": shown, "peak": peak}


def growth(*weights: Any) -> dict[str, Any]:
    shown = [number(Fraction(weight)) for weight in weights]
    return {"method": "growth", "bits": 256, "weights": shown}


def inverse(rows: Any, scale: int = 40) -> dict[str, Any]:
    entries = [[number(round(x * 2**scale)) for x in row] for row in rows]
    method = {"method": "approximate-inverse", "bits": 256, "scale": scale, "peak": None}
    return {**method, "inverse": entries}


def check(activation: Any, about: Any, evidence: Any, inputs: Any = ((0, 0), (1, 3))) -> str:
    try:
        check_nonsingular(setting(activation, inputs), about, None, evidence, "step")
    except (Reject, Decline) as refused:
        return str(refused)
    return ""


NEAR = Fraction(1, 1 << 20)


def test_r1_from_the_alpha_that_bounds_allow() -> None:
    """c_12 = 1 and c_21 = 1/(2(1 + alpha)) against s = 1/2: dominance from alpha > 1 on."""
    assert check("r1", claim(1 + NEAR), dominance(2 + NEAR / 8, 1)) == ""
    assert "not shown" in check("r1", claim(1), dominance(2 + NEAR / 8, 1))
    for x in (2, 2 + NEAR, 2 - NEAR, 1, 3, 5, 1000):
        assert check("r1", claim(1), dominance(x, 1))
    assert check("r1", claim(1 + NEAR), dominance(2, 1 + NEAR / 8))


def test_no_weights_and_no_inverse_show_what_is_false() -> None:
    """det A = 0 at alpha = 1/delta - 1/D = 2/3 for r1, at 4/9 for softsign with beta = 1."""
    draw = Random(5)
    for _ in range(60):
        x, y = draw.randint(1, 99), draw.randint(1, 99)
        assert check("r1", claim(Fraction(2, 3)), dominance(x, y))
        entries = [[draw.uniform(-9, 9) for _ in range(2)] for _ in range(2)]
        assert check("softsign", claim(Fraction(4, 9), 1), inverse(entries))


def test_softsign_from_the_alpha_that_the_interval_matrix_allows() -> None:
    """A_12 <= 1, A_21 < 1/4 from alpha > 2/3 on, s = 1/2."""
    start = Fraction(7, 10)
    # The midpoint of the matrix of intervals, inverted.
    low, high = (1 + 3 * start) / (2 + 3 * start), (1 - start) / (2 - start)
    a, b = (low + 1) / 2, (high - 1) / 2
    size = Fraction(1, 4) - a * b
    rows = [[float(v / size) for v in row] for row in ((Fraction(1, 2), -a), (-b, Fraction(1, 2)))]
    far = claim(40, 1)
    assert check("softsign", far, inverse([[0.4, -0.8], [0.8, 0.4]])) == ""
    assert check("softsign", claim(Fraction(2, 3) - NEAR, 1), inverse(rows))
    # |t|/(1+|t|) is the same at beta and to the right, and has another limit at -infinity.
    even = {"expr": "abs(t)/(1+abs(t))"}
    assert check(even, far, inverse([[0.4, -0.8], [0.8, 0.4]]))


def test_growth_of_relu_and_its_like() -> None:
    start = 8
    for name in ("relu", "silu", "mish", "gelu", {"name": "softplus", "alpha": 2}):
        beta = 2
        assert check(name, claim(start, beta), growth(30, 1)) == "", name
        assert check(name, claim(Fraction(1, 2), beta), growth(30, 1)), name
        assert check(name, claim(0, beta), growth(30, 1)), name
        assert "clause 2" in check(name, claim(start, beta, mirrored=True), growth(30, 1)), name
        assert check(name, claim(start, beta, gamma=[1, 0]), growth(30, 1)), name
        assert check(name, claim(start, beta), growth(1, 1)), name
    assert "constants" in check("tanh", claim(start, 2), growth(30, 1))
    assert check({"name": "leaky-relu", "slope": 0}, claim(start, 2), growth(30, 1)) == ""
    assert check({"name": "leaky-relu", "slope": "1/9"}, claim(start, 2), growth(30, 1))


def test_growth_asks_for_steep_decay() -> None:
    """alpha_0 rho_2 |d_ij| >= i - j: three samples in a row, d_31 = -1/100."""
    inputs = [[0, 0, 0], [1, 1, 1], ["1/100", 50, 50]]
    eye = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    about = claim(150, 1, directions=eye, gamma=[0, 1, 2])
    shown = [[Fraction(x) for x in row] for row in inputs]
    said = check("relu", about, growth(10**30, 10**15, 1), shown)
    assert "fade fast enough" in said


def test_mirrored_families() -> None:
    """mu_+ = 0: 1 - r1 at -alpha d is r1 at alpha d."""
    assert check(FALLING_R1, claim(2, mirrored=True), dominance("5/2", 1)) == ""
    assert check(FALLING_R1, claim(2), dominance("5/2", 1))
    assert check("r1", claim(2), dominance("5/2", 1)) == ""
    assert check("r1", claim(2, mirrored=True), dominance("5/2", 1))


def test_a_peak_bounds_what_is_not_on_its_tail_yet() -> None:
    """1/(1+(t-3)^2): at beta = 3 + 1/2 the argument to the left has not passed the peak yet."""
    bump = {"expr": "1/(1+(t-3)**2)"}
    inputs = ((0, 0), (60, "-1/400"))  # d_21 = -60, d_12 = -1/400
    shown = [[Fraction(x) for x in row] for row in inputs]
    about = claim(20, "7/2")
    assert "monotone from there" in check(bump, about, dominance(2, 1), shown)
    assert check(bump, about, dominance(2, 1, peak=3), shown) == ""
    assert "peak" in check(bump, about, dominance(2, 1, peak=4), shown)
    assert "peak" in check(bump, about, dominance(2, 1, peak=2), shown)
    assert check(bump, about, dominance(1, 2, peak=3), shown)


@pytest.mark.parametrize("sigma", ["relu", "identity", "sin", "exp", {"name": "elu", "alpha": 1}])
def test_without_finite_limits_there_is_no_matrix_of_intervals(sigma: Any) -> None:
    for evidence in (dominance(9, 1), dominance(9, 1, peak=0), inverse([[1, 0], [0, 1]])):
        assert check(sigma, claim(50, 1), evidence)


def test_a_divisor_with_a_zero_is_no_activation_on_r() -> None:
    said = check({"expr": "1/(1+t)"}, claim(50, 1), dominance(9, 1))
    assert "defined everywhere" in said


def test_equal_projections_and_unknown_signs() -> None:
    same = [[Fraction(0), Fraction(0)], [Fraction(0), Fraction(3)]]  # d_21 = 0: A_21 = sigma(beta)
    assert "not shown to be nonsingular" in check("r1", claim(10), dominance(100, 1), same)
    # sin(1) and its copy: the difference is 0, and intervals cannot tell.
    hidden = {"kind": "dense", "width": 2, "bias": "none", "activation": "sin"}
    top = {"kind": "dense", "width": 2, "bias": "neuron", "activation": "r1"}
    document = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[1], [1]]},
        "network": {"kind": "sequential", "layers": [hidden, top]},
        "parameters": [{"W": [[1, 2]]}, None],
    }
    given = Setting(read_problem(document), 2, [])
    about = {**claim(10), "layer": 2}
    with pytest.raises(Reject, match="sign of a difference"):
        check_nonsingular(given, about, "given", dominance(100, 1), "step")


@pytest.mark.parametrize(
    "change",
    [
        {"mirrored": 0},
        {"mirrored": 1},
        {"mirrored": None},
        {"from": -1},
        {"from": 1.5},
        {"from": "4/2"},
        {"gamma": [0, 0]},
        {"gamma": [0]},
        {"gamma": [1, 0]},
        {"directions": [[0, 0], [0, 0]]},
        {"directions": [[1, 0]]},
        {"layer": 2},
        {"layer": True},
        {"verified": True},
    ],
)
def test_every_field_of_the_claim_is_read(change: dict[str, Any]) -> None:
    evidence = dominance("5/2", 1)
    assert check("r1", claim(2), evidence) == ""
    assert check("r1", {**claim(2), **change}, evidence)


@pytest.mark.parametrize(
    "change",
    [
        {"weights": [0, 1]},
        {"weights": ["-5/2", -1]},
        {"weights": ["5/2", 1, 1]},
        {"weights": ["5/2"]},
        {"weights": []},
        {"weights": [1, "5/2"]},
        {"method": "growth"},
        {"method": "uniform"},
        {"method": None},
        {"bits": 7},
        {"bits": True},
        {"peak": "x"},
        {"peak": 1.0},
        {"scale": 3},
        {"rule": "conjunction"},
    ],
)
def test_every_field_of_the_evidence_is_read(change: dict[str, Any]) -> None:
    assert check("r1", claim(2), {**dominance("5/2", 1), **change})
    for key in dominance(1):
        left = copy.deepcopy(dominance("5/2", 1))
        del left[key]
        assert check("r1", claim(2), left)


@pytest.mark.parametrize(
    "change",
    [{"scale": 39}, {"scale": -1}, {"inverse": [[0, 0], [0, 0]]}, {"inverse": [[1, 1]]},
     {"inverse": [["1/2", 0], [0, 1]]}, {"weights": [1, 1]}],
)  # fmt: skip
def test_every_field_of_an_inverse_is_read(change: dict[str, Any]) -> None:
    evidence = inverse([[0.4, -0.8], [0.8, 0.4]])
    assert check("softsign", claim(40, 1), evidence) == ""
    assert check("softsign", claim(40, 1), {**evidence, **change})


def test_one_sample_has_the_determinant_sigma_of_beta() -> None:
    one = [[Fraction(4)]]
    about = {**claim(3, 1), "directions": [[1]], "gamma": [0]}
    assert check("relu", about, growth(1), one) == ""
    assert check("tanh", about, dominance(1), one) == ""
    assert check("tanh", {**about, "point": 0}, dominance(1), one)
    assert check("relu", {**about, "point": -1}, growth(1), one)


VANISHING = [
    ("relu", 1, 1),
    ("relu6", 1, 1),
    ("hard-sigmoid", 0, 3),
    ({"name": "leaky-relu", "slope": 0}, 1, 1),
    ({"expr": "max(t,0)"}, 1, 1),
    ({"expr": "max(t-1,0)**2"}, 2, 1),
    ({"expr": "max(0,1-abs(t))"}, 0, 1),
    ({"expr": "max(t,0)/(1+abs(t))"}, 1, 1),
]


@pytest.mark.parametrize(("sigma", "beta", "start"), VANISHING)
def test_triangular_exactly_from_where_sigma_vanishes(sigma: Any, beta: int, start: int) -> None:
    about = {**claim(start, beta), "kind": "triangular-tail"}
    del about["mirrored"]
    given = setting(sigma)
    check_triangular(given, about, None, {"bits": 128}, "step")
    early = {**about, "from": number(start - NEAR)}
    with pytest.raises(Reject, match="not shown to be 0"):
        check_triangular(given, early, None, {"bits": 128}, "step")


@pytest.mark.parametrize(
    "sigma",
    ["sigmoid", "elu", {"expr": "max(t,-1/1000)+1/1000+max(-t-7,0)"}, {"expr": "exp(-t**2)"},
     {"expr": "max(t,0)+1/(1+t**2)**20"}, {"name": "leaky-relu", "slope": "1/1000"}],
)  # fmt: skip
def test_what_is_only_small_is_not_triangular(sigma: Any) -> None:
    sigma = {"name": "elu", "alpha": 1} if sigma == "elu" else sigma
    about = {**claim(6, 1), "kind": "triangular-tail"}
    del about["mirrored"]
    with pytest.raises(Reject):
        check_triangular(setting(sigma), about, None, {"bits": 128}, "step")


def test_the_claims_here_are_canonical() -> None:
    assert json.loads(json.dumps(claim(Fraction(1, 3))))["from"] == "1/3"
