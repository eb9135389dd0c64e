"""Structural mutations of certificates, made so that they reach the mathematics of the checker."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from random import Random
from typing import Any

from claim_words import repair
from plain_network import Document, rational, written

Path = tuple[Any, ...]
Mutation = Callable[[Document, Random, list[Document]], None]
_NUMBER = re.compile(r"-?(0x[0-9a-f]+|[0-9]+)(/(0x[0-9a-f]+|[0-9]+))?")

ACTIVATIONS: tuple[Any, ...] = (
    "identity", "relu", "relu6", "hard-sigmoid", "sigmoid", "tanh", "arctan", "erf", "sin", "cos",
    "exp", "softsign", "r1", "lorentz", "gaussian", "log-sigmoid", "silu", "gelu", "mish",
    "dyadic-softplus", {"name": "softplus", "alpha": 1}, {"name": "softplus", "alpha": "1/2"},
    {"name": "elu", "alpha": 1}, {"name": "leaky-relu", "slope": "1/2"},
    {"name": "leaky-relu", "slope": -1}, {"name": "power", "exponent": 2},
    {"name": "power", "exponent": 3}, {"name": "power", "exponent": 0},
    {"name": "polynomial", "coefficients": [0, 1]},
    {"name": "polynomial", "coefficients": [1, 0, -1]},
)  # fmt: skip
EXPRESSIONS = (
    "-(t-1)**2*exp(t)", "-(exp(t)-2)**2", "sin(t)+cos(t)-sqrt(2)", "-abs(t-1)", "(t-1)**2",
    "-(t-1)**4", "-(t-1)**3", "-(t-1)**2", "cos(t)-1", "-t**2*(t-1)**2", "1/t", "log(t)",
    "sqrt(t**2)", "tanh(t)", "abs(t)", "t*abs(t)", "max(t,0)", "t**3", "t-t", "0*t+1", "exp(t)-2",
    "-(exp(t)-3)**2*(t+2)", "(exp(t)-2)**2", "sin(t)", "cos(t)+1", "t/(1+t**2)", "exp(-t**2)",
    "sqrt(1+t**2)", "log(1+exp(t))", "min(t,0)", "sigmoid(t)-1/2", "t*exp(t)", "sinh(t)",
    "-(exp(t)-2)**2*(exp(-t)+1)", "-(sin(t)-1)**2", "cos(pi*t)-1", "-(t-1)**2*(t**2+1)",
)  # fmt: skip
CONSTANTS = ("1", "2", "-1", "0", "1/2", "log(2)", "log(3)", "pi/4", "pi/2", "pi", "sqrt(2)")
WORDS = {
    "bias": ("neuron", "filter", "none"),
    "side": ("left", "right"),
    "what": ("features", "weights", "skip-features"),
    "id": ("NH18:Asm3.1", "NH18:Asm2.4", "LDS18:Asm1.A1", "NMH19:Asm1.3"),
    "t": CONSTANTS,
    "loss": ("squared", "half-squared"),
    "verdict": ("proved", "refuted", "undecided"),
    "method": (
        "modular-minor", "approximate-inverse", "dominance", "null-vectors", "taylor",
        "polynomial-null-vectors", "sample-relations", "unit-relations", "open-set", "enclosure",
        "derivatives", "exponential-polynomial", "translated-minors",
    ),
}  # fmt: skip
RANK_KINDS = (
    "full-rank", "rank-deficient", "generic-full-rank", "generic-deficient", "open-deficient",
)  # fmt: skip


def canonical(document: Document) -> bytes:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return (text + "\n").encode("ascii")


#: What a mutation or a repair raises that does not fit a document, or no longer fits it.
MISFIT = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


def mutant(draw: Random, originals: list[Document]) -> tuple[Document, Document]:
    """(an original, a mutant of it): one to three mutations, then the claim is made to agree."""
    original = draw.choice(originals)
    document = copy.deepcopy(original)
    for _ in range(draw.choice([1, 1, 1, 2, 2, 3])):
        with suppress(*MISFIT):
            draw.choice(MUTATIONS)(document, draw, originals)
    with suppress(*MISFIT):  # else the words stay as they were
        repair(document, draw)
    return original, document


# --- Places --------------------------------------------------------------------------------------


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything inside a document, with its path."""
    yield path, value
    inside = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        inside = list(enumerate(value))
    for key, entry in inside:
        yield from places(entry, (*path, key))


