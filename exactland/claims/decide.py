"""Whether a claim holds, by evaluation over the package's arithmetics; and where it fails.

Over Q where everything is rational, else in balls at rising precision. ``and``, ``or``, ``if`` and
the finite quantifiers are decided from the left, and stop at the part that settles them.

>>> from exactland import load_problem
>>> from exactland.claims.text import read_text
>>> problem = load_problem("examples/sigmoid-without-bias.json")
>>> answer = decide(problem, read_text("for all i in 1..N: 0 < X[i, 1]"))
>>> answer.holds, str(answer.failure)
(False, 'for i = 1: 0 < X[i, 1], where X[i, 1] is -1')
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import is_zero, less, less_or_equal
from exactland.arithmetic.rationals import RATIONALS
from exactland.checker.formulas import Formula, parts, renamed
from exactland.checker.printer import phrase
from exactland.claims.evaluate import OpenError, Place, Rows, Terms
from exactland.claims.facts import asked
from exactland.errors import InputError, NotExactError
from exactland.model.layers import AveragePooling, Convolution, Dense, Layer, MaxPooling
from exactland.model.numbers import working
from exactland.model.problem import Problem

#: Precisions of balls, tried one after the other.
BITS = (64, 128, 512, 2048)


@dataclass(frozen=True)
class Failure:
    """The first instance of a claim that fails: the variables, the claim, and both sides."""

    claim: Formula
    variables: tuple[tuple[str, Any], ...]
    sides: tuple[tuple[str, str], ...]
    reason: str = ""

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {value}" for name, value in self.variables)
        known = [f"{text} is {value}" for text, value in self.sides if text != value]
        values = " and ".join(known)
        said = phrase(self.claim) + (f", where {values}" if values else "")
        said += f": {self.reason}" if self.reason else ""
        return f"for {where}: {said}" if where else said

    def called(self, names: Mapping[str, str]) -> Failure:
        """The same with these names for those of definitions."""
        claim, sides = renamed(self.claim, names), self.sides
        if claim[0] in COMPARED:
            pairs = zip(claim[1:], sides, strict=True)
            sides = tuple((phrase(side), value) for side, (_, value) in pairs)
        return replace(self, claim=claim, sides=sides)


@dataclass(frozen=True)
class Answer:
    """True, False or None (not decided), the precision that it took (0: over Q), what fails; of
    named facts that do not hold or are not decided, what is known."""

    holds: bool | None
    bits: int = 0
    failure: Failure | None = None
    known: str = ""

    def __bool__(self) -> bool:
        raise TypeError("an answer has three values; ask for .holds is True")


def decide(problem: Problem, claim: Formula, bits: tuple[int, ...] = BITS) -> Answer:
    """Whether a claim that has been read holds on the problem.

    Raises InputError where the claim speaks of what is not there, such as a layer or an entry.
    """
    definitions, body = parts(claim)
    try:
        return Decision(problem, RATIONALS, definitions).answer(body, 0)
    except NotExactError:
        answer = Answer(None)
    for precision in bits:
        answer = Decision(problem, Balls(precision), definitions).answer(body, precision)
        if answer.holds is not None:
            break
    return answer


class Decision:
    """A claim over one arithmetic."""

    def __init__(self, problem: Problem, arithmetic: Arithmetic, definitions: list[Any]) -> None:
        self.arithmetic, self.terms = arithmetic, Terms(problem, arithmetic, definitions)
        self.failure: Failure | None = None

    def answer(self, claim: Formula, bits: int) -> Answer:
        with working(self.arithmetic):
            holds = self.holds(claim, Place())
            known = "" if holds is True else self._reason(claim, Place())
        return Answer(holds, bits, self.failure if holds is False else None, known)

    def holds(self, claim: Formula, place: Place) -> bool | None:
        """Whether a proposition holds at a place."""
        head, *arguments = claim
        if head not in DECIDED:
            return None
        try:
            found = DECIDED[head](self, place, *arguments)
        except OpenError:
            return None
        if found is False and self.failure is None and head not in CONNECTING:
            self.failure = self._failed(claim, place)
        return found

    def _failed(self, claim: Formula, place: Place) -> Failure:
        variables = tuple(place.variables.items())
        sides: tuple[tuple[str, str], ...] = ()
        if claim[0] in COMPARED:
            terms = [(phrase(side), self.terms(side, place)) for side in claim[1:]]
            sides = tuple((text, _shown(value)) for text, value in terms)
        if claim[0] == "has" and claim[1] in ("dense", "convolutional", "pooling"):
            k = self.terms.integer(claim[2], place)
            sides = ((f"layer {k}", KINDS_OF_LAYERS[type(self.terms.layer(k))]),)
        return Failure(claim, variables, sides, self._reason(claim, place))

    def _reason(self, claim: Formula, place: Place) -> str:
        """Why named facts are not so, or what is known of them."""
        if claim[0] in ("and", "or"):
            return "; ".join(filter(None, (self._reason(part, place) for part in claim[1:])))
        if claim[0] == "distinct-rows":
            return self._equal_rows(claim[1], place)
        if claim[0] != "has":
            return ""
        try:
            found = asked(self.terms, place, claim[1], claim[2:])
        except OpenError:
            return ""
        return "" if found.holds is True else found.reason

    def _equal_rows(self, matrix: Formula, place: Place) -> str:
        """The first two rows that are equal."""
        try:
            rows: Rows = self.terms(matrix, place)
        except OpenError:
            return ""
        for (i, x), (j, y) in combinations(enumerate(rows, 1), 2):
            if self.equal([x], [y]) is not False:
                return (
                    f"rows {i} and {j} are {'equal' if self.equal([x], [y]) else 'not told apart'}"
                )
        return ""

    def every(self, found: Iterator[bool | None]) -> bool | None:
        """Kleene's conjunction, from the left."""
        result: bool | None = True
        for answer in found:
            if answer is False:
                return False
            result = None if answer is None else result
        return result

    def equal(self, x: Any, y: Any) -> bool | None:
        """Equal numbers, or matrices of one size with equal entries."""
        if not isinstance(x, list):
            return is_zero(x - y)
        if (len(x), len(x[0])) != (len(y), len(y[0])):
            return False
        pairs = zip(x, y, strict=True)
        return self.every(is_zero(a - b) for r, s in pairs for a, b in zip(r, s, strict=True))


