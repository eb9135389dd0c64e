"""Steps about derivatives: backpropagation (NH17, Lemma 2.1; NH18, Lemma H.1) recomputed forwards.

Forwards is the chain rule and nothing else: a tangent of G_l is multiplied by the slopes, by the
weights above, by the slopes there, up to the outputs, where it meets l'.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from ..canonical import fields, rational
from ..expression import Node
from ..formal import Formal
from ..forward import positions
from ..intervals import Intervals
from ..limits import ENTRIES, OPERATIONS
from ..outcome import Coarse, Decline, NotRational, Reject, placed
from ..problem import Layer, Problem, Weights
from ..rationals import Rationals
from ..taylor import taylor
from ..work import TURN, spend
from .comparisons import read_bits
from .losses import residual
from .setting import Claim, Setting, activated, no_evidence, without_stage

ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True)
class Pass:
    """One sample: features f_0, ..., f_L, slopes and matrices U of layers 1, ..., L, l' at the end.

    Max-pooling layers have neither slopes nor matrices; layers without slopes have an empty list.
    """

    features: list[list[Any]]
    slopes: list[list[Any]]
    weights: list[list[list[Any]]]
    loss: list[Any]


def _dot(left: list[Any], right: list[Any], over: Any) -> Any:
    spend(TURN * len(left))
    total = over.number(ZERO)
    for x, y in zip(left, right, strict=True):
        total = over.add(total, over.multiply(x, y))
    return total


def _times(left: list[Any], right: list[Any], over: Any) -> list[Any]:
    spend(TURN * len(left))
    return [over.multiply(x, y) for x, y in zip(left, right, strict=True)]


def delta(sample: Pass, layer: int, over: Any) -> list[Any]:
    """Row delta_l of a sample by the formulas: downwards from the outputs."""
    result = _times(sample.loss, sample.slopes[-1], over)
    for number in range(len(sample.slopes) - 1, layer - 1, -1):
        rows = sample.weights[number]  # of layer number + 1
        back = [_dot(result, row, over) for row in rows]
        result = _times(back, sample.slopes[number - 1], over)
    return result


def pushed(sample: Pass, layer: int, tangent: list[Any], over: Any) -> Any:
    """The derivative of Phi along a tangent of g_l: upwards."""
    for number in range(layer, len(sample.slopes) + 1):
        moved = _times(sample.slopes[number - 1], tangent, over)
        if number == len(sample.slopes):
            return _dot(moved, sample.loss, over)
        tangent = [
            _dot(moved, list(column), over) for column in zip(*sample.weights[number], strict=True)
        ]
    raise Reject("", "there is no such layer")


def check_backpropagation(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """The formulas at a layer without max-pooling above, as polynomials in free symbols."""
    fields(claim, place + ".claim", "kind layer")
    no_evidence(evidence, place)
    without_stage(at, place)
    number, _ = setting.layer(claim["layer"], place)
    _require_weights(setting.problem, number, place)
    _limit_formulas(setting.problem, number)
    over = Formal()
    sample = _symbols(setting.problem, over)
    formula = delta(sample, number, over)
    zero, one = over.number(ZERO), over.number(ONE)
    width = len(formula)
    for j in range(width):
        unit = [one if i == j else zero for i in range(width)]
        _formally_equal(pushed(sample, number, unit, over), formula[j], over, place)
        for feature in sample.features[number - 1]:
            # The entry of U_l in the row of this feature moves g_lj by the feature.
            moved = [feature if i == j else zero for i in range(width)]
            product = over.multiply(feature, formula[j])
            _formally_equal(pushed(sample, number, moved, over), product, over, place)


def _limit_formulas(problem: Problem, number: int) -> None:
    """Decline where the formulas would take too long: a term for each path up from each weight."""
    layers = problem.layers
    paths = (layers[number - 1].below + 1) * prod(layer.width for layer in layers[number - 1 :])
    if max(paths, *(layer.below * layer.width for layer in layers)) > ENTRIES:
        raise Decline(f"formulas of more than {ENTRIES} terms")


def _formally_equal(left: Any, right: Any, over: Formal, place: str) -> None:
    if not over.is_zero(over.add(left, over.negative(right))):
        raise Reject(place, "a formula of backpropagation fails")


def _require_weights(problem: Problem, layer: int, place: str) -> None:
    if any(above.activation is None for above in problem.layers[layer - 1 :]):
        raise Reject(place, f"a layer from layer {layer} on is max-pooling")


def _symbols(problem: Problem, over: Formal) -> Pass:
    widths = [len(problem.inputs[0]), *(layer.width for layer in problem.layers)]
    depth = len(problem.layers)
    matrices = []
    for k, layer in enumerate(problem.layers, 1):
        W = [[over.symbol("W", k, r, j) for j in range(layer.filters)] for r in range(layer.length)]
        matrices.append(_matrix(layer, W, over) if layer.activation else [])
    return Pass(
        [[over.symbol("f", k, j) for j in range(widths[k])] for k in range(depth + 1)],
        [[over.symbol("s", k, j) for j in range(widths[k])] for k in range(1, depth + 1)],
        matrices,
        [over.symbol("e", j) for j in range(widths[-1])],
    )


def _matrix(layer: Layer, W: list[list[Any]], over: Any) -> list[list[Any]]:
    """U = M(W) by rows."""
    spend(TURN * (layer.below + layer.length) * layer.width)
    zero = over.number(ZERO)
    rows = [[zero] * layer.width for _ in range(layer.below)]
    for p, patch in enumerate(layer.patches):
        for i, r in positions(patch).items():
            for s in range(layer.filters):
                rows[i][p * layer.filters + s] = W[r][s]
    return rows


def check_gradients(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """Delta_l, dPhi/dU_l and its sums at a stage, backwards and forwards, up to a tolerance."""
    fields(claim, place + ".claim", "kind layer loss tolerance")
    loss = residual(claim["loss"], place + ".claim.loss")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, _ = setting.layer(claim["layer"], place)
    tolerance = rational(claim["tolerance"], place + ".claim.tolerance")
    problem = setting.at(at, place)
    _require_weights(problem, number, place)
    _limit_numbers(problem, number)
    with placed(place):
        try:
            largest = max(_differences(problem, number, loss, Rationals(), place))
        except NotRational:
            over = Intervals(bits)
            ends = [max(-lo, hi) for lo, hi in _differences(problem, number, loss, over, place)]
            largest = Fraction(max(ends), 1 << bits)
    if not largest <= tolerance:
        raise Coarse(place, "the derivatives are not shown to agree")


def _limit_numbers(problem: Problem, number: int) -> None:
    """Decline where the derivatives would take too long: a pass upwards for each weight."""
    sizes = [layer.below * layer.width for layer in problem.layers]
    if (
        max(sizes) > ENTRIES
        or problem.samples * sizes[number - 1] * sum(sizes[number - 1 :]) > OPERATIONS
    ):
        raise Decline(f"derivatives by more than {OPERATIONS} operations")


def _differences(problem: Problem, layer: int, loss: Node, over: Any, place: str) -> list[Any]:
    """What backpropagation and the forward derivatives differ by, entry by entry."""
    samples = [_pass(problem, i, layer, loss, over, place) for i in range(problem.samples)]
    width, below = problem.layers[layer - 1].width, problem.layers[layer - 1].below
    zero, one = over.number(ZERO), over.number(ONE)
    deltas = [delta(sample, layer, over) for sample in samples]
    differences = []
    for j in range(width):
        unit = [one if i == j else zero for i in range(width)]
        forwards = [pushed(sample, layer, unit, over) for sample in samples]
        column = [row[j] for row in deltas]
        pairs = list(zip(forwards, column, strict=True))
        ones = [one] * len(samples)
        pairs.append((_dot(forwards, ones, over), _dot(column, ones, over)))
        for r in range(below):
            # dPhi/dU_l: forwards each sample's tangent is its feature times the unit.
            features = [sample.features[layer - 1][r] for sample in samples]
            moved = [
                pushed(sample, layer, [f if i == j else zero for i in range(width)], over)
                for sample, f in zip(samples, features, strict=True)
            ]
            pairs.append((_dot(moved, ones, over), _dot(features, column, over)))
        differences += [_distance(x, y, over) for x, y in pairs]
    return differences


def _distance(x: Any, y: Any, over: Any) -> Any:
    return over.call("abs", [over.add(x, over.negative(y))])


def _pass(problem: Problem, i: int, first: int, loss: Node, over: Any, place: str) -> Pass:
    """The forward pass of a sample with the slopes from layer ``first`` on (Taylor series).

    Below it no derivative is used, and none has to exist.
    """
    if problem.targets is None or problem.parameters is None:
        raise Reject(place, "parameters and targets are needed")
    features = [[over.number(x) for x in problem.inputs[i]]]
    slopes: list[list[Any]] = []
    matrices: list[list[list[Any]]] = []
    pairs = zip(problem.layers, problem.parameters, strict=True)
    for number, (layer, given) in enumerate(pairs, 1):
        order = 1 if number >= first else 0
        jets, matrix = _layer(layer, given, features[-1], order, over, place)
        features.append([jet[0] for jet in jets])
        slopes.append([jet[1] for jet in jets] if order else [])
        matrices.append(matrix)
    if len(problem.targets[i]) != len(features[-1]):
        raise Reject(place, "the targets have another width than the last layer")
    ends = zip(features[-1], problem.targets[i], strict=True)
    residuals = [over.add(f, over.number(-y)) for f, y in ends]
    ends_of_loss = [taylor(loss, r, 1, over)[1] for r in residuals]
    return Pass(features, slopes, matrices, ends_of_loss)


def _layer(
    layer: Layer, given: Weights | None, below: list[Any], order: int, over: Any, place: str
) -> tuple[list[list[Any]], list[list[Any]]]:
    """The neurons of a layer: values, with order 1 slopes too, and U.

    Max-pooling has slope 0 and no matrix.
    """
    if layer.activation is None:
        zero = over.number(ZERO)
        return [[_largest(below, patch, over), zero] for patch in layer.patches], []
    if given is None:
        raise Reject(place, "the parameters of a layer are missing")
    matrix = _matrix(layer, [[over.number(w) for w in row] for row in given.W], over)
    jets = []
    for h, column in enumerate(zip(*matrix, strict=True)):
        bias = given.b[layer.bias_index(h)] if given.b else ZERO
        total = over.add(_dot(below, list(column), over), over.number(bias))
        jets.append(taylor(layer.activation.definition, total, order, over))
    return jets, matrix


def check_differentiable(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """sigma_l has a slope at every entry of G_l: no entry is a kink, or may be one."""
    fields(claim, place + ".claim", "kind layer")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, layer = setting.layer(claim["layer"], place)
    activated(layer, place)
    problem = setting.at(at, place)
    if problem.parameters is None:
        raise Reject(place, "parameters are needed")
    with placed(place):
        try:
            _evaluate_slopes(problem, number, Rationals(), place)
        except NotRational:
            _evaluate_slopes(problem, number, Intervals(bits), place)


def _evaluate_slopes(problem: Problem, number: int, over: Any, place: str) -> None:
    """The slopes of this layer on all samples; Reject where one is not shown to exist."""
    pairs = list(zip(problem.layers, problem.parameters, strict=True))[:number]
    for row in problem.inputs:
        values = [over.number(x) for x in row]
        for k, (layer, given) in enumerate(pairs, 1):
            jets, _ = _layer(layer, given, values, int(k == number), over, place)
            values = [jet[0] for jet in jets]


def _largest(below: list[Any], patch: Any, over: Any) -> Any:
    first, *others = [below[i] for i in patch]
    for value in others:
        first = over.call("max", [first, value])
    return first
