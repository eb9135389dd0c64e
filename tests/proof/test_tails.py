"""det A(alpha) != 0 for all alpha >= alpha_0: every verdict against determinants at many alpha."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from flint import arb, arb_mat, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import sign
from exactland.functions.activations import Activation, activation
from exactland.functions.expression import parse
from exactland.proof.monotone_tails import deviation, magnitude, tails_of
from exactland.proof.projections import gaps as gaps_of
from exactland.proof.rational_tails import rational_tail
from exactland.proof.tail_matrices import (
    Family,
    has_dominant_diagonal,
    is_near_its_limit,
    triangular_alpha,
    vanishes,
)
from exactland.proof.tails import (
    Gaps,
    first_alpha,
    first_alpha_bounded,
    growth,
    is_dominated,
    is_dominated_bounded,
    smallest_alpha,
    summary,
    summary_of_direction,
)

FALLING_R1 = {"expr": "1/2-t/(2*(1+abs(t)))"}
CLAUSE_2 = ("relu", "sigmoid", "softplus", "silu", "gelu", "mish", "gaussian", "hard-sigmoid")
BOUNDED = ("sigmoid", "r1", "lorentz", "gaussian", "hard-sigmoid", "relu6", {"expr": "1/(1+t**4)"})
FALLING: tuple[Any, ...] = (FALLING_R1, {"expr": "1/(1+exp(t))"}, "lorentz", "gaussian")
FINITE: tuple[Any, ...] = ("tanh", "arctan", "softsign", "erf", "sigmoid", "r1", FALLING_R1)


def some_gaps(seed: int, size: int, directions: int) -> list[list[fmpq]]:
    """d_ij of random projections in the order gamma; one direction, or one for every neuron."""
    draw = Random(seed)
    columns = [draw.sample(range(-20, 21), size) for _ in range(directions)]
    rows = [[fmpq(columns[j % directions][i], 3) for j in range(size)] for i in range(size)]
    left, gamma = list(range(size)), []
    for j in range(size):
        smallest = min(left, key=lambda i: rows[i][j])
        left.remove(smallest)
        gamma.append(smallest)
    return gaps_of(rows, gamma)


def determinant_sign(family: Family, alpha: fmpq) -> int | None:
    """The sign of det A(alpha), in balls of a precision that grows with alpha."""
    for bits in (100, 400, 3000):
        balls = Balls(bits)
        with balls.working():
            rows = [
                [
                    family.sigma.value(balls.number(family.mirror * alpha * d + family.beta), balls)
                    for d in row
                ]
                for row in family.gaps
            ]
            found = sign(arb_mat(rows).det())
        if found is not None:
            return found
    return None


def assert_one_sign_from(family: Family, alpha: fmpq) -> None:
    """At alpha_0 and at many points beyond the determinant is not 0 and keeps its sign."""
    factors = (fmpq(100 + n, 100) for n in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 300, 900))
    signs = {determinant_sign(family, alpha * factor) for factor in factors}
    assert signs in ({1}, {-1}), (family, alpha, signs)


def nonzero_beta(sigma: Activation) -> fmpq:
    return fmpq(1) if sigma.name in ("relu", "silu", "gelu", "mish", "relu6") else fmpq(0)


SHAPES = [(size, directions) for size in (1, 2, 3, 5) for directions in (1, size)]


@pytest.mark.parametrize("name", CLAUSE_2)
@pytest.mark.parametrize(("size", "directions"), SHAPES)
def test_the_closed_form_and_the_sharper_one_of_clause_2(
    name: str, size: int, directions: int
) -> None:
    sigma = activation(name)
    family = Family(sigma, some_gaps(size, size, directions), nonzero_beta(sigma))
    constants, found = growth(sigma), summary(family.gaps)
    assert constants is not None
    assert found is not None
    closed = first_alpha(sigma, constants, family.beta, found)
    tails = tails_of(sigma)
    sharp = smallest_alpha(lambda a: has_dominant_diagonal(family, tails, constants, a).relation)
    assert closed is not None
    assert sharp is not None
    assert sharp <= closed or size == 1
    assert_one_sign_from(family, closed)
    assert_one_sign_from(family, sharp)


@pytest.mark.parametrize("spec", BOUNDED, ids=str)
@pytest.mark.parametrize(("size", "directions"), SHAPES)
def test_bounded_ones_by_monotone_tails(spec: Any, size: int, directions: int) -> None:
    sigma = activation(spec)
    family = Family(sigma, some_gaps(size + 9, size, directions), nonzero_beta(sigma))
    sharp = smallest_alpha(
        lambda a: has_dominant_diagonal(family, tails_of(sigma), None, a).relation
    )
    assert sharp is not None
    assert_one_sign_from(family, sharp)


@pytest.mark.parametrize("spec", FALLING, ids=str)
@pytest.mark.parametrize(("size", "directions"), SHAPES)
def test_falling_ones_by_the_mirrored_family(spec: Any, size: int, directions: int) -> None:
    sigma = activation(spec)
    family = Family(sigma, some_gaps(size + 5, size, directions), fmpq(0), -1)
    sharp = smallest_alpha(
        lambda a: has_dominant_diagonal(family, tails_of(sigma), None, a).relation
    )
    assert sharp is not None
    assert_one_sign_from(family, sharp)


@pytest.mark.parametrize("spec", FINITE, ids=str)
@pytest.mark.parametrize(("size", "directions"), SHAPES)
def test_finite_limits_suffice(spec: Any, size: int, directions: int) -> None:
    sigma = activation(spec)
    family = Family(sigma, some_gaps(size + 2, size, directions), fmpq(1))
    sharp = smallest_alpha(lambda a: is_near_its_limit(family, tails_of(sigma), a).relation)
    assert sharp is not None
    assert_one_sign_from(family, sharp)


@pytest.mark.parametrize("name", ["relu", "relu6", "hard-sigmoid"])
@pytest.mark.parametrize(("size", "directions"), [(2, 1), (4, 1), (4, 4)])
def test_where_sigma_vanishes_the_determinant_is_a_power(
    name: str, size: int, directions: int
) -> None:
    from flint import fmpq_mat

    from exactland.arithmetic.rationals import RATIONALS

    sigma = activation(name)
    family = Family(sigma, some_gaps(size, size, directions), fmpq(2))
    left = tails_of(sigma)[0]
    alpha = triangular_alpha(family, left)
    assert alpha is not None
    assert vanishes(family, left, alpha).relation is None
    assert vanishes(family, left, alpha * fmpq(99, 100)).relation is not None
    for factor in (1, 2, 7):
        rows = [
            [sigma.value(factor * alpha * d + 2, RATIONALS) for d in row] for row in family.gaps
        ]
        assert fmpq_mat(rows).det() == sigma.value(fmpq(2), RATIONALS) ** size


def test_relu_has_the_alpha_of_the_closed_form() -> None:
    gaps = some_gaps(4, 5, 1)
    found = summary(gaps)
    assert found is not None
    family = Family(activation("relu"), gaps, fmpq(3, 2))
    alpha = triangular_alpha(family, tails_of(activation("relu"))[0])
    assert alpha == fmpq(3, 2) / found.smallest


def test_below_a_sign_change_nothing_is_shown() -> None:
    """Every alpha_0 lies beyond the last alpha at which the determinant changes its sign."""
    seen = 0
    for seed in range(60):
        for spec, mirror in (("r1", 1), ("sigmoid", 1), ("lorentz", 1), (FALLING_R1, -1)):
            sigma = activation(spec)
            family = Family(sigma, some_gaps(seed, 4, 4), fmpq(0), mirror)
            signs = [determinant_sign(family, fmpq(n, 16)) for n in range(1, 64)]
            last = max((n for n in range(1, 63) if signs[n] != signs[n - 1]), default=0)
            if not last:
                continue
            seen += 1
            tails = tails_of(sigma)
            for n in range(1, last + 1, 3):  # signs[last] belongs to (last + 1)/16
                alpha = fmpq(n, 16)
                assert has_dominant_diagonal(family, tails, None, alpha).relation is not None
                assert is_near_its_limit(family, tails, alpha).relation is not None
    assert seen > 10


def test_a_singular_limit_is_not_near_anything_nonsingular() -> None:
    # tanh(0) = 0: the limit is skew-symmetric of odd size.
    family = Family(activation("tanh"), some_gaps(1, 3, 1), fmpq(0))
    tails = tails_of(family.sigma)
    assert smallest_alpha(lambda a: is_near_its_limit(family, tails, a).relation) is None


WRONG = [[fmpq(0), fmpq(1)], [fmpq(1), fmpq(0)]]  # d_21 > 0
OPEN = [[arb(0), arb(0, 1)], [arb(-1), arb(0)]]  # the sign of d_12 is not known


@pytest.mark.parametrize("gaps", [WRONG, [[fmpq(0), fmpq(1)], [fmpq(0), fmpq(0)]]])
def test_gaps_in_the_wrong_order_are_refused(gaps: Any) -> None:
    relu, sigmoid = activation("relu"), activation("sigmoid")
    assert summary(gaps) is None
    assert triangular_alpha(Family(relu, gaps, fmpq(1)), tails_of(relu)[0]) is None
    far = fmpq(10**6)
    assert vanishes(Family(relu, gaps, fmpq(1)), tails_of(relu)[0], far).relation is not None
    for sigma in (relu, sigmoid, activation("r1")):
        family = Family(sigma, gaps, fmpq(1))
        assert has_dominant_diagonal(family, tails_of(sigma), growth(sigma), far).relation


def test_balls_of_unknown_sign_are_refused() -> None:
    family = Family(activation("tanh"), OPEN, fmpq(1))
    assert "i = 1, j = 2" in (
        is_near_its_limit(family, tails_of(family.sigma), fmpq(9)).relation or ""
    )
    family = Family(activation("r1"), OPEN, fmpq(1))
    shown = has_dominant_diagonal(family, tails_of(family.sigma), None, fmpq(10**6))
    assert shown.relation is not None


def test_a_zero_diagonal_is_refused() -> None:
    family = Family(activation("relu"), some_gaps(0, 3, 1), fmpq(-1))
    tails = tails_of(family.sigma)
    assert vanishes(family, tails[0], fmpq(100)).relation == "sigma(beta) != 0"
    shown = has_dominant_diagonal(family, tails, growth(family.sigma), fmpq(100))
    assert shown.relation == "sigma(beta) != 0"


def test_an_activation_without_a_vanishing_tail_is_refused() -> None:
    family = Family(activation("sigmoid"), some_gaps(0, 3, 1), fmpq(1))
    assert vanishes(family, tails_of(family.sigma)[0], fmpq(1000)).relation is not None
    identity = Family(activation("identity"), some_gaps(0, 3, 1), fmpq(1))
    shown = has_dominant_diagonal(identity, tails_of(identity.sigma), None, fmpq(1000))
    assert shown.relation is not None


@pytest.mark.parametrize(
    ("beta", "gaps", "alpha", "said"),
    [
        (0, Gaps(3, fmpq(1), fmpq(2)), 60, "sigma(beta) != 0"),
        (1, Gaps(3, fmpq(1), fmpq(2)), 1, "alpha delta > beta"),
        (1, Gaps(3, fmpq(1), fmpq(2)), 3, "eps <= u"),
        (1, Gaps(30, fmpq(1), fmpq(2)), 60, "eps <= u"),
    ],
)
def test_the_closed_form_names_what_fails(beta: int, gaps: Gaps, alpha: int, said: str) -> None:
    relu = activation("relu")
    constants = growth(relu)
    assert constants is not None
    failed = is_dominated(relu, constants, fmpq(beta), gaps, fmpq(alpha))
    assert failed is not None
    assert said in failed


def test_one_direction_needs_no_matrix() -> None:
    values = [fmpq(Random(7).randint(-999, 999), 7 + n) + n for n in range(12)]
    order = sorted(range(12), key=lambda i: values[i])
    matrix = gaps_of([[value] * 12 for value in values], order)
    assert summary_of_direction(values) == summary(matrix)
    assert summary_of_direction([fmpq(1), fmpq(2), fmpq(1)]) is None


def test_alpha_0_of_a_thousand_samples_in_one_direction() -> None:
    draw = Random(5)
    values = [fmpq(n, 1) for n in draw.sample(range(-(10**6), 10**6), 1000)]
    sigma = activation("sigmoid")
    found = summary_of_direction(values)
    assert found is not None
    alpha = first_alpha_bounded(sigma, fmpq(0), found)
    assert alpha is not None
    # ln(3^N - 1)/delta, NH18's closed form, to about a hundredth.
    expected = arb(3).log() * 1000 / arb(found.smallest)
    assert abs(float(arb(alpha) / expected) - 1) < 0.02


@pytest.mark.parametrize("spec", BOUNDED, ids=str)
@pytest.mark.parametrize(("size", "directions"), SHAPES)
def test_the_closed_form_of_bounded_ones(spec: Any, size: int, directions: int) -> None:
    sigma = activation(spec)
    family = Family(sigma, some_gaps(size + 4, size, directions), nonzero_beta(sigma))
    found = summary(family.gaps)
    assert found is not None
    alpha = first_alpha_bounded(sigma, family.beta, found)
    assert alpha is not None
    assert_one_sign_from(family, alpha)


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_the_closed_forms_of_the_sigmoid_and_of_r1(size: int) -> None:
    found = Gaps(size, fmpq(1, 3), fmpq(7))
    power = fmpq(3) ** size
    r1 = (power / 2 - 1) * 3
    assert is_dominated_bounded(activation("r1"), fmpq(0), found, r1 + fmpq(1, 10**9)) is None
    assert is_dominated_bounded(activation("r1"), fmpq(0), found, r1 - fmpq(1, 1000)) is not None
    sigmoid = fmpq(int(float(arb(power - 1).log()) * 3000) + 1, 1000)
    assert is_dominated_bounded(activation("sigmoid"), fmpq(0), found, sigmoid) is None
    less = sigmoid * fmpq(99, 100)
    assert is_dominated_bounded(activation("sigmoid"), fmpq(0), found, less) is not None


def test_the_closed_form_refuses_what_does_not_tend_to_zero_or_is_not_bounded() -> None:
    found = Gaps(3, fmpq(1), fmpq(2))
    for spec in ("tanh", "relu", "softplus", "identity", "sin", FALLING_R1):
        assert first_alpha_bounded(activation(spec), fmpq(1), found) is None


# Tails.


@pytest.mark.parametrize(
    "text",
    [
        "1/2-t/(2*(1+abs(t)))", "t/(1+abs(t))", "1/(1+t**4)", "max(0,min(1,t/6+1/2))",
        "abs(abs(t)-2)/(1+t**2)", "(t**3-5*t)/(1+t**4)", "min(t**2,3)/(1+abs(t))",
        "max(1/(1+t**2),1/(2+abs(t)))", "(1+t**2)**-2",
    ],
)  # fmt: skip
@pytest.mark.parametrize("side", [-1, 1])
def test_rational_tails_agree_with_the_function_and_are_monotone(text: str, side: int) -> None:
    from exactland.arithmetic.rationals import RATIONALS
    from exactland.functions.expression import evaluate

    expression = parse(text)
    tail = rational_tail(expression, side)
    assert tail is not None
    values = []
    for n in range(60):
        t = tail.since + fmpq(n * n, 9)
        value = evaluate(expression, side * t, RATIONALS)
        assert tail.numerator(t) == value * tail.denominator(t)
        values.append(value)
    assert values in (sorted(values), sorted(values, reverse=True))
    assert tail.limit is not None
    assert abs(values[-1] - tail.limit) < fmpq(1, 10)


def test_what_is_not_rational_has_no_rational_tail() -> None:
    for text in ("exp(t)", "sqrt(t**2)", "1/(t-t)", "pi*t", "t**65"):
        assert rational_tail(parse(text), 1) is None


@pytest.mark.parametrize("spec", [*BOUNDED, *FINITE, "softplus", "elu"], ids=str)
def test_bounds_of_tails_hold_beyond(spec: Any) -> None:
    sigma, balls = activation(spec), Balls(200)
    for tail in tails_of(sigma):
        if tail is None:
            continue
        start = (tail.since if tail.since is not None else fmpq(-3)) * tail.side
        with balls.working():
            t = balls.number(start)
            near, size = deviation(sigma, tail, t, balls), magnitude(sigma, tail, t, balls)
            assert near is not None
            assert size is not None
            limit = tail.limit_in(balls)
            for n in range(200):
                value = sigma.value(balls.number(start + tail.side * fmpq(n, 7)), balls)
                assert abs(value - limit) <= arb(near) + arb(2) ** -90
                assert abs(value) <= arb(size) + arb(2) ** -90


def test_no_tail_where_a_limit_is_infinite_or_missing() -> None:
    assert tails_of(activation("relu"))[1] is None
    assert tails_of(activation("sin")) == (None, None)
    assert tails_of(activation("exp"))[1] is None
    assert tails_of(activation("identity")) == (None, None)
    assert tails_of(activation({"expr": "1/(t-1)"})) == (None, None)  # a pole


def test_a_point_before_the_tail_has_no_bound() -> None:
    sigma, balls = activation("lorentz"), Balls(64)
    right = tails_of(sigma)[1]
    assert right is not None
    assert deviation(sigma, right, arb(-1), balls) is None
    assert magnitude(sigma, right, arb(0, 1), balls) is None
    assert magnitude(sigma, right, arb("nan"), balls) is None


def test_first_alpha_gives_up() -> None:
    assert smallest_alpha(lambda alpha: "never") is None
