"""Activations between their kinks (section 6.3): on each piece of the line, one expression.

>>> from .expression import parse
>>> [str(p.bounds[1]) for p in pieces(parse("min(max(t,0),6)"))]
['0', '6', 'None']
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

from .activations import Activation, core_of
from .cuts import Cut, compare, profile
from .expression import (
    Call,
    Node,
    Number,
    Pi,
    Power,
    Product,
    Sum,
    Symbol,
    Variable,
    children,
    evaluate,
)
from .formal import Formal
from .limits import PIECES
from .outcome import Decline, NotRational, Reject
from .properties import is_analytic, is_analytic_between, is_polynomial
from .rationals import Rationals

End = Fraction | None


@dataclass(frozen=True)
class Piece:
    """An interval on which the activation is ``activation``, without kinks.

    It is contained in [low, high] and contains [*inner]; None is no end. Both are the interval,
    unless an end is not rational.
    """

    low: End
    high: End
    activation: Activation
    inner: tuple[End, End]

    def has(self, q: Fraction) -> bool:
        """Whether the interval is seen to contain q."""
        low, high = self.inner
        return (low is None or low <= q) and (high is None or q <= high)


class Table:
    """The pieces of activations, read off once for each."""

    def __init__(self) -> None:
        self._known: dict[str, list[Piece]] = {}

    def of(self, activation: Activation) -> list[Piece]:
        if activation.key not in self._known:
            self._known[activation.key] = activation_pieces(activation)
        return self._known[activation.key]


@dataclass(frozen=True)
class _Part:
    low: Cut | None
    high: Cut | None
    node: Node

    @property
    def bounds(self) -> tuple[End, End]:
        return self.low.low if self.low else None, self.high.high if self.high else None

    @property
    def inner(self) -> tuple[End, End]:
        return self.low.high if self.low else None, self.high.low if self.high else None


def activation_pieces(activation: Activation) -> list[Piece]:
    """The pieces of an activation, in increasing order; they cover the line."""
    if is_analytic(activation.definition):
        return [Piece(None, None, activation, (None, None))]
    found = []
    for part in pieces(activation.definition, activation.is_total):
        # It is used between low and high only, where the whole activation is defined.
        piece = Activation(f"piece {part.node!r}", part.node, core_of(part.node), True)
        found.append(Piece(*part.bounds, piece, part.inner))
    return found


def pieces(node: Node, total: bool = True) -> list[_Part]:
    """The expression without ``abs``, ``min`` and ``max`` on pieces that cover the line.

    Where such a function changes has to be read off: where its argument, or the difference of its
    two, changes its sign. Unless it is ``total``, seen to be defined on R, all parts have to be
    analytic on the intervals where they are used.
    """
    found = _pieces(node, total)
    if not total:
        _require_defined(found)
    return found


def _pieces(node: Node, total: bool) -> list[_Part]:
    if is_analytic(node):
        return [_Part(None, None, node)]
    if isinstance(node, Call) and node.function == "dyadic_softplus":
        raise Reject("", "an activation that has no pieces")
    if isinstance(node, Call) and node.function == "sqrt":
        node = _root_of_a_square(node)
    inner = [_pieces(part, total) for part in children(node)]
    found: list[_Part] = []
    for low, high in _refined(inner):
        parts = [_on(one, low, high) for one in inner]
        if isinstance(node, Call) and node.function in ("abs", "min", "max"):
            if not total:
                _require_defined([_Part(low, high, part) for part in parts])
            found += _chosen(node.function, parts, low, high)
        else:
            found.append(_Part(low, high, _rebuilt(node, parts)))
    if len(found) > PIECES:
        raise Decline(f"an activation of more than {PIECES} pieces")
    return found


def _root_of_a_square(node: Call) -> Node:
    """sqrt(u^(2n)) = abs(u)^n"""
    inside = node.arguments[0]
    if isinstance(inside, Power) and inside.exponent > 0 and inside.exponent % 2 == 0:
        return Power(Call("abs", (inside.base,)), inside.exponent // 2)
    return node


def _require_defined(parts: Sequence[_Part]) -> None:
    if not all(is_analytic_between(part.node, *part.bounds) for part in parts):
        raise Reject("", "an activation is not shown to be defined on all of R")


def _refined(inner: Sequence[Sequence[_Part]]) -> list[tuple[Cut | None, Cut | None]]:
    cuts: list[Cut] = []
    for cut in sorted(
        (part.high for one in inner for part in one if part.high is not None),
        key=cmp_to_key(compare),
    ):
        if not cuts or compare(cuts[-1], cut):
            cuts.append(cut)
    return list(zip([None, *cuts], [*cuts, None], strict=True))


def _inside(low: Cut | None, high: Cut | None) -> Fraction:
    """A point strictly between."""
    if low is None:
        return Fraction(0) if high is None else high.low - 1
    return low.high + 1 if high is None else (low.high + high.low) / 2


def _on(one: Sequence[_Part], low: Cut | None, high: Cut | None) -> Node:
    q = _inside(low, high)
    for part in one:
        if (part.low is None or part.low.high < q) and (part.high is None or q < part.high.low):
            return part.node
    raise Reject("", "pieces that do not cover the line")


def _chosen(function: str, parts: list[Node], low: Cut | None, high: Cut | None) -> list[_Part]:
    """abs, min or max on [low, high], cut where the argument or the difference changes its sign."""
    first = parts[0]
    second = Sum(((-1, first),)) if function == "abs" else parts[1]
    plain = function == "abs" or second == Number(Fraction(0))
    found = profile(first if plain else Sum(((1, first), (-1, second))))
    sign = found.first if function != "min" else -found.first
    inside = []
    for cut in found.cuts:
        if low is not None and compare(cut, low) <= 0:
            sign = -sign
        elif high is None or compare(cut, high) < 0:
            inside.append(cut)
    result = []
    for start, end in zip([low, *inside], [*inside, high], strict=True):
        result.append(_Part(start, end, first if sign > 0 else second))
        sign = -sign
    return result


def line(node: Node) -> tuple[Fraction, Fraction] | None:
    """(a, b) for an expression that is written as a polynomial and is a + b t."""
    if not is_polynomial(node):
        return None
    over = Formal()
    t = over.symbol("t")
    value = dict(evaluate(node, t, over))
    constant, slope = value.pop((), Fraction(0)), value.pop(next(iter(t)), Fraction(0))
    return None if value else (constant, slope)


def _rebuilt(node: Node, parts: Sequence[Node]) -> Node:
    """The node with other parts; a function of a rational number is its value, if rational."""
    match node:
        case Sum(terms):
            pairs = zip(terms, parts, strict=True)
            return Sum(tuple((sign, part) for (sign, _), part in pairs))
        case Product(factors):
            pairs = zip(factors, parts, strict=True)
            return Product(tuple((exponent, part) for (exponent, _), part in pairs))
        case Power(_, exponent):
            return Power(parts[0], exponent)
        case Call(function, _):
            return _value(function, parts)
        case Number() | Variable() | Symbol() | Pi():
            return node


def _value(function: str, parts: Sequence[Node]) -> Node:
    numbers = [part.value for part in parts if isinstance(part, Number)]
    if len(numbers) == len(parts):
        try:
            return Number(Rationals().call(function, numbers))
        except (NotRational, Reject):
            pass
    return Call(function, tuple(parts))
