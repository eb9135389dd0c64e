"""Steps about cited theorems, and minors as functions of the parameters."""

from __future__ import annotations

from random import Random
from typing import Any

import oracle
from plain_network import Document
from proof_oracle_activations import has_property
from proof_view import Judgement, Rows, View, is_nonsingular

THEOREMS = ("analytic-zeros", "analytic-approximation", "published-sizes")
POINTS = 4


def cited(view: View, claim: Document, at: Any) -> Judgement:
    """The three theorems are true; nothing else is called one."""
    return set(claim) == {"kind", "theorem"} and claim["theorem"] in THEOREMS


def _is_minor(view: View, claim: Document) -> bool:
    """As many rows and columns as the matrix has at most, increasing and there."""
    if claim["matrix"]["what"] not in ("features", "augmented", "weights"):
        return False
    layer = view.layer(claim["matrix"]["layer"])
    if claim["matrix"]["what"] == "weights" and layer["kind"] == "max-pooling":
        return False
    size = oracle.size_of(view.problem, claim["matrix"])
    for indices, count in zip((claim["rows"], claim["columns"]), size, strict=True):
        if any(type(i) is not int for i in indices) or indices != sorted(set(indices)):
            return False
        if len(indices) != min(size) or not 0 <= indices[0] <= indices[-1] < count:
            return False
    return True


def _at(view: View, claim: Document, parameters: Any) -> Judgement:
    """Whether the minor is not 0."""
    whole = oracle.matrix_over(view.problem, claim["matrix"], parameters)

    def rows(n: Any) -> Rows:
        found = whole(n)
        return [[found[i][j] for j in claim["columns"]] for i in claim["rows"]]

    return is_nonsingular(rows, len(claim["rows"]))


def analytic_minor(view: View, claim: Document, at: Any) -> Judgement:
    if not _is_minor(view, claim):
        return False
    if claim["matrix"]["what"] == "weights":
        return True
    layers = range(1, claim["matrix"]["layer"] + 1)
    judged = [has_property(view.sigma(number), "analytic") for number in layers]
    return False if False in judged else None if None in judged else True


def nonzero_minor(view: View, claim: Document, at: Any) -> Judgement:
    if at is None or not _is_minor(view, claim):
        return False
    if claim["matrix"]["what"] != "weights":
        return _at(view, claim, view.parameters(at, claim["matrix"]["layer"]))
    found = view.raw_parameters(at)
    if found is None or found[claim["matrix"]["layer"] - 1] is None:
        return False
    return _at(view, claim, found)


def minor_null(view: View, claim: Document, at: Any) -> Judgement:
    """Analytic, and not 0 at one of several random points."""
    analytic = analytic_minor(view, claim, at)
    if analytic is not True:
        return analytic
    seed = Random(5).randrange(1000)
    judged = [_at(view, claim, p) for p in oracle.random_points(view.problem, seed, POINTS)]
    return True if True in judged else None if None in judged else False
