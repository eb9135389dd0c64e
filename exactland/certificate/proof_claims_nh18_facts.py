"""What NH18's statements speak of, and Lemmas H.2 and H.3, as steps of section 10."""

from __future__ import annotations

from typing import Any

from exactland.certificate.proof_claims import BITS, GIVEN, Encoded, in_bits
from exactland.model.problem_file import number_text
from exactland.papers.nh18 import activation_bounds, backpropagation, definitions
from exactland.papers.nh18 import singular_values as norms
from exactland.proof.script import Fact, Walkthrough

Json = Any
#: The format's words for the kinds of layers.
KINDS = {"convolutional": "convolution", "fully connected": "dense", "max-pooling": "max-pooling"}


def encoded(walk: Walkthrough, fact: Fact, claim: Any) -> Encoded | None:
    """The step of such a fact; None for others."""
    return _of_setting(walk, fact, claim) or _of_norms(fact, claim, walk)


def _of_setting(walk: Walkthrough, fact: Fact, claim: Any) -> Encoded | None:
    """Layers by their kinds, activations by name, and what Lemma H.1 asks of the layers above k."""
    match claim:
        case definitions.LayerKind(k=k, kind=kind) if kind in KINDS:
            return Encoded({"kind": "layer-kind", "layer": k, "is": KINDS[kind]}, {})
        case activation_bounds.NamedInLemma(k=k):
            names = ["relu", "sigmoid", "softplus"]
            return Encoded({"kind": "named-activation", "layer": k, "names": names}, {})
        case backpropagation.NoPoolingAbove(k=k) if k == walk.k:
            return Encoded({"kind": "condition", "name": "linear-above"}, {})
        case backpropagation.SlopesExist(layer=layer, parameters=parameters):
            document = {"kind": "differentiable", "layer": layer}
            return placed(walk, Encoded(document, in_bits(fact, 2 * BITS)), parameters)
        case backpropagation.Targets():
            return Encoded({"kind": "condition", "name": "targets"}, {})
    return None


def _of_norms(fact: Fact, claim: Any, walk: Walkthrough) -> Encoded | None:
    """Lemmas H.2 and H.3."""
    document: Json
    match claim:
        case norms.BoundedBelow() | norms.BoundedAbove():
            bound, document = claim, _bound(claim)
        case norms.Sharp(bound=bound, vector=vector):
            document = {**_bound(bound), "vector": [number_text(value) for value in vector]}
            document["kind"] = document["kind"].replace("bounded", "sharp")
        case norms.NormBounds(k=k, low=low, high=high, matrices=matrices):
            document = {"kind": "norm-bounds", "layer": k, "matrices": matrices}
            document.update(low=number_text(low), high=number_text(high))
            return placed(walk, Encoded(document, {"rule": "sharp-bounds"}), claim.parameters)
        case _:
            return None
    # Entries of A may be as small as the root of the lower bound.
    smallest = bound.low if isinstance(bound, norms.BoundedBelow) else bound.high
    bits = 2 * BITS + 2 * int(smallest.q.bit_length())
    return placed(walk, Encoded(document, in_bits(fact, bits)), bound.parameters)


def _bound(claim: Any) -> Json:
    if isinstance(claim, norms.BoundedBelow):
        return {"kind": "bounded-below", "layer": claim.k, "low": number_text(claim.low)}
    return {"kind": "bounded-above", "layer": claim.k, "high": number_text(claim.high)}


def placed(walk: Walkthrough, found: Encoded, parameters: Any) -> Encoded:
    given: Any = walk.problem.parameters
    same = given is not None and tuple(given) == tuple(parameters)
    return found.at(GIVEN if same else parameters)
