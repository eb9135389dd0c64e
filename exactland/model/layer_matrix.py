"""M_k and U_k = M_k(W_k): the matrix of a layer, from its filters (NH18, section 2).

>>> from exactland.model.layers import Convolution
>>> from exactland.model.patches import conv1d
>>> layer = Convolution(conv1d(3, 2), filters=1)
>>> layer_map(layer, 3).entries
{(0, 0): 0, (1, 0): 1, (1, 1): 0, (2, 1): 1}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.symbols import SYMBOLS
from exactland.errors import SizeError, UsageError
from exactland.linalg.structure import LinearStructure
from exactland.model.chosen_parameters import named_parameters
from exactland.model.layers import Convolution, Dense, Layer
from exactland.model.numbers import layer_numbers, number_rows, require_room
from exactland.model.parameters import LayerNumbers
from exactland.model.problem import Problem

#: The most entries of M_k that are written out one by one.
MAX_MAP_ENTRIES = 2**22


def layer_map(layer: Layer, below: int) -> LinearStructure:
    """M_k itself for a layer on ``below`` neurons; UsageError for pooling.

    U[i, h] = W[r, t] where neuron h is filter t on a patch that has neuron i at position r;
    padding gives no entry.
    """
    filters = layer.filter_count()
    columns = None
    if isinstance(layer, Dense):
        patches: Sequence[Sequence[int | None]] = [range(below)]
    elif isinstance(layer, Convolution):
        patches, columns = layer.patches, layer.columns()
    else:
        raise UsageError("layer", f"{layer.kind} has no layer matrix", "ask for another layer")
    count = layer.width(below) * layer.filter_length(below)
    if count > MAX_MAP_ENTRIES:
        raise SizeError(
            "layer matrix",
            f"{count} entries that are not 0, more than {MAX_MAP_ENTRIES}",
            "use a smaller layer",
        )
    entries = {
        (i, h): r * filters + c % filters
        for h, c in enumerate(range(layer.width(below)) if columns is None else columns)
        for r, i in enumerate(patches[c // filters])
        if i is not None
    }
    return LinearStructure(
        below, layer.width(below), layer.filter_length(below) * filters, entries, filters
    )


def layer_matrix(
    problem: Problem,
    k: int,
    arithmetic: Arithmetic = RATIONALS,
    parameters: Any = None,
    limit: int | None = None,
) -> Any:
    """U_k, an n_{k-1} x n_k matrix of ``arithmetic``, at ``parameters`` or at the problem's.

    Over SYMBOLS, without parameters, the entries are symbols w_r_t for W[r, t].

    Errors: UsageError for a layer that does not exist or is pooling; InputError for missing
    parameters; LimitError for more entries than ``limit``.

    The example of NH18, section 2.1: two filters of length 3 on 5 neurons.

    >>> from exactland.model.network import SequentialNetwork
    >>> from exactland.model.patches import conv1d
    >>> network = SequentialNetwork([Convolution(conv1d(5, 3), filters=2)])
    >>> problem = Problem(network, [[0, 0, 0, 0, 0]])
    >>> filters = LayerNumbers([["a", "d"], ["b", "e"], ["c", "f"]], [0] * 6)
    >>> U = layer_matrix(problem, 1, parameters=[filters])
    >>> for row in zip(*U):
    ...     print(*row)
    a b c 0 0
    d e f 0 0
    0 a b c 0
    0 d e f 0
    0 0 a b c
    0 0 d e f
    """
    layer = problem.sequential.layer(k)
    below = problem.widths[k - 1]
    require_room(below, layer.width(below), arithmetic, f"U_{k}", limit)
    if not layer.has_parameters():
        raise UsageError(f"layer {k}", f"{layer.kind} has no layer matrix", "ask for another layer")
    if parameters is None and problem.parameters is None and arithmetic.name == "symbolic":
        parameters = symbolic_parameters(problem)
    weights = layer_numbers(problem, k, parameters).W
    if isinstance(layer, Dense):
        return number_rows(weights, arithmetic)
    flat = [value for row in weights for value in row]
    return number_rows(layer_map(layer, below).at(flat, fmpq(0)), arithmetic)


def symbolic_parameters(problem: Problem) -> tuple[LayerNumbers | None, ...]:
    """All parameters as SymPy symbols: in layer k, w_r_t for W_k[r, t] and b_j for b_k[j].

    Layers are told apart by a superscript, w_0_1^(2), when there are several with parameters.
    """
    several = sum(layer.has_parameters() for layer in problem.sequential.layers) > 1

    def symbol(k: int, letter: str, *index: int) -> Any:
        mark = f"^({k})" if several else ""
        return SYMBOLS.symbol("_".join([letter, *map(str, index)]) + mark)

    return named_parameters(problem, symbol)
