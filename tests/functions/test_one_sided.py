"""Slopes at kinks, against difference quotients from both sides and against the checker."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import mpmath as mp
import pytest
from flint import arb, fmpq
from mpmath_for_tests import contains, text_function

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.rationals import RATIONALS
from exactland.checker import expression as theirs
from exactland.checker.intervals import Intervals
from exactland.checker.kinks import two_sided
from exactland.checker.outcome import Reject
from exactland.errors import ExactlandError, NotDifferentiableError
from exactland.functions.expression import parse
from exactland.functions.one_sided import through_kink
from exactland.functions.taylor import taylor

LEAVES = ["t", "t", "abs(t)", "max(t,0)", "min(t,t**2)", "1", "pi", "exp(1)", "1/3"]
OVER = ["exp", "sin", "tanh", "atan", "abs", "cosh", "sigmoid", "erf"]


def drawn(random: random.Random, depth: int) -> str:
    """A random text with kinks at 0."""
    if depth == 0:
        return random.choice(LEAVES)
    u, v = drawn(random, depth - 1), drawn(random, depth - 1)
    return random.choice(
        [
            f"({u}+{v})", f"({u}-{v})", f"({u})*({v})", f"({u})*({v})", f"max({u},{v})",
            f"min({u},{v})", f"({u})**{random.randint(0, 3)}", f"{random.choice(OVER)}({u})",
            f"({u})/(1+({v})**2)", f"sqrt(1+({u})**2)",
        ]
    )  # fmt: skip


def sides(text: str) -> tuple[Any, Any]:
    """The slopes at 0 from the left and from the right, to about 40 digits."""
    function = text_function(text)
    with mp.workdps(120):
        h, here = mp.mpf(10) ** -50, function(mp.mpf(0))
        return (here - function(-h)) / h, (function(h) - here) / h


@pytest.mark.parametrize(
    ("first", "count"), [(0, 250), pytest.param(1000, 5000, marks=pytest.mark.slow)]
)
def test_slopes_are_difference_quotients_from_both_sides(first: int, count: int) -> None:
    over, decided = Intervals(256), 0
    for seed in range(first, first + count):
        text = drawn(random.Random(seed), 3)
        left, right = sides(text)
        try:
            mine = through_kink(parse(text), arb(0), 2, Balls(256))[1]
        except NotDifferentiableError as error:
            open_or_kink = "not shown" in str(error) or abs(left - right) > 1e-30
            assert open_or_kink, text
            with pytest.raises(Reject):
                two_sided(theirs.parse(text), Fraction(0), 1, over)
            continue
        assert contains(mine, left, 1e-30), text
        assert contains(mine, right, 1e-30), text
        low, high = two_sided(theirs.parse(text), Fraction(0), 1, over)[1]
        assert mine.overlaps(arb(low).union(arb(high)) / arb(2) ** 256), text
        decided += 1
    assert decided > count / 4


SMOOTH = [
    ("t*abs(t)", 2), ("abs(t)**3", 3), ("max(t,0)**4", 4), ("t**2*max(t,0)*exp(t)", 3),
    ("max(t,0)+exp(min(t,0))-1", 2), ("max(t*t,t**4)", 9), ("abs(t-t)", 9), ("max(-1-abs(t),0)", 9),
    ("abs(t)*sin(abs(t))", 9), ("cosh(abs(t))", 9), ("exp(abs(t))", 1), ("abs(sin(t))**3", 3),
]  # fmt: skip


@pytest.mark.parametrize(("text", "order"), SMOOTH)
def test_as_many_derivatives_as_there_are(text: str, order: int) -> None:
    """``order`` coefficients from both sides, and where order < 9 no more."""
    expression = parse(text)
    for t, arithmetic in (
        (fmpq(0), RATIONALS),
        (arb(0), Balls(128)),
        (FORMAL.number(fmpq(0)), FORMAL),
    ):
        assert len(taylor(expression, t, order, arithmetic)) == order
        if order < 9:
            with pytest.raises(NotDifferentiableError):
                taylor(expression, t, order + 1, arithmetic)


@pytest.mark.parametrize(
    "text",
    [
        "abs(sin(1)**2+cos(1)**2-1+t)", "sqrt(sin(1)**2+cos(1)**2-1+t*abs(t)+t**2)",
        "max(t,0*log(sin(1)**2+cos(1)**2-1))", "sqrt(t*abs(t)+t**2)", "t*abs(t)/abs(t)",
    ],
)  # fmt: skip
def test_hidden_zeros_are_not_decided(text: str) -> None:
    """Signs and domains that neither formal values nor enclosures show."""
    with pytest.raises(ExactlandError):
        taylor(parse(text), arb(0), 2, Balls(128))
    with pytest.raises(Reject):
        two_sided(theirs.parse(text), Fraction(0), 1, Intervals(128))


def test_a_ball_around_a_kink_is_not_decided() -> None:
    with pytest.raises(NotDifferentiableError, match="not shown to be off a kink"):
        taylor(parse("abs(t)*t"), arb(0, 0.1), 2, Balls(128))
