"""The verbs of the stepper as lines of text: what a terminal, a script or a notebook sends.

>>> import exactland
>>> session = exactland.step("NH18:Asm3.2", "examples/relu-dense.json")
>>> run(session, "nxt")
Traceback (most recent call last):
    ...
exactland.errors.UsageError: nxt: there is no such verb; did you mean next?
>>> run(session, "next").text.splitlines()[0]
'[1] sigma_1 is continuous'
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exactland.errors import UsageError
from exactland.model.messages import near, printable
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.stepper import Session, integer
from exactland.proof.variation import USAGE as VARIATIONS

#: Written before the name of a file that may be replaced whatever it is.
FORCE = "--force"
#: What the verbs that write have in common.
WRITING = (
    "an existing file is replaced if it is of the same kind; any other with --force before FILE",
    "- is standard output",
)


@dataclass(frozen=True)
class Verb:
    """A verb: its name, how it is written, what it does, the call behind it, and ``more`` help."""

    name: str
    usage: str
    words: str
    call: Callable[[Session, str], Answer]
    more: tuple[str, ...] = ()


def _counted(name: str) -> Callable[[Session, str], Answer]:
    """next and back: a number, or one step."""

    def call(session: Session, rest: str) -> Answer:
        move = session.next if name == "next" else session.back
        return move(integer(rest, name) if rest else 1)

    return call


def insisted(rest: str) -> tuple[bool, str]:
    """Whether ``--force`` stands before or after the arguments of a verb, and these alone.

    >>> insisted("--force walk.txt"), insisted("walk.txt")
    ((True, 'walk.txt'), (False, 'walk.txt'))
    """
    words = rest.split()
    if words[:1] == [FORCE]:
        return True, rest.split(maxsplit=1)[1].strip() if words[1:] else ""
    if words[-1:] == [FORCE]:
        return True, rest.rstrip().removesuffix(FORCE).rstrip()
    return False, rest


def _writes(name: str) -> Callable[[Session, str], Answer]:
    """A verb that writes a file."""

    def call(session: Session, rest: str) -> Answer:
        force, path = insisted(rest)
        if not path:
            raise UsageError(name, "say where", f"`help {name}` explains")
        done: Answer = getattr(session, name)(path, force=force)
        return done

    return call


def _needed(name: str, what: str) -> Callable[[Session, str], Answer]:
    """A verb that needs an argument of text."""

    def call(session: Session, rest: str) -> Answer:
        if not rest:
            raise UsageError(name, f"say {what}", f"`help {name}` explains")
        done: Answer = getattr(session, name)(rest)
        return done

    return call


def _alone(name: str) -> Callable[[Session, str], Answer]:
    """A verb without arguments."""

    def call(session: Session, rest: str) -> Answer:
        if rest:
            raise UsageError(name, "it takes no argument", f"write `{name}`")
        done: Answer = getattr(session, name)()
        return done

    return call


def _show(session: Session, rest: str) -> Answer:
    return session.show(rest)


def _goto(session: Session, rest: str) -> Answer:
    return session.goto(integer(rest, "goto"))


def _why(session: Session, rest: str) -> Answer:
    return session.why(integer(rest.strip("[]"), "why") if rest else None)


VERBS = (
    Verb("next", "next [n]", "the next step, or the next n", _counted("next")),
    Verb("back", "back [n]", "one step back, or n", _counted("back")),
    Verb("goto", "goto N", "step N; 0 is the beginning", _goto),
    Verb("goals", "goals", "what is to be shown, and what remains", _alone("goals")),
    Verb("hyps", "hyps", "the hypotheses and whether they hold here", _alone("hyps")),
    Verb("why", "why [N]", "the rule, the evidence and the facts behind step N", _why),
    Verb(
        "show",
        "show [NAME]",
        "an object, such as U_1 or gamma; alone: what there is",
        _show,
        (
            "of the network and the data: X, Y, network, parameters, W_1, b_1, U_1, G_1, F_1",
            "of the proof: what its steps define, such as Q, gamma or alpha_0",
            "of A(alpha), once the samples are in order: d, A, A(alpha), A(3/4), leibniz",
            "NAME@N shows NAME as it was at step N: F_1@8",
        ),
    ),
    Verb("refs", "refs", "the statement, its errata, what it depends on", _alone("refs")),
    Verb("search", "search TEXT", "where a text occurs", _needed("search", "what to look for")),
    Verb("check", "check", "check all facts so far again, from scratch", _alone("check")),
    Verb(
        "vary",
        "vary WHAT VALUE",
        "change the instance and replay the proof",
        _needed("vary", "what"),
        tuple(VARIATIONS.split("; ")),
    ),
    Verb("undo", "undo", "take back the last move or change", _alone("undo")),
    Verb(
        "save",
        "save FILE",
        "write a script for `load` (JSON for .json)",
        _writes("save"),
        WRITING,
    ),
    Verb("load", "load FILE", "replay a saved session", _needed("load", "which file")),
    Verb(
        "export",
        "export FILE",
        "write the proof so far (Markdown for .md)",
        _writes("export"),
        WRITING,
    ),
)
#: What a user may type first, besides the verbs, with its usage and what it does.
OTHERS = {
    "help": ("help [VERB]", "what the verbs do, or one of them"),
    "quit": ("quit", "leave (so does Ctrl-D)"),
}


def run(session: Session, line: str, verbs: Sequence[Verb] = VERBS) -> Answer:
    """The answer to a command; UsageError for one that is not understood."""
    name, _, rest = line.strip().partition(" ")
    if name == "help":
        return explained(rest.strip(), verbs)
    for verb in verbs:
        if verb.name == name:
            return verb.call(session, rest.strip())
    known = [*(verb.name for verb in verbs), *OTHERS]
    close = difflib.get_close_matches(name, known, 2)
    remedy = f"did you mean {' or '.join(close)}?" if close else "`help` lists the verbs"
    raise UsageError(printable(name), "there is no such verb", remedy)


def explained(name: str = "", verbs: Sequence[Verb] = VERBS) -> Answer:
    """What the verbs do, or one of them.

    >>> print(explained("back"))
    back [n]   one step back, or n
    """
    chosen = [verb for verb in verbs if name in ("", verb.name)]
    others = [told for other, told in OTHERS.items() if name in ("", other)]
    if not chosen and not others:
        known = [*(verb.name for verb in verbs), *OTHERS]
        raise UsageError(f"help {printable(name)}", "there is no such verb", near(name, known))
    told = [*((verb.usage, verb.words) for verb in chosen), *others]
    width = max(len(usage) for usage, _ in told)
    lines = [Line(f"{usage.ljust(width)}   {words}") for usage, words in told]
    if name:
        lines += [Line(f"    {line}", "detail") for verb in chosen for line in verb.more]
    return answer(lines, tuple(chosen))


def completions(session: Session, before: str, verbs: Sequence[Verb] = VERBS) -> list[str]:
    """What may be typed next after ``before``: verbs, then names of objects or hypotheses.

    >>> import exactland
    >>> session = exactland.step("NH18:Thm3.4")
    >>> completions(session, "ba"), completions(session, "show U")
    (['back'], ['U_1', 'U_2'])
    """
    words = before.lstrip().split(" ")
    last = words[-1]
    choices: Sequence[str] = ()
    match words[:-1]:
        case []:
            choices = [*(verb.name for verb in verbs), *OTHERS]
        case ["help"]:
            choices = [verb.name for verb in verbs]
        case ["show"]:
            choices = session.names()
        case ["plot"]:
            choices = ["det", "A", *(name for name in session.names() if name.startswith("U_"))]
        case ["vary"]:
            choices = ["layer", "k", "drop", "data.inputs[0][0]"]
        case ["vary", "drop"]:
            choices = [h.name for h in session.state.hypotheses() if h.check]
        case ["vary", "layer", _]:
            choices = ["activation", "bias", "width", "filters", "patches"]
        case ["vary", "layer", _, "bias"]:
            choices = ["neuron", "filter", "none"]
        case ["vary", "layer", _, "activation"]:
            from exactland.functions.activation_table import NAMED

            choices = sorted(NAMED)
    return [choice for choice in choices if choice.startswith(last)]
