"""Named facts over the package: what ``functions.facts`` and the network say."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import inf
from operator import mul
from typing import Any

import numpy as np
from flint import fmpq

from exactland.claims.evaluate import Place, Terms, opened, patches_of
from exactland.functions import facts, piecewise
from exactland.functions.activations import Activation
from exactland.functions.facts import limits
from exactland.functions.properties import Fact, analytic
from exactland.functions.signs import polynomial
from exactland.model.layers import Dense, Layer, MaxPooling
from exactland.model.losses import RESIDUAL_LOSSES
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

Answer = bool | None
#: Rounds of the search for a hyperplane, and the denominator of its coefficients.
ROUNDS, SCALE = 50, 1 << 30


def asked(terms: Terms, place: Place, name: str, arguments: tuple[Any, ...]) -> Fact:
    """Whether a named fact holds of a layer, the units or the loss, and why if that is known; None
    where it is not known whether."""
    if name in ACTIVATIONS:
        sigma = terms.activation(arguments[0], place)
        return _fact(ACTIVATIONS[name](sigma, *arguments[1:]), f"{sigma.name}: ")
    if name in LAYERS:
        k = terms.integer(arguments[0], place)
        return _fact(LAYERS[name](terms.layer(k), terms.problem.widths[k - 1]))
    if name == "separable":
        return _fact(separable(terms, place, arguments[0]))
    if name in NETWORKS:
        return _fact(NETWORKS[name](terms.problem, *arguments))
    raise opened("this fact")


def _fact(found: Fact | Answer, about: str = "") -> Fact:
    if not isinstance(found, Fact):
        return Fact(found, "")
    return Fact(found.holds, f"{about}{found.reason}") if found.reason else found


def separable(terms: Terms, place: Place, k: Any) -> Answer:
    """Hyperplanes for each class against the rest, proposed by least squares and rounded; the signs
    are exact. None where none is found so."""
    classes = _classes(terms.problem)
    rows = terms(["F", k], place)
    if classes is None or not all(isinstance(x, fmpq) for row in rows for x in row):
        return None
    points = [[*row, fmpq(1)] for row in rows]
    found = [_halved(points, [1 if c == own else -1 for c in classes]) for own in set(classes)]
    return True if all(found) else None


def _classes(problem: Problem) -> list[int] | None:
    """The classes as given, or with one output the signs of the targets."""
    if problem.data.classes is not None:
        return list(problem.data.classes)
    targets = problem.data.targets
    if targets is None or len(targets[0]) > 1 or any(y == 0 for (y,) in targets):
        return None
    return [int(y > 0) for (y,) in targets]


def _halved(points: list[list[fmpq]], signs: list[int]) -> bool:
    """Whether a hyperplane has every point on its side: that of weighted least squares, with more
    weight for what it got wrong."""
    matrix = np.array([[float(x.p) / float(x.q) for x in row] for row in points])
    weights = np.ones(len(points))
    for _ in range(ROUNDS):
        scaled = matrix * weights[:, None]
        normal = np.linalg.lstsq(scaled, weights * np.array(signs, dtype=float), rcond=None)[0]
        exact = [fmpq(round(float(x) * SCALE), SCALE) for x in normal]
        sides = [sign * sum(map(mul, exact, row)) for row, sign in zip(points, signs, strict=True)]
        if all(side > 0 for side in sides):
            return True
        weights[[side <= 0 for side in sides]] *= 2
    return False


def _one_zero_limit(sigma: Activation) -> Answer:
    """Finite limits on both sides, one of them 0."""
    ends = limits(sigma)
    if any(end is not None and not end.is_finite for end in ends):
        return False
    if None in ends:
        return None
    signs = [None if end is None else end.sign for end in ends]
    return True if 0 in signs else None if None in signs else False


def _monotone(sigma: Activation) -> Answer:
    """Shown for increasing functions only."""
    return True if facts.strictly_increasing(sigma).holds is True else None


def _some_slope(sigma: Activation) -> Answer:
    """What the grammar has is piecewise analytic: it is constant, or has a slope somewhere."""
    return facts.non_constant(sigma).holds


def _positive_slope(sigma: Activation) -> Answer:
    """A slope that is never 0 has one sign: that of the function's growth."""
    found = facts.nonzero_derivative(sigma).holds, facts.strictly_increasing(sigma).holds
    return False if False in found else None if None in found else True


