"""The sentences of steps that say what a statement is about, and of bounds (section 10)."""

from __future__ import annotations

from collections.abc import Callable

from ..activations import decimal
from ..canonical import rational
from .setting import GIVEN, Claim, Stage

_KINDS = {"convolution": "a convolution", "dense": "dense", "max-pooling": "max-pooling"}


def where(at: Stage) -> str:
    return f"at the {'given' if at == GIVEN else 'constructed'} parameters"


def _number(claim: Claim, key: str) -> str:
    return decimal(rational(claim[key], ""))


def _layer_kind(claim: Claim, at: Stage) -> str:
    return f"Layer {claim['layer']} is {_KINDS[claim['is']]}."


def _named(claim: Claim, at: Stage) -> str:
    return f"The activation of layer {claim['layer']} is one of {', '.join(claim['names'])}."


def _residual_loss(claim: Claim, at: Stage) -> str:
    return (
        f"Phi ({claim['loss']}) is a sum of l(f_Lj(x_i) - y_ij) over all samples and outputs with "
        "l continuously differentiable."
    )


def _differentiable(claim: Claim, at: Stage) -> str:
    layer = claim["layer"]
    return f"sigma_{layer} is differentiable at every entry of G_{layer} {where(at)}."


def _inequality(claim: Claim, at: Stage) -> str:
    return f"{claim['left']} <= {claim['right']} for every t >= {_number(claim, 'from')}."


def _family(claim: Claim, bounded: bool) -> str:
    layer = claim["layer"]
    return (
        f"E(alpha) = {'[1, A(alpha)]' if bounded else '[A(alpha), 1]'} with A(alpha)_ij = "
        f"sigma_{layer}(alpha <z_j - z_i, a> + {_number(claim, 'point')}), i <= N, j < N, and "
        f"z_1, ..., z_N the rows of F_{layer - 1} in the order of this step"
    )


def _determinant_at(claim: Claim, at: Stage) -> str:
    low, high, alpha = (_number(claim, key) for key in ("low", "high", "alpha"))
    what = _family(claim, claim["bounded"])
    return f"{low} <= det E(alpha) <= {high} at alpha = {alpha}, {what}."


def _permutation_terms(claim: Claim, at: Stage) -> str:
    power, beta = len(claim["gamma"]) - 1, _number(claim, "point")
    return (
        f"In the Leibniz sum of det E(alpha) at alpha = {_number(claim, 'alpha')} the identity "
        f"gives sigma_{claim['layer']}({beta})^{power} != 0 and the absolute values of all other "
        f"terms add up to at most {_number(claim, 'bound')}, {_family(claim, False)}."
    )


def _bounded_below(claim: Claim, at: Stage) -> str:
    image = f"||F_{claim['layer']}^T x||^2"
    return f"{_number(claim, 'low')} ||x||^2 <= {image} {where(at)} for every vector x."


def _bounded_above(claim: Claim, at: Stage) -> str:
    image = f"||F_{claim['layer']}^T x||^2"
    return f"{image} <= {_number(claim, 'high')} ||x||^2 {where(at)} for every vector x."


def _sharp_below(claim: Claim, at: Stage) -> str:
    image, low = f"||F_{claim['layer']}^T x||^2", _number(claim, "low")
    return f"{image} < 1.01 * {low} ||x||^2 {where(at)} for the vector x of this step."


def _sharp_above(claim: Claim, at: Stage) -> str:
    image, high = f"||F_{claim['layer']}^T x||^2", _number(claim, "high")
    return f"1.01 {image} > {high} ||x||^2 {where(at)} for the vector x of this step."


def _norm_bounds(claim: Claim, at: Stage) -> str:
    low, high = (_number(claim, key) for key in ("low", "high"))
    x, what = ("B", "matrix B (Frobenius norms)") if claim["matrices"] else ("x", "vector x")
    image = f"||F_{claim['layer']}^T {x}||^2"
    return (
        f"{low} ||{x}||^2 <= {image} <= {high} ||{x}||^2 {where(at)} for every {what}; "
        f"{image} < 1.01 * {low} ||{x}||^2 for some {x}, and 1.01 {image} > {high} ||{x}||^2 for "
        f"some {x}."
    )


FACTS: dict[str, Callable[[Claim, Stage], str]] = {
    "layer-kind": _layer_kind,
    "named-activation": _named,
    "residual-loss": _residual_loss,
    "differentiable": _differentiable,
    "inequality": _inequality,
    "determinant-at": _determinant_at,
    "permutation-terms": _permutation_terms,
    "bounded-below": _bounded_below,
    "bounded-above": _bounded_above,
    "sharp-below": _sharp_below,
    "sharp-above": _sharp_above,
    "norm-bounds": _norm_bounds,
}
