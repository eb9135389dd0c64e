"""Random questions of ``exactland rank``: what is decided, is it true, and why is the rest open?

The four kinds of ``--what``: features and weights at given parameters and for almost all. Every
decided answer has a certificate that the checker accepts, and is judged by ranks at many parameters
with hundreds of digits (``oracle.judge``). The table says why the others are undecided.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from instances import BOUNDED, GROWING, RATIONAL
from oracle import CAREFUL, judge
from plain_network import Document, made_parameters

from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.verify import check_bytes
from exactland.conditions.claims import What
from exactland.conditions.finding import Finding
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.errors import InputError, LimitError
from exactland.model.problem_file import problem_from

SAMPLE = 24
#: Questions of each kind.
CAMPAIGN = int(os.environ.get("QUESTIONS", "2000"))
KINDS = ("features", "weights", "generic-features", "generic-weights")
KINKS: tuple[Any, ...] = (
    "relu", "relu6", "hard-sigmoid", "softsign", {"name": "leaky-relu", "slope": "1/4"},
    {"name": "elu", "alpha": 1}, {"expr": "abs(t)"}, {"expr": "max(t,0)*t"},
    {"expr": "max(0,min(1,t/5+1/2))"}, {"expr": "exp(-abs(t))"}, {"expr": "abs(t**2-2)"},
    {"expr": "max(t-sqrt(2),0)"}, {"expr": "min(t**2,4)"}, "dyadic-softplus",
)  # fmt: skip
#: Other texts of activations of the table.
SPELLINGS: tuple[Any, ...] = tuple(
    {"expr": text}
    for text in (
        "t/(1+exp(-t))", "t*sigmoid(t)", "t*(1+tanh(t/2))/2", "1/(1+exp(-t))", "exp(t)/(1+exp(t))",
        "log(1+exp(t))", "log(exp(-t)+1)+t", "(t+abs(t))/2", "max(0,t)", "t-min(t,0)",
        "max(t,t/4)", "5*t/8+3*abs(t)/8", "t/(1+max(t,-t))", "max(t,0)+min(exp(t)-1,0)",
        "min(6,max(0,t))", "(exp(t)-exp(-t))/(exp(t)+exp(-t))", "(max(t,0)+min(t,0))/(1+abs(t))",
        "t*(1+erf(t/sqrt(2)))/2", "sqrt(2)*max(t,0)", "sqrt(t**2)", "t*t*t", "(t+1)**2-t**2-1",
        "sqrt(2)*max(t,0)-t/sqrt(2)",
    )
)  # fmt: skip


def problem(seed: int) -> tuple[Document, int | None]:
    """A small random network with parameters, and the layer that is asked for (None for Psi)."""
    draw = Random(seed)
    d, samples = draw.randint(1, 4), draw.randint(1, 4)
    inputs = [[draw.randint(-4, 4) for _ in range(d)] for _ in range(samples)]
    if draw.random() < 0.1:
        inputs.append(draw.choice(inputs))
    layers: list[Document] = []
    skip = draw.random() < 0.2
    below = d
    for _ in range(0 if skip else draw.choice([1, 1, 2, 3])):
        layers.append(_layer(draw, below))
        patches = layers[-1].get("patches", [0])
        below = len(patches) * layers[-1].get("filters", layers[-1].get("width", 1))
    network = _skip(draw, d) if skip else {"kind": "sequential", "layers": layers}
    document = {"format": "exactland-problem/1", "data": {"inputs": inputs}, "network": network}
    whole = draw.random() < 0.5  # integers meet kinks
    document["parameters"] = made_parameters(
        document,
        lambda: Fraction(draw.randint(-3, 3)) if whole else Fraction(draw.randint(-99, 99), 64),
    )
    return document, None if skip else len(layers)


def _sigma(draw: Random) -> Any:
    return draw.choice(draw.choice([RATIONAL, BOUNDED + GROWING, KINKS, SPELLINGS]))


def _layer(draw: Random, below: int) -> Document:
    kind = draw.choice(["dense", "dense", "convolution", "max-pooling"])
    if below > 1 and kind != "dense":
        size = draw.randint(1, min(2, below - 1) if kind == "convolution" else 2)
        patches = [list(range(i, i + size)) for i in range(below - size + 1)]
        if kind == "convolution" and below >= 4 and draw.random() < 0.3:
            edges = [[i, (i + 1) % below] for i in range(below)]  # of a cycle
            patches = [edge[::-1] if i % 2 else edge for i, edge in enumerate(edges)]
        if kind == "max-pooling":
            return {"kind": kind, "patches": patches}
        filters = {"filters": draw.randint(1, 2)}
        bias = draw.choice(["neuron", "filter", "none"])
        return {"kind": kind, "patches": patches, **filters, "bias": bias,
                "activation": _sigma(draw)}  # fmt: skip
    bias = draw.choice(["neuron", "neuron", "none"])
    return {"kind": "dense", "width": draw.randint(1, 4), "bias": bias, "activation": _sigma(draw)}


def _skip(draw: Random, d: int) -> Document:
    units: list[Document] = []
    for number in range(draw.randint(1, 4)):
        level = number // 2 + 1
        lower: list[Any] = [u["id"] for u in units if u["layer"] < level]
        sources = draw.sample([*range(d), *lower], draw.randint(1, min(2, d + len(lower))))
        group = f"g{level}.{len(sources)}" if draw.random() < 0.5 else f"g{number}"
        bias = draw.choice([f"b{number}", f"b{level}", None])
        units.append({"id": f"u{number}", "layer": level, "in": sources, "group": group,
                      "bias": bias, "activation": _sigma(draw)})  # fmt: skip
    return {"kind": "skip", "units": units, "skips": [u["id"] for u in units]}


#: What undecided answers say, and the short name of it: the first that is found.
REASONS = (
    (r"more than \d+ cases", "more cases than are gone through"),
    (r"cases are not shown", "a case not seen to be full, nor deficient on an open set"),
    (r"infinitely many pieces", "dyadic-softplus has infinitely many pieces"),
    (r"the pieces of|a piece is not|the piece ", "kinks, spelling: the pieces are not read off"),
    (r"max-pooling may", "pooling"),
    (r"is undefined at", "undefined at some parameters"),
    (r"not known to be analytic", "kinks: one witness says nothing"),
    (r"bits reached", "deficient by its digits, without an identity"),
    (r"several layers", "a bias of several layers"),
)
MENDABLE = ("kinks", "pooling", "spelling")


def reason(finding: Finding) -> str:
    """Why a question is undecided, in a few words."""
    for pattern, name in REASONS:
        if re.search(pattern, finding.reason):
            return name
    return re.sub(r"\d+", "n", finding.reason)[:90]


def ask(document: Document, layer: int | None, kind: str, seed: int) -> Finding:
    what: What = "weights" if kind.endswith("weights") else "features"
    question = generic_rank_of if kind.startswith("generic") else rank
    return question(problem_from(document), layer, what, seed=seed, ceiling=512)


def survey(kind: str, first: int, count: int) -> Counter[str]:
    """The table of verdicts and reasons; an answer that is not true fails."""
    table: Counter[str] = Counter()
    seed = first
    while table.total() < count:
        seed += 1
        document, layer = problem(seed)
        if kind.endswith("weights") and not _has_weights(document):
            continue
        try:
            finding = ask(document, layer, kind, seed)
        except LimitError as limit:
            table[f"undecided: {limit.reason}"] += 1
            continue
        except InputError:
            table["undefined at the given parameters"] += 1
            continue
        if finding.established is None:
            table[f"undecided: {reason(finding)}"] += 1
            continue
        table[_judged(finding, seed)] += 1
    return table


def _has_weights(document: Document) -> bool:
    network = document["network"]
    return "layers" in network and network["layers"][-1]["kind"] != "max-pooling"


def _judged(finding: Finding, seed: int) -> str:
    data = canonical_bytes(certificate_document(finding))
    result = check_bytes(data)
    assert result.verdict == "accept", (seed, result.reason)
    certificate = json.loads(data)
    truth = judge(certificate, seed)
    if truth is False:
        truth = judge(certificate, seed + 1, CAREFUL)
    assert truth is not False, (seed, result.words)
    return f"{finding.verdict}: {certificate['claim']['kind']}"


def _undecided(table: Counter[str], words: tuple[str, ...] = ("",)) -> int:
    return sum(
        number
        for line, number in table.items()
        if line.startswith("undecided") and any(word in line for word in words)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_decided_and_true(kind: str) -> None:
    table = survey(kind, 0, SAMPLE)
    assert _undecided(table) <= 0.2 * SAMPLE
    assert not _undecided(table, MENDABLE)
    assert any(line.startswith("proved") for line in table)
    assert any(line.startswith("refuted") for line in table)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_survey(kind: str) -> None:
    table = survey(kind, 10_000, CAMPAIGN)
    print(f"\n{kind}")
    for line, number in table.most_common():
        print(f"{number:5}  {line}")
    assert _undecided(table) <= 0.1 * CAMPAIGN
    assert not _undecided(table, MENDABLE)