def _smooth(order: float) -> Callable[[Activation], Fact]:
    """Of this class (inf: analytic), from the form; piecewise rational functions are decided."""

    def answer(sigma: Activation) -> Fact:
        found = facts.analytic(sigma)
        if found.holds is True or (found.holds is False and order == inf):
            return found
        known = None if sigma.definition is None else piecewise.smoothness(sigma.definition)
        return Fact(None if known is None else known >= order, found.reason)

    return answer


def _increasing(sigma: Activation) -> Answer:
    found = facts.strictly_increasing(sigma).holds
    if found is not None or sigma.definition is None:
        return found
    return piecewise.is_rising(sigma.definition)


def _affine(sigma: Activation) -> Answer:
    found = None if sigma.definition is None else polynomial(sigma.definition)
    if found is None:
        return None
    return not any(found[2:])


def _named(sigma: Activation, name: str) -> Answer:
    return None if sigma.name == "expr" else sigma.name == name


def _identity(sigma: Activation) -> Answer:
    if sigma.name == "identity":
        return True
    found = None if sigma.definition is None else polynomial(sigma.definition)
    return None if found is None else [int(c == n) for n, c in enumerate(found)] == [1, 1]


#: Facts about an activation.
ACTIVATIONS: dict[str, Callable[..., Fact | Answer]] = {
    "continuous": facts.continuous,
    "differentiable": _smooth(1),
    "smooth": _smooth(1),
    "analytic": _smooth(inf),
    "increasing": _increasing,
    "monotone": _monotone,
    "positive-slope": _positive_slope,
    "nonzero-slope": facts.nonzero_derivative,
    "some-slope": _some_slope,
    "not-constant": facts.non_constant,
    "bounded": facts.bounded,
    "linear-growth": facts.exponential_linear_bounds,
    "one-sided-limit": _one_zero_limit,
    "affine": _affine,
    "is-identity": _identity,
    "named": _named,
}


def _biases(layer: Layer, wanted: str) -> Answer:
    return getattr(layer, "bias", None) == wanted


def _of_the_papers(layer: Layer, kind: bool) -> Answer:
    """Whether a layer is of a kind; of groups and padding the papers' definitions say nothing."""
    return None if kind and layer.foreign() is not None else kind


def _dense(layer: Layer, below: int) -> Answer:
    """A convolution is none where a patch leaves a neuron out."""
    if isinstance(layer, Dense):
        return True
    full = (below == len({*patch} - {None}) for patch in patches_of(layer, below))
    return None if all(full) else False


def _own_biases(layer: Layer, below: int) -> Answer:
    """A bias of each neuron, or of each filter where a filter is one neuron."""
    single = layer.has_parameters() and layer.width(below) == layer.filter_count()
    return _biases(layer, "neuron") or (single and _biases(layer, "filter"))


def _covers(layer: Layer, below: int) -> Answer:
    patches = patches_of(layer, below)
    sets = [frozenset(i for i in patch if i is not None) for patch in patches]
    return len(frozenset().union(*sets)) == below and len(set(sets)) == len(sets)


LAYERS: dict[str, Callable[[Layer, int], Answer]] = {
    "dense": lambda layer, below: _dense(layer, below),
    "convolutional": lambda layer, below: _of_the_papers(layer, layer.has_parameters()),
    "pooling": lambda layer, below: _of_the_papers(layer, isinstance(layer, MaxPooling)),
    "own-biases": lambda layer, below: _own_biases(layer, below),
    "no-biases": lambda layer, below: not layer.has_parameters() or _biases(layer, "none"),
    "covers": _covers,
}


