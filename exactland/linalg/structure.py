"""A matrix whose entries are variables: M_k, the linear map from parameters to layer matrix.

>>> dominoes = LinearStructure(3, 2, 2, {(0, 0): 0, (1, 0): 1, (1, 1): 0, (2, 1): 1}, filters=1)
>>> dominoes.by_column()[1]
((1, 0), (2, 1))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.errors import InputError


@dataclass(frozen=True)
class LinearStructure:
    """The n x PT matrix U = M(W) over Q[W]: single variables at some places, zeros elsewhere.

    Parameters
    ----------
    rows, columns : n and P T (NH18, Definition 2.1).
    variables : the number of variables, l T for filters of length l.
    entries : (row, column) to the index of the variable there; all other entries are 0.
        A layer without repeated indices in a patch has at most one variable a place.
    filters : T; the variable r T + t is W[r, t].

    Raises InputError for an entry outside of the matrix or a variable that does not exist.
    """

    rows: int
    columns: int
    variables: int
    entries: Mapping[tuple[int, int], int]
    filters: int

    def __post_init__(self) -> None:
        if min(self.rows, self.columns, self.variables) < 0 or self.filters < 1:
            raise InputError(
                "linear structure", "a size is negative", "give sizes >= 0, filters >= 1"
            )
        if self.variables % self.filters:
            reason = f"{self.variables} variables are no multiple of {self.filters} filters"
            raise InputError("linear structure", reason, "give l * T variables")
        for (i, h), x in self.entries.items():
            if not (0 <= i < self.rows and 0 <= h < self.columns and 0 <= x < self.variables):
                reason = f"variable {x} at ({i}, {h}) is out of range"
                raise InputError("linear structure", reason, "indices count from 0")

    def at(self, values: Sequence[Any], zero: Any) -> list[list[Any]]:
        """The rows of the matrix with these values of the variables."""
        matrix = [[zero] * self.columns for _ in range(self.rows)]
        for (i, h), variable in self.entries.items():
            matrix[i][h] = values[variable]
        return matrix

    def by_column(self) -> list[tuple[tuple[int, int], ...]]:
        """For every column its (row, variable) pairs, rows increasing."""
        lists: list[list[tuple[int, int]]] = [[] for _ in range(self.columns)]
        for (i, h), x in self.entries.items():
            lists[h].append((i, x))
        return [tuple(sorted(pairs)) for pairs in lists]

    def transpose(self) -> LinearStructure:
        """The transposed matrix; the variables stay."""
        entries = {(h, i): x for (i, h), x in self.entries.items()}
        return LinearStructure(self.columns, self.rows, self.variables, entries, self.filters)

    def point(self, values: Sequence[Any]) -> tuple[tuple[fmpq, ...], ...]:
        """The values of the variables 0, 1, ... as the l x T matrix W."""
        t = self.filters
        return tuple(
            tuple(fmpq(value) for value in values[start : start + t])
            for start in range(0, self.variables, t)
        )
