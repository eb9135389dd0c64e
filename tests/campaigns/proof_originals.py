"""Proof certificates to be mutated: all scripts, on many small instances."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mutants import canonical
from plain_network import Document
from proof_instances import INPUTS, RUNS, convolutional, dense, made, scripts, skip

import exactland
from exactland.certificate.proofs import proof_certificate
from exactland.errors import ExactlandError
from exactland.proof.script import Driver, Walkthrough

#: A larger certificate is slow and no richer.
LARGEST = 9_000
POOLED = [
    {"kind": "convolution", "patches": [[0, 1], [1, 2], [2, 3]], "filters": 2, "bias": "neuron"},
    {"kind": "max-pooling", "patches": [[0, 2], [1, 3], [4, 5]]},
    {"kind": "dense", "width": 3, "bias": "neuron"},
    {"kind": "dense", "width": 1, "bias": "neuron", "activation": "identity"},
]
TIED = {
    "kind": "convolution",
    "patches": [[0, 1], [1, 2], [2, None]],
    "filters": 1,
    "bias": "filter",
}
SPREAD = [[0, 1, 3, 2], [1, -1, 2, 7], [2, 5, "1/2", -3]]
SCALAR = {"targets": [[1], [0], ["-1/2"]]}


def _pooled(activation: Any) -> Any:
    layers = [{"activation": activation, **layer} for layer in POOLED]
    layers[1].pop("activation")
    data = {"inputs": SPREAD, **SCALAR}
    network = {"kind": "sequential", "layers": layers}
    return exactland.problem_from(
        {"format": "exactland-problem/1", "data": data, "network": network}
    )


def _tied(activation: Any) -> Any:
    layers = [{**TIED, "activation": activation}, {"kind": "dense", "width": 1}]
    data = {"inputs": [[0, 1, 3], [1, -1, 2]], "targets": [[1], [0]]}
    network = {"kind": "sequential", "layers": layers}
    return exactland.problem_from(
        {"format": "exactland-problem/1", "data": data, "network": network}
    )


def _instances() -> Iterator[tuple[str, Any, int]]:
    """(paper, problem, layer)."""
    softplus = {"name": "softplus", "alpha": "3/2"}
    for sigma in ("sigmoid", "tanh", "softsign", "relu6", "silu", softplus):
        yield "NH17", dense([3, 2, 1], sigma, data=SCALAR, loss="squared"), 2
    for sigma in ("relu", "relu6", "hard-sigmoid", "lorentz", "gelu", "arctan"):
        yield "NH18", dense([3, 1], sigma, data=SCALAR), 1
    for sigma in ("relu", "softplus", "gaussian"):
        yield "NH18", dense([2, 3, 3, 1], sigma, data=SCALAR), 3
        yield "NH18", _pooled(sigma), 1
        yield "NH18", _pooled(sigma), 3
        yield "NH18", convolutional(sigma), 1
    yield "NH18", _pooled("sigmoid"), 2
    yield "NH18", _tied("sigmoid"), 1
    for sigma in ("sigmoid", "softplus", "tanh", "identity"):
        yield "NMH19", skip(sigma), 1
    for sigma in ("exp", {"expr": "sin(t)+cos(t)"}, "sigmoid", {"expr": "exp(t)+t**2/3"}):
        yield "LDS18", dense([2, 3, 1], sigma, [[1], [2], ["-1/2"]], "none"), 1
        yield "LDS18", dense([3, 1], sigma, INPUTS, "none"), 1


def _is_about(id: str, paper: str) -> bool:
    return id.startswith(paper + ":") and id not in ("NH18:Tab1", "NH18:Tab2", "NH18:Fig1")


def proof_originals() -> list[Document]:
    """The certificates of proof_instances, and those of more instances that can be had."""
    found = [made(id, which) for id, which in RUNS]
    for paper, problem, k in _instances():
        for id, script in scripts(paper).items():
            if not _is_about(id, paper):
                continue
            try:
                driver = Driver(script, Walkthrough(problem, k)).run()
                data = canonical(proof_certificate(driver))
            except ExactlandError:  # not finished, or not a statement about this instance
                continue
            if len(data) < LARGEST:
                found.append(data)
    return [json.loads(data) for data in dict.fromkeys(found)]
