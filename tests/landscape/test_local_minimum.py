"""LDS18, Proposition 1: certified, refused with the reason, and sampled at 60 digits."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import mpmath as mp
import pytest
from flint import fmpq

import exactland
from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.verify import check_bytes
from exactland.conditions.assumption_2 import decide_assumption_2
from exactland.errors import UsageError

#: text, the zero t in the grammar, sigma and t for mpmath, Assumption 2
PROPOSITION: dict[str, tuple[str, Callable[[Any], Any], Callable[[], Any], Any]] = {
    "-(t-1)**2*exp(t)": ("1", lambda t: -((t - 1) ** 2) * mp.exp(t), lambda: mp.mpf(1), "all"),
    "sin(t)+cos(t)-sqrt(2)": (
        "pi/4", lambda t: mp.sin(t) + mp.cos(t) - mp.sqrt(2), lambda: mp.pi / 4, "all",
    ),
    "-(exp(t)-3)**2": ("log(3)", lambda t: -((mp.exp(t) - 3) ** 2), lambda: mp.log(3), "all"),
    "-(exp(t)-2)**2": ("log(2)", lambda t: -((mp.exp(t) - 2) ** 2), lambda: mp.log(2), None),
}  # fmt: skip


def problem(sigma: Any, width: int = 2, x: Any = 1, y: Any = 1, **more: Any) -> exactland.Problem:
    activation = {"expr": sigma} if isinstance(sigma, str) else sigma
    layers = [
        {"kind": "dense", "width": width, "bias": "none", "activation": activation},
        {"kind": "dense", "width": 1, "bias": "none", "activation": "identity"},
    ]
    document: dict[str, Any] = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[x]], "targets": [[y]]},
        "network": {"kind": "sequential", "layers": layers},
        "loss": "squared",
    }
    return exactland.problem_from({**document, **more})


def mpf(value: fmpq) -> Any:
    return mp.mpf(int(value.p)) / int(value.q)


@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize(("x", "y"), [(1, 2), (-2, 3), ("1/3", -1), (-1, "-5/2")])
@pytest.mark.parametrize("sigma", PROPOSITION)
def test_the_proposition_is_certified(sigma: str, width: int, x: Any, y: Any) -> None:
    name, value, centre, order = PROPOSITION[sigma]
    finding = exactland.bad_local_minimum(problem(sigma, width, x, y))
    assert finding.verdict == "proved"
    claim = finding.established
    assert claim.t == name
    assert claim.width == width
    assert (claim.x, claim.y) == (exactland.exact(x), exactland.exact(y))
    assert claim.loss == claim.y**2
    assert claim.radius > 0
    assert claim.assumption_2.order == (order or 3)
    assert claim.assumption_2.verdict == ("proved" if order else "refuted")
    assert check_bytes(canonical_bytes(certificate_document(finding))).verdict == "accept"
    with mp.workdps(60):
        sample(finding, value, centre())


def sample(finding: exactland.Finding, sigma: Callable[[Any], Any], t: Any) -> None:
    """In the box E >= y^2; on the line E = y^2; at the better point E < better."""
    claim, proof = finding.established, finding.evidence
    x, y, radius = mpf(claim.x), mpf(claim.y), mpf(claim.radius)
    draw, sign = random.Random(1), 1 if claim.y > 0 else -1

    def loss(w1: Any, w2: Any) -> Any:
        return (y - sum(b * sigma(a * x) for a, b in zip(w1, w2, strict=True))) ** 2

    for _ in range(40):
        steps = [draw.uniform(-1, 1) for _ in range(claim.width)]
        w2 = [sign + draw.uniform(-0.999, 0.999) for _ in range(claim.width)]
        assert loss([(t + radius * s) / x for s in steps], w2) >= y**2 - mp.mpf("1e-50")
        assert abs(loss([t / x] * claim.width, [9 * w for w in w2]) - y**2) < mp.mpf("1e-50")
    better = loss([mpf(w) for w in proof.w1], [mpf(w) for w in proof.w2])
    assert better < mpf(claim.better) < y**2


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (problem("-(t-1)**2*exp(t)", x=0), "x = 0"),
        (problem("-(t-1)**2*exp(t)", y=0), "y = 0"),
        (problem("-(t-1)**3*exp(t)"), "changes sign at t = 1"),
        (problem("t-2"), "changes sign at t = 2"),
        (problem("(t-1)**2*exp(t)"), "sigma >= 0 near t = 1"),
        (problem("exp(t)"), "none was found"),
        (problem("0*t"), "sigma"),
        (problem("-t**2"), "no t != 0"),
        (problem("-(t-1)**2", loss="half-squared"), "squared loss"),
        (problem({"name": "dyadic-softplus"}), "closed form"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_proposition_does_not_cover_is_refused_with_the_reason(
    given: exactland.Problem, reason: str
) -> None:
    finding = exactland.bad_local_minimum(given)
    assert finding.verdict == "undecided"
    assert finding.established is None
    assert reason in finding.reason
    assert finding.reason


def test_a_sign_change_at_the_named_zero() -> None:
    finding = exactland.bad_local_minimum(problem("-(t-1)**2*(t-2)"), at="2")
    assert finding.verdict == "undecided"
    assert "changes sign at t = 2: derivative 1" in finding.reason


def test_the_zero_at_0_is_refused() -> None:
    finding = exactland.bad_local_minimum(problem("-t**2"), at="0")
    assert finding.verdict == "undecided"
    assert "t = 0" in finding.reason


def test_a_zero_that_is_none() -> None:
    finding = exactland.bad_local_minimum(problem("-(t-1)**2*exp(t)"), at="11/10")
    assert finding.verdict == "undecided"
    assert re.search(r"sigma\(11/10\) = 0 is not shown: .*-0\.030", finding.reason)


def test_a_numerical_zero_is_not_enough() -> None:
    finding = exactland.bad_local_minimum(problem("-(exp(t)-3)**2"), at="1.09861228866810969139")
    assert finding.verdict == "undecided"


@pytest.mark.parametrize(
    ("layers", "reason"),
    [
        ([("dense", 2, "neuron", "tanh"), ("dense", 1, "none", "identity")], "without biases"),
        ([("dense", 2, "none", "tanh"), ("dense", 1, "neuron", "identity")], "without biases"),
        ([("dense", 2, "none", "tanh"), ("dense", 2, "none", "identity")], "one output"),
        ([("dense", 2, "none", "tanh"), ("dense", 1, "none", "tanh")], "without activation"),
        ([("dense", 1, "none", "identity")], "one hidden layer"),
    ],
)
def test_other_networks_are_refused(layers: Any, reason: str) -> None:
    document = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[1]], "targets": [[1] * layers[-1][1]]},
        "network": {
            "kind": "sequential",
            "layers": [
                {"kind": k, "width": w, "bias": b, "activation": a} for k, w, b, a in layers
            ],
        },
        "loss": "squared",
    }
    finding = exactland.bad_local_minimum(exactland.problem_from(document))
    assert finding.verdict == "undecided"
    assert reason in finding.reason


def test_two_samples_are_refused() -> None:
    data = {"inputs": [[1], [2]], "targets": [[1], [2]]}
    finding = exactland.bad_local_minimum(problem("-(t-1)**2*exp(t)", data=data))
    assert "one sample" in finding.reason


def test_a_kink_is_examined_by_enclosure() -> None:
    finding = exactland.bad_local_minimum(problem("-abs(t-1)"), at="1")
    assert finding.verdict == "proved"
    assert finding.evidence.sign_method == "enclosure"
    assert finding.established.assumption_2.verdict == "undecided"


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_flat_zeros_need_higher_derivatives(order: int) -> None:
    finding = exactland.bad_local_minimum(problem(f"-(t-1)**{order}*exp(t)"))
    assert finding.verdict == "proved"
    assert finding.evidence.sign_order == order


@pytest.mark.parametrize(
    ("sigma", "order", "verdict", "detail"),
    [
        ("-(t-1)**2*exp(t)", None, "proved", "all"),
        ("-(t-1)**2*exp(t)", 3, "proved", 3),
        ("-(exp(t)-2)**2", 2, "proved", 2),
        ("-(exp(t)-2)**2", 3, "refuted", 3),
        ("-(exp(t)-2)**2", "all", "refuted", 3),
        ("sin(t)+cos(t)", "all", "proved", "all"),
        ("sigmoid", 2, "proved", 2),
        ("sigmoid", 3, "refuted", 3),
        ("tanh", None, "refuted", 8),
        ({"name": "softplus", "alpha": 1}, 4, "refuted", 4),
        ({"name": "softplus", "alpha": 1}, 3, "proved", 3),
        ("relu", 1, "undecided", None),
        ("gelu", "all", "undecided", None),
        ({"expr": "sigmoid(t+1)"}, 6, "proved", 6),
    ],
    ids=str,
)
def test_assumption_2(sigma: Any, order: Any, verdict: str, detail: Any) -> None:
    """E1: the sigmoid and softplus do not satisfy Assumption 2."""
    named = isinstance(sigma, str) and ("(" in sigma)
    found, method, _ = decide_assumption_2(
        exactland.activation({"expr": sigma} if named else sigma), order
    )
    assert (found.verdict, found.order) == (verdict, detail)
    assert (method is None) == (verdict == "undecided")


def test_orders_below_one_are_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="order"):
        exactland.bad_local_minimum(problem("-(t-1)**2*exp(t)"), order=0)


def test_words_of_activations() -> None:
    assert str(exactland.activation("tanh")) == "tanh"
    spec = {"name": "polynomial", "coefficients": [1, "-1/2"]}
    assert str(exactland.activation(spec)) == "polynomial(coefficients=[1,-1/2])"


@pytest.mark.parametrize("at", ["0", "log(1)", "sqrt(2)-sqrt(2)"])
def test_a_zero_at_zero_is_declined_however_it_is_written(at: str) -> None:
    finding = exactland.bad_local_minimum(problem({"expr": "-t**2*exp(t)"}), at)
    assert finding.verdict == "undecided"
    assert "t != 0" in finding.reason


def test_a_kink_hidden_in_a_formula_is_left_to_enclosures() -> None:
    finding = exactland.bad_local_minimum(problem({"expr": "-(t-1)**2*(1+abs(t-1))"}))
    assert finding.verdict == "proved"
    assert finding.evidence.sign_method == "enclosure"
    assert check_bytes(canonical_bytes(certificate_document(finding))).verdict == "accept"
