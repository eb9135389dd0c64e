"""The claims of the proof scripts of LDS18 that no other paper has.

z_1, ..., z_N is a coordinate of T_{k-1} at the samples: of X for k = 1, the output of one neuron of
layer k - 1 otherwise. Coordinates count from 0 in the fields and from 1 in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flint import fmpq


@dataclass(frozen=True)
class DerivativesNonzero:
    """Assumption 2 with n = ``order`` for the activation of layer k."""

    check: ClassVar[str] = "conditions.assumption_2.decide_assumption_2"
    k: int
    order: int

    def words(self) -> str:
        return (
            f"sigma_{self.k} is analytic and sigma_{self.k}^(j)(0) != 0 for j = 0, ..., "
            f"{self.order - 1}."
        )


@dataclass(frozen=True)
class SupportDerivatives:
    """sigma_k is analytic and these derivatives at 0 are nonzero: a part of the Taylor support."""

    k: int
    powers: tuple[int, ...]

    def words(self) -> str:
        shown = ", ".join(map(str, self.powers))
        return f"sigma_{self.k} is analytic and sigma_{self.k}^(j)(0) != 0 for j = {shown}."


@dataclass(frozen=True)
class SineCosineDerivatives:
    """The n-th derivative of sin + cos at 0 is (-1)^floor(n/2), for every n."""

    def words(self) -> str:
        return "The n-th derivative of sin + cos at 0 is (-1)^floor(n/2), for every n."


@dataclass(frozen=True)
class FewExcluded:
    """For every analytic g, Assumption 2 at ``order`` fails for g + c (sin + cos) at few c."""

    order: int

    def words(self) -> str:
        return (
            "For every analytic g all but at most "
            f"{self.order} real c make g + c (sin + cos) satisfy Assumption 2 with "
            f"n = {self.order}."
        )


@dataclass(frozen=True)
class SpecialNearby:
    """g + c (sin + cos) satisfies Assumption 2 at ``order`` for 0 < c < delta, within 2c of g."""

    k: int
    order: int
    delta: fmpq

    def words(self) -> str:
        return (
            f"For every c with 0 < c < {self.delta}, sigma_{self.k} + c (sin + cos) satisfies "
            f"Assumption 2 with n = {self.order} and differs from sigma_{self.k} by at most 2c."
        )


@dataclass(frozen=True)
class SpecialDense:
    """Functions with Assumption 2 at ``order`` converge to sigma_k uniformly on R (Lemma 1)."""

    k: int
    order: int

    def words(self) -> str:
        return (
            f"Some sequence of functions that satisfy Assumption 2 with n = {self.order} converges "
            f"to sigma_{self.k} uniformly on R."
        )


@dataclass(frozen=True)
class DistinctCoordinate:
    """z_i != z_j for i != j: a coordinate of T_{k-1} tells the samples apart (A1 for layer k)."""

    k: int
    coordinate: int

    def words(self) -> str:
        where = "the samples" if self.k == 1 else f"T_{self.k - 1}"
        return f"Coordinate {self.coordinate + 1} of {where} is different for different samples."


@dataclass(frozen=True)
class WeightedVandermonde:
    """The order x order matrix with entries z_j^i sigma_k^(i)(0) is nonsingular (Lemma 4).

    It is that of the first ``order`` samples; its determinant is the product of the derivatives
    times the product of z_j - z_i over i < j.
    """

    k: int
    coordinate: int
    order: int

    def words(self) -> str:
        return (
            f"The matrix (z_j^i sigma_{self.k}^(i)(0)), i < {self.order}, is nonsingular: its "
            f"determinant is the product of the sigma_{self.k}^(i)(0) times that of all z_j - z_i, "
            "i < j."
        )


@dataclass(frozen=True)
class MinorNonzero:
    """det sigma_k(w_i z_j) != 0, i, j <= m: the induction of Proposition 3 at its step m."""

    k: int
    coordinate: int
    weights: tuple[fmpq, ...]

    def words(self) -> str:
        size = len(self.weights)
        return (
            f"det (sigma_{self.k}(w_i z_j)) of size {size} is not 0 at w = "
            f"({', '.join(map(str, self.weights))})."
        )


@dataclass(frozen=True)
class ExpansionNonzero:
    """With w_1, ..., w_{m-1} fixed, the determinant of size m is not identically 0 in w_m."""

    k: int
    coordinate: int
    weights: tuple[fmpq, ...]

    def words(self) -> str:
        size = len(self.weights) + 1
        fixed = f"With {size - 1} of the weights fixed, " if size > 1 else ""
        return (
            f"{fixed}det (sigma_{self.k}(w_i z_j)) of size {size} is not identically 0 in w_{size}."
        )


@dataclass(frozen=True)
class OneInput:
    """The network has one input neuron."""

    def words(self) -> str:
        return "There is one input neuron."


@dataclass(frozen=True)
class DeterminantAlmostEverywhere:
    """The w in R^N with det sigma(w x^T) = 0 are a null set (Proposition 3)."""

    samples: int

    def words(self) -> str:
        return f"The w in R^{self.samples} with det sigma_1(w x^T) = 0 form a set of measure zero."


@dataclass(frozen=True)
class SeparatingWeight:
    """sigma_1(<w, x_i>) != sigma_1(<w, x_j>) for all samples i != j."""

    weight: tuple[fmpq, ...]

    def words(self) -> str:
        shown = ", ".join(map(str, self.weight[:8])) + (", ..." if len(self.weight) > 8 else "")
        return f"sigma_1(<w, x_i>) != sigma_1(<w, x_j>) for all i != j at w = ({shown})."


@dataclass(frozen=True)
class DistinctProducts:
    """<w, x_i> != <w, x_j> for all samples i != j."""

    weight: tuple[fmpq, ...]

    def words(self) -> str:
        shown = ", ".join(map(str, self.weight[:8])) + (", ..." if len(self.weight) > 8 else "")
        return f"<w, x_i> != <w, x_j> for all i != j at w = ({shown})."


@dataclass(frozen=True)
class CoincidencesNull:
    """For i != j the w with sigma_1(<w, x_i>) = sigma_1(<w, x_j>) are a null set (Lemma 6)."""

    samples: int

    def words(self) -> str:
        return (
            "For any two of the samples the w with sigma_1(<w, x_i>) = sigma_1(<w, x_j>) form a "
            "set of measure zero."
        )


@dataclass(frozen=True)
class MomentRank:
    """The monomials of the samples of these degrees have rank N."""

    powers: tuple[int, ...]
    samples: int

    def words(self) -> str:
        shown = ", ".join(map(str, self.powers))
        return (
            f"The moments x_j^kappa of total degree |kappa| in {{{shown}}} have rank "
            f"{self.samples} on the samples."
        )
