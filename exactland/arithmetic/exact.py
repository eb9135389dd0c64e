"""The only door for numbers: what a user writes becomes an exact rational here, or is refused.

A float is not a decimal: 0.1 is the dyadic number 3602879701896397/36028797018963968. So
:func:`exact` refuses floats, and whoever means the dyadic value says :func:`exact_float`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from math import isfinite
from numbers import Integral, Rational, Real
from operator import index
from typing import Any

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

import exactland.arithmetic.copying  # noqa: F401  whatever has numbers can be pickled
from exactland.errors import InputError

#: The longest text that is read as a number, in characters.
LONGEST_TEXT = 10_000
#: The largest absolute value of a decimal exponent, as in "1e-3".
LARGEST_EXPONENT = 1_000

_INTEGER = r"(?:0x[0-9a-f]+|[0-9]+)"
_QUOTIENT = re.compile(rf"([+-]?)({_INTEGER})(?:/({_INTEGER}))?")
_DECIMAL = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,9}))?")
_HOW = 'write an integer, "3/4" or "0.25"'


def exact(value: object, place: str = "value") -> fmpq:
    """The exact rational that ``value`` denotes.

    Taken are integers (Python, NumPy, SymPy, flint), fractions (``Fraction``, SymPy ``Rational``,
    ``fmpq``), ``Decimal`` and text: ``"3/4"``, ``"-0.25"``, ``"1e-3"``, ``"0x1f"``. ``place`` names
    the value in errors.

    Raises InputError for a float, a boolean, NaN, an infinity, a zero denominator, text of another
    form or of more than 10,000 characters, and anything else.

    >>> exact("0.1"), exact("-6/4"), exact(7)
    (1/10, -3/2, 7)
    >>> exact(0.1, "b")
    Traceback (most recent call last):
        ...
    exactland.errors.InputError: b: 0.1 is a float; write it as a string, "0.1", or use exact_float
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, fmpz):
        return fmpq(value)
    if isinstance(value, bool):
        raise InputError(place, f"{value} is a boolean, not a number", _HOW)
    if isinstance(value, str):
        return _from_text(value, place)
    # NumPy's timedelta64 is registered as Integral, but is no number.
    if isinstance(value, Integral) and hasattr(value, "__index__"):
        return fmpq(index(value))
    if isinstance(value, Rational) and not isinstance(value, Integral):
        return _quotient(int(value.numerator), int(value.denominator), place)
    if isinstance(value, Decimal):
        return _from_decimal(value, place)
    if _is_float(value):
        if not isfinite(value):  # type: ignore[arg-type]
            raise InputError(place, f"{value} is not a finite number", _HOW)
        raise InputError(
            place,
            f"{value} is a float",
            f'write it as a string, "{value}", or use exact_float',
        )
    raise InputError(place, f"a value of type {type(value).__name__} is not a rational", _HOW)


def exact_float(value: Any, place: str = "value") -> fmpq:
    """The dyadic rational that a Python or NumPy float is.

    Raises InputError for NaN, the infinities and what is not a float.

    >>> exact_float(0.375)
    3/8
    """
    if not _is_float(value):
        raise InputError(
            place, f"a value of type {type(value).__name__} is not a float", "use exact"
        )
    try:
        p, q = value.as_integer_ratio()
    except (OverflowError, ValueError, AttributeError):
        raise InputError(place, f"{value} is not a finite float", "use a finite float") from None
    return fmpq(int(p), int(q))


