"""Data, parameters and problems: what is taken, what is refused, what stays the same."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpq_mat

from exactland.errors import InputError, UsageError
from exactland.model.chosen_parameters import named_parameters, random_parameters
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import LayerNumbers, LayerParameters, SkipParameters
from exactland.model.patches import conv1d
from exactland.model.problem import Data, Problem
from exactland.model.skip import SkipNetwork, Unit

HALF = fmpq(1, 2)


@pytest.mark.parametrize(
    "inputs",
    [
        [["1/2", 1], [0, "-0.5"]],
        ((Fraction(1, 2), 1), (0, Fraction(-1, 2))),
        sympy.Matrix([[sympy.Rational(1, 2), 1], [0, -sympy.Rational(1, 2)]]),
        fmpq_mat([[HALF, 1], [0, -HALF]]),
        np.array([[Fraction(1, 2), 1], [0, "-1/2"]], dtype=object),
    ],
)
def test_data_of_many_kinds(inputs: Any) -> None:
    assert Data(inputs).inputs == ((HALF, fmpq(1)), (fmpq(0), -HALF))


def test_numpy_integers() -> None:
    data = Data(np.array([[1, 2]], dtype=np.uint8), np.array([7]), np.array([3]))
    assert (data.inputs, data.targets, data.classes) == (((1, 2),), ((7,),), (3,))
    assert type(data.classes[0]) is int  # type: ignore[index]
    assert Data([[1], [2]], ["1/2", 1]).targets == ((HALF,), (fmpq(1),))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[0.5]],), r"data.inputs\[0\]\[0\]: 0.5 is a float"),
        ((np.array([[0.5]]),), r"data.inputs\[0\]\[0\]: 0.5 is a float"),
        (([[True]],), r"data.inputs\[0\]\[0\]: True is a boolean"),
        (([[float("nan")]],), r"data.inputs\[0\]\[0\]"),
        (([],), "data.inputs: it is empty"),
        (([[]],), "data.inputs: it is empty"),
        (([[1], [1, 2]],), r"data.inputs\[1\]: 2 entries where row 0 has 1"),
        ((3,), "data.inputs: "),
        (("abc",), "data.inputs: "),
        (([[1]], [[1], [2]]), "data.targets: there are 2 for 1 samples"),
        (([[1]], [0.5]), r"data.targets\[0\]\[0\]: 0.5 is a float"),
        (([[1]], []), "data.targets: "),
        (([[1]], None, [0, 1]), "data.classes: there are 2 for 1 samples"),
        (([[1]], None, [-1]), r"data.classes\[0\]: -1 is not a class"),
        (([[1]], None, ["0"]), r"data.classes\[0\]: '0' is not a class"),
        (([[1]], None, [True]), r"data.classes\[0\]: True is not a class"),
        (([[1]], None, 3), "data.classes: 3 is not a list"),
    ],
)
def test_data_that_are_not(arguments: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Data(*arguments)


def convolution() -> SequentialNetwork:
    return SequentialNetwork(
        [Convolution(conv1d(3, 2), 2, "filter"), MaxPooling([[0, 2], [1, 3]]), Dense(1, "none")]
    )


GOOD = [{"W": [[1, 2], [3, 4]], "b": [5, 6]}, None, {"W": [[1], [2]]}]


def test_parameters_are_kept_exactly() -> None:
    problem = Problem(convolution(), [[1, 2, 3]], GOOD)
    assert problem.parameters == (
        LayerParameters([[1, 2], [3, 4]], [5, 6]),
        None,
        LayerParameters([[1], [2]]),
    )
    assert problem.with_parameters(None).parameters is None
    assert problem.with_parameters(problem.parameters) == problem
    assert hash(problem) == hash(Problem(convolution(), [[1, 2, 3]], GOOD))
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.loss = None  # type: ignore[misc]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "parameters: they are not a list"),
        (GOOD[:2], "there are 2 entries for 3 layers"),
        ([GOOD[0], GOOD[0], None], r"parameters\[1\]: a max-pooling layer has no parameters"),
        ([{"W": [[1, 2]], "b": [5, 6]}, None, None], r"parameters\[0\].W: W is 1 x 2.*needs 2 x 2"),
        ([None, None, {"W": [[1, 2]]}], "needs 2 x 1; it looks transposed"),
        ([None, None, {"W": [[1], [2]], "b": [1]}], r"parameters\[2\].b: b has 1 entries.*none"),
        ([{"W": [[1, 2], [3, 4]]}, None, None], r"parameters\[0\].b: b is missing.*2 entries"),
        ([{"W": [[1, 2], [3, 4]], "b": [1, 2, 3, 4]}, None, None], "b has 4 entries"),
        ([{"w": [[1]]}, None, None], r"parameters\[0\]: the keys are w; use W and b"),
        ([{"b": [1]}, None, None], "use W and b"),
        ([7, None, None], "7 is not LayerParameters"),
        ([{"W": [[1, 2], [3, 0.5]], "b": [0, 0]}, None, None], r"parameters\[0\].W\[1\]\[1\]: 0.5"),
        ([{"W": [[1, 2], [3, 4]], "b": 3}, None, None], r"parameters\[0\].b: 3 is not a list"),
    ],
)
def test_parameters_that_do_not_fit(parameters: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Problem(convolution(), [[1, 2, 3]], parameters)


def skip_network() -> SkipNetwork:
    return SkipNetwork(
        [Unit("a", 1, [0, 1], "g", "b1", "relu"), Unit("c", 2, ["a"], "h", None, "relu")], ["c"]
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ([], "they are not those of a skip network"),
        ({"groups": {}}, "they are not those of a skip network"),
        ({"groups": {"g": [1, 2]}, "biases": {"b1": 0}}, "parameters.groups: h is missing"),
        (
            {"groups": {"g": [1, 2], "h": [1], "i": []}, "biases": {"b1": 0}},
            "parameters.groups: i does not occur",
        ),
        ({"groups": {"g": [1, 2], "h": [1]}, "biases": {}}, "parameters.biases: b1 is missing"),
        (
            {"groups": {"g": [1], "h": [1]}, "biases": {"b1": 0}},
            "parameters.groups.g: there are 1 weights for 2 sources",
        ),
        (
            {"groups": {"g": 1, "h": [1]}, "biases": {"b1": 0}},
            "parameters.groups.g: 1 is not a list",
        ),
        ({"groups": {"g": [1, 0.5], "h": [1]}, "biases": {"b1": 0}}, r"groups.g\[1\]: 0.5 is a"),
        ({"groups": [], "biases": {}}, "parameters.groups: "),
    ],
)
def test_skip_parameters_that_do_not_fit(parameters: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Problem(skip_network(), [[1, 2]], parameters)


def test_random_parameters_are_reproducible_small_and_fit() -> None:
    problem = Problem(convolution(), [[1, 2, 3]])
    first = random_parameters(problem, 7)
    assert first == random_parameters(problem, 7)
    assert first != random_parameters(problem, 8)
    assert problem.with_parameters(first).parameters == first
    assert isinstance(first, tuple)
    entry = first[0]
    assert entry is not None
    for row in entry.W:
        assert all(abs(w) <= 1 and int(w.q) <= 128 for w in row)  # fan-in 2: divided by 2
    skip = Problem(skip_network(), [[1, 2]])
    drawn = random_parameters(skip, 7)
    assert isinstance(drawn, SkipParameters)
    again = skip.with_parameters(random_parameters(skip, 7))
    assert again.parameters == drawn
    assert hash(again) == hash(skip.with_parameters(drawn))
    with pytest.raises(TypeError):
        drawn.biases["b1"] = fmpq(0)  # type: ignore[index]
    for seed in (0.5, "1", True):
        with pytest.raises(InputError, match="seed"):
            random_parameters(problem, seed)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="denominator"):
        random_parameters(problem, 1, denominator=0)


def test_random_numbers_are_those_that_the_page_promises() -> None:
    """Fixed values: other versions of Python, or of this package, must not change them."""
    problem = Problem(SequentialNetwork([Dense(1)]), [[1] * 5])
    drawn = random_parameters(problem, 2024)
    assert isinstance(drawn, tuple)
    assert drawn[0] is not None
    assert [str(row[0]) for row in drawn[0].W] == EXPECTED
    assert [str(b) for b in drawn[0].b or ()] == EXPECTED_BIAS


EXPECTED = ["-1/32", "59/256", "-25/128", "25/64", "-23/256"]
EXPECTED_BIAS = ["7/8"]


def test_named_parameters() -> None:
    problem = Problem(convolution(), [[1, 2, 3]])
    names = named_parameters(problem, lambda *name: name)
    assert names[0] == LayerNumbers(
        [[(1, "w", 0, 0), (1, "w", 0, 1)], [(1, "w", 1, 0), (1, "w", 1, 1)]],
        [(1, "b", 0), (1, "b", 1)],
    )
    assert names[1] is None
    assert names[2] == LayerNumbers([[(3, "w", 0, 0)], [(3, "w", 1, 0)]], None)


def test_problems_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="'net' is not a network"):
        Problem("net", [[1]])  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"layers\[0\].patches\[1\]: patch 1 has the index 2"):
        Problem(convolution(), [[1, 2]])
    with pytest.raises(InputError, match="unit a reads coordinate 1 of an input with 1"):
        Problem(skip_network(), [[1]])
    with pytest.raises(InputError, match="loss: squared needs targets"):
        Problem(convolution(), [[1, 2, 3]], loss="squared")
    with pytest.raises(InputError, match="a target has 2 entries, but the network has 1 outputs"):
        Problem(convolution(), Data([[1, 2, 3]], [[1, 2]]), loss="squared")


def test_texts() -> None:
    problem = Problem(convolution(), Data([[1, 2, 3]], [[1]], [0]), GOOD, "squared")
    assert repr(problem) == (
        "<Problem: 1 samples of dimension 3, targets of dimension 1, 1 classes; "
        "layer 1: convolution 3 -> 4 (2 patches of 2, 2 filters), identity, bias filter; "
        "layer 2: max-pooling 4 -> 2; layer 3: dense 2 -> 1, identity, bias none; "
        "with parameters; loss squared>"
    )
    assert repr(Problem(skip_network(), [[1, 2]])) == (
        "<Problem: 1 samples of dimension 2; skip network of 2 units, 1 of them skip units; "
        "no parameters>"
    )
    deep = Problem(SequentialNetwork([Dense(1)] * 100), [[1]])
    assert len(repr(deep)) < 400
    with pytest.raises(UsageError, match="this is no skip network"):
        _ = problem.skip
