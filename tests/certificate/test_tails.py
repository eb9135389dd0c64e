"""det A(alpha) != 0 for all alpha >= alpha_0 in certificates: every activation, nothing left out.

What is accepted is held against determinants that mpmath computes from the claims alone.
"""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
import pytest

import exactland
from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify
from exactland.papers.nh17.scripts import SCRIPTS as OF_NH17
from exactland.papers.nh18.scripts import SCRIPTS as OF_NH18
from exactland.papers.nh18.tail_claims import LeibnizSum
from exactland.proof.claims import At, TailDominated
from exactland.proof.script import Driver, Fact, Walkthrough

SCRIPTS = {**OF_NH17, **OF_NH18}
FALLING_R1 = "1/2-t/(2*(1+abs(t)))"
RISING = [[5], [-1], [0], [2], [-3], [7]]
PLANE = [[0, 1], [2, -1], [3, 4], [-2, 2], [5, 0], [1, 1]]

NAMED: list[Any] = [
    "relu", "relu6", "hard-sigmoid", "sigmoid", "tanh", "arctan", "softsign", "r1", "lorentz",
    "gaussian", "silu", "gelu", "mish", "dyadic-softplus", {"name": "softplus", "alpha": "3/2"},
    {"name": "leaky-relu", "slope": 0},
]  # fmt: skip
EXPRESSIONS = [
    FALLING_R1, "1/(1+exp(t))", "exp(-t**2)", "max(0,min(1,t/6+1/2))", "min(max(t,0),6)",
    "max(0,1-abs(t))", "t/(1+abs(t))", "t/(1+t**2)", "(t**2-2)/(1+t**4)", "atan(t)+pi/2",
    "max(t,0)/(1+abs(t))", "exp(min(t,0))", "sigmoid(t)**2", "1-sigmoid(t)", "1/(1+(t-3)**2)",
    "max(0,min(1,t-2))", "max(0,min(2,atan(t/3)))", "tanh(t)*(sqrt(2)-1)",
]  # fmt: skip
#: N, the samples; few of them for most activations.
SIZES = [(1, RISING), (2, PLANE), (3, RISING), (6, PLANE)]
CASES = [
    *[(sigma, *SIZES[n % 4]) for n, sigma in enumerate(NAMED)],
    *[({"expr": text}, *SIZES[(n + 2) % 4]) for n, text in enumerate(EXPRESSIONS)],
    *[(sigma, *size) for sigma in ("mish", {"expr": FALLING_R1}, "tanh") for size in SIZES],
]


@lru_cache(maxsize=256)
def _run(sigma: str, size: int, flat: bool, id: str) -> tuple[Driver, bytes]:
    inputs = (RISING if flat else PLANE)[:size]
    layers: Any = [exactland.Dense(size, "neuron", json.loads(sigma)), exactland.Dense(1)]
    network = exactland.SequentialNetwork(layers)
    problem = exactland.Problem(network, exactland.Data(inputs))
    driver = Driver(SCRIPTS[id], Walkthrough(problem, 1)).run()
    assert driver.finished, driver.failure
    return driver, canonical_bytes(proof_certificate(driver))


def run(sigma: Any, size: int, inputs: Any, id: str = "NH18:Thm3.4") -> tuple[Driver, Any]:
    """The run of a script on a dense layer, and its certificate as a document."""
    driver, data = _run(json.dumps(sigma), size, inputs is RISING, id)
    return driver, json.loads(data)


def verdict(document: Any) -> str:
    return verify.check_bytes(canonical_bytes(document)).verdict


@pytest.mark.parametrize(("sigma", "size", "inputs"), CASES, ids=lambda value: str(value)[:36])
def test_accepted_with_a_step_for_every_fact(sigma: Any, size: int, inputs: Any) -> None:
    driver, document = run(sigma, size, inputs)
    facts = [entry for entry in driver.entries if isinstance(entry, Fact)]
    assert len(document["evidence"]["steps"]) == len(facts)
    assert verdict(document) == "accept"


TAILS = ("tail-nonsingular", "triangular-tail", "tail-dominated")


@pytest.mark.parametrize(("sigma", "size", "inputs"), CASES, ids=lambda value: str(value)[:36])
def test_what_is_accepted_is_true(sigma: Any, size: int, inputs: Any) -> None:
    """At alpha_0, a little later and far out the determinant is not 0 and has one sign."""
    _, document = run(sigma, size, inputs)
    claims = [step["claim"] for step in document["evidence"]["steps"]]
    tails = [claim for claim in claims if claim["kind"] in TAILS]
    assert tails
    for claim in tails:
        start = Fraction(claim["from"]) or Fraction(1, 1 << 40)
        signs = {
            mpmath.sign(_determinant(sigma, inputs, claim, start * scale))
            for scale in (1, 1 + Fraction(1, 1 << 30), Fraction(5, 4), 3, 1000)
        }
        assert signs in ({1}, {-1})


