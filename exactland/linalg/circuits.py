"""Null vectors supported on a circuit: a minimal dependent set of columns of U = M(W).

A circuit is found modulo a prime at a point; its null vector, unique up to a factor, by
fraction-free elimination over Z[W]. Whether U v = 0 holds identically is checked by the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx, nmod_mat

from exactland.linalg.pivots import modular_pivots, pivot_columns
from exactland.linalg.polynomial_vectors import Draft

#: columns of a circuit that is tried, terms of an entry, and products of terms in one step
SIZE_CEILING = 16
TERMS_CEILING = 3_000
WORK_CEILING = 400_000
Columns = Sequence[Sequence[tuple[int, int]]]


def circuits(
    columns: Columns, height: int, values: Sequence[int], prime: int, orders: int, seed: int
) -> Iterator[tuple[int, ...]]:
    """Minimal dependent sets of columns at the point, small ones only, each once.

    For several orders of the columns: what a column without pivot forms with pivots before it.
    """
    random = Random(seed)
    seen: set[tuple[int, ...]] = set()
    for attempt in range(orders):
        order = list(range(len(columns)))
        if attempt == 1:
            order.reverse()
        elif attempt == 2:
            order.sort(key=lambda h: (len(columns[h]), columns[h]))
        elif attempt > 2:
            random.shuffle(order)
        matrix = nmod_mat(height, len(order), prime)
        for k, h in enumerate(order):
            for row, variable in columns[h]:
                matrix[row, k] = values[variable]
        reduced, rank = matrix.rref()
        pivots = pivot_columns(reduced, rank)
        for k in sorted(set(range(len(order))) - set(pivots)):
            support = [pivots[i] for i in range(rank) if int(reduced[i, k])]
            circuit = tuple(sorted(order[j] for j in (*support, k)))
            if len(circuit) <= SIZE_CEILING and circuit not in seen:
                seen.add(circuit)
                yield circuit


def circuit_vector(
    columns: Columns, circuit: Sequence[int], values: Sequence[int], prime: int
) -> Draft | None:
    """The primitive null vector on the circuit over Z[W], or None where a ceiling is reached."""
    rows = sorted({row for h in circuit for row, _ in columns[h]})
    place = {row: i for i, row in enumerate(rows)}
    at_point = nmod_mat(len(rows), len(circuit), prime)
    for k, h in enumerate(circuit):
        for row, variable in columns[h]:
            at_point[place[row], k] = values[variable]
    independent_rows, _ = modular_pivots(at_point)
    if len(independent_rows) != len(circuit) - 1:
        return None
    names = sorted({variable for h in circuit for _, variable in columns[h]})
    context = fmpz_mpoly_ctx.get([f"w{name}" for name in names], Ordering.degrevlex)
    generator = dict(zip(names, context.gens(), strict=True))
    kept = {rows[i]: i for i, _ in enumerate(rows)}
    index = {i: k for k, i in enumerate(independent_rows)}
    zero = context.constant(0)
    matrix = [[zero] * len(circuit) for _ in independent_rows]
    for k, h in enumerate(circuit):
        for row, variable in columns[h]:
            if kept[row] in index:
                matrix[index[kept[row]]][k] = generator[variable]
    entries = fraction_free_kernel(matrix, context)
    if entries is None:
        return None
    return {h: _terms(entry, names) for h, entry in zip(circuit, entries, strict=True)}


def fraction_free_kernel(matrix: list[list[Any]], context: Any) -> list[Any] | None:
    """The primitive null vector of a (k - 1) x k matrix of polynomials of rank k - 1.

    Gauss-Jordan elimination without fractions: every entry is a minor, every division exact
    (Bareiss). Pivots with few terms come first. None at a ceiling or where the rank is lower.
    """
    size = len(matrix)
    last = context.constant(1)
    pivot_of: dict[int, int] = {}
    for _ in range(size):
        candidates = [
            (len(row) and _weight(row, k), i, k)
            for i, row in enumerate(matrix)
            if i not in pivot_of
            for k in range(size + 1)
            if k not in pivot_of.values() and row[k] != 0
        ]
        if not candidates:
            return None
        _, i, k = min(candidates)
        pivot_of[i] = k
        for other in range(size):
            if other != i and not _eliminate(matrix, i, other, k, last):
                return None
        last = matrix[i][k]
    free = next(k for k in range(size + 1) if k not in pivot_of.values())
    entries = [context.constant(0)] * (size + 1)
    entries[free] = last
    for i, k in pivot_of.items():
        entries[k] = -matrix[i][free]
    return _primitive(entries, context)


def _weight(row: Sequence[Any], k: int) -> int:
    """The fill-in that this pivot is likely to make."""
    return len(row[k]) * sum(len(value) for value in row)


def _eliminate(matrix: list[list[Any]], i: int, other: int, k: int, last: Any) -> bool:
    """One step of Bareiss for the row ``other``; False where a ceiling is reached."""
    pivot_row, row = matrix[i], matrix[other]
    pivot, head = pivot_row[k], row[k]
    for j in range(len(row)):
        x, y = row[j], pivot_row[j]
        if len(pivot) * len(x) + len(head) * len(y) > WORK_CEILING:
            return False
        value = pivot * x - head * y
        if value != 0:
            value = value / last
        if len(value) > TERMS_CEILING:
            return False
        row[j] = value
    return True


def _primitive(entries: list[Any], context: Any) -> list[Any]:
    """The entries without their greatest common divisor."""
    common = context.constant(0)
    for entry in sorted((entry for entry in entries if entry != 0), key=len):
        common = entry if common == 0 else common.gcd(entry)
        if common == 1:
            break
    return [entry / common if entry != 0 else entry for entry in entries]


def _terms(polynomial: Any, names: Sequence[int]) -> dict[tuple[int, ...], int]:
    """monomial (variables repeated) -> coefficient."""
    result = {}
    for exponents, coefficient in polynomial.to_dict().items():
        monomial = tuple(
            name
            for name, exponent in zip(names, exponents, strict=True)
            for _ in range(int(exponent))
        )
        result[monomial] = int(coefficient)
    return result
