"""Proof certificates to be mutated: all scripts, on many small instances."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from mutants import canonical
from plain_network import Document
from proof_instances import (
    RUNS,
    convolutional,
    dense,
    is_by_formulas,
    made,
    scripts,
    walkthrough,
)
from proof_originals_by_hand import by_hand

import exactland
from exactland.certificate.proofs import proof_certificate, step_certificate
from exactland.errors import ExactlandError
from exactland.proof.script import Driver, Fact, Walkthrough

#: A larger certificate is slow and no richer.
LARGEST = 9_000
#: So many single steps of a kind, property or method; at most as long as this.
STEPS_OF_A_KIND, LONGEST_STEP = 2, 5_000
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


#: Activations by expressions, of which section 11 shows something.
WRITTEN: tuple[Any, ...] = (
    {"expr": "max(t,0)/2"}, {"expr": "max(t-1,0)"}, {"expr": "1/(1+exp(-2*t))"},
    {"expr": "atan(t)+2"}, {"expr": "exp(-t**2/2)"}, {"expr": "t/(1+abs(t))"},
    {"expr": "t/(1+t**2)"}, {"expr": "(1+t)/(2+t**2)"}, {"expr": "min(max(t,-1),2)+1"},
    {"expr": "tanh(t-1)"}, {"expr": "exp(-abs(t-1))"},
)  # fmt: skip


def _instances() -> Iterator[tuple[str, Any, int]]:
    """(paper, problem, layer)."""
    softplus = {"name": "softplus", "alpha": "3/2"}
    for sigma in ("sigmoid", "tanh", "softsign", "relu6", "silu", softplus):
        yield "NH17", dense([3, 2, 1], sigma, data=SCALAR, loss="squared"), 2
    for sigma in ("relu", "relu6", "hard-sigmoid", "lorentz", "gelu", "arctan", *WRITTEN):
        yield "NH18", dense([3, 1], sigma, data=SCALAR), 1
    for sigma in WRITTEN[2:6]:
        yield "NH17", dense([3, 2, 1], sigma, data=SCALAR, loss="cauchy(delta=1/2)"), 2
    for sigma in ("relu", "softplus", "gaussian"):
        yield "NH18", dense([2, 3, 3, 1], sigma, data=SCALAR), 3
        yield "NH18", _pooled(sigma), 1
        yield "NH18", _pooled(sigma), 3
        yield "NH18", convolutional(sigma), 1
    yield "NH18", _pooled("sigmoid"), 2
    yield "NH18", _tied("sigmoid"), 1


def _is_about(id: str, paper: str) -> bool:
    return id.startswith(paper + ":") and id not in ("NH18:Tab1", "NH18:Tab2", "NH18:Fig1")


def _drivers() -> Iterator[tuple[str, Driver]]:
    """Runs of all scripts, on instances of all kinds, finished or not."""
    for id, which in RUNS:
        script = scripts(id.partition(":")[0])[id]
        yield id, Driver(script, walkthrough(id, which)).run()
    for paper, problem, k in _instances():
        for id, script in scripts(paper).items():
            if is_by_formulas(id) or not _is_about(id, paper):
                continue
            try:
                yield id, Driver(script, Walkthrough(problem, k)).run()
            except ExactlandError:  # not a statement about this instance
                continue


def _certificates() -> Iterator[bytes]:
    """Proofs that are no larger than others, and single steps, the same number of every sort."""
    steps: Counter[Any] = Counter()
    for _, driver in _drivers():
        with suppress(ExactlandError):  # not finished, or without a conclusion
            data = canonical(proof_certificate(driver))
            if len(data) < LARGEST:
                yield data
        for fact in driver.entries:
            if not isinstance(fact, Fact):
                continue
            with suppress(ExactlandError):  # a citation
                document = step_certificate(driver, fact.number)
                sort, data = _sort_of(document), canonical(document)
                if steps[sort] < STEPS_OF_A_KIND and len(data) < LONGEST_STEP:
                    steps[sort] += 1
                    yield data


def _sort_of(document: Document) -> Any:
    """What a single step is about: its kind, with the property and the way that it is shown."""
    last = document["evidence"]["steps"][-1]
    claim, how = last["claim"], last["evidence"]
    named = [claim.get(key) for key in ("name", "property", "id")]
    shown = [how.get(key) for key in ("method", "rule")]
    parts = [part["kind"] for part in claim.get("claims", [])]
    return json.dumps([claim["kind"], named, shown, parts, claim.get("mirrored")])


def proof_originals() -> list[Document]:
    """The certificates of proof_instances, and those of more instances and steps."""
    found = [made(id, which) for id, which in RUNS]
    found += [*_certificates(), *map(canonical, by_hand())]
    return [json.loads(data) for data in dict.fromkeys(found)]
