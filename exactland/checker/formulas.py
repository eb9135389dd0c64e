"""The reader of formulas: every claim passes it once, and nothing later asks again what a name is.

>>> read_claim(["<", 1, ["rank", ["part", ["X"], ["tuple", 1, 2], ["every"]]]])
>>> read_claim(["all", "n", 1, ["N"], ["<", 0, "n"]])
Traceback (most recent call last):
...
exactland.checker.outcome.Reject: claim[1]: this name is written 'i'
>>> read_claim(["=", ["rank", ["F", 1]], 3])
Traceback (most recent call last):
...
exactland.checker.outcome.Reject: claim[1][1]: it depends on parameters, and stands at no point
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .canonical import listed, rational, text
from .limits import FORMULA_PARTS
from .outcome import Decline, Reject, quoted
from .signature import (
    CALLS,
    DOMAINS,
    FACTS,
    KINDS,
    NAME,
    NAMES,
    POINTS,
    SIDES,
    TABLE,
    WORDS,
    bound_name,
)
from .work import TURN, VALUE, spend

Formula = Any

#: The most instances of a claim about all integers between two.
INSTANCES = 1000
#: Heads whose value depends on the parameters, so that they need a point.
LOCAL = frozenset(
    ("Phi", "F", "G", "U", "W", "b", "patch", "Psi", "V", "grad", "dPhi", "ddPhi", "hess")
)
#: Heads whose value depends on the numbers of the problem, or on what is known of an activation.
OF_NUMBERS = LOCAL | {"X", "Y", "sigma", "dsigma", "limit", "has", "is", "descends"}
#: Heads that are about points, whatever their first argument is.
POINTED = frozenset(("at", "box", "exists-in", "exists-one-in", "analytic"))
#: Quantifiers over parameters, data or symbols.
OVER_CHOICES = frozenset(("forall", "almost-all", "every-ball", "exists"))
#: Heads that say at which parameters their last argument holds.
PLACING = POINTED | OVER_CHOICES
#: The sorts that do where one is asked for.
DO = {"R": "RI", "E": "RIM", "A": "PRIM", "K": "KI", "B": "M"}
#: What derivatives of Phi are taken for, and what a point is made of.
BLOCKS, PARAMETERS = frozenset(["W", "b", "U", "G", "V"]), frozenset(["W", "b", "V"])


@dataclass(frozen=True)
class Definition:
    """What a claim defines: its sort, the kinds of its arguments, whether it needs a point, and
    whether it depends on symbols."""

    sort: str
    arguments: tuple[str, ...]
    local: bool
    symbolic: bool = False


@dataclass(frozen=True)
class Scope:
    """What a formula may speak of where it stands: variables, definitions, a point.

    ``symbols`` are those of the problem, None where no problem is known; ``settled``: there are
    none, or a quantifier over them is above.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    at_a_point: bool = False
    symbols: tuple[str, ...] | None = None
    settled: bool = True

    @classmethod
    def of(cls, free: Mapping[str, str] | None, symbols: tuple[str, ...] | None) -> Scope:
        """Where a claim starts: ``free`` are variables that no binder binds, such as k."""
        return cls(dict(free or {}), symbols=symbols, settled=not symbols)

    def name(self, kind: str, given: Any, place: str) -> tuple[str, dict[str, int]]:
        """The next name of this kind, which has to be the given one; and the counts after it."""
        spend(VALUE + TURN * (len(self.variables) + len(self.definitions)))
        n = self.counts.get(kind, 0)
        expected = bound_name(kind, n)
        if text(given, place) != expected:
            raise Reject(place, f"this name is written {expected!r}")
        if expected in (self.symbols or ()):
            raise Reject(place, f"a symbol of the problem has this name, {expected!r}")
        return expected, {**self.counts, kind: n + 1}

    def bind(self, kind: str, given: Any, place: str) -> Scope:
        name, counts = self.name(kind, given, place)
        return replace(self, variables={**self.variables, name: "IR"[kind == "x"]}, counts=counts)

    def define(self, kind: str, given: Any, new: Definition, place: str) -> Scope:
        name, counts = self.name(kind, given, place)
        return replace(self, definitions={**self.definitions, name: new}, counts=counts)


