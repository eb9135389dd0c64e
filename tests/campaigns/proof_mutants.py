"""Mutations of proof certificates that know what steps, stages and claims are."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from fractions import Fraction
from random import Random
from typing import Any

import mutants
import oracle
import proof_mutants_steps as near
from claim_words import words_of_proof
from mutants import ACTIVATIONS, MISFIT, Mutation, is_number, places, put
from plain_network import Document, rational, written
from proof_conclusions import CONCLUSIONS

#: Words of claims, by their key.
WORDS: dict[str, tuple[Any, ...]] = {
    "property": (
        "analytic", "continuous", "non-constant", "increasing", "bounded", "nh18-3.2",
        "nh18-3.2-1", "finite-limits", "nh17-3.2", "identity",
        "nmh19-1.1", "nmh19-1.2", "softplus",
    ),
    "name": (
        "wide-layer", "almost-wide-layer", "first-and-last-weights", "own-biases", "no-biases",
        "wide-last-hidden-layer", "dense", "distinct-samples", "VGG", "T_1 = 20", "",
        "first-weights", "layer-above", "linear-above", "layer-weights", "weights-up-to-k",
        "parameters", "targets", "one-target", "one-output",
    ),
    "id": ("NH18:Asm3.1", "NH18:Asm2.4", "LDS18:Asm1.A1", "NMH19:Asm1.3"),
    "what": ("features", "augmented", "weights", "skip-features"),
    "loss": near.LOSSES,
    "left": near.SIDES,
    "right": near.SIDES,
    "is": near.KINDS,
    "names": near.NAMES,
    "limits": ("0", "1", "-1", "pi/2", "-pi/2"),
    "rho": ("0", "1", "1/2", "log(2)", "6/5", "3/4", "2", "1-1/1000", "1+log(1)", "log(0)"),
}  # fmt: skip
RULES = (
    "conjunction", "unchanged", "witness", "null-set", "affine", "fitted", "shift",
    "cited-density", "coincidences", "determinant", "moments", "sharp-bounds", "softplus",
)  # fmt: skip
#: Numbers of claims near whose value an inequality turns false.
BOUNDARIES = ("from", "alpha", "point", "tolerance", "radius", "low", "high", "delta", "at_most",
              "at_least", "order", "channels", "width", "samples", "side", "bound")  # fmt: skip


def mutant(draw: Random, originals: list[Document]) -> tuple[Document, Document]:
    """(an original, a mutant of it): one to three mutations, then claim and words are made fit."""
    original = draw.choice(originals)
    document = copy.deepcopy(original)
    for _ in range(draw.choice([1, 1, 1, 2, 2, 3])):
        with suppress(*MISFIT):
            draw.choice(MUTATIONS)(document, draw, originals)
    with suppress(*MISFIT):
        _fit(document, draw)
    with suppress(*MISFIT):
        if document["claim"]["kind"] == "step" and draw.random() < 0.9:
            near.fit_step(document)
    with suppress(*MISFIT):
        if draw.random() < 0.06:
            near.claim_at(document, draw)
    with suppress(*MISFIT):
        if draw.random() < 0.97:
            document["claim"]["words"] = words_of_proof(document)
    return original, document


def _fit(document: Document, draw: Random) -> None:
    """Sizes of matrices follow the network, mostly: else nearly all would die early."""
    if draw.random() < 0.2:
        return
    for claim in _claims(document):
        if "matrix" in claim:
            with suppress(*MISFIT):
                claim["rows"], claim["columns"] = oracle.size_of(
                    document["problem"], claim["matrix"]
                )


# --- Steps and claims ----------------------------------------------------------------------------


def _steps(document: Document) -> list[Document]:
    found: list[Document] = document["evidence"]["steps"]
    return found


def _claims(document: Document) -> list[Document]:
    """The claims of all steps and the parts of conjunctions."""
    found = [step["claim"] for step in _steps(document)]
    for claim in found:
        if isinstance(claim, dict):
            found.extend(claim.get("claims", []))
    return [claim for claim in found if isinstance(claim, dict)]


def _everywhere(document: Document, old: Any, new: Document) -> None:
    """The claim ``old`` becomes ``new`` in all steps and conjunctions."""
    text = json.dumps(old, sort_keys=True)
    for claim in _claims(document):
        if json.dumps(claim, sort_keys=True) == text:
            claim.clear()
            claim.update(copy.deepcopy(new))


def _change(document: Document, draw: Random, claim: Document, path: Any, value: Any) -> None:
    """A value inside a claim, in all copies of the claim or in one."""
    new = copy.deepcopy(claim)
    put(new, path, value)
    if draw.random() < 0.85:
        _everywhere(document, copy.deepcopy(claim), new)
    else:
        put(claim, path, value)


def _some_claim(document: Document, draw: Random) -> Document:
    return draw.choice(_claims(document))


def claim_number(document: Document, draw: Random, originals: list[Document]) -> None:
    """One number of a claim becomes another."""
    claim = _some_claim(document, draw)
    found = [(p, v) for p, v in places(claim) if p and is_number(v)]
    path, value = draw.choice(found)
    q = rational(value)
    other = rational(draw.choice(found)[1])
    changes = [q + 1, q - 1, -q, 2 * q, q / 2, q + Fraction(1, 2**30), Fraction(0), other]
    _change(document, draw, claim, path, written(draw.choice(changes)))


def boundary(document: Document, draw: Random, originals: list[Document]) -> None:
    """A bound becomes a little or much sharper, 0, negative."""
    claims = [c for c in _claims(document) if set(c) & set(BOUNDARIES)]
    claim = draw.choice(claims)
    key = draw.choice([k for k in BOUNDARIES if k in claim])
    q = rational(claim[key])
    factors = [Fraction(99, 100), Fraction(101, 100), Fraction(1, 2), Fraction(2), Fraction(1, 8),
               Fraction(0), Fraction(-1), Fraction(1, 2**20), Fraction(2**20)]  # fmt: skip
    new = q * draw.choice(factors) if draw.random() < 0.8 else q + draw.choice([-1, 1])
    _change(document, draw, claim, (key,), written(new))


def claim_word(document: Document, draw: Random, originals: list[Document]) -> None:
    """A flag is turned, or a word becomes another of its vocabulary."""
    claim = _some_claim(document, draw)
    found = [
        (path, value)
        for path, value in places(claim)
        if path and (isinstance(value, bool) or {*path} & WORDS.keys()) and _is_leaf(value)
    ]
    path, value = draw.choice(found)
    if isinstance(value, bool):
        new: Any = not value
    else:
        new = draw.choice(WORDS[next(key for key in reversed(path) if key in WORDS)])
    _change(document, draw, claim, path, new)


def _is_leaf(value: Any) -> bool:
    return isinstance(value, (str, bool))


def claim_list(document: Document, draw: Random, originals: list[Document]) -> None:
    """A list of a claim: swapped, shortened, repeated, reversed, empty."""
    claim = _some_claim(document, draw)
    path, value = draw.choice([(p, v) for p, v in places(claim) if p and isinstance(v, list) and v])
    new = copy.deepcopy(value)
    i, j = draw.randrange(len(new)), draw.randrange(len(new))
    what = draw.randrange(6)
    if what == 0:
        new[i], new[j] = new[j], new[i]
    elif what == 1:
        del new[i]
    elif what == 2:
        new.insert(j, copy.deepcopy(new[i]))
    elif what == 3:
        new.reverse()
    elif what == 4:
        new[i] = copy.deepcopy(new[j])
    else:
        new = []
    _change(document, draw, claim, path, new)


def gamma(document: Document, draw: Random, originals: list[Document]) -> None:
    """The order of the samples: one fewer, one twice, counted from the end, two exchanged."""
    claim = draw.choice([c for c in _claims(document) if "gamma" in c])
    new = list(claim["gamma"])
    i, j = draw.randrange(len(new)), draw.randrange(len(new))
    what = draw.randrange(4)
    if what == 0:
        del new[draw.choice([0, i, -1])]
    elif what == 1:
        new[i] = new[j]
    elif what == 2:
        new[i] -= len(new)
    else:
        new[i], new[j] = new[j], new[i]
    _change(document, draw, claim, ("gamma",), new)


def claim_kind(document: Document, draw: Random, originals: list[Document]) -> None:
    """Another kind with the same fields, or with those of a claim of another proof."""
    claim = _some_claim(document, draw)
    others = [c for c in _claims(draw.choice(originals)) if c["kind"] != "together"]
    other = draw.choice(others)
    new = {key: claim.get(key, value) for key, value in other.items()}
    new["kind"] = other["kind"]
    if draw.random() < 0.5:
        alike = [("full-rank", "generic-full-rank"), ("dense", "generic-full-rank"),
                 ("triangular-tail", "tail-dominated"), ("fitted-by-rank", "fitted"),
                 ("distinct-rows", "distinct-entries")]  # fmt: skip
        for pair in alike:
            if claim["kind"] in pair:
                new = {**claim, "kind": pair[1 - pair.index(claim["kind"])]}
    _everywhere(document, copy.deepcopy(claim), new)


def confusion(document: Document, draw: Random, originals: list[Document]) -> None:
    """true for 1, "1" for 1, null, an empty list or object: anywhere."""
    found = [(p, v) for p, v in places(document) if p and p[0] != "format"]
    path, value = draw.choice(found)
    new = draw.choice([None, [], {}, "", True, False, 0, 1, "1", -1])
    if isinstance(value, int):
        new = draw.choice([bool(value), str(value), None, [value], -1 - value])
    if path[:2] == ("evidence", "steps") and "claim" in path and len(path) > 4:
        claim = _steps(document)[path[2]]["claim"]
        _change(document, draw, claim, path[4:], new)
    else:
        put(document, path, new)


def nearby(document: Document, draw: Random, originals: list[Document]) -> None:
    """A claim of a certain kind moves near its boundary."""
    for move in draw.sample(near.CLAIMS, len(near.CLAIMS)):
        with suppress(IndexError):
            old, new = move(document, draw)
            _everywhere(document, copy.deepcopy(old), new)
            return


def shown_otherwise(document: Document, draw: Random, originals: list[Document]) -> None:
    """The evidence changes; a claim, too, or not."""
    draw.choice([near.evidence_number, near.evidence_number, near.peak])(document, draw)
    if draw.random() < 0.4:
        nearby(document, draw, originals)


def single(document: Document, draw: Random, originals: list[Document]) -> None:
    if document["claim"]["kind"] == "proof":
        near.as_step(document, draw)


# --- The list of steps ---------------------------------------------------------------------------


def order(document: Document, draw: Random, originals: list[Document]) -> None:
    """Steps are swapped, dropped, repeated; what cites them follows or not."""
    steps = _steps(document)
    i, j = draw.randrange(len(steps)), draw.randrange(len(steps))
    what = draw.randrange(5)
    if what == 0:
        steps[i], steps[j] = steps[j], steps[i]
    elif what == 1:
        del steps[i]
    elif what == 2:
        del steps[i]
        for step in steps:
            step["uses"] = [use - (use > i) for use in step["uses"] if use != i]
    elif what == 3:
        steps.append(copy.deepcopy(steps[i]))
    else:
        del steps[draw.randrange(1, len(steps) + 1) :]


def uses(document: Document, draw: Random, originals: list[Document]) -> None:
    """A step cites nothing, later ones, itself, all, one of them twice."""
    steps = _steps(document)
    n = draw.randrange(len(steps))
    cited = steps[n]["uses"]
    choices: list[Any] = [
        [], [n], [len(steps) - 1], list(range(n)), [*cited, *cited], cited[:-1], cited[1:], [-1],
        [*cited, n], list(range(len(steps))), [draw.randrange(len(steps))],
    ]  # fmt: skip
    steps[n]["uses"] = draw.choice(choices)


def at(document: Document, draw: Random, originals: list[Document]) -> None:
    """A step, or all of a stage, move to another stage, the given parameters or none."""
    steps, count = _steps(document), len(document["evidence"]["parameters"])
    new = draw.choice([None, "given", *range(max(count, 1)), count, -1, True, "0"])
    step = draw.choice(steps)
    chosen = [step] if draw.random() < 0.5 else [s for s in steps if s["at"] == step["at"]]
    for other in chosen:
        other["at"] = new


def rule(document: Document, draw: Random, originals: list[Document]) -> None:
    """A rule in place of evidence or of another rule, with all earlier steps cited."""
    steps = _steps(document)
    n = draw.randrange(len(steps))
    steps[n]["evidence"] = {"rule": draw.choice(RULES)}
    if draw.random() < 0.7:
        steps[n]["uses"] = list(range(n))


def exchange(document: Document, draw: Random, originals: list[Document]) -> None:
    """A claim, evidence or a whole step comes from another step, here or in another proof."""
    statement = document["claim"].get("statement")
    others = [o for o in originals if o["claim"].get("statement") == statement]
    other = draw.choice([document, draw.choice(others), draw.choice(originals)])
    step, source = draw.choice(_steps(document)), draw.choice(_steps(other))
    key = draw.choice(["claim", "evidence", "at", "uses", "all"])
    for name in step if key == "all" else [key]:
        step[name] = copy.deepcopy(source[name])


def together(document: Document, draw: Random, originals: list[Document]) -> None:
    """A conjunction of fewer, of one, of none; with a part twice; with the claim of a step more."""
    steps = _steps(document)
    n, step = draw.choice([(n, s) for n, s in enumerate(steps) if s["claim"]["kind"] == "together"])
    parts = step["claim"]["claims"]
    what = draw.randrange(6)
    if what == 0:
        del parts[draw.randrange(len(parts))]
    elif what == 1:
        parts[:] = [draw.choice(parts)]
    elif what == 2:
        parts.clear()
    elif what == 3:
        parts.append(copy.deepcopy(draw.choice(parts)))
    else:
        m = draw.randrange(n)
        parts.append(copy.deepcopy(steps[m]["claim"]))
        if m not in step["uses"]:
            step["uses"].append(m)
        if what == 5:  # what holds at another stage
            steps[m]["at"] = draw.choice([None, "given", 0, 1, steps[m]["at"]])


def conjoined(document: Document, draw: Random, originals: list[Document]) -> None:
    """A step of another proof more, maybe changed, its claim in the conjunction at the end."""
    steps = _steps(document)
    new = copy.deepcopy(draw.choice(_steps(draw.choice(originals))))
    if draw.random() < 0.5:
        _twist(new["claim"], draw)
    last = steps.pop()
    new["uses"] = []
    steps += [new, last]
    last["uses"].append(len(steps) - 2)
    if draw.random() < 0.5:
        new["at"] = last["at"]
    if last["claim"]["kind"] == "together":
        last["claim"]["claims"].append(copy.deepcopy(new["claim"]))


def _twist(claim: Document, draw: Random) -> None:
    """One number or word of a claim becomes another."""
    path, value = draw.choice([(p, v) for p, v in places(claim) if p and not isinstance(v, list)])
    if is_number(value):
        put(claim, path, written(rational(value) + draw.choice([-1, 1])))
    elif isinstance(value, bool):
        put(claim, path, not value)
    elif path[-1] != "kind":
        put(claim, path, draw.choice(WORDS.get(path[-1], ("", "a", "VGG", "All is well."))))


# --- Stages, statement, problem ------------------------------------------------------------------


def stages(document: Document, draw: Random, originals: list[Document]) -> None:
    """Stages are swapped, dropped, repeated, changed in a number, set to zero, taken as given."""
    found = document["evidence"]["parameters"]
    i, j = draw.randrange(len(found)), draw.randrange(len(found))
    what = draw.randrange(8)
    numbers = [path for path, value in places(found[i]) if path and is_number(value)]
    if what == 0:
        found[i], found[j] = found[j], found[i]
    elif what == 1:
        found[i] = copy.deepcopy(found[j])
    elif what == 2:
        del found[i]
    elif what == 3:
        for path in numbers:
            put(found[i], path, 0)
    elif what == 4:
        document["problem"]["parameters"] = copy.deepcopy(found[i])
    elif what == 5:
        found[i] = copy.deepcopy(document["problem"]["parameters"])
    elif what == 6 and isinstance(found[i], list):
        found[i][draw.randrange(len(found[i]))] = None
    else:
        path = draw.choice(numbers)
        put(found[i], path, draw.choice([0, 1, -1, "1/2", "1/0x80000000000000", 1000]))


def statement(document: Document, draw: Random, originals: list[Document]) -> None:
    """Another statement, or another layer."""
    claim = document["claim"]
    if draw.random() < 0.5 and "statement" in claim:
        claim["statement"] = draw.choice(sorted(CONCLUSIONS))
    else:
        claim["layer"] = draw.choice([0, 1, 2, 3, None, claim["layer"] + draw.choice([-1, 1])])


def layer_of_claims(document: Document, draw: Random, originals: list[Document]) -> None:
    """All claims of one layer are about another one; so is the statement, or not."""
    old, new = draw.randint(1, 3), draw.randint(0, 3)
    for claim in _claims(document):
        for named in (claim, claim.get("matrix", {})):
            if named.get("layer") == old:
                named["layer"] = new
    if draw.random() < 0.7 and document["claim"]["layer"] == old:
        document["claim"]["layer"] = new


def evidence(document: Document, draw: Random, originals: list[Document]) -> None:
    """All steps, or the problem, of another instance, mostly of the same statement."""
    statement = document["claim"].get("statement")
    same = [o for o in originals if o["claim"].get("statement") == statement]
    other = draw.choice(same if draw.random() < 0.8 else originals)
    key = draw.choice(["evidence", "problem"])
    document[key] = copy.deepcopy(other[key])
    if draw.random() < 0.3:
        document["claim"]["layer"] = other["claim"]["layer"]


def samples(document: Document, draw: Random, originals: list[Document]) -> None:
    """Samples are permuted, repeated, dropped, scaled, moved near others; targets follow."""
    data = document["problem"]["data"]
    inputs, targets = data["inputs"], data.get("targets")
    i, j = draw.randrange(len(inputs)), draw.randrange(len(inputs))
    what = draw.randrange(7)
    for rows in [inputs] if targets is None else [inputs, targets]:
        if what == 0:
            rows[i], rows[j] = rows[j], rows[i]
        elif what == 1:
            rows.append(list(rows[i]))
        elif what == 2:
            del rows[i]
    if what == 3:
        inputs[i] = list(inputs[j])
    elif what == 4:
        factor = draw.choice([2, -1, 0, Fraction(1, 2**40), 10**6])
        inputs[i] = [written(factor * rational(x)) for x in inputs[i]]
    elif what == 5:
        epsilon = Fraction(1, 2 ** draw.choice([3, 30, 300]))
        inputs[i] = [written(rational(x) + epsilon) for x in inputs[j]]
    else:
        column = draw.randrange(len(inputs[0]))
        for row in inputs:
            row[column] = draw.choice([0, row[0], 1])


def activation(document: Document, draw: Random, originals: list[Document]) -> None:
    """One activation, or all, becomes another."""
    problem = document["problem"]
    found = [path for path, _ in places(problem) if path and path[-1] == "activation"]
    new: Any = draw.choice(ACTIVATIONS)
    if draw.random() < 0.3:
        new = {"expr": draw.choice(mutants.EXPRESSIONS)}
    for path in found if draw.random() < 0.5 else [draw.choice(found)]:
        put(problem, path, copy.deepcopy(new))


def written_activation(document: Document, draw: Random, originals: list[Document]) -> None:
    """The activation of a layer, or of all, becomes an expression; its properties change too."""
    layers = [la for la in document["problem"]["network"]["layers"] if "activation" in la]
    new = {"expr": draw.choice(near.SHAPES)}
    if draw.random() < 0.4:
        new = {"expr": near.made_expression(draw)}
    for layer in layers if draw.random() < 0.4 else [draw.choice(layers)]:
        layer["activation"] = dict(new)
    for claim in _claims(document):
        if claim["kind"] == "activation" and draw.random() < 0.3:
            new_property = draw.choice(WORDS["property"][:9])
            _everywhere(document, copy.deepcopy(claim), {**claim, "property": new_property})


def bias(document: Document, draw: Random, originals: list[Document]) -> None:
    """Another mode of biases; the parameters follow."""
    problem = document["problem"]
    stack = problem["network"]["layers"]
    number = draw.choice([i for i, layer in enumerate(stack) if "bias" in layer])
    layer = stack[number]
    layer["bias"] = draw.choice(["neuron", "filter", "none"])
    for parameters in [problem.get("parameters"), *document["evidence"]["parameters"]]:
        entry = None if parameters is None else parameters[number]
        if entry is None:
            continue
        if layer["bias"] == "none":
            entry.pop("b", None)
        else:
            size = "width" if layer["kind"] == "dense" else "filters"
            entry["b"] = (entry.get("b", []) + [0] * 99)[: layer[size]]


def width(document: Document, draw: Random, originals: list[Document]) -> None:
    """A layer gets wider or narrower; its parameters follow."""
    problem = document["problem"]
    stack = problem["network"]["layers"]
    number = draw.choice([i for i, layer in enumerate(stack) if "width" in layer])
    more = draw.choice([-1, 1])
    stack[number]["width"] += more
    for parameters in [problem.get("parameters"), *document["evidence"]["parameters"]]:
        entry = None if parameters is None else parameters[number]
        if entry is None:
            continue
        for row in [*entry["W"], *([entry["b"]] if "b" in entry else [])]:
            if more > 0:
                row.append(draw.choice([0, 1, row[0]]))
            else:
                row.pop()
        if number + 1 < len(stack) and parameters[number + 1] is not None:
            below = parameters[number + 1]["W"]
            if more > 0:
                below.append([draw.choice([0, 1]) for _ in below[0]])
            else:
                below.pop()


def units(document: Document, draw: Random, originals: list[Document]) -> None:
    """A skip network: sources, groups, biases and skips of units are exchanged."""
    network = document["problem"]["network"]
    first, second = draw.choice(network["units"]), draw.choice(network["units"])
    what = draw.randrange(5)
    if what == 4:
        skips = network["skips"]
        if draw.random() < 0.5:
            skips.append(first["id"])
        else:
            del skips[draw.randrange(len(skips))]
        return
    key = ("in", "group", "bias", "activation")[what]
    first[key] = copy.deepcopy(second[key])
    unused = {unit["group"] for unit in network["units"]}
    names = {unit["bias"] for unit in network["units"]}
    for parameters in [document["problem"].get("parameters"), *document["evidence"]["parameters"]]:
        if parameters is None:
            continue
        for kind, kept in (("groups", unused), ("biases", names)):
            for name in [name for name in parameters[kind] if name not in kept]:
                del parameters[kind][name]


def targets(document: Document, draw: Random, originals: list[Document]) -> None:
    """Targets and the loss."""
    problem = document["problem"]
    if draw.random() < 0.4:
        problem["loss"] = draw.choice(near.LOSSES)
        named = [claim for claim in _claims(document) if "loss" in claim]
        for claim in named if draw.random() < 0.7 else []:
            claim["loss"] = problem["loss"]
        return
    rows = problem["data"]["targets"]
    row = draw.choice(rows)
    row[draw.randrange(len(row))] = draw.choice([0, 1, "1/3", -2])


def problem_number(document: Document, draw: Random, originals: list[Document]) -> None:
    mutants.number(document["problem"], draw, originals)


def anything(document: Document, draw: Random, originals: list[Document]) -> None:
    draw.choice([mutants.number, mutants.items, mutants.matrix])(document, draw, originals)


MUTATIONS: tuple[Mutation, ...] = (
    claim_number, claim_number, claim_number, boundary, boundary, boundary, claim_word, claim_word,
    claim_list, claim_list, gamma, claim_kind, confusion, confusion, order, order, uses, at, at,
    rule, exchange, exchange, together, together, conjoined, conjoined, stages, stages, statement,
    layer_of_claims, evidence, samples, samples, samples, activation, activation, bias, width,
    written_activation, written_activation, written_activation, written_activation,
    mutants.patches, units, targets, problem_number, problem_number, anything, nearby, nearby,
    nearby, nearby, nearby, nearby, shown_otherwise, shown_otherwise, shown_otherwise, single,
)  # fmt: skip
