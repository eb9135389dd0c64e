"""A hundred thousand mutated certificates: whatever the checker accepts has to be true.

An accepted mutant either claims what its original claims of the same problem, or the oracle, which
shares nothing with the checker, confirms the new claim.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from claim_words import words_of
from instances import random_problem
from mutants import canonical, mutant
from oracle import CAREFUL, is_admissible, judge
from plain_network import Document

from exactland.certificate.writing import certificate_document
from exactland.checker.verify import KINDS, check_bytes
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.conditions.vanishing import vanishing_identity
from exactland.errors import ExactlandError
from exactland.landscape.local_minimum import bad_local_minimum
from exactland.linalg.translations import translated_minors
from exactland.model.layer_matrix import layer_map
from exactland.model.problem_file import problem_document, problem_from

SAMPLE = 2_500
CAMPAIGN = 120_000
GOOD = Path(__file__).parent.parent / "certificates" / "good"
#: A larger certificate is slow and no richer.
LARGEST = 2_500
#: The kinds of docs/certificate-v1.md, section 5; certified proofs have forgeries of their own.
KINDS_HERE = set(KINDS) - {"proof", "step"}
METHODS = {
    "modular-minor", "approximate-inverse", "dominance", "null-vectors", "polynomial-null-vectors",
    "sample-relations", "unit-relations", "open-set", "taylor", "enclosure", "derivatives",
    "exponential-polynomial", "translated-minors",
}  # fmt: skip


#: sigma touches 0 from below at t; away from t most of these change their sign.
MINIMA = (
    ("-(t-1)**2*(3-t)", "1"), ("-(t-1)**2*(t+1)*exp(-t)", "1"), ("cos(t)-1", "2*pi"),
    ("-(t-1)**4*(2-t)", "1"), ("-(exp(t)-2)**2*(1-t)", "log(2)"),
    ("-abs(t-1)*(2-t)", "1"), ("-(t-1)**2/(1+t**2)", "1"),
)  # fmt: skip


def minimum(sigma: str, t: str, x: int, y: int) -> Document:
    hidden = {"kind": "dense", "width": 2, "bias": "none", "activation": {"expr": sigma}}
    output = {"kind": "dense", "width": 1, "bias": "none", "activation": "identity"}
    problem = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[x]], "targets": [[y]]},
        "network": {"kind": "sequential", "layers": [hidden, output]},
        "loss": "squared",
    }
    return certificate_document(bad_local_minimum(problem_from(problem), at=t))


def translates(side: int, size: int, filters: int) -> Document:
    """One channel: vectors by Cramer's rule, of one pair of filters or of three."""
    patches = {"conv2d": {"height": side, "width": side, "size": [size, size]}}
    layer = {"kind": "convolution", "patches": patches, "filters": filters, "activation": "relu"}
    document = {
        "format": "exactland-problem/1",
        "data": {"inputs": [[0] * side**2]},
        "network": {"kind": "sequential", "layers": [layer]},
    }
    finding = generic_rank_of(problem_from(document), 1, "weights")
    structure = layer_map(finding.problem.sequential.layers[0], side**2)
    values = Random(0).choices(range(1, 99), k=structure.variables)
    upper = translated_minors(structure, structure.columns - finding.rank, values, 101)
    return certificate_document(replace(finding, evidence=replace(finding.evidence, upper=upper)))


def originals() -> list[Document]:
    """The genuine certificates of tests/certificates, and those of random instances."""
    found = [json.loads(path.read_bytes()) for path in sorted(GOOD.glob("*.json"))]
    found = [document for document in found if document["claim"]["kind"] in KINDS_HERE]
    for seed in range(160):
        problem = problem_from(random_problem(seed, "frameworks" if seed >= 120 else None))
        questions: list[Any] = [rank, generic_rank_of]
        layer: dict[str, Any] = {}
        if "layers" in vars(problem.network):
            questions.append(vanishing_identity)
            layer = {"layer": min(2, len(problem.sequential.layers))}
        for ask in questions:
            try:
                document = certificate_document(ask(problem, ceiling=256, **layer))
            except ExactlandError:  # undecided, or a question that this network does not have
                continue
            data = canonical(document)
            if len(data) < LARGEST and check_bytes(data).verdict != "decline":
                found.append(document)
    found += [translates(side, size, T) for side, size, T in ((3, 2, 2), (4, 2, 2), (5, 3, 3))]
    return found + [minimum(sigma, t, x, y) for sigma, t in MINIMA for x, y in ((2, 3), (-1, -2))]


ORIGINALS = originals()


def test_the_originals_are_of_every_kind_and_method() -> None:
    assert {document["claim"]["kind"] for document in ORIGINALS} >= KINDS_HERE
    text = b"".join(map(canonical, ORIGINALS))
    assert [m for m in METHODS if f'"method":"{m}"'.encode() not in text] == []
    for document in ORIGINALS:
        result = check_bytes(canonical(document))
        assert result.verdict == "accept", result.reason
        assert result.words == words_of(document)
        assert judge(document) is not False


def confirm(document: Document, memory: dict[bytes, bool | None]) -> bool | None:
    """The oracle's answer, with a second look at a surprise."""
    key = canonical(document)
    if key not in memory:
        truth = judge(document)
        memory[key] = judge(document, 1, CAREFUL) if truth is False else truth
    return memory[key]


