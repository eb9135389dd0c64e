"""Piecewise rational functions by their normal form: how smooth they are, whether they increase.

>>> from exactland.functions.expression import parse
>>> [smoothness(parse(text)) for text in ("max(t,0)**3", "max(t,t/2)", "t*t", "exp(t)")]
[2, 0, inf, None]
>>> [is_rising(parse(text)) for text in ("max(t,t**3)", "max(t,0)", "exp(t)")]
[True, False, None]
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf

from flint import fmpq, fmpq_poly

from exactland.errors import ExactlandError
from exactland.functions import ratios
from exactland.functions.expression import Expression
from exactland.functions.normal_form import normal_form
from exactland.functions.properties import defined_everywhere
from exactland.functions.real_roots import odd_part, roots_between


@dataclass(frozen=True, eq=False)
class _Piecewise:
    """A continuous function, p/q in lowest terms between its cuts; neighbours are different."""

    cuts: tuple[fmpq, ...]
    parts: tuple[tuple[fmpq_poly, fmpq_poly], ...]


def _piecewise(expression: Expression) -> _Piecewise | None:
    if defined_everywhere(expression).holds is not True:
        return None
    try:
        form = normal_form(expression)
    except (ExactlandError, ZeroDivisionError):
        return None
    parts = []
    for part in form.parts:
        p, q = ratios.in_t_only(part.above), ratios.in_t_only(part.below)
        if p is None or q is None or max(p.degree(), q.degree()) > MOST_DEGREE:
            return None
        common = p.gcd(q)
        parts.append((p // common, q // common))
    return _Piecewise(form.cuts, tuple(parts))


#: Quotients of polynomials of a larger degree are not decided.
MOST_DEGREE = 32


def smoothness(expression: Expression) -> float | None:
    """The k with the function of class C^k and not k+1 times differentiable; inf: analytic.

    The first derivatives that differ at a cut are of the order of the zero of the difference.
    """
    found = _piecewise(expression)
    if found is None:
        return None
    least = inf
    for cut, ((p, q), (r, s)) in zip(found.cuts, pairwise(found.parts), strict=True):
        gap, order = p * s - r * q, 0
        while gap(cut) == 0:
            gap, order = gap.derivative(), order + 1
        least = min(least, order - 1)
    return least


def is_rising(expression: Expression) -> bool | None:
    """Whether it increases strictly on R: its derivative is negative nowhere, 0 on no interval."""
    found = _piecewise(expression)
    if found is None:
        return None
    ends = [None, *found.cuts, None]
    return all(_rises(*part, *pair) for part, pair in zip(found.parts, pairwise(ends), strict=True))


def _rises(p: fmpq_poly, q: fmpq_poly, low: fmpq | None, high: fmpq | None) -> bool:
    slope = p.derivative() * q - p * q.derivative()
    if not slope.coeffs() or roots_between(odd_part(slope), low, high):
        return False
    if low is None:
        points = [fmpq(-n) if high is None else high - 1 - n for n in range(slope.degree() + 1)]
    elif high is None:
        points = [low + 1 + n for n in range(slope.degree() + 1)]
    else:
        size = slope.degree() + 2
        points = [low + (high - low) * fmpq(n, size) for n in range(1, size)]
    # One of these is no root, and the sign is the same all over the interval.
    return any(slope(t) > 0 for t in points)
