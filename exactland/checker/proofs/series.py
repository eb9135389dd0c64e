"""Steps about Taylor series at 0 and the matrices sigma(w_i z_j) (LDS18, section 10).

z_1, ..., z_N are the entries of a coordinate of F_{l-1} on the samples, F_0 being the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb
from typing import Any

from ..activations import Activation
from ..bounds import read_prime
from ..canonical import distinct_indices, fields, listed, natural, rational, rationals, text
from ..enclosing import enclosed, narrowed
from ..expression import evaluate
from ..intervals import Interval, Intervals
from ..jets import Jets, variable
from ..limits import ORDER
from ..local_minimum import formal_derivative_vanishes
from ..outcome import Coarse, Decline, NotRational, Reject, placed
from ..properties import is_analytic
from ..rank import rank_modulo, residue
from ..rationals import Rationals, dot
from ..work import TURN, VALUE, common_factor, operation, size, spend
from .comparisons import Number, check_distinct, entries, read_bits
from .setting import Claim, Setting, activated, no_evidence, without_stage

MONOMIALS = 4000
#: Bits in all products of two series of one function.
TAYLOR_BITS = 1 << 34


def check_derivatives(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """sigma_l is analytic, and its derivatives of these orders at 0 are nonzero."""
    fields(claim, place + ".claim", "kind layer orders")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    without_stage(at, place)
    sigma = _analytic(setting, claim, place)
    orders = [natural(n, place + ".claim.orders") for n in listed(claim["orders"], place)]
    if not orders or orders != sorted(set(orders)):
        raise Reject(place + ".claim.orders", "at least one order, increasing, is expected")
    _nonzero_derivatives(sigma, orders, bits, place)


def _analytic(setting: Setting, claim: Claim, place: str) -> Activation:
    _, layer = setting.layer(claim["layer"], place)
    sigma = activated(layer, place)
    if not is_analytic(sigma.definition):
        raise Reject(place, "the activation is not shown to be analytic")
    return sigma


def _taylor(sigma: Activation, last: int, bits: int) -> list[Interval]:
    """The Taylor coefficients of orders 0 to ``last`` at 0."""
    if last > ORDER:
        raise Decline(f"more than {ORDER} derivatives")
    if last**2 * bits > TAYLOR_BITS:
        raise Decline("so many derivatives to so many bits")

    def coefficients(over: Intervals) -> list[Interval]:
        return list(evaluate(sigma.definition, variable((0, 0), last, over), Jets(over, last)))

    return narrowed(coefficients, bits)


def _nonzero_derivatives(sigma: Activation, orders: Sequence[int], bits: int, place: str) -> None:
    jet = _taylor(sigma, orders[-1], bits)
    for n in orders:
        lo, hi = jet[n]
        if lo <= 0 <= hi:
            raise Coarse(place, f"derivative {n} at 0 is not shown to be nonzero")


def check_special_nearby(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """For 0 < c < delta all derivatives of sigma + c (sin + cos) at 0 of order below n are nonzero.

    Those of sin + cos are 1 and -1; so it is enough that those of sigma are 0 or of size delta.
    """
    fields(claim, place + ".claim", "kind layer order delta")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    without_stage(at, place)
    sigma = _analytic(setting, claim, place)
    order = natural(claim["order"], place + ".claim.order", 1)
    delta = rational(claim["delta"], place + ".claim.delta")
    if delta <= 0:
        raise Reject(place + ".claim.delta", "it is not positive")
    factorial = 1
    with placed(place):
        for n, (lo, hi) in enumerate(_taylor(sigma, order - 1, bits)):
            factorial *= max(n, 1)
            top = max(lo, -hi) * factorial
            spend(VALUE + 2 * common_factor(top.bit_length(), bits + size(delta)))
            small = Fraction(top, 1 << bits) < delta
            if small and not formal_derivative_vanishes(sigma.definition, n):
                raise Coarse(place, f"derivative {n} is not shown to be 0 or of size delta")


def check_sine_cosine(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """Derivative n of y = sin + cos at 0 is (-1)^floor(n/2): y'' = -y and y(0) = y'(0) = 1.

    a sin + b cos is the pair (a, b); its derivative is (-b, a), and its value at 0 is b.
    """
    fields(claim, place + ".claim", "kind")
    no_evidence(evidence, place)
    without_stage(at, place)
    y = (1, 1)
    slope = (-y[1], y[0])
    curvature = (-slope[1], slope[0])
    if curvature != (-y[0], -y[1]) or (y[1], slope[1]) != (1, 1):
        raise Reject(place, "sin + cos has other derivatives")


def coordinate_name(setting: Setting, claim: Claim, place: str) -> tuple[int, int]:
    """The layer l and the coordinate of F_{l-1} that a claim names."""
    number, layer = setting.layer(claim["layer"], place)
    return number, natural(claim["coordinate"], place + ".claim.coordinate", 0, layer.below - 1)


def coordinate(setting: Setting, claim: Claim, at: Any, bits: int, place: str) -> list[Number]:
    """z_1, ..., z_N."""
    number, index = coordinate_name(setting, claim, place)
    if number == 1:
        return [(row[index], row[index]) for row in setting.problem.inputs]
    problem = setting.at(at, place)
    rows = entries(problem, problem.layers[: number - 1], problem.parameters, bits)
    return [row[index] for row in rows]


def check_distinct_coordinate(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    fields(claim, place + ".claim", "kind layer coordinate")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    check_distinct([[z] for z in coordinate(setting, claim, at, bits, place)], place)


def check_vandermonde(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """Vandermonde's determinant of different z_j, the rows scaled by nonzero derivatives."""
    fields(claim, place + ".claim", "kind layer coordinate order")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    sigma = _analytic(setting, claim, place)
    order = natural(claim["order"], place + ".claim.order", 1, setting.problem.samples)
    values = coordinate(setting, claim, at, bits, place)[:order]
    check_distinct([[z] for z in values], place)
    _nonzero_derivatives(sigma, range(order), bits, place)


