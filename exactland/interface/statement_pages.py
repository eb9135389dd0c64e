"""Statements for a reader: a page for a terminal, a line in a list, and docs/statements.md.

``python -m exactland.interface.statement_pages`` prints the whole of docs/statements.md.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import click

from exactland.papers import PAPERS, STATEMENTS, statement, statements_of
from exactland.papers.formulas import formulas, words
from exactland.proof.statements import (
    READINGS,
    STATUS_WORDS,
    Erratum,
    Hypothesis,
    Statement,
    Status,
    dependents,
)

#: Colours of a status: the name of a terminal's colour, and one for paper.
COLOURS: dict[Status, tuple[str | None, str]] = {
    "true": ("green", "#d3efd0"),
    "false": ("red", "#f7c6c0"),
    "vacuous": ("yellow", "#fbe6a2"),
    "cited": ("cyan", "#cfe6f5"),
    "definition": (None, "#f1f1ee"),
    "not reproduced": ("magenta", "#e6d8ef"),
}
WIDTH = 88


def repair_words(shown: Statement) -> str:
    """What is said of the repaired reading."""
    if shown.repaired is not None:
        return shown.repaired
    if shown.status == "vacuous":
        return "no small change gives it something to speak of."
    return "no change is needed."


def page(shown: Statement) -> str:
    """The statement as a page of text, with colours for a terminal (click strips them elsewhere).

    >>> print(click.unstyle(page(statement("LDS18:Cor1"))).splitlines()[0])
    LDS18:Cor1  Corollary 1: Non-existence of strict bad local minima
    """
    return "\n".join(_lines(shown))


def _lines(shown: Statement) -> Iterator[str]:
    paper = next(known for known in PAPERS if known.id == shown.paper)
    yield click.style(f"{shown.id}  {_headline(shown)}", bold=True)
    yield from _wrapped(f"{paper.authors}: {paper.title}, {paper.venue}. {shown.where}.", "    ")
    if shown.hypotheses:
        yield from _section("Hypotheses, each with what decides it on an instance")
        for hypothesis in shown.hypotheses:
            yield from _wrapped(f"{hypothesis.name}. {hypothesis.text}", "  ", "    ")
            yield from _wrapped(f"[{_check_words(hypothesis)}]", "    ")
    yield from _section("Defines" if shown.kind == "definition" else "Conclusion")
    yield from _wrapped(shown.conclusion, "  ")
    yield from _section("In the language of claims")
    for name, text in formula_words(shown):
        yield from _wrapped(f"{name}: {text}", "  ", "    ")
    yield ""
    status = click.style(STATUS_WORDS[shown.status], fg=COLOURS[shown.status][0])
    yield click.style("As stated: ", bold=True) + status
    yield from _named("As repaired: ", repair_words(shown))
    if shown.errata:
        yield from _section("Errata")
        for erratum in shown.errata:
            yield from _wrapped(f"{erratum.id}  {erratum.text}", "  ", "    ")
            if erratum.counterexample:
                yield from _wrapped(f"Shown by: {erratum.counterexample}", "    ")
    if shown.remarks:
        yield from _section("Remarks")
        for remark in shown.remarks:
            yield from _wrapped(f"- {remark}", "  ", "    ")
    for title, ids in (
        ("Depends on", shown.depends_on),
        ("Needed by", dependents(STATEMENTS, shown.id)),
    ):
        if ids:
            yield from _section(title)
            yield from (f"  {listed(statement(id))}" for id in ids)


def formula_words(shown: Statement) -> Iterator[tuple[str, str]]:
    """The statement as formulas, each with a name: networks, hypotheses, repair, conclusion.

    >>> dict(formula_words(statement("NH17:Thm3.4")))["conclusion"]
    'given is a global minimum of Phi'
    """
    claimed = formulas(shown.id)
    yield from ((name, _one_line(formula)) for name, formula in claimed.hypotheses)
    if claimed.conclusion is None:
        yield "conclusion", f"no claim about a network, but about {claimed.about}"
    else:
        yield "conclusion", _one_line(claimed.conclusion)
    for name, formula in claimed.repair:
        yield f"the repair adds {name}", _one_line(formula)


def _one_line(formula: Any) -> str:
    """The words of a formula, of which the printer breaks long ones."""
    return " ".join(words(formula).split())


def listed(shown: Statement) -> str:
    """One line: id, number, title, and the status as stated."""
    status = click.style(shown.status, fg=COLOURS[shown.status][0])
    return f"{shown.id.ljust(15)} {_headline(shown)} [{status}]"


def legend() -> str:
    """The readings and the statuses, as text."""
    lines = ["Three readings of a statement:"]
    for name, said in READINGS.items():
        lines += _wrapped(f"{name}: {said}", "  ", "    ")
    return "\n".join([*lines, "In brackets: what is known of the statement as stated."])


def statement_document(shown: Statement) -> dict[str, Any]:
    """The statement as a JSON object."""
    return {
        "id": shown.id,
        "paper": shown.paper,
        **{key: value for key, value in asdict(shown).items() if key != "id"},
        "formulas": dict(formula_words(shown)),
        "needed_by": list(dependents(STATEMENTS, shown.id)),
    }


def _headline(shown: Statement) -> str:
    return f"{shown.number}: {shown.title}"


def _check_words(hypothesis: Hypothesis) -> str:
    if hypothesis.check is None:
        return f"not decided here: {hypothesis.why}"
    return f"{hypothesis.check}; {hypothesis.why}" if hypothesis.why else hypothesis.check


def _section(title: str) -> Iterator[str]:
    yield ""
    yield click.style(title, bold=True)


def _named(name: str, text: str) -> Iterator[str]:
    first, *rest = _wrapped(name + text, "", "  ")
    yield click.style(name, bold=True) + first[len(name) :]
    yield from rest


def _wrapped(text: str, first: str, others: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if others is None else others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def reference() -> str:
    """docs/statements.md: every statement, in Markdown."""
    return "\n".join(_reference_lines()) + "\n"


def _reference_lines() -> Iterator[str]:
    yield "# The papers' statements"
    yield ""
    yield "Written by `python -m exactland.interface.statement_pages`; a test compares the two."
    yield "`exactland statements ID` prints the same; `exactland graph` shows what depends on what."
    yield ""
    yield "Three readings of a statement are kept apart:"
    yield ""
    yield from (f"* **{name}**: {said}." for name, said in READINGS.items())
    yield ""
    yield "A hypothesis names what decides it on an instance: the id of an assumption, or a"
    yield "function below `exactland`. A status says what is known of the statement as stated:"
    yield ""
    for status, said in STATUS_WORDS.items():
        count = sum(shown.status == status for shown in STATEMENTS)
        meaning = said.removeprefix(status).lstrip(": ")
        yield f"* **{status}** ({count}){f': {meaning}' if meaning else ''}."
    for paper in PAPERS:
        yield from ("", f"## {paper.id}", "", f"{paper.authors}: *{paper.title}*, {paper.venue}.")
        for shown in statements_of(paper.id):
            yield from _entry(shown)


def _entry(shown: Statement) -> Iterator[str]:
    yield from ("", f"### {shown.id}", "")
    yield f"**{_escaped(_headline(shown))}.** {_escaped(shown.where)}. *{shown.kind.capitalize()}.*"
    yield ""
    for hypothesis in shown.hypotheses:
        check = f"`{hypothesis.check}`" if hypothesis.check else "not decided here"
        why = f": {hypothesis.why}" if hypothesis.why else ""
        yield f"* `{hypothesis.name}`: {_escaped(hypothesis.text)} ({check}{_escaped(why)})"
    if shown.hypotheses:
        yield ""
    yield f"{_escaped(shown.conclusion)}"
    yield ""
    yield "In the language of claims:"
    yield ""
    yield from (f"* *{_escaped(name)}*: `{text}`" for name, text in formula_words(shown))
    yield ""
    yield f"As stated: **{shown.status}**. As repaired: {_escaped(repair_words(shown))}"
    yield ""
    for erratum in shown.errata:
        yield f"* {_erratum_words(erratum)}"
    for remark in shown.remarks:
        yield f"* Remark. {_escaped(remark)}"
    for title, ids in (
        ("Depends on", shown.depends_on),
        ("Needed by", dependents(STATEMENTS, shown.id)),
    ):
        if ids:
            yield f"* {title}: {_links(ids)}."


def _erratum_words(erratum: Erratum) -> str:
    shown = f"**{erratum.id}** {_escaped(erratum.text)}"
    if erratum.counterexample:
        shown += f" *Shown by:* {_escaped(erratum.counterexample)}"
    return shown


def _links(ids: Iterable[str]) -> str:
    """Links to the headings, by the anchors that GitHub gives them."""
    return ", ".join(f"[{id}](#{id.lower().replace(':', '').replace('.', '')})" for id in ids)


def _escaped(text: str) -> str:
    """Formulas keep their stars, underscores and brackets in Markdown."""
    for character in "\\*_[]<>":
        text = text.replace(character, "\\" + character)
    return text


if __name__ == "__main__":
    click.echo(reference(), nl=False)
