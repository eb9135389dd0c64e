"""One certificate for each proof script: accepted on two instances, and rejected when forged.

The forger works on any proof: it drops, swaps and renumbers steps, cites later steps, exchanges
evidence and claims between steps and with other instances, and changes numbers in claims together
with the words. What is accepted after that must still say what the original says.
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify
from exactland.checker.sentences import words
from exactland.checker.sentences.tables import THEOREMS

from .proof_instances import OLD, RUNS, made

#: Lists of numbers in a sentence, or the digest of a long one.
CHOSEN = re.compile(r"\[[^a-zA-Z]*\]|SHA-256 [0-9a-f]+")
ROOT = Path(__file__).parent.parent.parent
Document = dict[str, Any]
#: Statements that two equal samples do not make false.
WHATEVER_THE_SAMPLES = {
    "NH18:Def2.1", "NH18:Def2.2", "NH18:Def2.3", "NH18:Asm2.4", "NH18:Asm3.2", "NH18:Lem2.5",
    "NH18:Lem3.3", "NH18:LemH.1", "NH18:Tab1", "NH18:Tab2", "NH18:Fig1",
}  # fmt: skip
#: Statements that conclude full rank for almost all parameters of a layer, maybe the same one.
SAME_CONCLUSION = {"NH18:Thm3.5"}
#: Statements whose conclusion rests on a cited theorem, on both instances unless one is named.
RESTING = {
    "analytic-zeros": [
        "NH18:LemA.1", "NH18:Thm3.5",
    ],
}  # fmt: skip


def document_of(id: str, which: str = "built-in") -> Document:
    found: Document = json.loads(made(id, which))
    return found


def check(document: Document) -> Any:
    return verify.check_bytes(canonical_bytes(document))


def reworded(document: Document) -> Document:
    """The same with the words that its last step has: what a forger would write."""
    document["claim"]["words"] = words(document["claim"], document["evidence"])
    return document


@pytest.mark.parametrize(("id", "which"), RUNS)
def test_accepted(id: str, which: str) -> None:
    result = verify.check_bytes(made(id, which))
    assert (result.verdict, result.reason) == ("accept", "")
    assert result.words == document_of(id, which)["claim"]["words"]


def test_accepted_by_the_checker_alone(tmp_path: Path) -> None:
    files = []
    for n, run in enumerate(RUNS):
        files.append(tmp_path / f"{n}.json")
        files[-1].write_bytes(made(*run))
    checker = ROOT / "exactland" / "checker" / "verify.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(checker), *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("ACCEPT") == len(RUNS)


def resting() -> dict[tuple[str, str], str]:
    """The runs that rest on a cited theorem, with its name."""
    found = {}
    for theorem, names in RESTING.items():
        for name in names:
            id, _, which = name.partition(" ")
            found |= {(id, w): theorem for w in ([which] if which else ["built-in", "other"])}
    return found


@pytest.mark.parametrize(("id", "which"), RUNS)
def test_what_a_proof_rests_on_is_said(id: str, which: str) -> None:
    theorem = resting().get((id, which))
    wanted = () if theorem is None else (f"{THEOREMS[theorem]}.",)
    assert verify.check_bytes(made(id, which)).cited == wanted


def test_what_a_proof_rests_on_is_printed_below_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    files[0].write_bytes(made("NH18:Thm3.5", "built-in"))
    files[1].write_bytes(made("NH18:Thm3.4", "built-in"))
    assert verify.main(list(map(str, files))) == 0
    lines = capsys.readouterr().out.splitlines()
    first, second, third = (line for line in lines if not line.startswith("  problem: "))
    assert len(lines) == 5
    assert first.startswith("ACCEPT: NH18:Thm3.5")
    assert second == f"  rests on, cited and not checked: {THEOREMS['analytic-zeros']}."
    assert third.startswith("ACCEPT: NH18:Thm3.4")


CITATION = {"claim": {"kind": "cited", "theorem": "analytic-zeros"}, "at": None, "uses": []}


@pytest.mark.parametrize("id", OLD)
def test_a_citation_concludes_nothing(id: str) -> None:
    """Alone, at the end, in the place of the last step, or in a conjunction with what was shown."""
    document = document_of(id)
    steps = document["evidence"]["steps"]
    citation = {**CITATION, "evidence": {}}
    for forged_steps in ([citation], [*steps, citation], [*steps[:-1], citation]):
        result = check(reworded(_steps(document, forged_steps)))
        assert (result.verdict, "alone concludes nothing" in result.reason) == ("reject", True)
    number, last = len(steps), steps[-1]
    whole = last["claim"]["claims"] if last["claim"]["kind"] == "together" else [last["claim"]]
    for parts in ([*whole, CITATION["claim"]], [CITATION["claim"]]):
        uses = [number, *range(number)]
        claim = {"kind": "together", "claims": parts}
        step = {"claim": claim, "at": last["at"], "uses": uses, "evidence": {"rule": "conjunction"}}
        result = check(_steps(document, [*steps, citation, step]))
        assert (
            result.reason == f"evidence.steps[{number + 1}]: a citation is no part of a conclusion"
        )


@pytest.mark.parametrize(("id", "which"), list(resting()))
def test_a_step_whose_citation_is_dropped_is_rejected(id: str, which: str) -> None:
    document = document_of(id, which)
    steps = document["evidence"]["steps"]
    (number,) = [n for n, step in enumerate(steps) if step["claim"]["kind"] == "cited"]
    result = check(_steps(document, _renumbered(steps, number)))
    assert result.verdict == "reject"
    assert f"the theorem {resting()[id, which]} is not cited" in result.reason
    # Another theorem does not do.
    for other in THEOREMS:
        if other != resting()[id, which]:
            steps[number]["claim"]["theorem"] = other
            assert check(document).verdict == "reject"
    for name in ("analytic", "", None, ["analytic-zeros"], "implicit-functions"):
        steps[number]["claim"]["theorem"] = name
        assert check(document).reason.startswith(f"evidence.steps[{number}].claim.theorem")


def test_citations_are_none_of_other_shapes() -> None:
    document = document_of("NH18:Thm3.5")
    steps = document["evidence"]["steps"]
    (number,) = [n for n, step in enumerate(steps) if step["claim"]["kind"] == "cited"]
    for change in (
        {"at": 0},
        {"at": "given"},
        {"evidence": {"bits": 64}},
        {"evidence": {"rule": "conjunction"}},
        {"claim": {**CITATION["claim"], "source": "a book"}},
        {"claim": {"kind": "cited"}},
    ):
        forged_steps = [*steps[:number], {**steps[number], **change}, *steps[number + 1 :]]
        assert check(_steps(document, forged_steps)).verdict == "reject"


@pytest.mark.parametrize("id", OLD)
def test_the_conclusion_alone_is_rejected_if_it_rests_on_steps(id: str) -> None:
    document = document_of(id)
    last = document["evidence"]["steps"][-1]
    if "rule" not in last["evidence"]:
        pytest.skip("the conclusion is checked by itself")
    for steps in ([{**last, "uses": []}], [{**last, "uses": [0]}], []):
        document["evidence"]["steps"] = steps
        assert check(document).verdict == "reject"


@pytest.mark.parametrize("id", OLD)
def test_the_steps_conclude_no_other_statement(id: str) -> None:
    """Under another name they are rejected, or say the same: some statements conclude the same."""
    said = document_of(id)["claim"]["words"].partition(": ")[2]
    for other in OLD:
        document = document_of(id)
        document["claim"]["statement"] = other
        result = check(reworded(document))
        if result.verdict == "accept":
            assert result.words.partition(": ")[2] == said
            assert other == id or {id, other} <= SAME_CONCLUSION


@pytest.mark.parametrize("id", [id for id in OLD if id not in WHATEVER_THE_SAMPLES])
def test_two_equal_samples_are_rejected(id: str) -> None:
    document = document_of(id)
    inputs = document["problem"]["data"]["inputs"]
    inputs[1] = inputs[0]
    assert check(document).verdict == "reject"


@pytest.mark.parametrize("id", OLD)
def test_the_evidence_of_another_instance(id: str) -> None:
    """The steps of the other instance prove nothing false of this one."""
    document, other = document_of(id), document_of(id, "other")
    document["evidence"] = other["evidence"]
    result = check(reworded(document))
    # What may differ is only on which theorem it rests, which is said apart from the words.
    assert result.verdict == "reject" or says_no_more(document, document_of(id))


def forged(document: Document) -> Iterator[tuple[str, Document]]:
    """Forgeries of any proof, each a copy."""
    steps = document["evidence"]["steps"]
    for n in range(len(steps)):
        yield f"drop {n}", _steps(document, steps[:n] + steps[n + 1 :])
        yield f"drop {n} and renumber", _steps(document, _renumbered(steps, n))
        if n:
            swapped = [*steps[: n - 1], steps[n], steps[n - 1], *steps[n + 1 :]]
            yield f"swap {n}", _steps(document, swapped)
        for uses in ([n], [len(steps) - 1], [len(steps)], [0, 0]):
            yield f"step {n} cites {uses}", _changed(document, n, "uses", uses)
        if steps[n]["uses"]:
            yield f"step {n} cites nothing", _changed(document, n, "uses", [])
        for m in range(len(steps)):
            if steps[m]["claim"]["kind"] != steps[n]["claim"]["kind"]:
                yield (
                    f"evidence of {m} for {n}",
                    _changed(document, n, "evidence", steps[m]["evidence"]),
                )
                yield f"claim of {m} for {n}", _changed(document, n, "claim", steps[m]["claim"])
        for at in (None, "given", 0, len(document["evidence"]["parameters"])):
            if at != steps[n]["at"]:
                yield f"step {n} at {at}", _changed(document, n, "at", at)
        for name, claim in _altered(steps[n]["claim"]):
            yield f"step {n}: {name}", _changed(document, n, "claim", claim)


def _steps(document: Document, steps: list[Any]) -> Document:
    result = copy.deepcopy(document)
    result["evidence"]["steps"] = copy.deepcopy(steps)
    return result


def _changed(document: Document, n: int, key: str, value: Any) -> Document:
    result = copy.deepcopy(document)
    result["evidence"]["steps"][n][key] = copy.deepcopy(value)
    return result


def _renumbered(steps: list[Any], n: int) -> list[Any]:
    """Without step n, and without the references to it."""
    kept = copy.deepcopy(steps[:n] + steps[n + 1 :])
    for step in kept:
        step["uses"] = [use - (use > n) for use in step["uses"] if use != n]
    return kept


def _altered(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The value with one number changed; the first two entries of every list, and the last."""
    if isinstance(value, dict):
        for key, part in value.items():
            for name, new in _altered(part, f"{path}.{key}"):
                yield name, {**value, key: new}
    elif isinstance(value, list):
        for i in sorted({0, 1, len(value) - 1} & set(range(len(value)))):
            for name, new in _altered(value[i], f"{path}[{i}]"):
                yield name, [*value[:i], new, *value[i + 1 :]]
        yield f"{path} shorter", value[:-1]
        yield f"{path} reversed", value[::-1]
    elif isinstance(value, bool):
        yield f"{path} negated", not value
    elif isinstance(value, int):
        yield f"{path} + 1", value + 1
        yield f"{path} = -1", -1


