"""The dependency graph as a tree of text, in DOT, and laid out for a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from exactland.interface.statement_pages import COLOURS, listed
from exactland.outputs import GRAPH, mark
from exactland.proof.statements import Statement, dependency_graph

Point = tuple[float, float]

#: Sizes of a picture in inches: a box, and the distance of columns and of slots in a column.
BOX_WIDTH, BOX_HEIGHT = 2.45, 0.44
COLUMN, SLOT, BAND_GAP = 3.35, 0.56, 0.75
#: How often the order within the columns is improved.
SWEEPS = 24


def tree(statements: Sequence[Statement], root: str | None = None) -> Iterator[str]:
    """Lines of a tree: below each statement what it depends on; from those nothing needs, or root.

    What has been unfolded once is not unfolded again.

    >>> from exactland.papers import STATEMENTS
    >>> import click
    >>> print(click.unstyle("\\n".join(tree(STATEMENTS, "NH17:Def3.7"))))
    NH17:Def3.7     Definition 3.7: Non-degenerate critical point [definition]
    `-- NH17:Def3.6     Definition 3.6: Block Hessian [definition]
    """
    by_id = {shown.id: shown for shown in statements}
    needed = {id for shown in statements for id in shown.depends_on}
    roots = [root] if root is not None else [id for id in by_id if id not in needed]
    unfolded: set[str] = set()
    for id in roots:
        yield listed(by_id[id])
        yield from _branches(by_id, id, "", unfolded)


def _branches(
    by_id: Mapping[str, Statement], id: str, indent: str, unfolded: set[str]
) -> Iterator[str]:
    unfolded.add(id)
    below = by_id[id].depends_on
    for position, needed in enumerate(below):
        last = position == len(below) - 1
        again = needed in unfolded and by_id[needed].depends_on
        yield f"{indent}{'`' if last else '|'}-- {listed(by_id[needed])}{' ...' if again else ''}"
        if not again:
            yield from _branches(by_id, needed, indent + ("    " if last else "|   "), unfolded)


