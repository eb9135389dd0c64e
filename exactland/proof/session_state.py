"""A moment of a reader's session with a proof, frozen, and where a session finds its texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from exactland.errors import ExactlandError
from exactland.proof.answers import Line
from exactland.proof.hypotheses import hypotheses_of, verdicts
from exactland.proof.objects import Scene
from exactland.proof.replay import Replay, Stage, nobody
from exactland.proof.script import Fact, Failure, Script, Walkthrough
from exactland.proof.statements import Erratum, Hypothesis, Statement
from exactland.proof.variation import Instance
from exactland.proof.wording import FAILED, heading, offer_lines, stage_lines

#: What is said where a script reaches its end without a hypothesis: nothing is proved by that.
WITHOUT_WHAT_IS_DROPPED = (
    "No step fails on this instance without what is dropped. That is no proof: "
    "the hypothesis may be part of what a step means."
)
#: What is said at the end of the script of a statement that the paper cites.
GENERAL_IS_CITED = " The general theorem is cited, and not proved here."


@dataclass(frozen=True)
class Library:
    """Where a session finds statements and scripts: all statements, and each by its id.

    ``progress`` is told of every step before it is checked.
    """

    statements: tuple[Statement, ...]
    statement: Callable[[str], Statement]
    script: Callable[[str], Script]
    progress: Callable[[str], None] = field(default=nobody, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return Library, (self.statements, self.statement, self.script)

    def errata(self) -> dict[str, Erratum]:
        """All errata by their ids."""
        return {erratum.id: erratum for s in self.statements for erratum in s.errata}

    def replay(self, statement: Statement, instance: Instance) -> Replay:
        """A run of the statement's script on an instance."""
        walkthrough = Walkthrough(instance.problem, instance.k)
        return Replay(self.script(statement.id), walkthrough, instance.dropped, self.progress)


@dataclass(frozen=True)
class State:
    """A moment of a session.

    Attributes
    ----------
    library : where texts are found.
    statement, start : the statement and the instance that the session began with.
    instance : the instance now, after changes.
    position : how many steps have been shown.
    journal : the commands that led here from the start.
    replay : the run of the script on the instance.
    """

    library: Library = field(repr=False)
    statement: Statement
    start: Instance
    instance: Instance
    position: int
    journal: tuple[str, ...]
    replay: Replay = field(compare=False, repr=False)

    @property
    def walkthrough(self) -> Walkthrough:
        """The instance as scripts and checks take it."""
        return Walkthrough(self.instance.problem, self.instance.k)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The steps that have been shown."""
        return self.replay.stages(self.position)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that have been shown; none where a hypothesis is dropped."""
        if self.instance.dropped:
            return ()
        return tuple(s.outcome for s in self.stages if isinstance(s.outcome, Fact))

    @property
    def complete(self) -> bool:
        """Whether the present step is the goal, proved: nothing was dropped on the way."""
        return self._at_the_end and self.replay.complete

    @property
    def _at_the_end(self) -> bool:
        return self.position > 0 and self.replay.ends_at(self.position - 1)

    @property
    def title(self) -> str:
        """The statement, and the layer where there are layers."""
        layered = hasattr(self.instance.problem.network, "layers")
        return heading(self.statement, self.instance.k if layered else None)

    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """The statement's hypotheses and what else the steps ask for; runs the whole script."""
        try:
            stages = self.replay.all()
        except ExactlandError:  # an instance of another kind: the steps cannot be run on it
            stages = ()
        return hypotheses_of(self.statement, stages)

    def scene(self, position: int | None = None) -> Scene:
        """The objects that are known at the present step, or at an earlier one."""
        stages = self.stages if position is None else self.stages[:position]
        ended = len(stages) == self.replay.known and self.replay.finished
        return Scene(self.instance.problem, self.instance.k, stages, ended=ended)

    def lines_of(self, stage: Stage) -> list[Line]:
        """A step in lines."""
        dropped = bool(self.instance.dropped)
        return list(stage_lines(stage, self.library.errata(), conditional=dropped))

    def present(self) -> list[Line]:
        """The present step in lines."""
        stages = self.stages
        return self.lines_of(stages[-1]) if stages else [Line("This is the beginning.")]

    def offers(self) -> list[Line]:
        """What a reader can do where the proof has stopped; nothing elsewhere."""
        stages = self.stages
        failure = stages[-1].outcome if stages else None
        if not isinstance(failure, Failure):
            return []
        found = verdicts(self.statement.hypotheses, self.walkthrough)
        failing = [v for v in found if v.verdict == "fails"]
        kept = [v for v in failing if v.hypothesis.check not in self.instance.dropped]
        return list(offer_lines(failure, self.statement, kept))

    def end(self) -> Line | None:
        """That the proof is complete or has stopped here; None on the way."""
        stages = self.stages
        if stages and isinstance(stages[-1].outcome, Failure):
            verdict = FAILED[stages[-1].outcome.verdict][0]
            return Line(f"The proof stops at step {len(stages)}: this is {verdict}.", "failure")
        if not self._at_the_end:
            return None
        if self.replay.cited:
            return Line("The end: the statement itself is cited, and nothing is proved here.")
        if not self.complete:
            return Line(WITHOUT_WHAT_IS_DROPPED)
        count = len(self.facts)
        facts = "1 fact" if count == 1 else f"{count} facts"
        said = f"The proof is complete on this instance: {facts}."
        return Line(said + GENERAL_IS_CITED if self.statement.status == "cited" else said, "fact")
