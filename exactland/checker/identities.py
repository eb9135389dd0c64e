"""Upper bounds for all parameters (section 6.2): polynomial null vectors, relations."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from .bounds import Target, independent, read_prime, read_vectors, vanishing
from .canonical import fields, index, listed, rational, rational_rows, text
from .formal import Formal, Value
from .forward import Formally, layer_features, skip_features
from .limits import NUMBER_BITS
from .outcome import Decline, Reject, placed
from .problem import Layer, Problem, SkipWeights, Weights
from .translations import translated_minors
from .work import TURN, VALUE, operation, size, spend

#: Variables (sorted, with repeats) -> coefficient; a vector is the list of its nonzero entries.
Polynomial = dict[tuple[int, ...], Fraction]
PolynomialVector = list[tuple[int, Polynomial]]


def for_all_weights(layer: Layer, evidence: Any, place: str) -> int:
    """u such that U = M(W) of this layer has rank at most u for every W."""
    method = evidence.get("method") if isinstance(evidence, dict) else None
    if method == "translated-minors":
        return translated_minors(layer, evidence, place)
    return polynomial_null_vectors(layer, evidence, place)


def polynomial_null_vectors(layer: Layer, evidence: Any, place: str) -> int:
    """u such that U = M(W) of this layer has rank at most u for every W.

    The variable r T + s is the entry W[r, s]; U[i, h] is that variable if neuron h is filter s on
    a patch with i at position r.
    """
    fields(evidence, place, "method side vectors point prime")
    text(evidence["method"], place + ".method", ["polynomial-null-vectors"])
    side = text(evidence["side"], place + ".side", ["left", "right"])
    if layer.activation is None:
        raise Reject(place, f"{layer.kind} has no weights")
    length = layer.below if side == "left" else layer.width
    entries = listed(evidence["vectors"], place + ".vectors")
    variables = layer.length * layer.filters
    vectors = [
        _polynomial_vector(v, f"{place}.vectors[{n}]", length, variables)
        for n, v in enumerate(entries)
    ]
    if not vectors:
        raise Reject(place + ".vectors", "at least one vector is needed")
    matrix = _nonzero_entries(layer, side)
    for n, vector in enumerate(vectors):
        if not _is_annihilated(vector, matrix):
            raise Reject(f"{place}.vectors[{n}]", "its product with the matrix is not zero")
    W = rational_rows(evidence["point"], place + ".point", layer.length, layer.filters)
    point = [value for row in W for value in row]
    at_point = []
    for vector in vectors:
        spend(2 * TURN * length)
        values = [Fraction(0)] * length
        for position, polynomial in vector:
            values[position] = _evaluate(polynomial, point)
        at_point.append(values)
    independent(at_point, read_prime(evidence["prime"], place), place)
    return length - len(vectors)


def _polynomial_vector(value: Any, place: str, length: int, variables: int) -> PolynomialVector:
    vector: PolynomialVector = []
    for entry in listed(value, place):
        position, terms = listed(entry, place, 2)
        index(position, place, length)
        if vector and position <= vector[-1][0]:
            raise Reject(place, "the indices do not increase")
        polynomial: Polynomial = {}
        for term in listed(terms, place):
            coefficient, names = listed(term, place, 2)
            monomial = tuple(index(name, place, variables) for name in listed(names, place))
            if monomial != tuple(sorted(monomial)) or monomial in polynomial:
                raise Reject(place, "a monomial is not sorted or occurs twice")
            polynomial[monomial] = rational(coefficient, place)
            if not polynomial[monomial]:
                raise Reject(place, "a coefficient is 0")
        if not polynomial:
            raise Reject(place, "an entry without terms")
        vector.append((position, polynomial))
    return vector


def _nonzero_entries(layer: Layer, side: str) -> list[list[tuple[int, int]]]:
    """U by columns (side right) or rows (left): the list of its (other index, variable)."""
    T = layer.filters
    spend((layer.below + layer.width) * TURN * 10 + VALUE * layer.width * layer.length)
    lines: list[list[tuple[int, int]]] = [
        [] for _ in range(layer.below if side == "left" else layer.width)
    ]
    for h in range(layer.width):
        q, s = layer.neuron(h)
        for r, i in enumerate(layer.patches[q]):
            if i is not None:
                if side == "left":
                    lines[i].append((h, r * T + s))
                else:
                    lines[h].append((i, r * T + s))
    return lines


def _is_annihilated(vector: PolynomialVector, entries: list[list[tuple[int, int]]]) -> bool:
    """Whether U v (side right) or v^T U (side left) is the zero vector of polynomials."""
    product: dict[int, Polynomial] = {}
    for position, polynomial in vector:
        for line, variable in entries[position]:
            total = product.setdefault(line, {})
            spend(
                VALUE + sum(2 * TURN * len(m) + 2 * operation(c, c) for m, c in polynomial.items())
            )
            for monomial, coefficient in polynomial.items():
                key = tuple(sorted((*monomial, variable)))
                total[key] = total.get(key, Fraction(0)) + coefficient
    return not any(value for total in product.values() for value in total.values())


def _evaluate(polynomial: Polynomial, point: list[Fraction]) -> Fraction:
    total = Fraction(0)
    for monomial, coefficient in polynomial.items():
        if sum(size(point[name]) for name in monomial) > NUMBER_BITS:
            raise Decline(f"a number of more than {NUMBER_BITS} bits")
        for name in monomial:
            spend(operation(coefficient, point[name]))
            coefficient = coefficient * point[name]
        spend(operation(total, coefficient))
        total += coefficient
    return total


def relations(problem: Problem, target: Target, evidence: Any, place: str) -> int:
    """u such that F_k or Psi has rank at most u for all parameters."""
    method = evidence.get("method") if isinstance(evidence, dict) else None
    check = {"sample-relations": sample_relations, "unit-relations": unit_relations}
    return check[text(method, place + ".method", list(check))](problem, target, evidence, place)


def sample_relations(problem: Problem, target: Target, evidence: Any, place: str) -> int:
    """Relations of samples: u = N - k, for any number of units.

    In layer k the units of one patch differ only by the names of their parameters, so one filter
    (one in each group) speaks for any number of them.
    """
    fields(evidence, place, "method vectors prime")
    text(evidence["method"], place + ".method", ["sample-relations"])
    vectors = read_vectors(evidence, place, problem.samples)
    over = Formal()
    for line in zip(*_symbolic(problem, target, over, True, place), strict=True):
        vanishing(over, vectors, line, place)
    return problem.samples - len(vectors)


def unit_relations(problem: Problem, target: Target, evidence: Any, place: str) -> int:
    """Relations of the columns: u = columns - k."""
    fields(evidence, place, "method vectors prime")
    text(evidence["method"], place + ".method", ["unit-relations"])
    vectors = read_vectors(evidence, place, target.columns)
    over = Formal()
    for line in _symbolic(problem, target, over, False, place):
        vanishing(over, vectors, line, place)
    return target.columns - len(vectors)


def _symbolic(
    problem: Problem, target: Target, over: Formal, single: bool, place: str
) -> list[list[Value]]:
    """F_k or Psi with a symbol for each parameter; ``single``: of one filter of layer k only."""
    numbers, rows = Formally(over), range(problem.samples)
    if problem.general:
        read = problem.numbers(over)
        inputs: Any = [[read(x) for x in row] for row in problem.inputs]
        problem = replace(problem, inputs=inputs)
    with placed(place):
        if target.what == "features":
            layers = list(problem.layers[: target.layer])
            if single and layers[-1].activation is not None:
                layers[-1] = layers[-1].single()
            symbols = [layer_symbols(over, k, layer) for k, layer in enumerate(layers, 1)]
            columns = range(layers[-1].width)
            return layer_features(problem.inputs, layers, rows, columns, symbols, numbers)
        if target.what == "skip-features":
            columns = range(target.columns)
            return skip_features(problem, rows, columns, skip_symbols(over, problem), numbers)
    raise Reject(place, "relations are evidence about features")


def layer_symbols(over: Formal, k: int, layer: Layer) -> Any:
    """The parameters of layer k as symbols."""
    if layer.activation is None:
        return None
    W: Any = [
        [over.symbol("W", k, r, s) for s in range(layer.filters)] for r in range(layer.length)
    ]
    count = 0 if layer.bias == "none" else layer.filters if layer.bias == "filter" else layer.width
    b: Any = [over.symbol("b", k, j) for j in range(count)]
    return Weights(W, b)


def skip_symbols(over: Formal, problem: Problem) -> SkipWeights:
    groups: Any = {}
    for unit in problem.units:
        groups[unit.group] = [over.symbol("u", unit.group, r) for r in range(len(unit.sources))]
    biases: Any = {u.bias: over.symbol("bias", u.bias) for u in problem.units if u.bias is not None}
    return SkipWeights(groups, biases)
