"""The stepper, vary: a broken hypothesis stops the proof at its step, with the numbers."""

from __future__ import annotations

import pytest

import exactland
from exactland.conditions.claims import Assumption
from exactland.errors import ExactlandError, InputError, UsageError
from exactland.proof.claims import HypothesisHolds
from exactland.proof.script import Failure

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
    assert session.next().lines[-1].text == f"The proof stops at step {position}: this is false."
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
        opened.goto(100)
        assert opened.facts == ()
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
