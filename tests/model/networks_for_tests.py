"""Random small networks, and Definitions 2.1 to 2.3 of NH18 written out entry by entry."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from exactland.arithmetic.rationals import RATIONALS
from exactland.model.layers import Convolution, Dense, Layer, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.patches import Patch
from exactland.model.problem import Data, Problem

#: Activations with rational values at rationals.
RATIONAL_ACTIVATIONS = (
    "identity",
    "relu",
    "softsign",
    "lorentz",
    {"name": "power", "exponent": 2},
    {"name": "leaky-relu", "slope": "1/3"},
    {"name": "polynomial", "coefficients": [1, "1/2", -1]},
)

#: Activations that are differentiable everywhere, with rational values at rationals.
SMOOTH_ACTIVATIONS = (
    "identity",
    "lorentz",
    {"name": "power", "exponent": 2},
    {"name": "polynomial", "coefficients": [1, "1/2", -1]},
)


@st.composite
def patches(draw: st.DrawFn, below: int, padding: bool = True) -> tuple[Patch, ...]:
    """Admissible patches on ``below`` neurons, in any order."""
    length = draw(st.integers(1, below))
    rest = draw(st.permutations(range(below)))
    result: list[tuple[int | None, ...]] = []
    while rest:  # cover the layer
        patch, rest = rest[:length], rest[length:]
        others = [i for i in range(below) if i not in patch]
        result.append(tuple(patch + others[: length - len(patch)]))
    if padding and length > 1 and draw(st.booleans()):
        result.append((None, *result[0][1:]))
    unique = {(p if None in p else frozenset(p)): p for p in result}
    return tuple(unique.values())


@st.composite
def layers(draw: st.DrawFn, below: int, activations: Any, pooling: bool) -> Layer:
    kind = draw(st.sampled_from(["convolution", "dense", "pooling"][: 3 if pooling else 2]))
    if kind == "pooling":
        return MaxPooling(draw(patches(below, padding=False)))  # type: ignore[arg-type]
    activation = draw(st.sampled_from(activations))
    bias = draw(st.sampled_from(["neuron", "filter", "none"]))
    if kind == "dense":
        return Dense(draw(st.integers(1, 3)), bias, activation)
    return Convolution(draw(patches(below)), draw(st.integers(1, 2)), bias, activation)


rationals = st.builds(fmpq, st.integers(-6, 6), st.sampled_from([1, 2, 3]))


@st.composite
def problems(
    draw: st.DrawFn, activations: Any = RATIONAL_ACTIVATIONS, pooling: bool = True, depth: int = 3
) -> Problem:
    """A problem with parameters, targets and the loss 1/2 sum (F - Y)^2."""
    dimension = draw(st.integers(1, 4))
    samples = draw(st.integers(1, 3))
    below, chosen = dimension, []
    for _ in range(draw(st.integers(1, depth))):
        chosen.append(draw(layers(below, activations, pooling)))
        below = chosen[-1].width(below)
    inputs = [[draw(rationals) for _ in range(dimension)] for _ in range(samples)]
    targets = [[draw(rationals) for _ in range(below)] for _ in range(samples)]
    network = SequentialNetwork(chosen)
    widths = network.widths(dimension)
    parameters: list[Any] = []
    for layer, n in zip(chosen, widths[:-1], strict=True):
        if isinstance(layer, MaxPooling):
            parameters.append(None)
            continue
        rows, columns, length = layer.filter_length(n), layer.filter_count(), layer.bias_length(n)
        weights = [[draw(rationals) for _ in range(columns)] for _ in range(rows)]
        parameters.append({"W": weights, "b": [draw(rationals) for _ in range(length)] or None})
    return Problem(network, Data(inputs, targets), parameters, "half-squared")


def naive_layer(layer: Layer, x: list[Any], entry: Any) -> tuple[list[Any] | None, list[Any]]:
    """(g(x), f(x)) of one layer at one sample, by Definitions 2.1 to 2.3."""
    if isinstance(layer, MaxPooling):
        return None, [max(x[i] for i in patch if i is not None) for patch in layer.patches]
    if isinstance(layer, Dense):
        all_patches: Any = [tuple(range(len(x)))]
        filters = layer.neurons
    else:
        all_patches, filters = layer.patches, layer.filters
    g = []
    for p, patch in enumerate(all_patches):
        for t in range(filters):
            total = fmpq(0)
            for r, i in enumerate(patch):
                total += entry.W[r][t] * (fmpq(0) if i is None else x[i])
            if layer.bias == "neuron":
                total += entry.b[p * filters + t]
            elif layer.bias == "filter":
                total += entry.b[t]
            g.append(total)
    return g, [layer.activation.value(value, RATIONALS) for value in g]


def naive_features(problem: Problem) -> list[tuple[Any, Any]]:
    """(G_k, F_k) of all layers."""
    matrix = [list(row) for row in problem.data.inputs]
    result = []
    for layer, entry in zip(problem.sequential.layers, problem.parameters, strict=True):
        both = [naive_layer(layer, row, entry) for row in matrix]
        matrix = [f for _, f in both]
        result.append(([g for g, _ in both], matrix))
    return result


def fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
