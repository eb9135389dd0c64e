"""F_k and Psi modulo p without their exact values: a shortcut for minors modulo a prime.

The rational numbers whose denominators share no factor with p form a ring, and x -> x mod p
respects its sums, products and quotients by units. So where all numbers on the way stay in it, the
residue of an entry is what its expression gives modulo p; ``abs``, ``max`` and ``min`` choose by
signs, which intervals tell. Whatever this does not show is None, and decides nothing.

>>> from .expression import parse
>>> over = Row(7, 1)
>>> t = over.number(Fraction(-1, 2))
>>> evaluate(parse("t/(1+abs(t))"), t, over).residues  # -1/3
[2]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any

from .activations import Activation
from .expression import evaluate
from .forward import Enclosed, Quotients, Vector, exact_vector, gather
from .intervals import Interval, Intervals, ratio
from .outcome import Decline, Reject
from .problem import Layer, Weights
from .rank import pack, residue, unpack
from .rationals import integers
from .work import TURN, VALUE, product, quotient, spend

#: Fractional bits of the intervals that tell signs.
BITS = 96
ZERO = Fraction(0)


class Unknown(Exception):  # noqa: N818
    """A residue or a sign is not found in this way."""


@dataclass(frozen=True)
class Numbers:
    """A residue for each entry of a row, and their intervals where somebody asks."""

    residues: list[int]
    bounds: Callable[[], list[Interval]]


class Row:
    """Rows of ``size`` residues modulo p as an arithmetic of expressions; Unknown where none is."""

    def __init__(self, p: int, size: int) -> None:
        self.p, self.size = p, size
        self.over = Intervals(BITS)

    def _lifted(self, residues: list[int], operation: Callable[..., Interval], *parts: Any) -> Any:
        spend(TURN * self.size)

        def bounds() -> list[Interval]:
            columns = [part.bounds() for part in parts]
            return [operation(*entries) for entries in zip(*columns, strict=True)]

        return Numbers(residues, bounds)

    def number(self, value: Fraction) -> Numbers:
        try:
            constant = residue(value, self.p)
        except Reject:
            raise Unknown from None
        return Numbers([constant] * self.size, lambda: [self.over.number(value)] * self.size)

    def pi(self) -> Numbers:
        raise Unknown

    def add(self, x: Numbers, y: Numbers) -> Any:
        p = self.p
        sums = [(a + b) % p for a, b in zip(x.residues, y.residues, strict=True)]
        return self._lifted(sums, self.over.add, x, y)

    def negative(self, x: Numbers) -> Any:
        return self._lifted([-a % self.p for a in x.residues], self.over.negative, x)

    def multiply(self, x: Numbers, y: Numbers) -> Any:
        p = self.p
        products = [a * b % p for a, b in zip(x.residues, y.residues, strict=True)]
        return self._lifted(products, self.over.multiply, x, y)

    def divide(self, x: Numbers, y: Numbers) -> Any:
        p = self.p
        spend(5 * TURN * self.size)
        try:
            pairs = zip(x.residues, _inverses(y.residues, p), strict=True)
            quotients = [a * b % p for a, b in pairs]
        except ValueError:  # a divisor is 0 or no unit
            raise Unknown from None
        return self._lifted(quotients, self.over.divide, x, y)

    def power(self, x: Numbers, exponent: int) -> Any:
        spend(VALUE * self.size)
        try:
            powers = [pow(a, exponent, self.p) for a in x.residues]
        except ValueError:
            raise Unknown from None
        return self._lifted(powers, lambda entry: self.over.power(entry, exponent), x)

    def call(self, function: str, arguments: list[Numbers]) -> Any:
        p, over = self.p, self.over
        if function == "abs":
            (x,) = arguments
            signs = zip(x.residues, x.bounds(), strict=True)
            sizes = [a if _is_first_larger(e, (0, 0)) else -a % p for a, e in signs]
            return self._lifted(sizes, lambda entry: over.call("abs", [entry]), x)
        if function not in ("max", "min"):
            raise Unknown
        x, y = arguments
        sign = function == "max"
        entries = zip(x.residues, y.residues, x.bounds(), y.bounds(), strict=True)
        chosen = [a if _is_first_larger(d, e) is sign else b for a, b, d, e in entries]
        return self._lifted(chosen, lambda d, e: over.call(function, [d, e]), x, y)


def _is_first_larger(x: Interval, y: Interval) -> bool:
    """True shows x >= y and False x <= y, whatever the numbers in the intervals; else Unknown."""
    if x[0] >= y[1]:
        return True
    if x[1] <= y[0]:
        return False
    raise Unknown


@dataclass(frozen=True)
class Residues:
    """The vector of a layer: residues, or None, and bounds of its numbers where somebody asks."""

    residues: list[int] | None
    bounds: Callable[[], Vector]


class Found(list[int | None]):
    """The residues of a layer's neurons, and their intervals where somebody asks."""

    bounds: Callable[[], list[Interval]]