def put(document: Any, path: Path, value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


def is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, str) and bool(_NUMBER.fullmatch(value)))


def numbers_in(value: Any) -> list[tuple[Path, Any]]:
    return [(path, entry) for path, entry in places(value) if path and is_number(entry)]


def is_matrix(value: Any) -> bool:
    rows = isinstance(value, list) and value and all(isinstance(r, list) and r for r in value)
    return bool(rows) and len({len(row) for row in value}) == 1


# --- Mutations without sense ---------------------------------------------------------------------


def number(document: Document, draw: Random, originals: list[Document]) -> None:
    """One number becomes another: by one, of the other sign, 0, a copy of a third one."""
    found = numbers_in(document)
    path, value = draw.choice(found)
    q = rational(value)
    changes = [q + 1, q - 1, -q, q * 2, q / 2, q + Fraction(1, 2**40), 1 / q if q else q]
    changes += [Fraction(0), Fraction(1), rational(draw.choice(found)[1])]
    put(document, path, written(draw.choice(changes)))


def items(document: Document, draw: Random, originals: list[Document]) -> None:
    """Entries of one list are swapped, dropped, repeated, reversed."""
    value = draw.choice([v for _, v in places(document) if isinstance(v, list) and v])
    i, j = draw.randrange(len(value)), draw.randrange(len(value))
    what = draw.randrange(5)
    if what == 0:
        value[i], value[j] = value[j], value[i]
    elif what == 1:
        del value[i]
    elif what == 2:
        value.insert(j, copy.deepcopy(value[i]))
    elif what == 3:
        value.reverse()
    else:
        value[i] = copy.deepcopy(value[j])


def matrix(document: Document, draw: Random, originals: list[Document]) -> None:
    """Columns of one matrix are swapped, dropped, repeated; it is transposed; rows are added."""
    path, value = draw.choice([(p, v) for p, v in places(document) if is_matrix(v)])
    i, j = draw.randrange(len(value[0])), draw.randrange(len(value[0]))
    what = draw.randrange(5)
    if what == 3:
        put(document, path, [list(column) for column in zip(*value, strict=True)])
        return
    if what == 4:
        r, s = draw.randrange(len(value)), draw.randrange(len(value))
        c = draw.choice([1, -1, 2])
        value[r] = [
            written(rational(x) + c * rational(y)) for x, y in zip(value[r], value[s], strict=True)
        ]
        return
    for row in value:
        if what == 0:
            row[i], row[j] = row[j], row[i]
        elif what == 1:
            del row[i]
        else:
            row.insert(j, copy.deepcopy(row[i]))


def word(document: Document, draw: Random, originals: list[Document]) -> None:
    """One word of a fixed vocabulary becomes another."""
    found = [(p, v) for p, v in places(document) if p and p[-1] in WORDS and isinstance(v, str)]
    path, _ = draw.choice(found)
    put(document, path, draw.choice(WORDS[path[-1]]))


def activation(document: Document, draw: Random, originals: list[Document]) -> None:
    """One activation, or all, becomes another."""
    found = [path for path, _ in places(document["problem"]) if path and path[-1] == "activation"]
    new: Any = draw.choice(ACTIVATIONS)
    if draw.random() < 0.5:
        new = {"expr": draw.choice(EXPRESSIONS)}
    for path in found if draw.random() < 0.3 else [draw.choice(found)]:
        put(document["problem"], path, copy.deepcopy(new))


PARTS: tuple[Path, ...] = (
    ("evidence",), ("evidence", "lower"), ("evidence", "upper"), ("evidence", "parameters"),
    ("evidence", "upper", "vectors"), ("evidence", "lower", "inverse"), ("evidence", "point"),
    ("evidence", "sign"), ("evidence", "assumption_2"), ("problem",), ("problem", "data"),
    ("problem", "network"), ("problem", "parameters"), ("claim",), ("claim", "assumption_2"),
)  # fmt: skip


def exchange(document: Document, draw: Random, originals: list[Document]) -> None:
    """A part comes from another certificate, mostly of the same kind."""
    kind = document["claim"]["kind"]
    others = [o for o in originals if o["claim"]["kind"] == kind]
    other: Any = draw.choice(others if draw.random() < 0.8 and others else originals)
    for path in draw.sample(PARTS, draw.choice([1, 1, 2])):
        part = other
        for key in path:
            part = part[key]
        put(document, path, copy.deepcopy(part))


