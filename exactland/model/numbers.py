"""From exact parameters to matrices of an arithmetic, with a ceiling on their size."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.errors import InputError, SizeError
from exactland.model.parameters import LayerNumbers, LayerParameters
from exactland.model.problem import Problem

#: What is said wherever parameters are needed and absent.
MISSING_REMEDY = (
    "give them in the problem, or choose small random rationals with --random SEED "
    "(in Python: random_parameters)"
)

#: The largest number of entries of one matrix: an object an entry, or a few doubles an entry.
MAX_ENTRIES = 2**24
MAX_ARRAY_ENTRIES = 2**26


def working(arithmetic: Arithmetic) -> AbstractContextManager[Any]:
    """The block in which operators on numbers run at the precision of ``arithmetic``."""
    context: AbstractContextManager[Any] = getattr(arithmetic, "working", nullcontext)()
    return context


def require_room(
    rows: int, columns: int, arithmetic: Arithmetic, place: str, limit: int | None = None
) -> None:
    """SizeError if a matrix of this size is over the ceiling (``limit`` or the default)."""
    if limit is None:
        limit = MAX_ARRAY_ENTRIES if arithmetic.arrays else MAX_ENTRIES
    if rows * columns > limit:
        raise SizeError(
            place,
            f"a matrix of {rows} x {columns} has more than {limit} entries",
            "use fewer samples, ask for some columns only, or raise limit",
        )


def number_rows(rows: Sequence[Sequence[Any]], arithmetic: Arithmetic) -> Any:
    """A matrix of ``arithmetic`` from rationals and numbers of the arithmetic."""
    if all(isinstance(value, fmpq) for row in rows for value in row):
        return arithmetic.matrix(rows)
    return arithmetic.from_rows(
        [
            [arithmetic.number(value) if isinstance(value, fmpq) else value for value in row]
            for row in rows
        ]
    )


def layer_numbers(
    problem: Problem, k: int, parameters: Any = None
) -> LayerParameters | LayerNumbers:
    """The parameters of layer k: those given here, else the problem's; InputError if none.

    ``parameters`` is a sequence with one LayerParameters or LayerNumbers a layer, or None.
    """
    layer = problem.sequential.layer(k)
    given = problem.parameters if parameters is None else parameters
    entry = None
    if isinstance(given, Sequence) and len(given) == problem.sequential.depth:
        entry = given[k - 1]
    elif given is not None:
        raise InputError("parameters", "they are not a list with one entry a layer", "see Problem")
    if entry is None:
        raise InputError("parameters", f"layer {k} has no parameters", MISSING_REMEDY)
    if not isinstance(entry, (LayerParameters, LayerNumbers)):
        raise InputError(
            f"parameters[{k - 1}]",
            f"a value of type {type(entry).__name__} is not LayerParameters",
            "use LayerParameters(W, b)",
        )
    below = problem.widths[k - 1]
    wanted = (layer.filter_length(below), layer.filter_count(), layer.bias_length(below))
    found = (len(entry.W), len(entry.W[0]) if len(entry.W) else 0, len(entry.b or ()))
    if found != wanted:
        raise InputError(
            f"parameters[{k - 1}]",
            f"W is {found[0]} x {found[1]} with {found[2]} biases, but the layer needs "
            f"{wanted[0]} x {wanted[1]} with {wanted[2]}",
            "a column of W is a filter",
        )
    return entry
