"""The rank of a rational matrix, with both sides of the evidence.

A prime proposes rows and columns. Full rank is then shown by the minor modulo that prime; a
deficiency by null vectors over Q, found by solving with the proposed submatrix and verified
exactly.

>>> found = rational_rank([[1, 2], [2, 4], [3, 7]])
>>> found.is_full, found.at_least
(True, 2)
>>> rational_rank([[1, 2], [2, 4]]).upper.vectors
((2, -1),)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, lcm
from typing import Any

from flint import fmpq, fmpq_mat, fmpz_mat, nmod_mat

from exactland.arithmetic.exact import exact_rows
from exactland.arithmetic.modular import have_short_multiple, random_prime, reduce
from exactland.errors import InputError, LimitError
from exactland.linalg.evidence import ModularMinor, NullVectors, RankEvidence, Side
from exactland.linalg.pivots import modular_pivots

#: Unlucky primes (of 61 bits) are next to impossible; after so many something else is wrong.
ATTEMPTS = 64


def rational_rank(matrix: fmpq_mat | Sequence[Sequence[Any]], seed: int = 0) -> RankEvidence:
    """The exact rank of an m x n matrix over Q: ``at_least == at_most`` of the result.

    Parameters
    ----------
    matrix : fmpq_mat, or rows of numbers that ``exact`` takes.
    seed : chooses the primes; another seed gives another certificate of the same rank.

    Raises InputError for rows of unequal length and LimitError if ATTEMPTS primes are all unlucky.
    """
    a = rational_matrix(matrix)
    m, n = a.nrows(), a.ncols()
    if min(m, n) == 0:
        return RankEvidence(m, n)
    # Left null vectors are right ones of the transpose; the shorter side needs fewer of them.
    side: Side = "left" if m <= n else "right"
    oriented = a.transpose() if side == "left" else a
    cleared = None
    for attempt in range(ATTEMPTS):
        prime = random_prime(seed + attempt)
        try:
            rows, columns = modular_pivots(reduce(oriented, prime))
        except InputError:
            continue  # the prime divides a denominator
        if side == "left":
            minor = ModularMinor(columns, rows, prime)
        else:
            minor = ModularMinor(rows, columns, prime)
        lower = minor if rows else None
        if len(rows) == min(m, n):
            return RankEvidence(m, n, lower)
        # Full rank needs no integers; a long common denominator would fill the memory.
        cleared = clear_rows(oriented) if cleared is None else cleared
        vectors = null_vectors(cleared, rows, columns)
        if vectors is not None:
            upper = NullVectors(side, vectors, independence_prime(vectors, seed + attempt))
            return RankEvidence(m, n, lower, upper)
    reason = f"{ATTEMPTS} primes of 61 bits were all unlucky"
    raise LimitError("rational_rank", reason, "try another seed")


def rational_matrix(matrix: fmpq_mat | Sequence[Sequence[Any]]) -> fmpq_mat:
    """The matrix as fmpq_mat; rows of numbers are read by ``exact_rows``."""
    if isinstance(matrix, fmpq_mat):
        return matrix
    rows = exact_rows(matrix)
    width = len(rows[0]) if rows else 0
    return fmpq_mat(len(rows), width, [value for row in rows for value in row])


def clear_rows(a: fmpq_mat) -> fmpz_mat:
    """An integer matrix with the same right null vectors and rank.

    One common denominator is fastest; where it would be long each row gets its own.
    """
    m, n = a.nrows(), a.ncols()
    if have_short_multiple(a):
        return a.numer_denom()[0]
    entries: list[Any] = []
    for i in range(m):
        entries.extend(fmpq_mat(1, n, [a[i, j] for j in range(n)]).numer_denom()[0].entries())
    return fmpz_mat(m, n, entries)


def null_vectors(
    matrix: fmpz_mat, rows: Sequence[int], columns: Sequence[int]
) -> tuple[tuple[fmpq, ...], ...] | None:
    """n - r primitive integer vectors v with matrix v = 0, given pivots of a rank r; verified.

    None if some vector fails, which means that the rank is above r.
    """
    n = matrix.ncols()
    pivot = set(columns)
    free = [j for j in range(n) if j not in pivot]
    solution = None
    if rows:
        square = fmpz_mat(len(rows), len(rows), [matrix[i, j] for i in rows for j in columns])
        right = fmpz_mat(len(rows), len(free), [matrix[i, j] for i in rows for j in free])
        solution = square.solve(right)
    vectors = []
    for k, f in enumerate(free):
        entries = [fmpq(0)] * n
        entries[f] = fmpq(-1)
        for i, j in enumerate(columns):
            entries[j] = solution[i, k]  # type: ignore[index]
        vectors.append(primitive(entries))
    stacked = fmpz_mat(len(free), n, [value for vector in vectors for value in vector])
    if matrix * stacked.transpose() != fmpz_mat(matrix.nrows(), len(free)):
        return None
    return tuple(tuple(fmpq(value) for value in vector) for vector in vectors)


def primitive(entries: Sequence[fmpq]) -> list[int]:
    """The multiple of a nonzero rational vector with coprime entries, the first positive."""
    common = lcm(*(int(value.q) for value in entries if value))
    scaled = [int(value.p) * (common // int(value.q)) if value else 0 for value in entries]
    content = gcd(*scaled)
    if next(value for value in scaled if value) < 0:
        content = -content
    return [value // content if value else 0 for value in scaled]


def independence_prime(vectors: Sequence[Sequence[fmpq]], seed: int = 0) -> int:
    """A prime modulo which these linearly independent integer vectors stay independent.

    Raises LimitError if ATTEMPTS primes are unlucky, as they are for vectors that are dependent.
    """
    entries = [value.p for vector in vectors for value in vector]
    stacked = fmpz_mat(len(vectors), len(vectors[0]), entries)
    for attempt in range(ATTEMPTS):
        prime = random_prime(seed + attempt)
        if nmod_mat(stacked, prime).rank() == len(vectors):
            return prime
    reason = f"{ATTEMPTS} primes of 61 bits were all unlucky"
    raise LimitError("null vectors", reason, "try another seed")
