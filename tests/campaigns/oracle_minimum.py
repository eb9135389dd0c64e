"""LDS18, Proposition 1, looked at once more with mpmath and SymPy: is the claim true?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import mpmath as mp
from plain_network import Digits, Document, Unclear, rational, value_of

DIGITS = 60
#: Derivatives at 0 that are looked at for a claim about all of them.
LOOKED_AT = 24
GRID = 200

#: Definitions of named activations that the claim may be about, as texts of the grammar.
TEXTS = {
    "identity": "t", "relu": "max(t,0)", "sigmoid": "1/(1+exp(-t))", "tanh": "tanh(t)",
    "arctan": "atan(t)", "erf": "erf(t)", "sin": "sin(t)", "cos": "cos(t)", "exp": "exp(t)",
    "softsign": "t/(1+abs(t))", "lorentz": "1/(1+t**2)", "gaussian": "exp(-t**2)",
    "log-sigmoid": "-log(1+exp(-t))", "silu": "t/(1+exp(-t))", "gelu": "t*(1+erf(t/sqrt(2)))/2",
    "relu6": "min(max(t,0),6)", "hard-sigmoid": "max(0,min(1,t/6+1/2))",
    "r1": "1/2+t/(2*(1+abs(t)))", "mish": "t*tanh(log(1+exp(t)))",
}  # fmt: skip


def text_of(spec: Any) -> str | None:
    """An activation as a text of the grammar, or None where none is kept here."""
    if isinstance(spec, str):
        return TEXTS.get(spec)
    if "expr" in spec:
        return str(spec["expr"])
    if spec["name"] == "polynomial":
        return "+".join(f"({rational(c)})*t**{j}" for j, c in enumerate(spec["coefficients"]))
    return f"t**{spec['exponent']}" if spec["name"] == "power" else None


def judge_minimum(document: Document) -> bool | None:
    """Every part of the claim's sentence."""
    claim, problem = document["claim"], document["problem"]
    layers, data = problem["network"]["layers"], problem["data"]
    shape = [(layer["kind"], layer.get("bias")) for layer in layers]
    if shape != [("dense", "none")] * 2 or layers[1]["width"] != 1:
        return False
    if layers[1]["activation"] != "identity" or problem.get("loss") != "squared":
        return False
    if len(data["inputs"]) != 1 or len(data["inputs"][0]) != 1 or len(data["targets"][0]) != 1:
        return False
    x, y = rational(data["inputs"][0][0]), rational(data["targets"][0][0])
    radius, better = rational(claim["radius"]), rational(claim["better"])
    if x == 0 or y == 0 or rational(claim["loss"]) != y * y or better >= y * y or radius <= 0:
        return False
    sigma = text_of(layers[0]["activation"])
    if sigma is None:
        return None
    try:
        with mp.workdps(DIGITS):
            near = _zero_and_nonpositive(sigma, claim["t"], radius)
            elsewhere = _loss(sigma, document["evidence"]["point"], x, y) < Digits().number(better)
            return near and elsewhere and _assumption_2(sigma, claim["assumption_2"])
    except Unclear:
        return None


def _zero_and_nonpositive(sigma: str, t: str, radius: Any) -> bool:
    """sigma(t) = 0, and sigma <= 0 on a grid of [t - radius, t + radius] with its ends."""
    n, slack = Digits(), mp.mpf(10) ** -40
    centre = value_of(t, None, n)
    if abs(value_of(sigma, centre, n)) > slack:
        return False
    r = n.number(radius)
    return all(
        value_of(sigma, centre + r * i / GRID, n) <= slack for i in range(-GRID, GRID + 1)
    ) and all(
        value_of(sigma, centre + s * r / mp.mpf(2) ** k, n) <= slack
        for k in range(1, 60)
        for s in (-1, 1)
    )


def _loss(sigma: str, point: Document, x: Any, y: Any) -> Any:
    n = Digits()
    w1 = [n.number(rational(w)) for w in point["w1"]]
    w2 = [n.number(rational(w)) for w in point["w2"]]
    output = sum(b * value_of(sigma, a * n.number(x), n) for a, b in zip(w1, w2, strict=True))
    return (n.number(y) - output) ** 2


def _assumption_2(sigma: str, claim: Document) -> bool:
    if claim["verdict"] == "undecided":
        return True
    if re.search("abs|min|max", sigma):
        return False
    order = claim["order"]
    if claim["verdict"] == "refuted":
        j = claim["derivative"]
        return bool(j < order and abs(derivatives(sigma, j + 1)[j]) < mp.mpf(10) ** -30)
    looked_at = LOOKED_AT if order == "all" else order
    return all(abs(value) > mp.mpf(10) ** -30 for value in derivatives(sigma, looked_at))


@lru_cache(maxsize=4096)
def derivatives(sigma: str, count: int) -> tuple[Any, ...]:
    """The derivatives of order 0, ..., count - 1 at 0: SymPy differentiates, mpmath evaluates."""
    import sympy

    if count > 40:
        raise Unclear("many derivatives")
    t = sympy.Symbol("t", real=True)
    names = {"t": t, "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)), "pi": sympy.pi}
    expression = sympy.sympify(sigma, locals=names)
    values = []
    for _ in range(count):
        values.append(mp.mpf(str(sympy.N(expression.subs(t, 0), DIGITS))))
        expression = sympy.diff(expression, t)
    return tuple(values)
