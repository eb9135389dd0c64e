"""Values of a proof as text and as short LaTeX: numbers, lists, matrices, layers.

Rational numbers are written exactly, long ones by their size; balls by the digits that they
determine. Big matrices are abbreviated, so that every answer fits a screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, fmpq, fmpz

from exactland.model.parameters import LayerParameters, SkipParameters

#: Matrices with more rows or columns than this are abbreviated.
ROWS, COLUMNS = 10, 10
#: Rational numbers with more characters than this are shown by a decimal.
LONGEST = 24
#: Digits of a decimal.
DIGITS = 10
#: Matrices with more rows or columns than this have no LaTeX form.
LATEX_SIZE = 6


def number_text(value: Any) -> str:
    """A number in a few characters: exactly where that is short.

    >>> number_text(fmpq(-3, 4)), number_text(fmpq(10**40, 3)), number_text(arb(2).sqrt())
    ('-3/4', 'about 3.333333333e+39', '1.414213562')
    """
    if isinstance(value, (fmpq, fmpz, int)) and not isinstance(value, bool):
        text = str(value)
        return text if len(text) <= LONGEST else f"about {_decimal(fmpq(value))}"
    if isinstance(value, arb):
        return str(value.str(DIGITS, radius=False)) if value.is_finite() else "unbounded"
    if isinstance(value, (LayerParameters, SkipParameters)):
        return sizes(value)
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def sizes(value: LayerParameters | SkipParameters) -> str:
    """Parameters by their sizes.

    >>> sizes(LayerParameters([["1", "2"]], ["0", "1/2"]))
    'W 1 x 2, b 2'
    """
    return repr(value).partition(": ")[2].removesuffix(">")


def _decimal(value: fmpq) -> str:
    return str(arb(value).str(DIGITS, radius=False))


def is_matrix(value: Any) -> bool:
    """Whether a value is a list of at least one row."""
    return (
        isinstance(value, (list, tuple))
        and bool(value)
        and all(isinstance(row, (list, tuple)) for row in value)
    )


def matrix_lines(rows: Sequence[Sequence[Any]]) -> list[str]:
    """The rows in columns; the middle of a big matrix is left out.

    >>> for line in matrix_lines([[fmpq(1), fmpq(-1, 2)], [fmpq(10), fmpq(0)]]):
    ...     print(line)
     1  -1/2
    10     0
    """
    kept_rows, kept_columns = _kept(len(rows), ROWS), _kept(len(rows[0]), COLUMNS)
    cells = [
        ["..." if i is None or j is None else number_text(rows[i][j]) for j in kept_columns]
        for i in kept_rows
    ]
    widths = [max(len(row[j]) for row in cells) for j in range(len(kept_columns))]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    ]


def _kept(count: int, most: int) -> list[int | None]:
    """Indices from 0, with None for the gap if there are too many."""
    if count <= most:
        return list(range(count))
    head = most - 3
    return [*range(head), None, count - 2, count - 1]


def inline(value: Any, limit: int = 60) -> str:
    """A value on one line; a matrix or list that does not fit is described.

    >>> inline(((fmpq(1), fmpq(2)),)), inline(tuple(range(100)))
    ('[[1, 2]]', 'a list of 100')
    """
    if is_matrix(value):
        text = "[" + ", ".join(inline(list(row), 10**6) for row in value) + "]"
        return text if len(text) <= limit else f"a matrix {len(value)} x {len(value[0])}"
    if isinstance(value, (list, tuple)):
        left, right = "()" if isinstance(value, tuple) else "[]"
        text = left + ", ".join(number_text(item) for item in value) + right
        return text if len(text) <= limit else f"a list of {len(value)}"
    return number_text(value)


def value_lines(value: Any) -> list[str]:
    """A value in lines: matrices by rows, texts and parameters line by line."""
    if is_matrix(value):
        return matrix_lines(value)
    if isinstance(value, LayerParameters):
        own = ["W:", *(f"  {line}" for line in matrix_lines(value.W))]
        return own if value.b is None else [*own, f"b: {inline(value.b, 10**6)}"]
    if isinstance(value, SkipParameters):
        groups = [f"{name}: {inline(u)}" for name, u in value.groups.items()]
        return groups + [f"{name}: {number_text(b)}" for name, b in value.biases.items()]
    if isinstance(value, (list, tuple)) and value and all(isinstance(v, str) for v in value):
        return list(value)
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(v, (LayerParameters, type(None))) for v in value):
            return [f"{k}: {'none' if v is None else sizes(v)}" for k, v in enumerate(value, 1)]
        kept = _kept(len(value), 60)
        texts = ["..." if i is None else number_text(value[i]) for i in kept]
        return ["(" + ", ".join(texts) + ")"]
    return [number_text(value)]


def latex(value: Any) -> str:
    r"""A number or a small matrix in LaTeX; empty for anything else.

    >>> latex(((fmpq(1), fmpq(-1, 2)),))
    '\\begin{pmatrix}1 & -\\frac{1}{2}\\end{pmatrix}'
    """
    if is_matrix(value):
        if len(value) > LATEX_SIZE or len(value[0]) > LATEX_SIZE:
            return ""
        rows = [" & ".join(latex(entry) for entry in row) for row in value]
        return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"
    if isinstance(value, fmpq):
        text = str(value)
        if len(text) > LONGEST:
            return r"\approx " + _decimal(value)
        sign, size = ("-", text[1:]) if text.startswith("-") else ("", text)
        above, _, below = size.partition("/")
        return f"{sign}\\frac{{{above}}}{{{below}}}" if below else text
    if isinstance(value, (int, fmpz)) and not isinstance(value, bool):
        return str(value) if len(str(value)) <= LONGEST else ""
    if isinstance(value, arb) and value.is_finite():
        return str(value.str(DIGITS, radius=False))
    return ""
