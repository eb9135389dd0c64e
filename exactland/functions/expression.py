"""Expressions in one variable t: parse, print, differentiate, substitute, evaluate.

The grammar is closed (docs/certificate-v1.md, section 4); ``str`` prints what ``parse`` reads.

>>> str(differentiate(parse("1/(1+t**2)")))
'-2*t/(1+t**2)**2'
>>> from exactland.arithmetic.rationals import RATIONALS
>>> evaluate(parse("max(t,0)/3"), fmpq(1, 2), RATIONALS)
1/6
"""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import is_zero
from exactland.arithmetic.formal_values import Formal
from exactland.errors import InputError, LimitError, NotDifferentiableError
from exactland.functions.expression_parser import parse, parse_constant
from exactland.functions.expression_tree import (
    PI,
    VARIABLE,
    Call,
    Expression,
    Negation,
    Number,
    Pi,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    add,
    divide,
    fold,
    is_constant,
    multiply,
    negate,
    number,
    power,
    steps,
)

__all__ = [
    "PI", "VARIABLE", "Call", "Expression", "Negation", "Number", "Pi", "Power", "Product",
    "Quotient", "Sum", "Variable", "differentiate", "evaluate", "fold", "is_constant", "number",
    "parse", "parse_constant", "steps", "substitute",
]  # fmt: skip

#: A power over Q whose value would need more bits than this is refused.
MAXIMAL_BITS = 10**8


def substitute(expression: Expression, replacement: Expression) -> Expression:
    """``expression`` with every t replaced.

    >>> str(substitute(parse("t**2+t"), parse("t-1")))
    '(t-1)**2+(t-1)'
    """

    def rebuild(node: Expression, children: tuple[Expression, ...]) -> Expression:
        match node:
            case Variable():
                return replacement
            case Sum():
                return Sum(children)
            case Product():
                return Product(children)
            case Quotient():
                return Quotient(*children)
            case Power(_, exponent):
                return Power(children[0], exponent)
            case Negation():
                return Negation(children[0])
            case Call(name, _):
                return Call(name, children)
        return node

    return fold(expression, rebuild)


def differentiate(expression: Expression) -> Expression:
    """The derivative by t, valid wherever both are defined.

    abs, min and max are differentiated through ``sign``, so that the value at a kink raises
    NotDifferentiableError over Q and is enclosed over balls; u*sign(u) is simplified to abs(u).
    If a sum of such terms has a value at a point, the function is differentiable there: the formula
    is continuous at the point and holds on both sides of it (mean value theorem).

    Errors: NotDifferentiableError for an expression that contains ``sign`` itself, that is, for a
    second derivative of abs, min or max.

    >>> str(differentiate(parse("t/(1+abs(t))")))
    '(abs(t)-abs(t)+1)/(1+abs(t))**2'
    """
    return fold(expression, _derivative)


def _derivative(node: Expression, primes: tuple[Expression, ...]) -> Expression:
    """The derivative of a node from the derivatives of its children."""
    match node:
        case Number() | Pi():
            return number(0)
        case Variable():
            return number(1)
        case Sum():
            return add(*primes)
        case Negation():
            return negate(primes[0])
        case Product(factors):
            return add(
                *(
                    multiply(*factors[:i], prime, *factors[i + 1 :])
                    for i, prime in enumerate(primes)
                )
            )
        case Quotient(numerator, denominator):
            if is_constant(denominator):
                return divide(primes[0], denominator)
            above = add(multiply(primes[0], denominator), negate(multiply(numerator, primes[1])))
            return divide(above, power(denominator, 2))
        case Power(base, exponent) if exponent >= 0:
            return multiply(number(exponent), power(base, max(exponent - 1, 0)), primes[0])
        case Power(base, exponent):
            return divide(multiply(number(exponent), primes[0], node), base)
        case Call():
            return _derivative_of_call(node, primes)
    raise InputError("expression", f"{type(node).__name__} is not a node of the grammar")


def _derivative_of_call(node: Call, primes: tuple[Expression, ...]) -> Expression:
    """The chain rule."""
    u = node.arguments[0]
    outer: Expression
    match node.name:
        case "exp":
            outer = node
        case "log":
            return divide(primes[0], u)
        case "sqrt":
            return divide(primes[0], multiply(number(2), node))
        case "sin":
            outer = Call("cos", (u,))
        case "cos":
            outer = negate(Call("sin", (u,)))
        case "sinh":
            outer = Call("cosh", (u,))
        case "cosh":
            outer = Call("sinh", (u,))
        case "tanh":
            outer = add(number(1), negate(power(node, 2)))
        case "atan":
            return divide(primes[0], add(number(1), power(u, 2)))
        case "erf":
            scale = divide(number(2), Call("sqrt", (PI,)))
            outer = multiply(scale, Call("exp", (negate(power(u, 2)),)))
        case "sigmoid":
            outer = multiply(node, Call("sigmoid", (negate(u),)))
        case "abs":
            outer = Call("sign", (u,))
        case "min" | "max":
            return _derivative_of_extremum(node, primes)
        case _:
            raise NotDifferentiableError(
                f"derivative of {node}",
                "abs, min and max have no second derivative at a kink",
                "differentiate smooth expressions only",
            )
    return multiply(outer, primes[0])


