"""docs/tutorial.md: every command on the page is run, and prints what the page says."""

from __future__ import annotations

import pytest
import tutorial_blocks as blocks

TEXT = blocks.PAGE.read_text(encoding="utf-8")
SESSIONS = blocks.sessions(blocks.BLOCK.findall(TEXT))


def test_the_page_uses_every_verb():
    from exactland.proof.commands import VERBS

    used = {piece.command.split()[1] for session in SESSIONS for piece in session}
    # "back" is told of by undo and goto; the rest is shown.
    assert {verb.name for verb in VERBS} - used <= {"back"}


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session[0].command)
def test_the_page_says_what_is_printed(session, tmp_path):
    played = blocks.played(session, tmp_path)
    assert [piece.command for piece in played] == [piece.command for piece in session]
    for said, printed in zip(session, played, strict=True):
        assert printed.output == said.output, said.command


def test_no_block_of_commands_is_left_out():
    fences = [line for line in TEXT.splitlines() if line.startswith("```") and line != "```"]
    assert fences == ["```stepper"] * len(blocks.BLOCK.findall(TEXT))
    assert sum(len(session) for session in SESSIONS) > 40
