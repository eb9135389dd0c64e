"""The sentence of every kind of step, as a template (section 10.6 of the format lists them all).

``printing`` says what the fields in braces stand for. A field of a claim that its sentence left out
would let two claims read alike; a test changes each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Claim = dict[str, Any]
GAPS = (
    "With d_ij = z_gamma(j),j - z_gamma(i),j, gamma = ({gamma}) and z = F_{below} M_{layer}(Q), "
    "Q = {directions}{at_below}: "
)
PROJECTIONS = "With z = F_{below} M_{layer}(Q), Q = {directions}{at_below}: "
ORDER = (
    "<a, z_i> increases with i, z_1, ..., z_N being the rows ({gamma}) of F_{below} and "
    "a = {direction}{at_below}"
)
E = "E(alpha) = {family} with A(alpha)_ij = {sigma}(alpha <z_j - z_i, a> + {point}), i <= N, j < N"
ROWS = "z_1, ..., z_N the rows ({gamma}) of F_{below} and a = {direction}{at_below}"
E_LIMIT = "E(alpha) has a column of ones and the {sigma}(alpha <z_j - z_i, a> + {point})."
TAIL = "!= 0 for every alpha >= {from}, A(alpha)_ij = {sigma}({sign}alpha d_ij + {point})."
MINOR = "minor of {matrix} with rows {rows_of_minor} and columns {columns} (counted from 0)"
NULL = " is 0 are a null set, by the cited theorem, which is not proved here."
DERIVATIVES = (
    "Layer {layer}: at {parameters} the derivatives of Phi ({loss}) backwards and forwards "
)

#: The kinds with several templates, and which one a claim has.
VARIANTS: dict[str, Callable[[Claim], str]] = {
    "rank": lambda claim: (
        "rank" if claim["at_least"] == claim["at_most"]
        else "rank between" if claim["at_least"] else "rank at most"
    ),
    "analytic-minor": lambda claim: _of_weights(claim, "analytic-minor"),
    "minor-null": lambda claim: _of_weights(claim, "minor-null"),
    "distinct-projections": lambda claim: (
        "distinct-projections across" if claim["across"] else "distinct-projections"
    ),
    "limit-determinant": lambda claim: (
        "limit-determinant bounded" if claim["bounded"] else "limit-determinant"
    ),
    "gradients": lambda claim: "gradients within" if claim["tolerance"] else "gradients",
}  # fmt: skip


def _of_weights(claim: Claim, kind: str) -> str:
    return f"{kind} of weights" if claim["matrix"]["what"] == "weights" else kind


def template(claim: Claim) -> str:
    """The template of a claim that has been checked."""
    kind = claim["kind"]
    return TEMPLATES[VARIANTS[kind](claim) if kind in VARIANTS else kind]


TEMPLATES: dict[str, str] = {
    "cited": "Cited, not checked: {theorem}.",
    # The network and its activations
    "assumption": "{id} holds on this instance.",
    "condition": "{condition}",
    "activation": "Layer {layer}: the activation {property}.",
    "named-activation": "The activation of layer {layer} is one of {names}.",
    "analytic-outputs": (
        "For every input x the outputs f_1(x), ..., f_{layer}(x) are analytic functions of the "
        "parameters."
    ),
    "growth": (
        "|{sigma}(t)| <= ({rho_1}) exp(({rho_2}) t) for t < 0 and |{sigma}(t)| <= ({rho_3}) t + "
        "{rho_4} for t >= 0."
    ),
    "inequality": "{left} <= {right} for every t >= {from}.",
    "residual-loss": (
        "Phi ({loss}) is a sum of l(f_Lj(x_i) - y_ij) over all samples and outputs with l "
        "continuously differentiable."
    ),
    # Ranks and minors
    "full-rank": "{sized} has full rank {full} at {parameters}.",
    "generic-full-rank": "{sized} has full rank {full} for almost all parameters.",
    "dense": (
        "Every ball of parameters of layers 1 to {upto} holds some at which {sized} has full rank "
        "{full}."
    ),
    "rank": "{sized} has rank {at_most} at {parameters}.",
    "rank between": "{sized} has rank at least {at_least} and at most {at_most} at {parameters}.",
    "rank at most": "{sized} has rank at most {at_most} at {parameters}.",
    "affine": "F_{layer} - F_{before} {product} has equal rows{at}.",
    "near": (
        "The Euclidean distance of {parameters} from the given ones is below {radius} in layers 1 "
        "to {layer}."
    ),
    "distinct-rows": "The rows of F_{layer} differ{at}.",
    "analytic-minor": (
        "The " + MINOR + " is an analytic function of the parameters of layers 1 to {upto}."
    ),
    "analytic-minor of weights": "The " + MINOR + " is an analytic function of W_{upto}.",
    "nonzero-minor": "The " + MINOR + " is not 0{at}.",
    "minor-null": "The parameters of layers 1 to {upto} at which the " + MINOR + NULL,
    "minor-null of weights": "The W_{upto} at which the " + MINOR + NULL,
    # Directions, projections and det A(alpha): NH18, Theorem 3.4
    "distinct-projections": (
        PROJECTIONS + "z_ij != z_i'j for all samples i != i' and every column j."
    ),
    "distinct-projections across": (
        PROJECTIONS + "z_ij != z_i'j' for all samples i != i' and all columns j, j'."
    ),
    "distinct-entries": (
        "f_{layer}(x_i)_h != f_{layer}(x_j)_v for all samples i != j and all neurons h, v of "
        "layer {layer}{at}."
    ),
    "sorted": GAPS + "d_ij < 0 for all i > j.",
    "nonzero-value": "{sigma}({point}) != 0.",
    "tail-dominated": GAPS + "det A(alpha) " + TAIL,
    "tail-nonsingular": GAPS + "det A(alpha) " + TAIL,
    "triangular-tail": GAPS + "det A(alpha) = {sigma}({point})^N " + TAIL,
    "tail-determinant": (
        GAPS + "the determinant of the matrix of all {sigma}({sign}alpha d_ij + {point}) is "
        "not 0 at alpha = {alpha}."
    ),
    # The matrices E(alpha): NH17, Lemma 4.3
    "increasing": ORDER + ".",
    "above-limit": "{sigma}({point}) exceeds the limit of {sigma} at -infinity.",
    "limit-determinant": (
        ORDER
        + ", and det E(alpha) tends to {sigma}({point})^(N-1) != 0, up to the sign; "
        + E_LIMIT
    ),
    "limit-determinant bounded": (
        ORDER + ", and det E(alpha) tends to (mu - {sigma}({point}))^(N-1) != 0, up to the sign, "
        "mu the limit at -infinity; " + E_LIMIT
    ),
    "family-determinant": ORDER + ", and det E(alpha) != 0 for every alpha >= {from}, " + E + ".",
    "determinant-at": (
        "{low} <= det E(alpha) <= {high} at alpha = {alpha}, " + E + ", " + ROWS + "."
    ),
    "permutation-terms": (
        "In the Leibniz sum of det E(alpha) at alpha = {alpha} the identity gives "
        "{sigma}({point})^{n} != 0 and the absolute values of all other terms add up to at most "
        "{bound}, " + E + ", " + ROWS + "."
    ),
    # Derivatives
    "backpropagation": (
        "Layer {layer}: for all parameters, samples, differentiable activations and losses Phi = "
        "sum l(F_L - Y), backpropagation gives the derivatives of Phi for G_{layer}, U_{layer} "
        "(W_{layer} in a dense layer) and the bias of every neuron."
    ),
    "differentiable": "{sigma} is differentiable at every entry of G_{layer} at {parameters}.",
    "gradients": DERIVATIVES + "are equal.",
    "gradients within": DERIVATIVES + "differ by at most {tolerance}.",
    # Layers, fits and norms: NH18, section 2, Corollary 3.6, appendix H
    "fitted": "F_{layer} lambda = y at {parameters}, y the targets, for lambda = ({weights}).",
    "fitted-by-rank": (
        "F_{layer} F_{layer}^T is invertible at {parameters}, and lambda = F_{layer}^T (F_{layer} "
        "F_{layer}^T)^(-1) y gives F_{layer} lambda = y, y the targets."
    ),
}
