"""Generic ranks: the counterexamples of NH18 E1, the theorem on gain graphs, and random systems."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from random import Random

import naive
import pytest

from exactland.errors import InputError
from exactland.linalg.evidence import RankEvidence, TranslatedMinors
from exactland.linalg.generic import generic_rank
from exactland.linalg.polynomial_vectors import annihilates, freeze
from exactland.linalg.sparse import sparse_kernel
from exactland.linalg.structure import LinearStructure

Patches = Sequence[Sequence[int]]
K4 = [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)]


def convolution(n: int, patches: Patches, filters: int, first: int = 0) -> LinearStructure:
    """U of a convolution; ``first`` is the index of the first neuron in ``patches``."""
    entries = {
        (i - first, p * filters + t): r * filters + t
        for p, patch in enumerate(patches)
        for r, i in enumerate(patch)
        for t in range(filters)
    }
    columns, variables = len(patches) * filters, len(patches[0]) * filters
    return LinearStructure(n, columns, variables, entries, filters)


def image(height: int, width: int, channels: int, size: int) -> Patches:
    return [
        [
            c * height * width + (y + dy) * width + x + dx
            for c in range(channels)
            for dy in range(size)
            for dx in range(size)
        ]
        for y in range(height - size + 1)
        for x in range(width - size + 1)
    ]


def checked(structure: LinearStructure, seed: int = 0) -> RankEvidence:
    """The bounds, re-verified from the evidence alone."""
    found = generic_rank(structure, seed)
    assert found.at_least <= found.at_most
    if found.lower is not None:
        assert found.point is not None
        values = [Fraction(int(x.p), int(x.q)) for row in found.point for x in row]
        assert all(len(row) == structure.filters for row in found.point)
        rows = [[Fraction(0)] * structure.columns for _ in range(structure.rows)]
        for (i, h), x in structure.entries.items():
            rows[i][h] = values[x]
        naive.check_minor(rows, found.lower)
    if isinstance(found.upper, TranslatedMinors):
        naive.check_translated_minors(structure, found.upper, seed)
        assert not found.is_full
    elif found.upper is not None:
        naive.check_polynomial_vectors(structure, found.upper)
        assert not found.is_full
    return found


@pytest.mark.parametrize(
    ("n", "patches", "filters", "rank"),
    [
        (4, [(1, 2), (1, 3), (2, 4), (3, 4)], 1, 3),
        (4, [(1, 2), (3, 2), (3, 4), (1, 4)], 1, 3),
        (4, [(1, 2, 3), (1, 2, 4)], 2, 3),
        (6, [*K4, (5, 6)], 1, 5),
        (6, [*K4[:-1], (5, 6)], 1, 5),
        (3, [(1, 2), (2, 3), (3, 1)], 1, 3),
    ],
    ids=["dominoes", "4-cycle", "two patches", "K4 + edge", "K4 - edge + edge", "3-cycle"],
)
def test_known_ranks(n: int, patches: Patches, filters: int, rank: int) -> None:
    found = checked(convolution(n, patches, filters, first=1))
    assert (found.at_least, found.at_most) == (rank, rank)


def test_the_vector_of_the_four_cycle() -> None:
    found = checked(convolution(4, [(1, 2), (3, 2), (3, 4), (1, 4)], 1, first=1))
    (vector,) = found.upper.vectors
    values = [int(terms[0][0].p) for _, terms in vector]
    assert values in ([-1, 1, -1, 1], [1, -1, 1, -1])


@pytest.mark.parametrize(
    ("side", "channels", "size", "filters", "rank"),
    [(3, 1, 2, 2, 7), (5, 1, 2, 2, 23), (5, 1, 3, 2, 17), (4, 2, 2, 3, 26), (5, 2, 2, 3, 44)],
)
def test_two_dimensional_convolutions(
    side: int, channels: int, size: int, filters: int, rank: int
) -> None:
    structure = convolution(side * side * channels, image(side, side, channels, size), filters)
    kernel = max(0, (side - size + 1) - channels * (size - 1)) ** 2
    # The theorem of E1 for C + 1 filters, and its count of the kernel.
    assert filters == channels + 1
    assert structure.columns - kernel == rank
    found = checked(structure)
    assert (found.at_least, found.at_most) == (rank, rank)


def test_mnist_two_filters() -> None:
    found = generic_rank(convolution(784, image(28, 28, 1, 3), 2))
    assert (found.at_least, found.at_most) == (776, 776)
    assert found.upper.side == "right"
    assert len(found.upper.vectors) == 576


def test_mnist_nine_filters() -> None:
    found = generic_rank(convolution(784, image(28, 28, 1, 3), 9))
    assert found.is_full
    assert found.at_least == 784


def test_one_dimensional_contiguous() -> None:
    for n in range(2, 9):
        for size in range(1, n + 1):
            for stride in range(1, size + 1):
                starts = range(0, n - size + 1, stride)
                if starts[-1] + size != n:
                    continue
                patches = [list(range(s, s + size)) for s in starts]
                for filters in (1, 2, 3):
                    assert checked(convolution(n, patches, filters)).is_full


def balanced_components(n: int, arcs: Patches) -> int:
    """Components all of whose cycles have as many forward as backward arcs: those with a height."""
    neighbours: dict[int, list[tuple[int, int]]] = {i: [] for i in range(n)}
    for a, b in arcs:
        neighbours[a].append((b, 1))
        neighbours[b].append((a, -1))
    height: dict[int, int] = {}
    balanced = 0
    for start in range(n):
        if start in height:
            continue
        height[start] = 0
        stack, good = [start], True
        while stack:
            a = stack.pop()
            for b, step in neighbours[a]:
                if b not in height:
                    height[b] = height[a] + step
                    stack.append(b)
                good = good and height[b] == height[a] + step
        balanced += good
    return balanced


def gain_graphs(n: int) -> list[list[tuple[int, int]]]:
    """All systems of ordered pairs on n neurons, no pair twice or reversed, that cover them."""
    edges = list(combinations(range(n), 2))
    found = []
    for choice in product((0, 1, -1), repeat=len(edges)):
        arcs = [e if c == 1 else e[::-1] for e, c in zip(edges, choice, strict=True) if c]
        if {i for arc in arcs for i in arc} == set(range(n)):
            found.append(arcs)
    return found


def against_the_theorem(n: int, systems: Sequence[Patches]) -> None:
    for arcs in systems:
        found = checked(convolution(n, arcs, 1))
        rank = n - balanced_components(n, arcs)
        assert (found.at_least, found.at_most) == (rank, rank), arcs


@pytest.mark.parametrize("n", [2, 3, 4])
def test_all_gain_graphs(n: int) -> None:
    against_the_theorem(n, gain_graphs(n))


def test_some_gain_graphs() -> None:
    random = Random(1)
    against_the_theorem(5, random.sample(gain_graphs(5), 60))


@pytest.mark.slow
def test_all_gain_graphs_on_five_neurons() -> None:
    against_the_theorem(5, gain_graphs(5))


def random_system(random: Random) -> LinearStructure:
    n = random.randint(2, 7)
    length = random.randint(1, min(n, 3))
    patches = [random.sample(range(n), length) for _ in range(random.randint(1, 7))]
    structure = convolution(n, patches, random.randint(1, 3))
    if random.random() < 0.2:
        entries = {k: v for k, v in structure.entries.items() if random.random() < 0.9}
        structure = LinearStructure(
            n, structure.columns, structure.variables, entries, structure.filters
        )
    return structure


def random_campaign(seeds: range) -> None:
    exact = 0
    for seed in seeds:
        random = Random(seed)
        structure = random_system(random)
        found = checked(structure, seed)
        values = [random.randint(-(10**9), 10**9) for _ in range(structure.variables)]
        rank = naive.rank(structure.at([Fraction(v) for v in values], Fraction(0)))
        assert found.at_least == rank
        assert found.at_most >= rank
        assert found.is_exact or found.tried
        exact += found.is_exact
    # The upper bounds are a search that may fail; on small systems it hardly ever does.
    assert exact >= 0.98 * len(seeds)


def test_random_systems() -> None:
    random_campaign(range(150))


@pytest.mark.slow
def test_random_systems_at_length() -> None:
    random_campaign(range(150, 5000))


def test_the_identity_check_rejects() -> None:
    structure = convolution(4, [(0, 1), (0, 2), (1, 3), (2, 3)], 1)
    # (a, -a, -b, b), as NH18 E1 has it for the right side.
    right = {0: {(0,): 1}, 1: {(0,): -1}, 2: {(1,): -1}, 3: {(1,): 1}}
    assert annihilates(structure, freeze(right))
    transposed = structure.transpose()
    assert not annihilates(transposed, freeze(right))
    left = {0: {(1, 1): -1}, 1: {(0, 1): 1}, 2: {(0, 1): 1}, 3: {(0, 0): -1}}
    assert annihilates(transposed, freeze(left))
    assert not annihilates(transposed, freeze({**left, 3: {(0, 0): 1}}))
    assert not annihilates(transposed, freeze({**left, 3: {(0, 1): -1}}))
    assert not annihilates(structure, freeze({}))
    assert not annihilates(structure, freeze({0: {(): 1}}))


def test_empty_and_invalid_structures() -> None:
    assert generic_rank(LinearStructure(0, 3, 0, {}, 1)).is_full
    zero = checked(LinearStructure(2, 3, 1, {}, 1))
    assert (zero.at_least, zero.at_most) == (0, 0)
    with pytest.raises(InputError):
        LinearStructure(2, 2, 1, {(2, 0): 0}, 1)
    with pytest.raises(InputError):
        LinearStructure(2, 2, 1, {(0, 0): 1}, 1)
    with pytest.raises(InputError):
        LinearStructure(2, 2, 3, {}, 2)


def test_sparse_kernel_against_elimination() -> None:
    for seed in range(150):
        random = Random(seed)
        unknowns = random.randint(1, 9)
        equations = []
        for _ in range(random.randint(0, 8)):
            chosen = random.sample(range(unknowns), random.randint(1, min(4, unknowns)))
            equations.append({u: random.choice([-2, -1, 1, 1, 3]) for u in chosen})
        rows = [[Fraction(e.get(u, 0)) for u in range(unknowns)] for e in equations]
        kernel = sparse_kernel(equations, unknowns)
        assert kernel is not None
        for vector in kernel:
            assert vector
            for equation in equations:
                assert sum(c * vector.get(u, 0) for u, c in equation.items()) == 0
        dense = [[Fraction(v.get(u, 0)) for u in range(unknowns)] for v in kernel]
        assert naive.rank(dense) == len(kernel) == unknowns - naive.rank(rows)
