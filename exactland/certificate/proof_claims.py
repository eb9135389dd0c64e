"""The claims that the proof scripts of several papers share, as steps of section 10 of the format.

``encoded`` answers None for a claim that the format does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq

from exactland.certificate.encode import claim_document, evidence_document
from exactland.conditions import claims as known
from exactland.conditions.finding import Finding
from exactland.functions.activations import Activation
from exactland.functions.expression import parse
from exactland.functions.facts import limits
from exactland.functions.monotonicity import direction
from exactland.functions.properties import defined_everywhere
from exactland.model.problem_file import number_text
from exactland.proof import claims
from exactland.proof.cited import THEOREMS
from exactland.proof.script import Fact, Grounds, Walkthrough

Json = Any
#: ``at`` of a claim about the problem's own parameters.
GIVEN = "given"
#: Claims with evidence of their own that rest on a cited theorem among the steps that they use.
RESTING = ("generic-full-rank",)
#: Bits of the checker's intervals for comparisons that are not rational.
BITS = 256
#: The most that the format has.
MOST_BITS = 65536

#: Conditions of the format by the checks that the scripts name.
CONDITIONS = {
    "proof.instance.wide_layer": "wide-layer",
    "proof.instance.almost_wide_layer": "almost-wide-layer",
    "proof.instance.first_and_kth_not_pooling": "first-and-last-weights",
    "proof.instance.biases_of_their_own": "own-biases",
    "proof.instance.without_biases": "no-biases",
    "proof.instance.wide_last_hidden_layer": "wide-last-hidden-layer",
    "proof.instance.fully_connected": "dense",
    "proof.instance.distinct_samples": "distinct-samples",
    "papers.nh18.constructions.first_layer_not_pooling": "first-weights",
    "papers.nh18.fit.scalar_output": "one-output",
    "papers.nh18.fit.scalar_targets": "one-target",
    "papers.nh18.backpropagation.layer_above": "layer-above",
    "papers.nh18.constructions.layer_with_weights": "layer-weights",
    "proof.instance.no_pooling": "weights-up-to-k",
}
#: Those that the format has for every layer; the others are about layer k or about no layer.
OF_EVERY_LAYER = (
    "wide-layer", "almost-wide-layer", "first-and-last-weights", "layer-weights",
    "weights-up-to-k", "parameters",
)  # fmt: skip
#: Properties of activations: all of the format's own rules, or those of the table there.
PROPERTIES = {
    "functions.facts.analytic": "analytic",
    "functions.facts.continuous": "continuous",
    "functions.facts.non_constant": "non-constant",
    "functions.facts.strictly_increasing": "increasing",
    "functions.facts.bounded": "bounded",
    "functions.facts.nh18_assumption_3_2": "nh18-3.2",
    "functions.facts.nh17_assumption_3_2": "nh17-3.2",
}
#: The named activations that the format has these properties of, by a table or by section 11.
_BOUNDED_INCREASING = ("sigmoid", "tanh", "arctan", "erf", "softsign", "r1")
_GROWTH = (
    "relu", "relu6", "sigmoid", "softplus", "gaussian", "silu", "gelu", "mish", "dyadic-softplus",
    "leaky-relu",
)  # fmt: skip
NAMED = {
    "increasing": (*_BOUNDED_INCREASING, "identity", "exp", "softplus"),
    "bounded": (
        *_BOUNDED_INCREASING, "relu6", "hard-sigmoid", "sin", "cos", "lorentz", "gaussian",
    ),
    "nh18-3.2": (*_GROWTH, "lorentz", "r1", "hard-sigmoid"),
    "nh17-3.2": ("sigmoid", "tanh", "arctan", "erf", "softplus"),
}  # fmt: skip


@dataclass(frozen=True)
class Encoded:
    """A claim and its evidence as JSON; the parameters it is about, GIVEN, or None."""

    claim: Json
    evidence: Json
    parameters: Any = None

    def at(self, parameters: Any) -> Encoded:
        """The same at these parameters."""
        return replace(self, parameters=parameters)


def placed(claim: Any) -> tuple[Any, Any]:
    """The parameters that a claim is about, and the claim itself."""
    if isinstance(claim, claims.At):
        return claim.parameters, claim.claim
    if isinstance(claim, claims.Attained):
        return claim.parameters, claims.Together(claim.claims)
    return None, claim


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact, apart from its parameters and uses; None if the format has none."""
    document = claim_json(walk, claim)
    evidence = None if document is None else _evidence(fact, claim)
    return None if evidence is None else Encoded(document, evidence)


