"""det E(alpha) != 0 for every alpha >= alpha_0: Lemma 4.3 of NH17 with an explicit alpha_0.

Let a matrix of size n have |diagonal| >= s, entries above it of at most u and below it of at most
eps < u. If eps <= u (s/(s+u))^n, it is nonsingular (``proof.tails``).

*Bounded case.* Row i minus row i-1 of E(alpha) = [1, A(alpha)] leaves (1, 0, ..., 0)^T as first
column and an (N-1) x (N-1) block. With mu and gamma the limits of the increasing sigma and delta
the smallest gap <a, z_{i+1} - z_i>, that block has s = sigma(beta) - sigma(beta - alpha delta),
u = gamma - mu and eps = sigma(beta - alpha delta) - mu. In alpha, s increases, eps decreases and u
does not move: what holds at alpha_0 holds from there on.

*Exponential and linear case.* E(alpha) = [A(alpha), 1]; with its last column times |sigma(beta)|,
which changes no zero of the determinant, the bounds of ``proof.tails`` hold for it as they stand:
the last column adds the diagonal entry |sigma(beta)| and entries |sigma(beta)| <= u above it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less, less_or_equal, lower, upper
from exactland.functions import facts
from exactland.functions.activations import Activation
from exactland.functions.expression import evaluate
from exactland.proof.tails import Gaps, growth, is_dominated

#: alpha_0 is sought up to this power of two.
LARGEST = 64


def gaps_of(projections: list[Any], order: tuple[int, ...]) -> Gaps | None:
    """N, the smallest gap of neighbours and a bound of all gaps, for projections in this order.

    None unless they are shown to increase strictly.
    """
    values = [projections[i] for i in order]
    smallest: fmpq | None = None
    for before, after in pairwise(values):
        low, high = lower(after), upper(before)
        if low is None or high is None or not high < low:
            return None
        gap = low - high
        smallest = gap if smallest is None or gap < smallest else smallest
    first, last = lower(values[0]), upper(values[-1])
    if first is None or last is None:
        return None
    return Gaps(len(values), fmpq(1) if smallest is None else smallest, last - first)


def is_nonsingular_from(
    activation: Activation, beta: fmpq, gaps: Gaps, alpha: fmpq, bounded: bool
) -> str | None:
    """None if det E != 0 is shown from alpha on; else the relation that is not shown.

    >>> from exactland.functions.activations import activation
    >>> sigmoid = activation("sigmoid")
    >>> is_nonsingular_from(sigmoid, fmpq(0), Gaps(3, fmpq(1), fmpq(2)), fmpq(4), True) is None
    True
    >>> is_nonsingular_from(sigmoid, fmpq(0), Gaps(3, fmpq(1), fmpq(2)), fmpq(1), True)
    'eps <= u (s/(s+u))^2'
    """
    if not alpha > 0:
        return "alpha_0 > 0"
    if bounded:
        return _bounded(activation, beta, gaps, alpha)
    constants = growth(activation)
    if constants is None:
        return f"{activation.name} has exponential decay on the left and linear growth on the right"
    return is_dominated(activation, constants, beta, gaps, alpha, 128 + 4 * gaps.samples)


def _bounded(activation: Activation, beta: fmpq, gaps: Gaps, alpha: fmpq) -> str | None:
    if facts.strictly_increasing(activation).holds is not True:
        return f"{activation.name} is strictly increasing"
    left, right = facts.limits(activation)
    if left is None or right is None or left.value is None or right.value is None:
        return f"{activation.name} has known finite limits at both ends"
    size = gaps.samples - 1
    balls = Balls(128 + 4 * gaps.samples)
    with balls.working():
        zero = balls.number(fmpq(0))
        mu, gamma = (evaluate(end.value, zero, balls) for end in (left, right) if end.value)
        near = activation.value(balls.number(beta - alpha * gaps.smallest), balls)
        s = activation.value(balls.number(beta), balls) - near
        eps, u = near - mu, gamma - mu
        if less(zero, s) is not True:
            return "s > 0"
        if less(eps, u) is not True:
            return "eps < u"
        if less_or_equal(eps, u * balls.power(s / (s + u), size)) is not True:
            return f"eps <= u (s/(s+u))^{size}"
    return None


def first_alpha(activation: Activation, beta: fmpq, gaps: Gaps, bounded: bool) -> fmpq | None:
    """A small alpha_0 for ``is_nonsingular_from``: by doubling, then bisection."""
    high = fmpq(1)
    while is_nonsingular_from(activation, beta, gaps, high, bounded) is not None:
        high *= 2
        if high > fmpq(2) ** LARGEST:
            return None
    low = high / 2 if high > 1 else fmpq(0)
    for _ in range(6):
        middle = (low + high) / 2
        if is_nonsingular_from(activation, beta, gaps, middle, bounded) is None:
            high = middle
        else:
            low = middle
    return high
