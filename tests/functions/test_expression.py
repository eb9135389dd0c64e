"""Expressions: parsing and printing, evaluation and derivative against mpmath, limits."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest
from expressions_for_tests import TREES
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath_for_tests import contains, encloses, mpf, text_function

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.enclosures import ENCLOSURES, Enclosure
from exactland.arithmetic.exact import exact_float
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.rationals import RATIONALS
from exactland.checker.expression import parse as parse_of_the_checker
from exactland.errors import (
    ExactlandError,
    InputError,
    LimitError,
    NotDifferentiableError,
    NotExactError,
)
from exactland.functions.expression import (
    PI,
    VARIABLE,
    Call,
    Expression,
    Negation,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    differentiate,
    evaluate,
    number,
    parse,
    parse_constant,
    steps,
    substitute,
)
from exactland.functions.expression_tree import add, multiply

BALLS = Balls(192)


@given(TREES)
@settings(max_examples=400, deadline=None)
def test_what_is_printed_parses_to_the_same_tree(tree: Expression) -> None:
    text = str(tree)
    assert parse(text) == tree
    assert str(parse(text)) == text
    parse_of_the_checker(text)  # the other reader of the grammar takes it too


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_derivatives_print_and_parse(tree: Expression) -> None:
    try:
        slope = differentiate(tree)
    except LimitError:
        return
    text = str(slope)
    if "sign" not in text and len(text) <= 2000:
        try:
            assert parse(text) == slope
        except LimitError:
            assert text.count("(") > 64


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("t", VARIABLE),
        ("-t**2", Negation(Power(VARIABLE, 2))),
        ("(-t)**2", Power(Negation(VARIABLE), 2)),
        ("1-t-2", Sum((number(1), Negation(VARIABLE), Negation(number(2))))),
        ("1-(t-2)", Sum((number(1), Negation(Sum((VARIABLE, Negation(number(2)))))))),
        ("t/2*3/pi", Quotient(Product((VARIABLE, number(3))), Product((number(2), PI)))),
        ("t/(2*pi)", Quotient(VARIABLE, Product((number(2), PI)))),
        ("0.250", Number(fmpq(1, 4))),
        ("t**-3", Power(VARIABLE, -3)),
        ("max(t, min(t,1))", Call("max", (VARIABLE, Call("min", (VARIABLE, number(1)))))),
        ("2*-t", Product((number(2), Negation(VARIABLE)))),
        (" exp ( t ) ", Call("exp", (VARIABLE,))),
    ],
)
def test_parse(text: str, tree: Expression) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("t^2", "character 2", "**"), ("ln(t)", "character 1", "log"),
        ("arctan(t)", "character 1", "atan"),
        ("x+1", "character 1", "write t"), ("2t", "character 2", "2*t"),
        ("3(t+1)", "character 2", "3*("),
        ("(t)(t)", "character 4", "*"), ("t2", "character 1", "t*2 or t**2"),
        ("1e3", "character 2", "1000"),
        (".5", "character 1", "0.5"), ("5.", "character 2", "0.5"), ("1,5", "character 2", "point"),
        ("|t|", "character 1", "abs(t)"), ("t**0.5", "character 4", "sqrt"),
        ("t**t", "character 4", "exp"),
        ("t**(2)", "character 4", "without parentheses"), ("t**2**3", "character 5", "(t**2)**3"),
        ("+t", "character 1", "drop it"), ("t+", "character 3", "t or a function"),
        ("", "character 1", "t"),
        ("(t", "character 1", '")"'), ("t)", "character 2", "drop it"),
        ("()", "character 2", "missing"),
        ("min(t)", "character 1", "grammar"), ("exp(t,1)", "character 1", "grammar"),
        ("exp", "character 1", "exp(t)"), ("(1,2)", "character 1", "point"),
        ("t//2", "character 3", "/"),
        ("sigmiod(t)", "character 1", "sigmoid"), ("sign(t)", "character 1", "abs(t)/t"),
        ("e**t", "character 1", "exp(1)"), ("t=1", "character 2", "without ="),
        ("\u03c0*t", "character 1", "pi"),
        ("2\u00b7t", "character 2", "*"), ("t \u2212 1", "character 3", "-"),
        ("t*\u0663", "character 3", "section 4"),
        ("__import__(t)", "character 1", "names are"), ("t if t else 1", "character 3", "t*if"),
        ("lambda: t", "character", ""), ("t\x00", "character 2", "section 4"),
        ("tanh t", "character 1", "tanh(t)"),
    ],
)  # fmt: skip
def test_malformed_text(text: str, place: str, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert place in caught.value.place
    assert remedy in caught.value.remedy + caught.value.reason


@given(st.text(alphabet="t12.+-*/(), expminlogsqr^x\u03c0", max_size=30))
@settings(max_examples=400, deadline=None)
def test_any_text_parses_or_is_refused_in_words(text: str) -> None:
    try:
        tree = parse(text)
    except ExactlandError as error:
        refused = error
    else:
        assert parse(str(tree)) == tree
        return
    assert refused.reason
    assert refused.place.startswith("expression")


@pytest.mark.parametrize(
    "text",
    ["(" * 65 + "t" + ")" * 65, "-" * 65 + "t", "exp(" * 65 + "t" + ")" * 65, "t+" * 1000 + "t",
     "t**1001", "t**-1001", "t**" + "9" * 500],
)  # fmt: skip
def test_limits(text: str) -> None:
    with pytest.raises(LimitError):
        parse(text)


def test_long_and_deep_texts_within_the_limits() -> None:
    for text in ("t+" * 999 + "t", "t*" * 999 + "t", "1/" * 998 + "1", "-" * 64 + "t"):
        tree = parse(text)
        assert parse(str(tree)) == tree
        differentiate(tree)
        assert contains(evaluate(tree, BALLS.number(fmpq(1)), BALLS), text_function(text)(1))
    deep = parse("sin(" * 64 + "t" + ")" * 64)
    third = differentiate(differentiate(differentiate(deep)))
    assert len(steps(third)) < 20000
    assert evaluate(third, arb(1), BALLS).is_finite()


def test_other_things_than_texts_are_refused() -> None:
    for wrong in (None, 3, b"t", ["t"]):
        with pytest.raises(InputError):
            parse(wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        parse_constant("t/2")
    with pytest.raises(InputError):
        Number(fmpq(1, 3))
    with pytest.raises(InputError):
        Number(fmpq(-1))


TEXTS = [
    "1/3+t/7", "(t-1)**3/(1+t**2)", "exp(-t**2/2)", "log(1+exp(t))", "sqrt(1+t**2)-pi",
    "sin(t)*cos(2*t)",
    "sinh(t/2)-cosh(t/3)", "tanh(t)**2", "atan(1/(2+sin(t)))", "erf(t)*t", "sigmoid(3*t-1)",
    "abs(t-1/3)",
    "min(t,1-t)", "max(sin(t),cos(t))", "t*tanh(log(1+exp(t)))", "t/(1+abs(t))", "(1+t**2)**-2",
    "-(t-1)**2*exp(t)", "exp(sin(t))/(2-0.25*t/10)", "max(0,min(1,t/6+1/2))", "-(t/2-(1-t))",
    "t**0",
]  # fmt: skip
POINTS = [fmpq(-5, 2), fmpq(-2, 3), fmpq(1, 9), fmpq(2), fmpq(7, 2)]


@pytest.mark.parametrize("text", TEXTS)
def test_values_and_derivatives_agree_with_mpmath(text: str) -> None:
    tree, reference = parse(text), text_function(text)
    slope = differentiate(tree)
    for t in POINTS:
        ball = evaluate(tree, BALLS.number(t), BALLS)
        assert contains(ball, reference(mpf(t)))
        assert ball.rel_accuracy_bits() > 150 or abs(ball) < 1e-40
        with mp.workdps(90):
            h = mp.mpf(10) ** -16
            difference = (reference(mpf(t) + h) - reference(mpf(t) - h)) / (2 * h)
        assert contains(evaluate(slope, BALLS.number(t), BALLS), difference, slack=1e-28)
        x = float(t.p) / float(t.q)
        for expression in (tree, slope):
            found = evaluate(expression, Enclosure(np.asarray(x), np.asarray(x)), ENCLOSURES)
            exactly = evaluate(expression, BALLS.number(exact_float(x)), BALLS)
            assert arb(found.lo.item()) <= exactly.upper()
            assert arb(found.hi.item()) >= exactly.lower()


@given(TREES, st.sampled_from(POINTS))
@settings(max_examples=300, deadline=None)
def test_arithmetics_agree(tree: Expression, t: fmpq) -> None:
    """Exact values lie in the balls, and formal values that are rational are exact."""
    try:
        exactly = evaluate(tree, t, RATIONALS)
    except ExactlandError:
        return
    ball = evaluate(tree, BALLS.number(t), BALLS)
    assert not ball.is_finite() or encloses(ball, exactly)
    formal = evaluate(tree, FORMAL.number(t), FORMAL).as_rational()
    assert formal is None or formal == exactly


@given(TREES, st.sampled_from(POINTS))
@settings(max_examples=300, deadline=None)
def test_derivatives_are_difference_quotients(tree: Expression, t: fmpq) -> None:
    """By the mean value theorem on balls: sigma(t+h) - sigma(t) lies in h sigma'([t, t+h])."""
    h = fmpq(1, 2**20)
    with BALLS.working():
        try:
            slope = evaluate(differentiate(tree), BALLS.number(t + h / 2) + arb(0, "1e-6"), BALLS)
            low = evaluate(tree, BALLS.number(t), BALLS)
            high = evaluate(tree, BALLS.number(t + h), BALLS)
            between = evaluate(tree, BALLS.number(t + h / 2) + arb(0, "1e-6"), BALLS)
        except ExactlandError:
            return
        if slope.is_finite() and between.is_finite():
            assert ((high - low) / arb(h)).overlaps(slope)


