"""Evidence in words: Cramer's rule for filters of convolutions."""

from __future__ import annotations

import exactland
from exactland.interface.evidence_words import evidence_lines


def lines(side: int, channels: int, stride: int, filters: int) -> list[str]:
    size = {"size": [3, 3], "stride": [stride, stride]}
    grid = {"conv2d": {"height": side, "width": side, "channels": channels, **size}}
    layer = {"kind": "convolution", "patches": grid, "filters": filters, "activation": "relu"}
    document = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[0] * (side * side * channels)]},
        "network": {"kind": "sequential", "layers": [layer]},
    }
    problem = exactland.problem_from(document)
    return evidence_lines(exactland.generic_rank_of(problem, 1, "weights"))[1:]


def test_minors_of_filters() -> None:
    assert lines(9, 1, 2, 5) == [
        "rank not full, 4 independent null vectors: U_1 v = 0 for v = the signed maximal minors of "
        "filters 1, 2, 3, 4, 5, polynomials on each of 4 classes of neurons (Cramer's rule)",
        "    each moved over the image as far as it has patches",
    ]
    assert lines(7, 2, 1, 4)[1:] == [
        "    likewise for 4 choices of 3 filters, independent at a point"
    ]


def test_two_filters_commute() -> None:
    first, second = lines(14, 1, 1, 2)
    assert "v = (-b, a), filters a = 1 and b = 2: a convolved with b is b with a" in first
    assert second == "    each moved over the image as far as it has patches"