# --- Mutations with sense ------------------------------------------------------------------------


def claim_kind(document: Document, draw: Random, originals: list[Document]) -> None:
    """Another claim about the same matrix, with what evidence there is; or the opposite claim."""
    claim, evidence, problem = document["claim"], document["evidence"], document["problem"]
    if "holds" in claim:
        claim["holds"] = not claim["holds"]
        return
    if "matrix" not in claim:
        key = "at_most" if "at_most" in claim else "radius"
        claim[key] = written(rational(claim[key]) + draw.choice([-1, 1]))
        return
    kind = claim["kind"] = draw.choice(RANK_KINDS)
    lower, upper = evidence.get("lower"), evidence.get("upper")
    given = evidence.get("parameters") or problem.get("parameters")
    deficient = kind.endswith("deficient")
    for key in ("at_least", "at_most"):
        claim.pop(key, None)
        if deficient:
            claim[key] = max(0, min(claim["rows"], claim["columns"]) - 1)
    document["evidence"] = {"lower": lower}
    if deficient:
        if upper is None:
            donors = [o["evidence"]["upper"] for o in originals if o["evidence"].get("upper")]
            upper = copy.deepcopy(draw.choice(donors))
        document["evidence"]["upper"] = upper
    if kind == "open-deficient":
        del claim["at_least"], document["evidence"]["lower"]
        document["evidence"]["parameters"] = copy.deepcopy(given)
    elif kind.startswith("generic"):
        document["evidence"]["parameters"] = copy.deepcopy(given)
    elif given is not None:
        problem["parameters"] = copy.deepcopy(given)


def bounds(document: Document, draw: Random, originals: list[Document]) -> None:
    """The claimed rank moves by one; the repair may move it back."""
    claim = document["claim"]
    key = draw.choice([k for k in ("at_least", "at_most", "rows", "columns") if k in claim])
    claim[key] += draw.choice([-1, 1])


def vectors(document: Document, draw: Random, originals: list[Document]) -> None:
    """Null vectors: one dropped, repeated, scaled, combined; or all replaced by unit vectors."""
    upper = document["evidence"]["upper"]
    found = upper["vectors"]
    what = draw.randrange(5)
    if what == 0:
        del found[draw.randrange(len(found))]
    elif what == 1:
        found.append(copy.deepcopy(draw.choice(found)))
    elif what == 2:
        i = draw.randrange(len(found))
        found[i] = [written(rational(x) * Fraction(-3, 2)) for x in found[i]]
    elif what == 3:
        i, j = draw.randrange(len(found)), draw.randrange(len(found))
        found[i] = [
            written(rational(x) + rational(y)) for x, y in zip(found[i], found[j], strict=True)
        ]
    else:
        length = len(found[0])
        found.append([int(i == draw.randrange(length)) for i in range(length)])
    if "at_most" in document["claim"] and draw.random() < 0.7:
        document["claim"]["at_most"] += {0: 1, 1: -1, 4: -1}.get(what, 0)


def minor(document: Document, draw: Random, originals: list[Document]) -> None:
    """The chosen submatrix loses or gains a row and a column, or is chosen anew."""
    lower, claim = document["evidence"]["lower"], document["claim"]
    rows, columns = lower["rows"], lower["columns"]
    what = draw.randrange(4)
    i = draw.randrange(len(rows))
    if what == 0:
        for chosen in (rows, columns, lower.get("inverse", [0] * 99), lower.get("weights", [])):
            if len(chosen) > i:
                del chosen[i]
        for row in lower.get("inverse", []):
            del row[i]
    elif what == 1:
        rows.append(draw.randrange(claim["rows"]))
        columns.append(draw.randrange(claim["columns"]))
        if "inverse" in lower:
            for row in lower["inverse"]:
                row.append(0)
            lower["inverse"].append([0] * len(rows))
        if "weights" in lower:
            lower["weights"].append(1)
    elif what == 2:
        lower["rows"] = draw.sample(range(claim["rows"]), len(rows))
        lower["columns"] = draw.sample(range(claim["columns"]), len(columns))
    else:
        j = draw.randrange(len(rows))
        rows[i], rows[j] = rows[j], rows[i]
        columns[i], columns[j] = columns[j], columns[i]


