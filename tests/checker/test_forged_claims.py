"""Documents of format 2 that a forger would write: each was accepted once, or could be."""

from __future__ import annotations

from typing import Any

import pytest
from forged_documents import (
    LARGER,
    NEARLY_AFFINE,
    NO_SKIPS,
    PSI,
    RECIPROCAL,
    SAME,
    SKIP,
    SMALL,
    UNEQUAL,
    analytic,
    bounds,
    decided,
    dense,
    network,
)
from vertical_slice import CE1, check, document, proposition_1, step

from exactland.checker.decide import decide as by_checker
from exactland.checker.problem import read_problem
from exactland.claims.decide import decide as by_package
from exactland.model.problem_file import problem_from

Json = Any


WIDE = network(dense(2, "tanh"))


def at_every_width(vectors: Json, most: int) -> Json:
    claim = ["every-width", 1, ["forall", "parameters", ["<=", ["rank", ["F", 1]], most]]]
    evidence = {"method": "sample-relations", "vectors": vectors, "prime": 10007}
    return step(claim, "every-width", {"layer": 1, "evidence": evidence})


EVERYWHERE: Json = ["forall", "data and parameters"]
FIRST: Json = ["entry", ["X"], 1, 1]
#: What is known of the data of a problem, and what a rule would make of it for all data.
OF_THESE_DATA: list[tuple[str, Json, Json, Json, str]] = [
    (
        "vacuous",
        ["not", ["distinct-rows", ["X"]]],
        ["implies", ["distinct-rows", ["X"]], ["=", 1, 0]],
        {"premise": ["distinct-rows", ["X"]], "claim": ["=", 1, 0]},
        "is not admitted for all data",
    ),
    (
        "transitive",
        ["=", FIRST, 1],
        ["=", FIRST, FIRST],
        {"left": FIRST, "right": FIRST, "number": 1},
        "is not admitted for all data",
    ),
    (
        "each",
        ["=", ["rank", ["X"]], 1],
        ["all", "i", 1, ["rank", ["X"]], ["=", 1, 1]],
        {"claim": ["all", "i", 1, ["rank", ["X"]], ["=", 1, 1]], "from": 1, "to": 1},
        "is not admitted for all data",
    ),
]
COINCIDE: Json = ["=", ["entry", ["F", 1], 1, 1], ["entry", ["F", 1], 2, 1]]
TARGET: Json = ["=", ["entry", ["Y"], 1, 1], 1]
FORMALLY: Json = step([*EVERYWHERE, TARGET], "identity", {"claim": TARGET, "range": EVERYWHERE[1]})


