"""The certificate files: the checker, run alone, accepts each genuine one and no forged one."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from make import BAD, GOOD, made

import exactland
from exactland.checker.verify import check_file
from exactland.conditions.assumptions import ASSUMPTIONS
from exactland.model.document import read_document

CHECKER = Path(exactland.__file__).parent / "checker" / "verify.py"
GENUINE = sorted(path.name for path in GOOD.glob("*.json"))
FORGED = sorted(path.name for path in BAD.glob("*.json"))


#: Forgeries that are no JSON object with the format of a certificate: these are not even checked.
FOREIGN = (
    "accept-", "binary-", "cut-in-half--full", "empty-file-", "format-unknown-", "in-a-list-",
    "missing-document.format-", "null--",
    "number-", "one-byte-", "single-quotes-", "toml-",
)  # fmt: skip

REJECTED = [name for name in FORGED if not name.startswith(FOREIGN)]


def check(*paths: Path) -> tuple[int, list[str]]:
    """The checker's exit code and its lines, run without the package and the environment."""
    command = [sys.executable, "-I", "-S", str(CHECKER), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    # What stands below an answer is indented.
    return done.returncode, [line for line in done.stdout.splitlines() if line[:1] != " "]


@pytest.fixture(scope="module")
def verdicts_of_genuine() -> dict[str, str]:
    code, lines = check(*(GOOD / name for name in GENUINE))
    assert code == 0
    return dict(zip(GENUINE, lines, strict=True))


@pytest.fixture(scope="module")
def verdicts_of_forged() -> dict[str, str]:
    code, lines = check(*(BAD / name for name in REJECTED))
    assert code == 1
    return dict(zip(REJECTED, lines, strict=True))


@pytest.mark.parametrize("name", GENUINE)
def test_genuine_is_accepted(name: str, verdicts_of_genuine: dict[str, str]) -> None:
    document = read_document(GOOD / name)
    assert verdicts_of_genuine[name] == f"ACCEPT: {document['claim']['words']}"


@pytest.mark.parametrize("name", sorted({*FORGED} - {*REJECTED}))
def test_what_is_no_certificate_is_foreign(name: str) -> None:
    result = check_file(BAD / name)
    assert (result.verdict, result.words) == ("foreign", "")


@pytest.mark.parametrize("name", REJECTED)
def test_forged_is_rejected(name: str, verdicts_of_forged: dict[str, str]) -> None:
    assert verdicts_of_forged[name].startswith("REJECT: ")
    # A forger writes fitting words; only where the words are the lie may they be the reason.
    if not name.startswith("words-"):
        assert "claim.words" not in verdicts_of_forged[name] or "missing" in name


def test_there_are_many() -> None:
    assert len(GENUINE) >= 60
    assert len(FORGED) >= 200
    size = sum(path.stat().st_size for folder in (GOOD, BAD) for path in folder.iterdir())
    assert size < 3_000_000


def test_every_kind_and_every_method_is_there() -> None:
    kinds: Counter[str] = Counter()
    methods: Counter[str] = Counter()
    assumptions: Counter[tuple[str, bool]] = Counter()
    for name in GENUINE:
        document = read_document(GOOD / name)
        claim, evidence = document["claim"], document["evidence"]
        kinds[claim["kind"]] += 1
        for bound in (evidence.get("lower"), evidence.get("upper"), evidence.get("sign")):
            if bound is not None:
                methods[bound["method"] + bound.get("side", "")] += 1
        if claim["kind"] == "assumption":
            assumptions[claim["id"], claim["holds"]] += 1
        elif claim["kind"] == "bad-local-minimum":
            kinds[claim["assumption_2"]["verdict"]] += 1
    assert set(kinds) == {
        "full-rank", "rank-deficient", "generic-full-rank", "generic-deficient",
        "open-deficient", "vanishing-identity", "assumption", "bad-local-minimum", "proved",
        "refuted", "undecided",
    }  # fmt: skip
    assert set(methods) == {
        "modular-minor", "approximate-inverse", "dominance", "null-vectorsleft",
        "null-vectorsright", "polynomial-null-vectorsleft", "polynomial-null-vectorsright",
        "sample-relations", "unit-relations", "open-setleft", "open-setright", "taylor",
        "enclosure",
    }  # fmt: skip
    assert set(assumptions) == {(id, holds) for id in ASSUMPTIONS for holds in (True, False)}


@pytest.mark.parametrize(
    "name",
    ["full-rank-relu.json", "identity-sigmoid.json", "minimum-kink.json", "patches-fails.json"],
)
def test_one_file_at_a_time(name: str) -> None:
    assert check(GOOD / name)[0] == 0
    forged = next(path for path in REJECTED if path.endswith(f"--{name}"))
    assert check(BAD / forged)[0] == 1


def test_one_forgery_among_genuine_ones_is_not_overlooked() -> None:
    genuine = [GOOD / name for name in GENUINE[:3]]
    for position in range(4):
        paths = [*genuine[:position], BAD / REJECTED[0], *genuine[position:]]
        code, lines = check(*paths)
        assert code == 1
        assert [line.split(":")[0] == "ACCEPT" for line in lines].index(False) == position


def test_no_file_is_a_wrong_call() -> None:
    command = [sys.executable, "-I", "-S", str(CHECKER)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 64


def test_making_them_again_gives_the_same_files() -> None:
    genuine, forged = made()
    assert sorted(genuine) == GENUINE
    assert sorted(forged) == FORGED
    # Not the evidence from floating point, which may differ between machines.
    again = [name for name in GENUINE if name.startswith(("identity-", "patches-", "minimum-"))]
    assert len(again) > 40
    for name in again:
        assert genuine[name] == (GOOD / name).read_bytes(), name
