"""What the papers assume of an activation: each assumption as a Fact with its reason.

``sigma`` is anything that ``activation`` takes. For the named activations everything is decided
(tables ``fact_table`` and ``fact_families``); for an expression what its form and values show.

>>> fact = nh18_assumption_3_2("sigmoid")
>>> fact.holds, fact.reason
(True, 'clause 1: the limits at -infinity and +infinity are 0 and 1, with product 0')
>>> nh18_assumption_3_2("tanh").holds
False
"""

from __future__ import annotations

from typing import Any

from flint import arb

from exactland.arithmetic.comparison import sign
from exactland.functions import custom_facts as custom
from exactland.functions.activations import Activation, activation
from exactland.functions.expression import Expression, Variable, parse
from exactland.functions.fact_families import known_facts, polynomial_facts
from exactland.functions.fact_table import Interval, Known
from exactland.functions.limits import Limit, limit
from exactland.functions.properties import Fact, total
from exactland.functions.signs import polynomial


def analytic(sigma: Any) -> Fact:
    """Analytic on R (NH17 Assumption 3.2, NH18 Theorem 3.5, NMH19 Assumption 1.1).

    >>> analytic("relu").reason
    'it has a kink at 0, where it has no derivative'
    """
    return activation(sigma).is_analytic


def continuous(sigma: Any) -> Fact:
    """Continuous on R (NH18 Assumption 3.2, LDS18 Assumption 1)."""
    found = activation(sigma)
    if found.definition is None:
        return Fact(True, "its pieces agree at the integers")
    return total(found.definition)


def non_constant(sigma: Any) -> Fact:
    """Not constant (NH18 Assumption 3.2)."""
    found = activation(sigma)
    known = _known(found)
    if known is None:
        return custom.is_not_constant(_expression(found))
    if known.injective is None:
        return Fact(False, "it is constant")
    return Fact(True, f"it is injective on {known.injective}: {known.injective.reason}")


def strictly_increasing(sigma: Any) -> Fact:
    """Strictly increasing on R (NH17 Assumption 3.2, NMH19 Assumption 1.1).

    >>> strictly_increasing("gelu").holds, strictly_increasing({"expr": "t+atan(t)"}).holds
    (False, True)
    """
    found = activation(sigma)
    known = _known(found)
    return known.increasing if known else custom.is_strictly_increasing(_expression(found))


def continuously_differentiable(sigma: Any) -> Fact:
    """Of class C^1 (NH17, Theorem 3.1 and Assumption 5.2(1)).

    >>> [continuously_differentiable(name).holds for name in ("tanh", "softsign", "relu")]
    [True, True, False]
    >>> continuously_differentiable({"expr": "max(t,0)**2"}).reason
    'not known to be C^1: max is not analytic'
    """
    found = activation(sigma)
    if found.is_analytic.holds is True:
        return Fact(True, f"it is analytic: {found.is_analytic.reason}")
    slopes = found.parameters if found.name in ("leaky-relu", "elu") else ()
    if found.name in ("relu", "relu6", "hard-sigmoid") or (slopes and slopes[0] != 1):
        return Fact(False, "it has a kink, where it has no derivative")
    if found.name in ("softsign", "r1", "elu", "dyadic-softplus"):
        return Fact(True, "the derivatives of its pieces agree where they meet")
    return Fact(
        None, f"not known to be C^1: {found.is_analytic.reason.removeprefix('not shown: ')}"
    )


def smooth_and_increasing(sigma: Any) -> Fact:
    """Continuously differentiable and strictly increasing (NH17, Assumption 5.2(1)).

    >>> smooth_and_increasing("elu").holds, smooth_and_increasing("leaky-relu").holds
    (True, False)
    """
    return _all(
        ("continuously differentiable", continuously_differentiable(sigma)),
        ("strictly increasing", strictly_increasing(sigma)),
    )


def positive_derivative(sigma: Any) -> Fact:
    """Continuously differentiable with a positive derivative (NH17, Theorem 3.1).

    >>> positive_derivative("tanh").holds, positive_derivative({"expr": "-t"}).holds
    (True, False)
    """
    return _all(
        ("", smooth_and_increasing(sigma)), ("without critical point", nonzero_derivative(sigma))
    )


