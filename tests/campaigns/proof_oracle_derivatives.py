"""Steps about derivatives: backpropagation by its formulas, against differences of the loss."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import mpmath as mp
import plain_network as plain
from plain_network import Digits, Document, Undefined, rational
from proof_oracle_conditions import loss_of
from proof_view import Judgement, Rows, View

#: Digits and steps of the differences; the second ones where the first see a kink or disagree.
PRECISIONS = ((90, Fraction(1, 10**25)), (1500, Fraction(1, 10**500)))
CLOSE = 1e-15


def slope(sigma: Any, t: Any, step: Fraction) -> Any:
    """sigma'(t) by differences; Undefined at a kink."""
    n = Digits()
    h = n.number(step)
    middle = plain.activate(sigma, t, n)
    right = (plain.activate(sigma, t + h, n) - middle) / h
    left = (middle - plain.activate(sigma, t - h, n)) / h
    if abs(left - right) > CLOSE * (1 + abs(left)):
        raise Undefined("a kink")
    return (left + right) / 2


@dataclass(frozen=True)
class Sample:
    """One sample of a network with parameters, with its targets y and l of the loss."""

    view: View
    parameters: Any
    x: list[Any]
    y: list[Any]
    term: Callable[[Any], Any]
    step: Fraction

    def below(self, number: int) -> list[Any]:
        """f of the layer below layer ``number``."""
        row = self.x
        for m in range(1, number):
            row = plain.layer_values(self.view.layer(m), self.parameters[m - 1], row, Digits())
        return row

    def pre_activations(self, number: int, row: list[Any]) -> list[Any]:
        bare = {**self.view.layer(number), "activation": "identity"}
        return plain.layer_values(bare, self.parameters[number - 1], row, Digits())

    def matrix(self, number: int) -> Rows:
        """U of a layer."""
        W = plain.rationals(self.parameters[number - 1]["W"])
        U = plain.weights(self.view.problem, number, W, Fraction(0))
        return [[Digits().number(x) for x in row] for row in U]

    def loss(self, number: int, g: list[Any]) -> Any:
        """Phi with the pre-activations g at a layer."""
        row = [plain.activate(self.view.sigma(number), t, Digits()) for t in g]
        for m in range(number + 1, len(self.view.layers) + 1):
            row = plain.layer_values(self.view.layer(m), self.parameters[m - 1], row, Digits())
        return sum(self.term(f - t) for f, t in zip(row, self.y, strict=True))

    def term_slope(self, t: Any) -> Any:
        """l'(t), l being smooth."""
        h = Digits().number(self.step)
        return (self.term(t + h) - self.term(t - h)) / (2 * h)

    def delta(self, number: int, g: list[Any]) -> list[Any]:
        """The derivatives for g at a layer: back from the layer above, or from the loss."""
        slopes = [slope(self.view.sigma(number), t, self.step) for t in g]
        row = [plain.activate(self.view.sigma(number), t, Digits()) for t in g]
        if number == len(self.view.layers):
            back = [self.term_slope(f - t) for f, t in zip(row, self.y, strict=True)]
        else:
            above = self.delta(number + 1, self.pre_activations(number + 1, row))
            back = [_dot(line, above) for line in self.matrix(number + 1)]
        return [s * b for s, b in zip(slopes, back, strict=True)]

    def agrees(self, number: int) -> bool:
        """The formulas and differences of Phi: for entries of g, and of U by the features below."""
        below = self.below(number)
        g, h = self.pre_activations(number, below), Digits().number(self.step)
        for j, formula in enumerate(self.delta(number, g)):
            for moved in (Digits().number(Fraction(1)), below[j % len(below)]):
                up, down = list(g), list(g)
                up[j], down[j] = g[j] + h * moved, g[j] - h * moved
                quotient = (self.loss(number, up) - self.loss(number, down)) / (2 * h)
                if abs(quotient - moved * formula) > CLOSE * (1 + abs(quotient)):
                    return False
        return True


def _dot(left: list[Any], right: list[Any]) -> Any:
    return sum(x * y for x, y in zip(left, right, strict=True))


def backwards_is_forwards(
    view: View, number: int, parameters: Any, targets: list[list[Fraction]], loss: str
) -> bool:
    """On all samples; layers from ``number`` on are not max-pooling."""
    view.layer(number)
    if any(layer["kind"] == "max-pooling" for layer in view.layers[number - 1 :]):
        return False
    for digits, step in PRECISIONS:
        with suppress(Undefined), mp.workdps(digits):
            n = Digits()
            samples = [
                Sample(
                    view,
                    parameters,
                    [n.number(value) for value in x],
                    [n.number(value) for value in y],
                    loss_of(loss),
                    step,
                )
                for x, y in zip(view.inputs, targets, strict=True)
            ]
            if all(sample.agrees(number) for sample in samples):
                return True
    return False


def gradients(view: View, claim: Document, at: Any) -> Judgement:
    targets, parameters = view.problem["data"].get("targets"), view.parameters(at)
    if targets is None or rational(claim["tolerance"]) < 0:
        return False
    if len(targets[0]) != view.width(len(view.layers)):
        return False
    rows = plain.rationals(targets)
    return backwards_is_forwards(view, claim["layer"], parameters, rows, claim["loss"])


def backpropagation(view: View, claim: Document, at: Any) -> Judgement:
    """For all parameters and activations: for random ones, and tanh."""
    draw = Random(0)

    def number() -> Fraction:
        return Fraction(draw.randint(-8, 8), 4)

    layers = [
        {**layer, "activation": "tanh"} if "activation" in layer else layer for layer in view.layers
    ]
    problem = {**view.problem, "network": {"kind": "sequential", "layers": layers}}
    parameters = plain.made_parameters(problem, number)
    outputs = plain.widths(problem)[-1]
    targets = [[number() for _ in range(outputs)] for _ in range(view.samples)]
    smooth = View(problem, [], view.k)
    return backwards_is_forwards(smooth, claim["layer"], parameters, targets, "half-squared")
