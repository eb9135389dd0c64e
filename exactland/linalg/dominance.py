"""Strict diagonal dominance up to a permutation and positive weights: cheap evidence for full rank.

If S diag(x) is strictly diagonally dominant, the diagonal has the largest product of all
permutations; so the rows are assigned to columns by the largest sum of logarithms, and the weights
solve C x = 1 with the comparison matrix C (NH18: the M-matrix test for alpha_0).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq

from exactland.arithmetic.balls import precision
from exactland.arithmetic.comparison import lower
from exactland.linalg.approximate import MOST_BITS
from exactland.linalg.evidence import Dominance

Array = np.ndarray[Any, Any]


def dominance(matrix: arb_mat, bits: int = 64) -> Dominance | None:
    """Evidence that an m x n matrix of balls has rank min(m, n), or None: then nothing is known.

    ``bits`` is the precision of the verification, and the least number of fractional bits in the
    evidence; these grow with the weights, so that an interval arithmetic of fixed point has room.

    >>> dominance(arb_mat([[0, 3], [1, 1]])).columns
    (1, 0)
    """
    m, n = matrix.nrows(), matrix.ncols()
    if min(m, n) == 0:
        return None
    magnitudes = np.array([float(entry.mid()) for entry in matrix.entries()]).reshape(m, n)
    magnitudes = np.abs(magnitudes)
    chosen = _assign(magnitudes)
    if chosen is None:
        return None
    rows, columns = chosen
    solution = _solution(magnitudes[np.ix_(rows, columns)])
    if solution is None:
        return None
    # Short weights where they do; all digits where the rows have little slack.
    for digits in (12, 24, 53):
        weights = _dyadic(solution, digits)
        with precision(bits):
            slack = _slack(matrix, rows, columns, weights)
        if slack is not None:
            enough = _fractional_bits(weights, slack, bits)
            if enough <= MOST_BITS:
                return Dominance(tuple(rows), tuple(columns), enough, weights)
    return None


def _assign(magnitudes: Array) -> tuple[list[int], list[int]] | None:
    """Rows and columns, paired, of the largest product; None where every product vanishes."""
    if not np.isfinite(magnitudes).all():
        return None
    m, n = magnitudes.shape
    if m > n:
        swapped = _assign(magnitudes.T)
        return None if swapped is None else (swapped[1], swapped[0])
    with np.errstate(divide="ignore"):
        cost = -np.log(magnitudes)
    # A zero may be chosen only if there is no other way, which is then seen below.
    cost[np.isinf(cost)] = 1e6
    columns = [int(j) for j in assignment(cost)]
    if (magnitudes[np.arange(m), columns] == 0).any():
        return None
    return list(range(m)), columns


def assignment(cost: Array) -> list[int]:
    """For each row a column of its own so that the sum of the costs is least (m <= n, finite).

    Shortest augmenting paths with potentials (Kuhn, Munkres; Jonker and Volgenant), O(m^2 n).

    >>> assignment(np.array([[4.0, 1.0, 6.0], [2.0, 0.0, 5.0]]))
    [1, 0]
    """
    m, n = cost.shape
    row_potential, column_potential = np.zeros(m), np.zeros(n)
    owner = np.full(n, -1)
    for row in range(m):
        distance, done = np.full(n, np.inf), np.zeros(n, dtype=bool)
        previous = np.full(n, -1)
        reached: list[int] = []
        i, lowest, last = row, 0.0, -1
        while i >= 0:
            reduced = lowest + cost[i] - row_potential[i] - column_potential
            better = ~done & (reduced < distance)
            distance[better], previous[better] = reduced[better], last
            last = int(np.where(done, np.inf, distance).argmin())
            lowest = float(distance[last])
            done[last] = True
            reached.append(last)
            i = int(owner[last])
        row_potential[row] += lowest
        for j in reached[:-1]:
            row_potential[owner[j]] += lowest - distance[j]
            column_potential[j] -= lowest - distance[j]
        while last >= 0:
            before = int(previous[last])
            owner[last] = row if before < 0 else owner[before]
            last = before
    return [int(np.flatnonzero(owner == i)[0]) for i in range(m)]


def _solution(square: Array) -> Array | None:
    """The positive x with C x = 1, the rows scaled to diagonal 1, divided by its largest entry."""
    diagonal = square.diagonal()
    with np.errstate(all="ignore"):
        comparison = -square / diagonal[:, None]
        np.fill_diagonal(comparison, 1.0)
        if not np.isfinite(comparison).all():
            return None
        try:
            solution = np.linalg.solve(comparison, np.ones(len(diagonal)))
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(solution).all() or (solution <= 0).any():
            return None
        return np.asarray(solution / solution.max())


def _dyadic(values: Array, digits: int) -> tuple[fmpq, ...]:
    """The positive values, rounded to this many binary digits."""
    weights = []
    for value in values:
        mantissa, exponent = np.frexp(value)
        weights.append(_power(int(exponent) - digits) * int(np.rint(np.ldexp(mantissa, digits))))
    return tuple(weights)


def _slack(
    matrix: arb_mat, rows: Sequence[int], columns: Sequence[int], weights: Sequence[fmpq]
) -> Fraction | None:
    """A positive lower bound of all |S_ii| x_i - sum |S_ij| x_j, proved by balls; None if none."""
    smallest: Fraction | None = None
    scaled = [arb(weight) for weight in weights]
    for i, row in enumerate(rows):
        total = arb(0)
        for j, column in enumerate(columns):
            if j != i:
                total += matrix[row, column].abs_upper() * scaled[j]
        gap = lower(matrix[row, columns[i]].abs_lower() * scaled[i] - total)
        if gap is None or gap <= 0:
            return None
        exact = Fraction(int(gap.p), int(gap.q))
        smallest = exact if smallest is None else min(smallest, exact)
    return smallest


def _fractional_bits(weights: Sequence[fmpq], slack: Fraction, least: int) -> int:
    """Bits b with 2^(32 - b) sum(x) < slack / 8: absolute errors of 2^(32 - b) are harmless."""
    total = sum((Fraction(int(x.p), int(x.q)) for x in weights), Fraction(0))
    quotient = int(8 * total / slack) + 1
    return max(least, 32 + quotient.bit_length())


def _power(exponent: int) -> fmpq:
    """2^exponent."""
    return fmpq(1 << exponent) if exponent >= 0 else fmpq(1, 1 << -exponent)
