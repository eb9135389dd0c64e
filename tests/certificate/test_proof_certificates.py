"""Proof scripts as certificates: accepted as they are, rejected when a step is forged."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify
from exactland.errors import UsageError
from exactland.model.problem_file import load_problem
from exactland.papers.nh18.scripts import SCRIPTS
from exactland.proof.script import Driver, Walkthrough

ROOT = Path(__file__).parent.parent.parent
RUNS = [
    ("cnn-max-pooling", 3, "NH18:LemD.1"),
    ("relu-dense", 2, "NH18:LemD.1"),
    ("relu-dense", 1, "NH18:Thm3.4"),
    ("cnn-max-pooling", 1, "NH18:Thm3.4"),
    ("sigmoid-with-bias", 1, "NH18:Thm3.4"),
    ("sigmoid-with-bias", 1, "NH18:Thm3.5"),
    ("convolution-5-to-6", 1, "NH18:Thm3.5"),
]


@lru_cache
def made(name: str, k: int, id: str) -> bytes:
    walk = Walkthrough(load_problem(ROOT / "examples" / f"{name}.json"), k)
    return canonical_bytes(proof_certificate(Driver(SCRIPTS[id], walk).run()))


def theorem() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(made("sigmoid-with-bias", 1, "NH18:Thm3.5"))
    return document


def step(document: dict[str, Any], kind: str) -> dict[str, Any]:
    steps = document["evidence"]["steps"]
    return next(s for s in steps if s["claim"]["kind"] == kind)


@pytest.mark.parametrize(("name", "k", "id"), RUNS)
def test_accepted(name: str, k: int, id: str) -> None:
    result = verify.check_bytes(made(name, k, id))
    assert (result.verdict, result.reason) == ("accept", "")
    assert result.words.startswith(f"{id} on this instance, layer {k}: ")


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


def test_an_unfinished_proof_has_no_certificate() -> None:
    walk = Walkthrough(load_problem(ROOT / "examples" / "tied-biases.json"), 1)
    with pytest.raises(UsageError, match="not finished"):
        proof_certificate(Driver(SCRIPTS["NH18:Thm3.4"], walk).run())


def _missing_conclusion(d: dict[str, Any]) -> None:
    d["evidence"]["steps"].pop()


def _missing_first(d: dict[str, Any]) -> None:
    del d["evidence"]["steps"][0]


def _swapped(d: dict[str, Any]) -> None:
    steps = d["evidence"]["steps"]
    steps[0], steps[-1] = steps[-1], steps[0]


def _cites_itself(d: dict[str, Any]) -> None:
    steps = d["evidence"]["steps"]
    steps[-1]["uses"] = [len(steps) - 1]


def _cites_later(d: dict[str, Any]) -> None:
    steps = d["evidence"]["steps"]
    steps.insert(0, copy.deepcopy(steps[-1]))
    steps[0]["uses"] = [n + 1 for n in steps[-1]["uses"]]


def _without_uses(d: dict[str, Any]) -> None:
    d["evidence"]["steps"][-1]["uses"] = []


def _no_steps(d: dict[str, Any]) -> None:
    d["evidence"]["steps"] = []


def _rule_instead_of_evidence(d: dict[str, Any]) -> None:
    step(d, "full-rank")["evidence"] = {"rule": "unchanged"}


def _unknown_rule(d: dict[str, Any]) -> None:
    d["evidence"]["steps"][-1]["evidence"] = {"rule": "obviously"}


def _another_instance(d: dict[str, Any]) -> None:
    d["problem"]["data"]["inputs"][0] = d["problem"]["data"]["inputs"][1]


def _equal_directions(d: dict[str, Any]) -> None:
    claim = step(d, "distinct-projections")["claim"]
    claim["directions"] = [[0] * len(row) for row in claim["directions"]]


def _another_order(d: dict[str, Any]) -> None:
    step(d, "sorted")["claim"]["gamma"].reverse()


def _tail_too_early(d: dict[str, Any]) -> None:
    step(d, "tail-dominated")["claim"]["from"] = "1/1024"


def _no_order_at_all(d: dict[str, Any]) -> None:
    step(d, "tail-dominated")["claim"]["gamma"] = [0, 0, 1]


def _not_analytic(d: dict[str, Any]) -> None:
    d["problem"]["network"]["layers"][0]["activation"] = "relu"


def _no_biases(d: dict[str, Any]) -> None:
    d["problem"]["network"]["layers"][0]["bias"] = "none"
    for stage in (d["problem"].get("parameters"), *d["evidence"]["parameters"]):
        if stage and stage[0]:
            stage[0].pop("b")


def _another_statement(d: dict[str, Any]) -> None:
    d["claim"]["statement"] = "NH18:Thm3.4"
    d["claim"]["words"] = d["claim"]["words"].replace("Thm3.5", "Thm3.4")


def _layer_as_a_boolean(d: dict[str, Any]) -> None:
    d["evidence"]["steps"][-1]["claim"]["matrix"]["layer"] = True


def _layer_that_does_not_exist(d: dict[str, Any]) -> None:
    d["claim"]["layer"] = 7


def _other_words(d: dict[str, Any]) -> None:
    d["claim"]["words"] += " Really."


def _stage_of_zeros(d: dict[str, Any]) -> None:
    for stage in d["evidence"]["parameters"]:
        for layer in stage:
            if layer is not None:
                layer["W"] = [[0] * len(row) for row in layer["W"]]


def _dimensions(d: dict[str, Any]) -> None:
    d["evidence"]["steps"][-1]["claim"]["columns"] += 1


FORGERIES: list[Callable[[dict[str, Any]], None]] = [
    _missing_conclusion, _missing_first, _swapped, _cites_itself, _cites_later, _without_uses,
    _no_steps, _rule_instead_of_evidence, _unknown_rule, _another_instance, _equal_directions,
    _another_order, _tail_too_early, _no_order_at_all, _not_analytic, _no_biases,
    _another_statement, _layer_as_a_boolean, _layer_that_does_not_exist, _other_words,
    _stage_of_zeros, _dimensions,
]  # fmt: skip


#: Forgeries of the tail from alpha_0 on, by the constants of clause 2.
TAILS = [_tail_too_early, _no_order_at_all]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__.strip("_"))
def test_rejected(forge: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(made("relu-dense", 1, "NH18:Thm3.4")) if forge in TAILS else theorem()
    # The forged kinds of steps occur: otherwise the test would say nothing.
    assert verify.check_bytes(canonical_bytes(document)).verdict == "accept"
    forge(document)
    assert verify.check_bytes(canonical_bytes(document)).verdict == "reject"


def test_steps_of_another_instance_are_rejected() -> None:
    document, other = theorem(), json.loads(made("convolution-5-to-6", 1, "NH18:Thm3.5"))
    document["evidence"] = other["evidence"]
    assert verify.check_bytes(canonical_bytes(document)).verdict == "reject"


def test_a_stage_that_differs_below_is_not_unchanged() -> None:
    document = json.loads(made("cnn-max-pooling", 3, "NH18:LemD.1"))
    steps = document["evidence"]["steps"]
    carried = next(s for s in steps if s["evidence"] == {"rule": "unchanged"})
    stage = copy.deepcopy(document["evidence"]["parameters"][carried["at"]])
    stage[0]["W"][0][0] = 977
    document["evidence"]["parameters"][carried["at"]] = stage
    assert verify.check_bytes(canonical_bytes(document)).verdict == "reject"
