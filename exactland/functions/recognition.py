"""What an expression is equal to: an entry of the table, or a polynomial and an odd or even rest.

Both are read off the normal form (docs/certificate-v1.md, section 8.1), so that an answer does not
depend on how a function is spelled. The expression has to be defined on all of R: then it is
continuous, and what holds between the finitely many cuts holds everywhere.

>>> from exactland.functions.expression import parse
>>> recognised(parse("exp(t)/(1+exp(t))")), recognised(parse("log(1+exp(2*t))/2"))
(('sigmoid', ()), ('softplus', (2,)))
>>> core_of(parse("max(0,min(1,0.2*t+0.5))"), "h")
Core(polynomial=(1/2,), kind='odd', coefficient=1, name='h')
>>> core_of(parse("sqrt(2)*max(t,0)"), "h")
Core(polynomial=(0, Formal(1/2*sqrt(2))), kind='abs', coefficient=Formal(1/2*sqrt(2)), name='abs')
"""

from __future__ import annotations

import re
from functools import lru_cache

from flint import fmpq, fmpq_poly

from exactland.arithmetic.formal import Core
from exactland.arithmetic.formal_constants import PI, logarithm, square_root
from exactland.arithmetic.formal_values import Formal
from exactland.arithmetic.formal_values import Symbol as FormalSymbol
from exactland.errors import ExactlandError
from exactland.functions import ratios
from exactland.functions.activation_table import NAMED
from exactland.functions.expression import Expression
from exactland.functions.normal_form import HALF, Pieces, combined, normal_form, same
from exactland.functions.ratios import Ratio

Parameters = tuple[fmpq, ...]
#: Entries without parameters that have a definition, in the order of the table.
_PLAIN = tuple(
    name for name, row in NAMED.items() if not row.parameters and row.define(()) is not None
)
_SOFTPLUS = re.compile(r"log\(1\+exp\(t\)(?:\^([0-9/]+))?\)")
MOST_COEFFICIENTS = 65


def recognised(expression: Expression) -> tuple[str, Parameters] | None:
    """The entry of the table that a function defined on R is shown to be, with its parameters."""
    form = _form(expression, mirrored=False)
    if form is None:
        return None
    for name, parameters in _candidates(form):
        wanted = _table_form(name, parameters)
        if wanted is not None and same(form, wanted):
            return name, parameters
    return None


def core_of(expression: Expression, name: str) -> Core | None:
    """sigma as p + c h for a function defined on R, from e(t) + e(-t) and e(t) - e(-t)."""
    here, there = _form(expression, mirrored=False), _form(expression, mirrored=True)
    if here is None or there is None:
        return None
    try:
        return _core(here, there, name)
    except ExactlandError:  # too large
        return None


def _core(here: Pieces, there: Pieces, name: str) -> Core | None:
    if not here.cuts:
        whole = _constants(here)
        if whole is not None:
            return Core(whole, "none", fmpq(0), name)
    if here.cuts == (fmpq(0),):
        left, right = here.parts
        jump = ratios.by_degree(ratios.add(right, ratios.negative(left)))
        middle = _constants(_halved(Pieces((), (ratios.add(left, right),))))
        if jump is not None and set(jump) == {1} and middle is not None:
            return Core(middle, "abs", _constant(ratios.scaled(jump[1], HALF)), "abs")
    even = _constants(_halved(combined(ratios.add, here, there)))
    if even is not None:
        return Core(even, "odd", fmpq(1), name)
    odd = _constants(_halved(combined(lambda a, b: ratios.add(a, ratios.negative(b)), here, there)))
    return None if odd is None else Core(odd, "even", fmpq(1), name)


def _halved(form: Pieces) -> Pieces:
    return combined(lambda a: ratios.scaled(a, HALF), form)


def _constants(form: Pieces) -> tuple[fmpq | Formal, ...] | None:
    """The coefficients of the polynomial in t, whose coefficients are constants, that this is."""
    found = ratios.by_degree(form.parts[0]) if not form.cuts else None
    if found is None:
        return None
    zero = ratios.number(fmpq(0))
    return tuple(_constant(found.get(n, zero)) for n in range(max(found, default=-1) + 1))


def _constant(c: Ratio) -> fmpq | Formal:
    """A quotient without t as a rational number or a formal value; its generators are symbols."""
    above, below = _formal(c.above), _formal(c.below)
    value = above if c.below == ratios.ONE else above / below
    q = value.as_rational()
    return value if q is None else q


def _formal(terms: ratios.Terms) -> Formal:
    total = Formal.rational(0)
    for monomial, c in terms.items():
        term = Formal.rational(c)
        for name, e in monomial:
            term = term * _power(name, e)
        total = total + term
    return total


def _power(name: str, e: fmpq) -> Formal:
    """pi, roots and logarithms of primes as in section 8; powers of an exponential are symbols."""
    if name.startswith("exp(") or e.q != 1:
        return Formal.of(FormalSymbol("constant", name if e == 1 else f"{name}**({e})"))
    base = PI if name == "pi" else None
    if name.startswith(("sqrt(", "log(")) and name.endswith(")"):
        function, _, digits = name[:-1].partition("(")
        if digits.isdigit():
            find = square_root if function == "sqrt" else logarithm
            base = find(fmpq(int(digits)))
    if base is None:
        base = Formal.of(FormalSymbol("constant", name))
    return base ** int(e.p)


def _form(expression: Expression, mirrored: bool) -> Pieces | None:
    try:
        return normal_form(expression, mirrored)
    except (ExactlandError, ZeroDivisionError):
        return None


@lru_cache(maxsize=256)
def _table_form(name: str, parameters: Parameters) -> Pieces | None:
    definition = NAMED[name].define(parameters)
    return None if definition is None else _form(definition, mirrored=False)


def _candidates(form: Pieces) -> list[tuple[str, Parameters]]:
    """Entries that it may be, parameters read off the pieces."""
    found: list[tuple[str, Parameters]] = [(name, ()) for name in _PLAIN]
    pieces = _polynomials(form)
    if pieces is not None and len(pieces) == 1 and pieces[0].degree() < MOST_COEFFICIENTS:
        found.append(("polynomial", _coefficients(pieces[0]) or (fmpq(0),)))
    if form.cuts == (fmpq(0),):
        left = form.parts[0]
        if pieces is not None:
            found.append(("leaky-relu", (pieces[0][1],)))
        alpha = left.above.get((("exp(t)", fmpq(1)),), fmpq(0))
        if alpha > 0:
            found.append(("elu", (alpha,)))
    for text in map(str, form.parts):
        rates = {fmpq(*map(int, (rate or "1").split("/"))) for rate in _SOFTPLUS.findall(text)}
        found.extend(("softplus", (rate,)) for rate in sorted(rates))
    return found


def _polynomials(form: Pieces) -> list[fmpq_poly] | None:
    """The pieces as polynomials over Q, if all are."""
    found = [ratios.polynomial(part) for part in form.parts]
    known = [p for p in found if p is not None]
    return known if len(known) == len(found) else None


def _coefficients(p: fmpq_poly) -> Parameters:
    return tuple(p.coeffs())
