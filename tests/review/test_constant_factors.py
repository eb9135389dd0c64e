"""A constant factor changes no rank; a certificate that uses one wrongly is rejected."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import exactland
from exactland.checker.verify import check_bytes
from exactland.conditions.finding import Finding

BASES = ["max(t,0)", "sigmoid(t)", "abs(t)+t/3", "sin(t)", "exp(-t**2)", "t**2"]
FACTORS = ["sqrt(2)", "-pi", "log(2)", "exp(1)", "tanh(1)", "1/(sqrt(3)-pi)", "exp(1/2)*pi"]
#: Rank 1, 2 and 2 or 1 by the parity of the activation.
INPUTS = ([[1, 2], [2, 4]], [[1, 2], [2, 1]], [[1, 2], [-1, -2]])


def problem(expression: str, inputs: Any) -> exactland.Problem:
    return exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": inputs},
            "network": {
                "kind": "sequential",
                "layers": [
                    {
                        "kind": "dense",
                        "width": 3,
                        "bias": "none",
                        "activation": {"expr": expression},
                    }
                ],
            },
            "parameters": [{"W": [[1, 0, 3], [1, 1, -1]]}],
        }
    )


def findings(expression: str, inputs: Any) -> list[Finding]:
    asked = problem(expression, inputs)
    return [exactland.rank(asked, 1), exactland.generic_rank_of(asked, 1)]


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("base", BASES)
def test_the_answer_is_that_without_the_factor(base: str, factor: str) -> None:
    for inputs in INPUTS:
        plain, scaled = findings(base, inputs), findings(f"{factor}*({base})", inputs)
        for a, b in zip(plain, scaled, strict=True):
            wanted, document = map(exactland.certificate_document, (a, b))
            assert wanted["claim"] == document["claim"], (base, factor)
            assert check_bytes(exactland.canonical_bytes(document)).verdict == "accept"


@pytest.mark.parametrize("expression", ["sqrt(2)*max(t,0)", "pi*abs(t)+t", "max(sqrt(3)*t,0)"])
def test_forged_certificates_are_rejected(expression: str) -> None:
    """Another null vector, or an activation with another constant beside the factor."""
    finding = findings(expression, INPUTS[0])[0]
    document = exactland.certificate_document(finding)
    for forged in (f"{expression}+1/7", f"{expression}+sqrt(2)-7/5", f"{expression}*abs(t)"):
        wrong = copy.deepcopy(document)
        wrong["problem"]["network"]["layers"][0]["activation"] = {"expr": forged}
        assert check_bytes(exactland.canonical_bytes(wrong)).verdict == "reject", forged
    wrong = copy.deepcopy(document)
    (vector,) = wrong["evidence"]["upper"]["vectors"]
    vector[0] += 1
    assert check_bytes(exactland.canonical_bytes(wrong)).verdict == "reject"
