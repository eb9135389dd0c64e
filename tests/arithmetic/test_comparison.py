"""Comparisons answer True, False or None, and None exactly when the enclosures overlap."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactland.arithmetic.comparison import (
    excludes_zero,
    is_finite,
    is_zero,
    less,
    less_or_equal,
    lower,
    magnitude_lower,
    magnitude_upper,
    sign,
    upper,
)
from exactland.arithmetic.enclosures import ENCLOSURES, Enclosure
from exactland.errors import UsageError

small = st.integers(-8, 8)


def ball(low: int, high: int) -> arb:
    """[low, high]/4 exactly enough: the radius of a ball is rounded up, so it may be larger."""
    return arb(fmpq(low + high, 8), fmpq(high - low, 8))


def enclosure(low: int, high: int) -> Enclosure:
    return Enclosure(np.asarray(low / 4), np.asarray(high / 4))


@given(small, st.integers(0, 5), small, st.integers(0, 5), st.booleans(), st.booleans())
def test_less_is_what_holds_for_all_members(
    a: int, p: int, b: int, q: int, first_ball: bool, second_ball: bool
) -> None:
    x = (ball if first_ball else enclosure)(a, a + p)
    y = (ball if second_ball else enclosure)(b, b + q)
    x_low, x_high, y_low, y_high = lower(x), upper(x), lower(y), upper(y)
    assert None not in (x_low, x_high, y_low, y_high)
    assert x_low <= fmpq(a, 4) <= fmpq(a + p, 4) <= x_high
    answer = less(x, y)
    assert answer is (True if x_high < y_low else False if x_low >= y_high else None)
    flipped = less_or_equal(y, x)
    assert flipped is (None if answer is None else not answer)


@given(small, st.integers(0, 5))
def test_sign_and_zero(a: int, p: int) -> None:
    for x in (ball(a, a + p), enclosure(a, a + p)):
        low, high = lower(x), upper(x)
        expected = 1 if low > 0 else -1 if high < 0 else 0 if low == high == 0 else None
        assert sign(x) == expected
        assert is_zero(x) is (None if expected is None else expected == 0)
        assert excludes_zero(x) is (None if expected is None else expected != 0)
        largest, least = magnitude_upper(x), magnitude_lower(x)
        assert largest == max(abs(low), abs(high))
        assert least == (0 if expected in (0, None) else min(abs(low), abs(high)))


def test_rationals_against_balls_are_decided_beyond_the_precision_that_is_set() -> None:
    near = fmpq(1) + fmpq(1, 1 << 500)
    assert less(arb(1), near) is True
    assert less(near, arb(1)) is False
    assert less(fmpq(1, 3), fmpq(1, 2)) is True
    assert less(2, fmpq(2)) is False


def test_flint_would_say_false_where_nothing_is_known() -> None:
    wide = arb(0, 1)
    assert not wide < 0
    assert not wide >= 0
    assert bool(wide)
    assert less(wide, fmpq(0)) is None
    assert less_or_equal(fmpq(0), wide) is None
    assert sign(wide) is None
    assert excludes_zero(wide) is None


@pytest.mark.parametrize("x", [arb("nan"), arb("inf"), arb("-inf"), arb(0, arb("inf"))])
def test_unknown_values(x: arb) -> None:
    assert sign(x) is None
    assert less(x, arb(1)) is None
    assert less(fmpq(1), x) is None
    assert lower(x) is None
    assert upper(x) is None
    assert magnitude_upper(x) is None
    assert magnitude_lower(x) == 0
    assert not is_finite(x)


def test_infinite_ends_of_enclosures() -> None:
    x = ENCLOSURES.call("exp", ENCLOSURES.number(fmpq(1000)))
    assert lower(x) is not None
    assert upper(x) is None
    assert sign(x) == 1
    assert less(fmpq(10**300), x) is True
    assert less(x, fmpq(10**310)) is None
    assert not is_finite(x)


def test_exponents_that_no_rational_can_hold() -> None:
    huge = (arb(10) ** 9).exp()
    assert sign(huge) == 1
    assert sign(-huge) == -1
    assert less(fmpq(1), huge) is True
    assert less(-huge, fmpq(1)) is True
    assert upper(huge) is None
    tiny = (-(arb(10) ** 9)).exp()
    assert sign(tiny) == 1
    low, high = lower(tiny), upper(tiny)
    assert low <= 0 < high < fmpq(1, 1 << 1000)
    assert less(tiny, fmpq(1)) is True


def test_other_types_are_refused() -> None:
    for value in (0.5, "1", None, ENCLOSURES.matrix([[fmpq(1)]])):
        with pytest.raises(UsageError):
            sign(value)
