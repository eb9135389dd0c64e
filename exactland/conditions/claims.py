"""What can be claimed of a problem, one frozen dataclass a kind, each with its sentence.

The sentence says exactly what a certificate of the claim certifies; docs/certificate-v1.md, section
5, fixes the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flint import fmpq

from exactland.errors import UsageError

What = Literal["features", "weights", "skip-features", "data"]


@dataclass(frozen=True)
class MatrixName:
    """One of the papers' matrices: F_k ("features"), U_k ("weights") or Psi ("skip-features").

    Or X ("data"), a matrix without a network.

    >>> print(MatrixName("features", 2), MatrixName("weights", 1), MatrixName("skip-features"))
    F_2 U_1 Psi
    """

    what: What
    layer: int | None = None

    def __post_init__(self) -> None:
        if (self.layer is None) != (self.what in ("skip-features", "data")):
            raise UsageError(
                "layer",
                f"{self.what} of layer {self.layer} is no matrix of the papers",
                "give a layer for features and weights, none for skip-features and data",
            )

    @property
    def k(self) -> int:
        """The layer; UsageError for Psi, which has none."""
        if self.layer is None:
            raise UsageError("layer", f"{self} has no layer", "ask for features of a layer")
        return self.layer

    def __str__(self) -> str:
        if self.layer is None:
            return "X" if self.what == "data" else "Psi"
        return f"{'F' if self.what == 'features' else 'U'}_{self.layer}"


@dataclass(frozen=True)
class FullRank:
    """The matrix has rank min(rows, columns) at the given parameters."""

    matrix: MatrixName
    rows: int
    columns: int

    def words(self) -> str:
        """The claim in one sentence.

        >>> FullRank(MatrixName("features", 1), 3, 5).words()
        'F_1 (3 x 5) has full rank 3 at the given parameters.'
        """
        rank = min(self.rows, self.columns)
        return f"{_sized(self)} has full rank {rank}{_where(self)}."


@dataclass(frozen=True)
class RankDeficient:
    """At the parameters, ``at_least`` <= rank <= ``at_most`` < min(rows, columns)."""

    matrix: MatrixName
    rows: int
    columns: int
    at_least: int
    at_most: int

    def words(self) -> str:
        """The claim in one sentence.

        >>> RankDeficient(MatrixName("weights", 1), 4, 4, 3, 3).words()
        'U_1 (4 x 4) has rank 3 at the given parameters, which is less than full.'
        """
        rank = (
            f"rank {self.at_most}"
            if self.at_least == self.at_most
            else f"rank at least {self.at_least} and at most {self.at_most}"
        )
        return f"{_sized(self)} has {rank}{_where(self)}, which is less than full."


@dataclass(frozen=True)
class GenericFullRank:
    """The matrix has full rank except on a set of parameters of Lebesgue measure zero."""

    matrix: MatrixName
    rows: int
    columns: int

    def words(self) -> str:
        """The claim in one sentence.

        >>> GenericFullRank(MatrixName("skip-features"), 3, 3).words()
        'Psi (3 x 3) has full rank 3 for almost all parameters.'
        """
        rank = min(self.rows, self.columns)
        return f"{_sized(self)} has full rank {rank} for almost all parameters."


@dataclass(frozen=True)
class GenericDeficient:
    """Rank at most ``at_most`` < min(rows, columns) for all parameters, ``at_least`` for some."""

    matrix: MatrixName
    rows: int
    columns: int
    at_least: int
    at_most: int

    def words(self) -> str:
        """The claim in one sentence.

        >>> GenericDeficient(MatrixName("weights", 1), 9, 8, 7, 7).words()
        'U_1 (9 x 8) has rank at most 7 for all parameters, which is less than full, and rank at
        least 7 for some.'
        """
        return (
            f"{_sized(self)} has rank at most {self.at_most} for all parameters, "
            f"which is less than full, and rank at least {self.at_least} for some."
        )


@dataclass(frozen=True)
class OpenDeficient:
    """Rank at most ``at_most`` < min(rows, columns) in a neighbourhood of some parameters."""

    matrix: MatrixName
    rows: int
    columns: int
    at_most: int

    def words(self) -> str:
        """The claim in one sentence.

        >>> OpenDeficient(MatrixName("features", 1), 2, 3, 1).words()
        'F_1 (2 x 3) has rank at most 1 on a nonempty open set of parameters, which is less than
        full.'
        """
        return (
            f"{_sized(self)} has rank at most {self.at_most} on a nonempty open set of "
            "parameters, which is less than full."
        )


@dataclass(frozen=True)
class VanishingIdentity:
    """F_k has rank at most ``at_most`` < rows, whatever the parameters and the width of layer k."""

    layer: int
    rows: int
    at_most: int

    def words(self) -> str:
        """The claim in one sentence.

        >>> VanishingIdentity(1, 3, 2).words()
        'For all parameters, and for every number of units or filters of layer 1, F_1 on these 3
        samples has rank at most 2.'
        """
        return (
            "For all parameters, and for every number of units or filters of layer "
            f"{self.layer}, F_{self.layer} on these {self.rows} samples "
            f"has rank at most {self.at_most}."
        )


@dataclass(frozen=True)
class Assumption:
    """An assumption of a paper, by its id, holds or fails on this problem."""

    id: str
    holds: bool

    def words(self) -> str:
        """The claim in one sentence.

        >>> Assumption("NH18:Asm3.1", False).words()
        'NH18:Asm3.1 fails on this instance.'
        """
        return f"{self.id} {'holds' if self.holds else 'fails'} on this instance."


@dataclass(frozen=True)
class OrderVerdict:
    """What is known of LDS18's Assumption 2 at an order: a number of derivatives, or "all".

    ``derivative`` is the first one found to vanish, for a refutation.
    """

    verdict: Literal["proved", "refuted", "undecided"]
    order: int | Literal["all"] | None = None
    derivative: int | None = None

    def words(self) -> str:
        """The verdict in one sentence.

        >>> OrderVerdict("refuted", 3, 2).words()
        'Assumption 2 fails at order 3: derivative 2 of sigma at 0 is 0.'
        """
        if self.verdict == "proved":
            where = "every order" if self.order == "all" else f"order {self.order}"
            return f"Assumption 2 holds at {where}."
        if self.verdict == "refuted":
            return (
                f"Assumption 2 fails at order {self.order}: "
                f"derivative {self.derivative} of sigma at 0 is 0."
            )
        return "Assumption 2 is not decided here."


@dataclass(frozen=True)
class BadLocalMinimum:
    """LDS18, Proposition 1: the non-strict bad local minimum at w1 = t/x, w2 = sign(y).

    ``t`` is a constant of the expression grammar (its text), ``sigma`` the activation's text, ``x``
    and ``y`` the one sample, ``radius`` that of sigma <= 0 around t, ``loss`` = y^2, ``better`` a
    bound that the loss undercuts elsewhere.
    """

    t: str
    sigma: str
    width: int
    x: fmpq
    y: fmpq
    radius: fmpq
    loss: fmpq
    better: fmpq
    assumption_2: OrderVerdict

    def words(self) -> str:
        """The claim in words (docs/certificate-v1.md, section 7.5)."""
        return (
            "At w1 = (t/x, ..., t/x), w2 = sign(y) (1, ..., 1) "
            f"with t = {self.t}, width {self.width}, x = {self.x}, y = {self.y} "
            f"and sigma(t) = {self.sigma}, the loss E = (y - w2 . sigma(w1 x))^2 "
            "has a local minimum that is not strict and bad: "
            f"E = {self.loss} there and on the line through it in direction w2, "
            f"E >= {self.loss} wherever |w1_j x - t| <= {self.radius} and |w2_j - sign(y)| < 1, "
            f"and E < {self.better} elsewhere. {self.assumption_2.words()}"
        )


RankClaim = FullRank | RankDeficient | GenericFullRank | GenericDeficient | OpenDeficient
Claim = RankClaim | VanishingIdentity | Assumption | BadLocalMinimum


def _where(claim: FullRank | RankDeficient) -> str:
    """A matrix without a network has no parameters."""
    return "" if claim.matrix.what == "data" else " at the given parameters"


def _sized(claim: RankClaim) -> str:
    return f"{claim.matrix} ({claim.rows} x {claim.columns})"
