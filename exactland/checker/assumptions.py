"""The papers' assumptions on an instance (section 7.6): they hold, or they fail."""

from __future__ import annotations

from typing import Any

from .bounds import Target, lower_bound
from .canonical import fields, index, listed, natural, rational_rows, text
from .identities import for_all_weights
from .outcome import Reject
from .problem import Layer, Problem, Weights
from .work import VALUE, spend

PLACE = "evidence"


def assumption(problem: Problem, claim: dict[str, Any], evidence: Any) -> str:
    fields(claim, "claim", "kind words id holds")
    identifier = text(claim["id"], "claim.id", list(CHECKS))
    if claim["holds"] is True:
        CHECKS[identifier][0](problem, evidence)
        return f"{identifier} holds on this instance."
    if claim["holds"] is False:
        CHECKS[identifier][1](problem, evidence)
        return f"{identifier} fails on this instance."
    raise Reject("claim.holds", "true or false is expected")


def _pair(value: Any, place: str, size: int) -> tuple[int, int]:
    """Two different indices."""
    i, j = (index(entry, place, size) for entry in listed(value, place, 2))
    if i == j:
        raise Reject(place, "the two samples are the same")
    return i, j


def _first_layer(problem: Problem) -> Layer:
    if not problem.layers:
        raise Reject("claim.id", "this assumption is about sequential networks")
    for number, layer in enumerate(problem.layers, 1):
        if layer.foreign is not None:
            raise Reject(f"layer {number}", f"{layer.foreign}: NH18 does not speak of it")
    return problem.layers[0]


def _input_patch(problem: Problem, layer: Layer, sample: int, patch: int) -> tuple[Any, ...]:
    """The patch of a sample in layer 1; a neuron of padding is 0."""
    spend(VALUE * (layer.length + 1))
    row = problem.inputs[sample]
    return tuple(0 if i is None else row[i] for i in layer.patches[patch])


def patches_differ(problem: Problem, evidence: Any) -> None:
    """NH18 Assumption 3.1: x_i^p != x_j^q for i != j and all p, q."""
    layer = _first_layer(problem)
    fields(evidence, PLACE, "")
    owner: dict[tuple[Any, ...], int] = {}
    for sample in range(problem.samples):
        for p in range(len(layer.patches)):
            first = owner.setdefault(_input_patch(problem, layer, sample, p), sample)
            if first != sample:
                raise Reject("problem.data", f"samples {first} and {sample} share a patch")


def patches_collide(problem: Problem, evidence: Any) -> None:
    layer = _first_layer(problem)
    fields(evidence, PLACE, "samples patches")
    i, j = _pair(evidence["samples"], PLACE + ".samples", problem.samples)
    pair = listed(evidence["patches"], PLACE + ".patches", 2)
    p, q = (index(entry, PLACE + ".patches", len(layer.patches)) for entry in pair)
    if _input_patch(problem, layer, i, p) != _input_patch(problem, layer, j, q):
        raise Reject(PLACE, "the two patches differ")


def _weights_target(layer: Layer, k: int) -> Target:
    return Target("weights", k, layer.below, layer.width)


def full_rank_matrices(problem: Problem, evidence: Any) -> None:
    """NH18 Assumption 2.4: each convolutional layer has a W for which U_k has full rank."""
    _first_layer(problem)
    entries = listed(fields(evidence, PLACE, "layers")["layers"], PLACE + ".layers")
    convolutions = [k for k, layer in enumerate(problem.layers, 1) if layer.kind == "convolution"]
    if len(entries) != len(convolutions):
        raise Reject(PLACE + ".layers", "they are not exactly the convolutional layers")
    for n, (k, entry) in enumerate(zip(convolutions, entries, strict=True)):
        place = f"{PLACE}.layers[{n}]"
        fields(entry, place, "layer W lower")
        if natural(entry["layer"], place + ".layer") != k:
            raise Reject(place + ".layer", f"layer {k} is the next convolution")
        layer = problem.layers[k - 1]
        W = rational_rows(entry["W"], place + ".W", layer.length, layer.filters)
        parameters: list[Weights | None] = [None] * len(problem.layers)
        parameters[k - 1] = Weights(W, [])
        target = _weights_target(layer, k)
        found = lower_bound(problem, target, parameters, entry["lower"], place + ".lower")
        if found != target.full:
            raise Reject(place + ".lower", f"rank {found} is less than full")


