"""Check certificates: ``python -I -S exactland/checker/verify.py FILE...``.

For each file one line: ACCEPT with the claim that is proved, REJECT with the reason, or DECLINE
with the limit that was reached; under ACCEPT an indented line for each cited theorem on which an
accepted proof rests. Exit code 0 if all files (at least one) are accepted, 1 if one is
rejected, 2 if one is declined and none rejected, 64 for a wrong call.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

if __name__ == "__main__" and not __package__:
    # Run as a file: let the relative imports below find this folder as a package (PEP 366).
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    __package__ = "checker"

from .assumptions import assumption
from .canonical import fields, load, text
from .claims import (
    full_rank,
    generic_deficient,
    generic_full_rank,
    rank_deficient,
    vanishing_identity,
)
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
    problem = read_problem(document["problem"])
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
    except Exception as error:  # noqa: BLE001  whatever it is, nothing is proved
        reason = f"the check broke off: {type(error).__name__}: {quoted(str(error), 120)}"
        return Result("reject", "", reason)
    return Result("accept", proved.words, "", proved.cited)


def check_file(path: str | os.PathLike[str]) -> Result:
    """The outcome for the document in a file."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(DOCUMENT_BYTES + 1)
    except (OSError, ValueError) as error:
        return Result("reject", "", f"the file cannot be read: {quoted(str(error), 200)}")
    return check_bytes(data)


def main(arguments: Sequence[str]) -> int:
    """Check the files and print the outcome for each; the exit code."""
    if not arguments or any(argument.startswith("-") for argument in arguments):
        print("usage: verify.py FILE...", file=sys.stderr)
        return 64
    results = []
    for path in arguments:
        result = check_file(path)
        results.append(result.verdict)
        print(f"{result.verdict.upper()}: {result.words or result.reason}", flush=True)
        for theorem in result.cited:
            print(f"  {RESTS_ON}{theorem}", flush=True)
    if "reject" in results:
        return 1
    if "decline" in results:
        return 2
    return 0 if results and set(results) == {"accept"} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
