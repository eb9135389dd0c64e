"""Statements on instances: the four answers, each with a document that the checker accepts."""

from __future__ import annotations

from typing import Any

import pytest
from vertical_slice import CE1, check

from exactland import load_problem
from exactland.certificate.statements import on_instance
from exactland.errors import ExactlandError, UsageError
from exactland.model.problem_file import problem_from
from exactland.papers import STATEMENTS
from exactland.papers.examples import example
from exactland.papers.formulas import formulas

BETTER = [
    {"W": [[0, 0], [1, 1]], "b": [0, 0]},
    {"W": [[1, 0], [0, 1]], "b": [0, 0]},
    {"W": [[1], [1]], "b": [0]},
]


def tanh_cubed() -> Any:
    """NH17:E1: all gradients are 0 at a zero of sigma', and Phi = 1/32."""
    layer = {"kind": "dense", "width": 1, "activation": {"expr": "tanh(t)**3"}}
    return problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": [[0], [1]], "targets": [["1/8"], ["-1/8"]]},
            "network": {"kind": "sequential", "layers": [layer, layer]},
            "parameters": [{"W": [[0]], "b": [0]}, {"W": [[1]], "b": [0]}],
            "loss": "squared",
        }
    )


def test_theorem_5_3_is_refuted_as_stated() -> None:
    found = on_instance(problem_from(CE1), "NH17:Thm5.3", 0, BETTER)
    assert found.verdict == "refuted as stated"
    assert [verdict for _, verdict in found.hypotheses] == ["holds"] * 6
    result = check(found.document)
    assert result.verdict == "accept", result.reason
    assert result.words.startswith("not (if (for all i in 1..L: layer i is dense and layer i has")
    assert found.claim == ["not", _at(formulas("NH17:Thm5.3").as_stated(), 0)]


def test_theorem_3_4_is_refuted_as_stated() -> None:
    better = [{"W": [[1]], "b": [0]}, {"W": [[-2]], "b": ["1/2"]}]
    found = on_instance(tanh_cubed(), "NH17:Thm3.4", None, better)
    assert found.verdict == "refuted as stated", found
    assert check(found.document).verdict == "accept"


def _at(formula: Any, k: int) -> Any:
    if formula == "k":
        return k
    return [_at(part, k) for part in formula] if isinstance(formula, list) else formula


@pytest.mark.parametrize(
    ("example", "id", "layer", "verdict"),
    [
        ("sigmoid-with-bias", "NH17:Lem3.3", 1, "proved"),
        ("sigmoid-with-bias", "NH18:Lem3.3", 1, "proved"),
        ("sigmoid-with-bias", "NH18:Thm3.5", 2, "does not apply"),
        ("sigmoid-without-bias", "NH18:Thm3.5", 1, "does not apply"),
        ("sigmoid-without-bias", "LDS18:Prop4", 3, "does not apply"),
        ("relu-dense", "NH18:Thm3.5", 1, "does not apply"),
        ("image-3x3", "NH18:Lem2.5", None, "undecided"),
        ("relu-dense", "NH17:Thm3.4", None, "does not apply"),
        ("sigmoid-with-bias", "LDS18:Cor1", None, "does not apply"),
        ("sigmoid-without-bias", "LDS18:Cor1", None, "proved"),
    ],
)
def test_answers(example: str, id: str, layer: int | None, verdict: str) -> None:
    found = on_instance(load_problem(f"examples/{example}.json"), id, layer)
    assert found.verdict == verdict, found
    assert (found.document is None) is (verdict == "undecided")
    if found.document is not None:
        result = check(found.document)
        assert result.verdict == "accept", result.reason


@pytest.mark.parametrize("id", [statement.id for statement in STATEMENTS])
def test_every_statement_answers_on_every_kind_of_network(id: str) -> None:
    """No claim is made that the checker does not accept."""
    if formulas(id).conclusion is None:
        return
    for name in ("sigmoid-with-bias", "relu-dense", "cnn-max-pooling", "skip-worked"):
        try:
            found = on_instance(load_problem(f"examples/{name}.json"), id, 1)
        except ExactlandError:  # it speaks of what the network does not have
            continue
        if found.document is not None:
            result = check(found.document)
            # The checker knows less than the package of what activations are not.
            open_ = ("it is not shown with these bits", "it does not hold formally")
            assert result.verdict == "accept" or result.reason.endswith(open_), (id, name)


def test_a_factor_of_the_squared_loss_is_no_matter() -> None:
    """Phi = 0 and dPhi = 0 mean the same with and without NH18's 1/2; norms do not."""
    names = {id: dict(formulas(f"NH18:{id}").hypotheses) for id in ("Lem4.3", "Thm4.4", "Thm4.5")}
    for id, said in names.items():
        assert ("least_squares" in said) is (id != "Lem4.3")
        assert ("half_squared_loss" in said) is (id == "Lem4.3")
    found = on_instance(load_problem("examples/sigmoid-with-bias.json"), "NH18:Thm4.4", 1)
    assert ["has", "loss-named", "squared"] in names["Thm4.4"]["least_squares"]
    assert found.verdict == "proved"
    assert check(found.document).verdict == "accept"


def test_what_is_no_claim_has_no_answer() -> None:
    with pytest.raises(UsageError, match="no claim about a network"):
        on_instance(tanh_cubed(), "NH17:Thm4.6")
    with pytest.raises(UsageError, match="is about a layer"):
        on_instance(tanh_cubed(), "NH17:Lem3.5")


#: Statements that are proved by their formulas on the built-in instances of their scripts.
PROVED = (
    "NH17:Lem2.1", "NH17:Lem3.3", "NH17:Lem4.1", "NH17:Lem4.2", "NH17:Lem4.3", "NH17:Lem4.4",
    "NH17:Cor4.5", "NH18:Def2.1", "NH18:Def2.2", "NH18:Def2.3", "NH18:Asm2.4", "NH18:Lem2.5",
    "NH18:Asm3.1", "NH18:Asm3.2", "NH18:Lem3.3", "NH18:Thm3.4", "NH18:Thm3.5", "NH18:LemA.1",
    "NMH19:DefNet", "NMH19:Asm1", "NMH19:Lem2", "LDS18:Asm2", "LDS18:Lem4", "LDS18:Lem6",
    "LDS18:Prop3", "LDS18:Prop4",
)  # fmt: skip


@pytest.mark.parametrize("id", PROVED)
def test_statements_are_proved_on_their_built_in_instances(id: str) -> None:
    instance = example(id)
    found = on_instance(instance.problem, id, instance.k or 1)
    assert found.verdict == "proved", found.reason
    result = check(found.document)
    assert result.verdict == "accept", result.reason
