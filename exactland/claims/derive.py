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

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from exactland.arithmetic.rationals import RATIONALS
from exactland.checker.formulas import INSTANCES, Formula, instance, parts
from exactland.checker.printer import words
from exactland.checker.signature import kind_of
from exactland.claims.decide import decide
from exactland.claims.evaluate import OpenError, Place, Terms
from exactland.conditions.bound_documents import lower_document, upper_document
from exactland.conditions.claims import VanishingIdentity
from exactland.conditions.evidence import EveryPattern
from exactland.conditions.finding import Verdict
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.conditions.vanishing import vanishing_identity
from exactland.errors import ExactlandError, InputError, LimitError, NotExactError, UsageError
from exactland.functions.facts import continuous
from exactland.model.chosen_parameters import random_parameters
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import SkipParameters
from exactland.model.problem import Problem
from exactland.model.problem_file import number_text, problem_document
from exactland.model.skip import SkipNetwork

FORMAT = "exactland-certificate/2"
#: Bits for the checker where the package needed none: it may not see that all is rational.
BITS = 256
#: Random parameters at which a claim about all of them is tried first.
SEEDS = range(4)
ALL, ALMOST_ALL = ["forall", "parameters"], ["almost-all", "parameters"]
#: What the rules quantify over.
RANGES = ("parameters", "data and parameters")
#: Heads of what no data change: the checker's list, without what is hardly written.
SIZES = frozenset(("N", "L", "n", "+", "-", "*", "min", "max", "=", "!=", "<", "<=", "not"))
#: Heads that only the checker evaluates.
HESSIANS = frozenset(("ddPhi", "hess"))
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
    #: The most bits that the package needed to evaluate; 0 where all was rational.
    bits: int = 0

    def known(self, claim: Formula) -> int | None:
        """The step that shows this claim already."""
        shown = (n for n, step in enumerate(self.steps) if step["claim"] == claim)
        return next(shown, None)

    def take(self, others: Iterable[dict[str, Json]]) -> None:
        """Steps of another derivation about the same definitions, without those that are known."""
        numbers: list[int] = []
        for step in others:
            found = self.known(step["claim"])
            if found is None:
                uses = list(dict.fromkeys(numbers[n] for n in step["uses"]))
                self.steps.append({**step, "uses": uses})
                found = len(self.steps) - 1
            numbers.append(found)

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
    for opposite in _opposites(problem, definitions, body):
        try:
            # An opposite about a rank names no definition, and what is not used is refused.
            used = definitions if opposite == ["not", body] else []
            answer = _prove(problem, used, opposite)
        except UnderivedError:
            continue
        return Derived(claim, "refuted", answer["claim"], answer)
    return Derived(claim, "undecided", reason=reason)


def _opposites(problem: Problem, definitions: list[Json], body: Formula) -> list[Formula]:
    """What the claim contradicts, and what is worth trying."""
    # What holds of the data of the problem contradicts nothing about almost all data.
    about = body[0] == "at" or body[:2] in (ALL, ALMOST_ALL)
    if body[0] == "almost-all" and not about:
        return []
    said: Formula = body[2] if about else ["and"]
    if about and said[0] == "=" and _needs_equality(body):
        said = ["=", said[2], said[1]]
    if about and _is_rank(said):
        head, (_, matrix), term = said
        try:
            asked = number_of(problem, term, definitions)
        except UnderivedError:
            return []  # nothing is known to contradict a number that is not known
        if body[:2] == ["at", "given"]:
            found = _rank_found(problem, matrix)
            other = found is not None and (found != asked if head == "=" else found > asked)
            return [["at", "given", ["=", ["rank", matrix], found]]] if other else []
        found = _generic_bound(problem, matrix)
        if head == "=" and found is not None and found < asked:
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
    known = steps.known(body)
    if known is not None:
        return known
    head = body[0]
    under, said = (body[:2], body[2]) if head in ("at", "forall", "almost-all") else ([], body)
    if said[0] in SPLIT and not _is_decided(steps, body):
        return SPLIT[said[0]](steps, said, under)
    if head == "at" and said[0] == "=" and _is_rank(said) and _network_matrix(said[1][1]):
        return _rank_at(steps, body)
    if head in ("at", "almost-all") and _needs_equality(body):
        before = len(steps.steps)
        try:
            return _from_equality(steps, body)
        except UnderivedError:
            del steps.steps[before:]
    if head == "is" and body[2] == "strict local minimum":
        return _strict_minimum(steps, body)
    if head == "analytic":
        return _analytic(steps, body)
    if head == "not" and body[1][0] == "forall" and body[1][1] in RANGES:
        return _fails_for_some(steps, body)
    if head == "every-width":
        return _at_every_width(steps, body)
    if head in QUANTIFIED and body[1] in RANGES:
        return QUANTIFIED[head](steps, body)
    return _evaluated(steps, body)


