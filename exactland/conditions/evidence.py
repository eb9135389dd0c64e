"""What proves a finding: a frozen dataclass for each shape of section 7 of the format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.linalg.evidence import (
    LowerBound,
    PolynomialNullVectors,
    TranslatedMinors,
    UpperBound,
)


@dataclass(frozen=True)
class RankProof:
    """Bounds of a rank. ``parameters`` is the witness of a generic claim, as in a problem."""

    lower: LowerBound | None
    upper: UpperBound | None = None
    parameters: Any = None


@dataclass(frozen=True)
class Impossible:
    """Conditions of a case that contradict each other: (choice, side, factor), factor > 0.

    The values of ``rows`` and ``columns`` extend the case before its choices are numbered.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    combination: tuple[tuple[int, int, fmpq], ...]


@dataclass(frozen=True)
class EveryPattern:
    """Full rank in every case (section 6.3), at the witness ``parameters``.

    ``columns`` are the columns that are looked at. If ``shared``, they are one function of
    parameters of their own, and it suffices that each of them has the same pieces. ``bounds``: the
    leaves of the tree of cases, depth first.
    """

    parameters: Any
    columns: tuple[int, ...]
    shared: bool
    bounds: tuple[LowerBound | Impossible, ...]


@dataclass(frozen=True)
class Recomputed:
    """Nothing is needed: the checker compares everything itself."""


@dataclass(frozen=True)
class CollidingPatches:
    """Patch p of sample i equals patch q of sample j, i != j: NH18 Assumption 3.1 fails."""

    samples: tuple[int, int]
    patches: tuple[int, int]


@dataclass(frozen=True)
class LayerWitness:
    """Filters W (l x T) for which U_k = M_k(W) has full rank, with a minor that shows it."""

    layer: int
    weights: tuple[tuple[fmpq, ...], ...]
    lower: LowerBound


@dataclass(frozen=True)
class EveryLayer:
    """One witness for each convolutional layer: NH18 Assumption 2.4 holds."""

    layers: tuple[LayerWitness, ...]


@dataclass(frozen=True)
class DeficientLayer:
    """A layer whose U_k has a null vector over Q[W]: NH18 Assumption 2.4 fails."""

    layer: int
    upper: PolynomialNullVectors | TranslatedMinors


@dataclass(frozen=True)
class DistinctCoordinate:
    """All samples differ in this coordinate (from 0): LDS18 A1 holds."""

    coordinate: int


@dataclass(frozen=True)
class CollidingPairs:
    """For each coordinate two samples that agree there: LDS18 A1 fails."""

    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class CollidingUnit:
    """A unit of inputs that sees the same in two samples: NMH19 Assumption 1.3 fails."""

    unit: str
    samples: tuple[int, int]
