"""What the form of an expression shows of its function: analytic, positive, polynomial, parity, ...

The rules for *analytic*, *positive* and *parity* are those of docs/certificate-v1.md, sections 4
and 8, and no more: a checker applies the same ones to the same text. Each answer is a
:class:`Fact` with its reason; ``holds`` is None where the rules do not decide.

>>> from exactland.functions.expression import parse
>>> analytic(parse("t/(1+exp(-t))")).holds
True
>>> print(analytic(parse("1/t")).reason)
not shown: the denominator t is not seen to be positive or negative everywhere
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flint import fmpq, fmpq_poly

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import is_finite, sign
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.formal_values import Formal
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import ExactlandError, UsageError
from exactland.functions.expression import (
    Call,
    Expression,
    Negation,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    evaluate,
    fold,
    is_constant,
    steps,
)
from exactland.functions.real_roots import roots_between
from exactland.functions.signs import Sign, polynomial, sign_rules

Parity = Literal["odd", "even"]


@dataclass(frozen=True)
class Fact:
    """A statement that is proved (``holds`` True), refuted (False) or open (None), and why.

    ``constants`` are named values of the statement, such as rho_1, as expressions without t.
    A Fact has no truth value: ask for ``holds is True``.

    >>> bool(Fact(True, "because"))
    Traceback (most recent call last):
        ...
    exactland.errors.UsageError: Fact: it has three answers; ask for .holds is True
    """

    holds: bool | None
    reason: str
    constants: tuple[tuple[str, Expression], ...] = ()

    def __bool__(self) -> bool:
        raise UsageError("Fact", "it has three answers", "ask for .holds is True")


def positive(expression: Expression) -> Fact:
    """Positive wherever it is defined: shown, or not shown (None).

    >>> from exactland.functions.expression import parse
    >>> positive(parse("1+t**2")).holds
    True
    """
    shown = sign_rules(expression).positive
    return _shown(shown, f"{expression} is built of positive parts", "positive")


def nonnegative(expression: Expression) -> Fact:
    """Nonnegative wherever it is defined: shown, or not shown (None)."""
    shown = sign_rules(expression).nonnegative
    return _shown(shown, f"{expression} is built of nonnegative parts", "nonnegative")


def negative(expression: Expression) -> Fact:
    """Negative wherever it is defined: shown, or not shown (None)."""
    shown = sign_rules(expression).negative
    return _shown(shown, f"{expression} is minus something positive", "negative")


def _shown(shown: bool, reason: str, wanted: str) -> Fact:
    return Fact(True, reason) if shown else Fact(None, f"the rules do not show that it is {wanted}")


# Analytic on R and total, by their first obstacle.


def analytic(expression: Expression) -> Fact:
    """Analytic on R by the rules of section 4: True, or None with the first obstacle.

    (NH17 Assumption 3.2, NH18 Theorem 3.5, NMH19 Assumption 1.1, LDS18 Assumption 2.)
    """
    for node, _ in steps(expression):
        obstacle = _analytic_obstacle(node)
        if obstacle:
            return Fact(None, f"not shown: {obstacle}")
    return Fact(True, "it is composed of functions that are analytic where it uses them")


def _analytic_obstacle(node: Expression, sign_of: Callable[[Expression], Sign] = sign_rules) -> str:
    match node:
        case Quotient(_, denominator):
            return _division_obstacle(denominator, sign_of)
        case Power(base, exponent) if exponent < 0:
            return _division_obstacle(base, sign_of)
        case Call("log" | "sqrt" as name, (argument,)):
            if not sign_of(argument).positive:
                return f"the argument of {name}, {argument}, is not seen to be positive everywhere"
        case Call("abs" | "min" | "max" | "sign" as name, _):
            return f"{name} is not analytic"
    return ""


def analytic_between(expression: Expression, low: fmpq | None, high: fmpq | None) -> bool:
    """Analytic on [low, high], None being an end that is not there: shown, or not.

    Divisors, and what log and sqrt get, have one sign on R by the rules, or are polynomials without
    a root there.

    >>> from exactland.functions.expression import parse
    >>> analytic_between(parse("1/(1+t)"), fmpq(-1, 2), None)
    True
    >>> analytic_between(parse("1/(1+t)"), fmpq(-1), None)
    False
    """

    def sign_of(part: Expression) -> Sign:
        known = sign_rules(part)
        coefficients = polynomial(part)
        if coefficients is None or not any(coefficients):
            return known
        p = fmpq_poly(list(coefficients))
        p //= p.gcd(p.derivative())
        ends = [end for end in (low, high) if end is not None]
        if any(p(end) == 0 for end in ends) or roots_between(p, low, high):
            return known
        side = fmpq_poly(list(coefficients))(ends[0] if ends else fmpq(0))
        return Sign(side > 0, side > 0, side < 0)

    return all(not _analytic_obstacle(node, sign_of) for node, _ in steps(expression))


def _division_obstacle(denominator: Expression, sign_of: Callable[[Expression], Sign]) -> str:
    rule = sign_of(denominator)
    if rule.positive or rule.negative:
        return ""
    return f"the denominator {denominator} is not seen to be positive or negative everywhere"


def total(expression: Expression) -> Fact:
    """Defined and continuous at every real t: True, or None with the first obstacle.

    All functions of the grammar are continuous where they are defined, so total means continuous.
    """
    return _defined(expression, _rules_or_value)


def defined_everywhere(expression: Expression) -> Fact:
    """Defined at every real t by the rules of section 4 and no more: what a checker sees too.

    Formal evaluation rests on it: 1/t + 1/(-t) = 0 says nothing at 0.

    >>> from exactland.functions.expression import parse
    >>> defined_everywhere(parse("1/(1+abs(t))")).holds, defined_everywhere(parse("1/t")).holds
    (True, None)
    """
    return _defined(expression, sign_rules)


def _defined(expression: Expression, sign_of: Callable[[Expression], Sign]) -> Fact:
    for node, _ in steps(expression):
        obstacle = _domain_obstacle(node, sign_of)
        if obstacle:
            return Fact(None, f"not shown: {obstacle}")
    return Fact(
        True, "every denominator is nonzero and every log and sqrt has an admissible argument"
    )


def _domain_obstacle(node: Expression, sign_of: Callable[[Expression], Sign]) -> str:
    match node:
        case Quotient(_, denominator):
            return _division_obstacle(denominator, sign_of)
        case Power(base, exponent) if exponent < 0:
            return _division_obstacle(base, sign_of)
        case Call("log", (argument,)):
            if not sign_of(argument).positive:
                return f"the argument of log, {argument}, is not seen to be positive everywhere"
        case Call("sqrt", (argument,)):
            if not sign_of(argument).nonnegative:
                return f"the argument of sqrt, {argument}, is not seen to be nonnegative everywhere"
        case Call("sign", _):
            return "sign is not continuous"
    return ""


def _rules_or_value(expression: Expression) -> Sign:
    """The sign by the rules, and that of a constant by its value."""
    value = constant_sign(expression)
    if value is None:
        return sign_rules(expression)
    return Sign(value > 0, value >= 0, value < 0)


def constant_sign(expression: Expression) -> int | None:
    """The sign -1, 0 or 1 of an expression without t; None if it is not decided or contains t.

    >>> from exactland.functions.expression import parse
    >>> constant_sign(parse("sqrt(2)-3/2")), constant_sign(parse("sqrt(8)-2*sqrt(2)"))
    (-1, 0)
    """
    if not is_constant(expression):
        return None
    arithmetics: tuple[Arithmetic, ...] = (RATIONALS, Balls(64), Balls(512), FORMAL)
    for arithmetic in arithmetics:
        try:
            value = evaluate(expression, arithmetic.number(fmpq(0)), arithmetic)
        except ExactlandError:
            continue
        decided = (0 if value.is_zero() else None) if isinstance(value, Formal) else sign(value)
        if decided is not None:
            # A formal zero is one only where the expression is defined: that takes a finite ball.
            return (
                decided if decided or arithmetic is RATIONALS or _is_defined(expression) else None
            )
    return None


def _is_defined(constant: Expression) -> bool:
    arithmetic = Balls(512)
    try:
        return is_finite(evaluate(constant, arithmetic.number(fmpq(0)), arithmetic))
    except ExactlandError:
        return False


# Polynomials and parity.


def written_polynomial(expression: Expression) -> tuple[fmpq, ...] | None:
    """The same if moreover every divisor is written without t: what section 4 calls a polynomial.

    >>> from exactland.functions.expression import parse
    >>> written_polynomial(parse("t**2/2")), written_polynomial(parse("t/(t-t+1)"))
    ((0, 0, 1/2), None)
    """
    for node, _ in steps(expression):
        if isinstance(node, Quotient) and (
            not is_constant(node.denominator) or _division_obstacle(node.denominator, sign_rules)
        ):
            return None
    return polynomial(expression)


def parity(expression: Expression) -> Parity | None:
    """Odd or even by the rules of section 8, or None.

    >>> from exactland.functions.expression import parse
    >>> parity(parse("t/(1+abs(t))"))
    'odd'
    """
    return fold(expression, _parity_rule)


def _parity_rule(node: Expression, parts: tuple[Parity | None, ...]) -> Parity | None:
    if isinstance(node, Variable):
        return "odd"
    if None in parts:
        return None
    if not parts:
        return "even"
    odd = sum(part == "odd" for part in parts)
    match node:
        case Negation():
            return parts[0]
        case Sum():
            return parts[0] if odd in (0, len(parts)) else None
        case Product() | Quotient():
            return "odd" if odd % 2 else "even"
        case Power(_, exponent):
            return parts[0] if exponent % 2 else "even"
        case Call(name, _):
            if odd == 0 or name in ("cos", "cosh", "abs"):
                return "even"
            return "odd" if name in ("sin", "sinh", "tanh", "atan", "erf") else None
    return None
