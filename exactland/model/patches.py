"""Patches of the usual convolutions and poolings, as ordered tuples of neuron indices.

NH18 calls a patch a subset of the neurons of a layer; since <w, patch> and M_k need an order, here
it is an ordered tuple. ``None`` is a neuron of padding: constantly 0 in a convolution, absent in a
pooling.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

from exactland.errors import InputError
from exactland.model.grids import Axis, Grid, axis, paddings, pair, require_integer, windows

#: An ordered tuple of neuron indices, ``None`` for padding.
Patch = tuple[int | None, ...]

#: More entries than this in all patches of a layer are refused before anything is built.
MAX_PATCH_ENTRIES = 2**24

_AXES = {1: ("length",), 2: ("height", "width")}


def conv1d(
    length: int,
    size: int,
    stride: int = 1,
    dilation: int = 1,
    circular: bool = False,
    channels: int = 1,
    padding: Any = 0,
    channels_last: bool = False,
    groups: int = 1,
) -> tuple[Patch, ...]:
    """The patches of a 1-D convolution.

    Parameters
    ----------
    length : neurons of one channel of the layer below.
    size : neurons of one channel in a patch; a patch has ``channels / groups * size`` entries.
    stride : neurons between the starts of two patches.
    dilation : neurons between two neighbours in a patch.
    circular : the channel is a ring, every ``stride``-th neuron starts a patch.
    channels : neuron (channel c, position i) has index ``c * length + i``.
    padding : neurons of padding (``None``) at either end, a pair (before, after), or "same".
    channels_last : the index is ``i * channels + c`` instead, as above a convolution with
        ``channels`` filters. The order inside a patch is (channel, position) either way.
    groups : a patch reads one of this many groups of channels: a patch a place and group.

    Raises InputError for sizes that allow no patch.

    >>> conv1d(5, 3)
    ((0, 1, 2), (1, 2, 3), (2, 3, 4))
    >>> conv1d(3, 2, circular=True)
    ((0, 1), (1, 2), (2, 0))
    >>> conv1d(2, 2, channels=2, padding=1)
    ((None, 0, None, 2), (0, 1, 2, 3), (1, None, 3, None))
    """
    grid = _grid("conv1d", channels, (length,), channels_last)
    return convolved(grid, "conv1d", size, stride, dilation, padding, circular, groups)[0]


def conv2d(
    height: int,
    width: int,
    channels: int = 1,
    size: Any = (3, 3),
    stride: Any = (1, 1),
    dilation: Any = (1, 1),
    padding: Any = (0, 0),
    circular: bool = False,
    channels_last: bool = False,
    groups: int = 1,
) -> tuple[Patch, ...]:
    """The patches of a 2-D convolution; pairs are (rows, columns), a number stands for both.

    Neuron (channel c, row i, column j) has index ``(c * height + i) * width + j``, or with
    ``channels_last`` ``(i * width + j) * channels + c``. The entries of a patch are ordered by
    (channel, row, column), the patches by (row, column). A padding of ``[[top, bottom], [left,
    right]]`` is not symmetric. The other parameters are as in ``conv1d``.

    Raises InputError for sizes that allow no patch.

    >>> conv2d(2, 2, size=(1, 2)) + conv2d(2, 2, size=(2, 1))
    ((0, 1), (2, 3), (0, 2), (1, 3))
    >>> conv2d(2, 3, channels=2, size=(2, 2))[1]
    (1, 2, 4, 5, 7, 8, 10, 11)
    """
    grid = _grid("conv2d", channels, (height, width), channels_last)
    return convolved(grid, "conv2d", size, stride, dilation, padding, circular, groups)[0]


def pool1d(
    length: int,
    size: int,
    stride: int | None = None,
    dilation: int = 1,
    channels: int = 1,
    padding: Any = 0,
    ceil_mode: bool = False,
    channels_last: bool = False,
) -> tuple[Patch, ...]:
    """The patches of a 1-D pooling, of each channel by itself, ordered by channel, then position.

    ``stride`` is ``size`` unless it is given; with ``ceil_mode`` a last window takes what is left
    over. The other parameters are as in ``conv1d``.

    >>> pool1d(3, 2, channels=2, ceil_mode=True)
    ((0, 1), (2, None), (3, 4), (5, None))
    """
    grid = _grid("pool1d", channels, (length,), channels_last)
    return pooled(grid, "pool1d", size, stride, dilation, padding, ceil_mode)[0]


def pool2d(
    height: int,
    width: int,
    channels: int = 1,
    size: Any = (2, 2),
    stride: Any = None,
    dilation: Any = (1, 1),
    padding: Any = (0, 0),
    ceil_mode: bool = False,
    channels_last: bool = False,
) -> tuple[Patch, ...]:
    """The patches of a 2-D pooling, of each channel by itself, ordered by channel, row, column.

    The parameters are as in ``conv2d`` and ``pool1d``.

    >>> pool2d(2, 2, channels=2, channels_last=True)
    ((0, 2, 4, 6), (1, 3, 5, 7))
    """
    grid = _grid("pool2d", channels, (height, width), channels_last)
    return pooled(grid, "pool2d", size, stride, dilation, padding, ceil_mode)[0]


def convolved(
    grid: Grid,
    place: str,
    size: Any,
    stride: Any = 1,
    dilation: Any = 1,
    padding: Any = 0,
    circular: bool = False,
    groups: int = 1,
) -> tuple[tuple[Patch, ...], tuple[int, ...]]:
    """The patches of a convolution on a grid, and the shape of the grid of its places.

    A patch is ordered by channel, row, column, as the frameworks' weights. With ``groups`` patch
    p g + i is the one of place p that reads the i-th of g groups of channels.

    >>> convolved(Grid.of_convolution(2, (3,)), "conv1d", 2, groups=2)
    (((0, 2), (1, 3), (2, 4), (3, 5)), (2,))
    """
    require_integer(place, "groups", groups, 1)
    if grid.channels % groups:
        raise InputError(
            place,
            f"{grid.channels} channels do not fall into {groups} groups",
            "choose groups that divide the number of channels",
        )
    axes = _axes(grid, place, size, stride, dilation, padding, circular, ceil_mode=False)
    _require_room(place, axes, grid.channels)
    each = grid.channels // groups
    patches = tuple(
        tuple(grid.neuron(c, i) for c in range(g * each, (g + 1) * each) for i in window)
        for window in windows(axes, grid.shape)
        for g in range(groups)
    )
    return patches, tuple(len(along.starts) for along in axes)


def pooled(
    grid: Grid,
    place: str,
    size: Any,
    stride: Any = None,
    dilation: Any = 1,
    padding: Any = 0,
    ceil_mode: bool = False,
) -> tuple[tuple[Patch, ...], tuple[int, ...], tuple[int, ...]]:
    """The patches of a pooling of each channel, in the order channel, row, column.

    Also the shape of the pooled channels, and for every patch the number of its neurons that are
    not beyond the padding: what PyTorch divides by with ``count_include_pad``. ``stride`` is the
    size of a patch unless it is given.

    >>> pooled(Grid.channels_first(2, (3,)), "pool1d", 2, ceil_mode=True)
    (((0, 1), (2, None), (3, 4), (5, None)), (2,), (2, 1, 2, 1))
    """
    stride = size if stride is None else stride
    axes = _axes(grid, place, size, stride, dilation, padding, False, ceil_mode)
    _require_room(place, axes, grid.channels)
    places = windows(axes, grid.shape)
    empty = next((w for w in places if all(i is None for i in w)), None)
    if empty is not None:
        raise InputError(place, "a patch holds padding only", "choose less padding")
    patches = tuple(
        tuple(grid.neuron(c, i) for i in window) for c in range(grid.channels) for window in places
    )
    counts = [prod(along) for along in product(*(along.inside for along in axes))]
    shape = tuple(len(along.starts) for along in axes)
    return patches, shape, tuple(counts * grid.channels)


def _grid(place: str, channels: int, shape: tuple[int, ...], channels_last: bool) -> Grid:
    for name, value in zip((*_AXES[len(shape)], "channels"), (*shape, channels), strict=True):
        require_integer(place, name, value, 1)
    if channels * prod(shape) > MAX_PATCH_ENTRIES:
        raise InputError(
            place,
            f"the grid has more than {MAX_PATCH_ENTRIES} neurons",
            "choose a smaller image or fewer channels",
        )
    make = Grid.of_convolution if channels_last else Grid.channels_first
    return make(channels, shape)


def _axes(
    grid: Grid,
    place: str,
    size: Any,
    stride: Any,
    dilation: Any,
    padding: Any,
    circular: bool,
    ceil_mode: bool,
) -> list[Axis]:
    names = _AXES[len(grid.shape)]
    n = len(names)
    sizes, strides = pair(place, "size", size, n, 1), pair(place, "stride", stride, n, 1)
    dilations, frame = pair(place, "dilation", dilation, n, 1), paddings(place, padding, n)
    return [
        axis(
            place, names[a], grid.shape[a], sizes[a], strides[a], dilations[a], frame[a],
            circular, ceil_mode,
        )
        for a in range(n)
    ]  # fmt: skip


def _require_room(place: str, axes: Sequence[Axis], channels: int) -> None:
    entries = channels * prod(len(along.starts) * along.size for along in axes)
    if entries > MAX_PATCH_ENTRIES:
        raise InputError(
            place,
            f"the patches would have {entries} entries, more than {MAX_PATCH_ENTRIES}",
            "choose a smaller image, fewer channels or a larger stride",
        )
