"""A local minimum needs a loss: sigma is defined on the whole interval around t.

0*log(t-2) is formally 0, and so are its derivatives, but near sqrt(2) it is no number.
"""

from __future__ import annotations

import pytest

import exactland
from exactland.checker.verify import check_bytes
from exactland.conditions.finding import Finding

#: 0, but not formally: sin(pi/12) = (sqrt(6) - sqrt(2))/4.
ZERO = "(sin(pi/12)-(sqrt(6)-sqrt(2))/4)"


def minimum(sigma: str, t: str) -> Finding:
    document = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[1]], "targets": [[1]]},
        "loss": "squared",
        "network": {
            "kind": "sequential",
            "layers": [
                {"kind": "dense", "width": 1, "bias": "none", "activation": {"expr": sigma}},
                {"kind": "dense", "width": 1, "bias": "none", "activation": "identity"},
            ],
        },
    }
    return exactland.bad_local_minimum(exactland.problem_from(document), t, 1)


@pytest.mark.parametrize(
    ("sigma", "t"),
    [
        ("-(t-sqrt(2))**2+0*log(t-2)", "sqrt(2)"),
        ("-(t-sqrt(2))**2+0*sqrt(t-2)", "sqrt(2)"),
        ("-(t-sqrt(2))**2+log(t-2)-log(t-2)", "sqrt(2)"),
        ("-(t-sqrt(2))**2+(log(t-2))**0-1", "sqrt(2)"),
        ("-(t-pi)**2+min(log(t-4),log(t-4))*0", "pi"),
        ("-(t-1)**2", f"1+0/{ZERO}"),
    ],
)
def test_undecided_where_there_is_no_loss(sigma: str, t: str) -> None:
    assert minimum(sigma, t).verdict == "undecided"


@pytest.mark.parametrize(
    ("sigma", "t"),
    [
        ("-(t-sqrt(2))**2+0*log(t+2)", "sqrt(2)"),
        ("-(t-sqrt(2))**2+(log(t+2))**0-1", "sqrt(2)"),
        ("-log(t)**2", "1"),
        ("-(t-1)**2", "1+0/sqrt(2)"),
        ("-(t-1)**2+8*max(t-17/16,0)", "1"),
    ],
)
def test_proved_where_there_is_one(sigma: str, t: str) -> None:
    finding = minimum(sigma, t)
    assert finding.verdict == "proved"
    content = exactland.canonical_bytes(exactland.certificate_document(finding))
    assert check_bytes(content).verdict == "accept"
