"""A statement of a paper on an instance: proved, refuted as stated, does not apply, or undecided.

The hypotheses are decided one by one, then the conclusion. Each answer but the last has a document
with the statement in it, formula for formula: the statement itself, its negation, or that not all
of its hypotheses hold; so that a reader need not trust our copy of the paper.

>>> from exactland import load_problem
>>> found = on_instance(load_problem("examples/sigmoid-with-bias.json"), "NH18:Thm3.5", 1)
>>> found.verdict, [name for name, _ in found.hypotheses][:3]
('proved', ['networks', 'convolutional_structure', 'distinct_patches'])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from exactland.checker.formulas import Formula
from exactland.claims.derive import Steps, UnderivedError, derive_step, point_of
from exactland.errors import UsageError
from exactland.model.problem import Problem
from exactland.papers.formulas import StatementFormulas, formulas

Reading = Literal["proved", "refuted as stated", "does not apply", "undecided"]
Json = Any


@dataclass(frozen=True)
class OnInstance:
    """The answer, the verdict on each hypothesis as far as they were asked, and the document.

    ``claim`` is what the document shows.
    """

    id: str
    verdict: Reading
    hypotheses: tuple[tuple[str, str], ...]
    reason: str = ""
    claim: Formula | None = None
    document: dict[str, Json] | None = None

    def __bool__(self) -> bool:
        raise TypeError('an answer has no truth value; compare its .verdict with "proved"')


def on_instance(
    problem: Problem, id: str, layer: int | None = None, better: Any = None
) -> OnInstance:
    """The statement ``id`` on the problem, with its k ``layer``.

    ``better`` are parameters at which Phi may be less than at the problem's: with them the
    conclusion that these are a global minimum can be refuted.

    Raises UsageError for a statement that is no claim about a network, or without a layer where
    the statement speaks of one.
    """
    statement = formulas(id)
    statement.as_stated()
    named = tuple((name, _at_layer(said, layer, id)) for name, said in statement.hypotheses)
    conclusion = _at_layer(statement.conclusion, layer, id)
    definitions: list[Json] = []
    if better is not None:
        definitions = [["p", [], point_of(problem, problem.with_parameters(better).parameters)]]
    steps = Steps(problem, definitions)
    found: list[tuple[str, str]] = []
    uses: list[int] = []
    for name, said in named:
        try:
            uses.append(derive_step(steps, said))
        except UnderivedError as error:
            return _without(problem, id, named, (*found, (name, error.reason)), name)
        found.append((name, "holds"))
    return _concluded(steps, statement, named, conclusion, uses, tuple(found))


def _at_layer(formula: Formula, layer: int | None, id: str) -> Formula:
    """The formula with a number for k."""
    if formula == "k":
        if layer is None:
            raise UsageError("--layer", f"{id} is about a layer", "give one")
        return layer
    if isinstance(formula, list):
        return [_at_layer(part, layer, id) for part in formula]
    return formula


def _without(
    problem: Problem,
    id: str,
    named: tuple[tuple[str, Formula], ...],
    found: tuple[tuple[str, str], ...],
    name: str,
) -> OnInstance:
    """The hypothesis ``name`` is not derived: does it fail?"""
    parts = [said for _, said in named]
    which = [other for other, _ in named].index(name)
    reason = f"{name}: {found[-1][1]}"
    steps = Steps(problem, [])
    try:
        use = derive_step(steps, ["not", parts[which]])
    except UnderivedError:
        return OnInstance(id, "undecided", found, reason)
    claim = ["not", ["and", *parts] if len(parts) > 1 else parts[0]]
    steps.add(claim, "not-all", {"parts": parts, "which": which + 1}, use)
    return OnInstance(id, "does not apply", found, reason, claim, steps.document(claim))


def _concluded(
    steps: Steps,
    statement: StatementFormulas,
    named: tuple[tuple[str, Formula], ...],
    conclusion: Formula,
    uses: list[int],
    found: tuple[tuple[str, str], ...],
) -> OnInstance:
    """All hypotheses hold: the conclusion, or its negation."""
    parts = [said for _, said in named]
    premise = ["and", *parts] if len(parts) > 1 else parts[0] if parts else None
    whole = conclusion if premise is None else ["implies", premise, conclusion]
    before = len(steps.steps)
    try:
        use = derive_step(steps, conclusion)
    except UnderivedError as error:
        del steps.steps[before:]
        return _refuted(steps, statement, parts, conclusion, uses, found, error.reason)
    if premise is not None:
        steps.add(whole, "conditional", {"premise": premise, "claim": conclusion, "under": []}, use)
    # What was shown of the hypotheses is not needed for that.
    return OnInstance(statement.id, "proved", found, "", whole, steps.document(whole))


def _refuted(
    steps: Steps,
    statement: StatementFormulas,
    parts: list[Formula],
    conclusion: Formula,
    uses: list[int],
    found: tuple[tuple[str, str], ...],
    reason: str,
) -> OnInstance:
    reason = f"the conclusion: {reason}"
    if not parts:
        return OnInstance(statement.id, "undecided", found, reason)
    try:
        denied = _denied(steps, conclusion)
    except UnderivedError:
        return OnInstance(statement.id, "undecided", found, reason)
    premise = ["and", *parts] if len(parts) > 1 else parts[0]
    claim = ["not", ["implies", premise, conclusion]]
    given = {"hypotheses": parts, "conclusion": conclusion}
    steps.add(claim, "refuted", given, *uses, denied)
    document = {**steps.document(claim), "claim": claim, "definitions": steps.definitions}
    return OnInstance(statement.id, "refuted as stated", found, "", claim, document)


def _denied(steps: Steps, conclusion: Formula) -> int:
    """The negation of a conclusion; that a point is no global minimum by a better point."""
    if conclusion[0] == "is" and conclusion[2] == "global minimum" and steps.definitions:
        point = conclusion[1]
        lower = ["<", ["at", "p", ["Phi"]], ["at", point, ["Phi"]]]
        use = derive_step(steps, lower)
        given = {"point": point, "better": "p"}
        return steps.add(["not", conclusion], "lower-point", given, use)
    return derive_step(steps, ["not", conclusion])