def identity(sigma: Any) -> Fact:
    """The identity, shown by its normal form: what a layer applies if it applies no function.

    >>> [identity(s).holds for s in ("identity", {"expr": "t"}, {"expr": "t+t-t"}, "relu")]
    [True, True, True, False]
    """
    found = activation(sigma)
    if isinstance(found.definition, Variable):
        return Fact(True, "it applies no function")
    if found.definition is None:
        return Fact(False, "its value at 0 is not 0")
    for t, value in custom.values(found.definition):
        if sign(value - arb(t)) in (-1, 1):
            return Fact(False, f"its value at {t} is not {t}")
    return Fact(None, 'it is not shown to be the identity: write "identity"')


def bounded(sigma: Any) -> Fact:
    """Bounded on R (NH17 Assumption 3.2(2a), NMH19 Assumption 1.2)."""
    found = activation(sigma)
    known = _known(found)
    return known.bounded if known else custom.is_bounded(_expression(found))


def limits(sigma: Any) -> tuple[Limit | None, Limit | None]:
    """The limits at -infinity and at +infinity; None where they are not known.

    >>> [str(end) for end in limits("arctan")]
    ['-pi/2', 'pi/2']
    """
    found = activation(sigma)
    known = _known(found)
    if known is not None:
        return known.left, known.right
    return limit(_expression(found), -1), limit(_expression(found), 1)


def exponential_linear_bounds(sigma: Any) -> Fact:
    """abs(sigma(t)) <= rho_1 exp(rho_2 t) for t < 0 and <= rho_3 t + rho_4 for t >= 0, rho_i > 0.

    NH17 Assumption 3.2(2b) and clause 2 of NH18 Assumption 3.2; the constants are in ``constants``.

    >>> [f"{name}={c}" for name, c in exponential_linear_bounds("softplus").constants]
    ['rho_1=1', 'rho_2=1', 'rho_3=1', 'rho_4=log(2)']
    """
    found = activation(sigma)
    known = _known(found)
    return known.clause_2 if known else custom.clause_2(_expression(found), limits(found)[0])


def nh17_assumption_3_2(sigma: Any) -> Fact:
    """NH17 Assumption 3.2(2): analytic, strictly increasing, and bounded or with clause (b).

    >>> [nh17_assumption_3_2(name).holds for name in ("sigmoid", "tanh", "softplus", "relu")]
    [True, True, True, False]
    """
    growth, last = bounded(sigma), exponential_linear_bounds(sigma)
    either = growth if growth.holds is True else last
    if growth.holds is not True and last.holds is not True:
        both = growth.holds is False and last.holds is False
        reason = f"it is neither bounded ({growth.reason}) nor does (b) hold ({last.reason})"
        either = (
            Fact(False, reason) if both else Fact(None, f"(a) {growth.reason}; (b) {last.reason}")
        )
    return _all(
        ("analytic", analytic(sigma)),
        ("strictly increasing", strictly_increasing(sigma)),
        ("bounded, or exponential to the left and linear to the right", either),
    )


def nh18_clause_1(sigma: Any) -> Fact:
    """Finite limits mu_- and mu_+ with mu_- mu_+ = 0."""
    left, right = limits(sigma)
    for side, end in (("-", left), ("+", right)):
        if end is not None and not end.is_finite:
            what = "has no limit" if end.kind == "none" else f"tends to {end}"
            return Fact(False, f"it {what} at {side}infinity")
    if left is None or right is None or left.value is None or right.value is None:
        return Fact(None, "a limit is not known")
    both = f"the limits at -infinity and +infinity are {left} and {right}, with product"
    constants = (("mu_-", left.value), ("mu_+", right.value))
    if left.sign == 0 or right.sign == 0:
        return Fact(True, f"{both} 0", constants)
    if left.sign is None or right.sign is None:
        return Fact(None, f"{both} not decided", constants)
    return Fact(False, f"{both} not 0", constants)


def nh18_assumption_3_2(sigma: Any) -> Fact:
    """NH18 Assumption 3.2: continuous, not constant, and clause 1 or clause 2 (with rho_2 > 0)."""
    first, second = nh18_clause_1(sigma), exponential_linear_bounds(sigma)
    if first.holds is True:
        either = Fact(True, f"clause 1: {first.reason}", first.constants)
    elif second.holds is True:
        either = Fact(True, f"clause 2: {second.reason}", second.constants)
    else:
        fails = first.holds is False and second.holds is False
        reason = f"clause 1: {first.reason}; clause 2: {second.reason}"
        either = Fact(False if fails else None, reason)
    whole = _all(
        ("continuous", continuous(sigma)), ("not constant", non_constant(sigma)), ("", either)
    )
    return Fact(True, either.reason, either.constants) if whole.holds is True else whole


