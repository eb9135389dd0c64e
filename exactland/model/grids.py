"""Grids of neurons and the windows that slide over them, as in the frameworks.

A layer that comes from a grid has neurons (channel, row, column). The frameworks number them in
this order; the papers number those of a convolution by h = (p-1) T + t, the filters innermost. A
:class:`Grid` knows both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import gcd, prod
from typing import Any

from exactland.errors import InputError
from exactland.model.messages import shown

#: The largest height, size, stride and the like.
MAX_EXTENT = 2**31

#: Positions of a window: indices of one channel, None outside of the grid.
Window = tuple[int | None, ...]


@dataclass(frozen=True)
class Interleaved(Sequence[int]):
    """Neuron (channel c, place p) has the number p C + c: these numbers by channel, then place.

    >>> list(Interleaved(2, 3))
    [0, 2, 4, 1, 3, 5]
    """

    channels: int
    places: int

    def __len__(self) -> int:
        return self.channels * self.places

    def __getitem__(self, n: Any) -> Any:
        if not 0 <= n < len(self):
            raise IndexError(n)
        return n % self.places * self.channels + n // self.places


@dataclass(frozen=True)
class Grid:
    """``channels`` copies of a line of neurons (``shape`` of length 1) or an image (length 2).

    ``numbers[n]`` is the number in the papers' order of the neuron that is n-th by channel, row,
    column.

    >>> Grid.of_convolution(2, (3,))
    Grid(channels=2, shape=(3,), numbers=Interleaved(channels=2, places=3))
    >>> print(Grid.channels_first(3, (4, 5)))
    3 x 4 x 5
    """

    channels: int
    shape: tuple[int, ...]
    numbers: Sequence[int]

    @classmethod
    def channels_first(cls, channels: int, shape: tuple[int, ...]) -> Grid:
        """Neurons that are numbered by channel, row, column: data, pooled layers."""
        return cls(channels, shape, range(channels * prod(shape)))

    @classmethod
    def of_convolution(cls, channels: int, shape: tuple[int, ...]) -> Grid:
        """Neurons that are numbered by row, column, channel: a convolution, one patch a place."""
        places = prod(shape)
        if channels == 1 or places == 1:
            return cls.channels_first(channels, shape)
        return cls(channels, shape, Interleaved(channels, places))

    @property
    def flat(self) -> Grid:
        """The same neurons as one line, in the order channel, row, column."""
        return Grid(1, (len(self.numbers),), self.numbers)

    @property
    def is_flat(self) -> bool:
        """Whether the grid is one line of neurons."""
        return self.channels == 1 and len(self.shape) == 1

    @property
    def in_order(self) -> bool:
        """Whether the papers number the neurons as the frameworks do."""
        return isinstance(self.numbers, range)

    def neuron(self, channel: int, position: int | None) -> int | None:
        """The number of a neuron; None for padding."""
        if position is None:
            return None
        return self.numbers[channel * (len(self.numbers) // self.channels) + position]

    def __str__(self) -> str:
        return " x ".join(map(str, (self.channels, *self.shape)))


@dataclass(frozen=True)
class Axis:
    """How windows of ``size`` neurons slide along one axis; they are made when they are asked for.

    ``end`` is where the padding after the grid ends: with ``ceil_mode`` a window may reach beyond.
    """

    starts: range
    extent: int
    size: int
    dilation: int
    end: int
    circular: bool = False

    @property
    def lines(self) -> list[Window]:
        """The positions of each window, None for padding."""
        return [
            tuple(
                i % self.extent if self.circular else i if 0 <= i < self.extent else None
                for i in self._reach(start)
            )
            for start in self.starts
        ]

    @property
    def inside(self) -> list[int]:
        """For each window the number of its neurons in the grid or its padding."""
        return [sum(i < self.end for i in self._reach(start)) for start in self.starts]

    def _reach(self, start: int) -> range:
        return range(start, start + self.size * self.dilation, self.dilation)


def axis(
    place: str,
    name: str,
    extent: int,
    size: int,
    stride: int = 1,
    dilation: int = 1,
    padding: Any = 0,
    circular: bool = False,
    ceil_mode: bool = False,
) -> Axis:
    """The windows along an axis of ``extent`` neurons.

    ``padding`` is a number for both ends, a pair, or "same": then there are ceil(extent / stride)
    windows, and an odd neuron of padding comes last, as in PyTorch (stride 1) and TensorFlow.

    >>> axis("conv1d", "length", 4, 3, padding="same").lines
    [(None, 0, 1), (0, 1, 2), (1, 2, 3), (2, 3, None)]
    """
    span = (size - 1) * dilation + 1
    if circular:
        starts = _ring(place, name, extent, size, stride, dilation, padding)
        return Axis(starts, extent, size, dilation, extent + span, circular=True)
    if padding == "same":
        total = max((-(-extent // stride) - 1) * stride + span - extent, 0)
        padding = (total // 2, total - total // 2)
    before, after = (padding, padding) if isinstance(padding, int) else padding
    room = extent + before + after - span
    if room < 0:
        raise InputError(
            place,
            f"a patch of size {size} and dilation {dilation} spans {span} neurons, but the {name} "
            f"with padding is {extent + before + after}",
            "choose a smaller size or dilation, or more padding",
        )
    count = room // stride + 1
    # One more window for what is left over, if it starts inside of the grid or its left padding.
    if ceil_mode and room % stride and count * stride < extent + before:
        count += 1
    starts = range(-before, -before + count * stride, stride)
    return Axis(starts, extent, size, dilation, extent + after)


def windows(axes: Sequence[Axis], shape: Sequence[int]) -> list[Window]:
    """The windows of a grid in the order of rows, then columns; each in this order, too."""
    if len(axes) == 1:
        return axes[0].lines
    width = shape[1]
    return [
        tuple(None if i is None or j is None else i * width + j for i in rows for j in columns)
        for rows, columns in product(axes[0].lines, axes[1].lines)
    ]


def pair(place: str, name: str, value: Any, axes: int, least: int) -> tuple[int, ...]:
    """A number for each axis: one for all, or a list."""
    values = [value] * axes if isinstance(value, int) else value
    if isinstance(values, (str, bytes)) or not isinstance(values, Sequence) or len(values) != axes:
        wanted = "an integer" if axes == 1 else f"two integers: {name}=[3, 3]"
        raise InputError(place, f"{name} is {shown(value)}", f"give {wanted}")
    for item in values:
        require_integer(place, name, item, least)
    return tuple(values)


def paddings(place: str, value: Any, axes: int) -> tuple[Any, ...]:
    """What ``axis`` takes as padding, for each axis.

    A number or "same" is for all; a list has a number or a pair (before, after) for each axis; for
    one axis a pair will do.
    """
    if value == "same" or isinstance(value, int):
        value = [value] * axes
    elif axes == 1 and isinstance(value, Sequence) and len(value) == 2:
        value = [value]
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence) or len(value) != axes:
        how = "an integer, [before, after]" if axes == 1 else "an integer, [rows, columns]"
        raise InputError(place, f"padding is {shown(value)}", f'give {how} or "same"')
    result: list[Any] = []
    for item in value:
        if item != "same":
            ends = [item, item] if isinstance(item, int) else item
            item = pair(place, "padding", ends, 2, 0)
        result.append(item)
    return tuple(result)


def require_integer(place: str, name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_EXTENT:
        raise InputError(
            place, f"{name} is {shown(value)}", f"give an integer from {least} to {MAX_EXTENT}"
        )


def _ring(
    place: str, name: str, extent: int, size: int, stride: int, dilation: int, padding: Any
) -> range:
    """Where the windows on a ring start."""
    if padding not in (0, (0, 0)):
        raise InputError(place, "a circular convolution has no padding", "leave padding at 0")
    if size > extent // gcd(dilation, extent):
        raise InputError(
            place,
            f"a circular patch of size {size} and dilation {dilation} meets a neuron of the "
            f"{name} {extent} twice",
            "choose a smaller size or another dilation",
        )
    return range(0, extent, stride)
