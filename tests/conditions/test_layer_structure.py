"""Ranks of U_k: the paper's instances, every small 1-D convolution, an image of 28 x 28."""

from __future__ import annotations

import random
from typing import Any

import plain
import pytest

import exactland
from exactland.conditions.assumptions import assumption
from exactland.linalg.evidence import ModularMinor, PolynomialNullVectors

DOMINOES = [[0, 1], [2, 3], [0, 2], [1, 3]]
FOUR_CYCLE = [[0, 1], [2, 1], [2, 3], [0, 3]]
SQUARES = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]
K4_AND_AN_EDGE = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3], [4, 5]]
FIGURE = [[0, 1, 2], [1, 2, 3], [2, 3, 4]]

#: width, patches, filters, generic rank of U
DEFICIENT = {
    "dominoes": (4, DOMINOES, 1, 3),
    "four-cycle": (4, FOUR_CYCLE, 1, 3),
    "squares": (9, SQUARES, 2, 7),
    "k4-and-an-edge": (6, K4_AND_AN_EDGE, 1, 5),
}


def assert_full(width: int, patches: Any, finding: exactland.Finding) -> None:
    """Proved, with a minor that plain code finds nonsingular at the witness."""
    assert finding.verdict == "proved"
    lower, W = finding.evidence.lower, None
    layer = finding.problem.sequential.layers[0]
    assert isinstance(lower, ModularMinor)
    assert len(lower.rows) == len(set(lower.rows)) == len(set(lower.columns))
    W = finding.evidence.parameters[0].W
    U = plain.layer_matrix(width, patches, W)
    minor = [[U[i][j] for j in lower.columns] for i in lower.rows]
    assert len(minor) == min(width, len(patches) * layer.filters) == plain.rank(minor)


def assert_deficient(width: int, patches: Any, filters: int, rank: int, finding: Any) -> None:
    """Refuted, with null vectors over Q[W] that plain code finds to vanish and independent."""
    assert finding.verdict == "refuted"
    assert finding.rank == rank
    upper = finding.evidence.upper
    assert isinstance(upper, PolynomialNullVectors)
    U = plain.variable_matrix(width, patches, filters)
    lines = U if upper.side == "right" else [list(column) for column in zip(*U, strict=True)]
    length = len(lines[0])
    vectors = [plain.dense_vector(vector, length) for vector in upper.vectors]
    for vector in vectors:
        assert any(vector)
        for line in lines:
            total: plain.Polynomial = {}
            for entry, coefficient in zip(line, vector, strict=True):
                total = plain.added(total, plain.times(entry, coefficient))
            assert total == {}
    at_point = [
        [_value(entry, [plain.fraction(x) for row in upper.point for x in row]) for entry in vector]
        for vector in vectors
    ]
    assert plain.rank(at_point) == len(vectors) == length - rank
    # And the rank is reached, at other parameters than those of the evidence.
    draw = random.Random(7)
    for _ in range(3):
        W = [[draw.randint(-999, 999) for _ in range(filters)] for _ in patches[0]]
        assert plain.rank(plain.layer_matrix(width, patches, W)) == rank


def _value(polynomial: plain.Polynomial, point: list[Any]) -> Any:
    total = plain.fraction(0)
    for monomial, coefficient in polynomial.items():
        for variable in monomial:
            coefficient *= point[variable]
        total += coefficient
    return total


def test_the_papers_five_to_six() -> None:
    problem = plain.convolution(5, FIGURE, 2, [[1, 2], ["-1/2", 1], [3, "1/3"]])
    assert_full(5, FIGURE, exactland.generic_rank_of(problem, 1, "weights"))
    finding = exactland.rank(problem, 1, "weights")
    assert finding.verdict == "proved"
    assert finding.rank == 5
    U = plain.layer_matrix(5, FIGURE, problem.parameters[0].W)
    found = exactland.RATIONALS.rows(exactland.layer_matrix(problem, 1))
    assert [[plain.fraction(x) for x in row] for row in found] == U
    assert len(U[0]) == 6


@pytest.mark.parametrize("name", DEFICIENT)
def test_a_structure_without_full_rank_is_refuted_with_null_vectors(name: str) -> None:
    width, patches, filters, rank = DEFICIENT[name]
    problem = plain.convolution(width, patches, filters)
    finding = exactland.generic_rank_of(problem, 1, "weights")
    assert_deficient(width, patches, filters, rank, finding)
    assert finding.reading == "for all parameters"
    structure = assumption(problem, "NH18:Asm2.4")
    assert structure.verdict == "refuted"
    assert structure.evidence.layer == 1


@pytest.mark.parametrize("seed", range(3))
def test_with_shuffled_neurons_and_patches_the_answer_is_the_same(seed: int) -> None:
    draw = random.Random(seed)
    for width, patches, filters, rank in DEFICIENT.values():
        order = draw.sample(range(width), width)
        shuffled = [[order[i] for i in patch] for patch in patches]
        draw.shuffle(shuffled)
        problem = plain.convolution(width, shuffled, filters)
        finding = exactland.generic_rank_of(problem, 1, "weights", seed=seed)
        assert_deficient(width, shuffled, filters, rank, finding)


