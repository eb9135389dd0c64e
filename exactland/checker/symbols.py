"""Numbers of a problem of format 3: fractions, constants such as ``sqrt(2)-1``, and symbols.

Symbols are real numbers that satisfy strict linear inequalities, at least one choice of which is
written out: so they range over a set that is open, convex and not empty. An expression in symbols
is made of sums, products and functions that are analytic on all of R; so it is analytic wherever
they are.

>>> symbols = read_symbols([["x1", "x1<x2", 0], ["x2", "", "1/2"]], "symbols")
>>> symbols.admit({"x1": Fraction(1), "x2": Fraction(1)})
False
>>> entry = read_number("x1+sqrt(2)", "here", symbols.names)
>>> number(read_number("2*x1", "here", symbols.names), symbols.witness, Rationals())
Fraction(0, 1)
>>> read_number("1/x1", "here", symbols.names)
Traceback (most recent call last):
...
exactland.checker.outcome.Reject: here: a division by symbols, which may be 0
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .canonical import listed, rational, text
from .expression import (
    FUNCTIONS,
    Call,
    Node,
    Number,
    Pi,
    Power,
    Product,
    Sum,
    Symbol,
    children,
    evaluate,
    parse,
)
from .formal import Formal
from .intervals import Intervals
from .jets import Jets
from .outcome import Coarse, NotRational, Reject, quoted
from .rationals import Rationals
from .signature import CALLS, NAMES, reserved
from .work import TURN, VALUE, spend

#: A number of a problem: rational, or an expression without the variable t.
Entry = Fraction | Node
Read = Callable[[Any, str], Entry]
#: Functions of symbols: analytic on all of R.
ENTIRE = frozenset(("exp", "sin", "cos", "sinh", "cosh", "tanh", "atan", "erf", "sigmoid"))
#: Fractional bits with which a constant is shown to have a value.
BITS = 256
_NAME = re.compile(r"[a-z]{1,20}[0-9]{0,4}", re.ASCII)
_RATIONAL = re.compile(r"-?(0x[0-9a-f]+|[0-9]+)(/(0x[0-9a-f]+|[0-9]+))?", re.ASCII)
#: Words of expressions and texts of claims that are in no phrase.
_WORDS = frozenset((*FUNCTIONS, *CALLS, "t", "pi", "with"))
#: Names of integers that claims bind; ``formulas.instance`` gives these other names.
_COUNTING = re.compile("|".join(NAMES["i"][:5]) + "|i[0-9]+")


@dataclass(frozen=True)
class Symbols:
    """The symbols of a problem: each of ``positive`` is positive, as it is at ``witness``."""

    names: tuple[str, ...]
    conditions: tuple[str, ...]
    positive: tuple[Node, ...]
    witness: Mapping[str, Fraction]

    def admit(self, values: Mapping[str, Fraction]) -> bool:
        """Whether these values satisfy all conditions."""
        spend(VALUE * len(self.positive))
        return all(evaluate(node, values, Rationals()) > 0 for node in self.positive)

    def __str__(self) -> str:
        """The names, and below which conditions.

        >>> str(read_symbols([["x", "0<x<1", "1/2"], ["y", "", 0]], ""))
        'symbols x, y with 0<x<1'
        """
        conditions = " and ".join(filter(None, self.conditions))
        names = ", ".join(self.names)
        return f"symbols {names}" + (f" with {conditions}" if conditions else "")


def read_symbols(value: Any, place: str) -> Symbols:
    """``[[name, condition, number], ...]``: the conditions hold where each symbol is its number."""
    entries = [listed(e, f"{place}[{n}]", 3) for n, e in enumerate(listed(value, place))]
    names = tuple(_symbol(entry[0], f"{place}[{n}]") for n, entry in enumerate(entries))
    if not names or len(set(names)) != len(names):
        raise Reject(place, "at least one symbol is needed, and each once")
    conditions = [text(entry[1], f"{place}[{n}]") for n, entry in enumerate(entries)]
    positive = [
        node
        for n, condition in enumerate(conditions)
        for node in _conditions(condition, f"{place}[{n}]", names)
    ]
    witness = {
        name: rational(entry[2], f"{place}[{n}]")
        for n, (name, entry) in enumerate(zip(names, entries, strict=True))
    }
    symbols = Symbols(names, tuple(conditions), tuple(positive), witness)
    if not symbols.admit(witness):
        raise Reject(place, "the numbers do not satisfy the conditions")
    return symbols


def _symbol(value: Any, place: str) -> str:
    name = text(value, place)
    if not _NAME.fullmatch(name):
        raise Reject(place, f"{quoted(name)} is not a name of letters a-z, then digits")
    if name in _WORDS | reserved() or _COUNTING.fullmatch(name):
        raise Reject(place, f"{quoted(name)} is a word of the language")
    return name


def _conditions(condition: str, place: str, names: Sequence[str]) -> list[Node]:
    """Differences that have to be positive, of ``x1 < x2`` or a chain ``0 < q < 1``; linear."""
    if not condition:
        return []
    sides = re.split("([<>])", condition)
    if len(sides) < 3:
        raise Reject(place, "a strict inequality is expected")
    terms = [parse(side, place, constant=True, symbols=names) for side in sides[::2]]
    for term in terms:
        _require_value(term, place)
    found: list[Node] = []
    for n, sign in enumerate(sides[1::2]):
        less, more = terms[n : n + 2] if sign == "<" else terms[n : n + 2][::-1]
        over = Formal()
        values = symbol_numbers(names, None, over)
        gap = [evaluate(term, values, over) for term in (more, less)]
        for monomial in over.add(gap[0], over.negative(gap[1])):
            if len(monomial) > 1 or any(over.keys[s][0] != "symbol" for s in monomial):
                raise Reject(place, "a condition is linear, with rational coefficients")
        found.append(Sum(((1, more), (-1, less))))
    return found


def read_number(value: Any, place: str, names: Sequence[str]) -> Entry:
    """A rational number in its only form, or an expression that is none as it is written.

    It has a value whatever the symbols are. A constant that is shown to be rational is a fraction.
    """
    if not isinstance(value, str) or _RATIONAL.fullmatch(value):
        return rational(value, place)
    node = parse(value, place, constant=True, symbols=names)
    if not _mentions(node, (Symbol, Call, Pi)):
        raise Reject(place, f"{quoted(value)} is rational, and written as such a number")
    _require_value(node, place)
    if _mentions(node, (Symbol,)):
        return node
    try:
        return Fraction(evaluate(node, None, Rationals()))
    except NotRational:
        return node


def _mentions(node: Node, kinds: tuple[type, ...]) -> bool:
    spend(5 * TURN)
    return isinstance(node, kinds) or any(_mentions(part, kinds) for part in children(node))


def _require_value(node: Node, place: str) -> None:
    """Reject unless the expression is shown to have a value, and to be analytic in its symbols."""
    if not _mentions(node, (Symbol,)):
        try:
            evaluate(node, None, Intervals(BITS))
        except Coarse:
            raise Reject(place, "the constant is not shown to have a value") from None
        except Reject as rejection:
            raise Reject(place, f"it has no value: {rejection.reason}") from None
        return
    if isinstance(node, Product):
        if any(exponent < 0 and _mentions(factor, (Symbol,)) for exponent, factor in node.factors):
            raise Reject(place, "a division by symbols, which may be 0")
        # A divisor is shown not to be 0.
        inverses = [factor for exponent, factor in node.factors if exponent < 0]
        for factor in inverses:
            _require_value(Product(((1, Number(Fraction(1))), (-1, factor))), place)
    if isinstance(node, Power) and node.exponent < 0:
        raise Reject(place, "a division by symbols, which may be 0")
    if isinstance(node, Call) and node.function not in ENTIRE:
        raise Reject(place, f"{node.function} of symbols is not admitted")
    for part in children(node):
        _require_value(part, place)


def number(entry: Entry, values: Mapping[str, Any], over: Any) -> Any:
    """The number over any arithmetic; ``values`` are those of the symbols over it."""
    if isinstance(over, Jets):
        return [number(entry, values, over.base), *over.number(Fraction(0))[1:]]
    if isinstance(entry, Fraction):
        return over.number(entry)
    if not values and _mentions(entry, (Symbol,)):
        raise Reject("problem.symbols", "they have no values here")
    return evaluate(entry, values, over)


def symbol_numbers(
    names: Sequence[str], values: Mapping[str, Fraction] | None, over: Any
) -> dict[str, Any]:
    """The symbols over an arithmetic: their values, where they have some, or formal symbols."""
    if values is not None:
        return {name: over.number(value) for name, value in values.items()}
    if isinstance(over, Formal):
        return {name: over.symbol("symbol", name) for name in names}
    return {}
