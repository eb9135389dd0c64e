"""The sessions on a page of documentation, of the shell and of IPython: run, with their output.

Run as a program it writes the output into the page: ``python tests/interface/tutorial_blocks.py``.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```stepper\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOTEBOOK = re.compile(r"^```ipython\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INPUT = re.compile(r"^In \[\d+\]: ")


@dataclass(frozen=True)
class Piece:
    """A command (``$ exactland ...``, ``> verb``, ``In [1]: ...``) and what is printed below it."""

    command: str
    output: str


def pieces(block: str) -> list[Piece]:
    """The commands of a block with their output."""
    found: list[Piece] = []
    for line in block.splitlines(keepends=True):
        if line.startswith(("$ ", "> ")) or _INPUT.match(line):
            found.append(Piece(line.rstrip("\n"), ""))
        else:
            found[-1] = Piece(found[-1].command, found[-1].output + line)
    return found


def sessions(blocks: list[str]) -> list[list[Piece]]:
    """The pieces of all blocks by sessions, each of which begins with a ``$ exactland step``.

    Another command of the shell belongs to the session before it, whose files it may use.
    """
    found: list[list[Piece]] = []
    for piece in (piece for block in blocks for piece in pieces(block)):
        if piece.command.startswith("$ exactland step "):
            found.append([])
        found[-1].append(piece)
    return found


def played(session: list[Piece], folder: Path) -> list[Piece]:
    """The same commands with what they print, all in one folder."""
    starts = [n for n, piece in enumerate(session) if piece.command.startswith("$ ")]
    ends = [*starts[1:], len(session)]
    return [
        piece
        for start, end in zip(starts, ends, strict=True)
        for piece in _run(session[start:end], folder)
    ]


def _run(session: list[Piece], folder: Path) -> list[Piece]:
    """One process, whose commands come from standard input."""
    program, *arguments = shlex.split(session[0].command.removeprefix("$ "))
    if program != "exactland":
        raise ValueError(f"{program} is not run here")
    if not (folder / "examples").exists():
        (folder / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run(
        [sys.executable, "-m", "exactland", *arguments],
        input="".join(f"{piece.command.removeprefix('> ')}\n" for piece in session[1:]),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    return pieces(f"{session[0].command}\n{steady(done.stdout)}")


def typed(block: str) -> list[Piece]:
    """The lines of an IPython block with what a shell answers to them, in text."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    answered = []
    for piece in pieces(block):
        done = shell.run_cell(_INPUT.sub("", piece.command))
        done.raise_error()
        text = "" if done.result is None else f"{done.result!r}\n"
        answered.append(Piece(piece.command, steady(text)))
    return answered


def steady(text: str) -> str:
    """The text with an ellipsis for what depends on draws: primes, rejected directions."""
    return re.sub(r"(?<=modulo )\d{6,}|(?<=are not different: both )\S+", "...", text)


def fill() -> None:
    """Write what the commands print into the page."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    with tempfile.TemporaryDirectory() as folder:
        outputs = [p for s in sessions(blocks) for p in played(s, Path(folder))]
    for block in NOTEBOOK.findall(text):
        written = "".join(f"{piece.command}\n{piece.output}" for piece in typed(block))
        text = text.replace(f"```ipython\n{block}```", f"```ipython\n{written}```", 1)
    for block in blocks:
        count = len(pieces(block))
        new, outputs = outputs[:count], outputs[count:]
        written = "".join(f"{piece.command}\n{piece.output}" for piece in new)
        text = text.replace(f"```stepper\n{block}```", f"```stepper\n{written}```", 1)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    fill()
