"""Balls and enclosures: full ranks re-verified exactly; boxes around singular ones never pass."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from types import SimpleNamespace
from typing import Any

import naive
import numpy as np
import pytest
from flint import arb, arb_mat, fmpq, fmpq_mat

from exactland.linalg.balls import full_rank_balls
from exactland.linalg.dominance import assignment, dominance
from exactland.linalg.enclosures import full_rank_enclosure
from exactland.linalg.evidence import ApproximateInverse, Dominance, RankEvidence
from exactland.linalg.packed import PackedRows


def check(rows: naive.Rows, found: RankEvidence) -> None:
    assert found.is_full
    if isinstance(found.lower, Dominance):
        naive.check_dominance(rows, found.lower)
    else:
        assert isinstance(found.lower, ApproximateInverse)
        naive.check_inverse(rows, found.lower)


def balls_of(matrix: fmpq_mat, **options: int) -> RankEvidence:
    shape = matrix.nrows(), matrix.ncols()
    return full_rank_balls(lambda bits: arb_mat(matrix), shape, **options)


def random_rational(random: Random, m: int, n: int) -> fmpq_mat:
    entries = [fmpq(random.randint(-99, 99), random.randint(1, 9)) for _ in range(m * n)]
    return fmpq_mat(m, n, entries)


def test_balls_random() -> None:
    random = Random(1)
    for _ in range(60):
        m, n = random.randint(1, 8), random.randint(1, 8)
        matrix = random_rational(random, m, n)
        found = balls_of(matrix)
        if matrix.rank() == min(m, n):
            check(naive.fractions(matrix), found)
        else:
            assert found.lower is None


def test_balls_never_call_a_singular_matrix_full() -> None:
    random = Random(2)
    for _ in range(40):
        m, n = random.randint(2, 7), random.randint(2, 7)
        r = random.randint(1, min(m, n) - 1)
        matrix = random_rational(random, m, r) * random_rational(random, r, n)
        found = balls_of(matrix, ceiling=256)
        assert found.lower is None
        assert found.upper is None
        assert "ceiling of 256 bits" in found.tried[-1]


def test_a_box_around_a_singular_matrix() -> None:
    random = Random(3)
    for k in range(60):
        n = random.randint(2, 6)
        centre = random_rational(random, n, n - 1) * random_rational(random, n - 1, n)
        radius = fmpq(1, 2 ** random.randint(1, 40))
        moved = [[arb(x + radius * random.randint(-9, 9) / 10, radius) for x in row]
                 for row in centre.tolist()]  # fmt: skip
        assert all(ball.contains(x) for row, line in zip(moved, centre.tolist(), strict=True)
                   for ball, x in zip(row, line, strict=True)), k  # fmt: skip
        box = arb_mat(moved)
        assert full_rank_balls(lambda bits, box=box: box, (n, n), ceiling=128).lower is None
        assert dominance(box) is None


def test_balls_ill_conditioned_and_badly_scaled() -> None:
    for n in (1, 2, 12, 20):
        hilbert = fmpq_mat.hilbert(n, n)
        check(naive.fractions(hilbert), balls_of(hilbert))
    random = Random(4)
    for m, n in [(6, 6), (4, 9), (9, 4)]:
        matrix = random_rational(random, m, n)
        for i in range(m):
            for j in range(n):
                matrix[i, j] *= fmpq(10) ** (20 * i - 33 * j)
        check(naive.fractions(matrix), balls_of(matrix))
    huge = fmpq_mat([[fmpq(10) ** 400, 1], [1, fmpq(10) ** -350]])
    assert huge.det() != 0
    check(naive.fractions(huge), balls_of(huge))


def test_balls_wide_with_nearly_equal_columns() -> None:
    random = Random(6)
    base = random_rational(random, 5, 2)
    nearly = fmpq_mat(5, 9)
    for j in range(9):
        for i in range(5):
            nearly[i, j] = base[i, j % 2] + fmpq(random.randint(-9, 9), 10**25)
    check(naive.fractions(nearly), balls_of(nearly))
    check(naive.fractions(nearly.transpose()), balls_of(nearly.transpose()))


def test_balls_transcendental_entries_and_precision() -> None:
    def entries_at(bits: int) -> arb_mat:
        return arb_mat([[(arb(i * j) / 7).exp() for j in range(24)] for i in range(24)])

    found = full_rank_balls(entries_at, (24, 24))
    assert found.is_full
    assert any(text.startswith("64 bits") for text in found.tried)
    capped = full_rank_balls(entries_at, (24, 24), ceiling=64)
    assert not capped.is_full
    assert capped.tried


def test_balls_unbounded_and_empty() -> None:
    assert full_rank_balls(lambda bits: arb_mat([[arb("nan")]]), (1, 1), ceiling=64).lower is None
    assert full_rank_balls(lambda bits: arb_mat(0, 3), (0, 3)).is_full
    assert full_rank_balls(lambda bits: [[arb(2)]], (1, 1)).is_full


def test_dominance_weights_and_permutation() -> None:
    # Triangular in the limit, as A(alpha) of NH18, Theorem 3.4, with its rows permuted.
    n = 12
    rows = [[fmpq(1) if i == j else fmpq(5) if j > i else fmpq(1, 10 ** (2 * n)) for j in range(n)]
            for i in range(n)]  # fmt: skip
    Random(7).shuffle(rows)
    matrix = fmpq_mat(rows)
    found = dominance(arb_mat(matrix))
    assert found is not None
    naive.check_dominance(naive.fractions(matrix), found)
    assert dominance(arb_mat([[1, 1], [1, 1]])) is None
    assert dominance(arb_mat([[0, 1], [0, 1]])) is None
    wide = fmpq_mat([[1, 0, 9], [1, 7, 1]])
    naive.check_dominance(naive.fractions(wide), dominance(arb_mat(wide)))


def test_assignment_is_optimal() -> None:
    from itertools import permutations

    generator = np.random.default_rng(8)
    for _ in range(40):
        m = int(generator.integers(1, 5))
        n = int(generator.integers(m, 6))
        cost = generator.normal(size=(m, n))
        chosen = assignment(cost)
        best = min(sum(cost[i, j] for i, j in enumerate(p)) for p in permutations(range(n), m))
        assert len(set(chosen)) == m
        assert sum(cost[i, j] for i, j in enumerate(chosen)) == pytest.approx(best)


def enclosure(lo: Any, hi: Any) -> SimpleNamespace:
    return SimpleNamespace(lo=np.asarray(lo), hi=np.asarray(hi))


def exact(array: Any) -> naive.Rows:
    return [[Fraction(float(x)) for x in row] for row in array]


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (7, 12), (12, 7), (40, 40)])
def test_enclosures_random(shape: tuple[int, int]) -> None:
    generator = np.random.default_rng(9)
    for _ in range(5):
        values = generator.normal(size=shape) * 10.0 ** generator.integers(-8, 9, (shape[0], 1))
        width = np.abs(values) * 1e-13
        found = full_rank_enclosure(enclosure(values - width, values + width))
        check(exact(values), found)
        corner = np.where(generator.random(shape) < 0.5, values - width, values + width)
        check(exact(corner), found)


def test_enclosures_of_singular_matrices() -> None:
    generator = np.random.default_rng(10)
    for _ in range(100):
        n = int(generator.integers(2, 9))
        left = generator.integers(-9, 10, (n, n - 1))
        right = generator.integers(-9, 10, (n - 1, n))
        singular = (left @ right).astype(float)
        radius = 10.0 ** -generator.integers(0, 15)
        shift = generator.uniform(-0.9, 0.9, (n, n)) * radius
        assert full_rank_enclosure(enclosure(singular, singular)).lower is None
        box = enclosure(singular + shift - radius, singular + shift + radius)
        assert (box.lo <= singular).all()
        assert (singular <= box.hi).all()
        assert full_rank_enclosure(box).lower is None


def test_enclosures_where_pivoting_is_needed() -> None:
    generator = np.random.default_rng(11)
    values = generator.normal(size=(30, 70))
    values[:, :40] = values[:, :1]
    found = full_rank_enclosure(enclosure(values, values))
    check(exact(values), found)
    assert max(found.lower.columns) >= 40
    # A singular leading block, and large enough that the inverse is found by blocks.
    large = generator.normal(size=(520, 520))
    large[:260, :260] = 0.0
    assert full_rank_enclosure(enclosure(large, large)).is_full


def test_enclosures_extreme() -> None:
    for scale in (1e-300, 1e300):
        values = np.array([[2.0, 1.0], [1.0, 3.0]]) * scale
        found = full_rank_enclosure(enclosure(values, values))
        if found.lower is not None:
            naive.check_inverse(exact(values), found.lower)
    one = np.ones((1, 1))
    assert full_rank_enclosure(enclosure(-one * np.inf, one)).lower is None
    assert full_rank_enclosure(enclosure(one * np.nan, one)).lower is None
    assert full_rank_enclosure(enclosure(-one * 1.7e308, one * 1.7e308)).lower is None
    assert full_rank_enclosure(enclosure(one + 1, one - 1)).lower is None
    assert full_rank_enclosure(enclosure(np.ones((0, 3)), np.ones((0, 3)))).is_full


def test_packed_rows() -> None:
    values = np.array([[1, -2, 3], [4, 5, -(2**62)]], dtype="<i8")
    packed = PackedRows(values.tobytes(), 3)
    assert tuple(packed) == ((1, -2, 3), (4, 5, -(2**62)))
    assert packed == tuple(map(tuple, values.tolist()))
    assert hash(packed) == hash(tuple(packed))
    assert packed[-1] == (4, 5, -(2**62))
    assert packed[:1] == ((1, -2, 3),)
    assert packed != PackedRows(values.tobytes(), 2)
    with pytest.raises(IndexError):
        packed[2]
