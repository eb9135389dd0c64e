"""The layers of a problem file, and their parameters: from the frameworks' order to the papers'.

In a file of format 2 the neurons of a layer that comes from a grid are numbered by channel, row,
column, in patches, in the rows of a dense layer's W and in the biases of single neurons. Inside,
and in certificates, a convolution's neurons are h = p T + t, the filters innermost. This module
translates; in files of format 1 nothing is translated, and what was ambiguous is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import Any

from exactland.errors import InputError
from exactland.model.batch_norm import BatchNorm, batch_norm
from exactland.model.document_parts import keys, listed, within
from exactland.model.grids import Grid, require_integer
from exactland.model.layers import (
    MAX_LAYER_SIZE,
    AveragePooling,
    Convolution,
    Dense,
    Layer,
    MaxPooling,
)
from exactland.model.messages import near, printable, shown
from exactland.model.parameters import LayerParameters, Parameters, check_layer, check_parameters
from exactland.model.patches import Patch, conv1d, conv2d, convolved, pooled
from exactland.model.problem import Data, Problem

_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "convolution": (("patches", "filters"), ("groups", "bias", "activation")),
    "dense": (("width",), ("bias", "activation")),
    "max-pooling": (("patches",), ()),
    "average-pooling": (("patches",), ("divisors",)),
    "flatten": ((), ()),
}
#: What format 1 does not know.
_NEW = ("average-pooling", "flatten", "groups", "divisors", "pool1d", "pool2d")

_LINE, _IMAGE = ("length", "channels"), ("height", "width", "channels")
_CONVOLVED = ("size", "stride", "dilation", "padding", "circular")
_POOLED = ("size", "stride", "dilation", "padding", "ceil_mode")
_AVERAGED = (*_POOLED, "count_include_pad", "divisor_override")
_BOOLEANS = ("circular", "channels_last", "ceil_mode", "count_include_pad")
_FORMAT_1 = 'write "format": "exactland-problem/2", where layers are read as in the frameworks'


@dataclass(frozen=True)
class Entry:
    """An entry of ``layers``: the layer (None for flatten) and the grids on either side.

    ``below`` numbers the rows of a dense layer's W, ``above`` the entries of b; None where the file
    numbers neurons as the papers do.
    """

    layer: Layer | None
    below: Grid | None
    above: Grid | None


def read_layers(document: Any, data: Data, translated: bool) -> list[Entry]:
    """The entries of ``network.layers``; ``translated``: the file is of format 2."""
    values = listed(document, "network.layers")
    entries: list[Entry] = []
    width = data.dimension
    grid = (data.grid or Grid.channels_first(1, (width,))) if translated else None
    beneath: Layer | None = None
    for index, value in enumerate(values):
        place = f"network.layers[{index}]"
        last = index == len(values) - 1
        if translated:
            layer, above = _layer(value, place, last, grid)
        else:
            layer, above = _layer_of_format_1(value, place, last, beneath), None
        if layer is not None:
            # Checked here and not at the end: a later layer is not built on a wrong one.
            layer.check(width, place)
            width, beneath = layer.width(width), layer
        entries.append(Entry(layer, grid, above))
        grid = above
    if entries and beneath is None:
        raise InputError("network.layers", "there is no layer but flatten", "give one more")
    return entries


def read_parameters(problem: Problem, entries: Sequence[Entry], document: Any) -> Parameters:
    """The parameters of a file, for the layers in the papers' order; batch-norm is folded."""
    if isinstance(document, (str, Mapping)) or not isinstance(document, Sequence):
        return check_parameters(problem.network, problem.data.dimension, document)
    # TOML has no null: an empty table stands for it.
    values = [None if value == {} else value for value in document]
    if len(values) != len(entries):
        raise InputError(
            "parameters",
            f"there are {len(values)} entries for {len(entries)} layers",
            "give one entry a layer, null for pooling and flatten",
        )
    widths = iter(problem.widths)
    result: list[LayerParameters | None] = []
    for index, (entry, value) in enumerate(zip(entries, values, strict=True)):
        place = f"parameters[{index}]"
        if entry.layer is None:
            if value is not None:
                raise InputError(place, "flatten has no parameters", "write null")
            continue
        below = next(widths)
        norm: BatchNorm | None = None
        if isinstance(value, Mapping) and "batch-norm" in value:
            norm, value = batch_norm(entry.layer, value, place)
            value.setdefault("b", [0] * entry.layer.bias_length(below))
        found = check_layer(entry.layer, below, value, place)
        if found is not None:
            found = _in_the_papers_order(entry, found)
            found = found if norm is None else norm.folded(entry.layer, found)
        result.append(found)
    return tuple(result)


def _in_the_papers_order(entry: Entry, given: LayerParameters) -> LayerParameters:
    W, b = given.W, given.b
    if isinstance(entry.layer, Dense) and entry.below is not None:
        W = _permuted(W, entry.below)
    if b is not None and entry.above is not None and len(b) == len(entry.above.numbers):
        b = _permuted(b, entry.above)
    return LayerParameters(W, b)


