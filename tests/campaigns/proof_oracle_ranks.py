"""Steps about matrices at given parameters and for almost all: ranks, fits, norms."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import oracle
from plain_network import Document, Undefined, rational, written
from proof_view import Judgement, View, signs


def _rank(view: View, claim: Document, at: Any) -> int | None:
    matrix = claim["matrix"]
    if matrix["what"] == "weights":
        found = view.raw_parameters(at)
        if found is None or found[matrix["layer"] - 1] is None:
            raise Undefined("no parameters")
        return oracle.rank_of(oracle.matrix_over(view.problem, matrix, found))
    parameters = view.parameters(at, matrix.get("layer"))
    return oracle.rank_of(oracle.matrix_over(view.problem, matrix, parameters))


def _is_sized(view: View, claim: Document) -> bool:
    if "layer" in claim["matrix"]:
        layer = view.layer(claim["matrix"]["layer"])
        if claim["matrix"]["what"] == "weights" and layer["kind"] == "max-pooling":
            return False
    return oracle.size_of(view.problem, claim["matrix"]) == (claim["rows"], claim["columns"])


def full_rank(view: View, claim: Document, at: Any) -> Judgement:
    if not _is_sized(view, claim):
        return False
    rank = _rank(view, claim, at)
    return None if rank is None else rank == min(claim["rows"], claim["columns"])


def rank(view: View, claim: Document, at: Any) -> Judgement:
    if not _is_sized(view, claim):
        return False
    found = _rank(view, claim, at)
    return None if found is None else claim["at_least"] <= found <= claim["at_most"]


def generic_full_rank(view: View, claim: Document, at: Any) -> Judgement:
    """At random parameters; if they are too special, at the stages of the proof."""
    if not _is_sized(view, claim):
        return False
    judged: list[Judgement] = []
    for witness in [None, *_complete(view)]:
        document = {
            "claim": {**claim, "kind": "generic-full-rank"},
            "problem": view.problem,
            "evidence": {"parameters": witness},
        }
        try:
            judged.append(oracle.judge(document))
        except (TypeError, KeyError):  # no parameters to look at
            continue
        if judged[-1] is True:
            return True
    return False if False in judged else None


def _complete(view: View) -> list[Any]:
    """The stages with parameters of all layers that have some."""
    if "units" in view.problem["network"]:
        return view.stages
    weighted = [layer["kind"] != "max-pooling" for layer in view.layers]
    return [s for s in view.stages if all(p for p, w in zip(s, weighted, strict=True) if w)]


def affine(view: View, claim: Document, at: Any) -> Judgement:
    """F_k - F_{l-1} W_l ... W_k has equal rows."""
    k, first = claim["layer"], claim["from"]
    view.layer(k)
    parameters = view.parameters(at, k)
    if not 1 <= first <= k:
        return False
    if any(layer["kind"] != "dense" for layer in view.layers[first - 1 : k]):
        return False

    def values(n: Any) -> list[Any]:
        product = view.features(first - 1, at, n)
        for number in range(first, k + 1):
            W = [[n.number(rational(w)) for w in row] for row in parameters[number - 1]["W"]]
            product = [[sum(x * w for x, w in zip(r, c, strict=True)) for c in zip(*W, strict=True)]
                       for r in product]  # fmt: skip
        whole = view.features(k, at, n)
        rests = [[x - y for x, y in zip(a, b, strict=True)]
                 for a, b in zip(whole, product, strict=True)]  # fmt: skip
        return [x - y for row in rests for x, y in zip(row, rests[0], strict=True)]

    return not any(signs(values))


def near(view: View, claim: Document, at: Any) -> Judgement:
    last = claim["layer"]
    view.layer(last)
    here, given = view.parameters(at, last), view.parameters("given", last)
    total = Fraction(0)
    for mine, theirs in zip(here[:last], given[:last], strict=True):
        for key in ("W", "b"):
            if mine is None or key not in mine:
                continue
            left = mine[key] if key == "b" else [x for row in mine[key] for x in row]
            right = theirs[key] if key == "b" else [x for row in theirs[key] for x in row]
            pairs = zip(left, right, strict=True)
            total += sum((rational(x) - rational(y)) ** 2 for x, y in pairs)
    radius = rational(claim["radius"])
    return radius > 0 and total < radius**2


def fitted(view: View, claim: Document, at: Any) -> Judgement:
    """F_l lambda = y, y the targets: those of the problem."""
    targets = [[written(rational(y))] for y in claim["targets"]]
    if view.problem["data"].get("targets") != targets:
        return False
    if len(claim["weights"]) != view.width(claim["layer"]):
        return False

    def residuals(n: Any) -> list[Any]:
        rows = view.features(claim["layer"], at, n)
        w = [n.number(rational(x)) for x in claim["weights"]]
        y = [n.number(rational(x)) for x in claim["targets"]]
        return [sum(a * b for a, b in zip(row, w, strict=True)) - t
                for row, t in zip(rows, y, strict=True)]  # fmt: skip

    return not any(signs(residuals))


def fitted_by_rank(view: View, claim: Document, at: Any) -> Judgement:
    """Rank N of F_l, whatever the targets are."""
    if len(claim["targets"]) != view.samples:
        return False
    return is_nonsingular_gram(view, claim["layer"], at)


def is_nonsingular_gram(view: View, number: int, at: Any) -> Judgement:
    found = oracle.rank_of(lambda n: view.features(number, at, n))
    return None if found is None else found == view.samples
