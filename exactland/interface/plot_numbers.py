"""The numbers in the pictures of a proof: det A(alpha), its bounds and its limit, in balls.

Everything here is exact or a ball; floats are made at the very end, to be drawn.

>>> import exactland
>>> session = exactland.step("NH18:Thm3.4")
>>> _ = session.goto(99)
>>> found = separating_family(session)
>>> [str(alpha) for alpha in proved_thresholds(session, found)]
['1/2', '65/32']
>>> limit_of_determinant(found).value
1
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import lower, sign, upper
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import LimitError, NotExactError, UsageError
from exactland.papers.nh18.tail_claims import TailNonsingular, TailTriangular
from exactland.proof.claims import TailDominated
from exactland.proof.monotone_tails import tails_of
from exactland.proof.separation import BITS, Separation, last_order, separation
from exactland.proof.stepper import Session
from exactland.proof.tails import growth

#: Up to this many samples det A(alpha) is drawn; the matrix alone is drawn for more.
LARGEST_DETERMINANT, LARGEST_MATRIX = 60, 200
Matrix = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Point:
    """det A at one alpha, sigma(beta)^N, and a bound of the sum of all other |Leibniz terms|."""

    alpha: fmpq
    determinant: Any
    identity: Any
    others: Any


@dataclass(frozen=True)
class Limit:
    """What det A(alpha) tends to as alpha grows, and its name in mathtext."""

    value: Any
    name: str


def separating_family(session: Session) -> Separation:
    """A(alpha) of NH18, equation (9), as the proof knows it at the present step.

    Raises UsageError before the samples are ordered and beta is chosen.
    """
    scene = session.state.scene()
    found = separation(scene.problem, scene.claims, scene.definitions)
    if found is None or found.beta is None:
        raise UsageError(
            "plot",
            "A(alpha) is not known at this step",
            "go on with `next`; proofs such as NH18:Thm3.4 have it",
        )
    return found


def proved_thresholds(session: Session, found: Separation) -> list[fmpq]:
    """Every alpha_0 for which a fact so far says det A(alpha) != 0 beyond it, the smallest first.

    None at all where a hypothesis is dropped: nothing is proved then.
    """
    claims = session.state.scene().claims
    order = last_order(claims)
    if order is None or session.state.instance.dropped:
        return []
    known = set()
    for claim in (getattr(claim, "claim", claim) for claim in order[1]):
        if not isinstance(claim, TailTriangular | TailNonsingular | TailDominated):
            continue
        family = claim.k, claim.beta, getattr(claim, "mirror", 1)
        if family == (found.k, found.beta, found.mirror):
            known.add(claim.alpha_0)
    return sorted(known)


def require_size(found: Separation, largest: int) -> None:
    """LimitError for more samples than a picture has room and time for."""
    if len(found.gaps) > largest:
        raise LimitError(
            "plot", f"A(alpha) has {len(found.gaps)} rows", f"draw it for at most {largest}"
        )


def points(found: Separation, alphas: Iterable[fmpq]) -> list[Point]:
    """det A(alpha) and its Leibniz bounds at these alphas: exact over Q, else in balls."""
    require_size(found, LARGEST_DETERMINANT)
    made = []
    for alpha in alphas:
        matrix = found.at(str(alpha))[1]
        made.append(Point(alpha, _determinant(matrix), _diagonal(matrix), other_terms(matrix)))
    return made


def other_terms(matrix: Matrix) -> Any:
    """A ball whose upper end bounds the sum of |terms| of the Leibniz sum but the identity's.

    A permutation other than the identity has a first j with pi(j) > j; before it pi(i) = i. So the
    terms with this j are at most |A_11| ... |A_(j-1)(j-1)| sum_(i > j) |A_ij| times the sums of the
    later columns over the rows from j on (NH18, proof of Theorem 3.4).

    >>> other_terms([[fmpq(2), fmpq(5)], [fmpq(1, 8), fmpq(3)]]) == arb(1)
    True
    """
    size, balls = len(matrix), Balls(BITS)
    with balls.working():
        sizes = [[abs(arb(value)) for value in row] for row in matrix]
        # reach[c] is the sum of column c over the rows from j on, with j from below upwards.
        reach = [arb(0)] * size
        groups = []
        for j in range(size - 1, -1, -1):
            below = reach[j]
            reach = [total + value for total, value in zip(reach, sizes[j], strict=True)]
            groups.append(_product(reach[j + 1 :]) * below)
        total, before = arb(0), arb(1)
        for j, group in enumerate(reversed(groups)):
            total += before * group
            before = before * sizes[j][j]
        return total


def limit_of_determinant(found: Separation) -> Limit | None:
    """lim det A(alpha): sigma(beta)^N where the entries below the diagonal fade, else det lim A.

    None where sigma is not known well enough. The entries below fade against those above if sigma
    satisfies clause 2 of Assumption 3.2, or has a bound and vanishes at their infinity.
    """
    if found.beta is None:
        return None
    left, right = tails_of(found.activation)
    clause_2 = growth(found.activation) is not None
    below, above = (left, right) if found.mirror == 1 else (right, left)
    size = len(found.gaps)
    fades = below is not None and below.tends_to_zero and above is not None
    vanishes = below is not None and below.zero_from is not None
    still = _at(found, found.beta)
    if fades or vanishes or (clause_2 and found.mirror == 1):
        power = rf"$\sigma_{{{found.k}}}(\beta)^{{{size}}}$"
        with Balls(BITS).working():
            return Limit(_product([still] * size), power)
    if below is None or above is None:
        return None
    balls = Balls(BITS)
    with balls.working():
        ends = {-1: below.limit_in(balls), 0: arb(still), 1: above.limit_in(balls)}
        signs = [[sign(d) for d in row] for row in found.gaps]
        if any(s is None for row in signs for s in row):
            return None
        matrix = [[ends[s] for s in row if s is not None] for row in signs]
        return Limit(arb_mat(matrix).det(), r"$\det\,\lim A(\alpha)$")


def ends(value: Any) -> tuple[float, float]:
    """The two ends of a number's enclosure, to be drawn; NaN where there is none."""
    return drawn(lower(value)), drawn(upper(value))


def drawn(value: Any) -> float:
    """A number as a float, to be drawn; a ball by its midpoint; NaN beyond the range of floats.

    >>> drawn(fmpq(1, 4)), drawn(fmpq(10) ** 400)
    (0.25, nan)
    """
    if value is None:
        return math.nan
    with Balls(64).working():
        near = float(arb(value).mid())
    return near if abs(near) < 1e300 else math.nan


def _at(found: Separation, beta: fmpq) -> Any:
    """sigma(beta), exactly or as a ball."""
    try:
        return found.activation.value(beta, RATIONALS)
    except NotExactError:
        balls = Balls(BITS)
        return found.activation.value(balls.number(beta), balls)


def _determinant(matrix: Matrix) -> Any:
    rows = [list(row) for row in matrix]
    if all(isinstance(value, fmpq) for row in rows for value in row):
        return fmpq_mat(rows).det()
    with Balls(BITS).working():
        return arb_mat(rows).det()


def _diagonal(matrix: Matrix) -> Any:
    with Balls(BITS).working():
        return _product([matrix[i][i] for i in range(len(matrix))])


def _product(factors: Sequence[Any]) -> Any:
    """The product of the factors; flint's 1 for none."""
    result: Any = fmpq(1)
    for factor in factors:
        result = result * factor
    return result
