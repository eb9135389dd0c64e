"""Vectors of polynomials over Q[W]: the identity U v = 0 is checked here, apart from the finders.

>>> U = LinearStructure(1, 2, 2, {(0, 0): 0, (0, 1): 1}, filters=2)
>>> v = freeze({0: {(1,): 1}, 1: {(0,): -1}})
>>> annihilates(U, v), annihilates(U, v[:1])
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flint import fmpq, nmod_mat

from exactland.linalg.evidence import PolynomialVector
from exactland.linalg.pivots import pivot_columns
from exactland.linalg.structure import LinearStructure

Monomial = tuple[int, ...]
#: index -> monomial -> integer coefficient: what finders make
Draft = Mapping[int, Mapping[Monomial, int]]


def freeze(draft: Draft) -> PolynomialVector:
    """The evidence form: sorted, without zeros."""
    vector = []
    for index in sorted(draft):
        terms = [(m, c) for m, c in sorted(draft[index].items()) if c]
        if terms:
            vector.append((index, tuple((fmpq(c), m) for m, c in terms)))
    return tuple(vector)


def annihilates(
    structure: LinearStructure,
    vector: PolynomialVector,
    columns: Sequence[Sequence[tuple[int, int]]] | None = None,
) -> bool:
    """Whether U v is the zero vector of polynomials, v a nonzero vector over the columns of U.

    ``columns`` is ``structure.by_column()`` if the caller has it. False for a zero v.
    """
    if columns is None:
        columns = structure.by_column()
    sums: dict[tuple[int, Monomial], fmpq] = {}
    nonzero = False
    for index, terms in vector:
        for coefficient, monomial in terms:
            nonzero = nonzero or coefficient != 0
            for row, variable in columns[index]:
                key = (row, tuple(sorted((*monomial, variable))))
                sums[key] = sums.get(key, fmpq(0)) + coefficient
    return nonzero and all(value == 0 for value in sums.values())


def value_at(vector: PolynomialVector, values: Sequence[int], prime: int) -> dict[int, int]:
    """The nonzero entries of the vector at integer values of the variables, modulo a prime.

    The coefficients are integers.
    """
    result = {}
    for index, terms in vector:
        total = 0
        for coefficient, monomial in terms:
            product = int(coefficient.p)
            for variable in monomial:
                product = product * values[variable] % prime
            total += product
        if total % prime:
            result[index] = total % prime
    return result


def independent(
    vectors: Sequence[PolynomialVector], length: int, values: Sequence[int], prime: int
) -> list[int]:
    """The first of the vectors (their positions) that form a basis of the span at the point."""
    if not vectors:
        return []
    # A column a vector: pivot columns are the vectors that do not depend on earlier ones.
    stacked = nmod_mat(length, len(vectors), prime)
    for k, vector in enumerate(vectors):
        for index, value in value_at(vector, values, prime).items():
            stacked[index, k] = value
    reduced, rank = stacked.rref()
    return list(pivot_columns(reduced, rank))


def term_count(vectors: Iterable[PolynomialVector]) -> int:
    """The number of terms of all entries."""
    return sum(len(terms) for vector in vectors for _, terms in vector)
