"""Steps about the network: assumptions, conditions, activations, ranks (section 10)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..activations import Activation
from ..assumptions import assumption
from ..canonical import fields, rational, text
from ..claims import full_rank, generic_full_rank
from ..enclosing import enclosed
from ..expression import Variable
from ..intervals import Interval
from ..outcome import Decline, Reject
from ..problem import Layer
from ..properties import is_analytic
from ..work import VALUE, spend
from .comparisons import growth, satisfies_assumption_3_2
from .half_lines import direction_on_line, limit
from .setting import Claim, Setting, activated, no_evidence, without_stage
from .shapes import constant_sign, is_finite
from .statement_facts import conditions_of_layers, require_constants

#: The conditions that may name another layer than the k of the claim.
ABOUT_LAYER_K = (
    "wide-layer", "almost-wide-layer", "first-and-last-weights", "layer-weights",
    "weights-up-to-k", "parameters",
)  # fmt: skip
#: Fractional bits of the intervals that tell values of an activation apart.
VALUE_BITS = 1024
#: Named activations that are strictly increasing, and that are bounded, on R.
INCREASING = ("identity", "sigmoid", "tanh", "arctan", "erf", "exp", "softsign", "r1", "softplus")
BOUNDED = (
    "relu6", "hard-sigmoid", "sigmoid", "tanh", "arctan", "erf", "sin", "cos", "softsign", "r1",
    "lorentz", "gaussian",
)  # fmt: skip


def check_assumption(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind id holds")
    if claim["holds"] is not True:
        raise Reject(place + ".claim.holds", "true is expected")
    without_stage(at, place)
    assumption(setting.problem, {**claim, "words": ""}, evidence)


def check_full_rank(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind matrix rows columns")
    full_rank(setting.constructed(at, place), {**claim, "words": ""}, evidence)


def check_generic(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind matrix rows columns")
    without_stage(at, place)
    generic_full_rank(setting.problem, {**claim, "words": ""}, evidence)


def check_condition(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind name", "layer")
    no_evidence(evidence, place)
    without_stage(at, place)
    layers, k = setting.problem.layers, setting.k
    samples = setting.problem.samples
    spend(20 * VALUE + VALUE * (5 * len(layers) + samples * len(setting.problem.inputs[0])))
    if not layers:
        raise Reject(place, "this condition is about a sequential network")
    if "layer" in claim:
        text(claim["name"], place + ".claim.name", ABOUT_LAYER_K)
        k, _ = setting.layer(claim["layer"], place)
    holds = {
        "wide-layer": layers[k - 1].width >= samples,
        "almost-wide-layer": layers[k - 1].width >= samples - 1,
        "first-and-last-weights": all(layers[j].activation is not None for j in (0, k - 1)),
        "layer-weights": layers[k - 1].activation is not None,
        "weights-up-to-k": all(layer.activation is not None for layer in layers[:k]),
        "parameters": _has_parameters(setting, k),
        "own-biases": all(map(_has_own_biases, layers)),
        "no-biases": all(layer.bias == "none" for layer in layers if layer.activation),
        "wide-last-hidden-layer": len(layers) > 1 and layers[-2].width >= samples,
        "dense": all(layer.kind == "dense" for layer in layers),
        "distinct-samples": len({tuple(row) for row in setting.problem.inputs}) == samples,
        **conditions_of_layers(setting),
    }
    name = text(claim["name"], place + ".claim.name", list(holds))
    if not holds[name]:
        raise Reject(place, f"the condition {name} fails")


def _has_own_biases(layer: Layer) -> bool:
    """A bias for each neuron; with one place a bias for each filter is that."""
    single = layer.bias == "filter" and layer.width == layer.filters
    return layer.activation is None or layer.bias == "neuron" or single


def _has_parameters(setting: Setting, k: int) -> bool:
    """Whether the problem gives the parameters of the layers 1 to k."""
    given = setting.problem.parameters
    pairs = zip(setting.problem.layers[:k], given or [None] * k, strict=False)
    return all(layer.activation is None or found is not None for layer, found in pairs)


def check_activation(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind layer property")
    no_evidence(evidence, place)
    without_stage(at, place)
    number, layer = setting.layer(claim["layer"], place)
    sigma = activated(layer, place)
    wanted = text(claim["property"], place + ".claim.property", list(PROPERTIES))
    if not PROPERTIES[wanted](sigma, setting.activation_document(number)):
        raise Reject(place, f"the activation of layer {number} is not shown to be {wanted}")


#: Whether an activation, also as its JSON, has a property.
PROPERTIES: dict[str, Callable[[Activation, Any], bool]] = {
    "analytic": lambda sigma, value: is_analytic(sigma.definition),
    # Whatever the grammar has and is defined everywhere is continuous.
    "continuous": lambda sigma, value: sigma.is_total,
    "non-constant": lambda sigma, value: _takes_two_values(sigma),
    "increasing": lambda sigma, value: is_increasing(sigma, value),
    "bounded": lambda sigma, value: _is_bounded(sigma, value),
    "identity": lambda sigma, value: isinstance(sigma.definition, Variable),
    "nh18-3.2": lambda sigma, value: satisfies_assumption_3_2(value, "") or _has_clause_1(sigma),
    "nh18-3.2-1": lambda sigma, value: _has_clause_1(sigma),
    "finite-limits": lambda sigma, value: has_finite_limits(sigma) and _takes_two_values(sigma),
    "nh17-3.2": lambda sigma, value: (
        is_analytic(sigma.definition)
        and is_increasing(sigma, value)
        and (_is_bounded(sigma, value) or growth(value, "") is not None)
    ),
}


def is_increasing(sigma: Activation, value: Any) -> bool:
    """By name, or where section 11 shows that it increases strictly on R."""
    shown = sigma.is_total and direction_on_line(sigma.definition, strictly=True) == 1
    return shown or _name(value) in INCREASING


def _is_bounded(sigma: Activation, value: Any) -> bool:
    """By name, or as a continuous function with finite limits."""
    return has_finite_limits(sigma) or _name(value) in BOUNDED


def has_finite_limits(sigma: Activation) -> bool:
    """Whether sigma is continuous with finite limits at both ends."""
    return sigma.is_total and all(is_finite(limit(sigma.definition, side)) for side in (-1, 1))


def _has_clause_1(sigma: Activation) -> bool:
    """NH18 Assumption 3.2 with finite limits, one of which is 0."""
    ends = [limit(sigma.definition, side) for side in (-1, 1)]
    vanishes = any(constant_sign(end) == 0 for end in ends)
    return vanishes and has_finite_limits(sigma) and _takes_two_values(sigma)


def _takes_two_values(sigma: Activation) -> bool:
    """Whether intervals tell the values at two of a few points apart."""
    values: list[Interval] = []
    for point in [Fraction(n, 2) for n in range(-16, 17)]:
        try:
            values.append(enclosed(sigma.definition, point, point, VALUE_BITS))
        except (Reject, Decline):
            continue  # undefined or out of reach there: another point has to do
    return bool(values) and max(lo for lo, _ in values) > min(hi for _, hi in values)


def _name(value: Any) -> str:
    return str(value.get("name") if isinstance(value, dict) else value)


def check_analytic_outputs(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """f_1(x), ..., f_l(x) are analytic in the parameters: weights and analytic activations."""
    fields(claim, place + ".claim", "kind layer")
    no_evidence(evidence, place)
    without_stage(at, place)
    number, _ = setting.layer(claim["layer"], place)
    for layer in setting.problem.layers[:number]:
        if not is_analytic(activated(layer, place).definition):
            raise Reject(place, "an activation is not shown to be analytic")


def check_growth(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """|sigma(t)| <= rho_1 exp(rho_2 t) for t < 0 and <= rho_3 t + rho_4 for t >= 0."""
    fields(claim, place + ".claim", "kind layer rho")
    no_evidence(evidence, place)
    without_stage(at, place)
    number, layer = setting.layer(claim["layer"], place)
    activated(layer, place)
    document = setting.activation_document(number)
    known = growth(document, place)
    if known is None:
        raise Reject(place, "there are no constants of growth for this activation")
    parameter = document.get("alpha", 1) if isinstance(document, dict) else 1
    require_constants(claim["rho"], known, rational(parameter, place), place)
