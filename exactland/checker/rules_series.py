"""Rules about Taylor series at 0: determinants of sigma(w_i z_j), moments, a dense class (LDS18).

As in ``rules_papers``, what they speak of has names where it is not short.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .canonical import fields, listed, natural, text
from .context import Context, Sequent, in_every_way
from .formulas import Formula
from .outcome import Reject
from .work import TURN, spend


def expansion(context: Context, given: Any, place: str) -> Sequent:
    """det sigma_k(w_i z_j) of size m is not 0 for all w_m (LDS18, Proposition 3).

    As a function of alpha = w_m it is sum_j c_j sigma_k(alpha z_j), and c_m, the determinant of
    size m - 1, is not 0. Were the sum 0 for all alpha, so were its derivatives at 0, the sums of
    c_j z_j^i sigma_k^(i)(0), i < m: but the matrix of the z_j^i sigma_k^(i)(0) is nonsingular.
    ``values`` names a matrix whose first column starts with the z_j, ``weights`` one row of the
    other w_i, or is null for m = 1.
    """
    fields(given, place, "layer values weights size under")
    m, under = natural(given["size"], place + ".size", 1), listed(given["under"], place + ".under")
    if under and (under[0] != "at" or len(under) != 2):
        raise Reject(place + ".under", "a point, or nothing, is expected")
    k, z, w = given["layer"], given["values"], given["weights"]
    if not any(name == z and not arguments for name, arguments, _ in context.definitions):
        raise Reject(place + ".values", "the name of a matrix is expected")
    if m > 1:
        rows = context.definition(w, "matrix", place + ".weights")
        if len(rows) != 1 or len(rows[0]) != m - 1:
            raise Reject(place + ".weights", f"one row of {m - 1} weights is expected")
    elif w is not None:
        raise Reject(place + ".weights", "null is expected")
    z_i, z_j = ["entry", z, "i", 1], ["entry", z, "j", 1]
    power = ["-", "j", 1]
    taylor = ["*", ["^", z_i, power], ["dsigma", k, power, 0]]
    premises = [["has", "analytic", k], in_every_way(under, _nonzero(m, taylor))]
    w_i: Formula = "alpha"
    if m > 1:
        before = ["sigma", k, ["*", ["entry", w, 1, "i"], z_j]]
        premises.append(in_every_way(under, _nonzero(m - 1, before)))
        w_i = ["entry", ["beside", w, ["*", "alpha", ["ones", 1, 1]]], 1, "i"]
    table = _table(m, ["sigma", k, ["*", w_i, z_j]])
    vanishing = ["real", "alpha", ["=", ["det", table], 0]]
    for premise in premises:
        context.read(premise, place)
    return premises, context.read(in_every_way(under, ["not", vanishing]), place)


def _table(m: int, entry: Formula) -> Formula:
    return ["table", "i", m, "j", m, entry]


def _nonzero(m: int, entry: Formula) -> Formula:
    return ["!=", ["det", _table(m, entry)], 0]


def moments(context: Context, given: Any, place: str) -> Sequent:
    """F_1 has full rank for almost all parameters, as moments of the samples have rank N.

    Layer 1 is dense and without biases: its columns are the sigma_1(<w, x_j>). If a combination
    sum_j v_j sigma_1(<w, x_j>) is 0 for all w, so are its Taylor coefficients at 0, which are
    sigma_1^(|kappa|)(0)/kappa! sum_j v_j x_j^kappa. Where no sigma_1^(|kappa|)(0) is 0 and these
    moments x_j^kappa have rank N, v = 0. Independent functions have points at which their values
    are N independent columns, and as many of these as there are neurons stay independent; the
    minor is an analytic function of W_1, and 0 on a null set only. ``monomials`` are the kappa.
    """
    fields(given, place, "moments monomials")
    problem, name = context.problem, given["moments"]
    d = len(problem.inputs[0])
    monomials = [
        [natural(e, place + ".monomials") for e in listed(kappa, place + ".monomials", d)]
        for kappa in listed(given["monomials"], place + ".monomials")
    ]
    if not monomials:
        raise Reject(place + ".monomials", "at least one is expected")
    spend(TURN * d * len(monomials))
    context.defined_as(name, [], moment_matrix(monomials), place + ".moments")
    orders = sorted({sum(kappa) for kappa in monomials})
    nonzero = [["!=", ["dsigma", 1, n, 0], 0] for n in orders]
    premises = [
        *(["has", fact, 1] for fact in ("analytic", "dense", "no-biases")),
        *nonzero,
        ["<=", ["N"], ["rank", name]],
    ]
    for premise in premises:
        context.read(premise, place)
    context.cite("analytic-zeros")
    full = min(problem.samples, problem.layers[0].width)
    return premises, ["almost-all", "parameters", ["<=", full, ["rank", ["F", 1]]]]


def moment_matrix(monomials: list[list[int]]) -> Formula:
    """The moments x_i^kappa of the samples, a column for each kappa."""
    return ["beside", *(_moment(kappa) for kappa in monomials)]


def _moment(kappa: list[int]) -> Formula:
    factors: list[Formula] = [
        ["^", ["entry", ["X"], "i", c], e] for c, e in enumerate(kappa, 1) if e
    ]
    if not factors:
        return ["ones", ["N"], 1]
    return ["table", "i", ["N"], "j", 1, factors[0] if len(factors) == 1 else ["*", *factors]]


def dense_class(context: Context, given: Any, place: str) -> Sequent:
    """Analytic functions whose derivatives of orders below n at 0 are not 0 come near (Lemma 1).

    Derivative j of sin + cos at 0 is 1 or -1: y = sin + cos has y'' = -y and y(0) = y'(0) = 1. So
    for an analytic g that of g + c (sin + cos) is 0 for exactly one c, and for all but n of the c
    none of the n derivatives is 0. These c come near 0, and |sin + cos| <= 2: for an analytic sigma
    take g = sigma. For a continuous one g is analytic and within epsilon of sigma on R (cited).
    """
    fields(given, place, "layer order from")
    start = text(given["from"], place + ".from", ["analytic", "continuous"])
    if start == "continuous":
        context.cite("analytic-approximation")
    claim = ["has", "uniform-limit", given["layer"], given["order"]]
    premises = [["has", start, given["layer"]], ["<=", 1, given["order"]]]
    return premises, context.read(claim, place)


SERIES_RULES: dict[str, Callable[[Context, Any, str], Sequent]] = {
    "expansion": expansion,
    "moments": moments,
    "dense-class": dense_class,
}
