"""Steps about det A(alpha) of NH18's Theorem 3.4 beside ``tail-dominated`` (section 10).

A(alpha)_ij = sigma(m alpha d_ij + beta) with d_ij = z_gamma(j),j - z_gamma(i),j and m = 1 or -1.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..activations import Activation
from ..canonical import fields, rational
from ..enclosing import enclosed
from ..intervals import Interval, Intervals
from ..outcome import Coarse, Reject, placed
from ..work import TURN, operations, size, spend
from .comparisons import Number, check_nonzero, read_bits, sorted_gaps
from .directions import permutation, projections_of
from .half_lines import shape
from .setting import Claim, Setting, activated


def check_triangular(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """sigma is 0 at all entries below the diagonal from alpha_0 on: det A = sigma(beta)^N != 0."""
    fields(claim, place + ".claim", "kind layer directions gamma point from")
    gamma = permutation(setting, claim, place)
    gaps = sorted_gaps(projections_of(setting, claim, at, evidence, place), gamma, place)
    _, layer = setting.layer(claim["layer"], place)
    beta, alpha = rational(claim["point"], place), rational(claim["from"], place)
    sigma = activated(layer, place)
    check_nonzero(sigma, beta, read_bits(evidence, place), place)
    # d_ij <= -gaps.smallest below the diagonal, and alpha d_ij decreases in alpha.
    if alpha < 0 or not _vanishes(sigma, alpha * gaps.smallest - beta):
        raise Reject(place, "the entries below the diagonal are not shown to be 0")


def _vanishes(sigma: Activation, start: Fraction) -> bool:
    """Whether sigma(-r) = 0 for all r >= start: as a quotient of polynomials (section 11)."""
    found = shape(sigma.definition, -1, start).quotient if sigma.is_total else None
    return found is not None and not found.p


def check_determinant(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """det A(alpha) != 0 at one alpha, by elimination of intervals."""
    fields(claim, place + ".claim", "kind layer directions gamma mirrored point alpha")
    if type(claim["mirrored"]) is not bool:
        raise Reject(place + ".claim.mirrored", "true or false is expected")
    gamma = permutation(setting, claim, place)
    rows = projections_of(setting, claim, at, evidence, place)
    _, layer = setting.layer(claim["layer"], place)
    sigma, over = activated(layer, place), Intervals(read_bits(evidence, place))
    beta, alpha = rational(claim["point"], place), rational(claim["alpha"], place)
    scale = -alpha if claim["mirrored"] else alpha
    with placed(place):
        matrix = [
            [
                enclosed(
                    sigma.definition, *_argument(rows[first][j], rows[i][j], scale, beta), over.bits
                )
                for j, first in enumerate(gamma)
            ]
            for i in gamma
        ]
        if not is_nonsingular(matrix, over):
            raise Coarse(place, "the determinant is not shown to be nonzero")


def _argument(left: Number, right: Number, scale: Fraction, beta: Fraction) -> Number:
    """scale (left - right) + beta."""
    bits = max(map(size, (*left, *right)))
    spend(operations(8, bits, bits + size(scale) + size(beta)))
    ends = scale * (left[0] - right[1]) + beta, scale * (left[1] - right[0]) + beta
    return min(ends), max(ends)


def is_nonsingular(rows: list[list[Interval]], over: Intervals) -> bool:
    """Elimination by intervals, every pivot shown to be nonzero."""
    rows = [list(row) for row in rows]
    while rows:
        pivot = max(rows, key=lambda row: max(row[0][0], -row[0][1]))
        if pivot[0][0] <= 0 <= pivot[0][1]:
            return False
        spend(5 * TURN * len(rows))
        rows.remove(pivot)
        rows = [_eliminated(row, pivot, over) for row in rows]
    return True


def _eliminated(row: list[Interval], pivot: list[Interval], over: Intervals) -> list[Interval]:
    factor = over.negative(over.divide(row[0], pivot[0]))
    pairs = zip(row[1:], pivot[1:], strict=True)
    return [over.add(x, over.multiply(factor, y)) for x, y in pairs]
