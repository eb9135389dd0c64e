"""The matrix A(alpha) of NH18, equation (9), as a reader asks for it: d, A(alpha), Leibniz terms.

A(alpha)_ij = sigma_k(m alpha d_ij + beta) with d_ij = <a^t, f^p(x_gamma(j)) - f^p(x_gamma(i))> for
j = (p, t), and m = 1, or -1 where mu_+ = 0. All of it is recomputed
from what the facts of the proof say: gamma and the directions from the claim that orders the
samples, beta and m from those after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls, precision
from exactland.arithmetic.exact import exact
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotExactError, UsageError
from exactland.model.problem import Problem
from exactland.proof.claims import At, Sorts
from exactland.proof.leibniz import TermTail, term_tail
from exactland.proof.leibniz_lines import Tails
from exactland.proof.monotone_tails import Tail, tails_of
from exactland.proof.projections import gaps, projections
from exactland.proof.script import Definition
from exactland.proof.tail_matrices import Family
from exactland.proof.tails import growth
from exactland.proof.writing import number_text

#: Bits of the balls in which irrational entries are shown.
BITS = 128


@dataclass(frozen=True)
class Separation:
    """The gaps d_ij of the proof so far, beta and m; ``beta`` is None if it is not chosen."""

    k: int
    gaps: list[list[Any]]
    activation: Any
    beta: fmpq | None
    mirror: int
    definitions: Mapping[str, Definition]

    def formulas(self) -> list[list[str]]:
        """A(alpha) with alpha as a letter."""
        beta, name = self._beta(), self.activation.name
        name = f"sigma_{self.k}" if name == "expr" else name
        return [[_formula(name, self.mirror * d, beta) for d in row] for row in self.gaps]

    def at(self, text: str | None) -> tuple[fmpq, list[list[Any]]]:
        """alpha and A(alpha); alpha is a number, a name, or None for the proof's own."""
        alpha = self._alpha(text)
        try:
            return alpha, self._values(self.mirror * alpha, RATIONALS)
        except NotExactError:
            return alpha, self._values(self.mirror * alpha, Balls(BITS))

    def family(self) -> Family:
        """A(alpha) as the tests for all alpha >= alpha_0 take it."""
        return Family(self.activation, self.gaps, self._beta(), self.mirror)

    def tails(self, diagonal: Any) -> Tails:
        """How the terms of det A(alpha) behave as alpha grows; ``diagonal`` is sigma_k(beta)."""
        moving = [[self.mirror * d for d in row] for row in self.gaps]
        ends = tuple(None if tail is None else _limit(tail) for tail in tails_of(self.activation))

        def of(permutation: Sequence[int]) -> TermTail:
            with precision(BITS):
                return term_tail(moving, permutation, diagonal, ends)

        # Clause 2 of Assumption 3.2 is about factors that fade to the left.
        constants = growth(self.activation) if self.mirror == 1 else None
        return Tails(of, None if constants is None else dict(constants.constants)["rho_2"])

    @property
    def words(self) -> str:
        """The definition of an entry: ``sigma_1(-alpha d_ij + 1)``."""
        sign = "-" if self.mirror < 0 else ""
        return f"sigma_{self.k}({sign}alpha d_ij + {self._beta()})"

    def _beta(self) -> fmpq:
        if self.beta is None:
            raise UsageError("A(alpha)", "beta is not chosen at this step", "go on with `next`")
        return self.beta

    def _alpha(self, text: str | None) -> fmpq:
        """An alpha from a number, a name that the proof defines, or the proof's own."""
        if text is None:
            text = "alpha" if "alpha" in self.definitions else "alpha_0"
        if text in self.definitions:
            return exact(self.definitions[text].value, text)
        if text in ("alpha", "alpha_0"):
            raise UsageError("A", "alpha is not chosen at this step", "ask for A(alpha) or A(5)")
        return exact(text, "alpha")

    def _values(self, scale: fmpq, arithmetic: Any) -> list[list[Any]]:
        beta = self._beta()
        if arithmetic is RATIONALS:
            if not all(isinstance(d, fmpq) for row in self.gaps for d in row):
                raise NotExactError("A", "its entries are not rational", "use balls")
            value = self.activation.value
            return [[value(scale * d + beta, RATIONALS) for d in row] for row in self.gaps]
        with arithmetic.working():
            s, b = arithmetic.number(scale), arithmetic.number(beta)
            numbers = [
                [arithmetic.number(d) if isinstance(d, fmpq) else d for d in row]
                for row in self.gaps
            ]
            return [[self.activation.value(s * d + b, arithmetic) for d in row] for row in numbers]


def separation(
    problem: Problem, claims: Sequence[Any], definitions: Mapping[str, Definition]
) -> Separation | None:
    """What the claims so far say of A(alpha); None before the samples are ordered."""
    order = last_order(claims)
    if order is None:
        return None
    at, since = order
    sorts: Any = at.claim
    try:
        rows = projections(problem, at.parameters, sorts.k, sorts.directions, RATIONALS)
    except NotExactError:
        balls = Balls(BITS)
        with balls.working():
            rows = projections(problem, at.parameters, sorts.k, sorts.directions, balls)
    layer: Any = problem.sequential.layer(sorts.k)
    inner = [getattr(claim, "claim", claim) for claim in since]
    beta = next((c.beta for c in reversed(inner) if hasattr(c, "beta")), None)
    mirror = next((c.mirror for c in reversed(inner) if hasattr(c, "mirror")), 1)
    d = gaps(rows, sorts.gamma)
    return Separation(sorts.k, d, layer.activation, beta, mirror, definitions)


def _limit(tail: Tail) -> Any:
    """A finite limit, exactly where it is 0."""
    return fmpq(0) if tail.tends_to_zero else tail.limit_in(Balls(BITS))


def last_order(claims: Sequence[Any]) -> tuple[At, Sequence[Any]] | None:
    """The last claim that orders the samples, and the claims after it."""
    for n in range(len(claims) - 1, -1, -1):
        claim = claims[n]
        if isinstance(claim, At) and isinstance(claim.claim, Sorts):
            return claim, claims[n + 1 :]
    return None


def _formula(name: str, slope: Any, beta: fmpq) -> str:
    """sigma(slope alpha + beta) in words."""
    if isinstance(slope, fmpq) and slope == 0:
        return f"{name}({beta})"
    size = number_text(slope)
    factor = {"1": "alpha", "-1": "-alpha"}.get(size, f"{size} alpha")
    if beta == 0:
        return f"{name}({factor})"
    return f"{name}({factor} {'-' if beta < 0 else '+'} {abs(beta)})"
