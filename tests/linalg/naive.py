"""Slow and plain: evidence checked again over Fractions, by code apart from the package."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, permutations, product
from random import Random
from typing import Any

from flint import nmod_mat

from exactland.linalg.translations import translations

PRIME = (1 << 61) - 1

Rows = list[list[Fraction]]


def fractions(matrix: Any) -> Rows:
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in matrix.tolist()]


def rank(rows: Sequence[Sequence[Fraction]]) -> int:
    work = [list(row) for row in rows]
    found = 0
    for j in range(len(work[0]) if work else 0):
        pivot = next((i for i in range(found, len(work)) if work[i][j]), None)
        if pivot is None:
            continue
        work[found], work[pivot] = work[pivot], work[found]
        for i in range(found + 1, len(work)):
            factor = work[i][j] / work[found][j]
            if factor:
                work[i] = [x - factor * y for x, y in zip(work[i], work[found], strict=True)]
        found += 1
    return found


def modular_rank(rows: Sequence[Sequence[int]], p: int) -> int:
    work = [[x % p for x in row] for row in rows]
    found = 0
    for j in range(len(work[0]) if work else 0):
        pivot = next((i for i in range(found, len(work)) if work[i][j]), None)
        if pivot is None:
            continue
        work[found], work[pivot] = work[pivot], work[found]
        inverse = pow(work[found][j], -1, p)
        for i in range(found + 1, len(work)):
            factor = work[i][j] * inverse % p
            if factor:
                work[i] = [(x - factor * y) % p for x, y in zip(work[i], work[found], strict=True)]
        found += 1
    return found


def submatrix(rows: Rows, bound: Any) -> Rows:
    assert len(bound.rows) == len(bound.columns)
    assert len(set(bound.rows)) == len(bound.rows)
    assert len(set(bound.columns)) == len(bound.columns)
    return [[rows[i][j] for j in bound.columns] for i in bound.rows]


def check_minor(rows: Rows, bound: Any) -> None:
    square = submatrix(rows, bound)
    p = bound.prime
    assert 2 <= p < 1 << 64
    residues = [[x.numerator * pow(x.denominator, -1, p) for x in row] for row in square]
    assert modular_rank(residues, p) == len(square)


def check_inverse(rows: Rows, bound: Any) -> None:
    """Exact entries: |I - R S| < 1 by rows, and 8 bits of room for the evidence's own precision."""
    square = submatrix(rows, bound)
    assert 8 <= bound.bits <= 65536
    assert 0 <= bound.scale <= 65536
    assert len(bound.inverse) == len(square)
    for i, row in enumerate(bound.inverse):
        assert len(row) == len(square)
        total = Fraction(0)
        for j in range(len(square)):
            value = sum(
                (Fraction(x, 1 << bound.scale) * square[k][j] for k, x in enumerate(row)),
                Fraction(0),
            )
            total += abs((i == j) - value)
        error = Fraction(sum(map(abs, row)) * len(square) << 8, 1 << (bound.scale + bound.bits))
        assert total + error < 1


def check_dominance(rows: Rows, bound: Any) -> None:
    square = submatrix(rows, bound)
    weights = [Fraction(int(x.p), int(x.q)) for x in bound.weights]
    assert all(x > 0 for x in weights)
    error = Fraction(1 << 8, 1 << bound.bits) * sum(weights)
    for i, row in enumerate(square):
        others = sum((abs(x) * weights[j] for j, x in enumerate(row) if j != i), Fraction(0))
        assert abs(row[i]) * weights[i] - others > error


def check_null_vectors(rows: Rows, bound: Any) -> None:
    vectors = [[Fraction(int(x.p), int(x.q)) for x in vector] for vector in bound.vectors]
    assert vectors
    if bound.side == "left":
        rows = [list(column) for column in zip(*rows, strict=True)]
    for vector in vectors:
        assert all(x.denominator == 1 for x in vector)
        for row in rows:
            assert sum((x * y for x, y in zip(row, vector, strict=True)), Fraction(0)) == 0
    integers = [[x.numerator for x in vector] for vector in vectors]
    assert modular_rank(integers, bound.prime) == len(vectors)


def check_polynomial_vectors(structure: Any, bound: Any) -> None:
    """The identity by expanding every product, the independence at the point."""
    point = [int(x.p) for row in bound.point for x in row]
    assert all(int(x.q) == 1 for row in bound.point for x in row)
    assert len(point) == structure.variables
    lines: dict[int, list[tuple[int, int]]] = {}
    for (i, h), x in structure.entries.items():
        line, index = (i, h) if bound.side == "right" else (h, i)
        lines.setdefault(line, []).append((index, x))
    length = structure.columns if bound.side == "right" else structure.rows
    values = []
    for vector in bound.vectors:
        assert vector
        assert all(a[0] < b[0] for a, b in pairwise(vector))
        entries = dict(vector)
        for line in lines.values():
            total: dict[tuple[int, ...], Fraction] = {}
            for index, x in line:
                for coefficient, monomial in entries.get(index, ()):
                    key = tuple(sorted([*monomial, x]))
                    total[key] = total.get(key, Fraction(0)) + int(coefficient.p)
            assert not any(total.values())
        row = [0] * length
        for index, terms in vector:
            assert len({monomial for _, monomial in terms}) == len(terms)
            for coefficient, monomial in terms:
                assert coefficient.q == 1
                assert list(monomial) == sorted(monomial)
                product = int(coefficient.p)
                assert product
                for x in monomial:
                    product *= point[x]
                row[index] += product
        values.append(row)
    assert modular_rank(values, bound.prime) == len(values)


def at(structure: Any, values: list[int]) -> list[list[int]]:
    """U at a point."""
    rows = [[0] * structure.columns for _ in range(structure.rows)]
    for (i, h), x in structure.entries.items():
        rows[i][h] = values[x]
    return rows


def check_translated_minors(structure: Any, found: Any, seed: int) -> None:
    """The vectors at a random point, by Leibniz sums over the filters: U v = 0, independent."""
    draw = Random(seed)
    values = [draw.randrange(PRIME) for _ in range(structure.variables)]
    system, T = translations(structure), structure.filters
    assert system is not None
    place = {q: p for p, q in enumerate(system.positions)}
    vectors = []
    for filters, z in found.vectors:
        vector = [0] * structure.columns
        for j, t in enumerate(filters):
            others = [s for s in filters if s != t]
            for order in permutations(range(len(others))):
                pairs = [(a, b) for a in range(len(order)) for b in range(a)]
                sign = (-1) ** (j + sum(order[b] > order[a] for a, b in pairs))
                for choice in product(*system.classes):
                    term, exponent = sign, z
                    for c, (r, a) in enumerate(choice):
                        term = term * values[r * T + others[order[c]]] % PRIME
                        exponent += a
                    column = place[exponent] * T + t
                    vector[column] = (vector[column] + term) % PRIME
        vectors.append(vector)
    U = nmod_mat(at(structure, values), PRIME)
    v = nmod_mat(vectors, PRIME)
    assert (U * v.transpose()).rank() == 0
    assert v.rank() == len(vectors)