def claim_json(walk: Walkthrough, claim: Any) -> Json | None:
    """A claim of section 10 as JSON."""
    match claim:
        case known.Assumption() | known.FullRank() | known.GenericFullRank():
            document = claim_document(claim)
            del document["words"]
            return document
        case claims.Cited(theorem=theorem):
            return {"kind": "cited", "theorem": theorem} if theorem in THEOREMS else None
        case claims.AlmostEverywhere(matrix=matrix, rows=rows, columns=columns):
            return claim_json(walk, known.GenericFullRank(matrix, rows, columns))
        case claims.HypothesisHolds(check=check, layer=layer) if check in CONDITIONS:
            return _condition(CONDITIONS[check], None if layer == walk.k else layer)
        case claims.HypothesisHolds(check=check, layer=layer) if check in PROPERTIES:
            return activation_json(walk, layer or walk.k, PROPERTIES[check])
        case claims.DistinctProjections(k=k, directions=q, across=across):
            return {**_directed("distinct-projections", k, q), "across": across}
        case claims.DistinctEntries(k=k):
            return {"kind": "distinct-entries", "layer": k}
        case claims.Sorts(k=k, directions=q, gamma=gamma):
            return {**_directed("sorted", k, q), "gamma": list(gamma)}
        case claims.NonZeroValue(k=k, beta=beta):
            return {"kind": "nonzero-value", "layer": k, "point": number_text(beta)}
        case claims.TailDominated(k=k, directions=q, gamma=gamma, beta=beta, alpha_0=alpha):
            if activation_of(walk, k).name not in _GROWTH:
                return None
            ends = {"point": number_text(beta), "from": number_text(alpha)}
            return {**_directed("tail-dominated", k, q), "gamma": list(gamma), **ends}
    return None


def _condition(name: str, layer: int | None) -> Json | None:
    """A condition, on layer k for None; None where the format has none on this layer."""
    if layer is None:
        return {"kind": "condition", "name": name}
    elsewhere = {"kind": "condition", "name": name, "layer": layer}
    return elsewhere if name in OF_EVERY_LAYER else None


def activation_json(walk: Walkthrough, layer: int, property: str) -> Json | None:
    """The claim that the activation of a layer has a property; None if the format has no reason."""
    named, sigma = NAMED.get(property), activation_of(walk, layer)
    if not is_plain(sigma):
        return None
    if named is not None and sigma.name not in named and not _is_seen(sigma, property):
        return None
    return {"kind": "activation", "layer": layer, "property": property}


def is_plain(sigma: Activation) -> bool:
    """Whether the format sees that it is defined everywhere, and so by which rules it goes on."""
    return sigma.name != "expr" or defined_everywhere(parse(sigma.text)).holds is True


def _is_seen(sigma: Activation, property: str) -> bool:
    """Whether the rules of section 11 of the format show a property of an expression or polynomial.

    They know no bound but those by finite limits, and no polynomial beyond its monotone parts.
    """
    if sigma.definition is None or sigma.name not in ("expr", "power", "polynomial"):
        return False
    ends = all(end is not None and end.is_finite for end in limits(sigma))
    rising = direction(sigma.definition) is not None
    return {"increasing": rising, "nh17-3.2": rising and ends}.get(property, ends)


def activation_of(walk: Walkthrough, layer: int) -> Activation:
    """The activation of a layer that has one, as its entry in the table if it is one."""
    found: Any = walk.problem.sequential.layer(layer)
    sigma: Activation = found.activation.known_as
    return sigma


def _directed(kind: str, k: int, directions: Any) -> dict[str, Json]:
    return {"kind": kind, "layer": k, "directions": matrix_json(directions)}


def _evidence(fact: Fact, claim: Any) -> Json | None:
    """What the checker is given: a rule, the bits of its intervals, or a finding's evidence."""
    match claim:
        case claims.AlmostEverywhere():
            return {"rule": "witness"}
        case claims.HypothesisHolds() | claims.Cited():
            return {}
    if fact.grounds.kind == "logic":
        return {"rule": "unchanged"}
    finding = fact.grounds.evidence
    if isinstance(finding, Finding) and finding.established is not None:
        return evidence_document(finding.established, finding.evidence)
    if isinstance(claim, known.Assumption | known.FullRank | known.GenericFullRank):
        return None
    return in_bits(fact)


def in_bits(fact: Fact, least: int = BITS) -> Json:
    """The bits of the checker's intervals: at least twice those of the balls that decided it."""
    found = fact.grounds.evidence
    while isinstance(found, Grounds):
        found = found.evidence
    used = 2 * found if type(found) is int else 0
    return {"bits": min(max(least, used), MOST_BITS)}


def matrix_json(rows: Any) -> Json:
    return [[number_text(fmpq(value)) for value in row] for row in rows]
