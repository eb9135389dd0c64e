"""Terms of the language over the package's arithmetics: numbers, and matrices as lists of rows.

The checker has an evaluator of its own; the two share the reader of formulas and nothing else. Here
gradients run backwards (NH17, Lemma 2.1), ranks are flint's, and features come from the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import excludes_zero, is_zero, lower, upper
from exactland.checker.formulas import Formula, is_numeral, kind_of_argument
from exactland.checker.printer import phrase
from exactland.errors import InputError, LimitError, NotDifferentiableError
from exactland.functions.activations import Activation
from exactland.functions.expression import Expression, evaluate
from exactland.functions.facts import continuously_differentiable, limits
from exactland.functions.taylor import derivatives
from exactland.model.backward import LayerGradient, gradients, loss_value
from exactland.model.forward import (
    feature_matrix,
    pre_activation_matrix,
    skip_feature_matrix,
    unit_pre_activation,
    unit_values,
)
from exactland.model.layers import Convolution, Dense, Layer, Pooling
from exactland.model.parameters import LayerNumbers, SkipNumbers
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork, Unit

Rows = list[list[Any]]
#: The parameters of a point: an entry a layer, or those of a skip network.
Point = tuple[LayerNumbers | None, ...] | SkipNumbers
#: Derivatives up to this order are evaluated.
ORDERS = 1000


#: Integers of one span a..b, and entries of one matrix that a claim makes, are at most so many.
LARGEST = 100_000


class OpenError(LimitError):
    """The value is not found by evaluation: nothing is known."""


def require_small(size: int, what: str) -> None:
    """LimitError for what is too large to be gone through, or written out."""
    if size > LARGEST:
        raise LimitError(
            "claim", f"{what} would be {size}, more than {LARGEST}", "ask of less at a time"
        )


def opened(what: str) -> OpenError:
    return OpenError("claim", f"{what} is not evaluated")


@dataclass(frozen=True)
class Place:
    """Where a term stands: variables with their values, and the point."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    point: Point | None = None

    def bind(self, name: str, value: Any) -> Place:
        return replace(self, variables={**self.variables, name: value})