@pytest.mark.parametrize("turned", range(4))
def test_one_turned_edge_makes_the_cycle_full(turned: int) -> None:
    patches = [list(reversed(p)) if j == turned else p for j, p in enumerate(FOUR_CYCLE)]
    assert_full(4, patches, exactland.generic_rank_of(plain.convolution(4, patches), 1, "weights"))


def _contiguous() -> list[tuple[int, int, int]]:
    """(n, length, stride) of the 1-D convolutions whose patches cover all neurons."""
    return [
        (n, length, stride)
        for n in range(1, 9)
        for length in range(1, n + 1)
        for stride in range(1, length + 1)
        if (n - length) % stride == 0
    ]


@pytest.mark.parametrize("filters", [1, 2, 3])
def test_every_contiguous_convolution_has_full_rank(filters: int) -> None:
    """NH18: contiguous patches with stride <= length, for all n <= 8."""
    instances = _contiguous()
    assert len(instances) == 77
    for n, length, stride in instances:
        patches = [list(range(s, s + length)) for s in range(0, n - length + 1, stride)]
        shorthand = {"conv1d": {"length": n, "size": length, "stride": stride}}
        problem = plain.convolution(n, shorthand, filters)
        assert [list(p) for p in problem.sequential.layers[0].patches] == patches
        assert_full(n, patches, exactland.generic_rank_of(problem, 1, "weights"))
        assert assumption(problem, "NH18:Asm2.4").verdict == "proved"


@pytest.mark.parametrize("bias", ["neuron", "filter", "none"])
@pytest.mark.parametrize("what", ["weights", "features"])
def test_biases_do_not_change_the_layer_matrix(bias: str, what: Any) -> None:
    layer = {"kind": "convolution", "patches": FIGURE, "filters": 2, "bias": bias}
    lengths = {"neuron": 6, "filter": 2, "none": 0}
    b = {"b": list(range(1, lengths[bias] + 1))} if lengths[bias] else {}
    parameters = [{"W": [[1, 2], [3, -1], ["1/2", 5]], **b}]
    problem = plain.problem(
        [[1, 0, 2, 1, 1], [0, 1, 1, 0, 3]],
        [{**layer, "activation": "identity"}],
        parameters=parameters,
    )
    finding = exactland.rank(problem, 1, what)
    assert finding.verdict == "proved"
    assert finding.rank == (5 if what == "weights" else 2)


def test_an_image_of_28_by_28_with_nine_filters() -> None:
    """U_1 is 784 x 6084; the certificate of its full rank is accepted."""
    shape = {"height": 28, "width": 28, "size": [3, 3]}
    problem = plain.convolution(784, {"conv2d": shape}, 9)
    finding = exactland.generic_rank_of(problem, 1, "weights")
    assert finding.verdict == "proved"
    assert (finding.established.rows, finding.established.columns) == (784, 6084)
    assert finding.rank == 784


def test_padding_counts_as_zero() -> None:
    patches = [[None, 0, 1], [0, 1, 2], [1, 2, None]]
    finding = exactland.generic_rank_of(plain.convolution(3, patches), 1, "weights")
    assert_full(3, patches, finding)
    # Without the middle filter entry: U = ((0, a, 0), (c, 0, a), (0, c, 0)) has rank 2.
    deficient = exactland.rank(plain.convolution(3, patches, 1, [[5], [0], [7]]), 1, "weights")
    assert deficient.verdict == "refuted"
    assert deficient.rank == 2


@pytest.mark.parametrize("seed", range(8))
def test_random_layers_agree_with_elimination(seed: int) -> None:
    """The generic rank of a random structure is the rank at random large parameters."""
    draw = random.Random(seed)
    for _ in range(12):
        width, length = draw.randint(2, 7), draw.randint(1, 3)
        length = min(length, width)
        filters = draw.randint(1, 3)
        sets = {tuple(sorted(draw.sample(range(width), length))) for _ in range(draw.randint(2, 7))}
        patches = [draw.sample(s, length) for s in sorted(sets)]
        missing = set(range(width)) - {i for patch in patches for i in patch}
        if missing:
            continue
        W = [[draw.randint(-(10**9), 10**9) for _ in range(filters)] for _ in range(length)]
        expected = plain.rank(plain.layer_matrix(width, patches, W))
        finding = exactland.generic_rank_of(
            plain.convolution(width, patches, filters), 1, "weights", seed=seed
        )
        full = min(width, len(patches) * filters)
        if expected == full:
            assert_full(width, patches, finding)
        else:
            assert_deficient(width, patches, filters, expected, finding)
        at = exactland.rank(plain.convolution(width, patches, filters, W), 1, "weights")
        assert at.rank == expected
