"""Check certificates: ``python -I -S exactland/checker/verify.py FILE...``.

For each file one line: ACCEPT with the claim that is proved, REJECT with the reason, or DECLINE
with the limit that was reached; under ACCEPT an indented line for each cited theorem on which an
accepted proof rests. What is no certificate at all is said on standard error. Exit code 0 if all
files (at least one) are accepted, 1 if one is rejected, otherwise 65 if one is no certificate,
otherwise 2: one is declined; 64 for a wrong call, 130 interrupted, 141 if the reader has gone.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not __package__:
    # Run as a file: let the relative imports below find this folder as a package (PEP 366).
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    __package__ = "checker"
    # Before what takes time to load.
    from .leaving import leave_when_interrupted

    leave_when_interrupted()

from collections.abc import Callable, Sequence
from typing import Any

from .assumptions import assumption
from .canonical import fields, load, text
from .claims import (
    full_rank,
    generic_deficient,
    generic_full_rank,
    rank_deficient,
    vanishing_identity,
)
from .foreign import foreign, foreign_beginning
from .leaving import ended, ignore_interrupts
from .limits import DOCUMENT_BYTES
from .local_minimum import bad_local_minimum
from .outcome import Coarse, Decline, NotRational, Proved, Reject, Result, quoted
from .problem import Problem, read_problem
from .proof import FORMAT as FORMULAS
from .proof import prove_document
from .proofs.proof import proof, single_step
from .work import metered

FORMAT = "exactland-certificate/1"
#: What stands before a theorem on which an accepted proof rests.
RESTS_ON = "rests on, cited and not checked: "
#: Each returns the words of the claim as its last statement, or raises.
KINDS: dict[str, Callable[[Problem, dict[str, Any], Any], str | Proved]] = {
    "full-rank": full_rank,
    "rank-deficient": rank_deficient,
    "generic-full-rank": generic_full_rank,
    "generic-deficient": generic_deficient,
    "vanishing-identity": vanishing_identity,
    "assumption": assumption,
    "bad-local-minimum": bad_local_minimum,
    "proof": proof,
    "step": single_step,
}
#: Those that a matrix without a network may be claimed to have.
OF_A_MATRIX = ("full-rank", "rank-deficient")


def prove(data: bytes) -> Proved:
    """What these bytes prove, if they prove their claim; otherwise Reject or Decline."""
    with metered(len(data)):
        return _prove(data)


def _prove(data: bytes) -> Proved:
    document = load(data)
    if isinstance(document, dict) and document.get("format") == FORMULAS:
        return prove_document(document)
    fields(document, "document", "format claim problem evidence")
    text(document["format"], "format", [FORMAT])
    claim = document["claim"]
    kind = claim.get("kind") if isinstance(claim, dict) else None
    check = KINDS[text(kind, "claim.kind", list(KINDS))]
    problem = read_problem(document["problem"], kind in OF_A_MATRIX)
    found = check(problem, claim, document["evidence"])
    proved = Proved(found) if isinstance(found, str) else found
    if claim["words"] != proved.words:
        raise Reject("claim.words", "they are not the words of what is proved")
    return proved


def check_bytes(data: bytes) -> Result:
    """The outcome for one document. Only the last statement accepts."""
    try:
        proved = prove(data)
    except Reject as rejection:
        return Result("reject", "", str(rejection), coarse=isinstance(rejection, Coarse))
    except Decline as limit:
        return Result("decline", "", str(limit))
    except NotRational as error:
        return Result("reject", "", f"evidence: a value is not rational: {error}")
    except (MemoryError, RecursionError) as error:
        what = "memory" if isinstance(error, MemoryError) else "stack"
        return Result("decline", "", f"the {what} of this machine does not suffice")
    except Exception as error:  # noqa: BLE001  whatever it is, nothing is proved
        reason = f"the check broke off: {type(error).__name__}: {quoted(str(error), 120)}"
        return Result("reject", "", reason)
    return Result("accept", proved.words, "", proved.cited)


def check_file(path: str | os.PathLike[str]) -> Result:
    """The outcome for the document in a file."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(DOCUMENT_BYTES + 1)
    except IsADirectoryError:
        return Result("foreign", "", "it is a directory; name the files in it")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Result("foreign", "", f"it cannot be read: {quoted(reason, 200)}")
    except MemoryError:
        return Result("decline", "", "the memory of this machine does not suffice")
    if len(data) > DOCUMENT_BYTES and foreign_beginning(data):
        return Result("foreign", "", f"it has over {DOCUMENT_BYTES} bytes, and is not JSON of ours")
    result = check_bytes(data)
    other = foreign(data) if result.verdict == "reject" else None
    return result if other is None else Result("foreign", "", other)


def exit_code(verdicts: Sequence[str]) -> int:
    """The exit code for several files: that of the worst outcome.

    >>> exit_code(["accept", "decline", "foreign"]), exit_code(["foreign", "reject"])
    (65, 1)
    """
    for verdict, code in (("reject", 1), ("foreign", 65), ("decline", 2)):
        if verdict in verdicts:
            return code
    return 0 if verdicts and set(verdicts) == {"accept"} else 1


def main(arguments: Sequence[str]) -> int:
    """Check the files and print the outcome for each; the exit code."""
    return ended(lambda: _main(arguments))


def _main(arguments: Sequence[str]) -> int:
    if not arguments or any(argument.startswith("-") for argument in arguments):
        print("usage: verify.py FILE...", file=sys.stderr)
        return 64
    results = []
    for path in arguments:
        result = check_file(path)
        results.append(result.verdict)
        if result.verdict == "foreign":
            print(f"{quoted(path, 200)} is no certificate: {result.reason}", file=sys.stderr)
            continue
        print(f"{result.verdict.upper()}: {result.words or result.reason}", flush=True)
        for theorem in result.cited:
            print(f"  {RESTS_ON}{theorem}", flush=True)
    return exit_code(results)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    ignore_interrupts()
    sys.exit(code)
