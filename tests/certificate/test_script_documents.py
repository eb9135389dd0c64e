"""Certificates of proofs by formulas: accepted, alone too, and true whatever a forger changes.

What is accepted after a change is judged by the oracle, step by step and by meaning
(``test_document_mutations``).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from document_mutants import mutant
from proof_instances import BY_FORMULAS, made, walkthrough
from test_document_mutations import judged

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify
from exactland.papers.library import script
from exactland.proof.script import Driver

ROOT = Path(__file__).parent.parent.parent
RUNS = [(id, which) for id in BY_FORMULAS for which in ("built-in", "other")]
#: Statements that two equal samples do not make false.
WHATEVER_THE_SAMPLES = (
    "NH17:Lem2.1", "NH17:Lem3.3", "NH17:Lem4.1", "NH17:LinearRanks",
    "NMH19:DefNet", "NH18:Def2.1", "NH18:Def2.2", "NH18:Def2.3", "NH18:Asm2.4", "NH18:Asm3.2",
    "NH18:Lem2.5", "NH18:Lem3.3", "NH18:LemH.1", "NH18:Tab1", "NH18:Tab2", "NH18:Fig1",
    "LDS18:Asm2", "LDS18:Lem1",
)  # fmt: skip
#: Statements whose conclusion rests on a cited theorem.
RESTING = (
    "NH17:Lem4.2", "NH17:Lem4.4", "NH17:Cor4.5", "NMH19:Lem2", "NH18:Lem2.5", "LDS18:Lem3",
    "LDS18:Lem6", "LDS18:Prop3", "LDS18:Prop4", "LDS18:Moments",
)  # fmt: skip


def document_of(id: str, which: str = "built-in") -> Any:
    return json.loads(made(id, which))


def check(document: Any) -> Any:
    return verify.check_bytes(canonical_bytes(document))


@pytest.mark.parametrize(("id", "which"), RUNS)
def test_the_conclusion_of_the_statement_is_accepted(id: str, which: str) -> None:
    document = document_of(id, which)
    result = check(document)
    assert (result.verdict, result.reason) == ("accept", "")
    assert bool(result.cited) == (id in RESTING or (id, which) == ("LDS18:Lem1", "other"))
    walk = walkthrough(id, which)
    assert script(id).is_goal(walk, Driver(script(id), walk).run().entries[-1].claim)


def test_accepted_by_the_checker_alone(tmp_path: Path) -> None:
    files = []
    for n, run in enumerate(RUNS):
        files.append(tmp_path / f"{n}.json")
        files[-1].write_bytes(made(*run))
    checker = ROOT / "exactland" / "checker" / "verify.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(checker), *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("ACCEPT") == len(RUNS)


@pytest.mark.parametrize("id", [id for id in BY_FORMULAS if id not in WHATEVER_THE_SAMPLES])
def test_two_equal_samples_are_rejected(id: str) -> None:
    document = document_of(id)
    inputs = document["problem"]["data"]["inputs"]
    inputs[1] = inputs[0]
    assert check(document).verdict == "reject"


@pytest.mark.parametrize("id", BY_FORMULAS)
def test_the_steps_of_another_instance_prove_nothing_false(id: str) -> None:
    document, other = document_of(id), document_of(id, "other")
    for key in ("claim", "definitions", "steps"):
        document[key] = other[key]
    if check(document).verdict == "accept":
        assert not judged(document).startswith("false")


@pytest.mark.parametrize("id", BY_FORMULAS)
def test_a_step_that_is_used_cannot_be_left_out(id: str) -> None:
    document = document_of(id)
    steps = document["steps"]
    for n, step in enumerate(steps):
        for use in step["uses"]:
            fewer = {**step, "uses": [m for m in step["uses"] if m != use]}
            changed = {**document, "steps": [*steps[:n], fewer, *steps[n + 1 :]]}
            assert check(changed).verdict == "reject", (n, use)


@pytest.mark.parametrize(("id", "which"), RUNS)
def test_what_is_accepted_after_a_change_is_true(id: str, which: str) -> None:
    original = made(id, which)
    rejected = 0
    for seed in range(40):
        draw = Random(f"{id} {which} {seed}")
        try:
            document = mutant(json.loads(original), draw)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            continue
        result = check(document)
        rejected += result.verdict == "reject"
        if result.verdict == "accept":
            verdict = judged(document)
            assert not verdict.startswith(("false", "no value")), (seed, verdict, result.words)
    assert rejected >= 10


def test_units_with_a_common_bias_are_rejected() -> None:
    """Erratum NMH19:E1: without biases of their own Lemma 2 fails."""
    document = document_of("NMH19:Lem2", "other")
    units = document["problem"]["network"]["units"]
    units[1]["bias"] = units[2]["bias"] = "b-a"
    assert check(document).verdict == "reject"


def test_shared_weights_block_a_path() -> None:
    document = document_of("NMH19:Asm1", "other")
    units = {unit["id"]: unit for unit in document["problem"]["network"]["units"]}
    units["free"]["group"] = units["a"]["group"]
    assert check(document).verdict == "reject"


def test_an_unfinished_proof_has_no_certificate() -> None:
    with pytest.raises(Exception, match="not finished"):
        proof_certificate(Driver(script(BY_FORMULAS[0]), walkthrough(BY_FORMULAS[0], "built-in")))