def _in_every_ball(steps: Steps, body: Formula) -> int:
    """The complement of a null set meets every ball."""
    _, over, said = body
    use = derive_step(steps, ["almost-all", over, said])
    given = {"claim": said, "from": "almost-all", "to": "every-ball", "range": over}
    return steps.add(body, "weaker", given, use)


def _is_decided(steps: Steps, body: Formula) -> bool:
    """Whether evaluation tells, one way or the other."""
    try:
        return decide(steps.problem, _with(steps.definitions, body)).holds is not None
    except ExactlandError:
        return False


def _strict_minimum(steps: Steps, body: Formula) -> int:
    """By the gradient and the Hessian."""
    point = body[1]
    conditions = (["zero", ["dPhi"]], ["definite", ["ddPhi"]])
    uses = [_evaluated(steps, ["at", point, condition]) for condition in conditions]
    return steps.add(body, "second-order", {"point": point}, *uses)


def _analytic(steps: Steps, body: Formula) -> int:
    """Sums and products of what is analytic, in a network that is, as far as it is used."""
    network = steps.problem.network
    parts = network.layers if isinstance(network, SequentialNetwork) else network.units
    used = parts[: _deepest(steps.definitions, body[1], len(parts))]
    known = [getattr(part, "activation", None) for part in used]
    if not all(sigma is not None and sigma.is_analytic.holds is True for sigma in known):
        raise UnderivedError("claim", "the network is not shown to be analytic")
    return steps.add(body, "analytic", {"term": body[1]})


def _deepest(definitions: list[Json], term: Formula, every: int) -> int:
    """How many layers a term depends on: all of them where their numbers are no numerals."""
    if isinstance(term, str):
        bodies = [body for name, _, body in definitions if name == term]
        return _deepest(definitions, bodies[0], every) if bodies else 0
    if not isinstance(term, list) or not term:
        return 0
    own = 0
    if term[0] in ("F", "G", "sigma", "dsigma", "patch", "Psi"):
        own = term[1] if len(term) > 1 and isinstance(term[1], int) else every
    return max([own, *(_deepest(definitions, part, every) for part in term[1:])])


def _each(steps: Steps, body: Formula, under: list[Json]) -> int:
    """For all integers between two, one by one."""
    _, name, low, high, said = body
    _require_sizes(under, low, high)
    first, last = (number_of(steps.problem, n, steps.definitions) for n in (low, high))
    bounds = [["=", low, first], ["=", high, last]]
    uses = [_evaluated(steps, bound) for bound in bounds]
    if last - first >= INSTANCES:
        raise UnderivedError("claim", f"more than {INSTANCES} cases are not taken one by one")
    parts = [instance(said, name, n) for n in range(first, last + 1)]
    uses += [derive_step(steps, _below(under, part)) for part in parts]
    given = {"claim": body, "from": first, "to": last, "under": under}
    return steps.add(_below(under, body), "each", given, *_once(uses))


def _require_sizes(under: list[Json], *formulas: Formula) -> None:
    """Below a quantifier over data, what is known of these data helps only where it is of sizes."""
    if under[1:] == [RANGES[1]] and not all(map(_of_sizes, formulas)):
        raise UnderivedError("claim", "a part of it depends on the data")


