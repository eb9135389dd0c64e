"""Properties read off expressions: each yes is checked by values, and the checker says yes too."""

from __future__ import annotations

import itertools
import random
from typing import Literal

import pytest
from expressions_for_tests import TREES
from flint import fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less, sign
from exactland.arithmetic.rationals import RATIONALS
from exactland.checker import properties as independent
from exactland.checker.expression import parse as parse_of_the_checker
from exactland.errors import ExactlandError, UsageError
from exactland.functions.expression import Expression, evaluate, parse
from exactland.functions.limits import limit
from exactland.functions.monotonicity import direction, monotone
from exactland.functions.properties import (
    Fact,
    analytic,
    constant_sign,
    negative,
    nonnegative,
    parity,
    positive,
    total,
)
from exactland.functions.signs import polynomial, sign_rules

BALLS = Balls(128)
POINTS = [fmpq(-7), fmpq(-2), fmpq(-1, 3), fmpq(0), fmpq(1, 4), fmpq(1), fmpq(5, 2), fmpq(6)]


def values(tree: Expression) -> list[tuple[fmpq, object]]:
    """The finite values at POINTS."""
    found = []
    for t in POINTS:
        try:
            value = evaluate(tree, BALLS.number(t), BALLS)
        except ExactlandError:
            continue
        if value.is_finite():
            found.append((t, value))
    return found


ANALYTIC = [
    "1", "pi", "t**3-t/2", "exp(-t**2)", "1/(1+exp(-t))", "log(1+exp(t))", "t*(1+erf(t/sqrt(2)))/2",
    "t*tanh(log(1+exp(t)))", "1/(1+t**2)", "(cosh(t)+t**4)**-3", "sqrt(1+t**2)", "atan(sin(t))",
    "t/-exp(t)", "log(sigmoid(t))", "1/(t*t-t+1)", "log(exp(1)-27/10+t**2)", "t/(t-2-t*t)",
    "-log(1+exp(-t))", "1/(pi+abs(pi)*0+exp(t))",
]  # fmt: skip
NOT_SHOWN = [
    "1/t", "abs(t)", "max(t,0)", "log(t)", "sqrt(t)", "sqrt(t**2)", "1/(1+abs(t))", "t**-2",
    "1/(1-exp(t))",
    "1/(t*t-2*t+1)", "log(27/10-exp(1)+t**2)", "sqrt(t*t-2*t+1)", "1/(t*t-t-t)", "1/(t**3+1)",
    "log(1-exp(t))", "1/(t**2)", "abs(t)**2",
]  # fmt: skip


@pytest.mark.parametrize("text", ANALYTIC[:-1])
def test_analytic(text: str) -> None:
    assert analytic(parse(text)).holds is True
    assert total(parse(text)).holds is True


@pytest.mark.parametrize("text", [*NOT_SHOWN, ANALYTIC[-1]])
def test_not_shown_to_be_analytic(text: str) -> None:
    fact = analytic(parse(text))
    assert fact.holds is None
    assert fact.reason.startswith("not shown: ")


@given(TREES)
@settings(max_examples=500, deadline=None)
def test_every_yes_is_confirmed(tree: Expression) -> None:
    other = parse_of_the_checker(str(tree))
    found = values(tree)
    signs = [sign(value) for _, value in found]
    if analytic(tree).holds is True:
        assert independent.is_analytic(other)
        assert total(tree).holds is True
    if positive(tree).holds is True:
        assert independent.signs(other) <= {1}
        assert not {0, -1} & set(signs)
    if nonnegative(tree).holds is True:
        assert independent.signs(other) <= {0, 1}
        assert -1 not in signs
    if negative(tree).holds is True:
        assert not {0, 1} & set(signs)
    if total(tree).holds is True:
        for t in POINTS:
            assert evaluate(tree, BALLS.number(t), BALLS) is not None  # no InputError


