"""Translated minors of filters: against ranks at random weights, and multiplied out at a point."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import naive
import pytest
from flint import nmod_mat
from test_generic_rank import convolution

from exactland.linalg.evidence import TranslatedMinors
from exactland.linalg.generic import CHECKED, generic_rank
from exactland.linalg.structure import LinearStructure
from exactland.linalg.translations import translated_minors, translations
from exactland.model.patches import conv1d, conv2d

PRIME = (1 << 61) - 1


def image(
    height: int, width: int, channels: int, size: tuple[int, int], stride: int, T: int
) -> LinearStructure:
    patches = conv2d(height, width, channels=channels, size=size, stride=(stride, stride))
    return convolution(height * width * channels, patches, T)


def rank_at_random(structure: LinearStructure, seed: int) -> int:
    draw = Random(seed)
    values = [draw.randrange(PRIME) for _ in range(structure.variables)]
    return nmod_mat(naive.at(structure, values), PRIME).rank()


@pytest.mark.parametrize(
    ("size", "rank"),
    [
        ((7, 7, 1, (3, 3), 2, 5), 44),
        ((9, 9, 1, (3, 3), 2, 5), 76),
        ((7, 7, 2, (3, 3), 1, 4), 96),
        ((9, 9, 3, (3, 3), 1, 5), 240),
        ((10, 10, 3, (3, 3), 1, 4), 252),
    ],
)
def test_both_bounds_meet(size: tuple[int, int, int, tuple[int, int], int, int], rank: int) -> None:
    structure = image(*size)
    found = generic_rank(structure)
    assert isinstance(found.upper, TranslatedMinors)
    assert found.at_least == found.at_most == rank
    if size[2] < 3:
        naive.check_translated_minors(structure, found.upper, 1)


@pytest.mark.parametrize("size", [((5, 5, 1, (3, 3), 1, 3), 24), ((7, 7, 1, (4, 4), 1, 3), 45)])
def test_small_ones_are_written_out(size: Any) -> None:
    """Their vectors are found by pairs of filters, and can be read."""
    structure = image(*size[0])
    found = generic_rank(structure)
    assert found.at_least == found.at_most == size[1]
    missing = structure.columns - size[1]
    draw = Random(2)
    values = [draw.randrange(PRIME) for _ in range(structure.variables)]
    minors = translated_minors(structure, missing, values, PRIME)
    assert minors is not None
    assert len(minors.vectors) == missing
    naive.check_translated_minors(structure, minors, 3)


@pytest.mark.parametrize("seed", range(60))
def test_random_systems(seed: int) -> None:
    """Every vector found is one, and never more of them than the kernel has dimensions."""
    draw = Random(seed)
    channels, stride = draw.randint(1, 2), draw.choice([1, 1, 2])
    size = (draw.randint(1, 3), draw.randint(1, 3))
    height, width = (s + stride * draw.randint(0, 4) for s in size)
    structure = image(height, width, channels, size, stride, draw.randint(1, 5))
    kernel = structure.columns - rank_at_random(structure, seed)
    values = [draw.randrange(1, 10**6) for _ in range(structure.variables)]
    found = translated_minors(structure, structure.columns, values, PRIME)
    if found is not None:
        assert len(found.vectors) <= kernel
        naive.check_translated_minors(structure, found, seed)


def test_contiguous_windows_are_never_deficient() -> None:
    """1-D windows that read every neuron, stride at most their length: full rank (as observed)."""
    for length, stride, T in product(range(1, 5), range(1, 5), range(1, 5)):
        for count in range(1, 6):
            if stride <= length:
                n = length + stride * (count - 1)
                structure = convolution(n, conv1d(n, length, stride=stride), T)
                full = min(structure.rows, structure.columns)
                assert rank_at_random(structure, 1) == full
                found = translated_minors(structure, 99, [1] * structure.variables, PRIME)
                bound = structure.columns - (0 if found is None else len(found.vectors))
                assert bound >= full


@pytest.mark.slow
def test_a_large_image() -> None:
    """32 x 32 x 3: its minor of size 3024 is left to a smaller one that a checker can follow."""
    found = generic_rank(image(32, 32, 3, (3, 3), 1, 4))
    assert (found.at_least, found.at_most) == (CHECKED, 3024)


def test_other_patches_are_no_translates() -> None:
    assert translations(convolution(3, [[0, 1], [1, 2], [0, 1]], 2)) is None
    circular = convolution(5, conv1d(5, 2, circular=True), 2)
    assert translations(circular) is None
    padded = conv1d(4, 3, padding=1)
    entries = {
        (i, 2 * p + t): 2 * r + t
        for p, patch in enumerate(padded)
        for r, i in enumerate(patch)
        for t in range(2)
        if i is not None
    }
    assert translations(LinearStructure(4, 2 * len(padded), 6, entries, filters=2)) is None
