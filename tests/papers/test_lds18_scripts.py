"""The scripts of LDS18: built-in and other instances, broken hypotheses, forged steps."""

from __future__ import annotations

import time
from itertools import permutations
from typing import Any

import mpmath
import pytest
from flint import fmpq, fmpq_mat

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.sentences.tables import THEOREMS
from exactland.checker.verify import check_bytes
from exactland.errors import UsageError
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Data, Problem
from exactland.papers.formulas import at_layer, formulas
from exactland.papers.lds18.examples import example
from exactland.papers.lds18.moments import monomials_of, powers_of
from exactland.papers.lds18.scripts import REMARKS, SCRIPTS, script
from exactland.proof.formula import Notebook, by_rule, derived, witnessed
from exactland.proof.script import (
    Definition,
    Driver,
    Fact,
    Script,
    Step,
    StepFailed,
    StepRefuted,
    Walkthrough,
)

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


def said(driver: Driver) -> list[str]:
    return [fact.claim.words() for fact in facts(driver)]


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
    goal = "for almost all parameters: rank F_(L - 1) = min(n_(L - 1), N)"
    assert said(driver)[-1] == goal
    assert run("LDS18:Prop4", walk).finished


@pytest.mark.parametrize(("width", "samples"), [(2, 4), (1, 3), (6, 3), (3, 3)])
def test_proposition_4_with_few_and_many_neurons(width: int, samples: int) -> None:
    inputs = [[i, i * i] for i in range(samples)]
    driver = run("LDS18:Prop4", bare(inputs, [width, 1], SHIFTED))
    assert driver.finished, driver.failure
    assert said(driver)[-2] == f"at p: {min(width, samples)} <= rank F_1"


