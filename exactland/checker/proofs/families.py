"""Steps about the families of matrices in NH17's Lemma 4.3 (section 10).

a is a direction, z_i the rows of F_{l-1} in the order gamma of increasing <a, z_i>, and
A(alpha)_ij = sigma(alpha <z_j - z_i, a> + beta), N x (N - 1). E(alpha) is A(alpha) with a column of
ones added.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..activations import Activation
from ..canonical import distinct_indices, fields, rational, rationals
from ..enclosing import enclosed
from ..expression import evaluate, parse
from ..intervals import Interval, Intervals
from ..outcome import Coarse, Reject, placed
from ..work import operation, spend
from .comparisons import (
    Gaps,
    Number,
    check_nonzero,
    check_tail,
    growth,
    projections,
    read_bits,
)
from .half_lines import direction_on_line, limit
from .setting import Claim, Setting, activated, without_stage
from .shapes import is_finite

#: The limits of the named activations that are bounded and strictly increasing.
BOUNDED_INCREASING = {
    "sigmoid": ("0", "1"),
    "tanh": ("-1", "1"),
    "arctan": ("-pi/2", "pi/2"),
    "erf": ("-1", "1"),
    "softsign": ("-1", "1"),
    "r1": ("0", "1"),
}
DIRECTION = "kind layer direction gamma"


def ends_of(value: Any) -> tuple[str, str] | None:
    """The limits of an activation of the table above, by its JSON."""
    return BOUNDED_INCREASING.get(value) if isinstance(value, str) else None


def check_increasing(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", DIRECTION)
    _gaps(setting, claim, at, evidence, place)


def check_above_limit(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """sigma(beta) > mu, the limit at -infinity."""
    fields(claim, place + ".claim", "kind layer point")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    without_stage(at, place)
    number, layer = setting.layer(claim["layer"], place)
    point = rational(claim["point"], place)
    _require_above(setting, number, activated(layer, place), point, bits, place)


def check_limit(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """det E(alpha) tends to (mu - sigma(beta))^(N-1) or to sigma(beta)^(N-1), which is not 0."""
    fields(claim, place + ".claim", f"{DIRECTION} point bounded")
    _gaps(setting, claim, at, evidence, place)
    number, layer = setting.layer(claim["layer"], place)
    bits, point = read_bits(evidence, place), rational(claim["point"], place)
    if read_bounded(claim, place):
        _require_above(setting, number, activated(layer, place), point, bits, place)
        return
    if growth(setting.activation_document(number), place) is None:
        raise Reject(place, "there are no constants of growth for this activation")
    check_nonzero(activated(layer, place), point, bits, place)


def check_family(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """det E(alpha) != 0 for every alpha >= alpha_0."""
    fields(claim, place + ".claim", f"{DIRECTION} point bounded from")
    gaps = _gaps(setting, claim, at, evidence, place)
    number, layer = setting.layer(claim["layer"], place)
    bits, sigma = read_bits(evidence, place), activated(layer, place)
    beta, alpha = rational(claim["point"], place), rational(claim["from"], place)
    document = setting.activation_document(number)
    if alpha <= 0:
        raise Reject(place, "alpha_0 is not positive")
    if not read_bounded(claim, place):
        parameter = document.get("alpha", 1) if isinstance(document, dict) else 1
        scale = rational(parameter, place)
        check_tail(document, sigma, scale, beta, alpha, gaps, bits, place)
        return
    if gaps.samples == 1:
        return
    mu, top = _limits(setting, number, bits, place)
    over = Intervals(bits)
    near = _value(sigma, beta - alpha * gaps.smallest, over)
    s = over.add(_value(sigma, beta, over), over.negative(near))
    eps, u = over.add(near, over.negative(mu)), over.add(top, over.negative(mu))
    if not (s[0] > 0 and eps[1] < u[0]):
        raise Coarse(place, "s > 0 and eps < u are not shown")
    bound = over.multiply(u, over.power(over.divide(s, over.add(s, u)), gaps.samples - 1))
    if not eps[1] <= bound[0]:
        raise Coarse(place, "the tail is not shown to be dominated")


def read_bounded(claim: Claim, place: str) -> bool:
    if type(claim["bounded"]) is not bool:
        raise Reject(place + ".claim.bounded", "true or false is expected")
    return claim["bounded"]


def _gaps(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> Gaps:
    """N, the smallest gap of neighbours and the largest of all, of increasing projections."""
    return _increasing(ordered_values(setting, claim, at, evidence, place), place)


def ordered_values(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> list[Number]:
    """<a, z_1>, ..., <a, z_N>: the projections of the samples in the order gamma."""
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, layer = setting.layer(claim["layer"], place)
    if layer.kind != "dense":
        raise Reject(place, "the layer is not dense")
    direction = rationals(claim["direction"], place + ".claim.direction", layer.below)
    columns = [[value] for value in direction]
    parameters = setting.at(at, place).parameters
    rows = projections(setting.problem, number, columns, parameters, bits)
    samples = setting.problem.samples
    gamma = distinct_indices(claim["gamma"], place + ".claim.gamma", samples)
    if len(gamma) != samples:
        raise Reject(place + ".claim.gamma", "it is not a permutation of the samples")
    return [rows[i][0] for i in gamma]


def _increasing(values: Sequence[Number], place: str) -> Gaps:
    smallest: Fraction | None = None
    for (_, high), (low, _) in pairwise(values):
        spend(operation(low, high))
        gap = low - high
        if gap <= 0:
            raise Coarse(place, "the projections are not shown to increase")
        smallest = gap if smallest is None or gap < smallest else smallest
    largest = values[-1][1] - values[0][0]
    return Gaps(len(values), Fraction(1) if smallest is None else smallest, largest)


def _require_above(
    setting: Setting, number: int, sigma: Activation, point: Fraction, bits: int, place: str
) -> None:
    mu, _ = _limits(setting, number, bits, place)
    if not _value(sigma, point, Intervals(bits))[0] > mu[1]:
        raise Coarse(place, "sigma(beta) is not shown to exceed its limit at -infinity")


def _limits(setting: Setting, number: int, bits: int, place: str) -> tuple[Any, Any]:
    document, over = setting.activation_document(number), Intervals(bits)
    known = ends_of(document)
    if known is not None:
        low, high = (evaluate(parse(end, place, constant=True), None, over) for end in known)
        return low, high
    sigma = activated(setting.problem.layers[number - 1], place)
    ends = [end for side in (-1, 1) if is_finite(end := limit(sigma.definition, side))]
    rising = sigma.is_total and direction_on_line(sigma.definition, strictly=True) == 1
    if not (rising and len(ends) == 2):
        raise Reject(place, "the activation is not shown to be bounded and strictly increasing")
    with placed(place):
        low, high = (evaluate(end, None, over) for end in ends)
    return low, high


def _value(sigma: Activation, point: Fraction, over: Intervals) -> Interval:
    return enclosed(sigma.definition, point, point, over.bits)
