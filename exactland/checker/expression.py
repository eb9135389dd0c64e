"""The closed grammar of section 4: parsing, and evaluation over any arithmetic.

Sums and products are kept flat, so that the depth of a tree is the nesting of its text.

>>> parse("1-t")
Sum(terms=((1, Number(value=Fraction(1, 1))), (-1, Variable())))
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from .outcome import Reject, quoted
from .work import TURN, VALUE, spend

LETTERS = 2000
NESTING = 64
EXPONENT = 1000
#: Functions of the grammar and their number of arguments.
FUNCTIONS = {
    "exp": 1, "log": 1, "sqrt": 1, "sin": 1, "cos": 1, "sinh": 1, "cosh": 1, "tanh": 1, "atan": 1,
    "erf": 1, "sigmoid": 1, "abs": 1, "min": 2, "max": 2,
}  # fmt: skip
#: Functions for the table of activations only: log(1 + exp(u)), and the page's dyadic-softplus.
PRIVATE = {"softplus": 1, "dyadic_softplus": 1}


@dataclass(frozen=True)
class Number:
    value: Fraction


@dataclass(frozen=True)
class Variable:
    """The argument t."""


@dataclass(frozen=True)
class Symbol:
    """A symbol of a problem; ``t`` is then a mapping with a number for each."""

    name: str


@dataclass(frozen=True)
class Pi:
    """The number pi."""


@dataclass(frozen=True)
class Sum:
    """The sum of sign * term."""

    terms: tuple[tuple[int, Node], ...]


@dataclass(frozen=True)
class Product:
    """The product of factor ** exponent with exponents 1 and -1."""

    factors: tuple[tuple[int, Node], ...]


@dataclass(frozen=True)
class Power:
    base: Node
    exponent: int


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


Node = Number | Variable | Symbol | Pi | Sum | Product | Power | Call


class Arithmetic(Protocol):
    """What an expression is evaluated over. Every operation is exact or an enclosure, or raises."""

    def number(self, value: Fraction) -> Any: ...
    def pi(self) -> Any: ...
    def add(self, x: Any, y: Any) -> Any: ...
    def negative(self, x: Any) -> Any: ...
    def multiply(self, x: Any, y: Any) -> Any: ...
    def divide(self, x: Any, y: Any) -> Any: ...
    def power(self, x: Any, exponent: int) -> Any: ...
    def call(self, function: str, arguments: list[Any]) -> Any: ...


def evaluate(node: Node, t: Any, over: Arithmetic) -> Any:
    """The value of the expression at ``t``, a number of the arithmetic ``over``."""
    spend(3 * TURN)
    if isinstance(node, Number):
        return over.number(node.value)
    if isinstance(node, Variable):
        return t
    if isinstance(node, Symbol):
        return t[node.name]
    if isinstance(node, Pi):
        return over.pi()
    if isinstance(node, Power):
        return over.power(evaluate(node.base, t, over), node.exponent)
    if isinstance(node, Call):
        return over.call(node.function, [evaluate(part, t, over) for part in node.arguments])
    result = None
    if isinstance(node, Sum):
        for sign, term in node.terms:
            value = evaluate(term, t, over)
            value = value if sign > 0 else over.negative(value)
            result = value if result is None else over.add(result, value)
        return result
    for exponent, factor in node.factors:
        value = evaluate(factor, t, over)
        if result is None:
            result = value if exponent > 0 else over.divide(over.number(Fraction(1)), value)
        else:
            result = over.multiply(result, value) if exponent > 0 else over.divide(result, value)
    return result


def children(node: Node) -> tuple[Node, ...]:
    """The direct subexpressions."""
    if isinstance(node, Sum):
        return tuple(term for _, term in node.terms)
    if isinstance(node, Product):
        return tuple(factor for _, factor in node.factors)
    if isinstance(node, Power):
        return (node.base,)
    return node.arguments if isinstance(node, Call) else ()


def is_constant(node: Node) -> bool:
    """Whether t does not occur."""
    spend(5 * TURN)
    return not isinstance(node, Variable) and all(is_constant(part) for part in children(node))


def parse(
    text: str,
    place: str = "expression",
    parameters: Mapping[str, Fraction] | None = None,
    constant: bool = False,
    symbols: Sequence[str] = (),
) -> Node:
    """The expression in ``text``; ``constant`` forbids t, ``symbols`` are names that it may have.

    ``parameters`` is for the checker's own table of activations: it gives names to numbers and
    admits the private functions.
    """
    if len(text) > LETTERS:
        raise Reject(place, f"an expression has at most {LETTERS} characters")
    spend(VALUE * len(text))
    parser = _Parser(text, place, parameters, constant, symbols)
    node = parser.expression(0)
    if parser.token:
        raise Reject(place, f"{quoted(parser.token)} is not expected there")
    return node


_TOKEN = re.compile(r" *([0-9]+(?:\.[0-9]+)?|[a-z_][a-z_0-9]*|\*\*|[-+*/(),])", re.ASCII)


class _Parser:
    """Recursive descent, one method a line of the grammar; ``token`` is "" at the end."""

    def __init__(
        self,
        text: str,
        place: str,
        names: Mapping[str, Fraction] | None,
        constant: bool,
        symbols: Sequence[str],
    ) -> None:
        self.symbols = symbols
        self.text, self.place, self.constant = text, place, constant
        self.names = {} if names is None else names
        self.functions = FUNCTIONS if names is None else FUNCTIONS | PRIVATE
        self.position = 0
        self.token = ""
        self.advance()

    def fail(self, reason: str) -> Reject:
        return Reject(self.place, reason)

    def advance(self) -> str:
        """The present token, having moved to the next one."""
        present, match = self.token, _TOKEN.match(self.text, self.position)
        if match:
            self.token, self.position = match[1], match.end()
        elif self.text[self.position :].strip(" "):
            raise self.fail(f"{quoted(self.text[self.position : self.position + 20])} is not read")
        else:
            self.token = ""
        return present

    def expect(self, token: str) -> None:
        if self.token != token:
            raise self.fail(f"{quoted(token)} is expected before {quoted(self.token)}")
        self.advance()

    def expression(self, depth: int) -> Node:
        terms = [(1, self.term(depth))]
        while self.token in ("+", "-"):
            sign = 1 if self.advance() == "+" else -1
            terms.append((sign, self.term(depth)))
        return terms[0][1] if len(terms) == 1 else Sum(tuple(terms))

    def term(self, depth: int) -> Node:
        factors = [(1, self.unary(depth))]
        while self.token in ("*", "/"):
            exponent = 1 if self.advance() == "*" else -1
            factors.append((exponent, self.unary(depth)))
        return factors[0][1] if len(factors) == 1 else Product(tuple(factors))

    def unary(self, depth: int) -> Node:
        if depth > NESTING:
            raise self.fail(f"an expression is nested at most {NESTING} deep")
        if self.token == "-":
            self.advance()
            return Sum(((-1, self.unary(depth + 1)),))
        return self.power(depth)

    def power(self, depth: int) -> Node:
        base = self.atom(depth)
        if self.token != "**":
            return base
        self.advance()
        sign = -1 if self.token == "-" else 1
        if sign < 0:
            self.advance()
        digits = self.advance()
        if not digits.isdigit() or int(digits) > EXPONENT:
            raise self.fail(f"an exponent is an integer of absolute value at most {EXPONENT}")
        return Power(base, sign * int(digits))

    def atom(self, depth: int) -> Node:
        token = self.advance()
        if token and token[0].isdigit():
            return Number(Fraction(token))
        if token == "(":
            inner = self.expression(depth + 1)
            self.expect(")")
            return inner
        if token == "t" and not self.constant:
            return Variable()
        if token == "pi":
            return Pi()
        if token in self.symbols:
            return Symbol(token)
        if token in self.names:
            return Number(self.names[token])
        if token in self.functions:
            return self.call(token, depth)
        raise self.fail(f"{quoted(token)} is not expected there")

    def call(self, function: str, depth: int) -> Node:
        self.expect("(")
        arguments = [self.expression(depth + 1)]
        while self.token == ",":
            self.advance()
            arguments.append(self.expression(depth + 1))
        self.expect(")")
        if len(arguments) != self.functions[function]:
            raise self.fail(f"{function} takes {self.functions[function]} argument(s)")
        return Call(function, tuple(arguments))
