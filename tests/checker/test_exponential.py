"""Exponential polynomials: no derivative at 0 vanishes."""

import pytest

from exactland.checker.exponential import check_all_derivatives
from exactland.checker.expression import parse
from exactland.checker.outcome import Reject


@pytest.mark.parametrize(
    ("text", "start"),
    [("-(t-1)**2*exp(t)", 5), ("-(exp(t)-3)**2", 12), ("sin(t)+cos(t)-sqrt(2)", 1), ("exp(t)", 1),
     ("exp(-2*t)*(1+t**2)", 12), ("exp(t)+exp(-t)/2", 1), ("sinh(t)+2*cosh(t)", 1),
     ("exp(t+log(2))", 1),
     ("sin(t)+cos(t)+cos(3*t)+sin(3*t)+t**2*exp(1)", 3), ("exp(t)+pi", 1),
     ("(sin(t)+cos(t))*(3+t)", 4), ("sin(t+pi/2)+cos(t-pi/2)", 1)],
)  # fmt: skip
def test_all_derivatives(text: str, start: int) -> None:
    check_all_derivatives(parse(text), start, 100)


@pytest.mark.parametrize(
    ("text", "start"),
    [("-(exp(t)-2)**2", 20), ("cos(t)", 5), ("t**3", 5), ("sin(t)", 5), ("exp(t)-1-t", 5), ("0*t",
     1),
     ("-(t-1)**2*exp(t)", 4), ("exp(t)+exp(-t)", 9), ("tanh(t)", 5), ("exp(t**2)", 5),
     ("1/(1+exp(t))", 5),
     ("exp(t)*sin(t)", 5), ("exp(t)*sqrt(2)", 5), ("exp(t+1)", 5), ("t**5+exp(t)", 5), ("abs(t)",
     2),
     ("exp(t)-exp(1)+exp(1)-1", 5), ("exp(pi*t)", 3), ("(t-3)*exp(t)", 2), ("exp(t)/t", 5),
     ("exp(2*t)-4*exp(t)", 3), ("sin(t)+sin(3*t)", 3), ("-(t-1)**2*exp(t)", 0)],
)  # fmt: skip
def test_what_is_not_proved(text: str, start: int) -> None:
    with pytest.raises(Reject):
        check_all_derivatives(parse(text), start, 100)


@pytest.mark.parametrize("root", [1, 2, 5, 9])
def test_a_zero_anywhere_below_is_found(root: int) -> None:
    """exp(t) (t - n) has derivative n at 0 equal to n - n = 0."""
    with pytest.raises(Reject):
        check_all_derivatives(parse(f"(t-{root})*exp(t)"), root + 5, 64)
    with pytest.raises(Reject):
        check_all_derivatives(parse(f"(t-{root})*exp(t)"), root, 64)
