"""Activations between their kinks: on each piece of the line, an expression without them.

Section 6.3 of docs/certificate-v1.md. What changes there is read off: the argument of ``abs``, or
the difference of the two of ``min`` and ``max``, has degree at most 1 on each piece, or one sign by
the rules of section 4.

>>> from exactland.functions.activations import activation
>>> [str(piece) for piece in pieces(activation("relu6"))]
['(-oo, 0]: 0', '[0, 6]: t', '[6, oo): 6']
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from flint import fmpq

from exactland.arithmetic.rationals import rational_value
from exactland.errors import ExactlandError, LimitError, NotExactError
from exactland.functions.activations import Activation, activation
from exactland.functions.expression import fold
from exactland.functions.expression_tree import (
    Call,
    Expression,
    Negation,
    Power,
    Product,
    Quotient,
    Sum,
    literal,
    number,
)
from exactland.functions.properties import defined_everywhere
from exactland.functions.signs import polynomial as coefficients
from exactland.functions.signs import sign_rules

#: The most pieces of one activation.
MOST_PIECES = 32
End = fmpq | None
#: (low, high, expression)
Part = tuple[End, End, Expression]


@dataclass(frozen=True)
class Piece:
    """The activation is ``activation`` on [low, high]; None is an end that is not there.

    ``expression`` is its text, as it is made from the text of the activation.
    """

    low: End
    high: End
    activation: Activation
    expression: Expression

    def has(self, q: fmpq) -> bool:
        return (self.low is None or self.low <= q) and (self.high is None or q <= self.high)

    def __str__(self) -> str:
        low = "(-oo" if self.low is None else f"[{self.low}"
        high = "oo)" if self.high is None else f"{self.high}]"
        return f"{low}, {high}: {self.activation}"


@lru_cache(maxsize=512)
def pieces(sigma: Activation) -> tuple[Piece, ...]:
    """The pieces in increasing order; they cover the line.

    Raises NotExactError for an activation whose kinks are not read off, or that is not seen to be
    defined everywhere.
    """
    sigma = sigma.known_as
    if sigma.is_analytic.holds is True and sigma.definition is not None:
        return (Piece(None, None, sigma, sigma.definition),)
    if sigma.definition is None or defined_everywhere(sigma.definition).holds is not True:
        raise _unknown(sigma, "it is not seen to be defined everywhere")
    try:
        parts = fold(sigma.definition, _split)
        if len(parts) > MOST_PIECES:
            raise LimitError(str(sigma), f"more than {MOST_PIECES} pieces", "use fewer kinks")
        return tuple(
            Piece(low, high, activation({"expr": str(node)}), node) for low, high, node in parts
        )
    except ExactlandError as error:
        raise _unknown(sigma, error.reason) from None


def _unknown(sigma: Activation, reason: str) -> NotExactError:
    return NotExactError(
        f"the pieces of {sigma}", reason, "use abs, min and max of what is linear on each piece"
    )


def _split(node: Expression, inner: tuple[list[Part], ...]) -> list[Part]:
    """The pieces of a node, from those of its parts."""
    if not inner:
        return [(None, None, node)]
    found: list[Part] = []
    cuts = sorted({high for parts in inner for _, high, _ in parts if high is not None})
    for low, high in pairwise([None, *cuts, None]):
        at = _inside(low, high)
        parts = [_at(one, at) for one in inner]
        if isinstance(node, Call) and node.name in ("abs", "min", "max"):
            found += _chosen(node.name, parts, low, high)
        else:
            found.append((low, high, _rebuilt(node, parts)))
    return found


def _inside(low: End, high: End) -> fmpq:
    if low is None:
        return fmpq(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _at(parts: Sequence[Part], t: fmpq) -> Expression:
    for _, high, node in parts:
        if high is None or t < high:
            return node
    raise LimitError("pieces", "they do not cover the line", "report it")


def _chosen(name: str, parts: list[Expression], low: End, high: End) -> list[Part]:
    """abs, min or max on a piece, cut where its argument or difference changes its sign."""
    first = parts[0]
    second = Negation(first) if name == "abs" else parts[1]
    plain = name == "abs" or literal(second) == 0
    difference = first if plain else Sum((first, Negation(second)))
    root, sign = _change(difference, low, high)
    before, after = (first, second) if (sign > 0) is (name != "min") else (second, first)
    if root is None:
        return [(low, high, before)]
    return [(low, root, before), (root, high, after)]


def _change(difference: Expression, low: End, high: End) -> tuple[End, int]:
    """Where the sign changes inside (low, high), if it does, and the sign (1 for 0) before it."""
    known = coefficients(difference)
    if known is None or len(known) > 2:
        rule = sign_rules(difference)
        if rule.nonnegative or rule.positive:
            return None, 1
        if rule.negative:
            return None, -1
        raise NotExactError("a kink", f"where {difference} changes its sign is not read off", "")
    constant, slope = (*known, fmpq(0), fmpq(0))[:2]
    if slope != 0:
        root = -constant / slope
        if (low is None or low < root) and (high is None or root < high):
            return root, -1 if slope > 0 else 1
    return None, 1 if constant + slope * _inside(low, high) >= 0 else -1


def _rebuilt(node: Expression, parts: Sequence[Expression]) -> Expression:
    """The node with other parts; a function of a rational number is its value, if rational."""
    match node:
        case Sum():
            return Sum(tuple(parts))
        case Product():
            return Product(tuple(parts))
        case Quotient():
            return Quotient(*parts)
        case Power(_, exponent):
            return Power(parts[0], exponent)
        case Negation():
            return Negation(parts[0])
        case Call(name, _):
            values = [literal(part) for part in parts]
            if len(values) == 1 and values[0] is not None:
                try:
                    return number(rational_value(name, values[0]))
                except ExactlandError:
                    pass
            return Call(name, tuple(parts))
    return node
