"""A claim as boxes of mathematics: rows, indices, powers, fractions, matrices.

The boxes come from the same phrases as the ASCII text, by what their signs mean: ``_`` makes an
index, ``^`` a power, ``/`` a fraction; a few heads have a form of their own. ``styles`` writes them
in Unicode, LaTeX and MathML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from exactland.checker.formulas import Formula, is_numeral, parts
from exactland.checker.printer import numeral
from exactland.checker.signature import ATOM, FACTS, POINTS, PREFIX, PRODUCT, RELATION, TABLE
from exactland.claims.grammar import Pattern, Slot, patterns


@dataclass(frozen=True)
class Box:
    """``kind`` is row, sub, sup, fraction, root, fence, matrix (a row of rows), or for a leaf word,
    name, number, sign; ``parts`` are boxes, or the one text of a leaf."""

    kind: str
    parts: tuple[Any, ...]


def leaf(kind: str, text: str) -> Box:
    return Box(kind, (text,))


def row(*parts: Box) -> Box:
    return parts[0] if len(parts) == 1 else Box("row", parts)


def fence(left: str, inside: Box, right: str) -> Box:
    return Box("fence", (left, inside, right))


def boxes(formula: Formula) -> list[Box]:
    """The sentence of a claim, and each of its definitions."""
    definitions, body = parts(formula)
    found = [box(body)]
    for name, arguments, value in definitions:
        head = leaf("name", name)
        if arguments:
            head = row(head, fence("(", commas([leaf("name", a) for a in arguments]), ")"))
        found.append(row(head, leaf("sign", "="), box(value)))
    return found


def commas(parts: list[Box]) -> Box:
    """The boxes with commas between them."""
    found: list[Box] = []
    for part in parts:
        found += [leaf("sign", ","), part] if found else [part]
    return row(*found)


def box(formula: Formula, tight: int = 0) -> Box:
    """A formula, in brackets where it binds less than ``tight``."""
    made, binds = _made(formula)
    return fence("(", made, ")") if binds < tight else made


def _made(formula: Formula) -> tuple[Box, int]:
    if is_numeral(formula):
        text = numeral(formula)
        top, _, bottom = text.partition("/")
        if bottom:
            made = Box("fraction", (leaf("number", top), leaf("number", bottom)))
            return made, PREFIX
        return leaf("number", text), ATOM if text.isdigit() else PREFIX
    if isinstance(formula, str):
        return leaf("word" if formula in POINTS else "name", formula), ATOM
    head, *arguments = formula
    if head in OWN:
        return OWN[head](*arguments), ATOM if head in BRACKETED else TABLE[head].binds
    if head == "ref":
        inside = commas([box(argument) for argument in arguments[1:]])
        return row(leaf("name", arguments[0]), fence("(", inside, ")")), ATOM
    if head == "has":
        return _phrase(_pattern(head, arguments[0]), FACTS[arguments[0]].takes, arguments[1:]), (
            RELATION
        )
    entry = TABLE[head]
    if "{" not in entry.phrase and arguments:
        return _between(entry.phrase.strip(), entry.binds, arguments), entry.binds
    return _phrase(_pattern(head, None), entry.takes, arguments), entry.binds


def _pattern(head: str, fact: str | None) -> Pattern:
    return next(p for p in patterns() if (p.head, p.fact) == (head, fact))


def _between(sign: str, binds: int, arguments: list[Formula]) -> Box:
    found: list[Box] = []
    for argument in arguments:
        if found and (sign or (isinstance(argument, (int, str)) and is_numeral(argument))):
            found.append(leaf("word" if sign.isalpha() else "sign", sign or "*"))
        found.append(box(argument, binds + 1))
    return row(*found)


def _phrase(pattern: Pattern, takes: str, arguments: list[Any]) -> Box:
    """The pieces of a phrase, one after the other."""
    pieces = iter(pattern.pieces)
    return _until(pieces, None, takes.split(), arguments)


def _until(
    pieces: Iterator[str | Slot], end: str | None, sorts: list[str], arguments: list[Any]
) -> Box:
    """The pieces up to a bracket; indices and powers go to the box before them."""
    found, raised = list[Box](), ""
    for piece in pieces:
        if piece == end:
            break
        if piece in ("_", "^"):
            raised = str(piece)
            continue
        if isinstance(piece, Slot):
            made = _slot(piece, sorts, arguments)
        elif piece in CLOSING:
            inside = _until(pieces, CLOSING[piece], sorts, arguments)
            made = fence(piece, inside, CLOSING[piece])
        else:
            made = _token(piece)
        if raised == "_" and made.kind == "fence":
            made = made.parts[1]  # an index is small print, which needs no brackets
        if raised and found:
            found[-1] = Box("sub" if raised == "_" else "sup", (found[-1], made))
            raised = ""
        else:
            found.append(made)
    return row(*found)


CLOSING = {"(": ")", "[": "]"}


def _slot(piece: Slot, sorts: list[str], arguments: list[Any]) -> Box:
    if piece.number is None:
        first = len(sorts) - 1
        return commas([_argument(sorts[-1].rstrip("*+"), a, 0) for a in arguments[first:]])
    return _argument(sorts[piece.number], arguments[piece.number], piece.tight)


def _argument(sort: str, value: Any, tight: int) -> Box:
    if sort == "set":
        return row(box(value[0]), leaf("sign", "="), box(value[1]))
    if sort in ("kind", "D", "name", "side", "function") and isinstance(value, str):
        return leaf("word", value)
    return box(value, tight)


def _token(text: str) -> Box:
    if text in SYMBOLS or (len(text) == 1 and text.isalpha() and text != "a"):
        return leaf("name", text)
    return leaf("word", text) if text[0].isalpha() else leaf("sign", text)


#: Words of phrases that are symbols of mathematics.
SYMBOLS = frozenset(
    {"Phi", "dPhi", "ddPhi", "Psi", "sigma", "pi", "patch", "dPhi/d", "det", "rank", "lim"}
)


def _bars(bar: str) -> Callable[[Formula], Box]:
    return lambda inside: fence(bar, box(inside), bar)


def _quotient(x: Formula, y: Formula) -> Box:
    return Box("fraction", (box(x), box(y)))


def _sum(name: str, low: Formula, high: Formula, body: Formula) -> Box:
    start = row(leaf("name", name), leaf("sign", "="), box(low))
    sign = Box("sup", (Box("sub", (leaf("sign", "sum"), start)), box(high)))
    return row(sign, box(body, PRODUCT))


def _entry(matrix: Formula, i: Formula, j: Formula) -> Box:
    return Box("sub", (box(matrix, ATOM), commas([box(i), box(j)])))


def _part(matrix: Formula, rows: Formula, columns: Formula) -> Box:
    return row(box(matrix, ATOM), fence("[", commas([box(rows), box(columns)]), "]"))


def _table(i: str, height: Formula, j: str, width: Formula, body: Formula) -> Box:
    bounds = [
        row(leaf("name", name), leaf("sign", "<="), box(most))
        for name, most in ((i, height), (j, width))
    ]
    return Box("sub", (fence("(", box(body), ")"), commas(bounds)))


def _gradient(block: Formula) -> Box:
    return Box("fraction", (leaf("name", "partial Phi"), row(leaf("name", "partial"), box(block))))


def _called(name: str, argument: Formula) -> Box:
    if name == "sqrt":
        return Box("root", (box(argument),))
    return row(leaf("function", name), fence("(", box(argument), ")"))


#: Heads with a form of their own.
OWN: dict[str, Callable[..., Box]] = {
    "abs": _bars("|"),
    "norm": lambda m: Box("sub", (fence("||", box(m), "||"), leaf("name", "F"))),
    "/": _quotient,
    "sum": _sum,
    "entry": _entry,
    "part": _part,
    "table": _table,
    "grad": _gradient,
    "call": _called,
    "every": lambda: leaf("sign", ":"),
    "unit": lambda name: leaf("word", f'"{name}"'),
    "matrix": lambda *rows: Box("matrix", tuple(tuple(map(box, line)) for line in rows)),
    "tuple": lambda *values: fence("(", commas([box(value) for value in values]), ")"),
    "beside": lambda *parts: fence("[", commas([box(part) for part in parts]), "]"),
}
#: Those of them that need no brackets anywhere.
BRACKETED = frozenset({"abs", "norm", "/", "entry", "table", "grad", "call", "matrix", "tuple"})
