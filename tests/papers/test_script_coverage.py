"""Every script on other instances than its built-in one, and at every hypothesis that fails."""

from __future__ import annotations

import time
from typing import Any

import pytest
from broken_instances import (
    BROKEN,
    CONDITIONS,
    NOT_ON_AN_INSTANCE,
    OF_CONDITIONS,
    STANDS,
    Broken,
)
from recheck import recheck
from script_instances import INSTANCES, Instance

import exactland
from exactland.errors import UsageError
from exactland.papers.library import find_statement, script, script_ids
from exactland.proof.hypotheses import hypotheses_of
from exactland.proof.replay import Replay, check_of
from exactland.proof.script import Driver, Fact, Failure, Walkthrough
from exactland.proof.stepper import Session


def run(id: str, problem: Any, k: int) -> Driver:
    start = time.process_time()
    driver = Driver(script(id), Walkthrough(problem, k)).run()
    assert time.process_time() - start < 5
    return driver


ALL = [(id, instance) for id, instances in INSTANCES.items() for instance in instances]


@pytest.mark.parametrize(("id", "instance"), ALL, ids=[f"{id}-{i.about}" for id, i in ALL])
def test_a_script_reaches_its_goal_and_the_conclusion_is_true(id: str, instance: Instance) -> None:
    problem = instance.made()
    driver = run(id, problem, instance.k)
    assert driver.failure is None, driver.failure
    assert driver.finished
    facts = [entry for entry in driver.entries if isinstance(entry, Fact)]
    assert all(fact.claim.words() for fact in facts)
    for fact in facts:
        recheck(problem, instance.k, fact.claim)


def test_every_script_has_three_other_instances() -> None:
    assert set(INSTANCES) == set(script_ids())
    few = [id for id, instances in INSTANCES.items() if len(instances) < 3]
    assert few == []
    for id, instances in INSTANCES.items():
        assert len({i.about for i in instances}) == len(instances), id
        built_in = exactland.step(id).state.instance.problem
        documents = [exactland.problem_document(i.made()) for i in instances]
        assert exactland.problem_document(built_in) not in documents, id


def test_the_instances_of_a_script_are_of_every_kind_that_it_speaks_of() -> None:
    """Depth 3, expressions, and, where the statement is of convolutional networks, all layers."""
    for id, instances in INSTANCES.items():
        problems = [i.made() for i in instances]
        text = str([exactland.problem_document(p) for p in problems])
        assert "expr" in text or id in NO_EXPRESSION, id
        if id.startswith("NMH19"):
            assert any(max(u.layer for u in p.skip.units) == 3 for p in problems), id
            continue
        assert any(p.sequential.depth >= 3 for p in problems), id
        if id in CONVOLUTIONAL:
            assert "convolution" in text, id
            assert "dense" in text, id
        if id in POOLING:
            assert "max-pooling" in text, id


#: They are about named activations, or about linear networks, or about a table.
NO_EXPRESSION = ("NH17:Lem3.3", "NH17:LinearRanks", "NH18:Lem3.3", "NH18:Asm3.1")
#: All statements of NH18 about layers; Theorem 3.5 excludes max-pooling.
CONVOLUTIONAL = [
    id for id in INSTANCES if id.startswith("NH18") and id not in ("NH18:Def2.2", "NH18:Def2.3")
]
POOLING = [id for id in CONVOLUTIONAL if id not in ("NH18:Thm3.5", "NH18:LemA.1")]


# Broken hypotheses.


def stages_of(id: str) -> list[Any]:
    """The steps of the script on everything that the tables hold for it."""
    instances = [(i.made(), i.k) for i in INSTANCES[id]]
    tables = [b for (key, _), b in BROKEN.items() if key == id]
    tables += [b for (key, _), entries in OF_CONDITIONS.items() if key == id for b in entries]
    instances += [(b.made(), b.k) for b in tables]
    return [
        stage
        for problem, k in instances
        for stage in Replay(script(id), Walkthrough(problem, k)).all()
    ]


