"""A small built-in instance for each script of NH17."""

from __future__ import annotations

from exactland.errors import UsageError
from exactland.model.layers import Dense
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Data, Problem
from exactland.proof.script import Walkthrough

_INPUTS = [[0, 1], [1, 0], [1, 1], ["1/2", -1]]


def example(id: str) -> Walkthrough:
    """The built-in instance of a script; UsageError for an id without one.

    >>> example("NH17:Lem4.3").problem.widths
    (2, 2, 3, 1)
    """
    if id == "NH17:Lem2.1":
        return Walkthrough(_cubic(), 1)
    if id == "NH17:LinearRanks":
        return Walkthrough(_linear(), 3)
    if id == "NH17:Lem3.3":
        return Walkthrough(_named(), 3)
    if id == "NH17:Lem4.1":
        return Walkthrough(_wide(), 3)
    if id in ("NH17:Lem4.2", "NH17:Lem4.3", "NH17:Lem4.4", "NH17:Cor4.5"):
        return Walkthrough(_wide(), 2)
    raise UsageError(id, "it has no built-in example", "give a problem file")


def _wide() -> Problem:
    """N = 4 samples, n_2 = N - 1, and parameters at which F_2 has equal columns."""
    layers = [Dense(width, activation="sigmoid") for width in (2, 3, 1)]
    parameters = [
        {"W": [[1, 1], [2, 2]], "b": [0, 0]},
        {"W": [[1, 1, 1], [2, 2, 2]], "b": [0, 0, 0]},
        {"W": [[1], [1], [1]], "b": [0]},
    ]
    data = Data(_INPUTS, targets=[0, 1, 1, 0])
    return Problem(SequentialNetwork(layers), data, parameters, "squared")


def _named() -> Problem:
    """The three activations of Lemma 3.3, one above the other."""
    layers = [Dense(2, activation=name) for name in ("sigmoid", "tanh", "softplus")]
    return Problem(SequentialNetwork([*layers, Dense(1)]), Data(_INPUTS))


def _cubic() -> Problem:
    """sigma(t) = t + t^3, increasing with rational values: everything is exact."""
    cubic = {"expr": "t+t**3"}
    network = SequentialNetwork(
        [Dense(3, activation=cubic), Dense(2, activation=cubic), Dense(1, activation=cubic)]
    )
    parameters = [
        {"W": [[1, "1/2", -1], [0, "1/3", 1]], "b": [0, 1, "1/4"]},
        {"W": [[1, 0], ["1/2", -1], [0, 1]], "b": ["1/2", 0]},
        {"W": [["1/3"], [-1]], "b": [1]},
    ]
    return Problem(network, Data(_INPUTS, targets=[0, 1, 1, 0]), parameters, "squared")


def _linear() -> Problem:
    """Three linear layers with a bottleneck of rank 1 in the first: rank F_3 <= 2, not 4."""
    network = SequentialNetwork([Dense(3), Dense(3), Dense(3)])
    identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    parameters = [
        {"W": [[1, 2, 3], [1, 2, 3]], "b": [1, 0, 0]},
        {"W": identity, "b": [0, 1, 0]},
        {"W": identity, "b": [0, 0, 1]},
    ]
    return Problem(network, Data(_INPUTS), parameters)
