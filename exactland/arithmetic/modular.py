"""Prime fields: a rank modulo a prime is at most the rank over Q, and costs far less.

A nonzero minor modulo p is nonzero over Q. The converse fails for the finitely many p dividing it,
which is why primes are drawn at random and large.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpq_mat, fmpz, nmod_mat

from exactland.errors import InputError

#: The size of a random prime in bits: a product of two residues fits into two machine words.
PRIME_BITS = 61


def random_prime(seed: int) -> int:
    """A prime of exactly 61 bits, the same for the same seed.

    Flint's ``is_prime`` is a proof, not a probable-prime test.

    >>> random_prime(0) == random_prime(0), random_prime(0).bit_length()
    (True, 61)
    """
    source = random.Random(seed)
    while True:
        candidate = source.getrandbits(PRIME_BITS) | 1 | 1 << (PRIME_BITS - 1)
        if fmpz(candidate).is_prime():
            return candidate


def reduce(matrix: fmpq_mat | Sequence[Sequence[fmpq]], p: int) -> nmod_mat:
    """The matrix modulo p, 2 <= p < 2^64, for an ``fmpq_mat`` or nonempty rows of rationals.

    Raises InputError if p divides the denominator of an entry: the entry has no residue then.

    >>> reduce([[fmpq(1, 2), fmpq(-1)]], 7)
    [4, 6]
    """
    if not 2 <= p < 1 << 64:
        raise InputError("prime", f"{p} is not between 2 and 2^64", "give a prime of one word")
    rational: Any = matrix if isinstance(matrix, fmpq_mat) else fmpq_mat(matrix)
    numerators, denominator = rational.numer_denom()
    # The common denominator is the least one: it shares a factor with p only if an entry's does.
    if fmpz(denominator).gcd(p) != 1:
        raise InputError("prime", f"{p} divides a denominator", "take another prime")
    inverse = pow(int(denominator % p), -1, p)
    residues: nmod_mat = nmod_mat(numerators, p) * inverse
    return residues
