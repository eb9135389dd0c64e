"""Steps whose premises are not shown, and claims that are none: no document proves them."""

from __future__ import annotations

from typing import Any

import pytest
from forged_documents import (
    LARGER,
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
)
from vertical_slice import CE1, check, document, step

from exactland.checker.formulas import read_claim
from exactland.checker.outcome import Reject

Json = Any


#: Problem, steps, and a word of the reason.
FORGED: list[tuple[Json, list[Json], str]] = [
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
    # What has no value is not analytic.
    (CE1, [analytic(["F", 7])], "7 is not between 1 and 3"),
    (CE1, [analytic(["det", ["F", 1]])], "a square matrix is expected"),
    (CE1, [analytic(["+", ["F", 1], ["X"], ["I", 2]])], "different sizes"),
    # No claim for all parameters where something has no value at some of them.
    (RECIPROCAL, [step(SMALL, "sizes", {"matrix": ["F", 1]})], "defined on all of R"),
    (CE1, [step(NO_SKIPS, "sizes", {"matrix": ["Psi"]})], "is expected"),
    # No parameters, no point.
    (SKIP, [step(["at", "given", ["<=", 1, ["rank", ["Psi"]]]], "minor", PSI)], "evidence"),
]


TRUE: Json = ["=", 1, 1]
FALSE: Json = ["=", 0, 1]
GLOBAL: Json = ["is", "zero", "global minimum"]
MISSING = "a premise of the rule is not among"


def lacking(claim: Json, rule: str, given: Json, *before: Json) -> tuple[Json, list[Json], str]:
    """A step whose premises are shown only in part: that something holds is decided before."""
    steps = [decided(said) for said in before]
    return CE1, [*steps, step(claim, rule, given, *range(len(steps)))], MISSING


EVERYWHERE: Json = ["forall", "parameters"]
SOMEWHERE: Json = ["exists", "parameters", FALSE]
FORGED += [
    lacking(["at", "given", FALSE], "instance", {"claim": FALSE, "point": "given"}),
    lacking(SOMEWHERE, "exists", {"claim": FALSE, "point": "given"}),
    lacking(["not", [*EVERYWHERE, TRUE]], "counterexample", {"claim": TRUE, "point": "given"}),
    lacking(["and", TRUE, FALSE], "and", {"parts": [TRUE, FALSE], "under": []}, TRUE),
    lacking(["=", 1, 2], "between", {"left": 1, "right": 2, "under": []}, ["<=", 1, 2]),
    lacking(
        ["=", 1, 2], "transitive", {"left": 1, "right": 2, "number": 1, "under": []}, ["=", 1, 1]
    ),
    lacking(
        ["implies", TRUE, FALSE], "conditional", {"premise": TRUE, "claim": FALSE, "under": []}
    ),
    lacking(["implies", TRUE, FALSE], "vacuous", {"premise": TRUE, "claim": FALSE, "under": []}),
    lacking(["not", ["and", TRUE, TRUE]], "not-all", {"parts": [TRUE, TRUE], "which": 1}),
    lacking(
        ["not", ["implies", TRUE, TRUE]],
        "refuted",
        {"hypotheses": [TRUE], "conclusion": TRUE},
        TRUE,
    ),
    lacking(
        ["all", "i", 1, 2, ["<", "i", 2]],
        "each",
        {"claim": ["all", "i", 1, 2, ["<", "i", 2]], "from": 1, "to": 2, "under": []},
        TRUE,
        ["=", 2, 2],
        ["<", 1, 2],
    ),
    lacking(["not", GLOBAL], "lower-point", {"point": "zero", "better": "given"}),
    (
        {**CE1, "loss": "squared"},
        [step(["is", "zero", "strict local minimum"], "second-order", {"point": "zero"})],
        MISSING,
    ),
    (CE1, [decided(FALSE)], "it is false"),
    (CE1, [decided(GLOBAL)], "not shown"),
    (
        CE1,
        [step([*EVERYWHERE, ["zero", ["F", 1]]], "identity", {"claim": ["zero", ["F", 1]]})],
        "formally",
    ),
    (CE1, [{**decided(TRUE), "claim": FALSE}], "not what the rule concludes"),
    (
        CE1,
        [
            decided(["at", "given", TRUE]),
            step(["exists", "parameters", TRUE], "exists", {"claim": TRUE, "point": "given"}, 0),
            step(
                [*EVERYWHERE, TRUE], "weaker", {"claim": TRUE, "from": "exists", "to": "forall"}, 1
            ),
        ],
        "the conclusion is not weaker",
    ),
    (
        CE1,
        [step([*EVERYWHERE, ["<=", ["rank", ["F", 1]], 1]], "sizes", {"matrix": ["F", 1]})],
        "not what the rule concludes",
    ),
]


