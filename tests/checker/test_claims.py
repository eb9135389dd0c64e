"""Claims evaluated by the checker, and documents of steps: a theorem refuted by hand."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from exactland.checker.decide import decide
from exactland.checker.formulas import parts
from exactland.checker.problem import Problem, read_problem
from exactland.checker.verify import check_bytes
from exactland.claims.text import read_text

CUBIC = {"expr": "t+t**3"}


def dense(width: int, activation: Any = CUBIC) -> dict[str, Any]:
    return {"kind": "dense", "width": width, "bias": "neuron", "activation": activation}


#: CE1 of NH17: all gradients are 0, W_2 and W_3 have full column rank, and Phi = 4.
CE1: dict[str, Any] = {
    "format": "exactland-problem/1",
    "data": {"inputs": [[0, -1], [0, 1], [1, -1], [1, 1]], "targets": [[-1], [1], [-1], [1]]},
    "network": {"kind": "sequential", "layers": [dense(2), dense(2), dense(1)]},
    "parameters": [
        {"W": [[1, -1], [0, 0]], "b": [0, 1]},
        {"W": [["4/25", "-17/50"], ["-17/50", "4/25"]], "b": ["17/25", "17/25"]},
        {"W": [[1], [1]], "b": [-2]},
    ],
    "loss": "squared-hinge",
}
HYPOTHESES = (
    "for all i in 1..L: sigma_i is continuously differentiable and sigma_i increases strictly",
    "the classes are linearly separable at layer 0",
    "at given: rank W_2 = n_2 and rank W_3 = n_3",
    "at given: dPhi = 0",
)
BETTER = (
    "(at p: Phi) < (at given: Phi)"
    " with p = zero but (W_1 = [[0, 0], [1, 1]], W_2 = I_2, W_3 = [[1], [1]])"
)


def decided(claim: Any) -> dict[str, Any]:
    return {"claim": claim, "rule": "decide", "uses": [], "with": {"claim": claim, "bits": 64}}


def refutation() -> dict[str, Any]:
    """Theorem 5.3 of NH17 fails on CE1."""
    hypotheses = [read_text(text) for text in HYPOTHESES]
    definitions, lower = parts(read_text(BETTER))
    minimum = ["is", "given", "global minimum"]
    whole = ["not", ["implies", ["and", *hypotheses], minimum]]
    steps = [decided(claim) for claim in (*hypotheses, lower)]
    better = {"point": "given", "better": "p"}
    steps.append({"claim": ["not", minimum], "rule": "lower-point", "uses": [4], "with": better})
    given = {"hypotheses": hypotheses, "conclusion": minimum}
    steps.append({"claim": whole, "rule": "refuted", "uses": [0, 1, 2, 3, 5], "with": given})
    return {
        "format": "exactland-certificate/2",
        "problem": CE1,
        "claim": whole,
        "definitions": definitions,
        "steps": steps,
    }


def check(document: Any) -> Any:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return check_bytes(text.encode() + b"\n")


def test_a_theorem_is_refuted() -> None:
    result = check(refutation())
    assert result.verdict == "accept", result.reason
    assert result.words == (
        "not (if (for all i in 1..L: sigma_i is continuously differentiable and sigma_i increases "
        "strictly) and the classes are linearly separable at layer 0 and (at given: rank W_2 = n_2 "
        "and rank W_3 = n_3) and (at given: dPhi = 0) then given is a global minimum of Phi)"
    )


def changed(*path: Any, to: Any) -> dict[str, Any]:
    document = copy.deepcopy(refutation())
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return document


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (changed("problem", "parameters", 2, "b", to=[-1]), "steps[3]"),
        (changed("problem", "parameters", 1, "W", to=[[1, 1], [1, 1]]), "steps[2]"),
        (changed("problem", "data", "targets", to=[[-1], [1], [1], [-1]]), "steps[1]"),
        (changed("problem", "loss", to="squared"), "steps[4]"),
        (changed("definitions", 0, 2, 2, 1, to=["matrix", [0, 0], [0, 0]]), "steps[4]"),
        (changed("steps", 5, "uses", to=[3]), "a premise of the rule is not among"),
        (changed("steps", 6, "uses", to=[1, 2, 3, 5]), "a premise of the rule is not among"),
        (changed("steps", 5, "with", "point", to="p"), "steps[5].claim"),
        (changed("steps", to=refutation()["steps"][:5]), "it is not what the last step shows"),
        (changed("steps", to=[]), "it is not what the last step shows"),
        (changed("claim", to=read_text("0 < N")), "it is not what the last step shows"),
        (changed("steps", 0, "with", "bits", to=-1), "steps[0].with.bits"),
        (changed("definitions", 0, 0, to="q"), "this name is written 'p'"),
        (changed("extra", to=1), "does not belong here"),
    ],
)
def test_altered_documents_are_rejected(document: Any, said: str) -> None:
    result = check(document)
    assert result.verdict == "reject"
    assert said in result.reason


#: Claims about CE1 with their answers; None where evaluation does not decide them.
CLAIMS: list[tuple[str, bool | None]] = [
    ("at given: Phi = 4", True),
    ("at given: Phi = 3", False),
    ("at given: Phi < 4", False),
    ("at given: G_2 = F_1 W_2 + ones(N, 1) b_2", True),
    ("at given: F_1 = sigma_1(G_1) and F_0 = X", True),
    ("at given: dPhi/dW_3 = F_2^T dPhi/dG_3", True),
    ("at given: hess(W_3) is positive definite", True),
    ("at given: det hess(W_3, b_3) = 0", True),
    ("given is a critical point of Phi", True),
    ("given but (b_3 = [[0]]) is a global minimum of Phi", False),
    ("given is a global minimum of Phi", None),
    ("for all parameters: rank F_1 <= 2", None),
    ("X has distinct rows", True),
    ("X has rows apart", False),
    ("at given: rank [[1, 2], [2, 4]] = 1", True),
    ("det [[1, 2], [3, 4]] = -2 and det(I_3) = 1", True),
    ("[[1, 2], [0, 1]] is positive definite", False),
    ("norm([[3, 4]]) = 5 and exp(0) = 1", True),
    ("exp(1) < 3 and 271/100 < exp(1)", True),
    ("exp(1) = 3", False),
    ("log(exp(1)) = 1", None),
    ("sum over i in 1..N of X[i, 1] = 2", True),
    ("for some i in 1..N: X[i, 1] + X[i, 2] = 2", True),
    ("for all i in 1..0: 1 = 0", True),
    ("if 1 = 0 then 1 / 0 = 1", True),
    ("X[(2, 1), :] = [[0, 1], [0, -1]]", True),
    ("beside(X, Y)[1..2, (3,)] = [[-1], [1]]", True),
    ("[i <= 2, j <= 2: i + 10 j] = [[11, 21], [12, 22]]", True),
    ("at given: patch_2(1) = F_1", True),
    ("sigma_1^(1)(2) = 13", True),
    ("(at given + 1/2 zero: Phi) = (at given: Phi)", True),
    ("sigma_1 is affine", False),
    ("sigma_1 is bounded", None),
    ("layer 1 is dense and not layer 1 is max-pooling", True),
]


@pytest.fixture(scope="module")
def problem() -> Problem:
    return read_problem(CE1)


@pytest.mark.parametrize(("text", "answer"), CLAIMS)
def test_claims_are_decided(problem: Problem, text: str, answer: bool | None) -> None:
    assert decide(problem, read_text(text), 128) is answer
