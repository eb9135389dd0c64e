"""`exactland certify --claim`: a claim in words, or a statement by its formulas, certified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import click

from exactland.certificate.statements import OnInstance, on_instance
from exactland.certificate.writing import canonical_bytes
from exactland.checker.command import RESTS_ON
from exactland.checker.formulas import Formula
from exactland.checker.printer import words
from exactland.claims.derive import derive
from exactland.claims.families import derive_of_family
from exactland.claims.text import read_text
from exactland.errors import LimitError
from exactland.interface.agreement import Agreement, agreed, refusal, require_readable
from exactland.interface.asking import (
    EXIT_CODES,
    Request,
    open_any,
    open_problem,
    progress,
    speaker,
    written_line,
)
from exactland.interface.plain import write_json
from exactland.model.family import Family
from exactland.model.problem_file import load_problem
from exactland.outputs import Output

#: What a verdict speaks of, by the head of what is shown.
READINGS = {"forall": "for all", "almost-all": "for almost all"}
#: Verdicts of a statement on an instance, as those of every question.
VERDICTS = {"proved": "proved", "refuted as stated": "refuted"}


@dataclass(frozen=True)
class _Answer:
    """What is asked and found: ``answer`` in words, ``lines`` that say how."""

    question: str
    formula: Formula
    verdict: str
    answer: str
    reading: str
    reason: str
    document: dict[str, Any] | None
    lines: tuple[str, ...] = ()


def answer_claim(request: Request, output: Output, as_json: bool) -> int:
    """Decide a claim; the exit code. Nothing is written unless the checker accepts it."""

    def ask() -> _Answer:
        problem = open_any(request.problem, request.random_seed)
        if isinstance(problem, Family):
            require_readable(problem.document)
            claim = read_text(request.claim, symbols=problem.names)
            found = derive_of_family(problem, claim, partial(refusal, ceiling=request.ceiling))
        else:
            claim = read_text(request.claim, symbols=())
            found = derive(problem, claim)
        shown = claim if found.shown is None else found.shown
        reading = "on this instance"
        if shown[0] in READINGS and isinstance(shown[1], str):
            reading = f"{READINGS[shown[0]]} {shown[1]}"
        verdict = found.verdict
        return _Answer(words(claim), claim, verdict, verdict, reading, found.reason, found.document)

    return _answered(ask, request, output, as_json)


def answer_statement(request: Request, output: Output, as_json: bool) -> int:
    """Decide a statement of a paper on the problem; the exit code, 2 where it does not apply."""

    def ask() -> _Answer:
        better = None if request.better is None else load_problem(request.better).parameters
        problem = open_problem(request.problem, request.random_seed)
        found = on_instance(problem, request.claim, request.layer, better)
        where = "" if request.layer is None else f", layer {request.layer}"
        return _Answer(
            f"{found.id} on this instance{where}?",
            found.claim,
            VERDICTS.get(found.verdict, "undecided"),
            found.verdict,
            "on this instance",
            found.reason,
            found.document,
            _hypotheses(found),
        )

    return _answered(ask, request, output, as_json)


def _hypotheses(found: OnInstance) -> tuple[str, ...]:
    return tuple(f"hypothesis {name}: {verdict}" for name, verdict in found.hypotheses)


def _answered(ask: Callable[[], _Answer], request: Request, output: Output, as_json: bool) -> int:
    agreement, written = None, None
    with progress() as tell:
        tell("looking for a derivation")
        found = ask()
        if found.document is not None:
            tell("checking the certificate independently")
            found, agreement = _checked(found, request.ceiling)
    if agreement is not None:
        written = output.write(canonical_bytes(agreement.document))
    if as_json:
        write_json(_json(found, agreement, written))
    else:
        _print(found, agreement, output)
    return EXIT_CODES[found.verdict]


def _checked(found: _Answer, ceiling: int) -> tuple[_Answer, Agreement | None]:
    """The answer if the checker agrees; otherwise it is undecided."""
    document = found.document or {}
    try:
        return found, agreed(document, ceiling)
    except LimitError as limit:
        reason = str(limit)
    except RuntimeError:
        # The package tries identities at random points only, and an identity may hold there alone,
        # or be one that formal values do not show.
        if not any(step["rule"] == "identity" for step in document["steps"]):
            raise
        reason = "no identity in formal values shows it"
    return replace(found, verdict="undecided", answer="undecided", reason=reason), None


def _json(found: _Answer, agreement: Agreement | None, written: str | None) -> dict[str, Any]:
    return {
        "claim": found.question,
        "formula": found.formula,
        "verdict": found.verdict,
        "answer": found.answer,
        "reading": found.reading,
        "rank": None,
        "established": None if agreement is None else agreement.result.words,
        "reason": found.reason,
        "tried": list(found.lines),
        "evidence": {} if agreement is None else {"steps": agreement.document["steps"]},
        "certificate": written,
    }


_COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}


def _print(found: _Answer, agreement: Agreement | None, output: Output) -> None:
    say = speaker(output)
    say(f"question: {_indented(found.question)}")
    verdict = click.style(found.answer, fg=_COLOURS[found.verdict], bold=True)
    say(f"answer:   {verdict} ({found.reading})")
    for line in found.lines:
        say(f"          {line}")
    if found.reason:
        say(f"reason:   {found.reason}")
    if agreement is None:
        return
    say(f"claim:    {_indented(agreement.result.words)}")
    rules = dict.fromkeys(step["rule"] for step in agreement.document["steps"])
    say(f"evidence: {', '.join(rules)}")
    say("checker:  accepted by the independent checker")
    for theorem in agreement.result.cited:
        say(f"          it {RESTS_ON}{theorem}")
    say(written_line(output))


def _indented(text: str) -> str:
    """Further lines of a claim, below the first one."""
    return text.replace("\n", "\n          ")
