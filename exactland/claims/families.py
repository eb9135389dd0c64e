"""Claims about problems of format 3, with symbols, constants or an unknown activation.

The package proposes steps, with evidence from problems at some values of the symbols; whether a
step holds, the checker says at once, for it alone evaluates such problems.

>>> from exactland.model.family import family_from
>>> family = family_from({"format": "exactland-problem/3",
...     "symbols": {"x": "0 < x"}, "data": {"inputs": [["x"]]},
...     "network": {"kind": "sequential", "layers": [{"kind": "dense", "width": 1}]}})
>>> found = derive_of_family(family, ["exists", "symbols", ["<", 3, "x"]], lambda document: "no")
>>> found.verdict, found.reason
('undecided', 'no choice is found, among a few, at which it is shown')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from exactland.checker.formulas import Formula, parts
from exactland.claims.derive import (
    FORMAT,
    Derived,
    Steps,
    UnderivedError,
    derive_step,
    number_of,
    point_of,
)
from exactland.conditions.finding import Verdict
from exactland.errors import ExactlandError
from exactland.model.chosen_parameters import random_parameters
from exactland.model.family import Family
from exactland.model.problem import Problem
from exactland.model.problem_file import number_text

Json = Any
#: "" for a document that is accepted, otherwise why it is not.
Accepts = Callable[[Json], str]
SYMBOLS, BOTH, PARAMETERS = "symbols", "symbols and parameters", "parameters"
#: Values of the symbols, and parameters, at which something is tried.
SEEDS = range(4)
BITS = 64
_STEP = re.compile(r"^the independent checker rejects the evidence: (steps\[[0-9]+\][^:]*: )?")
SAME: Formula = ["=", ["N"], ["N"]]
NOWHERE_TRUE = "no choice is found, among a few, at which it is shown"
NOWHERE_FALSE = "no choice is found, among a few, at which it fails"
NOT_EVALUATED = "neither intervals nor formal values show it:"


def derive_of_family(family: Family, claim: Formula, accepts: Accepts) -> Derived:
    """The claim as a document that the checker accepts, or its refutation."""
    definitions, body = parts(claim)
    search = _Search(family, definitions, accepts)
    reason = ""
    tries: tuple[tuple[Formula, Verdict], ...] = ((body, "proved"), (["not", body], "refuted"))
    for said, verdict in tries:
        search.steps.clear()
        try:
            search.show(said)
        except UnderivedError as error:
            reason = reason or error.reason
            continue
        document = search.document(said)
        return Derived(claim, verdict, document["claim"], document)
    return Derived(claim, "undecided", reason=reason)


@dataclass
class _Search:
    """A derivation that grows by steps that the checker accepts."""

    family: Family
    definitions: list[Json]
    accepts: Accepts
    steps: list[Json] = field(default_factory=list)

    def document(self, body: Formula) -> Json:
        claim = ["let", self.definitions, body] if self.definitions else body
        return {
            "format": FORMAT,
            "problem": self.family.document,
            "claim": claim,
            "definitions": [],
            "steps": self.steps,
        }

    def add(self, claim: Formula, rule: str, given: Json, *uses: int) -> int:
        """The number of a new step; UnderivedError where the checker does not accept it."""
        uses_once = list(dict.fromkeys(uses))
        self.steps.append({"claim": claim, "rule": rule, "uses": uses_once, "with": given})
        # All steps are checked; the last one is about nothing, so that no definition is missed.
        last = {"claim": SAME, "rule": "decide", "uses": [], "with": {"claim": SAME, "bits": 0}}
        document = {
            **self.document(SAME),
            "claim": SAME,
            "definitions": self.definitions,
            "steps": [*self.steps, last],
        }
        reason = self.accepts(document)
        if reason:
            self.steps.pop()
            raise UnderivedError("claim", reason)
        return len(self.steps) - 1

    def first(self, reason: str, attempts: Iterable[Callable[[], int]]) -> int:
        """The step of the first attempt that succeeds; UnderivedError, with the reason, if none.

        Where the reason ends with a colon, what the checker says of the last attempt is added.
        """
        before, last = len(self.steps), ""
        for attempt in attempts:
            try:
                return attempt()
            except UnderivedError as error:
                del self.steps[before:]
                last = _STEP.sub("", error.reason)
        raise UnderivedError("claim", f"{reason} {last}" if reason.endswith(":") else reason)

    # Claims.

    def show(self, body: Formula) -> int:
        """The step that shows a proposition."""
        head = body[0]
        if head == "and":
            return self._all_parts(body[1:], [])
        if head in ("forall", "almost-all") and body[2][0] == "and":
            return self._all_parts(body[2][1:], body[:2])
        if head in SHOWN and body[1] in (SYMBOLS, BOTH, PARAMETERS):
            return SHOWN[head](self, body[1], body[2])
        if head == "not" and body[1][0] == "forall" and body[1][1] in (SYMBOLS, BOTH, PARAMETERS):
            return self.first(NOWHERE_FALSE, self._tried(body[1][1], body[1][2], body))
        if head == "every-width":
            return self._at_every_width(body)
        if head == "is" and body[2] == "strict local minimum":
            return self._strict_minimum(body)
        given = {"claim": body, "bits": BITS}
        attempts = [lambda: self.add(body, "decide", given)]
        if body[:2] == ["at", "given"]:
            exact = {"claim": body[2], "range": "given"}
            attempts.insert(0, lambda: self.add(body, "identity", exact))
        return self.first(NOT_EVALUATED, attempts)

    def _all_parts(self, said: list[Formula], under: list[Json]) -> int:
        uses = [self.show([*under, part] if under else part) for part in said]
        whole = ["and", *said]
        claim = [*under, whole] if under else whole
        return self.add(claim, "and", {"parts": said, "under": under}, *uses)

    def _strict_minimum(self, body: Formula) -> int:
        """By the gradient and the Hessian."""
        conditions = (["zero", ["dPhi"]], ["definite", ["ddPhi"]])
        uses = [self.show(["at", body[1], condition]) for condition in conditions]
        return self.add(body, "second-order", {"point": body[1]}, *uses)

    def _at_every_width(self, body: Formula) -> int:
        """Relations of samples, found at some values of the symbols."""
        _, layer, inner = body
        if inner[0] != "forall":
            raise UnderivedError(
                "claim", "of all widths, rank F_k <= r for all parameters is found"
            )
        claim = ["every-width", layer, ["forall", PARAMETERS, inner[2]]]
        attempts = (self._same(body, step) for step in self._proposed(claim))
        return self.first("no relations between the samples show it", attempts)

    def _same(self, body: Formula, step: Json) -> Callable[[], int]:
        return partial(self.add, body, step["rule"], step["with"])

    def _proposed(self, claim: Formula) -> Iterator[Json]:
        """Single steps for a claim on problems of the family."""
        for seed in SEEDS:
            problem = self.family.at(self.family.values(seed))
            if problem is None:
                return
            steps = Steps(problem, [])
            try:
                derive_step(steps, claim)
            except ExactlandError:
                continue
            if len(steps.steps) == 1:
                yield steps.steps[0]

    # Quantifiers.

    def _for_all(self, over: str, said: Formula) -> int:
        """By an identity, or the bound of a rank: by relations, or by sizes."""
        body = ["forall", over, said]
        attempts = [lambda: self.add(body, "identity", {"claim": said, "range": over})]
        if said[0] == "<=" and isinstance(said[1], list) and said[1][0] == "rank":
            sized = {"matrix": said[1][1], "range": over}
            attempts = [lambda: self.add(body, "sizes", sized)]
            for step in self._proposed(["forall", PARAMETERS, said]):
                if step["rule"] == "relations":
                    attempts.append(self._same(body, step))
            return self.first("the rank is not shown to be so small:", attempts)
        return self.first("no identity in formal values shows it:", attempts)

    def _for_almost_all(self, over: str, said: Formula) -> int:
        attempts = (self._by_a_specimen, self._because_for_all)
        return self.first(
            "no choice is found at which analytic functions are not 0, as the claim says",
            (partial(attempt, over, said) for attempt in attempts),
        )

    def _because_for_all(self, over: str, said: Formula) -> int:
        given = {"claim": said, "from": "forall", "to": "almost-all", "range": over}
        use = self._for_all(over, said)
        return self.add(["almost-all", over, said], "weaker", given, use)

    def _by_a_specimen(self, over: str, said: Formula) -> int:
        """What says that analytic functions are not 0; a rank by its two bounds."""
        at = over == SYMBOLS and said[:2] == ["at", "given"]
        inner = said[2] if at else said
        if inner[0] == "=" and isinstance(inner[1], list) and inner[1][0] == "rank":
            return self._rank(over, inner[1], inner[2], at)
        body = ["almost-all", over, said]
        if over != PARAMETERS:
            use = self.show(["exists", over, said])
            return self.add(body, "zeros", {"claim": said, "range": over}, use)
        term = inner[2][1] if inner[0] == "<=" and isinstance(inner[2], list) else inner[1]
        smooth = self.add(["analytic", term], "analytic", {"term": term})
        attempts = (partial(self._by_a_point, body, said, smooth, p) for p in self._points())
        return self.first(NOWHERE_TRUE, attempts)

    def _by_a_point(self, body: Formula, said: Formula, smooth: int, point: Formula) -> int:
        there = ["at", point, said]
        use = self.add(there, "decide", {"claim": there, "bits": BITS})
        given = {"claim": said, "point": point, "range": PARAMETERS}
        return self.add(body, "zeros", given, smooth, use)

    def _rank(self, over: str, rank: Formula, term: Formula, at: bool) -> int:
        """rank M = r for almost all, from both bounds; at the given parameters by its size."""
        if at:
            raise UnderivedError("claim", "of ranks at given parameters, r <= rank M is shown here")
        r = self._number(term)
        under = ["almost-all", over]
        low = self._by_a_specimen(over, ["<=", r, rank])
        high = self._because_for_all(over, ["<=", rank, r])
        given = {"left": rank, "right": r, "under": under}
        equal = self.add([*under, ["=", rank, r]], "between", given, low, high)
        if term == r:
            return equal
        number = ["=", term, r]
        same = self.add(number, "decide", {"claim": number, "bits": BITS})
        given = {"left": rank, "right": term, "number": r, "under": under}
        return self.add([*under, ["=", rank, term]], "transitive", given, equal, same)

    def _number(self, term: Formula) -> int:
        """An integer such as N or min(n_0, n_1), which are sizes: no number of the form matters."""
        if _mentions([term, self.definitions], self.family.names):
            raise UnderivedError("claim", "a number in it depends on symbols")
        return number_of(self.family.form, term, self.definitions)

    def _in_every_ball(self, over: str, said: Formula) -> int:
        use = self.show(["almost-all", over, said])
        given = {"claim": said, "from": "almost-all", "to": "every-ball", "range": over}
        return self.add(["every-ball", over, said], "weaker", given, use)

    def _for_some(self, over: str, said: Formula) -> int:
        return self.first(NOWHERE_TRUE, self._tried(over, said, ["exists", over, said]))

    def _tried(self, over: str, said: Formula, body: Formula) -> Iterator[Callable[[], int]]:
        """The claim that it holds for some, or not for all, at several values and parameters."""
        if over == PARAMETERS:
            for point in self._points():
                yield partial(self._at_a_point, said, body, point)
            return
        for seed in SEEDS:
            values = [number_text(x) for x in self.family.values(seed)]
            given = {"claim": said, "range": over, "values": values, "bits": BITS}
            if over == BOTH:
                given["point"] = self._point(seed)
            yield partial(self.add, body, "specimen", given)

    def _at_a_point(self, said: Formula, body: Formula, point: Formula) -> int:
        fails = body[0] == "not"
        there = ["at", point, ["not", said] if fails else said]
        use = self.add(there, "decide", {"claim": there, "bits": BITS})
        given = {"claim": said, "point": point, "range": PARAMETERS}
        return self.add(body, "counterexample" if fails else "exists", given, use)

    def _points(self) -> Iterator[Formula]:
        return (self._point(seed) for seed in SEEDS)

    def _point(self, seed: int) -> Formula:
        form: Problem = self.family.form
        return point_of(form, random_parameters(form, seed))


def _mentions(formula: Json, names: tuple[str, ...]) -> bool:
    """Whether a symbol is in a formula."""
    if isinstance(formula, list):
        return any(_mentions(part, names) for part in formula)
    return formula in names


#: How a claim below a quantifier is shown.
SHOWN: dict[str, Callable[[_Search, str, Formula], int]] = {
    "forall": _Search._for_all,
    "almost-all": _Search._for_almost_all,
    "every-ball": _Search._in_every_ball,
    "exists": _Search._for_some,
}
