"""Layers and sequential networks: widths, and every refusal."""

from __future__ import annotations

import pytest

from exactland.errors import InputError, UsageError
from exactland.model.layers import AveragePooling, Convolution, Dense, Layer, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.patches import conv1d


@pytest.mark.parametrize(("bias", "length"), [("neuron", 6), ("filter", 2), ("none", 0)])
def test_sizes_of_a_convolution(bias: str, length: int) -> None:
    layer = Convolution(conv1d(5, 3), 2, bias)
    layer.check(5, "layer 1")
    assert (layer.width(5), layer.filter_length(5), layer.filter_count()) == (6, 3, 2)
    assert layer.bias_length(5) == length


@pytest.mark.parametrize(
    ("patches", "below", "message"),
    [
        ([[0, 1], [1, 1]], 2, r"layer 1.patches\[1\]: patch 1 contains neuron 1 twice"),
        ([[0, 1], [2]], 3, r"patch 1 has length 1 and patch 0 has length 2"),
        ([[0, 1], [1, 4]], 4, r"patch 1 has the index 4, but the layer below has 4 neurons"),
        ([[0, 1], [1, -1]], 2, r"patch 1 has the index -1"),
        ([[]], 1, r"patch 0 is empty"),
        ([[0, 1, None], [1, 0, 1]], 2, r"patch 1 contains neuron 1 twice"),
    ],
)
def test_patches_that_do_not_fit(patches: list[list[int]], below: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Convolution(patches, 1).check(below, "layer 1")


@pytest.mark.parametrize(
    ("layer", "below", "what"),
    [
        (Convolution([[0, 1], [1, 2], [1, 0]], 1), 3, "patches 0 and 2 contain the same neurons"),
        (Convolution([[0, 1], [1, 3]], 1), 4, "neuron 2 of the layer below is in no patch"),
        (Convolution([[None, 0], [None, 0]], 1), 1, "patches 0 and 1 contain the same neurons"),
        (Convolution([[None, 0], [0, None]], 1), 1, None),
        (Convolution([[0], [1]], 2, groups=2), 2, "the convolution has 2 groups"),
        (MaxPooling([[0, None]]), 1, "max-pooling has padding"),
        (MaxPooling([[0]]), 2, "neuron 1 of the layer below is in no patch"),
        (MaxPooling([[0, 1]]), 2, None),
        (AveragePooling([[0, 1]]), 2, "it is average-pooling"),
        (Dense(2), 3, None),
    ],
)  # fmt: skip
def test_what_the_papers_do_not_admit_is_loaded(layer: Layer, below: int, what: str | None) -> None:
    layer.check(below, "layer 1")
    found = layer.outside_the_papers(below)
    assert found is None if what is None else str(found).startswith(what)


def test_pooling_needs_a_neuron() -> None:
    with pytest.raises(InputError, match="patch 1 has no neuron"):
        MaxPooling([[0, None], [None, None]]).check(1, "layer 2")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Convolution([], 1), "there is no patch"),
        (lambda: Convolution([[0.5]], 1), "0.5 is not an index"),
        (lambda: Convolution([[True]], 1), "True is not an index"),
        (lambda: Convolution([3], 1), "3 is not a list"),
        (lambda: Convolution("ab", 1), "'ab' is not a list"),
        (lambda: Convolution([[0]], 0), "filters: 0 is not admissible"),
        (lambda: Convolution([[0]], 1, "tied"), "'tied' is not a kind of bias"),
        (lambda: Dense(0), "width: 0 is not admissible"),
        (lambda: Dense("3"), "'3' is not admissible"),
        (lambda: Dense(10**5000), "a value of type int is not admissible"),
        (lambda: Convolution([[0]] * 8, 2**24).check(1, "x"), "134217728 neurons, more than"),
        (lambda: Convolution([[0], [1]], 3, groups=2), "3 filters and 2 patches do not fall into"),
        (lambda: Convolution([[0]], 1, groups=0), "groups: 0 is not admissible"),
        (lambda: AveragePooling([[0], [1]], [1]), "divisors: there are 1 for 2 patches"),
        (lambda: AveragePooling([[0]], [0]), "divisors: 0 is not admissible"),
        (lambda: AveragePooling([[0]], 2), "divisors: 2 is not a list"),
        (lambda: Convolution([[0], [1]], 2**26).check(2, "x"), "134217728 neurons, more than"),
        (lambda: Convolution([[-(10**5000)]], 1).check(1, "x"), "a value of type int"),
        (lambda: Dense(1, activation="rleu"), "relu"),
        (lambda: SequentialNetwork([]), "there is no layer"),
        (lambda: SequentialNetwork(["dense"]), "'dense' is not a layer"),
        (lambda: SequentialNetwork([Dense(2**20), Dense(2**20)]).check(1), r"layers\[1\].*weights"),
        (lambda: Dense(10**15), "give an integer from 1 to 67108864"),
    ],
)
def test_layers_that_cannot_be(make: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()  # type: ignore[operator]


@pytest.mark.parametrize("k", [0, 3, -1, True, "1", 1.0])
def test_layers_count_from_one(k: object) -> None:
    network = SequentialNetwork([Dense(2), Dense(1)])
    assert network.layer(1).width(7) == 2
    with pytest.raises(UsageError, match="the layers are 1 to 2"):
        network.layer(k)  # type: ignore[arg-type]


def test_a_network_names_the_layer_that_does_not_fit() -> None:
    network = SequentialNetwork([Dense(4), MaxPooling([[0, 1], [2, 3], [0, 4]])])
    with pytest.raises(
        InputError, match=r"network.layers\[1\].patches\[2\]: patch 2 has the index 4"
    ):
        network.check(2)
