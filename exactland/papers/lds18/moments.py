"""Moments of the samples: the sharp form of Propositions 3 and 4 of LDS18.

sigma(<w, x>) = sum over kappa of sigma^(|kappa|)(0)/kappa! w^kappa x^kappa near 0, so the functions
w -> sigma(<w, x_j>) are linearly independent exactly if the vectors (x_j^kappa), |kappa| in the
Taylor support of sigma, have rank N.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import comb

from flint import fmpq, fmpq_mat

from exactland.functions.derivatives_at_zero import assumption_2
from exactland.linalg.rational import rational_rank
from exactland.model.problem import Problem
from exactland.proof.script import StepFailed

#: The largest number of monomials, and the largest degree that are looked at.
MOST_MONOMIALS = 4000
MOST_DEGREE = 40


def monomials(dimension: int, degree: int) -> Iterator[tuple[int, ...]]:
    """The monomials of a degree, as exponents of the coordinates.

    >>> list(monomials(2, 2))
    [(2, 0), (1, 1), (0, 2)]
    """
    for chosen in combinations_with_replacement(range(dimension), degree):
        yield tuple(chosen.count(c) for c in range(dimension))


def moment_matrix(problem: Problem, kappas: Sequence[tuple[int, ...]]) -> fmpq_mat:
    """The rows (x_j^kappa) of the samples; a column a monomial.

    >>> from exactland.model.layers import Dense
    >>> from exactland.model.network import SequentialNetwork
    >>> print(moment_matrix(Problem(SequentialNetwork([Dense(1)]), [[2], [3]]), [(0,), (2,)]))
    [1, 4]
    [1, 9]
    """
    return fmpq_mat([[_power(x, kappa) for kappa in kappas] for x in problem.data.inputs])


def _power(sample: Sequence[fmpq], kappa: tuple[int, ...]) -> fmpq:
    value = fmpq(1)
    for x, e in zip(sample, kappa, strict=True):
        value *= x**e
    return value


def _of_degrees(problem: Problem, powers: Sequence[int]) -> list[tuple[int, ...]]:
    return [m for power in powers for m in monomials(problem.data.dimension, power)]


def powers_of(problem: Problem) -> tuple[int, ...]:
    """Degrees in the Taylor support of sigma_1 whose moments have rank N, or as many as are tried.

    Degrees are added while the rank grows towards N; one that adds nothing is left out.
    """
    layer = problem.sequential.layer(1)
    activation = getattr(layer, "activation", None)
    if activation is None:
        raise StepFailed("an activation in layer 1")
    samples, dimension = problem.data.samples, problem.data.dimension
    chosen: tuple[int, ...] = ()
    reached = 0
    # Distinct samples need no degree beyond N - 1 if no derivative vanishes, about twice as many
    # if every second one does.
    for power in range(min(MOST_DEGREE, 2 * samples + 4)):
        tried = (*chosen, power)
        if sum(comb(dimension + p - 1, p) for p in tried) > MOST_MONOMIALS:
            break
        known = {d.order: d for d in assumption_2(activation, power + 1).derivatives}
        if power not in known or known[power].is_zero is not False:
            continue
        rank = rational_rank(moment_matrix(problem, _of_degrees(problem, tried))).at_least
        if rank > reached:
            chosen, reached = tried, rank
        if reached == samples:
            break
    if not chosen:
        raise StepFailed("a degree in the Taylor support of sigma with a moment that is not 0")
    return chosen


def monomials_of(problem: Problem, powers: Sequence[int]) -> list[tuple[int, ...]]:
    """Monomials of these degrees, at least one of each, whose moments have the rank of all."""
    every = _of_degrees(problem, powers)
    reduced, rank = moment_matrix(problem, every).rref()
    rows = reduced.tolist()
    pivots = [next(c for c, x in enumerate(rows[r]) if x != 0) for r in range(rank)]
    return [every[c] for c in pivots]
