"""`exactland certify --claim`: a claim in words, or a statement by its formulas, certified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import click

from exactland.certificate.statements import OnInstance, on_instance
from exactland.certificate.writing import canonical_bytes
from exactland.checker.command import RESTS_ON
from exactland.checker.formulas import Formula, parts
from exactland.checker.printer import phrase, words
from exactland.claims.derive import derive, left_to_the_checker
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
from exactland.papers.library import find_statement
from exactland.proof.statements import Statement
from exactland.proof.wording import false_words

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
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)


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
        reading = reading_of(claim if found.shown is None else found.shown)
        verdict = found.verdict
        return _Answer(words(claim), claim, verdict, verdict, reading, found.reason, found.document)

    return _answered(ask, request, output, as_json)


def reading_of(claim: Formula) -> str:
    """What an answer that a claim holds speaks of, and no more.

    >>> reading_of(["at", "given", ["=", ["rank", ["F", 1]], ["N"]]])
    'on this instance, at its parameters'
    >>> reading_of(read_text("at every width of layer 1: for all parameters: rank F_1 <= 2"))
    'at every width of layer 1'
    """
    _, body = parts(claim)
    if body[0] in READINGS and isinstance(body[1], str):
        return f"{READINGS[body[0]]} {body[1]}"
    if body[0] == "every-width":
        return f"at every width of layer {phrase(body[1])}"
    return "on this instance" + ", at its parameters" * _mentions_given(claim)


def _mentions_given(formula: Formula) -> bool:
    if isinstance(formula, list):
        return any(map(_mentions_given, formula))
    return bool(formula == "given")


def answer_statement(request: Request, output: Output, as_json: bool) -> int:
    """Decide a statement of a paper on the problem; the exit code, 2 where it does not apply."""

    def ask() -> _Answer:
        known = find_statement(request.claim)
        better = None if request.better is None else load_problem(request.better).parameters
        problem = open_problem(request.problem, request.random_seed)
        return _of_statement(known, on_instance(problem, known.id, request.layer, better), request)

    return _answered(ask, request, output, as_json)


def answer_not_applying(
    request: Request, output: Output, as_json: bool, found: OnInstance, more: dict[str, Any]
) -> int:
    """Say that a statement, whose proof stops, does not apply; ``more`` is for JSON."""
    known = find_statement(request.claim)
    return _answered(lambda: _of_statement(known, found, request, more), request, output, as_json)


def _of_statement(
    known: Statement, found: OnInstance, request: Request, more: dict[str, Any] | None = None
) -> _Answer:
    where = "" if request.layer is None else f", layer {request.layer}"
    return _Answer(
        f"{found.id} on this instance{where}?",
        found.claim,
        VERDICTS.get(found.verdict, "undecided"),
        found.verdict,
        "on this instance" if found.claim is None else reading_of(found.claim),
        found.reason,
        found.document,
        _hypotheses(found),
        false_as_stated(known) if found.verdict == "proved" else "",
        {"as_stated": known.status, **(more or {})},
    )


def false_as_stated(known: Statement) -> str:
    """A note below a proof on an instance: the statement itself may be false.

    >>> false_as_stated(find_statement("NH18:Thm3.5"))
    ''
    """
    return false_words(known, f"exactland statements {known.id}")


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
        reason = next(filter(None, map(left_to_the_checker, document["steps"])), "")
        if not reason:
            raise
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
        **found.more,
    }


_COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}


def _print(found: _Answer, agreement: Agreement | None, output: Output) -> None:
    say = speaker(output)
    say(f"question: {indented(found.question)}")
    verdict = click.style(found.answer, fg=_COLOURS[found.verdict], bold=True)
    say(f"answer:   {verdict} ({found.reading})")
    for line in found.lines:
        say(f"          {line}")
    if found.reason:
        say(f"reason:   {found.reason}")
    if agreement is None:
        return
    say(f"claim:    {indented(agreement.result.words)}")
    rules = dict.fromkeys(step["rule"] for step in agreement.document["steps"])
    say(f"evidence: {', '.join(rules)}")
    say("checker:  accepted by the independent checker")
    for theorem in agreement.result.cited:
        say(f"          it {RESTS_ON}{theorem}")
    if found.note:
        say(f"note:     {found.note}")
    say(written_line(output))


def indented(text: str) -> str:
    """Further lines of a claim, below the first one."""
    return text.replace("\n", "\n          ")
