"""Rules for sections 2 and 3 of NH17: backpropagation, growth of activations, linear networks."""

from __future__ import annotations

from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import less_or_equal
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import ExactlandError, NotExactError
from exactland.functions.expression import Expression, parse
from exactland.functions.facts import identity
from exactland.functions.properties import Fact as Known
from exactland.linalg.rational import rational_rank
from exactland.model.backward import gradients
from exactland.model.forward import feature_matrix, pre_activation_matrix
from exactland.model.numbers import working
from exactland.model.problem import Problem
from exactland.papers.nh17 import claims
from exactland.papers.nh17.backpropagation import (
    MOST_PATHS,
    formula_fails,
    forward_gradient,
    paths,
    slopes_of,
)
from exactland.proof.claims import HypothesisHolds
from exactland.proof.script import Fact, Grounds, StepFailed, StepRefuted, Walkthrough

#: Precision of the balls in which gradients are compared, in bits.
BITS = 256
#: Gradients in balls are shown to agree at least this closely.
TOLERANCE = fmpq(1, 2**60)


def residual_loss(walk: Walkthrough, claim: claims.ResidualLoss, uses: Any) -> Grounds:
    """The problem's loss is one of those that are a sum of l(F - Y), all of them C^1."""
    loss = walk.problem.loss
    if loss is None:
        raise StepFailed(f"{claim.words()} The problem has no loss")
    if loss.residual is None:
        raise StepFailed(f"{claim.words()} The loss is {loss}")
    return Grounds("exact", f"l(t) = {loss.residual}")


def differentiable(walk: Walkthrough, claim: claims.Differentiable, uses: Any) -> Grounds:
    """sigma_k is analytic, or its slope exists at every entry of G_k."""
    layer: Any = walk.problem.sequential.layer(claim.k)
    smooth = layer.activation.is_analytic
    if smooth.holds is True:
        return Grounds("exact", f"{layer.activation.name} is analytic: {smooth.reason}")

    def slopes(arithmetic: Arithmetic) -> None:
        with working(arithmetic):
            pre = pre_activation_matrix(walk.problem, claim.k, arithmetic)
            slopes_of(walk.problem, claim.k, pre, arithmetic)

    return _exactly_or_in_balls(slopes, claim.words())[1]


def backpropagation(
    walk: Walkthrough, claim: claims.Backpropagation, uses: tuple[Fact, ...]
) -> Grounds:
    """The formulas equal the chain rule forwards, as polynomials in free symbols."""
    problem, k = walk.problem, claim.k
    _require_dense(uses)
    widths = problem.widths
    layer: Any = problem.sequential.layer(k)
    if claim.last != (k == len(widths) - 1) or claim.bias != (layer.bias != "none"):
        raise StepFailed(f"the formulas are those for layer {k} of {len(widths) - 1}")
    if paths(widths, k) > MOST_PATHS:
        raise StepFailed(
            f"{claim.words()} The identity has {paths(widths, k)} terms an entry "
            f"(limit {MOST_PATHS})"
        )
    failed = formula_fails(widths, k)
    if failed is not None:
        raise StepFailed(f"{claim.words()} It fails for {failed}")
    return Grounds("exact", "an identity of polynomials in free symbols, summed over the samples")


def gradients_agree(walk: Walkthrough, claim: claims.GradientsAgree, uses: Any) -> Grounds:
    """exactland's gradients at layer k against those by forward tangents, entry by entry."""
    problem, k = walk.problem, claim.k
    problem.sequential.layer(k)

    def compare(arithmetic: Arithmetic) -> None:
        with working(arithmetic):
            mine = gradients(problem, arithmetic, layer_matrices=False)[k - 1]
            other = forward_gradient(problem, k, arithmetic)
            tables = [
                ("Delta", mine.delta, other.delta),
                ("dPhi/dW", mine.d_weights, other.d_weights),
            ]
            if mine.d_bias is not None:
                tables.append(("dPhi/db", mine.d_bias, [other.d_bias]))
            bound = arithmetic.number(claim.tolerance)
            for name, left, right in tables:
                for i, (a, b) in enumerate(zip(arithmetic.rows(left), right, strict=True)):
                    for j, (x, y) in enumerate(zip(a, b, strict=True)):
                        if less_or_equal(abs(x - y), bound) is not True:
                            raise StepFailed(
                                f"{claim.words()} Entry ({i + 1}, {j + 1}) of {name}_{k}: "
                                f"{x} and {y}"
                            )

    exact, grounds = _exactly_or_in_balls(compare, claim.words())
    if exact != (claim.tolerance == 0):
        raise StepFailed(f"{claim.words()} They are rational exactly if the tolerance is 0")
    return grounds