def dot(statements: Sequence[Statement]) -> str:
    """The graph in the DOT language: an arrow from a statement to each that it depends on.

    >>> from exactland.papers import statements_of
    >>> print(dot(statements_of("NH17")[4:6]).splitlines()[6])
      "NH17:Lem3.5" -> "NH17:Thm3.4";
    """
    graph = _graph_of(statements)
    lines = [
        mark(GRAPH, "//"),
        "digraph statements {",
        "  // An arrow points to what a statement needs.",
        '  node [shape=box, style=filled, fontname="sans-serif"];',
    ]
    for shown in statements:
        label = f"{shown.id}\n{shown.title}"
        colour = COLOURS[shown.status][1]
        lines.append(
            f"  {_quoted(shown.id)} [label={_quoted(label)}, fillcolor={_quoted(colour)}];"
        )
    lines += [f"  {_quoted(a)} -> {_quoted(b)};" for a, b in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@dataclass(frozen=True)
class Layout:
    """Where everything goes, in inches from the lower left corner.

    ``boxes``: the centre of each statement's box. ``curves``: for each arrow the points that it
    passes, from the box of the statement that is needed to that of the one that needs it.
    ``bands``: for each paper the height of its title.
    """

    width: float
    height: float
    boxes: dict[str, Point]
    curves: dict[tuple[str, str], tuple[Point, ...]]
    bands: dict[str, float]


def lay_out(statements: Sequence[Statement]) -> Layout:
    """Columns by depth, a band for each paper; arrows that others imply are left out."""
    import networkx

    graph = networkx.transitive_reduction(_graph_of(statements))
    depth: dict[str, int] = {}
    for id in reversed(list(networkx.topological_sort(graph))):
        depth[id] = 1 + max((depth[below] for below in graph.successors(id)), default=-1)
    boxes: dict[str, Point] = {}
    passed: dict[tuple[str, str], list[Point]] = {edge: [] for edge in graph.edges}
    bands: dict[str, float] = {}
    top = 0.0
    for paper in dict.fromkeys(shown.paper for shown in statements):
        ids = [shown.id for shown in statements if shown.paper == paper]
        columns = _ordered_columns([edge for edge in graph.edges if edge[0] in ids], ids, depth)
        slots = max(len(column) for column in columns)
        bands[paper] = top
        for x, column in enumerate(columns):
            for y, node in enumerate(column):
                slot = (slots - len(column)) / 2 + y
                place = (x * COLUMN, top - BAND_GAP - slot * SLOT)
                if isinstance(node, str):
                    boxes[node] = place
                else:
                    passed[node[0], node[1]] += _along(place)
        top -= BAND_GAP + slots * SLOT
    curves = {
        (a, b): (_along(boxes[b])[1], *passed[a, b], _along(boxes[a])[0]) for a, b in graph.edges
    }
    return _moved(boxes, curves, bands, top, max(depth.values()))


def _along(place: Point) -> tuple[Point, Point]:
    """Left and right of a slot: arrows bend between the columns only, and meet no box."""
    return (place[0] - BOX_WIDTH / 2, place[1]), (place[0] + BOX_WIDTH / 2, place[1])


def _graph_of(statements: Sequence[Statement]) -> Any:
    """The dependencies among these statements; those on others are left out."""
    ids = {shown.id for shown in statements}
    return dependency_graph(
        [
            replace(shown, depends_on=tuple(id for id in shown.depends_on if id in ids))
            for shown in statements
        ]
    )


def _ordered_columns(
    edges: Sequence[tuple[str, str]], ids: Sequence[str], depth: Mapping[str, int]
) -> list[list[Any]]:
    """The nodes of each column from top to bottom: statements, and slots where long arrows pass.

    The order is improved by sweeps that put each node at the mean place of its neighbours.
    """
    columns: list[list[Any]] = [[] for _ in range(1 + max(depth[id] for id in ids))]
    neighbours: dict[Any, list[Any]] = {id: [] for id in ids}
    for id in ids:
        columns[depth[id]].append(id)
    for a, b in edges:
        slots = [(a, b, x) for x in range(depth[b] + 1, depth[a])]
        for slot in slots:
            columns[slot[2]].append(slot)
            neighbours[slot] = []
        # An arrow from another paper enters this band at its first slot.
        for left, right in pairwise([*([b] if b in neighbours else []), *slots, a]):
            neighbours[left].append(right)
            neighbours[right].append(left)
    for sweep in range(SWEEPS):
        place = {
            node: (y + 0.5) / len(column) for column in columns for y, node in enumerate(column)
        }
        for x in range(len(columns)) if sweep % 2 else reversed(range(len(columns))):
            means = {
                node: _mean([place[other] for other in neighbours[node]], place[node])
                for node in columns[x]
            }
            columns[x].sort(key=means.__getitem__)
            place.update({n: (y + 0.5) / len(columns[x]) for y, n in enumerate(columns[x])})
    return columns


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _moved(
    boxes: Mapping[str, Point],
    curves: Mapping[tuple[str, str], tuple[Point, ...]],
    bands: Mapping[str, float],
    bottom: float,
    last_column: int,
) -> Layout:
    """The layout with its lower left corner at the origin."""
    left, margin = BOX_WIDTH / 2 + 0.3, 0.6

    def move(point: Point) -> Point:
        return point[0] + left, point[1] - bottom + margin

    return Layout(
        width=last_column * COLUMN + BOX_WIDTH + 0.6,
        height=-bottom + margin + 0.5,
        boxes={id: move(point) for id, point in boxes.items()},
        curves={edge: tuple(move(point) for point in points) for edge, points in curves.items()},
        bands={paper: height - bottom + margin for paper, height in bands.items()},
    )