class Modulo:
    """The forward pass modulo p, a layer at once; neurons without a residue have None."""

    def __init__(self, p: int) -> None:
        self.p = p
        self.enclosed = Enclosed(BITS)

    def _residues(self, values: Sequence[Fraction]) -> list[int] | None:
        try:
            return [residue(value, self.p) for value in values]
        except Reject:
            return None

    def constant(self, value: Fraction) -> int | None:
        found = self._residues([value])
        return found[0] if found else None

    def start(self, values: Sequence[Fraction]) -> Residues:
        vector = exact_vector(values)
        return Residues(self._residues(values), lambda: vector)

    def vector(self, values: Found) -> Residues:
        residues = [value for value in values if value is not None]
        known = residues if len(residues) == len(values) else None
        return Residues(known, lambda: self.enclosed.vector(values.bounds()))

    def layer(
        self,
        layer: Layer,
        below: Residues,
        weights: Weights | None,
        wanted: Sequence[int],
        known: dict[Any, Any],
    ) -> Found:
        """These neurons for one sample; ``known`` keeps what is the same for all samples."""
        spend(TURN * len(wanted))
        nothing = Found([None] * len(wanted))
        if below.residues is None:
            return nothing
        if layer.kind == "average-pooling":
            return self._average(layer, below, below.residues, wanted)
        if layer.activation is None:
            return self._pool(layer, below, below.residues, wanted)
        if weights is None:
            raise Reject("", "its parameters are missing")
        by_patch: dict[int, list[int]] = {}
        for place, h in enumerate(wanted):
            by_patch.setdefault(layer.neuron(h)[0], []).append(place)
        sums = [0] * len(wanted)
        for p, places in by_patch.items():
            if p not in known:
                known[p] = self._columns(layer, weights, [wanted[place] for place in places])
            if known[p] is None:
                return nothing
            found = known[p].dot([*gather(below.residues, layer.patches[p]), 1])
            for place, total in zip(places, found, strict=True):
                sums[place] = total % self.p

        def before() -> list[Interval]:
            """Intervals of the pre-activations."""
            vector = below.bounds()
            if vector.lo is vector.hi:
                return _exact_bounds(layer, vector, weights, wanted, by_patch, known)
            filters = known.setdefault("filters", {})
            return [ratio(*self._affine(layer, vector, weights, h, filters), BITS) for h in wanted]

        return self._activate(layer.activation, Numbers(sums, _remembered(before)), nothing)

    def _activate(self, activation: Activation, t: Numbers, nothing: Found) -> Found:
        try:
            value = evaluate(activation.definition, t, Row(self.p, len(t.residues)))
        except (Unknown, Reject, Decline):
            # Exact evaluation says whether something is wrong; a spent budget declines in the end.
            return nothing
        found = Found(value.residues)
        found.bounds = value.bounds
        return found

    def _columns(self, layer: Layer, weights: Weights, neurons: list[int]) -> PackedRows | None:
        """The filters and biases of these neurons of a patch, modulo p."""
        rows = []
        filters = [layer.neuron(h)[1] for h in neurons]
        for row in weights.W:
            rows.append(self._residues([row[s] for s in filters]))
        biases = [weights.b[layer.bias_index(h)] for h in neurons] if weights.b else []
        rows.append(self._residues(biases) if biases else [0] * len(filters))
        complete = [row for row in rows if row is not None]
        return PackedRows(complete, self.p.bit_length()) if len(complete) == len(rows) else None

    def _affine(
        self, layer: Layer, vector: Vector, weights: Weights, h: int, filters: dict[int, Any]
    ) -> Quotients:
        q, s = layer.neuron(h)
        if s not in filters:
            spend(TURN * len(weights.W))
            filters[s] = self.enclosed.weights([row[s] for row in weights.W])
        bias = weights.b[layer.bias_index(h)] if weights.b else ZERO
        return self.enclosed.affine(vector.patch(layer.patches[q]), filters[s], bias)

    def _average(
        self, layer: Layer, below: Residues, residues: list[int], wanted: Sequence[int]
    ) -> Found:
        found = Found()
        for p in wanted:
            spend(VALUE + TURN * len(layer.patches[p]))
            weight = self.constant(Fraction(1, layer.divisors[p]))
            total = sum(gather(residues, layer.patches[p]))
            found.append(None if weight is None else total * weight % self.p)

        def bounds() -> list[Interval]:
            vector = below.bounds()
            return [
                self.enclosed.average(vector, layer.patches[p], layer.divisors[p]) for p in wanted
            ]

        found.bounds = bounds
        return found

    def _pool(
        self, layer: Layer, below: Residues, residues: list[int], wanted: Sequence[int]
    ) -> Found:
        try:
            vector = below.bounds()
        except (Unknown, Reject, Decline):
            return Found([None] * len(wanted))
        found, ends = Found(), []
        for p in wanted:
            patch = [i for i in layer.patches[p] if i is not None]
            spend(VALUE + 4 * TURN * len(patch))
            low, high = gather(vector.lo, patch), gather(vector.hi, patch)
            first = max(range(len(low)), key=low.__getitem__)
            largest = all(end <= low[first] for i, end in enumerate(high) if i != first)
            found.append(gather(residues, patch)[first] if largest else None)
            ends.append(ratio(low[first], max(high), vector.denominator, BITS))
        found.bounds = lambda: ends
        return found


