"""det A(alpha) != 0 for all alpha >= alpha_0: dominance of the diagonal, once and for all.

A(alpha)_ij = sigma(alpha d_ij + beta) with d_ii = 0 and d_ij < 0 for i > j, so the diagonal is
sigma(beta) and the entries below it fade. Let |A_ii| = s, |A_ij| <= u for i < j and <= eps < u for
i > j. If eps <= u (s/(s+u))^N, then the comparison matrix (s on the diagonal, -u above, -eps below)
has positive leading minors, so A is an H-matrix and nonsingular.

Assumption 3.2, clause 2, bounds |sigma(t)| by rho_1 exp(rho_2 t) for t < 0 and by rho_3 t + rho_4
for t >= 0. With delta = min |d_ij| over i > j and D = max(d_ij, 0), one may take, as soon as
alpha delta > beta, eps = rho_1 exp(rho_2 (beta - alpha delta)), and
u = rho_3 (alpha D + |beta|) + rho_1 + rho_4. In alpha, log u + N log(s/(s+u)) - log eps has a
derivative of at least rho_2 delta - N rho_3 D/(s+u), which increases: where it is not negative and
the inequality holds, both hold from there on.

A bounded sigma with monotone tails (proof.monotone_tails) needs no constants: u is its supremum and
eps bounds it to the left of beta - alpha delta. For the sigmoid with beta = 0 this is
alpha_0 = ln(3^N - 1)/delta, for r1 (3^N/2 - 1)/delta.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less, less_or_equal, magnitude_lower, upper
from exactland.functions.activations import Activation
from exactland.functions.expression import evaluate, parse_constant
from exactland.functions.facts import exponential_linear_bounds
from exactland.proof.monotone_tails import Tail, magnitude, tails_of

#: alpha_0 is not sought beyond this.
LARGEST_ALPHA = fmpq(2) ** 64


@dataclass(frozen=True)
class Growth:
    """rho_1, ..., rho_4 as texts of constants (Assumption 3.2, clause 2)."""

    constants: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Gaps:
    """What matters of the d_ij: N, delta (a lower bound) and D (an upper bound)."""

    samples: int
    smallest: fmpq
    largest: fmpq


def summary(rows: list[list[Any]]) -> Gaps | None:
    """N, delta and D of a matrix of gaps; None if d_ij < 0 is not shown for some i > j."""
    smallest: fmpq | None = None
    largest = fmpq(0)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            high = upper(value)
            if high is None:
                return None
            if i > j:
                if not high < 0:
                    return None
                size = magnitude_lower(value)
                smallest = size if smallest is None or size < smallest else smallest
            elif i < j:
                largest = max(largest, high)
    return Gaps(len(rows), smallest if smallest is not None else fmpq(1), largest)


def summary_of_direction(values: Sequence[fmpq]) -> Gaps | None:
    """N, delta and D of rational projections on one direction, from their order alone.

    gamma sorts the values, so that d_ij = z_(j) - z_(i): delta is the smallest difference of
    neighbours and D the whole range. None if two values are equal.

    >>> summary_of_direction([fmpq(5), fmpq(-1), fmpq(2)])
    Gaps(samples=3, smallest=3, largest=6)
    """
    ordered = sorted(values)
    steps = [after - before for before, after in pairwise(ordered)]
    if 0 in steps:
        return None
    widest = ordered[-1] - ordered[0] if ordered else fmpq(0)
    return Gaps(len(ordered), min(steps, default=fmpq(1)), widest)


def growth(activation: Activation) -> Growth | None:
    """The constants of clause 2, if the activation has them."""
    fact = exponential_linear_bounds(activation)
    if fact.holds is not True:
        return None
    return Growth(tuple((name, str(value)) for name, value in fact.constants))


def is_dominated(
    activation: Activation, constants: Growth, beta: fmpq, gaps: Gaps, alpha: fmpq, bits: int = 128
) -> str | None:
    """None if det A(a) != 0 is shown for all a >= alpha; else the relation that is not shown.

    >>> from exactland.functions.activations import activation
    >>> relu = activation("relu")
    >>> is_dominated(relu, growth(relu), fmpq(1), Gaps(3, fmpq(1), fmpq(2)), fmpq(60)) is None
    True
    >>> is_dominated(relu, growth(relu), fmpq(1), Gaps(3, fmpq(1), fmpq(2)), fmpq(1, 2))
    'alpha delta > beta'
    """
    balls = Balls(bits)
    with balls.working():
        rho = {name: _value(text, balls) for name, text in constants.constants}
        a, b, delta, widest = (balls.number(x) for x in (alpha, beta, gaps.smallest, gaps.largest))
        s = abs(activation.value(b, balls))
        if less(arb(0), s) is not True:
            return "sigma(beta) != 0"
        if less(b, a * delta) is not True:
            return "alpha delta > beta"
        u = rho["rho_3"] * (a * widest + abs(b)) + rho["rho_1"] + rho["rho_4"]
        log_eps = rho["rho_1"].log() + rho["rho_2"] * (b - a * delta)
        if less(log_eps, u.log()) is not True:
            return "eps < u"
        margin = u.log() + gaps.samples * (s / (s + u)).log() - log_eps
        if less_or_equal(arb(0), margin) is not True:
            return f"eps <= u (s/(s+u))^{gaps.samples}"
        slope = rho["rho_2"] * delta - gaps.samples * rho["rho_3"] * widest / (s + u)
        if less_or_equal(arb(0), slope) is not True:
            return "the margin grows with alpha"
    return None


def peak(activation: Activation) -> fmpq | None:
    """A point on both sides of which sigma is monotone with a finite limit; None: none is known.

    >>> from exactland.functions.activations import activation
    >>> peak(activation("gaussian")), peak(activation("silu")) is None
    (0, True)
    """
    left, right = tails_of(activation)
    if left is None or right is None:
        return None
    if left.since is None:
        return right.since if right.since is not None else fmpq(0)
    return -left.since if right.since is None or right.since <= -left.since else None


def supremum(activation: Activation, bits: int = 128) -> fmpq | None:
    """A bound of |sigma| on R, from two monotone tails that meet; None where there are none."""
    top, balls = peak(activation), Balls(bits)
    if top is None:
        return None
    with balls.working():
        bounds = [
            None if tail is None else magnitude(activation, tail, balls.number(top), balls)
            for tail in tails_of(activation)
        ]
    known = [bound for bound in bounds if bound is not None]
    return max(known) if len(known) == len(bounds) else None


def is_dominated_bounded(
    activation: Activation, beta: fmpq, gaps: Gaps, alpha: fmpq, bits: int = 128
) -> str | None:
    """``is_dominated`` for a bounded sigma with limit 0 at -infinity, by its monotone tails.

    >>> from exactland.functions.activations import activation
    >>> gaps = Gaps(3, fmpq(1), fmpq(2))
    >>> is_dominated_bounded(activation("r1"), fmpq(0), gaps, fmpq(63, 5)) is None
    True
    >>> is_dominated_bounded(activation("r1"), fmpq(0), gaps, fmpq(12))
    'eps <= u (s/(s+u))^3'
    """
    left, bound = tails_of(activation)[0], supremum(activation, bits)
    if left is None or bound is None or not left.tends_to_zero:
        return "sigma is bounded with limit 0 at -infinity, by monotone tails"
    return _bounded_relation(activation, left, bound, beta, gaps, alpha, bits)


def _bounded_relation(
    activation: Activation,
    left: Tail,
    bound: fmpq,
    beta: fmpq,
    gaps: Gaps,
    alpha: fmpq,
    bits: int = 128,
) -> str | None:
    """What fails of the inequalities between s = |sigma(beta)|, u = ``bound`` and eps."""
    balls = Balls(bits)
    with balls.working():
        s = magnitude_lower(activation.value(balls.number(beta), balls))
        eps = magnitude(activation, left, balls.number(beta - alpha * gaps.smallest), balls)
    if s == 0:
        return "sigma(beta) != 0"
    if eps is None:
        return "sigma is monotone to the left of beta - alpha delta"
    # Rational numbers: the comparison is exact.
    if not eps < bound or not eps <= bound * (s / (s + bound)) ** gaps.samples:
        return f"eps <= u (s/(s+u))^{gaps.samples}"
    return None


def first_alpha(activation: Activation, constants: Growth, beta: fmpq, gaps: Gaps) -> fmpq | None:
    """A small alpha_0 for ``is_dominated``."""
    return smallest_alpha(lambda a: is_dominated(activation, constants, beta, gaps, a))


def first_alpha_bounded(activation: Activation, beta: fmpq, gaps: Gaps) -> fmpq | None:
    """A small alpha_0 for ``is_dominated_bounded``."""
    left, bound = tails_of(activation)[0], supremum(activation)
    if left is None or bound is None or not left.tends_to_zero:
        return None
    return smallest_alpha(lambda a: _bounded_relation(activation, left, bound, beta, gaps, a))


def smallest_alpha(
    failing: Callable[[fmpq], str | None], largest: fmpq = LARGEST_ALPHA
) -> fmpq | None:
    """A small alpha at which no relation fails: by doubling, then bisection to about a hundredth.

    What holds at some alpha is to hold at all larger ones. None if it does not at ``largest``.

    >>> smallest_alpha(lambda a: None if a >= 3 else "a >= 3")
    3
    """
    if failing(largest) is not None:
        return None
    low, high = fmpq(0), min(fmpq(1), largest)
    while high < largest and failing(high) is not None:
        low, high = high, min(2 * high, largest)
    for _ in range(7):
        middle = (low + high) / 2
        if failing(middle) is None:
            high = middle
        else:
            low = middle
    return high


def _value(text: str, balls: Balls) -> Any:
    return evaluate(parse_constant(text), balls.number(fmpq(0)), balls)
