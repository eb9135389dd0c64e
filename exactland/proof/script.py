"""Proof scripts and the driver that runs them: a fact exists only if a rule has checked it.

A script is a generator function of a :class:`Walkthrough` (the problem and the layer it is about).
It yields definitions (``let``) and steps (a claim, the rule that checks it and the facts it uses)
and is sent the :class:`Fact` of each step. The driver makes facts, nobody else does; the last fact
has to be the script's goal. A step that fails stops the script with the relation that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from exactland.errors import UsageError
from exactland.model.problem import Problem, require_the_papers_layers

#: What kind of evidence a step has. "logic": it follows from the facts it uses.
GroundsKind = Literal["exact", "ball", "modular", "cited", "logic"]


class Claim(Protocol):
    """What a step says: any frozen dataclass with a sentence."""

    def words(self) -> str:
        """The claim in words."""


@dataclass(frozen=True)
class Grounds:
    """Why a fact holds: the kind of evidence, a line about it, and the evidence itself."""

    kind: GroundsKind
    detail: str
    evidence: Any = None


class StepFailed(Exception):  # noqa: N818 - it is an answer, not an error
    """A claim is not shown: the relation that was sought, with both sides, or what was tried."""

    #: What is known of the claim: that it is false, or nothing.
    verdict: Literal["refuted", "undecided"] = "undecided"

    def __init__(self, relation: str, finding: Any = None) -> None:
        super().__init__(relation)
        self.relation = relation
        self.finding = finding


class StepRefuted(StepFailed):
    """The claim is shown to be false; the relation says what shows it."""

    verdict: Literal["refuted", "undecided"] = "refuted"


@dataclass(frozen=True)
class Walkthrough:
    """What a script is run on: a problem and the layer k that the statement speaks of."""

    problem: Problem
    k: int = 1

    def __post_init__(self) -> None:
        require_the_papers_layers(self.problem, "a proof")


Rule = Callable[[Walkthrough, Any, "tuple[Fact, ...]"], Grounds]


@dataclass(frozen=True)
class Step:
    """A claim, the rule that checks it, the facts that it uses, and its place in the paper."""

    claim: Claim
    rule: Rule
    uses: tuple[Fact, ...] = ()
    passage: str = ""
    erratum: str = ""


@dataclass(frozen=True)
class Definition:
    """An object that a script introduces, under the paper's name."""

    name: str
    value: Any
    words: str
    passage: str = ""


@dataclass(frozen=True)
class Fact:
    """A claim that a rule has checked. Made by the driver only.

    ``number`` counts from 1 within the script; ``uses`` are the numbers of earlier facts.
    """

    number: int
    claim: Claim
    grounds: Grounds
    uses: tuple[int, ...] = ()
    passage: str = ""
    erratum: str = ""
    _made_by: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Failure:
    """The step at which a script stopped, the relation there, and whether its claim is refuted."""

    step: Step
    relation: str
    finding: Any = None
    verdict: Literal["refuted", "undecided"] = "undecided"


Entry = Definition | Fact | Failure
Steps = Generator["Definition | Step", Any, Any]


@dataclass(frozen=True)
class Script:
    """A proof script: the id of its statement, its steps, and what its last fact has to claim."""

    id: str
    steps: Callable[[Walkthrough], Steps]
    is_goal: Callable[[Walkthrough, Claim], bool]


class Driver:
    """Runs a script entry by entry.

    >>> from exactland.model.problem_file import load_problem
    >>> from exactland.papers.nh18.scripts import SCRIPTS
    >>> problem = load_problem("examples/relu-dense.json")
    >>> driver = Driver(SCRIPTS["NH18:Asm3.2"], Walkthrough(problem))
    >>> fact = driver.advance()
    >>> fact.claim.words(), fact.grounds.kind, driver.finished, driver.run().finished
    ('sigma_1 is continuous', 'exact', False, True)
    """

    def __init__(self, script: Script, walkthrough: Walkthrough) -> None:
        self.script = script
        self.walkthrough = walkthrough
        self.entries: list[Entry] = []
        #: Whether the script ran to its goal.
        self.finished = False
        self._steps = script.steps(walkthrough)
        self._facts = 0
        self._answer: Fact | None = None
        self._token = object()

    def __reduce__(self) -> tuple[Any, ...]:
        """By its script and how far it has got, since scripts are deterministic."""
        return _driven, (self.script, self.walkthrough, len(self.entries), self.finished)

    @property
    def failure(self) -> Failure | None:
        """The step that failed, if one did."""
        last = self.entries[-1] if self.entries else None
        return last if isinstance(last, Failure) else None

    def advance(self) -> Entry | None:
        """The next definition, fact or failure; None after the last."""
        if self.finished or self.failure is not None:
            return None
        try:
            yielded = self._steps.send(self._answer)
        except StopIteration as stop:
            self._finish(stop.value)
            return None
        except StepFailed as failed:
            # A construction inside the script found no object: the last step says what was sought.
            yielded = Step(_Construction(failed.relation), _fail(failed))
        self._answer = None
        if isinstance(yielded, Definition):
            self.entries.append(yielded)
            return yielded
        entry = self._check(yielded)
        self.entries.append(entry)
        if isinstance(entry, Fact):
            self._answer = entry
        return entry

    def run(self) -> Driver:
        """Advance to the end; ``finished`` and ``failure`` tell how it went."""
        while self.advance() is not None:
            pass
        return self

    def _check(self, step: Step) -> Fact | Failure:
        for fact in step.uses:
            if not isinstance(fact, Fact) or fact._made_by is not self._token:
                raise UsageError(self.script.id, "a step uses a fact of another run")
        try:
            grounds = step.rule(self.walkthrough, step.claim, step.uses)
        except StepFailed as failed:
            return Failure(step, failed.relation, failed.finding, failed.verdict)
        self._facts += 1
        uses = tuple(fact.number for fact in step.uses)
        return Fact(self._facts, step.claim, grounds, uses, step.passage, step.erratum, self._token)

    def _finish(self, last: Any) -> None:
        """The script has ended: with its goal, or it proves nothing."""
        if not isinstance(last, Fact) or last._made_by is not self._token:
            raise UsageError(self.script.id, "the script ends without a fact")
        if not self.script.is_goal(self.walkthrough, last.claim):
            raise UsageError(self.script.id, "the last fact of the script is not its goal")
        self.finished = True


def _driven(script: Script, walkthrough: Walkthrough, entries: int, finished: bool) -> Driver:
    """A driver that has made so many entries."""
    driver = Driver(script, walkthrough)
    for _ in range(entries + finished):
        driver.advance()
    return driver


@dataclass(frozen=True)
class _Construction:
    """An object that a script looked for and did not find."""

    sought: str

    def words(self) -> str:
        return f"There is an object as the proof needs it: {self.sought}"


def _fail(failed: StepFailed) -> Rule:
    def rule(walkthrough: Walkthrough, claim: Any, uses: tuple[Fact, ...]) -> Grounds:
        raise failed

    return rule
