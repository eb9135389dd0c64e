"""The parameters of a network: W_k and b_k of every layer, weights and biases of a skip network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flint import fmpq

from exactland.arithmetic.exact import exact, exact_rows
from exactland.errors import InputError
from exactland.model.layers import Layer
from exactland.model.messages import shown
from exactland.model.network import SequentialNetwork
from exactland.model.skip import SkipNetwork

Network = SequentialNetwork | SkipNetwork
Rows = tuple[tuple[fmpq, ...], ...]

#: What is said wherever parameters are needed and absent.
MISSING_REMEDY = (
    "give them in the problem or choose small random rationals with --random SEED "
    "(in Python: random_parameters)"
)


@dataclass(frozen=True, init=False)
class LayerParameters:
    """W_k (l x T, a column a filter; n_{k-1} x n_k if dense) and b_k, or None without a bias.

    >>> LayerParameters([[1, "1/2"]], b=[0, 1])
    <LayerParameters: W 1 x 2, b 2>
    """

    W: Rows
    b: tuple[fmpq, ...] | None

    def __init__(self, W: Any, b: Any = None) -> None:
        object.__setattr__(self, "W", rational_rows(W, "W"))
        object.__setattr__(self, "b", None if b is None else rational_list(b, "b"))

    def __repr__(self) -> str:
        bias = "" if self.b is None else f", b {len(self.b)}"
        return f"<LayerParameters: W {len(self.W)} x {len(self.W[0])}{bias}>"


@dataclass(frozen=True, init=False)
class SkipParameters:
    """The weight vector of every group and the value of every bias of a skip network."""

    groups: Mapping[str, tuple[fmpq, ...]]
    biases: Mapping[str, fmpq]

    def __init__(self, groups: Mapping[str, Any], biases: Mapping[str, Any]) -> None:
        for name, value in [("groups", groups), ("biases", biases)]:
            if not isinstance(value, Mapping):
                raise InputError(name, f"{shown(value)} is not a mapping", "give name: value")
        exact_groups = {str(name): rational_list(u, f"groups.{name}") for name, u in groups.items()}
        exact_biases = {str(name): exact(b, f"biases.{name}") for name, b in biases.items()}
        object.__setattr__(self, "groups", MappingProxyType(exact_groups))
        object.__setattr__(self, "biases", MappingProxyType(exact_biases))

    def __reduce__(self) -> tuple[Any, ...]:
        return SkipParameters, (dict(self.groups), dict(self.biases))

    def __hash__(self) -> int:
        return hash((frozenset(self.groups.items()), frozenset(self.biases.items())))

    def __repr__(self) -> str:
        return f"<SkipParameters: {len(self.groups)} groups, {len(self.biases)} biases>"


@dataclass(frozen=True)
class LayerNumbers:
    """W_k and b_k in the numbers of an arithmetic (symbols, balls): for evaluation only."""

    W: Sequence[Sequence[Any]]
    b: Sequence[Any] | None = None


@dataclass(frozen=True)
class SkipNumbers:
    """The parameters of a skip network in the numbers of an arithmetic: for evaluation only."""

    groups: Mapping[str, Sequence[Any]]
    biases: Mapping[str, Any]


Parameters = tuple[LayerParameters | None, ...] | SkipParameters


def check_parameters(network: Network, dimension: int, parameters: Any) -> Parameters:
    """``parameters`` in their exact form; InputError unless they have the network's shapes."""
    if isinstance(network, SkipNetwork):
        return _check_skip_parameters(network, parameters)
    if isinstance(parameters, (str, Mapping, SkipParameters)) or not isinstance(
        parameters, Iterable
    ):
        raise InputError(
            "parameters", "they are not a list", "give one entry a layer, null for pooling"
        )
    given = tuple(parameters)
    if len(given) != network.depth:
        raise InputError(
            "parameters",
            f"there are {len(given)} entries for {network.depth} layers",
            "give one entry a layer, null for pooling",
        )
    widths = network.widths(dimension)
    return tuple(
        check_layer(layer, below, value, f"parameters[{k}]")
        for k, (layer, below, value) in enumerate(
            zip(network.layers, widths[:-1], given, strict=True)
        )
    )