def run(seed: int, count: int) -> Counter[str]:
    """Check ``count`` mutants; returns how they fared, by kind of claim."""
    draw, counts = Random(seed), Counter[str]()
    memory: dict[bytes, bool | None] = {}
    unclear: list[str] = []
    while counts["mutants"] < count:
        original, document = mutant(draw, ORIGINALS)
        if document == original:
            continue
        counts["mutants"] += 1
        result = check_bytes(canonical(document))
        claim = document["claim"]
        kind = claim.get("kind") if isinstance(claim, dict) else None
        name = str(kind) if kind in KINDS_HERE else "another kind"
        if result.verdict != "accept":
            assert not result.reason.startswith("the check broke off"), _shown(document, result)
            counts[f"{name}: {result.verdict}"] += 1
            continue
        assert result.words == words_of(document), _shown(document, result)
        assert is_admissible(document["problem"]), _shown(document, result)
        _is_read_alike(document)
        if (claim, document["problem"]) == (original["claim"], original["problem"]):
            counts[f"{name}: accepted, the same claim of the same problem"] += 1
            continue
        truth = confirm(document, memory)
        assert truth is not False, _shown(document, result)
        counts[f"{name}: accepted, {'true' if truth else 'unclear'}"] += 1
        if truth is None:
            unclear.append(canonical(document).decode())
    for line in sorted(counts.items()):
        print(*line, sep="\t")
    for text in unclear[:5]:
        print("unclear:", text[:300])
    return counts


def _shown(document: Document, result: Any) -> str:
    return f"{result}\n{canonical(document).decode()}"


def _is_read_alike(document: Document) -> None:
    """The package, another reader of the same page, takes the problem and writes it alike."""
    problem = {k: v for k, v in document["problem"].items() if k != "loss"}
    problem["data"] = {"inputs": problem["data"]["inputs"]}
    assert problem_document(problem_from(problem)) == problem


def _is_a_real_campaign(counts: Counter[str]) -> None:
    """Mutants of every kind reach acceptance and turn out to be true; few stay unclear."""
    accepted = {line: n for line, n in counts.items() if "accepted" in line}
    total = sum(accepted.values())
    assert sum(n for line, n in accepted.items() if "unclear" in line) <= total / 20
    for kind in KINDS_HERE:
        assert counts[f"{kind}: accepted, true"] > 0, kind
        assert counts[f"{kind}: reject"] > counts["mutants"] / 500, kind


def test_a_sample() -> None:
    _is_a_real_campaign(run(0, SAMPLE))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_the_campaign(part: int) -> None:
    _is_a_real_campaign(run(1 + part, CAMPAIGN // 8))


def test_the_oracle_refutes_the_opposite_of_what_is_certified() -> None:
    """Otherwise nothing above could fail."""
    refuted = Counter[str]()
    for document in ORIGINALS:
        claim = document["claim"]
        if "holds" in claim:
            wrong = {**claim, "holds": not claim["holds"]}
        elif claim["kind"] in ("full-rank", "rank-deficient"):
            full = min(claim["rows"], claim["columns"])
            other = {"kind": "rank-deficient", "at_least": 0, "at_most": full - 1}
            wrong = {**claim, **(other if claim["kind"] == "full-rank" else {"kind": "full-rank"})}
        elif claim["kind"] == "vanishing-identity" and claim["at_most"] > 0:
            wrong = {**claim, "at_most": 0}
        elif claim["kind"] == "bad-local-minimum":
            wrong = {**claim, "better": 0}
        else:
            continue
        refuted[claim["kind"]] += judge({**document, "claim": wrong}, 0) is False
    kinds = {"assumption", "full-rank", "rank-deficient", "vanishing-identity", "bad-local-minimum"}
    assert all(refuted[kind] > 3 for kind in kinds), refuted


def _yes(*arguments: Any) -> bool:
    return True


DEFECTS: dict[str, tuple[str, Any]] = {
    "vectors may be dependent": ("bounds.independent", lambda vectors, p, place: None),
    "any inverse will do": ("bounds.is_inverse", _yes),
    "any weights dominate": ("bounds.is_dominant", _yes),
    "products need not vanish": ("bounds.vanishing", lambda over, vectors, line, place: None),
    "everything is analytic": ("claims.is_analytic", _yes),
    "every polynomial vector annihilates": ("identities._is_annihilated", _yes),
    "every elimination succeeds": ("bounds.rank_modulo", lambda rows, p: len(rows)),
    "sizes are not compared": ("claims._equal", lambda found, claimed, place: None),
    "sigma has any sign": ("local_minimum._check_sign", lambda setting, evidence, bits: None),
    "any derivative vanishes": ("local_minimum.formal_derivative_vanishes", _yes),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFECTS)
def test_the_campaign_catches_a_broken_checker(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checker with a hole in it does not get through."""
    where, replacement = DEFECTS[name]
    module, attribute = where.split(".")
    place = import_module(f"exactland.checker.{module}")
    assert hasattr(place, attribute)
    monkeypatch.setattr(place, attribute, replacement)
    with pytest.raises(AssertionError, match=r"verdict=.accept"):
        run(0, 20_000)
