"""Taylor arithmetic: a jet [c_0, ..., c_m] holds c_k = f^(k) / k!, over intervals or formal values.

Over intervals that enclose a whole argument interval the coefficients enclose f^(k)(s)/k! for every
s in it: each rule below is an identity between Taylor coefficients at s.

>>> from fractions import Fraction
>>> from .expression import evaluate, parse
>>> from .rationals import Rationals
>>> evaluate(parse("1/(1-t)"), variable(Fraction(0), 3, Rationals()), Jets(Rationals(), 3))[3]
Fraction(1, 1)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .outcome import Coarse, Reject
from .work import TURN, spend

Jet = list[Any]
ONE = Fraction(1)


def variable(t: Any, order: int, base: Any) -> Jet:
    """The jet of the function t at the point (or on the interval) ``t``."""
    rest = [base.number(Fraction(k == 1)) for k in range(1, order + 1)]
    return [t, *rest]


class Jets:
    """Jets of one order over a base arithmetic, itself an arithmetic of expressions.

    With ``side`` 1 or -1 they are those just to the right or to the left of the point, where abs,
    min and max are one of their arguments or its negative; with 0, those of both sides at once.
    """

    def __init__(self, base: Any, order: int, side: int = 0) -> None:
        self.base = base
        self.order = order
        self.side = side

    def number(self, value: Fraction) -> Jet:
        zero = self.base.number(Fraction(0))
        return [self.base.number(value)] + [zero] * self.order

    def pi(self) -> Jet:
        return [self.base.pi()] + [self.base.number(Fraction(0))] * self.order

    def add(self, x: Jet, y: Jet) -> Jet:
        return [self.base.add(a, b) for a, b in zip(x, y, strict=True)]

    def negative(self, x: Jet) -> Jet:
        return [self.base.negative(a) for a in x]

    def _convolve(self, x: Jet, y: Jet, k: int, start: int = 0) -> Any:
        """sum of x_j y_(k-j) over start <= j <= k, j < len(x), k - j < len(y)."""
        spend(TURN * (k + 1))
        base, total = self.base, self.base.number(Fraction(0))
        for j in range(max(start, k - len(y) + 1), min(k + 1, len(x))):
            total = base.add(total, base.multiply(x[j], y[k - j]))
        return total

    def _scale(self, q: Fraction, value: Any) -> Any:
        return self.base.multiply(self.base.number(q), value)

    def multiply(self, x: Jet, y: Jet) -> Jet:
        return [self._convolve(x, y, k) for k in range(self.order + 1)]

    def divide(self, x: Jet, y: Jet) -> Jet:
        """q y = x, so q_k = (x_k - sum of y_j q_(k-j) over j >= 1) / y_0."""
        base = self.base
        result: Jet = []
        for k in range(self.order + 1):
            rest = base.negative(self._convolve(y, result, k, 1))
            result.append(base.divide(base.add(x[k], rest), y[0]))
        return result

    def power(self, x: Jet, exponent: int) -> Jet:
        if exponent < 0:
            return self.divide(self.number(ONE), self.power(x, -exponent))
        result, square, n = self.number(ONE), x, exponent
        while n:
            if n & 1:
                result = self.multiply(result, square)
            n >>= 1
            square = self.multiply(square, square) if n else square
        # The base may know the power of a single number more sharply.
        return [self.base.power(x[0], exponent), *result[1:]]

    def _integrate(self, value: Any, slope: Jet, x: Jet) -> Jet:
        """y with y_0 = value and y' = slope x': k y_k = sum of j x_j slope_(k-j)."""
        derivative = [self._scale(Fraction(j), x[j]) for j in range(self.order + 1)]
        rest = [
            self._scale(Fraction(1, k), self._convolve(derivative, slope, k, 1))
            for k in range(1, self.order + 1)
        ]
        return [value, *rest]

    def _solve(self, value: Any, slope: str, x: Jet) -> Jet:
        """y with y' = g(y) x' and g(y) = y, 1 - y^2 or y - y^2 ("exp", "tanh", "sigmoid")."""
        base, y = self.base, [value]
        derivative = [self._scale(Fraction(j), x[j]) for j in range(self.order + 1)]
        g: Jet = []
        for k in range(1, self.order + 1):
            if slope == "exp":
                g.append(y[k - 1])
            else:
                first = base.number(Fraction(k == 1)) if slope == "tanh" else y[k - 1]
                g.append(base.add(first, base.negative(self._convolve(y, y, k - 1))))
            y.append(self._scale(Fraction(1, k), self._convolve(derivative, g, k, 1)))
        return y

    def _paired(self, first: Any, second: Any, x: Jet, sign: int) -> tuple[Jet, Jet]:
        """(c, s) with c' = sign s x' and s' = c x': cos and sin, or cosh and sinh."""
        derivative = [self._scale(Fraction(j), x[j]) for j in range(self.order + 1)]
        c, s = [first], [second]
        for k in range(1, self.order + 1):
            next_c = self._scale(Fraction(sign, k), self._convolve(derivative, s, k, 1))
            next_s = self._scale(Fraction(1, k), self._convolve(derivative, c, k, 1))
            c.append(next_c)
            s.append(next_s)
        return c, s

    def call(self, function: str, arguments: list[Jet]) -> Jet:
        x, base = arguments[0], self.base
        if function in ("abs", "min", "max", "dyadic_softplus"):
            return self._piecewise(function, arguments)
        if function in ("sin", "cos"):
            pair = self._paired(base.call("cos", [x[0]]), base.call("sin", [x[0]]), x, -1)
            return pair[function == "sin"]
        if function in ("sinh", "cosh"):
            pair = self._paired(base.call("cosh", [x[0]]), base.call("sinh", [x[0]]), x, 1)
            return pair[function == "sinh"]
        value = base.call(function, [x[0]])
        if function in ("exp", "tanh", "sigmoid"):
            return self._solve(value, function, x)
        if function == "log":
            return self._integrate(value, self.divide(self.number(ONE), x), x)
        if function == "sqrt":
            return self._square_root(value, x)
        if function == "atan":
            bottom = self.add(self.number(ONE), self.power(x, 2))
            return self._integrate(value, self.divide(self.number(ONE), bottom), x)
        if function == "erf":
            bell = self.call("exp", [self.negative(self.power(x, 2))])
            factor = base.divide(base.number(Fraction(2)), base.call("sqrt", [base.pi()]))
            return self._integrate(value, [base.multiply(factor, b) for b in bell], x)
        if function == "softplus":
            return self._integrate(value, self.call("sigmoid", [x]), x)
        raise Reject("", f"there are no derivatives of {function}")

    def _square_root(self, value: Any, x: Jet) -> Jet:
        """y^2 = x, so 2 y_0 y_k = x_k - sum of y_j y_(k-j) over 1 <= j <= k - 1."""
        base, y = self.base, [value]
        for k in range(1, self.order + 1):
            inner = self._convolve(y, y, k, 1)  # y_k is not there yet, so j stops at k - 1
            top = base.add(x[k], base.negative(inner))
            y.append(base.divide(top, base.add(value, value)))
        return y

    def _piecewise(self, function: str, arguments: list[Jet]) -> Jet:
        """abs, min, max: away from their kinks, or to one side; at order 0 anywhere."""
        x, base = arguments[0], self.base
        if self.order == 0:
            return [base.call(function, [jet[0] for jet in arguments])]
        if function == "dyadic_softplus":
            raise Reject("", "dyadic-softplus has no derivatives here")
        if function == "abs":
            sign = self._sign(x)
            if sign not in (1, -1):
                raise _kink(sign, "the derivative of abs where its argument may be 0")
            return x if sign > 0 else self.negative(x)
        sign = self._sign(self.add(x, self.negative(arguments[1])))
        if sign not in (1, -1):
            raise _kink(sign, "the derivative of min or max where its arguments may be equal")
        return x if (sign > 0) == (function == "max") else arguments[1]

    def _sign(self, gap: Jet) -> int | None:
        """The sign of a function from its jet: at the point, with ``side`` beside it.

        There the first coefficient that is not 0 tells. If all are 0, both branches of abs, min or
        max have the same jet, and the answer 1 picks one.
        """
        for k, coefficient in enumerate(gap):
            sign: int | None = self.base.sign(coefficient)
            if sign != 0 or not self.side:
                return sign and sign * self.side**k
        return 1


def _kink(sign: int | None, reason: str) -> Reject:
    """Of a sign that is 0, or that a narrower argument may have."""
    return Coarse("", reason) if sign is None else Reject("", reason)