def _of_sizes(formula: Formula) -> bool:
    if not isinstance(formula, list):
        return isinstance(formula, int)
    return formula[0] in SIZES and all(map(_of_sizes, formula[1:]))


def _below(under: list[Json], claim: Formula) -> Formula:
    """A claim at a point, or below a quantifier, or as it is."""
    return [*under, claim] if under else claim


def _parts(steps: Steps, body: Formula, under: list[Json]) -> int:
    """All parts of a conjunction."""
    uses = [derive_step(steps, _below(under, part)) for part in body[1:]]
    given = {"parts": body[1:], "under": under}
    return steps.add(_below(under, body), "and", given, *_once(uses))


def _once(uses: list[int]) -> list[int]:
    """Without repetitions."""
    return list(dict.fromkeys(uses))


def _implication(steps: Steps, body: Formula, under: list[Json]) -> int:
    """By what it concludes, or because its premise is false."""
    _, premise, conclusion = body
    given = {"premise": premise, "claim": conclusion, "under": under}
    before = len(steps.steps)
    try:
        _require_sizes(under, premise)
        use = _evaluated(steps, ["not", premise])
    except (UnderivedError, InputError):
        del steps.steps[before:]
        use = derive_step(steps, _below(under, conclusion))
        return steps.add(_below(under, body), "conditional", given, use)
    return steps.add(_below(under, body), "vacuous", given, use)


#: What is derived part by part, also at a point or below a quantifier over parameters.
SPLIT: dict[str, Callable[[Steps, Formula, list[Json]], int]] = {
    "and": _parts,
    "all": _each,
    "implies": _implication,
}


def _evaluated(steps: Steps, claim: Formula) -> int:
    """By evaluation, with the bits that the package needed."""
    answer = decide(steps.problem, _with(steps.definitions, claim))
    if answer.holds is not True and not _mentions(claim, HESSIANS):
        said = "it is false" if answer.holds is False else "evaluation does not decide it"
        if answer.failure is not None or answer.known:
            said += f": {answer.failure or answer.known}"
        raise UnderivedError("claim", said)
    steps.bits = max(steps.bits, answer.bits)
    return steps.add(claim, "decide", {"claim": claim, "bits": 2 * answer.bits or BITS})


def left_to_the_checker(step: dict[str, Json]) -> str:
    """Why a step may be rejected that the package has not found out itself; "" if it has.

    Identities are tried at random points only: one may hold there alone, or be one that formal
    values do not show. Hessians are not evaluated here.
    """
    if step["rule"] == "identity":
        return "no identity in formal values shows it"
    hessian = step["rule"] == "decide" and _mentions(step["claim"], HESSIANS)
    return (
        "evaluation by the independent checker, which alone has Hessians, does not show it"
        * hessian
    )


def _mentions(formula: Formula, heads: Set[str]) -> bool:
    """Whether one of the heads is in the formula."""
    if not isinstance(formula, list):
        return isinstance(formula, str) and formula in heads
    return any(_mentions(part, heads) for part in formula)


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


def number_of(problem: Problem, term: Formula, definitions: Sequence[Json] = ()) -> int:
    """An integer such as N, 3 or min(n_0, n_1); UnderivedError where it is not known exactly."""
    try:
        return Terms(problem, RATIONALS, list(definitions)).integer(term, Place())
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
    wanted = number_of(steps.problem, term, steps.definitions)
    if point != "given":
        return _evaluated(steps, body)
    finding, named = _asked(steps, matrix, rank)
    if finding.rank != wanted or finding.evidence is None:
        return _evaluated(steps, body)
    before = len(steps.steps)
    lower = {"matrix": named, "point": point, "evidence": lower_document(finding.evidence.lower)}
    low = steps.add(["at", point, ["<=", wanted, ["rank", matrix]]], "minor", lower)
    most = ["<=", ["rank", matrix], wanted]
    if finding.evidence.upper is None:
        try:
            whole = _sizes(steps, matrix, [*ALL, most])
        except UnderivedError:
            del steps.steps[before:]
            return _evaluated(steps, body)
        given = {"claim": most, "point": point, "range": "parameters"}
        high = steps.add(["at", point, most], "instance", given, whole)
    else:
        upper = upper_document(finding.evidence.upper)
        given = {"matrix": named, "point": point, "evidence": upper}
        high = steps.add(["at", point, most], "null-vectors", given)
    joined = {"left": ["rank", matrix], "right": wanted, "under": ["at", point]}
    exact = ["at", point, ["=", ["rank", matrix], wanted]]
    equal = steps.add(exact, "between", joined, low, high)
    return _as_written(steps, matrix, wanted, term, ["at", point], equal)


