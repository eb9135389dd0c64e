"""Moments of the samples: the sharp form of Propositions 3 and 4 of LDS18.

sigma(<w, x>) = sum over kappa of sigma^(|kappa|)(0)/kappa! w^kappa x^kappa near 0, so the functions
w -> sigma(<w, x_j>) are linearly independent exactly if the vectors (x_j^kappa), |kappa| in the
Taylor support of sigma, have rank N.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from math import comb

from flint import fmpq, fmpq_mat

from exactland.functions.derivatives_at_zero import assumption_2
from exactland.linalg.rational import rational_rank
from exactland.model.problem import Problem
from exactland.proof.script import StepFailed

#: The largest number of monomials, and the largest degree that is looked at.
MOST_MONOMIALS = 4000
MOST_DEGREE = 40


def monomials(dimension: int, degree: int) -> Iterator[tuple[int, ...]]:
    """The monomials of a degree, as lists of coordinates with repetition.

    >>> list(monomials(2, 2))
    [(0, 0), (0, 1), (1, 1)]
    """
    return combinations_with_replacement(range(dimension), degree)


def degrees_of(problem: Problem, powers: tuple[int, ...]) -> int:
    """The number of monomials of these degrees; StepFailed over the limit."""
    dimension = problem.data.dimension
    count = sum(comb(dimension + power - 1, power) for power in powers)
    if count > MOST_MONOMIALS or len(set(powers)) != len(powers) or min(powers, default=0) < 0:
        raise StepFailed(
            f"different degrees of at most {MOST_MONOMIALS} monomials (they have {count})"
        )
    return count


def moment_matrix(problem: Problem, powers: tuple[int, ...]) -> list[list[fmpq]]:
    """The rows (x_j^kappa) of the samples; a column a monomial.

    >>> from exactland.model.layers import Dense
    >>> from exactland.model.network import SequentialNetwork
    >>> moment_matrix(Problem(SequentialNetwork([Dense(1)]), [[2], [3]]), (0, 2))
    [[1, 4], [1, 9]]
    """
    rows = []
    for sample in problem.data.inputs:
        row = []
        for power in powers:
            for monomial in monomials(problem.data.dimension, power):
                value = fmpq(1)
                for coordinate in monomial:
                    value *= sample[coordinate]
                row.append(value)
        rows.append(row)
    return rows


def enough_powers(problem: Problem) -> tuple[int, ...]:
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
        rank = rational_rank(fmpq_mat(moment_matrix(problem, tried))).at_least
        if rank > reached:
            chosen, reached = tried, rank
        if reached == samples:
            break
    return chosen
