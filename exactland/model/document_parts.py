"""Parts of a document: objects with the right keys, lists, and the places of errors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from exactland.errors import InputError
from exactland.model.messages import near, printable, shown


def keys(document: Any, place: str, required: Collection[str], others: Collection[str]) -> None:
    """The keys of an object: all of ``required``, none beyond ``others``."""
    if not isinstance(document, Mapping):
        raise InputError(
            place or "document", f"{shown(document)} is not an object", "write {...} with keys"
        )
    known = [*required, *(key for key in others if key not in required)]
    for key in document:
        if key not in known:
            where = f"{place}.{printable(key)}" if place else printable(key)
            raise InputError(where, "the key is not known here", near(key, known))
    for key in required:
        if key not in document:
            raise InputError(place or "document", f'the key "{key}" is missing', "add it")


def listed(value: Any, place: str) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise InputError(place, f"{shown(value)} is not a list", "write [...]")
    return value


@contextmanager
def within(place: str) -> Iterator[None]:
    """Put ``place`` before the place of an InputError that is raised inside."""
    try:
        yield
    except InputError as error:
        where = f"{place}.{error.place}" if error.place else place
        raise InputError(where, error.reason, error.remedy) from None