@pytest.mark.parametrize(
    ("problem", "steps", "said"),
    [
        # An inequality does not follow from an equality below "not", nor at other widths.
        (CE1, [decided(UNEQUAL), step(LARGER, "bounds", bounds(["not"]), 0)], "for all or almost"),
        (
            CE1,
            [
                decided(["=", ["n", 1], 2]),
                step(
                    ["every-width", 1, ["=", 2, ["n", 1]]],
                    "transitive",
                    {"left": 2, "right": ["n", 1], "number": 2, "under": ["every-width", 1]},
                    0,
                ),
            ],
            "for all or almost",
        ),
        # What is false of these data may be true of others.
        (
            SAME,
            [
                decided(["not", ["distinct-rows", ["X"]]]),
                step(
                    ["forall", "data", ["implies", ["distinct-rows", ["X"]], ["=", 1, 0]]],
                    "vacuous",
                    {
                        "premise": ["distinct-rows", ["X"]],
                        "claim": ["=", 1, 0],
                        "under": ["forall", "data"],
                    },
                    0,
                ),
            ],
            "for all or almost",
        ),
        *(
            (
                SAME,
                [
                    decided(known),
                    step([*EVERYWHERE, said], rule, {**given, "under": EVERYWHERE}, 0),
                ],
                why,
            )
            for rule, known, said, given, why in OF_THESE_DATA
        ),
        (SAME, [FORMALLY], "Y is not admitted for all data"),
        (
            SAME,
            [
                step(
                    ["forall", "data and parameters", COINCIDE],
                    "identity",
                    {"claim": COINCIDE, "range": "data and parameters"},
                )
            ],
            "does not hold formally",
        ),
        (
            CE1,
            [
                decided(["at", "given", ["<=", 1, ["rank", ["F", 1]]]]),
                step(
                    ["almost-all", "data and parameters", ["<=", 1, ["rank", ["F", 1]]]],
                    "zeros",
                    {
                        "claim": ["<=", 1, ["rank", ["F", 1]]],
                        "point": "given",
                        "range": "data and parameters",
                    },
                    0,
                ),
            ],
            "a premise of the rule is not among",
        ),
        (
            SAME,
            [
                step(
                    ["forall", "symbols and parameters", COINCIDE],
                    "identity",
                    {"claim": COINCIDE, "range": "symbols and parameters"},
                )
            ],
            "the problem has no symbols",
        ),
        # Two samples that differ are not related at every width, and a bound is not improved.
        (WIDE, [at_every_width([[1, -1]], 1)], "not formally zero"),
        (SAME, [at_every_width([[1, -1]], 0)], "it is not what the rule concludes"),
        (SAME, [at_every_width([[1, -1], [2, -2]], 0)], "linearly independent"),
        # What has no value is not analytic.
        (CE1, [analytic(["F", 7])], "7 is not between 1 and 3"),
        (CE1, [analytic(["det", ["F", 1]])], "a square matrix is expected"),
        (CE1, [analytic(["+", ["F", 1], ["X"], ["I", 2]])], "different sizes"),
        # No claim for all parameters where something has no value at some of them.
        (
            RECIPROCAL,
            [step(SMALL, "sizes", {"matrix": ["F", 1], "range": "parameters"})],
            "defined on all of R",
        ),
        (CE1, [step(NO_SKIPS, "sizes", {"matrix": ["Psi"], "range": "parameters"})], "is expected"),
        # No parameters, no point.
        (SKIP, [step(["at", "given", ["<=", 1, ["rank", ["Psi"]]]], "minor", PSI)], "evidence"),
    ],
)
def test_forged_steps_are_rejected(problem: Json, steps: list[Json], said: str) -> None:
    result = check(document(problem, steps[-1]["claim"], steps))
    assert result.verdict == "reject", result.words
    assert said in result.reason
    assert "broke off" not in result.reason


def test_evidence_of_another_kind_is_rejected() -> None:
    forged = proposition_1()
    forged["steps"][0]["with"]["evidence"] = []
    assert check(forged).reason == "steps[0].with.evidence: an object is expected"


def convolution(patches: Json, filters: int = 2, bias: str = "neuron") -> Json:
    return {
        "kind": "convolution",
        "patches": patches,
        "filters": filters,
        "bias": bias,
        "activation": "tanh",
    }


@pytest.mark.parametrize(
    ("problem", "fact", "answer"),
    [
        (network(dense(1, NEARLY_AFFINE)), ["affine", 1], False),
        (network(dense(1, {"expr": "(t-1)*3-t/7"})), ["affine", 1], True),
        (network(dense(2, "tanh", "filter")), ["own-biases", 1], True),
        (network(dense(2, "tanh", "neuron")), ["own-biases", 1], True),
        (network(dense(2, "tanh")), ["own-biases", 1], False),
        # A convolution over the whole layer is hardly not dense.
        (network(convolution([[0]])), ["dense", 1], None),
        (network(dense(2, "tanh"), convolution([[0], [1]])), ["dense", 2], False),
        (network(dense(2, "tanh"), convolution([[0], [1]], 2, "filter")), ["own-biases", 2], False),
        (network(dense(1, "tanh"), loss="cauchy(delta=2)"), ["loss-named", "cauchy"], True),
        (network(dense(1, "tanh"), loss="cauchy(delta=2)"), ["loss-named", "squared"], False),
    ],
)
def test_facts_say_what_their_words_say(problem: Json, fact: Json, answer: bool | None) -> None:
    width = problem["network"]["layers"][-1].get("width", 1)
    if "patches" in problem["network"]["layers"][-1]:
        last = problem["network"]["layers"][-1]
        width = len(last["patches"]) * last["filters"]
    problem["data"]["targets"] = [[1] * width, [0] * width]
    claim = ["has", *fact]
    assert by_checker(read_problem(problem), claim, 64) is answer
    assert by_package(problem_from(problem), claim).holds is answer


