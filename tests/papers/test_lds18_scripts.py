"""The scripts of LDS18: built-in and other instances, broken hypotheses, forged steps."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import permutations
from typing import Any

import mpmath
import pytest
from flint import fmpq, fmpq_mat

from exactland.conditions.claims import FullRank, MatrixName
from exactland.errors import UsageError
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Data, Problem
from exactland.papers.lds18 import activation_rules as activations
from exactland.papers.lds18 import claims
from exactland.papers.lds18 import rules as ours
from exactland.papers.lds18.examples import example
from exactland.papers.lds18.moments import enough_powers
from exactland.papers.lds18.scripts import REMARKS, SCRIPTS, script
from exactland.proof.claims import AlmostEverywhere, At, HypothesisHolds
from exactland.proof.script import Definition, Driver, Fact, StepFailed, Walkthrough

SINE_COSINE = {"expr": "sin(t)+cos(t)"}
SHIFTED = {"expr": "1/(1+exp(-t-1))"}
HUMP = {"expr": "-(t-1)**2*exp(t)"}
SPECIAL = ["exp", SINE_COSINE, SHIFTED, HUMP, {"expr": "tanh(t+1)"}]
RANKS = ("LDS18:Lem3", "LDS18:Prop3", "LDS18:Prop4")


def run(id: str, walk: Walkthrough) -> Driver:
    start = time.process_time()
    driver = Driver(script(id), walk).run()
    assert time.process_time() - start < 5
    return driver


def bare(inputs: Any, widths: list[int], activation: Any, bias: str = "none") -> Walkthrough:
    *hidden, outputs = widths
    layers = [Dense(width, bias, activation) for width in hidden]
    return Walkthrough(Problem(SequentialNetwork([*layers, Dense(outputs, bias)]), Data(inputs)), 1)


def line(*values: Any) -> list[list[Any]]:
    return [[value] for value in values]


def facts(driver: Driver) -> tuple[Fact, ...]:
    return tuple(entry for entry in driver.entries if isinstance(entry, Fact))


def relation(driver: Driver) -> str:
    assert not driver.finished
    assert driver.failure is not None
    return driver.failure.relation


@pytest.mark.parametrize("id", [*SCRIPTS, *REMARKS])
def test_built_in_example_reaches_its_goal(id: str) -> None:
    driver = run(id, example(id))
    assert driver.failure is None
    assert driver.finished


@pytest.mark.parametrize("id", [*SCRIPTS])
@pytest.mark.parametrize("activation", SPECIAL, ids=str)
def test_other_activations(id: str, activation: Any) -> None:
    walk = bare(line(-2, "1/2", 1, 3), [4, 1], activation)
    assert run(id, walk).finished, run(id, walk).failure


@pytest.mark.parametrize("activation", ["exp", SINE_COSINE, SHIFTED], ids=str)
@pytest.mark.parametrize(
    ("inputs", "widths"),
    [
        (line(-1, 0, 1), [1, 3, 1]),
        ([[0, 1], [1, 1], [2, 0], [-1, 5]], [3, 2, 4, 1]),
        ([[1, 1], [1, 2], [1, 4]], [2, 5, 2]),
        (line(1, 2, 3, 4, 5, 6), [6, 1]),
        (line(1, 2, 3, 5), [1, 1]),
        ([[0, 1], [1, 1], [2, 0], [-1, 5]], [3, 2, 1]),
    ],
    ids=["H=2", "H=3", "wide", "N=6", "d_H=1", "H=2, d_H<N"],
)
def test_lemma_3_on_other_networks(inputs: Any, widths: list[int], activation: Any) -> None:
    walk = bare(inputs, widths, activation)
    driver = run("LDS18:Lem3", walk)
    assert driver.finished, driver.failure
    hidden, samples = len(widths) - 1, len(inputs)
    goal = AlmostEverywhere(MatrixName("features", hidden), samples, widths[-2])
    assert driver.entries[-1].claim == goal
    assert run("LDS18:Prop4", walk).finished


@pytest.mark.parametrize(("width", "samples"), [(2, 4), (1, 3), (6, 3), (3, 3)])
def test_proposition_4_with_few_and_many_neurons(width: int, samples: int) -> None:
    inputs = [[i, i * i] for i in range(samples)]
    driver = run("LDS18:Prop4", bare(inputs, [width, 1], SHIFTED))
    assert driver.finished, driver.failure
    rank = driver.entries[-2].claim.claim
    assert rank == FullRank(MatrixName("features", 1), samples, width)


def test_witness_of_proposition_3_has_a_nonzero_determinant() -> None:
    driver = run("LDS18:Prop3", bare(line(-2, "1/2", 1, 3), [4, 1], "exp"))
    weights = next(e.value for e in driver.entries if getattr(e, "name", "") == "w")
    with mpmath.workdps(60):
        rows = [
            [mpmath.exp(mpmath.mpf(int(w.p)) / int(w.q) * x) for x in (-2, 0.5, 1, 3)]
            for w in weights
        ]
        total = mpmath.mpf(0)
        for pi in permutations(range(4)):
            inversions = sum(pi[i] > pi[j] for i in range(4) for j in range(i + 1, 4))
            term = mpmath.mpf((-1) ** inversions)
            for i in range(4):
                term *= rows[i][pi[i]]
            total += term
        assert abs(total) > mpmath.mpf(10) ** -20


def test_lemma_3_names_the_identity_that_refutes_it() -> None:
    failed = relation(run("LDS18:Lem3", bare(line(-1, 0, 1), [5, 1], "sigmoid")))
    assert "derivative 2 of sigma at 0 is 0" in failed
    assert "f(x_1) - 2 f(x_2) + f(x_3) = 0 for every unit f of layer 1" in failed
    driver = run("LDS18:Lem3", bare(line(-2, -1, 1, 2), [5, 1], "softplus"))
    assert "f(x_1) - 2 f(x_2) + 2 f(x_3) - f(x_4) = 0" in relation(driver)
    assert driver.failure is not None
    assert driver.failure.finding.verdict == "proved"
    assert driver.failure.step.erratum == "LDS18:E1"
    deep = relation(run("LDS18:Lem3", bare(line(-1, 1), [2, 3, 1], "tanh")))
    assert "f(x_1) + f(x_2) = 0 for every unit f of layer 2" in deep
    # The samples 1, 2, 3 have no such relation: Assumption 2 fails, the identity is not claimed.
    other = relation(run("LDS18:Lem3", bare(line(1, 2, 3), [5, 1], "sigmoid")))
    assert "derivative 2 of sigma at 0 is 0" in other
    assert "for every unit" not in other


BROKEN: dict[str, tuple[Walkthrough, str, tuple[str, ...]]] = {
    "biases": (
        bare(line(1, 2), [2, 1], "exp", "neuron"),
        "no layer has a bias. fails: layer 1",
        ("LDS18:Lem3", "LDS18:Prop4", "LDS18:Moments"),
    ),
    "convolution": (
        Walkthrough(
            Problem(
                SequentialNetwork([Convolution([(0,), (1,)], 2, "none", "exp"), Dense(1, "none")]),
                Data([[1, 2], [2, 1]]),
            )
        ),
        "every layer is dense. fails: layer 1",
        ("LDS18:Lem3", "LDS18:Prop4", "LDS18:Moments"),
    ),
    "A1": (
        bare([[0, 1], [0, 2], [1, 2]], [3, 1], "exp"),
        "LDS18:Asm1.A1 fails on this instance.",
        ("LDS18:Lem3", "LDS18:Prop4", "LDS18:Lem4"),
    ),
    "equal samples": (
        bare(line(1, 2, 1), [3, 1], "exp"),
        "samples 1 and 3",
        ("LDS18:Prop3", "LDS18:Lem6", "LDS18:Lem4"),
    ),
    "no hidden layer": (bare(line(1, 2), [1], "exp"), "there is no hidden layer", ("LDS18:Lem3",)),
    "not analytic": (
        bare(line(1, 2), [2, 1], "relu"),
        "Layer 1: the activation is analytic. fails: relu",
        ("LDS18:Lem3", "LDS18:Prop3", "LDS18:Prop4", "LDS18:Lem6", "LDS18:Asm2", "LDS18:Moments"),
    ),
    "derivative 0": (
        bare(line(1, 2), [2, 1], "tanh"),
        "derivative 0 of sigma at 0 is 0",
        ("LDS18:Lem3", "LDS18:Prop3", "LDS18:Prop4", "LDS18:Lem4", "LDS18:Lem6", "LDS18:Asm2"),
    ),
    "derivative 1": (
        bare(line(1, -1), [2, 1], "cos"),
        "derivative 1 of sigma at 0 is 0",
        ("LDS18:Lem3", "LDS18:Prop3", "LDS18:Prop4", "LDS18:Lem4", "LDS18:Lem6", "LDS18:Asm2"),
    ),
    "derivative 2": (
        bare(line(1, 2, 3), [3, 1], "sigmoid"),
        "derivative 2 of sigma at 0 is 0",
        ("LDS18:Lem3", "LDS18:Prop3", "LDS18:Prop4", "LDS18:Lem4", "LDS18:Asm2"),
    ),
    "two inputs": (
        bare([[0, 1], [1, 2]], [2, 1], "exp"),
        "There is one input neuron. There are 2",
        ("LDS18:Prop3",),
    ),
    "not continuous": (
        bare(line(1, 2), [2, 1], {"expr": "1/t"}),
        "Layer 1: the activation is continuous.",
        ("LDS18:Lem1",),
    ),
}


@pytest.mark.parametrize(
    ("broken", "id"), [(name, id) for name, (_, _, ids) in BROKEN.items() for id in ids]
)
def test_broken_hypotheses_stop_at_their_step(broken: str, id: str) -> None:
    walk, wanted, _ = BROKEN[broken]
    driver = run(id, walk)
    assert wanted in relation(driver)
    assert driver.entries[-1] is driver.failure


@pytest.mark.parametrize("id", [*SCRIPTS, *REMARKS])
def test_a_first_layer_of_max_pooling(id: str) -> None:
    layers = [MaxPooling([(0,), (1,)]), Dense(2, "none", "exp"), Dense(1, "none")]
    walk = Walkthrough(Problem(SequentialNetwork(layers), Data([[0, 1], [1, 2]])), 1)
    failed = relation(run(id, walk))
    known = ("max-pooling", "layer 1 is not dense", "There are 2")
    assert any(words in failed for words in known)


def test_an_inner_layer_whose_slope_vanishes() -> None:
    layers = [Dense(2, "none", "cos"), Dense(2, "none", "exp"), Dense(1, "none")]
    walk = Walkthrough(Problem(SequentialNetwork(layers), Data(line(1, 2))), 2)
    driver = run("LDS18:Lem3", walk)
    assert "sigma_1^(j)(0) != 0 for j = 0, ..., 1. Assumption 2 fails" in relation(driver)
    assert driver.failure is not None
    assert driver.failure.step.erratum == "LDS18:E16"


@pytest.mark.parametrize(
    ("activation", "order", "smallest"),
    [("sigmoid", 3, fmpq(1, 4)), ("tanh", 4, fmpq(1)), ("exp", 5, fmpq(1)), ("gelu", 3, None)],
)
def test_lemma_1_with_an_analytic_activation(
    activation: str, order: int, smallest: fmpq | None
) -> None:
    walk = bare(line(*range(order)), [order, 1], activation)
    driver = run("LDS18:Lem1", walk)
    assert driver.finished, driver.failure
    delta = next(e.value for e in driver.entries if isinstance(e, Definition))
    assert 0 < delta <= 1
    assert smallest is None or delta == smallest
    # The paper's own functions, with c = delta/(2 (k + 1)), satisfy Assumption 2.
    from exactland.functions.activations import activation as activation_of
    from exactland.functions.derivatives_at_zero import assumption_2

    sigma = activation_of(activation).definition
    for k in (0, 1, 7):
        c = delta / (2 * (k + 1))
        expression = {"expr": f"({sigma})+({c})*(sin(t)+cos(t))"}
        assert assumption_2(expression, order).holds is True
    signs = next(f for f in facts(driver) if isinstance(f.claim, claims.SineCosineDerivatives))
    assert signs.erratum == "LDS18:E2"


@pytest.mark.parametrize("activation", ["relu", "elu", "softsign"])
def test_lemma_1_with_a_continuous_activation(activation: Any) -> None:
    spec = {"name": "elu", "alpha": 1} if activation == "elu" else activation
    driver = run("LDS18:Lem1", bare(line(1, 2, 3), [3, 1], spec))
    assert driver.finished, driver.failure
    assert "cited" in {fact.grounds.kind for fact in facts(driver)}


def test_lemma_4_over_q() -> None:
    walk = bare(line("1/2", -1, 3, 2), [4, 1], HUMP)
    driver = run("LDS18:Lem4", walk)
    last = driver.entries[-1]
    xs = [fmpq(1, 2), fmpq(-1), fmpq(3), fmpq(2)]
    # The n-th derivative of -(t-1)^2 e^t at 0 is -(n^2 - 3n + 1).
    derivatives = [-fmpq(n * n - 3 * n + 1) for n in range(4)]
    matrix = fmpq_mat([[d * x**n for x in xs] for n, d in enumerate(derivatives)])
    assert last.grounds.kind == "exact"
    assert last.grounds.evidence == matrix.det()


@pytest.mark.parametrize(
    ("activation", "inputs", "rank"),
    [
        ("sigmoid", line(1, 2, 3), True),
        ("sigmoid", line(-1, 0, 1), False),
        ("sigmoid", line(-1, 1), True),
        ("softplus", line(-2, -1, 1, 2), False),
        ("softplus", line(-1, 1, 2), True),
        ("tanh", line(-1, 1), False),
        ("tanh", line(0, 1), False),
        ("tanh", line(1, 2, 3), True),
        ("cos", line(-1, 1), False),
        ("cos", line(0, 1, 2), True),
        ("tanh", [[1, 0], [0, 1], [1, 1]], True),
        ("identity", [[1, 0], [0, 1], [1, 1]], False),
        ({"expr": "t**2"}, [[1, 0], [0, 1], [1, 1]], True),
        ("exp", line(1, 2, 3, 4, 5, 6, 7), True),
    ],
    ids=str,
)
def test_moments_decide(activation: Any, inputs: Any, rank: bool) -> None:
    walk = bare(inputs, [len(inputs), 1], activation)
    driver = run("LDS18:Moments", walk)
    assert driver.finished is rank, driver.failure
    if not rank:
        assert "There is no degree" in relation(driver) or "It is" in relation(driver)
    # What the checked condition says of the generic rank is found independently.
    from exactland.conditions.ranks import generic_rank_of

    assert generic_rank_of(walk.problem, 1).verdict == ("proved" if rank else "refuted")


def test_moments_name_the_identity() -> None:
    failed = relation(run("LDS18:Moments", bare(line(-1, 0, 1), [3, 1], "sigmoid")))
    assert "f(x_1) - 2 f(x_2) + f(x_3) = 0" in failed
    assert enough_powers(bare(line(1, 2, 3), [3, 1], "sigmoid").problem) == (0, 1, 3)


def test_forged_steps() -> None:
    walk = example("LDS18:Prop3")
    driver = run("LDS18:Prop3", walk)
    shown = facts(driver)
    nothing: Any = (None, None)
    for weights in ((fmpq(1), fmpq(1)), (fmpq(1),) * 4, ()):
        with pytest.raises(StepFailed):
            ours.minor(walk, At(nothing, claims.MinorNonzero(1, 0, weights)), ())
    with pytest.raises(StepFailed, match="a coordinate of the 1"):
        ours.minor(walk, At(nothing, claims.MinorNonzero(1, 1, (fmpq(1),))), ())
    with pytest.raises(StepFailed, match="among the facts"):
        ours.expansion(walk, At(nothing, claims.ExpansionNonzero(1, 0, (fmpq(5),))), shown)
    with pytest.raises(StepFailed, match="Lemma 4 at the order 1"):
        ours.expansion(walk, At(nothing, claims.ExpansionNonzero(1, 0, ())), ())
    short = [f for f in shown if not getattr(getattr(f.claim, "claim", None), "weights", ())]
    with pytest.raises(StepFailed, match="det sigma_1"):
        ours.determinant_null(walk, claims.DeterminantAlmostEverywhere(3), tuple(short))
    with pytest.raises(StepFailed, match="N = 3"):
        ours.determinant_null(walk, claims.DeterminantAlmostEverywhere(2), shown)
    with pytest.raises(StepFailed, match="among the facts"):
        ours.vandermonde(walk, At(nothing, claims.WeightedVandermonde(1, 0, 4)), shown)
    with pytest.raises(StepFailed, match="nonzero derivatives are at least"):
        activations.special_nearby(
            walk,
            claims.SpecialNearby(1, 3, fmpq(3, 2)),
            (_fact(claims.SineCosineDerivatives()),),
        )
    sigmoid = bare(line(1, 2, 3), [3, 1], "sigmoid")
    with pytest.raises(StepFailed, match="Derivative 2"):
        activations.support(sigmoid, claims.SupportDerivatives(1, (0, 1, 2)), ())


def _fact(claim: Any) -> Any:
    from exactland.proof.script import Grounds

    return Fact(1, claim, Grounds("logic", "for the test"))


def test_forged_uses_of_the_moments() -> None:
    walk = example("LDS18:Moments")
    driver = run("LDS18:Moments", walk)
    goal = driver.entries[-1].claim
    shown = facts(driver)
    without = tuple(f for f in shown if not isinstance(f.claim, claims.MomentRank))
    with pytest.raises(StepFailed, match="moments of rank N"):
        ours.independence(walk, goal, without)
    other = tuple(f for f in shown if not isinstance(f.claim, HypothesisHolds))
    with pytest.raises(StepFailed, match="analytic"):
        ours.independence(walk, goal, other)
    with pytest.raises(StepFailed, match="full rank 3"):
        ours.independence(walk, replace(goal, columns=4), shown)
    with pytest.raises(StepFailed, match="It is 2"):
        ours.moment_rank(walk, claims.MomentRank((0, 1), 3), ())
    with pytest.raises(StepFailed, match="N = 3"):
        ours.moment_rank(walk, claims.MomentRank((0, 1), 2), ())


def test_goals_are_tight() -> None:
    walk = example("LDS18:Prop4")
    goal = SCRIPTS["LDS18:Prop4"].is_goal
    assert goal(walk, AlmostEverywhere(MatrixName("features", 1), 3, 3))
    assert not goal(walk, AlmostEverywhere(MatrixName("features", 1), 3, 2))
    assert not goal(walk, AlmostEverywhere(MatrixName("weights", 1), 3, 3))
    assert not SCRIPTS["LDS18:Asm2"].is_goal(walk, claims.DerivativesNonzero(1, 2))
    assert not SCRIPTS["LDS18:Lem6"].is_goal(walk, claims.CoincidencesNull(2))
    vandermonde = At((None, None), claims.WeightedVandermonde(1, 0, 2))
    assert not SCRIPTS["LDS18:Lem4"].is_goal(walk, vandermonde)
    with pytest.raises(UsageError, match="no proof script"):
        script("LDS18:Thm1")


def test_errata_at_steps_are_known() -> None:
    from exactland.papers import STATEMENTS

    known = {erratum.id for statement in STATEMENTS for erratum in statement.errata}
    named: set[str] = set()
    for id in [*SCRIPTS, *REMARKS]:
        walk = example(id)
        named |= {e.erratum for e in run(id, walk).entries if isinstance(e, Fact)} - {""}
    assert sorted(named) == ["LDS18:E1", "LDS18:E10a", "LDS18:E10b", "LDS18:E16", "LDS18:E2"]
    assert named <= known


def test_numbers_beyond_floating_point_have_a_determinant_in_words() -> None:
    walk = bare(line("1" + "0" * 300, 1, 2), [3, 1], "exp")
    driver = run("LDS18:Lem4", walk)
    assert driver.finished
    assert driver.entries[-1].grounds.detail == "det = 1.00000e+600 (exactly known)"
