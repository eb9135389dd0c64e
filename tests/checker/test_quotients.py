"""Quotients of polynomials (section 11): signs that change, and polynomials that increase on R."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from exactland.checker.activations import activation
from exactland.checker.expression import Node, parse
from exactland.checker.proofs.half_lines import direction_on_line
from exactland.checker.proofs.quotients import has_root, odd_part


def is_nonnegative(p: list[Fraction]) -> bool:
    """Whether p >= 0 on R: p > 0 far out to the right, and its sign does not change."""
    mirrored = tuple(-c if n % 2 else c for n, c in enumerate(p))
    zero = Fraction(0)
    at_zero = p[0] == 0 and odd_part(tuple(p))[0] == 0
    changes = at_zero or any(
        has_root(odd_part(q), zero, closed=False) for q in (tuple(p), mirrored)
    )
    return p[-1] > 0 and not changes


def increases(node: Node) -> bool:
    return direction_on_line(node, strictly=True) == 1


def product(*factors: list[int]) -> list[Fraction]:
    result = [Fraction(1)]
    for factor in factors:
        longer = [Fraction(0)] * (len(result) + len(factor) - 1)
        for i, a in enumerate(result):
            for j, b in enumerate(factor):
                longer[i + j] += a * b
        result = longer
    return result


@pytest.mark.parametrize("seed", range(150))
def test_nonnegative_by_construction(seed: int) -> None:
    """(t - r)^m for distinct roots r and t^2 + b t + c without real roots, times a constant."""
    draw = random.Random(seed)
    roots = draw.sample(range(-3, 4), draw.randrange(4))
    multiplicities = [draw.choice([1, 2, 2, 2, 3, 4, 4]) for _ in roots]
    factors = [[-r, 1] for r, m in zip(roots, multiplicities, strict=True) for _ in range(m)]
    for _ in range(draw.randrange(3)):
        b = draw.randrange(-3, 4)
        factors.append([b * b + draw.randrange(1, 3), b, 1])
    scale = draw.choice([1, 1, 1, 5, -1])
    p = product([scale], *factors)
    wanted = scale > 0 and all(m % 2 == 0 for m in multiplicities)
    assert is_nonnegative(p) is wanted


def test_near_a_double_root() -> None:
    for shift, wanted in (
        (Fraction(0), True),
        (Fraction(1, 10**9), True),
        (Fraction(-1, 10**9), False),
    ):
        p = product([-1, 1], [-1, 1], [1, 1], [1, 1])
        p[0] += shift
        assert is_nonnegative(p) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("t", True), ("-t", False), ("t**3", True), ("-t**3", False), ("t**2", False), ("3", False),
        ("t-t", False), ("t**3-t**2+t", True), ("t**3-2*t**2+t", False), ("(t-4)**3/7", True),
        ("t**5-t**3/3+t/5", True), ("t**3/3-t**2+t", True), ("t**3/3-t**2+999*t/1000", False),
        ("t/0", False), ("1/t", False), ("abs(t)", False), ("t**65", True), ("t**67-t**66", False),
    ],
)  # fmt: skip
def test_increasing(text: str, wanted: bool) -> None:
    assert increases(parse(text)) is wanted


def test_named_polynomials() -> None:
    assert increases(activation({"name": "power", "exponent": 63}, "").definition)
    assert not increases(activation({"name": "power", "exponent": 64}, "").definition)
    cubic = {"name": "polynomial", "coefficients": [1, 1, -1, 1]}
    assert increases(activation(cubic, "").definition)
