"""The questions that have certificates, by the names of the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from exactland.conditions.assumptions import ASSUMPTIONS, assumption
from exactland.conditions.claims import OpenDeficient
from exactland.conditions.feature_rank import Progress
from exactland.conditions.finding import Finding, Verdict
from exactland.conditions.ranks import CEILING, generic_rank_of, rank
from exactland.conditions.vanishing import vanishing_identity
from exactland.errors import UsageError
from exactland.landscape.local_minimum import bad_local_minimum
from exactland.model.problem import Problem

#: Claims by name; an assumption is claimed by its id.
CLAIMS = (
    "full-rank",
    "rank-deficient",
    "generic-full-rank",
    "generic-deficient",
    "open-deficient",
    "vanishing-identity",
    "bad-local-minimum",
    *ASSUMPTIONS,
)

_OPPOSITE: dict[Verdict, Verdict] = {
    "proved": "refuted",
    "refuted": "proved",
    "undecided": "undecided",
}


def decide(
    problem: Problem,
    claim: str,
    layer: int | None = None,
    what: Literal["features", "weights"] = "features",
    *,
    at: str | None = None,
    order: int | Literal["all"] | None = None,
    seed: int = 0,
    ceiling: int = CEILING,
    progress: Progress | None = None,
) -> Finding:
    """Decide a claim of ``CLAIMS`` (or an assumption's id) on a problem.

    A refuted claim comes with the evidence of its opposite, which has a certificate too.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[-1], [0], [1]]},
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "dense", "width": 3, "bias": "none", "activation": "sigmoid"}]}})
    >>> decide(problem, "vanishing-identity", layer=1).verdict
    'proved'
    """
    options: dict[str, Callable[[], Finding]] = {
        "full-rank": lambda: rank(
            problem, layer, what, seed=seed, ceiling=ceiling, progress=progress
        ),
        "generic-full-rank": lambda: generic_rank_of(
            problem, layer, what, seed=seed, ceiling=ceiling, progress=progress
        ),
        "rank-deficient": lambda: opposite(
            rank(problem, layer, what, seed=seed, ceiling=ceiling, progress=progress)
        ),
        "generic-deficient": lambda: _for_all(
            generic_rank_of(problem, layer, what, seed=seed, ceiling=ceiling, progress=progress)
        ),
        "open-deficient": lambda: opposite(
            generic_rank_of(problem, layer, what, seed=seed, ceiling=ceiling, progress=progress)
        ),
        "vanishing-identity": lambda: vanishing_identity(
            problem, 1 if layer is None else layer, seed=seed, ceiling=ceiling, progress=progress
        ),
        "bad-local-minimum": lambda: bad_local_minimum(problem, at, order),
    }
    if claim in options:
        return options[claim]()
    if claim == "assumption":
        ids = ", ".join(ASSUMPTIONS)
        raise UsageError("--claim", "an assumption is claimed by its id", f"use one of {ids}")
    id = claim.removeprefix("assumption:")
    if ":" in id:
        return assumption(problem, id)
    raise UsageError("--claim", f"{claim!r} is no claim", "use one of " + ", ".join(CLAIMS))


def opposite(finding: Finding) -> Finding:
    """The finding as an answer to the opposite question."""
    return replace(
        finding,
        question=finding.question.replace("has full rank", "has less than full rank"),
        verdict=_OPPOSITE[finding.verdict],
    )


def _for_all(finding: Finding) -> Finding:
    """The same for rank less than full for all parameters, of which an open set says nothing."""
    if not isinstance(finding.established, OpenDeficient):
        return opposite(finding)
    words = finding.established.words()
    return replace(
        opposite(finding),
        verdict="undecided",
        reading="for all parameters",
        established=None,
        evidence=None,
        reason=f"only this is shown: {words}",
        tried=(*finding.tried, words),
    )
