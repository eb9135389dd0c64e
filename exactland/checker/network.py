"""The network over any numbers: pre-activations, values, and Phi along a direction as a jet.

One program for the rationals, for intervals and for Taylor series over either: what a formula says
of the network is evaluated here, small networks in mind. Large ranks have evidence of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from .activations import Activation
from .expression import Node, parse
from .formal import Formal
from .intervals import Intervals
from .jets import Jets
from .outcome import Reject, placed
from .problem import Layer, Patch, Problem, SkipWeights, Unit
from .proofs.losses import residual
from .taylor import composed, taylor
from .work import TURN, VALUE, spend

Rows = list[list[Any]]
ZERO, ONE = Fraction(0), Fraction(1)
#: Which matrix of parameters: ("W", 1), of a skip network ("W", group), ("b", bias), ("V", 0).
Key = tuple[str, int | str]


@dataclass(frozen=True)
class Bump:
    """A direction: entry (row, column) of W, b, U or G of a layer, or of V."""

    block: str
    layer: int
    row: int
    column: int


def given_parameters(problem: Problem, over: Any) -> dict[Key, Rows]:
    """The parameters of the problem, by their matrices; those that are missing have no entry."""
    found: dict[Key, Rows] = {}
    read = problem.numbers(over)

    def numbers(rows: list[list[Fraction]]) -> Rows:
        spend(VALUE * sum(map(len, rows)))
        return [[read(x) for x in row] for row in rows]

    if isinstance(problem.parameters, SkipWeights):
        for name, weights in problem.parameters.groups.items():
            found["W", name] = numbers([[w] for w in weights])
        for name, bias in problem.parameters.biases.items():
            found["b", name] = numbers([[bias]])
        return found
    for k, weights in enumerate(problem.parameters or [], 1):
        if weights is not None:
            found["W", k] = numbers(weights.W)
            if weights.b:
                found["b", k] = numbers([weights.b])
    return found


def shapes(problem: Problem) -> dict[Key, tuple[int, int]]:
    """The size of each matrix of parameters that the network has."""
    spend(10 * TURN * (len(problem.layers) + len(problem.units)))
    found: dict[Key, tuple[int, int]] = {}
    for k, layer in enumerate(problem.layers, 1):
        if layer.activation is not None:
            found["W", k] = layer.length, layer.filters
            if layer.bias != "none":
                found["b", k] = 1, layer.filters if layer.bias == "filter" else layer.width
    for unit in problem.units:
        found["W", unit.group] = len(unit.sources), 1
        if unit.bias is not None:
            found["b", unit.bias] = 1, 1
    if problem.units and problem.targets is not None:
        found["V", 0] = len(problem.skips), len(problem.targets[0])
    return found


class Pass:
    """The forward pass at one point: G and F of each layer, or of each unit, when asked for."""

    def __init__(self, problem: Problem, parameters: Mapping[Key, Rows], over: Any) -> None:
        self.problem, self.parameters, self.over = problem, parameters, over
        self._layers: list[tuple[Rows, Rows]] = []
        self._units: dict[str, tuple[Rows, Rows]] = {}

    @cached_property
    def inputs(self) -> Rows:
        spend(VALUE * len(self.problem.inputs) * len(self.problem.inputs[0]))
        read = self.problem.numbers(self.over)
        return [[read(x) for x in row] for row in self.problem.inputs]

    def matrix(self, key: Key) -> Rows:
        """W, b or V; Reject where the point has none."""
        if key not in self.parameters:
            raise Reject("", f"the point has no parameters {key[0]} of {key[1]}")
        return self.parameters[key]

    def features(self, k: int) -> Rows:
        return self.layer(k)[1] if k else self.inputs

    def layer(self, k: int) -> tuple[Rows, Rows]:
        """G_k and F_k; a pooling layer has its values for both."""
        while len(self._layers) < k:
            number = len(self._layers) + 1
            with placed(f"layer {number}"):
                self._layers.append(self._next(number))
        return self._layers[k - 1]

    def _next(self, number: int) -> tuple[Rows, Rows]:
        layer, below = self.problem.layers[number - 1], self.features(number - 1)
        if layer.activation is None:
            found = [_pooled(layer, row, self.over) for row in below]
            return found, found
        W = self.matrix(("W", number))
        b = self.matrix(("b", number))[0] if layer.bias != "none" else None
        G = [_affine(layer, row, W, b, self.over) for row in below]
        return G, activated(self.problem, layer.activation, G, self.over)

    def unit(self, name: str) -> tuple[Rows, Rows]:
        """The column of a unit before and after its activation."""
        if name not in self._units:
            spend(TURN * len(self.problem.units))
            unit = next(u for u in self.problem.units if u.name == name)
            with placed(f"unit {name}"):
                self._units[name] = self._unit(unit)
        return self._units[name]

    def _unit(self, unit: Unit) -> tuple[Rows, Rows]:
        over, W = self.over, self.matrix(("W", unit.group))
        bias = self.matrix(("b", unit.bias))[0][0] if unit.bias is not None else over.number(ZERO)
        sources = [
            [row[s] for row in self.inputs] if isinstance(s, int)
            else [row[0] for row in self.unit(s)[1]]
            for s in unit.sources
        ]  # fmt: skip
        column = []
        for values in zip(*sources, strict=True):
            total = bias
            for value, (weight,) in zip(values, W, strict=True):
                total = over.add(total, over.multiply(value, weight))
            column.append([total])
        return column, activated(self.problem, unit.activation, column, over)

    def skips(self) -> Rows:
        """Psi."""
        columns = [[row[0] for row in self.unit(name)[1]] for name in self.problem.skips]
        return [list(row) for row in zip(*columns, strict=True)]

    def outputs(self) -> Rows:
        """F_L, or Psi V."""
        if self.problem.layers:
            return self.features(len(self.problem.layers))
        return product(self.skips(), self.matrix(("V", 0)), self.over)

    def loss(self) -> Any:
        """Phi."""
        return total_loss(self.problem, self.outputs(), self.over)


#: max(0, -t)^2: with t = y f - 1 and y = 1 or -1 the squared hinge (NH17, section 5).
HINGE = parse("max(0,-t)**2", "")


def loss_function(problem: Problem) -> Node:
    """l of the problem's loss, a sum of l(F - Y)."""
    if problem.loss is None or problem.targets is None:
        raise Reject(
            "problem.loss", "the claim speaks of Phi: the problem has no loss, or no targets"
        )
    return residual(problem.loss, "problem.loss")


