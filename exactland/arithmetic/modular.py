"""Prime fields: a rank modulo a prime is at most the rank over Q, and costs far less.

A nonzero minor modulo p is nonzero over Q. The converse fails for the finitely many p dividing it,
which is why primes are drawn at random and large.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import gcd, lcm
from typing import Any

from flint import fmpq, fmpq_mat, fmpz, nmod_mat

from exactland.errors import InputError

#: The size of a random prime in bits: a product of two residues fits into two machine words.
PRIME_BITS = 61
#: Denominators with a longer common multiple are not brought to a common one.
COMMON_BITS = 2048


def random_prime(seed: int, bits: int = PRIME_BITS) -> int:
    """A prime of exactly so many bits, 61 unless another number is given, the same for a seed.

    Flint's ``is_prime`` is a proof, not a probable-prime test.

    >>> random_prime(0) == random_prime(0), random_prime(0).bit_length()
    (True, 61)
    """
    source = random.Random(seed)
    while True:
        candidate = source.getrandbits(bits) | 1 | 1 << (bits - 1)
        if fmpz(candidate).is_prime():
            return candidate


def reduce(matrix: fmpq_mat | Sequence[Sequence[fmpq]], p: int) -> nmod_mat:
    """The matrix modulo p, 2 <= p < 2^64, for an ``fmpq_mat`` or nonempty rows of rationals.

    Raises InputError if a factor of p divides the denominator of an entry: it has no residue then.

    >>> reduce([[fmpq(1, 2), fmpq(-1)]], 7)
    [4, 6]
    """
    if not 2 <= p < 1 << 64:
        raise InputError("prime", f"{p} is not between 2 and 2^64", "give a prime of one word")
    rational: Any = matrix if isinstance(matrix, fmpq_mat) else fmpq_mat(matrix)
    if have_short_multiple(rational):
        numerators, denominator = rational.numer_denom()
        # The least common denominator shares a factor with p only if an entry's does.
        residues: nmod_mat = nmod_mat(numerators, p) * _inverse(int(denominator), p)
        return residues
    inverses: dict[int, int] = {}
    entries = []
    for value in rational.entries():
        q = int(value.q)
        if q not in inverses:
            inverses[q] = _inverse(q, p)
        entries.append(int(value.p) * inverses[q] % p)
    return nmod_mat(rational.nrows(), rational.ncols(), entries, p)


def have_short_multiple(matrix: fmpq_mat) -> bool:
    """Whether the least common denominator of the entries is likely to be short, by a sample."""
    m, n = matrix.nrows(), matrix.ncols()
    stride = max(1, m * n // 256)
    sample = lcm(*(int(matrix[k // n, k % n].q) for k in range(0, m * n, stride)))
    return sample.bit_length() <= COMMON_BITS


def _inverse(denominator: int, p: int) -> int:
    if gcd(denominator, p) != 1:
        raise InputError("prime", f"{p} divides a denominator", "take another prime")
    return pow(denominator, -1, p)
