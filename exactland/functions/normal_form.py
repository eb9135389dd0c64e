"""The normal form of an expression: on each of finitely many intervals, one quotient (section 8.1).

``abs``, ``min`` and ``max`` of quotients of polynomials in t are taken apart at rational points;
the other functions become powers of exponentials, logarithms of polynomials, or generators with
their parity. So two texts of one function often have one normal form, which proves that they are
equal: 1/(1+exp(-t)), exp(t)/(1+exp(t)), sigmoid(t) and (1+tanh(t/2))/2.

>>> from exactland.functions.expression import parse
>>> [str(part) for part in normal_form(parse("t/(1+exp(-t))")).parts]
['(exp(t)*t)/(1+exp(t))']
>>> form = normal_form(parse("max(0,min(1,t/6+1/2))"))
>>> form.cuts, [str(part) for part in form.parts]
((-3, 3), ['0', '1/2+1/6*t', '1'])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import fmpq

from exactland.errors import LimitError
from exactland.functions import ratios
from exactland.functions.expression import (
    Call,
    Expression,
    Negation,
    Number,
    Pi,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    steps,
)
from exactland.functions.ratios import ONE, Ratio
from exactland.functions.real_roots import rational_roots

#: More intervals than this are not taken apart.
MOST_PIECES = 24
#: Polynomials of a larger degree are not taken apart.
MOST_DEGREE = 64
HALF = fmpq(1, 2)


@dataclass(frozen=True, eq=False)
class Pieces:
    """``parts[i]`` on the open interval between ``cuts[i-1]`` and ``cuts[i]``."""

    cuts: tuple[fmpq, ...]
    parts: tuple[Ratio, ...]


def normal_form(expression: Expression, mirrored: bool = False) -> Pieces:
    """The normal form of e(t), or of e(-t), where neighbouring pieces that are equal are one.

    Errors: LimitError where it would be too large; ZeroDivisionError for a division by 0.
    """
    return _Normal(-1 if mirrored else 1).of(expression)


def combined(rule: Callable[..., Ratio], *values: Pieces) -> Pieces:
    """The function piece by piece."""
    cuts = tuple(sorted({cut for value in values for cut in value.cuts}))
    if len(cuts) >= MOST_PIECES:
        raise LimitError("normal form", f"more than {MOST_PIECES} pieces", "simplify it")
    parts = []
    for i in range(len(cuts) + 1):
        at = _between(cuts, i)
        chosen = [value.parts[sum(cut < at for cut in value.cuts)] for value in values]
        parts.append(rule(*chosen))
    return _merged(cuts, parts)


def same(x: Pieces, y: Pieces) -> bool:
    """Whether both are shown to be one function where both are defined, up to the cuts."""
    gap = combined(lambda a, b: ratios.add(a, ratios.negative(b)), x, y)
    return all(not part.above for part in gap.parts)


def _between(cuts: tuple[fmpq, ...], i: int) -> fmpq:
    """A point of the interval number i."""
    if not cuts:
        return fmpq(0)
    if i == 0:
        return cuts[0] - 1
    return cuts[-1] + 1 if i == len(cuts) else (cuts[i - 1] + cuts[i]) / 2


def _merged(cuts: tuple[fmpq, ...], parts: list[Ratio]) -> Pieces:
    kept_cuts, kept = [], [parts[0]]
    for cut, part in zip(cuts, parts[1:], strict=True):
        if not ratios.equal(kept[-1], part):
            kept_cuts.append(cut)
            kept.append(part)
    return Pieces(tuple(kept_cuts), tuple(kept))


class _Normal:
    """The rules; ``powers`` are the exponents u of the generators exp(u), ``logs`` those of log."""

    def __init__(self, direction: int) -> None:
        self.t = ratios.scaled(ratios.generator("t"), fmpq(direction))
        self.powers: dict[str, Ratio] = {}
        self.logs: dict[str, Ratio] = {}

    def of(self, expression: Expression) -> Pieces:
        found: list[Pieces] = []
        for node, children in steps(expression):
            found.append(self.node(node, [found[i] for i in children]))
        return found[-1]

    def node(self, node: Expression, parts: list[Pieces]) -> Pieces:
        match node:
            case Number(value):
                return Pieces((), (ratios.number(value),))
            case Pi():
                return Pieces((), (ratios.generator("pi"),))
            case Variable():
                return Pieces((), (self.t,))
            case Sum():
                return self.folded(ratios.add, parts)
            case Product():
                return self.folded(ratios.times, parts)
            case Quotient():
                return combined(ratios.divide, *parts)
            case Negation():
                return combined(ratios.negative, *parts)
            case Power(_, exponent):
                return combined(lambda u: ratios.power(u, exponent), *parts)
            case Call("abs", _):
                return self.absolute(parts[0])
            case Call("min" | "max" as name, _):
                return self.extremum(name, *parts)
            case Call(name, _):
                return combined(getattr(self, name, lambda u: self.odd_or_even(name, u)), *parts)
        raise LimitError("normal form", f"{type(node).__name__} has none", "rewrite it")

    def folded(self, rule: Callable[..., Ratio], parts: list[Pieces]) -> Pieces:
        total = parts[0]
        for part in parts[1:]:
            total = combined(rule, total, part)
        return total

    # Functions of one quotient.

    def exp(self, u: Ratio) -> Ratio:
        """exp(sum of c m) = product of exp(m)^c; exp(n log v) = v^n for integers n."""
        if u.below != ONE:
            leading = ratios.leading_coefficient(u)
            return self.exponential(ratios.scaled(u, 1 / leading), leading)
        result = ratios.number(fmpq(1))
        for monomial, c in u.above.items():
            logarithm = monomial[0][0] if len(monomial) == 1 and monomial[0][1] == 1 else ""
            if logarithm in self.logs and c.q == 1 and abs(c.p) <= 64:
                factor = ratios.power(self.logs[logarithm], int(c.p))
            else:
                factor = self.exponential(Ratio({monomial: fmpq(1)}, ONE), c)
            result = ratios.times(result, factor)
        return result

    def exponential(self, u: Ratio, exponent: fmpq) -> Ratio:
        name = f"exp({u})"
        self.powers[name] = u
        return ratios.generator(name, exponent)

    def sigmoid(self, u: Ratio) -> Ratio:
        y = self.exp(u)
        return ratios.divide(y, ratios.add(y, ratios.number(fmpq(1))))

    def tanh(self, u: Ratio) -> Ratio:
        y, one = self.exp(ratios.scaled(u, fmpq(2))), ratios.number(fmpq(1))
        return ratios.divide(ratios.add(y, ratios.negative(one)), ratios.add(y, one))

    def cosh(self, u: Ratio) -> Ratio:
        y = self.exp(u)
        return ratios.scaled(ratios.add(y, ratios.inverse(y)), HALF)

    def sinh(self, u: Ratio) -> Ratio:
        y = self.exp(u)
        return ratios.scaled(ratios.add(y, ratios.negative(ratios.inverse(y))), HALF)

    def log(self, u: Ratio) -> Ratio:
        """Rational factors, and powers of exponentials and roots, are taken out."""
        if not u.above:
            raise ZeroDivisionError
        total, above = self.taken_out(u.above)
        if u.below == ONE or not (_is_positive(above) and _is_positive(u.below)):
            return ratios.add(total, self.logarithm(Ratio(above, u.below)))
        bottom = ratios.negative(self.logarithm(Ratio(u.below, ONE)))
        return ratios.add(total, ratios.add(self.logarithm(Ratio(above, ONE)), bottom))

    def taken_out(self, terms: ratios.Terms) -> tuple[Ratio, ratios.Terms]:
        """log of the positive factors, and what is left."""
        ((factor, rest),) = [ratios.content(terms)]
        ((monomial, c),) = factor.items()
        total, kept = self.log_of_number(abs(c)), ratios.number(fmpq(1 if c > 0 else -1))
        for name, e in monomial:
            if name in self.powers:
                total = ratios.add(total, ratios.scaled(self.powers[name], e))
            elif name.startswith("sqrt("):
                root = self.log_of_number(fmpq(int(name[5:-1])))
                total = ratios.add(total, ratios.scaled(root, e / 2))
            else:
                kept = ratios.times(kept, ratios.generator(name, e))
        return total, ratios.times(kept, Ratio(rest, ONE)).above

    def log_of_number(self, q: fmpq) -> Ratio:
        total = ratios.number(fmpq(0))
        for n, sign in ((q.p, 1), (q.q, -1)):
            if n.bit_length() > 128:
                raise LimitError("normal form", "a number is too long to factor", "use another")
            for prime, e in n.factor():
                factor = self.logarithm(ratios.number(fmpq(prime)))
                total = ratios.add(total, ratios.scaled(factor, fmpq(sign * e)))
        return total

    def logarithm(self, u: Ratio) -> Ratio:
        if u.below == ONE and u.above == ONE:
            return ratios.number(fmpq(0))
        name = f"log({u})"
        self.logs[name] = u
        return ratios.generator(name)

    def sqrt(self, u: Ratio) -> Ratio:
        """Of a rational number; otherwise a generator."""
        q = ratios.polynomial(u)
        if q is None or q.degree() > 0 or q[0] <= 0:
            return ratios.generator(f"root({u})")
        n = q[0].p * q[0].q
        if n.bit_length() > 128:
            raise LimitError("normal form", "a number is too long to factor", "use another")
        result = ratios.number(fmpq(1, q[0].q))
        for prime, e in n.factor():
            result = ratios.times(result, ratios.generator(f"sqrt({prime})", int(e)))
        return result

    def odd_or_even(self, name: str, u: Ratio) -> Ratio:
        """A generator: sin, atan, erf are odd, cos is even."""
        leading = ratios.leading_coefficient(u)
        if not leading:
            return ratios.number(fmpq(name == "cos"))
        result = ratios.generator(f"{name}({u if leading > 0 else ratios.negative(u)})")
        return ratios.negative(result) if leading < 0 and name != "cos" else result

    # abs, min, max.

    def extremum(self, name: str, u: Pieces, v: Pieces) -> Pieces:
        """(u + v + abs(u - v))/2, or with -abs for min."""
        gap = self.absolute(combined(lambda a, b: ratios.add(a, ratios.negative(b)), u, v))
        if name == "min":
            gap = combined(ratios.negative, gap)
        twice = combined(ratios.add, combined(ratios.add, u, v), gap)
        return combined(lambda a: ratios.scaled(a, HALF), twice)

    def absolute(self, u: Pieces) -> Pieces:
        """u or -u between the zeros of u and of its denominator, where these are rational."""
        points, taken_apart = set(u.cuts), []
        factors = [ratios.positive_factor(part) for part in u.parts]
        rest = [ratios.divide(part, f) for part, f in zip(u.parts, factors, strict=True)]
        for i, part in enumerate(rest):
            roots = _sign_changes(part)
            taken_apart.append(roots is not None)
            points.update(
                root
                for root in roots or ()
                if (i == 0 or root > u.cuts[i - 1]) and (i == len(u.cuts) or root < u.cuts[i])
            )
        cuts = tuple(sorted(points))
        if len(cuts) >= MOST_PIECES:
            raise LimitError("normal form", f"more than {MOST_PIECES} pieces", "simplify it")
        parts = []
        for i in range(len(cuts) + 1):
            at = _between(cuts, i)
            n = sum(cut < at for cut in u.cuts)
            side = _absolute(rest[n], at if taken_apart[n] else None)
            parts.append(ratios.times(factors[n], side))
        return _merged(cuts, parts)


def _absolute(u: Ratio, at: fmpq | None) -> Ratio:
    """abs(u) on an interval that holds ``at`` and no zero; otherwise by sign, or a generator."""
    if at is not None:
        value = ratios.value_at(u, at)
        return u if value >= 0 else ratios.negative(u)
    for sign in (1, -1):
        if _is_positive({m: sign * c for m, c in u.above.items()}) and _is_positive(u.below):
            return u if sign > 0 else ratios.negative(u)
    leading = ratios.leading_coefficient(u)
    unit = ratios.scaled(u, 1 / leading)
    return ratios.scaled(ratios.generator(f"abs({unit})"), abs(leading))


def _sign_changes(u: Ratio) -> tuple[fmpq, ...] | None:
    """Where a quotient in t alone may change its sign; None if that is not known exactly."""
    if not u.above:
        return ()
    above, below = ratios.in_t_only(u.above), ratios.in_t_only(u.below)
    if above is None or below is None or above.degree() + below.degree() > MOST_DEGREE:
        return None
    zeros, poles = rational_roots(above), rational_roots(below)
    return None if zeros is None or poles is None else (*zeros, *poles)


def _is_positive(terms: ratios.Terms) -> bool:
    """Whether all terms are seen to be positive."""
    return all(
        c > 0 and all(ratios.is_positive_generator(name) for name, _ in m) for m, c in terms.items()
    )
