"""Enclosures inside activations: containment, at the precision asked for, or Coarse."""

from fractions import Fraction

import mpmath
import pytest

from exactland.checker.enclosing import enclosed, narrowed
from exactland.checker.expression import parse
from exactland.checker.intervals import Intervals
from exactland.checker.limits import WORKING_BITS
from exactland.checker.outcome import Coarse, Reject

TINY = Fraction(1, 10**30)


@pytest.mark.parametrize(
    ("text", "t", "value"),
    [
        ("log(t)", TINY, lambda: mpmath.log(mpmath.mpf(10) ** -30)),
        ("log(exp(-t))+t**2", Fraction(500), lambda: 500**2 - 500),
        ("log(sigmoid(-t))", Fraction(500), lambda: -mpmath.log(1 + mpmath.exp(500))),
        ("1/exp(-t)", Fraction(100), lambda: mpmath.exp(100)),
        ("1/exp(-t)", Fraction(500), lambda: mpmath.exp(500)),
        ("sqrt(exp(-t))", Fraction(400), lambda: mpmath.exp(-200)),
        ("log(1-tanh(t))", Fraction(300), lambda: mpmath.log(2 / (1 + mpmath.exp(600)))),
        ("(1-erf(t))*exp(t**2)", Fraction(20), lambda: mpmath.erfc(20) * mpmath.exp(400)),
    ],
)
@pytest.mark.parametrize("bits", [8, 64, 400])
def test_what_is_asked_for_is_given(text: str, t: Fraction, value, bits: int) -> None:  # type: ignore[no-untyped-def]
    low, high = enclosed(parse(text), t, t, bits)
    assert (high - low) >> min(16, bits // 2) == 0
    with mpmath.workprec(4000):
        assert low <= mpmath.ldexp(value(), bits) <= high


def test_an_interval_is_as_narrow_as_its_argument_allows() -> None:
    low, high = enclosed(parse("log(exp(-t))"), Fraction(500), Fraction(501), 64)
    assert low <= -501 << 64
    assert high >= -500 << 64
    assert high - low < (1 << 64) + (1 << 20)


def test_undefined_is_not_coarse() -> None:
    with pytest.raises(Coarse):
        enclosed(parse("log(t)"), Fraction(0), Fraction(1), 64)
    for text in ("log(t)", "sqrt(t)", "1/(t+1)"):
        with pytest.raises(Reject) as rejection:
            enclosed(parse(text), Fraction(-1), Fraction(-1), 64)
        assert rejection.type is Reject


def test_the_precision_has_a_ceiling() -> None:
    asked: list[int] = []

    def never(over: Intervals) -> list[tuple[int, int]]:
        asked.append(over.bits)
        raise Coarse("", "not yet")

    with pytest.raises(Coarse):
        narrowed(never, 64)
    assert asked == sorted(asked)
    assert WORKING_BITS // 4 < asked[-1] <= WORKING_BITS


def test_a_width_that_stays_is_not_tried_for_long() -> None:
    asked: list[int] = []

    def wide(over: Intervals) -> list[tuple[int, int]]:
        asked.append(over.bits)
        return [(0, 1 << over.bits)]

    assert narrowed(wide, 64) == [(0, 1 << 64)]
    assert len(asked) == 2
