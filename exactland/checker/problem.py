"""The problem of a certificate (section 3): data, network, parameters, all checked on reading.

Everything that a claim is about is recomputed from here; no index of a problem is used unchecked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

from .activations import Activation, activation, tabled
from .canonical import distinct_indices, fields, listed, natural, rational, text
from .intervals import Intervals
from .limits import WIDTH
from .outcome import Decline, Reject, quoted
from .symbols import BITS, Entry, Read, Symbols, number, read_number, read_symbols, symbol_numbers

#: Entries that are no fractions occur in format 3 only, which no evidence of format 1 speaks of.
Matrix = list[list[Fraction]]
#: A patch: neurons of the layer below in order, None for padding.
Patch = Sequence[int | None]
FORMATS = ("exactland-problem/1", "exactland-problem/2")
#: The format of problems with symbols, constants, or activations known by some values.
GENERAL = "exactland-problem/3"
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)


@dataclass(frozen=True)
class Layer:
    """A layer of a sequential network; a dense layer is a convolution with one patch.

    ``below`` is the width of the layer below, ``filters`` is T (1 for pooling), ``divisors`` are
    those of average-pooling. ``plain``: format 1 can say the layer.
    """

    kind: str
    below: int
    patches: Sequence[Patch]
    filters: int
    bias: str
    activation: Activation | None
    groups: int = 1
    divisors: Sequence[int] = ()
    plain: bool = True

    @property
    def width(self) -> int:
        return len(self.patches) // self.groups * self.filters

    @property
    def length(self) -> int:
        """Neurons in a patch."""
        return len(self.patches[0])

    @property
    def foreign(self) -> str | None:
        """Why the layer is none of NH18's (Definitions 2.1 to 2.3); None if it is one."""
        if self.kind == "average-pooling":
            return "it is average-pooling"
        if self.groups > 1:
            return "the convolution has groups"
        if self.kind == "max-pooling" and any(None in patch for patch in self.patches):
            return "max-pooling with padding"
        return None

    def neuron(self, h: int) -> tuple[int, int]:
        """(q, s): neuron h is filter s on patch q."""
        p, s = divmod(h, self.filters)
        return p * self.groups + s // (self.filters // self.groups), s

    def bias_index(self, h: int) -> int:
        """The place in b of the bias of neuron h."""
        return h % self.filters if self.bias == "filter" else h

    def single(self) -> Layer:
        """The same layer with one filter in each group (one unit, if it is dense)."""
        return replace(self, filters=self.groups)


@dataclass(frozen=True)
class Unit:
    """A unit of a skip network; a source is an input coordinate (int) or the id of a unit."""

    name: str
    layer: int
    sources: tuple[int | str, ...]
    group: str
    bias: str | None
    activation: Activation


@dataclass(frozen=True)
class Weights:
    """W (l x T) and b of a layer; b is empty for bias "none"."""

    W: Matrix
    b: list[Fraction]


@dataclass(frozen=True)
class SkipWeights:
    groups: dict[str, list[Fraction]]
    biases: dict[str, Fraction]


@dataclass(frozen=True)
class Problem:
    """``layers`` of a sequential network or ``units`` and ``skips`` of a skip network; or neither.

    ``parameters`` is a list with an entry or None for each layer, a SkipWeights, or None.
    ``general``: numbers may be expressions, also in symbols, which may have ``values``.
    """

    inputs: Matrix
    targets: Matrix | None
    layers: tuple[Layer, ...]
    units: tuple[Unit, ...]
    skips: tuple[str, ...]
    parameters: Any
    loss: str | None
    document: dict[str, Any]
    general: bool = False
    symbols: Symbols | None = None
    values: Mapping[str, Fraction] | None = None

    @property
    def samples(self) -> int:
        return len(self.inputs)

    @property
    def names(self) -> tuple[str, ...]:
        """The symbols."""
        return () if self.symbols is None else self.symbols.names

    def require_functions(self, values: Mapping[str, Fraction]) -> None:
        """Reject unless, where the symbols have these values, there are functions as the tables of
        activations say: of any values at distinct points."""
        over = Intervals(BITS)
        known = symbol_numbers((), values, over)
        for k, layer in enumerate(self.layers, 1):
            table = () if layer.activation is None else layer.activation.table
            points = sorted(number(point, known, over) for point, _, _ in table)
            if not all(left[1] < right[0] for left, right in pairwise(points)):
                raise Reject(f"layer {k}.activation", "its points are not shown to be distinct")

    def numbers(self, over: Any) -> Callable[[Entry], Any]:
        """How a number of the problem is read over an arithmetic."""
        values = symbol_numbers(self.names, self.values, getattr(over, "base", over))
        return lambda entry: number(entry, values, over)


