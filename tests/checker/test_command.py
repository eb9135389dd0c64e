"""What the checker says of a certificate besides its claim: the problem, and all of it in full."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

import exactland
from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify
from exactland.checker.about import about, explained
from exactland.checker.command import report
from exactland.checker.problem import read_problem

GOOD = sorted((Path(__file__).parent.parent / "certificates" / "good").glob("*.json"))


@pytest.mark.parametrize("path", GOOD[::9], ids=lambda path: path.stem)
def test_the_problem_is_named_by_its_size_and_its_digest(path: Path) -> None:
    document = json.loads(path.read_bytes())["problem"]
    result = verify.check_file(path)
    size, _, digest = result.problem.partition("; SHA-256 ")
    assert digest == hashlib.sha256(canonical_bytes(document)).hexdigest()
    inputs = document["data"]["inputs"]
    assert size.startswith(f"{len(inputs)} sample")
    assert f" in R^{len(inputs[0])}, " in size
    assert report(result)[1] == f"  problem: {result.problem}"


def test_the_digest_is_that_of_the_problem_file() -> None:
    problem = exactland.load_problem("examples/relu-dense.json")
    document = exactland.problem_document(problem)
    digest = hashlib.sha256(canonical_bytes(document)).hexdigest()
    assert about(read_problem(json.loads(canonical_bytes(document)))).endswith(digest)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("relu-dense", "3 samples in R^2, layers 2 - 3 - 2 - 1, relu"),
        ("skip-worked", "a skip network of "),
        ("cnn-max-pooling", "(convolution) - "),
        ("bad-local-minimum", "layers 1 - "),
    ],
)
def test_sizes(name: str, size: str) -> None:
    document = exactland.problem_document(exactland.load_problem(f"examples/{name}.json"))
    assert size in about(read_problem(json.loads(canonical_bytes(document))))


def test_a_matrix_without_a_network() -> None:
    data = {"inputs": [[1, 2, 3], [4, 5, 6]]}
    problem = read_problem({"format": "exactland-problem/2", "data": data}, matrix=True)
    assert about(problem).startswith("a 2 x 3 matrix, without a network; SHA-256 ")


def test_a_long_network_is_shortened() -> None:
    layer = {"kind": "dense", "width": 1, "bias": "none", "activation": "tanh"}
    network = {"kind": "sequential", "layers": [layer] * 300}
    data = {"inputs": [[1]]}
    document = {"format": "exactland-problem/1", "data": data, "network": network}
    assert len(about(read_problem(document))) < 200


def test_a_proof_is_explained_step_by_step(tmp_path: Path) -> None:
    session = exactland.step("NH18:Thm3.5")
    path = exactland.write_proof(session, tmp_path / "proof.json")
    lines = explained(path.read_bytes())
    document = json.loads(path.read_bytes())
    count = len(document["evidence"]["steps"])
    assert [line.split("]")[0] for line in lines if line[:1] == "["] == [
        f"[{n}" for n in range(count)
    ]
    assert any(line == "    cited and not checked" for line in lines)
    assert lines[-1] == "problem: " + canonical_bytes(document["problem"]).decode().strip()
    heads = [n for n, line in enumerate(lines) if line[:1] == "["]
    for head, step in zip(heads, document["evidence"]["steps"], strict=True):
        assert all(f"[{used}]" in lines[head + 1] for used in step["uses"])


def test_other_evidence_is_explained_in_full() -> None:
    for path in GOOD[::9]:
        document = json.loads(path.read_bytes())
        evidence, problem = explained(path.read_bytes())
        assert json.loads(evidence.removeprefix("evidence: ")) == document["evidence"]
        assert json.loads(problem.removeprefix("problem: ")) == document["problem"]
