"""Full rank of a floating-point enclosure, by one product whose rounding errors are bounded.

R is an approximate inverse of the midpoints, rounded to integers over a power of two, so that the R
of the evidence is the R that is verified. With |I - R S| <= |I - R mid| + |R| rad the row sums are
bounded under IEEE 754 for any order of summation (no Strassen-like products).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import frexp
from typing import Any

import numpy as np

from exactland.linalg.approximate import bits_for, scales
from exactland.linalg.evidence import ApproximateInverse, RankEvidence
from exactland.linalg.packed import PackedRows
from exactland.linalg.pivots import float_pivot_columns

Array = np.ndarray[Any, Any]
UNIT = 2.0**-53
#: 2^-scale and the integers times it are normal floats up to here
LARGEST_SCALE = 900
#: more than any underflow in a product or a sum can lose, per operation
TINY = 2.0**-1073


def full_rank_enclosure(enclosure: Any) -> RankEvidence:
    """Full rank of all m x n matrices between ``enclosure.lo`` and ``.hi``, or what was tried.

    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> box = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> full_rank_enclosure(SimpleNamespace(lo=box - 0.01, hi=box + 0.01)).is_full
    True
    """
    lo, hi = np.asarray(enclosure.lo, dtype=float), np.asarray(enclosure.hi, dtype=float)
    m, n = lo.shape
    if min(m, n) == 0:
        return RankEvidence(m, n)
    if not ((lo <= hi).all() and np.isfinite(lo).all() and np.isfinite(hi).all()):
        return RankEvidence(m, n, tried=("floating point: an entry is unbounded or empty",))
    with np.errstate(all="ignore"):
        # In place: at this size fresh memory costs as much as the arithmetic.
        half = hi - lo
        half *= 0.5
        middle = lo + half
        for rows, columns in _choices(middle):
            if m == n:
                lower = _approximate_inverse(middle, half, rows, columns)
            else:
                block = np.ix_(rows, columns)
                lower = _approximate_inverse(middle[block], half[block], rows, columns)
            if lower is not None:
                return RankEvidence(m, n, lower)
    return RankEvidence(m, n, tried=("floating point: approximate inverse not verified",))


def _choices(middle: Array) -> Iterator[tuple[Array, Array]]:
    """Rows and columns to try: the leading ones, then those that pivoting finds."""
    m, n = middle.shape
    every = np.arange(min(m, n))
    yield every, every
    if m != n:
        chosen = float_pivot_columns(middle if m < n else middle.T, min(m, n))
        if chosen is not None:
            picked = np.sort(chosen)
            yield (every, picked) if m < n else (picked, every)


def _approximate_inverse(
    middle: Array, half: Array, rows: Array, columns: Array
) -> ApproximateInverse | None:
    """The evidence for all S with |S - middle| at most ``half`` up to rounding, or None."""
    size = len(rows)
    sizes = _sum_up(np.abs(middle))
    # hi - lo and lo + half are rounded: two units of |middle| and four of half cover both.
    radii = _sum_up(half) * (1 + 8 * UNIT) + 4 * UNIT * sizes + size * TINY
    norms = frexp(float((sizes + radii).max()))[1] + 1, frexp(float(np.linalg.norm(middle)))[1]
    for invert in (_block_inverse, np.linalg.inv):
        try:
            inverse = invert(middle)
        except np.linalg.LinAlgError:
            continue
        for scale in scales(size, *norms):
            integers = np.ldexp(inverse, scale)
            np.rint(integers, out=integers)
            # A float is an integer from 2^53 on, so that these are exactly what is verified.
            if scale > LARGEST_SCALE or not np.isfinite(integers).all():
                continue
            if _row_sums_bound(np.ldexp(integers, -scale), middle, sizes, radii) < 0.75:
                return _evidence(rows, columns, scale, integers)
    return None


def _block_inverse(matrix: Array) -> Array:
    """An approximate inverse by blocks without pivoting between them: mostly products, so faster.

    Raises LinAlgError where a leading block is singular; the result may be useless.
    """
    size = len(matrix)
    if size <= 256:
        return np.linalg.inv(matrix)
    h = size // 2
    first = _block_inverse(matrix[:h, :h])
    right, below = first @ matrix[:h, h:], matrix[h:, :h] @ first
    last = _block_inverse(matrix[h:, h:] - matrix[h:, :h] @ right)
    corner = last @ below
    result = np.empty_like(matrix)
    result[:h, :h] = first + right @ corner
    result[:h, h:] = -(right @ last)
    result[h:, :h] = -corner
    result[h:, h:] = last
    return result


def _evidence(
    rows: Array, columns: Array, scale: int, integers: Array
) -> ApproximateInverse | None:
    """The evidence with these integral floats, if an interval arithmetic can follow; else None."""
    size = len(integers)
    row_sum = float(_sum_up(np.abs(integers)).max())
    bits = bits_for(size, int(row_sum) + 1, scale)
    if bits is None:
        return None
    inverse: Sequence[tuple[int, ...]]
    if row_sum < 2.0**62:
        inverse = PackedRows(integers.astype("<i8").tobytes(), size)
    else:
        inverse = tuple(tuple(map(int, row)) for row in integers.tolist())
    return ApproximateInverse(tuple(rows.tolist()), tuple(columns.tolist()), bits, scale, inverse)


def _row_sums_bound(inverse: Array, middle: Array, sizes: Array, radii: Array) -> float:
    """An upper bound of the largest row sum of |I - R S|; infinite or NaN where it overflows.

    The computed R mid differs from the true one by at most gamma_n |R| |mid| + n TINY; its row sums
    need only ``sizes``, bounds of the row sums of |mid|, so that one product is enough. ``radii``
    bounds the row sums of |S - mid|.
    """
    size = len(inverse)
    residual = inverse @ middle
    residual[np.diag_indices(size)] -= 1.0
    np.abs(residual, out=residual)
    absolute = np.abs(inverse)
    # gamma_(n+1), once more rounded up: n products, n - 1 sums and the subtraction of the identity.
    gamma = 2 * (size + 2) * UNIT
    per_row = sizes * gamma + radii * (1 + gamma) + size * TINY
    spread = _up(absolute @ per_row, size)
    # The subtraction of 1 may round by UNIT relative to its result; _sum_up has room for it.
    total = _sum_up(residual) * (1 + 8 * UNIT) + spread * (1 + 8 * UNIT)
    total = total + size * size * TINY
    bound = float(total.max() * (1 + 8 * UNIT))
    return bound if bound == bound else float("inf")


def _sum_up(values: Array) -> Array:
    """Upper bounds of the row sums of a nonnegative array."""
    return _up(values.sum(axis=1), values.shape[1])


def _up(values: Array, terms: int) -> Array:
    """Upper bounds of nonnegative sums of this many (products of) floats, given as computed."""
    result: Array = values * (1 + 2 * (terms + 4) * UNIT) + terms * TINY
    return result
