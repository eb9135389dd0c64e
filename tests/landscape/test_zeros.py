"""Zeros in closed form: candidates only, and none of them far from a zero."""

from __future__ import annotations

import mpmath as mp
import pytest

from exactland.functions.expression import parse, parse_constant
from exactland.landscape.zeros import closed_form_zeros

NAMES = {"pi": mp.pi, "log": mp.log, "sqrt": mp.sqrt}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-(t-1)**2*exp(t)", "1"),
        ("sin(t)+cos(t)-sqrt(2)", "pi/4"),
        ("-(exp(t)-3)**2", "log(3)"),
        ("-(exp(2*t)-3)**2", "log(3)/2"),
        ("-(t**2-2)**2", "sqrt(2)"),
        ("-(t-7/3)**2", "7/3"),
        ("-(3*t+1)**2", "-1/3"),
        ("sin(t)", "pi"),
    ],
)
def test_zeros_are_recognised(text: str, expected: str) -> None:
    assert expected in closed_form_zeros(parse(text))


@pytest.mark.parametrize("text", ["exp(t)", "1+t**2", "cosh(t)", "sigmoid(t)"])
def test_a_function_without_zeros_has_none(text: str) -> None:
    assert closed_form_zeros(parse(text)) == []


@pytest.mark.parametrize("text", ["sin(t)", "-(t-1)**2*(t+3)", "cos(t)-1/2", "1/t-2", "log(t)"])
def test_candidates_are_constants_of_the_grammar_near_zeros(text: str) -> None:
    names = closed_form_zeros(parse(text))
    assert names
    functions = {"sin(t)": mp.sin, "cos(t)-1/2": lambda t: mp.cos(t) - 0.5, "log(t)": mp.log,
                 "1/t-2": lambda t: 1 / t - 2,
                 "-(t-1)**2*(t+3)": lambda t: (t - 1) ** 2 * (t + 3)}  # fmt: skip
    for name in names:
        parse_constant(name)
        t = eval(name, {"__builtins__": {}}, NAMES)
        assert abs(functions[text](t)) < 1e-5
