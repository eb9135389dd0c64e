"""A finding as a canonical document and as a file, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from exactland.certificate.encode import claim_document, evidence_document
from exactland.conditions.finding import Finding
from exactland.errors import InputError, UsageError
from exactland.model.problem_file import problem_document

FORMAT = "exactland-certificate/1"


def certificate_document(finding: Finding) -> dict[str, Any]:
    """The certificate of a decided finding, as a document (docs/certificate-v1.md, section 1).

    Raises UsageError for an undecided finding: there is nothing to certify.
    """
    if finding.established is None:
        raise UsageError(
            "certificate",
            f"the question is undecided ({finding.reason})",
            "only a proved or refuted finding has a certificate",
        )
    return {
        "format": FORMAT,
        "claim": claim_document(finding.established),
        "problem": problem_document(finding.problem),
        "evidence": evidence_document(finding.established, finding.evidence),
    }


def canonical_bytes(document: dict[str, Any]) -> bytes:
    r"""The canonical serialisation: sorted keys, no white space, ASCII, one final newline.

    >>> canonical_bytes({"b": [1, "2/3"], "a": None})
    b'{"a":null,"b":[1,"2/3"]}\n'
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return (text + "\n").encode("ascii")


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file so that it is there completely or not at all; else an InputError."""
    target = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".exactland-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            # mkstemp makes the file private; a certificate is for others to read.
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise InputError(
            str(target), f"cannot be written ({error.strerror})", "choose another place with -o"
        ) from error
    return target


def write_certificate(finding: Finding, path: str | os.PathLike[str]) -> Path:
    """Write the certificate of a decided finding to a file."""
    return write_whole(path, canonical_bytes(certificate_document(finding)))
