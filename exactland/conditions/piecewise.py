"""Full rank for almost all parameters where activations have kinks, or the network pools.

Refuted by an open set of parameters on which the rank is less (NH18, erratum E7: the dead region of
ReLU); proved by going through all patterns of pieces: almost everywhere the matrix is one of
finitely many matrices of analytic functions, and each of them has full rank at one point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from random import Random
from typing import Any

from flint import arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.claims import MatrixName
from exactland.conditions.evidence import EveryPattern
from exactland.conditions.feature_rank import full_rank_evidence, matrix_shape
from exactland.conditions.identities import relations_of_rows
from exactland.conditions.patterns import Chosen, Counted, features_by_pieces, near
from exactland.errors import ExactlandError, InputError, NotExactError
from exactland.functions.pieces import is_rational_function, pieces
from exactland.linalg.balls import full_rank_balls
from exactland.linalg.evidence import LowerBound, OpenSet
from exactland.linalg.rational import rational_rank
from exactland.model.chosen_parameters import random_parameters
from exactland.model.layers import AveragePooling, Convolution, Dense
from exactland.model.parameters import (
    LayerNumbers,
    LayerParameters,
    Parameters,
    SkipNumbers,
    SkipParameters,
)
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: Bits of the enclosures that keep a value off the ends of the pieces.
BITS = 128
#: The most patterns that are gone through.
MOST_PATTERNS = 1024
#: Witnesses that are tried; their numerators and denominator, far from the zeros of denominators.
WITNESSES = 3
WITNESS_SIZE = (1009, 499)
#: Parameters are looked for with biases of this size, and moved by 1/this.
FAR = 32
#: Directions of the units of a layer that are tried.
DIRECTIONS = 12


def open_set(problem: Problem, name: MatrixName, seed: int) -> tuple[Parameters, OpenSet] | None:
    """Parameters near which the rank is less than full by a formal relation, if some are found."""
    rows, columns = matrix_shape(problem, name)
    for parameters in _candidates(problem, name, seed):
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


def every_pattern(problem: Problem, name: MatrixName, seed: int) -> EveryPattern:
    """Full rank for every pattern of pieces; NotExactError says why this is not shown."""
    _require_quotients(problem, name)
    rows, columns = matrix_shape(problem, name)
    full = min(rows, columns)
    chosen, shared = _looked_at(problem, name, full)
    below, top = _sizes(problem, name, chosen)
    if shared:
        top = top[:: len(chosen)]
    count = prod([*below, *top])
    if count > MOST_PATTERNS:
        raise NotExactError(
            str(name), f"there are {count} patterns of pieces (limit {MOST_PATTERNS})", ""
        )
    patterns = [
        (*lower, *(c for c in own for _ in chosen)) if shared else (*lower, *own)
        for lower in product(*map(range, below))
        for own in product(*map(range, top))
    ]
    reason = ""
    for attempt in range(WITNESSES):
        witness = random_parameters(problem, seed + attempt, *WITNESS_SIZE)
        bounds: list[LowerBound] = []
        for number, pattern in enumerate(patterns):
            bound = _bound(problem, name, witness, chosen, pattern, full)
            if bound is None:
                reason = f"pattern {number} is not shown to have full rank"
                break
            bounds.append(bound)
        else:
            return EveryPattern(witness, tuple(chosen), shared, tuple(bounds))
    raise NotExactError(str(name), reason, "")


def _require_quotients(problem: Problem, name: MatrixName) -> None:
    """On each pattern the entries are quotients of analytic functions of the parameters."""
    quotients = False
    for sigma in _activations(problem, name):
        own = [piece.activation for piece in pieces(sigma)]
        rational = all(is_rational_function(piece) for piece in own)
        analytic = all(piece.is_analytic.holds is True for piece in own)
        if not rational and (quotients or not analytic):
            raise NotExactError(str(sigma), "a piece is not shown to be analytic or rational", "")
        quotients = quotients or not analytic


def _activations(problem: Problem, name: MatrixName) -> list[Any]:
    if isinstance(problem.network, SkipNetwork):
        return [unit.activation for unit in problem.network.units]
    layers = problem.sequential.layers[: name.k]
    return [layer.activation for layer in layers if isinstance(layer, Convolution | Dense)]


def _looked_at(problem: Problem, name: MatrixName, full: int) -> tuple[Sequence[int], bool]:
    """The columns that are enough, and whether they are units with parameters of their own."""
    columns = range(matrix_shape(problem, name)[1])
    if name.what == "features":
        layer = problem.sequential.layer(name.k)
        if isinstance(layer, Dense):
            return columns[:full], True
        if isinstance(layer, Convolution) and layer.groups == 1 and layer.filters >= full:
            return columns[:full], True
    return columns, False


def _sizes(
    problem: Problem, name: MatrixName, columns: Sequence[int]
) -> tuple[list[int], list[int]]:
    """The numbers of choices below the last layer, and in it."""
    counted = Counted()
    zeros = _numbers(random_parameters(problem, 0), RATIONALS)
    features_by_pieces(problem, name, counted, zeros, columns)
    top = len(counted.sizes)
    if name.what == "features":
        last = problem.sequential.layer(name.k)
        top = 0 if isinstance(last, AveragePooling) else problem.data.samples * len(columns)
    split = len(counted.sizes) - top
    return counted.sizes[:split], counted.sizes[split:]


def _numbers(parameters: Any, arithmetic: Arithmetic) -> Any:
    def row(values: Sequence[fmpq]) -> list[Any]:
        return [arithmetic.number(value) for value in values]

    if isinstance(parameters, SkipParameters):
        return SkipNumbers(
            {group: row(u) for group, u in parameters.groups.items()},
            {bias: arithmetic.number(b) for bias, b in parameters.biases.items()},
        )
    return [
        None
        if p is None
        else LayerNumbers([row(w) for w in p.W], None if p.b is None else row(p.b))
        for p in parameters
    ]


def _bound(
    problem: Problem,
    name: MatrixName,
    witness: Parameters,
    columns: Sequence[int],
    pattern: Sequence[int],
    full: int,
) -> LowerBound | None:
    """A minor of full size of the matrix of one pattern, in the numbers of the whole matrix."""

    def matrix(arithmetic: Arithmetic) -> list[list[Any]]:
        chosen = Chosen(arithmetic, iter(pattern))
        numbers = _numbers(witness, arithmetic)
        return features_by_pieces(problem, name, chosen, numbers, columns)

    try:
        found = rational_rank(fmpq_mat(matrix(RATIONALS)))
    except InputError:
        return None  # a denominator is 0
    except NotExactError:

        def entries_at(bits: int) -> arb_mat:
            balls = Balls(bits)
            with balls.working():
                return arb_mat(matrix(balls))

        shape = (problem.data.samples, len(columns))
        found = full_rank_balls(entries_at, shape, start=64, ceiling=256)
    if found.lower is None or len(found.lower.rows) < full:
        return None
    return replace(found.lower, columns=tuple(columns[c] for c in found.lower.columns))
