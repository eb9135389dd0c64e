"""Mutations near the boundaries of single claims, of their evidence, and of single steps."""

from __future__ import annotations

import copy
from fractions import Fraction
from random import Random
from typing import Any

from mutants import is_number, places, put
from plain_network import Document, rational, written

#: Losses as texts; some are none.
LOSSES = (
    "squared", "half-squared", "cauchy(delta=1/2)", "cauchy(delta=0)", "pseudo-huber(delta=-2)",
    "blake-zisserman(delta=3)", "blake-zisserman(delta=-1)", "corrupted-gaussian(alpha=1/2,w=3)",
    "corrupted-gaussian(alpha=2,w=1)", "cauchy(delta=2/4)", "cross-entropy", "squared(delta=1)",
)  # fmt: skip
#: Sides of inequalities; most pairs are not ordered on all of a half-line.
SIDES = (
    "log(1+t)", "t", "1+t", "2*t", "0", "t**2", "log(1+t)*2", "t/2", "t/(1+t)", "log(t)", "1/t",
    "2*t-1/1000", "t+1/10**9", "log(1+t**2)", "t-log(1+t)", "(t-1)**2", "1/(2-t)", "0*log(t)+1",
)  # fmt: skip
KINDS = ("convolution", "dense", "max-pooling")
NAMES = ("relu", "sigmoid", "softplus", "tanh", "identity", "gaussian", "power", "swish")
#: Expressions of which rules for monotone functions, signs and limits may say too much.
SHAPES = (
    "tanh(t)", "tanh(t)+1", "sin(t)", "sin(t)/(1+t**2)", "t/(1+t**2)", "-t/(1+t**2)", "t**3-t",
    "t**3-t/8", "t**3", "atan(t)*tanh(t)", "atan(t)*sigmoid(t)", "sigmoid(t)*sigmoid(-t)",
    "tanh(t)**2", "cosh(tanh(t))", "sigmoid(t)+sin(t)/100", "atan(t)+cos(t)", "max(t,-t**2)",
    "1/(1+t**2)-1/(2+t**2)", "exp(-abs(t))", "exp(-t**2)", "1/(1+exp(-t))", "erf(t)+1",
    "max(0,min(t,1))", "log(1+exp(t))", "exp(t)*sigmoid(-t)", "atan(t)+2", "exp(min(t,0))",
    "t-t**3/(1+t**2)", "t*abs(t)", "sqrt(1+t**2)-t", "(2+t)/(1+abs(t))", "erf(t)*exp(-t**2)",
    "t**2*(t+3)/(1+t**4)", "1/(2+tanh(t))", "log(2+tanh(t))", "abs(t-1)-abs(t+1)",
)  # fmt: skip
#: Parts in 1000 around a bound, and coarser ones.
NEAR = tuple(Fraction(n, 1000) for n in (990, 995, 998, 999, 1001, 1002, 1005, 1010)) + tuple(
    Fraction(n, 100) for n in (80, 90, 95, 105, 110, 150)
)
DOWN = (*(Fraction(n, 10) for n in range(10)), Fraction(1, 100), Fraction(1, 1000))


UNARY = ("exp", "tanh", "atan", "erf", "sigmoid", "abs", "sin", "cosh", "sinh", "sqrt", "log")
LEAVES = ("t", "t", "t", "-t", "1", "2", "1/2", "-1", "pi", "t-1", "2*t", "abs(t)", "t**2")


def made_expression(draw: Random, depth: int = 3) -> str:
    """An expression drawn at random; many are not defined everywhere."""
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(LEAVES)
    what = draw.randrange(8)
    if what < 3:
        return f"{draw.choice(UNARY)}({made_expression(draw, depth - 1)})"
    if what == 3:
        base = made_expression(draw, depth - 1)
        return f"({base})**{draw.choice(['2', '3', '-1', '-2', '0'])}"
    left, right = made_expression(draw, depth - 1), made_expression(draw, depth - 1)
    if what == 4:
        return f"{draw.choice(['min', 'max'])}({left},{right})"
    return f"({left}){draw.choice('+-**/')}({right})"


def steps_of(document: Document) -> list[Document]:
    found: list[Document] = document["evidence"]["steps"]
    return found


def _pick(document: Document, draw: Random, *kinds: str) -> Document:
    """The claim of a step of one of these kinds; IndexError where there is none."""
    found = [s["claim"] for s in steps_of(document) if s["claim"]["kind"] in kinds]
    claim: Document = draw.choice(found)
    return claim


def tail(document: Document, draw: Random) -> tuple[Document, Document]:
    """alpha_0 falls, the mirror turns, beta moves; the evidence stays or moves with it."""
    claim = _pick(
        document, draw, "tail-nonsingular", "tail-dominated", "triangular-tail",
        "family-determinant", "tail-nonsingular",
    )  # fmt: skip
    new = copy.deepcopy(claim)
    what = draw.randrange(6)
    if what <= 2:
        new["from"] = written(rational(claim["from"]) * draw.choice(DOWN + NEAR))
    elif what == 3:
        new["point"] = written(rational(claim["point"]) + draw.choice([1, -1, Fraction(1, 1000)]))
    elif "mirrored" in new:
        new["mirrored"] = not new["mirrored"]
        if what == 5:  # the same matrices, written in another way
            new["directions"] = [[written(-rational(x)) for x in r] for r in new["directions"]]
    else:
        new["point"] = written(-rational(claim["point"]))
    return claim, new


