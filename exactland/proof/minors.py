"""One minor of F_k, [F_k, 1] or U_k as a function of the parameters: claims, rules, and a witness.

The papers' lemma on the zeros of an analytic function is cited; these steps say what it gives for a
minor of an instance. Rows and columns count from 0 in the fields and from 1 in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from flint import arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.ranks import generic_rank_of
from exactland.conditions.vanishing import vanishing_identity
from exactland.errors import ExactlandError, LimitError, NotExactError
from exactland.linalg.balls import full_rank_balls
from exactland.linalg.evidence import LowerBound, ModularMinor
from exactland.linalg.rational import rational_rank
from exactland.model.chosen_parameters import random_parameters
from exactland.model.forward import feature_matrix
from exactland.model.layer_matrix import layer_matrix
from exactland.model.problem import Problem
from exactland.proof.cited import ANALYTIC_ZEROS, require_cited
from exactland.proof.claims import At, HypothesisHolds
from exactland.proof.script import Fact, Grounds, StepFailed, Walkthrough

What = Literal["features", "augmented", "weights"]
#: Random parameters that are tried as witnesses, and bits of precision.
ATTEMPTS, FIRST_BITS, LAST_BITS = 4, 64, 1024
#: The matrices in words.
NAMES = {"features": "F_{}", "augmented": "[F_{}, 1]", "weights": "U_{}"}


@dataclass(frozen=True)
class Minor:
    """The minor of F_k, [F_k, 1] or U_k with these rows and columns, both increasing."""

    what: What
    k: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def matrix(self) -> str:
        """The matrix as the papers write it."""
        return NAMES[self.what].format(self.k)

    @property
    def variables(self) -> str:
        """What it is a function of."""
        whole = f"the parameters of layers 1 to {self.k}"
        return f"W_{self.k}" if self.what == "weights" else whole

    def __str__(self) -> str:
        rows, columns = (_counted(indices) for indices in (self.rows, self.columns))
        return f"the minor of {self.matrix} with rows {rows} and columns {columns}"


@dataclass(frozen=True)
class AnalyticMinor:
    """The minor is an analytic function of the parameters."""

    minor: Minor

    def words(self) -> str:
        return f"f, {self.minor}, is an analytic function of {self.minor.variables}."


@dataclass(frozen=True)
class NonzeroMinor:
    """The minor is not 0 at the parameters: it is not identically 0."""

    minor: Minor

    def words(self) -> str:
        return f"f, {self.minor}, is not 0 at these parameters."


@dataclass(frozen=True)
class SomewhereNonzero:
    """Some minor of the largest size is not identically 0: what fails where there is no witness."""

    check: ClassVar[str] = "proof.minors.find_witness"
    what: What
    k: int

    def words(self) -> str:
        return f"f, a minor of {NAMES[self.what].format(self.k)}, is not identically 0."


@dataclass(frozen=True)
class MinorNull:
    """The zeros of the minor are a null set."""

    minor: Minor

    def words(self) -> str:
        points = f"The {self.minor.variables.removeprefix('the ')}"
        return (
            f"{points} at which {self.minor} is 0 are a null set, by the cited theorem, which is "
            "not proved here."
        )


def analytic(walk: Walkthrough, claim: AnalyticMinor, uses: tuple[Fact, ...]) -> Grounds:
    """Sums and products of entries that are analytic; entries of U_k are entries of W_k or 0."""
    _require_shape(walk.problem, claim.minor)
    if claim.minor.what == "weights":
        return Grounds("logic", "a polynomial in the entries of W")
    shown = {
        fact.claim.layer
        for fact in uses
        if isinstance(fact.claim, HypothesisHolds)
        and fact.claim.check == "functions.facts.analytic"
    }
    missing = sorted(set(range(1, claim.minor.k + 1)) - shown)
    if missing:
        raise StepFailed(f"the activation of layer {missing[0]} is shown to be analytic")
    return Grounds("logic", "sums, products and compositions of analytic functions")


def nonzero(walk: Walkthrough, claim: At, uses: tuple[Fact, ...]) -> Grounds:
    """The minor at the parameters, modulo a prime or in balls."""
    minor = claim.claim
    if not isinstance(minor, NonzeroMinor):
        raise StepFailed(f"{type(minor).__name__} is no claim about a minor")
    chosen = minor.minor
    _require_shape(walk.problem, chosen)
    found = _lower_bound(walk.problem, chosen, claim.parameters)
    if found is None:
        raise StepFailed(f"{claim.words()} (not shown)")
    if isinstance(found, ModularMinor):
        return Grounds("modular", f"not 0 modulo {found.prime}", found)
    return Grounds("ball", f"intervals of {found.bits} bits", found)


def witnessed(walk: Walkthrough, claim: SomewhereNonzero, uses: tuple[Fact, ...]) -> Grounds:
    """A witness is looked for; why there is none is the relation that fails."""
    parameters, minor = find_witness(walk.problem, claim.what, claim.k)
    return nonzero(walk, At(parameters, NonzeroMinor(minor)), uses)


def null_set(walk: Walkthrough, claim: MinorNull, uses: tuple[Fact, ...]) -> Grounds:
    """Analytic, and not 0 at one point: the cited theorem applies."""
    shown = [fact.claim for fact in uses]
    if AnalyticMinor(claim.minor) not in shown:
        raise StepFailed(f"{AnalyticMinor(claim.minor).words()} is among the facts used")
    if not any(isinstance(c, At) and c.claim == NonzeroMinor(claim.minor) for c in shown):
        raise StepFailed("a point where the minor is not 0 is among the facts used")
    require_cited(uses, ANALYTIC_ZEROS)
    return Grounds("logic", "the cited theorem, for this function")


def find_witness(problem: Problem, what: What, k: int) -> tuple[Any, Minor]:
    """Parameters and a minor of the largest size that is not 0 there; StepFailed if none is found.

    >>> import exactland
    >>> dense = exactland.Dense(2, activation="sigmoid")
    >>> problem = exactland.Problem(exactland.SequentialNetwork([dense]), [[1], [2], [3]])
    >>> str(find_witness(problem, "augmented", 1)[1])
    'the minor of [F_1, 1] with rows 1, 2, 3 and columns 1, 2, 3'
    """
    rows, columns = _shape(problem, what, k)
    whole = Minor(what, k, tuple(range(rows)), tuple(range(columns)))
    size = min(rows, columns)
    for parameters in _candidates(problem, what, k):
        lower = _lower_bound(problem, whole, parameters)
        if lower is not None and len(lower.rows) == size:
            chosen = tuple(sorted(lower.rows)), tuple(sorted(lower.columns))
            return parameters, Minor(what, k, *chosen)
    sought = f"parameters at which a minor of {whole.matrix} of size {size} is not 0"
    if what == "augmented":
        found = _relation(problem, k)
        why = "all vanish at those tried, as far as shown"
        why = why if found is None else f"{found.reason}, and the coefficients sum to 0"
    else:
        found = generic_rank_of(problem, k, what)
        why = found.reason
    raise StepFailed(f"{sought}: {why}", found)


def _relation(problem: Problem, k: int) -> Any:
    """The finding of a relation between samples whose coefficients sum to 0, if there is one.

    Then it holds between the rows of [F_k, 1] as well, at all parameters.
    """
    try:
        found: Any = vanishing_identity(problem, k)
    except ExactlandError:
        return None
    if found.verdict != "proved" or all(sum(v) != 0 for v in found.evidence.upper.vectors):
        return None
    return found


def _candidates(problem: Problem, what: What, k: int) -> Sequence[Any]:
    """Parameters to try; those of the layers that the matrix does not need are left open."""
    if what == "weights":
        found: Any = generic_rank_of(problem, k, "weights").evidence
        return [] if found is None or found.parameters is None else [found.parameters]
    drawn: list[Any] = [random_parameters(problem, seed) for seed in range(ATTEMPTS)]
    return [tuple(p if j < k else None for j, p in enumerate(layers)) for layers in drawn]


def _shape(problem: Problem, what: What, k: int) -> tuple[int, int]:
    problem.sequential.layer(k)
    if what == "weights":
        return problem.widths[k - 1], problem.widths[k]
    return problem.data.samples, problem.widths[k] + (what == "augmented")


def _require_shape(problem: Problem, minor: Minor) -> None:
    """A minor of the largest size, with increasing rows and columns."""
    shape = _shape(problem, minor.what, minor.k)
    for indices, size in zip((minor.rows, minor.columns), shape, strict=True):
        rising = list(indices) == sorted(set(indices))
        if not rising or len(indices) != min(shape) or not 0 <= indices[0] <= indices[-1] < size:
            raise StepFailed(f"{min(shape)} different rows and columns of {minor.matrix}")


def _lower_bound(problem: Problem, minor: Minor, parameters: Any) -> LowerBound | None:
    """A nonsingular minor in these rows and columns, as large as is found; None if none is."""
    size = len(minor.rows), len(minor.columns)
    try:
        found = rational_rank(fmpq_mat(_rows(problem, minor, parameters, RATIONALS)))
    except (NotExactError, LimitError):
        found = full_rank_balls(
            lambda bits: arb_mat(_rows(problem, minor, parameters, Balls(bits))),
            size,
            FIRST_BITS,
            LAST_BITS,
        )
    lower = found.lower
    if lower is None or len(lower.rows) < min(size):
        return None
    return replace(
        lower,
        rows=tuple(minor.rows[i] for i in lower.rows),
        columns=tuple(minor.columns[j] for j in lower.columns),
    )


def _rows(problem: Problem, minor: Minor, parameters: Any, arithmetic: Arithmetic) -> Any:
    """The chosen entries of the matrix."""
    rows: list[list[Any]]
    if minor.what == "weights":
        rows = arithmetic.rows(layer_matrix(problem, minor.k, arithmetic, parameters))
    else:
        rows = arithmetic.rows(feature_matrix(problem, minor.k, arithmetic, parameters))
    if minor.what == "augmented":
        rows = [[*row, arithmetic.number(fmpq(1))] for row in rows]
    return [[rows[i][j] for j in minor.columns] for i in minor.rows]


def _counted(indices: Sequence[int]) -> str:
    shown = ", ".join(str(i + 1) for i in indices[:12])
    return shown if len(indices) <= 12 else f"{shown}, ... ({len(indices)} of them)"
