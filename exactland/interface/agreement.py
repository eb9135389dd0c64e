"""The independent checker's answer to a document, with as many bits as its own evaluation needs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactland.certificate.writing import canonical_bytes
from exactland.checker import verify
from exactland.checker.outcome import Decline, Reject, Result
from exactland.checker.problem import read_problem
from exactland.errors import InputError, LimitError

#: Fractional bits beyond which the checker is not asked again, unless the evidence has more.
CEILING = 4096


@dataclass(frozen=True)
class Agreement:
    """A document that the checker accepts, what it says, and by which factor bits had to grow."""

    document: dict[str, Any]
    result: Result
    factor: int


def agreed(document: dict[str, Any], ceiling: int = CEILING) -> Agreement:
    """The document with bits with which the checker accepts it, and what the checker says.

    Where the checker's enclosures are too wide, all precisions in the evidence are doubled, up to
    ``ceiling`` bits.

    Errors: LimitError where that does not do, or another limit of the checker is reached;
    RuntimeError where it rejects the evidence for any other reason, which is a bug.
    """
    factor = 1
    while True:
        result = _checked(canonical_bytes(document))
        if result.verdict == "accept":
            return Agreement(document, result, factor)
        if result.verdict == "decline":
            raise LimitError(
                "certificate",
                f"beyond a limit of the independent checker ({result.reason})",
                "use a smaller problem, or `rank --no-check`",
            )
        if not result.coarse:
            raise RuntimeError(f"the independent checker rejects the evidence: {result.reason}")
        where = "steps" if "steps" in document else "evidence"
        finer = _doubled(document[where], ceiling)
        if finer == document[where]:
            raise LimitError(
                "certificate",
                f"the independent checker does not see it with {ceiling} bits ({result.reason})",
                "a larger --ceiling helps where its enclosures are too wide, and nowhere else",
            )
        document, factor = {**document, where: finer}, 2 * factor


def require_readable(problem: dict[str, Any]) -> None:
    """InputError where the checker does not read a problem of format 3: a name, an expression."""
    try:
        read_problem(problem, general=True)
    except Reject as error:
        place = error.place.removeprefix("problem.")
        raise InputError(place, error.reason, "see docs/problem-files.md, Symbols") from None
    except Decline as limit:
        raise LimitError("problem", str(limit), "use shorter expressions") from None


def refusal(document: dict[str, Any], ceiling: int = CEILING) -> str:
    """Why the checker does not accept a document, with as many bits as it asks for; "" if so."""
    try:
        agreed(document, ceiling)
    except LimitError as limit:
        return limit.reason
    except RuntimeError as error:
        return str(error)
    return ""


def _checked(content: bytes) -> Result:
    with tempfile.TemporaryDirectory(prefix="exactland-") as folder:
        path = Path(folder) / "certificate.json"
        path.write_bytes(content)
        return verify.check_file(str(path))


def _doubled(evidence: Any, ceiling: int) -> Any:
    """The evidence with twice the bits wherever it names some below the ceiling."""
    if isinstance(evidence, list):
        return [_doubled(entry, ceiling) for entry in evidence]
    if not isinstance(evidence, dict):
        return evidence
    return {
        key: min(2 * value, max(value, ceiling))
        if key == "bits" and type(value) is int
        else _doubled(value, ceiling)
        for key, value in evidence.items()
    }
