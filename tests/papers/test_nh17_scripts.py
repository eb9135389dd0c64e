"""The scripts of NH17: built-in and other instances, broken hypotheses, refused steps."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import permutations
from typing import Any

import mpmath
import pytest
from flint import fmpq

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.verify import check_bytes
from exactland.errors import UsageError
from exactland.functions.activations import activation as named
from exactland.model.chosen_parameters import random_parameters
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Data, Problem
from exactland.papers import STATEMENTS
from exactland.papers.nh17.examples import example
from exactland.papers.nh17.scripts import REMARKS, SCRIPTS, script
from exactland.papers.nh17.tails import first_alpha, is_nonsingular_from
from exactland.proof.script import Definition, Driver, Fact, Walkthrough
from exactland.proof.tails import Gaps

WITNESS = ("NH17:Lem4.3", "NH17:Lem4.4", "NH17:Cor4.5")
POINTS = [[0, 1], [1, 0], [2, 2], [-1, "1/3"], ["3/7", -2], [1, 1]]


def run(id: str, walk: Walkthrough) -> Driver:
    start = time.process_time()
    driver = Driver(script(id), walk).run()
    assert time.process_time() - start < 5
    return driver


def texts(driver: Driver) -> list[str]:
    return [entry.claim.words() for entry in driver.entries if isinstance(entry, Fact)]


def definition(driver: Driver, name: str) -> Any:
    """The value of the last definition of this name."""
    found = [e.value for e in driver.entries if isinstance(e, Definition) and e.name == name]
    return found[-1]


def failed(id: str, walk: Walkthrough) -> str:
    failure = run(id, walk).failure
    assert failure is not None
    return f"{failure.step.claim.words()} | {failure.relation}"


def dense(widths: list[int], activation: Any, last: Any = "identity") -> SequentialNetwork:
    *hidden, outputs = widths
    layers = [Dense(width, activation=activation) for width in hidden]
    return SequentialNetwork([*layers, Dense(outputs, activation=last)])


def accepted(driver: Driver) -> bool:
    return bool(check_bytes(canonical_bytes(proof_certificate(driver))).verdict == "accept")


@pytest.mark.parametrize("id", [*SCRIPTS, *REMARKS])
def test_built_in_example_reaches_its_goal(id: str) -> None:
    driver = run(id, example(id))
    assert driver.finished
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
    assert accepted(driver)
    given = problem.with_parameters(random_parameters(problem, 3))
    assert run(id, Walkthrough(given, k)).finished


def test_corollary_exhibits_a_point_of_the_ball() -> None:
    driver = run("NH17:Cor4.5", example("NH17:Cor4.5"))
    near, full, goal = texts(driver)[-3:]
    assert near.endswith("< (1/1000)^2")
    assert full == "at q: rank beside(F_2, ones(N, 1)) = N"
    assert goal == "in every ball of parameters: rank beside(F_2, ones(N, 1)) = N"


def test_lemma_4_4_has_its_minor() -> None:
    found = texts(run("NH17:Lem4.4", example("NH17:Lem4.4")))
    for text in ("det J is analytic", "at p: det J != 0", "for almost all parameters: det J != 0"):
        assert text in found


def without_bias() -> Problem:
    layers = [Dense(5, "none", "tanh"), Dense(1)]
    return Problem(SequentialNetwork(layers), Data(POINTS))


def convolutional() -> Problem:
    layers = [Convolution([(0,), (1,)], 3, activation="sigmoid"), Dense(1)]
    return Problem(SequentialNetwork(layers), Data(POINTS[:3]))


TWICE = [[0, 1], [1, 2], [0, 1]]
BROKEN = {
    "convolution": (convolutional(), 1, "for i = 1: layer i is dense"),
    "no bias": (without_bias(), 1, "for i = 1: layer i has a bias of each neuron"),
    "equal samples": (Problem(dense([3, 1], "tanh"), Data(TWICE)), 1, "rows 1 and 3 are equal"),
    "not analytic": (Problem(dense([3, 1], "relu"), Data(POINTS[:3])), 1, "sigma_1 is real anal"),
    "not increasing": (Problem(dense([3, 1], "sin"), Data(POINTS[:3])), 1, "sigma_1 increases"),
    "growth": (
        Problem(dense([2, 3, 1], {"expr": "t+t**3"}), Data(POINTS[:3])), 2, "abs(sigma) does not"
    ),
    "narrow": (Problem(dense([4, 1], "sigmoid"), Data(POINTS)), 1, "N - 1 is 5 and n_1 is 4"),
}  # fmt: skip


@pytest.mark.parametrize("id", WITNESS)
@pytest.mark.parametrize("broken", BROKEN)
def test_broken_hypotheses_stop_at_their_step(id: str, broken: str) -> None:
    problem, k, relation = BROKEN[broken]
    driver = run(id, Walkthrough(problem, k))
    assert driver.failure is not None
    assert relation in driver.failure.relation
    assert driver.entries[-1] is driver.failure


VALUES = {"tanh": mpmath.tanh, "softplus": lambda t: mpmath.log(1 + mpmath.exp(t))}


@pytest.mark.parametrize(("name", "bounded"), [("tanh", True), ("softplus", False)])
def test_alpha_0_against_determinants(name: str, bounded: bool) -> None:
    """det E(alpha) at alpha_0 and beyond, by permutations at 200 digits."""
    problem = Problem(dense([3, 1], name), Data(POINTS[:4]))
    driver = run("NH17:Lem4.3", Walkthrough(problem, 1))
    assert any(text.endswith("det E(alpha) != 0") for text in texts(driver))
    order = [int(n) for n in definition(driver, "gamma").strip("()").split(",")]
    direction, beta, value = definition(driver, "c"), definition(driver, "beta"), VALUES[name]
    with mpmath.workdps(200):
        numbers = [
            sum(mpmath.mpf(int(a.p)) / int(a.q) * mpmath.mpf(int(x.p)) / int(x.q)
                for a, x in zip(direction, problem.data.inputs[i - 1], strict=True))
            for i in order
        ]  # fmt: skip
        first = definition(driver, "alpha_0")
        alpha_0 = mpmath.mpf(int(first.p)) / int(first.q)
        shift = mpmath.mpf(int(beta.p)) / int(beta.q)
        for factor in (1, 2, 10):
            rows = [
                [value(factor * alpha_0 * (z - y) + shift) for z in numbers[:-1]] for y in numbers
            ]
            rows = [[1, *row] if bounded else [*row, 1] for row in rows]
            total = mpmath.mpf(0)
            for pi in permutations(range(4)):
                turned = [[int(pi[i] == j) for j in range(4)] for i in range(4)]
                total += mpmath.det(mpmath.matrix(turned)) * mpmath.fprod(
                    rows[i][pi[i]] for i in range(4)
                )
            assert abs(total) > mpmath.mpf(10) ** -30
        limit = (-1 - value(shift)) ** 3 if bounded else value(shift) ** 3
        assert abs(total - limit) < mpmath.mpf(10) ** -6


def test_alpha_0_is_refused_below() -> None:
    for name, bounded in [("sigmoid", True), ("tanh", True), ("softplus", False)]:
        sigma, gaps = named(name), Gaps(5, fmpq(1), fmpq(4))
        first = first_alpha(sigma, fmpq(0), gaps, bounded)
        assert first is not None
        assert is_nonsingular_from(sigma, fmpq(0), gaps, first, bounded) is None
        assert is_nonsingular_from(sigma, fmpq(0), gaps, first * 100, bounded) is None
        assert is_nonsingular_from(sigma, fmpq(0), gaps, first / 2, bounded) is not None
        assert is_nonsingular_from(sigma, fmpq(0), gaps, -first, bounded) == "alpha_0 > 0"
    assert is_nonsingular_from(named("softplus"), fmpq(0), gaps, fmpq(99), True) is not None
    assert is_nonsingular_from(named("tanh"), fmpq(0), gaps, fmpq(99), False) is not None


def tail_document(name: str) -> tuple[Any, Any]:
    """A certificate of Lemma 4.3, and its step of the rule augmented-tail."""
    problem = Problem(dense([3, 1], name), Data(POINTS[:4]))
    document = proof_certificate(run("NH17:Lem4.3", Walkthrough(problem, 1)))
    (step,) = [s for s in document["steps"] if s["rule"] == "augmented-tail"]
    return document, step


@pytest.mark.parametrize("name", ["tanh", "softplus"])
@pytest.mark.parametrize(
    "change",
    [
        {"from": 0}, {"from": "1/1024"}, {"from": -9}, {"bounded": None}, {"beta": 7},
        {"layer": 2}, {"layer": 0}, {"bits": 0}, {"point": "given"}, {"point": "zero"},
        {"family": "A"}, {"order": "delta"}, {"direction": "A"},
    ],
)  # fmt: skip
def test_forged_tails(name: str, change: dict[str, Any]) -> None:
    document, step = tail_document(name)
    step["with"].update(change)
    if "from" in change:
        step["claim"][2][1] = change["from"]
    assert check_bytes(canonical_bytes(document)).verdict == "reject"


@pytest.mark.parametrize("name", ["tanh", "softplus"])
def test_the_case_of_a_tail_belongs_to_its_family(name: str) -> None:
    document, step = tail_document(name)
    step["with"]["bounded"] = not step["with"]["bounded"]
    assert check_bytes(canonical_bytes(document)).verdict == "reject"


@pytest.mark.parametrize("name", ["tanh", "softplus"])
def test_samples_out_of_order_have_no_tail(name: str) -> None:
    document, _ = tail_document(name)
    (gamma,) = [
        entry
        for entry in (*document["definitions"], *_let(document["claim"]))
        if entry[2][0] == "tuple"
    ]
    gamma[2][1:3] = gamma[2][2], gamma[2][1]
    assert check_bytes(canonical_bytes(document)).verdict == "reject"


def _let(claim: Any) -> Any:
    return claim[1] if claim[0] == "let" else []


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
    driver = Driver(script("NH17:Lem2.1"), Walkthrough(problem)).run()
    assert driver.finished, driver.failure


BENT = [{"W": [[1, 0], [0, 1]], "b": [0, 1]}, {"W": [[1], [1]], "b": [0]}]


@pytest.mark.parametrize(
    ("network", "loss", "relation"),
    [
        (dense([2, 1], "relu"), "squared", "its slopes are 0 and 1"),
        (dense([2, 1], "tanh"), "squared-hinge", "no sum of l(F - Y)"),
        (dense([2, 1], "tanh"), None, "the problem has no loss"),
    ],
)
def test_backpropagation_fails_where_it_should(network: Any, loss: Any, relation: str) -> None:
    data = Data([[0, 1], [1, 1]], targets=[1, -1])
    assert relation in failed("NH17:Lem2.1", Walkthrough(Problem(network, data, BENT, loss)))


@pytest.mark.parametrize(
    "activation",
    ["sigmoid", "tanh", *({"name": "softplus", "alpha": a} for a in (1, 2, "1/3", 7))],
)
def test_lemma_3_3(activation: Any) -> None:
    walk = Walkthrough(Problem(dense([2, 1], activation), Data(POINTS[:2])))
    assert run("NH17:Lem3.3", walk).finished


def test_lemma_3_3_shows_all_three() -> None:
    found = texts(run("NH17:Lem3.3", example("NH17:Lem3.3")))
    for name in ("sigmoid", "tanh", "softplus"):
        assert any(text.endswith(f'is "{name}"') for text in found)


@pytest.mark.parametrize("activation", ["relu", "arctan", {"expr": "1/(1+exp(-2*t))"}])
def test_lemma_3_3_speaks_of_three_functions(activation: Any) -> None:
    walk = Walkthrough(Problem(dense([2, 1], activation), Data(POINTS[:2])))
    assert 'sigma_1 is "sigmoid"' in failed("NH17:Lem3.3", walk)


def test_lemma_3_3_on_max_pooling() -> None:
    layers = [MaxPooling([(0,), (1,)]), Dense(1, activation="tanh")]
    walk = Walkthrough(Problem(SequentialNetwork(layers), Data(POINTS[:2])), 1)
    assert run("NH17:Lem3.3", replace(walk, k=2)).finished


def test_lemma_4_1_fails_at_the_layer_with_a_kink() -> None:
    layers = [Dense(2, activation="tanh"), Dense(2, activation="relu"), Dense(1)]
    walk = Walkthrough(Problem(SequentialNetwork(layers), Data(POINTS[:2])), 2)
    assert failed("NH17:Lem4.1", walk).startswith("sigma_2 is real analytic")
    for name in ("sin", "gelu", "exp"):
        assert run("NH17:Lem4.1", Walkthrough(Problem(dense([2, 2], name), Data(POINTS)))).finished


def test_lemma_4_2_where_the_minor_is_0() -> None:
    walk = Walkthrough(Problem(dense([4, 1], "identity"), Data([[1], [-1], [2]])))
    assert "it is not at 8 points drawn at random" in failed("NH17:Lem4.2", walk)


@pytest.mark.parametrize(("widths", "k"), [([3, 3], 2), ([2, 4, 3], 3), ([5], 1), ([1, 6, 6], 3)])
def test_linear_ranks(widths: list[int], k: int) -> None:
    problem = Problem(dense(widths, "identity"), Data(POINTS))
    problem = problem.with_parameters(random_parameters(problem, 1))
    driver = run("NH17:LinearRanks", Walkthrough(problem, k))
    assert driver.finished, driver.failure
    assert accepted(driver)


def test_linear_ranks_fail_where_they_should() -> None:
    nonlinear = Walkthrough(Problem(dense([2, 1], "tanh"), Data(POINTS)), 1)
    assert failed("NH17:LinearRanks", nonlinear).startswith("sigma_1 is the identity")


def test_errata_at_steps_are_known() -> None:
    known = {erratum.id for statement in STATEMENTS for erratum in statement.errata}
    drivers = [run(id, example(id)) for id in [*SCRIPTS, *REMARKS]]
    named = {e.erratum for d in drivers for e in d.entries if isinstance(e, Fact)} - {""}
    assert sorted(named) == ["NH17:E7"]
    assert named <= known


@pytest.mark.parametrize("k", [0, 4])
def test_linear_ranks_of_no_layer(k: int) -> None:
    with pytest.raises(UsageError, match="there is no layer"):
        run("NH17:LinearRanks", replace(example("NH17:LinearRanks"), k=k))