def bound(document: Document, draw: Random) -> tuple[Document, Document]:
    """A bound moves by parts in 1000, by 1.01, or changes its sign."""
    kinds = ("bounded-below", "bounded-above", "sharp-below", "sharp-above", "norm-bounds",
             "determinant-at", "permutation-terms")  # fmt: skip
    claim = _pick(document, draw, *kinds)
    new = copy.deepcopy(claim)
    keys = [key for key in ("low", "high", "bound", "alpha", "point") if key in claim]
    key = draw.choice([key for key in keys if key not in ("alpha", "point")] * 2 + keys)
    factor = draw.choice([*NEAR, Fraction(101, 100), Fraction(100, 101), Fraction(-1), Fraction(0)])
    new[key] = written(rational(claim[key]) * factor)
    if draw.random() < 0.15 and {"low", "high"} <= set(new):
        new["low"], new["high"] = (written(-rational(claim[key])) for key in ("high", "low"))
    return claim, new


def sharpness(document: Document, draw: Random) -> tuple[Document, Document]:
    """The vector of a sharp bound changes in an entry."""
    claim = _pick(document, draw, "sharp-below", "sharp-above")
    new = copy.deepcopy(claim)
    i = draw.randrange(len(new["vector"]))
    x = rational(new["vector"][i])
    new["vector"][i] = written(draw.choice([x * f for f in NEAR] + [-x, Fraction(0), x + 1]))
    return claim, new


def inequality(document: Document, draw: Random) -> tuple[Document, Document]:
    """Where it starts moves; the sides change, or are exchanged."""
    claim = _pick(document, draw, "inequality")
    new = copy.deepcopy(claim)
    what = draw.randrange(4)
    if what == 0:
        q = rational(claim["from"])
        moves = [Fraction(-1, 1000), Fraction(1, 1000), -1, 1, Fraction(-1, 10**9), 100]
        new["from"] = written(q + draw.choice(moves))
    elif what == 1:
        new["left"], new["right"] = new["right"], new["left"]
    else:
        new[draw.choice(["left", "right"])] = draw.choice(SIDES)
        if what == 3:
            new["left"], new["right"] = draw.choice(SIDES), draw.choice(SIDES)
    return claim, new


def fact(document: Document, draw: Random) -> tuple[Document, Document]:
    """Kinds of layers, names, losses, properties, and the layer of a condition."""
    claim = _pick(
        document, draw, "layer-kind", "named-activation", "residual-loss", "condition",
        "differentiable", "gradients",
    )  # fmt: skip
    new = copy.deepcopy(claim)
    if "is" in new:
        new["is"] = draw.choice(KINDS)
    elif "names" in new:
        names = draw.sample(NAMES, draw.randint(1, 3))
        new["names"] = draw.choice([names, [*new["names"], names[0]], new["names"][1:]])
    elif "loss" in new:
        new["loss"] = draw.choice(LOSSES)
    elif new["kind"] == "condition" and draw.random() < 0.3:
        new.pop("layer", None)
    if draw.random() < 0.5 and "loss" not in new:
        new["layer"] = draw.randint(0, 4)
    return claim, new


CLAIMS = (tail, tail, tail, bound, bound, sharpness, inequality, fact, fact)


def evidence_number(document: Document, draw: Random) -> None:
    """Weights, a peak, an approximate inverse, bits or a certificate of rank change in a number."""
    found = [
        (step["evidence"], path, value)
        for step in steps_of(document)
        for path, value in places(step["evidence"])
        if path and (is_number(value) or value is None) and path[0] != "rule"
    ]
    where, path, value = draw.choice(found)
    if value is None:
        put(where, path, draw.choice([0, 1, -1, "1/2"]))
        return
    q = rational(value)
    changes = [q + 1, q - 1, -q, q * 2, q / 2, q * draw.choice(NEAR), Fraction(0)]
    put(where, path, written(draw.choice(changes)))
    if path[-1] == "peak" and draw.random() < 0.3:
        put(where, path, None)


def peak(document: Document, draw: Random) -> None:
    """A peak moves, and alpha_0 falls."""
    steps = [s for s in steps_of(document) if "peak" in s["evidence"]]
    step = draw.choice(steps)
    moved = draw.choice([0, 1, -1, "1/2", "-1/1000", "1/1000", 3, None])
    step["evidence"]["peak"] = moved


def as_step(document: Document, draw: Random) -> None:
    """A proof becomes the certificate of one of its steps, with all steps before it."""
    steps = steps_of(document)
    del steps[draw.randint(1, len(steps)) :]
    layer = document["claim"]["layer"]
    document["claim"] = {"kind": "step", "layer": layer, "step": {}, "at": None, "words": ""}
    fit_step(document)


def fit_step(document: Document) -> None:
    """The claim of a single step becomes that of the last one, at its parameters."""
    last = steps_of(document)[-1]
    at = last["at"]
    if type(at) is int:
        at = copy.deepcopy(document["evidence"]["parameters"][at])
    document["claim"]["step"] = copy.deepcopy(last["claim"])
    document["claim"]["at"] = at


def claim_at(document: Document, draw: Random) -> None:
    """The claim of a single step alone says another thing, or is at other parameters."""
    claim = document["claim"]
    if draw.random() < 0.3:
        other: Any = draw.choice(steps_of(document))["claim"]
        claim["step"] = copy.deepcopy(other)
        return
    numbers = [path for path, value in places(claim["at"]) if path and is_number(value)]
    if numbers and draw.random() < 0.6:
        put(claim["at"], draw.choice(numbers), draw.choice([0, 1, -1, "1/2", 1000]))
    else:
        stages = document["evidence"]["parameters"]
        claim["at"] = copy.deepcopy(draw.choice([None, "given", 0, [], "0", *stages]))
