"""Mutated proof certificates: whatever the checker accepts has to be true, step by step.

The steps of an accepted mutant are judged one by one by an oracle that shares nothing with the
checker; its last step has to be the statement's, and its words those of that step.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from claim_words import words_of_proof
from mutants import MISFIT, canonical
from oracle import is_admissible
from plain_network import Document
from proof_conclusions import CONCLUSIONS
from proof_instances import RUNS
from proof_mutants import mutant
from proof_oracle import JUDGES, Memory, is_concluded, judge_single, judge_steps
from proof_originals import proof_originals

from exactland.checker.proofs.conclusions import CONCLUSIONS as ALL_CONCLUSIONS
from exactland.checker.proofs.proof import CHECKS
from exactland.checker.verify import check_bytes

SAMPLE = 600
CAMPAIGN = 40_000
PARTS = 4
#: Kinds of claims and statements that the oracle does not judge yet: accepted, they count as
#: out of sight.
NOT_YET_JUDGED: set[str] = set()
NOT_YET_CONCLUDED: set[str] = set()
ORIGINALS = proof_originals()


#: Kinds of NH17's proofs, which are scripts of formulas now: no proof writes them any more.
NOT_WRITTEN = {
    "above-limit", "affine", "analytic-outputs", "backpropagation", "dense", "determinant-at",
    "differentiable", "distinct-rows", "family-determinant", "gradients", "growth", "increasing",
    "inequality", "limit-determinant", "named-activation", "near", "permutation-terms", "rank",
    "residual-loss",
}  # fmt: skip


def test_every_kind_and_statement_is_judged() -> None:
    assert set(CHECKS) - set(JUDGES) == NOT_YET_JUDGED
    assert set(ALL_CONCLUSIONS) - set(CONCLUSIONS) == NOT_YET_CONCLUDED


def _are_of_every_kind_and_true(originals: list[Document]) -> None:
    kinds, statements, memory = set(), set(), Memory()
    for document in originals:
        statements.add(document["claim"].get("statement", ""))
        kinds |= {step["claim"]["kind"] for step in document["evidence"]["steps"]}
        result = check_bytes(canonical(document))
        assert result.verdict == "accept", result.reason
        assert result.words == words_of_proof(document)
        assert is_concluded(document)
        assert judge_single(document, memory) is True
        judged = zip(document["evidence"]["steps"], judge_steps(document, memory), strict=True)
        assert [step for step, truth in judged if truth is not True] == []
    written = {id for id in ALL_CONCLUSIONS if not id.startswith("NH17:")}
    assert written - NOT_YET_CONCLUDED <= statements
    assert set(CHECKS) - NOT_YET_JUDGED - NOT_WRITTEN <= kinds


def test_the_originals_are_of_every_kind_and_statement_and_true() -> None:
    """The two instances of every statement, and every fifth other original."""
    _are_of_every_kind_and_true([*ORIGINALS[: len(RUNS)], *ORIGINALS[len(RUNS) :: 5]])


@pytest.mark.slow
def test_all_originals_are_true() -> None:
    _are_of_every_kind_and_true(ORIGINALS)


def run(
    seed: int, count: int, originals: list[Document] = ORIGINALS, whole: bool = True
) -> Counter[str]:
    """Check ``count`` mutants; returns how they fared. A ``whole`` checker never breaks off."""
    draw, counts, memory = Random(seed), Counter[str](), Memory()
    while counts["mutants"] < count:
        original, document = mutant(draw, originals)
        if document == original:
            continue
        counts["mutants"] += 1
        result = check_bytes(canonical(document))
        if result.verdict != "accept":
            broken = result.reason.startswith("the check broke off")
            assert not (broken and whole), _shown(document, result)
            counts[{"reject": "rejected", "decline": "declined"}[result.verdict]] += 1
            continue
        counts[_judged(original, document, result, memory)] += 1
    for line in sorted(counts.items()):
        print(*line, sep="\t")
    return counts


def _judged(original: Document, document: Document, result: Any, memory: Memory) -> str:
    """How an accepted mutant fared; an AssertionError if it is false."""
    assert result.words == _words(document), _shown(document, result)
    assert is_admissible(document["problem"]), _shown(document, result)
    if document["claim"].get("statement") not in NOT_YET_CONCLUDED:
        assert is_concluded(document), _shown(document, result)
    assert judge_single(document, memory) is not False, _shown(document, result)
    truths = judge_steps(document, memory)
    for step, truth in zip(document["evidence"]["steps"], truths, strict=True):
        assert truth is not False, f"{step}\n{_shown(document, result)}"
    if None in truths:
        kinds = {
            step["claim"]["kind"]
            for step, truth in zip(document["evidence"]["steps"], truths, strict=True)
            if truth is None
        }
        return f"accepted, out of sight: {', '.join(sorted(kinds))}"
    if document["problem"] == original["problem"] and _meaning(document) == _meaning(original):
        return "accepted, the same meaning"
    return "accepted, confirmed"


def _words(document: Document) -> str:
    try:
        return words_of_proof(document)
    except MISFIT as error:  # a malformed claim has no words
        return repr(error)


def _meaning(document: Document) -> list[str]:
    """What is said, in whatever order the sentences stand."""
    return sorted(document["claim"]["words"].split())


def _shown(document: Document, result: Any) -> str:
    return f"{result}\n{canonical(document).decode()}"


def _is_a_real_campaign(counts: Counter[str]) -> None:
    unclear = sum(n for line, n in counts.items() if "out of sight" in line)
    assert counts["rejected"] > counts["mutants"] / 2
    assert counts["accepted, confirmed"] > counts["mutants"] / 50
    assert unclear <= counts["mutants"] / 200


def test_a_sample() -> None:
    _is_a_real_campaign(run(0, SAMPLE))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_campaign(part: int) -> None:
    _is_a_real_campaign(run(1 + part, CAMPAIGN // PARTS))
