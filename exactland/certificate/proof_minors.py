"""The claims about one minor of F_k, [F_k, 1] or U_k as steps of section 10 of the format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactland.certificate.proof_claims import Encoded
from exactland.conditions.bound_documents import lower_document
from exactland.proof import minors
from exactland.proof.script import Fact, Walkthrough


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact about a minor; None for other claims."""
    match claim:
        case minors.AnalyticMinor(minor=minor):
            return Encoded(_document("analytic-minor", minor), {})
        case minors.NonzeroMinor(minor=minor):
            lower = lower_document(fact.grounds.evidence)
            return Encoded(_document("nonzero-minor", minor), {"lower": lower})
        case minors.MinorNull(minor=minor):
            return Encoded(_document("minor-null", minor), {"rule": "zero-set"})
    return None


def _document(kind: str, minor: minors.Minor) -> dict[str, Any]:
    matrix = {"what": minor.what, "layer": minor.k}
    chosen = {"rows": list(minor.rows), "columns": list(minor.columns)}
    return {"kind": kind, "matrix": matrix, **chosen}
