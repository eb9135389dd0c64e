"""Formal values: what reduces to 0 is 0."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactland.checker.activations import activation
from exactland.checker.expression import evaluate, parse
from exactland.checker.formal import Formal
from exactland.checker.outcome import Decline, Reject


def constant(text: str) -> tuple[Formal, dict]:
    over = Formal()
    return over, evaluate(parse(text, constant=True), None, over)


@pytest.mark.parametrize(
    "text",
    ["sin(pi/4)+cos(pi/4)-sqrt(2)", "exp(log(3))-3", "sqrt(12)-2*sqrt(3)", "1/sqrt(2)-sqrt(2)/2",
     "log(6)-log(2)-log(3)", "log(9/4)-2*log(3)+2*log(2)", "exp(log(2)/2)-sqrt(2)", "cos(pi)+1",
     "sin(5*pi/6)-1/2", "sin(-pi/3)+sqrt(3)/2", "cos(7*pi/4)-sqrt(2)/2",
     "sqrt(6)*sqrt(10)-2*sqrt(15)",
     "exp(-3*log(2)/2)-sqrt(2)/4", "sqrt(1/2)-sqrt(2)/2", "exp(1)*exp(1)-exp(1)**2", "sin(2*pi)",
     "(sqrt(2)+1)*(sqrt(2)-1)-1", "sqrt(1000003**2*2)-1000003*sqrt(2)", "atan(0)", "abs(-3)-3",
     "max(exp(1),exp(1))-exp(1)", "cos(pi/2)", "sqrt(2)**4-4", "tanh(log(1))",
     "exp(3*log(1+sqrt(2)))-(1+sqrt(2))**3",
     "1/(3-2*sqrt(2))-3-2*sqrt(2)",
     "sigmoid(log(1+sqrt(2)))-sqrt(2)/2", "tanh(log(3))-4/5", "sigmoid(-log(2)/2)-sqrt(2)+1",
     "tanh(-log(sqrt(2)-1)/1)-sqrt(2)/2", "exp(log(2)+log(1+sqrt(3)))-2-2*sqrt(3)"],
)  # fmt: skip
def test_zeros(text: str) -> None:
    over, value = constant(text)
    assert over.is_zero(value)


@pytest.mark.parametrize(
    "text",
    ["sin(pi/4)-sqrt(3)/2", "exp(log(3))-2", "sqrt(2)-sqrt(3)", "log(2)-log(3)", "exp(1)-exp(2)",
     "pi-3",
     "sqrt(2)+sqrt(3)-sqrt(5)", "cos(pi/3)-sqrt(2)/2", "sin(1)-sin(2)", "exp(1)**2-exp(1)",
     "abs(-3)+3",
     "exp(pi)-pi", "log(1000003)-log(1000033)", "sigmoid(log(2))-1/3", "tanh(log(3))-3/5",
     "1/(3-2*sqrt(2))-3+2*sqrt(2)"],
)  # fmt: skip
def test_what_is_not_zero_is_not_formally_zero(text: str) -> None:
    over, value = constant(text)
    assert not over.is_zero(value)


@pytest.mark.parametrize(
    "text", ["1/(1-1)", "log(0)", "log(-1)", "sqrt(-2)", "0**-1", "1/(sqrt(4)-2)"]
)
def test_undefined_constants(text: str) -> None:
    with pytest.raises(Reject):
        constant(text)


ATOMS = ["1", "2", "3/4", "pi", "sqrt(2)", "sqrt(6)", "log(6)", "exp(1)", "exp(log(5)/2)",
"sin(pi/3)",
         "cos(1)", "sqrt(3/8)", "log(4/9)", "1/(1+pi)", "atan(2)", "sqrt(pi)",
         "log(1+sqrt(2))", "1/(3-sqrt(5))", "sigmoid(log(3)/2)", "tanh(log(5))", "exp(2*log(1+pi))",
         "sigmoid(-2*log(1+sqrt(2)))"]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["+", "-", "*"]), st.sampled_from(ATOMS)), max_size=5))
@settings(max_examples=60, deadline=None)
def test_enclosures_and_formal_values_agree(parts: list[tuple[str, str]]) -> None:
    text = "1" + "".join(sign + atom for sign, atom in parts)
    over, value = constant(text)
    functions = ("sqrt", "log", "exp", "sin", "cos", "atan", "tanh", "pi")
    names = {name: getattr(mpmath, name) for name in functions}
    names["sigmoid"] = lambda x: 1 / (1 + mpmath.exp(-x))
    with mpmath.workprec(150):
        lo, hi = over.enclosure(value, 100)
        assert lo - 2**55 <= eval(text, {}, names) * 2**100 <= hi + 2**55  # 1/4 is a float there


def symbolic(over: Formal, name: str) -> dict:
    return over.symbol("W", name)


@pytest.mark.parametrize(
    ("value", "points", "vector"),
    [("sigmoid", (-1, 0, 1), (1, -2, 1)), ("tanh", (-2, 2), (1, 1)), ("silu", (-2, -1, 1, 2), (-1,
     2, -2, 1)),
     ({"name": "softplus", "alpha": "3/2"}, (-2, -1, 1, 2), (-1, 2, -2, 1)), ("gaussian", (-3, 3),
     (1, -1)),
     ("relu", (1, 3), (3, -1)), ("relu", (-1, 1, -2, 2), (2, 2, -1, -1)), ("cos", (-1, 1), (1, -1)),
     ({"name": "leaky-relu", "slope": "1/3"}, (2, 4), (2, -1)), ("r1", (-1, 0, 1), (1, -2, 1)),
     ({"name": "power", "exponent": 2}, (0, 1, 2, 3), (-1, 3, -3, 1)), ("hard-sigmoid", (-1, 0, 1),
     (1, -2, 1)),
     ({"expr": "t*exp(-t**2)"}, (-1, 1), (1, 1)), ("identity", (1, 2), (2, -1))],
)  # fmt: skip
def test_identities_in_one_weight(value: object, points: tuple, vector: tuple) -> None:
    over = Formal()
    w, sigma, total = symbolic(over, "w"), activation(value, ""), {}
    for x, c in zip(points, vector, strict=True):
        over.accumulate(total, over.activate(sigma, over.scale(Fraction(x), w)), Fraction(c))
    assert over.is_zero(total)
    spoilt: dict = {}
    for x, c in zip(points, vector, strict=True):
        z = over.scale(Fraction(x) + Fraction(x == points[-1], 7), w)
        over.accumulate(spoilt, over.activate(sigma, z), Fraction(c))
    assert not over.is_zero(spoilt)


def test_relu_does_not_cancel_across_signs() -> None:
    over = Formal()
    w, relu = symbolic(over, "w"), activation("relu", "")
    total = over.add(over.activate(relu, w), over.activate(relu, over.negative(w)))
    assert not over.is_zero(total)  # |w|


@pytest.mark.parametrize(
    "text", ["1/t", "log(t)", "t/abs(t)", "sqrt(t)", "1/sin(t)", "log(abs(t))", "t**-2"]
)
def test_an_activation_that_is_undefined_somewhere_proves_nothing(text: str) -> None:
    over, sigma = Formal(), activation({"expr": text}, "")
    with pytest.raises(Reject):
        over.activate(sigma, symbolic(over, "w"))
    if text != "sqrt(t)":
        with pytest.raises(Reject):
            over.activate(sigma, {})


def test_large_products_are_declined() -> None:
    over = Formal()
    total: dict = {}
    for i in range(500):
        over.accumulate(total, over.symbol("W", i), Fraction(1))
    with pytest.raises(Decline):
        over.multiply(total, total)
