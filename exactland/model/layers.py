"""The layers of NH18: convolution over patches, dense, max-pooling (Definitions 2.1 to 2.3).

Beyond the paper: grouped convolutions, average-pooling, neurons that no patch reads, and patches
that occur twice; ``outside_the_papers`` says what of it a layer has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from exactland.errors import InputError
from exactland.functions.activations import Activation
from exactland.functions.activations import activation as activation_of
from exactland.model.grids import Grid
from exactland.model.messages import shown
from exactland.model.patches import MAX_PATCH_ENTRIES, Patch

#: "neuron": one bias a neuron (NH17, NH18); "filter": one a filter, shared by the patches; "none".
BIASES = ("neuron", "filter", "none")

#: More neurons than this in a layer, or more parameters, are refused.
MAX_LAYER_SIZE = 2**26


class Layer(ABC):
    """What a network asks of its layers. ``below`` is the width of the layer below.

    ``kind`` is its name in a document; ``grid`` are its neurons by channel, row, column where it
    comes from a grid. Two layers that differ in the grid only are equal.
    """

    kind: str
    grid: Grid | None

    @abstractmethod
    def width(self, below: int) -> int:
        """The number n_k of neurons."""

    @abstractmethod
    def filter_length(self, below: int) -> int:
        """The number l of rows of W_k; 0 without parameters."""

    @abstractmethod
    def filter_count(self) -> int:
        """The number T of columns of W_k; 0 without parameters."""

    @abstractmethod
    def bias_length(self, below: int) -> int:
        """The number of entries of b_k; 0 without one."""

    @abstractmethod
    def check(self, below: int, place: str) -> None:
        """Raise InputError, naming ``place``, unless the layer fits on ``below`` neurons."""

    def has_parameters(self) -> bool:
        """Whether the layer has a W_k, that is: is no pooling."""
        return self.filter_count() > 0

    def foreign(self) -> str | None:
        """Why the layer is none of NH18's, Definitions 2.1 to 2.3: no proof is about it."""
        return None

    def outside_the_papers(self, below: int) -> str | None:
        """What NH18 does not admit of this layer: it is foreign, or its patches are unusual."""
        return self.foreign()