def _needs_equality(body: Formula) -> bool:
    """r = rank M; or, at a point, a bound of a rank."""
    head, _, (sign, *sides) = body
    ranks = [side for side in sides if isinstance(side, list) and side[0] == "rank"]
    if len(ranks) != 1 or _network_matrix(ranks[0][1]) is None:
        return False
    swapped = sides[1] is ranks[0]
    return (sign == "=" and swapped) or (sign == "<=" and head == "at")


def _from_equality(steps: Steps, body: Formula) -> int:
    """What rank M = r gives: r = rank M, and the bounds."""
    *under, (sign, left, right) = body
    swapped = isinstance(right, list) and right[0] == "rank"
    whole, term = (right, left) if swapped else (left, right)
    equal = derive_step(steps, [*under, ["=", whole, term]])
    uses = []
    for turned in (True, False) if sign == "=" else (swapped,):
        bound = ["<=", term, whole] if turned else ["<=", whole, term]
        given = {"left": whole, "right": term, "under": under, "swapped": turned}
        uses.append(steps.add([*under, bound], "bounds", given, equal))
    if sign == "<=":
        return uses[0]
    return steps.add(body, "between", {"left": left, "right": right, "under": under}, *uses)


def _at_every_width(steps: Steps, body: Formula) -> int:
    """rank F_k <= r for all parameters and any number of units of layer k: relations of samples."""
    _, layer, inner = body
    samples = steps.problem.data.samples
    if not (isinstance(layer, int) and inner[:2] == ALL and inner[2][0] == "<="):
        raise UnderivedError("claim", "of all widths, rank F_k <= r for all parameters is found")
    _, (*_, matrix), most = inner[2] if _is_rank(inner[2]) else ("<=", [None], None)
    if matrix != ["F", layer] or not (isinstance(most, int) and 0 <= most < samples):
        raise UnderivedError("claim", "of all widths, rank F_k <= r is found, with a number r < N")
    _require_total(steps)
    try:
        finding = vanishing_identity(steps.problem, layer)
    except UsageError as error:
        raise InputError("claim", error.reason, error.remedy) from None
    shown = finding.established
    if not isinstance(shown, VanishingIdentity) or shown.at_most > most:
        raise UnderivedError("claim", "no relations between the samples show it")
    evidence = upper_document(finding.evidence.upper)
    # Fewer relations show a larger bound.
    evidence["vectors"] = evidence["vectors"][: samples - most]
    return steps.add(body, "every-width", {"layer": layer, "evidence": evidence})


def _sizes(steps: Steps, matrix: Formula, body: Formula) -> int:
    """A rank is no larger than its matrix, which has a value at all parameters and data."""
    if matrix[0] != "U":
        _require_total(steps)
    return steps.add(body, "sizes", {"matrix": matrix, "range": body[1]})


def _require_total(steps: Steps) -> None:
    """Activations that are defined everywhere give the network values at all parameters."""
    network = steps.problem.network
    parts: Any = network.units if isinstance(network, SkipNetwork) else network.layers
    found = (getattr(part, "activation", None) for part in parts)
    total = all(continuous(sigma).holds is True for sigma in found if sigma is not None)
    if not total:
        raise UnderivedError("claim", "an activation is not shown to be defined everywhere")


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
    _, over, said = body
    if said[0] == "<=" and _is_rank(said):
        matrix, most = said[1][1], said[2]
        finding, named = _asked(steps, matrix, generic_rank_of)
        if over == "parameters" and _is_related(finding, most):
            evidence = upper_document(finding.evidence.upper)
            return steps.add(body, "relations", {"matrix": named, "evidence": evidence})
        shown = finding.established
        if shown is None or most != min(shown.rows, shown.columns):
            raise UnderivedError("claim", "the rank is not shown to be so small")
        return _sizes(steps, matrix, body)
    if _is_rank(said) or _needs_equality(body):
        raise UnderivedError("claim", "a rank is not known for all parameters")
    if any(_at_random(steps, said, seed) is False for seed in SEEDS):
        raise UnderivedError("claim", "it fails at some parameters")
    return steps.add(body, "identity", {"claim": said, "range": over})


