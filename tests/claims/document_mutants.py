"""Accepted documents of format 2, and programs that alter them as a forger would.

Most alterations are made everywhere at once: what a step claims, what its rule is given and what
the document claims then still fit together, and only the mathematics can tell.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random
from typing import Any

from plain_network import written
from test_statements import BETTER, CE1, tanh_cubed
from vertical_slice import SLICE

from exactland import load_problem
from exactland.certificate.statements import on_instance
from exactland.claims.derive import derive
from exactland.claims.text import read_text
from exactland.errors import ExactlandError
from exactland.model.problem_file import problem_from
from exactland.papers import STATEMENTS
from exactland.papers.formulas import formulas

Json = Any
EXAMPLES = ("sigmoid-with-bias", "sigmoid-without-bias", "relu-dense", "cnn-max-pooling")
CLAIMS = (
    "for almost all parameters: rank F_1 = N",
    "at given: rank F_1 = N",
    "at given: rank U_1 = n_1",
    "in every ball of parameters: rank F_1 = N",
    "for some parameters: rank F_1 = N",
    "for all parameters: rank F_1 <= N",
    "for all parameters: G_1 = X U_1 + ones(N, 1) b_1",
    "for all parameters: F_1 = sigma_1(G_1)",
    "not (for all parameters: F_1 = 0)",
    "not (for all parameters: W_1 = W_1 + W_1)",
    "for all i in 1..L: n_i >= 1",
    "at given: Phi >= 0 and N >= 1",
    "at p: F_1 = F_1 with p = zero but (W_1 = W_1)",
    "if N = 0 then rank X = 7",
    "X has distinct rows and not N = L + 5",
    "at given: rank F_1[1..1, :] <= 1 and 0 < largest(F_1)",
)


def originals() -> list[Json]:
    """The vertical slice, derivations of many claims, and the answers on statements."""
    found = [make() for _, make in SLICE]
    problems = [load_problem(f"examples/{name}.json") for name in EXAMPLES]
    for problem in (*problems, problem_from(CE1)):
        for text in CLAIMS:
            with_answer = _derived(problem, text)
            if with_answer is not None:
                found.append(with_answer)
        for statement in STATEMENTS:
            answer = _stated(problem, statement.id)
            if answer is not None:
                found.append(answer)
    better = [{"W": [[1]], "b": [0]}, {"W": [[-2]], "b": ["1/2"]}]
    refuted = (
        on_instance(problem_from(CE1), "NH17:Thm5.3", 0, BETTER),
        on_instance(tanh_cubed(), "NH17:Thm3.4", None, better),
    )
    found += [answer.document for answer in refuted]
    return [document for document in found if len(json.dumps(document)) < 20_000]


def _derived(problem: Any, text: str) -> Json:
    try:
        return derive(problem, read_text(text)).document
    except ExactlandError:
        return None


def _stated(problem: Any, id: str) -> Json:
    if formulas(id).conclusion is None:
        return None
    try:
        return on_instance(problem, id, 1).document
    except ExactlandError:
        return None


# --- Alterations ---------------------------------------------------------------------------------

#: Heads that stand where others of the same row do.
ALIKE = (
    ("forall", "almost-all", "every-ball", "exists"), ("all", "some"), ("and", "or", "implies"),
    ("<", "<=", "=", "!="), ("zero", "distinct-rows", "apart", "definite"), ("box", "exists-in"),
    ("F", "G", "U", "W", "b"), ("det", "least", "largest", "norm", "smin", "smax", "rank"),
    ("+", "*", "-"), ("max", "min", "+"), ("X", "Y", "Psi"), ("N", "L", "skips", "Phi"),
    ("n", "patches"), ("T", "neg"), ("dPhi", "ddPhi"),
)  # fmt: skip
WORDS = (
    ("given", "zero", "here", "p", "q"), ("parameters", "data", "targets", "symbols", "V"),
    ("global minimum", "local minimum", "strict local minimum", "local maximum", "strict saddle",
     "critical point"), ("-infinity", "+infinity"),
    ("continuous", "smooth", "analytic", "increasing", "bounded", "affine", "is-identity",
     "linear-growth", "one-sided-limit", "not-constant"),
    ("dense", "convolutional", "pooling", "own-biases", "no-biases", "covers"),
    ("tanh", "sigmoid", "relu", "identity", "exp", "sin"), ("gamma", "delta"), ("A", "B", "H"),
    ("squared", "half-squared", "cauchy(delta=2)", "squared-hinge"), ("alpha", "beta"),
    ("i", "j"), ("neuron", "filter", "none"),
)  # fmt: skip
RULES = (
    "decide", "identity", "instance", "exists", "counterexample", "weaker", "and", "between",
    "bounds", "transitive", "minor", "null-vectors", "relations", "sizes", "analytic", "zeros",
    "lower-point", "second-order", "saddle", "refuted", "conditional", "vacuous", "each", "not-all",
)  # fmt: skip


def places(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all parts of a document."""
    yield path
    items: Any = ()
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in items:
        yield from places(part, (*path, key))


