"""Open sets of parameters on which a rank is less than full (NH18, erratum E7: dead ReLU units)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from flint import fmpq

from exactland.conditions.claims import MatrixName
from exactland.conditions.feature_rank import full_rank_evidence, matrix_shape
from exactland.conditions.identities import relations_of_rows
from exactland.conditions.patterns import near
from exactland.errors import ExactlandError
from exactland.linalg.evidence import OpenSet
from exactland.model.chosen_parameters import random_parameters
from exactland.model.parameters import LayerParameters, Parameters, SkipParameters
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: Bits of the enclosures that keep a value off the ends of the pieces.
BITS = 128
#: Parameters are looked for with biases of this size, and moved by 1/this.
FAR = 32
#: Directions of the units of a layer that are tried.
DIRECTIONS = 12


def open_set(
    problem: Problem, name: MatrixName, seed: int, candidates: Iterable[Parameters] | None = None
) -> tuple[Parameters, OpenSet] | None:
    """Parameters near which the rank is less than full by a formal relation, if some are found."""
    rows, columns = matrix_shape(problem, name)
    for parameters in _candidates(problem, name, seed) if candidates is None else candidates:
        there = problem.with_parameters(parameters)
        try:
            if full_rank_evidence(there, name, seed, 64, lambda line: None).is_full:
                continue
            matrix = near(there, name, BITS)
            sides = {"left": matrix, "right": [list(c) for c in zip(*matrix, strict=True)]}
            found = {side: relations_of_rows(lines, seed) for side, lines in sides.items()}
        except ExactlandError:
            continue  # on a kink, outside the domain, or too large: other parameters may do
        left, right = rows - len(found["left"][0]), columns - len(found["right"][0])
        if min(left, right) < min(rows, columns):
            side = "left" if left <= right else "right"
            return parameters, OpenSet(side, *found[side], BITS)  # type: ignore[arg-type]
    return None


def _candidates(problem: Problem, name: MatrixName, seed: int) -> Iterator[Parameters]:
    """Parameters where units are alike: far out in the direction of a bias, or of one weight."""
    if isinstance(problem.network, SkipNetwork):
        yield from _skip_candidates(problem, seed)
        return
    yield random_parameters(problem, seed)
    draw = Random(seed)
    depth = name.k
    for attempt in range(2):
        for k in range(depth, 0, -1):
            for sign in (-1, 1):
                start: Any = random_parameters(problem, seed + attempt)
                layer = start[k - 1]
                if layer is None or not layer.b:
                    continue
                moved = LayerParameters(layer.W, [sign * FAR + b / FAR for b in layer.b])
                yield (*start[: k - 1], moved, *start[k:])
    for k in range(1, depth + 1):
        start = random_parameters(problem, seed + k)
        layer = start[k - 1]
        if layer is None:
            continue
        for direction in _directions(problem, k, len(layer.W), draw):
            W = [[v + w / FAR for w in row] for v, row in zip(direction, layer.W, strict=True)]
            moved = LayerParameters(W, [b / FAR for b in layer.b] if layer.b else None)
            yield (*start[: k - 1], moved, *start[k:])


def _directions(problem: Problem, k: int, length: int, draw: Random) -> Iterator[list[fmpq]]:
    yield [fmpq(-1)] * length
    yield [fmpq(1)] * length
    if k == 1 and length == problem.data.dimension:
        for x in problem.data.inputs[:DIRECTIONS]:
            yield [-value for value in x]
    for _ in range(DIRECTIONS):
        yield [fmpq(draw.randint(-4, 4)) for _ in range(length)]


def _skip_candidates(problem: Problem, seed: int) -> Iterator[Parameters]:
    for attempt in range(DIRECTIONS):
        start = random_parameters(problem, seed + attempt)
        yield start
        if isinstance(start, SkipParameters):
            for sign in (-1, 1):
                far = {bias: sign * FAR + b / FAR for bias, b in start.biases.items()}
                yield SkipParameters(start.groups, far)
                alike = {
                    group: [sign * abs(u) for u in weights]
                    for group, weights in start.groups.items()
                }
                yield SkipParameters(alike, start.biases)
