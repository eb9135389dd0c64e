"""Steps about E(alpha) at one alpha, kinks, and inequalities on a half-line."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import prod
from typing import Any

import mpmath as mp
import plain_network as plain
from plain_network import EXACT, Digits, Document, Irrational, Unclear, Undefined, rational
from proof_oracle_families import along
from proof_view import Judgement, Rows, View, all_nonzero, is_permutation, value_at

DIGITS = 200
#: More samples have too many permutations.
MOST = 7


def _matrix(view: View, claim: Document, at: Any, bounded: bool, n: Any) -> Rows:
    """E(alpha): a column of ones and A(alpha)_ij = sigma(alpha <z_j - z_i, a> + beta), j < N."""
    sigma, z = view.sigma(claim["layer"]), along(view, claim, at, n)
    alpha, beta = (n.number(rational(claim[key])) for key in ("alpha", "point"))
    one = n.number(Fraction(1))
    rows = [[plain.activate(sigma, alpha * (y - x) + beta, n) for y in z[:-1]] for x in z]
    return [[one, *row] if bounded else [*row, one] for row in rows]


def _is_about_a_dense_layer(view: View, claim: Document) -> bool:
    dense = view.layer(claim["layer"])["kind"] == "dense"
    return dense and is_permutation(claim["gamma"], view.samples)


def determinant_at(view: View, claim: Document, at: Any) -> Judgement:
    low, high = rational(claim["low"]), rational(claim["high"])
    if not _is_about_a_dense_layer(view, claim) or not (0 < low <= high or low <= high < 0):
        return False
    with mp.workdps(DIGITS):
        n = Digits()
        value = mp.det(mp.matrix(_matrix(view, claim, at, claim["bounded"], n)))
        slack = mp.mpf(10) ** (-DIGITS // 2) * (1 + abs(value))
        return bool(n.number(low) <= value + slack and value <= n.number(high) + slack)


def permutation_terms(view: View, claim: Document, at: Any) -> Judgement:
    if not _is_about_a_dense_layer(view, claim):
        return False
    size, sigma = view.samples, view.sigma(claim["layer"])
    if size > MOST:
        return None
    if size > 1 and not all_nonzero(lambda n: [value_at(sigma, claim["point"], n)]):
        return False
    with mp.workdps(DIGITS):
        n = Digits()
        E = _matrix(view, claim, at, False, n)
        identity = tuple(range(size))
        total = sum(
            abs(prod((E[i][j] for j, i in enumerate(order)), start=n.number(Fraction(1))))
            for order in permutations(identity)
            if order != identity
        )
        bound = n.number(rational(claim["bound"]))
        return bool(total <= bound + mp.mpf(10) ** (-DIGITS // 2) * (1 + total))


# --- Kinks ---------------------------------------------------------------------------------------

FINE, STEP = 700, Fraction(1, 10**250)


def differentiable(view: View, claim: Document, at: Any) -> Judgement:
    """The slopes to both sides of every entry of G_l agree."""
    number = claim["layer"]
    sigma = view.sigma(number)
    bare = {**view.layer(number), "activation": "identity"}
    entry = view.parameters(at, number)[number - 1]
    with mp.workdps(FINE):
        n = Digits()
        h = n.number(STEP)
        for row in view.features(number - 1, at, n):
            for t in plain.layer_values(bare, entry, row, n):
                left, middle, right = (plain.activate(sigma, x, n) for x in (t - h, t, t + h))
                slopes = (middle - left) / h, (right - middle) / h
                if abs(slopes[0] - slopes[1]) > mp.mpf(10) ** -50 * (1 + abs(slopes[0])):
                    return False
    return True


# --- Inequalities --------------------------------------------------------------------------------

FROM_THERE = [Fraction(0), *(Fraction(10) ** j for j in (-60, -30, -15, -9, -5, -4, -3, -2)),
              *(Fraction(j, 16) for j in range(1, 65)), *(Fraction(3**j) for j in range(2, 40, 3)),
              Fraction(10**40)]  # fmt: skip


def inequality(view: View, claim: Document, at: Any) -> Judgement:
    """f <= g at many t from q on, and both are defined there."""
    unclear = False
    for s in FROM_THERE:
        holds = _is_at_most(claim["left"], claim["right"], rational(claim["from"]) + s)
        if holds is False:
            return False
        unclear = unclear or holds is None
    return None if unclear else True


def _is_at_most(left: str, right: str, t: Fraction) -> Judgement:
    try:
        return bool(plain.value_of(left, t, EXACT) <= plain.value_of(right, t, EXACT))
    except Irrational:
        pass
    try:
        with mp.workdps(DIGITS):
            n = Digits()
            f, g = (plain.value_of(text, n.number(t), n) for text in (left, right))
            return bool(f <= g + mp.mpf(10) ** (-DIGITS // 2) * (1 + abs(f)))
    except Undefined:
        return False
    except Unclear:
        return None
