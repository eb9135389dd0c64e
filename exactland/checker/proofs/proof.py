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
from ..sentences import words
from ..work import VALUE, spend
from . import (
    calculus,
    cited,
    directions,
    families,
    family_at,
    inequalities,
    layers,
    losses,
    minors,
    network,
    outward,
    ranks,
    statement_facts,
    tails,
)
from .conclusions import CONCLUSIONS
from .rules import RULES
from .setting import Claim, Setting, Shown, as_text


def proof(problem: Problem, claim: Claim, evidence: Any) -> Proved:
    """A statement on this instance: the last step is its conclusion."""
    fields(claim, "claim", "kind words statement layer")
    statement = text(claim["statement"], "claim.statement", list(CONCLUSIONS))
    if problem.units:
        raise Reject("problem.network", "the statement is about the other kind of networks")
    setting = _setting(problem, claim, evidence)
    shown = _shown(setting, evidence)
    if not CONCLUSIONS[statement](setting, shown):
        raise Reject("evidence.steps", "the last step is not the conclusion of the statement")
    return Proved(words(claim, evidence), cited.sentences(shown[-1].rests))


def single_step(problem: Problem, claim: Claim, evidence: Any) -> Proved:
    """One step of a proof: the last step is this claim, at these parameters."""
    fields(claim, "claim", "kind words layer step at")
    setting = _setting(problem, claim, evidence)
    shown = _shown(setting, evidence)
    at = shown[-1].at
    if isinstance(at, int):
        at = evidence["parameters"][at]
    if not shown[-1].says(claim["step"], shown[-1].at):
        raise Reject("claim.step", "it is not the claim of the last step")
    if as_text(at) != as_text(claim["at"]):
        raise Reject("claim.at", "the last step is not at these parameters")
    return Proved(words(claim, evidence), cited.sentences(shown[-1].rests))


def _setting(problem: Problem, claim: Claim, evidence: Any) -> Setting:
    """The layer k of the claim, and the stages of the parameters."""
    k = 0
    if problem.layers:
        k = natural(claim["layer"], "claim.layer", 1, len(problem.layers))
    elif claim["layer"] is not None:
        raise Reject("claim.layer", "null is expected for a skip network")
    for number, layer in enumerate(problem.layers, 1):
        if layer.foreign is not None:
            # The steps speak of convolutions, dense layers and max-pooling as NH18 defines them.
            raise Reject(f"layer {number}", f"{layer.foreign}: no proof is about such a layer")
    fields(evidence, "evidence", "parameters steps")
    stages = [
        read_parameters(problem, value, f"evidence.parameters[{n}]")
        for n, value in enumerate(listed(evidence["parameters"], "evidence.parameters"))
    ]
    return Setting(problem, k, stages)


def _shown(setting: Setting, evidence: Any) -> list[Shown]:
    """All steps, at least one, each checked."""
    shown: list[Shown] = []
    for n, step in enumerate(listed(evidence["steps"], "evidence.steps")):
        _check_step(setting, step, shown, f"evidence.steps[{n}]")
    # No conclusion is a citation; it is said here once more, for all of them.
    if not shown or shown[-1].claim["kind"] == "cited":
        raise Reject("evidence.steps", "a citation alone concludes nothing")
    return shown


def _check_step(setting: Setting, step: Any, shown: list[Shown], place: str) -> None:
    """Check a step and add it to ``shown``."""
    spend(20 * VALUE)
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
    "determinant-at": family_at.check_determinant_at,
    "permutation-terms": family_at.check_permutation_terms,
    "analytic-outputs": network.check_analytic_outputs,
    "growth": network.check_growth,
    "rank": ranks.check_rank,
    "affine": ranks.check_affine,
    "near": ranks.check_near,
    "backpropagation": calculus.check_backpropagation,
    "gradients": calculus.check_gradients,
    "differentiable": calculus.check_differentiable,
    "residual-loss": losses.check_residual_loss,
    "analytic-minor": minors.check_analytic,
    "nonzero-minor": minors.check_nonzero,
    "minor-null": _no_check,
    "fitted": layers.check_fitted,
    "fitted-by-rank": _no_check,
    "triangular-tail": tails.check_triangular,
    "tail-determinant": tails.check_determinant,
    "named-activation": statement_facts.check_named,
    "inequality": inequalities.check_inequality,
    "tail-nonsingular": outward.check_nonsingular,
    "dense": _no_check,
    "together": _no_check,
}
