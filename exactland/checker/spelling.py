"""What a definition is equal to: an entry of the table, or a polynomial and an odd or even rest.

Both are read off normal forms (section 8.1), which prove equality between finitely many cuts; for a
function that is defined on all of R, and so continuous, it holds everywhere.

>>> from .expression import parse
>>> parts(parse("max(0,min(1,0.2*t+0.5))"))
('odd', (Number(value=Fraction(1, 2)),), Number(value=Fraction(0, 1)))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from .expression import Call, Node, Number, Pi, Power, Product, Sum, evaluate
from .intervals import Interval, Intervals
from .normal_form import NormalForms
from .outcome import Decline, Reject
from .ratios import ONE, ZERO, Generators, Ratio, Terms, thawed
from .work import once

HALF = Fraction(1, 2)


def parts(node: Node) -> tuple[str, tuple[Node, ...], Node] | None:
    """(kind, p, c) with sigma = p, p + c abs(t), p + an odd or p + an even function; None: open.

    p has the coefficients of t^0, t^1, ..., which are constants, as c is.
    """
    forms = NormalForms()
    g = forms.generators
    try:
        here = evaluate(node, forms.variable(), forms)
        there = evaluate(node, forms.variable(-1), forms)
        if not here.cuts:
            whole = _coefficients(g, here.parts[0])
            if whole is not None:
                return "polynomial", whole, Number(ZERO)
        if here.cuts == (ZERO,):
            left, right = here.parts
            jump = g.by_degree(g.add(right, g.scale(-ONE, left)))
            middle = _coefficients(g, g.scale(HALF, g.add(left, right)))
            if jump is not None and set(jump) == {1} and middle is not None:
                return "abs", middle, constant(g, g.scale(HALF, jump[1]))
        for kind, other in (("odd", there), ("even", forms.negative(there))):
            both = forms.add(here, other)
            found = None if both.cuts else _coefficients(g, g.scale(HALF, both.parts[0]))
            if found is not None:
                return kind, found, Number(ZERO)
    except Decline:
        pass
    return None


def _coefficients(g: Generators, x: Ratio) -> tuple[Node, ...] | None:
    """The coefficients of the polynomial in t that the quotient is seen to be."""
    found = g.by_degree(x)
    if found is None:
        return None
    zero = g.constant(ZERO)
    return tuple(constant(g, found.get(n, zero)) for n in range(max(found, default=-1) + 1))


def constant(g: Generators, x: Ratio) -> Node:
    """A quotient without t, as an expression."""
    above = _terms(g, x[0])
    if x[1] == {(): ONE}:
        return above
    return Product(((1, above), (-1, _terms(g, x[1]))))


def _terms(g: Generators, terms: Terms) -> Node:
    if not any(m for m in terms):
        return Number(terms.get((), ZERO))
    products = [
        Product(((1, Number(c)), *((1, _power(g, generator, e)) for generator, e in m)))
        for m, c in terms.items()
    ]
    return Sum(tuple((1, product) for product in products))


def _power(g: Generators, generator: int, e: Fraction) -> Node:
    key = g.keys[generator]
    if key[0] == "exp":
        return Call("exp", (constant(g, g.scale(e, g.inside(generator))),))
    if e.denominator != 1:
        raise Decline("a power of a constant")
    base: Node = Pi()
    if key[0] == "root":
        if not isinstance(key[1], int):
            raise Decline("a root of something that is not an integer")
        base = Call("sqrt", (Number(Fraction(key[1])),))
    elif key[0] != "pi":
        base = Call(str(key[0]), (constant(g, g.inside(generator)),))
    return Power(base, e.numerator)


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
