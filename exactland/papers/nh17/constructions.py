"""The objects that the proof of Lemma 4.3 of NH17 constructs; every property is checked by a rule.

Nothing here is trusted. All units of a layer get the same direction a, as in the paper.
"""

from __future__ import annotations

import random
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import excludes_zero, lower, upper
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotExactError
from exactland.functions.activations import Activation
from exactland.model.forward import feature_matrix
from exactland.model.parameters import LayerParameters
from exactland.model.problem import Problem
from exactland.proof.projections import colliding
from exactland.proof.script import StepFailed

#: How many directions are drawn before the search is given up; the entries grow with the attempts.
ATTEMPTS = 40
#: Bits in which projections are approximated before they are rounded to dyadic rationals.
BITS = 256

Vector = tuple[fmpq, ...]


def along(
    problem: Problem, parameters: Any, k: int, direction: Vector, arithmetic: Arithmetic
) -> list[Any]:
    """<a, z_i> for the rows z_i of F_{k-1}, a number a sample."""
    column = arithmetic.matrix([[value] for value in direction])
    below = feature_matrix(problem, k - 1, arithmetic, parameters)
    return [row[0] for row in arithmetic.rows(arithmetic.multiply(below, column))]


def approximate_along(problem: Problem, parameters: Any, k: int, direction: Vector) -> list[Any]:
    """The projections, exactly where they are rational, else in balls of BITS bits."""
    try:
        return along(problem, parameters, k, direction, RATIONALS)
    except NotExactError:
        arithmetic = Balls(BITS)
        with arithmetic.working():
            return along(problem, parameters, k, direction, arithmetic)


def separating_direction(problem: Problem, parameters: Any, k: int, seed: int = 0) -> Vector:
    """Small integers a with <a, z_i> != <a, z_j> (equation 2); StepFailed if none is found."""
    draw = random.Random(seed).random
    reason = ""
    for attempt in range(ATTEMPTS):
        size = 1 + attempt
        chosen = tuple(
            fmpq(int(draw() * (2 * size + 1)) - size) for _ in range(problem.widths[k - 1])
        )
        values = approximate_along(problem, parameters, k, chosen)
        found = colliding([(p, i, f"<a, z_{i + 1}>") for i, p in enumerate(values)])
        if found is None:
            return chosen
        reason = found
    raise StepFailed(f"a direction that tells the rows of F_{k - 1} apart: {reason}")


def increasing_order(projections: list[Any]) -> tuple[int, ...]:
    """The samples by increasing projection."""
    middles = [_middle(value) for value in projections]
    return tuple(sorted(range(len(middles)), key=lambda i: middles[i]))


def separating_layer(problem: Problem, k: int, direction: Vector, projections: list[Any]) -> Any:
    """W_k with all columns alpha a, and biases that bring the pre-activations into [-1, 1]."""
    middles = [_rounded(value) for value in projections]
    width = max(middles) - min(middles)
    centre = (max(middles) + min(middles)) / 2
    alpha = fmpq(1)
    while alpha * width > 2:
        alpha /= 2
    units = problem.widths[k]
    weights = [[alpha * value] * units for value in direction]
    return LayerParameters(weights, [-alpha * centre] * units)


def family_layer(
    problem: Problem,
    k: int,
    direction: Vector,
    projections: list[Any],
    order: tuple[int, ...],
    alpha: fmpq,
    beta: fmpq,
) -> LayerParameters:
    """w_j = -alpha a, v_j = alpha <z_j, a> + beta for j < N; beta beyond, where the paper is free.

    Irrational projections are rounded: the rank is certified at the rounded parameters.
    """
    units, samples = problem.widths[k], len(order)
    biases = [
        alpha * _rounded(projections[order[j]]) + beta if j < samples - 1 else beta
        for j in range(units)
    ]
    return LayerParameters([[-alpha * value] * units for value in direction], biases)


def nonzero_point(activation: Activation) -> fmpq:
    """A simple beta with sigma(beta) != 0, as far as balls tell."""
    balls = Balls(64)
    with balls.working():
        for beta in (fmpq(0), fmpq(1), fmpq(-1), fmpq(1, 2), fmpq(2), fmpq(-2)):
            if excludes_zero(activation.value(balls.number(beta), balls)) is True:
                return beta
    raise StepFailed(f"beta with sigma(beta) != 0 for {activation.name}")


def between(given: Any, found: Any, share: fmpq) -> tuple[Any, ...]:
    """The parameters (1 - share) given + share found, layer by layer; layers without stay so."""
    result = []
    for theirs, ours in zip(given, found, strict=True):
        if ours is None:
            result.append(theirs)
            continue
        weights = [
            [x + share * (y - x) for x, y in zip(a, b, strict=True)]
            for a, b in zip(theirs.W, ours.W, strict=True)
        ]
        biases = [x + share * (y - x) for x, y in zip(theirs.b, ours.b, strict=True)]
        result.append(LayerParameters(weights, biases))
    return tuple(result)


def share_within(given: Any, found: Any, epsilon: fmpq) -> fmpq:
    """A power of two by which the way from ``given`` to ``found`` stays shorter than epsilon."""
    squared = fmpq(0)
    for theirs, ours in zip(given, found, strict=True):
        if ours is not None:
            pairs = zip(_numbers(theirs), _numbers(ours), strict=True)
            squared += sum(((x - y) ** 2 for x, y in pairs), fmpq(0))
    share = fmpq(1)
    while not share**2 * squared < epsilon**2:
        share /= 2
    return share


def _numbers(layer: Any) -> list[fmpq]:
    return [*(value for row in layer.W for value in row), *(layer.b or ())]


def _middle(value: Any) -> fmpq:
    low, high = lower(value), upper(value)
    if low is None or high is None:
        raise StepFailed("finite projections")
    return (low + high) / 2


def _rounded(value: Any) -> fmpq:
    """The number itself if it is rational, else a dyadic rational near it."""
    if isinstance(value, fmpq):
        return value
    scale = fmpq(2) ** 128
    scaled = _middle(value) * scale
    return fmpq(int(scaled.p) // int(scaled.q)) / scale
