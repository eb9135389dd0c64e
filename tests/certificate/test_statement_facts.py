"""Steps about losses, slopes, inequalities, E(alpha) and norms: on other instances, and false."""

from __future__ import annotations

import contextlib
import json
from fractions import Fraction
from itertools import permutations
from math import prod
from typing import Any

import pytest
from flint import arb

import exactland
from exactland.arithmetic.balls import Balls
from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify
from exactland.checker.expression import evaluate, parse
from exactland.checker.intervals import Intervals
from exactland.checker.outcome import Decline, Reject
from exactland.checker.proofs.family_at import determinant, other_terms
from exactland.checker.proofs.inequalities import require_inequality
from exactland.checker.proofs.losses import residual
from exactland.checker.properties import is_analytic
from exactland.errors import ExactlandError
from exactland.proof.script import Driver, Walkthrough

from .proof_instances import SCALAR, dense, made, scripts

Document = dict[str, Any]


def certificate(id: str, problem: exactland.Problem, k: int) -> Document:
    """The certificate of a script, which the checker has accepted."""
    driver = Driver(scripts(id.partition(":")[0])[id], Walkthrough(problem, k)).run()
    document: Document = json.loads(canonical_bytes(proof_certificate(driver)))
    assert verdict(document) == ("accept", "")
    return document


def verdict(document: Document) -> tuple[str, str]:
    result = verify.check_bytes(canonical_bytes(document))
    return result.verdict, result.reason


def kinds(document: Document) -> list[str]:
    return [step["claim"]["kind"] for step in document["evidence"]["steps"]]


# Lemma 2.1 of NH17: every loss that is a sum of l(F - Y).

LOSSES = [
    "squared",
    "half-squared",
    "pseudo-huber(delta=1/3)",
    "blake-zisserman(delta=1/100)",
    "corrupted-gaussian(alpha=1/2,w=2)",
    "corrupted-gaussian(alpha=0,w=1/8)",
    "corrupted-gaussian(alpha=1,w=2)",
    "cauchy(delta=-2)",
]


def trained(activation: Any, loss: str, targets: Any = ((1,), (0,), (2,))) -> exactland.Problem:
    parameters = [
        {"W": [[1, 2], [0, 1]], "b": [2, 1]},
        {"W": [[1], ["-1/2"]], "b": [3]},
    ]
    data = {"targets": [list(row) for row in targets]}
    return dense([2, 1], activation, data=data, parameters=parameters, loss=loss)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["tanh", "relu", {"expr": "t**2"}])
def test_lemma_2_1_with_every_residual_loss(loss: str, activation: Any) -> None:
    certificate("NH17:Lem2.1", trained(activation, loss), 1)


def test_residuals_far_from_0() -> None:
    """exp(-t^2/4) is below 2^-5000000 there."""
    for loss in ("corrupted-gaussian(alpha=1/2,w=2)", "blake-zisserman(delta=1/9)"):
        certificate("NH17:Lem2.1", trained("tanh", loss, [[4000], [0], [-35]]), 1)


@pytest.mark.parametrize(
    "written",
    [
        "cauchy", "cauchy()", "cauchy(delta=0)", "cauchy(delta=2/4)", "cauchy(delta=0.5)",
        "cauchy(delta=1/1)", "cauchy(delta=+1)", "cauchy(delta= 1)", "cauchy(delta=1", "squared()",
        "cauchy(delta=1))", "cauchy(delta=1,delta=1)", "cauchy(w=1)", "cauchy(delta=1/0)",
        "blake-zisserman(delta=0)", "blake-zisserman(delta=-1)", "squared-hinge", "cross-entropy",
        "corrupted-gaussian(alpha=2,w=1)", "corrupted-gaussian(alpha=1/2,w=0)", "cauchy(delta=-0)",
        "corrupted-gaussian(w=1,alpha=1/2)", "corrupted-gaussian(alpha=-1/2,w=1)", "", "(",
        "cauchy(delta=1/1000000000000000000000000000000)", "cauchy(delta=1)x",
        "pseudo-huber(delta=0)",
    ],
)  # fmt: skip
def test_what_is_no_residual_loss(written: str) -> None:
    with pytest.raises(Reject):
        residual(written, "loss")


@pytest.mark.parametrize("w", ["1/8", "1", "3"])
@pytest.mark.parametrize("p", ["0", "1/3", "1"])
def test_the_corrupted_gaussian_is_the_function_of_the_table(p: str, w: str) -> None:
    names = {"p": Fraction(p), "w": Fraction(w)}
    direct = parse("-log(p*exp(-t**2)+(1-p)*exp(-t**2/w**2)/w)", "", names)
    mine = residual(f"corrupted-gaussian(alpha={p},w={w})", "loss")
    assert is_analytic(mine)
    over = Intervals(2000)
    for t in (Fraction(0), Fraction(-1, 3), Fraction(2)):
        ends = [evaluate(node, over.number(t), over) for node in (direct, mine)]
        difference = over.add(ends[0], over.negative(ends[1]))
        assert difference[0] <= 0 <= difference[1]
        assert difference[1] - difference[0] < 1 << 1900


