"""How statements, steps, hypotheses and failures are put in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exactland.proof.answers import Line, Tone
from exactland.proof.hypotheses import HypothesisVerdict, Verdict, hypotheses_of
from exactland.proof.leibniz import Expansion
from exactland.proof.leibniz_lines import expansion_lines
from exactland.proof.replay import Stage, check_of
from exactland.proof.script import Definition, Fact, Failure, Grounds, Step
from exactland.proof.statements import STATUS_WORDS, Erratum, Statement
from exactland.proof.writing import inline

#: What each kind of evidence means.
KINDS = {
    "exact": "exact: decided in exact arithmetic",
    "ball": "ball: decided in balls, which contain the true numbers",
    "modular": "modular: a minor that is not 0 modulo a prime is not 0",
    "cited": "cited: a result from elsewhere, not proved here",
    "logic": "logic: it follows from the facts it uses",
}

_TONES: dict[Verdict, Tone] = {"holds": "fact", "fails": "failure", "not decided": "plain"}


def heading(statement: Statement, k: int | None) -> str:
    """``NH18 Theorem 3.4, Linearly independent features (k = 1)``."""
    where = "" if k is None else f" (k = {k})"
    return f"{statement.paper} {statement.number}, {statement.title}{where}"


def kind_text(grounds: Grounds) -> str:
    """The kind of evidence with its detail: ``exact (rational arithmetic)``."""
    return f"{grounds.kind} ({grounds.detail})" if grounds.detail else grounds.kind


#: What stands at a step of a run in which a hypothesis is dropped: it is no fact.
CONDITIONAL = "(no fact, something is dropped) "


def stage_lines(
    stage: Stage, errata: dict[str, Erratum], *, conditional: bool = False
) -> Iterator[Line]:
    """A step as the stepper shows it: definitions, what was dropped, the fact or the failure.

    ``conditional``: a hypothesis is dropped in this run, so that no step is a fact.
    """
    for definition in stage.definitions:
        yield definition_line(definition)
    for claim in stage.dropped:
        yield Line(f"    dropped, not a fact: {claim.words()}", "detail")
    if isinstance(stage.outcome, Fact):
        yield from _fact_lines(stage.outcome, errata, conditional)
    elif isinstance(stage.outcome, Failure):
        yield from _failure_lines(stage.outcome)
        if stage.outcome.step.passage:
            yield Line(f"    {stage.outcome.step.passage}", "detail")
        yield from erratum_lines(stage.outcome.step.erratum, errata)


#: What is said of the claim of a step that failed, and of the reason.
FAILED = {"refuted": ("false", "what shows it"), "undecided": ("not shown", "what was tried")}


def what_failed(failure: Failure) -> tuple[str, str]:
    """``false: CLAIM`` or ``not shown: CLAIM``, and why; "" if the claim itself says it."""
    words = failure.step.claim.words()
    verdict, about = FAILED[failure.verdict]
    # Some rules name the claim once more before they say why it fails.
    why = "" if failure.relation in words else failure.relation.removeprefix(words).lstrip(" ,.:")
    why = why.removeprefix("fails: ").removeprefix("is not shown: ")
    return f"{verdict}: {words}", f"{about}: {why}" if why else ""


def _failure_lines(failure: Failure) -> Iterator[Line]:
    """What was claimed, and what shows that it is false, or what was tried to show it."""
    said, why = what_failed(failure)
    yield Line(f"[!] {said}", "failure")
    if why:
        yield Line(f"    {why}", "failure")


def definition_line(definition: Definition) -> Line:
    """``    let Q = [[1, 2]]: directions (Lemma D.1)``."""
    passage = f" ({definition.passage})" if definition.passage else ""
    text = f"    let {definition.name} = {inline(definition.value)}: {definition.words}{passage}"
    return Line(text, "definition")


def _fact_lines(fact: Fact, errata: dict[str, Erratum], conditional: bool) -> Iterator[Line]:
    mark = CONDITIONAL if conditional else ""
    yield Line(f"[{fact.number}] {mark}{fact.claim.words()}", "plain" if conditional else "fact")
    parts = [kind_text(fact.grounds)]
    if fact.uses:
        parts.append("uses " + ", ".join(f"[{n}]" for n in fact.uses))
    if fact.passage:
        parts.append(fact.passage)
    yield Line("    " + "; ".join(parts), "detail")
    yield from erratum_lines(fact.erratum, errata)


def erratum_lines(ids: str, errata: dict[str, Erratum]) -> Iterator[Line]:
    """The errata with these ids (separated by commas), each with its counterexample."""
    for id in filter(None, (part.strip() for part in ids.split(","))):
        found = errata.get(id)
        if found is None:
            yield Line(f"    erratum {id}", "erratum")
            continue
        yield Line(f"    erratum {id}: {found.text}", "erratum")
        if found.counterexample:
            yield Line(f"      {found.counterexample}", "erratum")


def hypothesis_lines(
    verdicts: Sequence[HypothesisVerdict], dropped: frozenset[str]
) -> Iterator[Line]:
    """Each hypothesis with its verdict and the reason."""
    for found in verdicts:
        hypothesis = found.hypothesis
        mark = " (dropped)" if hypothesis.check in dropped else ""
        text = f"{hypothesis.name}{mark}: {hypothesis.text}"
        yield Line(text, _TONES[found.verdict])
        yield Line(f"    {found.verdict}: {found.reason}", "detail")


def offer_lines(
    failure: Failure, statement: Statement, failing: Sequence[HypothesisVerdict]
) -> Iterator[Line]:
    """What a reader can do about a failed step: the hypothesis, the repair, the errata, a change.

    ``failing`` are the hypotheses that fail on the instance; one of them may be the failed step
    itself, another may be why a construction found nothing.
    """
    check = check_of(failure.step.claim)
    known = hypotheses_of(statement, [Stage((), failure.step, failure)])
    own = next((h for h in known if check is not None and h.check == check), None)
    if own is not None:
        # The step may be about more than the hypothesis, or at one layer of several.
        fails = failure.verdict == "refuted" and (
            own not in statement.hypotheses or any(found.hypothesis == own for found in failing)
        )
        text = f"The instance does not satisfy the hypothesis {own.name!r}"
        if not fails:
            text = f"Whether the instance satisfies the hypothesis {own.name!r} is not decided"
        yield Line(f"{text}: no error, no proof.")
    for found in failing:
        if own is None or found.hypothesis.check != own.check:
            name = found.hypothesis.name
            yield Line(f"hypothesis {name!r} fails on this instance: {found.reason}", "failure")
    if statement.repaired is not None:
        yield Line(f"the statement as repaired: {statement.repaired}", "erratum")
    if statement.errata:
        ids = ", ".join(erratum.id for erratum in statement.errata)
        yield Line(f"its errata, with counterexamples: {ids} (`refs` shows them)", "erratum")
    drop = "" if own is None else f"`vary drop {own.name}` goes on without it; "
    yield Line(f"{drop}`vary` changes the instance; `undo` takes a change back.", "detail")


def why_lines(stage: Stage, stages: Iterable[Stage], *, conditional: bool) -> Iterator[Line]:
    """Why a step is a fact, or is none: the rule, the evidence, the facts used."""
    step, outcome = stage.step, stage.outcome
    if step is None or outcome is None:
        return
    if isinstance(outcome, Fact):
        yield next(_fact_lines(outcome, {}, conditional))
        yield Line(f"evidence: {kind_text(outcome.grounds)}")
        yield Line(f"  {KINDS[outcome.grounds.kind]}", "detail")
        if isinstance(outcome.grounds.evidence, Expansion):
            for text in expansion_lines(outcome.grounds.evidence):
                yield Line(f"  {text}", "detail")
    else:
        yield from _failure_lines(outcome)
    yield Line(f"rule: {rule_text(step)}")
    if step.passage:
        yield Line(f"in the paper: {step.passage}")
    outcomes = [stage.outcome for stage in stages]
    used = {fact.number: fact for fact in outcomes if isinstance(fact, Fact)}
    numbers = [fact.number for fact in step.uses]
    if not numbers:
        yield Line("uses: no earlier fact")
    for number in numbers:
        words = used[number].claim.words() if number in used else ""
        yield Line(f"uses [{number}] {words}")


def rule_text(step: Step) -> str:
    """The rule's name and the first line of its description."""
    name = getattr(step.rule, "__name__", "rule").lstrip("_")
    first = (getattr(step.rule, "__doc__", None) or "").strip().splitlines()
    return f"{name}: {first[0]}" if first else name


