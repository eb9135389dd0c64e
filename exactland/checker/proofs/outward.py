"""Steps ``tail-nonsingular``: det A(alpha) != 0 for every alpha >= alpha_0 (section 10).

A(alpha)_ij = sigma(m alpha d_ij + beta) with m = 1 or -1 and d_jj = 0. The arguments only move
outwards as alpha grows, so where sigma is monotone with a finite limit an entry stays between its
value at alpha_0 and the limit: all A(alpha) lie in one matrix of intervals, and every matrix in it
is shown to be nonsingular. Under clause 2 of Assumption 3.2 entries may grow; see ``_growing``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..activations import Activation
from ..bounds import BITS
from ..canonical import fields, integer, listed, natural, rational, rationals, text
from ..enclosing import enclosed
from ..expression import evaluate, parse
from ..intervals import Interval, Intervals
from ..outcome import Coarse, Reject, placed
from ..rank import is_dominant, is_inverse
from ..work import TURN, operation, operations, size, spend
from .comparisons import Number, growth, read_bits
from .directions import permutation, projections_of
from .half_lines import limit, monotone
from .setting import Claim, Setting, activated

#: The fields of the evidence beside method and bits.
METHODS = {
    "dominance": "weights peak",
    "approximate-inverse": "scale inverse peak",
    "growth": "weights",
}


@dataclass(frozen=True)
class Family:
    """The matrices A(alpha), alpha >= ``alpha``; ``arguments`` at alpha, and where they move.

    ``sides`` are 1, -1, or 0 for an argument that stays at beta.
    """

    sigma: Activation
    over: Intervals
    arguments: list[list[Number]]
    sides: list[list[int]]

    def value(self, low: Fraction, high: Fraction) -> Interval:
        """sigma on [low, high]."""
        return enclosed(self.sigma.definition, low, high, self.over.bits)

    def limit(self, side: int) -> Interval:
        """The finite limit at side times infinity."""
        end = limit(self.sigma.definition, side)
        if end is None or isinstance(end, int):
            raise Reject("", "the activation is not shown to have a finite limit there")
        lo, hi = evaluate(end, None, self.over)
        return lo, hi


def check_nonsingular(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """det A(alpha) != 0 for every alpha >= alpha_0, by one of the three methods."""
    fields(claim, place + ".claim", "kind layer directions gamma mirrored point from")
    if type(claim["mirrored"]) is not bool:
        raise Reject(place + ".claim.mirrored", "true or false is expected")
    where = place + ".evidence"
    method = evidence.get("method") if isinstance(evidence, dict) else None
    method = text(method, where + ".method", list(METHODS))
    fields(evidence, where, f"method bits {METHODS[method]}")
    bits = read_bits(evidence, place)
    gamma = permutation(setting, claim, place)
    rows = projections_of(setting, claim, at, {"bits": evidence["bits"]}, place)
    number, layer = setting.layer(claim["layer"], place)
    sigma = activated(layer, place)
    beta, alpha = rational(claim["point"], place), rational(claim["from"], place)
    if alpha < 0:
        raise Reject(place + ".claim.from", "alpha_0 is negative")
    if not sigma.is_total:
        raise Reject(place, "the activation is not shown to be defined everywhere")
    with placed(place):
        gaps = [[_gap(rows, gamma, i, j) for j in range(len(gamma))] for i in range(len(gamma))]
        if method == "growth":
            if claim["mirrored"]:
                raise Reject(place, "clause 2 of Assumption 3.2 is about alpha d_ij + beta")
            document = setting.activation_document(number)
            matrix = _growing(document, sigma, gaps, beta, alpha, Intervals(bits))
        else:
            scale = -alpha if claim["mirrored"] else alpha
            family = _family(sigma, gaps, beta, scale, claim["mirrored"], Intervals(bits))
            peak = evidence["peak"]
            top = None if peak is None else _largest(family, rational(peak, where + ".peak"))
            matrix = _enclosed(family, top)
        if not _is_nonsingular(matrix, method, evidence, bits, where):
            raise Coarse("", "A(alpha) is not shown to be nonsingular")


def _gap(rows: Any, gamma: list[int], i: int, j: int) -> Number:
    """d_ij = z_gamma(j),j - z_gamma(i),j; exactly 0 on the diagonal."""
    if i == j:
        return Fraction(0), Fraction(0)
    left, right = rows[gamma[j]][j], rows[gamma[i]][j]
    spend(2 * operation(left[0], right[0]))
    return left[0] - right[1], left[1] - right[0]


def _family(
    sigma: Activation,
    gaps: list[list[Number]],
    beta: Fraction,
    scale: Fraction,
    mirrored: bool,
    over: Intervals,
) -> Family:
    arguments, sides = [], []
    for row in gaps:
        bits = max(size(end) for pair in row for end in pair)
        spend(operations(6 * len(row), bits, bits + size(scale) + size(beta)))
        ends = [sorted((scale * low + beta, scale * high + beta)) for low, high in row]
        arguments.append([(low, high) for low, high in ends])
        signs = [_sign(low, high) for low, high in row]
        sides.append([-sign if mirrored else sign for sign in signs])
    return Family(sigma, over, arguments, sides)


def _sign(low: Fraction, high: Fraction) -> int:
    if low > 0 or high < 0:
        return 1 if low > 0 else -1
    if low == high:
        return 0
    raise Coarse("", "the sign of a difference of projections is not shown")


def _largest(family: Family, peak: Fraction) -> int:
    """A bound of |sigma| on R: sigma is monotone on both sides of the peak."""
    sigma = family.sigma.definition
    if not (monotone(sigma, 1, peak) and monotone(sigma, -1, -peak)):
        raise Reject("", "the activation is not shown to be monotone on both sides of the peak")
    values = [family.value(peak, peak), family.limit(1), family.limit(-1)]
    return max(max(-low, high) for low, high in values)


def _enclosed(family: Family, top: int | None) -> list[list[Interval]]:
    """Intervals that hold the entries of A(alpha) for every alpha >= alpha_0."""
    tails = {side: _tail(family, side) for side in (1, -1)}
    matrix = []
    for arguments, sides in zip(family.arguments, family.sides, strict=True):
        row = []
        for (low, high), side in zip(arguments, sides, strict=True):
            start = low if side > 0 else -high
            tail = tails.get(side)
            if side == 0:
                row.append(family.value(low, high))
            elif tail is not None and start >= tail[0]:
                here, end = family.value(low, high), tail[1]
                row.append((min(here[0], end[0]), max(here[1], end[1])))
            elif top is not None:
                row.append((-top, top))
            else:
                raise Reject("", "the activation is not shown to be monotone from there on")
        matrix.append(row)
    return matrix


def _tail(family: Family, side: int) -> tuple[Fraction, Interval] | None:
    """The first of the arguments on this side from which on sigma is monotone, and the limit."""
    starts = {
        low if side > 0 else -high
        for arguments, sides in zip(family.arguments, family.sides, strict=True)
        for (low, high), own in zip(arguments, sides, strict=True)
        if own == side
    }
    spend(len(starts) * len(starts).bit_length() * 20 * TURN)
    for start in sorted(starts):
        if monotone(family.sigma.definition, side, start):
            return start, family.limit(side)
    return None


def _growing(
    document: Any,
    sigma: Activation,
    gaps: list[list[Number]],
    beta: Fraction,
    alpha: Fraction,
    over: Intervals,
) -> list[list[Interval]]:
    """Bounds under clause 2 of |A(a)_ij| (a/alpha)^(i-j), which is 1 on the diagonal, a >= alpha.

    If these are dominated with the weights x_j, A(a) is with x_j (a/alpha)^-j.
    """
    constants = growth(document, "")
    if constants is None:
        raise Reject("", "there are no constants of clause 2 for this activation")
    if alpha <= 0:
        raise Reject("", "alpha_0 is not positive")
    parameter = document.get("alpha", 1) if isinstance(document, dict) else 1
    names = {"a": rational(parameter, "")}
    rho = [evaluate(parse(constant, "", names), None, over) for constant in constants]
    decay = Fraction(rho[1][0], 1 << over.bits)
    least = over.call("max", [rho[0], rho[3]])
    diagonal = enclosed(sigma.definition, beta, beta, over.bits)
    matrix: list[list[Interval]] = []
    for i, row in enumerate(gaps):
        matrix.append([])
        for j, (_, high) in enumerate(row):
            if i == j:
                matrix[-1].append(diagonal)
                continue
            spend(8 * operation(high, alpha) + 2 * operation(decay, beta))
            t = alpha * high + beta
            fades = high < 0 and t < 0
            # a^(i-j) exp(-rho_2 a |d|) decreases from a = (i-j)/(rho_2 |d|) on.
            if i > j and not (fades and decay * alpha * -high >= i - j):
                raise Coarse("", "an entry below the diagonal is not shown to fade fast enough")
            if fades:
                shrunk = over.call("exp", [over.multiply(rho[1], over.number(t))])
                bound = over.multiply(rho[0], shrunk)[1]
            else:
                # (p a + q)/a^(j-i) does not increase, p and q being at least 0.
                reach = alpha * max(high, Fraction(0)) + max(beta, Fraction(0))
                bound = over.add(over.multiply(rho[2], over.number(reach)), least)[1]
            matrix[-1].append((-bound, bound))
    return matrix


def _is_nonsingular(
    matrix: list[list[Interval]], method: str, evidence: Any, bits: int, where: str
) -> bool:
    """Whether every matrix in these intervals is nonsingular (as in section 6.1)."""
    size = len(matrix)
    if method == "approximate-inverse":
        scale = natural(evidence["scale"], where + ".scale", 0, BITS[1])
        inverse = [
            [integer(entry, where + ".inverse") for entry in listed(row, where + ".inverse", size)]
            for row in listed(evidence["inverse"], where + ".inverse", size)
        ]
        return is_inverse(inverse, scale, matrix, bits)
    weights = rationals(evidence["weights"], where + ".weights", size)
    if min(weights) <= 0:
        raise Reject(where + ".weights", "a weight is not positive")
    return is_dominant(matrix, weights)
