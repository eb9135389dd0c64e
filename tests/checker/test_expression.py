"""The grammar, and what is read off an expression."""

from fractions import Fraction

import mpmath
import pytest

from exactland.checker.activations import TABLE, activation, describe
from exactland.checker.expression import evaluate, parse
from exactland.checker.intervals import Intervals
from exactland.checker.outcome import Decline, NotRational, Reject
from exactland.checker.properties import is_analytic, is_defined, is_polynomial, parity
from exactland.checker.rationals import Rationals


def at(text: str, t: object) -> Fraction:
    return evaluate(parse(text), Fraction(t), Rationals())


@pytest.mark.parametrize(
    ("text", "t", "value"),
    [("-t**2", 3, -9), ("2-3-4", 0, -5), ("12/2/3", 0, 2), ("2*-3", 0, -6), ("--t", 5, 5),
     ("t**-2", 2, "1/4"), ("1.25*t", 2, "5/2"), ("max(t, 0) - min(t,0)", -3, 3), ("2/3*6", 0, 4),
     ("(1+2)*(3 - 4)", 0, -3), ("t**0", 0, 1), ("sqrt(9/4)", 0, "3/2"), ("log(1)+exp(0)", 0, 1),
     ("-2**2", 0, -4), ("2**3", 0, 8), ("  t", 7, 7), ("sigmoid(t)", 0, "1/2")],
)  # fmt: skip
def test_values(text: str, t: object, value: object) -> None:
    assert at(text, t) == Fraction(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "t t", "2t", "+t", "t+", "t**2**3", "t**(2)", "t**1.5", "t**1001", "t**-1001", "1.",
     ".5",
     "1e3", "x", "a", "exp", "exp()", "exp(t,t)", "min(t)", "max(1,2,3)", "(t", "t)", "sin t",
     "t^2",
     "__import__", "t\n", "t\t", "softplus(t)", "dyadic_softplus(t)", "\u0661", "\u03c0", "t;t",
     "1/",
     "tt", "t**", "t**-", "t**--1", "0x10", "(" * 66 + "t" + ")" * 66, "t+" * 1001 + "t",
     "-" * 70 + "t",
     "nan", "inf", "T", "Exp(t)", "exp (t", "()", ","],
)  # fmt: skip
def test_what_is_not_in_the_grammar(text: str) -> None:
    with pytest.raises(Reject):
        parse(text)


def test_a_constant_has_no_t() -> None:
    with pytest.raises(Reject):
        parse("t", constant=True)


def test_long_and_deep_texts_are_read() -> None:
    assert at("+".join(["t"] * 999), 1) == 999
    assert at("(" * 60 + "t" + ")" * 60, 2) == 2
    deep = "exp(" * 60 + "0*t" + ")" * 60
    assert is_defined(parse(deep))
    assert is_analytic(parse(deep))


@pytest.mark.parametrize("text", ["1/t", "log(t)", "sqrt(t)", "t**-1", "1/(t-t)", "0**-1"])
def test_undefined_at_zero(text: str) -> None:
    with pytest.raises(Reject):
        at(text, -1 if text == "sqrt(t)" else 0)


@pytest.mark.parametrize("text", ["exp(1)", "pi", "sqrt(2)", "log(2)", "0*exp(1)", "sin(1)"])
def test_irrational(text: str) -> None:
    with pytest.raises(NotRational):
        at(text, 0)


def test_huge_powers_are_declined() -> None:
    with pytest.raises(Decline):
        at("((10**1000)**1000)**1000", 0)
    with pytest.raises(Decline):
        evaluate(parse("((10**1000)**1000)**1000"), (0, 0), Intervals(64))
    with pytest.raises(Decline):
        evaluate(parse("exp(10**9)"), (0, 0), Intervals(64))
    with pytest.raises(Decline):
        evaluate(parse("exp(exp(exp(exp(t))))"), (2 << 64, 2 << 64), Intervals(64))


ANALYTIC = ["t", "1/(1+t**2)", "log(1+exp(2*t))/2", "1/(-1-t**2)", "sqrt(1+t**2)",
"t*(1+erf(t/sqrt(2)))/2",
            "t**64", "exp(-t**2)", "(1+exp(t))**-3", "tanh(t)/cosh(t)", "3/(2*pi)"]  # fmt: skip
NOT_ANALYTIC = ["1/t", "abs(t)", "sqrt(t)", "sqrt(t**2)", "log(t)", "log(t**2)", "max(t,0)",
"1/(1+t)",
                "t**-1", "1/(t-t)", "1/sin(t)", "1/(1+abs(t))", "sqrt(abs(t))", "1/(1-exp(t))",
                "log(1-exp(t))", "exp(1/t)", "1/0"]  # fmt: skip


