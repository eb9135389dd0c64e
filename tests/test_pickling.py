"""Problems, findings, sessions, proofs and certificates are pickled and copied, and still work."""

from __future__ import annotations

import copy
import pickle
import random
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz_mat, fmpz_poly, nmod_mat

import exactland
from exactland.certificate.proofs import proof_certificate
from exactland.papers.library import script, script_ids
from exactland.proof.commands import run
from exactland.proof.replay import Replay
from exactland.proof.script import Driver, Script, Walkthrough

EXAMPLES = sorted(Path("examples").glob("*.json"))
QUESTIONS = ["full-rank", "generic-full-rank", "NH18:Asm3.1", "NH18:Asm2.4", "bad-local-minimum"]


def _pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


WAYS = {"pickle": _pickled, "copy": copy.copy, "deepcopy": copy.deepcopy}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Any:
    return WAYS[request.param]


def _findings(problem: exactland.Problem) -> list[exactland.Finding]:
    found = []
    for question in QUESTIONS:
        try:
            layer = None if "NH18" in question or question == "bad-local-minimum" else 1
            found.append(exactland.decide(problem, question, layer))
        except exactland.ExactlandError:  # a question about another kind of network
            continue
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_problems_and_findings(path: Path, way: Any) -> None:
    problem = exactland.load_problem(path)
    fresh = way(problem)
    assert fresh == problem
    findings = _findings(problem)
    used = way(problem)
    assert used == problem
    assert hash(used) == hash(problem)
    assert exactland.problem_document(used) == exactland.problem_document(problem)
    assert len(findings) >= 1
    for finding, again in zip(findings, _findings(fresh), strict=True):
        other = way(finding)
        assert (other.verdict, other.rank, other.question) == (
            finding.verdict,
            finding.rank,
            finding.question,
        )
        if finding.established is not None:
            document = exactland.certificate_document(finding)
            assert exactland.certificate_document(other) == document
            assert exactland.certificate_document(again) == document
            assert way(document) == document


def _said(entries: Iterable[Any]) -> list[str]:
    """All that facts and definitions hold, in words: to flint a ball does not equal its copy."""
    return [re.sub(r"_made_by=[^)]*", "", repr(entry)) for entry in entries]


@pytest.mark.parametrize("id", script_ids())
def test_sessions_resume(id: str, way: Any) -> None:
    """A copy goes on by itself, from its beginning, its middle and its end, to the same proof."""
    session = exactland.step(id)
    copies = [way(session)]
    session.next()
    copies.append(way(session))
    assert copies[1].state == session.state
    assert _said(copies[1].facts) == _said(session.facts)
    session.goto(999)
    journal = session.state.journal
    whole = exactland.step(id).goto(999).text
    copies.append(way(session))
    assert copies[2].complete == session.complete
    for other, position in zip(copies, (0, 1, session.state.position), strict=True):
        assert other.state.position == position
        other.goto(0)
        assert other.goto(999).text == whole
        assert _said(other.facts) == _said(session.facts)
        other.undo()
    assert session.state.journal == journal
    assert _said(way(session.facts)) == _said(session.facts)


def test_a_session_that_was_changed_resumes(tmp_path: Path, way: Any) -> None:
    session = exactland.step("NH18:Thm3.4", "examples/relu-dense.json")
    run(session, "next 2")
    run(session, "vary layer 1 activation tanh")
    other = way(session)
    session.undo()
    assert other.state.journal == ("next 2", "vary layer 1 activation tanh")
    other.undo()
    assert other.state == session.state
    assert other.inputs == session.inputs
    other.save(tmp_path / "walk.txt")


@pytest.mark.parametrize("id", ["NH17:Lem3.3", "NH18:Thm3.4", "NMH19:Lem2", "LDS18:Prop4"])
def test_proofs(id: str, way: Any) -> None:
    state = exactland.step(id).state
    driver = Driver(script(id), state.walkthrough)
    driver.advance()
    begun = way(driver).run()
    driver.run()
    ended = way(driver)
    assert _said(begun.entries) == _said(driver.entries) == _said(ended.entries)
    assert begun.finished
    assert ended.finished
    document = proof_certificate(driver)
    assert proof_certificate(begun) == proof_certificate(ended) == document
    replay = Replay(script(id), state.walkthrough)
    replay.stage(1)
    copied = way(replay)
    assert _said(s.outcome for s in copied.all()) == _said(s.outcome for s in replay.all())
    # A copy's facts are its own: another run does not take them.
    assert begun.entries[0] is not driver.entries[0]


def test_a_script_of_nobodys_library_is_refused() -> None:
    known = script("NH18:Thm3.4")
    foreign = Script(known.id, known.steps, known.is_goal)
    walkthrough = Walkthrough(exactland.load_problem("examples/relu-dense.json"))
    with pytest.raises(TypeError, match="scripts of the library"):
        pickle.dumps(Driver(foreign, walkthrough))


def test_another_process_resumes() -> None:
    session = exactland.step("NH18:Thm3.4")
    session.next(3)
    program = (
        "import pickle, sys\n"
        "session = pickle.load(sys.stdin.buffer)\n"
        "print(session.goto(99).lines[-1].text)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(session), capture_output=True
    )
    assert done.stdout.decode().strip() == session.goto(99).lines[-1].text


# --- Numbers -------------------------------------------------------------------------------------


def _parts(ball: arb) -> tuple[Any, ...]:
    def exact(number: arb) -> Any:
        return number.man_exp() if number.is_finite() else str(number)

    return exact(ball.mid()), exact(ball.rad())


def test_balls_arrive_as_they_were(way: Any) -> None:
    chance = random.Random(1)
    balls = [arb(0), arb(1), arb.nan(), arb.pos_inf(), arb.neg_inf(), arb(3, arb.pos_inf())]
    old = ctx.prec
    try:
        for _ in range(2000):
            ctx.prec = chance.choice([30, 53, 128, 600])
            ball = arb(chance.randint(-(10**40), 10**40)) / chance.randint(1, 10**9)
            balls.append(ball * arb(1, chance.choice([0, 1, 2.0**-30, chance.random()])))
            balls.append(arb(0, chance.choice([0.5, 1, 3, chance.random()])))
    finally:
        ctx.prec = old
    for ball in balls:
        assert _parts(way(ball)) == _parts(ball)
    for other, ball in zip(way(arb_mat([balls[:4]])).entries(), balls[:4], strict=True):
        assert _parts(other) == _parts(ball)


def test_matrices_and_polynomials(way: Any) -> None:
    for value in (
        fmpq_mat([[fmpq(1, 2), 3], [0, -1]]),
        fmpz_mat(0, 3, []),
        fmpz_mat([[10**50]]),
        nmod_mat(1, 2, [1, 3], 7),
        fmpq_poly([fmpq(1, 2), 0, 3]),
        fmpz_poly([1, 2]),
    ):
        other = way(value)
        assert other == value
        assert type(other) is type(value)
    assert way(nmod_mat(1, 1, [1], 7)).modulus() == 7
