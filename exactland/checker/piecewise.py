"""Piecewise rational functions by their normal form (section 8.1): smooth, strictly increasing.

>>> from .expression import parse
>>> smoothness(parse("max(t,0)**3")), smoothness(parse("max(t,t/2)")), smoothness(parse("t*t"))
(2, 0, inf)
>>> is_rising(parse("max(t,t**3)")), is_rising(parse("max(t,0)")), is_rising(parse("exp(t)"))
(True, False, None)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf

from .expression import Node, evaluate
from .normal_form import NormalForms, inner_points
from .outcome import Decline
from .proofs import quotients
from .proofs.quotients import Polynomial, Quotient
from .properties import is_defined
from .work import once


@dataclass(frozen=True)
class _Piecewise:
    """A continuous function, p/q between its cuts; neighbours are different functions."""

    cuts: tuple[Fraction, ...]
    parts: tuple[Quotient, ...]


@once
def _piecewise(node: Node) -> _Piecewise | None:
    if not is_defined(node):
        return None
    forms = NormalForms()
    try:
        form = evaluate(node, forms.variable(), forms)
        pairs = [tuple(map(forms.generators.univariate, part)) for part in form.parts]
    except Decline:
        return None
    parts = []
    for p, q in pairs:
        part = None if p is None or q is None else quotients.quotient(p, q)
        if part is None:
            return None
        parts.append(part)
    return _Piecewise(form.cuts, tuple(parts))


def smoothness(node: Node) -> float | None:
    """The k with the function of class C^k and not k+1 times differentiable; inf: analytic."""
    found = _piecewise(node)
    if found is None:
        return None
    least = inf
    for cut, (a, b) in zip(found.cuts, pairwise(found.parts), strict=True):
        gap = quotients.plus(a, quotients.negative(b))
        if gap is None:
            return None
        # The order to which both sides agree: the first derivatives that differ are of this order.
        order = quotients.multiplicity(gap.p, cut) - quotients.multiplicity(gap.q, cut)
        least = min(least, order - 1)
    return least


def is_rising(node: Node) -> bool | None:
    """Whether it increases strictly on R: the derivative changes its sign and vanishes nowhere on
    an interval."""
    found = _piecewise(node)
    if found is None:
        return None
    ends = [None, *found.cuts, None]
    points = inner_points(found.cuts)
    return all(
        _rises(quotients.slope(part), ends[i], ends[i + 1], points[i])
        for i, part in enumerate(found.parts)
    )


def _rises(
    slope: Polynomial, low: Fraction | None, high: Fraction | None, inside: Fraction
) -> bool:
    """Whether a polynomial other than 0 is nowhere negative between the ends."""
    if not slope:
        return False
    odd = quotients.odd_part(slope)
    if quotients.has_root_between(odd, low, high):
        return False
    # slope is the odd part times squares and a constant.
    return (quotients.value(odd, inside) > 0) == ((odd[-1] > 0) == (slope[-1] > 0))
