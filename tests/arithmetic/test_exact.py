"""The only door for numbers: what it takes, exactly, and what it refuses, with a place."""

from __future__ import annotations

import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from exactland.arithmetic.exact import exact, exact_float, exact_rows
from exactland.errors import InputError

ACCEPTED = [
    (7, fmpq(7)),
    (-(10**30), fmpq(-(10**30))),
    ("3/4", fmpq(3, 4)),
    ("-6/4", fmpq(-3, 2)),
    ("+5", fmpq(5)),
    ("007", fmpq(7)),
    (" 3 ", fmpq(3)),
    ("-0.25", fmpq(-1, 4)),
    (".5", fmpq(1, 2)),
    ("5.", fmpq(5)),
    ("1e-3", fmpq(1, 1000)),
    ("-1.5E2", fmpq(-150)),
    ("0x1f", fmpq(31)),
    ("-0x1f/0x2", fmpq(-31, 2)),
    (Fraction(-3, 9), fmpq(-1, 3)),
    (Decimal("0.1"), fmpq(1, 10)),
    (Decimal("1e5"), fmpq(100000)),
    (Decimal("-0"), fmpq(0)),
    (np.int8(-3), fmpq(-3)),
    (np.uint64(2**64 - 1), fmpq(2**64 - 1)),
    (sympy.Integer(3), fmpq(3)),
    (sympy.Rational(3, 7), fmpq(3, 7)),
    (fmpz(12), fmpq(12)),
    (fmpq(1, 3), fmpq(1, 3)),
]

REFUSED = [
    True,
    np.bool_(True),
    0.5,
    np.float32(0.5),
    np.float64(0.5),
    float("nan"),
    float("-inf"),
    sympy.Float("0.5"),
    sympy.pi,
    sympy.nan,
    sympy.oo,
    Decimal("NaN"),
    Decimal("Infinity"),
    Decimal("1e999999"),
    "1/0",
    "0x1/0x0",
    "",
    ".",
    "-",
    "1e",
    "0x",
    "0xG",
    "1e2000",
    "--1",
    "1/2/3",
    "1.5/2",
    "1_000",
    "\u0663",
    "1\n",
    "nan",
    "inf",
    "pi",
    "9" * 10_001,
    None,
    1j,
    [1],
    b"1",
]


@pytest.mark.parametrize(("value", "expected"), ACCEPTED, ids=lambda v: repr(v)[:20])
def test_takes(value: object, expected: fmpq) -> None:
    result = exact(value)
    assert type(result) is fmpq
    assert result == expected


@pytest.mark.parametrize("value", REFUSED, ids=lambda v: repr(v)[:20])
def test_refuses(value: object) -> None:
    with pytest.raises(InputError) as caught:
        exact(value, "data.inputs[0][1]")
    assert caught.value.place == "data.inputs[0][1]"
    assert caught.value.remedy


def test_float_remedy_names_both_ways() -> None:
    with pytest.raises(InputError, match=r'write it as a string, "0.1", or use exact_float'):
        exact(0.1)


def test_long_digits_do_not_meet_the_limit_of_int() -> None:
    digits = "7" * 9_000
    assert len(digits) > sys.get_int_max_str_digits()
    assert exact(digits) == fmpq(7 * (10**9000 - 1) // 9)


@given(st.fractions())
def test_text_of_fractions(value: Fraction) -> None:
    assert exact(str(value)) == fmpq(value.numerator, value.denominator)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12))
def test_decimals_and_their_text(value: Decimal) -> None:
    expected = Fraction(value)
    for form in (value, str(value)):
        assert exact(form) == fmpq(expected.numerator, expected.denominator)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_exact_float_is_the_dyadic_value(value: float) -> None:
    result = exact_float(value)
    assert int(result.p) / int(result.q) == value
    assert int(result.q).bit_count() == 1


def test_exact_float_of_numpy_types() -> None:
    assert exact_float(np.float32(0.1)) == fmpq(13421773, 134217728)
    third = exact_float(np.longdouble(1) / 3)
    assert 0 < abs(third - fmpq(1, 3)) < fmpq(1, 1 << 52)


@pytest.mark.parametrize("value", [float("inf"), float("nan"), np.nan, 3, "0.5", True, None])
def test_exact_float_refuses(value: object) -> None:
    with pytest.raises(InputError, match="layer 1"):
        exact_float(value, "layer 1")


MATRICES = [
    [[1, "1/2"], [fmpq(3), Fraction(-1, 4)]],
    ((1, "0.5"), (3, "-0.25")),
    np.array([[1, "1/2"], [3, "-1/4"]], dtype=object),
    sympy.Matrix([[1, sympy.Rational(1, 2)], [3, sympy.Rational(-1, 4)]]),
    fmpq_mat([[fmpq(1), fmpq(1, 2)], [fmpq(3), fmpq(-1, 4)]]),
]


@pytest.mark.parametrize("matrix", MATRICES, ids=lambda m: type(m).__name__)
def test_rows(matrix: object) -> None:
    assert exact_rows(matrix) == ((fmpq(1), fmpq(1, 2)), (fmpq(3), fmpq(-1, 4)))


def test_rows_of_integers() -> None:
    expected = ((fmpq(0), fmpq(1)), (fmpq(2), fmpq(3)))
    assert exact_rows(np.arange(4).reshape(2, 2)) == expected
    assert exact_rows(list(np.arange(4).reshape(2, 2))) == expected
    assert exact_rows(fmpz_mat([[0, 1], [2, 3]])) == expected


@pytest.mark.parametrize(
    ("matrix", "place"),
    [
        ([[1, 2], [3]], "m[1]"),
        ([[1, 2], [3, 0.5]], "m[1][1]"),
        (np.zeros((2, 2)), "m[0][0]"),
        ([[1], "2"], "m[1]"),
        ([1, 2], "m[0]"),
        ("ab", "m"),
        (3, "m"),
        (np.arange(3), "m"),
        (np.zeros((2, 2, 2), dtype=int), "m"),
    ],
)
def test_rows_refused_with_their_place(matrix: object, place: str) -> None:
    with pytest.raises(InputError) as caught:
        exact_rows(matrix, "m")
    assert caught.value.place == place
