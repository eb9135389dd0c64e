"""Parameters that are chosen for a problem: at random, or entry by entry by their names."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from flint import fmpq

from exactland.errors import InputError, SizeError
from exactland.model.messages import shown
from exactland.model.parameters import LayerNumbers, LayerParameters, Parameters, SkipParameters
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: The most parameters that are chosen at random.
MAX_RANDOM_PARAMETERS = 2**22


def random_parameters(
    problem: Problem, seed: int, numerator: int = 128, denominator: int = 64
) -> Parameters:
    """Small random rationals for all parameters of a problem, the same for the same seed.

    A bias is p/denominator with an integer p, equally likely from -numerator to numerator; a weight
    is p/(denominator * s), where s is the smallest power of 2 with s^2 >= fan-in, so that
    pre-activations keep their size through the layers. p is floor((2 numerator + 1) u) - numerator
    with u the numbers of ``random.Random(seed).random()``, drawn layer by layer, W before b,
    row by row; for a skip network, groups in order of appearance, then biases.

    >>> from exactland.model.layers import Dense
    >>> from exactland.model.network import SequentialNetwork
    >>> problem = Problem(SequentialNetwork([Dense(2)]), [[1, 1, 1]])
    >>> random_parameters(problem, 1) == random_parameters(problem, 1)
    True
    >>> random_parameters(problem, 1)[0].b
    (39/64, 37/32)
    """
    for name, value in [("seed", seed), ("numerator", numerator), ("denominator", denominator)]:
        if isinstance(value, bool) or not isinstance(value, int) or value < (name != "seed"):
            raise InputError(name, f"{shown(value)} is not admissible", "give an integer")
    count = _parameter_count(problem)
    if count > MAX_RANDOM_PARAMETERS:
        raise SizeError(
            "parameters",
            f"the network has {count} of them, more than {MAX_RANDOM_PARAMETERS}",
            "use a smaller network",
        )
    # Of random.Random only random() is promised to stay the same between versions of Python.
    uniform = random.Random(seed).random

    def draw(fan_in: int) -> fmpq:
        scale = 1
        while scale * scale < fan_in:
            scale *= 2
        p = int(uniform() * (2 * numerator + 1)) - numerator
        return fmpq(p, denominator * scale)

    network = problem.network
    if isinstance(network, SkipNetwork):
        groups = {
            name: [draw(length) for _ in range(length)]
            for name, length in network.weight_lengths.items()
        }
        return SkipParameters(groups, {name: draw(1) for name in network.bias_names})
    widths = problem.widths
    fan_in = [layer.filter_length(n) for layer, n in zip(network.layers, widths, strict=False)]
    numbers = named_parameters(
        problem, lambda k, letter, *index: draw(fan_in[k - 1] if letter == "w" else 1)
    )
    return tuple(None if n is None else LayerParameters(n.W, n.b) for n in numbers)


def _parameter_count(problem: Problem) -> int:
    network = problem.network
    if isinstance(network, SkipNetwork):
        return sum(network.weight_lengths.values()) + len(network.bias_names)
    return sum(
        layer.filter_length(below) * layer.filter_count() + layer.bias_length(below)
        for layer, below in zip(network.layers, problem.widths, strict=False)
        if layer.has_parameters()
    )


def named_parameters(problem: Problem, make: Callable[..., Any]) -> tuple[LayerNumbers | None, ...]:
    """Parameters made entry by entry: ``make(k, "w", r, t)`` and ``make(k, "b", j)``.

    Layers k count from 1; r, t and j from 0. With symbols as numbers a network becomes a formula.

    >>> from exactland.model.layers import Dense
    >>> from exactland.model.network import SequentialNetwork
    >>> problem = Problem(SequentialNetwork([Dense(2)]), [[1, 1]])
    >>> named_parameters(problem, lambda k, *name: "_".join(map(str, name)))
    (LayerNumbers(W=[['w_0_0', 'w_0_1'], ['w_1_0', 'w_1_1']], b=['b_0', 'b_1']),)
    """
    result: list[LayerNumbers | None] = []
    widths = problem.widths
    for k, layer in enumerate(problem.sequential.layers, start=1):
        if not layer.has_parameters():
            result.append(None)
            continue
        rows, columns = layer.filter_length(widths[k - 1]), layer.filter_count()
        weights = [[make(k, "w", r, t) for t in range(columns)] for r in range(rows)]
        length = layer.bias_length(widths[k - 1])
        result.append(LayerNumbers(weights, [make(k, "b", j) for j in range(length)] or None))
    return tuple(result)