def at(document: Json, path: tuple[Any, ...]) -> Json:
    for key in path:
        document = document[key]
    return document


def put(document: Json, path: tuple[Any, ...], value: Json) -> None:
    at(document, path[:-1])[path[-1]] = value


def everywhere(value: Json, old: Json, new: Json) -> Json:
    """The document with ``new`` for ``old`` in every formula."""
    if json.dumps(value) == json.dumps(old):
        return copy.deepcopy(new)
    if isinstance(value, dict):
        return {key: everywhere(part, old, new) for key, part in value.items()}
    if isinstance(value, list):
        return [everywhere(part, old, new) for part in value]
    return value


def altered(value: Json, draw: Random, document: Json) -> Json:
    """Another value in the place of this one."""
    if isinstance(value, bool) or value is None:
        return draw.choice([True, False, None, 0, 1])
    if isinstance(value, int):
        return draw.choice([value + 1, value - 1, -value, 0, 1, 2, ["N"], ["L"], True, "1/2"])
    if isinstance(value, str):
        return _word(value, draw)
    if isinstance(value, dict):
        return {}
    return _formula(value, draw, document)


def _word(word: str, draw: Random) -> Json:
    for row in WORDS:
        if word in row:
            return draw.choice(row)
    if word[:1].isdigit() or word[:1] == "-":
        top, _, bottom = word.partition("/")
        value = Fraction(int(top, 0), int(bottom, 0) if bottom else 1)
        return written(draw.choice([value + 1, -value, value / 2, value + Fraction(1, 1000)]))
    return draw.choice(["given", "N", word])


def _formula(value: list[Json], draw: Random, document: Json) -> Json:
    head = value[0] if value else None
    for row in ALIKE:
        if head in row and draw.random() < 0.5:
            return [draw.choice(row), *value[1:]]
    made: list[Callable[[], Json]] = [
        lambda: value[:1] + draw.sample(value[1:], len(value) - 1),
        lambda: ["not", value],
        lambda: value[-1],
        lambda: ["at", draw.choice(["given", "zero", "p", "here"]), value],
        lambda: [*draw.choice([["forall", "parameters"], ["exists", "parameters"]]), value],
        lambda: ["and", value, ["<", 0, ["N"]]],
        lambda: ["or", value, ["=", 0, 1]],
        lambda: value[:-1],
        lambda: [*value, copy.deepcopy(value[-1])] if value else [0],
        lambda: copy.deepcopy(
            at(document, draw.choice(list(places(document["steps"], ("steps",)))))
        ),
    ]
    return draw.choice(made)()


FORMULAS = ("claim", "definitions", "steps")


def mutant(document: Json, draw: Random) -> Json:
    """One or two alterations of an accepted document."""
    found = copy.deepcopy(document)
    for _ in range(draw.choice([1, 1, 1, 2])):
        found = draw.choice(KINDS)(found, draw)
    return found


def _everywhere(document: Json, draw: Random) -> Json:
    """A part of the claim is altered wherever it stands."""
    inside = [path for key in FORMULAS for path in places(document[key], (key,)) if len(path) > 1]
    old = at(document, draw.choice(inside))
    new = altered(old, draw, document)
    return {**document, **{key: everywhere(document[key], old, new) for key in FORMULAS}}


