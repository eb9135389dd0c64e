"""Taylor coefficients against mpmath, over points and over whole intervals."""

from fractions import Fraction

import mpmath
import pytest

from exactland.checker.expression import evaluate, parse
from exactland.checker.intervals import Intervals
from exactland.checker.jets import Jets, variable
from exactland.checker.outcome import Reject

CASES = {
    "exp(t)*sin(2*t)": lambda t: mpmath.exp(t) * mpmath.sin(2 * t),
    "cos(t)/(1+t**2)": lambda t: mpmath.cos(t) / (1 + t**2),
    "tanh(t**2-1)": lambda t: mpmath.tanh(t**2 - 1),
    "sigmoid(3*t)": lambda t: 1 / (1 + mpmath.exp(-3 * t)),
    "atan(t)*t": lambda t: mpmath.atan(t) * t,
    "erf(t)": mpmath.erf,
    "sqrt(2+t)": lambda t: mpmath.sqrt(2 + t),
    "log(2+t)": lambda t: mpmath.log(2 + t),
    "sinh(t)+cosh(2*t)": lambda t: mpmath.sinh(t) + mpmath.cosh(2 * t),
    "abs(t-2)**3": lambda t: (2 - t) ** 3,
    "max(t,5*t)": lambda t: 5 * t,
    "min(t,5*t)": lambda t: t,
    "(1+t)**-3": lambda t: (1 + t) ** -3,
    "pi*t**5-t/3": lambda t: mpmath.pi * t**5 - t / 3,
}
ORDER = 6


@pytest.mark.parametrize("text", CASES)
def test_points_and_intervals(text: str) -> None:
    bits = 160
    over = Intervals(bits)
    jets = Jets(over, ORDER)
    for radius in (0, 1 << (bits - 6)):
        centre = 5 << (bits - 3)
        whole = (centre - radius, centre + radius)
        jet = evaluate(parse(text), variable(whole, ORDER, over), jets)
        for point in (whole[0], centre, whole[1]):
            with mpmath.workprec(400):
                t = mpmath.mpf(point) / 2**bits
                for (lo, hi), c in zip(jet, mpmath.taylor(CASES[text], t, ORDER), strict=True):
                    # mpmath differentiates numerically: allow for its error, not for more.
                    slack = mpmath.mpf(2) ** (bits - 50)
                    assert lo - slack <= c * 2**bits <= hi + slack
                    if not radius:
                        assert hi - lo < 1 << 40


def test_softplus_is_the_integral_of_sigmoid() -> None:
    over = Intervals(120)
    node = parse("softplus(t)", parameters={})
    other = parse("log(1+exp(t))")
    t = over.number(Fraction(2, 7))
    for a, b in zip(
        evaluate(node, variable(t, 5, over), Jets(over, 5)),
        evaluate(other, variable(t, 5, over), Jets(over, 5)),
        strict=True,
    ):
        assert a[0] <= b[1]
        assert b[0] <= a[1]


@pytest.mark.parametrize(
    "text", ["abs(t)", "max(t,0)", "min(t,t)", "sqrt(t)", "1/t", "log(t)", "sqrt(t**2)"]
)
def test_no_derivative_at_a_kink(text: str) -> None:
    over = Intervals(60)
    with pytest.raises(Reject):
        evaluate(parse(text), variable((-1, 1), 2, over), Jets(over, 2))


def test_order_zero_is_the_value() -> None:
    over = Intervals(60)
    assert evaluate(parse("abs(t)"), variable((-2, 1), 0, over), Jets(over, 0)) == [(0, 2)]
