"""Mutants of accepted documents of format 2: what is still accepted has to be true."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache
from random import Random
from typing import Any

import pytest
from document_mutants import mutant, originals
from plain_claims import MORE
from test_three_evaluators import REFUSED, by_oracle
from vertical_slice import check

Json = Any


#: Rules that look at one part, whatever the others are.
LOGIC = ("not-all", "conditional", "vacuous", "refuted")


@cache
def accepted_originals() -> tuple[str, ...]:
    """As text, so that nothing changes them; the checker accepts each."""
    found = []
    for document in originals():
        if check(document).verdict == "accept":
            found.append(json.dumps(document))
    return tuple(dict.fromkeys(found))


def judged(document: Json) -> str:
    """What the oracle says of every step: "true", "no value", "false" or "out of sight"."""
    own = document["claim"]
    definitions = (own[1] if own[0] == "let" else []) + document["definitions"]
    worst = "true"
    for step in document["steps"]:
        claim = ["let", definitions, step["claim"]] if definitions else step["claim"]
        answer, margin = by_oracle(document["problem"], claim)
        if answer is False and not margin:
            answer, margin = by_oracle(document["problem"], claim, MORE)
            answer = answer if margin else None
        if answer is False:
            return f"false: {json.dumps(step['claim'])}"
        if answer == REFUSED and step["rule"] not in LOGIC:
            return f"no value: {json.dumps(step['claim'])}"
        if answer is None and step["claim"][0] == "exists":
            worst = "no evidence that there are such"
        worst = worst if answer is True or worst != "true" else "out of sight"
    return worst


def run(first: int, count: int, among: tuple[str, ...] | None = None) -> Counter[str]:
    """Mutants by what became of them; an accepted falsehood fails."""
    texts = accepted_originals() if among is None else among
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        draw = Random(seed)
        text = draw.choice(texts)
        try:
            document = mutant(json.loads(text), draw)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            found["no mutant"] += 1
            continue
        result = check(document)
        if result.verdict != "accept":
            found[result.verdict] += 1
            assert "broke off" not in result.reason, (seed, result.reason)
            continue
        before = json.loads(text)
        if all(document[key] == before[key] for key in ("claim", "problem", "steps")):
            found["the same"] += 1
            continue
        verdict = judged(document)
        assert not verdict.startswith(("false", "no value")), (seed, verdict, result.words)
        found[verdict] += 1
    return found


def test_mutants_that_are_accepted_are_true() -> None:
    found = run(0, 300)
    assert found["reject"] > 100
    assert found["true"] + found["out of sight"] > 10


@pytest.mark.slow
def test_a_hundred_thousand_mutants() -> None:
    found = run(10**6, int(os.environ.get("MUTANTS", "100000")))
    print(len(accepted_originals()), "originals;", found)
