"""F_k and Psi over the rationals, over intervals or formally; and submatrices of U_k.

``residues.py`` has the numbers modulo p.

A :class:`Vector` holds integers over a common denominator, so that inner products are sums of
products of integers: exact for the rationals, outward rounded once per neuron for intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any

from .activations import Activation
from .enclosing import narrowed
from .expression import evaluate
from .formal import Formal, Value
from .intervals import Interval, Intervals, ratio
from .outcome import NotRational, Reject, placed
from .problem import Layer, Patch, Problem, SkipWeights, Unit, Weights
from .rationals import Rationals, integers
from .work import TURN, VALUE, common_factor, operation, product, size, spend

#: (lo, hi, d): the numbers from lo / d to hi / d.
Quotients = tuple[int, int, int]


@dataclass(frozen=True)
class Vector:
    """Numbers between lo[i] / denominator and hi[i] / denominator; ``lo is hi`` if exact.

    ``bits`` is the size of the longest integer.
    """

    lo: list[int]
    hi: list[int]
    denominator: int
    bits: int

    def patch(self, patch: Patch) -> Vector:
        """The numbers of a patch."""
        spend(2 * TURN * len(patch))
        lo = gather(self.lo, patch)
        hi = lo if self.lo is self.hi else gather(self.hi, patch)
        return Vector(lo, hi, self.denominator, self.bits)


def exact_vector(values: Sequence[Fraction]) -> Vector:
    numerators, denominator = integers(values)
    return Vector(numerators, numerators, denominator, _bits(numerators))


def _bits(numbers: Iterable[int]) -> int:
    return max((number.bit_length() for number in numbers), default=0)


def _spend_product(below: Vector, bits: int) -> None:
    """The inner product of a patch with weights of so many bits."""
    spend(VALUE + len(below.lo) * (TURN // 3 + product(below.bits, bits)))


def _equal(patch: Patch, divisor: int) -> list[Fraction]:
    """The weights of an average."""
    spend(len(patch) * TURN)
    return [Fraction(1, divisor)] * len(patch)


def gather(values: list[int], patch: Patch) -> list[int]:
    return [0 if i is None else values[i] for i in patch]


class Exact:
    """The forward pass over Q; NotRational where an activation leaves Q."""

    def layer(self, layer: Layer, below: Any, weights: Weights | None, *others: Any) -> list[Any]:
        return layer_values(self, layer, below, weights, *others)

    def constant(self, value: Fraction) -> Fraction:
        return value

    def start(self, values: Sequence[Fraction]) -> Vector:
        return exact_vector(values)

    def weights(self, values: Sequence[Fraction]) -> Any:
        w, denominator = integers(values)
        return w, denominator, _bits(w)

    def patch(self, below: Vector, patch: Patch) -> Vector:
        return below.patch(patch)

    def affine(self, below: Vector, weights: Any, bias: Fraction) -> Fraction:
        w, denominator, bits = weights
        _spend_product(below, bits)
        total = sum(map(mul, below.lo, w))
        whole = below.denominator * denominator
        spend(VALUE + common_factor(total.bit_length(), whole.bit_length()))
        value = Fraction(total, whole)
        spend(operation(value, bias) + 4 * size(value))
        return value + bias

    def activate(self, activation: Activation, value: Fraction) -> Fraction:
        try:
            return Fraction(evaluate(activation.definition, value, Rationals()))
        except NotRational:
            if value:
                raise
        over = Formal()
        at_zero = over.rational(over.activate(activation, {}))
        if at_zero is None:
            raise NotRational("the value at 0")
        return at_zero

    def vector(self, values: list[Fraction]) -> Vector:
        return exact_vector(values)

    def pool(self, below: Vector, patch: Patch) -> Fraction:
        spend(VALUE + len(patch) * TURN + common_factor(below.bits, below.denominator.bit_length()))
        return Fraction(max(below.lo[i] for i in patch if i is not None), below.denominator)

    def average(self, below: Vector, patch: Patch, divisor: int) -> Fraction:
        weights = self.weights(_equal(patch, divisor))
        return self.affine(self.patch(below, patch), weights, Fraction(0))


class Enclosed:
    """The forward pass over intervals; the data and the first inner products are exact."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.over = Intervals(bits)

    def layer(self, layer: Layer, below: Any, weights: Weights | None, *others: Any) -> list[Any]:
        return layer_values(self, layer, below, weights, *others)

    def constant(self, value: Fraction) -> Interval:
        return self.over.number(value)

    def start(self, values: Sequence[Fraction]) -> Vector:
        return exact_vector(values)

    def weights(self, values: Sequence[Fraction]) -> Any:
        w, denominator = integers(values)
        return [max(x, 0) for x in w], [max(-x, 0) for x in w], w, denominator, _bits(w)

    def patch(self, below: Vector, patch: Patch) -> Vector:
        return below.patch(patch)

    def affine(self, below: Vector, weights: Any, bias: Fraction) -> Quotients:
        up, down, w, denominator, bits = weights
        lo, hi = below.lo, below.hi
        _spend_product(below, bits if lo is hi else 4 * bits)
        if lo is hi:
            low = high = sum(map(mul, lo, w))
        else:
            low = sum(map(mul, lo, up)) - sum(map(mul, hi, down))
            high = sum(map(mul, hi, up)) - sum(map(mul, lo, down))
        # low/d + p/q = (low q + p d)/(d q): nothing is rounded before the activation.
        d, q = below.denominator * denominator, bias.denominator
        shift = bias.numerator * d
        return low * q + shift, high * q + shift, d * q

    def activate(self, activation: Activation, value: Quotients) -> Interval:
        def at(over: Intervals) -> list[Interval]:
            return [evaluate(activation.definition, ratio(*value, over.bits), over)]

        return narrowed(at, self.bits)[0]

    def vector(self, values: list[Interval]) -> Vector:
        low, high = [lo for lo, _ in values], [hi for _, hi in values]
        return Vector(low, high, 1 << self.bits, max(_bits(low), _bits(high)))

    def pool(self, below: Vector, patch: Patch) -> Interval:
        spend(VALUE + 2 * len(patch) * TURN)
        neurons = [i for i in patch if i is not None]
        low, high = max(below.lo[i] for i in neurons), max(below.hi[i] for i in neurons)
        return ratio(low, high, below.denominator, self.bits)

    def average(self, below: Vector, patch: Patch, divisor: int) -> Interval:
        weights = self.weights(_equal(patch, divisor))
        whole = self.affine(self.patch(below, patch), weights, Fraction(0))
        return ratio(*whole, self.bits)


