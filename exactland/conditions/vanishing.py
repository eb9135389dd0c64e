"""Identities that hold for all parameters and every width: LDS18 Lemma 3 and its erratum E1.

A relation c with sum_i c_i f(x_i) = 0 for every unit f bounds the rank of F_k below N whatever the
parameters are and however wide the layer is. One set of parameters of rank N excludes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from exactland.conditions.claims import FullRank, GenericFullRank, MatrixName, VanishingIdentity
from exactland.conditions.evidence import RankProof
from exactland.conditions.feature_rank import EARLY_BITS, Progress, full_rank_evidence
from exactland.conditions.finding import Finding
from exactland.conditions.generic_features import not_analytic
from exactland.conditions.identities import sample_relations, with_layer_size
from exactland.conditions.ranks import matrix_name
from exactland.errors import LimitError, NotExactError, UsageError
from exactland.linalg.evidence import RankEvidence
from exactland.model.chosen_parameters import random_parameters
from exactland.model.problem import Problem

#: At how many random parameters full rank is looked for before relations are, and after.
FIRST_LOOKS, LATER_LOOKS = 2, 4


def vanishing_identity(
    problem: Problem,
    layer: int = 1,
    *,
    seed: int = 0,
    ceiling: int = 1024,
    progress: Progress | None = None,
) -> Finding:
    """Does every N x N minor of F_k vanish, whatever the parameters and the width of layer k?

    Proved by a relation between the samples; refuted by parameters of a layer of N units or filters
    for which the features have rank N.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[-2], [-1], [1], [2]]},
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "dense", "width": 1, "bias": "none", "activation": "softplus"}]}})
    >>> finding = vanishing_identity(problem)
    >>> finding.verdict, [list(map(str, c)) for c in finding.evidence.upper.vectors]
    ('proved', [['1', '-2', '2', '-1']])
    """
    name = matrix_name(problem, layer, "features")
    if not (asked := problem.sequential.layer(layer)).has_parameters():
        raise UsageError(
            f"layer {layer}", f"{asked.kind} has no units of its own", "ask for another layer"
        )
    tell = progress or _silent
    samples = problem.data.samples
    question = f"all features F_{layer} of these {samples} samples are linearly dependent"
    wide = with_layer_size(
        problem, layer, max(samples, problem.sequential.layer(layer).filter_count())
    )
    # First a look at a few parameters: formal values grow quickly with the depth.
    found = _independent(wide, name, range(seed, seed + FIRST_LOOKS), EARLY_BITS, tell)
    tried: tuple[str, ...] = ()
    if found is None:
        tell("looking for relations between the samples")
        try:
            relations = sample_relations(problem, name, seed)
        except (LimitError, NotExactError) as limit:
            relations, tried = None, (f"relations between the samples: {limit}",)
        if relations is not None:
            return Finding(
                question,
                "proved",
                "for all parameters",
                established=VanishingIdentity(layer, samples, samples - len(relations.vectors)),
                evidence=RankProof(None, relations),
                problem=problem,
                reason=_relation_words(relations.vectors[0], layer),
            )
        later = range(seed, seed + LATER_LOOKS)
        found = _independent(wide, name, later, ceiling, tell)
    if found is not None:
        return _refuted(question, name, *found)
    return Finding(
        question,
        "undecided",
        "for all parameters",
        problem=problem,
        reason="neither a relation between the samples nor parameters of full rank were found",
        tried=(*tried, f"random parameters with up to {ceiling} bits"),
    )


def _independent(
    wide: Problem, name: MatrixName, seeds: range, ceiling: int, tell: Progress
) -> tuple[Problem, RankEvidence] | None:
    """Parameters at which the samples are independent, with the evidence; None if none is found."""
    for seed in seeds:
        witness = wide.with_parameters(random_parameters(wide, seed))
        try:
            found = full_rank_evidence(witness, name, seed, ceiling, tell)
        except LimitError:
            return None
        if found.is_full:
            return witness, found
    return None


def _refuted(question: str, name: MatrixName, witness: Problem, found: RankEvidence) -> Finding:
    """No identity: rank N at these parameters, and for almost all of them if all is analytic."""
    generic = not_analytic(witness, name) is None
    kind = GenericFullRank if generic else FullRank
    claim = kind(name, found.rows, found.columns)
    return Finding(
        question,
        "refuted",
        "for almost all parameters" if generic else "on this instance",
        established=claim,
        evidence=RankProof(found.lower, None, witness.parameters if generic else None),
        problem=witness.with_parameters(None) if generic else witness,
        rank=found.at_least,
        reason=claim.words(),
    )


def _relation_words(vector: Sequence[fmpq], layer: int) -> str:
    """The relation as a formula in f(x_1), f(x_2), ..."""
    terms = [(c, f"f(x_{i + 1})") for i, c in enumerate(vector) if c != 0]
    text = ""
    for c, unit in terms:
        size = "" if abs(c) == 1 else f"{abs(c)} "
        sign = ("-" if c < 0 else "") if not text else (" - " if c < 0 else " + ")
        text += f"{sign}{size}{unit}"
    return f"{text} = 0 for every unit f of layer {layer}, whatever its parameters"


def _silent(line: str) -> None:
    """Nobody listens."""
