"""The rules of proofs about series and null sets (LDS18, section 10)."""

from __future__ import annotations

from typing import Any

from ..canonical import fields, listed, natural, rationals
from ..outcome import Reject
from ..sentences.tables import ANALYTIC_ZEROS, APPROXIMATION
from .cited import require_cited
from .series import coordinate_name
from .setting import Claim, Setting, Shown, as_text, without_stage


def _analytic(used: list[Shown], layer: int, place: str) -> None:
    wanted = {"kind": "activation", "layer": layer, "property": "analytic"}
    if not any(step.says(wanted, None) for step in used):
        raise Reject(place, f"that layer {layer} is analytic is not among the steps used")


def shift(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """sigma + c (sin + cos) tends to sigma uniformly as c tends to 0, since |sin + cos| <= 2."""
    layer, order = _special_dense(setting, claim, at, place)
    for step in used:
        said = step.claim
        if said["kind"] == "special-nearby" and (said["layer"], said["order"]) == (layer, order):
            return
    raise Reject(place, "functions near the activation are not among the steps used")


def cited_density(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """The same for a continuous activation: an analytic g near it, and a c that is allowed."""
    layer, order = _special_dense(setting, claim, at, place)
    require_cited(used, APPROXIMATION, place)
    wanted = {"kind": "activation", "layer": layer, "property": "continuous"}
    if not any(step.says(wanted, None) for step in used):
        raise Reject(place, "that the activation is continuous is not among the steps used")
    if not any(step.says({"kind": "few-excluded", "order": order}, None) for step in used):
        raise Reject(place, "that few c are excluded is not among the steps used")


def one_root(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """g^(j)(0) + c s_j is 0 for one c only, s_j = 1 or -1 being derivative j of sin + cos at 0."""
    without_stage(at, place)
    if fields(claim, place + ".claim", "kind order")["kind"] != "few-excluded":
        raise Reject(place, "this rule shows a claim of kind few-excluded")
    natural(claim["order"], place + ".claim.order", 1)
    if not any(step.says({"kind": "sine-cosine-derivatives"}, None) for step in used):
        raise Reject(place, "the derivatives of sin + cos are not among the steps used")


def expansion(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """det sigma(w_i z_j) of size m is sum_j c_j sigma(w_m z_j) as a function of w_m, c_m != 0.

    c_m is the minor of size m - 1. Were the sum 0 for all w_m, so were its derivatives at 0, the
    sums of c_j z_j^i sigma^(i)(0). Vandermonde's matrix of an order n >= m is nonsingular: all
    sigma^(i)(0), i < n, are nonzero and z_1, ..., z_n differ, and so it is for the order m.
    """
    if fields(claim, place + ".claim", "kind layer coordinate weights")["kind"] != (
        "expansion-nonzero"
    ):
        raise Reject(place, "this rule shows a claim of kind expansion-nonzero")
    layer, index = coordinate_name(setting, claim, place)
    size = len(rationals(claim["weights"], place + ".claim.weights")) + 1
    if size > 1 and not any(step.says({**claim, "kind": "minor"}, at) for step in used):
        raise Reject(place, "the minor of the weights that are fixed is not among the steps used")
    for step in used:
        said = step.claim
        if said["kind"] == "vandermonde" and step.at == at:
            where = said["layer"], said["coordinate"]
            if where == (layer, index) and said["order"] >= size:
                return
    raise Reject(place, "Vandermonde's matrix of this size is not among the steps used")


def _special_dense(setting: Setting, claim: Claim, at: Any, place: str) -> tuple[int, int]:
    without_stage(at, place)
    if claim["kind"] != "special-dense":
        raise Reject(place, "this rule shows a claim of kind special-dense")
    fields(claim, place + ".claim", "kind layer order")
    number, _ = setting.layer(claim["layer"], place)
    return number, natural(claim["order"], place + ".claim.order", 1)


def coincidences(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """Each difference sigma(<w, x_i>) - sigma(<w, x_j>) is analytic in w and not 0 at one w."""
    without_stage(at, place)
    if fields(claim, place + ".claim", "kind")["kind"] != "coincidences-null":
        raise Reject(place, "this rule shows a claim of kind coincidences-null")
    if not any(step.claim["kind"] == "separating-weight" for step in used):
        raise Reject(place, "a weight that separates the values is not among the steps used")
    require_cited(used, ANALYTIC_ZEROS, place)
    _analytic(used, 1, place)


def determinant(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """det sigma_1(w x^T) is analytic in w in R^N and not 0 at one w; there is one input."""
    without_stage(at, place)
    if fields(claim, place + ".claim", "kind")["kind"] != "determinant-null":
        raise Reject(place, "this rule shows a claim of kind determinant-null")
    if len(setting.problem.inputs[0]) != 1:
        raise Reject(place, "there is more than one input")
    if not any(_is_whole_minor(step.claim, setting.problem.samples) for step in used):
        raise Reject(place, "N weights with a nonzero determinant are not among the steps used")
    require_cited(used, ANALYTIC_ZEROS, place)
    _analytic(used, 1, place)


def _is_whole_minor(claim: Claim, samples: int) -> bool:
    return claim["kind"] == "minor" and claim["layer"] == 1 and len(claim["weights"]) == samples


def independence(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """Moments of rank N at orders where no derivative vanishes: independent functions of w."""
    without_stage(at, place)
    _, layer = setting.layer(1, place)
    wanted = {
        "kind": "generic-full-rank",
        "matrix": {"what": "features", "layer": 1},
        "rows": setting.problem.samples,
        "columns": layer.width,
    }
    if as_text(claim) != as_text(wanted):
        raise Reject(place, "moments show that F_1 has full rank for almost all parameters")
    if layer.kind != "dense" or layer.bias != "none":
        raise Reject(place, "layer 1 has to be dense and without biases")
    require_cited(used, ANALYTIC_ZEROS, place)
    for step in used:
        if step.claim["kind"] == "moments":
            orders = sorted(listed(step.claim["orders"], place))
            nonzero = {"kind": "derivatives", "layer": 1, "orders": orders}
            if any(other.says(nonzero, None) for other in used):
                return
    raise Reject(place, "moments and derivatives of the same orders are not among the steps used")