def test_witness_of_proposition_3_has_a_nonzero_determinant() -> None:
    driver = run("LDS18:Prop3", bare(line(-2, "1/2", 1, 3), [4, 1], "exp"))
    last = [e.value for e in driver.entries if getattr(e, "name", "") == "w"][-1]
    weights = [fmpq(*map(int, w.split("/"))) for w in last.strip("[]").split(", ")]
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
        "for i = 1: layer i has no biases",
        ("LDS18:Lem3", "LDS18:Prop4", "LDS18:Moments"),
    ),
    "convolution": (
        Walkthrough(
            Problem(
                SequentialNetwork([Convolution([(0,), (1,)], 2, "none", "exp"), Dense(1, "none")]),
                Data([[1, 2], [2, 1]]),
            )
        ),
        "for i = 1: layer i is dense",
        ("LDS18:Lem3", "LDS18:Prop4", "LDS18:Moments"),
    ),
    "A1": (
        bare([[0, 1], [0, 2], [1, 2]], [3, 1], "exp"),
        "for i = 1: X[:, (i,)] has distinct rows: rows 1 and 2 are equal",
        ("LDS18:Lem3", "LDS18:Prop4", "LDS18:Lem4"),
    ),
    "equal samples": (
        bare(line(1, 2, 1), [3, 1], "exp"),
        "rows 1 and 3 are equal",
        ("LDS18:Prop3", "LDS18:Lem6", "LDS18:Lem4"),
    ),
    "no hidden layer": (bare(line(1, 2), [1], "exp"), "there is no hidden layer", ("LDS18:Lem3",)),
    "not analytic": (
        bare(line(1, 2), [2, 1], "relu"),
        "sigma_1 is real analytic: relu: it has a kink at 0",
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
        "n_0 = 1, where n_0 is 2",
        ("LDS18:Prop3",),
    ),
    "not continuous": (
        bare(line(1, 2), [2, 1], {"expr": "1/t"}),
        "the denominator t is not seen",
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
    known = ("max-pooling", "layer i is dense", "n_0 = 1, where")
    assert any(words in failed for words in known)


def test_an_inner_layer_whose_slope_vanishes() -> None:
    layers = [Dense(2, "none", "cos"), Dense(2, "none", "exp"), Dense(1, "none")]
    walk = Walkthrough(Problem(SequentialNetwork(layers), Data(line(1, 2))), 2)
    driver = run("LDS18:Lem3", walk)
    assert "for all i in 0..1: sigma_1^(i)(0) != 0. Assumption 2 fails" in relation(driver)
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
    assert "sigma_1 is real analytic" in said(driver)
    assert facts(driver)[-1].erratum == "LDS18:E2"


@pytest.mark.parametrize("activation", ["relu", "elu", "softsign"])
def test_lemma_1_with_a_continuous_activation(activation: Any) -> None:
    spec = {"name": "elu", "alpha": 1} if activation == "elu" else activation
    driver = run("LDS18:Lem1", bare(line(1, 2, 3), [3, 1], spec))
    assert driver.finished, driver.failure
    assert len(facts(driver)) == 2
    result = check_bytes(canonical_bytes(proof_certificate(driver)))
    assert result.cited == (f"{THEOREMS['analytic-approximation']}.",)


def test_lemma_4_is_vandermondes_determinant() -> None:
    walk = bare(line("1/2", -1, 3, 2), [4, 1], HUMP)
    driver = run("LDS18:Lem4", walk)
    assert driver.finished
    assert facts(driver)[-1].grounds.kind == "exact"
    # The n-th derivative of -(t-1)^2 e^t at 0 is -(n^2 - 3n + 1).
    xs = [fmpq(1, 2), fmpq(-1), fmpq(3), fmpq(2)]
    derivatives = [-fmpq(n * n - 3 * n + 1) for n in range(4)]
    determinant = fmpq_mat([[d * x**n for x in xs] for n, d in enumerate(derivatives)]).det()
    entry = "X[j, 1]^(h - 1) sigma_1^(h - 1)(0)"
    for value, true in ((determinant, True), (determinant + 1, False)):
        step = Notebook(walk).say(f"det [j <= N, h <= N: {entry}] = {value}")
        assert (not isinstance(outcome(walk, step), StepRefuted)) is true


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
        assert "a degree in the Taylor support" in relation(driver) or "rank S is" in relation(
            driver
        )
    # What the checked condition says of the generic rank is found independently.
    from exactland.conditions.ranks import generic_rank_of

    assert generic_rank_of(walk.problem, 1).verdict == ("proved" if rank else "refuted")


def test_moments_name_the_identity() -> None:
    failed = relation(run("LDS18:Moments", bare(line(-1, 0, 1), [3, 1], "sigmoid")))
    assert "f(x_1) - 2 f(x_2) + f(x_3) = 0" in failed
    other = bare(line(1, 2, 3), [3, 1], "sigmoid").problem
    assert powers_of(other) == (0, 1, 3)
    plane = bare([[1, 0], [0, 1], [1, 1], [2, 3]], [3, 1], "exp").problem
    assert monomials_of(plane, (0, 1, 2)) == [(0, 0), (1, 0), (0, 1), (2, 0)]


def outcome(walk: Walkthrough, step: Step) -> Any:
    """The grounds of a step alone, or what is raised."""
    try:
        return step.rule(walk, step.claim, step.uses)
    except StepFailed as failed:
        return failed


#: Claims that are false, each with what shows it.
FALSE = (
    ("det [i <= 2, j <= 2: sigma_1(0)] != 0", "!= 0, where"),
    ("N <= rank [[1, 2, 3], [2, 4, 6]]", "where N is 3"),
    ("sigma_1^(0)(0) <= 0", "sigma_1^(0)(0) is 1"),
    ("X[:, (1, 1)] has rows apart and X has distinct rows and n_0 = 2", "n_0 is 1"),
    ("at zero: F_1 has rows apart", "F_1 has rows apart"),
    ("for some i in 1..N: X[i, 1] = 5", "for i = 1: X[i, 1] = 5, where X[i, 1] is -1"),
)


@pytest.mark.parametrize(("text", "why"), FALSE)
def test_false_claims_are_refuted(text: str, why: str) -> None:
    walk = example("LDS18:Prop3")
    found = outcome(walk, Notebook(walk).say(text, by=derived))
    assert isinstance(found, StepRefuted)
    assert why in found.relation


def test_a_witness_for_another_claim_is_none() -> None:
    """At p the first two neurons are equal: F_1 has rank less than 3 there."""
    walk = example("LDS18:Prop4")

    def steps(walk: Walkthrough) -> Any:
        note = Notebook(walk)
        yield note.let("p = zero but (W_1 = [[1, 1, 2], [1, 1, 3]])", "two equal neurons")
        point = yield note.say("at p: 2 <= rank F_1[:, 2..3]")
        goal = "for almost all parameters: rank F_1 = min(n_1, N)"
        yield note.say(goal, point, by=witnessed)

    driver = Driver(Script("LDS18:Prop4", steps, lambda *rest: True), walk).run()
    assert len(facts(driver)) == 1
    assert driver.failure is not None


def test_rules_are_not_taken_from_the_package_alone() -> None:
    """What the package does not look at, the checker does."""
    walk = example("LDS18:Lem1")

    def steps(walk: Walkthrough) -> Any:
        note = Notebook(walk)
        given = {"layer": 1, "order": ["N"], "from": "analytic"}
        rule = by_rule("dense-class", given, [["has", "continuous", 1], ["<=", 1, ["N"]]])
        goal = at_layer(formulas("LDS18:Lem1").conclusion, 1)
        return (yield note.claim(goal, by=rule))

    driver = Driver(Script("LDS18:Lem1", steps, lambda *rest: True), walk).run()
    result = check_bytes(canonical_bytes(proof_certificate(driver)))
    assert result.verdict == "reject"
    assert "premise" in result.reason


def test_the_moments_are_what_the_conclusion_rests_on() -> None:
    driver = run("LDS18:Moments", example("LDS18:Moments"))
    document = proof_certificate(driver)
    rules = [step["rule"] for step in document["steps"]]
    assert "moments" in rules
    assert "minor" not in rules


def test_goals_are_tight() -> None:
    walk = example("LDS18:Prop4")
    others = (
        "for almost all parameters: rank F_1 = 3",
        "for almost all parameters: rank U_1 = min(n_1, N)",
        "at given: rank F_1 = min(n_1, N)",
        "for some parameters: rank F_1 = min(n_1, N)",
    )
    for text in others:
        assert not SCRIPTS["LDS18:Prop4"].is_goal(walk, Notebook(walk).say(text).claim)
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


def test_numbers_beyond_floating_point() -> None:
    walk = bare(line("1" + "0" * 300, 1, 2), [3, 1], "exp")
    driver = run("LDS18:Lem4", walk)
    assert driver.finished
