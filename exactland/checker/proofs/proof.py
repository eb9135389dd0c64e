"""Proofs (section 10): a list of steps, each checked by itself, citing earlier steps only.

A step that has been checked is a :class:`Shown`; the last one has to be the conclusion of the
statement on this instance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..canonical import distinct_indices, fields, listed, natural, text
from ..outcome import Proved, Reject
from ..problem import Problem, read_parameters
from . import (
    calculus,
    cited,
    directions,
    families,
    layers,
    minors,
    network,
    ranks,
    series,
    tails,
    units,
    widths,
)
from .conclusions import CONCLUSIONS
from .conclusions_series import SERIES_CONCLUSIONS
from .conclusions_skip import SKIP_CONCLUSIONS
from .rules import RULES
from .setting import Claim, Setting, Shown
from .words import sentence

ALL_CONCLUSIONS = {**CONCLUSIONS, **SERIES_CONCLUSIONS, **SKIP_CONCLUSIONS}


def proof(problem: Problem, claim: Claim, evidence: Any) -> Proved:
    fields(claim, "claim", "kind words statement layer")
    statement = text(claim["statement"], "claim.statement", list(ALL_CONCLUSIONS))
    if bool(problem.units) != (statement in SKIP_CONCLUSIONS):
        raise Reject("problem.network", "the statement is about the other kind of networks")
    k = 0
    if problem.layers:
        k = natural(claim["layer"], "claim.layer", 1, len(problem.layers))
    elif claim["layer"] is not None:
        raise Reject("claim.layer", "null is expected for a skip network")
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
    # No conclusion is a citation; it is said here once more, for all of them.
    if not shown or shown[-1].claim["kind"] == "cited":
        raise Reject("evidence.steps", "a citation alone concludes nothing")
    if not ALL_CONCLUSIONS[statement](setting, shown):
        raise Reject("evidence.steps", "the last step is not the conclusion of the statement")
    where = f", layer {k}" if problem.layers else ""
    return Proved(f"{statement} on this instance{where}: {words}", cited.sentences(shown[-1].rests))


def _check_step(setting: Setting, step: Any, shown: list[Shown], place: str) -> str:
    """Check a step, add it to ``shown`` and return its words."""
    fields(step, place, "claim at uses evidence")
    claim, at = step["claim"], setting.stage(step["at"], place)
    used = [shown[i] for i in distinct_indices(step["uses"], place + ".uses", len(shown))]
    kind = claim.get("kind") if isinstance(claim, dict) else None
    text(kind, place + ".claim.kind", list(CHECKS))
    evidence = step["evidence"]
    rule = evidence.get("rule") if isinstance(evidence, dict) else None
    if rule is None:
        if kind in cited.RESTING:
            cited.require_cited(used, cited.RESTING[str(kind)], place)
        CHECKS[str(kind)](setting, claim, at, evidence, place)
    else:
        fields(evidence, place + ".evidence", "rule")
        RULES[text(rule, place + ".evidence.rule", list(RULES))](setting, claim, at, used, place)
    shown.append(Shown(claim, at, cited.rests_on(claim, used)))
    return sentence(claim, at)


def _no_check(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    raise Reject(place + ".evidence", "this claim follows by a rule only")


#: What checks a claim by itself, by its kind.
CHECKS: dict[str, Callable[[Setting, Claim, Any, Any, str], None]] = {
    "cited": cited.check_cited,
    "assumption": network.check_assumption,
    "full-rank": network.check_full_rank,
    "generic-full-rank": network.check_generic,
    "condition": network.check_condition,
    "activation": network.check_activation,
    "distinct-projections": directions.check_distinct_projections,
    "distinct-entries": directions.check_distinct_entries,
    "sorted": directions.check_sorted,
    "nonzero-value": directions.check_nonzero_value,
    "tail-dominated": directions.check_tail_dominated,
    "distinct-rows": directions.check_distinct_rows,
    "increasing": families.check_increasing,
    "above-limit": families.check_above_limit,
    "limit-determinant": families.check_limit,
    "family-determinant": families.check_family,
    "analytic-outputs": network.check_analytic_outputs,
    "growth": network.check_growth,
    "rank": ranks.check_rank,
    "affine": ranks.check_affine,
    "near": ranks.check_near,
    "backpropagation": calculus.check_backpropagation,
    "gradients": calculus.check_gradients,
    "derivatives": series.check_derivatives,
    "special-nearby": series.check_special_nearby,
    "distinct-coordinate": series.check_distinct_coordinate,
    "vandermonde": series.check_vandermonde,
    "minor": series.check_minor,
    "separating-weight": series.check_separating_weight,
    "moments": series.check_moments,
    "sine-cosine-derivatives": series.check_sine_cosine,
    "distinct-products": series.check_distinct_products,
    "analytic-minor": minors.check_analytic,
    "nonzero-minor": minors.check_nonzero,
    "minor-null": _no_check,
    "few-excluded": _no_check,
    "expansion-nonzero": _no_check,
    "special-dense": _no_check,
    "coincidences-null": _no_check,
    "determinant-null": _no_check,
    "limits": layers.check_limits,
    "layer-identity": layers.check_layer_identity,
    "layer-as-defined": layers.check_layer_as_defined,
    "largest-entries": layers.check_largest_entries,
    "fitted": layers.check_fitted,
    "norm-bounds": layers.check_norm_bounds,
    "fitted-by-rank": _no_check,
    "well-formed": units.check_well_formed,
    "units-as-defined": units.check_units_as_defined,
    "unit-activation": units.check_unit_activation,
    "skip-units": units.check_skip_units,
    "own-biases": units.check_own_biases,
    "backward-path": units.check_backward_path,
    "samples-apart": units.check_samples_apart,
    "independent-columns": units.check_independent_columns,
    "width": widths.check_width,
    "least-channels": widths.check_least_channels,
    "widths": widths.check_widths,
    "triangular-tail": tails.check_triangular,
    "tail-determinant": tails.check_determinant,
    "dense": _no_check,
    "together": _no_check,
}
