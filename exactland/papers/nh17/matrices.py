"""The matrices E(alpha) and E^(alpha) of Lemma 4.3 of NH17 and their determinants."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import less_or_equal, lower, upper
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotExactError
from exactland.model.problem import Problem
from exactland.papers.nh17.claims import DeterminantAt, Family
from exactland.papers.nh17.rules import along
from exactland.proof.claims import At
from exactland.proof.projections import decided
from exactland.proof.script import Fact, Grounds, StepFailed, Walkthrough

#: Significant digits of the bounds of a determinant.
DIGITS = 6

Rows = list[list[Any]]


def family_matrix(
    problem: Problem, parameters: Any, family: Family, alpha: fmpq, arithmetic: Arithmetic
) -> Rows:
    """E(alpha), N x N: [1, A(alpha)] in the bounded case and [A(alpha), 1] otherwise.

    To be called within ``working`` of an arithmetic of balls.
    """
    projections = along(problem, parameters, family.k, family.direction, arithmetic)
    z = [projections[i] for i in family.order]
    layer: Any = problem.sequential.layer(family.k)
    scale, shift = arithmetic.number(alpha), arithmetic.number(family.beta)
    one = arithmetic.number(fmpq(1))
    rows = []
    for i in range(len(z)):
        row = [
            layer.activation.value(scale * (z[j] - z[i]) + shift, arithmetic)
            for j in range(len(z) - 1)
        ]
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


def determinant(rows: Rows) -> Any:
    """The determinant over Q or of balls, at the precision that is set."""
    if isinstance(rows[0][0], arb):
        return arb_mat(rows).det()
    return fmpq_mat(rows).det()


def decimal_bounds(value: Any) -> tuple[int, int, int] | None:
    """Integers low <= value/10^exponent <= high of about DIGITS digits, and the exponent.

    None if the value is not bounded or not shown to differ from 0.

    >>> decimal_bounds(fmpq(-1, 3))
    (-333334, -333333, -6)
    """
    low, high = lower(value), upper(value)
    if low is None or high is None or not (low > 0 or high < 0):
        return None
    size = max(abs(low), abs(high))
    exponent = len(str(int(size.p))) - len(str(int(size.q))) - DIGITS
    unit = fmpq(10) ** exponent if exponent >= 0 else 1 / fmpq(10) ** (-exponent)
    down, up = low / unit, high / unit
    bounds = int(down.p) // int(down.q), -(-int(up.p) // int(up.q))
    # Rounded outward a wide enclosure may reach 0: it says nothing then.
    return (*bounds, exponent) if bounds[0] > 0 or bounds[1] < 0 else None


def determinant_at(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The determinant at one alpha, over Q or in balls, lies between bounds that exclude 0."""
    inner = claim.claim
    if not isinstance(inner, DeterminantAt):
        raise StepFailed(f"{type(inner).__name__} is no determinant")
    if sorted(inner.family.order) != list(range(walk.problem.data.samples)):
        raise StepFailed("the order is a permutation of the samples")
    unit = fmpq(10) ** inner.exponent if inner.exponent >= 0 else 1 / fmpq(10) ** -inner.exponent
    low, high = inner.low * unit, inner.high * unit
    if not (low > 0 or high < 0):
        raise StepFailed(f"{claim.words()} The bounds do not exclude 0")

    def holds(rows: Rows) -> str | None:
        value = determinant(rows)
        inside = less_or_equal(low, value) is True and less_or_equal(value, high) is True
        return None if inside else claim.words()

    return decided(
        lambda arithmetic: family_matrix(
            walk.problem, claim.parameters, inner.family, inner.alpha, arithmetic
        ),
        holds,
    )


def approximate_family(
    problem: Problem, parameters: Any, family: Family, alpha: fmpq
) -> tuple[Rows, Any]:
    """E(alpha), exactly or in balls, and its determinant: to be shown and to be bounded."""
    try:
        rows = family_matrix(problem, parameters, family, alpha, RATIONALS)
        return rows, determinant(rows)
    except NotExactError:
        arithmetic = Balls(64 + 16 * len(family.order))
        with arithmetic.working():
            rows = family_matrix(problem, parameters, family, alpha, arithmetic)
            return rows, determinant(rows)
