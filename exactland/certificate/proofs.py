"""A finished proof script as one certificate (docs/certificate-v1.md, section 10)."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from exactland.certificate.encode import claim_document, evidence_document
from exactland.certificate.writing import FORMAT
from exactland.conditions import claims as known
from exactland.errors import UsageError
from exactland.model.problem_file import number_text, parameters_document, problem_document
from exactland.proof import claims
from exactland.proof.script import Driver, Fact

#: Conditions of the format by the checks that the scripts name.
CONDITIONS = {
    "proof.instance.wide_layer": "wide-layer",
    "proof.instance.first_and_kth_not_pooling": "first-and-last-weights",
    "proof.instance.biases_of_their_own": "own-biases",
}
PROPERTIES = {
    "model.facts.analytic": "analytic",
    "model.facts.nh18_assumption_3_2": "nh18-3.2",
}
#: Bits of the checker's intervals for comparisons that are not rational.
BITS = 256

Json = Any


def proof_certificate(driver: Driver) -> dict[str, Json]:
    """The certificate of a script that has run to its goal.

    Raises UsageError for an unfinished run and for claims that the format does not have.

    >>> from exactland.model.problem_file import load_problem
    >>> from exactland.papers.nh18.scripts import SCRIPTS
    >>> from exactland.proof.script import Walkthrough
    >>> walk = Walkthrough(load_problem("examples/sigmoid-with-bias.json"), 1)
    >>> document = proof_certificate(Driver(SCRIPTS["NH18:Thm3.5"], walk).run())
    >>> document["claim"]["words"]
    'NH18:Thm3.5 on this instance, layer 1: F_1 (3 x 4) has full rank 3 for almost all parameters.'
    """
    if not driver.finished:
        raise UsageError(driver.script.id, "the proof is not finished", "run it to its end")
    encoder = _Encoder()
    facts = [entry for entry in driver.entries if isinstance(entry, Fact)]
    steps = [encoder.step(fact) for fact in facts]
    kept = [step for step in steps if step is not None]
    last = facts[-1]
    walk = driver.walkthrough
    return {
        "format": FORMAT,
        "claim": {
            "kind": "proof",
            "statement": driver.script.id,
            "layer": walk.k,
            "words": f"{driver.script.id} on this instance, layer {walk.k}: {last.claim.words()}",
        },
        "problem": problem_document(walk.problem),
        "evidence": {"parameters": encoder.stages, "steps": kept},
    }


class _Encoder:
    """Steps one after the other, with the stages of the parameters and the numbers of the facts."""

    def __init__(self) -> None:
        self.stages: list[Json] = []
        self._numbers: dict[int, int] = {}

    def step(self, fact: Fact) -> Json | None:
        """The step of a fact; None for a citation, on which no other step may rest."""
        if isinstance(fact.claim, claims.Cited):
            return None
        parameters, claim = _placed(fact.claim)
        at = None if parameters is None else self._stage(parameters)
        missing = [number for number in fact.uses if number not in self._numbers]
        if missing:
            raise UsageError(f"step {fact.number}", "it rests on a citation")
        uses = sorted({self._numbers[number] for number in fact.uses})
        evidence = _evidence(fact, claim)
        if "rule" not in evidence:
            uses = []
        self._numbers[fact.number] = len(self._numbers)
        return {"claim": _claim(claim), "at": at, "uses": uses, "evidence": evidence}

    def _stage(self, parameters: Any) -> int:
        document = parameters_document(parameters)
        if document not in self.stages:
            self.stages.append(document)
        return self.stages.index(document)


def _placed(claim: Any) -> tuple[Any, Any]:
    """The parameters that a claim is about, and the claim itself."""
    if isinstance(claim, claims.At):
        return claim.parameters, claim.claim
    if isinstance(claim, claims.Attained):
        return claim.parameters, claims.Together(claim.claims)
    return None, claim


def _claim(claim: Any) -> Json:
    """A claim of section 10 as JSON."""
    match claim:
        case known.Assumption() | known.FullRank() | known.GenericFullRank():
            document = claim_document(claim)
            del document["words"]
            return document
        case claims.AlmostEverywhere(matrix=matrix, rows=rows, columns=columns):
            return _claim(known.GenericFullRank(matrix, rows, columns))
        case claims.HypothesisHolds(check=check) if check in CONDITIONS:
            return {"kind": "condition", "name": CONDITIONS[check]}
        case claims.HypothesisHolds(check=check, layer=layer) if check in PROPERTIES:
            return {"kind": "activation", "layer": layer, "property": PROPERTIES[check]}
        case claims.DistinctProjections(k=k, directions=q, across=across):
            return {
                "kind": "distinct-projections",
                "layer": k,
                "directions": _matrix(q),
                "across": across,
            }
        case claims.DistinctEntries(k=k):
            return {"kind": "distinct-entries", "layer": k}
        case claims.Sorts(k=k, directions=q, gamma=gamma):
            return {"kind": "sorted", "layer": k, "directions": _matrix(q), "gamma": list(gamma)}
        case claims.NonZeroValue(k=k, beta=beta):
            return {"kind": "nonzero-value", "layer": k, "point": number_text(beta)}
        case claims.TailDominated(k=k, directions=q, gamma=gamma, beta=beta, alpha_0=alpha):
            return {
                "kind": "tail-dominated",
                "layer": k,
                "directions": _matrix(q),
                "gamma": list(gamma),
                "point": number_text(beta),
                "from": number_text(alpha),
            }
        case claims.Together(claims=parts):
            return {"kind": "together", "claims": [_claim(part) for part in parts]}
    raise UsageError("certificate", f"the format has no claim {type(claim).__name__}")


def _evidence(fact: Fact, claim: Any) -> Json:
    """What the checker is given: a rule, the bits of its intervals, or a finding's evidence."""
    match claim:
        case claims.Together():
            return {"rule": "conjunction"}
        case claims.AlmostEverywhere():
            return {"rule": "witness"}
        case claims.HypothesisHolds():
            return {}
        case (
            claims.DistinctProjections()
            | claims.DistinctEntries()
            | claims.Sorts()
            | claims.NonZeroValue()
            | claims.TailDominated()
        ) if fact.grounds.kind != "logic":
            return {"bits": BITS}
    finding = fact.grounds.evidence
    if fact.grounds.kind == "logic":
        return {"rule": "unchanged"}
    return evidence_document(finding.established, finding.evidence)


def _matrix(rows: Any) -> Json:
    return [[number_text(fmpq(value)) for value in row] for row in rows]