def _somewhere(document: Json, draw: Random) -> Json:
    path = draw.choice([path for path in places(document) if path])
    put(document, path, altered(at(document, path), draw, document))
    return document


def _problem(document: Json, draw: Random) -> Json:
    path = draw.choice([path for path in places(document["problem"], ("problem",)) if path[1:]])
    put(document, path, altered(at(document, path), draw, document))
    return document


def _steps(document: Json, draw: Random) -> Json:
    """Steps dropped, exchanged or repeated; rules and uses changed; the last step is the claim."""
    steps = document["steps"]
    n = draw.randrange(len(steps))
    kind = draw.choice(["drop", "swap", "rule", "uses", "end"])
    if kind == "drop" and len(steps) > 1:
        del steps[n]
    elif kind == "swap":
        m = draw.randrange(len(steps))
        steps[n], steps[m] = steps[m], steps[n]
    elif kind == "rule":
        steps[n]["rule"] = draw.choice(RULES)
    elif kind == "uses":
        steps[n]["uses"] = sorted(draw.sample(range(len(steps)), min(2, len(steps))))
    else:
        del steps[n + 1 :]
        _claims_its_last(document)
    return document


def _claims_its_last(document: Json) -> None:
    """The document claims what its last step shows; definitions that are used go with it."""
    body = document["steps"][-1]["claim"]
    own = document["claim"]
    definitions = (own[1] if own[0] == "let" else []) + document["definitions"]
    document["claim"], document["definitions"] = body, definitions


def _forged(document: Json, draw: Random) -> Json:
    """A further step from steps before: what a rule should not give."""
    steps = document["steps"]
    n = draw.randrange(len(steps))
    said = copy.deepcopy(steps[n]["claim"])
    under = draw.choice([[], ["not"], ["forall", "parameters"], ["at", "zero"], ["forall", "data"],
                         said[:2], ["every-width", 1]])  # fmt: skip
    inner = said[-1]
    false: Json = ["=", 0, 1]
    whole: Json = {"claim": inner}
    order = draw.sample(["forall", "almost-all", "every-ball", "exists"], 2)
    options: list[tuple[str, Json, Json]] = [
        ("weaker", {**whole, "from": order[0], "to": order[1]}, [order[1], "parameters", inner]),
        ("instance", {**whole, "point": "zero"}, ["at", "zero", inner]),
        ("exists", {**whole, "point": "given"}, ["exists", "parameters", inner]),
        ("and", {"parts": [said, said], "under": under}, [*under, ["and", said, said]]),
        (
            "conditional",
            {"premise": false, "claim": said, "under": under},
            [*under, ["implies", false, said]],
        ),
        (
            "vacuous",
            {"premise": said, "claim": false, "under": under},
            [*under, ["implies", said, false]],
        ),
        (
            "not-all",
            {"parts": [said, inner], "which": draw.randint(1, 2)},
            ["not", ["and", said, inner]],
        ),
        ("zeros", {**whole, "point": "given"}, ["almost-all", "parameters", inner]),
        ("decide", {**whole, "bits": 64}, inner),
        ("decide", {"claim": ["not", said], "bits": 64}, ["not", said]),
        ("identity", whole, ["forall", "parameters", inner]),
    ]
    if isinstance(inner, list) and inner[0] in ("=", "<=") and len(inner) == 3:
        sides = {"left": inner[1], "right": inner[2], "under": said[:-1]}
        swapped = {**sides, "swapped": draw.choice([True, False])}
        options.append(("bounds", swapped, [*said[:-1], ["<=", *inner[1:]]]))
        options.append(("between", sides, [*said[:-1], ["=", *inner[1:]]]))
        number = {**sides, "number": draw.choice([1, 2, ["N"]])}
        options.append(("transitive", number, [*said[:-1], ["=", *inner[1:]]]))
    rule, given, claim = draw.choice(options)
    steps.append({"claim": claim, "rule": rule, "uses": list(range(len(steps))), "with": given})
    _claims_its_last(document)
    return document


KINDS = (_everywhere, _everywhere, _everywhere, _somewhere, _problem, _problem, _steps, _forged)