def read_claim(
    formula: Formula,
    free: Mapping[str, str] | None = None,
    symbols: tuple[str, ...] | None = None,
    place: str = "claim",
) -> None:
    """Reject unless this is a proposition, perhaps below definitions, without a loose name.

    ``free`` are variables that no binder binds, such as a statement's k.
    """
    scope, reader = Scope.of(free, symbols), Reader()
    definitions, body = parts(formula, place)
    for n, definition in enumerate(definitions):
        scope = reader.definition(definition, scope, f"{place}[1][{n}]")
    reader.read(body, "P", scope, place)
    unused = scope.definitions.keys() - reader.used
    if unused:
        raise Reject(place, f"the definition of {min(unused)} is not used")


def parts(formula: Formula, place: str = "claim") -> tuple[list[Any], Formula]:
    """The definitions of a claim, and what it says with them."""
    if not (isinstance(formula, list) and formula and formula[0] == "let"):
        return [], formula
    _, definitions, body = listed(formula, place, 3)
    if not listed(definitions, place + "[1]"):
        raise Reject(place, "let without a definition")
    return definitions, body


def is_numeral(formula: Formula) -> bool:
    """Whether this is an integer or the text of a rational number."""
    return isinstance(formula, int) or (isinstance(formula, str) and not formula[:1].isalpha())


def naming(sort: str, body: Formula) -> str:
    """The kind of name that a definition gets: matrices that are written out have their own."""
    if sort == "M" and isinstance(body, list) and body[0] == "matrix":
        return "matrix"
    return "R" if sort == "I" else sort


def kind_of_argument(name: Any, place: str) -> str:
    """Whether the argument of a definition is an integer ("i") or a real number ("x")."""
    if text(name, place) == NAMES["i"][0] or name in NAMES["i"]:
        return "i"
    return "x"


