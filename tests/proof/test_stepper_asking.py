"""The verbs of the stepper that ask: goals, hyps, why, show, refs, search, check."""

from __future__ import annotations

from fractions import Fraction

import pytest

import exactland
from exactland.conditions.claims import Assumption
from exactland.errors import InputError, UsageError
from exactland.papers import library
from exactland.proof import rules
from exactland.proof.claims import Sorts
from exactland.proof.commands import completions, run
from exactland.proof.script import Failure, Script, Step

WITH_SCRIPT = library.script_ids()


def fractions(rows):
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in rows]


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
    opened = exactland.step("NH18:LemH.2")
    opened.goto(100)
    assert "<" not in opened.show("p").text
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
