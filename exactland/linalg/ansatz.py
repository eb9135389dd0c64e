"""Null vectors U v = 0 over Q[W] of a given shape, found as solutions of a sparse linear system.

It has one unknown for every coefficient and one equation for every row of U and every monomial of U
v.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, combinations_with_replacement, product

from exactland.linalg.polynomial_vectors import Draft, Monomial
from exactland.linalg.sparse import sparse_kernel
from exactland.linalg.structure import LinearStructure

#: unknown coefficients of one system, and of all systems of one shape
UNKNOWNS_CEILING = 200_000
TOTAL_CEILING = 1_000_000
#: the same for homogeneous polynomials, whose systems are less sparse
HOMOGENEOUS_CEILING = 6_000
Columns = Sequence[Sequence[tuple[int, int]]]


def polynomial_ansatz(
    columns: Columns, shape: Iterable[tuple[int, Monomial]]
) -> list[Draft] | None:
    """All v with U v = 0 whose entries are combinations of the monomials in ``shape``.

    Parameters
    ----------
    columns : for each column of U its (row, variable) pairs.
    shape : pairs (column, monomial), all different.

    None where the ceiling of the solver is reached.
    """
    unknowns = list(shape)
    equations: dict[tuple[int, Monomial], dict[int, int]] = {}
    for u, (h, monomial) in enumerate(unknowns):
        for row, variable in columns[h]:
            key = (row, tuple(sorted((*monomial, variable))))
            equation = equations.setdefault(key, {})
            equation[u] = equation.get(u, 0) + 1
    solutions = sparse_kernel(equations.values(), len(unknowns))
    if solutions is None:
        return None
    drafts: list[Draft] = []
    for solution in solutions:
        draft: dict[int, dict[Monomial, int]] = {}
        for u, coefficient in solution.items():
            h, monomial = unknowns[u]
            draft.setdefault(h, {})[monomial] = coefficient
        drafts.append(draft)
    return drafts


def constant(structure: LinearStructure) -> list[Draft] | None:
    """All null vectors without variables, such as (-1, 1, -1, 1) of the 4-cycle (NH18, E1)."""
    return polynomial_ansatz(structure.by_column(), ((h, ()) for h in range(structure.columns)))


def multilinear(structure: LinearStructure, degree: int) -> Iterator[list[Draft] | None]:
    """For each degree + 1 filters: vectors on their columns, linear in each of the other filters.

    Degree 1: v on the columns of t is linear in w^t', and on those of t' linear in w^t, as
    (-b, a) for two filters a, b, since convolutions commute. For C channels the maximal minors of C
    + 1 filters have degree C. None, and the end, where a ceiling is reached.
    """
    columns = structure.by_column()
    filters = structure.filters
    used: list[set[int]] = [set() for _ in range(filters)]
    owned: list[list[int]] = [[] for _ in range(filters)]
    for h, pairs in enumerate(columns):
        owners = {variable % filters for _, variable in pairs}
        if len(owners) > 1:
            return
        for t in owners:
            owned[t].append(h)
            used[t].update(variable for _, variable in pairs)
    spent = 0
    for chosen in combinations(range(filters), degree + 1):
        shape: list[tuple[int, Monomial]] = []
        total = sum(len(owned[t]) * _power_size(used, chosen, t) for t in chosen)
        spent += total
        if total > UNKNOWNS_CEILING or spent > TOTAL_CEILING:
            yield None
            return
        for t in chosen:
            others = [sorted(used[s]) for s in chosen if s != t]
            monomials = [tuple(sorted(factors)) for factors in product(*others)]
            shape.extend((h, monomial) for h in owned[t] for monomial in monomials)
        yield polynomial_ansatz(columns, shape)


def _power_size(used: Sequence[set[int]], chosen: Sequence[int], t: int) -> int:
    size = 1
    for s in chosen:
        if s != t:
            size *= len(used[s])
    return size


def homogeneous(structure: LinearStructure, degree: int) -> list[Draft] | None:
    """All null vectors with homogeneous entries of this degree; None over the ceiling."""
    monomials = list(combinations_with_replacement(range(structure.variables), degree))
    if len(monomials) * structure.columns > HOMOGENEOUS_CEILING:
        return None
    shape = ((h, monomial) for h in range(structure.columns) for monomial in monomials)
    return polynomial_ansatz(structure.by_column(), shape)
