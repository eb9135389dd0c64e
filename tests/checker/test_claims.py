"""Claims evaluated by the checker, and documents of steps: a theorem refuted by hand."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from vertical_slice import (
    CE1,
    check,
    decided,
    document,
    proposition_1,
    tail_of_theorem_3_4,
    theorem_5_3,
)

from exactland.checker.decide import decide
from exactland.checker.problem import Problem, read_problem
from exactland.claims.text import read_text


def refutation() -> dict[str, Any]:
    document: dict[str, Any] = theorem_5_3()
    return document


def test_a_theorem_is_refuted() -> None:
    result = check(refutation())
    assert result.verdict == "accept", result.reason
    assert result.words.splitlines() == [
        "not (if (for all i in 1..L: sigma_i is continuously differentiable and sigma_i increases "
        "strictly)",
        "    and the classes are linearly separable at layer 0",
        "    and (at given: rank W_2 = n_2 and rank W_3 = n_3)",
        "    and (at given: dPhi = 0)",
        "    then given is a global minimum of Phi)",
    ]


def altered(document: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    """The document with another value at a place."""
    document = copy.deepcopy(document)
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return document


def changed(*path: Any, to: Any) -> dict[str, Any]:
    return altered(refutation(), *path, to=to)


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


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("steps", 0, "with", "from"), "1/32", "steps[0]"),
        (("steps", 0, "with", "beta"), 2, "not defined as the rule says"),
        (("steps", 0, "with", "mirrored"), True, "steps[0]"),
        (("steps", 0, "with", "order"), "H", "no definition of this name is a tuple"),
        (("steps", 0, "with", "point"), "zero", "it is not what the rule concludes"),
        (("claim", 1, 0, 2), ["tuple", 1, 2, 3], "steps[0]"),
        (("claim", 1, 0, 2), ["tuple", 1, 3], "steps[0]"),
        (("claim", 1, 1, 2), ["matrix", [0, 0], [0, 0]], "steps[0]"),
        (("claim", 1, 2, 2, 3, 2), 2, "not defined as the rule says"),
        (("claim", 1, 3, 2, 5, 1), 2, "not defined as the rule says"),
        (("claim", 2, 2, 1), "1/32", "it is not what the last step shows"),
        (("problem", "data", "inputs", 0), [2, 5, "1/2"], "steps[0]"),
    ],
)
def test_altered_tails_are_rejected(path: tuple[Any, ...], to: Any, said: str) -> None:
    assert check(tail_of_theorem_3_4()).verdict == "accept"
    document = tail_of_theorem_3_4()
    document["claim"] = copy.deepcopy(document["claim"])
    result = check(altered(document, *path, to=to))
    assert result.verdict == "reject"
    assert said in result.reason


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("steps", 0, "with", "t"), "2", "is not formally 0"),
        (("steps", 0, "with", "loss"), 8, "loss is y^2"),
        (("steps", 0, "with", "radius"), 100, "at most 0 on the interval"),
        (("steps", 0, "with", "better"), 0, "less than better"),
        (("claim", 1, 0, 2, 3, 1, 1), [1], "not defined as the rule says"),
        (("claim", 1, 0, 2, 1), "given", "not defined as the rule says"),
        (("problem", "data", "targets", 0), [3], "less than better"),
        (("problem", "data", "inputs", 0), [1], "not defined as the rule says"),
    ],
)
def test_altered_points_are_rejected(path: tuple[Any, ...], to: Any, said: str) -> None:
    assert check(proposition_1()).verdict == "accept"
    result = check(altered(proposition_1(), *path, to=to))
    assert result.verdict == "reject"
    assert said in result.reason


@pytest.mark.parametrize("rule", ["and", "between", "bounds", "transitive", "each", "conditional"])
def test_rules_below_what_is_no_place_are_rejected(rule: str) -> None:
    """From not a = b does not follow not a <= b: only points and quantifiers may stand above."""
    for under in (["not"], ["exists", "parameters"], ["every-ball", "parameters"], ["or"]):
        given = {
            "and": {"parts": [["<", 0, 1]], "under": under},
            "between": {"left": 1, "right": 2, "under": under},
            "bounds": {"left": 1, "right": 2, "under": under, "swapped": False},
            "transitive": {"left": 1, "right": ["N"], "number": 4, "under": under},
            "each": {
                "claim": ["all", "i", 1, 2, ["<", 0, "i"]],
                "from": 1,
                "to": 2,
                "under": under,
            },
            "conditional": {"premise": ["<", 0, 1], "claim": ["<", 0, 1], "under": under},
        }[rule]
        premise = decided(["not", ["=", 1, 2]])
        made = {"claim": ["not", ["<=", 1, 2]], "rule": rule, "uses": [0], "with": given}
        forged = document(CE1, ["not", ["<=", 1, 2]], [premise, made])
        result = check(forged)
        assert result.verdict == "reject"
        assert "is expected" in result.reason
