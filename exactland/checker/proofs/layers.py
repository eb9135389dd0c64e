"""Steps about single layers and about F_k at given parameters (NH18, section 10)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..canonical import fields, listed, rational_rows, rationals
from ..formal import Formal
from ..forward import Exact, Formally, layer_features, positions, weight_minor
from ..limits import ENTRIES
from ..outcome import Decline, Reject
from ..problem import Layer, Patch
from ..rationals import dot
from ..work import TURN, VALUE, longest, operations, product, spend
from .comparisons import entries, read_bits
from .families import ends_of
from .setting import Claim, Setting, activated, no_evidence, without_stage

ZERO = Fraction(0)


def check_layer_identity(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """<w^t, x^p> + b_h = (U^T x + b)_h as polynomials in x, W and b, U = M(W)."""
    fields(claim, place + ".claim", "kind layer")
    no_evidence(evidence, place)
    without_stage(at, place)
    _, layer = setting.layer(claim["layer"], place)
    activated(layer, place)
    if layer.below * layer.width > ENTRIES:
        raise Decline(f"a matrix of more than {ENTRIES} entries")
    over = Formal()
    x = [over.symbol("x", i) for i in range(layer.below)]
    spend(layer.width * (TURN * layer.below + VALUE * (layer.length + 1)))
    W = [[over.symbol("W", r, s) for s in range(layer.filters)] for r in range(layer.length)]
    numbers = Formally(over)
    for h in range(layer.width):
        p, s = divmod(h, layer.filters)
        bias = {} if layer.bias == "none" else over.symbol("b", layer.bias_index(h))
        column = [row[s] for row in W]
        by_patch = numbers.affine(numbers.patch(x, layer.patches[p]), column, bias)
        by_matrix = dict(bias)
        place_of = positions(layer.patches[p])
        for i in range(layer.below):
            if i in place_of:
                over.accumulate(by_matrix, over.multiply(x[i], column[place_of[i]]), Fraction(1))
        if not over.is_zero(over.add(by_patch, over.negative(by_matrix))):
            raise Reject(place, f"the identity fails for neuron {h}")


def check_layer_as_defined(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """On these rows every <w^t, x^p> + b_h is the entry of x U + b, over Q."""
    fields(claim, place + ".claim", "kind layer inputs W b")
    no_evidence(evidence, place)
    without_stage(at, place)
    _, layer = setting.layer(claim["layer"], place)
    activated(layer, place)
    rows = _inputs(setting, claim, layer, place)
    W = rational_rows(claim["W"], place + ".claim.W", layer.length, layer.filters)
    count = {"none": 0, "filter": layer.filters}.get(layer.bias, layer.width)
    b = rationals(claim["b"], place + ".claim.b", count)
    neurons = list(range(layer.width))
    bits = max(longest(row) for row in (*rows, *W, b))
    count = len(rows) * layer.width * (2 * layer.length + 2)
    # The entries beside the patch are 0; denominators multiply.
    spend(operations(count, bits, bits * (layer.length + 1)))
    spend(len(rows) * layer.width * VALUE * layer.below)
    U = weight_minor(layer, W, list(range(layer.below)), neurons)
    for x in rows:
        for h in neurons:
            p, s = divmod(h, layer.filters)
            bias = b[layer.bias_index(h)] if b else ZERO
            by_patch = bias
            for r, i in enumerate(layer.patches[p]):
                by_patch += ZERO if i is None else W[r][s] * x[i]
            by_matrix = sum((x[i] * U[i][h] for i in range(layer.below)), bias)
            if by_patch != by_matrix:
                raise Reject(place, f"the two values of neuron {h} differ")


def _inputs(setting: Setting, claim: Claim, layer: Layer, place: str) -> list[list[Fraction]]:
    """N rows of the width below the layer."""
    where = place + ".claim.inputs"
    return rational_rows(claim["inputs"], where, setting.problem.samples, layer.below)


def check_largest_entries(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """On these rows each output of max-pooling is an entry of its patch, and none is larger."""
    fields(claim, place + ".claim", "kind layer inputs")
    no_evidence(evidence, place)
    without_stage(at, place)
    _, layer = setting.layer(claim["layer"], place)
    if layer.kind != "max-pooling":
        raise Reject(place, "the layer is not max-pooling")
    rows = _inputs(setting, claim, layer, place)
    every, width = range(len(rows)), range(layer.width)
    found = layer_features(rows, [layer], every, width, [None], Exact())
    for x, values in zip(rows, found, strict=True):
        for value, patch in zip(values, layer.patches, strict=True):
            _require_largest(value, x, patch, place)


def _require_largest(value: Fraction, x: Sequence[Fraction], patch: Patch, place: str) -> None:
    bits = longest(x)
    spend(VALUE + len(patch) * (VALUE + product(bits, bits)))
    here = [x[i] for i in patch if i is not None]
    if value not in here or any(entry > value for entry in here):
        raise Reject(place, "a value is not the largest entry of its patch")


def check_fitted(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """F_l lambda = y over Q, y the targets of the problem."""
    fields(claim, place + ".claim", "kind layer targets weights")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, layer = setting.layer(claim["layer"], place)
    problem = setting.at(at, place)
    weights = rationals(claim["weights"], place + ".claim.weights", layer.width)
    targets = read_targets(setting, claim, place)
    rows = entries(problem, problem.layers[:number], problem.parameters, bits)
    for row, y in zip(rows, targets, strict=True):
        if any(lo != hi for lo, hi in row):
            raise Reject(place, "the features are not rational")
        if dot([lo for lo, _ in row], weights) != y:
            raise Reject(place, "a target is not fitted")


def read_targets(setting: Setting, claim: Claim, place: str) -> list[Fraction]:
    """The targets of a claim: those of the problem, a number a sample."""
    given = rationals(claim["targets"], place + ".claim.targets", setting.problem.samples)
    if setting.problem.targets is None or setting.problem.targets != [[y] for y in given]:
        raise Reject(place + ".claim.targets", "they are not the problem's, one number a sample")
    return given


def check_limits(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The limits mu_- and mu_+ of the activation, from the table."""
    fields(claim, place + ".claim", "kind layer limits")
    no_evidence(evidence, place)
    without_stage(at, place)
    number, layer = setting.layer(claim["layer"], place)
    activated(layer, place)
    known = ends_of(setting.activation_document(number))
    if known is None or listed(claim["limits"], place, 2) != list(known):
        raise Reject(place, "these are not the limits of the table")
