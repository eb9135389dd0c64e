"""docs/tutorial.md: every command on the page is run, and prints what the page says."""

from __future__ import annotations

import re

import pytest
import tutorial_blocks as blocks

TEXT = blocks.PAGE.read_text(encoding="utf-8")
SESSIONS = blocks.sessions(blocks.BLOCK.findall(TEXT))


def test_the_page_uses_every_verb():
    from exactland.interface.proof_verbs import ALL_VERBS

    used = {piece.command.split()[1] for session in SESSIONS for piece in session}
    assert {verb.name for verb in ALL_VERBS} <= used


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session[0].command)
def test_the_page_says_what_is_printed(session, tmp_path):
    played = blocks.played(session, tmp_path)
    assert [piece.command for piece in played] == [piece.command for piece in session]
    for said, printed in zip(session, played, strict=True):
        assert printed.output == said.output, said.command


@pytest.mark.parametrize("block", blocks.NOTEBOOK.findall(TEXT))
def test_what_is_typed_in_a_notebook_is_answered_as_the_page_says(block):
    assert blocks.typed(block) == blocks.pieces(block)


def test_no_block_of_commands_is_left_out():
    fences = [line for line in TEXT.splitlines() if line.startswith("```") and line != "```"]
    stepper, notebook = blocks.BLOCK.findall(TEXT), blocks.NOTEBOOK.findall(TEXT)
    assert sorted(fences) == ["```ipython"] * len(notebook) + ["```stepper"] * len(stepper)
    assert notebook
    assert sum(len(session) for session in SESSIONS) > 40


def test_commands_named_in_the_text_are_among_those_that_are_run():
    """What stands in code marks between the blocks and calls a program is run in one of them."""
    prose = re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`(%?%?exactland(?: [^`]+)?|pip [^`]+|make [^`]+)`", prose)
    calls = {piece.command.split(maxsplit=1)[1] for session in SESSIONS for piece in session}
    calls |= {
        piece.command.partition(": ")[2]
        for block in blocks.NOTEBOOK.findall(TEXT)
        for piece in blocks.pieces(block)
    }
    for call in named:
        assert any(run.startswith(call) for run in calls) or call == "%%exactland", call


def test_a_page_that_says_something_else_is_noticed(tmp_path):
    session = [blocks.Piece("$ exactland step NH18:Asm3.1", ""), blocks.Piece("> next", "x")]
    assert blocks.played(session, tmp_path)[1].output.startswith("[1] for all i in 1..N: ")
    with pytest.raises(ValueError, match="pip is not run here"):
        blocks.played([blocks.Piece("$ pip install x", "")], tmp_path)


# README.md.

README = (blocks.ROOT / "README.md").read_text(encoding="utf-8")


ANSWERS = re.compile(r"^```\n(\$ exactland (?:rank|certify) .*?)^```$", re.MULTILINE | re.DOTALL)
CLAIMS = (blocks.ROOT / "docs" / "claims.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [*ANSWERS.findall(README), *ANSWERS.findall(CLAIMS)])
def test_answers_on_the_pages_are_what_is_printed(tmp_path, block):
    (said,) = blocks.pieces(block)
    (printed,) = blocks.played([said], tmp_path)
    assert printed.output == blocks.steady(said.output)


def test_there_are_answers_on_the_pages():
    assert len(ANSWERS.findall(README)) >= 3
    assert len(ANSWERS.findall(CLAIMS)) >= 1


def test_the_session_in_the_readme_is_what_is_printed(tmp_path):
    (block,) = re.findall(r"^```\n(> .*?)^```$", README, re.MULTILINE | re.DOTALL)
    said = blocks.pieces(block)
    opening = [blocks.Piece("$ exactland step NH18:Thm3.4", ""), blocks.Piece("> goto 6", "")]
    printed = blocks.played([*opening, *said], tmp_path)[2:]
    assert [piece.command for piece in printed] == [piece.command for piece in said]
    for shown, whole in zip(said, printed, strict=True):
        assert whole.output.startswith(shown.output)
