"""Checker, package and a plain oracle decide random claims: none contradicts another."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from claim_instances import instances
from plain_claims import MORE, Plain
from plain_network import Undefined
from test_decide import REFUSED, by_checker, by_package

from exactland.checker.formulas import read_claim
from exactland.checker.printer import words
from exactland.checker.problem import read_problem
from exactland.checker.signature import TABLE
from exactland.claims.text import read_text
from exactland.model.problem_file import problem_document, problem_from

CLAIMS = 5
#: Derivatives, which the checker refuses at kinks even if nothing comes of them; and limits, which
#: one refuses that the other does not know, and then goes on.
DERIVED = {"grad", "dPhi", "ddPhi", "hess", "is", "dsigma", "limit"}
#: Left to other evidence: second derivatives by the package, and kinds of points.
CURVED = {"hess", "ddPhi"}
SETTLED = {True, False}


def by_oracle(problem: Any, claim: Any, digits: int | None = None) -> tuple[Any, bool]:
    """The oracle's answer, and whether it saw a margin."""
    plain = Plain(problem) if digits is None else Plain(problem, 0, digits)
    try:
        return plain(claim), plain.margin
    except Undefined:
        return REFUSED, True


def heads_of(formula: Any) -> set[str]:
    if not isinstance(formula, list) or not formula:
        return set()
    own = {formula[0]} if isinstance(formula[0], str) and formula[0] in TABLE else set()
    return own.union(*map(heads_of, formula))


def agreed(problem: Any, claim: Any, answers: tuple[Any, Any, Any], margin: bool) -> None:
    """None says True where another says False, or gives a meaning to what has none."""
    checker, package, plain = answers
    said = f"{answers} {words(claim)} {problem}"
    assert {checker, package} != SETTLED, said
    if plain in SETTLED and not margin and {checker, package, plain} >= SETTLED:
        plain, margin = by_oracle(problem, claim, MORE)
        assert not (margin and {checker, package, plain} >= SETTLED), said
        return
    assert not {checker, package, plain} >= SETTLED, said
    assert not (plain == REFUSED and {checker, package} & SETTLED), said
    if REFUSED in (checker, package) and {checker, package} & SETTLED:
        assert heads_of(claim) & DERIVED, said


def compared(seeds: range) -> tuple[Counter[Any], dict[str, Counter[Any]]]:
    """How often each triple of answers occurs; and for each head how often claims are true."""
    found: Counter[Any] = Counter()
    heads: dict[str, Counter[Any]] = {}
    for seed in seeds:
        made = instances(seed)
        problem = problem_from(made.problem)
        document = problem_document(problem)
        read = read_problem(document)
        oracle = Plain(document)
        for n in range(CLAIMS):
            claim = made.sharp(oracle.value_at) if n % 2 else made.claim()
            read_claim(claim)
            assert read_text(words(claim)) == claim
            plain, margin = by_oracle(document, claim)
            answers = by_checker(read, claim), by_package(problem, claim), plain
            agreed(document, claim, answers, margin)
            used = heads_of(claim)
            found[(*answers, margin, bool(used & CURVED))] += 1
            truth = next((a for a in answers if a in SETTLED), None)
            for head in used:
                heads.setdefault(head, Counter())[truth] += 1
    return found, heads


def shares(found: Counter[Any]) -> tuple[float, float]:
    """How often checker and package decide where the oracle sees a margin (the package: without
    second derivatives, which the checker alone evaluates)."""
    seen = [(key, n) for key, n in found.items() if key[2] in SETTLED and key[3]]
    flat = [(key, n) for key, n in seen if not key[4]]
    checker = sum(n for key, n in seen if key[0] in SETTLED) / sum(n for _, n in seen)
    package = sum(n for key, n in flat if key[1] in SETTLED) / sum(n for _, n in flat)
    return checker, package


#: What the generator makes; the others stand below quantifiers, or have no value by evaluation.
MADE = {
    "+", "-", "*", "/", "neg", "^", "abs", "max", "min", "call", "pi", "<", "<=", "=", "!=", "not",
    "and", "or", "implies", "all", "some", "at", "is", "zero", "distinct-rows", "apart", "definite",
    "has", "sum", "sigma", "dsigma", "limit", "loss", "entry", "least", "largest", "det", "rank",
    "norm", "columns", "N", "L", "n", "patches", "skips", "Phi", "X", "Y", "F", "G", "U", "W", "b",
    "M", "patch", "Psi", "grad", "dPhi", "ddPhi", "hess", "matrix", "table", "T", "o", "part",
    "beside", "ones", "I", "but", "move", "tuple", "every", "to", "unit",
}  # fmt: skip


def test_three_evaluators_agree() -> None:
    found, heads = compared(range(400, 415))
    checker, package = shares(found)
    assert min(checker, package) >= 0.85, found
    assert len(MADE & heads.keys()) >= len(MADE) - 15


@pytest.mark.slow
def test_three_evaluators_agree_on_a_hundred_thousand_claims() -> None:
    count = int(os.environ.get("CLAIMS", "100000"))
    found, heads = compared(range(10**6, 10**6 + count // CLAIMS))
    for key, n in found.most_common():
        print(key, n)
    for head in sorted(heads):
        print(f"{head:14} true {heads[head][True]:6} false {heads[head][False]:6}")
    print("decided by checker and package:", shares(found))
    assert min(shares(found)) >= 0.95
    for head in MADE:
        true, false = heads[head][True], heads[head][False]
        assert min(true, false) >= 0.2 * (true + false), head
