"""Layers of problem files: what the two formats say, and what each refuses."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flint import fmpq

from exactland.errors import InputError
from exactland.model.forward import feature_matrix
from exactland.model.layer_matrix import layer_matrix
from exactland.model.layers import AveragePooling, Convolution, Dense
from exactland.model.problem import Problem
from exactland.model.problem_file import problem_document, problem_from

NEURONS = list(range(8))
IMAGE = [[[[0, 1], [2, 3]], [[4, 5], [6, 7]]]]


def document(inputs: Any, layers: Any, version: int = 2, **more: Any) -> Any:
    return {
        "format": f"exactland-problem/{version}",
        "data": {"inputs": inputs},
        "network": {"kind": "sequential", "layers": layers},
        **more,
    }


def conv(patches: Any, filters: int = 1, **more: Any) -> Any:
    return {
        "kind": "convolution", "patches": patches, "filters": filters,
        "bias": "none", "activation": "identity", **more,
    }  # fmt: skip


def pool(patches: Any, kind: str = "max-pooling", **more: Any) -> Any:
    return {"kind": kind, "patches": patches, **more}


def values(problem: Problem) -> list[fmpq]:
    return list(feature_matrix(problem, problem.sequential.depth)[0])


def test_a_convolution_above_a_convolution_reads_channels() -> None:
    """1134, as PyTorch; a reading of the neurons p T + t as channel, row, column gives 1036."""
    layers = [
        conv({"conv2d": {"height": 3, "width": 3, "size": [2, 2]}}, 2),
        conv({"conv2d": {"height": 2, "width": 2, "channels": 2, "size": [2, 2]}}),
    ]
    weights = [{"W": [[1, 2], [3, 4], [5, 6], [7, 8]]}, {"W": [[n] for n in range(1, 9)]}]
    inputs = [[0, 1, 4, 2, 2, 4, 1, 0, 1]]
    assert values(problem_from(document(inputs, layers, parameters=weights))) == [1134]
    last = copy.deepcopy(layers)
    last[1]["patches"]["conv2d"]["channels_last"] = True
    assert values(problem_from(document(inputs, last, 1, parameters=weights))) == [1134]
    with pytest.raises(InputError, match=r"layers\[1\].patches.conv2d: in format 1 this reads"):
        problem_from(document(inputs, layers, 1))


def test_pooling_is_of_each_channel() -> None:
    inputs = [[*range(16), *range(100, 84, -1)]]
    shorthand = {"height": 4, "width": 4, "channels": 2, "size": [2, 2], "stride": [2, 2]}
    found = problem_from(document(inputs, [pool({"pool2d": shorthand})]))
    assert values(found) == [5, 7, 13, 15, 100, 98, 92, 90]
    with pytest.raises(InputError, match="the maximum over all channels"):
        problem_from(document(inputs, [pool({"conv2d": shorthand})], 1))
    with pytest.raises(InputError, match="pools each channel by itself; write pool2d"):
        problem_from(document(inputs, [pool({"conv2d": shorthand})]))


def test_one_order_for_patches_weights_and_biases() -> None:
    """Above a convolution, everything that names neurons counts by channel, row, column."""
    identity = [[1, 0, 0], [0, 1, 0]]  # filters: the two channels, and nothing
    first = conv({"conv2d": {"size": 1}}, 3, bias="neuron")
    b = [10 * n for n in range(12)]
    expected = [x + 10 * n for n, x in enumerate([*NEURONS, 0, 0, 0, 0])]
    parameters: list[Any] = [{"W": identity, "b": b}]
    for last, entry in (
        (conv([[n] for n in range(12)]), {"W": [[1]]}),
        ({"kind": "dense", "width": 12, "bias": "none"},
         {"W": [[int(i == j) for j in range(12)] for i in range(12)]}),
        (pool([[n] for n in range(12)]), None),
        (pool([[n, None] for n in range(12)], "average-pooling", divisors=[1] * 12), None),
    ):  # fmt: skip
        for middle in ([], [{"kind": "flatten"}]):
            layers = [first, *middle, last]
            given = [*parameters, *[None for _ in middle], entry]
            found = problem_from(document(IMAGE, layers, parameters=given))
            assert values(found) == expected
            assert found.sequential.depth == 2


def test_format_1_numbers_as_the_papers_do() -> None:
    layers = [conv({"conv1d": {"length": 2, "size": 1}}, 2), {"kind": "dense", "width": 1}]
    parameters = [{"W": [[1, 10]]}, {"W": [[1], [2], [3], [4]], "b": [0]}]
    old = problem_from(document([[1, 2]], layers, 1, parameters=parameters))
    assert values(old) == [1 * 1 + 2 * 10 + 3 * 2 + 4 * 20]
    new = problem_from(document([[1, 2]], layers, parameters=parameters))
    assert values(new) == [1 * 1 + 2 * 2 + 3 * 10 + 4 * 20]


def test_a_grouped_convolution_is_blocks() -> None:
    layer = conv({"conv2d": {"size": 1}}, 4, groups=2)
    problem = problem_from(document(IMAGE, [layer], parameters=[{"W": [[1, 2, 3, 4]]}]))
    rows = [[0] * 16 for _ in range(8)]
    for place in range(4):
        rows[place][4 * place : 4 * place + 4] = [1, 2, 0, 0]
        rows[4 + place][4 * place : 4 * place + 4] = [0, 0, 3, 4]
    assert layer_matrix(problem, 1) == rows
    depthwise = conv({"conv2d": {"size": 1}}, 4, groups="depthwise")
    assert problem_from(document(IMAGE, [depthwise])).network == problem.network


def test_the_first_format_that_can_say_it() -> None:
    """A document is of format 2 where it has to be."""
    for layer, version in (
        (conv([[0, 1], [1, None]]), 1),
        (pool([[0, 1]]), 1),
        (conv([[0, 1], [1, 0]]), 2),
        (conv([[0], [0]]), 2),
        (conv([[0], [1]], 2, groups=2), 2),
        (pool([[0, 1], [0, None]]), 2),
        (pool([[0, 1]], "average-pooling"), 2),
        ({"kind": "dense", "width": 1}, 1),
    ):
        inputs = [[1, 2]]
        written = problem_document(problem_from(document(inputs, [layer])))
        assert written["format"] == f"exactland-problem/{version}"
        assert problem_document(problem_from(written)) == written


def test_divisors_of_averages() -> None:
    layers = [pool([[0, 1], [1, None]], "average-pooling")]
    found = problem_from(document([[6, 4]], layers))
    assert found.network.layers == (AveragePooling([[0, 1], [1, None]], [2, 1]),)  # type: ignore[union-attr]
    assert values(found) == [5, 4]
    layers[0]["divisors"] = [4, 8]
    assert values(problem_from(document([[6, 4]], layers))) == [fmpq(5, 2), fmpq(1, 2)]


def norm(**changes: Any) -> Any:
    full = {"mean": [1], "variance": ["3.75"], "eps": "1/4", "gamma": [6], "beta": [2]} | changes
    return {key: value for key, value in full.items() if value is not None}


@pytest.mark.parametrize(
    ("bias", "extra", "expected"),
    [("filter", {"b": [5]}, 3 * (14 + 5 - 1) + 2), ("neuron", {}, 3 * (14 - 1) + 2)],
)
def test_batch_norm_is_folded(bias: str, extra: Any, expected: int) -> None:
    layer = conv([[0, 1]], bias=bias)
    entry = {"W": [[1], [2]], **extra, "batch-norm": norm()}
    problem = problem_from(document([[4, 5]], [layer], parameters=[entry]))
    assert values(problem) == [expected]
    plain = problem_document(problem)["parameters"]
    assert plain == [{"W": [[3], [6]], "b": [expected - 42]}]


@pytest.mark.parametrize(
    ("bias", "value", "message"),
    [
        ("none", norm(), 'the layer has no bias to fold it into; write "bias": "filter"'),
        ("filter", norm(variance=[1]), r"variance\[0\]: the standard deviation sqrt\(5/4\) is not"),
        ("filter", norm(variance=[-1]), "variance . eps is -3/4; it has to be positive"),
        ("filter", norm(mean=[1, 2]), r"batch-norm.mean: there are 2 for 1 filters"),
        ("filter", norm(eps=None), 'the key "eps" is missing'),
        ("filter", norm(eps=0.5), "0.5 is a float"),
        ("filter", norm(scale=[1]), "batch-norm.scale: the key is not known here"),
        ("filter", 3, "batch-norm: 3 is not an object"),
    ],
)
def test_batch_norm_that_cannot_be_folded(bias: str, value: Any, message: str) -> None:
    entry = {"W": [[1], [2]], "batch-norm": value}
    with pytest.raises(InputError, match=message):
        problem_from(document([[4, 5]], [conv([[0, 1]], bias=bias)], parameters=[entry]))


C2 = {"conv2d": {"size": 1}}
AVERAGE = "average-pooling"


@pytest.mark.parametrize(
    ("inputs", "layers", "message"),
    [
        (IMAGE, [conv({"conv1d": {"size": 1}})], r"conv1d: the layer below is 2 x 2 x 2 .*flatten"),
        (IMAGE, [conv({"conv2d": {"size": 1, "height": 3}})], "the layer below is 2 x 2 x 2"),
        (IMAGE, [conv({"conv2d": {"size": 3}})], "conv2d: a patch of size 3 .* the height with"),
        (IMAGE, [conv({"conv2d": {"size": [1, 2, 3]}})], r"size is \[1, 2, 3\]; give two integers"),
        (IMAGE, [conv({"conv2d": {"size": 1, "padding": "full"}})], "padding is 'full'; give"),
        (IMAGE, [conv({"conv2d": {"size": 1, "padding": [0, -1]}})], "padding is -1"),
        (IMAGE, [conv(C2, 3, groups=2)], "3 filters and 8 patches do not fall into 2 groups"),
        (IMAGE, [conv(C2, 3, groups=3)], "conv2d: 2 channels do not fall into 3 groups"),
        (IMAGE, [conv([[0]], groups="depthwise")], "the channels are not known"),
        (IMAGE, [conv({"pool2d": {"size": 1}})], "pool2d: convolution has filters; write conv2d"),
        (IMAGE, [conv({"conv2d": {"size": 1, "channels_last": True}})], "format 2 knows the order"),
        (IMAGE, [pool({"pool2d": {"size": 1, "count_include_pad": True}})], "is not known here"),
        (IMAGE, [pool({"pool2d": {"size": 1, "ceil_mode": 1}})], "ceil_mode: it is not a boolean"),
        (IMAGE, [pool({"pool2d": {"size": 1, "padding": 2}})], "a patch holds padding only"),
        (IMAGE, [pool({"pool2d": {"size": 1, "divisor_override": 0}}, AVERAGE)], "s: 0"),
        (IMAGE, [pool({"pool2d": {"size": 1}}, "average-pooling", divisors=[1])], "has its own"),
        (IMAGE, [pool([[0]], divisors=[1])], "divisors: the key is not known here"),
        (IMAGE, [conv([[0], [1]], 2), conv({"conv1d": {"size": 1}})], "and no grid; use a"),
        (IMAGE, [{"kind": "flatten"}], "there is no layer but flatten"),
        (IMAGE, [{"kind": "flatten", "width": 1}], "flatten|width: the key is not known"),
        ([NEURONS], [conv(C2)], 'conv2d: the layer below is a line of 8 neurons; give "height"'),
        ([NEURONS], [conv({"conv2d": {"size": 1, "height": 2, "width": 3}})], "1 x 2 x 3 is not"),
        ([NEURONS], [conv({"conv1d": {"size": 1, "length": 7}})], "1 x 7 is not the 8 neurons"),
        ([NEURONS], [conv({"conv1d": {"size": 1, "channels": 3}})], 'give "length"'),
        ([[[[[1]]]], [[[[1]]]]], [conv(C2)], r"nested 5 deep; give N x channels x length"),
        ([[[1, 2]], [[1]]], [conv(C2)], r"data.inputs\[1\]\[0\]: it is not a list of 2"),
        ([[[1, 0.5]]], [conv(C2)], r"data.inputs\[0\]\[0\]\[1\]: 0.5 is a float"),
    ],
)  # fmt: skip
def test_refusals_of_format_2(inputs: Any, layers: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        problem_from(document(inputs, layers))
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([conv([[0]], groups=1)], "format 1 has no groups"),
        ([pool([[0]], "average-pooling")], "format 1 has no average-pooling"),
        ([{"kind": "flatten"}], "format 1 has no flatten"),
        ([pool({"pool1d": {"size": 1}})], "format 1 has no pool1d"),
        ([conv({"conv1d": {"size": 1}})], 'the key "length" is missing'),
    ],
)
def test_format_1_has_nothing_new(layers: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        problem_from(document([NEURONS], layers, 1))


def test_parameters_of_a_flatten() -> None:
    layers = [{"kind": "flatten"}, {"kind": "dense", "width": 1, "bias": "none"}]
    W = {"W": [[1]] * 8}
    assert values(problem_from(document(IMAGE, layers, parameters=[None, W]))) == [28]
    with pytest.raises(InputError, match="there are 1 entries for 2 layers"):
        problem_from(document(IMAGE, layers, parameters=[W]))
    with pytest.raises(InputError, match=r"parameters\[0\]: flatten has no parameters"):
        problem_from(document(IMAGE, layers, parameters=[W, W]))


def test_layers_know_their_grids() -> None:
    layers = [
        conv({"conv2d": {"size": 1}}, 3),
        pool({"pool2d": {"size": [1, 2]}}),
        {"kind": "dense", "width": 4},
    ]
    layers[2]["activation"] = "relu"
    problem = problem_from(document(IMAGE, [*layers, conv({"conv1d": {"size": 2}}, 2)]))
    assert [str(layer.grid) for layer in problem.sequential.layers] == [
        "3 x 2 x 2", "3 x 2 x 1", "None", "2 x 3",
    ]  # fmt: skip
    assert isinstance(problem.sequential.layers[2], Dense)
    # Two layers that differ in their grids only are the same layer.
    first = problem.sequential.layers[0]
    assert isinstance(first, Convolution)
    assert first == Convolution(first.patches, 3, "none")
