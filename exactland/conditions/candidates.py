"""Parameters in the interior of a case, level by level: where its rank may be less than full.

Below a level everything is fixed, so the conditions of the level's choices are affine in its own
parameters; strict inequalities between them have a solution or not. Nothing here is evidence.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from fractions import Fraction
from random import Random
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.conditions.cases import Affine, Case, Values, combined, is_variable
from exactland.conditions.wiring import Id, LayerWiring, UnitOf, weight_of
from exactland.errors import ExactlandError
from exactland.functions.pieces import pieces
from exactland.linalg.inequalities import alternative
from exactland.model.chosen_parameters import random_parameters
from exactland.model.parameters import LayerParameters, Parameters, SkipParameters
from exactland.model.problem import Problem

#: How far parameters of one name are moved apart.
SPREADS = (fmpq(1, 16), fmpq(1, 2**10), fmpq(1, 2**20))
BITS = 128


def inside(problem: Problem, case: Case, seed: int) -> Iterator[Parameters]:
    """Parameters in the interior of the case, if they are found."""
    for number, spread in enumerate(SPREADS):
        try:
            found = _inside(problem, case, seed + number, spread)
        except ExactlandError:
            continue
        if found is not None:
            yield found


def _inside(problem: Problem, case: Case, seed: int, spread: fmpq) -> Parameters | None:
    parameters: Any = random_parameters(problem, seed)
    draw = Random(seed)
    for level in sorted({_level(problem, key) for key in case.choices}):
        forms, places = _conditions(problem, case, parameters, level)
        if not forms:
            continue
        point, _ = alternative(forms)
        if point is None:
            return None
        values = {
            place: value + spread * fmpq(draw.randint(-99, 99), 100)
            for name, value in point.items()
            for place in places.get(name, ())
        }
        parameters = _with(parameters, values)
    return parameters  # type: ignore[no-any-return]


def _level(problem: Problem, key: Any) -> int:
    if isinstance(key[0], int):
        return key[0]
    return next(unit.layer for unit in problem.skip.units if unit.id == key[0])


def _conditions(
    problem: Problem, case: Case, parameters: Any, level: int
) -> tuple[list[Affine], dict[Hashable, set[Id]]]:
    """What has to be positive for the choices of a level, and where its parameters are."""
    balls = Balls(BITS)
    values = Values(case.copy(), weight_of(parameters), balls)
    forms: list[Affine] = []
    places: dict[Hashable, set[Id]] = {}
    for key, choice in case.choices.items():
        if _level(problem, key) > level:
            continue
        source = case.wiring.made_of(choice.id)
        if not isinstance(source, UnitOf):
            forms += [form for form in case.copy().conditions(key).values() if is_variable(form)]
            continue
        _note(case, key, choice.id, places)
        if _level(problem, key) < level:
            continue
        z: Affine = {} if source.bias_name is None else {source.bias_name: fmpq(1)}
        with balls.working():
            for entry, name in zip(source.entries, source.names, strict=True):
                z[name] = z.get(name, fmpq(0)) + _middle(values.of(entry))
        piece = pieces(source.activation)[choice.option]
        for end, sign in ((piece.low, 1), (piece.high, -1)):
            if end is not None:
                form = combined(z, {(): end}, fmpq(sign))
                forms += [form] if is_variable(form) else []
    return forms, places


def _note(case: Case, key: Any, id: Id, places: dict[Hashable, set[Id]]) -> None:
    """The places of the parameters of a unit, and of those that are alike in other columns."""
    alike = [id]
    wiring = case.wiring
    if isinstance(wiring, LayerWiring) and id[3] is not None:
        k, i, _, _ = id
        alike = [(k, i, part.neurons[k][key[3]], c) for c, part in wiring.parts.items()]
    for other in alike:
        source: Any = wiring.made_of(other)
        for name, place in zip(source.names, source.places, strict=True):
            places.setdefault(name, set()).add(place)
        if source.bias_name is not None:
            places.setdefault(source.bias_name, set()).add(source.bias_place)


def _middle(ball: Any) -> fmpq:
    value = Fraction(float(ball.mid()))
    return fmpq(value.numerator, value.denominator)


def _with(parameters: Any, values: dict[Id, fmpq]) -> Any:
    """The parameters with other values at some places."""
    if isinstance(parameters, SkipParameters):
        groups = {group: list(u) for group, u in parameters.groups.items()}
        biases = dict(parameters.biases)
        for place, value in values.items():
            if place[0] == "bias":
                biases[place[1]] = value
            else:
                groups[place[1]][place[2]] = value
        return SkipParameters(groups, biases)
    layers = [
        None if p is None else ([list(row) for row in p.W], None if p.b is None else list(p.b))
        for p in parameters
    ]
    for place, value in values.items():
        own: Any = layers[place[0] - 1]
        if place[1] == "b":
            own[1][place[2]] = value
        else:
            own[0][place[2]][place[3]] = value
    return tuple(None if own is None else LayerParameters(*own) for own in layers)
