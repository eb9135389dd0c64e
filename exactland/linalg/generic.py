"""The rank of a layer matrix for almost all parameters: a minor, or polynomial null vectors.

U = M(W) is linear in W (NH18, Assumption 2.4 and E1). One nonzero maximal minor at one W proves
full rank for almost all W. Otherwise k null vectors over Q[W], independent at one point, bound the
rank for all W.

>>> four_cycle = [(0, 1), (2, 1), (2, 3), (0, 3)]
>>> places = {(i, h): r for h, patch in enumerate(four_cycle) for r, i in enumerate(patch)}
>>> found = generic_rank(LinearStructure(4, 4, 2, places, filters=1))
>>> found.at_least, found.at_most, found.is_full
(3, 3, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from flint import nmod_mat

from exactland.arithmetic.modular import random_prime
from exactland.linalg.ansatz import constant, homogeneous, multilinear
from exactland.linalg.circuits import circuit_vector, circuits
from exactland.linalg.evidence import (
    ModularMinor,
    PolynomialNullVectors,
    PolynomialVector,
    RankEvidence,
    Side,
    TranslatedMinors,
)
from exactland.linalg.pivots import modular_pivots
from exactland.linalg.polynomial_vectors import (
    Draft,
    annihilates,
    freeze,
    independent,
    term_count,
)
from exactland.linalg.structure import LinearStructure
from exactland.linalg.translations import translated_minors

#: entries of a matrix that is reduced modulo a prime at all; that is reduced several times
DENSE_CEILING = 40_000_000
REPEAT_CEILING = 1_200_000
#: entries of a matrix for which null vectors are sought on both sides, to keep the simpler ones
SMALL = 10_000
#: of a small matrix these stages come before minors of filters: their vectors are written out
BY_HAND = 2
#: beside an upper bound, a minor larger than this is more than a checker can follow: it is left to
#: one of size CHECKED
LARGEST_MINOR, CHECKED = 1_400, 1_000
#: witnesses W have entries up to this
LARGEST_WEIGHT = 10**6
#: circuits whose vectors are computed, and terms of all vectors kept, per side
CIRCUITS_CEILING = 2_000
TERMS_CEILING = 2_000_000


def generic_rank(structure: LinearStructure, seed: int = 0) -> RankEvidence:
    """Bounds of the rank of U = M(W) for almost all W, the lower one with its witness in ``point``.

    ``seed`` chooses the witness and the primes. The upper bound may stay above the lower one; then
    ``tried`` says how null vectors were sought.
    """
    m, n = structure.rows, structure.columns
    if min(m, n) == 0:
        return RankEvidence(m, n)
    prime = random_prime(seed)
    unit = unit_filters(structure)
    if unit is not None:
        values, rows, columns = unit
        lower = ModularMinor(rows, columns, prime)
        return RankEvidence(m, n, lower, point=structure.point(values))
    if m * n > DENSE_CEILING:
        reason = f"{m} x {n}: more than {DENSE_CEILING} entries, no elimination"
        return RankEvidence(m, n, tried=(reason,))
    witnesses = (_witness(structure, prime, seed + attempt) for attempt in range(2))
    values, rows, columns = next(witnesses)
    if len(rows) < min(m, n) and m * n <= REPEAT_CEILING:
        again = next(witnesses)
        if len(again[1]) > len(rows):
            values, rows, columns = again
    evidence_lower = ModularMinor(rows, columns, prime) if rows else None
    point = structure.point(values)
    if len(rows) == min(m, n):
        return RankEvidence(m, n, evidence_lower, point=point)
    upper, tried = _upper_bound(structure, len(rows), values, prime, seed)
    if upper is not None and len(rows) > LARGEST_MINOR:
        evidence_lower = _checked_minor(structure, values, columns, prime)
    return RankEvidence(m, n, evidence_lower, upper, tried, point)


def _checked_minor(
    structure: LinearStructure, values: Sequence[int], columns: Sequence[int], prime: int
) -> ModularMinor:
    """A nonsingular minor of size CHECKED on the first of these independent columns."""
    chosen = {h: k for k, h in enumerate(columns[:CHECKED])}
    matrix = nmod_mat(structure.rows, CHECKED, prime)
    for (i, h), x in structure.entries.items():
        if h in chosen:
            matrix[i, chosen[h]] = values[x]
    rows, kept = modular_pivots(matrix)
    return ModularMinor(rows, tuple(columns[k] for k in kept), prime)


def unit_filters(
    structure: LinearStructure,
) -> tuple[list[int], tuple[int, ...], tuple[int, ...]] | None:
    """W of unit vectors for which U has a maximal minor that is a permutation matrix, if found.

    Each filter in turn takes the coordinate that reaches the most rows not reached before: U then
    has at most one entry 1 a column. Returns (values of the variables, rows, columns) of full rank,
    or None.
    """
    t = structure.filters
    found: dict[int, int] = {}
    places: dict[int, list[tuple[int, int]]] = {}
    for (i, h), x in structure.entries.items():
        places.setdefault(x, []).append((i, h))
    values = [0] * structure.variables
    for s in range(t):
        options = range(s, structure.variables, t)
        gains = {x: len({i for i, _ in places.get(x, ()) if i not in found}) for x in options}
        if not gains:
            continue
        best = max(gains, key=lambda x: gains[x])
        values[best] = 1
        for i, h in sorted(places.get(best, ())):
            found.setdefault(i, h)
    if len(found) < min(structure.rows, structure.columns):
        return None
    rows = tuple(sorted(found))
    return values, rows, tuple(found[i] for i in rows)


def _witness(
    structure: LinearStructure, prime: int, seed: int
) -> tuple[list[int], tuple[int, ...], tuple[int, ...]]:
    """A random integer W, and rows and columns of a nonsingular submatrix of maximal size there."""
    random = Random(seed)
    values = [random.randint(1, LARGEST_WEIGHT) for _ in range(structure.variables)]
    matrix = nmod_mat(structure.rows, structure.columns, prime)
    for (i, h), x in structure.entries.items():
        matrix[i, h] = values[x]
    rows, columns = modular_pivots(matrix)
    return values, rows, columns


@dataclass
class _Search:
    """Null vectors U v = 0 of one side (for the left side ``structure`` is transposed)."""

    side: Side
    structure: LinearStructure
    wanted: int
    values: Sequence[int]
    prime: int
    vectors: list[PolynomialVector] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = self.structure.by_column()

    def complete(self) -> bool:
        return len(self.vectors) >= self.wanted

    def add(self, drafts: Sequence[Draft]) -> None:
        """Keep those drafts that are null vectors and independent of what there is."""
        frozen = sorted((freeze(draft) for draft in drafts), key=lambda v: term_count([v]))
        true = [v for v in frozen if annihilates(self.structure, v, self.columns)]
        candidates = self.vectors + true
        chosen = independent(candidates, self.structure.columns, self.values, self.prime)
        self.vectors = [candidates[k] for k in chosen[: self.wanted]]

    def at_most(self) -> int:
        return self.structure.columns - len(self.vectors)


Stage = tuple[str, Callable[[_Search], Iterator[list[Draft] | None]]]


def _upper_bound(
    structure: LinearStructure, rank: int, values: Sequence[int], prime: int, seed: int
) -> tuple[PolynomialNullVectors | TranslatedMinors | None, tuple[str, ...]]:
    """The null vectors with the best bound, and what was tried if that is above ``rank``."""
    m, n = structure.rows, structure.columns
    right = _Search("right", structure, n - rank, values, prime)
    left = _Search("left", structure.transpose(), m - rank, values, prime)
    searches = sorted((left, right), key=lambda search: search.wanted)
    tried: list[str] = []
    translated, found = None, 0
    for turn, (name, stage) in enumerate(_stages(seed)):
        if turn == (0 if m * n > SMALL else BY_HAND):
            translated = translated_minors(structure, right.wanted, values, prime)
            found = 0 if translated is None else len(translated.vectors)
            if translated is not None and found >= right.wanted:
                return translated, ()
            tried.append(f"minors of filters: {found} of {right.wanted} right null vectors")
        for search in searches:
            outcome = _run(search, stage)
            if search.complete():
                if m * n > SMALL:
                    break
                continue
            count = f"{len(search.vectors)} of {search.wanted} {search.side} null vectors"
            tried.append(f"{name}: {count}{outcome}")
        done = [search for search in searches if search.complete()]
        if done:
            # Both sides prove the same: the one that is easier to check by hand is kept.
            return _frozen(min(done, key=_weight), structure), ()
    best = min(searches, key=lambda search: search.at_most())
    if translated is not None and n - found < min(m, n, best.at_most()):
        return translated, tuple(tried)
    upper = _frozen(best, structure) if best.at_most() < min(m, n) else None
    return upper, tuple(tried)


def _weight(search: _Search) -> int:
    """The variables written in all vectors."""
    return sum(
        len(variables) + 1
        for vector in search.vectors
        for _, terms in vector
        for _, variables in terms
    )


def _run(search: _Search, stage: Callable[[_Search], Iterator[list[Draft] | None]]) -> str:
    """Let a stage propose until the side is complete; the reason if it stopped before its end."""
    for drafts in stage(search):
        if drafts is None:
            return ", ceiling reached"
        if drafts:
            search.add(drafts)
        if search.complete():
            return ""
        if term_count(search.vectors) > TERMS_CEILING:
            return ", too many terms"
    return ""


def _frozen(search: _Search, structure: LinearStructure) -> PolynomialNullVectors:
    point = structure.point(search.values)
    return PolynomialNullVectors(search.side, tuple(search.vectors), point, search.prime)


def _stages(seed: int) -> list[Stage]:
    """The shapes of null vectors, the cheap ones first."""

    def by_degree(degree: int) -> Callable[[_Search], Iterator[list[Draft] | None]]:
        return lambda search: iter([homogeneous(search.structure, degree)])

    def by_filters(degree: int) -> Callable[[_Search], Iterator[list[Draft] | None]]:
        # Columns belong to filters; rows do not.
        return lambda search: (
            multilinear(search.structure, degree) if search.side == "right" else iter(())
        )

    return [
        ("constant vectors", lambda search: iter([constant(search.structure)])),
        ("pairs of filters", by_filters(1)),
        ("circuits", lambda search: _by_circuits(search, seed)),
        ("degree 1", by_degree(1)),
        ("triples of filters", by_filters(2)),
        ("degree 2", by_degree(2)),
        ("quadruples of filters", by_filters(3)),
        ("degree 3", by_degree(3)),
    ]


def _by_circuits(search: _Search, seed: int) -> Iterator[list[Draft] | None]:
    """Null vectors of small circuits, the smallest first."""
    size = search.structure.rows * search.structure.columns
    if size > REPEAT_CEILING:
        yield None
        return
    orders = 12 if size <= 10_000 else 3
    found = circuits(
        search.columns, search.structure.rows, search.values, search.prime, orders, seed
    )
    for circuit in sorted(found, key=len)[:CIRCUITS_CEILING]:
        draft = circuit_vector(search.columns, circuit, search.values, search.prime)
        if draft is not None:
            yield [draft]
