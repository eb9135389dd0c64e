"""Problems with symbols, with constants such as ``sqrt(2)-1``, or with an unknown activation.

Such a file stands for a family of problems, or has numbers that are not rational. Here it becomes a
canonical document, and problems with rational numbers that propose evidence; what its expressions
mean is for the checker to say, and it decides all claims about them.

>>> family = family_from({
...     "symbols": {"x": "0 < x", "y": ""},
...     "data": {"inputs": [["x"], ["2*y+1"]]}, "format": "exactland-problem/3",
...     "network": {"kind": "sequential", "layers": [{"kind": "dense", "width": 1}]}})
>>> family.names, family.document["symbols"], family.document["data"]
(('x', 'y'), [['x', '0 < x', 1], ['y', '', 2]], {'inputs': [['x'], ['2*y+1']]})
>>> family.at([fmpq(1), fmpq(0)]).data.inputs
((1,), (1,))
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.exact import exact
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import ExactlandError, InputError, NotExactError
from exactland.functions.expression import evaluate
from exactland.functions.expression_parser import parse_constant
from exactland.model.document import check_document, read_document
from exactland.model.document_parts import listed
from exactland.model.expressions_in_files import expressions, replaced
from exactland.model.half_spaces import point_inside
from exactland.model.messages import shown
from exactland.model.problem import Problem
from exactland.model.problem_file import (
    FORMAT,
    GENERAL,
    number_text,
    problem_document,
    problem_from,
)

#: The precision to which constants are approximated, to propose evidence.
BITS = 200
_WORD = re.compile("[a-z][a-z_0-9]*")
#: Numerators of the numbers that stand for expressions while a document is put in order.
_FIRST = 3 * 10**40 + 1


@dataclass(frozen=True)
class Family:
    """A problem of format 3: ``document`` is canonical, ``names`` are its symbols.

    ``form`` is a problem of the same shape, whose numbers mean nothing; ``conditions`` are rows
    a_1, ..., a_n, c of inequalities a . x + c > 0.
    """

    document: dict[str, Any]
    form: Problem
    names: tuple[str, ...]
    conditions: tuple[tuple[Any, ...], ...] = field(repr=False)

    def values(self, seed: int) -> list[Any]:
        """Values of the symbols that satisfy the conditions; seed 0 gives those of the document."""
        if seed == 0:
            return [exact(value) for _, _, value in self.document.get("symbols", ())]
        draw = random.Random(seed)
        found = point_inside(
            self.conditions, len(self.names), lambda i: fmpq(int(draw.random() * 129) - 64, 16)
        )
        return self.values(0) if found is None else found

    def at(self, values: Sequence[Any]) -> Problem | None:
        """The problem where the symbols have these values, its constants about right; None where
        an activation is not known. It proposes evidence and proves nothing."""
        chosen = dict(zip(self.names, values, strict=True))
        try:
            document = replaced(self.document, lambda text, place: _about(text, chosen, place))
            document.pop("symbols", None)
            return problem_from({**document, "format": FORMAT})
        except InputError:
            return None

    def with_parameters(self, document: Any) -> Family:
        """The same family at other parameters, given as a canonical document."""
        return replace(self, document={**self.document, "parameters": document})


def load_any(path: str | Path) -> Problem | Family:
    """The problem or family of problems of a file; errors as of ``load_problem``."""
    document = read_document(Path(path))
    try:
        return any_from(document)
    except InputError as error:
        raise InputError(f"{path}: {error.place}", error.reason, error.remedy) from None


def any_from(document: Any) -> Problem | Family:
    """The problem or family of problems of a document."""
    try:
        return problem_from(document)
    except InputError:
        check_document(document)
        if not (isinstance(document, Mapping) and is_general(document)):
            raise
    return family_from(document)


def is_general(document: Mapping[str, Any]) -> bool:
    """Whether a document has symbols, numbers that are not rational, or unknown activations."""
    general = document.get("format") == GENERAL or "symbols" in document
    return general or bool(expressions(document))


def family_from(document: Mapping[str, Any]) -> Family:
    """The family of a document.

    Raises InputError for what no problem file may have. What is wrong with an expression is found
    by the checker, which reads it.
    """
    names, texts = _declared(document.get("symbols", {}))
    conditions = [row for n, text in enumerate(texts) for row in _rows(text, names, names[n])]
    witness = point_inside(conditions, len(names), lambda i: fmpq(i + 1))
    if witness is None:
        raise InputError(
            "symbols", "no numbers satisfy all conditions", "leave one of the conditions out"
        )
    found, form = _in_order(document)
    if names:
        numbers = map(number_text, witness)
        found["symbols"] = [list(e) for e in zip(names, texts, numbers, strict=True)]
    return Family(found, form, names, tuple(tuple(row) for row in conditions))


def _declared(symbols: Any) -> tuple[tuple[str, ...], list[str]]:
    """The symbols and their conditions, from an object, or from the list of a canonical file."""
    if isinstance(symbols, (list, tuple)):
        entries = [(*listed(e, f"symbols[{n}]"), "", "")[:2] for n, e in enumerate(symbols)]
        symbols = {str(name): condition for name, condition in entries}
    if not isinstance(symbols, Mapping):
        raise InputError(
            "symbols", f"{shown(symbols)} is not an object", 'write {"x1": "x1 < x2", "x2": ""}'
        )
    for name, condition in symbols.items():
        if not isinstance(condition, str):
            raise InputError(
                f"symbols.{name}", f"{shown(condition)} is no condition", 'write "x1 < x2" or ""'
            )
        if re.search("[=]", condition):
            raise InputError(
                f"symbols.{name}",
                "conditions are strict inequalities",
                "write < or >; for an equality put the expression in the place of the symbol",
            )
    return tuple(map(str, symbols)), list(symbols.values())


def _rows(condition: str, names: Sequence[str], name: str) -> list[list[Any]]:
    """The rows a_1, ..., a_n, c of a condition or a chain of them."""
    if not condition.strip():
        return []
    sides = re.split("([<>])", condition)
    place, remedy = f"symbols.{name}", 'write a strict inequality such as "0 < x1" or "x1 < 2*x2"'
    if len(sides) < 3:
        raise InputError(place, f"{shown(condition)} is no inequality", remedy)
    try:
        terms = [_linear(side, names) for side in sides[::2]]
    except ExactlandError as error:
        raise InputError(place, f"it is not read: {error.reason}", remedy) from None
    rows = []
    for n, sign in enumerate(sides[1::2]):
        less, more = terms[n : n + 2] if sign == "<" else (terms[n + 1], terms[n])
        rows.append([b - a for a, b in zip(less, more, strict=True)])
    return rows


def _linear(text: str, names: Sequence[str]) -> list[Any]:
    """The coefficients and the constant of an expression, if it is linear with rational ones."""
    zero = dict.fromkeys(names, fmpq(0))
    constant = _value(text, zero)
    slopes = [_value(text, {**zero, name: fmpq(1)}) - constant for name in names]
    elsewhere = {name: fmpq(n + 2, 3) for n, name in enumerate(names)}
    total = sum((a * elsewhere[name] for a, name in zip(slopes, names, strict=True)), constant)
    if _value(text, elsewhere) != total:
        raise InputError("symbols", "a condition is linear", "")
    return [*slopes, constant]


def _value(text: str, values: Mapping[str, Any]) -> Any:
    """The rational value of an expression at values of the symbols."""
    written = _WORD.sub(lambda word: _bracketed(values, word[0]), text)
    return evaluate(parse_constant(written), None, RATIONALS)


def _bracketed(values: Mapping[str, Any], word: str) -> str:
    return f"({values[word]})" if word in values else word


def _about(value: Any, values: Mapping[str, Any], place: str) -> Any:
    """The value of an expression, or a rational number near it."""
    if not isinstance(value, str):
        raise InputError(place, "an activation that is not known", "")
    try:
        return _value(value, values)
    except NotExactError:
        written = _WORD.sub(lambda word: _bracketed(values, word[0]), value)
        ball = evaluate(parse_constant(written), None, Balls(BITS))
    if not ball.is_finite():
        raise InputError(place, "it has no value", "")
    mantissa, exponent = ball.mid().man_exp()
    return fmpq(int(mantissa)) * fmpq(2) ** int(exponent)


def _in_order(document: Mapping[str, Any]) -> tuple[dict[str, Any], Problem]:
    """The canonical document, and the problem with a number for each expression."""
    held: dict[Any, Any] = {}

    def placeholder(value: Any, place: str) -> Any:
        token = fmpq(_FIRST + 3 * len(held), 3)
        if isinstance(value, str):
            held[number_text(token)] = value.strip()
            return token
        held[number_text(token)] = _table(value, place)
        return {"name": "polynomial", "coefficients": [0, str(token)]}

    written = replaced(document, placeholder)
    written.pop("symbols", None)
    try:
        if written.get("format") == GENERAL:  # which says all that format 2 can say
            written["format"] = FORMAT
        form = problem_from(written)
    except InputError as error:
        reason = error.reason
        for token, value in held.items():
            reason = reason.replace(str(token), str(value))
        raise InputError(error.place, reason, error.remedy) from None
    used: set[Any] = set()
    found = _restored(problem_document(form), held, used)
    if used < held.keys():
        raise InputError(
            "parameters", "a number with symbols is changed, as by batch-norm", "fold it by hand"
        )
    return {**found, "format": GENERAL}, form


def _table(value: Mapping[str, Any], place: str) -> dict[str, Any]:
    """A known activation in its canonical form."""
    rows = listed(value["values"], f"{place}.values")
    if set(value) != {"values"} or not rows:
        raise InputError(place, "it is not known by some values", 'write {"values": [[t, v, s]]}')
    found = []
    for n, row in enumerate(rows):
        if len(listed(row, f"{place}.values[{n}]")) != 3:
            raise InputError(
                f"{place}.values[{n}]", "three numbers are needed", "give point, value and slope"
            )
        found.append([_canonical(entry, f"{place}.values[{n}]") for entry in row])
    return {"values": found}


def _canonical(entry: Any, place: str) -> Any:
    try:
        return number_text(exact(entry, place))
    except InputError:
        if isinstance(entry, str):
            return entry.strip()
        raise


def _restored(value: Any, held: Mapping[Any, Any], used: set[Any]) -> Any:
    """The document with the expressions in their places; ``used`` are those that were there."""
    if isinstance(value, list):
        return [_restored(entry, held, used) for entry in value]
    if isinstance(value, dict) and value.get("name") != "polynomial":
        return {key: _restored(entry, held, used) for key, entry in value.items()}
    token = value["coefficients"][-1] if isinstance(value, dict) else value
    if not isinstance(token, str) or token not in held:
        return value
    used.add(token)
    return held[token]
