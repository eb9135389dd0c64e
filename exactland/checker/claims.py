"""The claims about ranks (sections 5 and 7): from data to words, and what has to be proved.

Each function here composes the words of its claim from data that it has checked against the
problem, checks the evidence, and returns the words as its last statement.
"""

from __future__ import annotations

from typing import Any

from .bounds import Target, lower_bound, null_vectors, read_target
from .canonical import fields, natural, text
from .cases import every_case
from .identities import for_all_weights, relations, sample_relations
from .outcome import Reject
from .patterns import open_set
from .problem import Problem, read_parameters
from .properties import is_analytic


def _target(problem: Problem, claim: dict[str, Any]) -> Target:
    """The matrix of the claim, whose dimensions must be those of the problem's matrix."""
    if problem.layers or problem.units:
        target = read_target(problem, claim["matrix"], "claim.matrix")
    else:
        text(fields(claim["matrix"], "claim.matrix", "what")["what"], "claim.matrix", ["data"])
        target = Target("data", 0, problem.samples, len(problem.inputs[0]))
    for key, size in (("rows", target.rows), ("columns", target.columns)):
        if natural(claim[key], f"claim.{key}") != size:
            raise Reject(f"claim.{key}", f"the matrix has {size}")
    return target


def _size(target: Target) -> str:
    return f"{target.name} ({target.rows} x {target.columns})"


def _where(target: Target) -> str:
    """X, a matrix without a network, has no parameters."""
    return "" if target.what == "data" else " at the given parameters"


def _bounds(target: Target, claim: dict[str, Any]) -> tuple[int, int]:
    """(at_least, at_most), with at_least <= at_most < full."""
    at_most = natural(claim["at_most"], "claim.at_most")
    if at_most >= target.full:
        raise Reject("claim.at_most", "it is not less than full rank")
    return natural(claim["at_least"], "claim.at_least", 0, at_most), at_most


def _equal(found: int, claimed: int, place: str) -> None:
    if found != claimed:
        raise Reject(place, f"the evidence is for {found}, the claim for {claimed}")


def full_rank(problem: Problem, claim: dict[str, Any], evidence: Any) -> str:
    fields(claim, "claim", "kind words matrix rows columns")
    target = _target(problem, claim)
    fields(evidence, "evidence", "lower")
    r = lower_bound(problem, target, problem.parameters, evidence["lower"], "evidence.lower")
    _equal(r, target.full, "evidence.lower")
    return f"{_size(target)} has full rank {r}{_where(target)}."


def rank_deficient(problem: Problem, claim: dict[str, Any], evidence: Any) -> str:
    fields(claim, "claim", "kind words matrix rows columns at_least at_most")
    target = _target(problem, claim)
    at_least, at_most = _bounds(target, claim)
    fields(evidence, "evidence", "lower upper")
    found = 0
    if evidence["lower"] is not None:
        lower, place = evidence["lower"], "evidence.lower"
        found = lower_bound(problem, target, problem.parameters, lower, place)
    _equal(found, at_least, "evidence.lower")
    upper = evidence["upper"]
    found = null_vectors(problem, target, problem.parameters, upper, "evidence.upper")
    _equal(found, at_most, "evidence.upper")
    rank = f"{at_least}" if at_least == at_most else f"at least {at_least} and at most {at_most}"
    return f"{_size(target)} has rank {rank}{_where(target)}, which is less than full."


def generic_full_rank(problem: Problem, claim: dict[str, Any], evidence: Any) -> str:
    """One nonzero minor of analytic functions of the parameters is nonzero almost everywhere."""
    fields(claim, "claim", "kind words matrix rows columns")
    target = _target(problem, claim)
    if isinstance(evidence, dict) and "patterns" in evidence:
        return _of_every_pattern(problem, target, evidence)
    fields(evidence, "evidence", "parameters lower")
    require_analytic(problem, target)
    parameters = read_parameters(problem, evidence["parameters"], "evidence.parameters")
    r = lower_bound(problem, target, parameters, evidence["lower"], "evidence.lower")
    _equal(r, target.full, "evidence.lower")
    return f"{_size(target)} has full rank {r} for almost all parameters."


