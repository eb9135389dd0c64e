"""The claims of proof scripts that are not questions of their own (conditions.claims has those)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.conditions.claims import MatrixName
from exactland.proof.script import Claim


@dataclass(frozen=True)
class HypothesisHolds:
    """A hypothesis of a statement, by its check; ``layer`` where it is about one."""

    text: str
    check: str
    layer: int | None = None

    def words(self) -> str:
        where = "" if self.layer is None else f"Layer {self.layer}: "
        return f"{where}{self.text}"


@dataclass(frozen=True)
class At:
    """A claim at parameters that a script has constructed."""

    parameters: Any
    claim: Claim

    def words(self) -> str:
        return self.claim.words().replace("the given parameters", "the constructed parameters")


@dataclass(frozen=True)
class DistinctProjections:
    """The projections of the patches of layer k-1 of different samples differ.

    ``directions`` is Q (l x T), a column a direction a^t. ``across``: for all pairs of patches and
    of directions (Lemma D.1); otherwise for the same patch and direction (Theorem 3.4).
    """

    k: int
    directions: tuple[tuple[fmpq, ...], ...]
    across: bool

    def words(self) -> str:
        if self.across:
            return (
                "<a^t, f^p(x_i)> != <a^s, f^q(x_j)> for all samples i != j, patches p, q "
                f"and directions t, s (the patches of layer {self.k - 1})."
            )
        return (
            "<a^t, f^p(x_i)> != <a^t, f^p(x_j)> for all samples i != j, patches p and "
            f"directions t (the patches of layer {self.k - 1})."
        )


@dataclass(frozen=True)
class DistinctEntries:
    """f_k(x_i)_h != f_k(x_j)_v for all samples i != j and neurons h, v (NH18, equation 8)."""

    k: int

    def words(self) -> str:
        return (
            f"f_{self.k}(x_i)_h != f_{self.k}(x_j)_v for all samples i != j "
            f"and all neurons h, v of layer {self.k}."
        )


@dataclass(frozen=True)
class Sorts:
    """gamma(j) is the sample with the smallest projection at neuron j of those not used before.

    ``gamma`` counts samples from 0; j = (p, t) runs over the first N neurons of layer k.
    """

    k: int
    directions: tuple[tuple[fmpq, ...], ...]
    gamma: tuple[int, ...]

    def words(self) -> str:
        shown = ", ".join(str(i + 1) for i in self.gamma[:12])
        more = ", ..." if len(self.gamma) > 12 else ""
        return (
            f"gamma = ({shown}{more}) sorts: <a^t, f^p(x_gamma(j))> < <a^t, f^p(x_gamma(i))> "
            "for all j = (p, t) and i > j."
        )


@dataclass(frozen=True)
class NonZeroValue:
    """sigma_k(beta) != 0."""

    k: int
    beta: fmpq

    def words(self) -> str:
        return f"sigma_{self.k}({self.beta}) != 0."


@dataclass(frozen=True)
class TailDominated:
    """det A(alpha) != 0 for every alpha >= alpha_0, A(alpha)_ij = sigma_k(alpha d_ij + beta).

    d_ij = <a^t, f^p(x_gamma(j)) - f^p(x_gamma(i))> for j = (p, t): the matrix of NH18, equation
    (9), with its rows in the order gamma.
    """

    k: int
    directions: tuple[tuple[fmpq, ...], ...]
    gamma: tuple[int, ...]
    beta: fmpq
    alpha_0: fmpq

    def words(self) -> str:
        return (
            f"det A(alpha) != 0 for every alpha >= {self.alpha_0}, where "
            f"A(alpha)_ij = sigma_{self.k}(alpha d_ij + {self.beta})."
        )


@dataclass(frozen=True)
class Attained:
    """There are parameters at which all these claims hold: the conclusion of an existence proof."""

    parameters: Any
    claims: tuple[Claim, ...]

    def words(self) -> str:
        parts = " ".join(At(self.parameters, claim).words() for claim in self.claims)
        return f"There are parameters with: {parts}"


@dataclass(frozen=True)
class Together:
    """All of these claims."""

    claims: tuple[Claim, ...]

    def words(self) -> str:
        return " ".join(claim.words() for claim in self.claims)


@dataclass(frozen=True)
class AlmostEverywhere:
    """The matrix has full rank for almost all parameters."""

    matrix: MatrixName
    rows: int
    columns: int

    def words(self) -> str:
        rank = min(self.rows, self.columns)
        return (
            f"{self.matrix} ({self.rows} x {self.columns}) has full rank {rank} "
            "for almost all parameters."
        )


@dataclass(frozen=True)
class Cited:
    """A result from elsewhere that the proof uses without proving it.

    ``theorem`` is its name in the table of ``proof.cited``, if it stands there.
    """

    text: str
    source: str
    theorem: str = ""

    def words(self) -> str:
        return f"{self.text} [{self.source}]"
