"""Claims decided by the package: what fails is shown, and what is not there is refused."""

from __future__ import annotations

from typing import Any

import pytest

from exactland import load_problem
from exactland.checker.decide import decide as check
from exactland.checker.outcome import Decline, Reject
from exactland.claims.decide import decide
from exactland.claims.text import read_text
from exactland.errors import ExactlandError, InputError, LimitError

REFUSED = "refused"


def by_package(problem: Any, claim: Any) -> Any:
    try:
        return decide(problem, claim).holds
    except LimitError:
        return None
    except ExactlandError:
        return REFUSED


def by_checker(problem: Any, claim: Any) -> Any:
    try:
        return check(problem, claim, 256)
    except Decline:
        return None
    except Reject:
        return REFUSED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "for all i in 1..N: 0 < X[i, 1]",
            "for i = 1: 0 < X[i, 1], where X[i, 1] is -1",
        ),
        ("rank X = N", "rank X = N, where rank X is 1 and N is 3"),
        (
            "N = 3 and N < L",
            "N < L, where N is 3 and L is 2",
        ),
    ],
)
def test_the_first_failure_is_shown(text: str, said: str) -> None:
    problem = load_problem("examples/sigmoid-without-bias.json")
    assert str(decide(problem, read_text(text)).failure) == said


def test_what_is_not_there_is_refused() -> None:
    problem = load_problem("examples/sigmoid-without-bias.json")
    with pytest.raises(InputError, match="no layer 7"):
        decide(problem, read_text("at given: F_7 = 0"))
    with pytest.raises(TypeError):
        bool(decide(problem, read_text("0 < N")))
