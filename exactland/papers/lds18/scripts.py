"""The proofs of LDS18 as scripts, checked line by line, by the ids of their statements."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from exactland.conditions.claims import Assumption
from exactland.errors import UsageError
from exactland.functions import facts
from exactland.functions.derivatives_at_zero import assumption_2
from exactland.papers.lds18 import activation_rules as activations
from exactland.papers.lds18 import claims
from exactland.papers.lds18 import rules as ours
from exactland.papers.lds18.constructions import (
    distinct_coordinate,
    distinct_products,
    separating_multiple,
)
from exactland.papers.lds18.full_rank import (
    ZERO_SETS,
    almost_everywhere,
    analytic_layers,
    hidden_layers,
    last_hidden_layer,
    moments,
    one_hidden_layer,
    one_input,
)
from exactland.proof import rules as by
from exactland.proof.claims import At, HypothesisHolds
from exactland.proof.script import (
    Claim,
    Definition,
    Script,
    Step,
    Steps,
    Walkthrough,
)


def special_activation(walk: Walkthrough) -> Steps:
    """Assumption 2 with n = N for the activation of layer k."""
    order = walk.problem.data.samples
    activation = activations.activation_of(walk, walk.k)
    claim: Any = HypothesisHolds("the activation is analytic.", "functions.facts.analytic", walk.k)
    smooth = yield Step(claim, by.hypothesis, (), "Assumption 2")
    known = assumption_2(activation, order).derivatives
    values = tuple(d.enclosure if d.exact is None else d.exact for d in known)
    yield Definition("sigma^(j)(0)", values, f"derivatives at 0, j < {order}", "Assumption 2")
    claim = claims.DerivativesNonzero(walk.k, order)
    rule = activations.assumption_2
    return (yield Step(claim, rule, (smooth,), "Assumption 2, with n = N", "LDS18:E1"))


def dense_class(walk: Walkthrough) -> Steps:
    """Lemma 1: functions that satisfy Assumption 2 with n = N converge to sigma_k uniformly."""
    order = walk.problem.data.samples
    activation = activations.activation_of(walk, walk.k)
    claim: Any = HypothesisHolds(
        "the activation is continuous.", "functions.facts.continuous", walk.k
    )
    continuous = yield Step(claim, by.hypothesis, (), "Lemma 1")
    signs = yield Step(
        claims.SineCosineDerivatives(), activations.sine_cosine, (), "equation (17)", "LDS18:E2"
    )
    claim = claims.FewExcluded(order)
    few = yield Step(claim, activations.few_excluded, (signs,), "equations (18) to (22)")
    goal = claims.SpecialDense(walk.k, order)
    if facts.analytic(activation).holds is not True:
        cited = yield Step(activations.CARLEMAN, by.citation, (), "Appendix A, second part")
        uses = (continuous, few, cited)
        return (yield Step(goal, activations.special_dense, uses, "Lemma 1, the conclusion"))
    smallest = activations.smallest_derivative(activation, order)
    delta = fmpq(1) if smallest is None else smallest
    yield Definition("delta_min", delta, "at most every nonzero |sigma^(n)(0)|", "equation (19)")
    # The paper's c are at most half of it.
    claim = claims.SpecialNearby(walk.k, order, delta / 2)
    near = yield Step(claim, activations.special_nearby, (signs,), "equations (20) to (23)")
    return (yield Step(goal, activations.special_dense, (near,), "Lemma 1, the conclusion"))


def weighted_vandermonde(walk: Walkthrough) -> Steps:
    """Lemma 4 for the first layer and the coordinate of A1, with n = N."""
    order = walk.problem.data.samples
    claim: Any = claims.DerivativesNonzero(1, order)
    special = yield Step(claim, activations.assumption_2, (), "Assumption 2")
    claim = Assumption("LDS18:Asm1.A1", True)
    found = yield Step(claim, by.assumption, (), "Lemma 4, x_i != x_j")
    coordinate = distinct_coordinate(walk)
    bare = tuple([None] * walk.problem.sequential.depth)
    claim = At(bare, claims.DistinctCoordinate(1, coordinate))
    apart = yield Step(claim, ours.distinct_coordinate, (found,), "Lemma 4, x_i != x_j")
    claim = At(bare, claims.WeightedVandermonde(1, coordinate, order))
    return (yield Step(claim, ours.vandermonde, (special, apart), "Lemma 4", "LDS18:E10a"))


def different_values(walk: Walkthrough) -> Steps:
    """Lemma 6 for the samples: sigma(<w, x_i>) = sigma(<w, x_j>) on a null set only."""
    activations.activation_of(walk, 1)
    claim: Any = HypothesisHolds("x_i != x_j for i != j.", "proof.instance.distinct_samples")
    yield Step(claim, by.hypothesis, (), "Lemma 6, a != b")
    analytic = yield from analytic_layers(1)
    claim = claims.DerivativesNonzero(1, 2)
    yield Step(claim, activations.assumption_2, (), "Lemma 6, sigma'(0) != 0", "LDS18:E16")
    zeros = yield Step(ZERO_SETS, by.citation, (), "Lemma 5")
    weight = distinct_products(walk)
    yield Definition("w^0", weight, "<w^0, x_i> differ for different samples", "Lemma 6")
    apart = yield Step(claims.DistinctProducts(weight), ours.products, (), "Lemma 6, w^0")
    scale = separating_multiple(walk, weight)
    yield Definition("lambda", scale, "small enough: sigma'(0) != 0", "Lemma 6, lambda -> 0")
    claim = claims.SeparatingWeight(tuple(scale * value for value in weight))
    values = yield Step(claim, ours.separating, (apart,), "Lemma 6, at lambda w^0")
    claim = claims.CoincidencesNull(walk.problem.data.samples)
    uses = (*analytic, zeros, values)
    return (yield Step(claim, ours.coincidences, uses, "Lemma 6, the conclusion"))


def _is_vandermonde(walk: Walkthrough, claim: Claim) -> bool:
    """The whole matrix, on a coordinate of the inputs."""
    if not isinstance(claim, At) or not isinstance(claim.claim, claims.WeightedVandermonde):
        return False
    return (claim.claim.k, claim.claim.order) == (1, walk.problem.data.samples)


#: The scripts of LDS18 by the ids of their statements.
SCRIPTS = {
    script.id: script
    for script in (
        Script(
            "LDS18:Asm2",
            special_activation,
            lambda walk, claim: (
                claim == claims.DerivativesNonzero(walk.k, walk.problem.data.samples)
            ),
        ),
        Script(
            "LDS18:Lem1",
            dense_class,
            lambda walk, claim: claim == claims.SpecialDense(walk.k, walk.problem.data.samples),
        ),
        Script(
            "LDS18:Lem3",
            last_hidden_layer,
            lambda walk, claim: claim == almost_everywhere(walk, hidden_layers(walk)),
        ),
        Script("LDS18:Lem4", weighted_vandermonde, _is_vandermonde),
        Script(
            "LDS18:Lem6",
            different_values,
            lambda walk, claim: claim == claims.CoincidencesNull(walk.problem.data.samples),
        ),
        Script(
            "LDS18:Prop3",
            one_input,
            lambda walk, claim: (
                claim == claims.DeterminantAlmostEverywhere(walk.problem.data.samples)
            ),
        ),
        Script(
            "LDS18:Prop4",
            one_hidden_layer,
            lambda walk, claim: claim == almost_everywhere(walk, 1),
        ),
    )
}
#: A remark without a number: the sharp form of Propositions 3 and 4.
REMARKS = {
    "LDS18:Moments": Script(
        "LDS18:Moments", moments, lambda walk, claim: claim == almost_everywhere(walk, 1)
    )
}


def script(id: str) -> Script:
    """The script of a statement or a remark; UsageError for one without.

    >>> from exactland.papers.lds18.examples import example
    >>> from exactland.proof.script import Driver
    >>> driver = Driver(script("LDS18:Prop3"), example("LDS18:Prop3")).run()
    >>> driver.finished, driver.entries[-1].claim.words()
    (True, 'The w in R^3 with det sigma_1(w x^T) = 0 form a set of measure zero.')
    """
    found = SCRIPTS.get(id) or REMARKS.get(id)
    if found is None:
        known = ", ".join([*SCRIPTS, *REMARKS])
        raise UsageError(id, "it has no proof script", f"those with one: {known}")
    return found
