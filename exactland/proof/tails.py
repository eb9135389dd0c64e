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
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less, less_or_equal, magnitude_lower, upper
from exactland.model.activations import Activation
from exactland.model.expression import evaluate, parse_constant
from exactland.model.facts import exponential_linear_bounds


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

    >>> from exactland.model.activations import activation
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


def first_alpha(activation: Activation, constants: Growth, beta: fmpq, gaps: Gaps) -> fmpq | None:
    """A small alpha_0 for ``is_dominated``: by doubling, then bisection to about a hundredth."""
    high = fmpq(1)
    while is_dominated(activation, constants, beta, gaps, high) is not None:
        high *= 2
        if high > fmpq(2) ** 64:
            return None
    low = high / 2 if high > 1 else fmpq(0)
    for _ in range(7):
        middle = (low + high) / 2
        if is_dominated(activation, constants, beta, gaps, middle) is None:
            high = middle
        else:
            low = middle
    return high


def _value(text: str, balls: Balls) -> Any:
    return evaluate(parse_constant(text), balls.number(fmpq(0)), balls)
