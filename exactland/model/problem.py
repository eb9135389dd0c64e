"""Data and problems: immutable, exact, and checked when they are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exactland.arithmetic.exact import exact
from exactland.errors import InputError, UsageError
from exactland.model.grids import Grid
from exactland.model.layers import Convolution, Dense, Layer
from exactland.model.losses import Loss
from exactland.model.losses import loss as loss_of
from exactland.model.messages import shown
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import (
    Network,
    Parameters,
    Rows,
    SkipParameters,
    check_parameters,
    rational_rows,
)
from exactland.model.skip import SkipNetwork


@dataclass(frozen=True, init=False)
class Data:
    """N samples with d coordinates, and what the outputs are compared with.

    Parameters
    ----------
    inputs : N x d, a row a sample: nested lists, a numpy array of integers, a SymPy matrix. Also N
        x channels x length and N x channels x height x width: ``grid`` is then that of a sample.
    targets : N x m, or a list of N numbers for m = 1.
    classes : N integers, counted from 0.

    Raises InputError for anything that is not exact, not rectangular or empty.

    >>> data = Data([[0, "1/2"], ["0.25", -1]], targets=[1, 0])
    >>> data.samples, data.dimension, data.targets
    (2, 2, ((1,), (0,)))
    >>> image = Data([[[[1, 2], [3, 4]]]])
    >>> image.inputs, str(image.grid)
    (((1, 2, 3, 4),), '1 x 2 x 2')
    """

    inputs: Rows
    targets: Rows | None
    classes: tuple[int, ...] | None
    grid: Grid | None = field(compare=False, repr=False)

    def __init__(self, inputs: Any, targets: Any = None, classes: Any = None) -> None:
        rows, grid = _flattened(inputs)
        object.__setattr__(self, "inputs", rational_rows(rows, "data.inputs"))
        object.__setattr__(self, "grid", grid)
        if targets is not None:
            targets = rational_rows(_as_column(targets), "data.targets")
            _same_length(targets, self.inputs, "data.targets")
        object.__setattr__(self, "targets", targets)
        if classes is not None:
            classes = _naturals(classes, "data.classes")
            _same_length(classes, self.inputs, "data.classes")
        object.__setattr__(self, "classes", classes)

    @property
    def samples(self) -> int:
        """N."""
        return len(self.inputs)

    @property
    def dimension(self) -> int:
        """d, the width n_0."""
        return len(self.inputs[0])

    def __repr__(self) -> str:
        grid = "" if self.grid is None else f" ({self.grid})"
        parts = [f"{self.samples} samples of dimension {self.dimension}{grid}"]
        if self.targets is not None:
            parts.append(f"targets of dimension {len(self.targets[0])}")
        if self.classes is not None:
            parts.append(f"{len(set(self.classes))} classes")
        return f"<Data: {', '.join(parts)}>"


@dataclass(frozen=True, init=False)
class Problem:
    """A network on data, with parameters and a loss where they are given.

    Parameters
    ----------
    network : SequentialNetwork or SkipNetwork.
    data : Data, or a matrix of inputs.
    parameters : for layers, a list with one LayerParameters (or {"W": ..., "b": ...}) a layer, None
        for max-pooling and for unspecified ones; SkipParameters for a skip network.
    loss : a text such as "squared", or a Loss; ``losses`` lists them.

    Raises InputError where the parts do not fit.

    >>> problem = Problem(SequentialNetwork([Dense(2, "none", "relu"), Dense(1)]), Data([[1], [2]]))
    >>> problem
    <Problem: 2 samples of dimension 1; layer 1: dense 1 -> 2, relu, bias none;
     layer 2: dense 2 -> 1, identity, bias neuron; no parameters>
    >>> problem.with_parameters([{"W": [[1, -1]]}, None]).parameters[0].W
    ((1, -1),)
    """

    network: Network
    data: Data
    parameters: Parameters | None
    loss: Loss | None

    def __init__(
        self, network: Network, data: Any, parameters: Any = None, loss: Any = None
    ) -> None:
        if not isinstance(network, (SequentialNetwork, SkipNetwork)):
            raise InputError(
                "network",
                f"{shown(network)} is not a network",
                "use SequentialNetwork or SkipNetwork",
            )
        data = data if isinstance(data, Data) else Data(data)
        network.check(data.dimension)
        object.__setattr__(self, "network", network)
        object.__setattr__(self, "data", data)
        if parameters is not None:
            parameters = check_parameters(network, data.dimension, parameters)
        object.__setattr__(self, "parameters", parameters)
        if loss is not None:
            loss = loss_of(loss)
            if isinstance(network, SequentialNetwork):
                loss.check(data.targets, data.classes, self.widths[-1])
        object.__setattr__(self, "loss", loss)

    @property
    def widths(self) -> tuple[int, ...]:
        """(n_0, ..., n_L); UsageError for a skip network."""
        return self.sequential.widths(self.data.dimension)

    @property
    def sequential(self) -> SequentialNetwork:
        """The network, if it is sequential; else a UsageError."""
        if not isinstance(self.network, SequentialNetwork):
            raise UsageError("network", "a skip network has no layers in a row", "ask for Psi")
        return self.network

    @property
    def skip(self) -> SkipNetwork:
        """The network, if it is a skip network; else a UsageError."""
        if not isinstance(self.network, SkipNetwork):
            raise UsageError("network", "this is no skip network", "ask for F_k or U_k")
        return self.network

    @property
    def has_all_parameters(self) -> bool:
        """Whether there are parameters of every layer that has some."""
        given = self.parameters
        if given is None or isinstance(given, SkipParameters):
            return given is not None
        pairs = zip(self.sequential.layers, given, strict=True)
        return all(entry is not None or not layer.has_parameters() for layer, entry in pairs)

    def with_parameters(self, parameters: Any) -> Problem:
        """The same problem at these parameters (None: without parameters)."""
        return Problem(self.network, self.data, parameters, self.loss)

    def __repr__(self) -> str:
        parts = [repr(self.data)[7:-1]]
        if isinstance(self.network, SkipNetwork):
            units, skips = self.network.units, self.network.skips
            parts.append(f"skip network of {len(units)} units, {len(skips)} of them skip units")
        else:
            parts += _layer_texts(self.network, self.data.dimension)
        parts.append("no parameters" if self.parameters is None else "with parameters")
        if self.loss is not None:
            parts.append(f"loss {self.loss}")
        return f"<Problem: {'; '.join(parts)}>"


def require_the_papers_layers(problem: Problem, what: str) -> None:
    """InputError for a layer that NH18 does not define: ``what`` speaks of its layers only."""
    if isinstance(problem.network, SequentialNetwork):
        for k, layer in enumerate(problem.network.layers):
            if (reason := layer.foreign()) is not None:
                raise InputError(
                    f"layer {k + 1}",
                    f"{reason}; {what} speaks of convolutions, dense layers and max-pooling as in "
                    "NH18, Definitions 2.1 to 2.3",
                    "ask for ranks and gradients, which are defined for all layers",
                )


def describe_layer(layer: Layer, below: int) -> str:
    """A layer in a few words.

    >>> describe_layer(Convolution([(0, 1), (1, 2)], 3, "filter", "relu"), 3)
    'convolution 3 -> 6 (2 patches of 2, 3 filters), relu, bias filter'
    """
    sizes = f"{below} -> {layer.width(below)}"
    if layer.grid is not None and not layer.grid.is_flat:
        sizes += f" = {layer.grid}"
    if isinstance(layer, Dense):
        return f"dense {sizes}, {layer.activation.name}, bias {layer.bias}"
    if isinstance(layer, Convolution):
        patches, length = len(layer.patches), layer.filter_length(below)
        groups = "" if layer.groups == 1 else f", {layer.groups} groups"
        shape = f"({patches} patches of {length}, {layer.filters} filters{groups})"
        return f"convolution {sizes} {shape}, {layer.activation.name}, bias {layer.bias}"
    return f"{layer.kind} {sizes}"


def _layer_texts(network: SequentialNetwork, dimension: int) -> list[str]:
    widths = network.widths(dimension)
    texts = [
        f"layer {k}: {describe_layer(layer, widths[k - 1])}"
        for k, layer in enumerate(network.layers, start=1)
    ]
    return texts if len(texts) <= 6 else [*texts[:3], f"... {len(texts) - 4} more", texts[-1]]


def _flattened(inputs: Any) -> tuple[Any, Grid | None]:
    """Samples that are lines or images with channels as rows, and their grid."""
    if getattr(inputs, "ndim", 2) > 2:
        inputs = inputs.tolist()
    shape: list[int] = []
    first = inputs
    while isinstance(first, (list, tuple)) and first:
        shape.append(len(first))
        first = first[0]
    if len(shape) <= 2:
        return inputs, None
    how = "give N x channels x length or N x channels x height x width"
    if len(shape) > 4:
        raise InputError("data.inputs", f"the lists are nested {len(shape)} deep", how)
    rows = []
    for n, sample in enumerate(inputs):
        values, place = [(sample, f"data.inputs[{n}]")], ""
        for extent in shape[1:]:
            inner = []
            for value, place in values:
                if not isinstance(value, (list, tuple)) or len(value) != extent:
                    raise InputError(place, f"it is not a list of {extent}", how)
                inner += [(item, f"{place}[{j}]") for j, item in enumerate(value)]
            values = inner
        rows.append([exact(value, place) for value, place in values])
    return rows, Grid.channels_first(shape[1], tuple(shape[2:]))


def _as_column(targets: Any) -> Any:
    """A flat list of numbers as a column; anything else as it is."""
    if isinstance(targets, (list, tuple)) or getattr(targets, "ndim", 2) == 1:
        flat = all(isinstance(y, str) or not hasattr(y, "__len__") for y in targets)
        return [[y] for y in targets] if flat and len(targets) else targets
    return targets


def _naturals(values: Any, place: str) -> tuple[int, ...]:
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise InputError(place, f"{shown(values)} is not a list", "give one class a sample")
    result = []
    for i, value in enumerate(values):
        if (
            isinstance(value, bool)
            or not hasattr(value, "__index__")
            or not (0 <= value.__index__() <= 2**53)
        ):
            raise InputError(
                f"{place}[{i}]", f"{shown(value)} is not a class", "count classes from 0"
            )
        result.append(int(value.__index__()))
    return tuple(result)


def _same_length(values: Sequence[Any], inputs: Rows, place: str) -> None:
    if len(values) != len(inputs):
        raise InputError(
            place, f"there are {len(values)} for {len(inputs)} samples", "give one a sample"
        )
