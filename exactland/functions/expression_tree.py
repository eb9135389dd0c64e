"""Expressions in one variable t: the nodes of the tree, its printed form, and small constructors.

The tree has one shape for every text of the grammar (docs/certificate-v1.md, section 4): sums and
products are n-ary, ``a-b`` is the sum of a and -b, and ``a/b*c/d`` is the quotient of a*c by b*d.
So ``parse(str(tree)) == tree`` for every tree without ``sign``, which only derivatives contain.

>>> str(Quotient(VARIABLE, Sum((number(1), Call("abs", (VARIABLE,))))))
't/(1+abs(t))'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

from flint import fmpq, fmpz

from exactland.errors import InputError, LimitError

#: The largest absolute value of an exponent.
MAXIMAL_EXPONENT = 1000

#: Names of the grammar and their numbers of arguments. ``sign`` is not among them: see ``Call``.
ARITY = {
    "exp": 1, "log": 1, "sqrt": 1, "sin": 1, "cos": 1, "sinh": 1, "cosh": 1, "tanh": 1,
    "atan": 1, "erf": 1, "sigmoid": 1, "abs": 1, "min": 2, "max": 2,
}  # fmt: skip


class Expression:
    """A node of the tree; equality is equality of trees, not of functions."""

    @property
    def children(self) -> tuple[Expression, ...]:
        return ()

    @cached_property
    def steps(self) -> Steps:
        """See the function ``steps``."""
        index: dict[int, int] = {}
        order: list[tuple[Expression, tuple[int, ...]]] = []
        stack: list[Expression] = [self]
        while stack:
            node = stack[-1]
            missing = [child for child in node.children if id(child) not in index]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            if id(node) not in index:
                index[id(node)] = len(order)
                order.append((node, tuple(index[id(child)] for child in node.children)))
        return tuple(order)

    def __str__(self) -> str:
        return fold(self, _print).text


@dataclass(frozen=True)
class Number(Expression):
    """A literal: nonnegative, with a finite decimal expansion. ``number`` makes any rational.

    >>> str(Number(fmpq(1, 4)))
    '0.25'
    """

    value: fmpq

    def __post_init__(self) -> None:
        if not isinstance(self.value, fmpq) or self.value < 0 or _decimals(self.value) is None:
            raise InputError(
                f"number {self.value}",
                "a literal is a nonnegative rational with finitely many decimals",
                "use number(value), which writes signs and fractions as expressions",
            )


@dataclass(frozen=True)
class Variable(Expression):
    """The variable t."""


@dataclass(frozen=True)
class Pi(Expression):
    """The number pi."""


@dataclass(frozen=True)
class Sum(Expression):
    """The sum of two terms or more; a subtracted term is a Negation."""

    terms: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.terms


@dataclass(frozen=True)
class Product(Expression):
    """The product of two factors or more."""

    factors: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.factors


@dataclass(frozen=True)
class Quotient(Expression):
    numerator: Expression
    denominator: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.numerator, self.denominator)


@dataclass(frozen=True)
class Power(Expression):
    """An integer power; the exponent has absolute value at most 1000."""

    base: Expression
    exponent: int

    def __post_init__(self) -> None:
        if abs(self.exponent) > MAXIMAL_EXPONENT:
            raise LimitError(
                f"exponent {self.exponent}",
                f"its absolute value exceeds {MAXIMAL_EXPONENT}",
                "use a smaller exponent",
            )

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.base,)


@dataclass(frozen=True)
class Negation(Expression):
    operand: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.operand,)


@dataclass(frozen=True)
class Call(Expression):
    """A function of ARITY at its arguments; or ``sign``, which only ``differentiate`` writes."""

    name: str
    arguments: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.arguments


#: Nodes with the indices of their children among those before.
Steps: TypeAlias = tuple[tuple[Expression, tuple[int, ...]], ...]

VARIABLE = Variable()
PI = Pi()
Result = TypeVar("Result")


def steps(expression: Expression) -> Steps:
    """The nodes, children first and shared ones once, each with the indices of its children.

    Everything that walks a tree walks this list: derivatives share most of their nodes, and a long
    or deep expression never meets the recursion limit. The list is kept with the root.
    """
    return expression.steps


def fold(
    expression: Expression, combine: Callable[[Expression, tuple[Result, ...]], Result]
) -> Result:
    """``combine(node, results of its children)`` from the leaves up; the result at the root."""
    results: list[Result] = []
    for node, children in steps(expression):
        results.append(combine(node, tuple(results[i] for i in children)))
    return results[-1]


def is_constant(expression: Expression) -> bool:
    """Whether t does not occur."""
    return not any(isinstance(node, Variable) for node, _ in steps(expression))


# Constructors that leave out zeros and ones; they never remove a sign, a quotient or a call whose
# evaluation may fail, except as a factor of a literal zero in a derivative (see differentiate).


def number(value: fmpq | int) -> Expression:
    """The rational as an expression.

    >>> str(number(fmpq(-2, 3)))
    '-2/3'
    """
    value = fmpq(value)
    if value < 0:
        return _negated_number(-value)
    if value.q == 1:
        return Number(value)
    return Quotient(Number(fmpq(value.p)), Number(fmpq(value.q)))


def _negated_number(value: fmpq) -> Expression:
    if value.q == 1:
        return Negation(Number(value))
    return Quotient(Negation(Number(fmpq(value.p))), Number(fmpq(value.q)))


def literal(expression: Expression) -> fmpq | None:
    """The value of an expression that ``number`` could have made (or a decimal), else None."""
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Negation) and isinstance(expression.operand, Number):
        return -expression.operand.value
    if isinstance(expression, Quotient):
        above, below = literal(expression.numerator), literal(expression.denominator)
        if above is not None and below is not None and below != 0:
            return above / below
    return None


def add(*terms: Expression) -> Expression:
    """The sum, with the literal terms added up.

    >>> str(add(number(1), VARIABLE, number(-1)))
    't'
    """
    flat = [part for term in terms for part in (term.terms if isinstance(term, Sum) else (term,))]
    constant = fmpq(0)
    kept: list[Expression] = []
    for term in flat:
        value = literal(term)
        if value is None:
            kept.append(term)
        else:
            constant += value
    if constant != 0 or not kept:
        kept.append(number(constant))
    return kept[0] if len(kept) == 1 else Sum(tuple(kept))


def negate(expression: Expression) -> Expression:
    if isinstance(expression, Negation):
        return expression.operand
    value = literal(expression)
    if value is not None:
        return number(-value)
    if isinstance(expression, Product) and literal(expression.factors[0]) is not None:
        return multiply(number(-1), expression)
    return Negation(expression)


def multiply(*factors: Expression) -> Expression:
    """The product, with the literal factors collected, and u*sign(u) written abs(u).

    >>> str(multiply(number(2), VARIABLE, number(-3)))
    '-6*t'
    """
    constant = fmpq(1)
    kept: list[Expression] = []
    for factor in factors:
        for part in factor.factors if isinstance(factor, Product) else (factor,):
            if isinstance(part, Negation):
                constant, part = -constant, part.operand
            value = literal(part)
            if value is None:
                kept.append(part)
            else:
                constant *= value
    if constant == 0:
        return number(0)
    kept = _absorb_signs(kept)
    if constant != 1 and kept != []:
        head = [] if constant == -1 else [number(constant)]
        product = head + kept
        whole = product[0] if len(product) == 1 else Product(tuple(product))
        return Negation(whole) if constant == -1 else whole
    if not kept:
        return number(constant)
    return kept[0] if len(kept) == 1 else Product(tuple(kept))


def _absorb_signs(factors: list[Expression]) -> list[Expression]:
    """u * sign(u) = abs(u): so the derivative of t/(1+abs(t)) is defined at 0, where it exists."""
    for i, factor in enumerate(factors):
        if isinstance(factor, Call) and factor.name == "sign" and factor.arguments[0] in factors:
            rest = [other for j, other in enumerate(factors) if j != i]
            rest[rest.index(factor.arguments[0])] = Call("abs", factor.arguments)
            return _absorb_signs(rest)
    return factors


def divide(numerator: Expression, denominator: Expression) -> Expression:
    if literal(denominator) == 1:
        return numerator
    if literal(numerator) == 0:
        return number(0)
    return Quotient(numerator, denominator)


def power(base: Expression, exponent: int) -> Expression:
    if exponent == 0:
        return number(1)
    return base if exponent == 1 else Power(base, exponent)


# Printing. Levels of precedence: 0 sum, 1 term, 2 unary, 3 power, 4 atom.


def _decimals(value: fmpq) -> int | None:
    """The number of decimals of the decimal expansion, or None if it is infinite."""
    rest = int(value.q)
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    fives = 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    return max(twos, fives) if rest == 1 else None


def _print_number(value: fmpq) -> str:
    places = _decimals(value) or 0
    digits = str(int((value * fmpq(fmpz(10) ** places)).p)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


@dataclass(frozen=True)
class _Printed:
    """The text of a node, its level, and for a Negation the text behind a minus in a sum."""

    text: str
    level: int
    subtrahend: str | None = None

    def at(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"


def _print(node: Expression, parts: tuple[_Printed, ...]) -> _Printed:
    match node:
        case Number(value):
            return _Printed(_print_number(value), 4)
        case Variable():
            return _Printed("t", 4)
        case Pi():
            return _Printed("pi", 4)
        case Sum():
            return _Printed(_print_sum(parts), 0)
        case Product():
            return _Printed("*".join(part.at(2) for part in parts), 1)
        case Quotient(numerator, _):
            above = parts[0].at(2 if isinstance(numerator, Quotient) else 1)
            return _Printed(f"{above}/{parts[1].at(2)}", 1)
        case Power(_, exponent):
            return _Printed(f"{parts[0].at(4)}**{exponent}", 3)
        case Negation():
            # a-b*c is the sum of a and -(b*c): after a minus in a sum, products stand bare.
            return _Printed("-" + parts[0].at(2), 2, "-" + parts[0].at(1))
        case Call(name, _):
            return _Printed(f"{name}({','.join(part.text for part in parts)})", 4)
    raise InputError("expression", f"{type(node).__name__} is not a node of the grammar")


def _print_sum(parts: tuple[_Printed, ...]) -> str:
    pieces = [parts[0].at(1)]
    for part in parts[1:]:
        pieces.append(part.subtrahend if part.subtrahend is not None else "+" + part.at(1))
    return "".join(pieces)
