"""The scripts of NH18 about layers, activations, gradients, singular values and tables."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from test_nh18_scripts import (
    LINE,
    PADDED,
    POOLING,
    SIGNALS,
    SOFTPLUS,
    TWICE,
    convolution,
    dense,
    failing,
    problem,
    proved,
)

import exactland
from exactland.papers.nh18.constructions import given_parameters
from exactland.proof.formula import Notebook
from exactland.proof.script import Driver, Fact, Script, Walkthrough

FOUR_CYCLE = exactland.Convolution([(0, 1), (2, 1), (2, 3), (0, 3)], 1)


def refused(instance: Any, text: str) -> str:
    """Why a claim of a script is no fact."""

    def steps(walk: Walkthrough) -> Any:
        note = Notebook(walk)
        yield note.point("p", given_parameters(instance), "some")
        return (yield note.say(text))

    failure = Driver(Script("NH18:x", steps, lambda walk, claim: True), Walkthrough(instance)).run()
    assert failure.failure is not None, text
    return failure.failure.relation


@pytest.mark.parametrize(
    ("id", "instance", "k"),
    [
        ("NH18:Def2.1", problem(SIGNALS, convolution(), dense(1)), 1),
        ("NH18:Def2.1", problem(SIGNALS, PADDED, dense(1)), 1),
        ("NH18:Def2.1", problem(SIGNALS, dense(3, "tanh"), convolution("gelu", bias="none")), 2),
        ("NH18:Def2.2", problem(SIGNALS, dense(3, "tanh"), dense(2, SOFTPLUS)), 1),
        ("NH18:Def2.2", problem(SIGNALS, dense(3, "tanh"), dense(2, SOFTPLUS)), 2),
        ("NH18:Def2.2", problem(LINE, dense(3, "relu", "none")), 1),
        ("NH18:Def2.3", problem(SIGNALS, convolution(), POOLING, dense(1)), 2),
        ("NH18:Def2.3", problem(SIGNALS, convolution("sigmoid"), POOLING, dense(1)), 2),
        ("NH18:Def2.3", problem(SIGNALS, exactland.MaxPooling([(0, 1), (2, 1)])), 1),
        ("NH18:Asm2.4", problem(SIGNALS, convolution(), dense(1)), 1),
        ("NH18:Asm2.4", problem(LINE, dense(2), dense(1)), 1),
        ("NH18:Asm2.4", problem(SIGNALS, convolution(), POOLING, dense(1)), 2),
        ("NH18:Asm3.1", problem(SIGNALS, convolution()), 1),
        ("NH18:Asm3.1", problem(LINE, dense(2)), 1),
        ("NH18:Asm3.1", problem(SIGNALS, exactland.MaxPooling([(0, 1), (1, 2)])), 1),
        ("NH18:Asm3.2", problem(SIGNALS, convolution(), POOLING, dense(3, "gelu")), 3),
        ("NH18:Asm3.2", problem(LINE, dense(2, "lorentz")), 1),
        ("NH18:Asm3.2", problem(LINE, dense(2, "sigmoid"), dense(2, "mish")), 2),
    ],
)
def test_they_hold(id: str, instance: Any, k: int) -> None:
    proved(id, instance, k)


@pytest.mark.parametrize(
    ("id", "instance", "k", "said"),
    [
        ("NH18:Def2.1", problem(SIGNALS, convolution(), POOLING, dense(1)), 2, "layer 2 is convol"),
        ("NH18:Def2.2", problem(SIGNALS, convolution(), POOLING, dense(1)), 1, "layer 1 is dense"),
        ("NH18:Def2.3", problem(SIGNALS, convolution(), dense(1)), 2, "layer 2 is max-pooling"),
        ("NH18:Asm2.4", problem([[1, 2, 3, 4]], FOUR_CYCLE), 1, "rank at most 3 for all"),
        ("NH18:Asm3.1", problem(TWICE, convolution()), 1, "for i = 2, j = 1, h = 1, r = 1"),
        ("NH18:Asm3.2", problem(LINE, dense(2, "sigmoid"), dense(2, "cos")), 2, "period 2 pi"),
    ],
)
def test_they_fail_where_a_hypothesis_does(id: str, instance: Any, k: int, said: str) -> None:
    assert said in failing(id, instance, k).relation


@pytest.mark.parametrize(
    "text",
    [
        "for all parameters: G_1 = F_0 U_1",
        "for all parameters: sigma_1(patch_1(1) W_1 + ones(N, 1) b_1[:, 1..2]) = F_1[:, 3..4]",
        "for all parameters: F_2 = F_1 W_2 + ones(N, 1) b_2 + ones(N, 1) b_2",
        "for all parameters: F_1[1, 1] = largest(patch_1(1)[(1,), :])",
        "at p: rank U_1 = 2",
    ],
)
def test_what_is_not_the_definition_is_refused(text: str) -> None:
    refused(problem(SIGNALS, convolution(), dense(1)), text)


# Lemma 3.3.


@pytest.mark.parametrize("sigma", ["relu", "sigmoid", SOFTPLUS, {"name": "softplus", "alpha": 7}])
def test_the_three_activations_of_lemma_3_3(sigma: Any) -> None:
    proved("NH18:Lem3.3", problem(SIGNALS, dense(3), convolution(sigma)), 2)


def test_the_built_in_example_shows_all_three() -> None:
    session = exactland.step("NH18:Lem3.3")
    session.goto(100)
    shown = [fact.claim.words() for fact in session.facts]
    assert [text for text in shown if " is \"" in text] == [
        'sigma_1 is "relu"', 'sigma_2 is "sigmoid"', 'sigma_3 is "softplus"'
    ]  # fmt: skip
    assert "lim sigma_2 at +infinity = 1" in shown


@pytest.mark.parametrize("sigma", ["tanh", "gelu", "identity", {"expr": "2*max(t,0)"}])
def test_others_are_not_in_lemma_3_3(sigma: Any) -> None:
    failure = failing("NH18:Lem3.3", problem(LINE, dense(2, sigma)))
    assert failure.step.claim.words() == 'sigma_1 is "relu"'


@pytest.mark.parametrize("text", ["max(t,0)+t**2", "-exp(t)", "t", "1+sin(t)"])
def test_the_clauses_are_refused_for_others(text: str) -> None:
    instance = problem(LINE, dense(2, {"expr": text}))
    refused(instance, "sigma_1 decays to the left and grows at most linearly")
    refused(instance, "lim sigma_1 at +infinity = 1")


# Lemma H.1.

HALF = {"loss": "half-squared"}
DEEP = problem(
    SIGNALS, convolution("r1"), dense(3, "lorentz"), dense(2),
    targets=[[1, 0], [0, 1], [2, 2], [3, 1]], **HALF,
)  # fmt: skip
PADDED_ON_TWO = exactland.Convolution([(None, 0), (0, 1), (1, None)], 2, activation=SOFTPLUS)


@pytest.mark.parametrize(
    ("instance", "k"),
    [
        (DEEP, 1),
        (problem(SIGNALS, dense(3, "tanh"), convolution("gelu"), dense(1), targets=[1, 2, 3, 4],
                 **HALF), 1),
        (problem(SIGNALS, convolution(), POOLING, PADDED_ON_TWO, dense(1), targets=[1, 2, 3, 4],
                 **HALF), 2),
        (problem(LINE, dense(2, "relu"), dense(1), targets=[1, 2, 3, 4], **HALF), 1),
    ],
)  # fmt: skip
def test_backpropagation_at_every_layer_above_k(instance: Any, k: int) -> None:
    shown = [e.claim.words() for e in proved("NH18:LemH.1", instance, k) if isinstance(e, Fact)]
    for layer in range(k + 1, instance.sequential.depth + 1):
        assert any(f"dPhi/dU_{layer} " in text for text in shown)


@pytest.mark.parametrize(
    "text",
    [
        "at p: dPhi/dU_3 = F_2^T dPhi/dG_3 + F_2^T dPhi/dG_3",
        "at p: dPhi/dG_2 = dPhi/dG_3 U_3^T",
        "at p: dPhi/dG_3 = F_3 + Y",
        "at p: dPhi/dU_2 = F_1^T (dPhi/dG_2 o sigma_2^(1)(G_2))",
    ],
)
def test_a_wrong_recursion_is_refused(text: str) -> None:
    refused(DEEP, text)


@pytest.mark.parametrize(
    ("instance", "k", "said"),
    [
        (problem(LINE, dense(2, "relu"), dense(1)), 1, "no loss"),
        (problem(LINE, dense(2, "relu"), dense(1), targets=[1] * 4), 2, "L is 2"),
        (problem(SIGNALS, convolution(), POOLING, dense(1), targets=[1] * 4), 1, "layer 2 is conv"),
        (problem([[0]], dense(1, "tanh"), dense(1, "relu"), dense(1), targets=[1],
                 parameters=[{"W": [[1]], "b": [0]}] * 3, **HALF), 1, "relu: it has a kink"),
    ],
)  # fmt: skip
def test_lemma_h_1_stops_where_a_hypothesis_fails(instance: Any, k: int, said: str) -> None:
    assert said in failing("NH18:LemH.1", instance, k).relation


# Lemmas H.2 and H.3.

TALL = [
    (problem(SIGNALS, convolution("sigmoid")), 1),
    (problem(LINE, dense(6, "r1")), 1),
    (problem(LINE, dense(4, "relu"), parameters=[{"W": [[1, 2, -1, 1]], "b": [1, -1, 3, -2]}]), 1),
    (problem(SIGNALS, dense(3, "tanh"), dense(5, "gelu")), 2),
]


@pytest.mark.parametrize("id", ["NH18:LemH.2", "NH18:LemH.3"])
@pytest.mark.parametrize(("instance", "k"), TALL)
def test_singular_values_bound_norms(id: str, instance: Any, k: int) -> None:
    entries = proved(id, instance, k)
    low, high = (
        float(Fraction(e.value)) for e in entries if getattr(e, "name", "") in ("lambda", "mu")
    )
    balls, last = exactland.Balls(100), entries[-1].claim
    F = balls.rows(exactland.feature_matrix(instance, k, balls, last.parameters))
    s = np.linalg.svd(np.array([[float(v.mid()) for v in row] for row in F]))[1]
    assert low <= s[-1] ** 2 <= 1.01 * low
    assert s[0] ** 2 <= high <= 1.01 * s[0] ** 2


@pytest.mark.parametrize("id", ["NH18:LemH.2", "NH18:LemH.3"])
def test_the_lower_bounds_need_a_tall_matrix_of_full_rank(id: str) -> None:
    wide = problem(LINE, dense(3, "sigmoid"))
    assert "N is 4 and n_1 is 3" in failing(id, wide).relation
    equal = problem([[1], [1]], dense(3, "sigmoid"))
    assert "s_min(A) > 0" in failing(id, equal).relation


@pytest.mark.parametrize("low", ["1", "1/10^30", "0"])
def test_a_wide_matrix_has_no_positive_lower_bound(low: str) -> None:
    """A = F_1^T is 3 x 4: A x = 0 for some x."""
    refused(problem(LINE, dense(3, "r1")), f"at p: F_1 F_1^T - {low} * I_N is positive definite")


# Tables and figure.


def test_only_the_row_of_xception_disagrees() -> None:
    instance = problem(LINE, dense(2))
    facts = [e for e in proved("NH18:Tab1", instance) if isinstance(e, Fact)]
    flagged = [f.passage.partition(":")[0] for f in facts if f.erratum == "NH18:E8g"]
    assert flagged == ["Table 1, Xception"]


@pytest.mark.parametrize(
    "text",
    [
        "64 * 224^2 = 3211265", "not 1200000 < 3211264", "26^2 * 88 = 59489",
        "26^2 * 87 < 60000 and 60000 <= 26^2 * 88",
        "2 * (112 - 1) <= 227 - 7 and 227 - 7 < 2 * 112",
    ],
)  # fmt: skip
def test_wrong_numbers_are_refused(text: str) -> None:
    refused(problem(LINE, dense(2)), text)


UNDEFINED = problem(LINE, dense(4, {"expr": "log(t)"}), dense(1), targets=[1, 2, 3, 4], **HALF)


@pytest.mark.parametrize(
    ("id", "k"), [("NH18:Def2.2", 2), ("NH18:LemH.1", 1), ("NH18:LemH.2", 1), ("NH18:LemH.3", 1)]
)
def test_an_activation_that_is_not_defined_everywhere_fails_as_a_step(id: str, k: int) -> None:
    failing(id, UNDEFINED, k)
