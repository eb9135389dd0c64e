"""The sentence of a claim (docs/certificate-v1.md, section 5), composed anew for mutated claims."""

from __future__ import annotations

from typing import Any

from oracle import size_of
from plain_network import Document, rational

from exactland.checker.sentences import words

MINIMUM = (
    "At w1 = (t/x, ..., t/x), w2 = sign(y) (1, ..., 1) with t = {t}, width {d}, x = {x}, y = {y} "
    "and sigma(t) = {sigma}, the loss E = (y - w2 . sigma(w1 x))^2 has a local minimum that is not "
    "strict and bad: E = {loss} there and on the line through it in direction w2, E >= {loss} "
    "wherever |w1_j x - t| <= {radius} and |w2_j - sign(y)| < 1, and E < {better} elsewhere. {a2}"
)


def words_of_proof(document: Document) -> str:
    """The words of a proof or a step. Raises whatever a malformed claim makes it raise."""
    return words(document["claim"], document["evidence"])


def words_of(document: Document) -> str:
    """The words of the claim. Raises whatever a malformed claim makes it raise."""
    claim, problem = document["claim"], document["problem"]
    kind = claim["kind"]
    if kind == "assumption":
        return f"{claim['id']} {'holds' if claim['holds'] else 'fails'} on this instance."
    if kind == "bad-local-minimum":
        return _minimum(claim, problem)
    if kind == "vanishing-identity":
        k, N, u = claim["layer"], claim["rows"], claim["at_most"]
        return (
            f"For all parameters, and for every number of units or filters of layer {k}, F_{k} on "
            f"these {N} samples has rank at most {u}."
        )
    matrix = claim["matrix"]
    names = {"features": "F_{}", "augmented": "[F_{}, 1]", "weights": "U_{}"}
    name = names.get(matrix["what"], "Psi").format(matrix.get("layer"))
    sized = f"{name} ({claim['rows']} x {claim['columns']})"
    full = min(claim["rows"], claim["columns"])
    if kind == "full-rank":
        return f"{sized} has full rank {full} at the given parameters."
    if kind == "generic-full-rank":
        return f"{sized} has full rank {full} for almost all parameters."
    if kind == "open-deficient":
        return (
            f"{sized} has rank at most {claim['at_most']} on a nonempty open set of parameters, "
            "which is less than full."
        )
    low, high = claim["at_least"], claim["at_most"]
    if kind == "generic-deficient":
        return (
            f"{sized} has rank at most {high} for all parameters, which is less than full, and "
            f"rank at least {low} for some."
        )
    rank = f"rank {high}" if low == high else f"rank at least {low} and at most {high}"
    return f"{sized} has {rank} at the given parameters, which is less than full."


def _minimum(claim: Document, problem: Document) -> str:
    hidden, data = problem["network"]["layers"][0], problem["data"]
    return MINIMUM.format(
        t=claim["t"],
        d=hidden["width"],
        x=rational(data["inputs"][0][0]),
        y=rational(data["targets"][0][0]),
        sigma=_sigma(hidden["activation"]),
        loss=rational(claim["loss"]),
        radius=rational(claim["radius"]),
        better=rational(claim["better"]),
        a2=_assumption_2(claim["assumption_2"]),
    )


def _sigma(spec: Any) -> str:
    if isinstance(spec, str):
        return spec
    if "expr" in spec:
        return str(spec["expr"])
    parts = []
    for key in sorted(spec):
        value = spec[key]
        if isinstance(value, list):
            parts.append(f"{key}=[{','.join(str(rational(c)) for c in value)}]")
        elif key != "name":
            parts.append(f"{key}={rational(value)}")
    return f"{spec['name']}({','.join(parts)})"


def _assumption_2(claim: Document) -> str:
    if claim["verdict"] == "proved":
        return f"Assumption 2 holds at {_order(claim['order'])}."
    if claim["verdict"] == "refuted":
        j = claim["derivative"]
        return f"Assumption 2 fails at order {claim['order']}: derivative {j} of sigma at 0 is 0."
    return "Assumption 2 is not decided here."


def _order(order: Any) -> str:
    return "every order" if order == "all" else f"order {order}"


def repair(document: Document, draw: Any) -> None:
    """Make a mutated claim agree with its problem and its evidence, mostly: else it dies early."""
    claim, problem, evidence = document["claim"], document["problem"], document["evidence"]
    kind = claim["kind"]
    if kind == "vanishing-identity" and draw.random() < 0.8:
        claim["rows"] = len(problem["data"]["inputs"])
    elif "matrix" in claim and draw.random() < 0.8:
        claim["rows"], claim["columns"] = size_of(problem, claim["matrix"])
    if "at_least" in claim and draw.random() < 0.6:
        claim["at_least"] = len(evidence["lower"]["rows"]) if evidence["lower"] else 0
    if "at_most" in claim and draw.random() < 0.6:
        upper = evidence["upper"]
        right = upper.get("side") == "right" or upper["method"] == "unit-relations"
        length = claim["columns"] if right else claim["rows"]
        claim["at_most"] = length - len(upper["vectors"])
    if kind == "bad-local-minimum" and draw.random() < 0.7:
        y = rational(problem["data"]["targets"][0][0])
        claim["loss"] = (y * y).numerator if (y * y).denominator == 1 else str(y * y)
    if draw.random() < 0.93:
        claim["words"] = words_of(document)
