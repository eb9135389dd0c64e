"""Claims and evidence as JSON values, field by field as docs/certificate-v1.md lists them."""

from __future__ import annotations

from typing import Any

from exactland.conditions import claims
from exactland.conditions import evidence as proofs
from exactland.conditions.bound_documents import (
    lower_document,
    matrix_document,
    upper_document,
    vector_document,
)
from exactland.conditions.claims import Claim, MatrixName, OrderVerdict
from exactland.errors import UsageError
from exactland.landscape.evidence import LocalMinimumProof
from exactland.model.problem_file import number_text, parameters_document

Json = Any


def claim_document(claim: Claim) -> dict[str, Json]:
    """The ``claim`` object of a certificate.

    >>> from exactland.conditions.claims import Assumption
    >>> claim_document(Assumption("NH18:Asm3.1", True))["words"]
    'NH18:Asm3.1 holds on this instance.'
    """
    body: dict[str, Json]
    match claim:
        case claims.FullRank() | claims.GenericFullRank():
            kind = "full-rank" if isinstance(claim, claims.FullRank) else "generic-full-rank"
            body = {"kind": kind, **_sized(claim)}
        case claims.RankDeficient() | claims.GenericDeficient():
            deficient = isinstance(claim, claims.RankDeficient)
            kind = "rank-deficient" if deficient else "generic-deficient"
            between = {"at_least": claim.at_least, "at_most": claim.at_most}
            body = {"kind": kind, **_sized(claim), **between}
        case claims.OpenDeficient():
            body = {"kind": "open-deficient", **_sized(claim), "at_most": claim.at_most}
        case claims.VanishingIdentity():
            body = {
                "kind": "vanishing-identity",
                "layer": claim.layer,
                "rows": claim.rows,
                "at_most": claim.at_most,
            }
        case claims.Assumption():
            body = {"kind": "assumption", "id": claim.id, "holds": claim.holds}
        case claims.BadLocalMinimum():
            body = {
                "kind": "bad-local-minimum",
                "t": claim.t,
                "radius": number_text(claim.radius),
                "loss": number_text(claim.loss),
                "better": number_text(claim.better),
                "assumption_2": _order(claim.assumption_2),
            }
    return {**body, "words": claim.words()}


def evidence_document(claim: Claim, evidence: Any) -> dict[str, Json]:
    """The ``evidence`` object that belongs to a claim (section 7)."""
    match evidence:
        case proofs.RankProof():
            return _rank_proof(claim, evidence)
        case proofs.EveryPattern():
            return {
                "parameters": parameters_document(evidence.parameters),
                "columns": list(evidence.columns),
                "shared": evidence.shared,
                "patterns": [lower_document(bound) for bound in evidence.bounds],
            }
        case proofs.Recomputed():
            return {}
        case proofs.CollidingPatches():
            return {"samples": list(evidence.samples), "patches": list(evidence.patches)}
        case proofs.EveryLayer():
            return {
                "layers": [
                    {
                        "layer": witness.layer,
                        "W": matrix_document(witness.weights),
                        "lower": lower_document(witness.lower),
                    }
                    for witness in evidence.layers
                ]
            }
        case proofs.DeficientLayer():
            return {"layer": evidence.layer, "upper": upper_document(evidence.upper)}
        case proofs.DistinctCoordinate():
            return {"coordinate": evidence.coordinate}
        case proofs.CollidingPairs():
            return {"pairs": [list(pair) for pair in evidence.pairs]}
        case proofs.CollidingUnit():
            return {"unit": evidence.unit, "samples": list(evidence.samples)}
        case LocalMinimumProof():
            return _local_minimum(evidence)
    raise UsageError("evidence", f"{type(evidence).__name__} belongs to no kind of certificate")


def _rank_proof(claim: Claim, proof: proofs.RankProof) -> dict[str, Json]:
    lower = None if proof.lower is None else lower_document(proof.lower)
    upper = None if proof.upper is None else upper_document(proof.upper)
    parameters = None if proof.parameters is None else parameters_document(proof.parameters)
    match claim:
        case claims.FullRank():
            return {"lower": lower}
        case claims.RankDeficient():
            return {"lower": lower, "upper": upper}
        case claims.GenericFullRank():
            return {"parameters": parameters, "lower": lower}
        case claims.GenericDeficient():
            return {"parameters": parameters, "lower": lower, "upper": upper}
        case claims.OpenDeficient():
            return {"parameters": parameters, "upper": upper}
        case claims.VanishingIdentity():
            return {"upper": upper}
    raise UsageError("evidence", f"a rank proves no claim of kind {type(claim).__name__}")


def _local_minimum(proof: LocalMinimumProof) -> dict[str, Json]:
    sign: dict[str, Json] = {"method": proof.sign_method}
    if proof.sign_method == "taylor":
        sign["order"] = proof.sign_order
    assumption_2: dict[str, Json] | None = None
    if proof.assumption_2_method == "derivatives":
        assumption_2 = {"method": "derivatives"}
    elif proof.assumption_2_method == "exponential-polynomial":
        assumption_2 = {"method": "exponential-polynomial", "from": proof.dominated_from}
    return {
        "sign": sign,
        "point": {"w1": vector_document(proof.w1), "w2": vector_document(proof.w2)},
        "bits": proof.bits,
        "assumption_2": assumption_2,
    }


def _order(verdict: OrderVerdict) -> dict[str, Json]:
    document: dict[str, Json] = {"verdict": verdict.verdict}
    if verdict.verdict != "undecided":
        document["order"] = verdict.order
    if verdict.verdict == "refuted":
        document["derivative"] = verdict.derivative
    return document


def _sized(claim: claims.RankClaim) -> dict[str, Json]:
    return {"matrix": _name(claim.matrix), "rows": claim.rows, "columns": claim.columns}


def _name(matrix: MatrixName) -> dict[str, Json]:
    if matrix.layer is None:
        return {"what": matrix.what}
    return {"what": matrix.what, "layer": matrix.layer}
