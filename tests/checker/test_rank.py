"""Elimination modulo p, residuals and dominance, against slow exact arithmetic."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.checker.outcome import Reject
from exactland.checker.rank import is_dominant, is_inverse, rank_modulo, residue

PRIMES = [2, 3, 101, 2**31 - 1, 2**61 - 1, 2**64 - 59]


def rank_of(matrix: list[list[Fraction]], p: int = 0) -> int:
    """Textbook elimination over Q (p = 0) or a prime field."""
    work, rank = [list(row) for row in matrix], 0
    for c in range(len(work[0]) if work else 0):
        pivot = next((r for r in range(rank, len(work)) if work[r][c]), None)
        if pivot is None:
            continue
        work[rank], work[pivot] = work[pivot], work[rank]
        for r in range(rank + 1, len(work)):
            a, b = work[r][c], work[rank][c]
            work[r] = [x * b - y * a for x, y in zip(work[r], work[rank], strict=True)]
            if p:
                work[r] = [x % p for x in work[r]]
        rank += 1
    return rank


MATRICES = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(-3, 3), min_size=n, max_size=n), min_size=1, max_size=7)
)


@given(MATRICES, st.sampled_from(PRIMES))
def test_rank_modulo_a_prime(matrix: list[list[int]], p: int) -> None:
    reduced = [[x % p for x in row] for row in matrix]
    assert rank_modulo(reduced, p) == rank_of(reduced, p)


@given(MATRICES, st.integers(2, 2**64 - 1))
def test_never_above_the_rank_over_the_rationals(matrix: list[list[int]], p: int) -> None:
    assert rank_modulo([[x % p for x in row] for row in matrix], p) <= rank_of(matrix)


@given(st.integers(2, 40), st.randoms(use_true_random=False))
def test_dense_matrices_fill_their_slots(n: int, draw) -> None:
    p = 2**64 - 59
    matrix = [[draw.randrange(p) for _ in range(n)] for _ in range(n)]
    assert rank_modulo(matrix, p) == rank_of(matrix, p)


def test_empty() -> None:
    assert rank_modulo([], 7) == 0
    assert rank_modulo([[0, 0]], 7) == 0


def test_residues() -> None:
    assert residue(Fraction(1, 2), 7) == 4
    assert residue(Fraction(-1), 7) == 6
    with pytest.raises(Reject):
        residue(Fraction(1, 6), 9)


def test_inverse() -> None:
    bits, scale = 10, 4
    one = 1 << bits
    identity = [[(one, one), (0, 0)], [(0, 0), (one, one)]]
    assert is_inverse([[16, 0], [0, 16]], scale, identity, bits)
    assert is_inverse([[8, 0], [0, 8]], scale, identity, bits)  # |I - S/2| = 1/2
    assert not is_inverse([[0, 0], [0, 0]], scale, identity, bits)  # exactly 1 is not less
    assert not is_inverse([[32, 0], [0, 16]], scale, identity, bits)
    assert not is_inverse([[16, 0], [16, 16]], scale, identity, bits)
    wide = [[(0, 2 * one), (0, 0)], [(0, 0), (one, one)]]
    assert not is_inverse([[16, 0], [0, 16]], scale, wide, bits)
    wide = [[(1, 2 * one - 1), (0, 0)], [(0, 0), (one, one)]]
    assert is_inverse([[16, 0], [0, 16]], scale, wide, bits)
    singular = [[(one, one), (one, one)], [(one, one), (one, one)]]
    assert not is_inverse([[8, 8], [8, 8]], scale, singular, bits)


def test_dominance() -> None:
    matrix = [[(4, 5), (-2, 3)], [(1, 1), (-3, -2)]]
    assert is_dominant(matrix, [Fraction(1), Fraction(1)])
    assert not is_dominant(matrix, [Fraction(3, 4), Fraction(1)])  # 4 * 3/4 = 3 * 1
    assert not is_dominant([[(-1, 1)]], [Fraction(1)])
    assert is_dominant([[(-2, -1)]], [Fraction(1)])
