"""Steps about single layers and about F_k at given parameters (NH18, section 10)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..canonical import fields, rationals
from ..outcome import Reject
from ..rationals import dot
from .comparisons import entries, read_bits
from .setting import Claim, Setting

ZERO = Fraction(0)


def check_fitted(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """F_l lambda = y over Q, y the targets of the problem."""
    fields(claim, place + ".claim", "kind layer targets weights")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, layer = setting.layer(claim["layer"], place)
    problem = setting.at(at, place)
    weights = rationals(claim["weights"], place + ".claim.weights", layer.width)
    targets = read_targets(setting, claim, place)
    rows = entries(problem, problem.layers[:number], problem.parameters, bits)
    for row, y in zip(rows, targets, strict=True):
        if any(lo != hi for lo, hi in row):
            raise Reject(place, "the features are not rational")
        if dot([lo for lo, _ in row], weights) != y:
            raise Reject(place, "a target is not fitted")


def read_targets(setting: Setting, claim: Claim, place: str) -> list[Fraction]:
    """The targets of a claim: those of the problem, a number a sample."""
    given = rationals(claim["targets"], place + ".claim.targets", setting.problem.samples)
    if setting.problem.targets is None or setting.problem.targets != [[y] for y in given]:
        raise Reject(place + ".claim.targets", "they are not the problem's, one number a sample")
    return given
