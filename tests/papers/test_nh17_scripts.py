"""The scripts of NH17: built-in and other instances, broken hypotheses, forged steps."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import chain, permutations
from typing import Any

import mpmath
import pytest
from flint import arb, fmpq

from exactland.errors import UsageError
from exactland.model.chosen_parameters import random_parameters
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Data, Problem
from exactland.papers.nh17 import claims
from exactland.papers.nh17 import derivative_rules as derivatives
from exactland.papers.nh17 import rules as ours
from exactland.papers.nh17.backpropagation import formula_fails
from exactland.papers.nh17.examples import example
from exactland.papers.nh17.leibniz_sum import leibniz_sum
from exactland.papers.nh17.matrices import determinant_at
from exactland.papers.nh17.scripts import REMARKS, SCRIPTS, script
from exactland.papers.nh17.tails import first_alpha, is_nonsingular_from
from exactland.proof.claims import At, Attained
from exactland.proof.script import (
    Definition,
    Driver,
    Fact,
    Grounds,
    StepFailed,
    Walkthrough,
)
from exactland.proof.tails import Gaps

WITNESS = ("NH17:Lem4.3", "NH17:Lem4.4", "NH17:Cor4.5")


def run(id: str, walk: Walkthrough) -> Driver:
    start = time.process_time()
    driver = Driver(script(id), walk).run()
    assert time.process_time() - start < 5
    return driver


def definition(driver: Driver, name: str) -> Any:
    """The value of the last definition of this name."""
    found = [e.value for e in driver.entries if isinstance(e, Definition) and e.name == name]
    return found[-1]


def dense(widths: list[int], activation: Any, last: Any = "identity") -> SequentialNetwork:
    *hidden, outputs = widths
    layers = [Dense(width, activation=activation) for width in hidden]
    return SequentialNetwork([*layers, Dense(outputs, activation=last)])


POINTS = [[0, 1], [1, 0], [2, 2], [-1, "1/3"], ["3/7", -2], [1, 1]]


@pytest.mark.parametrize("id", [*SCRIPTS, *REMARKS])
def test_built_in_example_reaches_its_goal(id: str) -> None:
    driver = run(id, example(id))
    assert driver.finished
    assert driver.failure is None
    assert all(entry.grounds.kind for entry in driver.entries if isinstance(entry, Fact))


@pytest.mark.parametrize("id", WITNESS)
@pytest.mark.parametrize(
    ("network", "inputs", "k"),
    [
        (dense([5, 1], "tanh"), POINTS, 1),
        (dense([6, 1], {"name": "softplus", "alpha": 2}), POINTS, 1),
        (dense([2, 5, 1], "sigmoid"), POINTS, 2),
        (dense([2, 3, 4, 1], "softplus"), POINTS[:5], 3),
        (dense([3, 3, 1], "arctan"), POINTS[:4], 2),
        (dense([7, 1], "erf"), POINTS[:4], 1),
        (dense([1, 1], "sigmoid"), POINTS[:2], 1),
        (dense([1, 1], "softplus"), POINTS[:1], 1),
    ],
    ids=["tanh", "softplus2", "depth2", "depth3", "arctan", "erf", "N=2", "N=1"],
)
def test_other_instances(id: str, network: SequentialNetwork, inputs: Any, k: int) -> None:
    problem = Problem(network, Data(inputs))
    driver = run(id, Walkthrough(problem, k))
    assert driver.finished, driver.failure
    given = problem.with_parameters(random_parameters(problem, 3))
    assert run(id, Walkthrough(given, k)).finished


def test_corollary_exhibits_a_point_of_the_ball() -> None:
    walk = example("NH17:Cor4.5")
    driver = run("NH17:Cor4.5", walk)
    facts = [entry for entry in driver.entries if isinstance(entry, Fact)]
    near = next(f.claim for f in facts if isinstance(getattr(f.claim, "claim", None), claims.Near))
    given, found = walk.problem.parameters[0], near.parameters[0]
    numbers = [[*chain(*layer.W), *layer.b] for layer in (given, found)]
    squared = sum((x - y) ** 2 for x, y in zip(*numbers, strict=True))
    assert 0 < squared < fmpq(1, 10**6)
    # At the problem's own parameters the columns of F_1 are equal.
    own = At(walk.problem.parameters, claims.AugmentedFullRank(1, 4, 4))
    with pytest.raises(StepFailed, match="rank 4"):
        ours.augmented_rank(walk, own, ())


def without_bias(problem: Problem) -> Problem:
    first, *rest = problem.sequential.layers
    return Problem(
        SequentialNetwork([Dense(first.neurons, "none", first.activation), *rest]), problem.data
    )


BROKEN = {
    "convolution": (
        Problem(
            SequentialNetwork([Convolution([(0,), (1,)], 3, activation="sigmoid"), Dense(1)]),
            Data(POINTS[:3]),
        ),
        1,
        "every layer is dense. fails: layer 1",
    ),
    "no bias": (
        without_bias(Problem(dense([5, 1], "tanh"), Data(POINTS))),
        1,
        "every neuron has its own bias. fails: the bias of layer 1",
    ),
    "equal samples": (
        Problem(dense([3, 1], "tanh"), Data([[0, 1], [1, 2], [0, 1]])),
        1,
        "samples 1 and 3 are the same",
    ),
    "not analytic": (
        Problem(dense([3, 1], "relu"), Data(POINTS[:3])),
        1,
        "Layer 1: the activation satisfies Assumption 3.2(2). fails: relu",
    ),
    "not increasing": (
        Problem(dense([3, 1], "sin"), Data(POINTS[:3])),
        1,
        "Layer 1: the activation satisfies Assumption 3.2(2). fails: sin: not strictly increasing",
    ),
    "growth": (
        Problem(dense([2, 3, 1], {"expr": "t+t**3"}), Data(POINTS[:3])),
        2,
        "Layer 1: the activation satisfies Assumption 3.2(2). fails: expr: not bounded",
    ),
    "narrow": (
        Problem(dense([4, 1], "sigmoid"), Data(POINTS)),
        1,
        "n_k >= N - 1. fails: n_1 = 4 and N - 1 = 5",
    ),
}


@pytest.mark.parametrize("id", WITNESS)
@pytest.mark.parametrize("broken", BROKEN)
def test_broken_hypotheses_stop_at_their_step(id: str, broken: str) -> None:
    problem, k, relation = BROKEN[broken]
    driver = run(id, Walkthrough(problem, k))
    assert not driver.finished
    assert driver.failure is not None
    assert relation in driver.failure.relation
    assert driver.entries[-1] is driver.failure


@pytest.mark.parametrize(("name", "bounded"), [("tanh", True), ("softplus", False)])
def test_alpha_0_against_determinants(name: str, bounded: bool) -> None:
    """det E(alpha) at alpha_0 and beyond, by permutations at 200 digits."""
    problem = Problem(dense([3, 1], name), Data(POINTS[:4]))
    driver = run("NH17:Lem4.3", Walkthrough(problem, 1))
    direction, order = definition(driver, "a"), definition(driver, "order")
    beta = definition(driver, "beta")
    value = {"tanh": mpmath.tanh, "softplus": lambda t: mpmath.log(1 + mpmath.exp(t))}[name]
    with mpmath.workdps(200):
        numbers = [
            sum(mpmath.mpf(int(a.p)) / int(a.q) * mpmath.mpf(int(x.p)) / int(x.q)
                for a, x in zip(direction, problem.data.inputs[i - 1], strict=True))
            for i in order
        ]  # fmt: skip
        first = definition(driver, "alpha_0")
        alpha_0 = mpmath.mpf(int(first.p)) / int(first.q)
        sigma_beta = value(mpmath.mpf(int(beta.p)) / int(beta.q))
        for factor in (1, 2, 10):
            rows = [[value(factor * alpha_0 * (z - y) + 0) for z in numbers[:-1]] for y in numbers]
            rows = [[1, *row] if bounded else [*row, 1] for row in rows]
            total = mpmath.mpf(0)
            for pi in permutations(range(4)):
                sign = mpmath.det(
                    mpmath.matrix([[int(pi[i] == j) for j in range(4)] for i in range(4)])
                )
                term = mpmath.mpf(1)
                for i in range(4):
                    term *= rows[i][pi[i]]
                total += sign * term
            assert abs(total) > mpmath.mpf(10) ** -30
        limit = (-1 - sigma_beta) ** 3 if bounded else sigma_beta**3
        assert abs(total - limit) < mpmath.mpf(10) ** -6


def test_alpha_0_is_refused_below() -> None:
    from exactland.functions.activations import activation

    for name, bounded in [("sigmoid", True), ("tanh", True), ("softplus", False)]:
        sigma, gaps = activation(name), Gaps(5, fmpq(1), fmpq(4))
        first = first_alpha(sigma, fmpq(0), gaps, bounded)
        assert first is not None
        assert is_nonsingular_from(sigma, fmpq(0), gaps, first, bounded) is None
        assert is_nonsingular_from(sigma, fmpq(0), gaps, first * 100, bounded) is None
        assert is_nonsingular_from(sigma, fmpq(0), gaps, first / 2, bounded) is not None
        assert is_nonsingular_from(sigma, fmpq(0), gaps, -first, bounded) == "alpha_0 > 0"
    assert is_nonsingular_from(activation("softplus"), fmpq(0), gaps, fmpq(99), True) is not None
    assert is_nonsingular_from(activation("tanh"), fmpq(0), gaps, fmpq(99), False) is not None


def family_of(driver: Driver) -> tuple[Any, claims.Family]:
    for entry in driver.entries:
        inner = getattr(getattr(entry, "claim", None), "claim", None)
        if isinstance(inner, claims.Ordered):
            return entry.claim.parameters, inner.family
    raise LookupError("no family")


def test_forged_steps_of_lemma_4_3() -> None:
    walk = example("NH17:Lem4.3")
    driver = run("NH17:Lem4.3", walk)
    facts = tuple(entry for entry in driver.entries if isinstance(entry, Fact))
    parameters, family = family_of(driver)
    swapped = replace(family, order=(*family.order[1:], family.order[0]))
    repeated = replace(family, order=(family.order[0],) * 4)
    for wrong in (swapped, repeated):
        with pytest.raises(StepFailed):
            ours.ordered(walk, At(parameters, claims.Ordered(wrong)), ())
        with pytest.raises(StepFailed):
            ours.tail(walk, At(parameters, claims.DeterminantTail(wrong, fmpq(1000))), ())
        with pytest.raises(StepFailed, match="among the facts"):
            ours.limit(walk, At(parameters, claims.LimitDeterminant(wrong)), facts)
    with pytest.raises(StepFailed):
        ours.tail(walk, At(parameters, claims.DeterminantTail(family, fmpq(1, 10))), ())
    claim = At(driver.entries[-1].claim.parameters, claims.AugmentedFullRank(1, 3, 4))
    with pytest.raises(StepFailed, match="with N <= n_1"):
        ours.augmented_rank(walk, claim, ())
    equal = (fmpq(0), fmpq(0))
    with pytest.raises(StepFailed, match="not different"):
        ours.separation(walk, At(parameters, claims.Separates(1, equal)), ())
    with pytest.raises(StepFailed, match="entries"):
        ours.separation(walk, At(parameters, claims.Separates(1, (fmpq(1),))), ())
    with pytest.raises(StepFailed, match="among the facts"):
        ours.null_set(walk, claims.AugmentedAlmostEverywhere(1, 4, 4), ())
    with pytest.raises(StepFailed, match="among the facts"):
        ours.dense(walk, claims.AugmentedDense(1, 4, 4), facts)
    with pytest.raises(StepFailed, match="layer 1 is shown to be analytic"):
        ours.composition(walk, claims.AnalyticOutputs(1), ())


@pytest.mark.parametrize("name", ["tanh", "softplus"])
def test_determinant_at_alpha_0(name: str) -> None:
    walk = Walkthrough(Problem(dense([2, 3, 1], name), Data(POINTS[:4])), 2)
    driver = run("NH17:Lem4.3", walk)
    fact = next(
        e
        for e in driver.entries
        if isinstance(getattr(getattr(e, "claim", None), "claim", None), claims.DeterminantAt)
    )
    claim = fact.claim.claim
    rows = definition(driver, "E(alpha_0)")
    values = mpmath.matrix(
        [[mpmath.mpf(str(x.mid().str(50, radius=False))) for x in r] for r in rows]
    )
    value = mpmath.det(values)
    assert claim.low * mpmath.mpf(10) ** claim.exponent <= value + mpmath.mpf(10) ** -12
    assert value - mpmath.mpf(10) ** -12 <= claim.high * mpmath.mpf(10) ** claim.exponent
    if name == "tanh":
        differences = definition(driver, "E^(alpha_0)")
        assert [row[0] for row in differences[1:]] == [0, 0, 0]
    wrong = [
        replace(claim, low=-claim.high, high=-claim.low),
        replace(claim, low=-1, high=claim.high),
        replace(claim, low=claim.high + 1, high=claim.high + 2),
        replace(claim, alpha=claim.alpha / 2),
        replace(claim, family=replace(claim.family, order=(0, 0, 1, 2))),
    ]
    for forged in wrong:
        with pytest.raises(StepFailed):
            determinant_at(walk, At(fact.claim.parameters, forged), ())


@pytest.mark.parametrize(("samples", "k"), [(4, 1), (5, 2), (1, 1)])
def test_leibniz_sum(samples: int, k: int) -> None:
    walk = Walkthrough(Problem(dense([4, 4, 1], "softplus"), Data(POINTS[:samples])), k)
    driver = run("NH17:Lem4.3", walk)
    fact = next(
        e
        for e in driver.entries
        if isinstance(getattr(getattr(e, "claim", None), "claim", None), claims.LeibnizSum)
    )
    claim = fact.claim.claim
    rows = [
        [mpmath.mpf(str(arb(x).mid().str(40, radius=False))) for x in row]
        for row in definition(driver, "E(alpha_0)")
    ]
    rest = mpmath.mpf(0)
    for pi in permutations(range(samples)):
        term = mpmath.mpf(1)
        for j in range(samples):
            term *= rows[pi[j]][j]
        rest += 0 if pi == tuple(range(samples)) else abs(term)
    bound = mpmath.mpf(int(claim.bound.p)) / int(claim.bound.q)
    assert rest <= bound
    assert bound <= rest * 1.01
    if samples > 1:
        with pytest.raises(StepFailed, match="add up to at most"):
            leibniz_sum(walk, At(fact.claim.parameters, replace(claim, bound=fmpq(0))), ())
    wrong = replace(claim, family=replace(claim.family, order=(*claim.family.order, 9)))
    with pytest.raises(StepFailed, match="permutation"):
        leibniz_sum(walk, At(fact.claim.parameters, wrong), ())


@pytest.mark.parametrize("k", [-1, 0, 4])
def test_layers_that_do_not_exist(k: int) -> None:
    walk = example("NH17:LinearRanks")
    parameters = walk.problem.parameters
    rules = [
        (derivatives.weight_rank, claims.WeightRank(k, 3)),
        (derivatives.affine, claims.AffineInFeatures(3, k)),
        (derivatives.feature_rank, claims.FeatureRank(k, 2)),
        (derivatives.gradients_agree, claims.GradientsAgree(k, fmpq(0))),
        (ours.composition, claims.AnalyticOutputs(k)),
        (ours.near, At(parameters, claims.Near(k, fmpq(1)))),
        (ours.augmented_rank, At(parameters, claims.AugmentedFullRank(k, 4, 4))),
        (ours.null_set, claims.AugmentedAlmostEverywhere(k, 4, 4)),
    ]
    for rule, claim in rules:
        if (k, type(claim)) == (0, claims.FeatureRank):
            continue  # F_0 is the data
        with pytest.raises((StepFailed, UsageError), match="layer"):
            rule(walk, claim, ())


def test_goal_is_tight() -> None:
    walk = example("NH17:Lem4.3")
    parameters = run("NH17:Lem4.3", walk).entries[-1].claim.parameters
    goal = SCRIPTS["NH17:Lem4.3"].is_goal
    rank, tail = run("NH17:Lem4.3", walk).entries[-1].claim.claims
    assert rank == claims.AugmentedFullRank(1, 4, 4)
    assert goal(walk, Attained(parameters, (rank, tail)))
    for wrong in (claims.AugmentedFullRank(1, 3, 4), claims.AugmentedFullRank(2, 4, 4)):
        assert not goal(walk, Attained(parameters, (wrong, tail)))
    other = replace(tail, family=replace(tail.family, k=2))
    assert not goal(walk, Attained(parameters, (rank, other)))
    assert not goal(walk, Attained(parameters, (rank,)))
    assert not goal(walk, Attained(parameters, ()))
    assert not SCRIPTS["NH17:Lem4.4"].is_goal(walk, claims.AugmentedDense(1, 4, 4))
    with pytest.raises(UsageError, match="no proof script"):
        script("NH17:Thm3.8")


@pytest.mark.parametrize(
    "network",
    [
        dense([3, 2], "sigmoid", "sigmoid"),
        dense([2, 3, 1], "tanh", "tanh"),
        dense([2, 2, 2, 1], "softplus", "softplus"),
        dense([3, 1], "relu"),
        dense([2, 1], {"expr": "t**2"}),
    ],
    ids=["sigmoid", "tanh", "softplus", "relu", "square"],
)
@pytest.mark.parametrize("loss", ["squared", "cauchy", "pseudo-huber(delta=1/2)"])
def test_backpropagation(network: SequentialNetwork, loss: str) -> None:
    outputs = network.layers[-1].neurons
    data = Data(POINTS[:3], targets=[[i + j for j in range(outputs)] for i in range(3)])
    problem = Problem(network, data, loss=loss)
    problem = problem.with_parameters(random_parameters(problem, 5))
    driver = run("NH17:Lem2.1", Walkthrough(problem))
    assert driver.finished, driver.failure


def test_backpropagation_against_differences() -> None:
    """The forward derivative is the limit of exact difference quotients over Q."""
    from exactland.arithmetic.rationals import RATIONALS
    from exactland.model.backward import loss_value
    from exactland.papers.nh17.backpropagation import forward_gradient

    problem = example("NH17:Lem2.1").problem
    step = fmpq(1, 10**60)
    for k in (1, 2, 3):
        found = forward_gradient(problem, k, RATIONALS)
        layer = problem.parameters[k - 1]
        moved = [list(row) for row in layer.W]
        moved[0][0] += step
        changed = list(problem.parameters)
        changed[k - 1] = {"W": moved, "b": layer.b}
        before, after = loss_value(problem), loss_value(problem.with_parameters(changed))
        assert abs((after - before) / step - found.d_weights[0][0]) < fmpq(1, 1000)


@pytest.mark.parametrize(
    ("change", "relation"),
    [
        ("kink", "sigma_1 is differentiable at every entry of G_1."),
        ("loss", "The loss is squared-hinge"),
        ("no loss", "The problem has no loss"),
        ("convolution", "every layer is dense. fails"),
        ("no parameters", "parameters"),
    ],
)
def test_backpropagation_fails_where_it_should(change: str, relation: str) -> None:
    network: Any = dense([2, 1], "relu")
    parameters: Any = [{"W": [[1, 0], [0, 1]], "b": [0, 1]}, {"W": [[1], [1]], "b": [0]}]
    loss: Any = "squared"
    if change == "loss":
        loss = "squared-hinge"
    if change == "no loss":
        loss = None
    if change == "convolution":
        network = SequentialNetwork([Convolution([(0, 1)], 2, activation="relu"), Dense(1)])
    if change == "no parameters":
        parameters, network = None, dense([2, 1], "tanh")
    data = Data([[0, 1], [1, 1]], targets=[1, -1])
    driver = run("NH17:Lem2.1", Walkthrough(Problem(network, data, parameters, loss)))
    assert driver.failure is not None
    assert relation in driver.failure.relation


def test_wrong_formulas_and_gradients_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from exactland.model import backward
    from exactland.papers.nh17 import backpropagation

    walk = example("NH17:Lem2.1")
    right = backpropagation._delta

    def transposed(symbols: Any, widths: Any, k: int) -> Any:
        return list(reversed(right(symbols, widths, k)))

    monkeypatch.setattr(backpropagation, "_delta", transposed)
    assert formula_fails((2, 3, 2), 1) == "dPhi/dg_11"
    monkeypatch.undo()
    genuine = backward.gradients

    def scaled(*arguments: Any, **named: Any) -> Any:
        return tuple(
            replace(layer, d_bias=[[2 * x for x in layer.d_bias[0]]])
            for layer in genuine(*arguments, **named)
        )

    monkeypatch.setattr(derivatives, "gradients", scaled)
    with pytest.raises(StepFailed, match="of dPhi/db_1"):
        derivatives.gradients_agree(walk, claims.GradientsAgree(1, fmpq(0)), ())


@pytest.mark.parametrize(
    "activation",
    ["sigmoid", "tanh", *({"name": "softplus", "alpha": a} for a in (1, 2, "1/3", 7))],
)
def test_lemma_3_3(activation: Any) -> None:
    walk = Walkthrough(Problem(dense([2, 1], activation), Data(POINTS[:2])))
    assert run("NH17:Lem3.3", walk).finished
    if isinstance(activation, dict):
        rho = definition(run("NH17:Lem3.3", walk), "rho")
        alpha = mpmath.mpf(str(eval(str(activation["alpha"]))))
        one, two, three, four = (
            mpmath.mpf(eval(text, {"log": mpmath.log})) for text in rho
        )  # texts of the package
        for t in (-30, -2, -0.01, 0, 0.01, 2, 30):
            value = mpmath.log(1 + mpmath.exp(alpha * t)) / alpha
            bound = one * mpmath.exp(two * t) if t < 0 else three * t + four
            assert value <= bound + mpmath.mpf(10) ** -12


@pytest.mark.parametrize("activation", ["relu", "arctan", {"expr": "1/(1+exp(-2*t))"}])
def test_lemma_3_3_speaks_of_three_functions(activation: Any) -> None:
    walk = Walkthrough(Problem(dense([2, 1], activation), Data(POINTS[:2])))
    failure = run("NH17:Lem3.3", walk).failure
    assert failure is not None
    assert "sigmoid, tanh or softplus" in failure.relation


def test_lemma_3_3_on_max_pooling() -> None:
    layers = [MaxPooling([(0,), (1,)]), Dense(1, activation="tanh")]
    walk = Walkthrough(Problem(SequentialNetwork(layers), Data(POINTS[:2])), 1)
    failure = run("NH17:Lem3.3", walk).failure
    assert failure is not None
    assert "It is max-pooling" in failure.relation
    assert run("NH17:Lem3.3", replace(walk, k=2)).finished


def test_wrong_constants_of_softplus() -> None:
    walk = example("NH17:Lem3.3")
    shown = tuple(e for e in run("NH17:Lem3.3", walk).entries if isinstance(e, Fact))
    right = derivatives.softplus_constants(fmpq(1))
    kept = derivatives.softplus_growth(walk, claims.SoftplusGrowth(1, right), shown)
    assert isinstance(kept, Grounds)
    for wrong in ("1/2", *right[1:]), (*right[:3], "1/2"):
        with pytest.raises(StepFailed, match="The constants are"):
            derivatives.softplus_growth(walk, claims.SoftplusGrowth(1, wrong), shown)
    with pytest.raises(StepFailed, match="among the facts"):
        derivatives.softplus_growth(walk, claims.SoftplusGrowth(1, right), shown[:2])


def test_lemma_4_1_fails_at_the_layer_with_a_kink() -> None:
    layers = [Dense(2, activation="tanh"), Dense(2, activation="relu"), Dense(1)]
    walk = Walkthrough(Problem(SequentialNetwork(layers), Data(POINTS[:2])), 2)
    failure = run("NH17:Lem4.1", walk).failure
    assert failure is not None
    assert "Layer 2: the activation is analytic. fails" in failure.relation
    assert run("NH17:Lem4.1", replace(walk, k=1)).finished
    for name in ("sin", "gelu", "exp"):
        assert run("NH17:Lem4.1", Walkthrough(Problem(dense([2, 2], name), Data(POINTS)))).finished


@pytest.mark.parametrize(("widths", "k"), [([3, 3], 2), ([2, 4, 3], 3), ([5], 1), ([1, 6, 6], 3)])
def test_linear_ranks(widths: list[int], k: int) -> None:
    problem = Problem(dense(widths, "identity"), Data(POINTS))
    problem = problem.with_parameters(random_parameters(problem, 1))
    driver = run("NH17:LinearRanks", Walkthrough(problem, k))
    assert driver.finished, driver.failure
    bound, exact = driver.entries[-1].claim.claims
    assert exact.rank <= bound.bound <= min([2, *widths[:k]]) + 1


def test_linear_ranks_fail_where_they_should() -> None:
    nonlinear = Walkthrough(Problem(dense([2, 1], "tanh"), Data(POINTS)), 1)
    failure = run("NH17:LinearRanks", nonlinear).failure
    assert failure is not None
    assert "Layer 1 is linear. It applies tanh" in failure.relation
    bare = Walkthrough(Problem(dense([2, 1], "identity"), Data(POINTS)), 1)
    failure = run("NH17:LinearRanks", bare).failure
    assert failure is not None
    assert "it has none of layer 1" in failure.relation
    walk = example("NH17:LinearRanks")
    shown = tuple(e for e in run("NH17:LinearRanks", walk).entries if isinstance(e, Fact))
    with pytest.raises(StepFailed, match="rank F_3 <= 1"):
        derivatives.linear_bound(walk, claims.FeatureRankAtMost(3, 1), shown)
    with pytest.raises(StepFailed, match="It is 1"):
        derivatives.weight_rank(walk, claims.WeightRank(1, 2), ())


def test_errata_at_steps_are_known() -> None:
    from exactland.papers import STATEMENTS

    known = {erratum.id for statement in STATEMENTS for erratum in statement.errata}
    deep = Problem(dense([2, 3, 1], "tanh"), Data(POINTS[:4]))
    named: set[str] = set()
    for id in [*SCRIPTS, *REMARKS]:
        walk = replace(example(id), problem=deep, k=2) if id in WITNESS else example(id)
        named |= {e.erratum for e in run(id, walk).entries if isinstance(e, Fact)} - {""}
    assert sorted(named) == ["NH17:E7"]
    assert named <= known


@pytest.mark.parametrize("k", [0, 4])
def test_linear_ranks_of_no_layer(k: int) -> None:
    with pytest.raises(UsageError, match="there is no layer"):
        run("NH17:LinearRanks", replace(example("NH17:LinearRanks"), k=k))
