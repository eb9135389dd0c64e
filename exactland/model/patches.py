"""Patches of the usual convolutions, as ordered tuples of neuron indices.

NH18 calls a patch a subset of the neurons of a layer; since <w, patch> and M_k need an order, here
it is an ordered tuple. ``None`` is a neuron of padding that is constantly 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from exactland.errors import InputError
from exactland.model.messages import shown

#: An ordered tuple of neuron indices, ``None`` for padding.
Patch = tuple[int | None, ...]

#: More entries than this in all patches of a layer are refused before anything is built.
MAX_PATCH_ENTRIES = 2**24

#: The largest height, size, stride and the like.
MAX_EXTENT = 2**31


def conv1d(
    length: int,
    size: int,
    stride: int = 1,
    dilation: int = 1,
    circular: bool = False,
    channels: int = 1,
    padding: int = 0,
    channels_last: bool = False,
) -> tuple[Patch, ...]:
    """The patches of a 1-D convolution.

    Parameters
    ----------
    length : neurons of one channel of the layer below.
    size : neurons of one channel in a patch; a patch has ``channels * size`` entries.
    stride : neurons between the starts of two patches.
    dilation : neurons between two neighbours in a patch.
    circular : the channel is a ring, every ``stride``-th neuron starts a patch.
    channels : neuron (channel c, position i) has index ``c * length + i``.
    padding : neurons of padding (``None``) at either end.
    channels_last : the index is ``i * channels + c`` instead, as above a convolution with
        ``channels`` filters. The order inside a patch is (channel, position) either way.

    Raises InputError for sizes that allow no patch.

    >>> conv1d(5, 3)
    ((0, 1, 2), (1, 2, 3), (2, 3, 4))
    >>> conv1d(3, 2, circular=True)
    ((0, 1), (1, 2), (2, 0))
    >>> conv1d(2, 2, channels=2, padding=1)
    ((None, 0, None, 2), (0, 1, 2, 3), (1, None, 3, None))
    """
    place = "conv1d"
    for name, value in [
        ("length", length), ("size", size), ("stride", stride),
        ("dilation", dilation), ("channels", channels),
    ]:  # fmt: skip
        _require_integer(place, name, value, 1)
    _require_integer(place, "padding", padding, 0)
    starts = _starts(place, "length", length, size, stride, dilation, padding, circular)
    _require_room(place, len(starts) * channels * size)
    lines = [_line(start, length, size, dilation, circular) for start in starts]
    return tuple(
        tuple(
            None if i is None else _index(c, i, length, channels, channels_last)
            for c in range(channels)
            for i in line
        )
        for line in lines
    )


def conv2d(
    height: int,
    width: int,
    channels: int = 1,
    size: Sequence[int] = (3, 3),
    stride: Sequence[int] = (1, 1),
    dilation: Sequence[int] = (1, 1),
    padding: Sequence[int] = (0, 0),
    circular: bool = False,
    channels_last: bool = False,
) -> tuple[Patch, ...]:
    """The patches of a 2-D convolution; pairs are (rows, columns).

    Neuron (channel c, row i, column j) has index ``(c * height + i) * width + j``, or with
    ``channels_last`` ``(i * width + j) * channels + c``. The entries of a patch are ordered by
    (channel, row, column), the patches by (row, column). The other parameters are as in ``conv1d``.

    Raises InputError for sizes that allow no patch.

    >>> conv2d(2, 2, size=(1, 2)) + conv2d(2, 2, size=(2, 1))
    ((0, 1), (2, 3), (0, 2), (1, 3))
    >>> conv2d(2, 3, channels=2, size=(2, 2))[1]
    (1, 2, 4, 5, 7, 8, 10, 11)
    """
    place = "conv2d"
    for name, value in [("height", height), ("width", width), ("channels", channels)]:
        _require_integer(place, name, value, 1)
    sizes = _pair(place, "size", size, 1)
    strides = _pair(place, "stride", stride, 1)
    dilations = _pair(place, "dilation", dilation, 1)
    paddings = _pair(place, "padding", padding, 0)
    rows, columns = (
        _starts(place, name, extent, sizes[a], strides[a], dilations[a], paddings[a], circular)
        for a, (name, extent) in enumerate([("height", height), ("width", width)])
    )
    _require_room(place, len(rows) * len(columns) * channels * sizes[0] * sizes[1])
    row_lines = [_line(start, height, sizes[0], dilations[0], circular) for start in rows]
    column_lines = [_line(start, width, sizes[1], dilations[1], circular) for start in columns]
    return tuple(
        tuple(
            None
            if i is None or j is None
            else _index(c, i * width + j, height * width, channels, channels_last)
            for c in range(channels)
            for i in row_line
            for j in column_line
        )
        for row_line in row_lines
        for column_line in column_lines
    )


def _index(channel: int, position: int, positions: int, channels: int, channels_last: bool) -> int:
    return position * channels + channel if channels_last else channel * positions + position


def _line(start: int, extent: int, size: int, dilation: int, circular: bool) -> list[int | None]:
    """The positions of one patch along one axis, None outside of it."""
    positions = range(start, start + size * dilation, dilation)
    if circular:
        return [i % extent for i in positions]
    return [i if 0 <= i < extent else None for i in positions]


def _starts(
    place: str,
    axis: str,
    extent: int,
    size: int,
    stride: int,
    dilation: int,
    padding: int,
    circular: bool,
) -> range:
    """Where the patches start along one axis."""
    span = (size - 1) * dilation + 1
    if circular:
        if padding:
            raise InputError(place, "a circular convolution has no padding", "leave padding at 0")
        if size > extent // gcd(dilation, extent):
            raise InputError(
                place,
                f"a circular patch of size {size} and dilation {dilation} meets a neuron of the "
                f"{axis} {extent} twice",
                "choose a smaller size or another dilation",
            )
        return range(0, extent, stride)
    if span > extent + 2 * padding:
        raise InputError(
            place,
            f"a patch of size {size} and dilation {dilation} spans {span} neurons, but the {axis} "
            f"with padding is {extent + 2 * padding}",
            "choose a smaller size or dilation, or more padding",
        )
    return range(-padding, extent + padding - span + 1, stride)


def _pair(place: str, name: str, value: Sequence[int], least: int) -> tuple[int, int]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence) or len(value) != 2:
        raise InputError(place, f"{name} is {shown(value)}", f"give two integers: {name}=[3, 3]")
    for item in value:
        _require_integer(place, name, item, least)
    return value[0], value[1]


def _require_integer(place: str, name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_EXTENT:
        raise InputError(
            place, f"{name} is {shown(value)}", f"give an integer from {least} to {MAX_EXTENT}"
        )


def _require_room(place: str, entries: int) -> None:
    if entries > MAX_PATCH_ENTRIES:
        raise InputError(
            place,
            f"the patches would have {entries} entries, more than {MAX_PATCH_ENTRIES}",
            "choose a smaller image, fewer channels or a larger stride",
        )
