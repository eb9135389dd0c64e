"""Formal zeros are zeros: checked in high-precision numerics, with parameters at random."""

from __future__ import annotations

import random
from typing import Any

import mpmath
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactland.arithmetic.formal import FORMAL, Core, Formal
from exactland.arithmetic.formal_values import MOST_TERMS, Symbol, inverse
from exactland.errors import InputError, LimitError, UsageError

FUNCTIONS: dict[str, Any] = {
    "exp": mpmath.exp,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "atan": mpmath.atan,
    "erf": mpmath.erf,
    "abs": abs,
    "sign": mpmath.sign,
}
PARAMETERS = {f"w{i}": mpmath.mpf(random.Random(i).randint(1, 10**9)) / 10**9 for i in range(3)}


def numeric(value: Formal) -> Any:
    """The number at PARAMETERS, from the meaning of the symbols."""
    total = mpmath.mpf(0)
    for monomial, c in value.terms:
        term = mpmath.mpf(int(c.p)) / int(c.q)
        for symbol, exponent in monomial:
            term *= _symbol(symbol) ** exponent
        total += term
    return total


def _symbol(symbol: Symbol) -> Any:
    match symbol.kind:
        case "parameter":
            return PARAMETERS[symbol.name]
        case "pi":
            return +mpmath.pi
        case "root":
            return mpmath.sqrt(symbol.number)
        case "log":
            return mpmath.log(symbol.number)
    z = numeric(symbol.arguments[0])
    if symbol.name == "inverse":
        return 1 / z
    if symbol.name == "sigmoid":
        return 1 / (1 + mpmath.exp(-z)) - mpmath.mpf(1) / 2
    return {**FUNCTIONS, "log": mpmath.log, "sqrt": mpmath.sqrt}[symbol.name](z)


