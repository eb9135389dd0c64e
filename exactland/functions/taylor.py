"""Taylor series of an expression at a point, over any arithmetic.

Over FORMAL the coefficients are formal values, so that a formal zero is a proof that a derivative
vanishes (LDS18, Assumption 2 and Proposition 1); over balls they are enclosures. At a kink of abs,
min or max the series from the left and from the right are compared (``one_sided``).

>>> from exactland.arithmetic.rationals import RATIONALS
>>> from exactland.functions.expression import parse
>>> derivatives(parse("-(t-1)**2*exp(t)"), fmpq(0), 5, RATIONALS)
[-1, 1, 1, -1, -5]
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.errors import LimitError, UsageError
from exactland.functions.expression import Expression
from exactland.functions.one_sided import through_kink
from exactland.functions.series_rules import AtKinkError, Series, SeriesRules

#: The largest number of coefficients.
MAXIMAL_ORDER = 1000


def derivatives(expression: Expression, t: Any, order: int, arithmetic: Arithmetic) -> list[Any]:
    """sigma(t), sigma'(t), ..., ``order`` of them; arguments and errors as for ``taylor``."""
    coefficients = taylor(expression, t, order, arithmetic)
    if isinstance(arithmetic, Balls):
        with arithmetic.working():
            return _with_factorials(coefficients, arithmetic)
    return _with_factorials(coefficients, arithmetic)


def _with_factorials(coefficients: Series, arithmetic: Arithmetic) -> Series:
    result = []
    factorial = fmpq(1)
    for j, coefficient in enumerate(coefficients):
        factorial *= max(j, 1)
        result.append(coefficient * arithmetic.number(factorial))
    return result


def taylor(expression: Expression, t: Any, order: int, arithmetic: Arithmetic) -> Series:
    """The coefficients c_0, ..., c_{order-1} of sigma(t + h) in powers of h.

    Parameters
    ----------
    t : a number of ``arithmetic`` (rationals, balls or formal values).
    order : how many coefficients, 1 to 1000.

    Errors: as ``evaluate``; NotDifferentiableError where the series from both sides of a kink
    differ or are not shown to agree.

    >>> from exactland.arithmetic.rationals import RATIONALS
    >>> from exactland.functions.expression import parse
    >>> taylor(parse("t/(1+abs(t))"), fmpq(0), 2, RATIONALS)
    [0, 1]
    """
    if type(order) is not int or order < 1:
        raise UsageError("order", f"{order!r} is no number of coefficients", "give 1, 2, ...")
    if order > MAXIMAL_ORDER:
        raise LimitError("order", f"{order} exceeds {MAXIMAL_ORDER}", "ask for fewer derivatives")
    if isinstance(arithmetic, Balls):
        with arithmetic.working():
            return _taylor(expression, t, order, arithmetic)
    return _taylor(expression, t, order, arithmetic)


def _taylor(expression: Expression, t: Any, order: int, arithmetic: Arithmetic) -> Series:
    try:
        return SeriesRules(t, order, arithmetic).of(expression)
    except AtKinkError:
        return through_kink(expression, t, order, arithmetic)
