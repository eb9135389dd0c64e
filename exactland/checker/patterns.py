"""Features with one piece chosen for every entry (section 6.3): near a point, and all choices.

:class:`Near` evaluates at parameters and near them: each number is an enclosure at the parameters
beside a formal value that it equals in a neighbourhood. :func:`every_pattern` goes through all
choices of a piece for each activation and of a neuron for each maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .activations import Activation
from .bounds import GUARD, Target, read_vectors, vanishing
from .canonical import fields, natural, text
from .expression import evaluate
from .formal import Formal, Value
from .forward import layer_features, layer_values, skip_features
from .identities import layer_symbols, skip_symbols
from .intervals import Interval, Intervals, add, enclose, multiply
from .outcome import Coarse, Reject, placed
from .pieces import Piece, Table
from .problem import Layer, Patch, Problem, SkipWeights, Weights
from .work import TURN, VALUE, spend

#: An enclosure at the parameters, and the formal value in a neighbourhood of them.
Local = tuple[Interval, Value]


class Near:
    """The forward pass at parameters and near them: no kink is met, or it is a rejection."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.over = Formal()
        self.table = Table()

    def layer(self, layer: Layer, below: Any, weights: Weights | None, *others: Any) -> list[Any]:
        return layer_values(self, layer, below, weights, *others)

    def constant(self, value: Fraction) -> Local:
        return enclose(value, self.bits), self.over.number(value)

    def start(self, values: Sequence[Fraction]) -> list[Local]:
        return [self.constant(value) for value in values]

    def weights(self, values: Sequence[Local]) -> Sequence[Local]:
        return values

    def patch(self, below: list[Local], patch: Patch) -> list[Local]:
        spend(TURN * len(patch))
        zero = self.constant(Fraction(0))
        return [zero if i is None else below[i] for i in patch]

    def affine(self, below: list[Local], weights: Any, bias: Any) -> Local:
        spend(VALUE + TURN * len(below))
        total, formal = self.constant(bias) if isinstance(bias, Fraction) else bias
        formal = dict(formal)
        for (value, own), (w, symbol) in zip(below, weights, strict=True):
            total = add(total, multiply(value, w, self.bits))
            self.over.accumulate(formal, self.over.multiply(own, symbol), Fraction(1))
        return total, formal

    def average(self, below: list[Local], patch: Patch, divisor: int) -> Local:
        weight = self.constant(Fraction(1, divisor))
        return self.affine(self.patch(below, patch), [weight] * len(patch), Fraction(0))

    def activate(self, activation: Activation, value: Local) -> Local:
        piece = self._piece(self.table.of(activation), value)
        own = piece.activation
        enclosure = evaluate(own.definition, value[0], Intervals(self.bits))
        return enclosure, self.over.activate(own, value[1])

    def _piece(self, pieces: list[Piece], value: Local) -> Piece:
        """The piece in which the value stays near the parameters."""
        (low, high), formal = value
        q = self.over.rational(formal)
        for piece in pieces:
            if q is not None:  # the same number for all parameters nearby
                if piece.has(q):
                    return piece
                continue
            start, end = piece.inner
            above = start is None or enclose(start, self.bits)[1] < low
            if above and (end is None or high < enclose(end, self.bits)[0]):
                return piece
        raise Coarse("", "a value is not shown to be off the ends of the pieces")

    def vector(self, values: list[Local]) -> list[Local]:
        return values

    def pool(self, below: list[Local], patch: Patch) -> Local:
        entries = [below[i] for i in patch if i is not None]
        for (low, high), formal in entries:
            if all(other[1] == formal or other[0][1] < low for other in entries):
                return (low, high), formal
        raise Coarse("", "no entry of a patch is shown to be the largest nearby")


def _paired(over: Near, numbers: Sequence[Fraction], symbols: Sequence[Value]) -> list[Any]:
    return [(enclose(q, over.bits), s) for q, s in zip(numbers, symbols, strict=True)]


def open_set(problem: Problem, target: Target, parameters: Any, upper: Any, place: str) -> int:
    """u such that the matrix has rank at most u in a neighbourhood of the parameters."""
    fields(upper, place, "method bits side vectors prime")
    text(upper["method"], place + ".method", ["open-set"])
    over = Near(natural(upper["bits"], place + ".bits", 8, 65536) + GUARD)
    side = text(upper["side"], place + ".side", ["left", "right"])
    length = target.rows if side == "left" else target.columns
    vectors = read_vectors(upper, place, length)
    rows, columns = range(problem.samples), range(target.columns)
    with placed(place):
        if target.what == "skip-features":
            symbols: Any = skip_symbols(over.over, problem)
            groups: Any = {
                g: _paired(over, u, symbols.groups[g]) for g, u in parameters.groups.items()
            }
            biases: Any = {
                b: _paired(over, [q], [symbols.biases[b]])[0] for b, q in parameters.biases.items()
            }
            near = SkipWeights(groups, biases)
            matrix = skip_features(problem, rows, columns, near, over)
        elif target.what == "features":
            layers = problem.layers[: target.layer]
            given = [
                _near_layer(over, layer_symbols(over.over, k, layer), weights)
                for k, (layer, weights) in enumerate(zip(layers, parameters, strict=False), 1)
            ]
            matrix = layer_features(problem.inputs, layers, rows, columns, given, over)
        else:
            raise Reject(place, "an open set is evidence about features")
        values = [[formal for _, formal in row] for row in matrix]
    for line in zip(*values, strict=True) if side == "left" else values:
        vanishing(over.over, vectors, line, place)
    return length - len(vectors)


def _near_layer(over: Near, symbols: Any, weights: Weights | None) -> Any:
    if symbols is None or weights is None:
        return None
    pairs = zip(weights.W, symbols.W, strict=True)
    W: Any = [_paired(over, row, names) for row, names in pairs]
    return Weights(W, _paired(over, weights.b, symbols.b))
