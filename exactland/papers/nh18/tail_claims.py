"""The claims about det A(alpha) for all alpha >= alpha_0 in the proof of NH18, Theorem 3.4.

A(alpha)_ij = sigma_k(m alpha d_ij + beta), d_ij = <a^t, f^p(x_gamma(j)) - f^p(x_gamma(i))> for
j = (p, t). m = 1 where mu_- = 0 (equation 9); m = -1, with W_k = alpha Q, where mu_+ = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flint import fmpq

Directions = tuple[tuple[fmpq, ...], ...]


@dataclass(frozen=True)
class ClauseOne:
    """sigma_k is continuous, not constant, with finite limits and mu_- mu_+ = 0."""

    check: ClassVar[str] = "functions.facts.nh18_assumption_3_2"
    k: int

    def words(self) -> str:
        return (
            f"Layer {self.k}: the activation is continuous and not constant and has finite limits "
            "mu_-, mu_+ with mu_- mu_+ = 0."
        )


@dataclass(frozen=True)
class FiniteLimits:
    """sigma_k is continuous, not constant, with finite limits: enough for Theorem 3.4, (A)."""

    check: ClassVar[str] = "functions.facts.nh18_assumption_3_2"
    k: int

    def words(self) -> str:
        return (
            f"Layer {self.k}: the activation is continuous and not constant and has finite limits "
            "mu_-, mu_+ (mu_- mu_+ = 0 is not needed)."
        )


@dataclass(frozen=True)
class TailNonsingular:
    """det A(alpha) != 0 for every alpha >= alpha_0."""

    k: int
    directions: Directions
    gamma: tuple[int, ...]
    mirror: int
    beta: fmpq
    alpha_0: fmpq

    def words(self) -> str:
        return (
            f"det A(alpha) != 0 for every alpha >= {self.alpha_0}, where "
            f"A(alpha)_ij = sigma_{self.k}({_minus(self.mirror)}alpha d_ij + {self.beta})."
        )


@dataclass(frozen=True)
class TailTriangular:
    """det A(alpha) = sigma_k(beta)^N != 0 for every alpha >= alpha_0: A(alpha) is triangular."""

    k: int
    directions: Directions
    gamma: tuple[int, ...]
    beta: fmpq
    alpha_0: fmpq

    def words(self) -> str:
        return (
            f"det A(alpha) = sigma_{self.k}({self.beta})^{len(self.gamma)} != 0 for every "
            f"alpha >= {self.alpha_0}: A(alpha)_ij = sigma_{self.k}(alpha d_ij + {self.beta}) is 0 "
            "for i > j."
        )


@dataclass(frozen=True)
class LeibnizSum:
    """The N! terms of the Leibniz formula sum to det A(alpha), and it is not 0."""

    k: int
    directions: Directions
    gamma: tuple[int, ...]
    mirror: int
    beta: fmpq
    alpha: fmpq

    def words(self) -> str:
        return (
            f"The {len(self.gamma)}! terms sgn(pi) prod_j A_(pi(j) j) sum to det A(alpha) != 0 at "
            f"alpha = {self.alpha}."
        )


def _minus(mirror: int) -> str:
    return "-" if mirror < 0 else ""
