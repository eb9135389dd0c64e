"""The phrases of the signature as patterns of tokens, for the reader of texts."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from exactland.checker.signature import FACTS, TABLE

TOKEN = re.compile(
    r"\s+|(?P<number>\d+/0*[1-9]\d*(?!\d|\.\d)|\d+\.\d+|\d+)|(?P<word>dPhi/d|[A-Za-z]+\d*)"
    r'|(?P<quoted>"[^"]*")|(?P<sign><=|>=|!=|\.\.|[-+*/^()\[\],:<>=_])'
)
_SLOT = re.compile(r"\{(\d|\*)(?:\.(\d+))?\}")


class Token(NamedTuple):
    """A piece of text: ``kind`` is number, word, quoted or sign; ``start`` is where it begins."""

    kind: str
    text: str
    start: int


class Slot(NamedTuple):
    """The place of an argument in a phrase; ``number`` is None for a list of the last ones."""

    number: int | None
    tight: int


class Pattern(NamedTuple):
    """A phrase: the head that it makes, the fact that it states, its pieces, its binding."""

    head: str
    fact: str | None
    pieces: tuple[str | Slot, ...]
    binds: int


def tokens(text: str) -> list[Token]:
    """The tokens of a text; the last one is empty, and a character of no token is one of its own.

    >>> [token.text for token in tokens("rank F_1 <= 3/4")]
    ['rank', 'F', '_', '1', '<=', '3/4', '']
    """
    found, position = [], 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            found.append(Token("stray", text[position], position))
            position += 1
            continue
        if match.lastgroup:
            found.append(Token(match.lastgroup, match[0], position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


def _pieces(phrase: str) -> tuple[str | Slot, ...]:
    pieces: list[str | Slot] = []
    end = 0
    for match in _SLOT.finditer(phrase):
        pieces += [token.text for token in tokens(phrase[end : match.start()])[:-1]]
        pieces.append(Slot(None if match[1] == "*" else int(match[1]), int(match[2] or 0)))
        end = match.end()
    return (*pieces, *(token.text for token in tokens(phrase[end:])[:-1]))


@cache
def patterns() -> tuple[Pattern, ...]:
    """All phrases that have a place for an argument, or are words; the longest first.

    Heads whose arguments have a sign between them, matrices and tuples are read otherwise.
    """
    found = [
        Pattern(head, None, _pieces(entry.phrase), entry.binds)
        for head, entry in TABLE.items()
        if entry.phrase and ("{" in entry.phrase or not entry.takes)
    ]
    binds = TABLE["has"].binds
    found += [Pattern("has", name, _pieces(fact.phrase), binds) for name, fact in FACTS.items()]
    return tuple(sorted(found, key=lambda pattern: -_literals(pattern.pieces)))


def _literals(pieces: tuple[str | Slot, ...]) -> int:
    """How many tokens stand before the first place of an argument."""
    return next((n for n, piece in enumerate(pieces) if isinstance(piece, Slot)), len(pieces))


@cache
def starting(sorts: str) -> dict[str, tuple[Pattern, ...]]:
    """The phrases that make one of these sorts and start with a token, by this token."""
    found: dict[str, tuple[Pattern, ...]] = {}
    for pattern in patterns():
        first = pattern.pieces[0]
        if TABLE[pattern.head].makes in sorts and isinstance(first, str):
            found[first] = (*found.get(first, ()), pattern)
    return found


@cache
def following(sorts: str, left: str) -> dict[str, tuple[Pattern, ...]]:
    """The phrases of these sorts whose first argument, of sort ``left``, comes first, by the token
    that follows it."""
    found: dict[str, tuple[Pattern, ...]] = {}
    for pattern in patterns():
        first, takes = pattern.pieces[0], TABLE[pattern.head].takes.split()
        if not isinstance(first, Slot) or TABLE[pattern.head].makes not in sorts:
            continue
        if len(pattern.pieces) == 1:
            continue
        second = pattern.pieces[1]
        if takes[0][0] in left and isinstance(second, str):
            found[second] = (*found.get(second, ()), pattern)
    return found