def read_problem(value: Any, matrix: bool = False, general: bool = False) -> Problem:
    """The problem in the key ``problem``; ``matrix``: it may be data without a network;
    ``general``: it may be of format 3."""
    if general and isinstance(value, dict) and value.get("format") == GENERAL:
        return _general_problem(value)
    if matrix and isinstance(value, dict) and "network" not in value:
        fields(value, "problem", "format data")
        text(value["format"], "problem.format", FORMATS[1:])
        fields(value["data"], "problem.data", "inputs")
        inputs, _ = _data(value["data"])
        return Problem(inputs, None, (), (), (), None, None, value)
    document = fields(value, "problem", "format data network", "parameters loss")
    text(document["format"], "problem.format", FORMATS)
    problem = _problem(document, rational)
    if document["format"] != FORMATS[not all(layer.plain for layer in problem.layers)]:
        raise Reject("problem.format", "it is not the first format that can say these layers")
    return problem


def _general_problem(value: Any) -> Problem:
    """A problem of format 3."""
    document = fields(value, "problem", "format data network", "symbols parameters loss")
    symbols = None
    if "symbols" in document:
        symbols = read_symbols(document["symbols"], "problem.symbols")
    problem = _problem(document, partial(read_number, symbols=symbols))
    problem = replace(problem, general=True, symbols=symbols)
    problem.require_functions({} if symbols is None else symbols.witness)
    return problem


def _problem(document: dict[str, Any], read: Read) -> Problem:
    """A problem whose numbers are read like this."""
    inputs, targets = _data(document["data"], read)
    network, place = document["network"], "problem.network"
    kind = text(network.get("kind") if isinstance(network, dict) else None, place + ".kind")
    layers: tuple[Layer, ...] = ()
    units: tuple[Unit, ...] = ()
    skips: tuple[str, ...] = ()
    if kind == "sequential":
        layers = _layers(fields(network, place, "kind layers")["layers"], len(inputs[0]), read)
    elif kind == "skip":
        fields(network, place, "kind units skips")
        units = _units(network["units"], len(inputs[0]))
        skips = _skips(network["skips"], units)
    else:
        raise Reject(place + ".kind", f"{quoted(kind)} is not sequential or skip")
    loss = text(document["loss"], "problem.loss") if "loss" in document else None
    if loss is not None and len(loss) > 40:
        raise Reject("problem.loss", "a loss has at most 40 characters")
    problem = Problem(inputs, targets, layers, units, skips, None, loss, document)
    if "parameters" in document:
        given = read_parameters(problem, document["parameters"], "problem.parameters", read)
        problem = replace(problem, parameters=given)
    return problem


def _data(value: Any, read: Read = rational) -> tuple[Matrix, Matrix | None]:
    place = "problem.data"
    data = fields(value, place, "inputs", "targets classes")
    inputs = _rectangle(data["inputs"], place + ".inputs", read)
    targets = None
    if "targets" in data:
        targets = _rectangle(data["targets"], place + ".targets", read)
        listed(data["targets"], place + ".targets", len(inputs))
    if "classes" in data:
        for entry in listed(data["classes"], place + ".classes", len(inputs)):
            natural(entry, place + ".classes")
    return inputs, targets


