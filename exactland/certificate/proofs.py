"""A finished proof script as one certificate (docs/certificate-v1.md, section 10)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from exactland.certificate import proof_claims, proof_minors
from exactland.certificate.proof_claims import Encoded
from exactland.certificate.writing import FORMAT, canonical_bytes
from exactland.checker.sentences import words
from exactland.errors import UsageError
from exactland.model.network import SequentialNetwork
from exactland.model.problem_file import parameters_document, problem_document
from exactland.outputs import CERTIFICATE, Output
from exactland.proof.claims import At, Cited, Together
from exactland.proof.formula import Said, document
from exactland.proof.script import Driver, Fact, Walkthrough
from exactland.proof.stepper import Session

Json = Any
#: The modules with the claims that only one paper has.
OF_PAPERS = {
    "NH18": "exactland.certificate.proof_claims_nh18",
}


def proof_certificate(driver: Driver) -> dict[str, Json]:
    """The certificate of a script that has run to its goal.

    Raises UsageError for an unfinished run and where the format has no claim for the conclusion.
    Other steps for which it has none are left out.

    >>> from exactland.model.problem_file import load_problem
    >>> from exactland.papers.nh18.scripts import SCRIPTS
    >>> from exactland.proof.script import Walkthrough
    >>> walk = Walkthrough(load_problem("examples/sigmoid-with-bias.json"), 1)
    >>> document = proof_certificate(Driver(SCRIPTS["NH18:Thm3.5"], walk).run())
    >>> document["claim"]["words"]
    'NH18:Thm3.5 on this instance, layer 1: F_1 (3 x 4) has full rank 3 for almost all parameters.'
    """
    id, walk = driver.script.id, driver.walkthrough
    if not driver.finished:
        raise UsageError(id, "the proof is not finished", "run it to its end")
    facts = [entry for entry in driver.entries if isinstance(entry, Fact)]
    if isinstance(facts[-1].claim, Said):
        return document(walk.problem, facts)
    encoder = _Encoder(walk, _encodings(id))
    steps = [step for step in map(encoder.step, facts) if step is not None]
    if facts[-1].number not in encoder.numbers or isinstance(facts[-1].claim, Cited):
        raise UsageError(
            id,
            "the certificate format has no claim for the conclusion of this proof: "
            f"{facts[-1].claim.words()}",
            "certificates of proofs are listed in docs/certificate-v1.md, section 10",
        )
    claim = {"kind": "proof", "statement": id, "layer": _layer(walk)}
    return _document(walk, claim, encoder.stages, steps)


def step_certificate(driver: Driver, number: int) -> dict[str, Json]:
    """The certificate of one fact of a run, with the steps that it rests on and no others.

    ``number`` counts the facts from 1. The run need not be finished. Raises UsageError where there
    is no such fact, or the format has no claim for it.

    >>> from exactland.model.problem_file import load_problem
    >>> from exactland.papers.nh18.scripts import SCRIPTS
    >>> from exactland.proof.script import Walkthrough
    >>> walk = Walkthrough(load_problem("examples/sigmoid-with-bias.json"), 1)
    >>> document = step_certificate(Driver(SCRIPTS["NH18:Thm3.5"], walk).run(), 3)
    >>> document["claim"]["words"]
    'On this instance, layer 1: NH18:Asm3.1 holds on this instance.'
    """
    id, walk = driver.script.id, driver.walkthrough
    facts = {entry.number: entry for entry in driver.entries if isinstance(entry, Fact)}
    if number not in facts:
        raise UsageError(f"step {number}", "there is no such fact", f"there are {len(facts)}")
    if facts[number].grounds.kind == "cited":
        raise UsageError(
            f"step {number}",
            "it is a citation: nothing is proved here",
            "certify a step that uses it",
        )
    needed = _rests_on(facts, number)
    if isinstance(facts[number].claim, Said):
        return document(walk.problem, needed)
    encoder = _Encoder(walk, _encodings(id))
    steps = [step for step in map(encoder.step, needed) if step is not None]
    if number not in encoder.numbers:
        raise UsageError(
            f"step {number}",
            f"the certificate format has no claim for it: {facts[number].claim.words()}",
            "the claims are listed in docs/certificate-v1.md, section 10",
        )
    steps, stages = _pruned(steps, encoder.stages)
    last = steps[-1]
    at = stages[last["at"]] if isinstance(last["at"], int) else last["at"]
    claim = {"kind": "step", "layer": _layer(walk), "step": last["claim"], "at": at}
    return _document(walk, claim, stages, steps)


def session_certificate(session: Session, number: int | None = None) -> dict[str, Json]:
    """The certificate of the proof that is read in a session, or of its step ``number``.

    The proof is run again from the start. Raises UsageError where a hypothesis is dropped, the
    proof does not reach its goal or the step, or the format has no claim for it.
    """
    state = session.state
    if state.instance.dropped:
        raise UsageError("certify", "a hypothesis is dropped", "`undo` takes it back")
    driver = Driver(state.library.script(state.statement.id), state.walkthrough).run()
    if number is not None:
        return step_certificate(driver, number)
    if driver.failure is not None:
        raise UsageError(
            "certify", f"the proof stops: {driver.failure.relation}", "`undo` or `vary`"
        )
    return proof_certificate(driver)


def write_proof(
    session: Session,
    path: str | os.PathLike[str],
    number: int | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write the certificate of a session's proof, or of its step ``number``, to a file.

    An existing file is replaced if it is a certificate, any other only with ``force``, and the
    problem file that the session began with never; ``-`` is standard output.

    >>> import exactland
    >>> session = exactland.step("NH18:Thm3.4")
    >>> path = exactland.write_proof(session, "step-7.certificate.json", 7)
    >>> exactland.check_file(path).words.partition(" and ")[0]
    'On this instance, layer 1: With d_ij = z_gamma(j),j - z_gamma(i),j, gamma = (1, 3, 2)'
    """
    output = Output(path, CERTIFICATE, force, session.inputs)
    output.check()
    output.write(canonical_bytes(session_certificate(session, number)))
    return Path(path)


