"""The proof so far as a document, and where a text occurs in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exactland.model.problem import Problem
from exactland.outputs import READING, mark
from exactland.proof.answers import Line
from exactland.proof.hypotheses import HypothesisVerdict
from exactland.proof.replay import Stage
from exactland.proof.statements import STATUS_WORDS, Erratum, Statement
from exactland.proof.variation import Instance
from exactland.proof.wording import heading, stage_lines
from exactland.proof.writing import inline


def described(problem: Problem) -> str:
    """A problem in a line: data, layers, parameters.

    >>> from exactland.model.layers import Dense
    >>> from exactland.model.network import SequentialNetwork
    >>> described(Problem(SequentialNetwork([Dense(1)]), [[1], [2]]))
    '2 samples of dimension 1; layer 1: dense 1 -> 1, identity, bias neuron; no parameters'
    """
    return repr(problem).removeprefix("<Problem: ").removesuffix(">")


def search_lines(
    text: str,
    stages: Sequence[Stage],
    statement: Statement,
    statements: Iterable[Statement],
    errata: dict[str, Erratum],
    *,
    conditional: bool = False,
) -> Iterator[Line]:
    """Where the text occurs, in upper or lower case: steps, the statement, errata, titles."""
    wanted = text.casefold()
    for number, stage in enumerate(stages, start=1):
        for line in stage_lines(stage, errata, conditional=conditional):
            if wanted in line.text.casefold():
                yield Line(f"step {number}: {line.text.strip()}", line.tone)
    own = [f"hypothesis {h.name}: {h.text}" for h in statement.hypotheses]
    own += [f"conclusion: {statement.conclusion}", f"repair: {statement.repaired or ''}"]
    own += [f"erratum {e.id}: {e.text} {e.counterexample}" for e in statement.errata]
    own += [f"remark: {remark}" for remark in statement.remarks]
    for part in own:
        if wanted in part.casefold():
            yield Line(f"{statement.id}, {part}")
    for other in statements:
        title = f"{other.id}: {other.number}, {other.title}"
        if other.id != statement.id and wanted in title.casefold():
            yield Line(title, "detail")


def document_lines(
    statement: Statement,
    instance: Instance,
    verdicts: Sequence[HypothesisVerdict],
    stages: Sequence[Stage],
    errata: dict[str, Erratum],
    end: Line | None,
    *,
    markdown: bool,
) -> list[str]:
    """The statement, its hypotheses and the steps so far, in text or Markdown."""
    layered = hasattr(instance.problem.network, "layers")
    title = heading(statement, instance.k if layered else None)
    lines = [f"# {title}" if markdown else title, ""]
    lines += [f"On this instance: {described(instance.problem)}.", ""]
    told = [f"To show: {statement.conclusion}", f"As stated: {STATUS_WORDS[statement.status]}."]
    if statement.repaired is not None:
        told.append(f"As repaired: {statement.repaired}")
    for line in told:
        # In Markdown lines without a gap are one paragraph.
        lines += [line, ""] if markdown else [line]
    lines += _section("Hypotheses", markdown) if markdown else ["", *_section("Hypotheses", False)]
    lines += [
        f"- {v.hypothesis.name}: {v.hypothesis.text} {v.verdict.capitalize()}: {v.reason}."
        for v in verdicts
    ]
    lines += ["", *_section("Proof", markdown)]
    for stage in stages:
        shown = list(stage_lines(stage, errata, conditional=bool(instance.dropped)))
        lines += _stage_document(stage, shown) if markdown else [line.text for line in shown]
    if end is not None:
        lines += ["", end.text]
    return [*lines, "", mark(READING, "<!--", " -->") if markdown else mark(READING)]


def _section(title: str, markdown: bool) -> list[str]:
    return [f"## {title}", ""] if markdown else [title, "-" * len(title)]


def _stage_document(stage: Stage, shown: Sequence[Line]) -> list[str]:
    """A step as a paragraph of Markdown; what comes from an input stands in code marks."""
    lines = []
    for definition in stage.definitions:
        lines += [
            f"Let `{definition.name}` = `{inline(definition.value)}`: {definition.words}.",
            "",
        ]
    own = [line for line in shown if line.tone != "definition"]
    head = next((line for line in own if line.text.startswith("[")), None)
    if head is not None:
        number, _, words = head.text.partition(" ")
        lines.append(f"**{number}** `{_code(words)}`  ")
    lines += [_code(line.text.strip()) + "  " for line in own if line is not head]
    return [*lines, ""] if own else lines


def _code(text: str) -> str:
    return text.replace("`", "'")
