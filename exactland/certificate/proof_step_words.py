"""The sentences of steps that are no statement's conclusion (docs/certificate-v1.md, section 10).

They are the words of certificates of a single step.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

Json = Any
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


def step_sentence(claim: Json, at: Json) -> str:
    """The sentence of such a step; empty for other kinds.

    >>> step_sentence({"kind": "nonzero-value", "layer": 1, "point": "1/2"}, None)
    'sigma_1(1/2) != 0.'
    """
    if claim["kind"] == "condition":
        return CONDITIONS[claim["name"]].format(k=claim.get("layer", "k"))
    return (
        _of_samples(claim, at)
        or _of_directions(claim, at)
        or _of_features(claim, at)
        or _of_units(claim, at)
        or _of_series(claim, at)
        or _of_weights(claim, at)
        or _of_minor(claim, at)
    )


def _of_directions(claim: Json, at: Json) -> str:
    """The construction of NH18's Theorem 3.4."""
    layer = claim.get("layer")
    match claim["kind"]:
        case "distinct-projections":
            columns = "all columns j, j'" if claim["across"] else "every column j"
            other = "z_i'j'" if claim["across"] else "z_i'j"
            return (
                f"With z = {_projections(layer)}{_at(at)}: z_ij != {other} for all samples "
                f"i != i' and {columns}."
            )
        case "sorted":
            return f"With {_gaps(claim)}{_at(at)}: d_ij < 0 for all i > j."
        case "nonzero-value":
            return f"sigma_{layer}({number(claim['point'])}) != 0."
        case "tail-dominated" | "triangular-tail" | "tail-nonsingular" as kind:
            minus = "-" if claim.get("mirrored") else ""
            beta = number(claim["point"])
            value = f" = sigma_{layer}({beta})^N" if kind == "triangular-tail" else ""
            return (
                f"With {_gaps(claim)}{_at(at)}: det A(alpha){value} != 0 for every alpha >= "
                f"{number(claim['from'])}, A(alpha)_ij = sigma_{layer}({minus}alpha d_ij + {beta})."
            )
        case "tail-determinant":
            minus = "-" if claim["mirrored"] else ""
            return (
                f"With {_gaps(claim)}{_at(at)}: the determinant of the matrix of all "
                f"sigma_{layer}({minus}alpha d_ij + {number(claim['point'])}) is not 0 at "
                f"alpha = {number(claim['alpha'])}."
            )
    return ""


def _of_samples(claim: Json, at: Json) -> str:
    """The construction of NH17's Lemma 4.3."""
    sigma = f"sigma_{claim.get('layer')}"
    match claim["kind"]:
        case "increasing":
            return f"{_order(claim)}{_at(at)}."
        case "above-limit":
            return f"{sigma}({number(claim['point'])}) exceeds the limit of {sigma} at -infinity."
        case "limit-determinant":
            beta = number(claim["point"])
            bounded = claim["bounded"]
            limit = f"(mu - {sigma}({beta}))" if bounded else f"{sigma}({beta})"
            where = ", mu the limit at -infinity" if bounded else ""
            return (
                f"{_order(claim)}{_at(at)}, and det E(alpha) tends to {limit}^(N-1) != 0, up to "
                f"the sign{where}; E(alpha) has a column of ones and the {sigma}(alpha "
                f"<z_j - z_i, a> + {beta})."
            )
    return ""


def _of_features(claim: Json, at: Json) -> str:
    layer = claim.get("layer")
    match claim["kind"]:
        case "affine":
            first = claim["from"]
            product = " ".join(f"W_{number}" for number in range(first, layer + 1))
            return f"F_{layer} - F_{first - 1} {product} has equal rows{_at(at)}."
        case "near":
            return (
                f"The constructed parameters of layers 1 to {layer} have a Euclidean distance "
                f"below {number(claim['radius'])} from the given ones."
            )
        case "distinct-rows":
            return f"The rows of F_{layer} differ{_at(at)}."
    return ""


def _of_units(claim: Json, at: Json) -> str:
    """NMH19."""
    match claim["kind"]:
        case "own-biases":
            return f"Skip units {listed(claim['ids'])}: each has a bias that no other unit has."
        case "samples-apart":
            unit = claim["unit"]
            return f"The sums of unit {unit}, without bias, differ for all samples{_at(at)}."
        case "independent-columns":
            rows = listed(row + 1 for row in claim["rows"])
            return (
                f"The minor of Psi with the samples {rows} and the skip units "
                f"{listed(claim['ids'])} is not 0{_at(at)}."
            )
    return ""


