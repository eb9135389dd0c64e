"""Outward rounding with arrays of doubles, and a matrix product with a rigorous error bound.

IEEE 754 rounds ``+ - * /`` and ``sqrt`` to the nearest double. So the exact result lies between the
two neighbours of the computed one, and :func:`down` and :func:`up` bound it, overflow and underflow
included: the neighbour of inf is the largest double, that of 0 the smallest.

That is assumed of NumPy's arithmetic, and :func:`check_floating_point` looks whether somebody has
changed the rounding mode or had subnormal numbers flushed to zero.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from exactland.errors import LimitError

Floats: TypeAlias = NDArray[np.float64]

#: The unit roundoff: a rounded result is (1 + e) times the exact one, |e| <= UNIT.
UNIT = 2.0**-53
LARGEST = float(np.finfo(np.float64).max)
#: The smallest normal and the smallest positive number.
NORMAL = 2.0**-1022
SMALLEST = 2.0**-1074
#: The largest inner dimension of a matrix product; the bounds below need n UNIT to be small.
LARGEST_SUM = 2**40


def down(x: Floats) -> Floats:
    """The next double below, entry by entry; the largest one below inf."""
    with np.errstate(all="ignore"):  # nextafter reports an overflow to inf
        return np.asarray(np.nextafter(x, -np.inf))


def up(x: Floats) -> Floats:
    """The next double above, entry by entry."""
    with np.errstate(all="ignore"):
        return np.asarray(np.nextafter(x, np.inf))


def sum_below(a: Floats, b: Floats) -> Floats:
    """A lower bound of a + b. A computed sum that is 0 is exact, also with subnormal numbers."""
    with np.errstate(all="ignore"):
        total = np.asarray(a + b)
    return np.where(total == 0, 0.0, down(total))


def sum_above(a: Floats, b: Floats) -> Floats:
    """An upper bound of a + b."""
    with np.errstate(all="ignore"):
        total = np.asarray(a + b)
    return np.where(total == 0, 0.0, up(total))


def check_floating_point() -> None:
    """LimitError unless this thread rounds to nearest and keeps subnormal numbers.

    Libraries compiled with -ffast-math are known to switch subnormal numbers off when they load.
    """
    tiny, one, bit = np.full(1, NORMAL), np.ones(1), np.full(1, 2.0**-54)
    subnormal = (tiny * 0.5) * 2.0
    nearest = one + bit == one and -one - bit == -one and one + 3.0 * bit == one + 4.0 * bit
    if not (nearest and subnormal[0] == NORMAL and np.full(1, SMALLEST)[0] + SMALLEST > SMALLEST):
        raise LimitError(
            "floating point",
            "this process does not round to nearest with subnormal numbers",
            "use balls, or do not load libraries compiled with -ffast-math",
        )


def midpoint_radius(lo: Floats, hi: Floats) -> tuple[Floats, Floats]:
    """(m, r) with [lo, hi] inside [m - r, m + r], for finite ends."""
    m = np.clip(0.5 * lo + 0.5 * hi, lo, hi)
    return m, np.maximum(sum_above(hi, -m), sum_above(m, -lo))


def matrix_product(a_lo: Floats, a_hi: Floats, b_lo: Floats, b_hi: Floats) -> tuple[Floats, Floats]:
    """Ends of the product of two matrices of intervals, shapes (a, n) and (n, c).

    With midpoints A, B and radii R, S the exact product lies within
    |A| S + R (|B| + S) of A B, and the computed A B within g |A| |B| + n 2^-1074 of it,
    g = n u / (1 - n u). That holds for every order of summation and with fused multiply-adds, so
    for every BLAS that forms each entry as a sum of n products (Higham, Accuracy and Stability, 3.1
    and 3.5); the last term is for products that underflow. The bound itself is computed by
    products of nonnegative matrices, and enlarged for their rounding.

    Entries that depend on an infinite end, or overflow, become [-inf, inf].
    """
    check_floating_point()
    n = a_lo.shape[1]
    if n > LARGEST_SUM:
        raise LimitError("matrix product", f"sums of {n} terms", f"at most {LARGEST_SUM}")
    known_rows = np.asarray((np.isfinite(a_lo) & np.isfinite(a_hi)).all(axis=1))
    known_columns = np.asarray((np.isfinite(b_lo) & np.isfinite(b_hi)).all(axis=0))
    with np.errstate(all="ignore"):
        A, R = midpoint_radius(
            np.where(known_rows[:, None], a_lo, 0.0), np.where(known_rows[:, None], a_hi, 0.0)
        )
        B, S = midpoint_radius(
            np.where(known_columns, b_lo, 0.0), np.where(known_columns, b_hi, 0.0)
        )
        product = np.asarray(A @ B)
        radius = _product_radius(np.abs(A), R, np.abs(B), S, n)
        lo, hi = down(product - radius), up(product + radius)
    known = known_rows[:, None] & known_columns & np.isfinite(product) & np.isfinite(radius)
    return np.where(known, lo, -np.inf), np.where(known, hi, np.inf)


def _product_radius(A: Floats, R: Floats, B: Floats, S: Floats, n: int) -> Floats:
    """An upper bound of A (S + g B) + R (B + S) + n 2^-1074, all matrices nonnegative.

    A computed product of nonnegative matrices is at least (1 - g) times the exact one less
    n 2^-1074, and 1/(1 - g) <= 1 + 2 g. ``growth`` and ``underflow`` have a factor 2 to spare for
    the roundings of the few operations that are not sent through ``up``.
    """
    g = 2.0 * n * UNIT  # an upper bound of n u / (1 - n u), exact as n <= 2^40
    growth = 1.0 + (4.0 * g + 16.0 * UNIT)
    underflow = 8.0 * (n + 1) * SMALLEST
    bound = A @ up(S + up(g * B))
    if R.any():
        bound = bound + R @ up(B + S)
    return np.asarray(up(bound * growth + underflow))
