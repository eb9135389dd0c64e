"""Mutants of accepted documents about problems with symbols: what is still accepted is true."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache
from random import Random
from typing import Any

import document_mutants
import plain_symbols
import pytest
from document_mutants import mutant
from plain_claims import Plain
from plain_network import Undefined
from test_symbols import checked
from test_symbols_against_oracle import BOTH, SYMBOLS, Instances, said_at

from exactland.claims.families import derive_of_family
from exactland.interface.agreement import refusal

Json = Any
#: What is altered to what, beside what any document has.
WORDS = (
    ("x1", "x2", "q", "-x1", "2*x1", "x1+x2", "x1*q", "(x1-x2)**2", "1-q", "1/q"),
    (SYMBOLS, BOTH, "parameters", "data and parameters"),
    ("", "x1 < x2", "x1 > -1", "x2 > 2*q-3", "0 < q < 1", "q < x1"),
)
LOGIC = ("not-all", "conditional", "vacuous", "refuted")


@cache
def accepted_originals() -> tuple[str, ...]:
    """Documents about random problems, as text."""
    found = []
    for seed in range(1000, 1060):
        made = Instances(seed)
        for _ in range(3):
            answer = derive_of_family(made.family, made.claim(), lambda doc: refusal(doc, 64))
            if answer.document is not None:
                found.append(json.dumps(answer.document))
    return tuple(found)


def judged(document: Json, seed: int) -> str:
    """Whether a step says what the oracle finds to be false."""
    own = document["claim"]
    definitions = (own[1] if own[0] == "let" else []) + document["definitions"]
    symbols = document["problem"].get("symbols", [])
    for step in document["steps"]:
        answers = []
        fails = step["claim"][0] == "not"
        claim = step["claim"][1] if fails else step["claim"]
        for values in plain_symbols.choices(symbols, seed, 4):
            problem = plain_symbols.at(document["problem"], values)
            if problem is not None:
                answers.append(_at_values(problem, claim, definitions, values, seed))
        if _is_false(claim[0], claim[1] if len(claim) > 1 else None, fails, answers):
            return f"false: {step['claim']}"
        if "no value" in answers and step["rule"] not in LOGIC:
            return f"no value: {step['claim']}"
    return "true, or out of sight"


def _at_values(problem: Json, claim: Json, definitions: Json, values: Any, seed: int) -> Any:
    over_symbols = claim[1:2] in ([SYMBOLS], [BOTH])
    said = said_at(claim, values) if over_symbols else plain_symbols.put(claim, values)
    definitions = plain_symbols.put(definitions, values)
    try:
        return Plain(problem, seed)(["let", definitions, said] if definitions else said)
    except Undefined:
        return "no value"


def _is_false(head: str, over: Json, fails: bool, answers: list[Any]) -> bool:
    """By the answers at some values: one that is False, or, of almost all, no other one."""
    if over not in (SYMBOLS, BOTH):
        return fails in answers
    if fails or head not in ("forall", "almost-all"):
        return False
    return False in answers if head == "forall" else set(answers) == {False}


def run(first: int, count: int) -> Counter[str]:
    texts = accepted_originals()
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        draw = Random(seed)
        text = draw.choice(texts)
        try:
            document = mutant(json.loads(text), draw)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            found["no mutant"] += 1
            continue
        result = checked(document)
        if result.verdict != "accept":
            found[result.verdict] += 1
            assert "broke off" not in result.reason, (seed, result.reason)
            continue
        before = json.loads(text)
        if all(document[key] == before[key] for key in ("claim", "problem", "steps")):
            found["the same"] += 1
            continue
        verdict = judged(document, seed)
        assert not verdict.startswith(("false", "no value")), (seed, verdict, document)
        found["accepted"] += 1
    return found


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_mutants, "WORDS", (*WORDS, *document_mutants.WORDS))


@pytest.mark.usefixtures("words")
def test_mutants_that_are_accepted_are_true() -> None:
    found = run(0, 1000)
    assert found["reject"] > 300
    assert found["accepted"] > 30


@pytest.mark.slow
@pytest.mark.usefixtures("words")
def test_many_mutants() -> None:
    print(run(10**6, int(os.environ.get("EXACTLAND_MUTANTS", "20000"))))
