"""Losses: values from their definitions, parsing, and what they need of the data."""

from __future__ import annotations

from typing import Any

import pytest
from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import InputError, NotExactError
from exactland.model.losses import LOSSES, Loss, loss

OUTPUTS = [[fmpq(1), fmpq(-1, 2)], [fmpq(3), fmpq(2)]]
TARGETS = [[fmpq(1), fmpq(-1)], [fmpq(-1), fmpq(1)]]
CLASSES = [1, 0]


def test_exact_values() -> None:
    assert loss("squared").value(OUTPUTS, TARGETS, None, RATIONALS) == fmpq(69, 4)
    assert loss("half-squared").value(OUTPUTS, TARGETS, None, RATIONALS) == fmpq(69, 8)
    # 1 - yf: 0, 1/2, 4, -1
    assert loss("squared-hinge").value(OUTPUTS, TARGETS, None, RATIONALS) == fmpq(65, 4)
    assert loss("squared-hinge").derivative(OUTPUTS, TARGETS, None, RATIONALS) == [[0, 1], [8, 0]]
    assert loss("half-squared").derivative(OUTPUTS, TARGETS, None, RATIONALS) == [
        [0, fmpq(1, 2)],
        [4, 1],
    ]
    assert loss("squared").derivative(OUTPUTS, TARGETS, None, RATIONALS) == [[0, 1], [8, 2]]


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("pseudo-huber(delta=-3/2)", lambda a: 2 * arb(2.25) * ((1 + a * a / 2.25).sqrt() - 1)),
        ("blake-zisserman(delta=1/4)", lambda a: -((-a * a).exp() + 0.25).log()),
        (
            "corrupted-gaussian(alpha=1/4,w=2)",
            lambda a: -(0.25 * (-a * a).exp() + 0.75 * (-a * a / 4).exp() / 2).log(),
        ),
        ("cauchy(delta=2)", lambda a: 4 * (1 + a * a / 4).log()),
    ],
)
def test_values_of_robust_losses(text: str, formula: Any) -> None:
    arithmetic = Balls(100)
    with arithmetic.working():
        expected = sum((formula(arb(a)) for a in (0, 0.5, 4, 1)), arb(0))
        outputs = arithmetic.matrix(OUTPUTS)
        found = loss(text).value(outputs, TARGETS, None, arithmetic)
        assert less(abs(found - expected), arb(2) ** -80) is True


def test_cross_entropy() -> None:
    arithmetic = Balls(100)
    with arithmetic.working():
        e = arb(1).exp
        expected = (e() + arb(-0.5).exp()).log() + 0.5 + (arb(3).exp() + arb(2).exp()).log() - 3
        found = loss("cross-entropy").value(arithmetic.matrix(OUTPUTS), None, CLASSES, arithmetic)
        assert less(abs(found - expected), arb(2) ** -80) is True
        slope = loss("cross-entropy").derivative(
            arithmetic.matrix(OUTPUTS), None, CLASSES, arithmetic
        )
        for row in slope:  # the rows of softmax minus a unit vector add up to 0
            assert less(abs(row[0] + row[1]), arb(2) ** -80) is True
        assert less(slope[0][1], arb(0)) is True
        assert less(slope[1][0], arb(0)) is True
    with pytest.raises(NotExactError):
        loss("cross-entropy").value(OUTPUTS, None, CLASSES, RATIONALS)


@pytest.mark.parametrize("name", LOSSES)
def test_texts_round_trip(name: str) -> None:
    made = loss(name)
    assert loss(str(made)) == made
    assert loss(made) is made
    assert len(str(made)) <= 40


def test_spellings() -> None:
    assert loss({"name": "cauchy", "delta": "0.5"}) == loss(" cauchy( delta = 1/2 ) ")
    assert loss("cauchy") == Loss("cauchy", (("delta", fmpq(1)),))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("mse", "there is no loss 'mse'; the losses are squared"),
        ("crossentropy", "did you mean cross-entropy?"),
        ("squared(delta=1)", "squared has no parameter 'delta'"),
        ("cauchy(gamma=1)", "cauchy has no parameter 'gamma'; its parameters: delta"),
        ("cauchy(delta=0)", "delta is 0; choose it so that delta is not 0"),
        ("blake-zisserman(delta=-1)", "delta is positive"),
        ("corrupted-gaussian(alpha=2)", "alpha lies between 0 and 1"),
        ("corrupted-gaussian(w=0)", "w is positive"),
        ("cauchy(delta)", "'delta' is not a parameter"),
        ("cauchy()", "'' is not a parameter"),
        ("cauchy(delta=1,delta=2)", "'delta=2' is not a parameter"),
        ("cauchy(delta=x)", "'x' is not a rational number"),
        ("cauchy(delta=1/12345678901234567890123456)", "more than 40 characters"),
        ("", "is not a loss"),
        ("a b", "is not a loss"),
        (3, "is not a loss"),
    ],
)
def test_losses_that_are_not(spec: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        loss(spec)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "targets", "classes", "message"),
    [
        ("squared", None, [0], "squared needs targets"),
        ("squared", [[1]], None, "a target has 1 entries, but the network has 2 outputs"),
        ("cross-entropy", [[1, 1]], None, "cross-entropy needs classes"),
        ("cross-entropy", None, [2], "there is a class 2, but the network has 2 outputs"),
        ("squared-hinge", [[1, 2]], None, "needs targets -1 and 1"),
    ],
)
def test_data_that_do_not_fit(name: str, targets: Any, classes: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        loss(name).check(targets, classes, 2)
