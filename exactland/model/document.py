"""Documents as trees: read a JSON or TOML file, refuse what no document may hold.

What the readers of JSON and TOML would let pass (floats, NaN, duplicate keys, deep nesting) is kept
as a marker while reading and refused afterwards, when its place is known.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactland.errors import InputError
from exactland.model.messages import printable

#: The largest file that is read, in bytes, as for certificates.
MAX_BYTES = 512 * 2**20

#: The deepest nesting of lists and objects.
MAX_DEPTH = 64

#: The longest integer that is read, in characters.
MAX_DIGITS = 4000


@dataclass(frozen=True)
class _Refused:
    """A part of a document that is not admissible: why, and what to do."""

    reason: str
    remedy: str


def read_document(path: Path) -> Any:
    """The tree of a TOML file (by its suffix) or a JSON file; InputError if it cannot be read.

    Parts that are not admissible are still in the tree; ``check_document`` refuses them.
    """
    place = str(path)
    text = read_text(path)
    try:
        if path.suffix.lower() == ".toml":
            return tomllib.loads(text, parse_float=_refused_float)
        return json.loads(
            text,
            parse_float=_refused_float,
            parse_int=_integer,
            parse_constant=_refused_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        where = f"{place}, line {error.lineno}, column {error.colno}"
        raise InputError(where, f"this is not JSON: {error.msg}", "mend the file") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(place, f"this is not TOML: {error}", "mend the file") from None
    except RecursionError:
        raise InputError(place, "it is nested too deeply", f"nest at most {MAX_DEPTH}") from None
    except ValueError as error:
        raise InputError(place, str(error), "mend the file") from None


def check_document(document: Any) -> None:
    """Raise InputError, with its place, for a float, NaN, duplicate key, or too deep nesting."""
    stack: list[tuple[Any, tuple[str, ...]]] = [(document, ())]
    while stack:
        value, path = stack.pop()
        if isinstance(value, (list, tuple, dict)):
            if len(path) >= MAX_DEPTH:
                raise InputError(
                    "document", f"it is nested more than {MAX_DEPTH} deep", "flatten it"
                )
            stack += _children(value, path)
            continue
        if isinstance(value, float):
            value = _float(repr(value))
        if isinstance(value, _Refused):
            raise InputError("".join(path).lstrip(".") or "document", value.reason, value.remedy)


def _children(value: Any, path: tuple[str, ...]) -> list[tuple[Any, tuple[str, ...]]]:
    """The parts to look at next; the last is looked at first, so that errors come in order."""
    if not isinstance(value, dict):
        return [
            (item, (*path, f"[{j}]"))
            for j, item in reversed(list(enumerate(value)))
            if type(item) is not int and type(item) is not str
        ]
    parts = [(item, (*path, f".{printable(key)}")) for key, item in value.items()]
    return parts[::-1]


def read_text(path: Path) -> str:
    """The text of a file; InputError if it is none, too large or unreadable."""
    place = str(path)
    try:
        if path.is_dir():
            raise InputError(place, "this is a directory", "name a file")
        if path.exists() and not path.is_file():
            raise InputError(place, "this is not a regular file", "name a file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(place, f"the file has {size} bytes", f"at most {MAX_BYTES} are read")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            place, f"byte {error.start} is not UTF-8", "save the file as UTF-8"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(place, f"it cannot be read: {reason}", "name a readable file") from None


def _float(text: str) -> _Refused:
    if text.lstrip("+-") in ("nan", "inf"):
        return _constant(text)
    return _Refused(f"{text} is a float", f'write it as a string: "{text}"')


def _constant(text: str) -> _Refused:
    return _Refused(f"{text} is not a rational number", "give a finite number")


def _refused_float(text: str) -> Any:
    return _float(text)


def _refused_constant(text: str) -> Any:
    return _constant(text)


def _integer(text: str) -> Any:
    if len(text) > MAX_DIGITS:
        return _Refused(
            f"an integer of {len(text)} digits", f"at most {MAX_DIGITS}; write a string instead"
        )
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            return _Refused(f'the key "{key}" occurs twice', "keep one of them")
        result[key] = value
    return result
