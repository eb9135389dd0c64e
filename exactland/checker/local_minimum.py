"""A local minimum that is not strict and bad (section 7.5; LDS18, Proposition 1).

With sigma(t) = 0 and sigma <= 0 on [t - radius, t + radius], sign(y) w2.sigma(w1 x) <= 0 in the box
|w1_j x - t| <= radius, |w2_j - sign(y)| < 1, so (y - w2.sigma(w1 x))^2 >= y^2 there, with equality
at w1 = t/x for every w2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .activations import decimal, describe
from .bounds import BITS, GUARD
from .canonical import fields, natural, rational, rationals, text
from .enclosing import enclosed, narrowed
from .exponential import check_all_derivatives
from .expression import Node, evaluate, parse
from .formal import Formal
from .intervals import Interval, Intervals, enclose
from .jets import Jets, variable
from .limits import ORDER
from .outcome import Coarse, Decline, Reject, placed
from .problem import Problem
from .properties import is_analytic
from .work import operation, spend

TAYLOR_ORDER = 32
FROM = 1000
#: The interval is tried whole, then in this many pieces, which gives narrower enclosures.
PIECES = (1, 16, 256)


@dataclass(frozen=True)
class Setting:
    """One sample (x, y), d hidden units with activation sigma; t and the radius of the claim."""

    x: Fraction
    y: Fraction
    width: int
    sigma: Node
    t: Node
    radius: Fraction


def bad_local_minimum(problem: Problem, claim: dict[str, Any], evidence: Any) -> str:
    fields(claim, "claim", "kind words t radius loss better assumption_2")
    source = text(claim["t"], "claim.t")
    t = parse(source, "claim.t", constant=True)
    radius = rational(claim["radius"], "claim.radius")
    if radius <= 0:
        raise Reject("claim.radius", "it is not positive")
    setting = _setting(problem, t, radius)
    loss, better = rational(claim["loss"], "claim.loss"), rational(claim["better"], "claim.better")
    if loss != setting.y**2 or not better < loss:
        raise Reject("claim", "loss is y^2, and better is less than loss")
    fields(evidence, "evidence", "sign point bits assumption_2")
    bits = natural(evidence["bits"], "evidence.bits", *BITS) + GUARD
    _check_sign(setting, evidence["sign"], bits)
    _check_point(setting, evidence["point"], better, bits)
    verdict = _assumption_2(setting.sigma, claim["assumption_2"], evidence["assumption_2"], bits)
    described = describe(problem.document["network"]["layers"][0]["activation"])
    return (
        "At w1 = (t/x, ..., t/x), w2 = sign(y) (1, ..., 1) with "
        f"t = {source}, width {setting.width}, x = {decimal(setting.x)}, "
        f"y = {decimal(setting.y)} and sigma(t) = {described}, "
        "the loss E = (y - w2 . sigma(w1 x))^2 has a local minimum that is not strict and bad: "
        f"E = {decimal(loss)} there and on the line through it in direction w2, "
        f"E >= {decimal(loss)} wherever |w1_j x - t| <= {decimal(radius)} and "
        f"|w2_j - sign(y)| < 1, and E < {decimal(better)} elsewhere. {verdict}"
    )


def _setting(problem: Problem, t: Node, radius: Fraction) -> Setting:
    """The problem must be of the one form that the claim is about."""
    layers, place = problem.layers, "problem.network"
    if len(layers) != 2 or any(layer.kind != "dense" for layer in layers):
        raise Reject(place, "two dense layers are expected")
    hidden, output = layers
    sigma, last = hidden.activation, output.activation
    if sigma is None or last is None or last.key != '"identity"' or output.width != 1:
        raise Reject(place, "the second layer has width 1 and activation identity")
    if hidden.bias != "none" or output.bias != "none":
        raise Reject(place, "both layers are without bias")
    if problem.loss != "squared":
        raise Reject("problem.loss", "it is not squared")
    if len(problem.inputs) != 1 or len(problem.inputs[0]) != 1:
        raise Reject("problem.data.inputs", "one sample with one input is expected")
    if problem.targets is None or len(problem.targets[0]) != 1:
        raise Reject("problem.data.targets", "one target is expected")
    x, y = problem.inputs[0][0], problem.targets[0][0]
    if x == 0 or y == 0:
        raise Reject("problem.data", "x and y are not 0")
    return Setting(x, y, hidden.width, sigma.definition, t, radius)


def _check_sign(setting: Setting, evidence: Any, bits: int) -> None:
    """sigma(t) = 0 and sigma <= 0 on [t - radius, t + radius]."""
    place, over = "evidence.sign", Intervals(bits)
    method = evidence.get("method") if isinstance(evidence, dict) else None
    order = 0
    if text(method, place + ".method", ["taylor", "enclosure"]) == "taylor":
        order = natural(fields(evidence, place, "method order")["order"], place, 2, TAYLOR_ORDER)
        if order % 2:
            raise Reject(place + ".order", "it is odd")
    else:
        fields(evidence, place, "method")
    with placed(place):
        # First the enclosure: it shows that all that follows is defined at t.
        lo, hi = evaluate(setting.t, None, over)
        high = enclose(setting.radius, bits)[1]
        whole: Interval = (lo - high, hi + high)
        if not any(_is_negative(setting.sigma, order, whole, n, over) for n in PIECES):
            raise Coarse(place, "sigma is not shown to be at most 0 on the interval")
        formal = Formal()
        point = evaluate(setting.t, None, formal)
        # Without derivatives (enclosure) the value alone; otherwise the orders 0 to order - 1.
        last = max(order - 1, 0)
        zeros = evaluate(setting.sigma, variable(point, last, formal), Jets(formal, last))
        for k, value in enumerate(zeros):
            if not formal.is_zero(value):
                raise Reject(place, f"derivative {k} of sigma at t is not formally 0")


def _is_negative(sigma: Node, order: int, whole: Interval, n: int, over: Intervals) -> bool:
    """Whether derivative ``order`` of sigma is < 0 (order 0: <= 0) on n pieces that make up
    ``whole``; not so where sigma is not shown to be defined and smooth enough."""
    lo, hi = whole
    cuts = [lo + (hi - lo) * i // n for i in range(n + 1)]
    for piece in pairwise(cuts):
        try:
            top = evaluate(sigma, variable(piece, order, over), Jets(over, order))[order][1]
        except Reject:
            return False
        if not (top < 0 if order else top <= 0):
            return False
    return True


def _check_point(setting: Setting, evidence: Any, better: Fraction, bits: int) -> None:
    """E < better at the point."""
    place, over = "evidence.point", Intervals(bits)
    fields(evidence, place, "w1 w2")
    w1 = rationals(evidence["w1"], place + ".w1", setting.width)
    w2 = rationals(evidence["w2"], place + ".w2", setting.width)
    with placed(place):
        rest = enclose(setting.y, bits)
        for a, b in zip(w1, w2, strict=True):
            spend(operation(a, setting.x))
            value = enclosed(setting.sigma, a * setting.x, a * setting.x, bits)
            rest = over.add(rest, over.negative(over.multiply(enclose(b, bits), value)))
        if not over.power(rest, 2)[1] < enclose(better, bits)[0]:
            raise Coarse(place, "the loss there is not shown to be less than better")


def _assumption_2(sigma: Node, claim: Any, evidence: Any, bits: int) -> str:
    """The words about LDS18's Assumption 2, when the evidence proves them."""
    place = "claim.assumption_2"
    verdict = claim.get("verdict") if isinstance(claim, dict) else None
    text(verdict, place + ".verdict", ["proved", "refuted", "undecided"])
    if verdict == "undecided":
        fields(claim, place, "verdict")
        if evidence is not None:
            raise Reject("evidence.assumption_2", "null is expected")
        return "Assumption 2 is not decided here."
    if not is_analytic(sigma):
        raise Reject("evidence.assumption_2", "sigma is not shown to be analytic")
    where = "evidence.assumption_2"
    if verdict == "proved" and isinstance(claim.get("order"), str):
        text(fields(claim, place, "verdict order")["order"], place + ".order", ["all"])
        fields(evidence, where, "method from")
        text(evidence["method"], where + ".method", ["exponential-polynomial"])
        start = natural(evidence["from"], where + ".from", 1, FROM)
        with placed(where):
            check_all_derivatives(sigma, start, bits)
        return "Assumption 2 holds at every order."
    fields(claim, place, "verdict order" if verdict == "proved" else "verdict order derivative")
    n = natural(claim["order"], place + ".order", 1)
    text(fields(evidence, where, "method")["method"], where + ".method", ["derivatives"])
    if verdict == "refuted":
        j = natural(claim["derivative"], place + ".derivative", 0, n - 1)
        with placed(where):
            if not formal_derivative_vanishes(sigma, j):
                raise Reject(where, f"derivative {j} at 0 is not formally 0")
        return f"Assumption 2 fails at order {n}: derivative {j} of sigma at 0 is 0."
    with placed(where):
        check_derivatives(sigma, n, bits)
    return f"Assumption 2 holds at order {n}."


def _formal_derivatives(sigma: Node, order: int) -> tuple[Formal, list[Any]]:
    """The Taylor coefficients of orders 0 to ``order`` at 0, formally."""
    if order > ORDER:
        raise Decline(f"more than {ORDER} derivatives")
    formal = Formal()
    zero = formal.number(Fraction(0))
    return formal, evaluate(sigma, variable(zero, order, formal), Jets(formal, order))


def formal_derivative_vanishes(sigma: Node, j: int) -> bool:
    formal, jet = _formal_derivatives(sigma, j)
    return formal.is_zero(jet[j])


def check_derivatives(sigma: Node, n: int, bits: int) -> None:
    """The derivatives of orders 0 to n - 1 at 0 are nonzero, by intervals."""
    if n > ORDER:
        raise Decline(f"more than {ORDER} derivatives")

    def jet(over: Intervals) -> list[Interval]:
        return list(evaluate(sigma, variable((0, 0), n - 1, over), Jets(over, n - 1)))

    for k, (lo, hi) in enumerate(narrowed(jet, bits)):
        if lo <= 0 <= hi:
            raise Coarse("", f"derivative {k} at 0 is not shown to be nonzero")
