"""det A(alpha) != 0 for all alpha >= alpha_0 on the actual gaps: three tests.

A(alpha)_ij = sigma(m alpha d_ij + beta) with d_jj = 0, d_ij < 0 for i > j, and m = 1, or m = -1
where mu_+ = 0 takes the place of mu_- = 0 (NH18, proof of Theorem 3.4; NH18:E8a).

* ``vanishes``: sigma = 0 on (-infinity, z]. From alpha_0 = (beta - z)/delta on A is upper
  triangular and det A = sigma(beta)^N.
* ``has_dominant_diagonal``: let s = |sigma(beta)| and c_ij >= |A(alpha)_ij| for all
  alpha >= alpha_0, i != j. If some x > 0 has s x_i > sum_j c_ij x_j for all i, every such A(alpha)
  is an H-matrix. Bounds of bounded sigma come from monotone tails, or from the largest value of
  |sigma| where an argument is not on its tail yet. Under clause 2 entries above the
  diagonal grow at most linearly and those below decay exponentially: with the weights
  x_j (alpha/alpha_0)^-j all of them shrink as alpha grows, if alpha_0 rho_2 |d_ij| >= i - j.
* ``is_near_its_limit``: L = lim A(alpha) has an approximate inverse R, and
  ||I - R L|| + || |R| E || < 1 with E_ij >= |A(alpha)_ij - L_ij| for all alpha >= alpha_0
  (largest row sums). It needs finite limits only: the repaired theorem, (A).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq

from exactland.arithmetic.balls import Balls, precision
from exactland.arithmetic.comparison import (
    less,
    less_or_equal,
    lower,
    magnitude_lower,
    magnitude_upper,
    sign,
    upper,
)
from exactland.functions.activations import Activation
from exactland.functions.expression import evaluate, parse_constant
from exactland.proof.monotone_tails import Tail, deviation, magnitude, short_bound
from exactland.proof.tails import Growth, peak, supremum

Rows = Sequence[Sequence[Any]]
Tails = tuple[Tail | None, Tail | None]
#: Working precision of the tests, in bits.
BITS = 128
#: Exponentials are bounded by exp(-STEEPEST) where they are smaller.
STEEPEST = 8000


@dataclass(frozen=True)
class Shown:
    """What a test found: the relation that is not shown, None for success; then the evidence.

    ``weights`` are the x_j of a dominant diagonal (``growing``: under clause 2), ``inverse`` is R;
    ``peak`` is a point on both sides of which sigma is monotone, None where it is not needed.
    ``bits`` is the precision of the gaps, 0 if they are exact.
    """

    relation: str | None
    weights: tuple[fmpq, ...] = ()
    growing: bool = False
    inverse: tuple[tuple[fmpq, ...], ...] = ()
    peak: fmpq | None = None
    bits: int = 0


@dataclass(frozen=True)
class Family:
    """A(alpha) without alpha: sigma, the gaps d_ij, m (``mirror``, 1 or -1) and beta."""

    sigma: Activation
    gaps: Rows
    beta: fmpq
    mirror: int = 1

    @property
    def size(self) -> int:
        return len(self.gaps)

    def argument(self, i: int, j: int, alpha: fmpq, balls: Balls) -> Any:
        """m alpha d_ij + beta as a ball."""
        return arb(self.gaps[i][j]) * balls.number(self.mirror * alpha) + balls.number(self.beta)

    def side(self, i: int, j: int) -> int | None:
        """Where the argument goes: -1, 1, or 0 if it stays; None if the sign is not known."""
        found = sign(self.gaps[i][j])
        return None if found is None else found * self.mirror


def vanishes(family: Family, left: Tail | None, alpha: fmpq) -> Shown:
    """A(a) is upper triangular with diagonal sigma(beta) != 0 for all a >= alpha."""
    if left is None or left.zero_from is None or family.mirror != 1:
        return Shown("sigma is 0 to the left of some point")
    if _diagonal(family, Balls(BITS)) == 0:
        return Shown("sigma(beta) != 0")
    for i in range(family.size):
        for j in range(i):
            high = upper(family.gaps[i][j])
            if high is None or not high < 0:
                return Shown(f"d_ij < 0 for i = {i + 1}, j = {j + 1}")
            if alpha * high + family.beta > -left.zero_from:
                return Shown(f"alpha d_ij + beta <= {-left.zero_from} for i = {i + 1}, j = {j + 1}")
    return Shown(None)


def triangular_alpha(family: Family, left: Tail | None) -> fmpq | None:
    """The least alpha_0 of ``vanishes``: (beta - z)/delta, where sigma = 0 on (-infinity, z]."""
    if left is None or left.zero_from is None:
        return None
    ends = [upper(family.gaps[i][j]) for i in range(family.size) for j in range(i)]
    if any(end is None or not end < 0 for end in ends):
        return None
    delta = min((-end for end in ends if end is not None), default=fmpq(1))
    return max((family.beta + left.zero_from) / delta, fmpq(0))


def has_dominant_diagonal(
    family: Family, tails: Tails, constants: Growth | None, alpha: fmpq
) -> Shown:
    """The M-matrix test; with ``constants`` (clause 2) if sigma is not bounded by its tails."""
    balls = Balls(BITS)
    s = _diagonal(family, balls)
    if s == 0:
        return Shown("sigma(beta) != 0")
    growing = None in tails and constants is not None and family.mirror == 1
    top: fmpq | None = None
    if growing and constants is not None:
        bounds = _exponential_bounds(family, constants, alpha, balls)
    else:
        bounds = _tail_bounds(family, tails, alpha, None, balls)
        largest = supremum(family.sigma, BITS) if isinstance(bounds, str) else None
        if largest is not None:
            bounds, top = _tail_bounds(family, tails, alpha, largest, balls), peak(family.sigma)
    if isinstance(bounds, str):
        return Shown(bounds)
    weights = _weights(s, bounds)
    if weights is None:
        return Shown("the comparison matrix is an M-matrix")
    for i, row in enumerate(bounds):
        total = sum((c * x for c, x in zip(row, weights, strict=True)), fmpq(0))
        if not total < s * weights[i]:
            return Shown(f"s x_i > sum_j c_ij x_j in row {i + 1}")
    return Shown(None, weights, growing, peak=top)


def is_near_its_limit(family: Family, tails: Tails, alpha: fmpq) -> Shown:
    """||I - R L|| + || |R| E || < 1 with the limit L of A and a bound E of the distance to it."""
    balls = Balls(BITS)
    with balls.working():
        both = _limit_and_distance(family, tails, alpha, balls)
        if isinstance(both, str):
            return Shown(both)
        limit, distance = both
        inverse = _approximate_inverse(limit)
        if inverse is None:
            return Shown("the limit of A(alpha) is nonsingular")
        size = family.size
        error = arb_mat(inverse) * arb_mat(limit)
        for i in range(size):
            total = arb(0)
            for j in range(size):
                total += abs(error[i, j] - (1 if i == j else 0))
                total += sum((abs(inverse[i][k]) * distance[k][j] for k in range(size)), arb(0))
            if less(total, arb(1)) is not True:
                return Shown(f"||I - R L|| + || |R| E || < 1 in row {i + 1}")
    exact = tuple(tuple(entry for x in row if (entry := lower(x)) is not None) for row in inverse)
    return Shown(None, inverse=exact)


def _diagonal(family: Family, balls: Balls) -> fmpq:
    """A positive lower bound of |sigma(beta)|, or 0."""
    with balls.working():
        return magnitude_lower(family.sigma.value(balls.number(family.beta), balls))


def _tail_bounds(
    family: Family, tails: Tails, alpha: fmpq, largest: fmpq | None, balls: Balls
) -> list[list[fmpq]] | str:
    """c_ij >= |A(a)_ij| for all a >= alpha, i != j, by monotone tails, else by ``largest``."""
    size = family.size
    bounds = [[fmpq(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(size):
            if i == j:
                continue
            side = family.side(i, j)
            where = f"i = {i + 1}, j = {j + 1}"
            if side is None or (i > j and side != -family.mirror):
                return f"the sign of d_ij for {where}"
            with balls.working():
                t = family.argument(i, j, alpha, balls)
                tail = tails[0] if side < 0 else tails[1]
                if side == 0:
                    bound = short_bound(magnitude_upper(family.sigma.value(t, balls)))
                else:
                    bound = None if tail is None else magnitude(family.sigma, tail, t, balls)
            bound = largest if bound is None else bound
            if bound is None:
                return f"sigma is monotone beyond alpha d_ij + beta for {where}"
            bounds[i][j] = bound
    return bounds


def _exponential_bounds(
    family: Family, constants: Growth, alpha: fmpq, balls: Balls
) -> list[list[fmpq]] | str:
    """c_ij by clause 2, so that c_ij (a/alpha)^(i-j) bounds |A(a)_ij| (a/alpha)^(i-j), a >= alpha.

    Above the diagonal (m = j - i >= 1) the bound (p a + q)/a^m, p, q >= 0, decreases in a. Below
    (m = i - j), a^m exp(-rho_2 |d| a) decreases from a = m/(rho_2 |d|) on.
    """
    size = family.size
    bounds = [[fmpq(0)] * size for _ in range(size)]
    with balls.working():
        zero = balls.number(fmpq(0))
        rho = {name: evaluate(parse_constant(c), zero, balls) for name, c in constants.constants}
        decay, least = rho["rho_2"], rho["rho_1"].max(rho["rho_4"])
        for i in range(size):
            for j in range(size):
                if i == j:
                    continue
                t = family.argument(i, j, alpha, balls)
                d = arb(family.gaps[i][j])
                fades = less(d, zero) is True and less(t, zero) is True
                if fades:
                    value = rho["rho_1"] * (decay * t).max(arb(-STEEPEST)).exp()
                else:
                    # |sigma(t)| <= rho_3 max(t, 0) + max(rho_1, rho_4).
                    widest = upper(d)
                    if widest is None:
                        return "finite gaps"
                    reach = balls.number(alpha * max(widest, fmpq(0)) + max(family.beta, fmpq(0)))
                    value = rho["rho_3"] * reach + least
                if i > j:
                    steep = decay * -d * balls.number(alpha)
                    if not fades or less_or_equal(balls.number(fmpq(i - j)), steep) is not True:
                        return f"alpha rho_2 |d_ij| >= i - j for i = {i + 1}, j = {j + 1}"
                bound = short_bound(magnitude_upper(value))
                if bound is None:
                    return "finite bounds"
                bounds[i][j] = bound
    return bounds


def _weights(s: fmpq, bounds: Sequence[Sequence[fmpq]]) -> tuple[fmpq, ...] | None:
    """A positive x near the solution of C x = 1, C the comparison matrix: only proposed.

    The entries of x may differ by a factor of u^N, beyond the range of floating point. The diagonal
    is taken a little smaller, so that rounding x does no harm.
    """
    size = len(bounds)
    s = s * (1 - fmpq(1, 1 << 60))
    with precision(192 + 8 * size):
        comparison = [
            [arb(s) if i == j else -arb(c) for j, c in enumerate(row)]
            for i, row in enumerate(bounds)
        ]
        try:
            solved = arb_mat(comparison).solve(arb_mat([[1]] * size))
        except ZeroDivisionError:
            return None
        ends = [lower(solved[i, 0].mid()) for i in range(size)]
    weights = [short_bound(end) for end in ends if end is not None and end > 0]
    if len(weights) < size:
        return None
    return tuple(weight for weight in weights if weight is not None)


def _limit_and_distance(
    family: Family, tails: Tails, alpha: fmpq, balls: Balls
) -> tuple[list[list[arb]], list[list[arb]]] | str:
    """L, and E_ij >= |A(a)_ij - L_ij| for all a >= alpha."""
    size = family.size
    still = family.sigma.value(balls.number(family.beta), balls)
    limit = [[still] * size for _ in range(size)]
    distance = [[arb(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(size):
            side = 0 if i == j else family.side(i, j)
            if side == 0:
                continue
            tail = None if side is None else tails[0] if side < 0 else tails[1]
            t = family.argument(i, j, alpha, balls)
            bound = None if tail is None else deviation(family.sigma, tail, t, balls)
            if tail is None or bound is None:
                return f"sigma is near a finite limit for i = {i + 1}, j = {j + 1}"
            limit[i][j], distance[i][j] = tail.limit_in(balls), arb(bound)
    return limit, distance


def _approximate_inverse(matrix: Sequence[Sequence[arb]]) -> list[list[arb]] | None:
    """R with R L near I, exact dyadic entries; None where floating point finds none."""
    import numpy as np

    floats = np.array([[float(value.mid()) for value in row] for row in matrix])
    with np.errstate(all="ignore"):
        try:
            found = np.linalg.inv(floats)
        except np.linalg.LinAlgError:
            return None
    if not np.isfinite(found).all():
        return None
    return [[arb(float(value)) for value in row] for row in found]
