"""The sentences of the steps of a proof, from their JSON (docs/certificate-v1.md, section 10)."""

from __future__ import annotations

from typing import Any

from exactland.certificate.proof_step_words import step_sentence
from exactland.certificate.proof_words_facts import decimal as _decimal
from exactland.certificate.proof_words_facts import of_facts
from exactland.certificate.proof_words_facts import where as _where
from exactland.proof.cited import THEOREMS

Json = Any
PROPERTIES = {
    "analytic": "is analytic",
    "continuous": "is continuous",
    "non-constant": "is not constant",
    "increasing": "is strictly increasing",
    "bounded": "is bounded",
    "identity": "is the identity",
    "nh18-3.2": "satisfies Assumption 3.2",
    "nh18-3.2-1": "satisfies Assumption 3.2, clause 1",
    "finite-limits": "is continuous, not constant, and has finite limits at both ends",
    "nh17-3.2": "satisfies Assumption 3.2(2)",
}
UNIT_PROPERTIES = {
    "nmh19-1.1": "is strictly increasing and analytic",
    "nmh19-1.2": "is bounded with limit 0 at -infinity",
    "softplus": "is softplus",
}


def sentence(claim: Json, at: Json) -> str:
    """The sentence of a step.

    >>> sentence({"kind": "assumption", "id": "NH18:Asm3.1", "holds": True}, None)
    'NH18:Asm3.1 holds on this instance.'
    """
    layer = claim.get("layer")
    match claim["kind"]:
        case "together":
            parts = " ".join(sentence(part, at) for part in claim["claims"])
            return f"There are parameters with: {parts}" if isinstance(at, int) else parts
        case "cited":
            return f"Cited, not checked: {THEOREMS[claim['theorem']]}."
        case "minor-null":
            return _minor_null(claim["matrix"], claim["rows"], claim["columns"])
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
                f"G_{layer}, U_{layer} (W_{layer} in a dense layer) and the bias of every neuron."
            )
        case "gradients":
            tolerance = _decimal(claim["tolerance"])
            how = "are equal" if tolerance == "0" else f"differ by at most {tolerance}"
            what = f"the derivatives of Phi ({claim['loss']}) backwards and forwards"
            return f"Layer {layer}: {_where(at)} {what} {how}."
    own = _of_layer(claim, at) or _of_units(claim) or _of_widths(claim)
    facts = of_facts(claim, at) or step_sentence(claim, at)
    return _of_rank(claim, at) or _of_series(claim) or own or facts


def _minor_null(matrix: Json, rows: Json, columns: Json) -> str:
    """The conclusions of NH17's Lemma 4.2 and NH18's Lemma A.1."""
    k = matrix["layer"]
    names = {"features": f"F_{k}", "augmented": f"[F_{k}, 1]", "weights": f"U_{k}"}
    points = f"W_{k}" if matrix["what"] == "weights" else f"parameters of layers 1 to {k}"
    return (
        f"The {points} at which the minor of {names[matrix['what']]} with rows "
        f"{', '.join(map(str, rows))} and columns {', '.join(map(str, columns))} (counted from 0) "
        "is 0 are a null set, by the cited theorem, which is not proved here."
    )


def _of_widths(claim: Json) -> str:
    """The conclusions about the tables and the figure of NH18."""
    match claim["kind"]:
        case "width":
            sides = [claim["side"]]
            for size, stride, padding in claim["chain"]:
                sides.append((sides[-1] + 2 * padding - size) // stride + 1)
            width, samples = claim["width"], claim["samples"]
            return (
                f"{claim['name']}: a side of {' -> '.join(map(str, sides))} pixels and "
                f"{claim['channels']} channels (cited) give width {width} "
                f"{'>' if width > samples else '<='} N = {samples}."
            )
        case "least-channels":
            side, samples = claim["side"], claim["samples"]
            return f"{side}^2 T >= {samples} if and only if T >= {claim['channels']}."
        case "widths":
            shown = ", ".join(map(str, claim["widths"]))
            return (
                f"With the sizes of the figure (cited) the widths are {shown}; n_2 >= n_3 >= ...."
            )
    return ""


def _of_units(claim: Json) -> str:
    """The conclusions of NMH19."""
    match claim["kind"]:
        case "unit-activation":
            return f"Unit {claim['unit']}: the activation {UNIT_PROPERTIES[claim['property']]}."
        case "skip-units":
            return f"{', '.join(claim['ids'])} are {len(claim['ids'])} = N different skip units."
        case "backward-path":
            path = claim["path"]
            return (
                f"{' -> '.join(path)} is a backward path to a unit that reads inputs only; after "
                f"{path[0]} it meets no skip unit, and no unit on it shares weights with another "
                "skip unit."
            )
        case "well-formed":
            return (
                "Every unit reads at least one source of a lower layer; units that share weights "
                "lie in one layer and have equally many sources; the skip units are distinct."
            )
        case "units-as-defined":
            return (
                "On the samples every entry of Psi is f_j(x) = sigma_j(b_j + sum over k -> j of "
                "f_k(x) u_(k->j)), unit by unit, for all parameters."
            )
    return ""


def _of_layer(claim: Json, at: Json) -> str:
    """The conclusions about layers and their features (NH17 and NH18)."""
    layer = claim.get("layer")
    f = f"F_{layer}"
    match claim["kind"]:
        case "family-determinant":
            return (
                f"det E(alpha) != 0 for every alpha >= {_decimal(claim['from'])}, E(alpha) being "
                f"the N x N matrix of a column of ones and of sigma_{layer}(alpha <z_j - z_i, a> + "
                f"{_decimal(claim['point'])}), with z_1, ..., z_N the rows of F_{layer - 1} in an "
                "order in which <a, z_i> increases."
            )
        case "limits":
            low, high = claim["limits"]
            return f"sigma_{layer} tends to {low} at -infinity and to {high} at +infinity."
        case "layer-identity":
            return (
                f"<w^t, x^p> + b_h = (U_{layer}^T x + b)_h with U_{layer} = M_{layer}(W_{layer}) "
                f"for all x, W, b and every neuron h of layer {layer}."
            )
        case "layer-as-defined":
            return (
                f"On the {len(claim['inputs'])} rows x of this step, with its W and b, every "
                f"<w^t, x^p> + b_h of layer {layer} is the entry of x U + b."
            )
        case "largest-entries":
            return (
                f"On the {len(claim['inputs'])} rows of this step every output of layer {layer} is "
                "an entry of its patch, and no entry of the patch is larger."
            )
        case "fitted":
            return f"{f} lambda = y {_where(at)}, y the targets, for the lambda of this step."
        case "fitted-by-rank":
            return (
                f"{f} {f}^T is invertible {_where(at)}, and lambda = {f}^T ({f} {f}^T)^(-1) y "
                f"gives {f} lambda = y, y the targets."
            )
    return ""


def _of_series(claim: Json) -> str:
    """The conclusions of LDS18."""
    layer, order = claim.get("layer"), claim.get("order")
    match claim["kind"]:
        case "derivatives":
            orders = ", ".join(map(str, claim["orders"]))
            return f"sigma_{layer} is analytic and sigma_{layer}^(j)(0) != 0 for j = {orders}."
        case "special-dense":
            return (
                f"Some sequence of functions that satisfy Assumption 2 with n = {order} converges "
                f"to sigma_{layer} uniformly on R."
            )
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
