"""Certified ranks against a peer in the same run: ratios, since machines differ."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from exactland.linalg.enclosures import full_rank_enclosure
from exactland.linalg.generic import generic_rank
from exactland.linalg.rational import rational_rank
from exactland.linalg.structure import LinearStructure

pytestmark = pytest.mark.benchmark


def interleaved(peer: Callable[[], Any], ours: Callable[[], Any], rounds: int) -> float:
    """The best time of the peer over our best, in alternation so that both see the same load."""
    theirs, mine = [], []
    for _ in range(rounds):
        for function, times in ((peer, theirs), (ours, mine)):
            start = perf_counter()
            function()
            times.append(perf_counter() - start)
    print(f"\npeer {min(theirs) * 1e3:.2f} ms, exactland {min(mine) * 1e3:.2f} ms")
    return min(theirs) / min(mine)


def random_rational(rows: int, columns: int) -> fmpq_mat:
    random = Random(0)
    entries = [fmpq(random.randint(-99, 99), random.randint(1, 99)) for _ in range(rows * columns)]
    return fmpq_mat(rows, columns, entries)


def test_full_rational_rank_against_flint() -> None:
    matrix = random_rational(200, 200)
    assert rational_rank(matrix).is_full
    assert interleaved(matrix.rank, lambda: rational_rank(matrix), 9) > 1 / 3


def test_deficient_rational_rank_against_flint() -> None:
    matrix = random_rational(200, 190) * random_rational(190, 200)
    assert rational_rank(matrix).at_most == matrix.rank() == 190
    assert interleaved(matrix.rank, lambda: rational_rank(matrix), 3) > 1 / 3


def test_rational_rank_against_sympy() -> None:
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix

    matrix = random_rational(40, 40)
    entries = [[QQ(int(x.p), int(x.q)) for x in row] for row in matrix.tolist()]
    domain_matrix = DomainMatrix(entries, (40, 40), QQ)
    assert domain_matrix.rank() == rational_rank(matrix).at_least == 40
    assert interleaved(domain_matrix.rank, lambda: rational_rank(matrix), 5) > 50


def test_certified_rank_against_numpy() -> None:
    values = np.random.default_rng(0).normal(size=(1000, 1000))
    box = SimpleNamespace(lo=values - 1e-12, hi=values + 1e-12)
    assert full_rank_enclosure(box).is_full
    ratio = interleaved(lambda: np.linalg.matrix_rank(values), lambda: full_rank_enclosure(box), 9)
    assert ratio > 1


def test_generic_rank_of_mnist() -> None:
    patches = [
        [(y + r // 3) * 28 + x + r % 3 for r in range(9)] for y in range(26) for x in range(26)
    ]
    entries = {
        (i, 2 * p + t): 2 * r + t
        for p, patch in enumerate(patches)
        for r, i in enumerate(patch)
        for t in range(2)
    }
    structure = LinearStructure(784, 1352, 18, entries, filters=2)
    start = perf_counter()
    found = generic_rank(structure)
    print(f"\n784 x 1352, rank {found.at_least}: {perf_counter() - start:.2f} s")
    assert found.at_least == found.at_most == 776
    assert perf_counter() - start < 10
