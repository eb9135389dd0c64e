"""The claims of NH18's proof scripts that are its own, as steps of section 10 of the format.

The steps about det A(alpha) for all larger alpha by an M-matrix or by a distance to the limit, and
Leibniz sums, are left out: no conclusion rests on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactland.certificate.proof_claims import BITS, GIVEN, Encoded, matrix_json
from exactland.certificate.proof_claims_nh17 import encoded as encoded_nh17
from exactland.model.problem_file import number_text
from exactland.papers.nh18 import activation_bounds, backpropagation, definitions, fit
from exactland.papers.nh18 import singular_values as norms
from exactland.proof.script import Fact, Walkthrough

Json = Any
_IN_BITS = {"bits": 2 * BITS}


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact of NH18's own claims; None for others and for those left out."""
    found = _of_layer(claim) or _of_activation(claim) or _at_parameters(walk, claim)
    # Lemma 3.3 has the growth of softplus from NH17.
    return found or encoded_nh17(walk, fact, claim, used)


def _of_layer(claim: Any) -> Encoded | None:
    """Definitions 2.1 to 2.3, the formulas of Lemma H.1 and Corollary 3.6."""
    document: Json
    match claim:
        case definitions.LayerIdentity(k=k):
            return Encoded({"kind": "layer-identity", "layer": k}, {})
        case definitions.LayerAsDefined(k=k, inputs=inputs, layer=layer):
            document = {"kind": "layer-as-defined", "layer": k, "inputs": matrix_json(inputs)}
            return Encoded({**document, "W": matrix_json(layer.W), "b": _vector(layer.b or ())}, {})
        case definitions.LargestEntries(k=k, inputs=inputs):
            document = {"kind": "largest-entries", "layer": k, "inputs": matrix_json(inputs)}
            return Encoded(document, {})
        case backpropagation.BackpropagationIdentity(layer=k):
            return Encoded({"kind": "backpropagation", "layer": k}, {})
        case fit.Fitted(k=k, y=y, weights=weights):
            document = {"kind": "fitted", "layer": k, "targets": _vector(y)}
            return Encoded({**document, "weights": _vector(weights)}, _IN_BITS)
        case fit.FittedByRank(k=k, y=y):
            document = {"kind": "fitted-by-rank", "layer": k, "targets": _vector(y)}
            return Encoded(document, {"rule": "fitted"})
    return None


def _of_activation(claim: Any) -> Encoded | None:
    """Lemma 3.3."""
    match claim:
        case activation_bounds.ReluBounds(k=k):
            return Encoded({"kind": "growth", "layer": k, "rho": ["1", "1", "1", "1"]}, {})
        case activation_bounds.SigmoidLimits(k=k):
            return Encoded({"kind": "limits", "layer": k, "limits": ["0", "1"]}, {})
    return None


def _at_parameters(walk: Walkthrough, claim: Any) -> Encoded | None:
    """Claims that name the parameters they are about."""
    document: Json
    match claim:
        case backpropagation.GradientOfInstance(layer=k, parameters=parameters, exact=exact):
            tolerance = 0 if exact else number_text(backpropagation.TOLERANCE)
            document = {"kind": "gradients", "layer": k, "loss": "half-squared"}
            found = Encoded({**document, "tolerance": tolerance}, _IN_BITS)
        case norms.NormBounds(k=k, parameters=parameters, low=low, high=high, matrices=matrices):
            document = {"kind": "norm-bounds", "layer": k, "matrices": matrices}
            ends = {"low": number_text(low), "high": number_text(high)}
            found = Encoded({**document, **ends}, _IN_BITS)
        case _:
            return None
    given: Any = walk.problem.parameters
    same = given is not None and tuple(given) == tuple(parameters)
    return found.at(GIVEN if same else parameters)


def _vector(values: Any) -> list[Json]:
    return [number_text(value) for value in values]
