"""A sentence determines its claim: whatever is changed in a claim changes the words.

The claims are those of all originals of the campaigns and of all good certificates; each field,
entry and number is changed in turn, and so are the parameters that a claim is about.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from claim_words import words_of
from mutants import canonical, is_number, places, put
from plain_network import Document, rational, written
from test_proof_mutations import ORIGINALS

from exactland.checker.sentences import sentence
from exactland.checker.sentences.tables import CONDITIONS, PROPERTIES, THEOREMS
from exactland.checker.verify import check_bytes

GOOD = sorted((Path(__file__).parents[1] / "certificates" / "good").glob("*.json"))
#: So many claims of each kind, the shortest ones and the longest.
OF_A_KIND = 12
#: What else may stand for a word of a claim.
WORDS: dict[str, Any] = {
    "property": PROPERTIES, "name": CONDITIONS, "theorem": THEOREMS,
    "verdict": ("proved", "refuted", "undecided"),
    "what": ("features", "augmented", "weights", "skip-features"),
}  # fmt: skip
#: Fields that a sentence need not tell: what they have to be follows from the problem or from a
#: table, and every other value is rejected, whatever the evidence.
DETERMINED = {
    ("assumption", "holds"): "only true is accepted in a step",
    ("fitted", "targets"): "the sentence says: y the targets; they are the problem's",
    ("fitted-by-rank", "targets"): "the sentence says: y the targets; they are the problem's",
}
#: Kinds about F_{l-1}: for l = 1 these are the data, and depend on no parameters.
ABOUT_ROWS_BELOW = {
    "distinct-projections", "sorted", "tail-dominated", "tail-nonsingular", "triangular-tail",
    "tail-determinant", "increasing", "limit-determinant", "family-determinant", "determinant-at",
    "permutation-terms", "distinct-coordinate", "vandermonde", "minor", "expansion-nonzero",
}  # fmt: skip
#: Two methods for one claim: the words mean the same.
SYNONYMS = {"tail-dominated": "tail-nonsingular"}
Case = tuple[Document, Any]


@lru_cache(maxsize=1)
def cases() -> dict[str, list[Case]]:
    """Different claims of each kind, with the parameters that they are about."""
    found: dict[str, dict[str, Case]] = {}
    for document in ORIGINALS:
        stages = document["evidence"]["parameters"]
        for step in document["evidence"]["steps"]:
            at = stages[step["at"]] if type(step["at"]) is int else step["at"]
            case = step["claim"], at
            found.setdefault(step["claim"]["kind"], {})[json.dumps(case)] = case
    chosen = {}
    for kind, of_kind in found.items():
        texts = sorted(of_kind, key=len)
        texts = texts[: OF_A_KIND // 2] + texts[OF_A_KIND // 2 :][-OF_A_KIND // 2 :]
        chosen[kind] = [of_kind[text] for text in texts]
    return chosen


def changes(value: Any, key: Any) -> Iterator[Any]:
    """Other values for a part of a claim."""
    if isinstance(value, bool):
        yield not value
    elif is_number(value):
        yield written(rational(value) + 1)
        yield written(-rational(value) - 1)
    elif isinstance(value, str):
        yield from (word for word in WORDS.get(key, (f"{value}*2", f"2*{value}")) if word != value)
    elif isinstance(value, list) and value and not isinstance(value[0], dict):
        yield value[:-1]
        yield [*value, value[-1]]
        yield value[::-1]


def changed(whole: Any) -> Iterator[tuple[Any, Any]]:
    """(path, the same with one change)."""
    for path, value in places(whole):
        if not path or path[-1] == "kind":
            continue
        for other in changes(value, path[-1]):
            if other != value or type(other) is not type(value):
                new = copy.deepcopy(whole)
                put(new, path, other)
                yield path, new


def said(claim: Document, at: Any) -> str | None:
    """The sentence, if there is one of such a claim."""
    try:
        return sentence(claim, at)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None


def is_free(claim: Document, path: Any) -> bool:
    """Whether the table above excuses the sentence; a part of a conjunction is excused as such."""
    while path[:1] == ("claims",):
        claim, path = claim["claims"][path[1]], path[2:]
    return bool(path) and (claim["kind"], path[0]) in DETERMINED


@pytest.mark.parametrize("kind", sorted(cases()))
def test_every_change_of_a_claim_changes_its_sentence(kind: str) -> None:
    for claim, at in cases()[kind]:
        words = sentence(claim, at)
        for path, other in changed(claim):
            assert is_free(claim, path) or said(other, at) != words, path


@pytest.mark.parametrize("kind", sorted(cases()))
def test_every_change_of_the_parameters_changes_the_sentence(kind: str) -> None:
    for claim, at in cases()[kind]:
        below = kind in ABOUT_ROWS_BELOW and claim["layer"] == 1
        others = [other for _, other in changed(at)] if isinstance(at, list | dict) else []
        others += [place for place in (None, "given") if place != at and at is not None]
        for other in others:
            assert (said(claim, other) == sentence(claim, at)) is below, other


def test_no_two_claims_read_alike() -> None:
    """Not even of different kinds, but for one claim that is shown in two ways."""
    seen: dict[str, str] = {}
    for kind, of_kind in cases().items():
        for claim, at in of_kind:
            words = sentence(claim, at)
            plain = {k: v for k, v in claim.items() if k != "mirrored" or v}
            if kind in ABOUT_ROWS_BELOW and claim["layer"] == 1:
                at = None
            if isinstance(at, list):  # of which layers, in networks of any depth
                at = [[n, entry] for n, entry in enumerate(at) if entry is not None]
            meant = json.dumps([{**plain, "kind": SYNONYMS.get(kind, kind)}, at], sort_keys=True)
            if kind == "together" and len(claim["claims"]) == 1 and at in (None, "given"):
                continue  # it says what its only part says
            assert seen.setdefault(words, meant) == meant


@pytest.mark.parametrize(("kind", "field"), DETERMINED)
def test_what_a_sentence_does_not_tell_is_determined(kind: str, field: str) -> None:
    """Every other value is rejected, at that field."""
    tried = 0
    for document in ORIGINALS:
        for n, step in enumerate(document["evidence"]["steps"]):
            if step["claim"]["kind"] != kind:
                continue
            for path, other in changed(step["claim"]):
                if path[0] == field:
                    forged = copy.deepcopy(document)
                    forged["evidence"]["steps"][n]["claim"] = other
                    result = check_bytes(canonical(forged))
                    assert result.verdict == "reject"
                    assert result.reason.startswith(f"evidence.steps[{n}].claim"), result.reason
                    tried += 1
            if tried > 20:
                return
    assert tried


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_change_of_a_question_changes_its_words(path: Path) -> None:
    """The documents that are no proofs: ranks, assumptions, the bad local minimum."""
    document = json.loads(path.read_bytes())
    words = document["claim"]["words"]
    assert words_of(document) == words
    for place, other in changed(document["claim"]):
        if place[0] == "words":
            continue
        forged = {**document, "claim": other}
        try:
            assert words_of(forged) != words, place
        except (KeyError, TypeError, ValueError, AttributeError):
            assert check_bytes(canonical(forged)).verdict == "reject"


def _step(name: str) -> Document:
    """Documents that were accepted, with sentences that were false or contradicted each other."""
    identity = {"activation": "identity", "bias": "neuron", "kind": "dense", "width": 1}
    family = {"layer": 2, "direction": [1], "gamma": [0, 1], "point": 5, "bounded": True}
    layers, given = [identity, identity], [{"W": [[1]], "b": [0]}, {"W": [[0]], "b": [0]}]
    if name in ("-3", "-6"):
        claim = {"kind": "determinant-at", "alpha": 3, "low": int(name), "high": int(name)}
        at: Any = [{"W": [[int(name) // -3]], "b": [0]}, None]
        return _single({**claim, **family}, at, layers, given, [[0], [1]])
    if name == "distinct-entries":
        wide = [{**identity, "width": 2}]
        at, given = [{"W": [[1, 1]], "b": [0, 0]}], [{"W": [[0, 0]], "b": [0, 0]}]
        return _single({"kind": name, "layer": 1}, at, wide, given, [[1], [2]])
    bell = [{**identity, "activation": "gaussian"}]
    claim = {"kind": "family-determinant", **family, "layer": 1, "direction": [10], "point": 1}
    at = [{"W": [[1]], "b": [0]}]
    return _single({**claim, "bounded": False, "from": 1}, at, bell, at, [[0], [1]])


def _single(claim: Document, at: Any, layers: Any, given: Any, inputs: Any) -> Document:
    said = f"On this instance, layer {claim['layer']}: {sentence(claim, at)}"
    step = {"claim": claim, "at": 0, "uses": [], "evidence": {"bits": 64}}
    head = {"kind": "step", "layer": claim["layer"], "step": claim, "at": at, "words": said}
    problem = {
        "format": "exactland-problem/1",
        "data": {"inputs": inputs},
        "network": {"kind": "sequential", "layers": layers},
        "parameters": given,
    }
    evidence = {"parameters": [at], "steps": [step]}
    return {
        "format": "exactland-certificate/1", "claim": head, "problem": problem,
        "evidence": evidence,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("-3", "the constructed parameters p = (W_1 = [[1]], b_1 = [0])."),
        ("-6", "the constructed parameters p = (W_1 = [[2]], b_1 = [0])."),
        ("distinct-entries", "the constructed parameters p = (W_1 = [[1, 1]], b_1 = [0, 0])."),
        ("family-determinant", "z_1, ..., z_N being the rows (1, 2) of F_0 and a = [10], and"),
    ],
)
def test_what_was_false_says_what_it_is_about(name: str, told: str) -> None:
    result = check_bytes(canonical(_step(name)))
    assert (result.verdict, result.reason) == ("accept", "")
    assert told in result.words


NEAR: Document = {"kind": "near", "layer": 1, "radius": 2}
MINOR: Document = {
    "kind": "nonzero-minor", "matrix": {"what": "weights", "layer": 1}, "rows": [0], "columns": [0],
}  # fmt: skip
FULL: Document = {**MINOR, "kind": "full-rank", "rows": 1, "columns": 2}
LOWER = {"method": "modular-minor", "rows": [0], "columns": [0], "prime": 101}


@pytest.mark.parametrize(
    ("claim", "evidence"), [(NEAR, {}), (MINOR, {"lower": LOWER}), (FULL, {"lower": LOWER})]
)
def test_the_given_parameters_are_no_stage(claim: Document, evidence: Document) -> None:
    document = _step("distinct-entries")
    document["claim"] |= {"step": claim, "at": document["evidence"]["parameters"][0]}
    document["evidence"]["steps"][0] |= {"claim": claim, "evidence": evidence}
    document["evidence"]["parameters"][0][0]["W"] = [["1/2", 1]]
    for at, verdict in ((0, "accept"), ("given", "reject"), (None, "reject")):
        document["evidence"]["steps"][0]["at"] = at
        where = document["evidence"]["parameters"][0] if at == 0 else at
        document["claim"] |= {"at": where, "words": ""}
        if at == 0:
            document["claim"]["words"] = f"On this instance, layer 1: {sentence(claim, where)}"
        result = check_bytes(canonical(document))
        assert result.verdict == verdict, result.reason
        assert verdict == "accept" or result.reason.startswith("evidence.steps[0]")


@pytest.mark.parametrize("name", ["-3", "family-determinant"])
def test_a_stage_is_named_where_the_format_asks_for_one(name: str) -> None:
    document = _step(name)
    document["evidence"]["steps"][0]["at"] = document["claim"]["at"] = None
    result = check_bytes(canonical(document))
    assert (result.verdict, result.reason[:17]) == ("reject", "evidence.steps[0]")


def test_there_are_no_given_parameters_in_a_problem_without() -> None:
    document = _step("distinct-entries")
    del document["problem"]["parameters"]
    document["evidence"]["steps"][0]["at"] = document["claim"]["at"] = "given"
    result = check_bytes(canonical(document))
    assert result.reason == "evidence.steps[0].at: the problem has no parameters"
