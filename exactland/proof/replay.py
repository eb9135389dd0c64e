"""A run of a proof script that is read step by step, as far as it is asked for.

The driver checks; a :class:`Replay` only remembers what it yielded, with the step behind each fact,
and can leave hypotheses out: a step that checks a dropped hypothesis makes no fact, and a step that
needs one has to do without it. That shows where a hypothesis is needed; it never proves anything.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from exactland.errors import ExactlandError
from exactland.proof.script import (
    Claim,
    Definition,
    Driver,
    Fact,
    Failure,
    Grounds,
    Script,
    Step,
    StepFailed,
    Steps,
    Walkthrough,
)


@dataclass(frozen=True)
class Stage:
    """A step of a proof: the definitions before it, the step, and the fact or the failure.

    ``step`` and ``outcome`` are None for definitions after the last fact. ``dropped`` has the
    dropped claims passed over just before the step.
    """

    definitions: tuple[Definition, ...]
    step: Step | None
    outcome: Fact | Failure | None
    dropped: tuple[Claim, ...] = ()


def nobody(doing: str) -> None:
    """Tell nobody what is being done."""


@dataclass(frozen=True)
class Dropped:
    """What stands for the fact of a dropped hypothesis: no fact, and no rule accepts it."""

    claim: Claim
    number: int = 0


def check_of(claim: Any) -> str | None:
    """The check behind a claim that is a hypothesis: ``NH18:Asm3.1``, ``proof.instance...``.

    >>> from exactland.conditions.claims import Assumption
    >>> check_of(Assumption("NH18:Asm3.1", True)), check_of("no claim")
    ('NH18:Asm3.1', None)
    """
    check = getattr(claim, "check", None)
    if isinstance(check, str):
        return check
    id = getattr(claim, "id", None)
    return id if isinstance(id, str) else None


class Replay:
    """The stages of a script on an instance, computed when they are first asked for.

    After an exception (an interrupt, an inadmissible instance) what has been read can be read
    again, and the run starts afresh when more is asked for; the stages are the same, since scripts
    are deterministic. ``progress`` is told of every step before it is checked.

    >>> from exactland.model.problem_file import load_problem
    >>> from exactland.papers.nh18.scripts import SCRIPTS
    >>> walkthrough = Walkthrough(load_problem("examples/relu-dense.json"))
    >>> replay = Replay(SCRIPTS["NH18:Fig1"], walkthrough)
    >>> replay.stage(1).outcome.claim.words(), replay.stage(20), replay.complete
    ('26^2 * 100 = 67600', None, True)
    """

    def __init__(
        self,
        script: Script,
        walkthrough: Walkthrough,
        dropped: frozenset[str] = frozenset(),
        progress: Callable[[str], None] = nobody,
    ) -> None:
        self.script = script
        self.walkthrough = walkthrough
        self.progress = progress
        #: The checks of the hypotheses that are left out.
        self.dropped = dropped
        #: What has been read; a run that is started afresh takes its place when it has got as far.
        self._stages: list[Stage] = []
        self._start()

    def __reduce__(self) -> tuple[Any, ...]:
        """By what it is a run of, since the stages are the same again; nobody is told of it."""
        return Replay, (self.script, self.walkthrough, self.dropped)

    def _start(self) -> None:
        self._run: list[Stage] = []
        self._definitions: list[Definition] = []
        self._step: Step | None = None
        self._passed: list[Claim] = []
        self._driver: Driver | None = Driver(
            replace(self.script, steps=self._watched), self.walkthrough
        )
        self._ended = False

    @property
    def finished(self) -> bool:
        """Whether the script has been run to its end, whatever was dropped on the way."""
        return self._driver is not None and self._driver.finished

    @property
    def complete(self) -> bool:
        """Whether the script has proved its goal: finished, not cited, and nothing was dropped.

        Without a hypothesis that the script would have checked, a later claim may not mean what it
        says, although its own rule accepts it.
        """
        return self.finished and not self.dropped and not self.cited

    @property
    def cited(self) -> bool:
        """Whether the goal itself is a citation: the script is finished and has proved nothing."""
        last = self._stages[-1].outcome if self.finished and self._stages else None
        return isinstance(last, Fact) and last.grounds.kind == "cited"

    def stage(self, n: int) -> Stage | None:
        """Stage n, from 0; None if the proof has fewer (it is then complete, or has failed)."""
        if n < len(self._stages):
            return self._stages[n]
        if self._driver is None:
            self._start()
        try:
            while len(self._run) <= n and not self._ended:
                self._advance()
                if self._ended or len(self._run) >= len(self._stages):
                    self._stages = self._run
        except BaseException:
            self._driver = None
            raise
        return self._stages[n] if n < len(self._stages) else None

    @property
    def known(self) -> int:
        """How many stages can be read without computing anything."""
        return len(self._stages)

    def stages(self, count: int) -> tuple[Stage, ...]:
        """The first ``count`` stages, or fewer if there are fewer."""
        if count > 0:
            self.stage(count - 1)
        return tuple(self._stages[:count])

    def all(self) -> tuple[Stage, ...]:
        """All stages: the script is run to its end or to the step that fails."""
        n = len(self._stages)
        while self.stage(n) is not None:
            n += 1
        return tuple(self._stages)

    def ends_at(self, n: int) -> bool:
        """Whether stage n is the last and says what the goal is; looks no further than it must."""
        stage = self.stage(n)
        if stage is None or not isinstance(stage.outcome, Fact):
            return False
        if not self.script.is_goal(self.walkthrough, stage.outcome.claim):
            return False
        return self.stage(n + 1) is None and self.finished

    def _advance(self) -> None:
        """One entry of the driver."""
        driver = self._driver
        entry = driver.advance() if driver is not None else None
        if isinstance(entry, Definition):
            self._definitions.append(entry)
            return
        if entry is None:
            self._ended = True
            if self._definitions:
                self._close(None, None)
            return
        self._close(entry.step if isinstance(entry, Failure) else self._step, entry)

    def _close(self, step: Step | None, outcome: Fact | Failure | None) -> None:
        self._run.append(Stage(tuple(self._definitions), step, outcome, tuple(self._passed)))
        self._definitions, self._passed = [], []

    def _watched(self, walkthrough: Walkthrough) -> Steps:
        """The script's own steps, remembered one by one, without the dropped hypotheses."""
        steps = self.script.steps(walkthrough)
        answer: Any = None
        while True:
            try:
                item = steps.send(answer)
            except StopIteration as stop:
                return self._last(walkthrough, stop.value)
            except _STUMBLES as error:
                if not self.dropped:
                    raise
                raise StepFailed(f"without what was dropped: {_stumble(error)}") from error
            if isinstance(item, Definition):
                yield item
                answer = None
                continue
            if check_of(item.claim) in self.dropped:
                self._passed.append(item.claim)
                answer = Dropped(item.claim)
                continue
            self.progress(f"step {len(self._run) + 1}: {item.claim.words()}")
            self._step = _without_dropped(item) if self.dropped else item
            answer = yield self._step
            self.progress(f"after step {len(self._run)}")

    def _last(self, walkthrough: Walkthrough, value: Any) -> Any:
        """The fact that the script ends with; without a hypothesis it may be another one."""
        if isinstance(value, Dropped):
            raise StepFailed(f"{value.claim.words()} It is the conclusion itself that was dropped.")
        if self.dropped and isinstance(value, Fact):
            try:
                reached = self.script.is_goal(walkthrough, value.claim)
            except _STUMBLES:
                reached = False
            if not reached:
                raise StepFailed(
                    f"the conclusion of {self.script.id}: without what was dropped the last step "
                    f"says only: {value.claim.words()}"
                )
        return value


#: What a proof may stumble over where a hypothesis that it relies on does not hold.
_STUMBLES = (ExactlandError, LookupError, TypeError, ValueError, AttributeError)


def _stumble(error: Exception) -> str:
    """What a reader is told: an error's own words, or that an object does not exist."""
    if isinstance(error, ExactlandError):
        return str(error)
    return f"an object that the proof uses does not exist ({type(error).__name__}: {error})"


def _without_dropped(step: Step) -> Step:
    """The step on the facts that there are; that its rule stumbles is a failed step."""
    rule = step.rule

    @functools.wraps(rule)
    def checked(walkthrough: Walkthrough, claim: Any, uses: tuple[Fact, ...]) -> Grounds:
        try:
            return rule(walkthrough, claim, uses)
        except _STUMBLES as error:
            raise StepFailed(f"without what was dropped: {_stumble(error)}") from error

    uses = tuple(fact for fact in step.uses if not isinstance(fact, Dropped))
    return replace(step, uses=uses, rule=checked)
