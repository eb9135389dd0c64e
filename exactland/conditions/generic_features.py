"""The rank of F_k or Psi for almost all parameters.

One witness proves full rank where all is analytic; a relation of samples or of units that holds for
all parameters refutes it. Kinks and maxima are dealt with piece by piece.
"""

from __future__ import annotations

from exactland.conditions.candidates import inside
from exactland.conditions.case_by_case import every_case
from exactland.conditions.claims import MatrixName
from exactland.conditions.evidence import EveryPattern
from exactland.conditions.feature_rank import (
    Progress,
    attained_rank,
    full_rank_evidence,
    matrix_shape,
)
from exactland.conditions.finding import Finding
from exactland.conditions.identities import relations_of_all_parameters
from exactland.conditions.piecewise import open_set
from exactland.conditions.rank_findings import for_almost_all, of_every_pattern, on_an_open_set
from exactland.errors import ExactlandError, InputError, LimitError, NotExactError
from exactland.linalg.evidence import RankEvidence
from exactland.model.chosen_parameters import random_parameters
from exactland.model.layers import AveragePooling, Convolution, Dense
from exactland.model.parameters import Parameters
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: How many random parameters are tried as witnesses of a generic claim.
WITNESSES = 4
#: How many are looked at where one proves nothing for almost all: full rank excludes a relation.
LOOKED_AT = 2
#: How many are drawn at most, where the features are undefined at some of them.
DRAWS = 16


def generic_features(
    problem: Problem, name: MatrixName, seed: int, ceiling: int, tell: Progress
) -> Finding:
    """Is the rank of F_k or Psi full for almost all parameters? The problem's own play no part."""
    obstacle = not_analytic(problem, name)
    found, parameters, undefined = _at_drawn_parameters(
        problem, name, obstacle, seed, ceiling, tell
    )
    if found.is_full and obstacle is None:
        return for_almost_all(problem, name, found, parameters)
    tried = list(found.tried)
    if obstacle is not None:
        tried.append(obstacle)
    if not found.is_full:  # otherwise no relation bounds the rank for all parameters
        tell("looking for relations between the samples and between the units")
        bounded, stalled = _bounded(problem, name, found, seed)
        if bounded.upper is not None:
            return _deficient(problem, name, bounded, parameters, ceiling)
        tried.append(f"relations between samples or units: {stalled}")
    if obstacle is not None:
        by_pieces = _by_pieces(problem, name, seed, tell)
        if isinstance(by_pieces, Finding):
            return by_pieces
        tried.append(by_pieces)
    nothing = RankEvidence(found.rows, found.columns, tried=(*tried, *undefined))
    return for_almost_all(problem, name, nothing, None)


def _by_pieces(problem: Problem, name: MatrixName, seed: int, tell: Progress) -> Finding | str:
    """The answer where there are kinks or maxima, or why there is none."""
    tell("looking for an open set of parameters where the rank is less than full")
    found = open_set(problem, name, seed)
    if found is not None:
        parameters, upper = found
        return on_an_open_set(problem, name, upper, parameters)
    tell("going through all cases of pieces")
    try:
        shown = every_case(problem, name, seed)
    except ExactlandError as stalled:
        return f"pieces: {stalled}"
    if isinstance(shown, EveryPattern):
        return of_every_pattern(problem, name, shown)
    for case in shown.cases:
        found = open_set(problem, name, seed, inside(problem, case, seed))
        if found is not None:
            return on_an_open_set(problem, name, found[1], found[0])
    return f"pieces: {name}: {shown.reason}"


def _at_drawn_parameters(
    problem: Problem,
    name: MatrixName,
    obstacle: str | None,
    seed: int,
    ceiling: int,
    tell: Progress,
) -> tuple[RankEvidence, Parameters | None, list[str]]:
    """Full rank at some drawn parameters, or what was tried; parameters in the domain; and that
    some are not."""
    tried: list[str] = []
    rows, columns = matrix_shape(problem, name)
    wanted, undefined, reason = WITNESSES if obstacle is None else LOOKED_AT, 0, ""
    parameters: Parameters | None = None
    attempt = 0
    while attempt < min(DRAWS, wanted + undefined):
        drawn = random_parameters(problem, seed + attempt)
        attempt += 1
        witness = problem.with_parameters(drawn)
        try:
            found = full_rank_evidence(witness, name, seed, min(ceiling, 1024), tell)
        except InputError as error:  # these parameters are ours: others are as good
            undefined += 1
            reason = f"{error.place}: {error.reason}"
            continue
        if found.is_full or parameters is None:
            parameters = drawn
        if found.is_full:
            break
        tried.extend(f"witness {attempt - 1}: {line}" for line in found.tried)
    lower = found.lower if parameters is not None and found.is_full else None
    if lower is not None and obstacle is not None:
        tried.append("the rank is full at some parameters, which says nothing of almost all")
    known = RankEvidence(rows, columns, lower, tried=tuple(tried))
    return known, parameters, _undefined(name, undefined, attempt, reason)


def _undefined(name: MatrixName, count: int, drawn: int, reason: str) -> list[str]:
    """That there are parameters, of positive measure as a rule, for which there is no matrix."""
    if not count:
        return []
    return [
        f"{name} is undefined at {count} of {drawn} parameters drawn, and has no rank ({reason})"
    ]


def _bounded(
    problem: Problem, name: MatrixName, found: RankEvidence, seed: int
) -> tuple[RankEvidence, str]:
    """An upper bound below full for all parameters, or why there is none."""
    try:
        upper = relations_of_all_parameters(problem, name, seed)
    except (InputError, LimitError, NotExactError) as stalled:
        return found, str(stalled)
    bounded = RankEvidence(found.rows, found.columns, None, upper, found.tried)
    if upper is None or bounded.at_most >= min(found.rows, found.columns):
        return found, "none bounds the rank below full"
    return bounded, ""


def _deficient(
    problem: Problem,
    name: MatrixName,
    bounded: RankEvidence,
    parameters: Parameters | None,
    ceiling: int,
) -> Finding:
    lower = None
    if parameters is not None:
        lower = attained_rank(problem.with_parameters(parameters), name, bounded, ceiling)
    known = RankEvidence(bounded.rows, bounded.columns, lower, bounded.upper)
    return for_almost_all(problem, name, known, None if lower is None else parameters)


def not_analytic(problem: Problem, name: MatrixName) -> str | None:
    """Why one witness would not prove the generic claim: a layer that is not analytic."""
    network = problem.network
    if isinstance(network, SkipNetwork):
        named = [(f"unit {unit.id}", unit.activation) for unit in network.units]
    else:
        layers = network.layers[: name.k]
        named = []
        for k, layer in enumerate(layers, start=1):
            if isinstance(layer, AveragePooling):
                continue
            if not isinstance(layer, Convolution | Dense):
                return f"layer {k}: max-pooling may have kinks, so one witness does not suffice"
            named.append((f"layer {k}", layer.activation))
    for place, sigma in named:
        fact = sigma.is_analytic
        if fact.holds is not True:
            return f"{place}: {sigma.name} is not known to be analytic ({fact.reason})"
    return None
