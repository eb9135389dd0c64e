"""`exactland certify --claim STATEMENT`: a statement's proof on the instance as a certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.statements import OnInstance, on_instance
from exactland.certificate.writing import canonical_bytes
from exactland.checker.command import RESTS_ON
from exactland.errors import ExactlandError, LimitError, UsageError
from exactland.interface.agreement import Agreement, agreed
from exactland.interface.asking import (
    EXIT_CODES,
    Request,
    open_problem,
    progress,
    speaker,
    written_line,
)
from exactland.interface.claim_answers import (
    answer_not_applying,
    false_as_stated,
    indented,
    reading_of,
)
from exactland.interface.plain import write_json
from exactland.model.network import SequentialNetwork
from exactland.outputs import Output
from exactland.papers.formulas import formulas
from exactland.papers.library import script, step
from exactland.proof.script import Driver, Failure
from exactland.proof.session_state import State
from exactland.proof.wording import what_failed


def answer_proof(request: Request, output: Output, as_json: bool) -> int:
    """Run the proof; the exit code. Nothing is written unless the checker accepts it.

    A proof that stops at a step refutes nothing: the answer is undecided, with the step, unless the
    statement does not apply, since one of its hypotheses fails.
    """
    session = step(
        script(request.claim).id, open_problem(request.problem, request.random_seed), request.layer
    )
    state = session.state
    with progress() as tell:
        tell("running the proof")
        driver = Driver(state.library.script(state.statement.id), state.walkthrough).run()
        agreement, written, reason = None, None, _reason(driver.failure)
        if driver.finished:
            tell("checking the certificate independently")
            try:
                agreement = agreed(proof_certificate(driver), request.ceiling)
            except LimitError as limit:
                reason = str(limit)
            else:
                written = output.write(canonical_bytes(agreement.document))
    if driver.failure is not None and (other := _not_applying(state)) is not None:
        asked = replace(request, layer=_layer(state))
        other = replace(other, reason=f"{other.reason}; {reason}")
        stopped: dict[str, Any] = {"stops_at": _stop(driver.failure), "rests_on": []}
        return answer_not_applying(asked, output, as_json, other, stopped)
    layer = _layer(state)
    where = "" if layer is None else f", layer {layer}"
    question = f"{state.statement.id} on this instance{where}"
    reading, note = _reading(state.statement.id), false_as_stated(state.statement)
    if as_json:
        found = _json(question, reading, reason, agreement, written)
        cited = [] if agreement is None else list(agreement.result.cited)
        more = {"stops_at": _stop(driver.failure), "rests_on": cited}
        write_json({**found, **more, "as_stated": state.statement.status})
    else:
        _print(question, reading, reason, agreement, output, note)
    return EXIT_CODES["undecided" if agreement is None else "proved"]


def _layer(state: State) -> int | None:
    """The layer that is spoken of; a skip network has none."""
    layers = isinstance(state.instance.problem.network, SequentialNetwork)
    return state.instance.k if layers else None


def _not_applying(state: State) -> OnInstance | None:
    """What shows that a hypothesis fails, where the statement has formulas that say so."""
    try:
        found = on_instance(state.instance.problem, state.statement.id, _layer(state))
    except ExactlandError:
        return None
    return found if found.verdict == "does not apply" else None


def _reading(id: str) -> str:
    """What a proof of the statement speaks of; remarks have no formulas."""
    try:
        return reading_of(formulas(id).as_stated())
    except UsageError:
        return "on this instance"


def _reason(failure: Failure | None) -> str:
    if failure is None:
        return ""
    said, why = what_failed(failure)
    return f"the proof stops: {said}" + (f" {why[0].upper()}{why[1:]}" if why else "")


def _stop(failure: Failure | None) -> dict[str, str] | None:
    """The claim of the step at which the proof stops, and whether it is false or not shown."""
    if failure is None:
        return None
    return {"claim": failure.step.claim.words(), "verdict": failure.verdict}


def _evidence(document: dict[str, Any]) -> dict[str, Any]:
    """The steps of a certificate, of either format."""
    found: dict[str, Any] = document.get("evidence", {"steps": document.get("steps")})
    return found


def _json(
    question: str, reading: str, reason: str, agreement: Agreement | None, written: str | None
) -> dict[str, Any]:
    return {
        "claim": question,
        "verdict": "undecided" if agreement is None else "proved",
        "reading": reading,
        "rank": None,
        "established": None if agreement is None else agreement.result.words,
        "reason": reason,
        "tried": [],
        "evidence": {} if agreement is None else _evidence(agreement.document),
        "certificate": written,
    }


def _print(
    question: str,
    reading: str,
    reason: str,
    agreement: Agreement | None,
    output: Output,
    note: str,
) -> None:
    say = speaker(output)
    say(f"question: {question}?")
    if agreement is None:
        say(f"answer:   {click.style('undecided', fg='yellow', bold=True)}")
        say(f"reason:   {reason}")
        return
    say(f"answer:   {click.style('proved', fg='green', bold=True)} ({reading})")
    say(f"claim:    {indented(agreement.result.words)}")
    steps = _evidence(agreement.document)["steps"]
    say(f"evidence: {len(steps)} steps, each checked by itself")
    say("checker:  accepted by the independent checker")
    for theorem in agreement.result.cited:
        say(f"          it {RESTS_ON}{theorem}")
    if note:
        say(f"note:     {note}")
    say(written_line(output))
