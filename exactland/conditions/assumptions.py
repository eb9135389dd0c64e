"""The papers' assumptions on the data and on the layers, decided exactly.

========================  =======================================================================
``NH18:Asm2.4``           every convolutional layer has filters W_k with M_k(W_k) of full rank
``NH18:Asm3.1``           patches of different samples are different
``LDS18:Asm1.A1``         the samples differ pairwise in one coordinate
``NMH19:Asm1.3``          units that read inputs only see different patches in different samples
========================  =======================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flint import fmpq

from exactland.conditions.claims import Assumption
from exactland.conditions.evidence import (
    CollidingPairs,
    CollidingPatches,
    CollidingUnit,
    DeficientLayer,
    DistinctCoordinate,
    EveryLayer,
    LayerWitness,
    Recomputed,
)
from exactland.conditions.finding import Finding
from exactland.errors import InputError, UsageError
from exactland.linalg.evidence import PolynomialNullVectors, TranslatedMinors
from exactland.linalg.generic import generic_rank
from exactland.model.layer_matrix import layer_map
from exactland.model.layers import Convolution, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Problem, require_the_papers_layers
from exactland.model.skip import SkipNetwork


def assumption(problem: Problem, id: str) -> Finding:
    """Decide one of the assumptions of the table above on a problem.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[0, 1, 2], [3, 0, 1]]},
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "convolution", "patches": [[0, 1], [1, 2]], "filters": 1,
    ...          "activation": "relu"}]}})
    >>> assumption(problem, "NH18:Asm3.1")
    <refuted on this instance: NH18:Asm3.1 fails on this instance.>

    Raises UsageError for an unknown id, InputError where the assumption does not speak of such a
    network.
    """
    canonical = _ALIASES.get(id, id)
    if canonical not in _CHECKS:
        raise UsageError(
            "assumption", f"no check is known under the id {id!r}", "use " + ", ".join(_CHECKS)
        )
    return _CHECKS[canonical](problem)


def distinct_patches(problem: Problem) -> Finding:
    """NH18, Assumption 3.1: x_i^p != x_j^q for samples i != j and patches p, q of layer 1."""
    network = _sequential(problem, "NH18:Asm3.1")
    first = network.layers[0]
    patches: Sequence[Sequence[int | None]] = (
        first.patches
        if isinstance(first, Convolution | MaxPooling)
        else [range(problem.data.dimension)]
    )
    seen: dict[tuple[fmpq, ...], tuple[int, int]] = {}
    for i, row in enumerate(problem.data.inputs):
        for p, patch in enumerate(patches):
            values = tuple(fmpq(0) if index is None else row[index] for index in patch)
            j, q = seen.setdefault(values, (i, p))
            if j != i:
                return _fails(
                    problem,
                    "NH18:Asm3.1",
                    CollidingPatches((j, i), (q, p)),
                    f"patch {q + 1} of sample {j + 1} equals patch {p + 1} of sample {i + 1}: "
                    f"({', '.join(map(str, values))})",
                )
    return _holds(
        problem, "NH18:Asm3.1", Recomputed(), "all patches of different samples are different"
    )


def convolutional_structure(problem: Problem, seed: int = 0) -> Finding:
    """NH18, Assumption 2.4: for every convolutional layer some W_k gives M_k(W_k) full rank."""
    network = _sequential(problem, "NH18:Asm2.4")
    witnesses: list[LayerWitness] = []
    undecided: list[str] = []
    for k, layer in enumerate(network.layers, start=1):
        if not isinstance(layer, Convolution):
            continue
        result = generic_rank(layer_map(layer, problem.widths[k - 1]), seed=seed)
        if isinstance(result.upper, PolynomialNullVectors | TranslatedMinors):
            return _fails(
                problem,
                "NH18:Asm2.4",
                DeficientLayer(k, result.upper),
                f"U_{k} ({result.rows} x {result.columns}) "
                f"has rank at most {result.at_most} for every W_{k}",
            )
        if result.is_full and result.lower is not None and result.point is not None:
            witnesses.append(LayerWitness(k, result.point, result.lower))
        else:
            undecided.extend(f"layer {k}: {line}" for line in result.tried)
    if undecided:
        return Finding(
            question="NH18:Asm2.4",
            verdict="undecided",
            reading="on this instance",
            reason=undecided[0],
            tried=tuple(undecided),
            problem=problem,
        )
    return _holds(
        problem,
        "NH18:Asm2.4",
        EveryLayer(tuple(witnesses)),
        "there is no convolutional layer"
        if not witnesses
        else "U_k of full rank is shown for layer " + ", ".join(str(w.layer) for w in witnesses),
    )


def distinct_in_one_coordinate(problem: Problem) -> Finding:
    """LDS18, Assumption 1 (A1): in some coordinate all samples are pairwise different."""
    pairs = []
    for k in range(problem.data.dimension):
        pair = _first_collision((row[k],) for row in problem.data.inputs)
        if pair is None:
            return _holds(
                problem,
                "LDS18:Asm1.A1",
                DistinctCoordinate(k),
                f"the samples differ pairwise in coordinate {k + 1}",
            )
        pairs.append(pair)
    i, j = pairs[0]
    return _fails(
        problem,
        "LDS18:Asm1.A1",
        CollidingPairs(tuple(pairs)),
        f"in every coordinate two samples agree; in the first, samples {i + 1} and {j + 1}",
    )


def distinct_unit_patches(problem: Problem) -> Finding:
    """NMH19, Assumption 1.3: each unit that reads inputs only tells all samples apart."""
    if not isinstance(problem.network, SkipNetwork):
        raise InputError(
            "network.kind",
            "NMH19:Asm1.3 speaks of networks with skip connections",
            'use "skip", or ask for NH18:Asm3.1',
        )
    for unit in problem.network.units:
        if any(isinstance(source, str) for source in unit.sources):
            continue
        pair = _first_collision(
            tuple(row[source] for source in unit.sources if isinstance(source, int))
            for row in problem.data.inputs
        )
        if pair is not None:
            return _fails(
                problem,
                "NMH19:Asm1.3",
                CollidingUnit(unit.id, pair),
                f"unit {unit.id} reads the same inputs in samples {pair[0] + 1} and {pair[1] + 1}",
            )
    return _holds(
        problem,
        "NMH19:Asm1.3",
        Recomputed(),
        "every unit that reads inputs tells all samples apart",
    )


_CHECKS: dict[str, Callable[[Problem], Finding]] = {
    "NH18:Asm3.1": distinct_patches,
    "NH18:Asm2.4": convolutional_structure,
    "LDS18:Asm1.A1": distinct_in_one_coordinate,
    "NMH19:Asm1.3": distinct_unit_patches,
}
_ALIASES = {"LDS18:A1": "LDS18:Asm1.A1", "NMH19:Asm1": "NMH19:Asm1.3"}
#: The ids that ``assumption`` decides.
ASSUMPTIONS = tuple(_CHECKS)


def _first_collision(values: Iterable[tuple[fmpq, ...]]) -> tuple[int, int] | None:
    seen: dict[tuple[fmpq, ...], int] = {}
    for i, value in enumerate(values):
        j = seen.setdefault(value, i)
        if j != i:
            return j, i
    return None


def _sequential(problem: Problem, id: str) -> SequentialNetwork:
    if not isinstance(problem.network, SequentialNetwork):
        raise InputError(
            "network.kind",
            f"{id} speaks of networks of layers",
            'use "sequential", or ask for NMH19:Asm1.3',
        )
    require_the_papers_layers(problem, id)
    return problem.network


def _holds(problem: Problem, id: str, evidence: Any, reason: str) -> Finding:
    return _finding(problem, Assumption(id, True), evidence, reason)


def _fails(problem: Problem, id: str, evidence: Any, reason: str) -> Finding:
    return _finding(problem, Assumption(id, False), evidence, reason)


def _finding(problem: Problem, claim: Assumption, evidence: Any, reason: str) -> Finding:
    return Finding(
        question=claim.id,
        verdict="proved" if claim.holds else "refuted",
        reading="on this instance",
        established=claim,
        evidence=evidence,
        problem=problem,
        reason=reason,
    )
