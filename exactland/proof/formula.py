"""Steps of proof scripts whose claims are formulas: what they say, and the rules that show them.

A rule puts a derivation together (``claims.derive``), of the facts that a step uses and of what the
package evaluates; the derivation is the evidence, and the step's certificate as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from exactland.checker.formulas import Formula, renamed
from exactland.checker.printer import phrase
from exactland.claims.decide import decide
from exactland.claims.derive import (
    Steps,
    UnderivedError,
    derive_step,
    from_example,
    from_witness,
    point_of,
)
from exactland.claims.formally import holds_formally
from exactland.claims.notes import Notes, arranged, canonical_names, using
from exactland.errors import InputError, NotDifferentiableError
from exactland.model.problem import Problem
from exactland.proof.script import (
    Definition,
    Fact,
    Grounds,
    Rule,
    Step,
    StepFailed,
    StepRefuted,
    Walkthrough,
)

Json = Any


@dataclass(frozen=True)
class Said:
    """A claim of a script: a formula, and the definitions that it is read with.

    ``check`` names the hypothesis that it is, if it is one, and ``parameters`` are those of the
    point that the script has come to.
    """

    body: Formula
    notes: Notes = field(default_factory=Notes, repr=False)
    check: str | None = None
    parameters: Any = field(default=None, repr=False)

    def words(self) -> str:
        """The claim with the names of the script."""
        return self.notes.words(self.body)


@dataclass(frozen=True)
class Derivation:
    """Steps of a certificate, the last of which shows the claim of the fact."""

    steps: tuple[dict[str, Json], ...]


class Notebook:
    """What a run of a script has defined: it makes the definitions and steps that are yielded."""

    def __init__(self, walk: Walkthrough) -> None:
        self.walk = walk
        self.notes = Notes()
        self.parameters: Any = None
        #: The point of statements about the given parameters.
        self.place = "given"

    def here(self, parameters: Any) -> Definition | None:
        """The point that statements about given parameters are about: the problem's own, or p,
        which is then defined, where it has none for some layer."""
        self.parameters = parameters
        if self.walk.problem.has_all_parameters:
            return None
        self.place = "p"
        return self.point("p", parameters, "parameters drawn at random")

    @property
    def point_name(self) -> str:
        """The canonical name of that point."""
        return self.notes.named("p") if self.place == "p" else "given"

    def at_place(self, formula: Formula) -> Formula:
        """The formula about the point of ``here`` instead of the given parameters."""
        return renamed(formula, {"given": self.notes.named("p")}) if self.place == "p" else formula

    def point(self, name: str, parameters: Any, words: str, passage: str = "") -> Definition:
        """Parameters under a name."""
        body = point_of(self.walk.problem, parameters)
        self.notes = self.notes.with_formula(name, "Q", body)
        self.parameters = parameters
        return Definition(name, parameters, words, passage)

    def let(self, text: str, words: str, passage: str = "", value: Any = None) -> Definition:
        """``name = body`` in the language; the value that a reader is shown is the body's text,
        unless another is given."""
        self.notes = self.notes.defined(text)
        name, body = (part.strip() for part in text.split("=", 1))
        return Definition(name, body if value is None else value, words, passage)

    def say(self, text: str, *uses: Fact, **rest: Any) -> Step:
        """A step that claims what the text says."""
        return self.claim(self.notes.read(text), *uses, **rest)

    def claim(
        self,
        body: Formula,
        *uses: Fact,
        by: Rule | None = None,
        check: str | None = None,
        passage: str = "",
        erratum: str = "",
    ) -> Step:
        """A step that claims a formula; by default a derivation is looked for."""
        said = Said(body, self.notes, check, self.parameters)
        return Step(said, by or derived, uses, passage, erratum)


def derived(walk: Walkthrough, claim: Said, uses: tuple[Fact, ...]) -> Grounds:
    """A derivation by evaluation, from the facts that are used."""
    return _grounds(walk, claim, uses, derive_step)


def witnessed(walk: Walkthrough, claim: Said, uses: tuple[Fact, ...]) -> Grounds:
    """Analytic functions that are not 0 at the point that a fact used is about are 0 on a null
    set only."""
    point = _point_of(uses)
    return _grounds(walk, claim, uses, lambda steps, body: from_witness(steps, body, point))


def exhibited(walk: Walkthrough, claim: Said, uses: tuple[Fact, ...]) -> Grounds:
    """What holds at the point that a fact used is about holds for some parameters."""
    point = _point_of(uses)
    return _grounds(walk, claim, uses, lambda steps, body: from_example(steps, body, point))


def by_rule(rule: str, given: Json, premises: Sequence[Formula] = ()) -> Rule:
    """The rule of the checker with this name, given this, from premises that are derived."""

    def shown(walk: Walkthrough, claim: Said, uses: tuple[Fact, ...]) -> Grounds:
        def conclude(steps: Steps, body: Formula) -> int:
            found = [derive_step(steps, premise) for premise in premises]
            return steps.add(body, rule, given, *dict.fromkeys(found))

        return _grounds(walk, claim, uses, conclude)

    return shown


def _point_of(uses: tuple[Fact, ...]) -> Formula:
    """The point of the last of these facts that is about one."""
    said = [fact.claim.body for fact in uses if isinstance(fact.claim, Said)]
    points = [body[1] for body in said if body[0] == "at"]
    if not points:
        raise StepFailed("a fact about one point is among those used")
    return points[-1]


def _grounds(
    walk: Walkthrough,
    claim: Said,
    uses: tuple[Fact, ...],
    derive: Callable[[Steps, Formula], int],
) -> Grounds:
    steps = Steps(walk.problem, list(claim.notes.definitions))
    for fact in uses:
        steps.take(derivation_of(fact).steps)
    known = len(steps.steps)
    try:
        last = derive(steps, claim.body)
    except UnderivedError as error:
        raise _failed(walk, claim, error.reason) from error
    except (InputError, NotDifferentiableError) as error:
        raise StepFailed(error.reason) from error
    steps.steps = steps.steps[: last + 1]
    _require_identities(steps, known)
    return Grounds(*_evidence(steps, known), Derivation(tuple(steps.steps)))


def _require_identities(steps: Steps, known: int) -> None:
    """Derivations leave identities to the checker; a fact needs them formally here too."""
    for step in steps.steps[known:]:
        if step["rule"] == "identity":
            given = step["with"]
            every = given["range"] == "parameters"
            if not (every and holds_formally(steps.problem, steps.definitions, given["claim"])):
                raise StepFailed(f"it holds formally: {phrase(given['claim'])}")


def derivation_of(fact: Fact) -> Derivation:
    """The derivation of a fact whose claim is a formula."""
    found = fact.grounds.evidence
    if not isinstance(found, Derivation):
        raise StepFailed(f"fact {fact.number} is shown by a derivation")
    return found


def _failed(walk: Walkthrough, claim: Said, reason: str) -> StepFailed:
    """That the claim is false, with the instance at which it fails, or that it is not shown."""
    closed = claim.notes.closed(claim.body)
    answer = decide(walk.problem, closed)
    if answer.holds is False:
        failure = answer.failure and answer.failure.called(claim.notes.names_in(claim.body))
        return StepRefuted(str(failure or answer.known or claim.words()))
    return StepFailed(reason)


def _evidence(steps: Steps, known: int) -> tuple[Any, str]:
    """The kind of evidence, and what it is: by the rules of the steps that are new."""
    rules = dict.fromkeys(step["rule"] for step in steps.steps[known:])
    if not rules:
        return "logic", "as above"
    if rules.keys() <= {"decide"}:
        return ("ball", f"{steps.bits} bits") if steps.bits else ("exact", "over Q")
    if "minor" in rules:
        return "modular", ", ".join(rules)
    return ("exact" if rules.keys() & {"decide", "identity", "relations"} else "logic"), ", ".join(
        rules
    )


def document(problem: Problem, facts: Sequence[Fact]) -> dict[str, Json]:
    """The certificate of the last of these facts, with the steps of all of them."""
    claim: Any = facts[-1].claim
    definitions = list(claim.notes.definitions)
    steps = Steps(problem, definitions)
    for fact in facts:
        steps.take(derivation_of(fact).steps)
    last = steps.known(claim.body)
    steps.steps = steps.steps[: last + 1] if last is not None else []
    return _written(steps, claim.body)


def _written(steps: Steps, body: Formula) -> dict[str, Json]:
    """The document, with the definitions of its claim first and those of other steps after them."""
    own = using(steps.definitions, [body])
    every = using(steps.definitions, [step["claim"] for step in steps.steps])
    others = [definition for definition in every if definition not in own]
    names = canonical_names([*own, *others])
    steps.steps = [_renamed_step(step, names) for step in steps.steps]
    definitions, (body,) = arranged([*own, *others], [body])
    steps.definitions = definitions[: len(own)]
    return {**steps.document(body), "definitions": definitions[len(own) :]}


def _renamed_step(step: dict[str, Json], names: dict[str, str]) -> dict[str, Json]:
    """A step with other names: its claim, and the formulas that its rule is given."""
    given = {key: _renamed_part(key, value, names) for key, value in step["with"].items()}
    return {**step, "claim": renamed(step["claim"], names), "with": given}


def _renamed_part(key: str, value: Json, names: dict[str, str]) -> Json:
    """Lists of formulas by their parts; what is no formula as it is."""
    if key in ("parts", "hypotheses", "under"):
        return [renamed(part, names) for part in value]
    return (
        value if key in ("evidence", "range", "from", "to", "monomials") else renamed(value, names)
    )
