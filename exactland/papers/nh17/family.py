"""The matrices E(alpha) of Lemma 4.3 of NH17 in numbers: for alpha_0 and for bounds.

Nothing here is trusted: every claim that is made with these numbers is evaluated again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import lower, magnitude_upper, upper
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotExactError
from exactland.model.problem import Problem
from exactland.papers.nh17.constructions import along

#: Significant digits of the bounds of a determinant.
DIGITS = 6

Rows = list[list[Any]]


@dataclass(frozen=True)
class Family:
    """E(alpha) = [1, A(alpha)], the bounded case of the proof, or [A(alpha), 1].

    A(alpha)_ij = sigma_k(alpha <z_j - z_i, a> + beta), N x (N - 1), with the rows z_i of F_{k-1}
    in the order ``order`` (samples counted from 0).
    """

    k: int
    direction: tuple[fmpq, ...]
    order: tuple[int, ...]
    beta: fmpq
    bounded: bool


def at_alpha(problem: Problem, parameters: Any, family: Family, alpha: fmpq) -> Rows:
    """E(alpha), exactly where it is rational, else in balls."""
    try:
        return _rows(problem, parameters, family, alpha, RATIONALS)
    except NotExactError:
        arithmetic = Balls(64 + 16 * len(family.order))
        with arithmetic.working():
            return _rows(problem, parameters, family, alpha, arithmetic)


def _rows(
    problem: Problem, parameters: Any, family: Family, alpha: fmpq, arithmetic: Arithmetic
) -> Rows:
    projections = along(problem, parameters, family.k, family.direction, arithmetic)
    z = [projections[i] for i in family.order]
    layer: Any = problem.sequential.layer(family.k)
    scale, shift = arithmetic.number(alpha), arithmetic.number(family.beta)
    one = arithmetic.number(fmpq(1))
    rows = []
    for low in z:
        moved = [scale * (high - low) + shift for high in z[:-1]]
        row = [layer.activation.value(t, arithmetic) for t in moved]
        rows.append([one, *row] if family.bounded else [*row, one])
    return rows


def row_differences(rows: Rows) -> Rows:
    """E^: every row but the first has the row before it subtracted (equation 3).

    >>> row_differences([[1, 5], [1, 7]])
    [[1, 5], [0, 2]]
    """
    differences = [
        [x - y for x, y in zip(row, before, strict=True)] for before, row in pairwise(rows)
    ]
    return [list(rows[0]), *differences]


def determinant_bounds(rows: Rows) -> tuple[fmpq, fmpq] | None:
    """Decimal bounds of the determinant of about DIGITS digits, none of them 0; None if there are
    none.

    >>> determinant_bounds([[fmpq(-1, 3)]])
    (-166667/500000, -333333/1000000)
    """
    value: Any
    if isinstance(rows[0][0], arb) or isinstance(rows[-1][-1], arb):
        with Balls(64 + 16 * len(rows)).working():
            value = arb_mat(rows).det()
    else:
        value = fmpq_mat(rows).det()
    low, high = lower(value), upper(value)
    if low is None or high is None or not (low > 0 or high < 0):
        return None
    size = max(abs(low), abs(high))
    exponent = len(str(int(size.p))) - len(str(int(size.q))) - DIGITS
    unit = fmpq(10) ** exponent if exponent >= 0 else 1 / fmpq(10) ** (-exponent)
    down, up = low / unit, high / unit
    ends = (int(down.p) // int(down.q)) * unit, -(-int(up.p) // int(up.q)) * unit
    # Rounded outward a wide enclosure may reach 0: it says nothing then.
    return ends if ends[0] > 0 or ends[1] < 0 else None


def other_terms(rows: Rows) -> fmpq | None:
    """A short bound of the sum of |prod_j E_(pi(j) j)| over all permutations but the identity.

    >>> other_terms([[fmpq(2), fmpq(5)], [fmpq(1, 8), fmpq(3)]])
    5/8
    """
    total, size = fmpq(0), len(rows)
    for pi in permutations(range(size)):
        if pi == tuple(range(size)):
            continue
        product = fmpq(1)
        for j in range(size):
            bound = magnitude_upper(rows[pi[j]][j])
            if bound is None:
                return None
            product *= bound
        total += product
    return _rounded_up(total)


def _rounded_up(value: fmpq) -> fmpq:
    """A short dyadic rational at least ``value`` >= 0, larger by less than a thousandth of it."""
    if value == 0:
        return value
    unit = fmpq(1)
    while unit > value:
        unit /= 2
    while 2 * unit <= value:
        unit *= 2
    scaled = value / unit * 1024
    return fmpq(-(-int(scaled.p) // int(scaled.q))) * unit / 1024
