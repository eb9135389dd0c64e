"""Backpropagation: Delta_k, the gradients for U_k, W_k, b_k (NH17 Lemma 2.1, NH18 Lemma H.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import InputError, NotDifferentiableError
from exactland.functions.activations import Activation
from exactland.model.forward import forward_passes, gather
from exactland.model.layers import AveragePooling, Convolution, Dense, Layer, Pooling
from exactland.model.losses import Loss
from exactland.model.messages import shown
from exactland.model.numbers import layer_numbers, number_rows, require_room, working
from exactland.model.problem import Problem
from exactland.model.ties import FLAT, Sources


@dataclass(frozen=True)
class LayerGradient:
    """The derivatives of Phi at one layer, matrices of the arithmetic they were asked in.

    ``delta`` : Delta_k = dPhi/dG_k, N x n_k; for pooling dPhi/dF_k.
    ``d_weights`` : dPhi/dW_k, the shape of W_k; None for pooling.
    ``d_layer_matrix`` : dPhi/dU_k = F_{k-1}^T Delta_k, n_{k-1} x n_k, the entries of U_k taken as
    independent; None for pooling and where it was not asked for.
    ``d_bias`` : dPhi/db_k, one row; None without a bias.
    """

    delta: Any
    d_weights: Any
    d_layer_matrix: Any
    d_bias: Any


def gradients(
    problem: Problem,
    arithmetic: Arithmetic = RATIONALS,
    parameters: Any = None,
    layer_matrices: bool = True,
    limit: int | None = None,
    lowest: int = 1,
) -> tuple[LayerGradient, ...]:
    """The gradients of Phi at ``parameters`` (default: the problem's), layer ``lowest`` first.

    Delta_L = dPhi/dF_L o sigma_L'(G_L), Delta_k = (Delta_{k+1} U_{k+1}^T) o sigma_k'(G_k). With
    ``layer_matrices`` false, dPhi/dU_k is left out: it is large for a convolution. Below layer
    ``lowest`` no derivative is asked for, and none has to exist.

    Where a maximum is attained twice, it is still differentiable if the tied entries all have the
    derivative 0 (dead ReLUs), or are one and the same neuron (patches that overlap).

    Errors: InputError for a missing loss, target or parameter; NotDifferentiableError at a kink of
    an activation, and where the maximum of a patch is neither shown to be attained once nor so;
    NotExactError, LimitError and UsageError as for the features.

    >>> from exactland.model.network import SequentialNetwork
    >>> from exactland.model.problem import Data
    >>> network = SequentialNetwork([Dense(1, activation="relu"), Dense(1, "none")])
    >>> problem = Problem(
    ...     network, Data([[1], [2]], targets=[0, 0]),
    ...     [{"W": [[1]], "b": [0]}, {"W": [[3]]}], loss="half-squared",
    ... )
    >>> [gradient.d_weights for gradient in gradients(problem)]
    [[[45]], [[15]]]
    """
    network = problem.sequential
    loss = _loss(problem)
    passes = forward_passes(problem, arithmetic, parameters, limit)
    data = problem.data
    result: list[LayerGradient] = []
    with working(arithmetic):
        upward = loss.derivative(passes[-1].features, data.targets, data.classes, arithmetic)
        for k in range(network.depth, lowest - 1, -1):
            layer = network.layer(k)
            inputs = passes[k - 2].features if k > 1 else arithmetic.matrix(data.inputs)
            if isinstance(layer, Pooling):
                result.append(LayerGradient(upward, None, None, None))
                if k > lowest:
                    if isinstance(layer, AveragePooling):
                        upward = _through_average(upward, inputs, layer, arithmetic)
                        continue
                    sources = Sources(problem, passes, arithmetic)
                    upward = _through_maximum(upward, inputs, k, sources)
                continue
            slope = _slopes(passes[k - 1].pre_activations, _activation(layer), arithmetic)
            delta = upward if slope is None else arithmetic.hadamard(upward, slope)
            result.append(_gradient(layer, inputs, delta, arithmetic, layer_matrices, k, limit))
            if k > lowest:
                weights = number_rows(layer_numbers(problem, k, parameters).W, arithmetic)
                upward = _through_weights(delta, weights, layer, problem.widths[k - 1], arithmetic)
    return tuple(reversed(result))


def loss_value(problem: Problem, arithmetic: Arithmetic = RATIONALS, parameters: Any = None) -> Any:
    """Phi at ``parameters``, a number of ``arithmetic``; errors as for ``gradients``.

    >>> from exactland.model.network import SequentialNetwork
    >>> from exactland.model.problem import Data
    >>> data = Data([[1], [2]], targets=[0, 1])
    >>> network = SequentialNetwork([Dense(1, "none")])
    >>> loss_value(Problem(network, data, [{"W": [["1/2"]]}], "squared"))
    1/4
    """
    loss = _loss(problem)
    outputs = forward_passes(problem, arithmetic, parameters)[-1].features
    with working(arithmetic):
        return loss.value(outputs, problem.data.targets, problem.data.classes, arithmetic)


def _loss(problem: Problem) -> Loss:
    if problem.loss is None:
        raise InputError("loss", "the problem has no loss", 'give one, such as "half-squared"')
    return problem.loss


def _activation(layer: Layer) -> Activation:
    if isinstance(layer, (Convolution, Dense)):
        return layer.activation
    raise InputError("layer", f"{shown(layer)} has no activation", "ask for another layer")


def _slopes(pre: Any, activation: Activation, arithmetic: Arithmetic) -> Any:
    """sigma'(G); None for the identity."""
    if activation.name == "identity":
        return None
    return arithmetic.map(pre, lambda t: activation.derivative(t, arithmetic))


def _gradient(
    layer: Layer,
    inputs: Any,
    delta: Any,
    arithmetic: Arithmetic,
    layer_matrices: bool,
    k: int,
    limit: int | None,
) -> LayerGradient:
    """The gradients of one layer from F_{k-1} and Delta_k.

    dPhi/dW[r, t] is the sum of dPhi/dU[i, p T + t] over the patches p with neuron i at position r
    (the chain rule through M_k): the product of the gathered patches with Delta, by rows i P + p.
    """
    samples, width = arithmetic.shape(delta)
    by_filter = _by_filter(delta, layer, arithmetic)
    rows = arithmetic.shape(by_filter)[0]
    patches = inputs
    if isinstance(layer, Convolution):
        patches = gather(inputs, layer.patches, arithmetic, f"dPhi/dW_{k}", limit)
    d_weights = arithmetic.multiply(arithmetic.transpose(patches), by_filter)
    d_layer_matrix = None
    if layer_matrices:
        below = arithmetic.shape(inputs)[1]
        require_room(below, width, arithmetic, f"dPhi/dU_{k}", limit)
        d_layer_matrix = arithmetic.multiply(arithmetic.transpose(inputs), delta)
    bias = getattr(layer, "bias", "none")
    d_bias = None
    if bias == "neuron":
        d_bias = _column_sums(delta, samples, arithmetic)
    elif bias == "filter":
        d_bias = _column_sums(by_filter, rows, arithmetic)
    return LayerGradient(delta, d_weights, d_layer_matrix, d_bias)


def _by_filter(delta: Any, layer: Layer, arithmetic: Arithmetic) -> Any:
    """Delta with a row for every sample and patch, a column a filter.

    Of a grouped convolution, 0 for the filters of other groups, which do not see the patch.
    """
    samples = arithmetic.shape(delta)[0]
    filters = layer.filter_count()
    if not isinstance(layer, Convolution):
        return arithmetic.reshape(delta, samples, filters)
    count = len(layer.patches)
    if (columns := layer.columns()) is not None:
        places: list[int | None] = [None] * (count * filters)
        for h, column in enumerate(columns):
            places[column] = h
        delta = arithmetic.take_columns(delta, places)
    return arithmetic.reshape(delta, samples * count, filters)


def _column_sums(matrix: Any, rows: int, arithmetic: Arithmetic) -> Any:
    return arithmetic.multiply(arithmetic.matrix([[fmpq(1)] * rows]), matrix)


def _through_weights(
    delta: Any, weights: Any, layer: Layer, below: int, arithmetic: Arithmetic
) -> Any:
    """Delta U^T, N x n_{k-1}, without forming U."""
    transposed = arithmetic.transpose(weights)
    if not isinstance(layer, Convolution):
        return arithmetic.multiply(delta, transposed)
    samples = arithmetic.shape(delta)[0]
    spread = arithmetic.multiply(_by_filter(delta, layer, arithmetic), transposed)
    spread = arithmetic.reshape(spread, samples, len(layer.patches) * len(layer.patches[0]))
    return _collect(spread, [i for patch in layer.patches for i in patch], below, arithmetic)


def _collect(spread: Any, neurons: Sequence[int | None], below: int, arithmetic: Arithmetic) -> Any:
    """Column i of the result is the sum of the columns of ``spread`` that belong to neuron i."""
    places: list[list[int]] = [[] for _ in range(below)]
    for column, i in enumerate(neurons):
        if i is not None:
            places[i].append(column)
    result = None
    for turn in range(max(1, *map(len, places))):
        part = arithmetic.take_columns(
            spread, [columns[turn] if turn < len(columns) else None for columns in places]
        )
        result = part if result is None else arithmetic.add(result, part)
    return result


def _through_average(
    upward: Any, inputs: Any, layer: AveragePooling, arithmetic: Arithmetic
) -> Any:
    """dPhi/dF below an average-pooling layer: patches pass on derivatives in equal parts."""
    samples, below = arithmetic.shape(inputs)
    factors = [fmpq(1, divisor) for divisor in layer.divisors]
    parts = arithmetic.hadamard(upward, arithmetic.matrix([factors] * samples))
    spread = arithmetic.take_columns(
        parts, [p for p, patch in enumerate(layer.patches) for _ in patch]
    )
    return _collect(spread, [i for patch in layer.patches for i in patch], below, arithmetic)


def _through_maximum(upward: Any, inputs: Any, k: int, sources: Sources) -> Any:
    """dPhi/dF below the max-pooling layer k: each patch passes its derivative to its maximum."""
    arithmetic = sources.arithmetic
    zero = arithmetic.number(fmpq(0))
    result = []
    for sample, (values, slopes) in enumerate(
        zip(arithmetic.rows(inputs), arithmetic.rows(upward), strict=True)
    ):
        row = [zero] * len(values)
        for p, slope in enumerate(slopes):
            largest = sources.largest(k, sample, p)
            source = sources.common(k - 1, sample, largest) if len(largest) > 1 else None
            if len(largest) > 1 and source is None:
                raise NotDifferentiableError(
                    f"layer {k}, sample {sample}, patch {p}",
                    "the maximum is not shown to be attained once, nor by entries of slope 0 only",
                    "change the parameters a little, or raise the precision",
                )
            if source != FLAT:
                row[largest[0]] = row[largest[0]] + slope
        result.append(row)
    return arithmetic.from_rows(result)
