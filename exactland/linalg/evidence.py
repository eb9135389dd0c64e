"""Evidence for ranks: frozen data with the field names of docs/certificate-v1.md, section 6.

An evidence object is what a finder claims; whoever relies on it checks it again.

>>> from flint import fmpq
>>> lower = ModularMinor(rows=(0,), columns=(1,), prime=101)
>>> upper = NullVectors(side="left", vectors=((fmpq(2), fmpq(-1)),), prime=101)
>>> found = RankEvidence(rows=2, columns=2, lower=lower, upper=upper)
>>> found.at_least, found.at_most, found.is_full
(1, 1, False)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from flint import fmpq

from exactland.errors import InputError, UsageError

Side = Literal["left", "right"]
#: coefficient and the indices of the variables, nondecreasing, repeated for powers
Term = tuple[fmpq, tuple[int, ...]]
#: the nonzero entries of a vector of polynomials: (index, terms), indices increasing
PolynomialVector = tuple[tuple[int, tuple[Term, ...]], ...]


@dataclass(frozen=True)
class ModularMinor:
    """rank >= r: the r x r submatrix is nonsingular modulo ``prime`` (6.1, modular-minor)."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    prime: int


@dataclass(frozen=True)
class ApproximateInverse:
    """rank >= r: with R = inverse / 2^scale all row sums of |I - R S| are below 1 (6.1).

    ``bits``: the fractional bits with which an interval arithmetic should enclose S. ``inverse`` is
    a tuple of tuples, or PackedRows for a large matrix.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    bits: int
    scale: int
    inverse: Sequence[tuple[int, ...]]


@dataclass(frozen=True)
class Dominance:
    """rank >= r: S diag(weights) is strictly diagonally dominant by rows (6.1, dominance)."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    bits: int
    weights: tuple[fmpq, ...]


@dataclass(frozen=True)
class NullVectors:
    """rank <= length - k: k vectors of rank k modulo ``prime`` with v^T A = 0 or A v = 0 (6.2)."""

    side: Side
    vectors: tuple[tuple[fmpq, ...], ...]
    prime: int


@dataclass(frozen=True)
class PolynomialNullVectors:
    """rank <= length - k for all W: k null vectors over Q[W] (6.2), independent at ``point``.

    Their values there have rank k modulo ``prime``. ``point`` is W (l x T); the variable r T + t is
    W[r, t].
    """

    side: Side
    vectors: tuple[PolynomialVector, ...]
    point: tuple[tuple[fmpq, ...], ...]
    prime: int


@dataclass(frozen=True)
class TranslatedMinors:
    """rank <= columns - k for all W: k translates of maximal minors of filters (6.2).

    A vector is (C + 1 filters, z). Vectors of one set of filters are independent where its minors
    do not vanish; those of several sets are at ``point`` modulo ``prime``.
    """

    vectors: tuple[tuple[tuple[int, ...], int], ...]
    point: tuple[tuple[fmpq, ...], ...] | None = None
    prime: int | None = None
    side: ClassVar[Side] = "right"


@dataclass(frozen=True)
class SampleRelations:
    """rank <= N - k for all parameters: k relations between the samples (6.2, sample-relations)."""

    vectors: tuple[tuple[fmpq, ...], ...]
    prime: int
    side: ClassVar[Side] = "left"


@dataclass(frozen=True)
class UnitRelations:
    """rank <= n - k for all parameters: k relations between the n units (6.2, unit-relations)."""

    vectors: tuple[tuple[fmpq, ...], ...]
    prime: int
    side: ClassVar[Side] = "right"


@dataclass(frozen=True)
class OpenSet:
    """rank <= length - k near parameters: k relations that hold there formally (6.3, open-set).

    ``bits``: of the enclosures that show on which piece every value stays.
    """

    side: Side
    vectors: tuple[tuple[fmpq, ...], ...]
    prime: int
    bits: int


LowerBound = ModularMinor | ApproximateInverse | Dominance
UpperBound = (
    NullVectors
    | PolynomialNullVectors
    | TranslatedMinors
    | SampleRelations
    | UnitRelations
    | OpenSet
)


@dataclass(frozen=True)
class RankEvidence:
    """What is known of the rank of a rows x columns matrix, and what was tried for the rest.

    ``lower`` is None for at_least = 0 and ``upper`` is None for at_most = min(rows, columns).
    ``point`` is the W (l x T) at which ``lower`` holds if the matrix depends on parameters.
    It has no truth value: ask for ``is_full``, ``at_least`` or ``at_most``.
    """

    rows: int
    columns: int
    lower: LowerBound | None = None
    upper: UpperBound | None = None
    tried: tuple[str, ...] = ()
    point: tuple[tuple[fmpq, ...], ...] | None = None

    def __post_init__(self) -> None:
        if self.at_least > self.at_most:
            reason = f"the lower bound {self.at_least} is above the upper bound {self.at_most}"
            raise InputError("rank evidence", reason, "one of the two bounds is wrong: check both")

    def __bool__(self) -> bool:
        raise UsageError("rank evidence", "it has no truth value", "ask for .is_full or .at_least")

    @property
    def at_least(self) -> int:
        """The proved lower bound of the rank."""
        return 0 if self.lower is None else len(self.lower.rows)

    @property
    def at_most(self) -> int:
        """The proved upper bound of the rank."""
        full = min(self.rows, self.columns)
        if self.upper is None:
            return full
        length = self.columns if self.upper.side == "right" else self.rows
        return min(full, length - len(self.upper.vectors))

    @property
    def is_full(self) -> bool:
        """Whether full rank, min(rows, columns), is proved."""
        return self.at_least == min(self.rows, self.columns)

    @property
    def is_exact(self) -> bool:
        """Whether the rank is known exactly."""
        return self.at_least == self.at_most
