"""Findings about ranks: what bounds of a rank say of the question, and their claim."""

from __future__ import annotations

from typing import Any

from exactland.conditions.claims import (
    FullRank,
    GenericDeficient,
    GenericFullRank,
    MatrixName,
    RankClaim,
    RankDeficient,
)
from exactland.conditions.evidence import RankProof
from exactland.conditions.finding import Finding, Reading
from exactland.linalg.evidence import RankEvidence
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