def total_loss(problem: Problem, outputs: Rows, over: Any) -> Any:
    """Phi: the sum of l over the entries of F_L - Y, or of the squared hinge over all entries."""
    hinge, targets, total = problem.loss == "squared-hinge", problem.targets, over.number(ZERO)
    read = problem.numbers(over)
    l = HINGE if hinge else loss_function(problem)  # noqa: E741
    if targets is None or len(targets[0]) != len(outputs[0]):
        raise Reject("problem.data.targets", "there are none, or of another width than the outputs")
    if hinge and any(y not in (ONE, -ONE) for row in targets for y in row):
        raise Reject("problem.data.targets", "the squared hinge needs targets 1 and -1")
    for row, wanted in zip(outputs, targets, strict=True):
        for value, target in zip(row, wanted, strict=True):
            value = over.multiply(read(target), value) if hinge else value
            shift = over.number(-ONE) if hinge else over.negative(read(target))
            total = over.add(total, value_of(l, over.add(value, shift), over))
    return total


def loss_along(problem: Problem, point: Pass, bumps: list[Bump], order: int) -> list[Any]:
    """The Taylor coefficients at t = 0 of Phi where each of these entries grows by t.

    Layers below the lowest one are not touched, and need no derivative.
    """
    over = Jets(point.over, order)
    zero = point.over.number(ZERO)
    first = min(bump.layer for bump in bumps)
    spend((VALUE + TURN * order) * len(problem.inputs) * problem.layers[first - 1].below)
    below = [[[x] + [zero] * order for x in row] for row in point.features(first - 1)]
    for k in range(first, len(problem.layers) + 1):
        layer = problem.layers[k - 1]
        with placed(f"layer {k}"):
            below = _along(layer, below, point, k, [b for b in bumps if b.layer == k], over)
    found: list[Any] = total_loss(problem, below, over)
    return found


def _along(layer: Layer, below: Rows, point: Pass, k: int, bumps: list[Bump], over: Jets) -> Rows:
    if layer.activation is None:
        return [_pooled(layer, row, over) for row in below]
    base, order = point.over, over.order
    zero = base.number(ZERO)

    def lift(x: Any) -> list[Any]:
        return [x] + [zero] * order

    entries = layer.length * layer.filters + layer.width
    spend((VALUE + TURN * order) * (entries + len(below)))
    W = [[lift(x) for x in row] for row in point.matrix(("W", k))]
    b = [lift(x) for x in point.matrix(("b", k))[0]] if layer.bias != "none" else None
    moving = [zero, base.number(Fraction(1))] + [zero] * (order - 1)
    rows = []
    for sample, row in enumerate(below):
        G = _affine(layer, row, W, b, over)
        for bump in bumps:
            for h, factor in _moved(layer, bump, sample, row):
                step = moving if factor is None else over.multiply(moving, factor)
                G[h] = over.add(G[h], step)
        rows.append(G)
    return activated(point.problem, layer.activation, rows, over)


