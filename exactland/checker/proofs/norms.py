"""Steps about the norms ||F_l^T x|| at given parameters (NH18, Lemmas H.2 and H.3; section 10).

||F^T x||^2 = x^T (F F^T) x, so a bound for every x is a definite matrix, and a single x shows that
the bound is close.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..canonical import fields, rational, rationals
from ..intervals import Interval, Intervals
from ..outcome import Coarse, Reject
from ..rationals import dot
from .comparisons import entries, read_bits
from .setting import Claim, Setting, Shown

ZERO = Fraction(0)
#: How close a vector has to come to a bound.
SHARP = Fraction(101, 100)
#: The steps on which ``norm-bounds`` rests, with the bound that each is about.
PARTS = {
    "bounded-below": "low",
    "sharp-below": "low",
    "bounded-above": "high",
    "sharp-above": "high",
}
Gram = list[list[Interval]]


def check_below(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """low ||x||^2 <= ||F_l^T x||^2 with low > 0: F F^T - low I is positive definite."""
    fields(claim, place + ".claim", "kind layer low")
    low = rational(claim["low"], place + ".claim.low")
    if low <= 0:
        raise Reject(place + ".claim.low", "it is positive")
    gram, over = _gram(setting, claim, at, evidence, place)
    if not _is_positive(_shifted(gram, 1, low, over), over):
        raise Coarse(place, "the bound is not shown: a pivot may not be positive")


def check_above(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """||F_l^T x||^2 <= high ||x||^2: high I - F F^T is positive definite."""
    fields(claim, place + ".claim", "kind layer high")
    high = rational(claim["high"], place + ".claim.high")
    gram, over = _gram(setting, claim, at, evidence, place)
    if not _is_positive(_shifted(gram, -1, high, over), over):
        raise Coarse(place, "the bound is not shown: a pivot may not be positive")


def check_sharp_below(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """||F_l^T x||^2 < 1.01 low ||x||^2 for this x, which therefore is not 0."""
    fields(claim, place + ".claim", "kind layer low vector")
    low = rational(claim["low"], place + ".claim.low")
    image, length, over = _quotient(setting, claim, at, evidence, place)
    if not image[1] < over.number(SHARP * low * length)[0]:
        raise Reject(place, "the vector does not show that the bound is sharp")


def check_sharp_above(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """high ||x||^2 < 1.01 ||F_l^T x||^2 for this x, which therefore is not 0."""
    fields(claim, place + ".claim", "kind layer high vector")
    high = rational(claim["high"], place + ".claim.high")
    image, length, over = _quotient(setting, claim, at, evidence, place)
    if not over.number(high * length)[1] < over.multiply(over.number(SHARP), image)[0]:
        raise Reject(place, "the vector does not show that the bound is sharp")


def sharp_bounds(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """Both bounds and that they are sharp, by the steps used.

    ||F^T B||_F^2 is the sum of ||F^T b||^2 over the columns b of B, and x is a B of one column.
    """
    if claim["kind"] != "norm-bounds":
        raise Reject(place, "this rule shows a claim of kind norm-bounds")
    fields(claim, place + ".claim", "kind layer low high matrices")
    setting.layer(claim["layer"], place)
    for key in ("low", "high"):
        rational(claim[key], f"{place}.claim.{key}")
    if type(claim["matrices"]) is not bool:
        raise Reject(place + ".claim.matrices", "true or false is expected")
    for kind, key in PARTS.items():
        wanted = {"kind": kind, "layer": claim["layer"], key: claim[key]}
        if at is None or not any(_without_vector(step).says(wanted, at) for step in used):
            raise Reject(place, f"{kind} with this bound is not among the steps used")


def _without_vector(step: Shown) -> Shown:
    """The step whatever its vector is."""
    return Shown({key: value for key, value in step.claim.items() if key != "vector"}, step.at)


def _gram(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> tuple[Gram, Intervals]:
    """F_l F_l^T (N x N) in intervals."""
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, _ = setting.layer(claim["layer"], place)
    problem = setting.at(at, place)
    rows = entries(problem, problem.layers[:number], problem.parameters, bits)
    over = Intervals(bits)
    features = [[(over.number(lo)[0], over.number(hi)[1]) for lo, hi in row] for row in rows]
    return [[_product(row, other, over) for other in features] for row in features], over


def _quotient(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> tuple[Interval, Fraction, Intervals]:
    """||F_l^T x||^2 = x^T F F^T x in an interval, and ||x||^2."""
    gram, over = _gram(setting, claim, at, evidence, place)
    x = rationals(claim["vector"], place + ".claim.vector", len(gram))
    vector = [over.number(value) for value in x]
    image = _product(vector, [_product(row, vector, over) for row in gram], over)
    return image, dot(x, x), over


def _product(left: list[Interval], right: list[Interval], over: Intervals) -> Interval:
    total = over.number(ZERO)
    for x, y in zip(left, right, strict=True):
        total = over.add(total, over.multiply(x, y))
    return total


def _shifted(gram: Gram, sign: int, bound: Fraction, over: Intervals) -> Gram:
    """sign (G - bound I)."""
    result = []
    for i, row in enumerate(gram):
        moved = [
            over.add(value, over.number(-bound)) if i == j else value for j, value in enumerate(row)
        ]
        result.append(moved if sign > 0 else [over.negative(value) for value in moved])
    return result


def _is_positive(rows: Gram, over: Intervals) -> bool:
    """Elimination without exchanges: symmetric with positive pivots is positive definite."""
    while rows:
        pivot, rest = rows[0], rows[1:]
        if pivot[0][0] <= 0:
            return False
        rows = []
        for row in rest:
            factor = over.negative(over.divide(row[0], pivot[0]))
            pairs = zip(row[1:], pivot[1:], strict=True)
            rows.append([over.add(x, over.multiply(factor, y)) for x, y in pairs])
    return True
