"""The rank of F_k, U_k or Psi: at the given parameters, or for almost all of them.

``rank`` asks whether the rank is full, min(rows, columns), and answers with evidence on one side or
on both.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq, fmpq_mat

from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.claims import (
    FullRank,
    GenericDeficient,
    GenericFullRank,
    MatrixName,
    RankClaim,
    RankDeficient,
    What,
)
from exactland.conditions.evidence import RankProof
from exactland.conditions.feature_rank import (
    Progress,
    attained_rank,
    full_rank_evidence,
    matrix_shape,
    rank_evidence,
)
from exactland.conditions.finding import Finding, Reading
from exactland.conditions.identities import sample_relations
from exactland.errors import LimitError, NotExactError, UsageError
from exactland.linalg.evidence import RankEvidence
from exactland.linalg.generic import generic_rank
from exactland.linalg.rational import rational_rank
from exactland.model.layer_matrix import layer_map, layer_matrix
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.parameters import LayerParameters, random_parameters
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: Precision in bits beyond which full rank in balls is given up.
CEILING = 4096
#: How many random parameters are tried as witnesses of a generic claim.
WITNESSES = 4
#: How many are looked at where one proves nothing for almost all: full rank excludes a relation.
LOOKED_AT = 2


def rank(
    problem: Problem,
    layer: int | None = None,
    what: What = "features",
    *,
    seed: int = 0,
    ceiling: int = CEILING,
    progress: Progress | None = None,
) -> Finding:
    """Is the rank of F_k ("features"), U_k ("weights") or Psi full at the given parameters?

    Parameters
    ----------
    problem : with parameters for the layers that the matrix needs.
    layer : k, from 1; none for a skip network, whose features are Psi.
    seed : of the primes.
    ceiling : bits of precision after which a matrix of balls is given up as undecided.
    progress : is told in one line what is being tried.

    Returns
    -------
    A finding: proved (full), refuted (with the exact rank where both bounds meet) or undecided.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[-1], [0], [1]]},
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "dense", "width": 3, "bias": "none", "activation": "sigmoid"}]},
    ...     "parameters": [{"W": [[1, 2, 3]]}]})
    >>> rank(problem, layer=1)
    <refuted on this instance: F_1 (3 x 3) has rank 2 at the given parameters, which is less than
    full.>
    """
    name = matrix_name(problem, layer, what)
    tell = progress or _silent
    if name.what == "weights":
        matrix = fmpq_mat(RATIONALS.rows(layer_matrix(problem, name.k)))
        return _at_parameters(problem, name, rational_rank(matrix, seed=seed))
    found = rank_evidence(problem, name, seed, ceiling, tell)
    return _at_parameters(problem, name, found)


def generic_rank_of(
    problem: Problem,
    layer: int | None = None,
    what: What = "features",
    *,
    seed: int = 0,
    ceiling: int = CEILING,
    progress: Progress | None = None,
) -> Finding:
    """Is the rank full for almost all parameters (NH18 Lemma 2.5 and Theorem 3.5, LDS18 Lemma 3,
    NMH19 Lemma 2)?

    One witness proves it (of the same analytic activations); polynomial null vectors or a relation
    between the samples refute it. The parameters of the problem, if any, play no part.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[0, 0, 0, 0]]},
    ...     "network": {"kind": "sequential", "layers": [{"kind": "convolution", "filters": 1,
    ...         "patches": [[0, 1], [2, 1], [2, 3], [0, 3]], "activation": "identity"}]}})
    >>> generic_rank_of(problem, layer=1, what="weights").rank
    3
    """
    name = matrix_name(problem, layer, what)
    tell = progress or _silent
    if name.what == "weights":
        return _generic_weights(problem, name, seed)
    return _generic_features(problem, name, seed, ceiling, tell)


def matrix_name(problem: Problem, layer: int | None, what: What) -> MatrixName:
    """The matrix asked for, after checking that the network has it; UsageError otherwise."""
    network = problem.network
    if isinstance(network, SkipNetwork):
        if layer is not None or what == "weights":
            raise UsageError(
                "--layer",
                "a skip network has one feature matrix, Psi",
                "ask for features without a layer",
            )
        return MatrixName("skip-features")
    depth = len(network.layers)
    if layer is None or not 1 <= layer <= depth:
        given = "no layer is given" if layer is None else f"there is no layer {layer}"
        raise UsageError("--layer", given, f"give a layer from 1 to {depth}")
    if what == "skip-features":
        raise UsageError("--what", "Psi belongs to skip networks", "ask for features")
    if what == "weights" and isinstance(network.layers[layer - 1], MaxPooling):
        raise UsageError(
            f"layer {layer}", "max-pooling has no weights", "ask for a convolution or a dense layer"
        )
    return MatrixName(what, layer)


def _generic_weights(problem: Problem, name: MatrixName, seed: int) -> Finding:
    k = name.k
    layer = problem.sequential.layer(k)
    below = problem.widths[k - 1]
    result = generic_rank(layer_map(layer, below), seed=seed)
    parameters = None
    if result.point is not None and result.lower is not None:
        # U_k does not depend on the biases; the form of parameters asks for them.
        zeros = [fmpq(0)] * layer.bias_length(below)
        given = LayerParameters(result.point, zeros or None)
        depth = problem.sequential.depth
        parameters = tuple(given if j == k else None for j in range(1, depth + 1))
    return _generic(problem, name, result, parameters)


def _generic_features(
    problem: Problem, name: MatrixName, seed: int, ceiling: int, tell: Progress
) -> Finding:
    tried: list[str] = []
    obstacle = not_analytic(problem, name)
    for attempt in range(WITNESSES if obstacle is None else LOOKED_AT):
        witness = problem.with_parameters(random_parameters(problem, seed + attempt))
        found = full_rank_evidence(witness, name, seed, min(ceiling, 1024), tell)
        if found.is_full and obstacle is None:
            return _generic(problem, name, found, witness.parameters)
        if found.is_full:
            # No relation bounds the rank for all parameters, so none has to be looked for.
            known = "the rank is full at some parameters, which says nothing of almost all"
            nothing = RankEvidence(found.rows, found.columns, tried=(known, str(obstacle)))
            return _generic(problem, name, nothing, None)
        tried.extend(f"witness {attempt}: {line}" for line in found.tried)
    if obstacle is not None:
        tried.append(obstacle)
    tell("looking for relations between the samples")
    try:
        relations = sample_relations(problem, name, seed)
        stalled = "none bounds the rank below full"
    except (LimitError, NotExactError) as limit:
        relations, stalled = None, str(limit)
    rows, columns = matrix_shape(problem, name)
    bounded = RankEvidence(rows, columns, None, relations, tuple(tried))
    if relations is None or bounded.at_most >= min(rows, columns):
        tried.append(f"relations between the samples: {stalled}")
        nothing = RankEvidence(rows, columns, None, None, tuple(tried))
        return _generic(problem, name, nothing, None)
    witness = problem.with_parameters(random_parameters(problem, seed))
    lower = attained_rank(witness, name, bounded, ceiling)
    parameters = None if lower is None else witness.parameters
    return _generic(problem, name, RankEvidence(rows, columns, lower, relations), parameters)


def not_analytic(problem: Problem, name: MatrixName) -> str | None:
    """Why one witness would not prove the generic claim: a layer that is not analytic."""
    network = problem.network
    if isinstance(network, SkipNetwork):
        named = [(f"unit {unit.id}", unit.activation) for unit in network.units]
    else:
        layers = network.layers[: name.k]
        named = []
        for k, layer in enumerate(layers, start=1):
            if not isinstance(layer, Convolution | Dense):
                return f"layer {k}: max-pooling is not analytic, so one witness does not suffice"
            named.append((f"layer {k}", layer.activation))
    for place, sigma in named:
        fact = sigma.is_analytic
        if fact.holds is not True:
            return f"{place}: {sigma.name} is not known to be analytic ({fact.reason})"
    return None


def _at_parameters(problem: Problem, name: MatrixName, found: RankEvidence) -> Finding:
    rows, columns = found.rows, found.columns
    claim: RankClaim | None = None
    if found.is_full:
        claim = FullRank(name, rows, columns)
    elif found.at_most < min(rows, columns):
        claim = RankDeficient(name, rows, columns, found.at_least, found.at_most)
    return _decided(problem, name, found, claim, None, "on this instance")


def _generic(problem: Problem, name: MatrixName, found: RankEvidence, parameters: Any) -> Finding:
    rows, columns = found.rows, found.columns
    claim: RankClaim | None = None
    reading: Reading = "for almost all parameters"
    if found.is_full:
        claim = GenericFullRank(name, rows, columns)
    elif found.at_most < min(rows, columns):
        claim = GenericDeficient(name, rows, columns, found.at_least, found.at_most)
        reading = "for all parameters"
    return _decided(problem, name, found, claim, parameters, reading)


def _decided(
    problem: Problem,
    name: MatrixName,
    found: RankEvidence,
    claim: RankClaim | None,
    parameters: Any,
    reading: Reading,
) -> Finding:
    generic = "" if reading == "on this instance" else " for almost all parameters"
    question = f"{name} ({found.rows} x {found.columns}) has full rank{generic}"
    if claim is None:
        why = found.tried[-1] if found.tried else "nothing decided it"
        return Finding(
            question, "undecided", reading, problem=problem, reason=why, tried=found.tried
        )
    full = isinstance(claim, FullRank | GenericFullRank)
    upper = None if full else found.upper
    return Finding(
        question,
        "proved" if full else "refuted",
        reading,
        established=claim,
        evidence=RankProof(found.lower, upper, parameters),
        problem=problem,
        rank=found.at_least if full or found.is_exact else None,
        reason=claim.words(),
        tried=found.tried,
    )


def _silent(line: str) -> None:
    """Nobody listens."""
