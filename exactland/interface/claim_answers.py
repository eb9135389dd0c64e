"""`exactland certify --claim FORMULA`: a claim in the language of claims as a certificate."""

from __future__ import annotations

from typing import Any

import click

from exactland.certificate.claims import Derived, derive
from exactland.certificate.writing import canonical_bytes
from exactland.checker.printer import words
from exactland.checker.verify import RESTS_ON
from exactland.claims.text import read_text
from exactland.errors import LimitError
from exactland.interface.agreement import Agreement, agreed
from exactland.interface.asking import (
    EXIT_CODES,
    Request,
    open_problem,
    progress,
    speaker,
    written_line,
)
from exactland.interface.plain import write_json
from exactland.outputs import Output

#: What a verdict speaks of, by the head of what is shown.
READINGS = {"forall": "for all parameters", "almost-all": "for almost all parameters"}


def answer_claim(request: Request, output: Output, as_json: bool) -> int:
    """Decide a claim; the exit code. Nothing is written unless the checker accepts it."""
    claim = read_text(request.claim)
    problem = open_problem(request.problem, request.random_seed)
    agreement, reason = None, ""
    with progress() as tell:
        tell("looking for a derivation")
        derived = derive(problem, claim)
        verdict, reason = derived.verdict, derived.reason
        if derived.document is not None:
            tell("checking the certificate independently")
            try:
                agreement = agreed(derived.document, request.ceiling)
            except LimitError as limit:
                verdict, reason = "undecided", str(limit)
            except RuntimeError:
                # The package tries an identity at random points only: it may hold at those alone,
                # or be one that formal values do not show.
                if not any(step["rule"] == "identity" for step in derived.document["steps"]):
                    raise
                verdict, reason = "undecided", "no identity in formal values shows it"
    written = None
    if agreement is not None:
        written = output.write(canonical_bytes(agreement.document))
    if as_json:
        write_json(_json(derived, verdict, reason, agreement, written))
    else:
        _print(derived, verdict, reason, agreement, output)
    return EXIT_CODES[verdict]


def _json(
    derived: Derived, verdict: str, reason: str, agreement: Agreement | None, written: str | None
) -> dict[str, Any]:
    shown = derived.shown if agreement is not None else None
    return {
        "claim": words(derived.claim),
        "formula": derived.claim,
        "verdict": verdict,
        "reading": _reading(derived),
        "rank": None,
        "established": None if shown is None else words(shown),
        "reason": reason,
        "evidence": {} if agreement is None else {"steps": agreement.document["steps"]},
        "certificate": written,
    }


def _reading(derived: Derived) -> str:
    shown = derived.claim if derived.shown is None else derived.shown
    return READINGS.get(shown[0], "on this instance")


def _print(
    derived: Derived, verdict: str, reason: str, agreement: Agreement | None, output: Output
) -> None:
    say = speaker(output)
    colour = {"proved": "green", "refuted": "red", "undecided": "yellow"}[verdict]
    say(f"question: {_indented(words(derived.claim))}")
    say(f"answer:   {click.style(verdict, fg=colour, bold=True)} ({_reading(derived)})")
    if agreement is None:
        say(f"reason:   {reason}")
        return
    say(f"claim:    {_indented(agreement.result.words)}")
    rules = [step["rule"] for step in agreement.document["steps"]]
    say(f"evidence: {', '.join(rules)}")
    say("checker:  accepted by the independent checker")
    for theorem in agreement.result.cited:
        say(f"          it {RESTS_ON}{theorem}")
    say(written_line(output))


def _indented(text: str) -> str:
    """Lines of definitions below the first line, under it."""
    return text.replace("\n", "\n          ")
