"""The objects that the proofs of NH18 construct: directions Q, scale alpha, order gamma, biases.

Nothing here is trusted: the scripts have every property of these objects checked by a rule.
"""

from __future__ import annotations

import random
from typing import Any

from flint import fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import lower, magnitude_upper, upper
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotExactError
from exactland.functions.expression import evaluate
from exactland.functions.expression_tree import Expression
from exactland.functions.facts import injective_interval
from exactland.functions.properties import Fact
from exactland.linalg.rational import rational_rank
from exactland.model.chosen_parameters import random_parameters
from exactland.model.layer_matrix import layer_map
from exactland.model.layers import MaxPooling
from exactland.model.parameters import LayerParameters
from exactland.model.problem import Problem
from exactland.proof.projections import Rows, colliding, projections
from exactland.proof.script import StepFailed

Matrix = tuple[tuple[fmpq, ...], ...]
#: How many directions are drawn before the search is given up; the entries grow with the attempts.
ATTEMPTS = 40
#: Bits in which real numbers are approximated before they are rounded to simple rationals.
BITS = 192


class NoFullRank(StepFailed):
    """No directions Q with M_k(Q) of full rank were found: Assumption 2.4 may fail."""


def approximate_projections(problem: Problem, parameters: Any, k: int, directions: Matrix) -> Rows:
    """The projections, exactly where they are rational, else in balls of BITS bits."""
    try:
        return projections(problem, parameters, k, directions, RATIONALS)
    except NotExactError:
        return projections(problem, parameters, k, directions, Balls(BITS))


def directions(problem: Problem, parameters: Any, k: int, *, across: bool, seed: int = 0) -> Matrix:
    """Small integers Q (l x T) with M_k(Q) of full rank that tell the patches of samples apart.

    ``across``: all projections of different samples differ (Lemma D.1); else those of the same
    patch and direction (Theorem 3.4). StepFailed if ATTEMPTS draws do not succeed.
    """
    layer = problem.sequential.layer(k)
    if isinstance(layer, MaxPooling):
        raise StepFailed(f"Q for layer {k}, which is max-pooling: it has no filters")
    below = problem.widths[k - 1]
    length, filters = layer.filter_length(below), layer.filter_count()
    structure = layer_map(layer, below)
    full = min(below, problem.widths[k])
    uniform = random.Random(seed).random
    reason, kind = "", StepFailed
    flat = [fmpq(0)] * (length * filters)
    redraw = set(range(filters))
    for attempt in range(ATTEMPTS):
        # Small numbers first; where many samples have to be told apart they have to be larger.
        size = 2 + attempt if attempt < 8 else 2 ** (attempt - 4)
        flat = [
            fmpq(int(uniform() * (2 * size + 1)) - size) if place % filters in redraw else value
            for place, value in enumerate(flat)
        ]
        redraw = set(range(filters))
        chosen = tuple(tuple(flat[r * filters : (r + 1) * filters]) for r in range(length))
        matrix = fmpq_mat(structure.at(flat, fmpq(0)))
        if rational_rank(matrix).at_least < full:
            reason, kind = f"M_{k}(Q) of full rank {full}", NoFullRank
            continue
        rows = approximate_projections(problem, parameters, k, chosen)
        collision = _collision(rows, across)
        if collision is None:
            return chosen
        reason, kind = f"different projections: {collision}", StepFailed
        if not across:
            # A direction that tells all samples apart is kept.
            redraw = {j % filters for j in range(len(rows[0])) if _collides(rows, j)}
    raise kind(f"Q for layer {k} with {reason}")


def _collides(rows: Rows, j: int) -> bool:
    """Whether two samples have the same projection at neuron j."""
    return colliding([(row[j], i, "") for i, row in enumerate(rows)]) is not None


def _collision(rows: Rows, across: bool) -> str | None:
    entries = [
        [(value, i, f"x_{i + 1} at neuron {j + 1}") for j, value in enumerate(row)]
        for i, row in enumerate(rows)
    ]
    if across:
        return colliding([entry for row in entries for entry in row])
    for column in zip(*entries, strict=True):
        found = colliding(list(column))
        if found is not None:
            return found
    return None


