"""All statements as formulas: complete, in the printed form, and with the heads that they need."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from exactland.checker.printer import words
from exactland.checker.signature import FACTS, HEADS
from exactland.claims.text import read_text
from exactland.errors import UsageError
from exactland.papers import STATEMENTS
from exactland.papers.formulas import FREE, PAPERS, errata, formulas

BEYOND = ["R1a", "R1b", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9"]
NAMES = [*(paper.lower() for paper in PAPERS), "beyond"]
#: Keys of an entry that hold no formula.
NOT_FORMULAS = {"hypotheses", "repair", "refutes", "about"}


def document(name: str) -> dict[str, Any]:
    text = files("exactland.papers").joinpath(f"statements/{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@pytest.mark.parametrize("id", [statement.id for statement in STATEMENTS])
def test_every_statement_is_there(id: str) -> None:
    statement = formulas(id)
    assert (statement.conclusion is None) is bool(statement.about)
    if statement.conclusion is not None:
        assert statement.negated() == ["not", statement.as_stated()]
        assert read_text(words(statement.as_repaired()), FREE) == statement.as_repaired()


def test_the_results_beyond_the_papers_are_there() -> None:
    assert sorted(key for key in document("beyond") if key.startswith("R")) == sorted(BEYOND)


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_in_the_printed_form(name: str) -> None:
    entries = document(name)
    tables = [entries["shared"], *(e for key, e in entries.items() if key[:1].isupper())]
    for table in tables:
        for key, text in table.items():
            if key not in NOT_FORMULAS:
                assert " ".join(words(read_text(text, FREE)).split()) == " ".join(text.split()), key


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_used(name: str) -> None:
    entries = document(name)
    used = {
        hypothesis
        for entry in entries.values()
        if isinstance(entry, dict)
        for key in ("hypotheses", "repair")
        for hypothesis in entry.get(key, ())
    }
    assert set(entries["shared"]) <= used | {"critical", "global_minimum"}


def _heads(formula: Any, found: set[str]) -> set[str]:
    if isinstance(formula, list) and formula:
        if isinstance(formula[0], str):
            found.add(formula[0])
            if formula[0] == "has":
                found.add(formula[1])
        for part in formula:
            _heads(part, found)
    return found


def test_facts_are_those_that_statements_need() -> None:
    found: set[str] = set()
    for name in NAMES:
        entries = document(name)
        _heads(read_text(entries["networks"]), found)
        for entry in entries.values():
            for key, text in entry.items() if isinstance(entry, dict) else ():
                if key not in NOT_FORMULAS:
                    _heads(read_text(text, FREE), found)
    assert FACTS.keys() - found <= {"affine"}  # certificates state it, and no statement
    assert HEADS.keys() - found <= UNUSED_HEADS


#: What proofs and certificates of the landscape say, and no statement.
UNUSED_HEADS = {"I", "M", "box", "exists-in", "exists-one-in", "from", "limit"}


def test_what_is_no_claim_says_so() -> None:
    with pytest.raises(UsageError, match="no claim about a network"):
        formulas("NH17:Thm4.6").as_stated()
    with pytest.raises(UsageError, match="no statement has this id"):
        formulas("NH17:Thm9.9")


def test_errata_name_what_they_refute() -> None:
    found = [erratum for paper in (*PAPERS, "R") for erratum in errata(paper)]
    assert len(found) >= 20
    assert all(erratum.refutes for erratum in found)
