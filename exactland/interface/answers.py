"""`exactland rank` and `certify`: decide, have the independent checker agree, then say so."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from exactland.certificate.questions import decide
from exactland.certificate.writing import canonical_bytes, certificate_document, write_whole
from exactland.checker import verify
from exactland.checker.outcome import Result
from exactland.conditions.assumptions import ASSUMPTIONS
from exactland.conditions.claims import Assumption
from exactland.conditions.finding import Finding
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.errors import LimitError, UsageError
from exactland.interface.cli import write_json
from exactland.interface.evidence_words import evidence_lines
from exactland.model.parameters import random_parameters
from exactland.model.problem import Problem
from exactland.model.problem_file import load_problem

EXIT_CODES = {"proved": 0, "refuted": 1, "undecided": 2}


@dataclass(frozen=True)
class Request:
    """What `certify` is asked."""

    problem: str
    claim: str
    layer: int | None
    what: str
    at: str | None
    order: str | None
    random_seed: int | None
    seed: int
    ceiling: int


def open_problem(path: str, random_seed: int | None) -> Problem:
    """The problem of a file, with random parameters if a seed is given."""
    problem = load_problem(path)
    if random_seed is None:
        return problem
    return problem.with_parameters(random_parameters(problem, random_seed))


def answer_rank(
    path: str,
    layer: int | None,
    what: str,
    random_seed: int | None,
    seed: int,
    ceiling: int,
    check: bool,
    as_json: bool,
) -> int:
    """Run `exactland rank`; the exit code."""
    problem = open_problem(path, random_seed)
    generic = what.startswith("generic-")
    ask = generic_rank_of if generic else rank
    matrix: Any = what.removeprefix("generic-")
    with progress() as tell:
        finding = ask(problem, layer, matrix, seed=seed, ceiling=ceiling, progress=tell)
        document = None if finding.established is None else certificate_document(finding)
        if document is not None and check:
            tell("checking the evidence independently")
            recheck(canonical_bytes(document))
    if as_json:
        write_json(_json(finding, document, None))
    else:
        _print(finding, checked=check)
    return EXIT_CODES[finding.verdict]


def answer_certify(request: Request, output: str | None, as_json: bool) -> int:
    """Run `exactland certify`; the exit code. Nothing is written unless the checker accepts it."""
    if _is_statement(request.claim):
        from exactland.interface.proof_answers import answer_proof

        return answer_proof(request, output, as_json)
    problem = open_problem(request.problem, request.random_seed)
    what: Any = request.what
    with progress() as tell:
        finding = decide(
            problem,
            request.claim,
            request.layer,
            what,
            at=request.at,
            order=_order(request.order),
            seed=request.seed,
            ceiling=request.ceiling,
            progress=tell,
        )
        if finding.established is None:
            document, written = None, None
        else:
            document = certificate_document(finding)
            content = canonical_bytes(document)
            tell("checking the certificate independently")
            recheck(content)
            written = write_whole(output or default_name(request), content)
    if as_json:
        write_json(_json(finding, document, None if written is None else str(written)))
    else:
        _print(finding, checked=True)
        if written is not None:
            click.echo(f"certificate: {written}  (check it: exactland check {written})")
    return EXIT_CODES[finding.verdict]


def _is_statement(claim: str) -> bool:
    """Whether the claim is a statement's id; the papers' assumptions are questions of their own."""
    return ":" in claim and not claim.startswith("assumption:") and claim not in ASSUMPTIONS


def recheck(content: bytes) -> Result:
    """What the independent checker accepts; it must, or nothing is said."""
    with tempfile.TemporaryDirectory(prefix="exactland-") as folder:
        path = Path(folder) / "certificate.json"
        path.write_bytes(content)
        result = verify.check_file(str(path))
    if result.verdict == "decline":
        raise LimitError(
            "certificate",
            f"too large for the independent checker ({result.reason})",
            "use a smaller problem, or `rank --no-check`",
        )
    if result.verdict != "accept":
        raise RuntimeError(f"the independent checker rejects the evidence: {result.reason}")
    return result


def _order(text: str | None) -> int | Literal["all"] | None:
    if text is None:
        return None
    if text == "all":
        return "all"
    if not text.isdigit() or len(text) > 4:
        raise UsageError("--order", f"{text!r} is no order", "give a number from 1, or all")
    return int(text)


def default_name(request: Request) -> str:
    claim = request.claim.removeprefix("assumption:").replace(":", "-")
    return f"{Path(request.problem).stem}.{claim}.certificate.json"


def _json(finding: Finding, document: Any, path: str | None) -> dict[str, Any]:
    claim = finding.question if finding.established is None else finding.established.words()
    return {
        "claim": finding.question,
        "verdict": finding.verdict,
        "reading": finding.reading,
        "rank": finding.rank,
        "established": None if finding.established is None else claim,
        "reason": finding.reason,
        "tried": list(finding.tried),
        "evidence": {} if document is None else document["evidence"],
        "certificate": path,
    }


_COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}


def _print(finding: Finding, *, checked: bool) -> None:
    click.echo(f"question: {finding.question}?")
    verdict = click.style(finding.verdict, fg=_COLOURS[finding.verdict], bold=True)
    click.echo(f"answer:   {verdict} ({finding.reading})")
    if finding.established is None:
        click.echo(f"reason:   {finding.reason}")
        for line in finding.tried:
            click.echo(f"tried:    {line}")
        return
    click.echo(f"claim:    {finding.established.words()}")
    if isinstance(finding.established, Assumption):
        click.echo(f"reason:   {finding.reason}")
    for line in evidence_lines(finding):
        click.echo(f"evidence: {line}")
    if checked:
        click.echo("checker:  accepted by the independent checker")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on standard error that says what is being done, on a terminal only."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield status.update


def _ignore(line: str) -> None:
    """Nobody watches."""
