"""NH18, Lemma H.1: backpropagation to U_l, checked against derivatives that run forwards.

Moving an entry (r, j) of U_l moves column j of G_l by column r of F_{l-1}; the movement goes on by
dF = sigma'(G) o dG and dG_{l+1} = dF U_{l+1}, and ends in <F_L - Y, dF_L>. With symbols for
features, slopes, filters and residuals, this is compared with the formulas as polynomials; and both
are computed with the numbers of the instance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import less_or_equal
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import ExactlandError, NotExactError
from exactland.functions.facts import identity as applies_nothing
from exactland.functions.taylor import taylor
from exactland.model.forward import forward_passes
from exactland.model.layer_matrix import layer_map, layer_matrix
from exactland.model.numbers import working
from exactland.model.problem import Problem
from exactland.papers.nh18.constructions import given_parameters
from exactland.proof import rules as by
from exactland.proof.claims import HypothesisHolds, Together
from exactland.proof.script import (
    Definition,
    Fact,
    Grounds,
    Script,
    Step,
    StepFailed,
    StepRefuted,
    Steps,
    Walkthrough,
)

#: More terms of an identity than this are not written out.
MOST_TERMS = 4000
BITS = 256
#: Balls of the two sides have to agree up to this.
TOLERANCE = fmpq(1, 2**100)


@dataclass(frozen=True)
class NoPoolingAbove:
    """Layers k+1, ..., L are convolutional or dense, and the last applies no function."""

    k: int

    def words(self) -> str:
        return (
            f"The layers above layer {self.k} are convolutional or dense, and the last applies no "
            "function."
        )


@dataclass(frozen=True)
class Targets:
    """There are targets Y (N x n_L), so that Phi = ||F_L - Y||^2/2."""

    def words(self) -> str:
        return "There are targets Y with Phi = ||F_L - Y||^2/2."


@dataclass(frozen=True)
class SlopesExist:
    """sigma_l is differentiable at every entry of G_l at the parameters."""

    check: ClassVar[str] = "papers.nh18.backpropagation.slopes_exist"
    layer: int
    parameters: Any

    def words(self) -> str:
        return f"sigma_{self.layer} is differentiable at every entry of G_{self.layer}."


@dataclass(frozen=True)
class BackpropagationIdentity:
    """Lemma H.1 at layer l of this architecture, for all parameters, samples and slopes."""

    layer: int
    depth: int

    def words(self) -> str:
        at, above = self.layer, self.layer + 1
        delta = (
            f"Delta_{at} = F_{at} - Y"
            if at == self.depth
            else f"Delta_{at} = (Delta_{above} U_{above}^T) o sigma_{at}'(G_{at})"
        )
        return f"dPhi/dU_{at} = F_{at - 1}^T Delta_{at} with {delta}."


@dataclass(frozen=True)
class GradientOfInstance:
    """dPhi/dU_l at these parameters, backwards and forwards."""

    layer: int
    parameters: Any
    exact: bool

    def words(self) -> str:
        how = "is equal to" if self.exact else "differs by at most 2^-100 from"
        return (
            f"Every entry of F_{self.layer - 1}^T Delta_{self.layer} at the parameters {how} the "
            f"derivative of Phi for that entry of U_{self.layer}, computed forwards."
        )


def no_pooling_above(walk: Walkthrough, claim: NoPoolingAbove, uses: tuple[Fact, ...]) -> Grounds:
    network = walk.problem.sequential
    for index in range(claim.k + 1, network.depth + 1):
        if not network.layer(index).has_parameters():
            raise StepRefuted(f"{claim.words()} Layer {index} is max-pooling")
    last: Any = network.layer(network.depth)
    linear = applies_nothing(last.activation)
    if linear.holds is not True:
        failed = StepRefuted if linear.holds is False else StepFailed
        raise failed(f"{claim.words()} The last layer applies a function: {linear.reason}")
    return Grounds("exact", f"layers {claim.k + 1} to {network.depth}")


def targets(walk: Walkthrough, claim: Targets, uses: tuple[Fact, ...]) -> Grounds:
    given = walk.problem.data.targets
    if given is None or len(given[0]) != walk.problem.widths[-1]:
        raise StepRefuted(f"{claim.words()} The data have none with {walk.problem.widths[-1]} rows")
    return Grounds("exact", f"Y is {len(given)} x {len(given[0])}")


def slopes_exist(walk: Walkthrough, claim: SlopesExist, uses: tuple[Fact, ...]) -> Grounds:
    """sigma_l'(G_l), exactly or in balls; a kink is refused."""
    problem = walk.problem.with_parameters(claim.parameters)
    exact = _is_rational(walk, claim.parameters)
    arithmetic: Arithmetic = RATIONALS if exact else Balls(BITS)
    try:
        with working(arithmetic):
            here = forward_passes(problem, arithmetic)[claim.layer - 1]
            _slopes(problem, claim.layer, here, arithmetic)
    except ExactlandError as error:
        raise StepFailed(f"{claim.words()} {error}") from None
    return Grounds("exact" if exact else "ball", "the slopes exist")


