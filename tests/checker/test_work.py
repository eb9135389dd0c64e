"""The budget of work: once it is spent only Decline is left, and nothing is remembered between."""

from __future__ import annotations

import time
from contextlib import suppress
from fractions import Fraction
from math import gcd

import pytest

from exactland.checker import elementary, work
from exactland.checker.limits import WORK
from exactland.checker.outcome import Decline, Reject


def test_a_decline_that_is_swallowed_comes_back() -> None:
    with pytest.raises(Decline), work.metered(0), suppress(Decline):
        work.spend(WORK + 1)


def test_a_spent_budget_is_no_rejection() -> None:
    def check() -> None:
        with work.metered(0):
            with suppress(Decline):
                work.spend(WORK + 1)
            raise Reject("", "another reason")

    with pytest.raises(Decline):
        check()


def test_a_larger_document_may_take_more() -> None:
    with work.metered(1000):
        work.spend(WORK + 1)


def test_the_work_does_not_depend_on_earlier_documents() -> None:
    left = []
    for _ in range(2):
        with work.metered(0):
            elementary.log(12345, 300)
            elementary.log(12345, 300)
            meter = work._METER.get()
            assert meter is not None
            left.append(meter.left)
    assert left[0] == left[1] < WORK


def _nanoseconds(x: int, y: int, times: int) -> dict[str, float]:
    found = {}
    for name, operation in {
        "product": int.__mul__,
        "divisor": gcd,
        "quotient": int.__floordiv__,
    }.items():
        start = time.process_time()
        for _ in range(times):
            operation(x * y if name == "quotient" else x, y)
        found[name] = (time.process_time() - start) / times * 1e9
    return found


@pytest.mark.parametrize(("bits", "times"), [(10_000, 40), (100_000, 4)])
def test_units_are_about_nanoseconds(bits: int, times: int) -> None:
    """Within a factor that a slow or busy machine does not reach."""
    x, y = (1 << bits) // 3, (1 << bits) // 7 | 1
    taken = _nanoseconds(x, y, times)
    assert taken["product"] < 20 * work.product(bits, bits)
    assert taken["divisor"] < 20 * work.common_factor(bits, bits)
    assert taken["quotient"] < 20 * (work.quotient(2 * bits, bits) + work.product(bits, bits))


def test_an_operation_on_long_fractions_costs_more() -> None:
    short, long = Fraction(1, 3), Fraction(1, 3**5000)
    assert work.operation(short, short) < work.operation(short, long) < work.operation(long, long)