class Terms:
    """The terms of one claim over one arithmetic."""

    def __init__(self, problem: Problem, arithmetic: Arithmetic, definitions: list[Any]) -> None:
        self.problem, self.arithmetic = problem, arithmetic
        self.definitions = {name: (names, body) for name, names, body in definitions}
        self._cache: dict[tuple[Any, ...], Any] = {}

    def number(self, value: Any) -> Any:
        """A rational number in the arithmetic."""
        return self.arithmetic.number(fmpq(value))

    def __call__(self, term: Formula, place: Place) -> Any:
        """The value of a term: a number, or a matrix as a list of rows."""
        if is_numeral(term):
            return self.number(rational(term))
        if isinstance(term, str) and term in place.variables:
            value = place.variables[term]
            return self.number(value) if isinstance(value, int) else value
        if isinstance(term, str) or term[0] == "ref":
            return self._remembered(term, place)
        value = VALUES[term[0]](self, place, *term[1:])
        if isinstance(value, list) and not (value and value[0]):
            raise InputError("claim", "a matrix has no rows or no columns")
        return value

    def _remembered(self, term: Formula, place: Place) -> Any:
        """The value of a definition; without arguments it is evaluated once for each point."""
        body, inner = self.defined(term, place)
        if not isinstance(term, str):
            return self(body, inner)
        key = (term, id(place.point))
        if key not in self._cache:
            # The point is kept with the value, so that its id stays its own.
            self._cache[key] = self(body, inner), place.point
        return self._cache[key][0]

    def defined(self, term: Formula, place: Place) -> tuple[Formula, Place]:
        """The body of a definition, and the place where it is evaluated."""
        name, values = (term, []) if isinstance(term, str) else (term[1], term[2:])
        names, body = self.definitions[name]
        inner = Place({}, place.point)
        for argument, value in zip(names, values, strict=True):
            whole = kind_of_argument(argument, "") == "i"
            inner = inner.bind(argument, (self.integer if whole else self)(value, place))
        return body, inner

    def integer(self, term: Formula, place: Place) -> int:
        """An integer, exactly."""
        if isinstance(term, str) and isinstance(place.variables.get(term), int):
            return int(place.variables[term])
        value = self(term, place)
        low, high = lower(value), upper(value)
        if low is None or low != high or low.q != 1:
            raise opened("an integer that is not known exactly")
        return int(low.p)

    def span(self, low: Formula, high: Formula, place: Place) -> range:
        first, last = self.integer(low, place), self.integer(high, place)
        require_small(last - first + 1, f"the integers of {phrase(low)}..{phrase(high)}")
        return range(first, last + 1)

    # The network.

    def layer(self, k: int) -> Layer:
        self.within(k, self.problem.sequential.depth, "layer")
        return self.problem.sequential.layer(k)

    def within(self, n: int, size: int, what: str) -> None:
        if not 1 <= n <= size:
            raise InputError("claim", f"there is no {what} {n}", f"count from 1 to {size}")

    def unit(self, term: Formula) -> Unit:
        return self.problem.skip.unit(term[1])

    def activation(self, term: Formula, place: Place) -> Activation:
        """The activation of a layer or a unit."""
        if is_unit(term):
            return self.unit(term).activation
        found = self.layer(self.integer(term, place))
        if isinstance(found, Pooling):
            raise InputError("claim", "a pooling layer has no activation")
        return found.activation  # type: ignore[attr-defined, no-any-return]

    def point(self, term: Formula, place: Place) -> Point:
        """The parameters of a point in the arithmetic."""
        if term == "here":
            return self.here(place)
        if isinstance(term, str) and term in self.definitions:
            body, inner = self.defined(term, place)
            key = (term, id(place.point))
            if key not in self._cache:
                self._cache[key] = self.point(body, inner), place.point
            found: Point = self._cache[key][0]
            return found
        if isinstance(term, str):
            return self._given() if term == "given" else self._zero()
        base = self.point(term[1], place)
        if term[0] == "move":
            return self._moved(base, self(term[2], place), self.point(term[3], place))
        here = replace(place, point=base)
        for target, value in term[2:]:
            base = self._changed(base, target, self(value, here), here)
        return base

    def here(self, place: Place) -> Point:
        if place.point is None:
            raise opened("a point that is not given")
        return place.point

    def _given(self) -> Point:
        key = ("given",)
        if key not in self._cache:
            self._cache[key] = self._numbers(self.problem.parameters)
        found: Point = self._cache[key]
        return found

    def _numbers(self, parameters: Any) -> Point:
        if isinstance(self.problem.network, SkipNetwork):
            if parameters is None:
                raise InputError("parameters", "the network has none", "give them")
            groups = {name: list(map(self.number, u)) for name, u in parameters.groups.items()}
            biases = {name: self.number(b) for name, b in parameters.biases.items()}
            return SkipNumbers(groups, biases)
        return tuple(
            None
            if entry is None
            else LayerNumbers(
                [list(map(self.number, row)) for row in entry.W],
                None if entry.b is None else list(map(self.number, entry.b)),
            )
            for entry in parameters or [None] * self.problem.sequential.depth
        )

    def _zero(self) -> Point:
        zero = self.number(0)
        if isinstance(self.problem.network, SkipNetwork):
            lengths = self.problem.skip.weight_lengths
            groups = {name: [zero] * length for name, length in lengths.items()}
            return SkipNumbers(groups, dict.fromkeys(self.problem.skip.bias_names, zero))
        entries: list[LayerNumbers | None] = []
        for k in range(1, self.problem.sequential.depth + 1):
            layer, below = self.problem.sequential.layer(k), self.problem.widths[k - 1]
            if not layer.has_parameters():
                entries.append(None)
                continue
            W = [[zero] * layer.filter_count() for _ in range(layer.filter_length(below))]
            entries.append(LayerNumbers(W, [zero] * layer.bias_length(below) or None))
        return tuple(entries)

    def _changed(self, base: Point, target: Formula, value: Rows, place: Place) -> Point:
        if target[0] == "V":
            raise opened("V of a skip network")
        if isinstance(base, SkipNumbers):
            return self._changed_unit(base, target, value)
        k = self.integer(target[1], place)
        layer, below = self.layer(k), self.problem.widths[k - 1]
        entry = base[k - 1] or LayerNumbers([], None)
        if not layer.has_parameters() or (target[0] == "b" and not layer.bias_length(below)):
            raise InputError("claim", f"layer {k} has no {target[0]}")
        rows = layer.filter_length(below) if target[0] == "W" else 1
        columns = layer.filter_count() if target[0] == "W" else layer.bias_length(below)
        if (len(value), len(value[0])) != (rows, columns):
            size = f"{len(value)} x {len(value[0])}"
            raise InputError("claim", f"{target[0]}_{k} is {rows} x {columns}, not {size}")
        new = replace(entry, W=value) if target[0] == "W" else replace(entry, b=value[0])
        return (*base[: k - 1], new, *base[k:])

    def _changed_unit(self, base: SkipNumbers, target: Formula, value: Rows) -> Point:
        unit = self.unit(target[1])
        length = len(unit.sources) if target[0] == "W" else 1
        if (len(value), len(value[0])) != (length, 1):
            raise InputError("claim", f"{target[0]} of unit {unit.id} is {length} x 1")
        if target[0] == "W":
            return replace(base, groups={**base.groups, unit.group: [x for (x,) in value]})
        if unit.bias is None:
            raise InputError("claim", f"unit {unit.id} has no bias")
        return replace(base, biases={**base.biases, unit.bias: value[0][0]})

    def _moved(self, base: Point, factor: Any, step: Point) -> Point:
        if isinstance(base, SkipNumbers) or isinstance(step, SkipNumbers):
            raise opened("a moved skip network")

        def along(a: Sequence[Any], b: Sequence[Any]) -> list[Any]:
            return [x + factor * y for x, y in zip(a, b, strict=True)]

        entries: list[LayerNumbers | None] = []
        for one, other in zip(base, step, strict=True):
            if one is None or other is None:
                if one is not other:
                    raise InputError("claim", "the points have not the same parameters")
                entries.append(None)
                continue
            b = None if one.b is None else along(one.b, other.b or ())
            entries.append(
                LayerNumbers([along(r, s) for r, s in zip(one.W, other.W, strict=True)], b)
            )
        return tuple(entries)

    def indices(self, term: Formula, size: int, place: Place) -> list[int]:
        """Indices from 0 of a tuple."""
        if isinstance(term, str):
            return self.indices(*self._body(term, place, size))
        head, *values = term
        if head == "every":
            return list(range(size))
        if head == "to":
            found = list(self.span(values[0], values[1], place))
        else:
            found = [self.integer(value, place) for value in values]
        for n in found:
            self.within(n, size, "row or column")
        return [n - 1 for n in found]

    def _body(self, term: str, place: Place, size: int) -> tuple[Formula, int, Place]:
        body, inner = self.defined(term, place)
        return body, size, inner

    def gradients(self, place: Place, lowest: int = 1) -> tuple[LayerGradient, ...]:
        """The gradients at the point from layer ``lowest`` on, each made once."""
        here = self.here(place)
        key = ("gradients", lowest, id(here))
        if key not in self._cache:
            made = gradients(self.problem, self.arithmetic, here, lowest=lowest)
            if isinstance(self.arithmetic, Balls):
                self._require_slopes(here, lowest)
            self._cache[key] = made, here
        found: tuple[LayerGradient, ...] = self._cache[key][0]
        return found

    def _require_slopes(self, here: Point, lowest: int) -> None:
        """A ball around a kink encloses the slopes of both sides: there may be no derivative."""
        for k in range(lowest, self.problem.sequential.depth + 1):
            layer = self.layer(k)
            if not isinstance(layer, (Convolution, Dense)):
                continue
            if continuously_differentiable(layer.activation).holds:
                continue
            sigma = layer.activation.definition
            pre = pre_activation_matrix(self.problem, k, self.arithmetic, here)
            for t in (t for row in self.arithmetic.rows(pre) for t in row):
                try:
                    self.at_order(sigma, 1, t)
                except NotDifferentiableError:
                    raise opened("a derivative near a kink") from None

    def at_order(self, function: Expression | None, n: int, value: Any) -> Any:
        """The n-th derivative of an expression, of each entry."""
        if not 0 <= n <= ORDERS:
            raise InputError("claim", f"there is no derivative of order {n} here", "see the limits")
        if function is None:
            raise opened("a derivative of a function without an expression")

        def one(x: Any) -> Any:
            if n == 0:
                return evaluate(function, x, self.arithmetic)
            return derivatives(function, x, n + 1, self.arithmetic)[n]

        return each(value, one)


