"""Citations: the theorems that proofs rest on and that nobody checks here (section 10).

A citation concludes nothing. The rules that need a theorem ask for its citation among the steps
that they use, so that what a proof rests on can be read off it.
"""

from __future__ import annotations

from typing import Any

from ..canonical import fields, text
from ..outcome import Reject
from ..sentences.tables import ANALYTIC_ZEROS, THEOREMS
from .setting import Claim, Setting, Shown, no_evidence, without_stage

#: Claims that are checked by themselves and rest on a theorem, by their kind.
RESTING = {"generic-full-rank": ANALYTIC_ZEROS}


def check_cited(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The name of a theorem of the table: that is all there is to check."""
    fields(claim, place + ".claim", "kind theorem")
    no_evidence(evidence, place)
    without_stage(at, place)
    text(claim["theorem"], place + ".claim.theorem", list(THEOREMS))


def require_cited(used: list[Shown], theorem: str, place: str) -> None:
    """Reject unless the theorem is cited among the steps used."""
    if not any(step.says({"kind": "cited", "theorem": theorem}, None) for step in used):
        raise Reject(place, f"the theorem {theorem} is not cited among the steps used")


def rests_on(claim: Claim, used: list[Shown]) -> frozenset[str]:
    """The names of the cited theorems below a step: those of the steps used, and its own."""
    own = [claim["theorem"]] if claim["kind"] == "cited" else []
    return frozenset(own).union(*(step.rests for step in used))


def sentences(rests: frozenset[str]) -> tuple[str, ...]:
    """The theorems in words, in the order of the table."""
    return tuple(f"{words}." for name, words in THEOREMS.items() if name in rests)