def transporting_layer(
    problem: Problem, parameters: Any, k: int, chosen: Matrix
) -> tuple[LayerParameters, fmpq, fmpq]:
    """W_k = alpha Q, b_k = beta with all pre-activations where sigma_k is injective (Lemma D.1).

    Returns the parameters of layer k, alpha and beta; StepFailed if no interval is known.
    """
    layer: Any = problem.sequential.layer(k)
    interval = injective_interval(layer.activation)
    if interval is None:
        raise StepFailed(f"an interval on which {layer.activation.name} is injective")
    low, high = _end(interval.lower, lower_end=True), _end(interval.upper, lower_end=False)
    if low is not None and high is not None:
        beta = (low + high) / 2
    elif low is None and high is None:
        beta = fmpq(0)
    else:
        beta = low + 1 if low is not None else (high or fmpq(0)) - 1
    room = min([fmpq(1), *(abs(beta - end) for end in (low, high) if end is not None)])
    rows = approximate_projections(problem, parameters, k, chosen)
    sizes = [magnitude_upper(value) for row in rows for value in row]
    if any(size is None for size in sizes):
        raise StepFailed(f"finite projections at layer {k}")
    largest = max(size for size in sizes if size is not None)
    alpha = _simple_below(room / (2 * largest + 1))
    below = problem.widths[k - 1]
    scaled = tuple(tuple(alpha * value for value in row) for row in chosen)
    biases = [beta] * layer.bias_length(below)
    return LayerParameters(scaled, biases or None), alpha, beta


def _end(expression: Expression | None, *, lower_end: bool) -> fmpq | None:
    """A rational just inside an end of the interval."""
    if expression is None:
        return None
    balls = Balls(64)
    with balls.working():
        value = evaluate(expression, balls.number(fmpq(0)), balls)
        return upper(value) if lower_end else lower(value)


def _simple_below(value: fmpq) -> fmpq:
    """A power of two at most ``value``, at least half of it."""
    power = fmpq(1)
    while power > value:
        power /= 2
    return power


def permutation(rows: Rows) -> tuple[int, ...]:
    """gamma(j): of the samples left, the one with the smallest projection at neuron j."""
    if len(rows[0]) < len(rows):
        raise StepFailed(
            f"a neuron for each of the N = {len(rows)} samples: there are {len(rows[0])}"
        )
    left = list(range(len(rows)))
    order: list[int] = []
    for j in range(len(rows)):
        smallest = min(left, key=lambda i: _middle(rows[i][j]))
        left.remove(smallest)
        order.append(smallest)
    return tuple(order)


def _middle(value: Any) -> fmpq:
    low, high = lower(value), upper(value)
    if low is None or high is None:
        raise StepFailed("finite projections")
    return (low + high) / 2


def separating_layer(
    problem: Problem,
    rows: Rows,
    k: int,
    chosen: Matrix,
    gamma: tuple[int, ...],
    alpha: fmpq,
    beta: fmpq,
) -> LayerParameters:
    """W_k = -alpha Q and (b_k)_j = alpha <a^t, f^p(x_gamma(j))> + beta for j <= N, beta beyond.

    (The paper leaves the biases of the neurons beyond N undefined.) Irrational projections are
    rounded: the rank is certified at the rounded parameters.
    """
    count = len(gamma)
    width = problem.widths[k]
    biases = [
        alpha * _rounded(rows[gamma[j]][j]) + beta if j < count else beta for j in range(width)
    ]
    scaled = tuple(tuple(-alpha * value for value in row) for row in chosen)
    return LayerParameters(scaled, biases)


def _rounded(value: Any) -> fmpq:
    """The number itself if it is rational, else a dyadic rational near it."""
    if isinstance(value, fmpq):
        return value
    middle = _middle(value)
    scale = fmpq(2) ** 64
    scaled = middle * scale
    return fmpq(int(scaled.p) // int(scaled.q)) / scale


def with_layer(
    problem: Problem, parameters: Any, k: int, layer: LayerParameters
) -> tuple[Any, ...]:
    """The parameters with layer k replaced."""
    given = list(parameters or [None] * problem.sequential.depth)
    given[k - 1] = layer
    return tuple(given)


def given_parameters(problem: Problem) -> tuple[Any, ...]:
    """The problem's parameters; small random ones (seed 0) for the layers that have none."""
    drawn: Any = random_parameters(problem, 0)
    given: Any = problem.parameters
    if given is None:
        return tuple(drawn)
    return tuple(d if g is None else g for g, d in zip(given, drawn, strict=True))


def is_pooling(problem: Problem, k: int) -> bool:
    """Whether layer k is max-pooling, which has nothing to choose."""
    return isinstance(problem.sequential.layer(k), MaxPooling)


def layer_with_weights(problem: Problem, k: int) -> Fact:
    """Layer k is convolutional or dense: it has a matrix U_k (Lemma 2.5)."""
    pooling = is_pooling(problem, k)
    return Fact(not pooling, f"layer {k} is {'max-pooling' if pooling else 'not max-pooling'}")


def first_layer_not_pooling(problem: Problem) -> Fact:
    """Layer 1 is convolutional or dense (Lemma D.1; layer k may be max-pooling there)."""
    pooling = is_pooling(problem, 1)
    return Fact(not pooling, f"layer 1 is {'max-pooling' if pooling else 'convolutional or dense'}")
