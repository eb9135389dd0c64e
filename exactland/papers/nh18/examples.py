"""Built-in instances for the scripts of NH18 that the general ones do not fit."""

from __future__ import annotations

from exactland.errors import UsageError
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.patches import conv1d
from exactland.model.problem import Data, Problem
from exactland.proof.script import Walkthrough

_SIGNALS = [[0, 1, 3], [1, -1, 2], [2, 5, "1/2"]]


def example(id: str) -> Walkthrough:
    """The built-in instance of a script; UsageError for an id that has none here.

    >>> example("NH18:Def2.3").problem.widths
    (3, 4, 2, 1)
    """
    layers = {"NH18:Def2.1": 1, "NH18:Def2.2": 3, "NH18:Def2.3": 2, "NH18:LemH.1": 2}
    if id not in layers:
        raise UsageError(id, "it has no example of its own", "see papers.examples")
    return Walkthrough(_pooled(), layers[id])


def _pooled() -> Problem:
    """A convolution of two filters, max-pooling, and a dense layer."""
    network = SequentialNetwork(
        [
            Convolution(conv1d(3, 2), 2, activation="relu"),
            MaxPooling([(0, 2), (1, 3)]),
            Dense(1),
        ]
    )
    parameters = [
        {"W": [[1, -1], [2, "1/2"]], "b": [0, 1, "1/3", -1]},
        None,
        {"W": [[1], [-2]], "b": ["1/4"]},
    ]
    return Problem(network, Data(_SIGNALS, targets=[1, 0, -1]), parameters, "half-squared")
