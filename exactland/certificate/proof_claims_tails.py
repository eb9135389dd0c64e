"""The claims about det A(alpha) for all larger alpha, and about limits (sections 10 and 11)."""

from __future__ import annotations

from math import lcm
from typing import Any

from flint import fmpq

from exactland.certificate.proof_claims import (
    BITS,
    MOST_BITS,
    Encoded,
    activation_of,
    in_bits,
    is_plain,
    matrix_json,
)
from exactland.model.problem_file import number_text
from exactland.papers.nh18 import tail_claims as tails
from exactland.proof.script import Fact, Walkthrough
from exactland.proof.tail_matrices import Shown

Json = Any


def encoded(walk: Walkthrough, fact: Fact, claim: Any) -> Encoded | None:
    """The step of a fact about A(alpha) or the limits of an activation; None for others."""
    match claim:
        case tails.ClauseOne(k=k):
            return _property(walk, k, "nh18-3.2-1")
        case tails.FiniteLimits(k=k):
            return _property(walk, k, "finite-limits")
        case tails.LeibnizSum(alpha=alpha, mirror=mirror):
            ends = {"mirrored": mirror < 0, "alpha": number_text(alpha)}
            return Encoded(
                {**_directed("tail-determinant", claim), **ends}, in_bits(fact, 2 * BITS)
            )
    shown = fact.grounds.evidence
    if not isinstance(shown, Shown) or not is_plain(activation_of(walk, claim.k)):
        return None
    document = {"from": number_text(claim.alpha_0)}
    if isinstance(claim, tails.TailTriangular):
        return Encoded({**_directed("triangular-tail", claim), **document}, _bits(shown))
    evidence = _evidence(shown)
    if not isinstance(claim, tails.TailNonsingular) or evidence is None:
        return None
    document = {**document, "mirrored": claim.mirror < 0}
    return Encoded({**_directed("tail-nonsingular", claim), **document}, evidence)


def _property(walk: Walkthrough, k: int, name: str) -> Encoded | None:
    if not is_plain(activation_of(walk, k)):
        return None
    return Encoded({"kind": "activation", "layer": k, "property": name}, {})


def _directed(kind: str, claim: Any) -> dict[str, Json]:
    return {
        "kind": kind,
        "layer": claim.k,
        "directions": matrix_json(claim.directions),
        "gamma": list(claim.gamma),
        "point": number_text(claim.beta),
    }


def _evidence(shown: Shown) -> Json | None:
    """A weight for every sample, or an approximate inverse; None where a test needed neither."""
    peak = None if shown.peak is None else number_text(shown.peak)
    if shown.weights:
        weights = [number_text(weight) for weight in shown.weights]
        # The checker's numbers have a fixed point: products with large weights need more bits.
        spread = fmpq(max(shown.weights)) / min(shown.weights)
        size = spread.ceil().bit_length()
        if shown.growing:
            return {"method": "growth", "weights": weights, **_bits(shown, size)}
        return {"method": "dominance", "weights": weights, "peak": peak, **_bits(shown, size)}
    if not shown.inverse:
        return None
    scale = lcm(*(int(entry.q) for row in shown.inverse for entry in row)).bit_length() - 1
    entries = [[number_text(entry * fmpq(2) ** scale) for entry in row] for row in shown.inverse]
    method = {"method": "approximate-inverse", "scale": scale, "inverse": entries, "peak": peak}
    return {**method, **_bits(shown)}


def _bits(shown: Shown, more: int = 0) -> dict[str, Json]:
    """At least twice those of the balls for the gaps."""
    return {"bits": min(max(2 * BITS, 2 * shown.bits) + more, MOST_BITS)}