def _is_related(finding: Any, most: Formula) -> bool:
    """Whether relations show for all parameters that a rank is at most this."""
    for_all = finding.verdict == "refuted" and finding.reading == "for all parameters"
    return bool(for_all and finding.established.at_most == most)


def _at_random(steps: Steps, said: Formula, seed: int) -> bool | None:
    """Whether something holds at random parameters."""
    point = point_of(steps.problem, random_parameters(steps.problem, seed))
    claim = ["at", point, said]
    try:
        return decide(steps.problem, _with(steps.definitions, claim)).holds
    except ExactlandError:
        return None


def _with(definitions: list[Json], claim: Formula) -> Formula:
    return ["let", definitions, claim] if definitions else claim


def _fails_for_some(steps: Steps, body: Formula) -> int:
    """Not for all parameters: at some random ones it fails."""
    _, over, said = body[1]
    for seed in SEEDS:
        if _at_random(steps, said, seed) is False:
            point = point_of(steps.problem, random_parameters(steps.problem, seed))
            use = _evaluated(steps, ["at", point, ["not", said]])
            given = {"claim": said, "point": point, "range": over}
            return steps.add(body, "counterexample", given, use)
    raise UnderivedError("claim", "no parameters are found at which it fails")


def _for_almost_all(steps: Steps, body: Formula) -> int:
    """By a witness, where all is analytic; else what holds for all."""
    before, reasons = len(steps.steps), []
    for attempt in (_rank_as_known, _generic_rank, _by_a_witness, _because_for_all):
        try:
            return attempt(steps, body)
        except UnderivedError as error:
            del steps.steps[before:]
            reasons.append(error)
    # What was found out about a rank says more than that the others do not apply.
    raise reasons[1 if _is_rank(body[2]) else -1]


def _because_for_all(steps: Steps, body: Formula) -> int:
    _, over, said = body
    given = {"claim": said, "from": "forall", "to": "almost-all", "range": over}
    return steps.add(body, "weaker", given, _for_all(steps, ["forall", over, said]))


def _rank_as_known(steps: Steps, body: Formula) -> int:
    """rank M = r, where a step shows r <= rank M already and r is the size of M."""
    _, over, said = body
    if not (said[0] == "=" and _is_rank(said)):
        raise UnderivedError("claim", "it is no rank")
    matrix, term = said[1][1], said[2]
    r = number_of(steps.problem, term, steps.definitions)
    least = steps.known(["almost-all", over, ["<=", r, ["rank", matrix]]])
    if least is None:
        raise UnderivedError("claim", "no bound of the rank is among the facts used")
    return _joined(steps, over, matrix, least, r, term)


def _generic_rank(steps: Steps, body: Formula) -> int:
    """rank M = r, for F_k, U_k and Psi, with the witness that the question about it finds."""
    _, over, said = body
    if not (said[0] == "=" and _is_rank(said)):
        raise UnderivedError("claim", "it is no rank")
    matrix, term = said[1][1], said[2]
    wanted = number_of(steps.problem, term, steps.definitions)
    finding, named = _asked(steps, matrix, generic_rank_of)
    if _is_related(finding, wanted):
        return _deficient(steps, body, named, wanted)
    if finding.verdict != "proved" or finding.rank not in (None, wanted):
        raise UnderivedError("claim", finding.reason or "the rank is not so for almost all")
    if isinstance(finding.evidence, EveryPattern):
        raise UnderivedError("claim", "it is shown pattern by pattern, for which there is no rule")
    point = point_of(steps.problem, finding.evidence.parameters)
    lower = ["<=", wanted, ["rank", matrix]]
    given = {"matrix": named, "point": point, "evidence": lower_document(finding.evidence.lower)}
    low = steps.add(["at", point, lower], "minor", given)
    least = _nearly_always(steps, ["almost-all", over, lower], matrix, point, low)
    return _joined(steps, over, matrix, least, wanted, term)


