"""Null vectors of convolutions: maximal minors of the filters as polynomials, and their translates.

Let every patch be the first one moved by a number of neurons, patch_p[r] = q_p + a_r. Places of a
patch that share a neuron, directly or by others, form a class: a channel, or with a stride a
channel and a residue. Read filter t on class c as the polynomial w_ct = sum of W[r, t] x^(a_r), and
a vector v as the polynomials v_t = sum of v[p, t] x^(q_p). Row i of U v is the coefficient of x^i
in sum_t w_ct v_t, c the class of i. So U v = 0 as soon as the C x T matrix (w_ct) kills v; by
Cramer's rule the signed maximal minors of C + 1 of its columns do, and so do their products with
x^z, where all exponents that occur are among the q_p.

>>> patches = [[y * 3 + x + r for r in (0, 1, 3, 4)] for y in range(2) for x in range(2)]
>>> entries = {
...     (i, 2 * p + t): 2 * r + t
...     for p, patch in enumerate(patches) for r, i in enumerate(patch) for t in range(2)
... }
>>> structure = LinearStructure(9, 8, 8, entries, filters=2)
>>> translated_minors(structure, 1, [], 101).vectors
(((0, 1), 0),)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from flint import nmod_mat

from exactland.linalg.evidence import TranslatedMinors
from exactland.linalg.pivots import pivot_columns
from exactland.linalg.structure import LinearStructure

#: classes of places; exponents of a minor; entries of the vectors among which a basis is sought
CLASSES_CEILING = 9
EXPONENTS_CEILING = 20_000
ENTRIES_CEILING = 8_000_000
#: exponent -> coefficient
Polynomial = dict[int, int]


@dataclass(frozen=True)
class Translations:
    """A system of translates: q_p by patch, the a_r by class as (place, a_r), T."""

    positions: tuple[int, ...]
    classes: tuple[tuple[tuple[int, int], ...], ...]
    filters: int

    def exponents(self) -> frozenset[int]:
        """All sums of one a_r of each class: no other exponent occurs in a minor."""
        sums = {0}
        for places in self.classes:
            sums = {e + a for e in sums for _, a in places}
            if len(sums) > EXPONENTS_CEILING:
                return frozenset()
        return frozenset(sums)

    def shifts(self) -> tuple[int, ...]:
        """All z such that x^z times a minor has exponents among the positions only."""
        exponents, available = self.exponents(), set(self.positions)
        if not exponents:
            return ()
        least = min(exponents)
        candidates = sorted(q - least for q in available)
        return tuple(z for z in candidates if all(z + e in available for e in exponents))


def translations(structure: LinearStructure) -> Translations | None:
    """The patches of U as translates of the first, or None if they are none or have padding."""
    filters = structure.filters
    by_patch: dict[tuple[int, ...], set[int]] = {}
    for pairs in structure.by_column():
        places = {variable // filters: i for i, variable in pairs}
        owners = {variable % filters for _, variable in pairs}
        if len(owners) != 1 or sorted(places) != list(range(structure.variables // filters)):
            return None
        patch = tuple(places[r] for r in range(len(places)))
        by_patch.setdefault(patch, set()).update(owners)
    if not by_patch or any(len(owners) < filters for owners in by_patch.values()):
        return None
    if len(by_patch) * filters < structure.columns:  # two patches are equal
        return None
    first = next(iter(by_patch))
    positions = tuple(patch[0] - first[0] for patch in by_patch)
    for patch, q in zip(by_patch, positions, strict=True):
        if any(i != q + a for i, a in zip(patch, first, strict=True)):
            return None
    return Translations(positions, _classes(first, by_patch), filters)


def _classes(
    first: Sequence[int], patches: Iterable[Sequence[int]]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The places, joined where two of them read one neuron."""
    leader = list(range(len(first)))

    def find(r: int) -> int:
        while leader[r] != r:
            r = leader[r]
        return r

    reader: dict[int, int] = {}
    for patch in patches:
        for r, i in enumerate(patch):
            leader[find(r)] = find(reader.setdefault(i, r))
    classes: dict[int, list[tuple[int, int]]] = {}
    for r, a in enumerate(first):
        classes.setdefault(find(r), []).append((r, a))
    return tuple(tuple(places) for places in classes.values())


def translated_minors(
    structure: LinearStructure, wanted: int, values: Sequence[int], prime: int
) -> TranslatedMinors | None:
    """Up to ``wanted`` independent null vectors U v = 0 of this shape, or None if there is none.

    ``values`` are integers for the variables: where vectors of several sets of C + 1 filters are
    needed, their independence is shown at this point modulo ``prime``.
    """
    system = translations(structure)
    if system is None or not len(system.classes) < system.filters or wanted < 1:
        return None
    size = len(system.classes) + 1
    shifts = system.shifts()
    if not shifts or size > CLASSES_CEILING + 1:
        return None
    alone = tuple((tuple(range(size)), z) for z in shifts)[:wanted]
    if len(alone) == wanted or size == system.filters:
        return TranslatedMinors(alone)
    vectors = [(s, z) for s in combinations(range(system.filters), size) for z in shifts]
    if len(vectors) * structure.columns > ENTRIES_CEILING:
        return TranslatedMinors(alone)
    chosen = _independent(system, vectors, values, prime)[:wanted]
    point = structure.point(values)
    return TranslatedMinors(tuple(vectors[k] for k in chosen), point, prime)


def _independent(
    system: Translations,
    vectors: Sequence[tuple[tuple[int, ...], int]],
    values: Sequence[int],
    prime: int,
) -> tuple[int, ...]:
    """The first of the vectors that form a basis of the span at the point modulo the prime."""
    place = {q: p for p, q in enumerate(system.positions)}
    count = len(place)
    known: dict[tuple[int, tuple[int, ...]], Polynomial] = {}
    stacked = nmod_mat(count * system.filters, len(vectors), prime)
    for k, (chosen, z) in enumerate(vectors):
        for j, t in enumerate(chosen):
            others = (*chosen[:j], *chosen[j + 1 :])
            sign = -1 if j % 2 else 1
            for e, c in _minor(system, others, values, prime, known).items():
                stacked[t * count + place[z + e], k] = sign * c % prime
    reduced, rank = stacked.rref()
    return pivot_columns(reduced, rank)


def _minor(
    system: Translations,
    filters: tuple[int, ...],
    values: Sequence[int],
    prime: int,
    known: dict[tuple[int, tuple[int, ...]], Polynomial],
) -> Polynomial:
    """The determinant of the last classes, as many as filters, at the point: by the first row."""
    if not filters:
        return {0: 1}
    row = len(system.classes) - len(filters)
    if (row, filters) not in known:
        total: Polynomial = {}
        for j, t in enumerate(filters):
            rest = (*filters[:j], *filters[j + 1 :])
            below = _minor(system, rest, values, prime, known)
            for r, a in system.classes[row]:
                factor = values[r * system.filters + t] * (-1 if j % 2 else 1)
                for e, c in below.items():
                    total[e + a] = (total.get(e + a, 0) + factor * c) % prime
        known[row, filters] = total
    return known[row, filters]