def patterns(document: Document, draw: Random, originals: list[Document]) -> None:
    """One pattern left out, repeated, exchanged; a column less; shared or not."""
    evidence = document["evidence"]
    bounds_of = evidence["patterns"]
    i, j = draw.randrange(len(bounds_of)), draw.randrange(len(bounds_of))
    what = draw.randrange(5)
    if what == 0:
        del bounds_of[i]
    elif what == 1:
        bounds_of.insert(i, copy.deepcopy(bounds_of[j]))
    elif what == 2:
        bounds_of[i] = copy.deepcopy(bounds_of[j])
    elif what == 3:
        evidence["shared"] = not evidence["shared"]
        if draw.random() < 0.5:
            evidence["patterns"] = bounds_of * len(evidence["columns"])
    else:
        del evidence["columns"][draw.randrange(len(evidence["columns"]))]


def prime(document: Document, draw: Random, originals: list[Document]) -> None:
    """Small, composite and large moduli in place of the primes."""
    values = [2, 3, 5, 7, 6, 9, 1, 0, 101, 2**31 - 1, "0x1fffffffffffffff", "0xffffffffffffffc5"]
    found = [path for path, _ in places(document) if path and path[-1] == "prime"]
    for path in found:
        put(document, path, draw.choice(values))


def samples(document: Document, draw: Random, originals: list[Document]) -> None:
    """Samples are permuted, repeated, dropped, scaled, made opposite; evidence may follow."""
    inputs = document["problem"]["data"]["inputs"]
    i, j = draw.randrange(len(inputs)), draw.randrange(len(inputs))
    what = draw.randrange(6)
    if what == 0:
        inputs[i], inputs[j] = inputs[j], inputs[i]
        if draw.random() < 0.5:
            _follow(document["evidence"], i, j)
    elif what == 1:
        inputs.append(list(inputs[i]))
        for vector in document["evidence"].get("upper", {}).get("vectors", []):
            vector.append(0)
    elif what == 2 and len(inputs) > 1:
        del inputs[i]
        for vector in document["evidence"].get("upper", {}).get("vectors", []):
            del vector[i]
    elif what == 3:
        inputs[i] = [written(2 * rational(x)) for x in inputs[i]]
    elif what == 4:
        inputs[i] = [written(-rational(x)) for x in inputs[j]]
    else:
        inputs[:] = [[written(-3 * rational(x)) for x in row] for row in inputs]


def _follow(evidence: Document, i: int, j: int) -> None:
    """What a transposition of the samples i and j does to evidence."""
    lower, upper = evidence.get("lower"), evidence.get("upper")
    swap = {i: j, j: i}
    if lower:
        lower["rows"] = [swap.get(r, r) for r in lower["rows"]]
    if upper and upper.get("side", "left") == "left":
        for vector in upper["vectors"]:
            vector[i], vector[j] = vector[j], vector[i]


def layers(document: Document, draw: Random, originals: list[Document]) -> None:
    """Layers move, vanish, are repeated; a dense layer gets wider, with or without its weights."""
    network, claim = document["problem"]["network"], document["claim"]
    stack = network["layers"]
    given = [document["problem"].get("parameters"), document["evidence"].get("parameters")]
    parameters = [p for p in given if isinstance(p, list) and len(p) == len(stack)]
    i, j = draw.randrange(len(stack)), draw.randrange(len(stack))
    what = draw.randrange(5)
    for values in (stack, *parameters):
        if what == 0:
            values[i], values[j] = values[j], values[i]
        elif what == 1:
            del values[i]
        elif what == 2:
            values.insert(j, copy.deepcopy(values[i]))
    if what == 3:
        named = claim.get("matrix", claim)
        named["layer"] += draw.choice([-1, 1])
    if what == 4:
        stack[i]["width" if "width" in stack[i] else "filters"] += 1
        for values in parameters:
            for row in values[i]["W"]:
                row.append(draw.choice([0, 1, row[0]]))
            values[i].get("b", []).append(draw.choice([0, 1]))


