"""The scripts of NH18: to the goal on instances of every kind, or to the step that fails."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flint import arb, fmpq

import exactland
from exactland.papers.examples import example
from exactland.papers.nh18 import (
    activation_bounds,
    backpropagation,
    definitions,
    fit,
    hypothesis_steps,
    singular_values,
    tail_rules,
    widths,
)
from exactland.papers.nh18.constructions import directions, given_parameters
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
LAYERS = [
    ("NH18:Def2.1", problem(SIGNALS, convolution(), dense(1)), 1),
    ("NH18:Def2.1", problem(SIGNALS, PADDED, dense(1)), 1),
    ("NH18:Def2.1", problem(SIGNALS, dense(3, "tanh"), convolution("gelu", bias="none")), 2),
    ("NH18:Def2.2", problem(SIGNALS, dense(3, "tanh"), dense(2, SOFTPLUS)), 1),
    ("NH18:Def2.2", problem(SIGNALS, dense(3, "tanh"), dense(2, SOFTPLUS)), 2),
    ("NH18:Def2.2", problem(LINE, dense(3, "relu", "none")), 1),
    ("NH18:Def2.3", problem(SIGNALS, convolution(), POOLING, dense(1)), 2),
    ("NH18:Def2.3", problem(SIGNALS, convolution("sigmoid"), POOLING, dense(1)), 2),
    ("NH18:Def2.3", problem(SIGNALS, exactland.MaxPooling([(0, 1), (2, 1)])), 1),
]


@pytest.mark.parametrize(("id", "instance", "k"), LAYERS)
def test_layers_are_as_they_are_defined(id: str, instance: Any, k: int) -> None:
    proved(id, instance, k)


@pytest.mark.parametrize(
    ("id", "k", "said"),
    [
        ("NH18:Def2.1", 2, "of the kind MaxPooling"),
        ("NH18:Def2.2", 1, "of the kind Convolution"),
        ("NH18:Def2.3", 3, "of the kind Dense"),
    ],
)
def test_a_definition_speaks_of_its_kind_of_layer(id: str, k: int, said: str) -> None:
    instance = problem(SIGNALS, convolution(), POOLING, dense(1))
    assert said in failing(id, instance, k).relation


def test_a_wrong_pre_activation_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = problem(SIGNALS, convolution(), dense(1))

    def wrong(*given: Any) -> Any:
        return [[value + 1 for value in row] for row in original(*given)]

    original = definitions.pre_activation_matrix
    monkeypatch.setattr(definitions, "pre_activation_matrix", wrong)
    assert "At x_1, neuron 1" in failing("NH18:Def2.1", instance).relation


def test_a_wrong_layer_map_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from exactland.linalg.structure import LinearStructure

    def wrong(layer: Any, below: int) -> LinearStructure:
        right = original(layer, below)
        entries = dict(right.entries)
        entries.pop(next(iter(entries)))
        return LinearStructure(right.rows, right.columns, right.variables, entries, right.filters)

    original = definitions.layer_map
    monkeypatch.setattr(definitions, "layer_map", wrong)
    failure = failing("NH18:Def2.1", problem(SIGNALS, convolution(), dense(1)))
    assert "It fails for neuron 1" in failure.relation


STRUCTURES = [
    ("NH18:Asm2.4", problem(SIGNALS, convolution(), dense(1)), 1),
    ("NH18:Asm2.4", problem(LINE, dense(2), dense(1)), 1),
    ("NH18:Asm2.4", problem(SIGNALS, convolution(), POOLING, dense(1)), 2),
    ("NH18:Asm3.1", problem(SIGNALS, convolution()), 1),
    ("NH18:Asm3.1", problem(LINE, dense(2)), 1),
    ("NH18:Asm3.1", problem(SIGNALS, exactland.MaxPooling([(0, 1), (1, 2)])), 1),
    ("NH18:Asm3.2", problem(SIGNALS, convolution(), POOLING, dense(3, "gelu")), 3),
    ("NH18:Asm3.2", problem(LINE, dense(2, "lorentz")), 1),
    ("NH18:Asm3.2", problem(LINE, dense(2, "sigmoid"), dense(2, "mish")), 2),
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
        ("NH18:Asm2.4", problem([[1, 2, 3, 4]], FOUR_CYCLE), 1, "rank at most 3 for every W_1"),
        ("NH18:Lem2.5", problem([[1, 2, 3, 4]], FOUR_CYCLE), 1, "rank at most 3"),
        ("NH18:Asm3.1", problem(TWICE, convolution()), 1, "equals patch 1"),
        ("NH18:Asm3.2", problem(LINE, dense(2, "sigmoid"), dense(2, "cos")), 2, "Layer 2: "),
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


# Lemma 3.3.


@pytest.mark.parametrize("sigma", ["relu", "sigmoid", SOFTPLUS, {"name": "softplus", "alpha": 7}])
def test_the_three_activations_of_lemma_3_3(sigma: Any) -> None:
    proved("NH18:Lem3.3", problem(SIGNALS, dense(3), convolution(sigma)), 2)


@pytest.mark.parametrize("sigma", ["tanh", "gelu", "identity", {"expr": "2*max(t,0)"}])
def test_others_are_not_in_lemma_3_3(sigma: Any) -> None:
    assert "It is" in failing("NH18:Lem3.3", problem(LINE, dense(2, sigma))).relation


@pytest.mark.parametrize("text", ["max(t,1)", "max(t,0)+t**2", "max(2*t,0)", "-max(t,0)", "exp(t)"])
def test_the_bounds_of_relu_are_refused_for_others(text: str) -> None:
    walk = Walkthrough(problem(LINE, dense(2, {"expr": text})), 1)
    with pytest.raises(StepFailed):
        activation_bounds.relu_bounds(walk, activation_bounds.ReluBounds(1), ())
    with pytest.raises(StepFailed):
        activation_bounds.sigmoid_limits(walk, activation_bounds.SigmoidLimits(1), ())


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


# Lemma H.1.

DEEP = problem(
    SIGNALS,
    convolution("r1"),
    dense(3, "lorentz"),
    dense(2),
    targets=[[1, 0], [0, 1], [2, 2], [3, 1]],
)
PADDED_ON_TWO = exactland.Convolution([(None, 0), (0, 1), (1, None)], 2, activation=SOFTPLUS)
GRADIENTS = [
    (DEEP, 1),
    (problem(SIGNALS, dense(3, "tanh"), convolution("gelu"), dense(1), targets=[1, 2, 3, 4]), 1),
    (
        problem(
            SIGNALS,
            convolution(),
            POOLING,
            PADDED_ON_TWO,
            dense(1),
            targets=[1, 2, 3, 4],
        ),
        2,
    ),
    (problem(LINE, dense(2, "relu"), dense(1), targets=[1, 2, 3, 4]), 1),
]


@pytest.mark.parametrize(("instance", "k"), GRADIENTS)
def test_backpropagation_agrees_with_forward_derivatives(instance: Any, k: int) -> None:
    layers = [c.layer for c in proved("NH18:LemH.1", instance, k)[-1].claim.claims]
    assert sorted(set(layers)) == list(range(k + 1, instance.sequential.depth + 1))


def test_the_gradient_of_u_agrees_with_a_difference_quotient() -> None:
    """The forward derivative itself, against exact differences: Phi is quadratic in U_L."""
    parameters = given_parameters(DEEP)
    whole = exactland.Problem(DEEP.network, DEEP.data, parameters, "half-squared")
    found = backpropagation._forward_gradient(whole, 3, exactland.RATIONALS)
    for r in range(3):
        for j in range(2):
            values = []
            for step in (fmpq(1), fmpq(-1)):
                W = [list(row) for row in parameters[2].W]
                W[r][j] += step
                moved = (*parameters[:2], exactland.LayerParameters(W, parameters[2].b))
                values.append(exactland.loss_value(whole, parameters=moved))
            assert found[r][j] == (values[0] - values[1]) / 2


@pytest.mark.parametrize(
    ("instance", "k", "said"),
    [
        (problem(LINE, dense(2, "relu"), dense(1)), 1, "The data have none"),
        (problem(LINE, dense(2, "relu"), dense(1), targets=[1] * 4), 2, "k = 2 and L = 2"),
        (problem(SIGNALS, convolution(), POOLING, dense(1), targets=[1] * 4), 1, "max-pooling"),
        (problem(LINE, dense(2), dense(1, "relu"), targets=[1] * 4), 1, "applies a function"),
        (problem([[0]], dense(1, "tanh"), dense(1, "relu"), dense(1), targets=[1],
                 parameters=[{"W": [[1]], "b": [0]}] * 3), 1, "its slopes are 0 and 1"),
    ],
)  # fmt: skip
def test_lemma_h_1_stops_where_a_hypothesis_fails(instance: Any, k: int, said: str) -> None:
    assert said in failing("NH18:LemH.1", instance, k).relation


def test_a_wrong_gradient_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*given: Any) -> Any:
        return [[2 * value for value in row] for row in original(*given)]

    original = backpropagation._forward_gradient
    monkeypatch.setattr(backpropagation, "_forward_gradient", wrong)
    assert "Entry (1, 1)" in failing("NH18:LemH.1", DEEP).relation


def test_a_wrong_formula_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delta without the factor sigma' is refused."""

    def wrong(at: int, depth: int, matrices: Any, slopes: Any, residual: Any) -> Any:
        ones = {key: [value[0] - value[0] + 1 for value in [v] * 1] * len(v)
                for key, v in slopes.items()}  # fmt: skip
        return original(at, depth, matrices, ones, residual)

    original = backpropagation._backwards
    monkeypatch.setattr(backpropagation, "_backwards", wrong)
    assert "It fails for neuron 1" in failing("NH18:LemH.1", DEEP).relation


