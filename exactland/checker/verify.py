"""Check certificates: ``python -I -S exactland/checker/verify.py FILE...``.

``--help`` says the rest; ``command`` has the arguments, the lines and the exit codes.
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
from dataclasses import replace
from typing import Any, NoReturn

from . import command
from .about import about
from .assumptions import assumption
from .canonical import fields, load, text
from .claims import (
    full_rank,
    generic_deficient,
    generic_full_rank,
    open_deficient,
    rank_deficient,
    vanishing_identity,
)
from .foreign import foreign, foreign_beginning
from .leaving import ignore_interrupts
from .limits import DOCUMENT_BYTES
from .local_minimum import bad_local_minimum
from .outcome import Coarse, Decline, NotRational, Proved, Reject, Result, quoted
from .problem import Problem, read_problem
from .proof import FORMAT as FORMULAS
from .proof import prove_document
from .proofs.proof import proof, single_step
from .work import metered

FORMAT = command.FORMATS[0]
#: Each returns the words of the claim as its last statement, or raises.
KINDS: dict[str, Callable[[Problem, dict[str, Any], Any], str | Proved]] = {
    "full-rank": full_rank,
    "rank-deficient": rank_deficient,
    "generic-full-rank": generic_full_rank,
    "generic-deficient": generic_deficient,
    "open-deficient": open_deficient,
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
        return replace(
            prove_document(document), problem=about(read_problem(document["problem"], general=True))
        )
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
    return replace(proved, problem=about(problem))


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
    return Result("accept", proved.words, "", proved.cited, problem=proved.problem)


def check_file(path: str | os.PathLike[str]) -> Result:
    """The outcome for the document in a file; ``-`` is standard input."""
    data = read(path)
    return data if isinstance(data, Result) else check_data(data)


def read(path: str | os.PathLike[str]) -> bytes | Result:
    """The bytes of a file, or of standard input for ``-``; the outcome if it cannot be read."""
    try:
        if os.fspath(path) == "-":
            return sys.stdin.buffer.read(DOCUMENT_BYTES + 1) if sys.stdin is not None else b""
        with open(path, "rb") as stream:
            return stream.read(DOCUMENT_BYTES + 1)
    except IsADirectoryError:
        return Result("foreign", "", "it is a directory; name the files in it")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Result("foreign", "", f"it cannot be read: {quoted(reason, 200)}")
    except MemoryError:
        return Result("decline", "", "the memory of this machine does not suffice")


def check_data(data: bytes) -> Result:
    """The outcome for the bytes of a file, which may be anything."""
    if len(data) > DOCUMENT_BYTES and foreign_beginning(data):
        return Result("foreign", "", f"it has over {DOCUMENT_BYTES} bytes, and is not JSON of ours")
    result = check_bytes(data)
    other = foreign(data) if result.verdict == "reject" else None
    return result if other is None else Result("foreign", "", other)


def main(arguments: Sequence[str]) -> int:
    """Check the files and print the outcome for each; the exit code."""
    return command.main(arguments, read, check_data)


def run() -> NoReturn:
    """The program."""
    code = main(sys.argv[1:])
    ignore_interrupts()
    sys.exit(code)


if __name__ == "__main__":
    run()
