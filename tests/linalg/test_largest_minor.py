"""The largest minor found: at most the rank, and the rank where it is seen in the entries."""

from random import Random

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from exactland.linalg.largest_minor import cost, largest_minor, rank_balls


def product(draw: Random, m: int, n: int, rank: int) -> fmpq_mat:
    """A random rational matrix of at most this rank."""
    left = [[fmpq(draw.randint(-9, 9), draw.randint(1, 9)) for _ in range(rank)] for _ in range(m)]
    right = [[fmpq(draw.randint(-9, 9), draw.randint(1, 9)) for _ in range(n)] for _ in range(rank)]
    return fmpq_mat(left) * fmpq_mat(right)


def balls(matrix: fmpq_mat) -> arb_mat:
    """Its entries, none of them exact."""
    factor = arb(3).sqrt()
    return arb_mat([[arb(x) * factor for x in row] for row in matrix.tolist()])


@pytest.mark.parametrize("seed", range(40))
def test_random_ranks(seed: int) -> None:
    draw = Random(seed)
    m, n = draw.randint(1, 12), draw.randint(1, 12)
    matrix = product(draw, m, n, draw.randint(1, min(m, n)))
    rank = matrix.rank()
    found = largest_minor(balls(matrix), ctx.prec)
    rows, columns = ((), ()) if found is None else (found.rows, found.columns)
    assert len(rows) == len(columns) == rank
    if rank:
        minor = fmpq_mat([[matrix[i, j] for j in columns] for i in rows])
        assert minor.det() != 0


def test_small_entries_count() -> None:
    """diag(1, e^-700, e^-1400) with an unknown last row."""
    matrix = arb_mat(4, 4)
    for k in range(3):
        matrix[k, k] = arb(-700 * k).exp()
    matrix[3, 3] = arb(0, 1)
    found = largest_minor(matrix, 64)
    assert found is not None
    assert sorted(found.rows) == [0, 1, 2]


def test_nothing_is_found_in_what_may_vanish() -> None:
    assert largest_minor(arb_mat([[arb(0, 1)] * 3] * 2), 64) is None
    assert rank_balls(lambda bits: arb_mat([[arb("nan")]]), (1, 1), ceiling=64).lower is None


def test_the_search_says_what_it_has_found() -> None:
    third = arb(1) / 3
    found = rank_balls(lambda bits: [[third, third], [third, third]], (2, 2), ceiling=128)
    assert (found.at_least, found.is_full) == (1, False)
    assert found.tried[-1] == "ceiling of 128 bits reached; the rank is at least 1"


def test_a_minor_that_costs_less_is_smaller() -> None:
    matrix = arb_mat(6, 6)
    for k in range(6):
        matrix[k, k] = arb(-300 * k).exp()
    whole = rank_balls(lambda bits: matrix, (6, 6), ceiling=64)
    assert whole.is_full
    less = rank_balls(lambda bits: matrix, (6, 6), ceiling=64, work=cost(whole.lower) // 4)
    assert 0 < less.at_least < 6
    assert 4 * cost(less.lower) <= cost(whole.lower)
