"""The verbs of the stepper in a terminal and a notebook: a session's, ``certify`` and ``plot``.

A certificate is written by what stands below the proofs in the house, so that a session itself
cannot write one; nor can it draw.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from exactland.errors import InputError, UsageError
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.commands import VERBS, Verb
from exactland.proof.script import Driver
from exactland.proof.stepper import Session


def certify(session: Session, path: str) -> Answer:
    """Write the certificate of the whole proof, once the independent checker has accepted it.

    The proof is run again from the start to its goal. Value: the certificate's claim in words.

    Errors: UsageError where a hypothesis is dropped, the proof does not reach its goal, or the
    format has no claim for it; InputError where the checker does not accept, or the file cannot be
    written.
    """
    from exactland.certificate.proofs import proof_certificate
    from exactland.certificate.writing import canonical_bytes, write_whole
    from exactland.checker import verify

    if not path:
        raise UsageError("certify", "say where", "`certify proof.json`")
    state = session.state
    if state.instance.dropped:
        raise UsageError("certify", "a hypothesis is dropped", "`undo` takes it back")
    script = state.library.script(state.statement.id)
    driver = Driver(script, state.walkthrough).run()
    if driver.failure is not None:
        raise UsageError(
            "certify", f"the proof fails: {driver.failure.relation}", "`undo` or `vary`"
        )
    content = canonical_bytes(proof_certificate(driver))
    with tempfile.TemporaryDirectory(prefix="exactland-") as folder:
        trial = Path(folder) / "certificate.json"
        trial.write_bytes(content)
        result = verify.check_file(str(trial))
    if result.verdict != "accept":
        raise InputError(
            "certify", f"the independent checker does not accept it: {result.reason}", "report this"
        )
    written = write_whole(path, content)
    lines = [
        Line(f"certificate: {written}  (check it: exactland check {written})", "heading"),
        Line(f"the independent checker accepts: {result.words.strip()}", "fact"),
        *(Line(f"it {verify.RESTS_ON}{theorem}", "detail") for theorem in result.cited),
    ]
    return answer(lines, result.words)


def plot(session: Session, rest: str) -> Answer:
    """Draw det A(alpha), A(alpha) or the pattern of U_k: see exactland.interface.plots."""
    from exactland.interface.plots import plot as draw

    return draw(session, rest)


#: All verbs.
ALL_VERBS = (
    *VERBS,
    Verb("certify", "certify FILE", "write a certificate of the whole proof, checked", certify),
    Verb(
        "plot",
        "plot WHAT FILE",
        "draw det, A or U_1 (.png, .svg, .pdf; needs matplotlib)",
        plot,
    ),
)
