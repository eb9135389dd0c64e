"""The rules of section 11 for sums, products, powers and functions: monotone, signs, limits.

>>> constant_sign(Sum(((1, Pi()), (-1, Number(Fraction(3))))))
1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from ..expression import Call, Node, Number, Pi, Power, Product, Sum, evaluate
from ..formal import Formal
from ..intervals import Intervals
from ..outcome import Decline, NotRational, Reject
from ..properties import signs
from .quotients import Quotient

#: A limit: a constant expression, or the sign of an infinity.
End = Node | int
Signs = frozenset[int]
#: Fractional bits of the intervals that tell the sign of a constant.
BITS = 256


@dataclass(frozen=True)
class Shape:
    """f on the half-line: 1 nondecreasing, -1 nonincreasing, 0 constant; ``strict``: strictly.

    Constant functions have a finite limit. ``signs`` holds the sign at every point.
    """

    quotient: Quotient | None = None
    direction: int | None = None
    strict: bool = False
    signs: Signs = frozenset((-1, 0, 1))
    limit: End | None = None


def composed(node: Node, parts: Sequence[Shape]) -> Shape:
    """What the shapes of the parts show of an expression that is no constant."""
    if isinstance(node, Sum):
        return _of_sum([_scaled(s, part) for (s, _), part in zip(node.terms, parts, strict=True)])
    if isinstance(node, Product):
        factors = [
            part if exponent > 0 else _inverse(part)
            for (exponent, _), part in zip(node.factors, parts, strict=True)
        ]
        return _of_product(factors)
    if isinstance(node, Power):
        return _of_power(parts[0], node.exponent)
    if isinstance(node, Call):
        if len(parts) == 2:
            return _extremum(node.function, parts)
        return _of_call(node.function, parts[0])
    return Shape()  # t and numbers are quotients


def _scaled(sign: int, part: Shape) -> Shape:
    """sign * f for sign 1 or -1."""
    if sign > 0:
        return part
    end = part.limit
    if end is not None:
        end = -end if isinstance(end, int) else Sum(((-1, end),))
    way = None if part.direction is None else -part.direction
    signs = frozenset(-s for s in part.signs)
    return Shape(None, way, part.strict, signs, end)


def _together(parts: Sequence[Shape]) -> int | None:
    """The common direction; constants go with everything."""
    ways = {part.direction for part in parts} - {0}
    return 0 if not ways else ways.pop() if len(ways) == 1 else None


def _of_sum(parts: Sequence[Shape]) -> Shape:
    way = _together(parts)
    strict = way is not None and any(part.strict for part in parts)
    ends = [part.limit for part in parts]
    infinite = {end for end in ends if isinstance(end, int)}
    end: End | None = None
    if None not in ends and len(infinite) <= 1:
        end = infinite.pop() if infinite else Sum(tuple((1, e) for e in ends if is_finite(e)))
    return Shape(direction=way, strict=strict, limit=end)


def is_finite(end: End | None) -> TypeGuard[Node]:
    """Whether it is a finite limit, and known."""
    return end is not None and not isinstance(end, int)


def _inverse(part: Shape) -> Shape:
    """1/f, f having no zero."""
    keeps_sign = part.signs in (frozenset((1,)), frozenset((-1,)))
    way = -part.direction if keeps_sign and part.direction is not None else None
    way = 0 if part.direction == 0 else way
    return Shape(None, way, part.strict and way is not None, part.signs, _inverse_limit(part))


def _inverse_limit(part: Shape) -> End | None:
    end = part.limit
    if end is None or isinstance(end, int):
        return None if end is None else Number(Fraction(0))
    sign = constant_sign(end)
    if sign == 0 and part.signs in (frozenset((1,)), frozenset((-1,))):
        return next(iter(part.signs))
    return Product(((-1, end),)) if sign else None


def _of_product(parts: Sequence[Shape]) -> Shape:
    """Constants of known sign times one function, or times several nonnegative ones."""
    sign: int | None = 1
    rest = []
    for part in parts:
        if part.direction != 0:
            rest.append(part)
            continue
        own = constant_sign(part.limit) if is_finite(part.limit) else None
        sign = None if sign is None or own is None else sign * own
    way = _together(rest) if rest else 0
    if len(rest) > 1 and not all(part.signs <= {0, 1} for part in rest):
        way = None
    if sign == 0:
        way = 0
    elif sign is None:
        way = None if rest else 0
    elif way is not None:
        way *= sign
    positive = len(rest) == 1 or all(part.signs == {1} for part in rest)
    strict = bool(way) and positive and any(part.strict for part in rest)
    end = _ZERO if sign == 0 else _product_limit([part.limit for part in parts])
    return Shape(direction=way, strict=strict, limit=end)


def _product_limit(ends: Sequence[End | None]) -> End | None:
    if None in ends:
        return None
    known = [end for end in ends if end is not None]
    if all(is_finite(end) for end in known):
        return Product(tuple((1, end) for end in known if is_finite(end)))
    total = 1
    for end in known:
        sign = end if isinstance(end, int) else constant_sign(end)
        if not sign:
            return None  # unknown, or 0 times infinity
        total *= sign
    return total


def _of_power(base: Shape, exponent: int) -> Shape:
    if exponent == 0:
        return Shape(direction=0, limit=Number(Fraction(1)))
    if exponent < 0:
        return _inverse(_of_power(base, -exponent))
    end = base.limit
    if isinstance(end, int):
        end = 1 if exponent % 2 == 0 else end
    elif end is not None:
        end = Power(end, exponent)
    way, strict, signs = base.direction, base.strict, base.signs
    if exponent % 2 == 0:
        way, strict = _in_absolute_value(base)
        signs = frozenset(s * s for s in signs)
    return Shape(None, way, strict, signs, end)


def _in_absolute_value(base: Shape) -> tuple[int | None, bool]:
    """The direction of |f|, and whether strictly: f keeps its sign."""
    if base.direction in (None, 0) or base.signs <= {0, 1}:
        return base.direction, base.strict
    if base.signs <= {-1, 0} and base.direction is not None:
        return -base.direction, base.strict
    return None, False


_HALF_PI = Product(((1, Pi()), (-1, Number(Fraction(2)))))
_ZERO, _ONE = Number(Fraction(0)), Number(Fraction(1))
_MINUS_ONE = Number(Fraction(-1))
#: Increasing functions, strictly so where they are defined: limits at -infinity and infinity.
_INCREASING: dict[str, tuple[End | None, End]] = {
    "exp": (_ZERO, 1),
    "log": (None, 1),
    "sqrt": (None, 1),
    "sinh": (-1, 1),
    "tanh": (_MINUS_ONE, _ONE),
    "atan": (Sum(((-1, _HALF_PI),)), _HALF_PI),
    "erf": (_MINUS_ONE, _ONE),
    "sigmoid": (_ZERO, _ONE),
    "softplus": (_ZERO, 1),
    "dyadic_softplus": (_ZERO, 1),
}
#: Even functions that increase with |u|.
_EVEN = ("abs", "cosh")
_SAME_SIGN = ("sinh", "tanh", "atan", "erf", "sqrt")


def _of_call(name: str, part: Shape) -> Shape:
    end = part.limit
    if name in _EVEN:
        way, strict = _in_absolute_value(part)
        if isinstance(end, int):
            end = 1
        elif end is not None:
            end = Call(name, (end,))
        return Shape(direction=way, strict=strict, limit=end)
    if isinstance(end, int):
        ends = _INCREASING.get(name, (None, None))
        end = ends[0] if end < 0 else ends[1]
    elif end is not None:
        end = _call_limit(name, part, end)
    if name not in _INCREASING:
        return Shape(limit=end)  # sin and cos: continuous
    signs = part.signs if name in _SAME_SIGN else Shape().signs
    return Shape(None, part.direction, part.strict, signs, end)


def _call_limit(name: str, part: Shape, end: Node) -> End | None:
    """The functions are continuous where they are defined; log tends to -infinity at 0."""
    sign = constant_sign(end)
    if name == "log" and sign == 0 and part.signs == {1}:
        return -1
    if name == "sqrt" and sign == 0:
        return _ZERO
    return Call(name, (end,)) if name not in ("log", "sqrt") or sign == 1 else None


def _extremum(name: str, parts: Sequence[Shape]) -> Shape:
    """min and max, which are continuous, also at the infinities."""
    way = _together(parts)
    strict = way is not None and all(part.strict for part in parts)
    winner = 1 if name == "max" else -1
    ends = [part.limit for part in parts]
    end: End | None = None
    finite = [e for e in ends if e is not None and not isinstance(e, int)]
    if winner in ends:
        end = winner
    elif None not in ends:
        end = -winner if not finite else finite[0]
        if len(finite) == 2:
            end = Call(name, (finite[0], finite[1]))
    return Shape(direction=way, strict=strict, limit=end)


def constant_sign(node: End | None) -> int | None:
    """The sign of a constant: by intervals, 0 also formally, or by its form; None if not shown."""
    if node is None or isinstance(node, int):
        return None
    try:
        low, high = evaluate(node, None, Intervals(BITS))
        if low > 0 or high < 0 or low == high:
            return 1 if low > 0 else -1 if high < 0 else 0
        # The interval is one of a real number, which a formal value alone would not show.
        over = Formal()
        if over.is_zero(evaluate(node, None, over)):
            return 0
    except (Reject, NotRational):
        return None
    except Decline:
        pass
    # Too large or too small a number: the rules of section 4 may still tell its sign.
    known = signs(node)
    return next(iter(known)) if len(known) == 1 else None