def _deficient(steps: Steps, body: Formula, named: dict[str, Json], wanted: int) -> int:
    """A rank that relations bound for all parameters, and that random ones reach."""
    _, over, (_, (_, matrix), term) = body
    for seed in SEEDS:
        parameters = random_parameters(steps.problem, seed)
        there = Steps(steps.problem.with_parameters(parameters), [])
        finding, _ = _asked(there, matrix, rank)
        if finding.rank != wanted or finding.evidence is None:
            continue
        point, lower = point_of(steps.problem, parameters), ["<=", wanted, ["rank", matrix]]
        evidence = lower_document(finding.evidence.lower)
        given = {"matrix": named, "point": point, "evidence": evidence}
        low = steps.add(["at", point, lower], "minor", given)
        least = _nearly_always(steps, ["almost-all", over, lower], matrix, point, low)
        return _joined(steps, over, matrix, least, wanted, term)
    raise UnderivedError("claim", "no random parameters are found with a rank so large")


def _by_a_witness(steps: Steps, body: Formula) -> int:
    """What says that analytic functions are not 0, by random parameters at which it holds."""
    _, over, said = body
    if said[0] == "=" and _is_rank(said):
        matrix, term = said[1][1], said[2]
        r = number_of(steps.problem, term, steps.definitions)
        least = _by_a_witness(steps, ["almost-all", over, ["<=", r, ["rank", matrix]]])
        return _joined(steps, over, matrix, least, r, term)
    term = _open_term(said)
    for seed in SEEDS:
        point = point_of(steps.problem, random_parameters(steps.problem, seed))
        if _at_random(steps, said, seed) is True:
            return _nearly_always(steps, body, term, point, _evaluated(steps, ["at", point, said]))
    raise UnderivedError("claim", "no random parameters are found at which it holds")


def from_witness(steps: Steps, body: Formula, point: Formula) -> int:
    """What analytic functions that are not 0 at this point show for almost all parameters."""
    head, over, said = body
    if head != "almost-all":
        raise UnderivedError("claim", "it is not about almost all parameters")
    if said[0] == "=" and _is_rank(said):
        matrix, term = said[1][1], said[2]
        r = number_of(steps.problem, term, steps.definitions)
        least = from_witness(steps, [head, over, ["<=", r, ["rank", matrix]]], point)
        return _joined(steps, over, matrix, least, r, term)
    term, use = _open_term(said), derive_step(steps, ["at", point, said])
    return _nearly_always(steps, body, term, point, use)


def from_example(steps: Steps, body: Formula, point: Formula) -> int:
    """What holds at a point holds for some parameters."""
    head, over, said = body
    if head != "exists":
        raise UnderivedError("claim", "it is not about some parameters")
    use = derive_step(steps, ["at", point, said])
    return steps.add(body, "exists", {"claim": said, "point": point, "range": over}, use)


def _open_term(said: Formula) -> Formula:
    """The matrix or number whose entries are not 0, where a claim says no more than that."""
    if (said[0] == "!=" and said[2] == 0) or said[0] in ("apart", "distinct-rows"):
        return said[1]
    if said[0] == "<=" and isinstance(said[1], int) and said[2][0] == "rank":
        return said[2][1]
    raise UnderivedError("claim", "it does not only say that analytic functions are not 0")


def _nearly_always(steps: Steps, body: Formula, term: Formula, point: Formula, use: int) -> int:
    """For almost all, as analytic functions are not 0 at the point."""
    smooth = derive_step(steps, ["analytic", term])
    given = {"claim": body[2], "point": point, "range": body[1]}
    return steps.add(body, "zeros", given, smooth, use)


