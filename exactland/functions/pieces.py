"""Activations between their kinks: on each piece of the line, an expression without them.

Section 6.3 of docs/certificate-v1.md. Where ``abs``, ``min`` and ``max`` change is read off by
:mod:`exactland.functions.cuts`: their argument, or the difference of the two, changes its sign.

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
from exactland.functions.cuts import Cut, compare, increasing, profile
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
from exactland.functions.properties import analytic, analytic_between, defined_everywhere

#: The most pieces of one activation.
MOST_PIECES = 32
End = fmpq | None
#: (low, high, expression)
Part = tuple[Cut | None, Cut | None, Expression]


@dataclass(frozen=True)
class Piece:
    """An interval on which the activation is ``activation``.

    It is contained in [low, high] and contains [*inner]; None is no end. Both are the interval,
    unless an end is not rational. ``expression`` is what the activation is made of there, as text.
    """

    low: End
    high: End
    activation: Activation
    expression: Expression
    inner: tuple[End, End]

    def has(self, q: fmpq) -> bool:
        """Whether the interval is seen to contain q."""
        low, high = self.inner
        return (low is None or low <= q) and (high is None or q <= high)

    def __str__(self) -> str:
        low, high = self.inner
        start = "(-oo" if low is None else f"[{low}"
        end = "oo)" if high is None else f"{high}]"
        return f"{start}, {end}: {self.activation}"


@lru_cache(maxsize=512)
def pieces(sigma: Activation) -> tuple[Piece, ...]:
    """The pieces in increasing order; they cover the line.

    Raises NotExactError for an activation whose kinks are not read off, or that is not seen to be
    defined everywhere.
    """
    sigma = sigma.known_as
    definition = sigma.definition
    if sigma.is_analytic.holds is True and definition is not None:
        return (Piece(None, None, sigma, definition, (None, None)),)
    if definition is None:
        raise _unknown(sigma, "it has infinitely many pieces")
    total = defined_everywhere(definition).holds is True
    try:
        parts = fold(definition, lambda node, inner: _split(node, inner, total))
        if not total:
            _require_defined(parts)
        if len(parts) > MOST_PIECES:
            raise LimitError(str(sigma), f"more than {MOST_PIECES} pieces", "use fewer kinks")
        return tuple(_piece(*part) for part in parts)
    except ExactlandError as error:
        raise _unknown(sigma, error.reason) from None


def _piece(low: Cut | None, high: Cut | None, node: Expression) -> Piece:
    inner = None if low is None else low.high, None if high is None else high.low
    return Piece(*_bounds(low, high), activation({"expr": str(node)}), node, inner)


def _bounds(low: Cut | None, high: Cut | None) -> tuple[End, End]:
    return None if low is None else low.low, None if high is None else high.high


def _require_defined(parts: Sequence[Part]) -> None:
    if not all(analytic_between(node, *_bounds(low, high)) for low, high, node in parts):
        raise NotExactError("pieces", "it is not seen to be defined everywhere", "")


def _unknown(sigma: Activation, reason: str) -> NotExactError:
    return NotExactError(
        f"the pieces of {sigma}", reason, "use abs, min and max of what is linear on each piece"
    )


def _split(node: Expression, inner: tuple[list[Part], ...], total: bool) -> list[Part]:
    """The pieces of a node, from those of its parts."""
    if not inner:
        return [(None, None, node)]
    found: list[Part] = []
    cuts = increasing([high for parts in inner for _, high, _ in parts if high is not None])
    for low, high in pairwise([None, *cuts, None]):
        at = _inside(low, high)
        parts = [_at(one, at) for one in inner]
        if isinstance(node, Call) and node.name in ("abs", "min", "max"):
            if not total:
                _require_defined([(low, high, part) for part in parts])
            found += _chosen(node.name, parts, low, high)
        elif (base := _root_of_a_square(node, parts)) is not None:
            found += [
                (start, end, Power(part, base.exponent // 2))
                for start, end, part in _chosen("abs", [base.base], low, high)
            ]
        else:
            found.append((low, high, _rebuilt(node, parts)))
    return found


def _root_of_a_square(node: Expression, parts: Sequence[Expression]) -> Power | None:
    """u^(2n) where the node is its root, abs(u)^n, and not analytic."""
    if not isinstance(node, Call) or node.name != "sqrt" or analytic(node).holds is True:
        return None
    inside = parts[0]
    even = isinstance(inside, Power) and inside.exponent > 0 and inside.exponent % 2 == 0
    return inside if even and isinstance(inside, Power) else None


def _inside(low: Cut | None, high: Cut | None) -> fmpq:
    if low is None:
        return fmpq(0) if high is None else high.low - 1
    return low.high + 1 if high is None else (low.high + high.low) / 2


def _at(parts: Sequence[Part], t: fmpq) -> Expression:
    for _, high, node in parts:
        if high is None or t < high.low:
            return node
    raise LimitError("pieces", "they do not cover the line", "report it")


def _chosen(name: str, parts: list[Expression], low: Cut | None, high: Cut | None) -> list[Part]:
    """abs, min or max on a piece, cut where its argument or difference changes its sign."""
    first = parts[0]
    second = Negation(first) if name == "abs" else parts[1]
    plain = name == "abs" or literal(second) == 0
    found = profile(first if plain else Sum((first, Negation(second))))
    sign = found.first if name != "min" else -found.first
    inside = []
    for cut in found.cuts:
        if low is not None and compare(cut, low) <= 0:
            sign = -sign
        elif high is None or compare(cut, high) < 0:
            inside.append(cut)
    result: list[Part] = []
    for start, end in pairwise([low, *inside, high]):
        result.append((start, end, first if sign > 0 else second))
        sign = -sign
    return result


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
