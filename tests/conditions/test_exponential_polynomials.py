"""All derivatives at 0 (LDS18, Assumption 2), against power series multiplied out by hand."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import pytest

from exactland.conditions.exponential_polynomials import every_order
from exactland.functions.expression import parse

Series = list[Fraction]
LENGTH = 60


def exponential(rate: Fraction | int) -> Series:
    return [Fraction(rate) ** n / factorial(n) for n in range(LENGTH)]


def polynomial(*coefficients: int) -> Series:
    return [Fraction(c) for c in coefficients] + [Fraction(0)] * (LENGTH - len(coefficients))


def sine(rate: int, shift: int = 0) -> Series:
    """sin(w t), or cos for shift 1."""
    signs = (0, 1, 0, -1)
    return [signs[(n + shift) % 4] * Fraction(rate) ** n / factorial(n) for n in range(LENGTH)]


def times(left: Series, right: Series) -> Series:
    return [sum((left[k] * right[n - k] for k in range(n + 1)), Fraction(0)) for n in range(LENGTH)]


def plus(*parts: Series) -> Series:
    return [sum(terms, Fraction(0)) for terms in zip(*parts, strict=True)]


SERIES: dict[str, Series] = {
    "-(t-1)**2*exp(t)": times(polynomial(-1, 2, -1), exponential(1)),
    "-(exp(t)-3)**2": times(
        plus(exponential(1), polynomial(-3)), plus(polynomial(3), [-c for c in exponential(1)])
    ),
    "-(exp(t)-2)**2": times(
        plus(exponential(1), polynomial(-2)), plus(polynomial(2), [-c for c in exponential(1)])
    ),
    "sin(t)+cos(t)": plus(sine(1), sine(1, 1)),
    "exp(t)": exponential(1),
    "exp(-t/2)*(1+t)": times(exponential(Fraction(-1, 2)), polynomial(1, 1)),
    "(t-7)*exp(t)": times(polynomial(-7, 1), exponential(1)),
    "(t-2)**3*exp(2*t)": times(polynomial(-8, 12, -6, 1), exponential(2)),
    "sinh(t)": [c if n % 2 else Fraction(0) for n, c in enumerate(exponential(1))],
    "cosh(t)+sin(t)": plus(
        [Fraction(0) if n % 2 else c for n, c in enumerate(exponential(1))], sine(1)
    ),
    "sin(3*t)+cos(3*t)+exp(t)": plus(sine(3), sine(3, 1), exponential(1)),
    "(sin(t)+cos(t))*(3+t)": times(plus(sine(1), sine(1, 1)), polynomial(3, 1)),
    "t**3+2*t+5": polynomial(5, 2, 0, 1),
    "cos(t)": sine(1, 1),
    "exp(2*t)-exp(t)": plus(exponential(2), [-c for c in exponential(1)]),
    "2*exp(t)+exp(-t)": plus([2 * c for c in exponential(1)], exponential(-1)),
}


@pytest.mark.parametrize("text", SERIES)
def test_every_order(text: str) -> None:
    vanishing = [n for n, c in enumerate(SERIES[text]) if c == 0]
    found = every_order(parse(text))
    if vanishing:
        assert found is None or found.dominated_from is None
        assert found is None or found.vanishing is None or found.vanishing == vanishing[0]
    else:
        assert found is not None
        assert found.dominated_from is not None


@pytest.mark.parametrize("text", ["-(exp(t)-2)**2", "(t-7)*exp(t)", "cos(t)", "sinh(t)"])
def test_the_first_vanishing_order_is_found(text: str) -> None:
    found = every_order(parse(text))
    assert found is not None
    assert found.vanishing == SERIES[text].index(Fraction(0))


@pytest.mark.parametrize("root", [3, 10, 30])
def test_a_zero_of_a_late_derivative(root: int) -> None:
    """exp(t) (t - n) has derivative n at 0 equal to 0."""
    found = every_order(parse(f"exp(t)*(t-{root})"))
    assert found is not None
    assert found.vanishing == root


@pytest.mark.parametrize(
    "text",
    ["tanh(t)", "exp(t**2)", "1/(1+exp(t))", "abs(t)", "exp(pi*t)", "sigmoid(t)"],
)
def test_other_functions_are_left_alone(text: str) -> None:
    assert every_order(parse(text)) is None


def test_numbers_that_are_not_rational() -> None:
    proved = every_order(parse("sin(t)+cos(t)-sqrt(2)"))
    assert proved is not None
    assert proved.dominated_from == 1
    # The value at 0 is 1 - 1: the constants cancel formally.
    refuted = every_order(parse("exp(t)*2-sqrt(4)"))
    assert refuted is not None
    assert refuted.vanishing == 0
