"""Named facts: for each name of the signature how it is decided, True, False or None."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Any

from .activations import Activation
from .expression import Variable, evaluate
from .intervals import Intervals
from .jets import Jets, variable
from .outcome import Decline, NotRational, Reject
from .piecewise import is_rising, smoothness
from .proofs.comparisons import growth
from .proofs.half_lines import limit
from .proofs.losses import TABLE as RESIDUAL_LOSSES
from .proofs.network import PROPERTIES, has_finite_limits, is_increasing
from .proofs.shapes import constant_sign
from .properties import degree, is_analytic, is_polynomial
from .rationals import Rationals, dot
from .work import TURN, VALUE, longest, operations, spend

if TYPE_CHECKING:
    from .values import Place, Values

Answer = bool | None
#: Largest degree at which a polynomial is asked whether it is affine.
DEGREE = 200
#: Steps of the search for a hyperplane.
UPDATES = 2000


def holds(values: Values, place: Place, name: str, arguments: tuple[Any, ...]) -> Answer:
    """Whether a named fact holds of a layer, a unit, the data or the loss."""
    if name in ACTIVATIONS:
        sigma = values._activation(arguments[0], place)
        spend(VALUE + TURN // 5 * len(sigma.key))
        if sigma.table:  # nothing is known of it but some values
            return None
        return ACTIVATIONS[name](sigma, json.loads(sigma.key), *arguments[1:])
    if name in LAYERS:
        return LAYERS[name](values._layer(values.integer(arguments[0], place)))
    if name in OTHERS and not values.problem.general:  # these compare rational numbers
        return OTHERS[name](values, place, *arguments)
    return None


def _or_none(found: bool) -> Answer:
    """What is not shown is not known."""
    return True if found else None


def _property(name: str) -> Callable[[Activation, Any], Answer]:
    return lambda sigma, value: _or_none(PROPERTIES[name](sigma, value))


def _named(sigma: Activation, value: Any, name: str) -> Answer:
    if isinstance(value, dict) and "expr" in value:
        return None
    return bool((value["name"] if isinstance(value, dict) else value) == name)


def _affine(sigma: Activation, value: Any) -> Answer:
    """A polynomial of degree d is affine if it is on more than d points, in a line."""
    if not is_polynomial(sigma.definition) or degree(sigma.definition) > DEGREE:
        return None
    try:
        count = degree(sigma.definition) + 3
        points = [evaluate(sigma.definition, Fraction(n), Rationals()) for n in range(count)]
    except NotRational:
        return None
    return len({y - x for x, y in pairwise(points)}) == 1


def _nonzero_somewhere(sigma: Activation, value: Any) -> Answer:
    """Its derivative at one of a few points is told apart from 0."""
    over = Intervals(256)
    for n in (1, -1, 3, -3, 0):
        try:
            at = over.number(Fraction(n, 2))
            slope = evaluate(sigma.definition, variable(at, 1, over), Jets(over, 1))[1]
        except (Reject, Decline):
            continue
        if over.sign(slope):
            return True
    return None


def _kink(sigma: Activation, order: int) -> bool:
    """Whether Taylor series from the left and from the right differ at one of a few points, up to
    this order: then there is no derivative of this order."""
    for n in POINTS:
        start = variable(Fraction(n), order, Rationals())
        try:
            left, right = (
                evaluate(sigma.definition, start, Jets(Rationals(), order, side))
                for side in (-1, 1)
            )
        except (NotRational, Reject, Decline):
            continue
        if left != right:
            return True
    return False


def _smooth(order: float) -> Callable[[Activation, Any], Answer]:
    """Analytic functions have every derivative; a kink shows that one is missing. Piecewise
    rational functions are decided."""

    def answer(sigma: Activation, value: Any) -> Answer:
        if is_analytic(sigma.definition):
            return True
        known = smoothness(sigma.definition)
        if known is not None:
            return known >= order
        return False if _kink(sigma, int(min(order, 3))) else None

    return answer


def _increasing(sigma: Activation, value: Any) -> Answer:
    """As the form shows; or not, because of two values in the wrong order."""
    if is_increasing(sigma, value):
        return True
    known = is_rising(sigma.definition)
    if known is not None:
        return known
    over, before = Intervals(256), None
    for n in range(-16, 17):
        try:
            found = evaluate(sigma.definition, over.number(Fraction(n, 2)), over)
        except (Reject, Decline):
            continue
        # An interval of one point is that number: so ReLU has the same value twice.
        falls = before is not None and found[1] < before[0]
        if falls or (before == found and found[0] == found[1]):
            return False
        before = found
    return None


#: Where kinks are looked for.
POINTS = (0, 1, -1, 3, -3, 6)
#: Facts about an activation, which is given with its JSON.
ACTIVATIONS: dict[str, Callable[..., Answer]] = {
    "continuous": _property("continuous"),
    "differentiable": _smooth(1),
    "smooth": _smooth(1),
    "analytic": _smooth(inf),
    "increasing": _increasing,
    "monotone": lambda sigma, value: _or_none(is_increasing(sigma, value)),
    "not-constant": _property("non-constant"),
    "bounded": _property("bounded"),
    "linear-growth": lambda sigma, value: _or_none(growth(value, "") is not None),
    "one-sided-limit": lambda sigma, value: _or_none(
        has_finite_limits(sigma)
        and any(constant_sign(limit(sigma.definition, side)) == 0 for side in (-1, 1))
    ),
    "some-slope": _nonzero_somewhere,
    "affine": _affine,
    "is-identity": lambda sigma, value: _or_none(isinstance(sigma.definition, Variable)),
    "named": _named,
}

LAYERS: dict[str, Callable[[Any], Answer]] = {
    "dense": lambda layer: _dense(layer),
    "convolutional": lambda layer: _of_the_papers(layer, layer.activation is not None),
    "pooling": lambda layer: _of_the_papers(layer, layer.kind == "max-pooling"),
    "own-biases": lambda layer: _own_biases(layer),
    "no-biases": lambda layer: layer.bias == "none",
    "covers": lambda layer: _covers(layer),
}


def _of_the_papers(layer: Any, kind: bool) -> Answer:
    """Groups and padding are in no definition of the papers: then nothing is said."""
    return None if kind and layer.foreign is not None else kind


def _dense(layer: Any) -> Answer:
    """Whether a convolution all of whose patches are the whole layer is dense, is left open."""
    if layer.kind == "dense":
        return True
    whole = all({*patch} - {None} == {*range(layer.below)} for patch in layer.patches)
    return None if whole else False


def _own_biases(layer: Any) -> Answer:
    """Those of filters are the neurons' own where there is one place."""
    if layer.activation is None or layer.bias == "none":
        return False
    return bool(layer.bias == "neuron" or layer.width == layer.filters)


