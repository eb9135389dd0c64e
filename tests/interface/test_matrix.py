"""`rank --matrix` and `certify --matrix`: a matrix of rationals without a network."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flint import fmpq, fmpq_mat

from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.verify import KINDS, check_bytes
from exactland.conditions.ranks import matrix_rank
from exactland.model.matrix_file import matrix_from
from exactland.model.problem import Data

Run = Callable[..., tuple[int, str, str]]


def rows_of(draw: Random) -> list[list[fmpq]]:
    """A random product of two matrices, so that the rank is often less than full."""
    n, r, m = (draw.randint(1, 6) for _ in range(3))
    left = [[fmpq(draw.randint(-4, 4), draw.randint(1, 3)) for _ in range(r)] for _ in range(n)]
    right = [[fmpq(draw.randint(-4, 4)) for _ in range(m)] for _ in range(r)]
    product = (fmpq_mat(left) * fmpq_mat(right)).tolist()
    return [list(row) for row in product]


@pytest.mark.parametrize("seed", range(40))
def test_the_rank_is_that_of_flint_and_is_certified(seed: int) -> None:
    rows = rows_of(Random(seed))
    finding = matrix_rank(Data(rows))
    assert finding.rank == fmpq_mat(rows).rank()
    document = certificate_document(finding)
    outcome = check_bytes(canonical_bytes(document))
    assert (outcome.verdict, outcome.words) == ("accept", finding.established.words())  # type: ignore[union-attr]
    # One entry more or less: the claim is checked against the matrix of the document.
    smaller = copy.deepcopy(document)
    smaller["problem"]["data"]["inputs"].append([0] * len(rows[0]))
    assert check_bytes(canonical_bytes(smaller)).verdict == "reject"


def test_a_certificate_of_a_matrix_claims_nothing_else() -> None:
    document = certificate_document(matrix_rank(Data([[1, 2], [3, 4]])))
    for kind in KINDS:
        if kind not in ("full-rank", "rank-deficient"):
            wrong = copy.deepcopy(document)
            wrong["claim"]["kind"] = kind
            outcome = check_bytes(canonical_bytes(wrong))
            assert (outcome.verdict, "network" in outcome.reason) == ("reject", True), kind
    changes: list[tuple[list[str], Any]] = [
        (["claim", "matrix"], {"what": "features", "layer": 1}),
        (["claim", "matrix"], {"what": "skip-features"}),
        (["claim", "words"], "X (2 x 2) has full rank 2 at the given parameters."),
        (["claim", "rows"], 3),
        (["problem", "format"], "exactland-problem/1"),
        (["problem", "parameters"], []),
        (["problem", "loss"], "squared"),
        (["problem", "data", "targets"], [[1], [2]]),
        (["problem", "data", "inputs"], [[1, 2], [2, 4]]),
    ]
    for path, value in changes:
        wrong = copy.deepcopy(document)
        part = wrong
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = value
        assert check_bytes(canonical_bytes(wrong)).verdict == "reject", path


def test_a_network_has_no_matrix_of_data() -> None:
    document = certificate_document(matrix_rank(Data([[1, 2], [3, 4]])))
    layer = {"kind": "dense", "width": 1, "bias": "none", "activation": "identity"}
    document["problem"]["network"] = {"kind": "sequential", "layers": [layer]}
    document["problem"]["format"] = "exactland-problem/1"
    assert check_bytes(canonical_bytes(document)).verdict == "reject"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.json", '[[1, "1/2"], [2, 1]]'),
        ("m.json", '{"format": "exactland-problem/2", "data": {"inputs": [[1, "1/2"], [2, 1]]}}'),
        ("m.toml", '[data]\ninputs = [[1, "1/2"], [2, 1]]\n'),
        ("m.csv", "1,1/2\n2,1\n\n"),
        ("m.csv", "1; 0.5\n2; 1"),
        ("m.txt", "1 1/2\n2 1\n"),
    ],
)
def test_files(run: Run, tmp_path: Path, name: str, text: str) -> None:
    path, certificate = tmp_path / name, tmp_path / "c.json"
    path.write_text(text)
    code, out, err = run("rank", "--matrix", path)
    assert (code, err) == (1, "")
    assert "claim:    X (2 x 2) has rank 1, which is less than full.\n" in out
    assert "checker:  accepted" in out
    code, out, err = run(
        "certify", "--matrix", path, "--claim", "rank-deficient", "-o", certificate
    )
    assert (code, err) == (0, "")
    assert json.loads(certificate.read_text())["problem"]["data"] == {
        "inputs": [[1, "1/2"], [2, 1]]
    }
    code, out, err = run("check", certificate)
    lines = out.splitlines()
    assert (code, lines[0]) == (0, "ACCEPT: X (2 x 2) has rank 1, which is less than full.")
    assert lines[1].startswith("  problem: a 2 x 2 matrix, without a network; SHA-256 ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 64, "neither is given"),
        (("p.json", "--matrix", "m.csv"), 64, "both are given"),
        (("--matrix", "m.csv", "--layer", 1), 64, "--layer: a matrix has no layers"),
        (("--matrix", "m.csv", "--what", "weights"), 64, "--what: a matrix has no layers"),
        (("--matrix", "m.csv", "--random", 1), 64, "--random: a matrix has no layers"),
        (("--matrix", "none.csv"), 65, "it cannot be read"),
        (("--matrix", "m.csv"), 65, "data.inputs[1]: 1 entry where row 0 has 2"),
        (("--matrix", "words.txt"), 65, "data.inputs[0][0]: 'one' is not a rational number"),
        (("--matrix", "empty.txt"), 65, "data.inputs: it is empty"),
        (("--matrix", "other.json"), 65, "document: it has no matrix; write a list of rows"),
        (("--matrix", "float.json"), 65, '[0][0]: 0.5 is a float; write it as a string: "0.5"'),
    ],
)
def test_bad_input(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: Any,
    code: int,
    message: str,
) -> None:
    texts = {
        "m.csv": "1,2\n3\n", "words.txt": "one two", "empty.txt": "\n",
        "other.json": '{"format": "exactland-problem/2"}', "float.json": "[[0.5]]",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    found, out, err = run("rank", *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_matrix_is_no_problem(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text('{"format": "exactland-problem/2", "data": {"inputs": [[1]]}}')
    code, out, err = run("show", path)
    assert (code, out) == (65, "")
    assert 'the key "network" is missing; add it; of a matrix: rank --matrix FILE' in err
    code, out, err = run("certify", "--matrix", path, "--claim", "generic-full-rank")
    assert (code, out) == (64, "")
    assert "a matrix alone has no network" in err
    assert matrix_from(json.loads(path.read_text())) == Data([[1]])
