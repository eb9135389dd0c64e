"""What a definition is equal to: an entry of the table, or a polynomial and an odd or even rest.

Both are read off normal forms (section 8.1), which prove equality between finitely many cuts; for a
function that is defined on all of R, and so continuous, it holds everywhere.

>>> from .expression import parse
>>> parts(parse("max(0,min(1,0.2*t+0.5))"))
('odd', (Fraction(1, 2),), Fraction(0, 1))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from .expression import Node, evaluate
from .intervals import Interval, Intervals
from .normal_form import NormalForms, Pieces
from .outcome import Decline, Reject
from .proofs.quotients import Polynomial
from .ratios import ONE, ZERO, thawed
from .work import once


def parts(node: Node) -> tuple[str, Polynomial, Fraction] | None:
    """(kind, p, c) with sigma = p, p + c abs(t), p + an odd or p + an even function; None: open."""
    forms = NormalForms()
    try:
        here = evaluate(node, forms.variable(), forms)
        there = evaluate(node, forms.variable(-1), forms)
        pieces = _polynomials(forms, here)
        if pieces is not None and len(pieces) == 1:
            return "polynomial", pieces[0], ZERO
        if pieces is not None and here.cuts == (ZERO,):
            jump = _combined(pieces[1], pieces[0], -ONE)
            if len(jump) == 2 and not jump[0]:
                return "abs", _scaled(_combined(pieces[1], pieces[0], ONE)), jump[1] / 2
        for kind, other in (("odd", there), ("even", forms.negative(there))):
            both = _polynomials(forms, forms.add(here, other))
            if both is not None and len(both) == 1:
                return kind, _scaled(both[0]), ZERO
    except Decline:
        pass
    return None


def _polynomials(forms: NormalForms, value: Pieces) -> list[Polynomial] | None:
    """The pieces as polynomials in t, if all are."""
    found = [forms.generators.polynomial(part) for part in value.parts]
    return None if None in found else [p for p in found if p is not None]


def _combined(p: Polynomial, q: Polynomial, sign: Fraction) -> Polynomial:
    size = max(len(p), len(q))
    a, b = ([*x, *[ZERO] * (size - len(x))] for x in (p, q))
    total = [x + sign * y for x, y in zip(a, b, strict=True)]
    while total and not total[-1]:
        total.pop()
    return tuple(total)


def _scaled(p: Polynomial) -> Polynomial:
    return tuple(c / 2 for c in p)


def equal_entry(node: Node, entries: Iterable[tuple[Any, Node]]) -> Any:
    """The first of these descriptions whose definition has the same normal form, or None."""
    forms = NormalForms()
    try:
        mine = evaluate(node, forms.variable(), forms)
    except Decline:
        return None
    value = _sample(node)
    for description, definition in entries:
        other = _sample(definition)
        if value[1] < other[0] or other[1] < value[0]:
            continue  # a look at one point spares most of the normal forms
        try:
            if forms.equal(mine, evaluate(definition, forms.variable(), forms)):
                return description
        except Decline:
            continue
    return None


@once
def _sample(node: Node) -> Interval:
    """An enclosure of the value at one point; of everything where there is none."""
    over = Intervals(64)
    try:
        value: Interval = evaluate(node, over.number(Fraction(7, 10)), over)
    except (Reject, Decline):
        return -(1 << 4096), 1 << 4096
    return value


def suggested(node: Node) -> Iterator[tuple[str, Fraction]]:
    """Names of the table with a parameter that the pieces suggest."""
    forms = NormalForms()
    try:
        pieces = evaluate(node, forms.variable(), forms)
    except Decline:
        return
    generators = forms.generators
    t = generators.number_of("t")
    line = {((t, ONE),): ONE}
    if pieces.cuts == (ZERO,):
        left = generators.polynomial(pieces.parts[0])
        if left is not None and len(left) == 2:
            yield "leaky-relu", left[1]
        exponential = generators.number_of("exp", ((tuple(line.items())), (((), ONE),)))
        alpha = pieces.parts[0][0].get(((exponential, ONE),), ZERO)
        if alpha > 0:
            yield "elu", alpha
    for key in list(generators.keys):
        if key[0] == "log":
            above, below = thawed(key[1])
            rate = _rate(generators.keys, above, line)
            if below == {(): ONE} and rate:
                yield "softplus", rate


def _rate(keys: list[tuple[Any, ...]], terms: Any, line: Any) -> Fraction | None:
    """a where the terms are 1 + exp(t)^a."""
    powers = [m for m in terms if m]
    if len(terms) != 2 or len(powers) != 1 or set(terms.values()) != {ONE}:
        return None
    (first, *more) = powers[0]
    key = keys[first[0]]
    is_exponential = not more and key[0] == "exp" and thawed(key[1]) == (line, {(): ONE})
    return first[1] if is_exponential else None
