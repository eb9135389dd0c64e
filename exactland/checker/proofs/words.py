"""The sentences of the steps of a proof (section 10); ``step_words`` has those of lesser ones."""

from __future__ import annotations

from collections.abc import Callable

from ..activations import decimal
from ..bounds import matrix_name
from ..canonical import rational
from .cited import THEOREMS
from .setting import GIVEN, Claim, Stage
from .step_words import STEP_SENTENCES
from .widths import sides
from .words_facts import FACTS
from .words_facts import where as _where


def sentence(claim: Claim, at: Stage) -> str:
    """The sentence of a claim that has been checked."""
    kind = claim["kind"]
    if kind == "together":
        parts = " ".join(sentence(part, at) for part in claim["claims"])
        return parts if at in (None, GIVEN) else f"There are parameters with: {parts}"
    if kind == "assumption":
        return f"{claim['id']} holds on this instance."
    if kind == "distinct-entries":
        layer = claim["layer"]
        return (
            f"f_{layer}(x_i)_h != f_{layer}(x_j)_v for all samples i != j "
            f"and all neurons h, v of layer {layer}."
        )
    if kind in ("full-rank", "generic-full-rank"):
        rank = min(claim["rows"], claim["columns"])
        where = "for almost all parameters" if kind != "full-rank" else _where(at)
        return f"{_matrix(claim)} has full rank {rank} {where}."
    if kind == "dense":
        rank, layer = min(claim["rows"], claim["columns"]), claim["matrix"].get("layer")
        return (
            f"Every ball of parameters of layers 1 to {layer} holds some at which "
            f"{_matrix(claim)} has full rank {rank}."
        )
    if kind == "rank":
        low, high = claim["at_least"], claim["at_most"]
        if low == high:
            return f"{_matrix(claim)} has rank {low} {_where(at)}."
        least = f"at least {low} and " if low else ""
        return f"{_matrix(claim)} has rank {least}at most {high} {_where(at)}."
    return {**STEP_SENTENCES, **_SENTENCES}[kind](claim, at)


def _of_activation(claim: Claim, at: Stage) -> str:
    return f"Layer {claim['layer']}: the activation {_PROPERTIES[claim['property']]}."


def _growth(claim: Claim, at: Stage) -> str:
    layer, (one, two, three, four) = claim["layer"], claim["rho"]
    return (
        f"|sigma_{layer}(t)| <= ({one}) exp(({two}) t) for t < 0 and "
        f"|sigma_{layer}(t)| <= ({three}) t + {four} for t >= 0."
    )


def _analytic_outputs(claim: Claim, at: Stage) -> str:
    return (
        f"For every input x the outputs f_1(x), ..., f_{claim['layer']}(x) are analytic functions "
        "of the parameters."
    )


def _backpropagation(claim: Claim, at: Stage) -> str:
    k = claim["layer"]
    return (
        f"Layer {k}: for all parameters, samples, differentiable activations and losses "
        "Phi = sum l(F_L - Y), backpropagation gives the derivatives of Phi for "
        f"G_{k}, U_{k} (W_{k} in a dense layer) and the bias of every neuron."
    )


def _family(claim: Claim, at: Stage) -> str:
    layer, beta = claim["layer"], decimal(rational(claim["point"], ""))
    return (
        f"det E(alpha) != 0 for every alpha >= {decimal(rational(claim['from'], ''))}, E(alpha) "
        f"being the N x N matrix of a column of ones and of sigma_{layer}(alpha <z_j - z_i, a> + "
        f"{beta}), with z_1, ..., z_N the rows of F_{layer - 1} in an order in which <a, z_i> "
        "increases."
    )


def _limits(claim: Claim, at: Stage) -> str:
    low, high = claim["limits"]
    return f"sigma_{claim['layer']} tends to {low} at -infinity and to {high} at +infinity."


def _layer_identity(claim: Claim, at: Stage) -> str:
    k = claim["layer"]
    return (
        f"<w^t, x^p> + b_h = (U_{k}^T x + b)_h with U_{k} = M_{k}(W_{k}) for all x, W, b and every "
        f"neuron h of layer {k}."
    )


def _layer_as_defined(claim: Claim, at: Stage) -> str:
    return (
        f"On the {len(claim['inputs'])} rows x of this step, with its W and b, every "
        f"<w^t, x^p> + b_h of layer {claim['layer']} is the entry of x U + b."
    )


def _largest_entries(claim: Claim, at: Stage) -> str:
    return (
        f"On the {len(claim['inputs'])} rows of this step every output of layer {claim['layer']} "
        "is an entry of its patch, and no entry of the patch is larger."
    )


def _fitted(claim: Claim, at: Stage) -> str:
    f = f"F_{claim['layer']}"
    if claim["kind"] == "fitted":
        return f"{f} lambda = y {_where(at)}, y the targets, for the lambda of this step."
    return (
        f"{f} {f}^T is invertible {_where(at)}, and lambda = {f}^T ({f} {f}^T)^(-1) y gives "
        f"{f} lambda = y, y the targets."
    )


def _gradients(claim: Claim, at: Stage) -> str:
    q = claim["tolerance"]
    how = "are equal" if q == 0 else f"differ by at most {decimal(rational(q, ''))}"
    return (
        f"Layer {claim['layer']}: {_where(at)} the derivatives of Phi ({claim['loss']}) backwards "
        f"and forwards {how}."
    )


