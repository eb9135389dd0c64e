"""Derivatives of Phi forwards: the independent side on which Lemma 2.1 of NH17 is checked.

A tangent dG_k at layer k is pushed upwards, dF = sigma'(G) o dG and dG_{l+1} = dF W_{l+1}, which is
the chain rule and nothing else. With free symbols for the features, slopes, weights and l' this
gives an identity of polynomials for the architecture; with numbers, the gradients at a point. The
slopes are taken from Taylor series, not from the formulas that backpropagation uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.formal import FORMAL
from exactland.errors import InputError, NotExactError
from exactland.functions.taylor import taylor
from exactland.model.forward import forward_passes
from exactland.model.numbers import layer_numbers, number_rows, working
from exactland.model.problem import Problem

#: The largest number of paths from a neuron of a layer to the outputs: the terms of an identity.
MOST_PATHS = 4000


@dataclass(frozen=True)
class Symbols:
    """Free symbols for one sample: features f_k, slopes s_k, weights W_k, and l' at the outputs."""

    features: tuple[tuple[Any, ...], ...]
    slopes: tuple[tuple[Any, ...], ...]
    weights: tuple[tuple[tuple[Any, ...], ...], ...]
    loss_slopes: tuple[Any, ...]


def symbols_for(widths: tuple[int, ...]) -> Symbols:
    """The symbols of a dense network with widths n_0, ..., n_L; entry k - 1 belongs to layer k.

    >>> print(symbols_for((2, 1)).weights[0][1][0])
    W1[2,1]
    """
    name = FORMAL.symbol
    layers = range(1, len(widths))
    return Symbols(
        tuple(tuple(name(f"f{k - 1}[{r + 1}]") for r in range(widths[k - 1])) for k in layers),
        tuple(tuple(name(f"s{k}[{j + 1}]") for j in range(widths[k])) for k in layers),
        tuple(
            tuple(
                tuple(name(f"W{k}[{r + 1},{j + 1}]") for j in range(widths[k]))
                for r in range(widths[k - 1])
            )
            for k in layers
        ),
        tuple(name(f"e[{j + 1}]") for j in range(widths[-1])),
    )


def paths(widths: tuple[int, ...], k: int) -> int:
    """The number of paths from a neuron of layer k to the outputs."""
    count = 1
    for width in widths[k + 1 :]:
        count *= width
    return count


def formula_fails(widths: tuple[int, ...], k: int) -> str | None:
    """None if Lemma 2.1 holds at layer k as an identity of polynomials, for one sample.

    Samples do not meet before the sum over them, which both sides take. The answer is otherwise
    the first entry that differs.

    >>> formula_fails((2, 3, 2), 1) is None
    True
    """
    symbols = symbols_for(widths)
    delta = _delta(symbols, widths, k)
    zero, one = FORMAL.number(fmpq(0)), FORMAL.number(fmpq(1))
    for j in range(widths[k]):
        unit = [one if i == j else zero for i in range(widths[k])]
        if not (_pushed(symbols, widths, k, unit) - delta[j]).is_zero():
            return f"dPhi/dg_{k}{j + 1}"
        for r, feature in enumerate(symbols.features[k - 1]):
            # Moving the entry (r, j) of W_k moves g_kj by the feature r of layer k - 1.
            moved = [feature if i == j else zero for i in range(widths[k])]
            if not (_pushed(symbols, widths, k, moved) - feature * delta[j]).is_zero():
                return f"the derivative for entry ({r + 1}, {j + 1}) of W_{k}"
    return None


def _delta(symbols: Symbols, widths: tuple[int, ...], k: int) -> list[Any]:
    """delta_k of one sample by the formulas of Lemma 2.1."""
    delta = [e * s for e, s in zip(symbols.loss_slopes, symbols.slopes[-1], strict=True)]
    for layer in range(len(widths) - 2, k - 1, -1):
        weights, slopes = symbols.weights[layer], symbols.slopes[layer - 1]
        zero = FORMAL.number(fmpq(0))
        delta = [
            sum((d * w for d, w in zip(delta, weights[j], strict=True)), zero) * slopes[j]
            for j in range(widths[layer])
        ]
    return delta


