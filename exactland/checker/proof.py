"""Proofs (section 10): a list of steps, each checked by itself, citing earlier steps only.

A step that has been checked is a :class:`Shown`; the last one has to be the conclusion of the
statement on this instance.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .assumptions import assumption
from .canonical import distinct_indices, fields, listed, natural, rational, rational_rows, text
from .claims import full_rank, generic_full_rank
from .comparisons import (
    check_distinct,
    check_nonzero,
    check_tail,
    columns,
    entries,
    projections,
    read_bits,
    satisfies_assumption_3_2,
    sorted_gaps,
)
from .outcome import Reject
from .problem import Layer, Problem, read_parameters
from .properties import is_analytic

Claim = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """A claim that has been checked, at a stage of the parameters or at none."""

    claim: Claim
    at: int | None

    def says(self, claim: Any, at: int | None) -> bool:
        """Whether this is the claim at the stage: compared as text, since True == 1 in Python."""
        return self.at == at and _text(self.claim) == _text(claim)


def _text(claim: Any) -> str:
    return json.dumps(claim, sort_keys=True)


@dataclass(frozen=True)
class Setting:
    """What the steps are checked against; ``stages`` are lists of parameters, ``k`` the layer."""

    problem: Problem
    k: int
    stages: list[Any]

    def layer(self, value: Any, place: str) -> tuple[int, Layer]:
        number = natural(value, place + ".layer", 1, len(self.problem.layers))
        return number, self.problem.layers[number - 1]

    def at(self, stage: int | None, place: str) -> Problem:
        """The problem with the parameters of the stage."""
        if stage is None:
            raise Reject(place, "this claim is about a stage of the parameters")
        return replace(self.problem, parameters=self.stages[stage])


def proof(problem: Problem, claim: Claim, evidence: Any) -> str:
    fields(claim, "claim", "kind words statement layer")
    statement = text(claim["statement"], "claim.statement", list(CONCLUSIONS))
    if not problem.layers:
        raise Reject("problem.network", "a sequential network is expected")
    k = natural(claim["layer"], "claim.layer", 1, len(problem.layers))
    fields(evidence, "evidence", "parameters steps")
    stages = [
        read_parameters(problem, value, f"evidence.parameters[{n}]")
        for n, value in enumerate(listed(evidence["parameters"], "evidence.parameters"))
    ]
    setting = Setting(problem, k, stages)
    shown: list[Shown] = []
    words = ""
    for n, step in enumerate(listed(evidence["steps"], "evidence.steps")):
        words = _check_step(setting, step, shown, f"evidence.steps[{n}]")
    if not shown or not CONCLUSIONS[statement](setting, shown[-1]):
        raise Reject("evidence.steps", "the last step is not the conclusion of the statement")
    return f"{statement} on this instance, layer {k}: {words}"


def _check_step(setting: Setting, step: Any, shown: list[Shown], place: str) -> str:
    """Check a step, add it to ``shown`` and return its words."""
    fields(step, place, "claim at uses evidence")
    claim, at = step["claim"], step["at"]
    if at is not None:
        natural(at, place + ".at", 0, len(setting.stages) - 1)
    used = [shown[i] for i in distinct_indices(step["uses"], place + ".uses", len(shown))]
    kind = claim.get("kind") if isinstance(claim, dict) else None
    text(kind, place + ".claim.kind", list(CHECKS))
    evidence = step["evidence"]
    rule = evidence.get("rule") if isinstance(evidence, dict) else None
    if rule is None:
        CHECKS[str(kind)](setting, claim, at, evidence, place)
    else:
        fields(evidence, place + ".evidence", "rule")
        RULES[text(rule, place + ".evidence.rule", list(RULES))](setting, claim, at, used, place)
    shown.append(Shown(claim, at))
    return _words(claim, at)


def _words(claim: Claim, at: int | None) -> str:
    """The sentence of a claim that has been checked; kinds that conclude nothing have none."""
    kind = claim["kind"]
    if kind == "together":
        parts = " ".join(_words(part, at) for part in claim["claims"])
        return parts if at is None else f"There are parameters with: {parts}"
    if kind == "assumption":
        return f"{claim['id']} holds on this instance."
    if kind == "activation":
        what = "is analytic" if claim["property"] == "analytic" else "satisfies Assumption 3.2"
        return f"Layer {claim['layer']}: the activation {what}."
    if kind == "distinct-entries":
        layer = claim["layer"]
        return (
            f"f_{layer}(x_i)_h != f_{layer}(x_j)_v for all samples i != j "
            f"and all neurons h, v of layer {layer}."
        )
    if kind in ("full-rank", "generic-full-rank"):
        name = f"{'F' if claim['matrix']['what'] == 'features' else 'U'}_{claim['matrix']['layer']}"
        rank = min(claim["rows"], claim["columns"])
        where = "for almost all parameters" if kind != "full-rank" else (
            "at the constructed parameters"
        )  # fmt: skip
        return f"{name} ({claim['rows']} x {claim['columns']}) has full rank {rank} {where}."
    return ""


# The claims that are checked by themselves.


def _assumption(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind id holds")
    if claim["holds"] is not True:
        raise Reject(place + ".claim.holds", "true is expected")
    _without_stage(at, place)
    assumption(setting.problem, {**claim, "words": ""}, evidence)


def _full_rank(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind matrix rows columns")
    full_rank(setting.at(at, place), {**claim, "words": ""}, evidence)


def _generic(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind matrix rows columns")
    _without_stage(at, place)
    generic_full_rank(setting.problem, {**claim, "words": ""}, evidence)


def _condition(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind name")
    fields(evidence, place + ".evidence", "")
    _without_stage(at, place)
    layers, k = setting.problem.layers, setting.k
    names = ["wide-layer", "first-and-last-weights", "own-biases"]
    name = text(claim["name"], place + ".claim.name", names)
    holds = {
        "wide-layer": layers[k - 1].width >= setting.problem.samples,
        "first-and-last-weights": all(layers[j].activation is not None for j in (0, k - 1)),
        "own-biases": all(layer.bias == "neuron" for layer in layers if layer.activation),
    }[name]
    if not holds:
        raise Reject(place, f"the condition {name} fails")


def _activation(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind layer property")
    fields(evidence, place + ".evidence", "")
    _without_stage(at, place)
    number, layer = setting.layer(claim["layer"], place)
    if layer.activation is None:
        raise Reject(place, "max-pooling has no activation")
    wanted = text(claim["property"], place + ".claim.property", ["analytic", "nh18-3.2"])
    if wanted == "analytic":
        holds = is_analytic(layer.activation.definition)
    else:
        holds = satisfies_assumption_3_2(_activation_document(setting, number), place)
    if not holds:
        raise Reject(place, f"the activation of layer {number} is not shown to be {wanted}")


def _distinct_entries(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind layer")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, _ = setting.layer(claim["layer"], place)
    problem = setting.at(at, place)
    layers = problem.layers[:number]
    check_distinct(entries(problem, layers, problem.parameters, bits), place)


def _distinct_projections(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    fields(claim, place + ".claim", "kind layer directions across")
    if type(claim["across"]) is not bool:
        raise Reject(place + ".claim.across", "true or false is expected")
    rows = _projections(setting, claim, at, evidence, place)
    if claim["across"]:
        check_distinct(rows, place)
    else:
        for column in columns(rows):
            check_distinct(column, place)


def _sorted(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind layer directions gamma")
    gamma = _permutation(setting, claim, place)
    sorted_gaps(_projections(setting, claim, at, evidence, place), gamma, place)


def _nonzero_value(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind layer point")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    _without_stage(at, place)
    _, layer = setting.layer(claim["layer"], place)
    if layer.activation is None:
        raise Reject(place, "max-pooling has no activation")
    check_nonzero(layer.activation, rational(claim["point"], place), bits, place)


def _tail(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind layer directions gamma point from")
    number, layer = setting.layer(claim["layer"], place)
    gamma = _permutation(setting, claim, place)
    gaps = sorted_gaps(_projections(setting, claim, at, evidence, place), gamma, place)
    if layer.activation is None:
        raise Reject(place, "max-pooling has no activation")
    document = _activation_document(setting, number)
    parameter = document.get("alpha", 1) if isinstance(document, dict) else 1
    check_tail(
        document,
        layer.activation,
        rational(parameter, place),
        rational(claim["point"], place),
        rational(claim["from"], place),
        gaps,
        read_bits(evidence, place),
        place,
    )


def _projections(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> Any:
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, layer = setting.layer(claim["layer"], place)
    if layer.activation is None:
        raise Reject(place, "max-pooling has no filters")
    directions = rational_rows(
        claim["directions"], place + ".claim.directions", layer.length, layer.filters
    )
    parameters = None if at is None else setting.stages[at]
    return projections(setting.problem, number, directions, parameters, bits)


def _permutation(setting: Setting, claim: Claim, place: str) -> list[int]:
    samples = setting.problem.samples
    gamma = distinct_indices(claim["gamma"], place + ".claim.gamma", samples)
    _, layer = setting.layer(claim["layer"], place)
    if len(gamma) != samples or samples > layer.width:
        raise Reject(place + ".claim.gamma", "it is not a permutation of N <= n_l samples")
    return gamma


def _activation_document(setting: Setting, number: int) -> Any:
    return setting.problem.document["network"]["layers"][number - 1]["activation"]


def _without_stage(at: Any, place: str) -> None:
    if at is not None:
        raise Reject(place + ".at", "this claim depends on no parameters: null is expected")


def _no_check(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    raise Reject(place + ".evidence", "this claim follows by a rule only")


CHECKS: dict[str, Callable[[Setting, Claim, Any, Any, str], None]] = {
    "assumption": _assumption,
    "full-rank": _full_rank,
    "generic-full-rank": _generic,
    "condition": _condition,
    "activation": _activation,
    "distinct-projections": _distinct_projections,
    "distinct-entries": _distinct_entries,
    "sorted": _sorted,
    "nonzero-value": _nonzero_value,
    "tail-dominated": _tail,
    "together": _no_check,
}


# The rules: claims that follow from the steps that are used.


def _conjunction(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    if fields(claim, place + ".claim", "kind claims")["kind"] != "together":
        raise Reject(place, "a conjunction shows a claim of kind together")
    parts = listed(claim["claims"], place + ".claim.claims")
    if not parts or not all(any(step.says(part, at) for step in used) for part in parts):
        raise Reject(place, "a part is not among the steps used, at the same stage")


def _unchanged(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    if at is None or len(used) != 1 or used[0].at is None or not used[0].says(claim, used[0].at):
        raise Reject(place, "the step used is not the same claim at another stage")
    if claim["kind"] == "full-rank":
        last = claim["matrix"]["layer"]
    elif claim["kind"] == "distinct-entries":
        last = claim["layer"]
    else:
        raise Reject(place, "it is not known on which layers this claim depends")
    if setting.stages[used[0].at][:last] != setting.stages[at][:last]:
        raise Reject(place, f"the parameters of layers 1 to {last} differ")


def _witness(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    _without_stage(at, place)
    if claim["kind"] != "generic-full-rank":
        raise Reject(place, "a witness shows a claim of kind generic-full-rank")
    point = {**claim, "kind": "full-rank"}
    if not any(step.at is not None and step.says(point, step.at) for step in used):
        raise Reject(place, "full rank at a stage is not among the steps used")
    # The matrix was read when that step was checked.
    if claim["matrix"]["what"] != "features":
        raise Reject(place, "this rule is about features")
    for layer in range(1, claim["matrix"]["layer"] + 1):
        analytic = {"kind": "activation", "layer": layer, "property": "analytic"}
        if not any(step.says(analytic, None) for step in used):
            raise Reject(place, f"that layer {layer} is analytic is not among the steps used")


RULES: dict[str, Callable[[Setting, Claim, Any, list[Shown], str], None]] = {
    "conjunction": _conjunction,
    "unchanged": _unchanged,
    "witness": _witness,
}


# What the last step of a proof has to claim.


def _rank_claim(problem: Problem, what: str, layer: int, kind: str = "full-rank") -> Claim:
    rows = problem.samples if what == "features" else problem.layers[layer - 1].below
    matrix = {"what": what, "layer": layer}
    return {
        "kind": kind,
        "matrix": matrix,
        "rows": rows,
        "columns": problem.layers[layer - 1].width,
    }


def _weights_claims(setting: Setting) -> list[Claim]:
    layers = enumerate(setting.problem.layers[: setting.k], 1)
    numbers = [number for number, layer in layers if layer.activation is not None]
    return [_rank_claim(setting.problem, "weights", number) for number in numbers]


def _is_assumption(identifier: str) -> Callable[[Setting, Shown], bool]:
    def conclusion(setting: Setting, last: Shown) -> bool:
        return last.says({"kind": "assumption", "id": identifier, "holds": True}, None)

    return conclusion


def _all_satisfy_3_2(setting: Setting, last: Shown) -> bool:
    layers = enumerate(setting.problem.layers[: setting.k], 1)
    wanted = [
        {"kind": "activation", "layer": number, "property": "nh18-3.2"}
        for number, layer in layers
        if layer.activation is not None
    ]
    return bool(wanted) and last.says({"kind": "together", "claims": wanted}, None)


def _generic_weights(setting: Setting, last: Shown) -> bool:
    wanted = _rank_claim(setting.problem, "weights", setting.k, "generic-full-rank")
    return last.says(wanted, None)


def _distinct_features(setting: Setting, last: Shown) -> bool:
    wanted = [*_weights_claims(setting), {"kind": "distinct-entries", "layer": setting.k}]
    return _attains(last, wanted)


def _independent_features(setting: Setting, last: Shown) -> bool:
    if setting.problem.layers[setting.k - 1].width < setting.problem.samples:
        return False
    wanted = [*_weights_claims(setting), _rank_claim(setting.problem, "features", setting.k)]
    return _attains(last, wanted)


def _attains(last: Shown, wanted: list[Claim]) -> bool:
    """All of these at one stage of the parameters."""
    if last.claim["kind"] != "together" or last.at is None:
        return False
    parts = [_text(part) for part in last.claim["claims"]]
    return all(_text(claim) in parts for claim in wanted)


def _almost_everywhere(setting: Setting, last: Shown) -> bool:
    if setting.problem.layers[setting.k - 1].width < setting.problem.samples:
        return False
    wanted = _rank_claim(setting.problem, "features", setting.k, "generic-full-rank")
    return last.says(wanted, None)


CONCLUSIONS: dict[str, Callable[[Setting, Shown], bool]] = {
    "NH18:Asm3.1": _is_assumption("NH18:Asm3.1"),
    "NH18:Asm2.4": _is_assumption("NH18:Asm2.4"),
    "NH18:Asm3.2": _all_satisfy_3_2,
    "NH18:Lem2.5": _generic_weights,
    "NH18:LemD.1": _distinct_features,
    "NH18:Thm3.4": _independent_features,
    "NH18:Thm3.5": _almost_everywhere,
}