def deficient_matrix(problem: Problem, evidence: Any) -> None:
    _first_layer(problem)
    fields(evidence, PLACE, "layer upper")
    k = natural(evidence["layer"], PLACE + ".layer", 1, len(problem.layers))
    layer = problem.layers[k - 1]
    if layer.kind != "convolution":
        raise Reject(PLACE + ".layer", "it is not a convolution")
    found = for_all_weights(layer, evidence["upper"], PLACE + ".upper")
    if found >= _weights_target(layer, k).full:
        raise Reject(PLACE + ".upper", f"rank at most {found} may be full")


def coordinate_distinct(problem: Problem, evidence: Any) -> None:
    """LDS18 Assumption 1, first clause: some coordinate has pairwise different entries."""
    fields(evidence, PLACE, "coordinate")
    k = index(evidence["coordinate"], PLACE + ".coordinate", len(problem.inputs[0]))
    if len({row[k] for row in problem.inputs}) != problem.samples:
        raise Reject(PLACE + ".coordinate", "two samples have the same entry")


def coordinates_repeat(problem: Problem, evidence: Any) -> None:
    fields(evidence, PLACE, "pairs")
    pairs = listed(evidence["pairs"], PLACE + ".pairs", len(problem.inputs[0]))
    for k, value in enumerate(pairs):
        i, j = _pair(value, f"{PLACE}.pairs[{k}]", problem.samples)
        if problem.inputs[i][k] != problem.inputs[j][k]:
            raise Reject(f"{PLACE}.pairs[{k}]", "the two entries differ")


def _unit_patch(problem: Problem, sources: tuple[Any, ...], sample: int) -> tuple[Any, ...]:
    spend(VALUE * (len(sources) + 1))
    return tuple(problem.inputs[sample][source] for source in sources)


def unit_patches_differ(problem: Problem, evidence: Any) -> None:
    """NMH19 Assumption 1.3: the input patches of each unit that reads inputs only differ."""
    if not problem.units:
        raise Reject("claim.id", "this assumption is about skip networks")
    fields(evidence, PLACE, "")
    for unit in problem.units:
        if all(isinstance(source, int) for source in unit.sources):
            samples = range(problem.samples)
            patches = {_unit_patch(problem, unit.sources, sample) for sample in samples}
            if len(patches) != problem.samples:
                raise Reject(f"unit {unit.name}", "two samples have the same patch")


def unit_patches_collide(problem: Problem, evidence: Any) -> None:
    fields(evidence, PLACE, "unit samples")
    name = text(evidence["unit"], PLACE + ".unit", [unit.name for unit in problem.units])
    (unit,) = (unit for unit in problem.units if unit.name == name)
    if not all(isinstance(source, int) for source in unit.sources):
        raise Reject(PLACE + ".unit", "this unit reads another unit")
    i, j = _pair(evidence["samples"], PLACE + ".samples", problem.samples)
    if _unit_patch(problem, unit.sources, i) != _unit_patch(problem, unit.sources, j):
        raise Reject(PLACE, "the two patches differ")


CHECKS = {
    "NH18:Asm3.1": (patches_differ, patches_collide),
    "NH18:Asm2.4": (full_rank_matrices, deficient_matrix),
    "LDS18:Asm1.A1": (coordinate_distinct, coordinates_repeat),
    "NMH19:Asm1.3": (unit_patches_differ, unit_patches_collide),
}
