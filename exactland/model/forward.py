"""Pre-activations G_k, features F_k and Psi, by one program over every arithmetic.

A layer is one matrix product: the patches of all samples are gathered into an (N P) x l matrix, so
that U_k with its many zeros is never formed. With ``columns`` only some neurons of the last layer
are computed, and below it only those that they depend on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import InputError, UsageError
from exactland.functions.activations import Activation
from exactland.model.layers import AveragePooling, Convolution, Layer, Pooling
from exactland.model.numbers import (
    MISSING_REMEDY,
    layer_numbers,
    number_rows,
    require_room,
    working,
)
from exactland.model.parameters import SkipNumbers, SkipParameters
from exactland.model.patches import Patch
from exactland.model.problem import Problem
from exactland.model.skip import Unit

#: The neurons of a layer that a matrix has columns for, in order; None for all.
Columns = Sequence[int] | None


@dataclass(frozen=True)
class LayerPass:
    """What a layer computes on all samples: G_k (None for pooling) and F_k."""

    pre_activations: Any
    features: Any


def pre_activation_matrix(
    problem: Problem,
    k: int,
    arithmetic: Arithmetic = RATIONALS,
    parameters: Any = None,
    columns: Columns = None,
    limit: int | None = None,
) -> Any:
    """G_k = F_{k-1} U_k + 1 b_k^T, an N x n_k matrix of ``arithmetic`` (k >= 1, no pooling).

    Parameters
    ----------
    parameters : one LayerParameters or LayerNumbers a layer; without them, the problem's.
    columns : the neurons to compute, in this order; without it, all.
    limit : the largest number of entries of a matrix on the way.

    Errors: UsageError for a layer that does not exist, InputError for missing parameters,
    NotExactError where the arithmetic has no value, LimitError over the limit.

    >>> from exactland.model.layers import Dense
    >>> from exactland.model.network import SequentialNetwork
    >>> network = SequentialNetwork([Dense(2, activation="relu")])
    >>> problem = Problem(network, [[1], [2]], [{"W": [[1, -1]], "b": [0, "1/2"]}])
    >>> pre_activation_matrix(problem, 1)
    [[1, -1/2], [2, -3/2]]
    """
    if isinstance(layer := problem.sequential.layer(k), Pooling):
        raise UsageError(f"layer {k}", f"{layer.kind} has no pre-activations", "ask for features")
    return _passes(problem, k, arithmetic, parameters, columns, limit, last=False)[
        -1
    ].pre_activations


def feature_matrix(
    problem: Problem,
    k: int,
    arithmetic: Arithmetic = RATIONALS,
    parameters: Any = None,
    columns: Columns = None,
    limit: int | None = None,
) -> Any:
    """F_k = sigma_k(G_k), an N x n_k matrix of ``arithmetic``; F_0 is the data.

    The arguments and errors are those of ``pre_activation_matrix``; pooling is allowed.

    >>> from exactland.model.layers import Dense
    >>> from exactland.model.network import SequentialNetwork
    >>> network = SequentialNetwork([Dense(2, "none", "relu"), Dense(1, "none")])
    >>> problem = Problem(network, [[1], [-2]], [{"W": [[1, -1]]}, {"W": [[1], [1]]}])
    >>> feature_matrix(problem, 1), feature_matrix(problem, 2), feature_matrix(problem, 0)
    ([[1, 0], [0, 2]], [[1], [2]], [[1], [-2]])
    """
    if k == 0 and not isinstance(k, bool):
        width = problem.sequential.widths(problem.data.dimension)[0]
        inputs = arithmetic.matrix(problem.data.inputs)
        return (
            inputs
            if columns is None
            else arithmetic.take_columns(inputs, _checked(columns, width, 0))
        )
    return _passes(problem, k, arithmetic, parameters, columns, limit)[-1].features


def forward_passes(
    problem: Problem, arithmetic: Arithmetic, parameters: Any = None, limit: int | None = None
) -> tuple[LayerPass, ...]:
    """G_k and F_k of every layer, k = 1, ..., L."""
    return tuple(_passes(problem, problem.sequential.depth, arithmetic, parameters, None, limit))


def gather(
    matrix: Any, patches: Sequence[Patch], arithmetic: Arithmetic, place: str, limit: int | None
) -> Any:
    """The patches of all samples, an (N P) x l matrix: row i P + p is patch p of sample i."""
    samples, _ = arithmetic.shape(matrix)
    length = len(patches[0])
    require_room(samples * len(patches), length, arithmetic, place, limit)
    columns = [i for patch in patches for i in patch]
    gathered = arithmetic.take_columns(matrix, columns)
    return arithmetic.reshape(gathered, samples * len(patches), length)


def _passes(
    problem: Problem,
    k: int,
    arithmetic: Arithmetic,
    parameters: Any,
    columns: Columns,
    limit: int | None,
    last: bool = True,
) -> list[LayerPass]:
    """The passes of layers 1 to k; without ``last``, the features of layer k are left out."""
    network, widths = problem.sequential, problem.widths
    network.layer(k)
    if columns is not None:
        columns = _checked(columns, widths[k], k)
    wanted = _wanted(network.layers[:k], columns)
    passes: list[LayerPass] = []
    inputs: Sequence[Sequence[Any]] = problem.data.inputs
    if (kept := wanted[0]) is not None:
        inputs = [[row[i] for i in kept] for row in inputs]
    matrix = arithmetic.matrix(inputs)
    for j, layer in enumerate(network.layers[:k], start=1):
        size = widths[j] if (chosen := wanted[j]) is None else len(chosen)
        require_room(problem.data.samples, size, arithmetic, f"F_{j}", limit)
        below = _positions(wanted[j - 1])
        with working(arithmetic):
            if isinstance(layer, Pooling):
                matrix = _pool(matrix, layer, below, wanted[j], arithmetic)
                passes.append(LayerPass(None, matrix))
                continue
            numbers = layer_numbers(problem, j, parameters)
            weights = number_rows(numbers.W, arithmetic)
            pre = _multiply(matrix, layer, weights, below, wanted[j], arithmetic, f"G_{j}", limit)
            if numbers.b is not None and len(numbers.b):
                filters = layer.filter_count()
                tied = layer.bias == "filter"  # type: ignore[attr-defined]
                neurons = range(widths[j]) if chosen is None else chosen
                row = [numbers.b[h % filters if tied else h] for h in neurons]
                pre = arithmetic.add(pre, number_rows([row], arithmetic))
            if last or j < k:
                sigma = layer.activation  # type: ignore[attr-defined]
                matrix = activate(pre, sigma, arithmetic, f"layer {j}")
            passes.append(LayerPass(pre, matrix))
    return passes


def activate(
    matrix: Any, activation: Activation, arithmetic: Arithmetic, place: str = "activation"
) -> Any:
    """sigma of every entry; an InputError where it is not defined names the place."""
    if activation.name == "identity":
        return matrix
    try:
        return arithmetic.map(matrix, lambda t: activation.value(t, arithmetic))
    except InputError as error:
        raise InputError(f"{place}, {error.place}", error.reason, error.remedy) from None


def _wanted(layers: Sequence[Layer], columns: Columns) -> list[Columns]:
    """For layers 0 to k the neurons that the columns of layer k depend on, None for all."""
    wanted: list[Columns] = [columns]
    for layer in reversed(layers):
        above = wanted[0]
        if above is None or not isinstance(layer, (Convolution, Pooling)):
            wanted.insert(0, None)
            continue
        if isinstance(layer, Convolution):
            above = list({layer.column(h) // layer.filters for h in above})  # the patches
        neurons = {i for p in above for i in layer.patches[p] if i is not None}
        wanted.insert(0, sorted(neurons))
    return wanted


def _positions(neurons: Columns) -> dict[int, int] | None:
    return None if neurons is None else {i: column for column, i in enumerate(neurons)}


def _placed(patch: Patch, below: dict[int, int] | None) -> Patch:
    """The columns of a patch's neurons."""
    return patch if below is None else tuple(None if i is None else below[i] for i in patch)


