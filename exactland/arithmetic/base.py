"""What every arithmetic offers, so that a network is evaluated by one program over all of them.

An :class:`Arithmetic` knows its numbers (elements that support ``+ - * /``, unary ``-`` and ``**
int``) and its matrices. The default matrices are lists of rows;
:class:`~exactland.arithmetic.enclosures.Enclosures` replaces them by numpy arrays of endpoints.
Nothing outside an arithmetic looks inside its matrices: it calls these methods.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq

#: The elementary functions an arithmetic is asked for by name (see ``call``).
FUNCTIONS = (
    "exp", "log", "sqrt", "sin", "cos", "sinh", "cosh", "tanh", "atan", "erf",
    "sigmoid", "abs", "min", "max", "sign",
)  # fmt: skip


class Arithmetic(ABC):
    """Numbers and matrices of one kind; see the package's page for the list of kinds."""

    #: "rational", "ball", "enclosure", "residue", "symbolic" or "formal"
    name: str
    #: Whether a matrix is one number too: ``map`` and ``call`` take it as a whole.
    arrays: bool = False

    @abstractmethod
    def number(self, value: fmpq) -> Any:
        """The exact rational ``value`` as a number of this arithmetic."""

    @abstractmethod
    def pi(self) -> Any:
        """The number pi; over Q a NotExactError."""

    @abstractmethod
    def call(self, function: str, *arguments: Any) -> Any:
        """An elementary function of FUNCTIONS at numbers of this arithmetic.

        ``sign`` is -1, 0 or 1 and, where it cannot be decided, an enclosure or a symbol; at a kink
        of a derivative the model asks for it through ``sign`` and refuses a zero.
        Raises NotExactError where the value has no exact representation here.
        """

    def power(self, base: Any, exponent: int) -> Any:
        """The integer power of a number."""
        return base**exponent

    # Matrices: a list of rows unless an arithmetic says otherwise.

    def matrix(self, rows: Sequence[Sequence[fmpq]]) -> Any:
        """The matrix with these rational entries."""
        return [[self.number(value) for value in row] for row in rows]

    def rows(self, matrix: Any) -> list[list[Any]]:
        """The entries as a list of rows of numbers."""
        return [list(row) for row in matrix]

    def from_rows(self, rows: Sequence[Sequence[Any]]) -> Any:
        """The matrix with these entries, numbers of this arithmetic."""
        return [list(row) for row in rows]

    def shape(self, matrix: Any) -> tuple[int, int]:
        """(rows, columns)."""
        return len(matrix), len(matrix[0]) if matrix else 0

    def transpose(self, matrix: Any) -> Any:
        return [list(column) for column in zip(*matrix, strict=True)]

    def multiply(self, left: Any, right: Any) -> Any:
        """The matrix product, shapes (a, b) and (b, c)."""
        columns = self.transpose(right)
        zero = self.number(fmpq(0))
        return [
            [sum((x * y for x, y in zip(row, column, strict=True)), zero) for column in columns]
            for row in left
        ]

    def add(self, left: Any, right: Any) -> Any:
        """The entrywise sum; ``right`` may have a single row, which is added to every row."""
        if len(right) == 1:
            right = list(right) * len(left)
        return [
            [x + y for x, y in zip(a, b, strict=True)] for a, b in zip(left, right, strict=True)
        ]

    def hadamard(self, left: Any, right: Any) -> Any:
        """The entrywise product."""
        return [
            [x * y for x, y in zip(a, b, strict=True)] for a, b in zip(left, right, strict=True)
        ]

    def reshape(self, matrix: Any, rows: int, columns: int) -> Any:
        """The same entries in row-major order in another shape."""
        flat = [value for row in matrix for value in row]
        return [flat[r * columns : (r + 1) * columns] for r in range(rows)]

    def take_columns(self, matrix: Any, columns: Sequence[int | None]) -> Any:
        """The columns with these indices, in this order; None is a column of zeros."""
        zero = self.number(fmpq(0))
        return [[zero if c is None else row[c] for c in columns] for row in matrix]

    def map(self, matrix: Any, function: Callable[[Any], Any]) -> Any:
        """``function`` of every entry; an arithmetic may pass it the whole matrix as one number."""
        return [[function(value) for value in row] for row in matrix]