@pytest.mark.parametrize("text", ANALYTIC)
def test_analytic(text: str) -> None:
    assert is_analytic(parse(text))


@pytest.mark.parametrize("text", NOT_ANALYTIC)
def test_not_shown_to_be_analytic(text: str) -> None:
    assert not is_analytic(parse(text))


def test_defined_everywhere() -> None:
    for text in ("abs(t)", "sqrt(t**2)", "1/(1+abs(t))", "max(t,0)", "sqrt(max(t,0))"):
        assert is_defined(parse(text))
    for text in ("1/t", "log(abs(t))", "sqrt(min(t,0))", "1/(t*exp(t))"):
        assert not is_defined(parse(text))


def test_polynomials() -> None:
    assert is_polynomial(parse("(t+1)**3/2-t*(1/3)"))
    for text in ("1/t", "t/(1-1)", "pi*t", "t**-1", "exp(t)", "t/(2-t)"):
        assert not is_polynomial(parse(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("t**3-t", "odd"), ("t*sin(t)", "even"), ("1+t**2", "even"), ("1+t", None), ("exp(t**2)",
     "even"),
     ("exp(t)", None), ("1/t", "odd"), ("abs(t)", "even"), ("sinh(t)**3", "odd"), ("exp(t)**2",
     None),
     ("min(t**2,1)", "even"), ("max(t,0)", None), ("sqrt(2)", "even"), ("t/(1+abs(t))", "odd"),
     ("cos(1+t)", None), ("sigmoid(t)", None), ("t-t**2", None), ("sqrt(t)", None), ("t**0",
     "even")],
)  # fmt: skip
def test_parity(text: str, expected: str | None) -> None:
    assert parity(parse(text)) == expected


PARAMETERS = {"leaky-relu": ("slope", "1/3"), "softplus": ("alpha", 2), "elu": ("alpha", "1/2")}


@pytest.mark.parametrize("name", sorted(TABLE))
@pytest.mark.parametrize("t", [Fraction(-7, 3), Fraction(0), Fraction(1, 5), Fraction(9, 2)])
def test_cores_are_what_they_say(name: str, t: Fraction) -> None:
    """sigma - p is odd, even or a multiple of abs, at sample points, in intervals."""
    value: object = name
    if name in PARAMETERS:
        parameter, number = PARAMETERS[name]
        value = {"name": name, parameter: number}
    sigma, over = activation(value, ""), Intervals(100)
    kind = sigma.core.kind

    def rest(x: Fraction) -> mpmath.mpf:
        point = over.number(x)
        lo, hi = over.add(
            evaluate(sigma.definition, point, over),
            over.negative(evaluate(sigma.core.polynomial, point, over)),
        )
        return mpmath.mpf(lo + hi) / 2**101

    if kind == "abs":
        scale = evaluate(sigma.core.scale, Fraction(0), Rationals())
        assert abs(rest(t) - mpmath.mpf(scale.numerator) / scale.denominator
                   * abs(mpmath.mpf(t.numerator) / t.denominator)) < 1e-12  # fmt: skip
    elif kind in ("odd", "even", "polynomial"):
        factor = -1 if kind == "odd" else 1
        difference = rest(t) - factor * rest(-t)
        assert kind == "polynomial" or abs(difference) < 1e-12


@pytest.mark.parametrize(
    "value",
    ["softplus", "unknown", {"name": "relu"}, {"name": "softplus", "alpha": 0}, {"name": "elu",
     "alpha": -1},
     {"name": "softplus", "alpha": 1, "beta": 1}, {"name": "power", "exponent": 65},
     {"name": "power", "exponent": -1}, {"name": "power", "exponent": True}, {"name": "polynomial"},
     {"name": "polynomial", "coefficients": []}, {"name": "polynomial", "coefficients": [0] * 66},
     "power",
     {"expr": 1}, {"expr": "t", "name": "relu"}, None, 1, ["relu"], {}, {"name": ["relu"]},
     "leaky-relu"],
)  # fmt: skip
def test_activations_that_are_refused(value: object) -> None:
    with pytest.raises(Reject):
        activation(value, "here")


def test_descriptions() -> None:
    assert describe("relu") == "relu"
    assert describe({"expr": "t+1"}) == "t+1"
    assert describe({"name": "polynomial", "coefficients": [0, "-1/2"]}) == (
        "polynomial(coefficients=[0,-1/2])"
    )