def _skip_biases(problem: Problem) -> Fact:
    names = [unit.bias for unit in problem.skip.units]
    shared = (
        id
        for id in problem.skip.skips
        if (bias := problem.skip.unit(id).bias) is None or names.count(bias) > 1
    )
    first = next(shared, None)
    return Fact(first is None, "" if first is None else f"unit {first} has none of its own")


def _skip_analytic(problem: Problem) -> Fact:
    found = [(unit, facts.nmh19_assumption_1_1(unit.activation)) for unit in problem.skip.units]
    for wanted in (False, None):
        for unit, fact in found:
            if fact.holds is wanted:
                return Fact(wanted, f"unit {unit.id}, {unit.activation.name}: {fact.reason}")
    return Fact(True, f"each of the {len(found)} activations is")


def _skip_inputs(problem: Problem) -> Fact:
    """Assumption 1.3 of NMH19: every unit of inputs only tells the samples apart."""
    for unit in problem.skip.units:
        if not unit.unit_sources:
            views = [tuple(row[i] for i in unit.input_sources) for row in problem.data.inputs]
            for i, j in combinations(range(len(views)), 2):
                if views[i] == views[j]:
                    reads = f"unit {unit.id} reads the same inputs in samples {i + 1} and {j + 1}"
                    return Fact(False, reads)
    return Fact(True, "compared exactly")


def _skip_limits(problem: Problem) -> Fact:
    """Assumption 1.2 of NMH19; softplus by name, with its paths in the graph."""
    network, samples = problem.skip, problem.data.samples
    sigmas = {id: network.unit(id).activation for id in network.skips}
    soft = [id for id, sigma in sigmas.items() if sigma.name == "softplus"]
    paths = [id for id in soft if _path(network, id)]
    bounded = [
        id
        for id, sigma in sigmas.items()
        if id not in soft and facts.nmh19_assumption_1_2(sigma).holds is True
    ]
    if max(len(bounded), len(paths)) >= samples:
        return Fact(True, f"{', '.join(max(bounded, paths, key=len)[:samples])}")
    if len(sigmas) < samples:
        return Fact(False, f"M = {len(sigmas)} and N = {samples}")
    said = f"of {len(network.skips)} skip units {len(bounded)} are shown to be bounded with limit 0"
    said += f" at -infinity, {len(soft)} are softplus, {len(paths)} of these with a path"
    return Fact(None, f"{said}; N = {samples}")


def _path(network: SkipNetwork, id: str) -> bool:
    """Whether a path leads back past no other skip unit and no weights of one."""
    groups = {network.unit(other).group for other in network.skips if other != id}
    if network.unit(id).group in groups:
        return False
    shared = [unit.id for unit in network.units if unit.group in groups]
    return network.backward_path(id, avoiding={*network.skips, *shared}) is not None


def _smooth_loss(problem: Problem) -> Answer:
    residual = None if problem.loss is None else problem.loss.residual
    return None if residual is None or analytic(residual).holds is not True else True


def _loss_is(*names: str) -> Callable[[Problem], Answer]:
    """One of these losses; of others nothing is said."""
    return lambda problem: True if problem.loss and problem.loss.name in names else None


NETWORKS: dict[str, Callable[..., Fact | Answer]] = {
    "convex-loss": _loss_is("squared", "half-squared", "pseudo-huber", "squared-hinge"),
    "one-sided-loss": _loss_is("squared-hinge"),
    "stationary-loss": _loss_is(*RESIDUAL_LOSSES),
    "well-formed": lambda problem: True if problem.skip else None,
    "skip-biases": _skip_biases,
    "skip-analytic": _skip_analytic,
    "skip-inputs": _skip_inputs,
    "skip-limits": _skip_limits,
    "smooth-loss": _smooth_loss,
    "loss-named": lambda problem, name: problem.loss.name == name if problem.loss else None,
}