def _rectangle(value: Any, place: str, read: Read) -> Any:
    rows = listed(value, place)
    if not rows or not listed(rows[0], place + "[0]"):
        raise Reject(place, "at least one row and one column are needed")
    return _rows(rows, place, len(rows), len(rows[0]), read)


def _rows(value: Any, place: str, rows: int, columns: int, read: Read) -> Any:
    """A matrix of numbers as a list of rows."""
    entries = listed(value, place, rows)
    return [_numbers(row, f"{place}[{i}]", columns, read) for i, row in enumerate(entries)]


def _numbers(value: Any, place: str, length: int, read: Read) -> Any:
    if read is rational:
        return [rational(entry, place) for entry in listed(value, place, length)]
    return [read(entry, f"{place}[{j}]") for j, entry in enumerate(listed(value, place, length))]


def _layers(value: Any, inputs: int, read: Read) -> tuple[Layer, ...]:
    place, below, layers = "problem.network.layers", inputs, []
    for k, entry in enumerate(listed(value, place), 1):
        layers.append(_layer(entry, f"layer {k}", below, read))
        below = layers[-1].width
        if below > WIDTH:
            raise Decline(f"layer {k} has more than {WIDTH} neurons")
    if not layers:
        raise Reject(place, "at least one layer is needed")
    return tuple(layers)


def _layer(value: Any, place: str, below: int, read: Read) -> Layer:
    kind = text(value.get("kind") if isinstance(value, dict) else None, place + ".kind")
    if kind in ("max-pooling", "average-pooling"):
        return _pooling(value, place, below)
    groups, plain = 1, True
    patches: Sequence[Patch]
    if kind == "convolution":
        fields(value, place, "kind patches filters bias activation", "groups")
        patches, plain = _patches(value["patches"], place + ".patches", below)
        filters = natural(value["filters"], place + ".filters", 1)
        if "groups" in value:
            groups, plain = natural(value["groups"], place + ".groups", 2), False
            if filters % groups or len(patches) % groups:
                raise Reject(place + ".groups", "filters or patches do not fall into these groups")
    elif kind == "dense":
        fields(value, place, "kind width bias activation")
        patches, filters = [range(below)], natural(value["width"], place + ".width", 1)
    else:
        raise Reject(place + ".kind", f"{quoted(kind)} is not a kind of layer")
    bias = text(value["bias"], place + ".bias", ["neuron", "filter", "none"])
    sigma = _activation(value["activation"], place + ".activation", read)
    return Layer(kind, below, patches, filters, bias, sigma, groups, (), plain)


def _activation(value: Any, place: str, read: Read) -> Activation:
    """An activation; in format 3 perhaps one that is known by some values."""
    if read is rational or not (isinstance(value, dict) and "values" in value):
        return activation(value, place)
    entries = listed(fields(value, place, "values")["values"], place + ".values")
    return tabled(value, [_numbers(e, f"{place}[{n}]", 3, read) for n, e in enumerate(entries)])


def _pooling(value: dict[str, Any], place: str, below: int) -> Layer:
    average = value["kind"] == "average-pooling"
    fields(value, place, "kind patches divisors" if average else "kind patches")
    patches, plain = _patches(value["patches"], place + ".patches", below)
    if any(all(i is None for i in patch) for patch in patches):
        raise Reject(place + ".patches", "a patch has no neuron")
    divisors: list[int] = []
    if average:
        plain = False
        entries = listed(value["divisors"], place + ".divisors", len(patches))
        divisors = [natural(entry, place + ".divisors", 1) for entry in entries]
    plain = plain and not any(None in patch for patch in patches)
    return Layer(value["kind"], below, patches, 1, "none", None, 1, divisors, plain)


def _patches(value: Any, place: str, below: int) -> tuple[list[Patch], bool]:
    """The patches, and whether they cover the layer and no two have the same neurons."""
    patches = listed(value, place)
    if not patches or not listed(patches[0], place + "[0]"):
        raise Reject(place, "at least one patch with one neuron is needed")
    read: set[int] = set()
    seen: set[Any] = set()
    for p, patch in enumerate(patches):
        here = f"{place}[{p}]"
        listed(patch, here, len(patches[0]))
        neurons = [i for i in patch if i is not None]
        distinct_indices(neurons, here, below)
        read.update(neurons)
        full = len(neurons) == len(patch)
        seen.add(frozenset(neurons) if full else tuple(patch))
    return patches, len(read) == below and len(seen) == len(patches)


