"""A small built-in instance for each script of LDS18."""

from __future__ import annotations

from typing import Any

from exactland.errors import UsageError
from exactland.model.layers import Dense
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Data, Problem
from exactland.proof.script import Walkthrough

#: sin + cos satisfies Assumption 2 at every order; the sigmoid does so after a shift.
_SINE_COSINE = {"expr": "sin(t)+cos(t)"}
_SHIFTED_SIGMOID = {"expr": "1/(1+exp(-t-1))"}


def example(id: str) -> Walkthrough:
    """The built-in instance of a script; UsageError for an id without one.

    >>> example("LDS18:Lem3").problem.widths
    (2, 2, 3, 1)
    """
    if id in ("LDS18:Asm2", "LDS18:Lem4", "LDS18:Prop3"):
        return Walkthrough(_bare([[-1], [0], [1]], [3, 1], _SINE_COSINE))
    if id == "LDS18:Lem1":
        return Walkthrough(_bare([[-1], [0], [1]], [3, 1], "sigmoid"))
    if id in ("LDS18:Lem6", "LDS18:Prop4"):
        return Walkthrough(_bare([[0, 1], [1, 1], [2, 0]], [3, 1], _SHIFTED_SIGMOID))
    if id == "LDS18:Lem3":
        return Walkthrough(_bare([[0, 1], [1, 1], [2, 0]], [2, 3, 1], "exp"))
    if id == "LDS18:Moments":
        return Walkthrough(_bare([[1], [2], [3]], [3, 1], "sigmoid"))
    raise UsageError(id, "it has no built-in example", "give a problem file")


def _bare(inputs: Any, widths: list[int], activation: Any) -> Problem:
    """A network without biases; the last layer is linear."""
    *hidden, outputs = widths
    layers = [Dense(width, "none", activation) for width in hidden]
    return Problem(SequentialNetwork([*layers, Dense(outputs, "none")]), Data(inputs))