def rational(term: Formula) -> fmpq:
    """The number that a numeral is."""
    if isinstance(term, int):
        return fmpq(term)
    top, _, bottom = term.partition("/")
    return fmpq(int(top, 0), int(bottom, 0) if bottom else 1)


def is_unit(term: Formula) -> bool:
    return isinstance(term, list) and bool(term) and term[0] == "unit"


def each(value: Any, function: Callable[[Any], Any]) -> Any:
    """A function of a number, or of each entry of a matrix."""
    if isinstance(value, list):
        return [[function(x) for x in row] for row in value]
    return function(value)


def both(left: Any, right: Any, function: Callable[[Any, Any], Any]) -> Any:
    """A function of two numbers, or of the entries of two matrices of one size."""
    if not isinstance(left, list):
        return function(left, right)
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        raise InputError("claim", "the matrices have different sizes")
    pairs = zip(left, right, strict=True)
    return [[function(x, y) for x, y in zip(a, b, strict=True)] for a, b in pairs]


def _product(terms: Terms, place: Place, *factors: Formula) -> Any:
    def times(left: Any, right: Any) -> Any:
        if not isinstance(left, list):
            return each(right, lambda x: left * x)
        if not isinstance(right, list):
            return each(left, lambda x: x * right)
        if len(left[0]) != len(right):
            raise InputError("claim", "the sizes of two factors do not fit")
        return terms.arithmetic.rows(terms.arithmetic.multiply(left, right))

    return reduce(times, (terms(factor, place) for factor in factors))


