"""LDS18, Proposition 1: a bad local minimum that is not strict, at any width.

One sample (x, y), one hidden layer of d units without biases, E(w1, w2) = (y - w2 . sigma(w1 x))^2.
Where sigma(t) = 0 and sigma <= 0 near t, the point w1 = (t/x, ..., t/x), w2 = sign(y) (1, ..., 1)
is a local minimum: in the box |w1_j x - t| < radius, |w2_j - sign(y)| < 1 the numbers w2_j have the
sign of y, so sign(y) w2 . sigma(w1 x) <= 0 and E >= y^2. It is not strict, since E(w1, w2) = y^2
for every w2; it is bad, since E is smaller elsewhere.

(The paper says that w2 . sigma is never positive near the point; that is right for y > 0 only.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import excludes_zero, upper
from exactland.arithmetic.exact import exact_float
from exactland.conditions.assumption_2 import decide_assumption_2
from exactland.conditions.claims import BadLocalMinimum
from exactland.conditions.finding import Finding
from exactland.errors import ExactlandError, UsageError
from exactland.functions.activations import Activation
from exactland.functions.expression import evaluate, parse_constant
from exactland.functions.expression_tree import Expression
from exactland.landscape.evidence import LocalMinimumProof
from exactland.landscape.sign_near import (
    BITS,
    DeclinedError,
    nonpositive_near,
    on_interval,
    vanishes_at,
)
from exactland.landscape.zeros import closed_form_zeros
from exactland.model.layers import Dense
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Problem

_QUESTION = "the point of LDS18:Prop1 is a non-strict bad local minimum"


@dataclass(frozen=True)
class _Setting:
    """The network and the sample of Proposition 1."""

    activation: Activation
    sigma: Expression
    width: int
    x: fmpq
    y: fmpq


def bad_local_minimum(
    problem: Problem, at: str | None = None, order: int | Literal["all"] | None = None
) -> Finding:
    """Certify the non-strict bad local minimum of LDS18, Proposition 1, on a problem of its form.

    Parameters
    ----------
    problem : one sample with one input x != 0 and one target y != 0; a dense layer of d units and a
        dense layer of one, both without biases, the second without activation; loss "squared".
    at : the zero t of sigma, a closed-form constant such as ``"1"``, ``"pi/4"``, ``"log(3)"``;
        looked for if absent.
    order : how many derivatives at 0 Assumption 2 is asked for; "all" tries every order; by default
        all, and if that cannot be decided the first 8.

    Returns
    -------
    Proved, or undecided with the hypothesis that fails as the reason.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[2]], "targets": [[-3]]}, "loss": "squared",
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "dense", "width": 2, "bias": "none",
    ...          "activation": {"expr": "-(t-1)**2*exp(t)"}},
    ...         {"kind": "dense", "width": 1, "bias": "none"}]}})
    >>> finding = bad_local_minimum(problem)
    >>> finding.verdict, finding.established.t, finding.established.assumption_2.order
    ('proved', '1', 'all')
    """
    if order is not None and order != "all" and order < 1:
        raise UsageError("--order", f"{order} is no order", "give a number from 1, or all")
    try:
        setting = _setting(problem)
        t = _zero(setting, at)
        shown = nonpositive_near(setting.sigma, t)
        w1, w2, better = _better_point(setting)
    except DeclinedError as declined:
        return Finding(
            _QUESTION, "undecided", "on this instance", problem=problem, reason=str(declined)
        )
    verdict, method, dominated_from = decide_assumption_2(setting.activation, order)
    claim = BadLocalMinimum(
        t=t,
        sigma=str(setting.activation),
        width=setting.width,
        x=setting.x,
        y=setting.y,
        radius=shown.radius,
        loss=setting.y**2,
        better=better,
        assumption_2=verdict,
    )
    proof = LocalMinimumProof(
        shown.method, shown.order, w1, w2, BITS, method, dominated_from
    )  # fmt: skip
    return Finding(
        _QUESTION,
        "proved",
        "on this instance",
        established=claim,
        evidence=proof,
        problem=problem,
        reason=_summary(setting, claim),
    )


def _setting(problem: Problem) -> _Setting:
    network, data = problem.network, problem.data
    if not isinstance(network, SequentialNetwork) or len(network.layers) != 2:
        raise DeclinedError("Proposition 1 asks for one hidden layer and a linear output layer")
    hidden, output = network.layers
    if not isinstance(hidden, Dense) or not isinstance(output, Dense):
        raise DeclinedError("Proposition 1 asks for two dense layers")
    if hidden.bias != "none" or output.bias != "none":
        raise DeclinedError('Proposition 1 asks for layers without biases: write "bias": "none"')
    if output.neurons != 1 or output.activation.known_as.name != "identity":
        raise DeclinedError("Proposition 1 asks for one output without activation")
    if data.targets is None or data.samples != 1 or data.dimension != 1:
        raise DeclinedError("Proposition 1 asks for one sample with one input and one target")
    if problem.loss is None or getattr(problem.loss, "name", problem.loss) != "squared":
        raise DeclinedError('Proposition 1 is about the squared loss: write "loss": "squared"')
    x, y = data.inputs[0][0], data.targets[0][0]
    if x == 0:
        raise DeclinedError("x = 0: Proposition 1 asks for x != 0 (the point is w1 = t/x)")
    if y == 0:
        raise DeclinedError("y = 0: Proposition 1 asks for y != 0 (otherwise the loss 0 is global)")
    if hidden.activation.definition is None:
        raise DeclinedError(f"{hidden.activation.name} has no closed form in the grammar")
    return _Setting(hidden.activation, hidden.activation.definition, hidden.neurons, x, y)


def _zero(setting: _Setting, at: str | None) -> str:
    if at is not None:
        constant = parse_constant(at)
        if not vanishes_at(setting.sigma, constant):
            raise DeclinedError(
                f"sigma({at}) = 0 is not shown: it is {_decimal(setting, constant)}"
            )
        return str(constant)
    reasons: list[str] = []
    for candidate in closed_form_zeros(setting.sigma):
        if not vanishes_at(setting.sigma, parse_constant(candidate)):
            continue
        try:
            nonpositive_near(setting.sigma, candidate)
        except DeclinedError as declined:
            reasons.append(str(declined))
            continue
        return candidate
    detail = "; ".join(reasons) if reasons else "none was found in closed form"
    raise DeclinedError(
        f"no t != 0 with sigma(t) = 0 and sigma <= 0 near t: {detail} (name one with --at)"
    )


def _better_point(setting: _Setting) -> tuple[tuple[fmpq, ...], tuple[fmpq, ...], fmpq]:
    """Rational w1, w2 with a loss below y^2/100: w1_j x = s for a simple s with sigma(s) != 0."""
    balls = Balls(BITS)
    bound = setting.y**2 / 100
    for s in (fmpq(0), *(fmpq(n, 2) for k in range(1, 21) for n in (k, -k))):
        try:
            with balls.working():
                value = evaluate(setting.sigma, balls.number(s), balls)
                if excludes_zero(value) is not True:
                    continue
                approximate = exact_float(float(value.mid()))
                if approximate == 0:
                    continue
                outer = setting.y / (setting.width * approximate)
                error = balls.number(setting.y) - value * balls.number(outer * setting.width)
                size = upper(error * error)
                if size is not None and size < bound:
                    return (s / setting.x,) * setting.width, (outer,) * setting.width, bound
        except (ExactlandError, OverflowError):
            continue
    raise DeclinedError("no point with a smaller loss is found: sigma may be 0 everywhere")


def _decimal(setting: _Setting, constant: Expression) -> str:
    value = on_interval(setting.sigma, constant, fmpq(0))
    return "undefined there" if value is None else value.str(10)


def _summary(setting: _Setting, claim: BadLocalMinimum) -> str:
    needed = claim.assumption_2
    reach = needed.derivative if needed.verdict == "refuted" else needed.order
    remark = needed.words()
    if needed.verdict == "refuted" and reach:
        remark += f" (It holds at order {reach}; the proposition needs order 1 for one sample.)"
    return (
        f"E = {claim.loss} at t = {claim.t} with width {setting.width}, a local minimum in a box "
        f"of radius {claim.radius} in w1 x and 1 in w2, constant in w2; "
        f"E < {claim.better} elsewhere. {remark}"
    )