def says_no_more(document: Document, original: Document) -> bool:
    """Whether an accepted forgery claims what the original claims of the same problem.

    The sentences of a conjunction may stand in another order, and about other points and samples:
    those that a script chooses are printed, so that an accepted choice is a true one.
    """
    said = [sorted(CHOSEN.sub("", d["claim"]["words"]).split()) for d in (document, original)]
    return document["problem"] == original["problem"] and said[0] == said[1]


@pytest.mark.parametrize(("id", "which"), RUNS)
def test_no_forgery_says_more(id: str, which: str) -> None:
    original = document_of(id, which)
    rejected = 0
    for name, document in forged(original):
        if document == original or not document["evidence"]["steps"]:
            continue
        with contextlib.suppress(KeyError, TypeError, ValueError, IndexError, AttributeError):
            reworded(document)  # where there is no sentence for such a claim the old words stay
        result = check(document)
        assert result.verdict != "accept" or says_no_more(document, original), name
        rejected += result.verdict == "reject"
    assert rejected >= 5


@pytest.mark.parametrize("id", OLD)
def test_other_words_are_rejected(id: str) -> None:
    for change in (lambda words: words + " Really.", lambda words: words[:-1], lambda words: ""):
        document = document_of(id)
        document["claim"]["words"] = change(document["claim"]["words"])
        assert check(document).verdict == "reject"
