"""`exactland step`: the stepper in a terminal, or with commands from standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from exactland.errors import ExactlandError
from exactland.interface.proof_verbs import ALL_VERBS
from exactland.papers.library import step
from exactland.proof.answers import Answer, Tone
from exactland.proof.commands import run
from exactland.proof.stepper import Session

_COLOURS: dict[Tone, str] = {
    "plain": "",
    "heading": "bold",
    "definition": "cyan",
    "fact": "green",
    "failure": "red",
    "erratum": "magenta",
    "detail": "dim",
}


def run_stepper(statement: str, problem: str | None, layer: int | None) -> int:
    """Run `exactland step`; the exit code.

    In a terminal errors are shown and the session goes on; the code is 0. Commands that come from
    a file or a pipe are echoed, and the code is that of the first error.
    """
    session = step(statement, problem, layer)
    console = Console(highlight=False, soft_wrap=True)
    print_answer(console, session.opening())
    if _at_a_terminal():
        from exactland.interface.terminal import typed_commands

        _converse(session, console, typed_commands(session))
        return 0
    return _converse(session, console, _piped_commands(console))


def _at_a_terminal() -> bool:
    """Whether a user types and reads; a pipe on either side makes it a script."""
    return all(s is not None and s.isatty() for s in (sys.stdin, sys.stdout))


def print_answer(console: Console, shown: Answer) -> None:
    """The lines of an answer, in colour where the terminal has some."""
    for line in shown.lines:
        console.print(Text(line.text, style=_COLOURS[line.tone]))


def _converse(session: Session, console: Console, commands: Iterator[str]) -> int:
    """Answer command after command; the exit code of the first error, or 0."""
    code = 0
    for line in commands:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text in ("quit", "exit"):
            break
        try:
            print_answer(console, run(session, text, ALL_VERBS))
        except KeyboardInterrupt:
            click.echo("interrupted; the session is as it was", err=True)
        except ExactlandError as error:
            click.echo(f"error: {error}", err=True)
            code = code or error.exit_code
        except RecursionError:
            click.echo("error: it is nested too deeply", err=True)
            code = code or 65
        except (BrokenPipeError, MemoryError):
            raise
        except Exception as error:
            if os.environ.get("EXACTLAND_DEBUG"):
                raise
            name = type(error).__name__
            click.echo(f"internal error, please report it: {name}: {error}", err=True)
            code = code or 70
    return code


def _piped_commands(console: Console) -> Iterator[str]:
    """The lines of standard input, each echoed with a prompt before its answer."""
    stream: Any = sys.stdin
    if stream is None:
        return
    stream.reconfigure(errors="replace")
    for line in stream:
        text = line.strip()
        if text and not text.startswith("#"):
            console.print(Text(f"> {text}"))
        # Errors go to another stream: what came before is to be seen first.
        sys.stdout.flush()
        yield text
