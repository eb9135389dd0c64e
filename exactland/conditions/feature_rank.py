"""Evidence for the rank of F_k or Psi: modulo a prime, exact, in floats, in balls, by identity.

Rational features of full rank are evaluated modulo a prime only, never exactly; the others are
decided over Q. Transcendental ones are shown to have full rank in verified floating point or in
balls of rising precision; they are shown to be deficient by an identity only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from flint import arb_mat, fmpq, fmpq_mat, nmod_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.enclosures import ENCLOSURES
from exactland.arithmetic.modular import random_prime
from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.residues import RESIDUE_BITS, Residues
from exactland.conditions.claims import MatrixName
from exactland.conditions.identities import formal_null_vectors
from exactland.errors import ExactlandError, LimitError, NotExactError
from exactland.linalg.balls import full_rank_balls
from exactland.linalg.enclosures import full_rank_enclosure
from exactland.linalg.evidence import LowerBound, ModularMinor, RankEvidence
from exactland.linalg.largest_minor import rank_balls
from exactland.linalg.pivots import modular_pivots
from exactland.linalg.rational import rational_rank
from exactland.model.forward import feature_matrix, skip_feature_matrix
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: Is told in one line what is being tried.
Progress = Callable[[str], None]
#: Bits up to which full rank is sought before identities are.
EARLY_BITS = 256
#: What it may cost to check a minor beside an upper bound (see ``largest_minor.cost``).
MINOR_WORK = 20_000


def rank_evidence(
    problem: Problem, name: MatrixName, seed: int, ceiling: int, tell: Progress
) -> RankEvidence:
    """Bounds of the rank of features at the problem's parameters, from both sides where found."""
    full = _full_modulo_a_prime(problem, name, seed, tell)
    if full is not None:
        return full
    try:
        rows = _rational_features(problem, name)
    except (NotExactError, LimitError):
        return _of_transcendental_entries(problem, name, seed, ceiling, tell)
    return rational_rank(fmpq_mat(rows), seed=seed)


def full_rank_evidence(
    problem: Problem, name: MatrixName, seed: int, ceiling: int, tell: Progress
) -> RankEvidence:
    """A lower bound for the rank of features, exactly or in balls; no upper bound is sought."""
    full = _full_modulo_a_prime(problem, name, seed, tell)
    if full is not None:
        return full
    try:
        rows = _rational_features(problem, name)
    except (NotExactError, LimitError):
        return _full_by_enclosures_or_balls(problem, name, ceiling, tell)
    return rational_rank(fmpq_mat(rows), seed=seed)


def _full_modulo_a_prime(
    problem: Problem, name: MatrixName, seed: int, tell: Progress
) -> RankEvidence | None:
    """Full rank by a minor of the residues of rational features, without their exact values.

    Evidence of this kind is short and quickly checked, so it is sought before enclosures. None
    where the features are not rational, the minor vanishes, or a residue is not found.
    """
    tell("residues modulo a prime")
    arithmetic = Residues(random_prime(seed, RESIDUE_BITS))
    try:
        # One sample mostly shows at little cost that the values are irrational.
        features_of(_with_samples(problem, slice(1)), name, arithmetic)
        rows = _residues(problem, name, arithmetic)
    except ExactlandError:
        return None  # what is wrong with the problem, if anything is, exact evaluation says
    m, n = matrix_shape(problem, name)
    residues = nmod_mat(m, n, [value for row in rows for value in row], arithmetic.prime)
    chosen = modular_pivots(residues)
    if len(chosen[0]) < min(m, n) or min(m, n) == 0:
        return None
    return RankEvidence(m, n, ModularMinor(*chosen, arithmetic.prime))


def _residues(problem: Problem, name: MatrixName, arithmetic: Residues) -> list[list[int]]:
    """The features modulo the prime; a sample with an unknown residue is evaluated exactly."""
    found = features_of(problem, name, arithmetic)
    rows: list[list[int]] = found.values.tolist()
    for i in np.flatnonzero(~found.known.all(axis=1)).tolist():
        alone = features_of(_with_samples(problem, slice(i, i + 1)), name, RATIONALS)
        rows[i] = [arithmetic.residue(value) for value in RATIONALS.rows(alone)[0]]
    return rows


def _with_samples(problem: Problem, chosen: slice) -> Problem:
    return Problem(problem.network, problem.data.inputs[chosen], problem.parameters)


def _rational_features(problem: Problem, name: MatrixName) -> list[list[fmpq]]:
    """The matrix over Q; NotExactError or LimitError where it has no exact value."""
    if problem.data.samples > 1:
        # One sample mostly shows at little cost that there is none.
        features_of(_with_samples(problem, slice(1)), name, RATIONALS)
    return RATIONALS.rows(features_of(problem, name, RATIONALS))


def features_of(problem: Problem, name: MatrixName, arithmetic: Any) -> Any:
    if name.what == "skip-features":
        return skip_feature_matrix(problem, arithmetic)
    return feature_matrix(problem, name.k, arithmetic)


