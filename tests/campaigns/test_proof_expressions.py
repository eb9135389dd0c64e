"""Random expressions: what the checker shows of them far out has to be true.

Properties, and det A(alpha) != 0 for all larger alpha, are claimed of expressions drawn at random;
most claims are false. Those that are accepted are judged by the oracle.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from claim_words import words_of_proof
from mutants import canonical
from plain_network import Document
from proof_mutants_steps import SHAPES, made_expression
from proof_oracle import judge_steps
from proof_originals_by_hand import tail_step

from exactland.checker.verify import check_bytes

PROPERTIES = (
    "analytic", "continuous", "non-constant", "increasing", "bounded", "nh18-3.2", "nh18-3.2-1",
    "finite-limits", "nh17-3.2",
)  # fmt: skip


def _property_step(expression: str, name: str) -> Document:
    """The certificate of a property of layer 1."""
    document = tail_step(expression, 0, 1, {})
    claim = {"kind": "activation", "layer": 1, "property": name}
    step = {"claim": claim, "at": None, "uses": [], "evidence": {}}
    document["claim"]["step"], document["evidence"]["steps"] = claim, [step]
    document["claim"]["words"] = words_of_proof(document)
    return document


def _random_tail(draw: Random) -> Document:
    """A family of two samples on two directions, shown by dominance or by an inverse."""
    beta = draw.choice([0, 1, -1, "1/2", "-1/2", 2, "-3/2"])
    alpha = draw.choice([0, "1/4", "1/2", 1, "3/2", 2, 3, 6])
    signs = [[draw.choice([-2, -1, 1, 2]) for _ in range(2)]]
    peak = draw.choice([None, None, 0, 0, 1, -1, beta])
    how: Document = {
        "method": "dominance",
        "weights": [1, draw.choice([1, 2, "1/2"])],
        "peak": peak,
    }
    if draw.random() < 0.3:
        scale, n = 6, draw.choice([8, 32, 64, 128, -64])
        how = {"method": "approximate-inverse", "scale": scale, "inverse": [[n, 0], [0, n]],
               "peak": peak}  # fmt: skip
    expression = made_expression(draw, 2) if draw.random() < 0.6 else draw.choice(SHAPES)
    more = {"mirrored": draw.random() < 0.5, "directions": signs}
    return tail_step(expression, beta, alpha, how, **more)


def _judged(document: Document, counts: Counter[str]) -> None:
    result = check_bytes(canonical(document))
    counts[result.verdict] += 1
    if result.verdict == "accept":
        assert result.words == words_of_proof(document)
        (truth,) = judge_steps(document, {})
        assert truth is not False, f"{result}\n{canonical(document).decode()}"
        counts["out of sight"] += truth is None
    assert not result.reason.startswith("the check broke off"), canonical(document).decode()


def _properties(seed: int, count: int) -> Counter[str]:
    draw, counts = Random(seed), Counter[str]()
    for _ in range(count):
        expression = made_expression(draw, draw.choice([2, 3, 3, 4]))
        for name in PROPERTIES:
            _judged(_property_step(expression, name), counts)
    return counts


def _tails(seed: int, count: int) -> Counter[str]:
    draw, counts = Random(seed), Counter[str]()
    for _ in range(count):
        _judged(_random_tail(draw), counts)
    return counts


def _is_real(counts: Counter[str]) -> None:
    print(dict(counts))
    assert counts["reject"] > counts["accept"] > 0
    assert counts["out of sight"] <= counts["accept"] / 20 + 2


def test_properties() -> None:
    _is_real(_properties(0, 60))


def test_tails() -> None:
    _is_real(_tails(0, 600))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 3))
def test_many_properties(seed: int) -> None:
    _is_real(_properties(seed, 1_200))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 3))
def test_many_tails(seed: int) -> None:
    _is_real(_tails(seed, 20_000))
