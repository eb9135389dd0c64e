"""Rules whose argument is a paper's: tails (NH17, Lemma 4.3; NH18, Theorem 3.4), and others.

What they speak of has names: the definitions of the document have to be exactly what the rule says
that they are, so that the claim can be read without the rule.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .canonical import fields, natural, rational, text
from .context import Context, Sequent
from .expression import Call, Node, Number, Pi, Power, Product, Sum, parse
from .formulas import Formula, is_numeral
from .local_minimum import bad_local_minimum
from .outcome import Reject
from .proofs.directions import check_tail_dominated
from .proofs.families import check_family
from .proofs.outward import check_nonsingular
from .proofs.setting import GIVEN, Setting
from .proofs.tails import check_triangular

#: How det A(alpha) != 0 is shown for all alpha >= alpha_0, by the kind of the argument.
TAILS: dict[str, Callable[[Setting, Any, Any, Any, str], None]] = {
    "tail-nonsingular": check_nonsingular,
    "tail-dominated": check_tail_dominated,
    "triangular-tail": check_triangular,
}


def tail(context: Context, given: Any, place: str) -> Sequent:
    """det B(alpha) != 0 for all alpha >= alpha_0 (NH18, proof of Theorem 3.4).

    With H the directions, gamma the order of the samples and A the projections in that order,
    B(alpha)_ij = sigma_k(alpha (A_jj - A_ij) + beta), or the same with - for + alpha: below the
    diagonal the arguments go one way, so that B tends to a triangular matrix.
    """
    keys = "layer point order directions projections family mirrored beta from kind evidence"
    fields(given, place, keys)
    k = natural(given["layer"], place + ".layer", 1, len(context.problem.layers))
    order, directions = given["order"], given["directions"]
    gamma = context.definition(order, "tuple", place + ".order")
    rows = context.definition(directions, "matrix", place + ".directions")
    projections: Formula = ["*", ["F", k - 1], ["M", k, directions]]
    projections = ["part", projections, order, ["to", 1, ["N"]]]
    context.defined_as(given["projections"], [], projections, place + ".projections")
    beta, mirrored = given["beta"], given["mirrored"]
    family = _family(k, given["projections"], beta, mirrored is True)
    context.defined_as(given["family"], ["alpha"], family, place + ".family")
    kind = text(given["kind"], place + ".kind", list(TAILS))
    claim = {
        "kind": kind,
        "layer": k,
        "directions": rows,
        "gamma": [natural(n, place + ".order", 1) - 1 for n in gamma],
        "point": beta,
        "from": given["from"],
    }
    if kind == "tail-nonsingular":
        claim["mirrored"] = mirrored
    elif mirrored is not False:
        raise Reject(place + ".mirrored", "false is expected")
    setting = Setting(context.at(given["point"], place + ".point"), k, [])
    TAILS[kind](setting, claim, GIVEN, given["evidence"], place)
    said = ["from", given["from"], "alpha", ["!=", ["det", ["ref", given["family"], "alpha"]], 0]]
    return [], ["at", given["point"], said]


def _family(k: int, projections: str, beta: Any, mirrored: bool) -> Formula:
    gap = ["-", ["entry", projections, "j", "j"], ["entry", projections, "i", "j"]]
    moved: Formula = ["*", "alpha", gap]
    argument = ["-", beta, moved] if mirrored else ["+", moved, beta]
    return ["table", "i", ["N"], "j", ["N"], ["sigma", k, argument]]


def augmented_tail(context: Context, given: Any, place: str) -> Sequent:
    """det E(alpha) != 0 for all alpha >= alpha_0 (NH17, proof of Lemma 4.3).

    With a a direction, gamma the order of the samples, z = (F_(k-1) a)[gamma, :] increasing and
    A(alpha)_ij = sigma_k(alpha (z_j - z_i) + beta), N x (N - 1): E(alpha) is [1, A(alpha)], where
    sigma_k is bounded and increases, and [A(alpha), 1], where it decays and grows at most linearly.
    """
    keys = "layer point order direction projections columns family bounded beta from bits"
    fields(given, place, keys)
    k = natural(given["layer"], place + ".layer", 1, len(context.problem.layers))
    gamma = context.definition(given["order"], "tuple", place + ".order")
    rows = context.definition(given["direction"], "matrix", place + ".direction")
    projections: Formula = ["*", ["F", k - 1], given["direction"]]
    projections = ["part", projections, given["order"], ["every"]]
    context.defined_as(given["projections"], [], projections, place + ".projections")
    high, low = (["entry", given["projections"], i, 1] for i in ("j", "i"))
    argument = ["+", ["*", "alpha", ["-", high, low]], given["beta"]]
    table = ["table", "i", ["N"], "j", ["-", ["N"], 1], ["sigma", k, argument]]
    context.defined_as(given["columns"], ["alpha"], table, place + ".columns")
    sides: list[Formula] = [["ref", given["columns"], "alpha"], ["ones", ["N"], 1]]
    if given["bounded"] is True:
        sides.reverse()
    context.defined_as(given["family"], ["alpha"], ["beside", *sides], place + ".family")
    claim = {
        "kind": "family-determinant",
        "layer": k,
        "direction": [row[0] for row in rows if len(row) == 1],
        "gamma": [natural(n, place + ".order", 1) - 1 for n in gamma],
        "point": given["beta"],
        "bounded": given["bounded"],
        "from": given["from"],
    }
    setting = Setting(context.at(given["point"], place + ".point"), k, [])
    check_family(setting, claim, GIVEN, {"bits": given["bits"]}, place)
    said = ["from", given["from"], "alpha", ["!=", ["det", ["ref", given["family"], "alpha"]], 0]]
    return [], ["at", given["point"], said]


def proposition_1(context: Context, given: Any, place: str) -> Sequent:
    """A local minimum that is not strict and not global (LDS18, Proposition 1).

    One sample (x, y), sigma(t) = 0 and sigma <= 0 near t. At W_1 = t/x, W_2 = sign(y) the outputs
    near the point have the sign of -y or are 0, so Phi >= y^2 there, with equality for every W_2.
    """
    fields(given, place, "point t radius loss better evidence")
    claim = {key: given[key] for key in ("t", "radius", "loss", "better")}
    evidence = fields(given["evidence"], place + ".evidence", "sign point bits")
    claim |= {"kind": "bad-local-minimum", "words": "", "assumption_2": {"verdict": "undecided"}}
    bad_local_minimum(context.problem, claim, {**evidence, "assumption_2": None})
    (x,), (y,) = context.problem.inputs[0], (context.problem.targets or [[]])[0]
    width = context.problem.layers[0].width
    t = as_term(parse(text(given["t"], place), place, constant=True))
    weight = _over(t, x)
    one = 1 if y > 0 else -1
    point: Formula = ["but", "zero", [["W", 1], ["matrix", [weight] * width]]]
    point.append([["W", 2], ["matrix", *([one] for _ in range(width))]])
    context.defined_as(given["point"], [], point, place + ".point")
    kinds = ("strict local minimum", "global minimum")
    others = (["not", ["is", given["point"], kind]] for kind in kinds)
    return [], ["and", ["is", given["point"], "local minimum"], *others]


def _over(t: Formula, x: Fraction) -> Formula:
    """t / x, as a numeral where t is one."""
    if x == 1:
        return t
    if is_numeral(t):
        return numeral(rational(t, "") / x)
    return ["/", t, numeral(x)]


def numeral(value: Fraction) -> Formula:
    """A rational number as the language writes it."""

    def whole(n: int) -> Any:
        return n if abs(n) <= 1 << 53 else f"{'-' * (n < 0)}{abs(n):#x}"

    if value.denominator == 1:
        return whole(value.numerator)
    return f"{whole(value.numerator)}/{whole(value.denominator)}"


def as_term(node: Node) -> Formula:
    """A constant of the grammar of expressions as a term of the language."""
    if isinstance(node, Number):
        return numeral(node.value)
    if isinstance(node, Pi):
        return ["pi"]
    if isinstance(node, Power):
        base = as_term(node.base)
        power = ["^", base, abs(node.exponent)]
        return power if node.exponent >= 0 else ["/", 1, power]
    if isinstance(node, Call):
        arguments = [as_term(part) for part in node.arguments]
        return (
            [node.function, *arguments]
            if node.function in OWN
            else ["call", node.function, *arguments]
        )
    if isinstance(node, Sum):
        return _folded([(sign, as_term(term)) for sign, term in node.terms], "+", "-", 0)
    if isinstance(node, Product):
        return _folded([(sign, as_term(term)) for sign, term in node.factors], "*", "/", 1)
    raise Reject("", "a constant is expected")


#: Functions of expressions that are heads of their own.
OWN = ("abs", "min", "max")


def _folded(parts: list[tuple[int, Formula]], plus: str, minus: str, neutral: int) -> Formula:
    result: Formula = None
    for sign, term in parts:
        if result is None:
            result = term if sign > 0 else [minus, neutral, term]
        else:
            result = [plus if sign > 0 else minus, result, term]
    return result


def singular_values(context: Context, given: Any, place: str) -> Sequent:
    """||F_k^T Y|| lies between s_min(F_k) ||Y|| and s_max(F_k) ||Y|| for every Y, where N <= n_k
    (NH18, Lemmas H.2 and H.3): F_k has N singular values then, and for each column y of Y the sum
    of the (s_i <u_i, y>)^2 with orthonormal u_i is ||F_k^T y||^2.
    """
    fields(given, place, "layer point power")
    k = natural(given["layer"], place + ".layer", 1, len(context.problem.layers))
    context.require_total_network(place)
    sides = [
        [["*", ["smin", ["F", k]], ["norm", ["Y"]]], image := ["norm", ["*", ["T", ["F", k]], Y]]],
        [image, ["*", ["smax", ["F", k]], ["norm", ["Y"]]]],
    ]
    if natural(given["power"], place + ".power", 1, 2) == 2:
        sides = [[_squared(side) for side in pair] for pair in sides]
    body = ["and", *(["<=", low, high] for low, high in sides)]
    claim = ["at", given["point"], ["forall", "targets", body]]
    context.read(claim, place)
    context.require_point(given["point"], place + ".point")
    return [["<=", ["N"], ["n", k]]], claim


Y: Formula = ["Y"]


def _squared(term: Formula) -> Formula:
    """The square of a norm, or of a product of two numbers factor by factor."""
    if term[0] == "*":
        return ["*", *(["^", factor, 2] for factor in term[1:])]
    return ["^", term, 2]


PAPER_RULES: dict[str, Callable[[Context, Any, str], Sequent]] = {
    "tail": tail,
    "augmented-tail": augmented_tail,
    "proposition-1": proposition_1,
    "singular-values": singular_values,
}
