"""NH18's Lemma A.1 on an instance: a minor, its witness, what stops them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flint import fmpq

import exactland
from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.verify import check_bytes
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.parameters import LayerParameters
from exactland.papers.zero_sets import NH18_LEMMA_A_1
from exactland.proof import minors
from exactland.proof.cited import cited
from exactland.proof.claims import At, HypothesisHolds
from exactland.proof.script import Driver, Fact, Grounds, StepFailed, Walkthrough

LINE = [[0], [1], [3]]
PAIRS = [[0, 1], [1, 0], [2, 3]]
SIGNALS = [[0, 1, 3], [1, -1, 2]]
SCRIPTS = {"NH18:LemA.1": NH18_LEMMA_A_1}


def problem(inputs: Any, *layers: Any) -> Any:
    return exactland.Problem(exactland.SequentialNetwork(list(layers)), inputs)


def dense(width: int, activation: Any = "identity", bias: str = "neuron") -> Any:
    return Dense(width, bias, activation)


def run(id: str, instance: Any, k: int = 1) -> Driver:
    return Driver(SCRIPTS[id], Walkthrough(instance, k)).run()


TWO_PATCHES = Convolution([(0, 1), (1, 2)], 2, activation="tanh")
PROVED = [
    ("NH18:LemA.1", problem(LINE, dense(3, "sigmoid")), 1, "F_1", 3),
    ("NH18:LemA.1", problem(SIGNALS, TWO_PATCHES, dense(2, "silu")), 2, "F_2", 2),
    ("NH18:LemA.1", problem(LINE, dense(2, "sigmoid")), 1, "U_1", 1),
    ("NH18:LemA.1", problem(SIGNALS, Convolution([(0, 1), (1, 2)], 2, activation="relu")), 1,
     "U_1", 3),
    ("NH18:LemA.1", problem(SIGNALS, TWO_PATCHES, MaxPooling([(0, 2), (1, 3)]), dense(3, "tanh")),
     3, "U_3", 2),
]  # fmt: skip


@pytest.mark.parametrize(("id", "instance", "k", "matrix", "size"), PROVED)
def test_the_zeros_of_a_minor(id: str, instance: Any, k: int, matrix: str, size: int) -> None:
    driver = run(id, instance, k)
    assert driver.finished, driver.failure
    last: Any = driver.entries[-1]
    minor = last.claim.minor
    assert (minor.matrix, len(minor.rows), len(minor.columns)) == (matrix, size, size)
    kinds = [entry.grounds.kind for entry in driver.entries if isinstance(entry, Fact)]
    assert kinds.count("cited") == 1
    result = check_bytes(canonical_bytes(proof_certificate(driver)))
    assert (result.verdict, len(result.cited)) == ("accept", 1)


STOPPED = [
    ("NH18:LemA.1", problem([[0], [1], [0]], dense(3, "sigmoid")), 1, "samples 1 and 3 are"),
    ("NH18:LemA.1", problem([[-1], [0], [1]], dense(3, "sigmoid", "none")), 1, "rank at most 2"),
    ("NH18:LemA.1", problem([[1, 2, 3, 4]] * 2, Convolution([(0, 1), (2, 1), (2, 3), (0, 3)], 1,
                                                            activation="relu")), 1, "most 3"),
    ("NH18:LemA.1", problem([[1, 2], [2, 1]], MaxPooling([(0, 1)])), 1, "it is max-pooling"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "instance", "k", "said"), STOPPED)
def test_a_hypothesis_that_fails_stops_it(id: str, instance: Any, k: int, said: str) -> None:
    driver = run(id, instance, k)
    assert not driver.finished
    assert driver.failure is not None
    assert said in driver.failure.relation, driver.failure.relation


# The rules refuse what is not so.

INSTANCE = problem(LINE, dense(3, "sigmoid"))
WALK = Walkthrough(INSTANCE)
MINOR = minors.Minor("features", 1, (0, 1, 2), (0, 1, 2))
POINT, _ = minors.find_witness(INSTANCE, "features", 1)
EQUAL = (LayerParameters([[fmpq(1)] * 3], [fmpq(0)] * 3),)


def fact(claim: Any) -> Fact:
    return Fact(1, claim, Grounds("logic", "for the test"))


@pytest.mark.parametrize(
    "change",
    [
        {"rows": (0, 1)},
        {"rows": (0, 1, 1)},
        {"rows": (1, 0, 2)},
        {"columns": (0, 1, 4)},
        {"columns": (-1, 0, 1)},
        {"what": "weights"},
    ],
)
def test_a_minor_that_there_is_not(change: dict[str, Any]) -> None:
    wrong = replace(MINOR, **change)
    smooth = fact(HypothesisHolds("analytic.", "functions.facts.analytic", 1))
    with pytest.raises(StepFailed, match="different rows and columns"):
        minors.analytic(WALK, minors.AnalyticMinor(wrong), (smooth,))
    with pytest.raises(StepFailed, match="different rows and columns"):
        minors.nonzero(WALK, At(POINT, minors.NonzeroMinor(wrong)), ())


def test_a_minor_is_analytic_if_every_layer_is_shown_to_be() -> None:
    with pytest.raises(StepFailed, match="the activation of layer 1"):
        minors.analytic(WALK, minors.AnalyticMinor(MINOR), ())


def test_a_minor_of_equal_columns_is_0() -> None:
    assert minors.nonzero(WALK, At(POINT, minors.NonzeroMinor(MINOR)), ()).kind == "ball"
    with pytest.raises(StepFailed, match="not shown"):
        minors.nonzero(WALK, At(EQUAL, minors.NonzeroMinor(MINOR)), ())


def test_the_zeros_need_every_fact() -> None:
    smooth = fact(minors.AnalyticMinor(MINOR))
    point = fact(At(POINT, minors.NonzeroMinor(MINOR)))
    zeros = fact(cited("analytic-zeros", "a book"))
    claim = minors.MinorNull(MINOR)
    assert minors.null_set(WALK, claim, (smooth, point, zeros)).kind == "logic"
    other = replace(MINOR, k=2)
    elsewhere = fact(At(POINT, minors.NonzeroMinor(other)))
    for uses in ((smooth, point), (smooth, zeros), (point, zeros), (smooth, elsewhere, zeros)):
        with pytest.raises(StepFailed):
            minors.null_set(WALK, claim, uses)


def test_the_goals_are_about_layer_k_and_all_samples() -> None:
    is_goal = NH18_LEMMA_A_1.is_goal
    assert is_goal(WALK, minors.MinorNull(MINOR))
    assert not is_goal(WALK, minors.MinorNull(replace(MINOR, what="augmented")))
    assert not is_goal(WALK, minors.MinorNull(replace(MINOR, k=2)))
    assert not is_goal(WALK, minors.MinorNull(replace(MINOR, rows=(0, 1))))
    assert not is_goal(WALK, cited("analytic-zeros", "Lemma A.1"))
