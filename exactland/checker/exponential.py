"""Exponential polynomials and all their derivatives at 0 (section 9).

A function is a dict from (m, kind, base) to its formal coefficient: t^m for kind "", and t^m times
exp(base t), cos(base t) or sin(base t). The base is rational, positive for cos and sin, and not 0
for exp.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from .expression import Node, evaluate
from .formal import Formal, Value
from .limits import TERMS
from .outcome import Coarse, Decline, Reject
from .work import TURN, VALUE, longest, operation, operations, product, size, spend

Term = tuple[int, str, Fraction]
Function = dict[Term, Value]
Polynomial = list[Fraction]
ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)
CONSTANT: Term = (0, "", ZERO)
#: Values of cos and sin at 0, pi/2, pi, 3 pi/2.
QUARTERS = {"cos": (1, 0, -1, 0), "sin": (0, 1, 0, -1)}


class ExponentialPolynomials:
    """The functions of t that are exponential polynomials, as an arithmetic of expressions."""

    def __init__(self, formal: Formal) -> None:
        self.formal = formal

    def number(self, value: Fraction) -> Function:
        return self.constant(self.formal.number(value))

    def pi(self) -> Function:
        return self.constant(self.formal.pi())

    def constant(self, value: Value) -> Function:
        return {CONSTANT: value} if value else {}

    def value(self, x: Function) -> Value | None:
        """x as a constant, if it is written as one."""
        if not x:
            return {}
        return x[CONSTANT] if len(x) == 1 and CONSTANT in x else None

    def add(self, x: Function, y: Function) -> Function:
        spend(4 * TURN * (len(x) + len(y)))
        result = dict(x)
        for term, coefficient in y.items():
            result[term] = self.formal.add(result.get(term, {}), coefficient)
        return {term: coefficient for term, coefficient in result.items() if coefficient}

    def negative(self, x: Function) -> Function:
        return {term: self.formal.negative(c) for term, c in x.items()}

    def multiply(self, x: Function, y: Function) -> Function:
        if len(x) * len(y) > TERMS:
            raise Decline(f"a product of more than {TERMS} terms")
        result: Function = {}
        for (m, kind, a), c in x.items():
            for (n, other, b), d in y.items():
                product = self.formal.multiply(c, d)
                for factor, new_kind, base in _product(kind, a, other, b):
                    term = {(m + n, new_kind, base): self.formal.scale(factor, product)}
                    result = self.add(result, term)
        return result

    def divide(self, x: Function, y: Function) -> Function:
        divisor = self.value(y)
        if divisor is None:
            raise Reject("", "a quotient by a function is not taken as an exponential polynomial")
        return {term: self.formal.divide(c, divisor) for term, c in x.items()}

    def power(self, x: Function, exponent: int) -> Function:
        if exponent < 0:
            return self.divide(self.number(ONE), self.power(x, -exponent))
        result = self.number(ONE)
        for _ in range(exponent):
            result = self.multiply(result, x)
        return result

    def call(self, function: str, arguments: list[Function]) -> Function:
        constants = [value for value in map(self.value, arguments) if value is not None]
        if len(constants) == len(arguments):
            return self.constant(self.formal.call(function, constants))
        a, b = self._affine(arguments[0])
        if function == "exp":
            return self._exponential(a, b)
        if function in ("cosh", "sinh"):
            down = self._exponential(-a, self.formal.negative(b))
            down = down if function == "cosh" else self.negative(down)
            return self.multiply(self.number(HALF), self.add(self._exponential(a, b), down))
        if function in ("cos", "sin"):
            cosine, sine = self.formal.call("cos", [b]), self.formal.call("sin", [b])
            if function == "cos":  # cos(at + b) = cos b cos at - sin b sin at
                return self.add(_wave("cos", a, cosine), self.negative(_wave("sin", a, sine)))
            return self.add(_wave("sin", a, cosine), _wave("cos", a, sine))
        raise Reject("", f"{function} of t is not an exponential polynomial")

    def _exponential(self, a: Fraction, b: Value) -> Function:
        return {(0, "exp", a): self.formal.call("exp", [b])}

    def _affine(self, x: Function) -> tuple[Fraction, Value]:
        """(a, b) with x = a t + b, a rational and not 0."""
        slope = self.formal.rational(x.get((1, "", ZERO), {}))
        if not slope or not x.keys() <= {CONSTANT, (1, "", ZERO)}:
            raise Reject("", "the argument of a function is not a t + b with a rational a")
        return slope, x.get(CONSTANT, {})


def _wave(kind: str, a: Fraction, coefficient: Value) -> Function:
    """coefficient * cos(at) or sin(at) with a positive base."""
    if kind == "sin" and a < 0:
        coefficient = {monomial: -c for monomial, c in coefficient.items()}
    return {(0, kind, abs(a)): coefficient} if coefficient else {}


def _product(
    kind: str, a: Fraction, other: str, b: Fraction
) -> list[tuple[Fraction, str, Fraction]]:
    """The product of two factors as a sum of (coefficient, kind, base)."""
    if not kind or not other:
        return [(ONE, kind or other, a if kind else b)]
    if kind == other == "exp":
        return [(ONE, "exp" if a + b else "", a + b)]
    if "exp" in (kind, other):
        raise Reject("", "a product of exp(at) and cos(bt) or sin(bt) is not treated")
    if kind == "cos" and other == "sin":
        kind, a, other, b = other, b, kind, a
    if kind == other:  # cos cos = (cos(a-b) + cos(a+b))/2, sin sin = (cos(a-b) - cos(a+b))/2
        near = (HALF, "cos" if a != b else "", abs(a - b))
        return [near, (HALF if kind == "cos" else -HALF, "cos", a + b)]
    if a == b:  # sin cos = (sin(a+b) + sin(a-b))/2
        return [(HALF, "sin", a + b)]
    return [(HALF, "sin", a + b), (HALF if a > b else -HALF, "sin", abs(a - b))]


def check_all_derivatives(node: Node, start: int, bits: int) -> None:
    """No derivative of the analytic function ``node`` at 0 vanishes: section 9 with n0 = start."""
    formal = Formal()
    function = evaluate(node, {(1, "", ZERO): formal.number(ONE)}, ExponentialPolynomials(formal))
    powers = {term[0]: c for term, c in function.items() if not term[1]}
    waves: dict[Term, Fraction] = {}
    for term, c in function.items():
        if term[1]:
            q = formal.rational(c)
            if q is None:
                raise Reject("sigma", "a coefficient of an exponential term is not rational")
            waves[term] = q
    if start < 1 or any(m >= start for m in powers):
        raise Reject("evidence.assumption_2.from", "it has to exceed every power of t")
    for n in range(start):
        total = ZERO
        for term, q in waves.items():
            value = _derivative(term, n)
            spend(operation(q, value) + operation(total, q * value))
            total += q * value
        derivative = formal.number(total)
        formal.accumulate(derivative, powers.get(n, {}), Fraction(factorial(n)))
        q = formal.rational(derivative)
        if q is None:
            lo, hi = formal.enclosure(derivative, bits)
            if lo <= 0 <= hi:
                raise Coarse("sigma", f"derivative {n} at 0 is not shown to be nonzero")
        elif q == 0:
            raise Coarse("sigma", f"derivative {n} at 0 is 0")
    for residue in range(4):
        _check_tail(waves, residue, start)


def _falling(n: int, m: int) -> int:
    result = 1
    spend(m * (TURN + m * n.bit_length()))
    for k in range(m):
        result *= n - k
    return result


def _derivative(term: Term, n: int) -> Fraction:
    """Derivative n at 0 of the term: (n)_m times derivative n - m of the wave."""
    m, kind, base = term
    if n < m:
        return ZERO
    bits = size(base) * (n - m)
    spend(VALUE + 4 * product(bits, bits) + 4 * product(bits, m * n.bit_length()))
    factor = 1 if kind == "exp" else QUARTERS[kind][(n - m) % 4]
    return base ** (n - m) * _falling(n, m) * factor


def _check_tail(waves: dict[Term, Fraction], residue: int, start: int) -> None:
    """The derivatives of order n >= start, n = residue modulo 4, do not vanish."""
    polynomials: dict[Fraction, Polynomial] = {}
    for (m, kind, base), c in waves.items():
        if kind == "exp":
            sign = -1 if base < 0 and (residue - m) % 2 else 1
        else:
            sign = QUARTERS[kind][(residue - m) % 4]
        part = _falling_polynomial(m, c * sign / abs(base) ** m)
        spend(operations(len(part), longest(part), longest(part)))
        old = polynomials.get(abs(base), [])
        length = max(len(old), len(part))
        padded = [p + [ZERO] * (length - len(p)) for p in (old, part)]
        polynomials[abs(base)] = [x + y for x, y in zip(*padded, strict=True)]
    parts = {base: _trimmed(q) for base, q in polynomials.items()}
    parts = {base: q for base, q in parts.items() if q}
    if not parts:
        raise Reject("sigma", f"the derivatives of order {residue} modulo 4 vanish in the end")
    top = max(parts)
    degree, leading = len(parts[top]) - 1, abs(parts[top][-1])
    bound = leading if degree == 0 else leading * start - sum(map(abs, parts[top][:-1]))
    rest = ZERO
    for base, q in parts.items():
        if base != top:
            if Fraction(start + 1, start) ** (len(q) - 1) * base > top:
                raise Reject("evidence.assumption_2.from", "a smaller term does not decrease yet")
            spend(_work_of_term(q, base, top, start))
            rest += sum(map(abs, q)) * start ** (len(q) - 1) * (base / top) ** start
    if bound <= 0 or rest >= bound:
        raise Reject("evidence.assumption_2.from", "the largest term does not dominate yet")


def _work_of_term(q: Polynomial, base: Fraction, top: Fraction, start: int) -> int:
    """Units for the sum, the powers and the product of one smaller term."""
    bits = (size(base) + size(top)) * start + len(q) * (longest(q) + start.bit_length())
    return operations(len(q) + 4, bits, bits)


def _falling_polynomial(m: int, c: Fraction) -> Polynomial:
    """c n (n-1) ... (n-m+1) as a polynomial in n."""
    result = [c]
    for k in range(m):
        spend(operations(2 * len(result), size(c), (k + 1) * m.bit_length() * 2))
        shifted, scaled = [ZERO, *result], [-k * x for x in result] + [ZERO]
        result = [x + y for x, y in zip(shifted, scaled, strict=True)]
    return result


def _trimmed(polynomial: Polynomial) -> Polynomial:
    while polynomial and not polynomial[-1]:
        polynomial = polynomial[:-1]
    return polynomial
