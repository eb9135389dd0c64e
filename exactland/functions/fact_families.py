"""The facts of ``fact_table`` for activations with parameters: they depend on these."""

from __future__ import annotations

from flint import fmpq, fmpq_poly

from exactland.functions.expression import parse
from exactland.functions.expression_tree import divide, number
from exactland.functions.fact_table import (
    KNOWN,
    LINE,
    NO_DECAY,
    NOT_ENTIRE,
    TO_INFINITY,
    Interval,
    Known,
)
from exactland.functions.limits import MINUS, PLUS, finite
from exactland.functions.properties import Fact
from exactland.functions.real_roots import odd_part, real_roots


def known_facts(name: str, parameters: tuple[fmpq, ...]) -> Known:
    """The facts of a named activation.

    >>> str(known_facts("softplus", (fmpq(2),)).clause_2.constants[3][1])
    'log(2)/2'
    """
    match name:
        case "leaky-relu":
            return _leaky_relu(parameters[0])
        case "softplus":
            return _softplus(parameters[0])
        case "elu":
            return _elu(parameters[0])
        case "identity":
            return polynomial_facts((fmpq(0), fmpq(1)))
        case "power":
            return polynomial_facts((*[fmpq(0)] * int(parameters[0].p), fmpq(1)))
        case "polynomial":
            return polynomial_facts(parameters)
    return KNOWN[name]


def _leaky_relu(slope: fmpq) -> Known:
    """max(t,0) + slope min(t,0); slope 0 is ReLU, slope 1 the identity."""
    if slope == 0:
        return KNOWN["relu"]
    if slope == 1:
        return polynomial_facts((fmpq(0), fmpq(1)))
    rising = slope > 0
    return Known(
        Fact(True, "its slopes, 1 and a, are positive")
        if rising
        else Fact(False, "its slope a is negative for t < 0"),
        TO_INFINITY,
        MINUS if rising else PLUS,
        PLUS,
        Fact(False, NO_DECAY + "it is a t for t < 0"),
        Fact(False, "there is no derivative at 0: the slopes are a and 1"),
        LINE if rising else Interval(number(0), None, "it is t there"),
        Fact(False, NOT_ENTIRE + "it has a kink at 0"),
    )


def _softplus(alpha: fmpq) -> Known:
    """NH17 Lemma 3.3, NH18 Lemma 3.3."""
    a = number(alpha)
    constants = (divide(number(1), a), a, number(1), divide(parse("log(2)"), a))
    reason = (
        "log(1+x) <= x gives sigma(t) <= exp(alpha t)/alpha; for t >= 0:"
        " 1+exp(alpha t) <= 2 exp(alpha t) gives sigma(t) <= t + log(2)/alpha"
    )
    return Known(
        Fact(True, "its derivative s(alpha t) is positive"),
        TO_INFINITY,
        finite(0),
        PLUS,
        Fact(True, reason, tuple((f"rho_{i}", c) for i, c in enumerate(constants, 1))),
        Fact(True, "the derivative s(alpha t) is positive"),
        LINE,
        Fact(False, NOT_ENTIRE + "it is singular at i pi/alpha"),
    )


def _elu(alpha: fmpq) -> Known:
    """t for t >= 0, alpha (exp(t) - 1) for t < 0, with alpha > 0."""
    if alpha == 1:
        slope = Fact(True, "the derivative exp(min(t,0)) is positive")
    else:
        slope = Fact(False, "there is no derivative at 0: the slopes are alpha and 1")
    return Known(
        Fact(True, "it is t for t >= 0, and for t < 0 its derivative alpha exp(t) is positive"),
        TO_INFINITY,
        finite(-alpha),
        PLUS,
        Fact(False, NO_DECAY + "it tends to alpha"),
        slope,
        LINE,
        Fact(False, NOT_ENTIRE + "it is the identity for t >= 0 and not for t < 0"),
    )


def polynomial_facts(coefficients: tuple[fmpq, ...]) -> Known:
    """The facts of a polynomial c_0 + c_1 t + ...

    >>> polynomial_facts((fmpq(0), fmpq(1), fmpq(0), fmpq(1))).increasing.holds
    True
    """
    p = fmpq_poly(list(coefficients))
    entire = Fact(True, "it is a polynomial of degree n, and its derivative n+1 is 0")
    if p.degree() <= 0:
        return _constant(p[0], entire)
    slope = p.derivative()
    leading = p[p.degree()]
    right = PLUS if leading > 0 else MINUS
    odd = p.degree() % 2 == 1
    left = (MINUS if right == PLUS else PLUS) if odd else right
    # Cauchy's bound for the zeros of the derivative.
    bound = 1 + max(abs(c) / abs(slope[slope.degree()]) for c in slope.coeffs())
    keeps_sign = real_roots(odd_part(slope)) == 0
    increasing = keeps_sign and leading > 0 and odd
    if increasing:
        rising = Fact(True, "its derivative is nonnegative with finitely many zeros")
    elif keeps_sign:
        rising = Fact(False, "it is decreasing")
    else:
        rising = Fact(False, "its derivative changes sign")
    roots = real_roots(slope)
    return Known(
        rising,
        Fact(False, "it is a polynomial that is not constant"),
        left,
        right,
        Fact(False, NO_DECAY + "it tends to infinity, being a polynomial that is not constant"),
        Fact(roots == 0, f"its derivative has {roots} real zeros (Sturm's theorem)"),
        Interval(None, None, "its derivative has one sign and finitely many zeros")
        if keeps_sign
        else Interval(number(bound), None, "all zeros of the derivative are smaller"),
        entire,
    )


def _constant(value: fmpq, entire: Fact) -> Known:
    constant = Fact(False, "it is constant")
    if value == 0:
        rho = tuple((f"rho_{i}", number(1)) for i in range(1, 5))
        decay = Fact(True, "it is 0", rho)
    else:
        decay = Fact(False, NO_DECAY + "it is a constant other than 0")
    return Known(
        constant,
        Fact(True, "it is constant"),
        finite(value),
        finite(value),
        decay,
        Fact(False, "its derivative is 0"),
        None,
        entire,
    )
