"""FORMAL: functions of formal values, so that a network is evaluated to polynomials over Q.

A function at a formal value is an atom: a symbol for the function and its argument. Atoms are the
same symbol only if function and argument are the same. Oddness and evenness are used: of z and -z
the one whose first coefficient is positive is kept. Some constants have exact values: logarithms of
rationals, their exponentials, roots of rationals, sine and cosine at multiples of pi/6 and pi/4.

Section 8 of docs/certificate-v1.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from flint import fmpq

from exactland.arithmetic import formal_constants
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.formal_values import Formal, Symbol
from exactland.arithmetic.rationals import check_call, rational_value
from exactland.errors import NotExactError, UsageError

__all__ = ["FORMAL", "Core", "Formal", "FormalArithmetic", "absolute_value", "atom"]

Kind = Literal["none", "odd", "even", "abs"]

#: The parity of the elementary functions that have one, up to the constant of the sigmoid.
_PARITY: dict[str, Kind] = {
    "sin": "odd",
    "sinh": "odd",
    "tanh": "odd",
    "atan": "odd",
    "erf": "odd",
    "cos": "even",
    "cosh": "even",
}


@dataclass(frozen=True)
class Core:
    """An activation as p(t) + c h(t) with a polynomial p and a core function h.

    ``polynomial`` has the coefficients of p from degree 0 up, ``coefficient`` is c (0: sigma is the
    polynomial p); they are rational, or constants such as sqrt(2) and log(2)/2 as formal values.
    ``kind`` says what is used of h: nothing, that it is odd or even, or that it is the absolute
    value. ``name`` stands for h and must determine it, its parameters included: two atoms of the
    same name and argument are the same number.
    """

    polynomial: tuple[fmpq | Formal, ...]
    kind: Kind
    coefficient: fmpq | Formal
    name: str

    def __post_init__(self) -> None:
        if self.kind not in ("none", "odd", "even", "abs"):
            raise UsageError("core", f"no kind {self.kind!r}", 'use "none", "odd", "even" or "abs"')


class FormalArithmetic(Arithmetic):
    """Numbers are :class:`~exactland.arithmetic.formal_values.Formal`, matrices lists of rows.

    >>> w = FORMAL.symbol("w")
    >>> (FORMAL.call("tanh", w - 1) + FORMAL.call("tanh", 1 - w)).is_zero()
    True
    >>> print(FORMAL.call("exp", FORMAL.call("log", FORMAL.number(fmpq(12))) / 2))
    2*sqrt(3)
    """

    name = "formal"

    def number(self, value: fmpq) -> Formal:
        return Formal.rational(value)

    def symbol(self, name: str) -> Formal:
        """The parameter of this name."""
        return Formal.of(Symbol("parameter", name))

    def pi(self) -> Formal:
        return formal_constants.PI

    def is_zero(self, value: Formal) -> bool:
        """Is the value the polynomial 0, and so the number 0? False claims nothing."""
        return value.is_zero()

    def call(self, function: str, *arguments: Any) -> Formal:
        """An elementary function: exact where section 8 says so, otherwise an atom.

        ``min`` and ``max`` are written by the absolute value of the difference. Raises InputError
        where the function is not defined, as far as that is seen (the logarithm of a rational).
        """
        check_call(function, arguments)
        x: Formal = arguments[0]
        if function in ("min", "max"):
            y: Formal = arguments[1]
            distance = absolute_value(x - y)
            return (x + y + (distance if function == "max" else -distance)) / 2
        q = x.as_rational()
        if q is not None:
            try:
                return Formal.rational(rational_value(function, q))
            except NotExactError:
                pass  # not a rational value: a constant or an atom, below
        return _irrational(function, x, q)

    def atom(self, core: Core, value: Formal) -> Formal:
        """h(value) for the core function h, in the form that its parity makes canonical."""
        if core.kind == "abs":
            return absolute_value(value)
        return atom(core.name, value, core.kind)

    def apply_core(self, core: Core, value: Formal) -> Formal:
        """p(value) + c h(value): an activation without the rational values it may have.

        >>> relu = Core((fmpq(0), fmpq(1, 2)), "abs", fmpq(1, 2), "abs")
        >>> w = FORMAL.symbol("w")
        >>> print(FORMAL.apply_core(relu, 2 * w) - 2 * FORMAL.apply_core(relu, w))
        0
        """
        total = Formal.rational(0)
        for coefficient in reversed(core.polynomial):
            total = total * value + coefficient
        if isinstance(core.coefficient, fmpq) and core.coefficient == 0:
            return total
        return total + self.atom(core, value) * core.coefficient


def atom(name: str, value: Formal, parity: Kind = "none") -> Formal:
    """The symbol for the function ``name`` at ``value``, up to the sign that its parity gives.

    An odd function is 0 at 0. ``value`` and ``-value`` have the same monomials, so the sign of the
    first coefficient tells them apart.
    """
    if parity == "odd" and value.is_zero():
        return value
    if parity in ("odd", "even") and value.leading_coefficient() < 0:
        symbol = Formal.of(Symbol("function", name, arguments=(-value,)))
        return -symbol if parity == "odd" else symbol
    return Formal.of(Symbol("function", name, arguments=(value,)))


def absolute_value(value: Formal) -> Formal:
    """abs(q z) = abs(q) abs(z), with z of leading coefficient 1."""
    q = value.leading_coefficient()
    if value.as_rational() is not None:
        return Formal.rational(abs(q))
    return atom("abs", value * (1 / q)) * abs(q)


def _irrational(function: str, x: Formal, q: fmpq | None) -> Formal:
    """An elementary function of one argument where its value is not rational."""
    if function == "abs":
        return absolute_value(x)
    if function == "sign":  # sign(q z) = sign(q) sign(z)
        leading = x.leading_coefficient()
        return atom("sign", x * (1 / leading)) * (1 if leading > 0 else -1)
    if function == "sigmoid":  # sigmoid - 1/2 is odd
        return atom("sigmoid", x, "odd") + fmpq(1, 2)
    exact: Formal | None = None
    if function == "exp":
        exact = formal_constants.exponential(x)
    elif function == "log" and q is not None:
        exact = formal_constants.logarithm(q)
    elif function == "sqrt" and q is not None:
        exact = formal_constants.square_root(q)
    elif function in ("sin", "cos"):
        exact = formal_constants.sine(x, quarter_turns=0 if function == "sin" else 1)
    if exact is not None:
        return exact
    return atom(function, x, _PARITY.get(function, "none"))


FORMAL = FormalArithmetic()
