"""Whether a claim holds, by evaluation: True, False, or None where that is not found out.

``and``, ``or``, ``if``, ``for all i`` and ``for some i`` are decided from the left and stop at the
first part that settles them. Quantifiers over parameters and real numbers are not evaluated: rules
show those.

>>> from .problem import read_problem
>>> problem = read_problem({"format": "exactland-problem/1", "data": {"inputs": [[1], [2]]},
...     "network": {"kind": "sequential", "layers": [
...         {"kind": "dense", "width": 2, "bias": "none", "activation": "sigmoid"}]},
...     "parameters": [{"W": [[1, 2]]}]})
>>> decide(problem, ["at", "given", ["=", ["rank", ["F", 1]], ["N"]]], 64)
True
>>> decide(problem, ["at", "given", ["<", 1, ["entry", ["F", 1], 1, 1]]], 64)
False
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations
from typing import Any, ClassVar

from .facts import holds as fact_holds
from .formulas import Formula, parts
from .matrices import is_definite
from .numbers import Enclosed, Exact, Unknown
from .outcome import NotRational
from .problem import Problem
from .values import Place, Values
from .work import VALUE, spend


def decide(problem: Problem, claim: Formula, bits: int) -> bool | None:
    """Whether a claim that has been read holds on the problem: over Q, else in intervals."""
    try:
        return Decision(problem, claim, Exact()).answer()
    except NotRational:
        return Decision(problem, claim, Enclosed(bits)).answer()


class Decision:
    """A claim over one arithmetic."""

    def __init__(self, problem: Problem, claim: Formula, numbers: Exact) -> None:
        definitions, self.body = parts(claim)
        self.numbers, self.values = numbers, Values(problem, numbers, definitions)

    def answer(self) -> bool | None:
        return self.holds(self.body, Place())

    def holds(self, claim: Formula, place: Place) -> bool | None:
        """Whether a proposition holds at a place."""
        spend(VALUE)
        head, *arguments = claim
        if head not in self.DECIDED:
            return None
        try:
            return self.DECIDED[head](self, place, *arguments)
        except Unknown:
            return None

    def _all(self, found: Iterable[bool | None]) -> bool | None:
        result: bool | None = True
        for answer in found:
            if answer is False:
                return False
            result = None if answer is None else result
        return result

    def _not(self, place: Place, body: Formula) -> bool | None:
        answer = self.holds(body, place)
        return None if answer is None else not answer

    def _some(self, found: Iterable[bool | None]) -> bool | None:
        answer = self._all(None if x is None else not x for x in found)
        return None if answer is None else not answer

    def _implies(self, place: Place, left: Formula, right: Formula) -> bool | None:
        premise = self.holds(left, place)
        if premise is False:
            return True
        conclusion = self.holds(right, place)
        return conclusion if premise else True if conclusion else None

    def _instances(
        self, place: Place, name: str, low: Formula, high: Formula, body: Formula
    ) -> Any:
        for n in self.values.span(low, high, place):
            yield self.holds(body, place.bind(name, n))

    def _less(self, place: Place, x: Formula, y: Formula) -> bool | None:
        return self.numbers.less(self.values.real(x, place), self.values.real(y, place))

    def _equal(self, place: Place, x: Formula, y: Formula) -> bool | None:
        left, right = self.values.either(x, place), self.values.either(y, place)
        if not isinstance(left, list):
            return self.numbers.equal(left, right)
        if (len(left), len(left[0])) != (len(right), len(right[0])):
            return False
        pairs = zip(left, right, strict=True)
        return self._all(self._same_row(row, other) for row, other in pairs)

    def _same_row(self, row: list[Any], other: list[Any]) -> bool | None:
        return self._all(self.numbers.equal(x, y) for x, y in zip(row, other, strict=True))

    def _zero(self, place: Place, matrix: Formula) -> bool | None:
        zero = self.values.over.number(Fraction(0))
        rows = self.values.matrix(matrix, place)
        return self._all(self.numbers.equal(x, zero) for row in rows for x in row)

    def _distinct_rows(self, place: Place, matrix: Formula) -> bool | None:
        rows = self.values.matrix(matrix, place)
        same = (self._same_row(row, other) for row, other in combinations(rows, 2))
        return self._all(None if x is None else not x for x in same)

    def _apart(self, place: Place, matrix: Formula) -> bool | None:
        rows = self.values.matrix(matrix, place)
        equal = (
            self.numbers.equal(x, y)
            for row, other in combinations(rows, 2)
            for x in row
            for y in other
        )
        return self._all(None if x is None else not x for x in equal)

    def _critical(self, place: Place, point: Formula, kind: str) -> bool | None:
        """Only critical points are decided by evaluation; a point that is none is no minimum."""
        critical = self._zero(self.values.moved(point, place), ["dPhi"])
        return critical if kind == "critical point" or critical is False else None

    DECIDED: ClassVar[dict[str, Callable[..., bool | None]]] = {
        "not": _not,
        "and": lambda s, p, *parts: s._all(s.holds(part, p) for part in parts),
        "or": lambda s, p, *parts: s._some(s.holds(part, p) for part in parts),
        "implies": _implies,
        "all": lambda s, p, *parts: s._all(s._instances(p, *parts)),
        "some": lambda s, p, *parts: s._some(s._instances(p, *parts)),
        "at": lambda s, p, point, body: s.holds(body, s.values.moved(point, p)),
        "<": _less,
        "<=": lambda s, p, x, y: s._not(p, ["<", y, x]),
        "=": _equal,
        "!=": lambda s, p, x, y: s._not(p, ["=", x, y]),
        "zero": _zero,
        "distinct-rows": _distinct_rows,
        "apart": _apart,
        "definite": lambda s, p, m: is_definite(s.values.matrix(m, p), s.numbers),
        "is": _critical,
        "has": lambda s, p, name, *arguments: fact_holds(s.values, p, name, arguments),
    }