def patches(document: Document, draw: Random, originals: list[Document]) -> None:
    """Places within patches: swapped, set to padding, moved by one."""
    stack = document["problem"]["network"]["layers"]
    layer = draw.choice([layer for layer in stack if "patches" in layer])
    patch = draw.choice(layer["patches"])
    i, j = draw.randrange(len(patch)), draw.randrange(len(patch))
    what = draw.randrange(4)
    if what == 0:
        patch[i], patch[j] = patch[j], patch[i]
    elif what == 1:
        patch[i] = None
    elif what == 2:
        patch[i] = (patch[i] or 0) + draw.choice([-1, 1])
    else:
        patch[i] = draw.choice(draw.choice(layer["patches"]))


def minimum(document: Document, draw: Random, originals: list[Document]) -> None:
    """The local minimum: another t, radius, sign of y, order, sigma of the other sign."""
    claim, problem, evidence = document["claim"], document["problem"], document["evidence"]
    hidden, data = problem["network"]["layers"][0], problem["data"]
    what = draw.randrange(9)
    if what == 0:
        claim["t"] = draw.choice(CONSTANTS)
    elif what == 1:
        factor = draw.choice([2, 4, 16, Fraction(1, 2), Fraction(3, 2)])
        claim["radius"] = written(rational(claim["radius"]) * factor)
    elif what == 2:
        claim["better"] = written(rational(claim["better"]) * draw.choice([2, 200, Fraction(1, 4)]))
    elif what == 3:
        data["targets"][0][0] = written(-rational(data["targets"][0][0]))
        if draw.random() < 0.5:
            point = evidence["point"]
            point["w2"] = [written(-rational(w)) for w in point["w2"]]
    elif what == 4:
        c = draw.choice([-1, 2, Fraction(1, 3)])
        data["inputs"][0][0] = written(rational(data["inputs"][0][0]) * c)
        if draw.random() < 0.5:
            point = evidence["point"]
            point["w1"] = [written(rational(w) / c) for w in point["w1"]]
    elif what == 5:
        hidden["activation"] = {"expr": draw.choice(EXPRESSIONS)}
    elif what == 6:
        evidence["sign"] = draw.choice(
            [{"method": "enclosure"}, *({"method": "taylor", "order": m} for m in (2, 3, 4, 6))]
        )
    elif what == 7:
        order = draw.choice([1, 2, 3, 4, 5, 8, "all"])
        method: Any = {"method": "derivatives"}
        if order == "all":
            method = {"method": "exponential-polynomial", "from": draw.randint(1, 9)}
        claim["assumption_2"] = {"verdict": "proved", "order": order}
        evidence["assumption_2"] = method
    else:
        order = draw.randint(1, 5)
        derivative = draw.randrange(order)
        verdict = {"verdict": "refuted", "order": order, "derivative": derivative}
        claim["assumption_2"], evidence["assumption_2"] = verdict, {"method": "derivatives"}


def frameworks(document: Document, draw: Random, originals: list[Document]) -> None:
    """What format 2 adds: groups, divisors, the kind of a pooling, patches more or less."""
    problem = document["problem"]
    stack = problem["network"]["layers"]
    layer = draw.choice([layer for layer in stack if "patches" in layer])
    what = draw.randrange(6)
    if what == 0 and layer["kind"] == "convolution":
        layer["groups"] = draw.choice([1, 2, 3, layer.get("groups", 1) * 2])
    elif what == 1 and "groups" in layer:
        del layer["groups"]
    elif what == 2 and "divisors" in layer:
        divisors = layer["divisors"]
        divisors[draw.randrange(len(divisors))] += draw.choice([-1, 1])
    elif what == 3 and "divisors" in layer:
        layer["kind"] = "max-pooling"
        del layer["divisors"]
    elif what == 3 and layer["kind"] == "max-pooling":
        layer |= {"kind": "average-pooling", "divisors": [len(p) for p in layer["patches"]]}
    elif what == 4:
        layer["patches"].pop(draw.randrange(len(layer["patches"])))
    else:
        layer["patches"].append(draw.choice(layer["patches"]))
    if draw.random() < 0.7:
        problem["format"] = f"exactland-problem/{draw.choice([1, 2, 2, 2])}"


#: The mutations with sense come more often: the others are stopped early.
MUTATIONS: tuple[Mutation, ...] = (
    number, number, number, items, matrix, word, activation, activation, exchange, exchange,
    claim_kind, bounds, vectors, vectors, minor, minor, patterns, prime, samples, samples, layers,
    patches, frameworks, minimum, minimum,
)  # fmt: skip
