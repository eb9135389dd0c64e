"""The verbs of the stepper that ask: functions of a frozen state, each with its answer."""

from __future__ import annotations

from exactland.errors import InputError, UsageError
from exactland.model.messages import shown
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.hypotheses import verdicts
from exactland.proof.objects import Scene
from exactland.proof.reading import document_lines, search_lines
from exactland.proof.replay import Replay, Stage
from exactland.proof.script import Fact, Failure
from exactland.proof.session_state import State
from exactland.proof.statements import dependents
from exactland.proof.wording import hypothesis_lines, reference_lines, what_failed, why_lines
from exactland.proof.writing import latex, value_lines

#: The kinds of evidence in the order in which they are counted.
KINDS = ("exact", "ball", "modular", "logic", "cited")
#: A value with its name and words stands on one line if it has at most so many characters.
ONE_LINE = 90


def goals(state: State) -> Answer:
    """What is to be shown, what is shown, and the steps that remain."""
    everything = state.replay.all()
    remaining = everything[state.position :]
    so_far = "1 fact" if len(state.facts) == 1 else f"{len(state.facts)} facts"
    if state.instance.dropped:
        so_far = "nothing, a hypothesis is dropped"
    lines = [
        Line(state.title, "heading"),
        Line(f"to show: {state.statement.conclusion}"),
        Line(f"shown: {so_far}"),
    ]
    if remaining:
        lines.append(Line(f"remaining: {len(remaining)} step{'s' * (len(remaining) > 1)}"))
        lines += [_outline(state.position + i, s) for i, s in enumerate(remaining, start=1)]
    else:
        lines.append(state.end() or Line("nothing remains"))
    return answer(lines, remaining)


def _outline(number: int, stage: Stage) -> Line:
    """A step that remains, in a line."""
    if isinstance(stage.outcome, Failure):
        return Line(f"  step {number} stops: {what_failed(stage.outcome)[0]}", "failure")
    if stage.step is None:
        return Line(f"  step {number}: definitions")
    return Line(f"  step {number}: {stage.step.claim.words()}")


def hypotheses(state: State) -> Answer:
    """The hypotheses of the statement, each with its verdict on the instance."""
    found = verdicts(state.hypotheses(), state.walkthrough)
    lines = list(hypothesis_lines(found, state.instance.dropped))
    return answer(lines or [Line("The statement has no hypotheses.")], found)


def why(state: State, n: int | None) -> Answer:
    """Why step n (the present one) is a fact: the rule, the evidence, the facts it uses."""
    number = state.position if n is None else n
    stages = state.stages
    if not stages:
        raise UsageError("why", "no step has been shown", "`next` shows the first")
    if not 1 <= number <= len(stages):
        raise UsageError(
            "why", f"step {number} has not been shown", f"ask for a step from 1 to {len(stages)}"
        )
    stage = stages[number - 1]
    lines = why_lines(stage, stages, conditional=bool(state.instance.dropped))
    return answer(lines, stage)


def show(state: State, text: str) -> Answer:
    """An object by its name; NAME@N shows it as it was at step N."""
    name, at, step = text.strip().partition("@")
    position = None
    if at:
        if not step.isdecimal() or len(step) > 9 or int(step) > state.position:
            raise UsageError("show", f"step {shown(step)} has not been shown", "go there first")
        position = int(step)
    scene = state.scene(position)
    if not name:
        return _names(scene)
    found = scene.find(name)
    lines = list(found.lines) or value_lines(found.value)
    words = f"  ({found.words})" if found.words else ""
    if len(lines) == 1 and len(name) + len(lines[0]) + len(words) <= ONE_LINE:
        shown_lines = [Line(f"{name} = {lines[0]}{words}")]
    else:
        head = f"{name}: {found.words}" if found.words else name
        shown_lines = [Line(head, "heading"), *(Line(f"  {line}") for line in lines)]
    return answer(shown_lines, found.value, latex(found.value))


def _names(scene: Scene) -> Answer:
    """What can be shown at a step, and what has no value there. Value: the names with one."""
    now, later = scene.named()
    lines = ["to be shown here: " + ", ".join(now)]
    if later:
        lines.append("without a value at this step: " + ", ".join(later))
    return answer(lines, tuple(now))


def refs(state: State) -> Answer:
    """The statement as the paper has it, its status, repair and errata, its dependencies."""
    statements = state.library.statements
    needed_by = dependents(statements, state.statement.id)
    titles = {s.id: s.title for s in statements}
    return answer(reference_lines(state.statement, needed_by, titles), state.statement)


def search(state: State, text: str) -> Answer:
    """Where a text occurs in the steps so far, the statement, its errata and all titles."""
    wanted = text.strip()
    if not wanted:
        raise UsageError("search", "say what to look for", "`search gamma`")
    library = state.library
    lines = list(
        search_lines(
            wanted,
            state.stages,
            state.statement,
            library.statements,
            library.errata(),
            conditional=bool(state.instance.dropped),
        )
    )
    return answer(lines or [Line(f"{shown(wanted)} does not occur")], len(lines))


def check(state: State) -> Answer:
    """Check all facts so far again, from scratch; InputError if they come out differently."""
    if state.instance.dropped:
        raise UsageError("check", "a hypothesis is dropped, there are no facts", "`undo` or `vary`")
    again = Replay(state.replay.script, state.replay.walkthrough)
    facts = [s.outcome for s in again.stages(state.position) if isinstance(s.outcome, Fact)]
    if [_essence(fact) for fact in facts] != [_essence(fact) for fact in state.facts]:
        raise InputError("check", "a second run gives other facts", "report this")
    counts = [(sum(fact.grounds.kind == kind for fact in facts), kind) for kind in KINDS]
    kinds = ", ".join(f"{count} {kind}" for count, kind in counts if count)
    noun = "1 fact" if len(facts) == 1 else f"{len(facts)} facts"
    lines = [Line(f"{noun} checked again: {kinds or 'none so far'}", "fact")]
    end = state.end()
    return answer([*lines, end] if end is not None else lines, tuple(facts))


def _essence(fact: Fact) -> tuple[object, ...]:
    """What a second run has to repeat; evidence may be found in another way."""
    return fact.number, fact.claim, fact.grounds.kind, fact.uses


def document(state: State, *, markdown: bool) -> str:
    """The proof up to the present step, for a reader."""
    found = verdicts(state.hypotheses(), state.walkthrough)
    lines = document_lines(
        state.statement,
        state.instance,
        found,
        state.stages,
        state.library.errata(),
        state.end(),
        markdown=markdown,
    )
    return "\n".join(lines) + "\n"