@dataclass(frozen=True, init=False)
class Convolution(Layer):
    """A convolutional layer, Definition 2.1 of NH18: f(x)_h = sigma(<w^t, x^p> + b_h).

    Parameters
    ----------
    patches : P ordered lists of l indices of neurons below, None for padding.
    filters : T; W_k is l x T, a column a filter.
    bias : "neuron" (P T entries), "filter" (T entries) or "none".
    activation : a name, a mapping or an Activation, as ``activation`` takes it.
    groups : g; with g > 1 the patches are P g, patch p g + i for place p and group i, and filter t
        reads those of group t // (T / g) only.

    Neuron h = (p-1) T + t of the paper has index p T + t, counted from zero.

    >>> layer = Convolution([(0, 1, 2), (1, 2, 3), (2, 3, 4)], filters=2)
    >>> layer.width(5), layer.filter_length(5), layer.bias_length(5)
    (6, 3, 6)
    >>> layer.outside_the_papers(6)
    'neuron 5 of the layer below is in no patch'
    """

    patches: tuple[Patch, ...]
    filters: int
    bias: str
    activation: Activation
    groups: int
    grid: Grid | None = field(compare=False, repr=False)
    kind = "convolution"

    def __init__(
        self,
        patches: Iterable[Sequence[int | None]],
        filters: int,
        bias: str = "neuron",
        activation: Any = "identity",
        groups: int = 1,
        grid: Grid | None = None,
    ) -> None:
        object.__setattr__(self, "patches", patches_of(patches, "patches"))
        object.__setattr__(self, "filters", _positive(filters, "filters"))
        object.__setattr__(self, "bias", _bias(bias))
        object.__setattr__(self, "activation", activation_of(activation))
        object.__setattr__(self, "groups", _positive(groups, "groups"))
        object.__setattr__(self, "grid", grid)
        if self.filters % self.groups or len(self.patches) % self.groups:
            raise InputError(
                "groups",
                f"{self.filters} filters and {len(self.patches)} patches do not fall into "
                f"{self.groups} groups",
                "give a multiple of groups of both",
            )

    def width(self, below: int) -> int:
        return len(self.patches) // self.groups * self.filters

    def column(self, h: int) -> int:
        """q T + t for neuron h: it is filter t on patch q. Without groups this is h itself."""
        place, t = divmod(h, self.filters)
        q = place * self.groups + t // (self.filters // self.groups)
        return q * self.filters + t

    def columns(self) -> list[int] | None:
        """``column`` of all neurons; None where these are all columns, in order."""
        if self.groups == 1:
            return None
        return [self.column(h) for h in range(len(self.patches) // self.groups * self.filters)]

    def filter_length(self, below: int) -> int:
        return len(self.patches[0])

    def filter_count(self) -> int:
        return self.filters

    def bias_length(self, below: int) -> int:
        return {"neuron": self.width(below), "filter": self.filters, "none": 0}[self.bias]

    def check(self, below: int, place: str) -> None:
        check_patches(self.patches, below, place)
        _check_size(self, below, place)

    def foreign(self) -> str | None:
        return f"the convolution has {self.groups} groups" if self.groups > 1 else None

    def outside_the_papers(self, below: int) -> str | None:
        return self.foreign() or _unusual(self.patches, below)


@dataclass(frozen=True, init=False)
class Dense(Layer):
    """A fully connected layer, Definition 2.2 of NH18: one patch of all neurons, U_k = W_k.

    Parameters
    ----------
    width : the number of neurons, kept as ``neurons``; W_k is n_{k-1} x n_k.
    bias : "neuron" or "filter" (here the same) or "none".
    activation : a name, a mapping or an Activation.

    >>> Dense(3, activation="relu").width(7)
    3
    """

    neurons: int
    bias: str
    activation: Activation
    kind = "dense"
    grid = None

    def __init__(self, width: int, bias: str = "neuron", activation: Any = "identity") -> None:
        object.__setattr__(self, "neurons", _positive(width, "width"))
        object.__setattr__(self, "bias", _bias(bias))
        object.__setattr__(self, "activation", activation_of(activation))

    def width(self, below: int) -> int:
        return self.neurons

    def filter_length(self, below: int) -> int:
        return below

    def filter_count(self) -> int:
        return self.neurons

    def bias_length(self, below: int) -> int:
        return 0 if self.bias == "none" else self.neurons

    def check(self, below: int, place: str) -> None:
        _check_size(self, below, place)


@dataclass(frozen=True, init=False)
class Pooling(Layer):
    """A layer without parameters: a number for every patch."""

    patches: tuple[Patch, ...]

    def width(self, below: int) -> int:
        return len(self.patches)

    def filter_length(self, below: int) -> int:
        return 0

    def filter_count(self) -> int:
        return 0

    def bias_length(self, below: int) -> int:
        return 0

    def check(self, below: int, place: str) -> None:
        check_patches(self.patches, below, place)
        for p, patch in enumerate(self.patches):
            if all(i is None for i in patch):
                raise InputError(
                    f"{place}.patches[{p}]", f"patch {p} has no neuron", "give it one, or remove it"
                )


@dataclass(frozen=True, init=False)
class MaxPooling(Pooling):
    """A max-pooling layer, Definition 2.3 of NH18: the largest entry of every patch.

    >>> MaxPooling([(0, 1), (2, None)]).width(3)
    2
    """

    grid: Grid | None = field(compare=False, repr=False)
    kind = "max-pooling"

    def __init__(self, patches: Iterable[Sequence[int | None]], grid: Grid | None = None) -> None:
        object.__setattr__(self, "patches", patches_of(patches, "patches"))
        object.__setattr__(self, "grid", grid)

    def foreign(self) -> str | None:
        padded = any(None in patch for patch in self.patches)
        return "max-pooling has padding" if padded else None

    def outside_the_papers(self, below: int) -> str | None:
        return self.foreign() or _unusual(self.patches, below)


@dataclass(frozen=True, init=False)
class AveragePooling(Pooling):
    """An average-pooling layer: the sum of patch p divided by ``divisors[p]``, and no more.

    Without ``divisors`` the neurons of a patch are counted, without those of padding.

    >>> AveragePooling([(0, 1), (2, None)]).divisors
    (2, 1)
    """

    divisors: tuple[int, ...]
    grid: Grid | None = field(compare=False, repr=False)
    kind = "average-pooling"

    def __init__(
        self,
        patches: Iterable[Sequence[int | None]],
        divisors: Iterable[int] | None = None,
        grid: Grid | None = None,
    ) -> None:
        object.__setattr__(self, "patches", patches_of(patches, "patches"))
        if divisors is None:
            divisors = [sum(i is not None for i in patch) or 1 for patch in self.patches]
        if isinstance(divisors, (str, bytes, dict)) or not isinstance(divisors, Iterable):
            raise InputError("divisors", f"{shown(divisors)} is not a list", "give one a patch")
        values = tuple(_positive(value, "divisors") for value in divisors)
        if len(values) != len(self.patches):
            reason = f"there are {len(values)} for {len(self.patches)} patches"
            raise InputError("divisors", reason, "give one a patch")
        object.__setattr__(self, "divisors", values)
        object.__setattr__(self, "grid", grid)

    def foreign(self) -> str | None:
        return "it is average-pooling"


def patches_of(patches: Iterable[Sequence[int | None]], place: str) -> tuple[Patch, ...]:
    """``patches`` as a tuple of tuples of integers and None; InputError for anything else."""
    if isinstance(patches, (str, bytes, dict)) or not isinstance(patches, Iterable):
        raise InputError(
            place, f"{shown(patches)} is not a list", "give a list of lists of indices"
        )
    result: list[Patch] = []
    entries = 0
    for p, patch in enumerate(patches):
        if isinstance(patch, (str, bytes, dict)) or not isinstance(patch, Iterable):
            raise InputError(
                f"{place}[{p}]", f"{shown(patch)} is not a list", "give a list of indices: [0, 1]"
            )
        result.append(tuple(_index(value, f"{place}[{p}]") for value in patch))
        entries += len(result[-1])
        if entries > MAX_PATCH_ENTRIES:
            raise InputError(
                place, f"more than {MAX_PATCH_ENTRIES} entries", "use fewer or smaller patches"
            )
    if not result:
        raise InputError(place, "there is no patch", "give at least one")
    return tuple(result)


def check_patches(patches: Sequence[Patch], below: int, place: str) -> None:
    """Raise InputError unless the patches have one length and no neuron twice, none of a wrong
    index."""
    length = len(patches[0])
    for p, patch in enumerate(patches):
        where = f"{place}.patches[{p}]"
        if not patch:
            raise InputError(where, f"patch {p} is empty", "a patch has at least one neuron")
        if len(patch) != length:
            raise InputError(
                where,
                f"patch {p} has length {len(patch)} and patch 0 has length {length}",
                "all patches of a layer have the same length; pad with null",
            )
        neurons = [i for i in patch if i is not None]
        wrong = next((i for i in neurons if not 0 <= i < below), None)
        if wrong is not None:
            raise InputError(
                where,
                f"patch {p} has the index {shown(wrong)}, but the layer below has {below} neurons",
                f"use indices from 0 to {below - 1}",
            )
        if len(set(neurons)) < len(neurons):
            repeated = next(i for i in neurons if neurons.count(i) > 1)
            raise InputError(where, f"patch {p} contains neuron {repeated} twice", "name it once")


def _unusual(patches: Sequence[Patch], below: int) -> str | None:
    """What Definition 2.1 does not admit: an unread neuron, two patches of the same neurons.

    Patches with padding, which the paper does not speak of, are the same if they are equal lists.
    """
    seen: dict[object, int] = {}
    for p, patch in enumerate(patches):
        q = seen.setdefault(tuple(patch) if None in patch else frozenset(patch), p)
        if q != p:
            return f"patches {q} and {p} contain the same neurons {_braces(patch)}"
    read = {i for patch in patches for i in patch}
    missing = next((i for i in range(below) if i not in read), None)
    return None if missing is None else f"neuron {missing} of the layer below is in no patch"


def _check_size(layer: Layer, below: int, place: str) -> None:
    """Refuse layers whose parameters cannot be held."""
    length, filters = layer.filter_length(below), layer.filter_count()
    for what, size in [("neurons", layer.width(below)), ("weights", length * filters)]:
        if size > MAX_LAYER_SIZE:
            raise InputError(
                place, f"the layer has {size} {what}, more than {MAX_LAYER_SIZE}", "make it smaller"
            )


def _braces(patch: Patch) -> str:
    """{0, 1} or, with padding, the list; long ones are cut."""
    if None in patch:
        names = ["null" if i is None else str(i) for i in patch]
        left, right = "[", "]"
    else:
        names = [str(i) for i in sorted(i for i in patch if i is not None)]
        left, right = "{", "}"
    if len(names) > 12:
        names = [*names[:10], "..."]
    return left + ", ".join(names) + right


def _index(value: object, place: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InputError(
            place, f"{shown(value)} is not an index", "write an integer, null for padding"
        )
    return int(value.__index__())


def _positive(value: object, name: str) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        size = 0
    else:
        size = int(value.__index__())
    if not 1 <= size <= MAX_LAYER_SIZE:
        raise InputError(
            name,
            f"{shown(value)} is not admissible",
            f"give an integer from 1 to {MAX_LAYER_SIZE}",
        )
    return size


def _bias(value: object) -> str:
    if not isinstance(value, str) or value not in BIASES:
        raise InputError(
            "bias", f"{shown(value)} is not a kind of bias", 'write "neuron", "filter" or "none"'
        )
    return value
