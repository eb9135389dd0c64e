"""NH18, Lemmas H.2 and H.3 as scripts: ||Ax|| and ||AB||_F between singular values, A = F_k^T.

N <= n_k makes A tall, as Lemma 4.3 uses it. Rational numbers just below s_min(A)^2 and just above
s_max(A)^2 are shown by the pivots of A^T A - c I and e I - A^T A; a wide A has a kernel, and no
positive c exists.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.errors import InputError
from exactland.model.forward import feature_matrix
from exactland.papers.formulas import at_layer, concludes, formulas
from exactland.papers.nh18.constructions import given_parameters
from exactland.proof.formula import Notebook, by_rule
from exactland.proof.script import Script, StepFailed, Walkthrough

#: c and e are within this factor of the squares of the singular values.
SHARPNESS = "101/100"


def norm_bounds(id: str, power: int) -> Any:
    """The script of Lemma H.2 (squares, vectors) or H.3 (matrices)."""

    def steps(walk: Walkthrough) -> Any:
        note, k, where = Notebook(walk), walk.k, f"Lemma {id[-3:]}"
        check = "proof.instance.wide_layer"
        tall = yield note.say(f"N <= n_{k}", check=check, passage=where)
        parameters = given_parameters(walk.problem)
        point = note.here(parameters)
        if point is not None:
            yield point
        low, high = _proposed(walk, parameters)
        yield note.let(f"lambda = {low}", "just below s_min(A)^2", where)
        yield note.let(f"mu = {high}", "just above s_max(A)^2", where)
        at, gram = f"at {note.place}", f"F_{k} F_{k}^T"
        for text in (
            f"{gram} - lambda * I_N is positive definite",
            f"mu * I_N - {gram} is positive definite",
            f"not {gram} - {SHARPNESS} lambda * I_N is positive definite",
            f"not mu * I_N - {SHARPNESS} {gram} is positive definite",
        ):
            yield note.say(f"{at}: {text}", passage=where)
        given = {"layer": k, "point": note.point_name, "power": power}
        conclusion = note.at_place(at_layer(formulas(id).conclusion, k))
        shown = by_rule("singular-values", given, [["<=", ["N"], ["n", k]]])
        return (yield note.claim(conclusion, tall, by=shown, passage=where))

    return steps


def _proposed(walk: Walkthrough, parameters: Any) -> tuple[fmpq, fmpq]:
    """Numbers near the squares of the singular values, by floating point."""
    balls = Balls(128)
    try:
        rows = balls.rows(feature_matrix(walk.problem, walk.k, balls, parameters))
    except InputError as undefined:
        raise StepFailed(f"F_{walk.k} exists at the parameters: {undefined}") from None
    features = np.array([[float(value.mid()) for value in row] for row in rows])
    if not np.isfinite(features).all():
        raise StepFailed(f"the entries of F_{walk.k} in floating point")
    values = np.linalg.svd(features, compute_uv=False) ** 2
    # A quarter of a per cent on either side is more than the errors of the values.
    low, high = float(values[-1]) * 0.9975, float(values[0]) * 1.0025
    if len(values) < len(rows) or not low > float(values[0]) * 1e-12:
        raise StepFailed(f"s_min(A) > 0: rank F_{walk.k} = N (s_min^2 is near {values[-1]:.3g})")
    return _simple(low), _simple(high)


def _simple(value: float) -> fmpq:
    """A rational with 12 binary digits near a positive number."""
    mantissa, exponent = math.frexp(value)
    return fmpq(round(mantissa * 4096)) * fmpq(2) ** (exponent - 12)


SCRIPTS = tuple(
    Script(id, norm_bounds(id, power), concludes(id))
    for id, power in (("NH18:LemH.2", 2), ("NH18:LemH.3", 1))
)
