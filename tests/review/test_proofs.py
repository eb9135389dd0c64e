"""Proof scripts and their certificates: conclusions that say no more than what was checked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

import exactland
from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.verify import check_bytes
from exactland.errors import UsageError
from exactland.interface.agreement import agreed
from exactland.model.problem_file import problem_from
from exactland.papers.lds18.scripts import REMARKS
from exactland.papers.lds18.scripts import SCRIPTS as LDS18
from exactland.papers.nh18.scripts import SCRIPTS as NH18
from exactland.papers.nmh19.scripts import SCRIPTS as NMH19
from exactland.proof import rules as by
from exactland.proof.cited import cited
from exactland.proof.claims import HypothesisHolds
from exactland.proof.script import Driver, Fact, Script, Step, Walkthrough
from exactland.proof.stepper import Session

SCRIPTS = {**LDS18, **REMARKS, **NH18, **NMH19}


def problem(inputs: Any, layers: Any, **more: Any) -> Any:
    targets = more.pop("targets", None)
    data = {"inputs": inputs} if targets is None else {"inputs": inputs, "targets": targets}
    network = {"kind": "sequential", "layers": layers}
    return problem_from({"format": "exactland-problem/1", "data": data, "network": network, **more})


def dense(width: int, activation: Any = "identity", bias: str = "neuron") -> Any:
    return {"kind": "dense", "width": width, "activation": activation, "bias": bias}


def driven(id: str, instance: Any, k: int = 1) -> Driver:
    return Driver(SCRIPTS[id], Walkthrough(instance, k)).run()


def checked(driver: Driver) -> Any:
    document = proof_certificate(driver)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return check_bytes((text + "\n").encode())


POOLED = [{"kind": "max-pooling", "patches": [[0, 1]]}, dense(2, "sigmoid")]


def test_an_assumption_about_no_activation_is_not_proved() -> None:
    """Layer 1 alone is max-pooling: Assumption 3.2 says nothing, and nothing is no proof."""
    driver = driven("NH18:Asm3.2", problem([[1, 2], [3, 5]], POOLED), 1)
    assert not driver.finished
    assert driver.failure is not None
    assert "a pooling layer has no activation" in driver.failure.relation
    assert driven("NH18:Asm3.2", problem([[1, 2], [3, 5]], POOLED), 2).finished


@pytest.mark.parametrize("id", ["NH18:LemA.1"])
def test_what_is_cited_is_proved_of_a_minor_only(id: str) -> None:
    session = exactland.step(id)
    text = str(session.next(20))
    assert session.complete
    assert "by the cited theorem, which is not proved here." in session.facts[-1].claim.words()
    for said in (text, str(session.goals()), str(session.vary("data.inputs[0][0]", "7"))):
        assert "The general theorem is cited, and not proved here." in said


def test_a_citation_is_not_called_a_proof() -> None:
    """A script that ends with a citation, of a statement that the paper cites, too."""
    citation = cited("analytic-zeros", "a book")

    def steps(walk: Walkthrough) -> Any:
        return (yield Step(citation, by.citation))

    only = Script("NH18:LemA.1", steps, lambda walk, claim: claim == citation)
    library = replace(exactland.step("NH18:LemA.1").state.library, script=lambda id: only)
    session = Session(library, "NH18:LemA.1", problem([[1, 2]], [dense(2, "sigmoid")]))
    text = str(session.next(5))
    assert "cited, and nothing is proved here" in text
    assert "complete" not in text
    assert not session.complete
    assert "nothing is proved here" in str(session.goals())
    assert "goes through" not in str(session.vary("data.inputs[0][0]", "7"))
    with pytest.raises(UsageError, match="no claim for the conclusion"):
        proof_certificate(Driver(only, session.state.walkthrough).run())


FIT = [dense(3, "sigmoid"), dense(3, "sigmoid"), dense(1)]


@pytest.mark.parametrize("k", [1, 2, 3])
def test_corollary_3_6_asks_the_last_hidden_layer_whatever_layer_is_named(k: int) -> None:
    instance = problem([[1], [3], [5]], FIT, targets=[[1], [0], [2]])
    driver = driven("NH18:Cor3.6", instance, k)
    assert driver.finished
    asked = [
        fact.claim.layer or k
        for fact in driver.entries
        if isinstance(fact, Fact)
        and isinstance(fact.claim, HypothesisHolds)
        and fact.claim.check.endswith(("wide_layer", "first_and_kth_not_pooling"))
    ]
    assert asked == [2, 2]
    assert checked(driver).verdict == "accept"


def test_corollary_3_6_fails_at_its_hypothesis_if_the_last_hidden_layer_is_pooling() -> None:
    layers = [dense(4, "relu"), {"kind": "max-pooling", "patches": [[0, 1], [2, 3]]}, dense(1)]
    driver = driven("NH18:Cor3.6", problem([[1], [3]], layers, targets=[[1], [0]]), 1)
    assert driver.failure is not None
    assert "layer 2 is max-pooling" in driver.failure.relation


@pytest.mark.parametrize(
    ("activation", "bias"), [("relu", 0), ({"expr": "sqrt(t*t)"}, 0), ("relu6", 6)]
)
def test_lemma_h_1_needs_no_derivative_at_or_below_layer_k(activation: Any, bias: int) -> None:
    parameters = [{"W": [[0]], "b": [bias]}, {"W": [[2]], "b": [1]}]
    layers = [dense(1, activation), dense(1)]
    instance = problem(
        [[1], [2]], layers, targets=[[1], [0]], parameters=parameters, loss="half-squared"
    )
    driver = driven("NH18:LemH.1", instance, 1)
    assert driver.finished
    assert checked(driver).verdict == "accept"
    # At layer 1 itself the slope at the kink is needed, and the checker refuses it.
    text = canonical_bytes(proof_certificate(driver)).decode()
    below = text.replace('["grad",["U",2]]', '["grad",["U",1]]').replace('["F",1]', '["F",0]')
    assert below != text
    assert check_bytes(below.encode()).verdict == "reject"


def test_lemma_6_is_about_dense_layers() -> None:
    """Patches of different samples may be equal, and then so are neurons whatever the weights."""
    layer = {"kind": "convolution", "patches": [[0], [1]], "filters": 1, "bias": "none"}
    layers = [{**layer, "activation": {"expr": "-exp(t)"}}, dense(1, bias="none")]
    driver = driven("LDS18:Lem6", problem([[1, 3], [3, 15], [32, 42]], layers))
    assert driver.failure is not None
    assert driver.failure.relation.startswith("for i = 1: layer i is dense")


def test_small_singular_values_have_a_certificate() -> None:
    parameters = [{"W": [[9]]}, {"W": [[1]]}]
    layers = [dense(1, "gaussian", "none"), dense(1, bias="none")]
    driver = driven("NH18:LemH.2", problem([[1]], layers, parameters=parameters))
    assert driver.finished
    assert agreed(proof_certificate(driver)).result.verdict == "accept"


def test_numbers_beyond_floating_point_fail_as_a_step() -> None:
    parameters = [{"W": [[1]]}, {"W": [[1]]}]
    layers = [dense(1, "exp", "none"), dense(1, bias="none")]
    driver = driven("NH18:LemH.3", problem([[1000]], layers, parameters=parameters))
    assert driver.failure is not None
    assert "floating point" in driver.failure.relation


def test_lemma_2_with_an_activation_beyond_the_table_is_shown_by_composition() -> None:
    unit = {"id": "a", "layer": 1, "in": [0], "group": "a", "bias": "a"}
    units = [
        {**unit, "activation": "sigmoid"},
        {**unit, "id": "b", "group": "b", "bias": "b", "activation": {"expr": "2*t"}},
    ]
    instance = problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": [[2]]},
            "network": {"kind": "skip", "units": units, "skips": ["a"]},
        }
    )
    driver = driven("NMH19:Lem2", instance)
    assert driver.finished
    assert checked(driver).verdict == "accept"
    document = proof_certificate(driver)
    document["problem"]["network"]["units"][1]["activation"] = {"expr": "-2*t"}
    assert check_bytes(canonical_bytes(document)).verdict == "reject"


@pytest.mark.parametrize("id", ["LDS18:Lem3", "LDS18:Prop4", "LDS18:Moments"])
def test_lds18_without_biases_says_nothing_of_networks_with_them(id: str) -> None:
    """Sigmoids without biases are deficient on -1, 0, 1; with biases they are not (erratum E1)."""
    instance = problem([[-1], [0], [1]], [dense(3, "sigmoid"), dense(1)])
    assert checked(driven("NH18:Thm3.5", instance, 1)).verdict == "accept"
    driver = driven(id, instance)
    assert driver.failure is not None
    assert driver.failure.relation == "for i = 1: layer i has no biases"
