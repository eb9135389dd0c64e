"""Sequential networks: a list of layers, counted from 1 as in the papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exactland.errors import InputError, UsageError
from exactland.model.layers import Layer
from exactland.model.messages import shown


@dataclass(frozen=True, init=False)
class SequentialNetwork:
    """Layers 1 to L, each fed by the one before; layer 0 is the data (NH17, NH18).

    >>> from exactland.model.layers import Convolution, Dense
    >>> network = SequentialNetwork([Convolution([(0, 1), (1, 2)], 2, activation="relu"), Dense(1)])
    >>> network.depth, network.widths(3)
    (2, (3, 4, 1))
    >>> network.layer(2).bias
    'neuron'
    """

    layers: tuple[Layer, ...]

    def __init__(self, layers: Iterable[Layer]) -> None:
        layers = tuple(layers)
        if not layers:
            raise InputError("network.layers", "there is no layer", "give at least one")
        for index, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise InputError(
                    f"network.layers[{index}]",
                    f"{shown(layer)} is not a layer",
                    "use Convolution, Dense, MaxPooling or AveragePooling",
                )
        object.__setattr__(self, "layers", layers)

    @property
    def depth(self) -> int:
        """The number L of layers."""
        return len(self.layers)

    def layer(self, k: int) -> Layer:
        """Layer k, 1 <= k <= L; UsageError for another k."""
        if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= self.depth:
            raise UsageError(
                "layer", f"there is no layer {shown(k)}", f"the layers are 1 to {self.depth}"
            )
        return self.layers[k - 1]

    def widths(self, input_dimension: int) -> tuple[int, ...]:
        """(n_0, ..., n_L) with n_0 the dimension of the data."""
        widths = [input_dimension]
        for layer in self.layers:
            widths.append(layer.width(widths[-1]))
        return tuple(widths)

    def check(self, input_dimension: int) -> None:
        """Raise InputError unless every layer fits on the one below."""
        below = input_dimension
        for index, layer in enumerate(self.layers):
            layer.check(below, f"network.layers[{index}]")
            below = layer.width(below)
