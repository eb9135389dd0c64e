"""The value of a term at a place: numbers, matrices, points and tuples, over any arithmetic.

A number is what the arithmetic has: a fraction, or an interval that contains it. The forward pass
is made once for each point. What has no value there rejects; what this arithmetic cannot find out
is :class:`Unknown`, which is no rejection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import factorial
from typing import Any, ClassVar

from .activations import Activation
from .canonical import rational
from .expression import evaluate
from .formal import Formal
from .formulas import Formula, is_numeral, kind_of_argument
from .matrices import beside, determinant, part, rank_between, transposed
from .network import (
    Bump,
    Key,
    Pass,
    Rows,
    at_known_points,
    given_parameters,
    loss_along,
    loss_function,
    product,
    shapes,
)  # fmt: skip
from .numbers import Exact, Unknown
from .outcome import Reject
from .problem import Problem
from .proofs.half_lines import limit
from .symbols import symbol_numbers
from .taylor import taylor
from .work import TURN, VALUE, spend


@dataclass(frozen=True)
class Place:
    """Where a term stands: the values of variables, and the point of the parameters."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    point: Pass | None = None

    def bind(self, name: str, value: Any) -> Place:
        spend(VALUE + TURN * len(self.variables))
        return replace(self, variables={**self.variables, name: value})


