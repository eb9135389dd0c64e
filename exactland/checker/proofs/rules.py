"""The rules of proofs: claims that follow from the steps that are used (section 10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..canonical import fields, listed, natural
from ..outcome import Reject
from ..sentences.tables import ANALYTIC_ZEROS
from ..work import VALUE, spend
from . import minors, statement_facts
from .cited import require_cited
from .layers import read_targets
from .ranks import sized_target
from .setting import Claim, Setting, Shown, as_text, without_stage


def _conjunction(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    if fields(claim, place + ".claim", "kind claims")["kind"] != "together":
        raise Reject(place, "a conjunction shows a claim of kind together")
    parts = listed(claim["claims"], place + ".claim.claims")
    if any(isinstance(part, dict) and part.get("kind") == "cited" for part in parts):
        raise Reject(place, "a citation is no part of a conclusion")
    # What depends on no parameters holds at every stage.
    said = {step.text for step in used if step.at is None or step.at == at}
    if not parts or not all(as_text(part) in said for part in parts):
        raise Reject(place, "a part is not among the steps used, at the same stage or at none")


def _unchanged(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    if at is None or len(used) != 1 or used[0].at is None or not used[0].says(claim, used[0].at):
        raise Reject(place, "the step used is not the same claim at another stage")
    if claim["kind"] == "full-rank" and "layer" in claim["matrix"]:
        last = claim["matrix"]["layer"]
    elif claim["kind"] == "distinct-entries":
        last = claim["layer"]
    else:
        raise Reject(place, "it is not known on which layers this claim depends")
    if _lower(setting, used[0].at, last) != _lower(setting, at, last):
        raise Reject(place, f"the parameters of layers 1 to {last} differ")


def _lower(setting: Setting, at: Any, last: int) -> Any:
    """The parameters of layers 1 to ``last`` at a stage."""
    parameters = setting.parameters(at)
    # The two lists are compared by their values: not more than they took to read.
    if parameters is not None:
        spend(VALUE * sum(len(w.b) + len(w.W) * len(w.W[0]) for w in parameters[:last] if w))
    return None if parameters is None else parameters[:last]


def _witness(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    without_stage(at, place)
    if claim["kind"] != "generic-full-rank":
        raise Reject(place, "a witness shows a claim of kind generic-full-rank")
    require_cited(used, ANALYTIC_ZEROS, place)
    point = {**claim, "kind": "full-rank"}
    if not any(step.at is not None and step.says(point, step.at) for step in used):
        raise Reject(place, "full rank at a stage is not among the steps used")
    # The matrix was read when that step was checked.
    if claim["matrix"]["what"] not in ("features", "augmented"):
        raise Reject(place, "this rule is about features")
    outputs = {"kind": "analytic-outputs", "layer": claim["matrix"]["layer"]}
    if any(step.says(outputs, None) for step in used):
        return
    for layer in range(1, claim["matrix"]["layer"] + 1):
        analytic = {"kind": "activation", "layer": layer, "property": "analytic"}
        if not any(step.says(analytic, None) for step in used):
            raise Reject(place, f"that layer {layer} is analytic is not among the steps used")


def _null_set(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """The complement of a null set meets every ball."""
    without_stage(at, place)
    if claim["kind"] != "dense":
        raise Reject(place, "a null set shows a claim of kind dense")
    if not any(step.says({**claim, "kind": "generic-full-rank"}, None) for step in used):
        raise Reject(place, "full rank for almost all parameters is not among the steps used")
    if "layer" not in claim["matrix"]:
        raise Reject(place, "this claim is about a matrix of a layer")


def _fitted(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """F_l (N x n_l) of rank N: F F^T is invertible, and F lambda = y for every y."""
    if claim["kind"] != "fitted-by-rank":
        raise Reject(place, "this rule shows a claim of kind fitted-by-rank")
    fields(claim, place + ".claim", "kind layer targets")
    number, layer = setting.layer(claim["layer"], place)
    samples = setting.problem.samples
    read_targets(setting, claim, place)
    matrix = {"what": "features", "layer": number}
    rank = {"kind": "full-rank", "matrix": matrix, "rows": samples, "columns": layer.width}
    if at is None or layer.width < samples or not any(step.says(rank, at) for step in used):
        raise Reject(place, "rank N of the features is not among the steps used")


def _affine(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """rank F_k <= rank W_l + 1: a product, and a matrix 1 c^T."""
    if claim["kind"] != "rank":
        raise Reject(place, "this rule shows a claim of kind rank")
    fields(claim, place + ".claim", "kind matrix rows columns at_least at_most")
    target = sized_target(setting.at(at, place), claim, place)
    natural(claim["at_least"], place + ".claim.at_least", 0, 0)
    if target.what != "features" or at is None:
        raise Reject(place, "this rule bounds a rank of features from above, at a stage")
    most = natural(claim["at_most"], place + ".claim.at_most")
    for step in used:
        if step.claim["kind"] == "rank" and step.claim["matrix"]["what"] == "weights":
            first = step.claim["matrix"]["layer"]
            affine = {"kind": "affine", "layer": target.layer, "from": first}
            shown = any(other.says(affine, at) for other in used)
            if step.at == at and shown and step.claim["at_most"] + 1 <= most:
                return
    raise Reject(place, "no rank of weights among the steps used gives this bound")


RULES: dict[str, Callable[[Setting, Claim, Any, list[Shown], str], None]] = {
    "conjunction": _conjunction,
    "unchanged": _unchanged,
    "witness": _witness,
    "null-set": _null_set,
    "affine": _affine,
    "fitted": _fitted,
    "softplus": statement_facts.softplus_growth,
    "zero-set": minors.zero_set,
}
