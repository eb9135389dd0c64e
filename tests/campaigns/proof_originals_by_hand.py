"""Single steps written by hand: det A(alpha) != 0 where entries pass a peak on their way.

Two samples 0 and 1 and the directions -1 and 1: both entries beside the diagonal are
sigma(beta + alpha), so det A(alpha) = sigma(beta)^2 - sigma(beta + alpha)^2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from claim_words import words_of_proof
from plain_network import Document

#: At -1 it is 1, at 0 it is 0, near 1 it is above 2, and it tends to 0.
TWO_BUMPS = "t**2*(t+3)/(1+t**4)"
BUMP = "1/(1+t**2)"
LAYER = {"kind": "dense", "width": 2, "bias": "neuron"}


def tail_step(sigma: str, beta: Any, alpha: Any, how: Document, **more: Any) -> Document:
    claim = {
        "kind": "tail-nonsingular", "layer": 1, "directions": [[-1, 1]], "gamma": [0, 1],
        "mirrored": False, "point": beta, "from": alpha, **more,
    }  # fmt: skip
    layers = [{**LAYER, "activation": {"expr": sigma}}]
    step = {"claim": claim, "at": None, "uses": [], "evidence": {"bits": 128, **how}}
    document = {
        "format": "exactland-certificate/1",
        "claim": {"kind": "step", "layer": 1, "step": claim, "at": None},
        "problem": {
            "format": "exactland-problem/1",
            "data": {"inputs": [[0], [1]]},
            "network": {"kind": "sequential", "layers": layers},
        },
        "evidence": {"parameters": [], "steps": [step]},
    }
    document["claim"]["words"] = words_of_proof(document)
    return document


def by_hand() -> Iterator[Document]:
    dominance = {"method": "dominance", "weights": [1, 1], "peak": None}
    yield tail_step(TWO_BUMPS, -1, 6, dominance)
    yield tail_step(TWO_BUMPS, -1, 6, dominance, mirrored=True, directions=[[1, -1]])
    yield tail_step(BUMP, "-1/2", 2, {**dominance, "peak": 0})
    yield tail_step(BUMP, "-1/2", 2, {**dominance, "peak": 0}, mirrored=True, directions=[[1, -1]])
    near = {"method": "approximate-inverse", "scale": 4, "inverse": [[20, 0], [0, 20]]}
    yield tail_step(BUMP, "-1/2", 4, {**near, "peak": 0})