@dataclass
class Reader:
    """One pass over a claim: it counts parts, and notes what is used, what needs a point, and what
    depends on symbols."""

    count: int = 0
    local: bool = False
    symbolic: bool = False
    used: set[str] = field(default_factory=set)

    def definition(self, definition: Any, scope: Scope, place: str) -> Scope:
        """The scope after ``[name, [argument...], body]``."""
        name, arguments, body = listed(definition, place, 3)
        inner, kinds = replace(scope, at_a_point=True, settled=True), []
        for argument in listed(arguments, place + "[1]"):
            kinds.append(kind_of_argument(argument, place + "[1]"))
            inner = inner.bind(kinds[-1], argument, place + "[1]")
        self.local = self.symbolic = False
        sort = self.read(body, "definition", inner, place + "[2]")
        new = Definition(sort, tuple(kinds), self.local, self.symbolic and bool(scope.symbols))
        return scope.define(naming(sort, body), name, new, place + "[0]")

    def read(self, formula: Formula, wanted: str, scope: Scope, place: str) -> str:
        """The sort of a formula, which does where ``wanted`` is asked for."""
        self.count += 1
        spend(50 * TURN)
        if self.count > FORMULA_PARTS:
            raise Decline(f"{place}: the claim has more than {FORMULA_PARTS} parts")
        found = self._sort(formula, wanted, scope, place)
        if found not in DO.get(wanted, wanted if len(wanted) == 1 else "RIMQS"):
            raise Reject(place, f"{WORDS[wanted]} is expected, not {WORDS[found]}")
        if wanted == "B" and formula[0] not in BLOCKS:
            raise Reject(place, "one of W_k, b_k, U_k, G_k, V is expected")
        return found

    def _sort(self, formula: Formula, wanted: str, scope: Scope, place: str) -> str:
        if isinstance(formula, str) and formula[:1].isalpha():
            return self._name(formula, wanted, scope, place)
        if not isinstance(formula, list):
            return "I" if rational(formula, place).denominator == 1 else "R"
        head = text(formula[0] if formula else None, place)
        if head == "ref":
            if len(formula) < 3:
                raise Reject(place, "a name without arguments stands for itself")
            return self._reference(formula, scope, place)
        if head not in TABLE:
            raise Reject(place, f"{quoted(head)} is no head of the language")
        if head in LOCAL and formula[:2] not in (["F", 0], ["patch", 1]):
            self._at_a_point(scope, place)
        if head in OF_NUMBERS:
            self._settled(scope, place)
        if head == "neg" and is_numeral(formula[-1]):
            raise Reject(place, "a negative number is written with its sign")
        found = self._arguments(head, formula, scope, place)
        if head == "matrix" and len({len(row) for row in formula[1:]}) > 1:
            raise Reject(place, "the rows of a matrix have different lengths")
        return made(head, found, place)

    def _at_a_point(self, scope: Scope, place: str) -> None:
        self.local = True
        if not scope.at_a_point:
            raise Reject(place, "it depends on parameters, and stands at no point")

    def _settled(self, scope: Scope, place: str) -> None:
        self.symbolic = True
        if not scope.settled:
            raise Reject(place, "it depends on symbols, and stands below no quantifier over them")

    def _name(self, name: str, wanted: str, scope: Scope, place: str) -> str:
        if wanted == "D":
            if "symbols" in text(name, place, DOMAINS) and scope.symbols == ():
                raise Reject(place, "the problem has no symbols")
            return "D"
        if name in POINTS:
            if name == "here":
                self._at_a_point(scope, place)
            if name == "given":
                self._settled(scope, place)
            return "Q"
        if name in (scope.symbols or ()):
            self._settled(scope, place)
            return "R"
        if name in scope.variables:
            return scope.variables[name]
        return self._reference(["ref", name], scope, place)

    def _reference(self, formula: Formula, scope: Scope, place: str) -> str:
        """A defined name, with its arguments if it has some."""
        name = text(formula[1] if len(formula) > 1 else None, place)
        if name not in scope.definitions:
            raise Reject(place, f"nothing binds the name {quoted(name)}")
        new = scope.definitions[name]
        if new.local:
            self._at_a_point(scope, place)
        if new.symbolic:
            self._settled(scope, place)
        self.used.add(name)
        self._each(formula[2:], list(new.arguments), scope, place, 2)
        return new.sort

    def _each(
        self, values: list[Any], kinds: list[str], scope: Scope, place: str, first: int
    ) -> None:
        if len(values) != len(kinds):
            raise Reject(place, f"{len(kinds)} arguments are expected, there are {len(values)}")
        for n, (value, kind) in enumerate(zip(values, kinds, strict=True), first):
            self.read(value, "I" if kind == "i" else "R", scope, f"{place}[{n}]")

    def _arguments(self, head: str, formula: list[Any], scope: Scope, place: str) -> list[str]:
        """The sorts of the arguments: what a binder binds, and a point, is for the last one."""
        sorts = arguments_of(formula, place)
        inner, found = scope, []
        if head in PLACING and len(formula) > 1 and at_parameters(head, formula[1]):
            inner = replace(scope, at_a_point=True)
        if head in OVER_CHOICES and _is_over_symbols(formula):
            inner = replace(inner, settled=True)
        for n, (value, sort) in enumerate(zip(formula[1:], sorts, strict=True), 1):
            here = f"{place}[{n}]"
            if sort in ("i", "x"):
                inner = inner.bind(sort, value, here)
            elif sort in LITERALS:
                LITERALS[sort](self, value, scope, here)
            else:
                found.append(self.read(value, sort, inner if n == len(sorts) else scope, here))
        return found


def arguments_of(formula: list[Any], place: str) -> list[str]:
    """The sort that each argument of a formula has to have; a fact's are in its own table."""
    head, count = formula[0], len(formula) - 1
    takes = TABLE[head].takes.split()
    if head == "has":
        takes += FACTS[text(formula[1] if count else None, place, list(FACTS))].takes.split()
    if takes and takes[-1][-1] in "*+":
        least = len(takes) + (takes[-1][-1] == "+")
        last = takes.pop()[:-1]
        takes += [last] * (max(count, least) - len(takes))
    if len(takes) != count:
        raise Reject(place, f"{head} has {len(takes)} arguments, not {count}")
    return takes


