"""Evidence for ranks at given parameters (section 6): each check returns the bound it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .canonical import distinct_indices, fields, integer, listed, natural, rationals, text
from .formal import Formal, Value
from .forward import (
    Enclosed,
    Exact,
    Formally,
    are_total,
    features,
    skip_features,
    weight_minor,
)
from .outcome import Coarse, NotRational, Reject, placed
from .problem import Layer, Problem, Weights
from .rank import is_dominant, is_inverse, rank_modulo, residue
from .rationals import integers
from .residues import Modulo
from .sentences.values import matrix_name
from .work import TURN, VALUE, product, spend

#: Bits that are added to those of the evidence.
GUARD = 32
BITS = (8, 65536)
#: A row or column of a matrix as (indices, integers): a multiple of its nonzero entries.
Line = tuple[list[int], list[int]]
#: (rows, columns, numbers) -> the entries there, over the numbers of ``forward``.
Part = Callable[[list[int], list[int], Any], list[list[Any]]]


@dataclass(frozen=True)
class Target:
    """The matrix of a claim: F_k, [F_k, 1], U_k (``layer`` is k), Psi or X (``layer`` is 0)."""

    what: str
    layer: int
    rows: int
    columns: int

    @property
    def name(self) -> str:
        return matrix_name(self.what, self.layer)

    @property
    def full(self) -> int:
        return min(self.rows, self.columns)


def read_target(problem: Problem, value: Any, place: str) -> Target:
    """The matrix that ``value`` names, with the dimensions that follow from the problem."""
    what = value.get("what") if isinstance(value, dict) else None
    text(what, place + ".what", ["features", "augmented", "weights", "skip-features"])
    if what == "skip-features":
        fields(value, place, "what")
        if not problem.units:
            raise Reject(place, "skip features belong to a skip network")
        return Target("skip-features", 0, problem.samples, len(problem.skips))
    k = fields(value, place, "what layer")["layer"]
    if not problem.layers:
        raise Reject(place, "a skip network has no such matrix")
    layer = problem.layers[natural(k, place + ".layer", 1, len(problem.layers)) - 1]
    if what == "features":
        return Target("features", k, problem.samples, layer.width)
    if what == "augmented":
        return Target("augmented", k, problem.samples, layer.width + 1)
    if layer.activation is None:
        raise Reject(place, f"{layer.kind} has no weights")
    return Target("weights", k, layer.below, layer.width)


def given(problem: Problem, parameters: Any, place: str) -> Any:
    """The parameters for an evaluation; no parameters at all are none for each layer."""
    if parameters is not None:
        return parameters
    if problem.units:
        raise Reject(place, "parameters are needed")
    return [None] * len(problem.layers)


def _weights(problem: Problem, target: Target, parameters: Any) -> tuple[Layer, Weights]:
    weights = parameters[target.layer - 1]
    if weights is None:
        raise Reject("", f"the parameters of layer {target.layer} are missing")
    return problem.layers[target.layer - 1], weights


def entries(
    problem: Problem,
    target: Target,
    parameters: Any,
    rows: list[int],
    columns: list[int],
    numbers: Any,
) -> list[list[Any]]:
    """The entries of the matrix in these rows and columns, over the numbers of ``forward``."""
    if target.what == "features":
        return features(problem, target.layer, rows, columns, parameters, numbers)
    if target.what == "augmented":
        return _augmented(problem, target, parameters, rows, columns, numbers)
    if target.what == "skip-features":
        return skip_features(problem, rows, columns, parameters, numbers)
    if target.what == "data":
        spend(len(rows) * (TURN + VALUE * len(columns)))
        minor = [[problem.inputs[i][j] for j in columns] for i in rows]
        if isinstance(numbers, Exact):
            return minor
        return [[numbers.over.number(value) for value in row] for row in minor]
    layer, weights = _weights(problem, target, parameters)
    minor = weight_minor(layer, weights.W, rows, columns)
    return [[numbers.constant(value) for value in row] for row in minor]


def residues(
    problem: Problem, target: Target, parameters: Any, rows: list[int], columns: list[int], p: int
) -> list[list[int]]:
    """These entries modulo p: without their exact values where that can be done, else by them.

    Where an activation may be undefined, all entries of the matrix have to be found so: one that is
    not may be the undefined one.
    """
    over = Modulo(p)
    matrix: list[list[int | None]] = [[None] * len(columns) for _ in rows]
    if target.what in ("features", "augmented"):
        if are_total(problem.layers[: target.layer]):
            matrix = entries(problem, target, parameters, rows, columns, over)
        else:
            every = list(range(target.rows)), list(range(target.columns))
            whole = entries(problem, target, parameters, *every, over)
            if not any(None in row for row in whole):
                matrix = [[whole[i][j] for j in columns] for i in rows]
    unknown = [n for n, row in enumerate(matrix) if None in row]
    known = {n: [x for x in row if x is not None] for n, row in enumerate(matrix)}
    if unknown:
        exact = entries(problem, target, parameters, [rows[n] for n in unknown], columns, Exact())
        for n, row in zip(unknown, exact, strict=True):
            known[n] = [residue(value, p) for value in row]
    return [known[n] for n in range(len(rows))]


def _augmented(
    problem: Problem,
    target: Target,
    parameters: Any,
    rows: list[int],
    columns: list[int],
    numbers: Any,
) -> list[list[Any]]:
    """The same of [F_k, 1], whose last column is 1."""
    number = numbers.constant(Fraction(1))
    last = target.columns - 1
    # Without a column of F_k one is evaluated all the same: it takes parameters.
    own = [column for column in columns if column != last] or [0]
    values = features(problem, target.layer, rows, own, parameters, numbers)
    result = []
    for row in values:
        by_column = dict(zip(own, row, strict=True))
        result.append([by_column.get(column, number) for column in columns])
    return result


def lower_bound(
    problem: Problem,
    target: Target,
    parameters: Any,
    evidence: Any,
    place: str,
    part: Part | None = None,
) -> int:
    """r such that the matrix at these parameters has rank at least r (section 6.1).

    ``part`` gives the entries of another matrix of this size (section 6.3).
    """

    def enclosed(bits: int) -> list[list[Any]]:
        if part is not None:
            return part(rows, columns, Enclosed(bits))
        return entries(problem, target, parameters, rows, columns, Enclosed(bits))

    method = evidence.get("method") if isinstance(evidence, dict) else None
    keys = {
        "modular-minor": "prime",
        "approximate-inverse": "bits scale inverse",
        "dominance": "bits weights",
    }
    text(method, place + ".method", list(keys))
    fields(evidence, place, f"method rows columns {keys[str(method)]}")
    rows = distinct_indices(evidence["rows"], place + ".rows", target.rows)
    columns = distinct_indices(evidence["columns"], place + ".columns", target.columns)
    r = len(rows)
    if len(columns) != r:
        raise Reject(place, "there are not as many columns as rows")
    parameters = given(problem, parameters, place)
    if method == "modular-minor":
        p = read_prime(evidence["prime"], place)
        if r == 0:
            return 0
        with placed(place):
            try:
                if part is None:
                    remainders = residues(problem, target, parameters, rows, columns, p)
                else:
                    own = part(rows, columns, Exact())
                    remainders = [[residue(value, p) for value in row] for row in own]
            except NotRational as error:
                raise Reject(place, f"an entry is not rational: {error}") from None
            if rank_modulo(remainders, p) == r:
                return r
        raise Reject(place, "the elimination modulo the prime finds no r pivots")
    if r == 0:
        raise Reject(place, "a submatrix without rows")
    bits = natural(evidence["bits"], place + ".bits", *BITS) + GUARD
    if method == "approximate-inverse":
        scale = natural(evidence["scale"], place + ".scale", 0, BITS[1])
        inverse = [
            [integer(entry, place + ".inverse") for entry in listed(row, place + ".inverse", r)]
            for row in listed(evidence["inverse"], place + ".inverse", r)
        ]
        with placed(place):
            minor = enclosed(bits)
            if is_inverse(inverse, scale, minor, bits):
                return r
        raise Coarse(place, "a row of |I - R S| is not shown to have a sum below 1")
    weights = rationals(evidence["weights"], place + ".weights", r)
    if min(weights) <= 0:
        raise Reject(place + ".weights", "a weight is not positive")
    with placed(place):
        minor = enclosed(bits)
        if is_dominant(minor, weights):
            return r
    raise Coarse(place, "a row is not shown to be dominated by its diagonal entry")


def read_prime(value: Any, place: str) -> int:
    p = integer(value, place + ".prime")
    if not 2 <= p < 1 << 64:
        raise Reject(place + ".prime", "it is not between 2 and 2^64")
    return p


def independent(vectors: Sequence[Sequence[Fraction]], p: int, place: str) -> None:
    """Reject unless the vectors are linearly independent, by elimination modulo p."""
    with placed(place):
        if rank_modulo([[residue(x, p) for x in v] for v in vectors], p) != len(vectors):
            raise Reject(place, "the vectors are not shown to be linearly independent")


def read_vectors(evidence: Any, place: str, length: int) -> list[list[Fraction]]:
    """The nonempty list of independent rational vectors in evidence with a prime."""
    entries_ = listed(evidence["vectors"], place + ".vectors")
    vectors = [rationals(v, f"{place}.vectors[{i}]", length) for i, v in enumerate(entries_)]
    if not vectors:
        raise Reject(place + ".vectors", "at least one vector is needed")
    independent(vectors, read_prime(evidence["prime"], place), place)
    return vectors


def null_vectors(
    problem: Problem, target: Target, parameters: Any, evidence: Any, place: str
) -> int:
    """u such that the matrix at these parameters has rank at most u (null-vectors)."""
    fields(evidence, place, "method side vectors prime")
    text(evidence["method"], place + ".method", ["null-vectors"])
    side = text(evidence["side"], place + ".side", ["left", "right"])
    length = target.rows if side == "left" else target.columns
    vectors = read_vectors(evidence, place, length)
    parameters = given(problem, parameters, place)
    with placed(place):
        try:
            lines = _lines(problem, target, parameters, side)
            for vector in vectors:
                numerators, _ = integers(vector)
                long = max((x.bit_length() for x in numerators), default=0)
                for indices, numbers in lines:
                    own = max((x.bit_length() for x in numbers), default=0)
                    spend(5 * TURN + len(indices) * (2 * TURN + product(long, own)))
                    if sum([numerators[i] * x for i, x in zip(indices, numbers, strict=True)]):
                        raise Reject(place, "a product with a vector is not zero")
        except NotRational:
            _formal_products(problem, target, parameters, side, vectors, place)
    return length - len(vectors)


def _lines(problem: Problem, target: Target, parameters: Any, side: str) -> list[Line]:
    """The columns (side left) or rows (right) of the matrix, scaled to integers, without zeros."""
    if target.what == "weights":
        layer, weights = _weights(problem, target, parameters)
        spend(TURN * (layer.below + 10 * layer.width * layer.length))
        lines: list[Line] = []
        if side == "left":
            for h in range(layer.width):
                q, s = layer.neuron(h)
                patch = layer.patches[q]
                present = [(i, weights.W[r][s]) for r, i in enumerate(patch) if i is not None]
                lines.append(([i for i, _ in present], integers([w for _, w in present])[0]))
            return lines
        by_row: list[list[tuple[int, Fraction]]] = [[] for _ in range(layer.below)]
        for h in range(layer.width):
            q, s = layer.neuron(h)
            for r, i in enumerate(layer.patches[q]):
                if i is not None:
                    by_row[i].append((h, weights.W[r][s]))
        return [([h for h, _ in row], integers([w for _, w in row])[0]) for row in by_row]
    rows, columns = list(range(target.rows)), list(range(target.columns))
    matrix = entries(problem, target, parameters, rows, columns, Exact())
    if side == "left":
        matrix = [list(column) for column in zip(*matrix, strict=True)]
    indices = columns if side == "right" else rows
    return [(indices, integers(line)[0]) for line in matrix]


def _formal_products(
    problem: Problem,
    target: Target,
    parameters: Any,
    side: str,
    vectors: list[list[Fraction]],
    place: str,
) -> None:
    """Reject unless every product of a vector with the matrix is formally zero."""
    over = Formal()
    rows, columns = list(range(target.rows)), list(range(target.columns))
    matrix = entries(problem, target, parameters, rows, columns, Formally(over))
    if side == "left":
        matrix = [list(column) for column in zip(*matrix, strict=True)]
    for line in matrix:
        vanishing(over, vectors, line, place)


def vanishing(
    over: Formal, vectors: list[list[Fraction]], line: Sequence[Value], place: str
) -> None:
    """Reject unless the sum of v_i line_i is formally zero for every vector v."""
    for vector in vectors:
        spend(TURN * len(line))
        total: Value = {}
        for coefficient, value in zip(vector, line, strict=True):
            if coefficient:
                over.accumulate(total, value, coefficient)
        if not over.is_zero(total):
            raise Reject(place, "a product with a vector is not formally zero")
