"""Witnesses at which all pre-activations of pieces with narrow windows are near 0 (section 6.3)."""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.conditions.claims import MatrixName
from exactland.conditions.wiring import (
    Average,
    Id,
    Input,
    Largest,
    LayerWiring,
    SkipWiring,
    UnitOf,
    weight_of,
)
from exactland.errors import NotExactError
from exactland.functions.activations import Activation
from exactland.functions.pieces import pieces
from exactland.functions.properties import analytic, analytic_between
from exactland.model.parameters import LayerParameters, Parameters, SkipParameters
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: The windows reach this far beyond the pieces and 0; the witness keeps to half of it.
MARGIN = fmpq(1, 8)
BITS = 64


def is_narrow(sigma: Activation) -> bool:
    """Whether a piece is not analytic on the line; NotExactError if one is not near itself and 0.

    >>> from exactland.functions.activations import activation
    >>> is_narrow(activation("softsign")), is_narrow(activation("relu"))
    (True, False)
    """
    found = False
    for piece in pieces(sigma):
        own = piece.expression
        if analytic(own).holds is True:
            continue
        found = True
        low = None if piece.low is None else min(piece.low, fmpq(0)) - MARGIN
        high = None if piece.high is None else max(piece.high, fmpq(0)) + MARGIN
        if not analytic_between(own, low, high):
            reason = f"the piece {own} is not shown to be analytic where it is used and near 0"
            raise NotExactError(str(sigma), reason, "")
    return found


def in_windows(problem: Problem, name: MatrixName, parameters: Any) -> Parameters:
    """The parameters, scaled layer by layer where that is needed."""
    narrow = {sigma for sigma in set(_activations(problem, name)) if is_narrow(sigma)}
    if not narrow:
        return parameters  # type: ignore[no-any-return]
    if isinstance(problem.network, SkipNetwork):
        layers: dict[str | None, set[int]] = {}
        for unit in problem.network.units:
            layers.setdefault(unit.bias, set()).add(unit.layer)
        layers.pop(None, None)
        if any(len(found) > 1 for found in layers.values()):
            raise NotExactError(str(name), "a bias belongs to units of several layers", "")
    while True:
        sizes = _Hulls(problem, name, parameters, narrow).sizes
        large = [k for k, size in sizes.items() if not size < MARGIN / 2]
        if not large:
            return parameters  # type: ignore[no-any-return]
        level = min(large)
        factor = fmpq(1)
        while not sizes[level] * factor < MARGIN / 2:
            factor /= 2
        parameters = _scaled(problem, parameters, level, factor)


def _activations(problem: Problem, name: MatrixName) -> list[Activation]:
    if isinstance(problem.network, SkipNetwork):
        return [unit.activation for unit in problem.network.units]
    layers: Any = problem.sequential.layers[: name.k]
    return [layer.activation for layer in layers if layer.has_parameters()]


def _scaled(problem: Problem, parameters: Any, level: int, factor: fmpq) -> Any:
    if isinstance(parameters, SkipParameters):
        units = [unit for unit in problem.skip.units if unit.layer == level]
        groups, biases = {unit.group for unit in units}, {unit.bias for unit in units}
        return SkipParameters(
            {
                group: [w * factor for w in u] if group in groups else u
                for group, u in parameters.groups.items()
            },
            {bias: b * factor if bias in biases else b for bias, b in parameters.biases.items()},
        )
    own = parameters[level - 1]
    b = None if own.b is None else [value * factor for value in own.b]
    smaller = LayerParameters([[w * factor for w in row] for row in own.W], b)
    return (*parameters[: level - 1], smaller, *parameters[level:])


class _Hulls:
    """Balls that contain a value at parameters in every pattern; ``sizes`` of pre-activations."""

    def __init__(
        self, problem: Problem, name: MatrixName, parameters: Any, narrow: set[Activation]
    ) -> None:
        self.parameters, self.narrow, self.balls = parameters, narrow, Balls(BITS)
        self.known: dict[Id, arb] = {}
        self.sizes: dict[int, arb] = {}
        self.wiring: Any
        if isinstance(problem.network, SkipNetwork):
            self.wiring = SkipWiring(problem)
            columns = len(problem.network.skips)
            self.level = {unit.id: unit.layer for unit in problem.network.units}
        else:
            self.wiring = LayerWiring(problem, name.k)
            columns = problem.widths[name.k]
            self.level = {}
        with self.balls.working():
            for i in range(problem.data.samples):
                for c in range(columns):
                    self.of(self.wiring.entry(i, c))

    def of(self, id: Id) -> arb:
        if id not in self.known:
            self.known[id] = self._hull(id)
        return self.known[id]

    def _hull(self, id: Id) -> arb:
        source = self.wiring.made_of(id)
        if isinstance(source, Input):
            return arb(source.value)
        own = [self.of(entry) for entry in source.entries]
        if isinstance(source, Largest):
            return _union(own)
        if isinstance(source, Average):
            return sum(own, arb(0)) / source.divisor
        if not isinstance(source, UnitOf):
            raise TypeError(type(source).__name__)
        weight = weight_of(self.parameters)
        z = arb(0) if source.bias_place is None else arb(weight(source.bias_place))
        for value, place in zip(own, source.places, strict=True):
            z += value * arb(weight(place))
        if source.activation in self.narrow:
            level = self.level[id[0]] if self.level else id[0]
            size = abs(z).upper()
            if level not in self.sizes or self.sizes[level] < size:
                self.sizes[level] = size
            if not size < MARGIN:  # it is scaled before anything above is looked at
                return arb(0)
        values = [piece.activation.value(z, self.balls) for piece in pieces(source.activation)]
        return _union(values)


def _union(values: list[arb]) -> arb:
    total = values[0]
    for value in values[1:]:
        total = total.union(value)
    return total
