"""Lemmas 2.1 and 3.3 of NH17, and E(alpha) of Lemma 4.3 at one alpha, as steps of section 10."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from exactland.certificate.proof_claims import BITS, GIVEN, Encoded, in_bits
from exactland.model.problem_file import number_text
from exactland.papers.nh17 import claims
from exactland.proof.script import Fact, Walkthrough

Json = Any


def encoded(walk: Walkthrough, fact: Fact, claim: Any) -> Encoded | None:
    """The step of such a fact; None for others."""
    return _of_derivatives(walk, fact, claim) or _of_growth(claim) or _at_one_alpha(fact, claim)


def _of_derivatives(walk: Walkthrough, fact: Fact, claim: Any) -> Encoded | None:
    """Lemma 2.1."""
    document: Json
    match claim:
        case claims.ResidualLoss():
            return Encoded({"kind": "residual-loss", "loss": str(walk.problem.loss)}, {})
        case claims.Differentiable(k=k):
            return Encoded({"kind": "differentiable", "layer": k}, in_bits(fact, 2 * BITS), GIVEN)
        case claims.Backpropagation(k=k):
            return Encoded({"kind": "backpropagation", "layer": k}, {})
        case claims.GradientsAgree(k=k, tolerance=tolerance):
            document = {"kind": "gradients", "layer": k, "loss": str(walk.problem.loss)}
            document["tolerance"] = number_text(tolerance)
            return Encoded(document, in_bits(fact, 2 * BITS), GIVEN)
    return None


def _of_growth(claim: Any) -> Encoded | None:
    """Lemma 3.3."""
    match claim:
        case claims.NamedActivation(k=k):
            names = ["sigmoid", "tanh", "softplus"]
            return Encoded({"kind": "named-activation", "layer": k, "names": names}, {})
        case claims.LogarithmBound():
            return Encoded(_inequality("log(1+t)", "t", 0), {})
        case claims.DoubleBound():
            return Encoded(_inequality("1+t", "2*t", 1), {})
        case claims.SoftplusGrowth(k=k, rho=rho):
            document = {"kind": "growth", "layer": k, "rho": list(rho)}
            return Encoded(document, {"rule": "softplus"})
    return None


def _inequality(left: str, right: str, start: int) -> Json:
    return {"kind": "inequality", "left": left, "right": right, "from": start}


def _directed(family: claims.Family) -> dict[str, Json]:
    return {
        "layer": family.k,
        "direction": [number_text(value) for value in family.direction],
        "gamma": list(family.order),
    }


def _at_one_alpha(fact: Fact, claim: Any) -> Encoded | None:
    """The determinant of E(alpha) and its Leibniz sum."""
    document: Json
    match claim:
        case claims.DeterminantAt(family=family, alpha=alpha, low=low, high=high, exponent=power):
            unit = fmpq(10) ** power if power >= 0 else 1 / fmpq(10) ** -power
            document = {"kind": "determinant-at", **_directed(family), "bounded": family.bounded}
            document.update(alpha=number_text(alpha), point=number_text(family.beta))
            document.update(low=number_text(low * unit), high=number_text(high * unit))
            # The pivots may be as small as the determinant.
            return Encoded(document, in_bits(fact, 2 * BITS + 8 * max(-power, 0)))
        case claims.LeibnizSum(family=family, alpha=alpha, bound=bound):
            document = {"kind": "permutation-terms", **_directed(family)}
            document.update(alpha=number_text(alpha), point=number_text(family.beta))
            document["bound"] = number_text(bound)
            small = int(bound.q.bit_length())
            return Encoded(document, in_bits(fact, 2 * BITS + 2 * small))
    return None
