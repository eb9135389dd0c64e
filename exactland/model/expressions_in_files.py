"""Where a problem file has numbers that are not rational: constants, symbols, unknown activations.

>>> document = {"symbols": {"x1": ""}, "data": {"inputs": [[1, "sqrt(2)"], ["1e-3", "x1"]]}}
>>> [place for place, _ in expressions(document)]
['data.inputs[0][1]', 'data.inputs[1][1]']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from exactland.errors import InputError
from exactland.functions.expression_tree import ARITY

#: What such a file may be asked.
REMEDY = 'ask `exactland certify FILE --claim "..."` in the language of claims, or write rationals'
#: Words that make a text an expression, beside symbols.
WORDS = frozenset((*ARITY, "pi"))
#: Whatever stands for an expression or for an activation that is known by some values.
Replace = Callable[[Any, str], Any]


def expressions(document: Any) -> list[tuple[str, Any]]:
    """The place and the text of each number that is not rational as it is written, and the place
    of each activation that is known by some values."""
    found: list[tuple[str, Any]] = []

    def noted(value: Any, place: str) -> Any:
        found.append((place, value))
        return value

    replaced(document, noted)
    return found


def refusal(document: Any) -> InputError | None:
    """Why a document is not one problem with rational numbers, if that is so."""
    if not isinstance(document, Mapping):
        return None
    if "symbols" in document:
        return InputError("symbols", "with symbols a file stands for many problems", REMEDY)
    for place, value in expressions(document):
        what = f"{value[:40]!r} is not a rational number" if isinstance(value, str) else (
            "an activation that is known by some values only is no function")  # fmt: skip
        return InputError(place, what, REMEDY)
    return None


def replaced(document: Mapping[str, Any], by: Replace) -> dict[str, Any]:
    """The document with something else for these numbers and activations."""
    known = WORDS | declared(document)
    found = dict(document)
    data = document.get("data")
    if isinstance(data, Mapping):
        changed = {key: data[key] for key in data}
        for key in ("inputs", "targets"):
            if key in data:
                changed[key] = _numbers(data[key], f"data.{key}", by, known)
        found["data"] = changed
    if "parameters" in document:
        found["parameters"] = _numbers(document["parameters"], "parameters", by, known)
    network = document.get("network")
    if isinstance(network, Mapping) and isinstance(network.get("layers"), list):
        layers = [_layer(e, f"network.layers[{n}]", by) for n, e in enumerate(network["layers"])]
        found["network"] = {**network, "layers": layers}
    return found


def _layer(layer: Any, place: str, by: Replace) -> Any:
    known = layer.get("activation") if isinstance(layer, Mapping) else None
    if isinstance(known, Mapping) and "values" in known:
        return {**layer, "activation": by(known, f"{place}.activation")}
    return layer


def _numbers(value: Any, place: str, by: Replace, known: frozenset[str]) -> Any:
    if isinstance(value, str):
        return by(value, place) if is_expression(value, known) else value
    if isinstance(value, (list, tuple)):
        return [_numbers(entry, f"{place}[{n}]", by, known) for n, entry in enumerate(value)]
    if isinstance(value, Mapping):
        return {key: _numbers(e, f"{place}.{key}", by, known) for key, e in value.items()}
    return value


def declared(document: Mapping[str, Any]) -> frozenset[str]:
    """The names of the symbols."""
    symbols = document.get("symbols", ())
    entries = symbols if isinstance(symbols, (list, tuple, Mapping)) else ()
    return frozenset(str(e[0] if isinstance(e, (list, tuple)) and e else e) for e in entries)


def is_expression(text: str, known: frozenset[str] = WORDS) -> bool:
    """Whether a text has a symbol, a function or pi.

    >>> is_expression("2*pi"), is_expression("1e-3"), is_expression("x1")
    (True, False, False)
    """
    return any(word in known for word in re.findall("[a-z][a-z_0-9]*", text))
