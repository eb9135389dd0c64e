"""Strict inequalities between affine functions: a point where they hold, or why there is none.

By Motzkin's theorem a_i + <v_i, x> > 0 for all i has a solution unless sum c_i v_i = 0 and
sum c_i a_i <= 0 for some c >= 0 that is not 0. Exact simplex tableaux over Q, with Bland's rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from flint import fmpq

#: Name -> coefficient; the constant has the name ().
Affine = Mapping[Hashable, fmpq]
Point = dict[Hashable, fmpq]
ZERO, ONE = fmpq(0), fmpq(1)


def alternative(forms: Sequence[Affine]) -> tuple[Point | None, list[fmpq]]:
    """(a point where all are positive, []), or (None, c) with the c of Motzkin's theorem.

    >>> x = {"x": fmpq(1)}
    >>> alternative([x, {"x": fmpq(-1), (): fmpq(1)}])[0]
    {'x': 1/2}
    >>> alternative([x, {"x": fmpq(-2)}])
    (None, [2/3, 1/3])
    """
    names = list(dict.fromkeys(name for form in forms for name in form if name != ()))
    # Columns: c_i, then the slack of sum c_i a_i <= 0; rows: the names, that sum, sum c_i = 1.
    rows = [[form.get(name, ZERO) for form in forms] + [ZERO] for name in names]
    rows.append([form.get((), ZERO) for form in forms] + [ONE])
    rows.append([ONE] * len(forms) + [ZERO])
    found, dual = _feasible(rows, [ZERO] * (len(rows) - 1) + [ONE])
    if found is not None:
        return None, found[: len(forms)]
    # For all i: <v_i, y> + a_i tau <= -mu < 0 and tau <= 0.
    direction = {name: -y for name, y in zip(names, dual, strict=False)}
    tau = -dual[len(names)]
    if tau > 0:
        return {name: y / tau for name, y in direction.items()}, []
    least = min((_value(form, direction) - form.get((), ZERO) for form in forms), default=ONE)
    far = 1 + max((abs(form.get((), ZERO)) for form in forms), default=ZERO) / least
    return {name: far * y for name, y in direction.items()}, []


def _value(form: Affine, point: Point) -> fmpq:
    return sum((c * (ONE if name == () else point[name]) for name, c in form.items()), ZERO)


def _feasible(
    rows: list[list[fmpq]], right: list[fmpq]
) -> tuple[list[fmpq] | None, Sequence[fmpq]]:
    """(x >= 0 with A x = b, ()), b >= 0, or (None, y) with y^T A <= 0 and y^T b > 0."""
    m, n = len(rows), len(rows[0])
    table = [
        [*row, *(ONE if i == j else ZERO for j in range(m)), b]
        for i, (row, b) in enumerate(zip(rows, right, strict=True))
    ]
    basis = list(range(n, n + m))
    # The sum of the artificial variables, in terms of the others; costs of 1 are subtracted.
    cost = [-sum((row[j] for row in table), ZERO) for j in range(n + m + 1)]
    for j in range(n, n + m):
        cost[j] += 1
    while (enter := next((j for j in range(n + m) if cost[j] < 0), None)) is not None:
        candidates = [
            (table[i][-1] / table[i][enter], basis[i], i) for i in range(m) if table[i][enter] > 0
        ]
        leave = min(candidates, key=lambda c: (c[0], c[1]))[2]
        pivot = table[leave][enter]
        table[leave] = [x / pivot for x in table[leave]]
        for row in (*(table[i] for i in range(m) if i != leave), cost):
            factor = row[enter]
            if factor != 0:
                row[:] = [x - factor * y for x, y in zip(row, table[leave], strict=True)]
        basis[leave] = enter
    if cost[-1] != 0:  # minus the least sum
        return None, [1 - cost[n + i] for i in range(m)]
    x = [ZERO] * (n + m)
    for i, j in enumerate(basis):
        x[j] = table[i][-1]
    return x[:n], ()
