"""Parts of error messages: values cut to a length and made safe to print, names that are near."""

from __future__ import annotations

import difflib
from collections.abc import Collection


def shown(value: object, length: int = 40) -> str:
    """``repr`` of a value, at most ``length`` characters.

    >>> shown("a" * 100, 12), shown(10**5000)
    ("'aaaaaaaa...", 'a value of type int')
    """
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - repr of a user's object, or an integer of over 4300 digits
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= length else text[: length - 3] + "..."


def printable(key: object) -> str:
    """A key as it may stand in a message: other than letters and the like, quoted and escaped."""
    text = str(key)
    return text if text.isprintable() and len(text) <= 40 else ascii(text[:40])


def near(name: object, known: Collection[str]) -> str:
    """The remedy for an unknown name.

    >>> near("filter", ["filters", "bias"]), near("x", ["filters", "bias"])
    ('did you mean filters?', 'known are bias, filters')
    """
    close = difflib.get_close_matches(str(name), list(known), 1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
