"""Problem files: JSON or TOML read with checks, and written in the canonical form.

The format is docs/certificate-v1.md, section 3; in a file to read, optional parts may be left out,
numbers may be written in any way that ``exact`` takes, and patches may be ``{"conv1d": {...}}`` or
``{"conv2d": {...}}`` with the arguments of those functions. Every error names its place as a path,
such as ``network.layers[0].patches[3]``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flint import fmpq

from exactland.errors import InputError
from exactland.functions.activations import written
from exactland.model.document import check_document, read_document
from exactland.model.layers import Convolution, Dense, Layer, MaxPooling
from exactland.model.messages import near, printable, shown
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import Network, Parameters, SkipParameters
from exactland.model.patches import Patch, conv1d, conv2d
from exactland.model.problem import Data, Problem
from exactland.model.skip import SkipNetwork, Unit

FORMAT = "exactland-problem/1"

_KINDS = ("sequential", "skip")
_CONV1D = ("length", "size", "stride", "dilation", "circular", "channels", "padding")
_CONV2D = ("height", "width", "channels", "size", "stride", "dilation", "padding", "circular")
_LAYER_KEYS = {
    "convolution": ("kind", "patches", "filters", "bias", "activation"),
    "dense": ("kind", "width", "bias", "activation"),
    "max-pooling": ("kind", "patches"),
}


def load_problem(path: str | Path) -> Problem:
    """The problem of a file: TOML if its name ends in .toml, JSON otherwise.

    Raises InputError, which names the place in the document, for everything that is not admissible,
    and for a file that cannot be read.
    """
    document = read_document(Path(path))
    try:
        return problem_from(document)
    except InputError as error:
        raise InputError(f"{path}: {error.place}", error.reason, error.remedy) from None


def problem_from(document: Any) -> Problem:
    """The problem of a document: a dictionary as JSON gives it.

    >>> problem = problem_from({
    ...     "format": "exactland-problem/1",
    ...     "data": {"inputs": [["1/2", 0, 1]]},
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "convolution", "filters": 1,
    ...          "patches": {"conv1d": {"length": 3, "size": 2}}}
    ...     ]},
    ... })
    >>> problem.network.layers[0].patches
    ((0, 1), (1, 2))
    """
    check_document(document)
    if isinstance(document, Mapping) and document.get("format", FORMAT) != FORMAT:
        # First of all: of another version nothing else can be said.
        raise InputError("format", f"{shown(document['format'])} is not known", f'write "{FORMAT}"')
    _keys(document, "", ("format", "data", "network"), ("parameters", "loss"))
    data = _data(document["data"])
    network = _network(document["network"], data.dimension)
    parameters = document.get("parameters")
    if isinstance(parameters, (list, tuple)):
        # TOML has no null: an empty table stands for it.
        parameters = [None if value == {} else value for value in parameters]
    loss = document.get("loss")
    if loss is not None and not isinstance(loss, str):
        raise InputError("loss", f"{shown(loss)} is not a string", 'write a name such as "squared"')
    return Problem(network, data, parameters, loss)


def problem_document(problem: Problem) -> dict[str, Any]:
    """The canonical document of a problem: optional parts written out, numbers as ``number_text``.

    >>> problem = Problem(SequentialNetwork([Dense(1)]), Data([["0.5", 2]]))
    >>> problem_document(problem)["data"], problem_document(problem)["network"]["layers"]
    ({'inputs': [['1/2', 2]]},
     [{'kind': 'dense', 'width': 1, 'bias': 'neuron', 'activation': 'identity'}])
    """
    data: dict[str, Any] = {"inputs": _number_rows(problem.data.inputs)}
    if problem.data.targets is not None:
        data["targets"] = _number_rows(problem.data.targets)
    if problem.data.classes is not None:
        data["classes"] = list(problem.data.classes)
    document = {"format": FORMAT, "data": data, "network": network_document(problem.network)}
    if problem.parameters is not None:
        document["parameters"] = parameters_document(problem.parameters)
    if problem.loss is not None:
        document["loss"] = str(problem.loss)
    return document


def network_document(network: Network) -> dict[str, Any]:
    """The canonical document of a network."""
    if isinstance(network, SkipNetwork):
        units = [
            {
                "id": unit.id,
                "layer": unit.layer,
                "in": list(unit.sources),
                "group": unit.group,
                "bias": unit.bias,
                "activation": unit.activation.spec,
            }
            for unit in network.units
        ]
        return {"kind": "skip", "units": units, "skips": list(network.skips)}
    return {"kind": "sequential", "layers": [_layer_document(layer) for layer in network.layers]}


def parameters_document(parameters: Parameters) -> Any:
    """The canonical document of parameters."""
    if isinstance(parameters, SkipParameters):
        return {
            "groups": {
                name: [number_text(u) for u in us] for name, us in parameters.groups.items()
            },
            "biases": {name: number_text(b) for name, b in parameters.biases.items()},
        }
    return [
        None
        if entry is None
        else {"W": _number_rows(entry.W)}
        if entry.b is None
        else {"W": _number_rows(entry.W), "b": [number_text(value) for value in entry.b]}
        for entry in parameters
    ]


def number_text(value: Any) -> int | str:
    """A rational as section 2 of the certificate format writes it.

    An integer up to 2^53 in absolute value is a JSON integer, a larger one a hexadecimal string,
    any other rational the string p/q of such numbers. ``value`` is an fmpq, an fmpz or an int.

    >>> number_text(fmpq(3)), number_text(fmpq(-3, 4)), number_text(fmpq(2**53 + 1, 2))
    (3, '-3/4', '0x20000000000001/2')
    """
    return written(fmpq(value))


def _number_rows(rows: Any) -> list[list[int | str]]:
    return [[number_text(value) for value in row] for row in rows]


def _layer_document(layer: Layer) -> dict[str, Any]:
    if isinstance(layer, Convolution):
        return {
            "kind": "convolution",
            "patches": [list(patch) for patch in layer.patches],
            "filters": layer.filters,
            "bias": layer.bias,
            "activation": layer.activation.spec,
        }
    if isinstance(layer, Dense):
        return {
            "kind": "dense",
            "width": layer.neurons,
            "bias": layer.bias,
            "activation": layer.activation.spec,
        }
    if isinstance(layer, MaxPooling):
        return {"kind": "max-pooling", "patches": [list(patch) for patch in layer.patches]}
    raise InputError(
        "network.layers", f"{shown(layer)} has no document", "use the package's layers"
    )


def _data(document: Any) -> Data:
    _keys(document, "data", ("inputs",), ("targets", "classes"))
    return Data(document["inputs"], document.get("targets"), document.get("classes"))


def _network(document: Any, dimension: int) -> Network:
    _keys(document, "network", ("kind",), ("layers", "units", "skips"))
    kind = document["kind"]
    if kind == "skip":
        _keys(document, "network", ("kind", "units", "skips"), ())
        units = _list(document["units"], "network.units")
        return SkipNetwork(
            [_unit(unit, f"network.units[{j}]") for j, unit in enumerate(units)],
            _list(document["skips"], "network.skips"),
        )
    if kind != "sequential":
        raise InputError("network.kind", f"{shown(kind)} is not known", near(kind, _KINDS))
    _keys(document, "network", ("kind", "layers"), ())
    entries = _list(document["layers"], "network.layers")
    layers: list[Layer] = []
    below = dimension
    for index, entry in enumerate(entries):
        place = f"network.layers[{index}]"
        layers.append(_layer(entry, place, index == len(entries) - 1))
        # Checked here and not at the end: a later layer is not built on a wrong one.
        layers[-1].check(below, place)
        below = layers[-1].width(below)
    return SequentialNetwork(layers)


def _layer(document: Any, place: str, last: bool) -> Layer:
    _keys(document, place, ("kind",), tuple({key for keys in _LAYER_KEYS.values() for key in keys}))
    kind = document["kind"]
    if not isinstance(kind, str) or kind not in _LAYER_KEYS:
        raise InputError(f"{place}.kind", f"{shown(kind)} is not known", near(kind, _LAYER_KEYS))
    size = {"convolution": ("patches", "filters"), "dense": ("width",), "max-pooling": ("patches",)}
    _keys(document, place, ("kind", *size[kind]), _LAYER_KEYS[kind])
    if kind == "max-pooling":
        patches = _patches(document["patches"], f"{place}.patches")
        with within(place):
            return MaxPooling(patches)
    if "activation" not in document and not last:
        raise InputError(
            place,
            "a hidden layer has no activation",
            'give one, such as "activation": "relu"; "identity" for a linear layer',
        )
    activation = document.get("activation", "identity")
    bias = document.get("bias", "neuron")
    if kind == "dense":
        with within(place):
            return Dense(document["width"], bias, activation)
    patches = _patches(document["patches"], f"{place}.patches")
    with within(place):
        return Convolution(patches, document["filters"], bias, activation)


def _patches(value: Any, place: str) -> Any:
    """A list as it is; the patches of a shorthand."""
    if not isinstance(value, dict):
        return _list(value, place)
    generators: dict[str, tuple[Callable[..., tuple[Patch, ...]], tuple[str, ...]]] = {
        "conv1d": (conv1d, (*_CONV1D, "channels_last")),
        "conv2d": (conv2d, (*_CONV2D, "channels_last")),
    }
    if len(value) != 1 or next(iter(value)) not in generators:
        raise InputError(
            place,
            f"the keys are {', '.join(map(printable, value))}",
            'write a list, {"conv1d": ...} or {"conv2d": ...}',
        )
    name, arguments = next(iter(value.items()))
    generator, known = generators[name]
    required = ("length", "size") if name == "conv1d" else ("height", "width", "size")
    _keys(arguments, f"{place}.{name}", required, known)
    for key in ("circular", "channels_last"):
        if not isinstance(arguments.get(key, False), bool):
            raise InputError(f"{place}.{name}.{key}", "it is not a boolean", "write true or false")
    try:
        return generator(**arguments)
    except InputError as error:
        raise InputError(f"{place}.{name}", error.reason, error.remedy) from None


def _unit(document: Any, place: str) -> Unit:
    _keys(document, place, ("id", "layer", "in", "activation"), ("group", "bias"))
    with within(place):
        return Unit(
            document["id"],
            document["layer"],
            document["in"],
            document.get("group", document["id"]),
            document.get("bias", document["id"]),
            document["activation"],
        )


def _keys(document: Any, place: str, required: Collection[str], others: Collection[str]) -> None:
    """The keys of an object: all of ``required``, none beyond ``others``."""
    if not isinstance(document, Mapping):
        raise InputError(
            place or "document", f"{shown(document)} is not an object", "write {...} with keys"
        )
    known = [*required, *(key for key in others if key not in required)]
    for key in document:
        if key not in known:
            where = f"{place}.{printable(key)}" if place else printable(key)
            raise InputError(where, "the key is not known here", near(key, known))
    for key in required:
        if key not in document:
            raise InputError(place or "document", f'the key "{key}" is missing', "add it")


def _list(value: Any, place: str) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise InputError(place, f"{shown(value)} is not a list", "write [...]")
    return value


@contextmanager
def within(place: str) -> Iterator[None]:
    """Put ``place`` before the place of an InputError that is raised inside."""
    try:
        yield
    except InputError as error:
        where = f"{place}.{error.place}" if error.place else place
        raise InputError(where, error.reason, error.remedy) from None