def _determinant(sigma: Any, inputs: Any, claim: Any, alpha: Fraction) -> Any:
    """det A(alpha), from the data and the claim alone."""
    gamma, Q = claim["gamma"], claim["directions"]
    m = -1 if claim.get("mirrored") else 1

    def projection(i: int, j: int) -> Fraction:
        return sum((Fraction(x) * Fraction(Q[r][j]) for r, x in enumerate(inputs[i])), Fraction(0))

    def entry(i: int, j: int) -> Any:
        gap = projection(gamma[j], j) - projection(gamma[i], j)
        t = m * alpha * gap + Fraction(claim["point"])
        return _value(sigma, mpmath.mpf(t.numerator) / t.denominator)

    size = len(gamma)
    return mpmath.det(mpmath.matrix([[entry(i, j) for j in range(size)] for i in range(size)]))


def _value(sigma: Any, t: Any) -> Any:
    """The activation by mpmath."""
    exp, log, tanh = mpmath.exp, mpmath.log, mpmath.tanh

    def logistic(u: Any) -> Any:
        return 1 / (1 + exp(-u)) if u > -(10**6) else mpmath.mpf(0)

    def softplus(u: Any) -> Any:
        return log(1 + exp(-abs(u))) + max(u, 0)

    def dyadic(u: Any) -> Any:
        n = mpmath.floor(u)
        rest = u - n
        return 1 + 2 * u / 3 if u >= 0 else 2**n * (1 + 2 * rest / 3 + rest * rest / 3)

    if isinstance(sigma, dict) and "expr" in sigma:
        names = {"abs": abs, "min": min, "max": max, "sigmoid": logistic, "tanh": tanh,
                 "exp": exp, "atan": mpmath.atan, "sqrt": mpmath.sqrt, "pi": mpmath.pi}  # fmt: skip
        return eval(sigma["expr"], {"__builtins__": {}}, {**names, "t": t})  # our own texts
    return {
        "relu": lambda: max(t, mpmath.mpf(0)),
        "leaky-relu": lambda: max(t, mpmath.mpf(0)),
        "relu6": lambda: min(max(t, mpmath.mpf(0)), 6),
        "hard-sigmoid": lambda: max(mpmath.mpf(0), min(1, t / 6 + mpmath.mpf(1) / 2)),
        "sigmoid": lambda: logistic(t),
        "tanh": lambda: tanh(t),
        "arctan": lambda: mpmath.atan(t),
        "softsign": lambda: t / (1 + abs(t)),
        "r1": lambda: mpmath.mpf(1) / 2 + t / (2 * (1 + abs(t))),
        "lorentz": lambda: 1 / (1 + t * t),
        "gaussian": lambda: exp(-t * t),
        "silu": lambda: t * logistic(t),
        "gelu": lambda: t * mpmath.ncdf(t),
        "mish": lambda: t * tanh(softplus(t)),
        "softplus": lambda: softplus(mpmath.mpf(3) / 2 * t) * 2 / 3,
        "dyadic-softplus": lambda: dyadic(t),
    }[sigma["name"] if isinstance(sigma, dict) else sigma]()


def test_both_mirrors_and_all_methods_occur() -> None:
    """Otherwise the tests here would say less than they seem to."""
    found = set()
    for case in CASES:
        for step in run(*case)[1]["evidence"]["steps"]:
            if step["claim"]["kind"] == "tail-nonsingular":
                found.add((step["evidence"]["method"], step["claim"]["mirrored"]))
    wanted = {("dominance", False), ("dominance", True), ("growth", False)}
    assert wanted | {("approximate-inverse", False)} <= found


def _last(document: Any, kind: str) -> Any:
    return [step for step in document["evidence"]["steps"] if step["claim"]["kind"] == kind][-1]