class Values:
    """Terms of one claim over one arithmetic; ``definitions`` are those of the claim."""

    def __init__(self, problem: Problem, numbers: Exact, definitions: list[Any]) -> None:
        self.problem, self.numbers, self.over = problem, numbers, numbers.over
        self.definitions = {name: (names, body) for name, names, body in definitions}
        self.symbols = symbol_numbers(problem.names, problem.values, self.over)
        #: Points and matrices that were evaluated, with the point at which: so that it stays alive.
        self._points: dict[tuple[str, int], tuple[Pass, Any]] = {}
        self._matrices: dict[tuple[str, int], tuple[Rows, Any]] = {}

    @cached_property
    def given(self) -> Pass:
        """The forward pass at the parameters of the problem."""
        return Pass(self.problem, given_parameters(self.problem, self.over), self.over)

    def _defined(self, term: Formula, place: Place) -> tuple[Formula, Place]:
        """The body of a definition, and where it is evaluated: its arguments, and our point."""
        name, values = (term, []) if isinstance(term, str) else (term[1], term[2:])
        names, body = self.definitions[name]
        inner = Place({}, place.point)
        for argument, value in zip(names, values, strict=True):
            whole = kind_of_argument(argument, "") == "i"
            found = self.integer(value, place) if whole else self.real(value, place)
            inner = inner.bind(argument, found)
        return body, inner

    # Numbers.

    def real(self, term: Formula, place: Place) -> Any:
        """A number of the arithmetic."""
        spend(20 * TURN)
        if is_numeral(term):
            return self.over.number(rational(term, ""))
        if isinstance(term, str) and term in place.variables:
            value = place.variables[term]
            return self.over.number(Fraction(value)) if isinstance(value, int) else value
        if isinstance(term, str) and term in self.problem.names:
            return self._symbol(term)
        if isinstance(term, str) or term[0] == "ref":
            return self.real(*self._defined(term, place))
        head, *arguments = term
        if head in self.INTEGER:
            return self.over.number(Fraction(self.INTEGER[head](self, place, *arguments)))
        return self.REAL[head](self, place, *arguments)

    def _symbol(self, name: str) -> Any:
        if name not in self.symbols:
            raise Unknown("a symbol that has no value")
        return self.symbols[name]

    def integer(self, term: Formula, place: Place) -> int:
        """An integer: exactly, or :class:`Unknown`."""
        spend(3 * TURN)
        if isinstance(term, int):
            return term
        if isinstance(term, str) and isinstance(place.variables.get(term), int):
            return int(place.variables[term])
        value = self.numbers.exactly(self.real(term, place))
        if value is None or value.denominator != 1:
            raise Unknown("an integer that is not known exactly")
        return int(value)

    def _folded(self, place: Place, *terms: Formula, by: str) -> Any:
        first, *rest = (self.real(term, place) for term in terms)
        for value in rest:
            first = getattr(self.over, by)(first, value)
        return first

    def _minus(self, place: Place, x: Formula, y: Formula) -> Any:
        return self.over.add(self.real(x, place), self.over.negative(self.real(y, place)))

    def _power(self, place: Place, x: Formula, n: Formula) -> Any:
        exponent = self.integer(n, place)
        if exponent < 0:
            raise Reject("", "a negative exponent")
        return self.over.power(self.real(x, place), exponent)

    def _call(self, place: Place, function: str, *terms: Formula) -> Any:
        return self.over.call(function, [self.real(term, place) for term in terms])

    def _sum(self, place: Place, name: str, low: Formula, high: Formula, body: Formula) -> Any:
        total = self.over.number(Fraction(0))
        for n in self.span(low, high, place):
            total = self.over.add(total, self.real(body, place.bind(name, n)))
        return total

    def span(self, low: Formula, high: Formula, place: Place) -> range:
        return range(self.integer(low, place), self.integer(high, place) + 1)

    def _activation(self, layer: Formula, place: Place) -> Any:
        if isinstance(layer, list) and layer[0] == "unit":
            sigma = self._unit(layer).activation
        else:
            sigma = self._layer(self.integer(layer, place)).activation
        if sigma is None:
            raise Reject("", "a max-pooling layer has no activation")
        return sigma

    def _derivative(self, function: Any, order: int, value: Any) -> Any:
        """The derivative of this order of an expression at a number."""
        coefficient = taylor(function, value, order, self.over)[order]
        return self.over.multiply(self.over.number(Fraction(factorial(order))), coefficient)

    def _sigma(self, place: Place, layer: Formula, term: Formula, order: Formula = 0) -> Any:
        sigma, n = self._activation(layer, place), self._order(order, place)
        return self._of_activation(sigma, n, self.real(term, place))

    def _of_activation(self, sigma: Activation, n: int, value: Any) -> Any:
        """sigma^(n) of a number; formal values know the function itself only."""
        if sigma.table:
            if n:
                raise Unknown("a derivative of a function of which some values are known")
            return at_known_points(self.problem, sigma, value, self.over)
        if not isinstance(self.over, Formal):
            return self._derivative(sigma.definition, n, value)
        if n:
            raise Unknown("a derivative of an activation, formally")
        return self.over.activate(sigma, value)

    def _loss(self, place: Place, order: Formula, term: Formula) -> Any:
        function, n = loss_function(self.problem), self._order(order, place)
        return self._derivative(function, n, self.real(term, place))

    def _order(self, order: Formula, place: Place) -> int:
        n = self.integer(order, place)
        if not 0 <= n <= ORDERS:
            raise Reject("", f"an order from 0 to {ORDERS} is expected")
        return n

    def _limit(self, place: Place, layer: Formula, side: str) -> Any:
        sigma = self._activation(layer, place)
        if sigma.table:
            raise Unknown("a limit of a function of which some values are known")
        definition = sigma.definition
        end = limit(definition, -1 if side == "-infinity" else 1)
        if end is None:
            raise Unknown("a limit that is not read off the activation")
        if isinstance(end, int):
            raise Reject("", "the limit is not finite")
        return evaluate(end, None, self.over)

    def _entry(self, place: Place, matrix: Formula, i: Formula, j: Formula) -> Any:
        rows = self.matrix(matrix, place)
        row, column = self.integer(i, place), self.integer(j, place)
        _within(row, len(rows), "row")
        _within(column, len(rows[0]), "column")
        return rows[row - 1][column - 1]

    def _extreme(self, place: Place, matrix: Formula, by: str) -> Any:
        first, *rest = (x for row in self.matrix(matrix, place) for x in row)
        for value in rest:
            first = self.over.call(by, [first, value])
        return first

    def _rank(self, place: Place, matrix: Formula) -> Any:
        low, high = rank_between(self.matrix(matrix, place), self.numbers)
        return self.numbers.between(low, high)

    def _norm(self, place: Place, matrix: Formula) -> Any:
        total = self.over.number(Fraction(0))
        for row in self.matrix(matrix, place):
            for x in row:
                total = self.over.add(total, self.over.power(x, 2))
        return self.over.call("sqrt", [total])

    def _singular(self, place: Place, matrix: Formula) -> Any:
        raise Unknown("singular values are enclosed by other evidence")

    def _phi(self, place: Place) -> Any:
        return self.point(place).loss()

    REAL: ClassVar[dict[str, Callable[..., Any]]] = {
        "+": lambda s, p, *terms: s._folded(p, *terms, by="add"),
        "*": lambda s, p, *terms: s._folded(p, *terms, by="multiply"),
        "/": lambda s, p, x, y: s._folded(p, x, y, by="divide"),
        "-": _minus,
        "neg": lambda s, p, x: s.over.negative(s.real(x, p)),
        "^": _power,
        "abs": lambda s, p, x: s._call(p, "abs", x),
        "max": lambda s, p, x, y: s._call(p, "max", x, y),
        "min": lambda s, p, x, y: s._call(p, "min", x, y),
        "call": _call,
        "pi": lambda s, p: s.over.pi(),
        "at": lambda s, p, point, term: s.real(term, s.moved(point, p)),
        "sum": _sum,
        "sigma": _sigma,
        "dsigma": lambda s, p, k, n, x: s._sigma(p, k, x, n),
        "loss": _loss,
        "limit": _limit,
        "entry": _entry,
        "least": lambda s, p, m: s._extreme(p, m, "min"),
        "largest": lambda s, p, m: s._extreme(p, m, "max"),
        "det": lambda s, p, m: determinant(s.matrix(m, p), s.numbers),
        "rank": _rank,
        "norm": _norm,
        "smin": _singular,
        "smax": _singular,
        "Phi": _phi,
    }
    INTEGER: ClassVar[dict[str, Callable[..., int]]] = {
        "N": lambda s, p: s.problem.samples,
        "L": lambda s, p: len(s.problem.layers),
        "skips": lambda s, p: len(s.problem.skips),
        "n": lambda s, p, k: s._width(s.integer(k, p)),
        "patches": lambda s, p, k: len(s._layer(s.integer(k, p)).patches),
        "columns": lambda s, p, m: len(s.matrix(m, p)[0]),
    }

    # Parts of the network.

    def _layer(self, k: int) -> Any:
        _within(k, len(self.problem.layers), "layer")
        return self.problem.layers[k - 1]

    def _width(self, k: int) -> int:
        return len(self.problem.inputs[0]) if k == 0 else int(self._layer(k).width)

    def _unit(self, term: Formula) -> Any:
        spend(TURN * len(self.problem.units))
        found = [unit for unit in self.problem.units if unit.name == term[1]]
        if not found:
            raise Reject("", f"there is no unit {term[1]}")
        return found[0]

    def key(self, term: Formula, place: Place) -> Key:
        """Which matrix of parameters W_k, b_k or V is."""
        if term[0] == "V":
            return "V", 0
        if isinstance(term[1], list) and term[1][0] == "unit":
            unit = self._unit(term[1])  # units that share their weights share the matrix
            return term[0], unit.group if term[0] == "W" else str(unit.bias)
        k = self.integer(term[1], place)
        self._layer(k)
        return term[0], k

    # Points.

    def point(self, place: Place) -> Pass:
        if place.point is None:
            raise Unknown("a point that is not given")
        return place.point

    def moved(self, term: Formula, place: Place) -> Place:
        """The place at a point."""
        return replace(place, point=self.at(term, place))

    def at(self, term: Formula, place: Place) -> Pass:
        """The forward pass at a point; those that are defined are made once."""
        if term == "given":
            return self.given
        if term == "here":
            return self.point(place)
        if isinstance(term, str) and term in self.definitions:
            key = term, id(place.point)
            if key not in self._points:
                self._points[key] = self.at(*self._defined(term, place)), place.point
            return self._points[key][0]
        return Pass(self.problem, self._parameters(term, place), self.over)

    def _parameters(self, term: Formula, place: Place) -> dict[Key, Rows]:
        if term == "zero":
            zero, sizes = self.over.number(Fraction(0)), shapes(self.problem)
            for rows, columns in sizes.values():
                spend(rows * (VALUE + 2 * TURN * columns))
            return {
                key: [[zero] * columns for _ in range(rows)]
                for key, (rows, columns) in sizes.items()
            }
        if isinstance(term, str):
            return dict(self.at(term, place).parameters)
        head, base, *rest = term
        found = self._parameters(base, place)
        if head == "move":
            return self._along(found, rest[0], self._parameters(rest[1], place), place)
        here = self.moved(base, place)
        for target, value in rest:
            key = self.key(target, here)
            found[key] = _shaped(self.matrix(value, here), shapes(self.problem).get(key))
        return found

    def _along(self, start: Any, factor: Formula, step: Any, place: Place) -> dict[Key, Rows]:
        x, over = self.real(factor, place), self.over
        if start.keys() != step.keys():
            raise Reject("", "the points have not the same parameters")
        return {
            key: [
                [over.add(a, over.multiply(x, b)) for a, b in zip(row, other, strict=True)]
                for row, other in zip(rows, step[key], strict=True)
            ]
            for key, rows in start.items()
        }

    def indices(self, term: Formula, size: int, place: Place) -> list[int]:
        """Indices from 0."""
        if isinstance(term, str):
            return self.indices(*self._indices_defined(term, size, place))
        head, *values = term
        if head == "every":
            return list(range(size))
        found: Sequence[int] = [self.integer(value, place) for value in values]
        if head == "to":
            found = range(found[0], found[1] + 1)
        for n in found:
            spend(TURN)
            _within(n, size, "row or column")
        return [n - 1 for n in found]

    def _indices_defined(self, term: str, size: int, place: Place) -> tuple[Formula, int, Place]:
        body, inner = self._defined(term, place)
        return body, size, inner

    # Matrices.

    def matrix(self, term: Formula, place: Place) -> Rows:
        """A matrix by rows."""
        spend(VALUE // 2)
        if isinstance(term, str):
            key = term, id(place.point)
            if key not in self._matrices:
                self._matrices[key] = self.matrix(*self._defined(term, place)), place.point
            return self._matrices[key][0]
        if term[0] == "ref":
            return self.matrix(*self._defined(term, place))
        rows: Rows = self.MATRIX[term[0]](self, place, *term[1:])
        if not rows or not rows[0]:
            raise Reject("", "a matrix without rows or columns")
        spend(2 * TURN * len(rows) * len(rows[0]))
        return rows

    def _each(self, rows: Rows, change: Callable[[Any], Any]) -> Rows:
        return [[change(x) for x in row] for row in rows]

    def _scaled(self, rows: Rows, factor: Any) -> Rows:
        return self._each(rows, lambda x: self.over.multiply(x, factor))

    def _times(self, place: Place, *terms: Formula) -> Rows:
        """Numbers and matrices, from the left."""
        found: Any = None
        for term in terms:
            value = self.either(term, place)
            if found is None:
                found = value
            elif isinstance(found, list) and isinstance(value, list):
                found = product(found, value, self.over)
            elif isinstance(found, list):
                found = self._scaled(found, value)
            elif isinstance(value, list):
                found = self._scaled(value, found)
            else:
                found = self.over.multiply(found, value)
        return list(found)

    def either(self, term: Formula, place: Place) -> Any:
        """A number or a matrix."""
        return self.matrix(term, place) if self.is_matrix(term) else self.real(term, place)

    def is_matrix(self, term: Formula) -> bool:
        """Whether a term that has been read is a matrix."""
        spend(5 * TURN)
        if is_numeral(term) or (isinstance(term, str) and term not in self.definitions):
            return False
        if isinstance(term, str) or term[0] == "ref":
            return self.is_matrix(self.definitions[term if isinstance(term, str) else term[1]][1])
        if term[0] == "at":
            return self.is_matrix(term[2])
        if term[0] in ("+", "-", "*", "neg", "sigma", "dsigma", "loss"):
            return any(map(self.is_matrix, term[1:]))
        return term[0] in self.MATRIX

    def _pairs(self, place: Place, left: Formula, right: Formula, by: str) -> Rows:
        return combined(self.matrix(left, place), self.matrix(right, place), getattr(self.over, by))

    def _added(self, place: Place, *terms: Formula) -> Rows:
        first, *rest = (self.matrix(term, place) for term in terms)
        for rows in rest:
            first = combined(first, rows, self.over.add)
        return first

    def _difference(self, place: Place, left: Formula, right: Formula) -> Rows:
        minus = self._each(self.matrix(right, place), self.over.negative)
        return combined(self.matrix(left, place), minus, self.over.add)

    def _sigma_matrix(self, place: Place, layer: Formula, term: Formula, n: Formula = 0) -> Rows:
        sigma, order = self._activation(layer, place), self._order(n, place)
        rows = self.matrix(term, place)
        return self._each(rows, lambda x: self._of_activation(sigma, order, x))

    def _loss_matrix(self, place: Place, order: Formula, term: Formula) -> Rows:
        function, n = loss_function(self.problem), self._order(order, place)
        rows = self.matrix(term, place)
        return self._each(rows, lambda x: self._derivative(function, n, x))

    def _features(self, place: Place, k: Formula, which: int = 1) -> Rows:
        if isinstance(k, list) and k[0] == "unit":
            return self.point(place).unit(self._unit(k).name)[which]
        number = self.integer(k, place)
        if number == 0 and which:
            return self.given.inputs
        self._layer(number)
        return self.point(place).layer(number)[which]

    def _parameter(self, place: Place, block: str, *layer: Formula) -> Rows:
        return self.point(place).matrix(self.key([block, *layer], place))

    def _layer_matrix(self, place: Place, k: Formula, filters: Formula | None = None) -> Rows:
        number = self.integer(k, place)
        layer, zero = self._layer(number), self.over.number(Fraction(0))
        if layer.activation is None:
            raise Reject("", "a pooling layer has no layer matrix")
        W = self._parameter(place, "W", k) if filters is None else self.matrix(filters, place)
        if len(W) != layer.length:
            raise Reject("", f"filters have {layer.length} rows here, not {len(W)}")
        if len(W[0]) % layer.groups:
            raise Reject("", f"{len(W[0])} filters do not fall into {layer.groups} groups")
        layer = replace(layer, filters=len(W[0]))
        spend(layer.below * (VALUE + 2 * TURN * layer.width) + TURN * layer.width * layer.length)
        rows = [[zero] * layer.width for _ in range(layer.below)]
        for h in range(layer.width):
            q, t = layer.neuron(h)
            for r, i in enumerate(layer.patches[q]):
                if i is not None:
                    rows[i][h] = W[r][t]
        return rows

    def _patch(self, place: Place, k: Formula, p: Formula) -> Rows:
        number, chosen = self.integer(k, place), self.integer(p, place)
        layer, zero = self._layer(number), self.over.number(Fraction(0))
        _within(chosen, len(layer.patches), "patch")
        below = self._features(place, number - 1)
        neurons = layer.patches[chosen - 1]
        return [[zero if i is None else row[i] for i in neurons] for row in below]

    # Derivatives of Phi.

    def _bumps(self, term: Formula, place: Place) -> list[list[Bump]]:
        """A direction for each entry of W, b, U or G of a layer, by rows."""
        block = term[0]
        if block == "V" or not self.problem.layers:
            raise Unknown("derivatives of skip networks")
        k = self.integer(term[1], place)
        layer = self._layer(k)
        if layer.activation is None:
            raise Reject("", "a pooling layer has no parameters")
        if block in ("W", "b"):
            if (block, k) not in shapes(self.problem):
                raise Reject("", f"layer {k} has no biases")
            rows, columns = shapes(self.problem)[block, k]
        else:
            rows = layer.below if block == "U" else self.problem.samples
            columns = layer.width
        spend(VALUE * rows * columns)
        return [[Bump(block, k, r, c) for c in range(columns)] for r in range(rows)]

    def _gradient(self, place: Place, term: Formula) -> Rows:
        point = self.point(place)
        return [
            [loss_along(self.problem, point, [bump], 1)[1] for bump in row]
            for row in self._bumps(term, place)
        ]

    def blocks(self) -> list[Formula]:
        """W_k and b_k of all layers, in the order of dPhi."""
        if not self.problem.layers:
            raise Unknown("derivatives of skip networks")
        return [list(key) for key in shapes(self.problem)]

    def _all_bumps(self, terms: Any, place: Place) -> list[Bump]:
        return [b for term in terms for row in self._bumps(term, place) for b in row]

    def _whole_gradient(self, place: Place) -> Rows:
        point = self.point(place)
        return [
            [loss_along(self.problem, point, [bump], 1)[1]]
            for bump in self._all_bumps(self.blocks(), place)
        ]

    def _hessian(self, place: Place, *terms: Formula) -> Rows:
        """H_ab by the second coefficients along a, b and a + b."""
        bumps, point, over = self._all_bumps(terms, place), self.point(place), self.over
        second = [loss_along(self.problem, point, [bump], 2)[2] for bump in bumps]
        spend(2 * TURN * len(bumps) ** 2)
        rows: Rows = [[None] * len(bumps) for _ in bumps]
        for i, a in enumerate(bumps):
            rows[i][i] = over.add(second[i], second[i])
            for j in range(i):
                both = loss_along(self.problem, point, [a, bumps[j]], 2)[2]
                mixed = over.add(both, over.negative(over.add(second[i], second[j])))
                rows[i][j] = rows[j][i] = mixed
        return rows

    def _table(self, place: Place, *parts: Formula) -> Rows:
        i, rows, j, columns, body = parts
        height, width = self.integer(rows, place), self.integer(columns, place)
        return [
            [self.real(body, place.bind(i, r).bind(j, c)) for c in range(1, width + 1)]
            for r in range(1, height + 1)
        ]

    def _constant(self, place: Place, rows: Formula, columns: Formula) -> Rows:
        one = self.over.number(Fraction(1))
        height, width = self.integer(rows, place), self.integer(columns, place)
        spend(max(height, 0) * (VALUE + 2 * TURN * max(width, 0)))
        return [[one] * width for _ in range(height)]

    def _unit_matrix(self, place: Place, size: Formula) -> Rows:
        n, number = self.integer(size, place), self.over.number
        spend(VALUE * max(n, 0) ** 2)
        return [[number(Fraction(i == j)) for j in range(n)] for i in range(n)]

    def _part(self, place: Place, term: Formula, rows: Formula, columns: Formula) -> Rows:
        whole = self.matrix(term, place)
        chosen = self.indices(rows, len(whole), place), self.indices(columns, len(whole[0]), place)
        return part(whole, *chosen)

    MATRIX: ClassVar[dict[str, Callable[..., Rows]]] = {
        "+": _added,
        "-": _difference,
        "*": _times,
        "neg": lambda s, p, m: s._each(s.matrix(m, p), s.over.negative),
        "at": lambda s, p, point, term: s.matrix(term, s.moved(point, p)),
        "sigma": _sigma_matrix,
        "dsigma": lambda s, p, k, n, m: s._sigma_matrix(p, k, m, n),
        "loss": _loss_matrix,
        "X": lambda s, p: s.given.inputs,
        "Y": lambda s, p: s._targets(),
        "F": _features,
        "G": lambda s, p, k: s._features(p, k, 0),
        "U": _layer_matrix,
        "W": lambda s, p, k: s._parameter(p, "W", k),
        "b": lambda s, p, k: s._parameter(p, "b", k),
        "V": lambda s, p: s._parameter(p, "V"),
        "M": _layer_matrix,
        "patch": _patch,
        "Psi": lambda s, p: s.point(p).skips(),
        "grad": _gradient,
        "dPhi": _whole_gradient,
        "ddPhi": lambda s, p: s._hessian(p, *s.blocks()),
        "hess": _hessian,
        "matrix": lambda s, p, *rows: [[s.real(x, p) for x in row] for row in rows],
        "table": _table,
        "T": lambda s, p, m: transposed(s.matrix(m, p)),
        "o": lambda s, p, a, b: s._pairs(p, a, b, "multiply"),
        "part": _part,
        "beside": lambda s, p, *terms: beside([s.matrix(term, p) for term in terms]),
        "ones": _constant,
        "I": _unit_matrix,
    }

    def _targets(self) -> Rows:
        if self.problem.targets is None:
            raise Reject("problem.data", "the claim speaks of targets, and there are none")
        read = self.problem.numbers(self.over)
        return [[read(y) for y in row] for row in self.problem.targets]


#: Derivatives up to this order are evaluated.
ORDERS = 1000


def _within(n: int, size: int, what: str) -> None:
    if not 1 <= n <= size:
        raise Reject("", f"there is no {what} {n}: they are counted from 1 to {size}")


def _shaped(rows: Rows, size: tuple[int, int] | None) -> Rows:
    if size != (len(rows), len(rows[0])):
        raise Reject("", f"a {len(rows)} x {len(rows[0])} matrix where the network has {size}")
    return rows


def combined(left: Rows, right: Rows, by: Callable[[Any, Any], Any]) -> Rows:
    """Two matrices of one size, entry by entry."""
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        raise Reject("", "the matrices have different sizes")
    return [
        [by(x, y) for x, y in zip(row, other, strict=True)]
        for row, other in zip(left, right, strict=True)
    ]
