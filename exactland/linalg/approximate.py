"""What every search for an approximate inverse R of S shares: rounding R, and bits for the checker.

R is kept as integers over 2^scale, with no more digits than |I - R S| < 1 needs.
"""

from __future__ import annotations

#: binary orders by which entries of S may lose accuracy in the checker's own evaluation
GUARD = 32
#: limits of docs/certificate-v1.md, section 6.1
LEAST_BITS, MOST_BITS, MOST_SCALE = 64, 65536, 65536


def scales(size: int, row_sum_log2: int, frobenius_log2: int) -> tuple[int, ...]:
    """Scales s, the smaller first, at which R rounded to integers over 2^s should do.

    ``size`` is r; 2^row_sum_log2 bounds all row sums of |S|, 2^frobenius_log2 its Frobenius
    norm. Rounding moves an entry of R by at most 2^-(s+1), a row of R S therefore by at most
    r 2^-(s+1) max row sum: at most 1/8 for the last scale. The errors are usually like random ones;
    then sqrt(r) 2^-s |S|_F / sqrt(12), at most 1/6, is the size of a row for the first scale.

    >>> scales(1024, 10, 10)
    (16, 22)
    """
    safe = row_sum_log2 + 2 + (size - 1).bit_length()
    usual = frobenius_log2 + 1 + -(-(size - 1).bit_length() // 2)
    found = sorted({max(0, min(usual, safe)), max(0, safe)})
    return tuple(s for s in found if s <= MOST_SCALE)


def bits_for(size: int, inverse_row_sum: int, scale: int) -> int | None:
    """Bits b so that errors of 2^(GUARD - b) in the entries of S move a row of R S by < 1/8.

    ``inverse_row_sum`` is the largest row sum of the integers 2^scale |R|. None above the ceiling.

    >>> bits_for(4, 1000, 3)
    64
    """
    quotient = (8 * size * (inverse_row_sum + 1)) >> scale
    bits = GUARD + (quotient + 1).bit_length()
    # Whole words, with a floor: nothing is gained below it.
    bits = max(LEAST_BITS, -(-bits // 32) * 32)
    return bits if bits <= MOST_BITS else None


def round_shift(mantissa: int, exponent: int) -> int:
    """The integer next to mantissa * 2^exponent (a half is rounded up).

    >>> round_shift(7, -1), round_shift(-7, -2), round_shift(3, 2)
    (4, -2, 12)
    """
    if exponent >= 0:
        return mantissa << exponent
    return ((mantissa >> (-exponent - 1)) + 1) >> 1
