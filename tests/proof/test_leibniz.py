"""The Leibniz sum: every term, the groups and their bounds, and the tails of the terms."""

from __future__ import annotations

from itertools import pairwise, permutations
from math import factorial
from random import Random
from typing import Any

import pytest
from flint import arb, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import magnitude_upper
from exactland.errors import LimitError, UsageError
from exactland.functions.activations import activation
from exactland.proof.leibniz import expand, term_tail


def random_matrix(seed: int, size: int) -> list[list[fmpq]]:
    draw = Random(seed)
    choices = [fmpq(p, q) for p in range(-4, 5) for q in (1, 2, 3)]
    return [[draw.choice(choices) for _ in range(size)] for _ in range(size)]


def parity(permutation: tuple[int, ...]) -> int:
    """By cycles, not by inversions."""
    seen: set[int] = set()
    sign = 1
    for start in range(len(permutation)):
        length, j = 0, start
        while j not in seen:
            seen.add(j)
            j, length = permutation[j], length + 1
        if length and length % 2 == 0:
            sign = -sign
    return sign


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(3))
def test_every_term_is_there_with_its_sign(size: int, seed: int) -> None:
    matrix = random_matrix(seed, size)
    expansion = expand(matrix)
    assert len(expansion.terms) == factorial(size)
    by_permutation = {term.permutation: term for term in expansion.terms}
    for pi in permutations(range(size)):
        product = fmpq(parity(pi))
        for j, i in enumerate(pi):
            product *= matrix[i][j]
        term = by_permutation[pi]
        assert (term.product, term.sign) == (product, parity(pi))
        assert term.first == next((j for j, i in enumerate(pi) if i > j), None)
    assert expansion.total == expansion.determinant == fmpq_mat(matrix).det()
    assert expansion.agrees


@pytest.mark.parametrize("seed", range(5))
def test_groups_partition_the_terms_and_their_bounds_hold(seed: int) -> None:
    expansion = expand(random_matrix(seed, 5))
    assert sum(group.count for group in expansion.groups) == factorial(5) - 1
    for group in expansion.groups:
        mine = [term for term in expansion.terms if term.first == group.first]
        assert group.count == len(mine)
        assert group.total == sum((term.product for term in mine), fmpq(0))
        assert group.bound >= sum(abs(term.product) for term in mine)
        assert abs(group.largest.product) == max(abs(term.product) for term in mine)


def test_terms_are_sorted_by_size() -> None:
    sizes = [abs(term.product) for term in expand(random_matrix(1, 5)).terms]
    assert all(a >= b * (1 - fmpq(1, 10**9)) for a, b in pairwise(sizes))


def test_balls_enclose_the_exact_sum() -> None:
    matrix = random_matrix(3, 6)
    exact = expand(matrix)
    balls = expand([[arb(value) for value in row] for row in matrix])
    assert balls.total.contains(exact.total)
    products = {term.permutation: abs(term.product) for term in exact.terms}
    assert all(term.bound >= products[term.permutation] for term in balls.terms)
    assert balls.agrees
    assert balls.is_nonzero == (exact.total != 0)


def test_a_singular_matrix_is_not_called_nonzero() -> None:
    singular = [[fmpq(1), fmpq(2)], [fmpq(2), fmpq(4)]]
    assert not expand(singular).is_nonzero
    around = [[arb(1, 0.5), arb(2)], [arb(2), arb(4)]]
    assert not expand(around).is_nonzero
    nothing = [[arb("nan"), arb(2)], [arb(2), arb(4)]]
    assert not expand(nothing).agrees
    assert not expand(nothing).is_nonzero


@pytest.mark.parametrize("matrix", [[], [[fmpq(1), fmpq(2)]], [[fmpq(1)], [fmpq(1), fmpq(2)]]])
def test_other_shapes_are_refused(matrix: Any) -> None:
    with pytest.raises(UsageError):
        expand(matrix)


def test_beyond_nine_the_sum_is_refused() -> None:
    with pytest.raises(LimitError, match="10!"):
        expand(random_matrix(0, 10))


def test_nine_in_full() -> None:
    expansion = expand(random_matrix(2, 9))
    assert len(expansion.terms) == 362880
    assert expansion.agrees


def matrix_at(name: str, gaps: list[list[fmpq]], alpha: int, beta: fmpq, bits: int = 200) -> Any:
    sigma, balls = activation(name), Balls(bits)
    with balls.working():
        return [[sigma.value(balls.number(alpha * d + beta), balls) for d in row] for row in gaps]


GAPS = [[fmpq(0), fmpq(2), fmpq(3)], [fmpq(-2), fmpq(0), fmpq(1)], [fmpq(-3), fmpq(-1), fmpq(0)]]


@pytest.mark.parametrize("pi", list(permutations(range(3))))
def test_terms_tend_to_their_limits(pi: tuple[int, ...]) -> None:
    tail = term_tail(GAPS, pi, fmpq(1, 2), (fmpq(0), fmpq(1)))
    terms = {t.permutation: t for t in expand(matrix_at("sigmoid", GAPS, 60, fmpq(0)), 200).terms}
    assert magnitude_upper(terms[pi].product - arb(tail.limit)) < fmpq(1, 10**20)
    assert (tail.limit == 0) == (pi != (0, 1, 2))
    assert tail.decay == sum((-min(GAPS[i][j], fmpq(0)) for j, i in enumerate(pi)), fmpq(0))


def test_the_rate_of_softplus_terms() -> None:
    # sigma(t) ~ exp(t) to the left, so log |term| / alpha tends to -decay.
    pi = (1, 2, 0)
    tail = term_tail(GAPS, pi, fmpq(1), (fmpq(0), None))
    assert tail.rate(1) == "O(alpha exp(-3 alpha))"
    assert tail.rate("2") == "O(alpha exp(-2*3 alpha))"
    assert tail.limit is None  # 0 times infinity
    term = next(
        t
        for t in expand(matrix_at("softplus", GAPS, 2000, fmpq(0), 9000), 9000).terms
        if t.permutation == pi
    )
    with Balls(9000).working():
        quotient = abs(term.product).log() / 2000
    assert abs(float(quotient) + 3) < 0.01


def test_a_gap_of_unknown_sign_is_refused() -> None:
    with pytest.raises(UsageError, match="sign"):
        term_tail([[arb(0), arb(0, 1)], [arb(-1), arb(0)]], (1, 0), arb(1), (None, None))
