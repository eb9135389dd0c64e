"""Enclosures contain the true values: mpmath at high precision is the judge."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactland.checker import elementary, intervals
from exactland.checker.expression import evaluate, parse
from exactland.checker.intervals import Intervals
from exactland.checker.outcome import Decline, Reject

UNARY = {
    "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "sin": mpmath.sin, "cos": mpmath.cos,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh, "atan": mpmath.atan,
    "erf": mpmath.erf, "abs": abs, "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
}  # fmt: skip
BITS = st.integers(min_value=8, max_value=300)
PARTS = st.integers(min_value=0, max_value=64)


@st.composite
def arguments(draw: st.DrawFn) -> tuple[int, int, int]:
    """(bits, a, width) with |a| up to about 200 and widths from 0 to far above 1."""
    bits = draw(BITS)
    a = draw(st.integers(min_value=-(200 << bits), max_value=200 << bits))
    if draw(st.booleans()):
        a >>= draw(st.integers(min_value=0, max_value=bits + 8))
    width = draw(st.integers(min_value=0, max_value=8 << bits))
    return bits, a, width >> draw(st.integers(min_value=0, max_value=bits + 3))


@pytest.mark.parametrize("name", sorted(UNARY))
@given(arguments(), PARTS)
@settings(max_examples=120, deadline=None)
def test_containment(name: str, argument: tuple[int, int, int], part: int) -> None:
    bits, a, width = argument
    if name in ("log", "sqrt"):
        a = abs(a) + 1
    point = a + width * part // 64
    lo, hi = Intervals(bits).call(name, [(a, a + width)])
    with mpmath.workprec(1200):
        value = UNARY[name](mpmath.mpf(point) / 2**bits) * 2**bits
        assert lo <= value <= hi


@pytest.mark.parametrize("name", sorted(UNARY))
@pytest.mark.parametrize("bits", [30, 150, 1000])
def test_points_are_enclosed_tightly(name: str, bits: int) -> None:
    for value in (Fraction(1, 3), Fraction(5, 2), Fraction(7)):
        a = (value.numerator << bits) // value.denominator
        lo, hi = Intervals(bits).call(name, [(a, a)])
        assert hi - lo <= 4 * (1 + (max(-lo, hi) >> bits))


@given(st.integers(min_value=8, max_value=700), st.floats(min_value=0, max_value=30))
@settings(max_examples=150, deadline=None)
def test_erf_near_and_far(bits: int, x: float) -> None:
    """The series of positive terms, the asymptotic one, and 1 meet without a gap."""
    a = int(x * 2**40) << bits >> 40
    lo, hi = elementary.erf(a, bits)
    assert hi - lo <= 3
    with mpmath.workprec(1000):
        assert lo <= mpmath.erf(mpmath.mpf(a) / 2**bits) * 2**bits <= hi


@given(arguments(), arguments(), PARTS, PARTS, st.integers(min_value=-5, max_value=8))
@settings(max_examples=200, deadline=None)
def test_operations(
    first: tuple[int, int, int], second: tuple[int, int, int], i: int, j: int, n: int
) -> None:
    bits, a, v = first
    _, b, w = second
    x, y = (a, a + v), (b, b + w)
    p, q = Fraction(a + v * i // 64, 1 << bits), Fraction(b + w * j // 64, 1 << bits)

    def contains(interval: tuple[int, int], value: Fraction) -> bool:
        return interval[0] <= value * (1 << bits) <= interval[1]

    over = Intervals(bits)
    assert contains(over.multiply(x, y), p * q)
    assert contains(over.add(x, over.negative(y)), p - q)
    if y[0] > 0 or y[1] < 0:
        assert contains(over.divide(x, y), p / q)
    if n >= 0:
        assert contains(over.power(x, n), p**n)
    elif x[0] > 0 or x[1] < 0:
        try:
            assert contains(over.power(x, n), p**n)
        except Reject:  # x^n may round to 0
            assert abs(p) < 1
    assert contains(over.call("min", [x, y]), min(p, q))
    assert contains(over.call("max", [x, y]), max(p, q))


@given(arguments(), PARTS)
@settings(max_examples=100, deadline=None)
def test_dyadic_softplus(argument: tuple[int, int, int], part: int) -> None:
    bits, a, width = argument
    point = Fraction(a + width * part // 64, 1 << bits)
    lo, hi = Intervals(bits).call("dyadic_softplus", [(a, a + width)])
    assert lo <= intervals.dyadic_softplus(point) * (1 << bits) <= hi


def test_dyadic_softplus_at_points() -> None:
    assert intervals.dyadic_softplus(Fraction(-1)) == Fraction(1, 2)
    assert intervals.dyadic_softplus(Fraction(-1, 2)) == (1 + Fraction(1, 3) + Fraction(1, 12)) / 2
    assert intervals.dyadic_softplus(Fraction(3)) == 3


@pytest.mark.parametrize("bits", [8, 64, 333, 5000])
def test_constants(bits: int) -> None:
    with mpmath.workprec(bits + 100):
        for (lo, hi), value in (
            (elementary.pi_constant(bits), +mpmath.pi),
            (elementary.log2_constant(bits), mpmath.log(2)),
        ):
            assert lo <= value * mpmath.mpf(2) ** bits <= hi
            assert hi - lo <= 2


def test_extreme_arguments() -> None:
    bits = 64
    huge = 10**30 << bits
    assert elementary.sigmoid(huge, bits)[1] - elementary.sigmoid(huge, bits)[0] <= 1
    assert elementary.sigmoid(-huge, bits) == (0, 1)
    assert elementary.exp(-huge, bits) == (0, 1)
    lo, hi = elementary.tanh(-huge, bits)
    assert lo <= -(1 << bits) <= hi
    assert elementary.erf(huge, bits)[1] == 1 << bits
    lo, hi = elementary.atan(huge, bits)
    assert lo <= elementary.pi_constant(bits)[1] >> 1 <= hi + 1
    assert elementary.softplus(huge, bits)[0] >= huge
    for function in ("exp", "cosh", "sinh"):
        with pytest.raises(Decline):
            Intervals(bits).call(function, [(huge, huge)])
    with pytest.raises(Decline):
        elementary.cos_sin(1 << 5000, bits)


@pytest.mark.parametrize("text", ["1/t", "log(t)", "sqrt(t)", "t**-2", "1/(t*t)", "log(abs(t))"])
def test_undefined_somewhere_on_the_interval(text: str) -> None:
    with pytest.raises(Reject):
        evaluate(parse(text), (-1, 5 << 40), Intervals(40))


def test_critical_points() -> None:
    bits, one = 60, 1 << 60
    assert intervals.sine((one, 2 * one), bits)[1] == one
    assert intervals.sine((4 * one, 5 * one), bits)[0] == -one
    assert intervals.cosine((-one, one), bits)[1] == one
    assert intervals.cosine((3 * one, 4 * one), bits)[0] == -one
    assert intervals.cosine((0, 100 * one), bits) == (-one, one)
    assert intervals.power((-one, 2 * one), 2, bits) == (0, 4 * one)
    assert intervals.absolute((-3, 2)) == (0, 3)
    assert intervals.hyperbolic((-one, one), bits)[0][0] == one
