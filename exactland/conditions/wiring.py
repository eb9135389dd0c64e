"""What every value of a network is made of, for an evaluation value by value (section 6.3).

A value has an identity: (layer, sample, neuron, column) or (unit, sample). Values that are the same
function of the parameters have one key. If the last columns are *shared*, that is the same function
of parameters of their own, what belongs to one of them alone is named by its place in the column.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.functions.activations import Activation
from exactland.model.layers import AveragePooling, Convolution, Dense, Layer, Pooling
from exactland.model.parameters import SkipParameters
from exactland.model.problem import Problem

Id = tuple[Any, ...]
#: (layer, W row, filter) or (group, position); ("b", layer, ...) or ("bias", name).
Name = Hashable


@dataclass(frozen=True)
class Input:
    value: fmpq


@dataclass(frozen=True)
class Largest:
    entries: tuple[Id, ...]


@dataclass(frozen=True)
class Average:
    entries: tuple[Id, ...]
    divisor: int


@dataclass(frozen=True)
class UnitOf:
    """The activation of the sum of the entries times weights with these names, and a bias.

    ``places`` say where weights and bias are in parameters: (layer, "W", r, s) and so on.
    """

    activation: Activation
    entries: tuple[Id, ...]
    names: tuple[Name, ...]
    bias_name: Name | None
    places: tuple[Id, ...]
    bias_place: Id | None


Source = Input | Largest | Average | UnitOf


class LayerWiring:
    """A sequential network up to a layer. ``shared`` are the columns of one kind, or none."""

    def __init__(self, problem: Problem, depth: int, shared: Sequence[int] = ()) -> None:
        self.inputs = problem.data.inputs
        self.layers, self.widths = problem.sequential.layers[:depth], problem.widths
        self.samples = _first_equal(self.inputs)
        self.own_from = last_with_parameters(self.layers) if shared else depth + 1
        self.parts = {c: Part(self.layers, self.widths, self.own_from, c) for c in shared}

    def entry(self, sample: int, column: int) -> Id:
        own = column if self.parts else None
        return len(self.layers), self.samples[sample], column, own

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
        if isinstance(layer, Pooling):
            entries = tuple((k - 1, i, j, below) for j in layer.patches[h] if j is not None)
            if isinstance(layer, AveragePooling):
                return Average(entries, layer.divisors[h])
            return Largest(entries)
        patch, s = _patch_and_filter(layer, h, self.widths[k - 1])[1:]
        read = [(r, j) for r, j in enumerate(patch) if j is not None]
        own: Hashable = s
        if column is not None:
            own = "own", self.parts[column].filters.index(s)
        bias_name: Name | None = None
        bias_place: Id | None = None
        if layer.bias != "none":
            tied = layer.bias == "filter"
            bias_name = "b", k, own if tied else self.key(id)[2:]
            bias_place = k, "b", s if tied else h
        return UnitOf(
            layer.activation,
            tuple((k - 1, i, j, None) for _, j in read),
            tuple(("W", k, r, own) for r, _ in read),
            bias_name,
            tuple((k, "W", r, s) for r, _ in read),
            bias_place,
        )


class Part:
    """The neurons and filters that one column is made of, in the order in which it reads them."""

    def __init__(
        self, layers: Sequence[Layer], widths: Sequence[int], lowest: int, column: int
    ) -> None:
        self.neurons: dict[int, list[int]] = {len(layers): [column]}
        self.form: list[Any] = []
        for k in range(len(layers), lowest, -1):
            layer: Any = layers[k - 1]
            below: list[int] = []
            for h in self.neurons[k]:
                read = [j for j in layer.patches[h] if j is not None]
                below += [j for j in dict.fromkeys(read) if j not in below]
                divisor = layer.divisors[h] if isinstance(layer, AveragePooling) else None
                self.form.append((divisor, [below.index(j) for j in read]))
            self.neurons[k - 1] = below
        own = [
            _patch_and_filter(layers[lowest - 1], h, widths[lowest - 1])
            for h in self.neurons[lowest]
        ]
        self.filters = list(dict.fromkeys(s for _, _, s in own))
        self.form.append([(q, self.filters.index(s)) for q, _, s in own])


def last_with_parameters(layers: Sequence[Layer]) -> int:
    """The number of the last layer that is no pooling; 0 if there is none."""
    return max((k for k, layer in enumerate(layers, 1) if layer.has_parameters()), default=0)


def alike_columns(problem: Problem, depth: int, wanted: int) -> list[int] | None:
    """So many columns of F_depth that are one function of parameters of their own, if there are."""
    layers = problem.sequential.layers[:depth]
    lowest = last_with_parameters(layers)
    if not lowest:
        return None
    groups: list[tuple[list[Any], set[int], list[int]]] = []
    for c in range(problem.widths[depth]):
        part = Part(layers, problem.widths, lowest, c)
        for form, filters, columns in groups:
            if form == part.form:
                if not filters & set(part.filters):
                    filters |= set(part.filters)
                    columns.append(c)
                break
        else:
            groups.append((part.form, set(part.filters), [c]))
    best = max((columns for _, _, columns in groups), key=len)
    return best[:wanted] if len(best) >= wanted else None


def _patch_and_filter(layer: Layer, h: int, below: int) -> tuple[int, Any, int]:
    """The number of the patch of neuron h, the patch, and its filter."""
    if isinstance(layer, Convolution):
        q, s = divmod(layer.column(h), layer.filters)
        return q, layer.patches[q], s
    if not isinstance(layer, Dense):
        raise TypeError(type(layer).__name__)
    return 0, range(below), h


class SkipWiring:
    """A skip network."""

    def __init__(self, problem: Problem) -> None:
        self.inputs, self.skips = problem.data.inputs, problem.skip.skips
        self.units = {unit.id: unit for unit in problem.skip.units}
        self.samples = _first_equal(self.inputs)

    def entry(self, sample: int, column: int) -> Id:
        return self.skips[column], self.samples[sample]

    def key(self, id: Id) -> Hashable:
        return id

    def made_of(self, id: Id) -> Source:
        name, i = id
        if isinstance(name, int):
            return Input(self.inputs[i][name])
        unit = self.units[name]
        places = tuple(("u", unit.group, r) for r in range(len(unit.sources)))
        bias = None if unit.bias is None else ("bias", unit.bias)
        return UnitOf(
            unit.activation,
            tuple((source, i) for source in unit.sources),
            places,
            bias,
            places,
            bias,
        )


Wiring = LayerWiring | SkipWiring


def weight_of(parameters: Any) -> Callable[[Id], fmpq]:
    """The weight or bias at a place."""
    if isinstance(parameters, SkipParameters):
        groups, biases = parameters.groups, parameters.biases
        return lambda at: biases[at[1]] if at[0] == "bias" else groups[at[1]][at[2]]

    def weight(at: Id) -> fmpq:
        layer = parameters[at[0] - 1]
        value: fmpq = layer.b[at[2]] if at[1] == "b" else layer.W[at[2]][at[3]]
        return value

    return weight


def _first_equal(inputs: Sequence[Sequence[fmpq]]) -> list[int]:
    """For each sample the first one that is equal to it."""
    rows = [list(row) for row in inputs]
    return [rows.index(row) for row in rows]
