"""The steps of Theorem 3.4 that choose beta and alpha_0, by the cases of its proof.

First the closed form from delta and D alone, then the sharper alpha_0 from the actual gaps:

* sigma = 0 to the left (ReLU): alpha_0 = (beta - z)/delta and det A(alpha) = sigma(beta)^N;
* clause 2, and clause 1 with mu_- = 0: an M-matrix test;
* clause 1 with mu_+ = 0: the same for sigma(-t), that is with W_k = alpha Q (NH18:E8a);
* finite limits alone, the repaired theorem (A): beta is chosen so that the limit of A(alpha) is
  nonsingular, and alpha_0 from the distance to the limit.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import excludes_zero
from exactland.papers.nh18 import tail_rules
from exactland.papers.nh18.tail_claims import (
    ClauseOne,
    FiniteLimits,
    LeibnizSum,
    TailNonsingular,
    TailTriangular,
)
from exactland.proof import rules as by
from exactland.proof.claims import At, NonZeroValue, TailDominated
from exactland.proof.monotone_tails import tails_of
from exactland.proof.script import Definition, Fact, Step, StepFailed, Walkthrough
from exactland.proof.tail_matrices import (
    Family,
    has_dominant_diagonal,
    is_near_its_limit,
    triangular_alpha,
)
from exactland.proof.tails import (
    LARGEST_ALPHA,
    first_alpha,
    first_alpha_bounded,
    growth,
    smallest_alpha,
    summary,
)

Part = Generator[Definition | Step, Any, Any]
#: Points at which the diagonal sigma(beta) is tried.
POINTS = tuple(fmpq(p, q) for p, q in [(0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (3, 1)])
#: The Leibniz sum is written out up to this number of samples in the script.
LARGEST_SUM = 6


def finite_limits(walk: Walkthrough, k: int) -> Step:
    """The hypothesis on a sigma_k with finite limits, where Assumption 3.2 is not shown by name.

    Clause 1 is also shown by the tails of a rational expression; without mu_- mu_+ = 0 it is the
    hypothesis of the repaired theorem.
    """
    layer: Any = walk.problem.sequential.layer(k)
    if any(end is not None and end.tends_to_zero for end in tails_of(layer.activation)):
        return Step(ClauseOne(k), tail_rules.clause_one, (), "Assumption 3.2, clause 1")
    where = "Theorem 3.4 as repaired, (A)"
    return Step(FiniteLimits(k), tail_rules.finite_limits, (), where)


def tail(
    walk: Walkthrough, parameters: Any, k: int, rows: Any, chosen: Any, gamma: Any, sorted_: Fact
) -> Part:
    """Choose beta, m and alpha_0; (m alpha_0, beta, the facts) or (1, beta, ...) without one.

    ``rows`` are the N x N gaps d_ij.
    """
    layer: Any = walk.problem.sequential.layer(k)
    sigma = layer.activation
    left, right = tails_of(sigma)
    constants = growth(sigma)
    zero_left = constants is not None or (left is not None and left.tends_to_zero)
    if zero_left or (right is not None and right.tends_to_zero):
        beta = _nonzero_point(sigma)
    else:
        beta = _nonsingular_point(sigma, rows)
    yield Definition("beta", beta, f"a point with sigma_{k}(beta) != 0", "proof of Theorem 3.4")
    nonzero = yield Step(NonZeroValue(k, beta), by.comparison, (), "choice of beta")
    uses = (sorted_, nonzero)
    closed: Any = None
    if zero_left:
        closed = yield from _closed_form(parameters, k, sigma, rows, chosen, gamma, beta, uses)
        mirror, passage, erratum = 1, "cases 1 and 2, made explicit on the actual gaps", ""
    elif right is not None and right.tends_to_zero:
        mirror, passage = -1, "case mu_+ = 0: the entries with i > j vanish in the limit"
        erratum = "NH18:E8a"
    else:
        mirror, passage, erratum = 1, "Theorem 3.4 as repaired, (A): finite limits suffice", ""
    family = Family(sigma, rows, beta, mirror)
    alpha = triangular_alpha(family, left) if mirror == 1 else None
    claim: Any
    if alpha is not None:
        claim, rule = TailTriangular(k, chosen, gamma, beta, alpha), tail_rules.triangular
        passage = "sigma vanishes on the left: alpha_0 = (beta - z)/delta"
    else:
        alpha = _alpha_of(family, constants, None if closed is None else closed[0])
        if alpha is None and closed is not None:
            return closed[0], beta, (*uses, closed[1])
        if alpha is None:
            return fmpq(mirror), beta, uses
        claim = TailNonsingular(k, chosen, gamma, mirror, beta, alpha)
        rule = tail_rules.nonsingular
    yield Definition("alpha_0", alpha, "det A(alpha) != 0 from here on", passage)
    shown = yield Step(At(parameters, claim), rule, uses, passage, erratum)
    if len(gamma) <= LARGEST_SUM:
        terms = LeibnizSum(k, chosen, gamma, mirror, beta, alpha)
        passage = "proof of 3.4, the Leibniz formula"
        yield Step(At(parameters, terms), tail_rules.leibniz, (shown,), passage)
    return mirror * alpha, beta, (*uses, shown)


def _closed_form(
    parameters: Any, k: int, sigma: Any, rows: Any, chosen: Any, gamma: Any, beta: fmpq, uses: Any
) -> Part:
    """alpha_0 from delta and D: for clause 2 by its constants, for bounded sigma by its bound.

    Returns alpha_0 and the fact, or None where there is no such alpha_0.
    """
    found, constants = summary(rows), growth(sigma)
    if found is None:
        raise StepFailed("d_ij < 0 for i > j")
    alpha = first_alpha_bounded(sigma, beta, found)
    claim: Any
    if alpha is not None:
        claim = TailNonsingular(k, chosen, gamma, 1, beta, alpha)
        rule, passage = tail_rules.nonsingular, "case mu_- = 0, from delta alone"
    elif constants is not None:
        alpha = first_alpha(sigma, constants, beta, found)
        if alpha is None:
            return None
        claim = TailDominated(k, chosen, gamma, beta, alpha)
        rule, passage = by.domination, "case 2 (clause 2), from delta and D"
    else:
        return None
    yield Definition("alpha_c", alpha, "a closed form for alpha_0", passage)
    return alpha, (yield Step(At(parameters, claim), rule, uses, passage))


def _alpha_of(family: Family, constants: Any, closed: fmpq | None) -> fmpq | None:
    """The smaller alpha_0 of the two tests, below a closed form; None if neither finds one."""
    tails = tails_of(family.sigma)
    largest = LARGEST_ALPHA if closed is None else closed
    dominant = smallest_alpha(
        lambda a: has_dominant_diagonal(family, tails, constants, a).relation, largest
    )
    if any(end is None for end in tails):
        return dominant
    near = smallest_alpha(lambda a: is_near_its_limit(family, tails, a).relation, largest)
    known = [alpha for alpha in (dominant, near) if alpha is not None]
    return min(known) if known else None


def _nonsingular_point(sigma: Any, rows: Any) -> fmpq:
    """A beta for which A(alpha) has a nonsingular limit; the first with sigma(beta) != 0 else."""
    tails = tails_of(sigma)
    far = fmpq(2) ** 40
    for beta in POINTS:
        family = Family(sigma, rows, beta)
        if _is_nonzero(sigma, beta) and is_near_its_limit(family, tails, far).relation is None:
            return beta
    return _nonzero_point(sigma)


def _nonzero_point(sigma: Any) -> fmpq:
    """A simple beta with sigma(beta) != 0, as far as balls tell."""
    for beta in POINTS:
        if _is_nonzero(sigma, beta):
            return beta
    raise StepFailed(f"beta with sigma(beta) != 0 for {sigma.name}")


def _is_nonzero(sigma: Any, beta: fmpq) -> bool:
    balls = Balls(64)
    with balls.working():
        return excludes_zero(sigma.value(balls.number(beta), balls)) is True