SMOOTH_KINKS: list[Any] = [
    "softsign", {"name": "elu", "alpha": 1}, {"expr": "abs(t)**3"}, {"expr": "max(t,0)**2*exp(t)"},
    {"expr": "pi*(max(t,0)+exp(min(t,0)))"}, {"expr": "max(0,-2-abs(t))"},
    {"expr": "max(sin(t),sin(t))+t"}, {"expr": "min(t*abs(t),exp(t+1)*t**2)"},
]  # fmt: skip


@pytest.mark.parametrize("activation", SMOOTH_KINKS)
def test_a_kink_that_is_none_has_a_slope(activation: Any) -> None:
    """The first entry of G_1 is 0; both sides compute the slope there by themselves."""
    problem = trained(activation, "squared")
    parameters = problem.parameters
    assert parameters is not None
    bent = problem.with_parameters([{"W": [[1, 2], [0, 1]], "b": [0, 1]}, parameters[1]])
    certificate("NH17:Lem2.1", bent, 1)


HIDDEN = [
    "abs(t)", "abs(t)*exp(1)", "elu", "max(t,0)+pi*(exp(min(t,0))-1)", "max(sin(t),2*sin(t))",
    "sqrt(t**2)", "sqrt(sin(1)**2+cos(1)**2-1+t*abs(t)+t**2)", "(t+abs(t))/(1+t)", "abs(t)**1",
    "max(t**2,abs(t))", "abs(exp(t)-1)", "log(abs(t)+1)*cos(1)", "atan(max(t,t*t))",
]  # fmt: skip


@pytest.mark.parametrize("text", HIDDEN)
def test_a_kink_is_never_given_a_slope(text: str) -> None:
    """The certificate of t + 2 with its activation replaced by one with a kink at 0."""
    bent = trained({"expr": "t+2"}, "squared").with_parameters(
        [{"W": [[1, 2], [0, 1]], "b": [0, 1]}, {"W": [[1], ["-1/2"]], "b": [3]}]
    )
    document = certificate("NH17:Lem2.1", bent, 1)
    spec = {"name": "elu", "alpha": 2} if text == "elu" else {"expr": text}
    document["problem"]["network"]["layers"][0]["activation"] = spec
    assert verdict(document)[0] in ("reject", "decline")
    with contextlib.suppress(ExactlandError):
        assert not exactland.activation(spec).derivative(arb(0), Balls(128)).is_finite()


@pytest.mark.parametrize("activation", ["relu", {"expr": "abs(t)+t"}])
def test_a_kink_that_is_hit_is_rejected(activation: Any) -> None:
    """The first bias moves the first entry of G_1, 0 W + b, to the kink."""
    document = certificate("NH17:Lem2.1", trained(activation, "squared"), 1)
    document["problem"]["parameters"][0]["b"][0] = 0
    assert verdict(document)[0] == "reject"


def test_a_kink_that_is_hit_by_an_irrational_entry_is_rejected() -> None:
    """abs(t - tanh(1)) behind tanh: the intervals of the entry contain the kink."""
    kinked = {"expr": "abs(t-tanh(1))"}
    layers = [
        {"kind": "dense", "width": 1, "activation": "tanh"},
        {"kind": "dense", "width": 1, "activation": kinked},
    ]
    document = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[2]], "targets": [[0]]},
        "network": {"kind": "sequential", "layers": layers},
        "parameters": [{"W": [[1]], "b": [0]}, {"W": [[1]], "b": [0]}],
        "loss": "squared",
    }
    found = certificate("NH17:Lem2.1", exactland.problem_from(document), 1)
    found["problem"]["data"]["inputs"] = [[1]]
    assert verdict(found)[0] == "reject"


# Inequalities.

TRUE = [
    ("log(1+t)", "t", "0"),
    ("log(1+t)", "t", "3/2"),
    ("1+t", "2*t", "1"),
    ("t", "t", "-5"),
    ("log(1+t)/2", "t/2", "0"),
    ("-t", "log(1/(1+t))", "0"),
    ("1-1/t", "log(t)", "1"),
    ("log(t)+log(2)", "log(2*t)+1/1000", "1"),
    ("1/(1+t)", "1", "0"),
    ("t**2", "t**3", "1"),
    ("log((1+t)*(2+t))", "t+log(1+t)+1", "0"),
]
FALSE = [
    ("t", "log(1+t)", "0"),
    ("log(1+t)", "t", "-1/2"),  # true, but D' has a negative coefficient
    ("log(1+t)", "t", "-1"),  # not defined at -1
    ("log(1+t)", "t", "-2"),
    ("2*t", "1+t", "1"),
    ("log(t)+log(2)", "log(2*t)", "1"),  # equal, which intervals do not decide
    ("1+t", "2*t", "0"),
    ("1+t", "2*t", "1023/1024"),
    ("log(1+t)", "t-1/1000000", "0"),
    ("t", "2/t", "1"),
    ("0", "1/(t-1)", "1"),
    ("0", "1/(t-2)", "1"),
    ("0", "sin(t)", "0"),
    ("0", "abs(t)", "0"),
    ("0", "pi", "0"),
    ("t", "exp(t)", "0"),
    ("log(log(2+t))", "t", "0"),
    ("t*log(1+t)", "t**2", "0"),
    ("0", "t-", "0"),
    ("0", "softplus(t)", "0"),
]


