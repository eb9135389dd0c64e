"""The claims of NH17's proof scripts as steps of section 10 of the format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactland.certificate.proof_claims import GIVEN, Encoded, activation_json, in_bits
from exactland.certificate.proof_claims_nh17_facts import encoded as encoded_facts
from exactland.conditions.bound_documents import lower_document, upper_document
from exactland.linalg.evidence import RankEvidence
from exactland.model.problem_file import number_text
from exactland.papers.nh17 import claims
from exactland.proof.script import Fact, Walkthrough

Json = Any


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact of NH17's own claims; None for others and for those left out."""
    document: Json
    match claim:
        case claims.AnalyticOutputs(k=k):
            return Encoded({"kind": "analytic-outputs", "layer": k}, {})
        case claims.LinearLayer(k=k):
            document = activation_json(walk, k, "identity")
            return None if document is None else Encoded(document, {})
        case claims.DistinctRows(k=k):
            return Encoded({"kind": "distinct-rows", "layer": k}, in_bits(fact))
        case claims.Separates(k=k, direction=direction):
            columns = [[number_text(value)] for value in direction]
            document = {"kind": "distinct-projections", "layer": k, "directions": columns}
            return Encoded({**document, "across": True}, in_bits(fact))
        case claims.Near(k=k, epsilon=radius):
            return Encoded({"kind": "near", "layer": k, "radius": number_text(radius)}, {})
    found = _of_family(walk, fact, claim) or _of_rank(walk, fact, claim)
    return found or encoded_facts(walk, fact, claim)


def _of_family(walk: Walkthrough, fact: Fact, claim: Any) -> Encoded | None:
    """The claims about the matrices E(alpha) of Lemma 4.3."""
    family = getattr(claim, "family", None)
    if not isinstance(family, claims.Family):
        return None
    if activation_json(walk, family.k, "nh17-3.2") is None:
        return None
    point = {"point": number_text(family.beta)}
    directed: dict[str, Json] = {
        "layer": family.k,
        "direction": [number_text(value) for value in family.direction],
        "gamma": list(family.order),
    }
    bits = in_bits(fact)
    match claim:
        case claims.Ordered():
            return Encoded({"kind": "increasing", **directed}, bits)
        case claims.NonZeroDiagonal():
            kind = "above-limit" if family.bounded else "nonzero-value"
            return Encoded({"kind": kind, "layer": family.k, **point}, in_bits(fact))
        case claims.LimitDeterminant():
            case_ = {"bounded": family.bounded}
            return Encoded(
                {"kind": "limit-determinant", **directed, **point, **case_}, in_bits(fact)
            )
        case claims.DeterminantTail(alpha_0=alpha):
            ends = {"bounded": family.bounded, "from": number_text(alpha)}
            return Encoded(
                {"kind": "family-determinant", **directed, **point, **ends}, in_bits(fact)
            )
    return None


def _of_rank(walk: Walkthrough, fact: Fact, claim: Any) -> Encoded | None:
    """The claims about the ranks of [F_k, 1], W_l and F_k."""
    match claim:
        case claims.AugmentedFullRank():
            found = fact.grounds.evidence
            if not isinstance(found, RankEvidence) or found.lower is None:
                return None
            return Encoded(_augmented("full-rank", claim), {"lower": lower_document(found.lower)})
        case claims.AugmentedAlmostEverywhere():
            return Encoded(_augmented("generic-full-rank", claim), {"rule": "witness"})
        case claims.AugmentedDense():
            return Encoded(_augmented("dense", claim), {"rule": "null-set"})
        case claims.WeightRank(layer=layer, rank=rank):
            document = _rank(walk, "weights", layer, rank, rank)
            return _in_bounds(document, fact.grounds.evidence)
        case claims.FeatureRank(k=k, rank=rank):
            return _in_bounds(_rank(walk, "features", k, rank, rank), fact.grounds.evidence)
        case claims.FeatureRankAtMost(k=k, bound=bound):
            return Encoded(_rank(walk, "features", k, 0, bound), {"rule": "affine"}, GIVEN)
        case claims.AffineInFeatures(k=k, layer=first):
            return Encoded({"kind": "affine", "layer": k, "from": first}, {}, GIVEN)
    return None


def _augmented(kind: str, claim: Any) -> Json:
    matrix = {"what": "augmented", "layer": claim.k}
    return {"kind": kind, "matrix": matrix, "rows": claim.rows, "columns": claim.columns}


def _rank(walk: Walkthrough, what: str, layer: int, at_least: int, at_most: int) -> Json:
    widths, samples = walk.problem.widths, walk.problem.data.samples
    return {
        "kind": "rank",
        "matrix": {"what": what, "layer": layer},
        "rows": samples if what == "features" else widths[layer - 1],
        "columns": widths[layer],
        "at_least": at_least,
        "at_most": at_most,
    }


def _in_bounds(document: Json, found: Any) -> Encoded | None:
    """A rank from both sides; without null vectors it is full."""
    if not isinstance(found, RankEvidence):
        return None
    lower = None if found.lower is None else lower_document(found.lower)
    upper = None if found.upper is None else upper_document(found.upper)
    return Encoded(document, {"lower": lower, "upper": upper}, GIVEN)
