"""Values and derivatives of the named activations against mpmath, over every arithmetic."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from flint import arb, ctx, fmpq
from mpmath_for_tests import NAMED, contains, encloses, mpf

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import lower, upper
from exactland.arithmetic.enclosures import ENCLOSURES, Enclosure
from exactland.arithmetic.exact import exact_float
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.symbols import SYMBOLS
from exactland.checker import activations as checked
from exactland.checker import properties as checked_properties
from exactland.checker import rationals as checked_rationals
from exactland.checker.expression import evaluate as evaluate_of_the_checker
from exactland.errors import InputError, LimitError, NotDifferentiableError, NotExactError
from exactland.functions.activation_table import ALIASES
from exactland.functions.activation_table import NAMED as TABLE
from exactland.functions.activations import Activation, activation

BALLS = Balls(192)
POINTS = [
    fmpq(n, d)
    for n, d in [
        (-1000, 1), (-301, 3), (-40, 1), (-11, 2), (-37, 10), (-3, 2), (-1, 1), (-1, 3),
        (-1, 10**6), (1, 10**6), (1, 7), (1, 1), (5, 2), (29, 10), (13, 2), (45, 1), (700, 1),
        (2001, 2),
    ]
]  # fmt: skip
#: Kinks of the derivative within mpmath's difference quotient are none of these points.
RATIONAL_VALUED = (
    "identity", "relu", "leaky-relu", "relu6", "hard-sigmoid", "softsign", "r1", "lorentz",
    "dyadic-softplus", "power", "polynomial",
)  # fmt: skip


def sigma_of(name: str) -> Activation:
    return activation({"name": name, **NAMED[name][0]})


def points_of(name: str) -> list[fmpq]:
    """For the functions with exp(-t^2) without the points where its digits fill the memory."""
    gaussian = name in ("erf", "gaussian", "gelu")
    return [t for t in POINTS if abs(t) < 30 or not gaussian]


def test_every_activation_of_the_table_is_tested() -> None:
    assert set(NAMED) == set(TABLE)
    assert set(ALIASES.values()) <= set(TABLE)
    assert not set(ALIASES) & set(TABLE)


@pytest.mark.parametrize("name", NAMED)
def test_value_in_balls(name: str) -> None:
    sigma, reference = sigma_of(name), NAMED[name][1]
    for t in points_of(name):
        ball = sigma.value(BALLS.number(t), BALLS)
        assert contains(ball, mp.mpf(reference(mpf(t)))), t
        width = mpf(upper(ball) - lower(ball))
        assert width <= max(1, abs(mpf(upper(ball)))) * mp.mpf(10) ** -45, t


@pytest.mark.parametrize("name", NAMED)
def test_derivative_in_balls(name: str) -> None:
    sigma, reference = sigma_of(name), NAMED[name][1]
    for t in points_of(name):
        ball = sigma.derivative(BALLS.number(t), BALLS)
        h = mp.mpf(10) ** -16
        with mp.workdps(90):
            x = mpf(t)
            slope = (mp.mpf(reference(x + h)) - mp.mpf(reference(x - h))) / (2 * h)
        # The second derivative of dyadic-softplus jumps at the integers.
        slack = 1e-15 if name == "dyadic-softplus" else 1e-28
        assert contains(ball, slope, slack), (t, ball, slope)


@pytest.mark.parametrize("name", NAMED)
def test_enclosures_contain_the_balls(name: str) -> None:
    sigma = sigma_of(name)
    floats = np.array([float(t.p) / float(t.q) for t in points_of(name)]).reshape(2, -1)
    array = Enclosure(floats, floats)
    for method in ("value", "derivative"):
        found = getattr(sigma, method)(array, ENCLOSURES)
        assert found.shape == floats.shape
        for x, low, high in zip(floats.flat, found.lo.flat, found.hi.flat, strict=True):
            ball = getattr(sigma, method)(BALLS.number(exact_float(float(x))), BALLS)
            # The ball is narrower than 1e-50 of its size: the interval has to meet it.
            assert exact_float(float(low)) <= upper(ball)
            assert high == np.inf or exact_float(float(high)) >= lower(ball)
            if np.isfinite(high):
                assert high - low <= 1e-12 * max(1.0, abs(low)), (method, x)
            else:
                assert name == "exp"  # overflow


@pytest.mark.parametrize("name", NAMED)
def test_wide_balls_and_intervals_contain_the_values(name: str) -> None:
    """Also around kinks: between the slopes on both sides."""
    sigma = sigma_of(name)
    for center in (fmpq(0), fmpq(6), fmpq(-3), fmpq(-2), fmpq(5, 2)):
        with BALLS.working():
            wide = BALLS.number(center) + arb(0, 0.75)
        c = float(center.p) / float(center.q)
        interval = Enclosure(np.asarray(c - 0.75), np.asarray(c + 0.75))
        for method in ("value", "derivative"):
            ball = getattr(sigma, method)(wide, BALLS)
            found = getattr(sigma, method)(interval, ENCLOSURES)
            for step in (-7, -5, -3, 1, 2, 6):
                t = center + fmpq(step, 10)
                point = getattr(sigma, method)(BALLS.number(t), BALLS)
                assert ball.overlaps(point), (method, t)
                assert mpf(lower(point)) >= found.lo - 1e-300
                assert mpf(upper(point)) <= found.hi + 1e-300


@pytest.mark.parametrize("name", NAMED)
def test_rationals_agree_with_balls_or_refuse(name: str) -> None:
    sigma = sigma_of(name)
    for t in [*(p for p in POINTS if abs(p) < 50), fmpq(0)]:
        try:
            value = sigma.value(t, RATIONALS)
        except NotExactError:
            assert name not in RATIONAL_VALUED
            continue
        assert encloses(sigma.value(BALLS.number(t), BALLS), value)
    assert isinstance(sigma_of("r1").value(fmpq(1), RATIONALS), fmpq)


@pytest.mark.parametrize("name", RATIONAL_VALUED)
def test_exact_derivatives(name: str) -> None:
    sigma = sigma_of(name)
    for t in POINTS:
        slope = sigma.derivative(t, RATIONALS)
        assert isinstance(slope, fmpq)
        assert encloses(sigma.derivative(BALLS.number(t), BALLS), slope)


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("gelu", "0", "1/2"), ("silu", "0", "1/2"), ("mish", "0", "3/5"),
        ("sigmoid", "1/2", "1/4"),
        ("tanh", "0", "1"), ("softsign", "0", "1"), ("r1", "1/2", "1/2"), ("arctan", "0", "1"),
        ("dyadic-softplus", "1", "2/3"), ("elu", "0", None), ("relu", "0", None),
        ("leaky-relu", "0", None), ("relu6", "0", None), ("gaussian", "1", "0"), ("cos", "1", "0"),
    ],
)  # fmt: skip
def test_at_zero(name: str, value: str | None, slope: str | None) -> None:
    sigma = sigma_of(name)
    if value is None:  # the definition passes through sqrt(2) or log(2)
        with pytest.raises(NotExactError):
            sigma.value(fmpq(0), RATIONALS)
    else:
        assert str(sigma.value(fmpq(0), RATIONALS)) == value
    if slope is not None:
        assert str(sigma.derivative(fmpq(0), RATIONALS)) == slope
        assert encloses(sigma.derivative(BALLS.number(fmpq(0)), BALLS), slope_of(slope))
        return
    zero = ENCLOSURES.matrix([[fmpq(1), fmpq(0)]])
    for t, arithmetic in [
        (fmpq(0), RATIONALS), (arb(0), BALLS), (zero, ENCLOSURES), (FORMAL.number(fmpq(0)), FORMAL),
    ]:  # fmt: skip
        with pytest.raises(NotDifferentiableError):
            sigma.derivative(t, arithmetic)


def slope_of(text: str) -> fmpq:
    top, _, bottom = text.partition("/")
    return fmpq(int(top), int(bottom or 1))


def test_relu_derivative_around_its_kink() -> None:
    slope = activation("relu").derivative(arb(0, 1), Balls(64))
    assert slope.contains(0)
    assert slope.contains(1)
    assert upper(slope) < fmpq(101, 100)
    assert lower(slope) > fmpq(-1, 100)


def test_kinks_that_parameters_remove() -> None:
    assert activation({"name": "elu", "alpha": 1}).derivative(fmpq(0), RATIONALS) == 1
    assert activation({"name": "leaky-relu", "slope": 1}).derivative(fmpq(0), RATIONALS) == 1


def test_extreme_arguments() -> None:
    """No overflow in doubles, and relative accuracy where there is something to see."""
    big = Enclosure(np.array([-1e6, -800.0, 800.0, 1e6]), np.array([-1e6, -800.0, 800.0, 1e6]))
    for name in ("sigmoid", "tanh", "softplus", "log-sigmoid", "silu", "gelu", "mish"):
        for found in (
            sigma_of(name).value(big, ENCLOSURES),
            sigma_of(name).derivative(big, ENCLOSURES),
        ):
            assert np.isfinite(found.lo).all()
            assert np.isfinite(found.hi).all()
    tiny = sigma_of("sigmoid").derivative(Balls(64).number(fmpq(500)), Balls(64))
    assert tiny > 0
    assert tiny.rel_accuracy_bits() > 50


@pytest.mark.parametrize("name", NAMED)
def test_unbounded_intervals(name: str) -> None:
    """An unknown input gives bounds, as wide as need be, or LimitError; never NaN."""
    sigma = sigma_of(name)
    array = Enclosure(np.array([-np.inf, -1.0, -np.inf]), np.array([2.0, np.inf, np.inf]))
    inside = (fmpq(1, 2), fmpq(7), fmpq(-60))
    for method in ("value", "derivative"):
        try:
            found = getattr(sigma, method)(array, ENCLOSURES)
        except LimitError:
            continue
        for t, low, high in zip(inside, found.lo, found.hi, strict=True):
            ball = getattr(sigma, method)(BALLS.number(t), BALLS)
            assert low == -np.inf or exact_float(float(low)) <= upper(ball)
            assert high == np.inf or exact_float(float(high)) >= lower(ball)


def test_dyadic_softplus_far_out() -> None:
    sigma = activation("dyadic-softplus")
    assert sigma.value(fmpq(-5, 2), RATIONALS) == fmpq(1, 8) * (1 + fmpq(1, 3) + fmpq(1, 12))
    with pytest.raises(LimitError):
        sigma.value(fmpq(-(10**9)), RATIONALS)
    ball = sigma.value(BALLS.number(fmpq(-(10**9))), BALLS)
    assert ball.contains(0)
    assert ball < fmpq(1, 10**9)
    assert not sigma.value(arb("nan"), BALLS).is_finite()


def test_precision_is_that_of_the_arithmetic_and_is_restored() -> None:
    before = ctx.prec
    value = activation("silu").value(Balls(500).number(fmpq(1, 3)), Balls(500))
    assert ctx.prec == before
    assert value.rel_accuracy_bits() > 480


# Formal values


def formal_number(value: Any, assignment: dict[str, arb]) -> arb:
    """A formal value as a number: parameters from the assignment, atoms by their activations."""
    total = arb(0)
    for monomial, coefficient in value.terms:
        term = arb(coefficient)
        for symbol, exponent in monomial:
            term *= symbol_number(symbol, assignment) ** exponent
        total += term
    return total


def symbol_number(symbol: Any, assignment: dict[str, arb]) -> arb:
    if symbol.kind == "parameter":
        return assignment[symbol.name]
    if symbol.kind == "pi":
        return arb.pi()
    if symbol.kind == "root":
        return arb(symbol.number).sqrt()
    if symbol.kind == "log":
        return arb(symbol.number).log()
    u = formal_number(symbol.arguments[0], assignment)
    if symbol.name == "inverse":
        return 1 / u
    core = symbol.name.split("(")[0]
    if core in ("abs", "sign", "exp", "log", "sqrt", "erf", "tanh"):
        return BALLS.call(core, u)
    if core.endswith("'"):
        return activation(core[:-1]).derivative(u, BALLS)
    value = sigma_of(core).value(u, BALLS)  # an atom is sigma without its polynomial part
    polynomial = sigma_of(core).core.polynomial
    return value - sum((arb(c) * u**j for j, c in enumerate(polynomial)), arb(0))


@pytest.mark.parametrize("name", NAMED)
def test_formal_values_and_derivatives_are_those_of_the_balls(name: str) -> None:
    sigma = sigma_of(name)
    w, v = FORMAL.symbol("w"), FORMAL.symbol("v")
    with BALLS.working():
        assignment = {"w": arb(fmpq(7, 5)), "v": arb(fmpq(-11, 3))}
        for z, u in [
            (w, assignment["w"]),
            (v * w - 1, assignment["v"] * assignment["w"] - 1),
            (-w, -assignment["w"]),
        ]:
            value = formal_number(sigma.value(z, FORMAL), assignment)
            assert value.overlaps(sigma.value(u, BALLS)), z
            slope = formal_number(sigma.derivative(z, FORMAL), assignment)
            assert slope.overlaps(sigma.derivative(u, BALLS)), z
            assert slope.rel_accuracy_bits() > 100 or abs(slope) < fmpq(1, 10**30)


@pytest.mark.parametrize("name", NAMED)
def test_formal_identities_of_the_core(name: str) -> None:
    """sigma(z) + sigma(-z) or sigma(z) - sigma(-z) is a polynomial, as the table says."""
    sigma = sigma_of(name)
    z = FORMAL.symbol("a") - 2 * FORMAL.symbol("b")
    plus, minus = sigma.value(z, FORMAL), sigma.value(-z, FORMAL)
    kind = sigma.core.kind
    if kind == "odd":
        assert (plus + minus - 2 * sum(sigma.core.polynomial, fmpq(0))).is_zero()
    elif kind in ("even", "abs"):
        odd_part = plus - minus
        assert not any(symbol.kind == "function" for m, _ in odd_part.terms for symbol, _ in m)
    else:
        assert name in (
            "identity", "relu6", "exp", "mish", "elu", "dyadic-softplus", "power", "polynomial",
        )  # fmt: skip


def test_formal_value_at_rational_points() -> None:
    assert sigma_of("r1").value(FORMAL.number(fmpq(3)), FORMAL).as_rational() == fmpq(7, 8)
    assert sigma_of("exp").value(FORMAL.number(fmpq(1)), FORMAL).as_rational() is None


# Symbols


@pytest.mark.parametrize("name", [name for name in NAMED if name != "dyadic-softplus"])
def test_symbols(name: str) -> None:
    sigma = sigma_of(name)
    w = SYMBOLS.symbol("w")
    value, slope = sigma.value(w, SYMBOLS), sigma.derivative(w, SYMBOLS)
    for t in (fmpq(-7, 3), fmpq(11, 5)):
        at = {w: SYMBOLS.number(t)}
        for expression, method in ((value, sigma.value), (slope, sigma.derivative)):
            ball = method(BALLS.number(t), BALLS)
            number = mp.mpf(str(expression.subs(at).evalf(45)))
            assert contains(ball, number, slack=1e-40)


# Specifications


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("relu", "relu"), ("ReLU", "relu"),
        (" Leaky_ReLU ", {"name": "leaky-relu", "slope": "1/100"}),
        ("swish", "silu"), ("logistic", "sigmoid"), ("atan", "arctan"),
        ("hardsigmoid", "hard-sigmoid"),
        ("soft plus", {"name": "softplus", "alpha": 1}), ({"name": "tanh"}, "tanh"),
        ({"name": "softplus", "alpha": "0.5"}, {"name": "softplus", "alpha": "1/2"}),
        ({"name": "power", "exponent": "3"}, {"name": "power", "exponent": 3}),
        ({"name": "polynomial", "coefficients": ["1/2", 0, 2**60]},
         {"name": "polynomial", "coefficients": ["1/2", 0, hex(2**60)]}),
        ({"expr": " -( t - 1 ) ** 2 * exp( t ) "}, {"expr": "-(t-1)**2*exp(t)"}),
    ],
)  # fmt: skip
def test_specifications(given: Any, canonical: Any) -> None:
    sigma = activation(given)
    assert sigma.spec == canonical
    again = activation(json.loads(json.dumps(sigma.spec)))
    assert again == sigma
    assert hash(again) == hash(sigma)
    assert activation(sigma) is sigma


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("sigmoyd", "did you mean sigmoid"), ("gellu", "gelu"), ("nonsense", '{"expr"'),
        ("", "the names are"), (3, "not an activation"), (None, "not an activation"),
        ({}, "no name"), ({"name": 1}, "no name"), ({"name": "softplus", "beta": 1}, "alpha"),
        ({"name": "relu", "alpha": 1}, '"relu" only'),
        ({"name": "softplus", "alpha": 0}, "positive"),
        ({"name": "elu", "alpha": -1}, "positive"), ({"name": "softplus", "alpha": 0.5}, "float"),
        ("power", "exponent"), ("polynomial", "coefficients"),
        ({"name": "power", "exponent": 65}, "64"),
        ({"name": "power", "exponent": "1/2"}, "integer"),
        ({"name": "power", "exponent": -1}, "64"),
        ({"name": "polynomial", "coefficients": []}, "1 to 65"),
        ({"name": "polynomial", "coefficients": "12"}, "list"),
        ({"name": "polynomial", "coefficients": [1] * 66}, "1 to 65"),
        ({"name": "polynomial", "coefficients": [1, 0.5]}, "coefficients[1]"),
        ({"expr": "t", "name": "tanh"}, "other keys"), ({"expr": 3}, "not a text"),
        ({"expr": "2t"}, "2*t"), ({"expr": "__import__('os')"}, "character"),
    ],
)  # fmt: skip
def test_refusals(given: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        activation(given, "layers[2].activation")
    assert words in str(caught.value)
    assert "layers[2].activation" in caught.value.place


SPECS = [
    *(sigma_of(name).spec for name in NAMED),
    *(
        {"expr": text}
        for text in ("t**3-t", "t*abs(t)", "cosh(t)/(1+t**2)", "exp(t)", "t/2/3", "1/t")
    ),
]


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_the_checker_has_the_same_cores(spec: Any) -> None:
    core, other = activation(spec).core, checked.activation(spec, "here").core
    polynomial_only = core.coefficient == 0
    assert other.kind == ("polynomial" if polynomial_only else core.kind)
    assert checked_properties.is_analytic(checked.activation(spec, "here").definition) == (
        activation(spec).is_analytic.holds is True
    )
    for t in (fmpq(-3), fmpq(1, 2), fmpq(7)):
        value = sum((c * t**j for j, c in enumerate(core.polynomial)), fmpq(0))
        point = Fraction(int(t.p), int(t.q))
        theirs = evaluate_of_the_checker(other.polynomial, point, checked_rationals.Rationals())
        assert value == fmpq(theirs.numerator, theirs.denominator)
    if core.kind == "abs":
        scale = evaluate_of_the_checker(other.scale, Fraction(0), checked_rationals.Rationals())
        assert core.coefficient == fmpq(scale.numerator, scale.denominator)


def test_expressions() -> None:
    sigma = activation({"expr": "1/2+t/(2*(1+abs(t)))"})
    r1 = activation("r1")
    for t in (fmpq(-3), fmpq(0), fmpq(2, 7)):
        assert sigma.value(t, RATIONALS) == r1.value(t, RATIONALS)
        assert sigma.derivative(t, RATIONALS) == r1.derivative(t, RATIONALS)
    assert activation({"expr": "log(t)"}).value(fmpq(1), RATIONALS) == 0
    with pytest.raises(InputError):  # 1/t has a value at -1, log has none
        activation({"expr": "log(t)"}).derivative(fmpq(-1), RATIONALS)
    with pytest.raises(NotDifferentiableError):
        activation({"expr": "abs(t-1)"}).derivative(fmpq(1), RATIONALS)


def test_a_constant_expression_fills_an_array() -> None:
    array = ENCLOSURES.matrix([[fmpq(1), fmpq(2)]])
    for spec in ({"expr": "1/3"}, {"name": "power", "exponent": 0}, "identity"):
        sigma = activation(spec)
        assert sigma.value(array, ENCLOSURES).shape == (1, 2)
        assert sigma.derivative(array, ENCLOSURES).shape == (1, 2)
