"""The stepper: a proof read step by step on an instance, with verbs that return values.

>>> import exactland
>>> session = exactland.step("NH18:Asm3.2", "examples/relu-dense.json")
>>> print(session.next())
[1] sigma_1 is continuous
    exact (over Q); Assumption 3.2
>>> session.why(1).lines[1].text
'evidence: exact (over Q)'
>>> print(session.goto(100).lines[-1].text)
The proof is complete on this instance: 4 facts.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any

from exactland.errors import InputError, UsageError
from exactland.model.messages import shown
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork
from exactland.outputs import READING, SESSION, Output
from exactland.proof import questions
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.reading import described
from exactland.proof.replay import check_of
from exactland.proof.script import Fact, Failure
from exactland.proof.session_file import Saved, read_saved, saved_json, saved_text
from exactland.proof.session_state import (
    GENERAL_IS_CITED,
    WITHOUT_WHAT_IS_DROPPED,
    Library,
    State,
)
from exactland.proof.variation import Instance, check_layer, vary
from exactland.proof.wording import false_lines

#: Endings of files that ``export`` does not write; any other but .md gets plain text.
OTHER_FORMATS = (".html", ".htm", ".tex", ".pdf", ".json", ".ipynb", ".docx", ".rtf")


class Session:
    """A proof being read. Every verb returns an :class:`Answer`; errors leave all as it was.

    The states are frozen, and the session keeps them: ``undo`` goes back to the one before.

    Parameters
    ----------
    library : where statements and scripts are found.
    statement : the id of a statement with a script.
    problem : the instance.
    k : the layer that the statement speaks of.
    inputs : the files that were read for it; no verb replaces them.

    Errors: UsageError for an unknown statement, one without a script, or a layer that does not
    exist.
    """

    def __init__(
        self,
        library: Library,
        statement: str,
        problem: Problem,
        k: int = 1,
        inputs: tuple[str, ...] = (),
    ) -> None:
        found = library.statement(statement)
        instance = Instance(problem, check_layer(problem, k))
        replay = library.replay(found, instance)
        self.inputs = inputs
        self._states = [State(library, found, instance, instance, 0, (), replay)]

    def __getstate__(self) -> dict[str, Any]:
        """A list of states of its own, so that a copy goes its own way."""
        return {"inputs": self.inputs, "_states": list(self._states)}

    @property
    def state(self) -> State:
        """The present state, frozen."""
        return self._states[-1]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts up to the present step."""
        return self.state.facts

    @property
    def complete(self) -> bool:
        """Whether the present step is the goal, proved."""
        return self.state.complete

    def opening(self) -> Answer:
        """What the session is about, in a few lines."""
        state = self.state
        lines = [
            Line(state.title, "heading"),
            Line(f"on {described(state.instance.problem)}"),
            Line(f"to show: {state.statement.conclusion}"),
            *false_lines(state.statement),
            Line("verbs: next, back, goals, hyps, why, show, vary, ...; `help` explains", "detail"),
        ]
        mismatch = _other_kind(state.statement.paper, state.instance.problem)
        if mismatch:
            lines.insert(2, Line(mismatch, "failure"))
        return answer(lines, state.statement)

    def names(self) -> list[str]:
        """The names that ``show`` knows at this step."""
        return self.state.scene().names()

    # Moving.

    def next(self, n: int = 1) -> Answer:
        """The next step, or the next n; a step that fails is the last. Value: the new stages."""
        return self._move(self.state.position + _count(n), f"next {n}")

    def back(self, n: int = 1) -> Answer:
        """One step back, or n; the step that is then the present one is shown again."""
        return self._move(max(0, self.state.position - _count(n)), f"back {n}")

    def goto(self, n: int) -> Answer:
        """Step n, counted from 1; 0 is the beginning."""
        if isinstance(n, bool) or not isinstance(n, int) or n < 0:
            raise UsageError("goto", f"there is no step {shown(n)}", "steps count from 1")
        return self._move(n, f"goto {n}")

    def undo(self) -> Answer:
        """Take back the last verb that moved, changed or loaded something."""
        if len(self._states) == 1:
            raise UsageError("undo", "there is nothing to undo", "`next` begins")
        undone, before = self._states[-1], self._states[-2]
        made_by = undone.journal[-1] if undone.journal[:-1] == before.journal else "load"
        lines = [Line(f"undone: {made_by}", "heading"), *before.present()]
        self._states.pop()
        return answer(lines, before)

    def _move(self, position: int, command: str) -> Answer:
        """Go to a step and show what is new, or the step itself when going back."""
        before = self.state
        stages = before.replay.stages(position)
        now = replace(
            before, position=min(position, len(stages)), journal=(*before.journal, command)
        )
        if now.position == before.position:
            stay = before.end() if before.position else Line("This is the beginning.")
            return answer([stay or Line(f"This is step {before.position}.")], ())
        if now.position < before.position:
            lines, new = now.present(), stages[-1:]
        else:
            new = stages[before.position :]
            lines = [line for stage in new for line in now.lines_of(stage)]
            end = now.end()
            if isinstance(new[-1].outcome, Failure):
                lines += now.offers()
            elif end is not None:
                lines.append(end)
        self._states.append(now)
        return answer(lines, new)

    # Asking: see exactland.proof.questions.

    def goals(self) -> Answer:
        """What is to be shown, what is shown, and what remains. Value: the stages that remain."""
        return questions.goals(self.state)

    def hyps(self) -> Answer:
        """The hypotheses with their verdicts here. Value: a tuple of HypothesisVerdict."""
        return questions.hypotheses(self.state)

    def why(self, n: int | None = None) -> Answer:
        """The rule, the evidence and the facts behind step n (the present one). Value: a Stage."""
        return questions.why(self.state, n)

    def show(self, name: str = "") -> Answer:
        """An object by its name, at the present step or, as NAME@N, at step N. Value: it.

        Without a name: the names that there are.

        >>> import exactland
        >>> print(exactland.step("NH18:Thm3.4").show("U_1"))
        U_1: 3 x 4, w[r,t] is entry (r, t) of W_1, not chosen yet
          w[1,1]  w[1,2]       0       0
          w[2,1]  w[2,2]  w[1,1]  w[1,2]
               0       0  w[2,1]  w[2,2]
        """
        return questions.show(self.state, name)

    def refs(self) -> Answer:
        """The statement, its status, repair and errata, its dependencies. Value: a Statement."""
        return questions.refs(self.state)

    def search(self, text: str) -> Answer:
        """Where a text occurs in the steps so far, the statement and all titles. Value: a count."""
        return questions.search(self.state, text)

    def check(self) -> Answer:
        """Check all facts so far again, from scratch. Value: the facts."""
        return questions.check(self.state)

    # Changing.

    def vary(self, *change: Any) -> Answer:
        """Change a number, an activation, a bias mode or the layer, or drop a hypothesis.

        The proof runs again. If a step fails, it becomes the present one; otherwise the reader
        stays where they are. Value: all stages.

        >>> import exactland
        >>> session = exactland.step("NH18:Thm3.4")
        >>> print(session.vary("layer", 1, "bias", "filter").lines[2].text)
        [!] false: every neuron has its own bias.
        """
        text = " ".join(_written(part) for part in change)
        before = self.state
        instance, note = vary(before.instance, text, before.hypotheses)
        replay = before.library.replay(before.statement, instance)
        stages = replay.all()
        last = stages[-1].outcome if stages else None
        failed = isinstance(last, Failure)
        now = replace(
            before,
            instance=instance,
            replay=replay,
            position=len(stages) if failed else min(before.position, len(stages)),
            journal=(*before.journal, f"vary {text}"),
        )
        lines = [Line(note, "heading")]
        idle = instance.dropped - {check_of(c) for stage in stages for c in stage.dropped}
        if idle:
            lines.append(Line(f"(no step up to here checks {', '.join(sorted(idle))})", "detail"))
        if isinstance(last, Failure):
            lines += [Line(f"The proof now stops at step {len(stages)}:")]
            lines += [*now.lines_of(stages[-1]), *now.offers()]
        else:
            text = f"The proof goes through on this instance: {len(stages)} steps."
            if before.statement.status == "cited":
                text += GENERAL_IS_CITED
            if replay.cited:
                lines.append(Line("The statement itself is cited, and nothing is proved here."))
            else:
                dropped = Line(WITHOUT_WHAT_IS_DROPPED)
                lines.append(dropped if instance.dropped else Line(text, "fact"))
        self._states.append(now)
        return answer(lines, stages)

    # Files.

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> Answer:
        """Write a script that ``load`` replays: JSON if the name ends in .json, else text.

        A saved session that is there is replaced, another file only with ``force``.
        """
        state = self.state
        saved = Saved(state.statement.id, state.start.k, state.start.problem, state.journal)
        text = saved_json(saved) if os.fspath(path).endswith(".json") else saved_text(saved)
        output = Output(path, SESSION, force, self.inputs)
        return answer(
            [Line(f"saved: {output.write(text.encode(errors='backslashreplace'))}")], saved
        )

    def load(self, path: str | os.PathLike[str]) -> Answer:
        """Replay a saved session; the present one can be had back by ``undo``."""
        saved = read_saved(path)
        other = Session(self.state.library, saved.statement, saved.problem, saved.layer)
        for number, command in enumerate(saved.commands, start=1):
            try:
                other._replayed(command)
            except (InputError, UsageError) as error:
                place = f"{os.fspath(path)}: command {number}: {error.place}"
                raise InputError(place, error.reason, error.remedy) from None
            # Only the last state is kept, or a long script would keep a journal for each command.
            del other._states[:-1]
        now = other.state
        lines = [Line(f"loaded: {now.title}", "heading"), *now.present()]
        self._states.append(now)
        return answer(lines, saved)

    def _replayed(self, command: str) -> None:
        """A command of a saved session: those that move or change, no others."""
        verb, _, rest = command.partition(" ")
        moves = {"next": self.next, "back": self.back, "goto": self.goto}
        if verb in moves:
            moves[verb](integer(rest.strip() or "1", verb))
        elif verb == "vary":
            self.vary(rest)
        else:
            raise UsageError(shown(verb), "no saved session has this command", "remove the line")

    def export(self, path: str | os.PathLike[str], *, force: bool = False) -> Answer:
        """Write the proof up to the present step for a reader: Markdown for .md, else text.

        An exported proof that is there is replaced, another file only with ``force``.
        """
        name = os.fspath(path)
        markdown = name.endswith((".md", ".markdown"))
        if name.endswith(OTHER_FORMATS):
            ending = name[name.rindex(".") :]
            remedy = "`export proof.md` writes Markdown, `export proof.txt` text"
            if ending == ".json":
                remedy += "; `save` writes the session and `certify` the certificate as JSON"
            raise UsageError("export", f"it writes no {ending}", remedy)
        output = Output(path, READING, force, self.inputs)
        output.check()
        text = questions.document(self.state, markdown=markdown)
        return answer(
            [Line(f"exported: {output.write(text.encode(errors='backslashreplace'))}")], text
        )

    def __repr__(self) -> str:
        return f"<Session: {self.state.title}, step {self.state.position}>"

    def _repr_html_(self) -> str:
        return self.opening()._repr_html_()


def _other_kind(paper: str, problem: Problem) -> str:
    """A warning where the paper speaks of another kind of network than the problem's."""
    about_skips = paper == "NMH19"
    if about_skips == isinstance(problem.network, SkipNetwork):
        return ""
    wanted = "skip networks" if about_skips else "networks of layers in a row"
    return f"this network is of another kind: {paper} is about {wanted}, and `next` will say so"


def integer(text: str, verb: str) -> int:
    """A number as an argument of a verb; UsageError for anything else.

    >>> integer("12", "goto")
    12
    """
    if not text:
        raise UsageError(verb, "say which step", f"write `{verb} 3`")
    if not text.isdecimal() or len(text) > 9:
        raise UsageError(verb, f"{shown(text)} is not a number", f"write `{verb} 3`")
    return int(text)


def _count(n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise UsageError("steps", f"{shown(n)} is not a number of steps", "give 1 or more")
    return n


def _written(part: Any) -> str:
    """A part of a change as text; a float is refused as everywhere."""
    if isinstance(part, float):
        raise InputError("vary", f"{part} is a float", f'write it as a string: "{part}"')
    return json.dumps(part) if isinstance(part, (dict, list)) else str(part)
