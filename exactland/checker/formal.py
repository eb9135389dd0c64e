"""Formal values (section 8): polynomials over Q in symbols. What reduces to 0 is 0.

A value is a dict from monomials (sorted tuples of symbol numbers, with repeats) to nonzero
rationals. The only relations used are identities of real numbers, so a formal zero is a true zero;
two values that differ formally may still be equal.

>>> over = Formal()
>>> root = over.call("sqrt", [over.number(Fraction(8))])
>>> over.is_zero(over.add(over.multiply(root, root), over.number(Fraction(-8))))
True
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from math import gcd, isqrt

from .activations import Activation
from .expression import evaluate
from .intervals import Interval, Intervals
from .limits import DEGREE, NUMBER_BITS, TERMS
from .outcome import Decline, NotRational, Reject
from .primes import factors
from .rationals import Rationals
from .work import TURN, VALUE, common_factor, operation, operations, product, size, spend

Monomial = tuple[int, ...]
Value = dict[Monomial, Fraction]
Frozen = tuple[tuple[Monomial, Fraction], ...]
ZERO, ONE = Fraction(0), Fraction(1)
#: cos(q pi) as (rational, radicand): the rational times the root.
_COSINES = {
    Fraction(0): (ONE, 1), Fraction(1, 6): (ONE / 2, 3), Fraction(1, 4): (ONE / 2, 2),
    Fraction(1, 3): (ONE / 2, 1), Fraction(1, 2): (Fraction(0), 1), Fraction(2, 3): (-ONE / 2, 1),
    Fraction(3, 4): (-ONE / 2, 2), Fraction(5, 6): (-ONE / 2, 3), Fraction(1): (-ONE, 1),
}  # fmt: skip

#: The largest n of exp(n log y) = y^n that is written out.
LARGEST_POWER = 64
#: What the symbols of constants are.
CONSTANTS = frozenset(("pi", "sqrt", "log", "call", "inverse"))


def freeze(value: Value) -> Frozen:
    spend(VALUE * len(value) + sum(TURN * len(m) + 5 * size(c) for m, c in value.items()))
    return tuple(sorted(value.items()))


class Formal:
    """Formal values over one table of symbols, as an arithmetic of expressions."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}
        self.keys: list[tuple[object, ...]] = []

    def symbol(self, *key: Hashable) -> Value:
        """The symbol with this key: always the same one for the same key."""
        spend(VALUE)
        if key not in self.numbers:
            spend(4 * VALUE)
            self.numbers[key] = len(self.keys)
            self.keys.append(key)
        return {(self.numbers[key],): ONE}

    def number(self, value: Fraction) -> Value:
        return {(): value} if value else {}

    def pi(self) -> Value:
        return self.symbol("pi")

    def is_zero(self, x: Value) -> bool:
        return not x

    def rational(self, x: Value) -> Fraction | None:
        """x as a rational number, where it is one formally."""
        if not x:
            return Fraction(0)
        return x[()] if len(x) == 1 and () in x else None

    def sign(self, x: Value) -> int | None:
        q = self.rational(x)
        return None if q is None else (q > 0) - (q < 0)

    def add(self, x: Value, y: Value) -> Value:
        spend(TURN * len(x))
        result = dict(x)
        self.accumulate(result, y, ONE)
        return result

    def accumulate(self, total: Value, x: Value, factor: Fraction) -> None:
        """total += factor * x, in place."""
        bits = size(factor)
        for monomial, coefficient in x.items():
            before = total.get(monomial, ZERO)
            sizes = bits + size(coefficient), size(before)
            spend(TURN * len(monomial) + operations(2, *sizes))
            new = before + factor * coefficient
            if new:
                total[monomial] = new
            else:
                total.pop(monomial, None)
        if len(total) > TERMS:
            raise Decline(f"a formal value of more than {TERMS} terms")

    def scale(self, q: Fraction, x: Value) -> Value:
        spend(sum(operation(q, c) for c in x.values()))
        return {monomial: q * c for monomial, c in x.items()} if q else {}

    def negative(self, x: Value) -> Value:
        return self.scale(-ONE, x)

    def multiply(self, x: Value, y: Value) -> Value:
        if len(x) * len(y) > TERMS:
            raise Decline(f"a formal product of more than {TERMS} terms")
        result: Value = {}
        for m, a in x.items():
            for n, b in y.items():
                factor, monomial = self._times(m, n)
                self.accumulate(result, {monomial: a * b}, factor)
        return result

    def _times(self, m: Monomial, n: Monomial) -> tuple[Fraction, Monomial]:
        """The product of two monomials; sqrt(a) sqrt(b) = g sqrt(ab/g^2), g = gcd(a, b)."""
        if len(m) + len(n) > DEGREE:
            raise Decline(f"a monomial of more than {DEGREE} factors")
        spend(VALUE + 2 * TURN * (len(m) + len(n)))
        factors_ = tuple(sorted(m + n))
        roots = [s for s in factors_ if self.keys[s][0] == "sqrt"]
        if len(roots) < 2:
            return ONE, factors_
        factor, radicand = 1, 1
        for s in roots:
            a = self.keys[s][1]
            if not isinstance(a, int):
                raise Reject("", "a root of something that is not an integer")
            g = gcd(radicand, a)
            factor, radicand = factor * g, radicand * a // (g * g)
            spend(VALUE + 2 * common_factor(radicand.bit_length(), radicand.bit_length()))
        rest = [s for s in factors_ if self.keys[s][0] != "sqrt"]
        if radicand > 1:
            ((root,),) = self.symbol("sqrt", radicand)
            rest.append(root)
        return Fraction(factor), tuple(sorted(rest))

    def divide(self, x: Value, y: Value) -> Value:
        if not y:
            raise Reject("", "division by zero")
        if len(y) == 1:
            ((monomial, c),) = y.items()
            if not monomial:
                return self.scale(1 / c, x)
            if len(monomial) == 1 and self.keys[monomial[0]][0] == "sqrt":  # 1/root = root/n
                ((_, n),) = self.multiply({monomial: ONE}, {monomial: ONE}).items()
                return self.multiply(x, {monomial: 1 / (c * n)})
        conjugate = self._conjugate(y)
        if conjugate is not None:  # (a + b root)(a - b root) is rational, and not 0
            return self.divide(self.multiply(x, conjugate), self.multiply(y, conjugate))
        leading = y[min(y)]
        inverse = self.symbol("inverse", freeze(self.scale(1 / leading, y)))
        return self.scale(1 / leading, self.multiply(x, inverse))

    def cleared(self, x: Value) -> Value:
        """x times powers of the opaque divisors in it, so that no inverse is left: 0 if x is."""
        while True:
            inverses = [s for m in x for s in m if self.keys[s][0] == "inverse"]
            if not inverses:
                return x
            last = max(inverses)  # those in the divisor came before
            most, total = max(m.count(last) for m in x), self.number(Fraction(0))
            divisor = dict(self.keys[last][1])  # type: ignore[call-overload]
            for m, c in x.items():
                rest = {tuple(s for s in m if s != last): c}
                power = self.power(divisor, most - m.count(last))
                self.accumulate(total, self.multiply(rest, power), ONE)
            x = total

    def _conjugate(self, y: Value) -> Value | None:
        """a - b root of a + b root, with rational a and b that are not 0."""
        others = [monomial for monomial in y if monomial]
        if len(y) != 2 or len(others) != 1:
            return None
        (root,) = others
        if len(root) != 1 or self.keys[root[0]][0] != "sqrt":
            return None
        return {(): y[()], root: -y[root]}

    def power(self, x: Value, exponent: int) -> Value:
        if exponent < 0:
            return self.divide(self.number(ONE), self.power(x, -exponent))
        q = self.rational(x)
        if q is not None:
            return self.number(Rationals().power(q, exponent))
        result, square = self.number(ONE), x
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            square = self.multiply(square, square) if exponent else square
        return result

    def call(self, function: str, arguments: list[Value]) -> Value:
        """The function by an identity of section 8, or as an opaque symbol."""
        x = arguments[0]
        constants = [self.rational(argument) for argument in arguments]
        known = [q for q in constants if q is not None]
        if len(known) == len(arguments):
            try:
                return self.number(Rationals().call(function, known))
            except NotRational:
                pass
        if function in ("min", "max") and x == arguments[1]:
            return x
        found: Value | None = None
        if function == "sqrt" and known:
            found = self._root(known[0])
        elif function == "log" and known:
            found = self._logarithm(known[0])
        elif function == "exp":
            found = self._exponential(x)
        elif function in ("sigmoid", "tanh"):
            found = self._by_exponential(x, function == "tanh")
        elif function in ("cos", "sin"):
            found = self._cosine(x, function == "sin")
        if found is not None:
            return found
        return self.symbol("call", function, tuple(freeze(argument) for argument in arguments))

    def _root(self, q: Fraction) -> Value:
        """sqrt(a/b) = sqrt(ab)/b, square factors taken out; q > 0 as Rationals has seen."""
        outside, inside = ONE / q.denominator, 1
        for p, e in factors(q.numerator * q.denominator):
            r = isqrt(p)
            if r * r == p:  # a leftover factor may be a square
                p, e = r, 2 * e
            outside, inside = outside * p ** (e // 2), inside * p ** (e % 2)
        return self.scale(outside, self.symbol("sqrt", inside) if inside > 1 else self.number(ONE))

    def _logarithm(self, q: Fraction) -> Value:
        total: Value = {}
        for n, sign in ((q.numerator, 1), (q.denominator, -1)):
            for p, e in factors(n):
                self.accumulate(total, self.symbol("log", p), Fraction(sign * e))
        return total

    def _exponential(self, x: Value) -> Value | None:
        """exp(sum of q log n) = product of n^q, for integers and halves of integers q; of an opaque
        log y for integers, y being positive."""
        result = self.number(ONE)
        for monomial, q in x.items():
            inner = self._logarithm_of(monomial)
            if inner is not None and q.denominator == 1 and abs(q) <= LARGEST_POWER:
                result = self.multiply(result, self.power(inner, int(q)))
                continue
            if len(monomial) != 1 or self.keys[monomial[0]][0] != "log" or q.denominator > 2:
                return None
            n = self.keys[monomial[0]][1]
            if not isinstance(n, int) or n.bit_length() * abs(q) > NUMBER_BITS:
                raise Decline(f"a number of more than {NUMBER_BITS} bits")
            whole = q.numerator // q.denominator
            bits = n.bit_length() * (abs(whole) + 1)
            spend(VALUE + product(bits, bits))
            result = self.scale(Fraction(n) ** whole, result)
            if q.denominator == 2:
                result = self.multiply(result, self._root(Fraction(n)))
        return result

    def _logarithm_of(self, monomial: Monomial) -> Value | None:
        """y, where the monomial is an opaque log y."""
        match [self.keys[s] for s in monomial]:
            case [("call", "log", (tuple(y),))]:
                return dict(y)
        return None

    def _by_exponential(self, x: Value, is_tanh: bool) -> Value | None:
        """sigmoid(x) = 1/(1 + exp(-x)) and tanh(x) = 2 sigmoid(2 x) - 1, where exp has a form."""
        power = self._exponential(self.scale(Fraction(-2 if is_tanh else -1), x))
        if power is None:
            return None
        one = self.number(ONE)
        found = self.divide(one, self.add(one, power))
        return self.add(self.scale(Fraction(2), found), self.negative(one)) if is_tanh else found

    def _cosine(self, x: Value, is_sine: bool) -> Value | None:
        """cos(q pi), or sin(q pi) = cos((1/2 - q) pi), for multiples of pi/6 and pi/4."""
        if len(x) != 1:
            return None
        ((monomial, q),) = x.items()
        if monomial != next(iter(self.pi())):
            return None
        q = (Fraction(1, 2) - q if is_sine else q) % 2
        q = min(q, 2 - q)
        if q not in _COSINES:
            return None
        factor, radicand = _COSINES[q]
        return self.scale(factor, self._root(Fraction(radicand)))

    def activate(self, activation: Activation, z: Value) -> Value:
        """sigma(z) by its core: sigma = p + rest with the rest odd, even or a multiple of abs."""
        if activation.table:  # some function of which nothing else is known here
            return self.symbol("value", activation.key, freeze(z))
        core = activation.core
        if core.kind == "polynomial":
            return dict(evaluate(core.polynomial, z, self))
        q = self.rational(z)
        if q is not None:
            try:
                return self.number(evaluate(activation.definition, q, Rationals()))
            except NotRational:
                pass
        if not activation.is_total:
            raise Reject("", "an activation is not shown to be defined on all of R")
        if q == 0:  # a factor t makes gelu and mish 0 at 0, whatever the other factor is
            value = evaluate(activation.definition, {}, self)
            if self.rational(value) is not None:
                return dict(value)
        known = self._constant(activation, z)
        if known is not None:
            return known
        if core.kind == "none":
            return self.symbol("value", activation.key, freeze(z))
        result = dict(evaluate(core.polynomial, z, self))
        leading = z[min(z)] if z else ONE  # the coefficient of the first monomial
        if core.kind == "abs":
            scale = evaluate(core.scale, {}, self)
            self.accumulate(result, self.multiply(scale, self.absolute(z)), ONE)
        elif z or core.kind == "even":
            atom = self.symbol(
                "rest", activation.key, freeze(self.scale(ONE if leading > 0 else -ONE, z))
            )
            self.accumulate(result, atom, -ONE if leading < 0 and core.kind == "odd" else ONE)
        return result

    def _constant(self, activation: Activation, z: Value) -> Value | None:
        """sigma(z) by its definition, where z is a constant and the value is made of roots."""
        spend(TURN * len(z))
        names = {self.keys[s][0] for monomial in z for s in monomial}
        if not names or not names <= CONSTANTS:
            return None
        value: Value = evaluate(activation.definition, z, self)
        roots = all(self.keys[s][0] == "sqrt" for monomial in value for s in monomial)
        return dict(value) if roots else None

    def absolute(self, z: Value) -> Value:
        """abs(z) = |q| abs(z/q), q the coefficient of the first monomial."""
        q = self.rational(z)
        if q is not None:
            return self.number(abs(q))
        leading = z[min(z)]
        return self.scale(abs(leading), self.symbol("abs", freeze(self.scale(1 / leading, z))))

    def enclosure(self, x: Value, bits: int) -> Interval:
        """The real number x, without parameters and activations, in an interval."""
        return self._enclosure(freeze(x), Intervals(bits))

    def _enclosure(self, x: Frozen, over: Intervals) -> Interval:
        total = over.number(ZERO)
        for monomial, coefficient in x:
            term = over.number(coefficient)
            for s in monomial:
                term = over.multiply(term, self._symbol_enclosure(s, over))
            total = over.add(total, term)
        return total

    def _symbol_enclosure(self, s: int, over: Intervals) -> Interval:
        match self.keys[s]:
            case ("pi",):
                return over.pi()
            case ("sqrt" | "log" as function, int(n)):
                return over.call(function, [over.number(Fraction(n))])
            case ("inverse", tuple(y)):
                return over.divide(over.number(ONE), self._enclosure(y, over))
            case ("call", str(function), tuple(arguments)):
                return over.call(function, [self._enclosure(y, over) for y in arguments])
        raise Reject("", "a symbol that is not a constant")
