"""Random small problems as documents, degenerate ones more often than by chance."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from plain_network import Document, made_parameters, neurons_of, written

#: Activations with rational values at rationals.
RATIONAL: tuple[Any, ...] = (
    "identity", "relu", "relu6", "hard-sigmoid", "softsign", "r1", "lorentz", "dyadic-softplus",
    {"name": "leaky-relu", "slope": "1/3"}, {"name": "power", "exponent": 2},
    {"name": "power", "exponent": 3}, {"name": "polynomial", "coefficients": [1, "-1/2", 0, 2]},
    {"expr": "t**2-t/2+1"}, {"expr": "1/(1+t**4)"}, {"expr": "max(t,1)-abs(t)/2"},
    {"expr": "t**3/(2+abs(t))"}, {"expr": "(t+1)**2*(t-1)"},
)  # fmt: skip
#: Bounded ones, for data of any size.
BOUNDED: tuple[Any, ...] = (
    "sigmoid", "tanh", "arctan", "erf", "gaussian", {"expr": "1/(2+exp(-t))"},
    {"expr": "t*exp(-t**2)"}, {"expr": "atan(t)**2+1"},
)  # fmt: skip
GROWING: tuple[Any, ...] = (
    "exp", "log-sigmoid", "silu", "gelu", "mish", "sin", "cos",
    {"name": "softplus", "alpha": 1}, {"name": "softplus", "alpha": "5/2"},
    {"name": "elu", "alpha": "1/2"}, {"expr": "log(1+t**2)"}, {"expr": "sqrt(1+t**2)"},
    {"expr": "cos(pi*t)"}, {"expr": "exp(t)-1"}, {"expr": "sinh(t)+cosh(t)"},
)  # fmt: skip
DATA = ("small", "small", "duplicates", "symmetric", "collinear", "near", "zeros", "tiny", "huge")
WIDEST = 8


def random_problem(seed: int, family: str | None = None, most: int = 3) -> Document:
    """A problem with parameters.

    ``family``: "rational", "transcendental", "skip", "edges" (first a convolution over the edges of
    a graph), "frameworks" (with what format 2 adds: groups, averages, padding in maxima, patches
    that repeat or leave neurons unread), or any of them.
    """
    draw = Random(seed)
    family = family or draw.choice(
        ["rational"] * 3
        + ["transcendental"] * 3
        + ["skip", "skip", "edges", "edges"]
        + ["frameworks"] * 2
    )
    if family == "skip":
        return _skip_problem(draw)
    size = draw.choice(DATA)
    activations: tuple[Any, ...] = RATIONAL
    if family == "transcendental" or (family == "frameworks" and draw.random() < 0.5):
        activations = BOUNDED if size == "huge" else BOUNDED + GROWING + ("identity", "lorentz")
    d = draw.randint(4, 8) if family == "edges" else draw.randint(1, 6)
    inputs = _inputs(draw, size, draw.randint(1, 6), d)
    layers: list[Document] = []
    below = d
    plain = size in ("symmetric", "collinear", "duplicates") and draw.random() < 0.6
    for _ in range(draw.choice([1, 1, 2, most])):
        layers.append(_layer(draw, below, activations))
        if family == "frameworks":
            layers[-1] = _beyond_the_papers(draw, layers[-1], below)
        if family == "edges" and len(layers) == 1:
            edges = {"kind": "convolution", "patches": _edges(draw, d), "filters": 1}
            layers = [{**edges, "bias": "neuron", "activation": draw.choice(activations)}]
        if plain and "bias" in layers[-1]:  # identities live without biases
            layers[-1]["bias"] = "none"
        below = len(neurons_of(layers[-1], below))
    problem: Document = {
        "format": f"exactland-problem/{2 if family == 'frameworks' else 1}",
        "data": {"inputs": [[written(x) for x in row] for row in inputs]},
        "network": {"kind": "sequential", "layers": layers},
    }
    problem["parameters"] = _degenerate(draw, made_parameters(problem, _weights(draw, size)))
    return problem


def _inputs(draw: Random, size: str, N: int, d: int) -> list[list[Fraction]]:
    rows = [[_small(draw) for _ in range(d)] for _ in range(N)]
    i, j = draw.randrange(N), draw.randrange(N)
    if size == "duplicates":
        rows[i] = list(rows[j])
        if d > 1:
            for row in rows:
                row[0] = row[1]
    elif size == "symmetric":
        half = rows[: (N + 1) // 2]
        rows = (half + [[-x for x in row] for row in half])[: max(N, 2)]
        if draw.random() < 0.5:
            rows.append([Fraction(0)] * d)
    elif size == "collinear":
        rows = [[Fraction(draw.randint(-4, 4)) * x for x in rows[0]] for _ in range(N)]
    elif size == "near":
        epsilon = Fraction(1, 2 ** draw.choice([20, 40, 60, 90]))
        rows[i] = [x + epsilon * draw.randint(-1, 1) for x in rows[j]]
    elif size == "zeros":
        rows[i] = [Fraction(0)] * d
        for row in rows:
            row[draw.randrange(d)] = Fraction(0)
    elif size == "tiny":
        rows = [[x / 10 ** draw.choice([0, 15, 30]) for x in row] for row in rows]
    elif size == "huge":
        rows = [[x * 10 ** draw.choice([0, 3, 20]) for x in row] for row in rows]
    return rows


def _small(draw: Random) -> Fraction:
    return Fraction(draw.randint(-6, 6), draw.choice([1, 1, 2, 3, 4]))


def _weights(draw: Random, size: str) -> Callable[[], Fraction]:
    if size == "tiny":
        return lambda: _small(draw) / 2 ** draw.choice([0, 1, 50])
    return lambda: _small(draw) / 2


def _degenerate(draw: Random, parameters: list[Any]) -> list[Any]:
    """Now and then equal, opposite or zero columns of W, and biases without variety."""
    for entry in parameters:
        if entry is None:
            continue
        W = entry["W"]
        a, b = draw.randrange(len(W[0])), draw.randrange(len(W[0]))
        what = draw.random()
        for row in W:
            if what < 0.1:
                row[a] = row[b]
            elif what < 0.15:
                row[a] = 0
            elif what < 0.2 and isinstance(row[b], int):
                row[a] = -row[b]
        if "b" in entry and draw.random() < 0.3:
            entry["b"] = [entry["b"][0]] * len(entry["b"])
    return parameters


def _layer(draw: Random, below: int, activations: tuple[Any, ...]) -> Document:
    kind = draw.choice(["dense", "dense", "convolution", "convolution", "max-pooling"])
    if kind == "max-pooling":
        return {"kind": kind, "patches": _patches(draw, below, padding=False)}
    both = {
        "bias": draw.choice(["neuron", "filter", "none"]),
        "activation": draw.choice(activations),
    }
    if kind == "dense":
        return {"kind": kind, "width": draw.randint(1, 6), **both}
    patches = _patches(draw, below, padding=True)
    filters = draw.randint(1, max(1, min(3, WIDEST // len(patches))))
    return {"kind": kind, "patches": patches, "filters": filters, **both}


def _beyond_the_papers(draw: Random, layer: Document, below: int) -> Document:
    """The layer with something that format 1 cannot say, most of the time."""
    what = draw.choice(["groups", "average", "padding", "unread", "repeated", "nothing"])
    if what == "average":
        patches = _patches(draw, below, padding=False)
        divisors = [draw.randint(1, 5) for _ in patches]
        return {"kind": "average-pooling", "patches": patches, "divisors": divisors}
    if layer["kind"] == "dense":
        return layer
    patches = layer["patches"]
    if what == "groups" and layer["kind"] == "convolution":
        groups = draw.choice([2, 2, 3])
        while len(patches) % groups:
            patches.append(draw.sample(range(below), len(patches[0])))
        return {**layer, "groups": groups, "filters": groups * draw.randint(1, 2)}
    if what == "padding":
        for patch in patches[1:]:
            patch[draw.randrange(len(patch))] = None
        full = [[None] * len(patch) for patch in patches]
        return {**layer, "patches": [p for p, f in zip(patches, full, strict=True) if p != f]}
    if what == "unread" and len(patches) > 1:
        return {**layer, "patches": patches[1:]}
    if what == "repeated":
        return {**layer, "patches": [*patches, draw.choice(patches)]}
    return layer


def _patches(draw: Random, below: int, padding: bool) -> list[list[int | None]]:
    """A 1-D convolution (plain, circular or padded), a 2-D one, edges, any admissible patches."""
    style = draw.choice(["line", "circle", "padded", "image", "edges", "any"])
    length = draw.randint(1, min(below, 3))
    result: list[list[int | None]] = []
    if style == "circle":
        result = [[(s + r) % below for r in range(length)] for s in range(below)]
    elif style == "padded" and padding:
        places = [[s + r for r in range(length)] for s in range(1 - length, below)]
        result = [[i if 0 <= i < below else None for i in patch] for patch in places]
    elif style == "image" and below in (4, 6):
        columns = below // 2
        corners = [columns * y + x for y in range(1) for x in range(columns - 1)]
        result = [[c, c + 1, c + columns, c + columns + 1] for c in corners]
    elif style == "edges" and below >= 4:
        result = _edges(draw, below)
    elif style == "any":
        rest = draw.sample(range(below), below)
        for start in range(0, below, length):
            patch: list[int | None] = list(rest[start : start + length])
            others = [i for i in rest if i not in patch]
            result.append(patch + others[: length - len(patch)])
        result.append(draw.sample(range(below), length))
        if padding and length > 1:
            result.append([None, *result[0][1:]])
    if not result:
        result = [[s + r for r in range(length)] for s in range(below - length + 1)]
    unique = {str(p) if None in p else str(sorted(p, key=int)): p for p in result}  # type: ignore[arg-type]
    return list(unique.values())


def _edges(draw: Random, n: int) -> list[list[int | None]]:
    """A cycle, perhaps with a chord. Directed alternately, n even, it has det U = 0 for all W."""
    edges: list[list[int | None]] = [[i, (i + 1) % n] for i in range(n)]
    if draw.random() < 0.5:
        return [edge if i % 2 else edge[::-1] for i, edge in enumerate(edges)]
    edges.append([0, 2])
    return [edge if draw.random() < 0.5 else edge[::-1] for edge in edges]


def _skip_problem(draw: Random) -> Document:
    size = draw.choice(DATA[:7])
    d = draw.randint(1, 3)
    inputs = _inputs(draw, size, draw.randint(1, 5), d)
    activations = draw.choice([RATIONAL, BOUNDED + GROWING])
    units: list[Document] = []
    depth = draw.randint(1, 3)
    shapes: dict[str, tuple[int, int]] = {}
    for number in range(draw.randint(1, 6)):
        layer = min(depth, 1 + number // 2)
        known = [*range(d), *(u["id"] for u in units if u["layer"] < layer)]
        sources = draw.sample(known, draw.randint(1, min(3, len(known))))
        group = f"u{number}"
        shared = [g for g, shape in shapes.items() if shape == (layer, len(sources))]
        if shared and draw.random() < 0.4:
            group = draw.choice(shared)
        shapes[group] = (layer, len(sources))
        units.append(
            {
                "id": f"h{number}",
                "layer": layer,
                "in": sources,
                "group": group,
                "bias": draw.choice([None, f"b{number}", "b"]),
                "activation": draw.choice(activations),
            }
        )
    ids = [unit["id"] for unit in units]
    problem: Document = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[written(x) for x in row] for row in inputs]},
        "network": {
            "kind": "skip",
            "units": units,
            "skips": draw.sample(ids, draw.randint(1, len(ids))),
        },
    }
    problem["parameters"] = made_parameters(problem, _weights(draw, size))
    return problem
