"""The layers of format 2 in every evaluator: package, checker (both passes) and the plain one."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import fmpq
from instances import RATIONAL, random_problem
from plain_network import EXACT, Document, features, weights, widths, written

from exactland.checker.forward import Exact, weight_minor
from exactland.checker.forward import features as checked_features
from exactland.checker.network import Bump, Pass, given_parameters, loss_along
from exactland.checker.outcome import NotRational
from exactland.checker.problem import Layer, read_problem
from exactland.checker.rationals import Rationals
from exactland.errors import NotDifferentiableError
from exactland.model.backward import gradients
from exactland.model.forward import feature_matrix
from exactland.model.layer_matrix import layer_matrix
from exactland.model.problem_file import problem_document, problem_from


def fractions(rows: Any) -> list[list[Fraction]]:
    return [[Fraction(int(fmpq(x).p), int(fmpq(x).q)) for x in row] for row in rows]


@pytest.mark.parametrize("seed", range(60))
def test_features_and_layer_matrices(seed: int) -> None:
    document = random_problem(seed, "frameworks")
    draw = Random(seed)
    for layer in document["network"]["layers"]:
        if "activation" in layer:
            layer["activation"] = draw.choice(RATIONAL)
    depth = len(document["network"]["layers"])
    expected = features(document, depth, document["parameters"], EXACT)
    problem = problem_from(document)
    assert fractions(feature_matrix(problem, depth)) == expected
    chosen = draw.sample(range(widths(document)[-1]), min(2, widths(document)[-1]))
    some = feature_matrix(problem, depth, columns=chosen)
    assert fractions(some) == [[row[h] for h in chosen] for row in expected]
    checked = read_problem(problem_document(problem))
    every = range(len(expected)), range(len(expected[0]))
    assert checked_features(checked, depth, *every, checked.parameters, Exact()) == expected
    over = Rationals()
    with suppress(NotRational):  # dyadic-softplus has no formula over Q here
        assert Pass(checked, given_parameters(checked, over), over).features(depth) == expected
    for k, (layer, entry) in enumerate(zip(checked.layers, checked.parameters, strict=True), 1):
        if entry is not None:
            U = weights(document, k, entry.W, Fraction(0))
            everything = list(range(layer.below)), list(range(layer.width))
            assert weight_minor(layer, entry.W, *everything) == U
            assert fractions(layer_matrix(problem, k)) == U


@pytest.mark.parametrize("seed", range(30))
def test_gradients(seed: int) -> None:
    """Backpropagation of the package against Taylor series of the checker, entry by entry of W."""
    document: Document = random_problem(seed, "frameworks", most=2)
    draw = Random(seed)
    for layer in document["network"]["layers"]:
        if "activation" in layer:
            layer["activation"] = draw.choice(["identity", {"expr": "t**2-t/2+1"}, "lorentz"])
    samples, outputs = len(document["data"]["inputs"]), widths(document)[-1]
    targets = [[written(draw.randint(-3, 3)) for _ in range(outputs)] for _ in range(samples)]
    document["data"]["targets"], document["loss"] = targets, "squared"
    problem = problem_from(document)
    try:
        found = gradients(problem)
    except NotDifferentiableError:
        pytest.skip("a maximum that is attained twice")
    checked = read_problem(problem_document(problem))
    point = Pass(checked, given_parameters(checked, Rationals()), Rationals())
    for k, layer in enumerate(checked.layers, 1):
        if layer.activation is None:
            continue
        for block, rows in (("W", found[k - 1].d_weights), ("b", found[k - 1].d_bias)):
            for r, row in enumerate(fractions(rows or [])):
                for c, slope in enumerate(row):
                    assert loss_along(checked, point, [Bump(block, k, r, c)], 1)[1] == slope


DEFECTS: dict[str, tuple[type, str, Any]] = {
    "groups are ignored": (Layer, "neuron", lambda layer, h: divmod(h, layer.filters)),
    "divisors are ignored": (
        Exact, "average", lambda self, below, patch, divisor: Fraction(
            sum(below.lo[i] for i in patch if i is not None), below.denominator
        ),
    ),
    "padding is 0 in a maximum": (
        Exact, "pool", lambda self, below, patch: Fraction(
            max(0 if i is None else below.lo[i] for i in patch), below.denominator
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_a_checker_with_a_hole_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*DEFECTS[name])
    assert not all(map(_agrees, range(60)))


def _agrees(seed: int) -> bool:
    try:
        test_features_and_layer_matrices(seed)
    except (AssertionError, IndexError):
        return False
    return True
