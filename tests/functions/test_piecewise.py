"""Piecewise rational functions: package and checker against construction and exact values."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise
from math import inf

import pytest
from flint import fmpq, fmpq_poly

from exactland.arithmetic.rationals import RATIONALS
from exactland.checker import activations as checked
from exactland.checker import facts as their_facts
from exactland.checker import piecewise as theirs
from exactland.checker.expression import parse as parsed
from exactland.claims.facts import ACTIVATIONS
from exactland.functions.activations import activation
from exactland.functions.expression import evaluate, parse
from exactland.functions.piecewise import is_rising, smoothness
from exactland.functions.properties import Fact

ANSWERS = [
    ("max(t,t**3)", 0, True), ("max(t,0)**3", 2, False), ("abs(t)*abs(t)+t", inf, False),
    ("min(max(t,0),6)", 0, False), ("t+t*abs(t)", 1, True), ("t/(1+abs(t))", 1, True),
    ("t**3/(t*t+1)", inf, True), ("max(t,2*t)+abs(t-1)/2", 0, True), ("-t/(1+t*t-t)", inf, False),
    ("max(0,min(1,t/6+1/2))+t/1000", 0, True), ("abs(t**2-1)", 0, False), ("t**3-t", inf, False),
    ("t*abs(t)**3", 3, True), ("max(t-1,0)**2-max(-1-t,0)**2", 1, False),
    ("abs(t**2-2)", None, None), ("max(exp(t),1)", None, None), ("1/t", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "order", "rises"), ANSWERS)
def test_answers(text: str, order: float | None, rises: bool | None) -> None:
    assert (smoothness(parse(text)), is_rising(parse(text))) == (order, rises)
    assert (theirs.smoothness(parsed(text)), theirs.is_rising(parsed(text))) == (order, rises)


@pytest.mark.parametrize("text", [text for text, _, _ in ANSWERS[:-3]])
def test_the_language_of_claims_has_one_answer(text: str) -> None:
    mine, other = activation({"expr": text}), checked.activation({"expr": text}, "")
    for name in ("analytic", "smooth", "differentiable", "increasing"):
        found = ACTIVATIONS[name](mine)
        holds = found.holds if isinstance(found, Fact) else found
        assert holds is not None
        assert holds == their_facts.ACTIVATIONS[name](other, {"expr": text}), name


def written(p: fmpq_poly) -> str:
    return "+".join(f"({c})*t**{n}" for n, c in enumerate(p.coeffs())) or "0"


def test_smoothness_is_that_of_the_construction() -> None:
    """max(p, q) with p - q = (t - c)^m u, u > 0: of class C^(m-1) for odd m, and p for even m."""
    choose = random.Random(11)
    for _ in range(40):
        c, m = fmpq(choose.randint(-4, 4), choose.randint(1, 3)), choose.randint(1, 5)
        p = fmpq_poly([choose.randint(-3, 3) for _ in range(choose.randint(1, 4))])
        u = fmpq_poly(choose.choice([[1], [2, 0, 1], [1, -1, 1]]))
        q = p - fmpq_poly([-c, 1]) ** m * u
        text = f"{choose.choice(['max', 'min'])}({written(p)},{written(q)})"
        expected = m - 1 if m % 2 else inf
        assert smoothness(parse(text)) == theirs.smoothness(parsed(text)) == expected, text


def drawn(choose: random.Random) -> str:
    lines = [f"({choose.randint(-3, 3)}*t+{choose.randint(-3, 3)})" for _ in range(4)]
    a, b, c, d = lines
    return choose.choice(
        [f"max({a},{b})+min({c},{d})", f"{a}*abs({b})+5*{c}", f"max({a},{b})",
         f"max({a},{b})**3+{c}", f"t**3+{a}*{b}+abs({c})", f"9*t+max({a}*{b},0)",
         f"7*t-{a}/(1+abs({b}))", f"5*t+max({a},0)*{b}/(1+t*t)"]
    )  # fmt: skip


@pytest.mark.parametrize("count", [60, pytest.param(3000, marks=pytest.mark.slow)])
def test_growth_against_exact_values(count: int) -> None:
    """Values in the wrong order refute it; where it is refuted, they are found nearly always."""
    grid = [fmpq(n, 8) for n in range(-72, 73)]
    points = [fmpq(-(10**4)), fmpq(-(10**3)), fmpq(-100), *grid, fmpq(100), fmpq(10**4)]
    refuted = confirmed = decided = 0
    choose = random.Random(7)
    for _ in range(count):
        text = drawn(choose)
        expression = parse(text)
        holds = is_rising(expression)
        assert holds == theirs.is_rising(parsed(text)), text
        assert smoothness(expression) == theirs.smoothness(parsed(text)), text
        values = [Fraction(str(evaluate(expression, t, RATIONALS))) for t in points]
        rises = all(a < b for a, b in pairwise(values))
        decided += holds is not None
        refuted += holds is False
        confirmed += holds is False and not rises
        assert holds is not True or rises, text
    assert decided > count / 2
    assert confirmed > 0.9 * refuted > 0