def identity(walk: Walkthrough, claim: BackpropagationIdentity, uses: tuple[Fact, ...]) -> Grounds:
    """Both sides as polynomials in free symbols, for one sample; both sum over the samples."""
    problem, depth = walk.problem, walk.problem.sequential.depth
    if claim.depth != depth or not 1 <= claim.layer <= depth:
        raise StepFailed(f"layer {claim.layer} of {depth}")
    no_pooling_above(walk, NoPoolingAbove(claim.layer - 1), ())
    matrices = {at: _symbolic_matrix(problem, at) for at in range(claim.layer + 1, depth + 1)}
    terms = 1
    for matrix in matrices.values():
        terms *= max(len(row) for row in matrix)
    if terms > MOST_TERMS:
        raise StepFailed(f"{claim.words()} An entry has up to {terms} terms (limit {MOST_TERMS})")
    name, widths = FORMAL.symbol, problem.widths
    slopes: dict[int, list[Any]] = {
        at: [name(f"s{at}[{h + 1}]") for h in range(widths[at])] for at in range(1, depth)
    }
    slopes[depth] = [FORMAL.number(fmpq(1))] * widths[depth]
    residual = [name(f"e[{h + 1}]") for h in range(widths[depth])]
    delta = _backwards(claim.layer, depth, matrices, slopes, residual)
    for j in range(widths[claim.layer]):
        pushed = _forwards(claim.layer, depth, matrices, slopes, residual, j, widths)
        if not (pushed - delta[j]).is_zero():
            raise StepFailed(f"{claim.words()} It fails for neuron {j + 1}")
    detail = f"{widths[claim.layer]} identities of polynomials in free symbols"
    return Grounds("exact", f"{detail}, summed over the samples")


def _symbolic_matrix(problem: Problem, at: int) -> list[list[tuple[int, Any]]]:
    """The nonzero entries of U_at by rows: (column, symbol of the filter entry)."""
    layer, below = problem.sequential.layer(at), problem.widths[at - 1]
    rows: list[list[tuple[int, Any]]] = [[] for _ in range(below)]
    for (i, h), variable in layer_map(layer, below).entries.items():
        rows[i].append((h, FORMAL.symbol(f"W{at}[{variable + 1}]")))
    return rows


def _backwards(
    at: int, depth: int, matrices: Any, slopes: dict[int, list[Any]], residual: list[Any]
) -> list[Any]:
    """Delta_at of one sample by the formulas of the lemma."""
    delta = residual
    zero = FORMAL.number(fmpq(0))
    for layer in range(depth - 1, at - 1, -1):
        delta = [
            sum((delta[h] * u for h, u in row), zero) * slopes[layer][i]
            for i, row in enumerate(matrices[layer + 1])
        ]
    return delta


