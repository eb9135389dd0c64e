"""What is read off an expression: its signs, where it is defined, analytic, its parity.

Each answer "yes" is a proof by the rules below; "no" only means that the rules do not show it.

>>> from .expression import parse
>>> is_analytic(parse("1/(1+t**2)")), is_analytic(parse("1/t")), is_analytic(parse("abs(t)"))
(True, False, False)
>>> parity(parse("t*cosh(t)")), parity(parse("t+1"))
('odd', None)
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

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
    is_constant,
)
from .intervals import Intervals
from .outcome import Decline, Reject
from .proofs import quotients
from .proofs.quotients import Quotient
from .work import TURN, spend

Signs = frozenset[int]
#: Fractional bits of the interval that shows the sign of a constant.
SIGN_BITS = 128
ANY: Signs = frozenset((-1, 0, 1))
_POSITIVE = ("exp", "cosh", "sigmoid", "softplus", "dyadic_softplus")
SAME_SIGN = ("sinh", "tanh", "atan", "erf")


def signs(node: Node) -> Signs:
    """A set that contains the sign of the expression at every real t where it is defined.

    >>> from .expression import parse
    >>> signs(parse("log(2)+t**2"))
    frozenset({1})
    >>> signs(parse("t*t-t+1")), signs(parse("t*t+exp(1)-27/10"))
    (frozenset({1}), frozenset({1}))
    """
    found = _signs(node)
    if len(found) == 1:
        return found
    if is_constant(node):
        return found & _signs_of_value(node) or found
    known = _polynomial(node)
    return found if known is None else found & quotients.signs_on_line(known.p)


def _signs_of_value(constant: Node) -> Signs:
    try:
        low, high = evaluate(constant, None, Intervals(SIGN_BITS))
    except (Reject, Decline):  # it is not shown to be defined
        return ANY
    return frozenset((1,)) if low > 0 else frozenset((-1,)) if high < 0 else ANY


def polynomial(node: Node) -> quotients.Polynomial | None:
    """The coefficients of a polynomial that is written with + - * ** and divisions by numbers."""
    found = _polynomial(node)
    return None if found is None else found.p


def _polynomial(node: Node) -> Quotient | None:
    """The polynomial, over 1, that is written with + - * **, numbers, and divisions by numbers."""
    if isinstance(node, Number):
        return quotients.number(node.value)
    if isinstance(node, Variable):
        return Quotient((Fraction(0), Fraction(1)), (Fraction(1),))
    if isinstance(node, (Pi, Call)) or (isinstance(node, Power) and node.exponent < 0):
        return None
    spend(15 * TURN)
    parts = [_polynomial(part) for part in children(node)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(node, Power):
        return quotients.power(known[0], node.exponent, None)
    result: Quotient | None = quotients.number(Fraction(isinstance(node, Product)))
    for n, part in enumerate(known):
        if result is None:
            return None
        if isinstance(node, Sum):
            minus = node.terms[n][0] < 0
            result = quotients.plus(result, quotients.negative(part) if minus else part)
        elif isinstance(node, Product) and node.factors[n][0] < 0:
            divisor = part.p
            if len(divisor) != 1:
                return None
            result = quotients.times(result, quotients.number(1 / divisor[0]))
        else:
            result = quotients.times(result, part)
    return result


def _signs(node: Node) -> Signs:
    spend(15 * TURN)
    if isinstance(node, Number):
        return frozenset(((node.value > 0) - (node.value < 0),))
    if isinstance(node, Pi):
        return frozenset((1,))
    if isinstance(node, (Variable, Symbol)):
        return ANY
    if isinstance(node, Sum):
        # The terms without t are one constant, which is not 0 where it has one sign.
        constants = tuple(pair for pair in node.terms if is_constant(pair[1]))
        one = len(constants) in (0, 1, len(node.terms))
        result = frozenset((0,)) if one else signs(Sum(constants))
        for sign, term in node.terms:
            if not one and is_constant(term):
                continue
            result = _sum(result, frozenset(sign * s for s in signs(term)))
        return result
    if isinstance(node, Product):
        result = frozenset((1,))
        for _, factor in node.factors:  # 1/v has the sign of v
            result = frozenset(a * b for a, b in product(result, signs(factor)))
        return result
    if isinstance(node, Power):
        if node.exponent == 0:
            return frozenset((1,))
        return frozenset(s**2 if node.exponent % 2 == 0 else s for s in signs(node.base))
    return _signs_of_call(node)


def _sum(left: Signs, right: Signs) -> Signs:
    result: Signs = frozenset()
    for a, b in product(left, right):
        result |= ANY if a * b < 0 else frozenset((a or b,))
    return result


def _signs_of_call(node: Call) -> Signs:
    name, inner = node.function, [signs(part) for part in node.arguments]
    if name in _POSITIVE:
        return frozenset((1,))
    if name in SAME_SIGN:
        return inner[0]
    if name == "sqrt":
        return inner[0] - {-1}
    if name == "abs":
        return frozenset(s * s for s in inner[0])
    if name in ("min", "max"):
        choose = min if name == "min" else max
        return frozenset(choose(a, b) for a, b in product(*inner))
    return ANY


def is_defined(node: Node) -> bool:
    """Whether the expression has a value at every real t."""
    if not all(is_defined(part) for part in children(node)):
        return False
    if isinstance(node, Product):
        return all(exponent > 0 or 0 not in signs(factor) for exponent, factor in node.factors)
    if isinstance(node, Power):
        return node.exponent >= 0 or 0 not in signs(node.base)
    if isinstance(node, Call) and node.function == "log":
        return signs(node.arguments[0]) <= {1}
    if isinstance(node, Call) and node.function == "sqrt":
        return signs(node.arguments[0]) <= {0, 1}
    return True


def is_analytic(node: Node) -> bool:
    """Whether the expression is real analytic on all of R."""
    return is_defined(node) and _is_smooth(node)


def _is_smooth(node: Node) -> bool:
    if isinstance(node, Call):
        if not _is_smooth_function(node.function):
            return False
        if node.function == "sqrt" and not signs(node.arguments[0]) <= {1}:
            return False
    return all(_is_smooth(part) for part in children(node))


def is_analytic_between(node: Node, low: Fraction | None, high: Fraction | None) -> bool:
    """Whether the expression is real analytic on [low, high]; None is an end that is not there.

    Divisors, and what log and sqrt get, have one sign on R by the rules, or are polynomials without
    a root there.

    >>> from .expression import parse
    >>> is_analytic_between(parse("1/(1+t)"), Fraction(-1, 2), None)
    True
    >>> is_analytic_between(parse("1/(1+t)"), Fraction(-1), None)
    False
    """
    if not all(is_analytic_between(part, low, high) for part in children(node)):
        return False
    if isinstance(node, Product):
        divisors = [factor for exponent, factor in node.factors if exponent < 0]
        return all(0 not in _signs_between(factor, low, high) for factor in divisors)
    if isinstance(node, Power):
        return node.exponent >= 0 or 0 not in _signs_between(node.base, low, high)
    if isinstance(node, Call) and node.function in ("log", "sqrt"):
        return _signs_between(node.arguments[0], low, high) <= {1}
    return not (isinstance(node, Call) and not _is_smooth_function(node.function))


def _signs_between(node: Node, low: Fraction | None, high: Fraction | None) -> Signs:
    known, p = signs(node), _polynomial(node)
    if p is None or not p.p or quotients.has_root_within(p.p, low, high):
        return known
    inside = high if low is None else low
    at = quotients.value(p.p, Fraction(0) if inside is None else inside)
    return frozenset((1 if at > 0 else -1,))


def _is_smooth_function(name: str) -> bool:
    return name not in ("abs", "min", "max", "dyadic_softplus")


def is_polynomial(node: Node) -> bool:
    """Whether the expression is written as a polynomial in t with rational coefficients."""
    if isinstance(node, (Pi, Call)):
        return False
    if isinstance(node, Product):
        for exponent, factor in node.factors:
            # A divisor is a number: rational, without t, and shown not to be 0.
            if exponent < 0 and not (is_constant(factor) and 0 not in signs(factor)):
                return False
    if isinstance(node, Power) and node.exponent < 0:
        return False
    return all(is_polynomial(part) for part in children(node))


def degree(node: Node) -> int:
    """A bound for the degree of what ``is_polynomial`` says is one."""
    if isinstance(node, Variable):
        return 1
    if isinstance(node, Product):
        return sum(degree(factor) for _, factor in node.factors)
    if isinstance(node, Power):
        return degree(node.base) * node.exponent
    return max((degree(part) for part in children(node)), default=0)


def parity(node: Node) -> str | None:
    """ "odd", "even" or None (section 8)."""
    if is_constant(node):
        return "even"
    if isinstance(node, Variable):
        return "odd"
    inner = [parity(part) for part in children(node)]
    if None in inner:
        return None
    if isinstance(node, Sum):
        return inner[0] if len(set(inner)) == 1 else None
    if isinstance(node, Product):
        return "odd" if inner.count("odd") % 2 else "even"
    if isinstance(node, Power):
        return "even" if node.exponent % 2 == 0 else inner[0]
    if isinstance(node, Call):
        if set(inner) == {"even"}:
            return "even"
        if node.function in ("sin", "sinh", "tanh", "atan", "erf"):
            return "odd"
        if node.function in ("cos", "cosh", "abs"):
            return "even"
    return None
