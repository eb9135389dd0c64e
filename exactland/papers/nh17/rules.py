"""The rules that check the claims of NH17's scripts: each recomputes, or raises StepFailed."""

from __future__ import annotations

from typing import Any

from flint import arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import sign
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotExactError
from exactland.functions import facts
from exactland.functions.expression import evaluate
from exactland.linalg.balls import full_rank_balls
from exactland.linalg.evidence import ModularMinor
from exactland.linalg.rational import rational_rank
from exactland.model.forward import feature_matrix
from exactland.model.problem import Problem
from exactland.papers.nh17 import claims
from exactland.papers.nh17.tails import gaps_of, is_nonsingular_from
from exactland.proof.cited import ANALYTIC_ZEROS, require_cited
from exactland.proof.claims import At, HypothesisHolds
from exactland.proof.projections import Rows, colliding, decided, features
from exactland.proof.script import Fact, Grounds, StepFailed, Walkthrough

#: Precision in bits up to which the rank of [F_k, 1] is sought.
CEILING = 4096


def along(
    problem: Problem, parameters: Any, k: int, direction: tuple[fmpq, ...], arithmetic: Arithmetic
) -> list[Any]:
    """<a, z_i> for the rows z_i of F_{k-1}, a number a sample."""
    if len(direction) != problem.widths[k - 1]:
        raise StepFailed(f"a direction with n_{k - 1} = {problem.widths[k - 1]} entries")
    column = arithmetic.matrix([[value] for value in direction])
    below = feature_matrix(problem, k - 1, arithmetic, parameters)
    return [row[0] for row in arithmetic.rows(arithmetic.multiply(below, column))]


