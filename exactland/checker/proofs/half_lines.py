"""What the form of an expression shows of its function on a half-line (section 11).

f(r) = sigma(side r) for r >= start, or for all large r if ``start`` is None: whether f is monotone,
its limit, its signs. Each answer is a proof by the rules; None means that they do not show it. The
expression is defined everywhere (section 4): callers see to that.

>>> from ..expression import parse
>>> gaussian = parse("exp(-t**2)")
>>> shape(gaussian, 1, Fraction(0)).direction, shape(gaussian, 1, Fraction(-1)).direction
(-1, None)
>>> limit(parse("t/(2*(1+abs(t)))"), -1), limit(parse("exp(-t)"), -1)
(Number(value=Fraction(-1, 2)), 1)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ..expression import Call, Node, Number, Power, Product, Sum, Variable, children, is_constant
from ..properties import signs as signs_everywhere
from ..work import VALUE, once, spend
from . import quotients
from .quotients import Quotient, Start
from .shapes import End, Shape, composed


def limit(node: Node, side: int) -> End | None:
    """The limit at side times infinity, where the rules give it."""
    return shape(node, side, None).limit


@once
def shape(node: Node, side: int, start: Start) -> Shape:
    """What the rules show of the expression on the half-line."""
    spend(10 * VALUE)
    parts = [shape(part, side, start) for part in children(node)]
    if is_constant(node) and not isinstance(node, Number):
        found = Shape(direction=0, limit=node)
    else:
        found = composed(node, parts)
    fraction = _quotient(node, [part.quotient for part in parts], side, start)
    signs = signs_everywhere(node) & found.signs
    if fraction is None:
        return replace(found, signs=signs)
    signs &= quotients.signs(fraction, start)
    found = replace(found, quotient=fraction, signs=signs, limit=_limit_of_quotient(fraction))
    way = quotients.direction(fraction, start)
    return found if way is None else replace(found, direction=way, strict=way != 0)


def _quotient(
    node: Node, parts: Sequence[Quotient | None], side: int, start: Start
) -> Quotient | None:
    """The quotient of polynomials in r that the function is; None if it is not shown to be one."""
    if isinstance(node, Number):
        return quotients.number(node.value)
    if isinstance(node, Variable):
        return Quotient((Fraction(0), Fraction(side)), (Fraction(1),))
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    if isinstance(node, Power):
        return quotients.power(known[0], node.exponent, start)
    if isinstance(node, Call):
        return _piece(node.function, known, start)
    result: Quotient | None = quotients.number(Fraction(isinstance(node, Product)))
    exponents = node.factors if isinstance(node, Product) else ()
    for n, part in enumerate(known):
        if result is None:
            return None
        if isinstance(node, Sum):
            minus = node.terms[n][0] < 0
            result = quotients.plus(result, quotients.negative(part) if minus else part)
        else:
            factor = part if exponents[n][0] > 0 else quotients.inverse(part, start)
            result = None if factor is None else quotients.times(result, factor)
    return result


def _piece(name: str, parts: Sequence[Quotient], start: Start) -> Quotient | None:
    """The branch of abs, min and max that holds on the whole half-line."""
    if name == "abs":
        return quotients.larger(parts[0], quotients.negative(parts[0]), start)
    if name not in ("min", "max"):
        return None
    # min(a, b) is a exactly where max(a, b) is b.
    a, b = parts if name == "max" else (quotients.negative(part) for part in parts)
    found = quotients.larger(a, b, start)
    return found if found is None or name == "max" else quotients.negative(found)


def _limit_of_quotient(a: Quotient) -> End:
    if len(a.p) > len(a.q):
        return a.leading_sign
    return Number(a.p[-1] / a.q[-1] if len(a.p) == len(a.q) else Fraction(0))


def monotone(node: Node, side: int, start: Fraction) -> bool:
    """Whether sigma is monotone from side * start outwards: there, or on all of R."""
    return shape(node, side, start).direction is not None or direction_on_line(node) is not None


def direction_on_line(node: Node, *, strictly: bool = False) -> int | None:
    """The direction on R, seen on both half-lines from 0; None if it is not shown."""
    right, left = shape(node, 1, Fraction(0)), shape(node, -1, Fraction(0))
    if right.direction is None or left.direction is None:
        return None
    if strictly and not (right.strict and left.strict):
        return None
    ways = {right.direction, -left.direction} - {0}
    return 0 if not ways else ways.pop() if len(ways) == 1 else None
