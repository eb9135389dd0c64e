"""The networks of NMH19: a directed acyclic graph of units, some connected to the output."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exactland.errors import InputError, UsageError
from exactland.functions.activations import Activation
from exactland.functions.activations import activation as activation_of
from exactland.model.messages import shown

if TYPE_CHECKING:
    import networkx

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")

#: A coordinate of the input, or the id of a unit of a smaller layer.
Source = int | str


@dataclass(frozen=True, init=False)
class Unit:
    """f(x) = sigma(b + sum_r u[r] f_source_r(x)), one unit of a skip network.

    Parameters
    ----------
    id : its name, 1 to 40 characters from ``A-Z a-z 0-9 _ . -``.
    layer : at least 1.
    sources : coordinates of the input (integers) or ids of units, in the order of the weights.
    group : units of one group share their weight vector u.
    bias : units with one bias name share its value; None for no bias.
    activation : a name, a mapping or an Activation.
    """

    id: str
    layer: int
    sources: tuple[Source, ...]
    group: str
    bias: str | None
    activation: Activation

    def __init__(
        self,
        id: str,
        layer: int,
        sources: Sequence[Source],
        group: str,
        bias: str | None,
        activation: Any = "identity",
    ) -> None:
        object.__setattr__(self, "id", _name(id, "id"))
        if isinstance(layer, bool) or not isinstance(layer, int) or layer < 1:
            raise InputError("layer", f"{shown(layer)} is not a layer", "count layers from 1")
        object.__setattr__(self, "layer", layer)
        if isinstance(sources, str) or not isinstance(sources, Iterable):
            raise InputError("in", f"{shown(sources)} is not a list", "list the sources: [0, 1]")
        object.__setattr__(self, "sources", tuple(_source(value) for value in sources))
        object.__setattr__(self, "group", _name(group, "group"))
        object.__setattr__(self, "bias", None if bias is None else _name(bias, "bias"))
        object.__setattr__(self, "activation", activation_of(activation))

    @property
    def input_sources(self) -> tuple[int, ...]:
        """The coordinates of the input among the sources."""
        return tuple(source for source in self.sources if isinstance(source, int))

    @property
    def unit_sources(self) -> tuple[str, ...]:
        """The units among the sources."""
        return tuple(source for source in self.sources if isinstance(source, str))


@dataclass(frozen=True, init=False)
class SkipNetwork:
    """Units, listed so that each comes after its sources, and the ids of the M skip units.

    Psi is the N x M matrix of the skip units' values, in the order of ``skips``.

    Raises InputError unless: ids are unique; every list of sources is nonempty, without repeats and
    from smaller layers; a group lies in one layer and has one number of sources; the skips are
    units, at least one, each named once.

    >>> network = SkipNetwork(
    ...     [
    ...         Unit("h1", 1, [0], "u", "b1", "sigmoid"),
    ...         Unit("h2", 1, [1], "u", "b2", "sigmoid"),
    ...         Unit("h3", 2, ["h1", 1], "v", "b3", "sigmoid"),
    ...     ],
    ...     skips=["h2", "h3"],
    ... )
    >>> network.weight_lengths
    {'u': 1, 'v': 2}
    >>> network.backward_path("h3")
    ('h3', 'h1')
    """

    units: tuple[Unit, ...]
    skips: tuple[str, ...]

    def __init__(self, units: Iterable[Unit], skips: Iterable[str]) -> None:
        object.__setattr__(self, "units", tuple(units))
        if isinstance(skips, str) or not isinstance(skips, Iterable):
            raise InputError("network.skips", f"{shown(skips)} is not a list", "list ids of units")
        object.__setattr__(self, "skips", tuple(skips))
        _check_units(self.units)
        _check_groups(self.units)
        _check_skips(self.skips, {unit.id for unit in self.units})

    def unit(self, id: str) -> Unit:
        """The unit of this id; UsageError if there is none."""
        for unit in self.units:
            if unit.id == id:
                return unit
        raise UsageError("unit", f"there is no unit {shown(id)}", "see network.units")

    @property
    def weight_lengths(self) -> dict[str, int]:
        """The groups in order of appearance, each with the length of its weight vector."""
        return {unit.group: len(unit.sources) for unit in self.units}

    @property
    def bias_names(self) -> tuple[str, ...]:
        """The biases in order of appearance."""
        return tuple(dict.fromkeys(u.bias for u in self.units if u.bias is not None))

    def check(self, input_dimension: int) -> None:
        """Raise InputError unless every coordinate that a unit reads exists."""
        for index, unit in enumerate(self.units):
            for source in unit.input_sources:
                if not 0 <= source < input_dimension:
                    raise InputError(
                        f"network.units[{index}].in",
                        f"unit {unit.id} reads coordinate {shown(source)} of an input with "
                        f"{input_dimension}",
                        f"use coordinates from 0 to {input_dimension - 1}",
                    )

    def graph(self) -> networkx.DiGraph:
        """The units and the coordinates they read, an arc from each source to its reader."""
        import networkx

        graph = networkx.DiGraph()
        for unit in self.units:
            graph.add_node(unit.id, layer=unit.layer, group=unit.group, skip=unit.id in self.skips)
            for position, source in enumerate(unit.sources):
                if isinstance(source, int):
                    graph.add_node(source, layer=0)
                graph.add_edge(source, unit.id, position=position)
        return graph

    def topological_order(self) -> tuple[str, ...]:
        """The ids so that each comes after its sources: the order of the list, which is checked."""
        return tuple(unit.id for unit in self.units)

    def backward_path(self, id: str, avoiding: Collection[str] = ()) -> tuple[str, ...] | None:
        """A shortest path from a unit back to one that reads inputs only, or None.

        The path meets no unit of ``avoiding``, apart from ``id`` itself. This is the path of
        assumption 1.2 of NMH19 when ``avoiding`` names the other skip units and the units that
        share weights with one (``skip_companions``).
        """
        import networkx

        start = self.unit(id)
        by_id = {unit.id: unit for unit in self.units}
        blocked = set(avoiding) - {start.id}
        graph = networkx.DiGraph()
        graph.add_node(start.id)
        for unit in self.units:
            if unit.id not in blocked:
                graph.add_edges_from((unit.id, s) for s in unit.unit_sources if s not in blocked)
        paths: dict[str, list[str]] = dict(networkx.single_source_shortest_path(graph, start.id))
        ends = [(len(path), path) for end, path in paths.items() if not by_id[end].unit_sources]
        return tuple(min(ends)[1]) if ends else None

    def skip_companions(self, id: str) -> frozenset[str]:
        """The other skip units and the other units that share weights with a skip unit.

        Units of the group of ``id`` itself count: they share weights with a skip unit.
        """
        groups = {self.unit(skip).group for skip in self.skips}
        return frozenset(
            unit.id
            for unit in self.units
            if unit.id != id and (unit.id in self.skips or unit.group in groups)
        )


def _check_units(units: Sequence[Unit]) -> None:
    if not units:
        raise InputError("network.units", "there is no unit", "give at least one")
    layer_of: dict[str, int] = {}
    for index, unit in enumerate(units):
        place = f"network.units[{index}]"
        if not isinstance(unit, Unit):
            raise InputError(place, f"{shown(unit)} is not a Unit", "use Unit(id, layer, ...)")
        if unit.id in layer_of:
            raise InputError(place, f"the id {unit.id} occurs twice", "give every unit its own id")
        if not unit.sources:
            raise InputError(f"{place}.in", f"unit {unit.id} has no source", "give at least one")
        if len(set(unit.sources)) < len(unit.sources):
            raise InputError(f"{place}.in", f"unit {unit.id} reads a source twice", "name it once")
        for source in unit.unit_sources:
            if source not in layer_of:
                raise InputError(
                    f"{place}.in",
                    f"unit {unit.id} reads {shown(source)}, which is not listed before it",
                    "list every unit after its sources; input coordinates are integers",
                )
            if layer_of[source] >= unit.layer:
                raise InputError(
                    f"{place}.in",
                    f"unit {unit.id} of layer {unit.layer} reads {source} of layer "
                    f"{layer_of[source]}",
                    "a source lies in a smaller layer",
                )
        layer_of[unit.id] = unit.layer


def _check_groups(units: Sequence[Unit]) -> None:
    first: dict[str, Unit] = {}
    for index, unit in enumerate(units):
        other = first.setdefault(unit.group, unit)
        if unit.layer != other.layer or len(unit.sources) != len(other.sources):
            raise InputError(
                f"network.units[{index}].group",
                f"units {other.id} and {unit.id} of the group {unit.group} differ in their layer "
                "or in their number of sources",
                "units that share weights lie in one layer and have equally many sources",
            )


def _check_skips(skips: Sequence[str], ids: Collection[str]) -> None:
    if not skips:
        raise InputError("network.skips", "there is no skip unit", "name at least one unit")
    for index, skip in enumerate(skips):
        place = f"network.skips[{index}]"
        if not isinstance(skip, str) or skip not in ids:
            raise InputError(place, f"{shown(skip)} is not a unit", "name the id of a unit")
        if skip in skips[:index]:
            raise InputError(place, f"{skip} is named twice", "name every skip unit once")


def _name(value: object, what: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise InputError(
            what,
            f"{shown(value)} is not a name",
            "write a string of 1 to 40 characters from A-Z a-z 0-9 _ . -",
        )
    return value


def _source(value: object) -> Source:
    if isinstance(value, str):
        return _name(value, "in")
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InputError(
            "in", f"{shown(value)} is not a source", "write a coordinate or a unit's id"
        )
    return int(value.__index__())
