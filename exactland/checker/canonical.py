"""Canonical JSON and the numbers in it (sections 1 and 2 of the format).

There is one way to write a document: it is parsed, written again and compared byte for byte.
That refuses duplicate keys, white space, other orders, ``1.0``, ``1e3``, ``-0`` and escapes that
need not be there.

>>> load(b'{"a":[1,"1/2"]}\\n')
{'a': [1, '1/2']}
>>> rational("1/2", "here")
Fraction(1, 2)
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NoReturn

from .limits import DOCUMENT_BYTES, NUMBER_LETTERS
from .outcome import Decline, Reject, quoted
from .work import TURN, common_factor, spend

DEPTH = 64
SMALL = 1 << 53  # the largest integer that every JSON reader keeps exactly
_DECIMAL = re.compile(r"-?[0-9]{1,16}")
_HEXADECIMAL = re.compile(r"-?0x[1-9a-f][0-9a-f]*")


def load(data: bytes) -> Any:
    """The document in ``data``; Reject unless these bytes are its canonical form."""
    if len(data) > DOCUMENT_BYTES:
        raise Decline(f"the document is larger than {DOCUMENT_BYTES} bytes")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise Reject("document", "it contains bytes outside ASCII") from None
    try:
        document = json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    except RecursionError:
        raise Reject("document", f"it is nested deeper than {DEPTH}") from None
    except ValueError as error:
        raise Reject("document", f"it is not JSON: {quoted(str(error), 120)}") from None
    _check_depth(document)
    if (
        json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n"
        != text
    ):
        raise Reject("document", "its bytes are not the canonical form of what they say")
    return document


def _no_float(text: str) -> NoReturn:
    raise Reject("document", f"the number {quoted(text)} is not an integer")


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(DEPTH + 1):
        containers = [value for value in level if isinstance(value, (dict, list))]
        level = []
        for value in containers:
            level.extend(value.values() if isinstance(value, dict) else value)
        if not level:
            return
    raise Reject("document", f"it is nested deeper than {DEPTH}")


def fields(value: Any, place: str, required: str, optional: str = "") -> dict[str, Any]:
    """``value``, an object with exactly these keys (given as words in a string)."""
    if not isinstance(value, dict):
        raise Reject(place, "an object is expected")
    missing = set(required.split()) - value.keys()
    unknown = value.keys() - set(required.split()) - set(optional.split())
    if missing:
        raise Reject(place, f"the key {quoted(min(missing))} is missing")
    if unknown:
        raise Reject(place, f"the key {quoted(min(unknown))} does not belong here")
    return value


def listed(value: Any, place: str, length: int | None = None) -> list[Any]:
    """``value``, a list (of this length)."""
    if not isinstance(value, list):
        raise Reject(place, "a list is expected")
    if length is not None and len(value) != length:
        raise Reject(place, f"{length} entries are expected, there are {len(value)}")
    return value


def text(value: Any, place: str, choices: Sequence[str] | None = None) -> str:
    """``value``, a string (one of these)."""
    if not isinstance(value, str):
        raise Reject(place, "a string is expected")
    if choices is not None:
        spend(TURN * len(choices) // 2)
    if choices is not None and value not in choices:
        raise Reject(place, f"{quoted(value)} is not one of {', '.join(choices)}")
    return value


def natural(value: Any, place: str, low: int = 0, high: int = SMALL) -> int:
    """``value``, an integer from ``low`` to ``high`` written as a JSON number."""
    if type(value) is not int:  # a bool is an int to Python, not to us
        raise Reject(place, f"{quoted(value)} is not a natural number")
    if not low <= value <= high:
        raise Reject(place, f"{quoted(value)} is not between {low} and {high}")
    return value


def index(value: Any, place: str, size: int) -> int:
    """``value``, one of 0, ..., size - 1."""
    return natural(value, place, 0, size - 1)


def distinct_indices(value: Any, place: str, size: int) -> list[int]:
    """``value``, a list of distinct indices below ``size``."""
    indices = [index(entry, place, size) for entry in listed(value, place)]
    if len(set(indices)) != len(indices):
        raise Reject(place, "an index is repeated")
    return indices


def integer(value: Any, place: str) -> int:
    """``value``, an integer in its only form."""
    spend(10 * TURN)
    if type(value) is int:
        if abs(value) > SMALL:
            raise Reject(place, "an integer above 2^53 is written in hexadecimal")
        return value
    number = _part(value, place)
    if abs(number) <= SMALL:
        raise Reject(place, f"{quoted(value)} is written as a JSON number")
    return number


def rational(value: Any, place: str) -> Fraction:
    """``value``, a rational number in its only form."""
    if type(value) is int or (isinstance(value, str) and "/" not in value):
        return Fraction(integer(value, place))
    if not isinstance(value, str):
        raise Reject(place, f"{quoted(value)} is not a rational number")
    upper, _, lower = value.partition("/")
    p, q = _part(upper, place), _part(lower, place)
    if q < 2:
        raise Reject(place, f"the denominator of {quoted(value)} is not 2 or more")
    spend(10 * TURN + common_factor(p.bit_length(), q.bit_length()))
    number = Fraction(p, q)
    if (number.numerator, number.denominator) != (p, q):
        raise Reject(place, f"{quoted(value)} is not in lowest terms")
    return number


def rationals(value: Any, place: str, length: int | None = None) -> list[Fraction]:
    """``value``, a list of rational numbers."""
    return [rational(entry, place) for entry in listed(value, place, length)]


def rational_rows(value: Any, place: str, rows: int, columns: int) -> list[list[Fraction]]:
    """``value``, a matrix of rational numbers as a list of rows."""
    entries = listed(value, place, rows)
    return [rationals(row, f"{place}[{i}]", columns) for i, row in enumerate(entries)]


def _part(value: Any, place: str) -> int:
    """An integer as text: decimal up to 2^53, hexadecimal above, no superfluous sign or digit."""
    if not isinstance(value, str):
        raise Reject(place, f"{quoted(value)} is not a number")
    if len(value) > NUMBER_LETTERS:
        raise Decline(f"{place}: a number has more than {NUMBER_LETTERS} letters")
    if _HEXADECIMAL.fullmatch(value):
        number = int(value, 16)
        if abs(number) > SMALL:
            return number
    elif _DECIMAL.fullmatch(value):
        number = int(value)
        if abs(number) <= SMALL and str(number) == value:
            return number
    raise Reject(place, f"{quoted(value)} is not the canonical text of a number")
