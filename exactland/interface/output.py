"""Lines of text as a terminal or a pipe gets them: no control characters, wrapped between words.

A pipe gets every line as it is, so that a program can search it; a terminal would break a long one
in the middle of a word.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap

from rich.console import Console
from rich.text import Text

from exactland.proof.answers import Answer, Line, Tone

COLOURS: dict[Tone, str] = {
    "plain": "",
    "heading": "bold",
    "definition": "cyan",
    "fact": "green",
    "failure": "red",
    "erratum": "magenta",
    "detail": "dim",
}
#: Longer lines are cut: what was typed or named may have any length.
LONGEST = 4000
#: Narrower terminals are not wrapped for.
NARROWEST = 24
#: The columns of a list: text, three spaces or more, text.
_COLUMN = re.compile(r" *\S.*?   +(?=\S)")


class _Console(Console):
    """A console that leaves the end to the command line when its reader has gone away."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output, in colour where the terminal has some."""
    return _Console(highlight=False, soft_wrap=True)


def clean(text: str) -> str:
    r"""The text without control characters, which would steer the terminal, and not endless.

    >>> clean("red: \x1b[31m")
    'red: \\x1b[31m'
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} ... {text[-LONGEST // 4 :]}"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def wrapped(text: str, width: int) -> list[str]:
    """A line in lines of at most ``width`` characters, the later ones indented.

    >>> wrapped("[1] one two three four five six", 24)
    ['[1] one two three four', '    five six']
    >>> wrapped("next [n]   the next step, or the next n", 28)
    ['next [n]   the next step, or', '           the next n']
    """
    if len(text) <= width or width < NARROWEST:
        return [text]
    column = _COLUMN.match(text)
    indent = len(text) - len(text.lstrip(" ")) + (2 if text.startswith(" ") else 4)
    if column is not None and column.end() <= width // 2:
        indent = column.end()
    return textwrap.wrap(
        text,
        width,
        subsequent_indent=" " * min(indent, width // 2),
        break_on_hyphens=False,
        replace_whitespace=False,
        expand_tabs=False,
    )


def print_answer(console: Console, shown: Answer) -> None:
    """The lines of an answer, in colour where the terminal has some."""
    for line in shown.lines:
        for text in _fitted(line, console):
            console.print(Text(text, style=COLOURS[line.tone]))


def print_error(message: str) -> None:
    """One line on standard error, after what standard output has to say."""
    if sys.stdout is not None:
        sys.stdout.flush()
    error = _Console(stderr=True, highlight=False, soft_wrap=True)
    for text in _fitted(Line(message), error):
        error.print(Text(text))


def _fitted(line: Line, console: Console) -> list[str]:
    texts = [clean(text) for text in line.text.split("\n")]
    if not console.is_terminal:
        return texts
    # The library takes a terminal without movements for one of 80 columns.
    dumb = console.is_dumb_terminal
    width = shutil.get_terminal_size().columns if dumb else console.width
    return [part for text in texts for part in wrapped(text, width)]