def _of_every_pattern(problem: Problem, target: Target, evidence: Any) -> str:
    """Almost everywhere the matrix is one of finitely many, each of full rank almost everywhere."""
    fields(evidence, "evidence", "parameters columns shared patterns")
    parameters = read_parameters(problem, evidence["parameters"], "evidence.parameters")
    every_case(problem, target, parameters, evidence, "evidence")
    return f"{_size(target)} has full rank {target.full} for almost all parameters."


def open_deficient(problem: Problem, claim: dict[str, Any], evidence: Any) -> str:
    """A relation that holds near one point bounds the rank on an open set."""
    fields(claim, "claim", "kind words matrix rows columns at_most")
    target = _target(problem, claim)
    at_most = natural(claim["at_most"], "claim.at_most")
    if at_most >= target.full:
        raise Reject("claim.at_most", "it is not less than full rank")
    fields(evidence, "evidence", "parameters upper")
    parameters = read_parameters(problem, evidence["parameters"], "evidence.parameters")
    found = open_set(problem, target, parameters, evidence["upper"], "evidence.upper")
    _equal(found, at_most, "evidence.upper")
    return (
        f"{_size(target)} has rank at most {at_most} on a nonempty open set of parameters, "
        "which is less than full."
    )


def require_analytic(problem: Problem, target: Target) -> None:
    """The entries of the matrix are analytic functions of the parameters."""
    if target.what in ("features", "augmented"):
        for k, layer in enumerate(problem.layers[: target.layer], 1):
            if layer.kind == "average-pooling":
                continue
            if layer.activation is None:
                raise Reject(f"layer {k}", "max-pooling is not analytic")
            if not is_analytic(layer.activation.definition):
                raise Reject(f"layer {k}", "its activation is not shown to be analytic")
    elif target.what == "skip-features":
        for unit in problem.units:
            if not is_analytic(unit.activation.definition):
                raise Reject(f"unit {unit.name}", "its activation is not shown to be analytic")
    elif target.what != "weights":  # the entries of U_k are entries of W_k
        raise Reject("claim.matrix", "this matrix has no generic rank")


def generic_deficient(problem: Problem, claim: dict[str, Any], evidence: Any) -> str:
    fields(claim, "claim", "kind words matrix rows columns at_least at_most")
    target = _target(problem, claim)
    at_least, at_most = _bounds(target, claim)
    fields(evidence, "evidence", "parameters lower upper")
    found = 0
    if (evidence["parameters"] is None) != (evidence["lower"] is None):
        raise Reject("evidence", "parameters and a lower bound come together")
    if evidence["lower"] is not None:
        parameters = read_parameters(problem, evidence["parameters"], "evidence.parameters")
        lower = evidence["lower"]
        found = lower_bound(problem, target, parameters, lower, "evidence.lower")
    _equal(found, at_least, "evidence.lower")
    upper, place = evidence["upper"], "evidence.upper"
    if target.what == "weights":
        found = for_all_weights(problem.layers[target.layer - 1], upper, place)
    else:
        found = relations(problem, target, upper, place)
    _equal(found, at_most, place)
    return (
        f"{_size(target)} has rank at most {at_most} for all parameters, which is less than full, "
        f"and rank at least {at_least} for some."
    )


def vanishing_identity(problem: Problem, claim: dict[str, Any], evidence: Any) -> str:
    fields(claim, "claim", "kind words layer rows at_most")
    matrix = {"what": "features", "layer": claim["layer"]}
    target = read_target(problem, matrix, "claim")
    if problem.layers[target.layer - 1].activation is None:
        raise Reject("claim.layer", "a pooling layer has no number of units to vary")
    if natural(claim["rows"], "claim.rows") != problem.samples:
        raise Reject("claim.rows", f"there are {problem.samples} samples")
    at_most = natural(claim["at_most"], "claim.at_most", 0, problem.samples - 1)
    fields(evidence, "evidence", "upper")
    found = sample_relations(problem, target, evidence["upper"], "evidence.upper")
    _equal(found, at_most, "evidence.upper")
    return (
        f"For all parameters, and for every number of units or filters of layer {target.layer}, "
        f"F_{target.layer} on these {problem.samples} samples has rank at most {at_most}."
    )
