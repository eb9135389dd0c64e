"""What a certificate is about, for its reader: the problem in a line, and all of it in full.

Nothing here decides anything: it is printed about documents that have been accepted.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .canonical import load
from .outcome import quoted
from .printer import phrase, words
from .problem import Problem
from .proof import FORMAT as FORMULAS
from .sentences import sentence
from .work import metered

Json = Any


def about(problem: Problem) -> str:
    """The size of a problem in a line, and the SHA-256 of its canonical form (section 3).

    >>> from .problem import read_problem
    >>> layer = {"kind": "dense", "width": 2, "bias": "neuron", "activation": "sigmoid"}
    >>> problem = read_problem({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[0], [1]]}, "network": {"kind": "sequential", "layers": [layer]}})
    >>> about(problem).partition(";")[0]
    '2 samples in R^1, layers 1 - 2, sigmoid'
    """
    return f"{_size(problem)}; SHA-256 {digest(problem.document)}"


def digest(document: Json) -> str:
    """The SHA-256 of the canonical form of a document, its final newline included."""
    return hashlib.sha256(canonical(document).encode("ascii")).hexdigest()


def canonical(document: Json) -> str:
    """The canonical form of a document (section 1)."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n"


def _size(problem: Problem) -> str:
    count, dimension = problem.samples, len(problem.inputs[0])
    parts = [f"{count} sample{'s' * (count != 1)} in R^{dimension}"]
    network = problem.document.get("network")
    if network is None:
        return f"a {count} x {dimension} matrix, without a network"
    if problem.layers:
        widths = [dimension, *(layer.width for layer in problem.layers)]
        kinds = ["", *(_kind(layer.kind) for layer in problem.layers)]
        named = [f"{width}{kind}" for width, kind in zip(widths, kinds, strict=True)]
        parts.append(f"layers {' - '.join(_shortened(named))}")
        specs = [layer.get("activation", "identity") for layer in network["layers"]]
    else:
        parts.append(f"a skip network of {len(problem.units)} units")
        specs = [unit["activation"] for unit in network["units"]]
    names = [name for name in dict.fromkeys(map(_name, specs)) if name != "identity"]
    parts += _shortened(names or ["identity"])
    return ", ".join(parts) + ("" if problem.symbols is None else f"; {problem.symbols}")


def _kind(kind: str) -> str:
    return "" if kind == "dense" else f" ({kind})"


def _name(spec: Json) -> str:
    if isinstance(spec, str):
        return spec
    if "values" in spec:
        known = ", ".join("sigma({0})={1}, sigma'({0})={2}".format(*row) for row in spec["values"])
        return f"any differentiable sigma with {known}"
    return str(spec.get("name") or quoted(spec.get("expr")))


def _shortened(names: list[str], most: int = 12) -> list[str]:
    """The first and the last of many."""
    half = most // 2
    return names if len(names) <= most else [*names[:half], "...", *names[-half:]]


def explained(data: bytes) -> list[str]:
    """The definitions and the steps of an accepted document in lines, all of them in full."""
    with metered(len(data)):
        document = load(data)
        if document["format"] == FORMULAS:
            lines = _formulas(document)
        elif document["claim"]["kind"] in ("proof", "step"):
            lines = _steps(document["evidence"])
        else:
            lines = [f"evidence: {canonical(document['evidence']).strip()}"]
    return [*lines, f"problem: {canonical(document['problem']).strip()}"]


def _formulas(document: Json) -> list[str]:
    lines = [f"claim: {line}" for line in words(document["claim"]).splitlines()[:1]]
    lines += words(document["claim"]).splitlines()[1:]
    for name, arguments, value in document["definitions"]:
        head = f"{name}({', '.join(arguments)})" if arguments else name
        lines.append(f"  with {head} = {phrase(value)}")
    for n, step in enumerate(document["steps"]):
        lines.append(f"[{n}] {phrase(step['claim'])}")
        lines.append(f"    by {step['rule']}{_used(step['uses'])}")
        lines.append(f"    with {canonical(step['with']).strip()}")
    return lines


def _steps(evidence: Json) -> list[str]:
    """The steps of section 10, counted as ``uses`` counts them."""
    lines = []
    for n, step in enumerate(evidence["steps"]):
        at = step["at"]
        told = sentence(step["claim"], evidence["parameters"][at] if type(at) is int else at)
        lines.append(f"[{n}] {told}")
        rule = step["evidence"].get("rule") if isinstance(step["evidence"], dict) else None
        if step["claim"]["kind"] == "cited":
            lines.append("    cited and not checked")
        elif rule is None:
            lines.append(f"    checked by itself{_used(step['uses'])}")
            lines.append(f"    evidence: {canonical(step['evidence']).strip()}")
        else:
            lines.append(f"    by {rule}{_used(step['uses'])}")
    return lines


def _used(uses: list[int]) -> str:
    return " from " + ", ".join(f"[{n}]" for n in uses) if uses else ""
