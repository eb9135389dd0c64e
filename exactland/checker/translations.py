"""Upper bounds by translated minors (section 6.2): Cramer's rule for filters read as polynomials.

Nothing is multiplied out in the weights: that the vectors are null vectors follows from where the
patches lie, which is compared here neuron by neuron.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from itertools import product as choices
from typing import Any

from .bounds import read_prime
from .canonical import fields, index, integer, listed, rational_rows
from .limits import ENTRIES
from .outcome import Decline, Reject, placed
from .problem import Layer
from .rank import rank_modulo, residue
from .work import TURN, VALUE, spend

#: C + 1 filters and a shift z.
Vector = tuple[tuple[int, ...], int]


@dataclass(frozen=True)
class System:
    """The patches as translates: their positions q_p, and the classes of places as (r, a_r)."""

    positions: dict[int, int]
    classes: list[list[tuple[int, int]]]


def translated_minors(layer: Layer, evidence: Any, place: str) -> int:
    """u such that U = M(W) of this layer has rank at most u for every W."""
    fields(evidence, place, "method vectors independence")
    with placed(place):
        system = _system(layer)
    size = len(system.classes) + 1
    if size > layer.filters:
        raise Reject(place, f"there are {size - 1} classes of places and {layer.filters} filters")
    vectors = []
    for n, value in enumerate(listed(evidence["vectors"], place + ".vectors")):
        where = f"{place}.vectors[{n}]"
        filters, z = listed(value, where, 2)
        chosen = tuple(index(t, where, layer.filters) for t in listed(filters, where, size))
        if any(s >= t for s, t in pairwise(chosen)):
            raise Reject(where, "the filters do not increase")
        vectors.append((chosen, integer(z, where)))
    if not vectors or len(set(vectors)) < len(vectors):
        raise Reject(place + ".vectors", "they are none, or not all different")
    _fit(system, {z for _, z in vectors}, place)
    shown = evidence["independence"]
    if len({chosen for chosen, _ in vectors}) > 1:
        fields(shown, place + ".independence", "point prime")
        _independent(layer, system, vectors, shown, place + ".independence")
    elif shown is not None:
        raise Reject(place + ".independence", "vectors of one set of filters need none")
    return layer.width - len(vectors)


def _system(layer: Layer) -> System:
    """The system of translates that the patches are; Reject if they are none."""
    if layer.activation is None or layer.groups > 1:
        raise Reject("", "the layer has no weights, or its filters see different patches")
    spend(10 * TURN * len(layer.patches) * layer.length)
    first: list[int] = []
    positions: dict[int, int] = {}
    readers: dict[int, set[int]] = {}
    for p, patch in enumerate(layer.patches):
        neurons = [i for i in patch if i is not None]
        if len(neurons) < layer.length:
            raise Reject("", f"patch {p} has padding")
        first = first or neurons
        offset = neurons[0] - first[0]
        if neurons != [a + offset for a in first]:
            raise Reject("", f"patch {p} is not the first one moved")
        if offset in positions:
            raise Reject("", f"patch {p} lies where another does")
        positions[offset] = p
        for r, a in enumerate(first):
            readers.setdefault(a + offset, set()).add(r)
    # Places that read one neuron are of one class.
    class_of = list(range(len(first)))
    members = [[r] for r in class_of]
    for together in readers.values():
        kept, *others = sorted({class_of[r] for r in together})
        for old in others:
            for r in members[old]:
                class_of[r] = kept
            members[kept] += members[old]
            members[old] = []
    return System(positions, [[(r, first[r]) for r in rs] for rs in members if rs])


def _fit(system: System, shifts: set[int], place: str) -> None:
    """Reject unless the exponents of the minors, moved by these z, are positions of patches."""
    exponents = {0}
    for members in system.classes:
        spend(TURN * len(exponents) * len(members))
        exponents = {e + a for e, (_, a) in choices(exponents, members)}
        if len(exponents) > len(system.positions):
            raise Reject(place, "the minors have more exponents than there are patches")
    spend(TURN * len(exponents) * len(shifts))
    for z in shifts:
        if any(e + z not in system.positions for e in exponents):
            raise Reject(place, f"the minors moved by {z} leave the patches")


def _independent(
    layer: Layer, system: System, vectors: list[Vector], shown: Any, place: str
) -> None:
    """Reject unless the vectors are linearly independent at a point, modulo a prime."""
    p = read_prime(shown["prime"], place)
    W = rational_rows(shown["point"], place + ".point", layer.length, layer.filters)
    if layer.width * len(vectors) > ENTRIES * 8:
        raise Decline("too many entries of null vectors")
    with placed(place):
        point = [[residue(value, p) for value in row] for row in W]
    count = len(layer.patches)
    minors: dict[tuple[int, ...], dict[int, int]] = {}
    rows = []
    for chosen, z in vectors:
        spend(TURN * layer.width)
        row = [0] * layer.width
        for omitted in range(len(chosen)):
            others = chosen[:omitted] + chosen[omitted + 1 :]
            if others not in minors:
                minors[others] = _determinant(system, point, others, p)
            for e, c in minors[others].items():
                value = c if omitted % 2 == 0 else -c % p
                row[chosen[omitted] * count + system.positions[e + z]] = value
        rows.append(row)
    if rank_modulo(rows, p) != len(rows):
        raise Reject(place, "the vectors are not shown to be linearly independent")


def _determinant(
    system: System, point: list[list[int]], filters: tuple[int, ...], p: int
) -> dict[int, int]:
    """exponent -> coefficient modulo p of det (w_ct), t in ``filters``: class after class."""
    # A state is the set of columns used by the classes so far, with its polynomial.
    states: dict[frozenset[int], dict[int, int]] = {frozenset(): {0: 1}}
    for members in system.classes:
        following: dict[frozenset[int], dict[int, int]] = {}
        for used, polynomial in states.items():
            spend(VALUE + TURN * 4 * len(filters) * len(members) * len(polynomial))
            for column, t in enumerate(filters):
                if column in used:
                    continue
                # Inversions that this column makes with those of earlier classes.
                sign = -1 if sum(1 for other in used if other > column) % 2 else 1
                target = following.setdefault(used | {column}, {})
                for r, a in members:
                    factor = sign * point[r][t]
                    for e, c in polynomial.items():
                        target[e + a] = (target.get(e + a, 0) + factor * c) % p
        states = following
    (result,) = states.values()
    return result
