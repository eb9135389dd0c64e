"""Problem files: JSON or TOML read with checks, and written in the canonical form.

The canonical form is docs/certificate-v1.md, section 3, what else a file may say is
docs/problem-files.md. Every error names its place as a path, such as
``network.layers[0].patches[3]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flint import fmpq

from exactland.errors import InputError
from exactland.functions.activations import written
from exactland.model.document import check_document, read_document
from exactland.model.document_parts import keys, listed, within
from exactland.model.expressions_in_files import refusal
from exactland.model.layer_file import read_layers, read_parameters
from exactland.model.layers import AveragePooling, Convolution, Dense, Layer, Pooling
from exactland.model.messages import near, shown
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import Network, Parameters, SkipParameters
from exactland.model.problem import Data, Problem
from exactland.model.skip import SkipNetwork, Unit

FORMAT = "exactland-problem/2"
FORMATS = ("exactland-problem/1", FORMAT)
#: The format of problems with symbols or numbers that are not rational (model/family).
GENERAL = "exactland-problem/3"

_KINDS = ("sequential", "skip")


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
    ...     "format": "exactland-problem/2",
    ...     "data": {"inputs": [["1/2", 0, 1]]},
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "convolution", "filters": 1, "patches": {"conv1d": {"size": 2}}}
    ...     ]},
    ... })
    >>> problem.network.layers[0].patches
    ((0, 1), (1, 2))
    """
    check_document(document)
    try:
        return _problem_from(document)
    except InputError as error:
        raise refusal(document) or error from None


def _problem_from(document: Any) -> Problem:
    if isinstance(document, Mapping) and document.get("format", FORMAT) not in FORMATS:
        # First of all: of another version nothing else can be said.
        raise InputError("format", f"{shown(document['format'])} is not known", f'write "{FORMAT}"')
    if isinstance(document, Mapping) and "data" in document and "network" not in document:
        raise InputError(
            "document", 'the key "network" is missing', "add it; of a matrix: rank --matrix FILE"
        )
    keys(document, "", ("format", "data", "network"), ("parameters", "loss"))
    data = _data(document["data"])
    parameters, loss = document.get("parameters"), document.get("loss")
    if loss is not None and not isinstance(loss, str):
        raise InputError("loss", f"{shown(loss)} is not a string", 'write a name such as "squared"')
    place = "network"
    keys(document[place], place, ("kind",), ("layers", "units", "skips"))
    kind = document[place]["kind"]
    if kind == "skip":
        return Problem(_skip_network(document[place]), data, parameters, loss)
    if kind != "sequential":
        raise InputError("network.kind", f"{shown(kind)} is not known", near(kind, _KINDS))
    keys(document[place], place, ("kind", "layers"), ())
    entries = read_layers(document[place]["layers"], data, document["format"] == FORMAT)
    layers = [entry.layer for entry in entries if entry.layer is not None]
    problem = Problem(SequentialNetwork(layers), data, None, loss)
    if parameters is None:
        return problem
    return problem.with_parameters(read_parameters(problem, entries, parameters))


def problem_document(problem: Problem | Data) -> dict[str, Any]:
    """The canonical document of a problem: optional parts written out, numbers as ``number_text``.

    Data without a network are a matrix.

    >>> problem = Problem(SequentialNetwork([Dense(1)]), Data([["0.5", 2]]))
    >>> problem_document(problem)["data"], problem_document(problem)["network"]["layers"]
    ({'inputs': [['1/2', 2]]},
     [{'kind': 'dense', 'width': 1, 'bias': 'neuron', 'activation': 'identity'}])
    """
    if isinstance(problem, Data):
        return {"format": FORMAT, "data": {"inputs": _number_rows(problem.inputs)}}
    data: dict[str, Any] = {"inputs": _number_rows(problem.data.inputs)}
    if problem.data.targets is not None:
        data["targets"] = _number_rows(problem.data.targets)
    if problem.data.classes is not None:
        data["classes"] = list(problem.data.classes)
    version = FORMATS[_needs_format_2(problem)]
    document = {"format": version, "data": data, "network": network_document(problem.network)}
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


def _needs_format_2(problem: Problem) -> bool:
    """Whether a layer has what format 1 cannot say; a document is of the first format that can."""
    if isinstance(problem.network, SkipNetwork):
        return False
    return any(
        layer.outside_the_papers(below) is not None
        for layer, below in zip(problem.network.layers, problem.widths, strict=False)
    )


def _layer_document(layer: Layer) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": layer.kind}
    if isinstance(layer, Convolution | Pooling):
        document["patches"] = [list(patch) for patch in layer.patches]
    if isinstance(layer, AveragePooling):
        document["divisors"] = list(layer.divisors)
    if isinstance(layer, Convolution):
        document["filters"] = layer.filters
        if layer.groups > 1:
            document["groups"] = layer.groups
    if isinstance(layer, Dense):
        document["width"] = layer.neurons
    if isinstance(layer, Convolution | Dense):
        document |= {"bias": layer.bias, "activation": layer.activation.spec}
    return document


def _data(document: Any) -> Data:
    keys(document, "data", ("inputs",), ("targets", "classes"))
    return Data(document["inputs"], document.get("targets"), document.get("classes"))


def _skip_network(document: Any) -> SkipNetwork:
    keys(document, "network", ("kind", "units", "skips"), ())
    units = listed(document["units"], "network.units")
    return SkipNetwork(
        [_unit(unit, f"network.units[{j}]") for j, unit in enumerate(units)],
        listed(document["skips"], "network.skips"),
    )


def _unit(document: Any, place: str) -> Unit:
    keys(document, place, ("id", "layer", "in", "activation"), ("group", "bias"))
    with within(place):
        return Unit(
            document["id"],
            document["layer"],
            document["in"],
            document.get("group", document["id"]),
            document.get("bias", document["id"]),
            document["activation"],
        )
