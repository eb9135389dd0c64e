"""Typing commands in a terminal: line editing, completion, history (prompt_toolkit)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from exactland.interface.proof_verbs import ALL_VERBS
from exactland.proof.commands import completions
from exactland.proof.stepper import Session


class VerbCompleter(Completer):
    """Completes verbs, names of objects, hypotheses and activations."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        before = document.text_before_cursor
        start = -len(before.split(" ")[-1])
        for choice in completions(self.session, before, ALL_VERBS):
            yield Completion(choice, start_position=start)


def typed_commands(session: Session) -> Iterator[str]:
    """The lines that a user types, until Ctrl-D; Ctrl-C clears the line."""
    prompt: PromptSession[str] = PromptSession(
        history=history(), completer=VerbCompleter(session), complete_while_typing=False
    )
    while True:
        try:
            yield prompt.prompt(f"{session.state.statement.id} [{session.state.position}]> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def history() -> History:
    """What was typed before, from the user's cache; in memory only where that cannot be written."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        path = Path(base).expanduser() / "exactland" / "step-history"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
        with path.open("rb") as stream:
            stream.read(1)
    except (OSError, RuntimeError):
        return InMemoryHistory()
    return _ForgivingHistory(str(path))


class _ForgivingHistory(FileHistory):
    """A file of history that may disappear or fill the disc without an error."""

    def load_history_strings(self) -> Iterable[str]:
        try:
            return list(super().load_history_strings())
        except (OSError, ValueError):
            return []

    def store_string(self, string: str) -> None:
        try:
            super().store_string(string)
        except OSError:
            return
