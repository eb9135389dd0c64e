"""Canonical JSON and the numbers in it."""

import json
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from forge import encode, number

from exactland.checker.canonical import integer, load, natural, rational
from exactland.checker.outcome import Decline, Reject

BIG = 2**53


@given(st.fractions() | st.integers(min_value=-(2**200), max_value=2**200).map(Fraction))
def test_every_rational_has_one_text(value: Fraction) -> None:
    assert rational(number(value), "here") == value


@given(st.integers(), st.integers(min_value=1))
def test_large_parts(p: int, q: int) -> None:
    value = Fraction(p * 2**60 + 1, q * 2**60 + 3)
    assert rational(number(value), "here") == value


@pytest.mark.parametrize(
    "value",
    ["2/4", "1/1", "0/2", "1/0", "1/-2", "-1/-2", "+1/2", "01/2", "1/02", "1/2/3", "/2", "1/", "/",
     "",
     "3", "-3", "0", "-0", "0x", "-0x", "0x0a", "0xA", "0xa", "0x1/2", "1/0x2", "1_0/3", " 1/2",
     "1/2\n",
     "0x20000000000000", "1e3", "1.5", "\u0661/2", "9007199254740993/2", True, False, None, 1.0,
     [1],
     {}, BIG + 1, -BIG - 1, "-", "x", "0x-1", "--1/2", "0x00ffffffffffffffff"],
)  # fmt: skip
def test_numbers_in_another_form(value: object) -> None:
    with pytest.raises(Reject):
        rational(value, "here")


def test_the_border_between_decimal_and_hexadecimal() -> None:
    assert integer(BIG, "") == BIG
    assert integer("0x20000000000001", "") == BIG + 1
    assert integer("-0x20000000000001", "") == -BIG - 1
    assert rational(f"{BIG - 1}/{BIG}", "") == Fraction(BIG - 1, BIG)


def test_naturals() -> None:
    assert natural(BIG, "") == BIG
    for value in (True, False, -1, BIG + 1, "1", 1.0, None):
        with pytest.raises(Reject):
            natural(value, "")


@pytest.mark.parametrize(
    "data",
    [b'{"a":1,"a":1}\n', b'{"b":1,"a":1}\n', b'{"a": 1}\n', b'{"a":1}', b'{"a":1}\n\n', b"[1.0]\n",
     b"[1e3]\n", b"[-0]\n", b"[NaN]\n", b"[Infinity]\n", b'["\\u0041"]\n', b'["\\/"]\n', b"[01]\n",
     b"",
     b"\xef\xbb\xbf[1]\n", b'["\xc3\xa9"]\n', "[1]\n".encode("utf-16"), b"[1]\r\n", b"[1],\n",
     b"[" + b"1" * 5000 + b"]\n", b"[" * 10**5, b"[" * 66 + b"]" * 66 + b"\n", b'{"a":\n'],
)  # fmt: skip
def test_documents_that_are_not_canonical(data: bytes) -> None:
    with pytest.raises(Reject):
        load(data)


def test_depth_is_exact() -> None:
    assert load(b"[" * 64 + b"]" * 64 + b"\n")
    with pytest.raises(Reject):
        load(b"[" * 66 + b"1" + b"]" * 66 + b"\n")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-BIG, BIG) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(VALUES)
def test_what_is_encoded_is_loaded(value: object) -> None:
    assert load(encode(value)) == value
    assert json.loads(encode(value)) == value


def test_a_number_of_a_million_letters_is_declined() -> None:
    with pytest.raises(Decline):
        rational("0x" + "f" * 2**20, "")
