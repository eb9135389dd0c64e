"""The stepper: every verb of a session, on every script, and what it must not do."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import exactland
from exactland.conditions.claims import Assumption
from exactland.errors import ExactlandError, InputError, UsageError
from exactland.papers import library
from exactland.proof import rules
from exactland.proof.claims import HypothesisHolds, Sorts
from exactland.proof.commands import VERBS, completions, run
from exactland.proof.replay import Replay
from exactland.proof.script import Driver, Fact, Failure, Script, Step, Walkthrough

WITH_SCRIPT = library.script_ids()
KINDS = {"exact", "ball", "modular", "cited", "logic"}


@pytest.fixture
def session():
    return exactland.step("NH18:Thm3.4")


def fractions(rows):
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in rows]


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


# Asking.


def test_goals_counts_what_remains(session):
    count = len(session.state.replay.all())
    session.goto(count - 3)
    assert [line.text for line in session.goals().lines[2:5]] == [
        f"shown: {count - 3} facts",
        "remaining: 3 steps",
        f"  step {count - 2}: F_1 (3 x 4) has full rank 3 at the constructed parameters.",
    ]


def test_hyps_are_decided_on_the_instance():
    for path, wanted in [
        ("examples/tied-biases.json", {"own_biases": "the bias of layer 1 is 'filter'"}),
        ("examples/relu-dense.json", {}),
    ]:
        found = exactland.step("NH18:Thm3.4", path, 1).hyps().value
        assert {v.hypothesis.name: v.reason for v in found if v.verdict != "holds"} == wanted


def test_hyps_do_not_say_more_than_their_checks_decide():
    """Assumption 1.2 of NMH19 is about N of the units, and has paths in it."""
    opened = exactland.step("NMH19:Lem2")
    opened.vary("network.units[0].activation relu")
    found = {v.hypothesis.name: v.verdict for v in opened.hyps().value}
    assert found["activations"] == "fails"
    assert found["skip_activations"] == "not decided"
    pooled = exactland.step("NH18:LemD.1", "examples/cnn-max-pooling.json", 2)
    found = {v.hypothesis.name: v.verdict for v in pooled.hyps().value}
    assert found["first_layer"] == "holds"
    deep = exactland.step("LDS18:Lem3")
    deep.vary("layer 2 activation 1/t")
    found = {v.hypothesis.name: v for v in deep.hyps().value}
    assert found["continuous"].verdict != "holds"
    assert found["continuous"].reason.startswith("layer 2")


def test_hyps_show_the_colliding_patches(session):
    session.vary("data.inputs[0][0] 1")
    session.vary("data.inputs[0][1] -1")
    found = {v.hypothesis.name: v for v in session.hyps().value}
    assert found["distinct_patches"].verdict == "fails"
    assert (
        found["distinct_patches"].reason
        == "patch 1 of sample 1 equals patch 1 of sample 2: (1, -1)"
    )


def test_hyps_and_drop_know_what_only_the_proof_asks_for():
    opened = exactland.step("NH18:Thm3.5")
    found = {v.hypothesis.name: v.verdict for v in opened.hyps().value}
    assert found["biases_of_their_own"] == "holds"
    assert "biases_of_their_own" in completions(opened, "vary drop bia")
    shown = opened.vary("drop biases_of_their_own")
    assert "No step fails on this instance without what is dropped" in shown.text
    failed = opened.vary("layer 1 bias filter")
    assert isinstance(opened.state.stages[-1].outcome, Failure), failed.text


def test_dropping_what_no_step_checks_says_so(session):
    shown = session.vary("drop convolutional_structure")
    assert "(no step up to here checks NH18:Asm2.4)" in shown.text


def test_why_names_rule_evidence_and_facts(session):
    session.goto(100)
    assert session.why(7).text.splitlines()[1:] == [
        "evidence: exact (rational arithmetic)",
        "  exact: decided in exact arithmetic",
        "rule: comparison: Strict inequalities between numbers of the network, exactly or in "
        "balls.",
        "in the paper: equation (10)",
        "uses [6] " + session.facts[5].claim.words(),
    ]
    assert session.why().value is session.state.stages[-1]
    with pytest.raises(UsageError, match="step 99 has not been shown"):
        session.why(99)


def test_show_has_the_matrices_at_the_constructed_parameters(session):
    session.goto(100)
    parameters = session.facts[-1].claim.parameters
    problem = session.state.instance.problem
    at = problem.with_parameters(parameters)
    rows = exactland.RATIONALS.rows
    assert session.show("F_1").value == rows(exactland.feature_matrix(at, 1))
    assert session.show("U_1").value == rows(exactland.layer_matrix(at, 1))
    assert session.show("G_1").value == rows(exactland.pre_activation_matrix(at, 1))
    assert session.show("W_1").value == parameters[0].W
    assert session.show("b_1").value == parameters[0].b
    assert session.show("X").value == problem.data.inputs


def test_show_alone_says_what_there_is(session):
    shown = run(session, "show")
    assert shown.value == session.show().value
    assert "U_1" in shown.value
    assert "W_1" not in shown.value
    assert "W_1" in shown.lines[1].text
    session.goto(100)
    now = session.show().value
    assert {"gamma", "A(alpha)", "leibniz", "W_1", "F_1"} <= set(now)
    assert "W_2" not in now
    for name in now:
        session.show(name)


@pytest.mark.parametrize("id", WITH_SCRIPT)
def test_what_show_offers_can_be_shown_and_the_rest_not(id):
    opened = exactland.step(id)
    for position in (0, 5, 100):
        opened.goto(position)
        now, later = opened.state.scene().named()
        assert len(set(now + later)) == len(now + later) == len(opened.names())
        for name in now:
            opened.show(name)
        for name in later:
            with pytest.raises(UsageError):
                opened.show(name)


def test_what_the_proof_never_chooses_is_not_awaited(session):
    session.goto(100)
    for name in ("W_2", "F_2"):
        with pytest.raises(UsageError, match="not chosen by this proof"):
            session.show(name)
    with pytest.raises(UsageError) as caught:
        session.show("omega")
    assert "later" not in str(caught.value)
    session.goto(3)
    with pytest.raises(UsageError, match="later steps may define it"):
        session.show("gamma")


def test_parameters_are_shown_without_their_python_names():
    opened = exactland.step("NH18:Def2.1")
    opened.goto(100)
    assert "<" not in opened.show("W_k, b_k").text.replace("<a", "")
    assert "W 2 x 2, b 4" in opened.goto(1).text + opened.goto(2).text
    opened = exactland.step("NMH19:Lem2")
    assert "SkipParameters" not in opened.goto(100).text


def test_show_before_parameters_are_chosen(session):
    assert session.show("U_1").value[0] == ["w[1,1]", "w[1,2]", "0", "0"]
    for name in ("F_1", "W_1", "b_1", "G_1", "parameters", "A(alpha)", "d"):
        with pytest.raises(UsageError, match="next"):
            session.show(name)


def test_A_is_the_matrix_of_the_paper(session):
    """A_ij = relu(alpha d_ij + beta) is row gamma(i) of F_1, column j, as in equation (9)."""
    session.goto(100)
    (sorts,) = [
        f.claim.claim for f in session.facts if isinstance(getattr(f.claim, "claim", 0), Sorts)
    ]
    d = fractions(session.show("d").value)
    alpha, beta = (Fraction(str(session.show(name).value)) for name in ("alpha", "beta"))
    A = fractions(session.show("A").value)
    F = fractions(session.show("F_1").value)
    X = fractions(session.show("X").value)
    patches, filters = [(0, 1), (1, 2)], 2
    for i in range(3):
        for j in range(3):
            p, t = divmod(j, filters)

            def projection(n, p=p, t=t):
                a = [Fraction(int(row[t])) for row in sorts.directions]
                return sum(a[r] * X[n][q] for r, q in enumerate(patches[p]))

            assert d[i][j] == projection(sorts.gamma[j]) - projection(sorts.gamma[i])
            assert A[i][j] == max(alpha * d[i][j] + beta, 0) == F[sorts.gamma[i]][j]
    assert fractions(session.show("A(1/2)").value)[0][1] == max(d[0][1] / 2 + beta, 0)
    assert session.show("A(alpha)").value[0][1] == "relu(-2 alpha + 1)"


def test_the_leibniz_sum_is_the_determinant(session):
    session.goto(100)
    A = fractions(session.show("A(1/8)").value)
    (a, b, c), (d, e, f), (g, h, i) = A
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    shown = session.show("leibniz(1/8)")
    assert Fraction(str(shown.value.total)) == determinant != 0
    assert shown.lines[1].text.startswith(f"  det = {determinant}, by elimination {determinant}")
    assert len(shown.value.terms) == 6


def test_A_where_alpha_goes_to_minus_infinity():
    """sigma(-t) for the sigmoid: mu_+ = 0, so A(alpha)_ij = sigma(-alpha d_ij + beta)."""
    opened = exactland.step("NH18:Thm3.4")
    opened.vary("layer 1 activation 1-sigmoid(t)")
    opened.goto(100)
    assert opened.complete
    gamma = [i - 1 for i in opened.show("gamma").value]
    F, A = opened.show("F_1").value, opened.show("A").value
    for i in range(3):
        for j in range(3):
            assert F[gamma[i]][j].overlaps(A[i][j])
            assert float(A[i][j].rad()) < 1e-30
    assert "sigma_1(-alpha d_ij + 0)" in opened.show("A(alpha)").text
    assert opened.show("d").value[0][1] == -2
    assert opened.show("A(alpha)").value[0][1] == "sigma_1(2 alpha)"


def test_show_at_an_earlier_step():
    opened = exactland.step("NH18:LemD.1", "examples/relu-dense.json", 2)
    opened.goto(100)
    first = next(i for i, s in enumerate(opened.state.stages, 1) if s.definitions)
    assert len(opened.show("Q").value[0]) == 2
    assert len(opened.show(f"Q@{first}").value[0]) == 3
    with pytest.raises(UsageError):
        opened.show("Q@99")


def test_irrational_entries_are_shown_with_the_digits_that_are_known():
    opened = exactland.step("NH18:Thm3.5")
    opened.goto(100)
    shown = opened.show("F_1")
    for row in shown.value:
        for entry in row:
            assert entry.rad() < 1e-30
    assert "+/-" not in shown.text


def test_big_matrices_are_abbreviated():
    network = exactland.SequentialNetwork(
        [exactland.Dense(40, activation="relu"), exactland.Dense(1)]
    )
    problem = exactland.Problem(network, [[i, i * i] for i in range(30)])
    opened = exactland.step("NH18:Thm3.4", problem)
    opened.goto(100)
    assert opened.complete
    shown = opened.show("F_1")
    assert len(shown.lines) == 11
    assert len(shown.value) == 30
    assert shown.latex == ""
    assert all(len(line.text) < 300 for line in shown.lines)


def test_unknown_names_have_near_matches(session):
    session.goto(8)
    with pytest.raises(UsageError, match="did you mean gamma"):
        session.show("gama")
    with pytest.raises(UsageError, match="there is no layer 9"):
        session.show("F_9")


def test_refs_and_search(session):
    session.goto(100)
    assert "NH18:E2" in session.refs().text
    assert "needed by NH18:Thm3.5" in session.refs().text
    assert session.search("EQUATION (10)").value == 1
    assert session.search("no such words").value == 0


def test_check_finds_facts_that_do_not_repeat(session, monkeypatch):
    session.goto(8)

    def other(walk, claim, uses):
        return rules.Grounds("ball", "")

    script = session.state.replay.script

    def steps(walk):
        inner = script.steps(walk)
        item = next(inner)
        while True:
            if isinstance(item, Step) and isinstance(item.claim, Assumption):
                item = Step(item.claim, other)
            try:
                item = inner.send((yield item))
            except StopIteration as stop:
                return stop.value

    monkeypatch.setattr(session.state.replay, "script", Script(script.id, steps, script.is_goal))
    with pytest.raises(InputError, match="other facts"):
        session.check()


# Changing: a broken hypothesis stops the proof at its step, with the numbers.

BROKEN = {
    "distinct_patches": (
        "data.inputs[1] [0, 1, 7]",
        "patch 1 of sample 1 equals patch 1 of sample 2",
    ),
    "wide_layer": ("layer 1 filters 1", "n_1 = 2 and N = 3"),
    "activations": ("layer 1 activation sin", "sin"),
    "own_biases": ("layer 1 bias filter", "the bias of layer 1 is 'filter'"),
    "layers": (
        'network.layers[0] {"kind": "max-pooling", "patches": [[0, 1], [1, 2]]}',
        "layer 1 is max-pooling",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_hypothesis_stops_the_proof_at_its_step(session, name):
    change, words = BROKEN[name]
    hypothesis = next(h for h in session.state.statement.hypotheses if h.name == name)
    shown = session.vary(change)
    failure = session.state.stages[-1].outcome
    assert isinstance(failure, Failure)
    assert words in failure.relation
    assert words in shown.text
    claim = failure.step.claim
    assert hypothesis.check in (getattr(claim, "check", ""), getattr(claim, "id", ""))
    assert f"vary drop {name}" in shown.text
    assert "as repaired" in shown.text
    assert not session.complete
    position = session.state.position
    assert (
        session.next().lines[-1].text == f"The proof stops at step {position}: this is not shown."
    )
    assert session.state.position == position
    session.undo()
    session.goto(100)
    assert session.complete


def test_the_structure_hypothesis_fails_where_the_proof_uses_it():
    opened = exactland.step("NH18:Thm3.4", "examples/image-3x3.json", 1)
    shown = opened.goto(100).text
    failure = opened.state.stages[-1].outcome
    assert isinstance(failure, Failure)
    assert failure.step.claim == Assumption("NH18:Asm2.4", True)
    assert "U_1 (9 x 8) has rank at most 7 for every W_1" in shown
    assert "vary drop convolutional_structure" in shown
    opened.vary("drop convolutional_structure")
    failure = opened.state.stages[-1].outcome
    assert isinstance(failure, Failure)
    assert "M_1(Q) of full rank 8" in failure.relation


def test_dropping_a_hypothesis_that_fails_shows_the_step_that_needs_it(session):
    session.vary("data.inputs[1] [0, 1, 7]")
    session.vary("drop distinct_patches")
    failure = session.state.stages[-1].outcome
    assert isinstance(failure, Failure)
    assert "x_1 at neuron 1 and x_2 at neuron 1 are not different: both" in failure.relation
    assert not any(isinstance(f.claim, Assumption) for f in session.facts)


def test_dropping_a_hypothesis_that_no_step_needs_is_no_proof(session):
    """t^2 is not covered by Assumption 3.2, though every step succeeds on this instance."""
    session.vary("layer 1 activation t**2")
    shown = session.vary("drop activations")
    assert "No step fails on this instance without what is dropped. That is no proof" in shown.text
    assert "No step fails" in session.goto(100).lines[-1].text
    assert not session.complete
    assert not session.state.replay.complete
    assert not any(
        isinstance(f.claim, HypothesisHolds) and "facts" in f.claim.check for f in session.facts
    )
    assert "sigma_1, ..., sigma_k" in session.hyps().text
    assert "activations (dropped)" in session.hyps().text


@pytest.mark.parametrize("bias", ["filter", "none"])
def test_dropping_own_biases_proves_nothing_false(session, bias):
    """Constant images with tied or no biases: F_1 has rank 2 < N whatever the parameters."""
    session.vary("data.inputs [[1, 1, 1], [2, 2, 2], [4, 4, 4]]")
    assert "goes through" in session.vary("vary k 1".removeprefix("vary ")).text
    session.vary(f"layer 1 bias {bias}")
    session.vary("drop own_biases")
    failure = session.state.stages[-1].outcome
    assert isinstance(failure, Failure)
    assert "without what was dropped" in failure.relation


def test_a_script_without_the_hypothesis_that_gives_a_claim_its_meaning_proves_nothing():
    """Corollary 3.6 with ReLU at the output: f_L >= 0 does not fit the target -1."""
    opened = exactland.step("NH18:Cor3.6")
    assert opened.state.instance.problem.data.targets[-1][0] < 0
    opened.vary("layer 2 activation relu")
    opened.vary("drop scalar_output")
    opened.goto(0)
    shown = opened.goto(100)
    assert not opened.complete
    assert opened.facts == ()
    assert "complete" not in opened.goals().text + shown.text
    steps = [line for line in shown.lines if line.text.startswith("[")]
    assert len(steps) == opened.state.position
    assert all("no fact, something is dropped" in line.text for line in steps)
    assert all(line.tone != "fact" for line in shown.lines)
    assert "no fact" in opened.why().lines[0].text
    with pytest.raises(UsageError, match="a hypothesis is dropped"):
        opened.check()
    while opened.state.instance.dropped:
        opened.undo()
    opened.undo()
    opened.goto(100)
    assert opened.complete


def test_dropping_the_conclusion_proves_nothing():
    for id, name in [("NH18:Asm3.1", "distinct_patches"), ("NH18:Asm3.2", "activation")]:
        opened = exactland.step(id)
        opened.vary(f"drop {name}")
        assert isinstance(opened.state.stages[-1].outcome, Failure)
        assert not opened.complete


def test_dropping_analyticity_does_not_prove_it_for_almost_all_parameters():
    opened = exactland.step("NH18:Thm3.5")
    opened.vary("layer 1 activation relu")
    opened.vary("drop analytic")
    failure = opened.state.stages[-1].outcome
    assert isinstance(failure, Failure)
    assert "analytic" in failure.relation
    assert not opened.complete


def test_a_change_that_harms_nothing_keeps_the_place(session):
    session.goto(6)
    assert "goes through" in session.vary("data.inputs[0][1]", "3/4").text
    assert session.state.position == 6
    assert session.show("X").value[0] == (0, exactland.exact("3/4"), 3)


def test_parameters_that_no_longer_fit_are_left_out_and_named():
    opened = exactland.step("NH18:Thm3.4", "examples/relu-dense.json")
    shown = opened.vary("layer 1 width 5")
    assert "no longer fit" in shown.lines[0].text
    assert opened.state.instance.problem.parameters is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("data.inputs[9][0] 1", "there are 3 entries"),
        ("data.inputs[0][0] 0.5x", "0.5x"),
        ("data.inputs[0] [1]", "data.inputs"),
        ("data.outputs 1", "there is no such entry"),
        ("data.inputs[0][0].x 1", "nothing inside"),
        ("[0] 1", "is no path"),
        ("layer 9 bias none", "there is no layer 9"),
        ("layer x bias none", "is not a number"),
        ("layer 1 bias both", "bias"),
        ("layer 1 activation tanhh", "did you mean tanh"),
        ("layer 1 activation 1/t +", "activation"),
        ("layer 1 width 5", "there is no such entry"),
        ("layer 1", "is not complete"),
        ("k 9", "there is no layer 9"),
        ("drop widelayer", "did you mean wide_layer"),
        ("drop", "known are convolutional_structure, distinct_patches"),
        ("k", "say what becomes what"),
        ("", "say what becomes what"),
        ('network {"a"', "is no JSON"),
        ("data.inputs[0][0] [[", "is no JSON"),
    ],
)
def test_a_change_that_is_not_understood_changes_nothing(session, change, words):
    session.goto(3)
    before = session.state
    with pytest.raises(ExactlandError) as caught:
        session.vary(change)
    assert words in str(caught.value)
    assert session.state is before


def test_floats_are_refused(session):
    with pytest.raises(InputError, match="is a float"):
        session.vary("data.inputs[0][0]", 0.5)
    with pytest.raises(InputError):
        session.vary("data.inputs[0] [0.5, 1, 2]")


def test_another_layer():
    opened = exactland.step("NH18:LemD.1", "examples/relu-dense.json", 1)
    opened.vary("k 2")
    opened.goto(100)
    assert opened.complete
    assert opened.state.instance.k == 2
    assert opened.facts[-1].claim.claims[-1].k == 2


# Interrupts and inadmissible instances.


def test_an_interrupt_leaves_the_session_as_it_was(session, monkeypatch):
    session.goto(3)
    calls = []
    real = rules.decide_assumption

    def once(*arguments):
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return real(*arguments)

    fresh = exactland.step("NH18:Asm3.1")
    monkeypatch.setattr(rules, "decide_assumption", once)
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


# Files.


@pytest.mark.parametrize("name", ["walk.txt", "walk.json"])
def test_save_and_load_lead_to_the_same_place(session, tmp_path, name):
    session.next(3)
    session.vary("data.inputs[0][1]", "3/4")
    session.next(4)
    session.vary("layer 1 activation", "gelu")
    session.back()
    session.undo()
    session.save(tmp_path / name)
    other = exactland.step("NH18:Asm3.1")
    other.next()
    other.load(tmp_path / name)
    assert other.state == session.state
    assert other.facts == session.facts
    assert other.undo().lines[0].text == "undone: load"
    assert other.state.statement.id == "NH18:Asm3.1"


def test_a_saved_script_can_be_typed_in(session, tmp_path):
    session.next(3)
    session.vary("layer 1 bias filter")
    session.save(tmp_path / "walk.txt")
    typed = exactland.step("NH18:Thm3.4")
    for line in (tmp_path / "walk.txt").read_text().splitlines():
        if not line.startswith("#"):
            run(typed, line)
    assert typed.state == session.state


def _changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# exactland-session/1", "# exactland-session/9", "no saved session"),
        ("# layer 1\n", "", "its layer is missing"),
        ("# layer 1", "# layer x", "no JSON"),
        ("# layer 1", "# layer true", "no layer"),
        ("# layer 1", "# layer 7", "there is no layer 7"),
        ("NH18:Thm3.4", "NH18:Thm3.9", "no statement has the id"),
        ("NH18:Thm3.4", "NH18:Thm4.4", "no proof script"),
        ('"filters": 2', '"filters": 0', "filters"),
        ('{"format"', '["format"', "no JSON"),
        ("next 3", "export /tmp/x", "no saved session has this command"),
        ("next 3", "next x", "is not a number"),
        ("vary layer", "vary lair", "command 2"),
    ],
)
def test_a_damaged_session_is_refused_and_nothing_changes(session, tmp_path, old, new, words):
    session.next(3)
    session.vary("layer 1 bias filter")
    path = tmp_path / "walk.txt"
    session.save(path)
    _changed(path, old, new)
    before = session.state
    with pytest.raises(ExactlandError) as caught:
        session.load(path)
    assert words in str(caught.value)
    assert session.state is before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b'{"format": "exactland-session/1"}',
        b"{" * 5000,
        b"next 3\n",
    ],
)
def test_files_that_are_no_sessions(session, tmp_path, content):
    path = tmp_path / "walk.json"
    path.write_bytes(content)
    with pytest.raises(InputError):
        session.load(path)


def test_files_that_cannot_be_read_or_written(session, tmp_path):
    for path in (tmp_path / "none", tmp_path, "a\0b", ""):
        with pytest.raises(InputError):
            session.load(path)
    for path in (tmp_path / "none" / "walk.txt", tmp_path, "a\0b", ""):
        with pytest.raises(InputError):
            session.save(path)
        with pytest.raises(InputError):
            session.export(path)
    assert list(tmp_path.iterdir()) == []


def test_a_long_script_is_replayed_and_an_endless_one_refused(session, tmp_path):
    path = tmp_path / "long.txt"
    session.save(path)
    head = path.read_text()
    path.write_text(head + "next 1\nback 1\n" * 5000)
    begin = time.process_time()
    session.load(path)
    assert time.process_time() - begin < 20
    assert len(session.state.journal) == 10_000
    session.undo()
    assert session.state.journal == ()
    path.write_text(head + "next 1\n" * 10_001)
    with pytest.raises(InputError, match="at most 10000"):
        session.load(path)


def test_json_has_exactly_the_session(session, tmp_path):
    session.next(2)
    session.save(tmp_path / "walk.json")
    document = json.loads((tmp_path / "walk.json").read_text())
    assert document["commands"] == ["next 2"]
    assert document["statement"] == "NH18:Thm3.4"
    assert exactland.problem_from(document["problem"]) == session.state.instance.problem


@pytest.mark.parametrize("ending", ["html", "tex", "pdf", "json"])
def test_export_writes_no_other_format_under_its_name(session, tmp_path, ending):
    path = tmp_path / f"proof.{ending}"
    with pytest.raises(UsageError, match=r"proof\.md"):
        session.export(path)
    assert not path.exists()


def test_in_markdown_the_statement_is_no_single_paragraph(session, tmp_path):
    session.export(tmp_path / "proof.md")
    lines = (tmp_path / "proof.md").read_text().splitlines()
    stated = lines.index("As stated: false.")
    assert lines[stated - 1] == lines[stated + 1] == ""


def test_a_directory_is_no_file_to_write(session, tmp_path):
    for verb in (session.save, session.export):
        with pytest.raises(InputError, match="it is a directory"):
            verb(tmp_path)


def test_export(session, tmp_path):
    session.goto(100)
    session.export(tmp_path / "proof.txt")
    session.export(tmp_path / "proof.md")
    plain = (tmp_path / "proof.txt").read_text()
    marked = (tmp_path / "proof.md").read_text()
    for fact in session.facts:
        assert f"[{fact.number}] {fact.claim.words()}" in plain
        assert fact.claim.words() in marked
    assert marked.startswith("# NH18 Theorem 3.4")
    assert "gamma" in marked
    for text in (plain, marked):
        assert f"The proof is complete on this instance: {len(session.facts)} facts." in text
        assert "As stated: false." in text


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