# Lemmas H.2 and H.3.

TALL = [
    problem(SIGNALS, convolution("sigmoid")),
    problem(LINE, dense(6, "r1")),
    problem(LINE, dense(4, "relu"), parameters=[{"W": [[1, 2, -1, 1]], "b": [1, -1, 3, -2]}]),
    problem(SIGNALS, dense(3, "tanh"), dense(5, "gelu")),
]


@pytest.mark.parametrize("id", ["NH18:LemH.2", "NH18:LemH.3"])
@pytest.mark.parametrize(
    ("instance", "k"), [(TALL[0], 1), (TALL[1], 1), (TALL[2], 1), (TALL[3], 2)]
)
def test_singular_values_bound_norms(id: str, instance: Any, k: int) -> None:
    import numpy as np

    last = proved(id, instance, k)[-1].claim
    balls = exactland.Balls(100)
    F = balls.rows(exactland.feature_matrix(instance, k, balls, last.parameters))
    s = np.linalg.svd(np.array([[float(v.mid()) for v in row] for row in F]))[1]
    low, high = (float(arb(value)) for value in (last.low, last.high))
    assert low <= s[-1] ** 2 <= 1.01 * low
    assert s[0] ** 2 <= high <= 1.01 * s[0] ** 2


@pytest.mark.parametrize("id", ["NH18:LemH.2", "NH18:LemH.3"])
def test_the_lower_bounds_need_a_tall_matrix_of_full_rank(id: str) -> None:
    wide = problem(LINE, dense(3, "sigmoid"))
    assert "n_1 = 3 and N = 4" in failing(id, wide).relation
    equal = problem([[1], [1]], dense(3, "sigmoid"))
    assert "s_min(A) > 0" in failing(id, equal).relation


