"""The claims of the proof scripts of NH17 that no other paper has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flint import fmpq


@dataclass(frozen=True)
class ResidualLoss:
    """Phi is a sum of l(f_Lj(x_i) - y_ij) with l continuously differentiable (equation 1)."""

    def words(self) -> str:
        return "Phi is a sum of l(f_Lj(x_i) - y_ij) with l continuously differentiable."


@dataclass(frozen=True)
class Differentiable:
    """sigma_k is differentiable at every entry of G_k (on all of R, where it is analytic)."""

    check: ClassVar[str] = "papers.nh17.derivative_rules.differentiable"
    k: int

    def words(self) -> str:
        return f"sigma_{self.k} is differentiable at every entry of G_{self.k}."


@dataclass(frozen=True)
class Backpropagation:
    """Lemma 2.1 at layer k of this architecture, for all parameters, samples, sigma and l.

    ``last``: k = L. ``bias``: layer k has one.
    """

    k: int
    last: bool
    bias: bool

    def words(self) -> str:
        k, above = self.k, self.k + 1
        upward = (
            f"l'(F_{k} - Y)" if self.last else f"(Delta_{above} W_{above}^T)"
        )  # o: the entrywise product
        bias = f", dPhi/db_{k} = Delta_{k}^T 1" if self.bias else ""
        return (
            f"dPhi/dG_{k} = Delta_{k} = {upward} o sigma_{k}'(G_{k}), "
            f"dPhi/dW_{k} = F_{k - 1}^T Delta_{k}{bias}."
        )


@dataclass(frozen=True)
class GradientsAgree:
    """Backpropagated and forward derivatives of Phi at layer k differ by at most ``tolerance``."""

    k: int
    tolerance: fmpq

    def words(self) -> str:
        how = "are equal" if self.tolerance == 0 else f"differ by at most {self.tolerance}"
        return (
            f"At the given parameters Delta_{self.k} and the gradients for the parameters of layer "
            f"{self.k} by backpropagation and by forward differentiation {how}."
        )


@dataclass(frozen=True)
class NamedActivation:
    """sigma_k is the sigmoid, tanh or softplus."""

    k: int

    def words(self) -> str:
        return f"sigma_{self.k} is the sigmoid, tanh or softplus."


@dataclass(frozen=True)
class LogarithmBound:
    """log(1+x) <= x for every x >= 0."""

    def words(self) -> str:
        return "log(1+x) <= x for every x >= 0."


@dataclass(frozen=True)
class DoubleBound:
    """1 + x <= 2x for every x >= 1."""

    def words(self) -> str:
        return "1 + x <= 2x for every x >= 1."


@dataclass(frozen=True)
class SoftplusGrowth:
    """Assumption 3.2(2b) for softplus with rho_1, ..., rho_4 (texts of constants)."""

    k: int
    rho: tuple[str, str, str, str]

    def words(self) -> str:
        one, two, three, four = self.rho
        return (
            f"|sigma_{self.k}(t)| <= ({one}) exp(({two}) t) for t < 0 and "
            f"|sigma_{self.k}(t)| <= ({three}) t + {four} for t >= 0."
        )


@dataclass(frozen=True)
class AnalyticOutputs:
    """f_l(x) is an analytic function of the parameters for every x and l <= k (Lemma 4.1)."""

    k: int

    def words(self) -> str:
        outputs = "f_1(x)" if self.k == 1 else f"f_1(x), ..., f_{self.k}(x)"
        return f"For every input x, {outputs}: analytic functions of the parameters."


@dataclass(frozen=True)
class DistinctRows:
    """f_k(x_i) != f_k(x_j) for all samples i != j."""

    k: int

    def words(self) -> str:
        return f"F_{self.k} has pairwise different rows."


@dataclass(frozen=True)
class Separates:
    """<a, z_i> != <a, z_j> for i != j, z_i the rows of F_{k-1} (equation 2)."""

    k: int
    direction: tuple[fmpq, ...]

    def words(self) -> str:
        return f"<a, z_i> != <a, z_j> for all i != j, z_i the rows of F_{self.k - 1}."


@dataclass(frozen=True)
class Family:
    """The matrices E(alpha) of Lemma 4.3: [1, A(alpha)] or, in other order, [A(alpha), 1].

    A(alpha)_ij = sigma_k(alpha <z_j - z_i, a> + beta), N x (N - 1), with the rows z_i of F_{k-1}
    in the order ``order`` (samples counted from 0). ``bounded`` is the case of the proof.
    """

    k: int
    direction: tuple[fmpq, ...]
    order: tuple[int, ...]
    beta: fmpq
    bounded: bool


@dataclass(frozen=True)
class Ordered:
    """<a, z_1> < ... < <a, z_N> in the order of the family."""

    family: Family

    def words(self) -> str:
        shown = ", ".join(str(i + 1) for i in self.family.order[:12])
        more = ", ..." if len(self.family.order) > 12 else ""
        return f"<a, z_1> < <a, z_2> < ... < <a, z_N> for the samples in the order ({shown}{more})."


@dataclass(frozen=True)
class NonZeroDiagonal:
    """sigma_k(beta) != 0, or mu - sigma_k(beta) < 0 in the bounded case."""

    family: Family

    def words(self) -> str:
        k, beta = self.family.k, self.family.beta
        if self.family.bounded:
            return f"mu - sigma_{k}({beta}) < 0, where mu = lim sigma_{k} at -infinity."
        return f"sigma_{k}({beta}) != 0."


@dataclass(frozen=True)
class LimitDeterminant:
    """The limit of E^(alpha) (row i minus row i - 1) or of det E(alpha), and that it is regular."""

    family: Family

    def words(self) -> str:
        k, beta, power = self.family.k, self.family.beta, len(self.family.order) - 1
        if self.family.bounded:
            return (
                "E^(alpha), where every row of E(alpha) = [1, A(alpha)] has the row before "
                "subtracted, tends to an upper triangular matrix with diagonal 1, "
                f"mu - sigma_{k}({beta}), ..., and so det E(alpha) tends to "
                f"(mu - sigma_{k}({beta}))^{power} != 0."
            )
        return (
            "Every permutation but the identity has some pi(j) > j, whose factor tends to 0 "
            "exponentially; so det E(alpha), E(alpha) = [A(alpha), 1], tends to "
            f"sigma_{k}({beta})^{power} != 0."
        )


@dataclass(frozen=True)
class DeterminantTail:
    """det E(alpha) != 0 for every alpha >= alpha_0."""

    family: Family
    alpha_0: fmpq

    def words(self) -> str:
        return f"det E(alpha) != 0 for every alpha >= {self.alpha_0}."


@dataclass(frozen=True)
class DeterminantAt:
    """det E(alpha) at one alpha lies between low and high, in units of 10^exponent; not 0."""

    family: Family
    alpha: fmpq
    low: int
    high: int
    exponent: int

    def words(self) -> str:
        return (
            f"{self.low}e{self.exponent} <= det E(alpha) <= {self.high}e{self.exponent} at "
            f"alpha = {self.alpha}; the limit is {self._limit()}."
        )

    def _limit(self) -> str:
        k, beta, power = self.family.k, self.family.beta, len(self.family.order) - 1
        value = f"sigma_{k}({beta})"
        return f"({f'mu - {value}' if self.family.bounded else value})^{power}"


@dataclass(frozen=True)
class LeibnizSum:
    """det E(alpha) as the sum over all permutations; the terms but one add up to few.

    ``bound`` is at least the sum of the absolute values of all terms but that of the identity.
    """

    family: Family
    alpha: fmpq
    bound: fmpq

    def words(self) -> str:
        k, beta, size = self.family.k, self.family.beta, len(self.family.order)
        return (
            f"det E(alpha) is the sum over the permutations of {size}: the identity gives "
            f"sigma_{k}({beta})^{size - 1}, and all others, each with some pi(j) > j, add up to at "
            f"most {self.bound} in absolute values, at alpha = {self.alpha}."
        )


@dataclass(frozen=True)
class AugmentedFullRank:
    """rank [F_k, 1] = N at the given parameters; ``columns`` is n_k + 1."""

    k: int
    rows: int
    columns: int

    def words(self) -> str:
        return (
            f"[F_{self.k}, 1] ({self.rows} x {self.columns}) has rank {self.rows} at the given "
            "parameters."
        )


@dataclass(frozen=True)
class AugmentedAlmostEverywhere:
    """The parameters of layers 1 to k with rank [F_k, 1] < N are a null set (Lemma 4.4)."""

    k: int
    rows: int
    columns: int

    def words(self) -> str:
        return (
            f"The parameters of layers 1 to {self.k} with rank [F_{self.k}, 1] < {self.rows} form "
            "a set of measure zero."
        )


@dataclass(frozen=True)
class AugmentedDense:
    """Every ball of parameters holds some with rank [F_k, 1] = N (Corollary 4.5)."""

    k: int
    rows: int
    columns: int

    def words(self) -> str:
        return (
            f"Every ball around every choice of the parameters of layers 1 to {self.k} holds one "
            f"with rank [F_{self.k}, 1] = {self.rows}."
        )


@dataclass(frozen=True)
class Near:
    """The constructed parameters of layers 1 to k lie within epsilon of the given ones."""

    k: int
    epsilon: fmpq

    def words(self) -> str:
        return (
            f"The constructed parameters of layers 1 to {self.k} are at a distance of less than "
            f"{self.epsilon} from the problem's."
        )


@dataclass(frozen=True)
class LinearLayer:
    """Layer k applies no function: F_k = G_k."""

    k: int

    def words(self) -> str:
        return f"Layer {self.k} is linear."


@dataclass(frozen=True)
class WeightRank:
    """rank W_l = rank, exactly."""

    layer: int
    rank: int

    def words(self) -> str:
        return f"rank W_{self.layer} = {self.rank}."


@dataclass(frozen=True)
class AffineInFeatures:
    """F_k = F_{l-1} W_l (W_{l+1} ... W_k) + 1 c^T: what a linear network is above layer l - 1."""

    k: int
    layer: int

    def words(self) -> str:
        below, k = self.layer, self.k
        factors = (
            " ".join(f"W_{j}" for j in range(below, k + 1))
            if k - below < 4
            else (f"W_{below} ... W_{k}")
        )
        return f"F_{k} = F_{below - 1} {factors} + 1 c^T for some row c^T."


@dataclass(frozen=True)
class FeatureRankAtMost:
    """rank F_k <= bound."""

    k: int
    bound: int

    def words(self) -> str:
        return f"rank F_{self.k} <= {self.bound}."


@dataclass(frozen=True)
class FeatureRank:
    """rank F_k = rank, exactly, at the given parameters."""

    k: int
    rank: int

    def words(self) -> str:
        return f"rank F_{self.k} = {self.rank} at the given parameters."
