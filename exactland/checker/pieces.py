"""Activations between their kinks (section 6.3): on each piece of the line, one expression.

>>> from .expression import parse
>>> [(str(p.low), str(p.high)) for p in pieces(parse("min(max(t,0),6)"))]
[('None', '0'), ('0', '6'), ('6', 'None')]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .activations import Activation, core_of
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
from .properties import is_analytic, is_polynomial, signs
from .rationals import Rationals

End = Fraction | None


@dataclass(frozen=True)
class Piece:
    """On [low, high] (None: without end) the activation is ``activation``, without kinks."""

    low: End
    high: End
    activation: Activation

    def has(self, q: Fraction) -> bool:
        return (self.low is None or self.low <= q) and (self.high is None or q <= self.high)


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
    low: End
    high: End
    node: Node


def activation_pieces(activation: Activation) -> list[Piece]:
    """The pieces of an activation, in increasing order; they cover the line."""
    if is_analytic(activation.definition):
        return [Piece(None, None, activation)]
    if not activation.is_total:
        raise Reject("", "an activation is not shown to be defined on all of R")
    found = []
    for part in pieces(activation.definition):
        # It is used between low and high only, where the whole activation is defined.
        piece = Activation(f"piece {part.node!r}", part.node, core_of(part.node), True)
        found.append(Piece(part.low, part.high, piece))
    return found


def pieces(node: Node) -> list[_Part]:
    """The expression without ``abs``, ``min`` and ``max`` on pieces that cover the line.

    Where such a function changes has to be read off: its argument, or the difference of its two, is
    a polynomial of degree at most 1 on each piece, or has one sign by the rules.
    """
    if is_analytic(node):
        return [_Part(None, None, node)]
    if isinstance(node, Call) and node.function == "dyadic_softplus":
        raise Reject("", "an activation that has no pieces")
    inner = [pieces(part) for part in children(node)]
    found: list[_Part] = []
    for low, high in _refined(inner):
        parts = [_on(one, low, high) for one in inner]
        if isinstance(node, Call) and node.function in ("abs", "min", "max"):
            found += _chosen(node.function, parts, low, high)
        else:
            found.append(_Part(low, high, _rebuilt(node, parts)))
    if len(found) > PIECES:
        raise Decline(f"an activation of more than {PIECES} pieces")
    return found


def _refined(inner: Sequence[Sequence[_Part]]) -> list[tuple[End, End]]:
    cuts = sorted({part.high for one in inner for part in one if part.high is not None})
    return list(zip([None, *cuts], [*cuts, None], strict=True))


def _inside(low: End, high: End) -> Fraction:
    """A point strictly between."""
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _on(one: Sequence[_Part], low: End, high: End) -> Node:
    q = _inside(low, high)
    for part in one:
        if (part.low is None or part.low < q) and (part.high is None or q < part.high):
            return part.node
    raise Reject("", "pieces that do not cover the line")


def _chosen(function: str, parts: list[Node], low: End, high: End) -> list[_Part]:
    """abs, min or max on [low, high], cut where the argument or the difference changes its sign."""
    first = parts[0]
    second = Sum(((-1, first),)) if function == "abs" else parts[1]
    difference = first if function == "abs" else Sum(((1, first), (-1, second)))
    root, sign = _change(difference, low, high)
    if function == "min":
        sign = -sign
    left, right = (first, second) if sign > 0 else (second, first)
    if root is None:
        return [_Part(low, high, left)]
    return [_Part(low, root, left), _Part(root, high, right)]


def _change(node: Node, low: End, high: End) -> tuple[End, int]:
    """Where on (low, high) the sign changes, if it does, and the sign (1 for 0) before that."""
    found = line(node)
    if found is None:
        known = signs(node)
        if known <= {0, 1}:
            return None, 1
        if known <= {-1, 0}:
            return None, -1
        raise Reject("", "a kink whose place is not read off")
    constant, slope = found
    if slope:
        root = -constant / slope
        if (low is None or low < root) and (high is None or root < high):
            return root, -1 if slope > 0 else 1
    at = constant + slope * _inside(low, high)
    return None, 1 if at >= 0 else -1


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