def _identifier(value: Any, place: str) -> str:
    name = text(value, place)
    if not _IDENTIFIER.fullmatch(name):
        raise Reject(place, f"{quoted(name)} is not a name of 1 to 40 letters A-Z a-z 0-9 _ . -")
    return name


def _units(value: Any, inputs: int) -> tuple[Unit, ...]:
    units: dict[str, Unit] = {}
    groups: dict[str, tuple[int, int]] = {}
    for n, entry in enumerate(listed(value, "problem.network.units")):
        place = f"unit {n}"
        fields(entry, place, "id layer in group bias activation")
        name = _identifier(entry["id"], place + ".id")
        layer = natural(entry["layer"], place + ".layer", 1)
        if name in units:
            raise Reject(place, f"the id {quoted(name)} occurs before")
        sources = tuple(listed(entry["in"], place + ".in"))
        for source in sources:
            if isinstance(source, str):
                if source not in units or units[source].layer >= layer:
                    raise Reject(
                        place + ".in", f"{quoted(source)} is no unit of a lower layer before"
                    )
            else:
                natural(source, place + ".in", 0, inputs - 1)
        if not sources or len(set(sources)) != len(sources):
            raise Reject(place + ".in", "the sources are empty or repeated")
        group = _identifier(entry["group"], place + ".group")
        if groups.setdefault(group, (layer, len(sources))) != (layer, len(sources)):
            raise Reject(place + ".group", "units of a group differ in layer or number of sources")
        bias = None if entry["bias"] is None else _identifier(entry["bias"], place + ".bias")
        sigma = activation(entry["activation"], place + ".activation")
        units[name] = Unit(name, layer, sources, group, bias, sigma)
    return tuple(units.values())


def _skips(value: Any, units: tuple[Unit, ...]) -> tuple[str, ...]:
    place, names = "problem.network.skips", {unit.name for unit in units}
    skips = tuple(text(entry, place) for entry in listed(value, place))
    if not skips or len(set(skips)) != len(skips) or not names.issuperset(skips):
        raise Reject(place, "the skips are not distinct units, at least one")
    return skips


def read_parameters(problem: Problem, value: Any, place: str, read: Read = rational) -> Any:
    """Parameters for the network of ``problem``, wherever they stand in the document."""
    if problem.units:
        return _skip_parameters(problem, value, place, read)
    entries = listed(value, place, len(problem.layers))
    result: list[Weights | None] = []
    for k, (layer, entry) in enumerate(zip(problem.layers, entries, strict=True)):
        here = f"{place}[{k}]"
        if entry is None:
            result.append(None)
            continue
        if layer.activation is None:
            raise Reject(here, f"{layer.kind} has no parameters")
        fields(entry, here, "W" if layer.bias == "none" else "W b")
        W = _rows(entry["W"], here + ".W", layer.length, layer.filters, read)
        length = layer.filters if layer.bias == "filter" else layer.width
        b = [] if layer.bias == "none" else _numbers(entry["b"], here + ".b", length, read)
        result.append(Weights(W, b))
    return result


def _skip_parameters(problem: Problem, value: Any, place: str, read: Read) -> SkipWeights:
    fields(value, place, "groups biases")
    lengths = {unit.group: len(unit.sources) for unit in problem.units}
    names = {unit.bias for unit in problem.units if unit.bias is not None}
    groups = fields(value["groups"], place + ".groups", " ".join(lengths))
    biases = fields(value["biases"], place + ".biases", " ".join(names))
    return SkipWeights(
        {
            name: _numbers(groups[name], f"{place}.groups.{name}", lengths[name], read)
            for name in lengths
        },
        {name: read(biases[name], f"{place}.biases.{name}") for name in names},  # type: ignore[misc]
    )
