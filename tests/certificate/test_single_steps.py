"""Certificates of a single step: for every fact of every script, and none that says something else.

The claim holds the step and its parameters as data, and its words say what is proved: a forger who
changes one of them, or the steps below, is rejected.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from exactland.certificate.proofs import step_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify
from exactland.checker.proofs.proof import CHECKS
from exactland.errors import UsageError
from exactland.model.problem_file import load_problem, problem_document
from exactland.proof.script import Driver, Fact, Walkthrough

from .proof_instances import RUNS, scripts, walkthrough

ROOT = Path(__file__).parents[2]
Document = dict[str, Any]


@lru_cache(maxsize=128)
def driver(id: str, which: str) -> Driver:
    return Driver(scripts(id.partition(":")[0])[id], walkthrough(id, which)).run()


def certificates(id: str, which: str) -> list[tuple[Fact, Document]]:
    """Those of all facts of a run."""
    ran = driver(id, which)
    found = []
    for fact in (entry for entry in ran.entries if isinstance(entry, Fact)):
        # A citation proves nothing, and has none.
        if fact.grounds.kind != "cited":
            found.append((fact, step_certificate(ran, fact.number)))
    return found


def fresh(document: Document) -> Document:
    """A copy without parts in common with anything, not even with itself."""
    copied: Document = json.loads(canonical_bytes(document))
    return copied


def check(document: Document) -> Any:
    return verify.check_bytes(canonical_bytes(document))


def theorem(kind: str) -> Document:
    """The certificate of the last step of this kind in Theorem 3.4."""
    found = certificates("NH18:Thm3.4", "built-in")
    return fresh([d for _, d in found if d["claim"]["step"]["kind"] == kind][-1])


@pytest.mark.parametrize(("id", "which"), RUNS)
def test_every_fact_has_a_certificate(id: str, which: str) -> None:
    for fact, document in certificates(id, which):
        result = check(document)
        assert (result.verdict, result.reason) == ("accept", ""), fact.claim.words()
        assert result.words == document["claim"]["words"]
        assert len(result.words) > len("On this instance, layer 1: ")


def test_the_facts_are_of_every_kind_that_the_checker_knows() -> None:
    seen = {
        step["claim"]["kind"]
        for run in RUNS
        for _, document in certificates(*run)
        for step in document["evidence"]["steps"]
    }
    assert seen <= set(CHECKS)


def test_a_certificate_holds_the_steps_below_and_no_others() -> None:
    document = theorem("full-rank")
    assert [step["claim"]["kind"] for step in document["evidence"]["steps"]] == ["full-rank"]
    assert document["evidence"]["parameters"] == [document["claim"]["at"]]
    whole = theorem("together")
    assert len(whole["evidence"]["steps"]) == 3


def test_the_proof_need_not_be_finished() -> None:
    script = scripts("NH18")["NH18:Thm3.4"]
    ran = Driver(script, Walkthrough(load_problem(ROOT / "examples" / "tied-biases.json"), 1)).run()
    assert ran.failure is not None
    assert check(step_certificate(ran, 1)).verdict == "accept"


@pytest.mark.parametrize("number", [0, -1, 99])
def test_a_fact_that_is_not_there(number: int) -> None:
    with pytest.raises(UsageError, match="no such fact"):
        step_certificate(driver("NH18:Thm3.4", "built-in"), number)


def _other_step(document: Document) -> None:
    document["claim"]["step"] = {"kind": "condition", "name": "wide-layer"}


def _other_layer(document: Document) -> None:
    document["claim"]["layer"] = 2


def _no_layer(document: Document) -> None:
    document["claim"]["layer"] = None


def _given(document: Document) -> None:
    document["claim"]["at"] = "given"


def _nowhere(document: Document) -> None:
    document["claim"]["at"] = None


def _other_parameters(document: Document) -> None:
    document["claim"]["at"][0]["W"][0][0] = 77


def _index(document: Document) -> None:
    document["claim"]["at"] = 0


def _no_steps(document: Document) -> None:
    document["evidence"]["steps"] = []


def _one_more(document: Document) -> None:
    steps = document["evidence"]["steps"]
    claim = {"kind": "condition", "name": "distinct-samples"}
    steps.append({"claim": claim, "at": None, "uses": [], "evidence": {}})


def _statement(document: Document) -> None:
    document["claim"]["statement"] = "NH18:Thm3.4"


def _words(document: Document) -> None:
    document["claim"]["words"] += " So is everything else."


FORGERIES = [
    _other_step, _other_layer, _no_layer, _given, _nowhere, _other_parameters, _index, _no_steps,
    _one_more, _statement, _words,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES)
@pytest.mark.parametrize("kind", ["full-rank", "together"])
def test_forged(forge: Any, kind: str) -> None:
    document = theorem(kind)
    forge(document)
    assert check(document).verdict == "reject"


@pytest.mark.parametrize(
    ("id", "kind", "change"),
    [
        ("NH18:Cor3.6", "fitted", {"targets": [0, 0, 0], "weights": [0, 0, 0, 0]}),
    ],
)
def test_words_speak_of_the_paper_and_the_problem(
    id: str, kind: str, change: dict[str, Any]
) -> None:
    """True in itself, but the sentence would name what it is not about."""
    found = [d for _, d in certificates(id, "built-in") if d["claim"]["step"]["kind"] == kind]
    document = fresh(found[0])
    document["evidence"]["steps"][-1]["claim"].update(change)
    document["claim"]["step"].update(change)
    result = check(document)
    assert result.verdict == "reject"
    assert result.reason.startswith("evidence.steps[")


@pytest.mark.parametrize(
    ("name", "layer", "holds"),
    [
        ("layer-weights", 1, True),
        ("layer-weights", 2, False),
        ("weights-up-to-k", 1, True),
        ("weights-up-to-k", 2, False),
        ("weights-up-to-k", 3, False),
        ("first-weights", None, True),
        ("parameters", 3, True),
        ("dense", None, False),
        ("own-biases", None, True),
    ],
)
def test_conditions_below_max_pooling(name: str, layer: int | None, holds: bool) -> None:
    """examples/cnn-max-pooling.json: a convolution, max-pooling, a dense layer."""
    problem = load_problem(ROOT / "examples" / "cnn-max-pooling.json")
    claim = {"kind": "condition", "name": name, **({} if layer is None else {"layer": layer})}
    document = {
        "format": "exactland-certificate/1",
        "claim": {"kind": "step", "layer": 1, "step": claim, "at": None, "words": ""},
        "problem": problem_document(problem),
        "evidence": {
            "parameters": [],
            "steps": [{"claim": claim, "at": None, "uses": [], "evidence": {}}],
        },
    }
    result = check(document)
    # The words are not given, so that even a condition that holds is not accepted as it is.
    assert result.verdict == "reject"
    assert ("they are not the words" in result.reason) == holds, result.reason
