"""Steps about derivatives: backpropagation (NH17, Lemma 2.1), recomputed forwards (section 10).

Forwards is the chain rule and nothing else: a tangent of G_l is multiplied by the slopes, by the
weights above, by the slopes there, up to the outputs, where it meets l'.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .canonical import fields, rational
from .comparisons import read_bits
from .expression import evaluate, parse
from .formal import Formal
from .intervals import Intervals
from .jets import Jets, variable
from .outcome import NotRational, Reject
from .problem import Problem
from .proof_setting import Claim, Setting, activated, no_evidence, without_stage
from .rationals import Rationals

#: l(t) of the losses that are a sum of l(F - Y).
LOSSES = {"squared": "t**2", "half-squared": "t**2/2"}
ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True)
class Pass:
    """One sample: features f_0, ..., f_L, slopes of layers 1, ..., L, weights and l' at the end."""

    features: list[list[Any]]
    slopes: list[list[Any]]
    weights: list[list[list[Any]]]
    loss: list[Any]


def _dot(left: list[Any], right: list[Any], over: Any) -> Any:
    total = over.number(ZERO)
    for x, y in zip(left, right, strict=True):
        total = over.add(total, over.multiply(x, y))
    return total


def _times(left: list[Any], right: list[Any], over: Any) -> list[Any]:
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
    """The formulas of Lemma 2.1 at a layer of a dense network, as polynomials in free symbols."""
    fields(claim, place + ".claim", "kind layer")
    no_evidence(evidence, place)
    without_stage(at, place)
    number, _ = setting.layer(claim["layer"], place)
    _require_dense(setting.problem, place)
    over = Formal()
    sample = _symbols(setting.problem, over)
    formula = delta(sample, number, over)
    zero, one = over.number(ZERO), over.number(ONE)
    width = len(formula)
    for j in range(width):
        unit = [one if i == j else zero for i in range(width)]
        _formally_equal(pushed(sample, number, unit, over), formula[j], over, place)
        for feature in sample.features[number - 1]:
            # The entry of W_l in the row of this feature moves g_lj by the feature.
            moved = [feature if i == j else zero for i in range(width)]
            product = over.multiply(feature, formula[j])
            _formally_equal(pushed(sample, number, moved, over), product, over, place)


def _formally_equal(left: Any, right: Any, over: Formal, place: str) -> None:
    if not over.is_zero(over.add(left, over.negative(right))):
        raise Reject(place, "a formula of backpropagation fails")


def _require_dense(problem: Problem, place: str) -> None:
    if not problem.layers or any(layer.kind != "dense" for layer in problem.layers):
        raise Reject(place, "every layer has to be dense")


def _symbols(problem: Problem, over: Formal) -> Pass:
    widths = [len(problem.inputs[0]), *(layer.width for layer in problem.layers)]
    depth = len(problem.layers)
    return Pass(
        [[over.symbol("f", k, j) for j in range(widths[k])] for k in range(depth + 1)],
        [[over.symbol("s", k, j) for j in range(widths[k])] for k in range(1, depth + 1)],
        [
            [[over.symbol("W", k, r, j) for j in range(widths[k])] for r in range(widths[k - 1])]
            for k in range(1, depth + 1)
        ],
        [over.symbol("e", j) for j in range(widths[-1])],
    )


def check_gradients(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """Delta_l, dPhi/dW_l and dPhi/db_l at a stage, backwards and forwards, up to a tolerance."""
    fields(claim, place + ".claim", "kind layer tolerance")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, _ = setting.layer(claim["layer"], place)
    tolerance = rational(claim["tolerance"], place + ".claim.tolerance")
    problem = setting.at(at, place)
    _require_dense(problem, place)
    try:
        largest = max(_differences(problem, number, Rationals(), place))
    except NotRational:
        over = Intervals(bits)
        ends = [max(-lo, hi) for lo, hi in _differences(problem, number, over, place)]
        largest = Fraction(max(ends), 1 << bits)
    if not largest <= tolerance:
        raise Reject(place, "the derivatives are not shown to agree")


def _differences(problem: Problem, layer: int, over: Any, place: str) -> list[Any]:
    """What backpropagation and the forward derivatives differ by, entry by entry."""
    samples = [_pass(problem, i, over, place) for i in range(problem.samples)]
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
            # dPhi/dW_l: forwards each sample's tangent is its feature times the unit.
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


def _pass(problem: Problem, i: int, over: Any, place: str) -> Pass:
    """The forward pass of a sample with the slopes, by Taylor series of order 1."""
    if problem.loss not in LOSSES or problem.targets is None or problem.parameters is None:
        raise Reject(place, f"parameters, targets and a loss of {', '.join(LOSSES)} are needed")
    features = [[over.number(x) for x in problem.inputs[i]]]
    slopes, weights = [], []
    for layer, given in zip(problem.layers, problem.parameters, strict=True):
        if given is None:
            raise Reject(place, "the parameters of a layer are missing")
        rows = [[over.number(w) for w in row] for row in given.W]
        biases = [over.number(b) for b in given.b] or [over.number(ZERO)] * layer.width
        sigma = activated(layer, place).definition
        jets = [
            _slope(sigma, over.add(_dot(features[-1], list(column), over), bias), over)
            for column, bias in zip(zip(*rows, strict=True), biases, strict=True)
        ]
        features.append([jet[0] for jet in jets])
        slopes.append([jet[1] for jet in jets])
        weights.append(rows)
    if len(problem.targets[i]) != len(features[-1]):
        raise Reject(place, "the targets have another width than the last layer")
    loss = parse(LOSSES[problem.loss])
    ends = zip(features[-1], problem.targets[i], strict=True)
    residuals = [over.add(f, over.number(-y)) for f, y in ends]
    return Pass(features, slopes, weights, [_slope(loss, r, over)[1] for r in residuals])


def _slope(function: Any, t: Any, over: Any) -> list[Any]:
    """[function(t), function'(t)]."""
    return list(evaluate(function, variable(t, 1, over), Jets(over, 1)))
