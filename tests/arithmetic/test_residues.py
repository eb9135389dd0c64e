"""Residues against exact rational arithmetic, reduced afterwards."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from exactland.arithmetic.modular import random_prime
from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.residues import RESIDUE_BITS, Residues
from exactland.errors import ExactlandError, LimitError, NotExactError, UsageError
from exactland.functions.activations import activation

SIGMAS: list[Any] = [
    "relu", "softsign", "r1", "lorentz", "hard-sigmoid", "relu6",
    {"name": "leaky-relu", "slope": "1/3"}, {"name": "polynomial", "coefficients": [1, "1/2", 3]},
    {"expr": "max(t**3,min(2,1-t))/(1+abs(t-1/3))**2"}, {"expr": "(1+t*t)**-3"}, {"expr": "3/7"},
]  # fmt: skip


def drawn(draw: random.Random, rows: int, columns: int) -> list[list[fmpq]]:
    return [
        [fmpq(draw.randint(-9, 9), draw.choice((1, 1, 2, 3, 16, 35))) for _ in range(columns)]
        for _ in range(rows)
    ]


@pytest.mark.parametrize("prime", [3, 7, 101, random_prime(1, RESIDUE_BITS)])
def test_layers(prime: int) -> None:
    """What is known is the residue of the exact value, and its enclosure holds that value."""
    draw, seen, left_out = random.Random(prime), 0, 0
    over = Residues(prime)
    for _ in range(60):
        x, w, b = drawn(draw, 4, 3), drawn(draw, 3, 5), drawn(draw, 1, 5)
        v, sigma, tau = drawn(draw, 5, 2), *map(activation, draw.choices(SIGMAS, k=2))

        def network(A: Any) -> Any:
            G = A.add(A.multiply(A.matrix(x), A.matrix(w)), A.matrix(b))  # noqa: B023
            F = A.map(G, lambda t: sigma.value(t, A))  # noqa: B023
            F = A.take_columns(F, [4, None, 0, 1, 2])
            return A.map(A.multiply(F, A.matrix(v)), lambda t: tau.value(t, A))  # noqa: B023

        try:
            found = network(over)
        except ExactlandError:
            left_out += 1  # a denominator has the factor, or an interval around 0
            continue
        for i, row in enumerate(network(RATIONALS)):
            for j, value in enumerate(row):
                bounds = found.bounds.lo[i, j], found.bounds.hi[i, j]
                lo, hi = (fmpq(*map(int, end.as_integer_ratio())) for end in bounds)
                assert lo <= value <= hi
                if found.known[i, j]:
                    seen += 1
                    assert int(found.values[i, j]) == over.residue(value)
    assert prime < 1000 or (left_out == 0 and seen > 400)


def test_long_products_are_exact() -> None:
    """More terms than one block of exact sums of doubles, all residues as large as they get."""
    prime = random_prime(3, RESIDUE_BITS)
    over = Residues(prime)
    row = over.matrix([[fmpq(-1)] * 1000])
    product = over.multiply(row, over.transpose(row))
    assert int(product.values[0, 0]) == 1000
    assert (product.bounds.lo, product.bounds.hi) == (1000, 1000)


def test_a_sign_that_is_not_told_is_unknown() -> None:
    over = Residues(101)
    thirds = over.matrix([[fmpq(1, 3), fmpq(1), fmpq(1, 2)]])
    zero = thirds - thirds
    assert over.call("abs", zero).known.tolist() == [[False, True, True]]
    assert over.call("max", zero, over.number(fmpq(0))).known.tolist() == [[False, True, True]]


def test_zeros_of_data_are_told() -> None:
    """Short dyadic numbers are multiplied and added exactly, whatever the other entries."""
    over = Residues(101)
    data, weights = over.matrix([[fmpq(3, 16), fmpq(1, 2)]]), over.matrix([[fmpq(8)], [fmpq(-1)]])
    G = over.add(over.multiply(data, weights), over.matrix([[fmpq(-1)]]))
    assert (G.bounds.lo, G.bounds.hi) == (0, 0)


def test_divisors_without_residue() -> None:
    over = Residues(7)
    assert not (over.number(fmpq(1)) / over.matrix([[fmpq(14)]])).known.any()
    with pytest.raises(LimitError):
        over.number(fmpq(1, 7))
    with pytest.raises(ExactlandError):
        over.number(fmpq(1)) / over.matrix([[fmpq(0)]])


def test_what_leaves_the_rationals_is_refused() -> None:
    over = Residues(7)
    for name in ("exp", "sqrt", "sigmoid", "log"):
        with pytest.raises(NotExactError):
            over.call(name, over.number(fmpq(1)))
    with pytest.raises(NotExactError):
        over.pi()
    with pytest.raises(UsageError):
        Residues(1 << 31)


def test_rows_and_back() -> None:
    over = Residues(101)
    matrix = over.matrix([[fmpq(1, 3), fmpq(2)], [fmpq(-1), fmpq(0)]])
    again = over.from_rows(over.rows(matrix))
    assert np.array_equal(again.values, matrix.values)
    assert np.array_equal(again.bounds.lo, matrix.bounds.lo)