def _quotient(terms: Terms, place: Place, x: Formula, y: Formula) -> Any:
    divisor = terms(y, place)
    if excludes_zero(divisor) is False:
        raise InputError("claim", "a division by zero")
    if excludes_zero(divisor) is None:
        raise opened("a quotient whose divisor may be zero")
    return terms(x, place) / divisor


def _power(terms: Terms, place: Place, x: Formula, n: Formula) -> Any:
    exponent = terms.integer(n, place)
    if exponent < 0:
        raise InputError("claim", "a negative exponent", "divide instead")
    return terms.arithmetic.power(terms(x, place), exponent)


def _sum(terms: Terms, place: Place, name: str, low: Formula, high: Formula, body: Formula) -> Any:
    values = (terms(body, place.bind(name, n)) for n in terms.span(low, high, place))
    return reduce(lambda x, y: x + y, values, terms.number(0))


def _sigma(terms: Terms, place: Place, layer: Formula, x: Formula) -> Any:
    sigma = terms.activation(layer, place)
    return each(terms(x, place), lambda t: sigma.value(t, terms.arithmetic))


def _slope(terms: Terms, place: Place, layer: Formula, n: Formula, x: Formula) -> Any:
    sigma = terms.activation(layer, place)
    return terms.at_order(sigma.definition, terms.integer(n, place), terms(x, place))


def _loss(terms: Terms, place: Place, n: Formula, x: Formula) -> Any:
    loss = terms.problem.loss
    if loss is None or loss.residual is None:
        raise InputError("loss", "it is no sum of l(F - Y)", "use squared, cauchy, ...")
    return terms.at_order(loss.residual, terms.integer(n, place), terms(x, place))


def _limit(terms: Terms, place: Place, layer: Formula, side: str) -> Any:
    end = limits(terms.activation(layer, place))[side == "+infinity"]
    if end is None:
        raise opened("a limit that is not known")
    if not end.is_finite or end.value is None:
        raise InputError("claim", "the limit is not finite")
    return evaluate(end.value, terms.number(0), terms.arithmetic)


def _entry(terms: Terms, place: Place, matrix: Formula, i: Formula, j: Formula) -> Any:
    rows, row, column = terms(matrix, place), terms.integer(i, place), terms.integer(j, place)
    terms.within(row, len(rows), "row")
    terms.within(column, len(rows[0]), "column")
    return rows[row - 1][column - 1]


