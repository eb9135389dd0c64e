"""Batch normalisation at fixed statistics, folded exactly into the layer before it.

gamma_t (g - mean_t) / sqrt(variance_t + eps) + beta_t of a pre-activation g is another affine
function of the layer below. With s_t = gamma_t / sqrt(variance_t + eps), the weights of filter t
are multiplied by s_t, and its bias is (b - mean_t) s_t + beta_t.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.arithmetic.exact import exact
from exactland.errors import InputError
from exactland.model.document_parts import keys
from exactland.model.layers import Layer
from exactland.model.messages import shown
from exactland.model.parameters import LayerParameters, rational_list


@dataclass(frozen=True)
class BatchNorm:
    """g -> scale[t] g + shift[t] for filter t."""

    scale: tuple[fmpq, ...]
    shift: tuple[fmpq, ...]

    def folded(self, layer: Layer, given: LayerParameters) -> LayerParameters:
        """The parameters of the layer and this after it, as those of one layer.

        >>> from exactland.model.layers import Dense
        >>> norm = BatchNorm((fmpq(2),), (fmpq(-1),))
        >>> found = norm.folded(Dense(1), LayerParameters([[3], [4]], [5]))
        >>> found.W, found.b
        (((6,), (8,)), (9,))
        """
        filters = layer.filter_count()
        scale, shift = self.scale, self.shift
        W = [[w * s for w, s in zip(row, scale, strict=True)] for row in given.W]
        b = [v * scale[h % filters] + shift[h % filters] for h, v in enumerate(given.b or ())]
        return LayerParameters(W, b)


def batch_norm(
    layer: Layer, document: Mapping[str, Any], place: str
) -> tuple[BatchNorm, dict[str, Any]]:
    """The ``batch-norm`` of a layer's parameters, and the parameters without it.

    ``{"mean", "variance", "eps", "gamma", "beta"}``, numbers a filter; without gamma it is 1,
    without beta 0. InputError for a standard deviation that is not rational.
    """
    own = f"{place}.batch-norm"
    value = document["batch-norm"]
    keys(value, own, ("mean", "variance", "eps"), ("gamma", "beta"))
    filters = layer.filter_count()
    if getattr(layer, "bias", "none") == "none":
        raise InputError(
            own,
            "the layer has no bias to fold it into",
            'write "bias": "filter"; b may be left out here, it is 0',
        )
    lists = {
        key: rational_list(value.get(key, [default] * filters), f"{own}.{key}")
        for key, default in (("mean", 0), ("variance", 1), ("gamma", 1), ("beta", 0))
    }
    for key, found in lists.items():
        if len(found) != filters:
            reason = f"there are {len(found)} for {filters} filters"
            raise InputError(f"{own}.{key}", reason, "give one a filter")
    eps = exact(value["eps"], f"{own}.eps")
    scale = [
        gamma / _root(variance + eps, f"{own}.variance[{t}]")
        for t, (gamma, variance) in enumerate(zip(lists["gamma"], lists["variance"], strict=True))
    ]
    shift = [
        beta - mean * s for beta, mean, s in zip(lists["beta"], lists["mean"], scale, strict=True)
    ]
    rest = {key: part for key, part in document.items() if key != "batch-norm"}
    return BatchNorm(tuple(scale), tuple(shift)), rest


def _root(square: fmpq, place: str) -> fmpq:
    """The square root of a positive rational; InputError where it is not rational."""
    if square <= 0:
        raise InputError(place, f"variance + eps is {square}", "it has to be positive")
    p, q = square.p.isqrt(), square.q.isqrt()
    if p * p != square.p or q * q != square.q:
        raise InputError(
            place,
            f"the standard deviation sqrt({shown(square)}) is not rational",
            "fold it yourself with the rational that the network shall have, or choose a variance "
            "for which variance + eps is a square",
        )
    return fmpq(p, q)
