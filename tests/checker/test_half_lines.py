"""Monotone, limit, signs, quotient on a half-line: against values, and never where it is false."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactland.checker.expression import evaluate, parse
from exactland.checker.intervals import Intervals
from exactland.checker.proofs import quotients
from exactland.checker.proofs.half_lines import direction_on_line, limit, monotone, shape
from exactland.checker.proofs.quotients import has_root
from exactland.checker.proofs.shapes import constant_sign, is_finite
from exactland.checker.properties import is_defined

OVER = Intervals(400)


def polynomial(*coefficients: Any) -> tuple[Fraction, ...]:
    return tuple(Fraction(c) for c in coefficients)


def from_roots(roots: list[Fraction]) -> tuple[Fraction, ...]:
    result = [Fraction(1)]
    for root in roots:
        shifted = [Fraction(0), *result]
        result = [a - root * b for a, b in zip(shifted, [*result, Fraction(0)], strict=True)]
    return tuple(result)


RATIONALS = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 4))


@given(st.lists(RATIONALS, min_size=1, max_size=6), RATIONALS, st.booleans())
def test_sturm_counts_the_roots_that_are_there(
    roots: list[Fraction], start: Fraction, complex_ones: bool
) -> None:
    """Repeated roots, the start as a root, and a factor without real roots."""
    p = from_roots(roots)
    if complex_ones:
        square = polynomial(2, 1, 1)
        result = [Fraction(0)] * (len(p) + 2)
        for i, x in enumerate(p):
            for j, y in enumerate(square):
                result[i + j] += x * y
        p = tuple(result)
    assert has_root(p, start, closed=False) == any(root > start for root in roots)
    assert has_root(p, start, closed=True) == any(root >= start for root in roots)


def test_polynomials_without_roots() -> None:
    for p in (polynomial(), polynomial(5), polynomial(1, 0, 1), polynomial(1, 1, 1, 1, 1)):
        assert not has_root(p, Fraction(-100), closed=True)
    assert not has_root(from_roots([Fraction(3)]), None, closed=True)  # for all large r


def value(text: str, t: Fraction) -> tuple[int, int]:
    lo, hi = evaluate(parse(text), OVER.number(t), OVER)
    return lo, hi


LEAVES = st.sampled_from(["t", "-t", "1", "1/2", "2*t", "t-1", "1-t", "pi"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One operation more; divisors are positive, so most expressions are defined everywhere."""
    unary = st.sampled_from(
        ["tanh", "sigmoid", "atan", "erf", "abs", "sin", "cos"]
    )  # no exp: its values get out of hand
    return st.one_of(
        st.builds("{}({})".format, unary, inner),
        st.builds("({}{}{})".format, inner, st.sampled_from("+-*"), inner),
        st.builds("{}({},{})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("({})/(1+abs({}))".format, inner, inner),
        st.builds("({})/(2+({})**2)".format, inner, inner),
        st.builds("({})**{}".format, inner, st.sampled_from([2, 3])),
        st.builds("exp(-abs({}))".format, inner),
    )


EXPRESSIONS = st.recursive(LEAVES, grown, max_leaves=6)


@settings(max_examples=60)
@given(EXPRESSIONS, st.sampled_from([1, -1]), RATIONALS)
def test_what_is_shown_holds_at_points(text: str, side: int, start: Fraction) -> None:
    node = parse(text)
    if not is_defined(node):
        return
    found = shape(node, side, start)
    points = [start + Fraction(n * n, 13) for n in range(9)]
    values = [value(text, side * point) for point in points]
    for before, after in pairwise(values):
        if found.direction is not None:
            assert found.direction > 0 or after[0] <= before[1]
            assert found.direction < 0 or before[0] <= after[1]
    for lo, hi in values:
        possible = {s for s, fits in ((1, hi > 0), (-1, lo < 0), (0, lo <= 0 <= hi)) if fits}
        assert found.signs & possible
    end = limit(node, side)
    if is_finite(end) and found.direction is not None:
        lo, hi = evaluate(end, None, OVER)
        last = values[-1]
        assert found.direction <= 0 or last[0] <= hi
        assert found.direction >= 0 or lo <= last[1]
    rising = direction_on_line(node, strictly=True)
    ends = value(text, Fraction(-2)), value(text, Fraction(3, 2))
    assert rising != 1 or ends[0][0] < ends[1][1]
    assert rising != -1 or ends[1][0] < ends[0][1]


SHOWN = [
    ("tanh(t)", -7, 1, "1"),
    ("1/(1+exp(t))", -7, -1, "0"),
    ("1/2+t/(2*(1+abs(t)))", 0, 1, "1"),
    ("1/(1+t**2)", 0, -1, "0"),
    ("exp(-t**2)", 0, -1, "0"),
    ("exp(-abs(t))", 0, -1, "0"),
    ("1/cosh(t)", 0, -1, "0"),
    ("1/sqrt(1+t**2)", 0, -1, "0"),
    ("t/(1+t**2)", 1, -1, "0"),
    ("(t**2-2)/(1+t**4)", "5/2", -1, "0"),
    ("max(0,min(1,t/6+1/2))", -9, 1, "1"),
    ("max(t,0)/(1+abs(t))", 0, 1, "1"),
    ("atan(t)+pi/2", -3, 1, "pi"),
    ("sigmoid(t)**2", -3, 1, "1"),
    ("atan(t**3)", 0, 1, "pi/2"),
    ("exp(min(t,0))", -3, 1, "1"),
    ("tanh(t)*(sqrt(2)-1)", -3, 1, "sqrt(2)-1"),
    ("1/(1+t**40)", 0, -1, "0"),
]


@pytest.mark.parametrize(("text", "start", "direction", "end"), SHOWN)
def test_the_activations_of_the_papers_and_their_like(
    text: str, start: Any, direction: int, end: str
) -> None:
    found = shape(parse(text), 1, Fraction(start))
    assert found.direction == direction
    assert is_finite(found.limit)
    lo, hi = evaluate(found.limit, None, OVER)
    low, high = evaluate(parse(end), None, OVER)
    assert lo <= high
    assert low <= hi


NOT_MONOTONE = [
    ("t/(1+t**2)", 1, "99/100"),  # a bump at 1
    ("1/(1+t**2)", 1, "-1/1000"),
    ("exp(-t**2)", 1, "-1/1000"),
    ("(t**2-2)/(1+t**4)", 1, 2),  # largest at sqrt(2 + sqrt(5)) = 2.058...
    ("tanh(t)-tanh(t/2)", 1, 0),
    ("t*exp(-t**2)", 1, 0),
    ("sin(t)/(1+t**2)", 1, 50),
    ("max(0,1-abs(t-5))", 1, "9/2"),
    ("abs(t)", -1, "-1/8"),
    ("sigmoid(t)*sigmoid(-t)", 1, -1),
    ("tanh(t)**2", 1, -1),
    ("cosh(t)", 1, -1),
]


@pytest.mark.parametrize(("text", "side", "start"), NOT_MONOTONE)
def test_a_bump_beyond_the_start_is_not_overlooked(text: str, side: int, start: Any) -> None:
    node = parse(text)
    assert shape(node, side, Fraction(start)).direction is None
    assert not monotone(node, side, Fraction(start))


@pytest.mark.parametrize("text", ["sin(t)", "cos(t)", "t-exp(t)", "exp(t)*exp(-t)", "sin(t)/t**0"])
def test_limits_that_the_rules_do_not_give(text: str) -> None:
    assert limit(parse(text), 1) is None


@pytest.mark.parametrize(
    ("text", "side", "end"),
    [("t", -1, -1), ("t**2", -1, 1), ("exp(t)", 1, 1), ("1/exp(-t)", 1, 1), ("log(exp(t))", -1, -1),
     ("max(t,-t)", -1, 1), ("min(t,1)", -1, -1), ("-cosh(t)", 1, -1),
     ("(t**3+1)/(t**2+1)", -1, -1)],
)  # fmt: skip
def test_infinite_limits(text: str, side: int, end: int) -> None:
    assert limit(parse(text), side) == end


def test_monotone_on_r_where_two_pieces_meet() -> None:
    r1, bump = parse("1/2+t/(2*(1+abs(t)))"), parse("1/(1+abs(t))")
    assert shape(r1, 1, Fraction(-3)).direction is None
    assert monotone(r1, 1, Fraction(-3))
    assert monotone(r1, -1, Fraction(-3))
    assert direction_on_line(r1, strictly=True) == 1
    assert direction_on_line(bump) is None
    assert not monotone(bump, 1, Fraction(-3))
    assert direction_on_line(parse("max(t,0)")) == 1
    assert direction_on_line(parse("max(t,0)"), strictly=True) is None


@pytest.mark.parametrize(
    ("text", "sign"),
    [("sqrt(8)-2*sqrt(2)", 0), ("pi/2-atan(1)*2", None), ("max(0,min(2,-pi))", 0), ("3-pi", -1),
     ("pi-pi", 0), ("log(0-1)-log(0-1)", None), ("1/(1-1)", None)],
)  # fmt: skip
def test_signs_of_constants(text: str, sign: int | None) -> None:
    assert constant_sign(parse(text)) == sign


def test_what_is_too_large_is_no_quotient() -> None:
    assert shape(parse("t**65"), 1, Fraction(0)).quotient is None
    assert shape(parse("t**64"), 1, Fraction(0)).quotient is not None
    assert shape(parse("((9**1000)**1000)*t"), 1, Fraction(0)).quotient is None
    assert quotients.inverse(quotients.number(Fraction(0)), None) is None
