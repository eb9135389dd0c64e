"""The claims of LDS18's proof scripts as steps of section 10 of the format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactland.certificate.proof_claims import BITS, Encoded, in_bits
from exactland.conditions.bound_documents import lower_document
from exactland.linalg.evidence import RankEvidence
from exactland.model.problem_file import number_text
from exactland.papers.lds18 import claims
from exactland.proof.claims import AlmostEverywhere
from exactland.proof.script import Fact, Walkthrough

Json = Any


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact of LDS18's own claims; None for others and for those left out."""
    return (
        _of_series(fact, claim, used) or _of_weights(fact, claim) or _of_moments(fact, claim, used)
    )


def _of_series(fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """Derivatives at 0 and Lemma 1."""
    match claim:
        case claims.DerivativesNonzero(k=k, order=order):
            return _derivatives(fact, k, range(order))
        case claims.SupportDerivatives(k=k, powers=powers):
            return _derivatives(fact, k, sorted(powers))
        case claims.SpecialNearby(k=k, order=order, delta=delta):
            document = {"kind": "special-nearby", "layer": k, "order": order}
            return Encoded({**document, "delta": number_text(delta)}, _bits(fact, order))
        case claims.SpecialDense(k=k, order=order):
            cited = not any(isinstance(other, claims.SpecialNearby) for other in used)
            document = {"kind": "special-dense", "layer": k, "order": order}
            return Encoded(document, {"rule": "cited-density" if cited else "shift"})
        case claims.SineCosineDerivatives():
            return Encoded({"kind": "sine-cosine-derivatives"}, {})
        case claims.FewExcluded(order=order):
            return Encoded({"kind": "few-excluded", "order": order}, {"rule": "one-root"})
    return None


def _derivatives(fact: Fact, k: int, orders: Sequence[int]) -> Encoded | None:
    if not orders:
        return None
    document = {"kind": "derivatives", "layer": k, "orders": list(orders)}
    return Encoded(document, _bits(fact, orders[-1]))


def _bits(fact: Fact, order: int) -> Json:
    """Taylor coefficients of high order are small: the precision of the checker is absolute."""
    return in_bits(fact, BITS + 16 * order)


def _of_weights(fact: Fact, claim: Any) -> Encoded | None:
    """The matrices sigma(w_i z_j) and what becomes of them."""
    match claim:
        case claims.DistinctCoordinate(k=k, coordinate=c):
            return Encoded(
                {"kind": "distinct-coordinate", "layer": k, "coordinate": c}, _bits(fact, 0)
            )
        case claims.WeightedVandermonde(k=k, coordinate=c, order=order):
            document = {"kind": "vandermonde", "layer": k, "coordinate": c, "order": order}
            return Encoded(document, _bits(fact, order))
        case claims.MinorNonzero(k=k, coordinate=c, weights=weights):
            document = {"kind": "minor", "layer": k, "coordinate": c, "weights": _vector(weights)}
            return Encoded(document, _bits(fact, 16 * len(weights)))
        case claims.ExpansionNonzero(k=k, coordinate=c, weights=weights):
            document = {"kind": "expansion-nonzero", "layer": k, "coordinate": c}
            return Encoded({**document, "weights": _vector(weights)}, {"rule": "expansion"})
        case claims.SeparatingWeight(weight=weight):
            return Encoded({"kind": "separating-weight", "weight": _vector(weight)}, _bits(fact, 0))
        case claims.DistinctProducts(weight=weight):
            return Encoded({"kind": "distinct-products", "weight": _vector(weight)}, {})
        case claims.OneInput():
            return Encoded({"kind": "condition", "name": "one-input"}, {})
        case claims.DeterminantAlmostEverywhere():
            return Encoded({"kind": "determinant-null"}, {"rule": "determinant"})
        case claims.CoincidencesNull():
            return Encoded({"kind": "coincidences-null"}, {"rule": "coincidences"})
    return None


def _of_moments(fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The rank of the moments, and what follows from it."""
    document: Json
    match claim:
        case claims.MomentRank(powers=powers):
            found = fact.grounds.evidence
            if not isinstance(found, RankEvidence) or found.lower is None:
                return None
            bound = lower_document(found.lower)
            return Encoded({"kind": "moments", "orders": list(powers)}, {"lower": bound})
        case AlmostEverywhere(matrix=matrix, rows=rows, columns=columns):
            if not any(isinstance(other, claims.MomentRank) for other in used):
                return None
            document = {
                "kind": "generic-full-rank",
                "matrix": {"what": "features", "layer": matrix.k},
                "rows": rows,
                "columns": columns,
            }
            return Encoded(document, {"rule": "moments"})
    return None


def _vector(values: Any) -> list[Json]:
    return [number_text(value) for value in values]
