"""Full rank of a matrix of balls, at rising precision; a deficiency is never shown this way.

Floating point proposes a submatrix and its inverse, or, where that is too coarse, elimination with
midpoints; balls verify. The inverse is rounded to few digits: |I - R S| < 1 asks for no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpz_mat

from exactland.arithmetic.balls import precision
from exactland.arithmetic.comparison import less
from exactland.linalg.approximate import MOST_SCALE, bits_for, round_shift, scales
from exactland.linalg.dominance import dominance
from exactland.linalg.evidence import ApproximateInverse, Dominance, RankEvidence
from exactland.linalg.pivots import float_pivot_columns

#: The search for dominance, O(n^3) in slow steps, is left out for larger matrices.
DOMINANCE_CEILING = 200
Choice = tuple[tuple[int, ...], tuple[int, ...]]


def full_rank_balls(
    entries_at: Callable[[int], arb_mat | list[list[arb]]],
    shape: tuple[int, int],
    start: int = 64,
    ceiling: int = 8192,
) -> RankEvidence:
    """Full rank of the m x n matrix that ``entries_at`` encloses, or what was tried.

    Parameters
    ----------
    entries_at : bits to a matrix of balls (arb_mat or rows); more bits should give smaller balls.
    shape : (m, n).
    start, ceiling : the first precision in bits, doubled up to the last one.

    >>> from flint import arb
    >>> third = lambda bits: arb_mat([[arb(1) / 3, 1], [1, 1]])
    >>> full_rank_balls(third, (2, 2)).is_full
    True
    """
    m, n = shape
    if min(m, n) == 0:
        return RankEvidence(m, n)
    tried: list[str] = []
    bits = max(start, 8)
    while bits <= ceiling:
        with precision(bits):
            entries = entries_at(bits)
            matrix = entries if isinstance(entries, arb_mat) else arb_mat(entries)
        if not all(entry.is_finite() for entry in matrix.entries()):
            tried.append(f"{bits} bits: an entry is unbounded")
        else:
            lower = _at_precision(matrix, bits, tried)
            if lower is not None:
                return RankEvidence(m, n, lower, tried=tuple(tried))
        bits *= 2
    tried.append(f"ceiling of {ceiling} bits reached")
    return RankEvidence(m, n, tried=tuple(tried))


def _at_precision(
    matrix: arb_mat, bits: int, tried: list[str]
) -> Dominance | ApproximateInverse | None:
    """Dominance or an approximate inverse, verified at this precision, or None; notes failures."""
    if min(matrix.nrows(), matrix.ncols()) <= DOMINANCE_CEILING:
        found = dominance(matrix, bits)
        if found is not None:
            return found
    for name, choice, inverse in _proposals(matrix, bits):
        lower = verified(matrix, choice, inverse, bits)
        if lower is not None:
            return lower
        tried.append(f"{bits} bits: approximate inverse by {name} not verified")
    return None


def _proposals(matrix: arb_mat, bits: int) -> Iterator[tuple[str, Choice, arb_mat]]:
    """Submatrices with approximate inverses, the cheapest first."""
    m, n = matrix.nrows(), matrix.ncols()
    values = np.array([float(entry.mid()) for entry in matrix.entries()]).reshape(m, n)
    choice = _float_choice(values)
    if choice is not None:
        rows, columns = choice
        with np.errstate(all="ignore"):
            try:
                inverse = np.linalg.inv(values[np.ix_(rows, columns)])
            except np.linalg.LinAlgError:
                inverse = np.array([[np.inf]])
        if np.isfinite(inverse).all():
            yield "floating point", choice, arb_mat(inverse.tolist())
    # The midpoints are exact: twice the precision hides no digit of theirs.
    with precision(2 * bits):
        exact_choice = _midpoint_choice(matrix)
        if exact_choice is None:
            return
        square = submatrix(matrix.mid(), exact_choice)
        try:
            precise = square.inv().mid()
        except ZeroDivisionError:
            return
    yield "elimination with midpoints", exact_choice, precise


def _float_choice(values: np.ndarray[Any, Any]) -> Choice | None:
    m, n = values.shape
    if not np.isfinite(values).all():
        return None
    every = tuple(range(min(m, n)))
    if m == n:
        return every, every
    chosen = float_pivot_columns(values if m < n else values.T, min(m, n))
    if chosen is None:
        return None
    picked = tuple(sorted(int(j) for j in chosen))
    return (every, picked) if m < n else (picked, every)


def _midpoint_choice(matrix: arb_mat) -> Choice | None:
    """Elimination with midpoints: each row takes the column where its residual is largest."""
    m, n = matrix.nrows(), matrix.ncols()
    every = tuple(range(min(m, n)))
    if m == n:
        return every, every
    if m > n:
        swapped = _midpoint_choice(matrix.transpose())
        return None if swapped is None else (swapped[1], swapped[0])
    rows = matrix.mid().tolist()
    norms = [max(magnitude(rows[i][j]) for i in range(m)) for j in range(n)]
    columns: list[int] = []
    for i, row in enumerate(rows):
        sizes = [magnitude(value) - norms[j] for j, value in enumerate(row)]
        j = max((j for j in range(n) if j not in columns), key=lambda j: sizes[j])
        if row[j].is_zero():
            return None
        columns.append(j)
        for other in rows[i + 1 :]:
            factor = (other[j] / row[j]).mid()
            if not factor.is_zero():
                other[:] = [(x - factor * y).mid() for x, y in zip(other, row, strict=True)]
    return every, tuple(sorted(columns))


def magnitude(value: arb) -> int:
    """e with |value| < 2^e for an exact ball; far below everything for zero."""
    mantissa, exponent = value.man_exp()
    return int(mantissa).bit_length() + int(exponent) if mantissa else -(1 << 62)


def submatrix(matrix: arb_mat, choice: Choice) -> arb_mat:
    rows, columns = choice
    return arb_mat([[matrix[i, j] for j in columns] for i in rows])


def verified(
    matrix: arb_mat, choice: Choice, inverse: arb_mat, bits: int
) -> ApproximateInverse | None:
    """The evidence with the exact matrix ``inverse`` rounded, if balls show all row sums <= 3/4."""
    size = len(choice[0])
    with precision(bits + 32):
        square = submatrix(matrix, choice)
        for scale in scales(size, *_norms_log2(square)):
            integers = _rounded(inverse, scale)
            if integers is not None and _rows_below(integers, square, scale):
                row_sum = max(sum(map(abs, row)) for row in integers)
                chosen = bits_for(size, row_sum, scale)
                if chosen is not None:
                    frozen = tuple(tuple(row) for row in integers)
                    return ApproximateInverse(*choice, chosen, scale, frozen)
    return None


def _rounded(inverse: arb_mat, scale: int) -> list[list[int]] | None:
    """The midpoints times 2^scale as integers; None where they would be too long to be useful."""
    integers = []
    for row in inverse.tolist():
        if any(magnitude(value) + scale > 2 * MOST_SCALE for value in row):
            return None
        parts = [value.man_exp() for value in row]
        integers.append([round_shift(int(x), int(e) + scale) for x, e in parts])
    return integers


def _rows_below(integers: list[list[int]], square: arb_mat, scale: int) -> bool:
    """Whether balls show that all row sums of |I - R S| are below 3/4.

    A quarter stays free for the rounding of a checker that uses intervals of its own.
    """
    size = len(integers)
    residual = arb_mat(fmpz_mat(integers)) * square
    unit = arb(2) ** scale
    for i in range(size):
        residual[i, i] -= unit
        total = sum((residual[i, j].abs_upper() for j in range(size)), arb(0))
        if less(total, unit * 3 / 4) is not True:
            return False
    return True


def _norms_log2(square: arb_mat) -> tuple[int, int]:
    """e with every row sum of |S| at most 2^e, and f with Frobenius norm at most 2^f."""
    exponents, squares = [], arb(0)
    for row in square.tolist():
        bounds = [value.abs_upper() for value in row]
        exponents.append(magnitude(sum(bounds, arb(0)).upper()))
        squares += sum((bound * bound for bound in bounds), arb(0))
    return max(exponents), -(-magnitude(squares.upper()) // 2)
