"""Conditions on the widths, the kinds of layers and the samples, decided on an instance.

Each function takes a problem and, where the papers speak of a layer k, its number counted from 1.
It answers with a Fact, which has a reason and no truth value. A layer that does not exist is a
UsageError, and so is a skip network where layers are asked for, or the reverse.

>>> import exactland
>>> problem = exactland.problem_from({"format": "exactland-problem/1",
...     "data": {"inputs": [[0], [1], [2]]},
...     "network": {"kind": "sequential", "layers": [
...         {"kind": "dense", "width": 3, "activation": "sigmoid"},
...         {"kind": "dense", "width": 1}]}})
>>> fact = wide_layer(problem, 1)
>>> fact.holds, fact.reason
(True, 'n_1 = 3 and N = 3')
"""

from __future__ import annotations

from exactland.functions.facts import identity
from exactland.functions.properties import Fact
from exactland.model.layers import Convolution, Dense
from exactland.model.problem import Problem


def wide_layer(problem: Problem, k: int) -> Fact:
    """n_k >= N (NH18, Theorems 3.4 and 3.5, Assumption 4.1; LDS18, A3)."""
    width, samples = _width(problem, k), problem.data.samples
    return Fact(width >= samples, f"n_{k} = {width} and N = {samples}")


def almost_wide_layer(problem: Problem, k: int) -> Fact:
    """n_k >= N - 1 (NH17, Theorem 3.8 and Lemma 4.3)."""
    width, samples = _width(problem, k), problem.data.samples
    return Fact(width >= samples - 1, f"n_{k} = {width} and N - 1 = {samples - 1}")


def wide_last_hidden_layer(problem: Problem) -> Fact:
    """n_{L-1} >= N: d_H >= N in LDS18 (A3), where H = L - 1 counts the hidden layers."""
    depth = problem.sequential.depth
    if depth < 2:
        return Fact(False, "there is no hidden layer")
    return wide_layer(problem, depth - 1)


def pyramidal(problem: Problem, k: int) -> Fact:
    """n_{k+1} >= n_{k+2} >= ... >= n_L (NH18, Assumption 4.1).

    >>> import exactland
    >>> layers = [exactland.Dense(width) for width in (5, 2, 3)]
    >>> pyramidal(exactland.Problem(exactland.SequentialNetwork(layers), [[1]]), 1).reason
    'n_2 = 2 is less than n_3 = 3'
    """
    _width(problem, k)
    widths = problem.widths
    for layer in range(k + 1, len(widths) - 1):
        if widths[layer] < widths[layer + 1]:
            return Fact(
                False,
                f"n_{layer} = {widths[layer]} is less than n_{layer + 1} = {widths[layer + 1]}",
            )
    return Fact(True, "the widths above layer k do not increase")


def distinct_samples(problem: Problem) -> Fact:
    """x_i != x_j for i != j (NH17, Assumption 3.2(1))."""
    seen: dict[object, int] = {}
    for i, row in enumerate(problem.data.inputs):
        j = seen.setdefault(tuple(row), i)
        if j != i:
            return Fact(False, f"samples {j + 1} and {i + 1} are the same")
    return Fact(True, "the samples differ pairwise")


def fully_connected(problem: Problem) -> Fact:
    """Every layer is dense (NH17, LDS18)."""
    for k, layer in enumerate(problem.sequential.layers, start=1):
        if not isinstance(layer, Dense):
            return Fact(False, f"layer {k} is not dense")
    return Fact(True, "every layer is dense")


def without_biases(problem: Problem) -> Fact:
    """No layer has a bias (LDS18, from equation (4) on)."""
    for k, layer in enumerate(problem.sequential.layers, start=1):
        if isinstance(layer, Convolution | Dense) and layer.bias != "none":
            return Fact(False, f"layer {k} has a bias")
    return Fact(True, "no layer has a bias")


def biases_of_their_own(problem: Problem) -> Fact:
    """Every layer with weights has a bias for every neuron, as in NH17 and NH18.

    A bias for each filter is one for each neuron where there is one place, as in a dense layer.
    """
    for k, layer in enumerate(problem.sequential.layers, start=1):
        if not isinstance(layer, Convolution | Dense) or layer.bias == "neuron":
            continue
        places = len(layer.patches) // layer.groups if isinstance(layer, Convolution) else 1
        if layer.bias == "none" or places > 1:
            return Fact(False, f"the bias of layer {k} is {layer.bias!r}")
    return Fact(True, "every neuron has a bias of its own")


def no_pooling(problem: Problem, k: int | None = None) -> Fact:
    """Layers 1, ..., k (all, for None) are convolutional or dense (NH18, Thm 3.5, Asm 4.1)."""
    network = problem.sequential
    last = network.depth if k is None else k
    if k is not None:
        network.layer(k)
    for index, layer in enumerate(network.layers[:last], start=1):
        if not isinstance(layer, Convolution | Dense):
            return Fact(False, f"layer {index} is {layer.kind}")
    return Fact(True, f"layers 1 to {last} are convolutional or dense")


def first_and_kth_not_pooling(problem: Problem, k: int) -> Fact:
    """Layer 1 and layer k are convolutional or dense (NH18, Theorem 3.4; k = 1: Lemma D.1)."""
    for index in (1, k):
        layer = problem.sequential.layer(index)
        if not isinstance(layer, Convolution | Dense):
            return Fact(False, f"layer {index} is {layer.kind}")
    return Fact(True, f"layers 1 and {k} are convolutional or dense")


def patches_as_defined(problem: Problem) -> Fact:
    """Patches of a layer cover it, and no two have the same neurons (NH18, Definition 2.1)."""
    widths = problem.widths
    for k, layer in enumerate(problem.sequential.layers, start=1):
        if (reason := layer.outside_the_papers(widths[k - 1])) is not None:
            return Fact(False, f"layer {k}: {reason}")
    return Fact(True, "the patches of every layer cover the one below and differ as sets")


def dense_layer(problem: Problem, k: int) -> Fact:
    """Layer k is dense."""
    dense = isinstance(problem.sequential.layer(k), Dense)
    return Fact(dense, f"layer {k} is {'' if dense else 'not '}dense")


def linear_output(problem: Problem) -> Fact:
    """The last layer is dense and applies no function (NH18)."""
    depth = problem.sequential.depth
    last = problem.sequential.layer(depth)
    if not isinstance(last, Dense):
        return Fact(False, "the last layer is not dense")
    linear, name = identity(last.activation), last.activation.name
    return Fact(linear.holds, f"the last layer applies {name}: {linear.reason}")


def enough_skip_units(problem: Problem) -> Fact:
    """M >= N: at least as many skip units as samples (NMH19)."""
    units, samples = len(problem.skip.skips), problem.data.samples
    return Fact(units >= samples, f"M = {units} and N = {samples}")


def private_biases(problem: Problem) -> Fact:
    """N of the skip units have a bias that no other unit uses (what NMH19 leaves out)."""
    network = problem.skip
    users: dict[str, int] = {}
    for unit in network.units:
        if unit.bias is not None:
            users[unit.bias] = users.get(unit.bias, 0) + 1
    private = [id for id in network.skips if users.get(network.unit(id).bias or "", 0) == 1]
    count, samples = len(private), problem.data.samples
    return Fact(count >= samples, f"{count} skip units have a bias of their own, and N = {samples}")


def _width(problem: Problem, k: int) -> int:
    problem.sequential.layer(k)
    return problem.widths[k]
