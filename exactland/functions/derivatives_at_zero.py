"""LDS18 Assumption 2: sigma is analytic and its first n derivatives at 0 are not 0.

>>> fact = assumption_2("sigmoid", 3)
>>> fact.holds, fact.vanishing
(False, 2)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import excludes_zero, is_finite
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.formal_values import Formal
from exactland.errors import ExactlandError, UsageError
from exactland.functions.activations import activation
from exactland.functions.expression import Expression
from exactland.functions.properties import Fact
from exactland.functions.taylor import MAXIMAL_ORDER, derivatives


@dataclass(frozen=True)
class Derivative:
    """sigma^(order)(0): exactly where it is rational, always an enclosure.

    ``formally_zero``: it is 0 by an identity of formal values.
    """

    order: int
    exact: fmpq | None
    enclosure: arb
    formally_zero: bool

    @property
    def is_zero(self) -> bool | None:
        """True by an identity, False by a ball or a rational that is not 0, otherwise None."""
        if self.formally_zero:
            return True
        if self.exact is not None:
            return bool(self.exact == 0)
        return False if excludes_zero(self.enclosure) is True else None


@dataclass(frozen=True)
class Assumption2(Fact):
    """A Fact with the derivatives of order 0, ..., n-1 as evidence.

    ``vanishing`` is the least order of a derivative that is 0 (refuted), ``undecided`` are the
    orders of those that are not decided.
    """

    order: int = 0
    derivatives: tuple[Derivative, ...] = ()
    vanishing: int | None = None
    undecided: tuple[int, ...] = ()


def assumption_2(sigma: Any, order: int, bits: int = 128, ceiling: int = 4096) -> Assumption2:
    """Whether sigma is analytic with sigma^(k)(0) != 0 for all k < order (LDS18 Assumption 2).

    Parameters
    ----------
    order : n, from 1 to 1000; LDS18 needs n >= N, the number of samples.
    bits, ceiling : the precision of the balls, doubled from ``bits`` up while undecided.

    Errors: UsageError for an order outside its range.

    >>> assumption_2({"expr": "-(t-1)**2*exp(t)"}, 20).holds, assumption_2("softplus", 4).vanishing
    (True, 3)
    """
    if type(order) is not int or not 1 <= order <= MAXIMAL_ORDER:
        raise UsageError(
            "order", f"{order!r} is no order", f"give an integer from 1 to {MAXIMAL_ORDER}"
        )
    found = activation(sigma)
    smooth, definition = found.is_analytic, found.definition
    if smooth.holds is not True or definition is None:
        return Assumption2(smooth.holds, f"analytic: {smooth.reason}", order=order)
    formal = _formal_derivatives(definition, order)
    known: tuple[Derivative, ...] = ()
    undecided: tuple[int, ...] = tuple(range(order))
    while bits <= ceiling:
        known = _derivatives(definition, order, bits, formal)
        undecided = tuple(d.order for d in known if d.is_zero is None)
        vanishing = next((d.order for d in known if d.is_zero is True), None)
        if vanishing is not None:
            reason = f"derivative {vanishing} of sigma at 0 is 0, by an identity"
            return Assumption2(False, reason, (), order, known, vanishing, undecided)
        if known and not undecided:
            reason = f"the derivatives of order 0 to {order - 1} at 0 are not 0, by enclosure"
            return Assumption2(True, reason, (), order, known)
        bits *= 2
    reason = (
        f"derivatives {', '.join(map(str, undecided))} at 0 are not decided with {ceiling} bits"
    )
    return Assumption2(None, reason, (), order, known, None, undecided)


def derivatives_at_zero(sigma: Expression, order: int, bits: int = 128) -> tuple[Derivative, ...]:
    """sigma(0), ..., sigma^(order-1)(0); () if there is no finite enclosure of them.

    >>> from exactland.functions.expression import parse
    >>> [str(d.exact) for d in derivatives_at_zero(parse("log(1+exp(t))"), 4)]
    ['None', '1/2', '1/4', '0']
    """
    return _derivatives(sigma, order, bits, _formal_derivatives(sigma, order))


def _derivatives(
    sigma: Expression, order: int, bits: int, formal: list[Formal | None]
) -> tuple[Derivative, ...]:
    balls = Balls(bits)
    try:
        enclosures = derivatives(sigma, balls.number(fmpq(0)), order, balls)
    except ExactlandError:
        return ()
    # Without a finite enclosure the formal values may divide by a hidden zero.
    if not all(is_finite(enclosure) for enclosure in enclosures):
        return ()
    return tuple(
        Derivative(
            k,
            None if value is None else value.as_rational(),
            enclosure,
            value is not None and value.is_zero(),
        )
        for k, (value, enclosure) in enumerate(zip(formal, enclosures, strict=True))
    )


def _formal_derivatives(sigma: Expression, order: int) -> list[Formal | None]:
    """Formal values as far as they stay small: those of the largest order that succeeds."""
    for tried in dict.fromkeys((order, min(order, 16), min(order, 8), min(order, 4))):
        try:
            found = derivatives(sigma, FORMAL.number(fmpq(0)), tried, FORMAL)
        except ExactlandError:
            continue
        return [*found, *[None] * (order - tried)]
    return [None] * order