def check_minor(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """det sigma_l(w_i z_j) != 0, i, j = 1, ..., m, for m weights."""
    fields(claim, place + ".claim", "kind layer coordinate weights")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    _, layer = setting.layer(claim["layer"], place)
    sigma = activated(layer, place)
    weights = rationals(claim["weights"], place + ".claim.weights")
    if not 1 <= len(weights) <= setting.problem.samples:
        raise Reject(place + ".claim.weights", "between 1 and N weights are expected")
    values = coordinate(setting, claim, at, bits, place)[: len(weights)]
    over = Intervals(bits)
    with placed(place):
        rows = [[_scaled_value(sigma, w, z, over) for z in values] for w in weights]
        if not is_nonsingular(rows, over):
            raise Coarse(place, "the determinant is not shown to be nonzero")


def _scaled_value(sigma: Activation, w: Fraction, z: Number, over: Intervals) -> Interval:
    """sigma(w z) by intervals; exactly known values are enclosed as such."""
    spend(operation(w, z[0]) + operation(w, z[1]))
    low, high = sorted((w * z[0], w * z[1]))
    if low == high:
        try:
            return over.number(Fraction(evaluate(sigma.definition, low, Rationals())))
        except NotRational:
            pass
    return enclosed(sigma.definition, low, high, over.bits)


def is_nonsingular(rows: list[list[Interval]], over: Intervals) -> bool:
    """Elimination by intervals, every pivot shown to be nonzero."""
    rows = [list(row) for row in rows]
    while rows:
        pivot = max(rows, key=lambda row: max(row[0][0], -row[0][1]))
        if pivot[0][0] <= 0 <= pivot[0][1]:
            return False
        spend(5 * TURN * len(rows))
        rows.remove(pivot)
        rows = [_eliminated(row, pivot, over) for row in rows]
    return True


def _eliminated(row: list[Interval], pivot: list[Interval], over: Intervals) -> list[Interval]:
    factor = over.negative(over.divide(row[0], pivot[0]))
    pairs = zip(row[1:], pivot[1:], strict=True)
    return [over.add(x, over.multiply(factor, y)) for x, y in pairs]


def check_separating_weight(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """sigma_1(<w, x_i>) != sigma_1(<w, x_j>) for all samples i != j."""
    fields(claim, place + ".claim", "kind weight")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    without_stage(at, place)
    _, layer = setting.layer(1, place)
    sigma = activated(layer, place)
    over, scale = Intervals(bits), 1 << bits
    rows = []
    for product in _products(setting, claim, place):
        lo, hi = _scaled_value(sigma, Fraction(1), (product, product), over)
        rows.append([(Fraction(lo, scale), Fraction(hi, scale))])
    check_distinct(rows, place)


def check_distinct_products(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """<w, x_i> != <w, x_j> for all samples i != j."""
    fields(claim, place + ".claim", "kind weight")
    no_evidence(evidence, place)
    without_stage(at, place)
    check_distinct([[(z, z)] for z in _products(setting, claim, place)], place)


def _products(setting: Setting, claim: Claim, place: str) -> list[Fraction]:
    """<w, x_i> for the samples."""
    inputs = setting.problem.inputs
    weight = rationals(claim["weight"], place + ".claim.weight", len(inputs[0]))
    return [dot(weight, sample) for sample in inputs]


def check_moments(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The monomials of these degrees have rank N on the samples: a minor modulo a prime."""
    fields(claim, place + ".claim", "kind orders")
    without_stage(at, place)
    inputs = setting.problem.inputs
    dimension, samples = len(inputs[0]), len(inputs)
    orders = [natural(n, place + ".claim.orders") for n in listed(claim["orders"], place)]
    if max(orders, default=0) > ORDER:
        raise Decline(f"a moment of order above {ORDER}")
    spend(len(orders) * 100 * TURN * (1 + max(orders, default=0)))
    if sum(comb(dimension + n - 1, n) for n in orders) > MONOMIALS:
        raise Decline(f"more than {MONOMIALS} monomials")
    monomials = [m for n in orders for m in combinations_with_replacement(range(dimension), n)]
    lower = fields(evidence, place + ".evidence", "lower")["lower"]
    fields(lower, place + ".evidence.lower", "method rows columns prime")
    text(lower["method"], place + ".evidence.lower.method", ["modular-minor"])
    rows = distinct_indices(lower["rows"], place + ".evidence.lower.rows", samples)
    columns = distinct_indices(lower["columns"], place + ".evidence.lower.columns", len(monomials))
    p = read_prime(lower["prime"], place + ".evidence.lower")
    if len(rows) != samples or len(columns) != samples:
        raise Reject(place, "the minor does not have all samples")
    with placed(place):
        minor = [[residue(_power(inputs[i], monomials[j]), p) for j in columns] for i in rows]
        if rank_modulo(minor, p) != samples:
            raise Reject(place, "the elimination modulo the prime finds no N pivots")


def _power(sample: Sequence[Fraction], monomial: Sequence[int]) -> Fraction:
    value = Fraction(1)
    for coordinate_ in monomial:
        spend(operation(value, sample[coordinate_]))
        value *= sample[coordinate_]
    return value