def _exactly_or_in_balls(check: Any, words: str) -> tuple[bool, Grounds]:
    """Run the check over Q, or in balls where numbers are irrational; was it over Q?"""
    try:
        try:
            check(RATIONALS)
            return True, Grounds("exact", "rational arithmetic")
        except NotExactError:
            check(Balls(BITS))
            return False, Grounds("ball", f"balls of {BITS} bits", BITS)
    except ExactlandError as error:
        raise StepFailed(f"{words} {error}") from None


def named_activation(walk: Walkthrough, claim: claims.NamedActivation, uses: Any) -> Grounds:
    """The activation is one of the three of Lemma 3.3."""
    layer: Any = walk.problem.sequential.layer(claim.k)
    name = layer.activation.known_as.name if layer.has_parameters() else "max-pooling"
    if name not in ("sigmoid", "tanh", "softplus"):
        # An expression may be one of them, written otherwise.
        failed = StepFailed if name == "expr" else StepRefuted
        raise failed(f"{claim.words()} It is {name}")
    return Grounds("exact", f"it is {name}")


def logarithm_bound(walk: Walkthrough, claim: claims.LogarithmBound, uses: Any) -> Grounds:
    """x - log(1+x) is 0 at 0 and its derivative, ((1+x) - (1+x)')/(1+x), has no negative sign."""
    inside = fmpq_poly([1, 1])
    numerator = inside - inside.derivative()
    if not _not_negative(numerator) or not _not_negative(inside) or inside[0] != 1:
        raise StepFailed(claim.words())
    return Grounds(
        "exact", f"x - log(1+x) is 0 at 0 and has the derivative ({numerator})/({inside})"
    )


def double_bound(walk: Walkthrough, claim: claims.DoubleBound, uses: Any) -> Grounds:
    """2x - (1 + x) at x = 1 + s is a polynomial in s without negative coefficients."""
    difference = (2 * fmpq_poly([0, 1]) - fmpq_poly([1, 1]))(fmpq_poly([1, 1]))
    if not _not_negative(difference):
        raise StepFailed(claim.words())
    return Grounds("exact", f"the difference is {difference} in s = x - 1")


def _not_negative(polynomial: fmpq_poly) -> bool:
    return all(c >= 0 for c in polynomial.coeffs())


def softplus_growth(
    walk: Walkthrough, claim: claims.SoftplusGrowth, uses: tuple[Fact, ...]
) -> Grounds:
    """x = exp(alpha t) in the two bounds: sigma(t) = log(1+x)/alpha <= x/alpha, and for x >= 1
    sigma(t) <= log(2x)/alpha = t + log(2)/alpha.
    """
    layer: Any = walk.problem.sequential.layer(claim.k)
    activation = layer.activation.known_as
    if activation.name != "softplus":
        raise StepFailed(f"{claim.words()} sigma_{claim.k} is {activation.name}")
    alpha = activation.parameters[0]
    if claim.rho != softplus_constants(alpha):
        raise StepFailed(f"{claim.words()} The constants are {softplus_constants(alpha)}")
    if activation.definition != softplus_definition(alpha):
        raise StepFailed(f"sigma_{claim.k}(t) = log(1 + exp({alpha} t))/{alpha}")
    shown = [fact.claim for fact in uses]
    for needed in (claims.LogarithmBound(), claims.DoubleBound()):
        if needed not in shown:
            raise StepFailed(f"{needed.words()} is among the facts used")
    return Grounds("logic", "both bounds with x = exp(alpha t), which is >= 1 for t >= 0")


def softplus_definition(alpha: fmpq) -> Expression:
    """log(1 + exp(alpha t))/alpha.

    >>> print(softplus_definition(fmpq(2)))
    log(1+exp(2*t))/2
    """
    return parse(f"log(1+exp(({alpha})*t))/({alpha})")


def softplus_constants(alpha: fmpq) -> tuple[str, str, str, str]:
    """(1/alpha, alpha, 1, log(2)/alpha) as texts.

    >>> softplus_constants(fmpq(2))
    ('1/2', '2', '1', 'log(2)/(2)')
    """
    return str(1 / alpha), str(alpha), "1", f"log(2)/({alpha})"