def _derivatives(claim: Claim, at: Stage) -> str:
    layer, orders = claim["layer"], ", ".join(map(str, claim["orders"]))
    return f"sigma_{layer} is analytic and sigma_{layer}^(j)(0) != 0 for j = {orders}."


def _special_dense(claim: Claim, at: Stage) -> str:
    return (
        f"Some sequence of functions that satisfy Assumption 2 with n = {claim['order']} converges "
        f"to sigma_{claim['layer']} uniformly on R."
    )


def _vandermonde(claim: Claim, at: Stage) -> str:
    layer, order = claim["layer"], claim["order"]
    return (
        f"With z_j the entry {claim['coordinate']} of F_{layer - 1} on sample j, the matrix "
        f"(z_j^i sigma_{layer}^(i)(0)), i < {order}, j <= {order}, is nonsingular: its determinant "
        f"is the product of the sigma_{layer}^(i)(0) times that of all z_j - z_i, i < j."
    )


def _minor_null(claim: Claim, at: Stage) -> str:
    what, k = claim["matrix"]["what"], claim["matrix"]["layer"]
    points = f"W_{k}" if what == "weights" else f"parameters of layers 1 to {k}"
    rows, columns = (", ".join(map(str, claim[key])) for key in ("rows", "columns"))
    return (
        f"The {points} at which the minor of {matrix_name(what, k)} with rows {rows} and columns "
        f"{columns} (counted from 0) is 0 are a null set, by the cited theorem, which is not "
        "proved here."
    )


def _cited(claim: Claim, at: Stage) -> str:
    return f"Cited, not checked: {THEOREMS[claim['theorem']]}."


def _coincidences(claim: Claim, at: Stage) -> str:
    return (
        "For any two of the samples the w with sigma_1(<w, x_i>) = sigma_1(<w, x_j>) form a set of "
        "measure zero."
    )


def _determinant_null(claim: Claim, at: Stage) -> str:
    return (
        "The w in R^N with det sigma_1(w_i x_j) = 0, x_1, ..., x_N the samples, form a set of "
        "measure zero."
    )


def _unit_activation(claim: Claim, at: Stage) -> str:
    return f"Unit {claim['unit']}: the activation {_UNIT_PROPERTIES[claim['property']]}."


def _skip_units(claim: Claim, at: Stage) -> str:
    return f"{', '.join(claim['ids'])} are {len(claim['ids'])} = N different skip units."


def _backward_path(claim: Claim, at: Stage) -> str:
    path = claim["path"]
    return (
        f"{' -> '.join(path)} is a backward path to a unit that reads inputs only; after "
        f"{path[0]} it meets no skip unit, and no unit on it shares weights with another skip unit."
    )


def _well_formed(claim: Claim, at: Stage) -> str:
    return (
        "Every unit reads at least one source of a lower layer; units that share weights lie in "
        "one layer and have equally many sources; the skip units are distinct."
    )


def _units_as_defined(claim: Claim, at: Stage) -> str:
    return (
        "On the samples every entry of Psi is f_j(x) = sigma_j(b_j + sum over k -> j of "
        "f_k(x) u_(k->j)), unit by unit, for all parameters."
    )


def _width(claim: Claim, at: Stage) -> str:
    width, samples = claim["width"], claim["samples"]
    relation = ">" if width > samples else "<="
    through = " -> ".join(map(str, sides(claim["side"], claim["chain"])))
    return (
        f"{claim['name']}: a side of {through} pixels and {claim['channels']} channels (cited) "
        f"give width {width} {relation} N = {samples}."
    )


def _least_channels(claim: Claim, at: Stage) -> str:
    return f"{claim['side']}^2 T >= {claim['samples']} if and only if T >= {claim['channels']}."


def _widths(claim: Claim, at: Stage) -> str:
    shown = ", ".join(map(str, claim["widths"]))
    return f"With the sizes of the figure (cited) the widths are {shown}; n_2 >= n_3 >= ...."


_UNIT_PROPERTIES = {
    "nmh19-1.1": "is strictly increasing and analytic",
    "nmh19-1.2": "is bounded with limit 0 at -infinity",
    "softplus": "is softplus",
}
_PROPERTIES = {
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
_SENTENCES: dict[str, Callable[[Claim, Stage], str]] = {
    "cited": _cited,
    "minor-null": _minor_null,
    "activation": _of_activation,
    "growth": _growth,
    "analytic-outputs": _analytic_outputs,
    "backpropagation": _backpropagation,
    "gradients": _gradients,
    "family-determinant": _family,
    "limits": _limits,
    "layer-identity": _layer_identity,
    "layer-as-defined": _layer_as_defined,
    "largest-entries": _largest_entries,
    "fitted": _fitted,
    "fitted-by-rank": _fitted,
    "unit-activation": _unit_activation,
    "skip-units": _skip_units,
    "backward-path": _backward_path,
    "well-formed": _well_formed,
    "units-as-defined": _units_as_defined,
    "width": _width,
    "least-channels": _least_channels,
    "widths": _widths,
    "derivatives": _derivatives,
    "special-dense": _special_dense,
    "vandermonde": _vandermonde,
    "coincidences-null": _coincidences,
    "determinant-null": _determinant_null,
    **FACTS,
}


def _matrix(claim: Claim) -> str:
    """The matrix of a claim that has been checked, with its size."""
    what, layer = claim["matrix"]["what"], claim["matrix"].get("layer", 0)
    name = matrix_name(what, layer)
    return f"{name} ({claim['rows']} x {claim['columns']})"