def instance(formula: Formula, name: str, value: int) -> Formula:
    """The formula below a binder of the integer ``name``, for this value of it.

    Binders further in have the names one earlier, as there is one less around them.

    >>> instance(["all", "j", 1, "i", ["<", "j", "i"]], "i", 3)
    ['all', 'i', 1, 3, ['<', 'i', 3]]
    """
    names = [bound_name("i", n) for n in range(64)]
    after = names.index(name) + 1
    changed: dict[str, Any] = dict(zip(names[after:], names[after - 1 :], strict=False))
    return renamed(formula, {**changed, name: value})


def renamed(formula: Formula, changed: Mapping[str, Any]) -> Formula:
    """The formula with other names, or with values for variables.

    >>> renamed(["at", "p", ["<", ["ref", "A", 1], ["F", ["unit", "p"]]]], {"p": "q", "A": "B"})
    ['at', 'q', ['<', ['ref', 'B', 1], ['F', ['unit', 'p']]]]
    """
    if isinstance(formula, str):
        return changed.get(formula, formula)
    if not isinstance(formula, list) or not formula:
        return formula
    if formula[0] == "ref":
        named = changed.get(formula[1], formula[1])
        return ["ref", named, *(renamed(part, changed) for part in formula[2:])]
    pairs = zip(formula[1:], arguments_of(formula, ""), strict=True)
    return [formula[0], *(_renamed_argument(part, sort, changed) for part, sort in pairs)]


def _renamed_argument(part: Any, sort: str, changed: Mapping[str, Any]) -> Any:
    """Binders are renamed like what they bind; of literals those that hold formulas."""
    if sort in ("row", "set"):
        return [renamed(entry, changed) for entry in part]
    if sort in LITERALS or (sort == "D" and isinstance(part, str)):
        return part
    return renamed(part, changed)


def _is_over_symbols(formula: list[Any]) -> bool:
    return len(formula) > 1 and isinstance(formula[1], str) and "symbols" in formula[1]


def at_parameters(head: str, first: Any) -> bool:
    """Whether a placing head with this first argument is about parameters."""
    if head in POINTED or isinstance(first, list):
        return True
    return isinstance(first, str) and (first == "V" or "parameters" in first)


def made(head: str, found: list[str], place: str) -> str:
    """The sort of a formula from those of its arguments."""
    makes = TABLE[head].makes
    if makes == "A":
        return found[-1]
    if makes != "E":
        if head == "=" and ("M" in found) is not (found == ["M", "M"]):
            raise Reject(place, "a number is compared with a matrix")
        return makes
    if "M" in found:
        if head in ("+", "-") and set(found) != {"M"}:
            raise Reject(place, "a number and a matrix are added")
        return "M"
    return "I" if head in INTEGRAL and set(found) == {"I"} else "R"


#: Heads that make an integer of integers.
INTEGRAL = frozenset(["+", "-", "*", "neg"])


def _choice(*choices: str) -> Callable[[Reader, Any, Scope, str], None]:
    return lambda reader, value, scope, place: void(text(value, place, choices))


def void(value: object) -> None:
    """Nothing: for literals that only have to be one of a list."""


def _row(reader: Reader, row: Any, scope: Scope, place: str) -> None:
    if not listed(row, place):
        raise Reject(place, "a row has at least one entry")
    for n, entry in enumerate(row):
        reader.read(entry, "R", scope, f"{place}[{n}]")


def _assignment(reader: Reader, pair: Any, scope: Scope, place: str) -> None:
    # Both speak of the point that is changed, and so need no other one.
    target, value = listed(pair, place, 2)
    inner, outer = replace(scope, at_a_point=True), reader.local
    reader.read(target, "B", inner, place + "[0]")
    if target[0] not in PARAMETERS:
        raise Reject(place, "W_k, b_k or V is expected")
    reader.read(value, "M", inner, place + "[1]")
    reader.local = outer


def _quoted(reader: Reader, value: Any, scope: Scope, place: str) -> None:
    if not NAME.fullmatch(text(value, place)):
        raise Reject(place, f"{quoted(value)} is not a name of 1 to 40 letters")


#: Arguments that are no formulas.
LITERALS: dict[str, Callable[[Reader, Any, Scope, str], None]] = {
    "function": _choice(*CALLS),
    "kind": _choice(*KINDS),
    "side": _choice(*SIDES),
    "fact": _choice(*FACTS),
    "name": _quoted,
    "row": _row,
    "set": _assignment,
}
