"""The stepper: every verb of a session, on every script, and what it must not do."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import exactland
from exactland.conditions.claims import Assumption
from exactland.errors import ExactlandError, UsageError
from exactland.papers import library
from exactland.proof import formula, rules
from exactland.proof.commands import VERBS, completions, run
from exactland.proof.replay import Replay
from exactland.proof.script import Driver, Fact, Failure, Script, Step, Walkthrough

WITH_SCRIPT = library.script_ids()
KINDS = {"exact", "ball", "modular", "cited", "logic"}


# Every script.


@pytest.mark.parametrize("id", WITH_SCRIPT)
def test_every_script_steps_to_its_goal_on_its_example(id):
    begin = time.process_time()
    opened = exactland.step(id)
    steps = 0
    while not opened.complete:
        before = opened.state.position
        shown = opened.next()
        assert opened.state.position == before + 1, shown.text
        steps += 1
    assert time.process_time() - begin < 5
    assert len(opened.facts) == steps == len(opened.state.stages)
    assert opened.state.replay.finished
    assert not opened.state.replay.cited
    for number, fact in enumerate(opened.facts, start=1):
        assert fact.number == number
        assert fact.grounds.kind in KINDS
        why = opened.why(number).text
        assert f"evidence: {fact.grounds.kind}" in why
        assert "numeric" not in why
    again = opened.check().value
    assert [(f.claim, f.grounds.kind) for f in again] == [
        (f.claim, f.grounds.kind) for f in opened.facts
    ]
    assert opened.goals().value == ()


@pytest.mark.parametrize("id", WITH_SCRIPT)
def test_every_verb_that_asks_answers_at_every_step(id):
    opened = exactland.step(id)
    while True:
        for verb in ("goals", "hyps", "refs", "check"):
            assert run(opened, verb).text
        for name in opened.names():
            try:
                assert run(opened, f"show {name}").text
            except UsageError as error:  # not chosen yet, a layer without a bias
                refused = error
                assert refused.remedy
        if opened.state.position == len(opened.state.replay.all()):
            break
        opened.next()


# Moving.


def test_next_back_goto_and_undo(session):
    assert session.next(4).value == session.state.stages
    assert session.state.position == 4
    assert session.back().value == session.state.stages[-1:]
    assert session.state.position == 3
    session.goto(7)
    assert session.state.position == 7
    assert session.undo().lines[0].text == "undone: goto 7"
    assert session.state.position == 3
    session.goto(0)
    assert session.state.position == 0
    assert session.back().text == "This is the beginning."


def test_the_last_step_is_the_end(session):
    end = session.goto(1000)
    count = len(session.facts)
    assert end.lines[-1].text == f"The proof is complete on this instance: {count} facts."
    position = session.state.position
    assert session.next().lines[-1].text == end.lines[-1].text
    assert session.state.position == position == count


def test_facts_come_from_the_driver_and_back_does_not_recompute(session):
    session.goto(100)
    facts = session.facts
    session.back(5)
    session.next(5)
    assert all(a is b for a, b in zip(facts, session.facts, strict=True))


@pytest.mark.parametrize("n", [0, -1, True, 1.5, "2"])
def test_counts_of_steps_are_numbers(session, n):
    with pytest.raises(UsageError):
        session.next(n)
    assert session.state.position == 0


# Interrupts and inadmissible instances.


def test_an_interrupt_leaves_the_session_as_it_was(session, monkeypatch):
    session.goto(3)
    calls = []
    real = formula.derive_step

    def once(*arguments):
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return real(*arguments)

    fresh = exactland.step("NH18:Asm3.1")
    monkeypatch.setattr(formula, "derive_step", once)
    with pytest.raises(KeyboardInterrupt):
        fresh.next()
    assert fresh.state.position == 0
    fresh.next()
    assert fresh.complete


def test_what_was_read_before_an_interrupt_can_still_be_read(session, monkeypatch):
    """The second run takes the place of the first only once it has got as far."""
    session.goto(8)
    facts = session.facts
    with monkeypatch.context() as patched:
        patched.setattr(Driver, "advance", lambda driver: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            session.next()
        assert session.state.position == session.state.replay.known == 8
        assert not session.complete
        assert session.why(7).value.outcome is facts[6]
        assert session.show("gamma").value == (1, 3, 2)
        with pytest.raises(KeyboardInterrupt):
            session.next()
    assert [s.outcome.claim for s in session.state.stages] == [fact.claim for fact in facts]
    session.goto(100)
    assert session.complete
    assert session.facts[:8] == facts


def test_an_interrupted_run_proves_nothing(session, monkeypatch):
    """Known stages are no finished run, even where all of them are known."""
    session.goto(13)
    with monkeypatch.context() as patched:
        patched.setattr(Driver, "advance", lambda driver: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            session.goto(14)
    assert not session.state.replay.finished
    assert not session.state.replay.complete


def test_steps_are_announced_before_they_are_checked():
    told = []
    opened = exactland.step("NH18:Thm3.4", progress=told.append)
    opened.next(2)
    assert told[0] == "step 1: NH18:Asm3.1 holds on this instance."
    assert told[2] == "step 2: layers 1 and k are convolutional or dense."
    opened.vary("layer", 1, "activation", "sigmoid")
    assert told[-2].startswith("step 14: There are parameters with")


def test_an_instance_that_a_script_cannot_read_is_an_error_again_and_again():
    opened = exactland.step("NH18:Thm3.4", "examples/skip-worked.json")
    for _ in range(2):
        with pytest.raises(ExactlandError, match="speaks of networks of layers"):
            opened.next()
        assert opened.state.position == 0
    assert opened.hyps().text


def test_a_fact_needs_the_rule(session):
    """A stage is what the driver made of it: a rule that refuses makes a failure."""
    walk = Walkthrough(session.state.instance.problem, 1)

    def steps(walk):
        false = Assumption("NH18:Asm2.4", False)
        return (yield Step(false, rules.assumption))

    replay = Replay(Script("x", steps, lambda walk, claim: True), walk)
    assert isinstance(replay.all()[0].outcome, Failure)
    assert not replay.complete
    assert not replay.ends_at(0)


# Commands as lines.


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_is_explained(session, verb):
    assert verb.usage in run(session, f"help {verb.name}").text
    assert hasattr(session, verb.name)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nxt", "did you mean next"),
        ("next x", "is not a number"),
        ("next -1", "is not a number"),
        ("next 0", "1 or more"),
        ("goto", "say which step"),
        ("goto 99999999999999999999", "is not a number"),
        ("why 5", "no step has been shown"),
        ("show @", "has not been shown"),
        ("show nothing", "there is no"),
        ("goals now", "takes no argument"),
        ("save", "say where"),
        ("help me", "there is no such verb"),
        ("undo", "nothing to undo"),
        ("\x1b[31m", "there is no such verb"),
    ],
)
def test_commands_that_are_not_understood(session, line, words):
    with pytest.raises(UsageError) as caught:
        run(session, line)
    assert words in str(caught.value)
    assert "\x1b" not in str(caught.value)


PIECES = st.sampled_from(
    [verb.name for verb in VERBS if verb.name not in ("save", "load", "export")]
    + ["layer", "1", "2", "k", "drop", "bias", "filter", "activation", "tanh", "U_1", "A(alpha)"]
    + ["A(", "A(0)", "A(1/0)", "Q@1", "@", "[", "]", '{"', "data.inputs[0][0]", "-1", "1e9", "t**2"]
    + ["wide_layer", "network.layers[0].filters", "F_0", "F_99999", "parameters", "9" * 20, "\x00"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(PIECES, min_size=1, max_size=5).map(" ".join), max_size=6))
def test_no_line_breaks_a_session(lines):
    opened = exactland.step("NH18:Thm3.4")
    for line in lines:
        before = opened.state
        try:
            assert run(opened, line).text
        except ExactlandError as error:
            refused = str(error)
            assert refused
            assert "\n" not in refused
            assert opened.state is before
    opened.hyps()


def test_completions(session):
    session.goto(9)
    assert completions(session, "")[:2] == ["next", "back"]
    assert completions(session, "sh") == ["show"]
    assert completions(session, "show ga") == ["gamma"]
    assert completions(session, "show A") == ["A", "A(alpha)"]
    assert completions(session, "vary drop wi") == ["wide_layer"]
    assert completions(session, "vary layer 1 bias n") == ["neuron", "none"]
    assert "softplus" in completions(session, "vary layer 1 activation s")
    assert completions(session, "help vary extra") == []


# Speed.


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_each_step_with_ten_samples_is_one_step(activation):
    network = exactland.SequentialNetwork(
        [
            exactland.Convolution(exactland.conv1d(6, 3), 4, activation=activation),
            exactland.Dense(12, activation=activation),
            exactland.Dense(1),
        ]
    )
    inputs = [[(7 * i + 3 * j * j) % 19 + 20 * i for j in range(6)] for i in range(10)]
    opened = exactland.step("NH18:Thm3.4", exactland.Problem(network, inputs), 2)
    while not opened.complete:
        position = opened.state.position
        shown = opened.next()
        assert opened.state.position == position + 1, shown.text


# Opening.


def test_opening_with_a_problem_a_path_or_a_document():
    problem = exactland.load_problem("examples/relu-dense.json")
    for given_problem in (problem, "examples/relu-dense.json", exactland.problem_document(problem)):
        opened = exactland.step("nh18:thm3.4", given_problem)
        opened.goto(100)
        assert opened.complete
        assert isinstance(opened.facts[0], Fact)


def test_the_layer_is_the_first_wide_one_unless_it_is_given():
    network = exactland.SequentialNetwork(
        [
            exactland.Dense(2, activation="relu"),
            exactland.Dense(4, activation="relu"),
            exactland.Dense(1),
        ]
    )
    problem = exactland.Problem(network, [[1, 0], [0, 1], [2, 3]])
    assert exactland.step("NH18:Thm3.4", problem).state.instance.k == 2
    assert exactland.step("NH18:Thm3.4", problem, 1).state.instance.k == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("NH18:Thm3.3",), "did you mean"),
        (("NH18:Thm4.4",), "no proof script"),
        (("NH18:Thm3.4", None, 5), "there is no layer 5"),
        (("NH18:Thm3.4", "no/such/file.json"), "no/such/file.json"),
    ],
)
def test_what_cannot_be_opened(arguments, words):
    with pytest.raises(ExactlandError) as caught:
        exactland.step(*arguments)
    assert words in str(caught.value)


def test_help_of_vary_and_show_has_examples(session):
    for verb, example in (("vary", "vary layer 1 bias filter"), ("show", "NAME@N")):
        assert example in run(session, f"help {verb}").text
        assert example not in run(session, "help").text
    assert "Ctrl-D" in run(session, "help quit").text
    assert max(len(line.text) for line in run(session, "help").lines) < 80
