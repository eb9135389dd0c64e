"""The theorems that proofs cite, by their names in the certificate format."""

from __future__ import annotations

from exactland.checker.sentences.tables import ANALYTIC_ZEROS, SIZES, THEOREMS
from exactland.proof.claims import Cited
from exactland.proof.script import Fact, StepFailed

__all__ = ["ANALYTIC_ZEROS", "SIZES", "THEOREMS", "cited", "require_cited"]


def cited(theorem: str, source: str) -> Cited:
    """The citation of a theorem of the table, as a claim.

    >>> cited("analytic-zeros", "NH18, Lemma A.1").words()
    'Cited: the zeros of a function ... not identically 0 are a null set. [NH18, Lemma A.1]'
    """
    return Cited(f"Cited: {THEOREMS[theorem]}.", source, theorem)


def require_cited(uses: tuple[Fact, ...], theorem: str) -> None:
    """StepFailed unless the theorem is cited among the facts used."""
    if not any(isinstance(f.claim, Cited) and f.claim.theorem == theorem for f in uses):
        raise StepFailed(f"the theorem is cited among the facts used: {THEOREMS[theorem]}")