#: Rules that ask whether the data are meant too.
RANGED = {"sizes", "instance", "exists", "counterexample", "identity", "weaker"}
for _, forged_steps, _ in FORGED:
    for forged in forged_steps:
        if forged["rule"] in RANGED:
            forged["with"].setdefault("range", "parameters")


@pytest.mark.parametrize(("problem", "steps", "said"), FORGED)
def test_forged_steps_are_rejected(problem: Json, steps: list[Json], said: str) -> None:
    result = check(document(problem, steps[-1]["claim"], steps))
    assert result.verdict == "reject", result.words
    assert said in result.reason
    assert "broke off" not in result.reason


#: What the reader has to refuse: names that shadow or are loose, no point, sorts, quotes.
ILL_FORMED: list[Json] = [
    ["all", "j", 1, 2, ["<", 0, "j"]],
    ["all", "i", 1, 2, ["all", "i", 1, 2, ["<", 0, "i"]]],
    ["all", "i", 1, "i", ["<", 0, "i"]],
    ["<", 0, "i"],
    ["zero", ["F", 1]],
    ["=", ["Phi"], 4],
    ["is", "here", "critical point"],
    ["forall", "data", ["zero", ["F", 1]]],
    ["forall", "parameters", ["zero", ["F", True]]],
    ["at", "here", ["zero", ["F", 1]]],
    ["at", "p", ["zero", ["F", 1]]],
    ["=", 1, ["X"]],
    ["zero", 1],
    ["not", 1],
    ["and", ["<", 0, 1]],
    ["<", 0, 1, 2],
    ["=", True, 1],
    ["=", 1.0, 1],
    ["=", "2/4", "1/2"],
    ["=", ["neg", 1], -1],
    ["has", "loss-named", 'squared" and l is "cubed'],
    ["has", "continuous", ["unit", "a b"]],
    ["has", "nothing"],
    ["is", "given", "minimum"],
    ["=", ["matrix", []], ["X"]],
    ["=", ["columns", ["matrix", [1, 2], [1]]], 2],
    ["=", ["+", 1, ["X"]], ["X"]],
    ["let", [["c", [], 1]], ["<", 0, 1]],
    ["let", [["e", [], 1]], ["<", 0, "e"]],
    ["let", [["c", [], ["Phi"]]], ["<", 0, "c"]],
    ["let", [["c", ["alpha"], "alpha"]], ["<", 0, "c"]],
    ["let", [["c", ["alpha"], "alpha"]], ["<", 0, ["ref", "c", 1, 2]]],
    ["let", [["c", [], "c"]], ["<", 0, "c"]],
    ["let", [], ["<", 0, 1]],
    ["not", ["let", [["c", [], 1]], ["<", 0, "c"]]],
    ["at", ["but", "given", [["F", 1], ["X"]]], ["<", 0, 1]],
    ["at", ["but", "given", [["G", 1], ["X"]]], ["<", 0, 1]],
    ["forall", ["layers", 1, "i"], ["<", 0, 1]],
]


@pytest.mark.parametrize("claim", ILL_FORMED)
def test_ill_formed_claims_are_rejected(claim: Json) -> None:
    with pytest.raises(Reject):
        read_claim(claim)
