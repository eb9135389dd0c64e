"""LDS18, Assumption 2, at an order or at every order: sigma's derivatives at 0 do not vanish."""

from __future__ import annotations

from typing import Literal

from exactland.conditions.claims import OrderVerdict
from exactland.conditions.exponential_polynomials import every_order
from exactland.functions.activations import Activation
from exactland.functions.derivatives_at_zero import assumption_2

#: The order that is examined where no argument for every order applies.
DEFAULT_ORDER = 8

Method = Literal["derivatives", "exponential-polynomial"]


def decide_assumption_2(
    activation: Activation, order: int | Literal["all"] | None = None
) -> tuple[OrderVerdict, Method | None, int | None]:
    """The verdict, the method that shows it and, for every order, where one exponential dominates.

    ``order`` n asks for the derivatives of order below n, "all" for every one; by default all are
    tried, and if that cannot be decided the first 8.

    >>> from exactland.functions.activations import activation
    >>> decide_assumption_2(activation({"expr": "-(exp(t)-2)**2"}), 3)[0].words()
    'Assumption 2 fails at order 3: derivative 2 of sigma at 0 is 0.'
    >>> decide_assumption_2(activation({"expr": "sin(t)+cos(t)-sqrt(2)"}))[0].words()
    'Assumption 2 holds at every order.'
    """
    sigma = activation.definition
    if sigma is None or activation.is_analytic.holds is not True:
        return OrderVerdict("undecided"), None, None
    if order in (None, "all"):
        found = every_order(sigma)
        if found is not None and found.dominated_from is not None:
            return OrderVerdict("proved", "all"), "exponential-polynomial", found.dominated_from
        if found is not None and found.vanishing is not None:
            return _by_derivatives(activation, found.vanishing + 1)
        if order == "all":
            return OrderVerdict("undecided"), None, None
        order = DEFAULT_ORDER
    return _by_derivatives(activation, int(order or DEFAULT_ORDER))


def _by_derivatives(
    activation: Activation, order: int
) -> tuple[OrderVerdict, Method | None, int | None]:
    fact = assumption_2(activation, order)
    if fact.holds is True:
        return OrderVerdict("proved", order), "derivatives", None
    if fact.vanishing is not None:
        return OrderVerdict("refuted", order, fact.vanishing), "derivatives", None
    return OrderVerdict("undecided"), None, None
