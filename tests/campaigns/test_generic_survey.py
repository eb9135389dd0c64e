"""Random questions about features for almost all parameters: what is decided, and is it true?

Every decided answer has a certificate that the checker accepts and is judged by ranks at many
parameters (``oracle.judge``). The table that is printed says why the others are undecided.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from random import Random
from typing import Any

import pytest
from instances import BOUNDED, GROWING, RATIONAL
from oracle import CAREFUL, judge
from plain_network import Document

from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.verify import check_bytes
from exactland.conditions.finding import Finding
from exactland.conditions.ranks import generic_rank_of
from exactland.model.problem_file import problem_from

SAMPLE, CAMPAIGN = 20, 2_000
KINKS: tuple[Any, ...] = (
    "relu", "relu6", "hard-sigmoid", "softsign", {"name": "leaky-relu", "slope": "1/4"},
    {"name": "elu", "alpha": 1}, {"expr": "abs(t)"}, {"expr": "max(t,0)*t"},
    {"expr": "max(0,min(1,t/5+1/2))"}, {"expr": "exp(-abs(t))"}, {"expr": "t/(1+exp(-t))"},
)  # fmt: skip


def question(seed: int) -> tuple[Document, int | None]:
    """A small random network and the layer that is asked for (None for Psi)."""
    draw = Random(seed)
    d = draw.randint(1, 4)
    samples = draw.randint(1, 4)
    inputs = [[draw.randint(-4, 4) for _ in range(d)] for _ in range(samples)]
    data = {"inputs": inputs}
    if draw.random() < 0.2:
        network: Document = _skip(draw, d)
        return {"format": "exactland-problem/1", "data": data, "network": network}, None
    layers: list[Document] = []
    below = d
    for _ in range(draw.choice([1, 1, 2, 3])):
        layers.append(_layer(draw, below))
        patches = layers[-1].get("patches", [0])
        below = len(patches) * layers[-1].get("filters", layers[-1].get("width", 1))
    network = {"kind": "sequential", "layers": layers}
    return {"format": "exactland-problem/1", "data": data, "network": network}, len(layers)


def _sigma(draw: Random) -> Any:
    return draw.choice(draw.choice([RATIONAL, BOUNDED + GROWING, KINKS, KINKS]))


def _layer(draw: Random, below: int) -> Document:
    kind = draw.choice(["dense", "dense", "convolution", "max-pooling"])
    if below > 1 and kind != "dense":
        size = draw.randint(1, min(2, below - 1) if kind == "convolution" else 2)
        patches = [list(range(i, i + size)) for i in range(below - size + 1)]
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


def reason(finding: Finding) -> str:
    """Why a question is undecided, without its numbers."""
    return re.sub(r"[0-9]+", "n", finding.reason)[:110]


def survey(first: int, count: int) -> Counter[str]:
    """The table of verdicts and reasons; an answer that is not true fails."""
    table: Counter[str] = Counter()
    for seed in range(first, first + count):
        document, layer = question(seed)
        finding = generic_rank_of(problem_from(document), layer, ceiling=512)
        if finding.established is None:
            table[f"undecided: {reason(finding)}"] += 1
            continue
        certificate = certificate_document(finding)
        result = check_bytes(canonical_bytes(certificate))
        assert result.verdict == "accept", (seed, result.reason)
        certificate = json.loads(canonical_bytes(certificate))
        truth = judge(certificate, seed)
        if truth is False:
            truth = judge(certificate, seed + 1, CAREFUL)
        assert truth is not False, (seed, result.words)
        table[f"{finding.verdict}: {certificate['claim']['kind']}"] += 1
    return table


def test_a_sample_is_mostly_decided_and_true() -> None:
    table = survey(0, SAMPLE)
    decided = sum(number for line, number in table.items() if not line.startswith("undecided"))
    assert decided >= 0.8 * SAMPLE
    assert table["proved: generic-full-rank"] > 0
    assert table["refuted: open-deficient"] > 0


@pytest.mark.slow
def test_survey() -> None:
    table = survey(10_000, CAMPAIGN)
    for line, number in table.most_common():
        print(f"{number:5}  {line}")
    undecided = sum(number for line, number in table.items() if line.startswith("undecided"))
    assert undecided <= 0.2 * CAMPAIGN
