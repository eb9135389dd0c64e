"""NH18, Corollary 3.6: any targets of a scalar output are fitted, lambda = F^T (F F^T)^{-1} y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.claims import FullRank, MatrixName
from exactland.errors import NotExactError
from exactland.functions.facts import identity
from exactland.functions.properties import Fact as Known
from exactland.model.forward import feature_matrix
from exactland.model.layers import Dense
from exactland.model.problem import Problem
from exactland.papers.nh18.independent_features import linearly_independent_features
from exactland.proof import rules as by
from exactland.proof.claims import At, HypothesisHolds
from exactland.proof.script import (
    Definition,
    Fact,
    Grounds,
    Script,
    Step,
    StepFailed,
    Steps,
    Walkthrough,
)


@dataclass(frozen=True)
class Fitted:
    """F lambda = y, entry by entry: f_L(x_i) = sum_j lambda_j f_kj(x_i) = y_i, k = L - 1."""

    k: int
    y: tuple[fmpq, ...]
    weights: tuple[fmpq, ...]

    def words(self) -> str:
        return f"F_{self.k} lambda = y: f_L(x_i) = y_i for all {len(self.y)} samples."


@dataclass(frozen=True)
class FittedByRank:
    """F F^T is invertible, so lambda = F^T (F F^T)^{-1} y exists and F lambda = y."""

    k: int
    y: tuple[fmpq, ...]

    def words(self) -> str:
        f = f"F_{self.k}"
        return (
            f"{f} {f}^T is invertible, and lambda = {f}^T ({f} {f}^T)^(-1) y gives f_L(x_i) = y_i "
            f"for all {len(self.y)} samples."
        )


def fitted(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The product over Q, row by row."""
    inner = claim.claim
    if not isinstance(inner, Fitted):
        raise StepFailed("F lambda = y at parameters")
    try:
        rows = RATIONALS.rows(feature_matrix(walk.problem, inner.k, RATIONALS, claim.parameters))
    except NotExactError as missing:
        raise StepFailed(f"{inner.words()} {missing}") from None
    if len(inner.y) != len(rows) or len(inner.weights) != len(rows[0]):
        raise StepFailed(f"{inner.words()} lambda and y have the sizes of F_{inner.k}")
    for i, row in enumerate(rows):
        value = sum((f * c for f, c in zip(row, inner.weights, strict=True)), fmpq(0))
        if value != inner.y[i]:
            raise StepFailed(f"{inner.words()} f_L(x_{i + 1}) = {value} and y = {inner.y[i]}")
    return Grounds("exact", "rational arithmetic")


def fitted_by_rank(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """A fact used says that F_k (N x n_k) has rank N: then F F^T is positive definite."""
    inner = claim.claim
    if not isinstance(inner, FittedByRank):
        raise StepFailed("the existence of lambda at parameters")
    samples, width = walk.problem.data.samples, walk.problem.widths[inner.k]
    rank = At(claim.parameters, FullRank(MatrixName("features", inner.k), samples, width))
    if width < samples or len(inner.y) != samples:
        raise StepFailed(f"{inner.words()} n_{inner.k} = {width}, N = {samples}")
    if rank not in [fact.claim for fact in uses]:
        raise StepFailed(f"{rank.words()} is among the facts used")
    return Grounds("logic", "full row rank: F F^T is positive definite, and F lambda = y")


def scalar_output(problem: Problem) -> Known:
    """The last layer is dense with one neuron, and applies no function."""
    last = problem.sequential.layer(problem.sequential.depth)
    if not isinstance(last, Dense) or last.neurons != 1:
        return Known(False, "the last layer is not dense of width 1")
    linear, name = identity(last.activation), last.activation.name
    return Known(linear.holds, f"it applies {name}: {linear.reason}")


def scalar_targets(problem: Problem) -> Known:
    """There is one target y_i a sample."""
    targets = problem.data.targets
    if targets is None:
        return Known(False, "the data have no targets")
    return Known(len(targets[0]) == 1, f"a target has {len(targets[0])} entries")


_HYPOTHESES = (
    HypothesisHolds("the last hidden layer is wide.", "proof.instance.wide_last_hidden_layer"),
    HypothesisHolds(
        "f_L(x) = sum_j lambda_j f_(L-1)j(x) has one output.", "papers.nh18.fit.scalar_output"
    ),
    HypothesisHolds("there is a y in R^N.", "papers.nh18.fit.scalar_targets"),
)


def universal_fit(walk: Walkthrough) -> Steps:
    """Theorem 3.4 at layer L - 1, then lambda."""
    where = "Corollary 3.6, Appendix F"
    for needed in _HYPOTHESES:
        yield Step(needed, by.hypothesis, (), where)
    below = Walkthrough(walk.problem, walk.problem.sequential.depth - 1)
    # Its conditions are those on layer L - 1, whichever layer the reader has named.
    named = None if below.k == walk.k else below.k
    attained = yield from linearly_independent_features(below, named)
    parameters, k = attained.claim.parameters, below.k
    y = _targets(walk)
    yield Definition("y", y, "the targets", where)
    try:
        rows = RATIONALS.rows(feature_matrix(walk.problem, k, RATIONALS, parameters))
    except NotExactError:
        rank = FullRank(
            MatrixName("features", k), walk.problem.data.samples, walk.problem.widths[k]
        )
        full = yield Step(At(parameters, rank), by.full_rank, (attained,), "rank F = N")
        claim = At(parameters, FittedByRank(k, y))
        return (yield Step(claim, fitted_by_rank, (full,), where))
    weights = least_norm(rows, y)
    yield Definition("lambda", weights, "F^T (F F^T)^{-1} y", where)
    return (yield Step(At(parameters, Fitted(k, y, weights)), fitted, (attained,), where))


def least_norm(rows: Any, y: tuple[fmpq, ...]) -> tuple[fmpq, ...]:
    """F^T (F F^T)^{-1} y over Q; StepFailed if F F^T is singular.

    >>> least_norm([[fmpq(1), fmpq(1)]], (fmpq(4),))
    (2, 2)
    """
    matrix = fmpq_mat(rows)
    try:
        solved = (matrix * matrix.transpose()).solve(fmpq_mat([[value] for value in y]))
    except ZeroDivisionError:
        raise StepFailed("F F^T is invertible") from None
    return tuple(row[0] for row in (matrix.transpose() * solved).tolist())


def _targets(walk: Walkthrough) -> tuple[fmpq, ...]:
    return tuple(row[0] for row in walk.problem.data.targets or ())


def _is_goal(walk: Walkthrough, claim: Any) -> bool:
    """The targets of the instance are fitted with the features of the last hidden layer."""
    if not isinstance(claim, At) or not isinstance(claim.claim, Fitted | FittedByRank):
        return False
    inner = claim.claim
    return inner.y == _targets(walk) and inner.k == walk.problem.sequential.depth - 1


SCRIPTS = (Script("NH18:Cor3.6", universal_fit, _is_goal),)
