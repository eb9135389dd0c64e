"""What is not shown is never told as false.

An instance is written otherwise: its activations as expressions, a bias for each filter where a
layer has one patch. It is the same instance, so that what is shown of the one is not refuted of the
other, by no fact, hypothesis, step or sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from flint import arb, fmpq
from random_instances import NAMED, random_instance

import exactland
from exactland.arithmetic.balls import Balls
from exactland.certificate.proofs import session_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.verify import check_bytes
from exactland.errors import ExactlandError
from exactland.functions import facts
from exactland.functions.activations import activation
from exactland.functions.facts import identity
from exactland.interface.cli import cli
from exactland.model.layers import Convolution, Dense
from exactland.model.problem import Problem
from exactland.papers.examples import example
from exactland.papers.library import STATEMENTS, script_ids
from exactland.proof.hypotheses import verdicts
from exactland.proof.instance import biases_of_their_own
from exactland.proof.projections import colliding
from exactland.proof.script import Failure

FACTS = (
    "analytic", "continuous", "non_constant", "strictly_increasing", "bounded",
    "exponential_linear_bounds", "nh17_assumption_3_2", "nh18_clause_1", "nh18_assumption_3_2",
    "nh18_theorem_3_4", "nmh19_assumption_1_1", "nmh19_assumption_1_2", "nonzero_derivative",
    "exponential_polynomial", "continuously_differentiable", "smooth_and_increasing",
    "positive_derivative", "identity",
)  # fmt: skip
#: Sentences that say that something is not so.
REFUTES = re.compile(r"does not satisfy|^\[!\] false|^ +fails:|fails on this instance|is false")


def otherwise(sigma: Any) -> Any:
    """The same function as an expression; what has none stays as it is."""
    found = activation(sigma)
    return sigma if found.definition is None else {"expr": f"({found.definition})+0"}


def written_otherwise(problem: Problem) -> Problem:
    """The same instance in other words."""
    document = json.loads(json.dumps(exactland.problem_document(problem)))
    network = document["network"]
    for part in network.get("layers", network.get("units")):
        if "activation" in part:
            part["activation"] = otherwise(part["activation"])
        single = part.get("kind") == "dense" or len(part.get("patches", ())) == 1
        if part.get("bias") == "neuron" and single and "kind" in part:
            part["bias"] = "filter"
    return exactland.problem_from(document)


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("sigma", NAMED, ids=str)
def test_an_activation_and_its_expression_do_not_contradict(fact: str, sigma: Any) -> None:
    check = getattr(facts, fact)
    assert {check(sigma).holds, check(otherwise(sigma)).holds} != {True, False}


def instances() -> Iterator[tuple[str, Problem, int]]:
    """The built-in instance of each script, and random ones."""
    for number, id in enumerate(script_ids()):
        built_in = example(id)
        yield id, built_in.problem, built_in.k
        for seed in range(3):
            yield id, random_instance(100 * number + seed), 1 + seed % 2


INSTANCES = list(instances())


def refuted(id: str, problem: Problem, k: int) -> tuple[set[str], set[str], list[str]]:
    """The hypotheses that hold, those that fail, and the sentences that say that they do."""
    session = exactland.step(id, problem, k)
    found = session.hyps()
    said = [line.text for line in session.next(500).lines]
    said += [line.text for line in (*session.goals().lines, *found.lines)]
    holds = {v.hypothesis.name for v in found.value if v.verdict == "holds"}
    fails = {v.hypothesis.name for v in found.value if v.verdict == "fails"}
    return holds, fails, [text for text in said if REFUTES.search(text)]


@pytest.mark.parametrize("number", range(0, len(INSTANCES), 2))
def test_an_instance_written_otherwise_is_not_refuted(number: int) -> None:
    id, problem, k = INSTANCES[number]
    try:
        holds, fails, said = refuted(id, problem, k)
        others = refuted(id, written_otherwise(problem), k)
    except ExactlandError:  # not an instance of this statement
        return
    assert not holds & others[1]
    assert not fails & others[0]
    if not fails and not said:
        assert others[2] == []


@pytest.mark.parametrize("number", range(1, len(INSTANCES), 2))
def test_a_refuted_step_and_the_hypotheses_agree(number: int) -> None:
    """That the instance does not satisfy a hypothesis is said where its own verdict says so."""
    id, problem, k = INSTANCES[number]
    try:
        session = exactland.step(id, problem, k)
        lines = [line.text for line in session.next(500).lines]
    except ExactlandError:
        return
    last = session.state.stages[-1].outcome if session.state.stages else None
    named = [re.search(r"does not satisfy the hypothesis '(\w+)'", text) for text in lines]
    names = {match[1] for match in named if match}
    assert not names or (isinstance(last, Failure) and last.verdict == "refuted")
    own = verdicts(session.state.statement.hypotheses, session.state.walkthrough)
    assert {v.verdict for v in own if v.hypothesis.name in names} <= {"fails"}


def test_a_hypothesis_for_some_layer_fails_only_if_it_does_for_all() -> None:
    layers = [Dense(1, activation="tanh"), Dense(5, activation="tanh"), Dense(1)]
    problem = Problem(exactland.SequentialNetwork(layers), [[0], [1], [2]])
    (wide,) = (h for s in STATEMENTS if s.id == "NH17:Thm3.8" for h in s.hypotheses if
               h.name == "almost_wide_layer")  # fmt: skip
    walk = exactland.step("NH17:Lem4.3", problem, 1).state.walkthrough
    (found,) = verdicts([wide], walk)
    assert (found.verdict, found.reason) == (
        "holds", "at layer 2, not at layer 1: n_2 = 5 and N - 1 = 2",
    )  # fmt: skip
    narrow = Problem(exactland.SequentialNetwork(layers[::2]), [[0], [1], [2]])
    assert verdicts([wide], exactland.step("NH17:Lem4.3", narrow, 1).state.walkthrough)[
        0
    ].verdict == ("fails")


SOFTPLUS_LIKE = {"expr": "log(1+exp(t)+exp(2*t))"}


@pytest.mark.parametrize(
    ("sigma", "verdict", "said"),
    [
        (SOFTPLUS_LIKE, "undecided", "Whether the instance satisfies the hypothesis 'activations'"),
        ("sin", "refuted", "The instance does not satisfy the hypothesis 'activations'"),
    ],
)
def test_not_shown_and_false_are_told_apart(
    sigma: Any, verdict: str, said: str, tmp_path: Any
) -> None:
    layers = [Dense(4, activation=sigma), Dense(1)]
    problem = Problem(exactland.SequentialNetwork(layers), [[0, 1], [1, 0], [2, 1]])
    session = exactland.step("NH18:Thm3.4", problem)
    lines = [line.text for line in session.next(60).lines]
    assert any(text.startswith(said) for text in lines)
    begins = {"undecided": "[!] not shown: ", "refuted": "[!] false: "}[verdict]
    reasons = {"undecided": "    what was tried: ", "refuted": "    what shows it: "}[verdict]
    assert any(text.startswith(begins) for text in lines)
    assert any(text.startswith(reasons) for text in lines)
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(exactland.problem_document(problem)))
    arguments = ["certify", str(file), "--claim", "NH18:Thm3.4", "--json"]
    done = CliRunner().invoke(cli, arguments)
    # Where a hypothesis fails the theorem does not apply: that refutes nothing.
    assert done.exit_code == 2
    answered = json.loads(done.stdout)
    assert (answered["verdict"], answered["stops_at"]["verdict"]) == ("undecided", verdict)


def test_a_bias_for_each_filter_of_one_patch_is_one_for_each_neuron() -> None:
    whole = Convolution([(0, 1)], 3, "filter", "sigmoid")
    problem = Problem(exactland.SequentialNetwork([whole, Dense(1, "filter")]), [[0, 1], [2, 5]])
    session = exactland.step("NH18:Thm3.5", problem)
    session.next(60)
    assert session.state.complete
    document = session_certificate(session)
    assert check_bytes(canonical_bytes(document)).verdict == "accept"
    tied = Convolution([(0,), (1,)], 3, "filter", "sigmoid")
    other = Problem(exactland.SequentialNetwork([tied, Dense(1)]), [[0, 1], [2, 5]])
    assert biases_of_their_own(other).holds is False


@pytest.mark.parametrize("sigma", [{"name": "leaky-relu", "slope": 1}, {"expr": "t**3/t**2"}])
def test_what_may_be_the_identity_is_not_said_to_be_none(sigma: Any) -> None:
    assert identity(sigma).holds is None


def test_balls_that_meet_are_not_said_to_be_equal() -> None:
    with Balls(64).working():
        near = arb(1, 1e-9)
        assert "are not shown to be different" in str(colliding([(near, 0, "a"), (near, 1, "b")]))
    assert colliding([(fmpq(1), 0, "a"), (fmpq(1), 1, "b")]) == "a and b are not different: both 1"
