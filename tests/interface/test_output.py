"""What reaches a terminal or a pipe: whole words, no control characters, no encoding errors."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time

import pytest
from rich.console import Console

from exactland.interface import output
from exactland.interface.working import Progress
from exactland.proof.answers import Line, answer

COMMAND = [sys.executable, "-m", "exactland", "step", "NH18:Thm3.4"]


def stepped(text: bytes, **environment: str) -> tuple[int, bytes]:
    done = subprocess.run(
        COMMAND,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
        timeout=60,
    )
    return done.returncode, done.stdout


def test_control_characters_are_never_echoed(tmp_path):
    saved = str(tmp_path).encode() + b"/\x1b[31m.txt"
    lines = [b"show \x1b[31m", b"\x1b]0;t\x07", b"load \x1b[2J", b"save " + saved, b"certify a\0b"]
    code, shown = stepped(b"\n".join(lines) + b"\nnext\n")
    assert code == 64
    assert b"\x1b" not in shown
    assert b"\x07" not in shown
    assert b"\0" not in shown
    assert rb"saved: " in shown
    assert rb"\x1b[31m.txt" in shown
    assert b"internal error" not in shown
    assert b"[1] NH18:Asm3.1 holds" in shown


def test_a_locale_without_unicode_ends_no_session():
    code, shown = stepped(
        "show ∞\nvary layer 1 activation ∞\nnext\n".encode(), PYTHONIOENCODING="ascii", LC_ALL="C"
    )
    assert code == 64
    assert rb"\u221e" in shown or rb"\ufffd" in shown
    assert b"internal error" not in shown
    assert b"[1] NH18:Asm3.1 holds" in shown


def test_an_endless_line_is_answered_shortly():
    code, shown = stepped(b"show A(" + b"1" * 500_000 + b")\nsave " + b"x" * 300_000 + b"\nnext\n")
    assert code == 64
    assert len(shown) < 20_000
    assert b"[1] NH18:Asm3.1 holds" in shown


def test_a_pipe_gets_lines_as_they_are():
    _, shown = stepped(b"next 3\n", COLUMNS="40")
    assert any(len(line) > 150 for line in shown.splitlines())


@pytest.mark.parametrize("width", [40, 80])
def test_a_terminal_gets_whole_words(width):
    text = "    erratum NH18:E2: Biases of every neuron are essential: " + "with biases tied " * 9
    stream = io.StringIO()
    screen = Console(
        file=stream, force_terminal=True, width=width, color_system=None, soft_wrap=True
    )
    output.print_answer(screen, answer([Line(text), "  0  1    3"]))
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert lines[-1] == "  0  1    3"
    assert " ".join(" ".join(lines[:-1]).split()) == " ".join(text.split())
    assert all(line.startswith("      ") for line in lines[1:-1])


@pytest.mark.parametrize(
    ("text", "width"), [("x" * 100, 30), ("", 30), (" " * 80, 40), ("a " * 40, 10), ("é" * 50, 24)]
)
def test_what_cannot_be_broken_is_not_lost(text, width):
    parts = output.wrapped(text, width)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_what_is_being_done_fits_the_terminal():
    progress = Progress()
    assert progress.line(1, 80) == "working (1 s; Ctrl-C interrupts)"
    progress.report("step 9: " + "x" * 500 + "\x1b")
    line = progress.line(12, 60)
    assert len(line) < 60
    assert line.startswith("step 9: xx")
    assert line.endswith("... (12 s; Ctrl-C interrupts)")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _interrupted(progress: Progress, stream: io.StringIO) -> None:
    with progress.shown():
        progress.report("step 2: long")
        while not stream.getvalue():
            time.sleep(0.01)
        raise KeyboardInterrupt


def test_only_what_lasts_is_shown_and_it_is_taken_away(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress()
    with progress.shown():
        pass
    assert stream.getvalue() == ""
    monkeypatch.setattr("exactland.interface.working.PATIENCE", 0.01)
    with pytest.raises(KeyboardInterrupt):
        _interrupted(progress, stream)
    assert stream.getvalue().startswith("\rstep 2: long (0 s")
    assert stream.getvalue().endswith(" \r")


def test_nothing_is_shown_in_a_pipe(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("exactland.interface.working.PATIENCE", 0.0)
    with Progress().shown():
        time.sleep(0.05)
    assert stream.getvalue() == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device without room")
@pytest.mark.parametrize("arguments", [["step", "NH18:Thm3.4"], ["statements"]])
def test_no_room_for_the_output_is_one_line(arguments):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "exactland", *arguments],
            input=b"next 99\n",
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 65
    assert done.stderr.decode() == (
        "exactland: the output cannot be written: No space left on device\n"
    )


def test_a_terminal_that_cannot_move_its_cursor_has_its_own_width(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "50")
    stream = io.StringIO()
    screen = Console(file=stream, force_terminal=True, soft_wrap=True)
    output.print_answer(screen, answer(["word " * 40]))
    assert max(map(len, stream.getvalue().splitlines())) <= 50


@pytest.mark.parametrize(
    ("statement", "problem", "words"),
    [
        ("NH18:Thm3.4", "examples/skip-worked.json", "NH18 is about networks of layers in a row"),
        ("NMH19:Lem2", "examples/relu-dense.json", "NMH19 is about skip networks"),
        ("NH18:Thm3.4", "examples/relu-dense.json", ""),
        ("NMH19:Lem2", "examples/skip-worked.json", ""),
    ],
)
def test_a_network_of_another_kind_is_told_of_at_once(statement, problem, words):
    from exactland.papers.library import step

    opening = step(statement, problem).opening().text
    assert words in opening
    assert ("of another kind" in opening) is bool(words)


def test_a_statement_that_is_false_as_stated_says_so_when_its_proof_is_opened():
    from exactland.papers.library import find_statement, script_ids, step

    told = {}
    for id in script_ids():
        lines = [line for line in step(id).opening().lines if line.tone == "erratum"]
        found = find_statement(id)
        assert bool(lines) == (found.status == "false")
        for line in lines:
            assert line.text.startswith("as stated it is false: see ")
            assert all(erratum.id in line.text for erratum in found.errata)
            assert line.text.endswith(str(found.repaired))
            told[id] = line.text
    assert "NH18:E3" in told["NH18:Thm3.4"]
    assert "n >= N" in told["LDS18:Lem3"]
