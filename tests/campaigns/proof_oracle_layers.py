"""Steps about the definitions of single layers, in rational arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import oracle
import plain_network as plain
from plain_network import EXACT, Document, rational
from proof_view import Judgement, View


def _weighted(view: View, number: int) -> bool:
    return view.layer(number)["kind"] != "max-pooling"


def _agree(view: View, number: int, rows: list[list[Fraction]], entry: Document) -> bool:
    """<w^t, x^p> + b_h and (x U + b)_h, for these rows, over Q."""
    layer = view.layer(number)
    bare = {**layer, "activation": "identity"}
    U = plain.weights(view.problem, number, plain.rationals(entry["W"]), Fraction(0))
    T, b = plain.filters_of(layer), [rational(x) for x in entry.get("b", [])]
    for x in rows:
        direct = plain.layer_values(bare, entry, x, EXACT)
        for h, value in enumerate(direct):
            bias = {"none": Fraction(0)}.get(layer["bias"])
            if bias is None:
                bias = b[h % T] if layer["bias"] == "filter" else b[h]
            if value != sum((x[i] * U[i][h] for i in range(len(x))), bias):
                return False
    return True


def layer_identity(view: View, claim: Document, at: Any) -> Judgement:
    number = claim["layer"]
    if not _weighted(view, number):
        return False
    for point in oracle.random_points(view.problem, number, 2):
        rows = [
            [Fraction(i * i + 3 * j + 1, 5) for i in range(view.width(number - 1))] for j in (0, 1)
        ]
        if not _agree(view, number, rows, point[number - 1]):
            return False
    return True


def _fits(view: View, number: int, rows: Any) -> bool:
    return len(rows) == view.samples and all(len(row) == view.width(number - 1) for row in rows)


def layer_as_defined(view: View, claim: Document, at: Any) -> Judgement:
    number, entry = claim["layer"], {"W": claim["W"], "b": claim["b"]}
    if not _weighted(view, number) or not _fits(view, number, claim["inputs"]):
        return False
    layer = view.layer(number)
    length = len(plain.patches_of(layer, view.width(number - 1))[0])
    count = {"none": 0, "filter": plain.filters_of(layer)}.get(layer["bias"], view.width(number))
    if len(claim["W"]) != length or len(claim["b"]) != count:
        return False
    if any(len(row) != plain.filters_of(layer) for row in claim["W"]):
        return False
    return _agree(view, number, plain.rationals(claim["inputs"]), entry)


def largest_entries(view: View, claim: Document, at: Any) -> Judgement:
    number = claim["layer"]
    if _weighted(view, number) or not _fits(view, number, claim["inputs"]):
        return False
    for row in plain.rationals(claim["inputs"]):
        outputs = plain.layer_values(view.layer(number), None, row, EXACT)
        for value, patch in zip(outputs, view.layer(number)["patches"], strict=True):
            here = sorted(row[i] for i in patch)
            if value != here[-1]:
                return False
    return True
