"""Values far out in balls: relative accuracy where a formula cancels. mpmath is the judge."""

from typing import Any

import mpmath
import pytest
from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.functions.accuracy import LEAST, accurate
from exactland.functions.activations import activation

BITS = 64


def softplus(t: Any) -> Any:
    return mpmath.log1p(mpmath.exp(t))


CASES: list[tuple[Any, int, Any]] = [
    ("gelu", -40, lambda t: t * mpmath.erfc(-t / mpmath.sqrt(2)) / 2),
    ("softplus", -5000, softplus),
    ("log-sigmoid", 5000, lambda t: -softplus(-t)),
    ("sigmoid", -5000, lambda t: mpmath.exp(t) / (1 + mpmath.exp(t))),
    ("silu", -5000, lambda t: t * mpmath.exp(t) / (1 + mpmath.exp(t))),
    ("mish", -5000, lambda t: t * mpmath.tanh(softplus(t))),
    ({"expr": "1-tanh(t)"}, 50, lambda t: 2 / (1 + mpmath.exp(2 * t))),
    ({"expr": "1-tanh(t)"}, 1000, lambda t: 2 / (1 + mpmath.exp(2 * t))),
    ({"expr": "1-sigmoid(t)"}, 1000, lambda t: 1 / (1 + mpmath.exp(t))),
    ({"expr": "1-erf(t)"}, 30, mpmath.erfc),
    ({"expr": "1-erf(t/3)"}, 100, lambda t: mpmath.erfc(t / 3)),
    ({"expr": "log(1+exp(t))"}, -1000, softplus),
    ({"expr": "exp(t)-1"}, 0, lambda t: t),
]


@pytest.mark.parametrize(("spec", "t", "true"), CASES)
def test_relative_accuracy(spec: Any, t: int, true: Any) -> None:
    value = activation(spec).value(Balls(BITS).number(fmpq(t)), Balls(BITS))
    assert value.rel_accuracy_bits() > BITS // 2
    assert value.mid().man_exp()[0].bit_length() <= BITS
    with mpmath.workprec(400):
        (m, e), (r, f) = ([int(x) for x in end.man_exp()] for end in (value.mid(), value.rad()))
        assert abs(true(mpmath.mpf(t)) - mpmath.ldexp(m, e)) <= mpmath.ldexp(r, f)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "gelu", "silu", "mish"])
def test_derivatives_far_out(name: str) -> None:
    for t in (-60, 60):
        slope = activation(name).derivative(arb(t), Balls(BITS))
        assert slope.rel_accuracy_bits() > BITS // 2


def test_a_zero_ends_at_the_ceiling() -> None:
    asked: list[int] = []

    def zero(t: arb, A: Balls) -> arb:
        asked.append(A.bits)
        return A.power(arb(2).sqrt(), 2) - 2

    assert accurate(zero, arb(0), BITS).contains(0)
    assert LEAST // 4 < asked[-1] <= LEAST


def test_an_argument_that_is_not_known_better_ends_it() -> None:
    asked: list[int] = []

    def wide(t: arb, A: Balls) -> arb:
        asked.append(A.bits)
        return A.call("exp", t) - 1

    assert accurate(wide, arb(0, 1), BITS).contains(0)
    assert len(asked) == 2
