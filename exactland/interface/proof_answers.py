"""`exactland certify --claim STATEMENT`: a statement's proof on the instance as a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.command import RESTS_ON
from exactland.errors import LimitError
from exactland.interface.agreement import agreed
from exactland.interface.asking import (
    EXIT_CODES,
    Request,
    open_problem,
    progress,
    speaker,
    written_line,
)
from exactland.interface.plain import write_json
from exactland.model.network import SequentialNetwork
from exactland.outputs import Output
from exactland.papers.library import script, step
from exactland.proof.script import Driver, Failure
from exactland.proof.wording import what_failed


def answer_proof(request: Request, output: Output, as_json: bool) -> int:
    """Run the proof; the exit code. Nothing is written unless the checker accepts it.

    A proof that stops at a step refutes nothing: the answer is undecided, with the step.
    """
    session = step(
        script(request.claim).id, open_problem(request.problem, request.random_seed), request.layer
    )
    state = session.state
    with progress() as tell:
        tell("running the proof")
        driver = Driver(state.library.script(state.statement.id), state.walkthrough).run()
        document, written, reason = None, None, _reason(driver.failure)
        cited: tuple[str, ...] = ()
        if driver.finished:
            tell("checking the certificate independently")
            try:
                agreement = agreed(proof_certificate(driver), request.ceiling)
            except LimitError as limit:
                reason = str(limit)
            else:
                document, cited = agreement.document, agreement.result.cited
                written = output.write(canonical_bytes(document))
    layers = isinstance(state.instance.problem.network, SequentialNetwork)
    where = f", layer {state.instance.k}" if layers else ""
    question = f"{state.statement.id} on this instance{where}"
    if as_json:
        found = _json(question, reason, document, written)
        write_json({**found, "stops_at": _stop(driver.failure), "rests_on": list(cited)})
    else:
        _print(question, reason, document, output, cited)
    return EXIT_CODES["undecided" if document is None else "proved"]


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


def _json(question: str, reason: str, document: Any, written: str | None) -> dict[str, Any]:
    return {
        "claim": question,
        "verdict": "undecided" if document is None else "proved",
        "reading": "on this instance",
        "rank": None,
        "established": None if document is None else document["claim"]["words"],
        "reason": reason,
        "tried": [],
        "evidence": {} if document is None else document["evidence"],
        "certificate": written,
    }


def _print(
    question: str,
    reason: str,
    document: Any,
    output: Output,
    cited: Sequence[str],
) -> None:
    say = speaker(output)
    say(f"question: {question}?")
    if document is None:
        say(f"answer:   {click.style('undecided', fg='yellow', bold=True)}")
        say(f"reason:   {reason}")
        return
    say(f"answer:   {click.style('proved', fg='green', bold=True)} (on this instance)")
    say(f"claim:    {document['claim']['words']}")
    say(f"evidence: {len(document['evidence']['steps'])} steps, each checked by itself")
    say("checker:  accepted by the independent checker")
    for theorem in cited:
        say(f"          it {RESTS_ON}{theorem}")
    say(written_line(output))
