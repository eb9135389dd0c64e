"""How values stand in a sentence: numbers in decimal, matrices in full or by size and digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

#: A longer value (in letters of its canonical JSON) stands in a sentence by size and digest.
LONGEST = 160
#: A number with more letters stands as it is written: Python limits the decimal digits of integers.
LONGEST_NUMBER = 3000


def decimal(value: Any) -> str:
    """A rational number of section 2 in decimal.

    >>> decimal(-3), decimal("-3/4"), decimal("0x20000000000001")
    ('-3', '-3/4', '9007199254740993')
    """
    text = str(value)
    if len(text) > LONGEST_NUMBER:
        return text
    return "/".join(str(int(part, 0)) for part in text.split("/"))


def listed(values: Any) -> str:
    """Values with commas."""
    return ", ".join(map(str, values))


def numbers(values: Any) -> str:
    """Rational numbers with commas."""
    return ", ".join(map(decimal, values))


def written(value: Any) -> str:
    """A vector or a matrix of rational numbers.

    >>> written([[1, "1/2"], [0, -1]])
    '[[1, 1/2], [0, -1]]'
    >>> written([0] * 100)[:28]
    '(100 entries, SHA-256 e490e7'
    """
    digest = _digest(value)
    if digest is None:
        return _bracketed(value)
    rows = isinstance(value[0], list)
    size = f"{len(value)} x {len(value[0])}" if rows else f"{len(value)} entries"
    return f"({size}, {digest})"


def point(parameters: Any) -> str:
    """Parameters as section 3 writes them, without the layers that have none.

    >>> point([{"W": [[1, 2]], "b": [0, "1/2"]}, None])
    '(W_1 = [[1, 2]], b_1 = [0, 1/2])'
    >>> point({"groups": {"a": [1, 2]}, "biases": {"c": 3}})
    '(u_a = [1, 2], b_c = 3)'
    """
    digest = _digest(parameters)
    if digest is not None:
        return f"({digest})"
    if isinstance(parameters, dict):
        named = [(f"u_{name}", u) for name, u in parameters["groups"].items()]
        named += [(f"b_{name}", b) for name, b in parameters["biases"].items()]
    else:
        named = [
            (f"{name}_{layer}", value)
            for layer, entry in enumerate(parameters, 1)
            for name, value in (entry or {}).items()
        ]
    shown = [f"{name} = {_bracketed(value)}" for name, value in sorted(named, key=_by_layer)]
    return f"({', '.join(shown) or 'of no layer'})"


def _by_layer(pair: tuple[str, Any]) -> tuple[str, str]:
    name, _, where = pair[0].partition("_")
    return where, name


def _bracketed(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_bracketed, value))}]"
    return decimal(value)


def _digest(value: Any) -> str | None:
    """The SHA-256 of the canonical JSON of a long value; None for a short one."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if len(text) <= LONGEST:
        return None
    return f"SHA-256 {hashlib.sha256(text.encode()).hexdigest()}"


def matrix_name(what: str, layer: Any) -> str:
    """F_k, [F_k, 1], U_k, Psi or X."""
    names = {
        "data": "X",
        "features": f"F_{layer}",
        "augmented": f"[F_{layer}, 1]",
        "weights": f"U_{layer}",
    }
    return names.get(what, "Psi")


def sides(side: int, chain: list[list[int]]) -> list[int]:
    """The sides after each link [size, stride, padding], from the first on.

    >>> sides(299, [[3, 2, 0], [3, 1, 0]])
    [299, 149, 147]
    """
    result = [side]
    for size, stride, padding, *_ in chain:
        result.append((result[-1] + 2 * padding - size) // stride + 1)
    return result
