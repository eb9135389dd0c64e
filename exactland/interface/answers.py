"""`exactland rank` and `certify`: decide, have the independent checker agree, then say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import click

from exactland.certificate.questions import decide, opposite
from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.conditions.assumptions import ASSUMPTIONS
from exactland.conditions.claims import Assumption
from exactland.conditions.finding import Finding
from exactland.errors import LimitError, UsageError
from exactland.interface.agreement import Agreement, agreed
from exactland.interface.asking import (
    EXIT_CODES,
    Asked,
    Request,
    is_formula,
    open_problem,
    output_of,
    progress,
    require_named,
    speaker,
    written_line,
)
from exactland.interface.evidence_words import evidence_lines
from exactland.interface.plain import write_json


def answer_rank(asked: Asked, seed: int, ceiling: int, check: bool, as_json: bool) -> int:
    """Run `exactland rank`; the exit code."""
    with progress() as tell:
        finding = asked.rank(seed, ceiling, tell)
        agreement = None
        if check:
            tell("checking the evidence independently")
            finding, agreement = _agreed(finding, ceiling)
    if as_json:
        write_json(_json(finding, agreement, None))
    else:
        _print(finding, agreement)
    return EXIT_CODES[finding.verdict]


def answer_certify(request: Request, path: str | None, force: bool, as_json: bool) -> int:
    """Run `exactland certify`; the exit code. Nothing is written unless the checker accepts it."""
    require_named(request.claim)
    output = output_of(request, path, force, as_json)
    if request.asked.matrix is None and is_formula(request.claim):
        from exactland.interface.claim_answers import answer_claim

        return answer_claim(request, output, as_json)
    statement = _is_statement(request.claim) and request.asked.matrix is None
    if statement and (request.better is not None or not has_script(request.claim)):
        from exactland.interface.claim_answers import answer_statement

        return answer_statement(request, output, as_json)
    if statement:
        from exactland.interface.proof_answers import answer_proof

        return answer_proof(request, output, as_json)
    with progress() as tell:
        finding = _decided(request, tell)
        tell("checking the certificate independently")
        finding, agreement = _agreed(finding, request.ceiling)
        written = None
        if agreement is not None:
            written = output.write(canonical_bytes(agreement.document))
    if as_json:
        write_json(_json(finding, agreement, written))
    else:
        say = speaker(output)
        _print(finding, agreement, say)
        if written is not None:
            say(written_line(output))
    return EXIT_CODES[finding.verdict]


def _decided(request: Request, tell: Callable[[str], None]) -> Finding:
    if request.asked.matrix is not None:
        if request.claim not in ("full-rank", "rank-deficient"):
            reason = "a matrix alone has no network to claim it of"
            raise UsageError("--claim", reason, "use full-rank or rank-deficient")
        found = request.asked.rank(request.seed, request.ceiling, tell)
        return found if request.claim == "full-rank" else opposite(found)
    what: Any = request.what
    return decide(
        open_problem(request.problem, request.random_seed),
        request.claim,
        request.layer,
        what,
        at=request.at,
        order=_order(request.order),
        seed=request.seed,
        ceiling=request.ceiling,
        progress=tell,
    )


def has_script(claim: str) -> bool:
    """Whether the statement has a proof script; otherwise its formulas are decided."""
    from exactland.papers.library import scripts_of

    known = scripts_of(claim.partition(":")[0].upper())
    return claim.casefold() in {id.casefold() for id in known}


def _is_statement(claim: str) -> bool:
    """Whether the claim is a statement's id; the papers' assumptions are questions of their own."""
    return ":" in claim and not claim.startswith("assumption:") and claim not in ASSUMPTIONS


def _agreed(finding: Finding, ceiling: int) -> tuple[Finding, Agreement | None]:
    """The finding and its accepted certificate; undecided where the checker's limits do not do."""
    if finding.established is None:
        return finding, None
    try:
        return finding, agreed(certificate_document(finding), ceiling)
    except LimitError as limit:
        reason, tried = str(limit), (*finding.tried, str(limit))
        return replace(
            finding,
            verdict="undecided",
            established=None,
            evidence=None,
            rank=None,
            reason=reason,
            tried=tried,
        ), None


def _order(text: str | None) -> int | Literal["all"] | None:
    if text is None:
        return None
    if text == "all":
        return "all"
    if not text.isdigit() or len(text) > 4:
        raise UsageError("--order", f"{text!r} is no order", "give a number from 1, or all")
    return int(text)


def _json(finding: Finding, agreement: Agreement | None, path: str | None) -> dict[str, Any]:
    claim = finding.question if finding.established is None else finding.established.words()
    document: dict[str, Any] = {"evidence": {}}
    if agreement is not None:
        document = agreement.document
    elif finding.established is not None:
        document = certificate_document(finding)
    return {
        "claim": finding.question,
        "verdict": finding.verdict,
        "reading": finding.reading,
        "rank": finding.rank,
        "established": None if finding.established is None else claim,
        "reason": finding.reason,
        "tried": list(finding.tried),
        "evidence": document["evidence"],
        "certificate": path,
    }


_COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}


def _print(
    finding: Finding, agreement: Agreement | None, say: Callable[[str], None] = click.echo
) -> None:
    say(f"question: {finding.question}?")
    verdict = click.style(finding.verdict, fg=_COLOURS[finding.verdict], bold=True)
    say(f"answer:   {verdict} ({finding.reading})")
    if finding.established is None:
        say(f"reason:   {finding.reason}")
        for line in finding.tried:
            say(f"tried:    {line}")
        return
    say(f"claim:    {finding.established.words()}")
    if isinstance(finding.established, Assumption):
        say(f"reason:   {finding.reason}")
    for line in evidence_lines(finding):
        say(f"evidence: {line}")
    if agreement is not None:
        more = f" with {agreement.factor} times the bits" if agreement.factor > 1 else ""
        say(f"checker:  accepted by the independent checker{more}")
