"""Features with one piece chosen for every entry (section 6.3): near a point, and all choices.

:class:`Near` evaluates at parameters and near them: each number is an enclosure at the parameters
beside a formal value that it equals in a neighbourhood. :func:`every_pattern` goes through all
choices of a piece for each activation and of a neuron for each maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from .activations import Activation
from .bounds import GUARD, Target, lower_bound, read_vectors, vanishing
from .canonical import fields, natural, text
from .expression import evaluate
from .formal import Formal, Value
from .forward import Enclosed, Exact, ancestors, layer_features, layer_values, skip_features
from .identities import layer_symbols, skip_symbols
from .intervals import Interval, Intervals, add, enclose, multiply
from .limits import PATTERNS
from .outcome import Coarse, Decline, Reject, placed
from .pieces import Piece, activation_pieces, is_rational_function
from .problem import Layer, Patch, Problem, SkipWeights, Weights
from .properties import is_analytic
from .work import TURN, VALUE, spend

#: An enclosure at the parameters, and the formal value in a neighbourhood of them.
Local = tuple[Interval, Value]


class Table:
    """The pieces of activations, read off once for each."""

    def __init__(self) -> None:
        self._known: dict[str, list[Piece]] = {}

    def of(self, activation: Activation) -> list[Piece]:
        if activation.key not in self._known:
            self._known[activation.key] = activation_pieces(activation)
        return self._known[activation.key]


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
            above = piece.low is None or enclose(piece.low, self.bits)[1] < low
            if above and (piece.high is None or high < enclose(piece.high, self.bits)[0]):
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


# --- All patterns --------------------------------------------------------------------------------


class _Chosen:
    """Takes the chosen pieces, in the order in which the network is evaluated."""

    table: Table
    choices: Iterator[int]

    def activate(self, activation: Activation, value: Any) -> Any:
        piece = self.table.of(activation)[next(self.choices)]
        return super().activate(piece.activation, value)  # type: ignore[misc]

    def pool(self, below: Any, patch: Patch) -> Any:
        entry = _neurons(patch)[next(self.choices)]
        return super().pool(below, [entry])  # type: ignore[misc]


def _neurons(patch: Patch) -> list[int]:
    return [i for i in patch if i is not None]


class _ExactlyChosen(_Chosen, Exact):
    """Over Q."""


class _EnclosedChosen(_Chosen, Enclosed):
    """Over intervals."""


def every_pattern(
    problem: Problem, target: Target, parameters: Any, evidence: Any, place: str
) -> None:
    """Reject unless every pattern has full rank at the parameters, by one lower bound for each."""
    table = Table()
    columns = _columns(evidence["columns"], target, place)
    shared = evidence["shared"]
    if not isinstance(shared, bool):
        raise Reject(place + ".shared", "it is not true or false")
    with placed(place):
        _require_pieces(problem, target, table)
        if shared:
            _require_alike(problem, target, columns)
        lower_sizes, top = _sizes(problem, target, columns, table)
    if shared:
        top = top[:: len(columns)]
    sizes = [*lower_sizes, *top]
    if prod(sizes) > PATTERNS:
        raise Decline(f"more than {PATTERNS} patterns of pieces")
    bounds = evidence["patterns"]
    if not isinstance(bounds, list) or len(bounds) != prod(sizes):
        raise Reject(place + ".patterns", f"there are {prod(sizes)} patterns")
    for number, chosen in enumerate(product(*map(range, sizes))):
        split = len(lower_sizes)
        own = [c for c in chosen[split:] for _ in columns] if shared else chosen[split:]
        matrix = _with_pieces(problem, target, parameters, columns, [*chosen[:split], *own], table)
        here = f"{place}.patterns[{number}]"
        if lower_bound(problem, target, parameters, bounds[number], here, matrix) != target.full:
            raise Reject(here, "the rank is not full")


def _columns(value: Any, target: Target, place: str) -> list[int]:
    columns = [natural(c, place + ".columns", 0, target.columns - 1) for c in value or ()]
    if columns != sorted(set(columns)) or len(columns) < target.full:
        raise Reject(place + ".columns", "they are not increasing, or too few")
    return columns


def _require_pieces(problem: Problem, target: Target, table: Table) -> None:
    """On every pattern the entries are quotients of analytic functions of the parameters."""
    if target.what not in ("features", "skip-features"):
        raise Reject("", "patterns are evidence about features")
    layers = problem.layers[: target.layer]
    activations = [layer.activation for layer in layers]
    quotients = False
    for activation in [*activations, *(unit.activation for unit in problem.units)]:
        if activation is None:  # one entry of the patch is taken
            continue
        nodes = [piece.activation.definition for piece in table.of(activation)]
        rational = all(is_rational_function(node) for node in nodes)
        analytic = all(is_analytic(node) for node in nodes)
        if not rational and (quotients or not analytic):
            raise Reject("", "a piece is not shown to be analytic or rational where it is used")
        quotients = quotients or not analytic


def _require_alike(problem: Problem, target: Target, columns: Sequence[int]) -> None:
    """The columns are units of one patch: the same function of parameters of their own."""
    if target.what != "features" or problem.layers[target.layer - 1].activation is None:
        raise Reject("", "the columns do not have parameters of their own")
    layer = problem.layers[target.layer - 1]
    if len({layer.neuron(column)[0] for column in columns}) != 1:
        raise Reject("", "the columns belong to different patches")


def _sizes(
    problem: Problem, target: Target, columns: Sequence[int], table: Table
) -> tuple[list[int], list[int]]:
    """The numbers of choices: below the last layer, and in it, in the order of evaluation."""
    samples = range(problem.samples)
    if target.what == "skip-features":
        units = ancestors(problem, columns)
        return [], [len(table.of(unit.activation)) for _ in samples for unit in units]
    sizes: list[list[int]] = []
    for k, layer in enumerate(problem.layers[: target.layer], 1):
        wanted = columns if k == target.layer else range(layer.width)
        sizes.append(_layer_sizes(layer, wanted, table) * len(samples))
    return [size for one in sizes[:-1] for size in one], sizes[-1]


def _layer_sizes(layer: Layer, wanted: Sequence[int], table: Table) -> list[int]:
    """The numbers of choices of these neurons on one sample."""
    if layer.activation is not None:
        return [len(table.of(layer.activation))] * len(wanted)
    if layer.kind == "average-pooling":
        return []
    return [len(_neurons(layer.patches[h])) for h in wanted]


def _with_pieces(
    problem: Problem,
    target: Target,
    parameters: Any,
    columns: Sequence[int],
    choices: Sequence[int],
    table: Table,
) -> Callable[[list[int], list[int], Any], list[list[Any]]]:
    """The matrix of one pattern, as ``lower_bound`` asks for its parts."""

    def part(rows: list[int], wanted: list[int], numbers: Any) -> list[list[Any]]:
        exact = isinstance(numbers, Exact)
        chosen: Any = _ExactlyChosen() if exact else _EnclosedChosen(numbers.bits)
        chosen.table, chosen.choices = table, iter(choices)
        samples = range(problem.samples)
        if target.what == "skip-features":
            whole = skip_features(problem, samples, columns, parameters, chosen)
        else:
            layers = problem.layers[: target.layer]
            whole = layer_features(problem.inputs, layers, samples, columns, parameters, chosen)
        place = {column: number for number, column in enumerate(columns)}
        if not all(column in place for column in wanted):
            raise Reject("", "a column that is not among those of the patterns")
        return [[whole[i][place[column]] for column in wanted] for i in rows]

    return part