class Formally:
    """The forward pass over formal values; weights and biases may be formal values too."""

    def __init__(self, over: Formal) -> None:
        self.over = over

    def layer(self, layer: Layer, below: Any, weights: Weights | None, *others: Any) -> list[Any]:
        return layer_values(self, layer, below, weights, *others)

    def constant(self, value: Any) -> Value:
        return self._formal(value)

    def start(self, values: Sequence[Any]) -> list[Value]:
        return [self._formal(value) for value in values]

    def _formal(self, value: Any) -> Value:
        return self.over.number(value) if isinstance(value, Fraction) else dict(value)

    def weights(self, values: Sequence[Any]) -> Any:
        return [self._formal(value) for value in values]

    def patch(self, below: list[Value], patch: Patch) -> list[Value]:
        spend(TURN * len(patch))
        return [{} if i is None else below[i] for i in patch]

    def affine(self, below: list[Value], weights: Any, bias: Any) -> Value:
        spend(VALUE + TURN * len(below))
        total = dict(self._formal(bias))
        for value, w in zip(below, weights, strict=True):
            if value:
                self.over.accumulate(total, self.over.multiply(value, w), Fraction(1))
        return total

    def activate(self, activation: Activation, value: Value) -> Value:
        return self.over.activate(activation, value)

    def vector(self, values: list[Value]) -> list[Value]:
        return values

    def pool(self, below: list[Value], patch: Patch) -> Value:
        first, *others = [below[i] for i in patch if i is not None]
        largest = first
        for entry in others:  # max(x, y) = (x + y + abs(x - y))/2
            difference = self.over.add(largest, self.over.negative(entry))
            total = self.over.add(largest, entry)
            self.over.accumulate(total, self.over.absolute(difference), Fraction(1))
            largest = self.over.scale(Fraction(1, 2), total)
        return largest

    def average(self, below: list[Value], patch: Patch, divisor: int) -> Value:
        weights = self.weights(_equal(patch, divisor))
        return self.affine(self.patch(below, patch), weights, Fraction(0))


def layer_values(
    numbers: Any,
    layer: Layer,
    below: Any,
    weights: Weights | None,
    wanted: Sequence[int],
    known: dict[int, Any],
) -> list[Any]:
    """These neurons of a layer for one sample, given the vector of the layer below.

    ``known`` keeps what is the same for all samples.
    """
    spend(VALUE * len(wanted))
    if layer.kind == "average-pooling":
        return [numbers.average(below, layer.patches[p], layer.divisors[p]) for p in wanted]
    if layer.activation is None:
        return [numbers.pool(below, layer.patches[p]) for p in wanted]
    if weights is None:
        raise Reject("", "its parameters are missing")
    values = []
    seen: dict[int, Any] = {}
    for h in wanted:
        q, s = layer.neuron(h)
        if q not in seen:
            seen[q] = numbers.patch(below, layer.patches[q])
        if s not in known:
            spend(TURN * len(weights.W))
            known[s] = numbers.weights([row[s] for row in weights.W])
        bias = weights.b[layer.bias_index(h)] if weights.b else Fraction(0)
        value = numbers.affine(seen[q], known[s], bias)
        values.append(numbers.activate(layer.activation, value))
    return values


