"""The rules: each builds its premises and its conclusion, and no rule reads a claim of a step.

A rule is a function of the context and of what the step gives it. The kernel (``proof``) compares
the conclusion with the claim, and looks the premises up among the steps that are used. Why a rule
is sound is said in its docstring.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .bounds import lower_bound, null_vectors, read_target
from .canonical import fields, listed, natural, rationals, text
from .context import FORMAL, ON_A_DOMAIN, SIZES, Context, Sequent, as_text, in_every_way, matrix_of
from .formulas import INSTANCES, Formula, instance
from .identities import for_all_weights, sample_relations
from .identities import relations as vanishing
from .outcome import Coarse, Reject
from .work import TURN, spend

AT_GIVEN = ["at", "given"]
ALL, ALMOST_ALL = ["forall", "parameters"], ["almost-all", "parameters"]
#: The work of a character of a formula that is an instance of another.
INSTANCE = 10 * TURN
#: Fractional bits of an evaluation.
BITS = (0, 1 << 20)
#: What rules quantify over: all parameters, for the data of the problem or for all of this size;
#: and the symbols of the problem, with the parameters that it gives or with all. Each is a space
#: R^m, or an open subset that is not empty: so null sets have complements that meet every ball
#: around a choice, and there is a choice.
RANGES = ("parameters", "data and parameters", "symbols", "symbols and parameters")
SYMBOLIC = RANGES[2:]


def _range(given: Any, place: str, choices: Sequence[str] = RANGES) -> str:
    """The key ``range``, which may be read before it is known which other keys there are."""
    found = given.get("range") if isinstance(given, dict) else None
    return text(found, place + ".range", choices)


def _all_parameters(context: Context) -> list[Any]:
    """For all parameters: if the problem has symbols, whatever they are."""
    return ["forall", "symbols and parameters"] if context.problem.names else ALL


def _under(
    context: Context, given: dict[str, Any], place: str, unmoved: Sequence[Formula] = ()
) -> list[Any]:
    """A point, all or almost all parameters, perhaps with all data, or symbols, or nothing.

    What follows from claims follows below these, and what no parameters change stays as it is; not
    so below ``not``, or at other widths. ``unmoved`` is what is known of the data of the problem:
    below a quantifier over data or symbols it must not depend on them.
    """
    under = listed(given["under"], place + ".under")
    if under[:1] == ["at"] and len(under) == 2:
        context.require_point(under[1], place + ".under")
        return under
    if not under or under in (ALL, ALMOST_ALL):
        return under
    if under not in ([head, over] for head in ("forall", "almost-all") for over in RANGES[1:]):
        raise Reject(place + ".under", "a point, or for all or almost all parameters, is expected")
    for formula in unmoved:
        context.require_heads(formula, SIZES, place)
    return under


def decide(context: Context, given: Any, place: str) -> Sequent:
    """A claim without quantifiers holds if its evaluation says so: over Q, or in intervals."""
    fields(given, place, "claim bits")
    claim = context.read(given["claim"], place + ".claim")
    bits = natural(given["bits"], place + ".bits", *BITS)
    answer = context.decide(claim, bits)
    if answer is None:
        raise Coarse(place + ".claim", "it is not shown with these bits")
    if answer is False:
        raise Reject(place + ".claim", "it is false")
    return [], claim


def identity(context: Context, given: Any, place: str) -> Sequent:
    """What holds formally, the parameters being symbols, and for all data the inputs too, holds
    for all of them; and so with the symbols of the problem, or at the given point.

    Formal values are polynomials in these symbols, in constants, and in values of activations,
    which are defined everywhere; what is formally equal is equal. Divisions and functions are
    admitted of numbers only, where these are shown to have a value. Of an activation that is known
    by values and slopes, these are used where it is applied formally to one of its points, first
    derivatives by the chain rule; elsewhere its values are symbols too.
    """
    fields(given, place, "claim range")
    over = _range(given, place, ("given", *RANGES))
    claim = ["at" if over == "given" else "forall", over, given["claim"]]
    context.read(claim, place + ".claim")
    if over == "data and parameters":
        context.require_heads(given["claim"], FORMAL, place)
    if context.decide_formally(given["claim"], over) is not True:
        raise Reject(place + ".claim", "it does not hold formally")
    return [], claim


def at_point(context: Context, given: Any, place: str) -> Sequent:
    """What holds for all parameters, perhaps for all data, holds at a point."""
    fields(given, place, "claim point range")
    claim = context.read(["at", given["point"], given["claim"]], place)
    context.require_point(given["point"], place + ".point")
    return [["forall", _range(given, place), given["claim"]]], claim


def counterexample(context: Context, given: Any, place: str) -> Sequent:
    """What fails at a point does not hold for all parameters, nor for all data."""
    fields(given, place, "claim point range")
    premise = context.read(["at", given["point"], ["not", given["claim"]]], place)
    return [premise], ["not", ["forall", _range(given, place), given["claim"]]]


def exists(context: Context, given: Any, place: str) -> Sequent:
    """What holds at a point holds for some parameters, and for some data."""
    fields(given, place, "claim point range")
    premise = context.read(["at", given["point"], given["claim"]], place)
    return [premise], ["exists", _range(given, place), given["claim"]]


def weaker(context: Context, given: Any, place: str) -> Sequent:
    """All parameters are almost all, and the complement of a null set meets every ball; so it is
    for data and parameters together, and for symbols: their conditions are strict inequalities,
    which the problem's own values satisfy, so that the choices are an open set and there are some.
    """
    fields(given, place, "claim from to range")
    order = ["forall", "almost-all", "every-ball", "exists"]
    start, end = (order.index(text(given[key], place, order)) for key in ("from", "to"))
    if not start < end:
        raise Reject(place, "the conclusion is not weaker")
    claim = [order[start], _range(given, place), given["claim"]]
    context.read(claim, place + ".claim")
    return [claim], [order[end], *claim[1:]]


def conjunction(context: Context, given: Any, place: str) -> Sequent:
    """All parts hold, so all of them do: also at a point, or for (almost) all parameters."""
    fields(given, place, "parts under")
    parts, under = listed(given["parts"], place + ".parts"), _under(context, given, place)
    premises = [[*under, part] if under else part for part in parts]
    for premise in premises:
        context.read(premise, place)
    whole = parts[0] if len(parts) == 1 else ["and", *parts]
    return premises, [*under, whole] if under else whole


def between(context: Context, given: Any, place: str) -> Sequent:
    """a <= b and b <= a, at a point or for all or almost all parameters: they are equal."""
    fields(given, place, "left right under")
    left, right, under = given["left"], given["right"], _under(context, given, place)
    premises = [in_every_way(under, ["<=", x, y]) for x, y in ((left, right), (right, left))]
    for premise in premises:
        context.read(premise, place)
    return premises, in_every_way(under, ["=", left, right])


def equal_bounds(context: Context, given: Any, place: str) -> Sequent:
    """An equality gives the two inequalities."""
    fields(given, place, "left right under swapped")
    left, right, under = given["left"], given["right"], _under(context, given, place)
    premise = context.read(in_every_way(under, ["=", left, right]), place)
    if given["swapped"] is True:
        left, right = right, left
    return [premise], in_every_way(under, ["<=", left, right])


def transitive(context: Context, given: Any, place: str) -> Sequent:
    """a = q somewhere, and b = q whatever the parameters: a = b there. For all data, b and q are
    made of sizes only."""
    fields(given, place, "left right number under")
    left, right, number = given["left"], given["right"], given["number"]
    under = _under(context, given, place, [right, number])
    premises = [in_every_way(under, ["=", left, number]), ["=", right, number]]
    for premise in premises:
        context.read(premise, place)
    return premises, in_every_way(under, ["=", left, right])


def minor(context: Context, given: Any, place: str) -> Sequent:
    """Part of a matrix of the network is nonsingular at a point: its size bounds the rank below."""
    fields(given, place, "matrix point evidence")
    problem = context.at(given["point"], place + ".point")
    target = read_target(problem, given["matrix"], place + ".matrix")
    r = lower_bound(problem, target, problem.parameters, given["evidence"], place + ".evidence")
    return [], ["at", given["point"], ["<=", r, ["rank", matrix_of(target)]]]


def null(context: Context, given: Any, place: str) -> Sequent:
    """Independent vectors that a matrix maps to 0 at a point bound its rank above."""
    fields(given, place, "matrix point evidence")
    problem = context.at(given["point"], place + ".point")
    target = read_target(problem, given["matrix"], place + ".matrix")
    r = null_vectors(problem, target, problem.parameters, given["evidence"], place + ".evidence")
    return [], ["at", given["point"], ["<=", ["rank", matrix_of(target)], r]]


def relations(context: Context, given: Any, place: str) -> Sequent:
    """Relations of samples or units, or polynomial vectors for U_k, for all parameters; inputs may
    be expressions in symbols: formal relations hold whatever these are."""
    fields(given, place, "matrix evidence")
    target = read_target(context.problem, given["matrix"], place + ".matrix")
    evidence, where = given["evidence"], place + ".evidence"
    if target.what == "weights":
        r = for_all_weights(context.problem.layers[target.layer - 1], evidence, where)
    else:
        r = vanishing(context.problem, target, evidence, where)
    return [], [*_all_parameters(context), ["<=", ["rank", matrix_of(target)], r]]


def every_width(context: Context, given: Any, place: str) -> Sequent:
    """Relations of samples that hold for a single unit or filter of the layer, whatever its
    parameters, hold for any number of them."""
    fields(given, place, "layer evidence")
    problem = context.problem
    target = read_target(problem, {"what": "features", "layer": given["layer"]}, place)
    if problem.layers[target.layer - 1].activation is None:
        raise Reject(place + ".layer", "a pooling layer has no number of filters")
    context.require_total_network(place)
    r = sample_relations(problem, target, given["evidence"], place + ".evidence")
    bound = ["<=", ["rank", ["F", target.layer]], r]
    claim = ["every-width", target.layer, [*_all_parameters(context), bound]]
    return [], context.read(claim, place)


def sizes(context: Context, given: Any, place: str) -> Sequent:
    """A rank is at most the number of rows and of columns, whatever the parameters and data."""
    fields(given, place, "matrix range")
    bound = min(context.shape(given["matrix"], place))
    if given["matrix"][0] != "U":
        context.require_total_network(place)
    claim = ["forall", _range(given, place), ["<=", ["rank", given["matrix"]], bound]]
    return [], context.read(claim, place)


def analytic(context: Context, given: Any, place: str) -> Sequent:
    """Sums, products, determinants of analytic functions are analytic, and so are the network's
    values where its activations are and nothing is pooled."""
    fields(given, place, "term")
    claim = context.read(["analytic", given["term"]], place + ".term")
    context.require_analytic(given["term"], place + ".term")
    return [], claim


def zeros(context: Context, given: Any, place: str) -> Sequent:
    """An analytic function that is not 0 at one point is 0 on a null set only (cited). So what
    holds at a point because such functions are not 0 there, holds almost everywhere: a number is
    not 0, a rank is reached (by a minor), rows differ, rows have no number in common. Sums,
    products and values of an analytic network are analytic in data and parameters together; and in
    symbols, of which numbers of the problem are analytic functions wherever the conditions hold:
    these choices are an open convex set. There the point is some choice of them."""
    over = _range(given, place)
    fields(given, place, "claim range" if over in SYMBOLIC else "claim point range")
    claim = listed(given["claim"], place + ".claim")
    inner = listed(claim[2], place) if over == "symbols" and claim[:2] == AT_GIVEN else claim
    kind = text(inner[0] if inner else None, place + ".claim", list(OPEN))
    if over in SYMBOLIC:
        premise = context.read(["exists", over, claim], place)
    else:
        premise = context.read(["at", given["point"], claim], place)
    term = OPEN[kind](inner)
    if term is None:
        raise Reject(place + ".claim", "this does not only say that analytic functions are not 0")
    context.cite("analytic-zeros" if over not in SYMBOLIC else ON_A_DOMAIN)
    if over != "parameters":
        context.require_analytic(term, place)
    smooth = [] if over in SYMBOLIC else [["analytic", term]]
    return [*smooth, premise], ["almost-all", over, claim]


def _bounded_rank(claim: Formula) -> Formula | None:
    """M of r <= rank M with a number r."""
    _, least, rank = claim
    is_rank = isinstance(rank, list) and rank[0] == "rank"
    return rank[1] if is_rank and isinstance(least, int) else None


#: What holds near a point where it holds, by what is not 0; and the term whose entries these are.
OPEN: dict[str, Callable[[Formula], Formula | None]] = {
    "!=": lambda claim: claim[1] if as_text(claim[2]) == "0" else None,
    "<=": _bounded_rank,
    "distinct-rows": lambda claim: claim[1],
    "apart": lambda claim: claim[1],
}


def specimen(context: Context, given: Any, place: str) -> Sequent:
    """What holds at one choice of the symbols that satisfies the conditions, and perhaps a point,
    holds for some; what fails there does not hold for all."""
    over = _range(given, place, SYMBOLIC)
    fields(given, place, "claim range values bits" + " point" * (over != "symbols"))
    symbols = context.problem.symbols
    claim = context.read(["exists", over, given["claim"]], place)
    if symbols is None:
        raise Reject(place, "the problem has no symbols")
    chosen = rationals(given["values"], place + ".values", len(symbols.names))
    values = dict(zip(symbols.names, chosen, strict=True))
    if not symbols.admit(values):
        raise Reject(place + ".values", "they do not satisfy the conditions of the symbols")
    context.problem.require_functions(values)
    said = given["claim"] if over == "symbols" else ["at", given["point"], given["claim"]]
    context.read(["exists", "symbols", said], place)
    bits = natural(given["bits"], place + ".bits", *BITS)
    answer = context.at_values(values).decide(said, bits)
    if answer is None:
        raise Coarse(place + ".claim", "it is not shown with these bits")
    return [], claim if answer else ["not", ["forall", over, given["claim"]]]


def lower_point(context: Context, given: Any, place: str) -> Sequent:
    """Where Phi is less at another point, a point is no global minimum."""
    fields(given, place, "point better")
    point, better = given["point"], given["better"]
    premise = ["<", ["at", better, ["Phi"]], ["at", point, ["Phi"]]]
    context.read(premise, place)
    return [premise], ["not", ["is", point, "global minimum"]]


def second_order(context: Context, given: Any, place: str) -> Sequent:
    """Phi is analytic, its gradient 0 and its Hessian definite: a strict local minimum."""
    fields(given, place, "point")
    point = given["point"]
    context.require_smooth_loss(place)
    premises = [["at", point, ["zero", ["dPhi"]]], ["at", point, ["definite", ["ddPhi"]]]]
    return premises, context.read(["is", point, "strict local minimum"], place)


def saddle(context: Context, given: Any, place: str) -> Sequent:
    """Phi is analytic, its gradient 0, and the second derivative along a vector negative."""
    fields(given, place, "point vector")
    point, vector = given["point"], given["vector"]
    context.require_smooth_loss(place)
    form = ["*", ["T", vector], ["ddPhi"], vector]
    premises = [
        ["at", point, ["zero", ["dPhi"]]],
        ["at", point, ["<", ["entry", form, 1, 1], 0]],
    ]
    for premise in premises:
        context.read(premise, place)
    return premises, ["is", point, "strict saddle"]


def each(context: Context, given: Any, place: str) -> Sequent:
    """What holds of each integer from one to another, holds for all of them: also at a point, or
    for all or almost all parameters; for all data, the two are made of sizes only."""
    fields(given, place, "claim from to under")
    low, high = (natural(given[key], f"{place}.{key}") for key in ("from", "to"))
    said = listed(given["claim"], place + ".claim")
    under = _under(context, given, place, said[2:4])
    claim = context.read(in_every_way(under, said), place + ".claim")
    if said[0] != "all" or high - low >= INSTANCES:
        raise Reject(place, f"for all of at most {INSTANCES} integers is expected")
    _, name, start, end, body = said
    bounds = [["=", start, low], ["=", end, high]]
    spend(INSTANCE * len(as_text(body)) * (high - low + 1))
    instances = [instance(body, name, n) for n in range(low, high + 1)]
    return [*bounds, *(in_every_way(under, one) for one in instances)], claim


def vacuous(context: Context, given: Any, place: str) -> Sequent:
    """From what is false, anything follows: wherever one looks."""
    fields(given, place, "premise claim under")
    claim = ["implies", given["premise"], given["claim"]]
    claim = in_every_way(_under(context, given, place, [given["premise"]]), claim)
    return [["not", given["premise"]]], context.read(claim, place)


def refuted(context: Context, given: Any, place: str) -> Sequent:
    """All hypotheses hold and the conclusion does not: the implication is false."""
    fields(given, place, "hypotheses conclusion")
    hypotheses = listed(given["hypotheses"], place + ".hypotheses")
    denied = ["not", given["conclusion"]]
    for premise in (*hypotheses, denied):
        context.read(premise, place)
    whole = hypotheses[0] if len(hypotheses) == 1 else ["and", *hypotheses]
    return [*hypotheses, denied], ["not", ["implies", whole, given["conclusion"]]]


def conditional(context: Context, given: Any, place: str) -> Sequent:
    """What holds, holds if something else does."""
    fields(given, place, "premise claim under")
    under = _under(context, given, place)
    claim = in_every_way(under, ["implies", given["premise"], given["claim"]])
    return [in_every_way(under, given["claim"])], context.read(claim, place)


def not_all(context: Context, given: Any, place: str) -> Sequent:
    """Where one part is false, not all of them hold."""
    fields(given, place, "parts which")
    parts = listed(given["parts"], place + ".parts")
    which = natural(given["which"], place + ".which", 1, len(parts))
    claim = ["not", parts[0] if len(parts) == 1 else ["and", *parts]]
    return [["not", parts[which - 1]]], context.read(claim, place)


RULES: dict[str, Callable[[Context, Any, str], Sequent]] = {
    "decide": decide,
    "identity": identity,
    "instance": at_point,
    "exists": exists,
    "counterexample": counterexample,
    "weaker": weaker,
    "and": conjunction,
    "between": between,
    "bounds": equal_bounds,
    "transitive": transitive,
    "minor": minor,
    "null-vectors": null,
    "relations": relations,
    "every-width": every_width,
    "sizes": sizes,
    "analytic": analytic,
    "zeros": zeros,
    "specimen": specimen,
    "lower-point": lower_point,
    "second-order": second_order,
    "saddle": saddle,
    "refuted": refuted,
    "conditional": conditional,
    "vacuous": vacuous,
    "each": each,
    "not-all": not_all,
}
