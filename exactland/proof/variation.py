"""Changes of an instance: a number, an activation, a bias mode, the layer, a hypothesis dropped.

A change is a line of text. The problem is changed in its canonical document and read again with all
checks, so that no inadmissible problem comes out.

>>> from exactland.model.problem_file import load_problem
>>> instance = Instance(load_problem("examples/relu-dense.json"), 1)
>>> varied, note = vary(instance, "data.inputs[0][1] 3/4", tuple)
>>> varied.problem.data.inputs[0], note
((0, 3/4), 'data.inputs[0][1]: 1 -> 3/4')
>>> vary(instance, "layer 1 activation tanh", tuple)[1]
'network.layers[0].activation: relu -> tanh'
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exactland.errors import InputError, UsageError
from exactland.model.messages import near, shown
from exactland.model.problem import Problem
from exactland.model.problem_file import problem_document, problem_from
from exactland.proof.statements import Hypothesis

USAGE = (
    "vary data.inputs[0][1] 3/4; vary layer 1 activation tanh; vary layer 1 bias filter; "
    "vary layer 2 width 5; vary k 2; vary drop HYPOTHESIS"
)
_HELP = "`help vary` has examples"
_PART = re.compile(r"\.?([A-Za-z_]\w*)|\[(\d{1,9})\]")
_INTEGER = re.compile(r"-?\d{1,15}")
_NAME = re.compile(r"[A-Za-z][\w -]*")


@dataclass(frozen=True)
class Instance:
    """What a proof is read on: a problem, the layer k, and the checks that are dropped."""

    problem: Problem
    k: int
    dropped: frozenset[str] = frozenset()


def vary(
    instance: Instance, change: str, hypotheses: Callable[[], Sequence[Hypothesis]]
) -> tuple[Instance, str]:
    """The instance after a change, and a line that says what was changed.

    ``hypotheses`` gives those that can be dropped. Errors: UsageError for a change that is not
    understood, InputError for one that gives no admissible problem.
    """
    words = change.split(maxsplit=1)
    if words == ["drop"]:
        known = ", ".join(h.name for h in hypotheses() if h.check is not None)
        raise UsageError("vary drop", "say which hypothesis", f"known are {known}")
    if len(words) < 2:
        raise UsageError("vary", "say what becomes what", _HELP)
    subject, rest = words
    match subject:
        case "drop":
            return _drop(instance, rest.strip(), hypotheses())
        case "k":
            return _other_layer(instance, rest.strip())
        case "layer":
            parts = rest.split(maxsplit=2)
            if len(parts) < 3:
                raise UsageError("vary", f"{shown(change, 60)} is not complete", _HELP)
            index = check_layer(instance.problem, _layer_number(parts[0])) - 1
            return _set(instance, f"network.layers[{index}].{parts[1]}", parts[2])
    return _set(instance, subject, rest)


def check_layer(problem: Problem, k: int) -> int:
    """k, if the network has a layer k; for a skip network any k is as good as another."""
    if not hasattr(problem.network, "layers"):
        return k
    problem.sequential.layer(k)
    return k


def _layer_number(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise UsageError("layer", f"{shown(text)} is not a number", "layers count from 1")
    return int(text)


def _other_layer(instance: Instance, text: str) -> tuple[Instance, str]:
    k = check_layer(instance.problem, _layer_number(text))
    return replace(instance, k=k), f"k: {instance.k} -> {k}"


def _drop(instance: Instance, name: str, hypotheses: Sequence[Hypothesis]) -> tuple[Instance, str]:
    known = {h.name: h for h in hypotheses if h.check is not None}
    unchecked = {h.name: h.why for h in hypotheses if h.check is None}
    if name not in known and name in unchecked:
        raise UsageError(f"vary drop {name}", f"no step checks it: {unchecked[name]}", "go on")
    if name not in known:
        raise UsageError("vary drop", f"there is no hypothesis {shown(name)}", near(name, known))
    found = known[name]
    dropped = instance.dropped | {str(found.check)}
    return replace(instance, dropped=dropped), f"dropped: {found.text}"


def _set(instance: Instance, path: str, text: str) -> tuple[Instance, str]:
    """The instance with the value at a path of the problem's document replaced."""
    document: dict[str, Any] = problem_document(instance.problem)
    keys = _keys(path)
    holder: Any = document
    for n, key in enumerate(keys[:-1]):
        holder = _inside(holder, key, _written(keys[: n + 1]))
    old = _inside(holder, keys[-1], path)
    holder[keys[-1]] = _value(text.strip(), keys)
    note = f"{path}: {_short(old)} -> {_short(holder[keys[-1]])}"
    try:
        problem = problem_from(document)
    except InputError as error:
        if not error.place.startswith("parameters") or keys[0] == "parameters":
            raise
        # Another shape or another bias mode: the old parameters belong to the old network.
        del document["parameters"]
        problem = problem_from(document)
        note += " (the given parameters no longer fit and are left out)"
    check_layer(problem, instance.k)
    return replace(instance, problem=problem), note


def _keys(path: str) -> list[str | int]:
    """A path such as data.inputs[0][1] in its parts."""
    keys: list[str | int] = []
    position = 0
    while position < len(path):
        part = _PART.match(path, position)
        if part is None or (position == 0 and path[0] in ".["):
            raise UsageError("vary", f"{shown(path)} is no path", _HELP)
        keys.append(part[1] if part[1] is not None else int(part[2]))
        position = part.end()
    return keys


def _written(keys: Sequence[str | int]) -> str:
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return text.removeprefix(".")


def _inside(holder: Any, key: str | int, path: str) -> Any:
    """The value at a key; UsageError where there is none."""
    if isinstance(holder, dict):
        if isinstance(key, str) and key in holder:
            return holder[key]
        raise UsageError(path, "there is no such entry", near(key, [str(name) for name in holder]))
    if isinstance(holder, list):
        if isinstance(key, int) and key < len(holder):
            return holder[key]
        raise UsageError(
            path, f"there are {len(holder)} entries", f"count from 0 to {len(holder) - 1}"
        )
    raise UsageError(path, "there is nothing inside of a number or a name", _HELP)


def _value(text: str, keys: Sequence[str | int]) -> Any:
    """A value as it stands in a problem file: JSON in brackets, an integer, a name, a number."""
    if text[:1] in ("{", "[", '"'):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError("vary", f"{shown(text)} is no JSON", "mend it") from error
    if _INTEGER.fullmatch(text):
        return int(text)
    if keys[-1] == "activation" and not _NAME.fullmatch(text):
        return {"expr": text}
    return text


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."
