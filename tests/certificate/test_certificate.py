"""Findings as certificates: every field as the format lists it, canonical bytes, whole files."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

import exactland
from exactland.certificate.encode import evidence_document
from exactland.certificate.questions import CLAIMS
from exactland.certificate.writing import (
    canonical_bytes,
    certificate_document,
    write_certificate,
)
from exactland.checker.verify import check_bytes, check_file
from exactland.errors import InputError, UsageError

EXAMPLES = Path(__file__).parents[2] / "examples"


def problem(**more: Any) -> exactland.Problem:
    layer = {"kind": "dense", "width": 3, "bias": "none", "activation": "sigmoid"}
    return exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": [[-1], [0], [1]]},
            "network": {"kind": "sequential", "layers": [layer]},
            "parameters": [{"W": [[1, 2, 3]]}],
            **more,
        }
    )


#: claim, layer, what, verdict, the keys of claim and of evidence
QUESTIONS: list[tuple[str, str, str, set[str], set[str]]] = [
    ("full-rank", "features", "refuted", {"matrix", "rows", "columns", "at_least", "at_most"},
     {"lower", "upper"}),
    ("rank-deficient", "features", "proved", {"matrix", "rows", "columns", "at_least", "at_most"},
     {"lower", "upper"}),
    ("full-rank", "weights", "proved", {"matrix", "rows", "columns"}, {"lower"}),
    ("rank-deficient", "weights", "refuted", {"matrix", "rows", "columns"}, {"lower"}),
    ("generic-full-rank", "weights", "proved", {"matrix", "rows", "columns"},
     {"parameters", "lower"}),
    ("generic-full-rank", "features", "refuted",
     {"matrix", "rows", "columns", "at_least", "at_most"}, {"parameters", "lower", "upper"}),
    ("generic-deficient", "features", "proved",
     {"matrix", "rows", "columns", "at_least", "at_most"}, {"parameters", "lower", "upper"}),
    ("vanishing-identity", "features", "proved", {"layer", "rows", "at_most"}, {"upper"}),
    ("NH18:Asm3.1", "features", "proved", {"id", "holds"}, set()),
    ("LDS18:Asm1.A1", "features", "proved", {"id", "holds"}, {"coordinate"}),
    ("NH18:Asm2.4", "features", "proved", {"id", "holds"}, {"layers"}),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "what", "verdict", "keys", "evidence"), QUESTIONS)
def test_each_question(
    claim: str, what: Any, verdict: str, keys: set[str], evidence: set[str]
) -> None:
    finding = exactland.decide(problem(), claim, 1, what)
    assert finding.verdict == verdict
    document = certificate_document(finding)
    assert set(document) == {"format", "claim", "problem", "evidence"}
    assert set(document["claim"]) == {"kind", "words", *keys}
    assert set(document["evidence"]) == evidence
    assert document["claim"]["words"] == finding.established.words()
    result = check_bytes(canonical_bytes(document))
    assert (result.verdict, result.words) == ("accept", finding.established.words())


#: Claims that other tests ask for.
ELSEWHERE = {"bad-local-minimum", "NMH19:Asm1.3", "open-deficient"}


def test_every_claim_has_a_name_and_other_names_are_a_wrong_call() -> None:
    assert {claim for claim, *_ in QUESTIONS} | ELSEWHERE == set(CLAIMS)
    for name in ("full_rank", "", "NH18:Thm3.4"):
        with pytest.raises(UsageError):
            exactland.decide(problem(), name, 1)


def test_the_opposite_question_has_the_opposite_verdict_and_the_same_certificate() -> None:
    full = exactland.decide(problem(), "full-rank", 1)
    deficient = exactland.decide(problem(), "rank-deficient", 1)
    assert (full.verdict, deficient.verdict) == ("refuted", "proved")
    assert certificate_document(full) == certificate_document(deficient)
    assert "less than full rank" in deficient.question


def test_an_undecided_finding_has_no_certificate() -> None:
    layer = {"kind": "dense", "width": 2, "activation": "dyadic-softplus"}
    network = {"kind": "sequential", "layers": [layer]}
    finding = exactland.generic_rank_of(problem(network=network, parameters=None), 1)
    assert finding.verdict == "undecided"
    with pytest.raises(UsageError, match="undecided"):
        certificate_document(finding)


def test_evidence_that_belongs_to_nothing() -> None:
    with pytest.raises(UsageError, match="belongs to no kind"):
        evidence_document(exactland.decide(problem(), "full-rank", 1).established, object())


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.json")))
def test_the_examples_certificates_are_accepted(name: str) -> None:
    """Every question that an example decides has a certificate that the checker accepts."""
    given = exactland.load_problem(EXAMPLES / name)
    decided = 0
    skip = name.startswith("skip")
    for claim in CLAIMS:
        for what in ("features", "weights"):
            try:
                layer = None if skip else 1
                finding = exactland.decide(given, claim, layer, what, ceiling=256)  # type: ignore[arg-type]
            except (UsageError, InputError):
                continue
            if finding.established is not None:
                decided += 1
                result = check_bytes(canonical_bytes(certificate_document(finding)))
                assert (result.verdict, result.reason) == ("accept", ""), (claim, what)
    assert decided >= 4


@pytest.mark.parametrize("seed", range(5))
def test_the_seed_changes_the_evidence_but_not_the_claim(seed: int) -> None:
    finding = exactland.decide(problem(), "generic-full-rank", 1, "weights", seed=seed)
    again = exactland.decide(problem(), "generic-full-rank", 1, "weights", seed=seed)
    assert certificate_document(finding) == certificate_document(again)
    assert (
        finding.established
        == exactland.decide(problem(), "generic-full-rank", 1, "weights").established
    )


def test_numbers_beyond_53_bits_are_hexadecimal() -> None:
    document = certificate_document(
        exactland.decide(problem(parameters=[{"W": [[2**60, f"-1/{2**70}", 3]]}]), "full-rank", 1)
    )
    (row,) = document["problem"]["parameters"][0]["W"]
    assert row == ["0x1000000000000000", "-1/0x400000000000000000", 3]
    assert check_bytes(canonical_bytes(document)).verdict == "accept"


def test_canonical_bytes() -> None:
    data = canonical_bytes({"b": "ä", "a": [1, None, True]})
    assert data == b'{"a":[1,null,true],"b":"\\u00e4"}\n'
    assert canonical_bytes(json.loads(data)) == data


# --- Files ---------------------------------------------------------------------------------------


def test_a_file_is_whole_and_readable_by_others(tmp_path: Path) -> None:
    finding = exactland.decide(problem(), "full-rank", 1)
    path = write_certificate(finding, tmp_path / "x.json")
    assert check_file(path).verdict == "accept"
    assert path.read_bytes() == canonical_bytes(certificate_document(finding))
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