def _permuted(values: Sequence[Any], grid: Grid) -> tuple[Any, ...]:
    """The values in the papers' order; given by channel, row, column."""
    if grid.in_order:
        return tuple(values)
    result = list(values)
    for n, h in enumerate(grid.numbers):
        result[h] = values[n]
    return tuple(result)


def _layer(
    document: Any, place: str, last: bool, below: Grid | None
) -> tuple[Layer | None, Grid | None]:
    """A layer of format 2 and the grid of its neurons."""
    kind = _kind(document, place, last)
    if kind == "flatten":
        return None, None if below is None else below.flat
    if kind == "dense":
        dense = _dense(document, place)
        return dense, Grid.channels_first(1, (dense.neurons,))
    layer = (_convolution if kind == "convolution" else _pooling)(document, place, below)
    return layer, layer.grid


def _convolution(document: Any, place: str, below: Grid | None) -> Layer:
    where, groups = f"{place}.patches", document.get("groups", 1)
    shorthand = _shorthand(document["patches"], where)
    filters = document["filters"]
    if shorthand is None:
        if groups == "depthwise":
            reason = "the patches are written out, so the channels are not known"
            raise InputError(f"{place}.groups", reason, "write the number of groups")
        patches = _explicit(document["patches"], where, below)
        above = _line_of(patches) if filters == 1 else None
    else:
        where = f"{where}.{shorthand[0]}"
        grid, arguments = _on_grid("convolution", *shorthand, where, below)
        groups = grid.channels if groups == "depthwise" else groups
        with _at(where):
            patches, shape = convolved(grid, "", groups=groups, **arguments)
        known = isinstance(filters, int) and 0 < filters <= MAX_LAYER_SIZE
        above = Grid.of_convolution(filters, shape) if known else None
    bias, sigma = document.get("bias", "neuron"), document.get("activation", "identity")
    with within(place):
        return Convolution(patches, filters, bias, sigma, groups, above)


def _pooling(document: Any, place: str, below: Grid | None) -> Layer:
    where, divisors = f"{place}.patches", document.get("divisors")
    shorthand = _shorthand(document["patches"], where)
    if shorthand is None:
        patches = _explicit(document["patches"], where, below)
        above = _line_of(patches)
    else:
        where = f"{where}.{shorthand[0]}"
        if divisors is not None:
            raise InputError(
                f"{place}.divisors", f"{shorthand[0]} has its own", "use divisor_override"
            )
        grid, arguments = _on_grid(document["kind"], *shorthand, where, below)
        counted = arguments.pop("count_include_pad", True)
        override = arguments.pop("divisor_override", None)
        with _at(where):
            patches, shape, counts = pooled(grid, "", **arguments)
        above = Grid.channels_first(grid.channels, shape)
        divisors = counts if counted else None
        divisors = divisors if override is None else [override] * len(patches)
    with within(place):
        if document["kind"] == "max-pooling":
            return MaxPooling(patches, above)
        return AveragePooling(patches, divisors, above)


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Errors of a generator of patches are told at the shorthand."""
    try:
        yield
    except InputError as error:
        raise InputError(place, error.reason, error.remedy) from None


def _line_of(patches: Sequence[Any]) -> Grid:
    """One neuron for each patch that is written out."""
    return Grid.channels_first(1, (len(patches),))


def _kind(document: Any, place: str, last: bool) -> str:
    """The kind of a layer, its keys checked."""
    keys(
        document,
        place,
        ("kind",),
        {key for pair in _KEYS.values() for part in pair for key in part},
    )
    kind = document["kind"]
    if not isinstance(kind, str) or kind not in _KEYS:
        raise InputError(f"{place}.kind", f"{shown(kind)} is not known", near(kind, _KEYS))
    required, others = _KEYS[kind]
    keys(document, place, ("kind", *required), others)
    if "activation" in others and "activation" not in document and not last:
        raise InputError(
            place,
            "a hidden layer has no activation",
            'give one, such as "activation": "relu"; "identity" for a linear layer',
        )
    return kind


def _dense(document: Any, place: str) -> Dense:
    bias, sigma = document.get("bias", "neuron"), document.get("activation", "identity")
    with within(place):
        return Dense(document["width"], bias, sigma)


def _explicit(value: Any, place: str, below: Grid | None) -> Any:
    """Patches that are written out, in the papers' numbers."""
    patches = listed(value, place)
    if below is None or below.in_order:
        return patches
    numbers = below.numbers
    return [
        [numbers[i] if type(i) is int and 0 <= i < len(numbers) else i for i in patch]
        if isinstance(patch, (list, tuple))
        else patch
        for patch in patches
    ]


def _shorthand(value: Any, place: str) -> tuple[str, Any] | None:
    """The name and the arguments of a shorthand; None for a list."""
    if not isinstance(value, dict):
        return None
    names = ("conv1d", "conv2d", "pool1d", "pool2d")
    if len(value) != 1 or next(iter(value)) not in names:
        raise InputError(
            place,
            f"the keys are {', '.join(map(printable, value))}",
            'write a list, {"conv1d": ...}, {"conv2d": ...}, {"pool1d": ...} or {"pool2d": ...}',
        )
    name, arguments = next(iter(value.items()))
    for key in _BOOLEANS:
        if isinstance(arguments, dict) and not isinstance(arguments.get(key, False), bool):
            raise InputError(f"{place}.{name}.{key}", "it is not a boolean", "write true or false")
    return name, arguments


