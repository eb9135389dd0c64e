"""Enclosures and balls contain the exact values, also for adversarial doubles.

Sums, products and quotients are compared with rationals; functions with Arb at a high precision,
which mpmath confirms in test_arithmetics.py.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactland.arithmetic import float_functions
from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import lower, upper
from exactland.arithmetic.enclosures import ENCLOSURES, Enclosure
from exactland.arithmetic.exact import exact_float
from exactland.arithmetic.rounding import check_floating_point, matrix_product
from exactland.arithmetic.taylor_tables import TaylorTable, taylor_table
from exactland.errors import InputError, LimitError, UsageError

FINE = Balls(400)
FUNCTIONS = (
    "exp", "log", "sqrt", "sin", "cos", "sinh", "cosh", "tanh", "atan", "erf", "sigmoid", "abs",
)  # fmt: skip

#: Where something changes: signs, underflow, overflow, ends of tables, multiples of pi and log 2.
SPECIAL = [
    0.0, -0.0, 5e-324, 2.0**-1060, 2.0**-1022, 1e-300, 1e-20, 2.0**-53, 1e-8, 0.01, 0.0625, 0.1,
    0.3465735902799726, 0.34657359027997264, 0.35, 0.5, 0.5625, 0.6931471805599453, 0.7071,
    0.70710678, 0.785398163397448, 0.7853981633974483, 0.9, 1 - 2.0**-53, 1.0, 1 + 2.0**-52,
    1.4142, 1.570796326794896, 2.0, 3.0, 3.141592653589793, 5.9, 6.0, 6.0001, 6.2831853071796,
    10.0, 19.0, 20.0, 36.0, 37.5, 100.0, 355.0, 700.0, 708.3964185322641, 709.782712893384,
    709.7827128933841, 710.0, 710.4758600739439, 745.1332191019411, 745.1332191019412, 746.0, 1e3,
    1e5, 2.0**20 - 0.5, 2.0**20, 2.0**20 + 1, 1e10, 2.0**53, 1e22, 1e100, 1e300, 2.0**1023,
    1.7976931348623157e308,
]  # fmt: skip
doubles = st.one_of(
    st.sampled_from(SPECIAL + [-x for x in SPECIAL]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-40, 40),
    st.integers(-60, 60).flatmap(lambda k: st.just(float(np.nextafter(k * math.pi / 4, 1e9)))),
)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[float, float]:
    """Points, neighbours, intervals around zero, wide ones."""
    a = draw(doubles)
    shape = draw(st.integers(0, 3))
    if shape == 0:
        return a, a
    if shape == 1:
        return a, min(math.nextafter(a, math.inf), 1.7976931348623157e308)
    if shape == 2:
        return -abs(a), abs(a) / 3
    b = draw(doubles)
    return min(a, b), max(a, b)


def enclosure(ends: tuple[float, float]) -> Enclosure:
    return Enclosure(np.asarray(ends[0]), np.asarray(ends[1]))


def members(ends: tuple[float, float]) -> list[fmpq]:
    """Rationals in the interval, not only doubles."""
    a, b = exact_float(ends[0]), exact_float(ends[1])
    return [a, b, (a + b) / 2, (2 * a + b) / 3, *([fmpq(0)] if a <= 0 <= b else [])]


def has(number: Any, value: fmpq) -> bool:
    low, high = lower(number), upper(number)
    return (low is None or low <= value) and (high is None or value <= high)


def has_ball(number: Any, value: arb) -> bool:
    """Does the enclosure meet a very narrow ball around the exact value?"""
    low, high = lower(number), upper(number)
    ends = lower(value), upper(value)
    if ends[1] is None or ends[0] is None:  # beyond all doubles: only an unbounded side can hold it
        return high is None or low is None
    return (low is None or low <= ends[1]) and (high is None or ends[0] <= high)


@settings(max_examples=400, deadline=None)
@given(intervals(), intervals())
def test_operations_of_enclosures(first: tuple[float, float], second: tuple[float, float]) -> None:
    x, y = enclosure(first), enclosure(second)
    try:
        quotient = x / y
    except (InputError, LimitError):
        assert second[0] <= 0 <= second[1]
        quotient = None
    results = x + y, x - y, x * y, -x, ENCLOSURES.call("abs", x), ENCLOSURES.call("sign", x)
    smaller, larger = ENCLOSURES.call("min", x, y), ENCLOSURES.call("max", x, y)
    for a in members(first):
        for b in members(second):
            exact = a + b, a - b, a * b, -a, abs(a), fmpq((a > 0) - (a < 0))
            assert all(has(r, e) for r, e in zip(results, exact, strict=True))
            assert has(smaller, min(a, b))
            assert has(larger, max(a, b))
            assert quotient is None or has(quotient, a / b)


@settings(max_examples=300, deadline=None)
@given(intervals(), st.integers(0, 9))
def test_powers_of_enclosures(ends: tuple[float, float], exponent: int) -> None:
    power = enclosure(ends) ** exponent
    for a in members(ends):
        assert has(power, a**exponent)
    if exponent % 2 == 0:
        assert power.lo >= 0
    if ends[0] > 0 or ends[1] < 0:
        assert has(enclosure(ends) ** -3, 1 / members(ends)[2] ** 3)


@settings(max_examples=300, deadline=None)
@given(intervals(), intervals(), st.integers(2, 120))
def test_operations_of_balls(
    first: tuple[float, float], second: tuple[float, float], bits: int
) -> None:
    balls = Balls(bits)

    def ball(ends: tuple[float, float]) -> arb:
        a, b, *_ = members(ends)
        with balls.working():
            return arb((a + b) / 2, arb((b - a) / 2).upper())

    x, y = ball(first), ball(second)
    with balls.working():
        results = [x + y, x - y, x * y, balls.call("abs", x), balls.power(x, 2), balls.power(x, 3)]
        smaller, larger = balls.call("min", x, y), balls.call("max", x, y)
        quotient = x / y
    for a in members(first):
        for b in members(second):
            exact = a + b, a - b, a * b, abs(a), a * a, a * a * a
            assert all(has(r, e) for r, e in zip(results, exact, strict=True))
            assert has(smaller, min(a, b))
            assert has(larger, max(a, b))
            assert has(balls.call("sign", x), fmpq((a > 0) - (a < 0)))
            assert b == 0 or has(quotient, a / b)


def reference(function: str, a: fmpq) -> arb:
    if function == "exp" and a > 10**6:
        a = fmpq(10**6)  # already beyond all doubles; exp(1e300) would not fit into memory
    if function in ("exp", "sinh", "cosh", "sigmoid", "tanh", "erf") and abs(a) > 10**6:
        a = fmpq(10**6) if a > 0 else fmpq(-(10**6))
    fine = Balls(3000) if function in ("sin", "cos") else FINE
    return fine.call(function, fine.number(a))


@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("function", FUNCTIONS)
@given(ends=intervals())
def test_functions_of_enclosures(function: str, ends: tuple[float, float]) -> None:
    if function in ("log", "sqrt"):
        ends = min(abs(ends[0]), abs(ends[1])), max(abs(ends[0]), abs(ends[1]))
        if function == "log" and ends[0] == 0:
            return
    value = ENCLOSURES.call(function, enclosure(ends))
    for a in members(ends):
        assert has_ball(value, reference(function, a))


@settings(max_examples=100, deadline=None)
@pytest.mark.parametrize("function", FUNCTIONS)
@given(a=st.floats(-50, 50), radius=st.floats(0, 100), bits=st.integers(2, 100))
def test_functions_of_balls(function: str, a: float, radius: float, bits: int) -> None:
    if function in ("log", "sqrt"):
        a = abs(a) + radius + 1e-3
    value = Balls(bits).call(function, arb(a, radius))
    if not value.is_finite():
        assert bits < 10  # Arb gives up at a few bits
        return
    for q in members((a - radius, a + radius)):
        if abs(q - exact_float(a)) <= exact_float(radius):
            assert value.overlaps(reference(function, q))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_on_many_points(function: str) -> None:
    """Arrays, through every cell of every table; and the result is narrow, not just true."""
    source = np.random.default_rng(5)
    special = np.array(SPECIAL + [-x for x in SPECIAL])
    x = np.concatenate([special, source.uniform(-8, 8, 3000), source.normal(0, 300, 300)])
    if function in ("log", "sqrt"):
        x = np.abs(x)[np.abs(x) > 0]
    value = ENCLOSURES.call(function, Enclosure(x, x))
    assert value.shape == x.shape
    # Sine and cosine are known to an absolute error, the rest to a relative one.
    scale = np.ones_like(x) if function in ("sin", "cos") else np.abs(value.lo)
    usual = (np.abs(x) < 600) & (np.abs(x) > 1e-290)
    assert np.all((value.hi - value.lo)[usual] <= 40 * 2.0**-53 * scale[usual])
    for lo, hi, point in zip(value.lo, value.hi, x, strict=True):
        assert has_ball(
            enclosure((float(lo), float(hi))), reference(function, exact_float(float(point)))
        )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_unbounded_intervals(function: str) -> None:
    """An infinite end is a bound that is not known: values far out must be inside, and no NaN."""
    everything = Enclosure(np.asarray(-np.inf), np.asarray(np.inf))
    half = Enclosure(np.asarray(1.0), np.asarray(np.inf))
    for x in (everything, half) if function not in ("log", "sqrt") else (half,):
        value = ENCLOSURES.call(function, x)
        for a in (fmpq(1), fmpq(2), fmpq(700), fmpq(10) ** 50):
            assert has_ball(value, reference(function, a))
    if function in ("log", "sqrt"):
        with pytest.raises(LimitError):
            ENCLOSURES.call(function, everything)


def test_operations_with_unbounded_intervals() -> None:
    zero, one = enclosure((0.0, 0.0)), enclosure((1.0, 1.0))
    everything = Enclosure(np.asarray(-np.inf), np.asarray(np.inf))
    half = Enclosure(np.asarray(2.0), np.asarray(np.inf))
    assert (zero * everything).lo == (zero * everything).hi == 0
    assert has(half - half, fmpq(-(10**400)))
    assert has(half - half, fmpq(10**400))
    for value in (half * half, half / half, one / half, half**3, everything * half):
        assert has(value, fmpq(1, 2)) or value.lo >= 3
    assert has(half / half, fmpq(1, 10**400))
    assert has(half / half, fmpq(10**400))
    assert not (one / half).hi > 0.51


def test_exact_zeros_stay_exact() -> None:
    zero, third = ENCLOSURES.number(fmpq(0)), ENCLOSURES.number(fmpq(1, 3))
    for value in (zero * third, zero + zero, zero - zero, zero / third, zero**3):
        assert value.lo == value.hi == 0
    for function in ("sin", "tanh", "atan", "erf", "sinh", "sqrt", "abs"):
        value = ENCLOSURES.call(function, zero)
        assert value.lo == value.hi == 0


@pytest.mark.parametrize(
    "ends", [(math.nan, math.nan), (0.0, math.nan), (1.0, 0.0), (math.inf, math.inf)]
)
def test_what_is_no_interval_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(UsageError):
        enclosure(ends)


@settings(max_examples=200, deadline=None)
@given(st.fractions(), st.integers(-1100, 1100))
def test_rationals_become_tight_enclosures(value: Any, exponent: int) -> None:
    power = fmpq(2) ** exponent
    q = fmpq(value.numerator, value.denominator) * power
    x = ENCLOSURES.number(q)
    assert has(x, q)
    assert ENCLOSURES.matrix([[q]]).lo[0, 0] == x.lo
    if np.isfinite(x.lo) and np.isfinite(x.hi):
        assert np.nextafter(np.nextafter(x.lo, np.inf), np.inf) >= x.hi


def random_doubles(source: np.random.Generator, shape: tuple[int, int], spread: int) -> Any:
    return source.normal(size=shape) * 2.0 ** source.integers(-spread, spread + 1, shape)


@pytest.mark.parametrize("spread", [0, 30, 500, 1000])
@pytest.mark.parametrize("inner", [1, 2, 17])
def test_matrix_products(spread: int, inner: int) -> None:
    """Exact products of members, with large cancellation, overflow and underflow."""
    source = np.random.default_rng(spread + inner)
    a, b = random_doubles(source, (4, inner), spread), random_doubles(source, (inner, 3), spread)
    if inner > 2:
        a[0, 1], b[1] = -a[0, 0], b[0]  # cancels exactly
    for width in (0.0, 1e-16, 0.5):
        x = Enclosure(a - width * np.abs(a), a + width * np.abs(a))
        y = Enclosure(b - width * np.abs(b), b + width * np.abs(b))
        product = ENCLOSURES.multiply(x, y)
        for A, B in ((a, b), (x.lo, y.hi), (x.hi, y.hi), (x.lo, y.lo)):
            for i in range(4):
                for j in range(3):
                    pairs = zip(A[i].tolist(), B[:, j].tolist(), strict=True)
                    exact = sum((exact_float(p) * exact_float(q) for p, q in pairs), fmpq(0))
                    ends = float(product.lo[i, j]), float(product.hi[i, j])
                    assert has(Enclosure(*map(np.asarray, ends)), exact)


def test_matrix_products_are_narrow() -> None:
    source = np.random.default_rng(1)
    a, b = source.normal(size=(50, 60)), source.normal(size=(60, 40))
    product = ENCLOSURES.multiply(Enclosure(a, a), Enclosure(b, b))
    assert np.all(product.hi - product.lo <= 1e-11)


def test_matrix_products_with_unbounded_entries() -> None:
    a = np.array([[1.0, np.inf], [1.0, 2.0]])
    lo, hi = matrix_product(np.minimum(a, 3.0), a, np.eye(2), np.eye(2))
    assert np.all(lo[0] == -np.inf)
    assert np.all(hi[0] == np.inf)
    assert np.all(lo[1] <= [1, 2])
    assert np.all(hi[1] >= [1, 2])
    assert np.all(hi[1] - lo[1] < 1e-14)
    big = np.full((1, 2), 1e200)
    lo, hi = matrix_product(big, big, np.array([[1e200], [-1e200]]), np.array([[1e200], [-1e200]]))
    assert lo[0, 0] == -np.inf
    assert hi[0, 0] == np.inf


def test_products_that_all_underflow_add_up() -> None:
    """Each product is 0.49 times the smallest double and rounds to 0; a hundred of them do not."""
    a, b = np.full((1, 100), 2.0**-600), np.full((100, 1), 1.96 * 2.0**-476)
    assert (a @ b)[0, 0] == 0
    _, hi = matrix_product(a, a, b, b)
    assert exact_float(float(hi[0, 0])) >= 100 * exact_float(2.0**-600) * exact_float(
        float(b[0, 0])
    )


def test_columns_with_unbounded_entries() -> None:
    b = np.array([[1.0, np.inf], [1.0, 2.0]])
    lo, hi = matrix_product(np.eye(2), np.eye(2), np.minimum(b, 3.0), b)
    assert np.all(lo[:, 1] == -np.inf)
    assert np.all(hi[:, 1] == np.inf)
    assert np.all(hi[:, 0] - lo[:, 0] < 1e-14)


@pytest.mark.parametrize("degree", [1, 2, 5])
def test_short_tables_bound_their_remainder(degree: int) -> None:
    for name, table in (
        ("exp", taylor_table(lambda s: s.exp(), 1.0, 0, 0, 0.35, degree)),
        ("atan", taylor_table(lambda s: s.atan(), 0.125, 0, 8, 0.0625, degree, root=0)),
    ):
        for c in range(table.error.shape[0]):
            x = c * table.spacing + np.array([-1.0, -0.5, 0.3, 0.99]) * table.radius
            for point, value, error in zip(x, *table(x), strict=True):
                exact = reference(name, exact_float(float(point)))
                q, e = exact_float(float(value)), exact_float(float(error))
                assert q - e <= lower(exact)
                assert upper(exact) <= q + e
                assert e < fmpq(1, 5) ** degree


def test_floating_point_is_what_is_assumed() -> None:
    check_floating_point()


@pytest.mark.parametrize("name", ["exp", "log", "sin", "cos", "tanh", "sinh", "atan", "erf"])
def test_tables_bound_their_error(name: str) -> None:
    """Densely in every cell, its ends included, against Arb; the bound is a few units."""
    table: TaylorTable = getattr(float_functions, f"_{name}_table")()
    cells = table.error.shape[0]
    assert np.all(table.error < 4 * 2.0**-53)
    offsets = np.concatenate(
        [[0.0, -table.radius, table.radius, 5e-324, 1e-300], np.linspace(-1, 1, 23) * table.radius]
    )
    for j in range(cells):
        x = (table.first + j) * table.spacing + offsets
        if cells > 1:
            x = x[np.rint(x / table.spacing) == table.first + j]
        values, errors = table(x)
        for point, value, error in zip(x, values, errors, strict=True):
            exact = reference(name, exact_float(float(point)))
            q, e = exact_float(float(value)), exact_float(float(error))
            assert q - e <= upper(exact)
            assert lower(exact) <= q + e
    with pytest.raises(LimitError):
        table(np.array([(table.first + cells) * table.spacing + 1.0]))


def test_constants_in_parts() -> None:
    with FINE.working():
        log2, half_pi = arb(2).log(), arb.pi() / 2
    for constant, bits, exact in (("log2", (42,), log2), ("half_pi", (33, 33), half_pi)):
        parts = [exact_float(part) for part in float_functions._parts(constant, *bits)]
        for part, count in zip(parts, bits, strict=False):
            assert int(part.p).bit_length() <= count
        total = sum(parts, fmpq(0))
        assert abs(total - lower(exact)) <= abs(parts[-1]) * fmpq(1, 1 << 53)
        assert abs(parts[1]) < parts[0] * fmpq(4, 1 << bits[0])
