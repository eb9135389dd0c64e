"""The stepper in IPython and Jupyter: `%load_ext exactland`, then `%exactland step NH18:Thm3.4`.

`%exactland VERB ...` sends a command to the session that was opened last; `%%exactland` sends every
line of a cell. The answers are those of `exactland.step(...)`: text, with short HTML and LaTeX.
`plot WHAT FILE` also shows what it draws.
"""

from __future__ import annotations

from typing import Any

from exactland.errors import ExactlandError, UsageError
from exactland.interface.output import clean
from exactland.interface.proof_verbs import ALL_VERBS
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.commands import explained, run
from exactland.proof.stepper import Session
from exactland.proof.writing import LATEX_SIZE, latex

#: The name of the magic.
MAGIC = "exactland"


class StepMagic:
    """The magic: it holds the session that is open."""

    def __init__(self) -> None:
        self.session: Session | None = None

    def __call__(self, line: str, cell: str | None = None) -> Answer | None:
        """Answer one command, or all lines of a cell; an error is printed in one line."""
        commands = [line, *(cell or "").splitlines()]
        lines: list[Any] = []
        last: Answer | None = None
        for command in (text.strip() for text in commands):
            if not command or command.startswith("#"):
                continue
            try:
                last = self.command(command)
                _show_picture(command)
            except ExactlandError as error:
                last = answer([Line(f"error: {clean(str(error))}", "failure")])
            except KeyboardInterrupt:
                last = answer([Line("interrupted; the session is as it was", "failure")])
                lines += last.lines
                break
            lines += last.lines
        return last if cell is None else answer(lines, last.value if last is not None else None)

    def command(self, text: str) -> Answer:
        """Open a session (`step STATEMENT [PROBLEM] [LAYER]`) or send a verb to the open one."""
        words = text.split()
        if words[0] == "help":
            return explained(" ".join(words[1:]), ALL_VERBS)
        if words[0] == "step":
            return self._open(words[1:])
        if self.session is None:
            raise UsageError(MAGIC, "no proof is open", f"%{MAGIC} step NH18:Thm3.4 opens one")
        return run(self.session, text, ALL_VERBS)

    def _open(self, words: list[str]) -> Answer:
        from exactland.papers.library import step

        if not 1 <= len(words) <= 3:
            raise UsageError("step", "say which statement", f"%{MAGIC} step NH18:Thm3.4 [FILE] [K]")
        layer = None
        if words[-1].isdecimal():
            layer = int(words.pop())
        if not words:
            raise UsageError("step", "say which statement", f"%{MAGIC} step NH18:Thm3.4 [FILE] [K]")
        self.session = step(words[0], words[1] if len(words) > 1 else None, layer)
        return self.session.opening()


def _show_picture(command: str) -> None:
    """The file that `plot WHAT FILE` has drawn, in the notebook; a PDF is only written."""
    from IPython import display

    from exactland.interface.plots import drawing

    verb, _, rest = command.partition(" ")
    if verb != "plot":
        return
    path = drawing(rest)[1]
    ending = path.lower().rpartition(".")[2]
    kind = {"svg": display.SVG, "png": display.Image}.get(ending)
    if kind is not None:
        show: Any = display.display
        show(kind(filename=path))


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext exactland` calls."""
    magic = StepMagic()
    shell.register_magic_function(magic, "line_cell", MAGIC)
    formatter = shell.display_formatter.formatters["text/latex"]
    formatter.for_type_by_name("flint.types.fmpq", "fmpq", _latex)
    formatter.for_type_by_name("flint.types.fmpq_mat", "fmpq_mat", _matrix_latex)


def unload_ipython_extension(shell: Any) -> None:
    """What `%unload_ext exactland` calls: the magic is taken away."""
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop(MAGIC, None)


def _latex(value: Any) -> str | None:
    text = latex(value)
    return f"${text}$" if text else None


def _matrix_latex(matrix: Any) -> str | None:
    """A small matrix; none for a big one, which is not even read."""
    if not 0 < matrix.nrows() <= LATEX_SIZE or not 0 < matrix.ncols() <= LATEX_SIZE:
        return None
    return _latex([list(row) for row in matrix.tolist()])
