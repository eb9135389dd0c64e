"""Patches that repeat or leave neurons unread: Definition 2.1 fails, and what is proved is true."""

from __future__ import annotations

from random import Random
from typing import Any

import mpmath
import pytest
from plain_network import Unclear
from recheck import recheck

import exactland
from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.verify import check_bytes
from exactland.model.problem import Problem
from exactland.papers.library import script, script_ids, statement
from exactland.proof.hypotheses import verdicts
from exactland.proof.script import Driver, Fact, Walkthrough

#: Those that do not depend on the instance are left out.
ALIKE = ("NH18:Tab1", "NH18:Tab2", "NH18:Fig1", "NH18:LemA.1")
IDS = [id for id in script_ids() if id.startswith("NH18") and id not in ALIKE]


def unusual(seed: int) -> Problem:
    """A convolution with a patch twice or a neuron unread, perhaps a maximum, a linear output."""
    draw = Random(seed)
    n, sigma = draw.randint(3, 4), draw.choice(["relu", "sigmoid", "tanh", {"expr": "t**2"}])
    patches = [(i, i + 1) for i in range(n - 1)]
    patches = patches[1:] if draw.random() < 0.5 else [*patches, draw.choice(patches)]
    layers: list[Any] = [exactland.Convolution(patches, draw.choice([1, 2, 3]), "neuron", sigma)]
    width = layers[0].width(n)
    if draw.random() < 0.3 and width > 2:
        layers.append(exactland.MaxPooling([(0, 1), (0, 1), (1, 2)]))
    inputs = [[draw.randint(-3, 3) for _ in range(n)] for _ in range(draw.randint(1, 3))]
    data = exactland.Data(inputs, [draw.randint(-2, 2) for _ in inputs])
    network = exactland.SequentialNetwork([*layers, exactland.Dense(1)])
    return exactland.Problem(network, data, None, "squared")


@pytest.mark.parametrize("seed", range(8))
def test_what_is_proved_is_true_and_certified(seed: int) -> None:
    problem = unusual(seed)
    finished = 0
    for id in IDS:
        for k in range(1, problem.sequential.depth + 1):
            driver = Driver(script(id), Walkthrough(problem, k)).run()
            if driver.finished:
                finished += 1
                outcome = check_bytes(canonical_bytes(proof_certificate(driver)))
                assert (outcome.verdict, outcome.reason) == ("accept", ""), (id, k)
            for fact in driver.entries:
                if isinstance(fact, Fact):
                    try:
                        with mpmath.workdps(100):
                            recheck(problem, k, fact.claim)
                    except Unclear:
                        continue
    assert finished > 5


@pytest.mark.parametrize("seed", range(8))
def test_the_definition_fails(seed: int) -> None:
    hypotheses = statement("NH18:Def2.1").hypotheses
    (found,) = verdicts(hypotheses, Walkthrough(unusual(seed)))
    assert found.verdict == "fails"
    assert "is in no patch" in found.reason or "contain the same neurons" in found.reason


@pytest.mark.parametrize(
    "layer",
    [
        exactland.Convolution([(0,), (1,)], 2, groups=2),
        exactland.AveragePooling([(0, 1)]),
        exactland.MaxPooling([(0, 1), (0, None)]),
    ],
)
def test_layers_of_other_kinds_have_no_proofs(layer: Any) -> None:
    problem = exactland.Problem(exactland.SequentialNetwork([layer]), [[1, 2]])
    with pytest.raises(exactland.InputError, match=r"layer 1: .* a proof speaks of"):
        Walkthrough(problem)
    for id in ("NH18:Asm3.1", "NH18:Asm2.4"):
        with pytest.raises(exactland.InputError, match=rf"layer 1: .* {id} speaks of"):
            exactland.assumption(problem, id)
