"""An identity of formal values proves nothing of an activation that is not defined everywhere.

1/t is odd wherever it is defined, so 1/w + 1/(-w) is formally 0; but for w = 0 there are no
features, and "for all parameters" would be false.
"""

from __future__ import annotations

from typing import Any

import pytest

import exactland
from exactland.checker.verify import check_bytes
from exactland.conditions.finding import Finding
from exactland.errors import NotExactError
from exactland.functions.activations import activation

#: Odd, even or a polynomial where they are defined; the last one is defined everywhere, but not
#: by the rules of docs/certificate-v1.md, section 4.
NOT_SHOWN = (
    "1/t", "t/abs(t)", "log(t**2)", "1/t**2", "sin(t)/cos(t)", "0/t", "log(1+t**2)/t",
    "exp(-1/t**2)", "cosh(t)/sinh(t)", "t/(1+1/t**2)", "t/(exp(t)-exp(t)+1)",
)  # fmt: skip
SHOWN = (
    "t/(1+abs(t))", "tanh(t)/(sqrt(2)-1)", "sinh(t)/(3-pi)", "sqrt(t**2)",
    "1/(1+t**2)", "log(1+t**2)", "t/2", "t/(t-t+1)", "t**3/3-t", "t/pi",
)  # fmt: skip


def one_layer(expression: str, parameters: Any = None) -> exactland.Problem:
    document: dict[str, Any] = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[1], [-1]]},
        "network": {
            "kind": "sequential",
            "layers": [
                {"kind": "dense", "width": 2, "bias": "none", "activation": {"expr": expression}}
            ],
        },
    }
    if parameters is not None:
        document["parameters"] = parameters
    return exactland.problem_from(document)


def accepted(finding: Finding) -> bool:
    document = exactland.certificate_document(finding)
    return check_bytes(exactland.canonical_bytes(document)).verdict == "accept"


@pytest.mark.parametrize("expression", NOT_SHOWN)
def test_nothing_is_said_for_all_parameters(expression: str) -> None:
    problem = one_layer(expression)
    for finding in (exactland.vanishing_identity(problem), exactland.generic_rank_of(problem, 1)):
        assert finding.established is None, finding
        assert any("not seen to be" in line for line in finding.tried), finding.tried


@pytest.mark.parametrize("expression", SHOWN)
def test_what_is_defined_everywhere_has_its_identity(expression: str) -> None:
    finding = exactland.vanishing_identity(one_layer(expression))
    assert finding.verdict == "proved"
    assert accepted(finding)


def test_the_rank_at_parameters_is_not_refuted_by_an_identity_either() -> None:
    # log(t**2) at 1/3 and -1/3: the columns are equal, which the checker would not believe.
    finding = exactland.rank(one_layer("log(t**2)", [{"W": [["1/3", "1/5"]]}]), 1, ceiling=128)
    assert finding.verdict == "undecided"


def test_the_reason_is_not_that_no_relation_was_found() -> None:
    reason = exactland.generic_rank_of(one_layer("1/t"), 1).reason
    assert "it is not seen to be defined everywhere" in reason


def test_formal_values_are_refused_with_the_reason() -> None:
    w = exactland.FORMAL.symbol("w")
    with pytest.raises(NotExactError, match="denominator t is not seen to be positive"):
        activation({"expr": "1/t"}).value(w, exactland.FORMAL)
    at_two = activation({"expr": "1/t"}).value(
        exactland.FORMAL.number(exactland.exact(2)), exactland.FORMAL
    )
    assert str(at_two) == "1/2"