def _forwards(
    at: int,
    depth: int,
    matrices: Any,
    slopes: dict[int, list[Any]],
    residual: list[Any],
    j: int,
    widths: tuple[int, ...],
) -> Any:
    """The derivative of Phi for neuron j of G_at: the movement of one sample, layer by layer."""
    zero = FORMAL.number(fmpq(0))
    moved = {j: FORMAL.number(fmpq(1))}
    for layer in range(at, depth + 1):
        moved = {h: slopes[layer][h] * value for h, value in moved.items()}
        if layer == depth:
            break
        further: dict[int, Any] = {}
        for i, value in moved.items():
            for h, u in matrices[layer + 1][i]:
                further[h] = further.get(h, zero) + value * u
        moved = further
    return sum((residual[h] * value for h, value in moved.items()), zero)


def instance(walk: Walkthrough, claim: GradientOfInstance, uses: tuple[Fact, ...]) -> Grounds:
    """The formulas of the lemma and the forward derivatives, entry by entry."""
    problem = Problem(walk.problem.network, walk.problem.data, claim.parameters, "half-squared")
    arithmetic: Arithmetic = RATIONALS if claim.exact else Balls(BITS)
    try:
        with working(arithmetic):
            mine = _backward_gradient(problem, claim.layer, arithmetic)
            other = _forward_gradient(problem, claim.layer, arithmetic)
            bound = arithmetic.number(fmpq(0) if claim.exact else TOLERANCE)
            for r, row in enumerate(arithmetic.rows(mine)):
                for j, value in enumerate(row):
                    if less_or_equal(abs(value - other[r][j]), bound) is not True:
                        raise StepFailed(
                            f"{claim.words()} Entry ({r + 1}, {j + 1}): {value} and {other[r][j]}"
                        )
    except ExactlandError as error:
        raise StepFailed(f"{claim.words()} {error}") from None
    if claim.exact:
        return Grounds("exact", "rational arithmetic", mine)
    return Grounds("ball", f"balls of {BITS} bits", mine)


def _backward_gradient(problem: Problem, at: int, arithmetic: Arithmetic) -> Any:
    """F_{at-1}^T Delta_at; layers below ``at`` need no derivative."""
    passes, depth = forward_passes(problem, arithmetic), problem.sequential.depth
    wanted = arithmetic.matrix([[-y for y in row] for row in problem.data.targets or ()])
    delta = arithmetic.add(passes[-1].features, wanted)
    for n in range(depth - 1, at - 1, -1):
        above = arithmetic.transpose(layer_matrix(problem, n + 1, arithmetic))
        layer: Any = problem.sequential.layer(n)
        slopes = _derivatives(passes[n - 1].pre_activations, layer.activation, arithmetic)
        delta = arithmetic.hadamard(arithmetic.multiply(delta, above), slopes)
    below = passes[at - 2].features if at > 1 else arithmetic.matrix(problem.data.inputs)
    return arithmetic.multiply(arithmetic.transpose(below), delta)


def _derivatives(pre: Any, activation: Any, arithmetic: Arithmetic) -> Any:
    """sigma'(G) by the formula for the derivative."""
    return arithmetic.map(pre, lambda t: activation.derivative(t, arithmetic))


def _forward_gradient(problem: Problem, at: int, arithmetic: Arithmetic) -> list[list[Any]]:
    """dPhi/dU_at (n_{at-1} x n_at) by movements; the slopes are taken from Taylor series."""
    passes, depth = forward_passes(problem, arithmetic), problem.sequential.depth
    below = arithmetic.rows(
        passes[at - 2].features if at > 1 else arithmetic.matrix(problem.data.inputs)
    )
    outputs, zero = arithmetic.rows(passes[-1].features), arithmetic.number(fmpq(0))
    slopes = {n: _slopes(problem, n, passes[n - 1], arithmetic) for n in range(at, depth + 1)}
    matrices = {n: layer_matrix(problem, n, arithmetic) for n in range(at + 1, depth + 1)}
    result = [[zero] * problem.widths[at] for _ in below[0]]
    for j in range(problem.widths[at]):
        # Column j of G_at moves by 1 in every sample, one movement a row.
        one = arithmetic.number(fmpq(1))
        moved = [[one if h == j else zero for h in range(problem.widths[at])] for _ in below]
        for n in range(at, depth + 1):
            moved = arithmetic.rows(arithmetic.hadamard(arithmetic.from_rows(moved), slopes[n]))
            if n < depth:
                product = arithmetic.multiply(arithmetic.from_rows(moved), matrices[n + 1])
                moved = arithmetic.rows(product)
        for i, row in enumerate(moved):
            wanted = (problem.data.targets or ())[i]
            change = sum(
                (
                    (f - arithmetic.number(y)) * m
                    for f, y, m in zip(outputs[i], wanted, row, strict=True)
                ),
                zero,
            )
            for r, feature in enumerate(below[i]):
                result[r][j] = result[r][j] + feature * change
    return result


