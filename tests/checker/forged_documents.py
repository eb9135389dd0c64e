"""Problems and steps of which forged documents of format 2 are made."""

from __future__ import annotations

from typing import Any

from vertical_slice import step

Json = Any


def network(*layers: Json, **more: Json) -> Json:
    return {
        "format": "exactland-problem/1",
        "data": {"inputs": [[1], [2]], "targets": [[1], [0]]},
        "network": {"kind": "sequential", "layers": list(layers)},
        "loss": "squared",
        **more,
    }


def dense(width: int, activation: Json, bias: str = "none") -> Json:
    return {"kind": "dense", "width": width, "bias": bias, "activation": activation}


RECIPROCAL = network(dense(1, {"expr": "1/t"}), parameters=[{"W": [[1]]}])
SAME = network(dense(1, "tanh"), data={"inputs": [[1], [1]]})
#: t plus a polynomial that is 0 at 0, ..., 65.
NEARLY_AFFINE = {"expr": "t+" + "*".join(f"(t-{n})" for n in range(66))}
SKIP: Json = {
    "format": "exactland-problem/1",
    "data": {"inputs": [[1], [2]]},
    "network": {
        "kind": "skip",
        "units": [
            {"id": "h", "layer": 1, "in": [0], "group": "g", "bias": None, "activation": "tanh"}
        ],
        "skips": ["h"],
    },
}
UNEQUAL, LARGER = ["not", ["=", 1, 2]], ["not", ["<=", 1, 2]]
SMALL: Json = ["forall", "parameters", ["<=", ["rank", ["F", 1]], 1]]
NO_SKIPS: Json = ["forall", "parameters", ["<=", ["rank", ["Psi"]], 0]]
PSI: Json = {"matrix": {"what": "skip-features"}, "point": "given", "evidence": {}}


def decided(claim: Json) -> Json:
    return step(claim, "decide", {"claim": claim, "bits": 64})


def bounds(under: Json) -> Json:
    return {"left": 1, "right": 2, "under": under, "swapped": False}


def analytic(term: Json) -> Json:
    return step(["analytic", term], "analytic", {"term": term})