@pytest.mark.parametrize(
    ("text", "kinks"),
    [("abs(t)", [0]), ("max(t,1)", [1]), ("min(t,2-t)", [1]), ("abs(abs(t)-1)", [-1, 0, 1])],
)
def test_kinks(text: str, kinks: list[int]) -> None:
    slope = differentiate(parse(text))
    for t in range(-3, 4):
        if t in kinks:
            for arithmetic in (RATIONALS, FORMAL):
                with pytest.raises(NotDifferentiableError):
                    evaluate(slope, arithmetic.number(fmpq(t)), arithmetic)
        else:
            assert abs(evaluate(slope, fmpq(t), RATIONALS)) <= 1
    for t in kinks:
        x = float(t)
        interval = Enclosure(np.asarray(x - 0.01), np.asarray(x + 0.01))
        found = evaluate(slope, interval, ENCLOSURES)
        assert found.hi >= 1
        assert found.lo <= -1 or text == "max(t,1)"
        around = evaluate(slope, arb(t, 0.01), BALLS)
        assert around.contains(1)
        assert around.contains(-1) or text == "max(t,1)"


def test_a_kink_is_seen_in_every_arithmetic() -> None:
    slope = differentiate(parse("2*abs(t)"))
    array = ENCLOSURES.matrix([[fmpq(1), fmpq(0)]])
    for t, arithmetic in ((arb(0), BALLS), (array, ENCLOSURES)):
        with pytest.raises(NotDifferentiableError):
            evaluate(slope, t, arithmetic)