class PackedRows:
    """The rows of a matrix of integers, each packed into one: inner products of all its columns.

    ``bits`` is the size of the entries of the vectors.
    """

    def __init__(self, rows: list[list[int]], bits: int) -> None:
        self.width, self.other = len(rows[0]), bits
        longest = max(value.bit_length() for row in rows for value in row)
        self.bytes = (longest + bits + len(rows).bit_length() + 9) // 8
        # In every slot this is added before an integer is cut into slots: none is negative then.
        self.shift = 1 << (8 * self.bytes - 1)
        self.shifts = pack([self.shift] * self.width, self.bytes)
        shifted = [[value + self.shift for value in row] for row in rows]
        self.rows = [pack(row, self.bytes) - self.shifts for row in shifted]

    def dot(self, vector: list[int]) -> list[int]:
        """The products of the vector with each column."""
        bits = 8 * self.bytes * self.width
        turn = TURN + product(bits, self.other) + bits // 20
        spend(len(self.rows) * turn + 4 * TURN * self.width)
        total = self.shifts + sum(map(mul, vector, self.rows))
        return [value - self.shift for value in unpack(total, self.bytes, self.width)]


def _exact_bounds(
    layer: Layer,
    vector: Vector,
    weights: Weights,
    wanted: Sequence[int],
    by_patch: dict[int, list[int]],
    known: dict[Any, Any],
) -> list[Interval]:
    """Intervals of the pre-activations of exact numbers: of all filters of a patch at once."""
    result: list[Interval] = [(0, 0)] * len(wanted)
    bits = max(vector.bits, vector.denominator.bit_length()) | 63  # a few sizes, for ``known``
    for p, places in by_patch.items():
        if (p, bits) not in known:
            neurons = [wanted[place] for place in places]
            filters = [layer.neuron(h)[1] for h in neurons]
            rows = [[row[s] for s in filters] for row in weights.W]
            rows.append([weights.b[layer.bias_index(h)] if weights.b else ZERO for h in neurons])
            flat, denominator = integers([value for row in rows for value in row])
            width = len(filters)
            lines = [flat[k : k + width] for k in range(0, len(flat), width)]
            known[p, bits] = PackedRows(lines, bits), denominator
        packed, denominator = known[p, bits]
        whole = denominator * vector.denominator
        totals = packed.dot([*gather(vector.lo, layer.patches[p]), vector.denominator])
        spend(len(places) * (4 * TURN + 2 * quotient(BITS + 8 * packed.bytes, whole.bit_length())))
        for place, total in zip(places, totals, strict=True):
            top = total << BITS
            result[place] = top // whole, -(-top // whole)
    return result


def _remembered(bounds: Callable[[], list[Interval]]) -> Callable[[], list[Interval]]:
    """The same function, called once at most."""
    found: list[list[Interval]] = []

    def once() -> list[Interval]:
        if not found:
            found.append(bounds())
        return found[0]

    return once


def _inverses(values: list[int], p: int) -> list[int]:
    """The inverses modulo p by one inversion; ValueError if a value has none."""
    before, total = [], 1
    for value in values:
        before.append(total)
        total = total * value % p
    total = pow(total, -1, p)
    result = [0] * len(values)
    for i in range(len(values) - 1, -1, -1):
        result[i] = total * before[i] % p
        total = total * values[i] % p
    return result