@st.composite
def pairs(draw: st.DrawFn, depth: int = 3) -> tuple[Formal, Any]:
    """A formal value built at random, and the number it should be, built alongside by mpmath."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        kind = draw(st.integers(0, 4))
        if kind == 0:
            name = draw(st.sampled_from(sorted(PARAMETERS)))
            return FORMAL.symbol(name), PARAMETERS[name]
        if kind == 1:
            return FORMAL.pi(), +mpmath.pi
        n, d = draw(st.integers(1, 40)), draw(st.integers(1, 6))
        q, number = FORMAL.number(fmpq(n, d)), mpmath.mpf(n) / d
        if kind == 2:
            return FORMAL.call("sqrt", q), mpmath.sqrt(number)
        if kind == 3:
            return FORMAL.call("log", q), mpmath.log(number)
        return -q, -number
    (x, a), (y, b) = draw(pairs(depth - 1)), draw(pairs(depth - 1))
    kind = draw(st.sampled_from(["+", "-", "*", "/", "**", "max", "call", "call"]))
    if kind == "call":
        function = draw(st.sampled_from([*sorted(FUNCTIONS), "sigmoid"]))
        if abs(a) > 50:
            return x, a
        known = FUNCTIONS.get(function, lambda u: 1 / (1 + mpmath.exp(-u)))
        if function == "sign" and abs(a) < mpmath.mpf(10) ** -100:
            return x, a  # a true zero that is not formally zero: mpmath cannot tell its sign
        return FORMAL.call(function, x), known(a)
    if kind == "max":
        return FORMAL.call("max", x, y), max(a, b)
    if kind == "**":
        exponent = draw(st.integers(0, 3))
        return x**exponent, a**exponent
    if kind == "/":
        return (x, a) if abs(b) < mpmath.mpf(10) ** -100 else (x / y, a / b)
    return {"+": (x + y, a + b), "-": (x - y, a - b), "*": (x * y, a * b)}[kind]


def near(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= mpmath.mpf(10) ** -90 * (1 + abs(b)))


@settings(max_examples=400, deadline=None)
@given(pairs(), pairs())
def test_formal_values_are_the_numbers_they_stand_for(
    first: tuple[Formal, Any], second: tuple[Formal, Any]
) -> None:
    (x, a), (y, b) = first, second
    assert near(numeric(x), a)
    if (x - y).is_zero():
        assert near(a, b)
        assert hash(x) == hash(y)
    assert ((x + y) ** 2 - x * x - 2 * x * y - y * y).is_zero()
    assert (x * y - y * x).is_zero()


def number(p: int, q: int = 1) -> Formal:
    return FORMAL.number(fmpq(p, q))


def call(function: str, x: Formal) -> Formal:
    return FORMAL.call(function, x)


w0, w1 = FORMAL.symbol("w0"), FORMAL.symbol("w1")
ZEROS = {
    "odd": lambda: call("tanh", w0 - w1) + call("tanh", w1 - w0),
    "odd at 0": lambda: call("atan", w0 - w0),
    "even": lambda: call("cos", w0 - 2) - call("cos", 2 - w0),
    "sigmoid": lambda: call("sigmoid", w0) + call("sigmoid", -w0) - 1,
    "abs": lambda: call("abs", -6 * w0 + 3) - 3 * call("abs", 2 * w0 - 1),
    "sign": lambda: call("sign", 2 * w0) + call("sign", -w0),
    "max": lambda: FORMAL.call("max", w0, number(0)) - FORMAL.call("max", -w0, number(0)) - w0,
    "roots": lambda: (
        call("sqrt", number(6)) * call("sqrt", number(10)) - 2 * call("sqrt", number(15))
    ),
    "root of a quotient": lambda: call("sqrt", number(9, 8)) - call("sqrt", number(2)) * 3 / 4,
    "inverse of a root": lambda: 1 / call("sqrt", number(2)) - call("sqrt", number(2)) / 2,
    "logarithms": lambda: (
        call("log", number(12, 5))
        - 2 * call("log", number(2))
        - call("log", number(3))
        + call("log", number(5))
    ),
    "exp of log": lambda: call("exp", call("log", number(12, 5))) - fmpq(12, 5),
    "exp of half a log": lambda: (
        call("exp", -call("log", number(8)) / 2) - call("sqrt", number(2)) / 4
    ),
    "sin pi/6": lambda: call("sin", FORMAL.pi() / 6) - fmpq(1, 2),
    "sin 7pi/4": lambda: call("sin", FORMAL.pi() * fmpq(7, 4)) + call("sqrt", number(1, 2)),
    "cos -pi/3": lambda: call("cos", -FORMAL.pi() / 3) - fmpq(1, 2),
    "cos 5pi": lambda: call("cos", 5 * FORMAL.pi()) + 1,
    "cos pi/2": lambda: call("cos", FORMAL.pi() / 2),
    "inverse scaled": lambda: 1 / (2 * w0 + 4) - (1 / (w0 + 2)) / 2,
    "inverse of minus": lambda: 1 / (w0 - 2) + 1 / (2 - w0),
    "large prime": lambda: call("log", number(10**6 + 3)) - call("log", number(10**6 + 3)),
    "exp 0": lambda: call("exp", w0 - w0) - 1,
    "erf 0": lambda: call("erf", number(0)),
}


@pytest.mark.parametrize("name", sorted(ZEROS))
def test_zeros_that_section_8_promises(name: str) -> None:
    value = ZEROS[name]()
    assert value.is_zero()
    assert value.as_rational() == 0


def test_every_angle_of_the_table() -> None:
    for k in range(-30, 30):
        for function in ("sin", "cos"):
            value = call(function, FORMAL.pi() * fmpq(k, 12))
            assert near(numeric(value), FUNCTIONS[function](mpmath.pi * k / 12))
            opaque = any(s.kind == "function" for monomial, _ in value.terms for s, _ in monomial)
            assert opaque == (k % 2 != 0 and k % 3 != 0)


@pytest.mark.parametrize(
    "value",
    [
        lambda: call("tanh", w0) - call("tanh", w1),
        lambda: call("exp", w0) - call("exp", -w0),
        lambda: call("log", number(2)) - call("log", number(3)),
        lambda: call("sqrt", number(2)) - call("sqrt", number(3)),
        lambda: FORMAL.pi() - fmpq(22, 7),
        lambda: call("sin", number(1)),
        lambda: call("exp", number(1)) - call("cos", number(1)),
        lambda: call("abs", w0) - w0,
        lambda: FORMAL.symbol("pi") - FORMAL.pi(),
    ],
)
def test_what_is_not_zero(value: Any) -> None:
    assert not value().is_zero()


def test_cores() -> None:
    half = fmpq(1, 2)
    relu = Core((fmpq(0), half), "abs", half, "abs")
    assert (FORMAL.apply_core(relu, 3 * w0) - 3 * FORMAL.apply_core(relu, w0)).is_zero()
    assert FORMAL.apply_core(relu, number(-4)).is_zero()
    assert FORMAL.apply_core(relu, number(4)).as_rational() == 4
    softplus = Core((fmpq(0), half), "even", fmpq(1), "softplus(1)")
    f = FORMAL.apply_core(softplus, w0 - w1)
    assert (f - FORMAL.apply_core(softplus, w1 - w0) - (w0 - w1)).is_zero()
    other = Core((fmpq(0), half), "even", fmpq(1), "softplus(2)")
    assert not (f - FORMAL.apply_core(other, w0 - w1)).is_zero()
    square = Core((fmpq(1), fmpq(0), fmpq(2)), "none", fmpq(0), "")
    assert (FORMAL.apply_core(square, w0 + 1) - 2 * w0**2 - 4 * w0 - 3).is_zero()
    odd = Core((half,), "odd", fmpq(1), "sigmoid")
    assert FORMAL.apply_core(odd, number(0)).as_rational() == half
    assert (FORMAL.apply_core(odd, w0) - call("sigmoid", w0)).is_zero()
    with pytest.raises(UsageError):
        Core((), "periodic", fmpq(1), "h")  # type: ignore[arg-type]


def test_order_is_canonical() -> None:
    first = w0 * w1 + call("tanh", w0 + w1) + 3
    second = 3 + call("tanh", w1 + w0) + w1 * w0
    assert first == second
    assert first.terms == second.terms
    assert str(first) == str(second)
    assert len({first, second}) == 1


def test_refusals() -> None:
    with pytest.raises(InputError):
        inverse(w0 - w0)
    with pytest.raises(InputError):
        call("log", number(-1))
    with pytest.raises(InputError):
        call("sqrt", number(-1))
    with pytest.raises(UsageError):
        bool(w0)
    with pytest.raises(UsageError):
        w0 + 0.5  # type: ignore[operator]


def test_limits() -> None:
    total = sum((FORMAL.symbol(f"u{i}") for i in range(200)), number(0))
    with pytest.raises(LimitError):
        total**3  # too many products
    many = {((Symbol("parameter", str(i)), 1),): fmpq(1) for i in range(MOST_TERMS + 1)}
    with pytest.raises(LimitError, match=str(MOST_TERMS)):
        Formal(many)
    with pytest.raises(LimitError):
        (total**2) * (total**2)
    with pytest.raises(LimitError):
        w0**1001
    # Too large to factor or to write out: opaque, not wrong.
    huge = fmpq((2**61 - 1) * (2**89 - 1))
    assert not call("sqrt", FORMAL.number(huge)).is_zero()
    assert not call("exp", call("log", number(2)) * 10**9).is_zero()