def _extreme(terms: Terms, place: Place, matrix: Formula, by: str) -> Any:
    entries = [x for row in terms(matrix, place) for x in row]
    return reduce(lambda x, y: terms.arithmetic.call(by, x, y), entries)


def _determinant(terms: Terms, place: Place, matrix: Formula) -> Any:
    rows = terms(matrix, place)
    if len(rows) != len(rows[0]):
        raise InputError("claim", "the determinant of a matrix that is not square")
    return (arb_mat if isinstance(terms.arithmetic, Balls) else fmpq_mat)(rows).det()


def _rank(terms: Terms, place: Place, matrix: Formula) -> Any:
    rows = terms(matrix, place)
    if not isinstance(terms.arithmetic, Balls):
        return terms.number(fmpq_mat(rows).rank())
    return terms.number(ball_rank(rows))


def ball_rank(rows: Rows) -> int:
    """The rank, where balls show it: full rank by elimination, and lower rank of exact entries."""
    rest, rank = [list(row) for row in rows], 0
    columns = list(range(len(rows[0])))
    while rest and columns:
        found = [(i, j) for i, row in enumerate(rest) for j in columns if excludes_zero(row[j])]
        if not found:
            break
        i, j = max(found, key=lambda at: abs(rest[at[0]][at[1]].mid()))
        pivot = rest.pop(i)
        columns.remove(j)
        rest = [
            [x - row[j] / pivot[j] * y for x, y in zip(row, pivot, strict=True)] for row in rest
        ]
        rank += 1
    full = rank == min(len(rows), len(rows[0]))
    if not full and not all(is_zero(row[j]) for row in rest for j in columns):
        raise opened("a rank that balls do not show")
    return rank


def _norm(terms: Terms, place: Place, matrix: Formula) -> Any:
    squares = [x * x for row in terms(matrix, place) for x in row]
    total = reduce(lambda x, y: x + y, squares)
    if isinstance(total, arb) and total.contains(0):
        # It is not negative, whatever the ball has beside it.
        return arb(0).union(total.abs_upper().sqrt())
    return terms.arithmetic.call("sqrt", total)


def _closed(what: str) -> Callable[..., Any]:
    def refuse(terms: Terms, place: Place, *rest: Formula) -> Any:
        raise opened(what)

    return refuse


def _targets(terms: Terms, place: Place) -> Rows:
    if terms.problem.data.targets is None:
        raise InputError("data", "there are no targets", "give data.targets")
    return [list(map(terms.number, row)) for row in terms.problem.data.targets]


def _inputs(terms: Terms, place: Place) -> Rows:
    return [list(map(terms.number, row)) for row in terms.problem.data.inputs]


def _features(terms: Terms, place: Place, k: Formula) -> Rows:
    if is_unit(k):
        unit = terms.unit(k).id
        values = unit_values(terms.problem, terms.arithmetic, terms.here(place), [unit])
        return terms.arithmetic.rows(values[unit])
    number = terms.integer(k, place)
    if number == 0:
        return _inputs(terms, place)
    terms.layer(number)
    found = feature_matrix(terms.problem, number, terms.arithmetic, terms.here(place))
    return terms.arithmetic.rows(found)


def _pre_activations(terms: Terms, place: Place, k: Formula) -> Rows:
    if is_unit(k):
        found = unit_pre_activation(
            terms.problem, terms.arithmetic, terms.here(place), terms.unit(k).id
        )
        return terms.arithmetic.rows(found)
    number = terms.integer(k, place)
    if isinstance(terms.layer(number), Pooling):
        return _features(terms, place, k)
    found = pre_activation_matrix(terms.problem, number, terms.arithmetic, terms.here(place))
    return terms.arithmetic.rows(found)


def _parameters(terms: Terms, place: Place, k: Formula, which: str) -> Rows:
    here = terms.here(place)
    if isinstance(here, SkipNumbers):
        unit = terms.unit(k)
        if which == "W":
            return [[x] for x in here.groups[unit.group]]
        if unit.bias is None:
            raise InputError("claim", f"unit {unit.id} has no bias")
        return [[here.biases[unit.bias]]]
    number = terms.integer(k, place)
    terms.layer(number)
    entry = here[number - 1]
    found = None if entry is None else entry.W if which == "W" else entry.b and [entry.b]
    if found is None:
        raise InputError("claim", f"the point has no {which}_{number}")
    return [list(row) for row in found]


