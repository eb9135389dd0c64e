"""What the verbs of the stepper return: lines of text, and the value that they are about."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

#: What a line is, so that a terminal may colour it; the text says everything without a colour.
Tone = Literal["plain", "heading", "definition", "fact", "failure", "erratum", "detail"]
#: A notebook shows at most this many lines of an answer.
NOTEBOOK_LINES = 60
#: Jupyter gives <pre> a proportional font and breaks words; matrices need columns.
_STYLE = "font-family: monospace; white-space: pre-wrap; word-break: normal"
_MARKS: dict[Tone, tuple[str, str]] = {
    "heading": ("<b>", "</b>"),
    "failure": ('<b style="color: #c0392b">', "</b>"),
    "detail": ('<span style="opacity: 0.7">', "</span>"),
}


@dataclass(frozen=True)
class Line:
    """A line of text and what it is."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, repr=False)
class Answer:
    """The answer of a verb: ``lines`` for a reader, ``value`` for a program.

    ``latex`` is a short formula of the value where there is one, else empty.

    >>> answer = Answer((Line("U_1 (1 x 2)", "heading"), Line("  1  2")), ((1, 2),))
    >>> answer
    U_1 (1 x 2)
      1  2
    >>> answer._repr_html_().partition(">")[2]
    '<b>U_1 (1 x 2)</b>\\n  1  2</pre>'
    """

    lines: tuple[Line, ...]
    value: Any = None
    latex: str = ""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(line.text for line in self.lines)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        shown = [_marked(line) for line in self.lines[:NOTEBOOK_LINES]]
        if len(self.lines) > NOTEBOOK_LINES:
            shown.append(f"... {len(self.lines) - NOTEBOOK_LINES} more lines: print it")
        return f'<pre style="{_STYLE}">{chr(10).join(shown)}</pre>'

    def _repr_latex_(self) -> str | None:
        return f"${self.latex}$" if self.latex else None


def _marked(line: Line) -> str:
    """A line in HTML: headings and failures stand out, details stand back."""
    before, after = _MARKS.get(line.tone, ("", ""))
    return f"{before}{html.escape(line.text)}{after}"


def answer(lines: Iterable[Line | str], value: Any = None, latex: str = "") -> Answer:
    """An answer of lines; a string is a plain line.

    >>> answer(["one", Line("two", "fact")]).lines
    (Line(text='one', tone='plain'), Line(text='two', tone='fact'))
    """
    made = tuple(line if isinstance(line, Line) else Line(line) for line in lines)
    return Answer(made, value, latex)
