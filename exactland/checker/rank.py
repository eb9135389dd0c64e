"""Linear algebra on plain lists: elimination modulo p, the residual of an inverse, dominance.

>>> rank_modulo([[1, 2], [2, 4]], 7), rank_modulo([[1, 2], [2, 5]], 7)
(1, 2)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from operator import mul

from .intervals import Interval
from .outcome import Reject


def residue(value: Fraction, p: int) -> int:
    """``value`` modulo p; Reject if the denominator is not invertible."""
    if value.denominator == 1:
        return value.numerator % p
    if gcd(value.denominator, p) != 1:
        raise Reject("", "a denominator has a factor in common with the prime")
    return value.numerator * pow(value.denominator, -1, p) % p


def rank_modulo(rows: Sequence[Sequence[int]], p: int) -> int:
    """The number of pivots of an elimination modulo p >= 2 with invertible pivots.

    r pivots show an r x r minor that is invertible modulo p, hence nonzero over Q: the rank over Q
    is at least r, whether or not p is prime. Entries are integers in 0..p-1.

    A row is packed into one integer with a slot for each entry, so that subtracting a multiple of a
    row is one product of integers. A slot holds up to p + (rows) p^2, so nothing is reduced until
    the row is finished; a pivot row is reduced and normalised, with 0 in the earlier pivot columns.
    """
    if not rows or not rows[0]:
        return 0
    width = len(rows[0])
    size = (2 * p.bit_length() + len(rows).bit_length() + 9) // 8  # bytes of a slot
    mask = (1 << 8 * size) - 1
    pivots: list[tuple[int, int]] = []  # (shift of the pivot's slot, packed row)
    for row in rows:
        packed = _pack(row, size)
        for shift, pivot in pivots:
            factor = (packed >> shift & mask) % p
            if factor:
                packed += (p - factor) * pivot
        reduced = [value % p for value in _unpack(packed, size, width)]
        column = next((c for c, value in enumerate(reduced) if value and gcd(value, p) == 1), None)
        if column is not None:
            inverse = pow(reduced[column], -1, p)
            normal = [value * inverse % p for value in reduced]
            pivots.append((8 * size * column, _pack(normal, size)))
    return len(pivots)


def _pack(row: Sequence[int], size: int) -> int:
    return int.from_bytes(b"".join([value.to_bytes(size, "little") for value in row]), "little")


def _unpack(packed: int, size: int, width: int) -> list[int]:
    data = packed.to_bytes(size * width, "little")
    return [int.from_bytes(data[i : i + size], "little") for i in range(0, size * width, size)]


def is_inverse(
    inverse: list[list[int]], scale: int, matrix: list[list[Interval]], bits: int
) -> bool:
    """Whether every row of |I - R S| has sum < 1, R = inverse / 2^scale, for every S in ``matrix``.

    With midpoints m and radii e of S, |I - R S| <= |I - R m| + |R| e; all are integers over
    2^(scale + bits + 1).
    """
    one = 1 << (scale + bits + 1)
    columns = [[lo + hi for lo, hi in column] for column in zip(*matrix, strict=True)]
    radii = [sum(hi - lo for lo, hi in row) for row in matrix]
    for i, row in enumerate(inverse):
        total = sum(map(mul, map(abs, row), radii))
        for j, column in enumerate(columns):
            total += abs((one if i == j else 0) - sum(map(mul, row, column)))
        if total >= one:
            return False
    return True


def is_dominant(matrix: list[list[Interval]], weights: list[Fraction]) -> bool:
    """Whether |S_ii| x_i > sum of |S_ij| x_j over j != i for every i and every S in ``matrix``."""
    for i, row in enumerate(matrix):
        lo, hi = row[i]
        smallest = max(lo, -hi, 0)
        others = sum(
            (max(-a, b) * weights[j] for j, (a, b) in enumerate(row) if j != i), Fraction(0)
        )
        if not smallest * weights[i] > others:
            return False
    return True
