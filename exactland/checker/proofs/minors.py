"""Steps about one minor of F_k, [F_k, 1] or U_k as a function of the parameters (section 10).

NH17's Lemma 4.2 and NH18's Lemma A.1 on an instance: the minor is analytic, it is not 0 at one
point, and by the cited theorem its zeros are a null set.
"""

from __future__ import annotations

from typing import Any

from ..bounds import Target, lower_bound, read_target
from ..canonical import distinct_indices, fields, text
from ..claims import require_analytic
from ..outcome import Reject
from ..sentences.tables import ANALYTIC_ZEROS
from .cited import require_cited
from .setting import Claim, Setting, Shown, as_text, no_evidence, without_stage

MATRICES = ("features", "augmented", "weights")


def _minor(setting: Setting, claim: Claim, place: str) -> Target:
    """The matrix of the claim, whose rows and columns choose a minor of the largest size."""
    fields(claim, place + ".claim", "kind matrix rows columns")
    target = read_target(setting.problem, claim["matrix"], place + ".claim.matrix")
    text(target.what, place + ".claim.matrix.what", MATRICES)
    for key, size in (("rows", target.rows), ("columns", target.columns)):
        where = f"{place}.claim.{key}"
        chosen = distinct_indices(claim[key], where, size)
        if len(chosen) != target.full or chosen != sorted(chosen):
            raise Reject(where, f"{target.full} of them are expected, increasing")
    return target


def check_analytic(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The entries are analytic functions of the parameters, and so is the minor."""
    target = _minor(setting, claim, place)
    no_evidence(evidence, place)
    without_stage(at, place)
    try:
        require_analytic(setting.problem, target)
    except Reject as rejection:
        raise Reject(place, str(rejection)) from None


def check_nonzero(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The minor is not 0 at a stage: a lower bound of the rank by exactly this minor."""
    target = _minor(setting, claim, place)
    problem = setting.constructed(at, place)
    lower = fields(evidence, place + ".evidence", "lower")["lower"]
    where = place + ".evidence.lower"
    lower_bound(problem, target, problem.parameters, lower, where)
    # The order changes the sign only; both lists hold distinct indices.
    if any(sorted(lower[key]) != claim[key] for key in ("rows", "columns")):
        raise Reject(where, "it is about another minor")


def zero_set(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """Analytic and somewhere not 0: by the cited theorem the zeros are a null set."""
    without_stage(at, place)
    if claim["kind"] != "minor-null":
        raise Reject(place, "this rule shows a claim of kind minor-null")
    _minor(setting, claim, place)
    require_cited(used, ANALYTIC_ZEROS, place)
    if not any(step.says({**claim, "kind": "analytic-minor"}, None) for step in used):
        raise Reject(place, "that the minor is analytic is not among the steps used")
    wanted = {**claim, "kind": "nonzero-minor"}
    if not any(step.at is not None and step.says(wanted, step.at) for step in used):
        raise Reject(place, "a point where the minor is not 0 is not among the steps used")


def is_minor_of(setting: Setting, shown: list[Shown], what: str) -> bool:
    """Whether the last step says that the zeros of a minor of this matrix of layer k are null.

    For features it has all N rows.
    """
    last, k = shown[-1], setting.k
    if last.claim["kind"] != "minor-null" or last.at is not None:
        return False
    if as_text(last.claim["matrix"]) != as_text({"what": what, "layer": k}):
        return False
    return what == "weights" or len(last.claim["rows"]) == setting.problem.samples


def of_augmented_features(setting: Setting, shown: list[Shown]) -> bool:
    """NH17's Lemma 4.2."""
    return is_minor_of(setting, shown, "augmented")


def of_features_or_weights(setting: Setting, shown: list[Shown]) -> bool:
    """NH18's Lemma A.1."""
    return is_minor_of(setting, shown, "features") or is_minor_of(setting, shown, "weights")
