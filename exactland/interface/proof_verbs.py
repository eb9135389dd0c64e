"""The verbs of the stepper in a terminal and a notebook: a session's, ``certify`` and ``plot``.

A certificate is written by what stands below the proofs in the house, so that a session itself
cannot write one; nor can it draw.
"""

from __future__ import annotations

from exactland.errors import InputError, UsageError
from exactland.outputs import CERTIFICATE, Output
from exactland.proof.answers import Answer, Line, answer
from exactland.proof.commands import VERBS, WRITING, Verb, insisted
from exactland.proof.stepper import Session


def certify(session: Session, rest: str) -> Answer:
    """Write the certificate of the whole proof, or of step N of it (``certify N FILE``).

    The proof is run again from the start, and nothing is written unless the independent checker
    accepts. Value: the certificate's claim in words. ``--force`` replaces any file but the input.

    Errors: UsageError where a hypothesis is dropped, the proof does not reach its goal or step N,
    or the format has no claim for it; LimitError where the checker's precision or another of its
    limits does not do; InputError where it rejects, or the file cannot be written.
    """
    from exactland.certificate.proofs import session_certificate
    from exactland.certificate.writing import canonical_bytes
    from exactland.checker.command import RESTS_ON
    from exactland.interface.agreement import agreed

    force, rest = insisted(rest)
    number, path = _numbered(rest)
    if not path or path.strip("[]").isdecimal():
        raise UsageError("certify", "say where", "`certify proof.json`, `certify 7 step.json`")
    output = Output(path, CERTIFICATE, force, session.inputs)
    output.check()
    document = session_certificate(session, number)
    try:
        agreement = agreed(document)
    except RuntimeError as bug:
        raise InputError("certify", str(bug), "report this") from bug
    written, result = output.write(canonical_bytes(agreement.document)), agreement.result
    how = "" if output.is_standard_output else f"  (check it: exactland check {written})"
    lines = [
        Line(f"certificate: {written}{how}", "heading"),
        Line(f"the independent checker accepts: {result.words}", "fact"),
        *(Line(f"it {RESTS_ON}{theorem}", "detail") for theorem in result.cited),
    ]
    return answer(lines, result.words)


def _numbered(rest: str) -> tuple[int | None, str]:
    """``N FILE`` or ``FILE``: a number before a path is a step."""
    first, _, path = rest.strip().partition(" ")
    number = first.strip("[]")
    return (int(number), path.strip()) if number.isdecimal() and path else (None, rest.strip())


def plot(session: Session, rest: str) -> Answer:
    """Draw det A(alpha), A(alpha) or the pattern of U_k: see exactland.interface.plots."""
    from exactland.interface.plots import plot as draw

    return draw(session, rest)


#: All verbs.
ALL_VERBS = (
    *VERBS,
    Verb(
        "certify",
        "certify [N] FILE",
        "write a certificate of the whole proof, or of step N, checked",
        certify,
        WRITING,
    ),
    Verb(
        "plot",
        "plot WHAT FILE",
        "draw det, A or U_1 (.png, .svg, .pdf; needs matplotlib)",
        plot,
        WRITING,
    ),
)
