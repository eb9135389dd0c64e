"""Claims from text: what the printer prints, and what people type, becomes a formula.

The grammar is the table of phrases of the signature, nothing else: an argument stands where the
phrase has its place. Names that the text binds are a matter of taste; the formula has the canonical
ones. Beside the printed form there are a few liberties: ``>`` and ``>=``, chains ``0 < x <= 1``,
decimals, superfluous brackets, ``almost all parameters: ...`` without ``for``.

>>> read_text("almost all parameters: rank F_1 = N")
['almost-all', 'parameters', ['=', ['rank', ['F', 1]], ['N']]]
>>> read_text("at given: det Z(1/2) > 0 with Z(t) = [m <= 2, j <= 2: sigma_1(t X[m, j])]")[2]
['at', 'given', ['<', 0, ['det', ['ref', 'A', '1/2']]]]
>>> read_text("rank F_1 = = N")
Traceback (most recent call last):
...
exactland.errors.InputError: claim, column 12: "= N" is not expected here; ...
>>> read_text("at given: rank F1 = N")
Traceback (most recent call last):
...
exactland.errors.InputError: claim, column 16: "F1 = N" is not expected here; write F_1
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeVar

from exactland.checker.formulas import made, naming, read_claim
from exactland.checker.outcome import Decline, Reject
from exactland.checker.signature import (
    AND,
    ATOM,
    CALLS,
    DOMAINS,
    FACTS,
    KINDS,
    OR,
    POINTS,
    PREFIX,
    PRODUCT,
    QUANTIFIED,
    SIDES,
    SUM,
    TABLE,
    bound_name,
)
from exactland.errors import InputError

from .grammar import Pattern, Slot, Token, following, starting, tokens
from .hints import remedy, remedy_of, vocabulary

Formula = Any
T = TypeVar("T")
#: A formula and its sort.
Parsed = tuple[Formula, str]
#: How the reader of formulas speaks of a definition.
_DEFINITION = re.compile(r"(the definition of )([A-Za-z0-9]+)")
#: Digits of a number that is typed: Python reads no more, for its own safety.
DIGITS = 4300
#: Words of the language that a definition may take for a name: none of them begins anything.
ARTICLES = frozenset(("a", "d"))
RELATIONS = {"<": "<", "<=": "<=", "=": "=", "!=": "!=", ">": "<", ">=": "<="}


def read_text(
    text: str,
    free: Mapping[str, str] | None = None,
    symbols: tuple[str, ...] | None = None,
) -> Formula:
    """The formula of a claim in the printed form or as people type it.

    ``free`` are names that no binder binds, with their sorts: ``{"k": "I"}`` in a statement;
    ``symbols`` those of the problem that the claim is about, if there is one.

    Raises
    ------
    InputError : this is no claim of the language; the error says where reading stopped.
    """
    sentence, *definitions = _split(tokens(text))
    known = {**(free or {}), **dict.fromkeys(symbols or (), "R")}
    env = Env({name: (name, sort) for name, sort in known.items()})
    formulas = []
    for definition in definitions:
        formula, env = _Parser(text, definition).definition(env)
        formulas.append(formula)
    parser = _Parser(text, sentence)
    body = parser.whole(env)
    formula = ["let", formulas, body] if formulas else body
    try:
        read_claim(formula, free, symbols)
    except (Reject, Decline) as error:
        reason = _reason(error, env)
        raise InputError("claim", reason, remedy_of(reason, symbols)) from None
    return formula


def _reason(error: Exception, env: Env) -> str:
    """Why a formula is no claim, with the names of the text."""
    reason = error.reason if isinstance(error, Reject) else str(error)
    typed = {canonical: name for name, (canonical, _) in env.names.items()}
    return _DEFINITION.sub(lambda match: match[1] + typed.get(match[2], match[2]), reason)


def read_definition(text: str, env: Env) -> tuple[Formula, Env]:
    """A definition below others, ``name = body``, and the names after it; errors as above."""
    return _Parser(text, tokens(text)).definition(env)


def read_sentence(text: str, env: Env) -> Formula:
    """A proposition about what has been defined, which its reader still has to check."""
    return _Parser(text, tokens(text)).whole(env)


def _split(every: list[Token]) -> list[list[Token]]:
    """The tokens of the sentence and of each definition, which begins with ``with``."""
    found: list[list[Token]] = [[]]
    for token in every[:-1]:
        if token.text == "with":
            found.append([])
        else:
            found[-1].append(token)
    end = every[-1]
    starts = [part[0].start if part else end.start for part in found[1:]] + [end.start]
    return [[*part, Token("end", "", start)] for part, start in zip(found, starts, strict=True)]


@dataclass(frozen=True)
class Env:
    """What the names of a text mean: the canonical name and the sort; and names so far by kind."""

    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def bind(self, kind: str, name: str, sort: str) -> tuple[str, Env]:
        """The canonical name of the next binder of this kind, and the names below it."""
        n = self.counts.get(kind, 0)
        canonical = bound_name(kind, n)
        names = {**self.names, name: (canonical, sort)}
        return canonical, replace(self, names=names, counts={**self.counts, kind: n + 1})


class _No(Exception):  # noqa: N818
    """The text does not go on as this pattern does."""


class _Parser:
    """Recursive descent over the tokens of one sentence or definition."""

    def __init__(self, source: str, found: list[Token]) -> None:
        self.source, self.tokens, self.position, self.furthest = source, found, 0, 0

    # The text as a whole.

    def whole(self, env: Env) -> Formula:
        """The proposition that the tokens are."""
        return self._complete(lambda: self.proposition(env), env)[0]

    def definition(self, env: Env) -> tuple[Formula, Env]:
        """``name(arguments) = body`` and the names after it."""
        return self._complete(lambda: self._definition(env), env)

    def _complete(self, read: Callable[[], T], env: Env) -> T:
        try:
            found = read()
            self._take("")
        except RecursionError:
            raise InputError("claim", "it is nested too deeply", "give parts of it names") from None
        except _No:
            token = self.tokens[min(self.furthest, len(self.tokens) - 1)]
            rest = self.source[token.start : token.start + 30].split("\n")[0]
            raise InputError(
                f"claim, column {token.start + 1}",
                f'"{rest}" is not expected here' if rest else "the claim ends too early",
                remedy(self.source, token.start, env.names) or "docs/claims.md has the phrases",
            ) from None
        return found

    def _definition(self, env: Env) -> tuple[Formula, Env]:
        start, name = self._now().start, self._word()
        if name in vocabulary() - ARTICLES:
            place = f"claim, column {start + 1}"
            raise InputError(place, f"{name} is a word of the language", "define another name")
        inner, canonical, kinds = env, [], []
        if self._try("("):
            while True:
                argument = self._word()
                kind = "i" if argument[:1] in "ijlmnrs" else "x"
                new, inner = inner.bind(kind, argument, "I" if kind == "i" else "R")
                canonical.append(new)
                kinds.append(kind)
                if not self._try(","):
                    break
            self._take(")")
        self._take("=")
        body, sort = self._defined(inner)
        target, after = env.bind(naming(sort, body), name, sort)
        after = replace(after, arguments={**env.arguments, target: tuple(kinds)})
        return [target, canonical, body], after

    def _defined(self, env: Env) -> Parsed:
        """What a definition may define: a number or a matrix, a point, a tuple."""
        return self._first(
            lambda: self._last(self.term(env)),
            lambda: self._last((self.point(env), "Q")),
            lambda: self._last((self.indices(env), "S")),
        )

    def _last(self, found: T) -> T:
        if self._now().kind != "end":
            raise self._no()
        return found

    # Tokens.

    def _now(self) -> Token:
        return self.tokens[min(self.position, len(self.tokens) - 1)]

    def _no(self) -> _No:
        self.furthest = max(self.furthest, self.position)
        return _No()

    def _try(self, *texts: str) -> bool:
        """Whether these tokens follow; if so they are taken."""
        following = self.tokens[self.position : self.position + len(texts)]
        if tuple(token.text for token in following) != texts:
            self.furthest = max(self.furthest, self.position)
            return False
        self.position += len(texts)
        return True

    def _take(self, *texts: str) -> None:
        if not self._try(*texts):
            raise self._no()

    def _word(self) -> str:
        token = self._now()
        if token.kind != "word":
            raise self._no()
        self.position += 1
        return token.text

    def _first(self, *choices: Callable[[], T]) -> T:
        """The first of these readings that is possible."""
        start = self.position
        for choice in choices:
            try:
                return choice()
            except _No:
                self.position = start
        raise self._no()

    # Propositions.

    def proposition(self, env: Env, tight: int = QUANTIFIED) -> Parsed:
        """A proposition that binds at least so tightly."""
        found = self._first(
            lambda: self._started("PA", env, tight),
            lambda: self._relation(env),
            lambda: self._loose(env, tight),
            lambda: self._bracketed(lambda: self.proposition(env)),
        )
        for head, sign, binds in (("and", "and", AND), ("or", "or", OR)):
            parts = [found[0]]
            while binds >= tight and self._try(sign):
                parts.append(self.proposition(env, binds + 1)[0])
            if len(parts) > 1:
                found = [head, *parts], "P"
        return found

    def _loose(self, env: Env, tight: int) -> Parsed:
        """``almost all parameters: ...``, without the ``for``."""
        if tight > QUANTIFIED or self._now().text not in ("almost", "all", "some"):
            raise self._no()
        self.tokens = [*self.tokens[: self.position], Token("word", "for", self._now().start),
                       *self.tokens[self.position :]]  # fmt: skip
        return self._started("PA", env, tight)

    def _relation(self, env: Env) -> Parsed:
        """A comparison, a chain of them, or something that is said of one term or point."""
        left = self._first(lambda: self.term(env, SUM), lambda: (self.point(env), "Q"))
        parts = []
        while self._now().text in RELATIONS and left[1] != "Q":
            sign = self._now().text
            self.position += 1
            right = self.term(env, SUM)
            parts.append(self._compared(sign, left, right))
            left = right
        if parts:
            return (["and", *parts] if len(parts) > 1 else parts[0]), "P"
        for pattern in following("P", left[1] + "EBA" * (left[1] != "Q")).get(self._now().text, ()):
            try:
                return self._pattern(pattern, env, left)
            except _No:
                continue
        raise self._no()

    def _compared(self, sign: str, left: Parsed, right: Parsed) -> Formula:
        if sign == "=" and left[1] == "M" and right[0] == 0 and right[1] != "M":
            return ["zero", left[0]]
        if sign.startswith(">"):
            left, right = right, left
        if ("M" in (left[1], right[1])) and (sign != "=" or left[1] != right[1]):
            raise self._no()
        return [RELATIONS[sign], left[0], right[0]]

    def _bracketed(self, read: Callable[[], T]) -> T:
        self._take("(")
        found = read()
        self._take(")")
        return found

    # Phrases.

    def _started(self, sorts: str, env: Env, tight: int) -> Parsed:
        """A phrase that starts with the token that follows."""
        start = self.position
        for pattern in starting(sorts).get(self._now().text, ()):
            if pattern.binds < tight:
                continue
            try:
                return self._pattern(pattern, env, None, "P" if "P" in sorts else "E")
            except _No:
                self.position = start
        raise self._no()

    def _pattern(
        self, pattern: Pattern, env: Env, left: Parsed | None, wanted: str = "E"
    ) -> Parsed:
        """A phrase from its first token, or from its second if the first argument is there."""
        start, pieces = self.position, pattern.pieces
        arguments: dict[int, Parsed] = {} if left is None else {0: left}
        inner, rest = env, []
        if left is not None:
            pieces = pieces[1:]
        sorts = self._sorts(pattern)
        try:
            for piece in pieces:
                if isinstance(piece, str):
                    self._take(piece)
                elif piece.number is None:
                    rest = self._list(sorts[-1].rstrip("*+"), inner)
                else:
                    sort = sorts[piece.number]
                    scope = inner if piece.number == len(sorts) - 1 else env
                    if sort in ("i", "x"):
                        name, inner = inner.bind(sort, self._word(), "I" if sort == "i" else "R")
                        arguments[piece.number] = name, sort
                    else:
                        arguments[piece.number] = self._slot(sort, scope, piece, wanted)
        except _No:
            self.position = start
            raise
        ordered = [arguments[n] for n in sorted(arguments)]
        formula = [pattern.head, *([pattern.fact] if pattern.fact else []),
                   *(value for value, _ in ordered), *(value for value, _ in rest)]  # fmt: skip
        found = [sort for _, sort in [*ordered, *rest] if sort in "PRIMQ"]
        return formula, self._made(formula, found)

    def _sorts(self, pattern: Pattern) -> list[str]:
        return (FACTS[pattern.fact] if pattern.fact else TABLE[pattern.head]).takes.split()

    def _made(self, formula: Formula, found: list[str]) -> str:
        try:
            return made(formula[0], found, "")
        except Reject:
            raise self._no() from None

    def _list(self, sort: str, env: Env) -> list[Parsed]:
        found = [self._slot(sort, env, Slot(None, 0), "E")]
        while self._try(","):
            found.append(self._slot(sort, env, Slot(None, 0), "E"))
        return found

    def _slot(self, sort: str, env: Env, slot: Slot, wanted: str) -> Parsed:
        """An argument of this sort."""
        if sort in READERS:
            return READERS[sort](self, env), sort
        if sort == "P" or (sort == "A" and wanted == "P"):
            return self.proposition(env, slot.tight)
        found = self.term(env, slot.tight)
        accepted = {"R": "RI", "I": "I", "M": "M", "B": "M"}.get(sort, "RIM")
        if found[1] not in accepted:
            raise self._no()
        return found

    # Numbers and matrices.

    def term(self, env: Env, tight: int = QUANTIFIED) -> Parsed:
        """A number or a matrix that binds at least so tightly."""
        found = self._operand(env, tight)
        while True:
            start = self.position
            try:
                found = self._continued(found, env, tight)
            except _No:
                self.position = start
                return found

    def _continued(self, left: Parsed, env: Env, tight: int) -> Parsed:
        """The term that goes on after ``left``: a postfix, a sign, or a factor without one."""
        sign = self._now().text
        for pattern in following("REM", left[1] + "E" + "R" * (left[1] == "I")).get(sign, ()):
            if pattern.binds >= tight and pattern.head != "-":
                try:
                    return self._pattern(pattern, env, left)
                except _No:
                    continue
        if sign == "-" and tight <= SUM:
            return self._pattern(_MINUS, env, left)
        for symbol, binds in (("+", SUM), ("*", PRODUCT)):
            if tight <= binds and (sign == symbol or (symbol == "*" and self._starts_factor(env))):
                return self._repeated(symbol, binds, left, env)
        raise self._no()

    def _repeated(self, symbol: str, binds: int, left: Parsed, env: Env) -> Parsed:
        parts = [left]
        while self._try(symbol) or (symbol == "*" and self._starts_factor(env)):
            parts.append(self.term(env, binds + 1))
        formula = [symbol, *(value for value, _ in parts)]
        return formula, self._made(formula, [sort for _, sort in parts])

    def _starts_factor(self, env: Env) -> bool:
        token = self._now()
        if token.kind == "word":
            return (
                token.text in env.names
                or token.text in CALLS
                or (token.text in starting("REMI") and token.text != "at")
            )
        return token.text == "("

    def _operand(self, env: Env, tight: int) -> Parsed:
        token = self._now()
        if token.kind == "number":
            self.position += 1
            return _numeral(_number(token))
        if token.text == "-" and self._negative_numeral():
            self.position += 2
            return _numeral(-_number(self.tokens[self.position - 1]))
        if token.kind == "word" and token.text in env.names:
            return self._named(env)
        return self._first(
            lambda: self._started("REMIA", env, tight),
            lambda: self._call(env),
            lambda: self._matrix(env),
            lambda: self._bracketed(lambda: self.term(env)),
        )

    def _negative_numeral(self) -> bool:
        """Whether a number follows the sign, and no power of it."""
        number, after = self.tokens[self.position + 1], self.tokens[self.position + 2 :]
        return number.kind == "number" and not (after and after[0].text == "^")

    def _call(self, env: Env) -> Parsed:
        """A function of the grammar of expressions: exp(1)."""
        name = self._word()
        if name not in CALLS:
            self.position -= 1
            raise self._no()
        argument, sort = self._bracketed(lambda: self.term(env))
        if sort not in "RI":
            raise self._no()
        return ["call", name, argument], "R"

    def _named(self, env: Env) -> Parsed:
        name, sort = env.names[self._word()]
        kinds = env.arguments.get(name, ())
        if sort in "QS":
            self.position -= 1
            raise self._no()
        if not kinds:
            return name, sort
        self._take("(")
        values = [value for value, _ in self._list("E", env)]
        self._take(")")
        if len(values) != len(kinds):
            raise self._no()
        return ["ref", name, *values], sort

    def _matrix(self, env: Env) -> Parsed:
        """Rows in brackets."""
        self._take("[")
        rows = [self._matrix_row(env)]
        while self._try(","):
            rows.append(self._matrix_row(env))
        self._take("]")
        return ["matrix", *rows], "M"

    def _matrix_row(self, env: Env) -> list[Formula]:
        self._take("[")
        row = [value for value, _ in self._list("R", env)]
        self._take("]")
        return row

    # What is no term: points, tuples, domains, layers and literals.

    def point(self, env: Env) -> Formula:
        """given, here, zero, a name, or one of these with some changes."""
        found = self._changed_point(env)
        while self._try("+"):
            factor, sort = self.term(env, PREFIX)
            if sort not in "RI":
                raise self._no()
            found = ["move", found, factor, self._changed_point(env)]
        return found

    def _changed_point(self, env: Env) -> Formula:
        found = self._point_operand(env)
        while self._try("but"):
            self._take("(")
            pairs = [self._assignment(env)]
            while self._try(","):
                pairs.append(self._assignment(env))
            self._take(")")
            found = ["but", found, *pairs]
        return found

    def _point_operand(self, env: Env) -> Formula:
        if self._try("("):
            found = self.point(env)
            self._take(")")
            return found
        word = self._word()
        if word in POINTS:
            return word
        if env.names.get(word, ("", ""))[1] != "Q":
            self.position -= 1
            raise self._no()
        return env.names[word][0]

    def _assignment(self, env: Env) -> Formula:
        target = self.term(env, ATOM)[0]
        self._take("=")
        value, sort = self.term(env)
        if sort != "M":
            raise self._no()
        return [target, value]

    def indices(self, env: Env) -> Formula:
        """(1, 3, 2), :, 1..N, or a name."""
        if self._try(":"):
            return ["every"]
        word = self._now().text
        if env.names.get(word, ("", ""))[1] == "S":
            self.position += 1
            return env.names[word][0]
        return self._first(lambda: self._listed_integers(env), lambda: self._range(env))

    def _listed_integers(self, env: Env) -> Formula:
        self._take("(")
        found = [self._slot("I", env, Slot(None, 0), "E")[0]]
        self._take(",")
        while self._now().text != ")":
            found.append(self._slot("I", env, Slot(None, 0), "E")[0])
            if not self._try(","):
                break
        self._take(")")
        return ["tuple", *found]

    def _range(self, env: Env) -> Formula:
        first = self._slot("I", env, Slot(None, SUM), "E")[0]
        self._take("..")
        return ["to", first, self._slot("I", env, Slot(None, SUM), "E")[0]]

    def domain(self, env: Env) -> Formula:
        if self._try("parameters", "of", "layers"):
            first, last = self._range(env)[1:]
            return ["layers", first, last]
        return self._phrase(DOMAINS)

    def layer(self, env: Env) -> Formula:
        """An integer, or a unit in quotes."""
        token = self._now()
        if token.kind == "quoted":
            self.position += 1
            return ["unit", token.text[1:-1]]
        found, sort = self.term(env, ATOM)
        if sort != "I":
            raise self._no()
        return found

    def _phrase(self, choices: tuple[str, ...]) -> str:
        """One of these texts, the longest that follows."""
        for choice in sorted(choices, key=len, reverse=True):
            if self._try(*(token.text for token in tokens(choice)[:-1])):
                return choice
        raise self._no()

    def quoted(self) -> str:
        token = self._now()
        if token.kind != "quoted":
            raise self._no()
        self.position += 1
        return token.text[1:-1]


def _number(token: Token) -> Fraction:
    if len(token.text) > DIGITS:
        raise InputError(
            f"claim, column {token.start + 1}",
            f"a number of more than {DIGITS} digits",
            "write it with powers, such as 10^5000",
        )
    return Fraction(token.text)


def _numeral(value: Fraction) -> Parsed:
    """A rational number as the language writes it."""
    if value.denominator > 1:
        return f"{_integer(value.numerator)}/{_integer(value.denominator)}", "R"
    return _integer(value.numerator), "I"


def _integer(value: int) -> Any:
    return value if abs(value) <= 1 << 53 else f"{'-' * (value < 0)}{abs(value):#x}"


#: How arguments are read that are no propositions, numbers or matrices.
READERS: dict[str, Callable[[_Parser, Env], Formula]] = {
    "Q": _Parser.point,
    "S": _Parser.indices,
    "D": _Parser.domain,
    "K": _Parser.layer,
    "set": _Parser._assignment,
    "kind": lambda parser, env: parser._phrase(KINDS),
    "side": lambda parser, env: parser._phrase(SIDES),
    "function": lambda parser, env: parser._word(),
    "name": lambda parser, env: parser.quoted(),
}
_MINUS = next(pattern for pattern in following("E", "E")["-"] if pattern.head == "-")