def _shown(value: Any) -> str:
    """A number, or a matrix by its size."""
    if isinstance(value, list):
        return f"a {len(value)} x {len(value[0])} matrix"
    return str(value)


def negated(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _quietly(decision: Decision, claim: Formula, place: Place) -> bool | None:
    """The answer, without taking a failure for the one that settles the whole."""
    before = decision.failure
    answer = decision.holds(claim, place)
    decision.failure = before
    return answer


def _or(decision: Decision, place: Place, *claims: Formula) -> bool | None:
    return negated(decision.every(negated(_quietly(decision, c, place)) for c in claims))


def _implies(decision: Decision, place: Place, left: Formula, right: Formula) -> bool | None:
    premise = _quietly(decision, left, place)
    if premise is False:
        return True
    if premise is True:
        return decision.holds(right, place)
    return True if _quietly(decision, right, place) is True else None


def _all(
    decision: Decision, place: Place, name: str, low: Formula, high: Formula, body: Formula
) -> bool | None:
    span = decision.terms.span(low, high, place)
    return decision.every(decision.holds(body, place.bind(name, n)) for n in span)


def _some(
    decision: Decision, place: Place, name: str, low: Formula, high: Formula, body: Formula
) -> bool | None:
    """Where it holds for none, the first failure is kept."""
    before, span = decision.failure, decision.terms.span(low, high, place)
    found = negated(
        decision.every(negated(decision.holds(body, place.bind(name, n))) for n in span)
    )
    if found is not False:
        decision.failure = before
    return found


def _at(decision: Decision, place: Place, point: Formula, body: Formula) -> bool | None:
    return decision.holds(body, replace(place, point=decision.terms.point(point, place)))


def _compared(test: Callable[[Any, Any], bool | None]) -> Callable[..., bool | None]:
    return lambda decision, place, x, y: test(decision.terms(x, place), decision.terms(y, place))


def _equal(decision: Decision, place: Place, x: Formula, y: Formula) -> bool | None:
    return decision.equal(decision.terms(x, place), decision.terms(y, place))


def _zero(decision: Decision, place: Place, matrix: Formula) -> bool | None:
    rows = decision.terms(matrix, place)
    return decision.every(is_zero(x) for row in rows for x in row)


def _distinct_rows(decision: Decision, place: Place, matrix: Formula) -> bool | None:
    rows: Rows = decision.terms(matrix, place)
    pairs = combinations(rows, 2)
    return decision.every(negated(decision.equal([x], [y])) for x, y in pairs)


def _apart(decision: Decision, place: Place, matrix: Formula) -> bool | None:
    rows: Rows = decision.terms(matrix, place)
    pairs = ((x, y) for r, s in combinations(rows, 2) for x in r for y in s)
    return decision.every(negated(is_zero(x - y)) for x, y in pairs)


def _definite(decision: Decision, place: Place, matrix: Formula) -> bool | None:
    """Symmetric Gaussian elimination of A + A^T: all pivots are positive."""
    rows = decision.terms(matrix, place)
    if len(rows) != len(rows[0]):
        size = f"{len(rows)} x {len(rows[0])}"
        reason = f"{phrase(matrix)} is {size}, and positive definite is said of square matrices"
        raise InputError("claim", reason, "ask it of a product such as A A^T")
    rest = [[x + y for x, y in zip(row, column, strict=True)]
            for row, column in zip(rows, zip(*rows, strict=True), strict=True)]  # fmt: skip
    zero = decision.terms.number(0)
    while rest:
        positive = less(zero, rest[0][0])
        if positive is not True:
            return positive
        first, *others = rest
        rest = [
            [x - row[0] / first[0] * y for x, y in zip(row[1:], first[1:], strict=True)]
            for row in others
        ]
    return True


def _is(decision: Decision, place: Place, point: Formula, kind: str) -> bool | None:
    critical = _at(decision, place, point, ["zero", ["dPhi"]])
    return critical if kind == "critical point" or critical is False else None


#: What a layer is that is of another kind.
KINDS_OF_LAYERS: dict[type[Layer], str] = {
    Dense: "dense",
    Convolution: "a convolution",
    MaxPooling: "max-pooling",
    AveragePooling: "average pooling",
}
#: Heads whose parts fail for them.
CONNECTING = frozenset({"and", "or", "implies", "all", "some", "at"})
#: Heads with two sides to show.
COMPARED = frozenset({"<", "<=", "=", "!="})
DECIDED: dict[str, Callable[..., bool | None]] = {
    "not": lambda decision, place, claim: negated(_quietly(decision, claim, place)),
    "and": lambda decision, place, *claims: decision.every(
        decision.holds(claim, place) for claim in claims
    ),
    "or": _or,
    "implies": _implies,
    "all": _all,
    "some": _some,
    "at": _at,
    "<": _compared(less),
    "<=": _compared(less_or_equal),
    "=": _equal,
    "!=": lambda decision, place, x, y: negated(_equal(decision, place, x, y)),
    "zero": _zero,
    "distinct-rows": _distinct_rows,
    "apart": _apart,
    "definite": _definite,
    "is": _is,
    "has": lambda decision, place, name, *rest: asked(decision.terms, place, name, rest).holds,
}
