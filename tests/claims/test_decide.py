"""The package and the checker decide claims by programs of their own, and never contradict."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from claim_instances import Instances

from exactland import load_problem
from exactland.checker.decide import decide as check
from exactland.checker.formulas import read_claim
from exactland.checker.outcome import Decline, Reject
from exactland.checker.printer import words
from exactland.checker.problem import read_problem
from exactland.claims.decide import decide
from exactland.claims.text import read_text
from exactland.errors import ExactlandError, InputError, LimitError
from exactland.model.problem_file import problem_document, problem_from

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


def compared(seeds: range, claims: int) -> Counter[Any]:
    """How often each pair of answers occurs: the checker's, the package's."""
    found: Counter[Any] = Counter()
    for seed in seeds:
        instances = Instances(seed)
        problem = problem_from(instances.problem)
        document = read_problem(problem_document(problem))
        for _ in range(claims):
            claim = instances.claim()
            read_claim(claim)
            assert read_text(words(claim)) == claim
            pair = by_checker(document, claim), by_package(problem, claim)
            assert set(pair) != {True, False}, words(claim)
            # Where one says that the claim has no meaning there, the other must not give it one.
            assert not (REFUSED in pair and set(pair) & {True, False}), words(claim)
            found[pair] += 1
    return found


def test_package_and_checker_agree() -> None:
    found = compared(range(120), 5)
    decided = sum(count for pair, count in found.items() if set(pair) <= {True, False})
    assert decided >= 0.8 * sum(found.values())
    assert min(found[True, True], found[False, False]) >= 0.2 * sum(found.values())


@pytest.mark.slow
def test_package_and_checker_agree_on_a_hundred_thousand_claims() -> None:
    found = compared(range(10**6, 10**6 + 20_000), 5)
    print(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "for all i in 1..N: 0 < X[i, 1]",
            "for i = 1: 0 < X[i, 1], where 0 is 0 and X[i, 1] is -1",
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
