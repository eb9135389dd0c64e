"""The sentences of steps that are no statement's conclusion (section 10).

They are the words of certificates of a single step. What is too long for a sentence, such as
directions, stands in the claim; the sentence says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..activations import decimal
from ..bounds import matrix_name
from ..canonical import rational
from .setting import GIVEN, Claim, Stage


def _condition(claim: Claim, at: Stage) -> str:
    return CONDITIONS[claim["name"]].format(k=claim.get("layer", "k"))


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


def _distinct_projections(claim: Claim, at: Stage) -> str:
    differ = "z_ij != z_i'j' for all samples i != i' and all columns j, j'"
    if not claim["across"]:
        differ = "z_ij != z_i'j for all samples i != i' and every column j"
    return f"With z = {_projections(claim)}{_at(at)}: {differ}."


def _sorted(claim: Claim, at: Stage) -> str:
    return f"With {_gaps(claim)}{_at(at)}: d_ij < 0 for all i > j."


def _nonzero_value(claim: Claim, at: Stage) -> str:
    return f"sigma_{claim['layer']}({_number(claim, 'point')}) != 0."


def _tail(claim: Claim, at: Stage) -> str:
    beta, alpha = _number(claim, "point"), _number(claim, "from")
    value = ""
    if claim["kind"] == "triangular-tail":
        value = f" = sigma_{claim['layer']}({beta})^N"
    minus = "-" if claim.get("mirrored") else ""
    return (
        f"With {_gaps(claim)}{_at(at)}: det A(alpha){value} != 0 for every alpha >= {alpha}, "
        f"A(alpha)_ij = sigma_{claim['layer']}({minus}alpha d_ij + {beta})."
    )


def _tail_determinant(claim: Claim, at: Stage) -> str:
    minus = "-" if claim["mirrored"] else ""
    return (
        f"With {_gaps(claim)}{_at(at)}: the determinant of the matrix of all "
        f"sigma_{claim['layer']}({minus}alpha d_ij + {_number(claim, 'point')}) is not 0 at "
        f"alpha = {_number(claim, 'alpha')}."
    )


def _affine(claim: Claim, at: Stage) -> str:
    k, first = claim["layer"], claim["from"]
    product = " ".join(f"W_{layer}" for layer in range(first, k + 1))
    return f"F_{k} - F_{first - 1} {product} has equal rows{_at(at)}."


def _near(claim: Claim, at: Stage) -> str:
    return (
        f"The constructed parameters of layers 1 to {claim['layer']} have a Euclidean distance "
        f"below {_number(claim, 'radius')} from the given ones."
    )


def _distinct_rows(claim: Claim, at: Stage) -> str:
    return f"The rows of F_{claim['layer']} differ{_at(at)}."


def _increasing(claim: Claim, at: Stage) -> str:
    return f"{_order(claim)}{_at(at)}."


def _above_limit(claim: Claim, at: Stage) -> str:
    sigma = f"sigma_{claim['layer']}"
    return f"{sigma}({_number(claim, 'point')}) exceeds the limit of {sigma} at -infinity."


def _limit_determinant(claim: Claim, at: Stage) -> str:
    value = f"sigma_{claim['layer']}({_number(claim, 'point')})"
    limit = f"(mu - {value})" if claim["bounded"] else value
    where = ", mu the limit at -infinity" if claim["bounded"] else ""
    return (
        f"{_order(claim)}{_at(at)}, and det E(alpha) tends to {limit}^(N-1) != 0, up to the "
        f"sign{where}; E(alpha) has a column of ones and the sigma_{claim['layer']}(alpha "
        f"<z_j - z_i, a> + {_number(claim, 'point')})."
    )


def _own_biases(claim: Claim, at: Stage) -> str:
    return f"Skip units {_listed(claim['ids'])}: each has a bias that no other unit has."


def _samples_apart(claim: Claim, at: Stage) -> str:
    return f"The sums of unit {claim['unit']}, without bias, differ for all samples{_at(at)}."


def _independent_columns(claim: Claim, at: Stage) -> str:
    rows = _listed([i + 1 for i in claim["rows"]])
    return (
        f"The minor of Psi with the samples {rows} and the skip units {_listed(claim['ids'])} is "
        f"not 0{_at(at)}."
    )


def _special_nearby(claim: Claim, at: Stage) -> str:
    return (
        f"sigma_{claim['layer']} is analytic, and for 0 < c < {_number(claim, 'delta')} no "
        f"derivative of sigma_{claim['layer']} + c (sin + cos) of an order below {claim['order']} "
        "is 0 at 0."
    )


def _distinct_coordinate(claim: Claim, at: Stage) -> str:
    layer, entry = claim["layer"], claim["coordinate"]
    return f"The entries {entry} of F_{layer - 1} on the samples differ{_at(at)}."


def _minor(claim: Claim, at: Stage) -> str:
    weights = _listed([_decimal(value) for value in claim["weights"]])
    return (
        f"det sigma_{claim['layer']}(w_i z_j) != 0, i, j = 1, ..., {len(claim['weights'])}, for "
        f"w = ({weights}) and z_j the entry {claim['coordinate']} of F_{claim['layer'] - 1} "
        f"on sample j{_at(at)}."
    )


def _separating_weight(claim: Claim, at: Stage) -> str:
    weights = _listed([_decimal(value) for value in claim["weight"]])
    return f"sigma_1(<w, x_i>) != sigma_1(<w, x_j>) for all samples i != j, w = ({weights})."


def _moments(claim: Claim, at: Stage) -> str:
    orders = _listed(claim["orders"])
    return f"The monomials of the degrees {orders} in the coordinates of the samples have rank N."


def _sine_cosine(claim: Claim, at: Stage) -> str:
    return "The n-th derivative of sin + cos at 0 is (-1)^floor(n/2), for every n."


def _few_excluded(claim: Claim, at: Stage) -> str:
    return (
        f"For every analytic g all but at most {claim['order']} real c make all derivatives of "
        f"g + c (sin + cos) at 0 of an order below {claim['order']} nonzero."
    )


def _expansion_nonzero(claim: Claim, at: Stage) -> str:
    layer, size = claim["layer"], len(claim["weights"]) + 1
    fixed = ""
    if claim["weights"]:
        weights = _listed([_decimal(value) for value in claim["weights"]])
        fixed = f"With (w_1, ..., w_{size - 1}) = ({weights}): "
    return (
        f"{fixed}det sigma_{layer}(w_i z_j), i, j = 1, ..., {size}, is not identically 0 in "
        f"w_{size}, z_j being the entry {claim['coordinate']} of F_{layer - 1} on sample "
        f"j{_at(at)}."
    )


def _distinct_products(claim: Claim, at: Stage) -> str:
    weights = _listed([_decimal(value) for value in claim["weight"]])
    return f"<w, x_i> != <w, x_j> for all samples i != j, w = ({weights})."


def _minor_of(claim: Claim) -> str:
    what, k = claim["matrix"]["what"], claim["matrix"]["layer"]
    return (
        f"The minor of {matrix_name(what, k)} with rows {_listed(claim['rows'])} and columns "
        f"{_listed(claim['columns'])} (counted from 0)"
    )


def _analytic_minor(claim: Claim, at: Stage) -> str:
    what, k = claim["matrix"]["what"], claim["matrix"]["layer"]
    points = f"W_{k}" if what == "weights" else f"the parameters of layers 1 to {k}"
    return f"{_minor_of(claim)} is an analytic function of {points}."


def _nonzero_minor(claim: Claim, at: Stage) -> str:
    return f"{_minor_of(claim)} is not 0{_at(at)}."


def _projections(claim: Claim) -> str:
    layer = claim["layer"]
    return f"F_{layer - 1} M_{layer}(Q), Q the directions of this step"


def _gaps(claim: Claim) -> str:
    return (
        f"d_ij = z_gamma(j),j - z_gamma(i),j, gamma = ({_samples(claim)}) and "
        f"z = {_projections(claim)}"
    )


def _order(claim: Claim) -> str:
    return (
        f"<a, z_i> increases with i, z_1, ..., z_N being the rows ({_samples(claim)}) of "
        f"F_{claim['layer'] - 1} and a the direction of this step"
    )


def _samples(claim: Claim) -> str:
    """Samples counted from 1, as in the papers."""
    return _listed([i + 1 for i in claim["gamma"]])


def _number(claim: Claim, key: str) -> str:
    return _decimal(claim[key])


def _decimal(value: Any) -> str:
    return decimal(rational(value, ""))


def _listed(values: Any) -> str:
    return ", ".join(map(str, values))


def _at(at: Stage) -> str:
    if at is None:
        return ""
    return f", at the {'given' if at == GIVEN else 'constructed'} parameters"


STEP_SENTENCES: dict[str, Callable[[Claim, Stage], str]] = {
    "condition": _condition,
    "distinct-projections": _distinct_projections,
    "sorted": _sorted,
    "nonzero-value": _nonzero_value,
    "tail-dominated": _tail,
    "triangular-tail": _tail,
    "tail-nonsingular": _tail,
    "tail-determinant": _tail_determinant,
    "affine": _affine,
    "near": _near,
    "distinct-rows": _distinct_rows,
    "increasing": _increasing,
    "above-limit": _above_limit,
    "limit-determinant": _limit_determinant,
    "own-biases": _own_biases,
    "samples-apart": _samples_apart,
    "independent-columns": _independent_columns,
    "special-nearby": _special_nearby,
    "distinct-coordinate": _distinct_coordinate,
    "minor": _minor,
    "separating-weight": _separating_weight,
    "moments": _moments,
    "sine-cosine-derivatives": _sine_cosine,
    "few-excluded": _few_excluded,
    "expansion-nonzero": _expansion_nonzero,
    "distinct-products": _distinct_products,
    "analytic-minor": _analytic_minor,
    "nonzero-minor": _nonzero_minor,
}