@pytest.mark.parametrize("id", script_ids())
def test_every_hypothesis_has_an_entry(id: str) -> None:
    stages = stages_of(id)
    names = {h.name for h in hypotheses_of(find_statement(id), stages)}
    entries = {name for key, name in (*BROKEN, *NOT_ON_AN_INSTANCE) if key == id}
    entries |= {name for key, name in STANDS if key == id}
    assert names == entries
    seen = {type(stage.step.claim).__name__ for stage in stages if stage.step is not None}
    listed = {c for key, c in OF_CONDITIONS if key == id} - {"Said"}
    assert {c for c in CONDITIONS if c in seen} == listed


def shown(session: Session) -> Failure:
    """Where the proof stops: never a construction that fails mysteriously, never a fact after."""
    session.goto(500)
    failure = session.state.stages[-1].outcome
    assert isinstance(failure, Failure)
    assert not session.complete
    assert type(failure.step.claim).__name__ != "_Construction"
    return failure


@pytest.mark.parametrize(("id", "name"), BROKEN, ids=[f"{id}-{name}" for id, name in BROKEN])
def test_a_script_stops_at_the_step_of_the_broken_hypothesis(id: str, name: str) -> None:
    entry = BROKEN[id, name]
    session = exactland.step(id, entry.made(), entry.k)
    failure = shown(session)
    claim, text = failure.step.claim, text_of(session)
    assert type(claim).__name__ == entry.claim[0]
    assert claim.words().startswith(entry.claim[1])
    assert entry.words in failure.relation
    # The step is the one that states this hypothesis, and the reader is offered to drop it.
    (hypothesis,) = [h for h in session.state.hypotheses() if h.name == name]
    assert check_of(claim) == hypothesis.check
    assert f"`vary drop {name}`" in text
    statement = find_statement(id)
    assert ("as repaired" in text) == (statement.repaired is not None)
    assert all(erratum.id in text for erratum in statement.errata)


def text_of(session: Session) -> str:
    """What is shown at the present step, with the offers."""
    state = session.state
    return "\n".join(line.text for line in (*state.present(), *state.offers()))


@pytest.mark.parametrize(
    ("id", "entry"),
    [(id, entry) for (id, _), entries in OF_CONDITIONS.items() for entry in entries],
    ids=[f"{id}-{e.words}" for (id, _), entries in OF_CONDITIONS.items() for e in entries],
)
def test_a_script_stops_at_a_condition_on_the_instance(id: str, entry: Broken) -> None:
    failure = shown(exactland.step(id, entry.made(), entry.k))
    assert type(failure.step.claim).__name__ == entry.claim[0]
    assert entry.words in failure.relation


@pytest.mark.parametrize(("id", "name"), STANDS, ids=[f"{id}-{name}" for id, name in STANDS])
def test_a_conclusion_that_does_not_need_a_hypothesis_stands(id: str, name: str) -> None:
    made, k, why = STANDS[id, name]
    session = exactland.step(id, made(), k)
    found = {v.hypothesis.name: v for v in session.hyps().value}
    assert found[name].verdict != "holds"
    session.goto(500)
    assert session.complete, why
    recheck(made(), k, session.facts[-1].claim)


# Hypotheses dropped.


@pytest.mark.parametrize(("id", "name"), BROKEN, ids=[f"{id}-{name}" for id, name in BROKEN])
def test_without_a_hypothesis_the_first_later_step_fails_or_nothing_is_proved(
    id: str, name: str
) -> None:
    entry = BROKEN[id, name]
    session = exactland.step(id, entry.made(), entry.k)
    answer = session.vary(f"drop {name}")
    assert entry.dropped is not None
    assert entry.dropped in answer.text
    session.goto(0)
    replayed = session.goto(500)
    # No step of such a run is a fact, and none is shown as one.
    assert session.facts == ()
    assert not session.complete
    assert not session.state.replay.complete
    assert "complete" not in session.goals().text
    steps = [line.text for line in replayed.lines if line.text.startswith("[")]
    assert all("no fact, something is dropped" in t or t.startswith("[!]") for t in steps)
    assert f"{name} (dropped)" in session.hyps().text


def test_what_no_step_checks_cannot_be_dropped_and_the_reason_is_given() -> None:
    for id, name in NOT_ON_AN_INSTANCE:
        hypothesis = next((h for h in find_statement(id).hypotheses if h.name == name), None)
        if hypothesis is not None and hypothesis.check is None:
            with pytest.raises(UsageError, match="no step checks it"):
                exactland.step(id).vary(f"drop {name}")
