"""Rules for the activations of LDS18: Assumption 2 (at an order) and Lemma 1."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from exactland.arithmetic.comparison import magnitude_lower
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.assumption_2 import decide_assumption_2
from exactland.conditions.claims import MatrixName
from exactland.conditions.identities import sample_relations
from exactland.conditions.vanishing import vanishing_identity
from exactland.errors import ExactlandError
from exactland.functions.derivatives_at_zero import assumption_2 as derivatives_of
from exactland.functions.expression import differentiate, evaluate, parse
from exactland.papers.lds18 import claims
from exactland.proof.cited import APPROXIMATION, cited
from exactland.proof.claims import HypothesisHolds
from exactland.proof.script import Fact, Grounds, StepFailed, StepRefuted, Walkthrough


def assumption_2(
    walk: Walkthrough, claim: claims.DerivativesNonzero, uses: tuple[Fact, ...]
) -> Grounds:
    """Assumption 2 at an order, by enclosures, an identity, or a rule for every order."""
    activation = activation_of(walk, claim.k)
    verdict, method, _ = decide_assumption_2(activation, claim.order)
    if verdict.verdict != "proved":
        why = verdict.words()
        if activation.is_analytic.holds is not True:
            fact = activation.is_analytic
            shown = "" if fact.holds is False else "shown to be "
            why = f"{activation.name} is not {shown}analytic: {fact.reason}"
        refuted = verdict.verdict == "refuted" or activation.is_analytic.holds is False
        raise (StepRefuted if refuted else StepFailed)(f"{claim.words()} {why}")
    known = derivatives_of(activation, claim.order).derivatives
    exact = method != "derivatives" or all(d.exact is not None for d in known)
    return Grounds("exact" if exact else "ball", f"{verdict.words()} ({method})", verdict)


def assumption_2_or_identity(
    walk: Walkthrough, claim: claims.DerivativesNonzero, uses: tuple[Fact, ...]
) -> Grounds:
    """The same; where it fails and a combination of the samples vanishes identically, that too.

    The identity refutes the conclusion as printed, which leaves n free (erratum E1).
    """
    try:
        return assumption_2(walk, claim, uses)
    except StepFailed as failed:
        found = vanishing(walk, claim.k)
        if found is None:
            raise
        raise type(failed)(f"{failed.relation} {found.reason}", found) from None


def vanishing(walk: Walkthrough, k: int) -> Any:
    """The finding that F_k is deficient for all parameters, if a relation shows it."""
    try:
        if sample_relations(walk.problem, MatrixName("features", k)) is None:
            return None
        found = vanishing_identity(walk.problem, k)
    except ExactlandError:
        return None
    return found if found.verdict == "proved" else None


def support(walk: Walkthrough, claim: claims.SupportDerivatives, uses: tuple[Fact, ...]) -> Grounds:
    """These derivatives at 0 are nonzero, exactly or by enclosure."""
    activation = activation_of(walk, claim.k)
    if activation.is_analytic.holds is not True:
        raise StepFailed(f"{claim.words()} {activation.is_analytic.reason}")
    known = derivatives_of(activation, max(claim.powers, default=0) + 1).derivatives
    found = {derivative.order: derivative for derivative in known}
    for power in claim.powers:
        if power not in found or found[power].is_zero is not False:
            raise StepFailed(f"{claim.words()} Derivative {power} is not shown to be nonzero")
    return Grounds("ball", "enclosures of the derivatives", known)


def sine_cosine(
    walk: Walkthrough, claim: claims.SineCosineDerivatives, uses: tuple[Fact, ...]
) -> Grounds:
    """y = sin + cos has y'' = -y, y(0) = y'(0) = 1, so y^(n+2)(0) = -y^(n)(0)."""
    y = parse("sin(t)+cos(t)")
    slope = differentiate(y)
    t = FORMAL.symbol("t")
    sums = evaluate(differentiate(slope), t, FORMAL) + evaluate(y, t, FORMAL)
    starts = [evaluate(e, fmpq(0), RATIONALS) for e in (y, slope)]
    if not sums.is_zero() or starts != [1, 1]:
        raise StepFailed(claim.words())
    return Grounds("exact", "y'' = -y and y(0) = y'(0) = 1 for y = sin + cos")


