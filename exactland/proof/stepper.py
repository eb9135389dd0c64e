"""The stepper: a proof read step by step on an instance, with verbs that return values.

>>> import exactland
>>> session = exactland.step("NH18:Asm3.1", "examples/relu-dense.json")
>>> print(session.next())
[1] NH18:Asm3.1 holds on this instance.
    exact (all patches of different samples are different); Assumption 3.1
The proof is complete: 1 fact.
>>> session.why(1).lines[1].text
'evidence: exact (all patches of different samples are different)'
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from exactland.errors import InputError, UsageError
from exactland.model.messages import shown
from exactland.model.problem import Problem
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.hypotheses import verdicts
from exactland.proof.objects import Scene
from exactland.proof.reading import described, document_lines, search_lines
from exactland.proof.replay import Replay, Stage
from exactland.proof.script import Fact, Failure, Script, Walkthrough
from exactland.proof.session_file import Saved, read_saved, saved_json, saved_text, write_text
from exactland.proof.statements import Erratum, Statement, dependents
from exactland.proof.variation import Instance, check_layer, vary
from exactland.proof.wording import (
    heading,
    hypothesis_lines,
    offer_lines,
    reference_lines,
    stage_lines,
    why_lines,
)
from exactland.proof.writing import latex, value_lines


@dataclass(frozen=True)
class Library:
    """Where a session finds statements and scripts: all statements, and a script by its id."""

    statements: tuple[Statement, ...]
    statement: Callable[[str], Statement]
    script: Callable[[str], Script]

    def errata(self) -> dict[str, Erratum]:
        """All errata by their ids."""
        return {erratum.id: erratum for s in self.statements for erratum in s.errata}


@dataclass(frozen=True)
class State:
    """A moment of a session.

    Attributes
    ----------
    statement, start : the statement and the instance that the session began with.
    instance : the instance now, after changes.
    position : how many steps have been shown.
    journal : the commands that led here from the start.
    replay : the run of the script on the instance.
    """

    statement: Statement
    start: Instance
    instance: Instance
    position: int
    journal: tuple[str, ...]
    replay: Replay = field(compare=False, repr=False)


class Session:
    """A proof being read. Every verb returns an :class:`Answer`; errors leave it as it was.

    Parameters
    ----------
    library : where statements and scripts are found.
    statement : the id of a statement with a script.
    problem : the instance.
    k : the layer that the statement speaks of.

    Errors: UsageError for an unknown statement, one without a script, or a layer that does not
    exist.
    """

    def __init__(self, library: Library, statement: str, problem: Problem, k: int = 1) -> None:
        self.library = library
        found = library.statement(statement)
        instance = Instance(problem, check_layer(problem, k))
        replay = self._replay(found, instance)
        self._states = [State(found, instance, instance, 0, (), replay)]

    # What there is.

    @property
    def state(self) -> State:
        """The present state, frozen."""
        return self._states[-1]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts up to the present step."""
        shown = (stage.outcome for stage in self._shown())
        return tuple(fact for fact in shown if isinstance(fact, Fact))

    @property
    def complete(self) -> bool:
        """Whether the present step is the goal, reached."""
        state = self.state
        return state.position > 0 and state.replay.reaches_goal(state.position - 1)

    def opening(self) -> Answer:
        """What the session is about, in a few lines."""
        state = self.state
        return answer(
            [
                Line(self._heading(), "heading"),
                f"on {described(state.instance.problem)}",
                f"to show: {state.statement.conclusion}",
                Line(
                    "verbs: next, back, goals, hyps, why, show, vary, ...; `help` explains.",
                    "detail",
                ),
            ]
        )

    def names(self) -> list[str]:
        """The names that ``show`` knows at this step."""
        return self._scene().names()

    # Moving.

    def next(self, n: int = 1) -> Answer:
        """The next step, or the next n; a step that fails is the last."""
        return self._move(self.state.position + _count(n), f"next {n}")

    def back(self, n: int = 1) -> Answer:
        """One step back, or n; the step that is then the present one is shown again."""
        return self._move(max(0, self.state.position - _count(n)), f"back {n}")

    def goto(self, n: int) -> Answer:
        """Step n, counted from 1; 0 is the beginning."""
        if n < 0:
            raise UsageError("goto", f"there is no step {n}", "steps count from 1")
        return self._move(n, f"goto {n}")

    def undo(self) -> Answer:
        """Take back the last verb that moved or changed something."""
        if len(self._states) == 1:
            raise UsageError("undo", "there is nothing to undo")
        undone = self._states.pop().journal[-1:]
        text = undone[0] if undone else "load"
        return answer([f"undone: {text}", *self._present()], self.state)

    # Asking.

    def goals(self) -> Answer:
        """What is to be shown, what is shown, and the steps that remain."""
        state = self.state
        everything = state.replay.all()
        lines = [
            Line(self._heading(), "heading"),
            Line(f"to show: {state.statement.conclusion}"),
            Line(f"shown: {len(self.facts)} facts, up to step {state.position}"),
        ]
        remaining = everything[state.position :]
        if not remaining:
            lines.append(self._end_line() or Line("nothing remains"))
        else:
            lines.append(Line(f"remaining: {len(remaining)} steps"))
            lines += [_outline(state.position + i, s) for i, s in enumerate(remaining, start=1)]
        return answer(lines, remaining)

    def hyps(self) -> Answer:
        """The hypotheses of the statement, each with its verdict on the instance."""
        state = self.state
        found = verdicts(state.statement, self._walkthrough(state.instance))
        lines = list(hypothesis_lines(found, state.instance.dropped))
        return answer(lines or ["The statement has no hypotheses."], found)

    def why(self, n: int | None = None) -> Answer:
        """Why step n (the present one) is a fact: the rule, the evidence, the facts it uses."""
        number = self.state.position if n is None else n
        stages = self._shown()
        if not 1 <= number <= len(stages):
            there = f"steps 1 to {len(stages)}" if stages else "none yet: `next` shows the first"
            raise UsageError("why", f"step {number} has not been shown", f"there are {there}")
        stage = stages[number - 1]
        return answer(why_lines(stage, self.facts), stage)

    def show(self, name: str) -> Answer:
        """An object by its name; NAME@N shows it as it was at step N."""
        name, _, step = name.strip().partition("@")
        if not name:
            raise UsageError("show", "say what", "known are " + ", ".join(self.names()))
        stages = self._shown()
        if step:
            if not step.isdecimal() or int(step) > len(stages):
                raise UsageError("show", f"step {shown(step)} has not been shown", "go there first")
            stages = stages[: int(step)]
        found = self._scene(stages).find(name)
        lines = value_lines(found.value)
        head = f"{found.name}: {found.words}" if found.words else found.name
        if len(lines) == 1 and len(lines[0]) + len(head) < 90:
            return answer(
                [f"{found.name} = {lines[0]}" + _tail(found.words)], found.value, latex(found.value)
            )
        return answer(
            [Line(head, "heading"), *("  " + line for line in lines)],
            found.value,
            latex(found.value),
        )

    def refs(self) -> Answer:
        """The statement as the paper has it, its status, repair and errata, its dependencies."""
        statement = self.state.statement
        needed_by = dependents(self.library.statements, statement.id)
        titles = {s.id: s.title for s in self.library.statements}
        return answer(reference_lines(statement, needed_by, titles), statement)

    def search(self, text: str) -> Answer:
        """Where a text occurs in the steps so far, the statement, its errata and all titles."""
        if not text.strip():
            raise UsageError("search", "say what to look for")
        errata = self.library.errata()
        lines = list(
            search_lines(
                text.strip(), self._shown(), self.state.statement, self.library.statements, errata
            )
        )
        return answer(lines or [f"{shown(text.strip())} does not occur"], len(lines))

    def check(self) -> Answer:
        """Check all facts so far again, from scratch."""
        state = self.state
        again = Replay(state.replay.script, state.replay.walkthrough, state.replay.dropped)
        stages = again.stages(state.position)
        facts = tuple(s.outcome for s in stages if isinstance(s.outcome, Fact))
        same = [(f.claim, f.grounds.kind) for f in facts] == [
            (f.claim, f.grounds.kind) for f in self.facts
        ]
        if not same:
            raise InputError("check", "a second run gives other facts", "report this")
        kinds = ", ".join(
            f"{count} {kind}"
            for kind in ("exact", "ball", "modular", "logic", "cited")
            if (count := sum(f.grounds.kind == kind for f in facts))
        )
        noun = "fact" if len(facts) == 1 else "facts"
        lines = [Line(f"{len(facts)} {noun} checked again: {kinds or 'none so far'}", "fact")]
        lines += [line for line in [self._end_line()] if line is not None]
        return answer(lines, facts)

    # Changing.

    def vary(self, *change: Any) -> Answer:
        """Change a number, an activation, a bias mode or the layer, or drop a hypothesis.

        The proof runs again. If a step fails, it becomes the present one; otherwise the reader
        stays where they are.

        >>> import exactland
        >>> session = exactland.step("NH18:Thm3.4")
        >>> print(session.vary("layer", 1, "bias", "filter").lines[2].text)
        [!] not shown: every neuron has its own bias.
        """
        text = " ".join(_written(part) for part in change)
        state = self.state
        instance, note = vary(state.instance, text, state.statement.hypotheses)
        replay = self._replay(state.statement, instance)
        stages = replay.all()
        failed = bool(stages) and isinstance(stages[-1].outcome, Failure)
        position = len(stages) if failed else min(state.position, len(stages))
        self._push(
            replace(state, instance=instance, replay=replay, position=position), f"vary {text}"
        )
        lines: list[Line | str] = [Line(note, "heading")]
        if failed:
            lines += [f"The proof now stops at step {position}:", *self._stage_text(stages[-1])]
            outcome = stages[-1].outcome
            if isinstance(outcome, Failure):
                lines += offer_lines(outcome, state.statement)
        else:
            without = " without what is dropped" if instance.dropped else ""
            lines.append(
                Line(
                    f"The proof goes through on this instance{without}: {len(stages)} steps.",
                    "fact",
                )
            )
        return answer(lines, stages)

    def load(self, path: str | os.PathLike[str]) -> Answer:
        """Replay a saved session; this one can be had back by ``undo``."""
        saved = read_saved(path)
        other = Session(self.library, saved.statement, saved.problem, saved.layer)
        for number, command in enumerate(saved.commands, start=1):
            verb, _, rest = command.partition(" ")
            moves = {"next": other.next, "back": other.back, "goto": other.goto}
            try:
                if verb in moves:
                    moves[verb](integer(rest.strip() or "1", verb))
                elif verb == "vary":
                    other.vary(rest)
                else:
                    raise UsageError(verb, "no saved session has this command", "use next or vary")
            except (InputError, UsageError) as error:
                place = f"{os.fspath(path)}: command {number}: {error.place}"
                raise InputError(place, error.reason, error.remedy) from None
        self._states.append(other.state)
        return answer([Line(f"loaded: {self._heading()}", "heading"), *self._present()], saved)

    def save(self, path: str | os.PathLike[str]) -> Answer:
        """Write a script that ``load`` replays: JSON if the name ends in .json, else text."""
        state = self.state
        saved = Saved(state.statement.id, state.start.k, state.start.problem, state.journal)
        text = saved_json(saved) if os.fspath(path).endswith(".json") else saved_text(saved)
        return answer([f"saved: {write_text(path, text)}"], saved)

    def export(self, path: str | os.PathLike[str]) -> Answer:
        """Write the proof up to the present step for a reader: Markdown for .md, else text."""
        state = self.state
        found = verdicts(state.statement, self._walkthrough(state.instance))
        lines = document_lines(
            state.statement,
            state.instance,
            found,
            self._shown(),
            self.library.errata(),
            self._end_line(),
            markdown=os.fspath(path).endswith((".md", ".markdown")),
        )
        return answer([f"exported: {write_text(path, chr(10).join(lines) + chr(10))}"], path)

    def __repr__(self) -> str:
        return f"<Session: {self._heading()}, step {self.state.position}>"

    # Within.

    def _replay(self, statement: Statement, instance: Instance) -> Replay:
        script = self.library.script(statement.id)
        return Replay(script, self._walkthrough(instance), instance.dropped)

    @staticmethod
    def _walkthrough(instance: Instance) -> Walkthrough:
        return Walkthrough(instance.problem, instance.k)

    def _shown(self) -> tuple[Stage, ...]:
        return self.state.replay.stages(self.state.position)

    def _scene(self, stages: tuple[Stage, ...] | None = None) -> Scene:
        instance = self.state.instance
        return Scene(instance.problem, instance.k, self._shown() if stages is None else stages)

    def _push(self, state: State, command: str) -> None:
        self._states.append(replace(state, journal=(*state.journal, command)))

    def _move(self, position: int, command: str) -> Answer:
        """Go to a step and show what is new, or the step itself when going back."""
        state = self.state
        stages = state.replay.stages(position)
        position = min(position, len(stages))
        if position == state.position:
            if position == 0:
                return answer([Line("This is the beginning.")], ())
            end = self._end_line()
            return answer([end or Line(f"This is step {position}.")], ())
        forward = position > state.position
        self._push(replace(state, position=position), command)
        if not forward:
            return answer(self._present(), stages[-1:])
        new = stages[state.position :]
        lines: list[Line] = [line for stage in new for line in self._stage_text(stage)]
        outcome = new[-1].outcome
        if isinstance(outcome, Failure):
            lines += offer_lines(outcome, state.statement)
        elif (end := self._end_line()) is not None:
            lines.append(end)
        return answer(lines, new)

    def _stage_text(self, stage: Stage) -> list[Line]:
        return list(stage_lines(stage, self.library.errata()))

    def _present(self) -> list[Line]:
        """The present step."""
        stages = self._shown()
        if not stages:
            return [Line("This is the beginning.")]
        return self._stage_text(stages[-1])

    def _end_line(self) -> Line | None:
        """That the proof is complete or has stopped here; None on the way."""
        stages = self._shown()
        if stages and isinstance(stages[-1].outcome, Failure):
            return Line(f"The proof stops at step {len(stages)}: this is not shown.", "failure")
        if not self.complete:
            return None
        count = len(self.facts)
        without = ", without what is dropped" if self.state.instance.dropped else ""
        return Line(
            f"The proof is complete{without}: {count} fact{'' if count == 1 else 's'}.", "fact"
        )

    def _heading(self) -> str:
        state = self.state
        layered = hasattr(state.instance.problem.network, "layers")
        return heading(state.statement, state.instance.k if layered else None)


def integer(text: str, verb: str) -> int:
    """A number as an argument of a verb; UsageError for anything else.

    >>> integer("12", "goto")
    12
    """
    if not text.isdecimal() or len(text) > 9:
        raise UsageError(verb, f"{shown(text)} is not a number", f"write `{verb} 3`")
    return int(text)


def _count(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise UsageError("steps", f"{shown(n)} is not a number of steps", "give 1 or more")
    return n


def _written(part: Any) -> str:
    """A part of a change as text; a float is refused as everywhere."""
    if isinstance(part, float):
        raise InputError("vary", f"{part} is a float", f'write it as a string: "{part}"')
    return json.dumps(part) if isinstance(part, (dict, list)) else str(part)


def _outline(number: int, stage: Stage) -> Line:
    """A step that remains, in a line."""
    if isinstance(stage.outcome, Failure):
        return Line(f"  step {number} fails: {stage.outcome.relation}", "failure")
    if stage.step is None:
        return Line(f"  step {number}: definitions")
    return Line(f"  step {number}: {stage.step.claim.words()}")


def _tail(words: str) -> str:
    return f"  ({words})" if words else ""
