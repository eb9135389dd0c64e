"""`exactland step`: the stepper in a terminal, or with commands from standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from exactland.errors import ExactlandError, LimitError, UsageError
from exactland.interface.output import clean, console, print_answer, print_error
from exactland.interface.plain import too_large
from exactland.interface.proof_verbs import ALL_VERBS
from exactland.interface.working import Progress
from exactland.papers.library import script_ids, step
from exactland.proof.commands import run
from exactland.proof.stepper import Session


def run_stepper(statement: str | None, problem: str | None, layer: int | None) -> int:
    """Run `exactland step`; the exit code.

    In a terminal errors are shown and the session goes on; the code is 0. Commands that come from
    a file or a pipe are echoed, and the code is that of the first error; an interrupt ends them.
    """
    if statement is None:
        known = ", ".join(script_ids())
        raise UsageError(
            "step", "say which proof", f"`exactland step NH18:Thm3.4`; known are {known}"
        )
    progress = Progress()
    session = step(statement, problem, layer, progress=progress.report)
    screen = console()
    print_answer(screen, session.opening())
    if _at_a_terminal():
        from exactland.interface.terminal import typed_commands

        _converse(session, screen, typed_commands(session), progress)
        return 0
    return _converse(session, screen, _piped_commands(screen), progress)


def _at_a_terminal() -> bool:
    """Whether a user types and reads; a pipe on either side makes it a script."""
    return all(s is not None and s.isatty() for s in (sys.stdin, sys.stdout))


def _converse(
    session: Session, screen: Console, commands: Iterator[str], progress: Progress
) -> int:
    """Answer command after command; the exit code of the first error, or 0."""
    code = 0
    for line in commands:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text in ("quit", "exit"):
            break
        try:
            found = _answer(session, text, screen, progress)
        except KeyboardInterrupt:
            if not _at_a_terminal():
                raise
            found = 0
            print_error(_interrupted(session))
        code = code or found
    return code


def _answer(session: Session, text: str, screen: Console, progress: Progress) -> int:
    """Answer one command; the exit code of its error, or 0.

    What is raised while the answer is printed (nobody reads any more, no room) ends the session.
    """
    try:
        with progress.shown():
            answer = run(session, text, ALL_VERBS)
    except BrokenPipeError:
        raise
    except ExactlandError as error:
        print_error(f"error: {error}")
        return error.exit_code
    except (MemoryError, RecursionError) as error:
        print_error(f"error: {too_large(error)}; the session is as it was")
        return LimitError.exit_code
    except Exception as error:
        if os.environ.get("EXACTLAND_DEBUG"):
            raise
        name = type(error).__name__
        print_error(f"internal error, please report it: {name}: {error}")
        return 70
    print_answer(screen, answer)
    return 0


def _interrupted(session: Session) -> str:
    """What an interrupt has left: the session as it was, and what is known beyond it."""
    known = session.state.replay.known
    done = f", and step {known} is known: `goto {known}`" if known > session.state.position else ""
    return f"interrupted; the session is as it was{done}"


def _piped_commands(screen: Console) -> Iterator[str]:
    """The lines of standard input, each echoed with a prompt before its answer."""
    stream: Any = sys.stdin
    if stream is None:
        return
    stream.reconfigure(errors="replace")
    for line in stream:
        text = line.strip()
        if text and not text.startswith("#"):
            screen.print(Text(f"> {clean(text)}"))
        # Errors go to another stream: what came before is to be seen first.
        if sys.stdout is not None:
            sys.stdout.flush()
        yield text
