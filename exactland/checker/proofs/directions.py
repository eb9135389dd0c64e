"""Steps about directions and projections: the construction of NH18's Theorem 3.4 (section 10)."""

from __future__ import annotations

from typing import Any

from ..canonical import distinct_indices, fields, listed, rational, rational_rows
from ..outcome import Coarse, Reject
from ..work import VALUE, product, size, spend
from .comparisons import (
    check_distinct,
    check_nonzero,
    check_tail,
    columns,
    entries,
    projections,
    read_bits,
    sorted_gaps,
)
from .setting import Claim, Setting, activated, without_stage


def check_distinct_entries(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    fields(claim, place + ".claim", "kind layer")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, _ = setting.layer(claim["layer"], place)
    problem = setting.at(at, place)
    layers = problem.layers[:number]
    check_distinct(entries(problem, layers, problem.parameters, bits), place)


def check_distinct_rows(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The rows of F_l differ: for every two samples some column does."""
    fields(claim, place + ".claim", "kind layer")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, _ = setting.layer(claim["layer"], place)
    problem = setting.at(at, place)
    rows = entries(problem, problem.layers[:number], problem.parameters, bits)
    bits = max(size(end) for row in rows for pair in row for end in pair)
    for i, row in enumerate(rows):
        for other in rows[:i]:
            spend(VALUE // 2 + len(row) * (VALUE // 2 + 4 * product(bits, bits)))
            pairs = zip(row, other, strict=True)
            if not any(x[1] < y[0] or y[1] < x[0] for x, y in pairs):
                raise Coarse(place, "two rows are not shown to differ")


def check_distinct_projections(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    fields(claim, place + ".claim", "kind layer directions across")
    if type(claim["across"]) is not bool:
        raise Reject(place + ".claim.across", "true or false is expected")
    first = listed(listed(claim["directions"], place)[:1], place, 1)[0]
    count = len(listed(first, place + ".claim.directions"))
    if count == 0:
        raise Reject(place + ".claim.directions", "at least one direction is needed")
    rows = projections_of(setting, claim, at, evidence, place, count)
    if claim["across"]:
        check_distinct(rows, place)
    else:
        for column in columns(rows):
            check_distinct(column, place)


def check_sorted(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind layer directions gamma")
    gamma = permutation(setting, claim, place)
    sorted_gaps(projections_of(setting, claim, at, evidence, place), gamma, place)


def check_nonzero_value(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    fields(claim, place + ".claim", "kind layer point")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    without_stage(at, place)
    _, layer = setting.layer(claim["layer"], place)
    check_nonzero(activated(layer, place), rational(claim["point"], place), bits, place)


def check_tail_dominated(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    fields(claim, place + ".claim", "kind layer directions gamma point from")
    number, layer = setting.layer(claim["layer"], place)
    gamma = permutation(setting, claim, place)
    gaps = sorted_gaps(projections_of(setting, claim, at, evidence, place), gamma, place)
    document = setting.activation_document(number)
    parameter = document.get("alpha", 1) if isinstance(document, dict) else 1
    check_tail(
        document,
        activated(layer, place),
        rational(parameter, place),
        rational(claim["point"], place),
        rational(claim["from"], place),
        gaps,
        read_bits(evidence, place),
        place,
    )


def projections_of(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str, count: int | None = None
) -> Any:
    """The projections on T directions, or on ``count`` of them."""
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    number, layer = setting.layer(claim["layer"], place)
    if layer.activation is None:
        raise Reject(place, "max-pooling has no filters")
    directions = rational_rows(
        claim["directions"],
        place + ".claim.directions",
        layer.length,
        layer.filters if count is None else count,
    )
    return projections(setting.problem, number, directions, setting.parameters(at), bits)


def permutation(setting: Setting, claim: Claim, place: str) -> list[int]:
    samples = setting.problem.samples
    gamma = distinct_indices(claim["gamma"], place + ".claim.gamma", samples)
    _, layer = setting.layer(claim["layer"], place)
    if len(gamma) != samples or samples > layer.width:
        raise Reject(place + ".claim.gamma", "it is not a permutation of N <= n_l samples")
    return gamma
