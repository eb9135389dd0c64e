"""rational_rank against flint, against elimination over Fractions, and on what defeats primes."""

from __future__ import annotations

from random import Random

import naive
import pytest
from flint import fmpq, fmpq_mat

from exactland.arithmetic.modular import random_prime
from exactland.errors import InputError, UsageError
from exactland.linalg.evidence import RankEvidence
from exactland.linalg.rational import rational_rank


def checked(matrix: fmpq_mat, seed: int = 0) -> RankEvidence:
    """The evidence, re-verified from its data alone; the rank is exact."""
    found = rational_rank(matrix, seed)
    rows = naive.fractions(matrix)
    m, n = matrix.nrows(), matrix.ncols()
    assert (found.rows, found.columns) == (m, n)
    if found.lower is not None:
        naive.check_minor(rows, found.lower)
    if found.upper is not None:
        naive.check_null_vectors(rows, found.upper)
        length = m if found.upper.side == "left" else n
        assert length == min(m, n)
        assert found.at_most == length - len(found.upper.vectors)
    assert found.at_least == found.at_most == (naive.rank(rows) if min(m, n) else 0)
    return found


def random_number(random: Random, kind: str) -> fmpq:
    if kind == "small":
        return fmpq(random.randint(-2, 2))
    if kind == "fractions":
        return fmpq(random.randint(-99, 99), random.randint(1, 99))
    if kind == "huge":
        return fmpq(random.randint(-9, 9) * 10 ** random.randint(0, 60), random.randint(1, 9))
    if kind == "tiny":
        return fmpq(random.randint(-9, 9), 7 ** random.randint(0, 90))
    return fmpq(random.choice([0, 0, 0, 1, -1]))


def random_matrix(random: Random) -> fmpq_mat:
    """Shapes up to 9 x 9, of a random rank or nearly so."""
    kind = random.choice(["small", "fractions", "huge", "tiny", "sparse"])
    m, n = random.randint(1, 9), random.randint(1, 9)
    if random.random() < 0.4:
        return fmpq_mat(m, n, [random_number(random, kind) for _ in range(m * n)])
    r = random.randint(0, min(m, n))
    left = fmpq_mat(m, r, [random_number(random, kind) for _ in range(m * r)])
    right = fmpq_mat(r, n, [random_number(random, kind) for _ in range(r * n)])
    matrix = left * right if r else fmpq_mat(m, n)
    if random.random() < 0.3:
        matrix[random.randrange(m), random.randrange(n)] += fmpq(1, 10**50)
    return matrix


def campaign(seeds: range) -> None:
    seen = set()
    for seed in seeds:
        matrix = random_matrix(Random(seed))
        found = checked(matrix, seed)
        assert found.at_least == matrix.rank()
        seen.add(found.is_full)
    assert seen == {True, False}


def test_random_matrices() -> None:
    campaign(range(200))


@pytest.mark.slow
def test_random_matrices_at_length() -> None:
    campaign(range(200, 6000))


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_empty(shape: tuple[int, int]) -> None:
    found = rational_rank(fmpq_mat(*shape))
    assert found == RankEvidence(*shape)
    assert found.is_full


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (5, 2), (3, 3)])
def test_zero(shape: tuple[int, int]) -> None:
    found = checked(fmpq_mat(*shape))
    assert found.lower is None
    assert len(found.upper.vectors) == min(shape)


def test_one_by_one() -> None:
    assert checked(fmpq_mat([[fmpq(-3, 7)]])).is_full


def test_a_determinant_divisible_by_the_primes() -> None:
    primes = random_prime(0) * random_prime(1)
    found = checked(fmpq_mat([[1, 1], [1, 1 + primes]]))
    assert found.is_full
    assert found.lower.prime == random_prime(2)
    deficient = checked(fmpq_mat([[1, 1, 2], [1, 1 + primes, 2 + primes], [2, 2, 4]]))
    assert deficient.at_least == 2


def test_denominators_divisible_by_the_prime() -> None:
    found = checked(fmpq_mat([[fmpq(1, random_prime(0)), 1], [1, 1]]))
    assert found.is_full
    assert found.lower.prime != random_prime(0)


def test_null_vectors_that_vanish_modulo_the_prime() -> None:
    p = random_prime(0)
    # The only null vector (p, -1, 0...) and its multiples keep an entry that is a unit.
    found = checked(fmpq_mat([[1, p], [p, p * p]]))
    assert found.at_least == 1


def test_nearly_singular() -> None:
    n = 12
    hilbert = fmpq_mat.hilbert(n, n)
    assert checked(hilbert).is_full
    for j in range(n):
        hilbert[n - 1, j] = sum((hilbert[i, j] for i in range(n - 1)), fmpq(0))
    assert checked(hilbert).at_least == n - 1
    hilbert[n - 1, n - 1] += fmpq(1, 10**300)
    assert checked(hilbert).is_full


def test_long_denominators_are_cleared_by_rows() -> None:
    random = Random(5)
    entries = [fmpq(random.getrandbits(64), random.getrandbits(64) | 1) for _ in range(40 * 41)]
    matrix = fmpq_mat(40, 41, entries)
    found = rational_rank(matrix)
    naive.check_minor(naive.fractions(matrix), found.lower)
    assert found.is_full
    for j in range(41):
        matrix[7, j] = 3 * matrix[1, j] - matrix[2, j] / 5
    found = rational_rank(matrix)
    naive.check_null_vectors(naive.fractions(matrix), found.upper)
    assert found.at_least == found.at_most == 39


def test_rows_of_numbers_and_other_seeds() -> None:
    rows = [["1/2", 3], [1, "6"]]
    first, second = rational_rank(rows), rational_rank(rows, seed=1)
    assert first.at_most == second.at_most == 1
    assert first.lower.prime != second.lower.prime


def test_bad_input() -> None:
    with pytest.raises(InputError):
        rational_rank([[1, 2], [3]])
    with pytest.raises(InputError):
        rational_rank([[0.5]])


def test_no_truth_value() -> None:
    with pytest.raises(UsageError):
        bool(rational_rank([[1]]))
