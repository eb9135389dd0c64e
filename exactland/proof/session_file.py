"""Sessions as files: a text script that can be replayed, or the same as JSON.

The text form has a head of comments and then one command a line, so that it can also be given to
the stepper as standard input::

    # exactland-session/1
    # statement NH18:Thm3.4
    # layer 1
    # problem {"format": "exactland-problem/1", ...}
    next 2
    vary layer 1 activation tanh
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from exactland.errors import InputError
from exactland.model.messages import shown
from exactland.model.problem import Problem
from exactland.model.problem_file import problem_document, problem_from

FORMAT = "exactland-session/1"
#: Longer files are no sessions.
MAX_BYTES = 64 * 2**20
#: Nobody has typed more commands.
MAX_COMMANDS = 10_000
_HEAD = ("statement", "layer", "problem")


@dataclass(frozen=True)
class Saved:
    """A session: the statement, the layer and the problem that it began with, and its commands."""

    statement: str
    layer: int
    problem: Problem
    commands: tuple[str, ...]


def saved_text(saved: Saved) -> str:
    """The text form.

    >>> from exactland.model.problem_file import load_problem
    >>> saved = Saved("NH18:Thm3.4", 1, load_problem("examples/relu-dense.json"), ("next 2",))
    >>> text = saved_text(saved)
    >>> text.splitlines()[:3], text.splitlines()[-1]
    (['# exactland-session/1', '# statement NH18:Thm3.4', '# layer 1'], 'next 2')
    >>> parse_saved(text, "here") == saved
    True
    """
    document = json.dumps(problem_document(saved.problem))
    head = [FORMAT, f"statement {saved.statement}", f"layer {saved.layer}", f"problem {document}"]
    return "".join(f"# {line}\n" for line in head) + "".join(f"{c}\n" for c in saved.commands)


def saved_json(saved: Saved) -> str:
    """The JSON form."""
    document = {
        "format": FORMAT,
        "statement": saved.statement,
        "layer": saved.layer,
        "problem": problem_document(saved.problem),
        "commands": list(saved.commands),
    }
    return json.dumps(document, indent=1) + "\n"


def parse_saved(text: str, place: str) -> Saved:
    """A session from either form; InputError, which names the place, for anything else."""
    fields = _json_fields(text, place) if text.lstrip().startswith("{") else _fields(text, place)
    statement, layer, commands = fields["statement"], fields["layer"], fields["commands"]
    if not isinstance(statement, str):
        raise InputError(f"{place}: statement", f"{shown(statement)} is no id", "write an id")
    if isinstance(layer, bool) or not isinstance(layer, int):
        raise InputError(f"{place}: layer", f"{shown(layer)} is no layer", "write a number")
    if not isinstance(commands, list) or not all(isinstance(line, str) for line in commands):
        raise InputError(f"{place}: commands", "they are no list of lines", "write a list")
    if len(commands) > MAX_COMMANDS:
        reason = f"there are {len(commands)}, and at most {MAX_COMMANDS} are replayed"
        raise InputError(f"{place}: commands", reason, "remove some, such as next and back")
    try:
        problem = problem_from(fields["problem"])
    except InputError as error:
        raise InputError(f"{place}: problem: {error.place}", error.reason, error.remedy) from None
    return Saved(statement, layer, problem, tuple(commands))


def _fields(text: str, place: str) -> dict[str, Any]:
    """The parts of the text form."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != f"# {FORMAT}":
        raise InputError(place, "it is no saved session", f'its first line is "# {FORMAT}"')
    fields: dict[str, Any] = {"commands": []}
    for line in lines[1:]:
        if not line.strip():
            continue
        if not line.startswith("#"):
            fields["commands"].append(line.strip())
            continue
        name, _, value = line[1:].strip().partition(" ")
        if name in _HEAD:
            fields[name] = value
    for name in _HEAD:
        if name not in fields:
            raise InputError(place, f"the line of its {name} is missing", f'add "# {name} ..."')
    fields["problem"] = _parsed(fields["problem"], f"{place}: problem")
    fields["layer"] = _parsed(fields["layer"], f"{place}: layer")
    return fields


def _json_fields(text: str, place: str) -> dict[str, Any]:
    document = _parsed(text, place)
    wanted = {"format", "statement", "layer", "problem", "commands"}
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(place, "it is no saved session", f'its format is "{FORMAT}"')
    if set(document) != wanted:
        raise InputError(place, "it has other keys", f"use {', '.join(sorted(wanted))}")
    return document


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(place, "it is no JSON", "save the session again") from error


def read_saved(path: str | os.PathLike[str]) -> Saved:
    """The session in a file; InputError if it cannot be read or is none."""
    place = os.fspath(path)
    try:
        with open(place, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        text = content.decode("utf-8")
    except OSError as error:
        reason = error.strerror or "unknown"
        raise InputError(place, f"it cannot be read ({reason})", "give a saved session") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError(place[:200], "it is no text", "give a saved session") from error
    if len(content) > MAX_BYTES:
        raise InputError(place, f"it has over {MAX_BYTES} bytes", "give a saved session")
    return parse_saved(text, place)
