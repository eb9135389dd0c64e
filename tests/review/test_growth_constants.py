"""The constants in a sentence about growth are real numbers, whatever their formal value says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exactland.checker.verify import check_bytes

#: sin(pi/12) = (sqrt(6) - sqrt(2))/4, so this divides by 0; formally 0 times the quotient is 0.
UNDEFINED = "1+0*(1/(sin(pi/12)-(sqrt(6)-sqrt(2))/4))"


def certificate(rho_1: str) -> dict[str, Any]:
    """NH17, Lemma 3.3, for softplus, with this text for rho_1 = 1."""
    layer = {
        "kind": "dense",
        "width": 2,
        "bias": "neuron",
        "activation": {"name": "softplus", "alpha": 1},
    }
    claims: list[dict[str, Any]] = [
        {"kind": "activation", "layer": 1, "property": "analytic"},
        {"kind": "activation", "layer": 1, "property": "increasing"},
        {"kind": "growth", "layer": 1, "rho": [rho_1, "1", "1", "log(2)"]},
    ]
    steps: list[dict[str, Any]] = [
        {"claim": claim, "at": None, "uses": [], "evidence": {}} for claim in claims
    ]
    whole = {"kind": "together", "claims": claims}
    rule = {"rule": "conjunction"}
    steps.append({"claim": whole, "at": None, "uses": [0, 1, 2], "evidence": rule})
    words = (
        "NH17:Lem3.3 on this instance, layer 1: Layer 1: the activation is analytic. "
        "Layer 1: the activation is strictly increasing. "
        f"|sigma_1(t)| <= ({rho_1}) exp((1) t) for t < 0 and "
        "|sigma_1(t)| <= (1) t + log(2) for t >= 0."
    )
    return {
        "format": "exactland-certificate/1",
        "claim": {"kind": "proof", "statement": "NH17:Lem3.3", "layer": 1, "words": words},
        "problem": {
            "format": "exactland-problem/1",
            "data": {"inputs": [[1], [2]]},
            "network": {"kind": "sequential", "layers": [layer]},
        },
        "evidence": {"parameters": [], "steps": steps},
    }


@pytest.mark.parametrize(
    ("rho_1", "verdict"),
    [("1", "accept"), ("exp(log(2))/2", "accept"), ("2", "reject"), (UNDEFINED, "reject")],
)
def test_constants_are_those_of_the_table_and_defined(rho_1: str, verdict: str) -> None:
    text = json.dumps(certificate(rho_1), sort_keys=True, separators=(",", ":")) + "\n"
    assert check_bytes(text.encode()).verdict == verdict
