"""The theorems that proofs cite, by their names in the certificate format."""

from __future__ import annotations

from exactland.proof.claims import Cited
from exactland.proof.script import Fact, StepFailed

ANALYTIC_ZEROS, APPROXIMATION, SIZES = "analytic-zeros", "analytic-approximation", "published-sizes"
#: Each theorem as it stands in a sentence.
THEOREMS = {
    ANALYTIC_ZEROS: (
        "the zeros of a function that is analytic on R^n and not identically 0 are a null set"
    ),
    APPROXIMATION: (
        "for every continuous f and epsilon > 0 some g analytic on R has |f - g| < epsilon on R"
    ),
    SIZES: (
        "the sizes of the first convolutions of the eight networks of Table 1, and that no other "
        "layer of theirs is wider"
    ),
}


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
