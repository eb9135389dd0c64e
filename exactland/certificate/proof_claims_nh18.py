"""The claims of NH18's proof scripts that are its own, as steps of section 10 of the format.

Of a Leibniz sum the certificate keeps that it is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactland.certificate.proof_claims import BITS, Encoded, in_bits, matrix_json
from exactland.certificate.proof_claims_nh17 import encoded as encoded_nh17
from exactland.certificate.proof_claims_nh18_facts import encoded as encoded_facts
from exactland.certificate.proof_claims_nh18_facts import placed
from exactland.certificate.proof_claims_tails import encoded as encoded_tail
from exactland.model.problem_file import number_text
from exactland.papers.nh18 import activation_bounds, backpropagation, definitions, fit, widths
from exactland.proof.script import Fact, Walkthrough

Json = Any
#: Figure 1: size, stride, padding and channels, link by link; a dense layer has filters of the
#: whole side.
FIGURE_1 = [
    [3, 1, 0, 100], [2, 2, 0, 100], [2, 1, 0, 20], [2, 2, 0, 20], [6, 1, 0, 100], [1, 1, 0, 10],
]  # fmt: skip


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact of NH18's own claims; None for others and for those left out."""
    found = _of_layer(fact, claim) or _of_activation(claim) or _at_parameters(walk, fact, claim)
    found = found or _of_table(claim) or encoded_tail(walk, fact, claim)
    # Lemma 3.3 has the growth of softplus from NH17.
    found = found or encoded_nh17(walk, fact, claim, used)
    return found or encoded_facts(walk, fact, claim)


def _of_layer(fact: Fact, claim: Any) -> Encoded | None:
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
            return Encoded({**document, "weights": _vector(weights)}, in_bits(fact, 2 * BITS))
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


def _at_parameters(walk: Walkthrough, fact: Fact, claim: Any) -> Encoded | None:
    """Claims that name the parameters they are about."""
    document: Json
    match claim:
        case backpropagation.GradientOfInstance(layer=k, parameters=parameters, exact=exact):
            tolerance = 0 if exact else number_text(backpropagation.TOLERANCE)
            document = {"kind": "gradients", "layer": k, "loss": "half-squared"}
            found = Encoded({**document, "tolerance": tolerance}, in_bits(fact, 2 * BITS))
        case _:
            return None
    return placed(walk, found, parameters)


def _of_table(claim: Any) -> Encoded | None:
    """Tables 1 and 2 and Figure 1."""
    document: Json
    match claim:
        case widths.WidthOfTable(network=name, side=side, chain=chain, channels=channels, width=w):
            return _width(name, side, chain, channels, w, widths.IMAGENET)
        case widths.RankOfTable(filters=filters, width=w):
            return _width(f"T_1 = {filters}", 28, ((3, 1, 0),), filters, w, widths.MNIST)
        case widths.EnoughFilters(filters=filters):
            document = {"kind": "least-channels", "side": 26, "channels": filters}
            return Encoded({**document, "samples": widths.MNIST}, {})
        case widths.WidthsOfFigure(widths=all_widths):
            document = {"kind": "widths", "side": 28, "chain": FIGURE_1, "widths": list(all_widths)}
            return Encoded(document, {})
    return None


def _width(name: str, side: int, chain: Any, channels: int, width: int, samples: int) -> Encoded:
    document: Json = {"kind": "width", "name": name, "side": side, "samples": samples}
    links = [list(link) for link in chain]
    return Encoded({**document, "chain": links, "channels": channels, "width": width}, {})


def _vector(values: Any) -> list[Json]:
    return [number_text(value) for value in values]