FORGED: list[tuple[Any, str, dict[str, Any], dict[str, Any]]] = [
    ("mish", "tail-nonsingular", {"from": "1/64"}, {}),
    ("mish", "tail-nonsingular", {"mirrored": True}, {}),
    ("mish", "tail-nonsingular", {"gamma": [0, 2, 1]}, {}),
    ("mish", "tail-nonsingular", {"point": 0}, {}),
    ("mish", "tail-nonsingular", {}, {"weights": [1, 1, 1]}),
    ("mish", "tail-nonsingular", {}, {"method": "dominance", "peak": 0}),
    ("mish", "tail-dominated", {"from": 1}, {}),
    ("tanh", "tail-nonsingular", {"from": "1/64"}, {}),
    ("tanh", "tail-nonsingular", {"point": 0}, {}),
    ("tanh", "tail-nonsingular", {"mirrored": True}, {}),
    ("tanh", "activation", {"property": "nh18-3.2"}, {}),
    ("tanh", "activation", {"property": "nh18-3.2-1"}, {}),
    ({"expr": FALLING_R1}, "tail-nonsingular", {"mirrored": False}, {}),
    ({"expr": FALLING_R1}, "tail-nonsingular", {"from": "1/64"}, {}),
    ({"expr": FALLING_R1}, "tail-nonsingular", {"gamma": [2, 1, 0]}, {}),
    ({"expr": FALLING_R1}, "tail-nonsingular", {"directions": [[0, 0, 0]]}, {}),
    ({"expr": FALLING_R1}, "activation", {"property": "increasing"}, {}),
    ({"expr": FALLING_R1}, "activation", {"property": "nh17-3.2"}, {}),
    ({"expr": "min(max(t,0),6)"}, "triangular-tail", {"from": "1/64"}, {}),
    ({"expr": "min(max(t,0),6)"}, "triangular-tail", {"point": -1}, {}),
    ({"expr": "t/(1+t**2)"}, "tail-nonsingular", {"from": "1/64"}, {}),
]


@pytest.mark.parametrize(("sigma", "kind", "claim", "evidence"), FORGED)
def test_forgeries_are_rejected(sigma: Any, kind: str, claim: Any, evidence: Any) -> None:
    document = copy.deepcopy(run(sigma, 3, RISING)[1])
    assert verdict(document) == "accept"
    step = _last(document, kind)
    assert {**step["claim"], **claim} != step["claim"] or evidence
    step["claim"].update(claim)
    step["evidence"].update(evidence)
    assert verdict(document) == "reject"


def test_another_activation_is_rejected() -> None:
    """The steps of one activation say nothing of another, not even with the same limits."""
    document = copy.deepcopy(run({"expr": FALLING_R1}, 3, RISING)[1])
    for other in ("r1", "tanh", "relu", {"expr": "1/(1+exp(t/1000))"}, {"expr": "1/(1+exp(t))-1"}):
        document["problem"]["network"]["layers"][0]["activation"] = other
        assert verdict(document) == "reject"


@pytest.mark.parametrize("id", ["NH17:Lem4.3", "NH17:Cor4.5"])
@pytest.mark.parametrize(
    "text", ["atan(t)+pi/2", "1/(1+exp(-t))", "sigmoid(t)**2", "exp(-exp(-t))", "atan(t**3)"]
)
def test_families_of_bounded_increasing_expressions(id: str, text: str) -> None:
    _, document = run({"expr": text}, 3, PLANE, id)
    assert verdict(document) == "accept"
    (step,) = (step for step in document["steps"] if step["rule"] == "augmented-tail")
    assert step["with"]["bounded"]
    step["with"]["from"] = step["claim"][2][1] = "1/1024"
    assert verdict(document) == "reject"


@pytest.mark.parametrize("sigma", ["mish", {"expr": "max(0,min(1,t-5))"}, {"expr": "exp(-t**2)"}])
def test_assumption_3_2_has_certificates(sigma: Any) -> None:
    _, document = run(sigma, 3, PLANE, "NH18:Asm3.2")
    assert verdict(document) == "accept"


def test_the_facts_are_those_of_the_script() -> None:
    """mish: the closed form of clause 2, the sharper alpha_0, and the Leibniz sum."""
    driver, _ = run("mish", 3, RISING)
    claims = [entry.claim for entry in driver.entries if isinstance(entry, Fact)]
    inner = [type(claim.claim) for claim in claims if isinstance(claim, At)]
    assert TailDominated in inner
    assert LeibnizSum in inner


def test_a_peak_where_an_argument_is_not_on_its_tail_yet() -> None:
    layers: Any = [exactland.Dense(2, "neuron", {"expr": "1/(1+(t-1)**4)"}), exactland.Dense(1)]
    data = exactland.Data([[-8], [11]])
    problem = exactland.Problem(exactland.SequentialNetwork(layers), data)
    driver = Driver(SCRIPTS["NH18:Thm3.4"], Walkthrough(problem, 1)).run()
    document: Any = proof_certificate(driver)
    assert verdict(document) == "accept"
    steps = [step for step in document["evidence"]["steps"] if "peak" in step["evidence"]]
    step = next(step for step in steps if step["evidence"]["peak"] is not None)
    assert step["evidence"]["peak"] == 1
    for wrong in (None, 0, 2, "3/2", True):
        step["evidence"]["peak"] = wrong
        assert verdict(document) == "reject"