def false_lines(statement: Statement) -> Iterator[Line]:
    """One line for a statement that is false as stated: its errata and its repair."""
    text = false_words(statement, "refs")
    if text:
        yield Line(text, "erratum")


def false_words(statement: Statement, command: str) -> str:
    """That a statement is false as stated, by which errata, and its repair; "" if it is not.

    ``command`` shows the errata.
    """
    if statement.status != "false":
        return ""
    ids = ", ".join(erratum.id for erratum in statement.errata)
    repaired = "" if statement.repaired is None else f"; as repaired: {statement.repaired}"
    return f"as stated it is false: see {ids} (`{command}`){repaired}"


def reference_lines(
    statement: Statement, needed_by: Sequence[str], titles: dict[str, str]
) -> Iterator[Line]:
    """The statement like a page of a reference: wording, status, repair, errata, dependencies."""
    yield Line(heading(statement, None), "heading")
    yield Line(f"{statement.id}, {statement.where}", "detail")
    for hypothesis in statement.hypotheses:
        yield Line(f"  assume {hypothesis.name}: {hypothesis.text}")
    yield Line(f"  then {statement.conclusion}")
    yield Line(f"as stated: {STATUS_WORDS[statement.status]}")
    if statement.repaired is not None:
        yield Line(f"as repaired: {statement.repaired}", "erratum")
    for erratum in statement.errata:
        yield from erratum_lines(erratum.id, {erratum.id: erratum})
    for remark in statement.remarks:
        yield Line(f"remark: {remark}", "detail")
    for id in statement.depends_on:
        yield Line(f"depends on {id}: {titles.get(id, '')}")
    for id in needed_by:
        yield Line(f"needed by {id}: {titles.get(id, '')}")
