"""Steps about ranks at given parameters, and about the parameters themselves (section 10)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..bounds import Target, lower_bound, null_vectors, read_target
from ..canonical import fields, natural, rational
from ..forward import Exact, layer_features
from ..outcome import Reject
from ..problem import Problem
from ..rationals import dot
from ..work import operation, spend
from .setting import Claim, Setting, no_evidence

Rows = list[list[Fraction]]


def check_rank(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """at_least <= rank <= at_most, each from its evidence; null is 0 or min(rows, columns)."""
    fields(claim, place + ".claim", "kind matrix rows columns at_least at_most")
    fields(evidence, place + ".evidence", "lower upper")
    problem = setting.at(at, place)
    target = sized_target(problem, claim, place)
    least = natural(claim["at_least"], place + ".claim.at_least")
    most = natural(claim["at_most"], place + ".claim.at_most", least, target.full)
    lower, upper, where = 0, target.full, place + ".evidence"
    if evidence["lower"] is not None:
        lower = lower_bound(problem, target, problem.parameters, evidence["lower"], where)
    if evidence["upper"] is not None:
        upper = null_vectors(problem, target, problem.parameters, evidence["upper"], where)
    if lower == 0 and evidence["upper"] is None:
        # Nothing has been evaluated: there may be no parameters, and no matrix.
        raise Reject(place + ".evidence", "it shows nothing about this matrix")
    if not (lower >= least and upper <= most):
        raise Reject(place, f"the evidence is for a rank from {lower} to {upper}")


def sized_target(problem: Problem, claim: Claim, place: str) -> Target:
    """The matrix of a claim, whose dimensions must be those that follow from the problem."""
    target = read_target(problem, claim["matrix"], place + ".claim.matrix")
    for key, size in (("rows", target.rows), ("columns", target.columns)):
        if natural(claim[key], f"{place}.claim.{key}") != size:
            raise Reject(f"{place}.claim.{key}", f"the matrix has {size}")
    return target


def check_affine(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """F_k - F_{l-1} W_l ... W_k has equal rows, over Q; layers l to k are dense."""
    fields(claim, place + ".claim", "kind layer from")
    no_evidence(evidence, place)
    problem = setting.at(at, place)
    k, _ = setting.layer(claim["layer"], place)
    first = natural(claim["from"], place + ".claim.from", 1, k)
    product = _features(problem, first - 1, place)
    for layer in range(first, k + 1):
        weights = problem.parameters[layer - 1]
        if weights is None or problem.layers[layer - 1].kind != "dense":
            raise Reject(place, f"layer {layer} is not dense with parameters")
        product = [[dot(row, column) for column in zip(*weights.W, strict=True)] for row in product]
    whole = _features(problem, k, place)
    rests = [
        [_difference(x, y) for x, y in zip(row, part, strict=True)]
        for row, part in zip(whole, product, strict=True)
    ]
    if any(row != rests[0] for row in rests):
        raise Reject(place, "the difference has different rows")


def _features(problem: Problem, k: int, place: str) -> Rows:
    """F_k over Q (NotRational rejects), F_0 the data."""
    if problem.parameters is None:
        raise Reject(place, "the problem has no parameters")
    if k == 0:
        return problem.inputs
    layers = problem.layers[:k]
    rows, columns = range(problem.samples), range(layers[-1].width)
    return layer_features(problem.inputs, layers, rows, columns, problem.parameters, Exact())


def _difference(x: Fraction, y: Fraction) -> Fraction:
    spend(operation(x, y))
    return x - y


def check_near(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The stage's parameters of layers 1 to l are less than the radius from the given ones."""
    fields(claim, place + ".claim", "kind layer radius")
    no_evidence(evidence, place)
    last, _ = setting.layer(claim["layer"], place)
    radius = rational(claim["radius"], place + ".claim.radius")
    ours, given = setting.constructed(at, place).parameters, setting.problem.parameters
    if ours is None or given is None or radius <= 0:
        raise Reject(place, "parameters at both points and a positive radius are needed")
    total = Fraction(0)
    for mine, theirs in zip(ours[:last], given[:last], strict=True):
        if mine is None or theirs is None:
            raise Reject(place, "the parameters of a layer are missing")
        left = [*(x for row in mine.W for x in row), *mine.b]
        right = [*(x for row in theirs.W for x in row), *theirs.b]
        steps = [_difference(x, y) for x, y in zip(left, right, strict=True)]
        part = dot(steps, steps)
        spend(operation(total, part))
        total += part
    if not total < radius**2:
        raise Reject(place, "the distance is not less than the radius")
