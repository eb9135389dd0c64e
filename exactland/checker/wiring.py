"""What every value of a network is made of, for an evaluation value by value (section 6.3).

A value has an identity: (layer, sample, neuron, column) or (unit, sample). Values that are the same
function of the parameters have one key. If the last columns are *shared*, that is the same function
of parameters of their own, what belongs to one of them alone is named by its place in the column.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .activations import Activation
from .bounds import Target
from .outcome import Reject
from .problem import Layer, Problem
from .work import TURN, spend

Id = tuple[Any, ...]


@dataclass(frozen=True)
class Input:
    value: Fraction


@dataclass(frozen=True)
class Largest:
    entries: tuple[Id, ...]


@dataclass(frozen=True)
class Average:
    entries: tuple[Id, ...]
    divisor: int


@dataclass(frozen=True)
class Unit:
    """The activation of the sum of the entries times weights, which have names, and a bias."""

    activation: Activation
    entries: tuple[Id, ...]
    weights: tuple[Fraction, ...]
    names: tuple[Hashable, ...]
    bias: Fraction
    bias_name: Hashable | None


Source = Input | Largest | Average | Unit


class Layers:
    """A sequential network up to a layer. ``shared`` are the columns of one kind, or none."""

    def __init__(
        self, problem: Problem, target: Target, parameters: Any, shared: Sequence[int]
    ) -> None:
        self.inputs, self.parameters = problem.inputs, parameters
        self.layers = problem.layers[: target.layer]
        self.samples = _first_equal(self.inputs)
        self.own_from = len(self.layers) + 1
        self.parts: dict[int, _Part] = {}
        if shared:
            self.own_from = 1 + max(
                (k for k, layer in enumerate(self.layers) if layer.activation is not None),
                default=-1,
            )
            if not self.own_from:
                raise Reject("", "the columns have no parameters")
            self.parts = {c: _Part(self.layers, self.own_from, c) for c in shared}
            _require_alike(list(self.parts.values()))

    def entry(self, sample: int, column: int) -> Id:
        own = column if self.parts else None
        return len(self.layers), self.samples[sample], column, own

    def plain(self, sample: int, column: int) -> Id:
        """The entry by the names of the whole network."""
        return len(self.layers), self.samples[sample], column, None

    def key(self, id: Id) -> tuple[Hashable, ...]:
        k, i, h, column = id
        if column is None:
            return k, i, h
        return k, i, "own", self.parts[column].neurons[k].index(h)

    def made_of(self, id: Id) -> Source:
        k, i, h, column = id
        if k == 0:
            return Input(self.inputs[i][h])
        layer = self.layers[k - 1]
        below = column if k > self.own_from else None
        spend(10 * TURN * (layer.length + 1))
        if layer.activation is None:
            entries = tuple((k - 1, i, j, below) for j in layer.patches[h] if j is not None)
            if layer.kind == "average-pooling":
                return Average(entries, layer.divisors[h])
            return Largest(entries)
        weights = self.parameters[k - 1]
        if weights is None:
            raise Reject(f"layer {k}", "its parameters are missing")
        q, s = layer.neuron(h)
        read = [(r, j) for r, j in enumerate(layer.patches[q]) if j is not None]
        own: tuple[Hashable, ...] = ("W", k)
        filter_name: Hashable = s
        if column is not None:
            filter_name = "own", self.parts[column].filters.index(s)
        bias_name: Hashable | None = None
        if weights.b:
            neuron = self.key(id)[2:]  # the same for all samples
            bias_name = "b", k, filter_name if layer.bias == "filter" else neuron
        return Unit(
            layer.activation,
            tuple((k - 1, i, j, None) for _, j in read),
            tuple(weights.W[r][s] for r, _ in read),
            tuple((*own, r, filter_name) for r, _ in read),
            weights.b[layer.bias_index(h)] if weights.b else Fraction(0),
            bias_name,
        )


class _Part:
    """The neurons and filters that one column is made of, in the order in which it reads them."""

    def __init__(self, layers: Sequence[Layer], lowest: int, column: int) -> None:
        self.neurons: dict[int, list[int]] = {len(layers): [column]}
        self.form: list[Any] = []
        for k in range(len(layers), lowest, -1):
            layer, below = layers[k - 1], list[int]()
            for h in self.neurons[k]:
                read = [j for j in layer.patches[h] if j is not None]
                spend(TURN * (len(read) + 1) * (len(below) + 1))
                below += [j for j in dict.fromkeys(read) if j not in below]
                divisor = layer.divisors[h] if layer.divisors else None
                self.form.append((divisor, [below.index(j) for j in read]))
            self.neurons[k - 1] = below
        pairs = [layers[lowest - 1].neuron(h) for h in self.neurons[lowest]]
        self.filters = list(dict.fromkeys(s for _, s in pairs))
        self.form.append([(q, self.filters.index(s)) for q, s in pairs])


def _require_alike(parts: Sequence[_Part]) -> None:
    """The columns are one function, and no filter belongs to two of them."""
    if any(part.form != parts[0].form for part in parts):
        raise Reject("", "the columns are different functions")
    filters = [s for part in parts for s in part.filters]
    if len(set(filters)) < len(filters):
        raise Reject("", "the columns do not have parameters of their own")


class Units:
    """A skip network."""

    def __init__(self, problem: Problem, parameters: Any) -> None:
        self.inputs, self.skips, self.parameters = problem.inputs, problem.skips, parameters
        self.units = {unit.name: unit for unit in problem.units}
        self.samples = _first_equal(self.inputs)

    def entry(self, sample: int, column: int) -> Id:
        return self.skips[column], self.samples[sample]

    plain = entry

    def key(self, id: Id) -> Hashable:
        return id

    def made_of(self, id: Id) -> Source:
        name, i = id
        if isinstance(name, int):
            return Input(self.inputs[i][name])
        unit = self.units[name]
        spend(10 * TURN * (len(unit.sources) + 1))
        biases = self.parameters.biases
        return Unit(
            unit.activation,
            tuple((source, i) for source in unit.sources),
            tuple(self.parameters.groups[unit.group]),
            tuple(("u", unit.group, r) for r in range(len(unit.sources))),
            Fraction(0) if unit.bias is None else biases[unit.bias],
            None if unit.bias is None else ("bias", unit.bias),
        )


def _first_equal(inputs: Sequence[Sequence[Fraction]]) -> list[int]:
    """For each sample the first one that is equal to it."""
    first: dict[tuple[Fraction, ...], int] = {}
    spend(TURN * sum(len(row) + 1 for row in inputs))
    return [first.setdefault(tuple(row), i) for i, row in enumerate(inputs)]