def nh18_theorem_3_4(sigma: Any) -> Fact:
    """Whether Theorem 3.4 of NH18, as repaired, is known for this activation at layer 1.

    The conclusion holds under Assumption 3.2, and (A) whenever the limits are finite and sigma is
    not constant; (B) with a bias for every neuron it holds at k = 1, for all data and
    architectures, exactly if sigma is not an exponential polynomial.
    """
    exception = exponential_polynomial(sigma)
    if exception.holds is True:
        return Fact(False, f"it is an exponential polynomial: {exception.reason}")
    if nh18_assumption_3_2(sigma).holds is True:
        return Fact(True, "Assumption 3.2 holds")
    shown = _all(("continuous", continuous(sigma)), ("not constant", non_constant(sigma)))
    if shown.holds is True:
        if all(end is not None and end.is_finite for end in limits(sigma)):
            return Fact(True, "(A): the limits at both ends are finite")
        if exception.holds is False:
            return Fact(True, f"(B): it is no exponential polynomial: {exception.reason}")
    return Fact(None, "neither Assumption 3.2 nor (A) or (B) is shown")


def nmh19_assumption_1_1(sigma: Any) -> Fact:
    """NMH19 Assumption 1.1: strictly increasing and analytic."""
    return _all(("strictly increasing", strictly_increasing(sigma)), ("analytic", analytic(sigma)))


def nmh19_assumption_1_2(sigma: Any) -> Fact:
    """NMH19 Assumption 1.2, its part on sigma: bounded with limit 0 at -infinity, or softplus."""
    if activation(sigma).known_as.name == "softplus":
        return Fact(True, "it is softplus")
    left, growth = limits(sigma)[0], bounded(sigma)
    # Softplus is unbounded and tends to 0 on the left; it may be one that is not recognised.
    vanishing = left is None or (left.is_finite and left.sign in (0, None))
    if growth.holds is False and activation(sigma).known_as.name == "expr" and vanishing:
        return Fact(None, f"{growth.reason}; whether it is softplus is not decided")
    if growth.holds is not True:
        return Fact(growth.holds, growth.reason)
    if left is None:
        return Fact(None, "its limit at -infinity is not known")
    decided = left.sign
    vanishes = None if decided is None and left.is_finite else left.is_finite and decided == 0
    what = "it has no limit" if left.kind == "none" else f"its limit is {left}"
    return Fact(vanishes, f"it is bounded ({growth.reason}) and {what} at -infinity")


def injective_interval(sigma: Any) -> Interval | None:
    """An open interval on which sigma is injective (NH18 Lemma D.1); None if none is known.

    >>> str(injective_interval("relu")), str(injective_interval("tanh"))
    ('(0, infinity)', '(-infinity, infinity)')
    """
    found = activation(sigma)
    known = _known(found)
    return known.injective if known else custom.injectivity(_expression(found))


def nonzero_derivative(sigma: Any) -> Fact:
    """Differentiable on R with a derivative that is never 0 (repairs NH17 3.4, NH18 4.4, 4.5)."""
    found = activation(sigma)
    known = _known(found)
    return known.nonzero_slope if known else custom.slope_is_nonzero(_expression(found))


def exponential_polynomial(sigma: Any) -> Fact:
    """A solution of a linear differential equation with constant coefficients (NH18 3.4, (B))."""
    found = activation(sigma)
    known = _known(found)
    if known is not None:
        return known.exponential_polynomial
    return custom.is_exponential_polynomial(_expression(found))


def _known(found: Activation) -> Known | None:
    """The facts from the tables: for a name, and for an expression that is one or a polynomial."""
    found = found.known_as
    if found.name != "expr":
        return known_facts(found.name, found.parameters)
    coefficients = polynomial(_expression(found))
    return None if coefficients is None else polynomial_facts(coefficients)


def _expression(found: Activation) -> Expression:
    return parse(found.text)


def _all(*parts: tuple[str, Fact]) -> Fact:
    """The conjunction; its constants are those of the parts."""
    for holds in (False, None):
        for name, fact in parts:
            if fact.holds is holds:
                how = "not " if holds is False else "not shown to be "
                return Fact(holds, f"{how}{name}: {fact.reason}" if name else fact.reason)
    constants = tuple(constant for _, fact in parts for constant in fact.constants)
    return Fact(True, "; ".join(f"{name}: {fact.reason}" for name, fact in parts), constants)
