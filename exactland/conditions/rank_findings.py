"""Findings about ranks: what bounds of a rank say of the question, and their claim."""

from __future__ import annotations

from typing import Any

from exactland.conditions.claims import (
    FullRank,
    GenericDeficient,
    GenericFullRank,
    MatrixName,
    OpenDeficient,
    RankClaim,
    RankDeficient,
)
from exactland.conditions.evidence import EveryPattern, RankProof
from exactland.conditions.feature_rank import matrix_shape
from exactland.conditions.finding import Finding, Reading, Verdict
from exactland.linalg.evidence import OpenSet, RankEvidence
from exactland.model.problem import Data, Problem


def at_given_parameters(problem: Problem | Data, name: MatrixName, found: RankEvidence) -> Finding:
    rows, columns = found.rows, found.columns
    claim: RankClaim | None = None
    if found.is_full:
        claim = FullRank(name, rows, columns)
    elif found.at_most < min(rows, columns):
        claim = RankDeficient(name, rows, columns, found.at_least, found.at_most)
    return _decided(problem, name, found, claim, None, "on this instance")


def for_almost_all(
    problem: Problem, name: MatrixName, found: RankEvidence, parameters: Any
) -> Finding:
    rows, columns = found.rows, found.columns
    claim: RankClaim | None = None
    reading: Reading = "for almost all parameters"
    if found.is_full:
        claim = GenericFullRank(name, rows, columns)
    elif found.at_most < min(rows, columns):
        claim = GenericDeficient(name, rows, columns, found.at_least, found.at_most)
        reading = "for all parameters"
    return _decided(problem, name, found, claim, parameters, reading)


def of_every_pattern(problem: Problem, name: MatrixName, evidence: EveryPattern) -> Finding:
    """Full rank for almost all parameters, shown pattern by pattern."""
    rows, columns = matrix_shape(problem, name)
    claim = GenericFullRank(name, rows, columns)
    rank, reading = min(rows, columns), "for almost all parameters"
    return _shown(problem, claim, "proved", reading, evidence, rank)  # type: ignore[arg-type]


def on_an_open_set(problem: Problem, name: MatrixName, upper: OpenSet, parameters: Any) -> Finding:
    """Less than full rank in a neighbourhood of the parameters: not full for almost all."""
    found = RankEvidence(*matrix_shape(problem, name), None, upper)
    claim = OpenDeficient(name, found.rows, found.columns, found.at_most)
    evidence = RankProof(None, upper, parameters)
    return _shown(problem, claim, "refuted", "on an open set of parameters", evidence, None)


def _shown(
    problem: Problem,
    claim: GenericFullRank | OpenDeficient,
    verdict: Verdict,
    reading: Reading,
    evidence: Any,
    rank: int | None,
) -> Finding:
    sized = f"{claim.matrix} ({claim.rows} x {claim.columns})"
    return Finding(
        f"{sized} has full rank for almost all parameters",
        verdict,
        reading,
        established=claim,
        evidence=evidence,
        problem=problem,
        rank=rank,
        reason=claim.words(),
    )


def _decided(
    problem: Problem | Data,
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