def matrix_shape(problem: Problem, name: MatrixName) -> tuple[int, int]:
    network = problem.network
    if isinstance(network, SkipNetwork):
        return problem.data.samples, len(network.skips)
    k = name.k
    if name.what == "weights":
        return problem.widths[k - 1], problem.widths[k]
    return problem.data.samples, problem.widths[k]


def _with_tried(found: RankEvidence, line: str) -> RankEvidence:
    return RankEvidence(
        found.rows, found.columns, found.lower, found.upper, (line, *found.tried), found.point
    )


def _of_transcendental_entries(
    problem: Problem, name: MatrixName, seed: int, ceiling: int, tell: Progress
) -> RankEvidence:
    """Full rank in floats or balls; if that stalls, an identity; then the rank of what is left."""
    early = min(EARLY_BITS, ceiling)
    first = _full_by_enclosures_or_balls(problem, name, early, tell)
    if first.is_full:
        return first
    tell("looking for identities between rows or columns")
    try:
        upper = formal_null_vectors(problem, name, seed)
        stalled: tuple[str, ...] = ()
    except (LimitError, NotExactError) as limit:
        upper, stalled = None, (f"identities: {limit}",)
    if upper is None:
        found = _by_balls(rank_balls, problem, name, ceiling, tell)
        nothing = stalled or ("identities: no rational combination of rows or columns vanishes",)
        return RankEvidence(
            found.rows, found.columns, found.lower, None, (*first.tried, *nothing, *found.tried)
        )
    bounded = RankEvidence(first.rows, first.columns, None, upper, first.tried)
    lower = _minor_beside(problem, name, bounded, ceiling)
    return RankEvidence(first.rows, first.columns, lower, upper, first.tried)


def _full_by_enclosures_or_balls(
    problem: Problem, name: MatrixName, ceiling: int, tell: Progress
) -> RankEvidence:
    tell("floating point with verified bounds")
    try:
        found = full_rank_enclosure(features_of(problem, name, ENCLOSURES))
    except (NotExactError, LimitError) as problem_with_floats:
        return _with_tried(
            _full_by_balls(problem, name, ceiling, tell), f"floating point: {problem_with_floats}"
        )
    if found.is_full:
        return found
    balls = _full_by_balls(problem, name, ceiling, tell)
    return RankEvidence(
        balls.rows, balls.columns, balls.lower, None, (*found.tried, *balls.tried), balls.point
    )


def _full_by_balls(
    problem: Problem, name: MatrixName, ceiling: int, tell: Progress
) -> RankEvidence:
    return _by_balls(full_rank_balls, problem, name, ceiling, tell)


def _by_balls(
    decide: Callable[..., RankEvidence],
    problem: Problem,
    name: MatrixName,
    ceiling: int,
    tell: Progress,
) -> RankEvidence:
    def entries_at(bits: int) -> arb_mat:
        tell(f"balls of {bits} bits")
        arithmetic = Balls(bits)
        return arb_mat(arithmetic.rows(features_of(problem, name, arithmetic)))

    return decide(entries_at, matrix_shape(problem, name), start=64, ceiling=ceiling)


def _minor_beside(
    problem: Problem, name: MatrixName, bounded: RankEvidence, ceiling: int
) -> LowerBound | None:
    """A nonsingular minor beside the dependent rows, of the size of the proved upper bound, or else
    as large as one is found."""
    upper = bounded.upper
    wanted = bounded.at_most
    if upper is None or wanted == 0:
        return None
    left = upper.side == "left"
    dependent = _pivots(upper.vectors)
    length = bounded.rows if left else bounded.columns
    kept = [index for index in range(length) if index not in dependent]

    def entries_at(bits: int) -> arb_mat:
        arithmetic = Balls(bits)
        rows = arithmetic.rows(features_of(problem, name, arithmetic))
        if left:
            return arb_mat([rows[i] for i in kept])
        return arb_mat([[row[j] for j in kept] for row in rows])

    shape = (len(kept), bounded.columns) if left else (bounded.rows, len(kept))
    found = rank_balls(entries_at, shape, start=64, ceiling=ceiling, work=MINOR_WORK)
    if found.lower is None:
        return None
    return _relabelled(found.lower, kept, left)


def _pivots(vectors: Any) -> set[int]:
    """One index for each of the independent vectors: the other coordinates determine these."""
    reduced, rank_of_vectors = fmpq_mat([list(vector) for vector in vectors]).rref()
    rows = reduced.tolist()
    return {next(j for j, value in enumerate(row) if value != 0) for row in rows[:rank_of_vectors]}


def _relabelled(lower: LowerBound, kept: list[int], left: bool) -> LowerBound:
    if left:
        return replace(lower, rows=tuple(kept[i] for i in lower.rows))
    return replace(lower, columns=tuple(kept[j] for j in lower.columns))


def attained_rank(
    witness: Problem, name: MatrixName, bounded: RankEvidence, ceiling: int
) -> LowerBound | None:
    """A lower bound at a witness, beside an upper bound that holds for all parameters."""
    try:
        exact = rational_rank(fmpq_mat(RATIONALS.rows(features_of(witness, name, RATIONALS))))
    except NotExactError:
        return _minor_beside(witness, name, bounded, min(ceiling, 1024))
    except LimitError:
        return None  # the upper bound stays
    return exact.lower
