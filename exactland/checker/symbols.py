"""Numbers of a problem of format 3: fractions, constants such as ``sqrt(2)-1``, and symbols.

Symbols are real numbers that satisfy strict linear inequalities, at least one choice of which is
written out: so they range over a set that is open, convex and not empty. There every expression in
them has a value, and is analytic: divisors are shown not to be 0, arguments of log and sqrt to be
positive, and the other functions are analytic on all of R.

>>> symbols = read_symbols([["x1", "x1<x2", 0], ["x2", "", "1/2"]], "symbols")
>>> symbols.admit({"x1": Fraction(1), "x2": Fraction(1)})
False
>>> number(read_number("1/(x2-x1)", "here", symbols), symbols.witness, Rationals())
Fraction(2, 1)
>>> read_number("1/x1", "here", symbols)
Traceback (most recent call last):
...
exactland.checker.outcome.Reject: here: a division by symbols, which may be 0
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
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
from .limits import SYMBOLS
from .outcome import Coarse, Decline, NotRational, Reject, quoted
from .rationals import Rationals
from .signature import CALLS, NAMES, reserved
from .work import TURN, VALUE, spend

#: A number of a problem: rational, or an expression without the variable t.
Entry = Fraction | Node
#: A linear expression: the coefficients of symbols, and the constant at "".
Linear = dict[str, Fraction]
Signs = frozenset[int]
ANY: Signs = frozenset((-1, 0, 1))
Read = Callable[[Any, str], Entry]
#: Functions of symbols: analytic on all of R.
ENTIRE = frozenset(("exp", "sin", "cos", "sinh", "cosh", "tanh", "atan", "erf", "sigmoid"))
#: The most multiples of conditions that are added to see that a linear expression is positive.
STEPS = 4
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
    positive: tuple[Linear, ...]
    witness: Mapping[str, Fraction]

    def admit(self, values: Mapping[str, Fraction]) -> bool:
        """Whether these values satisfy all conditions."""
        one = {**values, "": Fraction(1)}
        spend(VALUE * len(self.positive) * len(one))
        return all(sum(a * one[name] for name, a in gap.items()) > 0 for gap in self.positive)

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
    if len(listed(value, place)) > SYMBOLS:
        raise Decline(f"{place}: there are more than {SYMBOLS}")
    entries = [listed(e, f"{place}[{n}]", 3) for n, e in enumerate(value)]
    names = tuple(_symbol(entry[0], f"{place}[{n}]") for n, entry in enumerate(entries))
    if not names or len(set(names)) != len(names):
        raise Reject(place, "at least one symbol is needed, and each once")
    conditions = [text(entry[1], f"{place}[{n}]") for n, entry in enumerate(entries)]
    positive = [
        gap
        for n, condition in enumerate(conditions)
        for gap in _conditions(condition, f"{place}[{n}]", names)
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


def _conditions(condition: str, place: str, names: Sequence[str]) -> list[Linear]:
    """Differences that have to be positive, of ``x1 < x2`` or a chain ``0 < q < 1``; linear."""
    if not condition:
        return []
    sides = re.split("([<>])", condition)
    if len(sides) < 3:
        raise Reject(place, "a strict inequality is expected")
    terms = [parse(side, place, constant=True, symbols=names) for side in sides[::2]]
    for term in terms:
        _require_value(term, place, ())
    found: list[Linear] = []
    for n, sign in enumerate(sides[1::2]):
        less, more = terms[n : n + 2] if sign == "<" else terms[n : n + 2][::-1]
        gap = _linear(Sum(((1, more), (-1, less))))
        if gap is None:
            raise Reject(place, "a condition is linear, with rational coefficients")
        found.append(gap)
    return found


def _linear(node: Node) -> Linear | None:
    """The coefficients of an expression that is linear, and rational, as it is written out."""
    over = Formal()
    names = sorted(_symbols(node))
    found: Linear = {}
    for monomial, coefficient in evaluate(node, symbol_numbers(names, None, over), over).items():
        keys = [over.keys[s] for s in monomial]
        if len(keys) > 1 or any(key[0] != "symbol" for key in keys):
            return None
        found[str(keys[0][1]) if keys else ""] = coefficient
    return found


def _symbols(node: Node) -> set[str]:
    spend(5 * TURN)
    own = {node.name} if isinstance(node, Symbol) else set()
    return own.union(*map(_symbols, children(node)))


def signs(node: Node, positive: Sequence[Linear]) -> Signs:
    """A set that contains the sign of an expression that has a value, where these are positive.

    >>> symbols = read_symbols([["q", "0<q<1", "1/2"], ["x", "", 0]], "")
    >>> texts = ("1-q", "q-2", "x**2+q", "x*q", "exp(x)+1", "sqrt(2)-2")
    >>> [sorted(signs(parse(text, symbols=["q", "x"]), symbols.positive)) for text in texts]
    [[1], [-1], [1], [-1, 0, 1], [1], [-1]]
    """
    spend(VALUE * (1 + len(positive)))
    if not _symbols(node):
        low, high = evaluate(node, None, Intervals(BITS))
        return frozenset((1,)) if low > 0 else frozenset((-1,)) if high < 0 else ANY
    line = _linear(node)
    if line is not None:
        for side in (1, -1):
            turned = {name: side * a for name, a in line.items()}
            if _is_positive(turned, positive):
                return frozenset((side,))
    return _combined(node, [signs(part, positive) for part in children(node)])


def _is_positive(line: Linear, positive: Sequence[Linear], steps: int = STEPS) -> bool:
    """Whether a linear expression is a sum of a number >= 0 and positive multiples of these, at
    most so many, which are found one after the other; or a positive number."""
    name = min((name for name in line if name), default="")
    if not name:
        constant = line.get("", Fraction(0))
        return constant > 0 or (constant == 0 and steps < STEPS)
    if not steps:
        return False
    for gap in positive:
        spend(VALUE * (1 + len(line) + len(gap)))
        factor = line[name] / gap[name] if name in gap else Fraction(0)
        if factor > 0:
            both = {n: line.get(n, 0) - factor * gap.get(n, 0) for n in {*line, *gap}}
            rest = {n: Fraction(a) for n, a in both.items() if a}
            if _is_positive(rest, positive, steps - 1):
                return True
    return False


def _combined(node: Node, found: list[Signs]) -> Signs:
    """The signs of an expression from those of its parts."""
    if isinstance(node, Sum):
        total: Signs = frozenset((0,))
        for (sign, _), part in zip(node.terms, found, strict=True):
            total = frozenset().union(*(_sum(a, sign * b) for a, b in product(total, part)))
        return total
    if isinstance(node, Product):
        return frozenset(prod(choice) for choice in product(*found))  # 1/v has the sign of v
    if isinstance(node, Power):
        even = node.exponent % 2 == 0
        squared = frozenset(a * a for a in found[0])
        return frozenset((1,)) if node.exponent == 0 else squared if even else found[0]
    if isinstance(node, Call) and node.function in ("exp", "cosh", "sigmoid", "sqrt"):
        return frozenset((1,))  # of sqrt the argument is positive
    if isinstance(node, Call) and node.function in ("sinh", "tanh", "atan", "erf"):
        return found[0]
    return ANY


def _sum(a: int, b: int) -> Signs:
    return ANY if a * b < 0 else frozenset((a or b,))


def read_number(value: Any, place: str, symbols: Symbols | None) -> Entry:
    """A rational number in its only form, or an expression that is none as it is written.

    It has a value whatever the symbols are. A constant that is shown to be rational is a fraction.
    """
    if not isinstance(value, str) or _RATIONAL.fullmatch(value):
        return rational(value, place)
    names = () if symbols is None else symbols.names
    node = parse(value, place, constant=True, symbols=names)
    if not _mentions(node, (Symbol, Call, Pi)):
        raise Reject(place, f"{quoted(value)} is rational, and written as such a number")
    _require_value(node, place, () if symbols is None else symbols.positive)
    if _symbols(node):
        return node
    try:
        return Fraction(evaluate(node, None, Rationals()))
    except NotRational:
        return node


def _mentions(node: Node, kinds: tuple[type, ...]) -> bool:
    spend(5 * TURN)
    return isinstance(node, kinds) or any(_mentions(part, kinds) for part in children(node))


def _require_value(node: Node, place: str, positive: Sequence[Linear]) -> None:
    """Reject unless the expression is shown to have a value, and to be analytic in its symbols."""
    if not _symbols(node):
        try:
            evaluate(node, None, Intervals(BITS))
        except Coarse:
            raise Reject(place, "the constant is not shown to have a value") from None
        except Reject as rejection:
            raise Reject(place, f"it has no value: {rejection.reason}") from None
        return
    for part in children(node):
        _require_value(part, place, positive)
    divisors = [node.base] if isinstance(node, Power) and node.exponent < 0 else []
    if isinstance(node, Product):
        divisors = [factor for exponent, factor in node.factors if exponent < 0]
    for divisor in divisors:
        if not _symbols(divisor):
            _require_value(Product(((1, Number(Fraction(1))), (-1, divisor))), place, positive)
        elif 0 in signs(divisor, positive):
            raise Reject(place, "a division by symbols, which may be 0")
    if isinstance(node, Call) and node.function not in ENTIRE:
        of_positive = node.function in ("log", "sqrt")
        if not of_positive or signs(node.arguments[0], positive) != {1}:
            raise Reject(place, f"{node.function} of symbols, which may have no value or a kink")


def number(entry: Entry, values: Mapping[str, Any], over: Any) -> Any:
    """The number over any arithmetic; ``values`` are those of the symbols over it."""
    if isinstance(over, Jets):
        return [number(entry, values, over.base), *over.number(Fraction(0))[1:]]
    if isinstance(entry, Fraction):
        return over.number(entry)
    if not values and _symbols(entry):
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
