"""Random small instances for the proof scripts; degenerate ones more often than by chance.

One sample, equal or opposite samples, samples that differ by 10^-30 or are of the size 10^30,
layers of one neuron, dilated and padded patches, kinks at the data, and expressions that are
undefined somewhere.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import exactland
from exactland.model.problem import Problem

EXPRESSIONS = (
    "1/t", "log(t)", "sqrt(t)", "sqrt(t**2)", "abs(t)/t", "tanh(t)/t", "max(t,0)/t", "atan(1/t)",
    "exp(-1/t**2)", "log(1+exp(t))", "min(max(t,0),1)", "exp(min(t,0))", "1/(2+sin(t))",
    "0*log(t)+1/(1+exp(-t))", "(t-1)/(t-1)", "t**0", "max(t,0)+min(t,0)", "sqrt(t-1)", "max(t,1)",
    "exp(-t**2)*t", "abs(t-1)-abs(t)", "t*exp(-abs(t))", "tanh(t)+1", "exp(t)/(1+exp(t))",
    "exp(t)-exp(t)", "1/(1+exp(-t))*1/(1+exp(t))", "atan(t)-pi/2", "sqrt(1+t**2)+t",
    "log(2+sin(t))", "1/(1+exp(-t))**2", "exp(log(t))", "sqrt(t)**2", "exp(t)*cos(t)",
    "1/(1+exp(-100*t))", "max(t,0)*1/(1+exp(-t))", "1/(1+exp(t))", "sin(t)+cos(t)",
)  # fmt: skip
NAMED: tuple[Any, ...] = (
    "sigmoid", "tanh", "relu", "gelu", "silu", "mish", "r1", "lorentz", "gaussian", "softsign",
    "arctan", "erf", "sin", "cos", "exp", "hard-sigmoid", "relu6", "identity", "dyadic-softplus",
    "log-sigmoid", {"name": "softplus", "alpha": "1/50"}, {"name": "softplus", "alpha": 9},
    {"name": "leaky-relu", "slope": 0}, {"name": "leaky-relu", "slope": "1/3"},
    {"name": "elu", "alpha": 1}, {"name": "power", "exponent": 0},
    {"name": "polynomial", "coefficients": [0]}, {"name": "polynomial", "coefficients": [1, 2]},
)  # fmt: skip


def random_instance(seed: int) -> Problem:
    """A sequential network of up to three layers and a linear output of one neuron.

    >>> random_instance(1).data.samples > 0
    True
    """
    draw = Random(seed)
    bias = "none" if draw.random() < 0.4 else "neuron"
    samples, dimension = draw.choice([1, 2, 2, 3, 3, 4]), draw.choice([1, 1, 2, 3, 4])
    inputs = _inputs(draw, samples, dimension)
    layers: list[Any] = []
    width = dimension
    for number in range(draw.choice([1, 1, 2, 3])):
        layers.append(_layer(draw, width, len(inputs), bias, first=number == 0))
        width = layers[-1].width(width)
    layers.append(exactland.Dense(1, bias))
    targets = [draw.randint(-2, 2) for _ in inputs]
    data = exactland.Data(inputs, targets)
    return exactland.Problem(exactland.SequentialNetwork(layers), data, None, "squared")


def _inputs(draw: Random, samples: int, dimension: int) -> list[list[str]]:
    kind = draw.random()
    rows = [[_number(draw, kind) for _ in range(dimension)] for _ in range(samples)]
    what = draw.random()
    if what < 0.15:
        rows = [[row[0]] * dimension for row in rows]
    elif what < 0.25:
        rows[-1] = list(rows[0])
    elif what < 0.4 and samples > 1:
        rows = [*rows[: samples // 2], *([-x for x in row] for row in rows[: samples // 2])]
    return [[str(x) for x in row] for row in rows]


def _number(draw: Random, kind: float) -> Fraction:
    value = Fraction(draw.randint(-6, 6), draw.choice([1, 1, 2, 3]))
    if kind < 0.1:
        return value * Fraction(10) ** draw.choice([0, 30, -30])
    return 1 + value / 10**30 if kind < 0.2 else value


def _layer(draw: Random, below: int, samples: int, bias: str, *, first: bool) -> Any:
    sigma = {"expr": draw.choice(EXPRESSIONS)} if draw.random() < 0.4 else draw.choice(NAMED)
    kind = draw.random() if below >= 2 else 1.0
    if kind < 0.15 and not first:
        return exactland.MaxPooling([tuple(range(below // 2)), tuple(range(below // 2, below))]
                                    if below % 2 == 0 else [tuple(range(below))])  # fmt: skip
    if kind < 0.3 and below == 4:
        return exactland.Convolution([(0, 2), (1, 3)], draw.choice([1, 2]), bias, sigma)
    if kind < 0.4:
        patches = [(None, 0), *((i, i + 1) for i in range(below - 1)), (below - 1, None)]
        return exactland.Convolution(patches, draw.choice([1, 2]), bias, sigma)
    if kind < 0.6:
        patches = [(i, i + 1) for i in range(below - 1)]
        return exactland.Convolution(patches, draw.choice([1, 2, 3]), bias, sigma)
    width = draw.choice([samples, samples, samples + 1, max(1, samples - 1), 1])
    return exactland.Dense(width, bias, sigma)
