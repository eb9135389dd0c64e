"""The objects that the proofs of LDS18 need: weights one after the other, found by trying.

Nothing here is trusted: a rule checks each of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import excludes_zero, magnitude_upper
from exactland.model.parameters import LayerParameters
from exactland.papers.lds18 import claims
from exactland.papers.lds18.rules import determinant_of, values_of
from exactland.proof.projections import colliding
from exactland.proof.script import StepFailed, Walkthrough

#: How many weights are tried for one neuron, and directions for one w.
ATTEMPTS = 60
#: Bits in which determinants are tried out.
BITS = 384

Weights = tuple[fmpq, ...]


def next_weight(
    walk: Walkthrough, parameters: Any, k: int, coordinate: int, weights: Weights
) -> fmpq:
    """w_m with det (sigma_k(w_i z_j)), i, j <= m, shown to be nonzero; StepFailed if none is."""
    layer: Any = walk.problem.sequential.layer(k)
    size = len(weights) + 1
    place = claims.MinorNonzero(k, coordinate, weights)
    arithmetic = Balls(BITS)
    with arithmetic.working():
        values = values_of(walk, parameters, place, arithmetic)[:size]
        unit = _below_one_over(values)
        rows = [
            [layer.activation.value(arithmetic.number(w) * z, arithmetic) for z in values]
            for w in weights
        ]
        for attempt, multiple in enumerate(_simple_numbers()):
            if attempt == ATTEMPTS:
                break
            w = multiple * unit
            if w in weights:
                continue
            row = [layer.activation.value(arithmetic.number(w) * z, arithmetic) for z in values]
            if excludes_zero(determinant_of([*rows, row])) is True:
                return w
    raise StepFailed(f"w_{size} with det (sigma_{k}(w_i z_j)) != 0")


def _simple_numbers() -> Iterator[fmpq]:
    """1, -1, 2, -2, ...: with halves between, then growing."""
    size = 1
    while True:
        for numerator in (size, -size):
            yield fmpq(numerator, 1)
            yield fmpq(numerator, 2)
        size += 1


def _below_one_over(values: list[Any]) -> fmpq:
    """A power of two u with u |z| <= 1 for all values (1 if all are small)."""
    sizes = [magnitude_upper(value) for value in values]
    if any(size is None for size in sizes):
        raise StepFailed("finite outputs of the layer below")
    largest = max((size for size in sizes if size is not None), default=fmpq(1))
    unit = fmpq(1)
    while unit * largest > 1:
        unit /= 2
    return unit


def separating_scale(walk: Walkthrough, parameters: Any, k: int, coordinate: int) -> fmpq:
    """lambda with sigma_k(lambda z_j) different for all j: small enough, as sigma_k'(0) != 0."""
    layer: Any = walk.problem.sequential.layer(k)
    arithmetic = Balls(BITS)
    with arithmetic.working():
        place = claims.DistinctCoordinate(k, coordinate)
        values = values_of(walk, parameters, place, arithmetic)
        scale = _below_one_over(values)
        for _ in range(ATTEMPTS):
            found = [
                layer.activation.value(arithmetic.number(scale) * z, arithmetic) for z in values
            ]
            if colliding([(value, i, f"sample {i + 1}") for i, value in enumerate(found)]) is None:
                return scale
            scale /= 2
    raise StepFailed(f"lambda with different sigma_{k}(lambda z_j)")


def coordinate_layer(walk: Walkthrough, k: int, coordinate: int, weights: Weights) -> Any:
    """W_k with neuron i reading only the coordinate, with weight w_i (0 beyond the last)."""
    below, width = walk.problem.widths[k - 1], walk.problem.widths[k]
    row = [*weights, *[fmpq(0)] * (width - len(weights))][:width]
    rows = [row if r == coordinate else [fmpq(0)] * width for r in range(below)]
    return LayerParameters(rows)


def with_layer(parameters: Any, k: int, layer: Any) -> tuple[Any, ...]:
    """The parameters with layer k replaced."""
    return (*parameters[: k - 1], layer, *parameters[k:])


def distinct_coordinate(walk: Walkthrough) -> int:
    """The first coordinate in which the samples differ pairwise (A1); StepFailed without one."""
    inputs = walk.problem.data.inputs
    for k in range(walk.problem.data.dimension):
        if len({row[k] for row in inputs}) == len(inputs):
            return k
    raise StepFailed("a coordinate in which the samples differ pairwise (A1)")


def distinct_products(walk: Walkthrough, seed: int = 0) -> Weights:
    """Small integers w^0 with different <w^0, x_i> (Lemma 6); StepFailed if none is found."""
    draw = random.Random(seed).random
    dimension = walk.problem.data.dimension
    reason = ""
    for attempt in range(ATTEMPTS):
        size = 1 + attempt
        weight = tuple(fmpq(int(draw() * (2 * size + 1)) - size) for _ in range(dimension))
        values = [
            sum((w * x for w, x in zip(weight, row, strict=True)), fmpq(0))
            for row in walk.problem.data.inputs
        ]
        found = colliding([(v, i, f"<w, x_{i + 1}>") for i, v in enumerate(values)])
        if found is None:
            return weight
        reason = found
    raise StepFailed(f"w^0 that tells the samples apart: {reason}")


def separating_multiple(walk: Walkthrough, weight: Weights) -> fmpq:
    """lambda with different sigma_1(lambda <w^0, x_i>), from 1 downwards (lambda -> 0, Lemma 6)."""
    layer: Any = walk.problem.sequential.layer(1)
    products = [
        sum((w * x for w, x in zip(weight, row, strict=True)), fmpq(0))
        for row in walk.problem.data.inputs
    ]
    scale = _below_one_over(products)
    arithmetic = Balls(BITS)
    with arithmetic.working():
        for _ in range(ATTEMPTS):
            values = [
                layer.activation.value(arithmetic.number(scale * v), arithmetic) for v in products
            ]
            if colliding([(value, i, f"sample {i + 1}") for i, value in enumerate(values)]) is None:
                return scale
            scale /= 2
    raise StepFailed("lambda with different sigma_1(lambda <w^0, x_i>)")
