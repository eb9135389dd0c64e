"""Random primes and reduction modulo them."""

from __future__ import annotations

import random

import pytest
import sympy
from flint import fmpq, fmpq_mat

from exactland.arithmetic.modular import random_prime, reduce
from exactland.errors import InputError


def test_primes() -> None:
    primes = [random_prime(seed) for seed in range(20)]
    assert len(set(primes)) == 20
    for seed, p in enumerate(primes):
        assert p.bit_length() == 61
        assert sympy.isprime(p)
        assert random_prime(seed) == p


@pytest.mark.parametrize("p", [2**61 - 1, 2**64 - 59, random_prime(7)])
def test_residues(p: int) -> None:
    source = random.Random(1)
    rows = [
        [fmpq(source.randint(-(10**40), 10**40), source.randint(1, 10**6)) for _ in range(5)]
        for _ in range(4)
    ]
    for residues in (reduce(rows, p), reduce(fmpq_mat(rows), p)):
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                assert int(residues[i, j]) == int(value.p) * pow(int(value.q), -1, p) % p


def test_a_denominator_without_inverse_is_refused() -> None:
    with pytest.raises(InputError, match="denominator"):
        reduce([[fmpq(1), fmpq(1, 21)]], 7)
    with pytest.raises(InputError, match="denominator"):
        reduce([[fmpq(1, 2)]], 6)  # no prime, and 2 has no inverse modulo it
    for p in (0, 1, -7, 2**64):
        with pytest.raises(InputError):
            reduce([[fmpq(1)]], p)