def _of_series(claim: Json, at: Json) -> str:
    """LDS18."""
    layer = claim.get("layer")
    match claim["kind"]:
        case "special-nearby":
            return (
                f"sigma_{layer} is analytic, and for 0 < c < {number(claim['delta'])} no "
                f"derivative of sigma_{layer} + c (sin + cos) of an order below {claim['order']} "
                "is 0 at 0."
            )
        case "distinct-coordinate":
            features = f"F_{layer - 1} on the samples differ{_at(at)}"
            return f"The entries {claim['coordinate']} of {features}."
        case "minor":
            return (
                f"det sigma_{layer}(w_i z_j) != 0, i, j = 1, ..., {len(claim['weights'])}, for "
                f"w = ({listed(map(number, claim['weights']))}) and z_j the entry "
                f"{claim['coordinate']} of F_{layer - 1} on sample j{_at(at)}."
            )
        case "separating-weight":
            weight = listed(map(number, claim["weight"]))
            return f"sigma_1(<w, x_i>) != sigma_1(<w, x_j>) for all samples i != j, w = ({weight})."
        case "moments":
            return (
                f"The monomials of the degrees {listed(claim['orders'])} in the coordinates of the "
                "samples have rank N."
            )
    return ""


def _of_weights(claim: Json, at: Json) -> str:
    """Functions of a weight and of c (LDS18)."""
    match claim["kind"]:
        case "sine-cosine-derivatives":
            return "The n-th derivative of sin + cos at 0 is (-1)^floor(n/2), for every n."
        case "few-excluded":
            order = claim["order"]
            return (
                f"For every analytic g all but at most {order} real c make all derivatives of "
                f"g + c (sin + cos) at 0 of an order below {order} nonzero."
            )
        case "expansion-nonzero":
            layer, size = claim["layer"], len(claim["weights"]) + 1
            weights = listed(map(number, claim["weights"]))
            fixed = f"With (w_1, ..., w_{size - 1}) = ({weights}): " if weights else ""
            return (
                f"{fixed}det sigma_{layer}(w_i z_j), i, j = 1, ..., {size}, is not identically 0 "
                f"in w_{size}, z_j being the entry {claim['coordinate']} of F_{layer - 1} on "
                f"sample j{_at(at)}."
            )
        case "distinct-products":
            weight = listed(map(number, claim["weight"]))
            return f"<w, x_i> != <w, x_j> for all samples i != j, w = ({weight})."
    return ""


def _of_minor(claim: Json, at: Json) -> str:
    """NH17's Lemma 4.2 and NH18's Lemma A.1."""
    if claim["kind"] not in ("analytic-minor", "nonzero-minor"):
        return ""
    what, k = claim["matrix"]["what"], claim["matrix"]["layer"]
    name = {"features": f"F_{k}", "augmented": f"[F_{k}, 1]", "weights": f"U_{k}"}[what]
    minor = (
        f"The minor of {name} with rows {listed(claim['rows'])} and columns "
        f"{listed(claim['columns'])} (counted from 0)"
    )
    if claim["kind"] == "nonzero-minor":
        return f"{minor} is not 0{_at(at)}."
    points = f"W_{k}" if what == "weights" else f"the parameters of layers 1 to {k}"
    return f"{minor} is an analytic function of {points}."


def _projections(layer: Json) -> str:
    return f"F_{layer - 1} M_{layer}(Q), Q the directions of this step"


def _gaps(claim: Json) -> str:
    gamma = listed(i + 1 for i in claim["gamma"])
    return (
        f"d_ij = z_gamma(j),j - z_gamma(i),j, gamma = ({gamma}) and "
        f"z = {_projections(claim['layer'])}"
    )


def _order(claim: Json) -> str:
    gamma = listed(i + 1 for i in claim["gamma"])
    return (
        f"<a, z_i> increases with i, z_1, ..., z_N being the rows ({gamma}) of "
        f"F_{claim['layer'] - 1} and a the direction of this step"
    )


def _at(at: Json) -> str:
    if at is None:
        return ""
    return f", at the {'given' if at == 'given' else 'constructed'} parameters"


def listed(values: Any) -> str:
    """Values with commas."""
    return ", ".join(map(str, values))


def number(value: Json) -> str:
    """A rational of the format in decimal.

    >>> number("-0x10/3")
    '-16/3'
    """
    p, _, q = str(value).partition("/")
    return str(fmpq(int(p, 0), int(q or "1", 0)))