@given(TREES)
@settings(max_examples=500, deadline=None)
def test_parity_is_that_of_the_checker_and_of_the_values(tree: Expression) -> None:
    found = parity(tree)
    if found is None:
        return
    assert independent.parity(parse_of_the_checker(str(tree))) == found
    for t, value in values(tree):
        try:
            other = evaluate(tree, BALLS.number(-t), BALLS)
        except ExactlandError:
            continue
        assert not other.is_finite() or other.overlaps(value if found == "even" else -value)


POLYNOMIALS = st.recursive(
    st.sampled_from(["t", "2", "0.5", "3"]),
    lambda inner: st.one_of(
        st.builds("({}+{})".format, inner, inner),
        st.builds("({}-{})".format, inner, inner),
        st.builds("{}*{}".format, inner, inner),
        st.builds("({})**{}".format, inner, st.integers(0, 4)),
        st.builds("-({})".format, inner),
        st.builds("({})/3".format, inner),
    ),
    max_leaves=8,
)


@given(POLYNOMIALS)
@settings(max_examples=200, deadline=None)
def test_polynomials(text: str) -> None:
    tree = parse(text)
    coefficients = polynomial(tree)
    assert coefficients is not None
    assert not coefficients or coefficients[-1] != 0
    assert independent.is_polynomial(parse_of_the_checker(str(tree)))
    for t in (fmpq(-2), fmpq(1, 3), fmpq(5)):
        total_value = sum((c * t**j for j, c in enumerate(coefficients)), fmpq(0))
        assert evaluate(tree, t, RATIONALS) == total_value


@pytest.mark.parametrize(
    "text", ["1/t", "exp(1)*t", "pi*t", "t/(t-t)", "t**-1", "abs(t)", "((t**1000)**1000)**1000",
             "(((9**1000)**1000)**1000)*t"]
)  # fmt: skip
def test_not_polynomials(text: str) -> None:
    assert polynomial(parse(text)) is None


@given(TREES)
@settings(max_examples=500, deadline=None)
def test_directions_are_those_of_the_values(tree: Expression) -> None:
    found = direction(tree)
    if found is None or total(tree).holds is not True:
        return
    known = values(tree)
    for (_, one), (_, two) in itertools.pairwise(known):
        if found.sign >= 0:
            assert less(two, one) is not True
        if found.sign <= 0:
            assert less(one, two) is not True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t", (1, True)), ("-t", (-1, True)), ("max(t,0)", (1, False)), ("t+max(t,0)", (1, True)),
        ("exp(-t)", (-1, True)), ("1/(1+exp(-t))", (1, True)), ("log(1+exp(t))", (1, True)),
        ("t**3", (1, True)), ("exp(t)**-2", (-1, True)), ("exp(t)*sigmoid(t)", (1, True)),
        ("-atan(t)/-2", (1, True)), ("3-t/(1-3)", (1, True)), ("min(t,max(t,2))", (1, False)),
        ("2*pi", (0, False)),
        ("0*t", (0, False)), ("abs(exp(t))", (1, True)), ("sqrt(2)*t-t/3*0", (1, True)),
    ],
)  # fmt: skip
def test_direction(text: str, expected: tuple[int, bool]) -> None:
    found = direction(parse(text))
    assert found is not None
    assert found.sign == expected[0]
    assert found.sign == 0 or found.strict == expected[1]
    assert monotone(parse(text)).holds is True


