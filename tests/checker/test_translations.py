"""Translated minors: what is accepted is true at random weights, and forgeries are rejected."""

from __future__ import annotations

import copy
import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from forge import convolution, problem

import exactland
from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.forward import weight_minor
from exactland.checker.outcome import Reject
from exactland.checker.problem import Layer, read_problem
from exactland.checker.rank import rank_modulo
from exactland.checker.translations import translated_minors
from exactland.checker.verify import check_bytes

PRIME = (1 << 61) - 1
SINGLE = {"method": "translated-minors", "vectors": [[[0, 1], 0]], "independence": None}


def layer_of(patches: Any, filters: int) -> Layer:
    width = 1 + max(i for patch in patches for i in patch)
    return read_problem(problem([[0] * width], [convolution(patches, filters)])).layers[0]


def rank_at_random(layer: Layer, seed: int) -> int:
    draw = random.Random(seed)
    W = [
        [Fraction(draw.randrange(PRIME)) for _ in range(layer.filters)] for _ in range(layer.length)
    ]
    U = weight_minor(layer, W, list(range(layer.below)), list(range(layer.width)))
    return rank_modulo([[value.numerator for value in row] for row in U], PRIME)


SQUARES = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]


def test_two_filters_commute() -> None:
    """2 x 2 windows on 3 x 3: v = (-b, a)."""
    layer = layer_of(SQUARES, 2)
    assert translated_minors(layer, SINGLE, "here") == rank_at_random(layer, 0) == 7


@pytest.mark.parametrize(
    ("vectors", "reason"),
    [
        ([], "none"),
        ([[[0, 1], 0], [[0, 1], 0]], "different"),
        ([[[0, 1], 1]], "leave the patches"),
        ([[[0, 1], -1]], "leave the patches"),
        ([[[1, 0], 0]], "increase"),
        ([[[0, 0], 0]], "increase"),
        ([[[0], 0]], "length|entries|2"),
        ([[[0, 2], 0]], "index|range|less|2"),
        ([[[0, 1], "0x1"]], "canonical"),
    ],
)
def test_false_vectors(vectors: Any, reason: str) -> None:
    with pytest.raises(Reject, match=reason):
        translated_minors(layer_of(SQUARES, 2), {**SINGLE, "vectors": vectors}, "here")


@pytest.mark.parametrize(
    "patches",
    [
        [[0, 1, 3, 4], [2, 1, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]],  # one is turned
        [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 8], [4, 5, 7, 8]],  # one neuron is another
        [[0, 1], [2, 3], [0, 2], [1, 3]],  # dominoes
    ],
)
def test_patches_that_are_no_translates(patches: Any) -> None:
    with pytest.raises(Reject, match="moved"):
        translated_minors(layer_of(patches, 2), SINGLE, "here")


def test_equal_patches_are_rejected() -> None:
    document = problem([[0] * 4], [convolution([[0, 1], [1, 2], [0, 1]], 2)])
    layer = read_problem({**document, "format": "exactland-problem/2"}).layers[0]
    with pytest.raises(Reject, match="another"):
        translated_minors(layer, SINGLE, "here")


def test_padding_is_rejected() -> None:
    read = read_problem(problem([[0] * 3], [convolution([[None, 0, 1], [0, 1, 2]], 2)]))
    with pytest.raises(Reject, match="padding"):
        translated_minors(read.layers[0], SINGLE, "here")


def test_too_few_filters() -> None:
    """Two channels need three: the places fall into two classes, whatever the evidence says."""
    channels = [[*patch, *(9 + i for i in patch)] for patch in SQUARES]
    with pytest.raises(Reject, match="2 classes"):
        translated_minors(layer_of(channels, 2), SINGLE, "here")
    with pytest.raises(Reject):
        translated_minors(layer_of(channels, 3), SINGLE, "here")


def certificate(filters: int = 4) -> dict[str, Any]:
    """Two channels, 7 x 7, 3 x 3, four filters: four vectors, one of each set of three filters."""
    grid = {"conv2d": {"height": 7, "width": 7, "channels": 2, "size": [3, 3]}}
    layer = {"kind": "convolution", "filters": filters, "activation": "sigmoid", "patches": grid}
    document = {"format": "exactland-problem/1", "data": {"inputs": [[0] * 98]},
                "network": {"kind": "sequential", "layers": [layer]}}  # fmt: skip
    finding = exactland.generic_rank_of(exactland.problem_from(document), 1, "weights")
    assert (finding.verdict, finding.rank) == ("refuted", 96)
    return certificate_document(finding)


def test_forged_certificates() -> None:
    genuine = certificate()
    assert check_bytes(canonical_bytes(genuine)).verdict == "accept"
    upper = genuine["evidence"]["upper"]
    assert upper["method"] == "translated-minors"
    first, second = upper["vectors"][:2]
    point = upper["independence"]["point"]
    equal = [[row[0]] * 4 for row in point]  # where the minors vanish
    forged = [
        {"vectors": [first, first, *upper["vectors"][2:]]},
        {"vectors": [[first[0], first[1] + 1], *upper["vectors"][1:]]},
        {"vectors": upper["vectors"][:3]},
        {"vectors": [[first[0][:2], first[1]], *upper["vectors"][1:]]},
        {"vectors": [[[0, 1, 4], first[1]], *upper["vectors"][1:]]},
        {"vectors": [[second[0][::-1], first[1]], *upper["vectors"][1:]]},
        {"independence": None},
        {"independence": {"point": equal, "prime": upper["independence"]["prime"]}},
        {"independence": {"point": point, "prime": 1}},
        {"independence": {"point": point[1:], "prime": upper["independence"]["prime"]}},
        {"method": "polynomial-null-vectors"},
        {"side": "right"},
    ]
    for change in forged:
        document = copy.deepcopy(genuine)
        document["evidence"]["upper"].update(change)
        assert check_bytes(canonical_bytes(document)).verdict == "reject", change


def accepted_bound(layer: Layer, vectors: Any, shown: Any) -> int | None:
    evidence = {"method": "translated-minors", "vectors": vectors, "independence": shown}
    try:
        return translated_minors(layer, evidence, "here")
    except Reject:
        return None


def test_random_translates_and_random_vectors() -> None:
    """Any first patch, any offsets, any filters and shifts: an accepted bound holds."""
    draw, accepted, sharp = random.Random(0), 0, 0
    for seed in range(600):
        length = draw.randint(1, 4)
        first = draw.sample(range(draw.choice([4, 7])), length)
        offsets = draw.sample(range(9), draw.randint(3, 9))
        low = min(first) + min(offsets)
        used = sorted({a + q for a in first for q in offsets})
        if used != list(range(low, low + len(used))):
            continue  # a neuron would be in no patch
        T = draw.randint(2, 4)
        layer = layer_of([[a + q - low for a in first] for q in offsets], T)
        size = draw.randint(2, T)
        sets = [sorted(draw.sample(range(T), size)) for _ in range(draw.randint(1, 3))]
        vectors = [
            [s, z] for s in sets for z in range(-40, 9) if accepted_bound(layer, [[s, z]], None)
        ]
        if not vectors:
            continue
        W = [[draw.randint(1, 99) for _ in range(T)] for _ in first]
        several = len({tuple(s) for s, _ in vectors}) > 1
        bound = accepted_bound(layer, vectors, {"point": W, "prime": 101} if several else None)
        if bound is not None:
            rank = rank_at_random(layer, seed)
            assert rank <= bound
            accepted += 1
            sharp += rank == bound
    assert accepted > 10
    assert sharp > 3