def test_derivatives_that_exist_at_a_kink_of_a_part() -> None:
    assert evaluate(differentiate(parse("t/(1+abs(t))")), fmpq(0), RATIONALS) == 1
    assert evaluate(differentiate(parse("t*abs(t)")), fmpq(0), RATIONALS) == 0
    assert evaluate(differentiate(parse("max(t,t)")), fmpq(0), RATIONALS) == 1
    with pytest.raises(NotDifferentiableError):
        differentiate(differentiate(parse("abs(t)")))


@pytest.mark.parametrize("text", ["1/t", "t**-2", "log(t)", "1/(t-t)", "sqrt(t-1)", "log(t-1)"])
def test_undefined_values_are_refused(text: str) -> None:
    for arithmetic in (RATIONALS, BALLS, ENCLOSURES):
        with pytest.raises(ExactlandError):
            evaluate(parse(text), arithmetic.number(fmpq(0)), arithmetic)


def test_a_ball_around_a_pole_says_nothing() -> None:
    for text in ("1/t", "t**-1", "log(t)", "sqrt(t)", "tanh(1/t)", "min(1/t,0)", "0*(1/t)"):
        assert not evaluate(parse(text), arb(0, 1), Balls(64)).is_finite()


def test_exact_values_and_their_limits() -> None:
    assert evaluate(parse("min(t,1/3)**-2"), fmpq(1, 2), RATIONALS) == 9
    for text in ("exp(t)", "pi*t", "sqrt(t)", "erf(t/sqrt(2))"):
        with pytest.raises(NotExactError):
            evaluate(parse(text), fmpq(2), RATIONALS)
    with pytest.raises(LimitError):
        evaluate(parse("((t**1000)**1000)**1000"), fmpq(3), RATIONALS)


def test_substitute_and_constructors() -> None:
    inner = substitute(parse("t**2-exp(-t/3)"), parse("2*t"))
    assert str(inner) == "(2*t)**2-exp(-(2*t)/3)" or parse(str(inner)) == inner
    for t in POINTS:
        left = evaluate(inner, BALLS.number(t), BALLS)
        right = evaluate(parse("t**2-exp(-t/3)"), BALLS.number(2 * t), BALLS)
        assert left.overlaps(right)
    assert str(add(number(1), VARIABLE, number(-1))) == "t"
    assert str(multiply(Negation(VARIABLE), number(fmpq(-2, 3)))) == "(2/3)*t"
    assert multiply(number(0), VARIABLE) == number(0)


@given(st.fractions(max_denominator=1000))
def test_numbers(value: Any) -> None:
    q = fmpq(value.numerator, value.denominator)
    tree = number(q)
    assert evaluate(tree, fmpq(0), RATIONALS) == q
    assert parse(str(tree)) == tree
