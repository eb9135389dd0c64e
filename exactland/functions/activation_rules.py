"""Values and derivatives of the named activations in forms that stay accurate, over any arithmetic.

Each rule takes a point t (a number of the arithmetic ``A``, for enclosures possibly a whole array)
and the activation's parameters p. Over Q a rule raises NotExactError where the value is irrational;
the derivative at a kink raises NotDifferentiableError, and is an enclosure over balls around it.

No exponential is taken of a positive argument, so that nothing overflows: for softplus,
log(1+exp(s)) = max(s,0) + log(1+exp(-abs(s))).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import lower, upper
from exactland.arithmetic.enclosures import ENCLOSURES, Enclosure
from exactland.arithmetic.exact import exact_float
from exactland.arithmetic.formal import FORMAL, Core
from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.rounding import LARGEST
from exactland.errors import LimitError, NotExactError
from exactland.functions.expression import sign_off_kink

#: A rule: (t, arithmetic, parameters) -> value.
Rule = Callable[[Any, Arithmetic, tuple[fmpq, ...]], Any]

ZERO, HALF, ONE, TWO = fmpq(0), fmpq(1, 2), fmpq(1), fmpq(2)

#: dyadic-softplus is evaluated exactly down to -2^20: below, its value would not fit into memory.
LOWEST_DYADIC = -(1 << 20)


def _is_rational_zero(t: Any) -> bool:
    return isinstance(t, fmpq) and t == 0


# identity, relu and their kin


def identity_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return t


def identity_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return A.number(ONE)


def relu_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return A.call("max", t, A.number(ZERO))


def relu_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return (A.number(ONE) + sign_off_kink(t, A)) / A.number(TWO)


def leaky_relu_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """1 for t > 0, the slope for t < 0; with slope 1 there is no kink."""
    (slope,) = p
    if slope == 1:
        return A.number(ONE)
    return A.number((1 + slope) / 2) + A.number((1 - slope) / 2) * sign_off_kink(t, A)


def relu6_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """1 between 0 and 6."""
    return (sign_off_kink(t, A) - sign_off_kink(t - A.number(fmpq(6)), A)) / A.number(TWO)


def hard_sigmoid_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """1/6 between -3 and 3."""
    three = A.number(fmpq(3))
    return (sign_off_kink(t + three, A) - sign_off_kink(t - three, A)) / A.number(fmpq(12))


def elu_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """1 for t > 0, alpha exp(t) for t < 0; with alpha = 1 both are 1 at 0."""
    (alpha,) = p
    slope = A.number(alpha) * A.call("exp", A.call("min", t, A.number(ZERO)))
    if alpha == 1:
        return slope
    return slope + relu_derivative(t, A, ()) * (A.number(ONE) - slope)


# sigmoid, tanh and their integrals


def sigmoid_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return A.call("sigmoid", t)


def sigmoid_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """sigmoid(t) sigmoid(-t): 1 - sigmoid(t) would cancel for large t."""
    return A.call("sigmoid", t) * A.call("sigmoid", -t)


def tanh_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """1 - tanh(t)^2, which is 4 sigmoid(2t) sigmoid(-2t): the second form does not cancel."""
    if A.name in ("formal", "rational"):
        return A.number(ONE) - A.power(A.call("tanh", t), 2)
    return A.number(fmpq(4)) * sigmoid_derivative(t * A.number(TWO), A, ())


def softplus_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    (alpha,) = p
    s = t * A.number(alpha)
    decay = A.call("exp", -A.call("abs", s))
    tail = decay.log1p() if isinstance(decay, arb) else A.call("log", A.number(ONE) + decay)
    return (A.call("max", s, A.number(ZERO)) + tail) / A.number(alpha)


def softplus_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return A.call("sigmoid", t * A.number(p[0]))


def log_sigmoid_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return -softplus_value(-t, A, (ONE,))


def log_sigmoid_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return A.call("sigmoid", -t)


def silu_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return t * A.call("sigmoid", t)


def silu_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """s(t) (1 + t s(-t)) with s the sigmoid."""
    return A.call("sigmoid", t) * (A.number(ONE) + t * A.call("sigmoid", -t))


def mish_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    if _is_rational_zero(t):
        return fmpq(0)
    return t * A.call("tanh", softplus_value(t, A, (ONE,)))


def mish_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """T + t (1 - T^2) s(t) with T = tanh(softplus(t)), s the sigmoid; tanh(log(2)) = 3/5."""
    if _is_rational_zero(t):
        return fmpq(3, 5)
    inner = softplus_value(t, A, (ONE,))
    slope = tanh_derivative(inner, A, ()) * A.call("sigmoid", t)
    return A.call("tanh", inner) + t * slope


# GELU


def _normal_distribution(t: Any, A: Arithmetic) -> Any:
    """(1 + erf(t/sqrt(2)))/2, which is erfc(-t/sqrt(2))/2: the second form does not cancel."""
    scaled = t / A.call("sqrt", A.number(TWO))
    if isinstance(scaled, arb):
        return (-scaled).erfc() / A.number(TWO)
    return (A.number(ONE) + A.call("erf", scaled)) / A.number(TWO)


def gelu_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    if _is_rational_zero(t):
        return fmpq(0)
    return t * _normal_distribution(t, A)


def gelu_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """Phi(t) + t phi(t), the distribution function and the density of the normal distribution."""
    if _is_rational_zero(t):
        return HALF
    bell = A.call("exp", -A.power(t, 2) / A.number(TWO))
    return _normal_distribution(t, A) + t * bell / A.call("sqrt", A.number(TWO) * A.pi())


# rational functions of t and abs(t)


def softsign_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """1/(1+abs(t))^2, also at 0."""
    return A.number(ONE) / A.power(A.number(ONE) + A.call("abs", t), 2)


def r1_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return softsign_derivative(t, A, ()) / A.number(TWO)


def polynomial_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    """Horner's rule; p = (c_0, c_1, ...)."""
    value = A.number(p[-1])
    for coefficient in reversed(p[:-1]):
        value = value * t + A.number(coefficient)
    return value


