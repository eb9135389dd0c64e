"""The answer to a question: proved, refuted or undecided, with what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from exactland.conditions.claims import Claim

Verdict = Literal["proved", "refuted", "undecided"]
#: What the verdict speaks of: the problem with its parameters, or the problem for (almost) all of
#: them.
Reading = Literal[
    "on this instance",
    "for almost all parameters",
    "for all parameters",
    "on an open set of parameters",
]


@dataclass(frozen=True)
class Finding:
    """A verdict on a question, with evidence that can be written as a certificate.

    Attributes
    ----------
    question : what was asked, in words.
    verdict : "proved", "refuted" or "undecided".
    reading : what the verdict speaks of.
    established : the claim that the evidence proves: for "refuted" the opposite of what was asked;
        None if undecided.
    evidence : the dataclass that belongs to the kind of ``established``.
    problem : the problem that the claim is about (its certificate carries it).
    rank : the exact rank where the question is about one and it is known.
    reason : one line for a person: the colliding pair, the vanishing derivative, why nothing is
        known.
    tried : what was tried, for an undecided question.
    """

    question: str
    verdict: Verdict
    reading: Reading
    established: Claim | None = None
    evidence: Any = None
    problem: Any = None
    rank: int | None = None
    reason: str = ""
    tried: tuple[str, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError('a finding has no truth value; compare its .verdict with "proved"')

    def __repr__(self) -> str:
        words = self.established.words() if self.established is not None else self.reason
        return f"<{self.verdict} {self.reading}: {words}>"
