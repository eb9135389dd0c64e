"""What to write instead: remedies for texts that are no claims, by what stands where reading stops.

>>> remedy("rank F1 = N", 5)
'write F_1'
>>> remedy("Rank F_1 = N", 0)
'write rank'
>>> remedy("rank A = 2", 5)
'A is not defined; add "with A = ..."'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from exactland.checker.signature import CALLS, reserved

from .grammar import starting

WORD = re.compile(r"[A-Za-z]+\d*")
#: What people write, and what the language has for it; the first that stands at the place counts.
SUBSTITUTES = tuple(
    (re.compile(found), instead)
    for found, instead in (
        (r"==", "="),
        (r"<>|≠|/=|=/=|!(?!=)", "!="),
        (r"≤|=<", "<="),
        (r"≥", ">="),
        (r"∀|\bforall\b|\bfor (each|every|any)\b", "for all"),
        (r"∃|\bexists?\b|\bthere (is|exists)\b", "for some"),
        (r"\|\|([^|]+)\|\|", r"norm(\1)"),
        (r"\|([^|]+)\|", r"abs(\1)"),
        (r"\b(F|G|U|W|b|n|sigma|patch)(\d+)\b", r"\1_\2"),
        (r"\b([A-Za-z]+)_\{(\w+)\}", r"\1_\2"),
        (r"\b([A-Za-z]+)_\{([^{}]*)\}", r"\1_(\2)"),
        (r"&&?|∧", "and"),
        (r"\|\||∨", "or"),
        (r"¬|~", "not"),
        (r"=>|->|⇒|→|\bimplies\b|\bonly if\b", "if ... then ..."),
        (r"<=>|⇔|↔|\biff\b", "(if ... then ...) and (if ... then ...)"),
        (r"\bwhere\b|\bwith:|\blet\b", "with NAME = ... at the end"),
        (r"\*\*", "^"),
        (r"[·×⋅]", "*"),
        (r"\b(sigma_\w+) is analytic\b", r"\1 is real analytic"),
        (r"(?<=[\w)\]])'", "^T"),
        (r"\bfor (almost )?(all|some) parameter\b", r"for \1\2 parameters"),
        (r"\bfor all ([A-Za-z]\w*)\s*:", r"for all real \1: or for all \1 in a..b:"),
        (r"([{])", "("),
        (r"([}])", ")"),
        *zip("σΦΨαβμγδ∂π", (
            "sigma", "Phi", "Psi", "alpha", "beta", "mu", "gamma", "delta", "d", "pi",
        ), strict=True),
    )
)  # fmt: skip


#: The same for names, which stand in quotes; a word of the language that is like it comes first.
QUOTED = (
    (re.compile(r"\bl is ([a-z-]+(\([^)]*\))?)"), r'l is "\1"'),
    (re.compile(r"\b(sigma_\w+) is ([a-z]+)\s*$"), r'\1 is "\2"'),
)


def remedy(text: str, position: int, names: Iterable[str] = ()) -> str:
    """What to write where reading stops; ``names`` are those that the text itself defines."""
    from exactland.functions.activation_table import NAMED  # statements are listed without it

    word = _word_at(text, position)
    strange = word is not None and word not in vocabulary() and word not in names
    near = _near(word, names) if strange and word else []
    found = _substitute(SUBSTITUTES, text, position)
    if not found and (not near or word in NAMED):
        found = _substitute(QUOTED, text, position)
    if found:
        return f"write {found}"
    if not strange or word is None:
        return ""
    if near and len(word) > 1:
        return f"write {' or '.join(near)}"
    if re.search(rf"\bwhere\s+{word}\b", text):
        return f"write with {word} = ... for where"
    undefined = f'{word} is not defined; add "with {word} = ..."'
    return f"{undefined}, or write {near[0]}" if near else undefined


def _substitute(table: Iterable[tuple[re.Pattern[str], str]], text: str, position: int) -> str:
    """What the first pattern that stands at the position is replaced by."""
    for pattern, instead in table:
        for match in pattern.finditer(text):
            if match.start() <= position <= match.end() and match[0]:
                return match.expand(instead)
    return ""


def _word_at(text: str, position: int) -> str | None:
    match = WORD.match(text, position)
    return None if match is None else match[0]


@cache
def vocabulary() -> frozenset[str]:
    """The words of the language."""
    return frozenset(reserved() | set(CALLS))


def _near(word: str, names: Iterable[str]) -> list[str]:
    """Words of the language like this one; a letter is like the same letter, where that starts a
    phrase."""
    if len(word) == 1:
        return [other for other in (word.lower(), word.upper()) if other in starting("PREMIA")]
    known = sorted({*vocabulary(), *names})
    same = [other for other in known if other.casefold() == word.casefold()]
    return same or get_close_matches(word, known, 3, 0.75)


#: What the reader of formulas says, and what helps.
MEANT = (
    ("stands at no point", 'say where: "at given: ..." or "for almost all parameters: ..."'),
    ("is not used", "leave it out"),
)
FOR_SYMBOLS = (
    ("quantifier over them",
     'write "for all symbols: ..." or "for almost all symbols and parameters: ..."'),
)  # fmt: skip


def remedy_of(reason: str, symbols: Iterable[str] | None = None) -> str:
    """What helps where a text is read, and is no claim."""
    table = FOR_SYMBOLS + MEANT if symbols else MEANT
    found = (said for part, said in table if part in reason)
    return next(found, "see docs/claims.md, the language of claims")