def _slopes(problem: Problem, at: int, layer_pass: Any, arithmetic: Arithmetic) -> Any:
    """sigma'(G_at) as a matrix."""
    layer: Any = problem.sequential.layer(at)
    definition = layer.activation.definition
    if definition is None:
        raise NotExactError(layer.activation.name, "it has no expression", "use another one")
    return arithmetic.from_rows(
        [
            [taylor(definition, t, 2, arithmetic)[1] for t in row]
            for row in arithmetic.rows(layer_pass.pre_activations)
        ]
    )


def backpropagation(walk: Walkthrough) -> Steps:
    """Lemma H.1 at the layers k+1, ..., L."""
    where = "Lemma H.1"
    yield Step(
        HypothesisHolds("k + 1 <= L.", "papers.nh18.backpropagation.layer_above"),
        by.hypothesis,
        (),
        where,
    )
    yield Step(NoPoolingAbove(walk.k), no_pooling_above, (), where)
    yield Step(Targets(), targets, (), where)
    parameters = given_parameters(walk.problem)
    yield Definition("U, b", parameters, "the parameters", where)
    facts: list[Fact] = []
    depth = walk.problem.sequential.depth
    for at in range(walk.k + 1, depth):
        slopes = SlopesExist(at, parameters)
        yield Step(slopes, slopes_exist, (), "Lemma H.1, sigma_l differentiable")
    for at in range(depth, walk.k, -1):
        claim: Any = BackpropagationIdentity(at, depth)
        facts.append((yield Step(claim, identity, (), where)))
        claim = GradientOfInstance(at, parameters, _is_rational(walk, parameters))
        facts.append((yield Step(claim, instance, (), where)))
    if not facts:
        raise StepFailed(f"a layer l with k + 1 <= l <= L: k = {walk.k} and L = {depth}")
    together = Together(tuple(fact.claim for fact in facts))
    return (yield Step(together, by.conjunction, tuple(facts), where))


def layer_above(problem: Problem, k: int) -> Any:
    """There is a layer above layer k (Lemma H.1 speaks of l = k + 1, ..., L)."""
    from exactland.functions.properties import Fact as Known

    depth = problem.sequential.depth
    return Known(k < depth, f"k = {k} and L = {depth}")


def _is_rational(walk: Walkthrough, parameters: Any) -> bool:
    try:
        forward_passes(walk.problem, RATIONALS, parameters)
    except ExactlandError:
        # Irrational numbers, or none at all: a step says where an activation is not defined.
        return False
    return True


def _is_goal(walk: Walkthrough, claim: Any) -> bool:
    """The identity and the gradient at every layer above k."""
    parameters = given_parameters(walk.problem)
    depth = walk.problem.sequential.depth
    wanted: list[Any] = []
    for at in range(depth, walk.k, -1):
        wanted.append(BackpropagationIdentity(at, depth))
        wanted.append(GradientOfInstance(at, parameters, _is_rational(walk, parameters)))
    return bool(wanted) and claim == Together(tuple(wanted))


SCRIPTS = (Script("NH18:LemH.1", backpropagation, _is_goal),)
