"""Instances of the papers' proof scripts: for every script at least three beside its built-in one.

Literal tables of small problems. ``INSTANCES`` are those on which a script reaches its goal: dense
and convolutional layers, max-pooling where the statement allows it, padding, depth 3, and
activations of every kind, expressions among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import exactland
from exactland.model.problem import Problem

# Activations.

SOFTPLUS = {"name": "softplus", "alpha": "3/2"}
STEEP = {"expr": "1/(1+exp(-2*t))"}  # limits 0 and 1
FALLING = {"expr": "1/(1+exp(t))"}  # limits 1 and 0: the case mu_+ = 0
FALLING_R1 = {"expr": "1/2-t/(2*(1+abs(t)))"}  # the same with rational values
RISING_ATAN = {"expr": "t+atan(t)"}
SINE_COSINE = {"expr": "sin(t)+cos(t)"}
SHIFTED = {"expr": "1/(1+exp(-t-1))"}
HUMP = {"expr": "-(t-1)**2*exp(t)"}
CUBIC = {"expr": "t+t**3"}
CONSTANT = {"name": "polynomial", "coefficients": [2]}
INVERSE = {"expr": "1/t"}

# Data: samples whose patches of two entries differ, points of a line, of a plane.

SIGNALS = [[0, 1, 3], [1, -1, 2], [2, 5, "1/2"], [4, 0, -2]]
NONZERO = [[1, 2, 4], [3, -1, 5], [7, 6, "1/2"], [8, -2, 9]]  # different with padding, too
LONG = [[1, 2, 4, 8], [0, 3, 9, 5], [7, -1, -3, 6]]
LINE = [[-1], [0], [2], [5]]
PLANE = [[0, 1], [1, 0], [1, 1], ["1/2", -1]]
IMAGES = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [9, 7, 5, 3, 1, 2, 4, 6, 8],
    [0, -1, 2, -3, 5, -4, "1/2", 1, 7],
]
TWICE = [[0, 1, 3], [0, 1, 2], [2, 5, "1/2"]]


def problem(inputs: Any, *layers: Any, targets: Any = None, **more: Any) -> Problem:
    """A sequential network on these samples."""
    data = exactland.Data(inputs, targets)
    return exactland.Problem(exactland.SequentialNetwork(layers), data, **more)


def convolution(sigma: Any, filters: int = 2, bias: str = "neuron") -> exactland.Convolution:
    """Filters of size 2 on signals of length 3: two patches."""
    return exactland.Convolution(exactland.conv1d(3, 2), filters, bias, sigma)


def dilated(sigma: Any, filters: int = 2, bias: str = "neuron") -> exactland.Convolution:
    """Filters of size 2 with a gap, on signals of length 4."""
    return exactland.Convolution(exactland.conv1d(4, 2, dilation=2), filters, bias, sigma)


def padded(sigma: Any, filters: int = 2, bias: str = "neuron") -> exactland.Convolution:
    """Filters of size 2 on signals of length 3 with a 0 at both ends: four patches."""
    return exactland.Convolution([(None, 0), (0, 1), (1, 2), (2, None)], filters, bias, sigma)


def image(sigma: Any, filters: int = 1, bias: str = "neuron") -> exactland.Convolution:
    """2 x 2 filters on 3 x 3 images."""
    return exactland.Convolution(exactland.conv2d(3, 3, size=(2, 2)), filters, bias, sigma)


def dense(width: int, sigma: Any = "identity", bias: str = "neuron") -> exactland.Dense:
    return exactland.Dense(width, bias, sigma)


def pooling(*patches: tuple[int, ...]) -> exactland.MaxPooling:
    return exactland.MaxPooling(patches or ((0, 2), (1, 3)))


def bare(inputs: Any, widths: list[int], *sigmas: Any) -> Problem:
    """A dense network without biases, as in LDS18: a sigma a hidden layer, or one for all."""
    *hidden, outputs = widths
    each = list(sigmas) if len(sigmas) == len(hidden) else list(sigmas) * len(hidden)
    layers = [dense(width, sigma, "none") for width, sigma in zip(hidden, each, strict=True)]
    return problem(inputs, *layers, dense(outputs, bias="none"))


def unit(
    id: str, layer: int, sources: Any, sigma: Any, group: str = "", bias: str | None = ""
) -> exactland.Unit:
    """A unit of a skip network, with weights and a bias of its own unless others are named."""
    return exactland.Unit(
        id, layer, sources, group or f"u{id}", f"b{id}" if bias == "" else bias, sigma
    )


def skip(units: Any, skips: str, inputs: Any = None, **more: Any) -> Problem:
    """A network with skip units on three points of the plane."""
    points = [[0, 1], [1, 0], [2, 3]] if inputs is None else inputs
    return exactland.Problem(exactland.SkipNetwork(units, skips.split()), points, **more)


def three(sigma: Any, upper: Any = None, **more: Any) -> Problem:
    """Two units on the inputs and one above, all of them skip units."""
    return skip(
        [
            unit("a", 1, [0, 1], sigma),
            unit("b", 1, [1, 0], sigma),
            unit("c", 2, ["a", "b"], sigma if upper is None else upper, **more),
        ],
        "a b c",
    )


def tower(sigma: Any) -> Problem:
    """Three layers of skip units over two units that are none: paths that meet no skip unit."""
    return skip(
        [
            unit("g", 1, [0, 1], sigma),
            unit("h", 1, [1, 0], sigma),
            unit("p", 2, ["g"], sigma),
            unit("q", 2, ["g", "h"], sigma),
            unit("r", 3, ["h", "p"], sigma),
        ],
        "p q r",
    )


def shared() -> Problem:
    """Units of one layer with the same weights: a convolution written as a skip network."""
    return skip(
        [
            unit("a", 1, [0, 1], "sigmoid", "u", "s"),
            unit("b", 1, [1, 0], "sigmoid", "u", "t"),
            unit("c", 2, ["a", 0], STEEP),
            unit("d", 3, ["b", "c", 1], SOFTPLUS),
        ],
        "a b c d",
    )


#: Parameters of a 2-3-2 network without zeros, and of one layer.
_THREE = [
    {"W": [[1, "1/2", -1], [2, "1/3", 1]], "b": [1, -1, "1/4"]},
    {"W": [[1, "1/5"], ["1/2", -1], [3, 1]], "b": ["1/2", 2]},
    {"W": [["1/3"], [-1]], "b": [1]},
]
_LINEAR = [
    {"W": [[1, 1], [2, 2]], "b": [1, 0]},
    {"W": [[1, 0, 2], [0, 1, 1]], "b": [0, 1, 5]},
    {"W": [[1, 0], [1, 1], [0, 2]], "b": [3, 3]},
]


@dataclass(frozen=True)
class Instance:
    """A problem, made when it is wanted, and the layer k; ``about`` names what is special."""

    about: str
    made: Callable[[], Problem]
    k: int = 1


def _trained(sigma: Any) -> Problem:
    return problem(
        PLANE, dense(3, sigma), dense(2, sigma), dense(1),
        targets=[0, 1, 1, 0], parameters=_THREE, loss="squared",
    )  # fmt: skip


def _linear(inputs: Any, *widths: int) -> Problem:
    layers = [dense(width) for width in widths]
    return problem(inputs, *layers, parameters=_LINEAR[: len(widths)])


#: NH17, Lemmas 4.3, 4.4 and Corollary 4.5: the bounded case and the exponential/linear one.
_WITNESS = (
    Instance("bounded, n_1 = N - 1", lambda: problem(PLANE, dense(3, "tanh"), dense(1))),
    Instance("bounded, an expression", lambda: problem(LINE, dense(4, STEEP), dense(1))),
    Instance(
        "bounded, k = 3",
        lambda: problem(PLANE, dense(2, "arctan"), dense(2, "erf"), dense(3, "sigmoid"), dense(1)),
        3,
    ),
    Instance("exponential and linear", lambda: problem(PLANE, dense(5, SOFTPLUS), dense(1))),
    Instance(
        "exponential and linear, k = 3",
        lambda: problem(
            LINE, dense(1, "softplus"), dense(2, SOFTPLUS), dense(3, "softplus"), dense(1)
        ),
        3,
    ),
    Instance(
        "exponential and linear above a bounded layer",
        lambda: problem(PLANE, dense(2, "sigmoid"), dense(3, SOFTPLUS), dense(2)),
        2,
    ),
)
#: NH18, Theorem 3.4 at its three cases.
_CLAUSES = (
    Instance("mu_- = 0, convolution", lambda: problem(SIGNALS, convolution("sigmoid"), dense(1))),
    Instance("mu_- = 0, rational", lambda: problem(LINE, dense(5, "r1"), dense(1))),
    Instance(
        "mu_- = 0, an expression above max-pooling",
        lambda: problem(SIGNALS, convolution("r1"), pooling(), dense(4, STEEP), dense(1)),
        3,
    ),
    Instance("mu_+ = 0, an expression", lambda: problem(LINE, dense(4, FALLING), dense(1))),
    Instance(
        "mu_+ = 0, rational, convolution",
        lambda: problem(NONZERO, padded(FALLING_R1), dense(1)),
    ),
    Instance(
        "mu_+ = 0 above max-pooling",
        lambda: problem(SIGNALS, convolution("relu"), pooling(), dense(5, FALLING), dense(1)),
        3,
    ),
    Instance("clause 2, ReLU, images", lambda: problem(IMAGES, image("relu"), dense(1))),
    Instance("clause 2, dilated", lambda: problem(LONG, dilated(SOFTPLUS), dense(1))),
    Instance(
        "clause 2, k = 3",
        lambda: problem(LINE, dense(2, "tanh"), dense(1, "gelu"), dense(4, "silu"), dense(1)),
        3,
    ),
    Instance(
        "clause 2 above max-pooling",
        lambda: problem(SIGNALS, convolution("sigmoid"), pooling(), dense(4, "relu"), dense(1)),
        3,
    ),
    Instance("finite limits only", lambda: problem(SIGNALS, convolution("tanh"), dense(1))),
)
_LAYERS_D1 = (
    Instance("k = 1, an expression", lambda: problem(LINE, dense(2, STEEP), dense(1))),
    Instance(
        "k = 3 by max-pooling",
        lambda: problem(SIGNALS, convolution("gelu"), pooling(), dense(3, "r1"), dense(1)),
        3,
    ),
    Instance(
        "layer k is max-pooling",
        lambda: problem(NONZERO, padded("sigmoid"), pooling((0, 2, 4, 6), (1, 3, 5, 7)), dense(1)),
        2,
    ),
    Instance(
        "k = 3, dense",
        lambda: problem(LINE, dense(1, "lorentz"), dense(2, "sin"), dense(2, "softsign"), dense(1)),
        3,
    ),
)
_GENERIC = (
    Instance("convolution", lambda: problem(SIGNALS, convolution("sigmoid"), dense(1))),
    Instance("dense", lambda: problem(LINE, dense(4, SOFTPLUS), dense(1))),
    Instance(
        "k = 3, an expression",
        lambda: problem(PLANE, dense(2, "gelu"), dense(3, "tanh"), dense(5, STEEP), dense(1)),
        3,
    ),
    Instance("images", lambda: problem(IMAGES, image("silu"), dense(1))),
)
_KINDS = (
    Instance("padding", lambda: problem(SIGNALS, padded("sigmoid", bias="filter"), dense(1))),
    Instance("k = 2", lambda: problem(SIGNALS, dense(3, "tanh"), convolution("gelu")), 2),
    Instance("images", lambda: problem(IMAGES, image(STEEP, 2, "none"), dense(1))),
    Instance(
        "above max-pooling",
        lambda: problem(LONG, dilated("relu"), pooling(), exactland.Convolution(
            [(0,), (1,)], 2, activation=SOFTPLUS), dense(1)),
        3,
    ),
)  # fmt: skip
_DENSE = (
    Instance("k = 1", lambda: problem(PLANE, dense(3, "tanh"), dense(1))),
    Instance(
        "k = 3", lambda: problem(LINE, dense(2, "r1"), dense(2, STEEP), dense(3, SOFTPLUS)), 3
    ),
    Instance(
        "above max-pooling",
        lambda: problem(SIGNALS, convolution("relu"), pooling(), dense(2, bias="none")),
        3,
    ),
)
_POOLED = (
    Instance("first layer", lambda: problem(SIGNALS, pooling((0, 1), (2, 1)), dense(1))),
    Instance("rounded", lambda: problem(SIGNALS, convolution("sigmoid"), pooling(), dense(1)), 2),
    Instance(
        "k = 3",
        lambda: problem(LINE, dense(2, STEEP), dense(4, "relu"), pooling(), dense(1)),
        3,
    ),
)
_FILTERS = (
    Instance("dense", lambda: problem(LINE, dense(2, "relu"), dense(1))),
    Instance("padding", lambda: problem(SIGNALS, padded("sigmoid"), dense(1))),
    Instance(
        "depth 3 with max-pooling",
        lambda: problem(SIGNALS, convolution("relu"), pooling(), dense(3, STEEP)),
        3,
    ),
    Instance("images", lambda: problem(IMAGES, image("tanh", 1), dense(1))),
)
_NAMED_17 = (
    Instance("sigmoid", lambda: problem(LINE, dense(2, "sigmoid"), dense(1))),
    Instance("tanh, k = 3", lambda: problem(LINE, dense(1), dense(1), dense(2, "tanh")), 3),
    Instance("softplus", lambda: problem(SIGNALS, convolution(SOFTPLUS), dense(1))),
    Instance(
        "softplus, alpha = 1/7",
        lambda: problem(LINE, dense(2, {"name": "softplus", "alpha": "1/7"})),
    ),
)
_NAMED_18 = (
    Instance("relu", lambda: problem(SIGNALS, convolution("relu"), dense(1))),
    Instance("sigmoid, k = 3", lambda: problem(LINE, dense(1), dense(1), dense(2, "sigmoid")), 3),
    Instance("softplus", lambda: problem(IMAGES, image(SOFTPLUS), dense(1))),
    Instance(
        "softplus above max-pooling",
        lambda: problem(SIGNALS, pooling((0, 1), (1, 2)), dense(2, SOFTPLUS)),
        2,
    ),
)
_FITS = (
    Instance(
        "exact",
        lambda: problem(SIGNALS, convolution("relu"), dense(1), targets=[1, 0, -1, "1/3"]),
    ),
    Instance(
        "an expression", lambda: problem(LINE, dense(4, STEEP), dense(1), targets=[1, 2, 3, 4])
    ),
    Instance(
        "depth 4 with max-pooling",
        lambda: problem(
            SIGNALS, convolution("r1"), pooling(), dense(5, "relu"), dense(1), targets=[0, 0, 7, 1]
        ),
        3,
    ),
    Instance(
        "mu_+ = 0",
        lambda: problem(LINE, dense(2, "relu"), dense(4, FALLING_R1), dense(1), targets=[1] * 4),
        2,
    ),
)
_GRADIENTS = (
    Instance(
        "exact, two layers above",
        lambda: problem(SIGNALS, convolution("r1"), dense(3, "lorentz"), dense(2),
                        targets=[[1, 0], [0, 1], [2, 2], [3, 1]], loss="half-squared"),
    ),
    Instance(
        "a convolution above a dense layer",
        lambda: problem(SIGNALS, dense(3, "tanh"), convolution(STEEP), dense(1),
                        targets=[1] * 4, loss="half-squared"),
    ),
    Instance(
        "above max-pooling",
        lambda: problem(SIGNALS, convolution("relu"), pooling(), dense(2, SOFTPLUS), dense(1),
                        targets=[1, 2, 3, 4], loss="half-squared"),
        2,
    ),
    Instance("output only", lambda: problem(
        LINE, dense(3, "gelu"), dense(1), targets=[1] * 4, loss="half-squared")),
)  # fmt: skip
_TALL = (
    Instance("convolution", lambda: problem(SIGNALS, convolution("sigmoid"), dense(1))),
    Instance("exact", lambda: problem(LINE, dense(6, "r1"), dense(1))),
    Instance(
        "k = 3 by max-pooling",
        lambda: problem(SIGNALS, convolution("tanh"), pooling(), dense(6, STEEP), dense(1)),
        3,
    ),
    Instance("k = 2", lambda: problem(SIGNALS, dense(3, "tanh"), dense(5, "gelu")), 2),
)
_SKIPS = (
    Instance("bounded", lambda: three("sigmoid")),
    Instance("an expression", lambda: three(STEEP, "sigmoid")),
    Instance("softplus, three layers", lambda: tower(SOFTPLUS)),
    Instance("shared weights", shared),
)
_SPECIAL = (
    Instance("exp", lambda: bare([[-2], ["1/2"], [1], [3]], [4, 1], "exp")),
    Instance("an expression", lambda: bare([["1/2"], [-1], [3], [2]], [5, 1], HUMP)),
    Instance("a shifted sigmoid", lambda: bare([[-1], [0], [1]], [3, 2], SHIFTED)),
    Instance("depth 3", lambda: bare([[-1], [0], [2]], [3, 2, 1], SHIFTED, "relu")),
)
_RELU_ETC = (
    Instance("analytic", lambda: bare([[1], [2], [3]], [3, 1], "tanh")),
    Instance("a kink", lambda: bare([[1], [2], [3]], [3, 1], "relu")),
    Instance("k = 2", lambda: bare([[0, 1], [1, 1]], [2, 2, 1], "exp", {"expr": "abs(t)"}), 2),
    Instance(
        "convolution",
        lambda: problem(SIGNALS, convolution("softsign", bias="none"), dense(1, bias="none")),
    ),
)
_DEEP_BARE = (
    Instance("H = 1", lambda: bare([[1, 1], [1, 2], [1, 4]], [5, 2], "exp")),
    Instance("H = 2", lambda: bare([[-1], [0], [1]], [1, 3, 1], SHIFTED, SINE_COSINE)),
    Instance(
        "H = 3",
        lambda: bare([[0, 1], [1, 1], [2, 0], [-1, 5]], [3, 2, 4, 1], "exp", "softplus", SHIFTED),
    ),
)
_WIDTHS = (
    Instance("a convolution", lambda: problem(SIGNALS, convolution("sigmoid"), dense(1))),
    Instance("max-pooling", lambda: problem(SIGNALS, convolution("relu"), pooling(), dense(1)), 2),
    Instance("depth 3", lambda: problem(LINE, dense(2, STEEP), dense(2, "tanh"), dense(1)), 3),
)

#: Script -> instances on which it reaches its goal. The built-in example is none of them.
INSTANCES: dict[str, tuple[Instance, ...]] = {
    "NH17:Lem2.1": (
        Instance("tanh", lambda: _trained("tanh")),
        Instance("ReLU away from its kink", lambda: _trained("relu")),
        Instance("an expression", lambda: _trained(RISING_ATAN)),
        Instance("without biases", lambda: problem(
            LINE, dense(2, CUBIC, "none"), dense(1, "identity", "none"), targets=[1, 2, 3, 4],
            parameters=[{"W": [[1, 2]]}, {"W": [[1], [-1]]}], loss="half-squared")),
    ),
    "NH17:Lem3.3": _NAMED_17,
    "NH17:Lem4.1": (
        Instance("k = 1", lambda: problem(PLANE, dense(3, "gelu"), dense(1))),
        Instance("k = 3", lambda: problem(
            LINE, dense(1, "sin"), dense(2, STEEP), dense(1, "exp")), 3),
        Instance("equal samples", lambda: problem([[1], [1]], dense(3, SOFTPLUS), dense(1))),
    ),
    "NH17:Lem4.2": _WITNESS[:3],
    "NH17:Lem4.3": _WITNESS,
    "NH17:Lem4.4": _WITNESS,
    "NH17:Cor4.5": (
        *_WITNESS,
        Instance("near given parameters", lambda: problem(
            PLANE, dense(3, "tanh"), dense(2, "tanh"), dense(1), parameters=_THREE)),
    ),
    "NH17:LinearRanks": (
        Instance("k = 1", lambda: _linear(PLANE, 2, 3, 2)),
        Instance("k = 2", lambda: _linear(PLANE, 2, 3), 2),
        Instance("k = 3", lambda: _linear([[1, 0], [0, 1], [5, "1/2"]], 2, 3, 2), 3),
    ),
    "NH18:Def2.1": _KINDS,
    "NH18:Def2.2": _DENSE,
    "NH18:Def2.3": _POOLED,
    "NH18:Asm2.4": _FILTERS,
    "NH18:Lem2.5": _FILTERS,
    "NH18:Asm3.1": (
        Instance("padding", lambda: problem(NONZERO, padded("relu"), dense(1))),
        Instance("dense", lambda: problem(PLANE, dense(2), dense(2), dense(1))),
        Instance("max-pooling", lambda: problem(SIGNALS, pooling((0, 1), (1, 2)), dense(1))),
    ),
    "NH18:Asm3.2": (
        Instance("with max-pooling, k = 3", lambda: problem(
            SIGNALS, convolution(FALLING), pooling(), dense(3, "gelu")), 3),
        Instance("dense", lambda: problem(LINE, dense(2, "lorentz"), dense(1))),
        Instance("two layers", lambda: problem(LINE, dense(2, STEEP), dense(2, "mish")), 2),
    ),
    "NH18:Lem3.3": _NAMED_18,
    "NH18:Thm3.4": _CLAUSES,
    "NH18:Thm3.5": _GENERIC,
    "NH18:Cor3.6": _FITS,
    "NH18:LemA.1": _GENERIC[:3],
    "NH18:LemD.1": _LAYERS_D1,
    "NH18:LemH.1": _GRADIENTS,
    "NH18:LemH.2": _TALL,
    "NH18:LemH.3": _TALL,
    "NH18:Tab1": _WIDTHS,
    "NH18:Tab2": _WIDTHS,
    "NH18:Fig1": _WIDTHS,
    "NMH19:DefNet": (*_SKIPS, Instance("any activation", lambda: three("relu", "tanh", bias=None))),
    "NMH19:Asm1": _SKIPS,
    "NMH19:Lem2": _SKIPS,
    "LDS18:Asm2": (
        *_SPECIAL,
        Instance("k = 3", lambda: bare([[0, 1], [1, 1]], [1, 1, 2, 1], "relu", "tanh", "exp"), 3),
    ),
    "LDS18:Lem1": _RELU_ETC,
    "LDS18:Lem3": (
        *_DEEP_BARE,
        Instance("d_H < N", lambda: bare([[0, 1], [1, 1], [2, 0]], [3, 2, 1], "exp")),
    ),
    "LDS18:Lem4": (
        *_SPECIAL,
        Instance("the second coordinate", lambda: bare(
            [[0, 1], [0, 2], [0, 5]], [3, 1], "exp")),
    ),
    "LDS18:Lem6": (
        Instance("softplus", lambda: bare(PLANE, [2, 1], "softplus")),
        Instance("an expression", lambda: bare(SIGNALS, [3, 2, 2, 1], HUMP)),
        Instance("a layer of ReLU above", lambda: bare(SIGNALS, [2, 3, 1], SHIFTED, "relu")),
    ),
    "LDS18:Prop3": _SPECIAL,
    "LDS18:Prop4": (
        Instance("n_1 < N", lambda: bare([[0, 0], [1, 1], [2, 4], [3, 9]], [2, 1], SHIFTED)),
        Instance("n_1 > N", lambda: bare([[0, 1], [1, 1], [2, 0]], [5, 1], "exp")),
        Instance("depth 3", lambda: bare([[-1], [0], [1]], [3, 2, 1], SINE_COSINE, "relu")),
    ),
    "LDS18:Moments": (
        Instance("tanh on the plane", lambda: bare([[1, 0], [0, 1], [1, 1]], [3, 1], "tanh")),
        Instance("softplus", lambda: bare([[-1], [1], [2]], [4, 1], "softplus")),
        Instance("a polynomial", lambda: bare(
            [[1, 0], [0, 1], [1, 1]], [3, 1], {"expr": "t**2"})),
        Instance("depth 3", lambda: bare([[1], [2], [3]], [2, 2, 1], "cos", "relu")),
    ),
}  # fmt: skip