def _covers(layer: Any) -> Answer:
    spend(5 * TURN * sum(map(len, layer.patches)))
    read = {i for patch in layer.patches for i in patch if i is not None}
    sets = {frozenset(i for i in patch if i is not None) for patch in layer.patches}
    return len(read) == layer.below and len(sets) == len(layer.patches)


def _skip_biases(values: Values, place: Place) -> Answer:
    units = {unit.name: unit.bias for unit in values.problem.units}
    spend(10 * TURN * len(units))
    every = Counter(units.values())
    own = (units[name] for name in values.problem.skips)
    return all(bias is not None and every[bias] == 1 for bias in own)


def _skip_inputs(values: Values, place: Place) -> Answer:
    """What a unit of inputs only reads differs from sample to sample."""
    for unit in values.problem.units:
        sources = [source for source in unit.sources if isinstance(source, int)]
        if len(sources) == len(unit.sources):
            spend(VALUE * len(values.problem.inputs))
            seen = {tuple(row[source] for source in sources) for row in values.problem.inputs}
            if len(seen) < values.problem.samples:
                return False
    return True


def _skip_limits(values: Values, place: Place) -> Answer:
    """N skip units are bounded with limit 0 at -infinity; or N are softplus, with a way back."""
    units = {unit.name: unit for unit in values.problem.units}
    bounded = paths = 0
    for unit in (units[name] for name in values.problem.skips):
        named = json.loads(unit.activation.key)
        if (named.get("name") if isinstance(named, dict) else named) == "softplus":
            paths += _has_way_back(unit, units, values)
        elif has_finite_limits(unit.activation):
            bounded += constant_sign(limit(unit.activation.definition, -1)) == 0
    samples = values.problem.samples
    if len(values.problem.skips) < samples:
        return False
    return _or_none(max(bounded, paths) >= samples)