@pytest.mark.parametrize(
    "text", ["t**2", "sin(t)", "t*exp(t)", "t-exp(t)", "abs(t)", "cosh(t)", "1/t"]
)
def test_no_direction(text: str) -> None:
    assert monotone(parse(text)).holds is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-2/3", 1), ("sqrt(2)-3/2", -1), ("0*pi", 0), ("sqrt(8)-2*sqrt(2)", 0),
        ("exp(log(3))-3", 0),
        ("log(6)-log(2)-log(3)", 0), ("1/(pi-pi)", None), ("0*(1/(pi-pi))", None), ("t", None),
        ("sin(1)**2+cos(1)**2-1", None), ("log(-1)", None), ("0*log(-1)", None),
    ],
)  # fmt: skip
def test_constant_sign(text: str, expected: int | None) -> None:
    assert constant_sign(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("1/(1+exp(-t))", "0", "1"), ("tanh(t)+2", "1", "3"), ("atan(-t)", "pi/2", "-(pi/2)"),
        ("t**2", "+", "+"),
        ("t**3", "-", "+"), ("-t", "+", "-"), ("1/t", "0", "0"), ("exp(-t)", "+", "0"),
        ("1/exp(-t)", "0", "+"),
        ("log(1+exp(t))", "0", "+"), ("max(t,0)", "0", "+"), ("min(max(t,0),6)", "0", "6"),
        ("sin(t)", None, None),
        ("t-t", None, None), ("t*exp(t)", None, "+"), ("exp(-t**2)", "0", "0"),
        ("1/(1+t**2)", "0", "0"),
        ("log(sigmoid(t))", "-", "0"), ("sqrt(t)", None, "+"), ("t/(1+abs(t))", None, None),
        ("2*erf(t)/3", "-2/3", "2/3"),
        ("abs(t)", "+", "+"), ("-cosh(t)", "-", "-"), ("t**-3", "0", "0"),
        ("exp(-t)**-1", "0", "+"),
    ],
)  # fmt: skip
def test_limits(text: str, left: str | None, right: str | None) -> None:
    sides: tuple[tuple[Literal[-1, 1], str | None], ...] = ((-1, left), (1, right))
    for side, expected in sides:
        found = limit(parse(text), side)
        if expected is None:
            assert found is None
        elif expected in ("+", "-"):
            assert str(found) == f"{expected}infinity"
        else:
            assert str(found) == expected


@given(TREES)
@settings(max_examples=300, deadline=None)
def test_finite_limits_are_near_the_values_far_out(tree: Expression) -> None:
    found = limit(tree, 1)
    if found is None or found.value is None:
        return
    wide = Balls(4000)
    try:
        near = evaluate(tree, wide.number(fmpq(10**9)), wide)
        far = evaluate(tree, wide.number(fmpq(10**12)), wide)
        end = evaluate(found.value, wide.number(fmpq(0)), wide)
    except ExactlandError:
        return
    if near.is_finite() and far.is_finite() and end.is_finite():
        assert less(abs(near - end) + fmpq(1, 100), abs(far - end)) is not True


def test_a_fact_has_no_truth_value() -> None:
    with pytest.raises(UsageError):
        bool(Fact(True, "because"))


def test_signs_of_polynomials_are_those_of_their_factors() -> None:
    """Random products, spelled out: the roots of odd multiplicity are known, so is the sign."""
    choose = random.Random(3)
    for _ in range(60):
        roots = {fmpq(choose.randint(-6, 6), choose.randint(1, 3)): choose.randint(1, 4)
                 for _ in range(choose.randint(0, 2))}  # fmt: skip
        p = fmpq_poly([choose.choice([-3, -1, 1, 2])]) * fmpq_poly(
            choose.choice([[1], [1, 0, 1], [fmpq(1, 1000), 2, 1000], [7, -3, 2, 0, 1]])
        )
        for root, multiplicity in roots.items():
            p *= fmpq_poly([-root, 1]) ** multiplicity
        text = "+".join(f"({c})*" + "*".join(["t"] * n or ["1"]) for n, c in enumerate(p.coeffs()))
        mixed = p(fmpq(10**6)) * p(fmpq(-(10**6))) < 0 or any(m % 2 for m in roots.values())
        # fmpq(1, 1000) + 2 t + 1000 t^2 = (1 + 1000 t)^2 / 1000: a root of even multiplicity.
        touches = {0} if roots or p(fmpq(-1, 1000)) == 0 else set()
        signs = {-1, 0, 1} if mixed else {1 if p(fmpq(10**6)) > 0 else -1} | touches
        mine = sign_rules(parse(text))
        assert independent.signs(parse_of_the_checker(text)) == signs, text
        assert (mine.positive, mine.nonnegative) == (signs == {1}, -1 not in signs), text
        assert mine.negative == (signs == {-1}), text
