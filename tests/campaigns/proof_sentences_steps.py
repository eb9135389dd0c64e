"""The sentences of lesser steps, composed anew from docs/certificate-v1.md, section 10.

A template gets the claim and "at the given parameters", "at the constructed parameters" or "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from plain_network import Document, rational

Template = Callable[[Document, str], str]


def decimal(value: Any) -> str:
    q = Fraction(rational(value))
    return f"{q.numerator}" if q.denominator == 1 else f"{q.numerator}/{q.denominator}"


def _comma(where: str) -> str:
    """AT of the documentation."""
    return f", {where}" if where else ""


def _list(values: Iterable[Any]) -> str:
    return ", ".join(f"{value}" for value in values)


def _from_one(indices: Iterable[int]) -> str:
    """Samples are counted from 1."""
    return _list(i + 1 for i in indices)


#: The sentence of a condition; {k} is the layer of the claim, or the letter k.
CONDITIONS = {
    "wide-layer": "n_{k} >= N.",
    "almost-wide-layer": "n_{k} >= N - 1.",
    "first-and-last-weights": "Layers 1 and {k} are convolutional or dense.",
    "layer-weights": "Layer {k} is convolutional or dense.",
    "weights-up-to-k": "Layers 1 to {k} are convolutional or dense.",
    "parameters": "There are parameters of the layers 1 to {k}.",
    "own-biases": "Every layer with weights has a bias for each neuron.",
    "no-biases": "No layer has biases.",
    "dense": "Every layer is dense.",
    "distinct-samples": "No two samples are equal.",
    "one-input": "d = 1.",
    "wide-last-hidden-layer": "L >= 2 and n_(L-1) >= N.",
    "first-weights": "Layer 1 is convolutional or dense.",
    "layer-above": "k < L.",
    "linear-above": "The layers above k have weights, and layer L applies no function.",
    "targets": "Every sample has a target for each neuron of layer L.",
    "one-target": "Every sample has one target.",
    "one-output": "Layer L is dense, has one neuron and applies no function.",
}
KINDS = {"convolution": "a convolution", "dense": "dense", "max-pooling": "max-pooling"}


def _projections(c: Document) -> str:
    return f"F_{c['layer'] - 1} M_{c['layer']}(Q), Q the directions of this step"


def _distinct_projections(c: Document, where: str) -> str:
    z = _projections(c) + _comma(where)
    if c["across"]:
        return f"With z = {z}: z_ij != z_i'j' for all samples i != i' and all columns j, j'."
    return f"With z = {z}: z_ij != z_i'j for all samples i != i' and every column j."


def _differences(c: Document, where: str) -> str:
    gamma = _from_one(c["gamma"])
    return (
        f"With d_ij = z_gamma(j),j - z_gamma(i),j, gamma = ({gamma}) and z = {_projections(c)}"
        f"{_comma(where)}: "
    )


def _argument(c: Document) -> str:
    return f"{'-alpha' if c.get('mirrored') else 'alpha'} d_ij + {decimal(c['point'])}"


def _tail(c: Document, where: str) -> str:
    value = ""
    if c["kind"] == "triangular-tail":
        value = f" = sigma_{c['layer']}({decimal(c['point'])})^N"
    return (
        f"{_differences(c, where)}det A(alpha){value} != 0 for every alpha >= "
        f"{decimal(c['from'])}, A(alpha)_ij = sigma_{c['layer']}({_argument(c)})."
    )


def _affine(c: Document, where: str) -> str:
    product = " ".join(f"W_{number}" for number in range(c["from"], c["layer"] + 1))
    return f"F_{c['layer']} - F_{c['from'] - 1} {product} has equal rows{_comma(where)}."


def _ordered(c: Document, where: str) -> str:
    return (
        f"<a, z_i> increases with i, z_1, ..., z_N being the rows ({_from_one(c['gamma'])}) of "
        f"F_{c['layer'] - 1} and a the direction of this step{_comma(where)}"
    )


def _limit_determinant(c: Document, where: str) -> str:
    value = f"sigma_{c['layer']}({decimal(c['point'])})"
    if c["bounded"]:
        limit = f"(mu - {value})^(N-1) != 0, up to the sign, mu the limit at -infinity"
    else:
        limit = f"{value}^(N-1) != 0, up to the sign"
    return (
        f"{_ordered(c, where)}, and det E(alpha) tends to {limit}; E(alpha) has a column of ones "
        f"and the sigma_{c['layer']}(alpha <z_j - z_i, a> + {decimal(c['point'])})."
    )


def _minor(c: Document, where: str) -> str:
    weights = _list(decimal(w) for w in c["weights"])
    return (
        f"det sigma_{c['layer']}(w_i z_j) != 0, i, j = 1, ..., {len(c['weights'])}, for w = "
        f"({weights}) and z_j the entry {c['coordinate']} of F_{c['layer'] - 1} on sample j"
        f"{_comma(where)}."
    )


def _family_at(c: Document, bounded: bool) -> str:
    return (
        f"E(alpha) = {'[1, A(alpha)]' if bounded else '[A(alpha), 1]'} with A(alpha)_ij = "
        f"sigma_{c['layer']}(alpha <z_j - z_i, a> + {decimal(c['point'])}), i <= N, j < N, and "
        f"z_1, ..., z_N the rows of F_{c['layer'] - 1} in the order of this step"
    )


def _determinant_at(c: Document, where: str) -> str:
    return (
        f"{decimal(c['low'])} <= det E(alpha) <= {decimal(c['high'])} at alpha = "
        f"{decimal(c['alpha'])}, {_family_at(c, c['bounded'])}."
    )


def _permutation_terms(c: Document, where: str) -> str:
    return (
        f"In the Leibniz sum of det E(alpha) at alpha = {decimal(c['alpha'])} the identity gives "
        f"sigma_{c['layer']}({decimal(c['point'])})^{len(c['gamma']) - 1} != 0 and the absolute "
        f"values of all other terms add up to at most {decimal(c['bound'])}, "
        f"{_family_at(c, False)}."
    )


def _image(c: Document, x: str = "x") -> str:
    return f"||F_{c['layer']}^T {x}||^2"


def _norm_bounds(c: Document, where: str) -> str:
    x = "B" if c["matrices"] else "x"
    what = "matrix B (Frobenius norms)" if c["matrices"] else "vector x"
    low, high = (f"{decimal(c[key])} ||{x}||^2" for key in ("low", "high"))
    image = _image(c, x)
    return (
        f"{low} <= {image} <= {high} {where} for every {what}; {image} < 1.01 * {low} for some "
        f"{x}, and 1.01 {image} > {high} for some {x}."
    )


STEPS: dict[str, Template] = {
    "condition": lambda c, where: CONDITIONS[c["name"]].replace("{k}", f"{c.get('layer', 'k')}"),
    "distinct-projections": _distinct_projections,
    "sorted": lambda c, where: f"{_differences(c, where)}d_ij < 0 for all i > j.",
    "nonzero-value": lambda c, where: f"sigma_{c['layer']}({decimal(c['point'])}) != 0.",
    "tail-dominated": _tail,
    "tail-nonsingular": _tail,
    "triangular-tail": _tail,
    "tail-determinant": lambda c, where: (
        f"{_differences(c, where)}the determinant of the matrix of all sigma_{c['layer']}"
        f"({_argument(c)}) is not 0 at alpha = {decimal(c['alpha'])}."
    ),
    "affine": _affine,
    "near": lambda c, where: (
        f"The constructed parameters of layers 1 to {c['layer']} have a Euclidean distance below "
        f"{decimal(c['radius'])} from the given ones."
    ),
    "distinct-rows": lambda c, where: f"The rows of F_{c['layer']} differ{_comma(where)}.",
    "increasing": lambda c, where: f"{_ordered(c, where)}.",
    "above-limit": lambda c, where: (
        "sigma_{0}({1}) exceeds the limit of sigma_{0} at -infinity."
    ).format(c["layer"], decimal(c["point"])),
    "limit-determinant": _limit_determinant,
    "own-biases": lambda c, where: (
        f"Skip units {_list(c['ids'])}: each has a bias that no other unit has."
    ),
    "samples-apart": lambda c, where: (
        f"The sums of unit {c['unit']}, without bias, differ for all samples{_comma(where)}."
    ),
    "independent-columns": lambda c, where: (
        f"The minor of Psi with the samples {_from_one(c['rows'])} and the skip units "
        f"{_list(c['ids'])} is not 0{_comma(where)}."
    ),
    "special-nearby": lambda c, where: (
        "sigma_{0} is analytic, and for 0 < c < {1} no derivative of sigma_{0} + c (sin + cos) of "
        "an order below {2} is 0 at 0."
    ).format(c["layer"], decimal(c["delta"]), c["order"]),
    "distinct-coordinate": lambda c, where: (
        f"The entries {c['coordinate']} of F_{c['layer'] - 1} on the samples differ{_comma(where)}."
    ),
    "minor": _minor,
    "separating-weight": lambda c, where: (
        "sigma_1(<w, x_i>) != sigma_1(<w, x_j>) for all samples i != j, w = "
        f"({_list(decimal(w) for w in c['weight'])})."
    ),
    "moments": lambda c, where: (
        f"The monomials of the degrees {_list(c['orders'])} in the coordinates of the samples have "
        "rank N."
    ),
    "layer-kind": lambda c, where: f"Layer {c['layer']} is {KINDS[c['is']]}.",
    "named-activation": lambda c, where: (
        f"The activation of layer {c['layer']} is one of {_list(c['names'])}."
    ),
    "residual-loss": lambda c, where: (
        f"Phi ({c['loss']}) is a sum of l(f_Lj(x_i) - y_ij) over all samples and outputs with l "
        "continuously differentiable."
    ),
    "differentiable": lambda c, where: (
        "sigma_{0} is differentiable at every entry of G_{0} {1}."
    ).format(c["layer"], where),
    "inequality": lambda c, where: (
        f"{c['left']} <= {c['right']} for every t >= {decimal(c['from'])}."
    ),
    "determinant-at": _determinant_at,
    "permutation-terms": _permutation_terms,
    "bounded-below": lambda c, where: (
        f"{decimal(c['low'])} ||x||^2 <= {_image(c)} {where} for every vector x."
    ),
    "bounded-above": lambda c, where: (
        f"{_image(c)} <= {decimal(c['high'])} ||x||^2 {where} for every vector x."
    ),
    "sharp-below": lambda c, where: (
        f"{_image(c)} < 1.01 * {decimal(c['low'])} ||x||^2 {where} for the vector x of this step."
    ),
    "sharp-above": lambda c, where: (
        f"1.01 {_image(c)} > {decimal(c['high'])} ||x||^2 {where} for the vector x of this step."
    ),
    "norm-bounds": _norm_bounds,
}
