"""Is every step of a proof certificate true? Plain answers that share nothing with the checker.

``judge_steps`` looks at the claim of each step, at the problem and at the parameters of its stage;
of the evidence and of the rules it knows nothing. For almost all parameters means: at random ones;
for every alpha: at many. So True is overwhelming evidence, and False mostly a counterexample.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import oracle
import proof_oracle_activations as activations
import proof_oracle_conditions as conditions
import proof_oracle_derivatives as derivatives
import proof_oracle_families as families
import proof_oracle_null_sets as null_sets
import proof_oracle_points as points
import proof_oracle_ranks as ranks
from plain_network import Document, Unclear, Undefined
from proof_conclusions import CONCLUSIONS
from proof_view import Judge, Judgement, View

#: Keys of a claim whose values are true or false; nothing else is.
FLAGS = {"holds", "across", "bounded", "mirrored", "matrices"}


def _assumption(view: View, claim: Document, at: Any) -> Judgement:
    sequential = claim["id"] in ("NH18:Asm3.1", "NH18:Asm2.4")
    if sequential and "layers" not in view.problem["network"]:
        return False
    if claim["id"] == "NMH19:Asm1.3" and "units" not in view.problem["network"]:
        return False
    return oracle.judge({"claim": claim, "problem": view.problem, "evidence": {}})


def _together(view: View, claim: Document, at: Any) -> Judgement:
    """All of these; a part that depends on no parameters holds at the stage too."""
    if not claim["claims"]:
        return False
    judged = [judge_claim(view, part, at) for part in claim["claims"]]
    return False if False in judged else None if None in judged else True


#: How the claims of each kind are judged. A kind that is not here is out of sight.
JUDGES: dict[str, Judge] = {
    "assumption": _assumption,
    "condition": conditions.condition,
    "named-activation": conditions.named_activation,
    "residual-loss": conditions.residual_loss,
    "together": _together,
    "activation": activations.activation,
    "analytic-outputs": activations.analytic_outputs,
    "backpropagation": derivatives.backpropagation,
    "gradients": derivatives.gradients,
    "growth": activations.growth,
    "affine": ranks.affine,
    "dense": ranks.generic_full_rank,
    "fitted": ranks.fitted,
    "fitted-by-rank": ranks.fitted_by_rank,
    "full-rank": ranks.full_rank,
    "generic-full-rank": ranks.generic_full_rank,
    "near": ranks.near,
    "determinant-at": points.determinant_at,
    "differentiable": points.differentiable,
    "inequality": points.inequality,
    "permutation-terms": points.permutation_terms,
    "rank": ranks.rank,
    "above-limit": families.above_limit,
    "distinct-entries": families.distinct_entries,
    "distinct-projections": families.distinct_projections,
    "distinct-rows": families.distinct_rows,
    "family-determinant": families.family_determinant,
    "increasing": families.increasing,
    "limit-determinant": families.limit_determinant,
    "nonzero-value": families.nonzero_value,
    "sorted": families.sorts,
    "tail-determinant": families.tail_determinant,
    "tail-dominated": families.tail,
    "tail-nonsingular": families.tail_nonsingular,
    "triangular-tail": families.triangular_tail,
    "cited": null_sets.cited,
    "analytic-minor": null_sets.analytic_minor,
    "nonzero-minor": null_sets.nonzero_minor,
    "minor-null": null_sets.minor_null,
}


def view_of(document: Document) -> View:
    claim, evidence = document["claim"], document["evidence"]
    return View(document["problem"], evidence["parameters"], claim["layer"])


def judge_claim(view: View, claim: Document, at: Any) -> Judgement:
    """Whether a claim is true at a stage: True, False, or None where it is out of sight."""
    judge = JUDGES.get(claim["kind"])
    if judge is None:
        return None
    if not _is_typed(claim):
        return False
    try:
        return judge(view, claim, at)
    except Undefined:
        return False
    except (Unclear, OverflowError, ZeroDivisionError):
        return None
    except (LookupError, TypeError, ValueError, AttributeError):  # not even well formed
        return False


def _is_typed(claim: Document) -> bool:
    """True and false stand where the format has them, and nowhere else."""
    return all((key in FLAGS) == isinstance(value, bool) for key, value in _values(claim))


def _values(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _values(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _values(part, key)
    else:
        yield key, value


Memory = dict[str, Judgement]


def judge_steps(document: Document, memory: Memory) -> list[Judgement]:
    """The judgement of every step; ``memory`` keeps those of the same claim of the same problem."""
    view, found = view_of(document), []
    for step in document["evidence"]["steps"]:
        key = _key(view, step)
        if key not in memory:
            memory[key] = judge_claim(view, step["claim"], step["at"])
        found.append(memory[key])
    return found


def _key(view: View, step: Document) -> str:
    at = step["at"]
    parameters = None if at is None else view.raw_parameters(at)
    problem = {**view.problem, "parameters": view.problem.get("parameters")}
    # For almost all parameters the stages are places to look at; conditions are about layer k.
    generic = view.stages if at is None else None
    return json.dumps([problem, view.k, at == "given", parameters, generic, step["claim"]])


def judge_single(document: Document, memory: Memory) -> Judgement:
    """The claim of a single step by itself, at its own parameters; True for a statement's proof."""
    claim = document["claim"]
    if claim["kind"] != "step":
        return True
    at = claim["at"]
    stages = [] if at is None or at == "given" else [at]
    step = {"claim": claim["step"], "at": 0 if stages else at}
    evidence = {"parameters": document["evidence"]["parameters"], "steps": [step]}
    if stages:
        evidence["parameters"] = stages
    return judge_steps({**document, "evidence": evidence}, memory)[0]


def _is_the_claim(document: Document, last: Document) -> bool:
    """Whether a single step is the last one, and at its parameters."""
    claim, at = document["claim"], last["at"]
    if type(at) is int:
        at = document["evidence"]["parameters"][at]
    return _text(claim["step"]) == _text(last["claim"]) and _text(claim["at"]) == _text(at)


def _text(value: Any) -> str:
    """JSON: true and 1 are equal in Python."""
    return json.dumps(value, sort_keys=True)


def is_concluded(document: Document) -> bool:
    """Whether the last step is about what the statement says, or is the step that is claimed."""
    last, view = document["evidence"]["steps"][-1], view_of(document)
    if document["claim"]["kind"] == "step":
        return _is_the_claim(document, last)
    test = CONCLUSIONS.get(document["claim"]["statement"])
    try:
        return test is not None and test(view, last["claim"], last["at"])
    except (LookupError, TypeError, ValueError, Undefined):
        return False
