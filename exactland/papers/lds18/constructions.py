"""The objects that the proofs of LDS18 need: weights one after the other, found by trying.

Nothing here is trusted: a rule checks each of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from flint import arb_mat, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import excludes_zero, magnitude_lower, magnitude_upper
from exactland.functions.derivatives_at_zero import assumption_2
from exactland.model.parameters import LayerParameters
from exactland.proof.projections import colliding, features
from exactland.proof.script import StepFailed, Walkthrough

#: How many weights are tried for one neuron, and directions for one w.
ATTEMPTS = 60
#: Bits in which determinants are tried out.
BITS = 384

Weights = tuple[fmpq, ...]


def activation_of(walk: Walkthrough, k: int) -> Any:
    """The activation of layer k; StepFailed for max-pooling, which has none."""
    layer: Any = walk.problem.sequential.layer(k)
    if not layer.has_parameters():
        raise StepFailed(f"layer {k} applies an activation: it is max-pooling")
    return layer.activation


def values_of(
    walk: Walkthrough, parameters: Any, k: int, coordinate: int, arithmetic: Balls
) -> list[Any]:
    """z_1, ..., z_N: a coordinate of F_{k-1}, counted from 0."""
    rows = features(walk.problem, parameters, k - 1, arithmetic)
    return [row[coordinate] for row in rows]


def next_weight(
    walk: Walkthrough, parameters: Any, k: int, coordinate: int, weights: Weights
) -> fmpq:
    """w_m with det (sigma_k(w_i z_j)), i, j <= m, shown to be nonzero; StepFailed if none is."""
    sigma = activation_of(walk, k)
    size = len(weights) + 1
    arithmetic = Balls(BITS)
    with arithmetic.working():
        values = values_of(walk, parameters, k, coordinate, arithmetic)[:size]
        unit = _below_one_over(values)
        rows = [
            [sigma.value(arithmetic.number(w) * z, arithmetic) for z in values] for w in weights
        ]
        for attempt, multiple in enumerate(_simple_numbers()):
            if attempt == ATTEMPTS:
                break
            w = multiple * unit
            if w in weights:
                continue
            row = [sigma.value(arithmetic.number(w) * z, arithmetic) for z in values]
            if excludes_zero(arb_mat([*rows, row]).det()) is True:
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


def _below_one_over(values: Sequence[Any]) -> fmpq:
    """A power of two u with u |z| <= 1 for all values (1 if all are small)."""
    sizes = [magnitude_upper(value) for value in values]
    if any(size is None for size in sizes):
        raise StepFailed("finite outputs of the layer below")
    largest = max((size for size in sizes if size is not None), default=fmpq(1))
    unit = fmpq(1)
    while unit * largest > 1:
        unit /= 2
    return unit


def separating_scale(walk: Walkthrough, k: int, values: Sequence[Any]) -> fmpq:
    """lambda with different sigma_k(lambda z_j), from 1 downwards: sigma_k'(0) != 0 (Lemma 6).

    The z_j are numbers of ``Balls(BITS)`` or rational.
    """
    sigma = activation_of(walk, k)
    arithmetic = Balls(BITS)
    with arithmetic.working():
        numbers = [arithmetic.number(z) if isinstance(z, fmpq) else z for z in values]
        scale = _below_one_over(numbers)
        for _ in range(ATTEMPTS):
            found = [sigma.value(arithmetic.number(scale) * z, arithmetic) for z in numbers]
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


def equal_neurons(walk: Walkthrough, weight: Weights) -> Any:
    """W_1 whose neurons all have this weight."""
    return LayerParameters([[w] * walk.problem.widths[1] for w in weight])


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


def products_with(walk: Walkthrough, weight: Weights) -> list[fmpq]:
    """<w, x_i> for the samples."""
    rows = walk.problem.data.inputs
    return [sum((w * x for w, x in zip(weight, row, strict=True)), fmpq(0)) for row in rows]


def distinct_products(walk: Walkthrough, seed: int = 0) -> Weights:
    """Small integers w^0 with different <w^0, x_i> (Lemma 6); StepFailed if none is found."""
    draw = random.Random(seed).random
    dimension = walk.problem.data.dimension
    reason = ""
    for attempt in range(ATTEMPTS):
        size = 1 + attempt
        weight = tuple(fmpq(int(draw() * (2 * size + 1)) - size) for _ in range(dimension))
        values = products_with(walk, weight)
        found = colliding([(v, i, f"<w, x_{i + 1}>") for i, v in enumerate(values)])
        if found is None:
            return weight
        reason = found
    raise StepFailed(f"w^0 that tells the samples apart: {reason}")


def smallest_derivative(activation: Any, order: int) -> fmpq | None:
    """A rational at most every nonzero |sigma^(n)(0)|, n < order, and at most 1.

    None if a derivative is not decided. delta_min of the paper is the smallest of them.
    """
    found = assumption_2(activation, order)
    # After the first zero that decides Assumption 2 others may still be open: those are not used.
    if len(found.derivatives) < order or found.undecided:
        return None
    smallest = fmpq(1)
    for derivative in found.derivatives:
        if derivative.is_zero is True:
            continue
        size = abs(derivative.exact) if derivative.exact is not None else None
        size = magnitude_lower(derivative.enclosure) if size is None else size
        if not size > 0:
            return None
        smallest = min(smallest, size)
    return smallest
