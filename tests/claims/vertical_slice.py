"""Three documents through reader, kernel and printer: what the language of claims is for.

Theorem 3.4 of NH18 on its built-in example, Proposition 1 of LDS18, Theorem 5.3 of NH17 refuted.
"""

from __future__ import annotations

import json
from typing import Any

from exactland.certificate.writing import certificate_document
from exactland.checker.verify import check_bytes
from exactland.claims.text import read_text
from exactland.landscape.local_minimum import bad_local_minimum
from exactland.model.problem_file import problem_document, problem_from
from exactland.papers.examples import example

Json = Any
FORMAT = "exactland-certificate/2"


def check(document: Json) -> Any:
    """What the checker says of a document."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return check_bytes(text.encode() + b"\n")


def document(problem: Json, claim: Json, steps: list[Json], definitions: Json = ()) -> Json:
    whole = ["let", list(definitions), claim] if definitions else claim
    return {
        "format": FORMAT,
        "problem": problem,
        "claim": whole,
        "definitions": [],
        "steps": steps,
    }


def step(claim: Json, rule: str, given: Json, *uses: int) -> Json:
    return {"claim": claim, "rule": rule, "uses": list(uses), "with": given}


def tail_of_theorem_3_4() -> Json:
    """det B(alpha) != 0 for all alpha >= 65/32, on the built-in example of Theorem 3.4."""
    problem = problem_document(example("NH18:Thm3.4").problem)
    text = (
        "at given: for all alpha >= 65/32: det B(alpha) != 0"
        " with gamma = (1, 3, 2) with H = [[2, 1], [0, -1]]"
        " with A = (F_0 M_1(H))[gamma, 1..N]"
        " with B(alpha) = [i <= N, j <= N: sigma_1(alpha (A[j, j] - A[i, j]) + 1)]"
    )
    _, definitions, claim = read_text(text)
    given = {
        "layer": 1, "point": "given", "order": "gamma", "directions": "H", "projections": "A",
        "family": "B", "mirrored": False, "beta": 1, "from": "65/32", "kind": "tail-dominated",
        "evidence": {"bits": 64},
    }  # fmt: skip
    return document(problem, claim, [step(claim, "tail", given)], definitions)


def proposition_1() -> Json:
    """The point of Proposition 1 for -(t-1)^2 exp(t), x = 2, y = -3."""
    layers = [
        {"kind": "dense", "width": 2, "bias": "none", "activation": {"expr": "-(t-1)**2*exp(t)"}},
        {"kind": "dense", "width": 1, "bias": "none"},
    ]
    problem = problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": [[2]], "targets": [[-3]]},
            "loss": "squared",
            "network": {"kind": "sequential", "layers": layers},
        }
    )
    old = certificate_document(bad_local_minimum(problem))
    given = {key: old["claim"][key] for key in ("t", "radius", "loss", "better")}
    evidence = {key: value for key, value in old["evidence"].items() if key != "assumption_2"}
    claim = read_text(
        "q is a local minimum of Phi and not q is a strict local minimum of Phi"
        " and not q is a global minimum of Phi"
        " with q = zero but (W_1 = [[1/2, 1/2]], W_2 = [[-1], [-1]])"
    )
    _, definitions, body = claim
    made = step(body, "proposition-1", {**given, "point": "p", "evidence": evidence})
    return document(old["problem"], body, [made], definitions)


CUBIC = {"expr": "t+t**3"}


def dense(width: int, activation: Json = CUBIC) -> Json:
    return {"kind": "dense", "width": width, "bias": "neuron", "activation": activation}


#: CE1 of NH17: all gradients are 0, W_2 and W_3 have full column rank, and Phi = 4.
CE1: Json = {
    "format": "exactland-problem/1",
    "data": {"inputs": [[0, -1], [0, 1], [1, -1], [1, 1]], "targets": [[-1], [1], [-1], [1]]},
    "network": {"kind": "sequential", "layers": [dense(2), dense(2), dense(1)]},
    "parameters": [
        {"W": [[1, -1], [0, 0]], "b": [0, 1]},
        {"W": [["4/25", "-17/50"], ["-17/50", "4/25"]], "b": ["17/25", "17/25"]},
        {"W": [[1], [1]], "b": [-2]},
    ],
    "loss": "squared-hinge",
}
HYPOTHESES = (
    "for all i in 1..L: sigma_i is continuously differentiable and sigma_i increases strictly",
    "the classes are linearly separable at layer 0",
    "at given: rank W_2 = n_2 and rank W_3 = n_3",
    "at given: dPhi = 0",
)
BETTER = (
    "(at p: Phi) < (at given: Phi)"
    " with p = zero but (W_1 = [[0, 0], [1, 1]], W_2 = I_2, W_3 = [[1], [1]])"
)


def decided(claim: Json) -> Json:
    return step(claim, "decide", {"claim": claim, "bits": 64})


def theorem_5_3() -> Json:
    """Theorem 5.3 of NH17 fails on CE1."""
    hypotheses = [read_text(text) for text in HYPOTHESES]
    _, definitions, lower = read_text(BETTER)
    minimum = ["is", "given", "global minimum"]
    whole = ["not", ["implies", ["and", *hypotheses], minimum]]
    steps = [decided(claim) for claim in (*hypotheses, lower)]
    better = {"point": "given", "better": "p"}
    steps.append(step(["not", minimum], "lower-point", better, 4))
    given = {"hypotheses": hypotheses, "conclusion": minimum}
    steps.append(step(whole, "refuted", given, 0, 1, 2, 3, 5))
    return {**document(CE1, whole, steps), "definitions": definitions}


#: Each with a line that says what it is.
SLICE = (
    ("NH18, Theorem 3.4, on its built-in example", tail_of_theorem_3_4),
    ("LDS18, Proposition 1, for -(t-1)^2 exp(t), x = 2 and y = -3", proposition_1),
    ("NH17, Theorem 5.3, refuted on four samples in the plane", theorem_5_3),
)