def test_indices_in_a_point_are_taken_at_the_point_that_is_changed() -> None:
    """Else the same definition would be different points at different places."""
    body = ["but", "given", [["W", ["+", 1, ["rank", ["F", 1]]]], ["matrix", [0, 0], [0, 0]]]]
    claim = ["let", [["p", [], body]], ["at", "zero", ["=", ["at", "p", ["W", 1]], ["W", 1]]]]
    # At the given point the rank of F_1 is 2, so p has another W_3: which is no 2 x 2 matrix.
    with pytest.raises(Exception, match="2 x 2 matrix where the network has"):
        by_checker(read_problem(CE1), claim, 64)


def test_equal_samples_are_related_at_every_width() -> None:
    shown = at_every_width([[1, -1]], 1)
    result = check(document(SAME, shown["claim"], [shown]))
    assert result.verdict == "accept", result.reason
    assert result.words == "at every width of layer 1: for all parameters: rank F_1 <= 1"


NOWHERE = network(dense(4, "tanh"))
OF_ALL: Json = ["<=", ["rank", ["F", 1]], 2]


def bounds_of_norms(point: Json, layer: int = 1) -> Json:
    """Lemma H.3 of NH18 at a point."""
    image: Json = ["norm", ["*", ["T", ["F", layer]], ["Y"]]]
    smallest, largest = (["*", [head, ["F", layer]], ["norm", ["Y"]]] for head in ("smin", "smax"))
    claim = ["and", ["<=", smallest, image], ["<=", image, largest]]
    given = {"layer": layer, "point": point, "power": 1}
    return step(["at", point, ["forall", "targets", claim]], "singular-values", given, 0)


@pytest.mark.parametrize(
    ("definitions", "point", "said"),
    [
        ([], "given", "has no parameters"),
        ([["p", [], ["but", "zero", [["W", 1], ["matrix", [1, 2]]]]]], "p", "a 1 x 2 matrix"),
    ],
)
def test_nothing_holds_at_a_point_that_there_is_not(
    definitions: Json, point: str, said: str
) -> None:
    whole = step(["forall", "parameters", OF_ALL], "sizes", {"matrix": ["F", 1],
                                                            "range": "parameters"})  # fmt: skip
    here = {"claim": OF_ALL, "point": point, "range": "parameters"}
    instance = step(["at", point, OF_ALL], "instance", here, 0)
    tall = decided(["<=", ["N"], ["n", 1]])
    empty: Json = ["all", "i", 1, 0, ["=", "i", 5]]
    bounds = [decided(["=", 1, 1]), decided(["=", 0, 0])]
    each = {"claim": empty, "from": 1, "to": 0, "under": ["at", point]}
    for steps in (
        [whole, instance],
        [tall, bounds_of_norms(point)],
        [*bounds, step(["at", point, empty], "each", each, 0, 1)],
    ):
        found = check(document(NOWHERE, steps[-1]["claim"], steps, definitions))
        assert found.verdict == "reject"
        assert said in found.reason


def test_norms_are_bounded_where_there_are_as_many_neurons_as_samples() -> None:
    tall = decided(["<=", ["N"], ["n", 1]])
    given = network(dense(2, "tanh"), parameters=[{"W": [[1, 2]]}])
    assert check(document(given, bounds_of_norms("given")["claim"],
                          [tall, bounds_of_norms("given")])).verdict == "accept"  # fmt: skip
    narrow = network(dense(1, "tanh"), parameters=[{"W": [[1]]}])
    for one in (tall, decided(["<=", 1, 2])):
        found = check(document(narrow, bounds_of_norms("given")["claim"],
                               [one, bounds_of_norms("given")]))  # fmt: skip
        assert found.verdict == "reject"
