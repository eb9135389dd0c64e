"""Small matrices over the numbers of claims: determinants, ranks, inverses, definiteness.

Elimination divides by pivots that are known not to be 0; where there is none, nothing is concluded
over intervals, and everything over Q.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .numbers import Exact, Unknown
from .outcome import Reject
from .work import TURN, spend

Rows = list[list[Any]]
#: Largest determinant that is expanded.
EXPANDED = 6


def transposed(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def part(rows: Rows, chosen: list[int], columns: list[int]) -> Rows:
    return [[rows[i][j] for j in columns] for i in chosen]


def beside(matrices: list[Rows]) -> Rows:
    if len({len(rows) for rows in matrices}) != 1:
        raise Reject("", "matrices of different heights stand side by side")
    return [[x for row in rows for x in row] for rows in zip(*matrices, strict=True)]


def _square(rows: Rows) -> int:
    if len(rows) != len(rows[0]):
        raise Reject("", f"a square matrix is expected, not {len(rows)} x {len(rows[0])}")
    return len(rows)


def _pivot(rows: Rows, n: int, columns: list[int], numbers: Exact) -> tuple[int, int] | None:
    """The place of a good pivot from row n on, in these columns: an entry that is not 0."""
    spend(3 * TURN * (len(rows) - n) * len(columns))
    found = [
        (size, -i, -j)
        for i in range(n, len(rows))
        for j in columns
        if (size := numbers.size(rows[i][j])) is not None
    ]
    if not found:
        return None
    _, i, j = max(found)
    return -i, -j


def _clear(rows: Rows, n: int, i: int, j: int, numbers: Exact) -> None:
    """Row i becomes row n; below it, multiples of it are subtracted so that column j is 0."""
    over = numbers.over
    rows[n], rows[i] = rows[i], rows[n]
    for row in rows[n + 1 :]:
        factor = over.negative(over.divide(row[j], rows[n][j]))
        for c, value in enumerate(rows[n]):
            row[c] = (
                over.number(Fraction(0))
                if c == j
                else over.add(row[c], over.multiply(factor, value))
            )


def determinant(rows: Rows, numbers: Exact) -> Any:
    """The determinant, by elimination; by expansion where no entry is known to be a pivot."""
    size, over = _square(rows), numbers.over
    work, result = [list(row) for row in rows], over.number(Fraction(1))
    for n in range(size):
        found = _pivot(work, n, [n], numbers)
        if found is None:
            rest = [row[n:] for row in work[n:]]
            return over.multiply(result, _expanded(rest, numbers))
        if found[0] != n:
            result = over.negative(result)
        _clear(work, n, found[0], n, numbers)
        result = over.multiply(result, work[n][n])
    return result


def _expanded(rows: Rows, numbers: Exact) -> Any:
    """The expansion by the first column: short where its entries are 0."""
    over = numbers.over
    zero = over.number(Fraction(0))
    total = zero
    if len(rows) == 1:
        return rows[0][0]
    for i, row in enumerate(rows):
        if numbers.equal(row[0], zero) is True:
            continue
        if len(rows) > EXPANDED:
            raise Unknown("a determinant without pivots")
        minor = _expanded([other[1:] for n, other in enumerate(rows) if n != i], numbers)
        term = over.multiply(row[0], minor)
        total = over.add(total, over.negative(term) if i % 2 else term)
    return total


def rank_between(rows: Rows, numbers: Exact) -> tuple[int, int]:
    """Bounds for the rank; over Q they are equal."""
    work, columns = [list(row) for row in rows], list(range(len(rows[0])))
    n = 0
    while n < len(work) and columns:
        found = _pivot(work, n, columns, numbers)
        if found is None:
            break
        _clear(work, n, *found, numbers)
        columns.remove(found[1])
        n += 1
    zero = numbers.over.number(Fraction(0))
    settled = all(numbers.equal(x, zero) is True for row in work[n:] for x in row)
    return n, n if settled else min(len(rows), len(rows[0]))


def is_definite(rows: Rows, numbers: Exact) -> bool | None:
    """Whether x^T A x > 0 for every x != 0: by the pivots of A + A^T, from the top."""
    size, over = _square(rows), numbers.over
    work = [[over.add(rows[i][j], rows[j][i]) for j in range(size)] for i in range(size)]
    zero = over.number(Fraction(0))
    for n in range(size):
        positive = numbers.less(zero, work[n][n])
        if positive is not True:
            return positive
        _clear(work, n, n, n, numbers)
    return True