def linear_layer(walk: Walkthrough, claim: claims.LinearLayer, uses: Any) -> Grounds:
    """The layer applies no function."""
    layer: Any = walk.problem.sequential.layer(claim.k)
    linear = identity(layer.activation)
    if linear.holds is not True:
        failed = StepRefuted if linear.holds is False else StepFailed
        raise failed(f"{claim.words()} It applies {layer.activation.name}: {linear.reason}")
    return Grounds("exact", "its activation is the identity")


def weight_rank(walk: Walkthrough, claim: claims.WeightRank, uses: Any) -> Grounds:
    """The rank of W_l over Q, from both sides."""
    found = rational_rank(fmpq_mat(weights_of(walk, claim.layer)))
    if found.at_least != claim.rank or found.at_most != claim.rank:
        raise StepFailed(f"{claim.words()} It is {found.at_least}", found)
    return Grounds("exact", "a minor modulo a prime and null vectors over Q", found)


def affine(walk: Walkthrough, claim: claims.AffineInFeatures, uses: Any) -> Grounds:
    """F_k - F_{l-1} W_l ... W_k has equal rows, over Q."""
    problem = walk.problem
    if not 1 <= claim.layer <= claim.k:
        raise StepFailed(f"a layer from 1 to {claim.k}")
    product = fmpq_mat(features_of(walk, claim.layer - 1))
    for layer in range(claim.layer, claim.k + 1):
        product = product * fmpq_mat(weights_of(walk, layer))
    rest = (fmpq_mat(features_of(walk, claim.k)) - product).tolist()
    for i in range(1, problem.data.samples):
        if rest[i] != rest[0]:
            raise StepFailed(f"{claim.words()} Rows 1 and {i + 1} of the difference differ")
    return Grounds("exact", "rational arithmetic")


def linear_bound(
    walk: Walkthrough, claim: claims.FeatureRankAtMost, uses: tuple[Fact, ...]
) -> Grounds:
    """rank F_k <= rank W_l + 1 for the l used: a product, and a matrix of rank at most 1."""
    shown = [fact.claim for fact in uses]
    bounds = [
        fact.rank + 1
        for fact in shown
        if isinstance(fact, claims.WeightRank)
        and claims.AffineInFeatures(claim.k, fact.layer) in shown
    ]
    if not bounds or min(bounds) > claim.bound:
        raise StepFailed(f"{claim.words()} follows from rank W_l and F_k = F_l-1 W_l ... + 1 c^T")
    return Grounds("logic", "a rank of a product, and one more for 1 c^T")


def feature_rank(walk: Walkthrough, claim: claims.FeatureRank, uses: Any) -> Grounds:
    """The rank of F_k over Q, from both sides."""
    found = rational_rank(fmpq_mat(features_of(walk, claim.k)))
    if found.at_least != claim.rank or found.at_most != claim.rank:
        raise StepFailed(f"{claim.words()} It is {found.at_least}", found)
    return Grounds("exact", "a minor modulo a prime and null vectors over Q", found)


def features_of(walk: Walkthrough, k: int) -> list[list[fmpq]]:
    """F_k over Q at the given parameters; StepFailed where it is not rational."""
    try:
        return RATIONALS.rows(feature_matrix(walk.problem, k))
    except ExactlandError as error:
        raise StepFailed(f"F_{k} is rational at the given parameters: {error}") from None


def weights_of(walk: Walkthrough, k: int) -> list[list[fmpq]]:
    """W_k; StepFailed where the problem has none."""
    walk.problem.sequential.layer(k)
    given: Any = walk.problem.parameters
    if given is None or given[k - 1] is None:
        raise StepFailed(f"the problem has parameters of layer {k}")
    return [list(row) for row in given[k - 1].W]


def has_parameters(problem: Problem, k: int) -> Known:
    """The problem has parameters of layers 1 to k."""
    given: Any = problem.parameters
    for layer in range(k):
        if given is None or given[layer] is None:
            return Known(False, f"it has none of layer {layer + 1}")
    return Known(True, "they are given")


def _require_dense(uses: tuple[Fact, ...]) -> None:
    wanted = HypothesisHolds("every layer is dense.", "proof.instance.fully_connected")
    if wanted not in [fact.claim for fact in uses]:
        raise StepFailed(f"{wanted.words()} is among the facts used")
