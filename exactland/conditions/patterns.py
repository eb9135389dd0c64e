"""Features with one piece chosen for every entry: at given parameters, near them, or at will.

A network whose activations have kinks, or that pools, is one of finitely many networks without
kinks at each parameter: for every sample and neuron one piece of its activation, one entry of its
patch. ``near`` finds those that hold in a neighbourhood of parameters; ``chosen`` takes given ones.
Section 6.3 of docs/certificate-v1.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less
from exactland.arithmetic.formal import FORMAL, Formal
from exactland.conditions.claims import MatrixName
from exactland.errors import NotExactError
from exactland.functions.activations import Activation
from exactland.functions.pieces import Piece, pieces
from exactland.model.chosen_parameters import named_parameters
from exactland.model.layers import AveragePooling, Convolution, Layer, Pooling
from exactland.model.parameters import LayerNumbers, SkipNumbers
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork


class Numbers(Protocol):
    """What ``features_by_pieces`` evaluates over; the activation and the maximum are chosen."""

    def number(self, value: fmpq) -> Any: ...

    def activate(self, sigma: Activation, z: Any) -> Any: ...

    def largest(self, values: Sequence[Any]) -> Any: ...


@dataclass(frozen=True)
class Local:
    """A number at parameters, as a ball, and the formal value that it has near them."""

    ball: arb
    formal: Formal

    def __add__(self, other: Local) -> Local:
        return Local(self.ball + other.ball, self.formal + other.formal)

    def __mul__(self, other: Local) -> Local:
        return Local(self.ball * other.ball, self.formal * other.formal)


class Near:
    """The pieces that hold near parameters; NotExactError where one of them meets a kink."""

    def __init__(self, bits: int) -> None:
        self.balls = Balls(bits)

    def number(self, value: fmpq) -> Local:
        return Local(self.balls.number(value), FORMAL.number(value))

    def activate(self, sigma: Activation, z: Local) -> Local:
        own = self._piece(sigma, z).activation
        q = z.formal.as_rational()
        formal = FORMAL.apply_core(own.core, z.formal)
        if q is not None or own == sigma:
            formal = own.value(z.formal, FORMAL)
        return Local(own.value(z.ball, self.balls), formal)

    def _piece(self, sigma: Activation, z: Local) -> Piece:
        q = z.formal.as_rational()
        place: Any = z.ball if q is None else q
        for piece in pieces(sigma):
            if q is None:
                low, high = piece.inner
                above = low is None or less(low, place) is True
                if above and (high is None or less(place, high) is True):
                    return piece
            elif piece.has(q):
                return piece
        raise NotExactError(str(sigma), "a kink is not excluded", "take other parameters")

    def largest(self, values: Sequence[Local]) -> Local:
        for value in values:
            if all(
                other.formal == value.formal or less(other.ball, value.ball) is True
                for other in values
            ):
                return value
        raise NotExactError("max-pooling", "the largest entry is not seen", "take other parameters")


def near(problem: Problem, name: MatrixName, bits: int) -> list[list[Formal]]:
    """The matrix as formal values of the parameters, as it is near the problem's parameters.

    Raises NotExactError where a kink, or a tie of a maximum, is not excluded.
    """
    numbers = Near(bits)
    if isinstance(problem.network, SkipNetwork):
        given = problem.parameters
        parameters: Any = SkipNumbers(
            {
                group: [
                    Local(numbers.balls.number(u), FORMAL.symbol(f"u.{group}.{r}"))
                    for r, u in enumerate(values)
                ]
                for group, values in given.groups.items()  # type: ignore[union-attr]
            },
            {
                bias: Local(numbers.balls.number(b), FORMAL.symbol(f"b.{bias}"))
                for bias, b in given.biases.items()  # type: ignore[union-attr]
            },
        )
    else:
        parameters = named_parameters(problem, _value_and_symbol(problem, numbers))
    with numbers.balls.working():
        values = features_by_pieces(problem, name, numbers, parameters)
    return [[value.formal for value in row] for row in values]


def _value_and_symbol(problem: Problem, numbers: Near) -> Callable[..., Local]:
    given: Any = problem.parameters

    def make(k: int, letter: str, *index: int) -> Local:
        own = given[k - 1]
        value = own.W[index[0]][index[1]] if letter == "w" else own.b[index[0]]
        return Local(numbers.balls.number(value), FORMAL.symbol(f"{letter}{k}.{index}"))

    return make


def features_by_pieces(
    problem: Problem,
    name: MatrixName,
    numbers: Numbers,
    parameters: Any,
    columns: Sequence[int] | None = None,
) -> list[list[Any]]:
    """F_k or Psi over ``numbers``, the parameters being numbers of these.

    The order of evaluation: layer by layer, sample by sample, neuron by neuron; in a skip network
    sample by sample, unit by unit. In layer k, or of Psi, only ``columns`` are evaluated, in a skip
    network with the units that they depend on.
    """
    if isinstance(problem.network, SkipNetwork):
        return _skip_features(problem, numbers, parameters, columns)
    rows = [[numbers.number(x) for x in row] for row in problem.data.inputs]
    widths = problem.widths
    for k, layer in enumerate(problem.sequential.layers[: name.k], start=1):
        wanted = range(widths[k]) if columns is None or k < name.k else columns
        if isinstance(layer, Pooling):
            rows = [[_pooled(numbers, layer, h, row) for h in wanted] for row in rows]
            continue
        own: LayerNumbers = parameters[k - 1]
        bias = _biases(layer, own, widths[k])
        sigma = layer.activation  # type: ignore[attr-defined]
        weights = [[row[t] for row in own.W] for t in range(layer.filter_count())]
        units = [(*_patch(layer, h, widths[k - 1]), bias[h]) for h in wanted]
        rows = [
            [
                numbers.activate(sigma, _affine(numbers, row, patch, weights[t], b))
                for patch, t, b in units
            ]
            for row in rows
        ]
    return rows


def _patch(layer: Layer, h: int, below: int) -> tuple[Any, int]:
    """The patch and the filter of neuron h."""
    if not isinstance(layer, Convolution):
        return range(below), h
    q, t = divmod(layer.column(h), layer.filters)
    return layer.patches[q], t


def _biases(layer: Layer, own: LayerNumbers, width: int) -> list[Any]:
    if own.b is None or not len(own.b):
        return [None] * width
    tied = layer.bias == "filter"  # type: ignore[attr-defined]
    return [own.b[h % layer.filter_count() if tied else h] for h in range(width)]


def _pooled(numbers: Numbers, layer: Pooling, h: int, values: Sequence[Any]) -> Any:
    entries = [values[i] for i in layer.patches[h] if i is not None]
    if not isinstance(layer, AveragePooling):
        return numbers.largest(entries)
    share = numbers.number(fmpq(1, layer.divisors[h]))
    return _affine(numbers, entries, range(len(entries)), [share] * len(entries), None)


def _affine(numbers: Numbers, values: Any, patch: Any, weights: Sequence[Any], bias: Any) -> Any:
    total = numbers.number(fmpq(0)) if bias is None else bias
    for i, weight in zip(patch, weights, strict=True):
        if i is not None:
            total = total + values[i] * weight
    return total


def _skip_features(
    problem: Problem, numbers: Numbers, parameters: SkipNumbers, columns: Sequence[int] | None
) -> list[list[Any]]:
    skips = [problem.skip.skips[c] for c in columns or range(len(problem.skip.skips))]
    needed = set(skips)
    for unit in reversed(problem.skip.units):
        if unit.id in needed:
            needed.update(unit.unit_sources)
    rows = []
    for inputs in problem.data.inputs:
        values: dict[Any, Any] = {}
        for unit in problem.skip.units:
            if unit.id not in needed:
                continue
            sources = [
                values[s] if isinstance(s, str) else numbers.number(inputs[s]) for s in unit.sources
            ]
            bias = None if unit.bias is None else parameters.biases[unit.bias]
            weights = parameters.groups[unit.group]
            z = _affine(numbers, sources, range(len(sources)), weights, bias)
            values[unit.id] = numbers.activate(unit.activation, z)
        rows.append([values[id] for id in skips])
    return rows
