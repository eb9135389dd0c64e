"""The stepper, save, load and export: whole files or none, and what no file may hold."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

import exactland
from exactland.errors import ExactlandError, InputError, UsageError
from exactland.proof.commands import run


@pytest.mark.parametrize("name", ["walk.txt", "walk.json"])
def test_save_and_load_lead_to_the_same_place(session, tmp_path, name):
    session.next(3)
    session.vary("data.inputs[0][1]", "3/4")
    session.next(4)
    session.vary("layer 1 activation", "gelu")
    session.back()
    session.undo()
    session.save(tmp_path / name)
    other = exactland.step("NH18:Asm3.1")
    other.next()
    other.load(tmp_path / name)
    assert other.state == session.state
    assert other.facts == session.facts
    assert other.undo().lines[0].text == "undone: load"
    assert other.state.statement.id == "NH18:Asm3.1"


def test_a_saved_script_can_be_typed_in(session, tmp_path):
    session.next(3)
    session.vary("layer 1 bias filter")
    session.save(tmp_path / "walk.txt")
    typed = exactland.step("NH18:Thm3.4")
    for line in (tmp_path / "walk.txt").read_text().splitlines():
        if not line.startswith("#"):
            run(typed, line)
    assert typed.state == session.state


def _changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# exactland-session/1", "# exactland-session/9", "no saved session"),
        ("# layer 1\n", "", "its layer is missing"),
        ("# layer 1", "# layer x", "no JSON"),
        ("# layer 1", "# layer true", "no layer"),
        ("# layer 1", "# layer 7", "there is no layer 7"),
        ("NH18:Thm3.4", "NH18:Thm3.9", "no statement has the id"),
        ("NH18:Thm3.4", "NH18:Thm4.4", "no proof script"),
        ('"filters": 2', '"filters": 0', "filters"),
        ('{"format"', '["format"', "no JSON"),
        ("next 3", "export /tmp/x", "no saved session has this command"),
        ("next 3", "next x", "is not a number"),
        ("vary layer", "vary lair", "command 2"),
    ],
)
def test_a_damaged_session_is_refused_and_nothing_changes(session, tmp_path, old, new, words):
    session.next(3)
    session.vary("layer 1 bias filter")
    path = tmp_path / "walk.txt"
    session.save(path)
    _changed(path, old, new)
    before = session.state
    with pytest.raises(ExactlandError) as caught:
        session.load(path)
    assert words in str(caught.value)
    assert session.state is before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b'{"format": "exactland-session/1"}',
        b"{" * 5000,
        b"next 3\n",
    ],
)
def test_files_that_are_no_sessions(session, tmp_path, content):
    path = tmp_path / "walk.json"
    path.write_bytes(content)
    with pytest.raises(InputError):
        session.load(path)


def test_files_that_cannot_be_read_or_written(session, tmp_path):
    for path in (tmp_path / "none", tmp_path, "a\0b", ""):
        with pytest.raises(InputError):
            session.load(path)
    for path in (tmp_path / "none" / "walk.txt", tmp_path, "a\0b", ""):
        with pytest.raises(InputError):
            session.save(path)
        with pytest.raises(InputError):
            session.export(path)
    assert list(tmp_path.iterdir()) == []


def test_a_long_script_is_replayed_and_an_endless_one_refused(session, tmp_path):
    path = tmp_path / "long.txt"
    session.save(path)
    head = path.read_text()
    path.write_text(head + "next 1\nback 1\n" * 5000)
    begin = time.process_time()
    session.load(path)
    assert time.process_time() - begin < 20
    assert len(session.state.journal) == 10_000
    session.undo()
    assert session.state.journal == ()
    path.write_text(head + "next 1\n" * 10_001)
    with pytest.raises(InputError, match="at most 10000"):
        session.load(path)


def test_json_has_exactly_the_session(session, tmp_path):
    session.next(2)
    session.save(tmp_path / "walk.json")
    document = json.loads((tmp_path / "walk.json").read_text())
    assert document["commands"] == ["next 2"]
    assert document["statement"] == "NH18:Thm3.4"
    assert exactland.problem_from(document["problem"]) == session.state.instance.problem


@pytest.mark.parametrize("ending", ["html", "tex", "pdf", "json"])
def test_export_writes_no_other_format_under_its_name(session, tmp_path, ending):
    path = tmp_path / f"proof.{ending}"
    with pytest.raises(UsageError, match=r"proof\.md"):
        session.export(path)
    assert not path.exists()


def test_in_markdown_the_statement_is_no_single_paragraph(session, tmp_path):
    session.export(tmp_path / "proof.md")
    lines = (tmp_path / "proof.md").read_text().splitlines()
    stated = lines.index("As stated: false.")
    assert lines[stated - 1] == lines[stated + 1] == ""


def test_a_directory_is_no_file_to_write(session, tmp_path):
    for verb in (session.save, session.export):
        with pytest.raises(InputError, match="it is a directory"):
            verb(tmp_path)


def test_export(session, tmp_path):
    session.goto(100)
    session.export(tmp_path / "proof.txt")
    session.export(tmp_path / "proof.md")
    plain = (tmp_path / "proof.txt").read_text()
    marked = (tmp_path / "proof.md").read_text()
    for fact in session.facts:
        assert f"[{fact.number}] {fact.claim.words()}" in plain
        assert fact.claim.words() in marked
    assert marked.startswith("# NH18 Theorem 3.4")
    assert "gamma" in marked
    for text in (plain, marked):
        assert f"The proof is complete on this instance: {len(session.facts)} facts." in text
        assert "As stated: false." in text