def test_a_wide_matrix_has_no_positive_lower_bound() -> None:
    """A = F_1^T is 3 x 4: A x = 0 for some x, and no lambda > 0 is accepted."""
    wide = problem(LINE, dense(3, "r1"))
    walk, parameters = Walkthrough(wide, 1), given_parameters(wide)
    for low in (fmpq(1), fmpq(1, 10**30), fmpq(0), fmpq(-1)):
        claim = singular_values.BoundedBelow(1, parameters, low)
        with pytest.raises(StepFailed):
            singular_values.bounded_below(walk, claim, ())


def test_false_bounds_are_refused() -> None:
    walk, parameters = Walkthrough(TALL[1], 1), given_parameters(TALL[1])
    last = proved("NH18:LemH.2", TALL[1])[-1].claim
    below = singular_values.BoundedBelow(1, parameters, last.low * fmpq(102, 100))
    above = singular_values.BoundedAbove(1, parameters, last.high * fmpq(98, 100))
    with pytest.raises(StepFailed, match="Pivot"):
        singular_values.bounded_below(walk, below, ())
    with pytest.raises(StepFailed, match="Pivot"):
        singular_values.bounded_above(walk, above, ())
    loose = singular_values.BoundedBelow(1, parameters, last.low / 2)
    for vector in ((fmpq(1),) * 4, (fmpq(0),) * 4, (fmpq(1),)):
        with pytest.raises(StepFailed):
            singular_values.sharp(walk, singular_values.Sharp(loose, vector), ())
    with pytest.raises(StepFailed, match="among the facts used"):
        singular_values.combination(walk, last, ())


