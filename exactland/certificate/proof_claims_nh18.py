"""The claims of NH18's proof scripts that are its own, as steps of section 10 of the format.

Of a Leibniz sum the certificate keeps that it is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactland.certificate.proof_claims import BITS, Encoded, in_bits
from exactland.certificate.proof_claims_tails import encoded as encoded_tail
from exactland.model.problem_file import number_text
from exactland.papers.nh18 import fit
from exactland.proof.script import Fact, Walkthrough

Json = Any


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact of NH18's own claims; None for others and for those left out."""
    return _of_fit(fact, claim) or encoded_tail(walk, fact, claim)


def _of_fit(fact: Fact, claim: Any) -> Encoded | None:
    """Corollary 3.6."""
    document: Json
    match claim:
        case fit.Fitted(k=k, y=y, weights=weights):
            document = {"kind": "fitted", "layer": k, "targets": _vector(y)}
            return Encoded({**document, "weights": _vector(weights)}, in_bits(fact, 2 * BITS))
        case fit.FittedByRank(k=k, y=y):
            document = {"kind": "fitted-by-rank", "layer": k, "targets": _vector(y)}
            return Encoded(document, {"rule": "fitted"})
    return None


def _vector(values: Any) -> list[Json]:
    return [number_text(value) for value in values]
