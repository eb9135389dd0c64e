"""The rules for truncated Taylor series over any arithmetic, operation by operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import sign
from exactland.errors import InputError, NotDifferentiableError
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
    evaluate,
    steps,
)

#: c_0, c_1, ...: numbers of one arithmetic, all series of a computation of the same length.
Series = list[Any]


class AtKinkError(NotDifferentiableError):
    """abs, min or max at a kink, or not shown to be off it."""


class SeriesRules:
    """The rules for truncated series over one arithmetic, at one point."""

    def __init__(self, t: Any, order: int, arithmetic: Arithmetic) -> None:
        self.t = t
        self.order = order
        self.arithmetic = arithmetic
        self.zero = arithmetic.number(fmpq(0))
        self.one = arithmetic.number(fmpq(1))

    def of(self, expression: Expression) -> Series:
        found: list[Series] = []
        for node, children in steps(expression):
            found.append(self.node(node, [found[i] for i in children]))
        return found[-1]

    def node(self, node: Expression, parts: list[Series]) -> Series:
        match node:
            case Number() | Pi():
                return self.constant(evaluate(node, self.t, self.arithmetic))
            case Variable():
                return [self.t, self.one, *[self.zero] * self.order][: self.order]
            case Sum():
                return [sum(column[1:], column[0]) for column in zip(*parts, strict=True)]
            case Negation():
                return [-c for c in parts[0]]
            case Product():
                product = parts[0]
                for part in parts[1:]:
                    product = self.times(product, part)
                return product
            case Quotient():
                return self.over(parts[0], parts[1])
            case Power(_, exponent):
                power = self.power(parts[0], abs(exponent))
                return power if exponent >= 0 else self.over(self.constant(self.one), power)
            case Call(name, _):
                return self.call(name, parts)
        raise InputError("expression", f"{type(node).__name__} is not a node of the grammar")

    def constant(self, value: Any) -> Series:
        return [value, *[self.zero] * (self.order - 1)]

    def small(self, k: int) -> Any:
        """1/k"""
        return self.arithmetic.number(fmpq(1, k))

    def times(self, a: Series, b: Series) -> Series:
        return [self.convolve(a, b, k) for k in range(self.order)]

    def convolve(self, a: Series, b: Series, k: int) -> Any:
        """Coefficient k of the product."""
        return sum((a[j] * b[k - j] for j in range(1, k + 1)), a[0] * b[k])

    def over(self, a: Series, b: Series) -> Series:
        """b q = a, coefficient by coefficient."""
        inverse = evaluate(_RECIPROCAL, b[0], self.arithmetic)
        q: Series = []
        for k in range(self.order):
            rest = sum((b[j] * q[k - j] for j in range(1, k + 1)), self.zero)
            q.append((a[k] - rest) * inverse)
        return q

    def power(self, base: Series, exponent: int) -> Series:
        result = self.constant(self.one)
        for bit in bin(exponent)[2:]:
            result = self.times(result, result)
            if bit == "1":
                result = self.times(result, base)
        return result

    def integral(self, value: Any, slope: Series) -> Series:
        """The series with this first coefficient and this derivative."""
        return [value, *(c * self.small(k) for k, c in enumerate(slope[:-1], 1))]

    def slope(self, u: Series) -> Series:
        """The derivative; its last coefficient is not known, and set to 0: nobody reads it."""
        number = self.arithmetic.number
        return [*(c * number(fmpq(k)) for k, c in enumerate(u[1:], 1)), self.zero]

    def solve(self, value: Any, u: Series, right: Callable[[Series], Any]) -> Series:
        """The series y with y_0 = value and y' = f u'.

        ``right`` of the coefficients of y known so far is the next coefficient of f.
        """
        slope, y, factor = self.slope(u), [value], []
        for k in range(1, self.order):
            factor.append(right(y))
            y.append(self.convolve(factor, slope, k - 1) * self.small(k))
        return y

    def call(self, name: str, parts: list[Series]) -> Series:
        u = parts[0]
        if name in ("abs", "min", "max", "sign"):
            return self.by_sides(name, parts)
        if name in ("sin", "cos", "sinh", "cosh"):
            pair = self.circular(u, hyperbolic=name.endswith("h"))
            return pair[0] if name.startswith("sin") else pair[1]
        first = self.arithmetic.call(name, u[0])
        match name:
            case "exp":
                return self.solve(first, u, lambda y: y[-1])
            case "tanh":  # y' = (1 - y^2) u'
                return self.solve(
                    first, u, lambda y: self.unit(len(y) - 1) - self.convolve(y, y, len(y) - 1)
                )
            case "sigmoid":  # y' = (y - y^2) u'
                return self.solve(first, u, lambda y: y[-1] - self.convolve(y, y, len(y) - 1))
            case "log":
                return self.integral(first, self.over(self.slope(u), u))
            case "sqrt":
                return self.root(first, u)
            case "atan":
                square = self.times(u, u)
                bottom = [square[0] + self.one, *square[1:]]
                return self.integral(first, self.over(self.slope(u), bottom))
            case "erf":
                return self.integral(first, self.erf_slope(u))
        raise InputError("expression", f"{name} is not a function of the grammar")

    def unit(self, k: int) -> Any:
        return self.one if k == 0 else self.zero

    def circular(self, u: Series, hyperbolic: bool) -> tuple[Series, Series]:
        """sin u and cos u, or sinh u and cosh u: each is the slope of the other, up to a sign."""
        names = ("sinh", "cosh") if hyperbolic else ("sin", "cos")
        sine = [self.arithmetic.call(names[0], u[0])]
        cosine = [self.arithmetic.call(names[1], u[0])]
        slope = self.slope(u)
        for k in range(1, self.order):
            up = self.convolve(cosine, slope, k - 1) * self.small(k)
            down = self.convolve(sine, slope, k - 1) * self.small(k)
            sine.append(up)
            cosine.append(down if hyperbolic else -down)
        return sine, cosine

    def root(self, first: Any, u: Series) -> Series:
        """s^2 = u."""
        s = [first]
        if self.order > 1:
            inverse = evaluate(_RECIPROCAL, first + first, self.arithmetic)
        for k in range(1, self.order):
            cross = sum((s[j] * s[k - j] for j in range(1, k)), self.zero)
            s.append((u[k] - cross) * inverse)
        return s

    def erf_slope(self, u: Series) -> Series:
        """2/sqrt(pi) exp(-u^2) u'; the irrational factor is left out where u' = 0."""
        bell = self.call("exp", [[-c for c in self.times(u, u)]])
        slope = self.times(bell, self.slope(u))
        if self.order == 1:
            return slope
        pi = self.arithmetic.pi()
        scale = evaluate(_RECIPROCAL, self.arithmetic.call("sqrt", pi), self.arithmetic)
        return [c * scale * self.arithmetic.number(fmpq(2)) for c in slope]

    def by_sides(self, name: str, parts: list[Series]) -> Series:
        """abs, min, max off their kinks."""
        gap = self.gap(name, parts)[0]
        side = sign(gap) if isinstance(gap, fmpq | arb) else None
        if side not in (-1, 1):
            raise AtKinkError(
                f"{name} at {gap}",
                "it is at a kink or not shown to be off it",
                "choose another point",
            )
        return self.branch(name, parts, side)

    def gap(self, name: str, parts: list[Series]) -> Series:
        """What changes sign at a kink of abs, min or max."""
        if name in ("abs", "sign"):
            return parts[0]
        return [a - b for a, b in zip(*parts, strict=True)]

    def branch(self, name: str, parts: list[Series], side: int) -> Series:
        """abs, min, max where the gap has this sign: one of their arguments, or its negative."""
        if name == "sign":
            return self.constant(self.arithmetic.number(fmpq(side)))
        if name == "abs":
            return parts[0] if side > 0 else [-c for c in parts[0]]
        return parts[0] if (side > 0) == (name == "max") else parts[1]


_RECIPROCAL = Quotient(Number(fmpq(1)), Variable())
