"""A case: which piece some activations use, and which entry some maxima are (section 6.3).

Values are evaluated one by one; one that needs a choice which the case does not say extends the
case by the first option. What is affine in the parameters gives conditions, which may contradict
each other, and leaves no choice where a value is the same for all parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.wiring import Average, Id, Input, Largest, Source, UnitOf, Wiring
from exactland.errors import ExactlandError, NotExactError
from exactland.functions.expression import evaluate
from exactland.functions.pieces import Piece, pieces
from exactland.functions.properties import written_polynomial

#: An affine function of named parameters; the constant has the name ().
Affine = dict[Hashable, fmpq]


@dataclass(frozen=True)
class Choice:
    """Which of the options is taken for a value: numbers of pieces, or places in a patch.

    ``used``: something was concluded from it.
    """

    id: Id
    options: tuple[int, ...]
    chosen: int = 0
    used: bool = False

    @property
    def option(self) -> int:
        return self.options[self.chosen]


class Case:
    """The choices so far, in the order in which they came up."""

    def __init__(self, wiring: Wiring, choices: dict[Hashable, Choice] | None = None) -> None:
        self.wiring = wiring
        self.choices: dict[Hashable, Choice] = dict(choices or {})

    def copy(self) -> Case:
        return Case(self.wiring, self.choices)

    def option(self, id: Id, source: Source) -> int:
        """The option of a value; the case is extended by the first one if it says none."""
        key = self.wiring.key(id)
        if key not in self.choices:
            self.choices[key] = Choice(id, self._options(source))
        return self._taken(key)

    def _taken(self, key: Hashable) -> int:
        choice = self.choices[key]
        if not choice.used:
            self.choices[key] = choice = replace(choice, used=True)
        return choice.option

    def _options(self, source: Source) -> tuple[int, ...]:
        if isinstance(source, UnitOf):
            own = pieces(source.activation)
            z = self.pre_activation(source)
            if z is not None and not is_variable(z):
                at = z.get((), fmpq(0))
                known = tuple(n for n, piece in enumerate(own) if piece.has(at))
                return known[:1] or tuple(range(len(own)))
            return tuple(range(len(own)))
        if not isinstance(source, Largest):
            raise TypeError(type(source).__name__)
        forms = [self.form(entry) for entry in source.entries]
        return tuple(n for n in range(len(forms)) if not _is_exceeded(n, forms))

    def pre_activation(self, unit: UnitOf) -> Affine | None:
        """What the activation is applied to, if that is seen to be affine in the parameters."""
        total: Affine = {} if unit.bias_name is None else {unit.bias_name: fmpq(1)}
        for entry, name in zip(unit.entries, unit.names, strict=True):
            value = self.form(entry)
            if value is None or is_variable(value):
                return None
            accumulate(total, {name: fmpq(1)}, value.get((), fmpq(0)))
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
                    accumulate(total, own, fmpq(1, divisor))
                return total
            case Largest(entries):
                known = self._known(id, source)
                return None if known is None else self.form(entries[known])
            case UnitOf():
                return self._of_unit(id, source)

    def _known(self, id: Id, source: Source) -> int | None:
        """The option of a value if there is no choice, or it has been made."""
        key = self.wiring.key(id)
        if key in self.choices:
            return self._taken(key)
        options = self._options(source)
        return options[0] if len(options) == 1 else None

    def _of_unit(self, id: Id, unit: UnitOf) -> Affine | None:
        z = self.pre_activation(unit)
        number = self._known(id, unit)
        if z is None or number is None:
            return None
        definition = pieces(unit.activation)[number].expression
        found = written_polynomial(definition)
        if found is not None and len(found) <= 2:
            constant, slope = (*found, fmpq(0), fmpq(0))[:2]
            total: Affine = {(): constant} if constant != 0 else {}
            accumulate(total, z, slope)
            return total
        if is_variable(z):
            return None
        try:
            return {(): evaluate(definition, z.get((), fmpq(0)), RATIONALS)}
        except NotExactError:
            return None

    def conditions(self, key: Hashable) -> dict[int, Affine]:
        """What is >= 0 in this case by one of its choices, where it is affine in the parameters.

        For a piece: 0, beyond its lower end, and 1, below its upper end. For a maximum: the number
        of another entry, which is not larger.
        """
        self._taken(key)
        choice = self.choices[key]
        source = self.wiring.made_of(choice.id)
        found: dict[int, Affine] = {}
        if isinstance(source, UnitOf):
            z = self.pre_activation(source)
            piece = pieces(source.activation)[choice.option]
            for side, end, sign in ((0, piece.low, 1), (1, piece.high, -1)):
                if z is not None and end is not None:
                    found[side] = combined(z, {(): end}, fmpq(sign))
        elif isinstance(source, Largest):
            forms = [self.form(entry) for entry in source.entries]
            largest = forms[choice.option]
            for n, other in enumerate(forms):
                if n != choice.option and largest is not None and other is not None:
                    found[n] = combined(largest, other, fmpq(1))
        return found

    def walk(self, id: Id, weight: Callable[[Id], fmpq], seen: set[Id]) -> None:
        """Extend the case by what a value depends on, as its evaluation does."""
        if id in seen:
            return
        seen.add(id)
        source = self.wiring.made_of(id)
        if isinstance(source, Largest):
            self.walk(source.entries[self.option(id, source)], weight, seen)
        elif isinstance(source, Average):
            for entry in source.entries:
                self.walk(entry, weight, seen)
        elif isinstance(source, UnitOf):
            for entry, place in zip(source.entries, source.places, strict=True):
                if weight(place) != 0:
                    self.walk(entry, weight, seen)
            self.option(id, source)

    def next(self) -> bool:
        """Go on from the last choice with an open option; False if all cases have been seen."""
        while self.choices:
            key, choice = next(reversed(self.choices.items()))
            if choice.used and choice.chosen + 1 < len(choice.options):
                self.choices[key] = replace(choice, chosen=choice.chosen + 1, used=False)
                return True
            del self.choices[key]
        return False


def is_variable(form: Affine) -> bool:
    return any(name != () for name in form)


def accumulate(total: Affine, form: Affine, factor: fmpq) -> None:
    for name, c in form.items():
        value = total.get(name, fmpq(0)) + factor * c
        if value != 0:
            total[name] = value
        else:
            total.pop(name, None)


def combined(x: Affine, y: Affine, sign: fmpq) -> Affine:
    """sign (x - y)"""
    total: Affine = {}
    accumulate(total, x, sign)
    accumulate(total, y, -sign)
    return total


def _is_exceeded(n: int, forms: Sequence[Affine | None]) -> bool:
    """Whether another entry is larger everywhere, or equal and earlier."""
    for m, other in enumerate(forms):
        mine = forms[n]
        if m == n or other is None or mine is None:
            continue
        gap = combined(other, mine, fmpq(1))
        if not is_variable(gap) and (gap.get((), fmpq(0)) > 0 or (not gap and m < n)):
            return True
    return False


class Values:
    """The values of one case at parameters, over any arithmetic."""

    def __init__(self, case: Case, weight: Callable[[Id], fmpq], arithmetic: Arithmetic) -> None:
        self.case, self.weight, self.arithmetic = case, weight, arithmetic
        self.known: dict[Id, Any] = {}

    def of(self, id: Id) -> Any:
        if id not in self.known:
            self.known[id] = self._value(id, self.case.wiring.made_of(id))
        return self.known[id]

    def _value(self, id: Id, source: Source) -> Any:
        number = self.arithmetic.number
        match source:
            case Input(value):
                return number(value)
            case Largest(entries):
                return self.of(entries[self.case.option(id, source)])
            case Average(entries, divisor):
                share = number(fmpq(1, divisor))
                return sum((self.of(entry) * share for entry in entries), number(fmpq(0)))
            case UnitOf():
                place = source.bias_place
                z = number(fmpq(0) if place is None else self.weight(place))
                for entry, at in zip(source.entries, source.places, strict=True):
                    w = self.weight(at)
                    if w != 0:
                        z = z + self.of(entry) * number(w)
                piece = pieces(source.activation)[self.case.option(id, source)]
                return _activated(piece, z, self.arithmetic)


def _activated(piece: Piece, z: Any, arithmetic: Arithmetic) -> Any:
    """The value as the checker finds it: over Q by the text of the piece, and at 0 formally."""
    if arithmetic is not RATIONALS:
        return piece.activation.value(z, arithmetic)
    try:
        return evaluate(piece.expression, z, RATIONALS)
    except ExactlandError:
        if z != 0:
            raise
        return piece.activation.value(z, RATIONALS)