def exact_rows(matrix: Any, place: str = "matrix") -> tuple[tuple[fmpq, ...], ...]:
    """The entries of a matrix as rows of rationals.

    ``matrix`` is a list of rows, a two-dimensional NumPy array of integers (or of objects that
    ``exact`` takes), a SymPy matrix, an ``fmpq_mat`` or an ``fmpz_mat``. Errors name the entry:
    ``place[0][1]``.

    Raises InputError for an entry that ``exact`` refuses, rows of different lengths and what has no
    rows.

    >>> exact_rows([[1, "1/2"], ["0.25", 3]])
    ((1, 1/2), (1/4, 3))
    >>> exact_rows([[1, 2], [3]], "data")
    Traceback (most recent call last):
        ...
    exactland.errors.InputError: data[1]: 1 entry where row 0 has 2; give all rows the same length
    """
    if isinstance(matrix, (fmpq_mat, fmpz_mat)) or (
        hasattr(matrix, "tolist") and len(getattr(matrix, "shape", ())) == 2
    ):
        matrix = matrix.tolist()
    if not _is_list(matrix):
        raise InputError(
            place,
            f"a value of type {type(matrix).__name__} is not a matrix",
            "give a list of rows, each a list of numbers",
        )
    rows: list[tuple[fmpq, ...]] = []
    for i, row in enumerate(matrix):
        where = f"{place}[{i}]"
        if hasattr(row, "tolist") and len(getattr(row, "shape", ())) == 1:
            row = row.tolist()
        if not _is_list(row):
            raise InputError(where, "this row is not a list", "give a list of rows of numbers")
        if rows and len(row) != len(rows[0]):
            entries = "1 entry" if len(row) == 1 else f"{len(row)} entries"
            raise InputError(
                where, f"{entries} where row 0 has {len(rows[0])}", "give all rows the same length"
            )
        rows.append(tuple([_entry(value, where, j) for j, value in enumerate(row)]))
    return tuple(rows)


def _entry(value: object, where: str, j: int) -> fmpq:
    """An entry of a row; the place is composed only for an error, since matrices are large."""
    if type(value) is int:
        return fmpq(value)
    return exact(value, f"{where}[{j}]")


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))


def _is_float(value: object) -> bool:
    """A Python float or a NumPy one (float16 to longdouble, which NumPy registers as Real)."""
    return isinstance(value, float) or (
        isinstance(value, Real) and not isinstance(value, Rational) and not isinstance(value, bool)
    )


def _integer(digits: str) -> fmpz:
    """Digits that a pattern has checked; fmpz reads any length, int only 4,300 decimal digits."""
    return fmpz(int(digits, 16)) if digits.startswith("0x") else fmpz(digits)


def _quotient(p: Any, q: Any, place: str) -> fmpq:
    if q == 0:
        raise InputError(place, "the denominator is 0", "give a denominator other than 0")
    return fmpq(p, q)


def _from_text(text: str, place: str) -> fmpq:
    if len(text) > LONGEST_TEXT:
        raise InputError(
            place,
            f"a number of {len(text)} characters",
            f"at most {LONGEST_TEXT} characters are read",
        )
    text = text.strip(" ")
    if match := _QUOTIENT.fullmatch(text):
        sign, p, q = match.groups()
        value = _quotient(_integer(p), _integer(q or "1"), place)
        return -value if sign == "-" else value
    if match := _DECIMAL.fullmatch(text):
        sign, whole, fraction, exponent = match.groups()
        return _decimal(sign == "-", whole, fraction or "", int(exponent or 0), place)
    shown = text if len(text) <= 40 else text[:37] + "..."
    raise InputError(place, f"{shown!r} is not a rational number", _HOW)


def _from_decimal(value: Decimal, place: str) -> fmpq:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise InputError(place, f"{value} is not a finite number", _HOW)
    if len(digits) > LONGEST_TEXT:
        raise InputError(place, f"a number of {len(digits)} digits", f"at most {LONGEST_TEXT}")
    return _decimal(sign == 1, "".join(map(str, digits)), "", exponent, place, len(digits))


def _decimal(
    negative: bool, whole: str, fraction: str, exponent: int, place: str, allowance: int = 0
) -> fmpq:
    """+-(whole.fraction) 10^exponent; ``allowance``: a Decimal may have places for its digits."""
    if abs(exponent) > LARGEST_EXPONENT + allowance:
        raise InputError(
            place,
            f"the decimal exponent {exponent} is too large",
            f"use one of at most {LARGEST_EXPONENT} in absolute value",
        )
    shift = exponent - len(fraction)
    p = _integer(whole + fraction)
    value = fmpq(p * fmpz(10) ** shift) if shift >= 0 else fmpq(p, fmpz(10) ** -shift)
    return -value if negative else value
