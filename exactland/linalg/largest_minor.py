"""A lower bound of the rank of a matrix of balls: the largest nonsingular minor that is found.

Elimination with complete pivoting, by magnitudes that balls show to be nonzero, proposes rows and
columns in an order in which every leading minor is nonzero; an approximate inverse verifies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flint import arb, arb_mat

from exactland.arithmetic.balls import precision
from exactland.linalg.balls import full_rank_balls, magnitude, submatrix, verified
from exactland.linalg.evidence import ApproximateInverse, LowerBound, RankEvidence

#: Steps of the elimination, rows times columns times pivots, after which it stops.
STEPS = 4_000_000


def rank_balls(
    entries_at: Callable[[int], arb_mat | list[list[arb]]],
    shape: tuple[int, int],
    start: int = 64,
    ceiling: int = 8192,
    work: int | None = None,
) -> RankEvidence:
    """Full rank as by ``full_rank_balls``, or else the largest minor found at the last precision.

    ``work`` bounds what it costs to check the minor (``cost``): another one is smaller for that.

    >>> from flint import arb
    >>> half = lambda bits: arb_mat([[1, 2], [arb(1) / 3, arb(2) / 3]])
    >>> rank_balls(half, (2, 2), ceiling=128).at_least
    1
    """
    last: list[tuple[arb_mat, int]] = []

    def kept(bits: int) -> arb_mat:
        entries = entries_at(bits)
        matrix = entries if isinstance(entries, arb_mat) else arb_mat(entries)
        last[:] = [(matrix, bits)]
        return matrix

    found = full_rank_balls(kept, shape, start, ceiling)
    if found.is_full and _within(found.lower, work):
        return found
    if not last or not all(x.is_finite() for x in last[0][0].entries()):
        return found
    lower = largest_minor(*last[0], work)
    shown = f"the rank is at least {0 if lower is None else len(lower.rows)}"
    *before, reached = found.tried or ("",)
    tried = (*before, f"{reached}; {shown}" if reached else shown)
    return replace(found, lower=lower, tried=tried)


def cost(lower: LowerBound) -> int:
    """What checking costs, about: entries times the square of their length in units of 256 bits."""
    return (len(lower.rows) * (getattr(lower, "bits", 0) // 256)) ** 2


def _within(lower: LowerBound | None, work: int | None) -> bool:
    return lower is None or work is None or cost(lower) <= work


def largest_minor(matrix: arb_mat, bits: int, work: int | None = None) -> ApproximateInverse | None:
    """Evidence for a lower bound of the rank, or None: the matrix may vanish.

    ``bits`` is the precision of the elimination. The first minor that is verified, from the largest
    downwards, is given; it need not be the largest that there is.

    >>> third = arb(1) / 3
    >>> len(largest_minor(arb_mat([[third, third, 1], [third, third, 2]]), 64).rows)
    2
    """
    rows, columns = _pivots(matrix, bits)
    size = len(rows)
    while size > 0:
        choice = tuple(rows[:size]), tuple(columns[:size])
        with precision(2 * bits):
            try:
                inverse = submatrix(matrix.mid(), choice).inv().mid()
            except ZeroDivisionError:
                inverse = None
        found = None if inverse is None else verified(matrix, choice, inverse, bits)
        if found is not None and _within(found, work):
            return found
        size = size - 1 if size < 16 else size * 7 // 8
    return None


def _pivots(matrix: arb_mat, bits: int) -> tuple[list[int], list[int]]:
    """Rows and columns of pivots that are not 0, the largest that is left each time."""
    rest, rows, columns = matrix, list[int](), list[int]()
    free_rows, free_columns = list(range(matrix.nrows())), list(range(matrix.ncols()))
    steps = 0
    with precision(bits):
        while free_rows and free_columns and steps <= STEPS:
            sizes = [magnitude(value.abs_lower()) for value in rest.entries()]
            place = max(range(len(sizes)), key=sizes.__getitem__)
            i, j = divmod(place, len(free_columns))
            if rest[i, j].abs_lower().is_zero():
                break
            rows.append(free_rows.pop(i))
            columns.append(free_columns.pop(j))
            steps += len(sizes)
            if free_rows and free_columns:
                rest = _eliminated(rest, i, j)
    return rows, columns


def _eliminated(matrix: arb_mat, i: int, j: int) -> arb_mat:
    """The matrix without row i and column j after a step of elimination with the entry there."""
    table = matrix.tolist()
    pivot: arb = table[i][j]
    top = arb_mat([[value / pivot for k, value in enumerate(table[i]) if k != j]])
    rest = [row for k, row in enumerate(table) if k != i]
    side = arb_mat([[row[j]] for row in rest])
    return arb_mat([row[:j] + row[j + 1 :] for row in rest]) - side * top