def _multiply(
    matrix: Any,
    layer: Layer,
    weights: Any,
    below: dict[int, int] | None,
    columns: Columns,
    arithmetic: Arithmetic,
    place: str,
    limit: int | None,
) -> Any:
    """F U_k, or the chosen columns of it.

    The columns of a grouped convolution are some of those of the convolution that has all its
    filters on all its patches.
    """
    if not isinstance(layer, Convolution):
        if columns is not None:
            weights = arithmetic.take_columns(weights, list(columns))
        return arithmetic.multiply(matrix, weights)
    filters = layer.filters
    numbers: Sequence[int] = range(len(layer.patches))
    kept: Sequence[int] = range(filters)
    chosen = layer.columns() if columns is None else [layer.column(h) for h in columns]
    if columns is not None and chosen is not None:
        numbers = sorted({c // filters for c in chosen})
        kept = sorted({c % filters for c in chosen})
        weights = arithmetic.take_columns(weights, list(kept))
    samples, _ = arithmetic.shape(matrix)
    patches = [_placed(layer.patches[p], below) for p in numbers]
    require_room(samples, len(numbers) * len(kept), arithmetic, place, limit)
    product = arithmetic.multiply(gather(matrix, patches, arithmetic, place, limit), weights)
    product = arithmetic.reshape(product, samples, len(numbers) * len(kept))
    if chosen is None:
        return product
    column = {
        p * filters + t: a * len(kept) + c
        for a, p in enumerate(numbers)
        for c, t in enumerate(kept)
    }
    return arithmetic.take_columns(product, [column[c] for c in chosen])


def _pool(
    matrix: Any,
    layer: Pooling,
    below: dict[int, int] | None,
    columns: Columns,
    arithmetic: Arithmetic,
) -> Any:
    """The largest entry of every patch, enclosed where entries overlap; or the average."""
    numbers = range(len(layer.patches)) if columns is None else columns
    patches = [_placed(layer.patches[p], below) for p in numbers]
    if isinstance(layer, AveragePooling):
        samples = arithmetic.shape(matrix)[0]
        total = None
        for entries in zip(*patches, strict=True):
            part = arithmetic.take_columns(matrix, entries)
            total = part if total is None else arithmetic.add(total, part)
        factors = [fmpq(1, layer.divisors[p]) for p in numbers]
        return arithmetic.hadamard(total, arithmetic.matrix([factors] * samples))
    # Padding is absent: in its place the patch's own first neuron, once more.
    own = [next(i for i in patch if i is not None) for patch in patches]
    result = None
    for entries in zip(*patches, strict=True):
        chosen = [first if i is None else i for first, i in zip(own, entries, strict=True)]
        part = arithmetic.take_columns(matrix, chosen)
        result = part if result is None else _maximum(result, part, arithmetic)
    return result


def _maximum(left: Any, right: Any, arithmetic: Arithmetic) -> Any:
    """The entrywise maximum."""
    if arithmetic.arrays:
        return arithmetic.call("max", left, right)
    return arithmetic.from_rows(
        [
            [arithmetic.call("max", x, y) for x, y in zip(a, b, strict=True)]
            for a, b in zip(arithmetic.rows(left), arithmetic.rows(right), strict=True)
        ]
    )


def _checked(columns: Sequence[int], width: int, k: int) -> list[int]:
    """The columns as a list; UsageError for one that does not exist or for none at all."""
    result = [int(h) for h in columns]
    wrong = next((h for h in result if not 0 <= h < width), None)
    if wrong is not None or not result:
        reason = "no column is asked for" if wrong is None else f"there is no neuron {wrong}"
        raise UsageError(f"columns of layer {k}", reason, f"they are 0 to {width - 1}")
    return result


def skip_feature_matrix(
    problem: Problem,
    arithmetic: Arithmetic = RATIONALS,
    parameters: Any = None,
    columns: Columns = None,
    limit: int | None = None,
) -> Any:
    """Psi of NMH19: the values of the skip units on all samples, an N x M matrix.

    ``parameters`` is a SkipParameters or SkipNumbers, by default the problem's; ``columns`` chooses
    skip units by position. Errors are those of ``pre_activation_matrix``.

    >>> from exactland.model.skip import SkipNetwork
    >>> network = SkipNetwork([Unit("h", 1, [0], "u", "b", "relu")], ["h"])
    >>> parameters = SkipParameters({"u": [2]}, {"b": -1})
    >>> skip_feature_matrix(Problem(network, [[0], [1]], parameters))
    [[0], [1]]
    """
    network = problem.skip
    require_room(problem.data.samples, len(network.units), arithmetic, "Psi", limit)
    skips = network.skips
    if columns is not None:
        skips = tuple(skips[j] for j in _checked(columns, len(skips), 0))
    values = unit_values(problem, arithmetic, parameters, skips)
    lines = [[row[0] for row in arithmetic.rows(values[id])] for id in skips]
    return arithmetic.from_rows(list(zip(*lines, strict=True)))


def unit_values(
    problem: Problem, arithmetic: Arithmetic, parameters: Any, wanted: Sequence[str]
) -> dict[str, Any]:
    """The value of every unit that ``wanted`` units depend on, an N x 1 matrix each."""
    given = problem.parameters if parameters is None else parameters
    if given is None:
        raise InputError("parameters", "the network has no parameters", MISSING_REMEDY)
    if not isinstance(given, (SkipParameters, SkipNumbers)):
        raise InputError("parameters", "they are not those of a skip network", "use SkipParameters")
    needed = set(wanted)
    for unit in reversed(problem.skip.units):
        if unit.id in needed:
            needed.update(unit.unit_sources)
    inputs = arithmetic.matrix(problem.data.inputs)
    values: dict[str, Any] = {}
    with working(arithmetic):
        for unit in problem.skip.units:
            if unit.id in needed:
                pre = _unit_pre_activation(unit, inputs, values, given, arithmetic)
                place = f"unit {unit.id}"
                values[unit.id] = activate(pre, unit.activation, arithmetic, place)
    return values


def unit_pre_activation(problem: Problem, arithmetic: Arithmetic, parameters: Any, id: str) -> Any:
    """What a unit of a skip network computes before its activation, an N x 1 matrix."""
    unit = problem.skip.unit(id)
    values = unit_values(problem, arithmetic, parameters, unit.unit_sources)
    given: Any = problem.parameters if parameters is None else parameters
    with working(arithmetic):
        inputs = arithmetic.matrix(problem.data.inputs)
        return _unit_pre_activation(unit, inputs, values, given, arithmetic)


def _unit_pre_activation(
    unit: Unit,
    inputs: Any,
    values: dict[str, Any],
    parameters: SkipParameters | SkipNumbers,
    arithmetic: Arithmetic,
) -> Any:
    """b + sum_r u[r] f_source_r on all samples, N x 1."""
    weights = parameters.groups[unit.group]
    coordinates = [(s, u) for s, u in zip(unit.sources, weights, strict=True) if isinstance(s, int)]
    total = None
    if coordinates:
        part = arithmetic.take_columns(inputs, [s for s, _ in coordinates])
        total = arithmetic.multiply(part, number_rows([[u] for _, u in coordinates], arithmetic))
    for source, weight in zip(unit.sources, weights, strict=True):
        if isinstance(source, str):
            term = arithmetic.multiply(values[source], number_rows([[weight]], arithmetic))
            total = term if total is None else arithmetic.add(total, term)
    if unit.bias is not None:
        total = arithmetic.add(total, number_rows([[parameters.biases[unit.bias]]], arithmetic))
    return total
