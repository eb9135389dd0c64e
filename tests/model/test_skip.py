"""Skip networks: what is refused, and paths against a search of all walks."""

from __future__ import annotations

from typing import Any

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactland.errors import InputError, UsageError
from exactland.model.skip import SkipNetwork, Unit


def unit(id: str, layer: int, sources: list[Any], group: str | None = None) -> Unit:
    return Unit(id, layer, sources, group or id, id, "sigmoid")


@st.composite
def networks(draw: st.DrawFn) -> SkipNetwork:
    units: list[Unit] = []
    for j in range(draw(st.integers(1, 7))):
        earlier = [other.id for other in units]
        sources = draw(
            st.lists(st.sampled_from([0, 1, *earlier]), min_size=1, max_size=3, unique=True)
        )
        depth = {other.id: other.layer for other in units}
        layer = 1 + max(depth.get(source, 0) for source in sources)
        units.append(unit(f"h{j}", layer, sources))
    ids = [u.id for u in units]
    return SkipNetwork(units, draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))


@given(networks())
def test_graph_and_order(network: SkipNetwork) -> None:
    graph = network.graph()
    assert networkx.is_directed_acyclic_graph(graph)
    place = {id: j for j, id in enumerate(network.topological_order())}
    for source, target in graph.edges:
        assert isinstance(source, int) or place[source] < place[target]
    assert sum(len(u.sources) for u in network.units) == graph.number_of_edges()


@given(networks(), st.data())
def test_backward_paths(network: SkipNetwork, data: st.DataObject) -> None:
    """A path is found exactly if some walk down through allowed units ends at inputs only."""
    start = data.draw(st.sampled_from([u.id for u in network.units]))
    avoiding = data.draw(st.sets(st.sampled_from([u.id for u in network.units])))

    def walks(id: str) -> list[list[str]]:
        below = network.unit(id).unit_sources
        if not below:
            return [[id]]
        return [[id, *walk] for s in below if s not in avoiding for walk in walks(s)]

    expected = walks(start)
    found = network.backward_path(start, avoiding)
    if found is None:
        assert expected == []
    else:
        assert list(found) in expected
        assert len(found) == min(map(len, expected))


def test_companions_are_skips_and_sharers() -> None:
    network = SkipNetwork(
        [unit("a", 1, [0], "g"), unit("b", 1, [1], "g"), unit("c", 2, ["a"]), unit("d", 2, ["b"])],
        ["a", "d"],
    )
    assert network.skip_companions("d") == {"a", "b"}
    assert network.backward_path("d", network.skip_companions("d")) is None
    assert network.backward_path("c", ()) == ("c", "a")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SkipNetwork([], ["a"]), "there is no unit"),
        (lambda: SkipNetwork([unit("a", 1, [0])], []), "there is no skip unit"),
        (lambda: SkipNetwork([unit("a", 1, [0])], ["b"]), "'b' is not a unit"),
        (lambda: SkipNetwork([unit("a", 1, [0])], ["a", "a"]), "named twice"),
        (lambda: SkipNetwork([unit("a", 1, [0])], "a"), "is not a list"),
        (lambda: SkipNetwork([unit("a", 1, [0])] * 2, ["a"]), "the id a occurs twice"),
        (lambda: SkipNetwork([unit("a", 1, [])], ["a"]), "has no source"),
        (lambda: SkipNetwork([unit("a", 1, [0, 0])], ["a"]), "reads a source twice"),
        (lambda: SkipNetwork([unit("a", 2, ["b"]), unit("b", 1, [0])], ["a"]), "not listed before"),
        (lambda: SkipNetwork([unit("a", 2, ["a"])], ["a"]), "not listed before"),
        (lambda: SkipNetwork([unit("a", 1, [0]), unit("b", 1, ["a"])], ["a"]), "a smaller layer"),
        (
            lambda: SkipNetwork([unit("a", 1, [0], "g"), unit("b", 1, [0, 1], "g")], ["a"]),
            "units a and b of the group g differ",
        ),
        (
            lambda: SkipNetwork([unit("a", 1, [0], "g"), unit("b", 2, ["a"], "g")], ["a"]),
            "units a and b of the group g differ",
        ),
        (lambda: unit("a b", 1, [0]), "'a b' is not a name"),
        (lambda: unit("a" * 41, 1, [0]), "is not a name"),
        (lambda: unit("a\n", 1, [0]), "is not a name"),
        (lambda: unit("a", 0, [0]), "0 is not a layer"),
        (lambda: unit("a", 1, "x"), "'x' is not a list"),  # type: ignore[arg-type]
        (lambda: unit("a", 1, [0.5]), "0.5 is not a source"),
        (lambda: unit("a", 1, [True]), "True is not a source"),
        (lambda: SkipNetwork([unit("a", 1, [3])], ["a"]).check(2), "coordinate 3 of an input"),
        (lambda: SkipNetwork([unit("a", 1, [-1])], ["a"]).check(2), "coordinate -1"),
    ],
)
def test_networks_that_cannot_be(make: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()


def test_unknown_unit() -> None:
    with pytest.raises(UsageError, match="there is no unit 'b'"):
        SkipNetwork([unit("a", 1, [0])], ["a"]).unit("b")