def polynomial_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    derivative = tuple(j * c for j, c in enumerate(p))[1:] or (ZERO,)
    return polynomial_value(t, A, derivative)


# dyadic-softplus: 2^n (1 + 2u/3 + u^2/3) at t = n + u < 0 with n integer and 0 <= u < 1, and
# 1 + 2t/3 for t >= 0. The function and its derivative are continuous and increasing, so a ball or
# an interval is mapped by its ends.


def dyadic_softplus_value(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return _dyadic(t, A, _dyadic_value, "dyadic-softplus")


def dyadic_softplus_derivative(t: Any, A: Arithmetic, p: tuple[fmpq, ...]) -> Any:
    return _dyadic(t, A, _dyadic_derivative, "dyadic-softplus'")


def _dyadic(t: Any, A: Arithmetic, function: Callable[[fmpq], fmpq], name: str) -> Any:
    if isinstance(t, fmpq):
        if t < LOWEST_DYADIC:
            raise LimitError(f"{name}({t})", "the exact value is too long", "evaluate it in balls")
        return function(t)
    if isinstance(t, arb):
        low, high = lower(t), upper(t)
        if low is None or high is None:
            return arb("nan")
        below = function(low) if low >= LOWEST_DYADIC else ZERO
        above = function(max(high, fmpq(LOWEST_DYADIC)))
        return A.number(below).union(A.number(above))
    if A.name == "formal":
        q = t.as_rational()
        if q is not None:
            return FORMAL.number(_dyadic(q, RATIONALS, function, name))
        return FORMAL.atom(Core((), "none", ONE, name), t)
    if isinstance(t, Enclosure):
        return _dyadic_enclosure(t, function)
    raise NotExactError(name, f"it has no form in {A.name} arithmetic", "use rationals or balls")


def _dyadic_enclosure(t: Enclosure, function: Callable[[fmpq], fmpq]) -> Enclosure:
    """Entry by entry, exactly, then rounded outward."""

    def at(end: float) -> fmpq:
        # Below -2000 the value is less than every positive double.
        return function(exact_float(max(end, -2000.0)))

    most, least = np.isposinf(t.hi), t.lo < -2000.0
    low = [at(end) for end in np.minimum(t.lo, LARGEST).ravel().tolist()]
    high = [at(end) for end in np.where(most, 0.0, t.hi).ravel().tolist()]
    below = ENCLOSURES.matrix([low]).lo.reshape(t.shape)
    above = ENCLOSURES.matrix([high]).hi.reshape(t.shape)
    below = np.where(least, 0.0, np.maximum(below, 0.0))
    return Enclosure(below, np.where(most, np.inf, above))


def _split(t: fmpq) -> tuple[fmpq, fmpq]:
    """(2^n, u) with t = n + u < 0."""
    n = int(t.p // t.q)
    return fmpq(1, 1 << -n), t - n


def _dyadic_value(t: fmpq) -> fmpq:
    if t >= 0:
        return 1 + 2 * t / 3
    scale, u = _split(t)
    return scale * (1 + 2 * u / 3 + u * u / 3)


def _dyadic_derivative(t: fmpq) -> fmpq:
    if t >= 0:
        return fmpq(2, 3)
    scale, u = _split(t)
    return scale * (2 + 2 * u) / 3