# Tables and figure.


def test_only_the_row_of_xception_disagrees() -> None:
    facts = [e for e in proved("NH18:Tab1", WALK.problem) if isinstance(e, Fact)]
    flagged = [f.claim.network for f in facts if f.erratum == "NH18:E8g"]
    assert flagged == ["Xception"]
    assert "1382976 > N = 1200000 (not as printed: 700K)" in facts[-2].claim.words()


@pytest.mark.parametrize(
    ("rule", "claim"),
    [
        (
            widths.width_of_table,
            widths.WidthOfTable("x", 224, ((3, 1, 1),), 64, 3211265, True, 3000),
        ),
        (
            widths.width_of_table,
            widths.WidthOfTable("x", 224, ((3, 1, 1),), 64, 3211264, False, 3000),
        ),
        (widths.rank_of_table, widths.RankOfTable(89, 60164, 60164)),
        (widths.rank_of_table, widths.RankOfTable(88, 59489, 59488)),
        (widths.enough_filters, widths.EnoughFilters(88)),
        (widths.enough_filters, widths.EnoughFilters(90)),
        (widths.widths_of_figure, widths.WidthsOfFigure((784, 67600, 16900, 2880, 721, 100, 10))),
    ],
)
def test_wrong_numbers_are_refused(rule: Any, claim: Any) -> None:
    with pytest.raises(StepFailed):
        rule(WALK, claim, ())


def test_figure_1_is_a_network_that_can_be_built() -> None:
    network = widths.figure_1()
    network.check(784)
    assert network.widths(784) == (784, 67600, 16900, 2880, 720, 100, 10)


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


UNDEFINED = problem(LINE, dense(4, {"expr": "log(t)"}), dense(1), targets=[1, 2, 3, 4])


@pytest.mark.parametrize(
    ("id", "k"), [("NH18:Def2.2", 2), ("NH18:LemH.1", 1), ("NH18:LemH.2", 1), ("NH18:LemH.3", 1)]
)
def test_an_activation_that_is_not_defined_at_the_parameters_fails_as_a_step(
    id: str, k: int
) -> None:
    relation = failing(id, UNDEFINED, k).relation
    assert "layer 1, log(" in relation
    assert "not defined there" in relation


def test_an_activation_without_a_known_injective_interval_shows_the_erratum() -> None:
    """Piecewise constant, as far as one can see: continuous and not constant do not suffice."""
    instance = problem(LINE, dense(2, {"expr": "max(t,0)*min(t,0)"}), dense(1))
    walk = Walkthrough(instance, 1)
    with pytest.raises(StepFailed, match="None is known of expr"):
        hypothesis_steps.an_interval(walk, hypothesis_steps.InjectiveSomewhere(1), ())
    found = hypothesis_steps.an_interval(WALK, hypothesis_steps.InjectiveSomewhere(1), ())
    assert found.detail.startswith("(0, infinity)")
