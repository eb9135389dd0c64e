"""Claims in the language of formulas as certificates: a derivation is put together, then checked.

What a formula says decides how it is approached: a claim about a point is evaluated, one for all
parameters is an identity, one for almost all parameters rests on a witness. Each step names a rule
of the checker; the caller has the document checked before anything is called proved.

>>> from exactland import load_problem
>>> from exactland.claims.text import read_text
>>> problem = load_problem("examples/sigmoid-with-bias.json")
>>> found = derive(problem, read_text("for almost all parameters: rank F_1 = N"))
>>> found.verdict
'proved'
>>> print(*(step["rule"] for step in found.document["steps"]))
minor analytic zeros sizes weaker between decide transitive
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from exactland.arithmetic.rationals import RATIONALS
from exactland.certificate.encode import lower_document, upper_document
from exactland.checker.formulas import Formula, instance, parts
from exactland.checker.printer import words
from exactland.claims.decide import decide
from exactland.claims.evaluate import OpenError, Place, Terms
from exactland.conditions.evidence import EveryPattern
from exactland.conditions.finding import Verdict
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.errors import ExactlandError, InputError, LimitError, NotExactError, UsageError
from exactland.model.chosen_parameters import random_parameters
from exactland.model.parameters import SkipParameters
from exactland.model.problem import Problem
from exactland.model.problem_file import number_text, problem_document

FORMAT = "exactland-certificate/2"
#: Random parameters at which a claim about all of them is tried first.
SEEDS = range(4)
ALL, ALMOST_ALL = ["forall", "parameters"], ["almost-all", "parameters"]
Json = Any


@dataclass(frozen=True)
class Derived:
    """An answer to a claim: the verdict, what is certified (for "refuted" something that the claim
    contradicts), the document, and for an undecided claim what was tried."""

    claim: Formula
    verdict: Verdict
    shown: Formula | None = None
    document: dict[str, Json] | None = None
    reason: str = ""

    @property
    def words(self) -> str:
        """What is shown, or else what was asked."""
        return words(self.claim if self.shown is None else self.shown)

    def __bool__(self) -> bool:
        raise TypeError('an answer has no truth value; compare its .verdict with "proved"')


class UnderivedError(LimitError):
    """No derivation is found: nothing is known."""


@dataclass
class Steps:
    """A derivation that grows: each step is the conclusion of a rule."""

    problem: Problem
    definitions: list[Json]
    steps: list[dict[str, Json]] = field(default_factory=list)

    def add(self, claim: Formula, rule: str, given: Json, *uses: int) -> int:
        """The number of a new step."""
        step = {"claim": claim, "rule": rule, "uses": list(uses), "with": given}
        self.steps.append(step)
        return len(self.steps) - 1

    def document(self, body: Formula) -> dict[str, Json]:
        """The document of a claim that the last step shows."""
        return {
            "format": FORMAT,
            "problem": problem_document(self.problem),
            "claim": _with(self.definitions, body),
            "definitions": [],
            "steps": self.steps,
        }


def derive(problem: Problem, claim: Formula) -> Derived:
    """The claim as a document, or its refutation; ``claim`` has been read.

    Raises InputError where the claim speaks of what the problem does not have.
    """
    definitions, body = parts(claim)
    try:
        answer = _prove(problem, definitions, body)
        return Derived(claim, "proved", claim, answer)
    except UnderivedError as error:
        reason = error.reason
    for opposite in _opposites(problem, body):
        try:
            answer = _prove(problem, definitions, opposite)
        except UnderivedError:
            continue
        return Derived(claim, "refuted", answer["claim"], answer)
    return Derived(claim, "undecided", reason=reason)


def _opposites(problem: Problem, body: Formula) -> list[Formula]:
    """What the claim contradicts, and what is worth trying."""
    if body[0] in ("at", "forall", "almost-all") and _is_rank(body[2]):
        matrix, found = body[2][1][1], None
        if body[0] == "at" and body[1] == "given":
            found = _rank_found(problem, matrix)
            return [] if found is None else [["at", "given", ["=", ["rank", matrix], found]]]
        found = _generic_bound(problem, matrix)
        if found is not None:
            return [[*ALL, ["<=", ["rank", matrix], found]]]
    return [["not", body]]


def _rank_found(problem: Problem, matrix: Formula) -> int | None:
    """The rank at the given parameters, where it is known."""
    try:
        found, _ = _asked(Steps(problem, []), matrix, rank)
    except UnderivedError:
        return None
    return None if found.rank is None else int(found.rank)


def _prove(problem: Problem, definitions: list[Json], body: Formula) -> dict[str, Json]:
    steps = Steps(problem, definitions)
    derive_step(steps, body)
    return steps.document(body)


def derive_step(steps: Steps, body: Formula) -> int:
    """The step that shows a proposition; UnderivedError where none is found."""
    head = body[0]
    if head == "and":
        uses = [derive_step(steps, part) for part in body[1:]]
        return steps.add(body, "and", {"parts": body[1:], "under": []}, *uses)
    if head == "at" and body[2][0] == "=" and _is_rank(body[2]) and _network_matrix(body[2][1][1]):
        return _rank_at(steps, body)
    if head == "is" and body[2] == "strict local minimum":
        point = body[1]
        uses = [
            _evaluated(steps, ["at", point, part])
            for part in (["zero", ["dPhi"]], ["definite", ["ddPhi"]])
        ]
        return steps.add(body, "second-order", {"point": point}, *uses)
    if head == "all" and decide(steps.problem, _with(steps.definitions, body)).holds is None:
        return _each(steps, body)
    if head == "implies":
        return _implication(steps, body)
    if head == "not" and body[1][:2] == ALL:
        return _fails_for_some(steps, body)
    if body[:2] == ALL:
        return _for_all(steps, body)
    if body[:2] == ALMOST_ALL:
        return _for_almost_all(steps, body)
    if body[:2] == ["every-ball", "parameters"]:
        use = derive_step(steps, [*ALMOST_ALL, body[2]])
        given = {"claim": body[2], "from": "almost-all", "to": "every-ball"}
        return steps.add(body, "weaker", given, use)
    if body[:2] == ["exists", "parameters"]:
        return _for_some(steps, body)
    return _evaluated(steps, body)


def _each(steps: Steps, body: Formula) -> int:
    """For all integers between two, one by one."""
    _, name, low, high, said = body
    first, last = _number(steps.problem, low), _number(steps.problem, high)
    bounds = [["=", low, first], ["=", high, last]]
    uses = [_evaluated(steps, bound) for bound in bounds]
    uses += [derive_step(steps, instance(said, name, n)) for n in range(first, last + 1)]
    return steps.add(body, "each", {"claim": body, "from": first, "to": last}, *_once(uses))


def _once(uses: list[int]) -> list[int]:
    """Without repetitions."""
    return list(dict.fromkeys(uses))


def _implication(steps: Steps, body: Formula) -> int:
    """By what it concludes, or because its premise is false."""
    _, premise, conclusion = body
    given = {"premise": premise, "claim": conclusion}
    before = len(steps.steps)
    try:
        use = _evaluated(steps, ["not", premise])
    except UnderivedError:
        del steps.steps[before:]
        return steps.add(body, "conditional", given, derive_step(steps, conclusion))
    return steps.add(body, "vacuous", given, use)


def _evaluated(steps: Steps, claim: Formula) -> int:
    """By evaluation, with the bits that the package needed."""
    answer = decide(steps.problem, _with(steps.definitions, claim))
    # A Hessian is evaluated by the checker alone.
    if answer.holds is not True and not _mentions(claim, {"ddPhi", "hess"}):
        said = "it is false" if answer.holds is False else "evaluation does not decide it"
        if answer.failure is not None:
            said += f": {answer.failure}"
        raise UnderivedError("claim", said)
    return steps.add(claim, "decide", {"claim": claim, "bits": max(answer.bits, 64)})


def _mentions(formula: Formula, heads: set[str]) -> bool:
    return isinstance(formula, list) and (
        (bool(formula) and formula[0] in heads) or any(_mentions(part, heads) for part in formula)
    )


def _is_rank(claim: Formula) -> bool:
    """rank M = r, or rank M <= r."""
    return claim[0] in ("=", "<=") and isinstance(claim[1], list) and claim[1][0] == "rank"


def _network_matrix(matrix: Formula) -> dict[str, Json] | None:
    """F_k, U_k or Psi as the evidence of ranks names them."""
    if matrix == ["Psi"]:
        return {"what": "skip-features"}
    if isinstance(matrix, list) and matrix[0] in ("F", "U") and isinstance(matrix[1], int):
        what = "features" if matrix[0] == "F" else "weights"
        return {"what": what, "layer": matrix[1]} if matrix[1] > 0 else None
    return None


def _number(problem: Problem, term: Formula) -> int:
    """An integer such as N, 3 or min(n_0, n_1); UnderivedError where it is not known exactly."""
    try:
        return Terms(problem, RATIONALS, []).integer(term, Place())
    except (OpenError, NotExactError):
        raise UnderivedError("claim", "a number in it is not known exactly") from None


def _asked(steps: Steps, matrix: Formula, ask: Any) -> Any:
    """A finding about the rank of F_k, U_k or Psi."""
    named = _network_matrix(matrix)
    if named is None:
        raise UnderivedError("claim", "of ranks those of F_k, U_k and Psi are found here")
    what: Any = "weights" if named["what"] == "weights" else "features"
    try:
        return ask(steps.problem, named.get("layer"), what), named
    except UsageError as error:
        raise InputError("claim", error.reason, error.remedy) from None


def _rank_at(steps: Steps, body: Formula) -> int:
    """rank M = r at the given point: a minor below, null vectors or the size above."""
    _, point, (_, (_, matrix), term) = body
    wanted = _number(steps.problem, term)
    if point != "given":
        return _evaluated(steps, body)
    finding, named = _asked(steps, matrix, rank)
    if finding.rank != wanted or finding.evidence is None:
        return _evaluated(steps, body)
    lower = {"matrix": named, "point": point, "evidence": lower_document(finding.evidence.lower)}
    low = steps.add(["at", point, ["<=", wanted, ["rank", matrix]]], "minor", lower)
    most = ["<=", ["rank", matrix], wanted]
    if finding.evidence.upper is None:
        whole = steps.add([*ALL, most], "sizes", {"matrix": matrix})
        given = {"claim": most, "point": point}
        high = steps.add(["at", point, most], "instance", given, whole)
    else:
        upper = upper_document(finding.evidence.upper)
        given = {"matrix": named, "point": point, "evidence": upper}
        high = steps.add(["at", point, most], "null-vectors", given)
    joined = {"left": ["rank", matrix], "right": wanted, "under": ["at", point]}
    exact = ["at", point, ["=", ["rank", matrix], wanted]]
    equal = steps.add(exact, "between", joined, low, high)
    return _as_written(steps, matrix, wanted, term, ["at", point], equal)


def _generic_bound(problem: Problem, matrix: Formula) -> int | None:
    """An upper bound for the rank for all parameters that is less than full."""
    try:
        finding, _ = _asked(Steps(problem, []), matrix, generic_rank_of)
    except UnderivedError:
        return None
    if finding.verdict != "refuted" or finding.reading != "for all parameters":
        return None
    return int(finding.established.at_most)


def _for_all(steps: Steps, body: Formula) -> int:
    """An identity in the parameters, or a bound of a rank."""
    said = body[2]
    if said[0] == "<=" and _is_rank(said):
        matrix, most = said[1][1], said[2]
        finding, named = _asked(steps, matrix, generic_rank_of)
        for_all = finding.verdict == "refuted" and finding.reading == "for all parameters"
        if for_all and finding.established.at_most == most:
            evidence = upper_document(finding.evidence.upper)
            return steps.add(body, "relations", {"matrix": named, "evidence": evidence})
        if most != min(finding.established.rows, finding.established.columns):
            raise UnderivedError("claim", "the rank is not shown to be so small")
        return steps.add(body, "sizes", {"matrix": matrix})
    if any(_at_random(steps, said, seed) is False for seed in SEEDS):
        raise UnderivedError("claim", "it fails at some parameters")
    return steps.add(body, "identity", {"claim": said})


def _at_random(steps: Steps, said: Formula, seed: int) -> bool | None:
    """Whether something holds at random parameters."""
    point = point_of(random_parameters(steps.problem, seed))
    claim = ["at", point, said]
    try:
        return decide(steps.problem, _with(steps.definitions, claim)).holds
    except ExactlandError:
        return None


def _with(definitions: list[Json], claim: Formula) -> Formula:
    return ["let", definitions, claim] if definitions else claim


def _fails_for_some(steps: Steps, body: Formula) -> int:
    """Not for all parameters: at some random ones it fails."""
    said = body[1][2]
    for seed in SEEDS:
        if _at_random(steps, said, seed) is False:
            point = point_of(random_parameters(steps.problem, seed))
            use = _evaluated(steps, ["at", point, ["not", said]])
            return steps.add(body, "counterexample", {"claim": said, "point": point}, use)
    raise UnderivedError("claim", "no parameters are found at which it fails")


def _for_almost_all(steps: Steps, body: Formula) -> int:
    """rank M = r by a witness with a minor, where all is analytic; else what holds for all."""
    said = body[2]
    if not (said[0] == "=" and _is_rank(said)):
        use = _for_all(steps, [*ALL, said])
        given = {"claim": said, "from": "forall", "to": "almost-all"}
        return steps.add(body, "weaker", given, use)
    matrix, term = said[1][1], said[2]
    wanted = _number(steps.problem, term)
    finding, named = _asked(steps, matrix, generic_rank_of)
    if finding.verdict != "proved" or finding.rank not in (None, wanted):
        raise UnderivedError("claim", finding.reason or "the rank is not so for almost all")
    if isinstance(finding.evidence, EveryPattern):
        raise UnderivedError("claim", "it is shown pattern by pattern, for which there is no rule")
    least = _nearly_always_at_least(steps, matrix, named, finding, wanted)
    return _joined(steps, matrix, least, wanted, term)


def _nearly_always_at_least(
    steps: Steps, matrix: Formula, named: Json, finding: Any, r: int
) -> int:
    point = point_of(finding.evidence.parameters)
    evidence = lower_document(finding.evidence.lower)
    said = ["<=", r, ["rank", matrix]]
    given = {"matrix": named, "point": point, "evidence": evidence}
    low = steps.add(["at", point, said], "minor", given)
    smooth = steps.add(["analytic", matrix], "analytic", {"term": matrix})
    given = {"term": matrix, "point": point, "rank": r}
    return steps.add([*ALMOST_ALL, said], "zeros", given, smooth, low)


def _joined(steps: Steps, matrix: Formula, low: int, r: int, term: Formula) -> int:
    """rank M = r for almost all parameters, from both bounds."""
    most = ["<=", ["rank", matrix], r]
    whole = steps.add([*ALL, most], "sizes", {"matrix": matrix})
    given: Json = {"claim": most, "from": "forall", "to": "almost-all"}
    high = steps.add([*ALMOST_ALL, most], "weaker", given, whole)
    given = {"left": ["rank", matrix], "right": r, "under": ALMOST_ALL}
    equal = steps.add([*ALMOST_ALL, ["=", ["rank", matrix], r]], "between", given, low, high)
    return _as_written(steps, matrix, r, term, ALMOST_ALL, equal)


def _as_written(
    steps: Steps, matrix: Formula, r: int, term: Formula, under: list[Json], equal: int
) -> int:
    """rank M = N from rank M = r."""
    if term == r:
        return equal
    number = ["=", term, r]
    same = steps.add(number, "decide", {"claim": number, "bits": 0})
    left = ["rank", matrix]
    given = {"left": left, "right": term, "number": r, "under": under}
    return steps.add([*under, ["=", left, term]], "transitive", given, equal, same)


def _for_some(steps: Steps, body: Formula) -> int:
    """At the given parameters, or because it holds for almost all."""
    said = body[2]
    try:
        use = derive_step(steps, ["at", "given", said])
        return steps.add(body, "exists", {"claim": said, "point": "given"}, use)
    except UnderivedError:
        use = _for_almost_all(steps, [*ALMOST_ALL, said])
    given = {"claim": said, "from": "almost-all", "to": "exists"}
    return steps.add(body, "weaker", given, use)


def point_of(parameters: Any) -> Formula:
    """Parameters as a point, written out; what they leave open is 0."""
    pairs: list[Formula] = []
    if isinstance(parameters, SkipParameters):
        raise UnderivedError("claim", "points of skip networks are not written out")
    for k, entry in enumerate(parameters, 1):
        if entry is not None:
            pairs.append([["W", k], _matrix(entry.W)])
            if entry.b:
                pairs.append([["b", k], _matrix([entry.b])])
    return ["but", "zero", *pairs] if pairs else "zero"


def _matrix(rows: Any) -> Formula:
    return ["matrix", *([number_text(x) for x in row] for row in rows)]
