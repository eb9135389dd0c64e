"""Pieces of activations: they cover the line, agree with the whole, and with the checker's."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.rationals import RATIONALS
from exactland.checker.activations import activation as checker_activation
from exactland.checker.outcome import Reject
from exactland.checker.pieces import activation_pieces
from exactland.errors import NotExactError
from exactland.functions.activations import activation
from exactland.functions.pieces import pieces

NAMES: list[Any] = [
    "relu", "relu6", "hard-sigmoid", "softsign", "r1", "sigmoid", "gelu", "identity",
    {"name": "leaky-relu", "slope": "-1/3"}, {"name": "elu", "alpha": "3/2"},
]  # fmt: skip
EXPRESSIONS = [
    "abs(abs(t)-1)", "max(t,t/2)", "t*sigmoid(abs(t))", "max(0,min(1,t/5+1/2))", "1/(1+abs(t))",
    "abs(abs(abs(t-1)-2)-1)-max(-t,min(t/3,2))", "max(t**2,0)", "min(abs(t),1)**3-t",
    "max(1,t)/(2+abs(t-1/3))", "exp(min(t,0))-1+max(t,0)", "abs(1+t**2)", "min(3,5)*abs(t)",
    "abs(t**2-2)", "min(t**2,4)", "max(t-sqrt(2),0)", "max(t,0)+min(exp(t)-1,0)", "sqrt(t**2)",
    "t/(1+max(t,-t))", "abs(t**5-4*t+2)", "max(t**2-2,abs(t))", "abs(tanh(t)*(t-1/3))",
    "abs(1-exp(-t))",
    "log(1+abs(t))", "min(pi*t-1,exp(1))", "sqrt(2)*max(t,0)-t/sqrt(2)", "max(sinh(t)**3,0)",
    "sqrt((t-1)**6)", "abs(1/(1+t**2)*(t**2-3))", "abs((t-1/3)**2*(t+2/7)**3)",
]  # fmt: skip


def inside(draw: random.Random) -> fmpq:
    return fmpq(draw.randint(-60, 60), draw.choice([1, 2, 3, 7]))


@pytest.mark.parametrize("spec", [*NAMES, *({"expr": e} for e in EXPRESSIONS)], ids=str)
def test_the_pieces_are_the_activation(spec: Any) -> None:
    sigma, draw = activation(spec), random.Random(1)
    found = pieces(sigma)
    assert found[0].low is None
    assert found[-1].high is None
    assert all((a.inner[1], a.high) == (b.low, b.inner[0]) for a, b in pairwise(found))
    ends = [piece.high for piece in found[:-1] if piece.high == piece.inner[1]]
    balls = Balls(128)
    for t in [*ends, *(inside(draw) for _ in range(60))]:
        own = [piece for piece in found if piece.has(t)]
        assert len(own) == (2 if t in ends else 1)
        for piece in own:
            try:
                assert piece.activation.value(t, RATIONALS) == sigma.value(t, RATIONALS)
            except NotExactError:
                x = balls.number(t)
                assert piece.activation.value(x, balls).overlaps(sigma.value(x, balls))


@pytest.mark.parametrize("spec", [*NAMES, *({"expr": e} for e in EXPRESSIONS)], ids=str)
def test_the_checker_has_the_same_pieces(spec: Any) -> None:
    sigma = activation(spec)
    found, others = pieces(sigma), activation_pieces(checker_activation(sigma.spec, ""))
    assert [(p.low, p.high, *p.inner) for p in found] == [
        tuple(
            end if end is None else fmpq(end.numerator, end.denominator)
            for end in (q.low, q.high, *q.inner)
        )
        for q in others
    ]


@pytest.mark.parametrize("text", ["abs(t**2-2)", "max(t-sqrt(2),0)", "min(t**4-3*t**2+1,t)"])
def test_ends_that_are_not_rational_are_narrow(text: str) -> None:
    """Beside each end the neighbour's formula takes over: the difference changes its sign."""
    sigma = activation({"expr": text})
    for a, b in pairwise(pieces(sigma)):
        assert a.high is not None
        assert a.inner[1] is not None
        assert a.inner[1] <= a.high <= a.inner[1] + fmpq(1, 2**79)
        balls = Balls(256)
        for t, own in ((a.inner[1], a), (a.high, b)):
            x = balls.number(t)
            assert own.activation.value(x, balls).overlaps(sigma.value(x, balls))


@pytest.mark.parametrize(
    "text",
    [
        "abs(exp(t)-2)",
        "log(abs(t))",
        "1/abs(t)",
        "max(t,0)/t",
        "abs(sin(t))",
        "max(1/t,2)",
        "abs(1/t)",
        "max(-1/t,0)*t",
        "max(t**2-2,0)+abs(t**4-4)",
        "abs(t-1)/(t-1)",
        "log(max(t,0))",
        "1/(1+min(t,0))",
    ],
)
def test_what_has_no_pieces_is_said(text: str) -> None:
    with pytest.raises(NotExactError):
        pieces(activation({"expr": text}))
    with pytest.raises(Reject):
        activation_pieces(checker_activation({"expr": text}, ""))


def random_text(draw: random.Random, depth: int) -> str:
    if depth == 0:
        return draw.choice(["t", "t", "1", "t/2", "2-t", str(draw.randint(0, 3)), "1/3"])
    a, b = random_text(draw, depth - 1), random_text(draw, draw.randrange(depth))
    return draw.choice([f"abs({a})", f"max({a},{b})", f"min({a},{b})", f"({a})+({b})",
                        f"({a})-({b})", f"({a})/3"])  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_random_piecewise_linear_functions(seed: int) -> None:
    """Package and checker cut alike, and each piece is the function at a point inside."""
    draw = random.Random(seed)
    sigma = activation({"expr": random_text(draw, 4)})
    try:
        found = pieces(sigma)
    except NotExactError:
        return
    others = activation_pieces(checker_activation(sigma.spec, ""))
    assert len(found) == len(others)
    for piece, other in zip(found, others, strict=True):
        low = piece.high - 2 if piece.low is None and piece.high is not None else piece.low
        t = fmpq(1, 7) if low is None else low + 1 if piece.high is None else (low + piece.high) / 2
        assert piece.activation.value(t, RATIONALS) == sigma.value(t, RATIONALS)
        assert other.has(Fraction(int(t.p), int(t.q)))
