"""The words of proof certificates, composed anew from docs/certificate-v1.md, section 10."""

from __future__ import annotations

from typing import Any

from plain_network import Document, rational
from proof_sentences_null_sets import NULL_SETS
from proof_sentences_steps import STEPS, Template
from proof_sentences_steps import decimal as _decimal

PROPERTIES = {
    "analytic": "analytic", "continuous": "continuous", "non-constant": "not constant",
    "increasing": "strictly increasing", "bounded": "bounded", "identity": "the identity",
}  # fmt: skip
ASSUMPTIONS = {
    "nh18-3.2": "Assumption 3.2",
    "nh18-3.2-1": "Assumption 3.2, clause 1",
    "nh17-3.2": "Assumption 3.2(2)",
}
OF_UNITS = {
    "nmh19-1.1": "strictly increasing and analytic",
    "nmh19-1.2": "bounded with limit 0 at -infinity",
    "softplus": "softplus",
}


def words_of_proof(document: Document) -> str:
    """The words of the claim. Raises whatever a malformed claim makes it raise."""
    claim, last = document["claim"], document["evidence"]["steps"][-1]
    where = "" if claim["layer"] is None else f", layer {claim['layer']}"
    said = sentence(last["claim"], last["at"])
    if claim["kind"] == "step":
        return f"On this instance{where}: {said}"
    return f"{claim['statement']} on this instance{where}: {said}"


def sentence(claim: Document, at: Any) -> str:
    """The sentence of a step."""
    if claim["kind"] == "together":
        parts = " ".join([sentence(part, at) for part in claim["claims"]])
        return parts if at is None or at == "given" else "There are parameters with: " + parts
    where = f"at the {'given' if at == 'given' else 'constructed'} parameters"
    return TEMPLATES[claim["kind"]](claim, "" if at is None else where)


def _matrix(c: Document) -> str:
    names = {"features": "F_{}", "augmented": "[F_{}, 1]", "weights": "U_{}"}
    name = names.get(c["matrix"]["what"], "Psi").format(c["matrix"].get("layer"))
    return f"{name} ({c['rows']} x {c['columns']})"


def _rank(c: Document, where: str) -> str:
    low, high = c["at_least"], c["at_most"]
    if low == high:
        return f"{_matrix(c)} has rank {high} {where}."
    least = f"at least {low} and " if low > 0 else ""
    return f"{_matrix(c)} has rank {least}at most {high} {where}."


def _full(c: Document) -> str:
    return f"{_matrix(c)} has full rank {min(c['rows'], c['columns'])}"


def _activation(c: Document, where: str) -> str:
    if c["property"] in ASSUMPTIONS:
        return f"Layer {c['layer']}: the activation satisfies {ASSUMPTIONS[c['property']]}."
    if c["property"] == "finite-limits":
        said = "is continuous, not constant, and has finite limits at both ends"
        return f"Layer {c['layer']}: the activation {said}."
    return f"Layer {c['layer']}: the activation is {PROPERTIES[c['property']]}."


def _growth(c: Document, where: str) -> str:
    a, b, d, e = c["rho"]
    s = f"|sigma_{c['layer']}(t)|"
    return f"{s} <= ({a}) exp(({b}) t) for t < 0 and {s} <= ({d}) t + {e} for t >= 0."


def _backpropagation(c: Document, where: str) -> str:
    k = c["layer"]
    return (
        f"Layer {k}: for all parameters, samples, differentiable activations and losses Phi = sum "
        f"l(F_L - Y), backpropagation gives the derivatives of Phi for G_{k}, U_{k} (W_{k} in a "
        "dense layer) and the bias of every neuron."
    )


def _gradients(c: Document, where: str) -> str:
    q = rational(c["tolerance"])
    how = "are equal" if q == 0 else f"differ by at most {_decimal(c['tolerance'])}"
    said = f"the derivatives of Phi ({c['loss']}) backwards and forwards {how}."
    return f"Layer {c['layer']}: {where} {said}"


def _family(c: Document, where: str) -> str:
    return (
        f"det E(alpha) != 0 for every alpha >= {_decimal(c['from'])}, E(alpha) being the N x N "
        f"matrix of a column of ones and of sigma_{c['layer']}(alpha <z_j - z_i, a> + "
        f"{_decimal(c['point'])}), with z_1, ..., z_N the rows of F_{c['layer'] - 1} in an order "
        "in which <a, z_i> increases."
    )


def _special_dense(c: Document, where: str) -> str:
    return (
        f"Some sequence of functions that satisfy Assumption 2 with n = {c['order']} converges to "
        f"sigma_{c['layer']} uniformly on R."
    )


def _vandermonde(c: Document, where: str) -> str:
    k, n = c["layer"], c["order"]
    return (
        f"With z_j the entry {c['coordinate']} of F_{k - 1} on sample j, the matrix (z_j^i "
        f"sigma_{k}^(i)(0)), i < {n}, j <= {n}, is nonsingular: its determinant is the product of "
        f"the sigma_{k}^(i)(0) times that of all z_j - z_i, i < j."
    )


