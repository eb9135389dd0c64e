"""Linear algebra on plain lists: elimination modulo p, the residual of an inverse, dominance.

>>> rank_modulo([[1, 2], [2, 4]], 7), rank_modulo([[1, 2], [2, 5]], 7)
(1, 2)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd
from operator import mul

from .intervals import Interval
from .outcome import Reject
from .rationals import integers
from .work import TURN, product, size, spend


def residue(value: Fraction, p: int) -> int:
    """``value`` modulo p; Reject if the denominator is not invertible."""
    spend(5 * TURN + size(value) // 4)
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
    bits = 8 * size * width  # of a row
    subtraction = TURN + product(bits, p.bit_length()) + bits // 20
    pivots: list[tuple[int, int]] = []  # (shift of the pivot's slot, packed row)
    for row in rows:
        spend(width * (5 * TURN + 8 * size) + len(pivots) * (3 * TURN + bits // 80))
        packed = pack(row, size)
        for shift, pivot in pivots:
            factor = (packed >> shift & mask) % p
            if factor:
                spend(subtraction)
                packed += (p - factor) * pivot
        reduced = [value % p for value in unpack(packed, size, width)]
        column = next((c for c, value in enumerate(reduced) if value and gcd(value, p) == 1), None)
        if column is not None:
            inverse = pow(reduced[column], -1, p)
            normal = [value * inverse % p for value in reduced]
            pivots.append((8 * size * column, pack(normal, size)))
    return len(pivots)


def pack(row: Sequence[int], size: int) -> int:
    """The integer with these digits to the base 2^(8 size), each in 0..2^(8 size)-1."""
    return int.from_bytes(b"".join([value.to_bytes(size, "little") for value in row]), "little")


def unpack(packed: int, size: int, width: int) -> list[int]:
    """The digits again."""
    data = packed.to_bytes(size * width, "little")
    return [int.from_bytes(data[i : i + size], "little") for i in range(0, size * width, size)]


def is_inverse(
    inverse: list[list[int]], scale: int, matrix: list[list[Interval]], bits: int
) -> bool:
    """Whether every row of |I - R S| has sum < 1, R = inverse / 2^scale, for every S in ``matrix``.

    With midpoints m and radii e of S, |I - R S| <= |I - R m| + |R| e; all are integers over
    2^(scale + bits + 1). A row of m is packed into one integer with a slot for each entry, so that
    a row of R m is one sum of products; a slot holds it with 2^(bits of a slot - 1) added.
    """
    n = len(matrix)
    own = _longest(end for row in matrix for pair in row for end in pair) + 1
    long = _longest(x for row in inverse for x in row)
    size = (own + long + n.bit_length() + 9) // 8  # bytes of a slot
    spend(n * n * (10 * TURN + 8 * size + product(8 * size * n, long)))
    one, middle = 1 << (scale + bits + 1), 1 << (8 * size - 1)
    offset = pack([middle] * n, size)
    rows = [pack([lo + hi + middle for lo, hi in row], size) - offset for row in matrix]
    radii = [sum([hi - lo for lo, hi in row]) for row in matrix]
    for i, row in enumerate(inverse):
        packed = sum(map(mul, row, rows)) + offset
        found = [value - middle for value in unpack(packed, size, n)]
        found[i] -= one
        if sum(map(abs, found)) + sum(map(mul, map(abs, row), radii)) >= one:
            return False
    return True


def _longest(numbers: Iterable[int]) -> int:
    """The bits of the longest of these."""
    return max(map(int.bit_length, numbers), default=0)


def is_dominant(matrix: list[list[Interval]], weights: list[Fraction]) -> bool:
    """Whether |S_ii| x_i > sum of |S_ij| x_j over j != i for every i and every S in ``matrix``."""
    numbers, _ = integers(weights)
    own = _longest(end for row in matrix for pair in row for end in pair)
    spend(len(matrix) ** 2 * (5 * TURN + product(own, _longest(numbers))))
    for i, row in enumerate(matrix):
        lo, hi = row[i]
        smallest = max(lo, -hi, 0)
        others = sum(max(-a, b) * numbers[j] for j, (a, b) in enumerate(row) if j != i)
        if not smallest * numbers[i] > others:
            return False
    return True