def few_excluded(walk: Walkthrough, claim: claims.FewExcluded, uses: tuple[Fact, ...]) -> Grounds:
    """g^(n)(0) + c (-1)^floor(n/2) = 0 for exactly one c, for each n < order."""
    require(uses, claims.SineCosineDerivatives())
    return Grounds("logic", "each derivative vanishes for one c only")


def special_nearby(
    walk: Walkthrough, claim: claims.SpecialNearby, uses: tuple[Fact, ...]
) -> Grounds:
    """Every nonzero derivative is at least delta in size; the others become +-c."""
    require(uses, claims.SineCosineDerivatives())
    activation = activation_of(walk, claim.k)
    if activation.is_analytic.holds is not True:
        raise StepFailed(f"sigma_{claim.k} is analytic: {activation.is_analytic.reason}")
    found = smallest_derivative(activation, claim.order)
    if found is None:
        raise StepFailed(f"the derivatives of sigma_{claim.k} at 0 of order < {claim.order}")
    if not 0 < claim.delta <= found:
        raise StepFailed(f"{claim.words()} The nonzero derivatives are at least {found}")
    return Grounds("ball", f"nonzero derivatives of at least {found}; |sin + cos| <= 2")


def smallest_derivative(activation: Any, order: int) -> fmpq | None:
    """A rational at most every nonzero |sigma^(n)(0)|, n < order, and at most 1.

    None if a derivative is not decided. delta_min of the paper is the smallest of them.
    """
    found = derivatives_of(activation, order)
    # After the first zero that decides Assumption 2 others may still be open: those are not used.
    if len(found.derivatives) < order or found.undecided:
        return None
    smallest = fmpq(1)
    for derivative in found.derivatives:
        if derivative.is_zero is True:
            continue
        size = abs(derivative.exact) if derivative.exact is not None else None
        size = magnitude_lower(derivative.enclosure) if size is None else size
        if not size > 0:
            return None
        smallest = min(smallest, size)
    return smallest


def special_dense(walk: Walkthrough, claim: claims.SpecialDense, uses: tuple[Fact, ...]) -> Grounds:
    """sigma + c_n (sin + cos) with c_n -> 0, or first an analytic function near a continuous one.

    Uses SpecialNearby; or, for sigma that is only continuous, that few c are excluded, continuity,
    and the cited density of analytic functions.
    """
    shown = [fact.claim for fact in uses]
    near = any(
        isinstance(c, claims.SpecialNearby) and (c.k, c.order) == (claim.k, claim.order)
        for c in shown
    )
    if near:
        return Grounds("logic", "c tends to 0")
    require(uses, claims.FewExcluded(claim.order))
    require(uses, CARLEMAN)
    if not any(
        isinstance(c, HypothesisHolds)
        and (c.check, c.layer) == ("functions.facts.continuous", claim.k)
        for c in shown
    ):
        raise StepFailed(f"sigma_{claim.k} is continuous, among the facts used")
    return Grounds("logic", "an analytic g within epsilon, and then a small c that is not excluded")


#: What the paper cites from [44].
CARLEMAN = cited(APPROXIMATION, "LDS18, [44]: Kaplan 1955")


def require(uses: tuple[Fact, ...], claim: Any) -> None:
    """StepFailed unless the claim is among the facts used."""
    if claim not in [fact.claim for fact in uses]:
        raise StepFailed(f"{claim.words()} is among the facts used")


def activation_of(walk: Walkthrough, k: int) -> Any:
    """The activation of layer k; StepFailed for max-pooling, which has none."""
    layer: Any = walk.problem.sequential.layer(k)
    if not layer.has_parameters():
        raise StepFailed(f"layer {k} applies an activation: it is max-pooling")
    return layer.activation