def _path(c: Document, where: str) -> str:
    return (
        f"{' -> '.join(c['path'])} is a backward path to a unit that reads inputs only; after "
        f"{c['path'][0]} it meets no skip unit, and no unit on it shares weights with another "
        "skip unit."
    )


def _width(c: Document, where: str) -> str:
    sides = [c["side"]]
    for size, stride, padding in c["chain"]:
        sides.append((sides[-1] + 2 * padding - size) // stride + 1)
    through = " -> ".join(map(str, sides))
    relation = ">" if c["width"] > c["samples"] else "<="
    return (
        f"{c['name']}: a side of {through} pixels and {c['channels']} channels (cited) give width "
        f"{c['width']} {relation} N = {c['samples']}."
    )


TEMPLATES: dict[str, Template] = {
    **STEPS,
    **NULL_SETS,
    "assumption": lambda c, where: f"{c['id']} holds on this instance.",
    "full-rank": lambda c, where: f"{_full(c)} {where}.",
    "generic-full-rank": lambda c, where: f"{_full(c)} for almost all parameters.",
    "dense": lambda c, where: (
        f"Every ball of parameters of layers 1 to {c['matrix'].get('layer')} holds some at which "
        f"{_full(c)}."
    ),
    "rank": _rank,
    "distinct-entries": lambda c, where: (
        f"f_{c['layer']}(x_i)_h != f_{c['layer']}(x_j)_v for all samples i != j and all neurons "
        f"h, v of layer {c['layer']}."
    ),
    "activation": _activation,
    "growth": _growth,
    "analytic-outputs": lambda c, where: (
        f"For every input x the outputs f_1(x), ..., f_{c['layer']}(x) are analytic functions of "
        "the parameters."
    ),
    "backpropagation": _backpropagation,
    "gradients": _gradients,
    "family-determinant": _family,
    "limits": lambda c, where: (
        f"sigma_{c['layer']} tends to {c['limits'][0]} at -infinity and to {c['limits'][1]} at "
        "+infinity."
    ),
    "layer-identity": lambda c, where: (
        "<w^t, x^p> + b_h = (U_{0}^T x + b)_h with U_{0} = M_{0}(W_{0}) for all x, W, b and every "
        "neuron h of layer {0}."
    ).format(c["layer"]),
    "layer-as-defined": lambda c, where: (
        f"On the {len(c['inputs'])} rows x of this step, with its W and b, every <w^t, x^p> + b_h "
        f"of layer {c['layer']} is the entry of x U + b."
    ),
    "largest-entries": lambda c, where: (
        f"On the {len(c['inputs'])} rows of this step every output of layer {c['layer']} is an "
        "entry of its patch, and no entry of the patch is larger."
    ),
    "fitted": lambda c, where: (
        f"F_{c['layer']} lambda = y {where}, y the targets, for the lambda of this step."
    ),
    "fitted-by-rank": lambda c, where: (
        "F_{0} F_{0}^T is invertible {1}, and lambda = F_{0}^T (F_{0} F_{0}^T)^(-1) y gives F_{0} "
        "lambda = y, y the targets."
    ).format(c["layer"], where),
    "derivatives": lambda c, where: (
        f"sigma_{c['layer']} is analytic and sigma_{c['layer']}^(j)(0) != 0 for j = "
        f"{', '.join(str(n) for n in c['orders'])}."
    ),
    "special-dense": _special_dense,
    "vandermonde": _vandermonde,
    "coincidences-null": lambda c, where: (
        "For any two of the samples the w with sigma_1(<w, x_i>) = sigma_1(<w, x_j>) form a set of "
        "measure zero."
    ),
    "determinant-null": lambda c, where: (
        "The w in R^N with det sigma_1(w_i x_j) = 0, x_1, ..., x_N the samples, form a set of "
        "measure zero."
    ),
    "unit-activation": lambda c, where: (
        f"Unit {c['unit']}: the activation is {OF_UNITS[c['property']]}."
    ),
    "skip-units": lambda c, where: (
        f"{', '.join(c['ids'])} are {len(c['ids'])} = N different skip units."
    ),
    "backward-path": _path,
    "well-formed": lambda c, where: (
        "Every unit reads at least one source of a lower layer; units that share weights lie in "
        "one layer and have equally many sources; the skip units are distinct."
    ),
    "units-as-defined": lambda c, where: (
        "On the samples every entry of Psi is f_j(x) = sigma_j(b_j + sum over k -> j of f_k(x) "
        "u_(k->j)), unit by unit, for all parameters."
    ),
    "width": _width,
    "least-channels": lambda c, where: (
        f"{c['side']}^2 T >= {c['samples']} if and only if T >= {c['channels']}."
    ),
    "widths": lambda c, where: (
        f"With the sizes of the figure (cited) the widths are "
        f"{', '.join(str(n) for n in c['widths'])}; n_2 >= n_3 >= ...."
    ),
}
