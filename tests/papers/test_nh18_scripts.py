"""The scripts of NH18: to the goal on instances of every kind, or to the step that fails."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flint import fmpq

import exactland
from exactland.papers.examples import example
from exactland.papers.nh18 import tail_rules
from exactland.papers.nh18.scripts import SCRIPTS
from exactland.papers.nh18.tail_claims import (
    ClauseOne,
    FiniteLimits,
    LeibnizSum,
    TailNonsingular,
    TailTriangular,
)
from exactland.proof.claims import At, Attained, TailDominated
from exactland.proof.script import Driver, Fact, Failure, StepFailed, Walkthrough

FALLING_R1 = {"expr": "1/2-t/(2*(1+abs(t)))"}
SOFTPLUS = {"name": "softplus", "alpha": "3/2"}
SIGNALS = [[0, 1, 3], [1, -1, 2], [2, 5, "1/2"], [4, 0, -2]]
LINE = [[-1], [0], [2], [5]]


def problem(inputs: Any, *layers: Any, **rest: Any) -> Any:
    data = exactland.Data(inputs, rest.pop("targets", None))
    return exactland.Problem(exactland.SequentialNetwork(layers), data, **rest)


def convolution(activation: Any = "relu", filters: int = 2, bias: str = "neuron") -> Any:
    return exactland.Convolution(exactland.conv1d(3, 2), filters, bias, activation)


def dense(width: int, activation: Any = "identity", bias: str = "neuron") -> Any:
    return exactland.Dense(width, bias, activation)


POOLING = exactland.MaxPooling([(0, 2), (1, 3)])


def run(id: str, instance: Any, k: int = 1) -> Driver:
    """The script from first to last; every script takes less than five seconds."""
    start = time.perf_counter()
    driver = Driver(SCRIPTS[id], Walkthrough(instance, k)).run()
    assert time.perf_counter() - start < 5
    return driver


def proved(id: str, instance: Any, k: int = 1) -> list[Any]:
    driver = run(id, instance, k)
    assert driver.failure is None, driver.failure
    assert driver.finished
    return driver.entries


def failing(id: str, instance: Any, k: int = 1) -> Failure:
    driver = run(id, instance, k)
    assert driver.failure is not None
    assert not driver.finished
    return driver.failure


def claims_of(entries: list[Any]) -> list[Any]:
    facts = [entry for entry in entries if isinstance(entry, Fact)]
    return [f.claim.claim if isinstance(f.claim, At) else f.claim for f in facts]


def kinds(entries: list[Any]) -> set[type]:
    return {type(claim) for claim in claims_of(entries)}


@pytest.mark.parametrize("id", SCRIPTS)
def test_every_script_runs_on_its_built_in_example(id: str) -> None:
    chosen = example(id)
    proved(id, chosen.problem, chosen.k)


# Theorem 3.4 and Lemma D.1.

WIDE_ENOUGH = [
    problem(SIGNALS, convolution(), dense(1)),
    problem(LINE, dense(4, "relu"), dense(2)),
    problem(SIGNALS, convolution("sigmoid"), POOLING, dense(5, SOFTPLUS), dense(1)),
]


@pytest.mark.parametrize(("instance", "k"), list(zip(WIDE_ENOUGH, (1, 1, 3), strict=True)))
def test_theorem_3_4_on_convolutions_dense_layers_and_pooling(instance: Any, k: int) -> None:
    entries = proved("NH18:Thm3.4", instance, k)
    last = entries[-1].claim
    assert isinstance(last, Attained)
    # Recomputed without the script: F_k of rank N at the constructed parameters.
    found = exactland.rank(instance.with_parameters(last.parameters), k)
    assert (found.verdict, found.rank) == ("proved", instance.data.samples)


CASES = [
    ("relu", {TailDominated, TailTriangular}, ""),
    ("hard-sigmoid", {TailNonsingular, TailTriangular}, ""),
    (SOFTPLUS, {TailDominated, TailNonsingular}, ""),
    ("silu", {TailDominated, TailNonsingular}, ""),
    ("gaussian", {TailNonsingular}, ""),
    ("sigmoid", {TailNonsingular}, ""),
    ("r1", {TailNonsingular}, ""),
    ("lorentz", {TailNonsingular}, ""),
    (FALLING_R1, {TailNonsingular, ClauseOne}, "NH18:E8a"),
    ({"expr": "1/(1+exp(t))"}, {TailNonsingular}, "NH18:E8a"),
    ("tanh", {TailNonsingular, FiniteLimits}, ""),
    ("arctan", {TailNonsingular, FiniteLimits}, ""),
    ("softsign", {TailNonsingular, FiniteLimits}, ""),
]


@pytest.mark.parametrize(("sigma", "wanted", "erratum"), CASES, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("inputs", [SIGNALS, LINE], ids=["plane", "line"])
def test_every_case_of_the_proof_has_an_alpha_for_all_larger_ones(
    sigma: Any, wanted: set[type], erratum: str, inputs: Any
) -> None:
    layer = convolution(sigma) if inputs is SIGNALS else dense(4, sigma)
    entries = proved("NH18:Thm3.4", problem(inputs, layer, dense(1)))
    assert wanted <= kinds(entries)
    assert LeibnizSum in kinds(entries)
    errata = {e.erratum for e in entries if isinstance(e, Fact)}
    assert ("NH18:E8a" in errata) == (erratum == "NH18:E8a")


def test_the_determinant_of_relu_is_the_power_of_beta_from_alpha_0_on() -> None:
    entries = proved("NH18:Thm3.4", problem(LINE, dense(4, "relu"), dense(1)))
    (tail,) = [c for c in claims_of(entries) if isinstance(c, TailTriangular)]
    named = {e.name: e.value for e in entries if not isinstance(e, Fact)}
    x = [fmpq(row[0]) for row in LINE]
    g = [i - 1 for i in named["gamma"]]
    delta = min(abs(named["Q"][0][j] * (x[g[i]] - x[g[j]])) for i in range(4) for j in range(i))
    assert tail.alpha_0 == named["beta"] / delta
    (leibniz,) = [f for f in entries if isinstance(f, Fact) and "4!" in f.claim.words()]
    assert leibniz.grounds.evidence.total == named["beta"] ** 4


def test_at_ten_samples_every_step_takes_less_than_a_second() -> None:
    inputs = [[(7 * i * i + 3 * i) % 23, i] for i in range(10)]
    for sigma in ("sigmoid", "tanh", "relu", FALLING_R1):
        driver = Driver(
            SCRIPTS["NH18:Thm3.4"], Walkthrough(problem(inputs, dense(10, sigma), dense(1)), 1)
        )
        while True:
            start = time.perf_counter()
            entry = driver.advance()
            assert time.perf_counter() - start < 1
            if entry is None:
                break
        assert driver.finished


TWICE = [[0, 1, 3], [0, 1, 2], [2, 5, "1/2"]]
BROKEN = [
    ("Assumption 3.1", problem(TWICE, convolution(), dense(1)), 1, "equals patch 1"),
    ("first_layer", problem(SIGNALS, exactland.MaxPooling([(0, 1), (1, 2)]), dense(4, "relu")), 2,
     "layer 1 is max-pooling"),
    ("layer_k", problem(SIGNALS, convolution(), POOLING, dense(1)), 2, "layer 2 is max-pooling"),
    ("own_biases", problem(SIGNALS, convolution(bias="filter"), dense(1)), 1, "bias of layer 1"),
    ("wide", problem(SIGNALS, convolution(filters=1), dense(1)), 1, "n_1 = 2 and N = 4"),
    ("activation", problem(SIGNALS, convolution("exp"), dense(1)), 1, "Assumption 3.2. fails"),
    ("constant", problem(SIGNALS, convolution({"name": "polynomial", "coefficients": [2]}),
                         dense(1)), 1, "constant"),
    ("identity", problem(SIGNALS, convolution("identity"), dense(1)), 1, "Assumption 3.2. fails"),
    ("lower", problem(SIGNALS, convolution("sin"), dense(4, "relu"), dense(1)), 2, "sin"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "instance", "k", "said"), BROKEN, ids=[b[0] for b in BROKEN])
def test_theorem_3_4_stops_at_the_broken_hypothesis(
    name: str, instance: Any, k: int, said: str
) -> None:
    assert said in failing("NH18:Thm3.4", instance, k).relation


def test_without_filters_of_full_rank_the_full_rank_half_fails() -> None:
    patches = [(0, 1), (2, 1), (2, 3), (0, 3)]
    inputs = [[1, 2, 4, 8], [0, 3, 9, 5], [7, -1, -3, 6]]
    layer = exactland.Convolution(patches, 1, activation="relu")
    assert "full rank" in failing("NH18:Thm3.4", problem(inputs, layer, dense(1))).relation


# The rules of the tails refuse false claims.

WALK = Walkthrough(problem(LINE, dense(4, "relu"), dense(1)), 1)
ONES = ((fmpq(1),) * 4,)
GAMMA = (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("rule", "claim", "said"),
    [
        (tail_rules.triangular, TailTriangular(1, ONES, GAMMA, fmpq(1), fmpq(99, 100)), "alpha d"),
        (tail_rules.triangular, TailTriangular(1, ONES, (1, 0, 2, 3), fmpq(1), fmpq(9)), "d_ij"),
        (tail_rules.triangular, TailTriangular(1, ONES, (0, 1, 2), fmpq(1), fmpq(9)), "permut"),
        (tail_rules.triangular, TailTriangular(1, ONES, GAMMA, fmpq(0), fmpq(9)), "!= 0"),
        (tail_rules.nonsingular, TailNonsingular(1, ONES, GAMMA, 1, fmpq(1), fmpq(1, 9)), "d_ij"),
        (tail_rules.nonsingular, TailNonsingular(1, ONES, GAMMA, -1, fmpq(1), fmpq(99)), "i ="),
        (tail_rules.nonsingular, TailNonsingular(1, ONES, GAMMA, 2, fmpq(1), fmpq(99)), "m is"),
        (tail_rules.leibniz, LeibnizSum(1, ONES, GAMMA, 1, fmpq(0), fmpq(2)), "!= 0"),
        (tail_rules.leibniz, LeibnizSum(1, ONES, (0, 0, 1, 2), 1, fmpq(1), fmpq(2)), "permut"),
        (tail_rules.leibniz, TailTriangular(1, ONES, GAMMA, fmpq(1), fmpq(9)), "LeibnizSum"),
    ],
)
def test_false_claims_about_tails_fail(rule: Any, claim: Any, said: str) -> None:
    with pytest.raises(StepFailed) as failed:
        rule(WALK, At(None, claim), ())
    assert said in failed.value.relation


@pytest.mark.parametrize("sigma", ["relu", "sin", "identity", {"expr": "1/(t-1)"}])
def test_finite_limits_are_needed(sigma: Any) -> None:
    walk = Walkthrough(problem(LINE, dense(4, sigma), dense(1)), 1)
    with pytest.raises(StepFailed):
        tail_rules.finite_limits(walk, FiniteLimits(1), ())
    with pytest.raises(StepFailed):
        tail_rules.clause_one(walk, ClauseOne(1), ())


def test_clause_one_needs_a_limit_that_is_zero() -> None:
    walk = Walkthrough(problem(LINE, dense(4, "tanh"), dense(1)), 1)
    assert tail_rules.finite_limits(walk, FiniteLimits(1), ()).kind == "exact"
    with pytest.raises(StepFailed, match="mu_- mu_\\+ = 0: the limits are -1 and 1"):
        tail_rules.clause_one(walk, ClauseOne(1), ())
