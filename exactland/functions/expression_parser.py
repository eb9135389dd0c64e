"""The grammar of expressions (docs/certificate-v1.md, section 4), read by recursive descent.

Texts are never given to Python's ``eval``. An error shows the place and what to write instead.

>>> parse("2t")
Traceback (most recent call last):
    ...
exactland.errors.InputError: expression "2t", character 2: "*" is missing before "t"; write 2*t
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from flint import fmpq, fmpz

from exactland.errors import InputError, LimitError
from exactland.functions.expression_tree import (
    ARITY,
    MAXIMAL_EXPONENT,
    PI,
    VARIABLE,
    Call,
    Expression,
    Negation,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    steps,
)

MAXIMAL_LENGTH = 2000
MAXIMAL_NESTING = 64

_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z_][A-Za-z_0-9]*|\*\*|[-+*/(),]", re.ASCII)

#: What people write, and what the grammar has for it.
_CHARACTERS = {
    "^": 'powers are written with "**", such as t**2',
    "|": "write abs(t)",
    "\u2212": 'write the minus sign as "-"',
    "\u2013": 'write the minus sign as "-"',
    "\u00b7": 'write "*"',
    "\u00d7": 'write "*"',
    "\u22c5": 'write "*"',
    "\u00f7": 'write "/"',
    "\u03c0": 'write "pi"',
    "\u221a": "write sqrt(t)",
    "\u00b2": 'write "**2"',
    "\u00b3": 'write "**3"',
    ".": 'write digits on both sides of the point, such as "0.5"',
    "[": "write parentheses ( )",
    "{": "write parentheses ( )",
    "<": "write cases with min, max or abs",
    ">": "write cases with min, max or abs",
    "=": "write the value only, without =",
    "!": "factorials are written out as numbers",
    "%": "write a fraction, such as 1/100",
    ";": 'arguments are separated by ","',
}

_NAMES = {
    "ln": "log", "arctan": "atan", "arctg": "atan", "x": "t", "z": "t", "u": "t", "T": "t",
    "Pi": "pi", "PI": "pi", "fabs": "abs", "logistic": "sigmoid", "e": "exp(1)", "E": "exp(1)",
    "tan": "sin(t)/cos(t)", "cot": "cos(t)/sin(t)", "sec": "1/cos(t)", "sech": "1/cosh(t)",
    "coth": "cosh(t)/sinh(t)", "relu": "max(t,0)", "ReLU": "max(t,0)", "softplus": "log(1+exp(t))",
    "expm1": "exp(t)-1", "log1p": "log(1+t)", "log2": "log(t)/log(2)", "log10": "log(t)/log(10)",
    "pow": "t**n with an integer n", "square": "t**2", "cbrt": "exp(log(t)/3)", "erfc": "1-erf(t)",
    "sign": "abs(t)/t (which is not defined at 0)", "sgn": "abs(t)/t (which is not defined at 0)",
    "arctanh": "log((1+t)/(1-t))/2", "atanh": "log((1+t)/(1-t))/2", "maximum": "max",
    "minimum": "min",
}  # fmt: skip


def parse(text: str) -> Expression:
    """The expression that ``text`` denotes; ``str`` of it is its canonical text.

    Errors: InputError with the place for a text outside the grammar; LimitError for more than
    2000 characters, a nesting deeper than 64 or an exponent beyond 1000.

    >>> str(parse("max(t, 0) - 0.10 * (t / 2)"))
    'max(t,0)-0.1*(t/2)'
    """
    if not isinstance(text, str):
        raise InputError(
            "expression", f"{type(text).__name__} is not a text", 'write it as a string: "t**2"'
        )
    if len(text) > MAXIMAL_LENGTH:
        raise LimitError(
            "expression",
            f"it has {len(text)} characters, more than {MAXIMAL_LENGTH}",
            "use a shorter form",
        )
    reader = _Reader(text)
    expression = reader.sum()
    if reader.token is not None:
        raise reader.unexpected()
    return expression


def parse_constant(text: str) -> Expression:
    """A constant such as ``pi/4`` or ``log(3)``: an expression without t.

    >>> str(parse_constant("log(3) / 2"))
    'log(3)/2'
    """
    expression = parse(text)
    if any(node == VARIABLE for node, _ in steps(expression)):
        raise InputError(f'constant "{text}"', "it contains t", "write a number, such as pi/4")
    return expression


@dataclass(frozen=True)
class _Token:
    text: str
    start: int

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit()

    @property
    def is_name(self) -> bool:
        return self.text[0].isalpha() or self.text[0] == "_"


class _Reader:
    """One pass over the tokens; ``token`` is the next one, or None at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.position = 0
        self.depth = 0

    def _tokens(self) -> list[_Token]:
        tokens = []
        start = 0
        while start < len(self.text):
            if self.text[start] in " \t\r\n":
                start += 1
                continue
            match = _TOKEN.match(self.text, start)
            if match is None:
                character = self.text[start]
                raise self.error(
                    start,
                    f'"{character}" is not a character of the grammar',
                    _CHARACTERS.get(character, "see docs/certificate-v1.md, section 4"),
                )
            tokens.append(_Token(match.group(), start))
            start = match.end()
        return tokens

    def error(self, start: int, reason: str, remedy: str = "") -> InputError:
        shown = self.text if len(self.text) <= 60 else self.text[max(0, start - 25) : start + 25]
        return InputError(f'expression "{shown}", character {start + 1}', reason, remedy)

    @property
    def token(self) -> _Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def accept(self, *texts: str) -> str | None:
        token = self.token
        if token is not None and token.text in texts:
            self.position += 1
            return token.text
        return None

    def unexpected(self) -> InputError:
        """The error for a token that cannot stand where it stands, or for the end of the text."""
        token = self.token
        if token is None:
            return self.error(
                len(self.text), "it ends too early", "a number, t or a function follows"
            )
        before = self.tokens[self.position - 1] if self.position else None
        follows_value = before is not None and (
            before.text == ")" or before.is_number or before.is_name
        )
        if (
            follows_value
            and before is not None
            and (token.is_number or token.is_name or token.text == "(")
        ):
            if before.is_number and re.fullmatch("[eE][0-9]*", token.text):
                remedy = "write powers of ten out, such as 1000 or 1/1000"
            elif token.text == "(":
                remedy = f"write {before.text}*("
            elif before.text == ")":
                remedy = f"write )*{token.text}"
            else:
                remedy = f"write {before.text}*{token.text}"
            return self.error(token.start, f'"*" is missing before "{token.text}"', remedy)
        if token.text == "**":
            remedy = (
                "write parentheses, such as (t**2)**3" if follows_value else "a base is missing"
            )
            return self.error(token.start, '"**" cannot stand here', remedy)
        if token.text == ")":
            remedy = (
                'drop it or add "(" before' if follows_value else "a number or t is missing before"
            )
            return self.error(token.start, '")" cannot stand here', remedy)
        remedy = {
            "+": "drop it; a sign + is not in the grammar",
            "/": "a number or t is missing before; division is a single /",
            "*": "a number or t is missing before",
            ",": "only min and max take two arguments; decimals have a point",
        }.get(token.text, "a number, t or a function is expected")
        return self.error(token.start, f'"{token.text}" cannot stand here', remedy)

    def descend(self) -> None:
        self.depth += 1
        if self.depth > MAXIMAL_NESTING:
            raise LimitError(
                "expression", f"it is nested deeper than {MAXIMAL_NESTING}", "use a flatter form"
            )

    # The rules of the grammar, from the loosest to the tightest.

    def sum(self) -> Expression:
        terms = [self.term()]
        while (operator := self.accept("+", "-")) is not None:
            term = self.term()
            terms.append(Negation(term) if operator == "-" else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def term(self) -> Expression:
        above: list[Expression] = [self.unary()]
        below: list[Expression] = []
        while (operator := self.accept("*", "/")) is not None:
            (above if operator == "*" else below).append(self.unary())
        numerator = above[0] if len(above) == 1 else Product(tuple(above))
        if not below:
            return numerator
        return Quotient(numerator, below[0] if len(below) == 1 else Product(tuple(below)))

    def unary(self) -> Expression:
        if self.accept("-") is None:
            return self.power()
        self.descend()
        operand = self.unary()
        self.depth -= 1
        return Negation(operand)

    def power(self) -> Expression:
        base = self.atom()
        if self.accept("**") is None:
            return base
        sign = -1 if self.accept("-") is not None else 1
        token = self.token
        if token is None or not token.text.isdigit():
            start = len(self.text) if token is None else token.start
            raise self.error(
                start,
                "an exponent is an integer without parentheses",
                "write sqrt(t) for a square root and exp(a*log(t)) for another power",
            )
        if len(token.text.lstrip("0")) > 4 or int(token.text) > MAXIMAL_EXPONENT:
            raise LimitError(
                f"expression, character {token.start + 1}",
                f"the exponent exceeds {MAXIMAL_EXPONENT}",
                "use a smaller exponent",
            )
        self.position += 1
        return Power(base, sign * int(token.text))

    def atom(self) -> Expression:
        token = self.token
        if token is None:
            raise self.unexpected()
        if token.text == "(":
            self.position += 1
            inner = self.enclosed(token)
            return inner[0] if len(inner) == 1 else self._refuse_list(token)
        if token.is_number:
            self.position += 1
            whole, _, decimals = token.text.partition(".")
            return Number(fmpq(fmpz(whole + decimals), fmpz(10) ** len(decimals)))
        if token.is_name:
            return self.name(token)
        raise self.unexpected()

    def _refuse_list(self, token: _Token) -> Expression:
        raise self.error(
            token.start, "parentheses hold one expression", "write decimals with a point"
        )

    def enclosed(self, opening: _Token) -> list[Expression]:
        """The expressions up to the parenthesis that closes ``opening``, which is read already."""
        self.descend()
        parts = [self.sum()]
        while self.accept(",") is not None:
            parts.append(self.sum())
        if self.accept(")") is None:
            if self.token is None:
                raise self.error(opening.start, '"(" is never closed', 'add ")"')
            raise self.unexpected()
        self.depth -= 1
        return parts

    def name(self, token: _Token) -> Expression:
        known = {"t": VARIABLE, "pi": PI}.get(token.text)
        if known is not None:
            self.position += 1
            return known
        if token.text not in ARITY:
            raise self._unknown(token)
        self.position += 1
        opening = self.token
        if opening is None or opening.text != "(":
            raise self.error(token.start, f"{token.text} has no argument", f"write {token.text}(t)")
        self.position += 1
        arguments = self.enclosed(opening)
        if len(arguments) != ARITY[token.text]:
            wanted = "one argument" if ARITY[token.text] == 1 else "two arguments"
            raise self.error(
                token.start, f"{token.text} takes {wanted}, not {len(arguments)}", "see the grammar"
            )
        return Call(token.text, tuple(arguments))

    def _unknown(self, token: _Token) -> InputError:
        names = ["t", "pi", *ARITY]
        near = difflib.get_close_matches(token.text.lower(), names, n=3, cutoff=0.6)
        split = re.fullmatch(r"(t|pi)([0-9].*)", token.text)
        if token.text in _NAMES:
            remedy = f"write {_NAMES[token.text]}"
        elif split:
            remedy = (
                f"write {split.group(1)}*{split.group(2)} or {split.group(1)}**{split.group(2)}"
            )
        elif near:
            remedy = "did you mean " + " or ".join(near) + "?"
        else:
            remedy = "the names are " + ", ".join(names)
        return self.error(token.start, f'the name "{token.text}" is not known', remedy)