def features(
    problem: Problem,
    k: int,
    rows: Iterable[int],
    columns: Sequence[int],
    parameters: Any,
    numbers: Any,
) -> list[list[Any]]:
    """The entries of F_k (k >= 1) at these samples and neurons, as numbers of ``numbers``.

    Where an activation may be undefined all entries are evaluated: with one of them undefined there
    would be no matrix to speak of.
    """
    layers = problem.layers[:k]
    if are_total(layers):
        return layer_features(problem.inputs, layers, rows, columns, parameters, numbers)
    every, width = range(problem.samples), range(layers[-1].width)
    whole = layer_features(problem.inputs, layers, every, width, parameters, numbers)
    return [[whole[i][h] for h in columns] for i in rows]


def are_total(layers: Sequence[Layer]) -> bool:
    """Whether all activations of the layers are shown to be defined everywhere."""
    return all(layer.activation is None or layer.activation.is_total for layer in layers)


def layer_features(
    inputs: Sequence[Sequence[Fraction]],
    layers: Sequence[Layer],
    rows: Iterable[int],
    columns: Sequence[int],
    parameters: Any,
    numbers: Any,
) -> list[list[Any]]:
    """The same for an explicit list of layers, with one entry of ``parameters`` for each."""
    vectors = [numbers.start(inputs[i]) for i in rows]
    values: list[list[Any]] = []
    pairs = zip(layers, parameters[: len(layers)], strict=True)
    for number, (layer, weights) in enumerate(pairs, 1):
        wanted = columns if number == len(layers) else range(layer.width)
        known: dict[int, Any] = {}
        with placed(f"layer {number}"):
            values = [numbers.layer(layer, below, weights, wanted, known) for below in vectors]
            if number < len(layers):
                vectors = [numbers.vector(row) for row in values]
    return values


def skip_features(
    problem: Problem,
    rows: Sequence[int],
    columns: Sequence[int],
    parameters: SkipWeights,
    numbers: Any,
) -> list[list[Any]]:
    """The entries of Psi at these samples and skip units; only what they depend on is evaluated.

    Where an activation may be undefined all entries are evaluated, as in ``features``.
    """
    every = range(len(problem.skips))
    if len(columns) < len(every) or len(rows) < problem.samples:
        needed = ancestors(problem, every)
        if not all(unit.activation.is_total for unit in needed):
            samples = range(problem.samples)
            whole = skip_features(problem, samples, every, parameters, numbers)
            return [[whole[i][j] for j in columns] for i in rows]
    order = {name: number for number, name in enumerate(problem.skips)}
    units = ancestors(problem, columns)
    weights = {name: numbers.weights(values) for name, values in parameters.groups.items()}
    result = []
    for i in rows:
        values: dict[int | str, Any] = {}
        for unit in units:
            # One vector for the unit: its sources in order, inputs made numbers of the arithmetic.
            sources = [
                values[s] if isinstance(s, str) else numbers.constant(problem.inputs[i][s])
                for s in unit.sources
            ]
            bias = parameters.biases[unit.bias] if unit.bias is not None else Fraction(0)
            with placed(f"unit {unit.name}"):
                value = numbers.affine(numbers.vector(sources), weights[unit.group], bias)
                values[unit.name] = numbers.activate(unit.activation, value)
        by_column = {order[name]: values[name] for name in problem.skips if name in values}
        result.append([by_column[column] for column in columns])
    return result


def ancestors(problem: Problem, columns: Iterable[int]) -> list[Unit]:
    """The units that these columns of Psi depend on, in the order of the network."""
    spend(sum(5 * TURN + TURN * len(unit.sources) for unit in problem.units))
    needed = {problem.skips[column] for column in columns}
    for unit in reversed(problem.units):
        if unit.name in needed:
            needed.update(source for source in unit.sources if isinstance(source, str))
    return [unit for unit in problem.units if unit.name in needed]


def positions(patch: Patch) -> dict[int, int]:
    """Neuron -> place r in the patch, so that U[i, pT+s] = W[r, s] and 0 for other neurons i."""
    return {i: r for r, i in enumerate(patch) if i is not None}


def weight_minor(
    layer: Layer, W: Sequence[Sequence[Fraction]], rows: list[int], columns: list[int]
) -> list[list[Fraction]]:
    """The entries of U = M(W) in these rows and columns."""
    zero = Fraction(0)
    by_column = []
    for h in columns:
        q, s = layer.neuron(h)
        spend(TURN * (layer.length + 2 * len(rows)))
        place = positions(layer.patches[q])
        by_column.append([W[place[i]][s] if i in place else zero for i in rows])
    return [list(row) for row in zip(*by_column, strict=True)]