def _layer_matrix(terms: Terms, place: Place, k: Formula, filters: Formula | None = None) -> Rows:
    number = terms.integer(k, place)
    layer = terms.layer(number)
    W = _parameters(terms, place, k, "W") if filters is None else terms(filters, place)
    if isinstance(layer, Pooling):
        raise InputError("claim", "a pooling layer has no layer matrix")
    below = terms.problem.widths[number - 1]
    if len(W) != layer.filter_length(below):
        raise InputError("claim", f"filters of layer {number} have other lengths")
    groups = layer.groups if isinstance(layer, Convolution) else 1
    if len(W[0]) % groups:
        raise InputError("claim", f"{len(W[0])} filters do not fall into {groups} groups")
    return spread(W, patches_of(layer, below), below, terms.number(0), groups)


def patches_of(layer: Layer, below: int) -> Sequence[Sequence[int | None]]:
    """The patches of a layer; a dense layer has one."""
    found = getattr(layer, "patches", None)
    return [range(below)] if found is None else found


def spread(
    W: Rows, patches: Sequence[Sequence[int | None]], below: int, zero: Any, groups: int = 1
) -> Rows:
    """M(W): column p T + t has filter t on patch p; with groups, those of a group on its patch."""
    each = len(W[0]) // groups
    rows = [[zero] * (len(patches) * each) for _ in range(below)]
    for q, patch in enumerate(patches):
        first = q % groups * each
        for r, neuron in enumerate(patch):
            if neuron is not None:
                rows[neuron][q * each : (q + 1) * each] = W[r][first : first + each]
    return rows


def _patch(terms: Terms, place: Place, k: Formula, p: Formula) -> Rows:
    number, chosen = terms.integer(k, place), terms.integer(p, place)
    patches = patches_of(terms.layer(number), terms.problem.widths[number - 1])
    terms.within(chosen, len(patches), "patch")
    below, zero = _features(terms, place, number - 1), terms.number(0)
    return [[zero if i is None else row[i] for i in patches[chosen - 1]] for row in below]


def _skip_features(terms: Terms, place: Place) -> Rows:
    found = skip_feature_matrix(terms.problem, terms.arithmetic, terms.here(place))
    return terms.arithmetic.rows(found)


def _gradient(terms: Terms, place: Place, block: Formula) -> Rows:
    if block[0] == "V" or is_unit(block[1]):
        raise opened("a derivative of a skip network")
    k = terms.integer(block[1], place)
    terms.layer(k)
    found = terms.gradients(place, k)[0]
    which = {
        "W": found.d_weights,
        "b": found.d_bias,
        "U": found.d_layer_matrix,
        "G": found.delta,
    }[block[0]]
    if which is None:
        raise InputError("claim", f"layer {k} has no {block[0]}")
    return terms.arithmetic.rows(which)


def _whole_gradient(terms: Terms, place: Place) -> Rows:
    column = []
    for found in terms.gradients(place):
        for matrix in (found.d_weights, found.d_bias):
            if matrix is not None:
                column += [[x] for row in terms.arithmetic.rows(matrix) for x in row]
    return column


def _phi(terms: Terms, place: Place) -> Any:
    return loss_value(terms.problem, terms.arithmetic, terms.here(place))


def _table(terms: Terms, place: Place, *parts: Formula) -> Rows:
    i, height, j, width, body = parts
    rows, columns = terms.span(1, height, place), terms.span(1, width, place)
    require_small(len(rows) * len(columns), "the entries of a table")
    return [[terms(body, place.bind(i, r).bind(j, c)) for c in columns] for r in rows]


def _part(terms: Terms, place: Place, term: Formula, rows: Formula, columns: Formula) -> Rows:
    whole = terms(term, place)
    chosen = terms.indices(columns, len(whole[0]), place)
    return [[whole[i][j] for j in chosen] for i in terms.indices(rows, len(whole), place)]