def _derivative_of_extremum(node: Call, primes: tuple[Expression, ...]) -> Expression:
    """max(u,v) = (u+v+abs(u-v))/2, min(u,v) = (u+v-abs(u-v))/2."""
    difference = add(node.arguments[0], negate(node.arguments[1]))
    slope = multiply(Call("sign", (difference,)), add(primes[0], negate(primes[1])))
    return divide(add(*primes, slope if node.name == "max" else negate(slope)), number(2))


def evaluate(expression: Expression, t: Any, arithmetic: Arithmetic) -> Any:
    """The value at ``t``, a number of ``arithmetic`` (for ENCLOSURES possibly a whole array).

    Where a ball does not show that a denominator is nonzero or an argument of log or sqrt
    admissible, the value is a ball of which nothing is known (not finite): more bits may decide.

    Errors: NotExactError where the arithmetic cannot represent the value; InputError for a zero
    denominator or an inadmissible argument of log or sqrt; NotDifferentiableError at a kink of a
    derivative; LimitError for a power over Q that would not fit into memory.
    """
    if isinstance(arithmetic, Balls):
        with arithmetic.working():
            return _evaluate(expression, t, arithmetic)
    return _evaluate(expression, t, arithmetic)


def _evaluate(expression: Expression, t: Any, arithmetic: Arithmetic) -> Any:
    values: list[Any] = []
    for node, children in steps(expression):
        values.append(_value(node, [values[i] for i in children], t, arithmetic))
    return values[-1]


def _value(node: Expression, values: list[Any], t: Any, arithmetic: Arithmetic) -> Any:
    match node:
        case Number(value):
            return arithmetic.number(value)
        case Pi():
            return arithmetic.pi()
        case Variable():
            return t
        case Sum():
            total = values[0]
            for value in values[1:]:
                total = total + value
            return total
        case Product():
            product = values[0]
            for value in values[1:]:
                product = product * value
            return product
        case Negation():
            return -values[0]
        case Quotient():
            return _quotient(values[0], values[1], node)
        case Power(_, exponent):
            return _power(values[0], exponent, node, arithmetic)
        case Call("sign", _):
            return sign_off_kink(values[0], arithmetic)
        case Call(name, _):
            return arithmetic.call(name, *values)
    raise InputError("expression", f"{type(node).__name__} is not a node of the grammar")


def _quotient(above: Any, below: Any, node: Quotient) -> Any:
    if _certainly_zero(below):
        raise InputError(
            f"expression {node}", "its denominator is 0 at this point", "stay off the zero"
        )
    return above / below


def _power(base: Any, exponent: int, node: Power, arithmetic: Arithmetic) -> Any:
    if exponent < 0 and _certainly_zero(base):
        raise InputError(f"expression {node}", "0 has no negative power", "stay off the zero")
    if isinstance(base, fmpq):
        bits = max(int(base.p).bit_length(), int(base.q).bit_length())
        if bits * abs(exponent) > MAXIMAL_BITS:
            raise LimitError(
                f"expression {node}",
                f"the exact value would have about {bits * abs(exponent)} bits",
                "evaluate it in balls",
            )
    return arithmetic.power(base, exponent)


def _certainly_zero(value: Any) -> bool:
    """Whether a rational or a ball is 0; of other numbers nothing is said."""
    return isinstance(value, fmpq | arb) and is_zero(value) is True


def sign_off_kink(value: Any, arithmetic: Arithmetic) -> Any:
    """sign(value), which occurs in derivatives: an error where the value is exactly 0.

    Errors: NotDifferentiableError at the kink. A ball around 0 gives [-1, 1].
    """
    side = arithmetic.call("sign", value)
    if _is_kink(value, side, arithmetic):
        raise NotDifferentiableError(
            "derivative", "the function has a kink at this point", "stay off the kink"
        )
    return side


def _is_kink(value: Any, side: Any, arithmetic: Arithmetic) -> bool:
    """Whether the value is 0; for an array, whether one entry is."""
    if isinstance(value, Formal):
        return value.is_zero()
    if arithmetic.name == "enclosure":
        return bool(((side.lo == 0) & (side.hi == 0)).any())
    return _certainly_zero(value)