@pytest.mark.parametrize(("left", "right", "start"), TRUE)
def test_inequalities(left: str, right: str, start: str) -> None:
    require_inequality(left, right, Fraction(start), "here")


@pytest.mark.parametrize(("left", "right", "start"), FALSE)
def test_inequalities_that_are_not_shown(left: str, right: str, start: str) -> None:
    with pytest.raises(Reject):
        require_inequality(left, right, Fraction(start), "here")


def test_inequalities_of_a_large_degree_are_declined() -> None:
    for right in ("t**65", "(t**40)*(t**40)", "1/(1+t**40)"):
        with pytest.raises(Decline):
            require_inequality("0", right, Fraction(1), "here")


def _softplus() -> Document:
    return json.loads(made("NH17:Lem3.3", "built-in"))  # type: ignore[no-any-return]


def _other_activation(document: Document) -> None:
    document["problem"]["network"]["layers"][0]["activation"] = "tanh"


def _other_alpha(document: Document) -> None:
    document["problem"]["network"]["layers"][0]["activation"]["alpha"] = 3


def _other_inequality(document: Document) -> None:
    _of_kind(document, "inequality")[0]["claim"].update(left="log(2+t)", right="t+1")


def _one_inequality(document: Document) -> None:
    _of_kind(document, "growth")[0]["uses"].pop()


def _of_kind(document: Document, kind: str) -> list[Any]:
    return [step for step in document["evidence"]["steps"] if step["claim"]["kind"] == kind]


# E(alpha) of Lemma 4.3 at one alpha.

MATRICES = [
    [[3]],
    [[0, 2], [3, 1]],
    [[0, 0, 2], [1, -1, 5], [7, 3, 3]],
    [[2, 1, 0, -4], [0, 0, 3, 1], [5, -2, 2, 2], [1, 1, 1, 8]],
]


@pytest.mark.parametrize("rows", MATRICES)
def test_determinants_and_leibniz_sums_by_all_permutations(rows: list[list[int]]) -> None:
    over, size = Intervals(64), len(rows)
    numbers = [[over.number(Fraction(x)) for x in row] for row in rows]
    terms = {pi: prod(rows[i][j] for j, i in enumerate(pi)) for pi in permutations(range(size))}
    total = sum(_sign(pi) * term for pi, term in terms.items())
    found = determinant(numbers, over)
    assert found is not None
    assert found[0] <= total << 64 <= found[1] <= (total << 64) + (1 << 32)
    rest = sum(abs(term) for pi, term in terms.items() if list(pi) != sorted(pi))
    assert other_terms(numbers, over) == (rest << 64, rest << 64)


def _sign(pi: tuple[int, ...]) -> int:
    inversions = sum(pi[i] > pi[j] for j in range(len(pi)) for i in range(j))
    return -1 if inversions % 2 else 1


def test_a_singular_matrix_has_no_determinant_here() -> None:
    over = Intervals(64)
    for rows in ([[0]], [[1, 2], [2, 4]], [[0, 1], [0, 1]]):
        numbers = [[over.number(Fraction(x)) for x in row] for row in rows]
        assert determinant(numbers, over) is None


def _text(value: Fraction) -> Any:
    return value.numerator if value.denominator == 1 else str(value)


def test_the_leibniz_sum_of_a_matrix_of_ones() -> None:
    over = Intervals(16)
    numbers = [[over.number(Fraction(1))] * 8 for _ in range(8)]
    assert other_terms(numbers, over)[0] >> 16 == 40319  # 8! - 1


# Conditions of other layers, and norms.


def test_conditions_of_layer_l_minus_1() -> None:
    """Corollary 3.6 asks layer L - 1 whichever layer is named."""
    document = certificate("NH18:Cor3.6", dense([2, 3, 1], "sigmoid", data=SCALAR), 1)
    named = {step["claim"].get("layer") for step in _of_kind(document, "condition")}
    assert named == {None, 2}
    for step in _of_kind(document, "condition"):
        if step["claim"]["name"] == "wide-layer":
            assert step["claim"].pop("layer") == 2
    # Layer 1 has two neurons for three samples.
    assert "wide-layer fails" in verdict(document)[1]
