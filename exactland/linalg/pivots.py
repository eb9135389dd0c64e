"""Which rows and columns make a nonsingular submatrix: proposals, by a prime or by floats.

>>> from flint import nmod_mat
>>> modular_pivots(nmod_mat([[1, 2, 3], [2, 4, 7]], 101))
((0, 1), (0, 2))
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import nmod_mat

#: columns that are chosen before the others are orthogonalised against them
BLOCK = 32


def pivot_columns(reduced: Any, rank: int) -> tuple[int, ...]:
    """The pivot columns of a matrix in reduced row echelon form of this rank."""
    if rank == reduced.ncols():
        return tuple(range(rank))
    columns: list[int] = []
    j = 0
    for i in range(rank):
        while reduced[i, j] == 0:
            j += 1
        columns.append(j)
        j += 1
    return tuple(columns)


def modular_pivots(matrix: nmod_mat) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows I and columns J, equally many, with matrix[I, J] nonsingular and |I| = the rank.

    A basis of the rows and a basis of the columns always meet in a nonsingular submatrix.
    """
    reduced, rank = matrix.rref()
    columns = pivot_columns(reduced, rank)
    if rank == matrix.nrows():
        return tuple(range(rank)), columns
    reduced, rank = matrix.transpose().rref()
    return pivot_columns(reduced, rank), columns


def float_pivot_columns(matrix: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any] | None:
    """``count`` columns (m x n, count <= m, n) that look independent, in the order of choice.

    Blocked Gram-Schmidt with column pivoting: within the columns of largest residual norm a block
    is chosen one by one, then all others are made orthogonal to it. None if the residual vanishes.
    """
    residual = np.array(matrix, dtype=float)
    with np.errstate(all="ignore"):
        norms = np.sqrt((residual * residual).sum(axis=0))
        # Columns of very different sizes are compared by direction, not by length.
        residual = residual / np.where(norms > 0, norms, 1.0)
    if not np.isfinite(residual).all():
        return None
    chosen: list[int] = []
    taken = np.zeros(residual.shape[1], dtype=bool)
    while len(chosen) < count:
        squares = np.where(taken, -1.0, (residual * residual).sum(axis=0))
        candidates = np.argsort(-squares, kind="stable")[: 2 * BLOCK]
        picked, basis = _greedy(residual[:, candidates], min(BLOCK, count - len(chosen)))
        if not picked:
            return None
        block = candidates[picked]
        chosen.extend(int(j) for j in block)
        taken[block] = True
        residual -= basis @ (basis.T @ residual)
    return np.array(chosen)


def _greedy(columns: np.ndarray[Any, Any], count: int) -> tuple[list[int], np.ndarray[Any, Any]]:
    """Up to ``count`` columns by largest residual, and an orthonormal basis of their span."""
    work = columns.copy()
    picked: list[int] = []
    basis: list[np.ndarray[Any, Any]] = []
    largest = float((work * work).sum(axis=0).max())
    for _ in range(min(count, work.shape[1])):
        squares = (work * work).sum(axis=0)
        squares[picked] = -1.0
        j = int(squares.argmax())
        # A column whose direction is nearly spent is left for a later block.
        if squares[j] < max(1e-28, largest * 1e-2 if picked else 0.0):
            break
        vector = work[:, j] / np.sqrt(squares[j])
        picked.append(j)
        basis.append(vector)
        work -= np.outer(vector, vector @ work)
    return picked, np.array(basis).T