def _has_way_back(start: Any, units: dict[str, Any], values: Values) -> bool:
    """Down to a unit of inputs only, past no other skip unit and no weights of one."""
    others = {name for name in values.problem.skips if name != start.name}
    groups = {units[name].group for name in others}
    waiting, seen = [start], set()
    while waiting:
        spend(VALUE)
        unit = waiting.pop()
        if unit.name in seen or unit.name in others or unit.group in groups:
            continue
        seen.add(unit.name)
        below = [units[source] for source in unit.sources if isinstance(source, str)]
        if not below:
            return True
        waiting += below
    return False


def _separable(values: Values, place: Place, k: Any) -> Answer:
    """A hyperplane for each class by the perceptron, which finds one where there is one."""
    classes = _classes(values)
    if classes is None:
        return None
    rows = [[values.numbers.exactly(x) for x in row] for row in values._features(place, k)]
    if any(x is None for row in rows for x in row):
        return None
    spend(VALUE * len(classes) * len(set(classes)))
    found = [_halved(rows, [1 if c == own else -1 for c in classes]) for own in set(classes)]
    return _or_none(all(found))


def _classes(values: Values) -> list[int] | None:
    """The class of each sample: as given, or with one output the sign of its target."""
    data, targets = values.problem.document["data"], values.problem.targets
    if "classes" in data:
        return list(data["classes"])
    if targets is not None and len(targets[0]) == 1 and all(y for (y,) in targets):
        return [int(y > 0) for (y,) in targets]
    return None


def _halved(rows: list[list[Any]], signs: list[int]) -> bool:
    """Whether a hyperplane is found with each row on its side."""
    normal = [Fraction(0)] * (len(rows[0]) + 1)
    for _ in range(UPDATES):
        wrong = next(
            (
                (row, sign)
                for row, sign in zip(rows, signs, strict=True)
                if sign * dot(normal, [*row, Fraction(1)]) <= 0
            ),
            None,
        )
        if wrong is None:
            return True
        spend(operations(2 * len(normal), longest(normal), longest(wrong[0])))
        normal = [a + wrong[1] * x for a, x in zip(normal, [*wrong[0], 1], strict=True)]
    return False


#: Losses with l'' >= 0: 2, 1, 2 (1 + t^2/d^2)^(-3/2), and the pieces 2 and 0 of the hinge.
CONVEX = ("squared", "half-squared", "pseudo-huber", "squared-hinge")

OTHERS: dict[str, Callable[..., Answer]] = {
    "skip-biases": _skip_biases,
    "skip-inputs": _skip_inputs,
    "skip-limits": _skip_limits,
    "well-formed": lambda values, place: bool(values.problem.units),
    "skip-analytic": lambda values, place: _or_none(
        all(
            is_analytic(unit.activation.definition)
            and is_increasing(unit.activation, json.loads(unit.activation.key))
            for unit in values.problem.units
        )
    ),
    "separable": _separable,
    "loss-named": lambda values, place, name: values.problem.loss and _loss_name(values) == name,
    "smooth-loss": lambda values, place: _loss(values),
    "convex-loss": lambda values, place: _or_none(_loss_name(values) in CONVEX),
    # Of each residual loss of the table l'(t)/t > 0 for t != 0.
    "stationary-loss": lambda values, place: _or_none(_loss_name(values) in RESIDUAL_LOSSES),
    "one-sided-loss": lambda values, place: _or_none(_loss_name(values) == "squared-hinge"),
}


def _loss_name(values: Values) -> str:
    return str(values.problem.loss).partition("(")[0]


def _loss(values: Values) -> Answer:
    from .network import loss_function

    return _or_none(is_analytic(loss_function(values.problem)))
