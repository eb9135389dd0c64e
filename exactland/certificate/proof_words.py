"""The sentences of the steps of a proof, from their JSON (docs/certificate-v1.md, section 10)."""

from __future__ import annotations

from typing import Any

from flint import fmpq

Json = Any
PROPERTIES = {
    "analytic": "is analytic",
    "continuous": "is continuous",
    "increasing": "is strictly increasing",
    "bounded": "is bounded",
    "identity": "is the identity",
    "nh18-3.2": "satisfies Assumption 3.2",
    "nh17-3.2": "satisfies Assumption 3.2(2)",
}


def sentence(claim: Json, at: Json) -> str:
    """The sentence of a step that can be a conclusion; other steps have none.

    >>> sentence({"kind": "assumption", "id": "NH18:Asm3.1", "holds": True}, None)
    'NH18:Asm3.1 holds on this instance.'
    """
    layer = claim.get("layer")
    match claim["kind"]:
        case "together":
            parts = " ".join(sentence(part, at) for part in claim["claims"])
            return f"There are parameters with: {parts}" if isinstance(at, int) else parts
        case "assumption":
            return f"{claim['id']} holds on this instance."
        case "activation":
            return f"Layer {layer}: the activation {PROPERTIES[claim['property']]}."
        case "distinct-entries":
            return (
                f"f_{layer}(x_i)_h != f_{layer}(x_j)_v for all samples i != j "
                f"and all neurons h, v of layer {layer}."
            )
        case "growth":
            one, two, three, four = claim["rho"]
            return (
                f"|sigma_{layer}(t)| <= ({one}) exp(({two}) t) for t < 0 and "
                f"|sigma_{layer}(t)| <= ({three}) t + {four} for t >= 0."
            )
        case "analytic-outputs":
            return (
                f"For every input x the outputs f_1(x), ..., f_{layer}(x) are analytic functions "
                "of the parameters."
            )
        case "backpropagation":
            return (
                f"Layer {layer}: for all parameters, samples, differentiable activations and "
                "losses Phi = sum l(F_L - Y), backpropagation gives the derivatives of Phi for "
                f"G_{layer}, W_{layer} and b_{layer}."
            )
        case "gradients":
            tolerance = _decimal(claim["tolerance"])
            how = "are equal" if tolerance == "0" else f"differ by at most {tolerance}"
            return (
                f"Layer {layer}: {_where(at)} the derivatives of Phi backwards and forwards {how}."
            )
    return _of_rank(claim, at) or _of_series(claim)


def _of_series(claim: Json) -> str:
    """The conclusions of LDS18."""
    layer, order = claim.get("layer"), claim.get("order")
    match claim["kind"]:
        case "derivatives":
            orders = ", ".join(map(str, claim["orders"]))
            return f"sigma_{layer} is analytic and sigma_{layer}^(j)(0) != 0 for j = {orders}."
        case "special-dense":
            words = (
                f"Some sequence of functions that satisfy Assumption 2 with n = {order} converges "
                f"to sigma_{layer} uniformly on R."
            )
            cited = (
                " This rests on a cited theorem, that for every continuous f and epsilon > 0 some "
                "g analytic on R has |f - g| < epsilon on R."
            )
            return words + cited if claim["cited"] else words
        case "vandermonde":
            return (
                f"With z_j the entry {claim['coordinate']} of F_{layer - 1} on sample j, the "
                f"matrix (z_j^i sigma_{layer}^(i)(0)), i < {order}, j <= {order}, is nonsingular: "
                f"its determinant is the product of the sigma_{layer}^(i)(0) times that of all "
                "z_j - z_i, i < j."
            )
        case "coincidences-null":
            return (
                "For any two of the samples the w with sigma_1(<w, x_i>) = sigma_1(<w, x_j>) form "
                "a set of measure zero."
            )
        case "determinant-null":
            return (
                "The w in R^N with det sigma_1(w_i x_j) = 0, x_1, ..., x_N the samples, form a set "
                "of measure zero."
            )
    return ""


def _of_rank(claim: Json, at: Json) -> str:
    if claim["kind"] not in ("full-rank", "generic-full-rank", "dense", "rank"):
        return ""
    rows, columns, layer = claim["rows"], claim["columns"], claim["matrix"].get("layer")
    names = {"features": f"F_{layer}", "augmented": f"[F_{layer}, 1]", "weights": f"U_{layer}"}
    name = f"{names.get(claim['matrix']['what'], 'Psi')} ({rows} x {columns})"
    full = min(rows, columns)
    match claim["kind"]:
        case "full-rank":
            return f"{name} has full rank {full} {_where(at)}."
        case "generic-full-rank":
            return f"{name} has full rank {full} for almost all parameters."
        case "dense":
            return (
                f"Every ball of parameters of layers 1 to {layer} holds some at which "
                f"{name} has full rank {full}."
            )
    low, high = claim["at_least"], claim["at_most"]
    if low == high:
        return f"{name} has rank {low} {_where(at)}."
    least = f"at least {low} and " if low else ""
    return f"{name} has rank {least}at most {high} {_where(at)}."


def _where(at: Json) -> str:
    return f"at the {'given' if at == 'given' else 'constructed'} parameters"


def _decimal(value: Json) -> str:
    """A rational of the format in decimal."""
    p, _, q = str(value).partition("/")
    return str(fmpq(int(p, 0), int(q or "1", 0)))
