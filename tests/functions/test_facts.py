"""The papers' assumptions on activations: the table of NH18, the constants, the limits, LDS18."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import mpmath as mp
import pytest
from expressions_for_tests import TREES
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath_for_tests import NAMED, contains, encloses, mpf, text_function

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less, sign
from exactland.arithmetic.exact import exact_float
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import ExactlandError, LimitError, NotDifferentiableError, UsageError
from exactland.functions import facts
from exactland.functions.activations import Activation, activation
from exactland.functions.derivatives_at_zero import assumption_2
from exactland.functions.expression import Expression, evaluate, parse
from exactland.functions.taylor import derivatives, taylor

BALLS = Balls(256)

#: All names of the table, and members of the families with other properties.
SPECS: list[Any] = [
    *({"name": name, **NAMED[name][0]} for name in NAMED),
    "softplus",
    {"name": "softplus", "alpha": 20},
    {"name": "softplus", "alpha": "1/20"},
    {"name": "leaky-relu", "slope": 0},
    {"name": "leaky-relu", "slope": 1},
    {"name": "leaky-relu", "slope": -2},
    {"name": "elu", "alpha": 1},
    {"name": "elu", "alpha": "1/3"},
    {"name": "power", "exponent": 0},
    {"name": "power", "exponent": 1},
    {"name": "power", "exponent": 2},
    {"name": "polynomial", "coefficients": [0]},
    {"name": "polynomial", "coefficients": [-2]},
    {"name": "polynomial", "coefficients": [1, -3, 0, 1]},
    {"name": "polynomial", "coefficients": [0, 1, 0, 1]},
    {"name": "polynomial", "coefficients": [5, -1]},
    {"name": "polynomial", "coefficients": [0, 0, -1]},
    {"name": "polynomial", "coefficients": [0, 1, 1, "1/3"]},
]
EXPRESSIONS = [
    "sigmoid(t)-1", "log(1+exp(t))", "t+atan(t)", "-(t-1)**2*exp(t)", "sin(t)+cos(t)-sqrt(2)",
    "abs(t)", "t**3+t",
    "exp(-t**2)*t", "1/(1+t**2)", "cosh(t)", "tanh(t)**3", "max(t,0)**2", "min(exp(t),1)",
    "t/(1+abs(t))", "2",
    "sin(t)*exp(-t)", "log(t)", "sigmoid(t)*sigmoid(-t)", "t+abs(t)/2", "1-sigmoid(t)",
    "atan(t)+pi/2",
]  # fmt: skip
ALL = [*SPECS, *({"expr": text} for text in EXPRESSIONS)]
IDS = [str(spec) for spec in ALL]


def number_of(expression: Expression) -> arb:
    return evaluate(expression, arb(0), BALLS)


def value(sigma: Activation, t: fmpq) -> arb:
    return sigma.value(BALLS.number(t), BALLS)


def grid(low: int, high: int, steps: int) -> Iterator[fmpq]:
    for j in range(steps + 1):
        yield low + fmpq((high - low) * j, steps)


# The table of NH18, row by row: Assumption 3.2 as printed, which clause, Theorem 3.4 as repaired.

ROWS: list[tuple[Any, bool, str, bool]] = [
    ("relu", True, "clause 2", True),
    ("sigmoid", True, "clause 1", True),
    ("softplus", True, "clause 2", True),
    ({"name": "softplus", "alpha": "5/2"}, True, "clause 2", True),
    ("gelu", True, "clause 2", True),
    ("silu", True, "clause 2", True),
    ("mish", True, "clause 2", True),
    ("relu6", True, "clause 1", True),
    ("hard-sigmoid", True, "clause 1", True),
    ("lorentz", True, "clause 1", True),
    ("gaussian", True, "clause 1", True),
    ("tanh", False, "", True),
    ("arctan", False, "", True),
    ("softsign", False, "", True),
    ("erf", False, "", True),
    ("leaky-relu", False, "", True),
    ("elu", False, "", True),
    ("log-sigmoid", False, "", True),
    ("identity", False, "", False),
    ({"name": "polynomial", "coefficients": [1, 2, 3]}, False, "", False),
    ({"name": "power", "exponent": 3}, False, "", False),
    ("sin", False, "", False),
    ("cos", False, "", False),
    ("exp", False, "", False),
    ("r1", True, "clause 1", True),
    ("dyadic-softplus", True, "clause 2", True),
]


@pytest.mark.parametrize(("spec", "holds", "clause", "conclusion"), ROWS)
def test_the_table_of_nh18(spec: Any, holds: bool, clause: str, conclusion: bool) -> None:
    fact = facts.nh18_assumption_3_2(spec)
    assert fact.holds is holds
    assert clause in fact.reason
    assert len(fact.constants) == (0 if not holds else 2 if clause == "clause 1" else 4)
    assert facts.nh18_theorem_3_4(spec).holds is conclusion


def test_relu_squared_and_expressions_of_the_table() -> None:
    assert facts.nh18_assumption_3_2({"expr": "tanh(t)"}).holds is False
    assert facts.nh18_assumption_3_2({"expr": "sigmoid(t)"}).holds is True
    assert facts.nh18_assumption_3_2({"expr": "t**2-1"}).holds is False
    assert facts.nh18_assumption_3_2({"expr": "max(t,0)**2"}).holds is None
    assert facts.nh18_theorem_3_4({"expr": "tanh(t)**3"}).holds is True
    assert facts.nh18_theorem_3_4({"expr": "t*cosh(t)"}).holds is False


def test_the_printed_constants() -> None:
    """NH17 Lemma 3.3 and the table of NH18."""
    printed = {
        "relu": "1 1 1 1", "sigmoid": "1 1 1 1", "softplus": "1 1 1 log(2)", "gelu": "6/5 1 1 1",
        "silu": "3/4 1/2 1 1", "mish": "3/4 1/2 1 1",
    }  # fmt: skip
    for name, texts in printed.items():
        constants = facts.exponential_linear_bounds(name).constants
        assert [c for _, c in constants] == [parse(text) for text in texts.split()]
    softplus = facts.exponential_linear_bounds({"name": "softplus", "alpha": "3/2"})
    assert [str(c) for _, c in softplus.constants] == ["1/(3/2)", "3/2", "1", "log(2)/(3/2)"]


def bound_violations(sigma: Activation, constants: list[arb]) -> tuple[int, int]:
    """On a grid and far out: how often clause 2 certainly fails, and is certainly strict."""
    r1, r2, r3, r4 = constants
    broken = strict = 0
    negative = [*grid(-12, 0, 480), fmpq(-1, 10**9), fmpq(-50), fmpq(-400)]
    for t in [*(t for t in negative if t < 0), *grid(0, 12, 240), fmpq(1000), fmpq(10**6)]:
        size = abs(value(sigma, t))
        with BALLS.working():
            bound = r1 * (r2 * arb(t)).exp() if t < 0 else r3 * arb(t) + r4
        broken += less(bound, size) is True
        strict += less(size, bound) is True
    return broken, strict


@pytest.mark.parametrize("spec", ALL, ids=IDS)
def test_constants_of_clause_2(spec: Any) -> None:
    fact = facts.exponential_linear_bounds(spec)
    if fact.holds is not True:
        assert not fact.constants
        return
    constants = [number_of(c) for _, c in fact.constants]
    assert [name for name, _ in fact.constants] == ["rho_1", "rho_2", "rho_3", "rho_4"]
    assert all(sign(c) == 1 for c in constants)
    broken, strict = bound_violations(activation(spec), constants)
    assert broken == 0
    assert strict > 300  # a ball does not see the difference everywhere


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "gelu", "silu", "mish", "dyadic-softplus"])
def test_smaller_constants_are_refuted(name: str) -> None:
    """The test of the constants sees wrong ones: a third of rho_1."""
    constants = [number_of(c) for _, c in facts.exponential_linear_bounds(name).constants]
    assert bound_violations(activation(name), [constants[0] / 3, *constants[1:]])[0] > 0


@pytest.mark.parametrize("spec", ALL, ids=IDS)
def test_refuted_clause_2_by_values(spec: Any) -> None:
    """No decay at -infinity: some abs(sigma(t)) exceeds 10 exp(t/100) far out, or growth does."""
    if facts.exponential_linear_bounds(spec).holds is not False:
        return
    sigma = activation(spec)
    left = [t for t in (fmpq(-(10**4)) - fmpq(j, 2) for j in range(8))]
    slow = any(less(10 * (BALLS.number(t) / 100).exp(), abs(value(sigma, t))) is True for t in left)
    fast = less(BALLS.number(fmpq(10**9)), abs(value(sigma, fmpq(10**3)))) is True
    assert slow or fast


@pytest.mark.parametrize("spec", ALL, ids=IDS)
def test_limits(spec: Any) -> None:
    sigma = activation(spec)
    for side, end in zip((-1, 1), facts.limits(spec), strict=True):
        if end is None:
            continue
        t = side * fmpq(10**4)
        if end.kind == "none":
            assert facts.bounded(spec).holds is True  # sin and cos
            continue
        if end.value is not None:
            assert abs(value(sigma, t) - number_of(end.value)) < fmpq(1, 100)
            # Balls do not see that pi/2 - pi/2 is 0; formal values do.
            assert end.sign in (sign(number_of(end.value)), 0)
            assert number_of(end.value).contains(0) == (end.sign == 0)
        else:
            assert end.is_infinite
            expected = 1 if end.kind == "+infinity" else -1
            assert sign(value(sigma, t)) == expected
            assert abs(value(sigma, t)) > 9
    growth = facts.bounded(spec).holds
    infinite = any(end is not None and end.is_infinite for end in facts.limits(spec))
    assert not (growth is True and infinite)
    if growth is True:
        assert all(abs(value(sigma, t)) < 1000 for t in grid(-100, 100, 50))


@pytest.mark.parametrize("spec", ALL, ids=IDS)
def test_increasing_injective_and_nonzero_derivative(spec: Any) -> None:
    sigma = activation(spec)
    increasing = facts.strictly_increasing(spec).holds
    points = list(grid(-5, 5, 80))
    if increasing is True:
        assert all(
            less(value(sigma, a), value(sigma, b)) is True for a, b in itertools.pairwise(points)
        )
    if increasing is False:
        wide = list(grid(-20, 20, 400))
        known = [v for t in wide if (v := defined(sigma, t)) is not None]
        assert any(less(a, b) is not True for a, b in itertools.pairwise(known))
    interval = facts.injective_interval(spec)
    if interval is not None:
        low = fmpq(-6) if interval.lower is None else near(interval.lower, 1)
        high = low + 6 if interval.upper is None else near(interval.upper, -1)
        inside = [low + (high - low) * fmpq(j, 41) for j in range(1, 41)]
        steps = [value(sigma, b) - value(sigma, a) for a, b in itertools.pairwise(inside)]
        assert {sign(step) for step in steps} in ({1}, {-1})
    slope = facts.nonzero_derivative(spec).holds
    if slope is True:
        signs = {sign(sigma.derivative(BALLS.number(t), BALLS)) for t in points}
        assert signs in ({1}, {-1})


def near(end: Expression, inward: int) -> fmpq:
    """A rational just inside an end of an interval."""
    return exact_float(float(number_of(end).mid())) + fmpq(inward, 10**6)


def defined(sigma: Activation, t: fmpq) -> arb | None:
    try:
        return value(sigma, t)
    except ExactlandError:
        return None


def test_derivatives_that_vanish_or_do_not_exist() -> None:
    """A refuted nonzero derivative has a zero, a sign change or a kink among the points."""
    for spec in SPECS:
        if facts.nonzero_derivative(spec).holds is not False:
            continue
        sigma = activation(spec)
        signs = set()
        for t in [*grid(-6, 6, 480), fmpq(0)]:
            try:
                signs.add(sign(sigma.derivative(BALLS.number(t), BALLS)))
            except NotDifferentiableError:
                signs.add(0)
        assert 0 in signs or {1, -1} <= signs, spec


ANALYTIC = {
    "identity", "sigmoid", "tanh", "arctan", "erf", "sin", "cos", "exp", "lorentz", "gaussian",
    "softplus",
    "log-sigmoid", "silu", "gelu", "mish", "power", "polynomial",
}  # fmt: skip
INCREASING = {
    "identity", "leaky-relu", "sigmoid", "tanh", "arctan", "erf", "exp", "softsign", "r1",
    "softplus",
    "log-sigmoid", "elu", "dyadic-softplus", "power",
}  # fmt: skip
NH17 = {"sigmoid", "tanh", "arctan", "erf", "softplus"}


@pytest.mark.parametrize("name", NAMED)
def test_the_named_activations(name: str) -> None:
    spec = {"name": name, **NAMED[name][0]}
    assert facts.analytic(spec).holds is (name in ANALYTIC)
    assert facts.continuous(spec).holds is True
    assert facts.non_constant(spec).holds is True
    assert facts.strictly_increasing(spec).holds is (name in INCREASING)
    assert facts.nh17_assumption_3_2(spec).holds is (name in NH17)
    assert facts.nmh19_assumption_1_1(spec).holds is (name in ANALYTIC & INCREASING)
    skip = {"relu6", "hard-sigmoid", "sigmoid", "r1", "lorentz", "gaussian", "softplus"}
    assert facts.nmh19_assumption_1_2(spec).holds is (name in skip)
    assert all(fact.reason for fact in (facts.bounded(spec), facts.nonzero_derivative(spec)))


def test_constants_are_constant() -> None:
    for spec in (
        {"name": "power", "exponent": 0},
        {"expr": "2"},
        {"expr": "pi/2"},
        {"expr": "t-t+1"},
    ):
        assert facts.non_constant(spec).holds is False
        assert facts.nh18_assumption_3_2(spec).holds is False
        assert facts.injective_interval(spec) is None
        assert facts.strictly_increasing(spec).holds is False


@given(TREES)
@settings(max_examples=150, deadline=None)
def test_expressions_never_contradict_their_values(tree: Expression) -> None:
    """Whatever is decided of a random expression agrees with its values."""
    sigma = activation({"expr": str(tree)})
    points = list(grid(-9, 9, 36))
    known = [v for t in points if (v := defined(sigma, t)) is not None and v.is_finite()]
    steps = [(a, b) for a, b in itertools.pairwise(known)]
    if facts.strictly_increasing(sigma).holds is True:
        assert not any(less(b, a) is True for a, b in steps)
    if facts.non_constant(sigma).holds is False:
        assert not any(sign(b - a) in (-1, 1) for a, b in steps)
    if facts.nonzero_derivative(sigma).holds is True:
        assert not any(less(b, a) is True for a, b in steps) or not any(
            less(a, b) is True for a, b in steps
        )
    for fact in (facts.nh17_assumption_3_2(sigma), facts.nh18_assumption_3_2(sigma)):
        assert fact.reason
    facts.injective_interval(sigma)
    facts.nh18_theorem_3_4(sigma)
    facts.nmh19_assumption_1_2(sigma)


# LDS18, Assumption 2


@pytest.mark.parametrize(
    ("spec", "order", "holds", "vanishing"),
    [
        ("sigmoid", 2, True, None), ("sigmoid", 3, False, 2), ("softplus", 3, True, None),
        ("softplus", 4, False, 3), ("tanh", 1, False, 0), ("sin", 1, False, 0),
        ("arctan", 1, False, 0),
        ("erf", 1, False, 0), ("gelu", 1, False, 0), ("silu", 1, False, 0), ("mish", 1, False, 0),
        ("lorentz", 2, False, 1), ("gaussian", 2, False, 1), ("cos", 2, False, 1),
        ("exp", 100, True, None),
        ("log-sigmoid", 3, True, None), ("log-sigmoid", 4, False, 3), ("identity", 1, False, 0),
        ({"name": "softplus", "alpha": "7/2"}, 4, False, 3),
        ({"expr": "-(t-1)**2*exp(t)"}, 60, True, None),
        ({"expr": "-(exp(t)-3)**2"}, 30, True, None),
        ({"expr": "-(exp(t)-2)**2"}, 2, True, None), ({"expr": "-(exp(t)-2)**2"}, 3, False, 2),
        ({"expr": "sin(t)+cos(t)-sqrt(2)"}, 40, True, None),
        ({"expr": "sin(t)+cos(t)"}, 40, True, None),
        ({"expr": "sigmoid(t+1)"}, 30, True, None), ({"expr": "log(1+exp(t+1/2))"}, 12, True, None),
        ({"expr": "sqrt(8)-2*sqrt(2)+t"}, 1, False, 0),
        ({"expr": "t-log(6)+log(2)+log(3)"}, 1, False, 0),
        ("relu", 1, False, None), ("elu", 1, False, None), ("dyadic-softplus", 1, False, None),
        ({"expr": "abs(t)+1"}, 1, None, None), ({"expr": "1/t"}, 1, None, None),
        ({"expr": "sin(1)**2+cos(1)**2-1+t"}, 1, None, None),
    ],
)  # fmt: skip
def test_assumption_2(spec: Any, order: int, holds: bool | None, vanishing: int | None) -> None:
    fact = assumption_2(spec, order)
    assert fact.holds is holds
    assert fact.vanishing == vanishing
    if holds is True:
        assert len(fact.derivatives) == order
        assert all(derivative.is_zero is False for derivative in fact.derivatives)


def test_order_out_of_range() -> None:
    for order in (0, -1, 1001, True, "3"):
        with pytest.raises(UsageError):
            assumption_2("sigmoid", order)  # type: ignore[arg-type]


SMOOTH = [
    "exp(t)/(2+t)", "log(2+sin(t))", "sqrt(3+t+t**2)", "tanh(1+t)", "sinh(t/2)*cosh(t)",
    "atan(1+2*t)",
    "erf(t-1/2)", "sigmoid(1-t)**3", "(2+cos(t))**-2", "1/(1+t**2)", "t*(1+erf(t/sqrt(2)))/2",
    "t*tanh(log(1+exp(t)))", "-(t-1)**2*exp(t)", "abs(t-5)*exp(t)", "max(t,t-1)+min(3,t)",
    "pi**2-t/3",
]  # fmt: skip


@pytest.mark.parametrize("text", SMOOTH)
@pytest.mark.parametrize("point", ["0", "1/3"])
def test_taylor_against_mpmath(text: str, point: str) -> None:
    t = evaluate(parse(point), fmpq(0), RATIONALS)
    found = derivatives(parse(text), BALLS.number(t), 7, BALLS)
    reference = text_function(text)
    with mp.workdps(80):
        expected = [factor * c for factor, c in zip(
            [mp.factorial(k) for k in range(7)], mp.taylor(reference, mpf(t), 6), strict=True
        )]  # fmt: skip
    for ball, number in zip(found, expected, strict=True):
        assert contains(ball, number, slack=1e-6)
        assert ball.rel_accuracy_bits() > 100 or abs(ball) < 1e-30


@pytest.mark.parametrize(
    "text", [text for text in SMOOTH if "abs" not in text and "max" not in text]
)
def test_formal_taylor_coefficients_are_those_of_the_balls(text: str) -> None:
    formal = taylor(parse(text), FORMAL.number(fmpq(0)), 5, FORMAL)
    balls = taylor(parse(text), arb(0), 5, BALLS)
    for symbolic, ball in zip(formal, balls, strict=True):
        exactly = symbolic.as_rational()
        if exactly is not None:
            assert encloses(ball, exactly)
        assert not symbolic.is_zero() or ball.contains(0)


def test_taylor_refuses_kinks_and_orders() -> None:
    with pytest.raises(NotDifferentiableError):
        taylor(parse("abs(t)"), fmpq(0), 3, RATIONALS)
    with pytest.raises(NotDifferentiableError):
        taylor(parse("abs(t)"), arb(0, 1), 3, BALLS)
    with pytest.raises(UsageError):
        taylor(parse("t"), fmpq(0), 0, RATIONALS)
    with pytest.raises(LimitError):
        taylor(parse("t"), fmpq(0), 1001, RATIONALS)


@given(st.integers(1, 9), st.integers(-4, 4), st.fractions(max_denominator=9))
@settings(max_examples=60, deadline=None)
def test_taylor_of_polynomials_over_q(degree: int, shift: int, point: Any) -> None:
    """The binomial theorem."""
    t = fmpq(point.numerator, point.denominator)
    found = taylor(parse(f"(t-{abs(shift)})**{degree}"), t, degree + 2, RATIONALS)
    binomials = [int(mp.binomial(degree, k)) for k in range(degree + 1)]
    expected = [b * (t - abs(shift)) ** (degree - k) for k, b in enumerate(binomials)]
    assert found == [*expected, 0]