def _joined(steps: Steps, over: str, matrix: Formula, low: int, r: int, term: Formula) -> int:
    """rank M = r for almost all parameters, from both bounds."""
    most, under = ["<=", ["rank", matrix], r], ["almost-all", over]
    if _is_full(steps, matrix, r):
        whole = _sizes(steps, matrix, ["forall", over, most])
    else:
        whole = _for_all(steps, ["forall", over, most])
    given: Json = {"claim": most, "from": "forall", "to": "almost-all", "range": over}
    high = steps.add([*under, most], "weaker", given, whole)
    given = {"left": ["rank", matrix], "right": r, "under": under}
    equal = steps.add([*under, ["=", ["rank", matrix], r]], "between", given, low, high)
    return _as_written(steps, matrix, r, term, under, equal)


def _is_full(steps: Steps, matrix: Formula, r: int) -> bool:
    """Whether r is the smaller size of F_k, where k is no numeral, or of [F_k, 1]."""
    more = 0
    if matrix[0] == "beside" and matrix[2:] == [["ones", ["N"], 1]]:
        matrix, more = matrix[1], 1
    if matrix[0] != "F" or (isinstance(matrix[1], int) and not more):
        return False
    width: Formula = ["+", ["n", matrix[1]], more]
    return r == number_of(steps.problem, ["min", ["N"], width], steps.definitions)


def _as_written(
    steps: Steps, matrix: Formula, r: int, term: Formula, under: list[Json], equal: int
) -> int:
    """rank M = N from rank M = r."""
    if term == r:
        return equal
    _require_sizes(under, term)
    number = ["=", term, r]
    same = steps.add(number, "decide", {"claim": number, "bits": 0})
    left = ["rank", matrix]
    given = {"left": left, "right": term, "number": r, "under": under}
    return steps.add([*under, ["=", left, term]], "transitive", given, equal, same)


def _for_some(steps: Steps, body: Formula) -> int:
    """At the given parameters, at random ones, or because it holds for almost all."""
    _, over, said = body
    points = [
        *(name for name, *_ in steps.definitions if kind_of(name) == "Q"),
        "given",
        *(point_of(steps.problem, random_parameters(steps.problem, seed)) for seed in SEEDS),
    ]
    before = len(steps.steps)
    for point in points:
        try:
            use = derive_step(steps, ["at", point, said])
        except (UnderivedError, InputError):
            del steps.steps[before:]
            continue
        return steps.add(body, "exists", {"claim": said, "point": point, "range": over}, use)
    use = _for_almost_all(steps, ["almost-all", over, said])
    given = {"claim": said, "from": "almost-all", "to": "exists", "range": over}
    return steps.add(body, "weaker", given, use)


#: How claims about parameters, or data and parameters, are shown, by their quantifier.
QUANTIFIED: dict[str, Callable[[Steps, Formula], int]] = {
    "forall": _for_all,
    "almost-all": _for_almost_all,
    "every-ball": _in_every_ball,
    "exists": _for_some,
}


def point_of(problem: Problem, parameters: Any) -> Formula:
    """Parameters as a point, written out; what they leave open is 0."""
    pairs: list[Formula] = []
    if isinstance(parameters, SkipParameters):
        # Units that share weights or a bias share the matrix: the first one names it.
        units = problem.skip.units
        for name, weights in parameters.groups.items():
            unit = next(unit for unit in units if unit.group == name)
            pairs.append([["W", ["unit", unit.id]], _matrix([[w] for w in weights])])
        for name, bias in parameters.biases.items():
            unit = next(unit for unit in units if unit.bias == name)
            pairs.append([["b", ["unit", unit.id]], _matrix([[bias]])])
        return ["but", "zero", *pairs]
    for k, entry in enumerate(parameters, 1):
        if entry is not None:
            pairs.append([["W", k], _matrix(entry.W)])
            if entry.b:
                pairs.append([["b", k], _matrix([entry.b])])
    return ["but", "zero", *pairs] if pairs else "zero"


def _matrix(rows: Any) -> Formula:
    return ["matrix", *([number_text(x) for x in row] for row in rows)]