def _rests_on(facts: dict[int, Fact], number: int) -> list[Fact]:
    """The fact and all that it uses, directly or not, in their order."""
    wanted, todo = set(), [number]
    while todo:
        fact = todo.pop()
        if fact not in wanted:
            wanted.add(fact)
            todo += facts[fact].uses
    return [facts[fact] for fact in sorted(wanted)]


def _pruned(steps: list[Json], stages: list[Json]) -> tuple[list[Json], list[Json]]:
    """Without the steps on which the last does not rest, and without stages of no step."""
    wanted = {len(steps) - 1}
    for n in reversed(range(len(steps))):
        if n in wanted:
            wanted.update(steps[n]["uses"])
    kept = sorted(wanted)
    used = sorted({steps[n]["at"] for n in kept if isinstance(steps[n]["at"], int)})
    renumbered = {at: index for index, at in enumerate(used)}
    return [
        {
            **steps[n],
            "at": renumbered.get(steps[n]["at"], steps[n]["at"]),
            "uses": [kept.index(use) for use in steps[n]["uses"]],
        }
        for n in kept
    ], [stages[at] for at in used]


#: From a walkthrough, a fact, its claim without parameters and the claims that it uses.
Encoding = Callable[[Walkthrough, Fact, Any, Sequence[Any]], Encoded | None]


def _encodings(id: str) -> list[Encoding]:
    """What encodes the claims of a statement's script: the common claims, and the paper's own."""
    paper = OF_PAPERS.get(id.partition(":")[0])
    own = [] if paper is None else [import_module(paper).encoded]
    return [*own, proof_minors.encoded, proof_claims.encoded]


def _document(
    walk: Walkthrough, claim: dict[str, Json], stages: list[Json], steps: list[Json]
) -> dict[str, Json]:
    """The whole document, with the checker's own words for what the last step says."""
    evidence = {"parameters": stages, "steps": steps}
    return {
        "format": FORMAT,
        "claim": {**claim, "words": words(claim, evidence)},
        "problem": problem_document(walk.problem),
        "evidence": evidence,
    }


def _layer(walk: Walkthrough) -> int | None:
    return walk.k if isinstance(walk.problem.network, SequentialNetwork) else None


class _Encoder:
    """Steps one after the other, with the stages of the parameters and the numbers of the facts."""

    def __init__(self, walk: Walkthrough, encodings: list[Encoding]) -> None:
        self.walk = walk
        self.encodings = encodings
        self.stages: list[Json] = []
        #: The numbers of the steps by those of the facts; facts that are left out have none.
        self.numbers: dict[int, int] = {}
        #: The claims of all facts so far, by their numbers.
        self._claims: dict[int, Any] = {}
        #: The claims of the steps, with their parameters and their JSON.
        self._kept: list[tuple[Any, Encoded]] = []

    def step(self, fact: Fact) -> Json | None:
        """The step of a fact; None where the format has no claim for it."""
        found = self._encoded(fact)
        self._claims[fact.number] = fact.claim
        if found is None:
            return None
        uses: list[int] = []
        if "rule" in found.evidence or found.claim["kind"] in proof_claims.RESTING:
            uses = sorted({self.numbers[n] for n in fact.uses if n in self.numbers})
        self.numbers[fact.number] = len(self.numbers)
        self._kept.append((fact.claim, found))
        return {
            "claim": found.claim,
            "at": self._stage(found.parameters),
            "uses": uses,
            "evidence": found.evidence,
        }

    def _encoded(self, fact: Fact) -> Encoded | None:
        parameters, claim = proof_claims.placed(fact.claim)
        if isinstance(claim, Together):
            return self._together(parameters, claim)
        used = [proof_claims.placed(self._claims[number])[1] for number in fact.uses]
        for encoding in self.encodings:
            found = encoding(self.walk, fact, claim, used)
            if found is not None:
                return found if parameters is None else found.at(parameters)
        return None

    def _together(self, parameters: Any, claim: Together) -> Encoded | None:
        """The conjunction of steps that are there; None if one was left out."""
        wanted = [part if parameters is None else At(parameters, part) for part in claim.claims]
        found = [self._step_of(part) for part in wanted]
        parts = [step for step in found if step is not None]
        if not parts or len(parts) < len(wanted):
            return None
        if parameters is None:
            # Claims may name their parameters themselves.
            named = [part.parameters for part in parts if part.parameters is not None]
            parameters = named[0] if named else None
        document = {"kind": "together", "claims": [part.claim for part in parts]}
        if any(part.claim["kind"] == "cited" for part in parts):
            return None
        return Encoded(document, {"rule": "conjunction"}, parameters)

    def _step_of(self, claim: Any) -> Encoded | None:
        return next((step for known, step in self._kept if known == claim), None)

    def _stage(self, parameters: Any) -> Json:
        if parameters is None or parameters == proof_claims.GIVEN:
            return parameters
        document = parameters_document(parameters)
        if document not in self.stages:
            self.stages.append(document)
        return self.stages.index(document)
