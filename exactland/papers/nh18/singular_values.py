"""NH18, Lemmas H.2 and H.3 on an instance: ||Ax|| and ||AB||_F between singular values.

A = F_k^T is n_k x N, and n_k >= N makes it tall, as Lemma 4.3 uses it. With a rational lambda just
below s_min(A)^2 the matrix A^T A - lambda I is positive semidefinite, which says that
||Ax||^2 >= lambda ||x||^2 for every x; likewise mu I - A^T A with mu just above s_max(A)^2. The
column sums give ||AB||_F. A wide A has a kernel, and no positive lambda exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.comparison import less, sign
from exactland.errors import InputError
from exactland.model.forward import feature_matrix
from exactland.papers.nh18.constructions import given_parameters
from exactland.proof import rules as by
from exactland.proof.claims import HypothesisHolds
from exactland.proof.projections import decided
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

#: lambda and mu are within this factor of the squares of the singular values (steps "sharp").
SHARPNESS = fmpq(101, 100)
_TALL = HypothesisHolds("A = F_k^T is n_k x N with n_k >= N.", "proof.instance.wide_layer")


@dataclass(frozen=True)
class BoundedBelow:
    """||Ax||^2 >= low ||x||^2 for every x; A = F_k^T at the parameters."""

    k: int
    parameters: Any
    low: fmpq

    def words(self) -> str:
        return (
            f"A^T A - {self.low} I is positive semidefinite (A = F_{self.k}^T): "
            f"||A x||^2 >= {self.low} ||x||^2 for every x."
        )


@dataclass(frozen=True)
class BoundedAbove:
    """||Ax||^2 <= high ||x||^2 for every x."""

    k: int
    parameters: Any
    high: fmpq

    def words(self) -> str:
        return (
            f"{self.high} I - A^T A is positive semidefinite (A = F_{self.k}^T): "
            f"||A x||^2 <= {self.high} ||x||^2 for every x."
        )


@dataclass(frozen=True)
class Sharp:
    """low <= s_min(A)^2 < 1.01 low or high/1.01 < s_max(A)^2 <= high, by a vector x."""

    bound: BoundedBelow | BoundedAbove
    vector: tuple[fmpq, ...]

    def words(self) -> str:
        if isinstance(self.bound, BoundedBelow):
            return f"||A x||^2 < 1.01 * {self.bound.low} ||x||^2 for some x: the bound is sharp."
        return f"1.01 ||A x||^2 > {self.bound.high} ||x||^2 for some x: the bound is sharp."


@dataclass(frozen=True)
class NormBounds:
    """low ||x||^2 <= ||Ax||^2 <= high ||x||^2 for every x (H.2); for every matrix B (H.3)."""

    k: int
    parameters: Any
    low: fmpq
    high: fmpq
    matrices: bool

    def words(self) -> str:
        low, high = self.low, self.high
        near = "The two numbers are within a per cent of s_min(A)^2 and s_max(A)^2."
        if self.matrices:
            return f"{low} ||B||_F^2 <= ||A B||_F^2 <= {high} ||B||_F^2 for every matrix B. {near}"
        return f"{low} ||x||^2 <= ||A x||^2 <= {high} ||x||^2 for every x. {near}"


def bounded_below(walk: Walkthrough, claim: BoundedBelow, uses: tuple[Fact, ...]) -> Grounds:
    """By the pivots of A^T A - low I (elimination, L D L^T)."""
    if not claim.low > 0:
        raise StepFailed(f"s_min(A) > 0: {claim.low} is not positive")
    return _by_pivots(walk, claim, lambda gram: _shifted(gram, 1, claim.low))


def bounded_above(walk: Walkthrough, claim: BoundedAbove, uses: tuple[Fact, ...]) -> Grounds:
    """By the pivots of high I - A^T A."""
    return _by_pivots(walk, claim, lambda gram: _shifted(gram, -1, -claim.high))


def _by_pivots(walk: Walkthrough, claim: Any, shift: Callable[[Any], Any]) -> Grounds:
    pivots: list[Any] = []

    def holds(rows: Any) -> str | None:
        pivots[:] = positive_pivots(shift(_gram(rows)))
        failed = len(pivots) < len(rows) or sign(pivots[-1]) != 1
        return f"{claim.words()} Pivot {len(pivots)} is {_short(pivots[-1])}" if failed else None

    grounds = decided(lambda arithmetic: _features(walk, claim, arithmetic), holds)
    return Grounds(grounds.kind, f"all pivots are positive, {grounds.detail}", tuple(pivots))


def sharp(walk: Walkthrough, claim: Sharp, uses: tuple[Fact, ...]) -> Grounds:
    """||A x||^2/||x||^2 at the vector, compared with the bound."""
    bound = claim.bound

    def holds(rows: Any) -> str | None:
        gram = _gram(rows)
        x = claim.vector
        if len(x) != len(gram):
            return "x has N entries"
        image = sum(
            (x[i] * gram[i][j] * x[j] for i in range(len(x)) for j in range(len(x))), 0 * x[0]
        )
        length = sum((value * value for value in x), fmpq(0))
        if isinstance(bound, BoundedBelow):
            shown = less(image, SHARPNESS * bound.low * length)
        else:
            shown = less(bound.high * length, SHARPNESS * image)
        return None if shown is True else claim.words()

    grounds = decided(lambda arithmetic: _features(walk, bound, arithmetic), holds)
    return Grounds(grounds.kind, f"a quotient of squared norms, {grounds.detail}")


def combination(walk: Walkthrough, claim: NormBounds, uses: tuple[Fact, ...]) -> Grounds:
    """Both bounds, and that they are sharp, are among the facts used.

    ||AB||_F^2 is the sum of ||A b||^2 over the columns b of B.
    """
    shown = [fact.claim for fact in uses]
    for needed in (
        BoundedBelow(claim.k, claim.parameters, claim.low),
        BoundedAbove(claim.k, claim.parameters, claim.high),
    ):
        if needed not in shown:
            raise StepFailed(f"{needed.words()} is among the facts used")
        if not any(isinstance(fact, Sharp) and fact.bound == needed for fact in shown):
            raise StepFailed(f"{needed.words()} It is shown to be sharp by a fact used")
    how = "the columns of B, summed" if claim.matrices else "both bounds"
    return Grounds("logic", how)


def positive_pivots(matrix: Any) -> list[Any]:
    """The pivots of L D L^T without row exchanges, up to the first not shown to be positive.

    A symmetric matrix is positive definite if all of them are positive.

    >>> positive_pivots([[fmpq(4), fmpq(2)], [fmpq(2), fmpq(1)]])
    [4, 0]
    """
    rows = [list(row) for row in matrix]
    size, pivots = len(rows), []
    for k in range(size):
        pivots.append(rows[k][k])
        if sign(rows[k][k]) != 1:
            break
        for i in range(k + 1, size):
            factor = rows[i][k] / rows[k][k]
            for j in range(k + 1, size):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
    return pivots


def _gram(features: Any) -> Any:
    """A^T A = F F^T (N x N)."""
    return [[_dot(r, s) for s in features] for r in features]


def _dot(left: Any, right: Any) -> Any:
    return sum((a * b for a, b in zip(left, right, strict=True)), fmpq(0))


def _shifted(gram: Any, factor: int, low: fmpq) -> Any:
    """factor A^T A - low I."""
    return [
        [factor * value - (low if i == j else 0) for j, value in enumerate(row)]
        for i, row in enumerate(gram)
    ]


def _features(walk: Walkthrough, claim: Any, arithmetic: Any) -> Any:
    return arithmetic.rows(feature_matrix(walk.problem, claim.k, arithmetic, claim.parameters))


def norm_bounds(matrices: bool) -> Any:
    """The script of Lemma H.2 (vectors) or H.3 (matrices)."""

    def steps(walk: Walkthrough) -> Steps:
        where = "Lemma H.3" if matrices else "Lemma H.2"
        yield Step(_TALL, by.hypothesis, (), where)
        parameters = given_parameters(walk.problem)
        low, high, first, last = _proposed(walk, parameters)
        yield Definition("lambda", low, "just below s_min(A)^2", where)
        yield Definition("mu", high, "just above s_max(A)^2", where)
        below, above = BoundedBelow(walk.k, parameters, low), BoundedAbove(walk.k, parameters, high)
        lower = yield Step(below, bounded_below, (), where)
        near = yield Step(Sharp(below, first), sharp, (lower,), where)
        upper = yield Step(above, bounded_above, (), where)
        far = yield Step(Sharp(above, last), sharp, (upper,), where)
        claim = NormBounds(walk.k, parameters, low, high, matrices)
        return (yield Step(claim, combination, (lower, near, upper, far), where))

    return steps


def _proposed(walk: Walkthrough, parameters: Any) -> tuple[fmpq, fmpq, Any, Any]:
    """lambda, mu and vectors near the extreme ones, in floating point: the rules check them."""
    import numpy as np

    from exactland.arithmetic.balls import Balls

    balls = Balls(128)
    try:
        rows = balls.rows(feature_matrix(walk.problem, walk.k, balls, parameters))
    except InputError as undefined:
        raise StepFailed(f"F_{walk.k} exists at the parameters: {undefined}") from None
    gram = np.array([[float(value.mid()) for value in row] for row in _gram(rows)])
    if not np.isfinite(gram).all():
        raise StepFailed(f"the entries of F_{walk.k} F_{walk.k}^T in floating point")
    values, vectors = np.linalg.eigh(gram)
    # A quarter of a per cent on either side is more than the errors of the eigenvalues.
    low, high = float(values[0]) * 0.9975, float(values[-1]) * 1.0025
    if not low > float(values[-1]) * 1e-12:
        raise StepFailed(f"s_min(A) > 0: rank F_{walk.k} = N (s_min^2 is near {values[0]:.3g})")
    return _simple(low), _simple(high), _vector(vectors[:, 0]), _vector(vectors[:, -1])


def _simple(value: float) -> fmpq:
    """A rational with 12 binary digits near a positive number."""
    import math

    mantissa, exponent = math.frexp(value)
    return fmpq(round(mantissa * 4096)) * fmpq(2) ** (exponent - 12)


def _vector(values: Any) -> tuple[fmpq, ...]:
    return tuple(fmpq(round(float(value) * 2**40), 2**40) for value in values)


def _short(value: Any) -> str:
    return str(value) if isinstance(value, fmpq) and len(str(value)) < 24 else f"{arb(value)}"


def _is_goal(matrices: bool) -> Any:
    def is_goal(walk: Walkthrough, claim: Any) -> bool:
        if not isinstance(claim, NormBounds) or claim.matrices != matrices:
            return False
        here = claim.k == walk.k and claim.parameters == given_parameters(walk.problem)
        return bool(here and 0 < claim.low <= claim.high)

    return is_goal


SCRIPTS = (
    Script("NH18:LemH.2", norm_bounds(False), _is_goal(False)),
    Script("NH18:LemH.3", norm_bounds(True), _is_goal(True)),
)
