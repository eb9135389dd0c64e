"""Full rank for almost all parameters, case by case (section 6.3).

A case says which piece some activations use, and which entry some maxima are. The evidence is a
list of leaves of a tree of cases, depth first: each has a minor of full size that is not 0 at the
witness, evaluated value by value; a value that needs a choice which the case does not say extends
the case by the first option. Or the conditions of the case, where these are affine in the
parameters, contradict each other. After a leaf the last choice that it used goes on to its next
option; when there is none left, all cases have been seen.

Why this is enough. At every parameter all values belong to one of the finitely many patterns. What
one pattern makes of the matrix is analytic where every pre-activation is in the window of its
piece, an open interval that contains the piece and 0. These parameters are a connected set: scale
the parameters of the last layer to 0, then those of the layer below, and so on; all values of a
layer are scaled with them. The witness is in this set for each pattern, so a minor that is not 0
there is not 0 almost everywhere on it, whatever the values that it does not depend on.

With shared columns: for almost all parameters below, the values of one column of each pattern span
a space of dimension r, so r columns with any patterns can be chosen one after the other, each
outside the span of those before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .bounds import Target, lower_bound
from .canonical import distinct_indices, fields, listed, natural, rational
from .expression import evaluate
from .forward import Enclosed, Exact
from .intervals import Intervals, enclose
from .limits import PATTERNS
from .outcome import Decline, NotRational, Reject, placed
from .pieces import Piece, Table, line
from .problem import Problem
from .properties import is_analytic, is_analytic_between
from .rationals import Rationals
from .wiring import Average, Id, Input, Largest, Layers, Source, Unit, Units
from .work import TURN, VALUE, spend

#: The windows reach this far beyond the pieces and 0.
MARGIN = Fraction(1, 8)
#: Fractional bits of the enclosures that keep the witness in the windows.
BITS = 256
#: An affine function of named parameters; the constant has the name ().
Affine = dict[Hashable, Fraction]


@dataclass
class _Choice:
    """Which of the options is taken for a value: numbers of pieces, or places in a patch."""

    id: Id
    options: list[int]
    chosen: int = 0
    #: Whether something was concluded from the option that is chosen.
    used: bool = False

    @property
    def option(self) -> int:
        return self.options[self.chosen]


class Case:
    """The choices so far, in the order in which they came up."""

    def __init__(self, wiring: Layers | Units, table: Table) -> None:
        self.wiring, self.table = wiring, table
        self.choices: dict[Hashable, _Choice] = {}

    def option(self, id: Id, source: Source) -> int:
        """The option of a value; the case is extended by the first one if it says none."""
        key = self.wiring.key(id)
        if key not in self.choices:
            spend(10 * VALUE)
            self.choices[key] = _Choice(id, self._options(source))
        return self._taken(self.choices[key])

    def _taken(self, choice: _Choice) -> int:
        choice.used = True
        return choice.option

    def _options(self, source: Source) -> list[int]:
        if isinstance(source, Unit):
            pieces = self.table.of(source.activation)
            z = self.pre_activation(source)
            if z is not None and not _is_variable(z):
                return [n for n, piece in enumerate(pieces) if piece.has(z.get((), Fraction(0)))][
                    :1
                ]
            return list(range(len(pieces)))
        if not isinstance(source, Largest):
            raise Reject("", "a value without a choice")
        forms = [self.form(entry) for entry in source.entries]
        return [n for n in range(len(forms)) if not _is_exceeded(n, forms)]

    def pre_activation(self, unit: Unit) -> Affine | None:
        """What the activation is applied to, if that is seen to be affine in the parameters."""
        total: Affine = {} if unit.bias_name is None else {unit.bias_name: Fraction(1)}
        for entry, name in zip(unit.entries, unit.names, strict=True):
            value = self.form(entry)
            if value is None or _is_variable(value):
                return None
            _accumulate(total, {name: Fraction(1)}, value.get((), Fraction(0)))
        return total

    def form(self, id: Id) -> Affine | None:
        """A value as an affine function of the parameters, if the case is seen to make it one."""
        source = self.wiring.made_of(id)
        match source:
            case Input(value):
                return {(): value}
            case Average(entries, divisor):
                total: Affine = {}
                for entry in entries:
                    own = self.form(entry)
                    if own is None:
                        return None
                    _accumulate(total, own, Fraction(1, divisor))
                return total
            case Largest(entries):
                known = self._known(id, source)
                return None if known is None else self.form(entries[known])
            case Unit():
                return self._of_unit(id, source)

    def _known(self, id: Id, source: Source) -> int | None:
        """The option of a value if there is no choice, or it has been made."""
        choice = self.choices.get(self.wiring.key(id))
        if choice is not None:
            return self._taken(choice)
        options = self._options(source)
        return options[0] if len(options) == 1 else None

    def _of_unit(self, id: Id, unit: Unit) -> Affine | None:
        z = self.pre_activation(unit)
        number = self._known(id, unit)
        if z is None or number is None:
            return None
        node = self.table.of(unit.activation)[number].activation.definition
        found = line(node)
        if found is not None:
            total: Affine = {(): found[0]} if found[0] else {}
            _accumulate(total, z, found[1])
            return total
        if _is_variable(z):
            return None
        try:
            return {(): evaluate(node, z.get((), Fraction(0)), Rationals())}
        except NotRational:
            return None

    def conditions(self, number: int) -> dict[int, Affine]:
        """What is >= 0 in this case by one of its choices, where it is affine in the parameters.

        For a piece: 0, beyond its lower end, and 1, below its upper end. For a maximum: the number
        of another entry, which is not larger.
        """
        choice = list(self.choices.values())[number]
        self._taken(choice)
        source = self.wiring.made_of(choice.id)
        found: dict[int, Affine] = {}
        if isinstance(source, Unit):
            z = self.pre_activation(source)
            piece = self.table.of(source.activation)[choice.option]
            for side, end, sign in ((0, piece.low, 1), (1, piece.high, -1)):
                if z is not None and end is not None:
                    found[side] = _combined(z, {(): end}, Fraction(sign))
        elif isinstance(source, Largest):
            forms = [self.form(entry) for entry in source.entries]
            largest = forms[choice.option]
            for n, other in enumerate(forms):
                if n != choice.option and largest is not None and other is not None:
                    found[n] = _combined(largest, other, Fraction(1))
        return found

    def walk(self, id: Id, seen: set[Id]) -> None:
        """Extend the case by what a value depends on, as its evaluation does."""
        if id in seen:
            return
        seen.add(id)
        spend(VALUE)
        source = self.wiring.made_of(id)
        if isinstance(source, Largest):
            self.walk(source.entries[self.option(id, source)], seen)
        elif not isinstance(source, Input):
            weights = source.weights if isinstance(source, Unit) else [1] * len(source.entries)
            for entry, w in zip(source.entries, weights, strict=True):
                if w:
                    self.walk(entry, seen)
            if isinstance(source, Unit):
                self.option(id, source)

    def next(self) -> bool:
        """Go on from the last choice with an open option; False if all cases have been seen.

        A choice of which no leaf below its option made use is none: what was shown holds whatever
        is chosen there.
        """
        while self.choices:
            key, choice = next(reversed(self.choices.items()))
            if choice.used and choice.chosen + 1 < len(choice.options):
                choice.chosen, choice.used = choice.chosen + 1, False
                return True
            del self.choices[key]
        return False


def _is_variable(form: Affine) -> bool:
    return any(name != () for name in form)


def _accumulate(total: Affine, form: Affine, factor: Fraction) -> None:
    spend(len(form) * 5 * TURN)
    for name, c in form.items():
        value = total.get(name, Fraction(0)) + factor * c
        if value:
            total[name] = value
        else:
            total.pop(name, None)


def _combined(x: Affine, y: Affine, sign: Fraction) -> Affine:
    """sign (x - y)"""
    total: Affine = {}
    _accumulate(total, x, sign)
    _accumulate(total, y, -sign)
    return total


def _is_exceeded(n: int, forms: list[Affine | None]) -> bool:
    """Whether another entry is larger everywhere, or equal and earlier."""
    for m, other in enumerate(forms):
        mine = forms[n]
        if m == n or other is None or mine is None:
            continue
        gap = _combined(other, mine, Fraction(1))
        if not _is_variable(gap) and (gap.get((), 0) > 0 or (not gap and m < n)):
            return True
    return False


class _Values:
    """The values of one case at the witness, as numbers of ``forward``."""

    def __init__(self, case: Case, numbers: Any) -> None:
        self.case, self.numbers = case, numbers
        self.known: dict[Id, Any] = {}

    def of(self, id: Id) -> Any:
        if id not in self.known:
            self.known[id] = self._value(id, self.case.wiring.made_of(id))
        return self.known[id]

    def _value(self, id: Id, source: Source) -> Any:
        spend(VALUE)
        match source:
            case Input(value):
                return self.numbers.constant(value)
            case Largest(entries):
                return self.of(entries[self.case.option(id, source)])
            case Average(entries, divisor):
                vector = self._vector(entries)
                return self.numbers.average(vector, range(len(entries)), divisor)
            case Unit():
                pairs = zip(source.entries, source.weights, strict=True)
                used = [(entry, w) for entry, w in pairs if w]
                vector = self._vector([entry for entry, _ in used])
                weights = self.numbers.weights([w for _, w in used])
                z = self.numbers.affine(vector, weights, source.bias)
                piece = self.case.table.of(source.activation)[self.case.option(id, source)]
                return self.numbers.activate(piece.activation, z)

    def _vector(self, entries: Any) -> Any:
        sources = [self.case.wiring.made_of(entry) for entry in entries]
        exact = [source.value for source in sources if isinstance(source, Input)]
        if len(exact) == len(sources):
            return self.numbers.start(exact)
        return self.numbers.vector([self.of(entry) for entry in entries])


def every_case(
    problem: Problem, target: Target, parameters: Any, evidence: Any, place: str
) -> None:
    """Reject unless the matrix has full rank for almost all parameters by these leaves."""
    columns = _columns(evidence["columns"], target, place)
    shared = evidence["shared"]
    if not isinstance(shared, bool):
        raise Reject(place + ".shared", "it is not true or false")
    table = Table()
    with placed(place):
        wiring: Layers | Units
        if target.what == "features":
            wiring = Layers(problem, target, parameters, columns if shared else ())
        elif target.what == "skip-features" and not shared:
            wiring = Units(problem, parameters)
        else:
            raise Reject("", "cases are evidence about features")
        _require_windows(problem, target, wiring, table)
    case = Case(wiring, table)
    leaves = listed(evidence["patterns"], place + ".patterns")
    for number, leaf in enumerate(leaves):
        here = f"{place}.patterns[{number}]"
        if number >= PATTERNS:
            raise Decline(f"more than {PATTERNS} cases")
        if isinstance(leaf, dict) and leaf.get("method") == "impossible":
            _require_impossible(case, target, columns, leaf, here)
        else:
            part = _part(case, columns, here)
            found = lower_bound(problem, target, parameters, leaf, here, part)
            if found != target.full:
                raise Reject(here, "the rank is not full")
        if not case.next():
            if number + 1 != len(leaves):
                raise Reject(place + ".patterns", f"there are {number + 1} cases")
            return
    raise Reject(place + ".patterns", "there are more cases")


def _columns(value: Any, target: Target, place: str) -> list[int]:
    columns = [natural(c, place + ".columns", 0, target.columns - 1) for c in value or ()]
    if columns != sorted(set(columns)) or len(columns) < target.full:
        raise Reject(place + ".columns", "they are not increasing, or too few")
    return columns


def _part(
    case: Case, columns: list[int], place: str
) -> Callable[[list[int], list[int], Any], list[list[Any]]]:
    """The entries of a leaf, as ``lower_bound`` asks for them."""

    def part(rows: list[int], wanted: list[int], numbers: Exact | Enclosed) -> list[list[Any]]:
        if not set(wanted) <= set(columns):
            raise Reject(place, "a column that is not among those of the cases")
        values = _Values(case, numbers)
        return [[values.of(case.wiring.entry(i, c)) for c in wanted] for i in rows]

    return part


def _require_impossible(
    case: Case, target: Target, columns: list[int], leaf: Any, place: str
) -> None:
    """The conditions of the case hold on a null set at most.

    A sum of conditions with positive factors is a constant K. If K < 0 they never hold together; if
    K = 0 each of them holds as an equation only, and one that is not constant is one on a null set.
    """
    fields(leaf, place, "method rows columns combination")
    rows = distinct_indices(leaf["rows"], place + ".rows", target.rows)
    wanted = distinct_indices(leaf["columns"], place + ".columns", target.columns)
    if not set(wanted) <= set(columns):
        raise Reject(place, "a column that is not among those of the cases")
    with placed(place):
        seen: set[Id] = set()
        for i in rows:
            for c in wanted:
                case.walk(case.wiring.entry(i, c), seen)
    total: Affine = {}
    proper = False
    keys = list(case.choices)
    for entry in listed(leaf["combination"], place + ".combination"):
        at, side, value = listed(entry, place + ".combination", 3)
        number = natural(at, place, 0, len(keys) - 1) if keys else -1
        factor = rational(value, place)
        if number < 0 or factor <= 0:
            raise Reject(place, "a condition that is not there, or a factor that is not positive")
        condition = case.conditions(number).get(natural(side, place))
        if condition is None:
            raise Reject(place, "a condition that is not affine in the parameters")
        proper = proper or _is_variable(condition)
        _accumulate(total, condition, factor)
    constant = total.get((), Fraction(0))
    if _is_variable(total) or not (constant < 0 or (constant == 0 and proper)):
        raise Reject(place, "the conditions do not contradict each other")


# --- Windows -------------------------------------------------------------------------------------


def _is_narrow(piece: Piece) -> bool:
    """Whether the window of a piece is not the line; Reject if there is none."""
    node = piece.activation.definition
    if is_analytic(node):
        return False
    low = None if piece.low is None else min(piece.low, Fraction(0)) - MARGIN
    high = None if piece.high is None else max(piece.high, Fraction(0)) + MARGIN
    if not is_analytic_between(node, low, high):
        raise Reject("", "a piece is not shown to be analytic on it and near 0")
    return True


def _require_windows(
    problem: Problem, target: Target, wiring: Layers | Units, table: Table
) -> None:
    """All pre-activations of pieces with narrow windows are at most MARGIN, in every pattern."""
    if isinstance(wiring, Units):
        activations = [unit.activation for unit in problem.units]
    else:
        activations = [a for layer in wiring.layers if (a := layer.activation) is not None]
    narrow = {
        activation.key
        for activation in activations
        if any([_is_narrow(piece) for piece in table.of(activation)])
    }
    if not narrow:
        return
    layers_of: dict[str, set[int]] = {}
    for unit in problem.units:
        if unit.bias is not None:
            layers_of.setdefault(unit.bias, set()).add(unit.layer)
    if any(len(found) > 1 for found in layers_of.values()):
        raise Reject("", "a bias belongs to units of several layers")  # not scaled layer by layer
    hulls = _Hulls(wiring, table, narrow)
    for i in range(problem.samples):
        for c in range(target.columns):
            hulls.of(wiring.plain(i, c))


class _Hulls:
    """Intervals that contain a value at the witness in every pattern."""

    def __init__(self, wiring: Layers | Units, table: Table, narrow: set[str]) -> None:
        self.wiring, self.table, self.narrow = wiring, table, narrow
        self.over, self.known = Intervals(BITS), dict[Id, Any]()

    def of(self, id: Id) -> Any:
        if id not in self.known:
            self.known[id] = self._hull(self.wiring.made_of(id))
        return self.known[id]

    def _hull(self, source: Source) -> Any:
        spend(VALUE)
        if isinstance(source, Input):
            return self.over.number(source.value)
        own = [self.of(entry) for entry in source.entries]
        if isinstance(source, Largest):
            return min(low for low, _ in own), max(high for _, high in own)
        if isinstance(source, Average):
            return self._sum(own, [Fraction(1, source.divisor)] * len(own), Fraction(0))
        z = self._sum(own, source.weights, source.bias)
        if source.activation.key in self.narrow:
            limit = enclose(MARGIN, BITS)[0]
            if z[0] < -limit or z[1] > limit:
                raise Reject("", "the witness is not shown to be in the windows of the pieces")
        values = [
            evaluate(piece.activation.definition, z, self.over)
            for piece in self.table.of(source.activation)
        ]
        return min(low for low, _ in values), max(high for _, high in values)

    def _sum(self, values: Any, weights: Any, bias: Fraction) -> Any:
        total = self.over.number(bias)
        for value, w in zip(values, weights, strict=True):
            total = self.over.add(total, self.over.multiply(value, self.over.number(w)))
        return total
