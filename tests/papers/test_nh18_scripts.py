"""The scripts of NH18: to the goal on instances of every kind, or to the step that fails."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flint import fmpq

import exactland
from exactland.papers.examples import example
from exactland.papers.nh18 import (
    fit,
    hypothesis_steps,
    tail_rules,
)
from exactland.papers.nh18.constructions import directions
from exactland.papers.nh18.scripts import SCRIPTS
from exactland.papers.nh18.tail_claims import (
    ClauseOne,
    FiniteLimits,
    LeibnizSum,
    TailNonsingular,
    TailTriangular,
)
from exactland.proof.claims import At, Attained, TailDominated
from exactland.proof.rules import domination
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
    start = time.process_time()
    driver = Driver(SCRIPTS[id], Walkthrough(instance, k)).run()
    assert time.process_time() - start < 5
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


@pytest.mark.parametrize(("sigma", "wanted", "erratum"), CASES, ids=[str(c[0]) for c in CASES])
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


@pytest.mark.parametrize("sigma", ["sigmoid", "tanh", "relu", FALLING_R1], ids=str)
def test_theorem_3_4_at_ten_samples(sigma: Any) -> None:
    inputs = [[(7 * i * i + 3 * i) % 23, i] for i in range(10)]
    proved("NH18:Thm3.4", problem(inputs, dense(10, sigma), dense(1)))


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
    failure = failing("NH18:Thm3.4", problem(inputs, layer, dense(1)))
    assert "U_1 (4 x 4) has rank at most 3 for every W_1" in failure.relation
    assert failure.step.claim.id == "NH18:Asm2.4"


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
        (tail_rules.triangular, TailTriangular(1, ONES, GAMMA, fmpq(1), fmpq(-9)), "alpha_0 >= 0"),
        (tail_rules.nonsingular, TailNonsingular(1, ONES, GAMMA, 1, fmpq(1), fmpq(-9)), ">= 0"),
        (domination, TailDominated(1, ONES, GAMMA, fmpq(-1), fmpq(-1, 9)), "alpha_0 > 0"),
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


# The other scripts of sections 2 and 3.

PADDED = exactland.Convolution([(None, 0), (0, 1), (1, 2), (2, None)], 2, "filter", "sigmoid")
STRUCTURES = [
    ("NH18:Lem2.5", problem(SIGNALS, convolution(), POOLING, dense(3)), 3),
    ("NH18:Lem2.5", problem(SIGNALS, PADDED), 1),
    ("NH18:Lem2.5", problem(LINE, dense(2)), 1),
    ("NH18:LemD.1", problem(SIGNALS, convolution("gelu"), POOLING, dense(3, "r1")), 3),
    ("NH18:LemD.1", problem(LINE, dense(1, "lorentz"), dense(2, "softsign")), 2),
    ("NH18:LemD.1", problem(LINE, dense(2, "hard-sigmoid")), 1),
    ("NH18:Thm3.5", problem(SIGNALS, convolution("sigmoid"), dense(1)), 1),
    ("NH18:Thm3.5", problem(LINE, dense(4, SOFTPLUS)), 1),
    ("NH18:Thm3.5", problem(LINE, dense(2, "gelu"), dense(5, "tanh")), 2),
    ("NH18:LemA.1", problem(LINE, dense(2)), 1),
]


@pytest.mark.parametrize(("id", "instance", "k"), STRUCTURES)
def test_the_statements_of_sections_2_and_3(id: str, instance: Any, k: int) -> None:
    proved(id, instance, k)


FOUR_CYCLE = exactland.Convolution([(0, 1), (2, 1), (2, 3), (0, 3)], 1)


@pytest.mark.parametrize(
    ("id", "instance", "k", "said"),
    [
            ("NH18:Lem2.5", problem([[1, 2, 3, 4]], FOUR_CYCLE), 1, "rank at most 3"),
                ("NH18:LemD.1", problem(TWICE, convolution()), 1, "equals patch 1"),
        ("NH18:LemD.1", problem(SIGNALS, exactland.MaxPooling([(0, 1), (1, 2)])), 1, "max-pool"),
        ("NH18:LemD.1", problem(LINE, dense(2, bias="none")), 1, "'none'"),
        ("NH18:LemD.1", problem(LINE, dense(2, {"name": "polynomial", "coefficients": [1]})), 1,
         "it is constant"),
        ("NH18:LemD.1", problem(LINE, dense(2, {"expr": "1/t"})), 1, "continuous"),
        ("NH18:Thm3.5", problem(SIGNALS, convolution("relu")), 1, "kink"),
        ("NH18:Thm3.5", problem(LINE, dense(3, "sigmoid")), 1, "n_1 = 3 and N = 4"),
        ("NH18:Thm3.5", problem([[1], [1]], dense(3, "sigmoid")), 1, "equals patch 1"),
    ],
)  # fmt: skip
def test_they_fail_where_a_hypothesis_does(id: str, instance: Any, k: int, said: str) -> None:
    assert said in failing(id, instance, k).relation


# Corollary 3.6.

FITS = [
    problem(SIGNALS, convolution(), dense(1), targets=[1, 0, -1, "1/3"]),
    problem(LINE, dense(5, "r1"), dense(1), targets=[0, 0, 7, 1]),
    problem(SIGNALS, convolution("sigmoid"), dense(4, "softsign"), dense(1), targets=[1, 2, 3, 4]),
    problem(LINE, dense(4, "tanh"), dense(1), targets=[1, 2, 3, 4]),
]


@pytest.mark.parametrize("instance", FITS)
def test_any_targets_are_fitted(instance: Any) -> None:
    last = proved("NH18:Cor3.6", instance)[-1].claim
    if isinstance(last.claim, fit.Fitted):
        F = exactland.feature_matrix(instance, last.claim.k, parameters=last.parameters)
        fitted = [sum(a * b for a, b in zip(row, last.claim.weights, strict=True)) for row in F]
        assert fitted == [row[0] for row in instance.data.targets]


def test_rational_features_give_an_exact_lambda() -> None:
    kinds_of_fit = [type(proved("NH18:Cor3.6", p)[-1].claim.claim) for p in FITS]
    assert kinds_of_fit == [fit.Fitted, fit.Fitted, fit.FittedByRank, fit.FittedByRank]


@pytest.mark.parametrize(
    ("instance", "said"),
    [
        (problem(LINE, dense(3, "relu"), dense(1), targets=[1, 2, 3, 4]), "n_1 = 3 and N = 4"),
        (problem(LINE, dense(4, "relu"), dense(2), targets=[[1, 2]] * 4), "width 1"),
        (problem(LINE, dense(4, "relu"), dense(1, "tanh"), targets=[1] * 4), "applies tanh"),
        (problem(LINE, dense(4, "relu"), dense(1)), "no targets"),
        (problem(LINE, dense(4, "identity"), dense(1), targets=[1] * 4), "Assumption 3.2"),
        (problem(LINE, dense(1), targets=[1] * 4), "no hidden layer"),
        (problem([[1], [1]], dense(2, "relu"), dense(1), targets=[1, 2]), "equals patch"),
    ],
)
def test_the_corollary_stops_where_a_hypothesis_fails(instance: Any, said: str) -> None:
    assert said in failing("NH18:Cor3.6", instance).relation


def test_a_wrong_lambda_is_refused() -> None:
    last = proved("NH18:Cor3.6", FITS[0])[-1].claim
    walk = Walkthrough(FITS[0], 1)
    inner = last.claim
    wrong = fit.Fitted(1, inner.y, (inner.weights[0] + 1, *inner.weights[1:]))
    with pytest.raises(StepFailed, match="f_L\\(x_"):
        fit.fitted(walk, At(last.parameters, wrong), ())
    with pytest.raises(StepFailed, match="sizes"):
        fit.fitted(walk, At(last.parameters, fit.Fitted(1, inner.y[:2], inner.weights)), ())
    with pytest.raises(StepFailed, match="among the facts used"):
        fit.fitted_by_rank(walk, At(last.parameters, fit.FittedByRank(1, inner.y)), ())


def test_forty_samples_of_an_unbounded_activation() -> None:
    """Many directions are needed, and weights far beyond the range of floating point."""
    inputs = [[(i * i * 7 + 3 * i) % 101, (i * i * i + 5) % 97] for i in range(40)]
    entries = proved("NH18:Thm3.4", problem(inputs, dense(40, SOFTPLUS), dense(1)))
    closed, sharp = (c for c in claims_of(entries) if hasattr(c, "alpha_0"))
    assert isinstance(closed, TailDominated)
    assert isinstance(sharp, TailNonsingular)
    assert sharp.alpha_0 < closed.alpha_0


def test_directions_are_kept_while_others_are_drawn_again() -> None:
    instance = problem([[i, i * i] for i in range(25)], dense(25, "relu"))
    chosen = directions(instance, None, 1, across=False)
    for column in zip(*chosen, strict=True):
        assert len({column[0] * i + column[1] * i * i for i in range(25)}) == 25


def test_lemma_d_1_allows_max_pooling_above_layer_1() -> None:
    instance = problem(SIGNALS, convolution("sigmoid"), POOLING, dense(1))
    last = proved("NH18:LemD.1", instance, 2)[-1].claim
    F = exactland.feature_matrix(instance, 2, exactland.Balls(200), last.parameters)
    for i, row in enumerate(F):
        for other in F[:i]:
            assert not any(a.overlaps(b) for a in row for b in other)
    pooled = problem(SIGNALS, exactland.MaxPooling([(0, 1), (1, 2)]), dense(2))
    for k in (1, 2):
        assert "layer 1 is max-pooling" in failing("NH18:LemD.1", pooled, k).relation


def test_the_goals_ask_for_every_part_of_the_conclusion() -> None:
    walk = Walkthrough(WIDE_ENOUGH[0], 1)
    for id in ("NH18:Thm3.4", "NH18:LemD.1"):
        last = proved(id, walk.problem)[-1].claim
        goal = SCRIPTS[id].is_goal
        assert goal(walk, last)
        for left_out in range(len(last.claims)):
            parts = tuple(c for n, c in enumerate(last.claims) if n != left_out)
            assert not goal(walk, Attained(last.parameters, parts))


def test_an_activation_without_a_known_injective_interval_shows_the_erratum() -> None:
    """Piecewise constant, as far as one can see: continuous and not constant do not suffice."""
    instance = problem(LINE, dense(2, {"expr": "max(t,0)*min(t,0)"}), dense(1))
    walk = Walkthrough(instance, 1)
    with pytest.raises(StepFailed, match="None is known of expr"):
        hypothesis_steps.an_interval(walk, hypothesis_steps.InjectiveSomewhere(1), ())
    found = hypothesis_steps.an_interval(WALK, hypothesis_steps.InjectiveSomewhere(1), ())
    assert found.detail.startswith("(0, infinity)")
