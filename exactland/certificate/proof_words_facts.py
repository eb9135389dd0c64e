"""The sentences of steps that say what a statement is about, and of bounds (section 10)."""

from __future__ import annotations

from typing import Any

from flint import fmpq

Json = Any
KINDS = {"convolution": "a convolution", "dense": "dense", "max-pooling": "max-pooling"}


def of_facts(claim: Json, at: Json) -> str:
    """The sentence of such a step, "" for others.

    >>> of_facts({"kind": "layer-kind", "layer": 2, "is": "dense"}, None)
    'Layer 2 is dense.'
    """
    return _of_setting(claim, at) or _of_family(claim) or _of_norms(claim, at)


def _of_setting(claim: Json, at: Json) -> str:
    layer = claim.get("layer")
    match claim["kind"]:
        case "layer-kind":
            return f"Layer {layer} is {KINDS[claim['is']]}."
        case "named-activation":
            return f"The activation of layer {layer} is one of {', '.join(claim['names'])}."
        case "residual-loss":
            return (
                f"Phi ({claim['loss']}) is a sum of l(f_Lj(x_i) - y_ij) over all samples and "
                "outputs with l continuously differentiable."
            )
        case "differentiable":
            return f"sigma_{layer} is differentiable at every entry of G_{layer} {where(at)}."
        case "inequality":
            start = decimal(claim["from"])
            return f"{claim['left']} <= {claim['right']} for every t >= {start}."
    return ""


def _of_family(claim: Json) -> str:
    """E(alpha) of NH17, Lemma 4.3, at one alpha."""
    match claim["kind"]:
        case "determinant-at":
            low, high = decimal(claim["low"]), decimal(claim["high"])
            what = _family(claim, claim["bounded"])
            return f"{low} <= det E(alpha) <= {high} at alpha = {decimal(claim['alpha'])}, {what}."
        case "permutation-terms":
            value = f"sigma_{claim['layer']}({decimal(claim['point'])})"
            return (
                f"In the Leibniz sum of det E(alpha) at alpha = {decimal(claim['alpha'])} the "
                f"identity gives {value}^{len(claim['gamma']) - 1} != 0 and the absolute values of "
                f"all other terms add up to at most {decimal(claim['bound'])}, "
                f"{_family(claim, False)}."
            )
    return ""


def _family(claim: Json, bounded: bool) -> str:
    layer = claim["layer"]
    return (
        f"E(alpha) = {'[1, A(alpha)]' if bounded else '[A(alpha), 1]'} with A(alpha)_ij = "
        f"sigma_{layer}(alpha <z_j - z_i, a> + {decimal(claim['point'])}), i <= N, j < N, and "
        f"z_1, ..., z_N the rows of F_{layer - 1} in the order of this step"
    )


def _of_norms(claim: Json, at: Json) -> str:
    """Lemmas H.2 and H.3 of NH18."""
    x, what = ("B", "matrix B (Frobenius norms)") if claim.get("matrices") else ("x", "vector x")
    image, length = f"||F_{claim.get('layer')}^T {x}||^2", f"||{x}||^2"
    low, high = (decimal(claim[key]) if key in claim else "" for key in ("low", "high"))
    close_low, close_high = f"{image} < 1.01 * {low} {length}", f"1.01 {image} > {high} {length}"
    match claim["kind"]:
        case "bounded-below":
            return f"{low} {length} <= {image} {where(at)} for every vector x."
        case "bounded-above":
            return f"{image} <= {high} {length} {where(at)} for every vector x."
        case "sharp-below":
            return f"{close_low} {where(at)} for the vector x of this step."
        case "sharp-above":
            return f"{close_high} {where(at)} for the vector x of this step."
        case "norm-bounds":
            both = f"{low} {length} <= {image} <= {high} {length}"
            sharp = f"{close_low} for some {x}, and {close_high} for some {x}"
            return f"{both} {where(at)} for every {what}; {sharp}."
    return ""


def where(at: Json) -> str:
    return f"at the {'given' if at == 'given' else 'constructed'} parameters"


def decimal(value: Json) -> str:
    """A rational of the format in decimal.

    >>> decimal("-3/4"), decimal("0x20000000000001")
    ('-3/4', '9007199254740993')
    """
    p, _, q = str(value).partition("/")
    return str(fmpq(int(p, 0), int(q or "1", 0)))
