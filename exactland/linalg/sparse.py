"""Sparse homogeneous systems over Q, most of whose equations have one or two terms.

Equations of one term make an unknown zero, those of two terms join two unknowns in a fixed ratio;
what is left in the joined unknowns falls apart into small blocks, as a rule, for dense solutions.

>>> sorted(sparse_kernel([{0: 1, 1: 1}, {2: 1}], 4)[0].items())
[(0, 1), (1, -1)]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flint import fmpq, fmpz_mat, nmod_mat

from exactland.linalg.pivots import modular_pivots
from exactland.linalg.rational import null_vectors, primitive

#: entries of a dense system that is left
DENSE_CEILING = 6_000_000
#: a prime below 2^61; it only proposes, solutions are verified over Q
PRIME = 2305843009213693951


class _Ratios:
    """Unknowns as multiples of a representative, or zero (union-find with ratios)."""

    def __init__(self, unknowns: int) -> None:
        self.parent = list(range(unknowns))
        self.ratio = [fmpq(1)] * unknowns
        self.zero = [False] * unknowns

    def find(self, u: int) -> tuple[int, fmpq]:
        """(representative, ratio) with u = ratio * representative."""
        path = []
        while self.parent[u] != u:
            path.append(u)
            u = self.parent[u]
        factor = fmpq(1)
        for node in reversed(path):
            factor = self.ratio[node] * factor
            self.parent[node], self.ratio[node] = u, factor
        return u, factor

    def reduce(self, equation: Mapping[int, fmpq]) -> dict[int, fmpq]:
        """The equation in representatives."""
        result: dict[int, fmpq] = {}
        for u, coefficient in equation.items():
            root, factor = self.find(u)
            if not self.zero[root]:
                total = result.get(root, fmpq(0)) + coefficient * factor
                if total == 0:
                    del result[root]
                else:
                    result[root] = total
        return result

    def take(self, equation: Mapping[int, fmpq]) -> bool:
        """Use a reduced equation of at most two terms; False if it is longer."""
        if len(equation) > 2:
            return False
        if len(equation) == 1:
            self.zero[next(iter(equation))] = True
        elif len(equation) == 2:
            (u, a), (v, b) = equation.items()
            self.parent[u], self.ratio[u] = v, -b / a
        return True


def sparse_kernel(
    equations: Iterable[Mapping[int, int]], unknowns: int
) -> list[dict[int, int]] | None:
    """A basis of the solutions, sparse primitive integer vectors; None at the ceiling."""
    ratios = _Ratios(unknowns)
    rest: list[dict[int, fmpq]] = [
        {u: fmpq(c) for u, c in equation.items()} for equation in equations
    ]
    rest.sort(key=len)
    while True:
        kept = []
        changed = False
        for equation in rest:
            reduced = ratios.reduce(equation)
            if not ratios.take(reduced):
                kept.append(reduced)
            elif reduced:
                changed = True
        rest = kept
        if not changed or not rest:
            break
    members: dict[int, list[tuple[int, fmpq]]] = {}
    for u in range(unknowns):
        root, factor = ratios.find(u)
        if not ratios.zero[root]:
            members.setdefault(root, []).append((u, factor))
    combinations: list[dict[int, fmpq]] = []
    free = set(members)
    for block, tied in _blocks(rest):
        solutions = _dense_kernel(block, tied)
        if solutions is None:
            return None
        combinations.extend(solutions)
        free.difference_update(tied)
    combinations.extend({root: fmpq(1)} for root in sorted(free))
    return [_expand(combination, members) for combination in combinations]


def _blocks(equations: list[dict[int, fmpq]]) -> list[tuple[list[dict[int, fmpq]], list[int]]]:
    """The equations in groups without common unknowns, each with its unknowns.

    What is homogeneous in some grading, as everything about convolutions is, splits into many.
    """
    parent: dict[int, int] = {}

    def find(u: int) -> int:
        while parent.setdefault(u, u) != u:
            parent[u] = parent[parent[u]]
            u = parent[u]
        return u

    for equation in equations:
        first, *others = (find(u) for u in equation)
        for u in others:
            parent[find(u)] = find(first)
    groups: dict[int, tuple[list[dict[int, fmpq]], set[int]]] = {}
    for equation in equations:
        block, unknowns = groups.setdefault(find(next(iter(equation))), ([], set()))
        block.append(equation)
        unknowns.update(equation)
    return [(block, sorted(unknowns)) for block, unknowns in groups.values()]


def _dense_kernel(
    equations: list[dict[int, fmpq]], tied: list[int]
) -> list[dict[int, fmpq]] | None:
    """The solutions of one block of long equations in its unknowns."""
    distinct = {tuple(sorted(_integers(equation).items())): None for equation in equations}
    if len(distinct) * len(tied) > DENSE_CEILING:
        return None
    place = {u: k for k, u in enumerate(tied)}
    matrix = fmpz_mat(len(distinct), len(tied))
    for i, equation in enumerate(distinct):
        for u, coefficient in equation:
            matrix[i, place[u]] = coefficient
    rows, columns = modular_pivots(nmod_mat(matrix, PRIME))
    if len(columns) == len(tied):
        return []
    vectors = null_vectors(matrix, rows, columns)
    if vectors is None:
        return None
    return [
        {u: value for u, value in zip(tied, vector, strict=True) if value} for vector in vectors
    ]


def _integers(equation: Mapping[int, fmpq]) -> dict[int, int]:
    keys = sorted(equation)
    return dict(zip(keys, primitive([equation[u] for u in keys]), strict=True))


def _expand(
    combination: Mapping[int, fmpq], members: Mapping[int, list[tuple[int, fmpq]]]
) -> dict[int, int]:
    """The solution in the original unknowns."""
    return _integers(
        {u: c * factor for root, c in combination.items() for u, factor in members[root]}
    )