def _on_grid(
    kind: str, name: str, arguments: Any, place: str, below: Grid | None
) -> tuple[Grid, dict[str, Any]]:
    """The grid below, as the shorthand sees it, and the arguments that are left."""
    wanted = "conv" if kind == "convolution" else "pool"
    if not name.startswith(wanted):
        what = "pools each channel by itself" if wanted == "pool" else "has filters"
        raise InputError(place, f"{kind} {what}", f"write {wanted}{name[4:]}")
    axes = _LINE if name.endswith("1d") else _IMAGE
    others = {"convolution": _CONVOLVED, "max-pooling": _POOLED, "average-pooling": _AVERAGED}
    if isinstance(arguments, dict) and "channels_last" in arguments:
        raise InputError(
            f"{place}.channels_last", "format 2 knows the order of the layer below", "leave it out"
        )
    keys(arguments, place, ("size",), (*others[kind], *axes))
    sizes = {key: arguments[key] for key in axes if key in arguments}
    for key, value in sizes.items():
        require_integer(f"{place}.{key}", key, value, 1)
    rest = {key: value for key, value in arguments.items() if key not in axes}
    return _reshaped(below, axes, sizes, place), rest


def _reshaped(below: Grid | None, axes: Sequence[str], sizes: dict[str, int], place: str) -> Grid:
    """The grid below with these sizes: they say what a line of neurons is, or what is known."""
    if below is None:
        raise InputError(
            place,
            "the convolution below has patches that are written out, and no grid",
            "use a shorthand there, or write the patches out here too: neuron p T + t is filter t "
            "on patch p",
        )
    *names, _ = axes
    neurons = len(below.numbers)
    if not below.is_flat:
        known = dict(zip(names, below.shape, strict=False), channels=below.channels)
        wrong = next((key for key, value in sizes.items() if known.get(key) != value), None)
        if wrong is not None or len(names) != len(below.shape):
            reason = f"the layer below is {below} (channels first)"
            raise InputError(place, reason, "leave the sizes out, or flatten it first")
        return below
    channels = sizes.get("channels", 1)
    if len(names) == 1 and "length" not in sizes and neurons % channels == 0:
        sizes = {**sizes, "length": neurons // channels}
    missing = next((key for key in names if key not in sizes), None)
    if missing is not None:
        reason = f"the layer below is a line of {neurons} neurons"
        raise InputError(place, reason, f'give "{missing}", or inputs as nested lists')
    shape = tuple(sizes[key] for key in names)
    if channels * prod(shape) != neurons:
        reason = f"{Grid(channels, shape, ())} is not the {neurons} neurons of the layer below"
        raise InputError(place, reason, f"give {', '.join(axes)} that multiply to {neurons}")
    return Grid(channels, shape, below.numbers)


def _layer_of_format_1(document: Any, place: str, last: bool, beneath: Layer | None) -> Layer:
    """A layer of format 1, where neurons are numbered as in the papers."""
    kind = _kind(document, place, last)
    new = next((key for key in (kind, *document) if key in _NEW), None)
    if new is not None:
        raise InputError(place, f"format 1 has no {new}", 'write "format": "exactland-problem/2"')
    if kind == "dense":
        return _dense(document, place)
    where = f"{place}.patches"
    shorthand = _shorthand(document["patches"], where)
    patches: Any = (
        listed(document["patches"], where)
        if shorthand is None
        else _patches_of_format_1(kind, *shorthand, f"{where}.{shorthand[0]}", beneath)
    )
    with within(place):
        if kind == "max-pooling":
            return MaxPooling(patches)
        bias, sigma = document.get("bias", "neuron"), document.get("activation", "identity")
        return Convolution(patches, document["filters"], bias, sigma)


def _patches_of_format_1(
    kind: str, name: str, arguments: Any, place: str, beneath: Layer | None
) -> tuple[Patch, ...]:
    if name in _NEW:
        raise InputError(place, f"format 1 has no {name}", 'write "format": "exactland-problem/2"')
    one = name == "conv1d"
    required = ("length", "size") if one else ("height", "width", "size")
    axes = _LINE if one else _IMAGE
    keys(arguments, place, required, (*axes, *_CONVOLVED, "channels_last"))
    if kind == "max-pooling" and arguments.get("channels", 1) != 1:
        raise InputError(place, "in format 1 this takes the maximum over all channels", _FORMAT_1)
    several = isinstance(beneath, Convolution) and beneath.filters > 1
    if several and not arguments.get("channels_last", False):
        raise InputError(
            place,
            "in format 1 this reads the neurons of the convolution below as if they were ordered "
            "by filter, but they are ordered by patch",
            _FORMAT_1,
        )
    with _at(place):
        return conv1d(**arguments) if one else conv2d(**arguments)