def _pushed(symbols: Symbols, widths: tuple[int, ...], k: int, tangent: list[Any]) -> Any:
    """The derivative of Phi along the tangent dg_k, forwards."""
    zero = FORMAL.number(fmpq(0))
    for layer in range(k, len(widths)):
        moved = [s * t for s, t in zip(symbols.slopes[layer - 1], tangent, strict=True)]
        if layer == len(widths) - 1:
            return sum((e * m for e, m in zip(symbols.loss_slopes, moved, strict=True)), zero)
        weights = symbols.weights[layer]
        tangent = [
            sum((m * row[j] for m, row in zip(moved, weights, strict=True)), zero)
            for j in range(widths[layer + 1])
        ]
    return zero


@dataclass(frozen=True)
class ForwardGradient:
    """dPhi/dG_k (N x n_k), dPhi/dW_k and dPhi/db_k as rows of numbers."""

    delta: list[list[Any]]
    d_weights: list[list[Any]]
    d_bias: list[Any]


def forward_gradient(problem: Problem, k: int, arithmetic: Arithmetic) -> ForwardGradient:
    """The derivatives of Phi at layer k by pushing unit tangents of G_k to the loss.

    Errors: NotExactError where the arithmetic has no value; InputError without a loss of the form
    l(F - Y) or parameters; NotDifferentiableError at a kink or not shown to be off it.
    """
    passes = forward_passes(problem, arithmetic)
    depth, samples = problem.sequential.depth, problem.data.samples
    with working(arithmetic):
        slopes = {
            layer: slopes_of(problem, layer, passes[layer - 1].pre_activations, arithmetic)
            for layer in range(k, depth + 1)
        }
        loss_slopes = _loss_slopes(problem, passes[-1].features, arithmetic)
        weights = {
            layer: arithmetic.rows(number_rows(layer_numbers(problem, layer, None).W, arithmetic))
            for layer in range(k + 1, depth + 1)
        }
        zero, one = arithmetic.number(fmpq(0)), arithmetic.number(fmpq(1))
        columns = []
        for j in range(problem.widths[k]):
            column = []
            for i in range(samples):
                tangent = [one if t == j else zero for t in range(problem.widths[k])]
                for layer in range(k, depth + 1):
                    moved = [s * t for s, t in zip(slopes[layer][i], tangent, strict=True)]
                    if layer < depth:
                        tangent = [
                            _dot(moved, w, zero) for w in zip(*weights[layer + 1], strict=True)
                        ]
                column.append(_dot(moved, loss_slopes[i], zero))
            columns.append(column)
        below = arithmetic.rows(
            passes[k - 2].features if k > 1 else arithmetic.matrix(problem.data.inputs)
        )
        d_weights = [
            [_dot(feature, c, zero) for c in columns] for feature in zip(*below, strict=True)
        ]
        d_bias = [sum(column, zero) for column in columns]
    return ForwardGradient([list(row) for row in zip(*columns, strict=True)], d_weights, d_bias)


def slopes_of(problem: Problem, k: int, pre: Any, arithmetic: Arithmetic) -> list[list[Any]]:
    """sigma_k' at every entry of G_k, by Taylor series."""
    layer: Any = problem.sequential.layer(k)
    definition = layer.activation.definition
    if definition is None:
        raise NotExactError(
            f"layer {k}", f"{layer.activation.name} has no expression", "use another activation"
        )
    return [[taylor(definition, t, 2, arithmetic)[1] for t in row] for row in arithmetic.rows(pre)]


def _loss_slopes(problem: Problem, outputs: Any, arithmetic: Arithmetic) -> list[list[Any]]:
    residual = None if problem.loss is None else problem.loss.residual
    targets = problem.data.targets
    if residual is None or targets is None:
        raise InputError("loss", "Phi is no sum of l(F - Y)", 'give targets and "squared"')
    return [
        [
            taylor(residual, f - arithmetic.number(y), 2, arithmetic)[1]
            for f, y in zip(row, wanted, strict=True)
        ]
        for row, wanted in zip(arithmetic.rows(outputs), targets, strict=True)
    ]


def _dot(left: Any, right: Any, zero: Any) -> Any:
    return sum((x * y for x, y in zip(left, right, strict=True)), zero)