def rational_list(values: Any, place: str) -> tuple[fmpq, ...]:
    """A list of exact numbers."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise InputError(place, f"{shown(values)} is not a list", "give a list of numbers")
    return tuple(exact(value, f"{place}[{j}]") for j, value in enumerate(values))


def rational_rows(rows: Any, place: str) -> Rows:
    """A matrix of exact numbers with at least one row and one column."""
    result = exact_rows(rows, place)
    if not result or not result[0]:
        raise InputError(place, "it is empty", "give at least one row and one column")
    return result


def check_layer(layer: Layer, below: int, value: Any, place: str) -> LayerParameters | None:
    """The parameters of one layer in their exact form; InputError unless they have its shapes."""
    if value is None:
        return None
    if not layer.has_parameters():
        raise InputError(place, f"a {layer.kind} layer has no parameters", "write null")
    if isinstance(value, Mapping):
        unknown = next((key for key in value if key not in ("W", "b")), None)
        if unknown is not None or "W" not in value:
            raise InputError(place, f"the keys are {', '.join(map(str, value))}", "use W and b")
        value = LayerParameters(
            rational_rows(value["W"], f"{place}.W"),
            None if value.get("b") is None else rational_list(value["b"], f"{place}.b"),
        )
    if not isinstance(value, LayerParameters):
        raise InputError(
            place, f"{shown(value)} is not LayerParameters", 'give {"W": ..., "b": ...}'
        )
    wanted = (layer.filter_length(below), layer.filter_count())
    found = (len(value.W), len(value.W[0]))
    if found != wanted:
        swapped = "; it looks transposed" if found == wanted[::-1] else ""
        raise InputError(
            f"{place}.W",
            f"W is {found[0]} x {found[1]}, but the layer needs {wanted[0]} x {wanted[1]}{swapped}",
            "a column of W is a filter (a neuron, if dense)",
        )
    length = layer.bias_length(below)
    if len(value.b or ()) != length:
        have = "is missing" if value.b is None else f"has {len(value.b)} entries"
        need = f"{length} entries" if length else "none"
        raise InputError(
            f"{place}.b", f"b {have}, but the layer needs {need}", 'see the layer\'s "bias"'
        )
    return value if length else LayerParameters(value.W)


def _check_skip_parameters(network: SkipNetwork, parameters: Any) -> SkipParameters:
    if isinstance(parameters, Mapping) and set(parameters) == {"groups", "biases"}:
        try:
            parameters = SkipParameters(**parameters)
        except InputError as error:
            raise InputError(f"parameters.{error.place}", error.reason, error.remedy) from None
    if not isinstance(parameters, SkipParameters):
        raise InputError(
            "parameters", "they are not those of a skip network", "give groups and biases"
        )
    lengths = network.weight_lengths
    _same_names(parameters.groups, lengths, "parameters.groups")
    _same_names(parameters.biases, network.bias_names, "parameters.biases")
    for name, length in lengths.items():
        if len(parameters.groups[name]) != length:
            raise InputError(
                f"parameters.groups.{name}",
                f"there are {len(parameters.groups[name])} weights for {length} sources",
                "give one weight a source",
            )
    return SkipParameters(
        {name: parameters.groups[name] for name in lengths},
        {name: parameters.biases[name] for name in network.bias_names},
    )


def _same_names(given: Iterable[str], wanted: Iterable[str], place: str) -> None:
    given, wanted = set(given), set(wanted)
    if given != wanted:
        missing, extra = sorted(wanted - given), sorted(given - wanted)
        what = f"{missing[0]} is missing" if missing else f"{extra[0]} does not occur"
        raise InputError(place, what, "give exactly those of the units")
