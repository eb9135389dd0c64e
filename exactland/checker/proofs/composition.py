"""What composition shows of a function of t: direction, limits, boundedness (section 10).

Each answer is a proof for a function that is defined everywhere; None only means that the rules
show nothing.

>>> from ..expression import parse
>>> direction(parse("1/(1+exp(-t))")), vanishes_at_minus_infinity(parse("1/(1+exp(-t))"))
(1, True)
>>> direction(parse("t**2")), is_bounded(parse("t*exp(-t)"))
(None, False)
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from ..expression import Call, Node, Number, Pi, Power, Product, Sum, Variable, children, evaluate
from ..expression import is_constant as has_no_variable
from ..formal import Formal
from ..intervals import Intervals
from ..outcome import Decline, NotRational, Reject
from ..properties import signs

#: Fractional bits of the intervals that show the sign of a constant.
BITS = 128
_INCREASING = ("exp", "log", "sqrt", "sinh", "tanh", "atan", "erf", "sigmoid", "softplus")
_BOUNDED = ("sin", "cos", "tanh", "atan", "erf", "sigmoid")
#: Functions that keep bounded arguments bounded.
_KEEP_BOUNDED = ("exp", "sinh", "cosh", "sqrt", "abs", "min", "max", "softplus")


def sign_of_constant(node: Node) -> int | None:
    """The sign of an expression without t: by intervals, or 0 where it is formally 0."""
    try:
        lo, hi = evaluate(node, None, Intervals(BITS))
        if lo > 0 or hi < 0:
            return 1 if lo > 0 else -1
        over = Formal()
        return 0 if over.is_zero(evaluate(node, None, over)) else None
    except (Reject, NotRational):
        return None
    except Decline:  # too large a number; its form may show the sign
        (found, *more) = signs(node)
        return None if more else found


def direction(node: Node) -> int | None:
    """1 for strictly increasing, -1 for strictly decreasing, 0 for a constant."""
    if has_no_variable(node):
        return 0
    if isinstance(node, Variable):
        return 1
    if isinstance(node, Sum):
        found = [(sign, direction(term)) for sign, term in node.terms]
        return _common([None if part is None else sign * part for sign, part in found])
    if isinstance(node, Product):
        return _direction_of_product(node)
    if isinstance(node, Power):
        return _direction_of_power(node)
    if isinstance(node, Call) and len(node.arguments) == 1:
        inner = direction(node.arguments[0])
        return inner if node.function in _INCREASING or inner == 0 else None
    return None


def _common(parts: list[int | None]) -> int | None:
    """The direction of a sum: one of the functions that are not constant, if they agree."""
    found = set(parts) - {0}
    return found.pop() if len(found) == 1 else None


def _direction_of_product(node: Product) -> int | None:
    """Constants of known sign times one function, or times several positive ones."""
    scale, rest = 1, []
    for exponent, factor in node.factors:
        if has_no_variable(factor):
            sign = sign_of_constant(factor)
            if not sign:
                return sign  # the product is 0, or nothing is known
            scale *= sign
        else:
            rest.append((exponent, factor))
    if len(rest) > 1 and any(signs(factor) != {1} for _, factor in rest):
        return None
    parts = []
    for exponent, factor in rest:
        if exponent < 0 and signs(factor) not in ({1}, {-1}):
            return None
        found = direction(factor)
        parts.append(None if found is None else exponent * found)
    common = _common(parts)
    return None if common is None else scale * common


def _direction_of_power(node: Power) -> int | None:
    base = direction(node.base)
    if base == 0 or node.exponent == 0:
        return 0
    if base is None:
        return None
    if node.exponent > 0 and (node.exponent % 2 == 1 or signs(node.base) <= {0, 1}):
        return base
    return -base if node.exponent < 0 and signs(node.base) == {1} else None


#: A limit: a constant expression, or infinity with a sign.
Limit = Node | int
ZERO, ONE, MINUS_ONE = Number(Fraction(0)), Number(Fraction(1)), Number(Fraction(-1))
HALF_PI = Product(((1, Pi()), (1, Number(Fraction(1, 2)))))
MINUS_HALF_PI = Sum(((-1, HALF_PI),))
#: The limits at -infinity and infinity of functions that have both; 1 and -1 are infinities.
_ENDS: dict[str, tuple[Limit, Limit]] = {
    "exp": (ZERO, 1),
    "tanh": (MINUS_ONE, ONE),
    "erf": (MINUS_ONE, ONE),
    "sigmoid": (ZERO, ONE),
    "atan": (MINUS_HALF_PI, HALF_PI),
    "softplus": (ZERO, 1),
    "sinh": (-1, 1),
    "cosh": (1, 1),
    "abs": (1, 1),
}
_CONTINUOUS = (*_ENDS, "sin", "cos")


def limit(node: Node, side: int) -> Limit | None:
    """The limit at ``side`` times infinity: a constant expression, 1 or -1 for an infinity."""
    if has_no_variable(node):
        return node
    if isinstance(node, Variable):
        return side
    if isinstance(node, Sum):
        return _limit_of_sum(node, side)
    if isinstance(node, Product):
        return _limit_of_product([(e, f, limit(f, side)) for e, f in node.factors])
    if isinstance(node, Power):
        base = limit(node.base, side)
        if node.exponent == 0 or base is None:
            return ONE if node.exponent == 0 else None
        n = abs(node.exponent)
        power = base**n if isinstance(base, int) else Power(base, n)
        return power if node.exponent > 0 else _reciprocal(power, Power(node.base, n))
    if isinstance(node, Call):
        return _limit_of_call(node, limit(node.arguments[0], side))
    return None


def _sign(part: Limit) -> int | None:
    return part if isinstance(part, int) else sign_of_constant(part)


def _limit_of_sum(node: Sum, side: int) -> Limit | None:
    infinite, finite = set(), []
    for sign, term in node.terms:
        part = limit(term, side)
        if part is None:
            return None
        if isinstance(part, int):
            infinite.add(sign * part)
        else:
            finite.append((sign, part))
    if infinite:
        return infinite.pop() if len(infinite) == 1 else None
    return Sum(tuple(finite))


def _limit_of_product(factors: list[tuple[int, Node, Limit | None]]) -> Limit | None:
    parts: list[Limit] = []
    for exponent, factor, part in factors:
        known = part if exponent > 0 or part is None else _reciprocal(part, factor)
        if known is None:
            return None
        parts.append(known)
    if not any(isinstance(part, int) for part in parts):
        return Product(tuple((1, part) for part in parts if not isinstance(part, int)))
    found = [_sign(part) for part in parts]
    # 0 times infinity may be anything.
    return None if None in found or 0 in found else prod(s for s in found if s is not None)


def _reciprocal(part: Limit, node: Node) -> Limit | None:
    """The limit of 1/v for v with this limit: infinite where v tends to 0 from one side."""
    if isinstance(part, int):
        return ZERO
    sign = sign_of_constant(part)
    if sign == 0:
        return 1 if signs(node) == {1} else -1 if signs(node) == {-1} else None
    return None if sign is None else Product(((-1, part),))


def _limit_of_call(node: Call, part: Limit | None) -> Limit | None:
    name = node.function
    if part is None or len(node.arguments) != 1:
        return None
    if isinstance(part, int):
        if name in ("log", "sqrt"):
            return 1 if part > 0 else None
        return _ENDS[name][part > 0] if name in _ENDS else None
    if name in _CONTINUOUS:
        return Call(name, (part,))
    sign = sign_of_constant(part)
    if name == "log":
        if sign == 0 and signs(node.arguments[0]) == {1}:
            return -1
        return Call(name, (part,)) if sign == 1 else None
    if name == "sqrt":
        return ZERO if sign == 0 else Call(name, (part,)) if sign == 1 else None
    return None


def is_bounded(node: Node) -> bool:
    """Bounded, for a function that is defined everywhere and so continuous."""
    ends = [limit(node, side) for side in (-1, 1)]
    return all(end is not None and not isinstance(end, int) for end in ends) or _is_composed(node)


def _is_composed(node: Node) -> bool:
    """Composed of bounded functions."""
    if has_no_variable(node):
        return True
    parts = [_is_composed(part) for part in children(node)]
    if isinstance(node, Product):
        divisors = [factor for exponent, factor in node.factors if exponent < 0]
        return all(parts) and all(map(_is_nonzero_constant, divisors))
    if isinstance(node, Power):
        return all(parts) and node.exponent >= 0
    if isinstance(node, Call):
        return node.function in _BOUNDED or (node.function in _KEEP_BOUNDED and all(parts))
    return isinstance(node, Sum) and all(parts)


def _is_nonzero_constant(node: Node) -> bool:
    return has_no_variable(node) and sign_of_constant(node) in (1, -1)


def vanishes_at_minus_infinity(node: Node) -> bool:
    """Whether 0 is shown to be the limit at -infinity."""
    end = limit(node, -1)
    return end is not None and not isinstance(end, int) and sign_of_constant(end) == 0