def _moved(layer: Layer, bump: Bump, sample: int, below: list[Any]) -> list[tuple[int, Any]]:
    """Which neurons of a sample an entry moves, and how fast: None for 1."""
    if bump.block == "G":
        return [(bump.column, None)] if sample == bump.row else []
    if bump.block == "U":
        return [(bump.column, below[bump.row])]
    if bump.block == "W":
        neurons = [(h, *layer.neuron(h)) for h in range(layer.width)]
        read = [(h, layer.patches[q][bump.row]) for h, q, t in neurons if t == bump.column]
        return [(h, below[i]) for h, i in read if i is not None]
    if layer.bias == "filter":
        return [(h, None) for h in range(bump.column, layer.width, layer.filters)]
    return [(bump.column, None)]


def activated(problem: Problem, activation: Activation, rows: Rows, over: Any) -> Rows:
    """The activation of each entry; formal values know which functions are odd or even."""
    if activation.table:
        return [[at_known_points(problem, activation, x, over) for x in row] for row in rows]
    if isinstance(over, Formal):
        return [[over.activate(activation, value) for value in row] for row in rows]
    return [[value_of(activation.definition, value, over) for value in row] for row in rows]


def at_known_points(problem: Problem, activation: Activation, value: Any, over: Any) -> Any:
    """A function of which some values and slopes are known, at a number or along a line."""
    base = over.base if isinstance(over, Jets) else over
    at = value[0] if isinstance(over, Jets) else value
    read = problem.numbers(base)
    spend(VALUE * len(activation.table))
    for point, image, slope in activation.table:
        if not _is_same(at, read(point), base):
            continue
        if not isinstance(over, Jets):
            return read(image)
        if over.order > 1:
            break
        return [read(image), *(base.multiply(read(slope), x) for x in value[1:])]
    if isinstance(over, Formal):
        return over.activate(activation, value)
    raise Reject("", "the activation is known at its points only")


def _is_same(x: Any, y: Any, over: Any) -> bool:
    """Whether two numbers are shown to be equal."""
    if isinstance(over, Formal):
        return not over.cleared(over.add(x, over.negative(y)))
    return bool(x == y and (not isinstance(over, Intervals) or x[0] == x[1]))


def value_of(function: Node, value: Any, over: Any) -> Any:
    """A function at a number, or of a Taylor series."""
    if isinstance(over, Jets):
        return composed(function, value, over.base)
    return taylor(function, value, 0, over)[0]


def _affine(layer: Layer, below: list[Any], W: Rows, b: list[Any] | None, over: Any) -> list[Any]:
    """The pre-activations of a sample."""
    G = []
    for h in range(layer.width):
        spend(VALUE + TURN * layer.length)
        q, t = layer.neuron(h)
        total = over.number(ZERO) if b is None else b[layer.bias_index(h)]
        for r, i in enumerate(layer.patches[q]):
            if i is not None:
                total = over.add(total, over.multiply(below[i], W[r][t]))
        G.append(total)
    return G


def _pooled(layer: Layer, below: list[Any], over: Any) -> list[Any]:
    """The largest entry of each patch, or the sum divided by its divisor."""
    if layer.kind != "average-pooling":
        return [_largest(below, patch, over) for patch in layer.patches]
    found = []
    for patch, divisor in zip(layer.patches, layer.divisors, strict=True):
        total = over.number(ZERO)
        for i in patch:
            total = total if i is None else over.add(total, below[i])
        found.append(over.multiply(total, over.number(Fraction(1, divisor))))
    return found


def _largest(below: list[Any], patch: Patch, over: Any) -> Any:
    first, *others = [below[i] for i in patch if i is not None]
    for value in others:
        first = over.call("max", [first, value])
    return first


def product(left: Rows, right: Rows, over: Any) -> Rows:
    """The product of two matrices."""
    if len(left[0]) != len(right):
        raise Reject("", f"{len(left[0])} columns meet {len(right)} rows in a product")
    columns = list(zip(*right, strict=True))
    return [[_dot(row, column, over) for column in columns] for row in left]


def _dot(left: Any, right: Any, over: Any) -> Any:
    total = over.number(ZERO)
    for x, y in zip(left, right, strict=True):
        total = over.add(total, over.multiply(x, y))
    return total
