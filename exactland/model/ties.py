"""Maxima of max-pooling that are attained more than once, and are differentiable all the same.

The maximum of functions that are equal and differentiable at a point is differentiable there if and
only if their gradients are equal. Two cases are seen: all gradients are 0, and all the functions
are the same neuron, which has come up through patches that overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import is_zero, less
from exactland.arithmetic.formal_values import Formal
from exactland.errors import ExactlandError
from exactland.model.layers import AveragePooling, MaxPooling
from exactland.model.problem import Problem

#: An entry whose derivatives by all parameters below are 0; otherwise (layer, neuron).
Source = tuple[int, int]
FLAT: Source = (-1, -1)


@dataclass(frozen=True)
class Sources:
    """Which neuron an entry of F_k is near the parameters; ``passes`` as of ``forward_passes``."""

    problem: Problem
    passes: Sequence[Any]
    arithmetic: Arithmetic

    @cached_property
    def _values(self) -> list[list[Sequence[Any]]]:
        """F_0, ..., F_L by rows."""
        below = self.arithmetic.matrix(self.problem.data.inputs)
        return [
            list(self.arithmetic.rows(F)) for F in (below, *(each.features for each in self.passes))
        ]

    @cached_property
    def _pre_activations(self) -> dict[int, list[Sequence[Any]]]:
        return {
            k: list(self.arithmetic.rows(each.pre_activations))
            for k, each in enumerate(self.passes, 1)
            if each.pre_activations is not None
        }

    def largest(self, k: int, sample: int, p: int) -> list[int]:
        """The neurons of patch p of the max-pooling layer k that may be the largest there."""
        layer: Any = self.problem.sequential.layer(k)
        neurons = [i for i in layer.patches[p] if i is not None]
        values = [self._values[k - 1][sample][i] for i in neurons]
        return [neurons[j] for j in _not_smaller(values)]

    def common(self, k: int, sample: int, neurons: Sequence[int]) -> Source | None:
        """The source that these entries of F_k have in common; None if it is not seen."""
        found = {self._of(k, sample, i) for i in neurons}
        return found.pop() if len(found) == 1 else None

    def _of(self, k: int, sample: int, i: int) -> Source | None:
        """FLAT, or the neuron of a layer with weights that entry (sample, i) of F_k is nearby."""
        if k == 0:
            return FLAT  # the data do not move
        layer: Any = self.problem.sequential.layer(k)
        if isinstance(layer, MaxPooling):
            return self.common(k - 1, sample, self.largest(k, sample, i))
        if isinstance(layer, AveragePooling):
            neurons = [j for j in layer.patches[i] if j is not None]
            return FLAT if self.common(k - 1, sample, neurons) == FLAT else (k, i)
        try:
            pre = self._pre_activations[k][sample][i]
            slope = layer.activation.derivative(pre, self.arithmetic)
            flat = slope.is_zero() if isinstance(slope, Formal) else is_zero(slope) is True
        except ExactlandError:
            flat = False
        return FLAT if flat else (k, i)


def _not_smaller(values: Sequence[Any]) -> list[int]:
    """The positions of the values that are not shown to be smaller than another one."""
    try:
        best = 0
        for j in range(1, len(values)):
            if less(values[best], values[j]) is True:
                best = j
        return [j for j, value in enumerate(values) if less(value, values[best]) is not True]
    except ExactlandError:
        return list(range(len(values)))  # symbols and formal values are not compared
