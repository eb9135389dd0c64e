"""The printer: the words of a claim, in ASCII, from the phrases of the signature and nothing else.

A claim is printed as a sentence and a line for each definition. Reading that text (the package has
the reader) gives the formula back, so that different claims have different words.

>>> print(words(["let", [["H", [], ["matrix", [1, "1/2"]]]], ["<", ["rank", "H"], 2]]))
rank H < 2
  with H = [[1, 1/2]]
>>> print(words(["almost-all", "parameters", ["=", ["rank", ["F", 1]], ["N"]]]))
for almost all parameters: rank F_1 = N
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from .activations import decimal
from .canonical import rational
from .formulas import Formula, parts
from .signature import AND, ATOM, FACTS, IMPLIES, PREFIX, PRODUCT, RELATION, TABLE
from .work import VALUE, spend

_SLOT = re.compile(r"\{(\d|\*)(?:\.(\d+))?\}")
#: An argument that follows a product without a sign between them starts like this.
_NEXT_FACTOR = re.compile(r"[A-Za-z(]")


def words(formula: Formula) -> str:
    """The words of a claim: a sentence, and its definitions below it."""
    definitions, body = parts(formula)
    lines = [_sentence(body)]
    for name, arguments, value in definitions:
        head = f"{name}({', '.join(arguments)})" if arguments else name
        lines.append(f"  with {head} = {phrase(value)}")
    return "\n".join(lines)


#: A longer sentence has a line for each of its parts, where it has parts.
LINE = 100
_BREAK = "\n    "


def _sentence(body: Formula) -> str:
    """A proposition, in lines where that helps: a reader of texts takes no notice of them."""
    text = phrase(body)
    if len(text) <= LINE:
        return text
    if body[0] == "and":
        return f"{_BREAK}and ".join(phrase(part, AND + 1) for part in body[1:])
    if body[0] == "not" and body[1][0] == "implies":
        _, premise, conclusion = body[1]
        hypotheses = premise[1:] if premise[0] == "and" else [premise]
        said = f"{_BREAK}and ".join(phrase(part, AND + 1) for part in hypotheses)
        return f"not (if {said}{_BREAK}then {phrase(conclusion, IMPLIES)})"
    return text


def phrase(formula: Formula, tight: int = 0) -> str:
    """A formula in words, in brackets where it binds less than ``tight``."""
    text, binds = _phrase(formula)
    return f"({text})" if binds < tight else text


def _phrase(formula: Formula) -> tuple[str, int]:
    """The words of a formula, and how tightly they bind."""
    spend(5 * VALUE)
    if isinstance(formula, str) and formula[:1].isalpha():
        return formula, ATOM
    if not isinstance(formula, list):
        text = numeral(formula)
        return text, ATOM if text.isdigit() else PREFIX
    head, *arguments = formula
    if head == "ref":
        return f"{arguments[0]}({_listed(arguments[1:])})", ATOM
    if head == "has":
        return _filled(
            FACTS[arguments[0]].phrase, FACTS[arguments[0]].takes, arguments[1:]
        ), RELATION
    if head == "matrix":
        return "[" + ", ".join(f"[{_listed(row)}]" for row in arguments) + "]", ATOM
    if head == "tuple":
        return f"({_listed(arguments)}{',' if len(arguments) == 1 else ''})", ATOM
    entry = TABLE[head]
    if "{" not in entry.phrase and arguments:
        return _between(entry.phrase, entry.binds, arguments), entry.binds
    return _filled(entry.phrase, entry.takes, arguments), entry.binds


def numeral(value: Any) -> str:
    """A rational number, in decimal whatever its size.

    >>> numeral("-3/4"), numeral("0x20000000000001")
    ('-3/4', '9007199254740993')
    """
    return decimal(rational(value, ""))


def _filled(template: str, takes: str, arguments: list[Any]) -> str:
    """The phrase with its arguments in their places."""
    sorts = takes.split()

    def slot(match: re.Match[str]) -> str:
        if match[1] == "*":
            first = len(sorts) - 1
            return ", ".join(_argument(sorts[-1][:-1], value, 0) for value in arguments[first:])
        n = int(match[1])
        return _argument(
            sorts[n] if n < len(sorts) else sorts[-1][:-1], arguments[n], int(match[2] or 0)
        )

    return _SLOT.sub(slot, template)


def _argument(sort: str, value: Any, tight: int) -> str:
    if sort == "name":
        return f'"{value}"'
    if sort == "set":
        return f"{phrase(value[0])} = {phrase(value[1])}"
    if isinstance(value, str) and not (sort.isupper() and value[:1] in "-0123456789"):
        return value
    return phrase(value, tight)


def _listed(values: list[Any]) -> str:
    return ", ".join(map(phrase, values))


def _between(sign: str, binds: int, arguments: list[Any]) -> str:
    """Arguments with the sign between them; in a product it is written where it is needed."""
    texts = [phrase(argument, binds + 1) for argument in arguments]
    if binds != PRODUCT:
        return sign.join(texts)
    text = texts[0]
    for left, factor in pairwise(texts):
        needed = not _NEXT_FACTOR.match(factor) or (left[-1].isdigit() and factor[0] == "(")
        text += (" * " if needed else " ") + factor
    return text