def _beside(terms: Terms, place: Place, *parts: Formula) -> Rows:
    found = [terms(part, place) for part in parts]
    if len({len(rows) for rows in found}) != 1:
        raise InputError("claim", "matrices of different heights stand side by side")
    return [[x for row in rows for x in row] for rows in zip(*found, strict=True)]


def _filled(terms: Terms, place: Place, rows: Formula, columns: Formula) -> Rows:
    one, height, width = terms.number(1), terms.integer(rows, place), terms.integer(columns, place)
    require_small(max(height, 0) * max(width, 0), "the entries of a matrix of ones")
    return [[one] * width for _ in range(height)]


def _unit_matrix(terms: Terms, place: Place, size: Formula) -> Rows:
    n = terms.integer(size, place)
    require_small(max(n, 0) ** 2, f"the entries of I_{n}")
    return [[terms.number(i == j) for j in range(n)] for i in range(n)]


def _width(terms: Terms, place: Place, k: Formula) -> Any:
    number, widths = terms.integer(k, place), terms.problem.widths
    if not 0 <= number < len(widths):
        raise InputError("claim", f"there is no layer {number}")
    return terms.number(widths[number])


def _count_patches(terms: Terms, place: Place, k: Formula) -> Any:
    number = terms.integer(k, place)
    layer = terms.layer(number)
    return terms.number(len(patches_of(layer, terms.problem.widths[number - 1])))


def _folded(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def fold(terms: Terms, place: Place, *parts: Formula) -> Any:
        return reduce(lambda x, y: both(x, y, function), (terms(part, place) for part in parts))

    return fold


def _called(name: str) -> Callable[..., Any]:
    return lambda terms, place, *parts: terms.arithmetic.call(
        name, *(terms(part, place) for part in parts)
    )


#: The value of each head, a function of the terms, the place and the arguments.
VALUES: dict[str, Callable[..., Any]] = {
    "+": _folded(lambda x, y: x + y),
    "-": _folded(lambda x, y: x - y),
    "o": _folded(lambda x, y: x * y),
    "*": _product,
    "/": _quotient,
    "neg": lambda terms, place, x: each(terms(x, place), lambda t: -t),
    "^": _power,
    "abs": _called("abs"),
    "max": _called("max"),
    "min": _called("min"),
    "call": lambda terms, place, name, x: terms.arithmetic.call(name, terms(x, place)),
    "pi": lambda terms, place: terms.arithmetic.pi(),
    "at": lambda terms, place, point, x: terms(x, replace(place, point=terms.point(point, place))),
    "sum": _sum,
    "sigma": _sigma,
    "dsigma": _slope,
    "limit": _limit,
    "loss": _loss,
    "entry": _entry,
    "least": lambda terms, place, m: _extreme(terms, place, m, "min"),
    "largest": lambda terms, place, m: _extreme(terms, place, m, "max"),
    "det": _determinant,
    "rank": _rank,
    "norm": _norm,
    "smin": _closed("a singular value"),
    "smax": _closed("a singular value"),
    "columns": lambda terms, place, m: terms.number(len(terms(m, place)[0])),
    "N": lambda terms, place: terms.number(terms.problem.data.samples),
    "L": lambda terms, place: terms.number(terms.problem.sequential.depth),
    "n": _width,
    "patches": _count_patches,
    "skips": lambda terms, place: terms.number(len(terms.problem.skip.skips)),
    "Phi": _phi,
    "X": _inputs,
    "Y": _targets,
    "F": _features,
    "G": _pre_activations,
    "U": _layer_matrix,
    "W": lambda terms, place, k: _parameters(terms, place, k, "W"),
    "b": lambda terms, place, k: _parameters(terms, place, k, "b"),
    "M": _layer_matrix,
    "patch": _patch,
    "Psi": _skip_features,
    "V": _closed("V of a skip network"),
    "grad": _gradient,
    "dPhi": _whole_gradient,
    "ddPhi": _closed("a Hessian"),
    "hess": _closed("a Hessian"),
    "matrix": lambda terms, place, *rows: [[terms(x, place) for x in row] for row in rows],
    "table": _table,
    "T": lambda terms, place, m: [list(c) for c in zip(*terms(m, place), strict=True)],
    "part": _part,
    "beside": _beside,
    "ones": _filled,
    "I": _unit_matrix,
}
