"""Steps about E(alpha) of NH17's Lemma 4.3 at one alpha: its determinant and its Leibniz sum.

E(alpha) is [1, A(alpha)] (bounded) or [A(alpha), 1], N x N, with A(alpha)_ij =
sigma(alpha <z_j - z_i, a> + beta) for j < N, and z_i the rows of F_{l-1} in the order gamma
(section 10).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..activations import Activation
from ..canonical import fields, rational
from ..enclosing import enclosed
from ..intervals import Interval, Intervals
from ..outcome import Coarse, Decline, Reject, placed
from ..work import VALUE, operations, size, spend
from .comparisons import Number, read_bits
from .families import DIRECTION, ordered_values, read_bounded
from .setting import Claim, Setting, activated

#: The sum over N! permutations is formed for the subsets of N rows.
MOST_SAMPLES = 12
Rows = list[list[Interval]]


def check_determinant_at(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """low <= det E(alpha) <= high, and these exclude 0."""
    fields(claim, place + ".claim", f"{DIRECTION} point bounded alpha low high")
    low, high = (rational(claim[key], f"{place}.claim.{key}") for key in ("low", "high"))
    if not (0 < low <= high or low <= high < 0):
        raise Reject(place, "the bounds are not in order, or do not exclude 0")
    rows, over = _matrix(setting, claim, at, evidence, read_bounded(claim, place), place)
    found = determinant(rows, over)
    scale = 1 << over.bits
    if found is None or not (low * scale <= found[0] and found[1] <= high * scale):
        raise Coarse(place, "the determinant is not shown to lie between the bounds")


def check_permutation_terms(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """Of the Leibniz sum of [A(alpha), 1] the identity's term is not 0, and bounds the others."""
    fields(claim, place + ".claim", f"{DIRECTION} point alpha bound")
    bound = rational(claim["bound"], place + ".claim.bound")
    if setting.problem.samples > MOST_SAMPLES:
        raise Decline(f"the permutations of more than {MOST_SAMPLES} samples")
    rows, over = _matrix(setting, claim, at, evidence, False, place)
    if any(row[i][0] <= 0 <= row[i][1] for i, row in enumerate(rows)):
        raise Coarse(place, "the term of the identity is not shown to be nonzero")
    if not other_terms(rows, over)[1] <= bound * (1 << over.bits):
        raise Coarse(place, "the other terms are not shown to stay within the bound")


def _matrix(
    setting: Setting, claim: Claim, at: Any, evidence: Any, bounded: bool, place: str
) -> tuple[Rows, Intervals]:
    """E(alpha) at the stage."""
    z = ordered_values(setting, claim, at, evidence, place)
    _, layer = setting.layer(claim["layer"], place)
    sigma, over = activated(layer, place), Intervals(read_bits(evidence, place))
    beta, alpha = (rational(claim[key], f"{place}.claim.{key}") for key in ("point", "alpha"))
    one, rows = over.number(Fraction(1)), []
    with placed(place):
        for i, lower in enumerate(z):
            row = [
                # <z_i - z_i, a> is 0, however well <z_i, a> is known.
                _value(sigma, (beta, beta), over)
                if i == j
                else _value(sigma, _argument(upper, lower, alpha, beta), over)
                for j, upper in enumerate(z[:-1])
            ]
            rows.append([one, *row] if bounded else [*row, one])
    return rows, over


def _argument(upper: Number, lower: Number, alpha: Fraction, beta: Fraction) -> Number:
    """alpha (upper - lower) + beta."""
    bits = max(map(size, (*upper, *lower)))
    spend(operations(8, bits, bits + size(alpha) + size(beta)))
    ends = alpha * (upper[0] - lower[1]) + beta, alpha * (upper[1] - lower[0]) + beta
    return min(ends), max(ends)


def _value(sigma: Activation, point: Number, over: Intervals) -> Interval:
    return enclosed(sigma.definition, *point, over.bits)


def determinant(rows: Rows, over: Intervals) -> Interval | None:
    """The determinant by elimination; None if a pivot is not shown to be nonzero.

    >>> over = Intervals(8)
    >>> determinant([[over.number(Fraction(x)) for x in row] for row in ([0, 2], [3, 1])], over)
    (-1536, -1536)
    """
    rows, product = [list(row) for row in rows], over.number(Fraction(1))
    while rows:
        sizes = [max(row[0][0], -row[0][1]) for row in rows]
        n = sizes.index(max(sizes))
        if sizes[n] <= 0:
            return None
        pivot = rows.pop(n)
        product = over.multiply(product, pivot[0])
        # Moving row n to the top is n exchanges.
        product = over.negative(product) if n % 2 else product
        rows = [_eliminated(row, pivot, over) for row in rows]
    return product


def _eliminated(row: list[Interval], pivot: list[Interval], over: Intervals) -> list[Interval]:
    factor = over.negative(over.divide(row[0], pivot[0]))
    pairs = zip(row[1:], pivot[1:], strict=True)
    return [over.add(x, over.multiply(factor, y)) for x, y in pairs]


def other_terms(rows: Rows, over: Intervals) -> Interval:
    """The sum of prod_j |E_(pi(j) j)| over all permutations pi but the identity.

    Column by column: ``sums`` has the sum of the products over the ways to match the columns so far
    with a set of rows, the identity left out; it comes in where a later column leaves it.

    >>> over = Intervals(8)
    >>> other_terms([[over.number(Fraction(x)) for x in row] for row in ([7, 2], [-3, 1])], over)
    (1536, 1536)
    """
    size = len(rows)
    sums: dict[frozenset[int], Interval] = {}
    identity = over.number(Fraction(1))
    for j in range(size):
        grown: dict[frozenset[int], Interval] = {}
        diagonal = frozenset(range(j))
        for used in {diagonal, *sums}:
            for i in range(size):
                if i in used:
                    continue
                spend(VALUE)
                entry = over.call("abs", [rows[i][j]])
                value = sums.get(used, over.number(Fraction(0)))
                if used == diagonal and i != j:
                    value = over.add(value, identity)
                term = over.multiply(value, entry)
                key = used | {i}
                grown[key] = over.add(grown[key], term) if key in grown else term
        identity = over.multiply(identity, over.call("abs", [rows[j][j]]))
        sums = grown
    return sums[frozenset(range(size))]
