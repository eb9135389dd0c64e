"""Patches against a definition written out in another way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.errors import InputError
from exactland.model.patches import conv1d, conv2d, pool1d, pool2d


@given(st.data())
def test_conv2d_reads_the_padded_image(data: st.DataObject) -> None:
    """Each patch is the window of an image of indices with a frame of None."""
    draw = data.draw
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    channels = draw(st.integers(1, 2))
    size = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    stride = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    dilation = (draw(st.integers(1, 2)), draw(st.integers(1, 2)))
    padding = (draw(st.integers(0, 2)), draw(st.integers(0, 2)))
    last = draw(st.booleans())
    image = {
        (c, i + padding[0], j + padding[1]): (
            (i * width + j) * channels + c if last else (c * height + i) * width + j
        )
        for c in range(channels)
        for i in range(height)
        for j in range(width)
    }
    expected = []
    for top in range(0, height + 2 * padding[0], stride[0]):
        for left in range(0, width + 2 * padding[1], stride[1]):
            bottom = top + (size[0] - 1) * dilation[0]
            right = left + (size[1] - 1) * dilation[1]
            if bottom >= height + 2 * padding[0] or right >= width + 2 * padding[1]:
                continue
            expected.append(
                tuple(
                    image.get((c, top + a * dilation[0], left + b * dilation[1]))
                    for c in range(channels)
                    for a in range(size[0])
                    for b in range(size[1])
                )
            )
    arguments = (height, width, channels, size, stride, dilation, padding, False, last)
    if expected:
        assert conv2d(*arguments) == tuple(expected)
    else:
        with pytest.raises(InputError, match="spans"):
            conv2d(*arguments)


@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_circular_is_the_ring(length: int, size: int, stride: int, dilation: int) -> None:
    ring = [
        tuple((start + r * dilation) % length for r in range(size))
        for start in range(0, length, stride)
    ]
    if len(set(ring[0])) < size:
        with pytest.raises(InputError, match="twice"):
            conv1d(length, size, stride, dilation, circular=True)
    else:
        assert conv1d(length, size, stride, dilation, circular=True) == tuple(ring)


def test_conv1d_is_conv2d_of_height_one() -> None:
    assert conv1d(7, 3, 2, 1, False, 2, 1) == conv2d(1, 7, 2, (1, 3), (1, 2), (1, 1), (0, 1))


def test_pooling_reads_one_channel_at_a_time() -> None:
    for last in (False, True):
        number = (lambda c, i: 2 * i + c) if last else (lambda c, i: 5 * c + i)
        line = pool1d(5, 2, 2, padding=1, channels=2, ceil_mode=True, channels_last=last)
        places = ((None, 0), (1, 2), (3, 4))
        expected = [
            [None if i is None else number(c, i) for i in p] for c in (0, 1) for p in places
        ]
        assert [list(patch) for patch in line] == expected
    assert pool2d(1, 5, size=(1, 3)) == pool1d(5, 3) == ((0, 1, 2),)
    assert pool2d(1, 5, size=(1, 3), ceil_mode=True) == ((0, 1, 2), (3, 4, None))
    with pytest.raises(InputError, match="pool1d: a patch holds padding only"):
        pool1d(4, 2, padding=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"length": 3, "size": 4}, "spans 4 neurons, but the length with padding is 3"),
        ({"length": 5, "size": 3, "dilation": 3}, "spans 7 neurons"),
        ({"length": 0, "size": 1}, "length is 0"),
        ({"length": 5, "size": 2, "stride": 0}, "stride is 0"),
        ({"length": 5, "size": True}, "size is True"),
        ({"length": 5, "size": "2"}, "size is '2'"),
        ({"length": 5, "size": 2, "padding": -1}, "padding is -1"),
        ({"length": 5, "size": 2, "padding": 1, "circular": True}, "has no padding"),
        ({"length": 4, "size": 3, "dilation": 2, "circular": True}, "twice"),
        ({"length": 2**30, "size": 2}, "more than 16777216"),
        ({"length": 2**30, "size": 2**30, "circular": True}, "more than 16777216"),
        ({"length": 10**40, "size": 2}, "give an integer from 1 to"),
    ],
)
def test_impossible_1d_sizes(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        conv1d(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": "3"}, "size is .3.; give two integers"),
        ({"size": [3]}, "size is"),
        ({"size": [3, 6]}, "spans 6 neurons, but the width with padding is 5"),
        ({"size": [5, 1]}, "spans 5 neurons, but the height with padding is 4"),
        ({"stride": [1, 0]}, "stride is 0"),
    ],
)
def test_impossible_2d_sizes(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        conv2d(4, 5, **arguments)  # type: ignore[arg-type]