def separation(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The direction tells the rows of F_{k-1} apart."""
    inner = _inner(claim, claims.Separates)

    def holds(rows: Rows) -> str | None:
        return colliding([(p, i, f"<a, z_{i + 1}>") for i, p in enumerate(rows[0])])

    return decided(
        lambda arithmetic: [
            along(walk.problem, claim.parameters, inner.k, inner.direction, arithmetic)
        ],
        holds,
    )


def distinct_rows(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The rows of F_k differ: some column tells every two of them apart, or one for each pair."""
    inner = _inner(claim, claims.DistinctRows)
    return decided(
        lambda arithmetic: features(walk.problem, claim.parameters, inner.k, arithmetic),
        lambda rows: _equal_rows(rows, inner.k),
    )


def _equal_rows(rows: Rows, k: int) -> str | None:
    columns = [
        [(value, i, f"f_{k}(x_{i + 1})_{h + 1}") for i, value in enumerate(column)]
        for h, column in enumerate(zip(*rows, strict=True))
    ]
    if any(colliding(column) is None for column in columns):
        return None
    for i in range(len(rows)):
        for j in range(i):
            if all(colliding([column[i], column[j]]) is not None for column in columns):
                exact = all(isinstance(column[i][0], fmpq) for column in columns)
                different = "different" if exact else "shown to be different"
                return f"f_{k}(x_{j + 1}) and f_{k}(x_{i + 1}) are not {different}"
    return None


def ordered(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The projections increase strictly in the order of the family."""
    family = _inner(claim, claims.Ordered).family
    _require_permutation(walk, family)

    def holds(rows: Rows) -> str | None:
        return None if gaps_of(rows[0], family.order) is not None else claim.claim.words()

    return decided(
        lambda arithmetic: [
            along(walk.problem, claim.parameters, family.k, family.direction, arithmetic)
        ],
        holds,
    )


def diagonal(walk: Walkthrough, claim: claims.NonZeroDiagonal, uses: tuple[Fact, ...]) -> Grounds:
    """sigma(beta) != 0, or, bounded, mu - sigma(beta) < 0."""
    family = claim.family
    activation = _activation(walk, family.k)
    left = facts.limits(activation)[0]
    if family.bounded and (left is None or left.value is None):
        raise StepFailed(f"{claim.words()} The limit of {activation.name} is not known")

    def rows_over(arithmetic: Arithmetic) -> Rows:
        value = activation.value(arithmetic.number(family.beta), arithmetic)
        if family.bounded and left is not None and left.value is not None:
            value = evaluate(left.value, arithmetic.number(fmpq(0)), arithmetic) - value
        return [[value]]

    wanted = (-1,) if family.bounded else (-1, 1)
    return decided(rows_over, lambda rows: None if sign(rows[0][0]) in wanted else claim.words())


def limit(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The pattern of the limits of A(alpha), from the order of the projections.

    Uses the facts that they increase and that the diagonal does not vanish. A(alpha)_ij tends to
    gamma above the diagonal, where <z_j - z_i, a> > 0, and to mu below it (0 in the exponential
    case).
    """
    inner = _inner(claim, claims.LimitDeterminant)
    family = inner.family
    _require(uses, At(claim.parameters, claims.Ordered(family)))
    _require(uses, claims.NonZeroDiagonal(family))
    activation = _activation(walk, family.k)
    whole = facts.nh17_assumption_3_2(activation)
    if whole.holds is not True:
        raise StepFailed(f"{activation.name} satisfies 3.2(2): {whole.reason}")
    if not family.bounded:
        found = facts.exponential_linear_bounds(activation)
        if found.holds is not True:
            raise StepFailed(f"{activation.name} satisfies 3.2(2b): {found.reason}")
        return Grounds("logic", f"3.2(2b) with pi(j) > j for some j if pi != id: {found.reason}")
    found = facts.bounded(activation)
    if found.holds is not True:
        raise StepFailed(f"{activation.name} is bounded: {found.reason}")
    failed = _not_triangular(len(family.order))
    if failed is not None:
        raise StepFailed(failed)
    return Grounds("logic", f"the limits mu < gamma of a bounded increasing sigma: {found.reason}")


def _not_triangular(samples: int) -> str | None:
    """Whether E^ has an entry below the diagonal, row differences taken of the limits by name."""
    limits = [
        ["1", *("gamma" if j > i else "sigma" if j == i else "mu" for j in range(samples - 1))]
        for i in range(samples)
    ]
    for i in range(1, samples):
        for j in range(samples):
            difference = (limits[i][j], limits[i - 1][j])
            if j < i and difference[0] != difference[1]:
                return f"entry ({i + 1}, {j + 1}) of E^ tends to 0"
            if j == i and difference != ("mu", "sigma"):
                return f"entry ({i + 1}, {i + 1}) of E^ tends to mu - sigma(beta)"
    return None


def tail(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """det E(alpha) != 0 from alpha_0 on (papers.nh17.tails), from the gaps of the projections."""
    inner = _inner(claim, claims.DeterminantTail)
    family = inner.family
    _require_permutation(walk, family)
    activation = _activation(walk, family.k)

    def holds(rows: Rows) -> str | None:
        gaps = gaps_of(rows[0], family.order)
        if gaps is None:
            return claims.Ordered(family).words()
        return is_nonsingular_from(activation, family.beta, gaps, inner.alpha_0, family.bounded)

    grounds = decided(
        lambda arithmetic: [
            along(walk.problem, claim.parameters, family.k, family.direction, arithmetic)
        ],
        holds,
    )
    return Grounds("ball", f"bounds of sigma in balls, {grounds.detail} for the gaps", grounds)


def augmented_rank(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """rank [F_k, 1] = N, by a minor modulo a prime or by an approximate inverse in balls."""
    inner = _inner(claim, claims.AugmentedFullRank)
    problem = walk.problem.with_parameters(claim.parameters)
    _require_shape(problem, inner.k, inner.rows, inner.columns)

    def rows_over(arithmetic: Arithmetic) -> Rows:
        one = arithmetic.number(fmpq(1))
        return [
            [*row, one] for row in arithmetic.rows(feature_matrix(problem, inner.k, arithmetic))
        ]

    try:
        found = rational_rank(fmpq_mat(rows_over(RATIONALS)))
    except NotExactError:
        found = full_rank_balls(
            lambda bits: arb_mat(rows_over(Balls(bits))), (inner.rows, inner.columns), 64, CEILING
        )
    if found.at_least != inner.rows or found.lower is None:
        known = f"it is at most {found.at_most}" if found.at_most < inner.rows else "not shown"
        raise StepFailed(f"{claim.words()} ({known})", found)
    if isinstance(found.lower, ModularMinor):
        return Grounds("modular", f"a minor modulo {found.lower.prime}", found)
    return Grounds("ball", f"intervals of {found.lower.bits} bits", found)


def null_set(
    walk: Walkthrough, claim: claims.AugmentedAlmostEverywhere, uses: tuple[Fact, ...]
) -> Grounds:
    """One point with rank N and analytic outputs (Lemmas 4.1 to 4.3)."""
    _require_shape(walk.problem, claim.k, claim.rows, claim.columns)
    wanted = claims.AugmentedFullRank(claim.k, claim.rows, claim.columns)
    if not any(isinstance(fact.claim, At) and fact.claim.claim == wanted for fact in uses):
        raise StepFailed("parameters with rank [F_k, 1] = N are among the facts used")
    _require(uses, claims.AnalyticOutputs(claim.k))
    require_cited(uses, ANALYTIC_ZEROS)
    return Grounds("logic", "an N x N minor is analytic and not identically 0 (Lemma 4.2)")


def dense(walk: Walkthrough, claim: claims.AugmentedDense, uses: tuple[Fact, ...]) -> Grounds:
    """The complement of a null set meets every ball, which has positive measure."""
    _require(uses, claims.AugmentedAlmostEverywhere(claim.k, claim.rows, claim.columns))
    return Grounds("logic", "a ball has positive measure")


def composition(
    walk: Walkthrough, claim: claims.AnalyticOutputs, uses: tuple[Fact, ...]
) -> Grounds:
    """Sums, products and compositions of analytic functions are analytic."""
    walk.problem.sequential.layer(claim.k)
    shown = {
        fact.claim.layer
        for fact in uses
        if isinstance(fact.claim, HypothesisHolds)
        and fact.claim.check in ("functions.facts.analytic", "functions.facts.nh17_assumption_3_2")
    }
    missing = sorted(set(range(1, claim.k + 1)) - shown)
    if missing:
        raise StepFailed(f"the activation of layer {missing[0]} is shown to be analytic")
    dense_layers = HypothesisHolds("every layer is dense.", "proof.instance.fully_connected")
    _require(uses, dense_layers)
    return Grounds("logic", "sums, products and compositions of analytic functions")


def near(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The Euclidean distance of the constructed and the problem's parameters, squared over Q."""
    inner = _inner(claim, claims.Near)
    walk.problem.sequential.layer(inner.k)
    given = walk.problem.parameters
    if not isinstance(given, tuple):
        raise StepFailed("the problem has parameters")
    total = fmpq(0)
    for layer in range(inner.k):
        ours: Any = claim.parameters[layer]
        theirs: Any = given[layer]
        if ours is None or theirs is None:
            raise StepFailed(f"the problem has parameters of layer {layer + 1}")
        numbers = zip(_flat(ours), _flat(theirs), strict=True)
        total += sum(((x - y) ** 2 for x, y in numbers), fmpq(0))
    if not total < inner.epsilon**2:
        raise StepFailed(f"the squared distance {total} is less than {inner.epsilon}^2")
    return Grounds("exact", "the squared distance, over Q")


def _flat(layer: Any) -> list[fmpq]:
    return [*(value for row in layer.W for value in row), *(layer.b or ())]


def _inner(claim: Any, kind: type) -> Any:
    if not isinstance(claim, At) or not isinstance(claim.claim, kind):
        raise StepFailed(f"{type(claim).__name__} is no claim {kind.__name__} at parameters")
    return claim.claim


def _require(uses: tuple[Fact, ...], claim: Any) -> None:
    if claim not in [fact.claim for fact in uses]:
        raise StepFailed(f"{claim.words()} is among the facts used")


def _require_permutation(walk: Walkthrough, family: claims.Family) -> None:
    if sorted(family.order) != list(range(walk.problem.data.samples)):
        raise StepFailed("the order is a permutation of the samples")


def _require_shape(problem: Problem, k: int, rows: int, columns: int) -> None:
    problem.sequential.layer(k)
    shape = (problem.data.samples, problem.widths[k] + 1)
    if shape != (rows, columns) or rows > columns:
        raise StepFailed(f"[F_{k}, 1] is {shape[0]} x {shape[1]}, with N <= n_{k} + 1")


def _activation(walk: Walkthrough, k: int) -> Any:
    layer: Any = walk.problem.sequential.layer(k)
    return layer.activation
